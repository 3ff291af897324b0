"""Reductions that leave NaN out."""

from __future__ import annotations

import warnings

import numpy as np

import raptors as rp

from ._quantile import _arguments, _quantile, laid_out
from ._raptors import _fold, asarray, ndarray
from ._reduction import finish, is_inexact, lines

__all__ = [
    "nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmedian", "nanmin",
    "nanpercentile", "nanprod", "nanquantile", "nanstd", "nansum", "nanvar",
]  # fmt: skip


def _given(**options):
    """The options that were given."""
    return {
        key: value
        for key, value in options.items()
        if value is not None and value is not np._NoValue
    }


def _replaced(a, value):
    """``a`` with ``value`` for NaN, and where NaN was: nowhere (``None``) in what has none."""
    a = asarray(a)
    if not is_inexact(a):
        return a, None
    nan = rp.isnan(a)
    return rp.where(nan, a.dtype.type(value), a), nan


def _missing(a, axis=None, keepdims=False):
    """How many elements over ``axis`` are NaN; ``None`` where there are none at all."""
    if not is_inexact(a):
        return None
    missing = _fold("count_nan", a, axis, keepdims)
    return missing if missing.any() else None


def _is_plain(a, *options):
    """Whether no more than an axis is asked for, of elements that can be NaN."""
    return is_inexact(a) and all(value is None or value is np._NoValue for value in options)


def _kept(keepdims):
    """Whether axes are to be kept."""
    return keepdims is not np._NoValue and bool(keepdims)


def nansum(
    a, axis=None, dtype=None, out=None, keepdims=np._NoValue, initial=np._NoValue,
    where=np._NoValue,
):  # fmt: skip
    """The sum over ``axis`` of the elements that are not NaN: zero where there are none.

    Arguments and dtypes are those of ``sum``.

    Examples
    --------
    >>> rp.nansum([1.0, rp.nan, 2.0])
    array(3.)
    """
    a = asarray(a)
    if initial is np._NoValue and _is_plain(a, dtype, out, where):
        return _fold("nansum", a, axis, _kept(keepdims))
    a, _ = _replaced(a, 0)
    options = _given(keepdims=keepdims, where=where)
    if initial is not np._NoValue:
        options["initial"] = initial
    return a.sum(axis, dtype, out, **options)


def nanprod(
    a, axis=None, dtype=None, out=None, keepdims=np._NoValue, initial=np._NoValue,
    where=np._NoValue,
):  # fmt: skip
    """The product over ``axis`` of the elements that are not NaN: one where there are none.

    Examples
    --------
    >>> rp.nanprod([2.0, rp.nan, 3.0])
    array(6.)
    """
    a = asarray(a)
    if initial is np._NoValue and _is_plain(a, dtype, out, where):
        return _fold("nanprod", a, axis, _kept(keepdims))
    a, _ = _replaced(a, 1)
    options = _given(keepdims=keepdims, where=where)
    if initial is not np._NoValue:
        options["initial"] = initial
    return a.prod(axis, dtype, out, **options)


def nancumsum(a, axis=None, dtype=None, out=None):
    """The sums of the elements up to each, with zero for NaN.

    Examples
    --------
    >>> rp.nancumsum([1.0, rp.nan, 2.0])
    array([1., 1., 3.])
    """
    a = asarray(a)
    if _missing(a) is not None:
        a, _ = _replaced(a, 0)
    return a.cumsum(axis, dtype, out)


def nancumprod(a, axis=None, dtype=None, out=None):
    """The products of the elements up to each, with one for NaN.

    Examples
    --------
    >>> rp.nancumprod([2.0, rp.nan, 3.0])
    array([2., 2., 6.])
    """
    a = asarray(a)
    if _missing(a) is not None:
        a, _ = _replaced(a, 1)
    return a.cumprod(axis, dtype, out)


def nanmin(a, axis=None, out=None, keepdims=False, initial=None, where=None):
    """The least element over ``axis`` that is not NaN; NaN, with a warning, where all are.

    Examples
    --------
    >>> rp.nanmin([rp.nan, 3.0, 2.0])
    array(2.)
    """
    return _extreme(rp.fmin, a, axis, out, _given(keepdims=keepdims, initial=initial, where=where))


def nanmax(a, axis=None, out=None, keepdims=False, initial=None, where=None):
    """The greatest element over ``axis`` that is not NaN; NaN, with a warning, where all are.

    Examples
    --------
    >>> rp.nanmax([rp.nan, 3.0, 2.0])
    array(3.)
    """
    return _extreme(rp.fmax, a, axis, out, _given(keepdims=keepdims, initial=initial, where=where))


