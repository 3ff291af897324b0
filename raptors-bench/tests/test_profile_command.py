"""The commands of profiles: choices, exit codes, what is missing, stub programs, and small real runs."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from fixture import PATIENCE
from raptors_compare import sides
from raptors_compare.ops import BY_NAME, known
from raptors_compare.profile import artefact, asm, cachegrind, loop, overhead, page, record
from raptors_compare.profile import validate
from raptors_compare.profile.cli import COMMANDS, parse
from raptors_compare.profile.target import Unasked, target
from raptors_compare.profile.tools import Failed, Missing

COMPARE = Path(__file__).parents[1] / "compare"
TARGET = ["mean_axis0", "64x64", "float32"]


def command(*args, path=None, **variables):
    env = {**os.environ, "PYTHONPATH": str(COMPARE), **variables}
    if path is not None:
        env["PATH"] = str(path)
    return subprocess.run(
        [sys.executable, "-S", "-m", "raptors_compare.profile", *map(str, args)], env=env,
        capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    ("words", "choice"),
    [
        (["frobnicate", "64x64", "float32"], "mean_axis0"),
        (["frobnicate", "64x64", "float32"], "hypot"),
        (["mean_axis0", "huge", "float32"], "512x512"),
        (["mean_axis0", "1000", "float32"], "dimensions, such as 512x512"),
        (["matmul", "64x64", "float32"], "MxKxN"),
        (["exp", "1000", "float33"], "complex128"),
        (["exp", "1000", "int32"], "float32, float64"),
        ([*TARGET, "--simd", "mmx"], "avx2"),
        ([*TARGET, "--layout", "diagonal"], "transposed"),
        ([*TARGET, "--frobnicate"], "--frobnicate"),
    ],
)
def test_what_cannot_be_is_refused_with_the_choices(name, words, choice, capsys):
    with pytest.raises(SystemExit) as ended:
        parse([name, *words])
    assert ended.value.code == 2
    assert choice in capsys.readouterr().err


def test_sides_targets_and_commands_are_refused_too(capsys):
    for words in (["profile", *TARGET, "cupy"], ["validate", *TARGET, "--target", "0"], ["prof"], []):
        with pytest.raises(SystemExit) as ended:
            parse(words)
        assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "numpy" in told and "between 0 and 3600" in told and "deep-profile" in told


def test_every_op_of_the_comparison_can_be_profiled():
    for name, op in BY_NAME.items():
        found = False
        for shape in ("8", "8x8", "8x8x8", "8x8x8x8"):
            for dtype in (op.dtypes or ("float32", "int32", "bool")):
                try:
                    found = found or target(name, shape, dtype, "contiguous", "").op == name
                except Unasked:
                    continue
        assert found, name
    assert {"hypot", "vecdot", "mean_axis0"} <= set(known())


def test_every_ufunc_that_joins_a_suite_can_be_profiled():
    pytest.importorskip("raptors")
    assert {op.name for op in sides.subject_side("raptors").ufuncs} <= set(known())


def test_a_target_is_one_word_and_a_command_line():
    found = target("exp", "10K", "float32", "strided", "avx2")
    assert found.name == "exp-10000-float32-strided-avx2"
    assert found.words == ["exp", "10000", "float32", "--layout", "strided", "--simd", "avx2"]
    assert target("exp", "10K", "float32", "contiguous", "auto").name == "exp-10000-float32"


# Asks a command what it needs, and ends it where it runs a program, sleeps or asks a network: what is
# left takes no time. Python's own modules are read from disk, and no others are to be had (-S).
AT_ONCE = """
import sys
def hook(event, details):
    if event.startswith(("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn",
                         "socket.", "time.sleep")):
        print(event, details, file=sys.stderr)
        sys.exit("took its time")
