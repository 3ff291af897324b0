"""What ``ndarray.flat`` does with keys: elements picked and put by their numbers in C order."""

from __future__ import annotations

import operator
import warnings

import numpy as np

from ._delegate import to_numpy
from ._raptors import asarray, ndarray

_WRONG = (
    "only integers, slices (`:`), ellipsis (`...`) and integer or boolean arrays are valid indices"
)
_TRUTHS = (
    "boolean indices for iterators are not supported because of previous behavior that was confusing "
    "(valid boolean indices are expected to work in the future)"
)
_FLOATS = (
    "Invalid non-array indices for iterator objects are deprecated and will be removed in a future "
    "version. (Deprecated NumPy 2.4)"
)
_ONE_TRUTH = (
    "Indexing flat iterators with a 0-dimensional boolean index is deprecated and may be removed in a "
    "future version. (Deprecated NumPy 2.4)"
)
_NO_AXIS = "Assigning to a flat iterator with a 0-D index is not supported"

# Numbers that an element takes, or refuses, as NumPy's do.
_PLAIN = (float, int, bool, complex)


def place(array, index: int) -> tuple[int, ...]:
    """The indices of the element of ``array`` that has the number ``index``."""
    found = []
    for length in reversed(array.shape[1:]):
        index, rest = divmod(index, length) if length else (index, 0)
        found.append(rest)
    return (*([index] if array.ndim else []), *reversed(found))


def _check(array, key) -> int:
    index = operator.index(key)
    if not -(1 << 63) <= index < 1 << 63:
        raise OverflowError("Python int too large to convert to C long")
    if not -array.size <= index < array.size:
        raise IndexError(f"index {index} is out of bounds for size {array.size}")
    return index + array.size if index < 0 else index


def _key(array, key, assigned=False):
    """The key, and whether it names one element."""
    array_like = isinstance(key, ndarray | np.ndarray)
    if isinstance(key, bool) or (array_like and key.ndim == 0 and key.dtype.kind == "b"):
        warnings.warn(_ONE_TRUTH, DeprecationWarning, stacklevel=3)
        if assigned or not key:
            return slice(1 if key else 0), False
        return _check(array, 0), True
    if type(key) is tuple:
        if not key:
            if assigned:
                raise IndexError(_NO_AXIS)
            return slice(None), False
        if len(key) != 1:
            raise IndexError(
                "too many indices for flat iterator: flat iterator is 1-dimensional, but "
                f"{len(key)} were indexed"
            )
        (key,) = key
        if isinstance(key, tuple):
            key = list(key)
        if key is Ellipsis and assigned:
            raise IndexError(_NO_AXIS)
    if isinstance(key, slice) or key is Ellipsis:
        return (slice(None) if key is Ellipsis else key), False
    if isinstance(key, int | np.integer) and not isinstance(key, bool):
        return _check(array, key), True
    if isinstance(key, ndarray | np.ndarray):
        if key.dtype.kind not in "iub":
            raise IndexError("arrays used as indices must be of integer (or boolean) type")
        key = asarray(key)
    else:
        key = asarray(_numbers(key))
    if key.dtype.kind == "b" and key.shape != (array.size,):
        raise IndexError(
            "boolean index did not match indexed flat iterator along axis 0; size of axis "
            f"is {array.size} but size of corresponding boolean axis is {len(key)}"
        )
    if key.ndim == 0:
        return _check(array, key.item()), True
    return key, False


def _numbers(given):
    """Indices that are no array: NumPy still takes numbers that are not whole, and no truth values."""
    if given is None:
        raise IndexError(_WRONG)
    key = np.asarray(given)
    if key.dtype.kind == "b":
        raise IndexError(_TRUTHS)
    if key.dtype.kind in "iu":
        return key
    if key.dtype.kind not in "fcO":
        raise IndexError(_WRONG)
    places = key.astype(np.intp)
    if key.size:
        warnings.warn(_FLOATS, DeprecationWarning, stacklevel=4)
    return places


def _choose(line, key):
    try:
        return line[key]
    except IndexError as error:
        raise IndexError(str(error).replace("axis 0 with size", "size")) from None


def get(flat, key):
    """``flat[key]``."""
    array, line = flat.base, flat._line
    key, one = _key(array, key)
    if one:
        return array[place(array, key)] if line is None else line[key]
    line = array.ravel() if line is None else line
    result = _choose(line, key)
    return result.copy() if result.base is not None else result


def set(flat, key, value):
    """``flat[key] = value``."""
    array, line = flat.base, flat._line
    if not array.flags.writeable:
        raise ValueError("underlying array is read-only")
    key, one = _key(array, key, assigned=True)
    if one:
        try:
            if type(value) not in _PLAIN:
                item = np.zeros((), array.dtype)
                item.fill(to_numpy(value, {}))
                value = item
            array[place(array, key)] = value
        except Exception:
            raise ValueError("Error setting single item of array.") from None
        return
    apart = line is None
    line = array.flatten() if apart else line
    key = key.ravel() if isinstance(key, ndarray) else key
    count = _choose(line, key).size
    values = asarray(value, dtype=array.dtype).ravel()
    if not count or not values.size:
        return
    if values.size < count and values.size > 1:
        # Too few values start again from the first.
        rounds = -(-count // values.size)
        repeated = values.reshape(1, -1)
        values = asarray(np.broadcast_to(repeated, (rounds, values.size))).ravel()
    line[key] = values if values.size == 1 else values[:count]
    if apart:
        array[...] = line.reshape(array.shape)
