//! `doctor`: the engine, and the version of each tool as the image has it.

use serde_json::{Map, Value, json};

use super::{Engine, Places, container::Container, inside::Session, privilege};
use crate::{failure::Failure, process::Program};

/// What the image must have: a name, and what prints a version.
const TOOLS: &[(&str, &str)] = &[
    ("python", "python3 --version"),
    ("rustc", "rustc --version"),
    ("cargo", "cargo --version"),
    ("cc", "cc --version"),
    ("git", "git --version"),
    (
        "numpy",
        "/opt/tools/bin/python -c 'import numpy; print(numpy.__version__)'",
    ),
    ("asv", "asv --version"),
    ("perf", "perf --version"),
    ("py-spy", "py-spy --version"),
    ("valgrind", "valgrind --version"),
    ("objdump", "objdump --version"),
    ("flame graphs", FLAME),
];

/// Flame graphs are drawn by a library of `cargo xtask` itself: its version is in the lock file.
const FLAME: &str =
    r#"sed -n '/^name = "inferno"$/{n;s/version = "\(.*\)"/inferno \1/p}' Cargo.lock"#;

/// What runs inside: a line for each tool, its name and the first line that it printed.
fn script() -> String {
    let lines = TOOLS.iter().map(|(name, command)| {
        format!("printf '%s\\t%s\\n' '{name}' \"$({command} 2>/dev/null | head -n 1)\"\n")
    });
    lines.collect()
}

/// The command line that asks the image.
pub(super) fn line(engine: &Engine, places: &Places, image: &str) -> Vec<String> {
    let mut container = Container::new(places, image, "none", &["sh", "-c", &script()]);
    container.name.push_str("-doctor");
    let mut args = container.arguments(engine);
    args.insert(1, "--rm".to_owned());
    engine.line(args)
}

/// Asks the engine and the image.
pub(super) fn inside(session: &Session<'_>) -> Result<Value, Failure> {
    let (engine, image) = (session.engine, session.image());
    let say = |name: &str, what: &str| {
        let state = if what.is_empty() { "MISSING" } else { "ok" };
        session.output.say(&format!("{state:<7} {name:<14} {what}"));
    };
    let (version, system, kernel) = (&engine.version, &engine.system, &engine.kernel);
    let cpus = engine.cpus;
    say(
        "engine",
        &format!("docker {version}, {system}, Linux {kernel}, {cpus} CPUs"),
    );
    say(
        "network",
        if engine.bridge {
            "containers' own"
        } else {
            "the host's"
        },
    );
    say(
        "compose",
        &compose().unwrap_or_else(|| "absent, and not needed".to_owned()),
    );
    let Some(built) = image.built() else {
        let what = "the image is not built";
        return Err(Failure::missing(what, "cargo xtask bench-linux build"));
    };
    say(
        "image",
        &format!("{} on {} ({})", image.tag(), built.base, built.id),
    );
    let asking = line(engine, session.places, &image.tag());
    let answer = Program::new(&asking[0], "install Docker's client")
        .args(&asking[1..])
        .output()?;
    let found = versions(&answer);
    for (name, version) in &found {
        say(name, version);
    }
    let tag = image.tag();
    let asked = session.options.privileged;
    let set = privilege::least(engine, session.places, &tag, &built.id, asked)?;
    say("perf samples", set.name);
    let missing: Vec<_> = found
        .iter()
        .filter(|(_, version)| version.is_empty())
        .collect();
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|(name, _)| *name).collect();
        let what = format!("the image lacks {}", names.join(", "));
        return Err(Failure::missing(what, "cargo xtask bench-linux build"));
    }
    let tools: Map<_, _> = found
        .into_iter()
        .map(|(name, version)| (name.to_owned(), Value::from(version)))
        .collect();
    Ok(json!({
        "task": "doctor", "engine": "docker", "engine_version": version, "kernel": kernel,
        "image": tag, "image_id": built.id, "base": built.base, "tools": tools,
        "perf_privileges": set.name,
    }))
}

/// The version of each tool; empty where it is missing.
fn versions(answer: &str) -> Vec<(&'static str, String)> {
    let version = |name: &str| {
        let mut lines = answer.lines().filter_map(|line| line.split_once('\t'));
        let found = lines.find(|(found, _)| *found == name);
        found.map(|(_, version)| version.trim().to_owned())
    };
    let tools = TOOLS.iter();
    tools
        .map(|(name, _)| (*name, version(name).unwrap_or_default()))
        .collect()
}

/// Compose is a plugin of the client, or a program of its own.
fn compose() -> Option<String> {
    let ask = |name: &str, args: &[&str]| {
        let answer = Program::new(name, "").args(args).output().ok()?;
        answer.lines().next().map(str::to_owned)
    };
    ask("docker", &["compose", "version"]).or_else(|| ask("docker-compose", &["--version"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_asked_and_the_silent_are_missing() {
        let script = script();
        for tool in [
            "python3", "rustc", "perf", "py-spy", "numpy", "asv", "valgrind",
        ] {
            assert!(script.contains(tool), "{tool}");
        }
        let found = versions("python\tPython 3.11.2\nperf\t\nasv\tasv 0.6.6\n");
        let version = |name: &str| {
            let mut versions = found.iter();
            versions
                .find(|(found, _)| *found == name)
                .unwrap()
                .1
                .as_str()
        };
        assert_eq!(version("python"), "Python 3.11.2");
        assert_eq!(version("perf"), "");
        assert_eq!(version("git"), "");
    }
}
