"""Arrays and numbers as text, in NumPy's words and by its print options."""

from __future__ import annotations

import html

import numpy as np

from ._raptors import ndarray

__all__ = [
    "array2string", "array_repr", "array_str", "format_float_positional",
    "format_float_scientific", "get_printoptions", "printoptions", "set_printoptions",
]  # fmt: skip


def _view(array):
    """NumPy's view of an array, which its printing takes; other objects as they are."""
    return array.__array__() if type(array) is ndarray else array


def _number(x):
    """The number in an array without axes, as NumPy's scalar; other objects as they are."""
    return x.__array__()[()] if type(x) is ndarray else x


def array_repr(arr, max_line_width=None, precision=None, suppress_small=None):
    """``repr(arr)``, with a line width and a precision of its own.

    Examples
    --------
    >>> rp.array_repr(rp.asarray([1.0, 2.5]))
    'array([1. , 2.5])'
    """
    return np.array_repr(_view(arr), max_line_width, precision, suppress_small)


def array_str(a, max_line_width=None, precision=None, suppress_small=None):
    """``str(a)``, with a line width and a precision of its own.

    Examples
    --------
    >>> rp.array_str(rp.arange(3))
    '[0 1 2]'
    """
    return np.array_str(_view(a), max_line_width, precision, suppress_small)


def array2string(
    a, max_line_width=None, precision=None, suppress_small=None, separator=" ", prefix="", *,
    formatter=None, threshold=None, edgeitems=None, sign=None, floatmode=None, suffix="",
    legacy=None,
):  # fmt: skip
    """``a`` as text, by print options of its own.

    Examples
    --------
    >>> rp.array2string(rp.arange(3), separator=",")
    '[0,1,2]'
    """
    return np.array2string(
        _view(a), max_line_width, precision, suppress_small, separator, prefix,
        formatter=formatter, threshold=threshold, edgeitems=edgeitems, sign=sign,
        floatmode=floatmode, suffix=suffix, legacy=legacy,
    )  # fmt: skip


def format_float_positional(
    x, precision=None, unique=True, fractional=True, trim="k", sign=False, pad_left=None,
    pad_right=None, min_digits=None,
):  # fmt: skip
    """A number in positional notation: the shortest that is ``x``, or of ``precision`` digits.

    Examples
    --------
    >>> rp.format_float_positional(1e-3)
    '0.001'
    """
    return np.format_float_positional(
        _number(x), precision, unique, fractional, trim, sign, pad_left, pad_right, min_digits
    )


def format_float_scientific(
    x, precision=None, unique=True, trim="k", sign=False, pad_left=None, exp_digits=None,
    min_digits=None,
):  # fmt: skip
    """A number in scientific notation: the shortest that is ``x``, or of ``precision`` digits.

    Examples
    --------
    >>> rp.format_float_scientific(1234.5)
    '1.2345e+03'
    """
    return np.format_float_scientific(
        _number(x), precision, unique, trim, sign, pad_left, exp_digits, min_digits
    )


def set_printoptions(
    precision=None, threshold=None, edgeitems=None, linewidth=None, suppress=None, nanstr=None,
    infstr=None, formatter=None, sign=None, floatmode=None, *, legacy=None, override_repr=None,
):  # fmt: skip
    """Sets how arrays are printed: NumPy's options, which NumPy's arrays share.

    Examples
    --------
    >>> rp.set_printoptions(precision=8)
    """
    np.set_printoptions(
        precision, threshold, edgeitems, linewidth, suppress, nanstr, infstr, formatter, sign,
        floatmode, legacy=legacy, override_repr=override_repr,
    )  # fmt: skip


def get_printoptions():
    """How arrays are printed, as a dictionary.

    Examples
    --------
    >>> rp.get_printoptions()["precision"]
    8
    """
    return np.get_printoptions()


def printoptions(*args, **kwargs):
    """Sets how arrays are printed in a ``with`` block.

    Examples
    --------
    >>> with rp.printoptions(precision=2):
    ...     print(rp.asarray([1 / 3]))
    [0.33]
    """
    return np.printoptions(*args, **kwargs)


def _edges(length: int, most: int, edge: int) -> list[int | None]:
    """The places along an axis that are shown; ``None`` where some are left out."""
    if length <= most:
        return list(range(length))
    return [*range(edge), None, *range(length - edge, length)]


def _repr_html_(self):
    """The array as a table for notebooks: its edges where it is large, as text beyond two axes."""
    caption = html.escape(f"shape {self.shape}, {self.dtype}")
    if not 1 <= self.ndim <= 2 or self.size == 0:
        return f"<pre>{html.escape(repr(self))}</pre>"
    view = self.__array__().reshape(-1, self.shape[-1])
    edge = np.get_printoptions()["edgeitems"]
    rows, columns = (_edges(length, 20, edge) for length in view.shape)

    def text(row, column):
        if row is None or column is None:
            return "⋯"
        return html.escape(np.array2string(view[row, column]))

    lines = (
        "<tr>" + "".join(f"<td>{text(row, column)}</td>" for column in columns) + "</tr>"
        for row in rows
    )
    return f"<table><caption>{caption}</caption>{''.join(lines)}</table>"


ndarray._repr_html_ = _repr_html_
