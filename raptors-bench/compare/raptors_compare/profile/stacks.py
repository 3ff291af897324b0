"""Reads the samples of perf and py-spy: whole stacks, and the time that functions take themselves."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from .tools import Failed

# `  515555 FLOAT_add_X86_V3+0x1b5 (/path/to/file.so)`
_FRAME = re.compile(r"^\s+([0-9a-f]+) (.+?)(?:\+0x([0-9a-f]+))? \((.*)\)$")
# `python 16540 35658.581816:    1003009 cpu-clock:`
_EVENT = re.compile(r"^\S.*?:\s+(\d+)\s+([\w:.\-/]+?):(?:[ukpH]+:)?\s*$")
# The hash at the end of a Rust symbol, and the escapes of its older form.
_HASH = re.compile(r"::h[0-9a-f]{16}$")


@dataclass(frozen=True)
class Frame:
    """A function where a sample was taken: its address in the file, and the file."""

    symbol: str
    file: str
    start: int
    at: int


@dataclass(frozen=True)
class Samples:
    """What perf saw: the stacks, innermost frame first, and the event that it really used."""

    event: str
    stacks: list[tuple[Frame, ...]]


def script(text: str) -> Samples:
    """The samples in the output of `perf script`; `Failed` where there are none."""
    events: Counter[str] = Counter()
    stacks: list[tuple[Frame, ...]] = []
    frames: list[Frame] = []
    inside = False
    for line in [*text.splitlines(), ""]:
        if not line.strip():
            if inside and frames:
                stacks.append(tuple(frames))
            frames, inside = [], False
        elif event := _EVENT.match(line):
            events[event[2]] += 1
            inside = True
        elif inside and (frame := _FRAME.match(line)):
            address = int(frame[1], 16)
            start = address - int(frame[3] or "0", 16)
            frames.append(Frame(tidy(frame[2]), frame[4], start, address))
    if not stacks:
        raise Failed("perf took no samples with stacks")
    if len(events) > 1:
        raise Failed(f"perf mixed several events: {', '.join(sorted(events))}")
    return Samples(next(iter(events)), stacks)


def tidy(symbol: str) -> str:
    """A symbol without the hash that tells two builds apart."""
    return _HASH.sub("", symbol)


def folded(text: str) -> dict[str, int]:
    """The lines `outer;inner count` of collapsed stacks; `Failed` where there are none."""
    found: Counter[str] = Counter()
    for line in text.splitlines():
        stack, _, count = line.rpartition(" ")
        if stack and count.isdecimal():
            found[stack] += int(count)
        elif line.strip():
            raise Failed(f"no collapsed stack: {line[:120]!r}")
    if not found:
        raise Failed("no stacks were collapsed")
    return dict(found)


def self_times(samples: Samples) -> list[dict]:
    """Functions with the share of the samples in which they ran themselves, largest first; and the
    share in which they were anywhere on the stack."""
    own: Counter[tuple[str, str, int]] = Counter()
    places: dict[tuple[str, str, int], Counter[int]] = {}
    whole: Counter[str] = Counter()
    for stack in samples.stacks:
        leaf = stack[0]
        key = leaf.symbol, leaf.file, leaf.start
        own[key] += 1
        places.setdefault(key, Counter())[leaf.at - leaf.start] += 1
        whole.update({frame.symbol for frame in stack})
    count = len(samples.stacks)
    return [
        {"symbol": symbol, "file": file, "start": start, "samples": n, "self": n / count,
         "total": whole[symbol] / count, "room": room(symbol, file),
         "places": dict(places[symbol, file, start].most_common(_PLACES))}
        for (symbol, file, start), n in own.most_common()
    ]  # fmt: skip


# Of a function, so many distances from its start are kept with the samples that fell there.
_PLACES = 200


# What the symbols of allocation and of the memory system begin with.
_MEMORY = (
    "malloc", "_int_malloc", "_int_free", "free", "cfree", "calloc", "realloc", "mmap", "munmap",
    "madvise", "brk", "clear_page", "asm_exc_page_fault", "exc_page_fault", "handle_mm_fault",
    "do_anonymous_page", "unmap", "zap_", "raptors_array::mem",
)  # fmt: skip


def room(symbol: str, file: str) -> str:
    """Where a function belongs: a kernel or another part of Raptors, Rust's library in it, NumPy,
    Python, memory, the system."""
    if any(symbol.lstrip("<_").startswith(name.lstrip("_")) for name in _MEMORY):
        return "memory"
    crate = re.search(r"raptors_(kernels|dispatch|array)", symbol)
    if crate:
        return {"kernels": "kernel", "dispatch": "dispatch", "array": "array"}[crate[1]]
    if "_raptors" in file:
        return "binding" if "_raptors::" in symbol or "pyo3" in symbol else "rust"
    if "numpy" in file or "openblas" in file or "torch" in file:
        return "numpy"
    if "kernel" in file or file.startswith("[") or file.endswith(".ko"):
        return "system"
    return "python" if "python" in file else "library"


def markdown(title: str, rows: list[dict], most: int = 25) -> str:
    """The table of self times."""
    lines = [
        f"# {title}", "", "| self | on stack | where | function |", "| ---: | ---: | --- | --- |"
    ]
    for row in rows[:most]:
        name = row["symbol"].replace("|", "\\|")
        lines.append(f"| {row['self']:.1%} | {row['total']:.1%} | {row['room']} | `{name}` |")
    return "\n".join([*lines, ""])
