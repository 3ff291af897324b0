"""Sorting and selecting."""

from __future__ import annotations

import operator

import numpy as np

from . import _raptors
from ._foreign import leaves_to_numpy
from ._options import c_int, one_axis, text, unknown
from ._raptors import array, asarray, ndarray

_normalize = np.lib.array_utils.normalize_axis_index

__all__ = [
    "argpartition", "argsort", "lexsort", "partition", "sort", "sort_complex",
]  # fmt: skip


def sort(a, axis=-1, kind=None, order=None, *, stable=None, descending=False):
    """A copy of ``a``, sorted along ``axis``, or flattened and sorted if that is None.

    NaN comes last; complex numbers are ordered by real, then by imaginary parts. With
    ``descending`` the result is turned around. ``AxisError`` if there is no such axis.

    Examples
    --------
    >>> rp.sort([3, 1, 2])
    array([1, 2, 3])
    >>> rp.sort([[3, 1], [2, 4]], axis=0)
    array([[2, 1],
           [3, 4]])
    """
    plain = type(a) is ndarray and order is None and stable is None and not isinstance(axis, float)
    if plain and kind is None:
        return _raptors._sorted(a, axis, False, bool(descending))
    if plain and kind == "stable":
        return _raptors._sorted(a, axis, True, bool(descending))
    keywords = {"descending": True} if descending else {}
    return _sort(a, axis, kind, order, stable=stable, **keywords)


def argsort(a, axis=-1, kind=None, order=None, *, stable=None, descending=False):
    """The indices that sort ``a`` along ``axis``, or flattened if that is None.

    Of equal elements the first comes first, whichever ``kind`` is asked for.

    Examples
    --------
    >>> rp.argsort([30, 10, 20])
    array([1, 2, 0])
    """
    # A sort of indices is always stable.
    plain = kind is None or (type(kind) is str and kind == "stable" and stable is None)
    if type(a) is ndarray and plain and order is None and a.ndim and type(axis) is not bool:
        return _raptors._argsort(a, axis, bool(descending))
    keywords = {"descending": True} if descending else {}
    return _argsort(a, axis, kind, order, stable=stable, **keywords)


@leaves_to_numpy
def _sort(a, axis, kind, order, *, stable, descending=False):
    """What ``sort`` does, with any arguments."""
    result, axis = _own_copy(a, axis)
    stable = _is_stable(kind, order, stable)
    _raptors._sort(result, axis, stable, bool(descending))
    return result


@leaves_to_numpy
def _argsort(a, axis, kind, order, *, stable, descending=False):
    """What ``argsort`` does, with any arguments."""
    a, axis = _line(a, axis)
    _is_stable(kind, order, stable)
    return _raptors._argsort(a, axis, bool(descending))


def _sort_in_place(array, axis=-1, kind=None, order=None, stable=None):
    """What the method ``sort`` does."""
    _raptors._sort(array, c_int(axis), _is_stable(kind, order, stable), False)


def _is_stable(kind, order, stable) -> bool:
    """Whether a stable sort is asked for, in either way."""
    letter = None if kind is None else text("sort kind", kind, _KINDS)[:1].lower()
    if letter not in (None, "q", "h", "m", "s"):
        raise unknown("sort kind", kind, _KINDS)
    if stable is not None:
        stable = bool(stable)
    if letter is not None and stable is not None:
        raise ValueError(
            "`kind` and keyword parameters can't be provided at the same time. Use only one of them."
        )
    _check_order(order)
    return bool(stable) if letter is None else letter in "ms"


_KINDS = "must be one of 'quick', 'heap', or 'stable'"


def _check_order(order):
    if order is not None:
        raise ValueError("Cannot specify order when the array has no fields.")


def _own_copy(a, axis):
    """A copy of ``a`` to be changed, flattened where there is no axis."""
    if axis is None:
        return array(asarray(a).reshape(-1), order="C"), -1
    return array(a, order="K"), c_int(axis)


def _line(a, axis):
    """``a`` as an array with at least one axis, flattened where none is named."""
    a = asarray(a)
    if axis is None:
        return a.reshape(-1), -1
    return (a.reshape(1) if a.ndim == 0 else a), one_axis(axis)


def partition(a, kth, axis=-1, kind="introselect", order=None):
    """A copy of ``a`` in which the elements at the places ``kth`` are those of the sorted array.

    Smaller elements come before such a place and greater ones behind it, in any order. ``kth`` is
    an integer or a sequence of integers, which count from the end where negative.

    Examples
    --------
    >>> rp.partition([7, 1, 5, 3], 1)[1]
    array(3)
    """
    plain = kind == "introselect" and order is None
    if plain and type(a) is ndarray and type(axis) is int:
        result = _raptors._partitioned(a, kth, axis)
        if result is not None:
            return result
    return _partition(a, kth, axis, kind, order)


@leaves_to_numpy
def _partition(a, kth, axis, kind, order):
    """What ``partition`` does, with any arguments."""
    result, axis = _own_copy(a, axis)
    _check_select(kind, order)
    _raptors._partition(result, _places(kth, result, axis), axis)
    return result


