"""The log of what made Raptors faster or slower: recorded runs, one after another, and what changed."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .baseline import key_of, machine_of
from .change import between
from .report_markdown import markdown_table
from .report_text import times
from .store import Unasked, read_results, write_whole
from .words import counted

HEAD = """# Performance log

Written by `cargo xtask bench --log` from the runs recorded under `results/`; no figure is typed by
hand, and what an earlier log tells of runs that are recorded elsewhere stays. A ratio is NumPy's time
over that of Raptors, the mean is geometric. A cell is listed as faster or slower where the 95 %
intervals of its ratio in two runs in a row do not meet and the ratio moved by more than a tenth; what
else the machine did in between shows as well, so a line is a place to look, and the profile of the op
is the proof.
"""

# Shares of a ratio that a listed cell has moved by, and cells that are listed of one run.
MOVED, LISTED = 0.10, 8


def _runs(folder: Path) -> list[tuple[str, dict]]:
    """The finished runs of Raptors under a folder, oldest first."""
    found = []
    for file in sorted(folder.glob("*/results.json")):
        try:
            results = read_results(file)
        except Unasked:  # another format, or not ours
            continue
        if results["subject"] == "raptors" and results["summary"]["timed"]:
            found.append((file.parent.name, results))
    return sorted(found, key=lambda run: run[1]["provenance"]["time"])


def _subject(commit: str | None) -> str:
    """The commit's own first line, where its repository is here."""
    if not commit:
        return "no commit"
    try:
        done = subprocess.run(
            ["git", "log", "-1", "--format=%s", commit],
            cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return commit[:10]
    title = done.stdout.strip().replace("|", "\\|")
    return f"{commit[:10]} {title}".strip() if done.returncode == 0 else commit[:10]


def _moved(change: dict, kind: str) -> str:
    cells = [c for c in change[kind] if abs(c["change"] - 1) > MOVED][:LISTED]
    return "; ".join(f"`{c['key']}` {times(c['before'])} → {times(c['now'])}" for c in cells)


@dataclass
class Entry:
    """What the log tells of a run: a row of its table, and lines about cells."""

    row: list[str]
    notes: list[str] = field(default_factory=list)

    @property
    def time(self) -> str:
        return self.row[0]


# A chapter, by machine and suite; in it a row and a note, which begin with the time.
_CHAPTER = re.compile(r"## (.+), suite (.+)")
_ROW = re.compile(r"\| (\d{4}-\d\d-\d\d \d\d:\d\d \| .*) \|")
_NOTE = re.compile(r"- (\d{4}-\d\d-\d\d \d\d:\d\d), ")


def parse(log: str) -> dict[tuple[str, str], list[Entry]]:
    """The entries of a log that was written earlier, by chapter."""
    chapters: dict[tuple[str, str], list[Entry]] = {}
    found: list[Entry] = []
    for line in log.splitlines():
        if chapter := _CHAPTER.fullmatch(line):
            found = chapters.setdefault((chapter[1], chapter[2]), [])
        elif row := _ROW.fullmatch(line):
            found.append(Entry(row[1].split(" | ")))
        elif note := _NOTE.match(line):
            of = [entry for entry in found if entry.time == note[1]]
            for entry in of[-1:]:
                entry.notes.append(line)
    return chapters


def _entry(results: dict, before: dict | None) -> Entry:
    """What there is to tell of a run, and of what changed since the one before."""
    origin, summary = results["provenance"], results["summary"]
    change = between(results, before, "") if before else None
    commit = _subject(origin.get("commit")) + ", changed" * bool(origin.get("dirty"))
    entry = Entry([
        origin["time"][:16].replace("T", " "), commit, origin["versions"]["numpy"],
        f"{summary['passed']} of {summary['timed']}", str(summary["classes"]["critical"]),
        times(summary["geometric_mean"]),
        f"{change['mean']:.2f}" if change and change["mean"] else "–",
    ])  # fmt: skip
    for word, kind in (("faster", "fastest"), ("slower", "slowest")):
        if change and (cells := _moved(change, kind)):
            entry.notes.append(f"- {entry.time}, {word}: {cells}")
    return entry


def _merged(runs: list[dict], earlier: list[Entry]) -> list[Entry]:
    """The entries of a chapter: those of the runs, and the earlier ones of runs that are not here. What
    changed in the first run here was told when the run before it was here, too."""
    told = {entry.time: entry for entry in earlier}
    entries: list[Entry] = []
    before = None
    for results in runs:
        entry = _entry(results, before)
        entries.append(told.get(entry.time, entry) if before is None else entry)
        before = results
    here = {entry.time for entry in entries}
    return sorted([*(e for e in earlier if e.time not in here), *entries], key=lambda e: e.time)


def text(runs: list[tuple[str, dict]], before: str = "") -> str:
    """The log of some runs, added to what the one before tells: a chapter for each machine and suite."""
    earlier = parse(before)
    chapters: dict[tuple[str, str], list[dict]] = {chapter: [] for chapter in earlier}
    for _, results in runs:
        machine = key_of(machine_of(results["provenance"]))
        suite = results["suite"] + " (quick)" * results["quick"]
        chapters.setdefault((machine, suite), []).append(results)
    head = ["time (UTC)", "commit", "NumPy", "passed", "critical", "mean", "change"]
    parts = [HEAD]
    for (machine, suite), found in sorted(chapters.items(), key=lambda chapter: chapter[0]):
        entries = _merged(found, earlier.get((machine, suite), []))
        table = markdown_table(head, [entry.row for entry in entries])
        parts.append(f"## {machine}, suite {suite}\n\n{table}\n")
        if notes := [note for entry in entries for note in entry.notes]:
            parts.append("\n".join(notes) + "\n")
    return "\n".join(parts)


def write(file: Path, folder: Path) -> int:
    """Adds the runs under a folder to the log; gives the exit code."""
    runs = _runs(folder)
    if not runs:
        print(f"error: no runs are recorded in {folder}: measure with cargo xtask bench",
              file=sys.stderr)  # fmt: skip
        return 3
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    write_whole(file, text(runs, before))
    print(f"{file} tells of {counted(len(runs), 'run')} recorded in {folder}")
    return 0
