"""Dtypes of several arrays together: all at once or one after the other, as NumPy has each."""

import itertools

import numpy as np
import pytest
import raptors as rp

DTYPES = "?bBhHiIlLefdFD"


def test_joins_promote_all_at_once():
    for dtypes in itertools.product(DTYPES, repeat=3):
        arrays = [np.zeros(1, dtype) for dtype in dtypes]
        ours = [rp.asarray(array) for array in arrays]
        assert rp.concatenate(ours).dtype == np.concatenate(arrays).dtype, dtypes
        assert rp.stack(ours).dtype == np.stack(arrays).dtype, dtypes
    arrays = [np.zeros(1, dtype) for dtype in ("u2", "i2", "f4")]
    ours = [rp.asarray(array) for array in arrays]
    assert rp.concatenate([*ours, 1.0], axis=None).dtype == np.float32
    assert rp.clip(*ours).dtype == np.clip(*arrays).dtype


@pytest.mark.parametrize("make", [
    lambda z: [z(0, "i4"), []], lambda z: [[], z(0, "i4"), z(0, "u4")], lambda z: [[], z(0, "f4")],
    lambda z: [z(1, "u2"), [z((), "i2")], z(1, "f4")], lambda z: [z((2, 1), "f4"), [z(1, "u2"), z(1, "i2")]][::-1],
    lambda z: [z((2, 1), "u2"), [z(1, "i2"), z(1, "f4")]],
])  # fmt: skip
def test_lists_promote_one_after_the_other(make):
    got, want = rp.array(make(rp.zeros)), np.array(make(np.zeros))
    assert (got.dtype, got.shape) == (want.dtype, want.shape)


@pytest.mark.parametrize("optimize", [True, "optimal", False])
@pytest.mark.parametrize("subscripts", ["ij,jk,kl->il", "ij,jk->ik", "ij,kl->k", "ij,j,kl->i"])
def test_each_step_of_einsum_has_its_own_dtype(subscripts, optimize):
    lengths = dict(zip("ijkl", (2, 3, 2, 1)))
    terms = subscripts.partition("->")[0].split(",")
    for dtypes in itertools.product("?bHed", repeat=len(terms)):
        shapes = [[lengths[label] for label in term] for term in terms]
        arrays = [np.full(shape, 100 if dtype == "b" else 1, dtype) for shape, dtype in zip(shapes, dtypes)]
        for options in ({}, {"dtype": "f8"}):
            want = np.einsum(subscripts, *arrays, optimize=optimize, **options)
            got = rp.einsum(subscripts, *map(rp.asarray, arrays), optimize=optimize, **options)
            assert got.dtype == want.dtype, dtypes
            np.testing.assert_allclose(np.asarray(got), want, rtol=1e-2)


def test_broadcast_shapes_takes_arrays_of_lengths():
    assert rp.broadcast_shapes(np.array([2, 3]), rp.asarray([2, 1]), np.array(3)) == (2, 3)
    for xp in np, rp:
        with pytest.raises(ValueError, match="currently 64, found 70"):
            xp.broadcast_shapes((1,) * 70)


@pytest.mark.parametrize("name", ["median", "nanmedian"])
def test_medians_lie_in_memory_as_the_elements(name):
    a = np.asfortranarray(np.arange(60.0).reshape(3, 4, 5))
    for axis in (0, (0,), (1,), (-1,), (0, 1), (1, 2)):
        want = getattr(np, name)(a, axis=axis)
        got = getattr(rp, name)(rp.asarray(a), axis=axis)
        assert got.strides == want.strides, axis
        np.testing.assert_array_equal(np.asarray(got), want)


JOINS = [
    ("concatenate", {}), ("concatenate", {"axis": 0}), ("concatenate", {"axis": -1}), ("concatenate", {"axis": 1}),
    ("concatenate", {"axis": None}), ("concatenate", {"axis": True}), ("concatenate", {"axis": 2**40}),
    ("stack", {}), ("stack", {"axis": 1}), ("stack", {"axis": -1}), ("stack", {"axis": 3}), ("stack", {"axis": -4}),
    ("vstack", {}), ("hstack", {}), ("vstack", {"dtype": "f8"}), ("hstack", {"casting": "no"}),
]  # fmt: skip


@pytest.mark.parametrize("name, options", JOINS, ids=str)
@pytest.mark.parametrize("dtype", ["?", "i1", "i2", "f4", "f8", "c16"])
def test_few_arrays_are_joined_as_numpy_joins_them(name, options, dtype):
    line, matrix = np.arange(12).astype(dtype), np.arange(12).reshape(3, 4).astype(dtype)
    cube = np.arange(24).reshape(2, 3, 4).astype(dtype)
    parts = [line, line[::2], line[::-1], line[:0], matrix, matrix[:1], matrix[:, ::2], matrix.T, matrix[::-1], cube,
             cube.transpose(1, 2, 0), np.zeros((), dtype), np.arange(3), np.broadcast_to(line[:1], (5,))]  # fmt: skip
    for arrays in [(part,) for part in parts] + list(itertools.product(parts, repeat=2)) + [(line, line[::3], line)]:
        outcomes = []
        for xp in (np, rp):
            given = [xp.asarray(array) for array in arrays]
            try:
                outcomes.append(getattr(xp, name)(given, **options))
            except (ValueError, TypeError, np.exceptions.AxisError) as error:
                outcomes.append((type(error), str(error)))
        want, got = outcomes
        if isinstance(want, tuple):
            assert got == want
            continue
        assert (got.dtype, got.shape, got.flags.writeable) == (want.dtype, want.shape, True)
        np.testing.assert_array_equal(got, want)
        assert not any(rp.shares_memory(got, array) for array in given)
        if got.size and all(array.flags.c_contiguous for array in arrays):
            assert got.strides == want.strides
