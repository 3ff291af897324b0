"""The command line: checked with nothing but Python, before anything is built or imported."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

from .ops import known
from .suites import ALL, DTYPES, LAYOUTS, LEVELS, SUITES, narrowed, parse_shape

ROOT = Path(__file__).resolve().parents[3]

# How often each cell is measured for the gate, each time on other data in other memory.
GATE_PASSES = 5

# Variables that size the thread pools of the libraries NumPy and PyTorch may call.
POOLS = (
    "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS",
)  # fmt: skip


def _several(parse):
    """A parser of comma-separated values; the values keep their order, each once."""

    def several(text: str) -> list:
        try:
            return list(dict.fromkeys(parse(word) for word in text.split(",")))
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return several


def _one_of(what: str, choices):
    def one_of(word: str) -> str:
        if word not in choices:
            raise ValueError(f"unknown {what} {word!r}; choose from {', '.join(choices)}")
        return word

    return one_of


def _at_least(least: int):
    def at_least(word: str) -> int:
        if not word.isdecimal() or int(word) < least:
            raise ValueError(f"{word!r} is not a whole number of at least {least}")
        return int(word)

    return at_least


def _value(parse):
    several = _several(parse)
    return lambda text: several(text.replace(",", "\0"))[0]


def parser() -> argparse.ArgumentParser:
    """The options, with their choices."""
    suites = "\n".join(f"  {name:<8} {suite.about}" for name, suite in SUITES.items())
    p = argparse.ArgumentParser(
        prog="cargo xtask bench",
        description="Compares Raptors with NumPy, op by op, in one process.",
        epilog=f"suites:\n{suites}\n\nLists are separated by commas.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = p.add_argument
    add("--suite", choices=SUITES, default="2d", help="which cells (default: 2d)")
    add("--quick", action="store_true", help="fewer repeats: a first impression")
    add("--ops", type=_several(str), metavar="LIST", help="only these ops, or ufuncs")
    add("--shapes", type=_several(parse_shape), metavar="LIST", help="such as 512x512,10K")
    add(
        "--dtypes", type=_several(_one_of("dtype", DTYPES)), metavar="LIST", help=", ".join(DTYPES)
    )
    add(
        "--layouts", type=_several(_one_of("layout", LAYOUTS)), metavar="LIST",
        help=", ".join(LAYOUTS),
    )  # fmt: skip
    add(
        "--threads", type=_several(_at_least(1)), metavar="LIST",
        help="threads of the libraries, such as 1,2 (default: as the suite says, or 1)",
    )  # fmt: skip
    add(
        "--live", type=_several(_at_least(0)), metavar="LIST",
        help="how many results stay alive, such as 0,8 (default: 0, each is freed at once)",
    )  # fmt: skip
    add("--simd", choices=LEVELS, help="highest instruction set that Raptors uses")
    add("--warmup", type=_value(_at_least(0)), metavar="N", help="batches that are not counted")
    add("--repeats", type=_value(_at_least(3)), metavar="N", help="samples of each side, at least")
    add("--seed", type=_value(_at_least(0)), default=0, metavar="N", help="of the random data")
    add(
        "--subject", choices=("raptors", "numpy"), default="raptors",
        help="what is compared with NumPy; numpy itself shows the noise of the machine",
    )  # fmt: skip
    add("--torch", choices=("auto", "off"), default="auto", help="PyTorch beside them")
    add("--passes", type=_value(_at_least(1)), metavar="N", help="how often each cell is measured, "
        "on other data each time (default: 1, for the gate 5)")
    add("--accuracy", action="store_true", help="errors in ulp too, as suite full has them")
    add("--json", type=Path, metavar="FILE", help="write the results there as well")
    add("--output", type=Path, metavar="DIR", help="folder (default: results/<date and time>)")
    add("--resume", type=Path, metavar="DIR", help="go on with an interrupted run")
    gate = p.add_argument_group("the gate")
    gate.add_argument("--check", action="store_true", help="compare with this machine's baseline")
    gate.add_argument("--save-baseline", action="store_true", help="keep the run as the baseline")
    gate.add_argument(
        "--renew-baseline", action="store_true",
        help="with --check, unless there is a regression: keep the run where another NumPy gave the "
        "baseline, or else the cells that it lacks",
    )  # fmt: skip
    gate.add_argument(
        "--baseline", type=Path, metavar="DIR", default=ROOT / "raptors-bench/baselines",
        help="folder of the baselines (default: raptors-bench/baselines)",
    )  # fmt: skip
    more = p.add_argument_group("reports")
    more.add_argument(
        "--previous", metavar="DIR", help="run to tell the difference to, or none (default: the "
        "newest of the suite on this machine)",
    )  # fmt: skip
    more.add_argument(
        "--kernels", type=Path, metavar="DIR", nargs="?", const=ROOT / "target/criterion",
        help="join Criterion's results (default: target/criterion)",
    )  # fmt: skip
    more.add_argument(
        "--report", type=Path, metavar="DIR",
        help="measure nothing: write the reports of a recorded run anew",
    )  # fmt: skip
    more.add_argument(
        "--log", type=Path, metavar="FILE", nargs="?", const=ROOT / "docs/performance-log.md",
        help="measure nothing: write the log of recorded runs (default: docs/performance-log.md)",
    )  # fmt: skip
    more.add_argument(
        "--runs", type=Path, metavar="DIR", default=ROOT / "results",
        help="where recorded runs are (default: results)",
    )  # fmt: skip
    add(
        "--readme", type=Path, metavar="FILE", nargs="?", const=Path(),
        help="measure nothing: put the table of FILE (default: the newest results of suite 2d) "
        "into README.md",
    )  # fmt: skip
    add("--needs", action="store_true", help=argparse.SUPPRESS)
    return p


def parse(argv: list[str] | None = None) -> argparse.Namespace:
    """The checked options; ends the process with code 2 where they make no sense."""
    p = parser()
    options = p.parse_args(argv)
    suite = SUITES[options.suite]
    # What else NumPy has, where that is the subject, is known when it is imported.
    names = known() if options.subject == "raptors" else []
    for name in options.ops or []:
        if names and name not in names:
            p.error(f"argument --ops: unknown op {name!r}; choose from {', '.join(names)}")
    recorded = [o for o in ("report", "log", "readme") if getattr(options, o)]
    asked = ("check", "save_baseline", "renew_baseline", "resume")
    measuring = [o for o in asked if getattr(options, o)]
    if recorded and measuring:
        name = measuring[0].replace("_", "-")
        p.error(f"argument --{recorded[0]}: measures nothing, so --{name} has no effect beside it")
    if options.resume and not (options.resume / "cells.jsonl").is_file():
        p.error(f"argument --resume: there is no run in {options.resume} (no cells.jsonl)")
    if options.resume and options.output:
        p.error("argument --output: a run that is resumed stays in its folder")
    if options.check and options.save_baseline:
        p.error("argument --save-baseline: not with --check: a gate does not move itself")
    if options.renew_baseline and not options.check:
        p.error("argument --renew-baseline: goes with --check, which says whether it has to be")
    if options.passes is None:
        options.passes = GATE_PASSES if options.check or options.save_baseline else 1
    if (options.check or options.save_baseline) and options.passes < 2:
        p.error("argument --passes: the gate takes two or more")
    if options.kernels and not options.kernels.is_dir():
        p.error(f"argument --kernels: there is no folder {options.kernels}: run cargo bench first")
    options.chosen = narrowed(
        suite, threads=options.threads, ops=options.ops, shapes=options.shapes, dtypes=options.dtypes,
        layouts=options.layouts, lives=options.live,
    )  # fmt: skip
    return options


def after(argv: list[str], options: argparse.Namespace) -> str:
    """What to do once a run was interrupted: the command that goes on with it, with all that it was
    asked for. bench-linux, where that has started it, tells its own."""
    folder = getattr(options, "folder", None)
    if folder is None:
        return "nothing was measured"
    if "RAPTORS_BENCH_ENGINE" in os.environ:
        return f"what was measured is in {folder}"
    words = iter(argv)
    kept = []
    for word in words:
        if word in ("--output", "--resume"):
            next(words, None)
        elif not word.startswith(("--output=", "--resume=")):
            kept.append(word)
    return f"go on with {shlex.join(['cargo', 'xtask', 'bench', *kept, '--resume', str(folder)])}"


def main(argv: list[str] | None = None) -> int:
    """Runs the command line and gives the exit code."""
    options = parse(argv)
    if options.needs:
        recorded = options.readme or options.report or options.log
        print("numpy" if recorded else options.subject)
        return 0
    # Before NumPy is imported: its libraries read them once.
    counts = [n for block in options.chosen.blocks for n in block.threads or [1]]
    for name in POOLS:
        os.environ[name] = str(max(counts) if ALL not in counts else os.cpu_count())
    if options.simd:
        os.environ["RAPTORS_SIMD"] = options.simd
    try:
        return _task(options)
    except KeyboardInterrupt:
        print(f"\ninterrupted; {after(sys.argv[1:] if argv is None else argv, options)}", file=sys.stderr)
        return 4
    except ImportError as error:
        print(f"error: {error}: pip install -r {ROOT / 'xtask/requirements.txt'}", file=sys.stderr)
        return 3
    except MemoryError as error:
        print(f"error: {error or 'out of memory'}: choose smaller --shapes", file=sys.stderr)
        return 3
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"error: cannot write the results: {error.strerror}{where}", file=sys.stderr)
        return 3


def _task(options: argparse.Namespace) -> int:
    if options.readme:
        from .readme import rewrite

        return rewrite(ROOT / "README.md", options.readme, options.runs)
    if options.report:
        from .publish import republish

        return republish(options)
    if options.log:
        from .log import write

        return write(options.log, options.runs)
    from .session import run

    return run(options, ROOT)
