"""What ``ndarray`` tells about its memory, and how its bytes leave it."""

from __future__ import annotations

import os

import numpy as np

from ._delegate import notice
from ._raptors import ndarray


def tofile(self, fid, /, sep="", format="%s"):
    """Writes the elements to ``fid``, a path or an open file: as bytes, or as text between ``sep``."""
    if sep:
        notice("numpy.ndarray.tofile as text")
        return self.__array__().tofile(fid, sep, format)
    if hasattr(fid, "fileno"):
        self.__array__().tofile(fid)
        return None
    with open(os.fspath(fid), "wb") as file:
        file.write(memoryview(self.ravel()).cast("B") if self.size else b"")
    return None


def to_device(self, device, /, *, stream=None):
    """The array itself: its device is ``"cpu"``, and there is no other."""
    if stream is not None:
        raise ValueError("The stream argument in to_device() is not supported")
    if device != "cpu":
        raise ValueError(f"Unsupported device: {device}. Only 'cpu' is accepted.")
    return self


def _sizeof(self, /):
    """The bytes of the object, with those of its elements if they are its own."""
    own = self.nbytes if self.base is None else 0
    return object.__sizeof__(self) + 16 * self.ndim + own


def _read_only(get, doc):
    return property(get, doc=doc)


def install() -> None:
    """Gives arrays these methods and attributes."""
    for method in tofile, to_device:
        setattr(ndarray, method.__name__, method)
    ndarray.__sizeof__ = _sizeof
    ndarray.device = _read_only(lambda self: "cpu", 'Where the array is: ``"cpu"``.')
    ndarray.data = _read_only(memoryview, "The memory as a buffer.")
    ndarray.ctypes = _read_only(
        lambda self: np.ndarray.ctypes.__get__(self.__array__()), "The memory as ctypes sees it."
    )
    ndarray.__array_struct__ = _read_only(
        lambda self: self.__array__().__array_struct__, "The memory as NumPy's C interface sees it."
    )
