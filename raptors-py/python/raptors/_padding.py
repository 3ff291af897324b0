"""Arrays with a margin around them."""

from __future__ import annotations

import typing

import numpy as np

import raptors as rp

from ._raptors import asarray, empty, ndarray, zeros

__all__ = ["pad"]

# Elements up to which writing zeros everywhere first costs less than looking for the margins.
_FEW = 4096
_OPTIONS = {
    "constant": {"constant_values": 0}, "edge": {}, "empty": {}, "wrap": {},
    "linear_ramp": {"end_values": 0}, "maximum": {"stat_length": None},
    "mean": {"stat_length": None}, "median": {"stat_length": None},
    "minimum": {"stat_length": None}, "reflect": {"reflect_type": "even"},
    "symmetric": {"reflect_type": "even"},
}  # fmt: skip


def pad(array, pad_width, mode="constant", **kwargs):
    """``array`` with a margin of ``pad_width`` places before and after every axis.

    ``pad_width`` is one number, a pair, a pair for every axis, or a dict from axes to them. ``mode``
    is what the margin holds: ``"constant"`` (with ``constant_values``), ``"edge"``,
    ``"linear_ramp"`` (to ``end_values``), ``"maximum"``, ``"mean"``, ``"median"``, ``"minimum"`` (of
    ``stat_length`` elements), ``"reflect"``, ``"symmetric"`` (with ``reflect_type``), ``"wrap"``,
    ``"empty"``, or a function that fills a run in place. ``ValueError`` for other modes and options.

    Examples
    --------
    >>> rp.pad([1, 2, 3], (1, 2), mode="edge").tolist()
    [1, 1, 2, 3, 3, 3]
    """
    array = asarray(array)
    widths = _plain(pad_width, array.ndim)
    if widths is not None and mode == "constant" and not kwargs:
        if array.size <= _FEW:
            return _framed(array, widths, zeros)
        result = _framed(array, widths)
        for axis, (low, high) in enumerate(widths):
            part = _along(result, array, widths, axis)
            if low:
                part[_at(axis, 0, low)] = 0
            if high:
                part[_at(axis, low + array.shape[axis])] = 0
        return result
    if widths and not kwargs and type(mode) is str and mode in _BEYOND:
        few = 0 < array.size <= _FEW and 0 < max(map(max, widths)) <= _FEW
        if few and (array.ndim == 1 or not array.flags.fnc):
            return _picked(array, widths, _BEYOND[mode])
    elif widths and not kwargs and type(mode) is str and mode in _SKIPPED and 0 < array.size <= _FEW:
        skip = _SKIPPED[mode]
        once = all(max(pair) <= n - skip for pair, n in zip(widths, array.shape))
        if once and any(map(any, widths)) and (array.ndim == 1 or not array.flags.fnc):
            return _reflected(array, widths, skip)
    if widths is None:
        widths = _widths(pad_width, array.ndim)
    if callable(mode):
        return _by_function(array, widths, mode, kwargs)
    try:
        known = _OPTIONS[mode]
    except KeyError:
        raise ValueError(f"mode '{mode}' is not supported") from None
    unknown = set(kwargs) - set(known)
    if unknown:
        raise ValueError(f"unsupported keyword arguments for mode '{mode}': {unknown}")
    options = {**known, **kwargs}
    result = _framed(array, widths)
    if mode == "empty":
        return result
    if mode != "constant" and array.size == 0:
        for axis, width in enumerate(widths):
            if array.shape[axis] == 0 and any(width):
                raise ValueError(
                    f"can't extend empty axis {axis} using modes other than 'constant' or 'empty'"
                )
        return result
    _FILLERS[mode](result, array, widths, **options)
    return result


# What places beyond the array mean where the margin repeats elements of it.
_BEYOND = {"edge": "clip", "wrap": "wrap"}


# How many places of an edge a reflection leaves out.
_SKIPPED = {"reflect": 1, "symmetric": 0}


def _reflected(array, widths, skip):
    """As ``pad``, axis by axis: margins that are no longer than what they reflect."""
    for axis, (low, high) in enumerate(widths):
        n = array.shape[axis]
        if low or high:
            before, after = range(low - 1 + skip, skip - 1, -1), range(n - 1 - skip, n - 1 - skip - high, -1)
            array = array.take([*before, *range(n), *after], axis)
    return array


