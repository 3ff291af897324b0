"""The machine profile, explanations, limits on threads, and the pool behind arrays."""

import os
import stat
import threading

import numpy as np
import pytest
from conftest import python

import raptors as rp

MIB = 1 << 20


def config(**environment):
    """What a new process says of its profile: its source, and why a file was ignored."""
    code = "import raptors as rp; c = rp.show_config('dicts'); print(c['profile'], '|', c['profile_error'])"
    exit_code, output = python(code, **environment)
    assert exit_code == 0, output
    return output.strip().split(" | ")


@pytest.mark.parametrize(
    "text, words",
    [
        ("l1_gbs", "line 1 is not `name = value`"),
        ("\nl9_gbs = 3", "line 2: no figure is called l9_gbs"),
        ("spin_ns = 1e300", "line 1: spin_ns cannot be 1e300"),
        ("chunk_bytes = 0", "chunk_bytes cannot be 0"),
        ("fork_ns = nan", "fork_ns cannot be nan"),
        ("machine = Zuse Z3, 1 cores\nl1_gbs = 1", "was measured on Zuse Z3"),
        ("#" * 100_000, "is no profile"),
        ("\x1b[31mred = 1", "no figure is called"),
    ],
)
def test_a_profile_that_cannot_be_one_is_ignored_and_said(tmp_path, text, words):
    path = tmp_path / "profile.toml"
    path.write_text(text)
    source, problem = config(RAPTORS_PROFILE=str(path))
    assert source.startswith("defaults for") and words in problem and "\x1b" not in problem


def test_a_profile_that_is_no_file_is_ignored_and_said(tmp_path):
    assert "is no profile" in config(RAPTORS_PROFILE=str(tmp_path))[1]
    assert "cannot be read" in config(RAPTORS_PROFILE=str(tmp_path / "absent"))[1]
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in config(RAPTORS_PROFILE=str(tmp_path / "bytes"))[1]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert "is no profile" in config(RAPTORS_PROFILE=str(tmp_path / "pipe"))[1]


def test_a_profile_changes_plans_and_says_so(tmp_path):
    path = tmp_path / "profile.toml"
    path.write_text("fork_ns = 499999\nwake_ns = 9000\n")
    assert config(RAPTORS_PROFILE=str(path)) == ["tuned profile", "None"]
    code = "import raptors as rp; print(rp.explain('add', 100_000))"
    exit_code, output = python(code, RAPTORS_PROFILE=str(path), RAPTORS_THREADS="2")
    assert exit_code == 0 and "threads     1" in output and "fork_ns = 499999 (tuned profile)" in output


