"""C functions in front of Python's: the plainest calls give what NumPy gives, and so do all others."""

import copy
import inspect
import pickle

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
    parts = result if isinstance(result, tuple) else (result,)
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
     "xp.place(a, b, [1.0, 2.0])", "xp.place(a, b, 5.0)", "xp.put(a, 1, v=3.0)", "a.put([20], 1)"],
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
