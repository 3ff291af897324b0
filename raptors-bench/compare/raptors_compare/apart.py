"""Cells whose results stay alive, each timed in a process of its own.

What keeping results costs depends on what malloc has seen: the GNU C library gives memory back to
the system, to be mapped and cleared anew, by bounds that the largest block ever freed moves. A
process that has freed 32 MiB once keeps everything. A suite is such a process; a program that works
on arrays of one size is not.
"""

from __future__ import annotations

import multiprocessing
import signal
from multiprocessing.connection import Connection

import numpy as np

from .operands import arrays, operands
from .ops import Op
from .sides import Side, set_threads, side_called
from .suites import Cell
from .timing import Batch, Effort, Samples, compiled, measure

# Code, and the operands that it names.
Call = tuple[str, dict]


class Failed(Exception):
    """The process of a cell raised something, or ended before it answered."""


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


def _answer(to: Connection, *asked) -> None:
    """What the new process does: it sends its samples, or the words of what was raised instead."""
    # Interruptions are left to the process that waits for this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        answer = _timed(*asked), ""
    except Exception as error:
        answer = None, f"raised {type(error).__name__}: {error}"
    to.send(answer)


def _end(code: int | None) -> str:
    """How a process ended, in words, by its exit code: below zero it is a signal's number."""
    if code is None or code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:  # one of those for real time, most of which have no name
        name = f"signal {-code}"
    # The system ends so whoever takes the memory that it lacks.
    return f"was ended by {name}" + ", perhaps for lack of memory" * (name == "SIGKILL")


def samples(op: Op, cell: Cell, codes: dict[str, str], chosen: Effort, seed: int, order: int) -> Samples:
    """The samples of every side that has code, on the operands of `seed`, taken in a new process
    that has done nothing else; `order` seeds the turns. Raises `Failed` where it has none to give.
    The process never outlives the call, however that ends."""
    new = multiprocessing.get_context("spawn")
    receiver, sender = new.Pipe(duplex=False)
    asked = (sender, op, cell, codes, chosen, seed, order)
    process = new.Process(target=_answer, args=asked, daemon=True)
    with receiver:
        try:
            with sender:  # who holds an end open waits for ever for what comes through it
                process.start()
            try:
                found, why = receiver.recv()
            except (EOFError, OSError):  # the latter in the middle of an answer
                process.join()
                found, why = None, _end(process.exitcode)
        finally:
            if process.pid is not None:
                process.kill()
                process.join()
    if found is None:
        raise Failed(f"the process that measured {cell.key} {why}")
    return found
