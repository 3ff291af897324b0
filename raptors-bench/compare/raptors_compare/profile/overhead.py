"""`cargo xtask overhead`: what a call spends on allocation, conversion, the call itself and the
operation, with warm caches and with cold ones."""

from __future__ import annotations

import ast
import time
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import numpy as np

from ..operands import operands
from ..run import answer
from ..timing import Effort, measure
from . import artefact
from .loop import prepared
from .target import SIDES, Target

# How far the parts may be from the whole.
LIMIT = 0.15
EFFORT = Effort(warmup=2, least=15, most=151, budget=4.0, batch=200_000)
# Rounds with cold caches, and bytes that are written before each: more than any last cache holds.
ROUNDS, EVICTED = 25, 96 << 20
PARTS = ("conversion", "allocation", "call", "operation")

_OPERATORS = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide",
    ast.FloorDiv: "floor_divide", ast.Mod: "remainder", ast.Pow: "power",
    ast.Lt: "less", ast.Gt: "greater", ast.BitAnd: "bitwise_and",
}  # fmt: skip

_BATCH = """
def batch(n, clock):
    {locals}
    begin = clock()
    for _ in repeat(None, n):
        {statement}
    return clock() - begin
"""
# One call after the caches were emptied, with a look at the clock between the stages.
_ONCE = """
def once(clock):
    {locals}
    begin = clock()
    {convert}
    between = clock()
    {statement}
    end = clock()
    return between - begin, end - between

def whole(clock):
    {locals}
    begin = clock()
    {convert}; {statement}
    return clock() - begin
"""


def into(code: str) -> str | None:
    """The expression with `out=out` for its last step; none where that has no such argument."""
    try:
        tree = ast.parse(code, mode="eval").body
    except SyntaxError:
        return None
    if isinstance(tree, ast.Call) and all(word.arg != "out" for word in tree.keywords):
        return f"{ast.unparse(tree)[:-1]}{', ' if tree.args or tree.keywords else ''}out=out)"
    if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
        return f"xp.{_OPERATORS[type(tree.op)]}({ast.unparse(tree.left)}, {ast.unparse(tree.right)}, out=out)"
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and type(tree.ops[0]) in _OPERATORS:
        name = _OPERATORS[type(tree.ops[0])]
        return f"xp.{name}({ast.unparse(tree.left)}, {ast.unparse(tree.comparators[0])}, out=out)"
    return None


class Stages:
    """The stages of a call on a side, each as code that can be timed alone."""

    def __init__(self, side_name: str, target: Target, given: dict | None):
        self.side, self.op, _ = prepared(side_name, target)
        self.target = target
        # One memory for all stages and sides: another would be another state of the caches.
        self.given = given = given or operands(self.op, target.cell, 0)
        self.code, arrays = answer(self.side, self.op, given)[1]
        self.names = {"xp": self.side.xp, "np": self.side.xp, "repeat": repeat}
        self.arrays, converts = [], []
        for name, array in arrays.items():
            self.names[f"made_{name}"] = array
            if isinstance(given.get(name), np.ndarray) and name != "out":
                self.names[f"raw_{name}"] = given[name]
                converts.append(f"{name} = xp.asarray(raw_{name})")
            self.arrays.append(name)
        self.convert = "; ".join(converts) or "pass"
        result = None if self.op.shows else self._value(self.code)
        self.result = result if getattr(result, "ndim", 0) else None
        self.into = self._into()
        self.tiny = self._tiny()

    def _locals(self, tiny: bool = False) -> str:
        source = "tiny" if tiny else "made"
        words = [f"{name} = {source}_{name}" for name in self.arrays]
        return "; ".join([*words, f"out = {source}_result" if self.into else "pass"])

    def _value(self, code: str):
        names = {**self.names, **{name: self.names[f"made_{name}"] for name in self.arrays}}
        return eval(code, names)

    def _into(self) -> str | None:
        """The code that writes to memory that is there, if the side takes such code."""
        written = into(self.code) if self.result is not None else None
        if written is None:
            return None
        room = self.side.xp.empty(self.result.shape, self.result.dtype)
        self.names["out"] = self.names["made_result"] = room
        try:
            self._value(written)
        except (TypeError, ValueError, NotImplementedError, AttributeError):
            return None
        return written

    def _tiny(self) -> bool:
        """Whether the op takes operands of a single element, which show what any call costs."""
        shape = (1,) * len(self.target.shape)
        cell = replace(self.target.cell, shape=shape)
        try:
            found, (_, arrays) = answer(self.side, self.op, operands(self.op, cell, 0))
        except Exception:  # whatever an op raises that needs more
            return False
        for name, array in arrays.items():
            self.names[f"tiny_{name}"] = array
        if self.into:
            self.names["tiny_result"] = self.side.xp.empty(found.shape, self.result.dtype)
        return set(arrays) == set(self.arrays)

    def _compile(self, template: str, what: str, tiny: bool = False, **parts: str):
        names = dict(self.names)
        exec(template.format(locals=self._locals(tiny), **parts), names)
        return names[what]

    def batches(self) -> dict:
        """Batches of each stage, warm."""
        statements = {
            "whole": f"{self.convert}; {self.code}", "conversion": self.convert,
            "prepared": self.code, "nothing": "pass",
        }  # fmt: skip
        if self.into:
            statements["into"] = self.into
        elif self.result is not None:
            shape, dtype = tuple(self.result.shape), self.result.dtype
            self.names |= {"result_shape": shape, "result_dtype": dtype}
            statements["empty"] = "xp.empty(result_shape, result_dtype)"
        found = {
            name: self._compile(_BATCH, "batch", statement=text) for name, text in statements.items()
        }
        if self.tiny:
            text = self.into or self.code
            found["tiny"] = self._compile(_BATCH, "batch", True, statement=text)
        return found

    def colds(self) -> dict:
        """The stages of one call, cold: functions of the clock."""
        def parts(code: str) -> dict[str, str]:
            return {"convert": self.convert, "statement": code}

        found = {
            "whole": self._compile(_ONCE, "whole", **parts(self.code)),
            "prepared": self._compile(_ONCE, "once", **parts(self.code)),
        }
        if self.into:
            found["into"] = self._compile(_ONCE, "once", **parts(self.into))
        if self.tiny:
            code = {"convert": "pass", "statement": self.into or self.code}
            found["tiny"] = self._compile(_ONCE, "once", True, **code)
        return found


