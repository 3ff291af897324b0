"""Lines of an array put in order together, and elements moved in blocks, against NumPy."""

import numpy as np
import pytest
import raptors as rp
from conftest import values

LINES = [(2, 5), (70, 3), (30, 30), (600, 10), (130, 33), (20, 64), (9, 100), (5, 512), (3, 1200)]


def same(got, want):
    """Equal arrays of one dtype; NaN equals NaN."""
    assert got.dtype == want.dtype and got.shape == want.shape
    np.testing.assert_array_equal(got.__array__(), want)


@pytest.mark.parametrize("shape", LINES)
def test_lines_are_sorted(dtype, shape):
    x = values(dtype, shape[0] * shape[1], seed=shape[1]).reshape(shape)
    for given in x, x[:, ::-1], x[::2], np.asfortranarray(x):
        for axis in 0, 1:
            same(rp.sort(rp.asarray(given), axis), np.sort(given, axis))
            down = rp.sort(rp.asarray(given), axis, descending=True)
            same(down, np.flip(np.sort(given, axis), axis))
            want = np.argsort(given, axis, kind="stable")
            same(rp.argsort(rp.asarray(given), axis), want)
            kth = given.shape[axis] // 2
            got = rp.partition(rp.asarray(given), kth, axis)
            same(got.take([kth], axis), np.sort(given, axis).take([kth], axis))
            same(rp.sort(got, axis), np.sort(given, axis))


@pytest.mark.parametrize("size", [8, 600, 5000, 70_000])
def test_narrow_keys(size):
    for dtype in np.bool_, np.int8, np.uint8, np.int16, np.uint16, np.float16:
        x, y = values(dtype, size, seed=1), values(dtype, size, seed=2)
        same(rp.lexsort((x, y)), np.lexsort((x, y)))
        same(rp.argsort(rp.asarray(x)), np.argsort(x, kind="stable"))
        down = np.asarray(rp.argsort(rp.asarray(x), descending=True))
        assert (np.sort(down) == np.arange(size)).all()
        same(rp.asarray(x[down]), np.sort(x)[::-1])


def test_places_in_any_form():
    x = np.random.default_rng(3).permutation(100).reshape(5, 20)
    for kth in (3, -1), [7, 3, 3], (19,), np.array([], int):
        got = rp.partition(rp.asarray(x), kth)
        for place in kth:
            same(got[:, place], np.sort(x)[:, place])
        taken = rp.argpartition(rp.asarray(x), kth)
        same(rp.sort(rp.take_along_axis(rp.asarray(x), taken, -1)), np.sort(x))
    for kth in (3, 20), [-21]:
        for module in np, rp:
            with pytest.raises(ValueError, match=r"kth\(=(20|-1)\) out of bounds \(20\)"):
                module.argpartition(module.asarray(x), kth)


