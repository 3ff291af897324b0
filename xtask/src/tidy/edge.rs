//! Who may depend on whom, as `ARCHITECTURE.md` draws it.

use super::Finding;
use crate::{failure::Failure, process::Program};

/// What each crate may name in its manifest; the tools of tests are free.
const EDGES: &[(&str, &[&str])] = &[
    ("raptors-kernels", &["half", "num-complex"]),
    (
        "raptors-dispatch",
        &[
            "raptors-kernels",
            "blas-src",
            "cblas-sys",
            "gemm",
            "libc",
            "matrixmultiply",
            "openblas-src",
            "rayon",
        ],
    ),
    (
        "raptors-array",
        &[
            "raptors-dispatch",
            "raptors-kernels",
            "faer",
            "libc",
            "ndarray",
            "num-complex",
            "realfft",
            "rustfft",
            "smallvec",
        ],
    ),
    (
        "raptors-py",
        &[
            "raptors-array",
            "raptors-dispatch",
            "raptors-kernels",
            "libc",
            "numpy",
            "pyo3",
            "pyo3-build-config",
            "smallvec",
        ],
    ),
    (
        "raptors-bench",
        &[
            "raptors-array",
            "raptors-dispatch",
            "raptors-kernels",
            "lexopt",
            "serde_json",
        ],
    ),
    ("xtask", &["inferno", "lexopt", "serde_json", "signal-hook"]),
];

const WHY: &str = "a room that knows another cannot be understood, used or compiled without it";

/// Asks cargo what each crate depends on.
pub(super) fn check() -> Result<Vec<Finding>, Failure> {
    let mut findings = vec![];
    for (name, allowed) in EDGES {
        let tree = Program::new("cargo", "install Rust from https://rustup.rs")
            .args(["tree", "--quiet", "--package", name, "--depth", "1"])
            .args(["--prefix", "none", "--format", "{p}", "--target", "all"])
            .args(["--all-features", "--edges", "normal,build"])
            .output()?;
        findings.extend(excess(name, allowed, &tree));
    }
    Ok(findings)
}

/// The dependencies in cargo's list that are not allowed. Its first line is the crate itself.
fn excess(name: &str, allowed: &[&str], tree: &str) -> Vec<Finding> {
    let found = tree
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next());
    found
        .filter(|found| !found.starts_with('[') && !allowed.contains(found))
        .map(|found| {
            let message = format!("{name} may not depend on {found} (xtask/src/tidy/edge.rs)");
            Finding::at(&format!("{name}/Cargo.toml"), 1, message, WHY)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_that_is_not_drawn_is_found() {
        let tree = "raptors-kernels v0.1.0 (/r)\nhalf v2.7.1\nrayon v1.12.0\n\
                    [build-dependencies]\nnum-complex v0.4.6\n";
        let found = excess(EDGES[0].0, EDGES[0].1, tree);
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .message
                .contains("raptors-kernels may not depend on rayon")
        );
    }
}
