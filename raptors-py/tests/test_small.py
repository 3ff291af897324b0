"""Calls on few elements: every short way gives what NumPy gives, and leaves the rest to the long one."""

import inspect
import itertools

import numpy as np
import pytest

import raptors as rp

DTYPES = ["?", "i1", "u1", "i4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]
SHAPES = [(1,), (7,), (8,), (257,), (1030,), (2, 3), (3, 1, 4), (2, 2, 2, 2), ()]


def numbers(shape, dtype, seed=0):
    rng = np.random.default_rng(seed)
    return np.asarray(rng.integers(1, 9, shape)).astype(dtype)


def same(ours, theirs):
    assert type(ours) is rp.ndarray
    theirs = np.asarray(theirs)
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    assert ours.strides == theirs.strides or theirs.size <= 1
    np.testing.assert_array_equal(np.asarray(ours), theirs)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_ufuncs_of_arrays_alike_and_of_numbers(dtype, shape):
    x, y = numbers(shape, dtype), numbers(shape, dtype, 1)
    a, b = rp.array(x), rp.array(y)
    for name in "add", "multiply", "less", "maximum", "arctan2", "floor_divide", "bitwise_and":
        try:
            want = getattr(np, name)(x, y)
        except TypeError:
            continue
        if name != "arctan2":
            same(getattr(rp, name)(a, b), want)
        out = np.empty_like(want)
        mine = rp.array(out)
        assert getattr(rp, name)(a, b, mine) is mine
        assert getattr(rp, name)(a, b, out=mine) is mine
    for number in 2, 2.5, True, 1j:
        same(a * number, x * number)
        same(number + a, number + x)
        same(a != number, x != number)
    same(abs(a), abs(x))
    if dtype != "?":
        same(-a, -x)


def test_integers_that_do_not_fit_are_errors_or_compare():
    a = rp.array(np.arange(8, dtype="u1"))
    with pytest.raises(OverflowError):
        a + 300
    assert (a < 300).all() and not (a < -1).any()
    with pytest.raises(ValueError, match="negative"):
        rp.arange(4) ** -1
    with pytest.raises(ValueError, match="negative"):
        rp.arange(4) ** rp.array([1, 2, -1, 1])


@pytest.mark.parametrize("dtype", ["i4", "f4", "f8", "c16", "?"])
def test_broadcasting_few_elements(dtype):
    shapes = [(), (1,), (4,), (1, 4), (3, 1), (3, 4), (2, 3, 4), (2, 1, 4), (2, 3, 1), (2, 1, 1),
              (1, 1, 1, 1), (5, 2, 3, 4), (0, 4)]  # fmt: skip
    for left, right in itertools.product(shapes, shapes):
        x, y = numbers(left, dtype), numbers(right, dtype, 1)
        try:
            want = x + y
        except ValueError:
            with pytest.raises(ValueError, match="broadcast"):
                rp.array(x) + rp.array(y)
            continue
        same(rp.array(x) + rp.array(y), want)
        if left == right:
            same(rp.array(x).T * rp.array(y.T), x.T * y.T)
        same(rp.array(x) == rp.array(y), x == y)


def test_many_axes_in_any_order():
    x = numbers((2, 3, 4, 2), "f8")
    a = rp.array(x)
    row = numbers((2,), "f8", 1)
    for axes in itertools.permutations(range(4)):
        same(a.transpose(axes) + 1.0, x.transpose(axes) + 1.0)
        got, want = a.transpose(axes) - a.transpose(axes)[:1], x.transpose(axes) - x.transpose(axes)[:1]
        assert np.array_equal(got, want)
    assert np.array_equal(a[:, ::-1, ::2] * rp.array(row), x[:, ::-1, ::2] * row)


@pytest.mark.parametrize("dtype", ["i4", "f4", "f8", "c16", "f2"])
def test_in_place(dtype):
    for shape in (8,), (300,), (2, 3):
        x, y = numbers(shape, dtype), numbers(shape, dtype, 1)
        a, b = rp.array(x), rp.array(y)
        kept, view = a, a[1:]
        for other, mine in (y, b), (2, 2), (y.copy(), rp.array(y)), (np.array(3, dtype), rp.array(np.array(3, dtype))):
            x += other
            a += mine
            x *= other
            a *= mine
            x -= other
            a -= mine
        assert a is kept
        x += x
        a += a
        x[1:] += x[:-1]
        a[1:] += a[:-1]
        np.testing.assert_array_equal(np.asarray(a), x)
        np.testing.assert_array_equal(np.asarray(view), x[1:])
    locked = rp.zeros(4)
    locked.setflags(write=False)
    with pytest.raises(ValueError, match="read-only"):
        locked += 1
    with pytest.raises(TypeError, match="same_kind"):
        whole = rp.arange(3)
        whole += 0.5


def test_exceptions_of_few_elements_are_reported():
    a, zero = rp.ones(8), rp.zeros(8)
    with np.errstate(all="raise"):
        with pytest.raises(FloatingPointError, match="divide by zero encountered in divide"):
            a / zero
        with pytest.raises(FloatingPointError, match="divide by zero encountered in divide"):
            a /= 0.0
        with pytest.raises(FloatingPointError, match="overflow"):
            rp.full(8, 1e308) * 10.0
        a = rp.ones((2, 4))
        with pytest.raises(FloatingPointError, match="divide by zero"):
            a / zero[:4]
        out = rp.zeros(8)
        rp.divide(rp.ones(8), rp.array([1.0, 0] * 4), out=out, where=rp.array([True, False] * 4))
        assert out.tolist() == [1.0, 0.0] * 4


def test_masked_calls():
    x, y = numbers((8,), "f8"), numbers((8,), "f8", 1)
    mask = x > 4
    a, b, m = rp.array(x), rp.array(y), rp.array(mask)
    for one, other in itertools.product((a, x), (m, mask)):
        out = rp.zeros(8)
        assert rp.add(one, b, out=out, where=other) is out
        assert np.array_equal(out, np.add(x, y, out=np.zeros(8), where=mask))
        assert rp.add(one, b, where=other, out=out) is out
        assert rp.sqrt(one, out=out, where=other) is out
    with pytest.raises(TypeError):
        rp.add(a, b, out=rp.zeros(8), where=a)


@pytest.mark.parametrize("name", "sum prod max min any all mean var std argmax argmin".split())
def test_reductions_in_all_ways_of_asking(name):
    x = numbers((3, 4), "f8")
    a = rp.array(x)
    ours, theirs = getattr(a, name), getattr(x, name)
    for args, kwargs in (
        ((), {}), ((0,), {}), ((None,), {}), ((-1,), {}), ((), {"axis": 1}), ((), {"axis": None}),
        ((1,), {"keepdims": True}), ((), {"axis": 0, "keepdims": True}),
    ):  # fmt: skip
        same(ours(*args, **kwargs), theirs(*args, **kwargs))
    if not name.startswith("arg"):
        same(ours((0, 1)), theirs((0, 1)))
    for wrong in {"axis": 2}, {"axes": 1}, {"axis": "x"}:
        with pytest.raises((TypeError, ValueError)):
            ours(**wrong)
    with pytest.raises(TypeError):
        ours(0, axis=1)
    assert "axis" in inspect.signature(getattr(rp.ndarray, name)).parameters
    unbound = getattr(rp.ndarray, name)
    same(unbound(a), theirs())
    with pytest.raises(TypeError):
        unbound(x)


def test_methods_of_views_and_copies():
    x = numbers((6,), "f8")
    a = rp.array(x)
    assert a.ravel().base is a and a.squeeze() is a and a.copy().base is None
    for wanted in 6, (2, 3), (-1,), -1, (3, -1), [2, 3]:
        same(a.reshape(wanted), x.reshape(wanted))
    same(a.reshape(2, 3), x.reshape(2, 3))
    same(a[::2].reshape((1, 3)), x[::2].reshape((1, 3)))
    same(a.reshape(2, 3).T.reshape(6), x.reshape(2, 3).T.reshape(6))
    with pytest.raises(ValueError, match="cannot reshape"):
        a.reshape(4)
    for dtype in "f4", np.int8, float, np.dtype("?"):
        same(a.astype(dtype), x.astype(dtype))
    with pytest.raises(TypeError):
        a.astype()
    same(a.reshape(2, 3).T.copy(), x.reshape(2, 3).T.copy())
    same(a.reshape(2, 3).copy(order="F"), x.reshape(2, 3).copy(order="F"))


def test_new_arrays_and_arrays_as_they_are():
    for name in "zeros", "ones", "empty":
        ours, theirs = getattr(rp, name), getattr(np, name)
        for args, kwargs in (
            ((8,), {}), (((2, 3),), {}), ((3, "f4"), {}), ((3, np.int32), {}), ((3,), {"dtype": "?"}),
            (([2, 2],), {}), (((2, 3), float, "F"), {}), ((0,), {}), (((),), {}), ((5000,), {}), ((3, None), {}),
        ):  # fmt: skip
            got, want = ours(*args, **kwargs), theirs(*args, **kwargs)
            assert (got.shape, got.dtype) == (want.shape, want.dtype)
            assert got.strides == want.strides or want.size == 0
            if name != "empty":
                assert np.array_equal(got, want)
        for wrong in (-1,), ((2, -1),), ("x",), ():
            with pytest.raises((TypeError, ValueError)):
                ours(*wrong)
    a = rp.zeros((2, 3))
    assert rp.asarray(a) is a and rp.ascontiguousarray(a) is a
    assert rp.asarray(a, None) is a and rp.asarray(a, "f4").dtype == "f4"
    assert rp.ascontiguousarray(a.T).flags.c_contiguous
    assert rp.ascontiguousarray(rp.array(1.0)).shape == (1,)
    assert rp.ascontiguousarray(a, "i4").dtype == "i4"
    assert rp.ascontiguousarray([1, 2]).tolist() == [1, 2]


def test_arrays_as_keys():
    x = numbers((8,), "f8")
    a = rp.array(x)
    plane, surface = numbers((4, 5), "i4"), rp.array(numbers((4, 5), "i4"))
    for dtype in "i8", "i4", "u1":
        for places in [1, -1, 7], [], [[0, 1], [2, 3]]:
            key = np.array(places, dtype) if dtype != "u1" else np.abs(np.array(places, int)).astype("u1")
            same(a[rp.array(key)], x[key])
            for value in 7.5, 3, np.zeros(key.shape):
                x[key] = value
                a[rp.array(key)] = rp.array(value) if isinstance(value, np.ndarray) else value
            same(a, x)
    for mask in x > 3, x > 100, x > -1:
        same(a[rp.array(mask)], x[mask])
        x[mask] = 2.5
        a[rp.array(mask)] = 2.5
        x[mask] = np.arange(mask.sum())
        a[rp.array(mask)] = rp.arange(float(mask.sum()))
        same(a, x)
    key = np.array([3, 0])
    same(surface[rp.array(key)], plane[key])
    same(surface[rp.array(plane > 4)], plane[plane > 4])
    same(surface[rp.array(plane[:, 0] > 4)], plane[plane[:, 0] > 4])
    for wrong in [8], [-9], [0, 100]:
        with pytest.raises(IndexError, match="out of bounds"):
            a[rp.array(wrong)]
        with pytest.raises(IndexError, match="out of bounds"):
            a[rp.array(wrong)] = 1.0
    with pytest.raises(IndexError):
        a[rp.array([0.5])]
    with pytest.raises(IndexError, match="boolean index did not match"):
        a[rp.array([True, False])]
    a.setflags(write=False)
    with pytest.raises(ValueError, match="read-only"):
        a[rp.array([1])] = 1.0


def test_rounding_bytes_and_places():
    x = np.array([[0.125, 2.5, -1.005], [1e300, np.nan, 12345.678]])
    for dtype in "f8", "f4", "f2":
        with np.errstate(all="ignore"):
            y = x.astype(dtype)
            for decimals in 0, 1, 2, -2, 30, -30, np.int64(1):
                for z in y, y.T, y[:, ::2], y[0, 0]:
                    same(rp.asarray(z).round(decimals), np.round(z, decimals))
                    same(rp.round(rp.asarray(z), decimals), np.round(z, decimals))
    whole = rp.arange(30)
    same(whole.round(-1), np.arange(30).round(-1))
    with pytest.raises(TypeError):
        whole.round(0.5)
    out = rp.zeros((2, 3))
    assert rp.array(x[:1]).round(1, out[:1]).shape == (1, 3)
    for z in x, x.T, x[:, ::2], np.zeros(0), np.array(3, "i2"):
        a = rp.asarray(z)
        assert a.tobytes() == z.tobytes()
        for order in "C", "F", "A", None:
            assert a.tobytes(order) == z.tobytes(order)
    a, y = rp.array(x[0]), x[0]
    same(a.take(rp.array([2, 0])), y.take([2, 0]))
    same(a.take([2, 0]), y.take([2, 0]))
    same(a.take([5, 0], mode="clip"), y.take([5, 0], mode="clip"))
    same(rp.array(x).take(rp.array([2, 0]), axis=1), x.take([2, 0], axis=1))
    same(rp.array(x).take(rp.array([4, 0])), x.take([4, 0]))
    with pytest.raises(IndexError):
        a.take(rp.array([3]))
    assert [found.tolist() for found in rp.array(x).nonzero()] == [f.tolist() for f in x.nonzero()]


def test_views_of_memory_that_is_numpys_live_as_long_as_they_must():
    x = np.arange(10.0)
    views = [rp.asarray(x)[i:] for i in range(5)]
    del x
    assert [float(view[0]) for view in views] == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_draws_of_few_numbers():
    ours, theirs = rp.random.default_rng(3), np.random.default_rng(3)
    for size in None, 8, (2, 3), 0, 1:
        for name in "random", "standard_normal", "standard_exponential":
            got, want = getattr(ours, name)(size), getattr(theirs, name)(size)
            assert type(want) is not float or type(got) is float
            assert np.array_equal(got, want)
    for args in ((10,), (0, 10, 8), (5, 1000, 3), (-(2**63), 2**63 - 1, 4), (0, 1, 3)):
        assert np.array_equal(ours.integers(*args), theirs.integers(*args))
    assert np.array_equal(ours.integers(7, size=9, endpoint=True), theirs.integers(7, size=9, endpoint=True))
    for wrong in (5, 5, 3), (5, 1, 3), (0, 2**64, 3):
        with pytest.raises(ValueError):
            ours.integers(*wrong)


def test_small_composites():
    x, y = numbers((9,), "f8"), numbers((3,), "f8", 1)
    a, b, m = rp.array(x), rp.array(y), rp.array(x > 4)
    same(rp.extract(m, a), np.extract(x > 4, x))
    same(rp.compress(m, a), np.compress(x > 4, x))
    same(rp.flatnonzero(m), np.flatnonzero(x > 4))
    for mode in "full", "same", "valid", 1:
        same(rp.convolve(a, b, mode), np.convolve(x, y, mode))
    same(rp.pad(a, 2), np.pad(x, 2))
    same(rp.pad(a.reshape(3, 3).T, 1), np.pad(x.reshape(3, 3).T, 1))
    same(rp.sort(a, kind="stable"), np.sort(x, kind="stable"))
    same(rp.argsort(a, stable=True), np.argsort(x, stable=True))
    assert float(a.flat[3]) == x[3] and float(a[::2].flat[-1]) == x[::2][-1]
    with pytest.raises(IndexError, match="out of bounds for size 9"):
        a.flat[9]
    assert [float(v) for v in a.reshape(3, 3).T.flat] == list(x.reshape(3, 3).T.flat)


@pytest.mark.parametrize("call", ["x + y", "x <= y", "rp.clip(x, y, y)", "divmod(x, y)", "rp.add(x, y, dtype='f4')"])
def test_a_number_of_elements_that_wraps_around_is_too_many(call):
    # 3 times this is 2 more than the numbers of 64 bits.
    x = rp.ones((3, 1), "i1")
    y = rp.broadcast_to(rp.ones((), "i1"), (6148914691236517206,))
    with pytest.raises(ValueError, match="too (big|large)"):
        eval(call, {"x": x, "y": y, "rp": rp})


@pytest.mark.parametrize("ours, theirs", [(np.s_[1:], np.s_[:-1]), (np.s_[:-1], np.s_[1:]), (np.s_[:], np.s_[:])])
def test_a_mask_in_the_memory_of_the_result(ours, theirs):
    def call(xp):
        m = xp.asarray([True, False, True, True, False, False, True, True])
        xp.logical_not(m[ours], out=m[ours], where=m[theirs])
        return m.tolist()

    assert call(rp) == call(np)


def test_numbers_that_do_not_fit_into_no_elements():
    for xp in (np, rp):
        with pytest.raises(OverflowError, match="Python integer 300 out of bounds for uint8"):
            xp.asarray([], "u1") + 300
    assert (rp.asarray([], "u1") == 300).size == 0
    assert (rp.zeros((2, 0), "i8") ** rp.array([-1])).shape == (2, 0)


@pytest.mark.parametrize("name", ["logical_and", "logical_or", "logical_xor"])
def test_logic_takes_integers_that_the_dtype_cannot_hold(name):
    for xp in (np, rp):
        with pytest.raises(OverflowError, match="too large to convert"):
            getattr(xp, name)(xp.asarray([0, 2], "i1"), 1 << 70)
    for number in (-1, 300, 1 << 40):
        ours = getattr(rp, name)(rp.asarray([0, 2], "u1"), number)
        assert ours.tolist() == getattr(np, name)(np.asarray([0, 2], "u1"), number != 0).tolist()


@pytest.mark.parametrize("name", ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"])
@pytest.mark.parametrize("value", [-1, 300, -(2**31) - 1, 2**32, 2**63, 2**64, -(2**63) - 1, 2**100])
def test_integers_that_no_element_can_be_are_compared_all_the_same(name, value):
    for dtype in "bBhHiIlL":
        base = np.arange(24, dtype=dtype).reshape(2, 3, 4)
        for x in (base, base.T, base[:, ::-2], base[:0], base[0, 0, 0], base.transpose(1, 0, 2)):
            ours = rp.asarray(x)
            for a, b, theirs in ((ours, value, (x, value)), (value, ours, (value, x))):
                want = getattr(np, name)(*theirs)
                same(rp.asarray(getattr(rp, name)(a, b)), want)
                out = rp.empty(x.shape, float)
                np.testing.assert_array_equal(getattr(rp, name)(a, b, out=out), want)
