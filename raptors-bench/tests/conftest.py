"""Makes the comparison importable and holds what the tests share."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "compare"))


@pytest.fixture
def results():
    """The results of a small run, as results.json holds them."""
    from fixture import results

    return results()
