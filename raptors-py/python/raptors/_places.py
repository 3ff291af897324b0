"""Where elements are: indices found, counted, and brought from flat to one for each axis and back."""

from __future__ import annotations

import math
import operator

import numpy as np

from . import _raptors
from ._raptors import asarray, ndarray, nonzero

_BOOL, _INTP, _MOST = np.dtype(bool), np.dtype(np.intp), np.iinfo(np.intp).max
_MODES = ("clip", "wrap", "raise")


def mode_name(mode):
    """The name of what is done with indices that are out of bounds."""
    if mode is None or mode == "raise":
        return "raise"
    if isinstance(mode, str):
        if mode in _MODES:
            return mode
        if mode[:1] in tuple("cCwWrR"):
            raise ValueError("Use one of 'clip', 'raise', or 'wrap' for clip mode")
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap' (got {mode!r})")
    # Integers are NumPy's own numbers of modes; what is none of them raises as well.
    if isinstance(mode, bool) or not hasattr(mode, "__index__"):
        raise TypeError("clipmode not understood")
    number = operator.index(mode)
    return _MODES[number] if number in (0, 1) else "raise"


def one_axis(axis):
    """``axis`` as a number, which no truth value is."""
    if isinstance(axis, bool | np.bool):
        raise TypeError("an integer is required for the axis")
    return operator.index(axis)


def one_length(n):
    """``n`` as a length, which no truth value is."""
    if isinstance(n, bool) or getattr(n, "dtype", None) is _BOOL:
        raise TypeError("an integer is required")
    return operator.index(n)


def as_places(indices):
    """``indices`` as an array of 64-bit integers."""
    if type(indices) is ndarray and indices.dtype is _INTP:
        return indices
    if not isinstance(indices, ndarray | np.ndarray | np.generic):
        return asarray(np.asarray(indices, np.intp))
    return asarray(indices).astype(np.intp, casting="same_kind", copy=False)


def within(places, n, mode):
    """``places`` brought into bounds as ``mode`` says; out of bounds they stay for ``"raise"``."""
    return _raptors._within(places, n, mode)


def check_places(places, n):
    """IndexError for the first of ``places`` that is none of a flat array of ``n`` elements."""
    wrong = nonzero((places < -n) | (places >= n))[0]
    if wrong.size:
        raise IndexError(f"index {int(places[wrong[0]])} is out of bounds for axis 0 with size {n}")


def flatnonzero(a):
    """The places of the elements of the flattened ``a`` that are not zero.

    Examples
    --------
    >>> rp.flatnonzero([0, 3, 0, 4])
    array([1, 3])
    """
    a = asarray(a)
    return nonzero(a if a.ndim == 1 else a.reshape(-1))[0]


def argwhere(a):
    """The indices of the elements that are not zero, one row for each.

    Examples
    --------
    >>> rp.argwhere(rp.asarray([[0, 3], [4, 0]]))
    array([[0, 1],
           [1, 0]])
    """
    a = asarray(a)
    if a.ndim == 0:
        return argwhere(a.reshape(1))[:, :0]
    return _raptors._argwhere(a)


def ix_(*args):
    """A key that picks from every axis the places of one sequence: their cross product.

    Masks stand for the places where they are true.

    Examples
    --------
    >>> rp.arange(6).reshape(2, 3)[rp.ix_([0, 1], [2, 0])]
    array([[2, 0],
           [5, 3]])
    """
    key = []
    shape = [1] * len(args)
    for i, places in enumerate(args):
        if type(places) is not ndarray:
            given = isinstance(places, ndarray | np.ndarray)
            places = asarray(places)
            if not given and places.size == 0:
                places = places.astype(np.intp)
        if places.ndim != 1:
            raise ValueError("Cross index must be 1 dimensional")
        if places.dtype is _BOOL:
            (places,) = nonzero(places)
        shape[i] = -1
        key.append(places.reshape(tuple(shape)))
        shape[i] = 1
    return tuple(key)


def _integers(indices):
    """``indices`` as an array of 64-bit integers, where they are integers."""
    if type(indices) is ndarray and indices.dtype is _INTP:
        return indices
    given = isinstance(indices, ndarray | np.ndarray)
    indices = asarray(indices)
    if not given and indices.size == 0:
        raise TypeError(
            "indices must be integral: the provided empty sequence was inferred as float. Wrap it with "
            "'np.array(indices, dtype=np.intp)'"
        )
    if not np.can_cast(indices.dtype, np.intp, "same_kind"):
        raise TypeError("only int indices permitted")
    return indices.astype(np.intp, copy=False)


def _is_fortran(order):
    """Whether ``order`` counts the first axis fastest."""
    if not isinstance(order, str) or order.upper() not in ("C", "F", "A", "K"):
        raise ValueError(f"order must be one of 'C', 'F', 'A', or 'K' (got {order!r})")
    if order.upper() in "AK":
        raise ValueError("only 'C' or 'F' order is permitted")
    return order.upper() == "F"


def _lengths(shape):
    """A shape given as a number or a sequence of numbers."""
    if hasattr(shape, "__index__") and not getattr(shape, "shape", ()):
        return (one_length(shape),)
    return tuple(map(one_length, shape))


def unravel_index(indices, shape, order="C"):
    """The places on every axis of an array of ``shape`` that flat ``indices`` mean.

    ValueError for an index that is not within the array, or is negative.

    Examples
    --------
    >>> rp.unravel_index([1, 5], (2, 3))
    (array([0, 1]), array([1, 2]))
    """
    if type(indices) is int and type(shape) is tuple and order == "C" and shape:
        plain = all(type(n) is int and n > 0 for n in shape)
        if plain and 0 <= indices < math.prod(shape) <= _MOST:
            return _raptors._unravel(asarray(indices), shape, False)
    shape, fortran = _lengths(shape), _is_fortran(order)
    size = math.prod(shape)
    if size > _MOST:
        raise ValueError(
            "dimensions are too large; arrays and shapes with a total size greater than 'intp' are not "
            "supported."
        )
    flat = _integers(indices)
    if not shape and flat.ndim:
        raise ValueError("multiple indices are not supported for 0d arrays")
    return _raptors._unravel(flat, shape, fortran)


def ravel_multi_index(multi_index, dims, mode="raise", order="C"):
    """The flat indices that places on every axis of an array of shape ``dims`` mean.

    Places out of bounds are a ValueError, start again (``mode="wrap"``) or stay at the ends
    (``mode="clip"``); ``mode`` may be a tuple with one for each axis.

    Examples
    --------
    >>> rp.ravel_multi_index(([0, 1], [1, 2]), (2, 3))
    array([1, 5])
    """
    dims, fortran = _lengths(dims), _is_fortran(order)
    modes = [mode_name(m) for m in mode] if isinstance(mode, tuple | list) else [mode_name(mode)] * len(dims)
    if len(modes) != len(dims):
        raise ValueError(f"list of clipmodes has wrong length ({len(modes)} instead of {len(dims)})")
    if math.prod(dims) > _MOST:
        raise ValueError(
            "invalid dims: array size defined by dims is larger than the maximum possible size."
        )
    multi_index = tuple(multi_index)
    if len(multi_index) != len(dims):
        raise ValueError(f"parameter multi_index must be a sequence of length {len(dims)}")
    axes = [_integers(places) for places in multi_index]
    if any(axis.size for axis in axes) and 0 in dims:
        raise ValueError("cannot unravel if shape has zero entries (is empty).")
    return _raptors._ravel(axes, dims, modes, fortran)
