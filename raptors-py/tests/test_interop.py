"""Memory shared with NumPy and with everything that speaks its protocols."""

import array as pyarray
import copy
import gc
import pickle
import weakref

import numpy as np
import pytest
from conftest import DTYPES, LAYOUTS, python, values

import raptors as rp


@pytest.mark.parametrize("dtype", DTYPES)
def test_zero_copy_both_ways(dtype, layout):
    theirs = layout(values(dtype, 24).reshape(4, 6))
    ours = rp.asarray(theirs)
    back = np.asarray(ours)
    assert ours.dtype is np.dtype(dtype) and ours.shape == theirs.shape
    assert ours.strides == theirs.strides or theirs.size <= 1
    assert theirs.size == 0 or np.shares_memory(back, theirs)
    assert back.flags.writeable == theirs.flags.writeable == ours.flags.writeable
    np.testing.assert_array_equal(back, theirs)
    assert ours.base is theirs and rp.asarray(ours) is ours


def test_attributes_are_numpys():
    for layout in LAYOUTS.values():
        theirs = layout(np.arange(24.0).reshape(4, 6))
        ours = rp.asarray(theirs)
        for name in ("shape", "dtype", "ndim", "size", "itemsize", "nbytes", "device"):
            assert getattr(ours, name) == getattr(theirs, name), name
        for name in ("c_contiguous", "f_contiguous", "aligned", "writeable"):
            assert ours.flags[name.upper()] == theirs.flags[name.upper()], name
        np.testing.assert_array_equal(np.asarray(ours.T), theirs.T)
        np.testing.assert_array_equal(np.asarray(ours.real), theirs.real)
        np.testing.assert_array_equal(np.asarray(ours.imag), theirs.imag)
    z = np.arange(3) + 1j
    rp.asarray(z).imag = 5
    assert z.imag.tolist() == [5, 5, 5]
    ours = rp.zeros(3)
    ours.flat[1] = 4
    assert ours.tolist() == [0, 4, 0] and ours.base is None and ours[1:].base is ours


def test_memory_lives_as_long_as_it_is_used():
    theirs = np.arange(1000.0)
    ours = rp.asarray(theirs)[10:]
    theirs = np.asarray(ours)
    alive = weakref.ref(ours)
    del ours
    gc.collect()
    assert alive() is not None and theirs[0] == 10
    del theirs
    gc.collect()
    assert alive() is None
    theirs = np.arange(3.0)
    alive = weakref.ref(theirs)
    ours = rp.asarray(theirs)
    del theirs
    gc.collect()
    assert alive() is not None and ours.sum() == 3
    ours = ours + 1
    gc.collect()
    assert alive() is None


def test_unsupported_dtypes_are_named():
    for theirs in (np.array(["a"]), np.array([1], object), np.zeros(2, "M8[s]"), np.zeros(2, "i4,f4"), np.zeros(2, ">f8"), np.zeros(1, np.longdouble)):
        with pytest.raises(TypeError, match="Raptors has no dtype .*NumPy"):
            rp.asarray(theirs)
    with pytest.raises(TypeError, match="Raptors has no dtype object"):
        rp.zeros(3, object)
    assert rp.asarray(np.zeros(2, np.longlong)).dtype == np.int64


def test_protocols():
    ours = rp.asarray(np.arange(6.0).reshape(2, 3))
    assert memoryview(ours).shape == (2, 3) and memoryview(ours).format == "d"
    assert bytes(memoryview(ours[0])) == np.arange(3.0).tobytes()
    assert np.frombuffer(ours, dtype="f8").tolist() == list(range(6))
    assert ours.__array_interface__["shape"] == (2, 3)
    assert np.asarray(ours, dtype="f4").dtype == np.float32
    assert not np.shares_memory(np.array(ours), ours)
    assert np.shares_memory(np.array(ours, copy=False), ours)
    with pytest.raises(ValueError):
        np.asarray(ours, dtype="f4", copy=False)
    assert np.from_dlpack(ours).tolist() == ours.tolist()
    assert rp.asarray(pyarray.array("i", [1, 2])).dtype == np.int32
    assert rp.asarray(memoryview(b"abc")).tolist() == [97, 98, 99]
    locked = rp.asarray(np.broadcast_to(np.float32(1), (3,)))
    assert memoryview(locked).readonly and locked.__array_namespace__() is rp


