"""Options that few programs give: orders in bytes, outputs of other dtypes, numbers beyond 64 bits, starts that
are none, results that stand for scalars. Outcomes are NumPy's."""

import numpy as np
import pytest
from test_refusals import outcome

import raptors as rp

ROUNDED = [
    f"xp.array([[1.2345, 2.5, -3.567], [100.0, 0.0, 7.25]]).astype({dtype!r}){view}.round({decimals})"
    for dtype in ("?", "i1", "u1", "i8", "f2", "f4", "f8", "c8", "c16")
    for view, decimals in (
        ("", 400), ("", -400), (".T", 400), (".T", -1), ("", -30), ("", 30), ("", 309), ("", 5), ("", -5), ("[0, 0]", -1),
        ("[0, 0]", 400), ("", 2**31), ("", 1.5), ("", "1, xp.zeros((2, 3))"), ("", "-1, xp.zeros((2, 3))"),
        ("", "0, xp.zeros((2, 3), 'i4')"), ("", "-1, xp.zeros((2, 3), 'i4')"), ("", "1, xp.zeros(5)"),
        ("", "2, xp.zeros((2, 3), 'c16')"),
    )
]  # fmt: skip
ORDERS = [
    f"{call}order={order})"
    for call in (
        "xp.zeros((2, 3), ", "xp.ones((2, 3), ", "xp.full((2, 3), 1, ", "xp.eye(2, 3, ", "b.copy(", "b.T.ravel(", "b.T.tobytes(",
        "b.T.flatten(", "b.reshape((3, 2), ", "xp.array(b.T, ", "xp.asarray(b, ", "b.astype('f4', ", "xp.add(b, b, ",
        "xp.multiply(xp.ones((3, 1)), xp.ones((1, 3)), ", "xp.multiply(b.T, b.T, ", "xp.multiply(b.T.copy('F'), 2.5, ",
        "xp.multiply(b.T, xp.ones((3, 1)), ",
    )
    for order in ("b'C'", "b'F'", "b'A'", "'A'", "b'K'", "b'x'", "'FC'", "''", "1", "None")
]  # fmt: skip
MOMENTS = [
    f"xp.{name}({array}, {options})"
    for name in ("mean", "std", "var")
    for array, outs in (
        ("b", "i4 f4 f8"), ("b / 2", "i4 f4 f8 c16"), ("(b / 2).astype('f2')", "i4 f2 f4 f8"), ("b * (1 + 2j)", "c8 c16"),
        ("b > 2", "i4 f4 f8"),
    )
    for options in (
        *(f"axis=0, out=xp.zeros(3, {dtype!r})" for dtype in outs.split()),
        "dtype='c16'", "axis=1, dtype='c16'", "axis=0, out=xp.zeros((1, 3))", "axis=5, out=xp.zeros(3)",
    )
] + [
    f"xp.{name}(xp.array([[1, nan, 3], [4, 5, nan]], 'f4'), axis=0, out=xp.zeros(3, {dtype!r}))"
    for name in ("nanmean", "nanvar", "nanstd") for dtype in ("f4", "f8", "c16")
]  # fmt: skip
HUGE = [
    *(f"xp.full(2, {value}, {dtype})" for value in ("2**63", "2**64", "-2**63 - 1") for dtype in ("bool", "'i8'", "'u8'", "'f4'")),
    "xp.full(2, 2**63)", "xp.arange(2**63, 2**63 + 3)", "xp.arange(2**63 - 3, 2**63)", "xp.arange(2**64 - 3, 2**64, dtype='u8')",
    "xp.arange(2**63)", "xp.arange(0, 2**65, 2**63, dtype='f8')", "xp.arange(2**63, 0)",
    *(f"xp.pad(xp.ones(2, {dtype!r}), 1, constant_values={value})" for dtype in ("?", "i4", "i8", "u8", "f4")
      for value in ("2**63", "(-1, 2**40)", "300", "1.5", "[[2**40, 1]]")),
]  # fmt: skip
EINSUMS = [
    f"xp.einsum({call}, optimize={optimize})"
    for optimize in (False, True)
    for call in (
        "'->', xp.array(3.0)", "'ij->ji', b", "'ij,kj->ik', b, b", "'ij,kj->ki', b, b", "'ij,ij->ij', b, b",
        "'ij,kj,kl->il', b, b, b", "'ij,ij->', b, b", "'i,j->ji', a, a", "'bij,bjk->ibk', c, c.swapaxes(1, 2)",
        *(f"'ij,kj->{output}', b, b * 0.5, out=xp.zeros((2, 2), {dtype!r})" for output in ("ik", "ki") for dtype in ("u1", "f4")),
        "'ij,ij->ij', b, b * 0.5, out=xp.zeros((2, 3), 'u1')", "'ij->', b * 0.5, out=xp.zeros((), 'u1')",
        "'ij,kj->ik', b, b, order='C'", "'ij,kj->ik', b, b, order='F'", "'ij,kj->ik', b, b, dtype='f4'",
    )
]  # fmt: skip
STARTS = [
    f"xp.{function}({array}, {options})"
    for function in ("sum", "max", "add.reduce", "subtract.reduce")
    for array in ("b", "c")
    for options in (
        "axis=5, initial='x'", "axis=(0, 0), initial='x'", "axis=0, initial='x', out=5",
        "axis=0, initial='x', out=locked", "axis=0, out=locked", "axis=5, out=locked", "axis=0, initial=2**70, out=xp.zeros(3)",
        "axis=0, initial='x'", "axis=0, initial=[1, 2]",
    )
] + [
    f"xp.add({call})" for call in (
        "b, b, out=locked", "b, 'x', out=locked", "b, 1j, out=locked", "b, xp.ones(7), out=locked", "b, b, locked",
        "b, b, out=xp.zeros(7, 'i4')", "b, b, out=locked, where=a", "b, b, out=locked, casting='foo'",
    )
] + ["xp.add.accumulate(b, 0, out=locked)", "xp.add.reduceat(b, [0, 1], out=locked)"]  # fmt: skip
STACKS = [
    f"{left} @ {right}"
    for left in ("t", "f", "t[::-1]", "d", "t.astype('f2')", "xp.ones(4)")
    for right in ("t.swapaxes(-1, -2)", "f.swapaxes(-1, -2)", "d.swapaxes(-1, -2)", "xp.ones((5, 2))", "xp.ones(5)", "xp.ones((3, 5, 2))")
    if left != "xp.ones(4)" or right.startswith(("t", "f", "d"))
]  # fmt: skip


