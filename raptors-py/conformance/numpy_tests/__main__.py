"""Runs NumPy's own tests with another module in NumPy's place, and says how many pass.

Three runs: with NumPy (a test that fails there counts for nothing), with an empty module (what passes
there tests nothing) and with the module in question. The first two are kept for the next time. A test
function passes when it does with every set of its parameters.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import numpy

from .rewrite import rewrite
from .scope import FILES

HERE = pathlib.Path(__file__).resolve().parent
TESTS = pathlib.Path(numpy.__file__).parent
# Seconds for one test and for one file.
TEST_LIMIT, FILE_LIMIT = 20, 1200
# A file is begun again after each crash, at most so often.
CRASHES = 25


def main() -> int:
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    unknown = sorted(set(options.files) - set(FILES))
    if unknown:
        print(f"no test file {', '.join(unknown)}: choose from\n  " + "\n  ".join(FILES), file=sys.stderr)
        return 2
    files = options.files or FILES
    base, floor = (kept(name, files, options.out) for name in ("numpy", "nothing"))
    mine = {name: run(options.target, name, options.out) for name in files}
    counts = report(base, floor, mine, options)
    return 0 if counts["passed"] >= options.at_least * counts["functions"] else 1


def arguments():
    parser = argparse.ArgumentParser(prog="numpy_tests", description=__doc__)
    parser.add_argument("--target", default="raptors", help="the module in NumPy's place")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="where results are kept")
    parser.add_argument("--at-least", type=float, default=0.0, help="the share of functions that must pass")
    parser.add_argument("--failures", action="store_true", help="list what fails, and why")
    parser.add_argument("files", nargs="*", help="test files, such as lib/tests/test_io.py; all of them")
    return parser.parse_args()


def kept(target: str, files: list[str], out: pathlib.Path) -> dict:
    """The outcomes with ``target``, from an earlier run with this NumPy where there is one."""
    path = out / f"{target}-{numpy.__version__}.json"
    outcomes = json.loads(path.read_text()) if path.exists() else {}
    for name in files:
        if name not in outcomes:
            outcomes[name] = run(target, name, out)
            path.write_text(json.dumps(outcomes))
    return outcomes


def run(target: str, name: str, out: pathlib.Path) -> dict:
    """The outcome of every test of one file."""
    tree = out / f"tree-{target}"
    shutil.rmtree(tree, ignore_errors=True)
    path = copy(name, tree)
    log = out / f"{target}.log"
    log.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "CONFORMANCE_TARGET": target,
        "CONFORMANCE_LOG": str(log),
        "NPY_AVAILABLE_MEM": "2 GB",
        "NUMPY_EXPERIMENTAL_DTYPE_API": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")])),
    }
    # Failures to collect end in tests that are not there, which count as failed.
    if target != "numpy":
        make = [sys.executable, "-m", "numpy_tests.collectable", path, tree]
        subprocess.run(make, env=environment, capture_output=True, timeout=FILE_LIMIT)
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "numpy_tests.plugin", "-p", "no:cacheprovider",
        "--tb=no", "--continue-on-collection-errors", "--rootdir", tree, "-c", os.devnull,
        f"--timeout={TEST_LIMIT}", "--timeout-method=signal", path,
    ]  # fmt: skip
    for _ in range(CRASHES):
        try:
            subprocess.run(command, env=environment, cwd=tree, capture_output=True, timeout=FILE_LIMIT)
            ended = "crashed"
        except subprocess.TimeoutExpired:
            ended = "timed out"
        events = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        if not events or "missed" in events[-1]:
            break
        with log.open("a") as file:
            file.write(json.dumps({"test": events[-1].get("test"), "outcome": ended, "why": ended}) + "\n")
    shutil.rmtree(tree, ignore_errors=True)
    tests = {event["test"]: event for event in events if "subjects" in event}
    for event in events:
        if "outcome" in event and event["test"] in tests:
            tests[event["test"]] = {**tests[event["test"]], **event}
    counts = collections.Counter(test.get("outcome", "not run") for test in tests.values())
    print(f"{target:<10}{name:<48}" + ", ".join(f"{n} {o}" for o, n in counts.most_common()), flush=True)
    return tests


def copy(name: str, tree: pathlib.Path) -> pathlib.Path:
    """Copies a test file and what lies beside it into packages of their own, imports replaced."""
    source, path = TESTS / name, tree / "nptests" / name
    path.parent.mkdir(parents=True)
    for folder in path.relative_to(tree).parents:
        if folder.name:
            (tree / folder / "__init__.py").touch()
    for helper in source.parent.glob("*.py"):
        if helper == source or not helper.name.startswith(("test_", "__init__")):
            (path.parent / helper.name).write_text(rewrite(helper.read_text()))
    if (source.parent / "data").is_dir():
        shutil.copytree(source.parent / "data", path.parent / "data")
    return path


def report(base: dict, floor: dict, mine: dict, options) -> dict:
    """Prints passed and failed test functions per file; the sums."""
    total, reasons = collections.Counter(), collections.Counter()
    print(f"\n{'test functions of':<48}{'passed':>8}{'failed':>8}{'tests':>8}{'passed':>8}")
    for name, tests in mine.items():
        functions = collections.defaultdict(list)
        for test, first in base[name].items():
            empty = floor[name].get(test, {}).get("outcome")
            if first.get("outcome") != "passed" or empty == "passed" or first["subjects"]:
                continue
            found = tests.get(test, {})
            passed = found.get("outcome") == "passed"
            functions[test.rpartition("#")[0]].append(passed)
            if not passed:
                why = found.get("why") or found.get("outcome", "not collected")
                reasons[re.sub(r"0x[0-9a-f]+|\d+", "N", why)[:100]] += 1
                if options.failures:
                    print(f"  {test}: {why}")
        passed = sum(map(all, functions.values()))
        tests, tests_passed = sum(map(len, functions.values())), sum(map(sum, functions.values()))
        print(f"{name:<48}{passed:>8}{len(functions) - passed:>8}{tests:>8}{tests_passed:>8}")
        total.update(functions=len(functions), passed=passed, tests=tests, tests_passed=tests_passed)
    share = total["passed"] / max(1, total["functions"])
    print(f"\n{total['passed']} of {total['functions']} test functions pass ({share:.1%}), and "
          f"{total['tests_passed']} of {total['tests']} tests")  # fmt: skip
    if reasons:
        print("\nWhy tests fail most often:")
        for reason, count in reasons.most_common(15):
            print(f"{count:>6}  {reason}")
    return total


if __name__ == "__main__":
    sys.exit(main())
