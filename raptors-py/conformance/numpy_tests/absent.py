"""What stands for a name that the module under test lacks: it lets a test file be collected and fails when used."""

from __future__ import annotations

import functools
import types

import numpy

UNKNOWN = object()
PLAIN = (int, float, complex, bool, str, bytes, type(None))


class Run:
    """Whether a test is running, rather than being collected, and which names were missed."""

    testing = False
    missed: dict[str, int] = {}


def missed(path: str) -> AttributeError:
    """The error of a running test that uses the absent ``numpy.path``."""
    Run.missed[path] = Run.missed.get(path, 0) + 1
    return AttributeError(f"no numpy.{path}")


class Absent:
    """An absent name. ``original`` is NumPy's object: it serves only while tests are collected, and
    only as plain data such as a list of parameters, so that every module has the same tests."""

    def __init__(self, path: str, original=UNKNOWN):
        self._path, self._original = path, original
        self.__name__ = self.__qualname__ = path.rpartition(".")[2]
        self.__module__ = "numpy"

    def _refuse_in_tests(self):
        if Run.testing:
            raise missed(self._path)

    def __call__(self, *args, **kwargs):
        self._refuse_in_tests()
        if len(args) == 1 and not kwargs and _from_a_test_file(args[0]):
            return self._decorate(args[0])
        result = UNKNOWN
        if callable(self._original):
            try:
                values = [_original(value) for value in args]
                names = {name: _original(value) for name, value in kwargs.items()}
                result = self._original(*values, **names)
            except Exception:  # whatever NumPy says: then it is no plain data
                result = UNKNOWN
        plain = isinstance(result, (str, int, float)) and not isinstance(result, numpy.generic)
        return result if plain else Absent(self._path, result)

    def _decorate(self, decorated):
        if isinstance(decorated, type):
            return decorated

        @functools.wraps(decorated)
        def failing(*args, **kwargs):
            raise missed(self._path)

        return failing

    def __getattr__(self, name):
        if name == "__subclasses__" and not Run.testing and isinstance(self._original, type):
            return lambda: [Absent(c.__name__, c) for c in self._original.__subclasses__()]
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        self._refuse_in_tests()
        value = UNKNOWN if self._original is UNKNOWN else getattr(self._original, name, UNKNOWN)
        return collected(value, f"{self._path}.{name}")

    def __mro_entries__(self, bases):
        return (_Base,)

    def __instancecheck__(self, value):
        self._refuse_in_tests()
        known = isinstance(value, Absent) and value._original is not UNKNOWN
        if known and isinstance(self._original, type):
            return isinstance(value._original, self._original)
        return self._path.endswith("ufunc") and callable(value)

    def __subclasscheck__(self, value):
        self._refuse_in_tests()
        pair = getattr(value, "_original", None), self._original
        return all(isinstance(each, type) for each in pair) and issubclass(*pair)

    def __iter__(self):
        self._refuse_in_tests()
        try:
            values = [] if self._original is UNKNOWN else list(self._original)
        except TypeError:
            values = []
        return iter([
            collected(value.item() if isinstance(value, numpy.generic) else value, self._path)
            for value in values
        ])

    def __len__(self):
        self._refuse_in_tests()
        try:
            return len(self._original)
        except TypeError:
            return 0

    def __bool__(self):
        self._refuse_in_tests()
        return bool(self._original) if isinstance(self._original, numpy.generic | int) else True

    def __enter__(self):
        self._refuse_in_tests()
        return self

    def __exit__(self, *exception):
        return False

    def __eq__(self, other):
        self._refuse_in_tests()
        known = isinstance(other, Absent) and self._original is not UNKNOWN
        if known and not isinstance(self._original, numpy.ndarray):
            return self._original is other._original
        return self is other

    def __hash__(self):
        return hash(self._path)

    def __repr__(self):
        return f"<absent numpy.{self._path}>"

    def _convert(self, *args, **kwargs):
        raise missed(self._path)

    __array__ = __float__ = __int__ = __index__ = __complex__ = _convert


def _operator(self, *args):
    self._refuse_in_tests()
    return Absent(self._path)


for _name in (
    "add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow neg pos abs "
    "invert and rand or ror xor rxor lshift rshift matmul rmatmul lt le gt ge getitem setitem"
).split():
    setattr(Absent, f"__{_name}__", _operator)


class _Base:
    """What a test's class inherits from where its base is absent."""

    def __new__(cls, *args, **kwargs):
        if Run.testing:
            raise missed("a base class")
        return object.__new__(cls)


def _from_a_test_file(value) -> bool:
    return isinstance(value, types.FunctionType | type) and value.__module__.startswith("nptests")


def _original(value):
    if isinstance(value, Absent):
        if value._original is UNKNOWN:
            raise TypeError
        return value._original
    if isinstance(value, list | tuple):
        return type(value)(_original(item) for item in value)
    if isinstance(value, (*PLAIN, type, slice)):
        return value
    raise TypeError


def collected(value, path: str):
    """NumPy's ``value`` as a test file may have it while it is collected: data, but no arrays or functions."""
    if isinstance(value, PLAIN) and not isinstance(value, numpy.generic):
        return value
    if isinstance(value, dict):
        return {key: collected(item, path) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return type(value)(collected(item, path) for item in value)
    return Absent(value.__name__ if isinstance(value, type) else path, value)
