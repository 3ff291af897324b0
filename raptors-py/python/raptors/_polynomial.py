"""Polynomials as runs of coefficients, that of the highest power first."""

from __future__ import annotations

import warnings

import numpy as np

import raptors as rp

from ._raptors import asarray

__all__ = [
    "poly", "polyadd", "polyder", "polydiv", "polyfit", "polyint", "polymul", "polysub", "polyval",
    "roots",
]  # fmt: skip


# Points whose values are computed at one go: they and the points stay in the second-level cache.
_BLOCK = 8192


def _coefficients(p):
    """``p`` as an array of at least one dimension."""
    p = asarray(p)
    return p.reshape(1) if p.ndim == 0 else p


def _like(result, *operands):
    """``result`` as a ``poly1d`` where an operand is one."""
    if any(isinstance(operand, np.poly1d) for operand in operands):
        return np.poly1d(result.__array__())
    return result


def poly(seq_of_zeros):
    """The polynomial with leading coefficient 1 that has the given roots; of a matrix, its eigenvalues.

    Coefficients come from the highest power to the constant. Real for roots in conjugate pairs.

    Examples
    --------
    >>> rp.poly([2, 3])
    array([ 1., -5.,  6.])
    """
    zeros = _coefficients(seq_of_zeros)
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1] != 0:
        zeros = rp.linalg.eigvals(zeros)
    elif zeros.ndim != 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    elif zeros.dtype.kind not in "fc" or zeros.dtype.itemsize == 2:
        zeros = zeros.astype(np.float64)
    if zeros.size == 0:
        return 1.0
    result = rp.ones(1, zeros.dtype)
    factor = rp.ones(2, zeros.dtype)
    for zero in zeros:
        factor[1] = -zero
        result = rp.convolve(result, factor)
    if result.dtype.kind == "c":
        # Roots in conjugate pairs make real coefficients.
        pairs = rp.sort(zeros) == rp.sort(rp.conjugate(zeros))
        if pairs.all():
            result = result.real.copy()
    return result


def roots(p):
    """The roots of the polynomial ``p``: the eigenvalues of its companion matrix.

    Coefficients are from the highest power to the constant. ``ValueError`` for an array of more
    than one axis.

    Examples
    --------
    >>> rp.roots([1, 0, 0])
    array([0., 0.])
    """
    p = _coefficients(p)
    if p.ndim != 1:
        raise ValueError("Input must be a rank-1 array.")
    (places,) = rp.nonzero(p)
    if places.size == 0:
        return rp.empty(0)
    first, last = int(places[0]), int(places[-1])
    # Trailing zeros are roots at zero.
    at_zero = p.size - last - 1
    p = p[first : last + 1]
    if p.dtype.kind not in "fc":
        p = p.astype(np.float64)
    n = p.size - 1
    if n == 0:
        return rp.zeros(at_zero)
    companion = rp.zeros((n, n), p.dtype)
    companion.reshape(-1)[n :: n + 1] = 1
    companion[0] = -p[1:] / p[0]
    found = rp.linalg.eigvals(companion)
    return rp.concatenate((found, rp.zeros(at_zero, found.dtype)))


def polyint(p, m=1, k=None):
    """The integral of ``p``, ``m`` times; ``k`` has the constants, which are zero unless given.

    Examples
    --------
    >>> rp.polyint([3, 2, 1])
    array([1., 1., 1., 0.])
    """
    m = int(m)
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    k = rp.zeros(m) if k is None else _coefficients(k)
    if k.size == 1 and m > 1:
        k = rp.full(m, k[0], np.result_type(k.dtype, np.float64))
    if k.shape[0] < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    result = asarray(p)
    for i in range(m):
        powers = rp.arange(result.shape[0], 0, -1)
        result = rp.concatenate((result / powers, k[i : i + 1]))
    return _like(result, p)


def polyder(p, m=1):
    """The derivative of ``p``, ``m`` times.

    Examples
    --------
    >>> rp.polyder([1, 1, 1, 1])
    array([3, 2, 1])
    """
    m = int(m)
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    result = asarray(p)
    # Nothing is left after as many rounds as there are coefficients.
    for _ in range(min(m, len(result) + 1)):
        result = result[:-1] * rp.arange(result.shape[0] - 1, 0, -1)
    return _like(result, p)


def polyval(p, x):
    """The values of ``p`` at ``x``, by Horner's rule; a ``poly1d`` for ``x`` is put in.

    Coefficients are from the highest power to the constant.

    Examples
    --------
    >>> rp.polyval([3, 0, 1], [0, 5])
    array([ 1, 76])
    """
    p = asarray(p)
    if isinstance(x, np.poly1d):
        result = 0
        for coefficient in p:
            result = result * x + coefficient.item()
        return result
    x = asarray(x)
    dtype = p.dtype if p.dtype is x.dtype else np.result_type(p.dtype, x.dtype)
    if p.ndim != 1 or p.size == 0 or x.ndim == 0 or dtype.kind == "b":
        result = rp.zeros_like(x)
        for coefficient in p:
            result = result * x + coefficient
        return result
    p, x = (values if values.dtype is dtype else values.astype(dtype) for values in (p, x))
    coefficients = p.tolist()
    if x.size <= _BLOCK or not x.flags.c_contiguous:
        return _horner(coefficients, x, x * 0)
    result = rp.empty(x.shape, dtype)
    points, values = x.reshape(-1), result.reshape(-1)
    for start in range(0, x.size, _BLOCK):
        part, value = points[start : start + _BLOCK], values[start : start + _BLOCK]
        _horner(coefficients, part, rp.multiply(part, 0, out=value))
    return result


