"""The charts of the HTML report, as Plotly's figures; the page gives them its colours."""

from __future__ import annotations

import math
from collections import Counter

from .report_text import duration, named, times, ulp, variant
from .roofline import BANDWIDTHS, PEAK, points
from .statistics import CLASSES, THREADS

# Colours that stand on white and on black: NumPy, the subject, PyTorch.
SIDES = ("#8a8f99", "#2f7fd6", "#dd6f2c")
CLASS_COLOURS = {
    "ahead": "#2f7fd6", "near parity": "#8fb8e8", "acceptable": "#efb08a", "critical": "#d1490b"
}  # fmt: skip
# Lines of one chart that can still be told apart, and points that a page draws at once.
LINES, POINTS = 12, 1500
_DASHES = ("solid", "dot", "dash", "dashdot", "longdash")
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x")


def _figure(traces, x: dict, y: dict, height: int = 420, **layout) -> dict:
    """A figure as plain data. The page sets the colours of text and grid: see report.js."""
    layout |= {
        "height": height, "xaxis": x, "yaxis": y, "hovermode": "closest", "autosize": True,
        "margin": {"l": 64, "r": 16, "t": 16, "b": 52},
        "legend": {"orientation": "h", "y": -0.18, "yanchor": "top", "x": 0},
    }  # fmt: skip
    return {"data": traces, "layout": layout}


def _line(**trace) -> dict:
    """A line or points. Plain data: Plotly's own classes take a minute for ten thousand cells; the
    tests check with them what is written here."""
    return {"type": "scatter", **trace}


def _decades(values, what: str, of: str) -> dict:
    """A logarithmic axis whose ticks are durations or sizes in words."""
    values = [value for value in values if value > 0]
    if not values:
        return {"type": "log", "title": {"text": what}}
    if of == "bytes":
        low, high = (math.floor(math.log2(f(values))) for f in (min, max))
        step = max(2, 2 * math.ceil((high - low) / 10))
        ticks = [2.0**n for n in range(low - low % 2, high + 3, step)]
        words = [size(tick) for tick in ticks]
    else:
        low, high = (math.floor(math.log10(f(values))) for f in (min, max))
        step = max(1, math.ceil((high - low) / 5))
        ticks = [10.0**n for n in range(low, high + 2, step)]
        if high - low < 3:  # of powers of ten alone there would be a mark or two
            ticks = [digit * tick for tick in ticks for digit in (1, 2, 5)]
        words = [duration(tick) for tick in ticks]
    return {"type": "log", "title": {"text": what}, "tickvals": ticks, "ticktext": words}


def _plain(values, what: str) -> dict:
    """A logarithmic axis of plain numbers: 0.01, 0.1, 1."""
    low, high = (round_(math.log10(f(values))) for f, round_ in ((min, math.floor), (max, math.ceil)))
    ticks = [10.0**n for n in range(low, high + 1)]
    return {"type": "log", "title": {"text": what}, "tickvals": ticks, "ticktext": [f"{t:,g}" for t in ticks]}


def size(count: float) -> str:
    """`64 KiB`."""
    for unit, step in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= step:
            return f"{count / step:.3g} {unit}"
    return f"{count:.3g} B"


def time_against_size(results: dict) -> dict[str, dict]:
    """For each op: the median time of each side against the bytes of an operand. A line is a dtype
    and a variant; the quieter ones can be switched on."""
    found = {}
    by_op = {}
    for cell in results["cells"]:
        if cell["status"] == "timed":
            by_op.setdefault(cell["op"], []).append(cell)
    for op, cells in by_op.items():
        lines = {}
        for cell in cells:
            name = ", ".join(filter(None, (cell["dtype"], variant(cell), f"{len(cell['shape'])}-d")))
            lines.setdefault(name, []).append(cell)
        lines = dict(list(lines.items())[:LINES])
        if len({len(cell["shape"]) for cell in cells}) == 1:
            lines = {name.rpartition(", ")[0]: cells for name, cells in lines.items()}
        traces = []
        for n, (line, same) in enumerate(lines.items()):
            same = sorted(same, key=lambda cell: cell["bytes"])
            for side, colour in zip(results["sides"], SIDES):
                here = [cell for cell in same if side in cell["ns"]]
                if not here:
                    continue
                traces.append(_line(
                    x=[cell["bytes"] for cell in here],
                    y=[round(cell["ns"][side]["median"], 2) for cell in here],
                    text=[f"{named(cell)}<br>{side} {duration(cell['ns'][side]['median'])}"
                          f"<br>{times(cell['ratio'])}" for cell in here],
                    name=f"{side} {line}", mode="lines+markers", hoverinfo="text",
                    line={"color": colour, "dash": _DASHES[n % len(_DASHES)], "width": 2},
                    marker={"symbol": _SYMBOLS[n % len(_SYMBOLS)], "size": 7},
                    visible=True if n < 2 else "legendonly",
                ))  # fmt: skip
        all_ns = [ns["median"] for cell in cells for ns in cell["ns"].values()]
        found[op] = _figure(
            traces, _decades([cell["bytes"] for cell in cells], "one operand", "bytes"),
            _decades(all_ns, "time per call", "time"),
        )  # fmt: skip
    return found


