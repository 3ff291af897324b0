"""Methods of ``ndarray`` that are functions of the namespace, with NumPy's arguments."""

from __future__ import annotations

from ._raptors import ndarray


def _run(name, array, args, order=None, **options):
    """The namespace's function; ``order`` is that of the function's arguments."""
    import raptors

    options = {key: value for key, value in options.items() if value is not None}
    args = (array, *args) if order is None else [(array, *args)[i] for i in order]
    return getattr(raptors, name)(*args, **options)


def argpartition(self, kth, axis=-1, kind="introselect", order=None):
    """The indices that put the ``kth`` smallest elements at their places along ``axis``."""
    return _run("argpartition", self, (kth, axis, kind, order))


def argsort(self, axis=-1, kind=None, order=None, *, stable=None):
    """The indices that sort the array along ``axis``."""
    return _run("argsort", self, (axis, kind, order), stable=stable)


def choose(self, choices, /, *more, out=None, mode="raise"):
    """Elements of the arrays ``choices``, given as one sequence or one by one, by number."""
    return _run("choose", self, ((choices, *more) if more else choices,), out=out, mode=mode)


def compress(self, condition, axis=None, out=None):
    """The slices along ``axis`` where ``condition`` is true."""
    return _run("compress", self, (condition, axis, out), (1, 0, 2, 3))


def nonzero(self):
    """The indices of the elements that are not zero, one array for each axis."""
    return _run("nonzero", self, ())


def partition(self, kth, axis=-1, kind="introselect", order=None):
    """Puts the ``kth`` smallest elements at their places along ``axis``, in place."""
    from ._sorting import _partition_in_place

    _partition_in_place(self, kth, axis, kind, order)


def put(self, indices, values, mode="raise"):
    """Assigns ``values`` to the elements numbered ``indices``, in C order."""
    _run("put", self, (indices, values, mode))


def repeat(self, repeats, axis=None):
    """The elements, each as often as ``repeats`` says."""
    return _run("repeat", self, (repeats, axis))


def round(self, decimals=0, out=None):
    """The elements rounded to ``decimals``, halves to even."""
    return _run("round", self, (decimals, out))


def searchsorted(self, v, side="left", sorter=None):
    """Where the elements of ``v`` would go into this sorted array."""
    return _run("searchsorted", self, (v, side, sorter))


def sort(self, axis=-1, kind=None, order=None, *, stable=None):
    """Sorts the elements along ``axis``, in place."""
    from ._sorting import _sort_in_place

    _sort_in_place(self, axis, kind, order, stable)


def take(self, indices, axis=None, out=None, mode="raise"):
    """The elements numbered ``indices`` along ``axis``."""
    return _run("take", self, (indices, axis, out, mode))


def trace(self, offset=0, axis1=0, axis2=1, dtype=None, out=None):
    """The sum along a diagonal."""
    return _run("trace", self, (offset, axis1, axis2, dtype, out))


def install() -> None:
    """Gives arrays those of these methods that they have no version of their own of."""
    for method in (
        argpartition, argsort, choose, compress, nonzero, partition, put, repeat, round,
        searchsorted, sort, take, trace,
    ):  # fmt: skip
        if method.__name__ not in vars(ndarray):
            setattr(ndarray, method.__name__, method)
