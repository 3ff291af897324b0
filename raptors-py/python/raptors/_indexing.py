"""Elements picked by index, mask and condition."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from . import _raptors
from ._foreign import leaves_to_numpy
from ._options import check_cast, check_output, check_taken, mode_name, one_axis
from ._places import (
    argwhere, as_places, beside, flatnonzero, ix_, ravel_multi_index, unravel_index, within,
)  # fmt: skip
from ._raptors import asarray, copyto, count_nonzero, empty, ndarray, nonzero, where

__all__ = [
    "argwhere", "choose", "compress", "copyto", "count_nonzero", "extract",
    "flatnonzero", "ix_", "nonzero", "ravel_multi_index", "select", "take", "take_along_axis",
    "unravel_index", "where",
]  # fmt: skip

_BOOL = np.dtype(np.bool)


@leaves_to_numpy
def take(a, indices, axis=None, out=None, mode="raise"):
    """The elements of ``a`` at ``indices`` along ``axis``, or of the flattened array.

    The result has ``indices.shape`` in place of the axis. Places out of bounds are an IndexError,
    start again (``mode="wrap"``) or stay at the ends (``mode="clip"``).

    Examples
    --------
    >>> rp.take(rp.asarray([[1, 2], [3, 4]]), [1, 0], axis=1)
    array([[2, 1],
           [4, 3]])
    >>> rp.take([4, 5, 6], 7, mode="clip")
    array(6)
    """
    a = asarray(a)
    axis = None if axis is None else one_axis(axis)
    check_output(out)
    mode = mode_name(mode)
    if axis is None:
        a, axis = a.reshape(-1), 0
    elif a.ndim == 0:
        a = a.reshape(1)
    axis = normalize_axis_index(axis, a.ndim)
    places = as_places(indices)
    if out is not None:
        check_taken(out, (*a.shape[:axis], *places.shape, *a.shape[axis + 1 :]), a.dtype)
    if mode != "raise" and a.shape[axis] > 0:
        places = within(places, a.shape[axis], mode)
    result = _raptors._take(a, places, axis)
    if out is None:
        return result
    copyto(out, result, casting="unsafe")
    return out


def take_along_axis(arr, indices, axis=-1):
    """The elements of ``arr`` at ``indices`` along ``axis``, one for each index.

    ``indices`` has as many axes as ``arr`` and is broadcast against it beside the axis; for
    ``axis=None`` both are one-dimensional. What ``argsort`` and ``argmax`` give are such indices.

    Examples
    --------
    >>> rp.take_along_axis(rp.asarray([[3, 1], [2, 4]]), rp.asarray([[1], [0]]), axis=1)
    array([[1],
           [2]])
    """
    arr, indices = asarray(arr), asarray(indices, indices.dtype)
    if axis is None:
        if indices.ndim != 1:
            raise ValueError("when axis=None, `indices` must have a single dimension.")
        arr, axis = arr.reshape(-1), 0
    return arr[beside(arr, indices, axis)]


@leaves_to_numpy
def extract(condition, arr):
    """The elements of the flattened ``arr`` where the flattened ``condition`` is true.

    Examples
    --------
    >>> rp.extract([True, False, True], [1, 2, 3])
    array([1, 3])
    """
    condition, arr = asarray(condition), asarray(arr)
    if condition.dtype is _BOOL and condition.shape == arr.shape and arr.ndim:
        return arr[condition]
    return take(arr.reshape(-1), nonzero(condition.reshape(-1))[0])


@leaves_to_numpy
def compress(condition, a, axis=None, out=None):
    """The slices of ``a`` along ``axis``, or the flattened elements, where ``condition`` is true.

    ``condition`` has one axis and may be shorter than the axis of ``a``.

    Examples
    --------
    >>> rp.compress([False, True], rp.asarray([[1, 2], [3, 4]]), axis=0)
    array([[3, 4]])
    """
    a = asarray(a)
    axis = None if axis is None else one_axis(axis)
    check_output(out)
    condition = asarray(condition)
    if condition.ndim != 1:
        raise ValueError("condition must be a 1-d array")
    if out is None and axis is None and condition.dtype is _BOOL and condition.shape == a.shape:
        return a[condition]
    return take(a, nonzero(condition)[0], axis, out)


@leaves_to_numpy
def choose(a, choices, out=None, mode="raise"):
    """The elements of ``choices[a]``, place by place, all broadcast together.

    ValueError for an element of ``a`` that is no number of a choice, unless ``mode`` brings it into
    bounds (``"wrap"``, ``"clip"``).

    Examples
    --------
    >>> rp.choose([0, 1, 0], [[1, 2, 3], 9])
    array([1, 9, 3])
    """
    choices = list(choices)
    places = asarray(a)
    check_output(out)
    mode = mode_name(mode)
    if not choices:
        raise ValueError("0-length sequence.")
    arrays = [asarray(choice) for choice in choices]
    check_cast(places, np.intp)
    places = places.astype(np.intp, copy=False)
    if len(choices) >= 64:
        raise ValueError("Need at least 0 and at most 64 array objects.")
    dtype, shape = arrays[0].dtype, places.shape
    if not all(type(c) is ndarray and c.dtype is dtype and c.shape == shape for c in choices):
        dtype = _common(choices)
        shape = np.broadcast_shapes(*(array.shape for array in arrays), shape)
    if out is not None and out.shape != shape:
        raise TypeError("choose: invalid shape for output array.")
    if out is not None and not out.flags.writeable:
        raise ValueError("output array is read-only")
    n = len(arrays)
    if mode == "raise" and places.size and 0 not in shape and (places.min() < 0 or places.max() >= n):
        raise ValueError("invalid entry in choice array")
    places = within(places, n, mode)
    result = empty(shape, dtype)
    copyto(result, arrays[0], "unsafe")
    for i, array in enumerate(arrays[1:], 1):
        copyto(result, array, "unsafe", places == i)
    if out is None:
        return result
    copyto(out, result, casting="unsafe")
    return out


def _common(values):
    """The dtype of all ``values`` together; Python's numbers give way."""
    return np.result_type(
        *(value if type(value) in (int, float, complex) else asarray(value).dtype for value in values)
    )