def roofline(results: dict) -> dict | None:
    """Operations per second against operations per byte, under the speeds that were measured."""
    machine = results.get("machine") or {}
    if "figures" not in machine:
        return None
    subject = results["sides"][:2]
    shown = points(results["cells"], subject)
    if len(shown) > POINTS:
        shown = [p for p in shown if p["dtype"] == "float32"]
    # Of what is still too many, the largest: small calls show what a call costs, not the machine.
    shown = sorted(shown, key=lambda p: -p["bytes"])[:POINTS]
    if not shown:
        return None
    peak = machine["figures"][PEAK]
    low = min(p["intensity"] for p in shown) / 2
    high = max(2 * max(p["intensity"] for p in shown), 2 * peak / machine["figures"]["dram_gbs"])
    traces = []
    for n, (name, figure) in enumerate(BANDWIDTHS.items()):
        bandwidth = machine["figures"][figure]
        ridge = peak / bandwidth
        traces.append(_line(
            x=[low, max(low, ridge)], y=[low * bandwidth, max(peak, low * bandwidth)],
            mode="lines", name=f"{name} {bandwidth:.0f} GB/s", hoverinfo="name",
            line={"color": "#9a7bd0", "width": 1.5, "dash": _DASHES[n]},
        ))  # fmt: skip
    traces.append(_line(
        x=[peak / machine["figures"]["l1_gbs"], high], y=[peak, peak], mode="lines",
        name=f"peak {peak:.0f} GFLOP/s", hoverinfo="name", line={"color": "#b0508f", "width": 2},
    ))  # fmt: skip
    for side, colour, symbol in zip(subject, SIDES, _SYMBOLS):
        traces.append(_line(
            x=[round(p["intensity"], 5) for p in shown], y=[round(p["speed"][side], 4) for p in shown],
            text=[f"{side}: {p['op']} {'×'.join(map(str, p['shape']))} {p['dtype']}<br>"
                  f"{p['speed'][side]:.3g} Gop/s, "
                  f"{p['speed'][side] / p['intensity']:.3g} GB/s" for p in shown],
            name=side, mode="markers", hoverinfo="text",
            marker={"color": colour, "size": 7, "opacity": 0.75, "symbol": symbol},
        ))  # fmt: skip
    x = _plain([low, high], "operations per byte")
    y = _plain([peak, *(p["speed"][side] for p in shown for side in subject)], "10⁹ operations per second")
    return _figure(traces, x, y, 480)


