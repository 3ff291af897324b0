"""``einsum``: sums of products over labelled axes, as products of matrices wherever there are any."""

from __future__ import annotations

import contextlib
import functools

import numpy as np

from . import _raptors
from ._delegate import call, notice
from ._einsum_parse import from_sublists, parse, sizes
from ._einsum_pairs import product
from ._einsum_path import find_path, steps
from ._foreign import has_foreign_dtype
from ._raptors import _linalg, ndarray


def einsum(*operands, out=None, optimize=False, dtype=None, order="K", casting=np._NoValue):
    """``einsum`` of whatever the extension does not do itself."""
    plain = out is dtype is None and not optimize and order == "K" and casting is np._NoValue
    if plain and operands and isinstance(operands[0], ndarray):
        # Lists of labels: the same in one text, unless something is wrong with them.
        with contextlib.suppress(TypeError, ValueError, IndexError):
            subscripts, operands_alone = from_sublists(operands)
            return _raptors.einsum(subscripts, *operands_alone)
    try:
        return _einsum(operands, out, optimize, dtype, order, casting)
    except (TypeError, ValueError):
        options = _options(optimize, dtype, order, casting)
        _refuse(operands, options if out is None else options | {"out": out})
        raise


def _options(optimize, dtype, order, casting):
    """These options for NumPy's ``einsum``."""
    options = {"optimize": optimize, "dtype": dtype, "order": order}
    return options if casting is np._NoValue else options | {"casting": casting}


def _refuse(operands, options):
    """Raises what NumPy raises for such operands, tried on arrays that take no memory."""
    given = [_stand_in(value) for value in operands]
    # Labels in lists stand after each operand, which may itself be a list.
    first = 1 if isinstance(given[0] if given else None, str | bytes) else 0
    for i in range(first, len(given) - 1 + first, 2 - first):
        with contextlib.suppress(TypeError, ValueError):
            given[i] = _stand_in(np.asarray(given[i]))
    out = options.get("out")
    arrays = [value for value in (*given, out) if isinstance(value, ndarray | np.ndarray)]
    lengths = sorted({length for array in arrays for length in array.shape} - {0, 1})
    # Lengths that are equal stay so: what NumPy takes here it takes, and it is not asked to compute that.
    small = {0: 0, 1: 1} | {length: place for place, length in enumerate(lengths, 2)}
    same = {length: length for length in small}
    try:
        _try(given, options, small)
    except (TypeError, ValueError):
        _try(given, options, same)


def _stand_in(value):
    if isinstance(value, ndarray | np.ndarray):
        return np.broadcast_to(np.zeros((), value.dtype), value.shape)
    return value


def _try(operands, options, lengths):
    """NumPy's ``einsum`` of arrays whose axes have these ``lengths`` in place of their own."""

    def shape(array):
        return tuple(lengths[length] for length in array.shape)

    operands = [
        np.broadcast_to(np.zeros((), value.dtype), shape(value))
        if isinstance(value, np.ndarray)
        else value
        for value in operands
    ]
    out = options.get("out")
    if isinstance(out, ndarray | np.ndarray):
        stand_in = np.empty(shape(out), out.dtype)
        stand_in.flags.writeable = out.flags.writeable
        options = options | {"out": stand_in}
    np.einsum(*operands, **options)


