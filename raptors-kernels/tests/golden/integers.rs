//! Integers and truth values: division, overflow, shifts.

use crate::{binary, binary2, unary};
use raptors_kernels::Ufunc;

#[test]
#[rustfmt::skip]
fn integer_division_rounds_down_and_gives_zero_for_zero() {
    binary(Ufunc::floor_divide, &[
        (7i8, 2i8, 3i8), (7, -2, -4), (-7, 2, -4), (-7, -2, 3), (7, 0, 0), (-128, -1, -128),
        (-128, 3, -43), (127, -128, -1), (0, -5, 0), (1, -128, -1),
    ]);
    binary(Ufunc::remainder, &[
        (7i8, 2i8, 1i8), (7, -2, -1), (-7, 2, 1), (-7, -2, -1), (7, 0, 0), (-128, -1, 0),
        (-128, 3, 1), (127, -128, -1), (0, -5, 0), (1, -128, -127),
    ]);
    binary(Ufunc::fmod, &[
        (7i8, 2i8, 1i8), (7, -2, 1), (-7, 2, -1), (-7, -2, -1), (7, 0, 0), (-128, -1, 0),
        (-128, 3, -2), (127, -128, 127), (0, -5, 0), (1, -128, 1),
    ]);
    binary2(Ufunc::divmod, &[
        (7i8, 2i8, 3i8, 1i8), (7, -2, -4, -1), (-7, 2, -4, 1), (-7, -2, 3, -1), (7, 0, 0, 0),
        (-128, -1, -128, 0), (-128, 3, -43, 1), (127, -128, -1, -1), (0, -5, 0, 0),
        (1, -128, -1, -127),
    ]);
    binary(Ufunc::floor_divide, &[
        (i32::MIN, -1i32, i32::MIN), (i32::MIN, 0, 0), (i32::MAX, i32::MIN, -1), (7, -3, -3),
        (i32::MIN, i32::MAX, -2), (i32::MAX, 7, 306_783_378), (-1, i32::MAX, -1),
    ]);
    binary(Ufunc::remainder, &[
        (i32::MIN, -1i32, 0i32), (i32::MIN, 0, 0), (i32::MAX, i32::MIN, -1), (7, -3, -2),
        (i32::MIN, i32::MAX, 2_147_483_646), (i32::MAX, 7, 1), (-1, i32::MAX, 2_147_483_646),
    ]);
    binary(Ufunc::floor_divide, &[
        (i64::MIN, -1i64, i64::MIN), (i64::MIN, 0, 0), (i64::MAX, i64::MIN, -1), (7, -3, -3),
        (i64::MIN, i64::MAX, -2), (i64::MAX, 7, 1_317_624_576_693_539_401), (-1, i64::MAX, -1),
    ]);
    binary(Ufunc::remainder, &[
        (i64::MIN, -1i64, 0i64), (i64::MIN, 0, 0), (i64::MAX, i64::MIN, -1), (7, -3, -2),
        (i64::MIN, i64::MAX, 9_223_372_036_854_775_806), (i64::MAX, 7, 0),
        (-1, i64::MAX, 9_223_372_036_854_775_806),
    ]);
    binary(Ufunc::fmod, &[
        (i64::MIN, -1i64, 0i64), (i64::MIN, 0, 0), (i64::MAX, i64::MIN, i64::MAX), (7, -3, 1),
        (i64::MIN, i64::MAX, -1), (i64::MAX, 7, 0), (-1, i64::MAX, -1),
    ]);
    binary(Ufunc::floor_divide, &[
        (u32::MAX, 1u32, u32::MAX), (u32::MAX, 0, 0), (u32::MAX, u32::MAX, 1), (7, 3, 2),
        (0, 9, 0), (4_294_967_294, u32::MAX, 0),
    ]);
    binary(Ufunc::remainder, &[
        (u32::MAX, 1u32, 0u32), (u32::MAX, 0, 0), (u32::MAX, u32::MAX, 0), (7, 3, 1), (0, 9, 0),
        (4_294_967_294, u32::MAX, 4_294_967_294),
    ]);
    binary2(Ufunc::divmod, &[
        (u64::MAX, 1u64, u64::MAX, 0u64), (u64::MAX, 0, 0, 0), (u64::MAX, u64::MAX, 1, 0),
        (7, 3, 2, 1), (0, 9, 0, 0),
        (18_446_744_073_709_551_614, u64::MAX, 0, 18_446_744_073_709_551_614),
    ]);
    unary(Ufunc::reciprocal, &[(0i8, 0i8), (1, 1), (2, 0), (-1, -1), (-2, 0)]);
    unary(Ufunc::reciprocal, &[(0u8, 0u8), (1, 1), (2, 0)]);
    unary(Ufunc::reciprocal, &[(0i32, i32::MIN), (1, 1), (2, 0), (-1, -1), (-2, 0)]);
    unary(Ufunc::reciprocal, &[(0i64, i64::MIN), (1, 1), (2, 0), (-1, -1), (-2, 0)]);
}

