"""Operands that are broadcast and converted, logic of several dtypes, and results that replace an operand beside
others that lie apart."""

import itertools
import math

import numpy as np
import pytest
from conftest import DTYPES

import raptors as rp

SHAPES = [((40, 300), (1, 300)), ((40, 300), (40, 1)), ((3, 5000), (3, 1)), ((5000,), (1,)), ((4, 60, 60), (60, 1))]


def told(call):
    """What a call gives, or that it raises."""
    with np.errstate(all="ignore"), rp.errstate(all="ignore"):
        try:
            return np.asarray(call())
        except TypeError:
            return TypeError


def same(got, want):
    if want is TypeError:
        assert got is TypeError
        return
    assert got.dtype == want.dtype
    assert got.strides == want.strides
    np.testing.assert_array_equal(got, want)


def numbers(shape, dtype, seed):
    return np.asarray(np.random.default_rng(seed).integers(0, 9, shape)).astype(dtype)


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_repeated_is_converted(dtype, shapes):
    for other in DTYPES:
        x, y = numbers(shapes[0], dtype, 1), numbers(shapes[1], other, 2)
        turned = [(x.T, y.T)] if x.ndim == y.ndim else []
        for a, b in [(x, y), (y, x), (x[..., ::-1], y), *turned]:
            mine = rp.asarray(a), rp.asarray(b)
            for name in "add", "greater", "bitwise_or", "logical_xor":
                same(told(lambda: getattr(rp, name)(*mine)), told(lambda: getattr(np, name)(a, b)))  # noqa: B023


def test_what_is_repeated_is_converted_into_outputs():
    x, y = numbers((50, 400), "f8", 1), numbers((50, 1), "i2", 2)
    mask = numbers((50, 400), "?", 3)
    for order in "CF":
        want, got = np.zeros_like(x, order=order), rp.zeros((50, 400), order=order)
        np.subtract(x, y, out=want)
        rp.subtract(rp.asarray(x), rp.asarray(y), out=got)
        same(np.asarray(got), want)
        np.multiply(y, x, out=want, where=mask)
        rp.multiply(rp.asarray(y), rp.asarray(x), out=got, where=rp.asarray(mask))
        same(np.asarray(got), want)
    # The operand that is converted lies in the result.
    want = x.astype("i4")
    got = rp.asarray(want.copy())
    np.add(want, want[:, :1].view("u4")[::-1], out=want, casting="unsafe")
    rp.add(got, got[:, :1].view("u4")[::-1], out=got, casting="unsafe")
    same(np.asarray(got), want)
    with pytest.raises(ValueError, match="could not be broadcast"):
        rp.add(rp.zeros((4, 300)), rp.zeros((3, 1), "i2"))


@pytest.mark.parametrize("name", ["logical_and", "logical_or", "logical_xor"])
def test_logic_of_two_dtypes(name):
    special = {
        "f": [0.0, -0.0, np.nan, np.inf, -1.0, 5e-324, 1e-45, 6e-8],
        "c": [0j, complex(0, np.nan), 1j, 1 + 0j, complex(-0.0, -0.0), complex(0, 1e-45), 2j, 0j],
        "i": [0, 1, -1, 2, 127, -128, 64, 0],
        "u": [0, 1, 255, 2, 127, 128, 64, 0],
        "b": [True, False] * 4,
    }
    for first, second in itertools.product(DTYPES, repeat=2):
        with np.errstate(all="ignore"):
            x, y = (np.array(special[np.dtype(dtype).kind]).astype(dtype) for dtype in (first, second))
        x, y = np.tile(x, 70), np.repeat(y, 70)
        pairs = [(x, y), (x[::2], y[::2]), (x, y[:1]), (x, y[3:4].reshape(())), (x.reshape(8, 70), y.reshape(70, 8).T)]
        for a, b in pairs:
            mine = rp.asarray(a), rp.asarray(b)
            same(told(lambda: getattr(rp, name)(*mine)), told(lambda: getattr(np, name)(a, b)))  # noqa: B023
            for casting in "no", "equiv", "safe":
                got = told(lambda: getattr(rp, name)(*mine, casting=casting))  # noqa: B023
                same(got, told(lambda: getattr(np, name)(a, b, casting=casting)))  # noqa: B023


@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "subtract", "divide", "fmin", "bitwise_and"])
@pytest.mark.parametrize("shape", [(16, 79, 79), (700, 150), (3, 40_000)])
def test_results_replace_an_operand_beside_one_with_gaps(name, shape):
    for dtype in "f8", "f4", "i8", "i2":
        base = numbers([2 * n for n in shape], dtype, 1) + 1
        inner = tuple(slice(1, n + 1) for n in shape)
        every = tuple(slice(None, None, 2) for _ in shape)
        for view in inner, every:
            for turned in False, True:
                z = numbers(shape, dtype, 2)
                got, y, mine = rp.asarray(z.copy()), base[view], rp.asarray(base)[view]
                operands, ours = ((y, z), (mine, got)) if turned else ((z, y), (got, mine))
                want = told(lambda: getattr(np, name)(*operands, out=z))  # noqa: B023
                same(told(lambda: getattr(rp, name)(*ours, out=got)), want)  # noqa: B023
                same(np.asarray(got), z)
        large, mine = base.copy(), rp.asarray(base.copy())
        want = told(lambda: getattr(np, name)(large[inner], large[inner], out=large[inner]))  # noqa: B023
        same(told(lambda: getattr(rp, name)(mine[inner], mine[inner], out=mine[inner])), want)  # noqa: B023
        same(np.asarray(mine), large)


def test_results_of_converted_broadcast_operands_lie_as_numpys():
    for axes in itertools.permutations(range(3)):
        for x_shape, view in [((20, 1), (20, 6)), ((10, 1, 1), (10, 20, 6)), ((10, 1, 6), (10, 20, 6)), ((6,), (20, 6))]:

            def both(xp):
                lengths = [(10, 20, 6)[axis] for axis in np.argsort(axes)]  # noqa: B023
                y = xp.zeros(lengths).transpose(axes)  # noqa: B023
                x = xp.broadcast_to(xp.arange(math.prod(x_shape)).reshape(x_shape), view)  # noqa: B023
                return y, x

            (y, x), (mine, ours) = both(np), both(rp)
            want, got = y + x, mine + ours
            assert y.shape == (10, 20, 6) and got.strides == want.strides
            same(got, want)
