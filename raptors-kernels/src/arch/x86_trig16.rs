//! Sine and cosine for float16 with AVX-512, in float32: a polynomial of the distance from the nearest multiple of
//! `pi / 16`, whose coefficients stand in registers.
//!
//! Each piece has the least error that four powers allow, by Lawson's method, at most 2^-22.8: around a zero its powers
//! are odd, and around an extreme even.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "coefficients as computed"
)]

use super::{x86_sixteen::Sixteen, x86_trig32::reduced};

/// The sine in half a turn of multiples of `pi / 16`: less its value there, and the coefficients of powers.
const SINES: [[f32; 16]; 5] = [
    [
        0.0,
        -0.19509032,
        -0.38268343,
        -0.55557024,
        -0.70710677,
        -0.8314696,
        -0.9238795,
        -0.98078525,
        -1.0,
        -0.98078525,
        -0.9238795,
        -0.8314696,
        -0.70710677,
        -0.55557024,
        -0.38268343,
        -0.19509032,
    ],
    [
        1.0,
        0.9807851,
        0.9238793,
        0.8314694,
        0.7071066,
        0.5555701,
        0.38268334,
        0.19509028,
        0.0,
        -0.19509028,
        -0.38268334,
        -0.5555701,
        -0.7071066,
        -0.8314694,
        -0.9238793,
        -0.9807851,
    ],
    [
        0.0,
        -0.09754309,
        -0.19134079,
        -0.2777846,
        -0.35355303,
        -0.4157346,
        -0.4619396,
        -0.49039254,
        -0.49999994,
        -0.49039254,
        -0.4619396,
        -0.4157346,
        -0.35355303,
        -0.2777846,
        -0.19134079,
        -0.09754309,
    ],
    [
        -0.16660014,
        -0.16336708,
        -0.15388739,
        -0.13849485,
        -0.11778014,
        -0.09253925,
        -0.06374214,
        -0.032495465,
        0.0,
        0.032495465,
        0.06374214,
        0.09253925,
        0.11778014,
        0.13849485,
        0.15388739,
        0.16336708,
    ],
    [
        0.0,
        0.007911432,
        0.015844932,
        0.023085287,
        0.029417627,
        0.034610093,
        0.03846693,
        0.040841505,
        0.041646577,
        0.040841505,
        0.03846693,
        0.034610093,
        0.029417627,
        0.023085287,
        0.015844932,
        0.007911432,
    ],
];

/// The same for a whole turn, from so many multiples on.
const fn turned(by: usize) -> [[[f32; 16]; 2]; 5] {
    let mut pieces = [[[0.0; 16]; 2]; 5];
    let mut i = 0;
    while i < 160 {
        let (power, half, entry) = (i / 32, i / 16 % 2, i % 16);
        let from = (i + by) % 32;
        let of = SINES[power][from % 16];
        // Zeros stay positive.
        pieces[power][half][entry] = if from < 16 || of == 0.0 { of } else { -of };
        i += 1;
    }
    pieces
}

/// The sine by the pieces, for `|x| < 10^5` with a distance from zeros of at least 10^-6.
#[inline(always)]
fn sine(x: Sixteen, pieces: &[[[f32; 16]; 2]; 5]) -> Sixteen {
    let (shifted, r) = reduced(x);
    let [less, c1, c2, c3, c4] = pieces;
    let of = |table| shifted.entries_of_32::<0>(table);
    let p = r
        .mul_add(of(c4), of(c3))
        .mul_add(r, of(c2))
        .mul_add(r, of(c1));
    // The sign of zero stays where nothing is taken off.
    r.mul_less(p, of(less))
}

#[inline(always)]
pub(super) fn sin(x: Sixteen) -> Sixteen {
    sine(x, const { &turned(0) })
}

#[inline(always)]
pub(super) fn cos(x: Sixteen) -> Sixteen {
    sine(x, const { &turned(8) })
}
