"""Bits packed, bytes swapped, elements repeated, triangles and extremes of rows, against NumPy."""

import numpy as np
import pytest
import raptors as rp

RNG = np.random.default_rng(7)
SHAPES = [(0,), (1,), (9,), (64,), (130,), (3, 0), (3, 17), (17, 3), (2, 9, 4), (5, 70)]


def same(ours, theirs):
    ours = np.asarray(ours)
    assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
    np.testing.assert_array_equal(ours, theirs)


def layouts(a):
    yield a
    yield a[::-1]
    yield np.asfortranarray(a)
    wide = np.repeat(a, 2, axis=-1)
    yield wide[..., ::2]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int32])
def test_bits_are_packed_and_unpacked_along_every_axis(shape, dtype):
    for a in layouts(RNG.integers(0, 3, shape).astype(dtype)):
        for axis in [None, *range(-1, a.ndim)]:
            for order in ("big", "little"):
                packed = np.packbits(a, axis, order)
                same(rp.packbits(rp.asarray(a), axis, order), packed)
                # What NumPy makes more of than nothing is not zero.
                for count in (None, 0, 5, -3, 40) if packed.size else (None, 0):
                    wanted = np.unpackbits(packed, axis, count, order)
                    same(rp.unpackbits(rp.asarray(packed), axis, count, order), wanted)
    with pytest.raises(ValueError, match="-count larger than number of elements"):
        rp.unpackbits(np.zeros(2, np.uint8), count=-17)


@pytest.mark.parametrize("dtype", ["i1", "u2", "f4", "f8", "c8", "c16", "f2", "?"])
def test_bytes_are_swapped(dtype):
    for a in layouts(RNG.integers(0, 2, (7, 33)).astype(dtype)):
        bits = "V%d" % a.itemsize
        for ours in (rp.asarray(a).byteswap(), rp.array(a).byteswap(inplace=True)):
            ours = np.asarray(ours)
            assert ours.dtype == a.dtype
            np.testing.assert_array_equal(ours.view(bits), a.byteswap().view(bits))


@pytest.mark.parametrize("dtype", ["i1", "f2", "f4", "f8", "c16"])
@pytest.mark.parametrize("shape", [(40,), (40, 3), (40, 9), (3, 40), (2, 5, 4)])
def test_places_are_repeated(shape, dtype):
    for a in layouts(RNG.integers(0, 100, shape).astype(dtype)):
        for axis in [None, *range(a.ndim)]:
            n = a.size if axis is None else a.shape[axis]
            for counts in (0, 1, 2, 3, 7, RNG.integers(0, 9, n), np.zeros(n, int)):
                same(rp.repeat(rp.asarray(a), counts, axis), np.repeat(a, counts, axis))


@pytest.mark.parametrize("dtype", ["?", "i2", "f4", "f8", "c16"])
@pytest.mark.parametrize("shape", [(5,), (4, 4), (3, 7), (7, 3), (2, 3, 5), (0, 3), (3, 0)])
def test_triangles(shape, dtype):
    for a in layouts(RNG.integers(1, 100, shape).astype(dtype)):
        for k in (-9, -1, 0, 2, 9):
            same(rp.tril(rp.asarray(a), k), np.tril(a, k))
            same(rp.triu(rp.asarray(a), k), np.triu(a, k))


@pytest.mark.parametrize("dtype", ["i1", "i4", "u4", "i8", "f2", "f4", "f8", "c8"])
@pytest.mark.parametrize("width", [31, 32, 64, 65, 100, 127, 513, 5000])
def test_the_first_extreme_of_every_row_is_found(width, dtype):
    a = RNG.integers(0, 40, (9, width)).astype(dtype)
    if a.dtype.kind in "fc":
        a[2, width // 2 :: 3] = np.nan
        a[3] = np.nan
        a[4] = -np.inf
        a[5, -1] = np.inf
        a[6] = -0.0
        a[6, 7] = 0.0
    for name in ("argmax", "argmin"):
        same(getattr(rp, name)(rp.asarray(a), axis=1), getattr(np, name)(a, axis=1))
        same(getattr(rp, name)(rp.asarray(a).T, axis=0), getattr(np, name)(a.T, axis=0))
        for row in a:
            same(getattr(rp, name)(rp.asarray(row)), np.asarray(getattr(np, name)(row)))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "c8"])
def test_extremes_down_columns_heed_nan(dtype):
    a = RNG.integers(-3, 4, (37, 70)).astype(dtype)
    a[RNG.random(a.shape) < 0.2] = np.nan
    a[:, 5] = np.nan
    for name in ("maximum", "minimum", "fmax", "fmin"):
        for axis in (0, 1):
            same(getattr(rp, name).reduce(rp.asarray(a), axis), getattr(np, name).reduce(a, axis))


