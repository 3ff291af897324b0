//! `clean`: removes what bench-linux has made, except results and profiles.

use std::{
    fs,
    io::{self, ErrorKind},
};

use serde_json::{Value, json};

use super::{Places, container::LABEL, inside::Session, private};
use crate::{failure::Failure, words::counted, workspace};

/// Removes containers and images of this checkout, then the folder.
pub(super) fn with_engine(session: &Session<'_>) -> Result<Value, Failure> {
    let filter = format!("label={LABEL}={}", session.places.identity());
    let containers = words(session, &["ps", "--all", "--quiet", "--filter", &filter])?;
    remove(session, &["rm", "--force", "--volumes"], &containers)?;
    if session.places.own.exists() && session.image().built().is_some() {
        session.give_back();
    }
    let images = images(session, &filter)?;
    folder(session.places)?;
    let containers = containers.len();
    let removed = [
        counted(containers, "container", "containers"),
        counted(images, "image", "images"),
    ];
    eprintln!("removed {}", removed.join(" and "));
    Ok(json!({
        "task": "clean", "engine": "docker", "containers": containers,
        "images": images, "kept": [&session.places.results, &session.places.profiles],
    }))
}

/// Removes images until none is left, and gives their number. One goes with another that was built
/// from it, so that single failures mean nothing; a round in which none goes does.
fn images(session: &Session<'_>, filter: &str) -> Result<usize, Failure> {
    let list = || {
        let mut images = words(session, &["images", "--all", "--quiet", "--filter", filter])?;
        images.sort();
        images.dedup();
        Ok::<_, Failure>(images)
    };
    let mut left = list()?;
    let count = left.len();
    while !left.is_empty() {
        let before = left.len();
        let done = remove(session, &["rmi", "--force"], &left);
        left = list()?;
        if left.len() >= before {
            let stay = counted(before, "image stays", "images stay");
            return done.and(Err(Failure::Check(stay)));
        }
    }
    Ok(count)
}

fn words(session: &Session<'_>, args: &[&str]) -> Result<Vec<String>, Failure> {
    let answer = session.engine.program(args).output()?;
    Ok(answer.split_whitespace().map(str::to_owned).collect())
}

fn remove(session: &Session<'_>, args: &[&str], what: &[String]) -> Result<(), Failure> {
    if what.is_empty() {
        return Ok(());
    }
    let args = args
        .iter()
        .map(|&word| word.to_owned())
        .chain(what.iter().cloned());
    session
        .engine
        .program(args.collect::<Vec<_>>())
        .output()
        .map(drop)
}

/// Whether an engine of the system was given what an image is built from: it may keep images then.
/// A private one keeps them in the folder that is removed.
pub(super) fn engine_was_used() -> bool {
    let own = workspace::target().join("bench-linux");
    own.join("context").exists() && !own.join("engine").exists()
}

/// Removes the folder where the user wants no engine asked; says what stays.
pub(super) fn without_engine(places: &Places) -> Result<(), Failure> {
    let used = engine_was_used();
    folder(places)?;
    if used {
        eprintln!("images stay in the engine: cargo xtask bench-linux clean --engine docker");
    }
    Ok(())
}

/// Stops the private engine and removes the folder of all that was made.
fn folder(places: &Places) -> Result<(), Failure> {
    private::stop(places)?;
    let failed = |error: &io::Error| {
        let folder = places.own.display();
        let mend = format!("sudo rm -r {folder}");
        Failure::missing(format!("{folder} cannot be removed ({error})"), mend)
    };
    match fs::remove_dir_all(&places.own) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(&error)),
        _ => {}
    }
    // Where nothing was kept, the folders made for it are not either.
    for folder in [&places.results, &places.profiles] {
        let _ = fs::remove_dir(folder);
    }
    eprintln!(
        "removed {}; results and profiles stay",
        places.own.display()
    );
    Ok(())
}
