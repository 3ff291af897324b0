"""Differences, gradients and integrals of sampled functions."""

from __future__ import annotations

import operator

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

import raptors as rp

from ._raptors import asarray, empty_like, ndarray, ufuncs

__all__ = ["diff", "gradient", "trapezoid"]

# All but the first and all but the last along the last axis.
_LATER, _EARLIER = (..., slice(1, None)), (..., slice(None, -1))
_NONE = np._NoValue


def diff(a, n=1, axis=-1, prepend=np._NoValue, append=np._NoValue):
    """The differences of neighbours along ``axis``, ``n`` times; of truth values, whether they differ.

    Each time leaves ``axis`` one shorter. ``prepend`` and ``append``, arrays or numbers, are joined
    to ``a`` first. ``ValueError`` for arrays without axes and negative ``n``.

    Examples
    --------
    >>> rp.diff([1, 2, 4, 7, 0])
    array([ 1,  2,  3, -7])
    >>> rp.diff([1, 2, 4, 7, 0], n=2, prepend=0)
    array([  0,   1,   1, -10])
    """
    joined = prepend is not _NONE or append is not _NONE
    if axis == -1 and not joined and type(a) is ndarray and a.ndim:
        if n == 1 or (type(n) is int and 1 < n <= a.shape[-1]):
            subtract = ufuncs["not_equal" if a.dtype.kind == "b" else "subtract"]
            for _ in range(n):
                a = subtract(a[_LATER], a[_EARLIER])
            return a
    if n == 0:
        return a
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n!r}")
    a = asarray(a)
    if a.ndim == 0:
        raise ValueError("diff requires input that is at least one dimensional")
    axis = normalize_axis_index(axis, a.ndim)
    parts = [_beside(part, a, axis) for part in (prepend, a, append) if part is not np._NoValue]
    if len(parts) > 1:
        a = rp.concatenate(parts, axis)
    before = (slice(None),) * axis
    later, earlier = (*before, slice(1, None)), (*before, slice(None, -1))
    subtract = rp.not_equal if a.dtype.kind == "b" else rp.subtract
    # Nothing is left after as many rounds as there are elements.
    for _ in range(min(operator.index(n), a.shape[axis] + 1)):
        a = subtract(a[later], a[earlier])
    return a


def _beside(part, a, axis):
    """``part`` so that it stands beside ``a`` along ``axis``: a number once for every line."""
    part = asarray(part)
    if part.ndim:
        return part
    return rp.broadcast_to(part, (*a.shape[:axis], 1, *a.shape[axis + 1 :]))


def gradient(f, *varargs, axis=None, edge_order=1):
    """The derivative of ``f`` along each axis, or each of ``axis``, as a tuple if there are several.

    Differences of both neighbours inside, of the first or second order at the edges. ``varargs`` are
    distances between samples: one for all axes, or for each axis a number or the coordinates.

    Examples
    --------
    >>> rp.gradient([1.0, 2, 4, 7, 11], 2)
    array([0.5 , 0.75, 1.25, 1.75, 2.  ])
    """
    f = asarray(f)
    if f.ndim == edge_order == 1 and axis is None and not varargs and len(f) > 1 and f.dtype.kind == "f":
        # As below, for samples that are one apart.
        result = rp.empty_like(f)
        inner = result[1:-1]
        rp.subtract(f[2:], f[:-2], inner)
        inner /= 2.0
        result[0], result[-1] = f[1] - f[0], f[-1] - f[-2]
        return result
    axes = tuple(range(f.ndim)) if axis is None else normalize_axis_tuple(axis, f.ndim)
    spacings = _spacings(varargs, f, axes)
    if edge_order > 2:
        raise ValueError("'edge_order' greater than 2 not supported")
    dtype = f.dtype if f.dtype.kind in "fc" else np.dtype(np.float64)
    if f.dtype.kind in "iu":
        f = f.astype(np.float64)
    results = tuple(
        _derivative(f, spacing, axis, edge_order, dtype) for axis, spacing in zip(axes, spacings)
    )
    return results[0] if len(results) == 1 else results


def _spacings(given, f, axes):
    """For each axis the distance of neighbours, or the distances where they differ."""
    if not given:
        return [1.0] * len(axes)
    if len(given) == 1 and np.ndim(given[0]) == 0:
        return list(given) * len(axes)
    if len(given) != len(axes):
        raise TypeError("invalid number of arguments")
    spacings = []
    for axis, spacing in zip(axes, given):
        places = asarray(spacing)
        if places.ndim == 0:
            spacings.append(spacing)
            continue
        if places.ndim != 1:
            raise ValueError("distances must be either scalars or 1d")
        if places.shape[0] != f.shape[axis]:
            raise ValueError("when 1d, distances must match the length of the corresponding dimension")
        if places.dtype.kind in "iu":
            places = places.astype(np.float64)
        steps = diff(places)
        spacings.append(steps[0] if (steps == steps[0]).all() else steps)
    return spacings


