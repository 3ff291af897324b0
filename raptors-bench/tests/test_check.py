"""Results are held to NumPy's: value, shape, dtype."""

import multiprocessing
import os
import signal
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from raptors_compare import apart
from raptors_compare.check import difference, widened
from raptors_compare.ops import BY_NAME, Op
from raptors_compare.run import compare, reference
from raptors_compare.sides import Side, numpy_side, subject_side
from raptors_compare.suites import Cell
from raptors_compare.timing import Effort

EXACT = Op("exact", "x", "arithmetic")
LOOSE = Op("loose", "x", "function", tolerance=4)
LARGEST = Op("largest", "x", "reduction", tolerance=4, to_largest=True)
ONE = np.ones(3, np.float32)
BRIEF = Effort(warmup=0, least=1, most=1, budget=0, batch=1)


def test_equal_results_are_right():
    odd = np.array([np.nan, np.inf, -np.inf, 0.0, 1.0])
    for op in (EXACT, LOOSE, LARGEST):
        assert difference(op, odd, odd.copy(), "float64") is None


def test_shape_and_dtype_count():
    assert "shape" in difference(EXACT, ONE, ONE[:2], "float32")
    assert "dtype" in difference(EXACT, ONE, ONE.astype(float), "float32")
    assert "2 results" in difference(EXACT, (ONE, ONE), (ONE,), "float32")


def test_integers_are_exact():
    x = np.arange(3)
    assert difference(LOOSE, x, x + 1, "int64") == "3 of 3 elements differ"


def test_floats_may_differ_by_the_tolerance():
    eps = np.finfo("float32").eps
    assert difference(EXACT, ONE, ONE + eps, "float32") is not None
    assert difference(LOOSE, ONE, ONE + 4 * eps, "float32") is None
    assert difference(LOOSE, ONE, ONE + 8 * eps, "float32") is not None
    small = np.array([1e-6, 1], np.float32)
    moved = small + np.array([eps, 0], np.float32)
    assert difference(LOOSE, small, moved, "float32") is not None
    assert difference(LARGEST, small, moved, "float32") is None


def test_nan_in_the_wrong_place_is_wrong():
    assert difference(LARGEST, ONE, np.array([1, np.nan, 1], np.float32), "float32") is not None
    assert difference(LARGEST, np.array([1, np.inf]), np.array([1, 2.0]), "float64") is not None
    assert difference(LARGEST, np.array([1, 2.0]), np.array([1, np.inf]), "float64") is not None


def judged(op, expected, got, truth, dtype):
    """Whether the result passes beside a reference."""
    truth = tuple(truth) if isinstance(truth, tuple) else np.asarray(truth)
    return difference(op, expected, np.asarray(got, expected.dtype), dtype, lambda: truth) is None


def test_right_where_numpy_overflows_or_stands_still():
    numpys = np.array([np.inf, 4096, 1], np.float16)
    truth = np.array([1.2012, 120_000.0, 1.0])
    op = Op("sums", "x", "reduction", tolerance=256, to_largest=True)
    assert difference(op, numpys, np.array([1.2012, np.inf, 1], np.float16), "float16") is not None
    assert judged(op, numpys, [1.2012, np.inf, 1], truth, "float16")
    # One element that is not right is enough, however wrong NumPy is.
    for wrong in ([1.5, np.inf, 1], [1.2012, 2000, 1], [np.nan, np.inf, 1], [1.2012, -np.inf, 1],
                  [-np.inf, np.inf, 1], [1.2012, np.inf, 60_000]):  # fmt: skip
        alone = Op("sums", "x", "reduction", tolerance=256)
        assert not judged(alone, numpys, wrong, truth, "float16"), wrong


def test_what_is_off_alike_is_held_to_numpys_error():
    numpys, truth = np.array([1e-4, 1], np.float32), np.array([2e-4, 1])
    assert judged(LOOSE, numpys, [2.9e-4, 1], truth, "float32")
    assert not judged(LOOSE, numpys, [3.1e-4, 1], truth, "float32")
    # No larger at the worst element is not enough: the mean counts too.
    numpys, truth = np.array([1e-4, 1.9e-4], np.float32), np.array([2e-4, 2e-4])
    assert judged(LOOSE, numpys, [2.9e-4, 2e-4], truth, "float32")
    assert not judged(LOOSE, numpys, [2.9e-4, 2.9e-4], truth, "float32")
    # NumPy's errors elsewhere excuse nothing where NumPy is right.
    numpys, truth = np.array([1e-4, 1], np.float32), np.array([2e-4, 1])
    assert not judged(LOOSE, numpys, [2e-4, 1.00005], truth, "float32")


