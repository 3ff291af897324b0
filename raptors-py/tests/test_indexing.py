"""Indexing and assignment choose and write what NumPy's do."""

import itertools
import warnings

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


def random_key(rng, array):
    """A key of every kind of item, now and then a wrong one."""
    items, axis, ellipsis = [], 0, False
    wrong = rng.random() < 0.06
    while axis < array.ndim + (rng.random() < 0.03):
        kind, n = rng.random(), array.shape[axis] if axis < array.ndim else 2
        if kind < 0.1:
            items.append(None)
            continue
        if kind < 0.15:
            items.append([True, False, np.True_][rng.integers(3)])
            continue
        if kind < 0.22 and not ellipsis:
            ellipsis = True
            items.append(...)
            axis += int(rng.integers(0, max(array.ndim - axis, 0) + 1))
            continue
        if kind < 0.4:
            bounds = [None if rng.random() < 0.4 else int(rng.integers(-5, 6)) for _ in range(2)]
            items.append(slice(*bounds, [None, 1, 2, -1, -2][rng.integers(5)]))
        elif kind < 0.5:
            items.append(int(rng.integers(-n, n)) if n else 0)
        elif kind < 0.62 and axis < array.ndim:
            shape = tuple(array.shape[axis : axis + int(rng.integers(1, 3))])
            mask = rng.random([n + 1 for n in shape] if wrong else shape) < 0.5
            items.append(mask.tolist() if mask.size and rng.random() < 0.2 else mask)
            axis += len(shape) - 1
        else:
            shape = tuple(rng.choice([1, 2, 2, 0] if rng.random() < 0.1 else [1, 2, 2], rng.integers(0, 4)))
            places = np.asarray(rng.integers(-n, n + wrong, shape) if n else np.zeros(0, int))
            places = places.astype(["i8", "i4", "i1"][rng.integers(3)])
            if rng.random() < 0.2:
                places = abs(places).astype("u8") % max(n, 1)
            if rng.random() < 0.2:
                places = np.asfortranarray(places)
            items.append(places.tolist() if places.size and rng.random() < 0.3 else places)
        axis += 1
    return items[0] if len(items) == 1 and rng.random() < 0.7 else tuple(items)


def ours(key):
    """The key with arrays of Raptors in place of NumPy's."""
    if isinstance(key, tuple):
        return tuple(map(ours, key))
    return rp.asarray(key) if isinstance(key, np.ndarray) else key


def outcome(call):
    try:
        return call(), None
    except (IndexError, ValueError, TypeError) as error:
        return None, (type(error), str(error))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(8))
