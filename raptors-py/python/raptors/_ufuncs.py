"""What ufuncs do with indices, and what they tell of dtypes."""

from __future__ import annotations

import numpy as np

from . import _raptors
from ._delegate import call, notice
from ._raptors import asarray, ndarray


def at(ufunc, a, indices, *b):
    """``a[indices] = ufunc(a[indices], b)``, once for every time that an element is named."""
    if ufunc.nin > 2:
        raise ValueError("Only unary and binary ufuncs supported at this time")
    if ufunc.nout != 1:
        raise ValueError("Only single output ufuncs supported at this time")
    if ufunc.nin == 2 and not b:
        raise ValueError("second operand needed for ufunc")
    if ufunc.nin == 1 and b:
        raise ValueError("second operand provided when ufunc is unary")
    if not isinstance(a, ndarray | np.ndarray):
        raise TypeError("first operand must be array")
    mine, values = asarray(a), [asarray(value) for value in b]
    if mine.dtype != a.dtype:
        notice(f"numpy.{ufunc.__name__}.at")
        call(getattr(np, ufunc.__name__).at, (a, indices, *b), {})
        return
    try:
        _raptors._at(ufunc, mine, indices, *values)
    except TypeError:
        # NumPy has the loop, or its own error.
        notice(f"numpy.{ufunc.__name__}.at")
        call(getattr(np, ufunc.__name__).at, (mine, indices, *b), {})


def resolve_dtypes(ufunc, dtypes, **options):
    """The dtypes of the loop for inputs of ``dtypes``: NumPy's rules, which are Raptors' too."""
    return getattr(np, ufunc.__name__).resolve_dtypes(dtypes, **options)
