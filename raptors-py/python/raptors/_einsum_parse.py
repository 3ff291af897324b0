"""The subscripts of ``einsum``, read: one string of labels for each operand, and the output's."""

from __future__ import annotations

import operator

from ._raptors import asarray

LABELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Names of axes that an ellipsis stands for, where all letters are taken.
_SPARE = "".join(map(chr, range(0xC0, 0xC0 + 128)))


def parse(args, strict=False):
    """Labels of every operand, labels of the output, and the operands as arrays.

    Every label is one character; the axes that an ellipsis stands for have labels of their own. As
    NumPy without an optimized path, ``strict`` takes no dots apart and sums over no ellipsis.
    """
    if not args:
        raise ValueError("No input operands")
    if isinstance(args[0], str | bytes):
        subscripts = args[0] if isinstance(args[0], str) else args[0].decode("ascii", "replace")
        if strict and "." in subscripts.replace("...", ""):
            raise ValueError("Invalid Ellipses.")
        subscripts = subscripts.replace(" ", "")
        operands = args[1:]
    else:
        subscripts, operands = from_sublists(args)
    operands = [asarray(operand) for operand in operands]
    for label in subscripts:
        if label not in LABELS and label not in ".,->":
            raise ValueError(f"Character {label} is not a valid symbol.")
    arrow = "->" in subscripts
    if subscripts.count("-") > 1 or subscripts.count(">") > 1 or (
        not arrow and ("-" in subscripts or ">" in subscripts)
    ):
        raise ValueError("Subscripts can only contain one '->'.")
    left, _, output = subscripts.partition("->")
    if "," in output:
        raise ValueError("Output character , did not appear in the input")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise ValueError("Number of einsum subscripts must be equal to the number of operands.")
    terms, dots = _without_ellipses(terms, operands, subscripts)
    if arrow:
        if strict and dots and "..." not in output:
            raise ValueError(
                "output has more dimensions than subscripts given in einstein sum, but no '...' "
                "ellipsis provided to broadcast the extra dimensions."
            )
        output = output.replace("...", dots)
        if "." in output:
            raise ValueError("Invalid Ellipses.")
    else:
        every = "".join(terms)
        once = (label for label in set(every) - set(dots) if every.count(label) == 1)
        output = dots + "".join(sorted(once))
    for label in output:
        if output.count(label) > 1:
            raise ValueError(f"Output character {label} appeared more than once in the output.")
        if not any(label in term for term in terms):
            raise ValueError(f"Output character {label} did not appear in the input")
    return terms, output, operands


def from_sublists(args):
    """The string that operands, each with its list of labels, stand for."""
    pairs, rest = divmod(len(args), 2)
    terms = [_labels(args[2 * i + 1]) for i in range(pairs)]
    subscripts = ",".join(terms)
    if rest:
        if not pairs:
            raise ValueError("must provide at least an operand and a subscripts list to einsum")
        subscripts += "->" + _labels(args[-1])
    return subscripts, args[: 2 * pairs : 2]


def _labels(numbers) -> str:
    labels = ""
    for number in numbers:
        if number is Ellipsis:
            labels += "..."
            continue
        try:
            place = operator.index(number)
        except TypeError as error:
            raise TypeError(
                "For this input type lists must contain either int or Ellipsis"
            ) from error
        if not 0 <= place < len(LABELS):
            raise ValueError("subscript is not within the valid range [0, 52)")
        labels += LABELS[place]
    return labels


def _without_ellipses(terms, operands, subscripts):
    """``terms`` with labels in place of dots, and the labels of the longest ellipsis."""
    free = [label for label in LABELS if label not in subscripts][::-1]
    free = "".join(free) + _SPARE
    counts = []
    for term, operand in zip(terms, operands):
        if "." not in term:
            counts.append(0)
            if len(term) != operand.ndim:
                raise ValueError(
                    f"Einstein sum subscript {term} does not contain the correct number of indices "
                    f"for operand {len(counts) - 1}."
                )
            continue
        if term.count(".") != 3 or "..." not in term:
            raise ValueError("Invalid Ellipses.")
        count = operand.ndim - (len(term) - 3)
        if count < 0:
            raise ValueError("Ellipses lengths do not match.")
        counts.append(count)
    dots = free[: max(counts, default=0)]
    replaced = [
        term.replace("...", dots[len(dots) - count :]) for term, count in zip(terms, counts)
    ]
    return replaced, dots


def sizes(terms, operands) -> dict[str, int]:
    """The length of every label's axes; one gives way to others, but not in the same operand."""
    lengths: dict[str, int] = {}
    for i, (term, operand) in enumerate(zip(terms, operands)):
        own = dict(zip(reversed(term), reversed(operand.shape)))
        for label, length in zip(term, operand.shape):
            if length != own[label]:
                raise ValueError(
                    f"dimensions in operand {i} for collapsing index '{label}' don't match "
                    f"({own[label]} != {length})"
                )
            known = lengths.get(label, 1)
            if known == 1:
                lengths[label] = length
            elif length not in (1, known):
                raise ValueError(
                    f"Size of label '{label}' for operand {i} ({known}) does not match previous "
                    f"terms ({length})."
                )
    return lengths