def _einsum(operands, out, optimize, dtype, order, casting):
    if out is not None and not isinstance(out, ndarray | np.ndarray):
        raise TypeError("keyword parameter out must be an array for einsum")
    if not isinstance(optimize, bool | str | type(None)):
        len(optimize)
    if order not in ("C", "F", "A", "K", "c", "f", "a", "k", None):
        raise ValueError(f"order must be one of 'C', 'F', 'A', or 'K' (got '{order}')")
    dtype = None if dtype is None else np.dtype(dtype)
    if any(map(has_foreign_dtype, (*operands, dtype))):
        notice("numpy.einsum")
        options = _options(optimize, dtype, order, casting)
        return call(np.einsum, operands, options | ({} if out is None else {"out": out}))
    terms, output, arrays = parse(operands, strict=optimize is False)
    count, lengths = len(arrays), sizes(terms, arrays)
    if count == 1 and out is None and set(terms[0]) == set(output):
        # A view, whatever the dtype and the order; `casting` has to be a name still.
        np.can_cast(arrays[0].dtype, arrays[0].dtype, _rule(casting))
        view = _ordered(*_reduced(terms[0], arrays[0], output), output, lengths)
        # One element is a number to NumPy, and its memory nobody's.
        return view.view() if view.ndim else view[()]
    found = _known_steps if isinstance(optimize, bool | str | None) else _steps
    done = found(tuple(terms), output, tuple(lengths.items()), optimize)
    for number, (places, text) in enumerate(done, 1):
        labels = [terms.pop(place) for place in places]
        parts = [arrays.pop(place) for place in places]
        left = output if number == len(done) else text.rpartition(">")[2]
        target = out if number == len(done) else None
        if optimize is not False and len(places) == 2:
            # On a path that was looked for, NumPy's functions multiply: the one that comes last first.
            options = {} if dtype is None else {"dtype": dtype}
            options |= {} if casting is np._NoValue else {"casting": casting}
            result = product(labels, parts, left, target, (order or "K").upper(), options)
        else:
            # In the order in which they were given.
            result = _together(labels[::-1], parts[::-1], left, target, lengths, (dtype, order, casting))
        terms.append(left)
        arrays.append(result)
    return arrays[0] if out is None else out


def _steps(terms, output, lengths, optimize):
    """The steps of the path that is found for the terms: places and subscripts."""
    lengths = dict(lengths)
    path = find_path(list(terms), output, lengths, optimize)
    return [(places, text) for places, text, *_ in steps(terms, output, lengths, path)]


# The paths that were looked for last: to find one takes longer than to multiply small operands.
_known_steps = functools.lru_cache(maxsize=128)(_steps)


def _together(terms, arrays, output, out, lengths, options):
    """The product of operands without a path, in ``out`` or in memory as ``options`` say."""
    dtype, order, casting = options
    axes = _axes(order, terms, arrays, output)
    common = dtype or np.result_type(*(array.dtype for array in arrays))
    _check(arrays, common, _rule(casting))
    arrays = [array.astype(common, copy=False) for array in arrays]
    with np.errstate(all="ignore"):
        term, result = _product(terms, arrays, output, lengths, common)
    result = _ordered(term, result, output, lengths)
    if result.dtype.kind in "fc":
        # NumPy adds to zero, so that no zero is negative.
        result = _raptors.ufuncs["add"](result, 0)
    return _finish(result, out, axes, _rule(casting), len(terms))


def _rule(casting):
    """The rule that operands are cast by."""
    return "safe" if casting is np._NoValue else casting


def _check(arrays, common, casting):
    for i, array in enumerate(arrays):
        if not np.can_cast(array.dtype, common, casting):
            raise TypeError(
                f"Iterator operand {i} dtype could not be cast from {array.dtype!r} to {common!r} "
                f"according to the rule '{casting}'"
            )


def _axes(order, terms, arrays, output):
    """The axes of the output, the slowest in memory first, in the ``order`` asked for."""
    axes = list(range(len(output)))
    if order in ("A", "a"):
        order = "F" if all(array.flags.f_contiguous for array in arrays) else "C"
    if order in ("F", "f"):
        return axes[::-1]
    if order in ("C", "c"):
        return axes
    summed = sorted(set("".join(terms)) - set(output))
    steps = {label: [0] * len(terms) for label in [*output, *summed]}
    for i, (term, array) in enumerate(zip(terms, arrays)):
        for label, step, length in zip(term, array.strides, array.shape):
            steps[label][i] += step if length > 1 else 0
    # From the last axis on, each goes inside those whose steps are longer in every operand that has
    # both: so loops over the operands walk through memory.
    inside = []
    for label in reversed(steps):
        place = len(inside)
        for i in reversed(range(place)):
            pairs = zip(map(abs, steps[inside[i]]), map(abs, steps[label]))
            longer = [other > step for other, step in pairs if other and step]
            if longer and not all(longer):
                break
            if longer:
                place = i
        inside.insert(place, label)
    return [output.index(label) for label in reversed(inside) if label in output]


