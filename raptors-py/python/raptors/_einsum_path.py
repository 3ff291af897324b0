"""In which order ``einsum`` multiplies its operands: paths of pairs that cost the least."""

from __future__ import annotations

import itertools
import math

from ._einsum_parse import parse, sizes


def _size(labels, lengths) -> int:
    """The number of elements of an array with these labels."""
    return math.prod(lengths[label] for label in labels)


def _flops(labels, summed, count, lengths) -> int:
    """Operations to multiply ``count`` arrays with all these ``labels``, and to sum some."""
    return _size(labels, lengths) * (max(1, count - 1) + bool(summed))


class _Contraction:
    """What becomes of some of the ``terms``, sets of labels, when they are multiplied."""

    def __init__(self, chosen, others, output, lengths):
        self.labels = set().union(*chosen)
        self.result = self.labels & set(output).union(*others)
        self.summed = self.labels - self.result
        self.cost = _flops(self.labels, self.summed, len(chosen), lengths)
        self.size = _size(self.result, lengths)
        self.saved = sum(_size(term, lengths) for term in chosen) - self.size


def _greedy(terms, output, lengths, limit):
    """Pairs that make the least of their memory first; then the cheapest."""
    live = dict(enumerate(terms))
    naive = _flops(
        set().union(*terms), sum(map(len, terms)) > len(set().union(*terms)), len(terms), lengths
    )
    spent, path = 0, []
    names = itertools.count(len(terms))

    def candidate(pair):
        others = [term for name, term in live.items() if name not in pair]
        contraction = _Contraction([live[name] for name in pair], others, output, lengths)
        if contraction.size > limit or spent + contraction.cost > naive:
            return None
        return (-contraction.saved, contraction.cost), pair, contraction

    def candidates(pairs):
        return [found for found in map(candidate, pairs) if found is not None]

    def joined(pairs):
        return [(a, b) for a, b in pairs if live[a] & live[b]]

    known = candidates(joined(itertools.combinations(live, 2)))
    while len(live) > 1:
        if not known:
            known = candidates(itertools.combinations(live, 2))
        if not known:
            path.append(tuple(range(len(live))))
            break
        _, pair, contraction = min(known, key=lambda found: found[0])
        places = list(live)
        path.append(tuple(places.index(name) for name in pair))
        spent += contraction.cost
        known = [found for found in known if not set(found[1]) & set(pair)]
        for name in pair:
            del live[name]
        new = next(names)
        others = list(live)
        live[new] = contraction.result
        known += candidates(joined((name, new) for name in others))
    return path


def _optimal(terms, output, lengths, limit):
    """The cheapest of all orders of pairs."""
    count = len(terms)
    states = [(0, [], terms)]
    for done in range(count - 1):
        further = []
        for cost, path, live in states:
            for pair in itertools.combinations(range(count - done), 2):
                others = [term for place, term in enumerate(live) if place not in pair]
                contraction = _Contraction([live[i] for i in pair], others, output, lengths)
                if contraction.size <= limit:
                    state = cost + contraction.cost, [*path, pair], [*others, contraction.result]
                    further.append(state)
        if not further:
            best = min(states, key=lambda state: state[0])[1]
            return [*best, tuple(range(count - done))]
        states = further
    return min(states, key=lambda state: state[0])[1]


def find_path(terms, output, lengths, optimize):
    """The places of the operands that each step multiplies; its result becomes the last."""
    limit = None
    if optimize is True:
        optimize = "greedy"
    elif optimize is None:
        optimize = False
    if optimize is not False and not isinstance(optimize, str):
        if len(optimize) and isinstance(optimize[0], str) and optimize[0] == "einsum_path":
            return list(optimize[1:])
        named = len(optimize) == 2 and isinstance(optimize[0], str)
        if not (named and isinstance(optimize[1], int | float)):
            raise TypeError(f"Did not understand the path: {optimize!s}")
        optimize, limit = optimize[0], int(optimize[1])
    sets = [set(term) for term in terms]
    if limit is None:
        limit = max(_size(labels, lengths) for labels in [*terms, output])
    if optimize is False or len(terms) <= 2 or set(lengths) == set(output):
        return [tuple(range(len(terms)))]
    if optimize == "greedy":
        return _greedy(sets, output, lengths, limit)
    if optimize == "optimal":
        return _optimal(sets, output, lengths, limit)
    raise KeyError("Path name %s not found", optimize)


def steps(terms, output, lengths, path):
    """What each step of ``path`` does: places, subscripts, the terms then left, its cost."""
    live, result = list(terms), []
    for number, places in enumerate(path):
        places = tuple(sorted(places, reverse=True))
        chosen = [live.pop(place) for place in places]
        contraction = _Contraction([set(term) for term in chosen], map(set, live), output, lengths)
        if number == len(path) - 1:
            labels = output
        else:
            labels = "".join(sorted(contraction.result, key=lambda label: (lengths[label], label)))
        live.append(labels)
        result.append((places, ",".join(chosen) + "->" + labels, list(live), contraction))
    if len(live) != 1:
        raise RuntimeError(
            f"Invalid einsum_path is specified: {len(live) - 1} more operands has to be contracted."
        )
    return result


def einsum_path(*operands, optimize="greedy", einsum_call=False):
    """The cheapest order in which ``einsum`` can multiply its operands, and a report about it.

    ``optimize`` is ``"greedy"``, ``"optimal"``, either with a limit of elements in a tuple,
    ``False``, or a path to report about. The path is a list of places of operands; the result of a
    step becomes the last operand.

    Examples
    --------
    >>> a, b = rp.ones((2, 5)), rp.ones((5, 3))
    >>> rp.einsum_path("ij,jk,kl->il", a, b, b.T)[0]
    ['einsum_path', (0, 1), (0, 1)]
    """
    terms, output, operands = parse(operands)
    lengths = sizes(terms, operands)
    path = find_path(terms, output, lengths, optimize)
    done = steps(terms, output, lengths, path)
    if einsum_call:
        return operands, [(places, text, left) for places, text, left, _ in done]
    return ["einsum_path", *path], _report(terms, output, lengths, done)


def _report(terms, output, lengths, done) -> str:
    summed = sum(len(set(term)) for term in terms) - len(lengths) > 0
    naive = _flops(lengths, summed, len(terms), lengths)
    cost = sum(contraction.cost for *_, contraction in done) + 1
    largest = max(contraction.size for *_, contraction in done)
    scaling = max(len(contraction.labels) for *_, contraction in done)
    rule = "-" * 74
    lines = [
        f"  Complete contraction:  {','.join(terms)}->{output}",
        f"         Naive scaling:  {len(lengths)}",
        f"     Optimized scaling:  {scaling}",
        f"      Naive FLOP count:  {naive:.3e}",
        f"  Optimized FLOP count:  {cost:.3e}",
        f"   Theoretical speedup:  {naive / cost:3.3f}",
        f"  Largest intermediate:  {largest:.3e} elements",
        rule,
        f"{'scaling':>6} {'current':>24} {'remaining':>40}",
        rule,
    ]
    for _, text, left, contraction in done:
        remaining = ",".join(left) + "->" + output
        lines.append(f"{len(contraction.labels):4d}    {text:>24} {remaining:>40}")
    return "\n".join(lines)
