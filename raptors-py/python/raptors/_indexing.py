"""Elements picked and put by index, mask and condition."""

from __future__ import annotations

import operator

import numpy as np

from . import _raptors
from ._facts import isscalar
from ._foreign import leaves_to_numpy
from ._places import (
    argwhere, as_places, check_places, flatnonzero, ix_, mode_name, one_axis, ravel_multi_index, unravel_index, within,
)  # fmt: skip
from ._raptors import asarray, copyto, count_nonzero, empty, ndarray, nonzero, share, where

__all__ = [
    "argwhere", "choose", "compress", "copyto", "count_nonzero", "extract",
    "flatnonzero", "ix_", "nonzero", "place", "put", "put_along_axis", "putmask",
    "ravel_multi_index", "select", "take", "take_along_axis", "unravel_index", "where",
]  # fmt: skip

_BOOL = np.dtype(np.bool)


def _destination(a, words):
    """The array that ``a``'s memory is; ``words`` say what is wrong with another object."""
    if isinstance(a, np.ndarray):
        a = share(a)
    if not isinstance(a, ndarray):
        raise TypeError(words.format(type(a)))
    return a


def _values(values, dtype):
    """``values`` as ``dtype``, as assignment converts them."""
    if isinstance(values, ndarray | np.ndarray | np.generic):
        return asarray(values).astype(dtype, copy=False)
    return asarray(values, dtype)


def _safe_values(values, dtype):
    """As ``_values``, but an array's dtype has to fit into ``dtype``."""
    if isinstance(values, ndarray | np.ndarray) and not np.can_cast(values.dtype, dtype, "safe"):
        rule = f"from {values.dtype!r} to {dtype!r} according to the rule 'safe'"
        raise TypeError(f"Cannot cast {'array data' if values.ndim else 'scalar'} {rule}")
    return _values(values, dtype)


