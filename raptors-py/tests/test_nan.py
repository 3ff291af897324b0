"""Reductions that leave NaN out equal NumPy's."""

import itertools
import warnings

import numpy as np
import pytest
from conftest import LAYOUTS
from test_statistics import METHODS, axes_of, numbers, outcome, same

import raptors as rp

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
SUMS = ["nansum", "nanprod", "nanmean", "nanvar", "nanstd"]
OTHERS = ["nanmin", "nanmax", "nanargmin", "nanargmax", "nanmedian"]


def with_nan(dtype, shape=(4, 6)):
    """Numbers, NaN among them, a whole row too."""
    a = numbers(dtype, shape)
    if a.dtype.kind in "fc":
        a = a.copy()
        a[np.random.default_rng(3).random(shape) < 0.3] = np.nan
        a[1] = np.nan
    return a


@pytest.mark.parametrize("name", SUMS + OTHERS)
def test_axes_and_layouts(name, dtype):
    for layout, keepdims in itertools.product(LAYOUTS.values(), (False, True)):
        array = layout(with_nan(dtype))
        if array.dtype.kind == "c" and name == "nanmedian":
            continue
        for axis in axes_of(array):
            if isinstance(axis, tuple) and "arg" in name:
                continue
            if array.size or name in SUMS:
                same(name, array, axis, keepdims=keepdims, exact=name not in SUMS)


@pytest.mark.parametrize("name", ["nancumsum", "nancumprod"])
def test_cumulative(name, dtype):
    for layout in LAYOUTS.values():
        array = layout(with_nan(dtype))
        for axis in axes_of(array)[:-1]:
            same(name, array, axis, exact=False)
    same(name, with_nan(dtype), 0, np.complex128, exact=False)


def test_keywords(dtype):
    array, mask = with_nan(dtype), np.arange(24).reshape(4, 6) % 3 > 0
    for name in ("nansum", "nanprod", "nanmin", "nanmax"):
        same(name, array, 1, where=mask, initial=1, exact=False)
    for name in ("nanmean", "nanvar", "nanstd"):
        same(name, array, 0, where=mask, exact=False)
    wide = np.complex128 if array.dtype.kind == "c" else np.float64
    for name in SUMS:
        same(name, array, 1, wide, exact=False)
    for name in ("nanvar", "nanstd"):
        same(name, array, 1, ddof=1, exact=False)
        same(name, array, 1, correction=2, exact=False)
        mean = np.nanmean(array, axis=1, keepdims=True)
        same(name, array, 1, mean=mean, exact=False)
        same(name, array, 1, ddof=1, correction=2)


@pytest.mark.parametrize("method", METHODS)
def test_quantiles(method):
    for dtype in ("int16", "float16", "float32", "float64"):
        array = with_nan(dtype)
        for share, axis in itertools.product([0, 0.3, 1, [0.1, 0.5, 0.9]], axes_of(array)):
            same("nanquantile", array, share, axis, method=method)
            same("nanpercentile", array, share, axis, method=method, keepdims=True)


def test_outputs():
    array = with_nan("float64")
    for name in (*SUMS, "nanmin", "nanmax", "nanmedian"):
        out = rp.empty(6)
        assert getattr(rp, name)(array, axis=0, out=out) is out
        np.testing.assert_allclose(out, getattr(np, name)(array, axis=0))
    out = np.empty(6)
    assert rp.nanmean(rp.asarray(array), axis=0, out=out) is out
    out = rp.empty(6, np.intp)
    filled = np.where(np.isnan(array).all(1)[:, None], 0, array)
    assert rp.nanargmin(filled, axis=0, out=out) is out
    np.testing.assert_array_equal(out, np.nanargmin(filled, axis=0))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nanmin", "All-NaN axis encountered"),
        ("nanmax", "All-NaN axis encountered"),
        ("nanmedian", "All-NaN slice encountered"),
        ("nanmean", "Mean of empty slice"),
        ("nanvar", "Degrees of freedom <= 0 for slice."),
        ("nanstd", "Degrees of freedom <= 0 for slice."),
    ],
)
def test_warnings(name, words):
    with pytest.warns(RuntimeWarning, match=words) as caught:
        assert np.isnan(getattr(rp, name)([np.nan, np.nan]))
    assert {warning.filename for warning in caught} == {__file__}


def test_one_warning_for_each_slice():
    for name, args in (("nanmedian", ()), ("nanquantile", (0.5,))):
        with pytest.warns(RuntimeWarning, match="All-NaN slice") as caught:
            getattr(rp, name)(np.full((3, 2), np.nan), *args, axis=1)
        assert [warning.filename for warning in caught] == 3 * [__file__]


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        ("nanargmin", ([np.nan],), {}),
        ("nanargmax", ([],), {}),
        ("nanmin", ([],), {}),
        ("nanmean", ([1.0],), {"dtype": int}),
        ("nanvar", ([1.0],), {"out": np.zeros((), int)}),
        ("nanvar", ([1.0],), {"ddof": 1, "correction": 1}),
        ("nansum", ([1.0],), {"axis": 1}),
        ("nanquantile", ([1.0], 2), {}),
        ("nanpercentile", ([1j], 2), {}),
        ("nanmedian", (np.ones((2, 3)),), {"axis": (0, 0)}),
    ],
)
def test_errors(name, args, kwargs):
    want = outcome(getattr(np, name), *args, **kwargs)
    got = outcome(getattr(rp, name), *args, **kwargs)
    assert isinstance(want, Exception)
    assert isinstance(got, type(want)), (got, want)


@pytest.mark.parametrize("dtype", ["float16", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("odd", [False, True])
def test_nan_to_num_of_all_layouts(dtype, odd):
    a = numbers(dtype, (4, 6))
    if odd:
        a.real[1, ::2], a.real[2, 1] = np.nan, -np.inf
        if a.dtype.kind == "c":
            a.imag[::3, 2], a.imag[3, 3] = np.inf, np.nan
    for view in (a, a.T, a[:, ::2], a[::-1], a[1], a[1, 2], a[:0]):
        for kwargs in ({}, {"nan": 5, "posinf": 6, "neginf": -7}):
            got, want = rp.nan_to_num(rp.asarray(view), **kwargs), np.nan_to_num(view, **kwargs)
            assert got.dtype == want.dtype
            np.testing.assert_array_equal(np.asarray(got), want)


@pytest.mark.parametrize("name", ["nanmax", "nanmin"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_plain_extremes_warn_as_numpys_do(name, dtype):
    for n in (1, 3, 2000):
        some = np.arange(n, dtype=dtype)
        some[1::2] = np.nan
        rows = np.stack([some, np.full(n, np.nan, dtype)])
        for array, axis in itertools.product((some, rows, rows[1]), (None, 0, -1)):
            told = []
            for module, given in ((np, array), (rp, rp.asarray(array))):
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter("always")
                    result = np.asarray(getattr(module, name)(given, axis))
                    told.append((result, [str(warning.message) for warning in caught]))
            (want, theirs), (got, ours) = told
            assert (got.dtype, ours) == (want.dtype, theirs)
            np.testing.assert_array_equal(got, want)
    for axis in (1, "first"):
        with pytest.raises(Exception) as theirs:  # noqa: PT011
            getattr(np, name)(some, axis)
        with pytest.raises(type(theirs.value)) as ours:
            getattr(rp, name)(rp.asarray(some), axis)
        assert str(ours.value) == str(theirs.value)
