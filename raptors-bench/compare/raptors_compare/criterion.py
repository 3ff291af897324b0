"""Criterion's results for kernels, joined with the cells of the comparison: each level, the best."""

from __future__ import annotations

import json
import math
from pathlib import Path

from .statistics import SUCCESS_LIMIT, SUCCESS_SHARE
from .store import Unasked

# What the benches call the kernel of an op of suite vector, where that is not its name.
KERNELS = {
    "sub": "subtract", "mul": "multiply", "div": "divide", "abs": "absolute", "clamp": "clip",
    "swish": "silu", "dot": "product/dot", "sum": "fold/sum", "max": "fold/max", "min": "fold/min",
    "argmax": "fold/argmax", "argmin": "fold/argmin", "norm_l1": "fold/sum_abs",
    "norm_l2": "fold/sum_squares", "norm_linf": "fold/max_abs",
}  # fmt: skip


def read(folder: Path) -> dict[str, float]:
    """Nanoseconds by name: the median of each bench that `cargo bench` has left."""
    found = {}
    for file in sorted(folder.glob("**/new/benchmark.json")):
        try:
            name = json.loads(file.read_text(encoding="utf-8"))["full_id"]
            estimates = json.loads(file.with_name("estimates.json").read_text(encoding="utf-8"))
            found[name] = float(estimates["median"]["point_estimate"])
        except (OSError, ValueError, KeyError, TypeError):  # a bench that was interrupted
            continue
    return found


def benches(folder: Path) -> dict[str, float]:
    """What `read` finds, which must be something."""
    if found := read(folder):
        return found
    raise Unasked(f"{folder} holds no results of Criterion: run cargo bench -p raptors-bench first")


def by_level(benches: dict[str, float], op: str, dtype: str, elements: int) -> dict[str, float]:
    """Nanoseconds of the op's kernel by level."""
    start, end = f"{KERNELS.get(op, op)}/{dtype}/", f"/{elements}"
    return {
        name[len(start) : -len(end)]: ns
        for name, ns in benches.items()
        if name.startswith(start) and name.endswith(end) and name.count("/") == start.count("/") + 1
    }


def joined(folder: Path, results: dict) -> dict:
    """A row for each cell on one thread that has a kernel: the kernel's levels beside the sides of
    the comparison, and which is best; with the success criterion for the best of each."""
    measured = benches(folder)
    rows = []
    for cell in results["cells"]:
        plain = cell["layout"] == "contiguous" and cell["threads"] == 1 and not cell["live"]
        if cell["status"] != "timed" or not plain or len(cell["shape"]) != 1:
            continue
        levels = by_level(measured, cell["op"], cell["dtype"], math.prod(cell["shape"]))
        if not levels:
            continue
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
        "best": {level: sum(row["best"] == level for row in rows) for level in levels},
        "success": {
            "limit": SUCCESS_LIMIT, "needed": SUCCESS_SHARE, "kernels": share, "called": called,
            "met": called is not None and called >= SUCCESS_SHARE,
        },
    }  # fmt: skip


def _share(ratios) -> float | None:
    """The share of ratios that are no slower than the limit; to be faster never counts against."""
    ratios = list(ratios)
    return sum(ratio >= 1 / SUCCESS_LIMIT for ratio in ratios) / len(ratios) if ratios else None
