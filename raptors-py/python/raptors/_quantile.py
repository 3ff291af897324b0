"""Medians, quantiles and percentiles, by any of NumPy's methods."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

import raptors as rp

from . import _raptors
from ._raptors import _partition, _partitioned, _ranked, asarray
from ._reduction import finish, is_inexact, lines, without

__all__ = ["median", "percentile", "quantile"]


def median(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    """The middle element of ``a`` in order, over ``axis``; the mean of two where two are in the middle.

    NaN where there is one among the elements. ``overwrite_input`` allows ``a`` to be changed, which
    is never needed.

    Examples
    --------
    >>> rp.median([[10, 7, 4], [3, 2, 1]], axis=1)
    array([7., 2.])
    """
    a = asarray(a)
    given = lines(a, axis)
    n = given.shape[-1]
    middle = [n // 2] if n % 2 else [n // 2 - 1, n // 2]
    if out is None and n > 0 and given.ndim == 1 and given.dtype.char in _PLAIN:
        return finish(_of_line(given, middle), a, axis, keepdims, None)
    x = _parted(given, {*middle, n - 1}) if n > 0 else given
    if out is not None:
        # The output also has the sums of the two in the middle.
        means = x[..., middle[0] : middle[-1] + 1].mean(-1, None, without(out, a, axis, keepdims))
        _store_nan(means, x)
        return out
    if n == 0:
        result = x.mean(-1)
    else:
        result = x[..., middle[0] : middle[-1] + 1].mean(-1)
        if is_inexact(x):
            result = _spread_nan(result, x[..., -1])
    return finish(laid_out(result, given), a, axis, keepdims, None)


def laid_out(result, given):
    """``result``, of the lines along the last axis of ``given``, with its axes in memory as those of the lines."""
    if result.ndim < 2 or given.flags.c_contiguous:
        return result
    laid = rp.empty_like(given[..., 0], dtype=result.dtype)
    laid[...] = result
    return laid


# Types whose elements are exact as Python's numbers, and that are computed with as those are.
_PLAIN = {"d": float, "f": np.float32} | dict.fromkeys("bhilqBHILQ", float)


def _of_line(x, places):
    """The mean of the elements of the run ``x`` that belong at ``places`` in order; NaN if there is one."""
    found = _ranked(x, places)
    *values, last = found.tolist()
    if last != last:
        return found[-1]
    kind = _PLAIN[x.dtype.char]
    values = [kind(value) for value in values]
    return _raptors.ufuncs["positive"](sum(values[1:], values[0]) / len(values))


def quantile(
    a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *,
    weights=None,
):  # fmt: skip
    """What the share ``q`` of the elements of ``a`` over ``axis`` does not exceed.

    ``q`` is a number from 0 to 1 or an array of them, whose axes come first in the result.
    ``method`` is any of NumPy's thirteen; ``weights`` need ``"inverted_cdf"``. NaN where there is
    one among the elements.

    Examples
    --------
    >>> rp.quantile([[10, 7, 4], [3, 2, 1]], [0.25, 0.5])
    array([2.25, 3.5 ])
    """
    a, weights, weak, q = _arguments(a, q, axis, method, weights, percent=False)
    return _quantile(a, q, axis, out, method, keepdims, weights, weak, skip_nan=False)


def percentile(
    a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *,
    weights=None,
):  # fmt: skip
    """As ``quantile``, with ``q`` from 0 to 100.

    Arguments, methods and errors are those of ``quantile``.

    Examples
    --------
    >>> rp.percentile([[10, 7, 4], [3, 2, 1]], 50, axis=0)
    array([6.5, 4.5, 2.5])
    """
    a, weights, weak, q = _arguments(a, q, axis, method, weights, percent=True)
    return _quantile(a, q, axis, out, method, keepdims, weights, weak, skip_nan=False)


def _arguments(a, q, axis, method, weights, percent):
    """The arguments as arrays, checked, and whether the type of ``q`` gives way to that of ``a``."""
    a = asarray(a)
    if a.dtype.kind == "c":
        raise TypeError("a must be an array of real numbers")
    weak = type(q) in (int, float)
    q = asarray(rp.true_divide(q, 100)) if percent else asarray(q)
    if q.size and not (q.min() >= 0 and q.max() <= 1):
        what = "Percentiles must be in the range [0, 100]"
        raise ValueError(what if percent else "Quantiles must be in the range [0, 1]")
    if weights is not None:
        if method != "inverted_cdf":
            raise ValueError(f"Only method 'inverted_cdf' supports weights. Got: {method}.")
        weights = fit_weights(weights, a, axis)
        if (weights < 0).any():
            raise ValueError("Weights must be non-negative.")
    return a, weights, weak, q


def fit_weights(weights, a, axis):
    """``weights`` in a shape that broadcasts to that of ``a``: as many as it, or along ``axis``."""
    weights = asarray(weights)
    if weights.shape == a.shape:
        return weights
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    axes = normalize_axis_tuple(axis, a.ndim, argname="axis")
    if weights.shape != tuple(a.shape[i] for i in axes):
        raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
    order = sorted(range(len(axes)), key=axes.__getitem__)
    shape = (n if i in axes else 1 for i, n in enumerate(a.shape))
    return weights.transpose(order).reshape(tuple(shape))


def _quantile(a, q, axis, out, method, keepdims, weights, weak, skip_nan):
    """Quantiles of elements, or of those that are not NaN."""
    x = lines(a, axis)
    if q.ndim > 2:
        raise ValueError("q must be a scalar or 1d")
    plain = q.dtype == np.float64 and x.ndim == 1 and x.size and x.dtype.char in _PLAIN
    if plain and method == "linear" and weights is None and out is None and not (skip_nan and is_inexact(x)):
        result = _linear(x, q, np.float32 if weak and x.dtype == np.float32 else float)
        return finish(result, a, axis, keepdims, None, q.ndim)
    if weights is not None:
        weights = lines(rp.broadcast_to(weights, a.shape), axis)
        result = _weighted(x.copy("C"), weights, q, skip_nan)
    else:
        if method not in _METHODS:
            raise ValueError(
                f"{method!r} is not a valid method. Use one of: {_METHODS.keys()}"
            )
        if out is not None and not skip_nan:
            _by_place(x, q, method, weak, without(out, a, axis, keepdims))
            return out
        if skip_nan and is_inexact(x):
            result = _by_line(x.copy("C"), q, method, weak)
        else:
            result = _by_place(x, q, method, weak)
    return finish(result, a, axis, keepdims, out, q.ndim)


def _by_place(x, q, method, weak, out=None):
    """Quantiles along the last axis of ``x``: all lines have the same places."""
    n = x.shape[-1]
    if n == 0:
        raise IndexError("index -1 is out of bounds for axis 0 with size 0")
    virtual, fraction = _METHODS[method]
    place = asarray(virtual(n, q))
    whole = fraction is None or (method == "linear" and place.dtype.kind in "iu")
    low = place if whole else rp.clip(rp.floor(place), 0, n - 1).astype(np.intp)
    high = low if whole else rp.clip(rp.floor(place) + 1, 0, n - 1).astype(np.intp)
    known = [low.ravel()] if whole else [low.ravel(), high.ravel()]
    # The last place tells of NaN.
    x = _parted(x, {n - 1, *(place for places in known for place in places.tolist())})
    columns = rp.moveaxis(x, -1, 0)
    result = rp.take(columns, low, axis=0, out=out if whole else None)
    if not whole:
        share = asarray(fraction(place - low, place)).astype(place.dtype)
        share = float(share) if weak else share.reshape(share.shape + (1,) * (x.ndim - 1))
        result = _between(result, rp.take(columns, high, axis=0), share, out=out)
    if out is not None:
        _store_nan(result, x)
        return result
    return _spread_nan(result, x[..., -1]) if is_inexact(x) else result


def _parted(x, places):
    """A copy of ``x`` that has what belongs at ``places`` of its last axis there."""
    if x.ndim == 1:
        # One thread works on a line: it copies it, too.
        return _partitioned(x, sorted(places), -1)
    x = x.copy("C")
    _partition(x, sorted(places), -1)
    return x


def _linear(x, q, kind):
    """As ``_by_place``, along one run, by the usual method, as numbers of ``kind``."""
    last = x.size - 1
    places = [last * share for share in q.reshape(-1).tolist()]
    lows = [int(place) for place in places]
    highs = [min(low + 1, last) for low in lows]
    known = sorted({*lows, *highs})
    *elements, number = _ranked(x, known or [last]).tolist()
    if number != number:
        found = [number] * len(places)
    else:
        at = dict(zip(known, elements))
        found = [
            _between_two(at[low], at[high], place - low, x.dtype, kind) for place, low, high in zip(places, lows, highs)
        ]
    dtype = np.float32 if kind is np.float32 else np.float64
    return asarray(found, dtype).reshape(q.shape) if q.ndim else _raptors.ufuncs["positive"](kind(found[0]))


def _between_two(low, high, share, dtype, kind):
    """As ``_between``, of Python's numbers."""
    distance = np.float32(high) - np.float32(low) if dtype == np.float32 else high - low
    if dtype.kind != "f" and distance > np.iinfo(dtype).max:
        # Integers wrap around, as NumPy's do.
        distance -= 2 ** (8 * dtype.itemsize)
    distance = kind(distance)
    return (
        kind(high) - distance * kind(1 - share) if share >= 0.5 else kind(low) + distance * kind(share)
    )


