"""Batches, rounds and what is left out, with a clock that the tests wind themselves."""

import gc

from raptors_compare.timing import Effort, compiled, measure


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self):
        self.now = 0

    def __call__(self):
        return self.now

    def batch(self, call_ns, log=None, name=None):
        """Batches of a call that takes so long."""

        def run(n, clock):
            self.now += n * call_ns
            if log is not None:
                log.append((name, n))
            return n * call_ns

        return run


def test_each_sample_is_a_batch_of_a_millisecond():
    clock, log = Clock(), []
    batches = {"a": clock.batch(1_000, log, "a"), "b": clock.batch(70_000, log, "b")}
    samples = measure(batches, Effort(budget=0), clock=clock, interruptions=lambda: 0)
    assert {n * 1_000 >= 1_000_000 for name, n in log[-10:] if name == "a"} == {True}
    assert {n * 70_000 >= 1_000_000 for name, n in log[-10:] if name == "b"} == {True}
    assert samples.ns == {"a": [1_000.0] * 25, "b": [70_000.0] * 25}


def test_sides_take_turns_in_an_order_that_changes():
    clock, log = Clock(), []
    batches = {name: clock.batch(2_000_000, log, name) for name in "ab"}
    measure(batches, Effort(budget=0), clock=clock, interruptions=lambda: 0)
    rounds = [tuple(name for name, _ in log[i : i + 2]) for i in range(len(log) - 50, len(log), 2)]
    assert set(rounds) == {("a", "b"), ("b", "a")}


def test_slow_calls_get_fewer_samples():
    clock = Clock()
    batches = {"a": clock.batch(100_000_000), "b": clock.batch(1_000)}
    samples = measure(batches, Effort(budget=0), clock=clock, interruptions=lambda: 0)
    assert len(samples.ns["a"]) == len(samples.ns["b"]) == 5


def test_a_budget_buys_more_samples_up_to_a_bound():
    clock = Clock()
    batches = {"a": clock.batch(1_000_000), "b": clock.batch(1_000_000)}
    samples = measure(batches, Effort(budget=0.1), clock=clock, interruptions=lambda: 0)
    assert 45 <= len(samples.ns["a"]) <= 52
    samples = measure(batches, Effort(budget=100), clock=clock, interruptions=lambda: 0)
    assert len(samples.ns["a"]) == 201


def test_interrupted_rounds_are_left_out_where_enough_remain():
    clock, calls = Clock(), iter(range(10**9))
    batches = {"a": clock.batch(1_000_000), "b": clock.batch(1_000_000)}
    # The count grows in every second round.
    steps = [0, 0, 1, 2]
    counts = (4 * (i // 4) + steps[i % 4] for i in calls)
    samples = measure(
        batches, Effort(budget=0.1), clock=clock, interruptions=lambda: next(counts)
    )
    assert samples.left_out
    assert 0.4 < samples.interrupted < 0.6
    assert len(samples.ns["a"]) == len(samples.ns["b"]) >= 25


def test_where_every_round_is_interrupted_all_are_kept():
    clock, counts = Clock(), iter(range(10**9))
    batches = {"a": clock.batch(1_000_000), "b": clock.batch(1_000_000)}
    samples = measure(
        batches, Effort(budget=0.01), clock=clock, interruptions=lambda: next(counts)
    )
    assert not samples.left_out
    assert samples.interrupted == 1
    assert len(samples.ns["a"]) >= 25


def test_results_stay_alive_as_long_as_they_should():
    alive = set()

    class Result:
        def __init__(self):
            alive.add(id(self))

        def __del__(self):
            alive.discard(id(self))

    for live in (0, 3):
        call, batch = compiled("x()", None, {"x": Result}, live)
        batch(10, lambda: 0)
        assert len(alive) == live
        del call, batch
        gc.collect()
    call, batch = compiled("x()", None, {"x": Result}, 3, together=True)
    for left in (1, 2, 0, 1):
        batch(1, lambda: 0)
        assert len(alive) == left


def test_collecting_garbage_waits():
    seen = []
    batches = {"a": lambda n, clock: seen.append(gc.isenabled()) or 1_000_000}
    measure(batches, Effort(budget=0), interruptions=lambda: 0)
    assert seen and not any(seen)
    assert gc.isenabled()
