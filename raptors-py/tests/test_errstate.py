"""Floating-point exceptions are NumPy's: the same warnings, under the same errstate."""

import warnings

import numpy as np
import pytest

import raptors as rp

INF, NAN = np.inf, np.nan
CALLS = [
    ("divide", [1.0, 0.0], [0.0, 0.0]),
    ("divide", [1j, 0], [0j, 0]),
    ("floor_divide", [1, -128], [0, -1]),
    ("floor_divide", [1.0, 0.0, INF], [0.0, 0.0, 1.0]),
    ("remainder", [1, -128], [0, -1]),
    ("remainder", [1.0], [0.0]),
    ("fmod", [1.0, INF], [0.0, 1.0]),
    ("divmod", [7, -128], [0, -1]),
    ("divmod", [1.0], [0.0]),
    ("add", [INF], [-INF]),
    ("subtract", [INF], [INF]),
    ("multiply", [1e300, 0.0], [1e300, INF]),
    ("multiply", [1e-300], [1e-300]),
    ("power", [0.0, 10.0, 10.0, -1.0], [-1.0, 400.0, -400.0, 0.5]),
    ("less", [NAN], [1.0]),
    ("maximum", [NAN], [1.0]),
    ("hypot", [1.7e308], [1.7e308]),
    ("ldexp", [1.0, 1.0], [5000, -5000]),
    ("exp", [1000.0, -1000.0]),
    ("exp", [NAN, INF, -INF, 0.0]),
    ("exp", [1000 + 0j]),
    ("exp2", [2000.0]),
    ("expm1", [1000.0]),
    ("log", [0.0, -1.0]),
    ("log", [0j]),
    ("log1p", [-1.0, -2.0]),
    ("log2", [0.0]),
    ("log10", [-1.0]),
    ("arctanh", [1.0, 2.0]),
    ("arccos", [2.0]),
    ("arccosh", [0.0]),
    ("sin", [INF]),
    ("tan", [1.0, NAN]),
    ("sinh", [1e4]),
    ("sqrt", [-1.0]),
    ("sqrt", [-1.0 + 0j]),
    ("square", [1e200]),
    ("reciprocal", [0.0]),
    ("reciprocal", [0]),
    ("rint", [NAN]),
    ("sign", [NAN]),
    ("degrees", [1e308]),
]


def messages(function, *args, **kwargs):
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn"):
        warnings.simplefilter("always")
        function(*args, **kwargs)
    return sorted(str(warning.message) for warning in caught)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_ufuncs_warn_as_numpys(call):
    name, *args = call
    arrays = [np.array(arg) for arg in args]
    dtypes = {"f": ["float16", "float32", "float64"], "i": ["int8", "int64"]}.get(arrays[0].dtype.kind)
    for dtype in dtypes or [arrays[0].dtype]:
        # float16 has less range: what fits float64 alone would overflow when it is made.
        if dtype != "float64" and arrays[0].dtype.kind == "f" and np.abs(np.nan_to_num(args[0])).max() > 1e4:
            continue
        small = dtype == "int64" and any(-128 in arg for arg in args)
        if small:
            arrays[0] = np.where(arrays[0] == -128, np.iinfo(dtype).min, arrays[0])
        typed = [a if name == "ldexp" and i else a.astype(dtype) for i, a in enumerate(arrays)]
        for repeat in (1, 700):
            inputs = [np.tile(a, repeat) for a in typed]
            want = messages(getattr(np, name), *inputs)
            assert messages(getattr(rp, name), *map(rp.asarray, inputs)) == want, (dtype, repeat)
            assert messages(getattr(rp, name), *(rp.asarray(a)[::-1] for a in inputs)) == want


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", ["floor_divide", "remainder", "fmod", "divmod"])
def test_quotients_of_special_values_warn_as_numpys(name, dtype):
    """But for underflow: NumPy looks at how small a quotient is that becomes zero."""
    info = np.finfo(dtype)
    values = [0, 1, 2.5, 3, 1e-3, info.max, info.max / 2, info.tiny, info.smallest_subnormal, info.eps, INF]
    values = np.array([*values, *(-value for value in values), NAN], dtype)
    ours, theirs = getattr(rp, name), getattr(np, name)
    for x in values:
        for y in values:
            for n in (1, 30):
                a, b = np.full(n, x, dtype), np.full(n, y, dtype)
                want = [words for words in messages(theirs, a, b) if "underflow" not in words]
                got = [words for words in messages(ours, rp.asarray(a), rp.asarray(b)) if "underflow" not in words]
                assert got == want, (x, y, n)