#[test]
#[rustfmt::skip]
fn integers_wrap() {
    binary(Ufunc::add, &[(127i8, 1i8, -128i8), (-128, -1, 127)]);
    binary(Ufunc::subtract, &[(0u8, 1u8, 255u8), (3, 5, 254)]);
    binary(Ufunc::multiply, &[(i32::MAX, 2i32, -2i32), (65_536, 65_536, 0)]);
    unary(Ufunc::negative, &[(-128i8, -128i8), (5, -5), (0, 0)]);
    unary(Ufunc::absolute, &[(i16::MIN, i16::MIN), (-5, 5), (5, 5)]);
    unary(Ufunc::negative, &[(1u32, u32::MAX), (0, 0)]);
    unary(Ufunc::square, &[(16u8, 0u8), (15, 225)]);
    unary(Ufunc::sign, &[(i64::MIN, -1i64), (-3, -1), (0, 0), (9, 1)]);
    unary(Ufunc::sign, &[(0u16, 0u16), (1, 1), (u16::MAX, 1)]);
    binary(Ufunc::power, &[
        (2i32, 31i32, i32::MIN), (2, 32, 0), (-3, 3, -27), (0, 0, 1), (5, 0, 1),
        (3, 21, 1_870_418_611), (-1, i32::MAX, -1),
    ]);
    binary(Ufunc::power, &[(2u8, 7u8, 128u8), (2, 8, 0), (3, 5, 243), (255, 255, 255)]);
    binary(Ufunc::power, &[
        (3i64, 40i64, -6_289_078_614_652_622_815i64), (10, 19, -8_446_744_073_709_551_616),
        (-2, 63, i64::MIN),
    ]);
    binary(Ufunc::gcd, &[
        (12i32, 18i32, 6i32), (-12, 18, 6), (0, 5, 5), (0, 0, 0), (i32::MIN, 6, 2), (7, 13, 1),
    ]);
    binary(Ufunc::gcd, &[(u64::MAX, 4_294_967_295u64, 4_294_967_295u64), (48, 180, 12)]);
    binary(Ufunc::lcm, &[
        (4i32, 6i32, 12i32), (-4, 6, 12), (0, 5, 0), (7, 0, 0), (i32::MAX, 2, -2),
    ]);
    binary(Ufunc::lcm, &[(12u8, 18u8, 36u8), (16, 32, 32)]);
}

#[test]
#[rustfmt::skip]
fn shifts_beyond_the_width_leave_nothing() {
    binary(Ufunc::left_shift, &[
        (1i32, 31i32, i32::MIN), (1, 32, 0), (1, -1, 0), (-1, 4, -16), (1, i32::MAX, 0),
    ]);
    binary(Ufunc::right_shift, &[
        (-8i32, 1i32, -4i32), (-8, 31, -1), (-8, 32, -1), (8, 32, 0), (8, -1, 0), (-8, -1, -1),
    ]);
    binary(Ufunc::left_shift, &[(1u8, 7u8, 128u8), (1, 8, 0), (255, 255, 0)]);
    binary(Ufunc::right_shift, &[
        (u64::MAX, 63u64, 1u64), (u64::MAX, 64, 0), (u64::MAX, 9_223_372_036_854_775_808, 0),
    ]);
    binary(Ufunc::right_shift, &[(-128i8, 7i8, -1i8), (-128, 8, -1), (127, 100, 0)]);
    binary(Ufunc::left_shift, &[
        (1i64, 63i64, i64::MIN), (1, 64, 0), (3, 62, -4_611_686_018_427_387_904),
    ]);
    unary(Ufunc::bitwise_count, &[(-128i8, 1u8), (-1, 1), (0, 0), (127, 7)]);
    unary(Ufunc::bitwise_count, &[(u64::MAX, 64u8), (0, 0), (1_099_511_627_776, 1)]);
    unary(Ufunc::bitwise_count, &[(i64::MIN, 1u8), (-7, 3), (255, 8)]);
    unary(Ufunc::invert, &[(0i16, -1i16), (-1, 0), (5, -6)]);
    unary(Ufunc::invert, &[(true, false), (false, true)]);
}

#[test]
#[rustfmt::skip]
fn bools_add_by_or_and_multiply_by_and() {
    binary(Ufunc::add, &[
        (false, false, false), (false, true, true), (true, false, true), (true, true, true),
    ]);
    binary(Ufunc::multiply, &[
        (false, false, false), (false, true, false), (true, false, false), (true, true, true),
    ]);
    binary(Ufunc::maximum, &[
        (false, false, false), (false, true, true), (true, false, true), (true, true, true),
    ]);
    binary(Ufunc::minimum, &[
        (false, false, false), (false, true, false), (true, false, false), (true, true, true),
    ]);
    binary(Ufunc::less, &[
        (false, false, false), (false, true, true), (true, false, false), (true, true, false),
    ]);
    binary(Ufunc::greater_equal, &[
        (false, false, true), (false, true, false), (true, false, true), (true, true, true),
    ]);
    binary(Ufunc::equal, &[
        (false, false, true), (false, true, false), (true, false, false), (true, true, true),
    ]);
    binary(Ufunc::bitwise_xor, &[
        (false, false, false), (false, true, true), (true, false, true), (true, true, false),
    ]);
    binary(Ufunc::logical_xor, &[
        (false, false, false), (false, true, true), (true, false, true), (true, true, false),
    ]);
}
