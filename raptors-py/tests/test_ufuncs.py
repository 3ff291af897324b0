"""Laws of every ufunc of the table: NumPy's values, dtypes and errors, over dtypes and layouts."""

import platform

import numpy as np
import pytest
from conftest import DTYPES, LAYOUTS, ulps, values

import raptors as rp
from raptors import _raptors

UFUNCS = [u for u in _raptors.ufuncs.values() if isinstance(getattr(np, u.__name__, None), np.ufunc)]
CLIP = _raptors.ufuncs["clip"]
ALL = [*UFUNCS, CLIP]
SHAPE = (4, 6)
X86 = platform.machine().lower() in ("x86_64", "amd64")


def reference(ufunc):
    return np._core.umath.clip if ufunc is CLIP else getattr(np, ufunc.__name__)


def operands(ufunc, dtype, layout=lambda a: a):
    """Inputs that NumPy takes, in a layout."""
    arrays = [values(dtype, SHAPE[0] * SHAPE[1], seed).reshape(SHAPE) for seed in range(ufunc.nin)]
    if ufunc.__name__ in ("power", "left_shift", "right_shift") and np.dtype(dtype).kind in "iu":
        arrays[1] = (np.abs(arrays[1].astype(np.int64)) % 7).astype(dtype)
    if ufunc.__name__ == "reciprocal" and np.dtype(dtype).kind in "biu" and not X86:
        # 1 / 0 is what NumPy's processor makes of infinity as an integer; Raptors gives x86-64's.
        arrays[0][arrays[0] == 0] = 1
    if ufunc.__name__ == "ldexp":
        arrays[1] = values("int32", SHAPE[0] * SHAPE[1], 9).reshape(SHAPE) % 20
    return [layout(array) for array in arrays]


def attempt(function, *args, **kwargs):
    with np.errstate(all="ignore"):
        try:
            result = function(*args, **kwargs)
        except (TypeError, ValueError) as error:
            return error
    return result if isinstance(result, tuple) else (result,)


def exact(ufunc, arrays, want):
    """``want``, computed in twice the width where NumPy's own errors are large."""
    if not ufunc._ulp or want[0].dtype != np.complex64 or any(array.dtype.kind != "c" for array in arrays):
        return want
    wide = attempt(reference(ufunc), *(array.astype(np.complex128) for array in arrays))
    return tuple(np.asarray(result).astype(np.complex64) for result in wide)


def check(ufunc, got, want):
    assert isinstance(got, tuple), got
    for mine, theirs in zip(got, want, strict=True):
        mine = np.asarray(mine)
        assert mine.dtype == np.asarray(theirs).dtype
        assert mine.shape == np.shape(theirs)
        if mine.dtype.kind in "fc":
            # NumPy's own loops are within 4 ulp of the truth; complex powers by numbers of this size are within
            # 16, NumPy's as ours: the last place of the logarithm is multiplied.
            power = ufunc.__name__ in ("power", "float_power") and mine.dtype.kind == "c"
            theirs_off = 32 if power else 4
            allowed = ufunc._ulp + (theirs_off if ufunc._ulp else 0)
            assert ulps(mine, theirs) <= allowed, (mine, theirs)
        else:
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("ufunc", ALL, ids=lambda u: u.__name__)
@pytest.mark.parametrize("dtype", DTYPES)
def test_equals_numpy_in_every_layout(ufunc, dtype):
    for name, layout in LAYOUTS.items():
        arrays = operands(ufunc, dtype, layout)
        want = attempt(reference(ufunc), *arrays)
        got = attempt(ufunc, *(rp.asarray(array) for array in arrays))
        if isinstance(want, Exception):
            assert type(got).__name__ == type(want).__name__, (name, got, want)
        else:
            check(ufunc, got, exact(ufunc, arrays, want))


@pytest.mark.parametrize("ufunc", ALL, ids=lambda u: u.__name__)
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int64", "float32"])
def test_mixed_dtypes_promote_as_in_numpy(ufunc, dtype):
    if ufunc.nin == 1:
        pytest.skip("one input has one dtype")
    first = operands(ufunc, "float64" if dtype == "int64" else "int16")[0]
    arrays = [first, *operands(ufunc, dtype)[1:]]
    want = attempt(reference(ufunc), *arrays)
    got = attempt(ufunc, *map(rp.asarray, arrays))
    if isinstance(want, Exception):
        assert type(got).__name__ == type(want).__name__
    else:
        check(ufunc, got, want)


