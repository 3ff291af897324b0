"""One cell: its effort, its check against NumPy, its timing, what is written down of it."""

from __future__ import annotations

import argparse
import zlib
from dataclasses import replace

import numpy as np

from . import apart
from .check import difference, widened
from .operands import arrays, operands
from .ops import BY_NAME, Op
from .roofline import operations
from .sides import Side
from .statistics import classify, is_noisy, is_tie, low_ratio, passes, quantiles, ratio
from .store import Unasked
from .suites import Cell
from .timing import Effort, compiled, measure

# Seconds of measuring that a run may take, shared by its cells, and the bounds of a cell's share.
FULL = (180.0, 0.15, 2.0)
QUICK = (30.0, 0.05, 0.5)

# A cell of a suite with very many of them.
BRIEF = Effort(warmup=1, least=7, most=51, budget=0.03, batch=100_000)
# How often a cell that fails in such a suite is measured again, with fresh buffers.
AGAIN = 2

# How many times further than the subject's the results of the other sides may be off: they are not
# on trial, but what computes something else has no place beside.
LOOSE = 16

# Where the arguments of a ufunc may lie: the first of these that NumPy answers with finite numbers.
DOMAINS = ((-2.0, 2.0), (0.1, 0.9), (1.1, 3.0))


def effort(options: argparse.Namespace, count: int) -> Effort:
    """How long each of `count` cells is measured."""
    total, least, most = QUICK if options.quick else FULL
    budget = min(max(total / count, least), most)
    chosen = Effort(warmup=1, least=9, most=51) if options.quick else Effort()
    # Passes share what a cell may take.
    least = max(9, chosen.least // options.passes)
    chosen = replace(chosen, budget=budget / options.passes, least=min(least, chosen.least))
    if options.chosen.brief and count > total / BRIEF.budget:
        chosen = BRIEF
    if options.warmup is not None:
        chosen = replace(chosen, warmup=options.warmup)
    if options.repeats is not None:
        chosen = replace(chosen, least=options.repeats, most=max(options.repeats, chosen.most))
    return chosen


def table(options: argparse.Namespace, subject: Side) -> dict[str, Op]:
    """The ops by name: the declared ones and, for a suite that wants them, every ufunc."""
    found = dict(BY_NAME)
    if options.chosen.every_ufunc or options.ops:
        for ufunc in subject.ufuncs:
            found.setdefault(ufunc.name, ufunc)
    for name in options.ops or []:
        if name not in found:
            raise Unasked(f"unknown op {name!r}; choose from {', '.join(found)}")
    return found


def answer(side: Side, op: Op, given: dict):
    """The side's result for the operands, as NumPy has it; and the code and arrays that give it.
    What is written to is the side's own."""
    code = op.code
    if side.name.startswith("numpy"):
        code = op.numpy or code
    elif side.name == "torch":
        code = op.torch or code
    found = arrays(op, given, side)
    return side.numpy(compiled(code, side.xp, found, 0, op.shows)[0]()), (code, found)


def finite(op: Op, cell: Cell, numpy: Side, seed: int) -> Op | None:
    """A ufunc's row with bounds that NumPy takes for this dtype; none where it takes none."""
    found = None
    for domain in DOMAINS:
        tried = replace(op, domain=domain)
        try:
            result, _ = answer(numpy, tried, operands(tried, cell, seed))
        except (TypeError, ValueError):
            continue
        found = found or tried
        parts = result if isinstance(result, tuple) else (result,)
        if all(part.dtype.kind not in "fc" or np.isfinite(part).all() for part in parts):
            return tried
    return found


def reference(op: Op, numpy: Side, given: dict):
    """NumPy's result for the same numbers in a wider type; none where there is none."""
    if (wide := widened(op, given)) is None:
        return None
    try:
        with np.errstate(all="ignore"):
            return answer(numpy, op, wide)[0]
    except (TypeError, ValueError, MemoryError, np.linalg.LinAlgError):
        return None


def compare(op: Op, cell: Cell, sides: list[Side], chosen: Effort, seed: int) -> dict | None:
    """What is written down for a cell; none where NumPy has no such operation."""
    numpy, subject, *others = sides
    row = {"key": cell.key, "op": op.name, "code": op.code, "family": op.family,
           "shape": list(cell.shape), "dtype": cell.dtype, "layout": cell.layout,
           "threads": cell.threads, "live": cell.live, "together": cell.together,
           "bytes": cell.bytes}  # fmt: skip
    if op.ufunc:
        if (op := finite(op, cell, numpy, seed)) is None:
            return None
    if op.family == "axis reduction":
        # NumPy adds the rows of a column one by one: its own error grows with them.
        op = replace(op, tolerance=op.tolerance * max(1, max(cell.shape) / 1024))
    given = operands(op, cell, seed)
    calls = {}
    try:
        expected, calls[numpy.name] = answer(numpy, op, given)
    except (TypeError, ValueError, np.linalg.LinAlgError):
        return None
    row["numpy_code"] = calls[numpy.name][0]
    try:
        got, calls[subject.name] = answer(subject, op, given)
    except Exception as error:  # whatever a missing op raises: the report names it
        return {**row, "status": "unsupported", "why": f"{type(error).__name__}: {error}"}
    if wrong := difference(op, expected, got, cell.dtype, lambda: reference(op, numpy, given)):
        return {**row, "status": "wrong", "why": wrong}
    for side in others:
        try:
            got, call = answer(side, op, given)
        except Exception as error:  # a column more, where there is something to put in it
            row.setdefault("absent", {})[side.name] = f"{type(error).__name__}: {error}"
            continue
        if wrong := difference(replace(op, tolerance=LOOSE * op.tolerance + LOOSE), expected, got, cell.dtype):
            row.setdefault("absent", {})[side.name] = wrong
        else:
            calls[side.name] = call

    order = zlib.crc32(cell.key.encode()) + seed
    try:
        if cell.live:
            codes = {name: code for name, (code, _) in calls.items()}
            samples = apart.samples(op, cell, codes, chosen, seed, order)
        else:
            samples = measure(apart.batches(op, cell, sides, calls), chosen, seed=order)
    except apart.Failed as error:
        return {**row, "status": "untimed", "why": str(error)}
    code, own = calls[subject.name]
    delegated = subject.delegates(compiled(code, subject.xp, own, 0, op.shows)[0])
    row |= {
        "status": "timed", "parity": cell.parity(op), "delegated": delegated,
        "traffic": traffic(calls[numpy.name][1].values(), expected),
        "operations": operations(op, cell, calls[numpy.name][0]),
    }  # fmt: skip
    return {**row, **judged([samples.ns], samples.interrupted, samples.left_out, row, subject.name)}


def traffic(arrays, result) -> int:
    """Bytes that the op has to read and write once: operands and results."""
    results = result if isinstance(result, tuple) else (result,)
    given = [array for array in arrays if isinstance(array, np.ndarray)]
    return sum(array.nbytes for array in (*given, *results))


def judged(measured: list[dict], interrupted: float, left_out: bool, row: dict, subject: str) -> dict:
    """Ratio, interval, class and quantiles of the samples of one pass or of several."""
    names = list(measured[0])
    together = {name: [ns for one in measured for ns in one.get(name, [])] for name in names}
    number = zlib.crc32(row["key"].encode())
    value, low, high = ratio(together["numpy"], together[subject], seed=number)
    found = {
        "ratio": value, "low": low, "high": high,
        "class": classify(value), "tie": is_tie(value),
        "passes": passes(value, row["parity"]), "noisy": is_noisy(low, high),
        "interrupted": round(interrupted, 3), "left_out": left_out,
        "ns": {name: quantiles(times) for name, times in together.items()},
        "samples": {name: [round(t, 2) for t in times] for name, times in together.items()},
    }  # fmt: skip
    if len(measured) > 1:
        pairs = [(one["numpy"], one[subject]) for one in measured]
        found["steady"] = dict(zip(("ratio", "low", "high"), low_ratio(pairs, seed=number)))
    return found


def merged(rows: list[dict], subject: str) -> dict:
    """The passes of one cell as one row; a pass that could not be timed speaks for all."""
    for row in rows:
        if row["status"] != "timed":
            return row
    if len(rows) == 1:
        return rows[0]
    interrupted = sum(row["interrupted"] for row in rows) / len(rows)
    left_out = any(row["left_out"] for row in rows)
    kept = {name: value for name, value in rows[0].items() if name != "pass"}
    return {**kept, **judged([row["samples"] for row in rows], interrupted, left_out, kept, subject)}


def again(op: Op, row: dict, cell: Cell, sides: list[Side], chosen: Effort, seed: int) -> dict:
    """A failing cell measured anew, each time on other data in other memory; what counts is the
    middle one of the three ratios. Where operands lie alone can cost a tenth."""
    tries = [row]
    for n in range(1, AGAIN + 1):
        tried = compare(op, cell, sides, replace(chosen, budget=5 * chosen.budget), seed + n)
        if tried is None or tried["status"] != "timed":
            return tried or row
        tries.append(tried)
    tries.sort(key=lambda tried: tried["ratio"])
    return {**tries[len(tries) // 2], "tries": [round(tried["ratio"], 4) for tried in tries]}
