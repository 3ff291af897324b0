"""``rp.coverage()``: what is Raptors' own, what runs in NumPy, what is missing."""

from __future__ import annotations

import importlib

import numpy as np

from . import _raptors

MODULES = ("numpy", "numpy.linalg", "numpy.fft", "numpy.random")


class Coverage(dict):
    """Public names of NumPy, each ``"native"``, ``"delegated"`` or ``"absent"``."""

    def __str__(self) -> str:
        lines = [f"{'':<22}{'native':>8}{'delegated':>11}{'absent':>8}"]
        groups = {}
        for name, state in self.items():
            group = groups.setdefault(name.rpartition(".")[0], {})
            group[state] = group.get(state, 0) + 1
        for group, counts in groups.items():
            cells = (counts.get(state, 0) for state in ("native", "delegated", "absent"))
            lines.append("{:<22}{:>8}{:>11}{:>8}".format(group, *cells))
        return "\n".join(lines)


def coverage() -> Coverage:
    """Every public function of NumPy and method of its array class, and who runs it here.

    Native functions may still delegate rare arguments; constants and types are not counted.
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
            result[f"{source}.{name}"] = _state(ours, name)
    for name in sorted(dir(np.ndarray)):
        if not name.startswith("_"):
            own = isinstance(vars(raptors.ndarray).get(name), _NATIVE_ATTRIBUTES)
            present = hasattr(raptors.ndarray, name)
            result[f"numpy.ndarray.{name}"] = (
                "native" if own else "delegated" if present else "absent"
            )
    return result


_NATIVE_ATTRIBUTES = (type(_raptors.ndarray.setflags), type(vars(_raptors.ndarray)["shape"]))


def _state(module, name: str) -> str:
    try:
        value = getattr(module, name)
    except AttributeError:
        return "absent"
    own = (
        getattr(_raptors, name, None) is value
        or isinstance(value, _raptors.ufunc)
        or getattr(value, "__module__", "").startswith("raptors")
    )
    return "native" if own else "delegated"
