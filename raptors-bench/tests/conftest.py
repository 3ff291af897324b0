"""Makes the comparison importable and holds what the tests share."""

import os
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "compare"))


@pytest.fixture
def results():
    """The results of a small run, as results.json holds them."""
    from fixture import results

    return results()


@pytest.fixture(autouse=True)
def as_it_was():
    """Variables and the handler of signals that a command line sets when it is run in this process, so
    that no test depends on which ones ran before it."""
    variables, handler = dict(os.environ), signal.getsignal(signal.SIGTERM)
    yield
    for name in set(os.environ) - set(variables):
        del os.environ[name]
    os.environ.update(variables)
    if handler is not None:  # none: it is not Python's
        signal.signal(signal.SIGTERM, handler)
