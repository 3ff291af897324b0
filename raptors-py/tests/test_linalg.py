"""Laws of ``raptors.linalg``: factors multiply out, values equal NumPy's, bad input is refused."""

import itertools

import numpy as np
import pytest
from conftest import DTYPES, LAYOUTS

import raptors as rp
from raptors import linalg

SHAPES = [(3, 3), (1, 1), (4, 2), (2, 5), (2, 3, 3), (2, 1, 4, 3), (0, 0), (3, 0), (0, 2, 2)]
SQUARE = [shape for shape in SHAPES if shape[-1] == shape[-2]]
PLAIN = [dtype for dtype in DTYPES if dtype != "float16"]


def matrices(dtype, shape, seed=0):
    """Well conditioned matrices of small numbers."""
    rng = np.random.default_rng([seed, *shape])
    a = rng.integers(0, 1 if dtype == "bool" else 5, shape).astype(dtype)
    if np.dtype(dtype).kind == "c":
        a += (1j * rng.integers(0, 5, shape)).astype(dtype)
    return a + (np.eye(*shape[-2:]) * 20).astype(dtype)


def tolerance(dtype):
    return {"rtol": 2e-5, "atol": 2e-5} if np.dtype(dtype).itemsize // (
        1 + (np.dtype(dtype).kind == "c")
    ) == 4 and np.dtype(dtype).kind in "fc" else {"rtol": 1e-10, "atol": 1e-10}


def same(got, want, dtype):
    assert type(got) is rp.ndarray
    assert got.dtype == want.dtype and got.shape == want.shape
    np.testing.assert_allclose(np.asarray(got), want, **tolerance(dtype))


@pytest.mark.parametrize("name", ["det", "inv", "slogdet"])
def test_square_functions_equal_numpys(name):
    for dtype in PLAIN:
        for shape in SQUARE:
            a = matrices(dtype, shape)
            got, want = getattr(linalg, name)(a), getattr(np.linalg, name)(a)
            if name == "slogdet":
                same(got.sign, np.asarray(want.sign), dtype)
                same(got.logabsdet, np.asarray(want.logabsdet), dtype)
            else:
                same(got, np.asarray(want), dtype)


def test_layouts_do_not_matter():
    for name, layout in LAYOUTS.items():
        if name in ("scalar", "windows", "empty", "broadcast"):
            continue
        a = layout(matrices("float64", (4, 4)))
        for function in ("inv", "det", "cond", "svdvals", "pinv", "norm"):
            want = np.asarray(getattr(np.linalg, function)(a))
            same(getattr(linalg, function)(rp.asarray(a)), want, "float64")


def test_solutions_broadcast_as_numpys():
    shapes = [
        ((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3, 2)), ((3, 3), (4, 3, 1)),
        ((2, 3, 3), (3,)), ((2, 1, 3, 3), (5, 3, 2)), ((0, 0), (0, 3)), ((3, 3), (3, 0)),
    ]  # fmt: skip
    for dtype in PLAIN:
        for left, right in shapes:
            a, b = matrices(dtype, left), np.ones(right, dtype)
            same(linalg.solve(a, b), np.linalg.solve(a, b), dtype)


def test_factors_multiply_out():
    for dtype in PLAIN:
        for shape in SHAPES:
            a = matrices(dtype, shape)
            for mode in ("reduced", "complete"):
                q, r = linalg.qr(a, mode)
                want = np.linalg.qr(a, mode)
                assert (q.shape, r.shape) == (want.Q.shape, want.R.shape)
                assert q.dtype == want.Q.dtype
                np.testing.assert_allclose(np.asarray(q @ r), a, **tolerance(dtype))
                np.testing.assert_array_equal(np.tril(np.asarray(r), -1), 0)
            for full in (False, True):
                u, s, vh = linalg.svd(a, full)
                want = np.linalg.svd(a, full)
                assert (u.shape, vh.shape) == (want.U.shape, want.Vh.shape)
                same(s, want.S, dtype)
                k = s.shape[-1]
                back = (u[..., :k] * s[..., None, :]) @ vh[..., :k, :]
                np.testing.assert_allclose(np.asarray(back), a, **tolerance(dtype))


