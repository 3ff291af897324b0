"""What statistics share: lines of elements that are reduced, and results where they are wanted."""

from __future__ import annotations

import math

from numpy.lib.array_utils import normalize_axis_tuple


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
    if out is not None:
        without(out, a, axis, keepdims)[...] = result
        return out
    if not keepdims:
        return result
    axes = range(a.ndim) if axis is None else normalize_axis_tuple(axis, a.ndim)
    shape = (1 if i in axes else n for i, n in enumerate(a.shape))
    return result.reshape((*result.shape[:leading], *shape))


def without(out, a, axis, keepdims):
    """What a reduction of ``a`` that does not keep the axes fills of ``out``: a view where they are kept."""
    if not keepdims:
        return out
    axes = range(a.ndim) if axis is None else normalize_axis_tuple(axis, a.ndim)
    return out[(..., *(0 if i in axes else slice(None) for i in range(a.ndim)))]


def is_inexact(a) -> bool:
    """Whether there can be NaN among the elements of ``a``."""
    return a.dtype.kind in "fc"
