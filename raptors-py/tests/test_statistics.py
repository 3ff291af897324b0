"""Averages, quantiles, differences, covariances, convolution and windows equal NumPy's."""

import itertools
import warnings

import numpy as np
import pytest
from conftest import DTYPES, LAYOUTS, values

import raptors as rp

METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf",
    "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased", "lower", "higher",
    "midpoint", "nearest",
]  # fmt: skip
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def numbers(dtype, shape=(4, 6), special=False):
    """Numbers small enough that sums and differences of them are exact, or nearly so."""
    a = values(dtype, int(np.prod(shape))).reshape(shape)
    if a.dtype.kind != "f" or special:
        return a
    return np.clip(np.nan_to_num(a, posinf=3, neginf=-3), -4, 4)


def outcome(function, *args, **kwargs):
    with np.errstate(all="ignore"):
        try:
            return function(*args, **kwargs)
        except (TypeError, ValueError, IndexError, RuntimeError, ZeroDivisionError) as error:
            return error


def same(name, *args, exact=True, **kwargs):
    """Checks that Raptors gives for Raptors arrays what NumPy gives for NumPy's."""

    def ours(value):
        return rp.asarray(value) if isinstance(value, np.ndarray) else value

    want = outcome(getattr(np, name), *args, **kwargs)
    got = outcome(
        getattr(rp, name), *map(ours, args), **{key: ours(value) for key, value in kwargs.items()}
    )
    case = (name, args, kwargs)
    if isinstance(want, Exception):
        assert isinstance(got, type(want)), (case, got, want)
        return
    assert not isinstance(got, Exception), (case, got, want)
    for mine, theirs in zip(*((x if isinstance(x, tuple) else (x,)) for x in (got, want))):
        assert isinstance(mine, rp.ndarray), case
        mine, theirs = np.asarray(mine), np.asarray(theirs)
        assert (mine.dtype, mine.shape) == (theirs.dtype, theirs.shape), case
        if exact or mine.dtype.kind not in "fc":
            np.testing.assert_array_equal(mine, theirs, str(case))
        else:
            # As exact as the coarsest array: NumPy keeps what it subtracts in the input's dtype.
            arrays = [mine, *(value for value in args if isinstance(value, np.ndarray))]
            kinds = {array.real.dtype.itemsize for array in arrays if array.dtype.kind in "fc"}
            tolerance = {2: 4e-2, 4: 2e-5, 8: 1e-11}[min(kinds)]
            np.testing.assert_allclose(mine, theirs, rtol=tolerance, atol=tolerance)


def axes_of(array):
    return [None, *range(-array.ndim, array.ndim), tuple(range(array.ndim))]


@pytest.mark.parametrize("name", ["median", "ptp", "average"])
def test_reductions_over_axes_and_layouts(name, dtype):
    for layout, keepdims in itertools.product(LAYOUTS.values(), (False, True)):
        array = layout(numbers(dtype))
        for axis in axes_of(array):
            if array.size or name == "ptp":
                same(name, array, axis, keepdims=keepdims, exact=name != "average")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["int8", "uint16", "int64", "float16", "float32", "float64"])
def test_quantiles(method, dtype):
    array = numbers(dtype, special=True)
    shares = [0, 0.3, 1, np.float32(0.4), [0.1, 0.5, 0.9], np.array([0.25], "f4")]
    for share, axis, keepdims in itertools.product(shares, axes_of(array), (False, True)):
        same("quantile", array, share, axis, method=method, keepdims=keepdims)
    same("percentile", array, [[10, 20], [50, 99.5]], 0, method=method)


def test_quantiles_of_layouts(layout, dtype):
    array = layout(numbers(dtype))
    if array.size:
        same("quantile", array, [0.2, 0.7])
        same("percentile", array, 50, axis=0 if array.ndim else None)
        same("quantile", array, 0.5, axis=tuple(range(array.ndim)), keepdims=True)


