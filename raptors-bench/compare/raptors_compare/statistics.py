"""Ratios with their intervals, the classes they fall in, and the summary of a run."""

from __future__ import annotations

import math

import numpy as np

from .goals import reached

# Classes of a ratio (time of NumPy over time of the subject), each with its lower bound.
CLASSES = (("ahead", 1.0), ("near parity", 0.95), ("acceptable", 0.80), ("critical", 0.0))
# What is said of cells that have no ratio: the subject gives another answer than NumPy, or none, or the
# process that was to time them gave no times.
FAILURES = ("wrong", "unsupported", "untimed")
# Ratios this near to 1 are a tie.
TIE = 0.03
# An interval that spans more than this share of its lower end says little.
NOISE = 0.2
# Where NumPy runs at the memory's speed, a cell passes from here.
PARITY = 0.97
# The run succeeds if this share of its cells is no slower than NumPy's time times the limit.
SUCCESS_SHARE, SUCCESS_LIMIT = 0.80, 1.2
RESAMPLES = 2000
# The share of the samples that are faster than the one which speaks for a side in the gate: what
# else the machine does only ever adds time, so low samples repeat where medians drift.
LOW = 20
# The gate's interval: narrow enough errors that of a hundred cells that stayed the same hardly one
# looks slower by chance.
SURE = 99
# More threads may not lower a ratio below this share of what one thread reaches.
THREADS = 0.95


def ratio(numpy_ns: list[float], subject_ns: list[float], seed: int = 0):
    """The ratio of the medians and its 95 % interval, from paired samples, by bootstrap."""
    pairs = np.array([numpy_ns, subject_ns])
    rng = np.random.default_rng(seed)
    drawn = pairs[:, rng.integers(0, pairs.shape[1], (RESAMPLES, pairs.shape[1]))]
    medians = np.median(drawn, axis=2)
    low, high = np.percentile(medians[0] / medians[1], [2.5, 97.5])
    at = np.median(pairs, axis=1)
    return float(at[0] / at[1]), float(low), float(high)


def low_ratio(passes: list[tuple[list[float], list[float]]], seed: int = 0):
    """The ratio of low samples and its interval, from passes of paired samples. The bootstrap draws
    passes, then rounds of each: what differs from pass to pass, such as where operands lie, widens
    the interval as much as what differs from round to round."""
    rng = np.random.default_rng(seed)
    pairs = [np.array(one) for one in passes]
    logs = np.stack([_low_logs(pair, rng) for pair in pairs])
    chosen = rng.integers(0, len(pairs), (len(pairs), RESAMPLES))
    drawn = logs[chosen, rng.integers(0, RESAMPLES, chosen.shape)].mean(axis=0)
    low, high = np.exp(np.percentile(drawn, [(100 - SURE) / 2, (100 + SURE) / 2]))
    middle = float(np.exp(np.mean([_log(pair[None].swapaxes(0, 1)) for pair in pairs])))
    # Of two passes the bootstrap may miss the middle by a hair.
    return middle, min(float(low), middle), max(float(high), middle)


def _low_logs(pair: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Logarithms of the ratio of low samples, for bootstrapped rounds of one pass."""
    return _log(pair[:, rng.integers(0, pair.shape[1], (RESAMPLES, pair.shape[1]))])


def _log(drawn: np.ndarray) -> np.ndarray:
    """The logarithm of the ratio for samples of two sides: side, draw, round."""
    at = (drawn.shape[2] - 1) * LOW // 100
    numpy_ns, subject_ns = np.partition(drawn, at, axis=2)[:, :, at]
    return np.log(numpy_ns / subject_ns)


def quantiles(samples: list[float]) -> dict[str, float]:
    """What is kept of a side's samples, in nanoseconds per call."""
    low, median, high = np.percentile(samples, [10, 50, 90])
    return {"min": min(samples), "p10": float(low), "median": float(median), "p90": float(high)}


def classify(value: float) -> str:
    """The class of a ratio."""
    return next(name for name, bound in CLASSES if value >= bound)


def is_tie(value: float) -> bool:
    """Whether the ratio says that neither side is faster."""
    return abs(value - 1) < TIE


def is_noisy(low: float, high: float) -> bool:
    """Whether the machine was too busy for the ratio to be taken at its word."""
    return high - low > NOISE * low


def passes(value: float, parity: bool) -> bool:
    """Whether the subject is as fast as it should be."""
    return value >= (PARITY if parity else 1.0)


def geometric_mean(values) -> float | None:
    """The mean of ratios; none of nothing."""
    logs = [math.log(value) for value in values]
    return math.exp(sum(logs) / len(logs)) if logs else None


def _variant(cell: dict) -> tuple:
    """What a cell shares with those that differ from it by nothing but threads."""
    return (*(cell.get(name) for name in ("op", "dtype", "layout", "live", "together")), *cell["shape"])


def slowed_by_threads(timed: list[dict]) -> list[str]:
    """The cells whose ratio falls when the subject gets more threads."""
    alike = {_variant(cell): cell["ratio"] for cell in timed if cell["threads"] == 1}
    return [
        cell["key"] for cell in timed if cell["ratio"] < THREADS * alike.get(_variant(cell), 0.0)
    ]


def scaling(timed: list[dict], subject: str) -> list[dict]:
    """How many times faster the subject is on more threads than on one, in the same cell."""
    alone = {
        _variant(cell): cell["ns"][subject]["median"] for cell in timed if cell["threads"] == 1
    }
    return [
        {"key": cell["key"], "family": cell["family"],
         "speedup": alone[_variant(cell)] / cell["ns"][subject]["median"]}
        for cell in timed
        if cell["threads"] > 1 and _variant(cell) in alone
    ]  # fmt: skip


def summary(cells: list[dict], subject: str = "raptors") -> dict:
    """The verdict on a run, from its cells."""
    timed = [cell for cell in cells if cell["status"] == "timed"]
    slow_limit = 1 / SUCCESS_LIMIT
    fast_enough = [cell for cell in timed if cell["ratio"] >= slow_limit]
    share = len(fast_enough) / len(timed) if timed else 0.0
    families = dict.fromkeys(cell["family"] for cell in timed)
    return {
        "cells": len(cells),
        "timed": len(timed),
        "passed": sum(cell["passes"] for cell in timed),
        "ties": sum(cell["tie"] for cell in timed),
        "delegated": sum(cell["delegated"] for cell in timed),
        "noisy": sum(cell["noisy"] for cell in timed),
        "classes": {
            name: sum(cell["class"] == name for cell in timed) for name, _ in CLASSES
        },
        **{kind: [cell["key"] for cell in cells if cell["status"] == kind] for kind in FAILURES},
        "success": {
            "share": share,
            "needed": SUCCESS_SHARE,
            "limit": SUCCESS_LIMIT,
            "met": share >= SUCCESS_SHARE,
        },
        "geometric_mean": geometric_mean(cell["ratio"] for cell in timed),
        "families": {
            family: geometric_mean(c["ratio"] for c in timed if c["family"] == family)
            for family in families
        },
        "goals": reached(timed),
        "below": [cell["key"] for cell in timed if not cell["passes"]],
        "slowed_by_threads": slowed_by_threads(timed),
        "scaling": scaling(timed, subject),
        "worst": [cell["key"] for cell in sorted(timed, key=lambda cell: cell["ratio"])[:10]],
    }  # fmt: skip
