"""`cargo xtask perfstat`: what a call costs in instructions and misses, each figure with its source."""

from __future__ import annotations

import struct
import tempfile
import time
from pathlib import Path

from . import artefact, cachegrind
from .counters import Counter, stat
from .target import SIDES, Target
from .tools import Failed, Missing, found, running

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
# What a program that does nothing cannot have had none of: a machine that says so counts nothing.
_NEVER_NONE = ("cycles", "instructions")
# A counter that was on for less of the time is marked: perf has made up for the rest.
_WHOLE = 0.995


def probe() -> tuple[list[str], dict[str, str]]:
    """The hardware counters that this machine has, and why others are not there."""
    if not found("perf"):
        return [], dict.fromkeys(HARDWARE, "perf is not installed")
    try:
        counters = stat("-e", ",".join(HARDWARE.values()), "true")
    except Failed as error:
        return [], dict.fromkeys(HARDWARE, f"perf may not count here ({error})")
    why = {}
    for name, event in HARDWARE.items():
        one = counters.get(event.lower(), Counter(None, why="nothing"))
        if one.value is None:
            why[name] = f"the machine has no such counter (perf stat says {one.why})"
        elif one.value == 0 and name in _NEVER_NONE:
            why[name] = "the machine's counter stands still (perf stat says 0)"
    return [name for name in HARDWARE if name not in why], why


def _so_far(progress: Path) -> int:
    """How many calls a loop has made."""
    return struct.unpack("=q", progress.read_bytes())[0]


def _on_cpu(pid: int) -> float:
    """Nanoseconds that a process has been on a processor; 0 where the system does not tell."""
    try:
        return float(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0.0


def while_counted(calls: float, enabled: float, spent: float) -> float:
    """How many of the calls were counted: perf takes its time to begin and to end, and the loop goes on.
    `enabled` is how long it counted the process, `spent` how long that ran in all."""
    return calls * min(1.0, enabled / spent) if enabled > 0 and spent > 0 else calls


def attached(pid: int, events: dict[str, str], progress: Path) -> dict[str, tuple[float, float]]:
    """What a call of a running loop counts, and the share of the time in which that was counted."""
    spent, calls = _on_cpu(pid), _so_far(progress)
    counters = stat("-e", ",".join(events.values()), "-p", str(pid), "--", "sleep", str(SECONDS))
    spent, calls = _on_cpu(pid) - spent, _so_far(progress) - calls
    if calls <= 0:
        raise Failed(f"no call ended within {SECONDS:g} s")
    values = {}
    for name, event in events.items():
        one = counters.get(event.lower(), Counter(None))
        if one.value is not None:
            values[name] = one.value / while_counted(calls, one.enabled, spent), one.share
    return values


def _wall(progress: Path) -> float:
    """Nanoseconds a call."""
    begin, before = time.perf_counter_ns(), _so_far(progress)
    time.sleep(SECONDS)
    calls = _so_far(progress) - before
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
            figures = {"wall_ns": _figure(_wall(progress), "clock and number of calls")}
            for source, wanted in (("hardware counter", events), ("software counter", SOFTWARE)):
                if not wanted or not found("perf"):
                    continue
                try:
                    values = attached(process.pid, wanted, progress)
                except Failed as error:
                    figures |= {name: artefact.unavailable(error) for name in wanted}
                    continue
                for name, (value, share) in values.items():
                    part = f", on for {share:.0%} of the time" if share < _WHOLE else ""
                    figures[name] = _figure(value, f"{source} {wanted[name]}, perf stat{part}")
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
    record["probe"] = why or "all there"
    for side in SIDES:
        figures, facts = _counted(side, target, have)
        real = {name: figure for name, figure in figures.items() if "value" in figure}
        if not {"instructions", "l1d_misses", "ll_misses"} <= set(real):
            # What was counted stays; the model only fills what was not.
            figures = {**figures, **_modelled(side, target, out, counted), **real}
        both = [figures.get(name, {}) for name in _NEVER_NONE]
        if all("hardware" in one.get("source", "") for one in both) and both[0]["value"]:
            figures["ipc"] = _figure(both[1]["value"] / both[0]["value"], "instructions over cycles")
        else:
            lack = [one.get("unavailable") or why.get(name) for name, one in zip(_NEVER_NONE, both)]
            reasons = "; ".join(dict.fromkeys(filter(None, lack)))
            figures["ipc"] = artefact.unavailable(reasons or "perf stat counted none")
        for name in (*HARDWARE, *SOFTWARE):
            figures.setdefault(name, artefact.unavailable(why.get(name, "perf stat counted none")))
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
