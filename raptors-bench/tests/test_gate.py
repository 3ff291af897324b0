"""The gate: a kernel that was slowed on purpose fails it, noise does not."""

import json
import math
import os
import subprocess
import textwrap
from pathlib import Path

import numpy as np
import pytest
from fixture import PATIENCE
from raptors_compare import baseline
from raptors_compare.baseline import TOLERANCE, judge, key_of, load, machine_of, save, told
from raptors_compare.statistics import low_ratio
from raptors_compare.store import Unasked
from test_command import SMALL, command

ORIGIN = {"cpu": "A CPU", "cores": 2, "affinity": [0, 1], "versions": {"numpy": "2.4.6"},
          "commit": "abcdef0123456", "time": "2026-01-02T03:04:05+00:00",
          "subject_config": {"cpu": "Family 26, model 2", "simd": "avx512"}}  # fmt: skip


def measured(rng, slower=1.0, noise=0.02, spikes=0.1, passes=5, rounds=15):
    """Passes of a cell in which NumPy takes 1 µs and the subject half as long, on a machine whose
    speed drifts from pass to pass, which hurts both sides alike, and has hiccups, which do not."""
    found = []
    for _ in range(passes):
        drift = rng.uniform(1, 1.5)
        place = rng.normal(0, 0.01)
        numpy_ns, subject_ns = (
            drift * base * (1 + np.abs(rng.normal(0, noise, rounds)))
            * np.where(rng.random(rounds) < spikes, rng.uniform(1, 20, rounds), 1)
            for base in (1000.0, 500.0 * slower * math.exp(place))
        )  # fmt: skip
        found.append((list(numpy_ns), list(subject_ns)))
    return dict(zip(("ratio", "low", "high"), low_ratio(found)))


def run(cells):
    return {
        "provenance": ORIGIN,
        "cells": [{"key": key, "status": "timed", "steady": steady} for key, steady in cells.items()],
    }


# Simulated runs of each kind.
RUNS = 40


def verdict(then, now, tmp_path):
    file = save(tmp_path, run({"cell": then}))
    return judge(run({"cell": now}), load(file))["verdict"]


def test_noise_is_no_regression_and_a_slow_kernel_is(tmp_path):
    rng = np.random.default_rng(0)
    quiet = [verdict(measured(rng), measured(rng), tmp_path) for _ in range(RUNS)]
    assert quiet.count("regression") == 0 and quiet.count("same") > 0.9 * RUNS
    noisy = [
        verdict(measured(rng), measured(rng, noise=0.4, spikes=0.5), tmp_path) for _ in range(RUNS)
    ]
    assert noisy.count("regression") == 0 and noisy.count("inconclusive") > 0.2 * RUNS
    slowed = [verdict(measured(rng), measured(rng, slower=1.3), tmp_path) for _ in range(RUNS)]
    assert slowed.count("regression") > 0.95 * RUNS
    # Just beyond what is tolerated nobody can be sure, and the gate says so.
    near = [verdict(measured(rng), measured(rng, slower=1.11), tmp_path) for _ in range(RUNS)]
    assert near.count("inconclusive") > 0.5 * RUNS


def test_low_samples_do_not_see_hiccups():
    calm = ([1000.0] * 10, [500.0] * 10)
    hiccups = ([1000.0] * 10, [500.0] * 5 + [9000.0] * 5)
    assert low_ratio([calm, hiccups])[0] == 2.0


def test_what_differs_between_passes_widens_the_interval():
    same = low_ratio([([1000.0] * 9, [500.0] * 9)] * 5)
    assert same == (2.0, 2.0, 2.0)
    middle, low, high = low_ratio([([1000.0] * 9, [500.0 * x] * 9) for x in (0.8, 0.9, 1, 1.1, 1.2)])
    assert low < 0.9 * middle and high > 1.1 * middle


STEADY = {"ratio": 2.0, "low": 1.98, "high": 2.02}


def steady(ratio):
    return {"ratio": ratio, "low": 0.99 * ratio, "high": 1.01 * ratio}


