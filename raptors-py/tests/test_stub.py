"""The type stubs and the generated page say what the module is, and type checkers understand them."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

CODEGEN = pathlib.Path(__file__).parents[1] / "codegen"
NEWEST = np.__version__.startswith("2.4.")

# Each takes seconds, and no level changes what they see.
once = pytest.mark.skipif("RAPTORS_SIMD" in os.environ, reason="not about instruction sets")

PROGRAM = """
import numpy as np
import raptors as rp

a: rp.ndarray = rp.arange(6).reshape(2, 3)
b: rp.ndarray = rp.add(a, 1.0, out=None)
c: rp.ndarray = a @ b.T + np.ones(2)
d: rp.ndarray = rp.add.reduce(a, axis=0)
q: tuple[rp.ndarray, rp.ndarray] = rp.divmod(a, 2)
n: int = a.ndim + len(a)
s: tuple[int, ...] = a.shape
e: rp.ndarray = rp.linalg.inv(rp.eye(2))
f: rp.ndarray = rp.fft.rfft([1.0, 2.0])
"""


@pytest.mark.skipif(not NEWEST, reason="stubs are written with NumPy 2.4")
@pytest.mark.parametrize("program", ["stubs.py", "names.py"])
def test_generated_files_are_fresh(program):
    done = subprocess.run([sys.executable, CODEGEN / program, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@once
@pytest.mark.skipif(not NEWEST, reason="stubs are written with NumPy 2.4")
def test_stubs_are_the_module(tmp_path):
    pytest.importorskip("mypy")
    command = [
        sys.executable, "-m", "mypy.stubtest", "raptors", "--concise",
        "--mypy-config-file", CODEGEN / "mypy.ini", "--allowlist", CODEGEN / "stubtest_allowed.txt",
        "--ignore-unused-allowlist",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """mypy's cache, filled by the first run."""
    return tmp_path_factory.mktemp("mypy")


@once
@pytest.mark.parametrize(
    ("addition", "complaint"),
    [("", "Success"), ("rp.add(1)", "Too few arguments"), ("a.shap", "has no attribute")],
)
def test_type_checkers_understand_the_stubs(tmp_path, cache, addition, complaint):
    api = pytest.importorskip("mypy.api")
    path = tmp_path / "program.py"
    path.write_text(PROGRAM + addition)
    out, err, _ = api.run(["--cache-dir", str(cache), "--strict", str(path)])
    assert complaint in out, out + err
