"""The programs that profiles are made with: found, asked what they can do, run, and stopped.

Needs nothing but Python, so that what is missing is said before anything is built.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from contextlib import contextmanager
from pathlib import Path

from ..cli import POOLS
from .target import Target

# What installs each program, in words that can be pasted.
MENDS = {
    "perf": "apt install linux-perf (Debian), linux-tools-generic (Ubuntu), perf (Fedora)",
    "valgrind": "apt install valgrind (Debian, Ubuntu), dnf install valgrind (Fedora)",
    "objdump": "apt install binutils (Debian, Ubuntu), dnf install binutils (Fedora)",
    "nm": "apt install binutils (Debian, Ubuntu), dnf install binutils (Fedora)",
    "readelf": "apt install binutils (Debian, Ubuntu), dnf install binutils (Fedora)",
    "addr2line": "apt install binutils (Debian, Ubuntu), dnf install binutils (Fedora)",
    "py-spy": f"{sys.executable} -m pip install py-spy",
}
# What lets perf look at programs where the kernel forbids it.
ALLOW = (
    "sysctl kernel.perf_event_paranoid=1; in a container of bench-linux: cargo xtask bench-linux "
    "with profile, asm, perfstat, deep-profile or run --perf; in another: docker run --cap-add "
    "PERFMON --cap-add SYS_PTRACE --security-opt seccomp=unconfined"
)
# Seconds after which a program that should answer at once is taken for broken.
_ANSWERS = 4
# Seconds after which a program that works is taken for hung.
_WORKS = 900


class Missing(Exception):
    """A part of the environment is missing; `mend` is the command that brings it."""

    def __init__(self, what: str, mend: str):
        super().__init__(f"{what}: {mend}")
        self.what, self.mend = what, mend


class Failed(Exception):
    """A program that ran has reported failure, or left nothing behind."""


def found(name: str) -> str | None:
    """The path of a program, in the environment of this Python or in PATH."""
    beside = sysconfig.get_path("scripts")
    return shutil.which(name, path=os.pathsep.join([beside, os.environ.get("PATH", "")]))


def need(*names: str) -> None:
    """Raises `Missing` unless all these programs are there."""
    absent = [name for name in names if not found(name)]
    if absent:
        mends = "; ".join(dict.fromkeys(MENDS[name] for name in absent))
        raise Missing(f"{', '.join(absent)} not installed", f"install with {mends}")


def output(*command, timeout: float = _WORKS, env: dict | None = None) -> str:
    """What a program writes to standard output; `Failed` with its last words where it fails."""
    line = [str(word) for word in command]
    try:
        done = subprocess.run(
            [found(line[0]) or line[0], *line[1:]], capture_output=True, text=True, timeout=timeout,
            env=env, errors="replace", stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except FileNotFoundError:
        mend = MENDS.get(line[0], "install it")
        raise Missing(f"{line[0]} is not installed", f"install with {mend}") from None
    except subprocess.TimeoutExpired:
        raise Failed(f"{' '.join(line[:2])} did not end within {timeout:g} s") from None
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines()
        told = f": {words[-1][:300]}" if words else ""
        raise Failed(f"{' '.join(line[:2])} ended with exit code {done.returncode}{told}")
    return done.stdout


def perf_samples() -> None:
    """Raises `Missing` where perf cannot take samples here, with what would let it."""
    need("perf")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "probe"
        try:
            output("perf", "record", "-q", "-e", "cpu-clock", "-o", data, "true", timeout=_ANSWERS)
        except Failed as error:
            raise Missing(f"perf may not take samples here ({error})", f"allow it with {ALLOW}") from None
        if not data.is_file() or data.stat().st_size == 0:
            raise Missing("perf takes no samples here", f"allow it with {ALLOW}")


def environment(threads: int = 1, simd: str = "", **more: str) -> dict[str, str]:
    """The variables for a process that is profiled: its pools limited, its hashes always the same."""
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    values = {
        **os.environ, **dict.fromkeys(POOLS, str(threads)), "RAPTORS_THREADS": str(threads),
        "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)), **more,
    }  # fmt: skip
    return {**values, "RAPTORS_SIMD": simd} if simd else values


def loop(side: str, target: Target, *more) -> list[str]:
    """The command that runs the target on a side: see `loop.py`."""
    # -P: what lies in the current folder is not looked at.
    words = [sys.executable, "-P", "-m", "raptors_compare.profile.loop", side, *target.words]
    return [*words, *map(str, more)]


def said(line: str) -> dict:
    """The facts that a loop prints first; raises what its error says."""
    import json

    try:
        facts = json.loads(line)
    except ValueError:
        raise Failed(f"the loop said {line[:200]!r} and not what it runs") from None
    if "error" in facts:
        from .target import Unasked

        if facts["exit"] == 2:
            raise Unasked(facts["error"])
        if facts["exit"] == 3:
            raise Missing(*facts["error"].rsplit(": ", 1))
        raise Failed(f"the op cannot run: {facts['error']}")
    return facts


@contextmanager
def running(side: str, target: Target, seconds: float, *more):
    """The loop while it runs, warm: the process and its facts. It is stopped afterwards."""
    process = subprocess.Popen(
        loop(side, target, "--seconds", seconds, *more), env=environment(simd=target.simd),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
    )  # fmt: skip
    try:
        line = process.stdout.readline()
        if not line:
            words = process.stderr.read().strip().splitlines()
            raise Failed(f"the loop of {side} ended at once: {words[-1] if words else 'in silence'}")
        yield process, said(line)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()
