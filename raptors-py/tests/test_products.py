"""Laws of products of arrays: they equal NumPy's, over dtypes, shapes and layouts."""

import itertools
import warnings

import numpy as np
import pytest
from conftest import DTYPES, LAYOUTS

import raptors as rp

SHAPES = [(), (3,), (1,), (0,), (3, 3), (2, 3), (3, 2), (2, 3, 3), (0, 3), (3, 0)]


def sample(dtype, shape, seed=0):
    rng = np.random.default_rng([seed, *shape])
    a = rng.integers(0, 2 if dtype == "bool" else 4, shape).astype(dtype)
    return a + np.asarray(1j * rng.integers(0, 4, shape)).astype(dtype) if a.dtype.kind == "c" else a


def same(got, want):
    want = np.asarray(want)
    assert type(got) is rp.ndarray
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    np.testing.assert_array_equal(np.asarray(got), want)


def both(name, *args, **kwargs):
    """Raptors' result equals NumPy's, or both raise the same class of error."""
    try:
        want = getattr(np, name)(*args, **kwargs)
    except Exception as error:
        with pytest.raises(type(error)) as raised:
            getattr(rp, name)(*args, **kwargs)
        return raised.value, error
    same(getattr(rp, name)(*args, **kwargs), want)
    return None


@pytest.mark.parametrize("name", ["dot", "inner", "outer", "vdot"])
def test_products_equal_numpys(name):
    for dtype in DTYPES:
        for left, right in itertools.product(SHAPES, SHAPES):
            both(name, sample(dtype, left), sample(dtype, right, 1))
    for left, right in itertools.product(DTYPES, DTYPES):
        both(name, sample(left, (3,)), sample(right, (3,), 1))


def test_layouts_do_not_matter():
    for layout in LAYOUTS.values():
        a = layout(sample("int32", (4, 4)))
        for name in ("dot", "inner", "outer", "vdot"):
            both(name, a, a)
        both("tensordot", a, a, 1)
        if a.ndim == 2:
            both("trace", a)


def test_numbers_and_lists_are_arrays():
    both("dot", 3, [1, 2])
    both("dot", 2.5, 4)
    both("inner", [1, 2], 3)
    both("vdot", 1j, 2j)
    both("outer", [1, 2], 3.5)


def test_tensordot_takes_axes_in_every_form():
    a, b = sample("float64", (2, 3, 4)), sample("float64", (4, 3, 2))
    for axes in (0, 1, (2, 0), ([1, 2], [1, 0]), ((0,), (2,)), ([], []), (-1, 0)):
        both("tensordot", a, b, axes=axes)
    for axes in (2, 9, ([0], [0]), ([0, 1], [2]), ([0, 0], [2, 2]), ([7], [0])):
        raised, error = both("tensordot", a, b, axes=axes)
        assert str(raised) == str(error)
    both("tensordot", np.zeros((3, 0)), np.zeros((0, 4)), 1)


