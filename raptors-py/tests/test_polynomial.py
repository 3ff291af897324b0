"""Polynomials equal NumPy's."""

import numpy as np
import pytest
from test_statistics import numbers, outcome, same

import raptors as rp


def test_sums_and_products(dtype):
    for first, second in (([3], [2]), ([1, 2, 3], [4, 5]), ([1, 0], [0, 0, 1, 1, 2])):
        a, b = np.array(first, dtype), np.array(second, dtype)
        for name in ("polyadd", "polysub", "polymul"):
            same(name, a, b, exact=a.dtype.kind in "biu")
    same("polymul", np.zeros(3, dtype), np.ones(2, dtype))


def test_quotients(dtype):
    if dtype != "bool":
        for u, v in (([1, 5, 6], [1, 2]), ([3, 5, 2, 7], [2, 1, 1]), ([1, 2], [1, 2, 3])):
            same("polydiv", np.array(u, dtype), np.array(v, dtype), exact=False)


def test_derivatives_and_integrals(dtype):
    p = numbers(dtype, (5,))
    for m in (0, 1, 3):
        same("polyder", p, m)
        same("polyint", p, m, exact=False)
    same("polyint", p, 2, [1, 2.5], exact=False)
    same("polyint", p, 3, 6, exact=False)


def test_values(dtype, layout):
    x = layout(numbers(dtype))
    same("polyval", np.array([2, 0, 1], dtype), x, exact=False)
    same("polyval", [1.5, 2], x, exact=False)
    same("polyval", [], x)


def test_roots():
    for p in ([1, -3, 2], [0, 0, 2, -4, 0], [1, 0, 1], [1j, 2, 0], [5], [0, 0], []):
        got, want = rp.roots(p), np.roots(p)
        assert (got.dtype, got.shape) == (want.dtype, want.shape)
        np.testing.assert_allclose(np.sort_complex(got), np.sort_complex(want), atol=1e-12)
    for zeros in ([1, 2, 3], [1j, -1j], [1j, 2], [[1, 2], [3, 4]], []):
        np.testing.assert_allclose(rp.poly(zeros), np.poly(zeros), atol=1e-12)


def test_fits():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=30), rng.normal(size=30)
    w = rng.random(30)
    np.testing.assert_allclose(rp.polyfit(x, y, 3), np.polyfit(x, y, 3))
    np.testing.assert_allclose(rp.polyfit(x, y, 2, w=w), np.polyfit(x, y, 2, w=w))
    columns = np.stack([y, x * y], 1)
    np.testing.assert_allclose(rp.polyfit(x, columns, 3), np.polyfit(x, columns, 3))
    for cov in (True, "unscaled"):
        for theirs, mine in zip(np.polyfit(x, y, 2, cov=cov), rp.polyfit(x, y, 2, cov=cov)):
            np.testing.assert_allclose(mine, theirs)
    for theirs, mine in zip(np.polyfit(x, y, 2, full=True), rp.polyfit(x, y, 2, full=True)):
        np.testing.assert_allclose(mine, theirs)
    with pytest.warns(np.exceptions.RankWarning, match="poorly conditioned"):
        rp.polyfit([1.0, 1.0], [1.0, 2.0], 1)


def test_numpys_class():
    p = rp.poly1d(rp.asarray([1.0, 2, 3]))
    assert isinstance(p, np.poly1d)
    assert p(2.0) == 11
    assert rp.polyadd(p, [1]) == np.poly1d([1.0, 2, 4])
    assert rp.polymul(p, p) == p * p
    assert rp.polyder(p) == p.deriv()
    assert rp.polyint(p) == p.integ()
    assert rp.polydiv(p, [1.0, 1])[0] == np.poly1d([1.0, 1])
    assert rp.polyval([1, 0], p) == p


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("poly", ([[1, 2]],)),
        ("roots", ([[1, 2]],)),
        ("polyint", ([1, 2], -1)),
        ("polyint", ([1, 2], 3, [1, 2])),
        ("polyder", ([1, 2], -1)),
        ("polyfit", ([1, 2], [1, 2], -1)),
        ("polyfit", ([[1, 2]], [1, 2], 1)),
        ("polyfit", ([], [], 1)),
        ("polyfit", ([1, 2], [[[1, 2]]], 1)),
        ("polyfit", ([1, 2], [1, 2, 3], 1)),
        ("polymul", ([[1, 2]], [1])),
    ],
)
def test_errors(name, args):
    want, got = outcome(getattr(np, name), *args), outcome(getattr(rp, name), *args)
    assert isinstance(want, Exception)
    assert type(got) is type(want)
    assert str(got) == str(want)
