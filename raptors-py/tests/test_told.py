"""What NumPy tells of numbers and results beyond the range of the floats that they become."""

import itertools
import warnings

import numpy as np
import pytest

import raptors as rp

BINARY = ["add", "multiply", "divide", "maximum", "hypot", "less", "copysign", "heaviside", "logical_and"]


def told(function, xp):
    """What ``function`` gives, and what it warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = function(xp)
    return np.asarray(result), sorted(str(warning.message) for warning in caught)


def same(function):
    """Asserts that both give the same, and warn of the same."""
    (theirs, words), (ours, own_words) = told(function, np), told(function, rp)
    assert own_words == words
    np.testing.assert_array_equal(ours, theirs)
    assert ours.dtype == theirs.dtype


@pytest.mark.parametrize("dtype", ["f2", "f4", "c8", "f8"])
@pytest.mark.parametrize("number", [70000, -70000.0, 1e39, 65519, float("inf")])
@pytest.mark.parametrize("shape", [(), (3,), (2, 300), (0,), (2, 0)])
def test_numbers_beside_narrow_floats(dtype, number, shape):
    for name in BINARY:
        if dtype == "c8" and name in ("hypot", "copysign", "heaviside"):
            continue
        same(lambda xp: getattr(xp, name)(xp.full(shape, 2, dtype), number))
        same(lambda xp: getattr(xp, name)(number, xp.full(shape, 2, dtype)))

    def in_place(xp):
        x = xp.full(shape, 2, dtype)
        x += number
        return x

    same(in_place)
    same(lambda xp: xp.full(shape, 2, dtype) - number)
    same(lambda xp: xp.add(xp.full(shape, 2, dtype), number, out=xp.empty(shape, dtype)))
    same(lambda xp: xp.add(xp.full(shape, 2, "i2"), number, dtype=dtype))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
@pytest.mark.parametrize("number", [70000, 1e39, 5.0])
def test_numbers_that_fill(dtype, number):
    same(lambda xp: xp.full(3, number, dtype))
    same(lambda xp: xp.full_like(xp.ones(3, dtype), number))
    same(lambda xp: xp.where(xp.ones(3, dtype) > 0, xp.ones(3, dtype), number))
    same(lambda xp: xp.clip(xp.ones(3, dtype), 0, number))
    same(lambda xp: xp.sum(xp.ones(3, dtype), initial=number))
    same(lambda xp: xp.max(xp.ones(3, dtype), initial=number))


@pytest.mark.parametrize("out", ["f2", "f4"])
@pytest.mark.parametrize("n", [1, 3, 5000])
@pytest.mark.parametrize("name", ["maximum", "fmax", "copysign", "negative", "positive", "floor", "rint"])
def test_results_that_their_output_does_not_hold(name, n, out):
    def written(xp, **options):
        x, to = xp.full(n, 1e300), xp.zeros(n, out)
        ufunc = getattr(xp, name)
        return ufunc(*[x] * ufunc.nin, out=to, **options)

    same(written)
    same(lambda xp: written(xp, where=xp.ones(n, bool)))
    same(lambda xp: getattr(xp, "maximum").accumulate(xp.full(n, 1e300), out=xp.zeros(n, out)))


def test_what_fits_is_not_told_of():
    same(lambda xp: xp.maximum(xp.asarray([1.0, np.inf, np.nan]), 2.0, out=xp.zeros(3, "f4")))
    same(lambda xp: xp.max(xp.asarray([1.0, np.inf]), out=xp.zeros((), "f2")))


@pytest.mark.parametrize("dtype", ["f2", "f4"])
@pytest.mark.parametrize("value", [0.1, 1 / 3, 65519.0, 6e-8, 2.98e-8, 1e-300, 5e-324, -0.0, 2049.0, 1 + 2**-11 + 2**-40])
def test_floats_are_rounded_once(dtype, value):
    ours, theirs = rp.zeros(2, dtype), np.zeros(2, dtype)
    ours[0], theirs[0] = value, value
    np.testing.assert_array_equal(np.asarray(ours), theirs)
    assert np.signbit(np.asarray(ours)[0]) == np.signbit(theirs[0])
    np.testing.assert_array_equal(np.asarray(rp.ones(3, dtype) * value), np.ones(3, dtype) * value)


@pytest.mark.parametrize("dtype", ["i1", "u1"])
@pytest.mark.parametrize("number", [2**40, -(2**40), 70000, 65519, 300, 1e300, -1e300])
@pytest.mark.parametrize(
    "name", "arctan2 hypot logaddexp logaddexp2 divide copysign nextafter heaviside float_power ldexp add less".split()
)
def test_integers_of_a_byte_beside_numbers(name, number, dtype):
    def heard(call):
        def outcome(xp):
            try:
                return call(xp)
            except (OverflowError, TypeError) as error:
                return np.asarray(f"{type(error).__name__}: {error}")

        same(outcome)

    for shape in ((), (3,), (2, 300), (0,)):
        heard(lambda xp: getattr(xp, name)(xp.full(shape, 2, dtype), number))  # noqa: B023
        heard(lambda xp: getattr(xp, name)(number, xp.full(shape, 2, dtype)))  # noqa: B023
        heard(lambda xp: getattr(xp, name)(xp.full(shape, 2, dtype), number, out=xp.empty(shape, "f8")))  # noqa: B023
        heard(lambda xp: getattr(xp, name)(xp.full(shape, 2, dtype), number, dtype="f8"))  # noqa: B023
    heard(lambda xp: xp.full(3, 2, dtype) / number)
    heard(lambda xp: number // xp.full(3, 2, dtype) if type(number) is float else xp.zeros(1))


NUMBERS = [1, 0, -1, 300, 2**40, 2**63, 2**70, -(2**70), 1.5, 1e300, 2j]


@pytest.mark.parametrize("casting", ["no", "equiv", "safe", "same_kind", "unsafe"])
@pytest.mark.parametrize("dtype", ["?", "i1", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"])
def test_numbers_under_every_casting(dtype, casting):
    def outcome(call, xp):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                result = np.asarray(call(xp))
            except (OverflowError, TypeError) as error:
                # Which of two operands casting="equiv" refuses is told of in one of two ways.
                both = casting == "equiv" and isinstance(error, TypeError)
                return (TypeError, "") if both else (type(error).__name__, str(error))
        # The last digits of angles are those of NumPy's vectors.
        return result.dtype, np.array2string(result, precision=6)

    calls = [(name, {}) for name in ("add", "maximum", "less", "equal", "logical_and", "true_divide", "arctan2")]
    calls += [("add", {"dtype": "f8"}), ("add", {"dtype": "f4"})]
    for (name, options), shape, number, step in itertools.product(calls, ((3,), (0,)), NUMBERS, (1, -1)):
        if options and type(number) is complex:
            continue

        def call(xp):
            both = [xp.ones(shape, dtype), number]  # noqa: B023
            return getattr(xp, name)(*both[::step], casting=casting, **options)  # noqa: B023

        assert outcome(call, rp) == outcome(call, np), (name, options, shape, number, step)
    for name in ("sqrt", "negative", "isnan", "logical_not"):
        for number in (2, 2.5, 2j):
            both = (outcome(lambda xp: getattr(xp, name)(number, casting=casting), xp) for xp in (rp, np))  # noqa: B023
            assert next(both) == next(both)
