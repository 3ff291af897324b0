"""Calls on small arrays: the short ways that common arguments take give what the long ones give."""

import gc
import itertools
import sys
import warnings

import numpy as np
import pytest

import raptors as rp

DTYPES = ["?", "i1", "u1", "i4", "u8", "i8", "f2", "f4", "f8", "c8", "c16"]
KEYS = [0, -1, 2, (1, 2), (-1, 0), slice(1, 3), slice(None, None, -1), slice(5, 0, -2), (slice(None), 1),
        (0, slice(0, 2)), None, Ellipsis, (Ellipsis, 1), (None, 1, Ellipsis, None), (slice(1, 2), slice(1, 3))]  # fmt: skip


def matrix(dtype):
    x = np.arange(12).reshape(3, 4).astype(dtype)
    return rp.array(x), x


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("key", KEYS, ids=str)
@pytest.mark.parametrize("turned", [False, True])
def test_common_keys(dtype, key, turned):
    a, x = matrix(dtype)
    if turned:
        a, x = a.T[::-1], x.T[::-1]
    got, expected = a[key], x[key]
    assert got.dtype == expected.dtype and got.shape == expected.shape
    assert np.array_equal(got, expected)
    if expected.ndim:
        assert got.strides == expected.strides and got.base is not None


@pytest.mark.parametrize("key", [3, -4, (0, 4), (0, 0, 0), (Ellipsis, Ellipsis), slice(0, 1, 0), (slice(1.5), 0),
                                 2**70, (0, 2**70), 1.0])  # fmt: skip
def test_wrong_keys_are_numpys_errors(key):
    a, x = matrix("f8")
    with pytest.raises((IndexError, ValueError, TypeError)) as expected:
        x[key]
    with pytest.raises(expected.type) as got:
        a[key]
    assert str(got.value) == str(expected.value)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("value", [0, 1, -1, 300, 2**40, 1.5, -0.0, float("nan"), 1e300, 1e-40, True, 2j])
def test_one_element_is_assigned_as_numpy_does(dtype, value):
    a, x = matrix(dtype)
    outcomes = []
    for target in (a, x):
        try:
            with np.errstate(all="ignore"):
                target[1, 2] = value
            outcomes.append(None)
        except (OverflowError, TypeError, FloatingPointError, ValueError) as error:
            outcomes.append((type(error), str(error)))
    assert outcomes[0] == outcomes[1]
    assert np.array_equal(a, x, equal_nan=dtype[0] in "fc")


def test_one_element_of_what_is_read_only_is_refused():
    a = rp.arange(3.0)
    a.setflags(write=False)
    for key in (0, slice(0, 1)):
        with pytest.raises(ValueError, match="read-only"):
            a[key] = 1.0
    with pytest.raises(ValueError, match="cannot delete"):
        del a[0]


def test_views_keep_their_base_and_give_it_back():
    a = rp.arange(8.0)
    before = sys.getrefcount(a)
    views = [a[1:3], a.T, a[None], a.reshape(2, 4), a[::-1]]
    assert all(view.base is a for view in views)
    assert sys.getrefcount(a) == before + len(views)
    del views
    gc.collect()
    assert sys.getrefcount(a) == before
    x = np.zeros(3)
    before = sys.getrefcount(x)
    for _ in range(100):
        rp.asarray(x)[1:]
    assert sys.getrefcount(x) == before


def test_numbers_beside_arrays():
    for dtype in DTYPES[1:]:
        a, x = matrix(dtype)
        for number in (3, 2.5, -1, 2**40):
            for f in (np.add, np.multiply, np.subtract, np.less, np.maximum, np.power):
                for args in ((x, number), (number, x)):
                    try:
                        with np.errstate(all="ignore"):
                            expected = f(*args)
                    except (OverflowError, ValueError) as error:
                        with pytest.raises(type(error)):
                            getattr(rp, f.__name__)(*(a if arg is x else arg for arg in args))
                        continue
                    with np.errstate(all="ignore"):
                        got = getattr(rp, f.__name__)(*(a if arg is x else arg for arg in args))
                    assert got.dtype == expected.dtype
                    # NumPy's complex powers that overflow multiply infinities with themselves.
                    told = np.isfinite(expected) if np.iscomplexobj(expected) else ...
                    np.testing.assert_allclose(np.asarray(got)[told], expected[told], rtol=1e-3)


