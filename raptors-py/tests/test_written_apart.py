"""Results written to arrays with gaps and across operands: as if everything was read first."""

import operator

import numpy as np
import pytest

import raptors as rp

PARTS = [
    slice(None, None, 2), slice(1, None, 3), slice(None, None, -1), slice(30, None, -2), slice(None, 20), slice(1, 21),
    slice(5, 6),
]  # fmt: skip


def pair(dtype, n=64):
    x = (np.arange(n) % 13 + 1).astype(dtype)
    return rp.array(x), x


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i8", "u1", "c16"])
@pytest.mark.parametrize("part", PARTS, ids=str)
def test_outputs(dtype, part):
    for name, others in (("add", 1), ("multiply", 1), ("maximum", 1), ("negative", 0), ("square", 0)):
        for source in PARTS:
            a, x = pair(dtype)
            n = min(len(x[part]), len(x[source]))
            inputs = [[y[part][:n], y[source][:n]][: 1 + others] for y in (a, x)]
            got = getattr(rp, name)(*inputs[0], out=a[part][:n])
            getattr(np, name)(*inputs[1], out=x[part][:n])
            assert np.array_equal(a, x) and got.shape == (n,)


@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "u1", "c16", "?"])
@pytest.mark.parametrize("part", PARTS, ids=str)
def test_in_place(dtype, part):
    updates = [operator.iadd, operator.isub, operator.imul, operator.ipow, operator.ifloordiv, operator.iand]
    for update in updates:
        for other in (1, 2.5, np.float64(2), np.int8(2), "self", "back", "other"):
            outcomes = []
            for y in pair(dtype):
                view = y[part]
                given = {"self": view, "back": view[::-1], "other": y[1 : 1 + view.size]}.get(other, other) \
                    if isinstance(other, str) else other  # fmt: skip
                try:
                    update(view, given)
                    outcomes.append(np.array(y))
                except (TypeError, ValueError) as error:
                    outcomes.append(type(error))
            got, expected = outcomes
            if isinstance(expected, type):
                assert isinstance(got, type) and issubclass(got, expected.__mro__[-3])
            else:
                assert np.array_equal(got, expected) or np.allclose(got, expected, rtol=1e-5)


def test_numbers_and_broadcast_inputs():
    for out in (slice(None), slice(None, None, 2), slice(None, None, -1)):
        a, x = pair("f8")
        n = len(x[out])
        rp.minimum(a[out], 5, out=a[out])
        np.minimum(x[out], 5, out=x[out])
        rp.subtract(2.5, a[:n], out=a[out])
        np.subtract(2.5, x[:n], out=x[out])
        rp.power(a[out], 2, out=a[out])
        np.power(x[out], 2, out=x[out])
        rp.add(a[:1], a[out], out=a[out])
        np.add(x[:1], x[out], out=x[out])
        assert np.array_equal(a, x)
    m, y = rp.arange(24.0).reshape(4, 6), np.arange(24.0).reshape(4, 6)
    rp.add(m[:, 0], m[1, :4], out=m[:, 2])
    np.add(y[:, 0], y[1, :4], out=y[:, 2])
    m[:, 1] += 1
    y[:, 1] += 1
    m[:, ::2] *= m[0, :3]
    y[:, ::2] *= y[0, :3]
    assert np.array_equal(m, y)


LENGTHS = [1, 7, 1023, 1024, 1025, 4096, 5000, 40_000]


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i8", "i4", "u1", "c16"])
@pytest.mark.parametrize("length", LENGTHS)
@np.errstate(all="ignore")
def test_numbers_beside_whole_runs(dtype, length):
    for name in ("add", "multiply", "maximum", "subtract", "true_divide", "less", "power"):
        for swapped in (False, True):
            for other in (3, 2.5, np.float32(2), np.array(2, dtype), "element"):
                for target in ("other", "itself", "behind", "wide"):
                    outcomes = []
                    for xp in (rp, np):
                        a = xp.asarray(pair(dtype, length + 1)[1])
                        room = xp.zeros(length, "c16" if target == "wide" else dtype)
                        number = a[:3].max() if isinstance(other, str) else other
                        x = a[:-1]
                        out = {"itself": x, "behind": a[1:]}.get(target, room)
                        args = (number, x) if swapped else (x, number)
                        try:
                            given = getattr(xp, name)(*args, out=out)
                            assert given is out
                            outcomes.append((np.array(a), np.array(out)))
                        except TypeError as error:
                            outcomes.append(type(error))
                    got, expected = outcomes
                    if isinstance(expected, type):
                        assert isinstance(got, type) and issubclass(got, TypeError), (name, other, target)
                        continue
                    for ours, theirs in zip(got, expected):
                        assert ours.dtype == theirs.dtype
                        np.testing.assert_allclose(ours, theirs, rtol=1e-3 if dtype == "f2" else 1e-6)


