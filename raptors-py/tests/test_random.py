"""``rp.random`` against ``numpy.random``: the same bits, and the same errors."""

import copy
import pickle
import threading

import numpy as np
import pytest
import raptors as rp

INTEGERS = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]


def same(got, want):
    """Whether both are the same bits of the same dtype and shape."""
    if isinstance(want, np.ndarray):
        assert isinstance(got, rp.ndarray)
    got, want = np.asarray(got), np.asarray(want)
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    assert got.tobytes() == want.tobytes()


def test_floats(pair):
    ours, theirs = pair
    for name in ("random", "standard_normal", "standard_exponential"):
        for dtype in ("float32", "float64"):
            same(getattr(ours, name)(100_000, dtype), getattr(theirs, name)(100_000, dtype))
            same(getattr(ours, name)((3, 0), dtype), getattr(theirs, name)((3, 0), dtype))
            out = [m.empty((3, 5), dtype, "F") for m in (rp, np)]
            result = getattr(ours, name)(out=out[0], dtype=dtype)
            assert result is out[0]
            getattr(theirs, name)(out=out[1], dtype=dtype)
            same(*out)
        value = getattr(ours, name)()
        assert type(value) is float and value == getattr(theirs, name)()
    for dtype in ("float32", "float64"):
        same(
            ours.standard_exponential(999, dtype, "inv"),
            theirs.standard_exponential(999, dtype, "inv"),
        )


def test_scaled(pair):
    ours, theirs = pair
    for size in (None, 4, (2, 3), ()):
        for name in ("normal", "uniform"):
            same(getattr(ours, name)(-2, 3.5, size), getattr(theirs, name)(-2, 3.5, size))
        same(ours.exponential(2.5, size), theirs.exponential(2.5, size))
    low, high = [1.0, 2.0, 3.0], [[4.0], [5.0]]
    for size in (None, (2, 3), (4, 2, 3)):
        for name in ("normal", "uniform"):
            same(getattr(ours, name)(rp.array(low), high, size), getattr(theirs, name)(low, high, size))  # fmt: skip
        same(ours.exponential(high, size), theirs.exponential(high, size))  # fmt: skip