def test_raw_reflections_multiply_to_the_matrix():
    for dtype in ("float64", "complex128"):
        a = matrices(dtype, (5, 3))
        h, tau = linalg.qr(a, "raw")
        assert h.shape == (3, 5) and tau.shape == (3,)
        h, q = np.asarray(h).T, np.eye(5, dtype=dtype)
        for i, t in enumerate(np.asarray(tau)):
            v = np.concatenate([np.zeros(i), [1], h[i + 1 :, i]])
            q = q @ (np.eye(5) - t * np.outer(v, v.conj()))
        np.testing.assert_allclose(q @ np.triu(h), a, atol=1e-12)


def test_eigenvectors_are_stretched():
    for dtype in PLAIN:
        for shape in SQUARE:
            a = matrices(dtype, shape)
            w, v = linalg.eig(a)
            want = np.linalg.eig(a)
            assert v.dtype == want.eigenvectors.dtype or a.size == 0 or v.dtype.kind != "b"
            left, right = a @ np.asarray(v), np.asarray(v) * np.asarray(w)[..., None, :]
            np.testing.assert_allclose(left, right, rtol=1e-3, atol=1e-3)
            np.testing.assert_allclose(np.linalg.norm(np.asarray(v), axis=-2), 1, atol=1e-5)
            h = a + np.swapaxes(a.conj(), -1, -2)
            for uplo in "LU":
                w, v = linalg.eigh(h, uplo)
                want = np.linalg.eigh(h, uplo)
                same(w, want.eigenvalues, dtype)
                same(linalg.eigvalsh(h, uplo), want.eigenvalues, dtype)
                left, right = h @ np.asarray(v), np.asarray(v) * np.asarray(w)[..., None, :]
                np.testing.assert_allclose(left, right, rtol=1e-3, atol=1e-3)


def test_complex_pairs_and_rotations():
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    w, v = linalg.eig(turn)
    assert w.dtype == v.dtype == np.complex128
    np.testing.assert_allclose(np.asarray(w), [1j, -1j], atol=1e-15)
    np.testing.assert_allclose(np.asarray(linalg.eigvals(turn)), [1j, -1j], atol=1e-15)
    np.testing.assert_allclose(turn @ np.asarray(v), np.asarray(v) * np.asarray(w), atol=1e-15)


def test_cholesky_of_both_triangles():
    for dtype in ("float32", "float64", "complex64", "complex128"):
        a = matrices(dtype, (2, 4, 4))
        a = a @ np.swapaxes(a.conj(), -1, -2)
        for upper in (False, True):
            same(linalg.cholesky(a, upper=upper), np.linalg.cholesky(a, upper=upper), dtype)


