"""Grids: coordinates of all places, and arrays written as slices."""

from __future__ import annotations

import math

import numpy as np

import raptors as rp

from ._creation import check_place, linspace
from ._delegate import call, notice
from ._foreign import has_foreign_dtype
from ._raptors import arange, array, asarray, empty, ndarray

__all__ = ["c_", "fromfunction", "index_exp", "indices", "meshgrid", "mgrid", "ogrid", "r_", "s_"]


def meshgrid(*xi, copy=True, sparse=False, indexing="xy"):
    """The coordinates of every place of the grid that the runs ``xi`` span, one array for each run.

    With ``indexing="xy"`` the first two axes are those of a picture: rows are the second run's.
    ``sparse`` leaves axes of length one. Views of the runs unless ``copy``.

    Examples
    --------
    >>> x, y = rp.meshgrid([1, 2, 3], [4, 5])
    >>> x.tolist(), y.tolist()
    ([[1, 2, 3], [1, 2, 3]], [[4, 4, 4], [5, 5, 5]])
    """
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    ndim = len(xi)
    axes = list(range(ndim))
    if indexing == "xy" and ndim > 1:
        axes[:2] = 1, 0
    result = [
        asarray(x).reshape(tuple(-1 if place == axis else 1 for place in range(ndim)))
        for x, axis in zip(xi, axes)
    ]
    if not sparse:
        result = rp.broadcast_arrays(*result)
    # NumPy gives its own list where nothing has to be done with it.
    return tuple(x.copy() for x in result) if copy else list(result) if sparse else tuple(result)


def indices(dimensions, dtype=int, sparse=False):
    """The index of every place of an array of the shape ``dimensions``, axis by axis.

    One array with the axes first, or with ``sparse`` a tuple of arrays with one long axis each.

    Examples
    --------
    >>> rp.indices((2, 2)).tolist()
    [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]
    """
    dimensions = tuple(dimensions)
    ndim = len(dimensions)
    runs = [
        arange(length, dtype=dtype).reshape((1,) * axis + (-1,) + (1,) * (ndim - axis - 1))
        for axis, length in enumerate(dimensions)
    ]
    if sparse:
        return tuple(runs)
    result = empty((ndim, *dimensions), dtype=dtype)
    for axis, run in enumerate(runs):
        result[axis] = run
    return result


def fromfunction(function, shape, *, dtype=float, like=None, **kwargs):
    """What ``function`` makes of the indices of all places of ``shape``, one array for each axis.

    Examples
    --------
    >>> rp.fromfunction(lambda i, j: i + j, (2, 2), dtype=int).tolist()
    [[0, 1], [1, 2]]
    """
    check_place(like=like)
    return function(*indices(shape, dtype=dtype), **kwargs)


def _run(key):
    """The numbers of a slice, whose imaginary step is a number of points."""
    start, step = key.start or 0, 1 if key.step is None else key.step
    if isinstance(step, complex | np.complexfloating):
        points = int(abs(step))
        gap = 1 if points == 1 else (key.stop - start) / float(points - 1)
        dtype = np.result_type(_weak(start), _weak(key.stop), float(abs(step)))
        return arange(0, points, 1, dtype=dtype) * gap + start
    return arange(start, key.stop, step)


def _weak(value):
    """What promotion sees of a number or an array."""
    return value.dtype if hasattr(value, "dtype") else value


class _Grid:
    """Grids written as slices: ``grid[0:3, 0:1:5j]``."""

    def __init__(self, name, sparse):
        self.__name__ = name
        self.sparse = sparse

    def __getitem__(self, key):
        if isinstance(key, slice):
            return _run(key)
        starts, gaps, lengths, numbers = [], [], [], [0]
        for item in key:
            start, step = item.start or 0, 1 if item.step is None else item.step
            if isinstance(step, complex | np.complexfloating):
                points = int(abs(step))
                gap = (item.stop - start) / float(points - 1) if points != 1 else 1
                numbers.append(float(abs(step)))
            else:
                points, gap = max(math.ceil((item.stop - start) / step), 0), step
                numbers.append(_weak(step))
            numbers += [_weak(start), _weak(item.stop)]
            starts.append(start)
            gaps.append(gap)
            lengths.append(points)
        dtype = np.result_type(*numbers)
        ndim = len(lengths)
        runs = [
            (arange(length, dtype=dtype) * gap + start).astype(dtype, copy=False)
            for length, gap, start in zip(lengths, gaps, starts)
        ]
        runs = [
            run.reshape((1,) * axis + (-1,) + (1,) * (ndim - axis - 1)) for axis, run in enumerate(runs)
        ]
        if self.sparse:
            return tuple(runs)
        result = empty((ndim, *lengths), dtype)
        for axis, run in enumerate(runs):
            result[axis] = run
        return result

    def __repr__(self):
        return f"<raptors.{self.__name__}>"


