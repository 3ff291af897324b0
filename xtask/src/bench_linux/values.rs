//! Values of options: what they may be, and what is said of the others.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The name of an image.
pub(super) fn image(name: String) -> Result<String, Failure> {
    if name.trim().is_empty() {
        let message = "--base-image needs the name of an image, such as debian:12";
        return Err(Failure::Usage(message.to_owned()));
    }
    Ok(name)
}

/// A list of CPUs as Linux writes it: numbers and ranges between commas.
pub(super) fn cpus(list: String) -> Result<String, Failure> {
    let number = |word: &str| word.parse::<u16>().ok();
    let good = list.split(',').all(|part| match part.split_once('-') {
        None => number(part).is_some(),
        Some((low, high)) => number(low)
            .zip(number(high))
            .is_some_and(|(low, high)| low <= high),
    });
    if good {
        return Ok(list);
    }
    let message = format!("--cpus {list} is no list of CPUs: write it as 0,2-3");
    Err(Failure::Usage(message))
}

/// The highest CPU in a list.
pub(super) fn highest(list: &str) -> u16 {
    let numbers = list.split([',', '-']);
    numbers
        .filter_map(|word| word.parse().ok())
        .max()
        .unwrap_or(0)
}

/// A size as the engine takes it.
pub(super) fn memory(size: String) -> Result<String, Failure> {
    let digits = size.strip_suffix(['b', 'k', 'm', 'g']).unwrap_or(&size);
    if digits.parse::<u64>().is_ok_and(|number| number > 0) {
        return Ok(size);
    }
    let message = format!("--memory {size} is no size: write it as 512m or 4g");
    Err(Failure::Usage(message))
}

/// A wheel that is there, by its whole path: the command may run in another folder.
pub(super) fn wheel(path: &Path) -> Result<PathBuf, Failure> {
    let usage = |why: &str| Failure::Usage(format!("--wheel {}: {why}", path.display()));
    if path.extension().is_none_or(|ending| ending != "whl") {
        return Err(usage(
            "a wheel ends in .whl, such as target/xtask/wheels/*.whl",
        ));
    }
    let whole = path.canonicalize().ok().filter(|path| path.is_file());
    whole.ok_or_else(|| usage("there is no such file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheel_must_be_one_and_be_there() {
        let folder = std::env::temp_dir().join(format!("xtask-wheel-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("raptors-1-cp311-cp311-linux_x86_64.whl");
        let words = |path: &Path| match wheel(path) {
            Err(Failure::Usage(words)) => words,
            other => panic!("{other:?}"),
        };
        assert!(words(&path).contains("no such file"));
        assert!(words(&folder).contains(".whl"));
        std::fs::write(&path, "").unwrap();
        assert_eq!(wheel(&path).unwrap(), path.canonicalize().unwrap());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
