"""softmax, log_softmax, logsumexp and norms against their formulas in a wider type."""

import numpy as np
import pytest
import raptors as rp

SHAPES = [
    ((7,), 0), ((1000,), -1), ((5000,), 0), ((200, 3), 1), ((3, 200), 1), ((3, 200), 0), ((200, 3), 0),
    ((2, 40, 33), 1), ((2, 40, 33), 0), ((2, 40, 33), 2), ((5, 300, 4), 1), ((1, 1), 0), ((100_003,), 0),
]  # fmt: skip
LIMITS = {"float16": 2e-3, "float32": 3e-6, "float64": 1e-14}


def _formulas(x, axis):
    x = x.astype(np.longdouble)
    most = x.max(axis, keepdims=True)
    powers = np.exp(x - most)
    total = powers.sum(axis, keepdims=True)
    return powers / total, x - most - np.log(total), (np.log(total) + most).squeeze(axis)


def _check(x, axis):
    limit = LIMITS[x.dtype.name]
    given = rp.asarray(x)
    results = rp.nn.softmax(given, axis), rp.nn.log_softmax(given, axis), rp.nn.logsumexp(given, axis)
    for result, expected in zip(results, _formulas(x, axis), strict=True):
        assert result.dtype == x.dtype and result.shape == expected.shape
        expected = expected.astype(float)
        np.testing.assert_allclose(np.asarray(result, dtype=float), expected, rtol=limit, atol=limit / 8)
    kept = rp.nn.logsumexp(given, axis, keepdims=True)
    assert kept.shape == results[0].sum(axis, keepdims=True).shape
    np.testing.assert_array_equal(np.asarray(kept).squeeze(axis), np.asarray(results[2]))
    return results


@pytest.mark.parametrize("dtype", LIMITS)
@pytest.mark.parametrize(("shape", "axis"), SHAPES)
def test_all_layouts_are_the_formula_and_each_other(shape, axis, dtype):
    x = np.random.default_rng(0).normal(0, 3, shape).astype(dtype)
    expected = _check(x, axis)
    wide = np.repeat(x, 2, axis=-1)[..., ::2]
    assert np.shares_memory(wide, wide[..., :1])
    for laid in (np.asfortranarray(x), wide, np.ascontiguousarray(x[::-1])[::-1]):
        given = rp.asarray(laid)
        for f, result in zip((rp.nn.softmax, rp.nn.log_softmax, rp.nn.logsumexp), expected, strict=True):
            np.testing.assert_array_equal(np.asarray(f(given, axis)), np.asarray(result))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_nothing(threads):
    rng = np.random.default_rng(1)
    for shape, axis in [((3_000_000,), 0), ((2, 700_001), 1), ((3000, 700), 0), ((3000, 700), 1)]:
        x = rp.asarray(rng.normal(size=shape).astype(np.float32))
        for f in (rp.nn.softmax, rp.nn.log_softmax, rp.nn.logsumexp):
            with rp.threads(1):
                expected = np.asarray(f(x, axis))
            with rp.threads(threads):
                np.testing.assert_array_equal(np.asarray(f(x, axis)), expected)


def test_shares_of_great_and_small_numbers():
    x = np.array([-1e308, -800.0, -700.0, 0.0, 5.0, 1e308])
    assert np.asarray(rp.nn.softmax(x)).tolist() == [0, 0, 0, 0, 0, 1]
    small = np.asarray(rp.nn.softmax(np.array([0.0, -700.0, -740.0, -745.0, -800.0])))
    np.testing.assert_allclose(small, np.exp([0.0, -700, -740, -745, -800]), rtol=1e-13, atol=5e-324)
    share = np.asarray(rp.nn.softmax(np.array([0, -80, -90, -100, -103, -200], np.float32)), dtype=float)
    np.testing.assert_allclose(share, np.exp([0.0, -80, -90, -100, -103, -200]), rtol=1e-5, atol=1.5e-45)
    assert np.asarray(rp.nn.softmax(np.zeros(64, np.float32))).tolist() == [1 / 64] * 64


def test_what_is_not_finite():
    inf, nan = np.inf, np.nan
    for dtype in LIMITS:
        x = lambda *values: rp.asarray(np.array(values, dtype))  # noqa: B023, E731
        assert rp.nn.softmax(x(-inf, 1.0)).tolist() == [0, 1]
        assert rp.nn.log_softmax(x(-inf, 1.0)).tolist() == [-inf, 0]
        assert np.isnan(np.asarray(rp.nn.softmax(x(nan, 1.0)))).all()
        assert np.isnan(np.asarray(rp.nn.softmax(x(-inf, -inf)))).all()
        assert float(rp.nn.logsumexp(x(-inf, -inf))) == -inf
        assert float(rp.nn.logsumexp(x(inf, 1.0))) == inf
        assert np.isnan(float(rp.nn.logsumexp(x(inf, nan))))


