"""Honest timing: sides take turns in random order, in batches long enough to be measured."""

from __future__ import annotations

import gc
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat

try:
    import resource
except ImportError:  # Windows does not tell
    resource = None

# A batch of so many calls, timed by the clock: nanoseconds.
Batch = Callable[[int, Callable[[], int]], int]

# The loop is the same text for every side, so that its own cost is the same.
_LOOP = """
def batch(n, clock):
    begin = clock()
    for _ in repeat(None, n):
        {statement}
    return clock() - begin
"""


@dataclass(frozen=True)
class Effort:
    """How long a cell is measured."""

    # Batches of each side that are not counted.
    warmup: int = 3
    # Samples of each side, at least; the budget buys more, up to `most`.
    least: int = 25
    most: int = 201
    # Seconds for a cell.
    budget: float = 2.0
    # Nanoseconds that a batch takes, at least.
    batch: int = 1_000_000

    @property
    def patience(self) -> float:
        """Seconds for a cell on a machine that is busy with something else."""
        return max(3 * self.budget, 600 * self.batch / 1e9)

    # A call longer than this (in ns) is slow: fewer samples, never fewer than five.
    SLOW = 50_000_000

    def least_for(self, call_ns: float) -> int:
        """Samples of each side, at least, where a call takes so long."""
        return self.least if call_ns < self.SLOW else max(5, self.least // 5)


def compiled(
    code: str, xp, operands: dict, live: int, shows: str = "", together: bool = False
) -> tuple[Callable[[], object], Batch]:
    """One call of the expression, and batches of it. Of `live` results each stays alive until so
    many have come after it, or until there are so many and all go `together`; 0 frees each at
    once. Of a statement, a call gives what `shows` says."""
    names = {"xp": xp, "np": xp, "repeat": repeat, **operands}
    kept = [] if together else deque(maxlen=live)
    names |= {"keep": kept.append, "held": kept.__len__, "drop": kept.clear}
    statement = f"keep({code})" if live and not shows else code
    if live and not shows and together:
        statement += f"; held() < {live} or drop()"
    exec(compile(_LOOP.format(statement=statement), f"<{code}>", "exec"), names)
    if shows:
        exec(f"def call():\n    {code}\n    return {shows}", names)
        return names["call"], names["batch"]
    return eval(compile(f"lambda: {code}", f"<{code}>", "eval"), names), names["batch"]


def calls_per_batch(batch: Batch, least_ns: int, clock) -> tuple[int, float]:
    """How many calls fill a batch, found by doubling; and the time of one call."""
    n = 1
    while True:
        elapsed = max(1, batch(n, clock))
        if elapsed >= least_ns or n >= 1 << 24:
            return n, elapsed / n
        n = max(2 * n, min(16 * n, round(1.1 * n * least_ns / elapsed)))


def interruptions() -> int:
    """How often the system has taken a core from this process, for another."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw if resource else 0


@dataclass
class Samples:
    """Nanoseconds per call for each side; the n-th samples of all sides belong together."""

    ns: dict[str, list[float]]
    # The share of the rounds in which another process got the core, and whether they were left
    # out: they are, whoever was timed, where enough rounds remain.
    interrupted: float
    left_out: bool


def measure(
    batches: dict[str, Batch],
    effort: Effort,
    seed: int = 0,
    clock=time.perf_counter_ns,
    interruptions=interruptions,
) -> Samples:
    """Samples of every side, taken in rounds: one of each, in random order."""
    order = list(batches)
    shuffle = random.Random(seed).shuffle
    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        sized = {name: calls_per_batch(batches[name], effort.batch, clock) for name in order}
        # Sized again now that every side is warm; the first time may have been slow.
        sized = {name: calls_per_batch(batches[name], effort.batch, clock) for name in order}
        for _ in range(effort.warmup):
            for name in order:
                batches[name](sized[name][0], clock)
        least = effort.least_for(max(call for _, call in sized.values()))
        rounds: list[tuple[bool, dict[str, float]]] = []
        clean, begin = 0, clock()
        while clean < max(least, effort.most):
            elapsed = (clock() - begin) / 1e9
            # A busy machine may take longer to give enough undisturbed rounds.
            enough = clean >= least and elapsed > effort.budget
            if enough or (len(rounds) >= least and elapsed > effort.patience):
                break
            shuffle(order)
            before = interruptions()
            taken = {}
            for name in order:
                n = sized[name][0]
                taken[name] = batches[name](n, clock) / n
            undisturbed = interruptions() == before
            clean += undisturbed
            rounds.append((undisturbed, taken))
        left_out = clean >= max(5, least // 3)
        kept = [taken for undisturbed, taken in rounds if undisturbed or not left_out]
        ns = {name: [taken[name] for taken in kept] for name in batches}
        return Samples(ns, 1 - clean / len(rounds), left_out)
    finally:
        if collecting:
            gc.enable()
