"""Raptors: NumPy's API at the speed of the hardware.

``import raptors as rp`` where you wrote ``import numpy as np``. Arrays share memory with NumPy in
both directions. What has no native version yet runs in NumPy, on the same memory:
``rp.coverage()`` tells which is which, ``rp.config.fallback`` forbids it or warns.
"""

from __future__ import annotations

import importlib
import sys as _sys
import types as _types

try:
    import numpy as _numpy
except ImportError as error:
    raise ImportError("Raptors needs NumPy 2.0 or later: pip install 'numpy>=2.0'") from error
if int(_numpy.__version__.partition(".")[0]) < 2:
    raise ImportError(f"Raptors needs NumPy 2.0 or later, and this is {_numpy.__version__}")

from . import _raptors
from ._config import config
from ._raptors import *  # noqa: F403
from ._raptors import __version__, ndarray, ufunc

# One object for every row of the ufunc table, under all of NumPy's names for it.
globals().update(
    (name, value) for name, value in _raptors.ufuncs.items() if value._namespace == "numpy"
)
globals().update(
    (name, _raptors.ufuncs[value.__name__])
    for name, value in vars(_numpy).items()
    if isinstance(value, _numpy.ufunc) and value.__name__ in _raptors.ufuncs
)

from . import _methods  # noqa: E402, F401

# For _methods alone, and only in builds for one version of Python.
globals().pop("install_slots", None)

from . import mem, nn  # noqa: E402, F401
from ._coverage import coverage  # noqa: E402
from ._functions import *  # noqa: E402, F403
from ._settings import show_config, threads  # noqa: E402, F401
from ._tuning import tune  # noqa: E402, F401
from ._delegate import FallbackError, FallbackWarning, module as _module  # noqa: E402

from . import _threadpools  # noqa: E402

_threadpools.register()

# The chapters of the namespace: what each lists in __all__ is public here.
_CHAPTERS = (
    "_application", "_comparison", "_creation", "_dtypes", "_facts", "_files", "_gradient",
    "_grids", "_histogram", "_indexing", "_info", "_joining", "_manipulation", "_nan", "_padding",
    "_polynomial", "_printing", "_products", "_putting", "_gufuncs", "_quantile", "_rounding", "_sets", "_signal",
    "_searching", "_sorting", "_splitting", "_statistics", "_triangles", "_windows",
)  # fmt: skip
for _chapter in map(importlib.import_module, (f"raptors.{name}" for name in _CHAPTERS)):
    globals().update((name, getattr(_chapter, name)) for name in _chapter.__all__)

# What is called most has C functions in front, in builds for one version of Python.
if hasattr(_raptors, "_shortened"):
    _kinds = _types.FunctionType, _types.BuiltinFunctionType
    _shortened = {value for value in globals().values() if type(value) in _kinds}
    _shortened = {value: _raptors._shortened(value.__name__, value) for value in _shortened}
    globals().update([(name, _shortened[value]) for name, value in globals().items() if type(value) in _kinds])
    del _kinds, _shortened

# Looking up an attribute is fastest where its name is Python's one string of these letters.
for _name in [name for name in globals() if name is not _sys.intern(name)]:
    globals()[_sys.intern(_name)] = globals().pop(_name)

_from_numpy, __dir__ = _module("numpy", globals())
_MODULES = {
    "char", "emath", "fft", "lib", "linalg", "ma", "polynomial", "random", "rec", "strings", "testing", "typing",
}  # fmt: skip


def __getattr__(name: str):
    if name in _MODULES:
        return importlib.import_module(f"raptors.{name}")
    return _from_numpy(name)