@pytest.mark.parametrize("size", [10, 63, 64, 100, 5000])
def test_sorted_elements_are_found_in_sorted_ones(dtype, size):
    x, y = values(dtype, size, seed=1), values(dtype, size // 2 + 1, seed=2)
    y = np.concatenate((y, x[::3]))
    same(rp.intersect1d(x, y), np.intersect1d(x, y))
    same(rp.setdiff1d(x, y), np.setdiff1d(x, y))
    for few in 1, 16, 17:
        same(rp.isin(x, y[:few]), np.isin(x, y[:few]))


@pytest.mark.parametrize("shape", [(5,), (40, 3), (7, 2, 5), (300, 24)])
def test_tiles(dtype, shape):
    x = values(dtype, int(np.prod(shape))).reshape(shape)
    for given in x, x[::-1], x.T:
        for times in 2, (2, 1), (1, 3), (3, 2), (2, 1, 2), (0, 2), (2, 2, 1, 1):
            same(rp.tile(rp.asarray(given), times), np.tile(given, times))


@pytest.mark.parametrize("row", [1, 2, 3, 5, 6, 8, 9])
def test_rows_are_repeated(dtype, row):
    x = values(dtype, 50 * row).reshape(50, row)
    counts = np.random.default_rng(row).integers(0, 7, 50)
    same(rp.repeat(x, counts, axis=0), np.repeat(x, counts, axis=0))
    for count in 0, 1, 3, 6:
        same(rp.repeat(x, count, axis=0), np.repeat(x, count, axis=0))
    for counts in [-1] + [1] * 49, [1] * 49 + [-1 << 62]:
        with pytest.raises(ValueError, match="negative"):
            rp.repeat(x, counts, axis=0)
    with pytest.raises((ValueError, MemoryError)):
        rp.repeat(x, [1 << 62] * 50, axis=0)


def test_truth_values_that_decide():
    x = np.zeros((300, 600), np.bool_)
    for place in None, (0, 0), (299, 599), (150, 301), (3, 64):
        if place:
            x[place] = True
        for given in x, x[:, ::2], x[::-1, ::-3], x.T:
            for turned in given, ~given:
                a = rp.asarray(turned)
                for name in "any", "all", "max", "min", "argmax", "argmin":
                    for axis in None, 0, 1:
                        want = getattr(np, name)(turned, axis)
                        np.testing.assert_array_equal(getattr(rp, name)(a, axis), want)


def test_extremes_of_halves_so_far():
    x = values(np.float16, 1200).reshape(400, 3)
    for given in x, x[:, 0], x.T:
        for name in "maximum", "minimum", "fmax", "fmin":
            for axis in range(given.ndim):
                got = getattr(rp, name).accumulate(rp.asarray(given), axis)
                same(got, getattr(np, name).accumulate(given, axis))


@pytest.mark.parametrize("length", [0, 7, 8, 100, 1000])
def test_integer_dots_wrap(dtype, length):
    if np.dtype(dtype).kind not in "biu":
        pytest.skip("floats are summed in another order")
    x, y = values(dtype, length, seed=1), values(dtype, length, seed=2)
    np.testing.assert_array_equal(rp.dot(x, y), np.dot(x, y))


def test_segments_of_strided_lines():
    x = np.random.default_rng(1).integers(-9, 9, (40, 60))
    for dtype in np.int8, np.int64, np.float32, np.complex128:
        for given in x.astype(dtype)[:, ::2], x.astype(dtype).T, x.astype(dtype)[::-1, ::-1]:
            got = rp.add.reduceat(rp.asarray(given), [0, 5, 3, 9], axis=-1)
            same(got, np.add.reduceat(given, [0, 5, 3, 9], axis=-1))


@pytest.mark.parametrize("shape", [(40, 3), (40, 2, 3), (3, 40)])
def test_segments_along_other_axes(shape):
    x = np.random.default_rng(1).integers(-9, 9, shape)
    axis = shape.index(40)
    for dtype in np.bool_, np.int8, np.int64, np.float16, np.float32, np.complex64:
        for given in x.astype(dtype), np.asfortranarray(x.astype(dtype)), x.astype(dtype)[::-1]:
            for name in "add", "maximum", "multiply":
                for starts in [0, 5, 3, 9, 39], list(range(40)):
                    with np.errstate(all="ignore"):
                        got = getattr(rp, name).reduceat(rp.asarray(given), starts, axis=axis)
                        want = getattr(np, name).reduceat(given, starts, axis=axis)
                    assert got.strides == want.strides
                    np.testing.assert_allclose(got, want, rtol=1e-2 if dtype == np.float16 else 1e-5)
                    assert got.dtype == want.dtype


@pytest.mark.parametrize("bits", [np.random.PCG64, np.random.MT19937])
def test_integers_between_bounds(bits):
    mine, theirs = rp.random.Generator(bits(7)), np.random.Generator(bits(7))
    for dtype in "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool":
        info = (0, 1) if dtype == "bool" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
        for low, high in (0, 1), (info[0], info[1]), (max(info[0], -5), min(info[1], 100)), (0, 0):
            for size in 1, 15, 16, 17, 1001, (4, 3):
                got = mine.integers(low, high, size, dtype, endpoint=True)
                same(got, theirs.integers(low, high, size, dtype, endpoint=True))
                # A half of a word may be left.
                same(mine.random(3, np.float32), theirs.random(3, np.float32))
    for high in (1 << 32) - 1, (1 << 32) - 2, 1 << 32, 3 << 30, 1 << 40:
        same(mine.integers(0, high, 1000), theirs.integers(0, high, 1000))


@pytest.mark.parametrize("width", [1, 2, 7, 8, 9, 100, 200])
def test_segments_of_rows(width):
    x = np.random.default_rng(width).integers(-9, 9, (300, width))
    starts = [0, 1, 1, 4, 20, 7, 150, 299]
    for dtype in np.bool_, np.uint8, np.int64, np.float32, np.float64, np.complex128:
        for given in x.astype(dtype), x.astype(dtype)[:, ::-1], x.astype(dtype).T.copy().T:
            for name in "add", "maximum", "logical_and":
                got = getattr(rp, name).reduceat(rp.asarray(given), starts)
                same(got, getattr(np, name).reduceat(given, starts))
    # One row is no combination, and no zero is added to several.
    zeros = np.full((5, width), -0.0)
    got = np.asarray(rp.add.reduceat(rp.asarray(zeros), [0, 1]))
    assert np.signbit(got).all()


@pytest.mark.parametrize("edges", [1, 2, 31, 32, 33, 64, 127, 128, 129])
def test_places_among_few(dtype, edges):
    some = np.unique(values(dtype, edges, seed=3))
    for size in 63, 64, 65, 200:
        x = values(dtype, size, seed=size)
        for side in "left", "right":
            same(rp.searchsorted(some, rp.asarray(x), side), np.searchsorted(some, x, side))
        if np.dtype(dtype).kind != "c" and not np.isnan(some.astype(np.float64)).any():
            for right in False, True:
                same(rp.digitize(rp.asarray(x), some, right), np.digitize(x, some, right))


@pytest.mark.parametrize("length", [1, 7, 8, 63, 64, 129, 700])
def test_dots_of_rows_of_every_layout(dtype, length):
    def given(seed):
        return values(dtype, 40 * length, seed=seed).reshape(40, length)

    x, y = given(1), given(2)
    if np.dtype(dtype).kind in "fc":
        x, y = np.nan_to_num(x, posinf=1, neginf=2), np.nan_to_num(y, posinf=1, neginf=2)
        x, y = (z / z.dtype.type(max(abs(z).max(), 1)) for z in (x, y))
    with np.errstate(all="ignore"):
        want = np.vecdot(x, y)
    whole = rp.vecdot(x, y)
    for a in x, np.asfortranarray(x), x[::-1, ::-1].copy()[::-1, ::-1]:
        for b in y, np.asfortranarray(y), np.repeat(y, 2, axis=1)[:, ::2]:
            got = rp.vecdot(rp.asarray(a), rp.asarray(b))
            np.testing.assert_array_equal(np.asarray(got), np.asarray(whole))
            rtol = 1e-2 if dtype == np.float16 else 1e-4
            np.testing.assert_allclose(np.asarray(got), want, rtol=rtol, atol=rtol)
    one = rp.vecdot(rp.asarray(np.asfortranarray(x)), rp.asarray(y[0]))
    np.testing.assert_allclose(np.asarray(one), np.asarray(np.vecdot(x, y[0])), rtol=rtol, atol=rtol)


@pytest.mark.parametrize("shape", [(3, 3), (4, 4), (5, 7), (8, 8), (10, 17), (9, 33), (20, 40)])
def test_stacks_of_matrices_of_integers(shape):
    m, n = shape
    for dtype in np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64:
        info = np.iinfo(dtype)
        rng = np.random.default_rng(m)
        a = rng.integers(info.min, info.max, (5, m, n), dtype, endpoint=True)
        b = rng.integers(info.min, info.max, (5, n, m), dtype, endpoint=True)
        want = a @ b
        for first in a, np.asfortranarray(a), a[:, ::-1].copy()[:, ::-1]:
            for second in b, b.swapaxes(1, 2).copy().swapaxes(1, 2):
                same(rp.asarray(first) @ rp.asarray(second), want)
                same(rp.asarray(first[0]) @ rp.asarray(second[0]), want[0])
                same(rp.matvec(first, second[..., 0]), (first @ second[..., :1])[..., 0])


@pytest.mark.parametrize("width", [1, 3, 7, 8, 9, 16, 23, 64, 65, 127, 128, 129, 256, 300])
def test_columns_of_few_rows_are_added_as_numpy_does(width):
    rng = np.random.default_rng(width)
    for rows in 1, 2, 3, 8, 50, 128:
        x = rng.normal(0, 1, (rows, width))
        for dtype in np.float32, np.float64, np.complex64, np.complex128:
            given = x.astype(dtype)
            same(rp.sum(rp.asarray(given), axis=0), given.sum(axis=0))
            same(rp.max(rp.asarray(given), axis=0), given.max(axis=0))
            np.testing.assert_allclose(rp.var(rp.asarray(given), axis=0), given.var(axis=0), rtol=1e-3)
        for dtype in np.bool_, np.int8, np.uint16, np.int32, np.int64:
            given = (x * 100).astype(dtype)
            same(rp.sum(rp.asarray(given), axis=0), given.sum(axis=0))
            same(rp.min(rp.asarray(given), axis=0), given.min(axis=0))
            same(rp.count_nonzero(rp.asarray(given), axis=0), np.count_nonzero(given, axis=0))


@pytest.mark.parametrize("size", [1, 63, 64, 65, 255, 16319, 16320, 16321, 40_000])
def test_bytes_are_counted(size):
    for dtype in np.int8, np.uint8, np.bool_:
        x = values(dtype, size, seed=5)
        assert rp.count_nonzero(rp.asarray(x)) == np.count_nonzero(x)
        assert rp.count_nonzero(rp.asarray(np.ones(size, dtype))) == size


@pytest.mark.parametrize("shape", [(3, 5), (70, 70), (130, 513), (9, 2000), (2000, 9), (40, 9, 70)])
def test_operands_that_lie_across_each_other(dtype, shape):
    size = int(np.prod(shape))
    a = values(dtype, size, seed=1).reshape(shape)
    b = values(dtype, size, seed=2).reshape(shape[::-1]).T
    wide = values(dtype, 2 * size, seed=3).reshape(*shape[:-1], 2 * shape[-1])[..., ::2]
    op = "logical_xor" if np.dtype(dtype) == np.bool_ else "subtract"
    with np.errstate(all="ignore"):
        for x, y in (a, b), (b, a), (wide, b), (b, wide), (a[::-1], b), (b, a[0]), (b[:, ::-1], a):
            got = getattr(rp, op)(rp.asarray(x), rp.asarray(y))
            same(got, getattr(np, op)(x, y))
            assert got.strides == getattr(np, op)(x, y).strides
        same(rp.where(rp.asarray(a > b), rp.asarray(a), rp.asarray(b)), np.where(a > b, a, b))
        same(rp.asarray(b) > rp.asarray(a), b > a)
        out, theirs = b.copy("F"), b.copy("F")
        rp.maximum(rp.asarray(a), rp.asarray(b), out=rp.asarray(out))
        np.maximum(a, b, out=theirs)
        same(rp.asarray(out), theirs)


@pytest.mark.parametrize("dtype", ["bool", "i1", "u2", "i4", "u8", "f4", "f8", "c8", "c16"])
def test_products_of_many_short_rows_are_numpys(dtype):
    # Whole numbers, whose sums are exact in any order.
    numbers = np.arange(20 * 20).reshape(20, 20) * 7 % 11
    for n in range(9):
        for count in (1, 3, 4, 5, 20):
            x, y = numbers[:count, :n].astype(dtype), numbers[-count:, 3 : n + 3].astype(dtype)
            for a, b in [(x, y), (x[::-1, ::-1], y), (np.asfortranarray(x), y), (x, y[:1])]:
                got = np.asarray(rp.vecdot(rp.asarray(a), rp.asarray(b)))
                np.testing.assert_array_equal(got, np.vecdot(a, b))


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
def test_common_divisors_and_quotients_by_one_number_are_numpys(dtype):
    info = np.iinfo(dtype)
    least, most = info.min, info.max
    edges = np.array([0, 1, 2, 3, 6, 8, 12, 96, 100, most, least, most // 3, most - 1], dtype)
    x, y = np.repeat(edges, edges.size), np.tile(edges, edges.size)
    small = [a % np.array(101, dtype) for a in (x, y)]
    for x, y in [(x, y), small]:
        turned = x.reshape(13, 13).T
        pairs = [(x, y), (x[::-1], y[::-1]), (x[1::2], y[:-1:2]), (x, y[7:8]), (x[9], y), (turned, y[:13])]
        for a, b in pairs:
            for name in ("gcd", "lcm"):
                with np.errstate(all="ignore"):
                    want = getattr(np, name)(a, b)
                got = getattr(rp, name)(rp.asarray(a), rp.asarray(b))
                np.testing.assert_array_equal(np.asarray(got), want)
        for by in edges:
            for name in ("floor_divide", "remainder", "fmod"):
                with np.errstate(all="ignore"):
                    want, got = getattr(np, name)(x, by), getattr(rp, name)(rp.asarray(x), by)
                np.testing.assert_array_equal(np.asarray(got), want)


@pytest.mark.parametrize("length", range(1, 9))
def test_products_of_many_short_rows(dtype, length):
    x, y = (values(dtype, 37 * length, seed=length + i).reshape(37, length) for i in (0, 9))
    if np.dtype(dtype).kind in "fc":
        x, y = (np.nan_to_num(z, posinf=1, neginf=2) for z in (x, y))
        x, y = (z / z.dtype.type(max(abs(z).max(), 1)) for z in (x, y))
    with np.errstate(all="ignore"):
        want = np.vecdot(x, y)
    rtol = 1e-2 if dtype == np.float16 else 1e-4
    for a in x, np.asfortranarray(x), np.repeat(x, 2, axis=1)[:, ::2]:
        for b in y, np.asfortranarray(y):
            got = np.asarray(rp.vecdot(rp.asarray(a), rp.asarray(b)))
            assert got.dtype == want.dtype
            np.testing.assert_allclose(got, want, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("shape", [(40, 3), (3, 40), (9, 8, 7)])
def test_arrays_reversed_along_all_axes_are_copied(dtype, shape):
    x = values(dtype, int(np.prod(shape)), seed=3).reshape(shape)
    same(rp.flip(rp.asarray(x)).copy(), np.flip(x).copy())


def test_common_divisors_of_many_numbers():
    generator = np.random.default_rng(31)
    for dtype in ("uint8", "int16", "int64"):
        for length in (1, 15, 16, 17, 33, 200):
            many = generator.integers(1, 100, (length, 5)).astype(dtype)
            even = many // 2 * 2
            late = even.copy()
            late[-1] = 9
            negative = -even if dtype != "uint8" else even * 0
            for a in (many, even, late, negative, late.T, even[::2]):
                for axis in (0, 1, None):
                    want = np.gcd.reduce(a, axis=axis)
                    got = rp.gcd.reduce(rp.asarray(a), axis=axis)
                    np.testing.assert_array_equal(np.asarray(got), want)
                    want = np.gcd.reduce(a, axis=axis, initial=12, keepdims=True)
                    got = rp.gcd.reduce(rp.asarray(a), axis=axis, initial=12, keepdims=True)
                    np.testing.assert_array_equal(np.asarray(got), want)


@pytest.mark.parametrize("name", ["argmax", "argmin", "max", "min", "any", "all"])
def test_truth_values_of_any_byte(name):
    rng = np.random.default_rng(8)
    for length in (1, 3, 40, 64, 300, 600):
        x = rng.integers(0, 256, (20, length)).astype(np.uint8) * rng.integers(0, 2, (20, length), np.uint8)
        ours, theirs = rp.array(x).view(bool), x.view(bool)
        for axis in (None, 0, 1):
            same(getattr(rp, name)(ours, axis=axis), getattr(np, name)(theirs, axis=axis))
