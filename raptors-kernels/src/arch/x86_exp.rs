//! Powers and hyperbolic functions of float64 with AVX-512, from a table of `2^(i/16)` in registers.
//!
//! `x = n ln 2 / 16 + r` with `r` of at most 0.0217: polynomials in `r` are short.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    x86_log,
    x86_sixteen::horner,
    x86_wide::{Wide, estrin, packs, quick_sum},
};
use crate::isa::Avx512;
use core::f64::consts::LN_2;

/// `2^(i / 16)`.
const ROOTS: [f64; 16] = [
    1.0,
    1.0442737824274138,
    1.0905077326652577,
    1.1387886347566916,
    1.189207115002721,
    1.241857812073484,
    1.2968395546510096,
    1.3542555469368927,
    core::f64::consts::SQRT_2,
    1.4768261459394993,
    1.5422108254079407,
    1.6104903319492543,
    1.681792830507429,
    1.7562521603732995,
    1.8340080864093424,
    1.9152065613971474,
];
/// What float64 loses of them, as a part of them.
const ROOTS_LOST: [f64; 16] = [
    0.0,
    8.189317638195514e-17,
    -2.7939114859515733e-17,
    7.826573258636075e-17,
    3.3484623336251524e-17,
    3.7508542013031266e-17,
    1.9572585293112036e-17,
    5.68648095791174e-17,
    -6.835808657661923e-17,
    -2.3591094770850053e-17,
    5.1548301170786783e-17,
    1.5341410053603723e-17,
    4.875160526227061e-17,
    1.685487290628973e-17,
    1.790126907604513e-17,
    -5.5450656186394274e-17,
];

/// The bits of [`ROOTS`] with so many powers of two, less what [`Wide::scaled_entries`] adds to them.
const fn scaled(power: i64) -> [i64; 16] {
    let (mut bits, mut i) = ([0; 16], 0);
    while i < 16 {
        bits[i] = ROOTS[i].to_bits() as i64 + (power << 52) - ((i as i64) << 48);
        i += 1;
    }
    bits
}

/// `2^(i / 16)`.
const POWERS: [i64; 16] = scaled(0);
/// `2^(i / 16 - 2)`: quarters of powers, as those may be too large.
const QUARTERS: [i64; 16] = scaled(-2);
/// `2^(-i / 16 - 2)`, as [`Wide::lowered_entries`] takes them.
const OPPOSITE: [i64; 16] = {
    let (mut bits, mut i) = ([QUARTERS[0]; 16], 1);
    while i < 16 {
        let half = ROOTS[16 - i].to_bits() as i64 - (3 << 52);
        bits[i] = half + ((i as i64) << 48);
        i += 1;
    }
    bits
};
/// What float64 loses of those, as a part of them.
const OPPOSITE_LOST: [f64; 16] = {
    let (mut lost, mut i) = (ROOTS_LOST, 1);
    while i < 16 {
        lost[i] = ROOTS_LOST[16 - i];
        i += 1;
    }
    lost
};

/// `ln 2 / 16`: the first 36 bits, so that its multiples are exact, and the rest.
const STEP: (f64, f64) = (0.04332169878489367, 1.0291218489310676e-13);
/// Its inverse.
const STEPS: f64 = 23.083120654223414;
/// `1.5 * 2^52`: adding it leaves the nearest integer in the lowest bits.
const SHIFT: f64 = 6755399441055744.0;

/// `n + SHIFT`, `n` and `x - n ln 2 / 16`.
#[inline(always)]
fn reduce(x: Wide) -> (Wide, Wide, Wide) {
    let shifted = x.mul_add(x.all(STEPS), x.all(SHIFT));
    let n = shifted - SHIFT;
    let r = n.mul_from(n.all(STEP.0), x);
    (shifted, n, n.mul_from(n.all(STEP.1), r))
}

/// `(e^r - 1 - r) / r^2`.
#[inline(always)]
fn exp_tail(r: Wide) -> Wide {
    estrin!(r; 0.5, 0.16666666666666669, 0.04166666666358317, 0.008333333332990724,
        0.0013889063789935463, 0.00019841464175558392)
}

/// `2^sixteenths e^r`, where the lowest bits of `shifted` are the sixteenths modulo 16.
#[inline(always)]
fn raised(shifted: Wide, sixteenths: Wide, r: Wide) -> Wide {
    let tail = exp_tail(r);
    let less_one = (r * r).mul_add(tail, r);
    let root = shifted.entries::<0>(&ROOTS);
    let less_one = less_one + shifted.entries::<0>(&ROOTS_LOST);
    root.mul_add(less_one, root).times_power(sixteenths)
}

