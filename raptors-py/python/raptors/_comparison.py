"""Arrays compared as wholes or within tolerances, and tests of what numbers are."""

from __future__ import annotations

import builtins
import math
import warnings

import numpy as np

import raptors as rp

from ._delegate import to_numpy
from ._raptors import _alike, _close, asarray, ndarray, zeros

__all__ = [
    "allclose", "angle", "array_equal", "array_equiv", "fix", "imag", "isclose", "iscomplex",
    "iscomplexobj", "isneginf", "isposinf", "isreal", "isrealobj", "nan_to_num", "real",
    "real_if_close",
]  # fmt: skip


def isclose(a, b, rtol=1.0e-5, atol=1.0e-8, equal_nan=False):
    """Where ``a`` and ``b`` differ by at most ``atol + rtol * abs(b)``.

    Infinities are close to themselves, NaNs only with ``equal_nan``. Tolerances that are not finite
    are reported as invalid values: with a warning, unless ``errstate`` says otherwise.

    Examples
    --------
    >>> rp.isclose([1.0, 2.0], [1.0 + 1e-9, 2.1]).tolist()
    [True, False]
    """
    # Python's numbers take the dtype of the arrays that they meet.
    a, b, rtol, atol = (
        value if type(value) in (bool, int, float, complex) else asarray(value)
        for value in (a, b, rtol, atol)
    )
    # Integers as floats, so that their difference does not wrap around.
    if isinstance(b, int):
        b = float(b)
    elif not isinstance(b, float | complex):
        b = b.astype(np.result_type(b.dtype, 1.0), copy=False)
    if not (rp.all(rp.isfinite(atol)) and rp.all(rp.isfinite(rtol))):
        _report_tolerances(atol, rtol)
    with np.errstate(invalid="ignore"):
        near = rp.less_equal(abs(rp.subtract(a, b)), atol + rtol * abs(b))
        result = (near & rp.isfinite(b)) | rp.equal(a, b)
    if equal_nan:
        result = result | (rp.isnan(a) & rp.isnan(b))
    return result


def _report_tolerances(atol, rtol):
    """Does what ``errstate`` asks for about invalid values."""
    policy = np.geterr()["invalid"]
    message = f"One of rtol or atol is not valid, atol: {atol}, rtol: {rtol}"
    if policy == "warn":
        warnings.warn(message, RuntimeWarning, stacklevel=3)
    elif policy == "raise":
        raise FloatingPointError(message)


def allclose(a, b, rtol=1.0e-5, atol=1.0e-8, equal_nan=False):
    """Whether ``isclose`` holds everywhere.

    NaN is close to nothing, or to NaN with ``equal_nan``. The result is Python's bool.

    Examples
    --------
    >>> rp.allclose([1.0, 2.0], [1.0, 2.0 + 1e-9])
    True
    """
    tolerances = type(rtol) is float and type(atol) is float
    if type(a) is type(b) is rp.ndarray and tolerances:
        known = _close(a, b, rtol, atol, builtins.bool(equal_nan))
        if known is not None:
            return known
    return builtins.bool(rp.all(isclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)))


def array_equal(a1, a2, equal_nan=False):
    """Whether two arrays have one shape and equal elements; NaNs are equal with ``equal_nan``.

    The result is Python's bool: false also for what no array can be made of.

    Examples
    --------
    >>> rp.array_equal([1, 2], [1, 2]), rp.array_equal([1, 2], [[1, 2]])
    (True, False)
    """
    try:
        a1, a2 = asarray(a1), asarray(a2)
    except Exception:
        return np.array_equal(to_numpy(a1, {}), to_numpy(a2, {}), equal_nan)
    if a1.shape != a2.shape:
        return False
    if type(a1) is type(a2) is rp.ndarray:
        known = _alike(a1, a2, builtins.bool(equal_nan))
        if known is not None:
            return known
    equal = a1 == a2
    if equal_nan and a1.dtype.kind in "fc" and a2.dtype.kind in "fc":
        equal = equal | (rp.isnan(a1) & rp.isnan(a2))
    return builtins.bool(equal.all())


def array_equiv(a1, a2):
    """Whether two arrays are equal once they are broadcast to one shape.

    Examples
    --------
    >>> rp.array_equiv([1, 1], [[1], [1]])
    True
    """
    if type(a1) is type(a2) is rp.ndarray and a1.shape == a2.shape:
        return array_equal(a1, a2)
    try:
        a1, a2 = asarray(a1), asarray(a2)
    except Exception:
        return np.array_equiv(to_numpy(a1, {}), to_numpy(a2, {}))
    try:
        rp.broadcast_shapes(a1.shape, a2.shape)
    except ValueError:
        return False
    return builtins.bool((a1 == a2).all())


def real(val):
    """The real parts of ``val``: a view of complex numbers, others themselves.

    Examples
    --------
    >>> rp.real([1 + 2j, 3]).tolist()
    [1.0, 3.0]
    """
    try:
        return val.real
    except AttributeError:
        return asarray(val).real


