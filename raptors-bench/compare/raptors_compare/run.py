"""A run: cell by cell, each checked, then timed, then written down at once."""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
import zlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from . import report_html, report_markdown, report_text
from .accuracy import accuracy
from .check import difference
from .operands import aligned, operands
from .ops import BY_NAME, Op
from .provenance import load, most_threads, provenance
from .sides import Missing, Side, limit_pools, numpy_side, subject_side, torch_side
from .statistics import classify, is_noisy, is_tie, passes, quantiles, ratio, summary
from .suites import Cell, cells
from .timing import Effort, compiled, measure

# Changes when a reader of results.json has to change.
FORMAT = 1

# Seconds of measuring that a run may take, shared by its cells, and the bounds of a cell's share.
FULL = (180.0, 0.15, 2.0)
QUICK = (30.0, 0.05, 0.5)

# A cell of a suite with very many of them.
BRIEF = Effort(warmup=1, least=7, most=51, budget=0.03, batch=100_000)
# How often a cell that fails in such a suite is measured again, with fresh buffers.
AGAIN = 2

# Where the arguments of a ufunc may lie: the first of these that NumPy answers with finite numbers.
DOMAINS = ((-2.0, 2.0), (0.1, 0.9), (1.1, 3.0))


class Unasked(Exception):
    """The command line asks for what cannot be."""


def effort(options: argparse.Namespace, count: int) -> Effort:
    """How long each of `count` cells is measured."""
    total, least, most = QUICK if options.quick else FULL
    budget = min(max(total / count, least), most)
    chosen = Effort(warmup=1, least=9, most=51) if options.quick else Effort()
    chosen = replace(chosen, budget=budget)
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
    arrays = {}
    for name, value in given.items():
        value = aligned(value) if name == "out" else value
        arrays[name] = side.array(value) if isinstance(value, np.ndarray) else value
    if "rng" in op.operands:
        arrays["rng"] = side.xp.random.default_rng(0)
    return side.numpy(compiled(code, side.xp, arrays, 0, op.shows)[0]()), (code, arrays)


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


def compare(op: Op, cell: Cell, sides: list[Side], chosen: Effort, seed: int) -> dict | None:
    """What is written down for a cell; none where NumPy has no such operation."""
    numpy, subject, *others = sides
    row = {"key": cell.key, "op": op.name, "code": op.code, "family": op.family,
           "shape": list(cell.shape), "dtype": cell.dtype, "layout": cell.layout,
           "threads": cell.threads, "live": cell.live, "bytes": cell.bytes}  # fmt: skip
    if op.ufunc:
        if (op := finite(op, cell, numpy, seed)) is None:
            return None
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
    if wrong := difference(op, expected, got, cell.dtype):
        return {**row, "status": "wrong", "why": wrong}
    for side in others:
        try:
            calls[side.name] = answer(side, op, given)[1]
        except Exception:  # a column more, where there is something to put in it
            continue

    batches = {
        side.name: compiled(calls[side.name][0], side.xp, calls[side.name][1], cell.live, op.shows)[1]
        for side in sides
        if side.name in calls
    }
    code, arrays = calls[subject.name]
    delegated = subject.delegates(compiled(code, subject.xp, arrays, 0, op.shows)[0])
    number = zlib.crc32(cell.key.encode())
    samples = measure(batches, chosen, seed=number)
    value, low, high = ratio(samples.ns[numpy.name], samples.ns[subject.name], seed=number)
    parity = cell.parity(op)
    return {
        **row, "status": "timed", "ratio": value, "low": low, "high": high,
        "class": classify(value), "tie": is_tie(value), "parity": parity,
        "passes": passes(value, parity), "noisy": is_noisy(low, high),
        "delegated": delegated,
        "interrupted": round(samples.interrupted, 3), "left_out": samples.left_out,
        "ns": {name: quantiles(times) for name, times in samples.ns.items()},
        "samples": {name: [round(t, 2) for t in times] for name, times in samples.ns.items()},
    }  # fmt: skip


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


def _set_threads(sides: list[Side], count: int) -> None:
    limit_pools(count)
    for side in sides:
        try:
            side.set_threads(count)
        except (ValueError, RuntimeError) as error:
            raise Unasked(f"{side.name} cannot run on {count} threads: {error}") from error


def _to_repeat(row: dict) -> bool:
    """Whether a brief measurement failed and is still the only one."""
    return row["status"] == "timed" and not row["passes"] and "tries" not in row


