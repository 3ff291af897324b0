"""Delegation: NumPy runs what Raptors has no version of, on the same memory."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import types
import warnings

import numpy as np

from . import _raptors
from ._config import config
from ._raptors import ndarray, share, ufunc


class FallbackWarning(UserWarning):
    """A call went to NumPy, and ``rp.config.fallback`` is ``"warn"``."""


class FallbackError(NotImplementedError):
    """A call would have gone to NumPy, and ``rp.config.fallback`` is ``"error"``."""


def notice(name: str) -> None:
    """Does what ``rp.config.fallback`` asks for when ``name`` is delegated."""
    policy = config._fallback
    if policy == "allow":
        return
    if policy == "warn":
        message = f"{name} has no Raptors version: NumPy runs it"
        warnings.warn(message, FallbackWarning, stacklevel=3)
    elif policy == "error":
        raise FallbackError(f"{name} has no Raptors version, and rp.config.fallback is 'error'")


def to_numpy(value, seen):
    """``value`` with NumPy views in place of Raptors arrays; ``seen`` remembers which is whose."""
    kind = type(value)
    if kind is ndarray:
        view = value.__array__()
        if view.ndim == 0 and not view.flags.writeable:
            # What a reduction gave: NumPy has scalars for that, and takes them as sizes and places.
            return view[()]
        seen[id(view)] = view, value
        return view
    if kind is tuple or kind is list:
        items = [to_numpy(item, seen) for item in value]
        changed = any(new is not old for new, old in zip(items, value))
        return kind(items) if changed else value
    if kind is dict:
        return {key: to_numpy(item, seen) for key, item in value.items()}
    if kind is ufunc:
        return getattr(np, value.__name__, value)
    if isinstance(value, Delegated):
        return value.__wrapped__
    return value


def from_numpy(value, seen):
    """``value`` with Raptors arrays in place of NumPy arrays and scalars, as far as dtypes allow."""
    kind = type(value)
    if kind is np.ndarray:
        known = seen.get(id(value))
        return share(value) if known is None else known[1]
    if isinstance(value, np.generic):
        return share(np.asarray(value))
    if kind is tuple or kind is list:
        return kind([from_numpy(item, seen) for item in value])
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return kind(*(from_numpy(item, seen) for item in value))
    if kind is dict:
        return {key: from_numpy(item, seen) for key, item in value.items()}
    return value


# What NumPy and Raptors take alike.
PLAIN = frozenset((bool, int, float, complex, str, type(None)))
# And what NumPy takes as it is.
_THEIRS = PLAIN | {np.ndarray, type, types.FunctionType, types.BuiltinFunctionType}


def call(function, args, kwargs):
    """``function`` of NumPy on Raptors arrays."""
    if _THEIRS.issuperset(map(type, args)) and _THEIRS.issuperset(map(type, kwargs.values())):
        result = function(*args, **kwargs)
        if type(result) is np.ndarray:
            return share(result)
        return result if type(result) in PLAIN else from_numpy(result, {})
    seen = {}
    args = [to_numpy(arg, seen) for arg in args]
    kwargs = {key: to_numpy(value, seen) for key, value in kwargs.items()}
    return from_numpy(function(*args, **kwargs), seen)


class Delegated:
    """A callable object of NumPy, such as a ufunc, that takes and gives Raptors arrays."""

    def __init__(self, wrapped, name):
        self.__wrapped__ = wrapped
        self.__doc__ = wrapped.__doc__
        self.__name__ = name

    def __call__(self, *args, **kwargs):
        notice(self.__name__)
        return call(self.__wrapped__, args, kwargs)

    def __getitem__(self, key):
        notice(self.__name__)
        seen = {}
        return from_numpy(self.__wrapped__[to_numpy(key, seen)], seen)

    def __getattr__(self, name):
        value = getattr(self.__wrapped__, name)
        return delegate(value, f"{self.__name__}.{name}") if callable(value) else value

    def __repr__(self):
        return f"<delegated to {self.__wrapped__!r}>"


def delegate(value, name):
    """The Raptors side of a public object of NumPy: classes and constants stay what they are."""
    if isinstance(value, type | types.ModuleType) or not is_delegable(value):
        return value
    if not isinstance(value, types.FunctionType | types.BuiltinFunctionType | types.MethodType):
        try:
            functools.wraps(value)(lambda: None)
        except (AttributeError, TypeError):
            return Delegated(value, name)
        if isinstance(value, np.ufunc) or not callable(value):
            return Delegated(value, name)

    @functools.wraps(value)
    def function(*args, **kwargs):
        if config._fallback != "allow":
            notice(name)
        return call(value, args, kwargs)

    function._delegated = True
    # Numbers are drawn few at a time and often.
    return behind(function, value) if name.startswith("numpy.random.") else function


def behind(function, theirs, of_object=False):
    """``function``, which gives NumPy's ``theirs`` what it is called with, behind a C function where there is one."""
    if not hasattr(_raptors, "_behind"):
        return function
    return _raptors._behind(function, theirs, of_object)


def is_delegable(value) -> bool:
    """Whether ``value`` computes: a callable, or an index trick such as ``np.r_``."""
    return callable(value) or type(value).__module__ == "numpy.lib._index_tricks_impl"


def module(numpy_name: str, own: dict):
    """``__getattr__`` and ``__dir__`` of the Raptors module that stands for ``numpy_name``."""

    def __getattr__(name: str):
        if name.startswith("__"):
            raise AttributeError(f"module {own['__name__']!r} has no attribute {name!r}")
        source = importlib.import_module(numpy_name)
        try:
            value = getattr(source, name)
        except AttributeError as error:
            # NumPy does not import all of its modules by itself.
            package = hasattr(source, "__path__")
            if package and importlib.util.find_spec(f"{numpy_name}.{name}") is not None:
                return importlib.import_module(f"{numpy_name}.{name}")
            # Of names that it once had, NumPy tells what to use in their place.
            message = str(error).replace(f"module {numpy_name!r}", f"module {own['__name__']!r}")
            raise AttributeError(message, name=name) from None
        own[name] = value = delegate(value, f"{numpy_name}.{name}")
        return value

    def __dir__():
        source = importlib.import_module(numpy_name)
        return sorted({*own, *(name for name in dir(source) if not name.startswith("_"))})

    return __getattr__, __dir__
