"""What is joined with a run: Criterion's results, an earlier run, the machine's speeds; and the log."""

import copy
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from fixture import timed
from raptors_compare import change, criterion, log, roofline
from raptors_compare.cli import main
from raptors_compare.ops import BY_NAME
from raptors_compare.store import Unasked
from raptors_compare.suites import SUITE_VECTOR, Cell
from test_command import SMALL, command


def bench(folder, name, ns):
    """What Criterion leaves of a bench."""
    here = folder / name.replace("/", "_") / "new"
    here.mkdir(parents=True)
    (here / "benchmark.json").write_text(json.dumps({"full_id": name}))
    (here / "estimates.json").write_text(json.dumps({"median": {"point_estimate": ns}}))
    return here


@pytest.fixture
def benches(tmp_path):
    folder = tmp_path / "criterion"
    for name, ns in (
        ("subtract/float32/scalar/1000", 100.0), ("subtract/float32/avx2/1000", 20.0),
        ("subtract/float32/avx512/1000", 25.0), ("subtract/float32/avx2/100", 5.0),
        ("fold/sum/float64/sse2/1000", 3e6), ("fold/sum_abs/float64/sse2/1000", 1.0),
    ):
        bench(folder, name, ns)
    (bench(folder, "add/float32/avx2/1000", 1.0) / "estimates.json").write_text('{"median"')
    return folder


def run(*rows):
    return {"cells": list(rows), "sides": ["numpy", "raptors"], "subject": "raptors"}


def test_the_best_level_stands_beside_each_cell(benches):
    found = criterion.joined(benches, run(
        timed("sub", "arithmetic", (1000,), "float32", 2.0),
        timed("sum", "reduction", (1000,), "float64", 0.5),
        timed("add", "arithmetic", (1000,), "float32", 2.0),
        timed("sub", "arithmetic", (10, 100), "float32", 2.0),
        timed("sub", "arithmetic", (1000,), "float32", 2.0, threads=2),
    ))  # fmt: skip
    sub, total = found["rows"]
    assert sub["levels"] == {"scalar": 100.0, "avx2": 20.0, "avx512": 25.0}
    assert (sub["best"], sub["ratio"]) == ("avx2", 1e6 / 20)
    assert (total["best"], total["levels"]) == ("sse2", {"sse2": 3e6})
    assert found["levels"] == ["scalar", "sse2", "avx2", "avx512"]
    assert found["best"] == {"scalar": 0, "sse2": 1, "avx2": 1, "avx512": 0}
    # One of two is slower than 1.2 times NumPy's time; the fast one cannot make up for it.
    assert found["success"]["kernels"] == found["success"]["called"] == 0.5
    assert not found["success"]["met"]


def test_benches_older_than_the_extension_are_told(benches):
    for file in benches.glob("**/estimates.json"):
        os.utime(file, (2e9, 2e9 if "avx512" in str(file) else 1e9))
    cells = run(timed("sub", "arithmetic", (1000,), "float32", 2.0))
    origin = {"build": {"files": "1234", "time": "2020-01-01T00:00:00+00:00"}}
    found = criterion.joined(benches, {**cells, "provenance": origin})
    assert found["age"] == {
        "first": "2001-09-09T01:46:40+00:00", "last": "2033-05-18T03:33:20+00:00", "joined": 3,
        "built": "2020-01-01T00:00:00+00:00", "older": 2,
    }  # fmt: skip
    assert "2 of 3 results of Criterion are older than the extension" in criterion.outdated(found)
    assert "from 2001-09-09" in criterion.measured_when(found)
    # Where nobody knows when the extension was built, there is the span alone.
    found = criterion.joined(benches, cells)
    assert criterion.outdated(found) is None and "2033" in criterion.measured_when(found)
    assert criterion.outdated(criterion.joined(benches, run())) is None


def rust(path):
    return (Path(__file__).parents[2] / path).read_text(encoding="utf-8")


