"""Corners of functions, which NumPy's own rules decide: compared with it, errors and all."""

import warnings

import numpy as np
import pytest

import raptors as rp


def outcome(function, xp):
    """What ``function`` gives: the value, or the class and the words of its error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = function(xp)
        except Exception as error:
            return type(error).__name__, str(error)
    results = result if isinstance(result, tuple) else (result,)
    return [(np.asarray(one).dtype, np.asarray(one).shape, np.asarray(one).tolist()) for one in results]


def same(function):
    """Asserts that the outcomes are alike."""
    np.testing.assert_equal(outcome(function, rp), outcome(function, np))


@pytest.mark.parametrize("name", ["sum", "prod", "nansum", "nanprod", "add.reduce", "hypot.reduce", "bitwise_or.reduce", "maximum.reduce"])
@pytest.mark.parametrize("options", [{}, {"where": [True]}, {"where": False}, {"keepdims": True}, {"axis": None}])
@pytest.mark.parametrize("shape", [(3,), (0,), (2, 0), (0, 2)])
def test_no_initial_value(name, options, shape):
    def reduced(xp):
        function = xp
        for part in name.split("."):
            function = getattr(function, part)
        dtype = "i4" if "bitwise" in name else "f8"
        return function(xp.ones(shape, dtype), initial=None, **options)

    same(reduced)


def test_methods_without_an_initial_value():
    same(lambda xp: xp.zeros(0).sum(initial=None))
    same(lambda xp: xp.zeros((0, 2)).prod(axis=0, initial=None))
    same(lambda xp: xp.zeros((0, 2)).prod(axis=1, initial=None))
    same(lambda xp: xp.add.reduce(xp.zeros(0), initial=np._NoValue))


SORTERS = [
    [1, 2, 0], [1, 2], [1, 2, 0, 0], [1, 2, 5], [1, 2, -1], [-4, 1, 2], [1.0, 2, 0], [True, False, True],
    [[1, 2, 0]], 0, "a", np.array([1, 2, 0], "u1"), np.array([1, 2, 0], "u8"), np.zeros(0), np.array([1, 2, 0])[::-1],
]  # fmt: skip


@pytest.mark.parametrize("sorter", SORTERS, ids=repr)
@pytest.mark.parametrize("wanted", [2, [1, 5], []])
def test_sorters(sorter, wanted):
    before, rp.config.fallback = rp.config.fallback, "allow"
    try:
        same(lambda xp: xp.searchsorted(xp.asarray([3, 1, 2]), wanted, sorter=sorter))
    finally:
        rp.config.fallback = before


@pytest.mark.parametrize("name", ["argmin", "argmax"])
@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i4", "u4", "i8", "u8", "f4", "c16"])
@pytest.mark.parametrize("shape", [(), (1,), (2,), (3,)])
@pytest.mark.parametrize("axis", [None, 0, -1, 2])
def test_outputs_of_indices(name, dtype, shape, axis):
    def indices(xp):
        out = xp.zeros(shape, dtype)
        result = getattr(xp, name)(xp.asarray([[3, 1, 2], [1, 2, 3]]), axis=axis, out=out)
        assert result is out
        return out

    same(indices)
    same(lambda xp: getattr(xp, name)(xp.asarray([3, 1, 2]), out=xp.zeros(shape, dtype)))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "c8", "i4"])
@pytest.mark.parametrize("step", [2j, np.complex64(1 + 2j), np.array([0, 1, 3], "c8"), np.float16(0.5), 2])
def test_gradients_of_complex_steps(dtype, step):
    same(lambda xp: xp.gradient(xp.asarray(np.array([1, 2, 4], dtype)), step))


@pytest.mark.parametrize("dtype", ["i1", "u1", "i8", "f8"])
@pytest.mark.parametrize("out", [None, "i8", "f8", "f4"])
@pytest.mark.parametrize("decimals", [-1, -2, 0, 1])
def test_rounding_of_integers_into_outputs(dtype, out, decimals):
    def rounded(xp):
        to = None if out is None else xp.zeros(3, out)
        return xp.round(xp.asarray(np.array([15, 25, 104], dtype)), decimals, out=to)

    same(rounded)


@pytest.mark.parametrize("options", [{}, {"bins": 3}, {"range": (0, 3)}, {"density": True}, {"weights": np.arange(3.0)}, {"weights": np.arange(3) * 1j}])
@pytest.mark.parametrize("values", [[1 + 1j, 2, 3], [1, 2, 2.5]])
@pytest.mark.parametrize("dtype", ["c8", "c16"])
def test_histograms_of_complex_numbers(options, values, dtype):
    same(lambda xp: xp.histogram(xp.asarray(np.array(values, dtype)), **options))


@pytest.mark.parametrize("name", ["quantile", "percentile", "nanquantile", "median"])
@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3)])
@pytest.mark.parametrize("options", [{}, {"keepdims": True}, {"axis": 0}, {"axis": -1, "keepdims": True}])
@pytest.mark.parametrize("method", ["linear", "lower", "inverted_cdf"])
def test_quantiles_of_nothing(name, shape, options, method):
    def found(xp):
        if name == "median":
            return xp.median(xp.zeros(shape), **options)
        return getattr(xp, name)(xp.zeros(shape), 0.5, method=method, **options)

    same(found)


NUMBERS = [0.0, -0.0, 1.0, -2.5, 1 / 3, 1e-4, 9.9e-5, 1e8, 99999999.99999999, 12345678.123456789, 0.000123456789012, 2**-9, 1e16, 5e-324, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("number", [*NUMBERS, 5, -(2**63), True, *map(np.float32, (0.1, 1e10)), np.int8(-3), np.uint64(2**64 - 1), 1j, np.float16(0.1)])
def test_elements_as_text(number):
    ours, theirs = rp.asarray([number])[0], np.asarray([number])[0]
    assert repr(ours) == repr(np.asarray(theirs))
    assert f"{ours}" == f"{theirs}"
    for spec in "", ".3f", "10", "e", ">12":
        assert outcome(lambda _: np.asarray(format(ours, spec)), rp) == outcome(lambda _: np.asarray(format(theirs, spec)), np)
    with np.printoptions(precision=3, suppress=True):
        assert repr(ours) == repr(np.asarray(theirs))


def test_random_elements_as_text():
    numbers = np.random.default_rng(1).normal(size=300) * 10.0 ** np.random.default_rng(2).integers(-6, 10, 300)
    for number in numbers:
        assert repr(rp.asarray([number])[0]) == repr(np.asarray(number))
        short = np.round(number, 3)
        assert repr(rp.asarray([short])[0]) == repr(np.asarray(short))


def test_shared_buffers():
    memory = bytearray(range(16))
    for make in rp.asarray, rp.frombuffer, lambda m: rp.asarray(memoryview(m)):
        shared = make(memory)
        memory[0] ^= 1
        assert bytes(np.asarray(shared)) == bytes(memory)
        del shared
    memory.append(1)
    arrays = [rp.share(np.arange(i % 5)) for i in range(200)]
    assert [a.tolist() for a in arrays] == [list(range(i % 5)) for i in range(200)]


def test_ufuncs_of_python_functions():
    before, rp.config.fallback = rp.config.fallback, "allow"
    try:
        twice = rp.frompyfunc(lambda x: 2 * x, 1, 1)
        assert twice(rp.arange(3)).tolist() == [0, 2, 4]
        both = np.frompyfunc(lambda x, y: (x + y, x - y), 2, 2)
        assert [part.tolist() for part in both(rp.arange(3), 1)] == [[1, 2, 3], [-1, 0, 1]]
        rp.config.fallback = "error"
        with pytest.raises(NotImplementedError):
            twice(rp.arange(3))
    finally:
        rp.config.fallback = before
    assert np.matmul(rp.ones((2, 2)), rp.ones(2)).tolist() == [2, 2]


def heard(function, xp):
    """The outcome, and what is warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = np.asarray(function(xp))
        except Exception as error:
            return type(error).__name__, str(error)
    return result.dtype, repr(result.tolist()), [str(one.message) for one in caught]


