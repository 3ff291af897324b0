"""The recycling pool behind array memory."""

from ._raptors import _mem_stats, _mem_trim


def stats() -> dict:
    """Bytes that are kept for reuse, bytes that may be, large requests served and not."""
    return _mem_stats()


def trim() -> None:
    """Gives the memory that is kept for reuse back to the system."""
    _mem_trim()
