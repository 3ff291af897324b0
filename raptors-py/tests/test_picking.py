"""Functions that pick and put elements give what NumPy's give, errors included."""

import doctest
import warnings

import numpy as np
import pytest

import raptors as rp
from raptors import _indexing, _places

from conftest import values


@pytest.fixture(autouse=True)
def native():
    """Nothing here may go through NumPy."""
    before, rp.config.fallback = rp.config.fallback, "error"
    yield
    rp.config.fallback = before


def outcome(call):
    """What a call gives, as data: shape, dtype and elements, or the error."""
    try:
        return plain(call())
    except Exception as error:  # noqa: BLE001 - any error is an outcome
        return type(error), str(error)


def plain(value):
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    if value is None:
        return None
    value = np.asarray(value)
    return value.shape, value.dtype, value.tobytes()


def both(call, *arrays):
    """Holds ``call(module, *arrays)`` to the same outcome, what it wrote to the arrays included."""
    mine, theirs = [a.copy(order="K") for a in arrays], [a.copy(order="K") for a in arrays]
    got = outcome(lambda: call(rp, *map(rp.asarray, mine)))
    want = outcome(lambda: call(np, *theirs))
    assert got == want
    assert [plain(a) for a in mine] == [plain(a) for a in theirs]


def test_functions_over_types_and_layouts(dtype, layout):
    a = layout(values(dtype, 24).reshape(4, 6))
    n, mask = max(a.size, 1), np.asarray(values("bool", a.size, 1)).reshape(a.shape)
    places = np.random.default_rng(3).integers(-n, n, 7)
    for mode in "raise", "wrap", "clip":
        both(lambda m, a: m.take(a, places + (mode != "raise") * 9, mode=mode), a)
        both(lambda m, a: m.put(a, places + (mode != "raise") * 9, [1, 0, 1], mode=mode), np.array(a))
    for axis in range(-a.ndim, a.ndim):
        both(lambda m, a: m.take(a, [[0, -1], [1, 0]], axis=axis), a)
        both(lambda m, a: m.compress([True, False, True], a, axis=axis), a)
        order = np.argsort(np.random.default_rng(5).random(a.shape), axis=axis)
        both(lambda m, a, i: m.take_along_axis(a, i, axis), a, order)
        both(lambda m, a, i: m.put_along_axis(a, i, 1, axis), np.array(a), order)
        both(lambda m, a: m.count_nonzero(a, axis=axis, keepdims=True), a)
    both(lambda m, a: m.nonzero(a), a)
    both(lambda m, a: m.argwhere(a), a)
    both(lambda m, a: m.flatnonzero(a), a)
    both(lambda m, a: m.count_nonzero(a), a)
    both(lambda m, a, k: m.where(k, a, 1), a, mask)
    both(lambda m, a, k: m.where(k, a, a[::-1] if a.ndim else a), a, mask)
    both(lambda m, a, k: m.extract(k, a), a, mask)
    both(lambda m, a, k: m.putmask(a, k, [1, 0, 1]), np.array(a), mask)
    both(lambda m, a, k: m.place(a, k, [1, 0, 1]), np.array(a), mask)
    both(lambda m, a, k: m.copyto(a, 1, where=k), np.array(a), mask)
    both(lambda m, a, k: m.select([k, ~k], [a, a], 0), a, mask)
    both(lambda m, a, k: m.choose(k, [a, a]), a, mask)
    both(lambda m, a: m.fill_diagonal(a, [1, 0]), np.array(a))


