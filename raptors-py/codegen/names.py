"""Writes the page "NumPy and Raptors, name by name" from ``rp.coverage()``.

``python names.py`` writes docs/numpy-names.md; ``python names.py --check`` exits with 1 if the page is
not what it would write. Run it with the Python that Raptors is installed in.
"""

from __future__ import annotations

import pathlib
import sys

import raptors as rp

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "numpy-names.md"

HEAD = """\
# NumPy and Raptors, name by name

Generated from `rp.coverage()` by `cargo xtask codegen`; do not edit.

- **native**: Raptors computes it; with `RAPTORS_FALLBACK=error` it still works.
- **shared**: NumPy's own object, about dtypes or settings; it touches no array.
- **delegated**: NumPy computes it, on the same memory, and the results are Raptors arrays.

## What differs everywhere

{everywhere}

## How many

{counts}
"""


def page() -> str:
    """The whole page as Markdown."""
    coverage = rp.coverage()
    everywhere = "\n".join(f"- {difference}" for difference in coverage.everywhere)
    lines = [HEAD.format(everywhere=everywhere, counts=f"```\n{coverage}\n```")]
    groups: dict[str, list[str]] = {}
    for name in coverage:
        groups.setdefault(name.rpartition(".")[0], []).append(name)
    for group, names in groups.items():
        lines += [f"## `{group}`", "", "| name | | differs |", "|---|---|---|"]
        for name in names:
            difference = coverage.differences.get(name, "")
            lines.append(f"| `{name.rpartition('.')[2]}` | {coverage[name]} | {difference} |")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    text = page()
    if "--check" not in sys.argv:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text)
        return 0
    if not PAGE.exists() or PAGE.read_text() != text:
        print(f"{PAGE} is stale: run cargo xtask codegen", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
