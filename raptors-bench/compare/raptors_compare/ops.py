"""The table of compared operations: what is timed, on what, and how exact the answer must be.

Needs nothing but Python, so that a command line can be checked before anything is built.
"""

from __future__ import annotations

from dataclasses import dataclass

# Kinds of element types, by NumPy's `dtype.kind`.
FLOATS = "f"
REALS = "fiu"
NUMBERS = "fiuc"
ANY = "fiucb"


@dataclass(frozen=True)
class Op:
    """One operation. `code` is the expression that is timed; in it, `xp` is the module, `x`, `y`
    and `z` are arrays of the cell's shape, `row` and `column` are what broadcasts along an axis,
    `s` is a Python number and `mask` an array of truth values."""

    name: str
    code: str
    family: str
    kinds: str = REALS
    # What a NumPy user writes where NumPy has no function of that name.
    numpy: str = ""
    # What a PyTorch user writes where it differs from `code`; "-" where there is nothing.
    torch: str = ""
    # Values lie between these bounds; zero is never among them.
    domain: tuple[float, float] = (0.5, 1.5)
    # Allowed difference from NumPy in units of the result's precision, relative to the element;
    # for reductions and compositions, which round in another order, to the largest element.
    tolerance: float = 0
    to_largest: bool = False
    ndim: int | None = None
    # Whether NumPy already runs at the memory's speed where the operands fit a middle cache.
    parity: bool = False

    @property
    def operands(self) -> list[str]:
        """The operands that the code names."""
        text = self.code + " " + self.numpy
        words = set("".join(c if c.isalnum() or c == "_" else " " for c in text).split())
        return [name for name in ("x", "y", "z", "row", "column", "s", "mask") if name in words]


SIGNED = (-2.0, 2.0)


def _arithmetic(name: str, code: str, **more) -> Op:
    return Op(name, code, "arithmetic", **more)


def _reduction(name: str, code: str, **more) -> Op:
    more = {"tolerance": 256, "to_largest": True, "torch": "", **more}
    return Op(name, code, "reduction", **more)


def _function(name: str, code: str, numpy: str = "", **more) -> Op:
    more = {"kinds": FLOATS, "domain": SIGNED, "tolerance": 16, "to_largest": True, **more}
    return Op(name, code, "function", numpy=numpy, **more)


