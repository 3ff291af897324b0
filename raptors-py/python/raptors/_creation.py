"""New arrays: evenly spaced numbers, and arrays from buffers, files, iterables and other arrays."""

from __future__ import annotations

import itertools
import math
import operator
import os

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

import raptors as rp

from ._delegate import call, notice
from ._foreign import leaves_to_numpy
from ._raptors import _linspace, arange, array, asarray, empty, ndarray, share

__all__ = [
    "asanyarray", "asarray_chkfinite", "copy", "frombuffer", "fromfile", "fromiter", "fromstring",
    "geomspace", "linspace", "logspace", "require",
]  # fmt: skip


# There are no subclasses that it could let through.
asanyarray = asarray
_frombuffer = np.frombuffer


def check_place(device=None, like=None) -> None:
    """Refuses devices other than the only one, and a ``like`` that cannot say what to make."""
    if device is not None and device != "cpu":
        raise ValueError(f'Device not understood. Only "cpu" is allowed, but received: {device}')
    if like is not None and not hasattr(like, "__array_function__"):
        raise TypeError(
            "The `like` argument must be an array-like that implements the `__array_function__` "
            "protocol."
        )


@leaves_to_numpy
def linspace(
    start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None
):  # fmt: skip
    """``num`` evenly spaced numbers from ``start`` to ``stop``, along a new axis.

    ``stop`` is the last one if ``endpoint``, else the next would be. Integer types are rounded down.
    With ``retstep``, the step comes second. ``ValueError`` for a negative ``num``.

    Examples
    --------
    >>> rp.linspace(0, 1, 5).tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    check_place(device)
    num = operator.index(num)
    if num < 0:
        raise ValueError(f"Number of samples, {num}, must be non-negative.")
    # Either alone would give way to the type of the other; what another dtype is too narrow for is told of by casts.
    first, last = (_number(start), _number(stop)) if dtype is None else (start, stop)
    if _is_number(first) and _is_number(last) and axis in (0, -1):
        result, step = _linspace(first, last, num, bool(endpoint), float if dtype is None else dtype)
        if not retstep:
            return result
        return result, step if first is start and last is stop else asarray(step)
    start, stop, kind = _ends(start, stop)
    dtype = kind if dtype is None else np.dtype(dtype)
    delta = rp.subtract(stop, start, dtype=kind)
    result = arange(0, num, dtype=kind)
    if delta.ndim:
        result = result.reshape((-1,) + (1,) * delta.ndim)
    parts = num - 1 if endpoint else num
    if parts > 0:
        step = delta / parts
        # Steps that underflow to zero keep their digits when divided first.
        result = result / parts * delta if (step == 0).any() else result * step
    else:
        step = math.nan
        result = result * delta
    result = result + start
    if endpoint and num > 1:
        result[-1, ...] = stop
    if axis != 0:
        result = rp.moveaxis(result, 0, axis)
    if dtype.kind in "iu":
        result = rp.floor(result)
    if dtype is not result.dtype:
        result = result.astype(dtype, copy=False)
    return (result, step) if retstep else result


def _number(end):
    """``end`` as a number of Python, where that computes as an array of one element does."""
    if type(end) is not ndarray or end.ndim:
        return end
    dtype = end.dtype
    if dtype.kind not in "biu" and dtype != np.float64:
        return end
    number = int(end) if dtype.kind == "b" else end.item()
    # What may overflow, or is none, is told of by ufuncs.
    return number if -1e300 < number < 1e300 else end


def _is_number(end) -> bool:
    """Whether ``end`` is a number of Python that an array holds."""
    return type(end) is float or type(end) is int and -1 << 63 <= end < 1 << 64


def _ends(start, stop):
    """Both ends of an interval as arrays, and the inexact dtype they have in common."""
    if type(start) is ndarray and type(stop) is ndarray:
        kind = start.dtype
        if kind is stop.dtype and kind.kind in "fc":
            return start, stop, kind
    ends = [end if type(end) in (int, float, complex) else asarray(end) for end in (start, stop)]
    known = [end.dtype if isinstance(end, ndarray) else end for end in ends]
    kind = np.result_type(*known, 1.0)
    start, stop = (asarray(end).astype(kind) for end in ends)
    return start, stop, kind


@leaves_to_numpy
def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    """``num`` numbers from ``base ** start`` to ``base ** stop``, their logarithms evenly spaced.

    Examples
    --------
    >>> rp.logspace(0, 2, 3).tolist()
    [1.0, 10.0, 100.0]
    """
    if not isinstance(base, float | int) and rp.ndim(base):
        base = asarray(base)
        ndim = max(rp.ndim(start), rp.ndim(stop), base.ndim)
        start, stop, base = (array(value, copy=None, ndmin=ndim) for value in (start, stop, base))
        base = rp.expand_dims(base, axis)
    exponents = linspace(start, stop, num, endpoint, axis=axis)
    result = rp.power(base, exponents)
    return result if dtype is None else result.astype(dtype, copy=False)


@leaves_to_numpy
def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """``num`` numbers from ``start`` to ``stop``, each the same multiple of the one before.

    Complex numbers lie on a spiral. ``ValueError`` where ``start`` or ``stop`` is zero.

    Examples
    --------
    >>> rp.geomspace(1, 8, 4).round(12).tolist()
    [1.0, 2.0, 4.0, 8.0]
    """
    start, stop = asarray(start), asarray(stop)
    if bool((start == 0).any()) or bool((stop == 0).any()):
        raise ValueError("Geometric sequence cannot include zero")
    given = () if dtype is None else (np.dtype(dtype),)
    kind = np.result_type(start.dtype, stop.dtype, float(num), *given)
    dtype = kind if dtype is None else np.dtype(dtype)
    start, stop = start.astype(kind), stop.astype(kind)
    start, stop = rp.broadcast_arrays(start, stop)
    # Both ends are turned so that the first is real and positive.
    sign = rp.sign(start)
    first, last = start / sign, stop / sign
    result = logspace(rp.log10(first), rp.log10(last), num, endpoint, dtype=kind)
    if num > 0:
        result[0, ...] = first
        if num > 1 and endpoint:
            result[-1, ...] = last
    result = result * sign
    if axis != 0:
        normalize_axis_index(axis, result.ndim)
        result = rp.moveaxis(result, 0, axis)
    return result.astype(dtype, copy=False)


def frombuffer(buffer, dtype=float, count=-1, offset=0, *, like=None):
    """The bytes of ``buffer`` as elements of ``dtype``: an array of the same memory.

    ``count`` elements from byte ``offset``; all if negative. ``ValueError`` where the bytes are too
    few or do not come out even. Read-only where the buffer is.

    Examples
    --------
    >>> rp.frombuffer(b"abc", dtype="u1").tolist()
    [97, 98, 99]
    """
    if like is not None:
        check_place(like=like)
    return share(_frombuffer(buffer, dtype, count, offset))


def fromiter(iter, dtype, count=-1, *, like=None):
    """The numbers that an iterable gives, along one axis.

    ``count`` of them; all if negative. ``ValueError`` where there are fewer.

    Examples
    --------
    >>> rp.fromiter((i * i for i in range(4)), dtype=int).tolist()
    [0, 1, 4, 9]
    """
    if like is not None:
        check_place(like=like)
    dtype, count = np.dtype(dtype), operator.index(count)
    if dtype.kind not in "biufc":
        notice("numpy.fromiter")
        return call(np.fromiter, (iter, dtype, count), {})
    return _of_items(list(iter if count < 0 else itertools.islice(iter, count)), dtype, count)


def _of_items(items, dtype, count):
    """The numbers ``items``, which are to be ``count`` unless that is negative."""
    if len(items) < count:
        raise ValueError(
            f"iterator too short: Expected {count} but iterator had only {len(items)} items."
        )
    result = asarray(items, dtype) if items else empty(0, dtype)
    if result.ndim != 1:
        raise ValueError("setting an array element with a sequence.")
    return result


def fromfile(file, dtype=float, count=-1, sep="", offset=0, *, like=None):
    """The bytes of a file as elements of ``dtype``: ``count`` of them, all that there are if -1.

    ``file`` is a path or an open binary file, read from where it is plus ``offset`` bytes. Text (a
    ``sep`` that is not empty) is read by NumPy.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryFile() as file:
    ...     _ = file.write(bytes([1, 2, 3]))
    ...     _ = file.seek(0)
    ...     rp.fromfile(file, "u1").tolist()
    [1, 2, 3]
    """
    check_place(like=like)
    dtype = np.dtype(dtype)
    readable = isinstance(file, str | bytes | os.PathLike) or hasattr(file, "readinto")
    if sep or dtype.kind not in "biufc" or not dtype.isnative or not readable:
        notice("numpy.fromfile")
        return call(np.fromfile, (file, dtype, count, sep, offset), {})
    if not hasattr(file, "readinto"):
        with open(os.fspath(file), "rb") as opened:
            return fromfile(opened, dtype, count, "", offset)
    start = file.tell() + offset
    # Less than nothing where it starts behind the end, which is an error unless a count is given.
    there = (file.seek(0, os.SEEK_END) - start) // dtype.itemsize
    file.seek(start)
    result = empty(there if count < 0 else min(count, max(there, 0)), dtype)
    if result.size == 0:
        return result
    room = memoryview(result.view(np.uint8))
    done = 0
    while done < len(room) and (got := file.readinto(room[done:])):
        done += got
    return result if done == len(room) else result[: done // dtype.itemsize]


def fromstring(string, dtype=float, count=-1, *, sep, like=None):
    """The numbers in a text, separated by ``sep``.

    Examples
    --------
    >>> rp.fromstring("1 2 3", sep=" ").tolist()
    [1.0, 2.0, 3.0]
    """
    check_place(like=like)
    return share(np.fromstring(string, dtype, count, sep=sep))


def copy(a, order="K", subok=False):
    """``a`` in new memory; ``order="K"`` keeps the order of its axes there.

    Examples
    --------
    >>> a = rp.zeros(2); b = rp.copy(a); b[0] = 1; a.tolist()
    [0.0, 0.0]
    """
    return array(a, order=order)


def asarray_chkfinite(a, dtype=None, order=None):
    """``a`` as an array; ``ValueError`` for infinities and NaNs.

    Arguments are those of ``asarray``; nothing is copied where memory can be shared.

    Examples
    --------
    >>> rp.asarray_chkfinite([1.0, 2.0]).tolist()
    [1.0, 2.0]
    """
    a = asarray(a, dtype, order)
    if a.dtype.kind in "fc" and not bool(rp.isfinite(a).all()):
        raise ValueError("array must not contain infs or NaNs")
    return a


_FLAGS = {
    name: letter
    for letter, names in {
        "C": "C C_CONTIGUOUS CONTIGUOUS", "F": "F F_CONTIGUOUS FORTRAN", "A": "A ALIGNED",
        "W": "W WRITEABLE", "O": "O OWNDATA", "E": "E ENSUREARRAY",
    }.items()
    for name in names.split()
}  # fmt: skip


def require(a, dtype=None, requirements=None, *, like=None):
    """``a`` as an array with all flags in ``requirements``: a copy only where that takes one.

    The flags are C, F, A (aligned), W (writeable), O (own memory) and E (no subclass), or their long
    names. ``ValueError`` for both C and F, ``KeyError`` for unknown ones.

    Examples
    --------
    >>> rp.require(rp.ones((2, 3)).T, requirements=["C"]).flags.c_contiguous
    True
    """
    check_place(like=like)
    wanted = {_FLAGS[name.upper()] for name in requirements or ()}
    if {"C", "F"} <= wanted:
        raise ValueError('Cannot specify both "C" and "F" order')
    a = asarray(a)
    order = "F" if "F" in wanted else "C" if "C" in wanted else "A"
    same = dtype is None or a.dtype == np.dtype(dtype)
    result = a if same and order == "A" else array(a, dtype, copy=None, order=order)
    flags = result.flags
    needs = {"A": flags.aligned, "W": flags.writeable, "O": flags.owndata}
    if all(needs.get(letter, True) for letter in wanted):
        return result
    return array(result, order=order)
