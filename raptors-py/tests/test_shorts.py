"""C functions in front of Python's: the plainest calls give what NumPy gives, and so do all others."""

import copy
import gc
import inspect
import operator
import pickle
import sys
import weakref

import numpy as np
import pytest

import raptors as rp

A = np.array([3.0, 1.5, -2.0, 0.0, 7.25, 1.5, -0.5, 4.0])
M = A.reshape(2, 4)
MASK = A > 1
K = np.array([1, 0, 5])

CALLS = [
    *(f"xp.{name}({x}{axis})"
      for name in ("sum", "prod", "max", "amax", "min", "any", "all", "mean", "var", "std", "argmax", "argmin", "ptp",
                   "cumsum", "cumprod")
      for x in ("a", "m", "m.T")
      for axis in ("", ", 0", ", axis=-1", ", None", ", axis=5")),
    "xp.sum(a=a)", "xp.sum(m, (0, 1))", "xp.sum(m, axis=0, keepdims=True)", "xp.sum([1, 2])",
    "xp.clip(a, 0, 2)", "xp.clip(a, 0.5, None)", "xp.clip(a, None, 2)", "xp.clip(i, -5, 10**30)",
    "xp.clip(a, a_min=0, a_max=2)", "xp.clip(m, a[:4], 3.5)", "a.clip(0, 2)", "a.clip(0.0)", "xp.clip(i, 0.5, 2)",
    "xp.round(a)", "xp.round(a, 1)", "xp.around(a, decimals=-1)", "xp.round(i, 2)",
    "xp.reshape(a, (2, -1))", "xp.reshape(m.T, 8)", "xp.reshape(a, (3, 3))", "xp.ravel(m)", "xp.ravel(m.T)",
    "xp.transpose(m)", "xp.transpose(m, (0, 1))", "xp.squeeze(m[:1])", "xp.squeeze(a)", "xp.diagonal(m)",
    "xp.diagonal(m, 1)", "xp.copy(m.T)", "xp.copy(m)", "xp.swapaxes(m, 0, 1)", "xp.swapaxes(m, 0, axis2=-1)",
    "xp.swapaxes(m, 0, 3)", "xp.flip(m)", "xp.flip(m, 0)", "xp.flip(m=a)", "xp.atleast_1d(a)", "xp.atleast_1d(3.0)",
    "xp.atleast_1d(a, m)", "xp.atleast_2d(a)", "xp.atleast_2d(m)", "xp.atleast_2d(a[::2])", "xp.ndim(m)", "xp.size(m)",
    "xp.size(m, 0)", "xp.shape(m)", "xp.real(c)", "xp.imag(c)", "xp.real(a)", "xp.sort(a)", "xp.sort(m, 0)",
    "xp.sort(m, axis=None)", "xp.argsort(a)", "xp.argsort(m, axis=0)", "a.argsort()", "m.argsort(0)",
    "a.argsort(kind='stable')", "xp.partition(a, 2)[2]", "xp.argpartition(a, 2, axis=0)[2]", "xp.partition(a, 20)",
    "xp.searchsorted(s, 1.0)", "xp.searchsorted(s, a)", "xp.searchsorted(s, a, 'right')", "s.searchsorted(2.0, side='right')",
    "s.searchsorted(a, 'middle')", "s.searchsorted(m)", "s.searchsorted(1)", "xp.take(a, k)", "xp.take(m, k, 1)",
    "xp.take(a, k, 0)", "xp.take(a, [9])", "xp.take(a, k + 7)", "xp.take(a, k, mode='clip')", "a.repeat(2)", "m.repeat(2, 0)",
    "a.repeat(k)", "xp.trace(m)", "m.trace()", "m.trace(1)", "a.trace()", "xp.compress(b, a)", "xp.compress(b, m, 1)",
    "a.compress(b)", "xp.extract(b, a)", "xp.extract(b.reshape(2, 4), m)", "xp.flatnonzero(b)", "xp.flatnonzero(m)",
    "xp.outer(a, a)", "xp.outer(i, a)", "xp.outer(m, a)", "xp.multiply.outer(a, k)", "xp.less.outer(a, a[:2])",
    "xp.divmod(i, 3)", "xp.divmod(i, -a)", "xp.divmod(7, i + 20)", "xp.modf(a)", "xp.frexp(m)", "divmod(a, 2)", "xp.modf(2.5)",
    "xp.add(i, i, dtype=float)", "xp.add(i, 2, dtype='f4')", "xp.sqrt(i * i, dtype='f4')", "xp.add(a, a, dtype=int)",
    "xp.less(a, 1, dtype=bool)", "xp.add(i, 1.5, dtype=int)",
    "xp.choose(i % 2, [a, -a])", "xp.choose(i % 3, (a, -a))", "(i % 2).choose([a, a * 2])", "xp.choose(i % 2, [a, 1])",
    "xp.choose(i - 3, [a, a])", "xp.choose(i % 5, [a, a, a], mode='wrap')", "xp.choose(k, [i, i])",
    "xp.take_along_axis(m, m.argsort(0), 0)", "xp.take_along_axis(m, m.argsort(1)[:, :2], axis=1)",
    "xp.take_along_axis(m, m.argsort(1))", "xp.take_along_axis(m, m.argmax(0)[None], 0)", "xp.take_along_axis(a, k - 4, 0)",
    "xp.take_along_axis(m, m.argsort(0) + 1, 0)", "xp.take_along_axis(a, k, None)", "xp.take_along_axis(m, k, 0)",
    "xp.take_along_axis(m.T, m.T.argsort(0), 0)", "xp.take_along_axis(m, m.argsort(0), 2)",
    "xp.broadcast_arrays(m, a[:4])", "xp.broadcast_arrays(m)", "xp.broadcast_arrays(m, a)",
    "xp.broadcast_arrays(a, 3, m[:, :1, None])", "xp.meshgrid(a, k)", "xp.meshgrid(a, k, indexing='ij')", "xp.meshgrid(a, m)",
    "xp.meshgrid(a, k)[0].flags.owndata", "xp.ravel_multi_index((k, k), (9, 9))",
    "xp.ravel_multi_index((k, k), (9, 5))", "xp.ravel_multi_index((k, k - 1), (9, 9))", "xp.ravel_multi_index((k,), (9, 9))",
    "xp.ravel_multi_index((k, k[:1]), (9, 9))", "xp.ravel_multi_index((k, 2), (9, 9), mode='wrap')",
    "xp.ravel_multi_index((k, k), (9, 9), order='F')", "xp.ravel_multi_index((a, a), (9, 9))", "xp.ravel_multi_index((k,), 9)",
    "xp.unravel_index(k[::-1], (2, 3))", "xp.unravel_index(k.astype('i4'), (2, 1, 3))", "xp.unravel_index(k - 1, (2, 3))",
    "xp.unravel_index(k[1], (2, 3))", "xp.unravel_index(a, (2, 3))", "xp.unravel_index(k, (2, 0))",
    "xp.packbits(b)", "xp.packbits(b[::-1])", "xp.packbits(i)", "xp.packbits(a)", "xp.packbits(b, -1)", "xp.packbits(b, bitorder='little')",
    "xp.packbits(b.reshape(2, 4))", "xp.unpackbits(i.astype('u1'))", "xp.unpackbits(i)", "xp.unpackbits(i.astype('u1'), count=11)",
    "xp.rollaxis(m, 1)", "xp.rollaxis(m, -1, 0)", "xp.rollaxis(m, 0, 2)", "xp.rollaxis(m, 0, 3)", "xp.rollaxis(m, 2)",
    "xp.rollaxis(m[:, None], axis=2, start=-2)", "xp.bincount(k, weights=a[:3])", "xp.bincount(k, None)", "xp.bincount(k, [1, 2, 3])",
    "xp.bincount(k, a)", "xp.bincount(k, b[:3], 9)", "xp.unravel_index(5, (2, 3))", "xp.unravel_index(6, (2, 3))",
    "xp.unravel_index(0, ())", "xp.unravel_index(-1, (2, 3))", "xp.unravel_index(3, 4)", "xp.unravel_index(k, (2, 3))",
    "xp.unravel_index(5, shape=(2, 3), order='F')", "xp.append(a, 1.0)", "xp.append(i, 1.0)", "xp.append(a, 1)",
    "xp.append(m, m)", "xp.append(m, a)", "xp.append(a, k)", "xp.append(m, m, 0)", "xp.append(m, 2.0)", "xp.append(a[::2], 2.0)",
    "xp.append(i.astype('f4'), 2.0)", "xp.delete(a, 0)", "xp.delete(a, -1)", "xp.delete(a, 8)", "xp.delete(a, -9)",
    "xp.delete(m, 1, 0)", "xp.delete(m, 1)", "xp.delete(a[::2], 1)", "xp.insert(a, 0, 5.0)", "xp.insert(a, 8, 5)",
    "xp.insert(a, -1, 5)", "xp.insert(a, 9, 5)", "xp.insert(a, -9, 5)", "xp.insert(i, 1, 2.5)", "xp.insert(a, 1, [1, 2])",
    "xp.insert(m, 1, 7, axis=1)", "xp.insert(b, 2, True)", "xp.split(a, 2)", "xp.split(a, 3)", "xp.split(a, 0)",
    "xp.split(a, [2, 5])", "xp.split(m, 2, 1)", "xp.split(m, 2)", "xp.angle(c)", "xp.angle(a)", "xp.angle(c, deg=True)",
    "xp.asfortranarray(m)", "xp.asfortranarray(m.T)", "xp.asfortranarray(a)", "xp.asfortranarray(m, dtype='f4')",
    "xp.asfortranarray(m).flags.f_contiguous", "xp.asfortranarray([1, 2])", "xp.bincount(k)", "xp.bincount(i)",
    "xp.bincount(a)", "xp.bincount(k, a[:3])", "xp.lexsort((a, i))", "xp.lexsort(m)", "xp.lexsort([])", "xp.lexsort((m, m), 0)",
    "xp.convolve(a, k)", "xp.convolve(a[:3], a)", "xp.convolve(a, a[:0])", "xp.convolve(a, a, 'same')", "xp.convolve(i, k)",
    "xp.convolve(b, b)", "xp.interp(a, i, a)", "xp.interp(a, i, c)", "xp.interp(a, i, a, 1.0)", "xp.interp(m, i, i)",
    "xp.interp(2.5, i, a)", "xp.interp(c, i, a)", "xp.interp(a, i[:0], a[:0])", "xp.gradient(a)", "xp.gradient(a[:2])",
    "xp.gradient(a[:1])", "xp.gradient(i)", "xp.gradient(a, 2.0)", "xp.gradient(m)", "xp.gradient(a, edge_order=2)",
    "xp.gradient(a.astype('f4'))", "xp.polyval(a[:3], a)", "xp.polyval(k, a)", "xp.polyval(i, k)", "a.astype('f4')",
    "a.astype(xp.int8)", "i.astype(bool)", "m.T.astype('f4').T", "(a / 0).astype(int)", "c.astype('F')", "a.dot(a)",
    "m.dot(a[:4])", "a.dot(2.0)", "a.dot(m)", "xp.array(1.5)", "xp.array(a[0])", "m.flat[3]", "m.T.flat[3]", "m.flat[-1]",
    "m.flat[8]", "m.flat[1:4]", "m.flat[[0, 2]]", "list(m.flat)", "list(m.T.flat)", "list(m[0:0].flat)", "len(m.flat)",
    "m.flat.copy()", "m.flat == 1.5", "list(iter(a))", "list(m.T)", "list(a[0])", "next(m.flat)", "m.flags.c_contiguous",
    "m.T.flags.fortran", "(m + 0).flags.owndata", "m[0].flags.owndata", "m.flags['W']", "(m + 0).flags.num",
    "xp.convolve(a, [1, 2, 1])", "xp.convolve([1, 2], i)", "xp.convolve(a, [])", "xp.convolve(i, [1.5])",
    "xp.convolve(a, [[1]])", "xp.correlate(a, [1, 2j])", "xp.may_share_memory(a, a[1:])", "xp.shares_memory(m, m.T)",
    "xp.may_share_memory(a[:2], a[4:])", "xp.shares_memory(a[::2], a[1::2])", "m.item(5)", "m.item(8)", "m.item(-1)",
    "xp.can_cast('f4', 'f8')", "xp.can_cast(a, 'f4')", "xp.can_cast(3, 'f4')", "xp.promote_types('i4', 'f4')",
    "xp.promote_types(a, 'f4')", "xp.array_equiv(a, a)", "xp.array_equiv(a / 0, a / 0)", "np.float64(2) * a", "np.int8(3) - i",
]  # fmt: skip


