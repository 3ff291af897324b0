"""Methods of ``rp.random.Generator`` that draw natively by a law of one or two numbers.

What NumPy has to judge or draws in another way goes to NumPy: arrays of parameters, parameters that it
refuses, single numbers.
"""

from __future__ import annotations

import numpy as np

from ._delegating import delegated
from ._raptors import _random

_FLOAT64 = np.float64


def _drawn(generator, name, parameters, size):
    """Numbers of the law ``name``, natively where that has it."""
    if size is not None:
        with generator._lock:
            numbers = _random.by_law(generator._capsule, name, parameters, size)
        if numbers is not None:
            return numbers
    return _THEIRS[name](generator, *parameters, size)


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


def weibull(self, a, size=None):
    """Numbers of Weibull's distribution with exponent ``a``."""
    return _drawn(self, "weibull", (a,), size)


METHODS = (
    beta, binomial, chisquare, f, gamma, geometric, gumbel, laplace, logistic, lognormal, pareto,
    poisson, power, rayleigh, standard_cauchy, standard_gamma, standard_t, weibull,
)  # fmt: skip
# NumPy's methods on NumPy's generator.
_THEIRS = {
    method.__name__: delegated(getattr(np.random.Generator, method.__name__), "Generator")
    for method in METHODS
}


def by_laws(cls):
    """The generator ``cls`` with the methods of this module."""
    for method in METHODS:
        setattr(cls, method.__name__, method)
    return cls
