"""What statistics share: lines of elements that are reduced, and results where they are wanted."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ._raptors import asarray, ndarray


def lines(a, axis):
    """``a`` with the elements that a reduction over ``axis`` meets along its last axis."""
    if axis is None:
        return a.reshape(-1)
    axes = normalize_axis_tuple(axis, a.ndim)
    kept = [i for i in range(a.ndim) if i not in axes]
    length = math.prod(a.shape[i] for i in axes)
    return a.transpose((*kept, *axes)).reshape((*(a.shape[i] for i in kept), length))


def finish(result, a, axis, keepdims, out, leading=0):
    """``result`` as a reduction of ``a`` gives it; ``leading`` axes stand before those of ``a``."""
    if keepdims:
        axes = range(a.ndim) if axis is None else normalize_axis_tuple(axis, a.ndim)
        shape = (1 if i in axes else n for i, n in enumerate(a.shape))
        result = result.reshape((*result.shape[:leading], *shape))
    return result if out is None else store(result, out)


def store(result, out):
    """Writes ``result`` to ``out``, to which it broadcasts, with casts within a kind; gives ``out``."""
    if isinstance(out, tuple) and len(out) == 1:
        out = out[0]
    if not isinstance(out, np.ndarray | ndarray):
        raise TypeError("return arrays must be of ArrayType")
    if np.broadcast_shapes(out.shape, result.shape) != out.shape:
        raise ValueError(
            f"non-broadcastable output operand with shape {_tight(out.shape)} "
            f"doesn't match the broadcast shape {_tight(result.shape)}"
        )
    if not np.can_cast(result.dtype, out.dtype, "same_kind"):
        # NumPy's error for such a cast, from NumPy.
        zero = np.zeros((), result.dtype)
        np.add(zero, zero, out=np.zeros((), out.dtype))
    asarray(out)[...] = result
    return out


def _tight(shape):
    """A shape as NumPy writes it in errors of ufuncs."""
    return str(shape).replace(" ", "")


def is_inexact(a) -> bool:
    """Whether there can be NaN among the elements of ``a``."""
    return a.dtype.kind in "fc"
