"""Factors and eigenvectors of many kinds of real matrices: they multiply out, and values equal NumPy's."""

import numpy as np
import pytest

import raptors as rp
from raptors import linalg

SIDES = [1, 2, 3, 5, 8, 9, 16, 21, 40, 64, 100]
SHAPES = [(n, n) for n in SIDES] + [(7, 3), (3, 7), (50, 20), (20, 50), (300, 4), (4, 300), (65, 64)]


def kinds(shape, symmetric=False):
    """Matrices of this shape that are hard in several ways."""
    rng = np.random.default_rng(shape)
    m, n = shape
    some = rng.standard_normal(shape)
    near = np.arange(m)[:, None] - np.arange(n)
    falling = 0.5 ** (np.arange(m)[:, None] + np.arange(n) / 2.0)
    low = np.outer(rng.standard_normal(m), rng.standard_normal(n))
    found = {
        "random": some, "falling": some * falling, "rising": (some * falling)[::-1, ::-1],
        "ones": np.ones(shape), "zeros": np.zeros(shape), "identity": np.eye(m, n),
        "tridiagonal": np.where(abs(near) < 2, 2.0 - abs(near), 0.0), "low": low,
        "clustered": np.eye(m, n) + 1e-12 * some, "blocks": some * (abs(near) < 3),
        "tiny": some * 1e-300, "huge": some * 1e300, "mixed": some * 10.0 ** rng.integers(-60, 60, n),
        "diagonal": np.eye(m, n) * rng.integers(-3, 3, n), "subnormal": some * 1e-310,
    }  # fmt: skip
    with np.errstate(all="ignore"):
        return {k: np.tril(a) + np.tril(a, -1).T if symmetric else a for k, a in found.items()}


def near(got, want, most):
    np.testing.assert_allclose(np.asarray(got), want, rtol=0, atol=most)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shape", SHAPES)
def test_orthogonal_factors(shape, dtype):
    unit = np.finfo(dtype).eps * max(shape)
    for name, a in kinds(shape).items():
        a = a.astype(dtype) if abs(a).max() < 1e30 else a
        size = abs(a).max()
        if size < np.finfo(a.dtype).tiny / unit and name != "zeros":
            continue
        unit = np.finfo(a.dtype).eps * max(shape)
        back = a.dtype.type(size if size > 0 else 1)
        for mode in ("reduced", "complete"):
            q, r = map(np.asarray, linalg.qr(a, mode))
            want = np.linalg.qr(a, mode)
            assert q.dtype == want[0].dtype and r.shape == want[1].shape
            near(q @ (r / back), a / back, 8 * unit)
            near(q.T @ q, np.eye(q.shape[1]), 8 * unit)
            assert (np.tril(r, -1) == 0).all()
            if name in ("random", "identity", "zeros", "diagonal", "tiny", "huge", "blocks"):
                count = min(shape) - (name == "diagonal")
                ours, theirs = np.diag(r)[:count], np.diag(want[1])[:count]
                sure = abs(theirs) > 1e-3 * back
                assert (np.sign(ours) == np.sign(theirs))[sure].all()
        np.testing.assert_array_equal(np.asarray(linalg.qr(a, "r")), np.asarray(linalg.qr(a)[1]))
        h, tau = map(np.asarray, linalg.qr(a, "raw"))
        product, h = np.eye(shape[0]), h.T
        for i, t in enumerate(tau):
            v = np.concatenate([np.zeros(i), [1], h[i + 1 :, i]])
            product -= t * np.outer(product @ v, v)
        near(product @ (np.triu(h) / back), a / back, 8 * unit)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", SIDES)
def test_eigenvectors(n, dtype):
    for name, a in kinds((n, n), symmetric=True).items():
        a = a.astype(dtype) if abs(a).max() < 1e30 else a
        unit, size = np.finfo(a.dtype).eps * n, abs(a).max()
        if size < np.finfo(a.dtype).tiny / unit:
            continue
        a = a / a.dtype.type(size) if a.dtype == "f4" else a
        size = abs(a).max()
        want = np.linalg.eigvalsh(a) / size
        for uplo, half in [("L", np.tril(a)), ("U", np.triu(a))]:
            values, vectors = map(np.asarray, linalg.eigh(half, uplo))
            near(values / size, want, 8 * unit)
            near(linalg.eigvalsh(half, uplo) / size, want, 8 * unit)
            near(vectors.T @ vectors, np.eye(n), 8 * unit)
            near((a / size) @ vectors, vectors * (values / size), 16 * unit)
            assert (np.diff(values) >= 0).all() and values.dtype == vectors.dtype == a.dtype, name


def test_stacks_are_matrices_one_by_one():
    rng = np.random.default_rng(3)
    for n in (2, 3, 5, 17):
        a = rng.standard_normal((3, 2, n, n))
        a[1, 1] = np.eye(n)
        for function in (linalg.eigh, linalg.qr, linalg.eigvalsh, linalg.svdvals):
            whole = function(a)
            for i in np.ndindex(3, 2):
                one = function(a[i])
                pairs = zip(whole, one) if isinstance(one, tuple) else [(whole, one)]
                for part, single in pairs:
                    np.testing.assert_array_equal(np.asarray(part)[i], np.asarray(single))


def test_what_is_no_number_spoils_its_own_matrix():
    rng = np.random.default_rng(4)
    for odd in (np.nan, np.inf):
        for n in (3, 4, 20):
            a = rng.standard_normal((3, n, n))
            a[1, 2, 0] = odd
            for name in ("eigh", "eigvalsh"):
                with pytest.raises(np.linalg.LinAlgError, match="did not converge"):
                    getattr(linalg, name)(a)
            # Only one half is read.
            upper = np.asarray(linalg.eigvalsh(a, "U"))
            np.testing.assert_allclose(upper, np.linalg.eigvalsh(a, "U"), atol=1e-12)
            q, r = map(np.asarray, linalg.qr(a))
            assert np.isfinite(q[[0, 2]]).all() and not np.isfinite(r[1]).all()


@pytest.mark.parametrize("n", [2, 5, 20, 40, 64])
def test_singular_values_of_low_rank(n):
    for name, a in kinds((n, n)).items():
        size = abs(a).max() or 1.0
        want = np.linalg.svd(a / size, compute_uv=False)
        got = np.asarray(rp.linalg.svdvals(a)) / size
        near(got, want, 1e-14 * n * max(want[0], 1.0))
