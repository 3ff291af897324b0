"""Sorting and selecting at every length that a kernel treats on its own, over patterns of data."""

import numpy as np
import pytest
import raptors as rp
from conftest import sort

# Up to, at, and behind the vectors, networks and partitions of each width.
LENGTHS = [*range(1, 70), 127, 128, 129, 255, 256, 257, 511, 513, 800, 1023, 1025, 2049, 5000, 9001]

PATTERNS = {
    "random": lambda n, rng: rng.integers(-(2**62), 2**62, n),
    "few": lambda n, rng: rng.integers(-2, 3, n),
    "equal": lambda n, rng: np.full(n, 7),
    "ascending": lambda n, rng: np.arange(n),
    "descending": lambda n, rng: np.arange(n)[::-1],
    "organ pipe": lambda n, rng: np.minimum(np.arange(n), n - np.arange(n)),
    "saw": lambda n, rng: np.arange(n) % 17 * 1000,
    "extremes": lambda n, rng: rng.choice([-(2**63), 2**63 - 1, 0], n),
    # Close together, but for one that is far away.
    "outlier": lambda n, rng: np.where(np.arange(n) == n // 2, 2**62, rng.integers(0, 2 * n, n)),
}


def data(pattern, dtype, n):
    whole = PATTERNS[pattern](n, np.random.default_rng(n))
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return whole % 2 == 0
    if dtype.kind in "iu":
        return whole.astype(dtype) if abs(int(whole.max())) < 2**31 else whole.view(np.uint64).astype(dtype)
    with np.errstate(over="ignore"):
        x = whole.astype(np.float64).astype(dtype)
    if dtype.kind == "c":
        x.imag = whole[::-1] % 5
    if pattern == "few":
        x[whole == 2] = np.nan
        x[whole == 0] *= -1
    return x


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns(dtype, pattern):
    for n in LENGTHS:
        x = data(pattern, dtype, n)
        mine = rp.asarray(x)
        # NumPy's other sort leaves some runs of float16 out of order, with AVX-512.
        want = np.sort(x, kind="stable")
        np.testing.assert_array_equal(rp.sort(mine), want)
        order = np.argsort(x, kind="stable")
        np.testing.assert_array_equal(rp.argsort(mine), order)
        np.testing.assert_array_equal(rp.sort(mine, kind="stable").view("u1"), x[order].view("u1"))
        for places in {0, n // 2, n - 1}, {n // 3, n // 2}:
            places = sorted(places)
            check_places(rp.partition(mine, places).__array__(), want, places)
            check_places(x[rp.argpartition(mine, places).__array__()], want, places)
        place = 2 * n // 3
        check_places(rp.partition(mine, place).__array__(), want, [place])
        check_places(x[rp.argpartition(mine, place - n).__array__()], want, [place])


def check_places(got, want, places):
    """Whether what belongs at the places is there, and what comes before and behind them."""
    start = 0
    for place in [*places, len(want)]:
        np.testing.assert_array_equal(np.sort(got[start:place], kind="stable"), want[start:place])
        np.testing.assert_array_equal(got[place : place + 1], want[place : place + 1])
        start = place


def test_every_order_of_sixteen_bits():
    x = np.random.default_rng(0).permutation(np.arange(2**16)).astype(np.uint16)
    for dtype in np.uint16, np.int16, np.float16:
        y = x.view(dtype)
        np.testing.assert_array_equal(rp.sort(y), np.sort(y, kind="stable"))
        np.testing.assert_array_equal(rp.argsort(y), np.argsort(y, kind="stable"))


def test_searches_side_by_side(dtype):
    rng = np.random.default_rng(3)
    for n in (0, 1, 2, 3, 15, 16, 17, 100):
        kept = np.sort(rng.integers(0, 100, n).astype(dtype))
        wanted = rng.integers(0, 100, 67).astype(dtype)
        if kept.dtype.kind in "fc":
            kept[n - n // 4 :] = np.nan
            wanted[::7] = np.nan
        for side in "left", "right":
            want = np.searchsorted(kept, wanted, side)
            np.testing.assert_array_equal(rp.searchsorted(kept, wanted, side), want)
        np.testing.assert_array_equal(rp.isin(wanted, kept), np.isin(wanted, kept))


@pytest.mark.parametrize("width", [1e-310, 1e-300, 3.0, 1e300])
def test_histogram_of_any_width(width):
    x = np.random.default_rng(5).random(1000) * width
    for bins in 1, 7, 1000:
        try:
            want = np.histogram(x, bins)
        except ValueError:
            continue
        for got, expected in zip(rp.histogram(x, bins), want):
            np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("dtype", ["i2", "u2", "f2"])
@pytest.mark.parametrize("length", [4096, 4097, 65537, 131072, 131073])
def test_elements_of_two_bytes_at_every_way_to_arrange_them(dtype, length):
    generator = np.random.default_rng(length)
    x = generator.integers(0, 2**16, length, dtype="u2").view(dtype)
    wanted = sort(x)
    for y in x, np.repeat(x, 2)[::2], wanted[::-1].copy():
        a = rp.asarray(y)
        np.testing.assert_array_equal(rp.sort(a), wanted)
        for places in (0, length - 1, [length // 2, 5, length // 3]):
            got = np.asarray(rp.partition(a, places))
            for place in np.ravel(places):
                np.testing.assert_array_equal(got[place], wanted[place])
                assert np.array_equal(sort(got[:place]), wanted[:place], equal_nan=dtype == "f2")
                assert np.array_equal(sort(got[place:]), wanted[place:], equal_nan=dtype == "f2")
    if dtype != "f2":
        assert rp.median(rp.asarray(x)) == np.median(x)
