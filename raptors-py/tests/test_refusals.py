"""Calls that are out of the ordinary: values, dtypes, layouts, classes and words of errors, and warnings
are NumPy's."""

import warnings

import numpy as np
import pytest

import raptors as rp

EXPRESSIONS = [
    # Shapes.
    "b.reshape(2**70)", "b.reshape(2**70, -1)", "b.reshape(-1, 4)", "b.reshape(-1, 2**62)", "b.reshape(4, -1)",
    "b.reshape(2, -1, 4)", "b.reshape(-1, -1)", "b.reshape(4)", "b.reshape(1.5)", "b.reshape(None)",
    "b.reshape(2, None)", "b.reshape(True)", "b.reshape((True, 6))", "b.reshape(np.float64(6))", "b.reshape('ab')",
    "b.reshape(b.max() + 1)", "b.reshape((b.max() + 1,))", "b.reshape(2, 3, order='K')", "b.reshape(2, 3, order=1)",
    "xp.reshape(b, 2**70)", "xp.reshape(b, (2**63,))", "xp.reshape(b, None)", "b.transpose(2**70)",
    "b.transpose(0, 2**70)", "b.transpose(1.5)", "b.transpose(None)", "xp.transpose(b, (0, 2**70))",
    "xp.transpose(b, (0, 0))", "b.ravel(None)", "b.T.ravel(None)", "xp.ravel(b.T, order=None)", "b.T.flatten(None)",
    "b.ravel(3)", "b.copy(order=1)", "xp.empty(None)", "xp.ones(1.5)", "xp.zeros(...)", "xp.squeeze(xp.array(5), 0)",
    "xp.array(5).squeeze(axis=-1)", "xp.squeeze(xp.array(5), 1)", "xp.array(5).squeeze((0,))",
    # Numbers that are results.
    "xp.expand_dims(b, b.argmin())", "xp.moveaxis(b, b.argmin(), -1)", "xp.resize(a, a.argmax())",
    "xp.resize(a, xp.array([2, 2]))", "xp.resize(a, (a.argmax(), 2))", "xp.fft.fftfreq(b.argmax())",
    "xp.fft.rfftfreq(b.argmax())", "xp.fft.fftfreq(2.5)", "xp.array_split(b, [1], b.argmin())",
    "xp.array_split(b, [1], 2)", "xp.diag_indices(3, a.argmax())", "xp.diag_indices(3, 2.5)",
    "xp.fft.fftshift(b, (b.argmin(),))", "xp.unstack(b, axis=b.argmin())", "b.astype('i4', copy=b.any())",
    # Axes that C's int does not hold, and what is none.
    *(call.format(axis) for call in (
        "xp.stack([b, b], {})", "xp.stack([], {})", "xp.stack([a, b], {})", "xp.stack([b, b], {}, out=5)",
        "xp.expand_dims(b, {})", "xp.expand_dims(b, (0, {}))", "xp.moveaxis(b, {}, 0)", "xp.moveaxis(b, 0, [{}])",
        "xp.roll(b, 1, {})", "xp.roll(b, (1, 1), (0, {}))", "xp.sort(b, {})", "xp.argsort(b, {})",
    ) for axis in (
        "2**31", "-2**31 - 1", "2**63", "-2**70", "np.int64(2**40)", "1.0", "np.bool_(True)", "True", "None", "'a'",
    )),
    # Modes.
    *(f"xp.{f}(a, a, {mode})" for f in ("correlate", "convolve") for mode in (
        "'foo'", "'vali'", "'FULL'", "'xyz'", "''", "7", "-1", "1", "None", "1.5", "True", "2**70", "np.int8(1)",
    )),
    # Axes of products.
    *(f"xp.tensordot(b, b.T, axes={axes})" for axes in (
        "True", "False", "None", "'x'", "'ab'", "1.5", "[]", "(1,)", "('x', 0)", "((1.0,), 0)", "np.bool_(True)",
        "-1", "3", "(5, 0)", "[[0, 0], [1, 1]]",
    )),
    "xp.vecdot(xp.array(1), a, axis=0)", "xp.linalg.vecdot(xp.array(1), xp.array(2))", "xp.linalg.vecdot(a, a, axis=1)",
    "xp.matvec(a, a)", "xp.vecmat(a, a)", "xp.matvec(b, a)", "xp.vdot(a, a[:2])", "xp.vdot(b, 2.0)",
    "xp.linalg.matrix_transpose(a)", "do(lambda x: x.__imatmul__(xp.full((3, 3), 0.5)), xp.ones((2, 3), int))",
    # Factors of what is infinite.
    *(f"xp.linalg.cholesky(xp.array({matrix}, float), upper={upper})" for upper in (False, True) for matrix in (
        "[[inf, inf], [inf, inf]]", "[[inf, 0], [0, 1]]", "[[1, inf], [inf, 1]]", "[[1, nan], [nan, 1]]",
        "[[nan, 1], [1, 1]]", "[[inf]]", "[[-inf]]", "[[nan]]", "[[4, 1, 2], [1, 5, 2], [2, 2, inf]]",
        "[[4, nan, 2], [nan, 5, 2], [2, 2, 9]]", "[[[1, 0], [0, 1]], [[inf, 0], [0, 1]]]", "[[1, 2], [2, 1]]",
    )),
    "xp.linalg.cholesky(xp.full((2, 2), nan + 0j))",
    *(f"xp.linalg.lstsq(xp.eye(3)[:, :2], [1.0, 2, 5], rcond={rcond})" for rcond in (
        "None", "'x'", "b'1'", "1j", "True", "[]", "[0.1, 0.2]", "np.float32(0.1)", "np.array(0.1)", "2**70",
        "xp.array(0.1)", "object()",
    )),
    "xp.linalg.lstsq(xp.eye(2), [1.0, 2], rcond=[0.1])", "xp.linalg.lstsq(xp.eye(2), [1.0, 2], rcond=xp.array([[0.1]]))",
    # Powers.
    *(f"xp.power(a, xp.array([1, -1, 2]), where={where}, out=xp.zeros(3, int))" for where in (
        "xp.array([True, False, True])", "xp.array([True, True, False])", "False", "True", "xp.array([[False]])",
    )),
    "xp.power(a, -1, where=False, out=xp.zeros(3, int))", "xp.power(a, -1, where=xp.array([0, 0, 1], bool), out=a)",
    # Segments.
    *(f"xp.add.reduceat(a, {starts})" for starts in (
        "xp.array([0, 1], 'u8')", "xp.array([0, 1], 'u4')", "xp.array([0.0, 1])", "xp.array([], 'u8')", "[]", "[[0, 1]]",
        "xp.array([[0, 1]])", "[True, False]", "0",
    )),
    "xp.add.reduceat(xp.array([1 + 2j, 3, 4]), [0, 1], out=xp.zeros(2))",
    "xp.add.reduceat(xp.array([1 + 2j, 3, 4]), [0, 1], dtype='f8')",
    "xp.multiply.accumulate(xp.array([1 + 2j, 3, 4]), dtype='i8')", "xp.fmax.reduce(xp.array([1 + 2j, 3]), dtype='u1')",
    *(f"xp.add.reduceat(c{view}, [0, 1], axis={axis})" for axis in range(3) for view in (
        "", ".T", ".transpose(1, 0, 2)", ".transpose(1, 2, 0)", "[:, ::-1]", ".T[:, :1]", ".transpose(2, 0, 1)[::-1]",
    )),
    "xp.multiply.reduceat(c.T, [1, 0, 1], axis=1, dtype='f4')", "xp.maximum.reduceat(c.T, [0, 1], axis=0)",
    "xp.hypot.reduceat(c.T, [0, 1], axis=0)",
    # Reductions from a value, and in a type.
    *(f"xp.{f}(xp.array({values}, {dtype!r}), initial=-0.0)" for f in ("sum", "add.reduce") for dtype in ("f2", "f4", "f8")
      for values in ("[-0.0, -0.0]", "[]", "[-0.0, 0.0]", "[-1.0, 1.0]", "[-1.0, 0.5]")),
    "xp.full((3, 2), -0.0).sum(0, initial=-0.0)", "xp.full((3, 2), -0.0).T.sum(0, initial=-0.0, keepdims=True)",
    "xp.full((2, 3, 2), -0.0).T.sum((0, 2), initial=-0.0)", "xp.array([-0.0, 1]).sum(initial=-0.0, where=[True, False])",
    "xp.array([-0.0, 0]).sum(initial=-0.0, where=False)", "a.sum(initial=-0.0)", "xp.sum(a, initial=0.0)",
    *(f"xp.{f}.reduce(xp.array([1, 1], {dtype!r}), initial={initial})" for f in ("add", "multiply") for initial in (2, 300, -1)
      for dtype in "?bBhHiIlL"),
    "xp.hypot.reduce(a, axis=3, dtype='i4')", "a.sum(axis=3, initial='x')", "xp.add.accumulate(a, axis=3, dtype='c8')",
    # Casts of what fits are quiet; places are told of by the name of the loop.
    *(f"xp.full({n}, 3e9).astype('u4')" for n in (1, 4, 7, 8, 33)),
    *(f"xp.{f}.at(xp.zeros({n}), {key}, {value})" for f, n, key, value in (
        ("divide", 1, "[0]", "0."), ("divide", 1, "xp.array([0])", "xp.zeros(1)"), ("subtract", 1, "[0]", "xp.array(0)"),
        ("divide", "(2, 2)", "([0], [1])", "0."), ("divide", 1, "slice(None)", "0."))),
    "xp.divide.at(xp.zeros(1, 'f4'), [0], 0.)", "xp.floor_divide.at(xp.ones(1, int), [0], 0)",
    "do(lambda x: x.flat.__setitem__(True, 7), xp.zeros(0))", "do(lambda x: x.flat.__setitem__(True, 'x'), xp.zeros(2))",
    "xp.median(c.T, axis=np.int64(1))", "xp.median(c.T, axis=1)",
    *(f"xp.{f}(xp.array([1, 2], {dtype!r}), initial={initial})" for f in ("max", "min", "sum", "prod")
      for dtype in ("i1", "u1", "f4", "?") for initial in ("300", "-129", "inf", "2.5", "1j", "None", "np.float64(2)", "2**70")),
    "xp.divide.reduce(a, initial=2.5)", "xp.max(a, initial=xp.array(7))", "xp.max(a, initial=np.float64(7.5))",
    *(f"xp.{f}(a, dtype={dtype!r})" for f in (
        "logical_and.reduce", "logical_or.accumulate", "logical_xor.reduce", "divide.reduce", "hypot.accumulate",
        "add.reduce", "multiply.accumulate", "equal.reduce", "power.reduce", "subtract.reduce",
    ) for dtype in ("i4", "f4", "?", "f2")),
    "xp.logaddexp.reduce(a, dtype='i4')", "xp.logaddexp.reduce(a, dtype='?')",
    "xp.logical_and.reduceat(a, [0], dtype='f4')", "xp.divide.reduceat(a, [0], dtype='?')",
    # Flat iterators.
    *(f"a.flat[{key}]" for key in (
        "True", "False", "np.True_", "np.array(True)", "(True,)", "None", "...", "1.5", "-1.5", "np.float64(2)", "1j",
        "'x'", "b'x'", "2**70", "9", "(1.5,)", "[1.5]", "[True]", "[None]", "['x']", "[2**70]", "xp.array(2.0)", "xp.array(2)",
        "xp.array([True])", "xp.array([1.5])", "xp.array([])", "[[1, 2]]", "{}", "()", "[]", "(1, 2)", "np.uint64(2)",
    )),
    "do(lambda x: x.flat.__setitem__(True, 7), xp.arange(4))", "do(lambda x: x.flat.__setitem__(1.5, 7), xp.arange(4))",
    *(f"do(lambda x: x.flat.__setitem__({key}, [7, 8]), xp.arange(4))" for key in (
        "False", "(...,)", "...", "()", "[[0, 1], [2, 3]]", "xp.array([[0], [1]])", "9", "None", "[1.5, 2]",
    )),
    # Copies of what is no number.
    *(f"do(lambda x: xp.copyto(x, {value}, casting={casting!r}), xp.zeros(3, {dtype!r}))" for casting in ("same_kind", "unsafe")
      for dtype in ("?", "i8", "f8", "c16")
      for value in ("'1'", "['1', '2', '3']", "['1', '2', 'x']", "b'12'", "None", "2**70", "2**63", "-2**63 - 1", "1j", "[1, 2]")),
    "xp.copyto(xp.broadcast_to(a, (2, 3)), 2.5)", "a.astype('i4', casting='same_value')",
    "(a / 2).astype('i4', casting='same_value')", "a.astype('i4', casting=3)", "xp.add(a, a, casting=3)",
    "xp.add(a, a, order=3)", "xp.add(a, a, out=a, where=xp.array(1))", "xp.add(a, a, out=a, where=xp.array([1, 1, 1]))",
    # Medians lie in memory as their elements.
    *(f"xp.median(c{view}, axis={axis})" for axis in range(3) for view in (
        "", ".T", ".transpose(1, 2, 0)", ".transpose(2, 0, 1)", ".transpose(1, 0, 2)[::-1]",
    )),
    # Functions of indices and triangles.
    "xp.tri(3, -2)", "xp.tri(-1)", "xp.tril_indices(5, 2, -2)", "xp.triu_indices(-1)", "xp.common_type([1.0], a)",
    "xp.meshgrid([1, 2], [3], sparse=True, copy=False)", "xp.choose(-4, [xp.zeros((0, 3))])", "xp.choose(-4, [a])",
    "xp.put(a, xp.array([1], 'u8'), 5)", "a.put(xp.array([1], 'u4'), 5)", "xp.put(xp.zeros(0), 0, [])", "xp.zeros(0).put([], 1)",
    "xp.put(xp.broadcast_to(a, (2, 3)), [0], 1)", "xp.putmask(xp.broadcast_to(a, (2, 3)), True, 1)", "a[2**63]", "a[2**70]",
    "b[0, 2**64 - 1]", "xp.add.accumulate(xp.array(3), 1)", "xp.add.accumulate(xp.array(3), -1)",
    "xp.add.reduceat(xp.array(3), [0], 1)", "xp.add(a, 0.5, out=xp.zeros(2, int))",
    "do(lambda x: x.__iadd__(xp.ones((2, 3))), xp.zeros(3, int))",
    "xp.take_along_axis(a, [1], 0)", "xp.put_along_axis(a, [1], 0, 0)",
]  # fmt: skip