def test_few_elements_of_other_dtypes_warn_as_numpys():
    integers, singles = np.array([3, -2, 0, 1], np.int32), np.array([1.5, -2.0, 0.0, 3.0], np.float32)
    bytes_ = np.array([120, -120, 3, 0], np.int8)
    for name in ("arccos", "arctanh", "log", "cosh", "sinh", "exp", "exp2", "arccosh", "sqrt", "reciprocal"):
        for array in (integers, singles, bytes_, singles.astype(np.float16)):
            want = messages(getattr(np, name), array)
            assert messages(getattr(rp, name), rp.asarray(array)) == want, name
            assert messages(getattr(rp, name), rp.asarray(array)[::-1]) == want, name
    for name in ("power", "arctan2", "ldexp", "fmod", "floor_divide", "hypot"):
        for second in (integers, np.full(4, 2000, np.int32)):
            want = messages(getattr(np, name), singles, second)
            assert messages(getattr(rp, name), rp.asarray(singles), rp.asarray(second)) == want, name
    told = []
    with np.errstate(all="call", call=lambda *args: told.append(args)):
        rp.arccos(rp.asarray(integers))
    assert len(told) == 1
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="invalid value encountered in arccos"):
        rp.arccos(rp.asarray(singles))


def test_every_threads_exceptions_count():
    a = np.ones(3_000_000)
    for place in (0, 1_500_000, -1):
        b = a.copy()
        b[place] = 0
        assert messages(rp.divide, rp.asarray(a), rp.asarray(b)) == [
            "divide by zero encountered in divide"
        ]
        assert messages(rp.log, rp.asarray(b)) == ["divide by zero encountered in log"]
    assert messages(rp.log, rp.asarray(a)) == []


@pytest.mark.parametrize("name", ["sum", "prod", "mean", "cumsum"])
def test_reductions(name):
    for array in ([1e308, 1e308], [INF, -INF], [NAN, 1.0], [1.0, 2.0]):
        want = messages(getattr(np, name), np.array(array))
        assert messages(getattr(rp, name), rp.asarray(array)) == want
    assert messages(rp.asarray([1e308, 1e308]).sum) == ["overflow encountered in reduce"]


def test_moments_of_nothing():
    for shape, axis in ((0, None), ((0, 3), 0), ((0, 3), 1)):
        for name in ("mean", "var", "std"):
            for dtype in ("f8", "f4", "c16", "i4"):
                got = messages(getattr(rp, name), rp.zeros(shape, dtype), axis)
                assert got == messages(getattr(np, name), np.zeros(shape, dtype), axis)
    for ddof in (1, 2, 1.5):
        for array in (np.ones(1), np.array([1.0, 2.0]), np.ones((1, 3)), np.arange(6.0).reshape(2, 3)):
            for axis in (None, 0, -1):
                got = messages(rp.std, rp.asarray(array), axis, ddof=ddof)
                assert got == messages(np.std, array, axis, ddof=ddof)


STEPS = [
    [INF, 1.0], [INF, -INF], [INF, INF], [1e308, 1e308], [1e200, -1e200], [1.2e154, -1.2e154], [NAN, 1.0], [1.0, 2.0],
    [1e308, -1e308, 5.0], [NAN, INF, -INF], [1e30 + 1e30j, -1e30], [complex(INF, 1), 1], [1e308j, 1e308j],
]  # fmt: skip


@pytest.mark.parametrize("numbers", STEPS, ids=str)
@pytest.mark.parametrize("name", ["var", "std"])
def test_moments_tell_of_the_step_where_it_happens(name, numbers):
    one = np.array(numbers)
    rows = np.tile(one, (400, 1))
    for array, axis in ((one, None), (rows, 1), (rows[:1], 0), (rows[:3], None), (rows.T.copy(), 0), (rows[:4, ::-1], -1)):
        for dtype in (array.dtype, {"f": "f4", "c": "c8"}[array.dtype.kind]):
            with np.errstate(all="ignore"):
                typed = array.astype(dtype)
            for keepdims in (False, True):
                want = messages(getattr(np, name), typed, axis, keepdims=keepdims)
                assert messages(getattr(rp, name), rp.asarray(typed), axis, keepdims=keepdims) == want
            with np.errstate(all="ignore"):
                got, want = getattr(rp, name)(rp.asarray(typed), axis), getattr(np, name)(typed, axis)
                np.testing.assert_allclose(np.asarray(got), want, rtol=1e-6)
    if one.dtype == "f8":
        want = messages(getattr(np, name), one, out=np.zeros(()))
        assert messages(getattr(rp, name), rp.asarray(one), out=rp.zeros(())) == want
    with np.errstate(invalid="raise"), pytest.raises(FloatingPointError, match="invalid value encountered in subtract"):
        getattr(rp, name)(rp.asarray([INF, 1.0]))