def _picked(array, widths, beyond):
    """As ``pad``, axis by axis: each place of the result says which element it has."""
    for axis, (low, high) in enumerate(widths):
        if low or high:
            array = array.take(rp.arange(-low, array.shape[axis] + high), axis, None, beyond)
    return array


def _plain(pad_width, ndim):
    """Pairs of whole numbers for every axis, as they are most often given; None for other forms."""
    if type(pad_width) is int:
        return [(pad_width, pad_width)] * ndim if 0 <= pad_width < 1 << 63 else None
    if type(pad_width) not in (tuple, list):
        return None
    pairs = [pad_width] if _ONE.issuperset(map(type, pad_width)) else pad_width
    widths = []
    for pair in pairs:
        if type(pair) not in (tuple, list) or len(pair) != 2:
            return None
        low, high = pair
        if not (type(low) is type(high) is int and low >= 0 and high >= 0):
            return None
        widths.append((low, high))
    return widths if len(widths) == ndim else widths * ndim if len(widths) == 1 else None


_ONE = frozenset((int,))


def _widths(pad_width, ndim):
    """Pairs of whole numbers for every axis."""
    if isinstance(pad_width, dict):
        seen = [(0, 0)] * ndim
        for axis, width in pad_width.items():
            match width:
                case int():
                    seen[axis] = width, width
                case tuple((int(), int())):
                    seen[axis] = width
                case _:
                    typing.assert_never(width)
        pad_width = seen
    widths = np.asarray(pad_width)
    if not widths.dtype.kind == "i":
        raise TypeError("`pad_width` must be of integral type.")
    return _pairs(widths, ndim, whole=True)


def _pairs(value, ndim, whole=False):
    """A pair of ``value`` for every axis."""
    if value is None:
        return [(None, None)] * ndim
    value = np.asarray(value)
    if whole:
        value = np.round(value).astype(np.intp, copy=False)
        if value.size and value.min() < 0:
            raise ValueError("index can't contain negative values")
    if not whole and value.ndim < 3 and (value.size == 1 or value.size == 2 and value.shape != (2, 1)):
        # Numbers of NumPy's, which are cast to whatever the margin holds; those of Python's have to fit.
        return [(value.flat[0], value.flat[-1])] * ndim
    return [tuple(pair) for pair in np.broadcast_to(value, (ndim, 2)).tolist()]


def _framed(array, widths, new=empty):
    """A ``new`` array with room for the margins, and ``array`` in the middle."""
    shape = tuple(low + n + high for n, (low, high) in zip(array.shape, widths))
    result = new(shape, array.dtype, "F" if array.ndim > 1 and array.flags.fnc else "C")
    result[_middle(array.shape, widths)] = array
    return result


def _middle(shape, widths):
    return tuple(slice(low, low + n) for n, (low, _) in zip(shape, widths))


def _along(result, array, widths, axis):
    """``result`` without the margins of the axes after ``axis``, which are still empty."""
    key = _middle(array.shape, widths)
    return result[(slice(None),) * (axis + 1) + key[axis + 1 :]]


def _at(axis, start, stop=None):
    return (slice(None),) * axis + (slice(start, stop),)


def _sides(result, array, widths):
    """Axis by axis: the part that is filled so far, the axis, its margins, where they start."""
    for axis, (low, high) in enumerate(widths):
        if low or high:
            part = _along(result, array, widths, axis)
            yield part, axis, low, high, low + array.shape[axis]


def _constant(result, array, widths, constant_values):
    values = _pairs_of(constant_values, array.ndim)
    for part, axis, low, high, end in _sides(result, array, widths):
        part[_at(axis, 0, low)] = values[axis][0]
        part[_at(axis, end)] = values[axis][1]


def _pairs_of(value, ndim):
    """A pair of numbers for every axis, arrays of Raptors too."""
    return _pairs(value.__array__() if type(value) is ndarray else value, ndim)


def _edge(result, array, widths):
    for part, axis, low, high, end in _sides(result, array, widths):
        part[_at(axis, 0, low)] = part[_at(axis, low, low + 1)]
        part[_at(axis, end)] = part[_at(axis, end - 1, end)]