def _folder(options: argparse.Namespace, root: Path) -> Path:
    if options.resume:
        return options.resume
    if options.output:
        return options.output
    stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    return root / "results" / stamp


def _resumed(options: argparse.Namespace, keys: list[str]) -> tuple[list[dict], list[dict]]:
    """The provenance and the cells that an interrupted run has written."""
    if not options.resume:
        return [], []
    lines = (options.resume / "cells.jsonl").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:  # the line that the interruption cut short
            break
    headers = [line for line in found if "provenance" in line]
    if not headers or headers[0]["keys"] != keys:
        raise Unasked(f"{options.resume} holds another run: give its options again")
    return [line["provenance"] for line in headers], [line for line in found if "key" in line]


def run(options: argparse.Namespace, root: Path) -> int:
    """Measures what the command line asks for and writes the reports; gives the exit code."""
    try:
        # Ufuncs are asked for what they may not be defined for: see `finite`.
        with np.errstate(all="ignore"):
            return _run(options, root)
    except Unasked as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except Missing as error:
        if options.simd:
            print(f"error: with --simd {options.simd}: {error}", file=sys.stderr)
            return 2
        print(f"error: {error}\nbuild and install it with: cargo xtask bench", file=sys.stderr)
        return 3


def _run(options: argparse.Namespace, root: Path) -> int:
    sides = [numpy_side(), subject_side(options.subject)]
    torch = torch_side() if options.torch == "auto" else None
    sides += [torch] if torch else []
    ops = table(options, sides[1])
    wanted = cells(options.chosen, ops, options.threads or [1], most_threads())
    if not wanted:
        raise Unasked("no op of the choice takes such shapes, dtypes and layouts")
    before, done = _resumed(options, [cell.key for cell in wanted])
    chosen = effort(options, len(wanted))
    threads = wanted[0].threads
    _set_threads(sides, threads)
    folder = _folder(options, root)
    folder.mkdir(parents=True, exist_ok=True)
    origin = provenance(sides, root, sys.argv[1:])
    print(report_text.head(origin, len(wanted), folder), flush=True)

    # What is there now stays: collections between cells need not look at it.
    gc.freeze()
    known = {row["key"]: row for row in done}
    rows, begin = {}, time.monotonic()
    with open(folder / "cells.jsonl", "a" if before else "w", encoding="utf-8") as lines:
        header = {"format": FORMAT, "provenance": origin, "keys": [c.key for c in wanted]}
        print(json.dumps(header, default=str), file=lines, flush=True)
        for number, cell in enumerate(wanted, 1):
            row = known.get(cell.key)
            if row is None:
                if threads != cell.threads:
                    threads = cell.threads
                    _set_threads(sides, threads)
                row = compare(ops[cell.op], cell, sides, chosen, options.seed)
                if row is None:
                    continue
                print(json.dumps(row), file=lines, flush=True)
            rows[cell] = row
            print(report_text.progress(number, len(wanted), row), flush=True)
        failing = [cell for cell in rows if options.chosen.brief and _to_repeat(rows[cell])]
        for number, cell in enumerate(failing, 1):
            _set_threads(sides, cell.threads)
            rows[cell] = again(ops[cell.op], rows[cell], cell, sides, chosen, options.seed)
            print(json.dumps(rows[cell]), file=lines, flush=True)
            print("again", report_text.progress(number, len(failing), rows[cell]), flush=True)
    rows = list(rows.values())

    origin["seconds"] = round(time.monotonic() - begin, 1)
    origin["load_after"] = load()
    results = {
        "format": FORMAT, "suite": options.suite, "quick": options.quick,
        "subject": sides[1].name, "sides": [side.name for side in sides],
        "torch": torch.version if torch else "not installed" if options.torch == "auto" else "off",
        "summary": summary(rows, sides[1].name), "accuracy": accuracy(sides[:2]) if options.chosen.brief else [],
        "provenance": origin, "earlier": before,
        "cells": [{k: v for k, v in row.items() if k != "samples"} for row in rows],
    }  # fmt: skip
    text = json.dumps(results, indent=1, default=str)
    (folder / "results.json").write_text(text, encoding="utf-8")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(text, encoding="utf-8")
    (folder / "report.md").write_text(report_markdown.report(results), encoding="utf-8")
    (folder / "report.html").write_text(report_html.report(results), encoding="utf-8")
    print(report_text.table(results))
    print(report_text.verdict(results, folder))
    failed = results["summary"]["wrong"] or results["summary"]["unsupported"]
    return 1 if failed else 0
