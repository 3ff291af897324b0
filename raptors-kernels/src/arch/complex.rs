//! Complex products of whole runs in vectors that are written out, where the level has them.

use crate::{
    dtype::{Complex32, Complex64},
    isa::Isa,
};

macro_rules! products {
    ($($name:ident $t:ty;)*) => {$(
        /// Fills `out` with the products of `x` and `y`, of which one of one element is repeated, and one of
        /// none is `out` as it was: whether the level does.
        #[inline(always)]
        pub(crate) fn $name<I: Isa>(isa: I, x: &[$t], y: &[$t], out: &mut [$t]) -> bool {
            #[cfg(target_arch = "x86_64")]
            if let Some(isa) = isa.only_avx2() {
                super::x86_complex::$name(isa, x, y, out);
                return true;
            }
            let _ = (isa, x, y, out);
            false
        }
    )*};
}
products!(products_c32 Complex32; products_c64 Complex64;);
