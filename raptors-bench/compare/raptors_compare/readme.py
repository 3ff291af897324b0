"""Puts measured ratios into README.md, between two markers."""

from __future__ import annotations

import sys
from pathlib import Path

from . import store
from .report_markdown import readme_table

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


def newest(results: Path) -> Path | None:
    """The newest full results of suite 2d."""
    def fits(found: dict) -> bool:
        return found["suite"] == "2d" and not found["quick"] and found["subject"] == "raptors"

    found = store.newest(results, fits)
    return found[0] if found else None


def rewrite(readme: Path, file: Path, results: Path) -> int:
    """Replaces what lies between the markers; gives the exit code."""
    source = file if file != Path() else newest(results)
    if source is None or not source.is_file():
        what = f"there are no results in {source or results}"
        print(f"error: {what}: measure with cargo xtask bench", file=sys.stderr)
        return 3
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        print(f"error: {readme} has no lines {BEGIN} and {END} to write between", file=sys.stderr)
        return 2
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    try:
        made = readme_table(store.read_results(source))
    except store.Unasked as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    store.write_whole(readme, f"{before}{BEGIN}\n{made}{END}{after}")
    print(f"{readme} shows {source}")
    return 0
