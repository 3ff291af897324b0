//! `--dry-run`: the command lines that a task would run, in their order.

use serde_json::json;

use super::{
    Engine, Options, Places, Task,
    container::{Container, Output, Terminal},
    image::Image,
    inside, native,
    options::Choice,
    private,
};
use crate::failure::Failure;

/// Prints what would be run; nothing is.
pub(super) fn show(options: &Options, places: &Places) -> Result<(), Failure> {
    let found = (options.engine != Choice::Native).then(Engine::found);
    let (engine, lines) = match (options.engine, found) {
        (_, None) => ("native", native::lines(places, options)),
        (Choice::Auto, Some(Err(silent))) => {
            eprintln!("xtask: {}: this would run natively", silent.why);
            ("native", native::lines(places, options))
        }
        (_, Some(Err(silent))) => {
            eprintln!("xtask: {}: this is what would be run", silent.why);
            ("docker", lines(&Engine::assumed(), places, options))
        }
        (_, Some(Ok(engine))) => ("docker", lines(&engine, places, options)),
    };
    if options.json.is_some() {
        let plan = json!({"task": options.task.name(), "engine": engine, "commands": lines});
        return super::tell(
            options.json.as_ref().unwrap_or(&super::Json::Printed),
            &plan,
        );
    }
    for line in lines {
        println!("{}", quoted(&line));
    }
    Ok(())
}

/// The command lines of a task in a container, from nothing.
pub(super) fn lines(engine: &Engine, places: &Places, options: &Options) -> Vec<Vec<String>> {
    let image = Image {
        engine,
        places,
        options,
        output: Output::Shown,
    };
    let tag = image.tag();
    let label = format!("--filter=label=raptors.bench={}", places.identity());
    let line = |container: Container| engine.line(container.arguments(engine));
    let command = |network, words: &[&str]| {
        let mut container = Container::new(places, &tag, network, words);
        container.cpus.clone_from(&options.cpus);
        container.memory.clone_from(&options.memory);
        container
    };
    let mut lines = match options.task {
        Task::Clean | Task::Engine(_) | Task::Doctor => vec![],
        _ => {
            let mut lines = image.lines();
            lines.push(line(inside::preparing(engine, places, &tag)));
            lines
        }
    };
    match &options.task {
        Task::Bench | Task::FullSuite => {
            let folder = format!("{}/TIME.partial", super::places::RESULTS);
            let words = inside::bench(options, &folder);
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            lines.push(line(command("none", &words)));
        }
        Task::Profile(operands) | Task::Validate(operands) => {
            let words = inside::task(options, operands);
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            lines.push(line(command("none", &words)));
        }
        Task::Run(text) => lines.push(line(command(engine.network(), &["sh", "-c", text]))),
        Task::Shell => {
            let mut shell = command(engine.network(), &["bash"]);
            shell.terminal = Terminal::Screen;
            lines.push(line(shell));
        }
        Task::Doctor => lines.push(line(super::doctor::asking(places, &tag))),
        Task::Clean => {
            lines.push(engine.line(["ps", "--all", "--quiet", &label]));
            lines.push(engine.line(["images", "--all", "--quiet", &label]));
            let own = places.own.display().to_string();
            lines.push(["rm", "-r", &own].map(str::to_owned).to_vec());
        }
        Task::Engine(true) => lines.push(private::line(places)),
        Task::Engine(false) | Task::Build | Task::Prepare | Task::Help => {}
    }
    lines
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
        let lines = lines(&Engine::assumed(), &host(), &options);
        lines.iter().map(|line| quoted(line)).collect()
    }

    #[test]
    fn a_bench_is_pulled_built_prepared_and_timed_without_a_network() {
        let lines = planned("bench --cpus 0-1 --memory 4g -- --quick");
        let begins = ["docker pull", "docker build", "docker run", "docker run"];
        assert_eq!(lines.len(), begins.len());
        for (line, begin) in lines.iter().zip(begins) {
            assert!(line.starts_with(begin), "{line}");
        }
        assert!(lines[2].contains("--network=bridge"));
        assert!(lines[2].ends_with("cargo xtask bench-linux prepare"));
        assert!(lines[3].contains("--network=none --cpuset-cpus=0-1 --memory=4g"));
        let end = "cargo xtask bench --output /workspace/results/TIME.partial --quick";
        assert!(lines[3].ends_with(end), "{}", lines[3]);
    }

    #[test]
    fn every_subcommand_runs_its_native_command_inside() {
        for (task, end) in [
            ("build", "cargo xtask bench-linux prepare"),
            ("run whoami", "sh -c whoami"),
            ("shell", "bash"),
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
            assert!(lines.last().unwrap().ends_with(end), "{task}: {lines:?}");
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
