"""``numpy.linalg` for Raptors arrays: what is not native runs in NumPy, on the same memory."""

from ._delegate import module

__getattr__, __dir__ = module("numpy.linalg", globals())
