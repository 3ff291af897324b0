"""Masks of many elements, however they and the elements lie and however many are true, choose, place and
find what NumPy's do."""

import numpy as np
import pytest

import raptors as rp

from conftest import DTYPES, values

SHAPES = [(5000,), (70, 90), (1500, 3), (3, 1500), (12, 5, 80), (40, 2, 3, 9)]


def lain(a, lies):
    """``a`` as it would lie otherwise: the same elements."""
    if lies == "transposed":
        return np.ascontiguousarray(a.T).T
    if lies == "strided":
        return np.repeat(a, 2, axis=-1)[..., ::2]
    if lies == "rows":
        return np.repeat(a, 2, axis=0)[::2]
    if lies == "reversed":
        return np.ascontiguousarray(a[..., ::-1])[..., ::-1]
    return a


LIES = ["dense", "transposed", "strided", "rows", "reversed"]


def same(got, want):
    got = np.asarray(got)
    assert got.dtype == want.dtype and got.shape == want.shape
    assert got.tobytes() == want.tobytes()


@pytest.mark.parametrize("density", [0, 0.005, 0.5, 0.99, 1])
@pytest.mark.parametrize("lies", LIES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_masks_of_any_density_and_layout(shape, lies, density):
    rng = np.random.default_rng(9)
    for kind in LIES if density == 0.5 else ["dense", lies]:
        m = lain(rng.random(shape) < density, kind)
        mask = rp.asarray(m)
        assert mask.strides == m.strides
        assert int(rp.count_nonzero(mask)) == np.count_nonzero(m)
        for got, want in zip(rp.nonzero(mask), np.nonzero(m), strict=True):
            same(got, want)
        same(rp.argwhere(mask), np.argwhere(m))
        same(rp.flatnonzero(mask), np.flatnonzero(m))
        for dtype in ["bool", "int16", "float32", "float64", "complex128"]:
            a = lain(values(dtype, m.size).reshape(shape), lies)
            b = lain(values(dtype, m.size, 1).reshape(shape), lies)
            x, y = rp.asarray(a), rp.asarray(b)
            same(x[mask], a[m])
            same(rp.extract(mask, x), np.extract(m, a))
            same(rp.where(mask, x, y), np.where(m, a, b))
            same(rp.where(mask, x, b.dtype.type(1)), np.where(m, a, b.dtype.type(1)))
            same(rp.select([mask, ~mask], [x, y]), np.select([m, ~m], [a, b]))
            for write in (
                lambda xp, x, y, m: xp.copyto(x, y, where=m),
                lambda xp, x, y, m: xp.copyto(x, y[:1], where=m),
                lambda xp, x, y, m: xp.copyto(x, True, where=m),
                lambda xp, x, y, m: xp.putmask(x, m, y),
                lambda xp, x, y, m: xp.place(x, m, y.ravel()[:7]),
                lambda xp, x, y, m: x.__setitem__(m, 1),
                lambda xp, x, y, m: x.__setitem__(m, x[m][::-1]),
            ):
                ours, theirs = lain(a.copy(), lies), lain(a.copy(), lies)
                write(rp, rp.asarray(ours), y, mask)
                write(np, theirs, b, m)
                same(ours, theirs)


@pytest.mark.parametrize("dtype", DTYPES)
def test_masks_over_every_type(dtype):
    for shape in [(333,), (40, 33)]:
        a, b = (values(dtype, np.prod(shape), seed).reshape(shape) for seed in (0, 1))
        for lies in LIES:
            m = lain(np.random.default_rng(4).random(shape) < 0.3, lies)
            p, q = lain(a, lies), lain(b, lies)
            same(rp.asarray(p)[rp.asarray(m)], p[m])
            same(rp.where(m, rp.asarray(p), rp.asarray(q)), np.where(m, p, q))
            ours, theirs = lain(a.copy(), lies), lain(a.copy(), lies)
            rp.copyto(rp.asarray(ours), rp.asarray(q), where=rp.asarray(m))
            np.copyto(theirs, q, where=m)
            same(ours, theirs)
            for places, wanted in zip(rp.nonzero(rp.asarray(p)), np.nonzero(p), strict=True):
                same(places, wanted)


@pytest.mark.parametrize("dtype", [name for name in DTYPES if name[0] != "c"])
def test_elements_among_few(dtype):
    x = values(dtype, 501)
    for count in (0, 1, 2, 7, 20, 64, 65):
        for some in (values(dtype, count, 3), x[:count]):
            for invert in (False, True):
                same(rp.isin(rp.asarray(x), rp.asarray(some), invert=invert), np.isin(x, some, invert=invert))
            same(rp.isin(rp.asarray(x)[::-2], rp.asarray(some)), np.isin(x[::-2], some))


@pytest.mark.parametrize("dtype", DTYPES)
def test_turned_arrays_are_copied(dtype):
    for shape in [(33, 65), (128, 130), (7, 300), (3, 300), (300, 3), (2, 77), (99, 4), (6, 201), (1030, 1040)]:
        a = values(dtype, np.prod(shape)).reshape(shape)
        x = rp.asarray(a)
        for times in range(4):
            same(rp.rot90(x, times).copy(), np.rot90(a, times).copy())
        assert x.T.tobytes() == a.T.tobytes()
        for order in "CFAK":
            same(x.ravel(order=order), a.ravel(order=order))
            same(x.T.ravel(order=order), a.T.ravel(order=order))
            same(x.T.copy(order=order), a.T.copy(order=order))


@pytest.mark.parametrize("dtype", DTYPES)
def test_pieces_change_places(dtype):
    for length in (3, 13, 65, 130, 1000):
        a = values(dtype, 7 * 5 * length).reshape(7, 5, length)
        x = rp.asarray(a)
        same(rp.ascontiguousarray(x.swapaxes(0, 1)), np.ascontiguousarray(a.swapaxes(0, 1)))
        same(x[::-1].swapaxes(0, 1).copy(), a[::-1].swapaxes(0, 1).copy())
        same(x[..., 1:].swapaxes(0, 1).copy(), a[..., 1:].swapaxes(0, 1).copy())


def test_operands_that_are_read_again_and_again():
    row, column = np.arange(1.0, 201.0)[::2], np.arange(60)[::-3]
    ours = rp.arange(1.0, 201.0)[::2], rp.arange(60)[::-3]
    same(rp.outer(ours[1], ours[0]), np.outer(column, row))
    same(ours[1][:, None] - ours[0], column[:, None] - row)
    wide = np.arange(2000.0).reshape(20, 100)
    for p, a in [(ours[0], row), (ours[0][::-1], row[::-1])]:
        same(rp.asarray(wide) * p, wide * a)
        same(rp.asarray(wide.T.copy()).T / p, wide.T.copy().T / a)
        target, wanted = np.zeros((20, 100)), np.zeros((20, 100))
        rp.add(rp.asarray(wide), p, out=rp.asarray(target), where=rp.asarray(wide) % 3 == 0)
        np.add(wide, a, out=wanted, where=wide % 3 == 0)
        same(target, wanted)
