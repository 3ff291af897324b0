"""Products of arrays beyond matmul: inner and outer, of tensors, of vectors in space."""

from __future__ import annotations

import math
import operator
import warnings

import numpy as np

from ._einsum_path import einsum_path
from ._linalg_checks import last, place
from ._options import check_output
from ._raptors import asarray, dot, einsum, empty, inner, ufuncs, vdot

__all__ = [
    "cross", "dot", "einsum", "einsum_path", "inner", "outer", "tensordot", "trace", "vdot",
]  # fmt: skip


def _into_exact_output(result, out):
    """``result`` in ``out``, which must be just like it, as ``dot`` and its kin ask."""
    if out.ndim != result.ndim or out.dtype != result.dtype or not out.flags.carray:
        raise ValueError(
            "output array is not acceptable (must have the right datatype, number of dimensions, "
            "and be a C-Array)"
        )
    if out.shape != result.shape:
        raise ValueError("output array has wrong dimensions")
    out[...] = result
    return out


def outer(a, b, out=None):
    """The product of every element of ``a`` with every element of ``b``, both flattened.

    The result has as many rows as ``a`` has elements, and as many columns as ``b``.

    Examples
    --------
    >>> rp.outer([1, 2], [3, 4, 5])
    array([[ 3,  4,  5],
           [ 6,  8, 10]])
    """
    a, b = asarray(a).reshape(-1), asarray(b).reshape(-1)
    return ufuncs["multiply"](a[:, None], b[None, :], out)


def tensordot(a, b, axes=2):
    """The sum of products of ``a`` and ``b`` over ``axes``.

    ``axes`` is a number n (the last n axes of ``a`` and the first n of ``b``), or two sequences of
    axes. The result has the other axes of ``a``, then those of ``b``. Raises ``ValueError`` where
    the axes differ in length or number.

    Examples
    --------
    >>> rp.tensordot(rp.ones((3, 4, 5)), rp.ones((4, 3, 2)), axes=([1, 0], [0, 1])).shape
    (5, 2)
    """
    a, b = asarray(a), asarray(b)
    if type(axes) is int and 0 <= axes <= min(a.ndim, b.ndim):
        kept = a.ndim - axes
        first, depth, rest = a.shape[:kept], a.shape[kept:], b.shape[axes:]
        if depth != b.shape[:axes]:
            raise ValueError("shape-mismatch for sum")
        count = math.prod(depth)
        product = dot(a.reshape((math.prod(first), count)), b.reshape((count, math.prod(rest))))
        return product.reshape(first + rest)
    if type(axes) in (tuple, list) and len(axes) == 2:
        left, right = axes
        if type(left) is type(right) is list and len(left) == len(right) == 1 and a.ndim <= 2 >= b.ndim:
            # Of matrices a list of one axis says the same.
            (left,), (right,) = axes
        if type(left) is type(right) is int and -a.ndim <= left < a.ndim and -b.ndim <= right < b.ndim:
            return _along(a, b, left % a.ndim, right % b.ndim)
    try:
        iter(axes)
    except TypeError:
        left, right = list(range(-axes, 0)), list(range(axes))
    else:
        left, right = axes
        left, right = _axis_list(left), _axis_list(right)
    if len(set(left)) != len(left) or len(set(right)) != len(right):
        raise ValueError("duplicate axes are not allowed in tensordot")
    if len(left) != len(right):
        raise ValueError("shape-mismatch for sum")
    shape_a, shape_b = a.shape, b.shape
    if any(shape_a[i] != shape_b[j] for i, j in zip(left, right)):
        raise ValueError("shape-mismatch for sum")
    ndim_a, ndim_b = len(shape_a), len(shape_b)
    left, right = [axis % ndim_a for axis in left], [axis % ndim_b for axis in right]
    free_a = [axis for axis in range(ndim_a) if axis not in left]
    free_b = [axis for axis in range(ndim_b) if axis not in right]
    rows, columns = [shape_a[axis] for axis in free_a], [shape_b[axis] for axis in free_b]
    depth = math.prod([shape_a[axis] for axis in left])
    product = dot(
        a.transpose((*free_a, *left)).reshape((math.prod(rows), depth)),
        b.transpose((*right, *free_b)).reshape((depth, math.prod(columns))),
    )
    return product.reshape((*rows, *columns))


