"""Functions that leave arrays of dtypes that only NumPy has to NumPy."""

from __future__ import annotations

import functools

import numpy as np

from ._delegate import call, notice
from ._raptors import ndarray, share


def leaves_to_numpy(function):
    """``function``, or NumPy's of that name where it refuses an argument for its dtype.

    Strings, objects, dates and structures can be sorted and told apart too. A name may begin with
    an underscore, where a public function has done with the common arguments.
    """
    name = function.__name__.lstrip("_")

    @functools.wraps(function)
    def either(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except TypeError:
            # A dtype of NumPy's alone is an object that no array of Raptors holds.
            dtype = np.dtype(kwargs.get("dtype", float))
            if not any(map(_is_foreign, (*args, *kwargs.values(), np.empty(0, dtype)))):
                raise
        notice(f"numpy.{name}")
        return call(getattr(np, name), args, kwargs)

    return either


def has_foreign_dtype(value) -> bool:
    """Whether only NumPy has the dtype of ``value``, an array, a NumPy scalar or a dtype."""
    dtype = value if isinstance(value, np.dtype) else getattr(value, "dtype", None)
    return isinstance(dtype, np.dtype) and (dtype.kind not in "biufc" or dtype.char in "gG")


def _is_foreign(value) -> bool:
    """Whether ``value`` is an array, or a sequence for one, that only NumPy can hold."""
    if value is None or isinstance(value, (ndarray, str, bytes, type)):
        return False
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        return False
    return type(share(array)) is not ndarray