def _extreme(ufunc, a, axis, out, options):
    result = ufunc.reduce(asarray(a), axis, None, out, **options)
    values = asarray(result)
    if is_inexact(values) and rp.isnan(values).any():
        whole = type(a) in (ndarray, np.ndarray) and not rp.isscalar(a)
        what = "slice" if whole else "axis"
        warnings.warn(f"All-NaN {what} encountered", RuntimeWarning, stacklevel=3)
    return result


def nanargmin(a, axis=None, out=None, *, keepdims=False):
    """The index of the first least element that is not NaN; ``ValueError`` where all are.

    Examples
    --------
    >>> rp.nanargmin([rp.nan, 3.0, 2.0])
    array(2)
    """
    return _place("argmin", np.inf, a, axis, out, keepdims)


def nanargmax(a, axis=None, out=None, *, keepdims=False):
    """The index of the first greatest element that is not NaN; ``ValueError`` where all are.

    Examples
    --------
    >>> rp.nanargmax([rp.nan, 3.0, 2.0])
    array(1)
    """
    return _place("argmax", -np.inf, a, axis, out, keepdims)


def _place(method, worst, a, axis, out, keepdims):
    a, nan = asarray(a), None
    if _missing(a) is not None:
        a, nan = _replaced(a, worst)
    if nan is not None and nan.size and nan.all(axis).any():
        raise ValueError("All-NaN slice encountered")
    keepdims = keepdims is not np._NoValue and keepdims
    return getattr(a, method)(axis, out, keepdims=keepdims)


def _check_inexact(dtype, out):
    """Refuses results that could not be NaN."""
    if dtype is not None and np.dtype(dtype).kind not in "fc":
        raise TypeError("If a is inexact, then dtype must be inexact")
    if out is not None and out.dtype.kind not in "fc":
        raise TypeError("If a is inexact, then out must be inexact")


def nanmean(a, axis=None, dtype=None, out=None, keepdims=False, *, where=None):
    """The mean over ``axis`` of the elements that are not NaN; NaN, with a warning, where all are.

    Arguments and dtypes are those of ``mean``.

    Examples
    --------
    >>> rp.nanmean([[1.0, rp.nan], [3.0, 4.0]], axis=0)
    array([2., 4.])
    """
    a = asarray(a)
    if _is_plain(a, dtype, out, where) and a.size and a.ndim:
        kept = _kept(keepdims)
        missing = _missing(a, axis, kept)
        # Sums of float16 are such themselves, those for the mean are not.
        if missing is None and a.dtype != np.float16:
            return a.mean(axis, keepdims=kept)
        total = _fold("nansum", a, axis, kept)
        count = np.intp(a.size // total.size)
        return _average(total, count if missing is None else int(count) - missing, None)
    options = _given(keepdims=keepdims, where=where)
    if not is_inexact(a):
        return a.mean(axis, dtype, out, **options)
    a, nan = _replaced(a, 0)
    _check_inexact(dtype, out)
    count = (~nan).sum(axis, np.intp, **options)
    return _average(a.sum(axis, dtype, out, **options), count, out)


def _average(total, count, out):
    """``total / count``, with a warning where nothing was counted."""
    if not count.all():
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=3)
    return _divided(total, count, out)


def _divided(total, count, out):
    """``total / count``, in the dtype of ``total``: in its place where that is the output."""
    with np.errstate(invalid="ignore", divide="ignore"):
        if out is not None:
            return rp.divide(total, count, out=total, casting="unsafe")
        result = rp.divide(total, count)
    return result.astype(total.dtype, copy=False)


def nanvar(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=None, mean=None,
    correction=None,
):  # fmt: skip
    """The variance over ``axis`` of the elements that are not NaN.

    NaN, with a warning, where there are no more elements than ``ddof`` (or ``correction``).

    Examples
    --------
    >>> rp.nanvar([[1.0, rp.nan], [3.0, 4.0]], axis=0)
    array([1., 0.])
    """
    return _variance(a, axis, dtype, out, ddof, keepdims, where, mean, correction, root=False)


def nanstd(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=None, mean=None,
    correction=None,
):  # fmt: skip
    """The square root of the variance over ``axis`` of the elements that are not NaN.

    Arguments and warnings are those of ``nanvar``.

    Examples
    --------
    >>> rp.nanstd([[1.0, rp.nan], [3.0, 4.0]], axis=0)
    array([1., 0.])
    """
    return _variance(a, axis, dtype, out, ddof, keepdims, where, mean, correction, root=True)