def names(xp):
    def do(change, x):
        change(x)
        return x

    c = xp.arange(24.0).reshape(2, 3, 4)
    return {
        "xp": xp, "np": np, "a": xp.arange(1, 4), "b": xp.arange(6).reshape(2, 3), "c": c, "do": do, "inf": np.inf,
        "nan": np.nan,
    }  # fmt: skip


def told(value):
    """What is to be the same: of arrays the dtype, the shape, the order in memory and the elements."""
    if isinstance(value, list | tuple):
        return type(value), [told(item) for item in value]
    if not isinstance(value, rp.ndarray | np.ndarray | np.generic):
        return value
    array = np.asarray(value)
    steps = [step for step, length in zip(array.strides, array.shape) if length > 1 and array.size]
    return array.dtype, array.shape, np.argsort(np.abs(steps), stable=True).tolist(), [repr(x) for x in array.flat]


def outcome(expression, xp):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = told(eval(expression, names(xp)))
        except Exception as error:
            result = type(error), str(error).replace("raptors", "numpy")
    return result, {(warning.category, str(warning.message)) for warning in caught}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_outcomes_are_numpys(expression):
    assert outcome(expression, rp) == outcome(expression, np)


LENGTHS = [
    "zeros({})", "zeros(({}, 2))", "zeros([2, {}])", "ones({})", "ones(({},))", "empty({})", "full({}, 3)",
    "full(({},), 3)", "zeros_like(b, shape={})", "ones_like(b, shape=({},))", "full_like(b, 3, shape={})", "eye({})",
    "eye(2, {})", "eye({}, 3)", "eye(2, k={})", "identity({})", "arange({})", "arange(0, {})", "arange(False, {})",
    "linspace(0, 1, {})", "tri({})", "tri(2, {})", "indices(({}, 2))", "ndarray({})", "ndarray((2, {}))",
    "reshape(a[:1], {})", "reshape(a[:1], ({}, 1))", "resize(a, {})", "resize(a, (2, {}))",
    "broadcast_to(a[:1], {})", "broadcast_to(a[:1], (2, {}))", "tile(a, {})", "repeat(a, {})", "array_split(a, {})",
    "array(1, ndmin={})", "fft.fft(a, {})", "fft.fftfreq({})", "bincount(a, minlength={})", "histogram(a, {})",
    "hanning({})", "vander(a, {})", "diag_indices({})", "tril_indices({})", "unravel_index(0, ({}, 2))",
    "fromiter([1, 2], int, {})", "frombuffer(b'ab', 'u1', {})", "random.default_rng(1).random({})",
    "random.default_rng(1).random(({}, 2))", "random.RandomState(1).rand({})", "sum(b, axis={})", "sum(b, axis=({},))",
    "concatenate([b, b], axis={})", "unpackbits(xp.array([3], 'u1'), count={})",
    "ravel_multi_index(([0], [1]), ({}, 2))", "fft.rfft(a, {})", "fft.irfft(a, {})",
    "broadcast_shapes(({}, 2), (1, 2))", "lib.stride_tricks.as_strided(a, ({},))",
]  # fmt: skip


@pytest.mark.parametrize("call", LENGTHS)
@pytest.mark.parametrize("truth", ["True", "False", "np.True_", "np.False_", "xp.array([True])[0]", "xp.any(a < 0)"])
def test_truth_values_are_no_lengths(call, truth):
    expression = "xp." + call.format(truth)
    ours, theirs = outcome(expression, rp), outcome(expression, np)
    if isinstance(theirs[0][0], type) and issubclass(theirs[0][0], Exception):
        # Words may show the value, or the name of its class.
        ours, theirs = ours[0][0], theirs[0][0]
    assert ours == theirs
