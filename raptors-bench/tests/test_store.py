"""Files that are whole or not there, journals that were cut short, folders that cannot be written."""

import json
import os
import shlex
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from fixture import PATIENCE
from raptors_compare import store
from raptors_compare.cli import main
from raptors_compare.store import Journal, Unasked, read_results, write_whole
from test_command import COMPARE, SMALL, command

HEADER = {
    "provenance": {"time": "then"}, "machine": {"cpu": "a"}, "keys": ["a", "b"], "passes": 2,
    "options": {"seed": 0},
}  # fmt: skip


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    file = tmp_path / "deep/results.json"
    write_whole(file, "first")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OSError, match="No space") as told:
        write_whole(file, "second")
    assert told.value.filename == str(file)
    assert file.read_text() == "first"
    assert [path.name for path in file.parent.iterdir()] == ["results.json"]


@pytest.mark.parametrize("text", [
    "", "{", '{"format": 1', "[]", '{"format": 1}', '{"format": 9, "cells": []}',
    '{"format": 1, "cells": []}',
])  # fmt: skip
def test_half_a_file_is_no_result(text, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (run / "results.json").write_text(text)
    with pytest.raises(Unasked, match="holds no results"):
        read_results(run)
    assert store.newest(tmp_path, lambda found: True) is None


def test_an_interrupted_run_is_no_result(tmp_path):
    (tmp_path / "cells.jsonl").write_text("{}\n")
    with pytest.raises(Unasked, match="--resume"):
        read_results(tmp_path)


@pytest.mark.parametrize("cut", [1, 10, -1])
def test_a_journal_goes_on_after_its_last_whole_line(tmp_path, cut):
    journal = Journal(tmp_path, False, HEADER)
    for turn in (0, 1):
        journal.add({"key": "a", "pass": turn, "ratio": turn})
    journal.close()
    file = tmp_path / "cells.jsonl"
    whole = file.read_text()
    last = whole.splitlines(keepends=True)[-1]
    file.write_text(whole[: -len(last)] + last[:cut])
    for _ in range(2):  # a second interruption finds a journal as the first one did
        journal = Journal(tmp_path, True, HEADER)
        assert list(journal.known) == [("a", 0)]
        journal.close()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(lines) == 4 and len(journal.before) == 2


def test_what_was_not_timed_is_measured_when_a_journal_goes_on(tmp_path):
    journal = Journal(tmp_path, False, HEADER)
    for key, status in (("a", "untimed"), ("b", "unsupported"), ("c", "untimed"), ("c", "timed")):
        journal.add({"key": key, "pass": 0, "status": status})
    journal.close()
    journal = Journal(tmp_path, True, HEADER)
    journal.close()
    assert {key: row["status"] for (key, _), row in journal.known.items()} == {"b": "unsupported", "c": "timed"}


@pytest.mark.parametrize("change", [{"keys": ["a"]}, {"passes": 1}, {"options": {"seed": 1}}])
def test_a_journal_of_another_run_is_refused(tmp_path, change):
    Journal(tmp_path, False, HEADER).close()
    with pytest.raises(Unasked, match="another run"):
        Journal(tmp_path, True, {**HEADER, **change})


def test_cells_of_another_machine_are_not_gone_on_with(tmp_path):
    Journal(tmp_path, False, HEADER).close()
    with pytest.raises(Unasked, match="another machine"):
        Journal(tmp_path, True, {**HEADER, "machine": {"cpu": "b"}})


def test_cells_of_another_build_are_not_gone_on_with(tmp_path):
    def header(commit, files):
        origin = {"commit": commit, "dirty": False, "build": {"files": files, "time": None}}
        return {**HEADER, "provenance": origin}

    Journal(tmp_path, False, header("a" * 40, "1234")).close()
    # Another commit that changed nothing of the subject is the same build.
    Journal(tmp_path, True, header("b" * 40, "1234")).close()
    kept = (tmp_path / "cells.jsonl").read_bytes()
    with pytest.raises(Unasked, match="commit aaaaaaaaaa .files 1234.*commit bbbbbbbbbb .files 5678"):
        Journal(tmp_path, True, header("b" * 40, "5678"))
    assert (tmp_path / "cells.jsonl").read_bytes() == kept
    # Nor are those of a run that did not write its build down.
    Journal(tmp_path, False, HEADER).close()
    with pytest.raises(Unasked, match="files unknown"):
        Journal(tmp_path, True, header("b" * 40, "5678"))


@pytest.mark.parametrize("content", [b"", b"5\n", b"\xf8\x00\n", b"null\n", b'{"key": "a"}\n'])
def test_what_is_no_journal_is_refused(content, tmp_path):
    (tmp_path / "cells.jsonl").write_bytes(content)
    with pytest.raises(Unasked, match="does not begin as a run does"):
        Journal(tmp_path, True, HEADER)
    assert (tmp_path / "cells.jsonl").read_bytes() == content


def test_a_new_run_removes_the_reports_of_an_old_one(tmp_path):
    (tmp_path / "results.json").write_text("old")
    Journal(tmp_path, False, HEADER).close()
    assert [path.name for path in tmp_path.iterdir()] == ["cells.jsonl"]


def test_what_cannot_be_written_is_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    args = [*SMALL, "--ops", "sum", "--output", str(tmp_path / "file/run")]
    assert main(args) == 3
    assert capsys.readouterr().err.startswith("error: cannot write the results: ")


def test_what_no_memory_holds_is_one_line(capsys, monkeypatch):
    def task(options):
        raise MemoryError("Unable to allocate 7 TiB")

    monkeypatch.setattr("raptors_compare.cli._task", task)
    assert main(SMALL) == 3
    assert capsys.readouterr().err == "error: Unable to allocate 7 TiB: choose smaller --shapes\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line(tmp_path):
    (tmp_path / "cells.jsonl").symlink_to("/dev/full")
    done = command(*SMALL, "--ops", "sum", "--output", tmp_path)
    assert done.returncode == 3
    assert done.stderr.strip().count("\n") == 0
    assert f"No space left on device ({tmp_path / 'cells.jsonl'})" in done.stderr
    assert not (tmp_path / "results.json").exists()


# Raptors that has to be let through the last op: a run does not end before it is killed.
WAITS = """
import os, time
import numpy as np
from numpy import asarray, add, sqrt
def exp(x):
    while os.path.exists(os.environ["CLOSED"]):
        time.sleep(0.01)
    return np.exp(x)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without a word")
@pytest.mark.parametrize(("how", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 4)])
def test_a_killed_run_goes_on(how, code, tmp_path, monkeypatch):
    closed, run = tmp_path / "closed", tmp_path / "run"
    closed.touch()
    monkeypatch.setenv("CLOSED", str(closed))
    (tmp_path / "raptors.py").write_text(WAITS)
    args = [*SMALL[2:], "--ops", "add,sqrt,exp", "--torch", "off"]
    monkeypatch.delenv("RAPTORS_BENCH_ENGINE", raising=False)
    running = subprocess.Popen(
        [sys.executable, "-m", "raptors_compare", *args, "--output", str(run)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(COMPARE), str(tmp_path)])},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    cells = (line for line in running.stdout if line.startswith("["))
    assert len(list(islice(cells, 4))) == 4
    running.send_signal(how)
    told = running.communicate(timeout=PATIENCE)[1]
    assert running.returncode == code
    again = f"go on with {shlex.join(['cargo', 'xtask', 'bench', *args, '--resume', str(run)])}\n"
    assert (again in told) == (code == 4), told
    assert not (run / "results.json").exists()
    closed.unlink()
    done = command(*args, "--resume", run, path=[tmp_path])
    assert done.returncode == 0, done.stderr
    assert "going on: 4 measured before" in done.stdout
    results = json.loads((run / "results.json").read_text())
    assert len(results["cells"]) == 6 and len(results["earlier"]) == 1
