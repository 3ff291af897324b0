"""Sorting, selecting, searching and counting against NumPy, over dtypes and layouts."""

import numpy as np
import pytest
import raptors as rp
from conftest import values

AXES = [-1, 0, None]


def same(got, want):
    """Equal arrays of one dtype; NaN equals NaN."""
    assert type(got) is rp.ndarray
    assert got.dtype == want.dtype and got.shape == want.shape
    np.testing.assert_array_equal(got.__array__(), want)


def arrays(dtype, layout):
    for shape in (3, 4), (7, 5), (2, 40):
        yield layout(values(dtype, shape[0] * shape[1], seed=shape[0]).reshape(shape))
    yield layout(values(dtype, 24).reshape(2, 3, 4)[0])


def axes_of(array):
    return [axis for axis in AXES if axis is None or array.ndim]


def test_sort(dtype, layout):
    for x in arrays(dtype, layout):
        for axis in axes_of(x):
            want = np.sort(x, axis)
            same(rp.sort(rp.asarray(x), axis), want)
            same(rp.sort(x, axis, kind="stable"), want)
            if axis is None:
                continue
            same(rp.sort(x, axis=axis, descending=True), np.flip(want, axis))
            array = rp.array(x)
            assert array.sort(axis) is None
            same(array, want)


def test_argsort(dtype, layout):
    for x in arrays(dtype, layout):
        for axis in axes_of(x):
            same(rp.argsort(rp.asarray(x), axis), np.argsort(x, axis, kind="stable"))
            same(rp.asarray(x).argsort(axis), np.argsort(x, axis, kind="stable"))


def test_sort_writes_through_views(dtype):
    x = values(dtype, 60).reshape(6, 10)
    for view in np.s_[::2], np.s_[:, ::-3], np.s_[1:, 2:7], np.s_[::-1, 4]:
        mine, theirs = rp.array(x), x.copy()
        mine[view].sort(0)
        theirs[view].sort(0)
        same(mine, theirs)


@pytest.mark.parametrize("axis", [0, 1, -1, 2, -3, 2**70, "0", 1.0, np.int8(0), True])
def test_sort_in_place_along_axes_by_place_and_by_name(axis):
    def answer(xp, shape, named, frozen=False):
        x = xp.array(np.arange(12.0)[::-1].reshape(shape))
        x.flags.writeable = not frozen
        try:
            x.sort(axis=axis) if named else x.sort(axis)
        except Exception as error:
            return type(error)
        return np.asarray(x).tolist()

    for shape in (12,), (3, 4), (2, 6):
        for named in False, True:
            assert answer(rp, shape, named) == answer(np, shape, named)
    assert axis != 0 or not isinstance(axis, int) or answer(rp, (3, 4), True, frozen=True) is ValueError


def test_long_lines(dtype):
    x = values(dtype, 70_000)
    same(rp.sort(x), np.sort(x))
    same(rp.argsort(x), np.argsort(x, kind="stable"))
    kth = [10, 35_000, 69_999]
    assert np.array_equal(rp.partition(x, kth)[kth], np.sort(x)[kth], equal_nan=x.dtype.kind in "fc")
    deep = x.reshape(700, 100)
    same(rp.sort(deep, 0), np.sort(deep, 0))


def test_stable_sorts_keep_the_order_of_zeros():
    for dtype in "float16", "float32", "float64":
        x = np.array([0.0, -0.0, 1, -0.0, 0.0, -1, np.nan], dtype)
        want = np.sort(x, kind="stable")
        assert np.array_equal(np.signbit(rp.sort(x, stable=True)), np.signbit(want))
        same(rp.argsort(x, stable=True), np.argsort(x, kind="stable"))
    x = np.array([0j, complex(0.0, -0.0), 1, complex(-0.0, 0.0)])
    assert rp.sort(x, kind="mergesort").tobytes() == np.sort(x, kind="mergesort").tobytes()


