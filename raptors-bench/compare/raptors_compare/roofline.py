"""Where an op stands between the speeds of memory and arithmetic, both measured on this machine."""

from __future__ import annotations

import ast
import math
import os
import subprocess
import sys
from pathlib import Path

from .ops import Op
from .suites import Cell

# The figures of the machine's profile that are roofs: GB/s, and GFLOP/s of one thread in float32.
BANDWIDTHS = {"L1": "l1_gbs", "L2": "l2_gbs", "L3": "l3_gbs", "memory": "dram_gbs"}
PEAK = "matmul_gflops"
# Seconds that measuring the profile may take; it takes five.
PATIENCE = 60


def operations(op: Op, cell: Cell, code: str) -> float | None:
    """Operations on numbers that NumPy's expression asks for: one for each operator and call, and
    element; none where that says nothing, as for moves, sorts and decompositions."""
    if op.product and op.family == "product":
        return 2.0 * math.prod(cell.shape)
    if op.ufunc or op.family not in ("arithmetic", "function", "reduction", "axis reduction"):
        return float(math.prod(cell.shape)) if op.ufunc else None
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return None
    kinds = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Compare)
    # The minus of a literal number is no operation.
    found = [
        node for node in nodes
        if isinstance(node, kinds)
        and not (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant))
    ]  # fmt: skip
    return float(max(1, len(found)) * math.prod(cell.shape))


def parse(text: str) -> dict[str, float]:
    """The figures of a profile file."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.partition("#")[0].partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:  # the line that names the machine
            continue
    return found


def machine_figures(config, folder: Path, quick: bool) -> dict:
    """The machine's profile: the user's, where there is one, else measured for this run, which
    goes on without it. `config` is what the subject says of itself."""
    known = config if isinstance(config, dict) else {}
    path = known.get("profile_path")
    if not path:
        return {"unavailable": "the subject keeps no profile of the machine"}
    if Path(path).is_file() and not known.get("profile_error"):
        return _figures(Path(path), f"the profile {path}")
    if quick:
        return {"unavailable": "not measured with --quick; cargo xtask tune keeps a profile"}
    file = folder / "machine.toml"
    try:
        done = subprocess.run(
            [sys.executable, "-c", "import raptors; raptors.tune()"],
            env={**os.environ, "RAPTORS_PROFILE": str(file)},
            capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"unavailable": f"tune failed: {error}"}
    if done.returncode:
        return {"unavailable": f"tune failed: {done.stderr.strip().splitlines()[-1:]}"}
    return _figures(file, "measured before this run by raptors.tune()")


def _figures(file: Path, source: str) -> dict:
    try:
        figures = parse(file.read_text(encoding="utf-8"))
    except OSError as error:
        return {"unavailable": f"{file}: {error.strerror}"}
    wanted = [*BANDWIDTHS.values(), PEAK]
    if missing := [name for name in wanted if not figures.get(name, 0) > 0]:
        return {"unavailable": f"{file} has no {', '.join(missing)}"}
    return {"source": source, "figures": figures}


def points(cells: list[dict], sides: list[str]) -> list[dict]:
    """Cells on one thread whose operations are counted: operations per byte, and per second in
    thousands of millions for each side."""
    return [
        {"key": cell["key"], "op": cell["op"], "shape": cell["shape"], "dtype": cell["dtype"],
         "bytes": cell["bytes"], "intensity": cell["operations"] / cell["traffic"],
         "speed": {side: cell["operations"] / cell["ns"][side]["median"]
                   for side in sides if side in cell["ns"]}}
        for cell in cells
        if cell["status"] == "timed" and cell["threads"] == 1 and cell["layout"] == "contiguous"
        and not cell["live"] and cell.get("operations") and cell.get("traffic")
    ]  # fmt: skip
