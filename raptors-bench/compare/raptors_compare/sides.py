"""The libraries that are compared: their modules, arrays and threads."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from types import ModuleType

import numpy as np

from .ops import ANY, Op
from .store import Unasked
from .words import counted

# Plain passes over memory: see `Op.parity`.
PARITY = (
    "add", "subtract", "multiply", "negative", "equal", "not_equal", "less", "less_equal",
    "greater", "greater_equal",
)  # fmt: skip


class Missing(Exception):
    """A library that is needed is not there, or not as it should be."""


@dataclass
class Side:
    """One library under its name in the results."""

    name: str
    xp: ModuleType

    @property
    def version(self) -> str:
        return str(getattr(self.xp, "__version__", "unknown"))

    @property
    def build(self) -> dict | None:
        """What tells one build of the subject from another: a hash of its Python files and
        extensions, which the commit cannot stand for, and when the extension was put there. NumPy
        is known by its version."""
        place = getattr(self.xp, "__file__", None)
        if self.xp is np or place is None:
            return None
        here = Path(place)
        files = [here]
        if here.name == "__init__.py":
            files = sorted(path for path in here.parent.rglob("*") if path.suffix == ".py"
                           or path.name.endswith(tuple(EXTENSION_SUFFIXES)))  # fmt: skip
        whole = sha256()
        for path in files:
            whole.update(f"{path.relative_to(here.parent).as_posix()}\0".encode())
            whole.update(sha256(path.read_bytes()).digest())
        built = max((p.stat().st_mtime for p in files if p.suffix != ".py"), default=None)
        time = built and datetime.fromtimestamp(built, timezone.utc).isoformat(timespec="seconds")
        return {"files": whole.hexdigest()[:16], "time": time}

    def array(self, values: np.ndarray):
        """An array of the library's own on the same memory."""
        if self.name == "torch":
            return self.xp.from_numpy(values)
        return self.xp.asarray(values)

    def numpy(self, result) -> np.ndarray | tuple:
        """A result as NumPy has it."""
        if isinstance(result, tuple):
            return tuple(self.numpy(part) for part in result)
        return result.numpy() if self.name == "torch" else np.asarray(result)

    def set_threads(self, count: int) -> None:
        """Limits the library to so many threads."""
        if self.name == "torch":
            self.xp.set_num_threads(count)
        elif hasattr(self.xp, "set_num_threads"):
            self.xp.set_num_threads(count)

    def delegates(self, call) -> bool:
        """Whether the call goes to NumPy in the end, as far as the library lets one know."""
        config = getattr(self.xp, "config", None)
        if not hasattr(config, "fallback"):
            return False
        before, config.fallback = config.fallback, "error"
        try:
            call()
        except NotImplementedError:
            return True
        finally:
            config.fallback = before
        return False

    @property
    def ufuncs(self) -> list[Op]:
        """Every ufunc of the library that NumPy has too. Those without loops for whole numbers
        are mathematical functions."""
        found = []
        for name in dir(self.xp):
            here, there = getattr(self.xp, name, None), getattr(np, name, None)
            if isinstance(there, np.ufunc) and hasattr(here, "nin") and here.__name__ == name:
                whole = any(set(loop.split("->")[0]) & set("bhilq") for loop in there.types)
                family = "arithmetic" if whole else "function"
                code = f"xp.{name}({', '.join('xyz'[: here.nin])})"
                parity = name in PARITY
                # Those with core dimensions add up products: as exact as their largest result.
                rounds = {"tolerance": 4096, "to_largest": True} if there.signature else {"tolerance": 16}
                found.append(Op(name, code, family, ANY, **rounds, ufunc=True, parity=parity))
        return found


def numpy_side(name: str = "numpy") -> Side:
    """The library that everything is compared with."""
    return Side(name, np)


def subject_side(name: str) -> Side:
    """The library that is measured: Raptors, or NumPy again for a run that shows the noise."""
    if name == "numpy":
        return numpy_side("numpy again")
    try:
        return Side(name, importlib.import_module(name))
    except ImportError as error:
        raise Missing(f"the module {name} cannot be imported ({error})") from error
    except Exception as error:  # whatever importing runs into, such as RAPTORS_SIMD=mmx
        raise Missing(f"importing {name} failed: {error}") from error


def torch_side() -> Side | None:
    """PyTorch, where it is installed."""
    try:
        return Side("torch", importlib.import_module("torch"))
    except (ImportError, OSError):  # the latter where one of its libraries is not there
        return None


def side_called(name: str) -> Side:
    """The side that has this name in the results. Raises `Missing` where its library is not there."""
    if name == "numpy":
        return numpy_side()
    found = torch_side() if name == "torch" else subject_side(name.removesuffix(" again"))
    if found is None:
        raise Missing(f"{name} cannot be imported")
    return found


def limit_pools(count: int) -> None:
    """Limits NumPy's BLAS to so many threads, where that can be done in a running process."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return
    threadpool_limits(count)


def set_threads(sides: list[Side], count: int) -> None:
    """Limits every side, and the libraries below NumPy, to so many threads. Raises `Unasked` where
    one cannot have them."""
    limit_pools(count)
    for side in sides:
        try:
            side.set_threads(count)
        except (ValueError, RuntimeError) as error:
            raise Unasked(f"{side.name} cannot run on {counted(count, 'thread')}: {error}") from error