def test_descending_argsort_is_stable(dtype):
    x = values(dtype, 50)
    got = np.asarray(rp.argsort(x, descending=True))
    ranks = np.unique(x, return_inverse=True)[1]
    same(rp.asarray(got), np.argsort(-ranks, kind="stable"))


def test_complex_order():
    nan, parts = np.nan, [0.0, -1.0, np.inf, np.nan]
    x = np.array([complex(a, b) for a in parts for b in parts] * 2)
    same(rp.sort(x), np.sort(x))
    same(rp.argsort(x), np.argsort(x, kind="stable"))
    same(rp.searchsorted(np.sort(x), x), np.searchsorted(np.sort(x), x))
    same(rp.sort_complex([3, nan, 1]), np.sort_complex([3, nan, 1]))
    for dtype in "bool", "int8", "uint16", "int32", "float16", "float32", "complex64":
        same(rp.sort_complex(np.array([1, 0], dtype)), np.sort_complex(np.array([1, 0], dtype)))


def test_partition(dtype, layout):
    for x in arrays(dtype, layout):
        for axis in axes_of(x):
            length = x.size if axis is None else x.shape[axis]
            for kth in ([0], [length - 1, 1 % max(length, 1)], [-1, -1], length // 2):
                if x.size == 0:
                    same(rp.partition(x, kth, axis), np.partition(x, kth, axis))
                    continue
                ordered = np.sort(x, axis)
                got = rp.partition(x, kth, axis)
                indices = rp.argpartition(x, kth, axis)
                assert indices.dtype == np.intp
                flat = x.reshape(-1) if axis is None else x
                taken = np.take_along_axis(flat, np.asarray(indices), -1 if axis is None else axis)
                for result in np.asarray(got), taken:
                    check_partition(result, ordered, np.atleast_1d(kth), -1 if axis is None else axis)


def check_partition(result, ordered, kth, axis):
    """The places are right, and each side of them holds what it should."""
    result, ordered = np.moveaxis(result, axis, -1), np.moveaxis(ordered, axis, -1)
    assert result.dtype == ordered.dtype
    edges = [0, *sorted({int(k) % result.shape[-1] for k in kth}), result.shape[-1]]
    for k in edges[1:-1]:
        np.testing.assert_array_equal(result[..., k], ordered[..., k])
    for low, high in zip(edges, edges[1:]):
        np.testing.assert_array_equal(np.sort(result[..., low:high]), ordered[..., low:high])


def test_partition_in_place():
    x = rp.array([[3, 1, 2], [9, 7, 8]])
    assert x.partition(1) is None
    assert x[:, 1].tolist() == [2, 8]
    x.partition(0, axis=0)
    assert x[0].tolist() == [min(pair) for pair in zip(*x.tolist())]


def test_lexsort(dtype, layout):
    for x in arrays(dtype, layout):
        other = (np.arange(x.size) % 3).reshape(x.shape)
        for axis in [-1, 0] if x.ndim else [-1]:
            for keys in (x,), (x, other), (other, x, other):
                same(rp.lexsort(keys, axis), np.asarray(np.lexsort(keys, axis)))
    same(rp.lexsort(np.array([[1, 2, 1], [0, 0, -1]])), np.array([2, 0, 1]))


def test_searchsorted(dtype, layout):
    ordered = np.sort(values(dtype, 40))
    for x in arrays(dtype, layout):
        for side in "left", "right":
            same(rp.searchsorted(ordered, x, side), np.asarray(np.searchsorted(ordered, x, side)))
            for other in "int64", "float32", "uint8":
                with np.errstate(all="ignore"):
                    needles = x.real.astype(other)
                want = np.asarray(np.searchsorted(ordered, needles, side))
                same(rp.searchsorted(ordered, needles, side), want)
    shuffled = values(dtype, 30, seed=3)
    sorter = np.argsort(shuffled)
    want = np.searchsorted(shuffled, ordered, sorter=sorter)
    same(rp.searchsorted(shuffled, ordered, sorter=sorter), want)
    same(rp.asarray(ordered[::-2])[::-1].searchsorted(shuffled), ordered[::-2][::-1].searchsorted(shuffled))


def test_searchsorted_of_numbers():
    x = np.array([1, 5, 9], np.uint8)
    for v in 5, 300, -1, 4.5, True, np.float32(9), [2, 700], [[]]:
        same(rp.searchsorted(x, v), np.asarray(np.searchsorted(x, v)))
    same(rp.searchsorted([], [1, 2]), np.searchsorted([], [1, 2]))


def test_digitize(layout):
    for x in arrays("float64", layout):
        for bins in [-1.0, 0.0, 0.5, 2.0], [3, 2, 2, -1], [1.0], [], [0, 0], [1, np.nan]:
            for right in False, True:
                want = np.asarray(np.digitize(x, bins, right))
                same(rp.digitize(rp.asarray(x), bins, right), want)


def test_bincount():
    x = np.array([0, 1, 1, 3, 9, 3])
    weights = np.array([0.5, -1, 2, 1e300, 3, 0.25])
    for dtype in "int64", "uint8", "int16", "uint64", "bool":
        for minlength in 0, 3, 20:
            want = np.bincount(x.astype(dtype), minlength=minlength)
            same(rp.bincount(x.astype(dtype), minlength=minlength), want)
    for dtype in "float64", "float32", "int8", "bool":
        w = weights.clip(-100, 100).astype(dtype)
        same(rp.bincount(x[::-1], w[::-1]), np.bincount(x[::-1], w[::-1]))
    same(rp.bincount([]), np.bincount([]))
    same(rp.bincount([], weights=[], minlength=2), np.bincount([], weights=[], minlength=2))
    with pytest.warns(DeprecationWarning):
        same(rp.bincount([1.5, 2.0]), np.array([0, 1, 1]))


ERRORS = [
    lambda xp, a: xp.sort(a, kind="x"),
    lambda xp, a: xp.sort(a, kind=3),
    lambda xp, a: xp.sort(a, kind="stable", stable=True),
    lambda xp, a: xp.sort(a, order="f0"),
    lambda xp, a: xp.sort(a, axis=4),
    lambda xp, a: xp.sort(3),
    lambda xp, a: xp.argsort(a, axis=1),
    lambda xp, a: xp.argsort(3, axis=1),
    lambda xp, a: xp.partition(a, 3),
    lambda xp, a: xp.partition(a, [1, -5]),
    lambda xp, a: xp.partition(a, True),
    lambda xp, a: xp.partition(a, 1.5),
    lambda xp, a: xp.partition(a, None),
    lambda xp, a: xp.partition(a, 1, kind="x"),
    lambda xp, a: xp.partition(a, 1, order="f0"),
    lambda xp, a: xp.partition(a, 1, axis=2),
    lambda xp, a: xp.argpartition(a, 5),
    lambda xp, a: xp.argpartition(3, 1),
    lambda xp, a: xp.lexsort(()),
    lambda xp, a: xp.lexsort(3),
    lambda xp, a: xp.lexsort([[1, 2], [1, 2, 3]]),
    lambda xp, a: xp.lexsort([a], axis=3),
    lambda xp, a: xp.lexsort([1, 2], axis=1),
    lambda xp, a: xp.searchsorted(3, 1),
    lambda xp, a: xp.searchsorted([[1]], 1),
    lambda xp, a: xp.searchsorted(a, 1, side="x"),
    lambda xp, a: xp.searchsorted(a, 1, side="LEFT"),
    lambda xp, a: xp.searchsorted(a, 1, side=1),
    lambda xp, a: xp.searchsorted(a, 1, sorter=[0.5]),
    lambda xp, a: xp.searchsorted(a, 1, sorter=[0]),
    lambda xp, a: xp.searchsorted(a, 1, sorter=[[0]]),
    lambda xp, a: xp.searchsorted(a, 1, sorter=[9, 9, 9]),
    lambda xp, a: xp.digitize(a, [3, 1, 2]),
    lambda xp, a: xp.digitize(a + 1j, [1, 2]),
    lambda xp, a: xp.digitize(a, [1j, 2]),
    lambda xp, a: xp.digitize(a, [[1, 2]]),
    lambda xp, a: xp.digitize(a, 3),
    lambda xp, a: xp.bincount([-1]),
    lambda xp, a: xp.bincount(3),
    lambda xp, a: xp.bincount([1], minlength=-1),
    lambda xp, a: xp.bincount([1], minlength=None),
    lambda xp, a: xp.bincount([1], minlength=1.5),
    lambda xp, a: xp.bincount([1], weights=[1, 2]),
    lambda xp, a: xp.bincount(a * 1.5),
    lambda xp, a: xp.bincount([1], minlength=2**62),
]


@pytest.mark.parametrize("number", range(len(ERRORS)))
def test_errors(number):
    with pytest.raises(Exception) as theirs:
        ERRORS[number](np, np.array([3, 1, 2]))
    with pytest.raises(type(theirs.value)) as mine:
        ERRORS[number](rp, rp.array([3, 1, 2]))
    assert str(mine.value) == str(theirs.value)


def test_read_only():
    x = rp.array([2.0, 1.0])
    x.setflags(write=False)
    with pytest.raises(ValueError, match="sort array is read-only"):
        x.sort()
    with pytest.raises(ValueError, match="partition array is read-only"):
        x.partition(0)
    assert rp.sort(x).tolist() == [1.0, 2.0]


def test_huge_counts_are_refused():
    with pytest.raises((MemoryError, ValueError)):
        rp.bincount([2**62])
    with pytest.raises(MemoryError):
        rp.bincount([2**45])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(7, 3), (300, 5), (5, 300), (200, 32)])
