"""The Markdown report, and the table that the README shows."""

from __future__ import annotations

from .report_text import duration, failures, matrix, named, times, variant, verdict_of
from .statistics import CLASSES, geometric_mean
from .suites import shape_name


def _table(head: list[str], body: list[list[str]]) -> str:
    """A table; columns of figures are set to the right."""
    columns = [[row[i][:1] for row in body] for i in range(len(head))]
    rule = ["---:" if body and set(c) <= set("0123456789–") else "---" for c in columns]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, rule, *body])


def report(results: dict) -> str:
    """The report on a run."""
    s, origin = results["summary"], results["provenance"]
    rows = results["cells"]
    by_key = {row["key"]: row for row in rows}
    subject = results["subject"]
    counts = [[name, str(s["classes"][name])] for name, _ in CLASSES]
    parts = [
        f"# {subject} and NumPy: suite {results['suite']}{' (quick)' * results['quick']}",
        f"**{s['passed']} of {s['timed']} timed cells pass**, geometric mean "
        f"**{times(s['geometric_mean'])}**. A ratio is NumPy's median time over that of {subject}: "
        "above 1 NumPy is slower. A cell passes at 1.0, where NumPy already runs at the memory's "
        "speed (parity cells) at 0.97.",
        _table(["class", "cells"], counts),
        f"Ties (within 3 %): {s['ties']}. Noisy (the interval spans more than a fifth): {s['noisy']}. "
        f"Run by NumPy in the end: {s['delegated']}.",
        f"Success criterion, {s['success']['needed']:.0%} of the cells no slower than "
        f"{s['success']['limit']} × NumPy's time: {'met' if s['success']['met'] else 'missed'} "
        f"({s['success']['share']:.0%}).",
        "## By shape",
        _table(*matrix(rows)),
        "## By family",
        _table(["family", "ratio"], [[f, times(mean)] for f, mean in s["families"].items()]),
        *_goals(results),
        *_accuracy(results),
        "## The worst",
        _table(
            ["cell", "ratio", "verdict"],
            [[named(r), times(r["ratio"]), verdict_of(r)] for r in map(by_key.get, s["worst"])],
        ),
    ]
    for kind in ("wrong", "unsupported"):
        if s[kind]:
            parts.append(f"## Cells that are {kind}")
            body = [[what, why.replace("|", "\\|")] for what, why in failures(rows, kind)]
            parts.append(_table(["cell", "why"], body))
    sides = results["sides"]
    parts += [
        "## Every cell",
        _table(
            ["op", "shape", "dtype", "variant", *sides, "ratio", "95 % interval", "verdict"],
            [_row(row, sides) for row in rows if row["status"] == "timed"],
        ),
        "## Provenance",
        _table(["what", "value"], [[k, _value(v)] for k, v in origin.items() if v is not None]),
    ]
    return "\n\n".join(parts) + "\n"


def _goals(results: dict) -> list[str]:
    """What suite full is held to; nothing for other suites."""
    if results["suite"] != "full":
        return []
    body = [
        [goal["name"], str(goal["cells"]), times(goal["mean"]), times(goal["worst"]),
         times(goal["least"]) + " in every cell" * goal["every"],
         "met" if goal["met"] else "missed"]
        for goal in results["summary"]["goals"]
    ]  # fmt: skip
    return ["## Goals", _table(["cells", "number", "mean", "worst", "goal", ""], body)]


def _accuracy(results: dict) -> list[str]:
    """The largest errors, where the run has looked for them."""
    rows, sides = results.get("accuracy"), results["sides"][:2]
    if not rows:
        return []
    body = [
        [row["function"], row["dtype"], str(row["values"]), *(f"{row[side]:.3f}" for side in sides)]
        for row in rows
    ]
    head = ["function", "dtype", "values", *sides]
    return ["## Largest errors (ulp, on NumPy's validation data)", _table(head, body)]


def _row(row: dict, sides: list[str]) -> list[str]:
    ns = [duration(row["ns"][name]["median"]) if name in row["ns"] else "–" for name in sides]
    interval = f"{row['low']:.2f}–{row['high']:.2f}"
    return [row["op"], shape_name(row["shape"]), row["dtype"], variant(row), *ns,
            times(row["ratio"]), interval, verdict_of(row)]  # fmt: skip


def _value(value) -> str:
    if isinstance(value, dict):
        value = ", ".join(f"{name} {_value(part)}" for name, part in value.items())
    elif isinstance(value, list):
        value = ", ".join(map(_value, value))
    return " ".join(str(value).split()).replace("|", "\\|")


def readme_table(results: dict) -> str:
    """Op and dtype by shape on one thread, with a line that says where the figures come from."""
    rows = [
        row for row in results["cells"]
        if row["status"] == "timed" and row["threads"] == 1 and not row["live"]
    ]  # fmt: skip
    shapes = list(dict.fromkeys(tuple(row["shape"]) for row in rows))
    body = []
    for op, dtype in dict.fromkeys((row["op"], row["dtype"]) for row in rows):
        same = [row for row in rows if (row["op"], row["dtype"]) == (op, dtype)]
        code = same[0]["code"]
        by_shape = [
            geometric_mean(row["ratio"] for row in same if tuple(row["shape"]) == shape)
            for shape in shapes
        ]
        body.append([f"`{code}`", dtype, *map(times, by_shape)])
    head = ["", "dtype", *(shape_name(shape).replace("x", " × ") for shape in shapes)]
    origin = results["provenance"]
    versions = origin["versions"]
    return (
        _table(head, body)
        + f"\n\nNumPy's time over that of Raptors, one thread, NumPy {versions['numpy']}, "
        f"{origin['cpu']}, {origin['time'][:10]}; above 1, Raptors is faster. "
        "Made by `cargo xtask bench`.\n"
    )
