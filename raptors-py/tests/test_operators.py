"""Operators: forward, reflected, in place, with Python's numbers and with other objects."""

import operator

import numpy as np
import pytest
from conftest import DTYPES, values

import raptors as rp

BINARY = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod,
    operator.pow, divmod, operator.and_, operator.or_, operator.xor, operator.lshift,
    operator.rshift, operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge,
]  # fmt: skip
IN_PLACE = [
    operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ifloordiv,
    operator.imod, operator.ipow, operator.iand, operator.ior, operator.ixor, operator.ilshift,
    operator.irshift,
]  # fmt: skip
NUMBERS = [2, -3, 2.5, True, 1 + 2j, np.float32(1.5), np.int8(3), 0.5, -1, 300]


def outcome(function, *args):
    with np.errstate(all="ignore"):
        try:
            return function(*args)
        except (TypeError, ValueError, OverflowError) as error:
            return error


def same(got, want):
    if isinstance(want, Exception):
        assert type(got).__name__ == type(want).__name__, (got, want)
        return
    if isinstance(want, tuple):
        for mine, theirs in zip(got, want, strict=True):
            same(mine, theirs)
        return
    assert not isinstance(got, Exception), (got, want)
    got = np.asarray(got)
    assert got.dtype == np.asarray(want).dtype
    if got.dtype.kind in "fc":
        # Complex powers are where NumPy's own errors are large: those of a logarithm, times the exponent.
        rtol = {"e": 2e-3, "f": 2e-6, "F": 2e-5}.get(got.dtype.char, 1e-14)
        if got.dtype.char == "D":
            sizes = np.abs(want)[np.isfinite(want) & (want != 0)]
            rtol += 2 * np.finfo(float).eps * np.abs(np.log(sizes)).max(initial=0)
        np.testing.assert_allclose(got, want, rtol=rtol, atol=np.finfo(got.dtype).tiny)
    else:
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("op", BINARY, ids=lambda f: f.__name__)
def test_binary_with_arrays_and_numbers(op, dtype):
    a, b = values(dtype, 12), np.abs(values(dtype, 12, 1))
    same(outcome(op, rp.asarray(a), rp.asarray(b)), outcome(op, a, b))
    same(outcome(op, rp.asarray(a), b), outcome(op, a, b))
    same(outcome(op, a, rp.asarray(b)), outcome(op, a, b))
    for number in NUMBERS:
        same(outcome(op, rp.asarray(a), number), outcome(op, a, number))
        same(outcome(op, number, rp.asarray(a)), outcome(op, number, a))


@pytest.mark.parametrize("op", IN_PLACE, ids=lambda f: f.__name__)
def test_in_place(op, dtype):
    for other in (*NUMBERS, np.abs(values(dtype, 12, 1)), values("float64", 12)):
        mine, theirs = (values(dtype, 12) for _ in range(2))
        array = rp.asarray(mine)
        wrapped = rp.asarray(other) if isinstance(other, np.ndarray) else other
        want = outcome(op, theirs, other)
        got = outcome(op, array, wrapped)
        same(got, want)
        if not isinstance(want, Exception):
            assert got is array
            same(mine, theirs)


@pytest.mark.parametrize("op", [operator.neg, operator.pos, abs, operator.invert])
def test_unary(op, dtype):
    a = values(dtype, 12)
    same(outcome(op, rp.asarray(a)), outcome(op, a))


@pytest.mark.parametrize("shift", [-2, -1, 1, 2])
@pytest.mark.parametrize("op", [operator.iadd, operator.isub, operator.imul])
def test_overlapping_views_in_place(op, shift):
    mine, theirs = (np.arange(30.0) for _ in range(2))
    array = rp.asarray(mine)
    here, there = slice(2, -2), slice(2 + shift, 28 + shift)
    view = array[here]
    view = op(view, array[there])
    window = theirs[here]
    window = op(window, theirs[there])
    np.testing.assert_array_equal(mine, theirs)
    matrix, other = (np.arange(16.0).reshape(4, 4) for _ in range(2))
    view = rp.asarray(matrix)
    view += view.T
    other += other.T
    np.testing.assert_array_equal(matrix, other)


ONE_RESULT = [f for f in vars(rp).values() if isinstance(f, rp.ufunc) and f.nout == 1 and f.nin <= 2]


