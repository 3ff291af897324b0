"""Copies and reductions of elements apart, in short runs and on many axes, against NumPy."""

import itertools

import numpy as np
import pytest
import raptors as rp

from conftest import values


def same(ours, theirs):
    """Elements, bit for bit, and the order in which they lie."""
    ours = np.asarray(ours)
    assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
    assert ours.tobytes() == theirs.tobytes()


def equal(ours, theirs):
    """Equal elements; zeros are equal whatever their sign, and NaN to NaN."""
    ours = np.asarray(ours)
    assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
    np.testing.assert_array_equal(ours, theirs)


def steps(array):
    """The strides that matter."""
    lengths = zip(array.shape, array.strides, strict=True)
    return [stride for n, stride in lengths if n > 1 and array.size]


def alike(ours, theirs):
    """As many bits as a sum in another order has; NaN equals NaN."""
    ours = np.asarray(ours)
    assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
    eps = np.finfo(ours.dtype).eps if ours.dtype.kind in "fc" else 0
    size = np.max(np.abs(theirs), where=np.isfinite(theirs), initial=1)
    np.testing.assert_allclose(ours, theirs, rtol=1000 * eps, atol=1000 * eps * size)


def views(a):
    """Views of an array of several axes that take short runs of it, or elements apart."""
    axes = range(a.ndim)
    for order in itertools.permutations(axes):
        yield a.transpose(order)
    yield a[..., ::-1]
    yield a[::-1]
    yield a[..., 1:]
    yield a[..., ::2]
    yield a[:, ::-2].swapaxes(0, -1)
    yield a[::3, ..., ::2]
    yield np.broadcast_to(a[:1], a.shape)
    yield np.broadcast_to(a[..., :1], a.shape).swapaxes(0, 1)
    yield a[None, :, None].swapaxes(0, 1)


SHAPES = [(2, 9, 4), (70, 2, 3), (3, 5, 1), (5, 4, 33), (2, 1, 7), (4, 150, 2), (9, 0, 4)]


@pytest.mark.parametrize("shape", [*SHAPES, (3, 4, 5, 2), (2, 40, 3, 6), (2, 3, 2, 3, 2)])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64", "complex128"])
def test_copies_on_many_axes(shape, dtype):
    a = values(dtype, int(np.prod(shape))).reshape(shape)
    for view in itertools.islice(views(a), 40):
        x = rp.asarray(view)
        same(x.copy(), view.copy())
        for order in "CFK":
            ours, theirs = rp.copy(x, order=order), np.copy(view, order=order)
            same(ours, theirs)
            assert steps(ours) == steps(theirs)
            with np.errstate(all="ignore"):
                ours, theirs = x.astype("f4", order=order), view.astype("f4", order=order)
            same(ours, theirs)
            assert steps(ours) == steps(theirs)
        # Into a view: elements beside it stay.
        room = np.zeros((*view.shape[:-1], view.shape[-1] + 2), dtype).swapaxes(0, -1)
        mine = rp.asarray(room.copy(order="K"))
        room.swapaxes(0, -1)[..., 1:-1] = view
        mine.swapaxes(0, -1)[..., 1:-1] = x
        same(mine, room)


LONG = [(2, 3000, 4), (700, 3, 7), (40, 50, 24), (3, 2, 5000), (60, 30, 33)]


@pytest.mark.parametrize("shape", LONG)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "complex128"])
def test_long_copies_on_many_axes(shape, dtype):
    a = values(dtype, int(np.prod(shape))).reshape(shape)
    for view in views(a):
        x = rp.asarray(view)
        for threads in 1, 2:
            with rp.threads(threads):
                same(x.copy(), view.copy())
                same(rp.asfortranarray(x), np.asfortranarray(view))
                with np.errstate(all="ignore"):
                    same(x.astype("f8" if dtype != "complex128" else "c8"),
                         view.astype("f8" if dtype != "complex128" else "c8"))


REDUCTIONS = ["sum", "mean", "min", "max", "any", "all", "std"]
REDUCED = [(7,), (129,), (1031,), (5000,), (17, 16), (3, 700), (700, 3), (40, 30, 3), (900, 3, 4)]


@pytest.mark.parametrize("shape", REDUCED)
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float32", "float64", "complex128"])
def test_reductions_of_what_lies_apart(shape, dtype):
    a = np.nan_to_num(values(dtype, int(np.prod(shape))), posinf=9, neginf=-9).reshape(shape)
    steps = 2, 3, 5, -1, -2
    for step in steps:
        part = slice(None, None, step)
        for key in (..., part), (part, ...), (part,) * a.ndim:
            view = a[key]
            x = rp.asarray(view)
            for name in REDUCTIONS:
                for axis in (None, *range(a.ndim), *(((0, -1),) if a.ndim > 1 else ())):
                    wanted = getattr(np, name)(view, axis=axis)
                    alike(getattr(rp, name)(x, axis=axis), np.asarray(wanted))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sums_of_runs_apart_are_numpys(dtype):
    x = np.nan_to_num(values(dtype, 30_000), posinf=9, neginf=-9)
    for n in 3, 8, 100, 129, 1000, 2500, 7000:
        for step in 2, 3, 4:
            view = x[::step][:n]
            same(rp.asarray(view).sum(), np.asarray(view.sum()))
            same(rp.asarray(view[::-1]).sum(), np.asarray(view.sum()))
            pair = np.lib.stride_tricks.as_strided(x, (4, n), (x.itemsize * 5, x.itemsize * 2))
            same(rp.asarray(pair).sum(axis=1), pair.sum(axis=1))
    zeros = np.full(40, -0.0, dtype)
    assert not np.signbit(np.asarray(rp.asarray(zeros)[::2].sum()))
    special = np.array([1, np.inf, 2, np.nan, 3, -np.inf], dtype)
    assert np.isnan(np.asarray(rp.asarray(special)[1::2].sum()))
    assert np.asarray(rp.asarray(special)[::2].sum()) == 6


