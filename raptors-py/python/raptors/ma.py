"""``numpy.ma` for Raptors arrays: what is not native runs in NumPy, on the same memory."""

from ._delegate import module as _module

__getattr__, __dir__ = _module("numpy.ma", globals())