def test_tuning_writes_a_profile_that_the_next_process_reads(tmp_path):
    code = """if True:
        import raptors as rp
        rp.tune()
        print(rp.show_config("dicts")["profile"])
    """
    place = {"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    exit_code, output = python(code, **place)
    assert exit_code == 0 and output.rstrip().endswith("tuned profile"), output
    for part in ("l1_gbs", "before", "unit_ns", "kept in"):
        assert part in output
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == 1 and written[0].name.startswith("profile-")
    assert stat.S_ISREG(written[0].stat().st_mode)
    assert config(**place) == ["tuned profile", "None"]


def test_tuning_may_keep_nothing(capfd):
    before = rp.show_config("dicts")["profile"]
    rp.tune(save=False)
    assert "not kept" in capfd.readouterr().out
    assert rp.show_config("dicts")["profile"] == before


@pytest.mark.parametrize(
    "op, shape, dtype, axis",
    [
        ("add", (1000, 1000), "float32", None),
        (rp.exp, 10**6, "float16", None),
        ("divmod", 3000, "int32", None),
        ("sum", (1000, 1000), "float64", None),
        ("mean", (1000, 1000), "float64", 0),
        (np.max, (10, 20), "int8", -1),
        ("copy", 5000, "complex128", None),
        (rp.where, (300, 3), "float32", None),
        ("matmul", (4, 4), "float64", None),
        (rp.matmul, (300, 300), "float64", None),
        (np.matmul, (300, 300), "int64", None),
        ("sort", (100, 1000), "float64", 1),
        ("argsort", 1000, "int16", None),
        ("partition", 1000, "int16", 0),
        (rp.fft.fft, (16, 1024), "float32", None),
        ("irfft", (16, 513), "complex128", 1),
    ],
)
def test_an_explanation_says_what_was_decided_and_why(op, shape, dtype, axis):
    text = str(rp.explain(op, shape, dtype, axis=axis))
    for part in ("operation", "computed in", "path", "level", "threads", "chunk", "stores", "allocation", "predicted", "bound"):
        assert any(line.startswith(part) for line in text.splitlines()), (part, text)
    assert "of at most" in text


def test_what_cannot_be_explained_is_an_error_that_names_the_choices():
    with pytest.raises(ValueError, match=r"unknown operation 'nonsense'; choose one of .*add.*where"):
        rp.explain("nonsense", 3)
    with pytest.raises(np.exceptions.AxisError):
        rp.explain("sum", (3, 4), axis=2)
    with pytest.raises(TypeError):
        rp.explain("bitwise_and", 3, "float64")
    with pytest.raises(TypeError):
        rp.explain("rfft", 3, "complex64")
    with pytest.raises(TypeError):
        rp.explain(3, 3)


def test_an_explanation_knows_the_pool():
    rp.mem.trim()
    assert "fresh, mapping" in str(rp.explain("add", 3 * MIB))
    array = rp.zeros(3 * MIB) + 1
    del array
    if rp.mem.stats()["limit_bytes"] > 25 * MIB:
        assert "recycled" in str(rp.explain("add", 3 * MIB))


def test_large_results_may_go_around_the_caches_and_are_the_same():
    l3 = rp.show_config("dicts")["l3_bytes"]
    n = l3 // 8 + 77
    x = np.arange(n, dtype="float64")
    ours = rp.asarray(x)
    for threads in (1, 2):
        with rp.threads(threads):
            assert "threads" in str(rp.explain("add", n))
            np.testing.assert_array_equal(np.asarray(ours + ours), x + x)
            np.testing.assert_array_equal(np.asarray(ours * 3.5), x * 3.5)
            np.testing.assert_array_equal(np.asarray(ours.copy()), x)
            np.testing.assert_array_equal(np.asarray(ours[3:] > ours[:-3]), x[3:] > x[:-3])
            out = rp.empty(n)
            rp.subtract(ours, 1.0, out=out)
            np.testing.assert_array_equal(np.asarray(out), x - 1)
            out += ours
            np.testing.assert_array_equal(np.asarray(out), x - 1 + x)


@pytest.mark.parametrize(
    "environment, threads",
    [
        ({"OMP_NUM_THREADS": "1"}, 1),
        ({"OMP_NUM_THREADS": "1,4"}, 1),
        ({"OMP_THREAD_LIMIT": "1"}, 1),
        ({"OMP_NUM_THREADS": "1", "RAPTORS_THREADS": "3"}, 3),
        ({"OMP_NUM_THREADS": "many"}, None),
        ({"OMP_NUM_THREADS": "100000"}, None),
    ],
)
def test_the_variables_of_openmp_limit_threads(environment, threads, monkeypatch):
    # What the tests themselves run with.
    for name in ("RAPTORS_THREADS", "OMP_NUM_THREADS", "OMP_THREAD_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    code = "import raptors as rp; print(rp.get_num_threads(), rp.threading_info()['cores'], rp.threading_info()['source'])"
    exit_code, output = python(code, **environment)
    got, cores, source = output.strip().split(" ", 2)
    assert exit_code == 0 and int(got) == (threads or int(cores))
    assert source in (*environment, "the usable cores")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no affinity")
def test_affinity_limits_threads():
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); import raptors as rp; print(rp.get_num_threads())"
    assert python(code) == (0, "1\n")


def test_threadpoolctl_limits_the_team():
    threadpoolctl = pytest.importorskip("threadpoolctl", minversion="3.2")
    ours = [entry for entry in threadpoolctl.threadpool_info() if entry["user_api"] == "raptors"]
    assert len(ours) == 1 and ours[0]["version"] == rp.__version__
    assert ours[0]["num_threads"] == rp.get_num_threads()
    before = rp.get_num_threads()
    rp.set_num_threads(3)
    try:
        with threadpoolctl.threadpool_limits(1):
            assert rp.get_num_threads() == 1
        assert rp.get_num_threads() == 3
        with threadpoolctl.threadpool_limits({"raptors": 2}):
            assert rp.get_num_threads() == 2
    finally:
        rp.set_num_threads(before)


def test_python_threads_that_compute_at_once_start_no_more_workers_than_allowed():
    array = rp.arange(2_000_000.0)
    want = float(rp.exp(-array / 1e6).sum())
    results = []

    def work():
        for _ in range(5):
            results.append(float(rp.exp(-array / 1e6).sum()))

    before = rp.get_num_threads()
    rp.set_num_threads(2)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        rp.set_num_threads(before)
    assert results == [want] * 20


PEAK = """if True:
    import resource, sys
    import numpy as np
    import raptors as rp
    xp = {"numpy": np, "raptors": rp}[sys.argv[1]] if len(sys.argv) > 1 else rp
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    n = 8 << 20
    start = resident()
    a, b = xp.ones(n), xp.ones(n)
    for _ in range(3):
        c = a + b
    del c
    held = resident() - start
    rp.mem.trim()
    print(held, resident() - start, a.nbytes, rp.mem.stats()["limit_bytes"])
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="the system does not tell")
def test_memory_beyond_numpys_is_the_pools_and_goes_back():
    exit_code, output = python(PEAK)
    assert exit_code == 0, output
    held, trimmed, operand, limit = map(int, output.split())
    slack = 8 * MIB
    # NumPy holds the two operands here; the results before came and went.
    assert held <= 2 * operand + min(limit, 2 * operand) + slack
    assert trimmed <= 2 * operand + slack


def test_zeros_are_not_touched_before_they_are_used():
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("the system does not tell")
    code = """if True:
        import raptors as rp
        def resident():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * 4096
        full = rp.ones(64 << 20, dtype="uint8"); del full
        before = resident()
        a = rp.zeros(64 << 20, dtype="uint8")
        after = resident()
        print(after - before, int(a.sum()))
    """
    exit_code, output = python(code)
    grown, total = map(int, output.split())
    assert exit_code == 0 and grown < 8 * MIB and total == 0


def test_recycling_can_be_turned_off():
    code = "import raptors as rp; a = rp.ones(4 << 20); del a; print(rp.mem.stats()['cached_bytes'], rp.mem.stats()['limit_bytes'])"
    assert python(code, RAPTORS_CACHE_BYTES="0") == (0, "0 0\n")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="the system does not tell")
def test_memory_beyond_the_limit_goes_back_at_once():
    code = """if True:
        import raptors as rp
        def resident():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * 4096
        before = resident()
        arrays = [rp.ones(128 << 10, dtype="uint8") for _ in range(500)]
        full = resident(); del arrays
        print(full - before, resident() - before)
    """
    exit_code, output = python(code, RAPTORS_CACHE_BYTES="1000000")
    assert exit_code == 0, output
    full, left = map(int, output.split())
    assert full > 60 * MIB and left < 16 * MIB
