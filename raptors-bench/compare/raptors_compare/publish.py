"""Writes the reports of a run, and writes them anew from recorded results."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import criterion, report_html, report_markdown, report_text
from .change import previous
from .statistics import summary
from .store import Unasked, read_results, write_whole


def publish(results: dict, folder: Path, copy: Path | None = None) -> None:
    """Writes results.json and the reports, results last: where they are, the rest is."""
    write_whole(folder / "report.md", report_markdown.report(results))
    write_whole(folder / "report.html", report_html.report(results))
    text = json.dumps(results, indent=1, allow_nan=False)
    write_whole(folder / "results.json", text)
    if copy:
        write_whole(copy, text)


def republish(options: argparse.Namespace) -> int:
    """The reports of a recorded run, written anew beside its results; gives the exit code."""
    try:
        results = read_results(options.report)
        folder = options.report if options.report.is_dir() else options.report.parent
        results["summary"] = summary(results["cells"], results["subject"])
        if options.kernels:
            results["kernels"] = criterion.joined(options.kernels, results)
            if line := criterion.outdated(results["kernels"]):
                print(f"warning: {line}", file=sys.stderr)
        results["change"] = previous(results, options.runs, folder, options.previous)
        publish(results, options.output or folder, options.json)
    except Unasked as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(report_text.verdict(results, options.output or folder))
    return 0
