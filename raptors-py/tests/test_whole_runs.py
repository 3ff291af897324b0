"""Loops that have a form of their own for whole runs, against NumPy: complex products, quotients of
short numbers, counts and sums at places, few float16, reductions of all elements."""

from __future__ import annotations

import numpy as np
import pytest
import test_reductions as reductions

import raptors as rp

RNG = np.random.default_rng(11)
REDUCED = [name for name in reductions.NAMES if name != "prod"]
PARTS = np.array([0.0, -0.0, 1.0, -1.5, np.inf, -np.inf, np.nan, 1e15, -1e-15])


@pytest.fixture(autouse=True)
def same_numbers():
    """Each test has numbers of its own, whichever ran before it."""
    global RNG
    RNG = np.random.default_rng(11)


def same(ours, theirs):
    ours = np.asarray(ours)
    assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
    np.testing.assert_array_equal(ours, theirs)


def numbers(n, dtype, odd):
    z = (RNG.standard_normal(n) + 1j * RNG.standard_normal(n)).astype(dtype)
    if odd:
        z.real[::3] = RNG.choice(PARTS, z.real[::3].size)
        z.imag[::4] = RNG.choice(PARTS, z.imag[::4].size)
    return z


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 1000])
def test_complex_products(dtype, odd, n):
    with np.errstate(all="ignore"):
        z, w = numbers(n, dtype, odd), numbers(n, dtype, odd)
        a, b = rp.asarray(z.copy()), rp.asarray(w.copy())
        close = np.testing.assert_allclose

        def check(ours, theirs):
            assert np.asarray(ours).dtype == theirs.dtype
            # Without a fused multiplication the last bits are others.
            tiny = np.finfo(dtype).eps * 4
            for part in ("real", "imag"):
                scale = np.abs(theirs)
                scale = scale[np.isfinite(scale)].max(initial=0)
                close(getattr(np.asarray(ours), part), getattr(theirs, part), tiny, tiny * scale)

        check(a * b, z * w)
        check(a * a, z * z)
        check(rp.square(a), np.square(z))
        check(a * (2 - 3j), z * (2 - 3j))
        check((2 - 3j) * a, (2 - 3j) * z)
        check(a[::2] * b[::2], z[::2] * w[::2])
        check(a[::-1] * b, z[::-1] * w)
        check(a[:-1] * b[1:], z[:-1] * w[1:])
        for out, left, right in ["aab", "bab", "aaa", ("a", "a", 2j), ("b", 1 - 1j, "b")]:
            # New ones each time: products of products overflow, with a fused multiplication or without.
            named = {"a": rp.asarray(z.copy()), "b": rp.asarray(w.copy())}
            left, right = (named[v] if isinstance(v, str) else v for v in (left, right))
            x, y = (rp.asarray(v).copy() if isinstance(v, rp.ndarray) else v for v in (left, right))
            expected = np.multiply(np.asarray(x), np.asarray(y), dtype=dtype)
            out = named[out]
            check(rp.multiply(left, right, out=out), expected)
        rp.square(b, out=b)


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
@pytest.mark.parametrize(
    "divisor", [1, 2, 3, 7, 10, 2**31 - 1, 2**31, 2**32 + 1, 2**62, -2, -7, -(2**31), -(2**40)]
)
def test_quotients_of_short_and_long_numbers(dtype, divisor):
    if dtype is np.uint64 and divisor < 0:
        pytest.skip("not of this type")
    edges = [0, 1, 2, 6, 7, 8, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 1, 2**32, 2**62]
    for n in (1, 5, 255, 256, 257, 1000):
        short = RNG.integers(0, 2**31, n).astype(dtype)
        long = RNG.choice(edges, n).astype(dtype)
        mixed = short.copy()
        mixed[n // 2] = 2**40
        for x in (short, long, mixed):
            signs = (x, -x, x - 2**31) if dtype is np.int64 else (x,)
            for x in signs:
                y = dtype(divisor)
                same(rp.asarray(x) // y, x // y)
                same(rp.asarray(x) % y, x % y)


@pytest.mark.parametrize("bins", [1, 3, 255, 256, 257, 5000])
@pytest.mark.parametrize("n", [0, 1, 1023, 1024, 1029, 9000])
def test_counts_and_sums_at_places(bins, n):
    places, values = RNG.integers(0, bins, n), RNG.standard_normal(n)
    same(rp.bincount(rp.asarray(places), minlength=bins), np.bincount(places, minlength=bins))
    for name in ("add", "subtract", "maximum"):
        theirs = np.zeros(bins)
        ours = rp.zeros(bins)
        getattr(np, name).at(theirs, places, values)
        getattr(rp, name).at(ours, rp.asarray(places), rp.asarray(values))
        same(ours, theirs)
    if n:
        places[n // 2] = -1
        theirs, ours = np.zeros(bins), rp.zeros(bins)
        np.add.at(theirs, places, values)
        rp.add.at(ours, rp.asarray(places), rp.asarray(values))
        same(ours, theirs)
        with pytest.raises(ValueError):
            rp.bincount(rp.asarray(places))
        places[n // 2] = bins
        with pytest.raises(IndexError):
            rp.add.at(ours, rp.asarray(places), rp.asarray(values))


@pytest.mark.parametrize("shape", [(1,), (700,), (30, 40)])
def test_over_an_operand_beside_another_dtype(shape):
    a, f = RNG.standard_normal(shape), RNG.standard_normal(shape).astype(np.float32)
    i = RNG.integers(-9, 9, shape).astype(np.int32)
    for other in (f, i, f.T.copy().T):
        ours = rp.asarray(a.copy())
        ours += rp.asarray(other)
        same(ours, a + other)
        for name in ("subtract", "multiply", "maximum", "fmax"):
            ours, theirs = rp.asarray(a.copy()), getattr(np, name)
            same(getattr(rp, name)(rp.asarray(other), ours, out=ours), theirs(other, a))
            ours = rp.asarray(a.copy())
            same(getattr(rp, name)(ours, rp.asarray(other), out=ours), theirs(a, other))
    same(rp.asarray(a) * rp.asarray(a) + rp.asarray(f), a * a + f)


@pytest.mark.parametrize("n", [1, 2, 9, 100, 128, 129, 1000, 1023, 1024, 1025, 3000])
def test_few_halves(n):
    for mode in range(4):
        x = RNG.standard_normal(n).astype(np.float16)
        if mode == 1:
            x[RNG.random(n) < 0.2] = np.nan
        if mode == 2:
            x[RNG.random(n) < 0.2] = np.inf
        if mode == 3:
            x = (x.astype(np.float32) * 10000).astype(np.float16)
        ours = rp.asarray(x)
        with np.errstate(all="ignore"):
            for name in ("sum", "prod", "max", "min", "mean", "any", "all", "argmax", "argmin"):
                same(getattr(ours, name)(), getattr(x, name)())
            for name in ("nansum", "nanmax", "nanmin", "count_nonzero"):
                same(getattr(rp, name)(ours), np.asarray(getattr(np, name)(x)))
            same(ours[::2].sum(), x[::2].sum())
    large = np.full(n, 60000, np.float16)
    if n > 1:
        with np.errstate(over="raise"), pytest.raises(FloatingPointError):
            rp.asarray(large).sum()


@pytest.mark.parametrize("shape", [(1,), (7,), (600,), (3, 500), (40, 9)])
@pytest.mark.parametrize("method", ["linear", "lower", "nearest", "midpoint", "inverted_cdf"])
def test_quantiles_without_nan(shape, method):
    for share in (0.0, 0.2, 0.6):
        x = RNG.standard_normal(shape)
        x[RNG.random(shape) < share] = np.nan
        x.flat[0] = 1.0
        for q in (0.9, [0.1, 0.5, 0.99], 0, 1):
            theirs = np.asarray(np.nanquantile(x, q, method=method))
            same(rp.nanquantile(rp.asarray(x), q, method=method), theirs)
            if share == 0.2 and x.ndim == 2:
                theirs = np.nanquantile(x, q, axis=1, method=method)
                same(rp.nanquantile(rp.asarray(x), q, axis=1, method=method), theirs)


FUNCTIONS = "exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arctan arcsin".split()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_every_half(name):
    x = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    with np.errstate(all="ignore"):
        exact = getattr(np, name)(x.astype(np.float64))
        theirs, ours = getattr(np, name)(x), np.asarray(getattr(rp, name)(rp.asarray(x)))
        np.testing.assert_array_equal(np.isnan(ours), np.isnan(exact))
        rounded = exact.astype(np.float16)
        np.testing.assert_array_equal(np.signbit(ours[ours == 0]), np.signbit(rounded[ours == 0]))
        wrong = [np.sum((y != rounded) & ~np.isnan(exact)) for y in (ours, theirs)]
        # Few are not the nearest, by the last bit, about as many as of NumPy's.
        assert wrong[0] <= wrong[1] + 4
        least = [np.nextafter(rounded, np.float16(sign * np.inf)) for sign in (-1, 1)]
        number = ~np.isnan(exact)
        assert np.all((ours >= least[0])[number] & (ours <= least[1])[number])
        for n in (1, 15, 17, 33, 300):
            part = getattr(rp, name)(rp.asarray(x[:n]))
            np.testing.assert_array_equal(np.asarray(part), ours[:n])


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("n", [1, 40, 1000])
def test_exceptions_of_functions_of_halves(name, n):
    values = [0.0, -0.0, 1.0, -1.0, -2.0, 6e-8, 1e-4, 9.0, 11.5, 12.0, -12.0, -17.0, 20.0, -30.0]
    for value in [*values, 65504.0, -65504.0, np.inf, -np.inf, np.nan]:
        x = np.full(n, 0.5, np.float16)
        x[n // 2] = value
        seen = []
        for library, operand in ((np, x), (rp, rp.asarray(x))):
            found = []
            with np.errstate(all="call", call=lambda kind, flag, found=found: found.append(kind)):
                getattr(library, name)(operand)
            seen.append(sorted(kind for kind in found if kind != "underflow"))
        assert seen[0] == seen[1], value


def test_places_and_values_that_are_changed_on_the_way():
    for n in (1, 5, 3000):
        order = RNG.permutation(n)
        expected, ours = order.copy(), rp.asarray(order.copy())
        np.add.at(expected, order % n, order)
        rp.add.at(ours, ours % n, ours)
        same(ours, expected)
        expected, ours = order.copy(), rp.asarray(order.copy())
        np.add.at(expected, order.copy(), -order)
        rp.subtract.at(ours, ours, ours)
        same(ours, expected)
        expected, ours = order.copy(), rp.asarray(order.copy())
        np.maximum.at(expected, order, order[::-1])
        rp.maximum.at(ours, rp.asarray(order), ours[::-1])
        same(ours, expected)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("n", [1024, 1025, 5000, 40_000])
@pytest.mark.parametrize("name", [*REDUCED, "ptp", "nanmax", "nanmin"])
def test_reductions_of_middle_size(name, n, dtype):
    if dtype == "float16" or (name == "ptp" and np.dtype(dtype).kind == "b"):
        return
    array = reductions.numbers(dtype, (n,))
    for given in (array, array.reshape(-1, 8) if n % 8 == 0 else array[None], array[::-1]):
        want = reductions.outcome(getattr(np, name), given)
        got = reductions.outcome(getattr(rp, name), rp.asarray(given))
        reductions.check(name, got, want)


@pytest.mark.parametrize("name", ["max", "min", "fmax", "fmin", "nanmax", "nanmin", "argmax", "ptp"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64"])
def test_extremes_of_any_length_that_hold_nan_raise_nothing(name, dtype):
    for n in (3, 1000, 1025, 5000, 32_768, 100_003):
        array = np.arange(n).astype(dtype)
        array[[0, n // 2]] = np.nan
        ours, theirs = (getattr(xp, name) for xp in (rp, np))
        if name.startswith("f"):
            ours, theirs = ours.reduce, theirs.reduce
        with np.errstate(all="raise"):
            same(ours(rp.asarray(array)), theirs(array))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64", "uint64", "float32", "float64"])
def test_places_are_the_first_ones(dtype):
    generator = np.random.default_rng(5)
    for n in (1025, 5000, 130_000):
        array = generator.integers(3, 9, n).astype(dtype)
        cases = [array, np.sort(array), np.sort(array)[::-1].copy(), np.full(n, 4, dtype)]
        last = array.copy()
        last[-1], last[n // 2] = 100, 0
        cases.append(last)
        if array.dtype.kind == "f":
            missing = array.copy()
            missing[[n - 2, n // 2, n // 2 + 1]] = np.nan
            cases.append(missing)
        for case in cases:
            for name in ("argmax", "argmin", "max", "min"):
                np.testing.assert_array_equal(
                    np.asarray(getattr(rp.asarray(case), name)()), getattr(case, name)()
                )
