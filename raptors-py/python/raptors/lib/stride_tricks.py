"""Views of the same memory with other shapes and strides."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from .._delegate import module as _module
from .._splitting import broadcast_arrays, broadcast_shapes
from .._raptors import _as_strided, asarray, broadcast_to

__all__ = ["as_strided", "broadcast_arrays", "broadcast_shapes", "broadcast_to", "sliding_window_view"]


def as_strided(x, shape=None, strides=None, subok=False, writeable=True):
    """A view of the memory of ``x`` with this shape and these strides (in bytes).

    ``ValueError`` where they leave the memory that ``x`` is a view of.

    Examples
    --------
    >>> rp.lib.stride_tricks.as_strided(rp.arange(4), (3, 2), (8, 8)).tolist()
    [[0, 1], [1, 2], [2, 3]]
    """
    x = asarray(x)
    shape = x.shape if shape is None else shape
    strides = x.strides if strides is None else strides
    return _as_strided(x, shape, tuple(strides), bool(writeable))


def sliding_window_view(x, window_shape, axis=None, *, subok=False, writeable=False):
    """All windows of ``window_shape`` on ``x``, as a view whose last axes are the windows'.

    ``ValueError`` for windows that are negative, or larger than ``x``.

    Examples
    --------
    >>> rp.lib.stride_tricks.sliding_window_view(rp.arange(4), 2).tolist()
    [[0, 1], [1, 2], [2, 3]]
    """
    window_shape = tuple(window_shape) if np.iterable(window_shape) else (window_shape,)
    x = asarray(x)
    if any(length < 0 for length in window_shape):
        raise ValueError("`window_shape` cannot contain negative values")
    if axis is None:
        axis = tuple(range(x.ndim))
        if len(window_shape) != len(axis):
            raise ValueError(
                "Since axis is `None`, must provide window_shape for all dimensions of `x`; got "
                f"{len(window_shape)} window_shape elements and `x.ndim` is {x.ndim}."
            )
    else:
        axis = normalize_axis_tuple(axis, x.ndim, allow_duplicate=True)
        if len(window_shape) != len(axis):
            raise ValueError(
                "Must provide matching length window_shape and axis; got "
                f"{len(window_shape)} window_shape elements and {len(axis)} axes elements."
            )
    lengths = list(x.shape)
    for place, length in zip(axis, window_shape):
        if lengths[place] < length:
            raise ValueError("window shape cannot be larger than input array shape")
        lengths[place] -= length - 1
    strides = x.strides + tuple(x.strides[place] for place in axis)
    return _as_strided(x, (*lengths, *window_shape), strides, bool(writeable))


__getattr__, __dir__ = _module("numpy.lib.stride_tricks", globals())
