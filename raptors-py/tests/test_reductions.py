"""Reductions equal NumPy's over dtypes, layouts, axes and options."""

import itertools
import warnings

import numpy as np
import pytest
from conftest import LAYOUTS, ulps, values

import raptors as rp

NAMES = ["sum", "prod", "max", "min", "any", "all", "mean", "var", "std", "argmax", "argmin"]


def outcome(function, *args, **kwargs):
    with np.errstate(all="ignore"):
        try:
            return function(*args, **kwargs)
        except (TypeError, ValueError, IndexError) as error:
            return error


def check(name, got, want):
    if isinstance(want, Exception):
        assert type(got).__name__ == type(want).__name__, (got, want)
        assert str(got) == str(want)
        return
    assert not isinstance(got, Exception), (got, want)
    mine, theirs = np.asarray(got), np.asarray(want)
    assert (mine.dtype, mine.shape) == (theirs.dtype, theirs.shape)
    if name in ("mean", "var", "std", "sum", "prod") and mine.dtype.kind in "fc":
        # Sums in another order: a few rounding errors of the largest term.
        tolerance = {2: 4e-2, 4: 2e-5}.get(mine.dtype.itemsize, 1e-5 if mine.dtype == "c8" else 1e-11)
        np.testing.assert_allclose(mine, theirs, rtol=tolerance, atol=tolerance)
    else:
        np.testing.assert_array_equal(mine, theirs)


def numbers(dtype, shape):
    a = values(dtype, int(np.prod(shape))).reshape(shape)
    return np.clip(np.nan_to_num(a, posinf=3, neginf=-3), -4, 4) if a.dtype.kind == "f" else a


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", NAMES)
def test_axes_layouts_and_keepdims(name, dtype):
    for layout, keepdims in itertools.product(LAYOUTS.values(), (False, True)):
        array = layout(numbers(dtype, (4, 6)))
        axes = [None, *range(-array.ndim, array.ndim)]
        if not name.startswith("arg"):
            axes += [(), tuple(range(array.ndim))]
        for axis in axes:
            want = outcome(getattr(np, name), array, axis, keepdims=keepdims)
            check(name, outcome(getattr(rp, name), rp.asarray(array), axis, keepdims=keepdims), want)
            method = getattr(rp.asarray(array), name)
            check(name, outcome(method, axis, keepdims=keepdims), want)