@pytest.mark.parametrize("ufunc", ALL, ids=lambda u: u.__name__)
def test_out_where_and_dtype(ufunc):
    dtype = "float64"
    arrays = operands(ufunc, dtype)
    want = attempt(reference(ufunc), *arrays)
    if isinstance(want, Exception):
        dtype = "int64"
        arrays = operands(ufunc, dtype)
        want = attempt(reference(ufunc), *arrays)
    mine = [rp.asarray(array) for array in arrays]
    mask = (np.arange(24) % 3 == 0).reshape(SHAPE)
    outs = tuple(rp.asarray(np.full(SHAPE, 7, w.dtype)) for w in want)
    result = attempt(ufunc, *mine, out=outs, where=mask)
    assert all(a is b for a, b in zip(result, outs))
    for out, w in zip(outs, want):
        assert (np.asarray(out)[~mask] == w.dtype.type(7)).all()
        got, expected = np.asarray(out)[mask], w[mask]
        check(ufunc, (got,), (expected,))
    positional = tuple(rp.empty(SHAPE, w.dtype) for w in want)
    result = attempt(ufunc, *mine, *positional)
    assert all(a is b for a, b in zip(result, positional))
    check(ufunc, result, want)


@pytest.mark.parametrize("ufunc", ALL, ids=lambda u: u.__name__)
def test_overlapping_output(ufunc):
    """Inputs that share memory with the output are read as if they had been copied first."""
    if ufunc.nout != 1:
        pytest.skip("one output is enough")
    dtype = "float64"
    want = attempt(reference(ufunc), *operands(ufunc, dtype))
    if isinstance(want, Exception):
        dtype = "int64"
        want = attempt(reference(ufunc), *operands(ufunc, dtype))
    result_dtype = want[0].dtype
    for shift in (1, -1, 0):
        base = values(dtype, 40)
        if ufunc.__name__ in ("power", "left_shift", "right_shift"):
            base = np.arange(40).astype(dtype) % 7
        if dtype == "float64" and ufunc.__name__ == "ldexp" or result_dtype != base.dtype:
            continue
        here, there = (base[1:-1], base[1 + shift : len(base) - 1 + shift])
        inputs = [there.copy() for _ in range(ufunc.nin)]
        expected = attempt(reference(ufunc), *inputs)[0]
        mine = base.copy()
        view = rp.asarray(mine)
        there = view[1 + shift : len(base) - 1 + shift]
        with np.errstate(all="ignore"):
            ufunc(*([there] * ufunc.nin), out=view[1:-1])
        check(ufunc, (mine[1:-1],), (expected,))


def test_attributes():
    assert (rp.add.nin, rp.add.nout, rp.add.nargs, rp.add.identity) == (2, 1, 3, 0)
    assert rp.add.__name__ == "add" and "dd->d" in rp.add.types
    assert repr(rp.add) == "<ufunc 'add'>" and rp.add.signature is None
    assert rp.true_divide is rp.divide and rp.abs is rp.absolute
    assert rp.maximum.identity is None
    for ufunc in UFUNCS:
        theirs = reference(ufunc)
        assert (ufunc.nin, ufunc.nout) == (theirs.nin, theirs.nout)
        assert ufunc.__doc__.startswith(ufunc.__name__)


BINARY = [u for u in UFUNCS if u.nin == 2 and u.nout == 1]


@pytest.mark.parametrize("ufunc", BINARY, ids=lambda u: u.__name__)
@pytest.mark.parametrize("method", ["reduce", "accumulate", "outer", "reduceat", "at"])
def test_methods(ufunc, method):
    dtype = "float64"
    array = np.abs(values("int64", 24)).reshape(SHAPE) % 5 + 1
    if not isinstance(attempt(reference(ufunc), array.astype(dtype), array.astype(dtype)), Exception):
        array = array.astype(dtype)
    args = {
        "reduce": (array,),
        "accumulate": (array, 1),
        "outer": (array[0], array[:, 0]),
        "reduceat": (array, [0, 2]),
        "at": (array.copy(), [0, 2], array[:2]),
    }[method]
    copies = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
    want = attempt(getattr(reference(ufunc), method), *args)
    mine = [rp.asarray(a) if isinstance(a, np.ndarray) else a for a in copies]
    got = attempt(getattr(ufunc, method), *mine)
    if isinstance(want, Exception):
        assert type(got).__name__ == type(want).__name__, (got, want)
    elif method == "at":
        np.testing.assert_array_equal(mine[0], args[0])
    else:
        np.testing.assert_allclose(np.asarray(got[0]), want[0], rtol=1e-12)
        assert np.asarray(got[0]).dtype == np.asarray(want[0]).dtype