@pytest.mark.parametrize("dtype", ["?", "i1", "u2", "i8", "f2", "f4", "c8"])
@pytest.mark.parametrize("out", ["i1", "i4", "f4", "f8", "c16"])
@pytest.mark.parametrize("name", ["cumsum", "cumprod", "sum", "prod"])
def test_steps_towards_outputs(name, dtype, out):
    # Products that floats hold, whatever their order is.
    numbers = np.array([2, 1, 3, 1, 2] * 4 if "prod" in name else [100, 101, 3, 100, 101] * 4).astype(dtype)
    shape = numbers.shape if "cum" in name else ()
    if np.can_cast(numbers.dtype, out, "same_kind"):
        same(lambda xp: getattr(xp, name)(xp.asarray(numbers), out=xp.zeros(shape, out)))
        same(lambda xp: getattr(xp.asarray(numbers), name)(out=xp.zeros(shape, out)))


@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i8", "f4", "f8", "c16"])
@pytest.mark.parametrize("out", ["?", "i1", "u1", "i8", "f2", "f4", "f8", "c16"])
@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "fmin", "bitwise_or", "logical_and", "subtract"])
def test_reductions_towards_outputs_of_any_dtype(name, dtype, out):
    # More than NumPy takes at once, before it stores what it has.
    with np.errstate(invalid="ignore"):
        numbers = np.resize(np.array([30.5, 5.25, -2.0, 3.0]), 20000).astype(dtype)

    def reduced(xp, array, **options):
        to = xp.zeros(array.shape[1:], out)
        assert getattr(xp, name).reduce(xp.asarray(array), out=to, **options) is to
        return to

    # Products of so many are infinite, and what float16 keeps of so many depends on NumPy's vectors.
    arrays = (numbers[:4],) if name == "multiply" or out == "f2" else (numbers[:4], numbers, numbers.reshape(2500, 8))
    for array in arrays:
        assert heard(lambda xp: reduced(xp, array), rp) == heard(lambda xp: reduced(xp, array), np)  # noqa: B023
    options = {"dtype": "f8"} if dtype != "c16" else {}
    for array in arrays:
        assert heard(lambda xp: reduced(xp, array, **options), rp) == heard(lambda xp: reduced(xp, array, **options), np)  # noqa: B023


