"""Goals, accuracy, and cells that are measured again."""

import sys

import numpy as np
import pytest
from fixture import timed
from numpy._core._multiarray_umath import __cpu_features__
from raptors_compare import run
from raptors_compare.accuracy import accuracy, ulps
from raptors_compare.goals import reached
from raptors_compare.ops import BY_NAME
from raptors_compare.sides import numpy_side, subject_side
from raptors_compare.statistics import scaling
from raptors_compare.suites import Cell


def goals(*rows):
    return {goal["name"]: goal for goal in reached(list(rows))}


def test_a_goal_is_a_mean_or_holds_for_every_cell():
    found = goals(
        timed("matmul", "product", (64, 64, 64), "float32", 4.0),
        timed("matmul", "product", (8, 8, 8), "float64", 0.5),
    )
    assert not found["float matmul, every cell"]["met"]
    assert found["float matmul, every cell"]["worst"] == 0.5
    assert found["all cells"]["mean"] == pytest.approx(2**0.5)
    assert "fft" not in found
    assert goals(timed("fft", "fft", (64,), "float64", 3.1))["fft"]["met"]
    assert not goals(timed("fft", "fft", (64,), "float64", 2.9))["fft"]["met"]


def test_scaling_compares_the_subject_with_itself():
    one = timed("sum", "reduction", (512, 512), "float32", 2.0)
    two = timed("sum", "reduction", (512, 512), "float32", 3.0, threads=2)
    (found,) = scaling([one, two], "raptors")
    assert found["key"] == two["key"]
    assert found["speedup"] == pytest.approx(1.5)
    assert scaling([two], "raptors") == []


def test_errors_are_counted_in_units_of_the_last_place():
    exact = np.array([1.0, 2.0, -np.inf, np.nan])
    assert ulps(exact, exact) == 0
    near = np.array([1.0, np.nextafter(2.0, 3), -np.inf, np.nan])
    assert ulps(near, exact) == 1
    assert ulps(np.array([1.0, 2.0, 5.0, np.nan]), exact) == np.inf
    assert ulps(np.array([np.inf, 2.0, -np.inf, np.nan]), exact) == np.inf


def test_numpy_is_within_the_bounds_of_its_own_data():
    rows = accuracy([numpy_side(), subject_side("numpy")])
    assert len(rows) > 30
    assert any(row["numpy"] for row in rows)
    # NumPy answers for its own loops (its tests ask no more either); elsewhere the system's library
    # computes, whose errors are its own.
    own = sys.platform.startswith("linux") and all(map(__cpu_features__.get, ("AVX2", "FMA3")))
    for row in rows:
        assert row["numpy"] == row["numpy again"], row
        assert not own or row["numpy"] < 4.5, row


def test_the_middle_of_three_measurements_counts(monkeypatch):
    cell = Cell("sum", (512, 512), "float32", "contiguous", 1, 0)
    first = timed("sum", "reduction", (512, 512), "float32", 0.5)
    ratios = iter([1.25, 1.5])
    seeds = []

    def compare(op, cell, sides, chosen, seed):
        seeds.append(seed)
        return timed("sum", "reduction", cell.shape, cell.dtype, next(ratios))

    monkeypatch.setattr(run, "compare", compare)
    row = run.again(BY_NAME["sum"], first, cell, [], run.BRIEF, 7)
    assert (row["ratio"], row["tries"]) == (1.25, [0.5, 1.25, 1.5])
    assert row["passes"] and seeds == [8, 9]