def _repeated(values, n):
    """The first ``n`` elements of ``values``, which starts again where it ends."""
    values = values.reshape(-1)
    if values.size == n:
        return values
    if values.size == 1:
        return _raptors.broadcast_to(values, (n,))
    if values.size > n:
        return values[:n]
    return _raptors.tile(values, -(-n // values.size))[:n]


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
    a, places, mode = asarray(a), as_places(indices), mode_name(mode)
    if axis is None:
        a, axis = a.reshape(-1), 0
    elif a.ndim == 0:
        a = a.reshape(1)
    axis = one_axis(axis)
    if mode != "raise" and -a.ndim <= axis < a.ndim and a.shape[axis] > 0:
        places = within(places, a.shape[axis], mode)
    result = _raptors._take(a, places, axis)
    if out is None:
        return result
    target = _destination(out, "output must be an array")
    if target.shape != result.shape:
        raise ValueError("output array does not match result of ndarray.take")
    if not np.can_cast(target.dtype, result.dtype, "safe"):
        raise TypeError(
            f"Cannot cast array data from {target.dtype!r} to {result.dtype!r} according to the rule 'safe'"
        )
    copyto(target, result, casting="unsafe")
    return out


def put(a, ind, v, mode="raise"):
    """Writes the elements of ``v``, again from the start as often as needed, to the places ``ind``.

    Places are those of the flattened array; out of bounds they are an IndexError, start again
    (``mode="wrap"``) or stay at the ends (``mode="clip"``).

    Examples
    --------
    >>> a = rp.zeros(4)
    >>> rp.put(a, [0, -1], [1, 2])
    >>> a
    array([1., 0., 0., 2.])
    """
    if type(a) is not ndarray or not (mode == "raise" and _raptors._put(a, ind, v)):
        _put(a, ind, v, mode)


@leaves_to_numpy
def _put(a, ind, v, mode):
    """What ``put`` does, with any arguments."""
    a = _destination(a, "argument 1 must be numpy.ndarray, not {}")
    if isinstance(ind, ndarray | np.ndarray) and ind.dtype == np.uint64:
        _safe_values(ind, np.dtype(np.intp))
    places, mode = as_places(ind).reshape(-1), mode_name(mode)
    values = _values(v, a.dtype)
    if not a.flags.writeable:
        raise ValueError("put: output array is read-only")
    if places.size and a.size == 0:
        raise IndexError("cannot replace elements of an empty array")
    if values.size == 0 or places.size == 0:
        return
    places = within(places, a.size, mode)
    values = _repeated(values, places.size)
    if a.flags.c_contiguous:
        a.reshape(-1)[places] = values
        return
    check_places(places, a.size)
    a[unravel_index(_raptors.ufuncs["remainder"](places, a.size), a.shape)] = values


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
    return arr[_beside(arr, indices, axis)]


def put_along_axis(arr, indices, values, axis):
    """Writes ``values``, broadcast, to the places ``indices`` of ``arr`` along ``axis``.

    As ``take_along_axis`` reads them; the indices broadcast on the other axes. ``arr`` is changed.
    ``IndexError`` for indices out of bounds.

    Examples
    --------
    >>> a = rp.asarray([[3, 1], [2, 4]])
    >>> rp.put_along_axis(a, rp.asarray([[0], [1]]), 9, axis=1)
    >>> a
    array([[9, 1],
           [2, 9]])
    """
    target = _destination(arr, "argument 1 must be numpy.ndarray, not {}")
    _ = indices.dtype
    indices = asarray(indices)
    if axis is None:
        if indices.ndim != 1:
            raise ValueError("when axis=None, `indices` must have a single dimension.")
        if target.flags.c_contiguous:
            target.reshape(-1)[_beside(target.reshape(-1), indices, 0)] = values
            return
        _beside(target.reshape(-1), indices, 0)
        check_places(indices, target.size)
        places = _raptors.ufuncs["remainder"](indices.astype(np.intp), max(target.size, 1))
        target[unravel_index(places, target.shape)] = values
        return
    target[_beside(target, indices, axis)] = values


def _beside(arr, indices, axis):
    """The key that picks ``indices`` along ``axis``, and every place of the axes beside it."""
    if indices.dtype.kind not in "iu":
        raise IndexError("`indices` must be an integer array")
    axis = np.lib.array_utils.normalize_axis_index(axis, arr.ndim)
    if arr.ndim != indices.ndim:
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    key = []
    for i, n in enumerate(arr.shape):
        shape = [1] * arr.ndim
        shape[i] = n
        key.append(indices if i == axis else _raptors.arange(n).reshape(tuple(shape)))
    return tuple(key)


def putmask(a, /, mask, values):
    """Writes ``values`` to ``a`` where ``mask``, of the same size, is true.

    Where ``values`` has another size it starts again as often as needed: element ``i`` of ``a`` gets
    element ``i % values.size``.

    Examples
    --------
    >>> a = rp.arange(5)
    >>> rp.putmask(a, a > 2, [-1, -2])
    >>> a
    array([ 0,  1,  2, -2, -1])
    """
    if type(a) is not ndarray or not _raptors._put_where(a, mask, values, False):
        _putmask(a, mask, values)


@leaves_to_numpy
def _putmask(a, mask, values):
    """What ``putmask`` does, with any arguments."""
    a = _destination(a, "putmask: first argument must be an array")
    if not a.flags.writeable:
        raise ValueError("putmask: output array is read-only")
    mask = asarray(mask).astype(np.bool, copy=False)
    if mask.size != a.size:
        raise ValueError("putmask: mask and data must be the same size")
    values = (_values if isscalar(values) else _safe_values)(values, a.dtype)
    if values.size == 1:
        copyto(a, values.reshape(()), "unsafe", mask.reshape(a.shape))
    elif values.size:
        copyto(a, _repeated(values, a.size).reshape(a.shape), "unsafe", mask.reshape(a.shape))


def place(arr, mask, vals):
    """Writes the elements of ``vals``, one after the other, to ``arr`` where ``mask`` is true.

    ``vals`` starts again as often as needed. ValueError where it is empty and something is true.

    Examples
    --------
    >>> a = rp.arange(5)
    >>> rp.place(a, a > 2, [-1, -2])
    >>> a
    array([ 0,  1,  2, -1, -2])
    """
    if type(arr) is not ndarray or not _raptors._put_where(arr, mask, vals, True):
        _place(arr, mask, vals)


@leaves_to_numpy
def _place(arr, mask, vals):
    """What ``place`` does, with any arguments."""
    target = _destination(arr, f"place() argument 1 must be numpy.ndarray, not {type(arr).__name__}")
    mask = asarray(mask).astype(np.bool, copy=False)
    if mask.size != target.size:
        raise ValueError("place: mask and data must be the same size")
    values = (_values if isscalar(vals) else _safe_values)(vals, target.dtype)
    if values.size == 1:
        copyto(target, values.reshape(()), "unsafe", mask.reshape(target.shape))
        return
    count = int(count_nonzero(mask))
    if count == 0:
        return
    if values.size == 0:
        raise ValueError("Cannot insert from an empty array!")
    target[mask.reshape(target.shape)] = _repeated(values, count)


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
    condition = asarray(condition)
    if condition.ndim != 1:
        raise ValueError("condition must be a 1-d array")
    if out is None and axis is None and condition.dtype is _BOOL:
        a = asarray(a)
        if condition.shape == a.shape:
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
    mode = mode_name(mode)
    choices = list(choices)
    if not choices:
        raise ValueError("0-length sequence.")
    if len(choices) >= 64:
        raise ValueError("Need at least 0 and at most 64 array objects.")
    places = asarray(a).astype(np.intp, casting="safe", copy=False)
    arrays = [asarray(choice) for choice in choices]
    dtype, shape = arrays[0].dtype, places.shape
    if not all(type(c) is ndarray and c.dtype is dtype and c.shape == shape for c in choices):
        dtype = _common(choices)
        shape = np.broadcast_shapes(*(array.shape for array in arrays), shape)
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
    target = _destination(out, "return arrays must be of ArrayType")
    if target.shape != shape:
        raise TypeError("choose: invalid shape for output array.")
    copyto(target, result, casting="unsafe")
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
