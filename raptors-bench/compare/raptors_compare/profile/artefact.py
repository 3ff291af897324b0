"""What a profile leaves behind: files that exist only when they are whole, and have been read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from .tools import Failed, Missing

# Changes when a reader of these files has to change.
FORMAT = 1


def place(path: Path, make: Callable[[Path], object], check: Callable[[Path], object]) -> Path:
    """Lets `make` write a file under a temporary name, and gives it its own when it is not empty
    and `check` could read it. What was there before goes first: an old file is no result."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    partial = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        make(partial)
        if not partial.is_file() or partial.stat().st_size == 0:
            raise Failed(f"{path.name} came out empty")
        check(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def text(path: Path, content: str, check: Callable[[str], object] = str) -> Path:
    """A file of text that `check` could read."""

    def make(partial: Path) -> None:
        partial.write_text(content, encoding="utf-8")

    return place(path, make, lambda partial: check(partial.read_text(encoding="utf-8")))


def save(path: Path, record: dict) -> Path:
    """A record as JSON."""
    content = json.dumps({"format": FORMAT, **record}, indent=1, default=str)
    return text(path, content + "\n", json.loads)


def load(path: Path, maker: str) -> dict:
    """A record that a command has left; `Missing` names it and the command where it has not."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise Missing(f"there is no {path}", f"make it with: cargo xtask {maker}") from None
    except ValueError as error:
        raise Missing(f"{path} cannot be read ({error})", f"make it with: cargo xtask {maker}") from None
    if record.get("format") != FORMAT:
        raise Missing(f"{path} is of another version", f"make it with: cargo xtask {maker}")
    return record


def unavailable(why: object) -> dict[str, str]:
    """What stands in place of a figure that cannot be had here."""
    return {"unavailable": str(why)}
