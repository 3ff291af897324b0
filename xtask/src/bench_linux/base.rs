//! A base image made from this system's own packages, for where there is no registry.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{container::LABEL, engine::Engine};
use crate::failure::Failure;

/// What a tool that makes one is called, in the order in which they are tried.
const MAKERS: [&str; 2] = ["mmdebstrap", "debootstrap"];

/// Where a system lists its own package sources; what has another name comes after these.
const SOURCES: &[&str] = &[
    "/etc/apt/sources.list.d/debian.sources",
    "/etc/apt/sources.list.d/ubuntu.sources",
    "/etc/apt/sources.list",
];

/// What the base has beyond the least: the certificates' tool, for mirrors that need it.
const INCLUDED: &str = "--include=ca-certificates";

const NO_DEBIAN: &str =
    "use --base-image with an image that is here (docker images), or --engine native";

/// This system, as far as a base is made from it.
#[derive(Debug, PartialEq, Eq)]
struct System {
    codename: String,
    sources: PathBuf,
    /// The first mirror among the sources.
    mirror: String,
}

/// The base's name.
pub(super) fn tag(identity: &str) -> String {
    format!("raptors-base:{identity}")
}

/// The command lines that make it, for those who only want to see them.
pub(super) fn lines(engine: &Engine, own: &Path, identity: &str) -> Vec<Vec<String>> {
    let unknown = System {
        codename: "CODENAME".to_owned(),
        sources: SOURCES[0].into(),
        mirror: "MIRROR".to_owned(),
    };
    let system = system(Path::new("/")).unwrap_or(unknown);
    let folder = own.join("base");
    let (mut lines, mut last) = if maker() == Some(MAKERS[1]) {
        (vec![debootstrap(&system, &folder)], packing(&folder))
    } else {
        (vec![], mmdebstrap(&system))
    };
    last.push("|".to_owned());
    last.extend(engine.line(import(identity)));
    lines.push(last);
    lines
}

/// The tool that makes a base here.
fn maker() -> Option<&'static str> {
    MAKERS.into_iter().find(|name| {
        Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok()
    })
}

/// The base, made unless it is there; gives its name.
pub(super) fn made(engine: &Engine, own: &Path, identity: &str) -> Result<String, Failure> {
    let tag = tag(identity);
    if engine
        .tells(&["image", "inspect", "--format", "{{.Id}}", &tag])
        .is_ok()
    {
        return Ok(tag);
    }
    let system = system(Path::new("/"))?;
    eprintln!(
        "xtask: making the base {tag} from packages of {}",
        system.codename
    );
    let log = own.join("base.log");
    let Some(maker) = maker() else {
        let what = "neither mmdebstrap nor debootstrap is installed, and one makes the base";
        return Err(Failure::missing(what, "sudo apt install mmdebstrap"));
    };
    let folder = own.join("base");
    let archive = if maker == "mmdebstrap" {
        mmdebstrap(&system)
    } else {
        let _ = fs::remove_dir_all(&folder);
        let line = debootstrap(&system, &folder);
        finished(&line, spawned(&line, Stdio::null(), &log)?, &log)?;
        packing(&folder)
    };
    let mut packed = spawned(&archive, Stdio::piped(), &log)?;
    let archived = packed.stdout.take().map_or_else(Stdio::null, Stdio::from);
    let line = engine.line(import(identity));
    let imported = Command::new(&line[0])
        .args(&line[1..])
        .stdin(archived)
        .output();
    finished(&archive, packed, &log)?;
    let _ = fs::remove_dir_all(&folder);
    match imported {
        Ok(output) if output.status.success() => Ok(tag),
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr);
            let what = format!("the engine did not take the base ({})", words.trim());
            Err(Failure::missing(what, NO_DEBIAN))
        }
        Err(error) => Err(Failure::missing(
            format!("docker cannot be run ({error})"),
            NO_DEBIAN,
        )),
    }
}

fn mmdebstrap(system: &System) -> Vec<String> {
    let sources = system.sources.to_string_lossy().into_owned();
    [
        "mmdebstrap",
        "--variant=minbase",
        INCLUDED,
        &system.codename,
        "-",
        &sources,
    ]
    .map(str::to_owned)
    .to_vec()
}

fn debootstrap(system: &System, folder: &Path) -> Vec<String> {
    let folder = folder.to_string_lossy().into_owned();
    [
        "debootstrap",
        "--variant=minbase",
        INCLUDED,
        &system.codename,
        &folder,
        &system.mirror,
    ]
    .map(str::to_owned)
    .to_vec()
}

fn packing(folder: &Path) -> Vec<String> {
    let folder = folder.to_string_lossy().into_owned();
    ["tar", "--numeric-owner", "-C", &folder, "-c", "."]
        .map(str::to_owned)
        .to_vec()
}

