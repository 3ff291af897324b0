"""Numbers rounded and unwrapped, and truth values packed in bytes."""

from __future__ import annotations

import operator

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

import raptors as rp

from ._options import one_axis, one_length
from ._raptors import _pack_bits, _unpack_bits, array, asarray, ndarray

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
    """As ``round``, for all that is not plain: step by step as NumPy does."""
    decimals = operator.index(decimals)
    if not -(1 << 31) <= decimals < 1 << 31:
        # NumPy's error for what is no int of C.
        np.zeros(1).round(decimals)
    if out is not None:
        if not isinstance(out, ndarray | np.ndarray):
            raise TypeError("output must be an array")
        if out.size != a.size:
            raise ValueError("invalid output shape")
    result = _rounded(a, decimals, out)
    return result[()] if out is None and result.ndim == 0 else result


def _rounded(a, decimals, out):
    if a.dtype.kind == "c":
        return _rounded_parts(a, decimals, out)
    whole = a.dtype.kind in "iu"
    if whole and decimals >= 0:
        if out is None:
            return a.copy("K")
        rp.copyto(out, a)
        return out
    if decimals == 0:
        return rp.rint(a, out=out)
    first, last = (rp.multiply, rp.divide) if decimals > 0 else (rp.divide, rp.multiply)
    scale = _power_of_ten(abs(decimals))
    order = "F" if a.flags.fnc else "C"
    given = out is not None
    if not given:
        out = rp.empty(a.shape, np.float64 if whole else a.dtype, order)
    result = first(a, scale, out)
    last(rp.rint(result, result), scale, result)
    return result.astype(a.dtype, order) if whole and not given else result


def _rounded_parts(a, decimals, out):
    """Complex numbers, of which both parts are rounded."""
    if out is None and a.size and a.ndim and a.flags.c_contiguous:
        return round(a.view(a.real.dtype), decimals).view(a.dtype)
    result = array(a) if out is None else out
    result.real = round(a.real, decimals)
    result.imag = round(a.imag, decimals)
    return result


def _power_of_ten(n):
    """Ten to the power of ``n``, multiplied as NumPy does; infinite beyond all floats."""
    scale = 10.0 ** min(n, 9)
    for _ in range(9, min(n, 400)):
        scale *= 10.0
    return scale


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
        count = one_length(count)
        if count < 0:
            count += 8 * a.shape[axis]
            if count < 0:
                raise ValueError("-count larger than number of elements")
    return _unpack_bits(a, axis, count, big)
