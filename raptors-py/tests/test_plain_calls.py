"""Calls of few plain numbers, which are answered without detours: they give what NumPy gives."""

import operator
import warnings

import numpy as np
import pytest

import raptors as rp


def same(got, want, exact=True):
    want = np.asarray(want)
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    if exact:
        np.testing.assert_array_equal(np.asarray(got), want)
    else:
        np.testing.assert_allclose(np.asarray(got), want, rtol=1e-3 if want.dtype == "e" else 1e-5)


def test_lists_of_plain_numbers():
    for numbers in (
        [1.5, -0.0, np.nan, np.inf],
        (1.5, 2.5),
        [1, -(2**63), 2**63 - 1],
        [1, 2**63],
        [1, 2.5],
        [True, 2],
        [1.0, True],
        [[1.0], [2.0]],
        [],
        list(range(3000)),
        [float(i) for i in range(3000)],
    ):
        for make in ("array", "asarray"):
            same(getattr(rp, make)(numbers), getattr(np, make)(numbers))
            for dtype in ("f4", "i8", "f8", "c16"):
                if numbers[:1] != [1.5] and 2**63 not in numbers and np.nan not in numbers:
                    same(getattr(rp, make)(numbers, dtype), getattr(np, make)(numbers, dtype))
        assert repr(rp.array(numbers).tolist()) == repr(np.array(numbers).tolist())


def test_results_over_their_own_operands():
    for dtype in "efdFDbhilBHIL?":
        for op in (operator.iadd, operator.imul, operator.isub, operator.ior):
            for n in (1, 8, 100, 600):
                numbers = (np.arange(n) % 5).astype(dtype)
                for first, second in ((slice(None), slice(None)), (slice(1, None), slice(None, -1))):
                    theirs = numbers.copy()
                    ours = rp.array(numbers)
                    try:
                        want = op(theirs[first], theirs[second])
                    except TypeError:
                        with pytest.raises(TypeError):
                            op(ours[first], ours[second])
                        continue
                    same(op(ours[first], ours[second]), want)
                    same(ours, theirs)


def test_numbers_are_stored_in_every_dtype():
    for dtype in "efdFDbhilBHIL?":
        for number in (3, -3, 0, 2049, 1.5, -0.0, 1e-7, 1e5, np.inf, 3.3, True):
            for key in (1, slice(1, 3), [0, 2], Ellipsis):
                ours, theirs = rp.zeros(4, dtype), np.zeros(4, dtype)
                with warnings.catch_warnings(record=True) as told:
                    warnings.simplefilter("always")
                    try:
                        theirs[key] = number
                    except (OverflowError, ValueError) as error:
                        with pytest.raises(type(error)):
                            ours[key] = number
                        continue
                    count = len(told)
                    ours[key] = number
                assert len(told) == 2 * count, (dtype, number, key)
                same(ours, theirs)


def test_short_products_and_places():
    for dtype in "efdFDilB":
        for n in (1, 3, 8, 100, 1024, 1025):
            x, y = (np.arange(n) % 7).astype(dtype), (np.arange(n) % 5).astype(dtype)
            a, b = rp.asarray(x), rp.asarray(y)
            for name in ("dot", "inner", "vdot", "vecdot", "matmul"):
                same(getattr(rp, name)(a, b), getattr(np, name)(x, y), exact=False)
                same(getattr(rp, name)(a[::-1], b), getattr(np, name)(x[::-1], y), exact=False)
            same(rp.einsum("i,i->", a, b), np.einsum("i,i->", x, y), exact=False)
            same(a.argmax(), x.argmax()), same(a[::-1].argmin(), x[::-1].argmin())
            same(rp.count_nonzero(a), np.asarray(np.count_nonzero(x)))
            same(a[::-1].reshape(n, 1), x[::-1].reshape(n, 1))
            if n > 1 and dtype in "fdilB":
                same(a.take(rp.asarray([0, -1])), x.take([0, -1]))
                same(rp.power(a, 2), np.power(x, 2))
    m, v = np.arange(12.0).reshape(3, 4), np.arange(4.0)
    for text, x, y in (("ij,jk->ik", m, m.T), ("ij,j->i", m, v), ("i,ij->j", v, m.T), ("ij,jk->ik", m.T, m)):
        want = np.einsum(text, x, y)
        got = rp.einsum(text, rp.asarray(x), rp.asarray(y))
        same(got, want)
        assert got.strides == want.strides
    with pytest.raises(ValueError):
        rp.einsum("ij,jk->ik", rp.ones((2, 3)), rp.ones((2, 3)))
    same(rp.einsum("ij,jk->ik", rp.ones((2, 3)), rp.ones((1, 2))), np.full((2, 2), 3.0))
    for n in (0, 1, 7, 1024, 1025, 5000):
        same(rp.arange(n), np.arange(n))
    same(rp.arange(-3), np.arange(-3))