@pytest.mark.parametrize("name", ["max", "min", "argmax", "argmin", "sum"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64"])
def test_nan_wins(name, dtype):
    array = np.arange(20).astype(dtype)
    for place in (0, 7, 19):
        array[place] = np.nan
        check(name, getattr(rp.asarray(array), name)(), getattr(array, name)())


@pytest.mark.parametrize("shape", [(1000,), (100_003,), (37, 129), (3, 5, 1001)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sums_of_contiguous_arrays_equal_numpys_bit_by_bit(shape, dtype):
    array = np.random.default_rng(1).normal(size=shape).astype(dtype)
    assert float(rp.asarray(array.ravel()).sum()) == float(array.ravel().sum())
    np.testing.assert_array_equal(np.asarray(rp.asarray(array).sum(-1)), array.sum(-1))


def test_sums_over_the_first_axis_are_as_accurate():
    array = np.random.default_rng(2).random((20_000, 7)).astype("float32")
    exact = array.sum(0, dtype="float64")
    ours = np.abs(np.asarray(rp.asarray(array).sum(0)) - exact).max()
    assert ours <= np.abs(array.sum(0) - exact).max()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "any", "all", "mean", "var", "std"])
def test_where_and_initial_and_dtype_and_out(name):
    array = np.arange(24.0).reshape(4, 6) / 8
    mine = rp.asarray(array)
    mask = np.arange(24).reshape(4, 6) % 3 > 0
    numeric = name in ("sum", "prod", "mean", "var", "std")
    options = [{"dtype": "float32"}] if numeric else [{}]
    for axis in (None, 0, 1):
        for extra in options:
            check(name, getattr(mine, name)(axis, **extra), getattr(array, name)(axis, **extra))
            out = rp.empty(np.shape(getattr(array, name)(axis)))
            assert getattr(rp, name)(mine, axis, out=out) is out
            np.testing.assert_allclose(np.asarray(out), getattr(array, name)(axis).astype(float))
        where = {"where": mask}
        if name in ("max", "min"):
            where["initial"] = 1.0
        got = getattr(rp, name)(mine, axis, **where)
        check(name, got, getattr(np, name)(array, axis, **where))


def test_moments():
    array = np.random.default_rng(3).normal(size=(5, 8))
    mine = rp.asarray(array)
    for ddof in (0, 1, 2.5):
        np.testing.assert_allclose(np.asarray(mine.var(0, ddof=ddof)), array.var(0, ddof=ddof))
        np.testing.assert_allclose(np.asarray(mine.std(1, ddof=ddof)), array.std(1, ddof=ddof))
    np.testing.assert_allclose(float(mine.var(correction=1)), array.var(ddof=1))
    mean = array.mean(0, keepdims=True)
    np.testing.assert_allclose(np.asarray(mine.std(0, mean=mean)), array.std(0))


@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
def test_running_sums_and_products(name, dtype):
    array = numbers(dtype, (4, 6))
    for axis in (None, 0, 1, -1):
        want = outcome(getattr(np, name), array, axis)
        got = outcome(getattr(rp, name), rp.asarray(array), axis)
        if isinstance(want, Exception):
            assert type(got) is type(want)
            continue
        assert got.dtype == want.dtype
        np.testing.assert_allclose(np.asarray(got), want, rtol=1e-2 if dtype == "float16" else 1e-5)


def test_errors_of_reductions():
    for array, name, args in [
        (np.ones((2, 3)), "sum", (2,)),
        (np.ones((2, 3)), "sum", ((0, 0),)),
        (np.ones(0), "max", ()),
        (np.ones(0), "argmin", ()),
        (np.ones((2, 0)), "min", (1,)),
        (np.ones((2, 3)), "argmax", (-3,)),
    ]:
        want = outcome(getattr(array, name), *args)
        got = outcome(getattr(rp.asarray(array), name), *args)
        assert isinstance(want, Exception)
        check(name, got, want)


def test_results_are_arrays_without_axes():
    total = rp.asarray(np.arange(4)).sum()
    assert isinstance(total, rp.ndarray) and total.shape == () and total.dtype == np.int64
    assert ulps(np.asarray(rp.asarray(np.arange(4.0)).mean()), np.float64(1.5)) == 0


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("dtype", [int, np.int8, bool])
def test_moments_in_integers(dtype, monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    for kind, axis, keepdims in itertools.product("ifc", (None, 0, -1), (False, True)):
        a = (np.arange(6).reshape(2, 3) * 1.5).astype(kind if kind != "c" else "D")
        for name in ("mean", "var", "std"):
            options = {"axis": axis, "dtype": dtype, "keepdims": keepdims}
            want, got = (outcome(getattr(xp, name), xp.asarray(a), **options) for xp in (np, rp))
            check(name, got, want)


def test_moments_around_a_known_mean(dtype, monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    a = numbers(dtype, (3, 4))
    for name, axis in itertools.product(("var", "std"), (None, 0, 1)):
        for where in (True, np.arange(12).reshape(3, 4) % 3 > 0):
            mean = np.mean(a, axis=axis, keepdims=True)
            options = {"axis": axis, "ddof": 1, "where": where, "mean": mean}
            check(name, getattr(rp, name)(a, **options), getattr(np, name)(a, **options))
    out = rp.zeros(4)
    assert rp.var(np.arange(12.0).reshape(3, 4), axis=0, mean=2.0, out=out) is out


@pytest.mark.parametrize("name", ["mean", "nanmean", "average"])
def test_means_are_rounded_as_numpys(name, dtype):
    rng = np.random.default_rng(11)
    # Integers, whose sums are exact in any order.
    for n in (1, 3, 7, 49, 1000, 1100):
        parts = rng.integers(0, 2 if dtype == "bool" else 9 if dtype == "float16" else 100, (2, 11, n))
        a = (parts[0] + 1j * parts[1]).astype(dtype) if dtype.startswith("c") else parts[0].astype(dtype)
        for array, axis in ((a, None), (a[0], None), (a, 0), (a, 1), (a.T, 1), (a[:, ::-1], -1), (a[:, :, None], (0, 1))):
            options = {} if name == "average" else {"keepdims": n % 2 == 0}
            got, want = getattr(rp, name)(rp.asarray(array), axis, **options), getattr(np, name)(array, axis, **options)
            assert got.dtype == want.dtype and np.asarray(got).tobytes() == want.tobytes()
        if name == "mean":
            chosen = {"where": parts[1] % 3 > 0}
            chosen["where"][:, 0] = chosen["where"][0] = True
            for axis in (None, 0, 1):
                got, want = rp.mean(rp.asarray(a), axis, **chosen), np.mean(a, axis, **chosen)
                assert np.asarray(got).tobytes() == want.tobytes()


@pytest.mark.parametrize("given", ["f2", "f4", "f8", "c8"])
def test_means_in_another_dtype_are_rounded_as_numpys(given):
    a = np.random.default_rng(5).integers(0, 99, (5, 49))
    for dtype in ("f2", "f4", "f8", "c8", "c16"):
        if np.can_cast(given, dtype, "same_kind"):
            for axis in (None, 0, 1):
                got = rp.mean(rp.asarray(a.astype(given)), axis, dtype=dtype)
                want = np.mean(a.astype(given), axis, dtype=dtype)
                assert got.dtype == want.dtype and np.asarray(got).tobytes() == want.tobytes()


def test_what_numpy_cannot_reduce_either(monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    a = rp.arange(3)
    # NumPy's words depend on what it has looked for before.
    words = "No loop matching the specified signature and casting|did not contain a loop"
    for call in (rp.less.reduce, rp.equal.accumulate, lambda a: rp.greater.reduceat(a, [0, 1])):
        with pytest.raises(TypeError, match=words):
            call(a)


def test_axes_of_an_array_without_axes():
    for name, axis in itertools.product((*NAMES, "average", "nanmean"), (0, -1, 1, (0,), (), None)):
        if name.startswith("arg") and axis not in (0, -1, None):
            continue
        want, got = (outcome(getattr(xp, name), xp.asarray(3.0), axis=axis) for xp in (np, rp))
        check(name, got, want)


def test_ellipses_as_outputs():
    a = rp.arange(3)
    assert rp.add.reduce(a, out=...).item() == 3
    assert rp.sum(a, out=...).item() == 3
    with pytest.raises(TypeError, match="must use `...` as `out=...` and not per-operand/in a tuple"):
        rp.add.reduce(a, out=(...,))
    with pytest.raises(ValueError, match="The 'out' tuple must have exactly one entry"):
        rp.add.reduce(a, out=(None, None))


def test_the_only_axis_may_be_none():
    a = rp.arange(4)
    assert rp.add.accumulate(a, axis=None).tolist() == [0, 1, 3, 6]
    assert rp.add.reduceat(a, [0, 2], axis=None).tolist() == [1, 5]
    with pytest.raises(ValueError, match="accumulate does not allow multiple axes"):
        rp.add.accumulate(a.reshape(2, 2), axis=None)


def test_long_doubles_are_numpys():
    a = np.arange(6.0).reshape(2, 3)
    for name in ("sum", "prod", "max", "min", "any"):
        dtype = {"dtype": np.longdouble} if name in ("sum", "prod") else {}
        got = getattr(rp.asarray(a), name)(axis=1, **dtype)
        np.testing.assert_array_equal(np.asarray(got), getattr(a, name)(axis=1, **dtype))
    assert rp.asarray(a).sum(dtype=np.longdouble) == 15


def test_switches_are_read_as_numpy_reads_them():
    a = np.arange(6).reshape(2, 3)
    mine = rp.asarray(a)
    for switch in (1, 0, np.int8(1), np.array(1), None, "a", [], 2**70):
        for f in (
            lambda x: x.sum(0, keepdims=switch),  # noqa: B023
            lambda x: x.argmin(keepdims=switch),  # noqa: B023
            lambda x: x.byteswap(inplace=switch),  # noqa: B023
            lambda x: x.astype(float, subok=switch),  # noqa: B023
            lambda x: x.copy().setflags(write=switch),  # noqa: B023
        ):
            try:
                want = f(a.copy())
            except (TypeError, OverflowError) as error:
                with pytest.raises(type(error)):
                    f(mine.copy())
            else:
                np.testing.assert_array_equal(np.asarray(f(mine.copy())), np.asarray(want))
    for true in (np.True_, rp.asarray(True)):
        assert mine.sum(keepdims=true).shape == rp.add.reduce(mine, axis=None, keepdims=true).shape == (1, 1)
        assert rp.ones_like(mine, subok=true).tolist() == [[1] * 3] * 2


def test_outputs_that_overlap_the_input(monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    rng = np.random.default_rng(3)

    def draw(memory, shape, dtype, start, order, turned):
        a = np.ndarray(shape, dtype, memory, start * np.dtype(dtype).itemsize, order=order)
        return np.flip(a, turned)

    for _ in range(400):
        shape = tuple(map(int, rng.integers(1, 5, 3)))
        axis = int(rng.integers(-3, 3))
        dtype, asked = rng.choice(["i1", "u2", "i4", "u4", "i8"], 2)
        asked = None if rng.random() < 0.3 else asked
        name = rng.choice(["add", "minimum", "maximum", "multiply", "subtract", "gcd"])
        starts = rng.integers(0, shape[axis], 2)
        places = [(int(rng.integers(3)), rng.choice(["C", "F"]), int(rng.integers(3))) for _ in range(2)]
        memory = rng.integers(0, 256, 2048, dtype="u1")
        for method, arguments, length in (
            ("accumulate", (), shape[axis]),
            ("reduceat", (starts,), 2),
            ("reduce", (), 1),
        ):
            extent = list(shape)
            extent[axis] = length
            results = []
            for xp, bytes_ in ((np, memory.copy()), (rp, memory.copy())):
                x = draw(bytes_, shape, dtype, *places[0])
                # NumPy keeps sums so far in the output: one of the loop's own dtype loses nothing.
                out = draw(bytes_, extent, asked or dtype, *places[1])
                options = {"axis": axis, "dtype": asked, "out": out}
                if method == "reduce":
                    options["keepdims"] = True
                getattr(getattr(xp, name), method)(x, *arguments, **options)
                results.append(out)
            np.testing.assert_array_equal(*results, err_msg=f"{name}.{method} {dtype} {asked}")


def test_steps_are_computed_in_the_dtype_asked_for():
    a = np.array([2, -3, 70000, 5])
    for dtype in "bBhHiIlLfd":
        for name in ("minimum", "maximum", "subtract", "gcd"):
            if name == "gcd" and dtype in "fd":
                continue
            mine, theirs = getattr(rp, name), getattr(np, name)
            for method, arguments in (("accumulate", ()), ("reduce", ()), ("reduceat", ([0, 1, 3],))):
                want = getattr(theirs, method)(a, *arguments, dtype=dtype)
                got = np.asarray(getattr(mine, method)(rp.asarray(a), *arguments, dtype=dtype))
                assert got.dtype == want.dtype
                np.testing.assert_array_equal(got, want)
    small = np.array([1, 200, 100], "u1")
    for method in ("accumulate", "reduce"):
        want, got = (
            getattr(xp.subtract, method)(small, out=np.zeros(3 if method == "accumulate" else (), "i2"))
            for xp in (np, rp)
        )
        np.testing.assert_array_equal(got, want)


def test_a_segment_of_one_element_is_that_element():
    for name in ("gcd", "lcm", "hypot", "add", "logaddexp"):
        for a in (np.array([-2, 4, -6]), np.array([-2.0, -0.0, -3.0])):
            if name in ("gcd", "lcm") and a.dtype.kind == "f":
                continue
            want = getattr(np, name).reduceat(a, [0, 1, 2, 0])
            got = np.asarray(getattr(rp, name).reduceat(rp.asarray(a), [0, 1, 2, 0]))
            assert got.dtype == want.dtype
            np.testing.assert_allclose(got, want)
            np.testing.assert_array_equal(np.signbit(got), np.signbit(want))


@pytest.mark.parametrize("name", ["sum", "prod", "mean"])
@pytest.mark.parametrize("shape", [(2,), (3, 4)])
def test_elements_become_halves_before_they_are_added(name, shape):
    x = np.resize([1e5, -1e5, 0.1, 3.0], shape)
    with np.errstate(all="ignore"), rp.errstate(all="ignore"):
        for values in (x, np.abs(x) / 1e3):
            got = getattr(rp, name)(rp.asarray(values), axis=-1, dtype="e")
            want = getattr(np, name)(values, axis=-1, dtype="e")
            np.testing.assert_allclose(np.asarray(got), want, rtol=2e-3)
            assert got.dtype == np.float16


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
@pytest.mark.parametrize("name", ["max", "min", "nanmax", "fmax", "fmin"])
def test_extremes_of_complex_numbers_go_by_the_real_part_first(name, dtype):
    generator = np.random.default_rng(12)

    def call(xp, array):
        ufunc = getattr(xp, name)
        return np.asarray(ufunc.reduce(array) if name.startswith("f") else ufunc(array))

    for length in [*range(1, 40), 64, 100, 1000]:
        for spread in (1, 3, 1000):
            whole = generator.integers(-spread, spread + 1, (2, length)).astype(np.float64)
            whole *= generator.choice([1.0, -1.0], whole.shape)
            for extra in (None, complex(np.inf, -np.inf), complex(-np.inf, 2), complex(np.nan, 1), complex(1, np.nan)):
                z = (whole[0] + 1j * whole[1]).astype(dtype)
                z.imag = whole[1]
                if extra is not None:
                    z[generator.integers(length)] = extra
                with np.errstate(all="ignore"), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    got, want = call(rp, rp.asarray(z)), call(np, z)
                assert got.tobytes() == want.tobytes() or np.isnan(want)
                np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("length", [1, 63, 64, 65, 511, 512, 513, 1024, 1500, 5000, 70000])
def test_the_first_truth_value_anywhere(length):
    for place in {0, 1, 64, 511, 512, 1023, length // 2, length - 2, length - 1, length}:
        x = np.zeros(length, bool)
        x[place : place + 2] = True
        for y in (x, x[::-1], np.repeat(x, 2)[::2], np.array([x, ~x]), np.array([x, ~x]).T):
            a = rp.asarray(y)
            for name in "argmax", "argmin":
                for axis in (None, 0, -1):
                    got, want = getattr(a, name)(axis=axis), getattr(y, name)(axis=axis)
                    np.testing.assert_array_equal(np.asarray(got), want, err_msg=f"{name} {place}")