/// `e^(x + low)`, where the power is a normal number.
#[inline(always)]
fn exp_sum(x: Wide, low: Wide) -> Wide {
    let (shifted, n, r) = reduce(x);
    raised(shifted, n * 0.0625, r + low)
}

/// At most 0.6 ulp; where the power is subnormal, it is rounded once more.
#[inline(always)]
fn exp(x: Wide) -> Wide {
    // Powers are zero or infinite long before the bounds; NaN stays.
    let x = x.all(-800.0).greater(x.all(800.0).lesser(x));
    let (shifted, n, r) = reduce(x);
    raised(shifted, n * 0.0625, r)
}

/// `1.5 * 2^48`: adding it leaves the nearest sixteenth in the lowest bits.
const SHIFT_SIXTEENTHS: f64 = SHIFT / 16.0;

/// As [`exp`].
#[inline(always)]
fn exp2(x: Wide) -> Wide {
    let x = x.all(-1100.0).greater(x.all(1100.0).lesser(x));
    let shifted = x + SHIFT_SIXTEENTHS;
    let sixteenths = shifted - SHIFT_SIXTEENTHS;
    raised(shifted, sixteenths, (x - sixteenths) * LN_2)
}

/// `log x` for a positive, normal `x`, as an unevaluated sum: to 65 bits.
#[inline(always)]
fn log_pair(x: Wide) -> (Wide, Wide) {
    let (whole, rest, r) = x86_log::for_power(x);
    // `r - r^2 / 2` in full, as only what follows may be rounded.
    let (sum, low) = quick_sum(whole, r);
    let half = r * -0.5;
    let square = r * half;
    let (high, square_low) = (sum + square, r.mul_less(half, square));
    let rest = (rest + low) + (square_low + ((sum - high) + square));
    let cubic = estrin!(r; -0.6666666666666666, 0.4999999999999955, -0.39999999999999586, 0.3333333333975839, -0.2857142857735951, 0.2499997530176454, -0.22222199423449876, 0.2003515581665826, -0.18214270139248273);
    quick_sum(high, (r * square).mul_add(cubic, rest))
}

/// `x^y`, and whether all are right: those of positive, normal `x` and with powers not near the ends
/// of the range. At most 0.7 ulp.
#[inline(always)]
fn power(x: Wide, y: Wide) -> (Wide, bool) {
    let (log, log_low) = log_pair(x);
    let product = y * log;
    let low = y.mul_add(log_low, y.mul_less(log, product));
    // Less than where the loop over elements draws the line.
    let inside = x.all(700.0).above(product.abs());
    (exp_sum(product, low), (x.is_usual() & inside).is_all())
}

/// As the body of this name, for arrays; whether one of the pairs may be rare or has an odd result.
#[inline(always)]
pub(super) fn power_pack(isa: Avx512, x: &[f64; 16], y: &[f64; 16], out: &mut [f64; 16]) -> bool {
    let (powers, right) = power(Wide::load(isa, x), Wide::load(isa, y));
    powers.store(out);
    !right | powers.is_odd()
}

/// `e^x` and `e^-x` for `0 <= x <= 711`: quarters of their powers of two, as those may be too large.
struct Powers {
    /// The sum of both powers, and what it lacks.
    sum: (Wide, Wide),
    /// The difference, and what it lacks.
    difference: (Wide, Wide),
    /// What is left of `x`, and what rounding lost of it.
    r: (Wide, Wide),
}

#[inline(always)]
fn powers(x: Wide) -> Powers {
    let (shifted, n, r) = reduce(x);
    let first = n.mul_from(n.all(STEP.0), x);
    let up = shifted.scaled_entries(&QUARTERS);
    let down = shifted.lowered_entries(&OPPOSITE);
    let up_lost = up * shifted.entries::<0>(&ROOTS_LOST);
    let down_lost = shifted.entries::<0>(&OPPOSITE_LOST);
    let (sum, sum_low) = quick_sum(up, down);
    let difference = up - down;
    let difference_low = (up - difference) - down;
    Powers {
        sum: (sum, down.mul_add(down_lost, sum_low + up_lost)),
        difference: (
            difference,
            down.mul_from(down_lost, difference_low + up_lost),
        ),
        r: (r, n.mul_from(n.all(STEP.1), first - r)),
    }
}

/// `cosh r - 1`.
#[inline(always)]
fn cosh_less_one(z: Wide) -> Wide {
    z * horner!(z; 0.5, 0.04166666666358317, 0.0013889063789935463)
}

