"""Means, variances and standard deviations in NumPy's steps: in dtypes, to outputs or around means of which the
extension knows nothing."""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ._raptors import asarray, broadcast_to, ufuncs

_COUNTS = np.dtype(np.intp)


def moment(name, a, axis=None, dtype=None, out=None, keepdims=False, where=True, ddof=0, mean=None):
    """The mean, variance or standard deviation of ``a`` over ``axis``, as ``name`` says."""
    a = asarray(a)
    # The only entry of a tuple is the output.
    if isinstance(out, tuple) and len(out) == 1:
        (out,) = out
    if name == "mean":
        return _mean(a, axis, dtype, out, keepdims, where)
    result = _variance(a, axis, dtype, out, keepdims, where, ddof, mean)
    if name == "var":
        return result
    root = ufuncs["sqrt"]
    if out is not None or result.ndim:
        return root(result, out=result)
    return root(result).astype(result.dtype)


def _count(a, axis, keepdims, where):
    """How many elements there are over ``axis``: for each result where ``where`` is no plain truth."""
    if where is True:
        axes = range(a.ndim) if axis is None else normalize_axis_tuple(axis, a.ndim, allow_duplicate=True)
        return asarray(math.prod(a.shape[i] for i in axes), _COUNTS)
    chosen = broadcast_to(asarray(where), a.shape)
    return chosen.sum(axis, _COUNTS, None, keepdims)


def _wide(a, dtype):
    """The dtype of sums of ``a``: integers are summed as floats unless another is asked for."""
    return np.dtype(np.float64) if dtype is None and a.dtype.kind in "biu" else dtype


def _sum(a, axis, dtype, out, keepdims, where):
    return ufuncs["add"].reduce(a, axis, dtype, out, keepdims, where=where)


def _over(total, count, out):
    """``total / count`` in the dtype of ``total``, in whose place it is where that is no single number."""
    if out is not None or total.ndim:
        return ufuncs["divide"](total, count, out=total, casting="unsafe")
    # Scalars of NumPy, whose division says what happens in words of its own.
    total, count = (value.__array__()[()] for value in (total, count))
    return asarray(total.dtype.type(total / count))[()]


def _mean(a, axis, dtype, out, keepdims, where):
    count = _count(a, axis, keepdims, where)
    if (count == 0).any():
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=4)
    halves = dtype is None and a.dtype == np.float16
    dtype = np.dtype(np.float32) if halves else _wide(a, dtype)
    result = _over(_sum(a, axis, dtype, out, keepdims, where), count, out)
    return result.astype(a.dtype) if halves and out is None else result


def _variance(a, axis, dtype, out, keepdims, where, ddof, mean):
    count = _count(a, axis, keepdims, where)
    if (count <= ddof).any():
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=4)
    if not isinstance(ddof, int) and float(ddof).is_integer():
        # A quotient by an integer is told of in other words than one by a float.
        ddof = int(ddof)
    dtype = _wide(a, dtype)
    if mean is None:
        mean = _sum(a, axis, dtype, None, True, where)
        mean = _over(mean, count.reshape(mean.shape) if count.ndim else count, None)
    # An array also where it has no axes, in which the squares have room.
    distance = ufuncs["subtract"](a, mean)
    if a.dtype.kind in "iuf":
        squares = ufuncs["square"](distance)
    elif distance.dtype.kind == "c":
        # The squares of both parts at once, so that what happens to them is told of once.
        parts = distance.reshape((*distance.shape, 1)).view(distance.real.dtype)
        squares = ufuncs["square"](parts)
        squares = ufuncs["add"](squares[..., 0], squares[..., 1])
    else:
        squares = distance * distance
    total = _sum(squares, axis, dtype, out, keepdims, where)
    return _over(total, ufuncs["maximum"](count - ddof, 0), out)
