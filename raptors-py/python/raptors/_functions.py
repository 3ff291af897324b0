"""Reductions, cumulative functions and clip, under NumPy's names and with NumPy's arguments."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from . import _raptors
from ._raptors import asarray, empty, ndarray

__all__ = [
    "all", "amax", "amin", "any", "argmax", "argmin", "astype", "clip", "cumprod", "cumsum",
    "cumulative_prod", "cumulative_sum", "max", "mean", "min", "prod", "ptp", "std", "sum", "var",
]  # fmt: skip

_NoValue = np._NoValue


def _given(**options):
    """The options that were given."""
    return {name: value for name, value in options.items() if value is not _NoValue}


def sum(a, axis=None, dtype=None, out=None, keepdims=_NoValue, initial=_NoValue, where=_NoValue):
    """The sum of the elements of ``a`` over ``axis``.

    Over all axes unless ``axis`` names one or, in a tuple, several; ``keepdims`` leaves them with
    length one. Only elements where ``where`` is true count, and ``initial`` is added. Truth values
    and integers of less than 64 bits give 64-bit integers; other results have the dtype of ``a``,
    unless ``dtype`` is given.

    Examples
    --------
    >>> rp.sum([[1, 2], [3, 4]], axis=0)
    array([4, 6])
    """
    if keepdims is initial is where is _NoValue:
        return asarray(a).sum(axis, dtype, out)
    options = _given(keepdims=keepdims, initial=initial, where=where)
    return asarray(a).sum(axis, dtype, out, **options)


def prod(a, axis=None, dtype=None, out=None, keepdims=_NoValue, initial=_NoValue, where=_NoValue):
    """The product of the elements of ``a`` over ``axis``.

    Arguments and dtypes are those of ``sum``; ``initial`` is a factor. One where there are no
    elements.

    Examples
    --------
    >>> rp.prod([[1, 2], [3, 4]], axis=1)
    array([ 2, 12])
    """
    if keepdims is initial is where is _NoValue:
        return asarray(a).prod(axis, dtype, out)
    options = _given(keepdims=keepdims, initial=initial, where=where)
    return asarray(a).prod(axis, dtype, out, **options)


def max(a, axis=None, out=None, keepdims=_NoValue, initial=_NoValue, where=_NoValue):
    """The greatest element of ``a`` over ``axis``; NaN if there is one.

    Over all axes unless ``axis`` names one or several. ``ValueError`` where there are no elements
    and no ``initial``.

    Examples
    --------
    >>> rp.max([[1, 5], [3, 4]], axis=0)
    array([3, 5])
    """
    if keepdims is initial is where is _NoValue:
        return asarray(a).max(axis, out)
    return asarray(a).max(axis, out, **_given(keepdims=keepdims, initial=initial, where=where))


def min(a, axis=None, out=None, keepdims=_NoValue, initial=_NoValue, where=_NoValue):
    """The least element of ``a`` over ``axis``; NaN if there is one.

    Over all axes unless ``axis`` names one or several. ``ValueError`` where there are no elements
    and no ``initial``.

    Examples
    --------
    >>> rp.min([[1, 5], [3, 4]], axis=0)
    array([1, 4])
    """
    if keepdims is initial is where is _NoValue:
        return asarray(a).min(axis, out)
    return asarray(a).min(axis, out, **_given(keepdims=keepdims, initial=initial, where=where))


def any(a, axis=None, out=None, keepdims=_NoValue, *, where=_NoValue):
    """Whether one element of ``a`` over ``axis`` is true.

    Over all axes unless ``axis`` names one or several; false where there are no elements. NaN
    counts as true.

    Examples
    --------
    >>> rp.any([[0, 1], [0, 0]], axis=1)
    array([ True, False])
    """
    if keepdims is where is _NoValue:
        return asarray(a).any(axis, out)
    return asarray(a).any(axis, out, **_given(keepdims=keepdims, where=where))


def all(a, axis=None, out=None, keepdims=_NoValue, *, where=_NoValue):
    """Whether all elements of ``a`` over ``axis`` are true.

    Over all axes unless ``axis`` names one or several; true where there are no elements. NaN counts
    as true.

    Examples
    --------
    >>> rp.all([[0, 1], [2, 3]], axis=1)
    array([False,  True])
    """
    if keepdims is where is _NoValue:
        return asarray(a).all(axis, out)
    return asarray(a).all(axis, out, **_given(keepdims=keepdims, where=where))


def mean(a, axis=None, dtype=None, out=None, keepdims=_NoValue, *, where=_NoValue):
    """The arithmetic mean of ``a`` over ``axis``; of integers in float64.

    Over all axes unless ``axis`` names one or several. Other results have the dtype of ``a``,
    float16 being added in float32. NaN, with a warning, where there are no elements.

    Examples
    --------
    >>> rp.mean([[1, 2], [3, 4]], axis=0)
    array([2., 3.])
    """
    if keepdims is where is _NoValue:
        return asarray(a).mean(axis, dtype, out)
    return asarray(a).mean(axis, dtype, out, **_given(keepdims=keepdims, where=where))


def _degrees(ddof, correction):
    """``ddof``, or what the array API standard calls it."""
    if correction is _NoValue:
        return ddof
    if ddof != 0:
        raise ValueError("ddof and correction can't be provided simultaneously.")
    return correction


def var(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=_NoValue, *, where=_NoValue,
    mean=_NoValue, correction=_NoValue,
):  # fmt: skip
    """The variance of ``a`` over ``axis``: the mean squared distance from the mean.

    Over all axes unless ``axis`` names one or several. ``ddof``, or ``correction``, is subtracted
    from the number of elements that the sum of squares is divided by: NaN, with a warning, where
    none are left. ``mean`` takes means that are known. Real also for complex numbers; in float64
    for integers.

    Examples
    --------
    >>> rp.var([[1, 2], [3, 6]], axis=1)
    array([0.25, 2.25])
    """
    options = _given(keepdims=keepdims, where=where, mean=mean)
    return asarray(a).var(axis, dtype, out, _degrees(ddof, correction), **options)


def std(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=_NoValue, *, where=_NoValue,
    mean=_NoValue, correction=_NoValue,
):  # fmt: skip
    """The standard deviation of ``a`` over ``axis``: the square root of the variance.

    Arguments, dtypes and warnings are those of ``var``.

    Examples
    --------
    >>> rp.std([[1, 2], [3, 6]], axis=1)
    array([0.5, 1.5])
    """
    options = _given(keepdims=keepdims, where=where, mean=mean)
    return asarray(a).std(axis, dtype, out, _degrees(ddof, correction), **options)


def ptp(a, axis=None, out=None, keepdims=_NoValue):
    """The distance from the least to the greatest element of ``a`` over ``axis``.

    Examples
    --------
    >>> rp.ptp([[1, 5], [3, 4]], axis=1)
    array([4, 1])
    """
    a, options = asarray(a), _given(keepdims=keepdims)
    return _raptors.ufuncs["subtract"](a.max(axis, out, **options), a.min(axis, **options), out)


def argmax(a, axis=None, out=None, *, keepdims=_NoValue):
    """The index of the first greatest element of ``a``.

    In the flattened array unless ``axis`` is given. NaN counts as greater than all numbers.
    ``ValueError`` where there are no elements.

    Examples
    --------
    >>> rp.argmax([[1, 5], [3, 4]], axis=1)
    array([1, 1])
    """
    return asarray(a).argmax(axis, out, **_given(keepdims=keepdims))


def argmin(a, axis=None, out=None, *, keepdims=_NoValue):
    """The index of the first least element of ``a``.

    In the flattened array unless ``axis`` is given. NaN counts as less than all numbers.
    ``ValueError`` where there are no elements.

    Examples
    --------
    >>> rp.argmin([[1, 5], [3, 4]], axis=1)
    array([0, 0])
    """
    return asarray(a).argmin(axis, out, **_given(keepdims=keepdims))


def cumsum(a, axis=None, dtype=None, out=None):
    """The sums of the elements of ``a`` up to each.

    Along ``axis``, or of the flattened array, without one. Dtypes are those of ``sum``.

    Examples
    --------
    >>> rp.cumsum([[1, 2], [3, 4]])
    array([ 1,  3,  6, 10])
    """
    return asarray(a).cumsum(axis, dtype, out)


def cumprod(a, axis=None, dtype=None, out=None):
    """The products of the elements of ``a`` up to each.

    Along ``axis``, or of the flattened array, without one. Dtypes are those of ``prod``.

    Examples
    --------
    >>> rp.cumprod([[1, 2], [3, 4]], axis=0)
    array([[1, 2],
           [3, 8]])
    """
    return asarray(a).cumprod(axis, dtype, out)


def _cumulative(ufunc, x, axis, dtype, out, include_initial):
    x = asarray(x)
    x = x if x.ndim else x.reshape(1)
    if axis is None:
        if x.ndim > 1:
            raise ValueError(
                "For arrays which have more than one dimension ``axis`` argument is required."
            )
        axis = 0
    if not include_initial:
        return ufunc.accumulate(x, axis, dtype, out)
    axis = normalize_axis_index(axis, x.ndim)
    if out is None:
        like = ufunc.accumulate(x[(slice(None),) * axis + (slice(0, 1),)], axis, dtype)
        shape = list(x.shape)
        shape[axis] += 1
        out = empty(shape, like.dtype)
    place = [slice(None)] * x.ndim
    place[axis] = slice(1, None)
    ufunc.accumulate(x, axis, dtype, out[tuple(place)])
    place[axis] = slice(0, 1)
    out[tuple(place)] = ufunc.identity
    return out


def cumulative_sum(x, /, *, axis=None, dtype=None, out=None, include_initial=False):
    """The sums of the elements of ``x`` up to each, after a zero where ``include_initial`` is true.

    ``axis`` may be left out for runs only: ``ValueError``. Dtypes are those of ``sum``.

    Examples
    --------
    >>> rp.cumulative_sum([1, 2, 3], include_initial=True)
    array([0, 1, 3, 6])
    """
    return _cumulative(_raptors.ufuncs["add"], x, axis, dtype, out, include_initial)


def cumulative_prod(x, /, *, axis=None, dtype=None, out=None, include_initial=False):
    """The products of the elements of ``x`` up to each, after a one where ``include_initial`` is true.

    ``axis`` may be left out for runs only: ``ValueError``. Dtypes are those of ``prod``.

    Examples
    --------
    >>> rp.cumulative_prod([1, 2, 3])
    array([1, 2, 6])
    """
    return _cumulative(_raptors.ufuncs["multiply"], x, axis, dtype, out, include_initial)


def clip(a, a_min=_NoValue, a_max=_NoValue, out=None, *, min=_NoValue, max=_NoValue, **kwargs):
    """``a`` limited to ``a_min`` and ``a_max``, or ``min`` and ``max``; ``None`` is no limit.

    All are broadcast. Where the limits cross, the upper one holds; NaN stays NaN. Written to
    ``out`` if given, which may be ``a`` itself.

    Examples
    --------
    >>> rp.clip([1, 5, 9], 2, 6)
    array([2, 5, 6])
    """
    if a_min is _NoValue and a_max is _NoValue:
        a_min = None if min is _NoValue else min
        a_max = None if max is _NoValue else max
    elif a_min is _NoValue or a_max is _NoValue:
        missing = "a_min" if a_min is _NoValue else "a_max"
        raise TypeError(f"clip() missing 1 required positional argument: '{missing}'")
    elif min is not _NoValue or max is not _NoValue:
        raise ValueError(
            "Passing `min` or `max` keyword argument when `a_min` and `a_max` are provided is forbidden."
        )
    return asarray(a).clip(a_min, a_max, out, **kwargs)


def astype(x, dtype, /, *, copy=True, device=None):
    """``x``, which must be an array, converted to ``dtype``.

    A copy, unless ``copy`` is false and the dtype is that of ``x``, which is given back then.
    ``TypeError`` for what is no array. NaN, infinities and numbers that are too large become
    integers that depend on the machine, with a warning.

    Examples
    --------
    >>> rp.astype(rp.ones(2), rp.int8)
    array([1, 1], dtype=int8)
    """
    if not isinstance(x, ndarray | np.ndarray | np.generic):
        raise TypeError(f"Input should be a NumPy array or scalar. It is a {type(x)} instead.")
    if device not in (None, "cpu"):
        raise ValueError(f'Device not understood. Only "cpu" is allowed, but received: {device}')
    return asarray(x).astype(dtype, copy=copy)


amax, amin = max, min
