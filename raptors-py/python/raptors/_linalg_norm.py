"""Norms of vectors and matrices, and what follows from singular values: condition and rank."""

from __future__ import annotations

import math

import numpy as np
from numpy.linalg import LinAlgError

from . import _raptors
from ._linalg_checks import eps, place, real_type, result_type, square
from ._linalg_factor import svdvals
from ._linalg_solve import _linalg
from ._raptors import _fold as fold
from ._raptors import _root_of_squares as root_of_squares
from ._raptors import array, asarray, count_nonzero, ufuncs


def _absolute(x):
    return ufuncs["absolute"](x)


def _squares(x):
    """The squared absolute values of the elements."""
    if x.dtype.kind == "c":
        real, imag = x.real, x.imag
        return real * real + imag * imag
    return x * x


def norm(x, ord=None, axis=None, keepdims=False):
    """The norm of vectors or matrices.

    ``axis`` is one axis of vectors or two of matrices; without it and without ``ord``, all elements
    are one vector. ``ord``: for vectors ``inf``, ``-inf``, 0 or any power; for matrices ``"fro"``,
    ``"nuc"``, 1, -1, 2, -2, ``inf``, ``-inf``. Raises ``ValueError`` for others.

    Examples
    --------
    >>> float(rp.linalg.norm([3.0, 4.0]))
    5.0
    >>> float(rp.linalg.norm([[3.0, 0.0], [4.0, 0.0]], 1))
    7.0
    """
    x = asarray(x)
    if ord is None and axis is None and not keepdims:
        return root_of_squares(x)
    if x.dtype.kind not in "fc":
        x = x.astype(np.float64)
    ndim = x.ndim
    if axis is None:
        plain = ord is None or (ord in ("f", "fro") and ndim == 2) or (ord == 2 and ndim == 1)
        if plain:
            x = x.ravel("K")
            result = root_of_squares(x)
            return result.reshape((1,) * ndim) if keepdims else result
        axis = tuple(range(ndim))
    elif not isinstance(axis, tuple):
        try:
            axis = (int(axis),)
        except Exception as error:
            raise TypeError("'axis' must be None, an integer or a tuple of integers") from error
    if len(axis) == 1:
        return _vector_norm(x, ord, axis, keepdims)
    if len(axis) == 2:
        return _matrix_norm(x, ord, axis, keepdims)
    raise ValueError("Improper number of dimensions to norm.")


# In builds for one version of Python, a C function stands in front.
if hasattr(_raptors, "_shortened"):
    norm = _raptors._shortened("linalg.norm", norm)


def _vector_norm(x, ord, axis, keepdims):
    options = {"axis": axis, "keepdims": keepdims}
    if isinstance(ord, str):
        raise ValueError(f"Invalid norm order '{ord}' for vectors")
    # Folds of real numbers need no copy of them; squares of float16 overflow as products do.
    real = x.dtype.kind == "f"
    along = None if x.ndim == 1 and axis[0] in (0, -1) else axis[0]
    keepdims = bool(keepdims)
    if ord is None or ord == 2:
        if real and x.dtype != np.float16:
            return ufuncs["sqrt"](fold("sum_squares", x, along, keepdims))
        return ufuncs["sqrt"](_squares(x).sum(**options))
    if ord == math.inf:
        if real and x.size:
            return fold("max_abs", x, along, keepdims)
        return _absolute(x).max(**options, initial=0)
    if ord == -math.inf:
        return _absolute(x).min(**options)
    if ord == 0:
        return count_nonzero(x, along, keepdims=keepdims).astype(real_type(x.dtype))
    if ord == 1 and real:
        return fold("sum_abs", x, along, keepdims)
    sizes = _absolute(x)
    if ord == 1:
        return sizes.sum(**options)
    sums = (sizes ** asarray(ord, dtype=sizes.dtype)).sum(**options)
    return sums ** ufuncs["reciprocal"](asarray(ord, dtype=sums.dtype))


def _matrix_norm(x, ord, axis, keepdims):
    rows, columns = (place(one, x.ndim) for one in axis)
    if rows == columns:
        raise ValueError("Duplicate axes given.")
    if ord in (None, "fro", "f"):
        result = ufuncs["sqrt"](_squares(x).sum(axis=(rows, columns)))
    elif ord in (1, -1, math.inf, -math.inf):
        summed, left = (rows, columns) if ord in (1, -1) else (columns, rows)
        # A fold of real numbers needs no copy of them.
        real = x.dtype.kind == "f"
        sums = fold("sum_abs", x, summed, False) if real else _absolute(x).sum(axis=summed)
        left -= left > summed
        result = sums.max(axis=left, initial=0) if ord > 0 else sums.min(axis=left)
    elif ord in (2, -2, "nuc"):
        others = [other for other in range(x.ndim) if other not in (rows, columns)]
        values = svdvals(x.transpose((*others, rows, columns)))
        if ord == "nuc":
            result = values.sum(axis=-1)
        else:
            result = values.max(axis=-1, initial=0) if ord == 2 else values.min(axis=-1)
    else:
        raise ValueError("Invalid norm order for matrices.")
    if keepdims:
        shape = list(x.shape)
        shape[rows] = shape[columns] = 1
        result = result.reshape(shape)
    return result