def _by_line(x, q, method, weak):
    """As ``_by_place``, of the elements that are not NaN, of which lines have various numbers. ``x`` is changed."""
    length, rest = x.shape[-1], x.shape[:-1]
    n = rp.maximum(length - rp.isnan(x).sum(-1), 1)
    virtual, fraction = _METHODS[method]
    q = q.reshape(q.shape + (1,) * len(rest))
    place = asarray(virtual(n.astype(q.dtype) if q.dtype.kind == "f" else n, q))
    starts = (rp.arange(n.size) * length).reshape(rest)
    flat = x.reshape(-1)
    if fraction is None or (method == "linear" and place.dtype.kind in "iu"):
        _order(x, place)
        return rp.take(flat, starts + place)
    low = rp.clip(rp.floor(place), 0, n - 1).astype(np.intp)
    high = rp.clip(rp.floor(place) + 1, 0, n - 1).astype(np.intp)
    _order(x, low, high)
    share = asarray(fraction(place - low, place)).astype(place.dtype)
    dtype = x.dtype if weak and is_inexact(x) else share.dtype
    return _between(rp.take(flat, starts + low), rp.take(flat, starts + high), share, dtype)


def _order(x, *places):
    """Puts those elements along the last axis of ``x`` in order that ``places`` name, or all of them.

    Each place takes about two looks at all elements, and sorting one for each halving of their number.
    """
    halvings = x.shape[-1].bit_length()
    few = sum(place.size for place in places) <= halvings
    named = {place for few_places in places for place in few_places.ravel().tolist()} if few else ()
    if few and 2 * len(named) < halvings:
        x.partition(sorted(named), -1)
    else:
        x.sort(axis=-1)


