"""NumPy's scalars and Python's numbers as operands, as what is assigned, and as what arrays are made of."""

import operator
import warnings

import numpy as np
import pytest

import raptors as rp

DTYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]
OPERATORS = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod,
    operator.pow, divmod, operator.and_, operator.lshift, operator.lt, operator.le, operator.eq,
    operator.ne,
]  # fmt: skip
NUMBERS = [2, 3.5, True, 1 - 2j, 2**40, 1e300]


def outcome(call):
    """The result as NumPy's arrays, or the class of the error."""
    try:
        with np.errstate(all="ignore"):
            result = call()
    except (TypeError, ValueError, OverflowError) as error:
        return type(error)
    parts = result if isinstance(result, tuple) else (result,)
    return [np.asarray(part) for part in parts]


def check(got, expected):
    if isinstance(expected, type):
        assert got is expected
        return
    assert not isinstance(got, type), got
    assert len(got) == len(expected)
    for g, e in zip(got, expected):
        assert (g.dtype, g.shape) == (e.dtype, e.shape)
        exact = g.tobytes() == e.tobytes()
        assert exact or np.allclose(g, e, rtol=1e-3 if e.dtype.char in "eF" else 1e-6, equal_nan=True)


@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.__name__)
@pytest.mark.parametrize("dtype", DTYPES)
def test_operands(op, dtype):
    x = np.array([[5, 1, 3], [2, 4, 1]]).astype(dtype)
    a = rp.array(x)
    others = [np.dtype(other).type(3) for other in ("?", "i1", "u2", "i8", "u8", "f2", "f4", "f8", "c8")]
    others += [np.array(2, "i4"), np.arange(1, 4).astype("f4"), np.arange(1, 4, dtype="u1")]
    # What overflows in powers of complex numbers is not a number in either part.
    for other in others + NUMBERS[: 4 if op is operator.pow else None]:
        # Of scalars NumPy computes as of arrays without axes.
        for own, theirs in ((a, x), (a[0, 0], np.asarray(x[0, 0]))):
            check(outcome(lambda: op(own, other)), outcome(lambda: op(theirs, other)))
            check(outcome(lambda: op(other, own)), outcome(lambda: op(other, theirs)))


@pytest.mark.parametrize("x", DTYPES)
@pytest.mark.parametrize("y", DTYPES)
def test_elements_of_two_dtypes(x, y):
    left, right = np.array([7, 1]).astype(x), np.array([3, 0]).astype(y)
    for op in OPERATORS:
        got = outcome(lambda: op(rp.array(left)[0], rp.array(right)[0]))
        check(got, outcome(lambda: op(np.asarray(left[0]), np.asarray(right[0]))))


def test_elements_of_float32_are_rounded_once():
    rng = np.random.default_rng(3)
    x, y = (rng.standard_normal(200).astype("f4") * np.float32(10) ** rng.integers(-20, 20, 200) for _ in "xy")
    a, b = rp.array(x), rp.array(y)
    for op in (operator.add, operator.sub, operator.mul, operator.truediv, operator.lt, operator.eq):
        with np.errstate(all="ignore"):
            for i in range(200):
                assert np.array_equal(op(a[i], b[i]), op(x[i], y[i]))
                assert np.array_equal(op(a[i], 0.1), op(x[i], 0.1))
                assert np.array_equal(op(2, a[i]), op(2, x[i]))


