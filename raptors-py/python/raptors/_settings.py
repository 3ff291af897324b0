"""What can be asked and set while the program runs."""

from __future__ import annotations

import contextlib

import numpy as np

from ._raptors import _config, _override_threads


@contextlib.contextmanager
def threads(n: int):
    """``with rp.threads(n):`` lets the calling thread's operations use ``n`` threads.

    Other threads are not touched. ``ValueError`` for less than one.

    Examples
    --------
    >>> with rp.threads(1):
    ...     rp.get_num_threads()
    1
    """
    before = _override_threads(n)
    try:
        yield
    finally:
        _override_threads(before)


def show_config(mode: str = "stdout"):
    """Prints what the build and the machine are; ``mode="dicts"`` returns it instead.

    The CPU and its instruction sets, threads, caches, back ends of matrix products, the machine
    profile in use, and the versions of Raptors and NumPy.

    Examples
    --------
    >>> rp.show_config("dicts")["numpy"] == np.__version__
    True
    """
    config = {**_config(), "numpy": np.__version__}
    if mode == "dicts":
        return config
    width = max(map(len, config))
    for key, value in config.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        print(f"{key:<{width}}  {text}")
    return None
