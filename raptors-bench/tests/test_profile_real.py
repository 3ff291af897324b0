"""A real profile of both sides, wherever perf may look: graphs whose frames name what computed."""

import os
import sys

import pytest
from raptors_compare.profile import record, sample, tools
from raptors_compare.profile.target import SIDES, target
from raptors_compare.profile.tools import Missing
from test_profile_command import COMPARE

# Seconds of sampling: thousands of samples, where a hundred would do.
SECONDS = 2.0

# What names the loop of a side.
MARKS = {"numpy": "FLOAT_add", "raptors": "raptors_"}


@pytest.fixture
def sampling(monkeypatch):
    """A system on which perf may sample; skips, with what would let it, where it may not."""
    pytest.importorskip("raptors")
    monkeypatch.setattr(tools, "_ANSWERS", 60)
    try:
        tools.need("perf", "addr2line", "readelf")
        tools.perf_samples()
        sample.xtask()
    except Missing as error:
        pytest.skip(str(error))
    # The loop runs in a process of its own, with the modules that are to be had here.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(COMPARE), *filter(None, sys.path)]))


def test_graphs_and_tables_name_the_kernels_of_both_sides(sampling, tmp_path):
    op = target("mean_axis0", "512x512", "float32", "contiguous", "")
    found = record.profile(op, list(SIDES), tmp_path, SECONDS, count=False)
    for side in SIDES:
        graph = (tmp_path / side / "flame.svg").read_text(encoding="utf-8")
        assert any(MARKS[side] in name for name in sample.frames(graph)), side
        # Not what was asked for, but what the samples themselves carry.
        assert found["sides"][side]["sampled"]["event"].startswith("cpu-clock"), side
        assert found["sides"][side]["perf"]["samples"] > 0
    for name in ("difference.svg", "difference-numpy.svg"):
        assert sample.frames((tmp_path / name).read_text(encoding="utf-8"))
    table = record.side_by_side(record.compare(op, tmp_path))
    assert all(mark in table for mark in MARKS.values()), table
