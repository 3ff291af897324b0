"""Pickles of arrays: the memory itself, out of band where protocol 5 lets it be."""

from __future__ import annotations

import pickle

from ._raptors import _unpickle, ndarray


def _transposed(array, axes):
    """The array whose axes were put in order for the pickle."""
    return array.transpose(axes)


def _reduce_ex(self, protocol, /):
    """What pickle stores: memory, dtype, shape and order."""
    flags = self.flags
    order = "F" if flags.fnc else "C"
    if protocol >= 5 and flags.forc:
        memory = pickle.PickleBuffer(self.ravel(order))
        return _unpickle, (memory, self.dtype.str, self.shape, order)
    if protocol >= 5:
        # Dense, but for the order of the axes: the memory still goes as it is.
        axes = sorted(range(self.ndim), key=lambda axis: -abs(self.strides[axis]))
        dense = self.transpose(axes)
        if dense.flags.c_contiguous:
            return _transposed, (dense, [axes.index(axis) for axis in range(self.ndim)])
    return _unpickle, (bytearray(self.tobytes(order)), self.dtype.str, self.shape, order)


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
