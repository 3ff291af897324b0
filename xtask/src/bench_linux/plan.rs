//! `--dry-run`: the command lines that a task would run, in their order.

use std::{path::Path, time::Instant};

use serde_json::json;

use super::{
    Engine, Options, Places, Task,
    container::{Container, LABEL},
    inside, native,
    options::Choice,
    private, privilege, wheel,
};
use crate::failure::Failure;

/// A command line, and in which case it is run; always, where that is empty.
pub(super) struct Step {
    pub(super) line: Vec<String>,
    pub(super) when: String,
}

/// Words that stand for what is only known when a task runs.
const PLACEHOLDERS: &[(&str, &str)] = &[
    ("TIME", "when the run begins"),
    ("PID", "the number of the task's process"),
    ("HASH", "of what the image is built from"),
    ("IMAGE_ID", "the built image"),
    ("FOUND_BASE", "what it was built on"),
    ("ENGINE_VERSION", "the engine's"),
    ("OWNER", "user:group of who asks"),
    ("CONTAINERS", "those found"),
    ("IMAGES", "those found"),
    ("CODENAME", "this system's release"),
];

/// Prints what would be run; nothing is.
pub(super) fn show(options: &Options, places: &Places, begun: Instant) -> Result<(), Failure> {
    let native = || native::lines(places, options).into_iter().map(always);
    // The private engine is started where no other answers: none is asked.
    let private = matches!(options.task, Task::Engine(_));
    let found = (options.engine != Choice::Native && !private).then(|| Engine::found(begun));
    let (engine, steps) = match (options.engine, found) {
        _ if private => ("docker", steps(&Engine::assumed(), places, options)),
        (_, None) => ("native", native().collect()),
        (Choice::Auto, Some(Err(silent))) => {
            eprintln!("xtask: {}: this would run natively", silent.why);
            ("native", native().collect())
        }
        (_, Some(Err(silent))) => {
            eprintln!("xtask: {}: this is what would be run", silent.why);
            ("docker", steps(&Engine::assumed(), places, options))
        }
        (_, Some(Ok(engine))) => ("docker", steps(&engine, places, options)),
    };
    let words: Vec<_> = steps.iter().flat_map(|step| &step.line).collect();
    let unknown: Vec<_> = PLACEHOLDERS
        .iter()
        .filter(|(name, _)| words.iter().any(|word| word.contains(name)))
        .map(|(name, meaning)| format!("{name} ({meaning})"))
        .collect();
    if !unknown.is_empty() {
        eprintln!("xtask: known only at run time: {}", unknown.join(", "));
    }
    if let Some(json) = &options.json {
        let lines: Vec<_> = steps.iter().map(|step| &step.line).collect();
        let when: Vec<_> = steps.iter().map(|step| &step.when).collect();
        let plan = json!({
            "task": options.task.name(), "engine": engine, "commands": lines, "when": when,
            "placeholders": unknown,
        });
        return super::tell(json, &plan);
    }
    if steps.is_empty() {
        eprintln!("xtask: nothing would be run");
    }
    for step in steps {
        println!("{}", text(&step));
    }
    Ok(())
}

/// A step as a line of a shell.
fn text(step: &Step) -> String {
    let line = quoted(&step.line);
    if step.when.is_empty() {
        line
    } else {
        format!("{line}  # {}", step.when)
    }
}

pub(super) fn always(line: Vec<String>) -> Step {
    let when = String::new();
    Step { line, when }
}

pub(super) fn only(when: impl Into<String>, line: Vec<String>) -> Step {
    let when = when.into();
    Step { line, when }
}

