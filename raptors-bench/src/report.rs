//! `raptors-bench report`: recorded results in Markdown, from their JSON alone.

use std::{fmt::Write as _, fs, path::Path};

use serde_json::Value;

/// The format of results that this program reads.
const FORMAT: u64 = 1;
/// Classes of ratios in the order of the reports, as results name them.
const CLASSES: [&str; 4] = ["ahead", "near parity", "acceptable", "critical"];

/// The report on a file: of a run of `cargo xtask bench`, or of `raptors-bench kernels --json`.
pub(crate) fn of_file(path: &Path) -> Result<String, String> {
    let file = if path.is_dir() {
        path.join("results.json")
    } else {
        path.to_owned()
    };
    let told = |why: String| format!("{}: {why}", file.display());
    let text = fs::read_to_string(&file).map_err(|error| told(error.to_string()))?;
    let found: Value = serde_json::from_str(&text)
        .map_err(|error| told(format!("holds no results, it may be half a file: {error}")))?;
    of(&found).ok_or_else(|| told(format!("holds no results of format {FORMAT}")))
}

/// The report on results; none where they are not such.
fn of(found: &Value) -> Option<String> {
    if found["format"].as_u64() != Some(FORMAT) {
        return None;
    }
    if found["kernels"].is_array() {
        return kernels(found);
    }
    run(found)
}

/// A ratio as reports have it.
fn times(ratio: &Value) -> String {
    match ratio.as_f64() {
        Some(ratio) if ratio < 100.0 => format!("{ratio:.2} ×"),
        Some(ratio) => format!("{ratio:.0} ×"),
        None => "–".to_owned(),
    }
}

