"""The command line: choices, exit codes, and whole runs too small to say anything about time."""

import json
import os
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest
from fixture import PATIENCE
from raptors_compare.cli import main, parse

COMPARE = Path(__file__).parents[1] / "compare"

# A run of a few cells in a second or two.
SMALL = ["--subject", "numpy", "--shapes", "8x8", "--quick", "--repeats", "3", "--warmup", "0"]


def command(*args, path=()):
    paths = os.pathsep.join(map(str, [COMPARE, *path]))
    return subprocess.run(
        [sys.executable, "-m", "raptors_compare", *map(str, args)],
        env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("args", "choice"),
    [
        (["--suite", "3d"], "vector"),
        (["--ops", "sum,frobnicate"], "mean_axis0"),
        (["--suite", "full", "--ops", "frobnicate"], "arctan2"),
        (["--dtypes", "float33"], "float32"),
        (["--layouts", "diagonal"], "transposed"),
        (["--simd", "mmx"], "avx2"),
        (["--subject", "cupy"], "raptors"),
        (["--threads", "0"], "at least 1"),
        (["--threads", ""], "at least 1"),
        (["--shapes", "huge"], "512x512"),
        (["--repeats", "1"], "at least 3"),
        (["--resume", "/nowhere"], "no run in"),
        (["--frobnicate"], "--frobnicate"),
    ],
)
def test_bad_arguments_end_with_2_and_the_choices(args, choice, capsys):
    with pytest.raises(SystemExit) as end:
        parse(args)
    assert end.value.code == 2
    assert choice in capsys.readouterr().err


def test_a_command_line_is_checked_without_numpy():
    code = f"import sys; sys.path.insert(0, {str(COMPARE)!r}); import raptors_compare.cli as cli; "
    code += "cli.main(['--needs']); assert 'numpy' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "raptors\n")


@pytest.mark.parametrize(
    ("args", "needs"),
    [([], "raptors"), (["--subject", "numpy"], "numpy"), (["--readme"], "numpy"),
     (["--report", "results/1"], "numpy"), (["--log"], "numpy"), (["--check"], "raptors")],
)  # fmt: skip
def test_needs(args, needs, capsys):
    assert main([*args, "--needs"]) == 0
    assert capsys.readouterr().out.strip() == needs


def test_numpy_against_itself_is_never_wrong(tmp_path):
    done = command(*SMALL, "--ops", "sum,add,relu,where", "--layouts", "contiguous,strided",
                   "--threads", "1,2", "--live", "0,8", "--output", tmp_path,
                   "--json", tmp_path / "copy.json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "results.json").read_text())
    assert results == json.loads((tmp_path / "copy.json").read_text())
    assert results["summary"]["timed"] == results["summary"]["cells"] == 4 * 2 * 2 * 2 * 3
    for cell in results["cells"]:
        assert cell["low"] <= cell["ratio"] <= cell["high"]
    for name in ("cpu", "caches", "versions", "commit", "load", "governor", "command", "numpy_blas",
                 "pressure", "pressure_after", "steal", "steal_after"):
        assert name in results["provenance"]
    lines = (tmp_path / "cells.jsonl").read_text().splitlines()
    assert len(lines) == 1 + 96
    assert "report.html" in done.stdout
    assert "<h2>" in (tmp_path / "report.html").read_text()


def test_an_interrupted_run_goes_on(tmp_path):
    args = [*SMALL, "--ops", "sum,scale"]
    assert command(*args, "--output", tmp_path).returncode == 0
    journal = tmp_path / "cells.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    # The interruption cut the third line short.
    journal.write_text("".join(lines[:2]) + lines[2][:40])
    done = command(*args, "--resume", tmp_path)
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "results.json").read_text())
    assert len(results["earlier"]) == 1
    assert len(results["cells"]) == 4
    assert results["cells"][0] == {
        name: value for name, value in json.loads(lines[1]).items()
        if name not in ("samples", "pass")
    }
    other = command(*SMALL, "--ops", "sum", "--resume", tmp_path)
    assert other.returncode == 2
    assert "another run" in other.stderr


