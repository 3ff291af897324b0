"""Ufuncs of operands that are broadcast or have gaps, row by row and in blocks, against NumPy."""

import numpy as np
import pytest
import raptors as rp

from conftest import values

pytestmark = pytest.mark.filterwarnings("ignore:.* encountered:RuntimeWarning")

DTYPES = ["uint8", "float16", "int32", "int64", "float32", "float64", "complex128"]
SHAPES = [(7, 5), (40, 40), (3, 1000), (300, 3), (60, 17), (5, 9, 33), (3, 4, 5, 60)]
NAMES = ["add", "multiply", "minimum", "less", "subtract"]


def operands(shape, dtype, seed):
    """Arrays that have this shape, or are broadcast to it, in every layout."""
    rows, cols = shape[-2:]
    size = int(np.prod(shape))
    whole = values(dtype, size, seed).reshape(shape)
    yield whole
    yield whole[..., -1:, :]
    yield whole[..., 2:3]
    yield whole[:1]
    yield whole[..., ::-1]
    yield whole[..., ::-1, :]
    yield values(dtype, size, seed).reshape(*shape[:-2], cols, rows).swapaxes(-1, -2)
    wide = values(dtype, 6 * size, seed).reshape(*shape[:-2], 2 * rows, 3 * cols)
    yield wide[..., 1 : rows + 1, 2 : cols + 2]
    yield wide[..., ::2, ::3]
    yield wide[..., :rows, :1]
    yield wide[(0,) * (len(shape) - 1)][: 2 * cols : 2]


def same(ours, theirs, exact=True):
    """Elements, bit for bit if ``exact``, and the order in which they lie."""
    ours = np.asarray(ours)
    assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
    assert ours.strides == theirs.strides or theirs.size == 1
    if exact:
        assert np.array_equal(ours, theirs, equal_nan=ours.dtype.kind in "fc")
    else:
        np.testing.assert_allclose(ours, theirs, rtol=4 * np.finfo(theirs.dtype).eps)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_operands_of_every_layout(shape, dtype):
    others = list(operands(shape, dtype, 2))
    for a in operands(shape, dtype, 1):
        x = rp.asarray(a)
        same(-x, -a)
        same(x * 3, a * 3)
        same(200 - x, 200 - a)
        for b in others:
            y = rp.asarray(b)
            for name in NAMES:
                # Whether parts of complex products are rounded once depends on the level.
                exact = name != "multiply" or dtype != "complex128"
                same(getattr(rp, name)(x, y), getattr(np, name)(a, b), exact)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["add", "maximum", "subtract"])
def test_results_in_the_rows_of_a_view(shape, dtype, name):
    ours, theirs = getattr(rp, name), getattr(np, name)
    rows, cols = shape[-2:]
    frame = (*shape[:-2], rows + 2, cols + 3)
    inner = (..., slice(1, rows + 1), slice(2, cols + 2))
    for b in operands(shape, dtype, 2):
        for place in (False, True):
            mine = values(dtype, int(np.prod(frame)), 1).reshape(frame)
            wanted = mine.copy()
            to, out = rp.asarray(mine)[inner], wanted[inner]
            x = to if place else rp.asarray(out.copy())
            theirs(out if place else out.copy(), b, out=out)
            ours(x, rp.asarray(b), out=to)
            same(rp.asarray(mine), wanted)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "uint64", "int32"])
@pytest.mark.parametrize("n", [1, 7, 8, 31, 40, 1000])
def test_extremes_over_an_operand(dtype, n):
    a, b = values(dtype, n, 1), values(dtype, n, 2)
    for name in ("maximum", "minimum"):
        ours, theirs = getattr(rp, name), getattr(np, name)
        for other in (b, b[0], b[::-1]):
            for turned in (False, True):
                x, y = rp.asarray(a.copy()), rp.asarray(other)
                ours(*((y, x) if turned else (x, y)), out=x)
                same(x, theirs(*((other, a) if turned else (a, other))))


def test_what_is_raised_is_told_once():
    a = np.ones((40, 40))
    a[3, 3] = 0
    x = rp.asarray(a)
    with pytest.warns(RuntimeWarning, match="divide by zero encountered in divide") as told:
        rp.divide(x[:, 4, None], x[None, 3])
    assert len(told) == 1
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        rp.divide(x[:, ::-1], x.T)
