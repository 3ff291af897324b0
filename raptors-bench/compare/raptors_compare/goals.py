"""What a run of suite `full` is held to: means by family, and what no cell may fall below."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from .suites import DTYPES


@dataclass(frozen=True)
class Goal:
    """The least geometric mean of the ratios of some cells; `every`: the least of each."""

    name: str
    least: float
    cells: Callable[[dict], bool]
    every: bool = False


def _family(*names: str, kinds: str = "") -> Callable[[dict], bool]:
    def cells(row: dict) -> bool:
        return row["family"] in names and (not kinds or DTYPES[row["dtype"]][0] in kinds)

    return cells


def _size(row: dict) -> int:
    return math.prod(row["shape"])


def _sin_cos(row: dict) -> bool:
    return row["op"] in ("sin", "cos") and row["dtype"] == "float64"


def _eight(row: dict) -> bool:
    return row["live"] == 8 and 64 << 10 <= row["bytes"] <= 16 << 20


_COUNTING = ("unique", "unique_counts", "isin", "histogram")

GOALS = (
    Goal("all cells", 3.0, lambda row: True),
    Goal("at most 1,000 elements", 3.5, lambda row: _size(row) <= 1000),
    Goal("full reductions", 4.0, _family("reduction")),
    Goal("axis reductions", 2.5, _family("axis reduction")),
    Goal("where, masks, nonzero", 8.0, _family("selection")),
    Goal("cumulative", 4.0, _family("cumulative")),
    Goal("transposed copies", 4.0, _family("transpose")),
    Goal("sorting", 4.0, _family("sorting")),
    Goal("float64 sin and cos", 8.0, _sin_cos),
    Goal("other mathematics", 1.3, lambda r: _family("function", kinds="f")(r) and not _sin_cos(r)),
    Goal("float16", 10.0, lambda row: row["dtype"] == "float16"),
    Goal("integer matmul", 15.0,
         lambda r: r["op"].startswith("matmul") and DTYPES[r["dtype"]][0] in "iu"),
    Goal("float matmul, every cell", 1.0,
         lambda r: r["op"].startswith("matmul") and r["dtype"] in ("float32", "float64"), True),
    Goal("fft", 3.0, _family("fft")),
    Goal("unique, isin, histogram", 3.0, lambda row: row["op"] in _COUNTING),
    Goal("eight results alive, freed together, 64 KiB to 16 MiB", 4.0,
         lambda row: _eight(row) and row.get("together", False)),
    Goal("eight results alive, freed in turn, 64 KiB to 16 MiB", 4.0,
         lambda row: _eight(row) and not row.get("together", False)),
)  # fmt: skip


def reached(timed: list[dict]) -> list[dict]:
    """Every goal that has cells, with what was measured."""
    found = []
    for goal in GOALS:
        ratios = [row["ratio"] for row in timed if goal.cells(row)]
        if not ratios:
            continue
        mean = math.exp(math.fsum(map(math.log, ratios)) / len(ratios))
        least = min(ratios)
        found.append({
            "name": goal.name, "least": goal.least, "every": goal.every, "cells": len(ratios),
            "mean": mean, "worst": least, "met": (least if goal.every else mean) >= goal.least,
        })  # fmt: skip
    return found
