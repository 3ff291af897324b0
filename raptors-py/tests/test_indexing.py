"""Indexing and assignment choose and write what NumPy's do."""

import numpy as np
import pytest

import raptors as rp

KEYS = [
    0, -1, 2, slice(None), slice(1, 3), slice(None, None, -1), slice(3, 0, -2), slice(10, 20),
    slice(-100, 100, 3), Ellipsis, None, (), (0, 1), (0, 1, 2), (slice(None), 1), (..., 1),
    (1, ..., 2), (None, 0, None, ...), (slice(None, None, 2), slice(None, None, -1), 0),
    np.int64(1), (np.int8(1), np.uint16(0)), [0, 2], np.array([1, 0]), ([0, 1], [1, 2]),
    (slice(None), [0, 2]), (0, [True, False, True, False]), True, False, np.array(1), (..., [0, 1], None),
    slice(2**70), slice(-(2**70), 2**70, 2**70),
]  # fmt: skip
BAD = [5, -4, (0, 0, 0, 0), (0, 7), "x", 1.5, (..., ...), slice(None, None, 0), [0, 9], 2**70, slice("a")]


def make():
    return np.arange(60.0).reshape(3, 4, 5)


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_get(key):
    got, want = rp.asarray(make())[key], make()[key]
    assert isinstance(got, rp.ndarray) and got.shape == np.shape(want)
    np.testing.assert_array_equal(np.asarray(got), want)


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_set(key):
    for value in (7, -1.5, lambda part: np.arange(float(np.size(part))).reshape(np.shape(part))):
        mine, theirs = make(), make()
        source = value(theirs[key]) if callable(value) else value
        rp.asarray(mine)[key] = rp.asarray(source) if callable(value) else source
        theirs[key] = source
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("key", BAD, ids=repr)
def test_errors(key):
    with pytest.raises((IndexError, ValueError, TypeError)) as theirs:
        make()[key]
    with pytest.raises(theirs.type) as ours:
        rp.asarray(make())[key]
    assert str(ours.value) == str(theirs.value)
    with pytest.raises((IndexError, ValueError, TypeError)) as theirs:
        make()[key] = 1
    with pytest.raises(theirs.type):
        rp.asarray(make())[key] = 1


def test_views_share_and_elements_do_not():
    base = make()
    array = rp.asarray(base)
    part = array[1:, ::2]
    part[...] = 0
    assert base[1:, ::2].sum() == 0 and part.base is array
    element = array[0, 1, 1]
    base[0, 1, 1] = -1
    assert float(element) == 6
    array[array > 50] = 50
    assert base.max() == 50


def test_masks_and_index_arrays_of_raptors():
    base = make()
    array = rp.asarray(base)
    np.testing.assert_array_equal(np.asarray(array[array > 30]), base[base > 30])
    places = rp.asarray(np.array([2, 0]))
    np.testing.assert_array_equal(np.asarray(array[places]), base[[2, 0]])
    array[places] = rp.asarray(np.zeros(5))
    assert base[[0, 2]].sum() == 0


def test_assignment_converts_and_broadcasts():
    mine, theirs = np.zeros((2, 3), np.int8), np.zeros((2, 3), np.int8)
    array = rp.asarray(mine)
    for key, value in [(0, [1.9, -2.9, 3.0]), ((slice(None), 1), True), (..., np.arange(3)), (1, rp.asarray(np.ones(1)))]:
        array[key] = value
        theirs[key] = np.asarray(value)
        np.testing.assert_array_equal(mine, theirs)
    with pytest.raises(ValueError, match="could not broadcast input array from shape"):
        array[...] = np.zeros(4)
    overlap = np.arange(6)
    rp.asarray(overlap)[1:] = rp.asarray(overlap)[:-1]
    assert overlap.tolist() == [0, 0, 1, 2, 3, 4]
    with pytest.raises(OverflowError):
        array[0] = 1000


def test_read_only():
    base = np.arange(3.0)
    base.flags.writeable = False
    array = rp.asarray(base)
    with pytest.raises(ValueError, match="assignment destination is read-only"):
        array[0] = 1
    with pytest.raises(ValueError, match="assignment destination is read-only"):
        array[1:][[0]] = 1
    with pytest.raises(ValueError, match="output array is read-only"):
        array += 1
    mine = rp.zeros(3)
    mine.setflags(write=False)
    assert not mine.flags.writeable and not np.asarray(mine).flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        mine[0] = 1
    mine.setflags(write=True)
    mine[0] = 1


def test_iteration_and_length():
    base = make()
    array = rp.asarray(base)
    assert len(array) == 3 and [part.shape for part in array] == [(4, 5)] * 3
    assert [float(x) for x in array[0, 0]] == base[0, 0].tolist()
    with pytest.raises(TypeError, match="iteration over a 0-d array"):
        iter(array[0, 0, 0])
    with pytest.raises(TypeError, match="len\\(\\) of unsized object"):
        len(array[0, 0, 0])
