"""Ufuncs whose operands are converted, packed or repeated on the way, without a walk."""

import numpy as np
import pytest
from conftest import DTYPES

import raptors as rp

INTEGERS = [dtype for dtype in DTYPES if np.dtype(dtype).kind in "iu"]
SIZES = [1, 7, 31, 33, 600, 5000]


def same(got, want):
    got = np.asarray(got)
    assert got.dtype == want.dtype
    np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("name", ["floor_divide", "remainder", "fmod"])
def test_integers_divided_by_one_number_are_numpys(name, dtype):
    limits = np.iinfo(dtype)
    edges = [limits.min, limits.min + 1, limits.max, limits.max - 1, 0, 1, limits.max // 2 + 1]
    random = np.random.default_rng(3).integers(limits.min, limits.max, 500, dtype, endpoint=True)
    x = np.concatenate([np.array(edges, dtype), random])
    divisors = [1, 2, 3, 7, 64, 100, limits.max, limits.max - 1, 0, *edges]
    if limits.min < 0:
        divisors += [-1, -2, -3, -7, -100]
    with np.errstate(all="ignore"):
        for divisor in divisors:
            y = np.array(divisor, dtype)
            same(getattr(rp, name)(rp.asarray(x), rp.asarray(y)), getattr(np, name)(x, y))
            same(getattr(rp, name)(rp.asarray(y), rp.asarray(x)), getattr(np, name)(y, x))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_a_zero_divisor_is_reported_once_for_all(dtype):
    x = rp.asarray(np.arange(1, 40).astype(dtype))
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert not np.asarray(x // rp.asarray(np.array(0, dtype))).any()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", [1, -1, 2])
@pytest.mark.parametrize("other", DTYPES)
def test_operands_of_two_dtypes(other, step, size):
    y = (np.arange(size * abs(step)) % 97 + 1).astype(other)[::step]
    for dtype in DTYPES:
        x = (np.arange(size * abs(step)) % 101 + 1).astype(dtype)[::step]
        mine = [rp.asarray(x), rp.asarray(y)]
        for name in ["add", "multiply", "less", "maximum"]:
            same(getattr(rp, name)(*mine), getattr(np, name)(x, y))


@pytest.mark.parametrize("size", SIZES)
def test_float16_is_computed_in_blocks(size):
    x = np.linspace(-8, 8, size).astype("float16")
    y = np.linspace(1, 3, size).astype("float16")
    mine = [rp.asarray(x), rp.asarray(y)]
    for name in ["add", "divide", "less", "copysign", "divmod"]:
        got, want = getattr(rp, name)(*mine), getattr(np, name)(x, y)
        for a, b in zip(*((got, want) if name == "divmod" else ([got], [want])), strict=True):
            same(a, b)
    for name in ["absolute", "negative", "positive", "isnan", "isfinite", "signbit", "modf"]:
        got, want = getattr(rp, name)(mine[0]), getattr(np, name)(x)
        for a, b in zip(*((got, want) if name == "modf" else ([got], [want])), strict=True):
            same(a, b)
    same(mine[0] * 3, x * 3)
    same(2 - mine[0], 2 - x)


def test_special_float16_numbers_keep_their_bits():
    x = np.array([np.nan, np.inf, -np.inf, -0.0, 0.0, 6e-8, 65504], "float16")
    for name in ["absolute", "negative", "fabs", "isnan", "isinf", "isfinite", "signbit"]:
        same(getattr(rp, name)(rp.asarray(x)), getattr(np, name)(x))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_ldexp_with_exponents_near_and_beyond_the_range(dtype):
    x = np.array([1.5, -1.0, 5e-324, 1e-310, 0.0, np.inf, np.nan, 1e30], dtype).repeat(80)
    y = np.tile(np.arange(-2200, 2200, 55, dtype=np.int32), 8)
    with np.errstate(all="ignore"):
        same(rp.ldexp(rp.asarray(x), rp.asarray(y)), np.ldexp(x, y))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64"])
@pytest.mark.parametrize("base", ["float16", "float32", "float64", "int16", "bool"])
def test_few_exponents_of_any_dtype_and_layout(base, dtype):
    for n in (1, 8, 33, 1000):
        x = np.linspace(-3, 3, n).astype(base)
        y = (np.arange(n) % 31 - (0 if dtype[0] == "u" else 15)).astype(dtype)
        if dtype == "int64":
            y[::7] = [2**40, -(2**40), 2**32 + 1, 5][n % 4]
        if dtype == "uint32":
            y[::5] = 2**32 - 1
        with np.errstate(all="ignore"):
            want = np.ldexp(x, y)
            same(rp.ldexp(rp.asarray(x), rp.asarray(y)), want)
            same(rp.ldexp(rp.asarray(x)[::-1], rp.asarray(y)[::-1]), want[::-1])
            same(rp.ldexp(rp.asarray(x)[:, None], rp.asarray(y[:3])), np.ldexp(x[:, None], y[:3]))
            same(rp.ldexp(rp.asarray(x), 3), np.ldexp(x, 3))


def test_an_output_may_be_an_operand_that_is_converted():
    x = np.arange(3000.0)
    mine = rp.asarray(x.copy())
    rp.add(mine, rp.asarray(np.arange(3000, dtype="int16")), out=mine)
    same(mine, x + np.arange(3000))


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64"])
def test_powers_refuse_a_negative_exponent_anywhere(dtype):
    x, y = np.full(50, 2, dtype), np.full(50, 2, dtype)
    same(rp.power(rp.asarray(x), rp.asarray(y)), x**y)
    y[37] = -1
    for exponent in (rp.asarray(y), rp.asarray(y)[::-1], rp.asarray(y)[37], -1):
        with pytest.raises(ValueError, match="negative integer powers"):
            rp.power(rp.asarray(x), exponent)


@pytest.mark.parametrize("dtype", DTYPES)
def test_few_elements_apart_are_converted_as_numpys(dtype):
    numbers = np.arange(3 * 700) % 120
    whole = numbers.astype(dtype)
    odd = np.frombuffer(b"\0" + whole.tobytes(), dtype, offset=1)
    views = [
        lambda x: x[::2],
        lambda x: x[::-1],
        lambda x: x[5:40:3],
        lambda x: x[70:1:-7],
        lambda x: x[3:4],
        lambda x: x[:0],
        lambda x: x[:60].reshape(6, 10)[::2, ::-3],
    ]
    with np.errstate(all="ignore"), rp.errstate(all="ignore"):
        for target in DTYPES:
            if np.dtype(dtype).kind == "c" and np.dtype(target).kind != "c":
                continue
            for view in views:
                for x in (whole, odd):
                    same(view(rp.asarray(x)).astype(target), view(x).astype(target))
            repeated = rp.broadcast_to(rp.asarray(whole[7:8]), (9,))
            same(repeated.astype(target), np.full(9, whole[7]).astype(target))


def test_few_elements_apart_that_do_not_fit_are_told():
    x = np.array([1.5, 0.0, 1e300, 0.0, np.nan, 0.0])
    with pytest.warns(RuntimeWarning, match="invalid value encountered in cast"):
        x[::2].astype("int32")
    with pytest.warns(RuntimeWarning, match="invalid value encountered in cast"):
        rp.asarray(x)[::2].astype("int32")