@pytest.mark.parametrize("name", [u.__name__ for u in _raptors.ufuncs.values() if u._namespace == "nn"])
def test_nn_ufuncs_are_finite_and_do_not_depend_on_layout(name):
    ufunc = _raptors.ufuncs[name]
    for dtype in ("float16", "float32", "float64"):
        arrays = [np.linspace(-4, 4, 24).reshape(SHAPE).astype(dtype) for _ in range(ufunc.nin)]
        want = np.asarray(ufunc(*map(rp.asarray, arrays)))
        assert want.dtype == dtype and np.isfinite(want).all()
        for layout in ("fortran", "strided", "reversed", "unaligned"):
            got = ufunc(*(rp.asarray(LAYOUTS[layout](array)) for array in arrays))
            np.testing.assert_array_equal(np.asarray(got), want)


def test_types_without_loop_are_refused_without_numpy(monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    z = np.arange(3) * 1j
    for name in ("trunc", "signbit", "cbrt", "fabs"):
        with pytest.raises(TypeError, match=f"ufunc '{name}' not supported for the input types"):
            getattr(rp, name)(rp.asarray(z))
    for call in (lambda x: x % 2, lambda x: rp.remainder(x, 1), lambda x: rp.bitwise_and(x, 1)):
        with pytest.raises(TypeError, match="not supported for the input types"):
            call(rp.asarray(z))
    for call in (lambda x: x + 2**200, lambda x: rp.add(2**200, x)):
        with pytest.raises(OverflowError):
            call(rp.arange(3))


def test_integers_that_nothing_holds(monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    for big in (2**200, -(2**200)):
        assert (rp.asarray([1.5]) + big).tolist() == [1.5 + big]
        for name in ("less", "greater_equal", "equal", "not_equal"):
            for args in (np.arange(3), big), (big, np.arange(3)):
                assert getattr(rp, name)(*args).tolist() == getattr(np, name)(*args).tolist()


def test_loops_by_signature(monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    a = np.arange(3)
    for signature in ("dd->d", "FF->F", ("F", "F", "F")):
        for casting in ("same_kind", "unsafe"):
            options = {"signature": signature, "casting": casting}
            want, got = np.add(a, 1.5, **options), rp.add(a, 1.5, **options)
            assert got.dtype == want.dtype and got.tolist() == want.tolist()
    out = rp.zeros(3)
    assert rp.multiply(a, 2, sig="dd->d", out=out) is out
    assert out.tolist() == [0.0, 2.0, 4.0]
    with pytest.raises(TypeError, match="No loop matching"):
        rp.sin(a, signature="i->i")
    with pytest.raises(TypeError, match="Cannot cast ufunc 'add' input"):
        rp.add(a * 1j, 1, signature="dd->d")


def test_float_power_is_computed_in_double(dtype, layout, monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    a = layout(values(dtype, 24).reshape(4, 6))
    with np.errstate(all="ignore"):
        for exponent in (2, -1, 0.5, np.float32(3), np.asarray(2, dtype)):
            want, got = np.float_power(a, exponent), np.asarray(rp.float_power(a, exponent))
            assert got.dtype == want.dtype and (got.strides == want.strides or not want.size)
            np.testing.assert_allclose(got, want, rtol=1e-13)
    assert rp.float_power.types == ["dd->d", "DD->D"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_scalars_of_numpy_keep_their_dtype_and_value(dtype):
    for value in (0, 1, 2.5, 100):
        scalar = np.dtype(dtype).type(value)
        for other in DTYPES:
            array = np.ones(5, other)
            for name in ("add", "equal", "maximum"):
                want = getattr(np, name)(array, scalar)
                got = np.asarray(getattr(rp, name)(rp.asarray(array), scalar))
                assert got.dtype == want.dtype
                np.testing.assert_array_equal(got, want)


def test_spacing_of_every_half():
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    with np.errstate(all="ignore"), rp.errstate(all="ignore"):
        np.testing.assert_array_equal(np.asarray(rp.spacing(rp.asarray(halves))), np.spacing(halves))


@pytest.mark.parametrize(
    ("exponent", "dtype"), [(40000, "h"), (-(2**32) + 1, "i"), (3, "i"), (2**32 - 1, "i"), (-1, "q")]
)
def test_exponents_are_judged_as_the_loop_sees_them(exponent, dtype):
    def outcome(module):
        operands = [module.asarray([x], dtype="Q" if x > 2**31 else "q") for x in (2, exponent)]
        try:
            result = module.power(*operands, dtype=dtype, casting="unsafe")
        except ValueError as error:
            return str(error)
        return np.asarray(result).tolist(), result.dtype

    assert outcome(rp) == outcome(np)
