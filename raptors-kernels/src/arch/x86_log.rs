//! Logarithms of float64 with AVX-512, from a table in registers and without a division.
//!
//! `x = 2^e m`, and `c` is the multiple of 1/32 next to `1 / m`, so that `r = c m - 1` is exact and
//! at most 0.0304: `log x = e log 2 - log c + log(1 + r)`. Sums are unevaluated: at most 0.6 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::x86_wide::{Mask, Wide, estrin, packs, quick_sum};
use crate::body::{
    exp::{LN2_HIGH, LN2_LOW},
    log::{LOG2_E_LOST, LOG10_2_HIGH, LOG10_2_LOW, LOG10_E_LOST},
};
use core::f64::consts::{LOG2_E, LOG10_E};

/// What a logarithm is made of.
pub(super) struct Base {
    /// The logarithm of 2: a number whose multiples by exponents are exact, and the rest.
    pub(super) two: (f64, f64),
    /// The logarithm of e, and what float64 loses of it.
    unit: (f64, f64),
    /// The logarithms of `1 / (1 + i / 16)` to 2^-42, so that sums with the first are exact.
    pub(super) table: [f64; 16],
    /// What the table lacks.
    pub(super) table_low: [f64; 16],
    /// `(log(1 + r) - r) / r^2`, for the natural logarithm with an error of `2^-56`.
    series: [f64; 9],
}

/// The natural logarithm.
pub(super) const NATURAL: Base = Base {
    two: (LN2_HIGH, LN2_LOW),
    unit: (1.0, 0.0),
    table: [
        0.0,
        -0.06062462181648698,
        -0.11778303565643,
        -0.17185025692674571,
        -0.22314355131425145,
        -0.2719337154835557,
        -0.31845373111855224,
        -0.3629054936893681,
        -0.40546510810827385,
        -0.4462871026285029,
        -0.4855078157816024,
        -0.5232481437644765,
        -0.5596157879353996,
        -0.5947071077466717,
        -0.6286086594222979,
        -0.6613984822454313,
    ],
    table_low: [
        0.0,
        5.213620639136504e-14,
        4.654729747598445e-14,
        8.649239607212071e-14,
        4.169796584527195e-14,
        -8.604306772808733e-14,
        1.7625431312172662e-14,
        -3.6708569716349383e-16,
        1.094708713660664e-13,
        8.33959316905439e-14,
        -9.840465278232627e-14,
        -7.135550660118121e-14,
        -2.3119493838005378e-14,
        -2.1107989157842298e-14,
        -7.620483823189371e-14,
        6.628791790390747e-14,
    ],
    series: [
        -0.5,
        0.3333333333333309,
        -0.24999999999999775,
        0.20000000003504498,
        -0.16666666669879196,
        0.1428570081422299,
        -0.1249998765088227,
        0.11130286714960973,
        -0.1001757790832913,
    ],
};

/// The logarithm to base 2.
const BINARY: Base = Base {
    two: (1.0, 0.0),
    unit: (LOG2_E, LOG2_E_LOST),
    table: [
        0.0,
        -0.0874628412502716,
        -0.16992500144237965,
        -0.24792751344352837,
        -0.3219280948874257,
        -0.39231742277866033,
        -0.4594316186373817,
        -0.5235619560569376,
        -0.5849625007210761,
        -0.643856189774624,
        -0.7004397181410695,
        -0.7548875021634558,
        -0.8073549220575842,
        -0.857980995127491,
        -0.9068905956085018,
        -0.9541963103868056,
    ],
    table_low: [
        0.0,
        -6.781363655020842e-14,
        6.728996427240727e-14,
        -5.712484083531846e-14,
        6.33385952568616e-14,
        -9.995925486528699e-14,
        8.443284155858175e-14,
        -7.531150579247643e-14,
        -8.00418555854124e-14,
        -1.0069648492950886e-13,
        -2.262651135603261e-14,
        -1.275189131300513e-14,
        -1.9917399279874596e-14,
        -8.107893466726174e-14,
        -1.6703260328550802e-14,
        -6.957374407725013e-14,
    ],
    series: [
        -0.7213475204444817,
        0.4808983469629842,
        -0.36067376022223757,
        0.2885390082283519,
        -0.2404491735278409,
        0.20609909720302935,
        -0.18033670195101134,
        0.16057609447346508,
        -0.14452309970065272,
    ],
};

