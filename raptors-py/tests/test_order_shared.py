"""Long lines are sorted, selected from and reduced alike by any number of threads: as NumPy's."""

import numpy as np
import pytest
import raptors as rp
from conftest import sort

REALS = ["int8", "uint16", "int16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64"]
LENGTHS = [8191, 8192, 30_011, 70_001]


@pytest.fixture(params=[1, 2, 3, 8])
def threads(request):
    """Numbers of threads, whatever the machine has."""
    before = rp.get_num_threads()
    rp.set_num_threads(request.param)
    yield request.param
    rp.set_num_threads(before)


def random(dtype, length):
    rng = np.random.default_rng(length)
    if np.dtype(dtype).kind == "f":
        return (rng.standard_normal(length) * 50).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, length, dtype=dtype, endpoint=True)


def patterns(dtype, length):
    """Lines in no order, in some order, and with few values."""
    rng = np.random.default_rng(length)
    x = random(dtype, length)
    rising = sort(x)
    yield x
    yield rising
    yield rising[::-1]
    yield np.concatenate([rising[::2], rising[1::2][::-1]])
    yield np.full_like(x, x[0])
    yield np.where(rng.random(length) < 0.9, rising[0], rising[-1])
    yield rising[rng.integers(0, 2, length) * (length - 1)]
    yield np.tile(rising[:: length // 1000], 1 + length // 1000)[:length]
    if x.dtype.kind == "f":
        special = x.copy()
        for value, share in ((np.nan, 0.7), (-0.0, 0.1), (0.0, 0.1), (-np.inf, 0.1), (np.inf, 0.1)):
            special[rng.random(length) < share] = value
        yield special
        one = x.copy()
        one[length // 3] = np.nan
        yield one


@pytest.mark.parametrize("dtype", REALS)
@pytest.mark.parametrize("length", LENGTHS)
def test_sorts(dtype, length, threads):
    for x in patterns(dtype, length):
        want, order = sort(x), np.argsort(x, kind="stable")
        y = rp.asarray(x)
        np.testing.assert_array_equal(rp.sort(y), want)
        np.testing.assert_array_equal(rp.sort(y, descending=True), want[::-1])
        stable = np.asarray(rp.sort(y, kind="stable"))
        np.testing.assert_array_equal(stable, x[order])
        np.testing.assert_array_equal(np.signbit(stable), np.signbit(x[order]))
        np.testing.assert_array_equal(rp.argsort(y), order)
        copy = rp.asarray(x.copy())
        copy.sort()
        np.testing.assert_array_equal(copy, want)
        np.testing.assert_array_equal(np.asarray(y), x)


@pytest.mark.parametrize("dtype", ["int64", "float32", "float64"])
def test_sorts_give_the_same_bits_with_any_number_of_threads(dtype, threads):
    for x in patterns(dtype, 70_001):
        with_threads = np.asarray(rp.sort(rp.asarray(x)))
        rp.set_num_threads(1)
        alone = np.asarray(rp.sort(rp.asarray(x)))
        rp.set_num_threads(threads)
        assert with_threads.tobytes() == alone.tobytes()


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_indices_of_complex_numbers(dtype, threads):
    rng = np.random.default_rng(1)
    x = (rng.integers(-9, 9, 40_000) + 1j * rng.standard_normal(40_000)).astype(dtype)
    for special in (None, np.nan, complex(1, np.nan)):
        if special is not None:
            x[rng.random(x.size) < 0.2] = special
        np.testing.assert_array_equal(rp.argsort(rp.asarray(x)), np.argsort(x, kind="stable"))
        np.testing.assert_array_equal(rp.sort(rp.asarray(x)), np.sort(x))


def test_lines_and_layouts(threads):
    x = random("float32", 240_000)
    for shape, axis in (((1, 240_000), 1), ((2, 120_000), -1), ((120_000, 2), 0), ((3, 80_000), 1), ((240_000, 1), 0)):
        a = x.reshape(shape)
        np.testing.assert_array_equal(rp.sort(rp.asarray(a), axis=axis), sort(a, axis=axis))
        got = rp.argsort(rp.asarray(a), axis=axis)
        np.testing.assert_array_equal(got, np.argsort(a, axis=axis, kind="stable"))
    for a in (x[::2], x[::-1], x.reshape(400, 600).T):
        np.testing.assert_array_equal(rp.sort(rp.asarray(a), axis=None), np.sort(a, axis=None))
    values, counts = rp.unique(rp.asarray(np.floor(x)), return_counts=True)
    want, wanted = np.unique(np.floor(x), return_counts=True)
    np.testing.assert_array_equal(values, want)
    np.testing.assert_array_equal(counts, wanted)
    keys = [np.floor(x), x.astype("int16")]
    np.testing.assert_array_equal(rp.lexsort([rp.asarray(key) for key in keys]), np.lexsort(keys))


@pytest.mark.parametrize("dtype", REALS)
@pytest.mark.parametrize("length", [4095, 4096, 33_001])
@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_medians_and_quantiles(dtype, length, threads):
    for x in patterns(dtype, length):
        for layout in (x, x[::2]):
            y, before = rp.asarray(layout), layout.copy()
            got, want = rp.median(y), np.median(layout)
            np.testing.assert_array_equal(got, want)
            assert np.asarray(got).dtype == want.dtype
            for q in (0.5, [0.0, 0.001, 0.25], [0.5, 0.50001], [0.99, 1.0], 0.37):
                got, want = rp.quantile(y, q), np.quantile(layout, q)
                np.testing.assert_array_equal(got, want)
                assert np.asarray(got).dtype == want.dtype
            np.testing.assert_array_equal(rp.percentile(y, 10, keepdims=True), np.percentile(layout, 10, keepdims=True))
            np.testing.assert_array_equal(np.asarray(y), before)


@pytest.mark.parametrize("kth", [0, 100, [5, 70_000], [10, 11, 12], -1])
def test_partitions(kth, threads):
    for x in patterns("float64", 80_000):
        want = sort(x)
        got = np.asarray(rp.partition(rp.asarray(x), kth))
        np.testing.assert_array_equal(got[kth], want[kth])
        np.testing.assert_array_equal(sort(got), want)


@pytest.mark.parametrize("shape", [(7, 40_000), (9, 30_000), (300, 1000), (3000, 99), (100_000, 3), (1, 300_000)])
@pytest.mark.parametrize("dtype", ["int32", "float32", "float64", "complex64"])
def test_rows_are_reduced_alike(shape, dtype, threads):
    rng = np.random.default_rng(5)
    x = (rng.standard_normal(shape) * 100).astype(dtype)
    for name in ("sum", "max", "min", "mean", "var", "std"):
        got = getattr(rp, name)(rp.asarray(x), axis=1)
        rp.set_num_threads(1)
        alone = getattr(rp, name)(rp.asarray(x), axis=1)
        rp.set_num_threads(threads)
        assert np.asarray(got).tobytes() == np.asarray(alone).tobytes()
        np.testing.assert_allclose(got, getattr(np, name)(x, axis=1), rtol=2e-5, atol=1e-3)
    np.testing.assert_array_equal(rp.sum(rp.asarray(x), axis=1), x.sum(1))


def test_explain_tells_of_the_threads_of_one_line():
    before = rp.get_num_threads()
    try:
        rp.set_num_threads(2)
        text = str(rp.explain("sort", 2**24))
        assert "threads     2" in text and "parts" in text
        assert "threads     1" in str(rp.explain("sort", 100))
        assert "threads     1" in str(rp.explain("sort", 2**24, "uint8"))
        assert "threads     2" in str(rp.explain("argsort", 2**24))
        rp.set_num_threads(1)
        assert "threads     1" in str(rp.explain("sort", 2**24))
    finally:
        rp.set_num_threads(before)
