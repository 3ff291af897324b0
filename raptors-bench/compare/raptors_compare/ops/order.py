"""Sorting, searching, counting, sets and random draws."""

from __future__ import annotations

from .op import FLOATS, Op

_HEAVY = 1 << 20


def _sorting(name: str, code: str, **more) -> Op:
    return Op(name, code, "sorting", **{"wide": True, "most": _HEAVY, **more})


def _sets(name: str, code: str, **more) -> Op:
    return Op(name, code, "sets", **{"most": _HEAVY, **more})


def _drawing(name: str, code: str, **more) -> Op:
    more = {"kinds": "f", "ndim": (1,), "torch": "-", **more}
    return Op(name, code, "random", **more)


OPS = [
    _sorting("sort", "xp.sort(x)"),
    _sorting("sort_stable", "xp.sort(x, kind='stable')", torch="xp.sort(x, stable=True)[0]"),
    _sorting("argsort", "xp.argsort(x, stable=True)"),
    _sorting("argsort_quick", "x[xp.argsort(x)]", ndim=(1,)),
    _sorting("partition", "xp.partition(x, x.shape[-1] // 2)[..., x.shape[-1] // 2]"),
    _sorting("sort_axis0", "xp.sort(x, axis=0)", ndim=(2, 3)),
    _sorting("lexsort", "xp.lexsort((x, y))", ndim=(1,)),
    _sets("unique", "xp.unique(x)"),
    _sets("unique_counts", "xp.unique(x, return_counts=True)"),
    _sets("isin", "xp.isin(x, keys)"),
    _sets("intersect1d", "xp.intersect1d(x, y)", ndim=(1,)),
    _sets("searchsorted", "xp.searchsorted(keys, x)"),
    _sets("digitize", "xp.digitize(x, keys)"),
    _sets("histogram", "xp.histogram(x, bins=50)[0]"),
    _sets("bincount", "xp.bincount(counts)", kinds="f", ndim=(1,)),
    _sets("median", "xp.median(x)", tolerance=4),
    _sets("percentile", "xp.percentile(x, [5, 50, 95])", kinds=FLOATS, tolerance=4),
    _sets("interp", "xp.interp(x, keys, keys)", kinds=FLOATS, tolerance=8),
    _drawing("random", "rng.random(x.size)"),
    _drawing("standard_normal", "rng.standard_normal(x.size)"),
    _drawing("integers", "rng.integers(0, 1000, x.size)"),
    _drawing("exponential", "rng.standard_exponential(x.size)"),
    _drawing("permutation", "rng.permutation(x.size)", most=_HEAVY),
]

