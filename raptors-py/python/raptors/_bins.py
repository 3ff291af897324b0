"""Edges of histogram bins, and how many bins suit the data."""

from __future__ import annotations

import builtins
import math
import operator
import warnings

import numpy as np

import raptors as rp

from ._raptors import _even_edges, asarray

__all__ = ["histogram_bin_edges"]


def histogram_bin_edges(a, bins=10, range=None, weights=None):
    """The edges of the bins that ``histogram`` counts in.

    ``bins`` is a number of equal bins between the least and the greatest element, or over ``range``;
    the edges; or the name of an estimator: auto, doane, fd, rice, scott, sqrt, stone or sturges.

    Examples
    --------
    >>> rp.histogram_bin_edges([0, 0, 0, 1, 2, 3, 3, 4, 5], bins=2)
    array([0. , 2.5, 5. ])
    """
    a, weights = flat_data(a, weights)
    return edges_of(a, bins, range, weights)[0]


def flat_data(a, weights):
    """Data and weights along one axis."""
    a = asarray(a)
    if a.dtype.kind == "b":
        words = f"Converting input from {a.dtype} to {np.uint8} for compatibility."
        warnings.warn(words, RuntimeWarning, stacklevel=4)
        a = a.astype(np.uint8)
    if weights is not None:
        weights = asarray(weights)
        if weights.shape != a.shape:
            raise ValueError("weights should have the same shape as a.")
        weights = weights.ravel()
    return a.ravel(), weights


def edges_of(a, bins, range, weights):
    """The edges, and whether they are even."""
    edges = _even_edges(a, bins, range)
    if edges is not None:
        return edges, True
    if isinstance(bins, str):
        if bins not in _ESTIMATORS:
            raise ValueError(f"{bins!r} is not a valid estimator for `bins`")
        if weights is not None:
            raise TypeError(
                "Automated estimation of the number of bins is not supported for weighted data"
            )
        first, last = outer_edges(a, range)
        bins = _estimate(_within(a, first, last, range), bins, first, last)
    elif np.ndim(bins) == 1:
        edges = asarray(bins)
        if (edges[:-1] > edges[1:]).any():
            raise ValueError("`bins` must increase monotonically, when an array")
        return edges, False
    elif np.ndim(bins) == 0:
        try:
            bins = operator.index(bins)
        except TypeError as error:
            raise TypeError("`bins` must be an integer, a string, or an array") from error
        if bins < 1:
            raise ValueError("`bins` must be positive, when an integer")
        first, last = outer_edges(a, range)
    else:
        raise ValueError("`bins` must be 1d, when an array")
    dtype = common_dtype(first, last, a)
    if dtype.kind in "iu":
        dtype = np.result_type(dtype, np.float64)
    edges = rp.linspace(first, last, bins + 1, endpoint=True, dtype=dtype)
    if (edges[:-1] >= edges[1:]).any():
        raise ValueError(
            f"Too many bins for data range. Cannot create {bins} finite-sized bins."
        )
    return edges, True


def outer_edges(a, range):
    """The first and the last edge: those of ``range``, or the least and the greatest element."""
    if range is not None:
        first, last = range
        if first > last:
            raise ValueError("max must be larger than min in range parameter.")
        what = "supplied"
    elif a.size == 0:
        return 0, 1
    else:
        first, last = a.min(), a.max()
        if a.dtype == np.float64:
            # Python's numbers are the same ones, and quicker to compute with.
            first, last = first.item(), last.item()
            if math.isfinite(first) and math.isfinite(last) and first != last:
                return first, last
        what = "autodetected"
    if not (np.isfinite(first) and np.isfinite(last)):
        raise ValueError(f"{what} range of [{first}, {last}] is not finite")
    if first == last:
        # Bins need a width.
        first, last = first - 0.5, last + 0.5
    return first, last


def _within(a, first, last, range):
    if range is None:
        return a
    inside = (a >= first) & (a <= last)
    return a if inside.all() else a[inside]


def common_dtype(*values):
    """The dtype of arrays and numbers together; the type of Python's numbers gives way."""
    return np.result_type(*(getattr(value, "dtype", value) for value in values))


def distance(low, high):
    """``high - low``; of signed integers as unsigned ones, which hold it."""
    dtype = common_dtype(low, high)
    if dtype.kind != "i":
        return rp.subtract(high, low, dtype=dtype)
    unsigned = np.dtype(f"u{dtype.itemsize}")
    low, high = (asarray(x, dtype=dtype).astype(unsigned) for x in (low, high))
    return rp.subtract(high, low)


def _estimate(a, name, first, last):
    """How many bins of the width that an estimator gives cover the range."""
    if a.size == 0:
        return 1
    width = _ESTIMATORS[name](a, (first, last))
    if not width:
        return 1
    if a.dtype.kind in "iu" and width < 1:
        width = 1
    return int(rp.ceil(distance(first, last) / width))


def _extent(a):
    return distance(a.min(), a.max())


def _sqrt(a, _):
    return _extent(a) / np.sqrt(a.size)


def _sturges(a, _):
    return _extent(a) / (np.log2(a.size) + 1.0)


def _rice(a, _):
    return _extent(a) / (2.0 * a.size ** (1.0 / 3))


def _scott(a, _):
    """Least mean squared error for normal data."""
    return (24.0 * math.pi**0.5 / a.size) ** (1.0 / 3.0) * a.std()


def _doane(a, _):
    """Sturges' rule with the skewness of the data."""
    n = a.size
    deviation = a.std() if n > 2 else 0.0
    if not deviation > 0.0:
        return 0.0
    skewness = (((a - a.mean()) / deviation) ** 3).mean()
    spread = np.sqrt(6.0 * (n - 2) / ((n + 1.0) * (n + 3)))
    return _extent(a) / (1.0 + np.log2(n) + rp.log2(1.0 + rp.absolute(skewness) / spread))


def _fd(a, _):
    """Freedman and Diaconis: from the distance of the quartiles, which outliers do not move."""
    upper, lower = rp.percentile(a, [75, 25])
    return 2.0 * (upper - lower) * a.size ** (-1.0 / 3.0)


def _auto(a, _):
    """The narrower of Sturges' width and Freedman and Diaconis', which is not let become tiny."""
    return min(max(_fd(a, _), _sqrt(a, _) / 2), _sturges(a, _))


def _stone(a, range):
    """The number of bins with the least cross-validated loss."""
    n, extent = a.size, _extent(a)
    if n <= 1 or extent == 0:
        return 0

    def loss(bins):
        share = rp.histogram(a, bins=bins, range=range)[0] / n
        return (2 - (n + 1) * rp.dot(share, share)) / (extent / bins)

    most = max(100, int(math.sqrt(n)))
    bins = min(builtins.range(1, most + 1), key=loss)
    if bins == most:
        words = "The number of bins estimated may be suboptimal."
        warnings.warn(words, RuntimeWarning, stacklevel=5)
    return extent / bins


_ESTIMATORS = {
    "stone": _stone,
    "auto": _auto,
    "doane": _doane,
    "fd": _fd,
    "rice": _rice,
    "scott": _scott,
    "sqrt": _sqrt,
    "sturges": _sturges,
}
