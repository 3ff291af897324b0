"""Settings, environment variables, threads, forks, and what delegation may do."""

import multiprocessing
import os
import threading
import warnings

import numpy as np
import pytest
from conftest import python

import raptors as rp


@pytest.mark.parametrize(
    "variable, value, words",
    [
        ("RAPTORS_SIMD", "mmx", ["RAPTORS_SIMD=mmx", "auto", "scalar"]),
        ("RAPTORS_THREADS", "0", ["RAPTORS_THREADS=0", "from 1 to"]),
        ("RAPTORS_THREADS", "many", ["RAPTORS_THREADS=many"]),
        ("RAPTORS_BLAS", "fast", ["RAPTORS_BLAS=fast", "auto", "none"]),
        ("RAPTORS_FALLBACK", "no", ["RAPTORS_FALLBACK=no", "allow, warn, error"]),
    ],
)
def test_a_wrong_variable_is_an_import_error_that_names_the_choices(variable, value, words):
    code, output = python("import raptors", **{variable: value})
    assert code == 1 and "ImportError" in output
    assert all(word in output for word in words), output


@pytest.mark.parametrize("level", rp.show_config(mode="dicts")["simd_available"])
def test_every_level_gives_the_same_sums(level):
    code = "import raptors as rp; a = rp.arange(100003) / 7; print(rp.show_config('dicts')['simd'], a.sum().item().hex(), rp.simd_enabled())"
    exit_code, output = python(code, RAPTORS_SIMD=level)
    want = (np.arange(100003) / 7).sum().item().hex()
    assert exit_code == 0 and output.split() == [level, want, str(level != "scalar")]


def test_numpy_missing_or_too_old_is_said():
    code = "import sys; sys.modules['numpy'] = None\nimport raptors"
    exit_code, output = python(code)
    assert exit_code == 1 and "ImportError: Raptors needs NumPy 2.0 or later" in output
    code = "import numpy; numpy.__version__ = '1.26.4'\nimport raptors"
    exit_code, output = python(code)
    assert exit_code == 1 and "this is 1.26.4" in output


def test_threads():
    before = rp.get_num_threads()
    try:
        rp.set_num_threads(3)
        assert rp.get_num_threads() == 3 and rp.threading_info()["threads"] == 3
        with rp.threads(1):
            assert rp.get_num_threads() == 1
        assert rp.get_num_threads() == 3
        for wrong in (0, 10**9):
            with pytest.raises(ValueError, match="number of threads"):
                rp.set_num_threads(wrong)
        with pytest.raises((ValueError, OverflowError)):
            rp.set_num_threads(-1)
    finally:
        rp.set_num_threads(before)
    exit_code, output = python("import raptors as rp; print(rp.get_num_threads())", RAPTORS_THREADS="2")
    assert (exit_code, output.strip()) == (0, "2")


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_results_do_not_depend_on_threads(threads):
    array = np.random.default_rng(0).normal(size=(1500, 701)).astype("float32")
    ours = rp.asarray(array)
    with rp.threads(1):
        want = [np.asarray(f(ours)) for f in (rp.sum, rp.std, rp.exp, lambda a: a.sum(0), lambda a: a + a.mean(1, keepdims=True))]
    with rp.threads(threads):
        got = [np.asarray(f(ours)) for f in (rp.sum, rp.std, rp.exp, lambda a: a.sum(0), lambda a: a + a.mean(1, keepdims=True))]
    for mine, one in zip(got, want):
        np.testing.assert_array_equal(mine, one)


def _child(queue):
    array = rp.ones(2_000_000)
    queue.put(float((array + 1).sum()))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork_after_the_team_has_worked():
    with rp.threads(4):
        assert float((rp.ones(2_000_000) + 1).sum()) == 4_000_000
        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        child = context.Process(target=_child, args=(queue,))
        child.start()
        assert queue.get(timeout=60) == 4_000_000
        child.join(60)
        assert child.exitcode == 0


def test_many_python_threads():
    array = rp.arange(200_000.0)
    results = []

    def work():
        for _ in range(20):
            results.append(float((array * 2).sum()))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == 80 and len(set(results)) == 1


