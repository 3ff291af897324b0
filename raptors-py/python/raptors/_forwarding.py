"""Methods of ``ndarray`` that are functions of the namespace, with NumPy's arguments."""

from __future__ import annotations

import functools

from . import _raptors
from ._raptors import ndarray


@functools.cache
def _function(name):
    """The namespace's function, which is not there yet when this module is loaded."""
    import raptors

    return getattr(raptors, name)


def argpartition(self, kth, axis=-1, kind="introselect", order=None):
    """The indices that put the ``kth`` smallest elements at their places along ``axis``."""
    return _function("argpartition")(self, kth, axis, kind, order)


def argsort(self, axis=-1, kind=None, order=None, *, stable=None):
    """The indices that sort the array along ``axis``."""
    if axis == -1 and kind is order is stable is None and self.ndim:
        return _raptors._argsort(self, -1, False)
    return _function("argsort")(self, axis, kind, order, stable=stable)


def choose(self, choices, /, *more, out=None, mode="raise"):
    """Elements of the arrays ``choices``, given as one sequence or one by one, by number."""
    return _function("choose")(self, (choices, *more) if more else choices, out=out, mode=mode)


def compress(self, condition, axis=None, out=None):
    """The slices along ``axis`` where ``condition`` is true."""
    return _function("compress")(condition, self, axis, out)


def partition(self, kth, axis=-1, kind="introselect", order=None):
    """Puts the ``kth`` smallest elements at their places along ``axis``, in place."""
    from ._sorting import _partition_in_place

    _partition_in_place(self, kth, axis, kind, order)


def put(self, indices, values, mode="raise"):
    """Assigns ``values`` to the elements numbered ``indices``, in C order."""
    if mode != "raise" or not _raptors._put(self, indices, values):
        _function("put")(self, indices, values, mode)


def repeat(self, repeats, axis=None):
    """The elements, each as often as ``repeats`` says."""
    return _raptors.repeat(self, repeats, axis)


def searchsorted(self, v, side="left", sorter=None):
    """Where the elements of ``v`` would go into this sorted array."""
    if sorter is None and side == "left" and self.ndim == 1 and type(v) in (ndarray, float):
        return _raptors._searchsorted(self, _raptors.asarray(v), False)
    return _function("searchsorted")(self, v, side, sorter)


def trace(self, offset=0, axis1=0, axis2=1, dtype=None, out=None):
    """The sum along a diagonal."""
    return _function("trace")(self, offset, axis1, axis2, dtype, out)


def install() -> None:
    """Gives arrays those of these methods that they have no version of their own of."""
    for method in (
        argpartition, argsort, choose, compress, partition, put, repeat, searchsorted, trace,
    ):  # fmt: skip
        name = method.__name__
        method.__qualname__ = f"ndarray.{name}"
        if name not in vars(ndarray):
            # In builds for one version of Python, a C function stands in front.
            shortened = getattr(_raptors, "_shortened", lambda _, method: method)
            setattr(ndarray, name, shortened(f"ndarray.{name}", method))
    if hasattr(_raptors, "_shortened"):
        for name in "clip", "take":
            setattr(ndarray, name, _raptors._shortened(f"ndarray.{name}", getattr(ndarray, name)))
