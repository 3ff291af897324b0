"""Cells whose results stay alive, each timed in a process of its own.

What keeping results costs depends on what malloc has seen: the GNU C library gives memory back to
the system, to be mapped and cleared anew, by bounds that the largest block ever freed moves. A
process that has freed 32 MiB once keeps everything. A suite is such a process; a program that works
on arrays of one size is not.
"""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np

from .operands import arrays, operands
from .ops import Op
from .sides import Side, set_threads, side_called
from .suites import Cell
from .timing import Batch, Effort, Samples, compiled, measure

# Code, and the operands that it names.
Call = tuple[str, dict]


class Died(Exception):
    """The process of a cell ended before it answered."""


def batches(op: Op, cell: Cell, sides: list[Side], calls: dict[str, Call]) -> dict[str, Batch]:
    """What is timed, by the names of the sides that have a call."""
    ways = {"live": cell.live, "shows": op.shows, "together": cell.together}
    having = [side for side in sides if side.name in calls]
    return {side.name: compiled(calls[side.name][0], side.xp, calls[side.name][1], **ways)[1] for side in having}


def _timed(op: Op, cell: Cell, codes: dict[str, str], chosen: Effort, seed: int, order: int) -> Samples:
    sides = [side_called(name) for name in codes]
    set_threads(sides, cell.threads)
    given = operands(op, cell, seed)
    calls = {side.name: (codes[side.name], arrays(op, given, side)) for side in sides}
    with np.errstate(all="ignore"):
        return measure(batches(op, cell, sides, calls), chosen, seed=order)


def _unconcerned() -> None:
    """Leaves interruptions to the process that waits for this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def samples(op: Op, cell: Cell, codes: dict[str, str], chosen: Effort, seed: int, order: int) -> Samples:
    """The samples of every side that has code, on the operands of `seed`, taken in a new process
    that has done nothing else; `order` seeds the turns. Raises `Died` where it ends without them."""
    new = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(1, mp_context=new, initializer=_unconcerned) as pool:
            return pool.submit(_timed, op, cell, codes, chosen, seed, order).result()
    except BrokenProcessPool as error:
        raise Died(f"the process that measured {cell.key} ended: was there memory enough?") from error
