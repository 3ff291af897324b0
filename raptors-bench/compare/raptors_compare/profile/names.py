"""Gives generic Rust functions their names back: a symbol says that some closure was run at some
level, and the line tables say which."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from .stacks import Frame, Samples
from .tools import Failed, Missing, output

# Symbols that are the same for every kernel: the entry into a level, and erased functions.
_GENERIC = re.compile(r"::vectorize::inner$|FnOnce(<.*>)?::call_once|\{\{closure\}\}$|^call_once|^inner$")
# `  LOAD  0x268268 0x0000000000269268 0x0000000000269268 0x1b2cf78 0x1b2cf78 R E 0x1000`
_SEGMENT = re.compile(r"^\s+LOAD\s+(0x\w+) (0x\w+) 0x\w+ (0x\w+) 0x\w+ (.*) 0x\w+$", re.M)
_CLOSURE = re.compile(r"((?:\w+::|\{impl#\d+\}::)+)\{closure(?:_env)?#\d+\}(<.*)")
_CODE = ("_raptors.",)


def segments(listing: str) -> list[tuple[int, int, int]]:
    """Offset, address and size of what is executable, from `readelf -lW`."""
    rows = [row.groups() for row in _SEGMENT.finditer(listing)]
    return [(int(o, 16), int(a, 16), int(s, 16)) for o, a, s, flags in rows if "E" in flags]


@cache
def _segments(file: str) -> list[tuple[int, int, int]]:
    return segments(output("readelf", "-lW", file))


def address(file: str, offset: int) -> int:
    """The address by which the tools of binutils know what perf calls by its place in the file."""
    for start, at, size in _segments(file):
        if start <= offset < start + size:
            return offset - start + at
    return offset


def arguments(text: str) -> list[str]:
    """The generic arguments at the beginning of `<a, b<c>, d>…`."""
    found, depth, word = [], 0, ""
    for letter, after in zip(text, [*text[1:], ""]):
        if letter in "<([{":
            depth += 1
            if depth == 1:
                continue
        elif letter in ")]}" or (letter == ">" and not word.endswith("-")):
            depth -= 1
            if depth == 0:
                break
        if letter == "," and depth == 1:
            found.append(word.strip())
            word = ""
        else:
            word += letter
    return [word for word in [*found, word.strip()] if word]


def short(path: str) -> str:
    """`Extreme<Greater, true>` for the same with all its modules."""
    return re.sub(r"(?:\w+::)+(?=\w)", "", path)


def readable(outermost: str) -> str | None:
    """The kernel that a generic function was made for, by its name in the line tables: the function
    whose closure it runs, with the level, the dtype and the body that it was compiled for."""
    closure = _CLOSURE.search(outermost)
    if not closure:
        return None
    path = re.sub(r"\{impl#\d+\}::", "", closure[1]).removesuffix("::")
    kept = [
        short(word) for word in arguments(closure[2])
        if "{closure" not in word and word != "()" and not word.startswith("&")
    ]  # fmt: skip
    return f"{path}<{', '.join(kept)}>" if kept else path


def outermost(listing: str) -> dict[int, str]:
    """The function that is not inlined at each address, from `addr2line -aCf -i`."""
    found: dict[int, str] = {}
    at, names = None, []
    for line in [*listing.splitlines(), "0x0"]:
        if re.fullmatch(r"0x[0-9a-f]+", line):
            if at is not None and names:
                # Functions and places take turns.
                found[at] = names[::2][-1]
            at, names = int(line, 16), []
        else:
            names.append(line)
    return found


# Of one function, so many addresses are looked up: the tables name a function only where another
# is inlined into it.
_TRIES = 20


def named(samples: Samples) -> Samples:
    """The samples with names for generic functions of Raptors; as they are where there are no line
    tables to ask."""
    asked: dict[str, dict[int, int]] = {}
    tries: dict[tuple[str, int], int] = {}
    frames = {frame for stack in samples.stacks for frame in stack}
    for frame in sorted(frames, key=lambda frame: (frame.file, frame.at)):
        if not _GENERIC.search(frame.symbol) or not Path(frame.file).name.startswith(_CODE):
            continue
        key = frame.file, frame.start
        tries[key] = tries.get(key, 0) + 1
        if tries[key] <= _TRIES:
            asked.setdefault(frame.file, {})[address(frame.file, frame.at)] = frame.start
    better: dict[tuple[str, int], str] = {}
    for file, starts in asked.items():
        try:
            listing = output("addr2line", "-aCfie", file, *map(hex, starts))
        except (Failed, Missing):
            continue
        for at, name in outermost(listing).items():
            if at in starts and (told := readable(name)):
                better[file, starts[at]] = told

    def renamed(frame: Frame) -> Frame:
        name = better.get((frame.file, frame.start))
        return replace(frame, symbol=name) if name else frame

    return Samples(samples.event, [tuple(map(renamed, stack)) for stack in samples.stacks])


def collapsed(samples: Samples) -> str:
    """The stacks as lines `outer;inner count`."""
    counts: dict[str, int] = {}
    for stack in samples.stacks:
        line = ";".join(frame.symbol.replace(";", ":") for frame in reversed(stack))
        counts[line] = counts.get(line, 0) + 1
    return "".join(f"{line} {count}\n" for line, count in sorted(counts.items()))
