"""The module ``numpy.lib``: views by strides are native, the rest is NumPy's."""

from __future__ import annotations

from .._delegate import module as _module
from . import stride_tricks

__all__ = ["stride_tricks"]
__getattr__, __dir__ = _module("numpy.lib", globals())
