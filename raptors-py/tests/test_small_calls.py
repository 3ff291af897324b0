"""Calls on small arrays: the short ways that common arguments take give what the long ones give."""

import gc
import sys

import numpy as np
import pytest

import raptors as rp

DTYPES = ["?", "i1", "u1", "i4", "u8", "i8", "f2", "f4", "f8", "c16"]
KEYS = [0, -1, 2, (1, 2), (-1, 0), slice(1, 3), slice(None, None, -1), slice(5, 0, -2), (slice(None), 1),
        (0, slice(0, 2)), None, Ellipsis, (Ellipsis, 1), (None, 1, Ellipsis, None), (slice(1, 2), slice(1, 3))]  # fmt: skip


def matrix(dtype):
    x = np.arange(12).reshape(3, 4).astype(dtype)
    return rp.array(x), x


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("key", KEYS, ids=str)
@pytest.mark.parametrize("turned", [False, True])
def test_common_keys(dtype, key, turned):
    a, x = matrix(dtype)
    if turned:
        a, x = a.T[::-1], x.T[::-1]
    got, expected = a[key], x[key]
    assert got.dtype == expected.dtype and got.shape == expected.shape
    assert np.array_equal(got, expected)
    if expected.ndim:
        assert got.strides == expected.strides and got.base is not None


@pytest.mark.parametrize("key", [3, -4, (0, 4), (0, 0, 0), (Ellipsis, Ellipsis), slice(0, 1, 0), (slice(1.5), 0),
                                 2**70, (0, 2**70), 1.0])  # fmt: skip
def test_wrong_keys_are_numpys_errors(key):
    a, x = matrix("f8")
    with pytest.raises((IndexError, ValueError, TypeError)) as expected:
        x[key]
    with pytest.raises(expected.type) as got:
        a[key]
    assert str(got.value) == str(expected.value)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("value", [0, 1, -1, 300, 2**40, 1.5, -0.0, float("nan"), 1e300, 1e-40, True, 2j])
def test_one_element_is_assigned_as_numpy_does(dtype, value):
    a, x = matrix(dtype)
    outcomes = []
    for target in (a, x):
        try:
            with np.errstate(all="ignore"):
                target[1, 2] = value
            outcomes.append(None)
        except (OverflowError, TypeError, FloatingPointError, ValueError) as error:
            outcomes.append((type(error), str(error)))
    assert outcomes[0] == outcomes[1]
    assert np.array_equal(a, x, equal_nan=dtype[0] in "fc")


def test_one_element_of_what_is_read_only_is_refused():
    a = rp.arange(3.0)
    a.setflags(write=False)
    for key in (0, slice(0, 1)):
        with pytest.raises(ValueError, match="read-only"):
            a[key] = 1.0
    with pytest.raises(ValueError, match="cannot delete"):
        del a[0]


def test_views_keep_their_base_and_give_it_back():
    a = rp.arange(8.0)
    before = sys.getrefcount(a)
    views = [a[1:3], a.T, a[None], a.reshape(2, 4), a[::-1]]
    assert all(view.base is a for view in views)
    assert sys.getrefcount(a) == before + len(views)
    del views
    gc.collect()
    assert sys.getrefcount(a) == before
    x = np.zeros(3)
    before = sys.getrefcount(x)
    for _ in range(100):
        rp.asarray(x)[1:]
    assert sys.getrefcount(x) == before


def test_numbers_beside_arrays():
    for dtype in DTYPES[1:]:
        a, x = matrix(dtype)
        for number in (3, 2.5, -1, 2**40):
            for f in (np.add, np.multiply, np.subtract, np.less, np.maximum, np.power):
                for args in ((x, number), (number, x)):
                    try:
                        with np.errstate(all="ignore"):
                            expected = f(*args)
                    except (OverflowError, ValueError) as error:
                        with pytest.raises(type(error)):
                            getattr(rp, f.__name__)(*(a if arg is x else arg for arg in args))
                        continue
                    with np.errstate(all="ignore"):
                        got = getattr(rp, f.__name__)(*(a if arg is x else arg for arg in args))
                    assert got.dtype == expected.dtype
                    np.testing.assert_allclose(np.asarray(got), expected, rtol=1e-3)


def test_outputs_may_be_inputs_and_may_overlap_them():
    for out, first, second in (((0, 8), (0, 8), (8, 16)), ((0, 8), (0, 8), (0, 8)), ((1, 9), (0, 8), (2, 10)),
                               ((4, 12), (0, 8), (8, 16))):  # fmt: skip
        x = np.arange(16.0)
        a = rp.array(x)
        np.add(x[slice(*first)], x[slice(*second)], x[slice(*out)])
        b = a[slice(*out)]
        assert rp.add(a[slice(*first)], a[slice(*second)], b) is b
        assert np.array_equal(a, x)


def test_attributes_and_numbers():
    for dtype in DTYPES:
        a, x = matrix(dtype)
        for name in ("shape", "strides", "dtype", "ndim", "size", "itemsize", "nbytes"):
            assert getattr(a, name) == getattr(x, name)
        assert np.array_equal(a.T, x.T) and len(a) == 3
        one = a[1, 2]
        assert bool(one) is bool(x[1, 2])
        if dtype != "c16":
            assert float(one) == float(x[1, 2]) and int(one) == int(x[1, 2])
    assert int(rp.asarray(1e300)) == int(1e300)
    for bad in (float("nan"), float("inf")):
        with pytest.raises((ValueError, OverflowError)):
            int(rp.asarray(bad))
    with pytest.raises(TypeError, match="unsized"):
        len(rp.asarray(1.0))
