"""What is arranged in Python around few calls: `vectorize`, `r_`, common shapes, `i0`."""

import itertools

import numpy as np
import pytest

import raptors as rp

FUNCTIONS = [
    lambda x: x + 1, lambda x: x > 1, lambda x: 2 if x > 1 else 2.5, lambda x: 2.5 if x > 1 else 2, str,
    lambda x: None, lambda x: (x, x * 2), lambda x: (x,), lambda x: (x, x) if x < 1 else (x, x, x), lambda x: [x, x],
    np.float32, lambda x: 300 if x > 1 else np.uint8(3), lambda x: 1j * x, lambda x: 2**70 if x > 1 else 1,
    lambda x: 1 / 0 if x > 1 else x, lambda x: (x, "ab"), lambda x: type(x).__name__, lambda x: x < 1 or 7,
]  # fmt: skip
ARRAYS = [
    np.arange(3.0), np.arange(3), np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3).T, np.arange(3.0)[::-1],
    np.array(2.0), np.zeros(0), np.arange(3, dtype="f4"), np.array([True, False]),
]  # fmt: skip


def outcome(call):
    """The results, or the error and its words."""
    try:
        result = call()
    except Exception as error:
        return type(error), str(error)
    several = isinstance(result, tuple)
    parts = [np.asarray(part) for part in (result if several else (result,))]
    return several, [(part.dtype, part.shape, repr(part.tolist())) for part in parts]


OPTIONS = [{}, {"cache": True}, {"otypes": [float]}, {"otypes": "dd"}, {"otypes": "U"}]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.filterwarnings("ignore")
def test_vectorize(options):
    for function, x in itertools.product(FUNCTIONS, ARRAYS):
        found = []
        for xp in (rp, np):
            calls = []

            def noted(value):
                calls.append((type(value), value))
                return function(value)

            found.append((outcome(lambda: xp.vectorize(noted, **options)(xp.asarray(x))), calls))
        assert found[0] == found[1]
    x = np.arange(4.0)
    both = rp.vectorize(lambda a, b: a * b)
    assert both(rp.asarray(x), rp.asarray(x)).tolist() == (x * x).tolist()
    assert both(rp.asarray(x), 2).tolist() == both(rp.asarray(x), rp.asarray([2.0])).tolist() == (x * 2).tolist()


@pytest.mark.filterwarnings("ignore")
def test_rows():
    values = [1, 2.5, True, 2**63, -(2**63), np.int8(3), 1j, slice(0, 3), slice(0, 2, 1j), slice(None, 3), [1, 2]]
    for dtype in "?bBiIefdD":
        x = np.arange(3).astype(dtype)
        for first, second in itertools.product(values, values):
            got = outcome(lambda: rp.r_[rp.asarray(x), first, second])
            assert got == outcome(lambda: np.r_[x, first, second])
    for key in itertools.product(values, values):
        assert outcome(lambda: rp.r_[key]) == outcome(lambda: np.r_[key])


def test_common_shapes():
    shapes = [(), (1,), (3,), (0,), (2, 1), (1, 3), (3, 2), 5, [2, 1], np.int64(3)]
    shapes += [(True, 2), (-1,), (2**63,), 2.5, None]
    for given in itertools.chain(*(itertools.product(shapes, repeat=n) for n in range(4))):
        got, expected = [], []
        for xp, to in ((rp, got), (np, expected)):
            try:
                to.append(xp.broadcast_shapes(*given))
            except (TypeError, ValueError) as error:
                to.append((type(error), str(error)))
        assert got == expected, given


def test_bessel():
    for x in (np.linspace(-20, 20, 101), np.array([0, 8, 8.5, np.nan]), np.arange(5), np.arange(9, 12), np.zeros(0),
              np.array(3.0), np.array(9.0), np.arange(24.0).reshape(4, 6).T):  # fmt: skip
        got = np.asarray(rp.i0(rp.asarray(x)))
        assert got.shape == x.shape
        np.testing.assert_allclose(got, np.i0(x), rtol=1e-13)


def test_lists_that_hold_themselves_beside_arrays_are_refused():
    for first in (rp.arange(3.0), np.arange(3.0), 1.0):
        items = [first]
        items.append(items)
        for call in (rp.array, rp.asarray, rp.sum, lambda x: rp.arange(9)[x], lambda x: rp.concatenate([x, x])):
            with pytest.raises((ValueError, TypeError, IndexError, RecursionError)):
                call(items)
    nested = [rp.arange(3), rp.arange(2)]
    for _ in range(40):
        nested = [nested]
    with pytest.raises(ValueError, match="inhomogeneous"):
        rp.array(nested)