def test_numpy_functions_stay_in_raptors():
    a, b = rp.asarray(np.arange(3.0)), np.ones(3)
    assert type(np.add(b, a)) is rp.ndarray and type(b + a) is rp.ndarray
    assert type(np.sum(a)) is rp.ndarray and type(np.sort(a)) is rp.ndarray
    assert type(np.concatenate([a, b])) is rp.ndarray
    assert type(np.add.reduce(a)) is rp.ndarray and type(np.add.outer(a, b)) is rp.ndarray
    out = np.zeros(3)
    assert np.add(a, b, out=out) is out and out.tolist() == [1, 2, 3]
    assert np.add(a, 1, where=np.array([True, False, True]), out=out).tolist() == [1, 2, 3]
    parts = np.linalg.eigh(rp.asarray(np.eye(2)))
    assert type(parts.eigenvalues) is rp.ndarray
    np.copyto(a, b)
    assert a.tolist() == [1, 1, 1]
    np.testing.assert_allclose(a, b)

    class Other:
        def __array_ufunc__(self, *args, **kwargs):
            return "theirs"

        def __array_function__(self, *args, **kwargs):
            return "theirs"

    assert np.add(a, Other()) == "theirs" and rp.add(a, Other()) == "theirs"
    assert np.concatenate([a, Other()]) == "theirs"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(protocol, dtype):
    for layout in ("c", "fortran", "strided", "empty", "scalar"):
        theirs = LAYOUTS[layout](values(dtype, 24).reshape(4, 6))
        back = pickle.loads(pickle.dumps(rp.asarray(theirs), protocol))
        assert type(back) is rp.ndarray and back.dtype == theirs.dtype and back.flags.writeable
        np.testing.assert_array_equal(np.asarray(back), theirs)
    assert pickle.loads(pickle.dumps(rp.add, protocol)) is rp.add


def test_pickle_out_of_band():
    ours = rp.asarray(np.arange(1000.0))
    buffers = []
    data = pickle.dumps(ours, 5, buffer_callback=buffers.append)
    assert len(buffers) == 1 and len(data) < 500
    back = pickle.loads(data, buffers=buffers)
    assert np.shares_memory(np.asarray(back), ours)


def test_copies():
    theirs = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    ours = rp.asarray(theirs)
    for made in (copy.copy(ours), copy.deepcopy(ours), ours.copy(), ours.copy("K"), ours.copy("F"), rp.array(ours)):
        assert not np.shares_memory(made, theirs)
        np.testing.assert_array_equal(np.asarray(made), theirs)
    assert ours.copy().flags.c_contiguous and ours.copy("F").flags.f_contiguous
    assert copy.copy(ours).flags.f_contiguous


def test_printing_is_numpys():
    for theirs in (np.arange(3.0), np.arange(2000), np.eye(3, dtype="f4"), np.zeros((0, 3)), np.array(1.5), np.array([True])):
        ours = rp.asarray(theirs)
        assert repr(ours) == repr(theirs) and str(ours) == str(theirs)
    assert f"{rp.asarray(np.array(2.5)):.2f}" == "2.50" and f"{rp.asarray(np.arange(2))}" == "[0 1]"


