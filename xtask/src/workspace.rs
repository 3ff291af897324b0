//! Where things are: the workspace, its target folder, what the tasks keep there.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

/// The target folder that cargo uses.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// This program, for others to call.
pub(crate) fn xtask() -> PathBuf {
    env::current_exe().map_or_else(|_| PathBuf::from("xtask"), |path| standing(&path))
}

/// Where a program stands that was built anew while it ran, as its own tests do: Linux adds a word to the path then.
fn standing(path: &Path) -> PathBuf {
    let old = path
        .to_str()
        .and_then(|path| path.strip_suffix(" (deleted)"));
    old.map_or_else(|| path.to_owned(), PathBuf::from)
}

/// The folder for what the tasks keep between runs.
pub(crate) fn cache() -> PathBuf {
    target().join("xtask")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_was_built_anew_is_called_where_it_stands() {
        for path in ["/a/debug/xtask", "/a/debug/xtask (deleted)"] {
            assert_eq!(standing(Path::new(path)), Path::new("/a/debug/xtask"));
        }
        assert!(xtask().is_file());
    }
}
