//! `raptors-bench kernels`: ufuncs at every instruction set of this CPU, timed in turns.

use std::{
    fs,
    hint::black_box,
    path::PathBuf,
    time::{Duration, Instant},
};

use lexopt::ValueExt as _;
use raptors_bench::{Buffer, buffer};
use raptors_kernels::{DType, In, Level, Loop, Out, Ufunc};
use serde_json::{Map, Value, json};

use crate::facts;

/// A sample is a batch of calls that takes so long: a clock's tick is a thousandth of it.
const BATCH: Duration = Duration::from_micros(200);
/// Samples of each level; the median counts.
const SAMPLES: usize = 15;

/// What is measured.
pub(crate) struct Options {
    ufuncs: Vec<Ufunc>,
    dtypes: Vec<DType>,
    levels: Vec<Level>,
    sizes: Vec<usize>,
    json: Option<PathBuf>,
}

impl Options {
    /// Reads the options; what makes no sense is told with the choices.
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let mut options = Self {
            ufuncs: Ufunc::ALL.to_vec(),
            dtypes: vec![DType::F32],
            levels: Level::available(),
            sizes: vec![1_000, 100_000],
            json: None,
        };
        while let Some(arg) = parser.next()? {
            match arg {
                lexopt::Arg::Long("ufuncs") => {
                    options.ufuncs = list(&mut parser, "ufunc", Ufunc::from_name, || {
                        names(Ufunc::ALL.iter().map(|ufunc| ufunc.name()))
                    })?;
                }
                lexopt::Arg::Long("dtypes") => {
                    options.dtypes = list(&mut parser, "dtype", DType::from_name, || {
                        names(DType::ALL.iter().map(|dtype| dtype.name()))
                    })?;
                }
                lexopt::Arg::Long("levels") => {
                    let available = Level::available();
                    let find = |word: &str| available.iter().copied().find(|l| l.name() == word);
                    options.levels = list(&mut parser, "level", find, || {
                        names(available.iter().map(|level| level.name()))
                    })?;
                }
                lexopt::Arg::Long("sizes") => {
                    let positive = |word: &str| word.parse().ok().filter(|&size| size > 0);
                    options.sizes = list(&mut parser, "number of elements", positive, || {
                        "whole numbers".to_owned()
                    })?;
                }
                lexopt::Arg::Long("json") => options.json = Some(parser.value()?.into()),
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

fn names<'a>(all: impl Iterator<Item = &'a str>) -> String {
    all.collect::<Vec<_>>().join(", ")
}

/// The values of a comma-separated option.
fn list<T>(
    parser: &mut lexopt::Parser,
    what: &str,
    find: impl Fn(&str) -> Option<T>,
    choices: impl Fn() -> String,
) -> Result<Vec<T>, lexopt::Error> {
    let text = parser.value()?.string()?;
    let unknown = |word| format!("unknown {what} {word:?}; choose from {}", choices());
    text.split(',')
        .map(|word| find(word).ok_or_else(|| unknown(word).into()))
        .collect()
}

/// Measures and prints a row for each ufunc, dtype and size; writes them as JSON where asked.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    // Under another name first, so that half a file is never taken for a result; at once, so that
    // nothing is measured that cannot be kept.
    let parted = |path: &PathBuf| {
        let part = path.with_extension("part");
        let made = fs::write(&part, "").map(|()| (part.clone(), path.clone()));
        made.map_err(|error| format!("cannot write {}: {error}", part.display()))
    };
    let file = options.json.as_ref().map(parted).transpose()?;
    print!("{:<22} {:<10} {:>9}", "ufunc", "dtype", "elements");
    for level in &options.levels {
        print!(" {:>9}", level.name());
    }
    println!("  best (ns per call)");
    let mut rows = Vec::new();
    for &ufunc in &options.ufuncs {
        for &dtype in options.dtypes.iter().filter(|&&dtype| ufunc.has(dtype)) {
            for &size in &options.sizes {
                let found = measure(ufunc, dtype, size, &options.levels);
                let Some(&(best, _)) = found.iter().min_by(|a, b| a.1.total_cmp(&b.1)) else {
                    continue;
                };
                print!("{:<22} {:<10} {size:>9}", ufunc.name(), dtype.name());
                for level in &options.levels {
                    match found.iter().find(|(known, _)| known == level) {
                        Some((_, ns)) => print!(" {ns:>9.1}"),
                        None => print!(" {:>9}", "–"),
                    }
                }
                println!("  {}", best.name());
                let levels: Map<String, Value> = found
                    .iter()
                    .map(|(level, ns)| (level.name().to_owned(), json!(ns)))
                    .collect();
                rows.push(json!({
                    "ufunc": ufunc.name(), "dtype": dtype.name(), "elements": size,
                    "levels": levels, "best": best.name(),
                }));
            }
        }
    }
    if let Some((part, path)) = file {
        let whole = json!({ "format": 1, "machine": facts::json(), "kernels": rows });
        fs::write(&part, format!("{whole:#}\n"))
            .and_then(|()| fs::rename(&part, &path))
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(())
}

/// Nanoseconds of one call at each level that has a loop of its own, the levels in turns.
fn measure(ufunc: Ufunc, dtype: DType, size: usize, levels: &[Level]) -> Vec<(Level, f64)> {
    // Some levels share the loop of the one below.
    let loops: Vec<(Level, Loop)> = levels
        .iter()
        .filter_map(|&level| Some((level, ufunc.bind(level, dtype)?)))
        .filter(|(level, bound)| bound.level() == *level)
        .collect();
    let Some((_, first)) = loops.first() else {
        return Vec::new();
    };
    let of = |dtypes: &[DType], seed| -> Vec<Box<dyn Buffer>> {
        let numbered = dtypes.iter().zip(seed..);
        numbered
            .map(|(&dtype, seed)| buffer(dtype, size, seed))
            .collect()
    };
    let (inputs, mut outputs) = (of(first.inputs(), 1), of(first.outputs(), 9));
    let inputs: Vec<In<'_>> = inputs.iter().map(|input| input.as_in()).collect();
    let mut outputs: Vec<Out<'_>> = outputs.iter_mut().map(|out| out.as_out()).collect();
    let mut batch = |bound: &Loop, calls: u32| {
        let begin = Instant::now();
        for _ in 0..calls {
            bound.run(black_box(&inputs), black_box(&mut outputs));
        }
        begin.elapsed()
    };
    let calls: Vec<u32> = loops
        .iter()
        .map(|(_, bound)| {
            let mut calls = 1;
            while batch(bound, calls) < BATCH && calls < 1 << 20 {
                calls *= 2;
            }
            calls
        })
        .collect();
    let mut samples = vec![Vec::with_capacity(SAMPLES); loops.len()];
    for _ in 0..SAMPLES {
        for (n, (_, bound)) in loops.iter().enumerate() {
            samples[n].push(batch(bound, calls[n]).as_nanos() as f64 / f64::from(calls[n]));
        }
    }
    let median = |mut taken: Vec<f64>| {
        taken.sort_by(f64::total_cmp);
        taken[taken.len() / 2]
    };
    let levels = loops.iter().map(|(level, _)| *level);
    levels.zip(samples.into_iter().map(median)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options, String> {
        Options::parse(lexopt::Parser::from_args(words)).map_err(|error| error.to_string())
    }

    #[test]
    fn every_option_takes_effect() {
        let words = "--ufuncs add,exp --dtypes float64 --levels scalar --sizes 8,16 --json x.json";
        let words: Vec<_> = words.split(' ').collect();
        let found = parse(&words).unwrap();
        assert_eq!(
            names(found.ufuncs.iter().map(|ufunc| ufunc.name())),
            "add, exp"
        );
        assert_eq!(found.dtypes, [DType::F64]);
        assert_eq!(
            names(found.levels.iter().map(|level| level.name())),
            "scalar"
        );
        assert_eq!(found.sizes, [8, 16]);
        assert_eq!(found.json.unwrap().to_str(), Some("x.json"));
    }

    #[test]
    fn what_is_unknown_is_told_with_the_choices() {
        for (option, value, choice) in [
            ("--ufuncs", "ad", "add, subtract"),
            ("--dtypes", "float33", "float32"),
            ("--levels", "mmx", "scalar"),
            ("--sizes", "0", "whole numbers"),
        ] {
            let error = parse(&[option, value]).err().unwrap();
            assert!(error.contains(value) && error.contains(choice), "{error}");
        }
        assert!(parse(&["--frobnicate"]).is_err());
    }

    #[test]
    fn every_level_that_has_a_loop_is_measured() {
        let ufunc = Ufunc::from_name("add").unwrap();
        let found = measure(ufunc, DType::F32, 64, &Level::available());
        assert!(!found.is_empty() && found.iter().all(|&(_, ns)| ns > 0.0));
    }
}
