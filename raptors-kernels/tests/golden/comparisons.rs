//! Comparisons, extremes and truth, with NaN and complex order.

use crate::{INF, NAN, binary, ternary, unary};
use raptors_kernels::Ufunc;

#[test]
#[rustfmt::skip]
fn nan_wins_in_maximum_and_loses_in_fmax() {
    binary(Ufunc::maximum, &[
        (NAN, 1.0f64, NAN), (1.0, NAN, NAN), (NAN, NAN, NAN), (INF, NAN, NAN), (-INF, 3.0, 3.0),
        (2.0, 1.0, 2.0),
    ]);
    binary(Ufunc::minimum, &[
        (NAN, 1.0f64, NAN), (1.0, NAN, NAN), (NAN, NAN, NAN), (INF, NAN, NAN), (-INF, 3.0, -INF),
        (2.0, 1.0, 1.0),
    ]);
    binary(Ufunc::fmax, &[
        (NAN, 1.0f64, 1.0f64), (1.0, NAN, 1.0), (NAN, NAN, NAN), (INF, NAN, INF),
        (-INF, 3.0, 3.0), (2.0, 1.0, 2.0),
    ]);
    binary(Ufunc::fmin, &[
        (NAN, 1.0f64, 1.0f64), (1.0, NAN, 1.0), (NAN, NAN, NAN), (INF, NAN, INF),
        (-INF, 3.0, -INF), (2.0, 1.0, 1.0),
    ]);
    binary(Ufunc::maximum, &[
        (f32::NAN, 1.0f32, f32::NAN), (1.0, f32::NAN, f32::NAN), (f32::NAN, f32::NAN, f32::NAN),
        (f32::INFINITY, f32::NAN, f32::NAN), (f32::NEG_INFINITY, 3.0, 3.0), (2.0, 1.0, 2.0),
    ]);
    binary(Ufunc::maximum, &[
        ((NAN, 1.0f64), (3.0f64, 1.0f64), (NAN, 1.0f64)), ((1.0, NAN), (NAN, 0.0), (1.0, NAN)),
        ((1.0, 2.0), (1.0, 3.0), (1.0, 3.0)), ((1.0, 2.0), (0.0, 9.0), (1.0, 2.0)),
        ((NAN, 1.0), (1.0, NAN), (NAN, 1.0)),
    ]);
    binary(Ufunc::minimum, &[
        ((NAN, 1.0f64), (3.0f64, 1.0f64), (NAN, 1.0f64)), ((1.0, NAN), (NAN, 0.0), (1.0, NAN)),
        ((1.0, 2.0), (1.0, 3.0), (1.0, 2.0)), ((1.0, 2.0), (0.0, 9.0), (0.0, 9.0)),
        ((NAN, 1.0), (1.0, NAN), (NAN, 1.0)),
    ]);
    binary(Ufunc::fmax, &[
        ((NAN, 1.0f64), (3.0f64, 1.0f64), (3.0f64, 1.0f64)), ((1.0, NAN), (NAN, 0.0), (1.0, NAN)),
        ((1.0, 2.0), (1.0, 3.0), (1.0, 3.0)), ((1.0, 2.0), (0.0, 9.0), (1.0, 2.0)),
        ((NAN, 1.0), (1.0, NAN), (NAN, 1.0)),
    ]);
    binary(Ufunc::fmin, &[
        ((NAN, 1.0f64), (3.0f64, 1.0f64), (3.0f64, 1.0f64)), ((1.0, NAN), (NAN, 0.0), (1.0, NAN)),
        ((1.0, 2.0), (1.0, 3.0), (1.0, 2.0)), ((1.0, 2.0), (0.0, 9.0), (0.0, 9.0)),
        ((NAN, 1.0), (1.0, NAN), (NAN, 1.0)),
    ]);
    ternary(Ufunc::clip, &[
        (NAN, 0.0f64, 1.0f64, NAN), (5.0, 0.0, 1.0, 1.0), (-5.0, 0.0, 1.0, 0.0),
        (1.0, NAN, 2.0, NAN), (1.0, 0.0, NAN, NAN), (1.0, 3.0, 2.0, 2.0), (1.0, 2.0, 3.0, 2.0),
    ]);
    ternary(Ufunc::clip, &[(5i8, 0i8, 3i8, 3i8), (-5, 0, 3, 0), (0, 1, 2, 1), (1, 3, 2, 2)]);
    ternary(Ufunc::clip, &[
        ((1.0f64, 1.0f64), (0.0f64, 0.0f64), (2.0f64, 0.0f64), (1.0f64, 1.0f64)),
        ((1.0, 1.0), (1.0, 2.0), (3.0, 0.0), (1.0, 2.0)),
        ((NAN, 0.0), (0.0, 0.0), (1.0, 0.0), (NAN, 0.0)),
        ((1.0, 1.0), (0.0, 0.0), (NAN, 0.0), (NAN, 0.0)),
    ]);
}

