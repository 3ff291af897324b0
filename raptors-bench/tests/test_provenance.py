"""What a run writes down of the machine's mood and of the build that it measures."""

from importlib.machinery import EXTENSION_SUFFIXES
from types import ModuleType

import numpy as np
import pytest
from raptors_compare import provenance
from raptors_compare.report_markdown import value_text
from raptors_compare.sides import Side, numpy_side

PRESSURE = "some avg10=8.61 avg60=5.87 avg300=11.81 total={}\nfull avg10=0.00 total=0\n"
# Of the ticks, guest (the last two) stands in user already.
STAT = "cpu  600 10 30 {} 5 0 5 {} 40 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Writes what Linux would tell of the processors."""
    monkeypatch.setattr(provenance, "_PRESSURE", tmp_path / "cpu")
    monkeypatch.setattr(provenance, "_STAT", tmp_path / "stat")

    def tell(waited, idle, stolen):
        (tmp_path / "cpu").write_text(PRESSURE.format(waited))
        (tmp_path / "stat").write_text(STAT.format(idle, stolen))

    return tell


def test_waiting_and_stolen_time_are_told_for_the_run(machine):
    machine(waited=5_000_000, idle=300, stolen=50)
    before = {**provenance.busy(), "seconds": 4.0}
    assert before["pressure"] == {"avg10": 8.61, "avg60": 5.87, "avg300": 11.81, "total": 5e6}
    assert before["steal"] == {"stolen": 50, "ticks": 1000}
    assert "avg10 8.61" in value_text(before["pressure"])
    machine(waited=6_000_000, idle=670, stolen=80)
    after = provenance.afterwards(before)
    assert after["steal_after"] == {"stolen": 80, "ticks": 1400}
    assert (after["pressure_during"], after["steal_during"]) == ("25.0%", "7.5%")


def test_a_system_that_tells_nothing_is_no_failure(machine):
    before = {**provenance.busy(), "seconds": 1.0}
    assert before["pressure"] is before["steal"] is None
    # Nor is one that begins to tell, or whose counters stand still.
    machine(waited=1, idle=1, stolen=1)
    assert "pressure_during" not in provenance.afterwards(before)
    before = {**provenance.busy(), "seconds": 0.0}
    assert not {"pressure_during", "steal_during"} & set(provenance.afterwards(before))


def test_a_build_is_known_by_its_files(tmp_path):
    module = ModuleType("raptors")
    module.__file__ = str(tmp_path / "__init__.py")
    (tmp_path / "deep").mkdir()
    extension = tmp_path / f"_raptors{EXTENSION_SUFFIXES[0]}"
    files = {tmp_path / "__init__.py": "a", tmp_path / "deep/part.py": "b", extension: "c"}
    for path, text in files.items():
        path.write_text(text)
    first = Side("raptors", module).build
    assert len(first["files"]) == 16 and first["time"].endswith("+00:00")
    (tmp_path / "notes.txt").write_text("no part of the build")
    assert Side("raptors", module).build == first
    seen = {first["files"]}
    for path, text in files.items():
        path.write_text(text + "!")
        seen.add(Side("raptors", module).build["files"])
    assert len(seen) == 4
    extension.rename(tmp_path / f"_other{EXTENSION_SUFFIXES[0]}")
    assert Side("raptors", module).build["files"] not in seen


def test_numpy_is_known_by_its_version():
    assert Side("numpy again", np).build is numpy_side().build is None


def test_a_wheel_that_was_given_is_named_and_no_commit_is_claimed(monkeypatch, tmp_path):
    monkeypatch.setenv("RAPTORS_WHEEL", "/given/raptors-1-cp311-cp311-linux_x86_64.whl")
    monkeypatch.setenv("RAPTORS_BENCH_COMMIT", "abc")
    told = provenance._source(tmp_path)
    assert told == {"commit": None, "dirty": None, "wheel": "raptors-1-cp311-cp311-linux_x86_64.whl"}
