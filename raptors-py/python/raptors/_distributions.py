"""Methods of ``rp.random.Generator`` that draw by a law of one or two numbers, natively.

What NumPy has to judge or draws in another way goes to NumPy: arrays of parameters, those that it
refuses, single numbers. For uniform, normal and exponential numbers that is done here.
"""

from __future__ import annotations

import math

import numpy as np

from ._delegating import delegated
from ._raptors import _random, asarray, empty, ufuncs

_FLOAT64 = np.float64


def _by_law(generator, name, parameters, size):
    """Numbers of the law ``name``; ``None`` for one number, and where the parameters are not plain."""
    if size is None:
        return None
    with generator._lock:
        return _random.by_law(generator._capsule, name, parameters, size)


def _drawn(generator, name, parameters, size):
    """Numbers of the law ``name``, by NumPy where they are not drawn natively."""
    numbers = _by_law(generator, name, parameters, size)
    return _THEIRS[name](generator, *parameters, size) if numbers is None else numbers


def _non_negative(name, value):
    """ValueError if ``value``, a number or an array, is less than zero, NaN apart."""
    if isinstance(value, float):
        wrong = value < 0 or (value == 0 and np.signbit(value))
    else:
        wrong = (ufuncs["signbit"](value) & ~ufuncs["isnan"](value)).any()
    if wrong:
        raise ValueError(f"{name} < 0")


def _parameters(*values):
    """Numbers as floats, anything else as arrays of float64."""
    arrays = [v if isinstance(v, (int, float)) else asarray(v, np.float64) for v in values]
    alone = [isinstance(array, (int, float)) or array.ndim == 0 for array in arrays]
    if all(alone):
        # What is no number has C's error, though it may be an element.
        return [math.ldexp(value, 0) for value in values]
    return [float(array) if one else array for array, one in zip(arrays, alone, strict=True)]


def _scaled(generator, distribution, loc, scale, size):
    """``loc + scale * x`` for numbers ``x`` of ``distribution``; without ``loc`` for ``None``."""
    inputs = [scale] if loc is None else [loc, scale]
    if all(isinstance(value, float) for value in inputs):
        target = empty(() if size is None else size)
        with generator._lock:
            _random.fill(generator._capsule, distribution, target, loc or 0.0, scale)
        return target.item() if size is None else target
    shapes = [np.shape(value) for value in inputs]
    target = empty(np.broadcast_shapes(*shapes) if size is None else size)
    shape = np.broadcast_shapes(target.shape, *shapes)
    if shape != target.shape:
        words = f"Output size {target.shape} is not compatible with broadcast dimensions of inputs {shape}."
        raise ValueError(words)
    with generator._lock:
        _random.fill(generator._capsule, distribution, target)
    target *= scale
    if loc is not None:
        target += loc
    return target


def beta(self, a, b, size=None):
    """Numbers from 0 to 1 of the beta distribution with parameters ``a`` and ``b``."""
    return _drawn(self, "beta", (a, b), size)


def binomial(self, n, p, size=None):
    """How many of ``n`` trials succeed, each with probability ``p``."""
    if type(n) is int:
        return _drawn(self, "binomial", (n, p), size)
    return _THEIRS["binomial"](self, n, p, size)


def chisquare(self, df, size=None):
    """Sums of the squares of ``df`` normally distributed numbers."""
    return _drawn(self, "chisquare", (df,), size)


def exponential(self, scale=1.0, size=None):
    """Exponentially distributed numbers with mean ``scale``.

    Examples
    --------
    >>> rp.random.default_rng(1).exponential(10, 2)
    array([10.73029026,  3.08453144])
    """
    numbers = _by_law(self, "exponential", (scale,), size)
    if numbers is not None:
        return numbers
    (scale,) = _parameters(scale)
    _non_negative("scale", scale)
    return _scaled(self, "exponential", None, scale, size)


def f(self, dfnum, dfden, size=None):
    """Numbers of Fisher's distribution with ``dfnum`` and ``dfden`` degrees of freedom."""
    return _drawn(self, "f", (dfnum, dfden), size)


def gamma(self, shape, scale=1.0, size=None):
    """Numbers of the gamma distribution with a shape, times ``scale``."""
    return _drawn(self, "gamma", (shape, scale), size)


def geometric(self, p, size=None):
    """The number of trials up to the first success, each with probability ``p``."""
    return _drawn(self, "geometric", (p,), size)