def values(xp):
    names = {"a": A, "m": M, "b": MASK, "k": K, "s": np.sort(A), "i": np.arange(-3, 5), "c": A + 2j}
    return {"xp": xp, **{name: xp.asarray(value.copy()) for name, value in names.items()}}


def outcome(call, xp):
    try:
        with np.errstate(all="ignore"):
            result = eval(call, values(xp))
    except Exception as error:
        return type(error).__name__, str(error)
    parts = result if isinstance(result, tuple | list) else (result,)
    parts = [np.asarray(part) for part in parts]
    return [(part.dtype.str, part.shape, repr(part.tolist())) for part in parts]


@pytest.mark.parametrize("call", CALLS)
def test_calls_give_what_numpy_gives(call):
    ours, theirs = outcome(call, rp), outcome(call, np)
    if isinstance(theirs, tuple):
        assert ours[0] == theirs[0]
    else:
        assert ours == theirs


@pytest.mark.parametrize(
    "change",
    ["xp.put(a, [0, 2], 1.0)", "a.put(k, [1, 2, 3])", "xp.putmask(a, b, 9)", "xp.putmask(a, b, k)",
     "xp.place(a, b, [1.0, 2.0])", "xp.copyto(a, i)", "xp.copyto(a, a[::-1])", "xp.copyto(a, 2.0)", "xp.copyto(a, i, where=b)",
     "a.sort()", "a.sort(kind='stable')", "a[::-1].sort()", "xp.place(a, b, 5.0)", "xp.put(a, 1, v=3.0)", "a.put([20], 1)"],
)  # fmt: skip
def test_changes_are_numpys(change):
    found = []
    for xp in rp, np:
        names = values(xp)
        try:
            assert eval(change, names) is None
        except IndexError as error:
            found.append(str(error))
        else:
            found.append(names["a"].tolist())
    assert found[0] == found[1]