def _along(a, b, left, right):
    """The sum of products over one axis of each: stacks of matrices of ``a`` as they lie."""
    if a.shape[left] != b.shape[right]:
        raise ValueError("shape-mismatch for sum")
    if left != a.ndim - 1:
        a = a.T if a.ndim == 2 else a.transpose((*range(left), *range(left + 1, a.ndim), left))
    if right:
        b = b.T if b.ndim == 2 else b.transpose((right, *range(right), *range(right + 1, b.ndim)))
    if b.ndim <= 2:
        return a @ b
    rest = b.shape[1:]
    return (a @ b.reshape((b.shape[0], math.prod(rest)))).reshape(a.shape[:-1] + rest)


def _axis_list(side) -> list[int]:
    """Axes given as one number or as several; what is no number is refused as an index."""
    axes = list(side) if hasattr(side, "__len__") and getattr(side, "ndim", 1) else [side]
    return [operator.index(axis) if hasattr(axis, "__index__") else axis for axis in axes]


def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """The cross products of vectors of three elements, along an axis of ``a`` and one of ``b``.

    Vectors of two elements are taken with a third that is zero; that is deprecated. The other axes
    broadcast. Raises ``ValueError`` for vectors of other lengths.

    Examples
    --------
    >>> rp.cross([1, 2, 3], [4, 5, 6])
    array([-3,  6, -3])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = asarray(a), asarray(b)
    if a.ndim < 1 or b.ndim < 1:
        raise ValueError("At least one array has zero dimension")
    a = last(a, place(axisa, a.ndim, "axisa"))
    b = last(b, place(axisb, b.ndim, "axisb"))
    lengths = a.shape[-1], b.shape[-1]
    if not set(lengths) <= {2, 3}:
        raise ValueError(
            "incompatible dimensions for cross product\n(dimension must be 2 or 3)"
        )
    if 2 in lengths:
        warnings.warn(
            "Arrays of 2-dimensional vectors are deprecated. Use arrays of 3-dimensional vectors "
            "instead. (deprecated in NumPy 2.0)",
            DeprecationWarning,
            stacklevel=2,
        )
    dtype = np.result_type(a.dtype, b.dtype)
    a, b = a.astype(dtype, copy=False), b.astype(dtype, copy=False)
    a0, a1 = a[..., 0], a[..., 1]
    b0, b1 = b[..., 0], b[..., 1]
    if lengths == (2, 2):
        return a0 * b1 - a1 * b0
    # The products with a third element that is not there are left out.
    a2 = a[..., 2] if lengths[0] == 3 else None
    b2 = b[..., 2] if lengths[1] == 3 else None
    parts = (
        _difference(a1, b2, a2, b1),
        _difference(a2, b0, a0, b2),
        _difference(a0, b1, a1, b0),
    )
    result = empty((*parts[2].shape, 3), dtype)
    for i, part in enumerate(parts):
        result[..., i] = part
    ndim = result.ndim
    axisc = place(axisc, ndim, "axisc")
    order = list(range(ndim - 1))
    order.insert(axisc, ndim - 1)
    return result.transpose(order)


def _difference(a, b, c, d):
    """``a * b - c * d``, where what is None counts as zero."""
    first = None if a is None or b is None else a * b
    second = None if c is None or d is None else c * d
    if first is None:
        return ufuncs["negative"](second)
    return first if second is None else first - second


def trace(a, offset=0, axis1=0, axis2=1, dtype=None, out=None):
    """The sum along a diagonal of ``a``; of every matrix, where there are more axes.

    Views and diagonals are chosen as by ``diagonal``; dtypes are those of ``sum``.

    Examples
    --------
    >>> int(rp.trace(rp.arange(9).reshape(3, 3)))
    12
    """
    a = asarray(a)
    check_output(out)
    return a.diagonal(offset, axis1, axis2).sum(-1, dtype=dtype, out=out)