def test_norms_equal_numpys():
    x = matrices("float64", (3, 4, 5)) - 2
    for dtype in ("int32", "float16", "float32", "float64", "complex128"):
        a = x.astype(dtype)
        for order in (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
            if dtype == "float16" and order in ("nuc", 2, -2):
                continue
            for keepdims in (False, True):
                got = linalg.norm(a, order, (0, 2), keepdims)
                want = np.asarray(np.linalg.norm(a, order, (0, 2), keepdims))
                assert got.dtype == want.dtype
                np.testing.assert_allclose(np.asarray(got), want, rtol=1e-2)
        for order in (None, 0, 1, 2, 3, 0.5, np.inf, -np.inf):
            got = linalg.norm(a, order, 1)
            want = np.linalg.norm(a, order, 1)
            assert got.dtype == want.dtype
            np.testing.assert_allclose(np.asarray(got), want, rtol=1e-2)
            got = linalg.vector_norm(a, axis=(0, 2), keepdims=True, ord=2 if order is None else order)
            want = np.linalg.vector_norm(
                a, axis=(0, 2), keepdims=True, ord=2 if order is None else order
            )
            np.testing.assert_allclose(np.asarray(got), want, rtol=1e-2)


def test_least_squares_ranks_and_inverses():
    a = matrices("float64", (5, 3))
    b = np.arange(10.0).reshape(5, 2)
    for got, want in zip(linalg.lstsq(a, b), np.linalg.lstsq(a, b)):
        np.testing.assert_allclose(np.asarray(got), np.asarray(want), atol=1e-12)
    low = np.outer(np.arange(4.0), np.arange(1.0, 4))
    assert int(linalg.matrix_rank(low)) == 1
    same(linalg.pinv(low), np.linalg.pinv(low), "float64")
    wide = matrices("float32", (2, 4, 3))
    same(linalg.pinv(wide), np.linalg.pinv(wide), "float32")
    whole = a[:3].astype(int)
    same(linalg.matrix_power(whole, 5), np.linalg.matrix_power(whole, 5), "int64")
    same(linalg.matrix_power(a[:3], -3), np.linalg.matrix_power(a[:3], -3), "float64")
    same(linalg.multi_dot([a, a.T, a, b[:3]]), np.linalg.multi_dot([a, a.T, a, b[:3]]), "float64")
    for p in (None, 1, -1, 2, -2, "fro", np.inf):
        same(linalg.cond(a[:3], p), np.asarray(np.linalg.cond(a[:3], p)), "float64")
    assert float(linalg.cond(np.ones((2, 2)), 1)) == np.inf


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: linalg.inv([[1.0, 2.0], [2.0, 4.0]]), "LinAlgError", "Singular matrix"),
        (lambda: linalg.inv([1.0]), "LinAlgError", "1-dimensional array given"),
        (lambda: linalg.det([[1.0, 2.0]]), "LinAlgError", "Last 2 dimensions"),
        (lambda: linalg.cholesky(-np.eye(2)), "LinAlgError", "not positive definite"),
        (lambda: linalg.svd([[np.nan, 1.0], [1.0, 1.0]]), "LinAlgError", "SVD did not converge"),
        (lambda: linalg.eig([[np.inf, 1.0], [1.0, 1.0]]), "LinAlgError", "infs or NaNs"),
        (lambda: linalg.eigh(np.full((3, 3), np.nan)), "LinAlgError", "did not converge"),
        (lambda: linalg.inv(np.eye(2, dtype="float16")), TypeError, "float16 is unsupported"),
        (lambda: linalg.solve(np.eye(2), [1.0, 2.0, 3.0]), ValueError, "size 3 is different from 2"),
        (lambda: linalg.solve(np.eye(2), 1.0), ValueError, "does not have enough dimensions"),
        (lambda: linalg.eigh(np.eye(2), "X"), ValueError, "UPLO argument must be"),
        (lambda: linalg.qr(np.eye(2), "x"), ValueError, "Unrecognized mode"),
        (lambda: linalg.norm(np.eye(2), "x"), ValueError, "Invalid norm order"),
        (lambda: linalg.lstsq(np.eye(2), np.eye(3)), "LinAlgError", "Incompatible dimensions"),
        (lambda: linalg.matrix_power(np.eye(2), 1.5), TypeError, "exponent must be an integer"),
        (lambda: linalg.multi_dot([np.eye(2)]), ValueError, "at least two arrays"),
        (lambda: linalg.outer(np.eye(2), [1]), ValueError, "must be one-dimensional"),
        (lambda: linalg.cross([1, 2], [3, 4]), ValueError, "3-dimensional vectors"),
    ],
)
def test_bad_input_gets_numpys_errors(call, kind, words):
    kind = np.linalg.LinAlgError if kind == "LinAlgError" else kind
    with pytest.raises(kind, match=words):
        call()


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
def test_eigenvalues_of_few_elements_that_are_not_finite(dtype):
    odd = [np.nan, np.inf, -np.inf, 0.0, -2.0]
    stacks = [[[x]] for x in odd], [[[x, y], [y, z]] for x, y, z in itertools.product(odd, repeat=3)]
    for stack in stacks:
        a = np.array(stack, dtype)
        for name in ("eigvalsh", "eigh"):
            got, want = getattr(linalg, name)(a), getattr(np.linalg, name)(a)
            for ours, theirs in zip(*(x if name == "eigh" else (x,) for x in (got, want))):
                finite = np.isfinite(a).all((-2, -1))
                ours, theirs = (np.asarray(x)[~finite] for x in (ours, theirs))
                np.testing.assert_allclose(ours, theirs, 1e-6)


def test_infinite_matrices_end():
    for value in (np.nan, np.inf):
        a = np.full((30, 30), value)
        for function in (linalg.inv, linalg.det, linalg.qr, linalg.slogdet):
            with np.errstate(invalid="ignore"):
                function(a)
        assert np.isnan(float(linalg.cond(np.array([[1, np.nan], [1, 1]]), 1)))


