//! Tells the compiler which Python this is built for, whether temporaries can be told apart, and
//! macOS's linker that the interpreter has Python's functions.

use std::env;

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_extension_module_link_args();
    println!("cargo::rustc-check-cfg=cfg(temporaries)");
    if temporaries() {
        println!("cargo::rustc-cfg=temporaries");
    }
}

/// Whether counts of references can be read and the stack can be walked: not through the stable
/// ABI, not where threads share objects without a lock, and only on Linux so far.
fn temporaries() -> bool {
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    let flag = pyo3_build_config::BuildFlag::Py_GIL_DISABLED;
    let locked = !pyo3_build_config::get().build_flags().0.contains(&flag);
    let stable = env::var_os("CARGO_FEATURE_ABI3").is_some();
    locked && !stable && target("OS") == "linux" && target("ENV") == "gnu"
}