/// The logarithm to base 10, with the first 32 bits of `log10(2)` apart, so that small multiples are exact.
const DECIMAL: Base = Base {
    two: (LOG10_2_HIGH, LOG10_2_LOW),
    unit: (LOG10_E, LOG10_E_LOST),
    table: [
        0.0,
        -0.026328938722372186,
        -0.051152522447409865,
        -0.07463361829695714,
        -0.09691001300802782,
        -0.11809931207790214,
        -0.13830269816617147,
        -0.15760785336169647,
        -0.1760912590557382,
        -0.19382002601605564,
        -0.21085336531496068,
        -0.22724378150314806,
        -0.24303804868623047,
        -0.25827801524292227,
        -0.273001272063766,
        -0.2872417111782397,
    ],
    table_low: [
        0.0,
        2.303833573367737e-14,
        2.857603188831182e-14,
        5.295754592095892e-14,
        -2.859665406848114e-14,
        -9.234612513604464e-14,
        -1.0998794445193693e-13,
        2.8372516019485323e-14,
        5.694973752944144e-14,
        -5.719330813696227e-14,
        6.749989785284837e-14,
        8.552576941775327e-14,
        -6.397241949491503e-14,
        -1.0904116246280787e-13,
        2.8353083460960306e-14,
        -1.0818736785490978e-13,
    ],
    series: [
        -0.2171472409516259,
        0.14476482730108287,
        -0.10857362047581198,
        0.0868588963958702,
        -0.0723824136644938,
        0.06204201033737837,
        -0.05428675660636961,
        0.04833822102308623,
        -0.04350578807623261,
    ],
};

/// The answers of a logarithm by the class of its argument, as [`Wide::by_class`] takes them: NaN
/// for NaN and negative numbers, minus infinity for zero, infinity for infinity.
const POLE: i64 = 0x0353_0422;

/// A number taken apart: `log x = k log 2 + table[i] + log(1 + r + low)`.
struct Parts {
    k: Wide,
    /// The number `c`, whose first four bits are `i`.
    c: Wide,
    r: Wide,
    low: Option<Wide>,
}

/// Takes apart `x + low` with `low` of at most half an ulp of `x`.
#[inline(always)]
fn parts(x: Wide, low: Option<Wide>) -> Parts {
    let (e, m) = (x.exponent(), x.mantissa());
    let c = m.reciprocal().rounded();
    let r = m.mul_add(c, x.all(-1.0));
    // Table entries belong to `2 c`, in `[1, 2)`, but for `c = 1`.
    let k = e - c.exponent();
    let Some(low) = low else {
        return Parts { k, c, r, low };
    };
    let lost = low * (x.inverse_power() * c);
    let sum = r + lost;
    Parts {
        k,
        c,
        r: sum,
        low: Some((r - sum) + lost),
    }
}

/// The logarithm of what was taken apart, as an unevaluated sum.
#[inline(always)]
fn logarithm(base: &Base, Parts { k, c, r, low }: &Parts) -> (Wide, Wide) {
    let (k, c, r) = (*k, *c, *r);
    let two = k.all(base.two.0);
    let whole = k.mul_add(two, c.entries::<48>(&base.table));
    let mut rest = c.entries::<48>(&base.table_low);
    if base.two.1 != 0.0 {
        rest = k.mul_add(k.all(base.two.1), rest);
    }
    let mut part = r;
    if base.unit.0 != 1.0 {
        let unit = r.all(base.unit.0);
        part = r * unit;
        rest = rest + r.mul_less(unit, part);
        rest = r.mul_add(r.all(base.unit.1), rest);
    }
    if let Some(low) = *low {
        rest = rest + low;
    }
    // What is not zero of `whole` is greater than `part`.
    let sum = whole + part;
    let rest = rest + ((whole - sum) + part);
    let [c0, c1, c2, c3, c4, c5, c6, c7, c8] = base.series;
    let q = estrin!(r; c0, c1, c2, c3, c4, c5, c6, c7, c8);
    (sum, (r * r).mul_add(q, rest))
}

