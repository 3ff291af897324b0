"""Two operands of ``einsum`` on a path that was looked for: as NumPy multiplies them, by ``matmul`` and ``multiply``."""

from __future__ import annotations

import math

import numpy as np

from . import _raptors
from ._raptors import asarray


def product(terms, arrays, output, out, order, options):
    """The product of two ``arrays`` labelled ``terms``, in ``out`` if that is given, with the labels ``output``.

    ``options`` are the dtype and the casting of ``matmul`` or ``multiply``.
    """
    (left, right), (a, b) = terms, arrays
    if order == "A":
        order = "F" if a.flags.f_contiguous and b.flags.f_contiguous else "C"
    lengths = {label: n for term, x in zip(terms, arrays) for label, n in zip(term, x.shape) if n != 1}
    long_left, long_right = (
        "".join(dict.fromkeys(label for label, n in zip(term, x.shape) if n != 1))
        for term, x in zip(terms, arrays)
    )
    shared = [label for label in long_left if label in long_right]
    summed = "".join(label for label in shared if label not in output)
    if not summed:
        a, b = (_spread(term, x, output) for term, x in ((left, a), (right, b)))
        if order != "K":
            options = options | {"order": order}
        return _raptors.ufuncs["multiply"](a, b, out=out, **options)
    stacks = "".join(label for label in shared if label in output)
    rows = "".join(label for label in long_left if label in output and label not in long_right)
    columns = "".join(label for label in long_right if label in output and label not in long_left)
    short = "".join(label for label in output if label not in lengths)
    a = _grouped(left, a, (stacks, rows, summed), lengths)
    b = _grouped(right, b, (stacks, summed, columns), lengths)
    produced = short + stacks + rows + columns
    plain = not short and produced == output and len(rows) == len(columns) == 1 and len(stacks) < 2
    from ._gufuncs import matmul

    result = matmul(a, b, out=out if plain else None, **options)
    if plain:
        return result if out is not None or order == "K" else asarray(result, order=order)
    result = result.reshape([lengths.get(label, 1) for label in produced])
    result = result.transpose([produced.index(label) for label in output])
    if out is not None:
        out[...] = result
        return out
    return result if order == "K" else asarray(result, order=order)


def _one(subscripts, array):
    """What ``einsum`` makes of one operand."""
    with np.errstate(all="ignore"):
        return _raptors.einsum(subscripts, array)


def _spread(term, array, output):
    """``array`` with an axis for every label of ``output``."""
    kept = "".join(label for label in output if label in term)
    if kept != term:
        array = _one(f"{term}->{kept}", array)
    return array.reshape([array.shape[kept.index(label)] if label in kept else 1 for label in output])


def _grouped(term, array, groups, lengths):
    """``array`` as a stack of matrices, of which each axis has the labels of a group."""
    wanted = "".join(groups)
    if term != wanted:
        array = _one(f"{term}->{wanted}", array)
    groups = groups if groups[0] else groups[1:]
    if all(len(group) == 1 for group in groups):
        return array
    return array.reshape([math.prod(lengths[label] for label in group) for group in groups])