def test_weighted_quantiles():
    array = numbers("float64", (3, 4, 5))
    weights = np.abs(np.random.default_rng(1).integers(0, 4, array.shape)) + 0.0
    weights[..., 0] = 1
    shares = [0, 0.5, np.array([0.1, 1.0])]
    for share, axis in itertools.product(shares, [None, 0, -1, (0, 2)]):
        same("quantile", array, share, axis, method="inverted_cdf", weights=weights)
        same("nanquantile", array, share, axis, method="inverted_cdf", weights=weights)
    same("quantile", array, 0.3, 1, method="inverted_cdf", weights=weights[0, :, 0])
    same("percentile", array, 30, (1, 2), method="inverted_cdf", weights=weights[0])
    for bad in (-weights, weights[0], weights * 0, weights * np.nan):
        same("quantile", array, 0.3, method="inverted_cdf", weights=bad)
    same("quantile", array, 0.3, weights=weights)


def test_quantiles_into_outputs():
    a = numbers("float64")
    out = rp.empty(6)
    assert rp.quantile(a, 0.5, axis=0, out=out) is out
    np.testing.assert_array_equal(out, np.quantile(a, 0.5, axis=0))
    out = np.empty((2, 1, 6))
    assert rp.quantile(a, [0.5, 0.6], axis=0, out=out, keepdims=True) is out
    np.testing.assert_array_equal(out, np.quantile(a, [0.5, 0.6], axis=0, keepdims=True))
    assert rp.median(a, axis=1, out=(small := rp.empty(4, "f4"))) is small
    for out in (np.empty(5), np.empty(6, int), [0] * 6):
        with pytest.raises((TypeError, ValueError)):
            rp.quantile(a, 0.5, axis=0, out=out)


CALLS = [
    ("median", (), {}), ("nanmedian", (), {}),
    *(
        (name, (q * 100 if "percent" in name else q,), {"method": method})
        for name in ("quantile", "nanquantile", "percentile", "nanpercentile")
        for q in (0.5, np.array([0.3, 0.9]))
        for method in ("linear", "nearest", "midpoint")
    ),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("call", CALLS, ids=str)
@pytest.mark.parametrize("out", ["i1", "i8", "f2", "f4", "f8", "c16"])
def test_outputs_of_other_dtypes(call, out, dtype):
    name, args, options = call
    a = np.arange(30).reshape(5, 6)[::-1, ::-1] * 7 % 30 * 0.75
    with_nan = a.copy()
    with_nan[1] = with_nan[2, 3] = np.nan
    for array in (a.astype(dtype), *([with_nan.astype(dtype)] if np.dtype(dtype).kind in "fc" else [])):
        for axis, keepdims in itertools.product((None, 0, 1), (False, True)):
            shape = np.shape(getattr(np, "nansum" if "nan" in name else "sum")(a, axis, keepdims=keepdims))
            shape = (*np.shape(args[0]), *shape) if args else shape

            def filled(xp):
                to = xp.zeros(shape, out)  # noqa: B023
                inputs = (xp.asarray(array), *(xp.asarray(q) if np.ndim(q) else q for q in args))  # noqa: B023
                result = outcome(getattr(xp, name), *inputs, axis=axis, keepdims=keepdims, out=to, **options)  # noqa: B023
                return type(result) if isinstance(result, Exception) else (result is to, np.asarray(to).tolist())

            np.testing.assert_equal(filled(rp), filled(np), f"{axis} {keepdims}")


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        ("quantile", ([1, 2], 1.5), {}),
        ("quantile", ([1, 2], np.nan), {}),
        ("quantile", ([1j], 0.5), {}),
        ("quantile", ([True, False], 0.5), {}),
        ("quantile", ([1, 2], 0.5), {"method": "best"}),
        ("quantile", ([1, 2], [[[0.5]]]), {}),
        ("quantile", ([], 0.5), {}),
        ("percentile", ([1, 2], 101), {}),
        ("median", ([1, 2],), {"axis": 1}),
        ("average", ([1, 2],), {"weights": [1, -1]}),
        ("average", ([[1, 2]],), {"weights": [1, 1]}),
        ("average", ([[1, 2]],), {"weights": [1, 1, 1], "axis": 1}),
        ("cov", (np.ones((2, 2, 2)),), {}),
        ("cov", ([1, 2],), {"ddof": 0.5}),
        ("cov", ([1, 2],), {"fweights": [1.5, 1]}),
        ("cov", ([1, 2],), {"fweights": [1]}),
        ("cov", ([1, 2],), {"fweights": [[1, 2]]}),
        ("cov", ([1, 2],), {"aweights": [-1, 1]}),
        ("diff", (3,), {}),
        ("diff", ([1, 2],), {"n": -1}),
        ("diff", ([1, 2],), {"axis": 1}),
        ("diff", ([1, 2],), {"prepend": [[1]]}),
        ("gradient", ([1.0],), {}),
        ("gradient", ([1.0, 2], 1, 2), {}),
        ("gradient", ([1.0, 2], [1, 2, 3]), {}),
        ("gradient", ([1.0, 2], [[1, 2]]), {}),
        ("gradient", ([1.0, 2, 3],), {"edge_order": 3}),
        ("convolve", ([], [1]), {}),
        ("convolve", ([1], []), {}),
        ("convolve", ([[1]], [1]), {}),
        ("convolve", ([1], [1]), {"mode": "most"}),
        ("convolve", ([1], [1]), {"mode": 3}),
        ("convolve", ([1], [1]), {"mode": None}),
        ("correlate", (1, [1]), {}),
        ("correlate", ([1], []), {}),
        ("interp", (1, [], []), {}),
        ("interp", (1, [1, 2], [1]), {}),
        ("interp", (1, [[1, 2]], [[1, 2]]), {}),
        ("interp", ([1j], [1, 2], [1, 2]), {}),
        ("interp", (1, [1, 2], [1, 2]), {"left": 1j}),
        ("interp", (1, [1, 2], [1, 2]), {"period": 0}),
        ("i0", ([1j],), {}),
    ],
)
def test_errors(name, args, kwargs):
    want = outcome(getattr(np, name), *args, **kwargs)
    got = outcome(getattr(rp, name), *args, **kwargs)
    assert isinstance(want, Exception)
    assert isinstance(got, type(want)), (got, want)