def test_settings_can_be_seen(capsys):
    rp.show_config()
    assert "simd" in capsys.readouterr().out
    config = rp.show_config(mode="dicts")
    assert config["version"] == rp.__version__ and config["cores"] >= 1
    assert "add" in str(rp.explain("add", (1000,), "float32"))
    assert "sum" in str(rp.explain("sum", (1000, 1000))) and "matmul" in str(rp.explain(rp.matmul, (64, 64)))
    with pytest.raises(ValueError, match="nonsense"):
        rp.explain("nonsense", (3,))
    rp.zeros(1_000_000) + 1
    assert rp.mem.stats()["limit_bytes"] >= 0
    rp.mem.trim()
    assert rp.mem.stats()["cached_bytes"] == 0


def test_delegation_can_be_seen_and_forbidden():
    array = rp.asarray(np.array([3.0, 1.0, 2.0]))
    try:
        rp.config.fallback = "warn"
        with pytest.warns(rp.FallbackWarning, match="numpy.genfromtxt"):
            rp.genfromtxt(["1 2"])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert float((array + 1).sum()) == 9
        rp.config.fallback = "error"
        with pytest.raises(rp.FallbackError, match="numpy.genfromtxt"):
            rp.genfromtxt(["1 2"])
        with pytest.raises(ValueError, match="allow, warn, error"):
            rp.config.fallback = "maybe"
    finally:
        rp.config.fallback = "allow"
    assert type(rp.genfromtxt(["1 2"])) is rp.ndarray


def test_namespace_is_numpys():
    absent = [name for name, state in rp.coverage().items() if state == "absent"]
    assert absent == []
    assert rp.coverage()["numpy.add"] == "native" and rp.coverage()["numpy.busday_count"] == "delegated"
    assert "numpy.linalg" in str(rp.coverage())
    assert rp.float32 is np.float32 and rp.pi == np.pi and rp.newaxis is None and rp.dtype is np.dtype
    assert set(dir(np)) - set(dir(rp)) <= {name for name in dir(np) if name.startswith("_")}
    assert rp.ma.testutils.assert_equal and not hasattr(rp.emath, "no_such_name")
    import raptors.linalg
    from raptors import fft, random

    assert type(raptors.linalg.inv(rp.eye(2))) is rp.ndarray
    assert type(fft.fft(rp.ones(4))) is rp.ndarray and raptors.random is random
    rng = rp.random.default_rng(0)
    assert type(rng.random(3)) is rp.ndarray and isinstance(rng, np.random.Generator)
    assert rng.random(3).tolist() != [] and type(random.rand(2)) is rp.ndarray
    assert type(rp.r_[1:4, 7]) is rp.ndarray and type(rp.vectorize) is type
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        rp.nothing


def test_nn():
    x = rp.asarray(np.random.default_rng(0).normal(size=(3, 5)))
    total = np.exp(x - np.max(np.asarray(x), -1, keepdims=True))
    np.testing.assert_allclose(np.asarray(rp.nn.softmax(x)), np.asarray(total / total.sum(-1, keepdims=True)), rtol=1e-14)
    np.testing.assert_allclose(np.asarray(rp.nn.log_softmax(x)), np.log(np.asarray(rp.nn.softmax(x))), rtol=1e-12)
    normal = np.asarray(rp.nn.layer_norm(x, epsilon=0.0))
    np.testing.assert_allclose(normal.mean(-1), 0, atol=1e-14)
    np.testing.assert_allclose(normal.std(-1), 1)
    np.testing.assert_allclose(float(rp.nn.norm_l2(x)), np.linalg.norm(np.asarray(x)))
    assert rp.nn.relu(rp.asarray([-1.0, 2.0])).tolist() == [0, 2]
    np.testing.assert_allclose(np.asarray(rp.nn.leaky_relu(rp.asarray([-1.0, 2.0]))), [-0.01, 2])
    np.testing.assert_allclose(np.linalg.norm(np.asarray(rp.nn.normalize(x)), axis=-1), 1)
    assert rp.nn.one_hot(rp.asarray([1, 0]), 2).tolist() == [[0, 1], [1, 0]]
    assert rp.nn.embedding([1], rp.eye(3)).tolist() == [[0, 1, 0]]
