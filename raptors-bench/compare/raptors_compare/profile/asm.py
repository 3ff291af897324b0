"""`cargo xtask asm`: the kernels that ran, disassembled, and which kinds of instructions they are."""

from __future__ import annotations

import platform
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from . import artefact, sample
from .names import address
from .record import kernels
from .target import SIDES, Target
from .tools import Failed, output

# `  5153a0:\tpush   rbp`
_LINE = re.compile(r"^\s*([0-9a-f]+):\s+(\S+)(?:\s+(.*?))?\s*$")
# `00000000005153a0 00000000000004d4 t FLOAT_add_X86_V3`
_SYMBOL = re.compile(r"^([0-9a-f]+) ([0-9a-f]+) [tTwWiuV] (\S.*)$", re.M)
_ARM = re.compile(r"aarch64|arm64", re.I)
# The kinds of instructions, widest first.
KINDS = {
    "x86": ("zmm", "ymm", "xmm", "scalar float", "general"),
    "arm": ("sve", "neon", "scalar float", "general"),
}
# Functions of a side that are worth a listing.
_MOST = 6


@dataclass(frozen=True)
class Instruction:
    """One line of a listing."""

    at: int
    name: str
    operands: str


def listing(text: str) -> list[Instruction]:
    """The instructions in the output of `objdump -d --no-show-raw-insn`; `Failed` without any."""
    found = []
    for line in text.splitlines():
        if (parts := _LINE.match(line)) and not parts[2].startswith("file"):
            found.append(Instruction(int(parts[1], 16), parts[2], parts[3] or ""))
    if not found:
        raise Failed("objdump listed no instruction")
    return found


def kind(instruction: Instruction, machine: str) -> str:
    """The kind of an instruction, by the widest register that it names."""
    words = re.sub(r"<.*|#.*", "", instruction.operands)
    if machine == "arm":
        if re.search(r"\b[zp]\d+\.[bhsdq]|\bz\d+\b", words):
            return "sve"
        if re.search(r"\bv\d+\.|\bq\d+\b", words):
            return "neon"
        return "scalar float" if re.search(r"\b[hsd]\d+\b", words) else "general"
    for width in ("zmm", "ymm"):
        if width in words:
            return width
    if "xmm" not in words:
        return "general"
    one = re.search(r"(ss|sd|sh|si2ss|si2sd|2si|2usi)$", instruction.name)
    return "scalar float" if one or instruction.name in ("vmovd", "vmovq", "movd", "movq") else "xmm"


def mix(instructions: list[Instruction], machine: str) -> dict[str, int]:
    """How many instructions there are of each kind."""
    counts = Counter(kind(one, machine) for one in instructions)
    return {name: counts[name] for name in KINDS[machine]}


def executed(instructions: list[Instruction], machine: str, places: dict[int, int]) -> dict[str, float]:
    """The share of the samples that fell on instructions of each kind."""
    at = {one.at - instructions[0].at: kind(one, machine) for one in instructions}
    counts: Counter[str] = Counter()
    for distance, samples in places.items():
        if distance in at:
            counts[at[distance]] += samples
    total = counts.total() or 1
    return {name: counts[name] / total for name in KINDS[machine]}


def symbols(table: str) -> dict[int, tuple[int, str]]:
    """Size and name of the functions by address, from `nm -S`."""
    return {
        int(row[1], 16): (int(row[2], 16), row[3]) for row in _SYMBOL.finditer(table) if int(row[2], 16)
    }


def _symbols(file: str) -> dict[int, tuple[int, str]]:
    """The functions of a file: its own table, or what it exports where that was stripped."""
    found = {}
    for more in ([], ["-D"]):
        try:
            found |= symbols(output("nm", "-S", "--defined-only", *more, file))
        except Failed:
            continue
    return found