CALLS = [
    lambda m, a: m.take(a, [9], axis=1), lambda m, a: m.take(a, [7], mode="bad"),
    lambda m, a: m.take(a, [1], axis=5), lambda m, a: m.take(a[:0], [1], axis=0),
    lambda m, a: m.take(a[:0], [1], axis=0, mode="wrap"), lambda m, a: m.take(a, [], axis=0),
    lambda m, a: m.put(a, [99], 1), lambda m, a: m.put(a.T, [99], 1), lambda m, a: m.put(a, [0], []),
    lambda m, a: m.put(a, [0], 1j), lambda m, a: m.put([1], [0], 1), lambda m, a: m.put(a[:0], [0], 1),
    lambda m, a: m.putmask(a, [1], 1), lambda m, a: m.putmask([1], [1], 1), lambda m, a: m.putmask(a, a > 2, []),
    lambda m, a: m.place(a, [1], 1), lambda m, a: m.place(a, a > 2, []), lambda m, a: m.place(a, a > 200, []),
    lambda m, a: m.extract([1] * 9, a), lambda m, a: m.compress([[1]], a),
    lambda m, a: m.compress([1, 0, 1, 1], a, axis=1), lambda m, a: m.choose([0, 5], [1, 2]),
    lambda m, a: m.choose([0, -1], [1, 2]), lambda m, a: m.choose([0, 5], [1, 2], mode="wrap"),
    lambda m, a: m.choose([0], []), lambda m, a: m.choose([0.5], [1]), lambda m, a: m.choose([0, 1, 1], [[1, 2], [3.5, 4]]),
    lambda m, a: m.select([], []), lambda m, a: m.select([[1]], [[1]]), lambda m, a: m.select([[True]], [[1], [2]]),
    lambda m, a: m.select([True], [1], 2.5), lambda m, a: m.copyto(m.arange(3), 1.5),
    lambda m, a: m.copyto(m.arange(3), [1.5]), lambda m, a: m.copyto(a, [1, 2]),
    lambda m, a: m.copyto(a, 1, where=[True, False]), lambda m, a: m.copyto(m.zeros(3, "i1"), 300),
    lambda m, a: m.copyto(a, 1, casting="x"), lambda m, a: m.copyto([1], 1), lambda m, a: m.copyto(a, 1, where=[1, 0, 1]),
    lambda m, a: m.fill_diagonal(m.zeros(3), 1), lambda m, a: m.fill_diagonal(m.zeros((2, 3, 4)), 1),
    lambda m, a: m.ix_([[1]]), lambda m, a: m.ix_([], [True, False]), lambda m, a: m.unravel_index(5, (2, 3)),
    lambda m, a: m.unravel_index([5, 6], (2, 3)), lambda m, a: m.unravel_index(-1, (2, 3)),
    lambda m, a: m.unravel_index(1.5, (2, 3)), lambda m, a: m.unravel_index([], (2, 3)),
    lambda m, a: m.unravel_index([5], (2, 3), order="F"), lambda m, a: m.unravel_index([5], (2**40, 2**40)),
    lambda m, a: m.unravel_index(0, ()), lambda m, a: m.unravel_index([0], ()), lambda m, a: m.unravel_index(0, (2, 0)),
    lambda m, a: m.ravel_multi_index((1, 2), (2, 3)), lambda m, a: m.ravel_multi_index((1, 3), (2, 3)),
    lambda m, a: m.ravel_multi_index(([5], [7]), (2, 3), mode=("clip", "wrap")),
    lambda m, a: m.ravel_multi_index((1,), (2, 3)), lambda m, a: m.ravel_multi_index((1, 2), (2, 3), order="F"),
    lambda m, a: m.ravel_multi_index([[1], [2]], (3, -4)),
    lambda m, a: m.take(m.ones((4, 0, 3)), [5], axis=2), lambda m, a: m.take(m.ones((0, 0)), [0], axis=1),
    lambda m, a: m.take(m.ones((0, 0)), [0], axis=1, mode="clip"),
    lambda m, a: m.ravel_multi_index((1.5, 1), (2, 3)), lambda m, a: m.ravel_multi_index((0, 0), (2**40, 2**40)),
    lambda m, a: m.take_along_axis(a, m.asarray([0]), 1), lambda m, a: m.take_along_axis(a, m.asarray([[0.0]]), 1),
    lambda m, a: m.take_along_axis(a, m.asarray([0]), None), lambda m, a: m.nonzero(3), lambda m, a: m.argwhere(3),
    lambda m, a: m.where(1, 2), lambda m, a: m.where([1, 0], m.uint8(1), 300), lambda m, a: m.where([1, 0], [1, 2, 3], 1),
    lambda m, a: m.where([[1], [0]], 1, 2.5), lambda m, a: m.where([1, 0], -1, m.float32(4)),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_errors_and_corners(number):
    both(CALLS[number], np.arange(6.0).reshape(2, 3))


def test_memory_order_of_where():
    a = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert rp.where(a > 1, a, 0).strides == np.where(a > 1, a, 0).strides == (8, 16)


def test_outputs():
    a = rp.arange(4)
    out = rp.zeros(2)
    assert rp.choose([0, 1], (1, 2), out=out) is out and out.tolist() == [1, 2]
    kept = rp.zeros(2, int)
    assert rp.take(a, [3, 1], out=kept) is kept and kept.tolist() == [3, 1]


def test_examples():
    for module in _indexing, _places:
        names = {"rp": rp, "np": np}
        assert doctest.testmod(module, extraglobs=names).failed == 0


@pytest.mark.parametrize("size", [1, 7, 100, 500, 1000, 1024, 1025])
def test_choices_of_few_elements_apart(dtype, size):
    def runs(x):
        return x, x[::-1].copy()[::-1], np.repeat(x, 3)[::3]

    x, y = values(dtype, size, seed=1), values(dtype, size, seed=2)
    truth = values(np.int8, size, seed=3) > 0
    for a, b, mask in zip(runs(x), runs(y)[::-1], runs(truth)[1:] + (truth,), strict=True):
        want = np.where(mask, a, b)
        np.testing.assert_array_equal(rp.where(mask, rp.asarray(a), rp.asarray(b)), want)
        one = b[:1].reshape(())
        want = np.where(mask, a, one)
        np.testing.assert_array_equal(rp.where(mask, rp.asarray(a), rp.asarray(one)), want)
        np.testing.assert_array_equal(rp.asarray(a)[rp.asarray(mask)], a[mask])
        np.testing.assert_array_equal(rp.nonzero(rp.asarray(a))[0], np.nonzero(a)[0])
        base, theirs = np.repeat(a, 2), np.repeat(a, 2)
        rp.copyto(rp.asarray(base)[::-2], rp.asarray(b), where=rp.asarray(mask))
        np.copyto(theirs[::-2], b, where=mask)
        np.testing.assert_array_equal(base, theirs)


@pytest.mark.parametrize("order", ["C", "F", "turned", "reversed"])
def test_places_and_conversions_of_every_layout(dtype, order):
    x = values(dtype, 40 * 9 * 8, seed=4).reshape(40, 9, 8)
    if order == "F":
        x = np.asfortranarray(x)
    elif order != "C":
        x = x.transpose(1, 2, 0) if order == "turned" else x[::-1, :, ::-1]
    for got, want in zip(rp.nonzero(rp.asarray(x)), np.nonzero(x), strict=True):
        np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(rp.asarray(x)[rp.asarray(x != 0)], x[x != 0])
    for to in np.bool_, np.float32, np.complex128:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got, want = rp.asarray(x).astype(to, order="C"), x.astype(to, order="C")
        assert np.asarray(got).flags.c_contiguous
        np.testing.assert_array_equal(got, want)


def test_take_along_an_axis_by_the_method():
    x = np.arange(60.0).reshape(3, 4, 5)
    for places in (np.array([0, 2, -1]), [1, 0], (0, 2), 1, np.int8(1), np.array([[0], [2]]), np.array([], int)):
        for axis in (None, 0, 1, 2, -1, -3, True, np.int64(1)):
            for mode in (None, "raise", "wrap", "clip"):
                options = {} if mode is None else {"mode": mode}
                both(lambda a: a.take(places, axis, **options), x)  # noqa: B023 - called at once
    for places, axis in (([3], 0), ([-4], 0), ([5], 1), ([0], 3), ([0], -4), ([0.5], 0), ([0], "x")):
        both(lambda a: a.take(places, axis), x)  # noqa: B023 - called at once
    line = np.arange(5)
    for places in ([0, 4], np.array([5]), np.array([-6]), np.array([[1, 2]])):
        both(lambda a: a.take(places), line)  # noqa: B023 - called at once
        both(lambda a: a.take(places, axis=0), line)  # noqa: B023 - called at once


@pytest.mark.parametrize("columns", [300, 512, 1024])
@pytest.mark.parametrize("rows", [40, 300, 600])
def test_columns_are_picked_however_many_and_far_apart(rows, columns):
    rng = np.random.default_rng(4)
    for dtype in "u1", "f4", "f8", "c16":
        a = rng.integers(0, 99, (rows, columns)).astype(dtype)
        x = rp.asarray(a)
        for count in 3, columns // 3, columns // 2 + 1, columns - 1, columns:
            chosen = rng.permutation(columns)[:count]
            want = a[:, chosen]
            got = np.asarray(x[:, chosen])
            np.testing.assert_array_equal(got, want)
            assert got.strides == want.strides
            mask = np.isin(np.arange(columns), chosen)
            np.testing.assert_array_equal(np.asarray(x[:, mask]), a[:, mask])
            np.testing.assert_array_equal(np.asarray(x.T[mask]), a.T[mask])


@pytest.mark.parametrize("shape", [(7, 40, 33), (9, 2, 700), (6, 1025), (50, 3, 3)])
def test_one_value_or_one_row_goes_to_places_of_any_length(shape):
    places = np.array([5, 0, -1, 3, 0, 2])
    for dtype in "u1", "f4", "f8", "c16":
        a = values(dtype, int(np.prod(shape))).reshape(shape)
        row = values(dtype, shape[-1])
        for turn in (lambda a: a), (lambda a: a[:, ::-1]), (lambda a: a[..., ::2]):

            def put(m, a, turn=turn, row=row):
                view = turn(a)
                view[m.asarray(places)] = 3
                view[m.asarray(places[1:]), 0] = m.asarray(row[0])
                view[m.asarray(places[::2])] = m.asarray(row)[..., : view.shape[-1]]

            both(put, a)
            both(put, np.asfortranarray(a))
