"""Python functions applied to parts of arrays."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

import raptors as rp

from ._delegate import from_numpy, to_numpy
from ._raptors import asarray, zeros, zeros_like

__all__ = ["apply_along_axis", "apply_over_axes", "piecewise", "vectorize"]


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
        args = [to_numpy(arg, {}) for arg in args]
        kwargs = {name: to_numpy(value, {}) for name, value in kwargs.items()}
        return from_numpy(super().__call__(*args, **kwargs), {})
