"""Whether arrays are equal or close as wholes: NumPy's answers and warnings, wherever the difference is."""

import warnings

import numpy as np
import pytest
import raptors as rp

SIZES = [0, 1, 7, 1023, 1024, 1025, 5000, 300_000]


def outcome(call):
    """What a call gives, and the words of its warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        given = call()
    assert type(given) is bool
    return given, sorted(str(warning.message) for warning in caught)


def same(a, b, **options):
    """Both comparisons give what NumPy's give."""
    x, y = rp.asarray(a), rp.asarray(b)
    nan = {key: value for key, value in options.items() if key == "equal_nan"}
    assert outcome(lambda: rp.array_equal(x, y, **nan)) == outcome(lambda: np.array_equal(a, b, **nan))
    assert outcome(lambda: rp.allclose(x, y, **options)) == outcome(
        lambda: np.allclose(a, b, **options)
    )


@pytest.mark.parametrize("size", SIZES)
def test_differences_are_found_wherever_they_are(dtype, size):
    a = (np.arange(size) % 100 + 1).astype(dtype)
    same(a, a.copy())
    for place in {0, size // 2, size - 1} if size else ():
        b = a.copy()
        b[place] = 0
        same(a, b)
        same(a[::-1], b[::-1])


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16", "f2"])
def test_special_numbers(dtype):
    info = np.finfo(dtype)
    numbers = [0.0, -0.0, 1.0, 1 + 1e-6, np.inf, -np.inf, np.nan, info.max, -info.max, info.tiny]
    for x in numbers:
        for y in numbers:
            a, b = np.ones(1500, dtype), np.ones(1500, dtype)
            a[1300], b[1300] = x, y
            for nan in False, True:
                same(a, b, equal_nan=nan)
            same(a, b, rtol=0.0, atol=1e-3)
            same(a, b, rtol={"f2": 1e3, "f4": 1e30, "c8": 1e30}.get(dtype, 1e300))


def test_layouts_shapes_and_types_that_differ():
    a = np.arange(6000.0).reshape(60, 100)
    for b in a.copy(), np.asfortranarray(a), a.T, a[::-1], a.astype("f4"), a[:, :-1], a.astype(int):
        if b.shape == a.shape:
            same(a, b)
            same(np.asfortranarray(a), np.asfortranarray(b))
        else:
            assert not rp.array_equal(rp.asarray(a), rp.asarray(b))
    with np.errstate(under="raise"):
        tiny = np.full(2000, 1e-306)
        with pytest.raises(FloatingPointError):
            np.allclose(tiny, tiny)
        with pytest.raises(FloatingPointError):
            rp.allclose(rp.asarray(tiny), rp.asarray(tiny))