def test_outputs_may_be_inputs_and_may_overlap_them():
    for out, first, second in (((0, 8), (0, 8), (8, 16)), ((0, 8), (0, 8), (0, 8)), ((1, 9), (0, 8), (2, 10)),
                               ((4, 12), (0, 8), (8, 16))):  # fmt: skip
        x = np.arange(16.0)
        a = rp.array(x)
        np.add(x[slice(*first)], x[slice(*second)], x[slice(*out)])
        b = a[slice(*out)]
        assert rp.add(a[slice(*first)], a[slice(*second)], b) is b
        assert np.array_equal(a, x)


def test_attributes_and_numbers():
    for dtype in DTYPES:
        a, x = matrix(dtype)
        for name in ("shape", "strides", "dtype", "ndim", "size", "itemsize", "nbytes"):
            assert getattr(a, name) == getattr(x, name)
        assert np.array_equal(a.T, x.T) and len(a) == 3
        one = a[1, 2]
        assert bool(one) is bool(x[1, 2])
        if dtype[0] != "c":
            assert float(one) == float(x[1, 2]) and int(one) == int(x[1, 2])
    assert int(rp.asarray(1e300)) == int(1e300)
    for bad in (float("nan"), float("inf")):
        with pytest.raises((ValueError, OverflowError)):
            int(rp.asarray(bad))
    with pytest.raises(TypeError, match="unsized"):
        len(rp.asarray(1.0))


def lines(n, dtype):
    """A run as it lies, each second element of one, one backwards, and one element for all places."""
    x = (np.arange(2 * n) % 7 - 3).astype(dtype)
    return x[:n], x[::2], x[:n][::-1], np.broadcast_to(x[1:2], (n,))


ALL = range(4)


def outcome(call, xp, n, dtype, *places):
    """What a call of new ``lines`` gives and changes, the warnings that it makes, or its error."""
    given = [xp.asarray(lines(n, dtype)[place]) for place in places]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            results = call(xp, *given)
        except (ValueError, TypeError, OverflowError, FloatingPointError) as error:
            return type(error), str(error)
    results = results if isinstance(results, tuple) else (results,)
    words = sorted(str(warning.message) for warning in caught)
    return [(np.asarray(x), x.dtype, x.strides) for x in (*results, given[0])], words


def same(call, n, dtype, *places):
    want, got = (outcome(call, xp, n, dtype, *places) for xp in (np, rp))
    if not isinstance(want[0], list):
        assert got == want
        return
    assert got[1] == want[1]
    for (x, *form), (y, *wanted) in zip(got[0], want[0], strict=True):
        assert form == wanted
        np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("n", [2, 8, 100, 700, 1024])
@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i4", "f2", "f4", "f8", "c8"])
def test_what_few_elements_raise_is_told_once(n, dtype):
    calls = [lambda xp, x, y: xp.floor_divide(x, y), lambda xp, x, y: x % y, lambda xp, x, y: xp.divide(x, y),
             lambda xp, x, y: divmod(x, y), lambda xp, x, y: xp.modf(x), lambda xp, x, y: xp.add(x, y, out=x),
             lambda xp, x, y: xp.divide(x, y, out=xp.zeros(len(x)))]  # fmt: skip
    calls += [lambda xp, x, y, name=name: getattr(xp, name)(x).shape and xp.zeros(1)
              for name in ("log", "log2", "arctanh", "arccosh", "reciprocal", "sqrt", "exp2", "sinh")]  # fmt: skip
    for i, j, errors in itertools.product(ALL, ALL[:3], ("warn", "raise", "ignore")):
        with np.errstate(all=errors, under="ignore"):
            for call in calls:
                same(call, n, dtype, i, j)


