"""Numbers rounded and unwrapped, and truth values packed in bytes."""

from __future__ import annotations

import operator

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

import raptors as rp

from ._places import one_axis
from ._raptors import _pack_bits, _unpack_bits, asarray

__all__ = ["around", "packbits", "round", "sinc", "unpackbits", "unwrap"]


def round(a, decimals=0, out=None):
    """``a`` rounded to ``decimals`` places behind the point, or before it where negative.

    Halves go to the even neighbour. Integers stay what they are for places behind the point.

    Examples
    --------
    >>> rp.round([0.5, 1.5, 2.5]).tolist()
    [0.0, 2.0, 2.0]
    """
    return asarray(a).round(decimals, out)


def _round(a, decimals, out):
    """As ``round``, for all that is not plain."""
    decimals = operator.index(decimals)
    if a.dtype.kind == "b" and decimals == 0:
        return rp.rint(a, out=out)
    if a.dtype.kind == "c" and out is None and a.size and a.ndim and a.flags.c_contiguous:
        return round(a.view(a.real.dtype), decimals).view(a.dtype)
    if a.dtype.kind == "c":
        result = rp.empty_like(a) if out is None else out
        if result.dtype.kind != "c":
            rp.add(a, 0, out=result)  # NumPy's error for a cast that loses the imaginary part.
        _round(a.real, decimals, result.real)
        _round(a.imag, decimals, result.imag)
        return result
    if a.dtype.kind in "iu":
        if decimals >= 0:
            return a.copy("K") if out is None else rp.positive(a, out=out)
        if out is not None:
            # NumPy divides into the output, which only floats let it do.
            rp.divide(a, 1, out=out)
        scale = 10 ** min(-decimals, 308)
        result = rp.rint(a / float(scale)) * float(scale)
        if out is None:
            return result.astype(a.dtype)
        return rp.positive(result.astype(a.dtype), out=out)
    if decimals == 0:
        return rp.rint(a, out=out)
    scale = 10.0 ** min(abs(decimals), 308)
    first, last = (rp.multiply, rp.divide) if decimals > 0 else (rp.divide, rp.multiply)
    if out is None:
        out = rp.empty(a.shape, a.dtype, "F" if a.flags.fnc else "C")
    result = first(a, scale, out=out)
    result = rp.rint(result, out=out)
    return last(result, scale, out=out)


around = round


def sinc(x):
    """``sin(pi x) / (pi x)``, and 1 at zero.

    Examples
    --------
    >>> rp.sinc([0.0, 0.5]).round(6).tolist()
    [1.0, 0.63662]
    """
    x = asarray(x) * np.pi
    tiny = float(np.finfo(x.dtype).eps) if x.dtype.kind == "f" else 1.0e-20
    x = rp.where(x != 0, x, np.asarray(tiny, x.dtype)[()])
    return rp.sin(x) / x


def unwrap(p, discont=None, axis=-1, *, period=2 * np.pi):
    """``p`` with periods added so that neighbours differ by no more than ``discont``.

    ``discont`` is half a period unless it is more. Integers stay integers where ``period`` is one.

    Examples
    --------
    >>> rp.unwrap([0, 1, 5, 0], period=6).tolist()
    [0, 1, -1, 0]
    """
    p = asarray(p)
    steps = rp.diff(p, axis=axis)
    axis = normalize_axis_index(axis, p.ndim)
    head = (slice(None),) * axis
    if discont is None:
        discont = period / 2
    dtype = np.result_type(steps.dtype, period)
    if dtype.kind in "iu":
        half, odd = divmod(period, 2)
        ambiguous = odd == 0
    else:
        half, ambiguous = period / 2, True
    low = -half
    wrapped = rp.remainder(steps - low, period) + low
    if ambiguous:
        # A step of half a period keeps its sign.
        wrapped = rp.where((wrapped == low) & (steps > 0), half, wrapped)
    change = rp.where(abs(steps) < discont, 0, wrapped - steps)
    result = rp.array(p, copy=True, dtype=dtype)
    result[(*head, slice(1, None))] = p[(*head, slice(1, None))] + change.cumsum(axis)
    return result


def _is_big(bitorder):
    if not isinstance(bitorder, str):
        raise TypeError(f"bitorder must be str, not {type(bitorder).__name__}")
    if bitorder not in ("big", "little"):
        raise ValueError("'order' must be either 'little' or 'big'")
    return bitorder == "big"


def packbits(a, /, axis=None, bitorder="big"):
    """Eight truth values to a byte along ``axis``, zeros filling up the last; flattened without one.

    ``TypeError`` unless ``a`` holds integers or truth values.

    Examples
    --------
    >>> rp.packbits([1, 0, 1]).tolist()
    [160]
    """
    a = asarray(a)
    if a.dtype.kind not in "biu":
        raise TypeError("Expected an input array of integer or boolean data type")
    big = _is_big(bitorder)
    if axis is None or a.ndim == 0:
        a, axis = a.ravel(), 0
    return _pack_bits(a, normalize_axis_index(one_axis(axis), a.ndim), big)


def unpackbits(a, /, axis=None, count=None, bitorder="big"):
    """The bits of bytes along ``axis``, eight for each; flattened without one.

    ``count`` of them: zeros are added, or so many left out at the end if negative. ``TypeError``
    unless ``a`` holds unsigned bytes.

    Examples
    --------
    >>> rp.unpackbits(rp.asarray([160], dtype="u1"), count=3).tolist()
    [1, 0, 1]
    """
    a = asarray(a)
    if a.dtype != np.uint8:
        raise TypeError("Expected an input array of unsigned byte data type")
    big = _is_big(bitorder)
    if axis is None or a.ndim == 0:
        a, axis = a.ravel(), 0
    axis = normalize_axis_index(axis, a.ndim)
    if count is not None:
        count = operator.index(count)
        if count < 0:
            count += 8 * a.shape[axis]
            if count < 0:
                raise ValueError("-count larger than number of elements")
    return _unpack_bits(a, axis, count, big)