fn word(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A table in Markdown: the first column are words, the others figures.
fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n| ---", head.join(" | "));
    text += &" | ---:".repeat(head.len() - 1);
    text += " |\n";
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

fn run(found: &Value) -> Option<String> {
    let summary = found["summary"].as_object()?;
    let cells = found["cells"].as_array()?;
    let (origin, success) = (&found["provenance"], &summary["success"]);
    let percent = |share: &Value| 100.0 * share.as_f64().unwrap_or(0.0);
    let mut text = format!(
        "# {} and NumPy: suite {}\n\n**{} of {} timed cells pass**, geometric mean **{}**. \
         {:.0}% are no slower than {} × NumPy's time, {:.0}% are needed.\n\n{}, {}, commit {}.\n",
        word(&found["subject"]),
        word(&found["suite"]),
        summary["passed"],
        summary["timed"],
        times(&summary["geometric_mean"]),
        percent(&success["share"]),
        success["limit"],
        percent(&success["needed"]),
        word(&origin["cpu"]),
        word(&origin["time"]),
        word(&origin["commit"]),
    );
    if let Some(verdict) = found["gate"]["verdict"].as_str() {
        let _ = writeln!(text, "\nGate: **{verdict}**, {}.", found["gate"]["counts"]);
    }
    let classes = CLASSES.map(|name| vec![name.to_owned(), summary["classes"][name].to_string()]);
    let _ = write!(
        text,
        "\n## Classes\n\n{}",
        table(&["class", "cells"], classes)
    );
    let families = summary["families"].as_object()?;
    let rows = families
        .iter()
        .map(|(name, mean)| vec![name.clone(), times(mean)]);
    let _ = write!(
        text,
        "\n## By family\n\n{}",
        table(&["family", "ratio"], rows)
    );
    let worst = summary["worst"].as_array()?.iter().filter_map(|key| {
        let cell = cells.iter().find(|cell| &cell["key"] == key)?;
        let interval = format!("{}–{}", times(&cell["low"]), times(&cell["high"]));
        Some(vec![
            word(key),
            times(&cell["ratio"]),
            interval,
            word(&cell["class"]),
        ])
    });
    let head = ["cell", "ratio", "95 % interval", "class"];
    let _ = write!(text, "\n## The ten worst\n\n{}", table(&head, worst));
    for kind in ["wrong", "unsupported"] {
        let failed = cells.iter().filter(|cell| cell["status"] == kind);
        let rows: Vec<_> = failed
            .map(|c| vec![word(&c["key"]), word(&c["why"])])
            .collect();
        if !rows.is_empty() {
            let _ = write!(
                text,
                "\n## Cells that are {kind}\n\n{}",
                table(&["cell", "why"], rows)
            );
        }
    }
    Some(text)
}

fn kernels(found: &Value) -> Option<String> {
    let rows = found["kernels"].as_array()?;
    let names: Vec<String> = found["machine"]["levels"]
        .as_array()?
        .iter()
        .map(word)
        .filter(|name| {
            rows.iter()
                .any(|row| row["levels"][name.as_str()].is_number())
        })
        .collect();
    let mut text = format!("# Kernels by level\n\n{}\n", word(&found["machine"]["cpu"]));
    for name in &names {
        let best = rows
            .iter()
            .filter(|row| row["best"] == name.as_str())
            .count();
        let kernels = if best == 1 { "kernel" } else { "kernels" };
        let _ = write!(text, "\n- {name} is the best level of {best} {kernels}");
    }
    let mut head = vec!["kernel", "elements"];
    head.extend(names.iter().map(String::as_str));
    head.push("best");
    let body = rows.iter().map(|row| {
        let mut line = vec![
            format!("{} {}", word(&row["ufunc"]), word(&row["dtype"])),
            row["elements"].to_string(),
        ];
        line.extend(names.iter().map(|name| {
            let ns = row["levels"][name.as_str()].as_f64();
            ns.map_or_else(|| "–".to_owned(), |ns| format!("{ns:.1} ns"))
        }));
        line.push(word(&row["best"]));
        line
    });
    let _ = write!(text, "\n\n{}", table(&head, body));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_run_is_told_with_its_worst_cells_and_failures() {
        let cell = json!({
            "key": "sum/8/float32", "status": "timed", "ratio": 0.5, "low": 0.4, "high": 0.6,
            "class": "critical",
        });
        let wrong = json!({ "key": "exp/8/float32", "status": "wrong", "why": "off by one" });
        let found = json!({
            "format": 1, "subject": "raptors", "suite": "2d", "cells": [cell, wrong],
            "provenance": { "cpu": "A CPU", "time": "then", "commit": "abc" },
            "gate": { "verdict": "regression", "counts": { "regression": 1 } },
            "summary": {
                "passed": 0, "timed": 1, "geometric_mean": 0.5, "worst": ["sum/8/float32"],
                "success": { "share": 0.25, "limit": 1.2, "needed": 0.8 },
                "classes": { "ahead": 0, "near parity": 0, "acceptable": 0, "critical": 1 },
                "families": { "reduction": 0.5 },
            },
        });
        let text = of(&found).unwrap();
        for part in [
            "**0 of 1 timed cells pass**, geometric mean **0.50 ×**. 25% are",
            "Gate: **regression**",
            "| critical | 1 |",
            "| reduction | 0.50 × |",
            "| sum/8/float32 | 0.50 × | 0.40 ×–0.60 × | critical |",
            "| exp/8/float32 | off by one |",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }

    #[test]
    fn kernels_are_told_by_level() {
        let row = json!({
            "ufunc": "add", "dtype": "float32", "elements": 8, "best": "avx2",
            "levels": { "scalar": 9.0, "avx2": 3.25 },
        });
        let levels = ["scalar", "sse2", "avx2"];
        let found = json!({
            "format": 1, "machine": { "cpu": "A CPU", "levels": levels }, "kernels": [row],
        });
        let text = of(&found).unwrap();
        assert!(
            text.contains("| kernel | elements | scalar | avx2 | best |"),
            "{text}"
        );
        assert!(
            text.contains("| add float32 | 8 | 9.0 ns | 3.2 ns | avx2 |"),
            "{text}"
        );
        for line in [
            "- avx2 is the best level of 1 kernel\n",
            "- scalar is the best level of 0 kernels\n",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
    }

    #[test]
    fn what_is_no_result_is_told() {
        for found in [
            json!({}),
            json!([]),
            json!({ "format": 9 }),
            json!({ "format": 1 }),
        ] {
            assert!(of(&found).is_none(), "{found}");
        }
        let error = of_file(Path::new("/nowhere/results.json")).unwrap_err();
        assert!(error.starts_with("/nowhere/results.json: "), "{error}");
    }
}
