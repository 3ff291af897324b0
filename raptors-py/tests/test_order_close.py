"""Integers that lie close together, and indices selected from many elements: against NumPy."""

import numpy as np
import pytest
import raptors as rp
from conftest import sort

INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
REALS = [*INTEGERS, "float16", "float32", "float64"]


def close(dtype, length, values, rng):
    """`length` integers of `values` neighbours, at either end of the dtype's range or around zero."""
    info = np.iinfo(dtype)
    for start in {info.min, info.max - values + 1, max(info.min, -(values // 2))}:
        yield (rng.integers(0, values, length, dtype=np.uint64) + np.uint64(start % 2**64)).astype(dtype)


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("length", [255, 256, 257, 1000, 5001])
@pytest.mark.parametrize("values", [1, 2, 10, 100])
def test_close_integers(dtype, length, values):
    rng = np.random.default_rng(length + values)
    for x in close(dtype, length, values, rng):
        for layout in (x, x[::-1], np.repeat(x, 2)[::2]):
            y = rp.asarray(layout)
            assert np.array_equal(rp.sort(y), sort(layout))
            assert np.array_equal(rp.argsort(y, stable=True), np.argsort(layout, stable=True))
            assert np.array_equal(rp.unique(y), np.unique(layout))
            got = rp.unique(y, return_index=True, return_inverse=True, return_counts=True)
            want = np.unique(layout, return_index=True, return_inverse=True, return_counts=True)
            for a, b in zip(got, want, strict=True):
                assert np.array_equal(a, b) and np.asarray(a).dtype == b.dtype
            got = rp.unique(y, return_counts=True)
            want = np.unique(layout, return_counts=True)
            for a, b in zip(got, want, strict=True):
                assert np.array_equal(a, b)


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_lines_of_close_integers(dtype, axis):
    rng = np.random.default_rng(3)
    x = rng.integers(0, 100, (300, 600)).astype(dtype)
    for layout in (x, np.asfortranarray(x), x[::-1, ::2]):
        y = rp.asarray(layout)
        assert np.array_equal(rp.sort(y, axis=axis), sort(layout, axis=axis))
        got, want = rp.argsort(y, axis=axis, stable=True), np.argsort(layout, axis=axis, stable=True)
        assert np.array_equal(got, want)


@pytest.mark.parametrize("dtype", ["int32", "uint32", "int64", "uint64", "float32", "float64"])
@pytest.mark.parametrize("length", [2, 3, 5, 14, 15, 24, 25, 31, 64, 100, 128, 129, 300])
@pytest.mark.parametrize("axis", [0, 1])
def test_lines_of_words(dtype, length, axis):
    rng = np.random.default_rng(length)
    shape = (length, 37) if axis == 0 else (37, length)
    x = (rng.standard_normal(shape) * 1e4).astype(dtype)
    special = x.copy()
    if x.dtype.kind == "f":
        special[rng.random(shape) < 0.2] = np.nan
        special[rng.random(shape) < 0.2] = np.inf
        special[rng.random(shape) < 0.2] = -0.0
    for x in (x, special, np.asfortranarray(x)):
        y = rp.asarray(x)
        assert np.array_equal(rp.sort(y, axis=axis), sort(x, axis=axis), equal_nan=True)
        got, want = rp.argsort(y, axis=axis, stable=True), np.argsort(x, axis=axis, stable=True)
        assert np.array_equal(got, want)


@pytest.mark.parametrize("dtype", REALS)
@pytest.mark.parametrize("length", [2047, 2048, 5000, 70_000])
def test_indices_selected_from_many(dtype, length):
    rng = np.random.default_rng(length)
    x = (rng.standard_normal(length) * 50).astype(dtype)
    runs = [x, sort(x), sort(x)[::-1], np.ones_like(x)]
    if x.dtype.kind == "f":
        special = x.copy()
        special[rng.random(length) < 0.6] = np.nan
        special[rng.random(length) < 0.2] = -np.inf
        runs.append(special)
    for x in runs:
        y, order = rp.asarray(x), sort(x)
        for kth in (0, 1, length // 20, length // 2, length - 2, length - 1, [5, 9], [1, length - 2]):
            found = np.asarray(rp.argpartition(y, kth))
            assert np.array_equal(sort(found), np.arange(length))
            for k in np.atleast_1d(kth):
                assert np.array_equal(x[found[k]], order[k], equal_nan=True)
                assert np.array_equal(sort(x[found[:k]]), order[:k], equal_nan=True)


def selected(dtype, length, rng):
    """Elements of many orders: random, of few values, falling, and with all that floats have."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        x = rng.standard_normal(length).astype(dtype)
        special = x.copy()
        for value in (np.nan, -np.nan, 0.0, -0.0, np.inf, -np.inf):
            special[rng.random(length) < 0.1] = value
        yield special
    else:
        info = np.iinfo(dtype)
        x = rng.integers(info.min, info.max, length, dtype=dtype, endpoint=True)
    yield x
    yield rng.integers(0, 3, length).astype(dtype)
    yield sort(x)[::-1].copy()


@pytest.mark.parametrize("dtype", REALS)
@pytest.mark.parametrize("length", [2, 4095, 4096, 4103, 70_001])
def test_partitioned_copies(dtype, length):
    rng = np.random.default_rng(length)
    places = [0, -1, length // 2, [length // 3, length // 3 + 1], [0, length - 1]]
    for x in selected(dtype, length, rng):
        ordered = sort(x)
        y = rp.asarray(x.copy())
        lines = rp.asarray(np.stack([x, x[::-1]]))
        for kth in places:
            for axis in (-1, None):
                check_partitioned(np.asarray(rp.partition(y, kth, axis=axis)), x, ordered, kth)
            for line in np.asarray(rp.partition(lines, kth)):
                check_partitioned(line, x, ordered, kth)
            down = np.asarray(rp.partition(lines.T, kth, axis=0))
            check_partitioned(down[:, 1], x, ordered, kth)
        assert np.asarray(y).tobytes() == x.tobytes()


def check_partitioned(got, x, ordered, kth):
    """That each place has its element, with none greater before it, and that none is lost."""
    for place in np.atleast_1d(kth) % len(x):
        assert np.array_equal(got[place], ordered[place], equal_nan=x.dtype.kind == "f")
        before, behind = sort(got[:place]), sort(got[place:])
        assert np.array_equal(np.concatenate([before, behind]), ordered, equal_nan=x.dtype.kind == "f")
    bits = f"u{x.itemsize}"
    assert np.array_equal(sort(got.copy().view(bits)), sort(x.view(bits)))


def test_partitioned_copies_refuse_as_others_do():
    for length in (1, 5, 5000):
        x = np.arange(float(length))
        for kth, axis in ((length, -1), (-length - 1, -1), (0, 1), (0, -2)):
            with pytest.raises(Exception) as want:
                np.partition(x, kth, axis=axis)
            with pytest.raises(Exception) as got:
                rp.partition(rp.asarray(x), kth, axis=axis)
            assert (type(got.value), str(got.value)) == (type(want.value), str(want.value))