def imag(val):
    """The imaginary parts of ``val``: a view of complex numbers, zeros of others.

    Examples
    --------
    >>> rp.imag([1 + 2j, 3]).tolist()
    [2.0, 0.0]
    """
    try:
        return val.imag
    except AttributeError:
        return asarray(val).imag


def angle(z, deg=False):
    """The angles of complex numbers in the plane, in radians or degrees.

    Examples
    --------
    >>> rp.angle([1, 1j], deg=True).tolist()
    [0.0, 90.0]
    """
    z = asarray(z)
    result = rp.arctan2(z.imag, z.real) if z.dtype.kind == "c" else rp.arctan2(0, z)
    return result * (180 / np.pi) if deg else result


def real_if_close(a, tol=100):
    """The real parts, where all imaginary ones are within ``tol`` machine epsilons, or ``tol``.

    Examples
    --------
    >>> rp.real_if_close([2.0 + 1e-15j, 3.0]).tolist()
    [2.0, 3.0]
    """
    a = asarray(a)
    if a.dtype.kind != "c":
        return a
    if tol > 1:
        tol = float(np.finfo(a.dtype).eps) * tol
    return a.real if builtins.bool((abs(a.imag) < tol).all()) else a


def isreal(x):
    """Where the imaginary part is zero.

    Examples
    --------
    >>> rp.isreal([1 + 1j, 1]).tolist()
    [False, True]
    """
    return asarray(imag(asarray(x))) == 0


def iscomplex(x):
    """Where the imaginary part is not zero.

    Examples
    --------
    >>> rp.iscomplex([1 + 1j, 1]).tolist()
    [True, False]
    """
    x = asarray(x)
    return x.imag != 0 if x.dtype.kind == "c" else zeros(x.shape, bool)


def iscomplexobj(x):
    """Whether ``x`` is a complex number, or an array of such.

    Examples
    --------
    >>> rp.iscomplexobj(1j), rp.iscomplexobj(rp.ones(2))
    (True, False)
    """
    try:
        kind = x.dtype.type
    except AttributeError:
        kind = np.asarray(x).dtype.type if not isinstance(x, complex) else np.complex128
    return issubclass(kind, np.complexfloating)


def isrealobj(x):
    """Whether ``x`` is neither a complex number nor an array of such.

    Examples
    --------
    >>> rp.isrealobj(1j), rp.isrealobj(rp.ones(2))
    (False, True)
    """
    return not iscomplexobj(x)


def nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    """``x`` with numbers for NaNs and infinities: the largest and smallest finite ones by default.

    In place where ``copy`` is false.

    Examples
    --------
    >>> rp.nan_to_num([rp.nan, 1.0, rp.inf], posinf=9).tolist()
    [0.0, 1.0, 9.0]
    """
    x = rp.array(x, copy=True if copy else None)
    if x.dtype.kind not in "fc":
        return x
    limits = np.finfo(x.dtype)
    low = limits.min if neginf is None else neginf
    high = limits.max if posinf is None else posinf
    parts = (x,)
    if x.dtype.kind == "c":
        # Both parts are treated alike, side by side where they lie so.
        dense = x.size and x.ndim and x.flags.c_contiguous
        parts = (x.view(limits.dtype),) if dense else (x.real, x.imag)
    for part in parts:
        if rp.isfinite(part).all():
            continue
        masks = rp.isnan(part), rp.isposinf(part), rp.isneginf(part)
        for mask, value in zip(masks, (nan, high, low)):
            rp.copyto(part, value, where=mask)
    return x


def _signed_infinity(x, out, name):
    if out is None and type(x) is ndarray and x.dtype.kind == "f":
        return rp.equal(x, -math.inf if name == "negative" else math.inf)
    infinite = rp.isinf(x)
    try:
        negative = rp.signbit(x)
    except TypeError as error:
        dtype = asarray(x).dtype
        raise TypeError(
            f"This operation is not supported for {dtype} values because it would be ambiguous."
        ) from error
    return rp.logical_and(infinite, negative if name == "negative" else ~negative, out=out)


def isposinf(x, out=None):
    """Where ``x`` is positive infinity. ``TypeError`` for complex numbers.

    Examples
    --------
    >>> rp.isposinf([-rp.inf, 0.0, rp.inf]).tolist()
    [False, False, True]
    """
    return _signed_infinity(x, out, "positive")


def isneginf(x, out=None):
    """Where ``x`` is negative infinity. ``TypeError`` for complex numbers.

    Examples
    --------
    >>> rp.isneginf([-rp.inf, 0.0, rp.inf]).tolist()
    [True, False, False]
    """
    return _signed_infinity(x, out, "negative")


def fix(x, out=None):
    """``x`` without what is behind the decimal point.

    Examples
    --------
    >>> rp.fix([-1.7, 1.7]).tolist()
    [-1.0, 1.0]
    """
    return rp.trunc(x) if out is None else rp.trunc(x, out=out)