@pytest.mark.parametrize("op", ONE_RESULT, ids=lambda f: f.__name__)
def test_writing_over_an_input_changes_no_result(op, dtype):
    """Bit for bit but for the payload of NaN, whichever input, beside arrays and single values."""
    for n in (1, 7, 100, 3000):
        a, b = rp.asarray(values(dtype, n)), rp.asarray(values(dtype, n, 1))
        calls = [(a,)] if op.nin == 1 else [(a, b), (a, a), (a, b[0]), (b[0], a)]
        for args in calls:
            with np.errstate(all="ignore"):
                try:
                    want = op(*args)
                except (TypeError, ValueError) as error:
                    want = error
                if isinstance(want, Exception) or want.dtype != a.dtype:
                    continue
                for place in (i for i, arg in enumerate(args) if arg.shape == a.shape):
                    out = args[place].copy()
                    copies = [out if arg is args[place] else arg for arg in args]
                    assert op(*copies, out=out) is out
                    np.testing.assert_array_equal(out, want)
                    if a.dtype.kind == "f":
                        numbers = ~np.isnan(np.asarray(want))
                        signs = (np.signbit(np.asarray(x))[numbers] for x in (out, want))
                        np.testing.assert_array_equal(*signs)


def test_numpy_array_in_place_with_a_raptors_array():
    a = np.arange(3.0)
    before = a
    a += rp.asarray(np.ones(3))
    assert a is before and a.tolist() == [1, 2, 3]


def test_matmul():
    for shapes in [((2, 3), (3, 4)), ((3,), (3,)), ((5, 2, 3), (3, 2)), ((3,), (2, 3, 4)), ((0, 3), (3, 2))]:
        for dtype in ("float64", "float32", "int64", "complex128", "bool", "float16"):
            a, b = (values(dtype, int(np.prod(shape))).reshape(shape) for shape in shapes)
            a, b = np.nan_to_num(a, posinf=1, neginf=1), np.nan_to_num(b, posinf=1, neginf=1)
            got, want = rp.asarray(a) @ rp.asarray(b), a @ b
            assert got.dtype == want.dtype and got.shape == np.shape(want)
            tolerance = {"float16": 1e-1, "float32": 1e-3}.get(dtype, 1e-9)
            np.testing.assert_allclose(np.asarray(got), want, rtol=tolerance, atol=tolerance)
    for args in [((2, 3), (2, 3)), ((), (3,))]:
        a, b = (np.ones(shape) for shape in args)
        with pytest.raises(ValueError) as theirs:
            a @ b
        with pytest.raises(ValueError) as ours:
            rp.asarray(a) @ rp.asarray(b)
        assert str(ours.value) == str(theirs.value)


def test_scalars_of_numpy_never_change():
    a = rp.asarray(np.arange(4.0))
    first = total = a.sum()
    total += 1
    assert (float(first), float(total)) == (6.0, 7.0)
    x = a[0]
    a[0] = 9
    assert float(x) == 0
    a[0], a[1] = a[1], a[0]
    assert a.tolist() == [1, 9, 2, 3]


def test_other_objects():
    class Reflected:
        __array_ufunc__ = None

        def __radd__(self, other):
            return "mine"

    a = rp.asarray(np.arange(3.0))
    assert a + Reflected() == "mine"
    assert (a == None).tolist() == [False] * 3  # noqa: E711
    assert (a + [1, 2, 3]).tolist() == [1, 3, 5] and ((1, 2, 3) + a).tolist() == [1, 3, 5]
    with pytest.raises(TypeError):
        a + "x"
    masked = np.ma.masked_array([1.0, 2, 3], [True, False, False])
    assert isinstance(a + masked, np.ma.MaskedArray)
    objects = np.array([1, 2, 3], object)
    assert isinstance(a + objects, np.ndarray) and (a + objects).tolist() == [1, 3, 5]
    assert 3.0 not in a and 2.0 in a


@pytest.mark.parametrize("dtype", DTYPES)
def test_integers_that_do_not_fit(dtype):
    for number in (2**31, 2**63, -1, 2**64, 10**30):
        a = values(dtype, 3)
        same(outcome(operator.add, rp.asarray(a), number), outcome(operator.add, a, number))


@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i2", "u4", "i8", "u8", "f2", "f4", "f8", "c16"])
def test_powers_by_two(dtype):
    x = np.arange(-5, 300).astype(dtype)
    for y in (x, x[::-3], x[:300].reshape(3, 100).T, x[7], x[:0]):
        a = rp.asarray(y)
        for power, array in ((np.power, y), (rp.power, a)):
            results = [power(array, 2), power(array, np.int8(2)), power(2, array >= 0)]
            if power is np.power:
                wanted = results
        for got, want in zip(results, wanted):
            assert got.dtype == want.dtype and got.shape == np.shape(want)
            np.testing.assert_allclose(np.asarray(got), want, rtol=2e-3 if dtype == "f2" else 1e-6)