def _between(low, high, share, dtype=None, out=None):
    """The number at ``share`` of the way; counted from the nearer end, so that it never falls."""
    distance = asarray(high - low)
    shares = (share, 1 - share)
    if dtype is not None:
        shares = (part.astype(dtype, copy=False) for part in shares)
    forward, backward = (distance * part for part in shares)
    if out is not None:
        result = rp.add(low, forward, out=out)
        options = {"where": share >= 0.5, "casting": "unsafe", "dtype": result.dtype}
        return rp.subtract(high, backward, out=result, **options)
    result = asarray(low + forward)
    return rp.where(asarray(share) >= 0.5, high - backward, result).astype(result.dtype, copy=False)


def _weighted(x, weights, q, skip_nan):
    """Quantiles along the last axis of ``x`` by the inverse of the weights' distribution."""
    order = rp.argsort(x, axis=-1)
    x = rp.take_along_axis(x, order, axis=-1)
    weights = rp.take_along_axis(weights.astype(np.float64, copy=False), order, axis=-1)
    most = asarray(x.shape[-1] - 1)
    if skip_nan and is_inexact(x):
        nan = rp.isnan(x)
        count = (~nan).sum(-1)
        most = rp.maximum(count - 1, 0)
        weights = rp.where(nan & (count > 0)[..., None], 0.0, weights)
    total = weights.cumsum(-1)
    total = total / total[..., -1:]
    if rp.isnan(total[..., -1]).any():
        raise ValueError("Weights included NaN, inf or were all zero.")
    if q.dtype.kind == "f":
        total = total.astype(q.dtype)
    # Elements of no weight before the first that has some are no quantile, not even of zero.
    total = rp.where(total == 0, -1, total).astype(total.dtype)
    places = [rp.minimum((total < share).sum(-1), most) for share in q.reshape(-1)]
    if not places:
        return rp.empty((*q.shape, *x.shape[:-1]), x.dtype)
    places = rp.stack(places, axis=-1)
    result = rp.moveaxis(rp.take_along_axis(x, places, axis=-1), -1, 0)
    result = result.reshape((*q.shape, *x.shape[:-1]))
    return _spread_nan(result, x[..., -1]) if is_inexact(x) and not skip_nan else result


