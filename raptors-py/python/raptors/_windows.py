"""Windows of signals, and the Bessel function that one of them is made of."""

from __future__ import annotations

import math

import numpy as np

import raptors as rp

from ._raptors import asarray

__all__ = ["bartlett", "blackman", "hamming", "hanning", "i0", "kaiser"]


def _window(M, shape):
    """``shape`` of the ``M`` odd or even numbers around zero, 2 apart, and of ``M - 1``."""
    M = float(M)
    if M < 1:
        return rp.empty(0)
    if M == 1:
        return rp.ones(1)
    return shape(rp.arange(1 - M, M, 2), M - 1)


def bartlett(M):
    """``M`` points of a triangle that rises from zero to one and falls again.

    Examples
    --------
    >>> rp.bartlett(5)
    array([0. , 0.5, 1. , 0.5, 0. ])
    """
    return _window(M, lambda n, last: rp.where(n <= 0, 1 + n / last, 1 - n / last))


def blackman(M):
    """``M`` points of Blackman's window: three terms of cosines.

    Examples
    --------
    >>> rp.blackman(3).round(3)
    array([-0.,  1., -0.])
    """

    def shape(n, last):
        angle = math.pi * n / last
        return 0.42 + 0.5 * rp.cos(angle) + 0.08 * rp.cos(2.0 * angle)

    return _window(M, shape)


def hamming(M):
    """``M`` points of a raised cosine whose ends are 0.08.

    Examples
    --------
    >>> rp.hamming(3)
    array([0.08, 1.  , 0.08])
    """
    return _window(M, lambda n, last: 0.54 + 0.46 * rp.cos(math.pi * n / last))


def hanning(M):
    """``M`` points of a raised cosine whose ends are zero.

    Examples
    --------
    >>> rp.hanning(3)
    array([0., 1., 0.])
    """
    return _window(M, lambda n, last: 0.5 + 0.5 * rp.cos(math.pi * n / last))


def kaiser(M, beta):
    """``M`` points of Kaiser's window: the larger ``beta``, the narrower.

    Examples
    --------
    >>> rp.kaiser(3, 0)
    array([1., 1., 1.])
    """
    M = float(M)
    if M == 1:
        return rp.ones(1)
    beta = float(beta)
    middle = (M - 1) / 2.0
    place = (rp.arange(0, M) - middle) / middle
    return i0(beta * rp.sqrt(1 - place**2.0)) / i0(beta)


def i0(x):
    """The modified Bessel function of the first kind and order 0.

    Integers give float64; complex numbers are a ``TypeError``.

    Examples
    --------
    >>> rp.i0([0.0, 1.0])
    array([1.        , 1.26606588])
    """
    x = asarray(x)
    if x.dtype.kind == "c":
        raise TypeError("i0 not supported for complex values")
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    x = rp.absolute(x)
    near = x <= 8
    if near.all():
        result = _near(x)
    elif not near.any():
        result = _far(x)
    else:
        far, result = ~near, rp.empty_like(x)
        result[near], result[far] = _near(x[near]), _far(x[far])
    return result.astype(x.dtype, copy=False)


def _near(x):
    """``i0`` of numbers from 0 to 8."""
    return rp.exp(x) * _chebyshev(x / 2.0 - 2, _NEAR)


def _far(x):
    """``i0`` of numbers from 8 on."""
    return rp.exp(x) * (_chebyshev(32.0 / x - 2.0, _FAR) / rp.sqrt(x))


def _chebyshev(x, coefficients):
    """The sum of Chebyshev polynomials of ``x / 2``, by Clenshaw's recurrence."""
    now, before, earlier = 0.0, 0.0, 0.0
    for coefficient in coefficients:
        now, before, earlier = x * now - before + coefficient, now, before
    return 0.5 * (now - earlier)


# Coefficients of exp(-x) I0(x) on [0, 8], and of exp(-x) sqrt(x) I0(x) beyond, the highest first:
# Clenshaw, *Chebyshev Series for Mathematical Functions*, 1962, as the Cephes library has them.
_NEAR = (
    -4.4153416464793395e-18, 3.3307945188222384e-17, -2.431279846547955e-16, 1.715391285555133e-15,
    -1.1685332877993451e-14, 7.676185498604936e-14, -4.856446783111929e-13, 2.95505266312964e-12,
    -1.726826291441556e-11, 9.675809035373237e-11, -5.189795601635263e-10, 2.6598237246823866e-09,
    -1.300025009986248e-08, 6.046995022541919e-08, -2.670793853940612e-07, 1.1173875391201037e-06,
    -4.4167383584587505e-06, 1.6448448070728896e-05, -5.754195010082104e-05, 0.00018850288509584165,
    -0.0005763755745385824, 0.0016394756169413357, -0.004324309995050576, 0.010546460394594998,
    -0.02373741480589947, 0.04930528423967071, -0.09490109704804764, 0.17162090152220877,
    -0.3046826723431984, 0.6767952744094761,
)  # fmt: skip
_FAR = (
    -7.233180487874754e-18, -4.830504485944182e-18, 4.46562142029676e-17, 3.461222867697461e-17,
    -2.8276239805165836e-16, -3.425485619677219e-16, 1.7725601330565263e-15, 3.8116806693526224e-15,
    -9.554846698828307e-15, -4.150569347287222e-14, 1.54008621752141e-14, 3.8527783827421426e-13,
    7.180124451383666e-13, -1.7941785315068062e-12, -1.3215811840447713e-11, -3.1499165279632416e-11,
    1.1889147107846439e-11, 4.94060238822497e-10, 3.3962320257083865e-09, 2.266668990498178e-08,
    2.0489185894690638e-07, 2.8913705208347567e-06, 6.889758346916825e-05, 0.0033691164782556943,
    0.8044904110141088,
)  # fmt: skip
