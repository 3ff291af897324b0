"""Loops over every second element of arrays whose elements are large, powers of two put to numbers, and bounds."""

import numpy as np
import pytest

import raptors as rp

WIDE = ["int64", "uint64", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("dtype", WIDE)
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "less", "not_equal", "maximum", "logical_and"])
def test_every_second_element_meets_others_dense_and_single(name, dtype):
    generator = np.random.default_rng(12)
    function, wanted = getattr(rp, name), getattr(np, name)
    for length in [1, 2, 3, 7, 8, 9, 15, 17, 40, 1025, 30_001]:
        memory = generator.integers(-9, 9, 2 * length + 1).astype(dtype)
        x, ours = memory[: 2 * length : 2], rp.asarray(memory)[: 2 * length : 2]
        odd, ours_odd = memory[1 : 2 * length : 2], rp.asarray(memory)[1 : 2 * length : 2]
        dense, one = np.ascontiguousarray(odd), dtype and memory[1:2]
        for a, b, p, q in [(x, x, ours, ours), (x, odd, ours, ours_odd), (x, dense, ours, rp.asarray(dense)),
                           (dense, x, rp.asarray(dense), ours), (x, one, ours, rp.asarray(one)), (one, x, rp.asarray(one), ours)]:  # fmt: skip
            np.testing.assert_array_equal(np.asarray(function(p, q)), wanted(a, b))
        # Results that lie between the inputs' elements, or on them.
        for start in (0, 1):
            same, mine = memory.copy(), rp.asarray(memory.copy())
            if name not in ("less", "not_equal", "logical_and"):
                wanted(same[: 2 * length : 2], 3, out=same[start : start + 2 * length : 2])
                function(mine[: 2 * length : 2], 3, out=mine[start : start + 2 * length : 2])
                np.testing.assert_array_equal(np.asarray(mine), same)


@pytest.mark.parametrize("dtype", WIDE)
@pytest.mark.parametrize("name", ["negative", "absolute", "square", "conjugate", "isfinite", "isnan", "floor", "rint"])
def test_every_second_element_of_one_input(name, dtype):
    if name == "floor" and dtype.startswith("complex"):
        return
    generator = np.random.default_rng(13)
    for length in [1, 2, 5, 8, 9, 16, 33, 1025, 30_001]:
        memory = (generator.normal(0, 9, 2 * length)).astype(dtype)
        memory[:: max(length // 3, 1)] = 0
        got = getattr(rp, name)(rp.asarray(memory)[::2])
        np.testing.assert_array_equal(np.asarray(got), getattr(np, name)(memory[::2]))
        plane, ours = memory.reshape(2, length), rp.asarray(memory.reshape(2, length))
        np.testing.assert_array_equal(np.asarray(getattr(rp, name)(ours[:, ::2])), getattr(np, name)(plane[:, ::2]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_ldexp_reaches_every_exponent_in_any_place(dtype):
    generator = np.random.default_rng(14)
    limits = [-(2**31), -2200, -1100, -1074, -150, -126, -1, 0, 1, 127, 1023, 2100, 2**31 - 1]
    for length in (1, 15, 16, 17, 700):
        x = generator.normal(0, 1, length).astype(dtype)
        y = generator.integers(-20, 20, length).astype(np.int32)
        for place, exponent in enumerate(limits):
            y[place % length] = exponent
            x[(place * 3) % length] = [0.0, -0.0, np.inf, np.nan, 5e-324, 1e-40, 3e38][place % 7]
            with np.errstate(all="ignore"), rp.errstate(all="ignore"):
                got, want = rp.ldexp(rp.asarray(x), rp.asarray(y)), np.ldexp(x, y)
            np.testing.assert_array_equal(np.asarray(got), want)
            np.testing.assert_array_equal(np.signbit(np.asarray(got)), np.signbit(want))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("length", [5, 40, 3000])
def test_clip_keeps_what_equals_a_bound(dtype, length):
    points = np.resize(np.array([-0.0, 0.0, -1, 0.5, 2, np.inf, -np.inf, np.nan], dtype), length)
    for low, high in [(0, 1), (-0.0, 1), (-1, 0), (-1, -0.0), (np.nan, 1), (0, np.nan), (0.0, 0.0)]:
        got, want = np.asarray(rp.clip(rp.asarray(points), low, high)), np.clip(points, low, high)
        np.testing.assert_array_equal(got, want)
        number = ~np.isnan(want)
        np.testing.assert_array_equal(np.signbit(got[number]), np.signbit(want[number]))
