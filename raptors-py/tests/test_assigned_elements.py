"""What is taken for an element, or for several, where elements are assigned: NumPy's choice, and its errors."""

import warnings

import numpy as np
import pytest

import raptors as rp
from conftest import DTYPES
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


# What narrow types hold and what they do not, what is no integer, and what is no number.
NUMBERS = {
    "b": [False, True],
    "u": [0, 7, 127, 200, 300, 2**40, 2**63],
    "i": [0, 7, -1, -129, 200, 300, -(2**40)],
    "f": [0.0, 7.5, -1.5, 200.0, 300.0, -7e4, 1e20, 1e300, -1e300, np.nan, np.inf, -np.inf],
    "c": [7, 2.5 - 1j, 300, -1.5 + 1j, 1e300j, complex(np.nan, 1), complex(np.inf, 0), complex(0, np.nan)],
}
MASK = np.array([[True, False, True], [False, True, False]])


def numbers(dtype):
    dtype = np.dtype(dtype)
    if dtype.kind in "iu":
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        return np.array([number for number in NUMBERS[dtype.kind] if low <= number <= high], dtype)
    with np.errstate(over="ignore"):
        return np.array(NUMBERS[dtype.kind]).astype(dtype)


def assigned(key, make=lambda x: x):
    def assign(xp, a, x):
        a[xp.asarray(key) if isinstance(key, np.ndarray) else key] = make(x)

    return assign


def flat(key, make=lambda x: x):
    def assign(xp, a, x):
        a.flat[key] = make(x)

    return assign


WAYS = {
    **{f"a[{key}] = x": assigned(key) for key in (
        0, (1, 2), (0, np.int64(1)), (0,), ..., (0, 1, ...), slice(0), (slice(None), 1), (slice(None, None, 2), None),
        True, [0], ([0, 1], [2, 0]), (0, [1, 2]), MASK, np.array([1, 0]),
    )},
    "a[0] = [x, x, x]": assigned(0, lambda x: [x, x, x]),
    "a[0] = (x, 1, x)": assigned(0, lambda x: (x, 1, x)),
    "a[...] = [[x, x, x], (x, x, x)]": assigned(..., lambda x: [[x, x, x], (x, x, x)]),
    "a[[0]] = [x, x, x]": assigned([0], lambda x: [x, x, x]),
    "a[0, 1] = [x]": assigned((0, 1), lambda x: [x]),
    "a.flat[4] = x": flat(4), "a.flat[1:3] = x": flat(slice(1, 3)), "a.flat[[0]] = x": flat([0]),
    "a.flat[:2] = [x, x]": flat(slice(2), lambda x: [x, x]),
    "a.flat = x": lambda xp, a, x: setattr(a, "flat", x),
    "a.fill(x)": lambda xp, a, x: a.fill(x),
    "a[:0].fill(x)": lambda xp, a, x: a[:0].fill(x),
    "a.put(0, x)": lambda xp, a, x: a.put(0, x),
    "put(a, [0, -1], x, clip)": lambda xp, a, x: xp.put(a, [0, -1], x, mode="clip"),
    "put(a, [0, 1], [x, x])": lambda xp, a, x: xp.put(a, [0, 1], [x, x]),
    "putmask": lambda xp, a, x: xp.putmask(a, xp.asarray(MASK), x),
    "place": lambda xp, a, x: xp.place(a, xp.asarray(MASK), x),
    "putmask [x, x]": lambda xp, a, x: xp.putmask(a, xp.asarray(MASK), [x, x]),
    "copyto": lambda xp, a, x: xp.copyto(a, x, casting="unsafe"),
    "fill_diagonal": lambda xp, a, x: xp.fill_diagonal(a, x),
    "put_along_axis": lambda xp, a, x: xp.put_along_axis(a, xp.asarray([[0], [1]]), x, 1),
    "array(x)": lambda xp, a, x: xp.array(x, a.dtype),
    "array([x, x])": lambda xp, a, x: xp.array([x, x], a.dtype),
    "array([[x], (x,)])": lambda xp, a, x: xp.array([[x], (x,)], a.dtype),
    "fromiter": lambda xp, a, x: xp.fromiter(iter([x]), a.dtype),
    "full": lambda xp, a, x: xp.full(2, x, a.dtype),
    "z[()] = x": lambda xp, a, x: assigned(())(xp, a[0, 0, ...], x),
    "z[...] = x": lambda xp, a, x: assigned(...)(xp, a[0, 0, ...], x),
    "z.fill(x)": lambda xp, a, x: a[0, 0, ...].fill(x),
}  # fmt: skip


def stored(xp, way, dtype, x):
    """What is in the array then, and what was warned of; or the error."""
    a = xp.zeros((2, 3), dtype)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = WAYS[way](xp, a, x)
        except Exception as error:
            return type(error), str(error)
    heard = {(one.category, str(one.message)) for one in caught}
    array = np.asarray(a if result is None else result)
    if array.dtype.kind == "u" and np.asarray(x).dtype.kind in "fc" and np.asarray(x).real < 0:
        # What negative numbers leave in unsigned integers, and whether that is told of, is the processor's choice.
        return array.dtype, array.shape
    # So is what any other invalid cast leaves.
    known = not any("invalid value" in words for _, words in heard)
    return array.dtype, array.shape, known and repr(array.tolist()), heard


@pytest.mark.parametrize("source", DTYPES)
@pytest.mark.parametrize("target", DTYPES)
def test_what_stands_for_a_scalar_is_stored_as_a_scalar(source, target):
    theirs = numbers(source)
    ours = rp.array(theirs)
    for i, number in enumerate(theirs):
        sources = [(ours[i], theirs[i]), (ours[i : i + 1].max(), theirs[i : i + 1].max())]
        # An array without axes is no scalar.
        sources.append((ours[i, ...], theirs[i, ...]))
        for kind, (own, other) in enumerate(sources):
            for way in WAYS:
                assert stored(rp, way, target, own) == stored(np, way, target, other), (way, number, kind)
