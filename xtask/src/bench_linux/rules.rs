//! Which options and arguments of `cargo xtask bench-linux` do not go together.

use super::options::{Base, Choice, Options, Task};
use crate::failure::Failure;

/// How a command with options of its own is given to `run`.
pub(super) const QUOTED: &str = "; quote what is to run there: run \"ls -l\"";

/// What does not go together.
pub(super) fn check(options: &Options) -> Result<(), Failure> {
    let usage = |message: &str| Err(Failure::Usage(message.to_owned()));
    let benches = matches!(options.task, Task::Bench | Task::FullSuite);
    let on_op = match &options.task {
        Task::OnOp(command, _) => Some(*command),
        _ => None,
    };
    let typed = matches!(options.task, Task::Run(_) | Task::Shell);
    let samples = on_op.is_some_and(|command| command.samples) || (typed && options.perf);
    // Whether one of these options stands among the words for a bench inside.
    let inside = |names: &[&str]| {
        let name = |word: &String| names.contains(&word.split('=').next().unwrap_or_default());
        benches && options.rest.iter().any(name)
    };
    if options.resume.is_some() && !benches {
        return usage("--resume goes with bench and full-suite");
    }
    let takes = benches || on_op.is_some();
    if !options.rest.is_empty() && matches!(options.task, Task::Run(_)) {
        return Err(Failure::Usage(format!("run takes one command{QUOTED}")));
    }
    if !options.rest.is_empty() && !takes {
        return usage(
            "only bench, full-suite, profile and other commands about an op take arguments after --",
        );
    }
    if inside(&["--output", "--resume", "--json"]) {
        return usage(
            "a path after -- is one inside: use --results, --resume, --json=FILE before it",
        );
    }
    if inside(&["--report", "--log", "--readme", "--help", "-h"]) {
        return usage("what measures nothing needs no container: cargo xtask bench");
    }
    if options.perf && !typed {
        return usage("--perf goes with run and shell: profile, asm and their like need no leave");
    }
    if options.privileged && !samples && options.task != Task::Doctor {
        return usage(
            "--privileged goes with what samples: profile, asm, perfstat, deep-profile, doctor, \
             and run or shell with --perf",
        );
    }
    let nothing_measured = matches!(options.task, Task::Clean | Task::Doctor | Task::Engine(_));
    if options.wheel.is_some() && nothing_measured {
        return usage(
            "--wheel goes with what measures: build, bench, full-suite, profile, run ...",
        );
    }
    if options.base_image.is_some() && options.base == Base::Local {
        return usage("--base local makes its own base: leave --base-image out");
    }
    if options.memory.is_some() && options.engine == Choice::Native {
        return usage("--memory limits a container: leave it out with --engine native");
    }
    let based = options.base != Base::Auto || options.base_image.is_some();
    if based && options.engine == Choice::Native {
        return usage(
            "--base and --base-image say what an image is built on: leave them out with --engine native",
        );
    }
    Ok(())
}
