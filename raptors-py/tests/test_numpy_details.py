"""Smaller rules of NumPy's that Raptors keeps: what is refused, warned of, and how results lie in memory."""

import gc
import threading
import warnings

import numpy as np
import pytest

import raptors as rp


def outcome(module, call):
    """What ``call(module)`` gives, or its error, and what it warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = call(module)
        except Exception as error:
            return type(error).__name__, str(error), []
    array = np.asarray(result)
    heard = sorted(str(one.message) for one in caught)
    return array.dtype, array.shape, array.tobytes(), heard


def agree(*calls):
    for number, call in enumerate(calls):
        assert outcome(rp, call) == outcome(np, call), number


FOUR = np.arange(4.0).reshape(2, 2)


@pytest.mark.parametrize("axis", [True, False, (True,), "a"])
def test_an_axis_is_no_truth_value(axis):
    for name in ("sum", "max", "argmax", "mean", "std", "any", "ptp", "cumsum", "cumprod", "argsort"):
        if isinstance(axis, tuple) and name in ("argmax", "cumsum", "cumprod", "argsort"):
            continue
        agree(lambda xp, name=name: getattr(xp, name)(xp.asarray(FOUR), axis=axis))
    if not isinstance(axis, tuple):
        agree(
            lambda xp: xp.concatenate([xp.asarray(FOUR)] * 2, axis=axis),
            lambda xp: xp.take(xp.asarray(FOUR), [0], axis=axis),
            lambda xp: xp.repeat(xp.asarray(FOUR), 2, axis=axis),
            lambda xp: xp.add.reduce(xp.asarray(FOUR), axis=axis),
            lambda xp: xp.add.accumulate(xp.asarray(FOUR), axis=axis),
        )


@pytest.mark.parametrize("axis", [True, False])
def test_functions_that_numpy_wrote_in_python_count_truth_values(axis):
    agree(
        lambda xp: xp.expand_dims(xp.asarray(FOUR), axis),
        lambda xp: xp.roll(xp.asarray(FOUR), 1, axis=axis),
        lambda xp: xp.moveaxis(xp.asarray(FOUR), axis, 0),
        lambda xp: xp.tile(xp.arange(3), axis),
        lambda xp: xp.tile(xp.arange(3), (axis, 2)),
        lambda xp: xp.tile(xp.arange(3), np.bool(axis)),
        lambda xp: xp.packbits(xp.asarray(FOUR.astype("u1")), axis=axis),
        lambda xp: xp.squeeze(xp.ones((1, 1)), axis=axis),
    )


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
@pytest.mark.parametrize("n", [1, 2, 5, 40, 200])
def test_products_tell_of_overflow(dtype, n):
    huge = np.full((n, n), np.finfo(dtype).max, dtype)
    agree(
        lambda xp: xp.asarray(huge) @ xp.asarray(huge),
        lambda xp: xp.dot(xp.asarray(huge), xp.asarray(huge)),
        lambda xp: xp.matvec(xp.asarray(huge), xp.asarray(huge[0])),
        lambda xp: xp.vecmat(xp.asarray(huge[0]), xp.asarray(huge)),
        lambda xp: xp.vecdot(xp.asarray(huge[0]), xp.asarray(huge[0])),
        lambda xp: xp.linalg.vecdot(xp.asarray(huge[0]), xp.asarray(huge[0])),
        lambda xp: xp.inner(xp.asarray(huge[0]), xp.asarray(huge[0])),
        lambda xp: xp.vdot(xp.asarray(huge[0]), xp.asarray(huge[0])),
        lambda xp: xp.asarray(huge[0]) @ xp.asarray(huge[0]),
    )


@pytest.mark.parametrize("n", [1, 3, 33])
def test_products_tell_of_what_is_invalid_and_of_nothing_else(n):
    endless, zeros, plain = np.full((n, n), np.inf), np.zeros((n, n)), np.full((n, n), 2.0)
    mixed = plain.copy()
    mixed[0, 0] = np.inf
    invalid = ["invalid value encountered in matmul"]
    # What is told is held to arithmetic: NumPy has called infinity times 2 invalid, which it is not.
    for a, b, told in (
        (endless, zeros, invalid),
        (endless, plain, []),
        (plain, mixed, []),
        (mixed, plain[0], []),
        (plain, plain, []),
    ):
        *values, heard = outcome(rp, lambda xp, a=a, b=b: xp.asarray(a) @ xp.asarray(b))
        assert tuple(values) == outcome(np, lambda xp, a=a, b=b: xp.asarray(a) @ xp.asarray(b))[:-1]
        assert heard == told
        product = np.frombuffer(values[-1], values[0])
        assert np.isnan(product).any() == bool(told)


def test_products_of_several_threads_tell_of_overflow():
    huge = np.full((300, 300), 1e300)
    a, before = rp.asarray(huge), rp.get_num_threads()
    try:
        for threads in (1, 2):
            rp.set_num_threads(threads)
            with pytest.warns(RuntimeWarning, match="overflow encountered in matmul"):
                a @ a
            with pytest.warns(RuntimeWarning, match="overflow encountered in dot"):
                rp.dot(rp.full(1 << 20, 1e300), rp.full(1 << 20, 1e300))
    finally:
        rp.set_num_threads(before)


BASES = [-np.inf, -0.0, 4.0]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("n", [3, 300])
def test_one_exponent_of_a_half_is_a_root(dtype, n):
    bases = np.resize(np.array(BASES, dtype), n)
    half = np.array(0.5, dtype)

    def in_place(xp, exponent):
        a = xp.array(bases)
        a **= exponent
        return a

    agree(
        lambda xp: xp.asarray(bases) ** xp.asarray(half),
        lambda xp: xp.asarray(bases) ** half[()],
        lambda xp: xp.asarray(bases) ** xp.asarray(half.reshape(1)),
        lambda xp: xp.asarray(bases) ** xp.broadcast_to(xp.asarray(half), (n,)),
        lambda xp: xp.power(xp.asarray(bases), xp.asarray(half)),
        lambda xp: xp.asarray(bases) ** xp.full(n, 0.5, dtype),
        lambda xp: xp.asarray(bases[1]) ** xp.asarray(half),
        lambda xp: in_place(xp, 0.5),
        lambda xp: in_place(xp, xp.asarray(half)),
    )


@pytest.mark.parametrize("exponent", ["f2", "f4", "f8"])
@pytest.mark.parametrize("base", ["f2", "f4", "f8"])
@pytest.mark.parametrize("n", [1, 3, 300, 9000])
def test_one_exponent_is_seen_in_the_type_of_the_result(base, exponent, n):
    bases = np.resize(np.array(BASES, base), n)
    half = np.array(0.5, exponent)
    for exponents in (half, half.reshape(1), np.broadcast_to(half, (n,)), np.full(n, half)):
        agree(
            lambda xp, e=exponents: xp.asarray(bases) ** xp.asarray(e),
            lambda xp, e=exponents: xp.asarray(np.repeat(bases, 2)[::2]) ** xp.asarray(e),
        )


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "c8", "c16"])
@pytest.mark.parametrize("n", [1, 2, 7, 130, 300])
def test_sums_of_negative_zeros(dtype, n):
    zeros = -np.zeros((n, 5), dtype)
    agree(
        lambda xp: xp.asarray(zeros).sum(axis=0),
        lambda xp: xp.asarray(zeros).sum(axis=1),
        lambda xp: xp.asarray(zeros).sum(),
        lambda xp: xp.asarray(zeros).mean(axis=0),
        lambda xp: xp.asarray(np.asfortranarray(zeros)).sum(axis=0),
        lambda xp: xp.asarray(zeros).sum(axis=0, keepdims=True),
    )
    mixed = zeros.copy()
    mixed[n // 2, 2] = 0
    for a in (zeros, zeros.ravel(), np.repeat(zeros, 3, axis=0), np.asfortranarray(zeros), mixed, mixed.T):
        agree(
            lambda xp, a=a: xp.add.reduceat(xp.asarray(a), [0]),
            lambda xp, a=a: xp.add.reduceat(xp.asarray(a), [0, 0]),
            lambda xp, a=a: xp.add.reduceat(xp.asarray(a), [0, len(a) // 2, 0]),
            lambda xp, a=a: xp.add.reduceat(xp.asarray(a), [0, a.shape[-1] // 2], axis=-1),
        )


@pytest.mark.parametrize("mode", [None, 0, 1, 2, True, 1.0, "r", "C", "x", "", "wrap", "clip", "raise"])
def test_modes_are_told_by_name_or_number(mode):
    def put(xp):
        a = xp.zeros(3)
        a.put([7], 1, mode=mode)
        return a

    agree(
        lambda xp: xp.arange(3).take([5], mode=mode),
        lambda xp: xp.arange(3).take([1], mode=mode),
        lambda xp: xp.choose([0, 5], [xp.arange(2), xp.arange(2)], mode=mode),
        put,
    )


def test_no_mask_chooses_nothing():
    agree(
        lambda xp: xp.arange(3).sum(where=None),
        lambda xp: xp.sum(xp.arange(3), where=None),
        lambda xp: xp.arange(3).max(where=None, initial=0),
        lambda xp: xp.arange(3).any(where=None),
        lambda xp: xp.arange(3).mean(where=None),
        lambda xp: xp.std(xp.arange(3), where=None),
        lambda xp: xp.add.reduce(xp.arange(3), where=None),
    )


def test_loops_of_several_types_and_of_real_results():
    for x in (7, 7.0, True):
        for y in (True, np.array([True]), np.array([1], "i1"), np.array([1], "i8"), 2):
            agree(lambda xp, x=x, y=y: xp.ldexp(x, xp.asarray(y) if isinstance(y, np.ndarray) else y))
    for dtype in ("f2", "f4", "f8", "c8", "c16", "i8"):
        for base in ("c8", "c16"):
            agree(lambda xp, base=base, dtype=dtype: xp.abs(xp.asarray(np.array([3 + 4j], base)), dtype=dtype))


def test_truth_values_are_compared_with_integers_of_the_platform():
    for number in (2**70, -(2**70), 2**63, -1, 300):
        agree(
            lambda xp, n=number: xp.array([True]) == n,
            lambda xp, n=number: xp.array([True]) < n,
            lambda xp, n=number: xp.zeros(0, bool) == n,
            lambda xp, n=number: n < xp.zeros((3, 0), bool),
            lambda xp, n=number: xp.add(xp.zeros(0, bool), n),
            lambda xp, n=number: xp.array([1]) < n,
            lambda xp, n=number: xp.array([1], "u1") != n,
        )


def test_outputs_of_reductions_have_the_axes_of_the_result():
    a = np.arange(6.0).reshape(2, 3)
    for name in ("sum", "max", "ptp", "prod"):
        agree(
            lambda xp, name=name: getattr(xp, name)(xp.asarray(a), axis=0, out=xp.zeros((1, 3))),
            lambda xp, name=name: getattr(xp, name)(xp.asarray(a), axis=0, out=xp.zeros((1, 1, 3)), keepdims=True),
            lambda xp, name=name: getattr(xp, name)(xp.asarray(a), out=xp.zeros(3)),
            lambda xp, name=name: getattr(xp, name)(xp.asarray(a), axis=0, out=xp.zeros(3)),
        )


def order(array):
    """The strides along axes that have any."""
    return [step for step, n in zip(array.strides, array.shape) if n > 1]


LAYOUTS = {
    "C": lambda a: a,
    "F": lambda a: a.T,
    "turned": lambda a: a.swapaxes(0, 1),
    "inner": lambda a: a.swapaxes(1, 2),
    "reversed": lambda a: a[:, ::-1].T,
    "apart": lambda a: a[..., ::2].T,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("keepdims", [False, True])
def test_results_lie_in_memory_as_their_elements_do(layout, keepdims):
    a = np.random.default_rng(7).random((3, 4, 6))
    x, y = LAYOUTS[layout](a), LAYOUTS[layout](rp.asarray(a))
    mask = np.random.default_rng(8).random(x.shape) < 0.5
    for axis in (0, 1, 2, -1, (0,), ()):
        for name in ("sum", "max", "prod", "mean", "std", "any", "count_nonzero"):
            ours = getattr(rp, name)(y, axis=axis, keepdims=keepdims)
            theirs = getattr(np, name)(x, axis=axis, keepdims=keepdims)
            np.testing.assert_allclose(ours, theirs, rtol=1e-12)
            assert order(ours) == order(theirs), (name, axis)
        for where in (mask, mask[:1], mask[0]):
            ours = y.sum(axis, keepdims=keepdims, where=rp.asarray(where))
            theirs = x.sum(axis, keepdims=keepdims, where=where)
            np.testing.assert_allclose(ours, theirs, rtol=1e-12)
        assert y.sum(axis, keepdims=keepdims).flags.owndata


@pytest.mark.parametrize("layout", LAYOUTS)
def test_scans_lie_in_memory_as_their_elements_do(layout):
    a = np.random.default_rng(7).random((3, 4, 6))
    x, y = LAYOUTS[layout](a), LAYOUTS[layout](rp.asarray(a))
    for axis in (0, 1, 2, -1):
        for name in ("cumsum", "cumprod", "nancumsum"):
            ours, theirs = getattr(rp, name)(y, axis=axis), getattr(np, name)(x, axis=axis)
            np.testing.assert_allclose(ours, theirs, rtol=1e-12)
            assert order(ours) == order(theirs), (name, axis)
        for ufunc in ("add", "maximum", "subtract", "logical_or"):
            ours, theirs = getattr(rp, ufunc).accumulate(y, axis), getattr(np, ufunc).accumulate(x, axis)
            np.testing.assert_allclose(ours, theirs, rtol=1e-12)
            assert order(ours) == order(theirs), (ufunc, axis)


def test_the_collector_shows_no_array_that_is_overwritten():
    n, stop, seen = 1 << 20, threading.Event(), []
    a, b = rp.full(n, 2.0), rp.full(n, 3.0)

    def look():
        while not stop.is_set():
            seen.extend(
                one for one in gc.get_objects() if type(one) is rp.ndarray and one.shape == (n,) and one[0] not in (2.0, 3.0, 6.0, 8.0)
            )

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(40):
            result = a * b + a
            assert float(result[0]) == float(result[-1]) == 8.0
            assert gc.is_tracked(result)
    finally:
        stop.set()
        thread.join()
    assert not seen


@pytest.mark.parametrize("size", [1, 3, 5, 1000, 1001])
def test_the_state_of_a_generator_shows_the_last_half_number(size):
    def states(xp):
        generator = xp.random.default_rng(5)
        found = []
        for _ in range(3):
            generator.integers(0, 10, size)
            found.append(generator.bit_generator.state)
        return found

    assert states(rp) == states(np)


@pytest.mark.parametrize("dtype", ["u1", "i4", "f8", "c16"])
@pytest.mark.parametrize("n", [5, 300, 2000])
def test_take_by_numbers_lists_and_arrays(dtype, n):
    a = np.arange(n).astype(dtype)
    places = np.random.default_rng(3).integers(-n, n, n)
    for view in (slice(None), slice(None, None, -1), slice(None, None, 2)):
        for indices in (0, -1, 2, [0, 2], (1, -1), [[0, 1], [2, 0]], [], places // 2, [True, False], n, [0, n], [1.5]):
            agree(
                lambda xp, v=view, i=indices: xp.asarray(a)[v].take(xp.asarray(i) if isinstance(i, np.ndarray) else i),
                lambda xp, v=view, i=indices: xp.take(xp.asarray(a)[v], i),
                lambda xp, v=view, i=indices: xp.take(xp.asarray(a)[v], i, axis=-1),
            )
    square = np.arange(24).astype(dtype).reshape(4, 6)
    for axis in (0, 1, -1, 2, None):
        for indices in (0, -1, [0, 2], [[0, 1], [2, 0]], [9]):
            agree(lambda xp, i=indices, axis=axis: xp.take(xp.asarray(square), i, axis=axis))


@pytest.mark.parametrize("shape", [(2, 4), (8, 1), (2, 2, 2), (-1,), (4, -1), (1, 8), (3, 3)])
def test_runs_with_steps_are_viewed_in_other_shapes(shape):
    for view in (slice(None, None, 2), slice(None, None, -2), slice(14, None, -2)):
        x, y = np.arange(16.0)[view], rp.arange(16.0)[view]
        agree(lambda xp, v=view: xp.arange(16.0)[v].reshape(shape), lambda xp, v=view: xp.reshape(xp.arange(16.0)[v], shape))
        if shape != (3, 3):
            assert order(y.reshape(shape)) == order(x.reshape(shape))
            assert np.shares_memory(np.asarray(y.reshape(shape)), np.asarray(y))


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", "f4", "f8", "c16"])
@pytest.mark.parametrize("n", [1, 5, 300, 3000])
def test_elements_are_put_one_by_one_or_all_the_same(dtype, n):
    random = np.random.default_rng(4)
    places, values = random.integers(-n, n, n), random.integers(0, 100, n).astype(dtype)

    def put(xp, step, source, where=places):
        a = xp.zeros(2 * n, dtype)[::step]
        a = a[:n] if abs(step) == 1 else a
        a[xp.asarray(where)] = xp.asarray(source) if isinstance(source, np.ndarray) else source
        return a

    def onto_itself(xp):
        a = xp.asarray(values.copy())
        a[xp.asarray(places)] = a
        return a

    for step in (1, 2, -1, -2):
        for source in (values, values[::-1], values[:1], values[0], np.resize(values, 2 * n)[::2], list(values[: n - 1]), 1):
            agree(lambda xp, s=step, v=source: put(xp, s, v))
    agree(onto_itself)
    agree(
        lambda xp: put(xp, 1, values, np.full(n, n)),
        lambda xp: put(xp, 1, values, places.reshape(1, n)),
        lambda xp: put(xp, 1, values.reshape(1, n), places.reshape(1, n)),
    )