@leaves_to_numpy
def select(condlist, choicelist, default=0):
    """The elements of the first of ``choicelist`` whose condition is true, else of ``default``.

    Conditions are arrays of truth values; all are broadcast together.

    Examples
    --------
    >>> x = rp.arange(5)
    >>> rp.select([x < 2, x > 3], [x, x * 10], default=-1)
    array([ 0,  1, -1, -1, 40])
    """
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if len(condlist) == 0:
        raise ValueError("select with an empty condition list is not possible")
    values = [*choicelist, default]
    try:
        dtype = _common(values)
    except TypeError as error:
        raise TypeError(f"Choicelist and default value do not have a common dtype: {error}") from None
    conditions = [asarray(condition) for condition in condlist]
    for i, condition in enumerate(conditions):
        if condition.dtype != np.bool:
            raise TypeError(f"invalid entry {i} in condlist: should be boolean ndarray")
    arrays = [asarray(value) for value in values]
    shapes = {array.shape for array in (*conditions, *arrays) if array.ndim}
    if len(shapes) > 1:
        shape = np.broadcast_shapes(*(condition.shape for condition in conditions))
        shape = np.broadcast_shapes(shape, np.broadcast_shapes(*(array.shape for array in arrays)))
    else:
        shape = next(iter(shapes), ())
    condition, array, default = conditions[-1], *arrays[-2:]
    in_order = condition.flags.c_contiguous and array.flags.c_contiguous and default.ndim == 0
    alike, left = condition.shape == array.shape == shape and array.dtype == dtype, len(conditions)
    if in_order and alike and shape:
        # The last choice and the default are chosen between in one pass.
        result, left = where(condition, array, default.astype(dtype, copy=False)), left - 1
    else:
        result = empty(shape, dtype)
        copyto(result, default, "unsafe")
    for i in reversed(range(left)):
        copyto(result, arrays[i], "unsafe", conditions[i])
    return result
