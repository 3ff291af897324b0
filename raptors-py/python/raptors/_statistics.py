"""Averages, ranges and covariances."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

import raptors as rp

from ._quantile import fit_weights
from ._raptors import asarray, ufuncs

__all__ = ["average", "corrcoef", "cov", "ptp"]

_FLOAT = np.dtype(np.float64)


def average(a, axis=None, weights=None, returned=False, *, keepdims=False):
    """The mean of ``a`` over ``axis``, each element as often as its weight says.

    ``weights`` have the shape of ``a``, or that of the axes. With ``returned``, the sum of the
    weights comes too. A sum of zero is a ``ZeroDivisionError``.

    Examples
    --------
    >>> rp.average([1, 2, 3, 4], weights=[4, 3, 2, 1])
    array(2.)
    """
    a = asarray(a)
    keepdims = keepdims is not np._NoValue and keepdims
    if axis is None and weights is None and not returned:
        return a.mean(keepdims=keepdims)
    if axis is not None:
        axis = normalize_axis_tuple(axis, a.ndim, argname="axis")
    if weights is None:
        mean = a.mean(axis, keepdims=keepdims)
        scale = a.size / mean.size if returned else 1
    else:
        weights = fit_weights(weights, a, axis)
        wide = [np.float64] if a.dtype.kind in "biu" else []
        dtype = np.result_type(a.dtype, weights.dtype, *wide)
        scale = weights.sum(axis, dtype=dtype, keepdims=keepdims)
        if (scale == 0.0).any():
            raise ZeroDivisionError("Weights sum to zero, can't be normalized")
        mean = rp.multiply(a, weights, dtype=dtype).sum(axis, keepdims=keepdims) / scale
    if not returned:
        return mean
    total = rp.empty(mean.shape, mean.dtype if weights is None else scale.dtype)
    total[...] = scale
    return mean, total


def ptp(a, axis=None, out=None, keepdims=False):
    """The greatest element of ``a`` over ``axis`` less the least one, in the dtype of ``a``.

    Examples
    --------
    >>> rp.ptp([[4, 9, 2], [3, 5, 7]], axis=1)
    array([7, 4])
    """
    a = asarray(a)
    keepdims = keepdims is not np._NoValue and keepdims
    if out is None:
        return a.max(axis, keepdims=keepdims) - a.min(axis, keepdims=keepdims)
    most = a.max(axis, out, keepdims=keepdims)
    return ufuncs["subtract"](most, a.min(axis, keepdims=keepdims), out)


def cov(
    m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, dtype=None
):
    """The covariances of the rows of ``m``, and of ``y``: of the columns without ``rowvar``.

    ``fweights`` says how often each observation was made, ``aweights`` how much it counts; the
    divisor is less by ``ddof``, 1 unless ``bias``.

    Examples
    --------
    >>> rp.cov([[0, 1, 2], [2, 1, 0]])
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    if ddof is not None and ddof != int(ddof):
        raise ValueError("ddof must be integer")
    m = asarray(m)
    y = None if y is None else asarray(y)
    for name, value in (("m", m), ("y", y)):
        if value is not None and value.ndim > 2:
            raise ValueError(f"{name} has more than 2 dimensions")
    if dtype is None:
        known = [value.dtype for value in (m, y) if value is not None]
        plain = all(one is _FLOAT for one in known)
        dtype = _FLOAT if plain else np.result_type(*known, np.float64)
    x = _rows(m, dtype)
    if not rowvar and m.ndim != 1:
        x = x.T
    if x.shape[0] == 0:
        return rp.empty((0, 0))
    if y is not None:
        y = _rows(y, dtype)
        x = rp.concatenate((x, y.T if not rowvar and y.shape[0] != 1 else y), axis=0)
    if ddof is None:
        ddof = 1 if bias == 0 else 0

    repeats = _observation_weights(fweights, "fweights", x.shape[1])
    weights = importance = _observation_weights(aweights, "aweights", x.shape[1])
    if repeats is not None:
        weights = repeats if importance is None else repeats * importance
    if weights is None:
        mean, divisor = x.mean(axis=1), x.shape[1] - ddof
    else:
        mean, total = average(x, axis=1, weights=weights, returned=True)
        total = total[0]
    if weights is None:
        pass
    elif ddof == 0:
        divisor = total
    elif importance is None:
        divisor = total - ddof
    else:
        divisor = total - ddof * (weights * importance).sum() / total
    if divisor <= 0:
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=2)
        divisor = 0.0

    x = x - mean[:, None]
    weighted = x if weights is None else x * weights
    turned = weighted.T
    result = rp.matmul(x, turned.conj() if turned.dtype.kind == "c" else turned)
    if result.dtype is _FLOAT and type(divisor) is int and divisor > 0:
        result *= 1 / divisor
    else:
        rp.multiply(result, rp.true_divide(1, divisor), out=result)
    return result.squeeze()


def _rows(a, dtype):
    """``a`` in two dimensions: one of them is a row."""
    a = a if a.dtype is dtype else a.astype(dtype, copy=False)
    return a if a.ndim == 2 else a.reshape((1,) * (2 - a.ndim) + a.shape)


def _observation_weights(weights, name, n):
    """Weights of ``n`` observations in float64."""
    if weights is None:
        return None
    weights = asarray(weights).astype(np.float64, copy=False)
    if name == "fweights" and not (weights == rp.rint(weights)).all():
        raise TypeError("fweights must be integer")
    if weights.ndim > 1:
        raise RuntimeError(f"cannot handle multidimensional {name}")
    if weights.shape[0] != n:
        raise RuntimeError(f"incompatible numbers of samples and {name}")
    if (weights < 0).any():
        raise ValueError(f"{name} cannot be negative")
    return weights


def corrcoef(x, y=None, rowvar=True, *, dtype=None):
    """Pearson's correlations of the rows of ``x``, and of ``y``: covariances over deviations.

    Rows are variables and columns observations, or the other way round with ``rowvar=False``. A
    constant variable gives NaN, with a warning.

    Examples
    --------
    >>> rp.corrcoef([[0.0, 1, 2], [2, 1, 0]])
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    c = cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        # NaN where the variance is no number to divide by, one elsewhere.
        return c / c
    deviation = rp.sqrt(c.diagonal().real)
    c = c / deviation[:, None] / deviation
    if c.dtype.kind != "c":
        return c.clip(-1, 1)
    c.real[...] = c.real.clip(-1, 1)
    c.imag[...] = c.imag.clip(-1, 1)
    return c
