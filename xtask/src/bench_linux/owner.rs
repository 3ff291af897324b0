//! Files that come out of a container belong to root; here they are given to who asked for them.

use std::path::Path;

#[cfg(unix)]
pub(super) use unix::{caller, give};

/// Where files have no such owners there is nothing to give.
#[cfg(not(unix))]
mod other {
    use super::Path;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in super::super) struct Owner {
        pub(in super::super) user: u32,
        pub(in super::super) group: u32,
    }

    pub(in super::super) fn caller(_: &Path, _: &Path) -> Option<Owner> {
        None
    }

    pub(in super::super) fn give(_: &Path, _: Owner) -> bool {
        true
    }
}
#[cfg(not(unix))]
pub(super) use other::{caller, give};

#[cfg(unix)]
mod unix {
    use std::{
        env, fs,
        os::unix::fs::{MetadataExt, lchown},
    };

    use super::Path;

    /// A user and a group, by number.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in super::super) struct Owner {
        pub(in super::super) user: u32,
        pub(in super::super) group: u32,
    }

    /// Who asked: with sudo, the user who called it; as root, the owner of the sources; else the
    /// user who runs this. `own` is a folder to write to.
    pub(in super::super) fn caller(root: &Path, own: &Path) -> Option<Owner> {
        let probe = own.join(format!("owner-{}", std::process::id()));
        fs::write(&probe, "").ok()?;
        let this = fs::metadata(&probe).ok().map(|file| of(&file));
        let _ = fs::remove_file(&probe);
        let number = |name: &str| env::var(name).ok()?.parse().ok();
        let sudo = number("SUDO_UID").zip(number("SUDO_GID"));
        let sources = fs::metadata(root).ok().map(|folder| of(&folder));
        decided(this?, sudo, sources)
    }

    pub(super) fn decided(
        this: Owner,
        sudo: Option<(u32, u32)>,
        sources: Option<Owner>,
    ) -> Option<Owner> {
        if this.user != 0 {
            return Some(this);
        }
        let sudo = sudo.map(|(user, group)| Owner { user, group });
        sudo.or(sources).or(Some(this))
    }

    fn of(file: &fs::Metadata) -> Owner {
        Owner {
            user: file.uid(),
            group: file.gid(),
        }
    }

    /// Gives what is root's of a file, or of a folder with all that is in it, to an owner. False
    /// where it may not: then the engine, which is root, can.
    pub(in super::super) fn give(path: &Path, owner: Owner) -> bool {
        let Ok(file) = fs::symlink_metadata(path) else {
            return true;
        };
        let roots = file.uid() == 0 && owner.user != 0;
        let mut given = !roots || lchown(path, Some(owner.user), Some(owner.group)).is_ok();
        if file.is_dir() {
            for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                given &= give(&entry.path(), owner);
            }
        }
        given
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::{
        unix::{Owner, decided},
        *,
    };

    const ROOT: Owner = Owner { user: 0, group: 0 };
    const ADA: Owner = Owner {
        user: 1000,
        group: 100,
    };

    #[test]
    fn who_asked_is_found_behind_root() {
        assert_eq!(decided(ADA, Some((5, 5)), Some(ROOT)), Some(ADA));
        assert_eq!(decided(ROOT, Some((1000, 100)), Some(ROOT)), Some(ADA));
        assert_eq!(decided(ROOT, None, Some(ADA)), Some(ADA));
        assert_eq!(decided(ROOT, None, None), Some(ROOT));
    }

    #[test]
    fn what_is_ones_own_is_given_at_no_cost() {
        let folder = std::env::temp_dir().join(format!("xtask-owner-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("a/b")).unwrap();
        let owner = caller(&folder, &folder).unwrap();
        assert!(give(&folder, owner));
        assert!(give(&folder.join("missing"), owner));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
