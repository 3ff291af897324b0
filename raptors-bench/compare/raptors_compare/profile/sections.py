"""The chapters of the page on an op, as data: each figure comes from a record, or says why not."""

from __future__ import annotations

from dataclasses import dataclass, field

from .asm import KINDS
from .overhead import PARTS
from .target import SIDES

NAMES = {"numpy": "NumPy", "raptors": "Raptors"}


@dataclass
class Section:
    """A chapter: sentences, a table, and files to show or to link."""

    title: str
    sentences: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    graphs: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def _gone(title: str, record: dict) -> Section | None:
    """What stands in place of a chapter that could not be made."""
    if "unavailable" in record:
        return Section(title, [f"Unavailable: {record['unavailable']}."])
    return None


def verdict(record: dict) -> Section:
    """How fast the op is."""
    title = "How fast"
    if gone := _gone(title, record):
        return gone
    if "why" in record:
        return Section(title, [f"Not reached: {record['why']}."])
    told = [
        f"Raptors takes 1/{record['ratio']:.2f} of NumPy's time: the ratio is {record['ratio']:.3f}, its "
        f"95 % interval {record['low']:.3f} to {record['high']:.3f}, from {record['samples']} paired samples "
        f"in {record['placements']} places of memory.",
        f"A ratio of {record['wanted']:g}: {record['verdict']}.",
        f"Raptors runs {record['code']}; NumPy runs {record['numpy_code']}.",
    ]
    if record["delegated"]:
        told.append("Raptors hands this op to NumPy.")
    return Section(title, told)


def time(record: dict, profile: dict) -> Section:
    """Where the time goes."""
    title = "Where the time goes"
    if gone := _gone(title, record):
        return gone
    sides = [record["sides"][side]["functions"] for side in SIDES]
    rows = []
    for n in range(max(map(len, sides))):
        row: list[str] = []
        for found in sides:
            one = found[n] if n < len(found) else None
            row += [f"{one['self']:.1%}", one["symbol"]] if one else ["", ""]
        rows.append(row)
    told = [
        f"{NAMES[side]} {profile['sides'][side]['facts']['version']}: {one['samples']} samples, {one['tool']}."
        for side, one in record["sides"].items()
    ]
    for side, found in profile["sides"].items():
        for tool in ("perf", "py_spy"):
            if "unavailable" in found[tool]:
                told.append(f"{NAMES[side]}, {tool.replace('_', '-')}: {found[tool]['unavailable']}.")
    graphs = [(f"{NAMES[side]}, self and callers", f"{side}/flame.svg") for side in SIDES]
    told_by = "red is more on Raptors' side, blue more on NumPy's"
    graphs.append((f"Difference, in Raptors' stacks: {told_by}", "difference.svg"))
    graphs.append((f"Difference, in NumPy's stacks: {told_by}", "difference-numpy.svg"))
    files = [f"{side}/{name}" for side in SIDES for name in ("self-times.md", "perf-report.txt", "py-spy.svg")]
    return Section(title, told, ["NumPy", "function", "Raptors", "function"], rows, graphs, files)


def counts(record: dict) -> Section:
    """What a call costs."""
    title = "What a call costs"
    if gone := _gone(title, record):
        return gone
    pair = [record["sides"][side]["figures"] for side in SIDES]
    rows = []
    for name in dict.fromkeys([*pair[0], *pair[1]]):
        found = [one.get(name, {"unavailable": "not asked for"}) for one in pair]
        words = [f"{one['value']:,.2f}" if "value" in one else "unavailable" for one in found]
        ratio = ""
        if all("value" in one for one in found) and found[1]["value"]:
            ratio = f"{found[0]['value'] / found[1]['value']:.2f}"
        sources = dict.fromkeys(one.get("source") or one["unavailable"] for one in found)
        rows.append([name.replace("_", " "), *words, ratio, "; ".join(sources)])
    told = [f"Hardware counters here: {', '.join(record['counters']) or 'none'}."]
    return Section(title, told, ["per call", "NumPy", "Raptors", "ratio", "source"], rows)


def repeated(profile: dict) -> Section:
    """Whether counts under valgrind are the same when they are taken again."""
    title = "Counts under valgrind"
    rows, told = [], []
    for side, found in profile["sides"].items():
        one = found["counts"]
        if "unavailable" in one:
            told.append(f"{NAMES[side]}: unavailable: {one['unavailable']}.")
            continue
        for name, value in one["per_call"].items():
            again = one["again"][name]
            rows.append([NAMES[side], name.replace("_", " "), f"{value:,.2f}", f"{again:,.2f}"])
        level = f", Raptors at {one['level']}" if one["level"] else ""
        same = "repeats exactly" if one["repeats_exactly"] else "does not repeat exactly"
        told.append(f"{NAMES[side]}: {2 * one['calls']} calls less {one['calls']}, twice: {same}. {one['source']}{level}.")
    return Section(title, told, ["side", "per call", "first", "again"], rows)


def code(record: dict) -> Section:
    """What the kernels are made of."""
    title = "The kernels that ran"
    if gone := _gone(title, record):
        return gone
    kinds = KINDS[record["machine"]]
    rows, files = [], []
    for side, found in record["sides"].items():
        for one in found:
            row = [NAMES[side], f"{one['self']:.1%}"]
            if "mix" in one:
                ran = one["executed"]
                row += [
                    f"{one['mix'][k]}" + (f" ({ran[k]:.0%})" if "unavailable" not in ran else "")
                    for k in kinds
                ]
                files.append(one["file"])
            else:
                row += [one["unavailable"]] + [""] * (len(kinds) - 1)
            rows.append([*row, one["name"]])
    told = ["Instructions of each kind; in brackets, the share of the samples that fell on them."]
    return Section(title, told, ["side", "self", *kinds, "function"], rows, files=files)


def stages(record: dict) -> Section:
    """The parts of a call."""
    title = "The parts of a call"
    if gone := _gone(title, record):
        return gone
    rows = []
    for side, found in record["sides"].items():
        for state in ("warm", "cold"):
            one = found[state]
            words = [f"{one['parts'][part]['ns']:,.0f}" for part in PARTS]
            words += [f"{one['sum_ns']:,.0f}", f"{one['whole_ns']:,.0f}", f"{one['gap']:+.1%}"]
            rows.append([NAMES[side], state, *words])
    added = "add up" if record["adds_up"] else "do not add up: take them with care"
    evicted = record["evicted_bytes"] >> 20
    told = [
        f"Nanoseconds. The parts {added} (limit {record['limit']:.0%}).",
        f"Cold: {evicted} MiB were written before each call, on both sides.",
    ]
    columns = ["side", "caches", *PARTS, "sum", "whole", "gap"]
    return Section(title, told, columns, rows)


def origin(record: dict) -> Section:
    """Where the figures come from."""
    found = record.get("provenance")
    if not found:
        return Section("Where the figures come from", ["Unavailable: the op was not validated."])
    rows = [
        [name.replace("_", " "), value if isinstance(value, str) else repr(value)]
        for name, value in found.items()
        if name in ("time", "cpu", "cores", "affinity", "caches", "load", "system", "python",
                    "versions", "commit", "dirty", "settings", "numpy_blas")
    ]  # fmt: skip
    return Section("Where the figures come from", [], ["", ""], rows)


def sections(records: dict[str, dict]) -> list[Section]:
    """All chapters, from the records by command."""
    profile = records["profile"]
    return [
        verdict(records["validate"]), time(records["compare"], profile), stages(records["overhead"]),
        counts(records["perfstat"]), repeated(profile), code(records["asm"]),
        origin(records["validate"]),
    ]  # fmt: skip
