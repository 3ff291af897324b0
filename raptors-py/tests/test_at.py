"""``ufunc.at``: every key, dtype and layout, operands that share memory, and what is refused."""

import warnings

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

import raptors as rp

RNG = np.random.default_rng(20)
UFUNCS = (
    "add", "subtract", "multiply", "divide", "floor_divide", "remainder", "power", "maximum",
    "minimum", "fmax", "fmin", "bitwise_and", "bitwise_xor", "logical_or", "hypot", "negative",
    "absolute", "sqrt", "invert", "square",
)  # fmt: skip
DTYPES = "?bBhHiIlLefdFD"


def outcome(function, *args):
    """The error that a call raises, and the warnings that it gives."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            function(*args)
            error = None
        except Exception as raised:
            error = type(raised), str(raised)
    return error, sorted({(one.category, str(one.message)) for one in given}, key=str)


def layouts(dtype, shape=(4, 5)):
    """Writeable arrays of the same values that lie differently, each with the memory it is in."""
    values = RNG.integers(0 if dtype in "?BHIL" else -3, 6, shape).astype(dtype)
    room = np.zeros(tuple(2 * n for n in shape), dtype)
    every, back = (slice(None, None, 2),) * 2, (slice(None, None, -2),) * 2
    for make in (
        lambda: (whole := values.copy(), whole),
        lambda: (whole := np.asfortranarray(values), whole),
        lambda: (whole := room.copy(), whole[every]),
        lambda: (whole := room.copy(), whole[back]),
        lambda: (whole := values.T.copy(), whole.T),
    ):
        memory, view = make()
        view[...] = values
        yield memory, view


def ours(x):
    """A Raptors array over the same memory; keys and numbers are what they are."""
    if isinstance(x, tuple):
        return tuple(ours(item) for item in x)
    return rp.asarray(x) if isinstance(x, np.ndarray) else x


def check(name, memory, view, key, *operands):
    """Compares ``at`` on a view with NumPy's on a copy that lies the same way."""
    start = memory.copy(order="K")
    wanted = outcome(getattr(np, name).at, view, key, *operands)
    result = memory.copy(order="K")
    memory[...] = start
    found = outcome(getattr(rp, name).at, rp.asarray(view), ours(key), *map(ours, operands))
    assert found == wanted, (name, view.dtype, view.strides, key, operands)
    if wanted[0] is None:
        exact = view.dtype.kind in "?biu"
        compare = np.testing.assert_array_equal if exact else np.testing.assert_allclose
        compare(memory, result, **({} if exact else {"rtol": 1e-2 if view.dtype == "e" else 1e-6}))
    memory[...] = start


def keys():
    rows, columns = np.array([0, -1, 2, 2, 2]), np.array([1, 4, 0, 0, 0])
    yield rows, columns
    yield rows.astype("i4"), 2
    yield rows[:, None], columns[None, :3]
    yield slice(None), columns
    yield rows, slice(1, None, 2)
    yield rows
    yield [0, 0, 3], [1, 1, -5]
    yield slice(1, 3), None, Ellipsis
    yield 1, 2
    yield RNG.integers(0, 2, (4, 5)).astype(bool)
    yield np.array([], int), np.array([], int)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", UFUNCS)
def test_every_key_and_layout(name, dtype):
    nin = getattr(np, name).nin
    for i, (memory, view) in enumerate(layouts(dtype)):
        for key in keys():
            shape = np.zeros((4, 5))[key].shape
            many = RNG.integers(1, 4, shape).astype(dtype)
            operands = [(many,), (2,), (many.ravel()[:1],), (1.5,)] if nin == 2 else [()]
            # How numbers are read has nothing to do with how the array lies.
            for operand in operands[: 1 if i else None]:
                check(name, memory, view, key, *operand)


@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "divide", "power"])
@pytest.mark.parametrize("n", [10, 100, 5000])
def test_many_places(name, n):
    for shape in ((5, 5), (3, 4, 5)):
        key = tuple(RNG.integers(-k, k, n) for k in shape)
        x = np.ones(shape)
        check(name, x, x, key, RNG.uniform(0.9, 1.1, n))
        check(name, x, x, key, 1.0)
        check(name, x, x, (slice(None), *key[1:]), RNG.uniform(0.9, 1.1, (shape[0], n)))


def test_operands_that_share_memory():
    x = np.arange(20.0)
    places = np.array([3, 3, 0, 5])
    check("add", x, x[2:12], places, x[:4])
    check("add", x, x[2:12], places, x[9:1:-2])
    check("subtract", x, x[::-1], places, x[:4])
    check("add", x, x[::2], places, x[:8:2])
    i = np.array([1, 2, 0, 2, 1])
    check("add", i, i, i[:3], i[2:])
    check("subtract", i, i, i, 1)
    check("add", i, i[::-1], (i[1:],), i[:4])