def test_functions_stay_what_they_are():
    assert inspect.signature(rp.sum) == inspect.signature(rp.sum.__wrapped__)
    assert rp.sum.__name__ == rp.sum.__qualname__ == "sum" and "sum" in rp.sum.__doc__
    assert rp.amax is rp.max and rp.around is rp.round
    assert pickle.loads(pickle.dumps(rp.sum)) is rp.sum and copy.deepcopy(rp.clip) is rp.clip
    assert rp.sum.__defaults__ == rp.sum.__wrapped__.__defaults__
    assert not hasattr(rp.sum, "absent")

    class Bound:
        shape = (7,)
        method = rp.shape

    assert Bound().method() == (7,) and Bound.method([1]) == (1,)
    assert "sum" in repr(rp.sum)


def test_wrong_calls_are_refused():
    a = rp.asarray(A)
    for call in lambda: rp.sum(), lambda: rp.sum(a, a=a), lambda: rp.sum(a, wrong=1), lambda: a.argsort(0, 1, 2, 3, 4):
        with pytest.raises(TypeError):
            call()


SHAPES = [(), (1,), (3,), (2, 1), (2, 3), (1, 3), (4, 2, 3), (4, 1, 1), (1, 2, 1), (2, 1, 2, 3), (5, 1)]