def _disassembled(row: dict, table: dict[int, tuple[int, str]], machine: str) -> dict:
    """One function: its listing and what is in it."""
    start = address(row["file"], row["start"])
    if start not in table:
        return artefact.unavailable(f"{Path(row['file']).name} names no function at {start:#x}")
    size, symbol = table[start]
    style = ["-M", "intel"] if machine == "x86" else []
    text = output(
        "objdump", "-d", "--no-show-raw-insn", *style, f"--start-address={start:#x}",
        f"--stop-address={start + size:#x}", row["file"],
    )  # fmt: skip
    found = listing(text)
    places = {int(distance): samples for distance, samples in row.get("places", {}).items()}
    return {
        "symbol": symbol, "instructions": len(found), "bytes": size, "mix": mix(found, machine),
        "executed": executed(found, machine, places) if places else
        artefact.unavailable("the profile has no addresses"),
        "listing": _annotated(found, places, row["samples"]),
    }  # fmt: skip


def _annotated(instructions: list[Instruction], places: dict[int, int], samples: int) -> str:
    """The listing with the share of the function's samples before each line."""
    lines = []
    for one in instructions:
        share = places.get(one.at - instructions[0].at, 0) / max(samples, 1)
        hot = f"{share:6.1%}" if share >= 0.0005 else ""
        lines.append(f"{hot:>6}  {one.at:8x}  {one.name:<12} {one.operands}".rstrip())
    return "\n".join([*lines, ""])


def _functions(side: str, target: Target, out: Path, seconds: float) -> list[dict]:
    """The self times of a side: those that were recorded, or new ones."""
    if (out / side / "self-times.json").is_file():
        return artefact.load(out / side / "self-times.json", "profile")["functions"]
    return sample.sample(side, target, out / side, seconds)["sampled"]["functions"]


def asm(target: Target, out: Path, seconds: float) -> dict:
    """Disassembles what computed on both sides."""
    machine = "arm" if _ARM.search(platform.machine()) else "x86"
    record: dict = {"target": target.name, "machine": machine, "sides": {}}
    for side in SIDES:
        functions = _functions(side, target, out, seconds)
        rows = kernels(side, functions)[:_MOST]
        if not rows:
            if not any(row["file"] for row in functions):
                # py-spy looked in its place: this tells why perf could not.
                sample.perf_samples()
            raise Failed(f"no function of {side} took 2 % of the samples: nothing to disassemble")
        tables = {file: _symbols(file) for file in {row["file"] for row in rows}}
        found = []
        for number, row in enumerate(rows, 1):
            code = _disassembled(row, tables[row["file"]], machine)
            if "listing" in code:
                path = artefact.text(out / "asm" / f"{side}-{number}.s", code.pop("listing"))
                code["file"] = str(path.relative_to(out))
            found.append({"name": row["symbol"], "self": row["self"], **code})
        if not any("mix" in code for code in found):
            raise Failed(f"no kernel of {side} could be disassembled: {found[0]['unavailable']}")
        record["sides"][side] = found
    artefact.save(out / "asm.json", record)
    artefact.text(out / "asm.md", markdown(record))
    return record


def markdown(record: dict) -> str:
    """The kernels with their mixes, as a table."""
    kinds = KINDS[record["machine"]]
    lines = [
        f"# {record['target']}: the kernels that ran", "",
        f"| side | self | {' | '.join(kinds)} | function |",
        f"| --- | ---: | {' | '.join('---:' for _ in kinds)} | --- |",
    ]  # fmt: skip
    for side, found in record["sides"].items():
        for code in found:
            name = code["name"].replace("|", "\\|")
            if "mix" not in code:
                cells = [code["unavailable"]] + [""] * (len(kinds) - 1)
            else:
                ran = code["executed"]
                cells = [
                    f"{code['mix'][k]}" + (f" ({ran[k]:.0%})" if "unavailable" not in ran else "")
                    for k in kinds
                ]
            lines.append(f"| {side} | {code['self']:.1%} | {' | '.join(cells)} | `{name}` |")
    told = "Instructions of each kind in the code; in brackets, the share of samples that fell on them."
    return "\n".join([*lines, "", told, ""])
