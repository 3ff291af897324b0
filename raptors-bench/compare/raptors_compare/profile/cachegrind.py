"""Counts instructions and cache misses per call with valgrind's cachegrind, exactly repeatable."""

from __future__ import annotations

import json
import math
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .stacks import tidy
from .target import Target
from .tools import Failed, Missing, environment, loop, need, output, said

# Bytes, ways and line of the modelled caches: fixed, so that counts are the same on all machines.
GEOMETRY = ("--I1=32768,8,64", "--D1=32768,8,64", "--LL=8388608,16,64")
# Elements that are run through: a simulated call takes fifty times as long as a real one.
_WORK = 8_000_000
_MOST_CALLS = 1000
# Several events of cachegrind make one figure.
FIGURES = {
    "instructions": ("Ir",), "reads": ("Dr",), "writes": ("Dw",), "l1i_misses": ("I1mr",),
    "l1d_misses": ("D1mr", "D1mw"), "ll_misses": ("ILmr", "DLmr", "DLmw"),
}  # fmt: skip


def calls(target: Target) -> int:
    """By how many calls the two children differ: always the same for a target."""
    return max(1, min(_MOST_CALLS, _WORK // max(1, math.prod(target.shape))))


def parse(text: str) -> tuple[dict[str, int], dict[str, int]]:
    """The events of the whole program, and the instructions of each function, from cachegrind's
    file; `Failed` where it is no such file or was cut short."""
    events: list[str] = []
    total: dict[str, int] = {}
    functions: Counter[str] = Counter()
    function = "???"
    for line in text.splitlines():
        if line.startswith("events:"):
            events = line.split()[1:]
        elif line.startswith("fn="):
            function = tidy(line[3:])
        elif line.startswith("summary:"):
            total = dict(zip(events, map(int, line.split()[1:])))
        elif events and line[:1].isdigit():
            functions[function] += int(line.split()[1])
    if not events or len(total) != len(events) or events[0] != "Ir":
        raise Failed("cachegrind left no summary")
    return total, dict(functions)


def figures(total: dict[str, int]) -> dict[str, int]:
    """The figures that events make up; those whose events were not counted are left out."""
    return {
        name: sum(total[event] for event in parts)
        for name, parts in FIGURES.items() if all(event in total for event in parts)
    }  # fmt: skip


# The system's random numbers, always the same: Rust's hash maps are seeded with them, and where
# things lie in memory depends on the order in which these give their entries.
_CHANCE = """
#include <string.h>
#include <sys/types.h>
ssize_t getrandom(void *buffer, size_t size, unsigned flags) {
    (void)flags;
    memset(buffer, 1, size);
    return (ssize_t)size;
}
"""


def _without_chance(folder: Path) -> dict[str, str]:
    """The variables that take chance out of a program; none where there is no C compiler."""
    source, library = folder / "chance.c", folder / "chance.so"
    source.write_text(_CHANCE, encoding="utf-8")
    try:
        output("cc", "-shared", "-fPIC", "-O1", "-o", library, source)
    except (Failed, Missing):
        return {}
    return {"LD_PRELOAD": str(library)}


def _run(side: str, target: Target, count: int, fixed: dict[str, str]):
    """One program under cachegrind: its facts, and events and functions of `count` calls and of twice
    as many."""
    with tempfile.TemporaryDirectory() as folder:
        told = output(
            "valgrind", "--tool=cachegrind", "--cache-sim=yes", *GEOMETRY,
            f"--cachegrind-out-file={folder}/%p", *loop(side, target, "--calls", count),
            env=environment(simd=target.simd, PYTHONMALLOC="malloc", **fixed),
        )  # fmt: skip
        lines = told.splitlines()
        facts = said(lines[0] if lines else "")
        children = [json.loads(line) for line in lines[1:]]
        if [child["calls"] for child in children] != [count, 2 * count]:
            raise Failed(f"under cachegrind {side} did not make its {count} and {2 * count} calls")
        files = [Path(folder) / str(child["pid"]) for child in children]
        return facts, *(parse(file.read_text(encoding="utf-8", errors="replace")) for file in files)


def per_call(before: dict[str, int], after: dict[str, int], calls: int) -> dict[str, float]:
    """What each of so many more calls added."""
    return {name: (after[name] - before.get(name, 0)) / calls for name in after}


def counts(side: str, target: Target, folder: Path, most: int = 12) -> dict:
    """What a call costs on a side: 2 N calls less N, divided by N, so that what is done once cancels;
    counted in two processes. The folder must have the same name the next time: names of files are part
    of a process."""
    need("valgrind")
    n = calls(target)
    folder.mkdir(parents=True, exist_ok=True)
    fixed = _without_chance(folder)
    with ThreadPoolExecutor(2) as pool:
        runs = pool.map(lambda _: _run(side, target, n, fixed), range(2))
        (facts, fewer, more), (_, *again) = runs
    once = per_call(figures(fewer[0]), figures(more[0]), n)
    twice = per_call(figures(again[0][0]), figures(again[1][0]), n)
    spent = per_call(fewer[1], more[1], n)
    whole = once["instructions"]
    for left in ("chance.c", "chance.so"):
        (folder / left).unlink(missing_ok=True)
    return {
        "source": f"cachegrind, {output('valgrind', '--version').strip()}: {' '.join(GEOMETRY)}",
        "calls": n, "level": facts["level"], "per_call": once,
        "repeats_exactly": once == twice, "again": twice,
        "functions": [
            {"symbol": symbol, "instructions": count, "share": count / whole if whole else 0.0}
            for symbol, count in sorted(spent.items(), key=lambda item: -item[1])[:most] if count > 0
        ],
    }  # fmt: skip
