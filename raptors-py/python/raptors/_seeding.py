"""PCG64 generators that are seeded as NumPy seeds them, their pools of words hashed natively."""

from __future__ import annotations

import functools
import secrets

import numpy as np

from ._raptors import _random

_PCG64, _UINT32 = np.random.PCG64, np.dtype(np.uint32)
# Bits that a pool has room for: of longer seeds NumPy mixes in what is left.
_BITS = 128


def _maker():
    """What gives a ``SeedSequence`` its content, as unpickling does.

    ``None`` where it is not pickled as entropy, number of children, pool, size of the pool and key.
    """
    known = np.random.SeedSequence(7, spawn_key=(8,), n_children_spawned=9)
    try:
        make, (kind, version, _), (entropy, children, pool, size, key) = known.__reduce__()
    except (TypeError, ValueError):
        return None
    as_expected = (entropy, children, size, key) == (7, 9, 4, (8,)) and pool is known.pool
    return functools.partial(make, kind, version) if as_expected else None


_sequence = _maker()


def seeded(seed):
    """``numpy.random.PCG64(seed)``, for an integer or ``None``."""
    if seed is None:
        seed = secrets.randbits(_BITS)
    if _sequence is None or seed < 0 or seed >> _BITS:
        return _PCG64(seed)
    pool = np.frombuffer(_random.pool(seed), _UINT32)
    return _PCG64(_sequence((seed, 0, pool, 4, ())))
