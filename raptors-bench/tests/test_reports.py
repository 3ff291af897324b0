"""The reports of a fixed run, and the table in the README."""

import json
import re
from pathlib import Path

import plotly.graph_objects as go
from fixture import failed, timed
from raptors_compare import figures, readme, report_html, report_markdown, report_text
from raptors_compare.statistics import summary

GOLDEN = Path(__file__).parent / "golden"


def test_markdown_is_as_it_was(results, tmp_path):
    # To accept a change: write the report over the golden file, and read the difference.
    assert report_markdown.report(results) == (GOLDEN / "report.md").read_text(encoding="utf-8")


def held(page, name):
    """What the page keeps packed under a name."""
    found = re.search(f'<script id="{name}"[^>]*>(.*?)</script>', page, re.DOTALL)
    return report_html.unpacked(found[1])


def test_html_holds_the_results_and_asks_for_nothing(results):
    page = report_html.report(results)
    assert json.loads(held(page, "results")) == json.loads(json.dumps(results))
    assert json.loads(held(page, "charts")).keys() == {"classes", "time"}
    assert held(page, "library").startswith("/**\n* plotly.js")
    # Nothing but packed data, which holds none of these, comes from elsewhere.
    assert not re.search(r'(src|href)="|@import|url\(|fetch\(|https?://(?!www.w3.org)', page)
    assert "AttributeError: no | gelu &lt;/script&gt;" in page
    assert len(page) < 2_500_000


FULL = {
    "suite": "full",
    "accuracy": [
        {"function": "exp", "dtype": "float32", "values": 9, "numpy": 2.5, "raptors": 0.625},
        {"function": "log", "dtype": "float32", "values": 9, "numpy": 0.5, "raptors": None},
    ],
    "machine": {"source": "a test", "figures": {
        "l1_gbs": 500.0, "l2_gbs": 250.0, "l3_gbs": 120.0, "dram_gbs": 20.0, "matmul_gflops": 200.0,
    }},
    "change": {
        "source": "2026-01-01", "time": "2026-01-01T00:00:00+00:00", "commit": "0123456789abc",
        "cells": 6, "mean": 1.1, "faster": 1, "slower": 0, "slowest": [], "fastest": [
            {"key": "sum/512x512/float32/contiguous/t1/l0", "before": 2.0, "now": 4.0,
             "change": 2.0, "word": "faster"}],
    },
    "kernels": {
        "source": "target/criterion", "benches": 2, "levels": ["scalar", "avx2"],
        "age": {"first": "2026-01-01T00:00:00+00:00", "last": "2026-01-01T00:05:00+00:00",
                "joined": 2, "built": "2026-01-01T00:01:00+00:00", "older": 1},
        "best": {"scalar": 0, "avx2": 1}, "rows": [{
            "key": "sum/1000/float32/contiguous/t1/l0", "op": "sum", "dtype": "float32",
            "elements": 1000, "sides": {"numpy": 900.0, "raptors": 300.0},
            "levels": {"scalar": 200.0, "avx2": 50.0}, "best": "avx2", "ratio": 18.0,
            "ratio_called": 3.0}],
        "success": {"limit": 1.2, "needed": 0.8, "kernels": 1.0, "called": 1.0, "met": True},
    },
}  # fmt: skip


def full(results):
    """The fixture with everything that a report can show."""
    cells = [{**c, "traffic": 2 * c["bytes"], "operations": c["bytes"] / 4} for c in results["cells"]]
    alone = next(c for c in cells if c["key"] == "scale/512x512/float64/contiguous/t2/l0")
    alone = {**alone, "threads": 1, "key": alone["key"].replace("t2", "t1")}
    cells.append(alone)
    return {**results, **FULL, "cells": cells, "summary": summary(cells)}