sys.addaudithook(hook)
import os, sysconfig
sysconfig.get_path = lambda name: os.environ["PATH"]  # some systems have perf beside Python
from raptors_compare.profile.cli import main
sys.exit(main([*sys.argv[1:], "--needs"]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="perf is on Linux only")
@pytest.mark.parametrize("name", ["profile", "asm", "deep-profile"])
def test_missing_programs_end_with_3_and_what_installs_them_at_once(name, tmp_path):
    """How long it takes is not measured, as a busy machine's clock proves nothing: nothing is waited for."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", AT_ONCE, name, *TARGET],
        env={**os.environ, "PYTHONPATH": str(COMPARE), "PATH": str(tmp_path)},
        capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "perf" in done.stderr and "apt install" in done.stderr


def test_a_missing_profile_is_named(tmp_path):
    done = command("compare-profiles", *TARGET, "--out", tmp_path)
    assert done.returncode == 3, done.stderr
    assert str(tmp_path / "numpy/self-times.json") in done.stderr
    assert "cargo xtask profile mean_axis0 64x64 float32 numpy" in done.stderr


def row(symbol, share, room, file="f"):
    return {"symbol": symbol, "file": file, "start": 0, "samples": 10, "self": share, "total": share,
            "room": room, "places": {}}  # fmt: skip


def test_profiles_stand_next_to_each_other(tmp_path):
    for side, name, room in (("numpy", "FLOAT_add", "numpy"), ("raptors", "down<Avx2 | f32>", "kernel")):
        rows = [row(name, 0.9, room), row("a", 0.1, "python"), row("b", 0.001, "python")]
        taken = {"tool": "perf", "samples": 100, "functions": rows}
        artefact.save(tmp_path / side / "self-times.json", taken)
    found = record.compare(target(*TARGET, "contiguous", ""), tmp_path)
    table = (tmp_path / "compare.md").read_text()
    assert "| 90.0% | `FLOAT_add` | 90.0% | `down<Avx2 \\| f32>` |" in table
    assert len(found["sides"]["numpy"]["functions"]) == 2
    assert record.kernels("raptors", rows) != [] and record.kernels("numpy", rows) == []
    with pytest.raises(Failed, match="built with symbols"):
        record._named("raptors", [row("0x1234", 0.9, "library")], "main (raptors_compare/loop.py);0x1234 9")
    record._named("raptors", [row("0x1234", 0.9, "library")], "raptors_array::reduce;0x1234 9")


def test_a_file_exists_only_when_it_is_whole(tmp_path):
    path = tmp_path / "deep/a.json"
    artefact.save(path, {"a": 1})
    assert artefact.load(path, "profile")["a"] == 1

    def fails(partial):
        partial.write_text("half")
        raise Failed("killed")

    for make, check in (
        (fails, str), (lambda partial: partial.write_text(""), str),
        (lambda partial: None, str), (lambda partial: partial.write_text("{"), lambda p: json.loads(p.read_text())),
    ):  # fmt: skip
        with pytest.raises((Failed, ValueError)):
            artefact.place(path, make, check)
        assert list(path.parent.iterdir()) == []
        artefact.save(path, {"a": 1})
    path.write_text("{")
    with pytest.raises(Missing, match="cannot be read"):
        artefact.load(path, "asm")
    path.write_text('{"format": 0}')
    with pytest.raises(Missing, match="another version"):
        artefact.load(path, "asm")


def stub(folder, name, text):
    """A program that does what a line of shell says."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.skipif(os.name == "nt", reason="the stubs are shell scripts")
def test_a_perf_that_records_nothing_or_fails_is_no_profile(tmp_path, monkeypatch):
    from raptors_compare.profile import sample, tools

    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(tools, "_ANSWERS", PATIENCE)
    stub(tmp_path, "perf", "exit 0")
    with pytest.raises(Missing, match="takes no samples"):
        tools.perf_samples()
    with pytest.raises(Failed, match="came out empty"):
        sample.with_perf(1, tmp_path / "out", 0.1)
    stub(tmp_path, "perf", "echo paranoid >&2; exit 1")
    with pytest.raises(Missing, match="paranoid.*perf_event_paranoid"):
        tools.perf_samples()
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("low", "high", "wanted", "code"),
    [(1.2, 1.4, 1.2, 0), (1.1, 1.4, 1.2, 4), (1.0, 1.1, 1.2, 1), (1.0, 1.2, 1.2, 4)],
)
def test_an_interval_decides_or_does_not(low, high, wanted, code):
    assert validate.verdict(low, high, wanted) == code


def test_code_is_written_into_memory_that_is_there():
    for code, written in (
        ("x + row", "xp.add(x, row, out=out)"), ("xp.exp(x)", "xp.exp(x, out=out)"),
        ("x.mean(axis=0)", "x.mean(axis=0, out=out)"), ("x.sum()", "x.sum(out=out)"),
        ("x < y", "xp.less(x, y, out=out)"), ("xp.add(x, y, out=out)", None), ("x[mask]", None),
        ("x.T", None), ("x[:] = y", None),
    ):  # fmt: skip
        assert overhead.into(code) == written, code


