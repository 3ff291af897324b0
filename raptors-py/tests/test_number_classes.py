"""Subclasses of Python's numbers, and integers beyond 64 bits: what NumPy makes of them."""

import enum

import numpy as np
import pytest

import raptors as rp


class Integer(int):
    """A class of its own, without a say."""


class Float(float):
    """As above."""


class Complex(complex):
    """As above."""


class Choice(enum.IntEnum):
    """As Python's own enumerations are."""

    ONE = 1


@pytest.mark.parametrize("number", [Integer(3), Integer(300), Float(1.5), Complex(1j), Choice.ONE, True])
@pytest.mark.parametrize("dtype", ["i1", "f4", "c8"])
def test_subclasses_do_not_give_way(number, dtype):
    ours, theirs = rp.ones(2, dtype), np.ones(2, dtype)
    for mine, right in [
        (ours + number, theirs + number),
        (number - ours, number - theirs),
        (ours**number, theirs**number),
        (rp.add(ours, number), np.add(theirs, number)),
        (rp.where(ours == 1, ours, number), np.where(theirs == 1, theirs, number)),
        (ours == number, theirs == number),
        (rp.sin(number), np.sin(number)),
    ]:
        assert mine.dtype == right.dtype
        np.testing.assert_allclose(np.asarray(mine), right, rtol=1e-6)


def test_subclasses_are_assigned_by_their_value():
    ours = rp.zeros(3, "i1")
    ours[0], ours[1:] = Integer(3), Float(2.5)
    assert ours.tolist() == [3, 2, 2]
    for key in 0, slice(None), [0, 1]:
        with pytest.raises(OverflowError):
            ours[key] = Integer(300)


class Refusing(float):
    """A number that takes part in no ufunc."""

    __array_ufunc__ = None

    def __radd__(self, other):
        return "reflected"


class Asked(float):
    """A number that answers ufuncs itself."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return ufunc.__name__


class Important(float):
    """A number that comes before arrays, by the rule from before the protocol."""

    __array_priority__ = 1000

    def __radd__(self, other):
        return "reflected"


def test_subclasses_may_have_a_say():
    a = rp.ones(2)
    assert a + Refusing(1) == "reflected"
    assert a + Important(1) == "reflected"
    assert a + Asked(1) == "add"
    assert rp.add(a, Asked(1)) == "add"
    assert (a < Asked(1)) == "less"
    assert rp.sin(Asked(1)) == "sin"
    for call in (lambda: rp.add(a, Refusing(1)), lambda: a.__iadd__(Refusing(1))):
        with pytest.raises(TypeError, match="does not support ufuncs"):
            call()


@pytest.mark.parametrize("number", [2**63, 2**64 - 1, -(2**63), 2**62])
@pytest.mark.parametrize("name", ["isinf", "isnan", "isfinite", "trunc", "floor", "absolute", "sign", "square"])
def test_integers_alone(name, number):
    ours, theirs = getattr(rp, name)(number), getattr(np, name)(number)
    assert (ours.dtype, ours.item()) == (theirs.dtype, theirs.item())


@pytest.mark.parametrize("exponent", [2**40, -(2**40), 2**31, 5])
@pytest.mark.parametrize("number", [1.5, -1.5, 0.0, 2, float("nan")])
def test_ldexp_of_numbers(number, exponent):
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(np.asarray(rp.ldexp(number, exponent)), np.ldexp(number, exponent))


@pytest.mark.parametrize("scalar", [np.int8(3), np.int64(3), np.uint8(3), np.float32(1.5), np.float64(2), np.bool_(True), np.complex64(1j), np.float16(2)])
@pytest.mark.parametrize("dtype", ["?", "i1", "i8", "u1", "u8", "f2", "f4", "f8", "c8", "c16"])
@pytest.mark.parametrize("shape", [(), (3,)])
def test_scalars_of_numpy_keep_their_dtype(scalar, dtype, shape):
    ours, theirs = rp.ones(shape, dtype), np.ones(shape, dtype)[()]
    for name in "add", "multiply", "maximum", "less", "divide", "power", "arctan2", "logical_and", "copysign":
        for turned in False, True:
            pair = lambda x: (scalar, x) if turned else (x, scalar)
            try:
                right = getattr(np, name)(*pair(theirs))
            except TypeError:
                with pytest.raises(TypeError):
                    getattr(rp, name)(*pair(ours))
                continue
            mine = getattr(rp, name)(*pair(ours))
            assert mine.dtype == right.dtype, (name, turned)
            np.testing.assert_allclose(np.asarray(mine), right, rtol=1e-3)


class Floats(float):
    def __float__(self):
        return 42.0


class Ints(int):
    def __int__(self):
        return 99


@pytest.mark.parametrize("number", [Floats(2.5), Ints(5)], ids=["float", "int"])
def test_numbers_say_themselves_what_they_are(number):
    for function in (
        lambda xp: xp.full(3, 1, dtype="f4") * number,
        lambda xp: xp.maximum(xp.full(3, 1, dtype="f4"), number),
        lambda xp: xp.where(xp.asarray([True, False]), number, xp.asarray([1.0, 2.0])),
    ):
        ours, theirs = np.asarray(function(rp)), function(np)
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)