def matrix_norm(x, /, *, keepdims=False, ord="fro"):
    """The norms of the matrices in ``x``, its last two axes; ``ord`` as for ``norm``.

    Examples
    --------
    >>> float(rp.linalg.matrix_norm([[3.0, 0.0], [0.0, 4.0]]))
    5.0
    """
    return norm(x, axis=(-2, -1), keepdims=keepdims, ord=ord)


def vector_norm(x, /, *, axis=None, keepdims=False, ord=2):
    """The norms of vectors along one axis, or several taken together; ``ord`` as for ``norm``.

    Examples
    --------
    >>> float(rp.linalg.vector_norm([[3.0, 0.0], [0.0, 4.0]]))
    5.0
    """
    x = asarray(x)
    shape = list(x.shape)
    if axis is None:
        gone = range(x.ndim)
        x, along = x.reshape(-1), 0
    elif isinstance(axis, tuple):
        gone = [place(one, x.ndim) for one in axis]
        if len(set(gone)) != len(gone):
            raise ValueError("repeated axis")
        rest = [other for other in range(x.ndim) if other not in gone]
        kept = [shape[other] for other in rest]
        length = math.prod(shape[one] for one in gone)
        x, along = x.transpose((*gone, *rest)).reshape((length, *kept)), 0
    else:
        gone = [place(axis, x.ndim)]
        along = gone[0]
    result = norm(x, axis=along, ord=ord)
    if keepdims:
        for one in gone:
            shape[one] = 1
        result = result.reshape(shape)
    return result


def cond(x, p=None):
    """The condition numbers of the matrices in ``x``: how errors of an equation grow.

    ``p`` is the norm, as the ``ord`` of ``norm``; 2 unless given. Infinite for singular matrices.

    Examples
    --------
    >>> float(rp.linalg.cond([[4.0, 0.0], [0.0, 2.0]]))
    2.0
    """
    x = asarray(x)
    if x.size == 0 and 0 in x.shape[-2:]:
        raise LinAlgError("cond is not defined on empty arrays")
    if p is None or p in (2, -2):
        values = svdvals(x)
        first, last = (-1, 0) if p == -2 else (0, -1)
        with np.errstate(all="ignore"):
            result = values[..., first] / values[..., last]
    else:
        x = square(x)
        real = real_type(result_type(x))
        inverse, _ = _linalg.inv(x)
        with np.errstate(all="ignore"):
            result = norm(x, p, axis=(-2, -1)) * norm(inverse, p, axis=(-2, -1))
        result = result.astype(real, copy=False)
    # What has no number is infinite, unless the input had none.
    isnan = ufuncs["isnan"]
    lost = isnan(result) & ~isnan(x).any(axis=(-2, -1))
    if lost.any():
        infinite = asarray(math.inf, dtype=result.dtype)
        return ufuncs["positive"](infinite, out=array(result), where=lost)
    return result


def matrix_rank(A, tol=None, hermitian=False, *, rtol=None):
    """The number of singular values above ``tol``, for every matrix in ``A``.

    ``rtol`` is relative to the greatest singular value; ``max(M, N) * eps`` unless given.

    Examples
    --------
    >>> int(rp.linalg.matrix_rank([[1.0, 2.0], [2.0, 4.0]]))
    1
    """
    from ._linalg_factor import svd

    if rtol is not None and tol is not None:
        raise ValueError("`tol` and `rtol` can't be both set.")
    A = asarray(A)
    if A.ndim < 2:
        return int((A != 0).any())
    values = svd(A, compute_uv=False, hermitian=hermitian)
    if tol is None:
        if rtol is None:
            rtol = max(A.shape[-2:]) * eps(values.dtype)
        else:
            rtol = asarray(rtol)[..., None]
        tol = values.max(axis=-1, keepdims=True, initial=0) * rtol
    else:
        tol = asarray(tol)[..., None]
    return (values > tol).sum(axis=-1)


__all__ = ["cond", "matrix_norm", "matrix_rank", "norm", "vector_norm"]
