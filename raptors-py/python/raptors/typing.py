"""``numpy.typing`` for Raptors arrays: the types are NumPy's, but for that of arrays."""

from typing import Any, TypeVar

import numpy as np

from ._raptors import ndarray

__all__ = ["ArrayLike", "DTypeLike", "NBitBase", "NDArray"]

_Scalar = TypeVar("_Scalar", bound=np.generic)
NDArray = ndarray[tuple[Any, ...], np.dtype[_Scalar]]


def __getattr__(name: str):
    # Here and not above, because NumPy warns of some.
    if name in __all__:
        return getattr(np.typing, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
