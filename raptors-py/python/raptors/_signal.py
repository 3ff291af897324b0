"""Convolution, correlation and interpolation of runs of numbers."""

from __future__ import annotations

import operator

import numpy as np

import raptors as rp

from ._raptors import _correlate, _interp, asarray, ndarray

__all__ = ["convolve", "correlate", "interp"]

_MODES = {"valid": 0, "same": 1, "full": 2}


def _mode(mode):
    """The number of a mode, from its name or number."""
    if isinstance(mode, str):
        if mode in _MODES:
            return _MODES[mode]
        if mode and mode[0].lower() in "vsf":
            raise ValueError("Use one of 'valid', 'same', or 'full' for convolve/correlate mode")
        raise ValueError(f"mode must be one of 'valid', 'same', or 'full' (got '{mode}')")
    try:
        # Truth values are no modes, and neither is what a C int does not hold.
        if isinstance(mode, bool) or not -(1 << 31) <= operator.index(mode) < 1 << 31:
            raise TypeError
        mode = operator.index(mode)
    except TypeError:
        raise TypeError("convolve/correlate mode not understood") from None
    if mode not in _MODES.values():
        raise ValueError("integer convolve/correlate mode must be 0, 1, or 2")
    return mode


def _runs(a, v):
    """Both as runs of one dtype."""
    if type(a) is type(v) is ndarray and a.ndim == v.ndim == 1 and a.dtype is v.dtype:
        return a, v
    a, v = asarray(a), asarray(v)
    for x in (a, v):
        if x.ndim != 1:
            words = "too deep" if x.ndim else "of too small depth"
            raise ValueError(f"object {words} for desired array")
    dtype = np.result_type(a.dtype, v.dtype)
    return a.astype(dtype, copy=False), v.astype(dtype, copy=False)


def correlate(a, v, mode="valid"):
    """The sums of products of ``a`` and the conjugate of ``v``, for every shift of ``v``.

    ``mode`` says which shifts: ``"valid"`` where one lies on the other whole, ``"same"`` as many as
    the longer one has elements, ``"full"`` wherever they meet. Integers wrap.

    Examples
    --------
    >>> rp.correlate([1, 2, 3], [0, 1, 0.5])
    array([3.5])
    >>> rp.correlate([1, 2, 3], [0, 1, 0.5], "full")
    array([0.5, 2. , 3.5, 3. , 0. ])
    """
    mode = _mode(mode)
    a, v = _runs(a, v)
    for x, which in ((a, "first"), (v, "second")):
        if x.size == 0:
            raise ValueError(f"{which} array argument cannot be empty")
    if v.dtype.kind == "c":
        v = rp.conjugate(v)
    if a.size >= v.size:
        return _correlate(a, v, mode)
    # Seen from the longer one, the shifts come in the other direction.
    return _correlate(v, a, mode)[::-1]


def convolve(a, v, mode="full"):
    """The sums of products of ``a`` and ``v`` from its end to its start, for every shift of ``v``.

    Modes and dtypes are as in ``correlate``.

    Examples
    --------
    >>> rp.convolve([1, 2, 3], [0, 1, 0.5])
    array([0. , 1. , 2.5, 4. , 1.5])
    """
    a, v = asarray(a), asarray(v)
    if a.ndim == 0:
        a = a.reshape(1)
    if v.ndim == 0:
        v = v.reshape(1)
    for x, which in ((a, "a"), (v, "v")):
        if len(x) == 0:
            raise ValueError(f"{which} cannot be empty")
    mode = 2 if mode == "full" else _mode(mode)
    a, v = _runs(a, v)
    if v.size > a.size:
        a, v = v, a
    return _correlate(a, v[::-1], mode)


def interp(x, xp, fp, left=None, right=None, period=None):
    """The piecewise linear function through the points ``xp``, ``fp``, at every ``x``.

    ``xp`` rises; beyond it the values are ``left`` and ``right``, those of the ends unless given.
    With ``period``, abscissae are taken modulo it and need not rise. The result is of float64, or of
    complex128 where ``fp`` is complex.

    Examples
    --------
    >>> rp.interp([0, 1.5, 4], [1, 2, 3], [3, 2, 0])
    array([3. , 2.5, 0. ])
    """
    x, xp, fp = asarray(x), asarray(xp), asarray(fp)
    for value in (x, xp):
        if value.dtype.kind == "c":
            raise TypeError(
                f"Cannot cast array data from {value.dtype!r} to {np.dtype(np.float64)!r} "
                "according to the rule 'safe'"
            )
    if period is not None:
        if period == 0:
            raise ValueError("period must be a non-zero value")
        if xp.ndim != 1 or fp.ndim != 1:
            raise ValueError("Data points must be 1-D sequences")
        if xp.shape != fp.shape:
            raise ValueError("fp and xp are not of the same length")
        period = abs(period)
        left = right = None
        x, xp = x.astype(np.float64) % period, xp.astype(np.float64) % period
        order = rp.argsort(xp)
        xp, fp = rp.take(xp, order), rp.take(fp, order)
        xp = rp.concatenate((xp[-1:] - period, xp, xp[:1] + period))
        fp = rp.concatenate((fp[-1:], fp, fp[:1]))
    if fp.dtype.kind != "c":
        return _interp(x, xp, fp, left, right)
    left, right = (None if end is None else complex(end) for end in (left, right))
    result = rp.empty(x.shape, np.complex128)
    for part in ("real", "imag"):
        ends = (None if end is None else getattr(end, part) for end in (left, right))
        getattr(result, part)[...] = _interp(x, xp, getattr(fp, part), *ends)
    return result
