"""Few elements computed, converted and written in one step: what comes out is what NumPy has."""

import sys

import numpy as np
import pytest

import raptors as rp

DTYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]
BINARY = ["add", "multiply", "subtract", "divide", "maximum", "less", "equal", "floor_divide", "power"]
UNARY = ["negative", "sqrt", "sin", "square", "abs", "isnan", "exp", "sign", "logical_not"]


def outcome(f, *args, **kwargs):
    """What a call gives, or the class of its error."""
    with np.errstate(all="ignore"):
        try:
            return f(*args, **kwargs)
        except (TypeError, ValueError, OverflowError) as error:
            return type(error)


def check(got, expected, words):
    if isinstance(expected, type):
        assert got is expected, words
        return
    assert got.dtype == expected.dtype and got.shape == expected.shape, words
    got, expected = np.asarray(got), np.asarray(expected)
    if expected.dtype.kind in "fc":
        close = {2: 2e-3, 4: 1e-5, 8: 1e-5}.get(expected.dtype.itemsize, 1e-12)
        np.testing.assert_allclose(got, expected, rtol=close, atol=1e-30, err_msg=str(words))
    else:
        np.testing.assert_array_equal(got, expected, err_msg=str(words))


def views(x):
    """One shape in several layouts."""
    yield x[: len(x) // 2]
    yield x[::2]
    yield x[::-2]


@pytest.mark.parametrize("first", DTYPES)
@pytest.mark.parametrize("n", [1, 7, 40])
def test_operands_of_any_dtype_and_layout(first, n):
    base = np.arange(1, 2 * n + 1) % 11
    for x in views(base.astype(first)):
        for name in UNARY:
            expected = outcome(getattr(np, name), x)
            check(outcome(getattr(rp, name), rp.share(x)), expected, (name, first))
        for number in (2, -1, 2.5, 1j, 300, True):
            for name in BINARY:
                for args in ((x, number), (number, x)):
                    ours = [rp.share(a) if a is x else a for a in args]
                    expected = outcome(getattr(np, name), *args)
                    check(outcome(getattr(rp, name), *ours), expected, (name, first, number))
        for second in DTYPES:
            for y in views(base.astype(second)[::-1]):
                for name in BINARY:
                    expected = outcome(getattr(np, name), x, y)
                    got = outcome(getattr(rp, name), rp.share(x), rp.share(y))
                    check(got, expected, (name, first, second))


def test_two_axes_with_steps():
    x = np.arange(48.0).reshape(6, 8)
    for key in ((slice(None, None, 2), slice(None, None, 3)), (slice(None, None, -1), slice(1, 4))):
        y = x[key]
        a = rp.share(y)
        for f in (lambda v: v + v, lambda v: v * 2, lambda v: -v, lambda v: v.T + v.T, lambda v: v + v[..., :1]):
            expected, got = f(y), f(a)
            assert np.array_equal(got, expected) and got.strides == expected.strides


def test_exceptions_are_told_of_converted_operands():
    zeros = rp.zeros(3, "i4")
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError, match="divide by zero"):
        rp.ones(6)[::2] / zeros
    with np.errstate(invalid="warn"), pytest.warns(RuntimeWarning, match="invalid value encountered in sqrt"):
        rp.sqrt(rp.asarray([-1, 4]))
    with np.errstate(divide="raise"):
        out = rp.ones(3)
        with pytest.raises(FloatingPointError):
            rp.divide(rp.ones(3), rp.zeros(3), out=out)
        out = rp.ones(3)
        with pytest.raises(FloatingPointError):
            out /= rp.zeros(3)


