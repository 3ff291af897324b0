"""Operands and results that lie apart or backwards: loops over elements as they lie, of many elements."""

import numpy as np
import pytest

import raptors as rp

# More elements than the shortest ways take.
MANY = [4_097, 30_011]
DTYPES = ["?", "i1", "u2", "i4", "u8", "i8", "f2", "f4", "f8", "c8", "c16"]
ONE = ["negative", "absolute", "square", "floor", "isnan", "invert", "conjugate", "sign", "sqrt", "logical_not"]
TWO = [
    "add", "subtract", "multiply", "divide", "maximum", "fmin", "less", "equal", "bitwise_and", "copysign", "left_shift",
    "logical_or",
]  # fmt: skip


def memory(dtype, count, seed):
    values = np.random.default_rng(seed).integers(0, 50, count)
    return (values % 2 if dtype == "?" else values).astype(dtype)


def told(call):
    """What a call gives, or the class of what it raises."""
    with np.errstate(all="ignore"), rp.errstate(all="ignore"):
        try:
            return np.asarray(call())
        except TypeError:
            return TypeError


def same(got, want):
    if want is TypeError:
        assert got is TypeError
    else:
        assert got.dtype == want.dtype
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ONE + TWO)
def test_places_that_lie_apart_are_written_and_no_others(name, dtype):
    count = 1 if name in ONE else 2
    for n in MANY:
        for step, start in ((2, 0), (3, 1), (-2, 2 * n - 1)):
            whole = memory(dtype, 3 * n + 1, 1)
            inputs = [whole[::2][:n], memory(dtype, n, 2)][:count]
            outcome = told(lambda: getattr(np, name)(*inputs))  # noqa: B023
            given = outcome.dtype if outcome is not TypeError else dtype
            wanted, out = np.full(3 * n + 1, 1, given), rp.full(3 * n + 1, 1, dtype=given)
            got = told(lambda: getattr(rp, name)(*map(rp.asarray, inputs), out=out[start::step][:n]))  # noqa: B023
            if outcome is TypeError:
                assert got is TypeError
            else:
                # Not by `out=`: NumPy's vector loops of `isnan` and its kin write only some of such places.
                wanted[start::step][:n] = outcome
            same(np.asarray(out), wanted)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "bitwise_xor", "subtract"])
def test_elements_are_replaced_where_they_lie(name, dtype):
    for n in MANY:
        for key in (np.s_[::2], np.s_[5::3], np.s_[::-4]):
            arrays = [memory(dtype, 2 * n, 3), rp.asarray(memory(dtype, 2 * n, 3))]
            for xp, a in zip((np, rp), arrays, strict=True):
                view = a[key]
                others = (xp.asarray(memory(dtype, 1, 4)), a[-view.size :], view[::-1], view)
                for other in others:
                    told(lambda: getattr(xp, name)(view, other, out=view))  # noqa: B023
            same(np.asarray(arrays[1]), arrays[0])


