"""Histograms of one and of several dimensions."""

from __future__ import annotations

import math
import operator
from builtins import range as range_of

import numpy as np

import raptors as rp

from ._bins import edges_of, flat_data, histogram_bin_edges, outer_edges
from ._raptors import _histogram, _histogram_uneven, asarray

__all__ = ["histogram", "histogram2d", "histogram_bin_edges", "histogramdd"]


def histogram(a, bins=10, range=None, density=None, weights=None):
    """How many elements of ``a`` are in each bin, and the edges of the bins.

    ``bins`` and ``range`` are as in ``histogram_bin_edges``. The last bin holds its right edge.
    ``weights`` are summed in place of counting, in their dtype; with ``density`` the integral over
    the bins is one.

    Examples
    --------
    >>> rp.histogram([1, 2, 1], bins=[0, 1, 2, 3])
    (array([0, 2, 1]), array([0, 1, 2, 3]))
    """
    a, weights = flat_data(a, weights)
    edges, even = edges_of(a, bins, range, weights)
    counts = _counts(a, edges, even, weights)
    if not density:
        return counts, edges
    widths = rp.diff(edges).astype(np.float64)
    return counts / widths / counts.sum(), edges


def _counts(a, edges, even, weights):
    """The sums of weights in every bin, in their dtype."""
    if weights is not None and weights.dtype.kind == "c":
        result = rp.empty(edges.size - 1, weights.dtype)
        result.real[...] = _counts(a, edges, even, weights.real)
        result.imag[...] = _counts(a, edges, even, weights.imag)
        return result
    if weights is not None and weights.dtype.kind in "iu" and not _is_exact(weights):
        return _integer_sums(a, edges, even, weights)
    if a.dtype.kind != "c" and even:
        counts = _histogram(a, edges, weights)
    elif even:
        counts = _even_complex(a, edges, weights)
    else:
        counts = _uneven(a, edges, weights)
    return counts if weights is None else counts.astype(weights.dtype, copy=False)


def _even_complex(a, edges, weights):
    """The sums of weights in bins that are equally wide and have complex edges: as NumPy puts elements into them."""
    bins, first, last = edges.size - 1, edges[0], edges[-1]
    counts = 0
    for start in range_of(0, a.size, _BLOCK):
        part = a[start : start + _BLOCK]
        within = (part >= first) & (part <= last)
        part = part[within].astype(edges.dtype, copy=False)
        # The real parts alone are places, of which NumPy warns.
        places = ((part - first) / (last - first) * bins).astype(np.intp)
        places[places == bins] -= 1
        places[part < edges[places]] -= 1
        places[(part >= edges[places + 1]) & (places != bins - 1)] += 1
        chosen = None if weights is None else weights[start : start + _BLOCK][within]
        counts = counts + rp.bincount(places, weights=chosen, minlength=bins)
    return counts if a.size else rp.zeros(bins, np.intp)


# Elements whose weights NumPy adds up in float64 before it makes them integers.
_BLOCK = 65536


def _is_exact(weights) -> bool:
    """Whether float64, and the integers' dtype, hold every sum of them."""
    if weights.size == 0:
        return True
    greatest = max(abs(int(weights.min())), abs(int(weights.max())))
    return greatest * weights.size <= min(1 << 53, np.iinfo(weights.dtype).max)


def _integer_sums(a, edges, even, weights):
    """The sums of integers that may be too great for float64 or their dtype, as NumPy adds them up."""
    dtype = weights.dtype
    wide = np.dtype(np.uint64 if dtype.kind == "u" else np.int64)
    # What does not fit wraps, but signed sums in float64 become the least number.
    via = wide if dtype.kind == "u" else dtype
    result = rp.zeros(edges.size - 1, dtype)
    for start in range_of(0, a.size, _BLOCK):
        values = a[start : start + _BLOCK]
        part = weights[start : start + _BLOCK].astype(wide)
        if even and a.dtype.kind != "c":
            result += _histogram(values, edges, part).astype(via).astype(dtype)
            continue
        # Exactly, by halves: those of a block add up to less than 2 ** 53.
        high = _uneven(values, edges, part >> 32).astype(wide)
        low = _uneven(values, edges, part & 0xFFFFFFFF).astype(wide)
        result += ((high << 32) + low).astype(dtype)
    return result


