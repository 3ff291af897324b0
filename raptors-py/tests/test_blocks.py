"""Reductions to blocks of a few columns, such as the windows of a pooling, held to NumPy's."""

import numpy as np
import pytest

import raptors as rp

NAMES = ("sum", "prod", "min", "max", "any", "all", "mean", "std")
DTYPES = ("?", "i1", "u2", "i4", "i8", "f2", "f4", "f8", "c8", "c16")
SHAPES = ((300, 2, 16), (5, 3, 9), (40, 128, 64), (70, 4, 3), (2, 7, 65), (600, 1, 8), (3, 64, 2))


def data(shape, dtype):
    """Small numbers, whose sums and products of a few are exact; ones beside zeros."""
    rng = np.random.default_rng(len(shape) + sum(shape))
    values = rng.integers(-2, 3, shape)
    if np.dtype(dtype).kind in "?bu":
        values = abs(values)
    if np.dtype(dtype).kind == "c":
        values = values + 1j * rng.integers(-2, 3, shape)
    return values.astype(dtype)


def held(name, x, axis, **options):
    """One reduction, compared with NumPy's."""
    with np.errstate(all="ignore"):
        want = getattr(np, name)(x, axis=axis, **options)
        got = getattr(rp, name)(rp.array(x), axis=axis, **options)
    assert got.shape == want.shape
    assert got.dtype == want.dtype
    got = np.asarray(got)
    if x.dtype == "f2" and name in ("mean", "std"):
        # NumPy rounds to float16 on the way.
        want = getattr(np, name)(x.astype("f8"), axis=axis, **options)
    if name in ("mean", "std") or x.dtype.kind in "fc":
        np.testing.assert_allclose(got, want, rtol=2e-3 if x.dtype == "f2" else 1e-5, atol=1e-6)
    else:
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_a_middle_axis_goes(name, dtype):
    for shape in SHAPES:
        x = data(shape, dtype)
        if name == "prod" and shape[1] > 8:
            # Products of ones and their opposites stay exact however many there are.
            x = (1 - 2 * (x != 0)).astype(dtype)
        held(name, x, 1)
        held(name, x, 1, keepdims=True)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_axes_that_are_not_neighbours_go(name, dtype):
    for shape, axes in (
        ((4, 6, 2, 5, 3, 16), (2, 4)),
        ((3, 2, 4, 2, 5), (1, 3)),
        ((2, 3, 4, 2, 3, 2, 7), (0, 3, 5)),
        ((2, 3, 2, 3, 2, 9), (0, 2, 4)),
        ((5, 2, 3, 2), (1, 3)),
        ((0, 2, 3, 2, 4), (1, 3)),
        ((3, 0, 3, 2, 4), (1, 3)) if name in ("sum", "prod", "any", "all") else ((1, 1, 1, 1, 8), (1, 3)),
    ):
        x = data(shape, dtype)
        held(name, x, axes)
        held(name, x, axes, keepdims=True)
        if x.size and name in ("sum", "min", "max"):
            held(name, x, axes, initial=1)
            held(name, x, axes, initial=1, where=x != 0)
            held(name, x[..., ::-1], axes)
            held(name, np.asfortranarray(x), axes)


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
def test_sums_of_negative_zeros_are_what_numpy_has(dtype):
    for shape, axis in (((9, 2, 16), 1), ((9, 3, 3), 1), ((2, 2, 3, 2, 8), (1, 3))):
        x = np.full(shape, -0.0, dtype)
        x[0] = 1
        for name in ("sum", "nansum", "nanprod"):
            if x.dtype.kind == "c" and name == "nanprod" and axis != 1:
                continue  # NumPy multiplies in another order, on which the signs depend.
            got, want = getattr(rp, name)(rp.array(x), axis=axis), getattr(np, name)(x, axis=axis)
            np.testing.assert_array_equal(np.signbit(np.asarray(got).real), np.signbit(want.real))
            np.testing.assert_array_equal(np.signbit(np.asarray(got).imag), np.signbit(want.imag))


@pytest.mark.parametrize("name", ["min", "max", "fmin", "fmax", "nansum", "nanmax"])
def test_nan_stands_where_numpy_has_it(name):
    rng = np.random.default_rng(3)
    x = rng.random((50, 3, 2, 2, 17))
    x[rng.random(x.shape) < 0.3] = np.nan
    for axis in (1, 3, (1, 3)):
        if name in ("fmin", "fmax"):
            got, want = getattr(rp, name).reduce(rp.array(x), axis), getattr(np, name).reduce(x, axis)
        else:
            with np.errstate(all="ignore"):
                got, want = getattr(rp, name)(rp.array(x), axis=axis), getattr(np, name)(x, axis=axis)
        np.testing.assert_allclose(np.asarray(got), want, rtol=1e-12)


def test_sums_do_not_depend_on_the_number_of_threads():
    x = rp.random.default_rng(5).random((20000, 3, 2, 2, 16))
    sums = []
    for threads in (1, 2, 3):
        with rp.threads(threads):
            sums.append([x.sum(axis=axis).tobytes() for axis in (1, 3, (1, 3))])
    assert sums[0] == sums[1] == sums[2]