def test_averages_with_weights(dtype):
    array = numbers(dtype)
    weights = np.arange(1.0, 25).reshape(4, 6)
    for axis, keepdims in itertools.product(axes_of(array), (False, True)):
        same("average", array, axis, weights, exact=False, keepdims=keepdims)
        same("average", array, axis, weights, returned=True, exact=False, keepdims=keepdims)
        same("average", array, axis, returned=True, exact=False, keepdims=keepdims)
    same("average", array, 1, np.arange(6), exact=False)
    same("average", array, (1, 0), np.arange(24).reshape(6, 4), exact=False)


def test_covariances(dtype):
    x, y = numbers(dtype), numbers(dtype)[::-1]
    for rowvar, bias in itertools.product((True, False), (True, False)):
        same("cov", x, y, rowvar, bias, exact=False)
        same("corrcoef", x, y, rowvar, exact=False)
    same("cov", x, exact=False, dtype=np.complex64 if x.dtype.kind == "c" else np.float32)
    same("cov", x[0], exact=False)
    same("cov", x, exact=False, ddof=0, fweights=[1, 2, 3, 1, 2, 1])
    same("cov", x, exact=False, fweights=[1, 2, 3, 1, 2, 1], aweights=[0.5, 1, 1, 2, 1, 1])
    same("corrcoef", x[0], exact=False)


def test_few_degrees_of_freedom():
    with pytest.warns(RuntimeWarning, match="Degrees of freedom <= 0 for slice"):
        rp.cov([[1.0]])


def test_differences(dtype, layout):
    array = layout(numbers(dtype))
    for n, axis in itertools.product((0, 1, 2, 9), range(-array.ndim, max(array.ndim, 1))):
        same("diff", array, n, axis)
    same("diff", array, prepend=array[..., :1] if array.ndim else 0, append=1)
    same("diff", array, axis=0, prepend=0)


def test_gradients_and_integrals(dtype):
    array = numbers(dtype, (4, 5))
    uneven = np.array([0, 1, 3, 4])
    for edge_order in (1, 2):
        same("gradient", array, exact=False, edge_order=edge_order)
        same("gradient", array, 2, exact=False, axis=0, edge_order=edge_order)
        same("gradient", array, uneven, np.arange(5) * 0.5, exact=False, edge_order=edge_order)
        same("gradient", array, uneven, exact=False, axis=-2, edge_order=edge_order)
    for axis in (0, 1, -1):
        same("trapezoid", array, axis=axis, exact=False)
        same("trapezoid", array, dx=0.5, axis=axis, exact=False)
    same("trapezoid", array, uneven, axis=0, exact=False)
    same("trapezoid", array, np.arange(20).reshape(4, 5), exact=False)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