fn import(identity: &str) -> Vec<String> {
    let label = format!("LABEL {LABEL}={identity}");
    ["import", "--change", &label, "-", &tag(identity)]
        .map(str::to_owned)
        .to_vec()
}

fn spawned(line: &[String], out: Stdio, log: &Path) -> Result<std::process::Child, Failure> {
    let words = File::create(log).map_or_else(|_| Stdio::null(), Stdio::from);
    let child = Command::new(&line[0])
        .args(&line[1..])
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(words)
        .spawn();
    child.map_err(|error| {
        Failure::missing(format!("{} cannot be run ({error})", line[0]), NO_DEBIAN)
    })
}

fn finished(line: &[String], mut child: std::process::Child, log: &Path) -> Result<(), Failure> {
    if child.wait().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let words = fs::read_to_string(log).unwrap_or_default();
    let last = words
        .lines()
        .rev()
        .find(|line| line.contains("E:") || line.contains("rror"));
    let last = last.or(words.lines().last()).unwrap_or_default();
    let what = format!(
        "{} failed ({last}; all of it in {})",
        line[0],
        log.display()
    );
    Err(Failure::missing(
        what,
        "see that this system's apt-get update works, as root",
    ))
}

/// What a base can be made from on the system under `root`.
fn system(root: &Path) -> Result<System, Failure> {
    let under = |path: &str| root.join(path.trim_start_matches('/'));
    let release = fs::read_to_string(under("/etc/os-release")).unwrap_or_default();
    let codename = release
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="))
        .map(|name| name.trim_matches('"').to_owned());
    let listed = fs::read_dir(under("/etc/apt/sources.list.d"));
    let mut others: Vec<_> = listed
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    others.retain(|path| {
        path.extension()
            .is_some_and(|kind| kind == "sources" || kind == "list")
    });
    others.sort();
    let own = SOURCES.iter().map(|path| under(path));
    let readable = own.chain(others).find_map(|path| {
        let mirror = mirror(&fs::read_to_string(&path).ok()?)?;
        Some((path, mirror))
    });
    match (codename, readable) {
        (Some(codename), Some((sources, mirror))) => Ok(System {
            codename,
            sources,
            mirror,
        }),
        _ => Err(Failure::missing(
            "a base is made from Debian's or Ubuntu's packages, and this system has none",
            NO_DEBIAN,
        )),
    }
}

/// The first mirror in a list of sources, in either of apt's formats.
fn mirror(sources: &str) -> Option<String> {
    let lines = sources.lines().map(str::trim);
    let found = lines.filter_map(|line| {
        let rest = line
            .strip_prefix("URIs:")
            .or_else(|| line.strip_prefix("deb "))?;
        rest.split_whitespace().find(|word| word.contains("://"))
    });
    found.map(str::to_owned).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrors_are_read_in_both_formats() {
        let new = "Types: deb\n# URIs: http://old\nURIs: http://a/debian http://b\n";
        assert_eq!(mirror(new).unwrap(), "http://a/debian");
        let old = "# a comment\ndeb [signed-by=/k] https://a/ubuntu noble main\n";
        assert_eq!(mirror(old).unwrap(), "https://a/ubuntu");
        assert_eq!(mirror("deb-src http://a noble main\n"), None);
    }

    #[test]
    fn the_base_is_made_from_the_systems_own_sources() {
        let root = std::env::temp_dir().join(format!("xtask-base-{}", std::process::id()));
        fs::create_dir_all(root.join("etc/apt/sources.list.d")).unwrap();
        let none = system(&root).unwrap_err();
        assert!(none.message().unwrap().contains("--base-image"));
        fs::write(
            root.join("etc/os-release"),
            "ID=ubuntu\nVERSION_CODENAME=noble\n",
        )
        .unwrap();
        let write = |name, text| fs::write(root.join("etc/apt").join(name), text).unwrap();
        write("sources.list.d/0000own.sources.save", "URIs: http://old\n");
        write("sources.list.d/0000own.sources", "URIs: http://b/ubuntu\n");
        let found = system(&root).unwrap();
        assert!(found.sources.ends_with("0000own.sources") && found.mirror == "http://b/ubuntu");
        write("sources.list", "deb http://a/ubuntu noble main\n");
        let found = system(&root).unwrap();
        let sources = root.join("etc/apt/sources.list");
        assert_eq!(
            mmdebstrap(&found).join(" "),
            format!(
                "mmdebstrap --variant=minbase --include=ca-certificates noble - {}",
                sources.display()
            )
        );
        assert_eq!(
            debootstrap(&found, Path::new("/b")).join(" "),
            "debootstrap --variant=minbase --include=ca-certificates noble /b http://a/ubuntu"
        );
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn it_is_imported_with_the_label_that_clean_looks_for() {
        let line = Engine::assumed().line(import("1"));
        assert_eq!(
            line,
            [
                "docker",
                "import",
                "--change",
                "LABEL raptors.bench=1",
                "-",
                "raptors-base:1"
            ]
        );
    }
}
