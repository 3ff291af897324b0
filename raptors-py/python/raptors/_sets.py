"""Distinct elements, and arrays as sets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

import raptors as rp

from . import _raptors
from ._foreign import leaves_to_numpy
from ._raptors import asarray, empty, ndarray, zeros
from ._searching import searchsorted
from ._sorting import argsort

__all__ = [
    "ediff1d", "intersect1d", "isin", "setdiff1d", "setxor1d", "union1d", "unique", "unique_all",
    "unique_counts", "unique_inverse", "unique_values",
]  # fmt: skip


class UniqueAllResult(NamedTuple):
    """What ``unique_all`` gives."""

    values: ndarray
    indices: ndarray
    inverse_indices: ndarray
    counts: ndarray


class UniqueCountsResult(NamedTuple):
    """What ``unique_counts`` gives."""

    values: ndarray
    counts: ndarray


class UniqueInverseResult(NamedTuple):
    """What ``unique_inverse`` gives."""

    values: ndarray
    inverse_indices: ndarray


@leaves_to_numpy
def unique(
    ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *,
    equal_nan=True, sorted=True,
):  # fmt: skip
    """The distinct elements of ``ar`` in order, or the distinct subarrays along ``axis``.

    Also, where asked for: the index of the first occurrence of each; for each element the index of
    its value, in the shape of ``ar``; and how often each occurs. The result is always sorted.
    Unless ``equal_nan``, each NaN is a value of its own.

    Examples
    --------
    >>> rp.unique([2, 1, 2, 3])
    array([1, 2, 3])
    >>> values, counts = rp.unique([2, 1, 2, 3], return_counts=True)
    >>> counts
    array([1, 2, 1])
    """
    ar = asarray(ar)
    wanted = (return_index, return_inverse, return_counts)
    if axis is not None:
        axis = np.lib.array_utils.normalize_axis_index(axis, ar.ndim)
    if axis is not None and ar.ndim > 1:
        found = _unique_along(ar, axis)
    elif not any(wanted):
        return _raptors._unique(ar, bool(equal_nan))
    elif return_counts and not (return_index or return_inverse):
        return _raptors._unique_counts(ar, bool(equal_nan))
    else:
        values, firsts, inverse, counts = _raptors._unique_all(ar, bool(equal_nan))
        found = values, firsts, inverse.reshape(ar.shape), counts
    chosen = tuple(part for part, asked in zip(found[1:], wanted) if asked)
    return (found[0], *chosen) if chosen else found[0]


def _unique_along(ar, axis):
    """The distinct subarrays along ``axis``, their first indices, the inverse and the counts."""
    moved = rp.moveaxis(ar, axis, 0)
    count, size = moved.shape[0], int(np.prod(moved.shape[1:], dtype=np.intp))
    order = _raptors._order_rows(moved.reshape(count, size))
    rows = moved.reshape(count, size)[order]
    first = rp.ones(count, bool)
    if count and size:
        first[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    elif count:
        first[1:] = False
    firsts = order[first]
    values = rp.moveaxis(moved[firsts], 0, axis)
    inverse = empty(count, np.intp)
    inverse[order] = first.cumsum() - 1
    starts = empty(firsts.size + 1, np.intp)
    starts[:-1] = first.nonzero()[0]
    starts[-1] = count
    return values, firsts, inverse, starts[1:] - starts[:-1]


@leaves_to_numpy
def unique_all(x):
    """The distinct elements of ``x``, their first indices, the inverse, and the counts.

    In ascending order. Indices are those in the flattened array, the inverse has the shape of
    ``x``. Every NaN is distinct.

    Examples
    --------
    >>> rp.unique_all([3, 1, 3]).counts
    array([1, 2])
    """
    return UniqueAllResult(*unique(x, True, True, True, equal_nan=False))


@leaves_to_numpy
def unique_counts(x):
    """The distinct elements of ``x``, and how often each occurs.

    In ascending order. Every NaN is distinct.

    Examples
    --------
    >>> rp.unique_counts([3, 1, 3]).values
    array([1, 3])
    """
    return UniqueCountsResult(*_raptors._unique_counts(asarray(x), False))


@leaves_to_numpy
def unique_inverse(x):
    """The distinct elements of ``x``, and for each element of ``x`` the index of its value.

    In ascending order. The inverse has the shape of ``x``. Every NaN is distinct.

    Examples
    --------
    >>> rp.unique_inverse([3, 1, 3]).inverse_indices
    array([1, 0, 1])
    """
    return UniqueInverseResult(*unique(x, return_inverse=True, equal_nan=False))


@leaves_to_numpy
def unique_values(x):
    """The distinct elements of ``x``.

    In ascending order. Every NaN is distinct.

    Examples
    --------
    >>> rp.unique_values([3, 1, 3])
    array([1, 3])
    """
    return _raptors._unique(asarray(x), False)


@leaves_to_numpy
def isin(element, test_elements, assume_unique=False, invert=False, *, kind=None):
    """For each element of ``element`` whether it is one of ``test_elements``.

    NaN is none of any elements. ``assume_unique`` and ``kind`` change nothing but what is refused:
    ``kind="table"`` takes integers and truth values only.

    Examples
    --------
    >>> rp.isin([1, 2, 3], [3, 1])
    array([ True, False,  True])
    """
    element, test_elements = asarray(element), asarray(test_elements)
    if not (kind is None or kind in ("sort", "table")):
        raise ValueError(f"Invalid kind: {kind!r}. Please use None, 'sort' or 'table'.")
    if kind == "table":
        _check_table(element, test_elements)
    result = _contains(test_elements.reshape(-1), element)
    return ~result if invert else result


def _check_table(element, test_elements):
    if element.dtype.kind not in "uib" or test_elements.dtype.kind not in "uib":
        raise ValueError(
            "The 'table' method is only supported for boolean or integer arrays. "
            "Please select 'sort' or None for kind."
        )
    if test_elements.size and test_elements.dtype.kind != "b":
        extent = int(test_elements.max()) - int(test_elements.min())
        if extent > np.iinfo(test_elements.dtype).max:
            raise RuntimeError(
                "You have specified kind='table', but the range of values in `ar2` or `ar1` exceed "
                "the maximum integer of the datatype. Please set `kind` to None or 'sort'."
            )


def _contains(some, x):
    """For each element of ``x`` whether it is among ``some``, exactly for integers of any sign."""
    common = np.result_type(some.dtype, x.dtype)
    if common.kind == "f" and some.dtype.kind in "iu" and x.dtype.kind in "iu":
        # Signed and unsigned 64 bits: only what both hold can be equal.
        limit = np.iinfo(np.int64).max
        some = some[(some >= 0) & (some <= limit)].astype(np.int64)
        inside = (x >= 0) & (x <= limit)
        return inside & _contains(some, x.astype(np.int64))
    return _raptors._isin(some, x)


@leaves_to_numpy
def intersect1d(ar1, ar2, assume_unique=False, return_indices=False):
    """The distinct elements that are in both arrays, in order.

    With ``return_indices`` also where each occurs first in the flattened ``ar1`` and ``ar2``.

    Examples
    --------
    >>> rp.intersect1d([1, 3, 4, 3], [3, 1, 2])
    array([1, 3])
    """
    first, index1 = _ordered(ar1, assume_unique, return_indices)
    second, index2 = _ordered(ar2, assume_unique, return_indices)
    common = np.result_type(first.dtype, second.dtype)
    first, second = first.astype(common, copy=False), second.astype(common, copy=False)
    both = _raptors._contains(second, first)
    values = first[both]
    if not return_indices:
        return values
    return values, index1[both], index2[searchsorted(second, values)]


def _ordered(ar, assume_unique, return_indices):
    """The distinct elements of an array in order, and their indices if asked for."""
    if assume_unique:
        ar = asarray(ar).reshape(-1)
        order = argsort(ar)
        return ar[order], order
    if return_indices:
        return unique(ar, return_index=True)
    return unique(ar), None


@leaves_to_numpy
def union1d(ar1, ar2):
    """The distinct elements of both arrays, in order.

    Examples
    --------
    >>> rp.union1d([3, 1], [2, 3])
    array([1, 2, 3])
    """
    if type(ar1) in _PYTHON_NUMBERS and type(ar2) not in _PYTHON_NUMBERS:
        ar2 = asarray(ar2)
        ar1 = _beside(ar1, ar2)
    elif type(ar2) in _PYTHON_NUMBERS and type(ar1) not in _PYTHON_NUMBERS:
        ar1 = asarray(ar1)
        ar2 = _beside(ar2, ar1)
    return unique(_joined(asarray(ar1), asarray(ar2)))


_PYTHON_NUMBERS = (int, float, complex)


def _beside(number, other):
    """A Python number as an array of the dtype that it takes next to an array."""
    # An integer that the dtype has no room for wraps around, as in NumPy.
    return asarray(number).astype(np.result_type(other.dtype, type(number)(0)))


def _joined(*parts):
    """The elements of arrays, one array after the other."""
    return rp.concatenate(parts, axis=None)


@leaves_to_numpy
def setdiff1d(ar1, ar2, assume_unique=False):
    """The distinct elements of ``ar1`` that are not in ``ar2``, in order.

    With ``assume_unique`` they come in the order of ``ar1``.

    Examples
    --------
    >>> rp.setdiff1d([3, 2, 1, 2], [2, 4])
    array([1, 3])
    """
    ar1 = asarray(ar1).reshape(-1) if assume_unique else unique(ar1)
    return ar1[isin(ar1, ar2, invert=True)]


@leaves_to_numpy
def setxor1d(ar1, ar2, assume_unique=False):
    """The distinct elements that are in one array and not in both, in order.

    Examples
    --------
    >>> rp.setxor1d([1, 2, 3], [2, 3, 4])
    array([1, 4])
    """
    ar1, ar2 = asarray(ar1), asarray(ar2)
    if not assume_unique:
        ar1, ar2 = _raptors._unique(ar1, True), _raptors._unique(ar2, True)
    return _raptors._single(_joined(ar1, ar2))


@leaves_to_numpy
def ediff1d(ary, to_end=None, to_begin=None):
    """The differences of neighbours in the flattened array, between ``to_begin`` and ``to_end``.

    ``TypeError`` where those cannot be cast to the dtype of ``ary`` within their kind.

    Examples
    --------
    >>> rp.ediff1d([1, 2, 4, 7], to_end=99)
    array([ 1,  2,  3, 99])
    """
    ary = asarray(ary).reshape(-1)
    if to_begin is None and to_end is None and ary.size and ary.dtype.kind != "b":
        return ary[1:] - ary[:-1]
    before = _edge(to_begin, "to_begin", ary.dtype)
    after = _edge(to_end, "to_end", ary.dtype)
    count = max(ary.size - 1, 0)
    result = zeros(before.size + count + after.size, ary.dtype)
    result[: before.size] = before
    result[before.size + count :] = after
    result[before.size : before.size + count] = ary[1:] - ary[:-1]
    return result


def _edge(value, name, dtype):
    """What is put before or behind the differences."""
    if value is None:
        return zeros(0, dtype)
    value = asarray(value)
    if not np.can_cast(value.dtype, dtype, "same_kind"):
        raise TypeError(
            f"dtype of `{name}` must be compatible with input `ary` under the `same_kind` rule."
        )
    return value.reshape(-1)
