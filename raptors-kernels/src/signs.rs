//! Comparisons of signed with unsigned 64-bit integers, which no integer type holds both of.
#![allow(
    clippy::needless_bitwise_bool,
    reason = "`&&` and `||` branch, which stops vectorizing"
)]

use crate::{dtype::Bool, isa::Isa, isa::Level, ufuncs::Ufunc, with_isa};

/// Compares pair by pair, `unsigned` first if `turned`: whether `ufunc` is a comparison.
///
/// # Panics
///
/// If the runs have different lengths.
pub fn compare(
    level: Level,
    ufunc: Ufunc,
    (signed, unsigned): (&[i64], &[u64]),
    turned: bool,
    out: &mut [Bool],
) -> bool {
    assert_eq!(signed.len(), out.len(), "runs of different lengths");
    assert_eq!(unsigned.len(), out.len(), "runs of different lengths");
    let ufunc = match ufunc {
        Ufunc::less if turned => Ufunc::greater,
        Ufunc::less_equal if turned => Ufunc::greater_equal,
        Ufunc::greater if turned => Ufunc::less,
        Ufunc::greater_equal if turned => Ufunc::less_equal,
        other => other,
    };
    with_isa!(level, isa => {
        // A negative number is less than all unsigned ones; the others are compared as such.
        match ufunc {
            Ufunc::equal => run(isa, signed, unsigned, out, |low, x, y| !low & (x == y)),
            Ufunc::not_equal => run(isa, signed, unsigned, out, |low, x, y| low | (x != y)),
            Ufunc::less => run(isa, signed, unsigned, out, |low, x, y| low | (x < y)),
            Ufunc::less_equal => run(isa, signed, unsigned, out, |low, x, y| low | (x <= y)),
            Ufunc::greater => run(isa, signed, unsigned, out, |low, x, y| !low & (x > y)),
            Ufunc::greater_equal => run(isa, signed, unsigned, out, |low, x, y| !low & (x >= y)),
            _ => return false,
        }
    });
    true
}

#[inline(always)]
fn run<I: Isa>(
    isa: I,
    signed: &[i64],
    unsigned: &[u64],
    out: &mut [Bool],
    compare: impl Fn(bool, u64, u64) -> bool,
) {
    isa.vectorize(
        #[inline(always)]
        || {
            for ((out, &x), &y) in out.iter_mut().zip(signed).zip(unsigned) {
                let x = I::element(x);
                *out = Bool::from(compare(x < 0, x as u64, y));
            }
        },
    );
}
