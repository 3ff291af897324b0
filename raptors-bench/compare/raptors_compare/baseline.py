"""The gate: ratios of a good run, kept for each machine, and whether a new run falls behind them.

A baseline holds ratios to NumPy, not times: NumPy, measured beside the subject, takes the machine's
mood out of both. What is compared are ratios of low samples over several passes, with the interval
of `statistics.low_ratio`; how often a cell is measured is settled before anything is seen.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

from .store import FORMAT, Unasked, write_whole
from .words import counted

# A regression is a ratio that fell by more than this share of the baseline's. Runs of the same
# program on an idle machine differ by up to 5 %, by where memory lies and how the core is clocked.
TOLERANCE = 0.10

# Where more than this share of the cells has no baseline, the others cannot speak for the run.
LACKING = 0.10

VERDICTS = ("regression", "inconclusive", "same", "improved")
EXIT = {"regression": 1, "inconclusive": 4, "same": 0, "improved": 0}


def machine_of(provenance: dict) -> dict:
    """What makes ratios comparable: the processor, the cores to use, the level, the versions."""
    config = provenance.get("subject_config") or {}
    if not isinstance(config, dict):
        config = {}
    return {
        "cpu": config.get("cpu") or provenance["cpu"],
        "cores": len(provenance.get("affinity") or []) or provenance.get("cores"),
        "simd": config.get("simd", "unknown"),
        "numpy": provenance["versions"]["numpy"],
        "numpy_blas": provenance.get("numpy_blas"),
    }


def key_of(machine: dict) -> str:
    """The machine as the name of a file; the versions stand inside it."""
    text = f"{machine['cpu']} {machine['cores']} cores {machine['simd']}".lower()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


def path_of(folder: Path, provenance: dict) -> Path:
    """The file of this machine's baseline."""
    return folder / f"{key_of(machine_of(provenance))}.json"


def save(folder: Path, results: dict, lacking: bool = False) -> Path:
    """Keeps the ratios of a run; cells that it did not measure stay as they were, unless another
    NumPy gave them. `lacking`: so do those that it did measure, and only the others join."""
    failed = [c["key"] for c in results["cells"] if c["status"] != "timed"]
    if failed:
        raise Unasked(f"no baseline is kept of a run with failures: {', '.join(failed[:5])}")
    machine = machine_of(results["provenance"])
    path = path_of(folder, results["provenance"])
    before = load(path) if path.is_file() else None
    same = before is not None and before["machine"] == machine
    kept = before["cells"] if same else {}
    origin = {
        name: results["provenance"].get(name) for name in ("time", "commit", "dirty", "command")
    }
    cells = {
        c["key"]: {**{name: round(c["steady"][name], 4) for name in ("ratio", "low", "high")},
                   "commit": origin["commit"]}
        for c in results["cells"]
    }  # fmt: skip
    joined = {**cells, **kept} if lacking else {**kept, **cells}
    whole = {
        "format": FORMAT, "machine": machine,
        "provenance": before["provenance"] if lacking and same else origin,
        "cells": dict(sorted(joined.items())),
    }  # fmt: skip
    write_whole(path, json.dumps(whole, indent=1) + "\n")
    return path


def renew(folder: Path, results: dict) -> str | None:
    """Moves the baseline on after a check, where it could not judge, and tells so: all of it where
    another NumPy gave it, else by the cells that it lacks. Never after a regression or a failure,
    and no cell that was compared gives up its ratio: a gate does not follow a slow decline."""
    gate = results["gate"]
    failed = any(cell["status"] != "timed" for cell in results["cells"])
    if failed or gate["verdict"] == "regression":
        return None
    if gate["differs"]:
        return f"baseline renewed ({'; '.join(gate['differs'])}): {save(folder, results)}"
    if gate["new"]:
        path = save(folder, results, lacking=True)
        return f"baseline extended by {counted(gate['new'], 'cell')} that it lacked: {path}"
    return None