def test_elements_that_several_places_share():
    x = np.arange(8.0)
    windows = as_strided(x, (6, 3), (8, 8))
    key = np.array([0, 1, 2, 1]), np.array([2, 1, 0, 1])
    check("add", x, windows, key, np.array([1.0, 2.0, 3.0, 4.0]))
    check("multiply", x, windows, (slice(None), np.array([0, 2])), 2.0)
    one = as_strided(x, (4,), (0,))
    check("add", x, one, np.array([0, 1, 2, 3]), np.array([1.0, 2.0, 3.0, 4.0]))


def test_memory_that_is_not_aligned():
    memory = np.zeros(8 * 6 + 1, "u1")
    x = memory[1:].view("f8")
    check("add", memory, x, np.array([0, 5, 5]), np.array([1.0, 2.0, 3.0]))
    check("divide", memory, x.reshape(2, 3).T, (np.array([0, 2]), np.array([1, 1])), 3.0)
    records = np.zeros(4, "i1, f4")
    check("add", records.view("u1"), records["f1"], np.array([0, 3, 3]), 2.0)


@pytest.mark.parametrize("dtype", "bhil")
def test_integers_to_negative_powers(dtype):
    for key in (np.array([0, 2, 2]), (np.array([0, 1]), np.array([2, 0]))):
        x = np.array([2, 3, 4], dtype) if isinstance(key, np.ndarray) else np.ones((2, 3), dtype)
        for exponent in (-1, np.array(-2, dtype), RNG.integers(-3, -1, len(key)).astype(dtype)):
            if np.ndim(exponent) and np.size(exponent) != np.zeros(x.shape)[key].size:
                exponent = exponent[:1]
            with pytest.raises(ValueError, match="Integers to negative integer powers are not"):
                rp.power.at(rp.asarray(x), ours(key), ours(exponent))
    x = rp.asarray(np.array([2, 3], dtype))
    rp.power.at(x, [], -1)
    rp.power.at(x, [0, 0], 2)
    assert x.tolist() == [16, 3]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int16"])
@pytest.mark.parametrize("exponents", [0.5, [0.5, 2.0, 0.5, -1.0], [0.25, 0.5, 0.5, 0.5]])
def test_powers_of_a_half(dtype, exponents):
    with np.errstate(all="ignore"):
        x = np.array([-0.0, 0.0, -np.inf, np.inf, np.nan, 4.0, 2.0, -2.0]).astype("float16").astype(dtype)
        if dtype == "int16":
            x = x.astype("float32")
        for key in (np.array([0, 2, 0, 7]), np.array([5, 5, 6, 1]), np.array([2, 3, 4, 0])):
            for kind in (x.dtype, "float32"):
                a, b, y = x.copy(), rp.asarray(x.copy()), np.array(exponents, kind)
                np.power.at(a, key, y)
                rp.power.at(b, rp.asarray(key), rp.asarray(y))
                b = np.asarray(b)
                np.testing.assert_allclose(b.astype("float64"), a.astype("float64"), rtol=1e-6)
                np.testing.assert_array_equal(np.signbit(b)[~np.isnan(a)], np.signbit(a)[~np.isnan(a)])


def test_what_is_refused():
    x = np.zeros((3, 4))
    check("add", x, x, (np.array([0, 3]), np.array([0, 0])), 1.0)
    check("add", x, x, (np.array([0, 1]), np.array([0, 1, 2])), 1.0)
    check("add", x, x, (np.array([0, 1]), np.array([0, 1])), np.ones(3))
    check("add", x, x, np.array([0.0, 1.0]), 1.0)
    check("add", x, x, (0, 0, 0), 1.0)
    locked = rp.zeros(3)
    locked.flags.writeable = False
    with pytest.raises(ValueError):
        rp.add.at(locked, [0], 1.0)
    assert locked.tolist() == [0.0, 0.0, 0.0]


CASTS = [("f4", "f8"), ("f2", "f4"), ("i4", "i8"), ("u1", "u1"), ("f8", "i2"), ("c8", "f8"), ("f8", "f8")]


@pytest.mark.parametrize(
    ("name", "target", "value"),
    [(name, *cast) for name in ("add", "multiply", "maximum", "subtract") for cast in CASTS]
    + [("copysign", *cast) for cast in CASTS if cast[0].startswith("f")],
)
def test_rows_and_runs_that_ascend(name, target, value):
    rng = np.random.default_rng(5)
    x = (rng.random((40, 30)) * 9).astype(target)
    rows = np.array([3, 7, 7, 0, 39, 3])
    ascending = np.concatenate([np.arange(0, 40, 2), np.arange(1, 40), [5, 4, 5, 6, 7]])
    for index, shape in (
        (rows, (6, 30)), (ascending, (64, 30)), ((slice(None), rows % 30), (40, 6)),
        ((ascending, ascending % 30), (64,)),
    ):  # fmt: skip
        for values in ((rng.random(shape) * 5).astype(value), np.array(3, value)):
            found, wanted = rp.array(x), x.copy()
            getattr(rp, name).at(found, index, values)
            getattr(np, name).at(wanted, index, values)
            np.testing.assert_array_equal(np.asarray(found), wanted, strict=True)
    found, wanted = rp.array(x), x.copy()
    rp.negative.at(found, ascending)
    np.negative.at(wanted, ascending)
    np.testing.assert_array_equal(np.asarray(found), wanted, strict=True)
