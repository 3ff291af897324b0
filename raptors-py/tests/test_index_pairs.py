"""Keys of one index array for each axis: elements read and written, in every layout."""

import numpy as np
import pytest

import raptors as rp

RNG = np.random.default_rng(5)


def layouts(values):
    """Arrays of these values that lie differently."""
    room = np.zeros(tuple(2 * n for n in values.shape), values.dtype)
    every, back = (slice(None, None, 2),) * values.ndim, (slice(None, None, -2),) * values.ndim
    for whole, key in ((values.copy(), ...), (values.copy("F"), ...), (room.copy(), every), (room, back)):
        whole[key] = values
        yield whole[key]


@pytest.mark.parametrize("dtype", ["?", "i1", "f2", "i4", "f8", "c16"])
@pytest.mark.parametrize("shape", [(5, 7), (3, 4, 5), (2, 3, 2, 3), (2, 1, 3, 2, 2)])
@pytest.mark.parametrize("n", [0, 1, 10, 127, 128, 129, 300, 2047, 2048, 5000])
def test_read_and_written(shape, n, dtype):
    values = RNG.integers(0, 9, shape).astype(dtype)
    key = tuple(RNG.integers(-k, k, n) for k in shape)
    mine = tuple(map(rp.asarray, key))
    each = RNG.integers(0, 9, n).astype(dtype)
    for theirs in layouts(values):
        ours = rp.asarray(theirs.copy("K"))
        view = rp.asarray(theirs)
        assert view[mine].dtype == theirs.dtype
        assert np.asarray(view[mine]).tobytes() == theirs[key].tobytes()
        assert view[mine].flags.writeable and view[mine].flags.owndata
        for value in (each, each[:1], each[::-1], np.array(3, dtype), 1):
            wanted = theirs.copy("K")
            wanted[key] = value
            ours[mine] = rp.asarray(value) if isinstance(value, np.ndarray) else value
            assert (np.asarray(ours) == wanted).all(), value
            ours[...] = view


def test_shapes_and_types_of_places():
    a = np.arange(12.0).reshape(3, 4)
    b = rp.asarray(a)
    i, j = np.array([[0, 2], [1, -1]]), np.array([[3, 0], [-4, 1]])
    for k, m in (
        (i, j), (i.T, j.T), (i, j[0]), (i.astype("i4"), j), (i.astype("u1") % 3, j), (i[::-1], j[::-1]),
        (i[:, ::2], j[:, ::2]), (i[:, :1], j[:1]), (i[0, 0], j), (i > 0, j[0]),
    ):  # fmt: skip
        try:
            wanted = a[k, m]
        except IndexError as error:
            with pytest.raises(IndexError) as raised:
                b[rp.asarray(k), rp.asarray(m)]
            assert str(raised.value) == str(error)
            continue
        result = b[rp.asarray(k), rp.asarray(m)]
        assert result.shape == wanted.shape and result.tolist() == wanted.tolist()
    element = b[rp.asarray(1), rp.asarray(2)]
    assert element == 6.0 and element.shape == ()


def test_places_out_of_bounds_change_nothing():
    a = rp.zeros((3, 4))
    for i, j in (([0, 3], [0, 0]), ([0, 1], [0, -5]), ([0, 1], [0, 1, 2])):
        i, j = rp.asarray(i), rp.asarray(j)
        theirs = np.zeros((3, 4))
        with pytest.raises(IndexError) as wanted:
            theirs[np.asarray(i), np.asarray(j)]
        with pytest.raises(IndexError) as raised:
            a[i, j]
        assert str(raised.value) == str(wanted.value)
        with pytest.raises(IndexError):
            a[i, j] = 1.0
        assert not a.any()
    with pytest.raises(IndexError):
        rp.zeros((0, 3))[rp.asarray([0]), rp.asarray([0])]


def test_places_and_values_in_the_memory_that_is_written():
    for take in (lambda x: x[0], lambda x: x[0, ::-1], lambda x: x[1]):
        theirs, mine = np.arange(9).reshape(3, 3) % 3, rp.arange(9).reshape(3, 3) % 3
        theirs[take(theirs).copy(), theirs[1].copy()] = take(theirs).copy()
        mine[take(mine), mine[1]] = take(mine)
        assert mine.tolist() == theirs.tolist()
    locked = rp.zeros((2, 2))
    locked.flags.writeable = False
    with pytest.raises(ValueError):
        locked[rp.asarray([0]), rp.asarray([1])] = 1.0
