"""Python functions applied to parts of arrays."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

import raptors as rp

from ._delegate import from_numpy, to_numpy
from ._raptors import asarray, zeros, zeros_like

__all__ = ["apply_along_axis", "apply_over_axes", "ndenumerate", "piecewise", "vectorize"]


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    """What ``func1d`` makes of every run along ``axis``, in the place of that axis.

    ``func1d`` gets views of one axis and may give arrays of any shape, whose axes stand at the
    place of ``axis``. A loop in Python.

    Examples
    --------
    >>> rp.apply_along_axis(lambda run: run.sum(), 1, [[1, 2], [3, 4]]).tolist()
    [3, 7]
    """
    arr = asarray(arr)
    axis = normalize_axis_index(axis, arr.ndim)
    runs = rp.moveaxis(arr, axis, -1)
    places = np.ndindex(runs.shape[:-1])
    try:
        first = next(places)
    except StopIteration:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0") from None
    value = asarray(func1d(runs[first], *args, **kwargs))
    result = zeros((*runs.shape[:-1], *value.shape), value.dtype)
    result[first] = value
    for place in places:
        result[place] = asarray(func1d(runs[place], *args, **kwargs))
    outer = runs.ndim - 1
    axes = list(range(result.ndim))
    return result.transpose(axes[:axis] + axes[outer:] + axes[axis:outer])


def apply_over_axes(func, a, axes):
    """``func(a, axis)`` for one axis after the other, which stay with length one.

    Examples
    --------
    >>> rp.apply_over_axes(rp.sum, rp.ones((2, 3)), [0, 1]).tolist()
    [[6.0]]
    """
    value = asarray(a)
    ndim = value.ndim
    for axis in (axes,) if rp.ndim(axes) == 0 else axes:
        axis = int(axis) + (ndim if axis < 0 else 0)
        result = func(value, axis)
        if rp.ndim(result) != ndim:
            result = rp.expand_dims(result, axis)
            if result.ndim != ndim:
                raise ValueError("function is not returning an array of the correct shape")
        value = result
    return value


class ndenumerate(np.ndenumerate):
    """The elements of an array in C order, each with its indices.

    Examples
    --------
    >>> [(place, int(x)) for place, x in rp.ndenumerate([[1, 2], [3, 4]])]
    [((0, 0), 1), ((0, 1), 2), ((1, 0), 3), ((1, 1), 4)]
    """

    def __init__(self, arr):
        try:
            self.iter = asarray(arr).flat
        except TypeError:
            # Of a dtype that only NumPy has.
            self.iter = np.asarray(arr).flat

    def __iter__(self):
        return self


def _is_number(condition):
    """Whether ``condition`` is one truth value, which may be an array without axes."""
    if isinstance(condition, np.ndarray | rp.ndarray):
        return condition.ndim == 0
    return not isinstance(condition, list | tuple)


def piecewise(x, condlist, funclist, *args, **kw):
    """What the functions, or numbers, in ``funclist`` make of ``x`` where their conditions hold.

    One function more than conditions is for where none holds. ``ValueError`` for other numbers.

    Examples
    --------
    >>> rp.piecewise(rp.asarray([-1.0, 2.0]), [[True, False]], [-1, lambda v: v * 2]).tolist()
    [-1.0, 4.0]
    """
    x = asarray(x)
    count = len(funclist)
    if _is_number(condlist) or (x.ndim != 0 and _is_number(condlist[0])):
        condlist = [condlist]
    condlist = asarray(condlist).astype(bool)
    number = len(condlist)
    if number == count - 1:
        condlist = rp.concatenate([condlist, ~condlist.any(axis=0, keepdims=True)], axis=0)
        number += 1
    elif number != count:
        raise ValueError(
            f"with {number} condition(s), either {number} or {number + 1} functions are expected"
        )
    result = zeros_like(x)
    for condition, function in zip(condlist, funclist):
        if not callable(function):
            result[condition] = function
            continue
        chosen = x[condition]
        if chosen.size > 0:
            result[condition] = function(chosen, *args, **kw)
    return result


class vectorize(np.vectorize):
    """A function of numbers, called for every element, as a function of arrays.

    Arguments as NumPy's class takes them. The loop is Python's.

    Examples
    --------
    >>> rp.vectorize(lambda a, b: a + b)([1, 2], 3).tolist()
    [4, 5]
    """

    def __call__(self, *args, **kwargs):
        plain = not kwargs and not self.excluded and self.signature is None
        if plain and (self.otypes is None or len(self.otypes) == 1) and _are_alike(args):
            if self.pyfunc is not np._NoValue:
                return self._each(args)
        args = [to_numpy(arg, {}) for arg in args]
        kwargs = {name: to_numpy(value, {}) for name, value in kwargs.items()}
        return from_numpy(super().__call__(*args, **kwargs), {})

    def _each(self, args):
        """The function of arrays of one shape, which has elements: called as NumPy's class calls it."""
        function, shape = self.pyfunc, args[0].shape
        runs = [(arg if arg.ndim == 1 else arg.ravel()).tolist() for arg in args]
        values, dtypes = [], self.otypes
        if dtypes is None:
            # The first elements are scalars of their dtype, so that the result's shows.
            first = function(*[arg.__array__().flat[0] for arg in args])
            results = first if isinstance(first, tuple) else (first,)
            dtypes = [np.asarray(value).dtype.char for value in results]
            if self.cache:
                values = [first]
                runs = [run[1:] for run in runs]
        count = len(dtypes)
        if count == 1:
            values += map(function, *runs)
            return _column(values, np.dtype(dtypes[0]), shape)
        for value in map(function, *runs):
            if not isinstance(value, tuple) or len(value) != count:
                # NumPy's loop ends here, and leaves objects without a value.
                break
            values.append(value)
        values += [(None,) * count] * (args[0].size - len(values))
        columns = zip(zip(*values), map(np.dtype, dtypes))
        return tuple(_column(list(column), dtype, shape) for column, dtype in columns)


def _are_alike(args):
    """Whether there are arguments, and all are arrays of one shape with elements, which lie in C order:
    the function is called in the order in which they lie."""
    if not args or any(type(arg) is not rp.ndarray for arg in args):
        return False
    shape = args[0].shape
    if not shape or 0 in shape:
        return False
    return all(arg.shape == shape and arg.flags.c_contiguous for arg in args)


def _objects(values):
    """An array of these objects."""
    result = np.empty(len(values), object)
    for place, value in enumerate(values):
        result[place] = value
    return result


def _column(values, dtype, shape):
    """Results of calls as an array, converted as NumPy converts objects."""
    if dtype.kind in "biufc" and dtype.isnative:
        try:
            result = asarray(values, dtype)
        except (TypeError, ValueError, OverflowError):
            result = None
        if result is not None and result.ndim == 1:
            return result if len(shape) == 1 else result.reshape(shape)
    column = _objects(values).reshape(shape)
    return from_numpy(np.asanyarray(column, dtype=dtype), {})