def test_the_worst_cell_speaks_for_the_run(tmp_path):
    then = load(save(tmp_path, run({name: STEADY for name in "abc"})))
    gate = judge(run({"a": steady(1.0), "b": steady(1.8), "c": steady(3.0), "d": STEADY}), then)
    words = [cell["verdict"] for cell in gate["cells"]]
    assert words == ["regression", "inconclusive", "improved"]
    assert gate["verdict"] == "regression" and gate["new"] == 1
    text = told(gate)
    assert "REGRESSION against abcdef0123 of 2026-01-02" in text and "1 new cell)" in text
    assert "regression a: 2.00 × -> 1.00 ×" in text and "inconclusive b" in text
    fewer = judge(run({"c": STEADY}), then)
    assert fewer["verdict"] == "same" and fewer["unmeasured"] == 2
    assert "2 cells of the baseline were not asked for" in told(fewer)
    fewer = judge(run({"a": STEADY, "b": STEADY}), then)
    assert "1 cell of the baseline was not asked for" in told(fewer)
    assert judge(run({"d": STEADY}), then)["verdict"] == "inconclusive"


def test_many_cells_without_a_baseline_are_inconclusive(tmp_path):
    then = load(save(tmp_path, run({"a": STEADY})))
    gate = judge(run({name: STEADY for name in ("a", *map(str, range(35)))}), then)
    assert gate["verdict"] == "inconclusive" and baseline.EXIT[gate["verdict"]] == 4
    assert "no baseline for 35 of 36 cells" in told(gate)
    assert "quieter" not in told(gate)
    # One in ten may be new, and a regression beside many new ones is one all the same.
    then = load(save(tmp_path, run({str(n): STEADY for n in range(9)})))
    gate = judge(run({str(n): STEADY for n in range(10)}), then)
    assert gate["verdict"] == "same" and "no baseline" not in told(gate)
    gate = judge(run({"0": steady(1.0), **{name: STEADY for name in "xyz"}}), then)
    assert gate["verdict"] == "regression"
    # What was recorded before the gate counted them is told as it was.
    assert "no baseline" not in told({k: v for k, v in gate.items() if k != "asked"})


def checked(now, folder):
    """The run with the gate's answer, as the command line hands it to `renew`."""
    return {**now, "gate": judge(now, load(baseline.path_of(folder, now["provenance"])))}


def test_a_baseline_of_another_numpy_is_renewed(tmp_path):
    file = save(tmp_path, run({"a": STEADY, "gone": STEADY}))
    newer = {**ORIGIN, "versions": {"numpy": "2.5.0"}, "commit": "fedcba"}
    now = checked({**run({"a": steady(1.95)}), "provenance": newer}, tmp_path)
    assert now["gate"]["verdict"] == "inconclusive"
    assert "renewed (numpy 2.4.6 then, 2.5.0 now)" in baseline.renew(tmp_path, now)
    found = load(file)
    assert found["machine"]["numpy"] == "2.5.0" and found["provenance"]["commit"] == "fedcba"
    assert {key: cell["ratio"] for key, cell in found["cells"].items()} == {"a": 1.95}
    again = checked({**run({"a": steady(1.95)}), "provenance": newer}, tmp_path)
    assert again["gate"]["verdict"] == "same" and baseline.renew(tmp_path, again) is None


def test_a_baseline_is_extended_and_does_not_follow_a_decline(tmp_path):
    file = save(tmp_path, run({"a": STEADY}))
    later = {**ORIGIN, "commit": "fedcba"}
    now = checked({**run({"a": steady(1.85), "b": steady(3.0)}), "provenance": later}, tmp_path)
    assert "extended by 1 cell that" in baseline.renew(tmp_path, now)
    found = load(file)
    assert {key: cell["ratio"] for key, cell in found["cells"].items()} == {"a": 2.0, "b": 3.0}
    assert found["provenance"]["commit"] == ORIGIN["commit"]
    assert [cell["commit"] for cell in found["cells"].values()] == [ORIGIN["commit"], "fedcba"]


@pytest.mark.parametrize("numpy", ["2.4.6", "2.5.0"])
def test_no_baseline_moves_after_a_regression_or_a_failure(numpy, tmp_path):
    file = save(tmp_path, run({"a": STEADY}))
    before = file.read_bytes()
    origin = {**ORIGIN, "versions": {"numpy": numpy}}
    slow = {**run({"a": steady(1.0), "b": STEADY}), "provenance": origin}
    assert baseline.renew(tmp_path, checked(slow, tmp_path)) is None
    failed = {**run({"a": STEADY}), "provenance": origin}
    failed["cells"].append({"key": "b", "status": "wrong", "why": "off by one"})
    assert baseline.renew(tmp_path, checked(failed, tmp_path)) is None
    assert file.read_bytes() == before


