//! Powers of negative bases and of zeros with AVX-512, from those of positive ones.

use super::{x86_exp, x86_exp32, x86_sixteen::Sixteen, x86_wide::Wide};
use crate::isa::Avx512;

/// `x^y`, and whether one may be wrong or odd, from what `$positive` gives for positive, normal bases. Wrong are
/// powers of other magnitudes but zero, those of what is no number, and those of exponents whose parity the lowest
/// bit of a sum does not tell.
macro_rules! any_base {
    ($name:ident, $Pair:ident of $number:ident, $positive:path, $sign:expr, $last:literal) => {
        #[inline(always)]
        pub(super) fn $name(x: $Pair, y: $Pair) -> ($Pair, bool) {
            /// Numbers from here on are integers.
            const INTEGERS: $number = 1.0 / $number::EPSILON;
            let (powers, odd) = $positive(x, y);
            if !odd || x.is_usual().is_all() {
                return (powers, odd);
            }
            let (zero, one, size) = (x.all(0.0), x.all(1.0), y.abs());
            let some = x.abs().above(zero);
            let (powers, odd) = $positive(one.or_where(some, x.abs()), y);
            // Zero to the power of zero is one, as it is now.
            let (rising, falling) = (y.above(zero), zero.above(y));
            let (rising, falling) = (rising ^ (rising & some), falling ^ (falling & some));
            let infinite = one.all($number::INFINITY);
            let powers = powers.or_where(rising, zero).or_where(falling, infinite);
            let shifted = size + INTEGERS;
            let whole = shifted - INTEGERS;
            let broken = whole.above(size) ^ size.above(whole);
            let signed = x.has::<{ $sign }>();
            let flipped = powers.flipped_by::<$last>(shifted);
            let powers = powers.or_where(signed ^ (signed & broken), flipped);
            let none = zero.above(x) & broken;
            let usual = falling.is_none() & none.is_none() & !x.is_infinite_or_nan();
            let right = usual & size.all(INTEGERS).above(size).is_all();
            (powers.or_where(none, x.all($number::NAN)), odd | !right)
        }
    };
}
any_base!(power, Wide of f64, x86_exp::power, i64::MIN, 63);
any_base!(power_single, Sixteen of f32, x86_exp32::power, i32::MIN, 31);

/// As the body of this name, for arrays; whether one of the pairs may be rare or has an odd result.
#[inline(always)]
pub(super) fn power_pack(isa: Avx512, x: &[f64; 16], y: &[f64; 16], out: &mut [f64; 16]) -> bool {
    let (powers, odd) = power(Wide::load(isa, x), Wide::load(isa, y));
    powers.store(out);
    odd
}
