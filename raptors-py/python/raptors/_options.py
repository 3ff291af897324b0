"""Options that NumPy's C code reads: text among a few words, numbers of axes, lengths, outputs."""

from __future__ import annotations

import operator

import numpy as np

from ._raptors import ndarray

_BOOL = np.dtype(bool)
_HEAP_TYPE = 1 << 9


def class_name(value) -> str:
    """The name of the class of ``value`` as C knows it: of classes not written in Python with the module."""
    cls = type(value)
    if cls.__flags__ & _HEAP_TYPE or cls.__module__ == "builtins":
        return cls.__name__
    return f"{cls.__module__}.{cls.__name__}"


def text(name, value, wanted) -> str:
    """The string that the option ``name`` is, which may also be bytes; ``wanted`` says which there are."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise unknown(name, value, wanted) from None
    if not isinstance(value, str):
        raise TypeError(f"{name} must be str, not {class_name(value)}")
    return value


def unknown(name, value, wanted) -> ValueError:
    """The error for text that is none of those that are ``wanted``."""
    return ValueError(f"{name} {wanted} (got {value!r})")


_ORDERS = "must be one of 'C', 'F', 'A', or 'K'"


def check_order(order) -> str | None:
    """The letter of an order in memory, if there is one."""
    if order is None:
        return None
    letter = text("order", order, _ORDERS).upper()
    if letter not in ("C", "F", "A", "K"):
        raise unknown("order", order, _ORDERS)
    return letter


def is_fortran(order) -> bool:
    """Whether ``order``, which may be that of C or Fortran, counts the first axis fastest."""
    letter = check_order(order)
    if letter in ("A", "K"):
        raise ValueError("only 'C' or 'F' order is permitted")
    return letter == "F"


_RULES = "must be one of 'no', 'equiv', 'safe', 'same_kind', 'unsafe'"


def check_rule(casting) -> None:
    """Refuses what is no rule for casts."""
    if text("casting", casting, _RULES) not in ("no", "equiv", "safe", "same_kind", "unsafe"):
        raise unknown("casting", casting, _RULES)


MODES = ("clip", "wrap", "raise")
_MODES = "must be one of 'clip', 'raise', or 'wrap'"


def mode_name(mode) -> str:
    """The name of what is done with indices that are out of bounds."""
    if mode is None or mode == "raise":
        return "raise"
    if isinstance(mode, str | bytes):
        name = text("clipmode", mode, _MODES)
        if name in MODES:
            return name
        if name[:1] in tuple("cCwWrR"):
            raise ValueError("Use one of 'clip', 'raise', or 'wrap' for clip mode")
        raise unknown("clipmode", mode, _MODES)
    # Integers are NumPy's own numbers of modes.
    try:
        number = c_index(mode, "")
    except (TypeError, ValueError, OverflowError):
        raise TypeError("clipmode not understood") from None
    if number not in (0, 1, 2):
        raise ValueError("integer clipmode must be RAISE, WRAP, or CLIP from 'numpy._core.multiarray'")
    return MODES[number]


def c_index(value, words) -> int:
    """``value`` as an integer of C, which no truth value is: ``words`` say so."""
    if isinstance(value, bool | np.bool):
        raise TypeError(words)
    number = _long(operator.index(value))
    if not -1 << 31 <= number < 1 << 31:
        raise ValueError("integer won't fit into a C int")
    return number


def one_axis(axis) -> int:
    """``axis`` as a number, which no truth value is."""
    return c_index(axis, "an integer is required for the axis")


def one_length(n) -> int:
    """``n`` as a length, which no truth value is."""
    if isinstance(n, bool) or getattr(n, "dtype", None) is _BOOL:
        raise TypeError("an integer is required")
    return operator.index(n)


def c_int(value) -> int:
    """``value`` as an integer of C, where truth values count and floats do not."""
    if isinstance(value, float):
        raise TypeError("integer argument expected, got float")
    number = _long(operator.index(value))
    if not -1 << 31 <= number < 1 << 31:
        raise OverflowError("Python int too large to convert to C int")
    return number


def _long(number) -> int:
    if not -1 << 63 <= number < 1 << 63:
        raise OverflowError("Python int too large to convert to C long")
    return number


def check_output(out) -> None:
    """Refuses what is no array and not ``None``."""
    if out is not None and not isinstance(out, ndarray | np.ndarray):
        raise TypeError("output must be an array")


def check_cast(array, dtype, rule="safe") -> None:
    """Refuses to convert ``array`` to ``dtype`` where ``rule`` forbids it."""
    if not np.can_cast(array.dtype, dtype, rule):
        what = "array data" if array.ndim else "scalar"
        raise TypeError(
            f"Cannot cast {what} from {array.dtype!r} to {np.dtype(dtype)!r} according to the rule {rule!r}"
        )


def check_taken(out, shape, dtype) -> None:
    """Refuses an array that what ``take`` gives does not go into."""
    if out.shape != shape:
        raise ValueError("output array does not match result of ndarray.take")
    check_cast(out, dtype)
    check_written_back(out)


def check_written_back(out) -> None:
    """Refuses what may not be written, where NumPy writes to a copy first."""
    if not out.flags.writeable:
        raise ValueError("WRITEBACKIFCOPY base is read-only")
