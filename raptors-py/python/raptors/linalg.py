"""Linear algebra under ``numpy.linalg``'s names, on stacks of matrices.

Decompositions are computed in double precision, as NumPy does, by faer; results are as precise as
their inputs. The memory that a decomposition needs is asked for before it starts: where it is not
there, ``MemoryError`` is raised.
"""

from __future__ import annotations

from numpy.linalg import LinAlgError

from . import _products
from ._delegate import module as _module
from ._gufuncs import vecdot as _vecdot
from ._linalg_checks import flat as _flat
from ._linalg_factor import eig, eigh, eigvals, eigvalsh, qr, svd, svdvals
from ._linalg_norm import cond, matrix_norm, matrix_rank, norm, vector_norm
from ._linalg_solve import (
    cholesky, det, inv, lstsq, matrix_power, pinv, slogdet, solve, tensorinv, tensorsolve,
)  # fmt: skip
from ._raptors import asarray

__all__ = [
    "LinAlgError", "cholesky", "cond", "cross", "det", "diagonal", "eig", "eigh", "eigvals",
    "eigvalsh", "inv", "lstsq", "matmul", "matrix_norm", "matrix_power", "matrix_rank",
    "matrix_transpose", "multi_dot", "norm", "outer", "pinv", "qr", "slogdet", "solve", "svd",
    "svdvals", "tensordot", "tensorinv", "tensorsolve", "trace", "vecdot", "vector_norm",
]  # fmt: skip


def matmul(x1, x2, /):
    """The matrix product ``x1 @ x2``.

    Examples
    --------
    >>> rp.linalg.matmul([[1, 2], [3, 4]], [5, 6])
    array([17, 39])
    """
    return asarray(x1) @ asarray(x2)


def vecdot(x1, x2, /, *, axis=-1):
    """The sums of products of ``x1``, conjugated, and ``x2`` along ``axis``; the others broadcast.

    Examples
    --------
    >>> rp.linalg.vecdot([[1, 2], [3, 4]], [5, 6])
    array([17, 39])
    """
    return _vecdot(x1, x2) if axis == -1 else _vecdot(x1, x2, axis=axis)


def outer(x1, x2, /):
    """The product of every element of the vector ``x1`` with every element of the vector ``x2``.

    Examples
    --------
    >>> rp.linalg.outer([1, 2], [3, 4])
    array([[3, 4],
           [6, 8]])
    """
    x1, x2 = asarray(x1), asarray(x2)
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError(
            f"Input arrays must be one-dimensional, but they are {x1.ndim=} and {x2.ndim=}."
        )
    return _products.outer(x1, x2)


def cross(x1, x2, /, *, axis=-1):
    """The cross products of vectors of three elements along ``axis``.

    Examples
    --------
    >>> rp.linalg.cross([1, 2, 3], [4, 5, 6])
    array([-3,  6, -3])
    """
    x1, x2 = asarray(x1), asarray(x2)
    if x1.shape[axis] != 3 or x2.shape[axis] != 3:
        raise ValueError(
            "Both input arrays must be (arrays of) 3-dimensional vectors, but they are "
            f"{x1.shape[axis]} and {x2.shape[axis]} dimensional instead."
        )
    return _products.cross(x1, x2, axis=axis)


def tensordot(x1, x2, /, *, axes=2):
    """The sum of products of ``x1`` and ``x2`` over ``axes``, as ``raptors.tensordot``.

    Examples
    --------
    >>> rp.linalg.tensordot([[1, 2], [3, 4]], [5, 6], axes=1)
    array([17, 39])
    """
    return _products.tensordot(x1, x2, axes=axes)


def matrix_transpose(x, /):
    """A view of ``x`` with the last two axes exchanged.

    Examples
    --------
    >>> rp.linalg.matrix_transpose([[1, 2], [3, 4]])
    array([[1, 3],
           [2, 4]])
    """
    x = asarray(x)
    if x.ndim < 2:
        raise ValueError(f"Input array must be at least 2-dimensional, but it is {x.ndim}")
    return x.swapaxes(-1, -2)


def diagonal(x, /, *, offset=0):
    """The diagonals of the matrices in ``x``, its last two axes.

    Examples
    --------
    >>> rp.linalg.diagonal([[1, 2], [3, 4]])
    array([1, 4])
    """
    return asarray(x).diagonal(offset, -2, -1)


def trace(x, /, *, offset=0, dtype=None):
    """The sums of the diagonals of the matrices in ``x``, its last two axes.

    Examples
    --------
    >>> int(rp.linalg.trace([[1, 2], [3, 4]]))
    5
    """
    return _products.trace(x, offset, -2, -1, dtype=dtype)


def multi_dot(arrays, *, out=None):
    """The product of two or more matrices, in the order that multiplies the fewest numbers.

    The first and the last may be vectors. Raises ``ValueError`` for less than two arrays.

    Examples
    --------
    >>> rp.linalg.multi_dot([rp.ones((2, 9)), rp.ones((9, 1)), rp.ones((1, 2))])
    array([[9., 9.],
           [9., 9.]])
    """
    arrays = [asarray(array) for array in arrays]
    if len(arrays) < 2:
        raise ValueError("Expecting at least two arrays.")
    if len(arrays) == 2:
        return _products.dot(arrays[0], arrays[1], out=out)
    if len(arrays) == 3 and all(array.ndim == 2 for array in arrays):
        a, b, c = arrays
        (m, k), (depth, n) = a.shape, c.shape
        if m * depth * (k + n) < k * n * (m + depth):
            return _products.dot(_products.dot(a, b), c, out=out)
        return _products.dot(a, _products.dot(b, c), out=out)
    if len(arrays) == 3 and out is None:
        a, b, c = (array.shape for array in arrays)
        if len(a) == len(b) == 2 and len(c) == 1 and a[1] == b[0] and b[1] == c[0]:
            # The vector first: each product is a vector then.
            return _products.dot(arrays[0], _products.dot(arrays[1], arrays[2]))
    row, column = arrays[0].ndim == 1, arrays[-1].ndim == 1
    if row:
        arrays[0] = arrays[0][None, :]
    if column:
        arrays[-1] = arrays[-1][:, None]
    _flat(*arrays)
    best = _best_splits([len(array) for array in arrays] + [arrays[-1].shape[1]])
    result = _product(arrays, best, 0, len(arrays) - 1, out)
    if row and column:
        return result[0, 0]
    return result.reshape(-1) if row or column else result


def _best_splits(sizes):
    """Where to split every run of matrices, of which number i has ``sizes[i:i + 2]``."""
    count = len(sizes) - 1
    cost = [[0.0] * count for _ in range(count)]
    split = [[0] * count for _ in range(count)]
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            cost[i][j], split[i][j] = min(
                (cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k)
                for k in range(i, j)
            )
    return split


def _product(arrays, split, i, j, out=None):
    if i == j:
        return arrays[i]
    k = split[i][j]
    left, right = _product(arrays, split, i, k), _product(arrays, split, k + 1, j)
    return _products.dot(left, right, out=out)


__getattr__, __dir__ = _module("numpy.linalg", globals())