def test_parts_add_up_or_show_the_gap():
    times = {"whole": 1000.0, "conversion": 100.0, "prepared": 890.0, "into": 700.0, "tiny": 200.0}
    found = overhead.parts(times)
    values = {name: part["ns"] for name, part in found["parts"].items()}
    assert values == {"conversion": 100, "allocation": 190, "call": 200, "operation": 500}
    assert found["gap"] == pytest.approx(-0.01)
    # Writing to given memory cost more, and one element cost more than all: neither is negative.
    found = overhead.parts({**times, "into": 900.0, "tiny": 950.0})
    assert found["parts"]["allocation"]["ns"] == found["parts"]["operation"]["ns"] == 0
    assert found["sum_ns"] == 990


def records():
    """The records that a page is made from; half of the parts could not be had."""
    functions = [row("down<Avx2, f32>", 0.9, "kernel"), row("<b>&", 0.1, "python")]
    side = {"tool": "perf", "samples": 100, "functions": functions}
    counts = {"source": "cachegrind", "calls": 3, "level": "avx2", "per_call": {"instructions": 7.0},
              "again": {"instructions": 7.0}, "repeats_exactly": True, "functions": []}  # fmt: skip
    one = {"facts": {"version": "1", "level": None, "code": "x"}, "sampled": side, "perf": {},
           "py_spy": artefact.unavailable("py-spy is not installed"), "counts": counts}  # fmt: skip
    figures = {"instructions": {"value": 7.0, "source": "cachegrind"}, "ipc": artefact.unavailable("no counter")}
    both = ("numpy", "raptors")
    return {
        "profile": {"sides": dict.fromkeys(both, one)}, "compare": {"sides": dict.fromkeys(both, side)},
        "asm": artefact.unavailable("objdump is not installed"), "overhead": artefact.unavailable("too busy"),
        "perfstat": {"counters": [], "sides": dict.fromkeys(both, {"figures": figures})},
        "validate": {"ratio": 2.5, "low": 2.4, "high": 2.6, "samples": 30, "placements": 3, "wanted": 1.0,
                     "verdict": "reached", "code": "x | y", "numpy_code": "x | y", "delegated": False,
                     "provenance": {"cpu": "A <CPU>"}},
    }  # fmt: skip


def test_a_page_holds_figures_from_records_and_says_what_is_missing():
    pytest.importorskip("jinja2")
    markdown, html = page.render(records(), "an op", None)
    for text in (markdown, html):
        for word in ("2.500", "90.0%", "no counter", "objdump is not installed", "too busy", "py-spy is not"):
            assert word in text, word
    assert "&lt;CPU&gt;" in html and "<b>&" not in html
    assert "</html>" in html and "{{" not in html
    assert "| `down<Avx2, f32>` |" in markdown
    with pytest.raises(Exception, match="ratio"):
        broken = records()
        del broken["validate"]["ratio"]
        page.render(broken, "an op", None)


@pytest.mark.skipif(os.name == "nt", reason="the stubs are shell scripts")
def test_a_page_without_perf_says_what_would_allow_it(tmp_path, monkeypatch):
    """As `bench-linux run` has it, without --perf: py-spy has looked, and no kernel can be found."""
    pytest.importorskip("jinja2")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr("raptors_compare.profile.tools._ANSWERS", PATIENCE)
    stub(tmp_path, "perf", "echo no permission >&2; exit 255")
    out = tmp_path / "out"
    for side in ("numpy", "raptors"):
        rows = [row("sum (numpy/_core.py:51)", 0.9, "unknown", file="")]
        artefact.save(out / side / "self-times.json", {"tool": "py-spy", "samples": 9, "functions": rows})
    with pytest.raises(Missing) as refused:
        asm.asm(target(*TARGET, "contiguous", ""), out, 1.0)
    made = {**records(), "asm": artefact.unavailable(refused.value)}
    for text in page.render(made, "an op", out):
        chapter = text[text.index("The kernels that ran") :]
        for words in ("no permission", "kernel.perf_event_paranoid", "run --perf", "--cap-add PERFMON"):
            assert words in chapter, words


def ends(name, *words, out):
    """A command in a process of its own: it sets Raptors' threads."""
    paths = os.pathsep.join([str(COMPARE), *sys.path])
    return command(name, *words, "--out", out, PYTHONPATH=paths)


