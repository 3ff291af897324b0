"""Every public function explains itself, and its examples are true."""

import doctest
import importlib
import pathlib
import re

import numpy as np
import pytest

import raptors as rp

MODULES = (
    "raptors", "raptors.linalg", "raptors.fft", "raptors.random", "raptors.nn", "raptors.mem",
    "raptors.lib.stride_tricks", "raptors.emath",
)  # fmt: skip


def functions():
    """Raptors' own public functions, once each, by the name that they are documented under."""
    found = {}
    for module in MODULES:
        names = vars(importlib.import_module(module))
        for name, value in sorted(names.items()):
            delegated = hasattr(value, "_delegated") or value is getattr(np, name, None)
            own = getattr(value, "__module__", "").startswith("raptors") or isinstance(value, rp.ufunc)
            public = not name.startswith("_") and callable(value) and not isinstance(value, type)
            if public and own and not delegated:
                found.setdefault(id(value), (f"{module}.{name}", value))
    return dict(sorted(found.values()))


FUNCTIONS = functions()


CLASSES = (rp.ndarray, rp.ufunc, rp.random.Generator)
MEMBERS = [f"{cls.__name__}.{name}" for cls in CLASSES for name in sorted(vars(cls)) if name[0] != "_"]


@pytest.mark.parametrize("name", MEMBERS)
def test_methods_and_attributes_are_documented(name):
    owner, _, member = name.partition(".")
    cls = next(cls for cls in CLASSES if cls.__name__ == owner)
    assert (getattr(vars(cls)[member], "__doc__", None) or "").strip()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_examples_are_true(name):
    doc = FUNCTIONS[name].__doc__ or ""
    assert doc.strip(), f"{name} has no documentation"
    assert ">>> " in doc, f"{name} has no example"
    names = {"rp": rp, "np": np}
    test = doctest.DocTestParser().get_doctest(doc, names, name, None, 0)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    report = []
    doctest.DocTestRunner(optionflags=flags).run(test, out=report.append)
    assert not report, "".join(report)


ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDES = (f"docs/{page.name}" for page in sorted(ROOT.glob("docs/*.md")))
PAGES = ("README.md", "raptors-py/README.md", *GUIDES)


@pytest.mark.parametrize("page", PAGES)
def test_examples_of_pages_run(page, capsys):
    if not (ROOT / "Cargo.toml").exists():
        pytest.skip("the installed package comes without its documentation")
    names = {"photo": np.random.default_rng(0).random((8, 9, 3), dtype=np.float32)}
    for block in re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL):
        exec(compile(block, page, "exec"), names)


def test_differences_are_of_functions_that_there_are():
    coverage = rp.coverage()
    assert not set(coverage.differences) - set(coverage)
    assert not [text for text in coverage.differences.values() if text != text.strip() or text.endswith(".")]
