"""What programs do with few elements: counts that are divided, lists that are assigned, places that broadcast."""

import copy
import operator
import pickle

import numpy as np
import pytest

import raptors as rp

OPERATORS = [
    operator.truediv, operator.mul, operator.add, operator.sub, operator.floordiv, operator.mod, operator.lt,
    operator.eq,
]  # fmt: skip


def outcome(f):
    """The dtype and the value that ``f`` gives, or its error."""
    try:
        with np.errstate(all="ignore"):
            value = f()
    except Exception as error:
        return type(error).__name__, str(error)
    value = np.asarray(value)
    return value.dtype, value.shape, repr(value.tolist())


@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.__name__)
@pytest.mark.parametrize("dtype", ["i8", "i4", "u8", "u1", "?"])
def test_one_integer_and_a_number(op, dtype):
    for value in 0, 1, 7, 2**53 + 1 if dtype in ("i8", "u8") else 100:
        x = np.array([value]).astype(dtype)
        a, b = x[0], rp.asarray(x)[0]
        for other in 3, 2.5, 0.1, -4, 1e300:
            for swapped in False, True:
                pairs = [(other, a), (other, b)] if swapped else [(a, other), (b, other)]
                want, got = (outcome(lambda pair=pair: op(*pair)) for pair in pairs)
                if want[0] == got[0] or want[0] not in ("OverflowError", "ValueError"):
                    assert got == want, (value, other, swapped)
        want, got = outcome(lambda: op(x[0], x[0] | x.dtype.type(1))), outcome(lambda: op(b, b | rp.ones(1, dtype)[0]))
        assert got == want


def test_counts_divided_by_zero_warn():
    count = rp.asarray([3, 0]).sum()
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert float(count / 0) == np.inf
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert np.isnan(float((count - 3) / 0))


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i8", "i4", "u1", "?", "c16"])
@pytest.mark.parametrize(
    "values",
    [(1, 2, 3), [1.0, 2.5, -3.0], [1, 2.5, 3], (5,), [1, 2], [True, False, True], [1, 2, 300], [1j, 2, 3], [], [[1, 2, 3]]],
    ids=repr,
)
def test_lists_are_assigned(dtype, values):
    for key in np.s_[:3, 3], np.s_[1, :3], np.s_[::2, 1:], np.s_[..., :3], np.s_[-1], np.s_[:, ::-1]:
        a = np.zeros((4, 4), dtype)
        b = rp.asarray(a.copy())
        want = outcome(lambda a=a, key=key: operator.setitem(a, key, values))
        got = outcome(lambda b=b, key=key: operator.setitem(b, key, values))
        if want[0] in ("OverflowError", "TypeError"):
            # NumPy has written what came before.
            assert got[0] == want[0]
            continue
        assert got == want and np.array_equal(np.asarray(b), a)


def test_places_that_broadcast_are_read_and_written():
    a = np.arange(60.0).reshape(3, 4, 5)
    i, j, k = np.array([2, 0, -1]), np.array([3, 1]), np.array([[0], [4]])
    keys = [
        (a[0], np.ix_(i, j)), (a, np.ix_(i, j, [4, 0])), (a[0], (i[:, None], 2 + 0 * j)), (a[0].T, (k, j)),
        (a[:, 0, ::-1], (i[:2], k)), (a[0], (np.array(1), j)), (a[0], (i, j)), (a[0], (i[:, None], j + 9)),
        (a[0], (i[:, None].astype("i4"), j)), (a[0], (i[:, None], j[:0])), (a, (k, j)),
    ]  # fmt: skip
    for part, key in keys:
        mine, own = rp.asarray(part), tuple(map(rp.asarray, key))
        assert outcome(lambda mine=mine, own=own: mine[own]) == outcome(lambda part=part, key=key: part[key])
        want, got = part.copy(), rp.asarray(part.copy())
        for value in 7.0, np.arange(2.0), part[:1, :1]:
            theirs = value if isinstance(value, float) else rp.asarray(value)
            after = outcome(lambda got=got, own=own, theirs=theirs: operator.setitem(got, own, theirs))
            assert after == outcome(lambda want=want, key=key, value=value: operator.setitem(want, key, value))
            assert np.array_equal(np.asarray(got), want)
    places = rp.asarray([[0, 1], [1, 0]])
    places[places[:, :1], places[0]] = 1
    assert places.tolist() == [[1, 1], [1, 1]]


def test_masks_put_values_of_any_shape():
    for make in (lambda x: x), (lambda x: x.T), (lambda x: x[::-1]):
        x = np.arange(12.0).reshape(3, 4)
        want, got = make(x.copy()), make(rp.asarray(x.copy()))
        np.putmask(want, want > 4, want**2)
        rp.putmask(got, got > 4, got**2)
        assert np.array_equal(np.asarray(got), want)
        np.putmask(want, want > 4, want[::-1])
        rp.putmask(got, got > 4, got[::-1])
        assert np.array_equal(np.asarray(got), want)
        np.place(want, want > 4, want + 1)
        rp.place(got, got > 4, got + 1)
        assert np.array_equal(np.asarray(got), want)