def _spread_nan(result, last):
    """``result`` with NaN where ``last``, the greatest element of each line, is NaN."""
    nan = rp.isnan(last)
    if not nan.any():
        return result
    return rp.where(nan, last, result).astype(result.dtype, copy=False)


def _store_nan(out, x):
    """Writes NaN to ``out`` where the greatest elements along the last axis of ``x`` are NaN."""
    if is_inexact(x) and x.size:
        nan = rp.isnan(x[..., -1])
        if nan.any():
            rp.copyto(out, x[..., -1], where=nan)


def _blend(alpha, beta):
    """The place of a quantile by two plotting parameters."""
    return lambda n, q: n * q + (alpha + q * (1 - alpha - beta)) - 1


def _step(place, stay):
    """The place below where ``stay`` says so, the one above elsewhere."""
    low = rp.floor(place)
    return rp.maximum(rp.where(stay(place - low, place), low, low + 1), 0).astype(np.intp)


def _as_is(share, place):
    return share


# Hyndman and Fan, *Sample Quantiles in Statistical Packages*, 1996, and four more: where a quantile
# lies among n elements in order, and what share of the way to the next one counts; None where the
# place is whole.
_METHODS = {
    "inverted_cdf": (
        lambda n, q: _step(n * q - 1, lambda share, _: share == 0),
        None,
    ),
    "averaged_inverted_cdf": (
        lambda n, q: n * q - 1,
        lambda share, _: rp.where(share == 0, 0.5, 1.0),
    ),
    "closest_observation": (
        lambda n, q: _step(
            n * q - 1 - 0.5, lambda share, place: (share == 0) & (rp.floor(place) % 2 == 1)
        ),
        None,
    ),
    "interpolated_inverted_cdf": (_blend(0, 1), _as_is),
    "hazen": (_blend(0.5, 0.5), _as_is),
    "weibull": (_blend(0, 0), _as_is),
    "linear": (lambda n, q: (n - 1) * q, _as_is),
    "median_unbiased": (_blend(1 / 3, 1 / 3), _as_is),
    "normal_unbiased": (_blend(3 / 8, 3 / 8), _as_is),
    "lower": (lambda n, q: rp.floor((n - 1) * q).astype(np.intp), None),
    "higher": (lambda n, q: rp.ceil((n - 1) * q).astype(np.intp), None),
    "midpoint": (
        lambda n, q: 0.5 * (rp.floor((n - 1) * q) + rp.ceil((n - 1) * q)),
        lambda _, place: rp.where(place % 1 == 0, 0.0, 0.5),
    ),
    "nearest": (lambda n, q: rp.rint((n - 1) * q).astype(np.intp), None),
}
