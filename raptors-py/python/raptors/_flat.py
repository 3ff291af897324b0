"""The object behind ``ndarray.flat``: the elements one after the other, in C order."""

from __future__ import annotations

import operator
import warnings

import numpy as np

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


class flatiter:
    """All elements of an array as if it had one axis, in C order.

    Iterating gives the elements; indexing gives copies, assigning writes to the array.
    """

    __hash__ = None
    __slots__ = ("_array", "_line", "_next")

    def __init__(self, array: ndarray):
        self._array = array
        # One axis over the same memory, where there is one.
        if array.ndim == 1:
            self._line = array
        else:
            self._line = array.reshape(-1, copy=False) if array.flags.c_contiguous else None
        self._next = 0

    @property
    def base(self) -> ndarray:
        """The array whose elements these are."""
        return self._array

    @property
    def index(self) -> int:
        """The number of the element that comes next."""
        return self._next

    @property
    def coords(self) -> tuple[int, ...]:
        """The indices of the element that comes next."""
        return self._place(self._next)

    def _place(self, index: int) -> tuple[int, ...]:
        place = []
        for length in reversed(self._array.shape[1:]):
            index, rest = divmod(index, length) if length else (index, 0)
            place.append(rest)
        return (*([index] if self._array.ndim else []), *reversed(place))

    def copy(self) -> ndarray:
        """The elements in new memory."""
        return self._array.flatten()

    def __len__(self) -> int:
        return self._array.size

    def __iter__(self):
        return self

    def __next__(self):
        if self._next >= self._array.size:
            raise StopIteration
        index = self._next
        self._next += 1
        return self._array[self._place(index)] if self._line is None else self._line[index]

    def _check(self, key) -> int:
        size = self._array.size
        index = operator.index(key)
        if not -size <= index < size:
            raise IndexError(f"index {index} is out of bounds for size {size}")
        return index + size if index < 0 else index

    def _key(self, key, assigned=False):
        """The key, and whether it names one element."""
        if type(key) is tuple:
            if not key:
                if assigned:
                    raise IndexError("Assigning to a flat iterator with a 0-D index is not supported")
                return slice(None), False
            if len(key) != 1:
                raise IndexError(
                    "too many indices for flat iterator: flat iterator is 1-dimensional, but "
                    f"{len(key)} were indexed"
                )
            (key,) = key
            if isinstance(key, tuple):
                key = list(key)
        if key is None or isinstance(key, float | str):
            raise IndexError(_WRONG)
        if isinstance(key, slice) or key is Ellipsis:
            return (slice(None) if key is Ellipsis else key), False
        if isinstance(key, int | np.integer) and not isinstance(key, bool):
            return self._check(key), True
        given, key = key, asarray(key)
        if isinstance(given, list):
            key = self._numbers(key)
        if key.dtype.kind not in "iub":
            raise IndexError(_WRONG)
        if key.dtype.kind == "b" and key.ndim == 0:
            warnings.warn(_ONE_TRUTH, DeprecationWarning, stacklevel=3)
            return slice(0, int(key)), False
        if key.dtype.kind == "b" and key.shape != (self._array.size,):
            raise IndexError(
                "boolean index did not match indexed flat iterator along dimension 0; size of axis "
                f"is {self._array.size} but size of corresponding boolean axis is {len(key)}"
            )
        if key.ndim == 0:
            return self._check(key.item()), True
        return key, False

    @staticmethod
    def _numbers(key):
        """A list of indices: NumPy still takes floats, and mistakes no truth values for places."""
        if key.dtype.kind == "b":
            raise IndexError(_TRUTHS)
        if key.dtype.kind == "f" and key.size:
            warnings.warn(_FLOATS, DeprecationWarning, stacklevel=4)
        return key.astype("int64") if key.dtype.kind == "f" else key

    @staticmethod
    def _choose(line, key):
        try:
            return line[key]
        except IndexError as error:
            raise IndexError(str(error).replace("axis 0 with size", "size")) from None

    def __getitem__(self, key):
        if type(key) is int and self._line is not None:
            try:
                return self._line[key]
            except IndexError:
                self._check(key)
        key, one = self._key(key)
        if one:
            return self._array[self._place(key)] if self._line is None else self._line[key]
        line = self._array.ravel() if self._line is None else self._line
        result = self._choose(line, key)
        return result.copy() if result.base is not None else result

    def __setitem__(self, key, value):
        key, one = self._key(key, assigned=True)
        if one:
            self._array[self._place(key)] = asarray(value).reshape(-1)[0]
            return
        line = self._array.flatten() if self._line is None else self._line
        count = self._choose(line, key).size
        values = asarray(value, dtype=self._array.dtype).ravel()
        if count and not values.size:
            raise ValueError("Error setting single item of array.")
        if not count:
            return
        if values.size < count and values.size > 1:
            # Too few values start again from the first.
            rounds = -(-count // values.size)
            repeated = values.reshape(1, -1)
            values = asarray(np.broadcast_to(repeated, (rounds, values.size))).ravel()
        line[key] = values if values.size == 1 else values[:count]
        if self._line is None:
            self._array[...] = line.reshape(self._array.shape)

    def __delitem__(self, key):
        raise TypeError("Cannot delete iterator elements")

    def __array__(self, dtype=None, /, *, copy=None):
        """A NumPy array of the elements: over their memory where they are in order."""
        line = self._array.ravel() if self._line is None else self._line
        return line.__array__(dtype, copy=copy)

    def _compare(name):
        def compare(self, other, /):
            return getattr(self._array.ravel(), name)(other)

        compare.__name__ = name
        return compare

    __eq__, __ne__, __lt__, __le__, __gt__, __ge__ = map(
        _compare, ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
    )
    del _compare