def test_outputs_and_places_of_few_elements():
    for dtype in DTYPES[1:]:
        x, y = np.arange(1, 9).astype(dtype), np.arange(8, 0, -1).astype(dtype)
        a, b, out = rp.array(x), rp.array(y), rp.empty(8, dtype)
        assert rp.multiply(a, b, out=out) is out and np.array_equal(out, x * y)
        assert rp.square(a, out) is out and np.array_equal(out, np.square(x))
        view = out[1:]
        assert rp.add(out[:-1], b[1:], out=view) is view
        expected = np.square(x)
        np.add(expected[:-1], y[1:], out=expected[1:])
        assert np.array_equal(out, expected)
        for value, theirs in ((2, 2), (b, y), (b[0], y[0]), (b[::-1], y[::-1])):
            a *= value
            x *= theirs
            assert np.array_equal(a, x)
    fixed = rp.ones(3)
    fixed.setflags(write=False)
    for call in (lambda: rp.add(fixed, fixed, out=fixed), lambda: rp.sqrt(fixed, fixed)):
        with pytest.raises(ValueError, match="read-only"):
            call()
    with pytest.raises(ValueError, match="read-only"):
        fixed += 1
    assert fixed.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_parts_are_filled_and_copied(dtype):
    x = np.arange(24).reshape(4, 6).astype(dtype)
    a = rp.array(x)
    for key in (slice(None), (slice(None), 1), (slice(None, None, 2), slice(None, None, 3)), 2, (1, slice(4))):
        x[key] = a[key] = x[0, 1]
        assert np.array_equal(a, x)
        source = np.roll(x, 5)
        x[key] = source[key]
        a[key] = rp.array(source)[key]
        assert np.array_equal(a, x)
    for to, source in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None)),
                       (slice(None, None, -1), slice(None))):  # fmt: skip
        flat, ours = x.reshape(-1), a.reshape(-1)
        flat[to] = flat[source]
        ours[to] = ours[source]
        assert np.array_equal(a, x)
    a.fill(1)
    assert (np.asarray(a) == np.ones_like(x)).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_copies_picks_and_places(dtype):
    x = np.arange(12).astype(dtype)
    a = rp.array(x)
    for view in (slice(None), slice(None, None, -1), slice(1, 8, 3), slice(0)):
        y, b = x[view], a[view]
        for f in (lambda v: v.copy(), lambda v: v.flatten(), lambda v: v.ravel(), lambda v: v.tolist(),
                  lambda v: v.nonzero()[0], lambda v: v.reshape(-1, 1), lambda v: v.reshape(1, -1, 1)):  # fmt: skip
            expected, got = f(y), f(b)
            assert np.array_equal(got, expected)
            if isinstance(expected, list):
                assert list(map(type, got)) == list(map(type, expected))
            else:
                assert got.dtype == expected.dtype and got.shape == expected.shape
    assert a.copy().base is None and a.copy().flags.writeable
    matrix = x.reshape(3, 4)
    assert rp.array(matrix).tolist() == matrix.tolist() and rp.array(matrix.T).tolist() == matrix.T.tolist()
    assert rp.array(matrix).T.copy().flags.c_contiguous
    assert np.array_equal(rp.array(matrix).diagonal(), matrix.diagonal())
    assert not rp.array(matrix).diagonal().flags.writeable
    mask = np.arange(12) % 3 == 0
    for key in (mask, np.array([0, -1, 3]), np.array([[1, 2], [3, -12]])):
        ours = rp.array(key)
        assert np.array_equal(a[ours], x[key]) and a[ours].dtype == x.dtype
        b, y = a.copy(), x.copy()
        b[ours] = y[key] = x[2]
        b[ours] = y[key] = 1
        assert np.array_equal(b, y)
    for wrong in (12, -13):
        with pytest.raises(IndexError, match=f"index {wrong} is out of bounds for axis 0 with size 12"):
            a[rp.array([0, wrong])]
        with pytest.raises(IndexError, match=f"index {wrong} is out of bounds for axis 0 with size 12"):
            a[rp.array([0, wrong])] = 1
    assert np.array_equal(a, x)
    with pytest.raises(IndexError, match="boolean index did not match"):
        a[rp.array([True])]


def test_indices_that_are_the_array_itself():
    x = np.array([2, 0, 1, 2])
    a = rp.array(x)
    a[a] = 3
    x[x] = 3
    assert np.array_equal(a, x)


def test_putting_functions():
    for dtype in ("f8", "i4", "c16", "?"):
        x = np.arange(12).reshape(3, 4).astype(dtype)
        for ind in (0, -1, [1, 2], (3,), np.array([5, 5]), [[1], [2]], []):
            for v in (1, 0.5, [1.0], [7, 8], np.ones(2, dtype), True, [1, 2, 3]):
                a, y = rp.array(x), x.copy()
                expected = outcome(np.put, y, ind, v)
                ours = rp.array(ind) if isinstance(ind, np.ndarray) else ind
                for f in (lambda a, *args: rp.put(a, *args), lambda a, *args: a.put(*args)):
                    assert outcome(f, a, ours, v) == expected
                assert np.array_equal(a, y), (dtype, ind, v)
        mask = x > 3
        for v in (1, [1.0], np.arange(3).astype(dtype), np.arange(12).astype(dtype), x[::-1].copy()):
            for name in ("putmask", "place"):
                a, y = rp.array(x), x.copy()
                assert outcome(getattr(np, name), y, mask, v) == outcome(getattr(rp, name), a, rp.array(mask), v)
                assert np.array_equal(a, y), (name, dtype, v)
        for v in (1, 2.5, [1, 0], np.array(1, dtype)):
            a, y = rp.array(x), x.copy()
            assert outcome(np.fill_diagonal, y, v) == outcome(rp.fill_diagonal, a, v)
            assert np.array_equal(a, y), (dtype, v)
    with pytest.raises(IndexError, match="index 12 is out of bounds for axis 0 with size 12"):
        rp.put(rp.zeros((3, 4)), [0, 12], 1.0)
    fixed = rp.zeros((3, 3))
    fixed.setflags(write=False)
    for call in (lambda: rp.put(fixed, 0, 1.0), lambda: rp.fill_diagonal(fixed, 1.0),
                 lambda: rp.putmask(fixed, fixed == 0, 1.0)):  # fmt: skip
        with pytest.raises(ValueError):
            call()


