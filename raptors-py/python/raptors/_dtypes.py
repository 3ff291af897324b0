"""What dtypes are, how they promote and cast."""

from __future__ import annotations

import functools

import numpy as np

from ._raptors import ndarray

# What is NumPy's and stays so: dtypes are NumPy's objects, its error state governs Raptors' loops, and
# some of its functions are about Python's integers or the machine.
_NUMPYS = (
    "base_repr", "binary_repr", "datetime_data", "errstate", "get_include", "getbufsize", "geterr",
    "geterrcall", "sctypeDict", "setbufsize", "seterr", "seterrcall", "show_runtime", "typecodes",
)  # fmt: skip
globals().update((name, getattr(np, name)) for name in _NUMPYS)

__all__ = [
    *_NUMPYS, "can_cast", "common_type", "finfo", "iinfo", "isdtype", "issubdtype", "min_scalar_type",
    "mintypecode", "promote_types", "result_type", "typename",
]  # fmt: skip


def _typed(value):
    """The dtype of an array, or ``value``: what NumPy's functions about dtypes take."""
    kind = type(value)
    return value.dtype if kind is ndarray or kind is np.ndarray else value


def can_cast(from_, to, casting="safe"):
    """Whether values of the dtype, or of the array, ``from_`` may be cast to ``to`` under ``casting``.

    ``casting`` is ``no``, ``equiv``, ``safe``, ``same_kind`` or ``unsafe``. ``TypeError`` for
    Python numbers, which have no dtype.

    Examples
    --------
    >>> rp.can_cast("int8", "int16"), rp.can_cast(rp.ones(3), rp.float32)
    (True, False)
    """
    return np.can_cast(_typed(from_), _typed(to), casting)


def result_type(*arrays_and_dtypes):
    """The dtype that arrays, dtypes and Python numbers promote to.

    Python numbers count by their kind alone: they never make a dtype of their own kind larger.

    Examples
    --------
    >>> rp.result_type(rp.ones(3, rp.int8), rp.float32, 1.0)
    dtype('float32')
    """
    return np.result_type(*[_typed(value) for value in arrays_and_dtypes])


def min_scalar_type(a, /):
    """The smallest dtype that holds the value of a number; the dtype of an array with axes.

    Examples
    --------
    >>> rp.min_scalar_type(300), rp.min_scalar_type(rp.ones(3))
    (dtype('uint16'), dtype('float64'))
    """
    if type(a) is not ndarray:
        return np.min_scalar_type(a)
    return a.dtype if a.ndim else np.min_scalar_type(a.dtype.type(a.item()))


def common_type(*arrays):
    """The scalar class of floating-point numbers that hold the numbers of all ``arrays``.

    Integers count as float64.

    Raises
    ------
    TypeError
        If an array does not hold numbers.

    Examples
    --------
    >>> rp.common_type(rp.ones(3, rp.float32), rp.ones(3, rp.complex64))
    <class 'numpy.complex64'>
    """
    return np.common_type(*(_none_of(a.dtype) for a in arrays))


@functools.cache
def _none_of(dtype):
    """An array of a dtype with nothing in it."""
    return np.empty(0, dtype)


class finfo(np.finfo):
    """The limits of a dtype of floating-point numbers, given as a dtype, an array or a number.

    Those of float32 are Python's floats, as the array API standard has it.

    Examples
    --------
    >>> rp.finfo(rp.float64).eps, rp.finfo(rp.ones(3, rp.complex64)).dtype
    (np.float64(2.220446049250313e-16), dtype('float32'))
    """

    _finfo_cache = {}

    def __new__(cls, dtype):
        # Names, dtypes and classes of numbers are what is asked about most, again and again.
        kind = type(dtype)
        if kind is str or isinstance(dtype, np.dtype) or kind is type and issubclass(dtype, np.generic):
            known = cls._finfo_cache.get(dtype)
            if known is not None:
                return known
            made = super().__new__(cls, dtype)
            cls._finfo_cache[dtype] = made
            return made
        return super().__new__(cls, _typed(dtype))

    def _init(self, dtype):
        original = np.finfo(dtype)
        self.dtype, self._fmt, self._repr = original.dtype, str(original), repr(original)
        for name in dir(original):
            if not name.startswith("_") and name != "dtype":
                value = getattr(original, name)
                single = isinstance(value, np.float32)
                setattr(self, name, float(value) if single else value)
        return self


class iinfo(np.iinfo):
    """The limits of a dtype of integers, given as a dtype, an array or a number.

    Examples
    --------
    >>> rp.iinfo(rp.int8).min, rp.iinfo(rp.zeros(3, rp.uint16)).max
    (-128, 65535)
    """

    def __init__(self, int_type):
        super().__init__(_typed(int_type))


def isdtype(dtype, kind):
    """Whether ``dtype`` is of a kind: a dtype, one of the kinds' names, or a tuple of those.

    The names are ``"bool"``, ``"signed integer"``, ``"unsigned integer"``, ``"integral"``,
    ``"real floating"``, ``"complex floating"`` and ``"numeric"``.

    Examples
    --------
    >>> rp.isdtype(rp.float32, "real floating"), rp.isdtype(rp.int8, ("bool", rp.int16))
    (True, False)
    """
    return np.isdtype(dtype, kind)


def issubdtype(arg1, arg2):
    """Whether a dtype or scalar class is equal to another, or below it in NumPy's hierarchy.

    Examples
    --------
    >>> rp.issubdtype(rp.int8, rp.integer), rp.issubdtype(rp.float64, rp.float32)
    (True, False)
    """
    return np.issubdtype(arg1, arg2)


def mintypecode(typechars, typeset="GDFgdf", default="d"):
    """The letter of the smallest dtype of ``typeset`` that those of ``typechars`` can be cast to.

    Examples
    --------
    >>> rp.mintypecode(["d", "F"])
    'D'
    """
    return np.mintypecode(typechars, typeset, default)


def promote_types(type1, type2):
    """The smallest dtype that holds the values of both.

    ``DTypePromotionError`` where there is none.

    Examples
    --------
    >>> rp.promote_types("int32", "float32")
    dtype('float64')
    """
    if type(type1) is ndarray or type(type2) is ndarray:
        raise TypeError("Cannot construct a dtype from an array")
    return np.promote_types(type1, type2)


def typename(char):
    """What the letter of a dtype stands for, in words.

    Examples
    --------
    >>> rp.typename("d")
    'double precision'
    """
    return np.typename(char)