def load(path: Path) -> dict:
    """A baseline."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        whole = found["format"] == FORMAT and found["machine"].items() and found["cells"]
        ratios = [cell[name] for cell in found["cells"].values() for name in ("ratio", "low", "high")]
        if whole and found["provenance"].items() and all(0 < ratio < math.inf for ratio in ratios):
            return found
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise Unasked(f"{path} holds no baseline of format {FORMAT}: keep a new one")


def verdict_on(now: dict, then: dict) -> dict:
    """What became of a cell: the change of its ratio with its interval, and a word for it."""
    change = now["ratio"] / then["ratio"]

    def spread(end: str) -> float:
        return math.hypot(
            math.log(now[end] / now["ratio"]),
            math.log(then["high" if end == "low" else "low"] / then["ratio"]),
        )

    low, high = change * math.exp(-spread("low")), change * math.exp(spread("high"))
    if high < 1 - TOLERANCE:
        word = "regression"
    elif low > 1 + TOLERANCE:
        word = "improved"
    elif low >= 1 - TOLERANCE:
        word = "same"
    else:
        word = "inconclusive"
    return {"change": change, "low": low, "high": high, "verdict": word}


def judge(results: dict, baseline: dict) -> dict:
    """The gate's answer: `regression` if one cell is surely slower, else `inconclusive` if one may
    be, or too many have nothing to be compared with. A cell of the baseline that no longer gives
    the right answer is a regression."""
    then = baseline["cells"]
    machine = machine_of(results["provenance"])
    differs = [
        f"{name} {baseline['machine'].get(name)} then, {machine[name]} now"
        for name in machine
        if baseline["machine"].get(name) != machine[name]
    ]
    cells = []
    for cell in results["cells"]:
        if cell["key"] not in then:
            continue
        before = then[cell["key"]]
        found = {"key": cell["key"], "before": before["ratio"]}
        if cell["status"] == "timed":
            found |= {"now": cell["steady"]["ratio"], **verdict_on(cell["steady"], before)}
        else:
            found |= {"verdict": "regression", "why": f"{cell['status']}: {cell['why']}"}
        cells.append(found)
    counts = {word: sum(c["verdict"] == word for c in cells) for word in VERDICTS}
    verdict = next(word for word in (*VERDICTS[:2], "same") if counts[word] or word == "same")
    asked = len(results["cells"])
    new = asked - len(cells)
    if verdict != "regression" and (differs or not cells or new > LACKING * asked):
        verdict = "inconclusive"
    return {
        "verdict": verdict, "counts": counts, "tolerance": TOLERANCE, "differs": differs,
        "new": new, "asked": asked, "unmeasured": len(then) - len(cells),
        "baseline": baseline["provenance"], "cells": cells,
    }  # fmt: skip


def told(gate: dict) -> str:
    """The gate's answer in lines."""
    counts = ", ".join(f"{count} {word}" for word, count in gate["counts"].items())
    since = f"{str(gate['baseline'].get('commit'))[:10]} of {str(gate['baseline'].get('time'))[:10]}"
    new = counted(gate["new"], "new cell")
    lines = [f"gate: {gate['verdict'].upper()} against {since} ({counts}; {new})"]
    if left := gate.get("unmeasured"):
        words = counted(left, "cell of the baseline was", "cells of the baseline were")
        lines.append(f"  {words} not asked for")
    lines += [f"  another machine state: {what}" for what in gate["differs"]]
    # Runs of before `asked` was recorded were judged by the others alone.
    lacking = gate["new"] > LACKING * gate.get("asked", math.inf)
    if lacking:
        lines.append(f"  no baseline for {gate['new']} of {counted(gate['asked'], 'cell')}")
    listed = [c for c in gate["cells"] if c["verdict"] in VERDICTS[:2]]
    for cell in sorted(listed, key=lambda c: (VERDICTS.index(c["verdict"]), c.get("change", 0.0))):
        if "why" in cell:
            lines.append(f"  {cell['verdict']} {cell['key']}: {cell['why']}")
        else:
            lines.append(
                f"  {cell['verdict']} {cell['key']}: {cell['before']:.2f} × -> {cell['now']:.2f} ×, "
                f"a factor of {cell['change']:.2f} [{cell['low']:.2f}, {cell['high']:.2f}]"
            )
    if lacking or gate["differs"]:
        lines.append("  --save-baseline keeps a new baseline, --check --renew-baseline what is missing")
    if gate["counts"]["inconclusive"]:
        lines.append("  measure again on a quieter machine, or with more --repeats and --passes")
    return "\n".join(lines)
