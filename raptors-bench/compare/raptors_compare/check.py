"""Whether two sides give the same answer, within what the op allows; who is right where they differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .ops import Op

# The type in which a reference is computed, by the operands' type.
_WIDER = {"float16": "float64", "float32": "float64", "float64": "longdouble",
          "complex64": "complex128", "complex128": "clongdouble"}  # fmt: skip

# Units of precision by which a result may miss a reference, at most: a reference has not added up
# NumPy's own errors, for which ops are allowed more.
_NEAR = 16

# What a result means depends on the precision of its type: a wider one is no reference.
_OF_THE_TYPE = ("nextafter", "spacing")


def widened(op: Op, given: dict) -> dict | None:
    """The operands in a type in which NumPy's answer is a reference; none where there is no such."""
    if op.name in _OF_THE_TYPE or "rng" in op.operands:
        return None
    return {
        name: value.astype(_WIDER[value.dtype.name])
        if isinstance(value, np.ndarray) and value.dtype.name in _WIDER
        else value
        for name, value in given.items()
    }


def difference(op: Op, expected, got, dtype: str, reference: Callable | None = None) -> str | None:
    """What is wrong with the result, in words; none where it is right. Where it is not NumPy's, the
    result of `reference`, computed in a wider type, tells whether it is at least as exact."""
    wrong = _unequal(op, expected, got, dtype)
    if wrong is None or reference is None or (truth := reference()) is None:
        return wrong
    return None if _as_exact(op, expected, got, truth, dtype) else wrong


def _as_exact(op: Op, expected, got, truth, dtype: str) -> bool:
    """Whether each element is NumPy's or right, and what is neither is off by no more than NumPy's,
    at the worst element and in the mean."""
    if isinstance(expected, tuple):
        if not isinstance(got, tuple) or not len(got) == len(expected) == len(truth):
            return False
        parts = zip(expected, got, truth)
        return all(_unequal(op, e, g, dtype) is None or _as_exact(op, e, g, t, dtype) for e, g, t in parts)
    if (got.shape, got.dtype) != (expected.shape, expected.dtype) or truth.shape != expected.shape:
        return False
    if not expected.dtype.kind == truth.dtype.kind in "fc":
        return False
    if np.finfo(truth.dtype).eps >= np.finfo(expected.dtype).eps:
        return False
    with np.errstate(all="ignore"):
        rounded = truth.astype(expected.dtype)
        near = replace(op, tolerance=min(op.tolerance, _NEAR))
        theirs = _gap(op, expected, got, dtype) <= op.tolerance
        left = ~(theirs | (_gap(near, rounded, got, dtype) <= near.tolerance))
        if not left.any():
            return True
        mine, numpys = (np.abs(side[left] - truth[left]) for side in (got, expected))
        # What is not finite is right or wrong, but not more or less exact.
        if not (np.isfinite(mine).all() and np.isfinite(numpys).all()):
            return False
        return bool(mine.max() <= numpys.max() and mine.mean() <= numpys.mean())


def _unequal(op: Op, expected, got, dtype: str) -> str | None:
    """In what the result is not NumPy's."""
    if isinstance(expected, tuple):
        if not isinstance(got, tuple) or len(got) != len(expected):
            return f"{len(expected)} results expected"
        parts = (_unequal(op, e, g, dtype) for e, g in zip(expected, got))
        return next((part for part in parts if part), None)
    if got.shape != expected.shape:
        return f"shape {got.shape} instead of {expected.shape}"
    if got.dtype != expected.dtype:
        return f"dtype {got.dtype} instead of {expected.dtype}"
    if expected.dtype.kind not in "fc":
        unequal = int(np.count_nonzero(got != expected))
        return f"{unequal} of {expected.size} elements differ" if unequal else None

    gap = _gap(op, expected, got, dtype)
    worst = float(np.max(gap, initial=0.0)) if not np.isnan(gap).any() else np.inf
    if worst <= op.tolerance:
        return None
    return f"off by {worst:.3g} units of precision, {op.tolerance:g} are allowed"


def _gap(op: Op, expected: np.ndarray, got: np.ndarray, dtype: str) -> np.ndarray:
    """How many units of precision each element is off by; not a number where none would do."""
    # The coarser of operand and result: what float16 computes is no better than float16.
    eps = np.finfo(expected.dtype).eps
    if np.dtype(dtype).kind in "fc":
        eps = max(eps, np.finfo(dtype).eps)
    with np.errstate(all="ignore"):
        size = np.abs(expected)
        if op.to_largest:
            finite = size[np.isfinite(size)]
            size = finite.max() if finite.size else size.dtype.type(0)
        same = (got == expected) | (np.isnan(got) & np.isnan(expected))
        return np.where(same, 0, np.abs(got - expected) / (eps * np.maximum(size, 1e-300)))
