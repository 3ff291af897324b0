"""A small run with one cell of every class, one wrong and one unsupported."""

from raptors_compare.store import FORMAT
from raptors_compare.statistics import classify, is_noisy, is_tie, passes, summary
from raptors_compare.suites import Cell

# Seconds after which a program is taken for hung: far more than a busy machine needs, for nothing here
# is about how long something takes.
PATIENCE = 1800


def timed(op, family, shape, dtype, ratio, width=0.02, parity=False, threads=1):
    """A cell in which NumPy takes 1 ms."""
    cell = Cell(op, shape, dtype, "contiguous", threads, 0)
    low, high = ratio * (1 - width), ratio * (1 + width)
    subject = 1e6 / ratio
    return {
        "key": cell.key, "op": op, "code": f"x.{op}()", "family": family, "shape": list(shape),
        "dtype": dtype, "layout": "contiguous", "threads": threads, "live": 0, "bytes": cell.bytes,
        "status": "timed", "ratio": ratio, "low": low, "high": high, "class": classify(ratio),
        "tie": is_tie(ratio), "parity": parity, "passes": passes(ratio, parity),
        "noisy": is_noisy(low, high), "delegated": False,
        "ns": {
            "numpy": {"min": 9e5, "p10": 9.5e5, "median": 1e6, "p90": 1.2e6},
            "raptors": {"min": subject, "p10": subject, "median": subject, "p90": subject},
        },
    }  # fmt: skip


def failed(op, status, why):
    """A cell that could not be timed."""
    row = timed(op, "function", (1000,), "float32", 1.0)
    kept = ("key", "op", "code", "family", "shape", "dtype", "layout", "threads", "live", "bytes")
    return {**{name: row[name] for name in kept}, "status": status, "why": why}


def cells():
    """Ratios 4, 1.01, 0.975 (a parity cell), 0.96, 0.9 and 0.5, and two failures."""
    return [
        timed("sum", "reduction", (512, 512), "float32", 4.0),
        timed("sum", "reduction", (2048, 2048), "float32", 1.01),
        timed("sum", "reduction", (512, 512), "float64", 0.96),
        timed("scale", "arithmetic", (512, 512), "float32", 0.975, parity=True),
        timed("scale", "arithmetic", (512, 512), "float64", 0.9, threads=2),
        timed("scale", "arithmetic", (2048, 2048), "float64", 0.5, width=0.3),
        failed("tanh", "wrong", "off by 1e+03 units of precision, 16 are allowed"),
        failed("gelu", "unsupported", "AttributeError: no | gelu </script>"),
    ]


def results():
    """What results.json holds after the run."""
    return {
        "format": FORMAT, "suite": "2d", "quick": False, "subject": "raptors",
        "sides": ["numpy", "raptors"], "torch": "not installed", "summary": summary(cells()),
        "provenance": {
            "time": "2026-01-02T03:04:05+00:00", "command": ["--suite", "2d"], "cpu": "A CPU",
            "caches": {"L1": "32K", "L2": "1024K"}, "governor": "unknown", "load": [0.1, 0.2, 0.3],
            "versions": {"numpy": "2.4.6", "raptors": "0.1.0"}, "commit": "abc", "dirty": False,
        },
        "earlier": [], "cells": cells(),
    }  # fmt: skip
