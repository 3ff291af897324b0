"""Joining, splitting, repeating, padding: NumPy's results, views and errors."""

import numpy as np
import pytest
from conftest import DTYPES, LAYOUTS, values
from test_shapes import outcome, same

import raptors as rp


def alike(got, want, order=True):
    """Holds ``got`` to ``want``: arrays, tuples and lists of them, Python's values, errors."""
    if isinstance(want, tuple | list):
        assert type(got) is type(want) and len(got) == len(want)
        for mine, theirs in zip(got, want, strict=True):
            alike(mine, theirs, order)
    elif isinstance(want, np.ndarray | np.generic | Exception):
        same(got, want)
        if order and isinstance(want, np.ndarray) and want.size > 1:
            assert got.flags.f_contiguous == want.flags.f_contiguous, (got.strides, want.strides)
    else:
        assert got == want and type(got) is type(want)


def check(name, *args, order=True, **kwargs):
    """Holds a function to NumPy's, on Raptors arrays in place of NumPy's."""
    want = outcome(getattr(np, name), *args, **kwargs)
    alike(outcome(getattr(rp, name), *ours(args), **ours(kwargs)), want, order)


def ours(value):
    if isinstance(value, np.ndarray):
        return rp.asarray(value)
    if isinstance(value, tuple | list):
        return type(value)(map(ours, value))
    return {key: ours(item) for key, item in value.items()} if isinstance(value, dict) else value


