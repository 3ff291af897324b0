"""Creation, shapes, types: NumPy's results, views where NumPy gives views."""

import numpy as np
import pytest
from conftest import DTYPES, LAYOUTS, values

import raptors as rp


def outcome(function, *args, **kwargs):
    with np.errstate(all="ignore"):
        try:
            return function(*args, **kwargs)
        except (TypeError, ValueError, MemoryError, ArithmeticError, IndexError) as error:
            return error


def same(got, want, text=True):
    if isinstance(want, Exception):
        assert type(got).__name__ == type(want).__name__, (got, want)
        assert not text or str(got) == str(want)
        return
    assert isinstance(got, rp.ndarray), got
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    np.testing.assert_array_equal(np.asarray(got), want)


CALLS = [
    ("zeros", ((2, 3),), {}), ("zeros", (4,), {"dtype": "i2"}), ("ones", ((2, 0),), {"dtype": bool}),
    ("full", ((2, 2), 7), {}), ("full", (3, 1.5), {"dtype": "f4"}), ("full", (2, 1j), {}),
    ("zeros", ((2, 3),), {"order": "F"}), ("zeros", ([2, 3],), {"dtype": np.float16}),
    ("zeros", ((),), {}), ("zeros", (-1,), {}), ("zeros", ((2, -3),), {}), ("zeros", ("a",), {}),
    ("zeros", (1.5,), {}), ("zeros", (2**62,), {}), ("zeros", ((2**40, 2**40),), {}),
    ("zeros", (2**63,), {}), ("zeros", ((1,) * 65,), {}), ("zeros", (2**57,), {}),
    ("arange", (5,), {}), ("arange", (1, 5), {}), ("arange", (1, 9, 2), {}), ("arange", (0.0, 1, 0.1), {}),
    ("arange", (5,), {"dtype": "f4"}), ("arange", (5, 1, -1), {"dtype": "u1"}), ("arange", (1, 5, 0), {}),
    ("arange", (np.int8(5),), {}), ("arange", (3,), {"dtype": complex}), ("arange", (5, 0), {}),
    ("linspace", (0, 1, 5), {}), ("linspace", (0, 1, 5), {"endpoint": False, "dtype": int}),
    ("eye", (3,), {}), ("eye", (2, 4, 1), {"dtype": "i4"}), ("identity", (3,), {}),
    ("array", ([[1, 2], [3, 4.5]],), {}), ("array", (range(4),), {"dtype": "c8"}),
    ("array", (3,), {"ndmin": 2}), ("array", ([1, 2],), {"dtype": "u1", "order": "F"}),
    ("array", ([[1, 2], [3]],), {}), ("asarray", ([True, False],), {}), ("asarray", (2.5,), {}),
    ("frombuffer", (b"abcd",), {"dtype": "u2"}), ("tri", (3,), {}), ("logspace", (0, 2, 3), {}),
    ("fromfunction", (lambda i, j: i + j, (2, 3)), {}), ("meshgrid", ([1, 2],), {}),
]  # fmt: skip


@pytest.mark.parametrize("name, args, kwargs", CALLS, ids=lambda x: None)
def test_creation(name, args, kwargs):
    want = outcome(getattr(np, name), *args, **kwargs)
    got = outcome(getattr(rp, name), *args, **kwargs)
    if name == "meshgrid":
        same(got[0], want[0])
        return
    same(got, want, text=not isinstance(want, TypeError))
    if isinstance(want, np.ndarray) and name != "array":
        assert got.flags.f_contiguous == want.flags.f_contiguous


@pytest.mark.parametrize("name", ["zeros_like", "ones_like", "full_like", "empty_like"])
def test_like(name):
    for layout in ("c", "fortran", "strided", "reversed"):
        theirs = LAYOUTS[layout](np.arange(24.0).reshape(4, 6))
        extra = (3,) if name == "full_like" else ()
        for kwargs in ({}, {"dtype": "i2"}, {"shape": (2, 2)}, {"order": "F"}, {"order": "A"}):
            want = getattr(np, name)(theirs, *extra, **kwargs)
            got = getattr(rp, name)(rp.asarray(theirs), *extra, **kwargs)
            assert (got.dtype, got.shape, got.strides) == (want.dtype, want.shape, want.strides)
            if name != "empty_like":
                same(got, want)


SHAPES = [
    ("reshape", (6, 4)), ("reshape", ((2, -1),)), ("reshape", (-1,)), ("reshape", ((2, 2, 6),)),
    ("reshape", (5,)), ("reshape", (-1, -1)), ("reshape", ()), ("ravel", ()), ("ravel", ("F",)),
    ("ravel", ("K",)), ("ravel", ("A",)), ("flatten", ()), ("flatten", ("F",)), ("transpose", ()),
    ("transpose", (1, 0)), ("transpose", ((0, 1),)), ("transpose", (0,)), ("transpose", (0, 0)),
    ("transpose", (0, 2)), ("swapaxes", (0, 1)), ("swapaxes", (0, 2)), ("squeeze", ()),
    ("squeeze", (0,)), ("diagonal", ()), ("diagonal", (1,)), ("diagonal", (0, 0, 0)),
    ("clip", (3, 9)), ("clip", (None, 5)), ("clip", (5.5,)), ("round", (1,)), ("conj", ()),
    ("astype", ("f4",)), ("astype", (int,)), ("astype", ("c16",)), ("astype", ("zz",)),
    ("repeat", (2,)), ("take", ([0, 2],)), ("argsort", ()), ("nonzero", ()), ("trace", ()),
    ("searchsorted", (3,)), ("partition", (2,)), ("dot", ([1] * 6,)), ("copy", ()), ("tobytes", ()),
]  # fmt: skip


