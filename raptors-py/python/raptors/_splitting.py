"""Arrays taken apart, as views, and views of one shape."""

from __future__ import annotations

import itertools
import math
import operator
import sys

import raptors as rp

from ._raptors import asarray, broadcast_to

__all__ = [
    "array_split", "broadcast_arrays", "broadcast_shapes", "dsplit", "hsplit", "split", "unstack",
    "vsplit",
]  # fmt: skip

# The most axes that NumPy's arrays have.
_MAX_NDIM = 64


def array_split(ary, indices_or_sections, axis=0):
    """Views of parts of ``ary`` along ``axis``: so many, or cut at the given places.

    Where the length does not come out even, the first parts are longer by one.

    Examples
    --------
    >>> [part.tolist() for part in rp.array_split(rp.arange(5), 2)]
    [[0, 1, 2], [3, 4]]
    """
    ary = asarray(ary)
    length = ary.shape[axis]
    axis = operator.index(axis) % ary.ndim
    try:
        len(indices_or_sections)
        cuts = [0, *indices_or_sections, length]
    except TypeError:
        parts = int(indices_or_sections)
        if parts <= 0:
            raise ValueError("number sections must be larger than 0.") from None
        each, longer = divmod(length, parts)
        # A list of all at once: too many parts are a MemoryError now, not after minutes.
        sizes = [each + 1] * longer + [each] * (parts - longer)
        cuts = list(itertools.accumulate(sizes, initial=0))
    head = (slice(None),) * axis
    return [ary[(*head, slice(start, stop))] for start, stop in zip(cuts, cuts[1:])]


def split(ary, indices_or_sections, axis=0):
    """Views of parts of ``ary`` along ``axis``: so many equal ones, or cut at the given places.

    ``ValueError`` where the length does not come out even.

    Examples
    --------
    >>> [part.tolist() for part in rp.split(rp.arange(4), [1, 3])]
    [[0], [1, 2], [3]]
    """
    ary = asarray(ary)
    try:
        len(indices_or_sections)
    except TypeError:
        sections = indices_or_sections
        if ary.shape[axis] % sections:
            raise ValueError("array split does not result in an equal division") from None
    return array_split(ary, indices_or_sections, axis)


def hsplit(ary, indices_or_sections):
    """Views of parts along the second axis, or the only one; otherwise as ``split``.

    Examples
    --------
    >>> [part.tolist() for part in rp.hsplit(rp.arange(4), 2)]
    [[0, 1], [2, 3]]
    """
    ary = asarray(ary)
    if ary.ndim == 0:
        raise ValueError("hsplit only works on arrays of 1 or more dimensions")
    return split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0)


def vsplit(ary, indices_or_sections):
    """Views of parts along the first axis of at least two; otherwise as ``split``.

    Examples
    --------
    >>> [part.tolist() for part in rp.vsplit(rp.eye(2), 2)]
    [[[1.0, 0.0]], [[0.0, 1.0]]]
    """
    ary = asarray(ary)
    if ary.ndim < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return split(ary, indices_or_sections, 0)


def dsplit(ary, indices_or_sections):
    """Views of parts along the third axis; otherwise as ``split``.

    Examples
    --------
    >>> [part.shape for part in rp.dsplit(rp.ones((1, 2, 4)), 2)]
    [(1, 2, 2), (1, 2, 2)]
    """
    ary = asarray(ary)
    if ary.ndim < 3:
        raise ValueError("dsplit only works on arrays of 3 or more dimensions")
    return split(ary, indices_or_sections, 2)


def unstack(x, /, *, axis=0):
    """Views of ``x`` at every place of ``axis``, as a tuple.

    Examples
    --------
    >>> [part.tolist() for part in rp.unstack(rp.eye(2))]
    [[1.0, 0.0], [0.0, 1.0]]
    """
    x = asarray(x)
    if x.ndim == 0:
        raise ValueError("Input array must be at least 1-d.")
    moved = rp.moveaxis(x, axis, 0)
    return tuple(moved[place, ...] for place in range(moved.shape[0]))


def _items(shape):
    """What a shape that is no tuple has."""
    # Arrays have the method too, but only those without axes are one number.
    if hasattr(shape, "__index__") and not getattr(shape, "ndim", 0):
        return (shape,)
    try:
        return tuple(shape)
    except TypeError:
        words = f"expected a sequence of integers or a single integer, got '{shape!r}'"
        raise TypeError("Use () not None as shape arguments" if shape is None else words) from None


def _lengths(given):
    """The lengths of a shape as Python's integers."""
    if any(type(length) is bool for length in given):
        raise TypeError("an integer is required")
    lengths = tuple(map(operator.index, given))
    if lengths and min(lengths) < 0:
        raise ValueError("negative dimensions are not allowed")
    if lengths and max(lengths) > sys.maxsize:
        raise ValueError("Maximum allowed dimension exceeded")
    return lengths


def _mismatch(shapes):
    """The error for shapes of which two have other lengths along an axis: the first that is one."""
    for axis in range(-max(map(len, shapes)), 0):
        known = {}
        for place, shape in enumerate(shapes):
            if len(shape) >= -axis and shape[axis] != 1:
                known.setdefault(shape[axis], place)
        if len(known) > 1:
            break
    first, other, *_ = known.values()
    return ValueError(
        "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between "
        f"arg {first} with shape {shapes[first]} and arg {other} with shape {shapes[other]}."
    )


def broadcast_shapes(*args):
    """The shape that arrays of all these shapes broadcast to; ``ValueError`` where there is none.

    Examples
    --------
    >>> rp.broadcast_shapes((2, 1), (3,), 1)
    (2, 3)
    """
    shapes, ndim = [], 0
    for given in args:
        if type(given) is not tuple:
            given = _items(given)
        if len(given) > _MAX_NDIM:
            words = f"maximum supported dimension for an ndarray is currently {_MAX_NDIM}, found {len(given)}"
            raise ValueError(words)
        for length in given:
            if type(length) is not int or not 0 <= length <= sys.maxsize:
                given = _lengths(given)
                break
        shapes.append(given)
        if len(given) > ndim:
            ndim = len(given)
    result = [1] * ndim
    for lengths in shapes:
        axis = ndim - len(lengths)
        for length in lengths:
            if length != 1 and length != result[axis]:
                if result[axis] != 1:
                    raise _mismatch(shapes)
                result[axis] = length
            axis += 1
    if math.prod(result) > sys.maxsize:
        raise ValueError("broadcast dimensions too large.")
    return tuple(result)


def broadcast_arrays(*args, subok=False):
    """All arguments as views of the one shape that they broadcast to.

    Those that repeat elements are read-only.

    Examples
    --------
    >>> [x.tolist() for x in rp.broadcast_arrays([1, 2], [[3], [4]])]
    [[[1, 2], [1, 2]], [[3, 3], [4, 4]]]
    """
    arrays = [asarray(array) for array in args]
    result = broadcast_shapes(*(array.shape for array in arrays))
    return tuple(array if array.shape == result else broadcast_to(array, result) for array in arrays)
