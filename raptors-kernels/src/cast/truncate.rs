//! Truncation of floats to integers, branch-free, with the results that x86-64 and NumPy's loops
//! have: NaN and what does not fit in the signed type gives its minimum, and the upper half of an
//! unsigned type is reached by subtracting and adding it back.

use crate::{dtype::Element, isa::Isa};

/// Truncates the common length of `from` and `to`, where the level has no instruction for it.
#[inline(always)]
pub(crate) fn run<I: Isa, F: Element>(isa: I, from: &[F], to: &mut [i32], f: impl Fn(F) -> i32) {
    isa.vectorize(
        #[inline(always)]
        || {
            for (out, &x) in to.iter_mut().zip(from) {
                *out = f(I::element(x));
            }
        },
    );
}

macro_rules! truncate {
    ($($name:ident: $float:ty => $int:ty;)*) => {$(
        /// `x` without its fraction.
        #[inline(always)]
        pub(crate) fn $name(x: $float) -> $int {
            const LEAST: $float = <$int>::MIN as $float;
            let x = if (LEAST..-LEAST).contains(&x) { x } else { LEAST };
            // SAFETY: NaN and what is outside the range of the integer became its minimum.
            unsafe { x.to_int_unchecked() }
        }
    )*};
}
truncate!(
    i32_from_f32: f32 => i32;
    i32_from_f64: f64 => i32;
    i64_from_f64: f64 => i64;
);