def test_what_is_no_reference_excuses_nothing():
    numpys, got = np.array([1.0, 2.0]), np.array([1.0, 2.1])
    assert not judged(LOOSE, numpys, got, got, "float64")  # no wider
    assert not judged(LOOSE, numpys, got, got[:1].astype(np.longdouble), "float64")
    assert not judged(LOOSE, numpys, got, got.astype(np.clongdouble), "float64")
    assert difference(LOOSE, numpys, got, "float64", lambda: None) is not None
    x = np.arange(3)
    assert difference(LOOSE, x, x + 1, "int64", lambda: x + 1) is not None
    assert difference(EXACT, ONE, ONE.astype(float), "float32", lambda: ONE.astype(float)) is not None


def test_each_result_of_several_is_judged():
    numpys = (np.array([np.inf], np.float16), np.array([3]))
    truth = (np.array([1.2012]), np.array([3]))
    right = np.array([1.2012], np.float16)
    assert difference(EXACT, numpys, (right, np.array([3])), "float16", lambda: truth) is None
    assert difference(EXACT, numpys, (right, np.array([4])), "float16", lambda: truth) is not None


def test_operands_are_widened_and_nothing_else():
    given = {"x": np.ones(2, np.float16), "index": np.arange(2), "s": 1.5}
    wide = widened(LOOSE, given)
    assert (wide["x"].dtype, wide["index"].dtype, wide["s"]) == (np.float64, np.arange(2).dtype, 1.5)
    assert widened(LOOSE, {"x": np.ones(2)})["x"].dtype == np.longdouble
    assert widened(Op("spacing", "xp.spacing(x)", "function"), given) is None


def cell(op, subject, shape, dtype):
    """A cell's row with a subject in place of Raptors."""
    asked = Cell(op, shape, dtype, "contiguous", 1, 0)
    return compare(BY_NAME[op], asked, [numpy_side(), Side("subject", subject)], BRIEF, 0)


@pytest.mark.parametrize("factor", [1, 1.05])
def test_a_mean_that_numpy_cannot_hold(factor):
    def nanmean(x):
        return (np.nanmean(x.astype(np.float64)) * factor).astype(x.dtype)

    subject = SimpleNamespace(nanmean=nanmean, asarray=np.asarray)
    with np.errstate(all="ignore"):
        row = cell("nanmean", subject, (100_000,), "float16")
    assert row["status"] == ("timed" if factor == 1 else "wrong")


def test_there_is_a_reference_for_every_width():
    op, numpy = BY_NAME["exp"], numpy_side()
    for dtype, wider in (("float16", "float64"), ("float32", "float64"), ("float64", "longdouble")):
        assert reference(op, numpy, {"x": np.ones(2, dtype)}).dtype == np.dtype(wider)


def kept(code):
    """The row of a cell that keeps eight results of NumPy's alive, beside NumPy."""
    asked = Cell("kept", (1000,), "float64", "contiguous", 1, 8, True)
    op = Op("kept", code, "moving")
    return compare(op, asked, [numpy_side(), subject_side("numpy")], BRIEF, 0)


def test_results_are_kept_alive_in_a_process_of_their_own(monkeypatch):
    monkeypatch.setattr(apart, "measure", None)
    row = kept("x + 1")
    assert row["status"] == "timed"
    assert set(row["ns"]) == {"numpy", "numpy again"}


# Only in the process that times.
THERE = f"x if __import__('os').getpid() == {os.getpid()} else "


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("__import__('os')._exit(9)", "ended with exit code 9"),
        ("__import__('os')._exit(0)", "ended with exit code 0"),
        ("xp.no_such_function(x)", "raised AttributeError: module 'numpy' has no attribute 'no_such_function'"),
        ("next(repeat(x, 0))", "raised StopIteration: "),
    ],
)
def test_the_end_of_that_process_is_told(code, why):
    row = kept(THERE + code)
    assert row["status"] == "untimed"
    assert row["why"] == f"the process that measured kept/1000/float64/contiguous/t1/l8t {why}"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that end processes")
@pytest.mark.parametrize(("name", "more"), [("SIGTERM", ""), ("SIGKILL", ", perhaps for lack of memory")])
def test_the_signal_that_ended_that_process_is_told(name, more):
    row = kept(THERE + f"__import__('os').kill(__import__('os').getpid(), {getattr(signal, name):d})")
    assert row["status"] == "untimed"
    assert row["why"].endswith(f" was ended by {name}{more}")


@pytest.mark.skipif(os.name == "nt", reason="Windows interrupts no wait")
def test_that_process_ends_with_an_interruption(tmp_path):
    began, done = tmp_path / "began", tmp_path / "done"

    def interrupt(waits=threading.main_thread().ident):
        while not began.exists():
            time.sleep(0.01)
        signal.pthread_kill(waits, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, signal.default_int_handler)
    watching = threading.Thread(target=interrupt, daemon=True)
    watching.start()
    try:
        # As long as a test that would fail can wait: what is promised is that nobody waits for it.
        touched = "(open({!r}, 'w').close(), __import__('time').sleep(300))"
        with pytest.raises(KeyboardInterrupt):
            kept(THERE + f"({touched.format(str(began))}, {touched.format(str(done))})")
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert not done.exists() and not multiprocessing.active_children()
