"""Numbers drawn by laws of one or two numbers, and seeds, against ``numpy.random``."""

import copy
import pickle

import numpy as np
import pytest
import raptors as rp

SIZES = [0, 1, 3, (2, 5), 17, 1000, (), np.int64(4), [3, 2]]
CALLS = [
    ("standard_gamma", [(0.3,), (1.0,), (1.5,), (40.0,), (0.0,), (3,)]),
    ("gamma", [(0.3, 2.0), (1.0,), (2.0,), (2, 3), (2.0, 0.0), (float("inf"),), (float("nan"),)]),
    ("chisquare", [(0.5,), (2.0,), (7,)]),
    ("beta", [(1, 2), (0.5, 2.0), (3.0, 0.1), (0.5, 0.5), (1.0, 1.0)]),
    ("f", [(2.0, 3.0), (10, 1)]),
    ("standard_t", [(0.7,), (2.0,), (9,)]),
    ("standard_cauchy", [()]),
    ("lognormal", [(), (1.0, 0.5), (0, 2), (0.0, 0.0)]),
    ("laplace", [(), (1.0, 0.5), (0, 2)]),
    ("logistic", [(), (1.0, 0.5), (0, 2)]),
    ("gumbel", [(), (1.0, 0.5), (0, 2)]),
    ("rayleigh", [(), (2.5,), (0.0,)]),
    ("pareto", [(0.5,), (3.0,)]),
    ("weibull", [(0.5,), (3.0,), (0.0,)]),
    ("power", [(0.5,), (3.0,)]),
    ("poisson", [(), (0.01,), (0.0,), (3.0,), (9.999,), (10.0,), (50,)]),
    ("binomial", [(10, 0.3), (10, 0.7), (1, 0.5), (0, 0.5), (60, 0.5), (61, 0.5), (200, 0.001),
                  (1_000_000, 1e-5), (5, 0.0), (5, 1.0), (100, 0.71), (100, 0.3), (2**60, 1e-18)]),
    ("geometric", [(0.01,), (0.3,), (1 / 3,), (0.5,), (0.99,), (1.0,)]),
    ("uniform", [(), (-1.0, 2.5), (0, 1), (1.0, 1.0)]),
    ("normal", [(), (5, 0.1), (0.0, 0.0)]),
    ("exponential", [(), (2.5,), (0.0,)]),
]  # fmt: skip
CASES = [(name, parameters) for name, several in CALLS for parameters in several]


def same(got, want):
    """Whether both are the same bits of the same dtype and shape."""
    assert isinstance(got, rp.ndarray) == isinstance(want, np.ndarray)
    got, want = np.asarray(got), np.asarray(want)
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    assert got.tobytes() == want.tobytes()


@pytest.mark.parametrize("name, parameters", CASES)
def test_laws(pair, name, parameters):
    ours, theirs = pair
    for size in (*SIZES, None):
        # Every second time with half of the bits of a draw left.
        same(ours.random(1, "float32"), theirs.random(1, "float32"))
        same(getattr(ours, name)(*parameters, size=size), getattr(theirs, name)(*parameters, size=size))
        same(ours.random(1), theirs.random(1))


@pytest.mark.parametrize("name, parameters", [(name, several[0]) for name, several in CALLS])
def test_many_draws_by_laws(name, parameters):
    ours, theirs = rp.random.default_rng(3), np.random.default_rng(3)
    same(getattr(ours, name)(*parameters, size=200_000), getattr(theirs, name)(*parameters, size=200_000))
    np.testing.assert_equal(ours.bit_generator.state, theirs.bit_generator.state)


WRONG = [
    ("gamma", (-1.0,)), ("gamma", (1.0, -1.0)), ("gamma", ("a",)), ("gamma", (None,)), ("beta", (0.0, 2.0)),
    ("poisson", (-1.0,)), ("poisson", (1e300,)), ("binomial", (-1, 0.5)), ("binomial", (10, 1.5)),
    ("binomial", (2**70, 0.5)), ("geometric", (0.0,)), ("chisquare", (0.0,)),
    ("standard_t", (-1.0,)), ("weibull", (-1.0,)), ("uniform", (0.0, float("inf"))), ("normal", (0.0, -1.0)),
    ("lognormal", (0.0, -1.0)), ("gamma", (10**400,)),
]  # fmt: skip


@pytest.mark.parametrize("name, parameters", WRONG)
@pytest.mark.parametrize("size", [3, -1, "a", 2.5, (2, -1)])
def test_parameters_and_sizes_that_are_refused(name, parameters, size):
    words = []
    for xp in rp, np:
        with pytest.raises((TypeError, ValueError, OverflowError)) as raised:
            getattr(xp.random.default_rng(1), name)(*parameters, size=size)
        words.append((raised.type, str(raised.value)))
    assert words[0] == words[1]


def test_parameters_that_are_arrays():
    ours, theirs = rp.random.default_rng(1), np.random.default_rng(1)
    for name, parameters in [("gamma", ([2.0, 3.0],)), ("poisson", ([[1.0], [20.0]],)), ("binomial", ([5, 9], 0.3))]:
        want = getattr(theirs, name)(*parameters)
        same(getattr(ours, name)(*[rp.asarray(p) for p in parameters]), want)
    for number in np.float64(2.0), np.array(2.0), np.array([2.0]):
        same(ours.gamma(number, size=3), theirs.gamma(number, size=3))
    for trials in np.int32(9), 10.5, True:
        same(ours.binomial(trials, 0.5, 3), theirs.binomial(trials, 0.5, 3))


SEEDS = [0, 1, 2**32 - 1, 2**32, 2**64 + 5, 2**96, 2**128 - 1, 2**128, 2**500 + 3]


@pytest.mark.parametrize("seed", SEEDS)
def test_seeds(seed):
    ours, theirs = (xp.random.default_rng(seed).bit_generator for xp in (rp, np))
    assert type(ours) is type(theirs)
    np.testing.assert_equal(ours.state, theirs.state)
    made, wanted = ours.seed_seq, theirs.seed_seq
    assert type(made) is type(wanted) and made.state == wanted.state
    assert (made.pool == wanted.pool).all() and made.pool.dtype == wanted.pool.dtype
    assert (made.generate_state(9) == wanted.generate_state(9)).all()
    for a, b in zip(made.spawn(2), wanted.spawn(2)):
        assert a.state == b.state and (a.pool == b.pool).all()
    assert made.n_children_spawned == wanted.n_children_spawned == 2
    for clone in pickle.loads(pickle.dumps(made)), copy.deepcopy(made):
        assert clone.state == wanted.state and (clone.pool == wanted.pool).all()


def test_seeds_of_the_system_differ():
    ours = [rp.random.default_rng() for _ in range(3)]
    assert len({generator.random() for generator in ours}) == 3
    for generator in ours:
        entropy = generator.bit_generator.seed_seq.entropy
        again = np.random.default_rng(entropy)
        again.random()
        np.testing.assert_equal(generator.bit_generator.state, again.bit_generator.state)


@pytest.mark.parametrize("seed", [True, np.int64(5), -1, 1.5, "a", [1, -1]])
def test_seeds_of_other_classes(seed):
    made = []
    for xp in rp, np:
        try:
            made.append(xp.random.default_rng(seed).random())
        except (TypeError, ValueError) as error:
            made.append((type(error), str(error)))
    assert made[0] == made[1]
