"""Pickles of arrays: the memory itself, out of band where protocol 5 lets it be."""

from __future__ import annotations

import pickle

from ._raptors import _unpickle, ndarray


def _reduce_ex(self, protocol, /):
    """What pickle stores: memory, dtype, shape and order."""
    fortran = self.flags.fnc
    if protocol >= 5 and (fortran or self.flags.c_contiguous):
        return _unpickle, (pickle.PickleBuffer(self), self.dtype.str, self.shape, "CF"[fortran])
    data = bytearray(self.tobytes("F" if fortran else "C"))
    return _unpickle, (data, self.dtype.str, self.shape, "CF"[fortran])


def _reduce(self, /):
    """What pickle stores, by protocol 2."""
    return _reduce_ex(self, 2)


def dumps(self):
    """The array as the bytes of a pickle."""
    return pickle.dumps(self, protocol=pickle.HIGHEST_PROTOCOL)


def dump(self, file):
    """Writes a pickle of the array to ``file``: a path, or an object with ``write``."""
    if hasattr(file, "write"):
        pickle.dump(self, file, protocol=pickle.HIGHEST_PROTOCOL)
        return
    with open(file, "wb") as opened:
        pickle.dump(self, opened, protocol=pickle.HIGHEST_PROTOCOL)


def install() -> None:
    """Gives arrays these methods."""
    ndarray.__reduce_ex__ = _reduce_ex
    ndarray.__reduce__ = _reduce
    ndarray.dump, ndarray.dumps = dump, dumps
