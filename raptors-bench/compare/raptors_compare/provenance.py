"""Where figures come from: machine, versions, settings, state of the sources."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

from .sides import Side

_CPU = Path("/sys/devices/system/cpu/cpu0")
_PRESSURE = Path("/proc/pressure/cpu")
_STAT = Path("/proc/stat")


def _read(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except OSError:
        return None


def _output(*command: str, cwd: Path | None = None) -> str | None:
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _cpu() -> str:
    for line in (_read(Path("/proc/cpuinfo")) or "").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    name = _output("sysctl", "-n", "machdep.cpu.brand_string") if sys.platform == "darwin" else ""
    return name or platform.processor() or platform.machine()


def _caches() -> dict[str, str]:
    found = {}
    for index in sorted(_CPU.glob("cache/index*")):
        level, kind, size = (_read(index / name) for name in ("level", "type", "size"))
        if kind in ("Data", "Unified") and size:
            found[f"L{level}"] = size
    for level, name in (("L1", "l1dcachesize"), ("L2", "l2cachesize"), ("L3", "l3cachesize")):
        if not found.get(level) and sys.platform == "darwin":
            found[level] = _output("sysctl", "-n", f"hw.{name}") or "unknown"
    return found


def _source(root: Path) -> dict:
    # A wheel that was given may be of any sources.
    if wheel := os.environ.get("RAPTORS_WHEEL"):
        return {"commit": None, "dirty": None, "wheel": Path(wheel).name}
    # A container may not see the repository: then who started it tells.
    if told := os.environ.get("RAPTORS_BENCH_COMMIT"):
        return {"commit": told, "dirty": os.environ.get("RAPTORS_BENCH_DIRTY") == "true"}
    commit = _output("git", "rev-parse", "HEAD", cwd=root)
    changes = _output("git", "status", "--porcelain", "--untracked-files=no", cwd=root)
    return {"commit": commit, "dirty": bool(changes) if commit else None}


def _blas() -> str:
    try:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{blas['name']} {blas['version']}"
    except (KeyError, TypeError):
        return "unknown"


def _told(subject: Side, name: str, **arguments):
    """What the subject tells about itself, if it has such a function."""
    if subject.name == "numpy again" or not hasattr(subject.xp, name):
        return None
    try:
        return getattr(subject.xp, name)(**arguments)
    except Exception as error:  # its fault is its own figure, not the end of the run
        return f"{type(error).__name__}: {error}"


def _affinity() -> list[int] | None:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def most_threads() -> int:
    """As many threads as there are cores for this process."""
    return len(_affinity() or []) or os.cpu_count() or 1


def load() -> list[float] | None:
    """Runnable processes over the last 1, 5 and 15 minutes."""
    return [round(x, 2) for x in os.getloadavg()] if hasattr(os, "getloadavg") else None


def pressure() -> dict[str, float] | None:
    """How long something that could run had to wait for a processor, in this system: percentages of
    the last 10, 60 and 300 seconds, and `total` in µs, as Linux counts it."""
    for line in (_read(_PRESSURE) or "").splitlines():
        kind, *pairs = line.split()
        if kind == "some":
            found = {name: float(value) for name, _, value in (p.partition("=") for p in pairs)}
            return {**found, "total": int(found["total"])}
    return None


def steal() -> dict[str, int] | None:
    """Ticks of all processors since the system began: those that the host gave to others while
    there was something to run here, and all there were."""
    for line in (_read(_STAT) or "").splitlines():
        name, *ticks = line.split()
        # user, nice, system, idle, iowait, irq, softirq, steal; what follows is part of user.
        if name == "cpu" and len(ticks) >= 8:
            return {"stolen": int(ticks[7]), "ticks": sum(map(int, ticks[:8]))}
    return None


def busy() -> dict:
    """How busy the machine is, as far as it tells."""
    return {"load": load(), "pressure": pressure(), "steal": steal()}


def afterwards(origin: dict) -> dict:
    """What the provenance of a run has to add when all is measured: how busy the machine is now, and
    for which share of the time somebody waited or the host gave the processors to others."""
    found = {f"{name}_after": value for name, value in busy().items()}
    then, now = origin.get("pressure"), found["pressure_after"]
    if then and now and origin["seconds"]:
        share = (now["total"] - then["total"]) / (1e6 * origin["seconds"])
        found["pressure_during"] = f"{share:.1%}"
    then, now = origin.get("steal"), found["steal_after"]
    if then and now and now["ticks"] > then["ticks"]:
        share = (now["stolen"] - then["stolen"]) / (now["ticks"] - then["ticks"])
        found["steal_during"] = f"{share:.1%}"
    return found


def provenance(sides: list[Side], root: Path, command: list[str]) -> dict:
    """Everything that a reader needs to judge or to repeat the figures."""
    subject = sides[1]
    affinity = _affinity()
    return {
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "command": command,
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "affinity": affinity,
        "caches": _caches(),
        "governor": _read(_CPU / "cpufreq/scaling_governor") or "unknown",
        **busy(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {side.name: side.version for side in sides},
        "numpy_simd": np.show_config(mode="dicts").get("SIMD Extensions"),
        "numpy_blas": _blas(),
        "build": subject.build,
        "subject_config": _told(subject, "show_config", mode="dicts"),
        "subject_threads": _told(subject, "threading_info"),
        "settings": {
            name: value for name, value in sorted(os.environ.items())
            if name.startswith("RAPTORS_") or name.endswith("_NUM_THREADS")
        },
        **_source(root),
    }  # fmt: skip
