"""Systems of linear equations: determinants, inverses, solutions, least squares."""

from __future__ import annotations

import math
import operator
from typing import Any, NamedTuple

import numpy as np
from numpy.linalg import LinAlgError

from ._linalg_checks import check, eps, flat, real_type, result_type, square, turned
from ._raptors import _linalg, asarray, empty, ndarray, ufuncs, zeros


class SlogdetResult(NamedTuple):
    """The sign of a determinant and the logarithm of its absolute value."""

    sign: Any
    logabsdet: Any


def det(a):
    """The determinants of the square matrices in ``a`` of shape (..., M, M).

    Raises ``LinAlgError`` where the matrices are not square.

    Examples
    --------
    >>> round(float(rp.linalg.det([[1, 2], [3, 4]])), 12)
    -2.0
    """
    a = square(a)
    return _linalg.det(a).astype(result_type(a), copy=False)


def slogdet(a):
    """The signs of determinants and the logarithms of their absolute values, as a named tuple.

    Safe where the determinant itself would be too large or too small. ``a`` has shape (..., M, M).

    Examples
    --------
    >>> rp.linalg.slogdet(2 * rp.eye(2)).sign
    array(1.)
    """
    a = square(a)
    dtype = result_type(a)
    sign, logabsdet = _linalg.slogdet(a)
    return SlogdetResult(
        sign.astype(dtype, copy=False), logabsdet.astype(real_type(dtype), copy=False)
    )


