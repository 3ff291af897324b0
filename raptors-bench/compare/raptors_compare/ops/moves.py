"""What moves elements: choosing by masks and indices, copies, joins and shapes."""

from __future__ import annotations

from .op import ANY, NUMBERS, REALS, Op


def _selection(name: str, code: str, **more) -> Op:
    return Op(name, code, "selection", **{"kinds": ANY, **more})


def _moving(name: str, code: str, **more) -> Op:
    return Op(name, code, "moving", **{"kinds": ANY, **more})


def _transpose(name: str, code: str, **more) -> Op:
    return Op(name, code, "transpose", **{"kinds": ANY, "ndim": (2,), **more})


OPS = [
    _selection("where", "xp.where(mask, x, y)"),
    _selection("where_scalar", "xp.where(mask, x, s)", kinds=NUMBERS),
    _selection("where_compare", "xp.where(x > y, x, y)", kinds=REALS),
    _selection("mask_get", "x[mask]"),
    _selection("mask_set", "out[mask] = s", shows="out", kinds=NUMBERS),
    _selection("compress", "xp.compress(mask, x)", ndim=(1,)),
    _selection("extract", "xp.extract(mask, x)"),
    _selection("mask_compare_get", "x[x > s]", kinds=REALS),
    _selection("copyto_where", "xp.copyto(out, x, where=mask)", shows="out"),
    _selection("nonzero", "xp.nonzero(mask)", kinds="b"),
    _selection("flatnonzero", "xp.flatnonzero(x > s)", kinds=REALS),
    _moving("take", "xp.take(x, index, axis=0)"),
    _moving("fancy_get", "x[index]"),
    _moving("fancy_set", "out[index] = s", shows="out", kinds=NUMBERS),
    _moving("fancy_pairs", "x[index, index % 3]", ndim=(2,)),
    _moving("take_along_axis", "xp.take_along_axis(x, counts % 3, axis=0)", ndim=(1, 2)),
    _moving("copy", "x.copy()", parity=True),
    _moving("astype_float64", "x.astype('float64')", kinds="fiub", torch="x.double()"),
    _moving("astype_float32", "x.astype('float32')", kinds="fiub", torch="x.float()"),
    _moving("astype_int32", "x.astype('int32')", kinds="fiub", torch="x.int()"),
    _moving("astype_uint8", "x.astype('uint8')", kinds="fiub", torch="x.byte()"),
    _moving("ascontiguous", "xp.ascontiguousarray(x)"),
    _moving("every_second", "x[..., ::2].copy()"),
    _moving("flip", "xp.flip(x).copy()"),
    _moving("concatenate", "xp.concatenate([x, y])"),
    _moving("stack", "xp.stack([x, y], axis=-1)"),
    _moving("repeat", "xp.repeat(x, 3)"),
    _moving("tile", "xp.tile(x, 2)"),
    _moving("roll", "xp.roll(x, 7)"),
    _moving("pad", "xp.pad(x, 2)"),
    _moving("pad_edge", "xp.pad(x, 2, mode='edge')"),
    _moving("fill", "xp.full_like(x, s)", kinds=NUMBERS),
    _moving("zeros", "xp.zeros(x.shape, x.dtype)", torch="-"),
    _moving("ones", "xp.ones(x.shape, x.dtype)", torch="-"),
    _moving("arange", "xp.arange(x.size)", ndim=(1,), torch="-"),
    _moving("linspace", "xp.linspace(0, 1, x.size)", ndim=(1,), kinds="f", tolerance=4, torch="-"),
    _moving("tril", "xp.tril(x)", ndim=(2,)),
    _moving("broadcast_copy", "xp.broadcast_to(row, x.shape).copy()", ndim=(2, 3)),
    _moving("assign_slice", "out[1:] = x[:-1]", shows="out", ndim=(1, 2)),
    _moving("assign_row", "out[...] = row", shows="out", ndim=(2,)),
    _moving("sliding_mean", "(x[:-2] + x[1:-1] + x[2:]) * s", ndim=(1, 2), kinds=NUMBERS,
            tolerance=4, to_largest=True),
    _transpose("transpose_copy", "x.T.copy()", torch="x.T.contiguous()"),
    _transpose("rot90", "xp.rot90(x).copy()", torch="-"),
    _transpose("swap_axes", "xp.ascontiguousarray(xp.swapaxes(x, 0, 1))", ndim=(3,)),
    _transpose("axes_reversed", "xp.ascontiguousarray(x.T)", ndim=(3,)),
    _transpose("ravel_fortran", "x.ravel(order='F')", torch="-"),
]  # fmt: skip
