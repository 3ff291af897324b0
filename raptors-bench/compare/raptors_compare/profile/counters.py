"""What `perf stat -x,` counted, whichever version of perf wrote it: a value for each event, or why not."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .tools import output

# Nanoseconds in the units of the one event that is a time.
_SCALES = {"msec": 1e6, "usec": 1e3, "nsec": 1.0, "ns": 1.0, "sec": 1e9}
# Names that versions of perf give to one event.
_SAME = {"cpu-cycles": "cycles"}


@dataclass(frozen=True)
class Counter:
    """What an event was counted to be; None where it was not, and perf's word for that."""

    value: float | None
    # The part of the time in which it was counted: perf has made up for the rest.
    share: float = 1.0
    # Nanoseconds in which it was to be counted; 0 where perf does not tell.
    enabled: float = 0.0
    why: str = ""


def event(name: str) -> str:
    """The event that was asked for, as it is called in the output: `cycles:u`, `cpu_core/cycles/u` on a
    processor of two kinds of cores, `armv8_pmuv3_0/cycles/`."""
    bare = name.split("/")[1] if "/" in name else name.split(":")[0]
    return _SAME.get(bare.lower(), bare.lower())


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return 0.0


def _together(rows: list[Counter]) -> Counter:
    """One event as several kinds of cores counted it. A process is on one of them at a time, and perf
    extrapolates what each has seen to all of the time: so what they saw is added, not what they say."""
    counted = [row for row in rows if row.value is not None]
    if len(counted) < 2:
        return counted[0] if counted else rows[0]
    shares = sum(row.share for row in counted)
    seen = sum(row.value * row.share for row in counted)
    if shares <= 0:
        return Counter(None, why="<not counted>")
    enabled = max(row.enabled for row in counted)
    return Counter(seen / min(shares, 1.0), min(shares, 1.0), enabled)


def parse(text: str) -> dict[str, Counter]:
    """The counters by event, from lines of value, unit, event, nanoseconds in which it was counted, and
    the percentage of the time that they are; old versions leave out the end, new ones add metrics."""
    found: dict[str, list[tuple[Counter, float]]] = {}
    for line in text.splitlines():
        fields = [field.strip() for field in line.split(",")]
        # A line without a name goes on with the metrics of the one before.
        if line.startswith("#") or len(fields) < 3 or not fields[2]:
            continue
        ran, percent = (_number(fields[n]) if len(fields) > n else 0.0 for n in (3, 4))
        whole = len(fields) < 5 or not fields[4]
        share = 1.0 if whole else percent / 100
        try:
            value = float(fields[0]) * _SCALES.get(fields[1], 1.0)
            row = Counter(value, share, ran / share if share > 0 else 0.0)
        except ValueError:  # <not supported>, <not counted>
            row = Counter(None, 0.0, 0.0, fields[0])
        found.setdefault(event(fields[2]), []).append((row, ran))
    return {name: _together(_exact(rows)) for name, rows in found.items()}


def _exact(rows: list[tuple[Counter, float]]) -> list[Counter]:
    """The rows of an event with shares from their times: percentages are rounded, and 0.00 is some."""
    enabled = max(row.enabled for row, _ in rows)
    if len(rows) == 1 or enabled <= 0:
        return [row for row, _ in rows]
    return [
        row if row.value is None else Counter(row.value, ran / enabled, enabled) for row, ran in rows
    ]


def stat(*command) -> dict[str, Counter]:
    """The counters of `perf stat` with these arguments. perf reports success where it counted nothing."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "stat"
        # A locale's decimal comma would be taken for the end of a field.
        output("perf", "stat", "-x,", "-o", told, *command, env={**os.environ, "LC_ALL": "C"})
        return parse(told.read_text(encoding="utf-8"))
