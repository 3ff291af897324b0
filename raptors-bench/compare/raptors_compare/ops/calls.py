"""What costs a call and hardly any work: views, attributes, single elements, small results."""

from __future__ import annotations

from .op import ANY, NUMBERS, Op, Shape

_SMALL: tuple[Shape, ...] = ((8,), (100,), (4, 4))


def _call(name: str, code: str, **more) -> Op:
    return Op(name, code, "call", **{"kinds": "fi", "shapes": _SMALL, "torch": "-", **more})


OPS = [
    _call("slice", "x[1:3]"),
    _call("slice_step", "x[::2]"),
    _call("slice_ellipsis", "x[..., 0]"),
    _call("item", "x[1]", kinds="fi"),
    _call("item_set", "out[1] = s", shows="out", kinds=NUMBERS),
    _call("slice_set", "out[1:3] = s", shows="out", kinds=NUMBERS),
    _call("fancy_small", "x[index]"),
    _call("reshape", "x.reshape(-1)", kinds=ANY),
    _call("ravel", "x.ravel()"),
    _call("transpose_view", "x.T"),
    _call("new_axis", "x[None]"),
    _call("expand_dims", "xp.expand_dims(x, 0)"),
    _call("squeeze", "xp.squeeze(x)"),
    _call("broadcast_to", "xp.broadcast_to(x, (3, *x.shape))"),
    _call("negative_copy", "-x", kinds=NUMBERS),
    _call("asarray", "xp.asarray(x)"),
    _call("array_of_list", "xp.array([1.0, 2.0, 3.0])", shapes=((8,),)),
    _call("zeros_8", "xp.zeros(8)", shapes=((8,),)),
    # Its contents are arbitrary.
    _call("empty_8", "xp.empty(8)", shows="xp.zeros_like(xp.empty(8))", shapes=((8,),)),
    _call("arange_8", "xp.arange(8)", shapes=((8,),)),
    _call("float_of_sum", "float(x.sum())", tolerance=16, to_largest=True),
    _call("hstack", "xp.hstack([x, x])"),
    _call("vstack", "xp.vstack([x, x])"),
    _call("atleast_2d", "xp.atleast_2d(x)"),
    _call("moveaxis", "xp.moveaxis(x, 0, -1)"),
    _call("split", "xp.split(x, 2)[0]"),
    _call("tolist", "xp.asarray(x.tolist())"),
]
