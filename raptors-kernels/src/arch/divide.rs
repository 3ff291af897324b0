//! Runs of integers divided by one number in vectors that are written out, where the level has them.

use crate::isa::Isa;

/// An integer type.
pub(crate) trait Divide: Sized {
    /// Fills `out` with `x` divided by a number and rounded down: whether the level does. The number has
    /// this magnitude, which is not zero, and is negative or not.
    #[inline(always)]
    fn divide<I: Isa>(isa: I, x: &[Self], by: (Self::Magnitude, bool), out: &mut [Self]) -> bool {
        let _ = (isa, x, by, out);
        false
    }

    /// What holds the absolute value of each.
    type Magnitude;
}

macro_rules! vectors {
    ($($t:ident $magnitude:ident;)*) => {$(
        impl Divide for $t {
            #[inline(always)]
            fn divide<I: Isa>(isa: I, x: &[$t], by: ($magnitude, bool), out: &mut [$t]) -> bool {
                #[cfg(target_arch = "x86_64")]
                if let Some(isa) = isa.only_avx2() {
                    super::x86_divide::words::<$t, { <$t>::MIN != 0 }>(isa, x, by, out);
                    return true;
                }
                let _ = (isa, x, by, out);
                false
            }
            type Magnitude = $magnitude;
        }
    )*};
}
vectors!(u32 u32; i32 u32;);

macro_rules! trusted {
    ($($t:ident $magnitude:ident)*) => {$(
        // Left to the compiler.
        impl Divide for $t {
            type Magnitude = $magnitude;
        }
    )*};
}
trusted!(u8 u8 i8 u8 u16 u16 i16 u16 u64 u64 i64 u64);