def test_long_integer_steps_towards_floats():
    same(lambda xp: xp.cumprod(xp.asarray([3] * 45), out=xp.zeros(45)))
    same(lambda xp: xp.cumsum(xp.asarray([2**62] * 5), out=xp.zeros(5)))
    same(lambda xp: xp.nancumsum(xp.asarray([2**62] * 5), out=xp.zeros(5)))
    same(lambda xp: xp.cumsum(xp.asarray([[2**62] * 5] * 2), axis=0, out=xp.zeros((2, 5))))


@pytest.mark.parametrize("name", ["mean", "var", "std"])
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_moments_towards_wider_outputs(name, axis):
    numbers = (np.arange(2002.0).reshape(77, 26) / 3).astype("f4")
    wide = np.zeros(np.mean(numbers, axis=axis).shape)
    getattr(np, name)(numbers, axis=axis, out=wide)
    got = getattr(rp, name)(rp.asarray(numbers), axis=axis, out=rp.zeros(wide.shape))
    np.testing.assert_allclose(got, wide, rtol=1e-13)
    halves = numbers.astype("f2")
    wide = np.zeros(wide.shape, "f4")
    with np.errstate(over="ignore"):
        getattr(np, name)(halves, axis=axis, out=wide)
        got = getattr(rp, name)(rp.asarray(halves), axis=axis, out=rp.zeros(wide.shape, "f4"))
    np.testing.assert_allclose(got, wide, rtol=1e-6)
    if name != "std":
        same(lambda xp: getattr(xp, name)(xp.asarray([1, 2, 6]), out=xp.zeros((), "i4")))


STARTS = [[1], (1,), [], "5", 1.5, {}, 2**70, 1j, np.int64(300), np.float64(1e9), np.uint8(200), np.array([1]), np.array(1.5), np.array([[2]])]


@pytest.mark.parametrize("start", STARTS, ids=repr)
@pytest.mark.parametrize("dtype", ["?", "i1", "i8", "f2", "f8", "c16"])
@pytest.mark.parametrize("name", ["sum", "max", "add.reduce"])
def test_starts_of_reductions(name, dtype, start):
    def reduced(xp):
        function = xp
        for part in name.split("."):
            function = getattr(function, part)
        return function(xp.asarray(np.array([1, 0, 1], dtype)), initial=xp.asarray(start) if type(start) is np.ndarray else start)

    assert heard(reduced, rp) == heard(reduced, np)


