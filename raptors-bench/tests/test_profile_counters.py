"""What `perf stat -x,` of several versions and processors counted, and what a call is said to count."""

import os
import stat
import time

import pytest
from raptors_compare.profile import counters, perfstat
from raptors_compare.profile.target import target


def values(text):
    """The figures by event; None where there is none."""
    return {name: one.value for name, one in counters.parse(text).items()}


# perf 6.1 on a machine without counters; it exits with 0 all the same.
NONE = """\
# started on Fri Nov 20 20:00:00 2026

<not supported>,,cycles,0,100.00,,
<not counted>,,instructions:u,0,0.00,,
3001.25,msec,task-clock,3001250000,100.00,1.000,CPUs utilized
417,,page-faults,3001250000,100.00,139.0,/sec
"""


def test_counters_that_were_not_counted_are_no_figures():
    found = counters.parse(NONE)
    assert found["cycles"].value is None and found["cycles"].why == "<not supported>"
    assert found["instructions"].value is None and found["instructions"].why == "<not counted>"
    assert found["task-clock"].value == 3001.25e6 and found["page-faults"].value == 417.0
    assert found["page-faults"].enabled == 3001250000


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        # Linux 3.x and 4.x: nothing, or no metric, behind the event.
        ("1234,,cycles\n", "cycles", 1234),
        ("1234,,cycles:u,500000,100.00\n", "cycles", 1234),
        # 5.x and later: a metric, or an empty one.
        ("1234,,instructions:u,500000,100.00,1.85,insn per cycle\n", "instructions", 1234),
        ("1234,,cycles:uH,500000,100.00,,\n", "cycles", 1234),
        # A metric on lines of its own, as 6.x writes it.
        ("1234,,cycles,1,100.00,,\n,,,,,2.5,stalled cycles per insn\n,,,1,100.00,3,tma_a\n", "cycles", 1234),
        # Named by the processor's unit: Arm, and what perf calls some events now.
        ("77,,armv8_pmuv3_0/cycles/,9,100.00,,\n", "cycles", 77),
        ("77,,cpu/cpu-cycles/u,9,100.00,,\n", "cycles", 77),
        ("77,,L1-dcache-load-misses:u,9,100.00,,\n", "l1-dcache-load-misses", 77),
        ("2.5,usec,task-clock,9,100.00,,\n", "task-clock", 2500),
    ],
)
def test_every_version_is_read(text, name, value):
    assert values(text) == {name: value}


def test_turns_of_counters_are_told_as_shares():
    text = "2000,,cycles,1500000,62.50,,\n1000,,instructions,2400000,100.00,0.50,insn per cycle\n"
    found = counters.parse(text)
    # perf has made 2000 of what it saw in 62.5 % of the time.
    assert (found["cycles"].value, found["cycles"].share) == (2000, 0.625)
    assert found["cycles"].enabled == found["instructions"].enabled == 2400000


@pytest.mark.parametrize(
    ("rows", "value", "share"),
    [
        # On one kind of cores all the time; the other was asleep, or has no such counter.
        ("<not counted>,,cpu_atom/cycles/,0,0.00,,\n900,,cpu_core/cycles/,4000,100.00,,\n", 900, 1.0),
        ("900,,cpu_core/cycles/u,4000,100.00,,\n<not supported>,,cpu_atom/cycles/u,0,0.00,,\n", 900, 1.0),
        # Three quarters here, one quarter there: each row is extrapolated to the whole.
        ("800,,cpu_core/cycles/,3000,75.00,,\n400,,cpu_atom/cycles/,1000,25.00,,\n", 700, 1.0),
        # As much, while other events took half of the turns.
        ("800,,cpu_core/cycles/,1500,37.50,,\n400,,cpu_atom/cycles/,500,12.50,,\n", 700, 0.5),
        # A share that is rounded to nothing is not the same as none, nor is its figure the whole.
        ("800,,cpu_core/cycles/,99900,99.90,,\n100800,,cpu_atom/cycles/,100,0.00,,\n", 900, 1.0),
        # The whole machine was counted: both all of the time.
        ("800,,cpu_core/cycles/,4000,100.00,,\n400,,cpu_atom/cycles/,4000,100.00,,\n", 1200, 1.0),
        ("<not counted>,,cpu_core/cycles/,0,0.00,,\n<not counted>,,cpu_atom/cycles/,0,0.00,,\n", None, 0.0),
    ],
)
def test_kinds_of_cores_make_one_figure(rows, value, share):
    found = counters.parse(rows)
    assert list(found) == ["cycles"]
    assert found["cycles"].value == pytest.approx(value)
    assert found["cycles"].share == pytest.approx(share)


def test_calls_are_those_that_were_counted():
    # perf counted for 3 s of the 3.1 s in which the loop ran and made 310 calls.
    assert perfstat.while_counted(310, 3.0e9, 3.1e9) == pytest.approx(300)
    # Where nobody tells, or the clocks disagree, it is all of them.
    for enabled, spent in ((0.0, 3.1e9), (3.0e9, 0.0), (3.2e9, 3.1e9)):
        assert perfstat.while_counted(310, enabled, spent) == 310


