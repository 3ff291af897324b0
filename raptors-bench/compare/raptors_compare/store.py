"""What a run writes: the journal of its cells while it goes on, whole files when it is done."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

# Changes when a reader of results.json has to change.
FORMAT = 1

JOURNAL = "cells.jsonl"

# What every reader of results looks at: a file without it is another program's.
NEEDED = {"suite", "subject", "summary", "provenance", "cells"}


class Unasked(Exception):
    """The command line asks for what cannot be."""


def write_whole(path: Path, text: str) -> None:
    """Writes a file that is either there in full or not at all, whatever interrupts: under another
    name first, which no reader looks for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp's files are their owner's alone; reports are to be read.
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a disk that is full does not say where
        raise


def writable(folder: Path) -> None:
    """Raises `OSError` where no file can be made in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def read_results(path: Path) -> dict:
    """The results of a finished run, from its folder or its file."""
    file = path / "results.json" if path.is_dir() else path
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        hint = " (the run was interrupted: go on with --resume)" if (path / JOURNAL).is_file() else ""
        raise Unasked(f"there are no results in {path}: {error.strerror}{hint}") from None
    except ValueError as error:
        raise Unasked(f"{file} holds no results: {error}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not NEEDED <= set(found):
        raise Unasked(f"{file} holds no results of format {FORMAT}")
    return found


def newest(results: Path, fits, besides: Path | None = None) -> tuple[Path, dict] | None:
    """The newest finished run under `results` that fits; folders are named by date and time."""
    for file in sorted(results.glob("*/results.json"), reverse=True):
        if besides and file.parent.resolve() == besides.resolve():
            continue
        try:
            found = read_results(file)
        except Unasked:  # another format, or not ours
            continue
        if fits(found):
            return file, found
    return None


def _parsed(text: str) -> list[dict]:
    """The whole lines; what an interruption cut short ends them."""
    found = []
    for line in text.splitlines(keepends=True):
        try:
            row = json.loads(line) if line.endswith("\n") else None
        except ValueError:
            break
        if not isinstance(row, dict):
            break
        found.append(row)
    return found


def _build(origin: dict) -> str:
    """A build of the subject in words."""
    changed = ", changed" * bool(origin.get("dirty"))
    files = (origin.get("build") or {}).get("files", "unknown")
    return f"commit {str(origin.get('commit'))[:10]}{changed} (files {files})"


class Journal:
    """The lines of a run, each written when its cell is done: a header, then the cells."""

    def __init__(self, folder: Path, resume: bool, header: dict):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / JOURNAL
        # Provenance of the runs that this one goes on with, and their rows by key and pass.
        self.before: list[dict] = []
        self.known: dict[tuple[str, int], dict] = {}
        # What a run writes last must not be taken for that of the run which begins now.
        for name in () if resume else ("results.json", "report.md", "report.html"):
            (folder / name).unlink(missing_ok=True)
        if resume:
            self._go_on(header)
        self._lines = open(self.path, "a" if resume else "w", encoding="utf-8")
        self.add({"format": FORMAT, **header})

    def _go_on(self, header: dict) -> None:
        found = _parsed(self.path.read_text(encoding="utf-8", errors="replace"))
        headers = [line for line in found if "provenance" in line]
        asked = {name: header[name] for name in ("machine", "keys", "passes", "options")}
        if not headers:
            raise Unasked(f"{self.path} does not begin as a run does: measure anew")
        other = [name for name in asked if headers[0].get(name) != asked[name]]
        if other == ["machine"]:
            raise Unasked(f"{self.path.parent} holds a run of another machine or another NumPy")
        if other:
            raise Unasked(f"{self.path.parent} holds another run: give its options again")
        # What was rebuilt without a change has the same files, whatever the commit.
        for line in headers:
            then, now = line["provenance"], header["provenance"]
            if (then.get("build") or {}).get("files") != (now.get("build") or {}).get("files"):
                raise Unasked(
                    f"{self.path.parent} holds cells of another build, {_build(then)}; this one is "
                    f"{_build(now)}: measure anew, or go back to that build"
                )
        self.before = [line["provenance"] for line in headers]
        for line in found:
            # What a process ended without is no answer: the next one may have it.
            if "key" in line and line.get("status") != "untimed":
                self.known[line["key"], line.get("pass", 0)] = line
        # The half line goes, so that what is added begins a line of its own.
        write_whole(self.path, "".join(json.dumps(line) + "\n" for line in found))

    def add(self, line: dict) -> None:
        """Writes a line to the disk's cache: it outlives the process."""
        try:
            print(json.dumps(line, default=str), file=self._lines, flush=True)
        except OSError as error:
            error.filename = error.filename or str(self.path)
            raise

    def close(self) -> None:
        self._lines.close()
