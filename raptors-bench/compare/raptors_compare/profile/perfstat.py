"""`cargo xtask perfstat`: what a call costs in instructions and misses, each figure with its source."""

from __future__ import annotations

import struct
import tempfile
import time
from pathlib import Path

from . import artefact, cachegrind
from .target import SIDES, Target
from .tools import Failed, Missing, found, output, running

# Seconds that counters run.
SECONDS = 3.0
HARDWARE = {
    "cycles": "cycles", "instructions": "instructions", "branch_misses": "branch-misses",
    "l1d_misses": "L1-dcache-load-misses", "ll_misses": "LLC-load-misses",
}  # fmt: skip
SOFTWARE = {
    "task_clock_ns": "task-clock", "page_faults": "page-faults",
    "context_switches": "context-switches",
}  # fmt: skip
# Milliseconds is the unit of the one event that is a time.
_SCALES = {"msec": 1e6}


def parse(text: str) -> dict[str, float | None]:
    """The counters in the output of `perf stat -x,`; none for what the machine did not count. perf
    itself reports success where it counted nothing."""
    counters: dict[str, float | None] = {}
    for line in text.splitlines():
        fields = line.split(",")
        if line.startswith("#") or len(fields) < 3 or not fields[2]:
            continue
        name = fields[2].split(":")[0]
        try:
            counters[name] = float(fields[0]) * _SCALES.get(fields[1], 1)
        except ValueError:  # <not supported>, <not counted>
            counters[name] = None
    return counters


def _stat(*command) -> dict[str, float | None]:
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "stat"
        output("perf", "stat", "-x,", "-o", told, *command)
        return parse(told.read_text(encoding="utf-8"))


def probe() -> tuple[list[str], str]:
    """The hardware counters that this machine has, and why others are not there."""
    if not found("perf"):
        return [], "perf is not installed"
    try:
        counters = _stat("-e", ",".join(HARDWARE.values()), "true")
    except Failed as error:
        return [], f"perf may not count here ({error})"
    have = [name for name, event in HARDWARE.items() if counters.get(event) is not None]
    return have, "the machine has no such counter (perf stat says <not supported>)"


def attached(pid: int, events: dict[str, str], progress: Path) -> tuple[dict[str, float], int, float]:
    """The counters of a running loop, the calls that it made meanwhile, and the nanoseconds."""

    def so_far() -> int:
        return struct.unpack("=q", progress.read_bytes())[0]

    calls, begin = so_far(), time.perf_counter_ns()
    counters = _stat("-e", ",".join(events.values()), "-p", str(pid), "--", "sleep", str(SECONDS))
    elapsed, calls = time.perf_counter_ns() - begin, so_far() - calls
    if calls <= 0:
        raise Failed(f"no call ended within {SECONDS:g} s")
    values = {name: counters.get(event) for name, event in events.items()}
    return {name: value for name, value in values.items() if value is not None}, calls, elapsed


def _wall(pid: int, progress: Path) -> float:
    """Nanoseconds a call."""
    begin, before = time.perf_counter_ns(), struct.unpack("=q", progress.read_bytes())[0]
    time.sleep(SECONDS)
    calls = struct.unpack("=q", progress.read_bytes())[0] - before
    if calls <= 0:
        raise Failed(f"no call ended within {SECONDS:g} s")
    return (time.perf_counter_ns() - begin) / calls


def _figure(value: float, source: str) -> dict:
    return {"value": value, "source": source}


def _counted(side: str, target: Target, have: list[str]) -> tuple[dict, dict]:
    """The figures that perf gives and the wall time; and the facts of the loop."""
    events = {name: HARDWARE[name] for name in have}
    with tempfile.TemporaryDirectory() as folder:
        progress = Path(folder) / "calls"
        progress.write_bytes(bytes(8))
        with running(side, target, 4 * SECONDS + 60, "--progress", progress) as (process, facts):
            time.sleep(0.2)
            figures = {"wall_ns": _figure(_wall(process.pid, progress), "clock and number of calls")}
            for source, wanted in (("hardware counter", events), ("software counter", SOFTWARE)):
                if not wanted or not found("perf"):
                    continue
                try:
                    values, calls, _ = attached(process.pid, wanted, progress)
                except Failed as error:
                    figures |= {name: artefact.unavailable(error) for name in wanted}
                    continue
                for name, value in values.items():
                    figures[name] = _figure(value / calls, f"{source} {wanted[name]}, perf stat")
    return figures, facts


def _modelled(side: str, target: Target, out: Path, counted: bool) -> dict:
    """Cachegrind's figures, or why there are none; `counted` where this very command has just taken
    them: those of an earlier one may be of another build."""
    try:
        if counted and (out / side / "counts.json").is_file():
            counts = artefact.load(out / side / "counts.json", "profile")
        else:
            counts = cachegrind.counts(side, target, out / side)
            artefact.save(out / side / "counts.json", counts)
    except (Failed, Missing) as error:
        return {name: artefact.unavailable(error) for name in cachegrind.FIGURES}
    level = f", Raptors at {counts['level']}" if counts["level"] else ""
    source = f"model of {counts['source'].split(':')[0]}{level}"
    return {name: _figure(value, source) for name, value in counts["per_call"].items()}


def perfstat(target: Target, out: Path, counted: bool = False) -> dict:
    """The figures of both sides, per call."""
    have, why = probe()
    record: dict = {"target": target.name, "counters": have, "sides": {}}
    record["probe"] = "all there" if len(have) == len(HARDWARE) else why
    for side in SIDES:
        figures, facts = _counted(side, target, have)
        if not {"instructions", "l1d_misses", "ll_misses"} <= set(have):
            # What was counted stays; the model only fills what was not.
            figures = {**_modelled(side, target, out, counted), **figures}
        both = [figures.get(name, {}) for name in ("instructions", "cycles")]
        if all("hardware" in figure.get("source", "") for figure in both):
            figures["ipc"] = _figure(both[0]["value"] / both[1]["value"], "instructions over cycles")
        else:
            figures["ipc"] = artefact.unavailable(f"cycles: {why}")
        for name in (*HARDWARE, *SOFTWARE):
            figures.setdefault(name, artefact.unavailable(why))
        record["sides"][side] = {"facts": facts, "figures": figures}
    artefact.save(out / "perfstat.json", record)
    artefact.text(out / "perfstat.md", markdown(record))
    return record


def markdown(record: dict) -> str:
    """The figures side by side."""
    numpy, raptors = (record["sides"][side]["figures"] for side in SIDES)
    lines = [
        f"# {record['target']}: what a call costs", "",
        "| per call | NumPy | Raptors | NumPy / Raptors | source |", "| --- | ---: | ---: | ---: | --- |",
    ]  # fmt: skip
    for name in dict.fromkeys([*numpy, *raptors]):
        pair = [side.get(name, artefact.unavailable("not asked for")) for side in (numpy, raptors)]
        words = [f"{one['value']:,.2f}" if "value" in one else "unavailable" for one in pair]
        ratio = ""
        if all("value" in one for one in pair) and pair[1]["value"]:
            ratio = f"{pair[0]['value'] / pair[1]['value']:.2f}"
        sources = dict.fromkeys(one.get("source") or one["unavailable"] for one in pair)
        row = [name.replace("_", " "), *words, ratio, "; ".join(sources)]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join([*lines, ""])
