"""asv's benchmarks: parameters take effect, in processes of their own, and what is missing is told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fixture import PATIENCE

ASV = Path(__file__).parents[1] / "asv"

# Raptors as the benchmarks see it: what it read when it was imported is what it runs.
FAKE = '''
import os
import numpy as np
from numpy import asarray
simd, threads = os.environ["RAPTORS_SIMD"], int(os.environ["RAPTORS_THREADS"])
if simd == "neon":
    raise ImportError("RAPTORS_SIMD=neon is not supported here; choose scalar, avx2")
if os.environ.get("STUBBORN"):
    simd = "avx2"
def show_config(mode):
    return {"simd": simd}
def threading_info():
    return {"threads": threads}
'''

RUN = """
import sys
sys.path.insert(0, {folder!r})
from benchmarks.ops import Ops
bench = Ops()
try:
    bench.setup(*{params!r})
    bench.setup(*{params!r})  # before each repeat
    bench.time_op(*{params!r})
    import raptors
    print(raptors.simd, raptors.threads)
except (NotImplementedError, RuntimeError) as error:
    print(type(error).__name__, error)
"""


def bench(tmp_path, params, **environment):
    (tmp_path / "raptors.py").write_text(FAKE)
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(folder=str(ASV), params=params)],
        env={**os.environ, "PYTHONPATH": str(tmp_path), **environment},
        capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(("simd", "threads"), [("scalar", 1), ("avx512", 2)])
def test_level_and_threads_take_effect(simd, threads, tmp_path):
    assert bench(tmp_path, ("sum", "1000", "float32", simd, threads)) == f"{simd} {threads}"


def test_what_cannot_be_is_skipped_and_what_had_no_effect_is_an_error(tmp_path):
    params = ("sum", "1000", "float32", "neon", 1)
    assert bench(tmp_path, params) == "NotImplementedError this machine has no neon"
    params = ("mean_axis0", "1000", "float32", "avx2", 1)
    assert bench(tmp_path, params) == "NotImplementedError mean_axis0 takes no 1000"
    params = ("sum", "1000", "float32", "scalar", 1)
    assert bench(tmp_path, params, STUBBORN="1").startswith("RuntimeError asked for scalar")


def test_the_parameters_are_those_of_the_table():
    from raptors_compare.ops import BY_NAME
    from raptors_compare.suites import DTYPES, LEVELS, parse_shape

    sys.path.insert(0, str(ASV))
    try:
        from benchmarks.ops import Ops
    finally:
        sys.path.remove(str(ASV))
    ops, shapes, dtypes, levels, _ = Ops.params
    assert set(ops) <= set(BY_NAME) and set(dtypes) <= set(DTYPES)
    assert set(levels) == set(LEVELS) - {"auto"}
    assert all(parse_shape(shape) for shape in shapes)


def test_the_configuration_names_what_is_there():
    config = json.loads((ASV / "asv.conf.json").read_text())
    assert (ASV / config["repo"] / "raptors-py/pyproject.toml").is_file()
    assert (ASV / config["benchmark_dir"] / "ops.py").is_file()
    pinned = (ASV / config["repo"] / "xtask/requirements.txt").read_text()
    for name, (version,) in config["matrix"]["req"].items():
        assert f"{name}=={version}" in pinned
