"""Distinct elements and set functions against NumPy, over dtypes and layouts."""

import numpy as np
import pytest
import raptors as rp
from conftest import values


def same(got, want):
    """Equal arrays of one dtype; NaN equals NaN."""
    assert type(got) is rp.ndarray
    assert got.dtype == want.dtype and got.shape == want.shape
    np.testing.assert_array_equal(got.__array__(), want)


def arrays(dtype, layout):
    for shape in (3, 4), (6, 5):
        yield layout(values(dtype, shape[0] * shape[1], seed=shape[1]).reshape(shape))


def test_unique(dtype, layout):
    for x in arrays(dtype, layout):
        same(rp.unique(rp.asarray(x)), np.unique(x))
        for equal_nan in True, False:
            got = rp.unique(x, True, True, True, equal_nan=equal_nan)
            want = np.unique(x, True, True, True, equal_nan=equal_nan)
            for mine, theirs in zip(got, want, strict=True):
                same(mine, theirs)
        got, want = rp.unique_all(x), np.unique_all(x)
        assert got._fields == want._fields
        for mine, theirs in zip(got, want, strict=True):
            same(mine, theirs)
        same(rp.unique_counts(x).counts, np.unique_counts(x).counts)
        same(rp.unique_inverse(x).inverse_indices, np.unique_inverse(x).inverse_indices)
        same(rp.unique_values(x), np.sort(np.unique_values(x)))


def test_unique_along_an_axis(dtype, layout):
    for x in arrays(dtype, layout):
        rows = x[np.arange(len(x) * 2) % max(len(x), 1)] if x.ndim and len(x) else x
        for axis in range(x.ndim):
            got = rp.unique(rows, True, True, True, axis)
            want = np.unique(rows, True, True, True, axis)
            for mine, theirs in zip(got, want, strict=True):
                same(mine, theirs)


def test_unique_along_an_axis_of_nothing():
    for shape in (2, 0), (0, 2), (0, 0), (3, 0, 2):
        for axis in range(len(shape)):
            same(rp.unique(rp.zeros(shape), axis=axis), np.unique(np.zeros(shape), axis=axis))


def test_unique_refuses_what_numpy_refuses():
    for arguments in {"axis": 3}, {"axis": -2}, {"axis": "x"}:
        with pytest.raises(Exception) as theirs:
            np.unique([1, 2], **arguments)
        with pytest.raises(type(theirs.value)):
            rp.unique([1, 2], **arguments)


def test_zeros_are_one_value():
    assert rp.unique([0.0, -0.0, 0.0], return_counts=True)[1].tolist() == [3]
    assert rp.isin(-0.0, [0.0])


def test_isin(dtype, layout):
    few, many = values(dtype, 5, seed=1), values(dtype, 60)
    for x in arrays(dtype, layout):
        for some in few, many, few[:0], x, few[:1].reshape(()):
            for invert in False, True:
                same(rp.isin(rp.asarray(x), some, invert=invert), np.asarray(np.isin(x, some, invert=invert)))


@pytest.mark.parametrize("apart", [1, 50, 10**5])
@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "u4", "i8", "u8", "f4", "f8"])
def test_isin_of_few(kind, apart):
    # Compared, marked in a table, or searched for: by how many there are, and how far they lie apart.
    rng = np.random.default_rng(apart)
    for count in 1, 8, 9, 16, 17, 32, 64, 65, 100:
        for size in 1, 15, 16, 300, 9000:
            some = ((rng.integers(0, 200, count) - 100) * apart).astype(kind)
            wanted = ((rng.integers(0, 200, size) - 100) * apart).astype(kind)
            same(rp.isin(rp.asarray(wanted), rp.asarray(some)), np.isin(wanted, some))


def test_isin_of_two_dtypes():
    signed = np.array([-1, 0, 5, 2**63 - 1])
    unsigned = np.array([0, 5, 2**63, 2**64 - 1, 2**63 - 1], np.uint64)
    same(rp.isin(signed, unsigned), np.array([False, True, True, True]))
    same(rp.isin(unsigned, signed), np.array([True, True, False, False, True]))
    same(rp.isin(np.array([1, 2], np.uint8), [2.0, 300]), np.array([False, True]))
    same(rp.isin(3, [1, 3]), np.array(True))
    same(rp.isin([1, 2], 2), np.array([False, True]))
    same(rp.isin([1, np.nan], [np.nan]), np.array([False, False]))