def _variance(a, axis, dtype, out, ddof, keepdims, where, mean, correction, root):
    a = asarray(a)
    options = _given(where=where)
    keepdims = keepdims is not np._NoValue and keepdims
    if _is_plain(a, dtype, out, where, mean, correction) and a.size and a.ndim:
        missing = _fold("count_nan", a, axis, keepdims)
        if missing.size and not missing.any() and a.size // missing.size > ddof:
            return (a.std if root else a.var)(axis, ddof=ddof, keepdims=keepdims)
    a, nan = _replaced(a, 0)
    if nan is None:
        more = _given(mean=mean, correction=correction)
        method = a.std if root else a.var
        return method(axis, dtype, out, ddof, keepdims, **options, **more)
    _check_inexact(dtype, out)
    if correction is not None and correction is not np._NoValue:
        if ddof != 0:
            raise ValueError("ddof and correction can't be provided simultaneously.")
        ddof = correction
    count = (~nan).sum(axis, np.intp, keepdims=True, **options)
    if mean is None or mean is np._NoValue:
        mean = _divided(a.sum(axis, dtype, keepdims=True, **options), count, None)
    distance = rp.where(nan, a.dtype.type(0), rp.subtract(a, mean).astype(a.dtype, copy=False))
    if a.dtype.kind == "c":
        squares = rp.multiply(distance, rp.conjugate(distance)).real
    else:
        squares = rp.multiply(distance, distance)
    total = squares.sum(axis, dtype, out, keepdims=keepdims, **options)
    freedom = count.reshape(total.shape) - ddof
    variance = _divided(total, freedom, out)
    bad = freedom <= 0
    if bad.any():
        warnings.warn("Degrees of freedom <= 0 for slice.", RuntimeWarning, stacklevel=3)
        if out is None:
            variance = rp.where(bad, variance.dtype.type(np.nan), variance)
        else:
            rp.copyto(variance, np.nan, where=bad)
    return rp.sqrt(variance, out=out) if root else variance


def nanmedian(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    """The middle element in order over ``axis`` of those that are not NaN.

    NaN, with a warning, where all are. ``overwrite_input`` allows ``a`` to be changed, which is
    never needed.

    Examples
    --------
    >>> rp.nanmedian([[10.0, rp.nan, 4.0], [3.0, 2.0, 1.0]], axis=1)
    array([7., 2.])
    """
    a = asarray(a)
    keepdims = keepdims is not np._NoValue and keepdims
    if a.size == 0:
        return nanmean(a, axis, out=out, keepdims=keepdims)
    if not is_inexact(a):
        return finish(rp.median(a, axis), a, axis, keepdims, out)
    given = lines(a, axis)
    if given.ndim == 1:
        numbers = given[~rp.isnan(given)]
        if numbers.size:
            return finish(rp.median(numbers), a, axis, keepdims, out)
    x = given.copy("C")
    x.sort(axis=-1)
    length = x.shape[-1]
    n = length - rp.isnan(x).sum(-1)
    _warn_of_empty(n, 3)
    start = rp.arange(n.size).reshape(n.shape) * length
    flat = x.reshape(-1)
    low = rp.take(flat, start + rp.maximum((n - 1) // 2, 0))
    high = rp.take(flat, start + rp.minimum(n // 2, length - 1))
    # The mean of one is itself, even where the sum of two of it would overflow.
    pair = n % 2 == 0
    wide = np.result_type(x.dtype, np.float32)
    total = low.astype(wide) + rp.where(pair, high, x.dtype.type(0)).astype(wide)
    result = rp.divide(total, rp.where(pair, 2, 1), dtype=wide).astype(x.dtype, copy=False)
    if a.dtype.kind == "c":
        result = rp.where(n > 0, result, result.dtype.type(np.nan))
    return finish(laid_out(result, given), a, axis, keepdims, out)


def _warn_of_empty(counts, stacklevel):
    """Warns, once for each, of slices without an element that is not NaN."""
    for _ in range(int((counts == 0).sum())):
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=stacklevel)


def nanquantile(
    a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *,
    weights=None,
):  # fmt: skip
    """As ``quantile``, of the elements that are not NaN; NaN, with a warning, where all are.

    Examples
    --------
    >>> rp.nanquantile([[10.0, rp.nan, 4.0], [3.0, 2.0, 1.0]], 0.5, axis=0)
    array([6.5, 2. , 2.5])
    """
    return _skipping(a, q, axis, out, method, keepdims, weights, percent=False)


def nanpercentile(
    a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *,
    weights=None,
):  # fmt: skip
    """As ``nanquantile``, with ``q`` from 0 to 100.

    Examples
    --------
    >>> rp.nanpercentile([10.0, rp.nan, 4.0], 50)
    array(7.)
    """
    return _skipping(a, q, axis, out, method, keepdims, weights, percent=True)


def _skipping(a, q, axis, out, method, keepdims, weights, percent):
    a, weights, weak, q = _arguments(a, q, axis, method, weights, percent)
    keepdims = keepdims is not np._NoValue and keepdims
    if a.size == 0:
        return nanmean(a, axis, out=out, keepdims=keepdims)
    if is_inexact(a):
        _warn_of_empty((~rp.isnan(lines(a, axis))).sum(-1), 4)
    return _quantile(a, q, axis, out, method, keepdims, weights, weak, skip_nan=True)
