//! `raptors-bench`: what Raptors sees of the machine, in words or as JSON.

use raptors_dispatch::machine::Cache;
use raptors_kernels::{DType, Level, Ufunc};
use serde_json::{Value, json};

fn level() -> (&'static str, Option<String>) {
    match Level::from_env() {
        Ok(level) => (level.name(), None),
        Err(error) => (Level::get().name(), Some(error.to_string())),
    }
}

/// The facts in lines.
pub(crate) fn print() {
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
    println!("levels     {}", levels().join(", "));
    match level() {
        (name, None) => println!("level      {name}"),
        (name, Some(error)) => println!("level      {name} ({error})"),
    }
    println!("ufuncs     {}", Ufunc::ALL.len());
}

/// The facts as JSON.
pub(crate) fn json() -> Value {
    let machine = raptors_dispatch::machine();
    let cache = |cache: Cache| json!({ "bytes": cache.bytes, "sharers": cache.sharers });
    let (level, level_error) = level();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "cpu": machine.cpu.clone(), "cores": machine.cores,
        "l1": cache(machine.l1), "l2": cache(machine.l2), "l3": cache(machine.l3),
        "figures": machine.source.to_string(),
        "profile_error": machine.profile_error.as_ref().map(ToString::to_string),
        "levels": levels(), "level": level, "level_error": level_error,
        "ufuncs": Ufunc::ALL.len(),
    })
}

fn levels() -> Vec<&'static str> {
    Level::available()
        .iter()
        .map(|level| level.name())
        .collect()
}

/// For each ufunc the dtypes that have loops.
pub(crate) fn loops() -> Vec<(&'static str, Vec<&'static str>)> {
    let dtypes = |ufunc: Ufunc| {
        let found = DType::ALL.iter().filter(|&&dtype| ufunc.has(dtype));
        found.map(|dtype| dtype.name()).collect()
    };
    let ufuncs = Ufunc::ALL.iter();
    ufuncs.map(|&ufunc| (ufunc.name(), dtypes(ufunc))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ufunc_has_loops() {
        let loops = loops();
        assert_eq!(loops.len(), Ufunc::ALL.len());
        assert!(loops.iter().all(|(_, dtypes)| !dtypes.is_empty()));
        let add = loops.iter().find(|(name, _)| *name == "add").unwrap();
        assert!(add.1.contains(&"float32"));
    }
}
