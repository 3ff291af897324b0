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
    """``result`` as a reduction of ``a`` gives it; ``leading`` axes stand before those of ``a``.

    To ``out`` it is assigned: whatever its dtype is.
    """
    if keepdims:
        axes = range(a.ndim) if axis is None else normalize_axis_tuple(axis, a.ndim)
        shape = (1 if i in axes else n for i, n in enumerate(a.shape))
        result = result.reshape((*result.shape[:leading], *shape))
    if out is None:
        return result
    out = sole(out)
    asarray(out)[...] = result
    return out


def sole(out):
    """The array that ``out`` is, or has as its only entry."""
    if isinstance(out, tuple) and len(out) == 1:
        out = out[0]
    if not isinstance(out, np.ndarray | ndarray):
        raise TypeError("return arrays must be of ArrayType")
    return out


def without(out, a, axis, keepdims):
    """The view of ``out`` that a reduction of ``a`` fills which does not keep the axes."""
    out = asarray(sole(out))
    if not keepdims:
        return out
    axes = range(a.ndim) if axis is None else normalize_axis_tuple(axis, a.ndim)
    return out[(..., *(0 if i in axes else slice(None) for i in range(a.ndim)))]


def is_inexact(a) -> bool:
    """Whether there can be NaN among the elements of ``a``."""
    return a.dtype.kind in "fc"