def test_a_cell_that_fails_is_a_regression(tmp_path):
    then = load(save(tmp_path, run({"a": STEADY})))
    broken = {"provenance": ORIGIN, "cells": [{"key": "a", "status": "wrong", "why": "off by one"}]}
    gate = judge(broken, then)
    assert gate["verdict"] == "regression" and "off by one" in told(gate)
    with pytest.raises(Unasked, match="failures: a"):
        save(tmp_path, broken)


def test_another_numpy_makes_it_inconclusive(tmp_path):
    then = load(save(tmp_path, run({"a": STEADY})))
    other = {**run({"a": STEADY}), "provenance": {**ORIGIN, "versions": {"numpy": "2.5.0"}}}
    gate = judge(other, then)
    assert gate["verdict"] == "inconclusive"
    assert "numpy 2.4.6 then, 2.5.0 now" in told(gate)
    # And a new baseline forgets what another NumPy gave.
    file = save(tmp_path, {**other, "cells": run({"b": STEADY})["cells"]})
    assert list(load(file)["cells"]) == ["b"]


def test_a_baseline_keeps_the_cells_of_other_runs(tmp_path):
    save(tmp_path, run({"a": STEADY}))
    found = load(save(tmp_path, run({"b": STEADY})))
    assert list(found["cells"]) == ["a", "b"]


def test_a_baseline_is_named_by_its_machine():
    assert key_of(machine_of(ORIGIN)) == "family-26-model-2-2-cores-avx512"
    assert key_of(machine_of({**ORIGIN, "subject_config": None})) == "a-cpu-2-cores-unknown"


@pytest.mark.parametrize("text", [
    "", "{}", '{"format": 7}', "[1]", '{"format": 1, "machine": {"cpu": 1}, "cells": {"a": {}}}',
    '{"format": 1, "machine": {"cpu": 1}, "provenance": {}, "cells": {"a": {"ratio": 1.0}}}',
])  # fmt: skip
def test_a_broken_baseline_is_told(text, tmp_path):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(Unasked, match="holds no baseline"):
        load(tmp_path / "x.json")


SUBJECT = '''
import os, time
import numpy as np
from numpy import asarray
__version__ = "fake"
times = int(os.environ["TIMES"])
noise = int(os.environ["NOISE"])
def exp(x):
    # Noise comes in hundredths of a second, three in ten of them.
    burst = int(100 * time.perf_counter()) * 2654435761 % 2**32 < 0.3 * 2**32
    # What is slower does more of the same work: how fast the machine is, and what else it does, is the
    # same for both sides.
    for _ in range(times + burst * noise):
        out = np.exp(x)
    return out
'''


def test_the_command_tells_a_slowed_kernel_from_noise(tmp_path, monkeypatch):
    (tmp_path / "raptors.py").write_text(SUBJECT)
    options = ["--ops", "exp", "--shapes", "100x100", "--dtypes", "float64", "--quick", "--torch",
               "off", "--repeats", "25", "--baseline", tmp_path / "kept", "--runs", tmp_path]  # fmt: skip

    def bench(*more, times=1, noise=0):
        monkeypatch.setenv("TIMES", str(times))
        monkeypatch.setenv("NOISE", str(noise))
        done = command(*options, *more, path=[tmp_path])
        return done.returncode, done.stdout + done.stderr

    code, text = bench("--check")
    assert code == 3 and "--save-baseline" in text
    assert bench("--save-baseline")[0] == 0
    (kept,) = (tmp_path / "kept").iterdir()
    assert list(json.loads(kept.read_text())["cells"]) == ["exp/100x100/float64/contiguous/t1/l0"]
    code, text = bench("--check", "--shapes", "100x100,50x50", "--renew-baseline")
    assert code in (1, 4) and ("baseline extended by 1 cell that" in text) == (code == 4), text
    assert bench("--save-baseline")[0] == 0
    whole = json.loads(kept.read_text())
    whole["machine"]["numpy"] = "1.0"
    kept.write_text(json.dumps(whole))
    code, text = bench("--check", "--renew-baseline")
    assert code in (1, 4) and ("baseline renewed (numpy 1.0 then" in text) == (code == 4), text
    assert bench("--save-baseline")[0] == 0
    code, text = bench("--check", times=5)
    assert code == 1 and "regression exp" in text, text
    code, text = bench("--check", noise=2)
    assert code in (0, 4) and "REGRESSION" not in text, text


