"""What arrays and scalars are: shapes, sizes, memory."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ._raptors import asarray, ndarray

__all__ = [
    "isfortran", "iterable", "isscalar", "may_share_memory", "ndim", "shape", "shares_memory", "size",
]  # fmt: skip


def shape(a):
    """The lengths of the axes of ``a``.

    Examples
    --------
    >>> rp.shape([[1, 2, 3]])
    (1, 3)
    """
    try:
        return a.shape
    except AttributeError:
        return asarray(a).shape


def ndim(a):
    """The number of axes of ``a``.

    Examples
    --------
    >>> rp.ndim([[1, 2, 3]])
    2
    """
    try:
        return a.ndim
    except AttributeError:
        return asarray(a).ndim


def size(a, axis=None):
    """The number of elements of ``a``, or the length of ``axis``.

    Examples
    --------
    >>> rp.size([[1, 2, 3]]), rp.size([[1, 2, 3]], 0)
    (3, 1)
    """
    if axis is None:
        try:
            return a.size
        except AttributeError:
            return asarray(a).size
    lengths = shape(a)
    result = 1
    for place in normalize_axis_tuple(axis, len(lengths)):
        result *= lengths[place]
    return result


def isfortran(a):
    """Whether the elements lie in Fortran's order and not in C's.

    Examples
    --------
    >>> rp.isfortran(rp.ones((2, 3)).T)
    True
    """
    return a.flags.fnc


def iterable(y):
    """Whether ``y`` can be iterated over.

    Examples
    --------
    >>> rp.iterable([1]), rp.iterable(1)
    (True, False)
    """
    try:
        iter(y)
    except TypeError:
        return False
    return True


def isscalar(element):
    """Whether ``element`` is a scalar: a number or a text, not an array without axes.

    What stands for a scalar of NumPy, such as an element or a sum, is one.

    Examples
    --------
    >>> rp.isscalar(3.0), rp.isscalar(rp.asarray(3.0)), rp.isscalar(rp.arange(3)[1])
    (True, False, True)
    """
    if type(element) is ndarray:
        return element.ndim == 0 and _is_hashable(element)
    return np.isscalar(element)


def _is_hashable(array):
    try:
        hash(array)
    except TypeError:
        return False
    return True


def _memory(a):
    return a.__array__() if type(a) is ndarray else a


def shares_memory(a, b, /, max_work=-1):
    """Whether an element of ``a`` is one of ``b``. An exact answer, which may take long.

    Examples
    --------
    >>> a = rp.arange(4); rp.shares_memory(a[::2], a[1::2])
    False
    """
    return np.shares_memory(_memory(a), _memory(b), max_work)


def may_share_memory(a, b, /, max_work=0):
    """Whether the bytes that ``a`` and ``b`` span overlap.

    Examples
    --------
    >>> a = rp.arange(4); rp.may_share_memory(a[::2], a[1::2])
    True
    """
    return np.may_share_memory(_memory(a), _memory(b), max_work)
