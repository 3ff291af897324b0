"""Every native function does what NumPy's does, for every dtype and layout, and needs no NumPy to do it.

One call or more for each name; ``a`` is the array in question, ``b`` another one of its dtype, ``i``
some indices. Results, dtypes, shapes and the classes of exceptions are compared.
"""

import warnings

import numpy as np
import pytest
from conftest import ulps, values

import raptors as rp

# Calls whose results are rounded otherwise than NumPy's: how much that may be, relative to the largest.
ROUNDED = {np.dtype(np.float16): 4e-3, np.dtype(np.float32): 2e-5, np.dtype(np.complex64): 2e-5}

CREATION = {
    "array": lambda xp, a, b, i: xp.array(a, ndmin=3),
    "asarray": lambda xp, a, b, i: xp.asarray(a, dtype=xp.float64),
    "asanyarray": lambda xp, a, b, i: xp.asanyarray(a),
    "ascontiguousarray": lambda xp, a, b, i: xp.ascontiguousarray(a),
    "asfortranarray": lambda xp, a, b, i: xp.asfortranarray(a),
    "asarray_chkfinite": lambda xp, a, b, i: xp.asarray_chkfinite(a),
    "astype": lambda xp, a, b, i: xp.astype(a, xp.complex128),
    "copy": lambda xp, a, b, i: xp.copy(a),
    "diag": lambda xp, a, b, i: (xp.diag(a), xp.diag(xp.ravel(a)[:3], 1)),
    "diagflat": lambda xp, a, b, i: xp.diagflat(a, -1),
    "empty_like": lambda xp, a, b, i: xp.empty_like(a).shape,
    "eye": lambda xp, a, b, i: xp.eye(4, 5, 1, dtype=a.dtype),
    "frombuffer": lambda xp, a, b, i: xp.frombuffer(b"\0" * 32, dtype=a.dtype),
    "fromfunction": lambda xp, a, b, i: xp.fromfunction(lambda x, y: x + y, (3, 4), dtype=int),
    "fromiter": lambda xp, a, b, i: xp.fromiter(range(5), dtype=a.dtype),
    "full": lambda xp, a, b, i: xp.full((2, 3), 1, dtype=a.dtype),
    "full_like": lambda xp, a, b, i: xp.full_like(a, 1),
    "geomspace": lambda xp, a, b, i: xp.geomspace(1, 1000, 7),
    "identity": lambda xp, a, b, i: xp.identity(3, dtype=a.dtype),
    "indices": lambda xp, a, b, i: xp.indices((2, 3)),
    "linspace": lambda xp, a, b, i: xp.linspace(0, 5, 7, endpoint=False, retstep=True),
    "logspace": lambda xp, a, b, i: xp.logspace(0, 2, 5),
    "meshgrid": lambda xp, a, b, i: xp.meshgrid(xp.ravel(a)[:3], xp.ravel(b)[:2], indexing="ij"),
    "ones_like": lambda xp, a, b, i: xp.ones_like(a),
    "require": lambda xp, a, b, i: xp.require(a, requirements="C"),
    "tri": lambda xp, a, b, i: xp.tri(3, 4, 1, dtype=a.dtype),
    "tril": lambda xp, a, b, i: xp.tril(a, 1),
    "triu": lambda xp, a, b, i: xp.triu(a, -1),
    "vander": lambda xp, a, b, i: xp.vander(xp.ravel(a)[:3], 3),
    "zeros_like": lambda xp, a, b, i: xp.zeros_like(a),
}
MANIPULATION = {
    "append": lambda xp, a, b, i: (xp.append(a, b), xp.append(a, a, axis=0)),
    "apply_along_axis": lambda xp, a, b, i: xp.apply_along_axis(lambda v: v[::2], 0, a),
    "apply_over_axes": lambda xp, a, b, i: xp.apply_over_axes(xp.any, a, [0, 1]),
    "array_split": lambda xp, a, b, i: xp.array_split(a, 3),
    "atleast_1d": lambda xp, a, b, i: xp.atleast_1d(a),
    "atleast_2d": lambda xp, a, b, i: xp.atleast_2d(a),
    "atleast_3d": lambda xp, a, b, i: xp.atleast_3d(a),
    "block": lambda xp, a, b, i: xp.block([[a, a], [a, a]]),
    "broadcast_arrays": lambda xp, a, b, i: xp.broadcast_arrays(a, xp.asarray(1)),
    "broadcast_to": lambda xp, a, b, i: xp.broadcast_to(a, (2, *a.shape)),
    "column_stack": lambda xp, a, b, i: xp.column_stack([a, a]),
    "concatenate": lambda xp, a, b, i: (
        xp.concatenate([a, a]), xp.concatenate([a, b], axis=None), xp.concatenate([a, a, a], axis=-1)
    ),
    "delete": lambda xp, a, b, i: (xp.delete(a, 1), xp.delete(a, [0], axis=0)),
    "dsplit": lambda xp, a, b, i: xp.dsplit(xp.atleast_3d(a), 1),
    "dstack": lambda xp, a, b, i: xp.dstack([a, a]),
    "expand_dims": lambda xp, a, b, i: xp.expand_dims(a, 0),
    "flip": lambda xp, a, b, i: (xp.flip(a), xp.flip(a, 0)),
    "fliplr": lambda xp, a, b, i: xp.fliplr(a),
    "flipud": lambda xp, a, b, i: xp.flipud(a),
    "hsplit": lambda xp, a, b, i: xp.hsplit(a, 2),
    "hstack": lambda xp, a, b, i: xp.hstack([a, a]),
    "insert": lambda xp, a, b, i: (xp.insert(a, 1, 1), xp.insert(a, [0], b[:1], axis=0)),
    "kron": lambda xp, a, b, i: xp.kron(a, xp.asarray([1, 2], dtype=a.dtype)),
    "matrix_transpose": lambda xp, a, b, i: xp.matrix_transpose(a),
    "moveaxis": lambda xp, a, b, i: xp.moveaxis(a, 0, -1),
    "pad": lambda xp, a, b, i: [
        xp.pad(a, ((1, 2), (0, 1)), mode)
        for mode in ("constant", "edge", "reflect", "symmetric", "wrap", "maximum", "minimum")
    ],
    "ravel": lambda xp, a, b, i: (xp.ravel(a), xp.ravel(a, "F"), xp.ravel(a, "K")),
    "repeat": lambda xp, a, b, i: (xp.repeat(a, 2), xp.repeat(a, 3, axis=0)),
    "reshape": lambda xp, a, b, i: xp.reshape(a, -1, order="F"),
    "resize": lambda xp, a, b, i: xp.resize(a, (3, 5)),
    "roll": lambda xp, a, b, i: (xp.roll(a, 2), xp.roll(a, (1, -1), axis=(0, 1))),
    "rollaxis": lambda xp, a, b, i: xp.rollaxis(a, 1),
    "rot90": lambda xp, a, b, i: xp.rot90(a, 3),
    "split": lambda xp, a, b, i: xp.split(a, [1, 3]),
    "squeeze": lambda xp, a, b, i: xp.squeeze(a[:1]),
    "stack": lambda xp, a, b, i: (xp.stack([a, a]), xp.stack([a, a], axis=-1)),
    "swapaxes": lambda xp, a, b, i: xp.swapaxes(a, 0, -1),
    "tile": lambda xp, a, b, i: xp.tile(a, (2, 1, 3)),
    "transpose": lambda xp, a, b, i: xp.transpose(a),
    "trim_zeros": lambda xp, a, b, i: xp.trim_zeros(xp.ravel(a)),
    "unstack": lambda xp, a, b, i: xp.unstack(a),
    "vsplit": lambda xp, a, b, i: xp.vsplit(a, 1),
    "vstack": lambda xp, a, b, i: xp.vstack([a, a]),
    "packbits": lambda xp, a, b, i: xp.packbits(a, axis=-1, bitorder="little"),
    "unpackbits": lambda xp, a, b, i: xp.unpackbits(a, axis=0),
}
PICKING = {
    "argwhere": lambda xp, a, b, i: xp.argwhere(a),
    "choose": lambda xp, a, b, i: xp.choose(i[:3] % 2, [b[:3], b[3:6]]),
    "compress": lambda xp, a, b, i: (xp.compress([True, False, True], a), xp.compress([True], a, axis=0)),
    "copyto": lambda xp, a, b, i: _changed(xp, a, lambda c: xp.copyto(c, a, where=a != 0)),
    "count_nonzero": lambda xp, a, b, i: (xp.count_nonzero(a), xp.count_nonzero(a, axis=0, keepdims=True)),
    "extract": lambda xp, a, b, i: xp.extract(a != 0, a),
    "fill_diagonal": lambda xp, a, b, i: _changed(xp, a, lambda c: xp.fill_diagonal(c, 1)),
    "flatnonzero": lambda xp, a, b, i: xp.flatnonzero(a),
    "nonzero": lambda xp, a, b, i: xp.nonzero(a),
    "place": lambda xp, a, b, i: _changed(xp, a, lambda c: xp.place(c, c != 0, [1, 0])),
    "put": lambda xp, a, b, i: _changed(xp, a, lambda c: xp.put(c, i, b, mode="wrap")),
    "put_along_axis": lambda xp, a, b, i: _changed(
        xp, a, lambda c: xp.put_along_axis(c, xp.argmax(c, axis=0, keepdims=True), 1, axis=0)
    ),
    "putmask": lambda xp, a, b, i: _changed(xp, a, lambda c: xp.putmask(c, c != 0, b)),
    "select": lambda xp, a, b, i: xp.select([a != 0, a == a], [a, a], 1),
    "take": lambda xp, a, b, i: (xp.take(a, i, mode="wrap"), xp.take(a, [0, 0], axis=0), xp.take(a, i)),
    "take_along_axis": lambda xp, a, b, i: xp.take_along_axis(a, xp.argsort(a, axis=-1, kind="stable"), -1),
    "where": lambda xp, a, b, i: (xp.where(a != 0, a, 1), xp.where(a)),
}
ORDER = {
    "argmax": lambda xp, a, b, i: (xp.argmax(a), xp.argmax(a, axis=0)),
    "argmin": lambda xp, a, b, i: (xp.argmin(a), xp.argmin(a, axis=-1, keepdims=True)),
    "argpartition": lambda xp, a, b, i: xp.sort(xp.take_along_axis(a, xp.argpartition(a, 1, -1), -1)),
    "argsort": lambda xp, a, b, i: (xp.argsort(a, kind="stable"), xp.argsort(a, axis=0, stable=True)),
    "bincount": lambda xp, a, b, i: (xp.bincount(i, minlength=20), xp.bincount(a)),
    "digitize": lambda xp, a, b, i: xp.digitize(a, [0, 1, 2]),
    "ediff1d": lambda xp, a, b, i: xp.ediff1d(a),
    "intersect1d": lambda xp, a, b, i: xp.intersect1d(a, b, return_indices=True),
    "isin": lambda xp, a, b, i: xp.isin(a, b[:4]),
    "lexsort": lambda xp, a, b, i: xp.lexsort(a),
    "partition": lambda xp, a, b, i: xp.partition(a, 1, axis=-1)[..., 1],
    "searchsorted": lambda xp, a, b, i: xp.searchsorted(xp.sort(b), a, side="right"),
    "setdiff1d": lambda xp, a, b, i: xp.setdiff1d(a, b[:4]),
    "setxor1d": lambda xp, a, b, i: xp.setxor1d(a, b[:4]),
    "sort": lambda xp, a, b, i: (xp.sort(a), xp.sort(a, axis=0), xp.sort(a, axis=None)),
    "sort_complex": lambda xp, a, b, i: xp.sort_complex(a),
    "union1d": lambda xp, a, b, i: xp.union1d(a, b),
    "unique": lambda xp, a, b, i: xp.unique(a, return_index=True, return_inverse=True, return_counts=True),
    "unique_all": lambda xp, a, b, i: tuple(xp.unique_all(a)),
    "unique_counts": lambda xp, a, b, i: tuple(xp.unique_counts(a)),
    "unique_inverse": lambda xp, a, b, i: tuple(xp.unique_inverse(a)),
    "unique_values": lambda xp, a, b, i: xp.sort(xp.unique_values(a)),
}
STATISTICS = {
    "average": lambda xp, a, b, i: xp.average(a, axis=0, returned=True),
    "convolve": lambda xp, a, b, i: xp.convolve(b[:9], b[:4], "same"),
    "corrcoef": lambda xp, a, b, i: xp.corrcoef(i.astype(float).reshape(2, -1)),
    "correlate": lambda xp, a, b, i: xp.correlate(b[:9], b[:4], "full"),
    "cov": lambda xp, a, b, i: xp.cov(i.astype(float).reshape(2, -1), ddof=0),
    "cross": lambda xp, a, b, i: xp.cross(b[:3], b[3:6]),
    "cumprod": lambda xp, a, b, i: xp.cumprod(a, axis=0),
    "cumsum": lambda xp, a, b, i: (xp.cumsum(a), xp.cumsum(a, axis=-1)),
    "cumulative_prod": lambda xp, a, b, i: xp.cumulative_prod(xp.ravel(a), include_initial=True),
    "cumulative_sum": lambda xp, a, b, i: xp.cumulative_sum(xp.ravel(a), include_initial=True),
    "diff": lambda xp, a, b, i: (xp.diff(a), xp.diff(a, n=2, axis=0), xp.diff(b, prepend=1)),
    "gradient": lambda xp, a, b, i: xp.gradient(a, axis=0),
    "histogram": lambda xp, a, b, i: xp.histogram(i, bins=4, range=(0, 8)),
    "histogram2d": lambda xp, a, b, i: xp.histogram2d(i, i, bins=3),
    "histogram_bin_edges": lambda xp, a, b, i: xp.histogram_bin_edges(i, "auto"),
    "histogramdd": lambda xp, a, b, i: xp.histogramdd(i.reshape(-1, 2), bins=3),
    "interp": lambda xp, a, b, i: xp.interp(a, [0, 1, 2], [1, 3, 2]),
    "max": lambda xp, a, b, i: (xp.max(a), xp.max(a, axis=0, initial=0)),
    "mean": lambda xp, a, b, i: (xp.mean(a), xp.mean(a, axis=0, keepdims=True)),
    "median": lambda xp, a, b, i: (xp.median(a), xp.median(a, axis=0)),
    "min": lambda xp, a, b, i: (xp.min(a), xp.min(a, axis=(0, 1))),
    "nanargmax": lambda xp, a, b, i: xp.nanargmax(a, axis=0),
    "nanargmin": lambda xp, a, b, i: xp.nanargmin(a),
    "nancumprod": lambda xp, a, b, i: xp.nancumprod(a, axis=0),
    "nancumsum": lambda xp, a, b, i: xp.nancumsum(a),
    "nanmax": lambda xp, a, b, i: xp.nanmax(a, axis=0),
    "nanmean": lambda xp, a, b, i: xp.nanmean(a, axis=0),
    "nanmedian": lambda xp, a, b, i: xp.nanmedian(a, axis=0),
    "nanmin": lambda xp, a, b, i: xp.nanmin(a),
    "nanpercentile": lambda xp, a, b, i: xp.nanpercentile(a, 30, axis=0),
    "nanprod": lambda xp, a, b, i: xp.nanprod(a, axis=0),
    "nanquantile": lambda xp, a, b, i: xp.nanquantile(a, [0.1, 0.7]),
    "nanstd": lambda xp, a, b, i: xp.nanstd(a, axis=0, ddof=1),
    "nansum": lambda xp, a, b, i: (xp.nansum(a), xp.nansum(a, axis=0)),
    "nanvar": lambda xp, a, b, i: xp.nanvar(a),
    "percentile": lambda xp, a, b, i: xp.percentile(a, [10, 50], axis=0),
    "prod": lambda xp, a, b, i: xp.prod(a, axis=0),
    "ptp": lambda xp, a, b, i: xp.ptp(a, axis=0),
    "quantile": lambda xp, a, b, i: xp.quantile(a, 0.3, method="lower"),
    "std": lambda xp, a, b, i: xp.std(a, axis=0, ddof=1),
    "sum": lambda xp, a, b, i: (xp.sum(a), xp.sum(a, axis=0)),
    "trapezoid": lambda xp, a, b, i: xp.trapezoid(a, dx=0.5, axis=0),
    "var": lambda xp, a, b, i: (xp.var(a), xp.var(a, axis=-1)),
    "all": lambda xp, a, b, i: (xp.all(a), xp.all(a, axis=0)),
    "any": lambda xp, a, b, i: (xp.any(a), xp.any(a, axis=0, keepdims=True)),
}
OTHERS = {
    "allclose": lambda xp, a, b, i: xp.allclose(a, a, equal_nan=True),
    "angle": lambda xp, a, b, i: xp.angle(a),
    "array_equal": lambda xp, a, b, i: xp.array_equal(a, a),
    "array_equiv": lambda xp, a, b, i: xp.array_equiv(a, a[:1]),
    "around": lambda xp, a, b, i: xp.around(a, 1),
    "can_cast": lambda xp, a, b, i: xp.can_cast(a.dtype, xp.float32),
    "common_type": lambda xp, a, b, i: xp.common_type(a, b),
    "dot": lambda xp, a, b, i: (xp.dot(a, 2), xp.dot(b[:4], b[4:8])),
    "einsum": lambda xp, a, b, i: (xp.einsum("ij->ji", a), xp.einsum("ij->j", a)),
    "fix": lambda xp, a, b, i: xp.fix(a),
    "float_power": lambda xp, a, b, i: xp.float_power(a, 2),
    "imag": lambda xp, a, b, i: xp.imag(a),
    "inner": lambda xp, a, b, i: xp.inner(b[:4], b[4:8]),
    "isclose": lambda xp, a, b, i: xp.isclose(a, 1),
    "iscomplex": lambda xp, a, b, i: xp.iscomplex(a),
    "iscomplexobj": lambda xp, a, b, i: xp.iscomplexobj(a),
    "isneginf": lambda xp, a, b, i: xp.isneginf(a),
    "isposinf": lambda xp, a, b, i: xp.isposinf(a),
    "isreal": lambda xp, a, b, i: xp.isreal(a),
    "isrealobj": lambda xp, a, b, i: xp.isrealobj(a),
    "min_scalar_type": lambda xp, a, b, i: xp.min_scalar_type(a),
    "nan_to_num": lambda xp, a, b, i: xp.nan_to_num(a, nan=1),
    "ndim": lambda xp, a, b, i: (xp.ndim(a), xp.size(a), xp.shape(a)),
    "outer": lambda xp, a, b, i: xp.outer(b[:3], b[3:6]),
    "polyadd": lambda xp, a, b, i: (xp.polyadd(b[:3], b[3:5]), xp.polysub(b[:3], b[3:5])),
    "polymul": lambda xp, a, b, i: xp.polymul(b[:3], b[3:5]),
    "polyval": lambda xp, a, b, i: xp.polyval([1, 2], a),
    "promote_types": lambda xp, a, b, i: xp.promote_types(a.dtype, xp.int8),
    "ravel_multi_index": lambda xp, a, b, i: xp.ravel_multi_index((i % 3, i % 4), (3, 4)),
    "real": lambda xp, a, b, i: xp.real(a),
    "real_if_close": lambda xp, a, b, i: xp.real_if_close(a),
    "result_type": lambda xp, a, b, i: xp.result_type(a, 1.0),
    "round": lambda xp, a, b, i: (xp.round(a), xp.round(a, -1)),
    "shares_memory": lambda xp, a, b, i: (xp.shares_memory(a, b), xp.may_share_memory(a, a)),
    "sinc": lambda xp, a, b, i: xp.sinc(a),
    "tensordot": lambda xp, a, b, i: xp.tensordot(b[:4], b[4:8], 1),
    "trace": lambda xp, a, b, i: xp.trace(a),
    "unravel_index": lambda xp, a, b, i: xp.unravel_index(i, (30, 40)),
    "unwrap": lambda xp, a, b, i: xp.unwrap(a),
    "vdot": lambda xp, a, b, i: xp.vdot(b[:4], b[4:8]),
    "clip": lambda xp, a, b, i: xp.clip(a, 0, 1),
}
CALLS = {**CREATION, **MANIPULATION, **PICKING, **ORDER, **STATISTICS, **OTHERS}


