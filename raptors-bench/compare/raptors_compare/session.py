"""A run: pass by pass and cell by cell, each written down at once; then the reports and the gate."""

from __future__ import annotations

import argparse
import gc
import json
import signal
import sys
import time
from datetime import datetime
from pathlib import Path

import numpy as np

from . import baseline, criterion, report_text
from .accuracy import accuracy
from .change import previous
from .ops import Op
from .provenance import afterwards, busy, most_threads, provenance
from .publish import publish
from .roofline import machine_figures
from .run import again, compare, effort, merged, table
from .sides import Missing, Side, numpy_side, set_threads, subject_side, torch_side
from .statistics import FAILURES, summary
from .store import FORMAT, Journal, Unasked, read_results, writable
from .suites import Cell, cells, choices
from .timing import Effort


def run(options: argparse.Namespace, root: Path) -> int:
    """Measures what the command line asks for and writes the reports; gives the exit code."""
    # A run that is asked to end leaves what it has, as one that is interrupted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
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


def _folder(options: argparse.Namespace) -> Path:
    if options.resume:
        return options.resume
    stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    return options.output or options.runs / stamp


class Clock:
    """How long the rest of a run will take."""

    def __init__(self, count: int):
        self.begin, self.done, self.count = time.monotonic(), 0, count

    def left(self) -> float:
        """Seconds to go, counting one more thing as done."""
        self.done += 1
        return (time.monotonic() - self.begin) / self.done * max(0, self.count - self.done)


def _measure(
    options: argparse.Namespace, sides: list[Side], ops: dict[str, Op], wanted: list[Cell],
    chosen: Effort, journal: Journal,
) -> list[dict]:  # fmt: skip
    """The rows of all cells, measured or known from the journal."""
    threads = None
    found: dict[Cell, list[dict]] = {}
    absent: set[Cell] = set()
    todo = len(wanted) * options.passes
    clock = Clock(todo - len(journal.known))
    for number in range(todo):
        turn, cell = number // len(wanted), wanted[number % len(wanted)]
        if cell in absent:
            continue
        row, left = journal.known.get((cell.key, turn)), None
        if row is None:
            if threads != cell.threads:
                threads = cell.threads
                set_threads(sides, threads)
            row = compare(ops[cell.op], cell, sides, chosen, options.seed + turn)
            left = clock.left()
            if row is None:
                absent.add(cell)
                continue
            journal.add({**row, "pass": turn})
        found.setdefault(cell, []).append(row)
        print(report_text.progress(number + 1, todo, row, left), flush=True)
    rows = {cell: merged(passes, sides[1].name) for cell, passes in found.items()}

    failing = [cell for cell in rows if options.chosen.brief and _to_repeat(rows[cell])]
    clock = Clock(len(failing))
    for number, cell in enumerate(failing, 1):
        set_threads(sides, cell.threads)
        rows[cell] = again(ops[cell.op], rows[cell], cell, sides, chosen, options.seed)
        journal.add({**rows[cell], "pass": 0})
        line = report_text.progress(number, len(failing), rows[cell], clock.left())
        print("again", line, flush=True)
    return list(rows.values())


def _to_repeat(row: dict) -> bool:
    """Whether a brief measurement failed and is still the only one."""
    return row["status"] == "timed" and not row["passes"] and not {"tries", "steady"} & set(row)


def _asked(options: argparse.Namespace) -> dict:
    """What of the command line changes figures: a run goes on only as it began."""
    names = ("suite", "quick", "subject", "seed", "simd", "warmup", "repeats", "torch")
    return {name: getattr(options, name) for name in names}


def _possible(options: argparse.Namespace, kept: Path) -> None:
    """Raises what reading and writing other files would raise once all is measured."""
    if options.save_baseline or options.renew_baseline:
        writable(options.baseline)
    if options.json:
        writable(options.json.parent)
    if options.save_baseline and kept.is_file():
        baseline.load(kept)
    if options.kernels:
        criterion.benches(options.kernels)
    if options.previous and options.previous != "none":
        read_results(Path(options.previous))


def _run(options: argparse.Namespace, root: Path) -> int:
    sides = [numpy_side(), subject_side(options.subject)]
    torch = torch_side() if options.torch == "auto" else None
    sides += [torch] if torch else []
    ops = table(options, sides[1])
    wanted = cells(options.chosen, ops, options.threads or [1], most_threads())
    if not wanted:
        raise Unasked(
            "no op of the choice takes such shapes, dtypes and layouts: "
            + choices(options.chosen, ops)
        )
    chosen = effort(options, len(wanted))
    set_threads(sides, wanted[0].threads)
    origin = provenance(sides, root, sys.argv[1:])
    kept = baseline.path_of(options.baseline, origin)
    then = None
    if options.check:
        if not kept.is_file():
            print(
                f"error: there is no baseline of this machine ({kept}): keep one with "
                "--save-baseline and the same options", file=sys.stderr,
            )  # fmt: skip
            return 3
        then = baseline.load(kept)
    _possible(options, kept)
    folder = _folder(options)
    journal = Journal(
        folder, bool(options.resume),
        {"provenance": origin, "machine": baseline.machine_of(origin),
         "keys": [c.key for c in wanted], "passes": options.passes, "options": _asked(options)},
    )  # fmt: skip
    # An interruption tells where to go on.
    options.folder = folder
    print(report_text.head(origin, len(wanted), folder, options.passes), flush=True)
    if options.resume:
        print(f"going on: {len(journal.known)} measured before\n", flush=True)
    machine = machine_figures(origin["subject_config"], folder, options.quick)

    # What is there now stays: collections between cells need not look at it.
    gc.freeze()
    origin |= busy()
    begin = time.monotonic()
    try:
        rows = _measure(options, sides, ops, wanted, chosen, journal)
    finally:
        journal.close()
    origin["seconds"] = round(time.monotonic() - begin, 1)
    origin |= afterwards(origin)
    results = {
        "format": FORMAT, "suite": options.suite, "quick": options.quick,
        "subject": sides[1].name, "sides": [side.name for side in sides],
        "torch": torch.version if torch else "not installed" if options.torch == "auto" else "off",
        "passes": options.passes, "options": _asked(options),
        "summary": summary(rows, sides[1].name),
        "accuracy": accuracy(sides[:2]) if options.chosen.brief or options.accuracy else [],
        "machine": machine, "provenance": origin, "earlier": journal.before,
        "cells": [{k: v for k, v in row.items() if k not in ("samples", "pass")} for row in rows],
    }  # fmt: skip
    if options.kernels:
        results["kernels"] = criterion.joined(options.kernels, results)
        if line := criterion.outdated(results["kernels"]):
            print(f"warning: {line}", file=sys.stderr)
    if then:
        results["gate"] = baseline.judge(results, then)
    results["change"] = previous(results, options.runs, folder, options.previous)
    results = json.loads(json.dumps(results, default=str))
    publish(results, folder, options.json)
    print(report_text.table(results))
    print(report_text.verdict(results, folder))
    code = 1 if any(results["summary"][kind] for kind in FAILURES) else 0
    if options.save_baseline and code:
        print("no baseline is kept of a run with failures", file=sys.stderr)
    elif options.save_baseline:
        print(f"baseline: {baseline.save(options.baseline, results)}")
    if then:
        print(baseline.told(results["gate"]))
        if options.renew_baseline and (line := baseline.renew(options.baseline, results)):
            print(line)
        code = code or baseline.EXIT[results["gate"]["verdict"]]
    return code
