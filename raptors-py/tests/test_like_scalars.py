"""Arrays without axes that stand for scalars: what NumPy's scalars have, and arrays have not."""

import math
import warnings

import numpy as np
import pytest

import raptors as rp

NUMBERS = [(3, "i8"), (2, "u1"), (2.5, "f8"), (-4.0, "f4"), (0.5, "f2"), (True, "?"), (1 - 2j, "c16"), (3, "c8")]


def outcome(call):
    """The result, or the class of the error, and the classes of warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = call()
        except (AttributeError, TypeError) as error:
            result = type(error)
    return result, [warning.category for warning in caught]


def both(number, dtype):
    return rp.asarray([number], dtype)[0], np.asarray([number], dtype)[0]


@pytest.mark.parametrize("text", ["ab", b"ab", bytearray(b"ab"), ""])
@pytest.mark.parametrize("number, dtype", NUMBERS)
def test_texts_are_repeated(number, dtype, text):
    ours, theirs = both(number, dtype)
    for product in (lambda x: text * x), (lambda x: x * text):
        got, expected = outcome(lambda: product(ours)), outcome(lambda: product(theirs))
        assert got == expected and type(got[0]) is type(expected[0])


@pytest.mark.parametrize("number, dtype", NUMBERS)
def test_methods_of_scalars(number, dtype):
    ours, theirs = both(number, dtype)
    for name in "is_integer", "as_integer_ratio", "bit_count", "hex":
        assert hasattr(ours, name) == hasattr(theirs, name)
        assert outcome(lambda: getattr(ours, name)()) == outcome(lambda: getattr(theirs, name)())
    for name in "numerator", "denominator":
        assert outcome(lambda: getattr(ours, name)) == outcome(lambda: getattr(theirs, name))
    assert outcome(lambda: math.trunc(ours)) == outcome(lambda: math.trunc(theirs))


def test_arrays_have_no_methods_of_scalars():
    for array in rp.ones(1), rp.asarray(1.0), rp.asarray(2):
        for name in "is_integer", "hex", "numerator":
            with pytest.raises(AttributeError, match=f"'raptors.ndarray' object has no attribute '{name}'"):
                getattr(array, name)
        with pytest.raises(TypeError, match="__trunc__"):
            math.trunc(array)


@pytest.mark.parametrize("name", ["NaN", "float_", "alltrue", "cast", "float", "no_such_name"])
def test_removed_names_tell_what_took_their_place(name):
    with pytest.raises(AttributeError) as theirs:
        getattr(np, name)
    with pytest.raises(AttributeError) as ours:
        getattr(rp, name)
    assert str(ours.value) == str(theirs.value).replace("module 'numpy'", "module 'raptors'")
