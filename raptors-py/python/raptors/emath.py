"""``numpy.emath`` for Raptors arrays: functions that turn complex where the reals end, in NumPy."""

from ._delegate import module as _module

__getattr__, __dir__ = _module("numpy.lib.scimath", globals())
