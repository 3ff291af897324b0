"""The process that is profiled: one side runs one op, over and over, and nothing else."""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import mmap
import os
import signal
import struct
import sys
import time
import warnings
from array import array

from .target import SIDES, Target, Unasked, target

# Nanoseconds: how often the loop looks at the clock.
_SLICE = 10_000_000
# Calls before anything is counted: what is made once is made in them.
_WARM = 3
# Bytes: twice what the largest of the modelled caches holds (cachegrind.GEOMETRY).
_EVICTED = 16 << 20
# A process that may be looked at by any other of the same user (prctl, Linux).
_SET_PTRACER, _ANY = 0x59616D61, ctypes.c_ulong(-1)


def _parse(argv: list[str]) -> argparse.Namespace:
    p = argparse.ArgumentParser(prog="raptors_compare.profile.loop")
    p.add_argument("side", choices=SIDES)
    p.add_argument("op")
    p.add_argument("shape")
    p.add_argument("dtype")
    p.add_argument("--layout", default="contiguous")
    p.add_argument("--simd", default="")
    p.add_argument("--seconds", type=float, default=0.0, help="run so long, at most")
    p.add_argument("--progress", help="a file of eight bytes that holds how many calls it was")
    p.add_argument("--calls", type=int, help="run so many in one child and twice as many in another")
    return p.parse_args(argv)


def subject(chosen: Target):
    """Raptors; raises what is missing, or which level it refuses."""
    from ..sides import Missing as Absent
    from ..sides import subject_side
    from .tools import Missing

    try:
        return subject_side("raptors")
    except Absent as error:
        if chosen.simd:
            raise Unasked(f"with --simd {chosen.simd}: {error}") from None
        raise Missing(str(error), "build and install it with: cargo xtask bench --quick") from None


def prepared(side_name: str, chosen: Target):
    """The side, the op's row, and the code and arrays that run it there."""
    import numpy as np

    from ..operands import operands
    from ..ops import BY_NAME
    from ..run import answer, finite
    from ..sides import limit_pools, numpy_side

    numpy = numpy_side()
    side = numpy if side_name == "numpy" else subject(chosen)
    limit_pools(1)
    side.set_threads(1)
    op = BY_NAME.get(chosen.op)
    if op is None:
        rows = {row.name: row for row in numpy.ufuncs}
        if chosen.op not in rows:
            raise Unasked(f"NumPy has no ufunc {chosen.op}; choose from {', '.join(rows)}")
        with np.errstate(all="ignore"):
            op = finite(rows[chosen.op], chosen.cell, numpy, 0)
        if op is None:
            raise Unasked(f"NumPy has no {chosen.op} of {chosen.dtype}")
    return side, op, answer(side, op, operands(op, chosen.cell, 0))[1]


def facts(side, op, code: str, calls) -> dict:
    """What a report says about the process."""
    level = None
    if hasattr(side.xp, "show_config") and side.name != "numpy":
        level = side.xp.show_config(mode="dicts").get("simd")
    return {
        "side": side.name, "version": side.version, "code": code,
        "op": op.name, "level": level, "delegated": side.delegates(calls),
        "variables": {k: v for k, v in sorted(os.environ.items()) if k.startswith("RAPTORS_")},
    }  # fmt: skip


def _let_others_look() -> None:
    """Lets py-spy look into this process where only parents may."""
    try:
        ctypes.CDLL(None).prctl(_SET_PTRACER, _ANY, 0, 0, 0)
    except (AttributeError, OSError):
        return


def _no_time() -> int:
    """A clock that always says the same: counted instructions may not depend on the time."""
    return 0


def _no_chance(count: int) -> bytes:
    """The system's random numbers, always the same: NumPy seeds a generator when imported, and how
    many instructions that takes depends on the seed."""
    return (bytes(range(1, 256)) * (count // 255 + 1))[:count]


def _forget(memory: bytearray) -> None:
    """Leaves nothing in the modelled caches but `memory`, which is larger than the largest."""
    ctypes.memset((ctypes.c_char * len(memory)).from_buffer(memory), 1, len(memory))


def _in_children(batch, counts: tuple[int, ...]) -> int:
    """Runs so many calls each in a child of its own. They begin in the same state, so that what two
    of them differ by is the calls alone: importing is not the same from one process to the next. None
    makes no calls: what only the first of many do, as the interpreter learns the code, is in all then.

    Numbers of processes must not tell in that: Python keeps one object for each of the small ones, as
    containers have them, so that another number is another line of the caches. So the parent makes no
    word of them before the last child is done, and the children forget what they had in the caches."""
    memory, pids = bytearray(_EVICTED), array("q", [0] * len(counts))
    for n, count in enumerate(counts):
        child = os.fork()
        if child == 0:
            _forget(memory)
            batch(_WARM, _no_time)
            batch(count, _no_time)
            os._exit(0)
        pids[n] = child
        if os.waitpid(child, 0)[1]:
            return 1
    for count, pid in zip(counts, pids):
        print(json.dumps({"calls": count, "pid": pid}), flush=True)
    return 0


def _shared(path: str | None):
    """Eight bytes that another process may read while this one runs."""
    if not path:
        return bytearray(8)
    with open(path, "r+b") as file:
        return mmap.mmap(file.fileno(), 8)


def main(argv: list[str] | None = None) -> int:
    """Prints the facts as one line of JSON, runs the loop, then prints what it did."""
    options = _parse(sys.argv[1:] if argv is None else argv)
    warnings.simplefilter("ignore")
    if options.calls is not None:
        os.urandom = _no_chance
    from ..timing import compiled
    from .tools import Missing

    try:
        chosen = target(options.op, options.shape, options.dtype, options.layout, options.simd)
        side, op, (code, arrays) = prepared(options.side, chosen)
    except (Unasked, Missing) as error:
        print(json.dumps({"error": str(error), "exit": 3 if isinstance(error, Missing) else 2}))
        return 3 if isinstance(error, Missing) else 2
    except Exception as error:  # whatever an op that the side does not have raises
        print(json.dumps({"error": f"{type(error).__name__}: {error}", "exit": 1}))
        return 1
    call, batch = compiled(code, side.xp, arrays, 0, op.shows)
    _let_others_look()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    gc.disable()
    found = facts(side, op, code, call)
    batch(_WARM, _no_time)
    print(json.dumps(found), flush=True)
    if options.calls is not None:
        return _in_children(batch, (options.calls, 2 * options.calls))
    progress = _shared(options.progress)
    clock = time.perf_counter_ns
    n, total, end = 1, 0, clock() + options.seconds * 1e9
    while clock() < end:
        elapsed = batch(n, clock)
        total += n
        struct.pack_into("=q", progress, 0, total)
        n = max(1, min(1 << 20, round(n * _SLICE / max(elapsed, 1))))
    print(json.dumps({"calls": total}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
