"""Picks, puts, copies, ranges and places of extremes where strides are what matters, against NumPy."""

import numpy as np
import pytest
import raptors as rp

from conftest import values

DTYPES = ["uint8", "float16", "int32", "float64", "complex128"]
SHAPES = [(40, 20), (20, 40), (70, 3), (3, 70), (5, 9, 33), (30, 4, 17), (2, 30, 1), (0, 4), (4, 0)]


def same(ours, theirs):
    """Elements, bit for bit, and the order in which they lie."""
    ours = np.asarray(ours)
    assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
    assert ours.tobytes() == theirs.tobytes()


def layouts(shape, dtype):
    """Arrays of one shape that lie in memory in every way a view can."""
    size = int(np.prod(shape))
    yield values(dtype, size).reshape(shape)
    yield values(dtype, size).reshape(shape[::-1]).T
    yield values(dtype, size).reshape(shape)[..., ::-1]
    yield values(dtype, size).reshape(shape)[::-1]
    wide = values(dtype, 2 * size).reshape(*shape[:-1], 2 * shape[-1])
    yield wide[..., ::2]
    yield values(dtype, 3 * size).reshape(3 * shape[0], *shape[1:])[::-3]
    yield values(dtype, size).reshape(shape[1:] + shape[:1]).transpose(-1, *range(len(shape) - 1))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_places_are_picked_and_put_along_every_axis(shape, dtype):
    rng = np.random.default_rng(5)
    for a in layouts(shape, dtype):
        x = rp.asarray(a)
        for axis, n in enumerate(shape):
            for count in (0, 1, 3, n, 2 * n) if n else (0,):
                places = rng.integers(-n, max(n, 1), count)
                key = (slice(None),) * axis + (places,)
                same(x[key], a[key])
                same(rp.take(x, places, axis=axis), np.take(a, places, axis=axis))
                value = values(dtype, a[key].size, 1).reshape(a[key].shape)
                for source in (value, np.asarray(3, dtype), value[..., :1]):
                    mine, theirs = a.copy("K"), a.copy("K")
                    theirs[key] = source
                    rp.asarray(mine)[key] = source
                    assert mine.tobytes() == theirs.tobytes()
            chosen = rng.random(n) < 0.4
            key = (slice(None),) * axis + (chosen,)
            same(x[key], a[key])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_views_are_written_where_places_repeat(shape, dtype):
    for number, _ in enumerate(layouts(shape, dtype)):
        ours, theirs = (list(layouts(shape, dtype))[number] for _ in range(2))
        for axis, n in enumerate(shape):
            if n == 0:
                continue
            key = (slice(None),) * axis + (np.arange(3 * n) * 7 % n,)
            value = values(dtype, theirs[key].size, 1).reshape(theirs[key].shape)
            theirs[key] = value
            rp.asarray(ours)[key] = value
            assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [1, 7, 64, 1000, 3000])
def test_masks_choose_elements_that_lie_apart(n, dtype):
    rng = np.random.default_rng(n)
    for step in (1, 2, -1, -3):
        for share in (0, 0.03, 0.5, 1):
            mask = rng.random(n) < share
            ours, theirs = (values(dtype, n * abs(step))[::step] for _ in range(2))
            theirs[mask] = 1
            rp.asarray(ours)[mask] = 1
            assert ours.tobytes() == theirs.tobytes()
            same(rp.asarray(ours)[mask], theirs[mask])


@pytest.mark.parametrize("dtype", DTYPES)
def test_axes_change_places(dtype):
    for shape in [(1000, 2), (1000, 3), (300, 4), (300, 5), (9, 6, 7), (33, 3, 20), (64, 16, 5)]:
        for a in layouts(shape, dtype):
            x = rp.asarray(a)
            same(rp.ascontiguousarray(x), np.ascontiguousarray(a))
            same(x.ravel(), a.ravel())
            same(rp.ascontiguousarray(x.T), np.ascontiguousarray(a.T))
            assert rp.ascontiguousarray(x.T).flags.c_contiguous
            ours, theirs = np.zeros(shape[::-1], dtype), np.zeros(shape[::-1], dtype)
            rp.asarray(ours)[...] = x.T
            theirs[...] = a.T
            assert ours.tobytes() == theirs.tobytes()


def test_a_raveled_view_shares_and_a_copy_does_not():
    a = rp.arange(24).reshape(2, 3, 4)
    assert rp.shares_memory(a.ravel(), a)
    assert not rp.shares_memory(a[:, ::2].ravel(), a)
    assert rp.ascontiguousarray(a) is a
    assert rp.ascontiguousarray(rp.asarray(3)).shape == (1,)


@pytest.mark.parametrize("dtype", ["i1", "u2", "i4", "i8", "f2", "f4", "f8", "c8", "c16"])
def test_ranges_are_those_of_numpy(dtype):
    ranges = [(0, 100), (5, 3000), (-7, 100, 3), (100, -100, -1), (0, 1), (3, 3)]
    if np.dtype(dtype).kind in "fc":
        ranges += [(0.1, 1, 0.1), (-0.1, 50, 0.30000000004), (1e-3, 7, 1e-3), (0, 100_000)]
    if np.dtype(dtype).kind == "u":
        ranges = ranges[:2]
    if np.dtype(dtype) == np.int8:
        ranges = [(0, 100), (-7, 100, 3), (100, -100, -1)]
    if np.dtype(dtype) == np.float16:
        ranges = [(0, 100), (5, 2000), (0.1, 1, 0.1)]
    for bounds in ranges:
        same(rp.arange(*bounds, dtype=dtype), np.arange(*bounds, dtype=dtype))


@pytest.mark.parametrize("n", [1, 1000, 1025, 100_000, 3_000_000])
def test_new_arrays_hold_one_number(n):
    kept = []
    for dtype in ("u1", "f2", "i4", "f8", "c16"):
        for _ in range(3):
            kept.append(rp.full(n, 7, dtype))
            assert (np.asarray(kept[-1]) == 7).all()
            assert (np.asarray(rp.ones(n, dtype)) == 1).all()
        kept.append(rp.arange(n))
        assert (np.diff(np.asarray(kept[-1])) == 1).all()
        del kept[:-9]


@pytest.mark.parametrize("dtype", ["i1", "u4", "i4", "i8", "f2", "f4", "f8", "c16"])
@pytest.mark.parametrize("shape", [(200, 3), (3, 200), (100, 30), (30, 100), (33, 64), (20, 300), (700, 15), (4, 90, 7)])
def test_extremes_are_found_in_short_runs_and_narrow_columns(shape, dtype):
    for a in layouts(shape, dtype):
        if np.dtype(dtype).kind in "iu":
            a = a % 5
        for axis in (None, *range(len(shape))):
            for name in ("argmax", "argmin"):
                same(getattr(rp, name)(rp.asarray(a), axis=axis), getattr(np, name)(a, axis=axis))
                b = np.nan_to_num(a)
                same(getattr(rp, name)(rp.asarray(b), axis=axis), getattr(np, name)(b, axis=axis))