def test_determinants_report_what_numpys_do():
    for a, name, words in [
        ([[np.nan]], "det", "invalid value encountered in det"),
        ([[0.0, 1.0], [0.0, np.nan]], "det", "invalid value encountered in det"),
        ([[np.nan]], "slogdet", "invalid value encountered in slogdet"),
        ([[1e200, 0.0], [0.0, 1e200]], "det", "overflow encountered in det"),
    ]:
        for module in (np.linalg, linalg):
            with pytest.warns(RuntimeWarning, match=words):
                getattr(module, name)(np.array(a))
    assert float(linalg.det(np.diag([1e200, 1e200, 1e-200, 1e-200]))) == pytest.approx(1)


def test_magnitudes_out_of_range_are_no_matter():
    plain = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 4.0]])
    for turn in (1, 1 + 1j):
        for exponent in (-1000, -600, -500, 500, 600, 1000):
            factor = 2.0**exponent
            a, want = plain * turn * factor, plain * turn
            for name in ("svdvals", "eigvalsh"):
                got = np.asarray(getattr(linalg, name)(a)) / factor
                np.testing.assert_allclose(got, getattr(np.linalg, name)(want), rtol=1e-12)
            for name in ("inv", "pinv"):
                got = np.asarray(getattr(linalg, name)(a)) * factor
                np.testing.assert_allclose(got, np.linalg.inv(want), rtol=1e-12)
            values = np.asarray(linalg.eigvals(a)) / factor
            want_values = np.linalg.eigvals(want)
            np.testing.assert_allclose(
                values[np.argsort(np.abs(values))],
                want_values[np.argsort(np.abs(want_values))],
                rtol=1e-12,
            )
            np.testing.assert_allclose(np.asarray(linalg.solve(a, a @ [1, 2, 3])), [1, 2, 3])
            for got, wanted in zip(linalg.qr(a), np.linalg.qr(want)):
                got = np.asarray(got)
                got = got / factor if np.abs(got).max() > 2 or np.abs(got).max() < 0.1 else got
                np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-14)
    tiny = linalg.inv(np.diag([1.0, 1e-310 * (1 + 1j)]))
    assert np.asarray(tiny)[0, 0] == 1


def test_hermitian_decompositions():
    for dtype in PLAIN:
        for shape in SQUARE:
            a = matrices(dtype, shape)
            a = np.maximum(a, a.swapaxes(-1, -2)) if a.dtype.kind != "c" else a
            a = (a + a.swapaxes(-1, -2).conj()) if a.dtype.kind == "c" else a
            u, s, vh = linalg.svd(a, hermitian=True)
            same((u * s[..., None, :]) @ vh, a.astype(u.dtype), u.dtype)
            want = np.linalg.svd(a, compute_uv=False, hermitian=True)
            same(linalg.svd(a, compute_uv=False, hermitian=True), want, want.dtype)
            if a.dtype.kind == "c" and a.size:
                # The diagonal counts as real.
                odd = a + 3j * np.eye(shape[-1], dtype=a.dtype)
                want = np.linalg.eigvalsh(odd)
                same(linalg.eigvalsh(odd), want, want.dtype)


def test_stacks_without_matrices_or_sides():
    assert linalg.det(np.empty((0, 10**6, 10**6))).shape == (0,)
    assert linalg.inv(np.empty((3, 0, 0))).shape == (3, 0, 0)
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        linalg.solve(np.zeros((2, 2, 2)), np.ones((2, 0)))
    with pytest.raises(MemoryError):
        linalg.svd(np.broadcast_to(1.0, (300000, 300000)))