def _linear_ramp(result, array, widths, end_values):
    values = _pairs_of(end_values, array.ndim)
    for part, axis, low, high, end in _sides(result, array, widths):
        for count, value, edge, target, back in (
            (low, values[axis][0], _at(axis, low, low + 1), _at(axis, 0, low), False),
            (high, values[axis][1], _at(axis, end - 1, end), _at(axis, end), True),
        ):
            if count == 0:
                continue
            stop = part[edge].squeeze(axis)
            # The dtype of the value counts, as in NumPy.
            value = asarray(value)
            ramp = rp.linspace(value, stop, count, endpoint=False, dtype=array.dtype, axis=axis)
            part[target] = rp.flip(ramp, axis) if back else ramp


def _statistic(name):
    """Margins of what the reduction ``name`` makes of the elements next to them."""

    def fill(result, array, widths, stat_length):
        lengths = _pairs(stat_length, array.ndim, whole=True)
        if name in ("max", "min") and any(0 in pair for pair in lengths):
            raise ValueError("stat_length of 0 yields no value for padding")
        for part, axis, low, high, end in _sides(result, array, widths):
            n = array.shape[axis]
            first, last = (n if length is None else min(length, n) for length in lengths[axis])
            # Both before a margin is written: the other side may read as far as there.
            pieces = part[_at(axis, low, low + first)], part[_at(axis, end - last, end)]
            values = [getattr(rp, name)(piece, axis=axis, keepdims=True) for piece in pieces]
            if array.dtype.kind in "iu" and values[0].dtype.kind == "f":
                values = [rp.rint(value) for value in values]
            part[_at(axis, 0, low)] = values[0]
            part[_at(axis, end)] = values[1]

    return fill


def _mirror(inclusive):
    """Reflections, with the edge itself again where ``inclusive``."""

    def fill(result, array, widths, reflect_type):
        if reflect_type not in ("even", "odd"):
            raise ValueError("unsupported value for 'reflect_type', must be either 'even' or 'odd'")
        skip = 0 if inclusive else 1
        for part, axis, low, high, end in _sides(result, array, widths):
            if array.shape[axis] == 1 and not inclusive:
                # One place has nothing to reflect but itself.
                part[_at(axis, 0, low)] = part[_at(axis, low, low + 1)]
                part[_at(axis, end)] = part[_at(axis, end - 1, end)]
                continue
            start, total = low, part.shape[axis]
            period = array.shape[axis] - skip
            while start > 0 or end < total:
                # A multiple of the period, so that later rounds go on where this one stops.
                there = (end - start - skip) // period * period
                step = min(start, there)
                if step:
                    source = rp.flip(part[_at(axis, start + skip, start + skip + step)], axis)
                    edge = part[_at(axis, start, start + 1)]
                    part[_at(axis, start - step, start)] = _turned(source, edge, reflect_type)
                more = min(total - end, there)
                if more:
                    source = rp.flip(part[_at(axis, end - skip - more, end - skip)], axis)
                    edge = part[_at(axis, end - 1, end)]
                    part[_at(axis, end, end + more)] = _turned(source, edge, reflect_type)
                start, end = start - step, end + more

    return fill


def _turned(source, edge, reflect_type):
    return source if reflect_type == "even" else 2 * edge - source


def _wrap(result, array, widths):
    for part, axis, low, high, end in _sides(result, array, widths):
        n = array.shape[axis]
        start, total = low, part.shape[axis]
        while start > 0 or end < total:
            there = (end - start) // n * n
            step, more = min(start, there), min(total - end, there)
            if step:
                part[_at(axis, start - step, start)] = part[_at(axis, start + there - step, start + there)]
            if more:
                part[_at(axis, end, end + more)] = part[_at(axis, end - there, end - there + more)]
            start, end = start - step, end + more


def _by_function(array, widths, function, options):
    """``function(run, widths, axis, options)`` for every run of every axis, which it fills."""
    shape = tuple(low + n + high for n, (low, high) in zip(array.shape, widths))
    whole = rp.zeros(shape, array.dtype, "F" if array.flags.fnc else "C")
    whole[_middle(array.shape, widths)] = array
    for axis in range(array.ndim):
        view = rp.moveaxis(whole, axis, -1)
        for place in np.ndindex(view.shape[:-1]):
            function(view[place], widths[axis], axis, options)
    return whole


_FILLERS = {
    "constant": _constant,
    "edge": _edge,
    "linear_ramp": _linear_ramp,
    "maximum": _statistic("max"),
    "mean": _statistic("mean"),
    "median": _statistic("median"),
    "minimum": _statistic("min"),
    "reflect": _mirror(inclusive=False),
    "symmetric": _mirror(inclusive=True),
    "wrap": _wrap,
}