def _derivative(f, step, axis, edge_order, dtype):
    """The derivative along one axis."""
    n = f.shape[axis]
    if n < edge_order + 1:
        raise ValueError(
            "Shape of array too small to calculate a numerical gradient, "
            "at least (edge_order + 1) elements are required."
        )

    def at(start, stop):
        return (slice(None),) * axis + (slice(start, stop),)

    def along(weights):
        return weights.reshape((-1, *(1,) * (f.ndim - axis - 1)))

    even = type(step) is float or np.ndim(step) == 0
    lossy = dtype.kind == "f" and np.asarray(step).dtype.kind == "c"
    result = empty_like(f, dtype)
    if even:
        later, earlier, inner = f[at(2, n)], f[at(0, n - 2)], result[at(1, n - 1)]
        if lossy:
            inner[...] = (later - earlier) / (2.0 * step)
        elif inner.flags.c_contiguous:
            ufuncs["subtract"](later, earlier, inner)
            inner /= 2.0 * step
        else:
            # What does not lie in one piece is written last, and once.
            slopes = later - earlier
            slopes /= 2.0 * step
            inner[...] = slopes
    else:
        left, right = step[:-1], step[1:]
        weights = (
            -right / (left * (left + right)),
            (right - left) / (left * right),
            left / (right * (left + right)),
        )
        result[at(1, n - 1)] = sum(
            along(weight) * f[at(i, n - 2 + i)] for i, weight in enumerate(weights)
        )
    first, last = (step, step) if even else (step[0], step[-1])
    if edge_order == 1:
        before = (slice(None),) * axis
        for end, later, earlier, width in (0, 1, 0, first), (-1, -1, -2, last):
            slope = f[(*before, later)] - f[(*before, earlier)]
            # What is one apart is divided by nothing.
            result[(*before, end)] = slope if type(width) is float and width == 1.0 else slope / width
        return result
    # The slope at an end of the parabola through three points.
    if even:
        start = (-1.5 / step, 2.0 / step, -0.5 / step)
        end = (0.5 / step, -2.0 / step, 1.5 / step)
    else:
        near, far = step[0], step[1]
        start = (
            -(2.0 * near + far) / (near * (near + far)),
            (near + far) / (near * far),
            -near / (far * (near + far)),
        )
        far, near = step[-2], step[-1]
        end = (
            near / (far * (near + far)),
            -(near + far) / (near * far),
            (2.0 * near + far) / (near * (near + far)),
        )
    result[at(0, 1)] = sum(w * f[at(i, i + 1)] for i, w in enumerate(start))
    result[at(n - 1, n)] = sum(w * f[at(n - 3 + i, n - 2 + i)] for i, w in enumerate(end))
    return result


def trapezoid(y, x=None, dx=1.0, axis=-1):
    """The integral of ``y`` along ``axis`` by trapezoids, whose corners are at ``x`` or ``dx`` apart.

    ``x`` is a run, or broadcasts with ``y``, and may descend.

    Examples
    --------
    >>> rp.trapezoid([1, 2, 3], x=[4, 6, 8])
    array(8.)
    """
    y = asarray(y)
    width = dx
    if x is not None:
        x = asarray(x)
        width = diff(x, axis=-1 if x.ndim == 1 else axis)
        if x.ndim == 1 and y.ndim != 1:
            shape = [1] * y.ndim
            shape[axis] = width.shape[0]
            width = width.reshape(shape)
    before = (slice(None),) * normalize_axis_index(axis, y.ndim)
    if x is None and type(dx) in (int, float) and y.dtype.kind in "fc" and y.shape[axis] > 1:
        # All corners but the ends belong to two trapezoids.
        ends = y[(*before, 0)] + y[(*before, -1)]
        return dx * (y[(*before, slice(1, -1))].sum(axis) + ends / 2.0)
    heights = y[(*before, slice(1, None))] + y[(*before, slice(None, -1))]
    alike = type(width) is ndarray and width.dtype == heights.dtype and heights.dtype.kind == "f"
    if alike and (
        width.shape == heights.shape or (x.ndim == 1 and width.size == heights.shape[axis])
    ):
        # In the memory that is there: another array's would push this one out of the cache.
        heights *= width
        heights *= 0.5
        return heights.sum(axis)
    return (width * heights / 2.0).sum(axis)
