"""Ops of the comparison's table, timed by asv: op, shape, dtype, instruction set and threads.

The level and the threads are read by Raptors when it is imported. asv runs every combination of
parameters in a process of its own, so nothing here imports Raptors before `setup` has set them; that
they took effect is checked, not hoped for.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Of the checkout that holds this file: the table stays while asv builds one commit after another.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "compare"))

LEVELS = ["scalar", "sse2", "avx2", "avx512", "neon"]
POOLS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Ops:
    """One call of an op."""

    param_names = ["op", "shape", "dtype", "simd", "threads"]
    params = [
        ["sum", "mean_axis0", "broadcast_add", "scale", "add", "exp", "where", "sort"],
        ["1000", "512x512"],
        ["float32", "float64"],
        LEVELS,
        [1, 2],
    ]
    timeout = 60
    warmup_time = 0.05

    def setup(self, op, shape, dtype, simd, threads):
        fresh = "raptors" not in sys.modules
        if fresh:
            os.environ["RAPTORS_SIMD"] = simd
            for name in (*POOLS, "RAPTORS_THREADS"):
                os.environ[name] = str(threads)
        try:
            import raptors
        except (ImportError, ValueError, RuntimeError) as error:
            if simd in str(error):
                raise NotImplementedError(f"this machine has no {simd}") from error
            raise
        config, threading = raptors.show_config(mode="dicts"), raptors.threading_info()
        if config["simd"] != simd or threading["threads"] != threads:
            raise RuntimeError(
                f"asked for {simd} on {threads} threads, Raptors runs {config['simd']} "
                f"on {threading['threads']}" + " (it was imported before)" * (not fresh)
            )

        from raptors_compare.operands import operands
        from raptors_compare.ops import BY_NAME
        from raptors_compare.suites import Cell, parse_shape, takes
        from raptors_compare.timing import compiled

        row, sides = BY_NAME[op], parse_shape(shape)
        if not takes(row, sides, dtype, "contiguous"):
            raise NotImplementedError(f"{op} takes no {shape}")
        given = operands(row, Cell(op, sides, dtype, "contiguous", threads, 0), 0)
        arrays = {
            name: raptors.asarray(value) if hasattr(value, "dtype") else value
            for name, value in given.items()
        }
        self.call = compiled(row.code, raptors, arrays, 0, row.shows)[0]
        self.call()

    def time_op(self, op, shape, dtype, simd, threads):
        self.call()
