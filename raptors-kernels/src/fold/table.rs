//! Which operation folds which element type.

use super::{
    Fold,
    extrema::{Fmax, Fmin, Max, MaxAbs, Min},
    integer,
    op::{Kernel, Op},
    sum, truth,
};
use crate::{
    dtype::{Complex32, Complex64, DType},
    isa::Isa,
};

/// A kernel that reads and writes the types of the fold, or unsigned integers of the same size
/// where the sign makes no difference.
type Found<I> = Option<&'static Kernel<I>>;

macro_rules! class {
    ($(#[$doc:meta])* $name:ident: $($($dtype:ident)|+ = $t:ty),* $(,)?) => {
        $(#[$doc])*
        fn $name<I: Isa, O: $(Op<$t> +)*>(dtype: DType) -> Found<I> {
            match dtype {
                $($(DType::$dtype)|+ => Some(const { &Kernel::<I>::of::<$t, O>() }),)*
                _ => None,
            }
        }
    };
}

class!(
    /// Integers, widened to 64 bits as they are read.
    widened: I8 = i8, I16 = i16, I32 = i32, U8 = u8, U16 = u16, U32 = u32, I64 | U64 = u64
);
class!(
    /// Integers of 64 bits.
    words: I64 | U64 = u64
);
class!(
    /// Integers as bits.
    bits: I8 | U8 = u8, I16 | U16 = u16, I32 | U32 = u32, I64 | U64 = u64
);
class!(
    /// Truth values.
    bools: Bool = u8
);
class!(
    /// Everything, as true unless it is zero.
    truths: Bool | I8 | U8 = u8, I16 | U16 = u16, I32 | U32 = u32, I64 | U64 = u64, F32 = f32,
    F64 = f64, C64 = Complex32, C128 = Complex64
);
class!(
    /// Integers in order.
    integers: I8 = i8, I16 = i16, I32 = i32, I64 = i64, U8 = u8, U16 = u16, U32 = u32, U64 = u64
);
class!(
    /// Real and complex floating-point numbers.
    inexact: F32 = f32, F64 = f64, C64 = Complex32, C128 = Complex64
);

/// The kernel for `fold` over `dtype`.
pub(super) fn kernel<I: Isa>(fold: Fold, dtype: DType) -> Found<I> {
    match fold {
        Fold::sum => bools::<I, truth::CountNonzero>(dtype)
            .or_else(|| widened::<I, integer::Sum>(dtype))
            .or_else(|| inexact::<I, sum::Sum>(dtype)),
        Fold::prod => bools::<I, truth::AllCounted>(dtype)
            .or_else(|| words::<I, integer::Prod>(dtype))
            .or_else(|| inexact::<I, sum::Prod>(dtype)),
        Fold::min => bools::<I, truth::All>(dtype)
            .or_else(|| integers::<I, Min>(dtype))
            .or_else(|| inexact::<I, Min>(dtype)),
        Fold::max => bools::<I, truth::Any>(dtype)
            .or_else(|| integers::<I, Max>(dtype))
            .or_else(|| inexact::<I, Max>(dtype)),
        Fold::fmin => bools::<I, truth::All>(dtype)
            .or_else(|| integers::<I, Min>(dtype))
            .or_else(|| inexact::<I, Fmin>(dtype)),
        Fold::fmax => bools::<I, truth::Any>(dtype)
            .or_else(|| integers::<I, Max>(dtype))
            .or_else(|| inexact::<I, Fmax>(dtype)),
        Fold::any => truths::<I, truth::Any>(dtype),
        Fold::all => truths::<I, truth::All>(dtype),
        Fold::count_nonzero => truths::<I, truth::CountNonzero>(dtype),
        Fold::logical_xor => bools::<I, truth::Xor>(dtype),
        Fold::bitwise_and => {
            bools::<I, truth::All>(dtype).or_else(|| bits::<I, integer::And>(dtype))
        }
        Fold::bitwise_or => bools::<I, truth::Any>(dtype).or_else(|| bits::<I, integer::Or>(dtype)),
        Fold::bitwise_xor => {
            bools::<I, truth::Xor>(dtype).or_else(|| bits::<I, integer::Xor>(dtype))
        }
        Fold::sum_abs => inexact::<I, sum::SumAbs>(dtype),
        Fold::sum_squares => inexact::<I, sum::SumSquares>(dtype),
        Fold::max_abs => inexact::<I, MaxAbs>(dtype),
        Fold::nansum => inexact::<I, sum::NanSum>(dtype),
        Fold::nanprod => inexact::<I, sum::NanProd>(dtype),
        Fold::count_nan => inexact::<I, truth::CountNan>(dtype),
    }
}
