"""The log of what made Raptors faster or slower: recorded runs, one after another, and what changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .baseline import key_of, machine_of
from .change import between
from .report_markdown import markdown_table
from .report_text import times
from .store import Unasked, read_results, write_whole

HEAD = """# Performance log

Written by `cargo xtask bench --log` from the runs recorded under `results/`; no figure is typed by
hand. A ratio is NumPy's time over that of Raptors, the mean is geometric. A cell is listed as faster
or slower where the 95 % intervals of its ratio in two runs in a row do not meet and the ratio moved
by more than a tenth; what else the machine did in between shows as well, so a line is a place to
look, and the profile of the op is the proof.
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


def text(runs: list[tuple[str, dict]]) -> str:
    """The log of some runs: a chapter for each machine and suite."""
    chapters: dict[tuple[str, str], list[dict]] = {}
    for _, results in runs:
        machine = key_of(machine_of(results["provenance"]))
        suite = results["suite"] + " (quick)" * results["quick"]
        chapters.setdefault((machine, suite), []).append(results)
    parts = [HEAD]
    for (machine, suite), found in sorted(chapters.items()):
        body, notes, before = [], [], None
        for results in found:
            origin, summary = results["provenance"], results["summary"]
            change = between(results, before, "") if before else None
            commit = _subject(origin.get("commit")) + ", changed" * bool(origin.get("dirty"))
            body.append([
                origin["time"][:16].replace("T", " "), commit, origin["versions"]["numpy"],
                f"{summary['passed']} of {summary['timed']}", str(summary["classes"]["critical"]),
                times(summary["geometric_mean"]),
                f"{change['mean']:.2f}" if change and change["mean"] else "–",
            ])  # fmt: skip
            if change:
                lines = [(word, _moved(change, kind)) for word, kind in
                         (("faster", "fastest"), ("slower", "slowest"))]  # fmt: skip
                notes += [f"- {body[-1][0]}, {word}: {cells}" for word, cells in lines if cells]
            before = results
        head = ["time (UTC)", "commit", "NumPy", "passed", "critical", "mean", "change"]
        parts.append(f"## {machine}, suite {suite}\n\n{markdown_table(head, body)}\n")
        if notes:
            parts.append("\n".join(notes) + "\n")
    return "\n".join(parts)


def write(file: Path, folder: Path) -> int:
    """Writes the log of the runs under a folder; gives the exit code."""
    runs = _runs(folder)
    if not runs:
        print(f"error: no runs are recorded in {folder}: measure with cargo xtask bench",
              file=sys.stderr)  # fmt: skip
        return 3
    write_whole(file, text(runs))
    print(f"{file} tells of {len(runs)} runs")
    return 0