def argpartition(a, kth, axis=-1, kind="introselect", order=None):
    """The indices that :func:`partition` ``a``.

    Examples
    --------
    >>> rp.argpartition([7, 1, 5, 3], 3)[3]
    array(0)
    """
    plain = kind == "introselect" and order is None
    if plain and type(a) is ndarray and type(axis) is int:
        result = _raptors._argpartitioned(a, kth, axis)
        if result is not None:
            return result
    return _argpartition(a, kth, axis, kind, order)


@leaves_to_numpy
def _argpartition(a, kth, axis, kind, order):
    """What ``argpartition`` does, with any arguments."""
    a, axis = _line(a, axis)
    _check_select(kind, order)
    return _raptors._argpartition(a, _places(kth, a, axis), axis)


def _partition_in_place(array, kth, axis=-1, kind="introselect", order=None):
    """What the method ``partition`` does."""
    axis = c_int(axis)
    _check_select(kind, order)
    kth = kth if _are_places(kth) else _line_of_places(kth)
    # Whether it may be written is judged between the axis and the places.
    _raptors._partition(array, [], axis)
    _raptors._partition(array, _places(kth, array, axis), axis)


def _check_select(kind, order):
    if kind is not None and text("select kind", kind, _SELECT) != "introselect":
        raise unknown("select kind", kind, _SELECT)
    _check_order(order)


_SELECT = "must be 'introselect'"


def _are_places(kth) -> bool:
    """Whether ``kth`` is a sequence of plain integers, and not empty: that is one of floats to NumPy."""
    return type(kth) in (tuple, list) and {int} == {*map(type, kth)}


def _places(kth, a, axis) -> list[int]:
    """The distinct places that ``kth`` means, counted from the start, in order."""
    if _are_places(kth):
        return _counted(kth, a, axis)
    places = _line_of_places(kth)
    _normalize(axis, a.ndim)
    if places.dtype.kind == "b":
        raise ValueError("Booleans unacceptable as partition index")
    if places.dtype.kind not in "iu":
        raise TypeError("Partition index must be integer")
    return _counted(places.reshape(-1).tolist(), a, axis)


def _line_of_places(kth):
    """``kth`` as an array of NumPy's, of one axis at most."""
    places = np.asarray(kth)
    if places.ndim > 1 and isinstance(kth, list | tuple):
        raise ValueError(
            "setting an array element with a sequence. The requested array would exceed the maximum number of "
            "dimension of 1."
        )
    if places.ndim > 1:
        raise ValueError("object too deep for desired array")
    return places


def _counted(places, a, axis) -> list[int]:
    """``places`` along an axis of ``a``, checked, distinct, and counted from the start."""
    length = a.shape[axis if -a.ndim <= axis < a.ndim else _normalize(axis, a.ndim)]
    if a.size == 0:
        return []
    counted = sorted({place + length if place < 0 else place for place in places})
    if counted and not 0 <= counted[0] <= counted[-1] < length:
        wrong = (place + length if place < 0 else place for place in places)
        wrong = next(place for place in wrong if not 0 <= place < length)
        raise ValueError(f"kth(={wrong}) out of bounds ({length})")
    return counted


def lexsort(keys, axis=-1):
    """The indices that sort by the last of ``keys``, then by the one before it, and so on.

    ``keys`` is a sequence of arrays of one shape, or an array along whose first axis they lie.

    Examples
    --------
    >>> rp.lexsort(([1, 2, 0], [5, 3, 5]))
    array([1, 2, 0])
    """
    if type(axis) is int:
        result = _raptors._lexsorted(keys, axis)
        if result is not None:
            return result
    return _lexsort(keys, axis)


@leaves_to_numpy
def _lexsort(keys, axis):
    """What ``lexsort`` does, with any arguments."""
    axis = operator.index(axis)
    try:
        keys = [asarray(key) for key in keys]
    except TypeError:
        if hasattr(type(keys), "__iter__"):
            raise
        keys = []
    if not keys:
        raise TypeError("need sequence of keys with len > 0 in lexsort")
    if any(key.shape != keys[0].shape for key in keys):
        raise ValueError("all keys need to be the same shape")
    if keys[0].ndim == 0 and axis in (0, -1):
        return asarray(0)
    return _raptors._lexsort(keys, axis)


def sort_complex(a):
    """A sorted copy of ``a``, as complex numbers.

    Examples
    --------
    >>> rp.sort_complex([2, 1 - 2j, 1])
    array([1.-2.j, 1.+0.j, 2.+0.j])
    """
    if type(a) is ndarray:
        return _as_complex(_raptors._sorted(a, -1, False, False))
    return _sort_complex(a)


@leaves_to_numpy
def _sort_complex(a):
    """What ``sort_complex`` does, with any argument."""
    return _as_complex(sort(a))


_COMPLEX64, _COMPLEX128 = np.dtype("F"), np.dtype("D")


def _as_complex(a):
    char = a.dtype.char
    if char in "FD":
        return a
    return a.astype(_COMPLEX64 if char in "bhBH" else _COMPLEX128)