def test_stable_sorts_of_lines_keep_the_order_of_zeros(dtype, shape):
    rng = np.random.default_rng(3)
    for zeros in (0, 1, 50):
        x = rng.standard_normal(shape).astype(dtype)
        places = rng.integers(0, x.size, (2, zeros))
        x.flat[places[0]], x.flat[places[1]] = 0.0, -0.0
        for axis in (0, 1):
            got = np.asarray(rp.sort(rp.asarray(x), axis, kind="stable"))
            assert got.tobytes() == np.sort(x, axis, kind="stable").tobytes()


@pytest.mark.parametrize("dtype", ["i4", "u4", "f4", "i8", "u8", "f8"])
@pytest.mark.parametrize("length", [2, 9, 15, 16, 17, 31, 33, 64, 100, 129, 255, 257, 300, 512, 513])
def test_many_lines_of_words(dtype, length):
    bits = np.random.default_rng(length).integers(0, 1 << 63, (37, length), "u8", endpoint=True)
    x = bits.astype("u" + dtype[1:]).view(dtype)
    x[::3, ::5] = 0
    for given in x, x[:16], x[:7], x[::-2], x.T.copy().T:
        a = rp.asarray(given)
        np.testing.assert_array_equal(rp.sort(a), np.sort(given))
        np.testing.assert_array_equal(rp.sort(a.T, axis=0), np.sort(given.T, axis=0))
        np.testing.assert_array_equal(rp.sort(a, descending=True), np.sort(given)[:, ::-1])
        place = length // 3
        parted = np.asarray(rp.partition(a, place))
        np.testing.assert_array_equal(np.sort(parted), np.sort(given))
        np.testing.assert_array_equal(parted[:, place], np.sort(given)[:, place])


