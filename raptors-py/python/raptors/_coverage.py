"""``rp.coverage()``: what is Raptors' own, what runs in NumPy, what is missing."""

from __future__ import annotations

import importlib

import numpy as np

from . import _raptors
from ._delegate import Delegated
from ._differences import DIFFERENCES, EVERYWHERE

MODULES = ("numpy", "numpy.linalg", "numpy.fft", "numpy.random")
STATES = ("native", "shared", "delegated", "absent")


class Coverage(dict):
    """Public names of NumPy, each ``"native"``, ``"shared"``, ``"delegated"`` or ``"absent"``.

    ``differences`` says of single names how they are not like NumPy's, ``everywhere`` what is true of
    all of them.
    """

    differences = DIFFERENCES
    everywhere = EVERYWHERE

    def __str__(self) -> str:
        lines = [f"{'':<16}" + "".join(f"{state:>11}" for state in STATES)]
        groups: dict[str, dict[str, int]] = {}
        for name, state in self.items():
            group = groups.setdefault(name.rpartition(".")[0], dict.fromkeys(STATES, 0))
            group[state] += 1
        for group, counts in groups.items():
            lines.append(f"{group:<16}" + "".join(f"{counts[state]:>11}" for state in STATES))
        return "\n".join(lines)


def coverage() -> Coverage:
    """Every public function of NumPy and method of its array class, and who runs it here.

    ``"native"`` runs in Raptors, ``"delegated"`` runs in NumPy on the same memory, and ``"shared"``
    is NumPy's own object, which is about dtypes or settings and touches no array. Native functions
    may still delegate arguments of dtypes that only NumPy has. Constants and types are not counted.

    Examples
    --------
    >>> rp.coverage()["numpy.add"]
    'native'
    """
    import raptors

    result = Coverage()
    for source in MODULES:
        ours = raptors if source == "numpy" else importlib.import_module(f"raptors.{source[6:]}")
        theirs = importlib.import_module(source)
        for name in sorted(dir(theirs)):
            value = getattr(theirs, name)
            if name.startswith("_") or not callable(value) or isinstance(value, type):
                continue
            result[f"{source}.{name}"] = _state(getattr(ours, name, None), value)
    for name in sorted(dir(np.ndarray)):
        if not name.startswith("_"):
            result[f"numpy.ndarray.{name}"] = _state(
                raptors.ndarray.__dict__.get(name), getattr(np.ndarray, name)
            )
    return result


def _state(ours, theirs) -> str:
    if ours is None:
        return "absent"
    if ours is theirs:
        return "shared"
    function = ours.fget if isinstance(ours, property) else ours
    if isinstance(function, Delegated) or hasattr(function, "_delegated"):
        return "delegated"
    return "native"