def test_numbers_of_python():
    for value in (np.float32(1.5), np.int8(-3), np.bool_(True), np.float16(0.5), np.uint64(2**63)):
        ours = rp.asarray(np.array(value))
        assert ours.item() == value.item() and type(ours.item()) is type(value.item())
        assert (float(ours), int(ours), bool(ours)) == (float(value), int(value), bool(value))
        assert complex(ours) == complex(value)
    assert complex(rp.asarray(np.array(1 + 2j))) == 1 + 2j
    assert [10, 20, 30][rp.asarray(np.array(1))] == 20 and round(rp.asarray(np.array(1.26)), 1) == 1.3
    with pytest.raises(TypeError, match="only integer scalar arrays"):
        range(5)[rp.asarray(np.array(1.0))]
    with pytest.raises(ValueError, match="truth value of an array"):
        bool(rp.zeros(2))
    for convert in (float, int, complex):
        for array in (np.zeros(2), np.array([1.0])):
            try:
                want = convert(array)
            except TypeError as error:
                with pytest.raises(TypeError) as raised:
                    convert(rp.asarray(array))
                assert str(raised.value) == str(error)
            else:
                assert convert(rp.asarray(array)) == want
    with pytest.raises(TypeError):
        hash(rp.zeros(2))
    with pytest.raises(ValueError):
        rp.zeros(2).item()
    assert rp.asarray(np.arange(6).reshape(2, 3)).item(1, 2) == 5


def test_many_objects_come_and_go():
    arrays = [rp.zeros(3) + i for i in range(500)]
    views = [weakref.ref(a) for a in arrays[:10]]
    del arrays
    gc.collect()
    assert all(view() is None for view in views)
    assert all((rp.zeros(3) + i).tolist() == [i] * 3 for i in range(500))


def test_array_api_compat_finds_the_namespace():
    compat = pytest.importorskip("array_api_compat")
    ours = rp.ones(3)
    assert compat.array_namespace(ours) is rp and compat.is_array_api_obj(ours)
    assert compat.device(ours) == "cpu" and compat.size(ours) == 3


def test_pandas_takes_the_memory():
    pandas = pytest.importorskip("pandas")
    ours = rp.arange(12.0).reshape(4, 3)
    frame = pandas.DataFrame(ours, columns=list("abc"), copy=False)
    assert frame.dtypes.tolist() == [np.dtype("f8")] * 3 and frame["b"].sum() == 22
    assert np.shares_memory(frame.to_numpy(), ours)
    series = pandas.Series(ours[:, 0], copy=False)
    assert np.shares_memory(series.to_numpy(), ours) and series.mean() == 4.5
    assert rp.asarray(series).tolist() == [0, 3, 6, 9] and rp.asarray(frame).shape == (4, 3)


def test_matplotlib_draws():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    x = rp.linspace(0, 1, 50)
    (line,) = axes.plot(x, rp.sin(x))
    np.testing.assert_allclose(line.get_ydata(), np.sin(np.linspace(0, 1, 50)))
    axes.imshow(rp.ones((4, 4)))
    axes.hist(x, bins=5)
    axes.scatter(x, x, c=x)
    figure.canvas.draw()
    pyplot.close(figure)


def test_scipy_takes_arrays():
    scipy = pytest.importorskip("scipy")
    import scipy.linalg
    import scipy.optimize
    import scipy.special

    ours = rp.asarray(np.eye(3) * 2)
    np.testing.assert_allclose(np.asarray(scipy.linalg.inv(ours)), np.eye(3) / 2)
    assert type(scipy.special.erf(rp.ones(2))) is rp.ndarray
    found = scipy.optimize.minimize(lambda v: float(((rp.asarray(v) - 1) ** 2).sum()), rp.zeros(2))
    np.testing.assert_allclose(found.x, 1, atol=1e-4)