def _changed(xp, a, change):
    """A copy of ``a`` after ``change``."""
    changed = xp.array(a)
    change(changed)
    return changed


def _outcome(xp, call, arrays):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call(xp, *map(xp.asarray, arrays))
        except Exception as error:
            return error


def _difference(got, want, tolerance):
    """What is not alike in two outcomes; nothing if all is."""
    if isinstance(want, Exception) or isinstance(got, Exception):
        same = isinstance(got, type(want)) or isinstance(want, type(got))
        return None if same else f"{got!r} where NumPy gives {want!r}"
    if isinstance(want, tuple | list):
        if type(got) is not type(want) or len(got) != len(want):
            return f"{type(got)} of {len(got)} where NumPy gives {type(want)} of {len(want)}"
        return next(filter(None, map(_difference, got, want, [tolerance] * len(want))), None)
    if not isinstance(want, np.ndarray | np.generic):
        return None if got == want else f"{got!r} where NumPy gives {want!r}"
    got = np.asarray(got)
    if got.dtype != want.dtype or got.shape != want.shape:
        return f"{got.dtype} {got.shape} where NumPy gives {want.dtype} {want.shape}"
    if np.array_equal(got, want, equal_nan=want.dtype.kind in "fc"):
        return None
    if want.dtype.kind in "fc":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            finite = np.isfinite(want)
            scale = np.abs(want[finite]).max(initial=0)
            if np.allclose(got, want, rtol=tolerance, atol=tolerance * float(scale), equal_nan=True):
                return None
    return f"{got} where NumPy gives {want}"


@pytest.mark.parametrize("chapter", [CREATION, MANIPULATION, PICKING, ORDER, STATISTICS, OTHERS])
def test_native_functions_are_numpys(chapter, dtype, layout, monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    a = layout(values(dtype, 24).reshape(4, 6))
    arrays = a, values(dtype, 12, seed=1), np.arange(12) * 5 % 12
    tolerance = ROUNDED.get(np.dtype(dtype), 1e-11)
    failed = {}
    for name, call in chapter.items():
        want = _outcome(np, call, arrays)
        got = _outcome(rp, call, arrays)
        difference = _difference(got, want, tolerance)
        if difference:
            failed[name] = difference
    assert not failed, "\n".join(f"{name}: {difference}" for name, difference in failed.items())
