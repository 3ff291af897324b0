//! What reads the output of `cargo xtask` may stop early.

use std::{io, process::Command};

#[test]
fn a_reader_that_has_gone_is_no_fault_of_ours() {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let done = command.arg("--help").stdout(writer).output().unwrap();
    assert!(!done.status.success());
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
}
