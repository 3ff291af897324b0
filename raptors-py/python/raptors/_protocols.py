"""How NumPy's functions and other libraries' arrays meet Raptors arrays."""

from __future__ import annotations

import functools

import numpy as np

from . import _raptors
from ._delegate import call, notice
from ._raptors import ndarray, share


def is_ours(value) -> bool:
    """Whether no other library's array has a say in what happens with ``value``."""
    kind = type(value)
    if kind is ndarray or kind is np.ndarray or issubclass(kind, np.generic):
        return True
    override = getattr(kind, "__array_ufunc__", None)
    return override is None or override is np.ndarray.__array_ufunc__


@functools.cache
def _counterparts():
    """For each of NumPy's ufuncs the one that Raptors has under its name."""
    from . import _gufuncs

    own = {**_raptors.ufuncs, **{name: getattr(_gufuncs, name) for name in _gufuncs.__all__}}
    return {getattr(np, name): ufunc for name, ufunc in own.items() if hasattr(np, name)}


# Inputs of ufuncs that no other library has a say in.
_KNOWN = frozenset((ndarray, np.ndarray, bool, int, float, complex))


def _array_ufunc(self, function, method, /, *inputs, **kwargs):
    """A ufunc of NumPy on at least one Raptors array."""
    if kwargs or not _KNOWN.issuperset(map(type, inputs)):
        if not all(map(is_ours, (*inputs, *kwargs.get("out", ())))):
            return NotImplemented
    own = _counterparts().get(function)
    if own is not None:
        if method != "at" and len(kwargs.get("out", ())) == 1 and method != "__call__":
            kwargs["out"] = kwargs["out"][0]
        return getattr(own, method)(*inputs, **kwargs)
    notice(f"numpy.{function.__name__}")
    return call(function if method == "__call__" else getattr(function, method), inputs, kwargs)


def _array_function(self, function, types, args, kwargs):
    """A function of NumPy on at least one Raptors array."""
    if not all(kind is ndarray or issubclass(kind, np.ndarray) for kind in types):
        return NotImplemented
    own = _native_functions().get(function)
    if own is not None:
        return own(*args, **kwargs)
    notice(f"{function.__module__}.{function.__name__}")
    return call(function, args, kwargs)


@functools.cache
def _native_functions():
    """NumPy's functions that Raptors has a version of."""
    import raptors
    from raptors import fft, linalg

    pairs = {}
    for ours, theirs in (raptors, np), (linalg, np.linalg), (fft, np.fft):
        for name, own in vars(ours).items():
            original = getattr(theirs, name, None)
            if callable(original) and not isinstance(original, type) and original is not own:
                pairs[original] = own
    return pairs


def _array_wrap(self, array, context=None, return_scalar=False, /):
    """The Raptors array over the memory of a result that NumPy has computed."""
    return share(np.asarray(array))


def install() -> None:
    """Gives arrays these methods."""
    from ._info import array_namespace

    ndarray.__array_function__ = _array_function
    ndarray.__array_wrap__ = _array_wrap
    ndarray.__array_namespace__ = array_namespace
    ndarray.__array_priority__ = 1.0