def stub(folder, text):
    """A perf that does what lines of shell say: its output file is the fourth word."""
    path = folder / "perf"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def bin_folder(tmp_path, monkeypatch):
    """A folder whose programs come first."""
    if os.name == "nt":
        pytest.skip("the stubs are shell scripts")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


def test_counters_are_probed_and_never_assumed(bin_folder):
    stub(bin_folder, 'printf "<not supported>,,cycles,0,100.00,,\\n" > "$4"')
    have, why = perfstat.probe()
    assert have == [] and "<not supported>" in why["cycles"] and "nothing" in why["ll_misses"]
    stub(bin_folder, 'printf "99,,cycles:u,1,100.00,,\\n7,,instructions:u,1,100,,\\n" > "$4"')
    assert perfstat.probe()[0] == ["cycles", "instructions"]
    stub(bin_folder, 'printf "0,,cycles:u,1,100.00,,\\n0,,branch-misses,1,100,,\\n" > "$4"')
    have, why = perfstat.probe()
    assert have == ["branch_misses"] and "stands still" in why["cycles"]
    stub(bin_folder, "echo no access >&2; exit 255")
    have, why = perfstat.probe()
    assert have == [] and "no access" in why["instructions"]


def test_perf_writes_points_whatever_the_locale(bin_folder, monkeypatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    stub(bin_folder, 'printf "1,%s,task-clock,1,100.00,,\\n" "$LC_ALL" > "$4"')
    assert counters.stat("-e", "task-clock", "true")["task-clock"].value == 1
    stub(bin_folder, '[ "$LC_ALL" = C ] && printf "5,,cycles\\n" > "$4"')
    assert counters.stat("-e", "cycles", "true")["cycles"].value == 5


@pytest.fixture
def patient(monkeypatch):
    """Looks at a loop for a moment, and until it has made a call more: a busy machine may not let it run
    in that moment."""
    look, seen = perfstat._so_far, {}

    def so_far(progress):
        for _ in range(6000):
            if (calls := look(progress)) != seen.get(progress, -1):
                break
            time.sleep(0.01)
        seen[progress] = calls
        return calls

    monkeypatch.setattr(perfstat, "_so_far", so_far)
    monkeypatch.setattr(perfstat, "SECONDS", 0.3)


# A machine with all counters, whose perf counts a loop of NumPy for half of the turns.
ALL = """\
case "$*" in *sleep*) sleep 0.3; pct=50.00 ;; *) pct=100.00 ;; esac
for name in cycles instructions branch-misses L1-dcache-load-misses LLC-load-misses; do
    case "$*" in *$name*) printf "1000000,,cpu_core/%s/u,100,%s,,\\n" $name $pct >> "$4" ;; esac
done
case "$*" in *page-faults*) printf "0,,page-faults,300000000,100.00,,\\n" >> "$4" ;; esac
"""


def test_a_machine_with_counters_needs_no_model(bin_folder, patient, monkeypatch, tmp_path):
    stub(bin_folder, ALL)
    monkeypatch.setattr(perfstat, "SIDES", ("numpy", "numpy"))
    monkeypatch.setattr(perfstat, "_modelled", lambda *_: pytest.fail("nothing is to be modelled"))
    monkeypatch.setattr(perfstat, "markdown", lambda record: "written")
    found = perfstat.perfstat(target("add", "1000", "float32", "contiguous", ""), tmp_path / "out")
    figures = found["sides"]["numpy"]["figures"]
    assert found["probe"] == "all there" and len(found["counters"]) == 5
    assert figures["ipc"]["value"] == 1.0
    assert figures["cycles"]["value"] > 0
    assert figures["cycles"]["source"] == "hardware counter cycles, perf stat, on for 50% of the time"
    assert figures["page_faults"]["value"] == 0.0
    assert "unavailable" in figures["context_switches"]


def test_the_model_stands_in_where_the_loop_may_not_be_counted(bin_folder, patient, monkeypatch, tmp_path):
    stub(bin_folder, f'case "$*" in *sleep*) echo not permitted >&2; exit 255 ;; esac\n{ALL}')
    modelled = {"instructions": {"value": 7.0, "source": "model"}}
    monkeypatch.setattr(perfstat, "_modelled", lambda *_: modelled)
    monkeypatch.setattr(perfstat, "running", _loop)
    found = perfstat.perfstat(target("add", "1000", "float32", "contiguous", ""), tmp_path / "out")
    for side in ("numpy", "raptors"):
        figures = found["sides"][side]["figures"]
        assert figures["instructions"] == modelled["instructions"]
        assert "not permitted" in figures["cycles"]["unavailable"]
        assert figures["ipc"] == figures["cycles"]
        assert figures["wall_ns"]["value"] > 0


def _loop(side, chosen, seconds, *more):
    """A loop of NumPy, whichever side is asked for."""
    from raptors_compare.profile import tools

    return tools.running("numpy", chosen, seconds, *more)
