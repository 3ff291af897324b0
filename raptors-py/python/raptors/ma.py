"""``numpy.ma`` for Raptors arrays: what is not native runs in NumPy, on the same memory."""

from ._delegate import module as _module

_from_numpy, __dir__ = _module("numpy.ma", globals())


def __getattr__(name: str):
    if name == "testutils":
        # NumPy has this submodule only once somebody imports it.
        from numpy.ma import testutils

        return testutils
    return _from_numpy(name)