LIMITS = [
    (2, 9), (2.5, 9), (None, 9), (4, None), (None, None), (9, 2), (np.float64(3), np.float64(8)), (np.int8(3), 8.5),
    ("low", 9), (3, "high"), ("low", "high"), ("low", None), ("wide", "high"), ("row", 9), ([3], (8,)), (True, 9),
    (-(10**30), 10**30), (float("nan"), 9), (3, float("inf")),
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i8", "i4", "u1", "?"])
@pytest.mark.parametrize("length", LENGTHS)
@np.errstate(all="ignore")
def test_clip_within_limits_of_all_kinds(dtype, length):
    x = (np.arange(2 * length) * 7 % 13).astype(dtype).reshape(2, length)
    arrays = {
        "low": (x + 2).astype(dtype), "high": x[::-1].copy(), "wide": np.full(x.shape, 3.5), "row": x[0],
    }  # fmt: skip
    for limits in LIMITS:
        for out in ("new", "itself", "other", "turned", "low", "narrow", "numpy"):
            outcomes = []
            for xp in (rp, np):
                a = {name: xp.array(array) for name, array in arrays.items()}
                a["itself"] = xp.array(x)
                a["other"], a["turned"] = xp.zeros_like(a["itself"]), xp.zeros((length, 2), dtype).T
                a["narrow"], a["numpy"] = xp.zeros((2, length), "f4"), np.zeros((2, length), dtype)
                low, high = (a[limit] if isinstance(limit, str) else limit for limit in limits)
                calls = [
                    lambda out, a=a, low=low, high=high, xp=xp: xp.clip(a["itself"], low, high, out),
                    lambda out, a=a, low=low, high=high, xp=xp: xp.clip(a["itself"], min=low, max=high, out=out),
                    lambda out, a=a, low=low, high=high: a["itself"].clip(low, high, out=out),
                ]  # fmt: skip
                for call in calls[:1] if length > 5000 else calls:
                    try:
                        given = call(a.get(out))
                        outcomes.append((np.array(given), np.array(a["itself"])))
                    except (TypeError, OverflowError) as error:
                        outcomes.append(type(error))
            half = len(outcomes) // 2
            for got, expected in zip(outcomes[:half], outcomes[half:]):
                if isinstance(expected, type):
                    assert got is expected, (limits, out)
                    continue
                for ours, theirs in zip(got, expected):
                    assert ours.dtype == theirs.dtype, (limits, out)
                    np.testing.assert_array_equal(ours, theirs, err_msg=f"{limits} {out}")


def test_clip_refuses_what_numpy_refuses():
    for xp in (rp, np):
        a = xp.arange(5000.0)
        for call in (
            lambda xp=xp, a=a: xp.clip(a, 1), lambda xp=xp, a=a: xp.clip(a, 1, 2, None, 3),
            lambda xp=xp, a=a: a.clip(1, 2, None, 3), lambda a=a: a.clip(low=1),
            lambda xp=xp, a=a: xp.clip(a, a_min=1, min=2),
        ):  # fmt: skip
            with pytest.raises(TypeError):
                call()
        with pytest.raises(ValueError, match="Passing `min` or `max`"):
            xp.clip(a, 1, 2, min=3)
        a.flags.writeable = False
        with pytest.raises(ValueError, match="read-only"):
            xp.clip(a, 1, 2, out=a)


def test_exceptions_are_told_of_once_and_nothing_is_computed_twice():
    a = rp.array([1e300, 2.0, 1e300, 3.0])
    with pytest.warns(RuntimeWarning, match="overflow") as told:
        rp.multiply(a[::2], a[::2], out=a[::2])
    assert len(told) == 1 and a.tolist() == [np.inf, 2.0, np.inf, 3.0]
    a = rp.array([1.0, 2.0, 0.0, 3.0])
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        rp.divide(a[:2], a[2:], out=a[1:3])
    assert a.tolist() == [1.0, np.inf, 2.0 / 3.0, 3.0]
    b = rp.array([1.0, 2.0])
    b.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        rp.add(b[::-1], b, out=b[::-1])
