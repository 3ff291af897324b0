"""Results in the memory of temporaries: only of what nobody else can see."""

import functools
import itertools
import operator
import subprocess
import sys
import threading
import weakref

import numpy as np
import pytest
import raptors as rp

# Elements from which temporaries are reused, twice.
N = 1 << 17

OPERATORS = "+ - * / // % **".split()
BITS = "& | ^ << >>".split()


def operand(dtype, start=1):
    return (np.arange(start, start + N) % 5 + 1).astype(dtype)


def address(array):
    return array.__array_interface__["data"][0]


@pytest.mark.parametrize("dtype", ["f4", "f8", "c16", "i8", "u2"])
@pytest.mark.parametrize("symbol", OPERATORS + BITS)
def test_expressions_with_temporaries_are_numpys(symbol, dtype):
    kind = np.dtype(dtype).kind
    if symbol in BITS and kind not in "iu" or symbol in ("//", "%") and kind == "c":
        pytest.skip("NumPy has no such operator")
    expressions = [f"(x + y) {symbol} y", f"y {symbol} (x + y)", f"(x + y) {symbol} (y + y)"]
    expressions += [f"(x + y) {symbol} 2", f"2 {symbol} (x + y)", f"-((x + y) {symbol} y)"]
    a, b = operand(dtype), operand(dtype, 2)
    x, y = rp.asarray(a.copy()), rp.asarray(b.copy())
    for expression in expressions:
        with np.errstate(all="ignore"), rp.errstate(all="ignore"):
            want = eval(expression, {"x": a, "y": b})
            got = eval(expression, {"x": x, "y": y})
        assert got.dtype == want.dtype
        np.testing.assert_allclose(np.asarray(got), want, rtol=1e-6)
    np.testing.assert_array_equal(np.asarray(x), a)
    np.testing.assert_array_equal(np.asarray(y), b)


@pytest.mark.skipif(sys.platform != "linux", reason="temporaries are not told apart elsewhere")
def test_a_temporary_takes_the_result():
    if rp.show_config(mode="dicts")["abi"] != "version-specific":
        pytest.skip("the stable ABI does not count references")
    x = rp.ones(N)

    # The first operator is the one at which the others are learnt.
    _ = (x + x) + x
    before = rp.mem.stats()
    for _ in range(4):
        _ = ((((x + x) + x) * 2 - x) / x) ** 2
    after = rp.mem.stats()
    # One new array for each expression, with six operators.
    blocks = after["hits"] + after["misses"] - before["hits"] - before["misses"]
    assert 0 < blocks <= 8


def test_named_operands_stay():
    x = rp.ones(N)
    product = x * 3
    for result in (product + 1, 1 + product, product + x, -product, product**2):
        assert float(product[0]) == 3.0 and address(result) != address(product)


def test_views_keep_the_memory():
    x = rp.ones(N)

    def part(keep):
        whole = x * 3
        keep.append(whole[5:])
        return whole

    keep = []
    result = part(keep) + 1
    assert float(result[10]) == 4.0 and float(keep[0][0]) == 3.0


def test_weak_references_see_no_change():
    x = rp.ones(N)
    known = weakref.WeakValueDictionary()

    def kept():
        known["x"] = whole = x * 3
        return whole

    result = kept() + 1
    assert float(result[0]) == 4.0
    assert "x" not in known or float(known["x"][0]) == 3.0


def test_references_of_c_code_are_left_alone():
    ones = rp.ones(N)
    # The only reference to what is counted is the counter's, which goes on using it.
    counter = itertools.count(ones * 1, ones)
    first, second, third = next(counter), next(counter), next(counter)
    assert [float(x[0]) for x in (first, second, third)] == [1.0, 2.0, 3.0]
    sums = list(itertools.accumulate([ones * k for k in range(1, 5)]))
    assert [float(x[0]) for x in sums] == [1.0, 3.0, 6.0, 10.0]
    assert float(functools.reduce(operator.mul, [ones * 2 for _ in range(3)])[0]) == 8.0
    lists = [[ones * 2], [ones * 3]]
    assert [float(x[0]) for x in map(operator.add, *lists)] == [5.0]
    assert [float(x[0][0]) for x in lists] == [2.0, 3.0]
    arguments = (ones * 2, ones * 3)
    assert float(operator.sub(*arguments)[0]) == -1.0
    assert [float(x[0]) for x in arguments] == [2.0, 3.0]
    assert float(sum([ones * 2, ones * 3])[0]) == 5.0


def test_other_dtypes_and_shapes_get_new_memory():
    x = rp.ones(N, "f4")
    assert ((x + x) + rp.ones(N)).dtype == rp.float64
    assert ((x + x) + rp.ones((2, 1), "f4")).shape == (2, N)
    assert ((x + x) > x).dtype == bool
    locked = x + x
    locked.setflags(write=False)
    assert float((lambda: locked + x)()[0]) == 3.0 and float(locked[0]) == 2.0


def test_exceptions_are_raised():
    x = rp.full(N, 1e200)
    with rp.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow"):
        _ = (x + x) * x
    with pytest.raises(ValueError, match="could not be broadcast"):
        _ = (x + x) + rp.ones(3)
    with pytest.raises(ValueError, match="negative integer powers"):
        _ = (rp.ones(N, "i8") + 1) ** -rp.ones(N, "i8")


def test_threads_reuse_their_own():
    x, wrong = rp.ones(N), []

    def work(k):
        for _ in range(50):
            result = ((x * k + x) * 2 - x) / x
            if float(result[0]) != 2 * (k + 1) - 1 or float(result[N - 1]) != 2 * (k + 1) - 1:
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


WHILE_LEARNING = """
import itertools, sys
import raptors as rp
ones, done, kept = rp.ones(1 << 17), [], []
def use():
    for v in itertools.count(ones * 1, ones):
        if float(v[0]) >= 2:
            break
def trace(frame, event, arg):
    if frame.f_code.co_name == "<lambda>" and not done:
        done.append(1)
        use()
sys.settrace(trace)
_ = (ones + ones) + ones
sys.settrace(None)
counter = itertools.count(ones * 1, ones)
assert [float(x[0]) for x in (next(counter), next(counter), next(counter))] == [1.0, 2.0, 3.0]
assert done
"""

INTERRUPTED = """
import sys
import raptors as rp
ones, asked = rp.ones(1 << 17), []
def trace(frame, event, arg):
    if frame.f_code.co_name == "<lambda>" and not asked:
        asked.append(1)
        raise KeyboardInterrupt
sys.settrace(trace)
try:
    _ = (ones + ones) + ones
except KeyboardInterrupt:
    asked.append(2)
sys.settrace(None)
assert asked == [1, 2], asked
_ = (ones + ones) + ones
before = rp.mem.stats()
_ = (((ones + ones) + ones) * 2 - ones) / ones
after = rp.mem.stats()
assert after["hits"] + after["misses"] - before["hits"] - before["misses"] <= 2
"""


@pytest.mark.skipif(sys.platform != "linux", reason="temporaries are not told apart elsewhere")
@pytest.mark.parametrize("program", [WHILE_LEARNING, INTERRUPTED])
def test_what_runs_while_callers_are_learnt_changes_nothing(program):
    if rp.show_config(mode="dicts")["abi"] != "version-specific":
        pytest.skip("the stable ABI does not count references")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