def inv(a):
    """The inverses of the square matrices in ``a`` of shape (..., M, M).

    Raises ``LinAlgError`` for singular matrices.

    Examples
    --------
    >>> rp.linalg.inv([[2.0, 0.0], [0.0, 4.0]])
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    a = square(a)
    dtype = result_type(a)
    result, failed = _linalg.inv(a)
    check(failed, "Singular matrix")
    return result.astype(dtype, copy=False)


def solve(a, b):
    """The solutions ``x`` of ``a @ x = b``, for matrices ``a`` of shape (..., M, M).

    ``b`` is one vector of length M, or matrices (..., M, K), which broadcast against ``a``. Raises
    ``LinAlgError`` for singular matrices.

    Examples
    --------
    >>> rp.linalg.solve([[2.0, 0.0], [0.0, 4.0]], [1.0, 2.0])
    array([0.5, 0.5])
    """
    a, b = square(a), asarray(b)
    dtype = result_type(a, b)
    one = b.ndim == 1
    name, signature = ("solve1", "(m,m),(m)->(m)") if one else ("solve", "(m,m),(m,n)->(m,n)")
    if b.ndim == 0:
        raise ValueError(
            f"{name}: Input operand 1 does not have enough dimensions (has 0, gufunc core with "
            f"signature {signature} requires 2)"
        )
    if one:
        b = b[:, None]
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(
            f"{name}: Input operand 1 has a mismatch in its core dimension 0, with gufunc "
            f"signature {signature} (size {b.shape[-2]} is different from {a.shape[-1]})"
        )
    x, failed = _linalg.solve(a, b)
    check(failed, "Singular matrix")
    return (x[..., 0] if one else x).astype(dtype, copy=False)


def cholesky(a, /, *, upper=False):
    """The factors ``l`` of ``a = l @ l.H`` for positive definite matrices, or ``u`` of ``u.H @ u``.

    Only one triangle of ``a``, of shape (..., M, M), is read. Raises ``LinAlgError`` where a matrix
    is not positive definite.

    Examples
    --------
    >>> rp.linalg.cholesky([[4.0, 2.0], [2.0, 2.0]])
    array([[2., 0.],
           [1., 1.]])
    """
    a = square(a)
    dtype = result_type(a)
    result, failed = _linalg.cholesky(a, bool(upper))
    check(failed, "Matrix is not positive definite")
    return result.astype(dtype, copy=False)


def tensorsolve(a, b, axes=None):
    """The tensor ``x`` of ``tensordot(a, x, x.ndim) = b``.

    Examples
    --------
    >>> rp.linalg.tensorsolve(rp.eye(6).reshape(2, 3, 6), rp.ones((2, 3))).shape
    (6,)
    """
    a, b = asarray(a), asarray(b)
    if axes is not None:
        order = list(range(a.ndim))
        for axis in axes:
            order.remove(axis)
            order.insert(a.ndim, axis)
        a = a.transpose(order)
    shape = a.shape[-(a.ndim - b.ndim) :]
    count = math.prod(shape)
    if a.size != count**2:
        raise LinAlgError(
            "Input arrays must satisfy the requirement \
            prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])"
        )
    return solve(a.reshape((count, count)), b.reshape(-1)).reshape(shape)


def tensorinv(a, ind=2):
    """The inverse of ``a`` with respect to ``tensordot(a, b, ind)``.

    Examples
    --------
    >>> rp.linalg.tensorinv(rp.eye(24).reshape(4, 6, 8, 3)).shape
    (8, 3, 4, 6)
    """
    a = asarray(a)
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    shape = a.shape[ind:] + a.shape[:ind]
    return inv(a.reshape((math.prod(a.shape[ind:]), -1))).reshape(shape)


def matrix_power(a, n):
    """The square matrices in ``a`` to the power of the integer ``n``; inverted where negative.

    The power zero is the identity. ``LinAlgError`` for matrices that are not square, or singular
    ones and a negative ``n``.

    Examples
    --------
    >>> rp.linalg.matrix_power([[0, 1], [-1, 0]], 3)
    array([[ 0, -1],
           [ 1,  0]])
    """
    a = square(a)
    try:
        n = operator.index(n)
    except TypeError as error:
        raise TypeError("exponent must be an integer") from error
    if n == 0:
        from . import eye

        result = empty(a.shape, a.dtype)
        result[...] = eye(a.shape[-1], dtype=a.dtype)
        return result
    if n < 0:
        a, n = inv(a), -n
    if n == 3:
        return (a @ a) @ a
    result = None
    while n > 0:
        n, odd = divmod(n, 2)
        if odd:
            result = a if result is None else result @ a
        if n:
            a = a @ a
    return result


def pinv(a, rcond=None, hermitian=False, *, rtol=np._NoValue):
    """The pseudo-inverses of the matrices in ``a`` of shape (..., M, N), by their singular values.

    Singular values up to ``rcond`` (or ``rtol``, of the same meaning) times the greatest count as
    zero.

    Examples
    --------
    >>> rp.linalg.pinv([[2.0, 0.0], [0.0, 0.0]])
    array([[0.5, 0. ],
           [0. , 0. ]])
    """
    from . import where
    from ._linalg_factor import svd

    a = asarray(a)
    if rcond is not None and rtol is not np._NoValue:
        raise ValueError("`rtol` and `rcond` can't be both set.")
    if rcond is None:
        rcond = 1e-15 if rtol is np._NoValue else rtol
    if rcond is None:
        rcond = max(a.shape[-2:]) * eps(a.dtype)
    rcond = asarray(rcond)
    if a.size == 0 and 0 in a.shape[-2:]:
        return empty((*a.shape[:-2], a.shape[-1], a.shape[-2]), a.dtype)
    u, s, vh = svd(ufuncs["conjugate"](a), full_matrices=False, hermitian=hermitian)
    # Python's numbers are as precise as the array they meet.
    least = float(rcond) if rcond.ndim == 0 else rcond[..., None]
    large = s > s.max(axis=-1, keepdims=True) * least
    inverse = 1 / where(large, s, math.inf)
    return turned(vh) @ (inverse[..., None] * turned(u))


def _shortest(a, b, rcond):
    """The least squares solution of least length, the singular values and the rank."""
    u, s, vh, failed = _linalg.svd(a, False)
    check(failed, "SVD did not converge in Linear Least Squares")
    rank = int((s > s[0] * rcond).sum()) if s.size else 0
    if not rank:
        return zeros((a.shape[1], b.shape[1]), b.dtype), s, rank
    parts = turned(ufuncs["conjugate"](u[:, :rank])) @ b
    return turned(ufuncs["conjugate"](vh[:rank])) @ (parts / s[:rank, None]), s, rank


# The distance from one to the next number, and the type of ranks.
_EPSILON = eps(np.dtype(np.float64))
_RANK = np.dtype(np.int32)


def _one_number(rcond):
    """``rcond`` as a float, and the axes that it gives the results; what NumPy refuses is refused by it."""
    given = np.asarray(rcond) if isinstance(rcond, ndarray) else rcond
    rank = np.linalg.lstsq(np.ones((1, 1)), np.ones(1), given)[2]
    return float(np.reshape(given, ())), np.shape(rank)


def lstsq(a, b, rcond=None):
    """The least squares solution of ``a @ x = b``, for one matrix ``a`` of shape (M, N).

    Gives the solution of least length, the sums of squared residuals (empty unless M > N and ``a``
    has full rank), the rank of ``a``, and its singular values. Singular values up to ``rcond``
    times the greatest count as zero.

    Examples
    --------
    >>> x, residuals, rank, s = rp.linalg.lstsq([[1.0, 0.0], [0.0, 2.0]], [3.0, 4.0])
    >>> x, rank
    (array([3., 2.]), array(2, dtype=int32))
    """
    a, b = asarray(a), asarray(b)
    one = b.ndim == 1
    if one:
        b = b[:, None]
    flat(a, b)
    (m, n), sides = a.shape, b.shape[1]
    if m != b.shape[0]:
        raise LinAlgError("Incompatible dimensions")
    dtype = result_type(a, b)
    real = real_type(dtype)
    lead = ()
    if rcond is None:
        rcond = _EPSILON * max(m, n)
    elif isinstance(rcond, np.floating):
        rcond = float(rcond)
    elif not isinstance(rcond, int | float):
        rcond, lead = _one_number(rcond)
    if not 0 < rcond < 1:
        # LAPACK's machine precision: the error of rounding once.
        rcond = _EPSILON / 2
    double = np.dtype(np.complex128 if dtype.kind == "c" else np.float64)
    wide = b.astype(double, copy=False)
    # Columns that are independent need no vectors.
    found = _linalg.lstsq(a, wide, float(rcond)) if m >= n else None
    if found is not None:
        x, s = found
        rank = n
    else:
        x, s, rank = _shortest(a, wide, rcond)
    residuals = empty(0, real)
    if rank == n and m > n:
        # LAPACK's caller does not say that squares overflow.
        with np.errstate(all="ignore"):
            rest = wide - a.astype(double, copy=False) @ x
            if double.kind == "c":
                rest = ufuncs["absolute"](rest)
            residuals = (rest * rest).sum(axis=0).astype(real, copy=False)
    x = x.astype(dtype, copy=False)
    x, rank, s = x[:, 0] if one else x, asarray(rank, _RANK), s.astype(real, copy=False)
    if lead:
        x, rank, s = x.reshape(lead + x.shape), rank.reshape(lead), s.reshape(lead + s.shape)
    return x, residuals, rank, s


__all__ = [
    "cholesky", "det", "inv", "lstsq", "matrix_power", "pinv", "slogdet", "solve", "tensorinv",
    "tensorsolve",
]  # fmt: skip
