//! The cube root for float16 with AVX-512, in float32: that of the mantissa by two powers in 32 pieces, whose
//! coefficients stand in registers, times that of what its exponent leaves of a third.
//!
//! The pieces have the least error by Lawson's method, 2^-23, and then their last places were chosen so that every
//! result is the nearest float16.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    x86_root32::{ROOTS, SHIFT},
    x86_sixteen::Sixteen,
};

/// The coefficients of the cube root in `[1, 2)` in the pieces that the first five bits name.
const CUBIC: [[[f32; 16]; 2]; 3] = [
    [
        [
            0.5584084, 0.5640794, 0.56963867, 0.57509136, 0.5804426, 0.5856969, 0.5908585,
            0.5959315, 0.6009195, 0.605826, 0.6106543, 0.61540747, 0.6200883, 0.6246994, 0.6292435,
            0.63372284,
        ],
        [
            0.6381397, 0.6424963, 0.6467945, 0.65103644, 0.6552237, 0.65935814, 0.6634414,
            0.6674749, 0.6714604, 0.67539895, 0.67929214, 0.6831413, 0.68694746, 0.6907119,
            0.69443583, 0.6981202,
        ],
    ],
    [
        [
            0.54988265, 0.53888226, 0.52841604, 0.5184437, 0.50892895, 0.49983913, 0.49114463,
            0.48281863, 0.47483683, 0.4671769, 0.45981866, 0.45274347, 0.44593433, 0.43937558,
            0.4330528, 0.42695272,
        ],
        [
            0.421063, 0.41537234, 0.40987012, 0.40454656, 0.39939258, 0.39439967, 0.38955995,
            0.38486606, 0.380311, 0.37588844, 0.37159222, 0.36741668, 0.36335653, 0.3594067,
            0.3555625, 0.3518195,
        ],
    ],
    [
        [
            -0.108291,
            -0.10295638,
            -0.09803016,
            -0.09347055,
            -0.08924105,
            -0.08530968,
            -0.08164827,
            -0.07823198,
            -0.075038806,
            -0.07204918,
            -0.06924568,
            -0.066612735,
            -0.0641364,
            -0.06180415,
            -0.059604693,
            -0.05752786,
        ],
        [
            -0.055564433,
            -0.05370608,
            -0.05194521,
            -0.050274935,
            -0.048688963,
            -0.047181554,
            -0.045747455,
            -0.044381853,
            -0.043080322,
            -0.04183881,
            -0.040653568,
            -0.03952115,
            -0.038438372,
            -0.037402295,
            -0.036410186,
            -0.035459522,
        ],
    ],
];

#[inline(always)]
pub(super) fn cbrt(x: Sixteen) -> Sixteen {
    let (e, m) = (x.exponent(), x.mantissa_abs());
    let shifted = e.mul_add(e.all(1.0 / 3.0), e.all(SHIFT));
    let third = shifted - SHIFT;
    let root = third
        .mul_from(third.all(3.0), e + SHIFT)
        .entries::<0>(&ROOTS);
    let [c0, c1, c2] = &CUBIC;
    let of = |table| m.entries_of_32::<18>(table);
    let y = root * of(c2).mul_add(m, of(c1)).mul_add(m, of(c0));
    // Zero, infinity and NaN stay.
    y.with_exponent_of(shifted)
        .with_sign_of(x)
        .by_class(x, 0x0011_0122)
}
