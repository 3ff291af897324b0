//! Functions of packs of elements that are written in vectors, where the level has AVX-512.

use crate::{isa::Isa, kernel::PACK};

/// Whether this machine's widest level has them.
pub(crate) const THERE: bool = cfg!(target_arch = "x86_64");

macro_rules! packs {
    ($($name:ident = $file:ident $pack:ident;)*) => {$(
        /// As the body of this name, for a pack: whether the level has it.
        #[inline(always)]
        pub(crate) fn $name<I: Isa>(isa: I, x: &[f64; PACK], out: &mut [f64; PACK]) -> bool {
            #[cfg(target_arch = "x86_64")]
            if let Some(isa) = isa.widest() {
                super::$file::$pack(isa, x, out);
                return true;
            }
            let _ = (isa, x, out);
            false
        }
    )*};
}
packs! {
    log = x86_log log_pack;
    log2 = x86_log log2_pack;
    log10 = x86_log log10_pack;
    log1p = x86_log log1p_pack;
    arcsinh = x86_log arcsinh_pack;
    arccosh = x86_log arccosh_pack;
    cosh = x86_exp cosh_pack;
    sinh = x86_exp sinh_pack;
    expm1 = x86_exp expm1_pack;
    tanh = x86_exp tanh_pack;
}

/// Powers of a pack, and whether one of the pairs may be rare or has an odd result: nothing where
/// the level has it not.
#[inline(always)]
pub(crate) fn power<I: Isa>(
    isa: I,
    x: &[f64; PACK],
    y: &[f64; PACK],
    out: &mut [f64; PACK],
) -> Option<bool> {
    #[cfg(target_arch = "x86_64")]
    if let Some(isa) = isa.widest() {
        return Some(super::x86_exp::power_pack(isa, x, y, out));
    }
    let _ = (isa, x, y, out);
    None
}
