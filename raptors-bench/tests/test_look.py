"""The report as a browser shows it: as wide as the screen, nothing cut off or over its neighbour, every
chart drawn, every word readable. Without a browser this is skipped, and says so."""

from pathlib import Path

import pytest
from browser import SCREENS, Absent, browsing
from fixture import timed
from raptors_compare import baseline, report_html
from raptors_compare.statistics import summary
from test_gate import steady
from test_reports import FULL, full

LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
OPS = {
    "arithmetic": ["add", "broadcast_add_column", "floor_divide"], "axis reduction": ["mean_axis0"],
    "function": ["exp", "log_softmax", "nextafter"], "reduction": ["sum", "norm_linf"],
    "move": ["transpose_copy", "concatenate"],
}  # fmt: skip
LEVELS = ["scalar", "sse2", "avx2", "avx512"]


def everything(results):
    """A run of many cells with all that a report can show, in words as long as they get."""
    cells, number = [], 0
    for family, ops in OPS.items():
        for op in ops + [f"{op}_{n}" for op in ops for n in range(4)]:
            for shape in ((100,), (1_000_000,), (2048, 2048), (200_000, 3), (64, 96, 128)):
                for dtype, threads in (("float32", 1), ("float32", 16), ("complex128", 1)):
                    number += 1
                    ratio = 0.2 * 1.37 ** (number % 14)
                    cell = timed(op, family, shape, dtype, ratio, width=0.1, threads=threads)
                    cell["ns"]["torch"] = dict.fromkeys(("min", "p10", "median", "p90"), 1.5e6)
                    cell |= {"traffic": 3 * cell["bytes"], "operations": float(cell["bytes"])}
                    cells.append(cell)
    product = timed("matmul", "product", (2048, 2048, 2048), "float64", 1.5)
    cells += [product, {**product, "key": "strided", "layout": "transposed", "live": 8}]
    cells += full(results)["cells"]
    names = [f"{name}{n}" for n in range(12) for name in ("exp", "arctanh", "log1p")]
    moved = [{"key": cell["key"], "before": 123.4, "now": 0.45, "change": 0.36, "word": word}
             for word in ("slower", "faster") for cell in cells[:10]]  # fmt: skip
    kernel = {**FULL["kernels"]["rows"][0], "levels": dict.fromkeys(LEVELS, 1234.5), "op": "log_softmax"}
    gate_of = {"provenance": results["provenance"], "cells": [
        {"key": cell["key"], "status": "timed", "steady": steady(cell["ratio"])} for cell in cells[:9]
    ]}  # fmt: skip
    then = {**gate_of, "machine": {"cpu": "another " * 12}, "cells": {c["key"]: steady(9) for c in cells[:7]}}
    whole = {
        **full(results), "cells": cells, "sides": ["numpy", "raptors", "torch"], "torch": "2.9.1+cpu",
        "accuracy": [
            {"function": name, "dtype": "float64", "values": 12345, "numpy": 0.5 * n, "raptors": None if n == 3 else 0.625}
            for n, name in enumerate(names)
        ],
        "change": {**FULL["change"], "slowest": moved[:10], "fastest": moved[10:]},
        "kernels": {**FULL["kernels"], "levels": LEVELS, "rows": [kernel] * 40},
        "gate": baseline.judge(gate_of, then), "summary": summary(cells),
    }  # fmt: skip
    whole["provenance"] = {**whole["provenance"], "cpu": "AuthenticAMD Family 26 Model 2 Stepping 1 @ 2.70GHz",
                           "settings": {f"RAPTORS_{n}": "x" * 90 for n in range(6)}}  # fmt: skip
    return whole


@pytest.mark.parametrize("page", [everything, full, lambda results: results], ids=["everything", "full", "bare"])
def test_the_report_looks_as_it_should(page, results, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(report_html.report(page(results)), encoding="utf-8")
    wrong = []
    try:
        with browsing() as browser:
            for screen in SCREENS:
                for scheme in ("light", "dark"):
                    browser.open(file, screen, scheme)
                    drawn = "new Promise((done) => { const look = () => document.documentElement.dataset.ready " \
                            "|| !trouble.hidden ? done(trouble.textContent) : setTimeout(look, 20); look(); })"
                    trouble = browser.run(drawn)
                    wrong += [f"{screen}, {scheme}: {what}" for what in [trouble, *browser.run(LOOK)] if what]
    except Absent as error:
        pytest.skip(str(error))
    assert not wrong, "\n".join(wrong)
