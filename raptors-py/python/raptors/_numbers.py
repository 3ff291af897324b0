"""What NumPy's scalars can do and its arrays cannot, on the arrays without axes that stand for scalars."""

from __future__ import annotations

import numpy as np

from ._delegate import from_numpy
from ._raptors import ndarray

# What each gives, or computes when it is called.
_OF_SCALARS = {
    "as_integer_ratio": "The method of floats that gives the number as a fraction of two integers.",
    "bit_count": "The method of integers that counts the ones among the binary digits.",
    "denominator": "The denominator of an integer: one.",
    "hex": "The method of float64 that gives the number as a hexadecimal text.",
    "is_integer": "The method of real numbers that tells whether the number is whole.",
    "numerator": "The numerator of an integer: the number itself.",
}


def _scalar(array):
    """The scalar of NumPy that ``array`` stands for; nothing where it is a NumPy array's counterpart."""
    return array.__array__()[()] if array.ndim == 0 and not array.flags.writeable else None


def _attribute(name: str, doc: str):
    def get(self):
        scalar = _scalar(self)
        if scalar is None or not hasattr(scalar, name):
            raise AttributeError(f"'raptors.ndarray' object has no attribute {name!r}")
        return from_numpy(getattr(scalar, name), {})

    return property(get, doc=doc)


def _trunc(self):
    """The integer part of a float64."""
    if not isinstance(_scalar(self), np.float64):
        raise TypeError("type raptors.ndarray doesn't define __trunc__ method")
    return int(self)


def install() -> None:
    """Gives arrays these attributes, which only those that stand for scalars have."""
    for name, doc in _OF_SCALARS.items():
        setattr(ndarray, name, _attribute(name, doc))
    ndarray.__trunc__ = _trunc
