"""The HTML report: one file that needs no network; Jinja writes its text, Plotly draws its charts."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import jinja2
import plotly.offline

from . import baseline, criterion, figures, report_text
from .report_markdown import value_text
from .statistics import CLASSES, FAILURES
from .words import counted

_PARTS = Path(__file__).parent / "report"


def packed(text: str) -> str:
    """The text as the page's program unpacks it: a quarter of the size, and nothing in it that a
    page could take for its own."""
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def unpacked(data: str) -> str:
    """What was packed."""
    return gzip.decompress(base64.b64decode(data)).decode()


def report(results: dict) -> str:
    """The page of a run, with its style, its program, the plotting library and the results inside."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PARTS), autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "times": report_text.times, "duration": report_text.duration, "value": value_text,
        "ulp": report_text.ulp,
    }  # fmt: skip
    environment.globals["counted"] = counted
    charts = figures.all_figures(results)
    by_key = {cell["key"]: report_text.named(cell) for cell in results["cells"]}
    gate = results.get("gate")
    return environment.get_template("page.html").render(
        r=results, s=results["summary"], origin=results["provenance"], charts=charts,
        classes=[(name, results["summary"]["classes"][name], figures.CLASS_COLOURS[name])
                 for name, _ in CLASSES],
        bounds={"ahead": "from 1.0", "near parity": "from 0.95", "acceptable": "from 0.80",
                "critical": "below 0.80"},
        failures={kind: report_text.failures(results["cells"], kind) for kind in FAILURES},
        beside=report_text.beside(results),
        gate=gate and baseline.told(gate).splitlines(),
        measured_when=criterion.measured_when, outdated=criterion.outdated,
        named=lambda key: by_key.get(key, key),
        style=(_PARTS / "style.css").read_text(encoding="utf-8"),
        program=(_PARTS / "report.js").read_text(encoding="utf-8"),
        library=packed(plotly.offline.get_plotlyjs()),
        data=packed(json.dumps(results, default=str, separators=(",", ":"), allow_nan=False)),
        charts_data=packed(json.dumps(charts, separators=(",", ":"), allow_nan=False)),
    )  # fmt: skip
