"""What became of the cells since another run: ratios, with their intervals."""

from __future__ import annotations

from pathlib import Path

from .baseline import machine_of
from .statistics import geometric_mean
from .store import newest, read_results


def _comparable(one: dict, other: dict) -> bool:
    """Whether two runs measured the same subject on the same machine."""
    same = machine_of(one["provenance"]) == machine_of(other["provenance"])
    return same and one["subject"] == other["subject"]


def between(results: dict, before: dict, source: str) -> dict:
    """The change of each cell that both runs timed. It counts as faster or slower where the 95 %
    intervals do not meet."""
    then = {cell["key"]: cell for cell in before["cells"] if cell["status"] == "timed"}
    cells = []
    for cell in results["cells"]:
        if cell["status"] != "timed" or cell["key"] not in then:
            continue
        old = then[cell["key"]]
        word = "faster" if cell["low"] > old["high"] else "slower" if cell["high"] < old["low"] else ""
        cells.append({
            "key": cell["key"], "before": old["ratio"], "now": cell["ratio"],
            "change": cell["ratio"] / old["ratio"], "word": word,
        })  # fmt: skip
    told = sorted((c for c in cells if c["word"]), key=lambda c: c["change"])
    return {
        "source": source, "time": before["provenance"]["time"],
        "commit": before["provenance"].get("commit"), "cells": len(cells),
        "mean": geometric_mean(c["change"] for c in cells),
        "faster": sum(c["word"] == "faster" for c in told),
        "slower": sum(c["word"] == "slower" for c in told),
        "slowest": [c for c in told if c["word"] == "slower"][:10],
        "fastest": [c for c in reversed(told) if c["word"] == "faster"][:10],
    }  # fmt: skip


def previous(results: dict, folder: Path, here: Path, chosen: str | None) -> dict | None:
    """The change since the run that was chosen, or since the newest of this suite on this machine;
    none where there is none."""
    if chosen == "none":
        return None
    if chosen:
        return between(results, read_results(Path(chosen)), chosen)
    time = results["provenance"]["time"]

    def fits(other: dict) -> bool:
        earlier = other["provenance"]["time"] < time
        return earlier and other["suite"] == results["suite"] and _comparable(results, other)

    found = newest(folder, fits, besides=here)
    return between(results, found[1], str(found[0].parent.name)) if found else None
