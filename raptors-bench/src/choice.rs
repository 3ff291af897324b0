//! The element types and sizes that the Criterion benches run on.

use raptors_kernels::DType;
use std::env;

/// Element types and numbers of elements.
pub struct Choice {
    /// From `RAPTORS_BENCH_DTYPES`, or float32 and float64.
    pub dtypes: Vec<DType>,
    /// From `RAPTORS_BENCH_SIZES`, or 100 to a million.
    pub sizes: Vec<usize>,
}

impl Choice {
    /// What the environment asks for.
    ///
    /// # Panics
    ///
    /// If a word is no value: a bench run with a wrong name should not look like a short one.
    pub fn from_env() -> Self {
        let text = |variable: &str, default: &str| {
            env::var(variable).unwrap_or_else(|_| default.to_owned())
        };
        let dtypes = text("RAPTORS_BENCH_DTYPES", "float32,float64");
        let sizes = text("RAPTORS_BENCH_SIZES", "100,1000,10000,100000,1000000");
        Self {
            dtypes: words(&dtypes, DType::from_name),
            sizes: words(&sizes, |word| word.parse().ok()),
        }
    }
}

/// The values of comma-separated words.
fn words<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let word = |word: &str| parse(word).unwrap_or_else(|| panic!("what is {word:?}?"));
    text.split(',').map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_values() {
        assert_eq!(words("1,20", |word| word.parse::<usize>().ok()), [1, 20]);
        assert_eq!(
            words("float32,bool", DType::from_name),
            [DType::F32, DType::Bool]
        );
    }

    #[test]
    #[should_panic(expected = "what is \"float33\"?")]
    fn a_wrong_word_ends_the_run() {
        words("float32,float33", DType::from_name);
    }
}