/// The command lines of a task in a container, from nothing. What only asks an engine is left out, but for
/// what `clean` lists.
pub(super) fn steps(engine: &Engine, places: &Places, options: &Options) -> Vec<Step> {
    let session = inside::Session::new(engine, places, options);
    let image = session.image();
    let tag = image.tag();
    let mut steps = match options.task {
        Task::Clean | Task::Engine(_) | Task::Doctor => vec![],
        _ => image.steps(),
    };
    if !matches!(options.task, Task::Run(_) | Task::Shell) && !steps.is_empty() {
        steps.push(always(inside::FETCH.map(str::to_owned).to_vec()));
        steps.extend(wheel::line(options, places).map(always));
        let mut container = inside::preparing(engine, places, &tag);
        container.variables.extend(wheel::variable(options));
        steps.extend(life(engine, container, ""));
        steps.extend(life(engine, session.giving("OWNER"), GIVING));
    }
    match &options.task {
        Task::Bench | Task::FullSuite => {
            let folder = match options.resume.as_deref().and_then(Path::file_name) {
                Some(run) => format!("{}/{}", super::places::RESULTS, run.to_string_lossy()),
                None => format!("{}/TIME.partial", super::places::RESULTS),
            };
            let mut container = session.container("none", &inside::bench(options, &folder));
            container.variables.extend(session.facts(&image.planned()));
            steps.extend(life(engine, container, ""));
        }
        Task::OnOp(command, operands) => {
            let container = session.container("none", &inside::task(options, operands));
            steps.extend(if command.samples {
                sampled(engine, places, options, &container)
            } else {
                life(engine, container, "").into()
            });
        }
        Task::Run(_) | Task::Shell => {
            steps.extend(wheel::line(options, places).map(always));
            let container = session.typed();
            steps.extend(if options.perf {
                sampled(engine, places, options, &container)
            } else {
                life(engine, container, "").into()
            });
        }
        Task::Doctor => steps.push(always(super::doctor::line(engine, places, &tag))),
        Task::Clean => {
            let found = |line: &[&str], name: &str| {
                only(
                    "where there are any",
                    engine.line(line.iter().copied().chain([name])),
                )
            };
            let filter = format!("label={}={}", LABEL, places.identity());
            let list = |line: &[&str]| {
                let filter = ["--all", "--quiet", "--filter", &filter];
                always(engine.line(line.iter().copied().chain(filter)))
            };
            steps.push(list(&["ps"]));
            steps.push(found(&["rm", "--force", "--volumes"], "CONTAINERS"));
            steps.push(list(&["images"]));
            steps.push(found(&["rmi", "--force"], "IMAGES"));
            steps.extend(private::ending(places).map(always));
            let own = places.own.display().to_string();
            steps.push(always(["rm", "-r", &own].map(str::to_owned).to_vec()));
        }
        Task::Engine(true) => steps.push(always(private::line(places))),
        Task::Engine(false) => steps.extend(private::ending(places).map(always)),
        Task::Build | Task::Prepare | Task::Help => {}
    }
    if matches!(
        options.task,
        Task::Bench | Task::FullSuite | Task::OnOp(..) | Task::Run(_) | Task::Shell
    ) {
        steps.extend(life(engine, session.giving("OWNER"), GIVING));
    }
    steps
}

/// When a container gives files to who asked for them.
const GIVING: &str = "where files of root's are left that this user may not give away";

/// A container with each set of permissions with which perf may sample, after what tries the set.
fn sampled(
    engine: &Engine,
    places: &Places,
    options: &Options,
    container: &Container,
) -> Vec<Step> {
    let mut steps = vec![];
    for (number, set) in privilege::sets(options.privileged).enumerate() {
        if *set != privilege::NOTHING {
            let when = if number == 0 {
                ""
            } else {
                "where those before cannot sample"
            };
            let probe = privilege::probing(places, &container.image, set);
            steps.extend(life(engine, probe, when));
        }
        let when = if *set == privilege::NOTHING {
            "where none of them samples".to_owned()
        } else {
            format!("where that samples: {}", set.name)
        };
        let mut container = container.clone();
        container.privileges = set.arguments;
        steps.extend(life(engine, container, &when));
    }
    steps
}

/// A container's run and its removal.
fn life(engine: &Engine, mut container: Container, when: &str) -> [Step; 2] {
    container.name = format!("raptors-bench-{}-PID", container.identity);
    let removed = engine.line(["rm", "--force", "--volumes", &container.name]);
    [
        only(when, engine.line(container.arguments(engine))),
        only(when, removed),
    ]
}