def test_exceptions_of_scalars_are_told_of():
    for left, right in ((np.float64(1e300), rp.array([1e300])[0]), (rp.array([1e300])[0], np.float64(1e300))):
        with pytest.warns(RuntimeWarning, match="overflow"):
            assert np.isinf(left * right)
    with pytest.warns(RuntimeWarning, match="overflow"):
        rp.array([1e30], dtype="f4")[0] * np.float32(1e30)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        rp.array([1.0, 2.0]) / np.int8(0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_functions_of_scalars(dtype):
    one = np.dtype(dtype).type(1)
    for name in ("sqrt", "exp", "negative", "absolute", "isnan", "sign", "invert", "conjugate"):
        check(outcome(lambda: getattr(rp, name)(one)), outcome(lambda: getattr(np, name)(np.asarray(one))))


SOURCES = [
    0, 1, 7, -1, 300, 2**40, 2**70, 2.5, -2.5, -0.25, 0.0, 1e300, 1e-45, float("nan"), float("inf"), True, False, 2j,
    1e300j, np.float64(2.5), np.float64(1e300), np.float32(1.5), np.float16(0.1), np.int8(3),
    np.uint8(200), np.int64(2**40), np.uint64(2**63), np.bool_(True), np.complex64(1 + 2j), np.complex128(3j),
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("source", SOURCES, ids=repr)
@pytest.mark.filterwarnings("ignore")
def test_assigned(dtype, source):
    def element(x):
        x[1] = source

    def part(x):
        x[::2] = source

    def whole(x):
        x[...] = source

    def places(x):
        x[[0, 2]] = source

    for assign in (element, part, whole, places, lambda x: x.fill(source), lambda x: x[::2].fill(source)):
        x = np.arange(4).astype(dtype)
        a = rp.array(x)
        try:
            assign(x)
            expected = None
        except (TypeError, ValueError, OverflowError) as error:
            expected = type(error), str(error)
        try:
            assign(a)
            got = None
        except (TypeError, ValueError, OverflowError) as error:
            got = type(error), str(error)
        assert got == expected
        assert np.array_equal(a, x, equal_nan=dtype[0] in "fc")


@pytest.mark.parametrize("dtype", DTYPES)
def test_elements_are_assigned(dtype):
    source = np.array([3, 1]).astype(dtype)
    for target in DTYPES:
        x, y = np.zeros(3, target), np.zeros(3, target)
        a, b = rp.array(x), rp.array(y)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            a[:], x[:] = rp.array(source)[0], source[0]
            b.fill(rp.array(source)[0])
            y.fill(source[0])
        assert np.array_equal(a, x) and np.array_equal(b, y)
    a = rp.arange(4)
    a[:] = a[2]
    assert a.tolist() == [2] * 4


@pytest.mark.parametrize("source", [*SOURCES, np.array(2.5), np.array(3, "i1")], ids=repr)
@pytest.mark.parametrize("make", ["asarray", "array"])
def test_arrays_of_one_number(source, make):
    def call(xp):
        return lambda: getattr(xp, make)(source)

    if isinstance(source, int) and source.bit_length() > 64:
        return
    got, expected = outcome(call(rp)), outcome(call(np))
    assert got[0].dtype == expected[0].dtype and got[0].shape == ()
    assert np.array_equal(got[0], expected[0], equal_nan=True)
    made = getattr(rp, make)(source)
    assert made.flags.writeable


@pytest.mark.parametrize("dtype", [None, *DTYPES])
def test_arrays_of_lists(dtype):
    lists = [
        [1, 2, 3], [1.5, 2, 3], (1, 2), [-1, 200], [300, 1], [True, False], [np.int32(3), np.int32(4)],
        [np.float64(1.5), 2], [np.float32(1.5), np.int8(2)], [1e300, 1.0], [1e-45, 1.0], [float("inf"), 2.0],
        range(5), range(3, -4, -2), range(0), range(2**62, 2**62 + 3), range(2**63, 2**63 + 2), [2**53 + 1, 1],
        [np.bool_(True), np.bool_(False)], [[np.int8(1), np.int8(2)], [3, 4]], [2**40, 1],
    ]  # fmt: skip
    for given in lists:
        for make in ("array", "asarray"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                got = outcome(lambda: getattr(rp, make)(given, dtype=dtype))
                expected = outcome(lambda: getattr(np, make)(given, dtype=dtype))
            if isinstance(expected, type):
                assert got is expected
            else:
                assert got[0].dtype == expected[0].dtype and np.array_equal(got[0], expected[0], equal_nan=True)


def test_arrays_of_arrays():
    x = np.arange(3.0)
    a = rp.array(x)
    for own, theirs in (
        ([a, a], [x, x]), ((a, a[::-1]), (x, x[::-1])), ([a, [1, 2, 3]], [x, [1, 2, 3]]), ([[a], [a]], [[x], [x]]),
        ([a, a.astype("f4")], [x, x.astype("f4")]), ([a[:0], a[:0]], [x[:0], x[:0]]),
    ):  # fmt: skip
        got, expected = rp.array(own), np.array(theirs)
        assert got.dtype == expected.dtype and np.array_equal(got, expected)
    for wrong in ([a, a[:2]], [a, 1.0], [1.0, a]):
        with pytest.raises(ValueError):
            rp.array(wrong)


def test_iterables():
    for dtype in (float, int, "f4", "i1", "c16", bool, np.uint8):
        for items in ([1, 0, 1], (1, 0), range(4), [], [True, False]):
            for count in (-1, 0, 1, len(items)):
                if count > len(items):
                    continue
                for make in (lambda: items, lambda: iter(items), lambda: (item for item in items)):
                    got, expected = rp.fromiter(make(), dtype, count), np.fromiter(make(), dtype, count)
                    assert got.dtype == expected.dtype and np.array_equal(got, expected)
    with pytest.raises(ValueError, match="iterator too short"):
        rp.fromiter(iter([1, 2]), float, 3)
    with pytest.raises(TypeError):
        rp.fromiter(5, float)
    with pytest.raises((TypeError, ValueError)):
        rp.fromiter(["a", None], float)
    left = iter(range(5))
    assert rp.fromiter(left, int, count=2).tolist() == [0, 1] and next(left) == 2


def test_buffers():
    memory = bytearray(range(16))
    for args in ((), ("u1",), (np.int16, 3), ("f8", 1, 8), (">i4",)):
        got, expected = rp.frombuffer(memory, *args), np.frombuffer(memory, *args)
        assert got.dtype == expected.dtype and np.array_equal(got, expected, equal_nan=True)
    assert rp.frombuffer(memory, dtype="u1", count=2, offset=3).tolist() == [3, 4]
    rp.frombuffer(memory, "u1")[0] = 9
    assert memory[0] == 9 and not rp.frombuffer(b"ab", "u1").flags.writeable
    with pytest.raises(ValueError):
        rp.frombuffer(b"abc", "f8")


def test_arrays_of_numpy_are_let_go_at_once():
    import weakref


    a, out = rp.zeros(1000), rp.zeros(1000)
    key = np.arange(3)
    uses = [
        lambda x: operator.iadd(a, x), lambda x: a.__setitem__(slice(None), x), lambda x: rp.sqrt(x),
        lambda x: rp.add(a, x, out=out), lambda x: a + x, lambda x: a @ x, lambda x: rp.clip(a, x, x), lambda x: a < x,
    ]  # fmt: skip
    for use in uses:
        seen = []
        for _ in range(20):
            x = np.ones(1000)
            seen.append(weakref.ref(x))
            use(x)
            del x
        assert sum(ref() is not None for ref in seen) <= 1
    for use in (lambda x: a[x], lambda x: a.__setitem__(x, 1.0)):
        x = key.copy()
        ref = weakref.ref(x)
        use(x)
        del x
        assert ref() is None


def test_divmod_leaves_subclasses_of_numbers_to_their_overrides():
    class Own(int):
        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            return ufunc.__name__

    assert np.divmod(rp.arange(3.0), Own(2)) == "divmod"
    assert np.divmod(Own(2), rp.arange(3.0)) == "divmod"


@pytest.mark.parametrize("dtype", DTYPES)
def test_elements_are_scalars_and_hash(dtype):
    ours, theirs = rp.asarray(np.arange(3).astype(dtype)), np.arange(3).astype(dtype)
    for element, scalar in zip(ours, theirs, strict=True):
        assert rp.isscalar(element) and hash(element) == hash(scalar)
    assert len({*ours, *ours}) == len({*theirs})
    assert {theirs[1].item(): "one"}[ours[1]] == "one" and {ours[1]: "one"}[theirs[1].item()] == "one"
    for array in ours, rp.asarray(ours[1]).copy(), rp.array(1), ours[1:2], ours.reshape(3, 1)[1]:
        if array.flags.writeable:
            assert not rp.isscalar(array)
            with pytest.raises(TypeError, match="unhashable"):
                hash(array)
    views = rp.broadcast_to(rp.array(1), ()), ours[1][...]
    assert not any(rp.isscalar(view) for view in views)
    total = ours.sum()
    assert rp.isscalar(total) and hash(total) == hash(theirs.sum())
    nothing = rp.asarray([np.nan])[0]
    assert {nothing: 1}[nothing] == 1 and hash(nothing) == hash(nothing)
