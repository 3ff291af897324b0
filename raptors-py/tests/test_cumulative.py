"""Running sums, products and extremes, and differences, are NumPy's bit for bit, few elements and many."""

import warnings

import numpy as np
import pytest

import raptors as rp

DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]
SHAPES = [(0,), (1,), (8,), (1025,), (0, 3), (5, 1), (4, 6), (700, 3), (40, 20), (5, 20, 3)]
LAYOUTS = {
    "c": lambda x: x,
    "reversed": lambda x: x[::-1],
    "strided": lambda x: x.repeat(2, -1)[..., ::2],
    "transposed": lambda x: x.T,
    "turned": lambda x: x[..., ::-1].T,
    "repeated": lambda x: np.broadcast_to(x, (2, *x.shape)),
    "unaligned": lambda x: np.frombuffer(b"x" + x.tobytes(), np.uint8)[1:].view(x.dtype).reshape(x.shape),
}


def numbers(dtype, shape):
    rng = np.random.default_rng(len(shape) * 100 + sum(shape))
    x = rng.integers(-100, 100, shape)
    if dtype[0] in "fc":
        x = rng.uniform(-1.2, 1.2, shape) + (rng.uniform(-1, 1, shape) * 1j if dtype[0] == "c" else 0)
        x = np.where(rng.uniform(size=shape) < 0.002, np.nan, x)
        x = np.where(rng.uniform(size=shape) < 0.05, -0.0, x)
    return np.asarray(x % 2 > 0 if dtype == "?" else x).astype(dtype)


def same(call, array):
    outcomes = []
    for xp, x in (rp, rp.asarray(array)), (np, array):
        try:
            with np.errstate(all="ignore"):
                outcomes.append(call(xp, x))
        except Exception as error:
            outcomes.append(error)
    mine, want = outcomes
    if isinstance(want, Exception):
        assert isinstance(mine, type(want)) and str(mine) == str(want)
        return
    mine = np.asarray(mine)
    assert (mine.dtype, mine.shape) == (want.dtype, want.shape)
    # NumPy lays out copies of repeated elements in its own way.
    if want.size > 1 and 1 not in want.shape and 0 not in array.strides:
        assert mine.strides == want.strides
    np.testing.assert_array_equal(mine, want)
    if want.dtype.kind == "f":
        np.testing.assert_array_equal(np.signbit(mine[want == 0]), np.signbit(want[want == 0]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_prefix(layout, dtype):
    for shape in SHAPES:
        array = LAYOUTS[layout](numbers(dtype, shape))
        for axis in (None, 0, -1):
            same(lambda xp, x: xp.cumsum(x, axis), array)
            same(lambda xp, x: xp.nancumsum(x, axis=axis), array)
            same(lambda xp, x: x.cumsum(axis), array)
            if dtype[0] != "c":
                # The products of complex numbers may be off by the last bit.
                same(lambda xp, x: xp.cumprod(x, axis), array)
                same(lambda xp, x: xp.nancumprod(x, axis=axis), array)
            if axis is None:
                continue
            for name in ("add", "maximum", "minimum", "fmax", "fmin", "logical_or", "bitwise_xor", "subtract"):
                if (name, dtype) not in {("subtract", "?"), ("bitwise_xor", "f2")}:
                    same(lambda xp, x: getattr(xp, name).accumulate(x, axis), array)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_differences(layout, dtype):
    for shape in SHAPES:
        array = LAYOUTS[layout](numbers(dtype, shape))
        for axis in (-1, 0, array.ndim - 2):
            same(lambda xp, x: xp.diff(x, axis=axis), array)
        for n in (0, 1, 2, -1):
            same(lambda xp, x: xp.diff(x, n), array)
    for axis in (2, -2):
        same(lambda xp, x: xp.diff(x, 1, axis), numbers(dtype, (5,)))
        same(lambda xp, x: xp.cumsum(x, axis), numbers(dtype, (5,)))
        same(lambda xp, x: xp.nancumsum(x, axis), numbers(dtype, (5,)))
        same(lambda xp, x: xp.maximum.accumulate(x, axis), numbers(dtype, (5,)))
    same(lambda xp, x: xp.diff(x, prepend=1), numbers(dtype, (5,)))
    same(lambda xp, x: xp.diff(x), numbers(dtype, ()))


def messages(function, *args):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        function(*args)
    return sorted(str(warning.message) for warning in seen)


@pytest.mark.parametrize("n", [3, 2000])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("name", ["cumsum", "cumprod", "nancumsum", "nancumprod", "diff"])
def test_exceptions(name, dtype, n):
    most = np.finfo(dtype).max
    for parts in ([most, most], [np.inf, -np.inf], [np.nan, 1.0], [most, -most], [1.0, np.inf]):
        array = np.ones(n, dtype)
        array[1:3] = parts
        if name == "cumprod" and np.isinf(parts).all():
            array[0] = 0
        assert messages(getattr(rp, name), rp.asarray(array)) == messages(getattr(np, name), array)


@pytest.mark.parametrize("shape", [(), (1,), (7,), (2, 3)])
def test_dtypes_and_outputs(shape):
    array = np.ones(shape, "i1")
    for name in ("cumsum", "cumprod"):
        same(lambda xp, x: getattr(xp, name)(x), array)
        same(lambda xp, x: getattr(xp, name)(x, 0), array)
        same(lambda xp, x: getattr(xp, name)(x, dtype="i1"), array)
        same(lambda xp, x: getattr(xp, name)(x, dtype=xp.float32), array)
        same(lambda xp, x: getattr(xp, name)(x, out=xp.zeros(x.size, "f8")), array)
    same(lambda xp, x: xp.maximum.accumulate(x), array)
    same(lambda xp, x: xp.maximum.accumulate(x, dtype="f4"), array)
    same(lambda xp, x: xp.add.accumulate(x, out=xp.zeros(x.shape, "f4")), array)


@pytest.mark.parametrize("name", ["cumsum", "cumprod", "nancumsum", "nancumprod"])
@pytest.mark.parametrize("dtype", [None, "f4"])
def test_an_array_without_axes_has_one_to_scan(name, dtype):
    for axis in (None, 0, -1, 1, 2, -2):
        outcomes = []
        for xp in (np, rp):
            try:
                outcomes.append(np.asarray(getattr(xp, name)(xp.array(1.5), axis=axis, dtype=dtype)).tolist())
            except np.exceptions.AxisError as error:
                outcomes.append(str(error))
        assert outcomes[0] == outcomes[1]
