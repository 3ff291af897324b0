"""`cargo xtask validate`: whether an op reaches a ratio, with an answer only beyond doubt."""

from __future__ import annotations

import zlib
from pathlib import Path

from ..ops import BY_NAME
from ..run import compare, finite
from ..sides import limit_pools, numpy_side
from ..statistics import ratio
from ..timing import Effort
from . import artefact
from .loop import subject
from .target import ROOT, Target, Unasked

EFFORT = Effort(warmup=2, least=25, most=101, budget=2.0)
# Placements: each has new operands in new memory, which can be worth a tenth.
PLACEMENTS = 3
REACHED, NOT_REACHED, INCONCLUSIVE = 0, 1, 4
WORDS = {REACHED: "reached", NOT_REACHED: "not reached", INCONCLUSIVE: "inconclusive"}


def verdict(low: float, high: float, target: float) -> int:
    """The exit code: reached only where the interval's lower end is no less than the target."""
    if low >= target:
        return REACHED
    return NOT_REACHED if high < target else INCONCLUSIVE


def validate(target: Target, out: Path, wanted: float) -> tuple[dict, int]:
    """Measures the op on both sides in turns, in several places of memory; the record and the code."""
    from ..provenance import provenance

    sides = [numpy_side(), subject(target)]
    limit_pools(1)
    for side in sides:
        side.set_threads(1)
    op = BY_NAME.get(target.op)
    if op is None:
        rows = {row.name: row for row in sides[1].ufuncs}
        op = rows.get(target.op) and finite(rows[target.op], target.cell, sides[0], 0)
        if op is None:
            raise Unasked(f"NumPy has no {target.op} of {target.dtype}; choose from {', '.join(rows)}")
    record: dict = {"target": target.name, "wanted": wanted}
    numpy_ns: list[float] = []
    raptors_ns: list[float] = []
    for n in range(PLACEMENTS):
        row = compare(op, target.cell, sides, EFFORT, n)
        if row is None:
            raise Unasked(f"NumPy does not take {' '.join(target.words)}")
        if row["status"] != "timed":
            record |= {"verdict": WORDS[NOT_REACHED], "why": f"{row['status']}: {row['why']}"}
            artefact.save(out / "validate.json", record)
            return record, NOT_REACHED
        numpy_ns += row["samples"]["numpy"]
        raptors_ns += row["samples"]["raptors"]
    value, low, high = ratio(numpy_ns, raptors_ns, zlib.crc32(target.name.encode()))
    code = verdict(low, high, wanted)
    record |= {
        "ratio": value, "low": low, "high": high, "verdict": WORDS[code],
        "samples": len(numpy_ns), "placements": PLACEMENTS, "code": row["code"],
        "numpy_code": row["numpy_code"], "delegated": row["delegated"],
        "provenance": provenance(sides, ROOT, ["validate", *target.words]),
    }  # fmt: skip
    artefact.save(out / "validate.json", record)
    return record, code


def text(record: dict) -> str:
    """The answer in a line."""
    if "why" in record:
        return f"{record['target']}: {record['verdict']}: {record['why']}"
    return (
        f"{record['target']}: {record['ratio']:.3f} times as fast as NumPy, 95 % interval "
        f"{record['low']:.3f} to {record['high']:.3f} ({record['samples']} samples of each side): "
        f"{record['wanted']:g} {record['verdict']}"
    )
