"""Functions that are methods of arrays, under NumPy's names and with NumPy's arguments."""

from __future__ import annotations

from ._raptors import asarray


def sum(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=None):
    """The sum of the elements of ``a`` over ``axis``."""
    return asarray(a).sum(axis, dtype, out, keepdims, initial, where)


def prod(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=None):
    """The product of the elements of ``a`` over ``axis``."""
    return asarray(a).prod(axis, dtype, out, keepdims, initial, where)


def max(a, axis=None, out=None, keepdims=False, initial=None, where=None):
    """The greatest element of ``a`` over ``axis``; NaN if there is one."""
    return asarray(a).max(axis, out, keepdims, initial, where)


def min(a, axis=None, out=None, keepdims=False, initial=None, where=None):
    """The least element of ``a`` over ``axis``; NaN if there is one."""
    return asarray(a).min(axis, out, keepdims, initial, where)


def any(a, axis=None, out=None, keepdims=False, *, where=None):
    """Whether one element of ``a`` over ``axis`` is true."""
    return asarray(a).any(axis, out, keepdims, where=where)


def all(a, axis=None, out=None, keepdims=False, *, where=None):
    """Whether all elements of ``a`` over ``axis`` are true."""
    return asarray(a).all(axis, out, keepdims, where=where)


def mean(a, axis=None, dtype=None, out=None, keepdims=False, *, where=None):
    """The arithmetic mean of ``a`` over ``axis``; of integers in float64."""
    return asarray(a).mean(axis, dtype, out, keepdims, where=where)


def var(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=None, mean=None,
    correction=None,
):  # fmt: skip
    """The variance of ``a`` over ``axis``: the mean squared distance from the mean."""
    options = {"where": where, "mean": mean, "correction": correction}
    return asarray(a).var(axis, dtype, out, ddof, keepdims, **options)


def std(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=None, mean=None,
    correction=None,
):  # fmt: skip
    """The standard deviation of ``a`` over ``axis``: the square root of the variance."""
    options = {"where": where, "mean": mean, "correction": correction}
    return asarray(a).std(axis, dtype, out, ddof, keepdims, **options)


def argmax(a, axis=None, out=None, *, keepdims=False):
    """The index of the first greatest element of ``a``."""
    return asarray(a).argmax(axis, out, keepdims=keepdims)


def argmin(a, axis=None, out=None, *, keepdims=False):
    """The index of the first least element of ``a``."""
    return asarray(a).argmin(axis, out, keepdims=keepdims)


def cumsum(a, axis=None, dtype=None, out=None):
    """The sums of the elements of ``a`` up to each."""
    return asarray(a).cumsum(axis, dtype, out)


def cumprod(a, axis=None, dtype=None, out=None):
    """The products of the elements of ``a`` up to each."""
    return asarray(a).cumprod(axis, dtype, out)


def clip(a, a_min=None, a_max=None, out=None, *, min=None, max=None, **kwargs):
    """``a`` limited to ``a_min`` and ``a_max``, or ``min`` and ``max``."""
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        raise ValueError("Passing `min` or `max` keyword argument when `a_min` and `a_max` are provided is forbidden.")  # fmt: skip
    low = min if a_min is None else a_min
    high = max if a_max is None else a_max
    return asarray(a).clip(low, high, out, **kwargs)


def astype(x, dtype, /, *, copy=True, device=None):
    """``x`` converted to ``dtype``."""
    if device not in (None, "cpu"):
        raise ValueError(f'Device not understood. Only "cpu" is allowed, but received: {device}')
    return asarray(x).astype(dtype, copy=copy)


def diagonal(a, offset=0, axis1=0, axis2=1):
    """A read-only view of a diagonal of ``a``."""
    return asarray(a).diagonal(offset, axis1, axis2)


amax, amin = max, min
