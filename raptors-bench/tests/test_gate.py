"""The gate: a kernel that was slowed on purpose fails it, noise does not."""

import json
import math

import numpy as np
import pytest
from raptors_compare import baseline
from raptors_compare.baseline import TOLERANCE, judge, key_of, load, machine_of, save, told
from raptors_compare.statistics import low_ratio
from raptors_compare.store import Unasked
from test_command import command

ORIGIN = {"cpu": "A CPU", "cores": 2, "affinity": [0, 1], "versions": {"numpy": "2.4.6"},
          "commit": "abcdef0123456", "time": "2026-01-02T03:04:05+00:00",
          "subject_config": {"cpu": "Family 26, model 2", "simd": "avx512"}}  # fmt: skip


def measured(rng, slower=1.0, noise=0.02, spikes=0.1, passes=5, rounds=15):
    """Passes of a cell in which NumPy takes 1 µs and the subject half as long, on a machine whose
    speed drifts from pass to pass, which hurts both sides alike, and has hiccups, which do not."""
    found = []
    for _ in range(passes):
        drift = rng.uniform(1, 1.5)
        place = rng.normal(0, 0.01)
        numpy_ns, subject_ns = (
            drift * base * (1 + np.abs(rng.normal(0, noise, rounds)))
            * np.where(rng.random(rounds) < spikes, rng.uniform(1, 20, rounds), 1)
            for base in (1000.0, 500.0 * slower * math.exp(place))
        )  # fmt: skip
        found.append((list(numpy_ns), list(subject_ns)))
    return dict(zip(("ratio", "low", "high"), low_ratio(found)))


def run(cells):
    return {
        "provenance": ORIGIN,
        "cells": [{"key": key, "status": "timed", "steady": steady} for key, steady in cells.items()],
    }


# Simulated runs of each kind.
RUNS = 40


def verdict(then, now, tmp_path):
    file = save(tmp_path, run({"cell": then}))
    return judge(run({"cell": now}), load(file))["verdict"]


def test_noise_is_no_regression_and_a_slow_kernel_is(tmp_path):
    rng = np.random.default_rng(0)
    quiet = [verdict(measured(rng), measured(rng), tmp_path) for _ in range(RUNS)]
    assert quiet.count("regression") == 0 and quiet.count("same") > 0.9 * RUNS
    noisy = [
        verdict(measured(rng), measured(rng, noise=0.4, spikes=0.5), tmp_path) for _ in range(RUNS)
    ]
    assert noisy.count("regression") == 0 and noisy.count("inconclusive") > 0.2 * RUNS
    slowed = [verdict(measured(rng), measured(rng, slower=1.3), tmp_path) for _ in range(RUNS)]
    assert slowed.count("regression") > 0.95 * RUNS
    # Just beyond what is tolerated nobody can be sure, and the gate says so.
    near = [verdict(measured(rng), measured(rng, slower=1.11), tmp_path) for _ in range(RUNS)]
    assert near.count("inconclusive") > 0.5 * RUNS


def test_low_samples_do_not_see_hiccups():
    calm = ([1000.0] * 10, [500.0] * 10)
    hiccups = ([1000.0] * 10, [500.0] * 5 + [9000.0] * 5)
    assert low_ratio([calm, hiccups])[0] == 2.0


def test_what_differs_between_passes_widens_the_interval():
    same = low_ratio([([1000.0] * 9, [500.0] * 9)] * 5)
    assert same == (2.0, 2.0, 2.0)
    middle, low, high = low_ratio([([1000.0] * 9, [500.0 * x] * 9) for x in (0.8, 0.9, 1, 1.1, 1.2)])
    assert low < 0.9 * middle and high > 1.1 * middle


STEADY = {"ratio": 2.0, "low": 1.98, "high": 2.02}


def steady(ratio):
    return {"ratio": ratio, "low": 0.99 * ratio, "high": 1.01 * ratio}


def test_the_worst_cell_speaks_for_the_run(tmp_path):
    then = load(save(tmp_path, run({name: STEADY for name in "abc"})))
    gate = judge(run({"a": steady(1.0), "b": steady(1.8), "c": steady(3.0), "d": STEADY}), then)
    words = [cell["verdict"] for cell in gate["cells"]]
    assert words == ["regression", "inconclusive", "improved"]
    assert gate["verdict"] == "regression" and gate["new"] == 1
    text = told(gate)
    assert "REGRESSION against abcdef0123 of 2026-01-02" in text
    assert "regression a: 2.00 × -> 1.00 ×" in text and "inconclusive b" in text
    fewer = judge(run({"c": STEADY}), then)
    assert fewer["verdict"] == "same" and fewer["unmeasured"] == 2
    assert "2 cells of the baseline were not asked for" in told(fewer)
    assert judge(run({"d": STEADY}), then)["verdict"] == "inconclusive"