# Raptors whose kernels are those of the level that LEVEL names, and who does not tell.
AT_A_LEVEL = '''
import importlib, os, sys
os.environ["RAPTORS_SIMD"] = os.environ["LEVEL"]
sys.path.remove(os.path.dirname(__file__))
del sys.modules["raptors"]
real = importlib.import_module("raptors")
told = real.show_config
real.show_config = lambda **how: {**told(**how), "simd": "untold"}
'''


def test_the_command_tells_a_slower_kernel_of_raptors(tmp_path, monkeypatch):
    raptors = pytest.importorskip("raptors")
    best = raptors.show_config(mode="dicts")["simd_available"][-1]
    if best == "scalar":
        pytest.skip("there is no slower kernel")
    (tmp_path / "raptors.py").write_text(AT_A_LEVEL)
    # Ten kilobytes stay in the first cache, and roots take the core's time alone: what shares the rest of
    # the machine slows neither side more than the other.
    options = ["--ops", "sqrt", "--shapes", "50x50", "--dtypes", "float32", "--quick", "--torch",
               "off", "--repeats", "25", "--baseline", tmp_path / "kept", "--runs", tmp_path]  # fmt: skip
    real = Path(raptors.__file__).parents[1]

    def bench(level, *more):
        monkeypatch.setenv("LEVEL", level)
        done = command(*options, *more, path=[tmp_path, real])
        return done.returncode, done.stdout + done.stderr

    assert bench(best, "--save-baseline")[0] == 0
    code, text = bench(best, "--check")
    assert code in (0, 4) and "REGRESSION" not in text, text
    code, text = bench("scalar", "--check")
    assert code == 1 and "regression sqrt" in text, text


@pytest.mark.parametrize("args", [
    ["--check", "--save-baseline"], ["--check", "--passes", "1"], ["--check", "--report", "x"],
    ["--renew-baseline"], ["--save-baseline", "--renew-baseline"],
])  # fmt: skip
def test_what_makes_no_gate_ends_with_2(args):
    assert command(*args, "--subject", "numpy").returncode == 2


@pytest.mark.parametrize("where", ["--baseline", "--json"])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_measured(where, tmp_path):
    (tmp_path / "file").write_text("")
    run = tmp_path / "run"
    done = command(*SMALL, "--ops", "sum", "--save-baseline", "--baseline", tmp_path / "kept", where,
                   tmp_path / "file/here", "--output", run)  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr
    assert "error: cannot write the results: " in done.stderr and str(tmp_path / "file") in done.stderr
    assert not run.exists()


CARGO = '''#!/bin/sh
echo "$@" >> "$RUNNER_TEMP/asked"
case "$*" in
  *--check*) printf "$TOLD"; exit "$CODE" ;;
esac
'''


@pytest.mark.skipif(os.name == "nt", reason="the job runs on Linux")
@pytest.mark.parametrize(("code", "told", "ends", "says", "saves"), [
    (0, "gate: SAME against x", 0, "", False),
    (1, "gate: REGRESSION against x", 1, "", False),
    (2, "", 2, "", False),
    (3, "", 0, "::notice::there was no baseline", True),
    (4, "gate: INCONCLUSIVE against x", 0, "::warning::gate: INCONCLUSIVE", False),
    (4, "gate: INCONCLUSIVE against x\\nbaseline renewed (numpy", 0, "::notice::baseline renewed", False),
    (4, "interrupted", 1, "", False),
])  # fmt: skip
def test_what_the_nightly_job_makes_of_the_answer(code, told, ends, says, saves, tmp_path):
    job = (Path(__file__).parents[2] / ".github/workflows/nightly.yml").read_text(encoding="utf-8")
    script = job.partition("name: compare with the baseline\n        run: |\n")[2]
    script = textwrap.dedent(script.partition("\n      - run:")[0])
    (tmp_path / "cargo").write_text(CARGO)
    (tmp_path / "cargo").chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-c", script], capture_output=True, text=True, timeout=PATIENCE,
        env={"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path),
             "TOLD": told and told + "\\n", "CODE": str(code)},
    )  # fmt: skip
    assert done.returncode == ends and says in done.stdout, done
    assert ("::" in done.stdout) == bool(says)
    asked = (tmp_path / "asked").read_text()
    assert asked.count("--check --renew-baseline") == 1 and ("--save-baseline" in asked) == saves


def test_the_tolerance_is_what_it_says():
    assert baseline.EXIT == {"regression": 1, "inconclusive": 4, "same": 0, "improved": 0}
    assert TOLERANCE == 0.10