ONE_ARRAY = [
    ("repeat", (2,)), ("repeat", (0,)), ("repeat", (2, 0)), ("repeat", (3, -1)), ("repeat", (-1,)),
    ("repeat", (2, 5)), ("tile", (2,)), ("tile", ((2, 1, 3),)), ("tile", ((0, 2),)), 
    ("roll", (1,)), ("roll", (-7, 0)), ("roll", ((1, 2), (0, 1))), ("roll", (1, (0, 1))),
    ("roll", ((1, 2), 0)), ("roll", (1, 7)), ("flip", ()), ("flip", (0,)), ("flip", ((0, 1),)),
    ("flip", (4,)), ("flipud", ()), ("fliplr", ()), ("rot90", ()), ("rot90", (2,)), ("rot90", (-1,)),
    ("rot90", (1, (1, 0))), ("rot90", (1, (0, 0))), ("atleast_1d", ()), ("atleast_2d", ()),
    ("atleast_3d", ()), ("split", (2,)), ("split", ([1, 2], 1)), ("split", (5,)), ("array_split", (4,)),
    ("array_split", (0,)), ("array_split", ([1, 3], 1)), ("hsplit", (2,)), ("vsplit", (2,)),
    ("dsplit", (2,)), ("unstack", ()), ("tril", ()), ("triu", (1,)), ("tril", (-2,)), ("diag", ()),
    ("diag", (1,)), ("diagflat", ()), ("resize", ((3, 5),)), ("resize", (7,)), ("append", ([1, 2],)),
    ("delete", (1,)), ("delete", (slice(0, 4, 2), 0)), ("delete", (9,)), ("delete", (slice(1, 3), 1)),
    ("insert", (1, 5)), ("insert", (1, 5, 0)), ("insert", (99, 5)), ("insert", (slice(0, 2), 3, 1)),
    ("moveaxis", (0, 1)), ("rollaxis", (1,)), ("rollaxis", (0, 9)), ("swapaxes", (0, 1)),
    ("expand_dims", ((0, 2),)), ("squeeze", ()), ("transpose", ()), ("permute_dims", ((1, 0),)),
    ("reshape", ((-1,),)), ("ravel", ("F",)), ("broadcast_to", ((2, 4, 6),)), ("shape", ()),
    ("ndim", ()), ("size", (0,)), ("trim_zeros", ()), ("kron", ([[1, 2]],)), ("real", ()), ("imag", ()),
    ("array_equal", ([1],)), ("array_equiv", (0,)), ("isreal", ()), ("iscomplex", ()),
    ("isposinf", ()), ("isneginf", ()), ("fix", ()), ("nan_to_num", ()), ("isscalar", ()),
    ("iscomplexobj", ()), ("isrealobj", ()), ("iterable", ()), ("real_if_close", ()),
    ("copy", ()), ("copy", ("C",)), ("zeros_like", ()), ("full_like", (1,)), ("matrix_transpose", ()),
    ("ascontiguousarray", ()), ("asfortranarray", ()), ("vander", ()), ("round", (1,)), ("round", ()),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("layout_name", LAYOUTS)
def test_one_array(layout_name):
    failures = []
    for dtype in ("bool", "int16", "uint8", "float16", "float64", "complex64"):
        array = LAYOUTS[layout_name](values(dtype, 24).reshape(4, 6))
        for name, args in ONE_ARRAY:
            if (name, dtype) in {("fix", "complex64"), ("round", "complex64")}:
                continue
            order = name not in ("copy", "reshape", "imag", "isreal")
            try:
                check(name, array, *args, order=order)
            except AssertionError as error:
                failures.append(f"{name}{args} of {dtype}: {error}")
    assert not failures, "\n".join(failures)


JOINS = [
    ("concatenate", {}), ("concatenate", {"axis": 1}), ("concatenate", {"axis": -1}),
    ("concatenate", {"axis": None}), ("concatenate", {"axis": 2}), ("stack", {}), ("stack", {"axis": 1}),
    ("stack", {"axis": -1}), ("stack", {"axis": 3}), ("vstack", {}), ("hstack", {}), ("dstack", {}),
    ("column_stack", {}), ("concatenate", {"dtype": "f4"}), ("concatenate", {"dtype": "i1"}),
    ("concatenate", {"dtype": "i1", "casting": "unsafe"}), ("vstack", {"dtype": "c16"}),
    ("concat", {"axis": 0}), ("concatenate", {"casting": "no"}),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name, kwargs", JOINS, ids=lambda x: None)
def test_joins(name, kwargs):
    for first in LAYOUTS.values():
        for second in LAYOUTS.values():
            a = first(np.arange(24, dtype="f8").reshape(4, 6))
            b = second(np.arange(24, dtype="i4").reshape(4, 6))
            check(name, [a, b], **kwargs)
            check(name, (b, a, a), **kwargs)


def test_joins_of_all_dtypes(dtype):
    for other in DTYPES:
        check("concatenate", [values(dtype, 5), values(other, 4)])
        check("stack", [values(dtype, 3), values(other, 3)])


def test_joins_of_other_things():
    for name in ("concatenate", "stack", "hstack", "vstack", "dstack", "column_stack"):
        for given in ([], [1, 2.5], [[1, 2], [3, 4]], 5.0, [[1], [2, 3]], np.ones((2, 3)), [np.ones(0)]):
            want, got = outcome(getattr(np, name), given), outcome(getattr(rp, name), ours(given))
            assert type(got).__name__ == type(want).__name__
            if isinstance(want, np.ndarray):
                alike(got, want)
    check("concatenate", [3, np.float32([1])], axis=None)
    check("concatenate", [300, np.uint8([1])], axis=None)
    check("concatenate", [2.5, np.uint8([1]), True], axis=None)
    with pytest.raises(TypeError, match="needs to be a sequence"):
        rp.concatenate(iter([rp.ones(1)]))
    with pytest.raises(TypeError, match="arrays to stack"):
        rp.stack(iter([rp.ones(1)]))


def test_joins_write_to_outputs():
    a = np.arange(6.0).reshape(2, 3)
    for shape, options in [
        ((4, 3), {}), ((2, 6), {"axis": 1}), ((12,), {"axis": None}), ((3, 4), {}), ((12,), {}),
        ((3,), {"axis": None}), ((4, 3), {"dtype": "f8"}), ((4, 3), {"axis": None}),
    ]:  # fmt: skip
        for dtype in ("f8", "f4", "i8"):
            theirs, mine = np.zeros(shape, dtype), rp.zeros(shape, dtype)
            want = outcome(np.concatenate, [a, a], out=theirs, **options)
            got = outcome(rp.concatenate, ours([a, a]), out=mine, **options)
            assert got is mine or isinstance(want, Exception)
            same(got, want)
    with pytest.raises(TypeError, match="'out' must be an array"):
        rp.concatenate([a, a], out=[1])
    locked = rp.zeros((4, 3))
    locked.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        rp.concatenate([a, a], out=locked)
    both = rp.arange(6.0)
    rp.concatenate([both[3:], both[:3]], out=both)
    assert both.tolist() == [3, 4, 5, 0, 1, 2]
    theirs = np.zeros(6)
    assert rp.concatenate([rp.ones(3), rp.ones(3)], out=theirs) is theirs and theirs.all()


def test_views_stay_views():
    a = rp.asarray(np.arange(24).reshape(4, 6))
    views = [
        rp.flip(a), rp.flip(a, 1), rp.rot90(a), rp.rot90(a, 2), rp.atleast_3d(a), rp.expand_dims(a, 0),
        rp.broadcast_to(a, (2, 4, 6)), *rp.broadcast_arrays(a, [[1]])[:1], *rp.split(a, 2),
        *rp.array_split(a, 3), *rp.unstack(a), rp.moveaxis(a, 0, 1), rp.swapaxes(a, 0, 1), rp.diag(a),
        rp.rollaxis(a, 1), rp.reshape(a, (6, 4)), rp.ravel(a), rp.lib.stride_tricks.as_strided(a),
        rp.lib.stride_tricks.sliding_window_view(a, (2, 2)), rp.trim_zeros(a[1]), rp.real(a),
    ]  # fmt: skip
    assert all(np.shares_memory(np.asarray(view), np.asarray(a)) for view in views)
    copies = [rp.repeat(a, 1), rp.tile(a, 1), rp.roll(a, 0), rp.concatenate([a]), rp.copy(a), rp.tril(a)]
    assert not any(rp.shares_memory(copy, a) for copy in copies)


PADS = [
    {"mode": mode, **options}
    for mode, many in {
        "constant": [{}, {"constant_values": ((1, 2), (3, 4))}], "edge": [{}], "wrap": [{}],
        "linear_ramp": [{}, {"end_values": (5, -4)}], "maximum": [{}, {"stat_length": 2}],
        "mean": [{}, {"stat_length": (1, 3)}], "median": [{}, {"stat_length": 2}],
        "minimum": [{}, {"stat_length": ((2, 1), (3, 9))}], "nothing": [{}],
        "reflect": [{}, {"reflect_type": "odd"}], "symmetric": [{}, {"reflect_type": "odd"}],
    }.items()
    for options in many
]  # fmt: skip


@pytest.mark.parametrize("options", PADS, ids=lambda options: options["mode"])
def test_pad(options):
    for dtype in ("int32", "float64", "complex64", "uint8"):
        if dtype == "complex64" and options["mode"] in ("maximum", "minimum", "median"):
            continue
        array = np.arange(12).reshape(3, 4).astype(dtype)
        for widths in (
            1, (2, 3), ((1, 0), (7, 9)), ((0, 0), (3, 0)), {0: 2, -1: (4, 1)}, 1.5, -1, ((1,) * 3,),
        ):  # fmt: skip
            for layout in ("c", "fortran", "reversed"):
                check("pad", LAYOUTS[layout](array), widths, **options)
    check("pad", np.zeros((0, 2)), 1, **options)
    check("pad", np.ones((1, 1)), 3, **options)
    if options["mode"] in ("maximum", "minimum"):
        check("pad", np.ones(2), 0, mode=options["mode"], stat_length=0)
    check("pad", np.ones(3), 1, **options, unknown=3)


def test_pad_with_a_function():
    def fill(run, width, axis, options):
        run[: width[0]] = options["value"]
        run[len(run) - width[1] :] = axis

    check("pad", np.arange(6).reshape(2, 3), ((1, 2), (2, 1)), mode=fill, value=7)
    assert rp.pad([1, 2], 1, mode="empty").shape == (4,)


def test_blocks():
    one, row = np.ones((1, 1)), np.arange(2)
    for given in (
        [[one, one], [np.zeros((1, 2))]], [row, row], row, [[row], [row]], [[1, 2], [3, 4]], [],
        [[one], []], [[one], one], (one,), [[one, one], [one]], [[[1]], [[2]]], 3.5,
    ):  # fmt: skip
        check("block", given)


def test_places_in_and_out():
    a = np.arange(12.0).reshape(3, 4)
    for obj in (
        0, -1, 2, 3, -4, 9, [0, 2], [0, 0], [], [-1, 1], slice(None), slice(1, None, 2), slice(3, 0, -1),
        np.array([True, False, True]), np.array([1]), np.array([[0, 1]]), 1.5, [1.5, 2],
    ):  # fmt: skip
        for axis in (0, 1, None, 5):
            for function, extra in (("delete", ()), ("insert", (7,)), ("insert", ([1, 2, 3],))):
                want = outcome(getattr(np, function), a, obj, *extra, axis=axis)
                got = outcome(getattr(rp, function), ours(a), ours(obj), *extra, axis=axis)
                same(got, want, text=False)


def test_repeats_for_every_place():
    a = np.arange(12).reshape(3, 4)
    for repeats in ([1, 2, 0], [1, 0, 2, 3], [-1, 1, 1], [2], [], [1, 2], np.uint8([1, 0, 1]), [1.5, 2, 3]):
        for axis in (0, 1, None):
            want = outcome(np.repeat, a, repeats, axis)
            got = outcome(rp.repeat, ours(a), ours(repeats), axis)
            same(got, want, text=not isinstance(want, TypeError))


def test_shapes_broadcast():
    for shapes in (
        ((2, 1), (3,)), (), ((),), (3, (3,)), ((0,), (1,)), ((2,), (3,)), ((2, 1), (4, 3), (2,)), (-1,),
    ):  # fmt: skip
        assert str(outcome(rp.broadcast_shapes, *shapes)) == str(outcome(np.broadcast_shapes, *shapes))
    check("broadcast_arrays", np.ones(2), np.ones((3, 1)), 4)
    check("broadcast_arrays", np.ones(2), np.ones((3, 4)))


def test_close():
    numbers = np.array([1.0, 1 + 1e-9, np.nan, np.inf, -np.inf, 0.0])
    for kind in ("f8", "f4", "c16"):
        a = numbers.astype(kind)
        for b in (a, a[::-1], 1.0, np.int32(1)):
            for options in ({}, {"equal_nan": True}, {"rtol": 0, "atol": 0.5}, {"atol": np.ones(6)}):
                check("isclose", a, b, **options)
                check("allclose", a, b, **options)
    check("isclose", np.uint8([1, 255]), np.uint8([2, 0]), atol=1)
    check("array_equal", numbers, numbers, equal_nan=True)
    check("array_equal", numbers, numbers)


def test_bits():
    for shape in ((3,), (8,), (2, 17), (0,), (3, 0), (2, 3, 9)):
        bits = np.random.default_rng(1).integers(0, 2, shape)
        for axis in (None, 0, -1, 5):
            for order in ("big", "little"):
                check("packbits", bits, axis=axis, bitorder=order)
                # NumPy leaves the zeros that it adds to nothing uninitialized.
                packed = (bits * 77 if bits.size else np.ones((2, 1))).astype("u1")
                for count in (None, 0, 5, 100, -3, -500):
                    want = outcome(np.unpackbits, packed, axis=axis, count=count, bitorder=order)
                    got = outcome(rp.unpackbits, ours(packed), axis=axis, count=count, bitorder=order)
                    same(got, want)
    check("packbits", np.ones(3))
    check("packbits", np.ones(3, bool), bitorder="l")
    check("unpackbits", np.ones(3, int))
    check("packbits", np.ones(3, bool), bitorder="odd")


@pytest.mark.filterwarnings("ignore")
def test_rounding():
    for dtype in DTYPES:
        array = values(dtype, 40)
        for decimals in (0, 1, 3, -1, -2, 20):
            check("round", array, decimals)
            check("around", LAYOUTS["strided"](array.reshape(5, 8)), decimals)
            for shape in ((0,), (), (2, 4, 5)):
                part = np.resize(array, shape)
                check("round", part, decimals)
                check("round", part.T, decimals)
                if part.size and part.dtype.kind != "b":
                    got = rp.round(rp.asarray(part.T), decimals)
                    assert got.strides == np.round(part.T, decimals).strides
    out = rp.zeros(2)
    assert rp.round([1.55, 2.45], 1, out=out) is out and out.tolist() == [1.6, 2.4]


def test_angles():
    phases = np.cumsum(np.linspace(0, 5, 12)) % (2 * np.pi)
    check("unwrap", phases)
    check("unwrap", phases.reshape(3, 4), axis=0)
    check("unwrap", np.array([0, 3, 1, 5, 2]), period=6)
    check("unwrap", np.array([0, 3, 1, 5, 2]), period=5)
    check("unwrap", phases, discont=4)
    for z in (np.array([1 + 1j, -1, 1j]), np.array([1.0, -2.0]), np.array([3, -3])):
        check("angle", z)
        check("angle", z, deg=True)
    np.testing.assert_allclose(rp.sinc([0.0, 0.5, 2]), np.sinc([0.0, 0.5, 2]), atol=1e-15)


def test_functions_applied():
    a = np.arange(24).reshape(2, 3, 4)
    for axis in (0, 1, 2, -1, 3):
        check("apply_along_axis", lambda run: run.sum(), axis, a)
        check("apply_along_axis", lambda run: run[::-1] * 2.0, axis, a, order=False)
        check("apply_along_axis", lambda run: run[:2, None] * run[None, :2], axis, a, order=False)
    check("apply_over_axes", lambda x, axis: x.sum(axis), a, [0, 2])
    x = np.linspace(-2, 2, 5)
    check("piecewise", x, [x < 0, x >= 1], [-1, 1, lambda v: v * v])
    check("piecewise", x, [x < 0, x >= 0], [lambda v, k: v * k, lambda v, k: v + k], 3)
    check("piecewise", x, [x < 0], [1, 2, 3])
    check("piecewise", np.array(3.0), [True], [1, 2])
    alike(rp.vectorize(lambda a, b: a + b)(rp.arange(3), 2), np.arange(3) + 2)


def test_strides():
    tricks, a = rp.lib.stride_tricks, rp.arange(12)
    want = np.lib.stride_tricks.as_strided(np.arange(12), (3, 2), (16, 8))
    same(tricks.as_strided(a, (3, 2), (16, 8)), want)
    same(tricks.as_strided(a[2:], (2,), (-8,)), np.array([2, 1]))
    for shape, strides in (((13,), (8,)), ((2,), (-8,)), ((2, 2), (8,))):
        with pytest.raises(ValueError):
            tricks.as_strided(a, shape, strides)
    assert not tricks.as_strided(a, writeable=False).flags.writeable
    theirs = np.arange(12).reshape(3, 4)
    for window, axis in ((2, 0), ((2, 3), None), ((2, 2), (1, 1)), (9, 0), (-1, 0), (2, None), ((1, 1), 0)):
        want = outcome(np.lib.stride_tricks.sliding_window_view, theirs, window, axis)
        same(outcome(tricks.sliding_window_view, ours(theirs), window, axis), want)


def test_nothing_is_delegated(monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    a = rp.arange(6.0).reshape(2, 3)
    for call in (
        lambda: rp.concatenate([a, [[1, 2, 3]]]), lambda: rp.stack([a, a]), lambda: rp.repeat(a, [1, 2], 0),
        lambda: rp.tile(a, 2), lambda: rp.roll(a, 1), lambda: rp.pad(a, 1), lambda: rp.pad(a, 1, "reflect"),
        lambda: rp.linspace(a, 2, 3), lambda: rp.geomspace(1, a + 1), lambda: rp.kron(a, a),
        lambda: rp.r_[1, a[0], 2:4], lambda: rp.mgrid[0:2, 0:3], lambda: rp.meshgrid(a[0], a[1]),
        lambda: rp.tril(a), lambda: rp.diag(a[0]), lambda: rp.isclose(a, 1), lambda: rp.allclose(a, a),
        lambda: rp.block([[a], [a]]), lambda: rp.resize(a, 9), lambda: rp.insert(a, 1, 2, axis=1),
        lambda: rp.delete(a, 1, axis=1), lambda: rp.append(a, 1), lambda: rp.packbits([1, 0]),
        lambda: rp.unpackbits(rp.ones(2, "u1")), lambda: rp.round(a, 1), lambda: rp.flip(a),
    ):  # fmt: skip
        call()


def test_diagonal_is_a_view(monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")
    a = rp.arange(24).reshape(2, 3, 4)
    for args in ((), (1,), (-1, 1, 2), (0, 2, 0)):
        got = rp.diagonal(a, *args)
        assert got.tolist() == np.diagonal(np.asarray(a), *args).tolist()
        assert rp.shares_memory(got, a) and not got.flags.writeable
    with pytest.raises(ValueError, match="diag requires an array of at least two dimensions"):
        rp.diagonal([1])


def test_huge_counts_end_at_once():
    x = np.arange(3.0)
    for parts in (2**60, 2**70):
        for function in ("array_split", "hsplit"):
            want = outcome(getattr(np, function), x, parts)
            assert type(outcome(getattr(rp, function), rp.asarray(x), parts)) is type(want)
    assert rp.diff(rp.asarray(x), 2**60).shape == (0,)
    assert rp.diff(rp.zeros((2, 3), bool), 2**60, axis=0).shape == (0, 3)
    assert rp.polyder(rp.asarray(x), 2**60).shape == (0,)