/// `(sinh r - r) / r^3`.
#[inline(always)]
fn sinh_tail(z: Wide) -> Wide {
    horner!(z; 0.16666666666666669, 0.008333333332990724, 0.00019841464175558392)
}

/// By the addition theorem: at most 0.6 ulp.
#[inline(always)]
fn cosh(x: Wide) -> Wide {
    let Powers {
        sum: (sum, low),
        difference: (difference, _),
        r: (r, _),
    } = powers(x.all(711.0).lesser(x.abs()));
    let z = r * r;
    let sinh = (r * z).mul_add(sinh_tail(z), r);
    let low = difference.mul_add(sinh, sum.mul_add(cosh_less_one(z), low));
    let half = sum + low;
    half + half
}

/// Where the functions that are zero at zero are `x` itself.
const LINEAR: f64 = 1e-18;

/// As [`cosh`].
#[inline(always)]
fn sinh(x: Wide) -> Wide {
    let a = x.abs();
    let Powers {
        sum: (sum, sum_low),
        difference: (difference, low),
        r: (r, r_low),
    } = powers(x.all(711.0).lesser(a));
    let z = r * r;
    let part = sum * r;
    let low = low + sum.mul_less(r, part);
    // The difference is zero or greater than the part.
    let (high, lost) = quick_sum(difference, part);
    let rest = (r * z).mul_add(sinh_tail(z), r_low);
    let low = sum.mul_add(rest, sum_low.mul_add(r, low + lost));
    let low = difference.mul_add(cosh_less_one(z), low);
    let half = high + low;
    (half + half)
        .or_where(x.all(LINEAR).above(a), a)
        .with_sign_of(x)
}

/// `p (1 + s) - 1` with `p` a power: at most 0.7 ulp.
#[inline(always)]
fn expm1(x: Wide) -> Wide {
    let inside = x.all(-40.0).greater(x.all(711.0).lesser(x));
    let (shifted, n, r) = reduce(inside);
    let first = n.mul_from(n.all(STEP.0), inside);
    let r_low = n.mul_from(n.all(STEP.1), first - r);
    let p = shifted.scaled_entries(&QUARTERS);
    let quarter = n.all(0.25);
    let base = p - quarter;
    let used = base - p;
    let base_low = (p - (base - used)) - (quarter + used);
    let part = p * r;
    let part_low = p.mul_less(r, part);
    // The base is zero or greater than the part.
    let (high, lost) = quick_sum(base, part);
    let tail = exp_tail(r);
    let root_low = shifted.entries::<0>(&ROOTS_LOST);
    let rest = (r * r).mul_add(tail, r_low) + root_low.mul_add(r, root_low);
    let low = p.mul_add(rest, (part_low + base_low) + lost);
    let quarter = high + low;
    let half = quarter + quarter;
    (half + half).or_where(x.all(LINEAR).above(x.abs()), x)
}

/// `w / (w + 2)` with `w = e^2x - 1` as an unevaluated sum: at most 0.9 ulp.
#[inline(always)]
fn tanh(x: Wide) -> Wide {
    let a = x.abs();
    // From here on the result is 1, and sums with powers of two up to here are exact.
    let twice = a.all(40.0).lesser(a + a);
    let (shifted, n, r) = reduce(twice);
    let r_low = n.mul_from(n.all(STEP.1), n.mul_from(n.all(STEP.0), twice) - r);
    let p = shifted.scaled_entries(&POWERS);
    let base = p - 1.0;
    let part = p * r;
    let part_low = p.mul_less(r, part);
    // The base is zero or greater than the part.
    let (high, lost) = quick_sum(base, part);
    let rest = (r * r).mul_add(exp_tail(r), shifted.entries::<0>(&ROOTS_LOST));
    let (w, low) = quick_sum(high, p.mul_add(rest + r_low, part_low + lost));
    // Twice what is exact: the sum less 2 is a number.
    let divisor = w + 2.0;
    let divisor_low = (w - (divisor - 2.0)) + low;
    let q = w.over(divisor);
    let rest = q.mul_from(divisor, w) + q.mul_from(divisor_low, low);
    let y = rest.mul_add(divisor.reciprocal(), q);
    y.or_where(x.all(LINEAR).above(a), a).with_sign_of(x)
}

packs! {
    exp_pack = exp;
    exp2_pack = exp2;
    cosh_pack = cosh;
    sinh_pack = sinh;
    expm1_pack = expm1;
    tanh_pack = tanh;
}
