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
