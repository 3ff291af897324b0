"""``numpy.random`` for Raptors arrays: generators give Raptors arrays, from NumPy's streams."""

from __future__ import annotations

import functools

import numpy as np

from ._delegate import call, module, notice


def _delegating(cls):
    """``cls`` with every public method of NumPy's class giving Raptors arrays."""

    def method(name, original):
        @functools.wraps(original)
        def function(self, *args, **kwargs):
            notice(f"numpy.random.{cls.__name__}.{name}")
            return call(functools.partial(original, self), args, kwargs)

        return function

    base = cls.__mro__[1]
    for name in dir(base):
        original = getattr(base, name)
        if not name.startswith("_") and callable(original) and name not in vars(cls):
            setattr(cls, name, method(name, original))
    return cls


@_delegating
class Generator(np.random.Generator):
    """``numpy.random.Generator`` whose arrays are Raptors arrays."""

    def __reduce__(self):
        return Generator, (self.bit_generator,)

    def spawn(self, n_children):
        return [Generator(child.bit_generator) for child in super().spawn(n_children)]


@_delegating
class RandomState(np.random.RandomState):
    """``numpy.random.RandomState`` whose arrays are Raptors arrays."""


def default_rng(seed=None) -> Generator:
    """A generator seeded with ``seed``, as ``numpy.random.default_rng`` makes it."""
    if isinstance(seed, Generator):
        return seed
    return Generator(np.random.default_rng(seed).bit_generator)


__getattr__, __dir__ = module("numpy.random", globals())