def test_numpy_is_counted_the_same_twice(tmp_path):
    if not shutil.which("valgrind") or not shutil.which("cc"):
        pytest.skip("valgrind, and a C compiler that takes chance out, are not installed")
    tried = subprocess.run(["valgrind", "-q", "--tool=none", "true"], capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"valgrind runs nothing here: {tried.stderr.strip()[-200:]}")

    found = cachegrind.counts("numpy", target("add", "1000", "float32", "contiguous", ""), tmp_path)
    assert found["repeats_exactly"] and found["per_call"]["instructions"] > 100
    # Twelve kilobytes stay in a cache of eight megabytes: what first calls miss is no call's, and of
    # the 564 lines that a call touches it misses less than one.
    assert found["per_call"]["ll_misses"] < 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    pytest.importorskip("raptors")
    (tmp_path / "file").write_text("")
    done = ends("validate", "add", "8", "float32", out=tmp_path / "file")
    assert (done.returncode, done.stderr.strip().count("\n")) == (3, 0), done.stderr
    assert str(tmp_path / "file") in done.stderr


def test_a_subject_that_is_missing_or_refuses_a_level(tmp_path):
    (tmp_path / "raptors.py").write_text("raise ImportError('no such level')")
    paths = os.pathsep.join([str(COMPARE), str(tmp_path), *sys.path])
    for name in ("validate", "overhead"):
        words = [name, "add", "8", "float32", "--out", tmp_path / "out"]
        done = command(*words, PYTHONPATH=paths)
        assert (done.returncode, "cargo xtask bench" in done.stderr) == (3, True), done.stderr
        done = command(*words, "--simd", "neon", PYTHONPATH=paths)
        assert (done.returncode, "with --simd neon" in done.stderr) == (2, True), done.stderr


def test_an_op_is_validated_and_taken_apart(tmp_path):
    pytest.importorskip("raptors")
    for wanted, code, word in (("1e-3", 0, ": 0.001 reached"), ("1e3", 1, ": 1000 not reached")):
        done = ends("validate", "add", "8", "float32", "--target", wanted, out=tmp_path)
        assert (done.returncode, word in done.stdout) == (code, True), done
    found = json.loads((tmp_path / "validate.json").read_text())
    # A machine that is busy all along leaves a third of the rounds: see `timing.measure`.
    assert found["placements"] == 3 and found["samples"] >= 3 * (validate.EFFORT.least // 3)
    done = ends("overhead", "add", "1K", "float32", out=tmp_path)
    assert done.returncode in (0, 4), done
    found = json.loads((tmp_path / "overhead.json").read_text())
    assert set(found["sides"]["raptors"]["warm"]["parts"]) == set(overhead.PARTS)


def test_kernels_are_disassembled_from_a_recorded_profile(tmp_path):
    if not sys.platform.startswith("linux") or not all(map(shutil.which, ("objdump", "nm", "readelf"))):
        pytest.skip("binutils are not installed, or NumPy's library is none that they read")
    import numpy as np

    library = Path(np._core._multiarray_umath.__file__)
    table = asm._symbols(str(library))
    start = next(at for at, (_, name) in table.items() if name.startswith("FLOAT_add"))
    rows = [{**row("FLOAT_add", 0.9, "numpy", str(library)), "start": start}]
    rows += [{**row("down", 0.9, "kernel", str(library)), "start": start}]
    for side in ("numpy", "raptors"):
        taken = {"tool": "perf", "samples": 10, "functions": rows}
        artefact.save(tmp_path / side / "self-times.json", taken)
    found = asm.asm(target(*TARGET, "contiguous", ""), tmp_path, 1.0)
    for side in ("numpy", "raptors"):
        assert sum(found["sides"][side][0]["mix"].values()) == found["sides"][side][0]["instructions"] > 0
        assert (tmp_path / found["sides"][side][0]["file"]).stat().st_size > 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="cachegrind is Linux's")
def test_children_begin_alike_and_are_told_when_all_are_done():
    """No word of a process's number before the last child is forked: it would tell in the caches."""
    code = (
        "import os; from raptors_compare.profile import loop\n"
        "told = lambda n, clock: os.write(1, f'batch {n}\\n'.encode())\n"
        "raise SystemExit(loop._in_children(told, (5, 10)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(COMPARE)},
    )  # fmt: skip
    *batches, fewer, more = done.stdout.splitlines()
    warm = f"batch {loop._WARM}"
    assert batches == [warm, "batch 5", warm, "batch 10"]
    fewer, more = json.loads(fewer), json.loads(more)
    assert (fewer["calls"], more["calls"]) == (5, 10) and fewer["pid"] != more["pid"]


def test_more_is_written_over_than_the_largest_modelled_cache_holds():
    largest = max(int(option.split("=")[1].split(",")[0]) for option in cachegrind.GEOMETRY)
    assert loop._EVICTED >= 2 * largest
