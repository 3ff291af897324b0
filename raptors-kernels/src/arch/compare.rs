//! Comparisons of whole runs of 64-bit numbers, and of complex ones, in vectors that are written out, where the
//! level has them.

use crate::{
    dtype::{Bool, Complex32, Complex64},
    isa::Isa,
};

/// Which comparison.
pub(crate) mod op {
    pub(crate) const EQUAL: u8 = 0;
    pub(crate) const NOT_EQUAL: u8 = 1;
    pub(crate) const LESS: u8 = 2;
    pub(crate) const LESS_EQUAL: u8 = 3;
    pub(crate) const GREATER: u8 = 4;
    pub(crate) const GREATER_EQUAL: u8 = 5;
    /// Of floats: `|x| == y`.
    pub(crate) const SIZE_EQUAL: u8 = 6;
    /// Of floats: `|x| < y`.
    pub(crate) const SIZE_LESS: u8 = 7;
    /// Of floats: whether the sign of `x` is negative, whatever `y` is.
    pub(crate) const NEGATIVE: u8 = 8;
}

macro_rules! words {
    ($($name:ident $t:ty;)*) => {$(
        /// Fills `out` with the results for `x` and `y`, of which one of one element is repeated: whether
        /// the level does, and the run is long enough. Complex numbers are only told equal or not.
        #[inline(always)]
        pub(crate) fn $name<I: Isa, const OP: u8>(isa: I, x: &[$t], y: &[$t], out: &mut [Bool]) -> bool {
            #[cfg(target_arch = "x86_64")]
            if let Some(isa) = isa.only_avx2()
                && <$t as super::x86_compare::Word>::knows(OP)
                && out.len() >= super::x86_compare::LEAST
            {
                super::x86_compare::words::<$t, OP>(isa, x, y, out);
                return true;
            }
            let _ = (isa, x, y, out);
            false
        }
    )*};
}
words!(f64s f64; i64s i64; u64s u64; complex32s Complex32; complex64s Complex64;);
