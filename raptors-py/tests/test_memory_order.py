"""The order in which the elements of a new array lie in memory, against NumPy's order K."""

import random

import numpy as np
import pytest
import raptors as rp

ONE = {
    "-": lambda xp, x: -x,
    "+1": lambda xp, x: x + 1,
    "isnan": lambda xp, x: xp.isnan(x),
    "modf": lambda xp, x: xp.modf(x)[1],
    "clip": lambda xp, x: xp.clip(x, 0, 2),
    "astype": lambda xp, x: x.astype("f4"),
    "copy": lambda xp, x: x.copy(order="K"),
    "empty_like": lambda xp, x: xp.empty_like(x),
    "zeros_like": lambda xp, x: xp.zeros_like(x),
}
TWO = {
    "+": lambda xp, x, y: x + y,
    "<": lambda xp, x, y: x < y,
    "arctan2": lambda xp, x, y: xp.arctan2(x, y),
}
THREE = {
    "where": lambda xp, x, y, z: xp.where(x > 0, y, z),
    "clip": lambda xp, x, y, z: xp.clip(x, y, z),
    "axpy": lambda xp, x, y, z: x * y + z,
}


def views(shape, dice):
    """An array for both libraries whose axes are turned, reversed and stretched at random."""
    axes = list(range(len(shape)))
    if dice.random() < 0.6:
        dice.shuffle(axes)
    stored = [1 if dice.random() < 0.2 else shape[axis] for axis in axes]
    turn = [axes.index(axis) for axis in range(len(shape))]
    steps = tuple(slice(None, None, dice.choice([1, 1, 1, -1])) for _ in shape)
    stretched, shorter = dice.random() < 0.2, len(shape) > 1 and dice.random() < 0.1
    for xp in (np, rp):
        x = xp.ones(stored).transpose(turn)[steps]
        if stretched:
            x = xp.broadcast_to(x, shape)
        yield x[0] if shorter else x


def distances(x):
    """The strides along axes on which there is a second element."""
    return [stride for stride, n in zip(x.strides, x.shape) if n > 1]


@pytest.mark.parametrize("lengths", [(1, 2, 3, 5), (1, 17, 40, 60)], ids=["short", "long"])
@pytest.mark.parametrize("count, calls", [(1, ONE), (2, TWO), (3, THREE)], ids=["one", "two", "three"])
def test_results_lie_in_the_order_of_their_operands(count, calls, lengths):
    dice = random.Random(count)
    _ = rp.ones(100_000) * 2 + 1  # from the next temporary on they are reused
    for _ in range(400):
        shape = [dice.choice(lengths) for _ in range(dice.choice([1, 2, 2, 3, 3, 4]))]
        if np.prod(shape) > 100_000:
            continue
        theirs, ours = zip(*(views(shape, dice) for _ in range(count)))
        for name, call in calls.items():
            expected, got = call(np, *theirs), call(rp, *ours)
            seen = [(x.shape, x.strides) for x in theirs]
            assert distances(got) == distances(expected), (name, seen)


@pytest.mark.parametrize("n", [10, 50, 400])
def test_c_order_wins_where_operands_disagree(n):
    c, f = rp.ones((n, n)), rp.ones((n, n)).T
    for result in (f * c, c * f, rp.add(f, c), rp.where(f > 0, c, f)):
        assert result.flags.c_contiguous
    for result in (f * f, f + 1, (f * 2) * f, rp.where(f > 0, f, 0.0)):
        assert result.flags.f_contiguous


def test_fortran_ordered_temporaries_take_results():
    f = rp.ones((500, 500)).T
    _ = f * 2 + f
    before = rp.mem.stats()
    result = f * 2 + f - 1
    after = rp.mem.stats()
    assert after["hits"] + after["misses"] == before["hits"] + before["misses"] + 1
    assert result.flags.f_contiguous and float(result.sum()) == 2 * 500 * 500


@pytest.mark.parametrize("n", [20, 300])
@pytest.mark.parametrize("call", ["b - (a + a)", "(a + a) - b", "(a + a) * b", "b * (a + a)", "b - (b + b)"])
def test_temporaries_are_reused_where_numpy_reuses_them(call, n):
    _ = rp.ones(100_000) * 2 + 1
    results = []
    for xp in (np, rp):
        result = eval(call, {"a": xp.ones((n, n)).T, "b": xp.ones((n, n))})
        results.append((result.flags.c_contiguous, result.flags.f_contiguous))
    assert results[0] == results[1]
