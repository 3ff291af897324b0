"""Arrays seen in another shape: views wherever NumPy gives views."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ._raptors import asarray

__all__ = [
    "atleast_1d", "atleast_2d", "atleast_3d", "diagonal", "flip", "fliplr", "flipud",
    "matrix_transpose", "permute_dims", "ravel", "reshape", "rollaxis", "rot90", "squeeze",
    "swapaxes", "transpose",
]  # fmt: skip


_ALL, _BACKWARDS = slice(None), slice(None, None, -1)


def reshape(a, /, shape, order="C", *, copy=None):
    """The elements of ``a`` in another shape: a view where possible, and ``copy`` does not ask.

    One length may be -1, and is found out. ``ValueError`` where the elements do not fit, or where
    ``copy`` is false and it takes one.

    Examples
    --------
    >>> rp.reshape(rp.arange(4), (2, -1)).tolist()
    [[0, 1], [2, 3]]
    """
    return asarray(a).reshape(shape, order=order, copy=copy)


def ravel(a, order="C"):
    """The elements of ``a`` along one axis: a view where possible.

    Examples
    --------
    >>> rp.ravel([[1, 2], [3, 4]], order="F").tolist()
    [1, 3, 2, 4]
    """
    return asarray(a).ravel(order)


def transpose(a, axes=None):
    """A view of ``a`` with the axes in another order: reversed unless given.

    Examples
    --------
    >>> rp.transpose(rp.ones((2, 3, 4)), (1, 0, 2)).shape
    (3, 2, 4)
    """
    return asarray(a).transpose(axes)


def matrix_transpose(x, /):
    """A view of ``x`` with the last two axes exchanged.

    Examples
    --------
    >>> rp.matrix_transpose(rp.ones((2, 3, 4))).shape
    (2, 4, 3)
    """
    x = asarray(x)
    if x.ndim < 2:
        raise ValueError(f"Input array must be at least 2-dimensional, but it is {x.ndim}")
    return x.mT


def swapaxes(a, axis1, axis2):
    """A view of ``a`` with two axes exchanged.

    Examples
    --------
    >>> rp.swapaxes(rp.ones((2, 3)), 0, 1).shape
    (3, 2)
    """
    return asarray(a).swapaxes(axis1, axis2)


def diagonal(a, offset=0, axis1=0, axis2=1):
    """A read-only view of a diagonal of ``a``; of every matrix, where there are more axes.

    The diagonal is the last axis of the result. ``ValueError`` where ``a`` has less than two axes.

    Examples
    --------
    >>> rp.diagonal([[1, 2, 3], [4, 5, 6]], 1).tolist()
    [2, 6]
    """
    return asarray(a).diagonal(offset, axis1, axis2)


def squeeze(a, axis=None):
    """A view of ``a`` without axes of length one, or without those that ``axis`` names.

    ``ValueError`` for an axis that is longer than one.

    Examples
    --------
    >>> rp.squeeze(rp.ones((1, 2, 1))).shape
    (2,)
    """
    return asarray(a).squeeze(axis)


def rollaxis(a, axis, start=0):
    """A view of ``a`` with ``axis`` moved in front of the one that was at ``start``.

    Examples
    --------
    >>> rp.rollaxis(rp.ones((2, 3, 4)), 2).shape
    (4, 2, 3)
    """
    a = asarray(a)
    n = a.ndim
    axis = normalize_axis_index(axis, n)
    if start < 0:
        start += n
    if not 0 <= start < n + 1:
        raise np.exceptions.AxisError(
            f"'start' arg requires {-n} <= start < {n + 1}, but {start} was passed in"
        )
    if axis < start:
        start -= 1
    axes = list(range(n))
    axes.insert(start, axes.pop(axis))
    return a.transpose(axes)


def flip(m, axis=None):
    """A view of ``m`` with the order along ``axis``, or all axes, reversed.

    Examples
    --------
    >>> rp.flip([1, 2, 3]).tolist()
    [3, 2, 1]
    """
    m = asarray(m)
    if axis is None:
        return m[(_BACKWARDS,) * m.ndim]
    key = [_ALL] * m.ndim
    for place in normalize_axis_tuple(axis, m.ndim):
        key[place] = _BACKWARDS
    return m[tuple(key)]


def fliplr(m):
    """A view of ``m`` with the second axis reversed.

    Examples
    --------
    >>> rp.fliplr([[1, 2]]).tolist()
    [[2, 1]]
    """
    m = asarray(m)
    if m.ndim < 2:
        raise ValueError("Input must be >= 2-d.")
    return m[:, ::-1]


def flipud(m):
    """A view of ``m`` with the first axis reversed.

    Examples
    --------
    >>> rp.flipud([1, 2]).tolist()
    [2, 1]
    """
    m = asarray(m)
    if m.ndim < 1:
        raise ValueError("Input must be >= 1-d.")
    return m[::-1, ...]


def rot90(m, k=1, axes=(0, 1)):
    """A view of ``m`` turned ``k`` times by 90 degrees, from the first of two axes to the second.

    Examples
    --------
    >>> rp.rot90([[1, 2], [3, 4]]).tolist()
    [[2, 4], [1, 3]]
    """
    axes = tuple(axes)
    if len(axes) != 2:
        raise ValueError("len(axes) must be 2.")
    m = asarray(m)
    first, second = axes
    if first == second or abs(first - second) == m.ndim:
        raise ValueError("Axes must be different.")
    if not (-m.ndim <= first < m.ndim and -m.ndim <= second < m.ndim):
        raise ValueError(f"Axes={axes} out of range for array of ndim={m.ndim}.")
    k %= 4
    if k == 0:
        return m[:]
    if k == 2:
        return flip(flip(m, first), second)
    if k == 1:
        return flip(m, second).swapaxes(first, second)
    return flip(m.swapaxes(first, second), second)


def atleast_1d(*arys):
    """Each argument as a view with at least one axis; a tuple for several.

    Examples
    --------
    >>> rp.atleast_1d(3).tolist()
    [3]
    """
    if len(arys) != 1:
        return tuple(map(atleast_1d, arys))
    a = asarray(arys[0])
    return a if a.ndim else a.reshape(1)


def atleast_2d(*arys):
    """Each argument as a view with at least two axes, runs being rows; a tuple for several.

    Examples
    --------
    >>> rp.atleast_2d([1, 2]).tolist()
    [[1, 2]]
    """
    if len(arys) != 1:
        return tuple(map(atleast_2d, arys))
    a = asarray(arys[0])
    return a if a.ndim > 1 else a[None] if a.ndim else a.reshape(1, 1)


def atleast_3d(*arys):
    """Each argument as a view with at least three axes, new ones around a run, behind a matrix.

    Examples
    --------
    >>> rp.atleast_3d([1, 2]).shape, rp.atleast_3d([[1, 2]]).shape
    ((1, 2, 1), (1, 2, 1))
    """
    if len(arys) != 1:
        return tuple(map(atleast_3d, arys))
    a = asarray(arys[0])
    if a.ndim == 0:
        return a.reshape(1, 1, 1)
    return a[None, :, None] if a.ndim == 1 else a[..., None] if a.ndim == 2 else a


permute_dims = transpose
