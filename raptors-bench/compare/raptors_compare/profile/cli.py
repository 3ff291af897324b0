"""The command lines of profiles: checked with nothing but Python, before anything is built."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from ..suites import LAYOUTS, LEVELS
from . import tools
from .target import ROOT, SIDES, Unasked, target

# Each command: what it is for, the programs it cannot do without, and the build it measures.
COMMANDS = {
    "profile": ("samples an op on each side and draws where the time goes",
                ("perf", "valgrind", "addr2line", "readelf"), "profiling"),
    "compare-profiles": ("puts the functions of both profiles next to each other", (), "nothing"),
    "asm": ("disassembles the kernels that ran, on both sides",
            ("perf", "objdump", "nm", "addr2line", "readelf"), "profiling"),
    "perfstat": ("counts instructions and cache misses per call, on both sides", (), "profiling"),
    "overhead": ("takes a call apart: allocation, conversion, call, operation", (), "release"),
    "validate": ("tells whether the ratio to NumPy's time reaches a target, beyond doubt", (),
                 "release"),
    "deep-profile": ("writes one page on an op from all of these",
                     ("perf", "valgrind", "objdump", "nm", "addr2line", "readelf"), "profiling"),
}  # fmt: skip


def _positive(word: str) -> float:
    value = float(word)
    if not 0 < value < 3600:
        raise argparse.ArgumentTypeError(f"{word} is not between 0 and 3600")
    return value


def parser(command: str) -> argparse.ArgumentParser:
    """The options of a command."""
    p = argparse.ArgumentParser(
        prog=f"cargo xtask {command}", description=f"{command} {COMMANDS[command][0]}.",
        allow_abbrev=False,
    )  # fmt: skip
    add = p.add_argument
    add("op", help="an op of the comparison, or a ufunc")
    optional = {"nargs": "?"} if command == "overhead" else {}
    add("shape", help="such as 2048x2048 or 10K", **({"default": "1K"} | optional))
    add("dtype", help="such as float32", **({"default": "float64"} | optional))
    if command == "profile":
        add("side", nargs="?", choices=(*SIDES, "both"), default="both", help="default: both")
        add("--no-counts", action="store_true", help="do not count under valgrind, which takes a minute")
    if command in ("profile", "asm", "deep-profile"):
        add("--seconds", type=_positive, default=4.0, metavar="S", help="of sampling (default: 4)")
    if command == "validate":
        add("--target", dest="wanted", type=_positive, default=1.0, metavar="R",
            help="the ratio, time of NumPy over time of Raptors, to reach (default: 1)")
    if command == "deep-profile":
        add("--page-only", action="store_true", help="measure nothing: use the records in the folder")
    add("--layout", choices=LAYOUTS, default="contiguous", help="of the operands")
    add("--simd", choices=LEVELS, default="auto", help="highest instruction set that Raptors uses")
    add("--out", type=Path, metavar="DIR", help="folder (default: target/profiles/OP-SHAPE-DTYPE)")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--needs", action="store_true", help=argparse.SUPPRESS)
    return p


def folder(options: argparse.Namespace) -> Path:
    """Where the files of the target go."""
    under = Path(os.environ.get("RAPTORS_PROFILES") or ROOT / "target/profiles")
    return options.out or under / options.target.name


def parse(argv: list[str]) -> argparse.Namespace:
    """The checked options; ends the process with code 2 where they make no sense."""
    if not argv or argv[0] not in COMMANDS:
        named = argv[0] if argv else "none"
        print(f"error: unknown command {named}; choose from {', '.join(COMMANDS)}", file=sys.stderr)
        sys.exit(2)
    p = parser(argv[0])
    options = p.parse_args(argv[1:])
    options.command = argv[0]
    try:
        options.target = target(
            options.op, options.shape, options.dtype, options.layout, options.simd
        )
    except Unasked as error:
        p.error(str(error))
    return options


def needs(options: argparse.Namespace) -> str:
    """What must be built first; raises `Missing` where a program is not there."""
    _, programs, build = COMMANDS[options.command]
    if getattr(options, "page_only", False):
        return "nothing"
    if options.command == "profile" and options.no_counts:
        programs = [name for name in programs if name != "valgrind"]
    if programs and not sys.platform.startswith("linux"):
        raise tools.Missing(
            f"{options.command} needs perf, which only Linux has",
            "cargo xtask bench-linux profile runs it in a container",
        )
    tools.need(*programs)
    return "nothing" if getattr(options, "side", "") == "numpy" else build


def _run(options: argparse.Namespace) -> int:
    """Runs the command with the environment that it needs."""
    from . import commands

    if options.target.simd:
        os.environ["RAPTORS_SIMD"] = options.target.simd
    record, text, code = getattr(commands, options.command.replace("-", "_"))(options, folder(options))
    print(json.dumps(record, indent=1, default=str) if options.json else text)
    return code


def main(argv: list[str] | None = None) -> int:
    """Runs a command line and gives the exit code."""
    options = parse(sys.argv[1:] if argv is None else argv)
    # Before NumPy is imported: its libraries read them once.
    for name in tools.POOLS:
        os.environ[name] = "1"
    try:
        if options.needs:
            print(needs(options))
            return 0
        return _run(options)
    except Unasked as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except tools.Missing as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    except tools.Failed as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except MemoryError as error:
        print(f"error: {error or 'out of memory'}: choose a smaller shape", file=sys.stderr)
        return 3
    except OSError as error:
        where = error.filename or folder(options)
        print(f"error: cannot write {where} ({error.strerror}): choose another --out", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\ninterrupted: what was not finished is not there", file=sys.stderr)
        return 4
