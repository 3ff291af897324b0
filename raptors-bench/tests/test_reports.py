"""The reports of a fixed run, and the table in the README."""

import json
import re
from pathlib import Path

from raptors_compare import readme, report_html, report_markdown, report_text

GOLDEN = Path(__file__).parent / "golden"


def test_markdown_is_as_it_was(results, tmp_path):
    # To accept a change: write the report over the golden file, and read the difference.
    assert report_markdown.report(results) == (GOLDEN / "report.md").read_text(encoding="utf-8")


def test_html_holds_the_results_and_asks_for_nothing(results):
    page = report_html.report(results)
    data = re.search(r'<script id="results"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert json.loads(data[1]) == json.loads(json.dumps(results))
    assert not re.search(r'(src|href)="|@import|url\(|fetch\(', page)
    assert "/*" not in data[1]


def test_goals_and_accuracy_of_suite_full_are_reported(results):
    errors = [{"function": "exp", "dtype": "float32", "values": 9, "numpy": 2.5, "raptors": 0.625}]
    full = {**results, "suite": "full", "accuracy": errors}
    text = report_markdown.report(full)
    assert "| full reductions | 3 | 1.57 × | 0.96 × | 4.00 × | missed |" in text
    assert "| exp | float32 | 9 | 2.500 | 0.625 |" in text
    assert "goal full reductions: 1.57 × of 4.00 ×, 3 cells, MISSED" in report_text.verdict(full, Path())
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
    assert "unsupported, 1 cells:\n  gelu 1000 float32" in text


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
    assert readme.rewrite(page, file, tmp_path) == 0
    assert page.read_text() == text


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
