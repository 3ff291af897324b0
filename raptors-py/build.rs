//! Tells the compiler which Python this is built for, and macOS's linker that the interpreter has
//! Python's functions.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_extension_module_link_args();
}
