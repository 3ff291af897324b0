"""The Markdown report, and the table that the README shows."""

from __future__ import annotations

from .baseline import machine_of, told
from .criterion import measured_when, outdated
from .report_text import beside, duration, failures, matrix, named, times, ulp, variant, verdict_of
from .statistics import CLASSES, FAILURES, geometric_mean
from .suites import shape_name
from .words import counted


def markdown_table(head: list[str], body: list[list[str]]) -> str:
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
        markdown_table(["class", "cells"], counts),
        f"Ties (within 3 %): {s['ties']}. Noisy (the interval spans more than a fifth): {s['noisy']}. "
        f"Run by NumPy in the end: {s['delegated']}.",
        f"Success criterion, {s['success']['needed']:.0%} of the cells no slower than "
        f"{s['success']['limit']} × NumPy's time: {'met' if s['success']['met'] else 'missed'} "
        f"({s['success']['share']:.0%}).",
        f"{beside(results)}.",
        "## By shape",
        markdown_table(*matrix(rows)),
        "## By family",
        markdown_table(["family", "ratio"], [[f, times(mean)] for f, mean in s["families"].items()]),
        *_gate(results),
        *_change(results),
        *_goals(results),
        *_kernels(results),
        *_accuracy(results),
        "## The worst",
        markdown_table(
            ["cell", "ratio", "verdict"],
            [[named(r), times(r["ratio"]), verdict_of(r)] for r in map(by_key.get, s["worst"])],
        ),
    ]
    for kind in FAILURES:
        if s[kind]:
            parts.append(f"## Cells that are {kind}")
            body = [[what, why.replace("|", "\\|")] for what, why in failures(rows, kind)]
            parts.append(markdown_table(["cell", "why"], body))
    sides = results["sides"]
    parts += [
        "## Every cell",
        markdown_table(
            ["op", "shape", "dtype", "variant", *sides, "ratio", "95 % interval", "verdict"],
            [_row(row, sides) for row in rows if row["status"] == "timed"],
        ),
        "## Provenance",
        markdown_table(["what", "value"], [[k, value_text(v)] for k, v in origin.items() if v is not None]),
    ]
    return "\n\n".join(parts) + "\n"


def _gate(results: dict) -> list[str]:
    """The answer of the gate, where the run was checked."""
    gate = results.get("gate")
    return ["## Gate", "```text\n" + told(gate) + "\n```"] if gate else []


def _change(results: dict) -> list[str]:
    """What became faster and slower since another run."""
    change = results.get("change")
    if not change or not change["cells"]:
        return []
    words = (
        f"{counted(change['cells'], 'cell')} of {change['source']} measured again: ratio "
        f"{change['mean']:.2f} times what it was, {change['faster']} faster, "
        f"{change['slower']} slower (their 95 % intervals do not meet)."
    )
    body = [
        [c["key"], times(c["before"]), times(c["now"]), f"{c['change']:.2f}", c["word"]]
        for c in (*change["slowest"], *change["fastest"])
    ]
    table = [markdown_table(["cell", "before", "now", "change", ""], body)] if body else []
    return ["## Difference to the previous run", words, *table]


def _kernels(results: dict) -> list[str]:
    """Criterion's levels beside the comparison's sides, where they were joined."""
    kernels = results.get("kernels")
    if not kernels or not kernels["rows"]:
        return []
    success, levels = kernels["success"], kernels["levels"]
    words = (
        f"{success['called']:.0%} of these cells are no slower than {success['limit']} × NumPy's "
        f"time when called from Python, {success['kernels']:.0%} by the kernel of the best level "
        f"alone; {success['needed']:.0%} are needed: {'met' if success['met'] else 'missed'}. "
        "Being faster never counts against. The best level: "
        + ", ".join(f"{level} in {counted(count, 'cell')}" for level, count in kernels["best"].items())
        + f". {measured_when(kernels)}".rstrip()
    )
    warning = [f"**Warning**: {line}."] if (line := outdated(kernels)) else []
    sides = results["sides"]
    body = [
        [row["op"], row["dtype"], f"{row['elements']}",
         *(duration(row["sides"][s]) if s in row["sides"] else "–" for s in sides),
         *(duration(row["levels"][n]) if n in row["levels"] else "–" for n in levels),
         row["best"], times(row["ratio"])]
        for row in kernels["rows"]
    ]  # fmt: skip
    head = ["op", "dtype", "elements", *sides, *levels, "best", "NumPy / best"]
    return ["## Kernels by level", words, *warning, markdown_table(head, body)]


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
    return ["## Goals", markdown_table(["cells", "number", "mean", "worst", "goal", ""], body)]


def _accuracy(results: dict) -> list[str]:
    """The largest errors, where the run has looked for them."""
    rows, sides = results.get("accuracy"), results["sides"][:2]
    if not rows:
        return []
    body = [
        [row["function"], row["dtype"], str(row["values"]), *(ulp(row[side]) for side in sides)]
        for row in rows
    ]
    head = ["function", "dtype", "values", *sides]
    return ["## Largest errors (ulp, on NumPy's validation data)", markdown_table(head, body)]


def _row(row: dict, sides: list[str]) -> list[str]:
    ns = [duration(row["ns"][name]["median"]) if name in row["ns"] else "–" for name in sides]
    interval = f"{row['low']:.2f}–{row['high']:.2f}"
    return [row["op"], shape_name(row["shape"]), row["dtype"], variant(row), *ns,
            times(row["ratio"]), interval, verdict_of(row)]  # fmt: skip


def value_text(value) -> str:
    """A value of the provenance in one line."""
    if isinstance(value, dict):
        value = ", ".join(f"{name} {value_text(part)}" for name, part in value.items())
    elif isinstance(value, list):
        value = ", ".join(map(value_text, value))
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
    commit = f", commit {origin['commit'][:10]}" if origin.get("commit") else ""
    return (
        markdown_table(head, body)
        + "\n\nNumPy's time over that of Raptors, one thread; above 1, Raptors is faster. Measured on "
        f"{origin['time'][:10]} with NumPy {origin['versions']['numpy']} on {_processor(origin)}{commit}. "
        "Made by `cargo xtask bench --readme`.\n"
    )


def _processor(origin: dict) -> str:
    """The processor as the system calls it, with what tells it from others of that name."""
    machine = machine_of(origin)
    facts = [machine["cpu"]] if machine["cpu"] != origin["cpu"] else []
    facts += [counted(machine["cores"], "core")] if machine["cores"] else []
    facts += [machine["simd"]] if machine["simd"] != "unknown" else []
    return f"{origin['cpu']} ({', '.join(facts)})" if facts else origin["cpu"]
