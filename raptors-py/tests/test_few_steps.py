"""Calls on few elements that take fewer steps than the general way: the same results, layouts and refusals."""

import numpy as np
import pytest
import raptors as rp

FLOATS = ["float16", "float32", "float64"]
ENDS = [0.0, -0.0, 1.5, -1.5, 1e300, np.inf, -np.inf, np.nan]


def same(got, want):
    """Whether both have one dtype, shape, order in memory, and the same values with their signs."""
    got, want = np.asarray(got), np.asarray(want)
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    if want.size:
        # How far elements lie apart of which there is one says nothing.
        long = [axis for axis in range(want.ndim) if want.shape[axis] > 1]
        assert [got.strides[axis] for axis in long] == [want.strides[axis] for axis in long]
    np.testing.assert_array_equal(got, want)
    if want.dtype.kind == "f":
        numbers = ~np.isnan(want)
        np.testing.assert_array_equal(np.signbit(got)[numbers], np.signbit(want)[numbers])


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("name", ["fix", "isneginf", "isposinf"])
def test_whole_parts_and_infinities(name):
    for dtype in (*FLOATS, "int8", "uint64", "bool"):
        values = np.array(ENDS if dtype in FLOATS else [0, 1, 5]).astype(dtype)
        for x in (values, values[::-1], values[:1], values[0], values.reshape(-1, 1).T, values[:0]):
            want = getattr(np, name)(x)
            same(getattr(rp, name)(rp.asarray(x)), want)
            same(getattr(rp, name)(x.tolist()), getattr(np, name)(x.tolist()))
            out = rp.empty(x.shape, want.dtype)
            assert getattr(rp, name)(rp.asarray(x), out) is out
            same(out, want)
    words = []
    for xp in rp, np:
        with pytest.raises(TypeError) as raised:
            getattr(xp, name)(xp.asarray([1j]))
        words.append(str(raised.value))
    assert name == "fix" or words[0] == words[1]


def test_smallest_types():
    edges = [s * (1 << bits) + step for bits in (0, 7, 8, 15, 16, 31, 32, 63, 64, 70) for s in (1, -1) for step in (-1, 0, 1)]
    for number in (*edges, True, False, 1.5, 1e300, 1j, np.int64(3), np.float32(0.1), "a"):
        assert rp.min_scalar_type(number) == np.min_scalar_type(number), number
    for array in (np.ones(3, "int16"), np.array(300), np.array(-1.5)):
        assert rp.min_scalar_type(rp.asarray(array)) == np.min_scalar_type(array)


@pytest.mark.parametrize("dtype", ["int8", "float32", "float64", "complex128"])
@pytest.mark.parametrize("shape", [(12, 10), (1, 5), (5, 1), (2, 3, 4), (40, 30), (3, 0)])
def test_copies_keep_the_order_of_what_is_turned(shape, dtype):
    x = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    for turned in (lambda a: a.T, lambda a: a.swapaxes(0, -1), lambda a: a[::-1].T, lambda a: a):
        ours, theirs = turned(rp.asarray(x)), turned(x)
        for order in "KACF":
            same(rp.array(ours, order=order), np.array(theirs, order=order))
            same(ours.astype("complex64", order=order), theirs.astype("complex64", order=order))
            same(ours.copy(order), theirs.copy(order))
        copy = rp.array(ours)
        assert not rp.shares_memory(copy, ours)


@pytest.mark.parametrize("n", [1, 2, 50, 1024, 1025, 3000])
def test_places_with_gaps_and_backwards(n):
    x = np.random.default_rng(n).random(n)
    places = np.random.default_rng(1).integers(-n, n, n)
    for cut in (np.s_[::-1], np.s_[::2], np.s_[::-3], np.s_[1:]):
        ours = rp.asarray(x)[rp.asarray(places)[cut]]
        np.testing.assert_array_equal(np.asarray(ours), x[places[cut]])
        np.testing.assert_array_equal(np.asarray(rp.asarray(x)[::-1][rp.asarray(places)[cut]]), x[::-1][places[cut]])
    wrong = np.array([0, n])[::-1]
    with pytest.raises(IndexError):
        rp.asarray(x)[rp.asarray(wrong)]


