"""Arrays put together from parts, and parts put in or taken out."""

from __future__ import annotations

import math
import operator
import warnings

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

import raptors as rp

from ._foreign import leaves_to_numpy
from ._raptors import array, asarray, concatenate, empty, ndarray, vstack, zeros

__all__ = ["append", "block", "concat", "delete", "insert", "kron", "resize", "row_stack", "trim_zeros"]


concat = concatenate

# Elements from which blocks are copied once, to where they belong, and not once for every depth.
_LARGE = 512 * 512


def block(arrays):
    """One array from nested lists of blocks: the innermost lists are joined along the last axis.

    ``ValueError`` for lists of different depths or empty ones, ``TypeError`` for tuples.

    Examples
    --------
    >>> rp.block([[rp.ones((1, 1)), rp.zeros((1, 1))], [rp.ones((1, 2))]]).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    path, ndim = _depth(arrays, [])
    if path and path[-1] is None:
        raise ValueError(f"List at {_place(path)} cannot be empty")
    depth = len(path)
    ndim = max(ndim, depth)
    if depth > 1 and _elements(arrays) >= _LARGE:
        shape, parts = _laid_out(arrays, 0, depth, ndim)
        if shape is not None:
            result = empty(shape, np.result_type(*(part.dtype for _, part in parts)))
            for start, part in parts:
                result[tuple(slice(i, i + n) for i, n in zip(start, part.shape))] = part
            return result
    return _blocks(arrays, 0, depth, ndim)


def _elements(arrays) -> int:
    return sum(map(_elements, arrays)) if type(arrays) is list else getattr(arrays, "size", 1)


def _laid_out(arrays, depth, most, ndim):
    """The shape of all blocks together, and where each starts; no shape where they do not fit, or
    where the result does not lie in C order."""
    if depth == most:
        part = array(arrays, ndmin=ndim, copy=None)
        return (None if part.flags.fnc else part.shape), [((0,) * ndim, part)]
    axis = ndim + depth - most
    whole, parts = None, []
    for item in arrays:
        shape, inner = _laid_out(item, depth + 1, most, ndim)
        if shape is None or whole and (*whole[:axis], *whole[axis + 1 :]) != (*shape[:axis], *shape[axis + 1 :]):
            return None, []
        place = whole[axis] if whole else 0
        parts += [((*start[:axis], start[axis] + place, *start[axis + 1 :]), part) for start, part in inner]
        whole = (*shape[:axis], place + shape[axis], *shape[axis + 1 :])
    return whole, parts


def _place(path):
    return "arrays" + "".join(f"[{step}]" for step in path if step is not None)


def _depth(arrays, path):
    """The path to the first block, ending in None for an empty list, and the most axes of all."""
    if type(arrays) is tuple:
        raise TypeError(
            f"{_place(path)} is a tuple. Only lists can be used to arrange blocks, and np.block does "
            "not allow implicit conversion from tuple to ndarray."
        )
    if type(arrays) is not list:
        return path, rp.ndim(arrays)
    if not arrays:
        return [*path, None], 0
    first, most = _depth(arrays[0], [*path, 0])
    for step, item in enumerate(arrays[1:], 1):
        other, ndim = _depth(item, [*path, step])
        most = max(most, ndim)
        if len(other) != len(first):
            raise ValueError(
                f"List depths are mismatched. First element was at depth {len(first)}, but there is "
                f"an element at depth {len(other)} ({_place(other)})"
            )
        if other[-1] is None:
            first = other
    return first, most


def _blocks(arrays, depth, most, ndim):
    if depth < most:
        parts = [_blocks(item, depth + 1, most, ndim) for item in arrays]
        return concatenate(parts, axis=depth - most)
    result = array(arrays, ndmin=ndim, copy=None)
    return result.copy() if most == 0 and result is arrays else result


def row_stack(tup, *, dtype=None, casting="same_kind"):
    """NumPy's former name of ``vstack``.

    Examples
    --------
    >>> with np.testing.suppress_warnings() as quiet:
    ...     _ = quiet.filter(DeprecationWarning)
    ...     rp.row_stack([[1], [2]]).tolist()
    [[1], [2]]
    """
    message = "`row_stack` alias is deprecated. Use `np.vstack` directly."
    warnings.warn(message, DeprecationWarning, stacklevel=2)
    return vstack(tup, dtype=dtype, casting=casting)


@leaves_to_numpy
def append(arr, values, axis=None):
    """A copy of ``arr`` with ``values`` after its end on ``axis``; both flattened without one.

    ``values`` is joined as by ``concatenate``: without an ``axis`` in any shape.

    Examples
    --------
    >>> rp.append([1, 2], [3]).tolist()
    [1, 2, 3]
    """
    arr = asarray(arr)
    if axis is None:
        arr, values = arr.ravel(), asarray(values).ravel()
        axis = 0
    return concatenate((arr, values), axis=axis)


def resize(a, new_shape):
    """The elements of ``a`` again and again, until ``new_shape`` is full.

    In new memory, in C order. Zeros where ``a`` is empty.

    Examples
    --------
    >>> rp.resize([1, 2, 3], (2, 2)).tolist()
    [[1, 2], [3, 1]]
    """
    one = isinstance(new_shape, int | np.integer) or (isinstance(new_shape, ndarray) and not new_shape.ndim)
    new_shape = (new_shape,) if one else tuple(new_shape)
    a = asarray(a).ravel()
    if any(length < 0 for length in new_shape):
        raise ValueError("all elements of `new_shape` must be non-negative")
    if any(isinstance(length, bool) for length in new_shape):
        raise TypeError("an integer is required")
    new_shape = tuple(map(operator.index, new_shape))
    size = math.prod(new_shape)
    if a.size == 0 or size == 0:
        return zeros(new_shape, a.dtype)
    return rp.tile(a, -(-size // a.size))[:size].reshape(new_shape)


@leaves_to_numpy
def trim_zeros(filt, trim="fb", axis=None):
    """``filt`` without the zeros at its front (``"f"``) and back (``"b"``), along ``axis`` or all.

    Examples
    --------
    >>> rp.trim_zeros(rp.asarray([0, 1, 0, 2, 0])).tolist()
    [1, 0, 2]
    """
    given = asarray(filt)
    trim = trim.lower()
    if trim not in {"fb", "bf", "f", "b"}:
        raise ValueError(f"unexpected character(s) in `trim`: {trim!r}")
    axes = tuple(range(given.ndim)) if axis is None else normalize_axis_tuple(axis, given.ndim, "axis")
    if not axes:
        return filt
    key = [slice(None)] * given.ndim
    there = given != 0
    for place in axes:
        others = tuple(other for other in range(given.ndim) if other != place)
        line = there.any(axis=others) if others else there
        length = line.shape[0]
        if not bool(line.any()):
            key[place] = slice(length, length) if trim == "f" else slice(0, 0)
            continue
        start = int(line.argmax()) if "f" in trim else 0
        stop = length - int(line[::-1].argmax()) if "b" in trim else length
        key[place] = slice(start, stop)
    return filt[key[0]] if given.ndim == 1 else given[tuple(key)]


def _axis_for(arr, axis):
    """``arr`` and the axis that items are taken out of or put in: flattened where none is given."""
    if axis is None:
        return (arr if arr.ndim == 1 else arr.ravel()), 0
    return arr, normalize_axis_index(axis, arr.ndim)


def _part(arr, axis, part):
    return arr[(slice(None),) * axis + (part,)]


def delete(arr, obj, axis=None):
    """A copy of ``arr`` without the places ``obj`` (integers, a slice or a mask) of ``axis``.

    Without an axis, of ``arr`` flattened. ``IndexError`` for places beyond the end.

    Examples
    --------
    >>> rp.delete([1, 2, 3, 4], [0, -1]).tolist()
    [2, 3]
    """
    arr, axis = _axis_for(asarray(arr), axis)
    length = arr.shape[axis]
    if isinstance(obj, slice):
        places = range(*obj.indices(length))
        if len(places) == 0:
            return arr.copy("F" if arr.flags.fnc else "C")
        if abs(places.step) == 1 or len(places) == 1:
            low, high = min(places), max(places) + 1
            return _without(arr, axis, low, high)
        keep = rp.ones(length, bool)
        keep[obj] = False
        shape = list(arr.shape)
        shape[axis] -= len(places)
        result = empty(tuple(shape), arr.dtype, "F" if arr.flags.fnc else "C")
        result[...] = _part(arr, axis, keep)
        return result
    if isinstance(obj, int | np.integer) and not isinstance(obj, bool):
        single = obj
    else:
        given = obj
        obj = asarray(obj)
        if obj.size == 0 and not isinstance(given, np.ndarray | ndarray):
            obj = obj.astype(int)
        single = int(obj.reshape(())) if obj.size == 1 and obj.dtype.kind in "iu" else None
    if single is not None:
        if not -length <= single < length:
            raise IndexError(
                f"index {obj} is out of bounds for axis {axis} with size {length}"
                if isinstance(obj, int | np.integer)
                else f"index {single} is out of bounds for axis {axis} with size {length}"
            )
        single %= length
        return _without(arr, axis, single, single + 1)
    if obj.dtype == bool:
        if obj.shape != (length,):
            raise ValueError(
                "boolean array argument obj to delete must be one dimensional and match the axis "
                f"length of {length}"
            )
        keep = ~obj
    else:
        keep = rp.ones(length, bool)
        keep[obj] = False
    return _part(arr, axis, keep)


def _without(arr, axis, low, high):
    """A copy of ``arr`` without the places from ``low`` to before ``high`` of ``axis``."""
    shape = list(arr.shape)
    shape[axis] -= high - low
    result = empty(tuple(shape), arr.dtype, "F" if arr.flags.fnc else "C")
    _part(result, axis, slice(0, low))[...] = _part(arr, axis, slice(0, low))
    _part(result, axis, slice(low, None))[...] = _part(arr, axis, slice(high, None))
    return result


def insert(arr, obj, values, axis=None):
    """A copy of ``arr`` with ``values`` in front of the places ``obj`` of ``axis``.

    Without an axis, of ``arr`` flattened. ``IndexError`` for places beyond the end.

    Examples
    --------
    >>> rp.insert([1, 2, 3], 1, 9).tolist()
    [1, 9, 2, 3]
    """
    arr, axis = _axis_for(asarray(arr), axis)
    length = arr.shape[axis]
    shape = list(arr.shape)
    order = "F" if arr.flags.fnc else "C"
    if isinstance(obj, slice):
        places = rp.arange(*obj.indices(length), dtype=int)
    else:
        places = array(obj)
        if places.dtype == bool:
            if places.ndim != 1:
                raise ValueError("boolean array argument obj to insert must be one dimensional")
            places = rp.flatnonzero(places)
        elif places.ndim > 1:
            raise ValueError("index array argument obj to insert must be one dimensional or scalar")
    if places.size == 0 and not isinstance(obj, np.ndarray | ndarray):
        places = places.astype(int)
    if places.size == 1:
        if places.dtype.kind not in "iu":
            raise TypeError("slice indices must be integers or None or have an __index__ method")
        place = int(places.reshape(()))
        if not -length <= place <= length:
            raise IndexError(f"index {obj} is out of bounds for axis {axis} with size {length}")
        place += length if place < 0 else 0
        values = array(values, dtype=arr.dtype, copy=None, ndmin=arr.ndim)
        if places.ndim == 0:
            # One place takes its values as if it were not there as an axis.
            values = rp.moveaxis(values, 0, axis)
        count = values.shape[axis]
        shape[axis] += count
        result = empty(tuple(shape), arr.dtype, order)
        _part(result, axis, slice(0, place))[...] = _part(arr, axis, slice(0, place))
        _part(result, axis, slice(place, place + count))[...] = values
        _part(result, axis, slice(place + count, None))[...] = _part(arr, axis, slice(place, None))
        return result
    if places.size and not places.min() >= 0:
        places = rp.where(places < 0, places + length, places)
    if places.dtype.kind not in "iu":
        raise IndexError("arrays used as indices must be of integer (or boolean) type")
    sequence = places.argsort(kind="stable")
    moved = empty(places.shape, int)
    moved[sequence] = places[sequence] + rp.arange(places.size)
    shape[axis] += places.size
    old = rp.ones(shape[axis], bool)
    old[moved] = False
    result = empty(tuple(shape), arr.dtype, order)
    head = (slice(None),) * axis
    result[(*head, moved)] = array(values, dtype=arr.dtype, copy=None)
    result[(*head, old)] = arr
    return result


def kron(a, b):
    """Every element of ``a`` times the whole of ``b``, as blocks where the element was.

    The arrays may have any numbers of axes: lengths are multiplied axis by axis, from the last.

    Examples
    --------
    >>> rp.kron([1, 2], [1, 10]).tolist()
    [1, 10, 2, 20]
    """
    a, b = asarray(a), asarray(b)
    ndim = max(a.ndim, b.ndim)
    if a.ndim == 0 or b.ndim == 0:
        return rp.multiply(a, b)
    shapes = [(1,) * (ndim - x.ndim) + x.shape for x in (a, b)]
    left = a.reshape(tuple(part for length in shapes[0] for part in (length, 1)))
    right = b.reshape(tuple(part for length in shapes[1] for part in (1, length)))
    return (left * right).reshape(tuple(map(operator.mul, *shapes)))