/// As a shell would read it.
pub(super) fn quoted(line: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@%+|".contains(c);
    let words = line.iter().map(|word| {
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{
        super::{options, places::tests::host},
        *,
    };

    fn planned(line: &str) -> Vec<String> {
        let args: Vec<_> = line.split_whitespace().map(Into::into).collect();
        let options = options::parse(&args).unwrap();
        let steps = steps(&Engine::assumed(), &host(), &options);
        steps.iter().map(text).collect()
    }

    #[test]
    fn a_bench_is_pulled_built_prepared_and_timed_without_a_network() {
        let lines = planned("bench --cpus 0-1 --memory 4g --base registry -- --quick");
        let begins = [
            "docker pull --quiet",
            "docker build",
            "docker image prune",
            "cargo fetch --locked",
            "docker run",
            "docker rm",
            "docker run",
            "docker rm",
            "docker run",
            "docker rm",
            "docker run",
            "docker rm",
        ];
        assert_eq!(lines.len(), begins.len(), "{lines:#?}");
        for (line, begin) in lines.iter().zip(begins) {
            assert!(line.starts_with(begin), "{line}");
        }
        assert!(lines[4].contains("--network=bridge"));
        assert!(lines[4].ends_with("cargo xtask bench-linux prepare"));
        assert!(lines[6].contains("chown -hR --from=0 OWNER /workspace/results /target  # where"));
        assert!(lines[8].contains("--network=none --cpuset-cpus=0-1 --memory=4g"));
        for fact in [
            "CPUSET=0-1",
            "MEMORY=4g",
            "IMAGE=IMAGE_ID",
            "BASE=ubuntu:22.04",
        ] {
            assert!(
                lines[8].contains(&format!("--env RAPTORS_BENCH_{fact}")),
                "{}",
                lines[8]
            );
        }
        let end = "cargo xtask bench --output /workspace/results/TIME.partial --quick";
        assert!(lines[8].ends_with(end), "{}", lines[8]);
    }

    #[test]
    fn a_base_that_cannot_be_pulled_is_shown_too() {
        let text = planned("build").join("\n");
        assert!(
            text.contains("docker import") && text.contains("BASE=raptors-base:"),
            "{text}"
        );
    }

    #[test]
    fn a_profile_is_shown_with_what_lets_it_sample() {
        let lines = planned("profile sum 1K float32");
        let mut sampled = lines.iter().filter(|line| line.contains("xtask profile"));
        assert!(sampled.next().unwrap().contains("--cap-add=PERFMON"));
        assert!(sampled.next().unwrap().contains("--cap-add=SYS_ADMIN"));
        assert_eq!(
            lines
                .iter()
                .filter(|line| line.contains("perf record"))
                .count(),
            3
        );
    }

    #[test]
    fn every_subcommand_runs_its_native_command_inside() {
        for (task, end) in [
            ("build", "cargo xtask bench-linux prepare"),
            (
                "run whoami",
                "--interactive raptors-bench:TAG sh -c 'PATH=/target/xtask/venv/bin:$PATH; whoami'",
            ),
            ("shell", "exec bash'"),
            (
                "profile sum 512x512 float32 both -- --top 5",
                "cargo xtask profile sum 512x512 float32 both --top 5",
            ),
            (
                "validate sum 1K float64",
                "cargo xtask validate sum 1K float64",
            ),
            (
                "full-suite",
                "cargo xtask bench --suite full --output /workspace/results/TIME.partial",
            ),
            ("clean", "rm -r /home/ada/raptors/target/bench-linux"),
        ] {
            let lines = planned(task);
            let end = end.replace("TAG", &host().identity());
            let ends = |line: &String| line.split("  # ").next().unwrap().ends_with(&end);
            assert!(lines.iter().any(ends), "{task}: {lines:?}");
        }
        for task in ["run whoami", "shell"] {
            assert!(!planned(task).join(" ").contains("prepare"), "{task}");
        }
        assert!(planned("engine start")[0].starts_with("dockerd"));
    }

    #[test]
    fn no_plan_is_privileged_or_throttled() {
        for task in [
            "bench",
            "profile sum 1K float32",
            "shell",
            "full-suite",
            "doctor",
        ] {
            let text = planned(task).join("\n");
            assert!(
                !text.contains("--privileged") && !text.contains("--cpus"),
                "{text}"
            );
        }
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        let line = ["a", "b c", "it's", ""].map(str::to_owned);
        assert_eq!(quoted(&line), r"a 'b c' 'it'\''s' ''");
    }
}
