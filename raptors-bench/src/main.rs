//! `raptors-bench`: what this machine is, and which instruction sets the kernels use on it.

use std::process::ExitCode;

use raptors_kernels::{DType, Level, Ufunc};

const USAGE: &str = "usage: raptors-bench [--ufuncs]

Prints the processor, cores, caches and instruction sets that Raptors sees.
--ufuncs   also prints, for each ufunc, the dtypes that have loops";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => machine(),
        ["--ufuncs"] => {
            machine();
            ufuncs();
        }
        ["-h" | "--help"] => println!("{USAGE}"),
        ["-V" | "--version"] => println!("raptors-bench {}", env!("CARGO_PKG_VERSION")),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
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