/// The logarithm of what was taken apart.
#[inline(always)]
fn rounded(base: &Base, parts: &Parts) -> Wide {
    let (high, low) = logarithm(base, parts);
    high + low
}

/// `(a, b, r)` with `log x = a + b + log(1 + r)` for a positive, normal `x`: `r` and `a` are exact,
/// `b` is what `a` lacks.
#[inline(always)]
pub(super) fn for_power(x: Wide) -> (Wide, Wide, Wide) {
    let Parts { k, c, r, .. } = parts(x, None);
    let (high, low) = NATURAL.two;
    (
        k.mul_add(k.all(high), c.entries::<48>(&NATURAL.table)),
        k.mul_add(k.all(low), c.entries::<48>(&NATURAL.table_low)),
        r,
    )
}

#[inline(always)]
fn log(x: Wide) -> Wide {
    rounded(&NATURAL, &parts(x, None)).by_class(x, POLE)
}

#[inline(always)]
fn log2(x: Wide) -> Wide {
    rounded(&BINARY, &parts(x, None)).by_class(x, POLE)
}

#[inline(always)]
fn log10(x: Wide) -> Wide {
    rounded(&DECIMAL, &parts(x, None)).by_class(x, POLE)
}

#[inline(always)]
fn log1p(x: Wide) -> Wide {
    let u = x + 1.0;
    // What the sum has beyond 1 is a number wherever it matters.
    let lost = x - (u - 1.0);
    let y = rounded(&NATURAL, &parts(u, Some(lost)));
    y.by_class(u, POLE).with_sign_of(x)
}

/// From here on `sqrt(x^2 +- 1)` is `x`, and the results are `log 2x`; squares are still finite.
const LARGE: f64 = 1e18;

/// What the square root of `x + x_low` has beyond `root`, the root of `x`.
#[inline(always)]
fn root_low(x: Wide, x_low: Wide, root: Wide) -> Wide {
    let rest = root.mul_from(root, x) + x_low;
    // Zero has none.
    let divisor = root.greater(root.all(f64::MIN_POSITIVE));
    let near = divisor.reciprocal();
    let inverse = near.mul_add(divisor.mul_from(near, root.all(1.0)), near);
    rest * 0.5 * inverse
}

/// `log(x + y + low)` with `y` not greater than `x`, or `log 2a` where `a` is large.
#[inline(always)]
fn log_of(x: Wide, y: Wide, low: Wide, a: Wide, large: Mask) -> Wide {
    let (sum, lost) = quick_sum(x, y);
    let low = (lost + low).or_where(large, a.all(0.0));
    let mut parts = parts(sum.or_where(large, a), Some(low));
    parts.k = parts.k.or_where(large, parts.k + 1.0);
    rounded(&NATURAL, &parts)
}

#[inline(always)]
fn arcsinh(x: Wide) -> Wide {
    let a = x.abs();
    let square = a * a;
    let square_low = a.mul_less(a, square);
    let sum = square + 1.0;
    let low = square - (sum - 1.0);
    let root = sum.sqrt();
    let low = root_low(sum, low + square_low, root);
    let y = log_of(root, a, low, a, a.above(a.all(LARGE)));
    // NaN stays, and so does infinity.
    y.by_class(x, 0x0055_0022).with_sign_of(x)
}

#[inline(always)]
fn arccosh(x: Wide) -> Wide {
    let square = x * x;
    let square_low = x.mul_less(x, square);
    let (difference, low) = quick_sum(square, x.all(-1.0));
    let (difference, low) = quick_sum(difference, low + square_low);
    let root = difference.sqrt();
    let low = root_low(difference, low, root);
    let y = log_of(x, root, low, x, x.above(x.all(LARGE)));
    // By `x - 1`: zero for zero, NaN below, infinity for infinity.
    y.by_class(x - 1.0, 0x0353_0822)
}

packs! {
    log_pack = log;
    log2_pack = log2;
    log10_pack = log10;
    log1p_pack = log1p;
    arcsinh_pack = arcsinh;
    arccosh_pack = arccosh;
}