class _Join:
    """Arrays joined between square brackets: ``r_[0, 1:4, array]``."""

    def __init__(self, name, axis=0, ndmin=1, trans1d=-1):
        self.__name__ = name
        self.axis, self.ndmin, self.trans1d = axis, ndmin, trans1d

    def __len__(self):
        return 0

    def __getitem__(self, key):
        if type(key) is tuple:
            joined = self._arrays(key) if self.trans1d == 0 else self._plain(key)
            if joined is not None:
                return joined
        if isinstance(key, str) or _asks_for_numpy(key):
            notice(f"numpy.{self.__name__}")
            return call(getattr(np, self.__name__).__getitem__, (key,), {})
        items = key if isinstance(key, tuple) else (key,)
        axis, ndmin, trans1d = self.axis, self.ndmin, self.trans1d
        parts = []
        for place, item in enumerate(items):
            if isinstance(item, str):
                if place != 0:
                    raise ValueError("special directives must be the first entry.")
                axis, ndmin, trans1d = self._directive(item)
            elif isinstance(item, slice):
                parts.append(_placed(_piece(item), 1, ndmin, trans1d, slices=True))
            elif isinstance(item, int | float | complex):
                parts.append(item)
            else:
                item = asarray(item)
                parts.append(_placed(item, item.ndim, ndmin, trans1d))
        if parts and not all(type(part) is ndarray for part in parts):
            dtype = np.result_type(*map(_weak, parts))
            parts = [
                part if type(part) is ndarray else array(part, dtype, ndmin=ndmin) for part in parts
            ]
        return rp.concatenate(parts, axis=axis)

    def _plain(self, items):
        """Arrays of one dtype, runs of integers and numbers in one row; ``None`` for anything else."""
        kinds = frozenset(map(type, items))
        if slice in kinds:
            items = [_piece(item) if _counts(item) else item for item in items]
            kinds = frozenset(map(type, items))
        if ndarray not in kinds:
            # What the numbers are of is known from a list of them, but for integers beyond 64 bits.
            known = kinds and kinds <= _NUMBERS and all(-_FAR < item < _FAR for item in items)
            return array(list(items)) if known else None
        if len(kinds) > 1:
            dtypes = {item.dtype for item in items if type(item) is ndarray}
            if len(dtypes) > 1 or not kinds <= _TAKEN:
                return None
            (dtype,) = dtypes
            if float in kinds and dtype.kind in "biu":
                dtype = _FLOAT
            elif dtype.kind == "b":
                dtype = _INT
            items = [item if type(item) is ndarray else array([item], dtype) for item in items]
        return self._arrays(items)

    def _arrays(self, items):
        """Arrays joined, which is what programs ask for most; ``None`` where there is anything else."""
        parts = []
        for item in items:
            if type(item) is not ndarray:
                return None
            missing = self.ndmin - item.ndim
            if missing > 0:
                if missing > 1 or self.trans1d or not item.ndim:
                    return None
                # An axis of its own behind the only one.
                item = item[:, None]
            parts.append(item)
        return rp.concatenate(parts, self.axis) if parts else None

    def _directive(self, text):
        """Axis, least number of axes and place of the only axis that ``"0,2,1"`` stands for."""
        try:
            numbers = [int(number) for number in text.split(",")]
        except ValueError as error:
            raise ValueError(f"unknown special directive {text!r}") from error
        return (*numbers, *(self.axis, self.ndmin, self.trans1d)[len(numbers) :])[:3]

    def __repr__(self):
        return f"<raptors.{self.__name__}>"


def _asks_for_numpy(key):
    """Whether ``key`` asks for a matrix, or holds what Raptors has no dtype for."""
    items = key if isinstance(key, tuple) else (key,)
    return any(
        item in ("r", "c")
        if isinstance(item, str)
        else isinstance(item, np.matrix) or has_foreign_dtype(item)
        for item in items
        if type(item) not in _PLAIN
    )


_PLAIN = frozenset((ndarray, slice, int, float, list, tuple))
_NUMBERS = frozenset((int, float))
_TAKEN = _NUMBERS | {ndarray}
_FAR = float(1 << 62)
_FLOAT, _INT = np.dtype(float), np.dtype(int)


def _counts(item):
    """Whether ``item`` is a slice of integers."""
    return type(item) is slice and all(
        type(bound) is int or bound is None for bound in (item.start, item.stop, item.step)
    )


def _piece(key):
    step = key.step
    if isinstance(step, complex | np.complexfloating):
        return linspace(key.start or 0, key.stop, num=int(abs(step)))
    return arange(key.start or 0, key.stop, 1 if step is None else step)


def _placed(part, ndim, ndmin, trans1d, slices=False):
    """``part`` with at least ``ndmin`` axes, its own ones where ``trans1d`` says."""
    result = array(part, copy=None, ndmin=ndmin)
    if trans1d == -1 or ndim >= ndmin:
        return result
    if slices:
        return result.swapaxes(-1, trans1d)
    new = ndmin - ndim
    first = trans1d + new + 1 if trans1d < 0 else trans1d
    axes = list(range(ndmin))
    return result.transpose(axes[:first] + axes[new:] + axes[first:new])


class _Keys:
    """The key between square brackets itself; as a tuple if ``tuples``."""

    def __init__(self, tuples):
        self.tuples = tuples

    def __getitem__(self, key):
        return (key,) if self.tuples and not isinstance(key, tuple) else key


mgrid = _Grid("mgrid", sparse=False)
ogrid = _Grid("ogrid", sparse=True)
r_ = _Join("r_")
c_ = _Join("c_", axis=-1, ndmin=2, trans1d=0)
index_exp = _Keys(tuples=True)
s_ = _Keys(tuples=False)