def test_other_types_and_shapes():
    assert rp.nn.softmax([1, 1]).tolist() == [0.5, 0.5] and rp.nn.softmax([1, 1]).dtype == np.float64
    assert rp.nn.softmax(np.array([True, True])).tolist() == [0.5, 0.5]
    assert rp.nn.softmax(np.zeros((0, 3))).shape == (0, 3)
    assert rp.nn.logsumexp(np.zeros((0, 3))).shape == (0,)
    assert abs(complex(rp.nn.softmax(np.array([1j, 1j]))[0]) - 0.5) < 1e-15
    for f in (rp.nn.softmax, rp.nn.log_softmax, rp.nn.logsumexp):
        with pytest.raises(ValueError, match="zero-size|identity"):
            f(np.zeros((3, 0)))
        with pytest.raises(np.exceptions.AxisError):
            f(np.zeros((3, 2)), 2)
    odd = np.zeros(8 * 5 + 1, np.uint8)[1:].view(np.float64)
    odd[:] = [1, 2, 3, 4, 5]
    np.testing.assert_array_equal(np.asarray(rp.nn.softmax(odd)), np.asarray(rp.nn.softmax(odd.copy())))


ORDERS = [None, 1, 2, 0, np.inf, -np.inf, 3, 0.5, -1]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dtype", ["bool", "int16", "float16", "float32", "float64", "complex64", "complex128"])
def test_norms_are_numpys(order, dtype):
    rng = np.random.default_rng(2)
    for shape in [(1,), (5,), (257,), (6, 50), (50, 6), (3, 4, 5)]:
        x = (rng.normal(0, 3, shape) + (1j * rng.normal(size=shape) if dtype[0] == "c" else 0)).astype(dtype)
        for laid in (x, x[..., ::2], np.asfortranarray(x), x[::-1]):
            for axis in [None, *range(-laid.ndim, laid.ndim)]:
                if axis is None and laid.ndim > 1:
                    continue
                for keepdims in (False, True, 1):
                    with np.errstate(all="ignore"):
                        expected = np.linalg.norm(laid, order, axis, keepdims)
                        found = rp.linalg.norm(rp.asarray(laid), order, axis, keepdims)
                    assert found.shape == np.shape(expected) and found.dtype == np.asarray(expected).dtype
                    limit = 4e-3 if found.dtype == np.float16 else 1e-5 if found.dtype == np.float32 else 1e-13
                    np.testing.assert_allclose(np.asarray(found), expected, rtol=limit)


def test_norms_of_nan_nothing_and_overflow():
    for order in (1, 2, np.inf):
        assert np.isnan(float(rp.linalg.norm(np.array([1.0, np.nan, 3.0]), order)))
        assert float(rp.linalg.norm(np.zeros(0), order)) == 0
        assert rp.linalg.norm(np.zeros((0, 3)), order, axis=0).tolist() == [0, 0, 0]
        with pytest.raises(np.exceptions.AxisError):
            rp.linalg.norm(np.ones(3), order, axis=1)
    assert float(rp.linalg.norm(np.array([np.nan, 0.0, -0.0, 1.0]), 0)) == 2
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert float(rp.linalg.norm(np.full(300, 1e308), 1)) == np.inf


def test_truth_values_that_lie_apart():
    rng = np.random.default_rng(3)
    for n in (3, 100, 3000, 50_000):
        x = (rng.uniform(size=2 * n) < 0.5)[::2]
        for values in (x, np.zeros_like(x), np.ones_like(x)):
            for f in ("nanmax", "nanmin", "max", "min", "any", "all", "count_nonzero"):
                assert getattr(rp, f)(rp.asarray(values)) == getattr(np, f)(values)


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int64", "float16", "float32", "float64", "complex64", "complex128"])
def test_few_elements_apart(dtype):
    rng = np.random.default_rng(4)
    for n in (1, 2, 7, 8, 100, 1000, 1024):
        for step in (2, 3, -1, -2):
            x = (rng.normal(0, 5, abs(step) * n)).astype(dtype)[::step][:n]
            for f in ("sum", "max", "min", "any", "all", "count_nonzero"):
                found, expected = np.asarray(getattr(rp, f)(rp.asarray(x))), getattr(np, f)(x)
                np.testing.assert_allclose(found, expected, rtol=1e-3 if dtype == "float16" else 1e-5, atol=1e-2)
            if dtype[0] == "f" and step > 0:
                assert np.asarray(rp.asarray(x).sum()) == x.copy().sum()
