"""What a run prints: its head, a line per cell, the table and the verdict."""

from __future__ import annotations

from pathlib import Path

from .statistics import FAILURES, geometric_mean
from .suites import shape_name
from .words import counted

# Up to so many cells the table has a row for each; beyond, one for each op.
LONG = 80


def duration(ns: float) -> str:
    """`12.3 µs`."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}"
    return f"{ns:.3g} ns"


def times(ratio: float | None) -> str:
    """`1.23 ×`."""
    if ratio is None:
        return "–"
    return f"{ratio:.2f} ×" if ratio < 100 else f"{ratio:.0f} ×"


def ulp(error: float | None) -> str:
    """`0.625`, or that a special value is wrong."""
    return "wrong" if error is None else f"{error:.3f}"


def variant(row: dict) -> str:
    """What sets a cell apart beyond op, shape and dtype; nothing for the usual."""
    words = [] if row["layout"] == "contiguous" else [row["layout"]]
    if row["threads"] != 1:
        words.append(f"{row['threads']} threads")
    if row["live"]:
        words.append(f"{row['live']} alive{', freed together' if row.get('together') else ''}")
    return ", ".join(words)


def verdict_of(row: dict) -> str:
    """The verdict on one cell in words."""
    if row["status"] != "timed":
        return f"{row['status']}: {row['why']}"
    words = row["class"]
    if row["tie"]:
        words += ", tie"
    if row["parity"]:
        words += ", parity cell"
    if not row["passes"]:
        words += ", below target"
    words += ", run by NumPy" if row["delegated"] else ""
    return words + (", noisy" if row["noisy"] else "")


def named(row: dict) -> str:
    """`sum 512x512 float32, strided`."""
    name = f"{row['op']} {shape_name(row['shape'])} {row['dtype']}"
    return f"{name}, {extra}" if (extra := variant(row)) else name


def failures(rows: list[dict], kind: str) -> list[tuple[str, str]]:
    """The cells of a kind and why, those of one op that failed alike in one line."""
    found: dict[tuple, list[dict]] = {}
    for row in rows:
        if row["status"] == kind:
            found.setdefault((row["op"], row["why"]), []).append(row)
    return [
        (named(same[0]) if len(same) == 1 else f"{op}, {len(same)} cells", why)
        for (op, why), same in found.items()
    ]


def head(origin: dict, count: int, folder: Path, passes: int = 1) -> str:
    """The first lines of a run."""
    often = f" in {passes} passes" if passes > 1 else ""
    versions = ", ".join(f"{name} {version}" for name, version in origin["versions"].items())
    return f"{versions}; {origin['cpu']}, load {origin['load']}\n{counted(count, 'cell')}{often} -> {folder}\n"


def progress(number: int, count: int, row: dict, left: float | None = None) -> str:
    """The line of a finished cell; `left` is how many seconds the others may take."""
    rest = f", {int(left // 60)}:{int(left % 60):02} left" if left is not None else ""
    at = f"[{number:>{len(str(count))}}/{count}{rest}] {named(row):<44}"
    if row["status"] != "timed":
        return f"{at} {verdict_of(row)}"
    ns = "  ".join(f"{name} {duration(q['median'])}" for name, q in row["ns"].items())
    interval = f"[{row['low']:.2f}, {row['high']:.2f}]"
    return f"{at} {times(row['ratio']):>8} {interval:<14} {verdict_of(row):<24} {ns}"


def aligned(rows: list[list[str]], left: int = 1) -> str:
    """Columns under each other; all but the first `left` to the right."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in rows
    )


def matrix(rows: list[dict]) -> tuple[list[str], list[list[str]]]:
    """Op by shape: the geometric mean of the ratios of each; shapes as the first op has them."""
    ratios: dict[str, dict[tuple, list[float]]] = {}
    for row in rows:
        if row["status"] == "timed":
            by_shape = ratios.setdefault(row["op"], {})
            by_shape.setdefault(tuple(row["shape"]), []).append(row["ratio"])
    shapes = sorted({shape for by_shape in ratios.values() for shape in by_shape},
                    key=lambda s: (len(s), s))  # fmt: skip
    body = [
        [op, *(times(geometric_mean(by_shape.get(shape, ()))) for shape in shapes)]
        for op, by_shape in ratios.items()
    ]
    return ["op", *map(shape_name, shapes)], body