#[test]
#[rustfmt::skip]
fn complex_numbers_are_ordered_by_real_part_first() {
    binary(Ufunc::equal, &[
        ((1.0f64, 2.0f64), (1.0f64, 3.0f64), false), ((1.0, 2.0), (1.0, 2.0), true),
        ((0.0, 5.0), (1.0, 0.0), false), ((1.0, NAN), (2.0, 0.0), false),
        ((NAN, 1.0), (2.0, 0.0), false), ((1.0, 1.0), (2.0, NAN), false),
        ((INF, NAN), (1.0, 1.0), false), ((-1.0, NAN), (1.0, 1.0), false),
    ]);
    binary(Ufunc::not_equal, &[
        ((1.0f64, 2.0f64), (1.0f64, 3.0f64), true), ((1.0, 2.0), (1.0, 2.0), false),
        ((0.0, 5.0), (1.0, 0.0), true), ((1.0, NAN), (2.0, 0.0), true),
        ((NAN, 1.0), (2.0, 0.0), true), ((1.0, 1.0), (2.0, NAN), true),
        ((INF, NAN), (1.0, 1.0), true), ((-1.0, NAN), (1.0, 1.0), true),
    ]);
    binary(Ufunc::less, &[
        ((1.0f64, 2.0f64), (1.0f64, 3.0f64), true), ((1.0, 2.0), (1.0, 2.0), false),
        ((0.0, 5.0), (1.0, 0.0), true), ((1.0, NAN), (2.0, 0.0), false),
        ((NAN, 1.0), (2.0, 0.0), false), ((1.0, 1.0), (2.0, NAN), false),
        ((INF, NAN), (1.0, 1.0), false), ((-1.0, NAN), (1.0, 1.0), false),
    ]);
    binary(Ufunc::less_equal, &[
        ((1.0f64, 2.0f64), (1.0f64, 3.0f64), true), ((1.0, 2.0), (1.0, 2.0), true),
        ((0.0, 5.0), (1.0, 0.0), true), ((1.0, NAN), (2.0, 0.0), false),
        ((NAN, 1.0), (2.0, 0.0), false), ((1.0, 1.0), (2.0, NAN), false),
        ((INF, NAN), (1.0, 1.0), false), ((-1.0, NAN), (1.0, 1.0), false),
    ]);
    binary(Ufunc::greater, &[
        ((1.0f64, 2.0f64), (1.0f64, 3.0f64), false), ((1.0, 2.0), (1.0, 2.0), false),
        ((0.0, 5.0), (1.0, 0.0), false), ((1.0, NAN), (2.0, 0.0), false),
        ((NAN, 1.0), (2.0, 0.0), false), ((1.0, 1.0), (2.0, NAN), false),
        ((INF, NAN), (1.0, 1.0), false), ((-1.0, NAN), (1.0, 1.0), false),
    ]);
    binary(Ufunc::greater_equal, &[
        ((1.0f64, 2.0f64), (1.0f64, 3.0f64), false), ((1.0, 2.0), (1.0, 2.0), true),
        ((0.0, 5.0), (1.0, 0.0), false), ((1.0, NAN), (2.0, 0.0), false),
        ((NAN, 1.0), (2.0, 0.0), false), ((1.0, 1.0), (2.0, NAN), false),
        ((INF, NAN), (1.0, 1.0), false), ((-1.0, NAN), (1.0, 1.0), false),
    ]);
    binary(Ufunc::equal, &[
        (f32::NAN, f32::NAN, false), (1.0, f32::NAN, false), (0.0, -0.0, true),
        (f32::INFINITY, f32::INFINITY, true),
    ]);
    binary(Ufunc::not_equal, &[
        (f32::NAN, f32::NAN, true), (1.0, f32::NAN, true), (0.0, -0.0, false),
        (f32::INFINITY, f32::INFINITY, false),
    ]);
    binary(Ufunc::less, &[
        (f32::NAN, f32::NAN, false), (1.0, f32::NAN, false), (0.0, -0.0, false),
        (f32::INFINITY, f32::INFINITY, false),
    ]);
    binary(Ufunc::greater_equal, &[
        (f32::NAN, f32::NAN, false), (1.0, f32::NAN, false), (0.0, -0.0, true),
        (f32::INFINITY, f32::INFINITY, true),
    ]);
}

#[test]
#[rustfmt::skip]
fn what_is_not_zero_is_true() {
    binary(Ufunc::logical_and, &[
        (NAN, 1.0f64, true), (0.0, 1.0, false), (-0.0, 1.0, false), (1.0, INF, true),
    ]);
    binary(Ufunc::logical_or, &[
        ((0.0f64, 0.0f64), (0.0f64, 0.0f64), false), ((0.0, NAN), (0.0, 0.0), true),
        ((0.0, 0.0), (0.0, 1.0), true),
    ]);
    binary(Ufunc::logical_xor, &[(3i8, 5i8, false), (0, 2, true), (5, 0, true)]);
    unary(Ufunc::logical_not, &[(f32::NAN, false), (0.0, true), (-0.0, true), (2.0, false)]);
    unary(Ufunc::isnan, &[((NAN, 0.0f64), true), ((0.0, NAN), true), ((0.0, 1.0), false)]);
    unary(Ufunc::isinf, &[
        (f32::INFINITY, true), (f32::NEG_INFINITY, true), (f32::NAN, false), (1.0, false),
    ]);
    unary(Ufunc::isfinite, &[(INF, false), (NAN, false), (1.0, true), (f64::MAX, true)]);
    unary(Ufunc::isnan, &[(0i32, false), (5, false)]);
    unary(Ufunc::isfinite, &[(0u8, true)]);
    unary(Ufunc::signbit, &[
        (-0.0f64, true), (0.0, false), (-1.0, true), (-INF, true), (INF, false),
    ]);
}