@pytest.mark.parametrize("n", [2, 8, 100, 700, 1024])
@pytest.mark.parametrize("dtype", ["i1", "u1", "i8", "f4", "f8", "c16"])
def test_results_of_runs_that_lie_in_any_way(n, dtype):
    into = {
        "dense": lambda xp, x: xp.zeros(len(x), x.dtype),
        "apart": lambda xp, x: xp.zeros(2 * len(x), x.dtype)[::2],
        "backwards": lambda xp, x: xp.zeros(len(x), x.dtype)[::-1],
        "first": lambda xp, x: x,
    }
    third, second = np.arange(n) % 3 == 0, (np.arange(2 * n) % 3 == 0)[::2]
    calls = [lambda xp, x, y: xp.square(x) + y * x - y, lambda xp, x, y: x == y]
    for out in into.values():
        calls += [
            lambda xp, x, y, out=out: xp.add(x, y, out=out(xp, x)),
            lambda xp, x, y, out=out: xp.multiply(y, x, out=out(xp, x)),
            lambda xp, x, y, out=out: xp.subtract(x, y, out=out(xp, x), where=xp.asarray(third)),
            lambda xp, x, y, out=out: xp.add(x, y, out(xp, x), where=xp.asarray(second)),
        ]
    if dtype != "c16":
        calls += [
            lambda xp, x, y: xp.maximum(x, y), lambda xp, x, y: xp.clip(x, y, y + 1),
            lambda xp, x, y: xp.clip(x, -1 if dtype != "u1" else 1, y), lambda xp, x, y: xp.round(x, 1),
            lambda xp, x, y: xp.round(x / 7, -1), lambda xp, x, y: xp.round(x / 7, 3),
        ]  # fmt: skip
    for i, j in itertools.product(ALL, ALL):
        for call in calls:
            same(call, n, dtype, i, j)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [1, 8, 1000])
