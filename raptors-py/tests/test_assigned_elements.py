"""What is taken for an element, or for several, where elements are assigned: NumPy's choice, and its errors."""

import numpy as np
import pytest

import raptors as rp
from test_numpy_details import FOUR, agree


def test_copies_lose_what_casting_lets_them_lose():
    def copied(xp, dtype, value, **options):
        a = xp.zeros(3, dtype)
        xp.copyto(a, value, casting="unsafe", **options)
        return a

    for dtype in ("i4", "i8", "f8", "?"):
        for value in (np.nan, 1e300, 1j, 1.5, 7):
            agree(lambda xp, dtype=dtype, value=value: copied(xp, dtype, value))
    agree(lambda xp: copied(xp, "u1", 300), lambda xp: copied(xp, "f8", 1, where=None))


VALUES = [
    [1], [1, 2], [[1]], [], (1,), 2, True, None, "x", "1", b"1", range(3), bytearray(b"ab"), {}, 2**70, 1j, np.nan,
    np.float32(2.5), np.array(2.5), np.array([1]), np.array([]), FOUR,
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["?", "u1", "i4", "f2", "f8", "c16"])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_one_element_is_what_numpy_takes_for_one(value, dtype):
    def filled(xp, shape=3):
        a = xp.zeros(shape, dtype)
        a.fill(xp.asarray(value) if isinstance(value, np.ndarray) else value)
        return a

    def flat(xp):
        a = xp.zeros((2, 2), dtype)
        a.flat[1] = xp.asarray(value) if isinstance(value, np.ndarray) else value
        return a

    agree(filled, flat, lambda xp: filled(xp, ()))


@pytest.mark.parametrize("values", [[], [1], [1, 2], [1, 2, 3, 4]])
def test_flat_takes_as_many_as_there_are(values):
    def flat(xp, n, key=None):
        a = xp.zeros(n)
        if key is None:
            a.flat = values
        else:
            a.flat[key] = values
        return a

    for n in (0, 3):
        agree(lambda xp, n=n: flat(xp, n))
    for key in (slice(None), [0, 2], ...):
        agree(lambda xp, key=key: flat(xp, 3, key))


@pytest.mark.parametrize("dtype", ["i1", "i8", "u2", "u8"])
def test_elements_and_reductions_as_keys_choose_views(dtype):
    for key in (
        lambda i: i, lambda i: (i,), lambda i: (i, slice(None)), lambda i: (i, ...), lambda i: (..., i, slice(None)),
        lambda i: (None, i), lambda i: (i, slice(1, None)), lambda i: (slice(None), i),
    ):  # fmt: skip
        for xp in (rp, np):
            a = xp.zeros((3, 2))
            places = xp.asarray([0, 1]).astype(dtype)
            a[key(places.max())][...] = 1
            a[key(places[0])][...] += 1
            assert a.sum() == a[key(1)].size + a[key(0)].size


def test_single_elements_of_read_only_arrays():
    def put(xp):
        a = xp.arange(4.0)
        a.flags.writeable = False
        a.flat[1] = 2

    def fill(xp):
        a = xp.arange(4.0)
        a.flags.writeable = False
        a.fill([1])

    agree(put, fill)