def test_ranges_blanks_and_names():
    for dtype in DTYPES[1:]:
        for args in ((0,), (1,), (200,), (3, 60, 7), (50, -50, -3)):
            expected = outcome(np.arange, *args, dtype=dtype)
            check(outcome(rp.arange, *args, dtype=dtype), expected, (args, dtype))
    for args in ((0.0, 1.0, 0.1), (5.0,), (1.5, -300.0, -0.7)):
        assert np.array_equal(rp.arange(*args), np.arange(*args))
        assert np.array_equal(rp.arange(*args, dtype="f4"), np.arange(*args, dtype="f4"))
    for shape in (0, 3, (2, 3), (), (1, 2, 3, 1, 2), (2, 0)):
        for dtype in (None, "i2", float, np.complex64):
            for name in ("zeros", "ones", "empty"):
                expected, got = getattr(np, name)(shape, dtype), getattr(rp, name)(shape, dtype=dtype)
                assert (got.shape, got.dtype) == (expected.shape, expected.dtype)
                assert got.size == 0 or got.strides == expected.strides
                assert name == "empty" or np.array_equal(got, expected)
                assert got.flags.writeable and got.base is None
    for wrong in (-1, (2, -1), "x", (2**62, 4)):
        with pytest.raises((ValueError, TypeError)):
            rp.zeros(wrong)
    a = rp.ones(3)
    assert rp.asarray(a, dtype=float) is a and rp.asarray(a, "f8") is a and rp.asarray(a, dtype=None) is a
    assert rp.asarray(a, dtype="f4").dtype == "f4" and rp.array(a) is not a
    assert all(name is sys.intern(name) for name in vars(rp))


def test_searching_choosing_and_unravelling():
    x = np.sort(np.random.default_rng(0).random(9))
    a = rp.array(x)
    for v in (0.5, -1.0, 2, float("nan"), [0.1, 0.2]):
        assert np.array_equal(a.searchsorted(v), x.searchsorted(v))
        assert np.array_equal(rp.searchsorted(a, v, side="right"), np.searchsorted(x, v, side="right"))
    for shape in ((2, 3), (6,), (1, 2, 3)):
        for place in (0, 5):
            got, expected = rp.unravel_index(place, shape), np.unravel_index(place, shape)
            assert [int(i) for i in got] == [int(i) for i in expected] and type(got) is tuple
    for place, shape in ((6, (2, 3)), (-1, (2, 3)), (0, (0, 2))):
        with pytest.raises(ValueError):
            rp.unravel_index(place, shape)
    k = np.arange(9) % 2
    got = rp.choose(rp.array(k), [a, a[::-1]])
    assert np.array_equal(got, np.choose(k, [x, x[::-1]]))
    for n in (1, 2, 7, 8):
        assert np.array_equal(rp.fft.fftfreq(n, 0.3), np.fft.fftfreq(n, 0.3))
        assert rp.fft.fftfreq(n, dtype="f4").dtype == "f4"


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_element_as_words_and_numbers(dtype):
    x = np.array([0, 3], dtype)
    a = rp.array(x)
    for i in range(2):
        assert str(a[i]) == str(x[i]) and bool(a[i]) is bool(x[i])
        assert str(a[i : i + 1]) == str(x[i : i + 1])
        if dtype[0] != "c":
            assert float(a[i]) == float(x[i]) and int(a[i]) == int(x[i])
            assert type(float(a[i])) is float and type(int(a[i])) is int


@pytest.mark.parametrize("dtype", ["i1", "u1", "i4", "i8", "f2", "f4", "f8", "c8", "c16", "?"])
def test_arrays_with_gaps_are_updated_in_place(dtype):
    table = (np.arange(70 * 60) % 23 + 1).reshape(70, 60).astype(dtype)
    other = (np.arange(70) % 5 + 1).astype(dtype)
    cuts = (
        np.s_[:, 3], np.s_[::2, 5], np.s_[::-1, 0], np.s_[3, ::7], np.s_[3, ::-1], np.s_[5:9, ::3],
        np.s_[::3, ::-2], np.s_[:, 7:8], np.s_[2:2, 1],
    )  # fmt: skip
    operations = ("__iadd__", "__isub__", "__imul__", "__itruediv__", "__ifloordiv__", "__iand__", "__ipow__")
    for cut in cuts:
        for name in operations:
            for given in ("array", "column", "self", "half", 2, 300, -1, 1.5, 1j, "f8", "i2"):
                results = []
                for xp in np, rp:
                    x = xp.asarray(table.copy())
                    view = x[cut]
                    operand = {
                        "array": lambda: xp.asarray(np.resize(other, view.shape)),
                        "column": lambda: xp.asarray(table.copy())[cut],
                        "self": lambda: view[::-1],
                        "half": lambda: view[..., :1],
                        "f8": lambda: xp.asarray(np.resize(other, view.shape).real.astype("f8")),
                        "i2": lambda: xp.asarray(np.resize(other, view.shape).real.astype("i2")),
                    }.get(given, lambda: given)()
                    failed = outcome(getattr(view, name), operand) if hasattr(view, name) else None
                    results.append((failed if isinstance(failed, type) else None, np.asarray(x)))
                (wanted, expected), (failed, got) = results
                assert wanted is failed, (dtype, cut, name, given)
                if failed is None:
                    check(got, expected, (dtype, cut, name, given))