def test_powers_by_numbers(dtype, n):
    for place, exponent in itertools.product(ALL, (0, 1, 2, 3, 5, -1, -2, 0.5, 2.0, 3.0, -0.5)):
        want, got = (outcome(lambda xp, x: x**exponent, xp, n, dtype, place) for xp in (np, rp))
        if not isinstance(want[0], list):
            assert got == want
            continue
        assert got[0][0][1:] == want[0][0][1:]
        np.testing.assert_allclose(got[0][0][0], want[0][0][0], rtol=2e-3 if dtype == "f2" else 1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
def test_new_shapes_of_few_elements_see_what_numpy_sees(dtype):
    cube = np.arange(2 * 4 * 6).reshape(2, 4, 6).astype(dtype)
    views = [cube, cube[0], cube[:, ::2], cube[..., ::2], cube[0, :, ::2], cube[..., ::-1], cube[0].T, cube.T,
             cube[:, 1], cube[:, :1], cube[..., 0], cube[:1, :, :1], np.broadcast_to(cube[0, :1, :1], (3, 4)),
             cube[:0]]  # fmt: skip
    for x in views:
        a = rp.asarray(x)
        shapes = [-1, (-1,), x.size, (x.size,), (-1, 1), (1, -1), (2, -1), (2, 2, -1), [-1], (x.size + 1,), (),
                  (-1, -1)]  # fmt: skip
        calls = [lambda a, shape=shape: a.reshape(shape) for shape in shapes]
        calls += [lambda a: a.ravel(), lambda a: a.flatten(), lambda a: a.ravel(order="F")]
        for call in calls:
            try:
                want = call(x)
            except ValueError as error:
                with pytest.raises(ValueError) as caught:
                    call(a)
                assert str(caught.value) == str(error)
                continue
            got = call(a)
            assert (got.dtype, got.shape) == (want.dtype, want.shape)
            assert want.size == 0 or got.strides == want.strides
            assert rp.shares_memory(got, a) == np.shares_memory(want, x)
            np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("dtype", DTYPES)
def test_rows_by_place(dtype):
    cube = np.arange(4 * 3 * 2).reshape(4, 3, 2).astype(dtype)
    places = [[0, -1, 2, 2], [[1], [3]], [], [-4], [4], [-5]]
    views = [cube, cube[0], cube[:, :, 0], cube[::-1], cube[:, ::2], cube[..., ::-1], cube.T, cube[:, :1, :1],
             cube[:, :0]]  # fmt: skip
    for x in views:
        for place in places:
            key = np.array(place, int)
            try:
                want = x[key]
            except IndexError as error:
                with pytest.raises(IndexError) as caught:
                    rp.asarray(x)[rp.asarray(key)]
                assert str(caught.value) == str(error)
                continue
            got = rp.asarray(x)[rp.asarray(key)]
            assert (got.dtype, got.shape, got.flags.writeable) == (want.dtype, want.shape, True)
            assert want.size == 0 or got.strides == want.strides
            np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("mode", ["edge", "wrap"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_margins_of_few_elements(mode, dtype):
    cube = np.arange(2 * 3 * 4).reshape(2, 3, 4).astype(dtype)
    views = [cube, cube[0], cube[0, 0], cube[0, 0, ::-2], cube[0].T, cube.T, cube[:, ::2], cube[:1, :1, :1]]
    for x in views:
        for width in (0, 1, 5, (2, 0), ((1, 2),), [(0, 3)] * x.ndim):
            a = rp.asarray(x)
            got, want = rp.pad(a, width, mode), np.pad(x, width, mode)
            assert (got.dtype, got.shape, got.flags.fnc) == (want.dtype, want.shape, want.flags.fnc)
            assert not rp.shares_memory(got, a)
            np.testing.assert_array_equal(got, want)


def test_new_arrays_of_any_number_of_axes():
    shapes = [3, (), (3,), (2, 3), (2, 3, 4), (1, 2, 3, 4), (1, 2, 1, 2, 1), (0,), (70, 80, 3), 20000, [2, 3]]
    for shape in shapes:
        for make in ("zeros", "empty", "ones"):
            got, want = getattr(rp, make)(shape, "i2"), getattr(np, make)(shape, "i2")
            assert (got.dtype, got.shape) == (want.dtype, want.shape)
            assert got.strides == want.strides or not want.size
            if make != "empty":
                np.testing.assert_array_equal(got, want)
    for shape in (-1, (2, -1), (2, 1.5), (2, True), (1 << 62,), (1 << 40, 1 << 40), "a", (2, "a"), (2**70,)):
        with pytest.raises((TypeError, ValueError, MemoryError, OverflowError)) as want:
            np.zeros(shape)
        with pytest.raises(want.type) as got:
            rp.zeros(shape)
        if want.type is not MemoryError:
            assert str(got.value) == str(want.value)


ROWS = [
    [[1, 2], [3, 4]], [[1, 2.5], [3, 4]], [[1.5, 2], [3, 4]], [[True, False]], [[True, 2]], [[1], [2], [3]], [[]], [[], []],
    [[1, 2], [3]], [[1, 2], (3, 4)], [(1, 2), [3, 4]], [[1, 2], 3], [[[1], [2]], [[3], [4]]], [[2**63, 1]], [[2**64, 1]],
    [[1.5, 2**70]], [[1, -(2**63)]], [[np.int8(1), np.int8(2)]], [[np.int8(1), 2]], [[np.float32(1), 2.5], [1, 2]],
    [[1j, 2]], [[1, 2j], [1, 2]], [[np.zeros(()), np.ones(())]], [[np.float64(1), 1.5]], [[None, 1]], [["a", "b"]],
]  # fmt: skip


@pytest.mark.parametrize("rows", ROWS, ids=str)
@pytest.mark.parametrize("dtype", [None, "f8", "f4", "i2", "u1", "c8", "?", "f2"])
def test_lists_of_lists(rows, dtype):
    for name in ("array", "asarray"):
        outcomes = []
        for xp in (np, rp):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                try:
                    result = getattr(xp, name)(rows, dtype)
                except (ValueError, TypeError, OverflowError) as error:
                    outcomes.append((type(error), str(error)))
                    continue
            words = sorted(str(warning.message) for warning in caught)
            strides = result.strides if result.size else None
            outcomes.append((result.dtype, result.shape, strides, repr(result.tolist()), words))
        want, got = outcomes
        if isinstance(want[0], np.dtype) and want[0].kind in "OU":
            assert got[0] is TypeError and "has no dtype" in got[1]
        else:
            assert got == want


@pytest.mark.parametrize("name", ["fma", "lerp"])
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
@pytest.mark.parametrize("n", [1, 8, 300, 1000])
def test_three_operands(name, dtype, n):
    function = getattr(rp.nn, name)
    for x, y, z in itertools.product(lines(n, dtype), repeat=3):
        want = x * y + z if name == "fma" else x + z * (y - x)
        got = function(*map(rp.asarray, (x, y, z)))
        assert got.dtype == want.dtype and got.shape == want.shape
        np.testing.assert_array_equal(got, want)
    x, one = lines(n, dtype)[0], rp.asarray(lines(n, dtype)[0])
    np.testing.assert_array_equal(function(one, 2, one), x * 2 + x if name == "fma" else x + x * (2 - x))
    np.testing.assert_array_equal(function(one, one[:1], one), x * x[0] + x if name == "fma" else x + x * (x[0] - x))
    with pytest.raises(ValueError, match="broadcast"):
        function(rp.zeros(2 * n, dtype), rp.zeros(2 * n + 1, dtype), one)


def test_outer_products_of_few():
    for dtype, other in itertools.product(["?", "i1", "i8", "f4", "c16"], repeat=2):
        for x, y in itertools.product(lines(5, dtype), lines(3, other)):
            got, want = rp.outer(rp.asarray(x), rp.asarray(y)), np.outer(x, y)
            assert (got.dtype, got.strides) == (want.dtype, want.strides)
            np.testing.assert_array_equal(got, want)


def test_no_result_has_more_axes_than_numpy_allows():
    deep = rp.ones((1,) * 63 + (2,))
    assert rp.concatenate([deep, deep]).ndim == deep[rp.zeros(1, int)].ndim == 64
    for call in (lambda: rp.stack([deep, deep]), lambda: rp.stack([deep], 64), lambda: deep[rp.zeros((1, 1), int)]):
        with pytest.raises((IndexError, ValueError), match="dimension"):
            call()


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", "f2", "f4", "f8", "c8"])
@pytest.mark.parametrize("n", [1, 300, 5000, 20000, 140000])
def test_results_in_the_place_of_an_input(n, dtype):
    def sum_(xp, x, y):
        x += y
        return x

    calls = [
        sum_, lambda xp, x, y: xp.add(x, y, out=x), lambda xp, x, y: xp.add(y, x, x), lambda xp, x, y: xp.add(x, x, x),
        lambda xp, x, y: xp.multiply(x, 1, x), lambda xp, x, y: xp.power(x, y * y, x),
        lambda xp, x, y: xp.add(x[:-1], y[1:], out=x[1:]), lambda xp, x, y: xp.multiply(x[1:], y[1:], x[1:]),
        lambda xp, x, y: xp.add(x, x[::-1], x), lambda xp, x, y: xp.logical_and(x, y, out=x),
    ]  # fmt: skip
    if dtype[0] in "fc":
        calls += [lambda xp, x, y: xp.divide(x, y, x), lambda xp, x, y: xp.multiply(x, 1e30, out=x)]
    elif dtype != "?":
        calls += [lambda xp, x, y: xp.floor_divide(x, y, x), lambda xp, x, y: xp.less(x, y, x)]
    for call in calls:
        same(call, n, dtype, 0, 0)
