//! Logarithms of float32 with AVX-512: a polynomial of the mantissa in sixteen pieces, whose
//! coefficients stand in registers.
//!
//! `x = 2^k (1 + f)` with `f` in `[-1/4, 1/2)`, so that nothing cancels: `k log 2 + f p(f)`, at most
//! 1.7 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "coefficients as computed"
)]

use super::x86_sixteen::Sixteen;

/// What a logarithm is made of.
struct Base {
    /// The logarithm of 2: some bits, whose multiples by exponents are exact, and the rest.
    two: (f32, f32),
    /// The logarithm of e.
    unit: f32,
    /// `log(1 + f) / f`, less the logarithm of e: the coefficients of the pieces that the first four
    /// bits of `1 + f` name.
    pieces: [[f32; 16]; 4],
}

/// The natural logarithm.
const NATURAL: Base = Base {
    two: (0.69314575, 1.4286068e-06),
    unit: 1.0,
    pieces: [
        [
            0.0,
            -1.0165116e-05,
            -7.032617e-05,
            -0.0002310918,
            -0.0005381149,
            -0.0010268042,
            -0.0017216059,
            -0.002637152,
            -0.0014566922,
            -0.00071928214,
            -0.0003240053,
            -0.00012794236,
            -4.126562e-05,
            -9.393601e-06,
            -1.0114699e-06,
            0.0,
        ],
        [
            -0.49998912,
            -0.49953112,
            -0.49810368,
            -0.49554,
            -0.4918593,
            -0.48716828,
            -0.4816084,
            -0.47532773,
            -0.52366877,
            -0.51359206,
            -0.5072957,
            -0.50355303,
            -0.50148964,
            -0.5004828,
            -0.50009066,
            -0.5000016,
        ],
        [
            0.3324488, 0.32528093, 0.31387335, 0.3001821, 0.2854349, 0.27040002, 0.2555524,
            0.24117832, 0.19386685, 0.23980434, 0.27327415, 0.2971283, 0.31354347, 0.32419246,
            0.33036837, 0.3330763,
        ],
        [
            -0.22675286,
            -0.18774617,
            -0.15703632,
            -0.13255027,
            -0.11280332,
            -0.09671388,
            -0.0834818,
            -0.07250682,
            -0.58567107,
            -0.5158055,
            -0.45643178,
            -0.40566975,
            -0.36202738,
            -0.32431075,
            -0.29155704,
            -0.2629842,
        ],
    ],
};

/// The logarithm to base 2.
const BINARY: Base = Base {
    two: (1.0, 0.0),
    unit: core::f32::consts::LOG2_E,
    pieces: [
        [
            1.925963e-08,
            -1.46459015e-05,
            -0.00010143995,
            -0.00033337576,
            -0.0007763165,
            -0.0014813461,
            -0.002483733,
            -0.003804587,
            -0.0021015434,
            -0.0010376855,
            -0.00046742155,
            -0.00018456255,
            -5.9514445e-05,
            -1.3532843e-05,
            -1.439983e-06,
            1.925963e-08,
        ],
        [
            -0.72133183,
            -0.72067106,
            -0.7186117,
            -0.7149131,
            -0.70960295,
            -0.70283526,
            -0.694814,
            -0.685753,
            -0.7554943,
            -0.7409568,
            -0.73187304,
            -0.72647345,
            -0.7234966,
            -0.72204405,
            -0.7214783,
            -0.72134984,
        ],
        [
            0.47962224, 0.46928117, 0.45282352, 0.43307123, 0.41179553, 0.39010477, 0.3686842,
            0.34794676, 0.27969074, 0.34596452, 0.3942513, 0.42866552, 0.45234764, 0.46771085,
            0.47662082, 0.48052752,
        ],
        [
            -0.32713524,
            -0.27086046,
            -0.22655553,
            -0.19122961,
            -0.16274078,
            -0.13952863,
            -0.120438784,
            -0.10460523,
            -0.8449447,
            -0.74415,
            -0.65849185,
            -0.5852577,
            -0.5222951,
            -0.46788153,
            -0.42062792,
            -0.37940598,
        ],
    ],
};

