//! Floating-point sums and products, in the order of the pairwise tree.

use super::{op::Op, tree};
use crate::{
    dtype::{Complex32, Complex64},
    isa::{Isa, Lift},
    number::Float,
};

/// `x[0] + x[1] + …`
#[derive(Clone, Copy, Default)]
pub(crate) struct Sum;
/// `x[0] * x[1] * …`
#[derive(Clone, Copy, Default)]
pub(crate) struct Prod;
/// `x[0] + x[1] + …`, with zero for NaN.
#[derive(Clone, Copy, Default)]
pub(crate) struct NanSum;
/// `x[0] * x[1] * …`, with one for NaN.
#[derive(Clone, Copy, Default)]
pub(crate) struct NanProd;
/// `|x[0]| + |x[1]| + …`
#[derive(Clone, Copy, Default)]
pub(crate) struct SumAbs;
/// `|x[0]|² + |x[1]|² + …`
#[derive(Clone, Copy, Default)]
pub(crate) struct SumSquares;
/// `|x[0] - m|² + |x[1] - m|² + …`
#[derive(Clone, Copy, Default)]
pub(crate) struct SumSquaredDeviations<T>(pub(crate) T);

macro_rules! tree_op {
    ($op:ty, $t:ty => $acc:ty, lanes $lanes:literal, empty $empty:expr,
        lift |$s:ident, $x:ident| $lift:expr, join $join:tt
        $(, tree $tree:ident $($lifted:expr)?)? $(, finish $finish:expr)?) => {
        impl Op<$t> for $op {
            type Acc = $acc;
            const SHORT: usize = $lanes;
            const EMPTY: Option<$acc> = Some($empty);
            #[inline(always)]
            fn lift(self, $x: $t) -> $acc {
                let $s = self;
                $lift
            }
            #[inline(always)]
            fn join(self, a: $acc, b: $acc) -> $acc {
                a $join b
            }
            #[inline(always)]
            fn run<I: Isa>(self, isa: I, x: &[$t]) -> $acc {
                tree::fold::<I, $t, Self, $lanes>(isa, self, x)
            }
            $(#[inline(always)]
            fn tree<I: Isa>(self, isa: I, x: &[$t]) -> Option<$acc> {
                let $s = self;
                let _ = $s;
                isa.$tree($($lifted,)? x)
            })?
            // NumPy adds the sum to a positive zero, so a sum of negative zeros is positive.
            $(#[inline(always)]
            fn finish(self, a: $acc) -> $acc {
                $finish + a
            })?
        }
    };
}

macro_rules! sums {
    ($($real:ident $complex:ident $tree:ident $complex_tree:ident,)*) => {$(
        tree_op!(Sum, $real => $real, lanes 8, empty 0.0, lift |_s, x| x, join +,
            tree $tree Lift::Value, finish 0.0);
        tree_op!(NanSum, $real => $real, lanes 8, empty 0.0,
            lift |_s, x| if x.is_nan() { 0.0 } else { x }, join +,
            tree $tree Lift::Number, finish 0.0);
        tree_op!(NanProd, $real => $real, lanes 8, empty 1.0,
            lift |_s, x| if x.is_nan() { 1.0 } else { x }, join *);
        tree_op!(Prod, $real => $real, lanes 8, empty 1.0, lift |_s, x| x, join *);
        tree_op!(SumAbs, $real => $real, lanes 8, empty 0.0, lift |_s, x| x.abs(), join +,
            tree $tree Lift::Abs);
        tree_op!(SumSquares, $real => $real, lanes 8, empty 0.0, lift |_s, x| x * x, join +,
            tree $tree Lift::Square);
        tree_op!(SumSquaredDeviations<$real>, $real => $real, lanes 8, empty 0.0,
            lift |s, x| (x - s.0) * (x - s.0), join +,
            tree $tree Lift::SquaredDeviation(s.0));
        tree_op!(Sum, $complex => $complex, lanes 4, empty $complex::new(0.0, 0.0),
            lift |_s, x| x, join +, tree $complex_tree, finish $complex::new(0.0, 0.0));
        tree_op!(NanSum, $complex => $complex, lanes 4, empty $complex::new(0.0, 0.0),
            lift |_s, x| if x.is_nan() { $complex::new(0.0, 0.0) } else { x }, join +,
            finish $complex::new(0.0, 0.0));
        tree_op!(NanProd, $complex => $complex, lanes 4, empty $complex::new(1.0, 0.0),
            lift |_s, x| if x.is_nan() { $complex::new(1.0, 0.0) } else { x }, join *);
        tree_op!(Prod, $complex => $complex, lanes 4, empty $complex::new(1.0, 0.0),
            lift |_s, x| x, join *);
        tree_op!(SumAbs, $complex => $real, lanes 8, empty 0.0, lift |_s, x| x.re.hypot(x.im), join +);
        tree_op!(SumSquares, $complex => $real, lanes 8, empty 0.0,
            lift |_s, x| x.re * x.re + x.im * x.im, join +);
        tree_op!(SumSquaredDeviations<$complex>, $complex => $real, lanes 8, empty 0.0,
            lift |s, x| {
                let d = x - s.0;
                d.re * d.re + d.im * d.im
            }, join +);
    )*};
}
sums!(f32 Complex32 sum_tree_f32 sum_tree_c32, f64 Complex64 sum_tree_f64 sum_tree_c64,);

/// The sum by Kahan's and Babuška's compensated summation, as Neumaier has it: the error is about
/// one rounding, however long the run.
///
/// Neumaier, *Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen*, 1974.
pub fn sum_kahan<T: Float>(x: &[T]) -> T {
    let (mut sum, mut lost) = (T::ZERO, T::ZERO);
    for &x in x {
        let next = sum + x;
        let error = if sum.abs() >= x.abs() {
            (sum - next) + x
        } else {
            (x - next) + sum
        };
        sum = next;
        lost = lost + error;
    }
    // An infinite sum has a NaN error.
    if lost.is_nan() { sum } else { sum + lost }
}