def test_cross_over_axes():
    for dtype in DTYPES[1:]:
        a, b = sample(dtype, (4, 3)), sample(dtype, (3,), 1)
        if dtype.startswith("u"):
            continue
        both("cross", a, b)
        both("cross", a.T, b, axisa=0, axisc=0)
        both("cross", a.T, a.T, axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for left, right in ((2, 3), (3, 2), (2, 2)):
            both("cross", sample("int64", (left,)), sample("int64", (right,), 1))
    with pytest.warns(DeprecationWarning, match="2-dimensional vectors"):
        rp.cross([1, 2], [3, 4])
    for args in (([1, 2, 3, 4], [1, 2, 3]), (1, [1, 2, 3])):
        raised, error = both("cross", *args)
        assert str(raised) == str(error)
    both("cross", [1, 2, 3], [1, 2, 3], axisa=2)


def test_trace_sums_diagonals():
    for dtype in DTYPES:
        a = sample(dtype, (3, 4, 2))
        for offset in (-5, -1, 0, 2):
            both("trace", a, offset)
            both("trace", a, offset, 2, 0)
    both("trace", sample("int8", (3, 3)), dtype="float32")
    out = np.zeros(2)
    assert rp.trace(np.ones((3, 3, 2)), out=out) is out and out[0] == 3


def test_outputs_must_be_alike():
    a = sample("float64", (3, 3))
    out = rp.zeros((3, 3))
    assert rp.dot(a, a, out) is out
    same(out, a @ a)
    for wrong in (np.zeros((3, 3), "float32"), np.zeros(3), np.zeros((3, 3), order="F")):
        with pytest.raises(ValueError, match="output array is not acceptable"):
            rp.dot(a, a, wrong)
    same(rp.outer([1, 2], [3, 4], out=rp.zeros((2, 2), int)), [[3, 4], [6, 8]])


def test_lengths_that_differ_are_refused():
    for name in ("dot", "inner"):
        raised, error = both(name, np.ones((2, 3)), np.ones((2, 4)))
        assert str(raised) == str(error)
    both("vdot", [1, 2], [1, 2, 3])


def test_failed_conversions_are_raised():
    class Broken:
        def __array__(self, dtype=None, copy=None):
            raise TypeError("no array here")

    for args in [(Broken(), Broken()), (0, Broken())]:
        with pytest.raises(TypeError, match="no array here"):
            rp.dot(*args)


def test_matmul_axes_of_vectors():
    a = np.arange(60).reshape(3, 4, 5)
    for args, axes in (
        ((a, np.arange(3)), [(1, 0), 0, 0]), ((np.arange(4), a), [0, (1, 2), -1]),
        ((np.arange(3), a), [(0,), (0, 2), (0,)]), ((np.arange(3), np.arange(3)), [0, 0, ()]),
    ):  # fmt: skip
        got, want = rp.matmul(*map(rp.asarray, args), axes=axes), np.matmul(*args, axes=axes)
        np.testing.assert_array_equal(np.asarray(got), want)
    with pytest.raises(np.exceptions.AxisError, match="operand 2 has 1 core dimensions, but 2"):
        rp.matmul(a, np.arange(3), axes=[(1, 0), 0, (0, 1)])


def laid(a, layout):
    """A matrix, or a stack of them, of the same elements in another layout."""
    if layout == "F":
        return a.swapaxes(-1, -2).copy().swapaxes(-1, -2)
    if layout == "spread":
        wide = np.zeros((*a.shape[:-2], 2 * a.shape[-2], 3 * a.shape[-1]), a.dtype)
        wide[..., ::2, ::3] = a
        return wide[..., ::2, ::3]
    return a[..., ::-1, :].copy()[..., ::-1, :] if layout == "reversed" else a


@pytest.mark.parametrize("layouts", list(itertools.product(["C", "F", "spread", "reversed"], repeat=2)))
@pytest.mark.parametrize("dtype", DTYPES)
def test_narrow_thin_and_long_shapes(dtype, layouts):
    shapes = [(40, 3, 3), (9, 5, 7), (5, 300, 3), (2, 300, 7), (30, 70, 1), (1, 70, 30), (3, 70, 1)]
    for m, k, n in [*shapes, (70, 3, 1), (19, 8, 1), (1, 500, 1), (20, 20, 20)]:
        a, b = laid(sample(dtype, (m, k)), layouts[0]), laid(sample(dtype, (k, n), 1), layouts[1])
        same(rp.asarray(a) @ rp.asarray(b), a @ b)


@pytest.mark.parametrize("layout", ["C", "F", "spread", "reversed"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_stacks_of_small_matrices(dtype, layout):
    shapes = [((50, 3, 3), (50, 3, 3)), ((50, 4, 4), (4,)), ((6, 5, 2, 2), (5, 2, 3))]
    shapes += [((7, 1, 3), (7, 3, 1)), ((3, 3), (20, 3, 3)), ((4, 1, 6, 5), (3, 5, 7))]
    shapes += [((5, 1, 8), (8, 2)), ((2, 3, 4, 5), (5, 6)), ((3, 20, 9), (3, 9, 17))]
    for first, second in shapes:
        a, b = laid(sample(dtype, first), layout), sample(dtype, second, 1)
        if b.ndim > 1:
            b = laid(b, layout)
        same(rp.asarray(a) @ rp.asarray(b), a @ b)
        for name, x, y in (("vecdot", a, a), ("matvec", a, a[..., 0, :]), ("vecmat", b, b)):
            if y.ndim > 1 and (name != "vecmat" or b.shape[-1] == b.shape[-2]):
                both(name, x, y)


def arranged(x, layout):
    """``x`` with other strides: transposed, every second column or row, or backwards."""
    if layout == "T":
        return np.ascontiguousarray(x.swapaxes(-1, -2)).swapaxes(-1, -2)
    if layout == "columns":
        return np.repeat(x, 2, -1)[..., ::2]
    if layout == "rows":
        return np.repeat(x, 3, -2)[..., ::3, :]
    if layout == "backwards":
        return np.ascontiguousarray(x[..., ::-1, ::-1])[..., ::-1, ::-1]
    return x


ARRANGED = ["C", "T", "columns", "rows", "backwards"]
# Every tail of every vector, and both sides of the sizes at which another way is taken.
SIDES = [
    (1, 5, 1), (2, 3, 2), (3, 7, 5), (4, 1, 9), (5, 6, 7), (8, 8, 8), (9, 2, 17), (12, 10, 33),
    (3, 3, 200), (200, 3, 3), (100, 2, 100), (16, 16, 16), (17, 40, 31), (1, 40, 70), (70, 40, 1),
    (1, 300, 1), (6, 30, 6), (150, 8, 8),
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["int16", "int64", "float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("sides", SIDES)
def test_products_of_every_layout(dtype, sides):
    m, k, n = sides
    a, b = sample(dtype, (3, m, k), 1), sample(dtype, (3, k, n), 2)
    want = a @ b
    for left, right in itertools.product(ARRANGED, ARRANGED):
        x, y = arranged(a, left), arranged(b, right)
        same(rp.asarray(x) @ rp.asarray(y), want)
        same(rp.asarray(x[1]) @ rp.asarray(y[1]), want[1])
        same(rp.asarray(x) @ rp.asarray(y[2]), a @ b[2])
        same(rp.asarray(x[0]) @ rp.asarray(y), a[0] @ b)


@pytest.mark.parametrize("dtype", ["int64", "float32", "float64", "complex64", "complex128"])
def test_dots_of_runs_with_steps(dtype):
    for n in (1, 2, 7, 8, 33, 127, 128, 129, 300):
        x, y = sample(dtype, (3 * n,), 1), sample(dtype, (3 * n,), 2)
        for step, other in itertools.product((1, 2, 3, -1, -2), repeat=2):
            a, b = x[::step][:n], y[::other][:n]
            for name in ("dot", "vdot", "inner", "vecdot"):
                got = getattr(rp, name)(rp.asarray(a), rp.asarray(b))
                assert np.asarray(got) == getattr(np, name)(a, b), (name, n, step, other)


@pytest.mark.parametrize("dtype", ["float32", "complex64", "complex128"])
def test_norms_of_all_elements(dtype):
    x = sample(dtype, (30, 41))
    for y in (x, x.T, x[::2, ::-1], x[0], x[:0]):
        np.testing.assert_allclose(rp.linalg.norm(rp.asarray(y)), np.linalg.norm(y), rtol=1e-6)
        assert rp.linalg.norm(rp.asarray(y)).dtype == np.linalg.norm(y).dtype
        got = rp.linalg.norm(rp.asarray(y), keepdims=True)
        np.testing.assert_allclose(got, np.linalg.norm(y, keepdims=True), rtol=1e-6)


def placed(a, kind):
    """The elements of ``a`` as they lie in memory by columns, in steps or backwards."""
    if kind == "F":
        return np.asfortranarray(a)
    if kind == "steps":
        room = np.zeros((2 * a.shape[0] + 1, 3 * a.shape[1] + 2), a.dtype)
        room[1::2, 1 : 3 * a.shape[1] : 3] = a
        return room[1::2, 1 : 3 * a.shape[1] : 3]
    return a[::-1, ::-1].copy()[::-1, ::-1] if kind == "reversed" else a


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "complex64"])
@pytest.mark.parametrize("kinds", ["C C", "F C", "C F", "F F", "steps reversed", "reversed steps"])
def test_large_products_of_every_layout(dtype, kinds):
    rng = np.random.default_rng(5)
    shapes = [(17, 17, 17), (33, 40, 21), (65, 9, 70), (6, 700, 8), (129, 300, 200), (5, 20, 260)]
    for m, k, n in shapes:
        # Whole numbers, whose sums are exact.
        a, b = (rng.integers(-3, 4, shape).astype(dtype) for shape in [(m, k), (k, n)])
        a, b = (placed(x, kind) for x, kind in zip((a, b), kinds.split()))
        wide = np.result_type(dtype, "float64")
        want = a.astype(wide) @ b.astype(wide)
        np.testing.assert_array_equal(np.asarray(rp.asarray(a) @ rp.asarray(b)), want.astype(dtype))
        out = np.full((m, 2 * n), 7, dtype)
        rp.matmul(rp.asarray(a), rp.asarray(b), out=rp.asarray(out)[:, ::2])
        np.testing.assert_array_equal(out[:, ::2], want.astype(dtype))
        np.testing.assert_array_equal(out[:, 1::2], 7)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint32", "int64"])
def test_stacks_of_tiny_integer_matrices_of_every_layout(dtype):
    rng = np.random.default_rng(8)
    info = np.iinfo(dtype)
    views = [
        lambda x: x,
        lambda x: x[..., ::-1],
        lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
        lambda x: x[::-1, ::-1],
        lambda x: np.ascontiguousarray(x.swapaxes(1, 2)).swapaxes(1, 2),
        lambda x: np.broadcast_to(x[1], x.shape),
    ]
    for m, k, n in [(3, 3, 3), (4, 4, 4), (2, 3, 4), (5, 4, 2), (1, 2, 3), (8, 8, 8), (9, 5, 17)]:
        a, b = (
            rng.integers(info.min, info.max, shape, dtype, endpoint=True)
            for shape in [(7, m, k), (7, k, n)]
        )
        for left in views:
            for right in views:
                x, y = left(a), right(b)
                np.testing.assert_array_equal(np.asarray(rp.asarray(x) @ rp.asarray(y)), x @ y)
                got = rp.asarray(x)[0] @ rp.asarray(y)[-1]
                np.testing.assert_array_equal(np.asarray(got), x[0] @ y[-1])


@pytest.mark.parametrize("n", [1, 2, 8, 31, 32, 33, 100, 1023, 1024, 1025])
def test_products_of_vectors_of_halves(n):
    rng = np.random.default_rng(9)
    # Whole numbers, whose sums are exact before they are rounded.
    a, b = (rng.integers(-3, 4, 2 * n).astype("float16") for _ in range(2))
    for step in (slice(0, n), slice(None, None, 2), slice(n - 1, None, -1) if n > 1 else slice(1)):
        x, y = a[step], b[step]
        want = np.float16(np.dot(x.astype(float), y.astype(float)))
        for f in (rp.dot, rp.vdot, rp.inner, rp.matmul):
            got = f(rp.asarray(x), rp.asarray(y))
            assert got == want and got.dtype == np.float16
    large = np.full(n, 60000, "float16")
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        rp.dot(rp.asarray(large), rp.asarray(large))


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex128", "int32"])
def test_products_with_their_transposes(dtype):
    rng = np.random.default_rng(6)
    for n, k in [(63, 20), (64, 64), (65, 33), (100, 300), (131, 7), (300, 151)]:
        a = rng.integers(-3, 4, (n, k)).astype(dtype)
        x = rp.asarray(a)
        np.testing.assert_array_equal(np.asarray(x @ x.T), a @ a.T)
        np.testing.assert_array_equal(np.asarray(x.T @ x), a.T @ a)
        stack = np.stack([a, -a, a + 1])
        y = rp.asarray(stack)
        want = stack @ stack.swapaxes(1, 2)
        np.testing.assert_array_equal(np.asarray(y @ y.swapaxes(1, 2)), want)
        # Mirror images are the same to the last bit.
        z = rp.asarray(rng.standard_normal((n, k)).astype(dtype))
        z = np.asarray(z @ z.T)
        np.testing.assert_array_equal(z, z.T)


def test_what_is_not_finite_stays_in_its_rows_and_columns():
    rng = np.random.default_rng(7)
    for dtype in ("float32", "float64"):
        a, b = (rng.standard_normal(shape).astype(dtype) for shape in [(70, 37), (37, 53)])
        a[3, 5], a[69, 0], b[7, 52] = np.inf, np.nan, -np.inf
        with np.errstate(all="ignore"):
            got, want = np.asarray(rp.asarray(a) @ rp.asarray(b)), a @ b
        np.testing.assert_array_equal(np.isnan(got), np.isnan(want))
        np.testing.assert_array_equal(np.isposinf(got), np.isposinf(want))
        np.testing.assert_array_equal(np.isneginf(got), np.isneginf(want))


@pytest.mark.parametrize("left", [(3, 4, 5), (4, 5), (5,), (2, 5, 3, 4), (0, 5), (5, 0)])
@pytest.mark.parametrize("right", [(5, 4), (5,), (4, 5, 3), (3, 4, 5), (0, 5)])
def test_tensordot_along_one_axis_of_each(left, right):
    a, b = sample("float64", left), sample("float64", right, 1)
    for i, j in itertools.product(range(-len(left), len(left)), range(-len(right), len(right))):
        both("tensordot", a, b, axes=(i, j))
    both("tensordot", a, b, axes=(4, 0))
    both("tensordot", a, b, axes=(0, -9))
