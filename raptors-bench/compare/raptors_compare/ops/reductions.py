"""Reductions over everything and along axes, and cumulative functions."""

from __future__ import annotations

from .op import ANY, FLOATS, NUMBERS, REALS, SIGNED, Op

_ROUNDED = {"tolerance": 256, "to_largest": True}


def _reduction(name: str, code: str, **more) -> Op:
    return Op(name, code, "reduction", **{**_ROUNDED, **more})


def _axis(name: str, code: str, **more) -> Op:
    return Op(name, code, "axis reduction", **{**_ROUNDED, "ndim": (2, 3), **more})


def _cumulative(name: str, code: str, **more) -> Op:
    return Op(name, code, "cumulative", **{"tolerance": 4096, "to_largest": True, **more})


_NEAR_ONE = {"domain": (0.999, 1.001), "tolerance": 1 << 20}

OPS = [
    _reduction("sum", "x.sum()", kinds=NUMBERS),
    _reduction("mean", "x.mean()", kinds=NUMBERS),
    _reduction("std", "x.std()", kinds=NUMBERS),
    _reduction("var", "x.var()", kinds=NUMBERS),
    _reduction("prod", "x.prod()", kinds=NUMBERS, **_NEAR_ONE),
    _reduction("max", "x.max()", tolerance=0, kinds=NUMBERS, wide=True),
    _reduction("min", "x.min()", tolerance=0, kinds=NUMBERS, wide=True),
    _reduction("ptp", "xp.ptp(x)", tolerance=0, wide=True),
    _reduction("argmax", "x.argmax()", tolerance=0, wide=True),
    _reduction("argmin", "x.argmin()", tolerance=0, wide=True),
    _reduction("any", "x.any()", kinds=ANY, tolerance=0),
    _reduction("all", "x.all()", kinds=ANY, tolerance=0),
    _reduction("count_nonzero", "xp.count_nonzero(x)", kinds=ANY, tolerance=0),
    _reduction("nansum", "xp.nansum(x)", kinds=FLOATS),
    _reduction("nanmean", "xp.nanmean(x)", kinds=FLOATS),
    _reduction("nanmax", "xp.nanmax(x)", kinds=FLOATS, tolerance=0),
    _reduction("nanstd", "xp.nanstd(x)", kinds=FLOATS),
    _reduction("average", "xp.average(x, weights=y)", kinds=FLOATS),
    _reduction("dot", "xp.dot(x, y)", ndim=(1,), kinds=NUMBERS),
    _reduction("vdot", "xp.vdot(x, y)", kinds=NUMBERS),
    _reduction("norm", "xp.linalg.norm(x)", kinds=NUMBERS, domain=SIGNED),
    _reduction(
        "norm_l1", "xp.nn.norm_l1(x)", numpy="np.linalg.norm(x, 1)",
        torch="xp.linalg.norm(x, 1)", ndim=(1,), kinds=FLOATS, domain=SIGNED,
    ),
    _reduction(
        "norm_l2", "xp.nn.norm_l2(x)", numpy="np.linalg.norm(x)",
        torch="xp.linalg.norm(x)", ndim=(1,), kinds=FLOATS, domain=SIGNED,
    ),
    _reduction(
        "norm_linf", "xp.nn.norm_linf(x)", numpy="np.linalg.norm(x, np.inf)",
        torch="xp.linalg.norm(x, xp.inf)", ndim=(1,), kinds=FLOATS, domain=SIGNED, tolerance=0,
    ),
    _reduction("allclose", "xp.allclose(x, y)", kinds=FLOATS, tolerance=0),
    _reduction("array_equal", "xp.array_equal(x, x.copy())", kinds=ANY, tolerance=0),
    _axis("sum_axis0", "x.sum(axis=0)", kinds=NUMBERS),
    _axis("sum_axis1", "x.sum(axis=1)", kinds=NUMBERS),
    _axis("mean_axis0", "x.mean(axis=0)", kinds=NUMBERS),
    _axis("mean_axis1", "x.mean(axis=1)", kinds=NUMBERS),
    _axis("prod_axis0", "x.prod(axis=0)", kinds=NUMBERS, **_NEAR_ONE),
    _axis("max_axis0", "x.max(axis=0)", tolerance=0),
    _axis("max_axis1", "x.max(axis=1)", tolerance=0),
    _axis("min_axis_last", "x.min(axis=-1)", tolerance=0),
    _axis("var_axis0", "x.var(axis=0)"),
    _axis("std_axis1", "x.std(axis=1)"),
    _axis("argmax_axis0", "x.argmax(axis=0)", tolerance=0, wide=True),
    _axis("argmin_axis1", "x.argmin(axis=1)", tolerance=0, wide=True),
    _axis("any_axis0", "x.any(axis=0)", kinds=ANY, tolerance=0),
    _axis("all_axis1", "x.all(axis=1)", kinds=ANY, tolerance=0),
    _axis("count_nonzero_axis0", "xp.count_nonzero(x, axis=0)", kinds=ANY, tolerance=0),
    _axis("sum_keepdims", "x.sum(axis=-1, keepdims=True)", kinds=NUMBERS),
    _axis("nansum_axis0", "xp.nansum(x, axis=0)", kinds=FLOATS),
    _axis("nanmean_axis1", "xp.nanmean(x, axis=1)", kinds=FLOATS),
    _axis("nanmax_axis0", "xp.nanmax(x, axis=0)", kinds=FLOATS, tolerance=0),
    _axis("norm_axis1", "xp.linalg.norm(x, axis=1)", kinds=FLOATS, domain=SIGNED),
    _axis("median_axis0", "xp.median(x, axis=0)", kinds=FLOATS, tolerance=4, most=1 << 20),
    _axis("center", "x - x.mean(axis=0)", kinds=FLOATS, domain=SIGNED),
    _axis("standardize", "(x - x.mean(axis=-1, keepdims=True)) / x.std(axis=-1, keepdims=True)",
          kinds=FLOATS, domain=SIGNED, tolerance=1024, ndim=(2,)),
    _cumulative("cumsum", "xp.cumsum(x)", kinds=NUMBERS),
    _cumulative("cumprod", "xp.cumprod(x)", kinds=NUMBERS, **_NEAR_ONE),
    _cumulative("cumsum_axis0", "xp.cumsum(x, axis=0)", kinds=NUMBERS, ndim=(2, 3)),
    _cumulative("cumsum_axis_last", "xp.cumsum(x, axis=-1)", kinds=NUMBERS, ndim=(2, 3)),
    _cumulative("maximum_accumulate", "xp.maximum.accumulate(x)", tolerance=0, wide=True),
    _cumulative("diff", "xp.diff(x)", tolerance=0, domain=SIGNED, kinds=NUMBERS),
    _cumulative("nancumsum", "xp.nancumsum(x)", kinds=FLOATS),
]  # fmt: skip