def gumbel(self, loc=0.0, scale=1.0, size=None):
    """Numbers of Gumbel's distribution around ``loc``, as wide as ``scale``."""
    return _drawn(self, "gumbel", (loc, scale), size)


def laplace(self, loc=0.0, scale=1.0, size=None):
    """Numbers of Laplace's distribution around ``loc``, as wide as ``scale``."""
    return _drawn(self, "laplace", (loc, scale), size)


def logistic(self, loc=0.0, scale=1.0, size=None):
    """Numbers of the logistic distribution around ``loc``, as wide as ``scale``."""
    return _drawn(self, "logistic", (loc, scale), size)


def lognormal(self, mean=0.0, sigma=1.0, size=None):
    """Numbers whose logarithms are normally distributed, with this mean and standard deviation."""
    return _drawn(self, "lognormal", (mean, sigma), size)


def normal(self, loc=0.0, scale=1.0, size=None):
    """Normally distributed numbers with mean ``loc`` and standard deviation ``scale``.

    Examples
    --------
    >>> rp.random.default_rng(1).normal(5, 0.1, 3)
    array([5.03455842, 5.08216181, 5.03304371])
    """
    numbers = _by_law(self, "normal", (loc, scale), size)
    if numbers is not None:
        return numbers
    loc, scale = _parameters(loc, scale)
    _non_negative("scale", scale)
    return _scaled(self, "normal", loc, scale, size)


def pareto(self, a, size=None):
    """Numbers of the Lomax distribution with exponent ``a``, which is Pareto's from zero on."""
    return _drawn(self, "pareto", (a,), size)


def poisson(self, lam=1.0, size=None):
    """Numbers of events of which there are ``lam`` in the mean."""
    return _drawn(self, "poisson", (lam,), size)


def power(self, a, size=None):
    """Numbers from 0 to 1 whose density grows with the power ``a - 1``."""
    return _drawn(self, "power", (a,), size)


def rayleigh(self, scale=1.0, size=None):
    """Numbers of Rayleigh's distribution, as wide as ``scale``."""
    return _drawn(self, "rayleigh", (scale,), size)


def standard_cauchy(self, size=None):
    """Numbers of Cauchy's distribution around 0."""
    return _drawn(self, "standard_cauchy", (), size)


def standard_gamma(self, shape, size=None, dtype=np.float64, out=None):
    """Numbers of the gamma distribution with a shape, of float64 or float32."""
    if dtype is _FLOAT64 and out is None:
        return _drawn(self, "standard_gamma", (shape,), size)
    return _THEIRS["standard_gamma"](self, shape, size, dtype, out)


def standard_t(self, df, size=None):
    """Numbers of Student's distribution with ``df`` degrees of freedom."""
    return _drawn(self, "standard_t", (df,), size)


def uniform(self, low=0.0, high=1.0, size=None):
    """Numbers from ``low`` up to ``high``. OverflowError if their distance is not finite.

    Examples
    --------
    >>> rp.random.default_rng(1).uniform(-1, [1, 10, 100])
    array([ 0.02364325,  9.45510066, 13.56012088])
    """
    numbers = _by_law(self, "uniform", (low, high), size)
    if numbers is not None:
        return numbers
    low, high = _parameters(low, high)
    width = high - low
    if isinstance(width, float):
        if not np.isfinite(width):
            raise OverflowError("high - low range exceeds valid bounds")
    elif not ufuncs["isfinite"](width).all():
        raise OverflowError("Range exceeds valid bounds")
    _non_negative("high - low", width)
    return _scaled(self, "uniform", low, width, size)


def weibull(self, a, size=None):
    """Numbers of Weibull's distribution with exponent ``a``."""
    return _drawn(self, "weibull", (a,), size)


_DELEGATED = (
    beta, binomial, chisquare, f, gamma, geometric, gumbel, laplace, logistic, lognormal, pareto,
    poisson, power, rayleigh, standard_cauchy, standard_gamma, standard_t, weibull,
)  # fmt: skip
# NumPy's methods on NumPy's generator.
_THEIRS = {
    method.__name__: delegated(getattr(np.random.Generator, method.__name__), "Generator")
    for method in _DELEGATED
}


def by_laws(cls):
    """The generator ``cls`` with the methods of this module."""
    for method in (*_DELEGATED, exponential, normal, uniform):
        setattr(cls, method.__name__, method)
    return cls
