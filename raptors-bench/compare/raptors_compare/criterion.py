"""Criterion's results for kernels, joined with the cells of the comparison: each level, the best."""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from .statistics import SUCCESS_LIMIT, SUCCESS_SHARE
from .store import Unasked

# What the benches call the kernel of an op of suite vector, where that is not its name.
KERNELS = {
    "sub": "subtract", "mul": "multiply", "div": "divide", "abs": "absolute", "clamp": "clip",
    "swish": "silu", "dot": "product/dot", "sum": "fold/sum", "max": "fold/max", "min": "fold/min",
    "argmax": "fold/argmax", "argmin": "fold/argmin", "norm_l1": "fold/sum_abs",
    "norm_l2": "fold/sum_squares", "norm_linf": "fold/max_abs",
}  # fmt: skip


class Bench(NamedTuple):
    """The median of a bench in nanoseconds, and when it was written: Criterion keeps no more of
    where it comes from."""

    ns: float
    time: float


def read(folder: Path) -> dict[str, Bench]:
    """Each bench that `cargo bench` has left, by name."""
    found = {}
    for file in sorted(folder.glob("**/new/benchmark.json")):
        try:
            name = json.loads(file.read_text(encoding="utf-8"))["full_id"]
            source = file.with_name("estimates.json")
            estimates = json.loads(source.read_text(encoding="utf-8"))
            found[name] = Bench(float(estimates["median"]["point_estimate"]), source.stat().st_mtime)
        except (OSError, ValueError, KeyError, TypeError):  # a bench that was interrupted
            continue
    return found


def benches(folder: Path) -> dict[str, Bench]:
    """What `read` finds, which must be something."""
    if found := read(folder):
        return found
    raise Unasked(f"{folder} holds no results of Criterion: run cargo bench -p raptors-bench first")


def by_level(benches: dict[str, Bench], op: str, dtype: str, elements: int) -> dict[str, Bench]:
    """The benches of the op's kernel by level."""
    start, end = f"{KERNELS.get(op, op)}/{dtype}/", f"/{elements}"
    return {
        name[len(start) : -len(end)]: bench
        for name, bench in benches.items()
        if name.startswith(start) and name.endswith(end) and name.count("/") == start.count("/") + 1
    }


def joined(folder: Path, results: dict) -> dict:
    """A row for each cell on one thread that has a kernel: the kernel's levels beside the sides of
    the comparison, and which is best; with the success criterion for the best of each."""
    measured = benches(folder)
    rows, ages = [], []
    for cell in results["cells"]:
        plain = cell["layout"] == "contiguous" and cell["threads"] == 1 and not cell["live"]
        if cell["status"] != "timed" or not plain or len(cell["shape"]) != 1:
            continue
        found = by_level(measured, cell["op"], cell["dtype"], math.prod(cell["shape"]))
        if not found:
            continue
        ages += [bench.time for bench in found.values()]
        levels = {level: bench.ns for level, bench in found.items()}
        best = min(levels, key=levels.get)
        sides = {side: ns["median"] for side, ns in cell["ns"].items()}
        rows.append({
            "key": cell["key"], "op": cell["op"], "dtype": cell["dtype"],
            "elements": math.prod(cell["shape"]), "sides": sides, "levels": levels,
            "best": best, "ratio": sides["numpy"] / levels[best],
            "ratio_called": cell["ratio"],
        })  # fmt: skip
    order = {"scalar": 0, "sse2": 1, "avx2": 2, "avx512": 3, "neon": 4}
    levels = sorted({level for row in rows for level in row["levels"]}, key=lambda n: order.get(n, 9))
    share = _share(row["ratio"] for row in rows)
    called = _share(row["ratio_called"] for row in rows)
    return {
        "source": str(folder), "benches": len(measured), "levels": levels, "rows": rows,
        "age": _age(ages, (results.get("provenance") or {}).get("build")),
        "best": {level: sum(row["best"] == level for row in rows) for level in levels},
        "success": {
            "limit": SUCCESS_LIMIT, "needed": SUCCESS_SHARE, "kernels": share, "called": called,
            "met": called is not None and called >= SUCCESS_SHARE,
        },
    }  # fmt: skip


def _age(times: list[float], build: dict | None) -> dict | None:
    """When the benches that were joined were measured, and how many of them before the extension of
    the comparison was there."""
    if not times:
        return None
    first, last = (
        datetime.fromtimestamp(time, timezone.utc).isoformat(timespec="seconds")
        for time in (min(times), max(times))
    )
    built = (build or {}).get("time")
    limit = datetime.fromisoformat(built).timestamp() if built else -math.inf
    return {"first": first, "last": last, "joined": len(times), "built": built,
            "older": sum(time < limit for time in times)}  # fmt: skip


def measured_when(kernels: dict) -> str:
    """The span of time that the joined benches come from, in words."""
    age = kernels.get("age")
    return f"Measured from {age['first']} to {age['last']}." if age else ""


def outdated(kernels: dict) -> str | None:
    """A warning where joined benches are older than the extension, so of another build perhaps."""
    age = kernels.get("age")
    if not age or not age["older"]:
        return None
    return (
        f"{age['older']} of {age['joined']} results of Criterion are older than the extension "
        f"({age['built']}): run cargo bench -p raptors-bench again"
    )


def _share(ratios) -> float | None:
    """The share of ratios that are no slower than the limit; to be faster never counts against."""
    ratios = list(ratios)
    return sum(ratio >= 1 / SUCCESS_LIMIT for ratio in ratios) / len(ratios) if ratios else None