def test_convolution(name, dtype):
    lengths = [(1, 1), (2, 5), (5, 2), (5, 5), (40, 7), (7, 40), (300, 33)]
    for (long, short), mode in itertools.product(lengths, ("valid", "same", "full")):
        a, v = numbers(dtype, (long,)), numbers(dtype, (short,))[::-1]
        same(name, a, v, mode, exact=np.dtype(dtype).kind in "biu")
    same(name, numbers(dtype, (9,))[::2], numbers("float32", (3,)), exact=False)


def test_infinity_meets_only_what_lies_on_it():
    for mode in ("valid", "same", "full"):
        same("convolve", np.array([np.inf, 1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0]), mode)


def test_interpolation():
    rng = np.random.default_rng(0)
    xp = np.sort(rng.normal(size=50))
    fp = rng.normal(size=50)
    for x in (rng.normal(size=(30, 4)), np.linspace(-3, 3, 100)[::3], xp, np.float64(0.3), 7, []):
        same("interp", x, xp, fp, exact=False)
        same("interp", x, xp, fp, -1.5, 2, exact=False)
        same("interp", x, xp, fp + 1j * xp, 1j, exact=False)
        same("interp", x, xp[::-1], fp, period=1.5, exact=False)
    special = np.array([0.0, 1.0, np.inf, np.nan, -np.inf, 0.5])
    same("interp", special, np.array([0.0, 1.0, np.inf]), np.array([1.0, np.inf, np.inf]))
    same("interp", special, np.array([2.0]), np.array([3.0]), 0, 9)
    for dtype in DTYPES:
        if dtype not in ("complex64", "complex128"):
            same("interp", numbers(dtype, (9,)), np.arange(4), np.arange(4) ** 2, exact=False)


@pytest.mark.parametrize("name", ["bartlett", "blackman", "hamming", "hanning"])
def test_windows(name):
    for points in (0, 1, 2, 5, 12, np.float32(7), -3, 4.5):
        same(name, points, exact=False)


def test_kaiser_and_bessel(dtype):
    for points, beta in itertools.product((1, 5, 12), (0, 5, 14.5)):
        same("kaiser", points, beta, exact=False)
    if np.dtype(dtype).kind != "c":
        small = np.abs(numbers(dtype).astype(float)) % 20
        same("i0", small.astype(dtype), exact=False)
    np.testing.assert_allclose(rp.i0([0, 8, 30.0, np.nan]), np.i0([0, 8, 30.0, np.nan]), rtol=1e-14)


def test_warnings_name_the_caller():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rp.cov([[1.0]])
        rp.nanmean([np.nan])
        rp.nanmedian([np.nan])
    # What happens to numbers is reported where it happens, as in NumPy.
    said = [warning for warning in caught if "encountered" not in str(warning.message)]
    assert {warning.filename for warning in said} == {__file__}


@pytest.mark.parametrize("dtype", ["f4", "f8", "i8", "c16"])
def test_trapezoids_between_places(dtype):
    rng = np.random.default_rng(3)
    for shape, axis, places in (
        ((7,), -1, (7,)), ((7,), 0, (2,)), ((2,), 0, (7,)), ((4, 5), 0, (4,)), ((4, 5), 1, (5,)),
        ((4, 5), 1, (4, 5)), ((4, 5), 0, (4, 1)), ((2, 3, 4), 1, (3,)), ((1, 5), 1, (4, 5)), ((1,), 0, (1,)),
        ((2, 5), 0, (6,)),
    ):  # fmt: skip
        y = rng.integers(-9, 9, shape).astype(dtype)
        for x in (rng.standard_normal(places), rng.integers(0, 9, places), rng.random(places).astype("f4")):
            wanted = np.trapezoid(y, x, axis=axis)
            result = rp.trapezoid(rp.asarray(y), rp.asarray(x), axis=axis)
            assert result.dtype == wanted.dtype and result.shape == wanted.shape
            np.testing.assert_allclose(np.asarray(result), wanted, rtol=1e-5, atol=1e-5)
