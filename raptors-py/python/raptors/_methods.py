"""What ``ndarray`` has from NumPy: methods that run there, protocols, pickling."""

from __future__ import annotations

import functools
import pickle

import numpy as np

from . import _raptors
from ._delegate import call, from_numpy, notice, to_numpy
from ._raptors import ndarray, share, ufunc


def _method(name: str, original):
    @functools.wraps(original)
    def method(self, *args, **kwargs):
        notice(f"numpy.ndarray.{name}")
        return call(original, (self, *args), kwargs)

    return method


def _attribute(name: str, original):
    def get(self):
        return from_numpy(getattr(self.__array__(), name), {})

    def set(self, value):
        setattr(self.__array__(), name, to_numpy(value, {}))

    return property(get, set, doc=original.__doc__)


def _array_ufunc(self, function, method, *inputs, **kwargs):
    """A ufunc of NumPy on at least one Raptors array."""
    if not all(_is_ours(value) for value in (*inputs, *kwargs.get("out", ()))):
        return NotImplemented
    own = _raptors.ufuncs.get(function.__name__)
    if own is not None and getattr(np, function.__name__, None) is function:
        if method != "at" and len(kwargs.get("out", ())) == 1 and method != "__call__":
            kwargs["out"] = kwargs["out"][0]
        return getattr(own, method)(*inputs, **kwargs)
    notice(f"numpy.{function.__name__}")
    return call(getattr(function, method), inputs, kwargs)


def _is_ours(value) -> bool:
    """Whether no other library's array has a say in what happens with ``value``."""
    kind = type(value)
    if kind is ndarray or kind is np.ndarray:
        return True
    override = getattr(kind, "__array_ufunc__", None)
    return override is None or override is np.ndarray.__array_ufunc__ or issubclass(kind, np.generic)


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
    names = (name for name in vars(_raptors) if not name.startswith("_"))
    pairs = ((getattr(np, name, None), getattr(_raptors, name)) for name in names)
    return {theirs: ours for theirs, ours in pairs if callable(theirs) and not isinstance(theirs, type)}


def _reduce_ex(self, protocol):
    """Pickles the memory; out of band with protocol 5."""
    array = self.__array__()
    if protocol >= 5 and (array.flags.c_contiguous or array.flags.f_contiguous):
        order = "C" if array.flags.c_contiguous else "F"
        return _unpickle, (pickle.PickleBuffer(array), array.dtype.str, array.shape, order)
    return share, (array.copy(order="C"),)


def _unpickle(buffer, dtype, shape, order):
    return share(np.frombuffer(buffer, dtype).reshape(shape, order=order))


def _array_namespace(self, /, *, api_version=None):
    """The module whose functions take this array."""
    import raptors

    return raptors


def _install() -> None:
    for name in dir(np.ndarray):
        original = getattr(np.ndarray, name)
        if name.startswith("_") or name in vars(ndarray):
            continue
        make = _method if callable(original) else _attribute
        setattr(ndarray, name, make(name, original))
    for name in "__dlpack__", "__dlpack_device__", "__array_wrap__":
        setattr(ndarray, name, _method(name, getattr(np.ndarray, name)))
    ndarray.__array_ufunc__ = _array_ufunc
    ndarray.__array_function__ = _array_function
    ndarray.__array_namespace__ = _array_namespace
    ndarray.__array_priority__ = 1.0
    ndarray.__reduce_ex__ = _reduce_ex
    ndarray.__reduce__ = lambda self: _reduce_ex(self, 2)
    ndarray.__class_getitem__ = classmethod(type(list[int]))


_install()
