"""Factors of matrices: orthogonal, singular, and of eigenvectors."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np

from ._linalg_checks import check, finite, matrices, real_type, result_type, square, turned
from ._raptors import _linalg, ufuncs


class EigResult(NamedTuple):
    """Eigenvalues, and eigenvectors as columns."""

    eigenvalues: Any
    eigenvectors: Any


class EighResult(NamedTuple):
    """Eigenvalues, and eigenvectors as columns."""

    eigenvalues: Any
    eigenvectors: Any


class QRResult(NamedTuple):
    """The orthonormal and the triangular factor."""

    Q: Any
    R: Any


class SVDResult(NamedTuple):
    """Left singular vectors as columns, singular values, right singular vectors as rows."""

    U: Any
    S: Any
    Vh: Any


def qr(a, mode="reduced"):
    """The factors ``q``, with orthonormal columns, and ``r``, upper triangular, of ``a = q @ r``.

    ``a`` has shape (..., M, N). ``mode`` is ``"reduced"``: K = min(M, N) columns; ``"complete"``:
    M columns; ``"r"``: only ``r``; ``"raw"``: the reflections and their factors as LAPACK keeps
    them.

    Examples
    --------
    >>> q, r = rp.linalg.qr([[3.0, 1.0], [4.0, 2.0]])
    >>> bool(rp.allclose(q @ r, [[3.0, 1.0], [4.0, 2.0]]))
    True
    """
    if mode in ("f", "full"):
        warnings.warn(
            "The 'full' option is deprecated in favor of 'reduced'.\n"
            "For backward compatibility let mode default.",
            DeprecationWarning,
            stacklevel=2,
        )
        mode = "reduced"
    elif mode in ("e", "economic"):
        warnings.warn("The 'economic' option is deprecated.", DeprecationWarning, stacklevel=2)
        mode = "economic"
    elif mode not in ("reduced", "complete", "r", "raw"):
        raise ValueError(f"Unrecognized mode '{mode}'")
    a = matrices(a)
    dtype = result_type(a)
    if mode in ("raw", "economic"):
        h, tau = (part.astype(dtype, copy=False) for part in _linalg.qr_raw(a))
        return h if mode == "economic" else (turned(h), tau)
    if mode == "r":
        return _linalg.qr_triangle(a).astype(dtype, copy=False)
    q, r = (part.astype(dtype, copy=False) for part in _linalg.qr(a, mode == "complete"))
    return QRResult(q, r)


def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    """The singular values of ``a``, the greatest first, and their vectors: ``a = (u * s) @ vh``.

    ``a`` has shape (..., M, N). Without ``compute_uv`` only the values; without ``full_matrices``
    only the vectors that belong to a value. A ``hermitian`` matrix is decomposed by its
    eigenvectors. Raises ``LinAlgError`` where the values do not converge.

    Examples
    --------
    >>> rp.linalg.svd([[3.0, 0.0], [0.0, 4.0]]).S
    array([4., 3.])
    """
    if hermitian:
        return _hermitian_svd(a, compute_uv)
    a = matrices(a)
    dtype = result_type(a)
    real = real_type(dtype)
    if not compute_uv:
        s, failed = _linalg.svdvals(a)
        check(failed, "SVD did not converge")
        return s.astype(real, copy=False)
    u, s, vh, failed = _linalg.svd(a, bool(full_matrices))
    check(failed, "SVD did not converge")
    return SVDResult(
        u.astype(dtype, copy=False), s.astype(real, copy=False), vh.astype(dtype, copy=False)
    )


def _hermitian_svd(a, compute_uv):
    from . import argsort, take_along_axis

    if not compute_uv:
        from . import sort

        return sort(ufuncs["absolute"](eigvalsh(a)))[..., ::-1]
    w, u = eigh(a)
    s = ufuncs["absolute"](w)
    order = argsort(s)[..., ::-1]
    sign = take_along_axis(ufuncs["copysign"](1.0, w), order, axis=-1)
    s = take_along_axis(s, order, axis=-1)
    u = take_along_axis(u, order[..., None, :], axis=-1)
    return SVDResult(u, s, ufuncs["conjugate"](turned(u * sign[..., None, :])))


def svdvals(x, /):
    """The singular values of the matrices in ``x`` of shape (..., M, N), the greatest first.

    Real, and of shape (..., min(M, N)).

    Examples
    --------
    >>> rp.linalg.svdvals([[3.0, 0.0], [0.0, 4.0]])
    array([4., 3.])
    """
    return svd(x, compute_uv=False)


def _triangle(UPLO) -> bool:
    """Whether ``UPLO`` names the upper triangle."""
    UPLO = UPLO.upper()
    if UPLO not in ("L", "U"):
        raise ValueError("UPLO argument must be 'L' or 'U'")
    return UPLO == "U"


def eigh(a, UPLO="L"):
    """The eigenvalues, ascending, and the eigenvectors of symmetric or Hermitian matrices.

    ``a`` has shape (..., M, M); only the triangle that ``UPLO`` names is read. Raises
    ``LinAlgError`` where the eigenvalues do not converge.

    Examples
    --------
    >>> rp.linalg.eigh([[2.0, 0.0], [0.0, 1.0]]).eigenvalues
    array([1., 2.])
    """
    upper, a = _triangle(UPLO), square(a)
    dtype = result_type(a)
    w, v, failed = _linalg.eigh(a, upper)
    check(failed, "Eigenvalues did not converge")
    return EighResult(w.astype(real_type(dtype), copy=False), v.astype(dtype, copy=False))


def eigvalsh(a, UPLO="L"):
    """The eigenvalues, ascending, of symmetric or Hermitian matrices; otherwise as ``eigh``.

    Examples
    --------
    >>> rp.linalg.eigvalsh([[2.0, 0.0], [0.0, 1.0]])
    array([1., 2.])
    """
    upper, a = _triangle(UPLO), square(a)
    dtype = result_type(a)
    w, failed = _linalg.eigvalsh(a, upper)
    check(failed, "Eigenvalues did not converge")
    return w.astype(real_type(dtype), copy=False)


def _wide(dtype: np.dtype) -> np.dtype:
    """The complex dtype as precise as ``dtype``."""
    return dtype if dtype.kind == "c" else np.dtype(f"c{2 * dtype.itemsize}")


def eig(a):
    """The eigenvalues and eigenvectors of the square matrices in ``a`` of shape (..., M, M).

    Eigenvectors are columns of length one. Both are real for real matrices with real eigenvalues
    only. Raises ``LinAlgError`` for infinite elements and NaN.

    Examples
    --------
    >>> rp.linalg.eig([[2.0, 0.0], [0.0, 3.0]]).eigenvectors
    array([[1., 0.],
           [0., 1.]])
    """
    a = square(a)
    finite(a)
    dtype = result_type(a)
    w, v, failed = _linalg.eig(a)
    check(failed, "Eigenvalues did not converge")
    if dtype.kind != "c" and not w.imag.any():
        return EigResult(w.real.astype(dtype), v.real.astype(dtype))
    return EigResult(w.astype(_wide(dtype), copy=False), v.astype(_wide(dtype), copy=False))


def eigvals(a):
    """The eigenvalues of the square matrices in ``a`` of shape (..., M, M); otherwise as ``eig``.

    Real where all are, else complex.

    Examples
    --------
    >>> rp.linalg.eigvals([[0.0, -1.0], [1.0, 0.0]])
    array([0.+1.j, 0.-1.j])
    """
    a = square(a)
    finite(a)
    dtype = result_type(a)
    w, failed = _linalg.eigvals(a)
    check(failed, "Eigenvalues did not converge")
    if dtype.kind != "c" and not w.imag.any():
        return w.real.astype(dtype)
    return w.astype(_wide(dtype), copy=False)


__all__ = ["eig", "eigh", "eigvals", "eigvalsh", "qr", "svd", "svdvals"]
