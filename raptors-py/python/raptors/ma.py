"""``numpy.ma`` for Raptors arrays: what is not native runs in NumPy, on the same memory."""

import types

from ._delegate import module as _module

_from_numpy, __dir__ = _module("numpy.ma", globals())


def __getattr__(name: str):
    if name == "testutils":
        # NumPy itself has this submodule only once somebody imports it.
        submodule = globals()[name] = types.ModuleType(f"{__name__}.{name}")
        submodule.__getattr__, submodule.__dir__ = _module(f"numpy.ma.{name}", vars(submodule))
        return submodule
    return _from_numpy(name)
