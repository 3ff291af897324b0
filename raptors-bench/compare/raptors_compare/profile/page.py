"""`cargo xtask deep-profile`: runs all commands on an op and writes one page from their records."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import artefact
from .sections import sections
from .target import SIDES
from .tools import Failed, Missing

_TEMPLATES = Path(__file__).parent / "page"
# The records that a page is made from, with the command that leaves each.
RECORDS = {
    "profile": "profile", "compare": "compare-profiles", "asm": "asm", "perfstat": "perfstat",
    "overhead": "overhead", "validate": "validate",
}  # fmt: skip


def measure(options: argparse.Namespace, out: Path) -> None:
    """Runs the commands; what one of them cannot give stands in its record."""
    from . import commands

    options.side, options.no_counts, options.wanted = "both", False, 1.0
    for record, name in RECORDS.items():
        print(f"{name} {options.target.name}", file=sys.stderr, flush=True)
        try:
            getattr(commands, name.replace("-", "_"))(options, out)
        except (Failed, Missing) as error:
            if record == "profile":
                raise
            artefact.save(out / f"{record}.json", artefact.unavailable(error))


def cell(text: str) -> str:
    """A word for a table in Markdown, which would take `<Avx512>` for a tag."""
    word = str(text).replace("|", "\\|")
    return f"`{word}`" if "<" in word else word


def render(records: dict[str, dict], title: str, out: Path | None) -> tuple[str, str]:
    """The page as Markdown and as HTML; files that are not in the folder are left out."""
    import jinja2

    loader = jinja2.FileSystemLoader(_TEMPLATES)
    escape = jinja2.select_autoescape(["html"])
    # A template that names what is not there is an error, not an empty place.
    env = jinja2.Environment(
        loader=loader, autoescape=escape, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    env.filters["cell"] = cell
    chapters = sections(records)
    for chapter in chapters:
        chapter.files = [file for file in chapter.files if out is None or (out / file).is_file()]
        chapter.graphs = [(t, f) for t, f in chapter.graphs if out is None or (out / f).is_file()]
    given = {"title": title, "chapters": chapters, "format": artefact.FORMAT}
    return tuple(env.get_template(name).render(given) for name in ("page.md", "page.html"))


def _whole(html: str) -> None:
    """Raises `Failed` where a page was cut short or holds a place that was not filled."""
    if "</html>" not in html or "{{" in html or "{%" in html:
        raise Failed("the page is not whole")


def write(options: argparse.Namespace, out: Path) -> tuple[dict, str, int]:
    """The page, from the records in the folder; measured first, unless only the page is asked for."""
    if not options.page_only:
        measure(options, out)
    words = " ".join(options.target.words)
    records = {
        name: artefact.load(out / f"{name}.json", f"{command} {words}")
        for name, command in RECORDS.items()
    }  # fmt: skip
    markdown, html = render(records, options.target.name, out)
    artefact.text(out / "page.md", markdown)
    artefact.text(out / "page.html", html, _whole)
    graphs = [out / side / "flame.svg" for side in SIDES]
    record = {"page": str(out / "page.html"), "markdown": str(out / "page.md"),
              "graphs": [str(path) for path in graphs if path.is_file()]}  # fmt: skip
    return record, f"written to {out / 'page.html'} and {out / 'page.md'}", 0