def test_random_keys(seed, monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    rng = np.random.default_rng(seed)
    for _ in range(250):
        shape = tuple(rng.integers(0 if rng.random() < 0.1 else 1, 5, rng.integers(0, 5)))
        array = np.arange(np.prod(shape, dtype=int)).reshape(shape)
        array = array.astype(["f8", "i4", "c16", "?", "u1", "f2"][rng.integers(6)])
        array = [np.asarray, np.asfortranarray, lambda a: a[::-1] if a.ndim else a, lambda a: a.T][rng.integers(4)](array)
        key = random_key(rng, array)
        mine = ours(key) if rng.random() < 0.5 else key
        want, theirs = outcome(lambda: array[key])
        got, error = outcome(lambda: rp.asarray(array)[mine])
        assert error == theirs, (array.shape, key)
        if theirs is None:
            got, want = np.asarray(got), np.asarray(want)
            assert got.dtype == want.dtype and got.shape == want.shape, (array.shape, key)
            np.testing.assert_array_equal(got, want)
            assert want.ndim == 0 or got.flags.c_contiguous == want.flags.c_contiguous, (array.shape, key)
        shape = np.shape(want) if theirs is None else (2,)
        shape = (*(n for n in shape if rng.random() < 0.9), *([3] if rng.random() < 0.05 else []))
        # Equal values: where a place is picked twice, the order does not tell.
        value = np.full(shape, 1, ["f8", "i8", "u1"][rng.integers(3)])
        left, right = array.copy(order="K"), array.copy(order="K")
        _, theirs = outcome(lambda: right.__setitem__(key, value))
        _, error = outcome(lambda: rp.asarray(left).__setitem__(mine, rp.asarray(value)))
        assert error == theirs, (array.shape, key, shape)
        np.testing.assert_array_equal(left, right)


def test_values_go_where_they_belong():
    rng = np.random.default_rng(1)
    for order in "C", "F":
        for key in [
            (rng.permutation(6)[:4],), (slice(None), rng.permutation(5)), (rng.permutation(6), 0, slice(None, None, -1)),
            (rng.permutation(6)[:2], slice(None), rng.permutation(7)[:2]), (rng.random((6, 5, 7)) < 0.4,),
            (rng.random((6, 5)) < 0.4,), (slice(1, 4), rng.random((5, 7)) < 0.4), np.ix_([5, 1], [0, 4], [3, 2]),
        ]:  # fmt: skip
            mine = np.zeros((6, 5, 7), order=order)
            theirs = mine.copy()
            value = rng.random(mine[key].shape)
            rp.asarray(mine)[key] = rp.asarray(value)
            theirs[key] = value
            np.testing.assert_array_equal(mine, theirs)
            rp.asarray(mine)[key] += 1
            theirs[key] += 1
            np.testing.assert_array_equal(mine, theirs)


def test_overlap_repeats_and_hostile_indices():
    mine, theirs = np.arange(8), np.arange(8)
    places = np.array([6, 0, 3, 3])
    rp.asarray(mine)[1:][places] = rp.asarray(mine)[:-1][places]
    theirs[1:][places] = theirs[:-1][places]
    np.testing.assert_array_equal(mine, theirs)
    array = rp.asarray(mine)
    array[[2, 2, 2]] = [1, 5, 9]
    assert int(array[2]) == 9
    # The array is its own index.
    own = rp.asarray(np.array([2, 0, 1]))
    own[own] = [7, 8, 9]
    assert own.tolist() == [8, 9, 7]
    before = mine.copy()
    for bad in ([0, 9], np.array([0, -(2**63)]), np.array([2**63], "u8"), np.array([2**62])):
        with pytest.raises(IndexError, match="out of bounds"):
            array[bad] = 0
        with pytest.raises(IndexError, match="out of bounds"):
            array[bad]
    np.testing.assert_array_equal(mine, before)


def test_numbers_that_an_integer_element_cannot_hold():
    sources = [
        np.float64("nan"), np.float32("inf"), np.float64(1e30), 1e30, 1e5, -0.5, np.float16(-3),
        np.int64(2**40), np.complex64(1), np.array(1e30),
    ]  # fmt: skip
    keys = [0, slice(None), ..., (), [0, 1], np.array([True, False, False])]
    for source, key in itertools.product(sources, keys):
        for kind in (np.int64, np.int16, np.uint8, np.bool_):
            results = []
            for xp in (np, rp):
                a = xp.zeros(3, kind)
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter("always")
                    try:
                        a[key] = source
                        result = None
                    except (ValueError, OverflowError) as error:
                        result = type(error)
                results.append((result, bool(caught), result or a.tolist()))
            assert results[0] == results[1], (source, key, kind)


def test_flat_judges_keys_as_numpy():
    keys = [False, [True, 1], [True, True], [1.0, 2.0], [], np.zeros(10, bool), np.arange(9) % 2 == 0, ()]
    for key in keys:
        results = []
        for xp in (np, rp):
            for change in (False, True):
                a = xp.arange(9).reshape(3, 3)
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter("always")
                    try:
                        result = a.flat.__setitem__(key, 7) if change else a.flat[key].tolist()
                    except IndexError as error:
                        result = str(error)[:50]
                results.append((result, a.tolist(), [str(warning.message) for warning in caught]))
        assert results[:2] == results[2:], key


def test_masks_without_elements_pick_nothing():
    shapes = [((0, 1), (0, 0)), ((0, 5), (0, 0)), ((0, 5), (0, 1)), ((5, 0), (0, 0)), ((3, 2), (0, 0)),
              ((3, 2), (0,)), ((3, 2), (3, 0)), ((3, 2), (0, 2)), ((3, 2), (2, 0))]  # fmt: skip
    for shape, of_mask in shapes:
        a, mask = np.ones(shape), np.ones(of_mask, bool)
        try:
            want = a[mask].shape
        except IndexError:
            for change in (lambda x: x[mask], lambda x: x.__setitem__(mask, 1)):
                with pytest.raises(IndexError):
                    change(rp.asarray(a))
            continue
        assert rp.asarray(a)[mask].shape == want
        rp.asarray(a)[mask] = 2
        assert (a == 1).all()


def test_bounds_are_read_once_and_their_errors_are_told():
    class Bound:
        def __init__(self, *answers):
            self.answers = list(answers)

        def __index__(self):
            answer = self.answers.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return answer

    a = rp.arange(16).reshape(4, 4)
    with pytest.raises(KeyboardInterrupt):
        a[Bound(KeyboardInterrupt(), 1) : 3, 0]
    for key in ((slice(Bound(1), 3), 0), (slice(Bound(1), 3), [0, 1])):
        np.testing.assert_array_equal(np.asarray(a[key]), np.arange(16).reshape(4, 4)[1:3, key[1]])
    with pytest.raises(IndexError, match="index 9 is out of bounds"):
        a[Bound(1) : 3, 9]
    assert a[1 : np.int64(3), ..., None].shape == (2, 4, 1)


def test_places_are_checked_where_nothing_is_picked():
    for xp in (np, rp):
        for call in (
            lambda: xp.take(xp.zeros((1, 0)), [1], axis=0),
            lambda: xp.compress([0, 0, 1], xp.zeros((1, 0)), axis=0),
            lambda: xp.take(xp.zeros((2, 0)), [-3], axis=0),
        ):
            with pytest.raises(IndexError, match="out of bounds for axis 0"):
                call()
        assert xp.take(xp.zeros((0, 3)), [5], axis=1).shape == (0, 1)


@pytest.mark.parametrize("name", ["putmask", "place"])
def test_masks_put_what_fits_safely(name):
    mask = [True, False, True]
    for xp in (np, rp):
        a = xp.zeros(3, "i4")
        for dtype in ("i8", "f8"):
            with pytest.raises(TypeError, match="Cannot cast array data from .* to .*'safe'"):
                getattr(xp, name)(a, xp.asarray(mask), xp.asarray([1, 2, 3], dtype))
        getattr(xp, name)(a, xp.asarray(mask), [7, 8, 9])
        assert a.tolist() == ([7, 0, 9] if name == "putmask" else [7, 0, 8])