def test_every_chart_is_one_that_plotly_takes(results):
    charts = figures.all_figures(full(results))
    assert charts.keys() == {"classes", "roofline", "scaling", "accuracy", "time"}
    for figure in (charts[name] for name in charts if name != "time"):
        go.Figure(figure)
    for figure in charts["time"].values():
        go.Figure(figure)
    assert [trace["name"] for trace in charts["roofline"]["data"]][-2:] == ["numpy", "raptors"]
    for axis in ("xaxis", "yaxis"):
        told = charts["roofline"]["layout"][axis]
        assert told["ticktext"] == [f"{tick:,g}" for tick in told["tickvals"]] and len(told["ticktext"]) > 2
    assert charts["roofline"]["layout"]["yaxis"]["ticktext"][-1] == "1,000"
    (speedup,) = charts["scaling"]["data"]
    assert speedup["name"] == "scale" and speedup["y"] == [1.0]
    assert speedup["mode"] == "lines+markers"
    assert charts["scaling"]["layout"]["yaxis"]["type"] == "log"
    # A wrong special value has no place on an axis; the table says that it is wrong.
    assert charts["accuracy"]["data"][2]["x"] == [None, 0.625]
    shares = {trace["name"]: trace["x"] for trace in charts["classes"]["data"]}
    assert shares["critical"] == [25.0, 0.0]


def test_sizes_of_several_dtypes_are_no_line(results):
    cells = [
        timed("scale", "arithmetic", (n, 512), dtype, ratio, threads=threads)
        for n in (512, 1024) for dtype in ("float32", "float64")
        for threads, ratio in ((1, 1.0), (2, n / 512))
    ]  # fmt: skip
    chart = figures.scaling({**results, "cells": cells, "summary": summary(cells)})
    go.Figure(chart)
    (points,) = chart["data"]
    assert points["mode"] == "markers" and points["y"] == [1.0, 1.0, 2.0, 2.0]
    # Two cores are told apart: more than powers of two is marked.
    assert chart["layout"]["yaxis"]["ticktext"][:5] == ["1 ×", "1.25 ×", "1.5 ×", "1.75 ×", "2 ×"]


def test_every_section_is_filled(results):
    page = report_html.report(full(results))
    for words in ("Difference to the previous run", "2.00 ×", "1 cell is faster and 0 slower by more",
                  "1 cell is wrong", "1 cell is unsupported", "Kernels by level", "avx2 in 1", "wrong",
                  "Measured from 2026-01-01T00:00:00+00:00 to", "1 of 2 results of Criterion are older",
                  'data-chart="roofline"', 'data-chart="scaling"', "Roofs: a test"):  # fmt: skip
        assert words in page, words
    text = report_markdown.report(full(results))
    assert "100% of these cells are no slower than 1.2 × NumPy's time when called" in text
    assert "| sum | float32 | 1000 | 900 ns | 300 ns | 200 ns | 50 ns | avx2 | 18.00 × |" in text
    assert "scalar in 0 cells, avx2 in 1 cell. Measured from 2026-01-01T00:00:00+00:00 to 2026-01-01T00:05" in text
    assert "**Warning**: 1 of 2 results of Criterion are older than the extension (2026" in text
    assert "6 cells of 2026-01-01 measured again: ratio 1.10 times what it was, 1 faster, 0 slower" in text


def test_sections_without_figures_say_why(results):
    page = report_html.report({**results, "machine": {"unavailable": "no profile here"}})
    for words in ("No profile here.", " within 3 %, 1 noisy, 0 run by NumPy", "--threads 1,2", "--accuracy"):
        assert words in page


