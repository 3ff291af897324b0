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
