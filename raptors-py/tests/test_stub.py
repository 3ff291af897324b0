"""The type stubs say what the module is."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest

STUB = pathlib.Path(__file__).parent.parent / "stub.py"


@pytest.mark.skipif(not np.__version__.startswith("2.4."), reason="stubs are written with NumPy 2.4")
def test_stubs_are_fresh():
    done = subprocess.run([sys.executable, STUB, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_stubs_are_python():
    for path in (STUB.parent / "python" / "raptors").glob("*.pyi"):
        compile(path.read_text(), path, "exec")
