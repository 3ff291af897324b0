"""Integers between bounds: what ``Generator.integers`` checks and draws."""

from __future__ import annotations

import functools

import numpy as np

from . import _raptors
from ._delegate import call
from ._raptors import _random, asarray, empty

_WRAP, _HALF = (1 << 64) - 1, 1 << 63
_INT64, _DTYPE = np.int64, np.dtype(np.int64)


def integers(generator, low, high, size, dtype, endpoint):
    """As ``Generator.integers``."""
    if dtype is _INT64 and (type(size) is int and size > 0 or type(size) is tuple and _are_lengths(size)):
        first, last = (0, low) if high is None else (low, high)
        if type(first) is type(last) is int and -_HALF <= first <= last - (not endpoint) < _HALF:
            result = empty(size, _DTYPE)
            with generator._lock:
                _random.bounded(
                    generator._capsule, result, first & _WRAP, last - (not endpoint) - first
                )
            return result
    if high is None:
        low, high = 0, low
    kind = np.dtype(dtype)
    if kind.kind not in "iub":
        raise TypeError(f"Unsupported dtype {kind!r} for integers")
    if not kind.isnative:
        raise ValueError(
            "Providing a dtype with a non-native byteorder is not supported. If you require "
            "platform-independent byteorder, call byteswap when required."
        )
    if size is not None and (size == 0 if type(size) is int else np.prod(size) == 0):
        return empty(size, kind)
    plain = type(low) is type(high) is int
    if plain or (np.ndim(low) == 0 and np.ndim(high) == 0):
        low, high = int(low), int(high) - (not endpoint)
        least, most = _limits(kind)
        if low < least:
            raise ValueError(f"low is out of bounds for {kind.name}")
        if high > most:
            raise ValueError(f"high is out of bounds for {kind.name}")
        if low > high:
            raise _order_error(endpoint, low)
        result = empty(() if size is None else size, kind)
        with generator._lock:
            _random.bounded(generator._capsule, result, low & _WRAP, high - low)
        return dtype(result) if size is None and dtype in (bool, int) else result
    bounds = _bounds(low, high, kind, endpoint)
    shape = None if bounds is None else _shape(low, high, size)
    if shape is None:
        # Bounds that only Python integers or floats hold, and those that the size has no room for.
        return call(generator._numpy.integers, (low, high, size, dtype, endpoint), {})
    low, steps = bounds
    result = empty(shape, kind)
    low, steps = (
        asarray(_raptors.broadcast_to(bound, shape), np.uint64, "C") for bound in (low, steps)
    )
    with generator._lock:
        _random.between(generator._capsule, result, low, steps)
    return result


def _are_lengths(size) -> bool:
    """Whether ``size`` has plain lengths, and none that is zero."""
    return bool(size) and {*map(type, size)} == {int} and min(size) > 0


def _shape(low, high, size):
    """The shape of integers between bounds; ``None`` where these do not broadcast to it."""
    try:
        shape = np.broadcast_shapes(np.shape(low), np.shape(high))
    except ValueError:
        return None
    if size is None:
        return shape
    wanted = tuple(size) if hasattr(size, "__iter__") else (size,)
    lengths = zip(reversed(shape), reversed(wanted), strict=False)
    fits = len(shape) <= len(wanted) and all(n in (1, length) for n, length in lengths)
    return wanted if fits else None


@functools.cache
def _limits(kind):
    """The least and the greatest number of an integer dtype or bool."""
    if kind.kind == "b":
        return 0, 1
    info = np.iinfo(kind)
    return int(info.min), int(info.max)


def _order_error(endpoint, low):
    low = asarray(low)
    if not low.any():
        return ValueError(f"high {'<' if endpoint else '<='} 0")
    return ValueError(f"low {'>' if endpoint else '>='} high")


def _bounds(low, high, kind, endpoint):
    """The lowest integers and the steps from them to the highest, as uint64 that wrap."""
    low, high = np.asarray(low), np.asarray(high)
    if low.dtype.kind not in "iub" or high.dtype.kind not in "iub":
        return None
    wide = np.dtype(np.int64)
    if np.dtype(np.uint64) in (low.dtype, high.dtype):
        if kind != np.uint64 or (low < 0).any() or (high < 0).any():
            return None
        wide = np.dtype(np.uint64)
    low, high = asarray(low, wide), asarray(high, wide)
    least, most = _limits(kind)
    if least > np.iinfo(wide).min and (low < least).any():
        raise ValueError(f"low is out of bounds for {kind.name}")
    most += not endpoint
    if most < np.iinfo(wide).max and (high > most).any():
        raise ValueError(f"high is out of bounds for {kind.name}")
    if (low > high if endpoint else low >= high).any():
        raise _order_error(endpoint, low)
    low, high = low.astype(np.uint64), high.astype(np.uint64)
    return low, high - low - np.uint64(not endpoint)
