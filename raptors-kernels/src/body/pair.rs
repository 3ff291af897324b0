//! Arithmetic that keeps what rounding loses: unevaluated sums of two numbers, and polynomials.
//!
//! Method: Dekker, "A floating-point technique for extending the available precision" (1971).

use crate::{isa::Isa, number::Float};

/// `c0 + c1 x + c2 x^2 + ...` as `c0 + x q(x)`, with `q` in Estrin's order: pairs, then pairs of
/// pairs. Loops wait for the longest chain of operations, which is short so.
macro_rules! polynomial {
    ($isa:ty, $x:expr; $c:expr $(,)?) => { $c };
    ($isa:ty, $x:expr; $c:expr, $($rest:expr),+ $(,)?) => {{
        let x = $x;
        $crate::number::Float::mul_add::<$isa>(
            $crate::body::pair::polynomial!(@all $isa, x; $($rest),+), x, $c)
    }};
    (@all $isa:ty, $x:expr; $c:expr) => { $c };
    (@all $isa:ty, $x:expr; $($c:expr),+) => {{
        let x = $x;
        $crate::body::pair::polynomial!(@pairs $isa, x; [] $($c),+)
    }};
    (@pairs $isa:ty, $x:ident; [$($done:expr),*] $a:expr, $b:expr, $($rest:expr),+) => {
        $crate::body::pair::polynomial!(@pairs $isa, $x;
            [$($done,)* $crate::number::Float::mul_add::<$isa>($b, $x, $a)] $($rest),+)
    };
    (@pairs $isa:ty, $x:ident; [$($done:expr),*] $a:expr, $b:expr) => {
        $crate::body::pair::polynomial!(@all $isa, $x * $x;
            $($done,)* $crate::number::Float::mul_add::<$isa>($b, $x, $a))
    };
    (@pairs $isa:ty, $x:ident; [$($done:expr),*] $a:expr) => {
        $crate::body::pair::polynomial!(@all $isa, $x * $x; $($done,)* $a)
    };
}
pub(crate) use polynomial;

/// `a + b` and what rounding lost, where `|a| >= |b|` or `a == 0`.
#[inline(always)]
pub(crate) fn quick_sum<T: Float>(a: T, b: T) -> (T, T) {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// `a + b` and what rounding lost.
#[inline(always)]
pub(crate) fn two_sum<T: Float>(a: T, b: T) -> (T, T) {
    let sum = a + b;
    let b_used = sum - a;
    let a_used = sum - b_used;
    (sum, (a - a_used) + (b - b_used))
}

/// `a * b` and what rounding lost (all but `2^-106` of the product where there is no FMA).
#[inline(always)]
pub(crate) fn two_product<I: Isa>(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let lost = if I::FMA {
        f64::mul_add(a, b, -product)
    } else {
        let ((ah, al), (bh, bl)) = (halves(a), halves(b));
        ((ah * bh - product) + ah * bl + al * bh) + al * bl
    };
    (product, lost)
}

/// `a` as a sum of two numbers of half its precision.
#[inline(always)]
fn halves(a: f64) -> (f64, f64) {
    let high = f64::from_bits(a.to_bits() & (u64::MAX << 27));
    (high, a - high)
}

/// `(a + a_low) / (b + b_low)` to nearly twice the working precision.
#[inline(always)]
pub(crate) fn quotient<I: Isa>((a, a_low): (f64, f64), (b, b_low): (f64, f64)) -> (f64, f64) {
    let inverse = 1.0 / b;
    let q = a * inverse;
    let rest = if I::FMA {
        f64::mul_add(-q, b, a)
    } else {
        let (p, p_low) = two_product::<I>(q, b);
        (a - p) - p_low
    };
    let rest = rest + Float::mul_add::<I>(-q, b_low, a_low);
    (q, rest * inverse)
}
