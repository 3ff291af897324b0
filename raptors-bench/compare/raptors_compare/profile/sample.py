"""Takes samples of a side while it runs an op: with perf where it may, else with py-spy; and draws
their flame graphs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from xml.etree import ElementTree

from . import artefact
from .names import collapsed, named
from .stacks import folded, markdown, script, self_times
from .target import Target
from .tools import Failed, Missing, found, output, perf_samples, running

# Samples a second, a prime to keep out of step with timers; bytes of stack kept with each.
FREQUENCY, STACK = 997, 16384
# Samples a second that py-spy takes: each stops the process.
PY_SPY_FREQUENCY = 200
# Frames that a flame graph must have, at least: fewer are no stack.
_LEAST = 3


def xtask() -> str:
    """The program that draws."""
    path = os.environ.get("RAPTORS_XTASK") or shutil.which("xtask")
    if not path:
        raise Missing("there is nothing to draw with", "start with: cargo xtask profile")
    return path


def frames(svg: str) -> list[str]:
    """What the frames of a flame graph are called; `Failed` where it has none."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise Failed(f"a flame graph is no XML: {error}") from None
    titles = [node.text or "" for node in root.iter() if node.tag.endswith("title")]
    if len(titles) < _LEAST:
        raise Failed("a flame graph has no frames")
    return titles


def draw(stacks: Path, svg: Path, title: str, subtitle: str, *more) -> Path:
    """A flame graph of collapsed stacks, or of what differs from those after `--before`."""

    def make(partial: Path) -> None:
        output(
            xtask(), "flame-graph", stacks, "--output", partial, "--title", title,
            "--subtitle", subtitle, *more,
        )  # fmt: skip

    return artefact.place(svg, make, lambda partial: frames(partial.read_text(encoding="utf-8")))


def with_perf(pid: int, folder: Path, seconds: float) -> dict:
    """Whole stacks from Python into the kernel: raw data, perf's report, stacks, self times."""
    data = artefact.place(
        folder / "perf.data",
        lambda partial: output(
            "perf", "record", "-q", "-e", "cpu-clock", "-F", str(FREQUENCY), "--call-graph",
            f"dwarf,{STACK}", "-o", partial, "-p", str(pid), "--", "sleep", str(seconds),
        ),
        lambda partial: output("perf", "report", "--header-only", "-i", partial),
    )  # fmt: skip
    report = output(
        "perf", "report", "--stdio", "--no-children", "-g", "none", "--no-inline", "-i", data
    )
    artefact.text(folder / "perf-report.txt", report)
    samples = named(script(output("perf", "script", "--no-inline", "-i", data)))
    artefact.text(folder / "stacks.folded", collapsed(samples), folded)
    return {
        "tool": f"perf record -e {samples.event} -F {FREQUENCY} --call-graph dwarf,{STACK}",
        "event": samples.event, "samples": len(samples.stacks), "seconds": seconds,
        "functions": self_times(samples),
    }  # fmt: skip


def with_py_spy(pid: int, folder: Path, seconds: float, title: str) -> dict:
    """Stacks of Python and of native code, as py-spy sees them."""
    if not found("py-spy"):
        raise Missing("py-spy is not installed", "install with python -m pip install py-spy")

    def record(partial: Path) -> None:
        output(
            "py-spy", "record", "--native", "--format", "raw", "--duration",
            str(max(1, round(seconds))), "--rate", str(PY_SPY_FREQUENCY), "--output", partial,
            "--pid", str(pid),
        )  # fmt: skip
        partial.write_text(whole_frames(partial.read_text(encoding="utf-8")), encoding="utf-8")

    stacks = artefact.place(
        folder / "py-spy.folded", record, lambda partial: folded(partial.read_text(encoding="utf-8"))
    )
    count = sum(folded(stacks.read_text(encoding="utf-8")).values())
    tool = f"py-spy record --native --rate {PY_SPY_FREQUENCY}"
    draw(stacks, folder / "py-spy.svg", title, f"{tool}: {count} samples")
    return {"tool": tool, "event": "wall time", "samples": count, "seconds": seconds}


def whole_frames(text: str) -> str:
    """Stacks in which only what parts frames is a semicolon: Rust's types have some, `[f32; 16]`."""
    return text.replace("; ", ": ")


def from_stacks(stacks: Path) -> list[dict]:
    """Self times where there is nothing but collapsed stacks, which know no files."""
    own: dict[str, int] = {}
    whole: dict[str, int] = {}
    counts = folded(stacks.read_text(encoding="utf-8"))
    total = sum(counts.values())
    for stack, count in counts.items():
        names = stack.split(";")
        own[names[-1]] = own.get(names[-1], 0) + count
        for name in set(names):
            whole[name] = whole.get(name, 0) + count
    return [
        {"symbol": name, "file": "", "start": 0, "samples": count, "self": count / total,
         "total": whole[name] / total, "room": "unknown"}
        for name, count in sorted(own.items(), key=lambda item: -item[1])
    ]  # fmt: skip


def sample(side: str, target: Target, folder: Path, seconds: float) -> dict:
    """All that sampling tells about a side, with its files in the folder."""
    title = f"{target.name} on {side}"
    with running(side, target, 4 * seconds + 60) as (process, facts):
        try:
            perf_samples()
            taken = with_perf(process.pid, folder, seconds)
        except Missing as error:
            taken = artefact.unavailable(error)
        try:
            spied = with_py_spy(process.pid, folder, seconds, title)
        except (Missing, Failed) as error:
            spied = artefact.unavailable(error)
        if process.poll() is not None:
            raise Failed(f"the loop of {side} ended while it was looked at")
    perf = taken
    if "unavailable" in taken:
        if "unavailable" in spied:
            raise Missing(
                f"neither perf nor py-spy can look: {taken['unavailable']}", spied["unavailable"]
            )
        stacks = folder / "py-spy.folded"
        taken = {**spied, "functions": from_stacks(stacks)}
        shutil.copyfile(stacks, folder / "stacks.folded")
    svg = draw(
        folder / "stacks.folded", folder / "flame.svg", title,
        f"{taken['tool']}: {taken['samples']} samples",
    )  # fmt: skip
    names = frames(svg.read_text(encoding="utf-8"))
    artefact.text(folder / "self-times.md", markdown(title, taken["functions"]))
    artefact.save(folder / "self-times.json", taken)
    return {
        "facts": facts, "sampled": taken, "perf": {k: v for k, v in perf.items() if k != "functions"},
        "py_spy": spied, "frames": len(names),
    }  # fmt: skip
