"""Shorter ways of functions over few elements: what they give is what NumPy, or the long way, gives."""

import itertools
import types
import warnings

import numpy as np
import pytest

import raptors as rp

RNG = np.random.default_rng(8)


def outcome(function, *args, **options):
    """What a call gives, or the class and words of its error, and what it warns of."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            result = function(*args, **options)
        except Exception as error:
            result = type(error), str(error)
    return result, [(one.category, str(one.message)) for one in given]


def test_methods_are_bound_like_functions():
    a = rp.zeros(3)
    bound = a.put
    assert type(bound) is types.MethodType and bound.__self__ is a
    bound([0], [2.0])
    type(a).put(a, [1], [3.0])
    assert a.tolist() == [2.0, 3.0, 0.0]
    method = vars(type(a))["put"]
    assert method.__get__(None, type(a)) is method and type(a).put is method
    assert method.__get__(a)([2], [4.0]) is None and a[2] == 4.0


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i1", "u1", "i4", "i8", "u8"])
def test_edges_are_computed_in_numpys_type(dtype):
    for size, bins in itertools.product((1, 2, 8, 1000), (1, 3, 10, 77)):
        data = (RNG.normal(40, 12, size).clip(0, 100)).astype(dtype)
        for bounds in (None, (0, 64), (1.5, 33.25), [0, 9], (0, 10**30), (3, 3), (5, 2), (0.0, np.inf)):
            expected = outcome(np.histogram, data, bins, bounds)
            got = outcome(rp.histogram, rp.asarray(data), bins, bounds)
            if isinstance(expected[0][0], type):
                assert got == expected
                continue
            for x, y in zip(got[0], expected[0]):
                assert x.dtype == y.dtype and np.array_equal(x, y)


def test_edges_that_do_not_rise_are_refused():
    for dtype, numbers in (("f4", [1, np.nan]), ("f4", [1, np.inf]), ("f8", [-np.inf, 0]), ("f4", [1, 1 + 2**-23]),
                           ("i8", [2**62, 2**62 + 1]), ("u8", [0, 2**64 - 1]), ("f8", [-1.7e308, 1.7e308])):  # fmt: skip
        data = np.array(numbers, dtype)
        expected, got = (outcome(xp.histogram_bin_edges, xp.asarray(data), 10)[0] for xp in (np, rp))
        if isinstance(expected, tuple):
            assert got == expected
        else:
            assert np.array_equal(got, expected, equal_nan=True)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i4", "c16", "?"])
def test_norms(dtype):
    whole = RNG.normal(0, 3, (6, 8)).astype(dtype)
    for x in (whole, whole.T, whole[::2, ::-1], whole[0], whole[1, ::3], whole[:0], whole[:, :0], whole[0, :0]):
        for order in (None, 1, -1, 1.0, np.inf, -np.inf, 2, 0, 3, True, "fro", "nuc"):
            expected, got = (outcome(xp.linalg.norm, xp.asarray(x), order)[0] for xp in (np, rp))
            if isinstance(expected, tuple):
                assert got[0] is expected[0]
            else:
                assert got.dtype == expected.dtype and np.allclose(got, expected, rtol=1e-2 if dtype == "f2" else 1e-5)
    gap = np.array([[1.0, np.nan], [2.0, 3.0]])
    for order in (1, -1, np.inf, -np.inf):
        assert np.isnan(rp.linalg.norm(rp.asarray(gap), order))


def test_tensordot_over_lists_of_axes():
    a, b = RNG.integers(-5, 5, (3, 4)), RNG.integers(-5, 5, (3, 4))
    for axes in (([0], [0]), ([1], [1]), [[0], [0]], ([-1], [1]), ((0,), (0,)), ([0, 1], [0, 1]), ([0], [1]), ([2], [0]),
                 ([0], 0), ([True], [0]), ([0, 0], [0, 0]), ([0], [0, 1]), ([0], [0], [0])):  # fmt: skip
        expected, got = (outcome(xp.tensordot, xp.asarray(a), xp.asarray(b), axes)[0] for xp in (np, rp))
        if isinstance(expected, tuple):
            assert got[0] is expected[0]
        else:
            assert np.array_equal(got, expected)


@pytest.mark.parametrize("mode", ["reflect", "symmetric"])
def test_reflected_margins(mode):
    for shape in ((1,), (2,), (7,), (3, 4), (1, 5), (2, 3, 2)):
        x = RNG.integers(0, 99, shape)
        for width in (0, 1, 2, 3, 9, (1, 0), (0, 2)):
            expected, got = np.pad(x, width, mode), rp.pad(rp.asarray(x), width, mode)
            assert np.array_equal(got, expected) and got.strides == expected.strides
            assert not np.shares_memory(np.asarray(got), x)


@pytest.mark.parametrize("dtype", ["c8", "c16"])
def test_complex_rows_are_multiplied_as_vectors_are(dtype):
    for n in (1, 3, 7, 8, 9, 33, 100):
        x, y = ((RNG.normal(size=(3, 5, n)) + 1j * RNG.normal(size=(3, 5, n))).astype(dtype) for _ in range(2))
        a, b = rp.asarray(x), rp.asarray(y)
        sums = rp.vecdot(a, b)
        assert sums.dtype == dtype and np.allclose(sums, np.vecdot(x, y), rtol=1e-4)
        # As of a conjugated copy, and as of operands that lie otherwise.
        assert np.array_equal(sums, rp.matmul(a.conj()[..., None, :], b[..., None])[..., 0, 0])
        assert np.array_equal(sums, rp.vecdot(rp.asarray(np.asfortranarray(x)), b))
        for mode in ("valid", "same", "full"):
            got = rp.correlate(a[0, 0], b[0, 0, : n // 2 + 1], mode)
            assert np.allclose(got, np.correlate(x[0, 0], y[0, 0, : n // 2 + 1], mode), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["cumsum", "cumprod", "nancumprod"])
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "c8"])
def test_exceptions_of_prefixes_are_told_of_once(name, dtype):
    small, large = np.finfo(dtype).smallest_normal, np.finfo(dtype).max
    for numbers in ([small, small], [large, large], [np.inf, -np.inf], [0.5] * 200, [2.0] * 2000, [1.0, 2.0]):
        for shape in ((-1,), (1, -1), (-1, 1)):
            x = np.array(numbers, dtype).reshape(shape)
            with np.errstate(all="warn"):
                expected, got = (outcome(getattr(xp, name), xp.asarray(x)) for xp in (np, rp))
            assert np.array_equal(got[0], expected[0], equal_nan=True)
            assert sorted(got[1], key=str) == sorted(expected[1], key=str), (numbers[:2], shape)


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "u1", "u8"])
def test_floats_are_cut_where_they_are_added_to_integers(dtype):
    for value in (1.0, -2.75, 300.5, 1e300, np.nan, np.float32(1.5), np.arange(30) * 0.75):
        for name in ("add", "maximum", "divide", "power"):
            results = []
            for xp in (np, rp):
                o = xp.ones((40, 30), dtype)
                places = xp.asarray(np.array([3, 1, 39, 1, 0]))
                value_of = xp.asarray(value) if isinstance(value, np.ndarray) else value
                error, told = outcome(getattr(xp, name).at, o, places, value_of)
                results.append((o.tolist(), error, told))
            assert results[0] == results[1], (value, name)


def test_einsum_over_one_label():
    arrays = [RNG.integers(-9, 9, shape) for shape in ((4, 5), (4, 5), (1, 5), (4, 1), (5, 5))]
    for text in ("ij,ij->i", "ij,ij->j", "ij,ij", "ij,ij->ji", "ij,ji->i", "ii,ij->i", "ik,ij->ij", "ij,ij->"):
        for x, y in itertools.product(arrays, repeat=2):
            for dtype in ("i8", "f4", "c16"):
                given = x.astype(dtype), y.astype(dtype).copy("F")
                expected, got = (outcome(xp.einsum, text, *map(xp.asarray, given))[0] for xp in (np, rp))
                if isinstance(expected, tuple):
                    assert got[0] is expected[0]
                else:
                    assert np.array_equal(got, expected) and got.dtype == expected.dtype


@pytest.mark.parametrize("name", ["matmul", "vecdot", "matvec", "vecmat"])
def test_products_in_an_output(name):
    x, y, v, w = (RNG.integers(-5, 5, shape) for shape in ((3, 4), (4, 2), (4,), (3,)))
    for dtype in ("i8", "f4", "c16"):
        for left, right in ((x, y), (x, v), (v, y), (v, v), (x, x), (w, x), (x, w)):
            left, right = left.astype(dtype), right.astype(dtype)
            for shape, kind in itertools.product(((3, 2), (3,), (2,), (), (4,), (2, 3), (1, 3, 2)), (dtype, "f8", "i4")):
                results = []
                for xp in (np, rp):
                    out = xp.zeros(shape, kind)
                    given, _ = outcome(getattr(xp, name), xp.asarray(left), xp.asarray(right), out=out)
                    results.append((out.tolist(), given[0] if isinstance(given, tuple) else given is out))
                assert results[0] == results[1], (left.shape, right.shape, shape, kind)
    fixed = rp.zeros((3, 2), "i8")
    fixed.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        rp.matmul(rp.asarray(x), rp.asarray(y), out=fixed)
    square = rp.asarray(x[:, :3].astype("f8"))
    expected = square @ square
    assert rp.matmul(square, square, out=square) is square and np.array_equal(square, expected)


@pytest.mark.parametrize("dtype", ["?", "i2", "f4", "f8", "c16"])
def test_places_along_an_axis(dtype):
    whole = RNG.integers(0, 9, (4, 5, 3)).astype(dtype)
    for x in (whole, whole[0], whole.T, whole[:, ::2], whole[0, 0], whole[:0], whole[:, :, :0]):
        for places in (0, 2, -1, 9, -9, np.array([0, 2, 1]), np.array([[1, -1], [0, 0]]), np.array([7]), [0, 1], []):
            for axis in (0, 1, 2, -1, -3, None, 5):
                for mode in ("raise", "wrap", "clip"):
                    expected, got = (
                        outcome(xp.take, xp.asarray(x), places if isinstance(places, int | list) else xp.asarray(places),
                                axis, mode=mode)[0]
                        for xp in (np, rp)
                    )  # fmt: skip
                    if isinstance(expected, tuple):
                        assert got == expected
                    else:
                        assert got.dtype == expected.dtype and (got.strides == expected.strides or not got.size)
                        assert np.array_equal(got, expected) and not np.shares_memory(np.asarray(got), x)


def test_lines_between_elements_and_packed_bits():
    for dtype, endpoint, num in itertools.product(("f8", "f4", "i8", "u1", "c16"), (True, False), (0, 1, 2, 7)):
        ends = np.array([3, 250]).astype(dtype)
        expected, got = (xp.linspace(*xp.asarray(ends), num, endpoint) for xp in (np, rp))
        assert got.dtype == expected.dtype and np.array_equal(got, expected)
    for first, last in ((np.nan, 1.0), (-1.7e308, 1.7e308), (np.inf, np.inf), (0.0, 5e-324), (1.0, 1.0)):
        expected, got = (outcome(xp.linspace, *xp.asarray([first, last]), 4) for xp in (np, rp))
        assert np.array_equal(got[0], expected[0], equal_nan=True) and len(got[1]) == len(expected[1])
    bits = RNG.random((6, 7)) > 0.5
    for x in (bits, bits.T, bits[::2], bits[None], bits[0], bits[:0], bits[0, 0], bits.astype("u1") * 3, bits.astype("f4")):
        expected, got = (outcome(xp.packbits, xp.asarray(x))[0] for xp in (np, rp))
        assert got[0] is expected[0] if isinstance(expected, tuple) else np.array_equal(got, expected)


def test_casts_that_are_unsafe_only_by_name():
    x, m = RNG.normal(0, 9, (4, 6)), RNG.random((4, 6)) > 0.4
    for kinds in itertools.product(("f8", "i4"), ("f8", "f4", "i4", "?", "c16")):
        for name, options in itertools.product(("subtract", "divide", "sqrt", "less"), ({}, {"where": m})):
            for casting in ("unsafe", "same_kind", "no", "some"):
                results = []
                for xp in (np, rp):
                    a, out = xp.asarray(np.abs(x).astype(kinds[0])), xp.zeros((4, 6), kinds[1])
                    asked = {key: xp.asarray(value) for key, value in options.items()}
                    args = (a,) if name == "sqrt" else (a, a[::-1])
                    given, _ = outcome(getattr(xp, name), *args, out=out, casting=casting, **asked)
                    results.append((out.tolist(), given if isinstance(given, tuple) else given is out))
                assert repr(results[0]) == repr(results[1]), (kinds, name, casting)
