"""Searching sorted arrays, and counting."""

from __future__ import annotations

import warnings

import numpy as np

import raptors as rp

from . import _raptors
from ._delegate import call, notice
from ._foreign import leaves_to_numpy
from ._options import one_length, text, unknown
from ._raptors import asarray, ndarray

__all__ = ["bincount", "digitize", "searchsorted"]


def searchsorted(a, v, side="left", sorter=None):
    """For each element of ``v`` the place in the sorted array ``a`` where it belongs.

    ``a`` has one axis; the result has the shape of ``v``. With ``side="left"`` it is the place
    before equal elements, with ``"right"`` the one behind them. ``sorter`` has the indices that
    sort an ``a`` that is not.

    Examples
    --------
    >>> rp.searchsorted([1, 3, 5], [0, 3, 9])
    array([0, 1, 3])
    >>> rp.searchsorted([1, 3, 5], 3, side="right")
    array(2)
    """
    plain = sorter is None and (side == "left" or side == "right")
    if plain and type(a) is ndarray and type(v) in (ndarray, float) and a.ndim == 1:
        return _raptors._searchsorted(a, asarray(v), side == "right")
    return _searchsorted(a, v, side, sorter)


@leaves_to_numpy
def _searchsorted(a, v, side, sorter):
    """What ``searchsorted`` does, with any arguments."""
    right = _is_right(side)
    a, v = _one_axis(asarray(a)), asarray(v)
    if sorter is None:
        return _raptors._searchsorted(a, v, right)
    try:
        given, sorter = sorter, asarray(sorter)
    except TypeError:
        raise TypeError("could not parse sorter argument") from None
    if sorter.dtype.kind not in "iu":
        raise TypeError("sorter must only contain integers")
    if sorter.dtype == np.uint64:
        raise ValueError("could not parse sorter argument")
    if sorter.ndim != 1:
        raise TypeError("could not parse sorter argument")
    if sorter.size != a.size:
        raise ValueError("sorter.size must equal a.size")
    try:
        return _raptors._searchsorted(a, v, right, sorter)
    except IndexError:
        # NumPy tells of such an index where the search comes by it.
        notice("numpy.searchsorted with a sorter that is out of range")
        return call(np.searchsorted, (a, v, side, given), {})


def _is_right(side) -> bool:
    name = text("search side", side, _SIDES)
    if name not in ("left", "right"):
        if name[:1] in tuple("lLrR"):
            raise ValueError("search side must be one of 'left' or 'right'")
        raise unknown("search side", side, _SIDES)
    return name == "right"


_SIDES = "must be 'left' or 'right'"


def _one_axis(a) -> ndarray:
    if a.ndim < 1:
        raise ValueError("object of too small depth for desired array")
    if a.ndim > 1:
        raise ValueError("object too deep for desired array")
    return a


def digitize(x, bins, right=False):
    """The index of the bin of each element of ``x``; ``bins`` ascend or descend.

    ``bins[i - 1] <= x < bins[i]`` for bins that ascend, and ``bins[i - 1] > x >= bins[i]`` for
    those that descend; ``right`` tells that bins hold their right edges instead.

    Examples
    --------
    >>> rp.digitize([0.2, 6.4, 3.0], [0.0, 1.0, 2.5, 4.0])
    array([1, 4, 3])
    """
    x = asarray(x)
    if type(bins) is type(x) is ndarray:
        result = _raptors._digitized(x, bins, bool(right))
        if result is not None:
            return result
    if x.dtype.kind == "c":
        raise TypeError("x may not be complex")
    bins = _one_axis(asarray(bins))
    _check_cast(bins.dtype, np.float64)
    direction = _direction(bins)
    if direction == 0:
        raise ValueError("bins must be monotonically increasing or decreasing")
    # A bin that holds its right edge begins behind what equals the edge before it.
    if direction < 0:
        return asarray(len(bins) - _raptors._searchsorted(bins[::-1], x, not right))[()]
    return _raptors._searchsorted(bins, x, not right)


def _direction(x) -> int:
    """1 if ``x`` never falls, -1 if it never rises, 0 if it does both."""
    before, after = x[:-1], x[1:]
    differs = before != after
    if not differs.any():
        return 1
    first = int(differs.argmax())
    if bool(before[first] < after[first]):
        return 0 if (after < before).any() else 1
    return 0 if (before < after).any() else -1


def _check_cast(given, wanted):
    """Refuses ``given`` where NumPy casts to ``wanted`` safely."""
    if not np.can_cast(given, wanted, "safe") and given.kind not in "iu":
        message = f"Cannot cast array data from {given!r} to {np.dtype(wanted)!r}"
        raise TypeError(f"{message} according to the rule 'safe'")


def bincount(x, /, weights=None, minlength=0):
    """How often each of the integers from 0 to ``max(x)`` occurs in ``x``, or what they weigh.

    ``x`` has one axis and no negative numbers. The result has at least ``minlength`` elements: the
    counts, or in float64 the sums of the ``weights`` beside each number.

    Examples
    --------
    >>> rp.bincount([0, 1, 1, 3])
    array([1, 2, 0, 1])
    >>> rp.bincount([0, 1, 1], weights=[0.5, 1.0, 2.0])
    array([0.5, 3. ])
    """
    plain = weights is None or type(weights) is ndarray
    if plain and type(x) is ndarray and type(minlength) is int and minlength >= 0:
        result = _raptors._bincounted(x, weights, minlength)
        if result is not None:
            return result
    known = isinstance(x, (ndarray, np.ndarray))
    x = _one_axis(asarray(x))
    if not known and x.size and x.dtype.kind == "f":
        warnings.warn(
            "Non-integer input passed to bincount. In a future version of NumPy, this will be an "
            "error. (Deprecated NumPy 2.1)",
            DeprecationWarning,
            stacklevel=2,
        )
    elif known or x.size:
        _check_cast(x.dtype, np.int64)
    x = x.astype(np.int64, copy=False)
    if minlength is None:
        raise TypeError("use 0 instead of None for minlength")
    minlength = one_length(minlength)
    if minlength < 0:
        raise ValueError("'minlength' must not be negative")
    if x.size == 0:
        return rp.zeros(minlength, np.int64)
    if int(x.min()) < 0:
        raise ValueError("'list' argument must have no negative elements")
    if weights is not None:
        weights = _one_axis(asarray(weights))
        _check_cast(weights.dtype, np.float64)
        if weights.size != x.size:
            raise ValueError("The weights and list don't have the same length.")
    return _raptors._bincount(x, weights, max(int(x.max()) + 1, minlength))
