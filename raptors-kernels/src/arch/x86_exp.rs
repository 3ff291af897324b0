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
/// Quarters of the powers of angles next to `i ln 2 / 16` where those of the angle and of its opposite are float64 to
/// 64 bits (Gal's accurate tables), with sums and differences that are float64.
const UP: [f64; 16] = [
    0.25,
    0.2610684455995777,
    0.2726269332149669,
    0.28469715872142193,
    0.2973017787499703,
    0.31046445298940945,
    0.3242098886523141,
    0.3385638867578684,
    0.35355340220548404,
    0.3692065364590895,
    0.3855527062920396,
    0.402622582952613,
    0.4204482076278613,
    0.4390630400777756,
    0.45850202159951964,
    0.4788016402843482,
];
/// Quarters of the powers of the opposite angles.
const DOWN: [f64; 16] = [
    0.25,
    0.2394008201813153,
    0.2292510107602561,
    0.21953152002179505,
    0.21022410381393064,
    0.20131129151243604,
    0.19277635318219927,
    0.18460326822954476,
    0.17677668949053194,
    0.1692819433789342,
    0.16210494435658024,
    0.1552322265225644,
    0.14865088937498516,
    0.1423485793496277,
    0.1363134665839944,
    0.13053422282113075,
];
/// How far the angles are beyond the multiples.
const BEYOND: [f64; 16] = [
    0.0,
    -2.786915490049502e-11,
    1.7845807817606918e-10,
    1.1327480273215507e-10,
    -2.3879509480906336e-12,
    -9.328464736779729e-11,
    -3.2196190158373383e-11,
    6.983979713992561e-11,
    3.284428997524236e-08,
    -6.983979713992561e-11,
    -1.5547971243812242e-10,
    -8.618637747925817e-11,
    2.3879509480906336e-12,
    -3.5414712828973904e-11,
    -6.141691322181231e-12,
    -1.3562743636508223e-10,
];
/// [`UP`] as [`Wide::scaled_entries`] takes them, and [`DOWN`] as [`Wide::lowered_entries`] does.
const SCALED: ([i64; 16], [i64; 16]) = {
    let (mut up, mut down, mut i) = ([0; 16], [0; 16], 0);
    while i < 16 {
        up[i] = UP[i].to_bits() as i64 - ((i as i64) << 48);
        down[i] = DOWN[i].to_bits() as i64 + ((i as i64) << 48);
        i += 1;
    }
    (up, down)
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

/// `x^y`, and whether one may be wrong or odd: right are those of positive, normal `x` and with powers not
/// near the ends of the range. At most 0.7 ulp.
#[inline(always)]
pub(super) fn power(x: Wide, y: Wide) -> (Wide, bool) {
    let (log, log_low) = log_pair(x);
    let product = y * log;
    let low = y.mul_add(log_low, y.mul_less(log, product));
    // Less than where the loop over elements draws the line.
    let inside = x.all(700.0).above(product.abs());
    let powers = exp_sum(product, low);
    (powers, !(x.is_usual() & inside).is_all() | powers.is_odd())
}

/// Quarters of `e^a` and `e^-a` for an angle `a` of the tables next to `0 <= x <= 711`, as the powers themselves may be
/// too large.
struct Powers {
    up: Wide,
    down: Wide,
    /// Their sum, rounded where it is more than a fraction of a power of two that is 1.
    sum: Wide,
    /// Their difference, rounded so, too.
    difference: Wide,
    /// What is left of `x`.
    r: Wide,
    /// What rounding lost of that, to be subtracted.
    lost: Wide,
}

#[inline(always)]
fn powers(x: Wide) -> Powers {
    let shifted = x.mul_add(x.all(STEPS), x.all(SHIFT));
    let n = shifted - SHIFT;
    // Both differences are exact: multiples of 2^-58, below 2^-5.
    let first = n.mul_from(n.all(STEP.0), x) - shifted.entries::<0>(&BEYOND);
    let r = n.mul_from(n.all(STEP.1), first);
    let up = shifted.scaled_entries(&SCALED.0);
    let down = shifted.lowered_entries(&SCALED.1);
    Powers {
        up,
        down,
        sum: up + down,
        difference: up - down,
        r,
        lost: n.mul_add(n.all(STEP.1), r - first),
    }
}

/// `(cosh r - 1) / r^2`.
#[inline(always)]
fn cosh_tail(z: Wide) -> Wide {
    horner!(z; 0.5, 0.04166666666358317, 0.0013889063789935463)
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
        up,
        down,
        sum,
        difference,
        r,
        ..
    } = powers(x.all(711.0).lesser(x.abs()));
    let z = r * r;
    let sinh = (r * z).mul_add(sinh_tail(z), r);
    let low = (sum * z).mul_add(cosh_tail(z), down - (sum - up));
    let half = sum + difference.mul_add(sinh, low);
    half + half
}

/// Where the functions that are zero at zero are `x` itself.
const LINEAR: f64 = 1e-18;

/// As [`cosh`].
#[inline(always)]
fn sinh(x: Wide) -> Wide {
    let a = x.abs();
    let Powers {
        up,
        down,
        sum,
        difference,
        r,
        lost,
    } = powers(x.all(711.0).lesser(a));
    // What is added is hardly more than half of the difference, unless that is zero.
    let high = sum.mul_add(r, difference);
    let less = difference - high;
    let low = sum.mul_add(r, less) + ((up - difference) - down);
    let z = r * r;
    let rest = less.mul_from(sinh_tail(z), difference * cosh_tail(z));
    let half = high + z.mul_add(rest, sum.mul_from(lost, low));
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