def test_sums_do_not_depend_on_threads():
    for shape in (2000, 300), (300, 2000), (90, 70, 30), (5000, 60), (40_000, 5):
        a = np.random.default_rng(1).normal(size=shape)
        for view in a[::2, ::2], a[..., ::3], a[::2, ..., ::-2]:
            x = rp.asarray(view)
            sums = []
            for threads in 1, 2:
                with rp.threads(threads):
                    all_of = rp.sum, rp.mean, rp.var, rp.max
                    sums.append([np.asarray(f(x)).tobytes() for f in all_of])
            assert sums[0] == sums[1]


FEW = ["bool", "int8", "int32", "int64", "float32", "float64", "complex64"]


@pytest.mark.parametrize("dtype", FEW)
def test_few_long_rows(dtype):
    for shape in (3, 9000), (2, 2049), (9, 3000), (130, 2100), (2, 3, 2500):
        a = values(dtype, int(np.prod(shape))).reshape(shape)
        for axis in 0, 1:
            x = rp.asarray(a)
            for name in "max", "min", "any", "all", "argmax", "argmin":
                with np.errstate(all="ignore"):
                    equal(getattr(rp, name)(x, axis=axis), getattr(np, name)(a, axis=axis))
            finite = np.nan_to_num(a, posinf=9, neginf=-9)
            for name in "sum", "mean", "var":
                wanted = getattr(np, name)(finite, axis=axis)
                alike(getattr(rp, name)(rp.asarray(finite), axis=axis), wanted)


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32", "float64"])
def test_places_of_extremes_in_runs_of_any_length(dtype):
    rng = np.random.default_rng(3)
    for n in [*range(1, 70), 100, 127, 128, 255, 300, 1023, 4100, 40_000]:
        for top in 2, 5, 10**6:
            a = rng.integers(0, top, (3, n)).astype(dtype)
            if dtype.startswith("f"):
                a[0, rng.integers(n)] = -0.0
                a[1, rng.integers(n)] = rng.choice([np.nan, np.inf, -np.inf])
            for name in "argmax", "argmin":
                same(getattr(rp, name)(rp.asarray(a), axis=1), getattr(np, name)(a, axis=1))
                assert int(getattr(rp, name)(rp.asarray(a[1]))) == getattr(np, name)(a[1])
                same(getattr(rp, name)(rp.asarray(a), axis=0), getattr(np, name)(a, axis=0))
                tall = np.ascontiguousarray(a.T)
                same(getattr(rp, name)(rp.asarray(tall), axis=0), getattr(np, name)(tall, axis=0))


@pytest.mark.parametrize("n", [1, 8, 1023, 1024, 1025, 5000])
def test_first_truth_value_of_many(n):
    for place in {0, n // 2, min(n - 1, 1), min(n - 1, 1023), min(n - 1, 1024), n - 1}:
        a = np.zeros(n, bool)
        a[place] = True
        for truth in a, ~a:
            x = rp.asarray(truth)
            assert (int(x.argmax()), int(x.argmin())) == (truth.argmax(), truth.argmin())
    for truth in np.zeros(n, bool), np.ones(n, bool):
        x = rp.asarray(truth)
        assert (int(x.argmax()), int(x.argmin())) == (0, 0)


@pytest.mark.parametrize("shape", [(700, 2, 4), (2, 900, 3), (40, 3, 2, 5), (300, 2, 2)])
def test_ufuncs_of_arrays_that_lie_otherwise(shape):
    a = values("float64", int(np.prod(shape))).reshape(shape)
    for view in itertools.islice(views(a), 30):
        y = np.arange(view.size).reshape(view.shape)
        for other in y, y.astype("f4"), np.asfortranarray(y), y[::-1], y[:1], y[..., ::-1]:
            with np.errstate(all="ignore"):
                wanted = view + other
                got = rp.asarray(view) + rp.asarray(other)
                equal(got, wanted)
                assert steps(got) == steps(wanted)
                equal(rp.asarray(view) > rp.asarray(other), view > other)
            out, mine = np.zeros(view.shape), rp.zeros(view.shape)
            where = other % 2 == 0 if other.shape == view.shape else True
            np.subtract(other, view, out=out, where=where)
            ours = rp.asarray(where) if where is not True else True
            rp.subtract(rp.asarray(other), rp.asarray(view), out=mine, where=ours)
            equal(mine, out)
            total = y.astype("f8").swapaxes(0, -1).copy().swapaxes(0, -1)
            mine = rp.asarray(total.copy(order="K"))
            total += view
            mine += rp.asarray(view)
            equal(mine, total)
