"""`cargo xtask profile` and `compare-profiles`: the profiles of an op, and both sides of it."""

from __future__ import annotations

import sys
from pathlib import Path

from . import artefact, cachegrind, sample
from .target import SIDES, Target
from .tools import Failed, Missing

# Seconds of sampling, each tool.
SECONDS = 4.0
# Functions that a comparison shows, and the least share that is worth a row.
_MOST, _LEAST = 15, 0.005
# In which rooms the kernels of a side are.
KERNELS = {"raptors": ("kernel",), "numpy": ("numpy",)}


def kernels(side: str, functions: list[dict], least: float = 0.02) -> list[dict]:
    """The functions of a side that computed, by self time: its own, or those of any library."""
    worth = [row for row in functions if row["self"] >= least]
    own = [row for row in worth if row["room"] in KERNELS[side]]
    if not own and side == "raptors":
        own = [row for row in worth if row["room"] in ("array", "dispatch", "rust", "binding")]
    return own


# What names a function of a side, in its symbol or its file.
_MARKS = {"raptors": ("raptors_kernels", "raptors_array", "_raptors"), "numpy": ("numpy",)}


def _named(side: str, functions: list[dict], stacks: str) -> None:
    """Raises `Failed` where no frame names a function of the side: such a graph says nothing."""
    names = [row["symbol"] + row["file"] for row in functions]
    # The loop itself belongs to neither.
    names.append(stacks.replace("raptors_compare", ""))
    if not any(mark in name for name in names for mark in _MARKS[side]):
        raise Failed(f"no frame names a function of {side}: is it built with symbols?")


def profile(target: Target, sides: list[str], out: Path, seconds: float, count: bool) -> dict:
    """Profiles these sides of the op into the folder; what was found there before goes."""
    record: dict = {"target": target.name, "words": target.words, "sides": {}}
    (out / "profile.json").unlink(missing_ok=True)
    for side in sides:
        (out / side / "counts.json").unlink(missing_ok=True)
        print(f"{side}: sampling for {seconds:g} s with each tool", file=sys.stderr, flush=True)
        found = sample.sample(side, target, out / side, seconds)
        stacks = (out / side / "stacks.folded").read_text(encoding="utf-8")
        _named(side, found["sampled"]["functions"], stacks)
        if count:
            print(f"{side}: counting under valgrind", file=sys.stderr, flush=True)
            try:
                found["counts"] = cachegrind.counts(side, target, out / side)
                artefact.save(out / side / "counts.json", found["counts"])
            except (Failed, Missing) as error:
                found["counts"] = artefact.unavailable(error)
        else:
            found["counts"] = artefact.unavailable("left out by --no-counts")
        record["sides"][side] = found
    if set(sides) == set(SIDES):
        _differences(target, out)
    artefact.save(out / "profile.json", record)
    return record


def _differences(target: Target, out: Path) -> None:
    """What differs, twice: a graph has only the stacks of the side that it is drawn for."""
    numpy, raptors = (out / side / "stacks.folded" for side in SIDES)
    told = "share of the time: red is more on Raptors' side, blue is more on NumPy's"
    title = f"{target.name}: Raptors against NumPy, in the stacks of"
    sample.draw(raptors, out / "difference.svg", f"{title} Raptors", told, "--before", numpy)
    sample.draw(
        numpy, out / "difference-numpy.svg", f"{title} NumPy", told, "--before", raptors, "--negate"
    )


def report(record: dict, out: Path) -> str:
    """What a terminal shows of the profiles."""
    lines = []
    for side, found in record["sides"].items():
        taken, facts = found["sampled"], found["facts"]
        level = f", level {facts['level']}" if facts["level"] else ""
        lines += [f"{side} {facts['version']}{level}: {facts['code']}", f"  {taken['tool']}: {taken['samples']} samples"]
        lines += [f"  {row['self']:6.1%}  {row['symbol']}" for row in taken["functions"][:6]]
        counts = found["counts"]
        if "unavailable" in counts:
            lines.append(f"  no counts: {counts['unavailable']}")
        else:
            words = [f"{value:,.1f} {name.replace('_', ' ')}" for name, value in counts["per_call"].items()]
            how = "repeats exactly" if counts["repeats_exactly"] else "does NOT repeat exactly"
            lines.append(f"  per call ({how}): {', '.join(words)}")
        for tool in ("perf", "py_spy"):
            if "unavailable" in found[tool]:
                lines.append(f"  no {tool.replace('_', '-')}: {found[tool]['unavailable']}")
    return "\n".join([*lines, f"written to {out}"])


def compare(target: Target, out: Path) -> dict:
    """The functions of both sides next to each other; `Missing` names the profile that is not there."""
    sides = {
        side: artefact.load(
            out / side / "self-times.json", f"profile {' '.join(target.words)} {side}"
        )
        for side in SIDES
    }  # fmt: skip
    rows = {
        side: [row for row in taken["functions"] if row["self"] >= _LEAST][:_MOST]
        for side, taken in sides.items()
    }  # fmt: skip
    record = {
        "target": target.name,
        "sides": {
            side: {"tool": sides[side]["tool"], "samples": sides[side]["samples"], "functions": found}
            for side, found in rows.items()
        },
    }  # fmt: skip
    artefact.save(out / "compare.json", record)
    artefact.text(out / "compare.md", side_by_side(record))
    return record


def side_by_side(record: dict) -> str:
    """The comparison as a table."""
    sides = [record["sides"][side]["functions"] for side in SIDES]
    lines = [
        f"# {record['target']}: where the time goes", "",
        "| NumPy | | Raptors | |", "| ---: | --- | ---: | --- |",
    ]  # fmt: skip
    for n in range(max(map(len, sides))):
        words = []
        for rows in sides:
            row = rows[n] if n < len(rows) else None
            name = row["symbol"].replace("|", "\\|") if row else ""
            words += [f"{row['self']:.1%}", f"`{name}`"] if row else ["", ""]
        lines.append(f"| {' | '.join(words)} |")
    tools = "; ".join(
        f"{side}: {found['samples']} samples, {found['tool']}" for side, found in record["sides"].items()
    )
    return "\n".join([*lines, "", tools, ""])