@pytest.mark.parametrize("other", SHAPES, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_few_elements_are_broadcast(shape, other):
    rng = np.random.default_rng(1)
    x, y = rng.uniform(1, 2, shape), rng.integers(1, 9, other)
    for y in y, y.astype(float), y.astype("f4"):
        for turn in (lambda v: v), (lambda v: v.T), (lambda v: v[..., ::-1] if v.ndim else v):
            for again in (lambda v: v), (lambda v: v.T):
                one, two = turn(x), again(y)
                mine = turn(rp.asarray(x)), again(rp.asarray(y))
                try:
                    want = one - two
                except ValueError:
                    with pytest.raises(ValueError, match="broadcast"):
                        mine[0] - mine[1]
                    continue
                given = mine[0] - mine[1]
                assert given.dtype == want.dtype and given.shape == want.shape
                np.testing.assert_array_equal(np.asarray(given), want)
                if given.size > 1 and given.ndim == 2:
                    assert given.flags.f_contiguous == np.asarray(want).flags.f_contiguous


@pytest.mark.parametrize("n", [2, 3, 8, 31, 100, 256, 257])
@pytest.mark.parametrize("dtype", ["?", "i1", "u2", "i4", "u8", "f2", "f4", "f8", "c16"])
def test_runs_are_sorted_in_place(dtype, n):
    x = np.random.default_rng(n).integers(-9, 9, n).astype(dtype)
    if x.dtype.kind == "f":
        x[0], x[-1] = np.nan, -np.inf
    for order in slice(None), slice(None, None, -1):
        mine = rp.asarray(x.copy())
        mine[order].sort()
        want = x.copy()
        want[order].sort()
        np.testing.assert_array_equal(np.asarray(mine), want)


def test_walks_share_nothing_but_memory():
    a = rp.arange(6).reshape(2, 3)
    first, second = a.flat, a.flat
    assert [int(next(first)) for _ in range(4)] == [0, 1, 2, 3] and int(next(second)) == 0
    assert first.index == 4 and first.coords == (1, 1) and first.base is a
    a.flat = 7
    assert a.tolist() == [[7] * 3] * 2
    a.flat[::2] = [1, 2, 3]
    assert a.tolist() == [[1, 7, 2], [7, 3, 7]]
    # Many at once, and again after all of them are gone.
    for _ in range(3):
        walks = [iter(a) for _ in range(40)] + [a.flat for _ in range(40)]
        flags = [a.flags for _ in range(40)]
        assert all(next(walk).sum() > 0 for walk in walks) and all(flag.c_contiguous for flag in flags)
        del walks, flags
    with pytest.raises(TypeError):
        iter(a[0, 0])
    with pytest.raises(TypeError):
        hash(a.flat)
    with pytest.raises(AttributeError):
        a.flags.c_contiguous = False


def test_numbers_are_written_as_numpys():
    for value in (1.5, 1e16, 1e-5, 123456789.0, -0.0, np.nan, np.inf, 1e300, 0.1, 1 / 3, 5, -(2**62), True, 1 + 2j):
        assert str(rp.asarray([value])[0]) == str(np.asarray([value])[0])
    assert str(rp.asarray([0.1], "f4")[0]) == str(np.float32(0.1))


def test_the_collector_sees_no_freed_objects():
    a = rp.zeros(3)
    kinds = type(a), type(a.flags), type(a.flat), type(iter(a))
    gc.collect()
    before = {kind: sum(type(o) is kind for o in gc.get_objects()) for kind in kinds}
    for _ in range(3):
        made = [(a + i, a.flags, a.flat, iter(a), a[0]) for i in range(50)]
        del made
        gc.collect()
        found = [o for o in gc.get_objects() if type(o) in kinds]
        for kind in kinds[1:]:
            assert sum(type(o) is kind for o in found) == before[kind]
        # Elements that are kept for the next are objects: who finds one has it for good.
        arrays = [o for o in found if type(o) is kinds[0]]
        values = [repr(o.tolist()) for o in arrays]
        fresh = [a[1] + i for i in range(60)]
        assert not any(o is x for o in arrays for x in fresh)
        assert [repr(o.tolist()) for o in arrays] == values and [int(x) for x in fresh] == list(range(60))
        del found, arrays, fresh
    assert (a + 1).tolist() == [1.0] * 3 and a.flags.c_contiguous and a.flat[0] == 0


def test_functions_are_objects_like_pythons():
    x = rp.arange(6.0)
    assert float(rp.sum.__call__(x)) == 15.0
    assert float(rp.sum.__call__(a=x, axis=0)) == 15.0
    assert rp.ndarray.argsort.__call__(x).tolist() == list(range(6))
    assert rp.ndarray.argsort.__qualname__ == "ndarray.argsort"
    for function in (rp.sum, rp.ndarray.argsort, rp.ndarray.trace):
        assert pickle.loads(pickle.dumps(function)) is function
    for function in (rp.atleast_1d, rp.broadcast_arrays):
        with pytest.raises(TypeError, match="unexpected keyword argument"):
            function(**{"": x})


@pytest.mark.parametrize("call", ["a.repeat(bad)", "a[bad]", "a.take(bad)", "rp.choose(a, bad)", "a + bad"])
def test_exceptions_are_gone_when_they_are_dealt_with(call):
    class Bad:
        def __index__(self):
            raise KeyError("index")

        def __array__(self, *_, **__):
            raise KeyError("array")

    names = {"a": rp.arange(12.0), "rp": rp, "bad": Bad()}
    kept = weakref.ref(names["bad"])
    with pytest.raises((KeyError, TypeError, IndexError)):
        eval(call, names)
    del names["bad"]
    gc.collect()
    assert kept() is None


def test_what_was_tried_in_vain_is_gone():
    a, counts = rp.arange(12.0), [1] * 12
    blocks = []
    for _ in range(4):
        for _ in range(500):
            a.repeat(counts)
        blocks.append(sys.getallocatedblocks())
    assert blocks[-1] - blocks[0] < 500


def test_walks_keep_what_they_walk_over():
    def shaped(xp):
        a = xp.arange(12.0)
        flat = a.flat
        a.shape = (3, 4)
        return float(next(flat)), float(flat[11]), len(flat)

    assert shaped(rp) == shaped(np)
    a = rp.arange(4.0).reshape(2, 2)
    flat = a.flat
    a.dtype = "i4"
    assert len(flat) == 4 and [float(x) for x in flat] == [0.0, 1.0, 2.0, 3.0]
    walk = iter(rp.ones(3))
    assert operator.length_hint(walk) == 3
    next(walk)
    assert operator.length_hint(walk) == 2


def test_repeats_are_cut_where_numpy_cuts():
    for repeats in (2.0, np.float64(2.5), [1.5, 2.5]):
        assert rp.repeat(rp.arange(2), repeats).tolist() == np.repeat(np.arange(2), repeats).tolist()
    with pytest.raises(TypeError, match="according to the rule 'safe'"):
        rp.repeat(rp.arange(2), rp.asarray([1.5, 2.5]))


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("key", ["slice(bound, None)", "(slice(bound, None), ...)"])
def test_no_half_made_array_is_shown(key, fails):
    a = rp.arange(10.0)
    freed = [rp.zeros(1000) for _ in range(4)]
    del freed
    kind, seen = type(a), []

    class Bound:
        def __index__(self):
            seen.extend(o for o in gc.get_objects() if type(o) is kind and id(o) not in known)
            if fails:
                raise ValueError("no bound")
            return 3

    known = {id(o) for o in gc.get_objects() if type(o) is kind}
    names = {"bound": Bound()}
    if fails:
        with pytest.raises(ValueError, match="no bound"):
            a[eval(key, names)]
    else:
        assert a[eval(key, names)].tolist() == list(range(3, 10))
    assert seen == []


@pytest.mark.parametrize("given", [
    (A,), (A, K), (A, MASK), (K, np.float32), (np.int8, np.dtype("u2")), (A, 1), (K, 2.0), (K, 1j, MASK), ("f4", "i8"),
    (np.array(3, "i1"), np.uint8), (A, K, MASK, "c8"), (np.float16, K.astype("u2"), MASK), (np.float32(1), K), (), (A, "x"),
    (np.dtype("i2"), np.dtype("u2"), np.dtype("f4")), (np.int8, np.uint8, np.float16),
])  # fmt: skip
def test_result_type_of_arrays_and_types(given):
    def found(xp):
        try:
            return xp.result_type(*[xp.asarray(x) if isinstance(x, np.ndarray) else x for x in given])
        except Exception as error:
            return type(error), str(error)

    assert found(rp) == found(np)


@pytest.mark.parametrize("shape", [(5000,), (50, 100), (1, 5000, 1), (7, 11, 13, 5)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_many_places_come_back(shape, order):
    flat = np.random.default_rng(6).integers(0, 5000, 3000)
    for indices in (flat, flat[::-2], flat.reshape(30, 100).T):
        found = rp.unravel_index(rp.asarray(indices), shape, order=order)
        want = np.unravel_index(indices, shape, order=order)
        assert all((np.asarray(x) == y).all() and x.dtype == y.dtype for x, y in zip(found, want, strict=True))
        assert not any(np.shares_memory(np.asarray(x), indices) for x in found)
        assert (np.asarray(rp.ravel_multi_index(found, shape, order=order)) == indices).all()


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "maximum", "divide", "bitwise_and", "logaddexp"])
@pytest.mark.parametrize("dtype", ["?", "i1", "i8", "f2", "f8", "c16"])
def test_ufuncs_at_places_of_a_run(name, dtype):
    places = np.array([3, 0, 3, 1])
    values = np.arange(1, 5).astype(dtype)

    def written(xp, indices, b):
        a = xp.asarray(np.arange(5).astype(dtype))
        xp_of = lambda x: xp.asarray(x) if isinstance(x, np.ndarray) else x
        try:
            assert getattr(xp, name).at(a, xp_of(indices), xp_of(b)) is None
        except Exception as error:
            return type(error), str(error)
        return np.asarray(a).tobytes()

    for indices in (places, places - 1, places[::-1], places.astype("i4"), [3, 0, 3, 1]):
        for b in (values, values[:1], values[::-1], 2, 2.5, 300, values.astype("f8"), np.float32(2)):
            with np.errstate(all="ignore"):
                assert written(rp, indices, b) == written(np, indices, b), (indices, b)
    if dtype == "f8" and name == "multiply":
        a, b = rp.asarray([1, 2, 3], dtype="f4"), np.array([1, 2, 3], "f4")
        rp.multiply.at(a, rp.asarray([1, 1]), 0.1)
        np.multiply.at(b, [1, 1], 0.1)
        assert np.asarray(a).tobytes() == b.tobytes()
    a = rp.arange(5.0)
    rp.add.at(a, rp.asarray(places), a[1:])
    b = np.arange(5.0)
    np.add.at(b, places, b[1:].copy())
    assert (np.asarray(a) == b).all()
