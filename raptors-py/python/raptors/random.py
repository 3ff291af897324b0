"""``numpy.random`` for Raptors arrays: native generators on NumPy's bit generators and streams."""

from __future__ import annotations

import numpy as np

from ._delegate import module as _module
from ._delegating import delegating as _delegating
from ._generator import Generator
from ._raptors import ndarray
from ._seeding import seeded as _seeded

__all__ = ["Generator", "RandomState", "default_rng"]


@_delegating
class RandomState(np.random.RandomState):
    """``numpy.random.RandomState``, NumPy's old generator, whose arrays are Raptors arrays."""

    def __init__(self, seed=None):
        super().__init__(seed)
        # NumPy's methods call each other: those of this object would make Raptors arrays on the way. But
        # what a subclass has put in their places they shall call.
        if type(self) is RandomState:
            self._numpy = np.random.RandomState(self._bit_generator)

    def __reduce__(self):
        state = self.get_state(legacy=False)
        return _restored, (type(self), self._bit_generator, state)


def _restored(cls, bit_generator, state):
    made = cls(bit_generator)
    made.set_state(state)
    return made


def default_rng(seed=None) -> Generator:
    """A generator seeded with ``seed``, as ``numpy.random.default_rng`` makes it.

    ``seed`` is ``None`` for a seed from the system, integers, a ``SeedSequence``, or a bit
    generator to draw from, which may be that of another generator.

    Examples
    --------
    >>> rp.random.default_rng(12345).integers(10, size=3)
    array([6, 2, 7])
    """
    if seed is None or type(seed) is int:
        return Generator(_seeded(seed))
    if isinstance(seed, Generator):
        return seed
    if isinstance(seed, np.random.Generator):
        return Generator(seed.bit_generator)
    if isinstance(seed, ndarray):
        seed = seed.__array__()
    return Generator(np.random.default_rng(seed).bit_generator)


__getattr__, __dir__ = _module("numpy.random", globals())
