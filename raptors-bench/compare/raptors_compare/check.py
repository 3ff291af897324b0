"""Whether two sides give the same answer, within what the op allows."""

from __future__ import annotations

import numpy as np

from .ops import Op


def difference(op: Op, expected, got, dtype: str) -> str | None:
    """What is wrong with the result, in words; none where it is right."""
    if isinstance(expected, tuple):
        if not isinstance(got, tuple) or len(got) != len(expected):
            return f"{len(expected)} results expected"
        parts = (difference(op, e, g, dtype) for e, g in zip(expected, got))
        return next((part for part in parts if part), None)
    if got.shape != expected.shape:
        return f"shape {got.shape} instead of {expected.shape}"
    if got.dtype != expected.dtype:
        return f"dtype {got.dtype} instead of {expected.dtype}"
    if expected.dtype.kind not in "fc":
        unequal = int(np.count_nonzero(got != expected))
        return f"{unequal} of {expected.size} elements differ" if unequal else None

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
        gap = np.where(same, 0, np.abs(got - expected) / (eps * np.maximum(size, 1e-300)))
    worst = float(np.max(gap, initial=0.0)) if not np.isnan(gap).any() else np.inf
    if worst <= op.tolerance:
        return None
    return f"off by {worst:.3g} units of precision, {op.tolerance:g} are allowed"
