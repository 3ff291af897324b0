"""The largest error of mathematical functions, on the data that NumPy tests its own with."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from .sides import Side

# What NumPy's files are named after, and how the files name dtypes.
_PREFIX = "umath-validation-set-"
_TYPES = {"np.float32": (np.float32, np.uint32), "np.float64": (np.float64, np.uint64)}


def _data() -> Path:
    return Path(np._core.__file__).parent / "tests" / "data"


def _read(path: Path) -> dict:
    """Inputs and expected outputs by dtype; the files hold them as the bits of the numbers."""
    found: dict = {}
    with open(path, encoding="utf-8", newline="") as lines:
        rows = csv.reader(line for line in lines if line[:1] not in "#$")
        for row in rows:
            if len(row) < 4 or row[0] not in _TYPES:
                continue
            found.setdefault(row[0], []).append([int(word, 16) for word in row[1:-1]])
    return {
        float_type: np.array(bits, dtype=np.uint64).astype(bits_type).view(float_type)
        for name, bits in found.items()
        for float_type, bits_type in [_TYPES[name]]
    }


def ulps(got: np.ndarray, expected: np.ndarray) -> float:
    """The largest distance in units of the expected number's last place; wrong special values are
    infinitely far."""
    special = ~np.isfinite(expected)
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    if not same[special].all() or not np.isfinite(got[~special]).all():
        return float("inf")
    got, expected = got[~special], expected[~special]
    wide = np.longdouble
    unit = np.spacing(np.abs(expected)).astype(wide)
    return float(np.max(np.abs(got.astype(wide) - expected.astype(wide)) / unit, initial=0.0))


def accuracy(sides: list[Side]) -> list[dict]:
    """For every file and dtype the largest error of each side, in ulp; none where a special value is
    wrong, which JSON has no number for."""
    rows = []
    for path in sorted(_data().glob(_PREFIX + "*.csv")):
        name = path.stem.removeprefix(_PREFIX)
        if not all(hasattr(side.xp, name) for side in sides):
            continue
        for float_type, table in _read(path).items():
            *inputs, expected = (np.ascontiguousarray(column) for column in table.T)
            row = {"function": name, "dtype": np.dtype(float_type).name, "values": len(expected)}
            with np.errstate(all="ignore"):
                for side in sides:
                    got = getattr(side.xp, name)(*map(side.array, inputs))
                    error = ulps(side.numpy(got), expected)
                    row[side.name] = error if np.isfinite(error) else None
            rows.append(row)
    return rows
