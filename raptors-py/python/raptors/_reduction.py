"""What statistics share: lines of elements that are reduced, and results where they are wanted."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ._options import check_output, check_taken
from ._raptors import asarray, ndarray


def lines(a, axis):
    """``a`` with the elements that a reduction over ``axis`` meets along its last axis."""
    if axis is None:
        return a.reshape(-1)
    axes = normalize_axis_tuple(axis, a.ndim)
    kept = [i for i in range(a.ndim) if i not in axes]
    length = math.prod(a.shape[i] for i in axes)
    return a.transpose((*kept, *axes)).reshape((*(a.shape[i] for i in kept), length))


def finish(result, a, axis, keepdims, out, leading=0, write=None):
    """``result`` as a reduction of ``a`` gives it; ``leading`` axes stand before those of ``a``.

    ``write`` puts it into ``out``, if that is given: as a ufunc does, if no other way is.
    """
    if not keepdims:
        axes = ()
    else:
        axes = range(a.ndim) if axis is None else normalize_axis_tuple(axis, a.ndim)
    if out is not None:
        gone = (0 if i in axes else slice(None) for i in range(a.ndim))
        (write or store)(result, out[(..., *gone)] if keepdims else out)
        return out
    if not keepdims:
        return result
    shape = (1 if i in axes else n for i, n in enumerate(a.shape))
    return result.reshape((*result.shape[:leading], *shape))


def store(result, out) -> None:
    """Writes ``result`` to ``out``, to which it broadcasts, with casts within a kind."""
    if isinstance(out, tuple) and len(out) == 1:
        out = out[0]
    if not isinstance(out, np.ndarray | ndarray):
        raise TypeError("return arrays must be of ArrayType")
    if not out.flags.writeable:
        raise ValueError("output array is read-only")
    try:
        shape = np.broadcast_shapes(out.shape, result.shape)
    except ValueError:
        shapes = " ".join(map(_tight, (result.shape, result.shape, out.shape)))
        raise ValueError(f"operands could not be broadcast together with shapes {shapes} ") from None
    if shape != out.shape:
        raise ValueError(
            f"non-broadcastable output operand with shape {_tight(out.shape)} "
            f"doesn't match the broadcast shape {_tight(result.shape)}"
        )
    if not np.can_cast(result.dtype, out.dtype, "same_kind"):
        # NumPy's error for such a cast, from NumPy.
        zero = np.zeros((), result.dtype)
        np.add(zero, zero, out=np.zeros((), out.dtype))
    asarray(out)[...] = result


def assign(result, out) -> None:
    """Writes ``result`` to ``out``, to which it broadcasts."""
    out[...] = result


def store_mean(result, out) -> None:
    """Writes the means ``result`` to ``out``, as ``mean`` does."""
    result[..., None].mean(-1, out=out)


def store_taken(result, out) -> None:
    """Writes the elements ``result`` to ``out``, as ``take`` does."""
    check_output(out)
    check_taken(out, result.shape, result.dtype)
    asarray(out)[...] = result


def _tight(shape):
    """A shape as NumPy writes it in errors of ufuncs."""
    return str(shape).replace(" ", "")


def is_inexact(a) -> bool:
    """Whether there can be NaN among the elements of ``a``."""
    return a.dtype.kind in "fc"
