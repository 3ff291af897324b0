"""The recycling pool behind array memory."""

from ._raptors import _mem_stats, _mem_trim


def stats() -> dict:
    """Bytes that are kept for reuse, bytes that may be, large requests served and not.

    ``cached_bytes`` is what all threads share, ``thread_cached_bytes`` what the calling thread keeps
    of small sizes, ``limit_bytes`` what ``RAPTORS_CACHE_BYTES`` allows.

    Examples
    --------
    >>> sorted(rp.mem.stats())
    ['cached_bytes', 'hits', 'limit_bytes', 'misses', 'thread_cached_bytes']
    """
    return _mem_stats()


def trim() -> None:
    """Gives the memory that is kept for reuse back to the system.

    Arrays in use keep theirs.

    Examples
    --------
    >>> rp.mem.trim()
    >>> rp.mem.stats()["cached_bytes"]
    0
    """
    _mem_trim()
