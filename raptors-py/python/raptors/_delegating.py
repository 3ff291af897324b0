"""Classes of ``numpy.random`` whose methods give Raptors arrays."""

from __future__ import annotations

import functools

import numpy as np

from ._delegate import PLAIN, behind, call, from_numpy, notice
from ._raptors import share


def delegating(cls):
    """``cls`` with every public method of NumPy's class giving Raptors arrays.

    Where an instance has ``_numpy``, that object of NumPy's runs the method: NumPy's own methods
    call each other, and must get NumPy's arrays then.
    """

    base = cls.__mro__[1]
    for name in dir(base):
        original = getattr(base, name)
        if not name.startswith("_") and callable(original) and name not in vars(cls):
            setattr(cls, name, delegated(original, cls.__name__))
    return cls


def delegated(original, owner):
    """The method ``original`` of NumPy's class ``owner``, giving Raptors arrays."""
    title = f"numpy.random.{owner}.{original.__name__}"

    @functools.wraps(original)
    def function(self, *args, **kwargs):
        notice(title)
        own = getattr(self, "_numpy", self)
        if kwargs or not PLAIN.issuperset(map(type, args)):
            return call(functools.partial(original, own), args, kwargs)
        # Numbers and shapes in, one array out: the most common call, without a closure.
        result = original(own, *args)
        return share(result) if type(result) is np.ndarray else from_numpy(result, {})

    return behind(function, original, of_object=True)
