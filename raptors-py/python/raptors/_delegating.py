"""Classes of ``numpy.random`` whose methods give Raptors arrays."""

from __future__ import annotations

import functools

from ._delegate import call, notice


def delegating(cls):
    """``cls`` with every public method of NumPy's class giving Raptors arrays.

    Where an instance has ``_numpy``, that object of NumPy's runs the method: NumPy's own methods
    call each other, and must get NumPy's arrays then.
    """

    def method(name, original):
        title = f"numpy.random.{cls.__name__}.{name}"

        @functools.wraps(original)
        def function(self, *args, **kwargs):
            notice(title)
            return call(functools.partial(original, getattr(self, "_numpy", self)), args, kwargs)

        return function

    base = cls.__mro__[1]
    for name in dir(base):
        original = getattr(base, name)
        if not name.startswith("_") and callable(original) and name not in vars(cls):
            setattr(cls, name, method(name, original))
    return cls
