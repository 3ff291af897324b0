"""Few elements by a mask: what ``where``, ``copyto`` and assignment give is NumPy's, for arrays and numbers of
all types, however the arrays lie, with NumPy's exceptions."""

import warnings

import numpy as np
import pytest

import raptors as rp

from conftest import DTYPES, values

LIES = {
    "dense": lambda a: a,
    "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "reversed": lambda a: np.ascontiguousarray(a[..., ::-1])[..., ::-1],
    "fortran": lambda a: np.asfortranarray(a),
}
SHAPES = [(), (1,), (8,), (63,), (64,), (65,), (1000,), (1024,), (1025,), (4, 30), (2, 3, 5), (0,), (3, 0)]
NUMBERS = [0, 1, -1, 3, 300, 70000, 2**40, 2**70, 1.5, 0.1, -0.0, 1e300, np.nan, np.inf, True, 2j,
           np.float32(1.5), np.int8(-3)]  # fmt: skip


def outcome(call):
    """The result of a call, or the exception, with the warnings."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            result = call()
        except (TypeError, ValueError, OverflowError, IndexError) as error:
            return type(error), str(error)
    result = np.asarray(result)
    told = sorted({str(warning.message) for warning in warned})
    return result.dtype, result.shape, result.tobytes(), told


def operands(shape, dtype, lies):
    n = int(np.prod(shape))
    rng = np.random.default_rng(n)
    if lies != "dense" and not shape:
        lies = "dense"
    lie = LIES[lies]
    mask = lie(rng.random(shape) < 0.5) if shape else np.bool_(True)
    a = lie(values(dtype, n).reshape(shape))
    b = lie(values(dtype, n, 1).reshape(shape))
    return np.asarray(mask), a, b


@pytest.mark.parametrize("lies", LIES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_few_elements_of_every_type_and_layout(dtype, lies):
    for shape in SHAPES:
        m, a, b = operands(shape, dtype, lies)
        mask, x, y = rp.asarray(m), rp.asarray(a), rp.asarray(b)
        assert outcome(lambda: rp.where(mask, x, y)) == outcome(lambda: np.where(m, a, b))
        if min(shape, default=2) > 1:
            assert rp.where(mask, x, y).strides == np.where(m, a, b).strides
        out, want = rp.asarray(b.copy(order="K")), b.copy(order="K")
        assert rp.copyto(out, x, where=mask) is np.copyto(want, a, where=m)
        assert np.asarray(out).tobytes() == want.tobytes()
        if shape:
            # Into every second element of more.
            whole = np.repeat(b, 2, axis=-1)
            out, want = rp.asarray(whole.copy()), whole.copy()
            rp.copyto(out[..., ::2], x, where=mask)
            np.copyto(want[..., ::2], a, where=m)
            assert np.asarray(out).tobytes() == want.tobytes()


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
@pytest.mark.parametrize("dtype", DTYPES)
def test_few_elements_and_a_number(dtype, number):
    for shape, lies in [((8,), "dense"), ((100,), "strided"), ((4, 30), "fortran"), ((4, 30), "dense")]:
        m, a, _ = operands(shape, dtype, lies)
        mask, x = rp.asarray(m), rp.asarray(a)
        assert outcome(lambda: rp.where(mask, x, number)) == outcome(lambda: np.where(m, a, number))
        assert outcome(lambda: rp.where(mask, number, x)) == outcome(lambda: np.where(m, number, a))

        def written(xp, a, m, how):
            out = xp.asarray(np.array(a))
            how(xp, out, m)
            return out

        for how in (
            lambda xp, out, m: xp.copyto(out, number, where=m),
            lambda xp, out, m: out.__setitem__(m, number),
        ):
            got, want = outcome(lambda: written(rp, a, mask, how)), outcome(lambda: written(np, a, m, how))
            # Of complex numbers NumPy says the shorter type.
            assert got == want or number == 2j and got[0] == want[0] == TypeError


def test_masks_in_the_memory_that_is_written():
    def written(xp, change):
        a = xp.asarray(np.arange(40) % 3 == 0)
        change(xp, a)
        return np.asarray(a).tobytes()

    for change in (
        lambda xp, a: a.__setitem__(a, False),
        lambda xp, a: xp.copyto(a[1:], a[:-1], where=a[1:]),
        lambda xp, a: xp.copyto(a[::-1], a, where=a),
        lambda xp, a: xp.copyto(a, a[::-1], where=xp.asarray(np.arange(40) % 2 == 0)),
    ):
        assert written(rp, change) == written(np, change)


def test_other_calls_are_numpys():
    a, m = np.arange(6.0), np.arange(6) % 2 == 0
    x, mask = rp.asarray(a), rp.asarray(m)
    calls = [
        lambda xp, a, m: xp.copyto(a, 1, "no", m),
        lambda xp, a, m: xp.copyto(a, a, where=None),
        lambda xp, a, m: xp.copyto(a, a, where=True),
        lambda xp, a, m: xp.copyto(a, a + 1, where=m[:3]),
        lambda xp, a, m: xp.copyto(a, a, where=a),
        lambda xp, a, m: xp.copyto(a[:3], a, where=m),
        lambda xp, a, m: xp.where(m),
        lambda xp, a, m: xp.where(m, a),
        lambda xp, a, m: xp.where(m[:3], a, a),
        lambda xp, a, m: xp.where(m, 1, 2.5),
        lambda xp, a, m: xp.where(a, a, 1),
    ]
    for call in calls:
        got, want = outcome(lambda: call(rp, x, mask)), outcome(lambda: call(np, a, m))
        assert got[0] == want[0] and (isinstance(want[0], type) or got[1:3] == want[1:3])
    locked = np.arange(6.0)
    locked.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        rp.copyto(rp.asarray(locked), 1.0, where=mask)


@pytest.mark.parametrize("shape", [(50, 3), (50, 1), (4, 5, 6), (30,), (900,), (3, 700), (70_000,), (90, 800)], ids=str)
def test_places_along_every_axis(shape):
    a = np.arange(np.prod(shape)).reshape(shape)
    for axis in range(-1, len(shape)):
        places = np.random.default_rng(3).integers(-a.shape[axis], a.shape[axis], shape)
        got = rp.take_along_axis(rp.asarray(a), rp.asarray(places), axis=axis)
        assert np.asarray(got).tolist() == np.take_along_axis(a, places, axis=axis).tolist()
        places.reshape(-1)[-1] = a.shape[axis]
        with pytest.raises(IndexError, match=f"index {a.shape[axis]} is out of bounds for axis {axis % a.ndim}"):
            rp.take_along_axis(rp.asarray(a), rp.asarray(places), axis=axis)


@pytest.mark.parametrize("mode", ["raise", "wrap", "clip", "c", 1, "other", None])
@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8"])
def test_places_out_of_bounds(mode, dtype):
    a = np.arange(30.0).reshape(5, 6)
    places = [np.arange(-12 if dtype != "uint8" else 0, 20).astype(dtype), np.array([[3, 4], [0, 2]], dtype)]
    for where in [*places, *(place[::-1] for place in places), places[0][:0], 3, -1, 40, -40, [1, -9, 2]]:
        for axis in [None, 0, 1, -1, 2]:
            calls = [
                lambda xp, x, i, a=axis: xp.take(x, i, axis=a, mode=mode),
                lambda xp, x, i, a=axis: x.take(i, a, None, mode),
                lambda xp, x, i, a=axis: xp.take(x[2], i, axis=a, mode=mode),
                lambda xp, x, i, a=axis: xp.take(x[:0], i, axis=a, mode=mode),
            ]
            for call in calls:
                index = rp.asarray(where) if isinstance(where, np.ndarray) else where
                got, want = outcome(lambda: call(rp, rp.asarray(a), index)), outcome(lambda: call(np, a, where))
                assert got[0] == want[0] and (isinstance(want[0], type) or got[1:3] == want[1:3])
