"""Places found side by side, and what is counted there: bins, intervals, groups, keys."""

import numpy as np
import pytest
import raptors as rp


def equal(got, want):
    np.testing.assert_array_equal(got, want)
    assert got.dtype == want.dtype


def outcome(function, *args):
    """The result, or the class and the words of the error."""
    try:
        return function(*args)
    except Exception as error:
        return type(error), str(error)


@pytest.mark.parametrize("nans", [0, 3])
def test_places_of_nan(dtype, nans):
    rng = np.random.default_rng(3)
    kept = np.sort(rng.integers(0, 100, 40).astype(dtype))
    wanted = rng.integers(0, 100, 67).astype(dtype)
    if kept.dtype.kind in "fc":
        kept[kept.size - nans :] = np.nan
        wanted[::7], wanted[::5] = np.nan, -0.0
    for side in "left", "right":
        equal(
            rp.searchsorted(rp.asarray(kept), rp.asarray(wanted), side),
            np.searchsorted(kept, wanted, side),
        )


@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize(
    "edges", [[], [1], [1, 4, 4, 9], [9, 4, 4, 1], [1, 4, 3], [1, np.nan], [np.nan, np.nan]]
)
def test_digitize(dtype, edges, right):
    x = np.arange(40).astype(dtype)
    edges = np.array(edges, np.float64)
    for bins in edges, np.nan_to_num(edges[:1]).astype(np.int8):
        got = outcome(rp.digitize, rp.asarray(x), rp.asarray(bins), right)
        want = outcome(np.digitize, x, bins, right)
        assert type(got) is not tuple or got == want
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("least", [0, 5, -1])
@pytest.mark.parametrize("n", [0, 1, 100])
def test_bincount(dtype, n, least):
    x = (np.arange(n) * 7 % 20).astype(dtype)
    weights = np.random.default_rng(n).standard_normal(n)
    for weight in None, weights, weights.astype("f4"), weights + 1j, weights[1:]:
        mine = None if weight is None else rp.asarray(weight)
        got = outcome(rp.bincount, rp.asarray(x), mine, least)
        want = outcome(np.bincount, x, weight, least)
        if type(want) is tuple:
            assert got == want
        else:
            equal(got, want)


@pytest.mark.parametrize("n", [1, 2, 9, 40, 500])
def test_places_of_values_in_order(dtype, n):
    # Blocks of them are looked for near the one before, whether they rise or fall, or not quite.
    rng = np.random.default_rng(n)
    kept = np.sort(rng.integers(0, 100, n).astype(dtype))
    rising = np.sort(rng.integers(0, 110, 150).astype(dtype))
    close = rising.copy()
    close[3::7], close[4::7] = rising[4:-1:7], rising[3::7][: len(rising[4::7])]
    for wanted in rising, rising[::-1], close, np.concatenate([rising[60:], rising[::-1][:50]]):
        for side in "left", "right":
            equal(
                rp.searchsorted(rp.asarray(kept), rp.asarray(wanted), side),
                np.searchsorted(kept, wanted, side),
            )


def test_bincount_refuses_negative_numbers():
    for x in [-1, 3], [3, -(2**63)]:
        with pytest.raises(ValueError, match="must have no negative elements"):
            rp.bincount(rp.asarray(x))
    with pytest.raises((MemoryError, ValueError)):
        rp.bincount(rp.asarray([2**63 - 1]))


@pytest.mark.parametrize("n", [1, 2, 3, 15, 16, 17, 100])
@pytest.mark.parametrize("knots", [1, 2, 3, 16, 100])
def test_interp_side_by_side(n, knots):
    rng = np.random.default_rng(n)
    for xp in np.sort(rng.integers(0, 9, knots).astype(float)), np.arange(knots) * 0.3:
        for special in 0.0, np.inf, np.nan:
            fp = rng.standard_normal(knots)
            fp[knots // 2] += special
            x = rng.choice([*xp, -1, 99, np.nan, np.inf, -np.inf, *rng.uniform(0, 9, 30)], n)
            for points in x, np.sort(x), np.sort(x)[::-1]:
                for ends in {}, {"left": -7, "right": np.nan}:
                    equal(
                        rp.interp(*map(rp.asarray, (points, xp, fp)), **ends),
                        np.interp(points, xp, fp, **ends),
                    )


@pytest.mark.parametrize("n", [0, 1, 2, 17, 300])
def test_groups(dtype, n):
    x = np.random.default_rng(n).integers(0, 1 + n // 3, n).astype(dtype)
    if x.dtype.kind in "fc":
        x[::5] = np.nan
    y = (np.arange(n) % 7).astype(dtype)
    mine = rp.asarray(x)
    for equal_nan in True, False:
        found = np.unique(x, return_counts=True, equal_nan=equal_nan)
        for got, want in zip(rp.unique(mine, return_counts=True, equal_nan=equal_nan), found):
            equal(got, want)
        equal(rp.unique(mine, equal_nan=equal_nan), found[0])
    equal(rp.unique_counts(mine).counts, np.unique(x, return_counts=True, equal_nan=False)[1])
    equal(rp.setxor1d(mine, rp.asarray(y)), np.setxor1d(x, y))
    equal(rp.sort_complex(mine), np.sort_complex(x))


@pytest.mark.parametrize("shape", [(5,), (4, 6), (2, 3, 4)])
def test_lexsort(dtype, shape):
    keys = np.random.default_rng(3).integers(0, 3, (3, *shape)).astype(dtype)
    mine = rp.asarray(keys)
    for axis in range(-len(shape), len(shape)):
        want = np.lexsort(keys, axis)
        for given in mine, list(mine), tuple(mine), keys.tolist():
            np.testing.assert_array_equal(rp.lexsort(given, axis), want)
    with pytest.raises(ValueError, match="all keys need to be the same shape"):
        rp.lexsort((rp.asarray([1, 2]), rp.asarray([1])))