def parts(times: dict[str, float]) -> dict:
    """The parts that the times of stages make up, and how far their sum is from the whole."""
    prepared = times["prepared"]
    how = dict.fromkeys(PARTS, "timed alone")
    if "into" in times:
        # Giving the result's memory can cost more than making it does: then that is nothing.
        allocation = max(0.0, prepared - times["into"])
        how["allocation"] = "the call less the same into memory that is there"
    elif "empty" in times:
        allocation = min(times["empty"], prepared)
        how["allocation"] = "xp.empty of the result"
    else:
        allocation = 0.0
        how["allocation"] = "in the call: the result is not an array of its own"
    rest = prepared - allocation
    call = min(times.get("tiny", 0.0), rest)
    how["call"] = "the call on one element"
    if "tiny" not in times:
        how["call"] = "in the operation: one element is refused"
    how["operation"] = "what the call takes beyond allocation and one element"
    values = dict(zip(PARTS, (times["conversion"], allocation, call, rest - call)))
    found = {name: {"ns": value, "how": how[name]} for name, value in values.items()}
    total = sum(part["ns"] for part in found.values())
    return {
        "whole_ns": times["whole"], "parts": found, "sum_ns": total,
        "gap": total / times["whole"] - 1,
    }  # fmt: skip


def _warm(stages: dict[str, Stages]) -> dict[str, dict[str, float]]:
    batches = {
        (side, name): batch for side, one in stages.items() for name, batch in one.batches().items()
    }
    samples = measure(batches, EFFORT).ns
    found: dict[str, dict[str, float]] = {side: {} for side in stages}
    for (side, name), taken in samples.items():
        found[side][name] = float(np.percentile(taken, 25))
    for times in found.values():
        # The loop itself is part of every stage, and of the whole.
        nothing = times.pop("nothing")
        for name in times:
            times[name] = max(0.0, times[name] - nothing)
    return found


def _cold(stages: dict[str, Stages]) -> dict[str, dict[str, float]]:
    evicting = np.zeros(EVICTED // 8)
    clock = time.perf_counter_ns
    looks = [clock() - clock() for _ in range(101)]
    look = -float(np.median(looks))
    calls = [(side, name, once) for side, one in stages.items() for name, once in one.colds().items()]
    rng = np.random.default_rng(0)
    taken: dict[tuple[str, str], list] = {}
    for _ in range(ROUNDS):
        for n in rng.permutation(len(calls)):
            side, name, once = calls[n]
            evicting += 1
            taken.setdefault((side, name), []).append(once(clock))
    found: dict[str, dict[str, float]] = {side: {} for side in stages}
    for (side, name), values in taken.items():
        middle = np.maximum(np.median(np.array(values, float), axis=0) - look, 0)
        if name == "whole":
            found[side]["whole"] = float(middle)
        else:
            found[side][name] = float(middle[1])
        if name == "prepared":
            found[side]["conversion"] = float(middle[0])
    return found


def overhead(target: Target, out: Path) -> dict:
    """Takes a call apart on both sides, which take turns; and says whether the parts add up."""
    stages: dict[str, Stages] = {}
    given = None
    for side in SIDES:
        stages[side] = Stages(side, target, given)
        given = stages[side].given
    record: dict = {"target": target.name, "limit": LIMIT, "evicted_bytes": EVICTED, "sides": {}}
    states = {"warm": _warm(stages), "cold": _cold(stages)}
    for side, one in stages.items():
        record["sides"][side] = {
            "code": one.code, "version": one.side.version,
            **{state: parts(times[side]) for state, times in states.items()},
        }  # fmt: skip
    record["adds_up"] = all(
        abs(found[state]["gap"]) <= LIMIT for found in record["sides"].values() for state in states
    )
    artefact.save(out / "overhead.json", record)
    artefact.text(out / "overhead.md", markdown(record))
    return record


def markdown(record: dict) -> str:
    """The parts as a table."""
    lines = [
        f"# {record['target']}: the parts of a call", "",
        f"| ns | caches | {' | '.join(PARTS)} | sum | whole | gap |",
        f"| --- | --- |{' ---: |' * (len(PARTS) + 3)}",
    ]  # fmt: skip
    for side, found in record["sides"].items():
        for state in ("warm", "cold"):
            one = found[state]
            words = [f"{one['parts'][part]['ns']:,.0f}" for part in PARTS]
            words += [f"{one['sum_ns']:,.0f}", f"{one['whole_ns']:,.0f}", f"{one['gap']:+.1%}"]
            lines.append(f"| {side} | {state} | {' | '.join(words)} |")
    lines.append("")
    for side, found in record["sides"].items():
        told = dict.fromkeys(
            f"{name}: {part['how']}" for name, part in found["warm"]["parts"].items()
        )
        lines.append(f"{side}, `{found['code']}`: {'; '.join(told)}.")
    verdict = "add up" if record["adds_up"] else "do NOT add up: the machine was too busy"
    lines.append(f"The parts {verdict} (limit {record['limit']:.0%}).")
    return "\n".join([*lines, ""])