@pytest.mark.parametrize("shape", [(1, 1), (2, 1), (30, 30), (31, 17), (17, 31), (60, 4), (2, 99, 99)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex128"])
def test_singular_values_alone_are_those_with_vectors(shape, dtype):
    rng = np.random.default_rng(shape)
    a = rng.standard_normal(shape) + (1j * rng.standard_normal(shape) if dtype[0] == "c" else 0)
    size = min(shape[-2:])
    for a in [a, np.zeros(shape), np.ones(shape), np.eye(*shape[-2:]), a * 1e-200, a * 1e200]:
        with np.errstate(all="ignore"):
            product = a[..., : size // 2 + 1] @ a[..., : size // 2 + 1, :]
        for low in [a, product]:
            if low.dtype.kind == "c" or dtype[0] != "c":
                low = low if abs(low).max() > 1e30 or 0 < abs(low).max() < 1e-30 else low.astype(dtype)
            if not np.isfinite(low).all():
                continue
            want = np.linalg.svd(low, compute_uv=False)
            got = np.asarray(linalg.svd(low, compute_uv=False))
            near = 1e-5 if low.dtype == "float32" else 1e-13
            np.testing.assert_allclose(got, want, rtol=0, atol=near * want.max(initial=0))
            assert got.dtype == want.dtype and (np.diff(got) <= 0).all() and (got >= 0).all()


@pytest.mark.parametrize("shape", [(1, 1), (5, 5), (40, 3), (50, 30), (130, 130), (3, 40), (64, 1)])
@pytest.mark.parametrize("sides", [(), (1,), (4,), (0,)])
def test_least_squares_of_every_shape(shape, sides):
    rng = np.random.default_rng([9, *shape])
    a, b = rng.standard_normal(shape), rng.standard_normal((shape[0], *sides))
    dependent = np.concatenate([a, a[:, :1]], axis=1)
    imaginary = 1j * rng.standard_normal(shape)
    for a in [a, a + imaginary, dependent, a.astype("float32"), a * 1e-180, 0 * a]:
        for right in [b, 1j * b]:
            x, residuals, rank, s = linalg.lstsq(a, right, rcond=None)
            want = np.linalg.lstsq(a, right, rcond=None)
            assert rank == want[2] and residuals.shape == want[1].shape
            near = 1e-3 if np.result_type(a, right).itemsize < 8 else 1e-8
            scale = abs(want[0]).max(initial=0)
            np.testing.assert_allclose(np.asarray(x), want[0], rtol=near, atol=near * scale)
            np.testing.assert_allclose(np.asarray(s), want[3], rtol=1e-5, atol=1e-5 * s[0])
            np.testing.assert_allclose(np.asarray(residuals), want[1], rtol=near, atol=1e-9)


def test_factors_of_many_sizes_multiply_out():
    rng = np.random.default_rng(10)
    for shape in [(15, 17), (17, 15), (33, 33), (70, 65), (100, 33), (33, 100), (130, 130)]:
        a = rng.standard_normal(shape)
        for mode in ("reduced", "complete"):
            q, r = map(np.asarray, linalg.qr(a, mode))
            np.testing.assert_allclose(q @ r, a, atol=1e-12)
            np.testing.assert_allclose(q.T @ q, np.eye(q.shape[1]), atol=1e-13)
            want = np.linalg.qr(a, mode)
            np.testing.assert_allclose(r, want[1], atol=1e-11)
            assert q.flags.c_contiguous and q.shape == want[0].shape
        square = a @ a.T + np.eye(shape[0])
        for upper in (False, True):
            got = np.asarray(linalg.cholesky(square, upper=upper))
            np.testing.assert_allclose(got, np.linalg.cholesky(square, upper=upper), atol=1e-11)
            assert (np.tril(got, -1) == 0).all() if upper else (np.triu(got, 1) == 0).all()


def test_small_singular_values_are_found_beside_great_ones():
    for values in [1, 1e-200], [1e-60, 1e-165], [3, 1e-158], [1e150, 1e-150], [1, 1e-300], [5e-180, 2e-190]:
        got = np.asarray(rp.linalg.svdvals(rp.asarray(np.diag(np.array(values, float)))))
        np.testing.assert_allclose(got, values, rtol=1e-14)
    assert rp.linalg.cond(rp.asarray(np.diag([1, 1e-200]))) == pytest.approx(1e200)


def test_least_squares_at_the_ends_of_the_range():
    rng = np.random.default_rng(5)
    a, b = rng.standard_normal((4, 3)), np.array([1e308, -1e308, 1e308, 1e308])
    np.testing.assert_allclose(np.asarray(rp.linalg.lstsq(a, b)[0]), np.linalg.lstsq(a, b)[0], rtol=1e-12)
    a = rng.standard_normal((5, 3))
    b = rng.standard_normal(5)
    for columns in [0, 1, 2], [0, 1, 1]:
        for rcond in (0, 1, 2, 1e-10, -1):
            got, want = rp.linalg.lstsq(a[:, columns], b, rcond), np.linalg.lstsq(a[:, columns], b, rcond)
            assert got[2] == want[2]
            np.testing.assert_allclose(np.asarray(got[0]), want[0], rtol=1e-10, atol=1e-12)
