//! A wheel of Raptors that is measured in place of one that is built.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{
    options::Options,
    places::{Places, TARGET},
};
use crate::{failure::Failure, venv::WHEEL};

/// Where containers find it, under what they build.
const FOLDER: &str = "given";

/// What tells the tasks inside of it.
pub(super) fn variable(options: &Options) -> Option<(String, String)> {
    let name = options.wheel.as_ref()?.file_name()?.to_string_lossy();
    Some((WHEEL.to_owned(), format!("{TARGET}/{FOLDER}/{name}")))
}

/// The copy that containers see.
fn copy(places: &Places, wheel: &Path) -> PathBuf {
    let name = wheel.file_name().unwrap_or_default();
    places.own.join("target").join(FOLDER).join(name)
}

/// The command line that puts it there.
pub(super) fn line(options: &Options, places: &Places) -> Option<Vec<String>> {
    let wheel = options.wheel.as_ref()?;
    let words = ["cp", "--preserve=timestamps"].map(str::to_owned);
    let paths = [wheel.clone(), copy(places, wheel)];
    let paths = paths.iter().map(|path| path.display().to_string());
    Some(words.into_iter().chain(paths).collect())
}

/// Puts it where containers see it, as old as it is: by that they know whether they have it already.
pub(super) fn put(options: &Options, places: &Places) -> Result<(), Failure> {
    let Some(wheel) = &options.wheel else {
        return Ok(());
    };
    let to = copy(places, wheel);
    let done = || -> io::Result<()> {
        let _ = fs::remove_dir_all(places.own.join("target").join(FOLDER));
        fs::create_dir_all(to.parent().unwrap_or(&to))?;
        fs::copy(wheel, &to)?;
        let age = fs::metadata(wheel)?.modified()?;
        File::options().write(true).open(&to)?.set_modified(age)
    };
    done().map_err(|error| {
        let what = format!("{} cannot be copied ({error})", wheel.display());
        Failure::missing(what, format!("make {} writable", to.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{options, places::tests::host},
        *,
    };

    #[test]
    fn a_wheel_is_copied_with_its_age_to_where_containers_see_it() {
        let folder = std::env::temp_dir().join(format!("xtask-given-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let wheel = folder.join("raptors-1-cp311-cp311-linux_x86_64.whl");
        fs::write(&wheel, "zip").unwrap();
        let age = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
        let file = File::options().write(true).open(&wheel).unwrap();
        file.set_modified(age).unwrap();
        let mut places = host();
        places.own = folder.join("own");
        let mut options = options::parse(&[]).unwrap();
        assert_eq!((variable(&options), line(&options, &places)), (None, None));
        options.wheel = Some(wheel.clone());
        put(&options, &places).unwrap();
        let copied = places
            .own
            .join("target/given")
            .join(wheel.file_name().unwrap());
        assert_eq!(fs::read(&copied).unwrap(), b"zip");
        assert_eq!(fs::metadata(&copied).unwrap().modified().unwrap(), age);
        let (name, inside) = variable(&options).unwrap();
        assert_eq!(name, "RAPTORS_WHEEL");
        assert_eq!(
            inside,
            "/target/given/raptors-1-cp311-cp311-linux_x86_64.whl"
        );
        assert!(
            line(&options, &places)
                .unwrap()
                .ends_with(&[copied.display().to_string()])
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