def test_isin_refuses_what_numpy_refuses():
    calls = [
        lambda xp: xp.isin([1], [1], kind="quick"),
        lambda xp: xp.isin([1], [1.0], kind="table"),
        lambda xp: xp.isin([1], [-(2**63), 2**63 - 1], kind="table"),
    ]
    for call in calls:
        with pytest.raises(Exception) as theirs:
            call(np)
        with pytest.raises(type(theirs.value)) as mine:
            call(rp)
        assert str(mine.value) == str(theirs.value)


def test_operations_of_sets(dtype):
    for sizes in (30, 12), (0, 4), (5, 0), (1, 1):
        a, b = values(dtype, sizes[0]), values(dtype, sizes[1], seed=2)
        b = np.concatenate([b, a[::3]])
        for x, y in (a, b), (rp.asarray(a), b), (a.reshape(-1, 1), b), (a[::-1], b[::2]):
            p, q = np.asarray(x), np.asarray(y)
            same(rp.intersect1d(x, y), np.intersect1d(p, q))
            same(rp.union1d(x, y), np.union1d(p, q))
            same(rp.setdiff1d(x, y), np.setdiff1d(p, q))
            same(rp.setxor1d(x, y), np.setxor1d(p, q))
            for mine, theirs in zip(
                rp.intersect1d(x, y, return_indices=True),
                np.intersect1d(p, q, return_indices=True),
                strict=True,
            ):
                same(mine, theirs)


def test_operations_of_what_is_unique_already():
    a, b = np.array([6, 1, 4, 3]), np.array([4, 2, 6], np.int16)
    same(rp.setdiff1d(a, b, assume_unique=True), np.setdiff1d(a, b, assume_unique=True))
    same(rp.setxor1d(a, b, assume_unique=True), np.setxor1d(a, b, assume_unique=True))
    got = rp.intersect1d(a, b, assume_unique=True, return_indices=True)
    for mine, theirs in zip(got, np.intersect1d(a, b, True, True), strict=True):
        same(mine, theirs)


def test_ediff1d(dtype, layout):
    if dtype == "bool":
        with pytest.raises(TypeError):
            rp.ediff1d(rp.asarray([True, False]))
        return
    for x in arrays(dtype, layout):
        with np.errstate(all="ignore"):
            same(rp.ediff1d(rp.asarray(x)), np.ediff1d(x))
            edges = {"to_end": x.reshape(-1)[:2], "to_begin": np.array([[3]], np.uint8)}
            same(rp.ediff1d(x, **edges), np.ediff1d(x, **edges))


def test_ediff1d_refuses_edges_of_another_kind():
    for edge in "to_begin", "to_end":
        with pytest.raises(TypeError, match=f"dtype of `{edge}` must be compatible with input"):
            rp.ediff1d([1, 2], **{edge: np.nan})


def test_what_only_numpy_holds_is_left_to_numpy():
    words = ["b", "a", "b"]
    assert list(rp.unique(words)) == ["a", "b"]
    assert list(rp.sort(words)) == ["a", "b", "b"]
    assert rp.argsort(words).tolist() == [1, 0, 2]
    assert rp.isin(words, ["b"]).tolist() == [True, False, True]
    dates = np.array(["2020-02-01", "2020-01-01"], "M8[D]")
    assert rp.searchsorted(np.sort(dates), dates).tolist() == [1, 0]
    assert rp.unique(np.array([2, 1, 2], object)).tolist() == [1, 2]
    with pytest.raises(TypeError, match="integer"):
        rp.sort([2, 1], axis=1.5)


def test_union_with_a_python_number():
    small = np.array([3, 1], "i1")
    pairs = [(small, number) for number in (0, 300, 2.5, True, 1j)]
    for ar1, ar2 in [*pairs, (0, small), (0, 1.5)]:
        same(rp.union1d(ar1, ar2), np.union1d(ar1, ar2))