def test_kernels_are_called_as_the_benches_call_them():
    table = rust("raptors-kernels/src/ufuncs.rs").partition("\nufuncs! {")[2]
    names = set(re.findall(r"^    (\w+) \w+\([\w, ]+\) = ", table, re.MULTILINE))
    folds = rust("raptors-kernels/src/fold/mod.rs").partition("pub const ALL: &[Self] = &[")[2]
    names |= {f"fold/{name}" for name in re.findall(r"Self::(\w+)", folds.partition("];")[0])}
    benches = rust("raptors-bench/benches/families.rs")
    assert '"fold/{which:?}/{}"' in benches and '"fold/{name}/{}"' in benches
    names |= {f"fold/{name}" for name in re.findall(r'\(ArgFold::\w+, "(\w+)"\)', benches)}
    names |= set(re.findall(r'format!\("([\w/]+)/\{\}"', benches))
    assert '"{}/{}", ufunc.name(), dtype.name()' in rust("raptors-bench/benches/kernels.rs")
    composed = rust("raptors-bench/benches/composed.rs")
    assert '"{name}/{}", dtype.name()' in composed and '"{}/{size}", Level::get().name()' in composed
    names |= set(re.findall(r'\("(\w+)", nn::\w+\)', composed))
    assert {"add", "fold/argmin", "fold/max_abs", "product/dot", "scale"} <= names
    assert set(criterion.KERNELS.values()) <= names
    assert {criterion.KERNELS.get(op, op) for op in SUITE_VECTOR} <= names


@pytest.mark.parametrize("option", ["--kernels", "--previous"])
def test_what_cannot_be_joined_is_told_before_anything_is_measured(option, tmp_path):
    run = tmp_path / "run"
    done = command(*SMALL, "--ops", "sum", "--output", run, option, tmp_path)
    assert done.returncode == 2 and "no results" in done.stderr
    assert not run.exists()


def test_benches_that_are_not_there_are_told(tmp_path, capsys):
    with pytest.raises(Unasked, match="cargo bench"):
        criterion.joined(tmp_path, run())
    with pytest.raises(SystemExit):
        main(["--kernels", str(tmp_path / "nowhere")])
    assert "cargo bench" in capsys.readouterr().err


def test_a_change_is_one_where_the_intervals_do_not_meet(results):
    before = copy.deepcopy(results)
    rows = {row["key"]: row for row in before["cells"] if row["status"] == "timed"}
    fast, slow, noisy = list(rows.values())[:3]
    for row, factor, width in ((fast, 0.5, 0.02), (slow, 2, 0.02), (noisy, 1.3, 0.9)):
        row["ratio"] *= factor
        row["low"], row["high"] = row["ratio"] * (1 - width), row["ratio"] * (1 + width)
    found = change.between(results, before, "before")
    assert (found["cells"], found["faster"], found["slower"]) == (6, 1, 1)
    assert [c["key"] for c in found["fastest"]] == [fast["key"]]
    assert found["slowest"][0]["change"] == pytest.approx(0.5)
    assert found["mean"] == pytest.approx((2 * 0.5 / 1.3) ** (1 / 6))


def recorded(folder, name, results, **origin):
    (folder / name).mkdir(parents=True)
    whole = {**results, "provenance": {**results["provenance"], **origin}}
    (folder / name / "results.json").write_text(json.dumps(whole))
    return whole


def test_the_previous_run_is_the_newest_of_its_kind(results, tmp_path):
    recorded(tmp_path, "1", results, time="2026-01-01T00")
    recorded(tmp_path, "2", results, time="2026-01-01T01")
    recorded(tmp_path, "3", results, time="2026-01-01T02", cpu="another")
    recorded(tmp_path, "4", {**results, "suite": "mixed"}, time="2026-01-01T03")
    (tmp_path / "5").mkdir()
    (tmp_path / "5/results.json").write_text('{"format": 1, "cel')
    now = recorded(tmp_path, "6", results)
    recorded(tmp_path, "7", results, time="2027-01-01T00")
    assert change.previous(now, tmp_path, tmp_path / "6", None)["source"] == "2"
    assert change.previous(now, tmp_path, tmp_path / "6", "none") is None
    assert change.previous(now, tmp_path, tmp_path / "6", str(tmp_path / "1"))["cells"] == 6
    with pytest.raises(Unasked, match="no results"):
        change.previous(now, tmp_path, tmp_path / "6", str(tmp_path / "5"))


