//! Laws of folds: every level, a naive reference in the documented order, and the tree.

use super::*;
use crate::dtype::{Bool, Complex32, Complex64, Element};

/// Numbers that only look random: NumPy's `(i * 1103515245 + 12345) % 2**31 / 2**31 - 0.5`.
fn number(i: usize) -> f64 {
    let x = (i as u64).wrapping_mul(1_103_515_245).wrapping_add(12_345) % (1 << 31);
    x as f64 / (1u64 << 31) as f64 - 0.5
}

fn sample<T: Element>(n: usize, from: impl Fn(f64, f64) -> T) -> Vec<T> {
    (0..n)
        .map(|i| from(number(2 * i), number(2 * i + 1)))
        .collect()
}

/// Calls `$body` with the run `$x` of `$n` numbers of each dtype that loops compute in.
macro_rules! for_each_dtype {
    ($n:expr, $x:ident => $body:expr) => {{
        for_each_dtype!(@ $n, $x, $body, i8 100.0, i16 1e4, i32 1e9, i64 1e18, u8 100.0, u16 1e4,
            u32 1e9, u64 1e18, f32 1.0, f64 1.0);
        let $x = sample($n, |re, _| Bool::from(re > 0.0));
        $body;
        let $x = sample($n, |re, im| Complex32::new(re as f32, im as f32));
        $body;
        let $x = sample($n, Complex64::new);
        $body;
    }};
    (@ $n:expr, $x:ident, $body:expr, $($t:ty = $scale:literal),*) => {};
    (@ $n:expr, $x:ident, $body:expr, $($t:ident $scale:literal),*) => {$(
        let $x = sample($n, |re, _| (re * $scale) as $t);
        $body;
    )*};
}

const LENGTHS: &[usize] = &[10_000, 65_536, 100_003];

fn lengths() -> impl Iterator<Item = usize> {
    (0..600).chain(LENGTHS.iter().copied())
}

fn bits(x: Option<Scalar>) -> Option<(DType, Vec<u8>)> {
    x.map(|x| (x.dtype(), x.as_in().bytes().to_vec()))
}

/// The fold through [`split`] and [`combine`], down to the leaves.
fn by_parts(fold: Fold, level: Level, accumulator: DType, x: In<'_>) -> Option<Scalar> {
    let Some(middle) = split(accumulator, x.len()) else {
        return super::fold(fold, level, x);
    };
    with_dtype!(x.dtype(), T => {
        let (a, b) = x.of::<T>().split_at(middle);
        let a = by_parts(fold, level, accumulator, In::from(a))?;
        let b = by_parts(fold, level, accumulator, In::from(b))?;
        Some(combine(fold, &a, &b))
    })
}

#[test]
fn every_level_and_the_parts_give_the_same_bits() {
    for n in lengths() {
        for_each_dtype!(n, x => {
            let x = In::from(&x[..]);
            for &fold in Fold::ALL {
                let Some(accumulator) = fold.accumulator(x.dtype()) else { continue };
                let expected = bits(super::fold(fold, Level::available()[0], x));
                assert_eq!(expected.is_none(), n == 0 && identity(fold, x.dtype()).is_none());
                for level in Level::available() {
                    let whole = bits(super::fold(fold, level, x));
                    assert_eq!(whole, expected, "{fold:?} of {n} {:?} at {level:?}", x.dtype());
                }
                let parts = bits(by_parts(fold, Level::get(), accumulator, x));
                assert_eq!(parts, expected, "parts of {fold:?} of {n} {:?}", x.dtype());
            }
        });
    }
}