@pytest.mark.parametrize("name", ["logaddexp", "logaddexp2", "hypot"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_few_elements_are_joined_as_many_are(name, dtype):
    ours, theirs = getattr(rp, name), getattr(np, name)
    for n in (1, 2, 3, 5, 8, 50, 127, 1024, 1025, 2500):
        x = np.random.default_rng(n).random((n, 3)).astype(dtype)
        columns = ours.reduce(rp.asarray(x), axis=0)
        np.testing.assert_allclose(np.asarray(columns), theirs.reduce(x.astype("float64"), axis=0), 2e-3 if dtype == "float16" else 1e-6)
        # One order of joining, whatever lies beside the elements.
        for i in range(3):
            alone = ours.reduce(rp.asarray(x[:, i].copy()))
            assert alone.dtype == columns.dtype == np.dtype(dtype)
            same(alone, columns[i])
            same(ours.reduce(rp.asarray(x)[:, i]), columns[i])
        same(ours.reduce(rp.asarray(x.T.copy()), axis=1), columns)
        assert ours.reduce(rp.asarray(x), axis=0, keepdims=True).shape == (1, 3)
        same(ours.reduce(rp.asarray(x), axis=None), ours.reduce(ours.reduce(rp.asarray(x), axis=0)))


@pytest.mark.parametrize("name", ["gcd", "lcm"])
def test_common_divisors_of_few_elements(name):
    x = np.random.default_rng(1).integers(1, 50, (20, 4)) * 6 % 13 + 1
    ours, numpys = getattr(rp, name), getattr(np, name)
    for axis in (0, 1):
        same(ours.reduce(rp.asarray(x), axis=axis), numpys.reduce(x, axis=axis))
    if name == "gcd":
        same(ours.reduce(rp.asarray(x), axis=None), numpys.reduce(x, axis=None))
    else:
        with pytest.raises(ValueError, match="not reorderable"):
            ours.reduce(rp.asarray(x), axis=None)


@pytest.mark.parametrize("order", [1, -1, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", ["int16", "float32", "float64", "complex128"])
def test_norms_of_rows_and_columns(order, dtype):
    for shape in [(12, 10), (1, 1), (3, 12, 10), (0, 4, 3)]:
        x = (np.random.default_rng(2).random(shape) * 50 - 25).astype(dtype)
        for keepdims in (False, True):
            got = rp.linalg.norm(rp.asarray(x), order, axis=(-2, -1), keepdims=keepdims)
            want = np.linalg.norm(x, order, axis=(-2, -1), keepdims=keepdims)
            assert got.dtype == want.dtype and got.shape == want.shape
            np.testing.assert_allclose(np.asarray(got), want, 1e-6 if dtype == "float32" else 1e-14)
    missing = np.array([[1.0, np.nan], [2.0, 3.0]])
    assert np.isnan(rp.linalg.norm(rp.asarray(missing), order)) == np.isnan(np.linalg.norm(missing, order))
    for shape in [(0, 3), (3, 0)]:
        results = []
        for xp in rp, np:
            try:
                results.append(float(xp.linalg.norm(xp.zeros(shape), order)))
            except ValueError:
                results.append(ValueError)
        assert results[0] == results[1]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("rcond", [None, np.float32(1e-3), np.float64(1e-3), np.float16(0.5), 1e-3, 2.0])
def test_tolerances_of_any_class(rcond):
    x = np.linspace(0, 1, 50).astype("float32")
    y = (3 * x * x - x + 0.5).astype("float32")
    got, want = (xp.polyfit(xp.asarray(x), xp.asarray(y), 2, rcond) for xp in (rp, np))
    assert got.dtype == want.dtype
    np.testing.assert_allclose(np.asarray(got), want, 1e-3, 1e-5)
    a, b = np.vander(x, 3), y
    for got, want in zip(*(xp.linalg.lstsq(xp.asarray(a), xp.asarray(b), rcond) for xp in (rp, np))):
        assert np.shape(got) == np.shape(want)
        np.testing.assert_allclose(np.asarray(got), want, 1e-3, 1e-5)


def test_sums_of_products_have_no_negative_zero():
    zeros = np.array([[-0.0, 0.0], [-0.0, -0.0]])
    for text, count in [("ij,ij->i", 2), ("ij->j", 1), ("bi,bj->bij", 2), ("ij,ij->", 2), ("ij,j->i", 2)]:
        given = [zeros, -zeros if text != "ij,j->i" else zeros[0]][:count]
        same(rp.einsum(text, *map(rp.asarray, given)), np.einsum(text, *given))


@pytest.mark.parametrize("mode", ["raise", "wrap", "clip"])
@pytest.mark.parametrize("length", [1, 7, 300, 5000])
def test_take_to_an_output(mode, length):
    random = np.random.default_rng(length)
    x, places = random.random(length), random.integers(0, length, length)
    beyond = places * 3 - length
    for given in (places, beyond if mode != "raise" else places - length, places.astype("int32"), places.tolist()):
        for out in (np.zeros(length), np.zeros(2 * length)[::2], np.zeros(length, "float32")):
            outcomes = []
            for xp in (rp, np):
                target = xp.array(np.zeros(2 * length))[::2] if out.strides != (out.itemsize,) else xp.array(out)
                indices = given if isinstance(given, list) else xp.asarray(given)
                try:
                    assert xp.take(xp.asarray(x), indices, out=target, mode=mode) is target
                    outcomes.append(np.array(target))
                except TypeError as error:
                    outcomes.append(str(error))
            np.testing.assert_array_equal(*outcomes)
    ours = rp.array(x)
    assert ours.take(rp.asarray(places[::-1].copy()), out=ours) is ours
    same(ours, x[places[::-1]])
    for wrong in (length, -length - 1):
        with pytest.raises(IndexError, match=f"index {wrong} is out of bounds for axis 0 with size {length}"):
            rp.take(rp.asarray(x), rp.asarray([wrong]), out=rp.zeros(1))
    locked = rp.zeros(length)
    locked.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        rp.take(rp.asarray(x), rp.asarray(places), out=locked)


@pytest.mark.parametrize("dtype", ["float64", "int16", "uint8", "complex64"])
def test_partitions_at_several_places(dtype):
    x = (np.random.default_rng(4).random((40, 30)) * 200).astype(dtype)
    for kth in (0, -1, 7, [3], (5, -2, 5), [29, 0, 13, -29], []):
        for array in (x, x.T[:30].copy(), x[0], x[:, ::-1], x[::2, ::3][:, :0]):
            for axis in (-1, 0, array.ndim - 1):
                outcomes = []
                for xp in (rp, np):
                    own = xp.array(array)
                    try:
                        assert own.partition(kth, axis) is None
                        other = xp.partition(xp.asarray(array), kth, axis)
                        places = xp.asarray(array).argpartition(kth, axis)
                        sorts = xp.take_along_axis(xp.asarray(array), places, axis)
                    except (TypeError, ValueError) as error:
                        outcomes.append((type(error), str(error)))
                        continue
                    at = [kth] if isinstance(kth, int) else list(kth)
                    made = [np.asarray(each) for each in (own, other, sorts)]
                    # No element has a place on any axis of an empty array.
                    outcomes.append([np.take(each, at, axis) if array.size else each for each in made])
                ours, theirs = outcomes
                if isinstance(theirs, tuple):
                    assert ours == theirs
                    continue
                assert isinstance(ours, list), ours
                for got, want in zip(ours, theirs):
                    same(got, want)
    locked = rp.asarray(x)[:]
    locked.flags.writeable = False
    with pytest.raises(ValueError, match="partition array is read-only"):
        locked.partition(1)


def test_results_asked_for_as_what_they_are_anyway():
    x = np.random.default_rng(5).random(5000) - 0.5
    for dtype in ("float64", "float32", "int32", "bool"):
        a, b = (x * 100).astype(dtype), (x[::-1] * 50).astype(dtype)
        for name in ("add", "maximum", "less", "logical_and", "divide", "negative", "exp", "isnan"):
            outcomes = []
            for xp in (rp, np):
                given = [xp.asarray(a), xp.asarray(b)][: getattr(np, name).nin]
                try:
                    with np.errstate(all="ignore"):
                        outcomes.append(np.asarray(getattr(xp, name)(*given, dtype=dtype)))
                except TypeError:
                    outcomes.append(None)
            assert (outcomes[0] is None) == (outcomes[1] is None), (name, dtype)
            if outcomes[0] is not None:
                assert outcomes[0].dtype == outcomes[1].dtype
                np.testing.assert_array_max_ulp(outcomes[0], outcomes[1], 4) if dtype in FLOATS else same(*outcomes)
