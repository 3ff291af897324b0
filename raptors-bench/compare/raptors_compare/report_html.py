"""The HTML report: one file that needs no network."""

from __future__ import annotations

import json
from pathlib import Path

_PARTS = Path(__file__).parent / "report"


def report(results: dict) -> str:
    """The page of a run, with its style, its program and its results inside."""
    # A results file may hold "</script>" in a message; JSON may write "<" as an escape anywhere.
    data = json.dumps(results, default=str, separators=(",", ":")).replace("<", "\\u003c")
    page = (_PARTS / "page.html").read_text(encoding="utf-8")
    for mark, text in (
        ("/*style*/", (_PARTS / "style.css").read_text(encoding="utf-8")),
        ("/*program*/", (_PARTS / "report.js").read_text(encoding="utf-8")),
        ("/*results*/", data),
    ):
        page = page.replace(mark, text)
    return page
