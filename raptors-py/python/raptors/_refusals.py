"""What becomes of a call that no loop takes: another way to say it, or NumPy's error for it."""

from __future__ import annotations

import warnings

import numpy as np

from . import _raptors
from ._raptors import asarray, ndarray

_COMPARISONS = {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"}
# Beyond this, Python's integers are no numbers to the core.
_WIDEST = 1 << 127


def sample(value, shape=()):
    """Ones of the dtype of ``value``; Python's own numbers as they are, since they promote otherwise."""
    if isinstance(value, bool | int | float | complex) and not isinstance(value, np.generic):
        return value
    dtype = value.dtype if isinstance(value, ndarray) else np.asarray(value).dtype
    return np.ones(shape, dtype) if dtype.kind in "biufc" else None


def refuse(function, values, options, shape=()):
    """Raises what ``function`` of NumPy raises for such dtypes, tried on single elements."""
    try:
        samples = [sample(value, shape) for value in values]
    except (TypeError, ValueError):
        return
    if any(one is None for one in samples):
        return
    options = {key: options[key] for key in ("dtype", "casting", "signature", "sig") if key in options}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        function(*samples, **options)


def otherwise(own, values, kwargs):
    """The call with arguments that have a loop; ``NotImplemented`` where there is no other way."""
    if kwargs.get("signature", kwargs.get("sig")) is not None:
        return _with_signature(own, values, kwargs)
    inputs = _within(own.__name__, values[: own.nin])
    if inputs is None:
        return NotImplemented
    return own(*inputs, *values[own.nin :], **kwargs)


def _with_signature(own, values, kwargs):
    """The call with inputs converted to the dtypes of the loop that a signature asks for."""
    options = dict(kwargs)
    signatures = [options.pop(key) for key in ("signature", "sig") if key in options]
    casting = options.get("casting", "same_kind")
    kinds = [type(value) if type(value) in (int, float, complex) else None for value in values[: own.nin]]
    inputs = [value if kind else np.asarray(value) for value, kind in zip(values, kinds)]
    dtypes = [kind or value.dtype for value, kind in zip(inputs, kinds)] + [None] * own.nout
    theirs = getattr(np, own.__name__)
    try:
        loop = theirs.resolve_dtypes(tuple(dtypes), signature=signatures[0], casting=casting)
        inputs = [asarray(value, dtype=dtype) for value, dtype in zip(inputs, loop)]
    except (TypeError, ValueError):
        return NotImplemented
    if type(inputs[0]) is not ndarray or options.get("dtype") is not None:
        return NotImplemented
    return own(*inputs, *values[own.nin :], **options)


def _within(name, inputs):
    """``inputs`` with numbers that the core knows in place of integers that nothing holds."""
    huge = [type(value) is int and not -_WIDEST <= value < _WIDEST for value in inputs]
    others = [value for value, is_huge in zip(inputs, huge) if not is_huge]
    if not any(huge) or not any(isinstance(value, ndarray | np.ndarray | np.generic) for value in others):
        return None
    if any(asarray(value).dtype.kind in "fc" for value in others):
        return [float(value) if is_huge else value for value, is_huge in zip(inputs, huge)]
    if name in _COMPARISONS:
        # On the same side of everything.
        far = _WIDEST - 1
        return [(far if value > 0 else -far) if is_huge else value for value, is_huge in zip(inputs, huge)]
    return None
