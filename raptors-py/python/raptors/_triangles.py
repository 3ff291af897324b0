"""Matrices by their diagonals and triangles, and the indices of those."""

from __future__ import annotations

import operator

import numpy as np

import raptors as rp

from ._creation import check_place
from ._places import unravel_index
from ._putting import destination, repeated, values_of
from ._raptors import _diagonal, _put_diagonal, arange, asarray, empty, ndarray, ones, tril, zeros

__all__ = [
    "diag", "diag_indices", "diag_indices_from", "diagflat", "fill_diagonal", "mask_indices", "tri",
    "tril_indices", "tril_indices_from", "triu_indices", "triu_indices_from", "vander",
]  # fmt: skip


def tri(N, M=None, k=0, dtype=float, *, like=None):
    """``N`` rows of ``M`` columns, ones up to diagonal ``k`` and zeros above it.

    Examples
    --------
    >>> rp.tri(2, 3, dtype=int).tolist()
    [[1, 0, 0], [1, 1, 0]]
    """
    check_place(like=like)
    M = N if M is None else M
    # A matrix of fewer than no rows or columns is empty; truth values are counted.
    return tril(ones((max(N, 0) + 0, max(M, 0) + 0), dtype), k)


def diag(v, k=0):
    """The diagonal ``k`` of a matrix, as a read-only view; or the matrix of which it is a run.

    ``ValueError`` unless ``v`` has one or two axes.

    Examples
    --------
    >>> rp.diag([1, 2]).tolist()
    [[1, 0], [0, 2]]
    """
    v = asarray(v)
    if v.ndim == 2:
        return v.diagonal(k)
    if v.ndim != 1:
        raise ValueError("Input must be 1- or 2-d.")
    n = v.shape[0] + abs(k)
    result = zeros((n, n), v.dtype)
    _diagonal(result, k)[...] = v
    return result


def diagflat(v, k=0):
    """The matrix with all elements of ``v`` on diagonal ``k``.

    Examples
    --------
    >>> rp.diagflat([[1], [2]]).tolist()
    [[1, 0], [0, 2]]
    """
    return diag(asarray(v).ravel(), k)


def diag_indices(n, ndim=2):
    """The indices of the diagonal of an array with ``ndim`` axes of length ``n``.

    Examples
    --------
    >>> a = rp.zeros((2, 2)); a[rp.diag_indices(2)] = 1; a.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return (arange(n),) * (operator.index(ndim) if hasattr(ndim, "__index__") else ndim)


def diag_indices_from(arr):
    """The indices of the diagonal of ``arr``, whose axes are at least two and equally long.

    Examples
    --------
    >>> [run.tolist() for run in rp.diag_indices_from(rp.eye(2))]
    [[0, 1], [0, 1]]
    """
    shape = rp.shape(arr)
    if len(shape) < 2:
        raise ValueError("input array must be at least 2-d")
    if len(set(shape)) != 1:
        raise ValueError("All dimensions of input must be of equal length")
    return diag_indices(shape[0], len(shape))


def mask_indices(n, mask_func, k=0):
    """The indices of what ``mask_func``, such as ``triu``, keeps of an ``n`` by ``n`` matrix.

    Examples
    --------
    >>> [run.tolist() for run in rp.mask_indices(2, rp.triu)]
    [[0, 0, 1], [0, 1, 1]]
    """
    return rp.nonzero(asarray(mask_func(ones((n, n), int), k)) != 0)


def tril_indices(n, k=0, m=None):
    """The indices of the lower triangle, up to diagonal ``k``, of ``n`` rows and ``m`` columns.

    Examples
    --------
    >>> [run.tolist() for run in rp.tril_indices(2)]
    [[0, 1, 1], [0, 0, 1]]
    """
    return rp.nonzero(tri(n, m, k, dtype=bool))


def triu_indices(n, k=0, m=None):
    """The indices of the upper triangle, from diagonal ``k`` on, of ``n`` rows and ``m`` columns.

    Examples
    --------
    >>> [run.tolist() for run in rp.triu_indices(2)]
    [[0, 0, 1], [0, 1, 1]]
    """
    return rp.nonzero(~tri(n, m, k - 1, dtype=bool))


def tril_indices_from(arr, k=0):
    """The indices of the lower triangle of the matrix ``arr``.

    Examples
    --------
    >>> [run.tolist() for run in rp.tril_indices_from(rp.eye(2))]
    [[0, 1, 1], [0, 0, 1]]
    """
    rows, columns = _matrix_shape(arr)
    return tril_indices(rows, k=k, m=columns)


def triu_indices_from(arr, k=0):
    """The indices of the upper triangle of the matrix ``arr``.

    Examples
    --------
    >>> [run.tolist() for run in rp.triu_indices_from(rp.eye(2))]
    [[0, 0, 1], [0, 1, 1]]
    """
    rows, columns = _matrix_shape(arr)
    return triu_indices(rows, k=k, m=columns)


def _matrix_shape(arr):
    shape = rp.shape(arr)
    if len(shape) != 2:
        raise ValueError("input array must be 2-d")
    return shape


def vander(x, N=None, increasing=False):
    """The powers of ``x`` as ``N`` columns, the highest first unless ``increasing``.

    ``N`` is the length of ``x`` unless given. ``ValueError`` for an array of more than one axis.

    Examples
    --------
    >>> rp.vander([2, 3], 3).tolist()
    [[4, 2, 1], [9, 3, 1]]
    """
    x = asarray(x)
    if x.ndim != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    N = len(x) if N is None else N
    result = empty((len(x), N), np.promote_types(x.dtype, int))
    columns = result if increasing else result[:, ::-1]
    if N > 0:
        columns[:, 0] = 1
    if N > 1:
        columns[:, 1:] = x[:, None]
        rp.multiply.accumulate(columns[:, 1:], axis=1, out=columns[:, 1:])
    return result


def fill_diagonal(a, val, wrap=False):
    """Writes ``val`` to the main diagonal of ``a``, which has at least two axes.

    With more than two axes, all have the same length. ``wrap`` starts the diagonal of a tall matrix
    again below its end.

    Examples
    --------
    >>> a = rp.zeros((2, 2), int)
    >>> rp.fill_diagonal(a, 5)
    >>> a
    array([[5, 0],
           [0, 5]])
    """
    if type(a) is ndarray and not wrap and _put_diagonal(a, val):
        return
    if a.ndim < 2:
        raise ValueError("array must be at least 2-d")
    if a.ndim > 2 and len(set(a.shape)) > 1:
        raise ValueError("All dimensions of input must be of equal length")
    a = destination(a, "argument 1 must be numpy.ndarray, not {}")
    if not a.flags.writeable:
        raise ValueError("underlying array is read-only")
    values = values_of(val, a.dtype)
    if a.size == 0:
        return
    if a.ndim == 2 and wrap:
        places = unravel_index(arange(0, a.size, a.shape[1] + 1), a.shape)
    else:
        places = (arange(min(a.shape)),) * a.ndim
    if values.size:
        a[places] = repeated(values, places[0].size)