def test_casts():
    for value, dtype in ((1e300, "f4"), (1e300, "i4"), (NAN, "i8"), (3e9, "i2"), (1e5, "f2"), (2.0, "i1")):
        want = messages(np.array([value]).astype, dtype)
        assert messages(rp.asarray([value]).astype, dtype) == want, (value, dtype)


def test_assignments():
    source, mask = rp.asarray([1e300, 1.0]), rp.asarray([True, False])
    for assign in (
        lambda a: a.__setitem__(slice(None), source),
        lambda a: a.__setitem__(mask, source[:1]),
        lambda a: a.__setitem__([0, 1], source),
        lambda a: a.flat.__setitem__(slice(None), source),
        lambda a: a.fill(1e300),
        lambda a: rp.copyto(a, source, casting="unsafe"),
    ):
        assert messages(assign, rp.zeros(2, "f4")) == ["overflow encountered in cast"]


def test_errstate_decides():
    zero, one = rp.zeros(3), rp.ones(3)
    with rp.errstate(divide="raise"), pytest.raises(FloatingPointError, match="in divide"):
        one / zero
    with rp.errstate(divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        one / zero
    calls = []
    with rp.errstate(divide="call", call=lambda kind, flag: calls.append((kind, flag))):
        one / zero
    assert calls == [("divide by zero", 1)]
    assert rp.geterr is np.geterr and rp.errstate is np.errstate
    with rp.errstate(all="raise"):
        assert float((one + one).sum()) == 6.0


def test_masked_elements_raise_nothing(dtype):
    x = np.tile(np.array([0, 1, 2, 0, 3], dtype), 500)
    ours, out = rp.asarray(x), rp.zeros(x.shape, np.result_type(x.dtype, np.float16))
    with rp.errstate(all="raise"):
        assert rp.divide(1, ours, where=ours != 0, out=out) is out
        np.testing.assert_array_equal(out[1::5], 1)
        if x.dtype.kind in "fc":
            rp.log(ours, where=ours != 0, out=out)
        with pytest.raises(FloatingPointError, match="divide by zero"):
            rp.divide(1, ours, where=ours != 1, out=out)


@pytest.mark.parametrize("name", ["exp", "tan", "sqrt", "negative", "add"])
def test_lanes_without_elements_raise_nothing(name):
    # Signalling NaNs pass through the registers that the few halves after them are converted in.
    signalling = rp.asarray(np.full(64, 0x7D00, np.uint16).view(np.float16))
    function = getattr(rp, name)
    for n in range(1, 20):
        few = rp.asarray(np.linspace(0, 1, n).astype(np.float16))
        for layout in (few, few[::-1]):
            with rp.errstate(all="ignore"):
                signalling.astype("f")
            assert messages(function, *[layout] * function.nin) == []


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n", [1, 4, 7, 33])
def test_nan_becomes_float16_silently(dtype, n):
    x = np.ones(n, dtype)
    x[n // 2] = np.nan
    with rp.errstate(all="raise"):
        halves = rp.asarray(x).astype("f2")
    np.testing.assert_array_equal(np.asarray(halves), x.astype("f2"))


HALVES = """arccos arccosh arcsin arcsinh arctan arctanh cbrt cos cosh exp exp2 expm1
    log log10 log1p log2 sin sinh tan tanh""".split()


@pytest.mark.parametrize("name", HALVES)
def test_every_float16_that_raises_is_found(name):
    """Also where arguments are looked at in place of results: at every bound, alone among others."""
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    f, ordinary = getattr(rp, name), np.float16(1 if name == "arccosh" else 0.5)
    with np.errstate(all="ignore"):
        results = np.asarray(f(rp.asarray(every)))
    infinite = np.isinf(results) & np.isfinite(every)
    odd = infinite | np.isnan(results) & ~np.isnan(every)
    bounds = np.flatnonzero(np.diff(odd, prepend=~odd[:1], append=~odd[-1:]))
    places = np.unique(np.concatenate([bounds - 1, bounds, np.arange(0, 1 << 16, 977)]))
    places = places[(places >= 0) & (places < 1 << 16)]
    # Without signalling NaN, whose conversion raises at some levels.
    for i in places[~np.isnan(every[places]) | (places & 0x200 != 0)]:
        for n, at in ((1, 0), (17, 16), (300, 40)):
            x = np.full(n, ordinary)
            x[at] = every[i]
            with np.errstate(all="raise", under="ignore"):
                try:
                    f(rp.asarray(x))
                    raised = False
                except FloatingPointError:
                    raised = True
            assert raised == odd[i], (every[i], n)


@pytest.mark.parametrize("call", ["x * 1e300", "1e300 * x", "xp.multiply(x, 1e300)"])
@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("n", [10, 3000])
def test_a_number_beyond_the_dtype_is_told_of_once(n, step, call):
    for xp in (np, rp):
        told = []
        with xp.errstate(over="call", call=lambda kind, _: told.append(kind)):
            eval(call, {"xp": xp, "x": xp.ones(n, "f4")[::step]})
        assert told == ["overflow"]


@pytest.mark.parametrize("name", ["sinh", "cosh", "exp", "exp2", "expm1", "tanh"])
def test_infinite_halves_raise_nothing(name):
    x = np.resize(np.array([np.inf, -np.inf, 1, np.nan], "f2"), 100)
    ours = getattr(rp, name)
    assert messages(ours, rp.asarray(x)) == []
    np.testing.assert_array_equal(np.asarray(ours(rp.asarray(x)))[:2], getattr(np, name)(x[:2]))


@pytest.mark.parametrize("n", [1, 20, 3000])
@pytest.mark.parametrize("call", ["xp.power(x, 2)", "x ** 2.0", "x ** 2", "(x - x) ** -1", "(x - x) ** -1.0", "(-x) ** 0.5"])
def test_powers_are_told_of_by_the_name_that_was_called(call, n):
    told = []
    for xp in (np, rp):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            eval(call, {"xp": xp, "x": xp.full(n, 1e200)})
        told.append([str(warning.message) for warning in caught])
    assert told[0] == told[1] and len(told[0]) == 1


@pytest.mark.parametrize("n", [1, 3, 255, 256, 1000, 2100, 9000])
@pytest.mark.parametrize("dtype", ["f8", "f4", "i4", "i1", "c16"])
def test_exceptions_of_few_and_of_many_elements_are_told_once(n, dtype):
    def told(xp, call, x, y):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            call(xp, xp.asarray(x), xp.asarray(y))
        return sorted(str(warning.message) for warning in caught)

    calls = (
        lambda xp, x, y: x / y,
        lambda xp, x, y: y[:1] / x,
        lambda xp, x, y: xp.divide(x[::-1], y),
        lambda xp, x, y: xp.log(y),
        lambda xp, x, y: xp.sqrt(x),
        lambda xp, x, y: xp.reciprocal(y),
        lambda xp, x, y: 2.5 / y,
        lambda xp, x, y: x / 0.0,
        lambda xp, x, y: x**2.5,
    )
    numbers = np.arange(n) % 50 + 1
    quiet = numbers.astype(dtype)
    for place in 0, n // 2, n - 1:
        odd = quiet.copy()
        odd[place] = 0
        below = quiet.copy()
        below[place] = -1
        for call in calls:
            for x, y in ((quiet, quiet), (quiet, odd), (below, quiet), (odd, odd), (quiet, quiet)):
                assert told(rp, call, x, y) == told(np, call, x, y)


def test_subnormal_logarithms_underflow_where_float32_does_not_round_to_float16():
    bits = np.arange(1, 0x400, dtype=np.uint16)
    for x in np.concatenate([bits, bits | 0x8000]).view(np.float16):
        nearest = np.float32(np.log1p(x.astype(np.float64)))
        loses = nearest != nearest.astype(np.float16)
        for array in (rp.asarray(np.array([x])), rp.asarray(np.full(40, x)), rp.asarray(np.full(80, x))[::2]):
            with np.errstate(under="raise"):
                try:
                    rp.log1p(array)
                    told = False
                except FloatingPointError:
                    told = True
            assert told == loses, hex(x.view(np.uint16))
