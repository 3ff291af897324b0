"""What can be asked and set while the program runs."""

from __future__ import annotations

import contextlib

import numpy as np

from ._raptors import _config, _override_threads


@contextlib.contextmanager
def threads(n: int):
    """``with rp.threads(n):`` lets the calling thread's operations use ``n`` threads."""
    before = _override_threads(n)
    try:
        yield
    finally:
        _override_threads(before)


def show_config(mode: str = "stdout"):
    """Prints what the build and the machine are; ``mode="dicts"`` returns it instead."""
    config = {**_config(), "numpy": np.__version__}
    if mode == "dicts":
        return config
    width = max(map(len, config))
    for key, value in config.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        print(f"{key:<{width}}  {text}")
    return None
