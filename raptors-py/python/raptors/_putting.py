"""Elements put into arrays by index and mask."""

from __future__ import annotations

import numpy as np

from . import _raptors
from ._facts import isscalar
from ._foreign import leaves_to_numpy
from ._options import check_cast, check_written_back, class_name, mode_name
from ._places import as_places, beside, check_places, unravel_index, within
from ._raptors import asarray, copyto, count_nonzero, ndarray, share

__all__ = ["place", "put", "put_along_axis", "putmask"]


def destination(a, words):
    """The array that ``a``'s memory is; ``words`` say what is wrong with another object."""
    if isinstance(a, np.ndarray):
        a = share(a)
    if not isinstance(a, ndarray):
        raise TypeError(words.format(type(a)))
    return a


def values_of(values, dtype):
    """``values`` as ``dtype``, as assignment converts them."""
    if isinstance(values, ndarray | np.ndarray | np.generic):
        return asarray(values).astype(dtype, copy=False)
    return asarray(values, dtype)


def _safe_values(values, dtype):
    """As ``values_of``, but an array's dtype has to fit into ``dtype``."""
    if isinstance(values, ndarray | np.ndarray):
        check_cast(values, dtype)
    return values_of(values, dtype)


def repeated(values, n):
    """The first ``n`` elements of ``values``, which starts again where it ends."""
    values = values.reshape(-1)
    if values.size == n:
        return values
    if values.size == 1:
        return _raptors.broadcast_to(values, (n,))
    if values.size > n:
        return values[:n]
    return _raptors.tile(values, -(-n // values.size))[:n]


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
    a = destination(a, "argument 1 must be numpy.ndarray, not {}")
    mode = mode_name(mode)
    if not a.flags.writeable:
        raise ValueError("put: output array is read-only")
    places = as_places(ind, "safe").reshape(-1)
    if places.size and a.size == 0:
        raise IndexError("cannot replace elements of an empty array")
    values = values_of(v, a.dtype)
    if values.size == 0 or places.size == 0:
        return
    places = within(places, a.size, mode)
    values = repeated(values, places.size)
    if a.flags.c_contiguous:
        a.reshape(-1)[places] = values
        return
    check_places(places, a.size)
    a[unravel_index(_raptors.ufuncs["remainder"](places, a.size), a.shape)] = values


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
    target = destination(arr, "argument 1 must be numpy.ndarray, not {}")
    _ = indices.dtype
    indices = asarray(indices)
    if axis is None:
        if indices.ndim != 1:
            raise ValueError("when axis=None, `indices` must have a single dimension.")
        if target.flags.c_contiguous:
            target.reshape(-1)[beside(target.reshape(-1), indices, 0)] = values
            return
        beside(target.reshape(-1), indices, 0)
        check_places(indices, target.size)
        places = _raptors.ufuncs["remainder"](indices.astype(np.intp), max(target.size, 1))
        target[unravel_index(places, target.shape)] = values
        return
    target[beside(target, indices, axis)] = values


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
    a = destination(a, "putmask: first argument must be an array")
    if not a.flags.writeable:
        raise ValueError("putmask: output array is read-only")
    mask = asarray(mask).astype(np.bool, copy=False)
    if mask.size != a.size:
        raise ValueError("putmask: mask and data must be the same size")
    values = (values_of if isscalar(values) else _safe_values)(values, a.dtype)
    if values.size == 1:
        copyto(a, values.reshape(()), "unsafe", mask.reshape(a.shape))
    elif values.size:
        copyto(a, repeated(values, a.size).reshape(a.shape), "unsafe", mask.reshape(a.shape))


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
    given = "None" if arr is None else class_name(arr)
    target = destination(arr, f"place() argument 1 must be numpy.ndarray, not {given}")
    check_written_back(target)
    mask = asarray(mask).astype(np.bool, copy=False)
    if mask.size != target.size:
        raise ValueError("place: mask and data must be the same size")
    values = (values_of if isscalar(vals) else _safe_values)(vals, target.dtype)
    if values.size == 1:
        copyto(target, values.reshape(()), "unsafe", mask.reshape(target.shape))
        return
    count = int(count_nonzero(mask))
    if count == 0:
        return
    if values.size == 0:
        raise ValueError("Cannot insert from an empty array!")
    target[mask.reshape(target.shape)] = repeated(values, count)
