"""Histograms equal NumPy's."""

import itertools

import numpy as np
import pytest
from conftest import LAYOUTS
from test_statistics import numbers, outcome, same

import raptors as rp

REAL = ["uint8", "int16", "int64", "uint64", "float32", "float64"]
ESTIMATORS = ["auto", "doane", "fd", "rice", "scott", "sqrt", "stone", "sturges"]
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def sample(dtype, size=500):
    numbers = np.random.default_rng(1).normal(40, 12, size)
    return numbers.clip(0, 100).astype(dtype)


@pytest.mark.parametrize("dtype", REAL)
def test_bins(dtype):
    a = sample(dtype)
    for bins in (1, 7, [0, 10, 11, 50, 200], np.linspace(0, 90, 10), [20, 20, 30]):
        same("histogram", a, bins)
        same("histogram", a, bins, density=True, exact=False)
        same("histogram_bin_edges", a, bins)
    for bounds in ((10, 30), (-0.5, 99.9), (7, 7)):
        same("histogram", a, 13, bounds)


@pytest.mark.parametrize("bins", ESTIMATORS)
def test_estimators(bins):
    for dtype, size in itertools.product(REAL, (0, 1, 2, 3, 400)):
        same("histogram_bin_edges", sample(dtype, size), bins, exact=False)
        same("histogram_bin_edges", sample(dtype, size), bins, (20, 60), exact=False)


def test_layouts(dtype):
    for layout in LAYOUTS.values():
        a = layout(numbers(dtype))
        if a.dtype.kind != "c":
            same("histogram", a, 5)
            same("histogram", a, [-1, 0, 2, 3])


@pytest.mark.parametrize("weights", ["bool", "int32", "float32", "float64", "complex64", "complex128"])
def test_weights(weights):
    a = sample("float64", 100)
    w = (np.arange(100) % 7).astype(weights)
    if w.dtype.kind == "c":
        w = w * (1 + 2j)
    same("histogram", a, 9, weights=w, exact=False)
    same("histogram", a, 9, weights=w, density=True, exact=False)
    if w.dtype.kind != "b":
        same("histogram", a, [0, 20, 50, 100], weights=w, exact=False)


def test_values_on_edges():
    edges = np.linspace(-0.7, 2.9, 37)
    for dtype in ("float32", "float64"):
        same("histogram", edges.astype(dtype), 36, (-0.7, 2.9))
        same("histogram", np.nextafter(edges, -9).astype(dtype), 36, (-0.7, 2.9))
        same("histogram", np.nextafter(edges, 9).astype(dtype), edges)
    same("histogram", np.array([1.0, np.nan, 2.0, 9.0]), [0, 1, 2])
    same("histogram", np.array([1.0, np.nan, 2.0, 9.0]), 4, (0, 2))


def test_wide_integers():
    same("histogram", np.array([-100, 100], np.int8), 4)
    same("histogram", np.array([-(2**62), 2**62], np.int64), 4)


@pytest.mark.parametrize("dtype", ["float16", *REAL])
@pytest.mark.parametrize("bins", [1, 3, 10, 24, 31, 33, 60, 300, 600])
def test_few_and_many_bins(dtype, bins):
    a = sample(dtype, 9000)
    same("histogram", a, bins, (-5, 120))
    same("histogram", a, bins, (20, 60.5))
    same("histogram", a[:40], bins, (20, 60.5))
    a = np.random.default_rng(3).integers(0, 100, 9000).astype(dtype)
    same("histogram", a, bins, (0, 99), weights=np.arange(9000.0))


def test_many_values_on_many_threads():
    a = np.random.default_rng(0).random(2_000_000)
    same("histogram", a, 100)
    same("histogram", a.astype("f4"), 10, (0.1, 0.8))


def test_several_dimensions():
    points = np.random.default_rng(2).normal(size=(200, 3))
    for bins in (4, (2, 3, 4), [[-1, 0, 1], 3, [-2, -1, 2]]):
        for density in (None, True):
            got, edges = rp.histogramdd(rp.asarray(points), bins, density=density)
            want, lines = np.histogramdd(points, bins, density=density)
            np.testing.assert_allclose(got, want, rtol=1e-12)
            for mine, theirs in zip(edges, lines):
                np.testing.assert_array_equal(mine, theirs)
    weights = np.arange(200.0)
    got, _ = rp.histogramdd(points, 3, [(-1, 1), None, (-2, 2)], weights=weights)
    np.testing.assert_allclose(got, np.histogramdd(points, 3, [(-1, 1), None, (-2, 2)], weights=weights)[0])
    x, y = points[:, 0], points[:, 1]
    for bins in (5, (3, 4), np.linspace(-2, 2, 6), [np.linspace(-2, 2, 6), 3]):
        same("histogram2d", x, y, bins)
    same("histogram2d", x, y, 4, [[-1, 1], [0, 2]], True, weights, exact=False)


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        ("histogram", ([1, 2], 0), {}),
        ("histogram", ([1, 2], 1.5), {}),
        ("histogram", ([1, 2], "best"), {}),
        ("histogram", ([1, 2], [[1]]), {}),
        ("histogram", ([1, 2], [2, 1]), {}),
        ("histogram", ([1, 2], 2, (2, 1)), {}),
        ("histogram", ([1, 2], 2, (0, np.inf)), {}),
        ("histogram", ([1, np.nan],), {}),
        ("histogram", ([1, 2],), {"weights": [1]}),
        ("histogram", ([1, 2], "auto"), {"weights": [1, 2]}),
        ("histogram", ([1.0, np.nextafter(1.0, 2)], 10), {}),
        ("histogramdd", ([[1, 2], [3, 4]], (2, 2, 2)), {}),
        ("histogramdd", ([[1, 2], [3, 4]], 0), {}),
        ("histogramdd", ([[1, 2], [3, 4]], 1.5), {}),
        ("histogramdd", ([[1, 2], [3, 4]], [[2, 1], 1]), {}),
        ("histogramdd", ([[1, 2], [3, 4]], 2, [(0, 1)]), {}),
        ("histogram2d", ([1, 2], [3]), {}),
    ],
)
def test_errors(name, args, kwargs):
    want = outcome(getattr(np, name), *args, **kwargs)
    got = outcome(getattr(rp, name), *args, **kwargs)
    assert isinstance(want, Exception)
    assert isinstance(got, type(want)), (got, want)
    assert str(got) == str(want)


@pytest.mark.parametrize("dtype", ["int64", "uint64", "int32"])
def test_integer_weights_beyond_float64(dtype):
    rng = np.random.default_rng(5)
    a = rng.normal(size=140_000)
    top = np.iinfo(dtype).max // 200_000
    w = rng.integers(0, top, a.size).astype(dtype)
    for bins in (7, [-5, -1, 0, 0.5, 6]):
        got, want = rp.histogram(a, bins, weights=w)[0], np.histogram(a, bins, weights=w)[0]
        assert got.dtype == want.dtype
        np.testing.assert_array_equal(np.asarray(got), want)


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("bins", [3, [0, 1, 3, 5]])
@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "uint8", "uint16", "uint32"])
def test_integer_weights_whose_sums_leave_their_dtype(dtype, bins):
    a, w = np.arange(10) % 5, np.full(10, np.iinfo(dtype).max - 3, dtype)
    got, want = rp.histogram(a, bins, weights=w)[0], np.histogram(a, bins, weights=w)[0]
    np.testing.assert_array_equal(np.asarray(got), want, strict=True)