def test_every_ufunc_joins_the_full_suite(tmp_path):
    args = ["--subject", "numpy", "--suite", "full", "--shapes", "16", "--repeats", "3"]
    done = command(*args, "--ops", "hypot,divmod,arccosh", "--dtypes", "float32", "--output", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "hypot" in done.stdout and "arccosh" in done.stdout
    done = command(*args, "--ops", "frobnicate", "--output", tmp_path)
    assert done.returncode == 2
    assert "arctan2" in done.stderr


def test_a_ufunc_is_compared_in_any_suite(tmp_path):
    parse(["--ops", "hypot,vecdot"])
    done = command(*SMALL, "--ops", "hypot", "--dtypes", "float32", "--output", tmp_path)
    assert done.returncode == 0, done.stderr
    (cell,) = json.loads((tmp_path / "results.json").read_text())["cells"]
    assert (cell["op"], cell["code"]) == ("hypot", "xp.hypot(x, y)")


def test_cells_that_cannot_be_end_with_2_and_the_choices(tmp_path):
    done = command("--subject", "numpy", "--ops", "dot", "--shapes", "4x4", "--output", tmp_path)
    assert done.returncode == 2
    assert "dot takes 1-dimensional shapes, dtypes " in done.stderr
    done = command("--subject", "numpy", "--suite", "mixed", "--dtypes", "bool",
                   "--ops", "sum,mean,std,exp,tanh,sqrt", "--output", tmp_path)  # fmt: skip
    assert done.returncode == 2
    assert "layouts contiguous, strided" in done.stderr and "; and 1 op more" in done.stderr


FAKE = '''
import numpy as np
from numpy import asarray
from types import SimpleNamespace
nn = SimpleNamespace(relu=lambda x: np.maximum(x, 0) + 1)
config = SimpleNamespace(fallback="allow")
def sqrt(x):
    if config.fallback == "error":
        raise NotImplementedError
    return np.sqrt(x)
__version__ = "fake"
'''


def test_missing_and_wrong_ops_are_listed_and_end_with_1(tmp_path):
    (tmp_path / "raptors.py").write_text(FAKE)
    args = [*SMALL[2:], "--ops", "sum,sqrt,tanh,relu", "--dtypes", "float32", "--output", tmp_path / "out"]
    done = command(*args, path=[tmp_path])
    assert done.returncode == 1, done.stderr
    summary = json.loads((tmp_path / "out/results.json").read_text())["summary"]
    assert summary["unsupported"] == ["tanh/8x8/float32/contiguous/t1/l0"]
    assert summary["wrong"] == ["relu/8x8/float32/contiguous/t1/l0"]
    assert (summary["timed"], summary["delegated"]) == (2, 1)
    assert "no attribute 'tanh'" in done.stdout


def test_a_run_goes_on_with_the_build_it_began_with_alone(tmp_path):
    package = tmp_path / "raptors"
    package.mkdir()
    (package / "__init__.py").write_text(FAKE)
    (package / f"_raptors{EXTENSION_SUFFIXES[0]}").write_bytes(b"a build")
    args = [*SMALL[2:], "--ops", "sum", "--dtypes", "float32"]
    folder = tmp_path / "run"
    assert command(*args, "--output", folder, path=[tmp_path]).returncode == 0
    then = json.loads((folder / "results.json").read_text())["provenance"]["build"]["files"]
    # Put there anew, it is the same build.
    (package / f"_raptors{EXTENSION_SUFFIXES[0]}").write_bytes(b"a build")
    done = command(*args, "--resume", folder, path=[tmp_path])
    assert done.returncode == 0, done.stderr
    (package / f"_raptors{EXTENSION_SUFFIXES[0]}").write_bytes(b"another build")
    kept = ["--save-baseline", "--baseline", tmp_path / "kept", "--output", tmp_path / "other"]
    assert command(*args, *kept, path=[tmp_path]).returncode == 0
    done = command(*args, "--resume", folder, path=[tmp_path])
    assert done.returncode == 2
    assert "another build" in done.stderr and f"(files {then})" in done.stderr
    # A run for the gate as well.
    (package / "__init__.py").write_text(FAKE + "changed = True\n")
    gate = ["--check", "--baseline", tmp_path / "kept"]
    done = command(*args, *gate, "--resume", tmp_path / "other", path=[tmp_path])
    assert done.returncode == 2 and "another build" in done.stderr


TORCH = """
import numpy as np
from numpy import abs, sqrt
__version__ = "fake"
class Tensor(np.ndarray):
    def numpy(self):
        return np.asarray(self)
def from_numpy(values):
    return values.view(Tensor)
threads = []
def set_num_threads(count):
    threads.append(count)
def tanh(x):
    assert threads[-1] == 2, threads
    return np.tanh(x)
def exp(x):
    return np.exp(x) + 1
"""


def test_torch_stands_beside_where_it_gives_the_same(tmp_path):
    (tmp_path / "torch.py").write_text(TORCH)
    args = [*SMALL, "--dtypes", "float32", "--threads", "2", "--output", tmp_path / "out"]
    done = command(*args, "--ops", "sqrt,tanh,exp,roll", path=[tmp_path])
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "out/results.json").read_text())
    sqrt, tanh, exp, roll = (next(c for c in results["cells"] if c["op"] == op)
                             for op in ("sqrt", "tanh", "exp", "roll"))  # fmt: skip
    assert "torch" in sqrt["ns"] and "torch" in tanh["ns"]
    assert "off by" in exp["absent"]["torch"] and "torch" not in exp["ns"]
    assert "AttributeError" in roll["absent"]["torch"]
    assert "PyTorch fake, on as many threads, in 2 of 4 cells" in done.stdout
    done = command(*args, "--ops", "sqrt", "--torch", "off", path=[tmp_path])
    assert "PyTorch: off, so there is no column" in done.stdout


def test_a_subject_that_is_missing_ends_with_3(tmp_path):
    (tmp_path / "raptors.py").write_text("raise ImportError('not built')")
    done = command(*SMALL[2:], "--output", tmp_path / "out", path=[tmp_path])
    assert done.returncode == 3
    assert "not built" in done.stderr


def test_a_level_that_the_subject_refuses_ends_with_2(tmp_path):
    (tmp_path / "raptors.py").write_text("raise ImportError('level is not supported; choose auto')")
    done = command(*SMALL[2:], "--simd", "neon", "--output", tmp_path / "out", path=[tmp_path])
    assert done.returncode == 2
    assert "choose auto" in done.stderr


def test_threads_that_the_subject_refuses_end_with_2(tmp_path):
    refuses = "def set_num_threads(count):\n    raise ValueError('at most 1')\n"
    (tmp_path / "raptors.py").write_text(FAKE + refuses)
    done = command(*SMALL[2:], "--threads", "9", "--output", tmp_path / "out", path=[tmp_path])
    assert done.returncode == 2
    assert "raptors cannot run on 9 threads: at most 1" in done.stderr
