//! `raptors-bench`: what this machine is, which instruction sets the kernels use on it, and how fast
//! it is.

use std::process::ExitCode;

use raptors_array::tune;
use raptors_kernels::{DType, Level, Ufunc};

const USAGE: &str = "usage: raptors-bench [--ufuncs]
       raptors-bench tune [--dry-run] [--check]

Prints the processor, cores, caches and instruction sets that Raptors sees.
--ufuncs   also prints, for each ufunc, the dtypes that have loops

tune measures speeds and costs in less than five seconds, prints them and keeps them in the user's
cache folder (RAPTORS_PROFILE names another file) for all plans from now on.
--dry-run  keeps nothing
--check    compares predicted with measured times of typical operations";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => machine(),
        ["--ufuncs"] => {
            machine();
            ufuncs();
        }
        ["tune", ref options @ ..] => return tune(options),
        ["-h" | "--help"] => println!("{USAGE}"),
        ["-V" | "--version"] => println!("raptors-bench {}", env!("CARGO_PKG_VERSION")),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn tune(options: &[&str]) -> ExitCode {
    if let Some(wrong) = options
        .iter()
        .find(|o| !["--dry-run", "--check"].contains(o))
    {
        eprintln!("what is {wrong}?\n{USAGE}");
        return ExitCode::from(2);
    }
    let report = match tune::measure() {
        Ok(report) => report,
        Err(error) => return failed(&error),
    };
    println!("{report}");
    if options.contains(&"--dry-run") {
        println!("not kept: plans are made as before");
    } else {
        match tune::keep(&report) {
            Ok(path) => println!("kept in {}", path.display()),
            Err(error) => return failed(&error),
        }
    }
    if options.contains(&"--check") {
        match tune::check() {
            Ok(check) => println!("\n{check}"),
            Err(error) => return failed(&error),
        }
    }
    ExitCode::SUCCESS
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("raptors-bench: {error}");
    ExitCode::FAILURE
}

fn machine() {
    let machine = raptors_dispatch::machine();
    println!("processor  {}", machine.cpu);
    println!("cores      {}", machine.cores);
    for (name, cache) in [("L1", machine.l1), ("L2", machine.l2), ("L3", machine.l3)] {
        let (kib, sharers) = (cache.bytes >> 10, cache.sharers);
        println!("{name}         {kib} KiB, for {sharers} of the cores");
    }
    println!("figures    {}", machine.source);
    if let Some(error) = &machine.profile_error {
        println!("           ignored: {error}");
    }
    let levels: Vec<_> = Level::available()
        .iter()
        .map(|level| level.name())
        .collect();
    println!("levels     {}", levels.join(", "));
    match Level::from_env() {
        Ok(level) => println!("level      {}", level.name()),
        Err(error) => println!("level      {} ({error})", Level::get().name()),
    }
    println!("ufuncs     {}", Ufunc::ALL.len());
}

fn ufuncs() {
    for &ufunc in Ufunc::ALL {
        let dtypes = DType::ALL.iter().filter(|&&dtype| ufunc.has(dtype));
        let names: Vec<_> = dtypes.map(|dtype| dtype.name()).collect();
        println!("{:<24} {}", ufunc.name(), names.join(" "));
    }
}