def scaling(results: dict) -> dict | None:
    """How many times faster than on one thread the subject is, against size."""
    by_key = {cell["key"]: cell for cell in results["cells"]}
    found = results["summary"]["scaling"]
    if not found:
        return None
    shown = [(by_key[row["key"]], row["speedup"]) for row in found]
    by = "op" if len({cell["op"] for cell, _ in shown}) <= LINES else "family"
    groups = {}
    for cell, speedup in shown:
        groups.setdefault((cell[by], cell["threads"]), []).append((cell, speedup))
    several = len({threads for _, threads in groups}) > 1
    # A line joins the sizes of one thing: not dtypes and layouts, whose points would make it a zigzag.
    alone = by == "op" and len({(c["dtype"], c["layout"], c["live"], c.get("together")) for c, _ in shown}) == 1
    traces = []
    for n, ((name, threads), rows) in enumerate(groups.items()):
        rows.sort(key=lambda row: row[0]["bytes"])
        traces.append(_line(
            x=[cell["bytes"] for cell, _ in rows], y=[round(up, 4) for _, up in rows],
            text=[f"{named(cell)}<br>{up:.2f} × one thread" for cell, up in rows],
            name=f"{name}, {threads} threads" if several else name, hoverinfo="text",
            mode="lines+markers" if alone else "markers",
            line={"width": 1.5, "dash": _DASHES[n // 10 % len(_DASHES)]},
            marker={"size": 7, "opacity": 0.8, "symbol": _SYMBOLS[n % len(_SYMBOLS)]},
        ))  # fmt: skip
    lines = [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": at, "y1": at,
         "line": {"color": "#8a8f99", "width": 1, "dash": dash}}
        for at, dash in ((1, "solid"), (THREADS, "dot"))
    ]  # fmt: skip
    x = _decades([by_key[row["key"]]["bytes"] for row in found], "one operand", "bytes")
    # Logarithmic: half as fast is as far from 1 as twice, and one odd cell does not flatten the rest.
    low, high = (f(up for _, up in shown) for f in (min, max))
    ticks = [2.0**n for n in range(math.floor(math.log2(low)), math.ceil(math.log2(high)) + 1)]
    if high < 4 * low:
        # Between powers of two, or two cores would have one or two marks.
        ticks = sorted({step * tick for tick in ticks for step in (1.0, 1.25, 1.5, 1.75)})
    y = {"type": "log", "title": {"text": "times faster than one thread"}, "tickvals": ticks,
         "ticktext": [f"{tick:g} ×" for tick in ticks]}  # fmt: skip
    return _figure(traces, x, y, 440, shapes=lines)


def accuracy(results: dict) -> dict | None:
    """The largest error of each side for each function, in ulp."""
    rows, sides = results.get("accuracy"), results["sides"][:2]
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: (row["dtype"], row["function"]), reverse=True)
    names = [f"{row['function']} {row['dtype'].replace('float', 'f')}" for row in rows]
    bars = [[], []]
    for row, name in zip(rows, names):
        ends = [row[side] for side in sides]
        if None not in ends:
            bars[0] += [*ends, None]
            bars[1] += [name, name, None]
    traces = [_line(x=bars[0], y=bars[1], mode="lines", showlegend=False, hoverinfo="skip",
                         line={"color": "#8a8f99", "width": 1})]  # fmt: skip
    for side, colour in zip(sides, SIDES):
        traces.append(_line(
            x=[row[side] for row in rows], y=names,
            text=[f"{side} {name}: {ulp(row[side])} ulp" for row, name in zip(rows, names)],
            name=side, mode="markers", hoverinfo="text", marker={"color": colour, "size": 8},
        ))  # fmt: skip
    y = {"type": "category", "tickmode": "array", "tickvals": names, "automargin": True}
    x = {"title": {"text": "largest error, ulp"}, "rangemode": "tozero", "side": "top"}
    figure = _figure(traces, x, y, 120 + 18 * len(rows))
    figure["layout"]["margin"] = {"l": 110, "r": 16, "t": 52, "b": 40}
    figure["layout"]["legend"] = {"orientation": "h", "y": -0.01, "yanchor": "top", "x": 0}
    return figure


def classes(results: dict) -> dict | None:
    """The share of each class among the cells of a family."""
    timed = [cell for cell in results["cells"] if cell["status"] == "timed"]
    families = list(dict.fromkeys(cell["family"] for cell in timed))[::-1]
    if not families:
        return None
    number = Counter((cell["family"], cell["class"]) for cell in timed)
    wholes = [sum(number[f, name] for name, _ in CLASSES) for f in families]
    traces = []
    for name, _ in CLASSES:
        counts = [number[f, name] for f in families]
        traces.append(dict(
            type="bar",
            y=families, x=[100 * n / whole for n, whole in zip(counts, wholes)], name=name,
            orientation="h", marker={"color": CLASS_COLOURS[name]}, hoverinfo="text",
            text=[f"{f}: {n} of {whole} {name}" for f, n, whole in zip(families, counts, wholes)],
            textposition="none",
        ))  # fmt: skip
    x, y = {"range": [0, 106], "ticksuffix": " %", "nticks": 6}, {"automargin": True}
    figure = _figure(traces, x, y, 70 + 30 * len(families), barmode="stack", bargap=0.35)
    # The counts above the chart are the legend.
    margin = {**figure["layout"]["margin"], "b": 28}
    return {**figure, "layout": {**figure["layout"], "showlegend": False, "margin": margin}}


def all_figures(results: dict) -> dict:
    """Every chart that these results can fill, by the name of its place in the page."""
    found = {
        "classes": classes(results), "roofline": roofline(results), "scaling": scaling(results),
        "accuracy": accuracy(results), "time": time_against_size(results),
    }  # fmt: skip
    return {name: figure for name, figure in found.items() if figure}
