"""What dtypes are, how they promote and cast: NumPy's answers, for Raptors arrays too."""

import itertools

import numpy as np
import pytest
from conftest import DTYPES

import raptors as rp


def test_promotion_and_casts():
    for a, b in itertools.product(DTYPES, repeat=2):
        x, y = rp.zeros(2, a), rp.zeros((), b)
        assert rp.result_type(x, y) == rp.promote_types(a, b) == np.promote_types(a, b)
        for casting in ("no", "safe", "same_kind", "unsafe"):
            assert rp.can_cast(x, b, casting) == rp.can_cast(a, y.dtype, casting) == np.can_cast(a, b, casting)
        kinds = [np.dtype(dtype).kind for dtype in (a, b)]
        if "b" not in kinds:
            assert rp.common_type(x, y) == np.common_type(np.zeros(2, a), np.zeros((), b))
    assert rp.result_type(rp.zeros(2, "f4"), 1.0, 3j) == np.complex64
    with pytest.raises(TypeError):
        rp.can_cast(1, "int8")


def test_limits():
    for dtype in DTYPES:
        kind = np.dtype(dtype).kind
        if kind in "fc":
            mine, theirs = rp.finfo(rp.zeros(2, dtype)), np.finfo(dtype)
            assert (mine.max, mine.eps, mine.tiny, mine.bits) == (theirs.max, theirs.eps, theirs.tiny, theirs.bits)
            assert mine.dtype == theirs.dtype and str(mine) == str(theirs)
        elif kind in "iu":
            mine, theirs = rp.iinfo(rp.zeros(2, dtype)), np.iinfo(dtype)
            assert (mine.min, mine.max, mine.bits) == (theirs.min, theirs.max, theirs.bits)
    assert isinstance(rp.finfo("float32").eps, float)
    with pytest.raises(ValueError, match="not inexact"):
        rp.finfo(rp.zeros(2, "int8"))
    assert rp.min_scalar_type(rp.asarray(300)) == np.uint16


def test_kinds():
    names = ["bool", "signed integer", "unsigned integer", "integral", "real floating"]
    for dtype in map(np.dtype, DTYPES):
        for kind in [*names, "complex floating", "numeric", ("bool", "integral"), np.int8]:
            assert rp.isdtype(dtype, kind) == np.isdtype(dtype, kind)
    with pytest.raises(ValueError, match="not a known kind"):
        rp.isdtype(np.dtype("i4"), "number")


def test_signed_and_unsigned_compare_exactly():
    signed = np.array([-1, 0, 2**53 + 1, 2**63 - 1])
    unsigned = np.array([2**64 - 1, 0, 2**53, 2**63], np.uint64)
    for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
        for x, y in ((signed, unsigned), (unsigned, signed), (signed[:, None], unsigned)):
            want = getattr(np, name)(x, y)
            np.testing.assert_array_equal(np.asarray(getattr(rp, name)(rp.asarray(x), y)), want)
            out = rp.zeros(want.shape, bool)
            mask = np.arange(want.size).reshape(want.shape) % 2 == 0
            getattr(rp, name)(rp.asarray(x), y, out=out, where=mask)
            np.testing.assert_array_equal(np.asarray(out), want & mask)
    small = rp.asarray([0, 255], dtype="u1")
    assert (small < 300).all() and not (small == -1).any()
    with pytest.raises(OverflowError):
        small + 300


def test_casts_under_every_rule():
    for casting in ("no", "equiv", "safe", "same_kind", "unsafe"):
        for one, other in itertools.product(DTYPES, repeat=2):
            want = np.can_cast(one, other, casting)
            assert rp.can_cast(one, other, casting) is want
            assert rp.can_cast(rp.zeros(2, one), np.dtype(other), casting=casting) is want
    for casting in ("spam", 3, None):
        outcomes = []
        for xp in np, rp:
            try:
                outcomes.append(xp.can_cast("i4", "i8", casting=casting))
            except (TypeError, ValueError) as error:
                outcomes.append(type(error))
        assert outcomes[0] == outcomes[1]
