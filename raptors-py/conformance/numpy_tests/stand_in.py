"""The module that NumPy's tests get in NumPy's place: its names are those of the module under test.

``numpy.testing`` and NumPy's C test helpers stay NumPy's; the former compares copies of results as
NumPy arrays. An absent name fails the test that uses it.
"""

from __future__ import annotations

import functools
import importlib
import os
import types

import numpy

from .absent import PLAIN, UNKNOWN, Absent, Run, collected, missed

TARGET = os.environ.get("CONFORMANCE_TARGET", "numpy")
IS_NUMPY = TARGET == "numpy"

# What tests are written with rather than about.
KEPT = (
    "testing", "_core._multiarray_tests", "_core._umath_tests", "_core._rational_tests",
    "_core._struct_ufunc_tests", "_core._operand_flag_tests", "_core._simd", "_core.tests", "_utils",
    "version", "conftest", "_pytesttester", "_core._type_aliases", "typing", "_typing", "f2py",
    "_core._dtype_ctypes", "ctypeslib", "lib._version", "lib._datasource",
)  # fmt: skip
COMPARISONS = {
    "assert_equal", "assert_almost_equal", "assert_approx_equal", "assert_array_equal",
    "assert_array_almost_equal", "assert_array_less", "assert_allclose",
    "assert_array_almost_equal_nulp", "assert_array_max_ulp", "assert_array_compare",
}  # fmt: skip

nothing = types.ModuleType("nothing", "A module without names: a test that passes with it tests nothing.")
target = nothing if TARGET == "nothing" else importlib.import_module(TARGET)


def to_numpy(value):
    """``value`` with NumPy arrays in place of other arrays, as ``numpy.testing`` compares it."""
    if isinstance(value, (numpy.ndarray, numpy.generic, type, *PLAIN)):
        return value
    if type(value) in (list, tuple):
        return type(value)(map(to_numpy, value))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return tuple(map(to_numpy, value))
    if isinstance(value, dict):
        return {key: to_numpy(item) for key, item in value.items()}
    return numpy.asarray(value) if hasattr(type(value), "__array__") else value


class Testing(types.ModuleType):
    """``numpy.testing``, whose comparisons take any arrays."""

    def __getattr__(self, name):
        function = getattr(numpy.testing, name)
        if name not in COMPARISONS:
            return function

        @functools.wraps(function)
        def compare(*args, **kwargs):
            values = {key: to_numpy(value) for key, value in kwargs.items()}
            return function(*map(to_numpy, args), **values)

        setattr(self, name, compare)
        return compare


class StandIn(types.ModuleType):
    """A module of NumPy with the target's names."""

    def __init__(self, path: str):
        super().__init__(f"numpy.{path}".rstrip("."))
        self.__dict__.update(_path=path, _homes=_homes(path), __path__=[])

    def __dir__(self):
        return sorted({name for home in self._homes for name in dir(home)})

    def __getattr__(self, name):
        if name in ("__wrapped__", "__bases__", "__class_getitem__", "__len__", "__iter__", "__call__"):
            raise AttributeError(name)
        return _lookup(self, f"{self._path}.{name}".lstrip("."), name)


def _follow(root, path: str):
    """What ``path`` leads to from a module, importing on the way."""
    for name in filter(None, path.split(".")):
        value = getattr(root, name, UNKNOWN)
        if value is UNKNOWN and isinstance(root, types.ModuleType):
            try:
                value = importlib.import_module(f"{root.__name__}.{name}")
            except ImportError:
                return UNKNOWN
        if value is UNKNOWN:
            return UNKNOWN
        root = value
    return root


def _homes(path: str) -> list:
    """Where in the target the names of ``numpy.path`` are looked for: at the same place, and for a
    private module also at the public homes of its names."""
    if not path:
        return [target]
    parts = path.split(".")
    homes = [_follow(target, path)]
    if parts[0] in ("_core", "core", "matrixlib") or (parts[0] == "lib" and parts[-1].startswith("_")):
        homes.append(target)
    if len(parts) > 1 and parts[0] in ("linalg", "fft", "random", "ma", "polynomial", "char", "strings"):
        homes.append(_follow(target, parts[0]))
    return [home for home in homes if home is not UNKNOWN]


def _kept(path: str) -> bool:
    return any(path == kept or path.startswith(f"{kept}.") for kept in KEPT)


@functools.cache
def module(path: str):
    """What stands for ``numpy.path``."""
    if path == "testing":
        return numpy.testing if IS_NUMPY else Testing("numpy.testing")
    return importlib.import_module(f"numpy.{path}") if _kept(path) else StandIn(path)


@functools.cache
def _absent(path: str):
    return Absent(path, _follow(numpy, path))


def _lookup(stand_in: StandIn, path: str, name: str):
    original = _follow(numpy, path)
    if isinstance(original, types.ModuleType) and original.__name__.startswith("numpy"):
        return module(path)
    if _kept(path):
        return original
    for home in stand_in._homes:
        value = getattr(home, name, UNKNOWN)
        if value is not UNKNOWN:
            return value
    if original is UNKNOWN:
        raise AttributeError(f"module {TARGET!r} has no attribute {path!r}")
    if path.partition(".")[0] == "exceptions":
        return original
    if path.partition(".")[0] == "random":
        return _Source(original) if callable(original) else original
    if Run.testing:
        raise missed(path)
    if isinstance(original, dict | list | tuple | set | str | int | float | complex):
        return collected(original, path)
    return _absent(path)


class _Source:
    """A generator of NumPy's that gives tests their data where the target has none."""

    def __init__(self, original):
        self._original = original

    def __call__(self, *args, **kwargs):
        values = {key: to_numpy(value) for key, value in kwargs.items()}
        result = self._original(*map(to_numpy, args), **values)
        generator = type(result).__module__.startswith("numpy.random")
        return _Source(result) if generator else result

    def __getattr__(self, name):
        value = getattr(self._original, name)
        return _Source(value) if callable(value) and not isinstance(value, type) else value


def imported(name: str):
    """The value of ``import name as x``."""
    return importlib.import_module(name) if IS_NUMPY else module(name.partition(".")[2])


def imported_top(name: str):
    """The value of ``import numpy.x.y``, which binds ``numpy``."""
    importlib.import_module(name)
    return imported("numpy")


def imported_from(name: str, attribute: str):
    """The value of ``from name import attribute``."""
    source = imported(name)
    try:
        return getattr(source, attribute)
    except AttributeError as error:
        if IS_NUMPY:
            return importlib.import_module(f"{name}.{attribute}")
        raise ImportError(f"cannot import name {attribute!r} from {name}: {error}") from error


def imported_star(name: str) -> dict:
    """The names of ``from name import *``."""
    original = importlib.import_module(name)
    names = getattr(original, "__all__", [n for n in dir(original) if not n.startswith("_")])
    values = {}
    for attribute in names:
        try:
            values[attribute] = imported_from(name, attribute)
        except ImportError:
            continue
    return values


def ufuncs() -> dict:
    """What stands for the dictionary of NumPy's ufunc module, which tests go through."""
    originals = vars(numpy._core.umath)
    if IS_NUMPY:
        return originals
    found = {}
    for name, value in originals.items():
        if isinstance(value, numpy.ufunc):
            own = getattr(target, name, None)
            found[name] = _absent(name) if own is None else own
    return found