def test_scipy_by_the_array_api():
    pytest.importorskip("scipy")
    code = """
import raptors as rp, numpy as np
from scipy.cluster.vq import whiten
from scipy import special, stats, fft, signal, integrate
x = rp.asarray(np.random.default_rng(0).normal(size=(20, 3)))
for name, result in {
    "whiten": whiten(x), "logsumexp": special.logsumexp(x, axis=0), "zscore": stats.zscore(x),
    "trapezoid": integrate.trapezoid(x, axis=0), "erf": special.erf(x), "skew": stats.skew(x),
    "fft": fft.fft(x), "detrend": signal.detrend(x, axis=0),
}.items():
    assert type(result) is rp.ndarray, (name, type(result))
np.testing.assert_allclose(np.asarray(stats.zscore(x)), stats.zscore(np.asarray(x)))
"""
    status, words = python(code, SCIPY_ARRAY_API="1")
    assert status == 0, words


def test_sklearn_takes_arrays():
    pytest.importorskip("sklearn")
    from sklearn.linear_model import LinearRegression
    from sklearn.preprocessing import StandardScaler

    x = rp.asarray(np.random.default_rng(0).normal(size=(30, 3)))
    y = x @ rp.asarray([1.0, 2.0, 3.0])
    np.testing.assert_allclose(LinearRegression().fit(x, y).coef_, [1, 2, 3])
    assert StandardScaler().fit_transform(x).shape == (30, 3)


def test_sklearn_by_the_array_api():
    pytest.importorskip("sklearn")
    code = """
import raptors as rp, numpy as np, sklearn
from sklearn.preprocessing import StandardScaler, MinMaxScaler
from sklearn.linear_model import Ridge
from sklearn.decomposition import PCA
from sklearn.metrics import r2_score
x = rp.asarray(np.random.default_rng(0).normal(size=(30, 3)))
y = x @ rp.asarray([1.0, 2.0, 3.0])
with sklearn.config_context(array_api_dispatch=True):
    for scaler in StandardScaler(), MinMaxScaler(), PCA(2, svd_solver="full"):
        assert type(scaler.fit_transform(x)) is rp.ndarray, scaler
    ridge = Ridge(alpha=1e-9, solver="svd").fit(x, y)
    assert type(ridge.coef_) is rp.ndarray
    np.testing.assert_allclose(np.asarray(ridge.coef_), [1, 2, 3], atol=1e-6)
    assert abs(float(r2_score(y, ridge.predict(x))) - 1) < 1e-9
"""
    status, words = python(code, SCIPY_ARRAY_API="1")
    assert status == 0, words


def test_xarray_keeps_arrays():
    xarray = pytest.importorskip("xarray")
    ours = xarray.DataArray(rp.arange(6.0).reshape(2, 3), dims=("x", "y"))
    assert type(ours.data) is rp.ndarray
    assert type((ours + 1).data) is rp.ndarray and type(ours.mean("x").data) is rp.ndarray
    assert ours.sum("y").data.tolist() == [3, 12] and ours.isel(x=0).data.tolist() == [0, 1, 2]


def test_einops_rearranges():
    pytest.importorskip("einops")
    from einops import array_api as einops

    ours = rp.arange(24).reshape(2, 3, 4)
    moved = einops.rearrange(ours, "a b c -> c (a b)")
    assert type(moved) is rp.ndarray
    assert moved.tolist() == np.arange(24).reshape(6, 4).T.tolist()
    assert einops.reduce(ours, "a b c -> a", "sum").tolist() == [66, 210]
    assert einops.repeat(ours, "a b c -> a b c d", d=2).shape == (2, 3, 4, 2)


def test_types_for_annotations():
    from raptors.typing import ArrayLike, DTypeLike, NDArray

    assert ArrayLike is np.typing.ArrayLike and DTypeLike is np.typing.DTypeLike
    assert rp.typing.NDArray is NDArray and rp.typing.__all__ == sorted(np.typing.__all__)
    floats = NDArray[np.float64]
    assert floats.__origin__ is rp.ndarray and floats.__args__[1] == np.dtype[np.float64]
    with pytest.raises(AttributeError):
        rp.typing.spam
