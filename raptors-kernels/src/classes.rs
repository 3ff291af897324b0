//! Dtype classes: which element types a ufunc has loops for. The trait bound is the check that a
//! body covers its class.

use crate::{
    dtype::{Bool, Complex32, Complex64, DType, f16},
    isa::Isa,
    kernel::{self, Binary, Binary2, Kernel, Ternary, Unary, Unary2},
    watch::Rule,
};

macro_rules! class {
    ($(#[$doc:meta])* $name:ident $(through $half:ident)?: $($dtype:ident = $t:ty),* $(,)?) => {
        $(#[$doc])*
        #[allow(dead_code, reason = "not every class has rows of every arity")]
        pub(crate) mod $name {
            use super::*;

            /// Whether the class has `dtype`, in a loop of its own or through a wider one.
            pub(crate) const fn has(dtype: DType) -> bool {
                matches!(dtype, $(DType::$half |)? $(DType::$dtype)|*)
            }

            class!(@ unary Unary, $($dtype = $t),*);
            class!(@ unary2 Unary2, $($dtype = $t),*);
            class!(@ binary Binary, $($dtype = $t),*);
            class!(@ binary2 Binary2, $($dtype = $t),*);
            class!(@ ternary Ternary, $($dtype = $t),*);
        }
    };
    (@ $arity:ident $bound:ident, $($dtype:ident = $t:ty),*) => {
        pub(crate) fn $arity<I: Isa, K: $($bound<$t> +)*, R: Rule>(
            dtype: DType,
        ) -> Option<Kernel<I>> {
            #[allow(unreachable_patterns, reason = "some classes have every dtype")]
            match dtype {
                $(DType::$dtype => Some(const { kernel::$arity::<I, K, $t, R>() }),)*
                _ => None,
            }
        }
    };
}

class!(
    /// Truth values and integers.
    bools_ints: Bool = Bool, I8 = i8, U8 = u8, I16 = i16, U16 = u16, I32 = i32, U32 = u32,
    I64 = i64, U64 = u64
);
class!(
    /// Integers.
    ints: I8 = i8, U8 = u8, I16 = i16, U16 = u16, I32 = i32, U32 = u32, I64 = i64, U64 = u64
);
class!(
    /// Real floating-point numbers; float16 is computed in float32 and rounded once.
    floats through F16: F32 = f32, F64 = f64
);
class!(
    /// Real floating-point numbers, float16 in a loop of its own: what depends on its spacing.
    halves_floats: F16 = f16, F32 = f32, F64 = f64
);
class!(
    /// Real and complex floating-point numbers.
    inexact through F16: F32 = f32, F64 = f64, C64 = Complex32, C128 = Complex64
);
class!(
    /// Real and complex numbers of double precision: what narrower ones are converted to.
    doubles: F64 = f64, C128 = Complex64
);
class!(
    /// Integers and real floating-point numbers.
    reals through F16: I8 = i8, U8 = u8, I16 = i16, U16 = u16, I32 = i32, U32 = u32, I64 = i64,
    U64 = u64, F32 = f32, F64 = f64
);
class!(
    /// Truth values, integers and real floating-point numbers.
    bools_reals through F16: Bool = Bool, I8 = i8, U8 = u8, I16 = i16, U16 = u16, I32 = i32,
    U32 = u32, I64 = i64, U64 = u64, F32 = f32, F64 = f64
);
class!(
    /// Every number, no truth values.
    numbers through F16: I8 = i8, U8 = u8, I16 = i16, U16 = u16, I32 = i32, U32 = u32, I64 = i64,
    U64 = u64, F32 = f32, F64 = f64, C64 = Complex32, C128 = Complex64
);
class!(
    /// Every element type.
    all through F16: Bool = Bool, I8 = i8, U8 = u8, I16 = i16, U16 = u16, I32 = i32, U32 = u32,
    I64 = i64, U64 = u64, F32 = f32, F64 = f64, C64 = Complex32, C128 = Complex64
);
class!(
    /// Every number, float16 in a loop of its own: what touches bits alone.
    halves_numbers: I8 = i8, U8 = u8, I16 = i16, U16 = u16, I32 = i32, U32 = u32, I64 = i64,
    U64 = u64, F16 = f16, F32 = f32, F64 = f64, C64 = Complex32, C128 = Complex64
);
class!(
    /// Every element type, float16 in a loop of its own: what touches bits alone.
    halves_all: Bool = Bool, I8 = i8, U8 = u8, I16 = i16, U16 = u16, I32 = i32, U32 = u32,
    I64 = i64, U64 = u64, F16 = f16, F32 = f32, F64 = f64, C64 = Complex32, C128 = Complex64
);
