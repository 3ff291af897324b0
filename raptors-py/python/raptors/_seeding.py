"""PCG64 generators that are seeded as NumPy seeds them: their words are hashed natively."""

from __future__ import annotations

import functools
import secrets

import numpy as np

from ._raptors import _random

_PCG64, _UINT32 = np.random.PCG64, np.dtype(np.uint32)
# Bits that a pool has room for: of longer seeds NumPy mixes in what is left.
_BITS = 128


class _Zeros(np.random.bit_generator.ISeedSequence):
    """Seeds a generator that is to get another state."""

    words = np.zeros(4, np.uint64)

    def generate_state(self, n_words, dtype=np.uint32):
        return self.words


_ZEROS = _Zeros()


def _made(sequence, seed):
    """A PCG64 with the state that ``seed`` gives it, which has content from ``sequence``, as when unpickled."""
    pool, state, increment = _random.seeds(seed)
    pool = np.frombuffer(pool, _UINT32)
    state = {
        "bit_generator": "PCG64",
        "state": {"state": state, "inc": increment},
        "has_uint32": 0,
        "uinteger": 0,
    }
    made = _PCG64(_ZEROS)
    made.__setstate__((state, sequence((seed, 0, pool, 4, ()))))
    return made


def _learned():
    """What makes a ``SeedSequence`` of its content, if generators come out as NumPy's do; else ``None``."""
    known = _PCG64(123456789)
    try:
        make, (kind, version, _), _ = known.seed_seq.__reduce__()
        sequence = functools.partial(make, kind, version)
        made = _made(sequence, 123456789)
        facts = [
            (one.state, one.seed_seq.state, one.seed_seq.pool.tolist(), type(one.seed_seq))
            for one in (made, known)
        ]
    except (TypeError, ValueError, AttributeError):
        return None
    return sequence if facts[0] == facts[1] else None


_sequence = _learned()


def seeded(seed):
    """``numpy.random.PCG64(seed)``, for an integer or ``None``."""
    if seed is None:
        seed = secrets.randbits(_BITS)
    if _sequence is None or seed < 0 or seed >> _BITS:
        return _PCG64(seed)
    return _made(_sequence, seed)