@pytest.mark.parametrize("name, args", SHAPES, ids=lambda x: None)
def test_methods(name, args):
    for layout in ("c", "fortran", "strided", "reversed", "empty"):
        theirs = LAYOUTS[layout](np.arange(24.0).reshape(4, 6) / 4)
        ours = rp.asarray(theirs)
        want = outcome(getattr(theirs.copy("K") if name == "partition" else theirs, name), *args)
        got = outcome(getattr(ours, name), *args)
        if isinstance(want, np.ndarray | np.generic | Exception):
            same(got, want)
            shared = isinstance(want, np.ndarray) and np.shares_memory(want, theirs)
            assert isinstance(want, Exception) or np.shares_memory(np.asarray(got), theirs) == shared
        elif isinstance(want, tuple):
            for mine, other in zip(got, want, strict=True):
                same(mine, other)
        else:
            assert got == want


@pytest.mark.parametrize("to", DTYPES)
def test_astype(dtype, to):
    array = values(dtype, 60)
    if array.dtype.kind in "fc" and np.dtype(to).kind in "iu":
        array = np.clip(np.nan_to_num(array.real), 0, 100).astype(dtype)
    with np.errstate(all="ignore"):
        want = array.astype(to)
    same(rp.asarray(array).astype(to), want)
    for casting in ("no", "equiv", "safe", "same_kind"):
        want = outcome(array.astype, to, casting=casting)
        same(outcome(rp.asarray(array).astype, to, casting=casting), want)


def test_astype_shares_where_asked():
    ours = rp.asarray(np.arange(3.0))
    assert ours.astype("f8", copy=False) is ours and ours.astype("f8") is not ours
    assert ours.astype(object).dtype == object


def test_functions_of_shape():
    theirs = np.arange(24).reshape(2, 3, 4)
    ours = rp.asarray(theirs)
    for name, args in [
        ("broadcast_to", ((5, 2, 3, 4),)), ("expand_dims", (1,)), ("expand_dims", ((0, 4),)),
        ("moveaxis", (0, -1)), ("moveaxis", ([0, 1], [1, 0])), ("squeeze", ()), ("swapaxes", (0, 2)),
        ("reshape", ((4, 6),)), ("ravel", ()), ("transpose", ((2, 0, 1),)), ("broadcast_to", ((2, 2),)),
        ("expand_dims", (9,)), ("moveaxis", (5, 0)), ("stack", ()), ("roll", (1,)), ("flip", ()),
        ("clip", (2, 5)), ("concatenate", ()), ("split", (2,)), ("where", ()), ("unique", ()),
    ]:  # fmt: skip
        want = outcome(getattr(np, name), theirs, *args)
        got = outcome(getattr(rp, name), ours, *args)
        if isinstance(want, list | tuple):
            for mine, other in zip(got, want, strict=True):
                same(mine, other)
        else:
            same(got, want)


def test_memory_errors_tell_what_was_asked():
    with pytest.raises(MemoryError) as theirs:
        np.zeros((2**50,), np.uint8)
    with pytest.raises(MemoryError) as ours:
        rp.zeros((2**50,), np.uint8)
    assert type(ours.value) is type(theirs.value) and str(ours.value) == str(theirs.value)
    with pytest.raises(MemoryError):
        rp.broadcast_to(rp.zeros(1), (2**50,)) + 1


def test_truth_values_are_no_sizes():
    a = rp.arange(4)
    for call in (
        lambda: a.reshape(True, 4), lambda: a.reshape((4, True)), lambda: rp.reshape(a, [True, 4]),
        lambda: a.transpose(False),
    ):  # fmt: skip
        with pytest.raises(TypeError):
            call()


def test_ravel_in_the_order_of_memory(dtype, layout):
    a = layout(values(dtype, 24).reshape(4, 6))
    more = np.broadcast_to(a, (2, *a.shape))
    for view in (a, a.T, a[..., None], more, more.T):
        got, want = rp.asarray(view).ravel("K"), view.ravel("K")
        np.testing.assert_array_equal(np.asarray(got), want)


def test_imaginary_zeros_keep_fortran_order():
    a = rp.asarray(np.ones((2, 3), order="F"))
    assert a.imag.flags.f_contiguous and not a.imag.flags.c_contiguous
    assert rp.ones((2, 3)).imag.flags.c_contiguous


def test_conjugates_go_to_an_output():
    for a in (np.array([1 - 1j, 2.0]), np.array([1.5, 2.0])):
        for name in ("conj", "conjugate"):
            out = rp.zeros(2, a.dtype)
            assert getattr(rp.asarray(a), name)(out) is out
            assert out.tolist() == a.conj().tolist()


def test_broadcast_shapes_refuses_what_no_array_can_have():
    for shapes in (
        [(2**40,), (2**40, 1)],
        [(2**40, 2**40)],
        [(2**63,)],
        [2**70, 1],
        [(2**62, 0, 2**62)],
        [(2**62, 1), (0,)],
        [(2**62,)],
    ):
        got, want = outcome(rp.broadcast_shapes, *shapes), outcome(np.broadcast_shapes, *shapes)
        assert repr(got) == repr(want)