def test_the_log_is_made_from_recorded_runs_alone(results, tmp_path, capsys):
    before = copy.deepcopy(results)
    row = before["cells"][0]
    row.update(ratio=2.0, low=1.9, high=2.1)
    recorded(tmp_path, "1", before, time="2026-01-01T00:00", commit=None)
    recorded(tmp_path, "2", results)
    recorded(tmp_path, "3", {**results, "subject": "numpy again"})
    file = tmp_path / "log.md"
    assert main(["--log", str(file), "--runs", str(tmp_path)]) == 0
    text = file.read_text()
    assert "## a-cpu-0-cores" not in text and "suite 2d\n" in text
    assert "| 2026-01-01 00:00 | no commit | 2.4.6 | 3 of 6 | 1 | 1.09 × | – |" in text
    assert "faster: `sum/512x512/float32/contiguous/t1/l0` 2.00 × → 4.00 ×" in text
    assert main(["--log", str(file), "--runs", str(tmp_path)]) == 0
    assert file.read_text() == text
    # What was recorded elsewhere stays told, with what changed; what is here joins it.
    shutil.rmtree(tmp_path / "1")
    assert main(["--log", str(file), "--runs", str(tmp_path)]) == 0
    assert file.read_text() == text
    recorded(tmp_path, "4", before, time="2026-01-03T00:00", commit=None)
    recorded(tmp_path, "5", results, cpu="Another CPU")
    assert main(["--log", str(file), "--runs", str(tmp_path)]) == 0
    longer = file.read_text()
    assert set(text.splitlines()) < set(longer.splitlines()) and "\n## another-cpu-" in longer
    assert "| 2026-01-03 00:00 | no commit | 2.4.6 | 3 of 6 | 1 | 1.09 × |" in longer
    assert "- 2026-01-03 00:00, slower: `sum/512x512/float32/contiguous/t1/l0` 4.00 × → 2.00 ×" in longer
    assert main(["--log", str(file), "--runs", str(tmp_path / "nowhere")]) == 3
    assert "no runs are recorded" in capsys.readouterr().err


def test_reports_are_written_anew(results, tmp_path, capsys):
    recorded(tmp_path, "1", results)
    assert main(["--report", str(tmp_path / "1"), "--runs", str(tmp_path)]) == 0
    assert "3 of 6 timed cells pass" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "1").iterdir()} == {
        "report.html", "report.md", "results.json"
    }  # fmt: skip
    assert main(["--report", str(tmp_path / "nowhere")]) == 2


PROFILE = "\n".join((
    "# Written by tune", "machine = A CPU, 2 cores", "l1_gbs = 500.0 # GB/s", "l2_gbs = 250",
    "l3_gbs = 100", "dram_gbs = 20", "matmul_gflops = 200",
))  # fmt: skip


def test_the_users_profile_gives_the_roofs(tmp_path):
    file = tmp_path / "profile.toml"
    file.write_text(PROFILE)
    found = roofline.machine_figures({"profile_path": str(file)}, tmp_path, quick=True)
    assert found["figures"]["l2_gbs"] == 250
    file.write_text(PROFILE.replace("dram", "drum"))
    found = roofline.machine_figures({"profile_path": str(file)}, tmp_path, quick=True)
    assert "no dram_gbs" in found["unavailable"]
    for config in (None, {"profile_path": str(tmp_path / "nowhere")}):
        assert "unavailable" in roofline.machine_figures(config, tmp_path, quick=True)


@pytest.mark.parametrize(
    ("op", "shape", "count"),
    [("add", (10,), 10), ("axpy", (10,), 20), ("exp", (10,), 10), ("sum", (4, 5), 20),
     ("matmul", (2, 3, 4), 48), ("copy", (10,), None), ("sort", (10,), None)],
)  # fmt: skip
def test_operations_are_counted_in_the_expression(op, shape, count):
    cell = Cell(op, shape, "float64", "contiguous", 1, 0)
    assert roofline.operations(BY_NAME[op], cell, BY_NAME[op].numpy or BY_NAME[op].code) == count
