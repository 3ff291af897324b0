"""A pytest plugin: writes what becomes of each test to a log, and goes on after a crash."""

from __future__ import annotations

import collections
import inspect
import json
import os
import pathlib

import hypothesis
import pytest

from .absent import Run
from .scope import subjects

LOG = pathlib.Path(os.environ["CONFORMANCE_LOG"])
MARKERS = (
    "valgrind_error", "leaks_references", "slow", "slow_pypy", "parallel_threads(n)", "iterations(n)",
    "thread_unsafe",
)  # fmt: skip

hypothesis.settings.register_profile(
    "conformance",
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile("conformance")


def write(**event):
    """Appends to the log, and does not lose it to a crash."""
    with LOG.open("a") as log:
        log.write(json.dumps(event) + "\n")


def source(item) -> str:
    """The source of a test, of its class's name and of what sets the class up."""
    function = inspect.unwrap(item.function)
    function = getattr(getattr(function, "hypothesis", None), "inner_test", function)
    parts = [function]
    for base in item.cls.__mro__ if item.cls else ():
        if "setup_method" in vars(base):
            parts.append(vars(base)["setup_method"])
    text = item.cls.__name__ if item.cls else ""
    for part in parts:
        try:
            text += "\n" + inspect.getsource(part)
        except (OSError, TypeError):
            continue
    return text


def pytest_configure(config):
    for marker in MARKERS:
        config.addinivalue_line("markers", f"{marker}: NumPy's")


def pytest_collection_modifyitems(items):
    # This one writes more than 2 GB.
    items[:] = [item for item in items if "test_big_arrays" not in item.nodeid]
    finished = set()
    if LOG.exists():
        events = map(json.loads, LOG.read_text().splitlines())
        finished = {event["test"] for event in events if "outcome" in event}
    # Modules differ in how a parameter is printed, so a test is known by its place.
    count = collections.Counter()
    for item in items:
        name = item.nodeid.partition("[")[0].rpartition("nptests/")[2]
        item.conformance_name = f"{name}#{count[name]}"
        count[name] += 1
        if not finished:
            parameters = item.callspec.params if hasattr(item, "callspec") else {}
            write(test=item.conformance_name, subjects=subjects(source(item), parameters))
    items[:] = [item for item in items if item.conformance_name not in finished]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    write(test=item.conformance_name, started=True)
    Run.testing = True
    try:
        return (yield)
    finally:
        Run.testing = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" or (report.when == "setup" and report.outcome != "passed"):
        outcome, why = report.outcome, ""
        if hasattr(report, "wasxfail"):
            outcome = "xfailed"
        elif outcome == "failed" and call.excinfo is not None:
            why = f"{call.excinfo.typename}: {call.excinfo.value}".partition("\n")[0][:240]
        write(test=item.conformance_name, outcome=outcome, why=why)
    return report


def pytest_sessionfinish():
    write(missed=Run.missed)