@pytest.mark.parametrize("dtype", ["i2", "f4", "f8", "c16"])
@pytest.mark.parametrize(
    "key",
    [np.s_[:, 3], np.s_[:, 2:5], np.s_[:, ::2], np.s_[::2], np.s_[1::3, ::-3], np.s_[:, :7], np.s_[::-1, 1:]],
    ids=str,
)
@pytest.mark.parametrize("shape", [(3_001, 8), (40, 1_001), (11, 700, 3)], ids=str)
def test_parts_of_planes_are_changed_and_no_others(shape, key, dtype):
    count = int(np.prod(shape))
    planes = [memory(dtype, count, 5).reshape(shape), rp.asarray(memory(dtype, count, 5).reshape(shape))]
    turned = [memory(dtype, count, 6).reshape(shape[::-1]).T, rp.asarray(memory(dtype, count, 6).reshape(shape[::-1])).T]
    for a, b in zip(planes, turned, strict=True):
        a[key] += 2
        a[key] *= b[key]
        a[key] -= a[key][..., :1]
    same(np.asarray(planes[1]), planes[0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["add", "maximum", "less", "negative", "bitwise_or"])
def test_inputs_that_lie_apart_are_read_where_they_lie(name, dtype):
    n = 9_001
    whole = memory(dtype, 5 * n, 8)
    for x in (np.s_[::3], np.s_[::-2], np.s_[: 5 * n : 5], np.s_[::-1]):
        for y in (np.s_[::4], np.s_[:], np.s_[1::2], np.s_[::-3]):
            length = min(whole[x].size, whole[y].size)
            pairs = [[a[x][:length], a[y][:length]][: 1 + (name != "negative")] for a in (whole, rp.asarray(whole))]
            ours = told(lambda: getattr(rp, name)(*pairs[1]))  # noqa: B023
            same(ours, told(lambda: getattr(np, name)(*pairs[0])))  # noqa: B023
            if dtype != "?":
                number = (pairs[0][0][:1], pairs[1][0][:1])
                same(np.asarray(pairs[1][0] + number[1]), pairs[0][0] + number[0])


def test_threads_share_the_elements():
    whole = memory("f8", 2_000_001, 7)
    wanted = whole.copy()
    wanted[::2] *= 1.5
    for count in (1, 2):
        ours = rp.asarray(whole.copy())
        with rp.threads(count):
            ours[::2] *= 1.5
        same(np.asarray(ours), wanted)


def test_exceptions_are_told_of():
    x = rp.full(20_000, 1e308)
    with pytest.warns(RuntimeWarning, match="overflow encountered in multiply"):
        x[::2] *= 10.0
    with rp.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow encountered in add"):
        x[1::2] += 1e308
    assert np.array_equal(np.isinf(np.asarray(x)), np.ones(20_000, bool))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ONE + TWO)
def test_operands_backwards_and_apart_give_what_copies_of_them_give(name, dtype):
    count = 1 if name in ONE else 2
    for shape, keys in (
        ((9_001,), [np.s_[::-1], np.s_[::2], np.s_[::-3], np.s_[5::7]]),
        ((400_003,), [np.s_[::-1], np.s_[::2], np.s_[::4]]),
        ((61, 50), [np.s_[:, ::-1], np.s_[::-1, ::-1], np.s_[::2, ::2], np.s_[::3, ::5], np.s_[:, :3], np.s_[::-1]]),
        ((1_500, 300), [np.s_[:, ::-1], np.s_[::-1, ::-1], np.s_[:, ::2], np.s_[:, ::3]]),
        ((7, 30, 40), [np.s_[..., ::-1], np.s_[::-1, ::2, ::-1], np.s_[..., ::3]]),
        ((60_000, 8), [np.s_[::2, ::-1], np.s_[::2, ::2], np.s_[:, ::3], np.s_[:, :3]]),
    ):
        wholes = [memory(dtype, int(np.prod(shape)), seed).reshape(shape) for seed in range(count)]
        ours = [rp.asarray(whole) for whole in wholes]
        for key in keys:
            parts, own = [whole[key] for whole in wholes], [whole[key] for whole in ours]
            copies = [part.copy() for part in parts]
            want = told(lambda: getattr(np, name)(*copies))  # noqa: B023
            same(told(lambda: getattr(rp, name)(*own)), want)  # noqa: B023
            if count == 2:
                # Of one operand only, and beside a row.
                for first, second in ((copies[0], own[1]), (own[0], copies[1]), (own[0][:1], own[1])):
                    other = np.asarray(first), np.asarray(second)
                    mixed = told(lambda: getattr(np, name)(*map(np.copy, other)))  # noqa: B023
                    same(told(lambda: getattr(rp, name)(rp.asarray(first), rp.asarray(second))), mixed)  # noqa: B023
            if want is not TypeError:
                whole = rp.full(shape, 1, dtype=want.dtype)
                wanted = np.full(shape, 1, want.dtype)
                told(lambda: getattr(rp, name)(*own, out=whole[key]))  # noqa: B023
                wanted[key] = want
                same(np.asarray(whole), wanted)