def test_decimals_are_a_number():
    same(lambda xp: xp.round(xp.asarray([1.5, 2.5]), None))
    same(lambda xp: xp.round(xp.asarray([1.5, 2.5]), None, out=xp.zeros(2)))
    same(lambda xp: xp.asarray([1.5, 2.5]).round(None))
    same(lambda xp: xp.asarray([1.55, 2.5]).round(decimals=1))
    same(lambda xp: xp.asarray([1.5, 2.5]).round())


@pytest.mark.parametrize("dtype", ["?", "u1", "u2", "u4", "u8", "i1", "i8", "f2", "f8"])
@pytest.mark.parametrize("number", [2**63, 2**64 - 1, -(2**63), 2**64, 70000, -1])
def test_vast_integers(number, dtype):
    def stored(xp):
        array = xp.zeros(3, dtype)
        array[1] = number
        return array

    if (number, dtype) != (2**64, "?"):
        same(stored)
    for shape in (3,), (4000,):
        mask, values = np.arange(shape[0]) % 2 == 0, np.arange(shape[0]).astype(dtype)
        same(lambda xp, mask=mask, values=values: xp.where(xp.asarray(mask), number, xp.asarray(values)))
        same(lambda xp, mask=mask, values=values: xp.where(xp.asarray(mask), xp.asarray(values), number))


FILLINGS = [np.nan, np.inf, 1e10, -1.0, 1j, 1e39 + 1j, complex(np.nan, 0), np.float64(np.nan), np.array(np.nan), np.array([1, np.inf, 2]), np.array(1j)]


@pytest.mark.parametrize("value", FILLINGS, ids=repr)
@pytest.mark.parametrize("dtype", ["?", "i4", "i8", "f4", "c8"])
def test_fillings_that_lose_something(value, dtype):
    def of(xp):
        return xp.asarray(value) if type(value) is np.ndarray else value

    for make in (
        lambda xp: xp.full(3, of(xp), dtype),
        lambda xp: xp.full_like(xp.zeros(3, dtype), of(xp)),
        lambda xp: xp.full_like(xp.zeros((2, 2, 3), dtype).transpose(1, 0, 2), of(xp)),
    ):
        assert heard(make, rp) == heard(make, np)


def test_bytes_keep_no_order():
    for order in "C", "F", "A", "K":
        for array in np.arange(6).reshape(2, 3), np.arange(6).reshape(2, 3).T, np.arange(24).reshape(2, 3, 4).transpose(1, 0, 2):
            assert rp.asarray(array).tobytes(order) == array.tobytes(order)


@pytest.mark.parametrize("order", ["X", "", "ABC", "k", "A", "f"])
def test_orders_of_new_arrays(order):
    for make in lambda xp: xp.zeros(3, order=order), lambda xp: xp.full(3, 1, order=order), lambda xp: xp.eye(3, order=order):
        same(make)


def test_warnings_of_nothing_but_nan():
    for name in "nanmax", "nanmin":
        for make in lambda xp: [np.nan], lambda xp: xp.asarray([np.nan]), lambda xp: [[np.nan, 1], [np.nan, 2]]:
            call = lambda xp, name=name, make=make: getattr(xp, name)(make(xp), axis=0)
            assert heard(call, rp) == heard(call, np)


@pytest.mark.parametrize("value", [np.nan, 1e30, np.inf, 3.5, 1j, 2**40])
@pytest.mark.parametrize("dtype", ["i2", "i4", "u8", "f2", "f4", "?"])
def test_fillings_of_no_elements(value, dtype):
    for size in 0, 2:
        assert heard(lambda xp: xp.full((size, 3), value, dtype), rp) == heard(lambda xp: xp.full((size, 3), value, dtype), np)  # noqa: B023
        assert heard(lambda xp: xp.full_like(xp.zeros((size, 3), dtype), value), rp) == heard(lambda xp: xp.full_like(xp.zeros((size, 3), dtype), value), np)  # noqa: B023