@pytest.mark.parametrize("dtype", ["?", "i1", "u8", "f2", "f4", "f8", "c16"])
@pytest.mark.parametrize("length", [0, 1, 2, 50, 5000])
def test_a_few_are_searched_through_a_sorter(dtype, length):
    generator = np.random.default_rng(length)
    x = generator.integers(0, 100, length).astype(dtype)
    if np.dtype(dtype).kind in "fc":
        x[: length // 10] = np.nan
    sorter = np.argsort(x)
    wanted = np.concatenate([x[:3], np.array([0, 1, 50]).astype(dtype)])
    if np.dtype(dtype).kind in "fc":
        wanted = np.append(wanted, np.array([np.nan, np.inf], dtype))
    for side in "left", "right":
        for v in (wanted, wanted[:1], wanted[-2:].reshape(2, 1)[::-1], wanted[:0]):
            for places in (sorter, sorter.astype("i4"), np.repeat(sorter, 2)[::2]):
                want = np.searchsorted(x, v, side, places)
                got = rp.searchsorted(rp.asarray(x), rp.asarray(v), side, rp.asarray(places))
                assert got.dtype == want.dtype and got.shape == want.shape
                np.testing.assert_array_equal(got, want)
        want = np.searchsorted(x, 50.5, side, sorter)
        got = rp.searchsorted(rp.asarray(x), 50.5, side, rp.asarray(sorter))
        assert int(got) == int(want)


def test_a_sorter_beyond_the_array_is_refused():
    for length in 3, 3000:
        x = np.arange(length)
        for sorter in (np.full(length, length), np.full(length, -1)):
            with pytest.raises(ValueError, match="Sorter index out of range"):
                np.searchsorted(x, [1], sorter=sorter)
            with pytest.raises(ValueError, match="Sorter index out of range"):
                rp.searchsorted(rp.asarray(x), [1], sorter=sorter)


@pytest.mark.parametrize("dtypes", ["bb", "B?", "?b", "bBb", "Hb", "eb", "hB?", "bBb?"])
@pytest.mark.parametrize("length", [0, 1, 5, 200, 300, 1500, 2049, 5000])
def test_lexsort_of_narrow_keys(dtypes, length):
    keys = tuple(values(dtype, length, seed=seed) for seed, dtype in enumerate(dtypes))
    same(rp.lexsort(keys), np.lexsort(keys))
    lines = tuple(np.stack([key, key[::-1], np.roll(key, 3)]) for key in keys)
    same(rp.lexsort(lines), np.lexsort(lines))
    same(rp.lexsort(lines, axis=0), np.lexsort(lines, axis=0))


@pytest.mark.parametrize("length", [63, 64, 65, 300, 1000, 2049])
def test_sorts_of_what_is_in_order(dtype, length):
    x = np.sort(values(dtype, length, seed=length))
    swapped = x.copy()
    swapped[[length // 2, length - 1]] = swapped[[length - 1, length // 2]]
    for given in x, x[::-1].copy(), np.repeat(x[:1], length), np.repeat(x, 2), swapped:
        for kind in None, "stable":
            same(rp.sort(given, kind=kind), np.sort(given, kind=kind))
        same(rp.sort(given, descending=True), np.sort(given)[::-1])


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_lines_of_few_complex_numbers(dtype):
    rng = np.random.default_rng(8)
    plain = [1.0, -2.0, 3.5, np.inf, 0.0]
    for parts in plain, [*plain, -0.0, np.nan]:
        for n in range(1, 18):
            x = np.empty((5, n, 30), dtype)
            x.real, x.imag = rng.choice(parts, x.shape), rng.choice(parts, x.shape)
            for axis in range(3):
                y = np.moveaxis(x, 1, axis)
                if n <= 16:
                    assert np.asarray(rp.sort(rp.asarray(y), axis)).tobytes() == np.sort(y, axis).tobytes()
                same(rp.argsort(rp.asarray(y), axis, stable=True), np.argsort(y, axis, stable=True))
                mine = rp.asarray(y.copy())
                mine.sort(axis)
                same(mine, np.sort(y, axis))
                for kth in {0, n // 2, n - 1}:
                    got, want = rp.partition(rp.asarray(y), kth, axis), np.sort(y, axis)
                    np.testing.assert_array_equal(np.asarray(got).take(kth, axis), want.take(kth, axis))
                    np.testing.assert_array_equal(np.sort(np.asarray(got), axis), want)
