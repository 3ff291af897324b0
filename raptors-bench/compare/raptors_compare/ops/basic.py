"""Element by element: arithmetic, comparisons, activations; and the suites 2d and vector."""

from __future__ import annotations

from .op import ANY, FLOATS, NUMBERS, REALS, SIGNED, Op, Shape

SQUARES: tuple[Shape, ...] = ((64, 64), (512, 512), (1024, 1024), (2048, 2048))


def _arithmetic(name: str, code: str, **more) -> Op:
    return Op(name, code, "arithmetic", **more)


def _function(name: str, code: str, numpy: str = "", **more) -> Op:
    more = {"kinds": FLOATS, "domain": SIGNED, "tolerance": 16, "to_largest": True, **more}
    return Op(name, code, "function", numpy=numpy, **more)


OPS = [
    # Suites 2d and vector.
    _arithmetic("broadcast_add", "x + row", ndim=(2,), kinds=NUMBERS),
    _arithmetic("scale", "x * s", parity=True, kinds=NUMBERS),
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
    _arithmetic("add_mixed", "x + other", kinds=NUMBERS),
    _arithmetic("broadcast_add_column", "x + column", ndim=(2,), kinds=NUMBERS),
    _arithmetic("add_scalar", "x + s", parity=True, kinds=NUMBERS),
    _arithmetic("less", "x < y", parity=True, kinds=ANY),
    _arithmetic("greater_scalar", "x > s", parity=True, kinds=REALS, domain=SIGNED),
    _arithmetic("subtract_from_scalar", "s - x", parity=True, kinds=NUMBERS),
    _arithmetic("divide_by_scalar", "x / s", kinds=NUMBERS, tolerance=2),
    _arithmetic("floor_divide_by_scalar", "x // 7", kinds=REALS),
    _arithmetic("remainder_by_scalar", "x % 7", kinds=REALS, domain=SIGNED),
    _arithmetic("square_by_power", "x ** 2", kinds=NUMBERS, tolerance=2),
    _arithmetic("cube_by_power", "x ** 3", kinds=NUMBERS, tolerance=4, to_largest=True),
    _arithmetic("add_into", "xp.add(x, y, out=out)", parity=True, kinds=NUMBERS),
    _arithmetic("add_in_place", "out.__iadd__(y)", kinds=NUMBERS, parity=True, torch="-"),
    _arithmetic("add_where", "xp.add(x, y, out=out, where=mask)", kinds=NUMBERS),
    _arithmetic("add_transposed", "x + x.T", ndim=(2,), kinds=NUMBERS, shapes=SQUARES),
    _arithmetic("axpy", "x * s + y", kinds=NUMBERS, tolerance=4, to_largest=True),
    _arithmetic("polynomial", "x * (x * (x + y) + z)", kinds=NUMBERS, tolerance=8, to_largest=True),
    _arithmetic("between", "(x > -1) & (x < 1)", kinds=REALS, domain=SIGNED),
    _arithmetic("clip_arrays", "xp.clip(x, y, z)", kinds=REALS, domain=SIGNED),
    _arithmetic("round_2", "xp.round(x, 2)", kinds=FLOATS, tolerance=4),
    _function("gaussian", "xp.exp(-x * x) * xp.sin(y)", tolerance=32),
    _function("sqrt", "xp.sqrt(x)", domain=(0.5, 1.5), tolerance=1),
]
