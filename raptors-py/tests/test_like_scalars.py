"""Arrays without axes that stand for scalars: what Python and NumPy's scalars do, and arrays do not."""

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


@pytest.mark.parametrize("sequence", [[1, 2], (1, 2), "ab", b"ab", bytearray(b"ab"), [], ""])
@pytest.mark.parametrize("number, dtype", NUMBERS)
def test_sequences_are_repeated(number, dtype, sequence):
    ours, theirs = both(number, dtype)
    for product in (lambda x: sequence * x), (lambda x: x * sequence):
        got, expected = outcome(lambda: product(ours)), outcome(lambda: product(theirs))
        assert got == expected and type(got[0]) is type(expected[0])


def test_sequences_are_repeated_in_place():
    items = [1]
    items *= rp.asarray([3])[0]
    assert items == [1, 1, 1]


def test_arrays_and_functions_multiply_sequences():
    count = rp.asarray([3])[0]
    products = [rp.asarray(3) * [1, 2], rp.multiply(count, [1, 2]), np.multiply(count, [1, 2])]
    for product in [*products, count * rp.arange(1, 3)]:
        assert type(product) is rp.ndarray and product.tolist() == [3, 6]
    assert (count + [1, 2]).tolist() == [4, 5]


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


@pytest.mark.parametrize("convert", [float, int, complex])
@pytest.mark.parametrize("number, dtype", NUMBERS)
def test_conversions(number, dtype, convert):
    ours, theirs = both(number, dtype)
    assert outcome(lambda: convert(ours)) == outcome(lambda: convert(theirs))
    ours, theirs = rp.asarray(number, dtype), np.asarray(number, dtype)
    assert outcome(lambda: convert(ours)) == outcome(lambda: convert(theirs))


@pytest.mark.parametrize("name", ["NaN", "float_", "alltrue", "cast", "float", "no_such_name"])
def test_removed_names_tell_what_took_their_place(name):
    with pytest.raises(AttributeError) as theirs:
        getattr(np, name)
    with pytest.raises(AttributeError) as ours:
        getattr(rp, name)
    assert str(ours.value) == str(theirs.value).replace("module 'numpy'", "module 'raptors'")


VIEWS = [
    "T", "real", "imag", "view()", "transpose()", "transpose(())", "reshape(())", "reshape((), order='F')", "squeeze()",
    "squeeze(0)", "view(x.dtype)", "ravel()", "reshape(1)", "reshape((1, 1))", "flatten()",
]  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("number, dtype", NUMBERS)
def test_views_of_scalars_are_what_numpys_are(number, dtype, view):
    ours, theirs = both(number, dtype)
    got, want = (eval(f"x.{view}", {"x": x}) for x in (ours, theirs))
    assert rp.isscalar(got) == isinstance(want, np.generic)
    assert got.shape == want.shape and got.dtype == want.dtype
    np.testing.assert_array_equal(np.asarray(got), want)


def test_views_of_arrays_without_axes_stay_views():
    array = rp.asarray(np.array(2.5))
    for view in (array.T, array.real, array.view(), array.transpose(), array.reshape(())):
        array[...] += 1
        assert not rp.isscalar(view) and float(view) == float(array)