def _finish(result, out, axes, casting, count):
    """``result`` in ``out`` or with its ``axes`` in this order in memory."""
    if out is not None:
        if not np.can_cast(result.dtype, out.dtype, casting):
            raise TypeError(
                f"Iterator requested dtype could not be cast from {result.dtype!r} to {out.dtype!r}, "
                f"the operand {count} dtype, according to the rule '{casting}'"
            )
        if out.shape != result.shape:
            raise ValueError(
                f"output operand has shape {out.shape}, and the result {result.shape}"
            )
        out[...] = result
        return out
    laid = result.transpose(axes)
    if laid.flags.c_contiguous:
        return result
    return laid.copy("C").transpose(sorted(axes, key=axes.__getitem__))


def _product(terms, arrays, left, lengths, dtype):
    """The product, as ``dtype``, of operands one after the other, without labels that nobody needs any more."""
    term, array = terms[0], arrays[0]
    for i in range(1, len(terms)):
        needed = left + "".join(terms[i + 1 :])
        term, array = _pair(term, array, terms[i], arrays[i], needed, lengths, dtype)
    return _reduced(term, array, left) if len(terms) == 1 else (term, array)


def _reduced(term, array, needed):
    """One axis for each label of ``term``, and only labels that are needed."""
    labels = "".join(dict.fromkeys(term))
    if len(labels) != len(term):
        groups = [[i for i, other in enumerate(term) if other == label] for label in labels]
        array = _linalg.diagonals(array, groups)
    gone = tuple(i for i, label in enumerate(labels) if label not in needed)
    if gone:
        array = array.sum(axis=gone, dtype=array.dtype)
        labels = "".join(label for label in labels if label in needed)
    return labels, array


def _without_short(term, array, lengths):
    """Without the axes of length one that stand for others."""
    short = [i for i, label in enumerate(term) if array.shape[i] == 1 != lengths[label]]
    if not short:
        return term, array
    kept = "".join(label for i, label in enumerate(term) if i not in short)
    return kept, array.squeeze(tuple(short))


def _pair(term, a, other, b, needed, lengths, dtype):
    """The product of two operands as ``dtype``, summed over the labels that are not needed."""
    term, a = _reduced(term, a, needed + other)
    other, b = _reduced(other, b, needed + term)
    term, a = _without_short(term, a, lengths)
    other, b = _without_short(other, b, lengths)
    # A label that only one of them still has is summed there.
    (term, a), (other, b) = (
        _lone_sums(term, a, other, needed),
        _lone_sums(other, b, term, needed),
    )
    a, b = a.astype(dtype, copy=False), b.astype(dtype, copy=False)
    shared = [label for label in term if label in other]
    batch = [label for label in shared if label in needed]
    summed = [label for label in shared if label not in needed]
    rows = [label for label in term if label not in other]
    columns = [label for label in other if label not in term]
    labels = "".join(batch + rows + columns)
    if not summed:
        a = a.transpose(tuple(term.index(label) for label in batch + rows))
        b = b.transpose(tuple(other.index(label) for label in batch + columns))
        a = a.reshape(a.shape + (1,) * len(columns))
        shape = b.shape[: len(batch)] + (1,) * len(rows) + b.shape[len(batch) :]
        return labels, a * b.reshape(shape)
    a = a.transpose(tuple(term.index(label) for label in batch + rows + summed))
    b = b.transpose(tuple(other.index(label) for label in batch + summed + columns))
    outer, depth = [lengths[label] for label in batch], _count(summed, lengths)
    a = a.reshape((*outer, _count(rows, lengths), depth))
    b = b.reshape((*outer, depth, _count(columns, lengths)))
    return labels, (a @ b).reshape(tuple(lengths[label] for label in labels))


def _lone_sums(term, array, other, needed):
    gone = tuple(i for i, label in enumerate(term) if label not in other and label not in needed)
    if not gone:
        return term, array
    kept = "".join(label for i, label in enumerate(term) if i not in gone)
    return kept, array.sum(axis=gone, dtype=array.dtype)


def _count(labels, lengths) -> int:
    count = 1
    for label in labels:
        count *= lengths[label]
    return count


def _ordered(term, array, output, lengths):
    """The axes in the order of the output, all as long as they are to be."""
    if term != output:
        array = array.transpose(tuple(term.index(label) for label in output))
    shape = tuple(lengths[label] for label in output)
    if array.shape != shape:
        from . import broadcast_to

        array = broadcast_to(array, shape).copy()
    return array