def table(results: dict) -> str:
    """The result of every cell or, of many, of every op and shape."""
    rows = results["cells"]
    if len(rows) > LONG:
        head, body = matrix(rows)
        return "\nratio to NumPy (geometric mean over dtypes and layouts)\n" + aligned([head, *body])
    head = ["op", "shape", "dtype", "", "numpy", results["subject"], "ratio", "95 %", " verdict"]
    body = []
    for row in rows:
        line = [row["op"], shape_name(row["shape"]), row["dtype"], variant(row)]
        if row["status"] == "timed":
            subject = row["ns"][results["subject"]]["median"]
            line += [duration(row["ns"]["numpy"]["median"]), duration(subject)]
            line += [times(row["ratio"]), f"{row['low']:.2f}–{row['high']:.2f}"]
        else:
            line += ["", "", "", ""]
        body.append(line)
    verdicts = [verdict_of(row) for row in rows]
    lines = aligned([head[:-1], *body], left=4).splitlines()
    return "\n" + "\n".join(f"{line}  {word}" for line, word in zip(lines, ["verdict", *verdicts]))


def beside(results: dict) -> str:
    """What the run says of PyTorch."""
    version = results["torch"]
    if "torch" not in results["sides"]:
        return f"PyTorch: {version}, so there is no column of it"
    subject = results["subject"]
    pairs = [
        (row["ns"]["torch"]["median"], row["ns"]["numpy"]["median"], row["ns"][subject]["median"])
        for row in results["cells"]
        if row["status"] == "timed" and "torch" in row["ns"]
    ]
    to_numpy = times(geometric_mean(numpy / torch for torch, numpy, _ in pairs))
    ours = times(geometric_mean(torch / mine for torch, _, mine in pairs))
    return (
        f"PyTorch {version}, on as many threads, in {len(pairs)} of {results['summary']['timed']} "
        f"cells: NumPy's time over PyTorch's {to_numpy}, PyTorch's over that of {subject} {ours}"
    )


def verdict(results: dict, folder: Path) -> str:
    """The last lines: counts, means, laggards and where the reports are."""
    s = results["summary"]
    by_key = {row["key"]: row for row in results["cells"]}
    counts = ", ".join(f"{count} {name}" for name, count in s["classes"].items())
    lines = [
        "",
        f"{s['passed']} of {s['timed']} timed cells pass (1.0 × NumPy; parity cells 0.97 ×)",
        f"{counts}; {s['ties']} of them ties (within 3 %), {s['noisy']} noisy, "
        f"{s['delegated']} run by NumPy",
        f"geometric mean {times(s['geometric_mean'])}; "
        + ", ".join(f"{name} {times(mean)}" for name, mean in s["families"].items()),
        f"success criterion (80 % of cells no slower than {s['success']['limit']} × NumPy's time): "
        f"{'met' if s['success']['met'] else 'missed'}, {s['success']['share']:.0%}",
    ]
    lines.append(beside(results))
    slow = [by_key[key] for key in s["worst"]]
    lines.append("the worst: " + "; ".join(f"{named(r)} {times(r['ratio'])}" for r in slow))
    lines += [
        f"goal {goal['name']}: {times(goal['worst' if goal['every'] else 'mean'])} of "
        f"{times(goal['least'])}, {counted(goal['cells'], 'cell')}, {'met' if goal['met'] else 'MISSED'}"
        for goal in s["goals"]
        if results["suite"] == "full"
    ]
    if slowed := [named(by_key[key]) for key in s["slowed_by_threads"]]:
        lines.append(f"slower than on one thread by more than 5 %: {'; '.join(slowed)}")
    for kind in FAILURES:
        if s[kind]:
            lines.append(f"{kind}, {counted(len(s[kind]), 'cell')}:")
            lines += [f"  {what}: {why}" for what, why in failures(results["cells"], kind)]
    lines.append(f"report: {folder / 'report.html'} (also report.md, results.json)")
    return "\n".join(lines)