@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers(pair, dtype):
    ours, theirs = pair
    info = None if dtype == "bool" else np.iinfo(dtype)
    least, most = (0, 1) if info is None else (int(info.min), int(info.max))
    bounds = [(least, most), (0, most), (least, least), (least // 2, most // 2), (least // 3, most - 1)]
    for low, high in bounds:
        for size in (None, 501, (2, 3)):
            same(
                ours.integers(low, high, size, dtype, True),
                theirs.integers(low, high, size, dtype, True),
            )
            if low < high:
                same(ours.integers(low, high, size, dtype), theirs.integers(low, high, size, dtype))
    for low, high in [([0, 0, 1], [[1], [1]]), ([least, 0], most), (0, np.full((2, 5), 1))]:
        shape = np.broadcast_shapes(np.shape(low), np.shape(high))
        for size in (None, (40, *shape)):
            same(
                ours.integers(low, high, size, dtype, True),
                theirs.integers(low, high, size, dtype, True),
            )
    if dtype != "bool":
        same(ours.integers(100, dtype=dtype), theirs.integers(100, dtype=dtype))
        same(ours.integers([5, 50, 100], dtype=dtype), theirs.integers([5, 50, 100], dtype=dtype))


def test_integers_as_python_types(pair):
    ours, theirs = pair
    assert type(ours.integers(5, dtype=int)) is int
    assert type(ours.integers(2, dtype=bool)) is bool
    theirs.integers(5, dtype=int), theirs.integers(2, dtype=bool)
    assert ours.integers(4, size=()).shape == ()
    theirs.integers(4, size=())
    high = np.array([1 << 64], object)
    same(ours.integers(0, high, dtype="uint64"), theirs.integers(0, high, dtype="uint64"))


def test_orders(pair):
    ours, theirs = pair
    arrange = [lambda a: a, np.asfortranarray, lambda a: np.repeat(a, 2, -1)[..., ::2]]
    for shape in [(50,), (5, 6), (3, 4, 5), (0,), (1,), (2, 0)]:
        for axis in range(-len(shape), len(shape)):
            for make in arrange:
                for dtype in ("int8", "int16", "float32", "float64", "complex128"):
                    start = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
                    a, b = rp.asarray(make(start.copy())), make(start.copy())
                    ours.shuffle(a, axis), theirs.shuffle(b, axis)
                    same(a, b)
                    same(ours.permutation(a, axis), theirs.permutation(b, axis))
                    same(ours.permuted(a, axis=axis), theirs.permuted(b, axis=axis))
                    same(ours.permuted(a), theirs.permuted(b))
                    for lines in (axis, None):
                        assert ours.permuted(a, axis=lines, out=a) is a
                        theirs.permuted(b, axis=lines, out=b)
                        same(a, b)
    same(ours.permutation(20), theirs.permutation(20))
    a, b = list("abcdefg"), list("abcdefg")
    ours.shuffle(a), theirs.shuffle(b)
    assert a == b
    a, b = np.arange(9), np.arange(9)
    ours.shuffle(a), theirs.shuffle(b)
    same(rp.asarray(a), b)
    a, b = np.array(list("abcdefg")), np.array(list("abcdefg"))
    ours.shuffle(a), theirs.shuffle(b)
    assert (a == b).all()
    assert (ours.permutation(a) == theirs.permutation(a)).all()


@pytest.mark.parametrize("n", [2, 3, 64, 65, 127, 128, 129, 130, 257, 1000, 66_000])
def test_orders_of_many_elements(pair, n):
    ours, theirs = pair
    for dtype in ("int8", "int16", "float32", "float64", "complex128"):
        # Every second time with half of the bits of a draw left.
        same(ours.integers(9, dtype="uint32"), theirs.integers(9, dtype="uint32"))
        a, b = np.arange(n).astype(dtype), np.arange(n).astype(dtype)
        ours.shuffle(rp.asarray(a)), theirs.shuffle(b)
        same(rp.asarray(a), b)
        same(ours.permutation(n), theirs.permutation(n))


def test_choice(pair):
    ours, theirs = pair
    populations = [10, 20_000, [1.5, 2, 3, 4, 9], np.arange(12).reshape(4, 3)]
    for a in populations:
        count = a if isinstance(a, int) else len(a)
        p = np.random.default_rng(3).random(count)
        p /= p.sum()
        for size in (None, (), 1, 3, (1, 2), 0, 600):
            for replace in (True, False):
                if size == 600 and count < 600 and not replace:
                    continue
                for weights in (None, p, list(p)):
                    for shuffle in (True, False):
                        arguments = (a, size, replace, weights, 0, shuffle)
                        same(ours.choice(*arguments), theirs.choice(*arguments))
    a = np.arange(12).reshape(3, 4)
    same(ours.choice(a, 5, axis=1), theirs.choice(a, 5, axis=1))
    assert ours.choice(["a", "b"], 3).tolist() == theirs.choice(["a", "b"], 3).tolist()


def test_bytes_and_other_distributions(pair):
    ours, theirs = pair
    for length in (0, 1, 3, 4, 9):
        assert ours.bytes(length) == theirs.bytes(length)
    same(ours.gamma(2.0, size=5), theirs.gamma(2.0, size=5))
    same(ours.poisson(3, 9), theirs.poisson(3, 9))
    mean, cov = [0, 1], [[2, 1], [1, 2]]
    same(ours.multivariate_normal(mean, cov, 3), theirs.multivariate_normal(mean, cov, 3))
    same(ours.dirichlet([1, 2, 3], 2), theirs.dirichlet([1, 2, 3], 2))


CALLS = [
    lambda g, m: g.integers(0),
    lambda g, m: g.integers(5, 5),
    lambda g, m: g.integers(5, 4, endpoint=True),
    lambda g, m: g.integers(-1, 5, dtype="uint8"),
    lambda g, m: g.integers(0, 300, dtype="uint8"),
    lambda g, m: g.integers([0, 5], [3, 5]),
    lambda g, m: g.integers([0, -5], [3, 5], dtype="uint16"),
    lambda g, m: g.integers([0, 5], [3, 70000], dtype="uint16"),
    lambda g, m: g.integers(5, dtype="float64"),
    lambda g, m: g.integers(5, dtype=">i4"),
    lambda g, m: g.integers(0, 5, -3),
    lambda g, m: g.random(dtype="int32"),
    lambda g, m: g.random(-1),
    lambda g, m: g.random(3, out=m.empty(4)),
    lambda g, m: g.random(out=m.empty(4, "float32")),
    lambda g, m: g.random(out=m.empty((4, 4))[:, 1]),
    lambda g, m: g.standard_normal(dtype="int8"),
    lambda g, m: g.normal(0, -1),
    lambda g, m: g.normal(0, -0.0),
    lambda g, m: g.normal(0, [1, -1]),
    lambda g, m: g.normal([0, 1], [1, 2, 3]),
    lambda g, m: g.normal([0, 1], 1, 3),
    lambda g, m: g.normal([[0], [1]], 1, (1, 2)),
    lambda g, m: g.exponential(-1),
    lambda g, m: g.uniform(5, 1),
    lambda g, m: g.uniform(0, float("inf")),
    lambda g, m: g.uniform([0], [float("inf")]),
    lambda g, m: g.choice(0),
    lambda g, m: g.choice([]),
    lambda g, m: g.choice(2.5),
    lambda g, m: g.choice(3, 4, replace=False),
    lambda g, m: g.choice(3, p=[0.5, 0.5]),
    lambda g, m: g.choice(3, p=[[0.5, 0.5, 0]]),
    lambda g, m: g.choice(3, p=[0.5, 0.5, 0.5]),
    lambda g, m: g.choice(3, p=[1.5, -0.5, 0.0]),
    lambda g, m: g.choice(3, p=[float("nan"), 0.5, 0.5]),
    lambda g, m: g.choice(3, 2, replace=False, p=[1.0, 0.0, 0.0]),
    lambda g, m: g.choice(3, -1, replace=False),
    lambda g, m: g.shuffle(m.array(1.0)),
    lambda g, m: g.shuffle(m.zeros(3), 1),
    lambda g, m: g.shuffle(m.broadcast_to(m.zeros(3), (2, 3))),
    lambda g, m: g.permutation(m.zeros(3), 1),
    lambda g, m: g.permutation(-1.5),
    lambda g, m: g.permuted(m.zeros(3), axis=1),
    lambda g, m: g.permuted(m.zeros(3), out=[1]),
    lambda g, m: g.permuted(m.zeros(3), out=m.zeros(4)),
    lambda g, m: g.permuted(m.zeros(3), out=m.zeros(3, int)),
    lambda g, m: m.random.Generator(3),
    lambda g, m: m.random.default_rng(-1),
    lambda g, m: m.random.default_rng("a"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_errors(number):
    with pytest.raises(Exception) as want:
        CALLS[number](np.random.default_rng(1), np)
    with pytest.raises(want.type) as got:
        CALLS[number](rp.random.default_rng(1), rp)
    if want.type is ValueError and "mismatch" not in str(want.value):
        assert str(got.value)[:20] == str(want.value)[:20]


def test_outputs_are_arrays():
    with pytest.raises(TypeError):
        rp.random.default_rng(1).random(out=[1.0])


def test_the_generator_as_an_object():
    ours, theirs = rp.random.default_rng(5), np.random.default_rng(5)
    assert isinstance(ours, np.random.Generator)
    assert str(ours) == str(theirs) and repr(ours).startswith("Generator(PCG64) at 0x")
    for clone in (pickle.loads(pickle.dumps(ours)), copy.deepcopy(ours)):
        assert type(clone) is rp.random.Generator
        same(clone.random(3), np.random.default_rng(5).random(3))
    for a, b in zip(ours.spawn(3), theirs.spawn(3)):
        assert type(a) is rp.random.Generator
        same(a.random(3), b.random(3))
    assert rp.random.default_rng(ours) is ours
    shared = rp.random.default_rng(theirs.bit_generator)
    first = shared.random(), theirs.random()
    assert first == tuple(np.random.default_rng(5).random(2))
    assert type(rp.random.default_rng(theirs)) is rp.random.Generator
    assert rp.random.PCG64 is np.random.PCG64
    for seed in (np.random.SeedSequence(3), [1, 2, 3], 3):
        same(rp.random.default_rng(seed).random(2), np.random.default_rng(seed).random(2))


def test_threads_draw_each_number_once():
    ours = rp.random.default_rng(9)
    got = []

    def draw():
        for _ in range(20):
            got.append(np.asarray(ours.random(20_000)))

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drawn = np.sort(np.concatenate(got))
    np.testing.assert_array_equal(drawn, np.sort(np.random.default_rng(9).random(drawn.size)))


def test_numpys_old_functions():
    rp.random.seed(3)
    np.random.seed(3)
    state = rp.random.get_state()
    got = [rp.random.rand(2), rp.random.randn(3), rp.random.randint(0, 9, 4), rp.random.normal(size=2)]
    rp.random.set_state(state)
    want = [np.random.rand(2), np.random.randn(3), np.random.randint(0, 9, 4), np.random.normal(size=2)]
    for a, b in zip(got, want):
        same(a, b)
    a = rp.arange(9)
    rp.random.seed(4)
    rp.random.shuffle(a)
    np.random.seed(4)
    b = np.arange(9)
    np.random.shuffle(b)
    same(a, b)
    old = rp.random.RandomState(5)
    same(old.random_sample(3), np.random.RandomState(5).random_sample(3))
    again = pickle.loads(pickle.dumps(old))
    assert type(again) is rp.random.RandomState
    same(again.random_sample(3), old.random_sample(3))


@pytest.mark.parametrize("size", [(), 1, (2, 1), (2, 2), (2, 3), [4, 3], None])
def test_sizes_beside_bounds(size):
    for options in {}, {"dtype": "u1"}, {"endpoint": True}:
        drawn = []
        for xp in rp, np:
            try:
                numbers = xp.random.default_rng(1).integers(xp.asarray([0, 1, 2]), xp.asarray([5, 64, 9]), size=size, **options)
                drawn.append((numbers.dtype, numbers.shape, numbers.tolist()))
            except ValueError as error:
                drawn.append(str(error))
        assert drawn[0] == drawn[1]


@pytest.mark.parametrize("name", ["uniform", "normal", "exponential"])
def test_parameters_that_are_no_numbers(name):
    for wrong in None, "a", 1j:
        words = []
        for xp in rp, np:
            with pytest.raises((TypeError, ValueError)) as raised:
                getattr(xp.random.default_rng(1), name)(wrong)
            words.append((raised.type, str(raised.value)))
        assert words[0] == words[1]
    for number in np.float32(0.5), np.array(0.25), False, rp.asarray([0.5])[0]:
        ours, theirs = (getattr(xp.random.default_rng(1), name)(number) for xp in (rp, np))
        assert float(ours) == float(theirs)


@pytest.mark.parametrize("name", ["uniform", "normal"])
@pytest.mark.parametrize("parameters", [([1.0, 2.0], "3"), ("1", [2.0, 3.0]), ([1.0], None), ([None], 1.0), ("1", 2.0), (1, [2, 3])])
def test_parameters_beside_arrays(name, parameters):
    drawn = []
    for xp in rp, np:
        try:
            drawn.append(getattr(xp.random.default_rng(1), name)(*parameters).tolist())
        except (TypeError, ValueError, OverflowError) as error:
            drawn.append((type(error), str(error)))
    assert repr(drawn[0]) == repr(drawn[1])


@pytest.mark.parametrize("bounds", [([1.5, 4], [1, 5, 9]), ([1, 5, 300], []), ([1, 5], [2**64, 5]), ([1, 2], [3, 4, 5])])
def test_bounds_of_two_shapes(bounds):
    words = []
    for xp in rp, np:
        with pytest.raises((TypeError, ValueError)) as raised:
            xp.random.default_rng(1).integers(*bounds)
        words.append((raised.type, str(raised.value)))
    assert words[0] == words[1]