@pytest.mark.parametrize("expression", [*ROUNDED, *ORDERS, *MOMENTS, *HUGE, *EINSUMS, *STARTS])
def test_outcomes_are_numpys(expression):
    text = expression.replace("locked", "xp.broadcast_to(xp.zeros(1), (3,))")
    assert outcome(text, rp) == outcome(text, np)


STACKS += [
    "t[..., :0] @ t[..., :0, :]", "f[..., :0] @ d[:, :, :0]", "d[..., :0] @ d[..., :0, :]", "t[..., :0] @ xp.ones(0)",
    "xp.matvec(t[..., :0], xp.ones(0))", "xp.vecdot(t[..., :0], t[..., :0])", "t[:, :1, :, :0] @ d[..., :0, :]",
    "t.astype('f2')[..., :0] @ d.astype('f2')[..., :0, :]",
]  # fmt: skip


@pytest.mark.parametrize("expression", STACKS)
def test_products_of_stacks_lie_as_their_operands(expression):
    def strides(xp):
        d = xp.asarray(np.arange(120.0).reshape(2, 3, 4, 5))
        f = xp.asarray(np.asfortranarray(np.asarray(d)))
        t = xp.asarray(np.ascontiguousarray(np.asarray(d).transpose(1, 0, 2, 3)).transpose(1, 0, 2, 3))
        try:
            result = eval(expression, {"xp": xp, "d": d, "f": f, "t": t})
        except ValueError as error:
            return str(error)
        return result.strides, np.asarray(result).tolist()

    np.testing.assert_equal(strides(rp), strides(np))


@pytest.mark.parametrize("method", [
    "round()", "round(1)", "round(-1)", "astype('f4')", "astype('i8')", "copy()", "copy('F')", "conj()",
    "squeeze()", "__copy__()", "__deepcopy__({})", "clip(0, 1)", "T", "real", "imag", "view()", "transpose()",
    "reshape(())", "reshape((), order='F')", "transpose(())", "view(element.dtype)",
])  # fmt: skip
@pytest.mark.parametrize("dtype", ["?", "i4", "f4", "f8", "c16"])
def test_what_stands_for_a_scalar_gives_such_again(method, dtype):
    if (dtype, method) in (("c16", "astype('i8')"), ("?", "round(1)"), ("?", "round(-1)")):
        pytest.skip("warns, or is refused")
    element = rp.asarray(np.array([1, 0, 3], dtype))[0]
    made = eval(f"element.{method}", {"element": element})
    assert hash(made) == hash(made.item())
    assert not made.flags.writeable


def test_arrays_without_axes_stay_arrays():
    array = rp.asarray(np.array(1.5))
    element = rp.asarray([1.5])[0]
    for made in (array.copy(), array.astype("f4"), rp.copy(element), rp.array(element), rp.copy(element, order="F")):
        assert made.flags.writeable
        with pytest.raises(TypeError):
            hash(made)
    with pytest.raises(TypeError):
        hash(rp.broadcast_to(array, ()))


def test_views_of_einsum():
    for subscripts in ("ij->ij", "ij->ji", "ii->i"):
        for options in ({}, {"optimize": True}, {"order": "F"}, {"dtype": "f4"}):
            array = rp.ones((3, 3))
            view = rp.einsum(subscripts, array, **options)
            assert view is not array
            assert rp.shares_memory(view, array)
    number = rp.einsum("->", rp.asarray(np.array(2.0)))
    assert not number.flags.writeable


def test_what_overrides_ufuncs_is_asked_with_the_output_of_an_operator_in_place():
    class Fills:
        def __array_ufunc__(self, ufunc, method, *inputs, **options):
            options["out"][0][...] = 7
            return options["out"][0]

    class Tells:
        def __array_ufunc__(self, ufunc, method, *inputs, **options):
            return ufunc.__name__, method, len(inputs), sorted(options)

    for xp in (np, rp):
        array = kept = xp.arange(3.0)
        array += Fills()
        assert array is kept and array.tolist() == [7, 7, 7]
        array *= Tells()
        assert array == ("multiply", "__call__", 2, ["out"])


@pytest.mark.parametrize("name", ["putmask", "place"])
def test_scalars_are_cast_where_arrays_are_refused(name):
    for xp in (np, rp):
        array = xp.zeros(3, "f4")
        getattr(xp, name)(array, array < 1, xp.asarray([2.5])[0])
        assert array.tolist() == [2.5] * 3
        if name == "putmask":
            with pytest.raises(TypeError, match="Cannot cast array data"):
                xp.putmask(array, array < 3, xp.asarray([2.5]))