def _horner(coefficients, x, value):
    """The values of a polynomial at ``x``, in place of ``value``, which is zero times ``x``."""
    value += coefficients[0]
    for coefficient in coefficients[1:]:
        value *= x
        value += coefficient
    return value


def _aligned(a1, a2):
    """Both with as many coefficients: zeros before those of the shorter one."""
    a, b = _coefficients(a1), _coefficients(a2)
    missing = b.shape[0] - a.shape[0]
    if missing > 0:
        a = rp.concatenate((rp.zeros(missing, a.dtype), a))
    elif missing < 0:
        b = rp.concatenate((rp.zeros(-missing, b.dtype), b))
    return a, b


def polyadd(a1, a2):
    """The sum of two polynomials.

    Examples
    --------
    >>> rp.polyadd([1, 2], [9, 5, 4])
    array([9, 6, 6])
    """
    a, b = _aligned(a1, a2)
    return _like(a + b, a1, a2)


def polysub(a1, a2):
    """The difference of two polynomials.

    Examples
    --------
    >>> rp.polysub([2, 10, -2], [3, 10, -4])
    array([-1,  0,  2])
    """
    a, b = _aligned(a1, a2)
    return _like(a - b, a1, a2)


def _trimmed(p):
    """``p`` without leading zeros."""
    p = _coefficients(p)
    if p.ndim > 1:
        raise ValueError("Polynomial must be 1d only.")
    (places,) = rp.nonzero(p)
    return p[int(places[0]) :] if places.size else rp.zeros(1, p.dtype)


def polymul(a1, a2):
    """The product of two polynomials.

    Examples
    --------
    >>> rp.polymul([1, 2, 3], [9, 5, 1])
    array([ 9, 23, 38, 17,  3])
    """
    return _like(rp.convolve(_trimmed(a1), _trimmed(a2)), a1, a2)


def polydiv(u, v):
    """The quotient and the remainder of two polynomials.

    Examples
    --------
    >>> rp.polydiv([3.0, 5.0, 2.0], [2.0, 1.0])
    (array([1.5 , 1.75]), array([0.25]))
    """
    a, b = _coefficients(u) + 0.0, _coefficients(v) + 0.0
    dtype = np.result_type(a.dtype, b.dtype)
    steps = max(a.shape[0] - b.shape[0] + 1, 0)
    scale = 1.0 / b[0]
    quotient = rp.zeros(max(steps, 1), dtype)
    rest = a.astype(dtype)
    for i in range(steps):
        quotient[i] = scale * rest[i]
        rest[i : i + b.shape[0]] -= quotient[i] * b
    while rest.shape[0] > 1 and abs(rest[0]) <= 1e-8:
        rest = rest[1:]
    return _like(quotient, u, v), _like(rest, u, v)


def polyfit(x, y, deg, rcond=None, full=False, w=None, cov=False):
    """The polynomial of degree ``deg`` that is closest to the points ``x``, ``y``: least squares.

    ``y`` may have several columns; ``w`` weighs the points. With ``full`` also residuals, rank,
    singular values and ``rcond``; with ``cov`` also the covariances of the coefficients, not scaled
    if it is ``"unscaled"``.

    Examples
    --------
    >>> rp.polyfit([0.0, 1.0, 2.0], [1.0, 3.0, 5.0], 1).round(6)
    array([2., 1.])
    """
    order = int(deg) + 1
    x, y = asarray(x) + 0.0, asarray(y) + 0.0
    if deg < 0:
        raise ValueError("expected deg >= 0")
    if x.ndim != 1:
        raise TypeError("expected 1D vector for x")
    if x.size == 0:
        raise TypeError("expected non-empty vector for x")
    if y.ndim < 1 or y.ndim > 2:
        raise TypeError("expected 1D or 2D array for y")
    if x.shape[0] != y.shape[0]:
        raise TypeError("expected x and y to have same length")
    if rcond is None:
        rcond = x.size * np.finfo(x.dtype).eps

    powers, right = rp.vander(x, order), y
    if w is not None:
        w = asarray(w) + 0.0
        if w.ndim != 1:
            raise TypeError("expected a 1-d array for weights")
        if w.shape[0] != y.shape[0]:
            raise TypeError("expected w and y to have the same length")
        powers = powers * w[:, None]
        right = y * (w[:, None] if y.ndim == 2 else w)
    # Columns of one length make the problem better conditioned.
    scale = rp.sqrt((powers * powers).sum(0))
    powers = powers / scale
    solution, residuals, rank, singular = rp.linalg.lstsq(powers, right, rcond)
    solution = (solution.T / scale).T
    if rank != order and not full:
        words = "Polyfit may be poorly conditioned"
        warnings.warn(words, np.exceptions.RankWarning, stacklevel=2)
    if full:
        return solution, residuals, rank, singular, rcond
    if not cov:
        return solution
    spread = rp.linalg.inv(rp.dot(powers.T, powers)) / rp.multiply(scale[:, None], scale)
    factor = 1
    if cov != "unscaled":
        if x.size <= order:
            raise ValueError(
                "the number of data points must exceed order to scale the covariance matrix"
            )
        factor = residuals / (x.size - order)
    return solution, spread * factor if y.ndim == 1 else spread[:, :, None] * factor