/// The logarithm to base 10.
const DECIMAL: Base = Base {
    two: (0.301025390625, 4.605039e-06),
    unit: core::f32::consts::LOG10_E,
    pieces: [
        [
            -1.010305e-08,
            -4.4247568e-06,
            -3.0552368e-05,
            -0.000100372,
            -0.00023371045,
            -0.0004459455,
            -0.00074769405,
            -0.0011453107,
            -0.0006326435,
            -0.00031239036,
            -0.0001407238,
            -5.5574765e-05,
            -1.7931534e-05,
            -4.0896925e-06,
            -4.4937883e-07,
            -1.010305e-08,
        ],
        [
            -0.2171425,
            -0.2169436,
            -0.21632369,
            -0.21521029,
            -0.21361177,
            -0.21157451,
            -0.20915987,
            -0.20643221,
            -0.22742645,
            -0.2230502,
            -0.22031572,
            -0.21869029,
            -0.21779418,
            -0.21735692,
            -0.21718661,
            -0.21714795,
        ],
        [
            0.14438067,
            0.14126772,
            0.13631347,
            0.13036743,
            0.123962805,
            0.11743324,
            0.11098501,
            0.104742415,
            0.0841953,
            0.104145706,
            0.11868146,
            0.12904118,
            0.13617021,
            0.14079499,
            0.14347716,
            0.1446532,
        ],
        [
            -0.09847752,
            -0.08153713,
            -0.06820001,
            -0.05756585,
            -0.04898986,
            -0.042002305,
            -0.036255687,
            -0.031489313,
            -0.2543537,
            -0.22401147,
            -0.1982258,
            -0.17618012,
            -0.1572265,
            -0.14084637,
            -0.12662162,
            -0.11421258,
        ],
    ],
};

/// The answers of a logarithm by the class of its argument, as [`Sixteen::by_class`] takes them: NaN
/// for NaN and negative numbers, minus infinity for zero, infinity for infinity.
const POLE: i32 = 0x0353_0422;

/// The polynomial whose coefficients the four bits from bit 19 of `m` on name.
#[inline(always)]
pub(super) fn piece(pieces: &[[f32; 16]; 4], m: Sixteen, f: Sixteen) -> Sixteen {
    let [c0, c1, c2, c3] = pieces;
    let p = m.entries::<19>(c3).mul_add(f, m.entries::<19>(c2));
    p.mul_add(f, m.entries::<19>(c1))
        .mul_add(f, m.entries::<19>(c0))
}

/// The logarithm of `x`.
#[inline(always)]
fn logarithm(base: &Base, x: Sixteen) -> Sixteen {
    let m = x.mantissa();
    let k = x.exponent() - m.exponent();
    let f = m - 1.0;
    let p = piece(&base.pieces, m, f);
    let (high, low) = base.two;
    if base.unit == 1.0 {
        return f.mul_add(p, k.mul_add(k.all(high + low), f));
    }
    let unit = f.all(base.unit);
    if low == 0.0 {
        let part = f * unit;
        return k.mul_add(k.all(high), part) + f.mul_add(p, f.mul_less(unit, part));
    }
    // The least terms first.
    k.mul_add(k.all(high), f.mul_add(unit, f.mul_add(p, k * low)))
}

/// The natural logarithm of `x + low` with a small `low`, and of so `many` doublings of it.
#[inline(always)]
pub(super) fn logarithm_of_sum(x: Sixteen, low: Sixteen, many: Option<Sixteen>) -> Sixteen {
    let m = x.mantissa();
    let k = x.exponent() - m.exponent();
    let first = m - 1.0;
    let low = low.times_power(x.all(0.0) - k);
    let f = first + low;
    let k = many.map_or(k, |many| k + many);
    let p = piece(&NATURAL.pieces, m, f);
    let (two, two_low) = NATURAL.two;
    // Nothing is lost of this sum where a part of it cancels.
    let sum = k.mul_add(k.all(two), first);
    sum + f.mul_add(p, k.mul_add(k.all(two_low), low))
}

#[inline(always)]
pub(super) fn log(x: Sixteen) -> Sixteen {
    logarithm(&NATURAL, x).by_class(x, POLE)
}

#[inline(always)]
pub(super) fn log2(x: Sixteen) -> Sixteen {
    logarithm(&BINARY, x).by_class(x, POLE)
}

#[inline(always)]
pub(super) fn log10(x: Sixteen) -> Sixteen {
    logarithm(&DECIMAL, x).by_class(x, POLE)
}

#[inline(always)]
pub(super) fn log1p(x: Sixteen) -> Sixteen {
    let u = x + 1.0;
    let y = logarithm_of_sum(u, x - (u - 1.0), None);
    y.by_class(u, POLE).with_sign_of(x)
}
