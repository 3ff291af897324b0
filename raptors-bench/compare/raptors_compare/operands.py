"""What the ops work on: seeded random data, never zero, in one memory that all sides share."""

from __future__ import annotations

import math
import zlib

import numpy as np

from .ops import Op
from .sides import Side
from .suites import Cell

# Bytes: a cache line. NumPy's own arrays start anywhere in one, which would make chance decide.
ALIGNMENT = 64


def aligned(values: np.ndarray) -> np.ndarray:
    """The values in memory that starts with a cache line."""
    room = np.empty(values.nbytes + ALIGNMENT, np.uint8)
    start = -room.ctypes.data % ALIGNMENT
    array = room[start : start + values.nbytes].view(values.dtype).reshape(values.shape)
    array[...] = values
    return array


def values(rng: np.random.Generator, shape, dtype: str, domain, wide=False) -> np.ndarray:
    """Random numbers between the bounds, spread evenly, none of them zero; `wide` whole numbers
    come from everywhere in their range."""
    dtype = np.dtype(dtype)
    low, high = domain
    if wide and dtype.kind in "iu":
        drawn = np.frombuffer(rng.bytes(math.prod(shape) * dtype.itemsize), dtype).reshape(shape)
        return np.where(drawn == 0, 1, drawn).astype(dtype)
    if dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.kind in "iu":
        least = 1 if dtype.kind == "u" or low >= 0 else -20
        drawn = rng.integers(least, 20, shape, endpoint=True)
        return np.where(drawn == 0, 1, drawn).astype(dtype)
    if dtype.kind == "c":
        return (rng.uniform(low, high, shape) + 1j * rng.uniform(low, high, shape)).astype(dtype)
    drawn = rng.uniform(low, high, shape)
    # Rounding may make a zero of what lies next to it.
    return np.where(np.abs(drawn) < 1e-3, 1e-3 if low < 0 < high else drawn, drawn).astype(dtype)


# The shape of the memory behind an operand of some shape, and the view of it that is the operand.
_VIEWS = {
    "contiguous": (lambda shape: shape, lambda array: array),
    "strided": (lambda shape: (*shape[:-1], 2 * shape[-1]), lambda array: array[..., ::2]),
    "reversed": (lambda shape: shape, lambda array: array[..., ::-1]),
    "transposed": (lambda shape: shape[::-1], lambda array: array.T),
}


# Sorted numbers to search among, and the bound of numbers to count.
KEYS, COUNTED = 100, 1000


def _plain(name: str, op: Op, cell: Cell, rng: np.random.Generator):
    """An operand that lies in memory as C would have it, or a number."""
    shape = cell.shape
    if name == "s":
        return 3 if np.dtype(cell.dtype).kind in "iub" else 1.5
    if name == "row":
        return aligned(values(rng, shape[-1:], cell.dtype, op.domain))
    if name == "column":
        return aligned(values(rng, (*shape[:-1], 1), cell.dtype, op.domain))
    if name == "index":
        return aligned(rng.integers(0, shape[0], shape[0]))
    if name == "counts":
        return aligned(rng.integers(0, COUNTED, shape))
    if name == "keys":
        return aligned(np.sort(values(rng, (KEYS,), cell.dtype, op.domain)))
    return aligned(values(rng, shape, cell.dtype, op.domain))


def operands(op: Op, cell: Cell, seed: int) -> dict:
    """The operands by name. Sides that had memory of their own would differ by where it lies."""
    rng = np.random.default_rng([seed, zlib.crc32(f"{op.name}{cell.shape}{cell.dtype}".encode())])
    found = {}
    for name in op.operands:
        if name == "rng":
            continue
        if name not in ("x", "y", "z", "mask", "other"):
            found[name] = _plain(name, op, cell, rng)
            continue
        lies = cell.layout
        if lies == "transposed" and name != "x":
            lies = "contiguous"
        memory, view = _VIEWS[lies]
        dtype = cell.dtype
        if name == "mask":
            dtype = "bool"
        elif name == "other":
            dtype = "float32" if dtype == "int32" else "int32"
        shape = cell.shape
        if op.product:
            shape = shape[:-1] if name == "x" else (*shape[:-3], *shape[-2:])
        found[name] = view(aligned(values(rng, memory(shape), dtype, op.domain, op.wide)))
    return found


def arrays(op: Op, given: dict, side: Side) -> dict:
    """The operands as a side has them: its arrays on the same memory. What is written to is the
    side's own."""
    found = {}
    for name, value in given.items():
        value = aligned(value) if name == "out" else value
        found[name] = side.array(value) if isinstance(value, np.ndarray) else value
    if "rng" in op.operands:
        found["rng"] = side.xp.random.default_rng(0)
    return found