def test_kinds_of_sorting_are_taken():
    x = np.array([[3, 1, 2], [5, 4, 0]])
    for kind in "stable", "mergesort", None:
        for axis in -1, 0, None:
            calls = (lambda xp, a: xp.argsort(a, axis, kind)), (lambda _, a: a.argsort(axis=axis, kind=kind))
            for call in calls:
                want, got = outcome(lambda: call(np, x)), outcome(lambda: call(rp, rp.asarray(x)))
                assert got == want


def test_views_of_classes_and_names():
    x = np.arange(6, dtype="u4")
    for dtype in np.uint8, "f4", np.dtype("i2"), np.complex64, float, int, bool, "u8":
        assert outcome(lambda: rp.asarray(x).view(dtype)) == outcome(lambda: x.view(dtype))
    assert type(rp.asarray(x).view(np.ndarray)) is np.ndarray
    assert type(rp.asarray(x).view(rp.ndarray)) is rp.ndarray


def test_old_generators_go_on_where_they_were():
    a, b = np.random.RandomState(5), rp.random.RandomState(5)
    for _ in range(2):
        for draw in (
            lambda r: r.rand(3, 2), lambda r: r.randn(5), lambda r: r.randint(0, 9, 7), lambda r: r.permutation(6),
            lambda r: r.normal(size=3), lambda r: r.choice(5, 3), lambda r: r.uniform(size=3),
        ):  # fmt: skip
            want, got = draw(a), draw(b)
            assert type(got) is rp.ndarray and np.array_equal(np.asarray(got), want)
        a, b = copy.deepcopy(a), pickle.loads(pickle.dumps(copy.deepcopy(b)))
    a.seed(3)
    b.seed(3)
    assert a.randn() == b.randn()
    b.set_state(a.get_state())
    assert a.randn() == b.randn()


def test_products_of_several_axes_and_factors():
    a, b = np.random.default_rng(0).random((4, 5, 6)), np.random.default_rng(1).random((6, 5, 3))
    axes = [([1, 2], [1, 0]), ((1,), (1,)), ([-1], [0]), ([2, 1], [0, 1]), ([0], [0]), ([1, 1], [0, 0]), ([0, 9], [0, 9])]
    for axis in axes:
        want, got = (outcome(lambda xp=xp: xp.tensordot(a, b, axis)) for xp in (np, rp))
        assert got[:2] == want[:2]
        if len(want) == 3:
            products = (np.asarray(xp.tensordot(a, b, axis)) for xp in (rp, np))
            np.testing.assert_allclose(*products)
    chain = [a[0], a[0].T, b[0, :, 0]]
    got = rp.linalg.multi_dot([rp.asarray(part) for part in chain])
    np.testing.assert_allclose(np.asarray(got), np.linalg.multi_dot(chain))
    with pytest.raises(ValueError, match="not aligned"):
        rp.linalg.multi_dot([rp.asarray(part) for part in (a[0], a[0], b[0, :, 0])])


def test_lists_are_axes_and_shapes():
    x = np.arange(24.0).reshape(2, 3, 4)
    for axes in [2, 0, 1], [-1, 0, 1], [0, 1], [0, 0, 1], [0, 1, 5], [], [0.5, 1, 2], [True, 0, 2], [np.int8(2), 1, 0]:
        want, got = (outcome(lambda a=a, axes=axes: a.transpose(axes)) for a in (x, rp.asarray(x)))
        assert got == want
    for shape in [6, 4], [-1, 8], [24], [5, 5], [-1, -1], [2.0, 12], [np.int64(4), 6], [[24]]:
        want, got = (outcome(lambda a=a, shape=shape: a.reshape(shape)) for a in (x, rp.asarray(x)))
        assert got == want
        want, got = (outcome(lambda xp=xp, shape=shape: xp.zeros(shape)) for xp in (np, rp))
        assert got[0] == want[0]
    assert outcome(lambda: rp.zeros([2, 0, 3])) == outcome(lambda: np.zeros([2, 0, 3]))


def test_truth_values_are_no_lengths():
    for shape in True, (True, 2), [2, False]:
        for make in lambda xp, shape: xp.zeros(shape), lambda xp, shape: xp.full(shape, 1), lambda xp, shape: xp.empty(shape):
            want, got = (outcome(lambda xp=xp, make=make, shape=shape: make(xp, shape)) for xp in (np, rp))
            assert got == want


def test_old_generators_call_what_a_subclass_has_instead():
    class Half(rp.random.RandomState):
        def random_sample(self, size=None):
            return 0.5

    assert Half(3).rand(2) == 0.5
    ours, theirs = rp.random.RandomState(3), np.random.RandomState(3)
    for draw in ("rand(3)", "randn(3)", "randn()", "permutation(5)"):
        np.testing.assert_array_equal(eval(f"ours.{draw}"), eval(f"theirs.{draw}"))
