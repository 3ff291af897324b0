"""Ratios, intervals, classes and the summary."""

import numpy as np
import pytest
from raptors_compare.statistics import (
    classify, geometric_mean, is_noisy, is_tie, passes, quantiles, ratio, slowed_by_threads,
    summary,
)  # fmt: skip


def test_the_ratio_is_that_of_the_medians():
    value, low, high = ratio([4.0, 400.0, 4.0], [2.0, 2.0, 2.0])
    assert value == 2.0
    assert low <= 2.0 <= high


def test_the_interval_covers_the_ratio_as_often_as_it_says():
    rng = np.random.default_rng(0)
    covered = 0
    for run in range(200):
        samples = 100 * rng.lognormal(0, 0.1, (2, 25))
        _, low, high = ratio(list(samples[0]), list(samples[1]), seed=run)
        covered += low <= 1 <= high
    assert covered >= 180


def test_noise_that_both_sides_share_cancels():
    load = np.random.default_rng(1).uniform(1, 3, 51)
    value, low, high = ratio(list(300 * load), list(100 * load))
    assert (value, low, high) == pytest.approx((3, 3, 3))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0.79, "critical"), (0.80, "acceptable"), (0.949, "acceptable"), (0.95, "near parity"),
        (0.999, "near parity"), (1.0, "ahead"), (30.0, "ahead"),
    ],
)  # fmt: skip
def test_classes(value, name):
    assert classify(value) == name


def test_ties_targets_and_noise():
    assert is_tie(1.02) and is_tie(0.98) and not is_tie(1.04)
    assert passes(1.0, parity=False) and not passes(0.99, parity=False)
    assert passes(0.97, parity=True) and not passes(0.96, parity=True)
    assert is_noisy(0.9, 1.2) and not is_noisy(0.95, 1.05)


def test_the_summary_of_a_run(results):
    found = summary(results["cells"])
    assert (found["cells"], found["timed"], found["passed"]) == (8, 6, 3)
    assert found["classes"] == {"ahead": 2, "near parity": 2, "acceptable": 1, "critical": 1}
    assert (found["ties"], found["noisy"], found["delegated"]) == (2, 1, 0)
    assert found["wrong"] == ["tanh/1000/float32/contiguous/t1/l0"]
    assert found["unsupported"] == ["gelu/1000/float32/contiguous/t1/l0"]
    assert found["worst"][0] == "scale/2048x2048/float64/contiguous/t1/l0"
    assert found["families"]["reduction"] == pytest.approx((4 * 1.01 * 0.96) ** (1 / 3))
    # Five of six are no slower than 1.2 times NumPy's time.
    assert found["success"]["share"] == pytest.approx(5 / 6)
    assert found["success"]["met"]


def test_more_threads_should_not_cost():
    from fixture import timed

    one, two, four = (
        timed("sum", "reduction", (512, 512), "float32", ratio, threads=threads)
        for threads, ratio in ((1, 2.0), (2, 1.95), (4, 1.85))
    )
    assert slowed_by_threads([one, two, four]) == [four["key"]]
    assert slowed_by_threads([two, four]) == []


def test_the_summary_of_nothing():
    found = summary([])
    assert found["geometric_mean"] is None
    assert not found["success"]["met"]


def test_means_and_quantiles():
    assert geometric_mean([2.0, 8.0]) == pytest.approx(4)
    assert quantiles([1.0, 2.0, 3.0])["median"] == 2