OPS = [
    # Suite 2d.
    _reduction("sum", "x.sum()"),
    _reduction("mean", "x.mean()"),
    _reduction("mean_axis0", "x.mean(axis=0)", ndim=2),
    _reduction("mean_axis1", "x.mean(axis=1)", ndim=2),
    _arithmetic("broadcast_add", "x + row", ndim=2, kinds=NUMBERS),
    _arithmetic("scale", "x * s", parity=True, kinds=NUMBERS),
    # Suite vector.
    _arithmetic("add", "x + y", parity=True, kinds=NUMBERS),
    _arithmetic("sub", "x - y", parity=True, kinds=NUMBERS),
    _arithmetic("mul", "x * y", parity=True, kinds=NUMBERS),
    _arithmetic("div", "x / y", kinds=NUMBERS, tolerance=2),
    _arithmetic("abs", "xp.abs(x)", domain=SIGNED, kinds=REALS),
    _arithmetic("clamp", "xp.clip(x, -1, 1)", domain=SIGNED),
    _arithmetic(
        "lerp", "xp.nn.lerp(x, y, z)", numpy="x + z * (y - x)", torch="xp.lerp(x, y, z)",
        kinds=FLOATS, tolerance=4, to_largest=True,
    ),
    _arithmetic(
        "fma", "xp.nn.fma(x, y, z)", numpy="x * y + z", torch="xp.addcmul(z, x, y)",
        kinds=FLOATS, tolerance=4, to_largest=True,
    ),
    _reduction("dot", "xp.dot(x, y)", ndim=1, kinds=NUMBERS),
    _reduction("max", "x.max()", tolerance=0),
    _reduction("min", "x.min()", tolerance=0),
    _reduction("argmax", "x.argmax()", tolerance=0),
    _reduction("argmin", "x.argmin()", tolerance=0),
    _reduction(
        "norm_l1", "xp.nn.norm_l1(x)", numpy="np.linalg.norm(x, 1)",
        torch="xp.linalg.norm(x, 1)", ndim=1, kinds=FLOATS, domain=SIGNED,
    ),
    _reduction(
        "norm_l2", "xp.nn.norm_l2(x)", numpy="np.linalg.norm(x)",
        torch="xp.linalg.norm(x)", ndim=1, kinds=FLOATS, domain=SIGNED,
    ),
    _reduction(
        "norm_linf", "xp.nn.norm_linf(x)", numpy="np.linalg.norm(x, np.inf)",
        torch="xp.linalg.norm(x, xp.inf)", ndim=1, kinds=FLOATS, domain=SIGNED, tolerance=0,
    ),
    _function(
        "relu", "xp.nn.relu(x)", "np.maximum(x, 0)", torch="xp.relu(x)", kinds=REALS, tolerance=0
    ),
    _function("sigmoid", "xp.nn.sigmoid(x)", "1 / (1 + np.exp(-x))", torch="xp.sigmoid(x)"),
    _function("tanh", "xp.tanh(x)"),
    _function(
        "gelu", "xp.nn.gelu(x)",
        "0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * (x * x * x))))",
        torch="xp.nn.functional.gelu(x, approximate='tanh')",
    ),
    _function("swish", "xp.nn.silu(x)", "x / (1 + np.exp(-x))", torch="xp.nn.functional.silu(x)"),
    _function("exp", "xp.exp(x)", to_largest=False),
    _function(
        "softmax", "xp.nn.softmax(x)", "(e := np.exp(x - x.max(-1, keepdims=True)))"
        " / e.sum(-1, keepdims=True)", torch="xp.softmax(x, -1)", tolerance=64,
    ),
    _function(
        "log_softmax", "xp.nn.log_softmax(x)", "(d := x - x.max(-1, keepdims=True))"
        " - np.log(np.exp(d).sum(-1, keepdims=True))", torch="xp.log_softmax(x, -1)", tolerance=64,
    ),
    # Suites mixed and full.
    _arithmetic("broadcast_add_column", "x + column", ndim=2, kinds=NUMBERS),
    _arithmetic("add_scalar", "x + s", parity=True, kinds=NUMBERS),
    _arithmetic("less", "x < y", parity=True, kinds=ANY),
    _arithmetic("where", "xp.where(mask, x, y)", kinds=ANY),
    _reduction("sum_axis0", "x.sum(axis=0)", ndim=2, kinds=NUMBERS),
    _reduction("sum_axis1", "x.sum(axis=1)", ndim=2, kinds=NUMBERS),
    _reduction("max_axis0", "x.max(axis=0)", ndim=2, tolerance=0),
    _reduction("max_axis1", "x.max(axis=1)", ndim=2, tolerance=0),
    _reduction("prod", "x.prod()", kinds=NUMBERS, domain=(0.999, 1.001), tolerance=1024),
    _reduction("std", "x.std()"),
    _reduction("var_axis0", "x.var(axis=0)", ndim=2),
    _reduction("any", "x.any()", kinds=ANY, tolerance=0),
    _reduction("all", "x.all()", kinds=ANY, tolerance=0),
    _function("sqrt", "xp.sqrt(x)", domain=(0.5, 1.5), tolerance=1),
    Op("copy", "x.copy()", "moving", kinds=ANY, parity=True),
    Op("astype_float64", "x.astype('float64')", "moving", kinds="fiub", torch="x.double()"),
    Op("transpose_copy", "x.T.copy()", "moving", kinds=ANY, ndim=2, torch="x.T.contiguous()"),
]

BY_NAME = {op.name: op for op in OPS}