def _uneven(a, edges, weights):
    """As ``_counts``, for edges of any distance, in float64 if there are weights."""
    if edges.size < 2:
        return rp.zeros(0, np.intp if weights is None else np.float64)
    if weights is None:
        counts = _histogram_uneven(a, edges)
        if counts is not None:
            return counts
    # Bin i is from edge i - 1 on; the last one holds its right edge, and the first and the one
    # behind the last what is beyond.
    place = rp.searchsorted(edges, a, side="right")
    place = place - (a == edges[-1])
    return rp.bincount(place, weights, minlength=edges.size + 1)[1 : edges.size]


def histogram2d(x, y, bins=10, range=None, density=None, weights=None):
    """How many of the points ``x``, ``y`` are in each rectangle, and the edges along both axes.

    ``bins`` is one number or one run of edges for both axes, or a pair of such.

    Examples
    --------
    >>> rp.histogram2d([0, 1, 1], [2, 3, 3], bins=2)[0]
    array([[1., 0.],
           [0., 2.]])
    """
    if len(x) != len(y):
        raise ValueError("x and y must have the same length.")
    try:
        given = len(bins)
    except TypeError:
        given = 1
    if given not in (1, 2):
        edges = asarray(bins)
        bins = [edges, edges]
    counts, edges = histogramdd([x, y], bins, range, density, weights)
    return counts, edges[0], edges[1]


def histogramdd(sample, bins=10, range=None, density=None, weights=None):
    """How many points are in each cell of a grid, in float64, and the edges along every axis.

    ``sample`` has a row for each point, or is a sequence of the coordinates of all points along each
    axis. ``bins`` is a number of equal bins, or for each axis that or the edges.

    Examples
    --------
    >>> counts, edges = rp.histogramdd(rp.array([[0, 2], [1, 3], [1, 3]]), bins=(2, 1))
    >>> counts
    array([[1.],
           [2.]])
    """
    if getattr(sample, "ndim", 0) == 2:
        sample = asarray(sample)
    else:
        sample = rp.atleast_2d(sample).T
    dimensions = sample.shape[1]
    weights = None if weights is None else asarray(weights)
    try:
        given = len(bins)
    except TypeError:
        bins = dimensions * [bins]
    else:
        if given != dimensions:
            raise ValueError(
                "The dimension of bins must be equal to the dimension of the sample x."
            )
    if range is None:
        range = dimensions * (None,)
    elif len(range) != dimensions:
        raise ValueError("range argument must have one entry per dimension")

    columns = [sample[:, i] for i in range_of(dimensions)]
    edges = [_grid(i, *three) for i, three in enumerate(zip(columns, bins, range))]
    # One more bin at each end, for what is beyond.
    shape = tuple(len(line) + 1 for line in edges)
    if math.prod(shape) > np.iinfo(np.intp).max:
        raise ValueError(
            "invalid dims: array size defined by dims is larger than the maximum possible size."
        )
    cells = rp.zeros(sample.shape[0], np.intp)
    for column, line, n in zip(columns, edges, shape):
        place = rp.searchsorted(line, column, side="right") - (column == line[-1])
        cells = cells * n + place
    counts = rp.bincount(cells, weights, minlength=math.prod(shape))
    counts = counts.reshape(shape).astype(np.float64, casting="safe")
    counts = counts[dimensions * (slice(1, -1),)]
    if density:
        total = counts.sum()
        for axis, line in enumerate(edges):
            counts = counts / rp.diff(line).reshape((-1, *(1,) * (dimensions - axis - 1)))
        counts = counts / total
    return counts, edges


def _grid(axis, column, bins, range):
    """The edges along one axis."""
    if np.ndim(bins) == 0:
        if bins < 1:
            raise ValueError(f"`bins[{axis}]` must be positive, when an integer")
        first, last = outer_edges(column, range)
        try:
            bins = operator.index(bins)
        except TypeError as error:
            raise TypeError(f"`bins[{axis}]` must be an integer, when a scalar") from error
        return rp.linspace(first, last, bins + 1)
    if np.ndim(bins) == 1:
        edges = asarray(bins)
        if (edges[:-1] > edges[1:]).any():
            raise ValueError(f"`bins[{axis}]` must be monotonically increasing, when an array")
        return edges
    raise ValueError(f"`bins[{axis}]` must be a scalar or 1d array")