def test_many_cells_make_a_page_all_the_same(results):
    row = next(c for c in results["cells"] if c["status"] == "timed")
    many = [{**row, "op": f"op{n % 150}", "shape": [n // 150 + 1], "bytes": 4 * (n // 150 + 1),
             "key": f"op{n}"} for n in range(3000)]  # fmt: skip
    page = report_html.report({**results, "cells": many, "summary": summary(many)})
    assert len(page) < 3_500_000
    assert len(json.loads(held(page, "charts"))["time"]) == 150


def test_goals_and_accuracy_of_suite_full_are_reported(results):
    errors = [{"function": "exp", "dtype": "float32", "values": 9, "numpy": 2.5, "raptors": 0.625}]
    wide = {**results, "suite": "full", "accuracy": errors}
    text = report_markdown.report(wide)
    assert "| full reductions | 3 | 1.57 × | 0.96 × | 4.00 × | missed |" in text
    assert "| exp | float32 | 9 | 2.500 | 0.625 |" in text
    assert "goal full reductions: 1.57 × of 4.00 ×, 3 cells, MISSED" in report_text.verdict(wide, Path())
    assert "goal" not in report_text.verdict(results, Path())


def test_the_printed_table_has_a_line_for_each_cell(results):
    table = report_text.table(results).strip().splitlines()
    assert len(table) == 1 + len(results["cells"])
    assert "4.00 ×" in table[1] and "ahead" in table[1]
    assert "gelu" in table[-1] and "unsupported" in table[-1]


def test_the_verdict_names_counts_and_failures(results):
    text = report_text.verdict(results, Path("somewhere"))
    assert "3 of 6 timed cells pass" in text
    assert "2 ahead, 2 near parity, 1 acceptable, 1 critical" in text
    assert "unsupported, 1 cell:\n  gelu 1000 float32" in text


def test_cells_that_were_not_timed_are_told_of(results):
    cells = [*results["cells"], failed("exp", "untimed", "the process that measured it was ended by SIGSEGV")]
    one = {**results, "cells": cells, "summary": summary(cells)}
    why = "exp 1000 float32: the process that measured it was ended by SIGSEGV"
    assert f"untimed, 1 cell:\n  {why}" in report_text.verdict(one, Path())
    assert "## Cells that are untimed\n\n" in report_markdown.report(one)
    page = report_html.report(one)
    assert "1 cell is untimed" in page and why in page


def test_cells_of_an_op_that_fail_alike_share_a_line(results):
    twice = [*results["cells"], {**results["cells"][-1], "dtype": "float64"}]
    (what, why), = report_text.failures(twice, "unsupported")
    assert (what, why) == ("gelu, 2 cells", results["cells"][-1]["why"])


def test_durations_have_three_digits():
    assert [report_text.duration(ns) for ns in (7.0, 1234.0, 5.67e6, 2e9)] == [
        "7 ns", "1.23 µs", "5.67 ms", "2 s"
    ]  # fmt: skip


def test_the_readme_is_rewritten_between_its_markers(results, tmp_path):
    page, file = tmp_path / "README.md", tmp_path / "results.json"
    page.write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n")
    file.write_text(json.dumps(results))
    assert readme.rewrite(page, file, tmp_path) == 0
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert "| `x.sum()` | float32 | 4.00 × | 1.01 × |" in text
    assert "Measured on 2026-01-02 with NumPy 2.4.6 on A CPU, commit abc. Made by" in text
    assert readme.rewrite(page, file, tmp_path) == 0
    assert page.read_text() == text


def test_the_table_tells_of_which_machine_it_is(results):
    known = {"cpu": "Family 25 model 17", "simd": "avx512"}
    origin = {**results["provenance"], "affinity": [0, 1], "subject_config": known, "commit": None}
    text = report_markdown.readme_table({**results, "provenance": origin})
    assert "on A CPU (Family 25 model 17, 2 cores, avx512). Made by" in text


def test_a_readme_without_markers_stays_as_it_is(results, tmp_path, capsys):
    page, file = tmp_path / "README.md", tmp_path / "results.json"
    page.write_text("nothing here\n")
    file.write_text(json.dumps(results))
    assert readme.rewrite(page, file, tmp_path) == 2
    assert readme.BEGIN in capsys.readouterr().err
    assert page.read_text() == "nothing here\n"


def test_a_readme_needs_results(tmp_path, capsys):
    assert readme.rewrite(tmp_path / "README.md", Path(), tmp_path) == 3
    assert "cargo xtask bench" in capsys.readouterr().err


def test_the_newest_full_results_of_raptors_are_taken(results, tmp_path):
    for folder, change in (("1", {}), ("2", {}), ("3", {"quick": True}), ("4", {"suite": "full"})):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "results.json").write_text(json.dumps({**results, **change}))
    assert readme.newest(tmp_path) == tmp_path / "2/results.json"