def test_a_cell_that_fails_is_a_regression(tmp_path):
    then = load(save(tmp_path, run({"a": STEADY})))
    broken = {"provenance": ORIGIN, "cells": [{"key": "a", "status": "wrong", "why": "off by one"}]}
    gate = judge(broken, then)
    assert gate["verdict"] == "regression" and "off by one" in told(gate)
    with pytest.raises(Unasked, match="failures: a"):
        save(tmp_path, broken)


def test_another_numpy_makes_it_inconclusive(tmp_path):
    then = load(save(tmp_path, run({"a": STEADY})))
    other = {**run({"a": STEADY}), "provenance": {**ORIGIN, "versions": {"numpy": "2.5.0"}}}
    gate = judge(other, then)
    assert gate["verdict"] == "inconclusive"
    assert "numpy 2.4.6 then, 2.5.0 now" in told(gate)
    # And a new baseline forgets what another NumPy gave.
    file = save(tmp_path, {**other, "cells": run({"b": STEADY})["cells"]})
    assert list(load(file)["cells"]) == ["b"]


def test_a_baseline_keeps_the_cells_of_other_runs(tmp_path):
    save(tmp_path, run({"a": STEADY}))
    found = load(save(tmp_path, run({"b": STEADY})))
    assert list(found["cells"]) == ["a", "b"]


def test_a_baseline_is_named_by_its_machine():
    assert key_of(machine_of(ORIGIN)) == "family-26-model-2-2-cores-avx512"
    assert key_of(machine_of({**ORIGIN, "subject_config": None})) == "a-cpu-2-cores-unknown"


@pytest.mark.parametrize("text", [
    "", "{}", '{"format": 7}', "[1]", '{"format": 1, "machine": {"cpu": 1}, "cells": {"a": {}}}',
    '{"format": 1, "machine": {"cpu": 1}, "provenance": {}, "cells": {"a": {"ratio": 1.0}}}',
])  # fmt: skip
def test_a_broken_baseline_is_told(text, tmp_path):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(Unasked, match="holds no baseline"):
        load(tmp_path / "x.json")


SUBJECT = '''
import os, random, time
import numpy as np
from numpy import asarray
__version__ = "fake"
extra = float(os.environ["SPIN"])
noise = float(os.environ["NOISE"])
def exp(x):
    out = np.exp(x)
    # Noise comes in hundredths of a second, a third of them.
    burst = random.Random(int(100 * time.perf_counter())).random() < 0.3
    us = extra + burst * noise
    end = time.perf_counter() + us / 1e6
    while time.perf_counter() < end:
        pass
    return out
'''


def test_the_command_tells_a_slowed_kernel_from_noise(tmp_path, monkeypatch):
    (tmp_path / "raptors.py").write_text(SUBJECT)
    options = ["--ops", "exp", "--shapes", "100x100", "--dtypes", "float64", "--quick", "--torch",
               "off", "--repeats", "25", "--baseline", tmp_path / "kept", "--runs", tmp_path]  # fmt: skip

    def bench(*more, spin=0, noise=0):
        monkeypatch.setenv("SPIN", str(spin))
        monkeypatch.setenv("NOISE", str(noise))
        done = command(*options, *more, path=[tmp_path])
        return done.returncode, done.stdout + done.stderr

    code, text = bench("--check")
    assert code == 3 and "--save-baseline" in text
    assert bench("--save-baseline")[0] == 0
    (kept,) = (tmp_path / "kept").iterdir()
    assert list(json.loads(kept.read_text())["cells"]) == ["exp/100x100/float64/contiguous/t1/l0"]
    code, text = bench("--check", spin=150)
    assert code == 1 and "regression exp" in text, text
    code, text = bench("--check", noise=100)
    assert code in (0, 4) and "REGRESSION" not in text, text


@pytest.mark.parametrize("args", [
    ["--check", "--save-baseline"], ["--check", "--passes", "1"], ["--check", "--report", "x"],
])  # fmt: skip
def test_what_makes_no_gate_ends_with_2(args):
    assert command(*args, "--subject", "numpy").returncode == 2


def test_the_tolerance_is_what_it_says():
    assert baseline.EXIT == {"regression": 1, "inconclusive": 4, "same": 0, "improved": 0}
    assert TOLERANCE == 0.10
