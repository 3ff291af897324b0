"""Results are held to NumPy's: value, shape, dtype."""

import numpy as np
from raptors_compare.check import difference
from raptors_compare.ops import Op

EXACT = Op("exact", "x", "arithmetic")
LOOSE = Op("loose", "x", "function", tolerance=4)
LARGEST = Op("largest", "x", "reduction", tolerance=4, to_largest=True)
ONE = np.ones(3, np.float32)


def test_equal_results_are_right():
    odd = np.array([np.nan, np.inf, -np.inf, 0.0, 1.0])
    for op in (EXACT, LOOSE, LARGEST):
        assert difference(op, odd, odd.copy(), "float64") is None


def test_shape_and_dtype_count():
    assert "shape" in difference(EXACT, ONE, ONE[:2], "float32")
    assert "dtype" in difference(EXACT, ONE, ONE.astype(float), "float32")
    assert "2 results" in difference(EXACT, (ONE, ONE), (ONE,), "float32")


def test_integers_are_exact():
    x = np.arange(3)
    assert difference(LOOSE, x, x + 1, "int64") == "3 of 3 elements differ"


def test_floats_may_differ_by_the_tolerance():
    eps = np.finfo("float32").eps
    assert difference(EXACT, ONE, ONE + eps, "float32") is not None
    assert difference(LOOSE, ONE, ONE + 4 * eps, "float32") is None
    assert difference(LOOSE, ONE, ONE + 8 * eps, "float32") is not None
    small = np.array([1e-6, 1], np.float32)
    moved = small + np.array([eps, 0], np.float32)
    assert difference(LOOSE, small, moved, "float32") is not None
    assert difference(LARGEST, small, moved, "float32") is None


def test_nan_in_the_wrong_place_is_wrong():
    assert difference(LARGEST, ONE, np.array([1, np.nan, 1], np.float32), "float32") is not None
    assert difference(LARGEST, np.array([1, np.inf]), np.array([1, 2.0]), "float64") is not None
    assert difference(LARGEST, np.array([1, 2.0]), np.array([1, np.inf]), "float64") is not None
