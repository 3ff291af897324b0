//! Whose the files are that a run leaves, where who asked is not root.

use std::{
    fs,
    io::Write,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown, symlink},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

use crate::host::{Host, told};

/// A user who is nobody in particular.
const USER: u32 = 65_534;

/// Whether a user without rights may run the program under test, which needs a root who tries.
fn may_run(folder: &Path) -> bool {
    if fs::metadata(folder).is_ok_and(|made| made.uid() != 0) {
        return false;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let done = command.arg("--help").uid(USER).gid(USER).output();
    done.is_ok_and(|done| done.status.success())
}

/// Gives a folder with all that is in it to the user.
fn give(path: &Path) {
    chown(path, Some(USER), Some(USER)).unwrap();
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        if !entry.file_type().unwrap().is_symlink() {
            give(&entry.path());
        }
    }
}

#[test]
fn what_is_left_of_roots_is_given_to_a_user_by_the_engine() {
    let host = Host::new("owner");
    if !may_run(&host.folder) {
        let line = "only root can act as another user: who owns results is tested without";
        writeln!(std::io::stderr(), "{line}").unwrap();
        return;
    }
    // What is asked for sources, toolchains and Python is another matter.
    let quiet = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stub/quiet");
    fs::copy(&quiet, host.folder.join("bin/rustc")).unwrap();
    for folder in ["results", "target/profiles", "target/bench-linux/venv"] {
        fs::create_dir_all(host.folder.join(folder)).unwrap();
    }
    give(&host.folder);
    fs::set_permissions(&host.folder, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |line: &str| {
        let mut command = host.command(line);
        told(&command.uid(USER).gid(USER).output().unwrap())
    };
    let chowns = || host.calls().matches("chown").count();

    let (code, text) = run("bench --engine docker");
    assert_eq!(code, 0, "{text}");
    // All of it is the user's: no container is asked for.
    assert_eq!(chowns(), 0, "{}", host.calls());
    let (done, _) = host.results();
    let metadata = fs::metadata(done[0].join("metadata.json")).unwrap();
    assert_eq!((metadata.uid(), metadata.gid()), (USER, USER));

    // As a container leaves it: a link of root's, to what is not there.
    symlink(
        "/nowhere",
        host.folder.join("target/bench-linux/venv/python"),
    )
    .unwrap();
    let (code, text) = run("run true --engine docker");
    assert_eq!(code, 0, "{text}");
    let calls = host.calls();
    let given = format!("chown -hR --from=0 {USER}:{USER} /workspace/results /target");
    assert!(calls.contains(&given), "{calls}");
    assert_eq!(chowns(), 1, "{calls}");
}
