"""What every function of ``raptors.linalg`` asks of its arguments, and how it fails."""

from __future__ import annotations

import operator

import numpy as np
from numpy.linalg import LinAlgError

from ._raptors import asarray, ufuncs

_DOUBLE = np.dtype(np.float64)


def result_type(*arrays) -> np.dtype:
    """The dtype of results: computed in double precision, and as precise as the inputs."""
    if all(array.dtype is _DOUBLE for array in arrays):
        return _DOUBLE
    result = np.dtype(np.float32)
    for array in arrays:
        kind = array.dtype.kind
        if array.dtype == np.float16:
            raise TypeError("array type float16 is unsupported in linalg")
        dtype = array.dtype if kind in "fc" else np.dtype(np.float64)
        result = np.promote_types(result, dtype)
    return result


def real_type(dtype: np.dtype) -> np.dtype:
    """The dtype of the absolute values of ``dtype``."""
    return np.dtype(f"f{dtype.itemsize // 2}") if dtype.kind == "c" else dtype


def matrices(a):
    """``a`` as a stack of matrices, or an error."""
    a = asarray(a)
    if a.ndim < 2:
        raise LinAlgError(
            f"{a.ndim}-dimensional array given. Array must be at least two-dimensional"
        )
    return a


def square(a):
    """``a`` as a stack of square matrices, or an error."""
    a = matrices(a)
    if a.shape[-1] != a.shape[-2]:
        raise LinAlgError("Last 2 dimensions of the array must be square")
    return a


def flat(*arrays) -> None:
    """Refuses arrays that are not matrices."""
    for array in arrays:
        if array.ndim != 2:
            raise LinAlgError(
                f"{array.ndim}-dimensional array given. Array must be two-dimensional"
            )


def finite(a) -> None:
    """Refuses infinities and NaN."""
    if a.dtype.kind in "fc" and not ufuncs["isfinite"](a).all():
        raise LinAlgError("Array must not contain infs or NaNs")


def check(failed: bool, words: str) -> None:
    """Raises ``LinAlgError`` where a matrix had no answer."""
    if failed:
        raise LinAlgError(words)


def turned(a):
    """``a`` with its last two axes exchanged."""
    return a.swapaxes(-1, -2)


def place(axis, ndim: int, argument=None) -> int:
    """The place of ``axis``, counted from the end where negative; errors name the ``argument``."""
    index = operator.index(axis)
    if not -ndim <= index < ndim:
        raise np.exceptions.AxisError(index, ndim, argument)
    return index % ndim


def last(a, axis: int):
    """``a`` with the axis at ``axis`` as its last."""
    return a.transpose((*(other for other in range(a.ndim) if other != axis), axis))


def eps(dtype: np.dtype) -> float:
    """The distance from one to the next number of ``dtype``."""
    return float(np.finfo(dtype).eps)