def test_a_reduction_of_what_is_chosen_starts_from_its_initial_value():
    a = RNG.random((6, 50))
    keep = a > 0.4
    for dtype in ("f8", "f4", "i4", "u1", "c16"):
        x = (a * 50).astype(dtype)
        for axis in (None, 0, 1):
            for options in ({"initial": 3}, {"initial": 3, "keepdims": True}, {"where": keep}):
                ours = rp.sum(rp.asarray(x), axis=axis, **options)
                np.testing.assert_allclose(np.asarray(ours), np.sum(x, axis=axis, **options), 1e-5)
            if dtype != "c16":
                ours = rp.max(rp.asarray(x), axis=axis, initial=1, where=keep)
                same(ours, np.asarray(np.max(x, axis=axis, initial=1, where=keep)))


def test_polynomials_of_many_points_and_of_other_dtypes():
    for p in ([1, 2, 3], [0.5, -2.0], [1j, 2], []):
        for x in (RNG.random(20000), RNG.random((3, 7)).T, np.arange(5), np.float32([2, np.inf])):
            with np.errstate(invalid="ignore"):
                ours, theirs = rp.polyval(p, rp.asarray(x)), np.polyval(p, x)
            assert ours.dtype == theirs.dtype
            np.testing.assert_allclose(np.asarray(ours), theirs, rtol=1e-6)


def test_elements_are_chosen_and_written_by_condition():
    x = RNG.integers(0, 9, (30, 4))
    same(rp.extract(x > 4, rp.asarray(x)), np.extract(x > 4, x))
    same(rp.extract([True, False, True], rp.asarray(x)), np.extract([True, False, True], x))
    keep = x[:, 0] > 3
    same(rp.compress(keep, rp.asarray(x[:, 1])), np.compress(keep, x[:, 1]))
    same(rp.compress(keep, rp.asarray(x), axis=0), np.compress(keep, x, axis=0))
    same(rp.choose(x % 3, [x, -x, 7]), np.choose(x % 3, [x, -x, 7]))
    for values in ([5], [1, 2, 3], np.arange(500)):
        for name in ("place", "putmask"):
            ours, theirs = rp.array(x), x.copy()
            getattr(rp, name)(ours, x > 4, values)
            getattr(np, name)(theirs, x > 4, values)
            same(ours, theirs)


def test_elements_are_added_to_at_places_of_any_kind():
    for places in ([0, 3, 3], np.array([1, 1, 4]), np.array([-1, 2, -1]), slice(1, 4), [[0], [2]]):
        ours, theirs = rp.zeros(6), np.zeros(6)
        rp.add.at(ours, places, 2.5)
        np.add.at(theirs, places, 2.5)
        same(ours, theirs)
    ours = rp.zeros(6)
    with pytest.raises(IndexError, match="index 6 is out of bounds"):
        rp.add.at(ours, np.array([0, 6]), 1)
    same(ours, np.zeros(6))


def test_blocks_go_to_their_places():
    a, b, c = RNG.random((70, 30)), RNG.integers(0, 9, (70, 50)), RNG.random((2, 80))
    same(rp.block([[rp.asarray(a), rp.asarray(b)], [c]]), np.block([[a, b], [c]]))
    same(rp.block([[[a, a], [a, a]], [[a, a], [a, a]]]), np.block([[[a, a], [a, a]], [[a, a], [a, a]]]))
    same(rp.block([[a.T, a.T], [a.T, a.T]]), np.block([[a.T, a.T], [a.T, a.T]]))
    same(rp.block([[np.ones((90, 90)), 2 * np.ones((90, 1))], [np.zeros(91)]]).sum(), np.asarray(8280.0))
    with pytest.raises(ValueError, match="dimensions"):
        rp.block([[a, a], [b, c]])


@pytest.mark.parametrize("width", [1, 2, 3, 4, 6, 8, 9])
@pytest.mark.parametrize("dtype", ["u1", "f2", "f4", "f8"])
def test_short_rows_are_picked_put_and_copied(width, dtype):
    a = RNG.integers(0, 200, (50, width)).astype(dtype)
    places = RNG.integers(-50, 50, 80)
    same(rp.asarray(a)[places], a[places])
    same(rp.take(rp.asarray(a), places % 50, axis=0), np.take(a, places % 50, axis=0))
    ours, theirs = rp.zeros((50, width), dtype), np.zeros((50, width), dtype)
    ours[places], theirs[places] = a[places], a[places]
    same(ours, theirs)
    wide = np.repeat(a, 2, axis=0)[::2]
    same(rp.asarray(wide).copy(), wide.copy())
    same(rp.concatenate([rp.asarray(a), rp.asarray(a)], axis=1), np.concatenate([a, a], axis=1))
