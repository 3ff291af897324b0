//! Functions of packs of elements that are written in vectors, where the level has AVX-512.

use crate::{dtype::f16, isa::Isa, kernel::PACK, watch::Watched};

/// Whether this machine's widest level has them.
pub(crate) const THERE: bool = cfg!(target_arch = "x86_64");

macro_rules! packs {
    ($($name:ident = $file:ident $pack:ident;)*) => {$(
        /// As the body of this name, for packs: whether the level has it.
        #[inline(always)]
        pub(crate) fn $name<I: Isa>(isa: I, x: &[[f64; PACK]], out: &mut [[f64; PACK]]) -> bool {
            #[cfg(target_arch = "x86_64")]
            if let Some(isa) = isa.widest() {
                for (x, out) in x.iter().zip(out) {
                    super::$file::$pack(isa, x, out);
                }
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
    arctanh = x86_arctanh arctanh_pack;
    exp = x86_exp exp_pack;
    exp2 = x86_exp exp2_pack;
    cosh = x86_exp cosh_pack;
    sinh = x86_exp sinh_pack;
    expm1 = x86_exp expm1_pack;
    tanh = x86_exp tanh_pack;
    cbrt = x86_root cbrt_pack;
    sin = x86_trig sin_pack;
    cos = x86_trig cos_pack;
    tan = x86_trig tan_pack;
    arctan = x86_arc arctan_pack;
    arcsin = x86_arc arcsin_pack;
    arccos = x86_arc arccos_pack;
}

/// The same for float32.
pub(crate) mod single {
    use crate::{isa::Isa, kernel::PACK};

    macro_rules! packs {
        ($($name:ident = $file:ident;)*) => {$(
            /// As the body of this name, for two packs or for one: whether the level has it.
            #[inline(always)]
            pub(crate) fn $name<I: Isa>(isa: I, x: &[[f32; PACK]], out: &mut [[f32; PACK]]) -> bool {
                #[cfg(target_arch = "x86_64")]
                if let Some(isa) = isa.widest() {
                    use crate::arch::{$file, x86_sixteen::Sixteen};
                    match (x, out) {
                        ([one, two], [first, second]) => {
                            let y = $file::$name(Sixteen::load(isa, [one, two]));
                            y.store(first, second);
                        }
                        ([one], [first]) => $file::$name(Sixteen::load(isa, [one; 2])).store_first(first),
                        _ => return false,
                    }
                    return true;
                }
                let _ = (isa, x, out);
                false
            }
        )*};
    }
    packs! {
        log = x86_log32;
        log2 = x86_log32;
        log10 = x86_log32;
        log1p = x86_log32;
        arcsinh = x86_root32;
        arccosh = x86_root32;
        arctanh = x86_root32;
        cbrt = x86_root32;
        exp = x86_exp32;
        exp2 = x86_exp32;
        expm1 = x86_exp32;
        cosh = x86_exp32;
        sinh = x86_exp32;
        tanh = x86_exp32;
        arctan = x86_trig32;
    }

    /// As the others, and whether one of the elements is rare: nothing where the level has it not.
    #[inline(always)]
    pub(crate) fn tan<I: Isa>(isa: I, x: &[[f32; PACK]], out: &mut [[f32; PACK]]) -> Option<bool> {
        #[cfg(target_arch = "x86_64")]
        if let Some(isa) = isa.widest() {
            use crate::arch::{x86_sixteen::Sixteen, x86_tan32};
            match (x, out) {
                ([one, two], [first, second]) => {
                    let (y, rare) = x86_tan32::tan(Sixteen::load(isa, [one, two]));
                    y.store(first, second);
                    return Some(rare);
                }
                ([one], [first]) => {
                    let (y, rare) = x86_tan32::tan(Sixteen::load(isa, [one; 2]));
                    y.store_first(first);
                    return Some(rare);
                }
                _ => return None,
            }
        }
        let _ = (isa, x, out);
        None
    }
}

/// The same for float16, before results are rounded to it.
pub(crate) mod half {
    use crate::{dtype::f16, isa::Isa, kernel::PACK};

    macro_rules! packs {
        ($($name:ident = $file:ident $pack:ident $(quiet $quiet:ident)?;)*) => {$(
            /// As the body of this name, for two packs or for one: whether the level has it. If `quiet`, the
            /// results of other numbers do not matter.
            #[allow(clippy::match_bool, reason = "an arm that not every function has")]
            #[inline(always)]
            pub(crate) fn $name<I: Isa>(
                isa: I,
                x: &[[f16; PACK]],
                out: &mut [[f32; PACK]],
                quiet: bool,
            ) -> bool {
                #[cfg(target_arch = "x86_64")]
                if let Some(isa) = isa.widest() {
                    use crate::arch::{$file, x86_sixteen::Sixteen};
                    let x = match x {
                        [one, two] => Sixteen::load_halves(isa, [one, two]),
                        [one] => Sixteen::load_halves(isa, [one; 2]),
                        _ => return false,
                    };
                    let y = match quiet {
                        $(true => $file::$quiet(x),)?
                        _ => $file::$pack(x),
                    };
                    match out {
                        [first, second] => y.store(first, second),
                        [first] => y.store_first(first),
                        _ => return false,
                    }
                    return true;
                }
                let _ = (isa, x, out, quiet);
                false
            }
        )*};
    }
    packs! {
        log = x86_log16 log;
        log2 = x86_log16 log2;
        log10 = x86_log16 log10;
        log1p = x86_log16 log1p quiet log1p_quiet;
        arcsinh = x86_root32 arcsinh_half;
        arccosh = x86_root32 arccosh_half;
        arctanh = x86_log16 arctanh;
        cbrt = x86_root16 cbrt;
        exp = x86_exp16 exp quiet exp_quiet;
        exp2 = x86_exp16 exp2 quiet exp2_quiet;
        expm1 = x86_exp16 expm1;
        cosh = x86_exp16 cosh quiet cosh_quiet;
        sinh = x86_exp16 sinh quiet sinh_quiet;
        tanh = x86_exp32 tanh;
        sin = x86_trig16 sin;
        cos = x86_trig16 cos;
        tan = x86_trig32 tan_half;
        arcsin = x86_trig32 arcsin;
        arccos = x86_trig32 arccos;
        arctan = x86_trig32 arctan_half;
    }
}

/// Whether one is, by a look at all: leaving at the first takes a branch for each.
#[inline(always)]
pub(crate) fn any(of: [bool; PACK]) -> bool {
    of.iter().fold(false, |any, &one| any | one)
}

/// Rounds a pack to float16.
#[inline(always)]
pub(crate) fn round<I: Isa>(isa: I, x: &[f32; PACK], out: &mut [f16; PACK]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(isa) = isa.widest() {
        return super::x86_sixteen::Sixteen::load(isa, [x; 2]).store_first_halves(out);
    }
    isa.narrow_to_halves(x, out);
}

/// Whether one of a pack is infinite or NaN when rounded to float16, or less than every normal float16, of which
/// zeros only if `zeros`.
#[inline(always)]
pub(crate) fn is_odd_half(x: &[f32; PACK], zeros: bool) -> bool {
    /// The bits of 2^-14, and of 65520, which is rounded up to infinity.
    const LEAST: u32 = 0x3880_0000;
    const INFINITE: u32 = 0x477f_f000;
    x.iter().fold(false, |odd, x| {
        let bits = x.abs().to_bits();
        let tiny = bits.wrapping_sub(!zeros as u32) < LEAST - 1;
        let infinite = bits >= INFINITE;
        odd | tiny | infinite
    })
}

macro_rules! oddness {
    ($($name:ident($x:ident): $t:ty = $file:ident $of:ident $load:expr;)*) => {$(
        /// Whether one of a pack is infinite or NaN, or if `tiny` less than every normal number.
        #[inline(always)]
        pub(crate) fn $name<I: Isa>(isa: I, $x: &[$t; PACK], tiny: bool) -> bool {
            #[cfg(target_arch = "x86_64")]
            if let Some(isa) = isa.widest() {
                let x = super::$file::$of::load(isa, $load);
                return if tiny {
                    x.is_odd()
                } else {
                    x.is_infinite_or_nan()
                };
            }
            let _ = isa;
            $x.iter().fold(false, |odd, x| odd | x.is_odd(tiny))
        }
    )*};
}
oddness! {
    is_odd_single(x): f32 = x86_sixteen Sixteen [x; 2];
    is_odd_double(x): f64 = x86_wide Wide x;
}

macro_rules! double_pairs {
    ($($(#[$doc:meta])* $name:ident: $second:ty = $file:ident $pack:ident;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub(crate) fn $name<I: Isa>(
            isa: I,
            x: &[[f64; PACK]],
            y: &[[$second; PACK]],
            out: &mut [[f64; PACK]],
        ) -> Option<bool> {
            #[cfg(target_arch = "x86_64")]
            if let Some(isa) = isa.widest() {
                let mut odd = false;
                for (out, (x, y)) in out.iter_mut().zip(x.iter().zip(y)) {
                    odd |= super::$file::$pack(isa, x, y, out);
                }
                return Some(odd);
            }
            let _ = (isa, x, y, out);
            None
        }
    )*};
}
double_pairs! {
    /// `x * 2^y` for packs, and whether one of the results is odd: nothing where the level has it not.
    ldexp: i32 = x86_wide ldexp_pack;
    /// Powers of packs, and whether one of the pairs may be rare or has an odd result: nothing where
    /// the level has it not.
    power: f64 = x86_power power_pack;
    /// As [`power`], the angles of points, none of which is rare.
    arctan2: f64 = x86_arc arctan2_pack;
}

macro_rules! single_pairs {
    ($($(#[$doc:meta])* $name:ident: $second:ty = $load:ident, $of:expr;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub(crate) fn $name<I: Isa>(
            isa: I,
            x: &[[f32; PACK]],
            y: &[[$second; PACK]],
            out: &mut [[f32; PACK]],
        ) -> Option<bool> {
            #[cfg(target_arch = "x86_64")]
            if let Some(isa) = isa.widest() {
                use super::x86_sixteen::Sixteen;
                match (x, y, out) {
                    ([x1, x2], [y1, y2], [first, second]) => {
                        let (x, y) = (Sixteen::load(isa, [x1, x2]), Sixteen::$load(isa, [y1, y2]));
                        let (result, odd) = $of(x, y);
                        result.store(first, second);
                        return Some(odd);
                    }
                    ([x], [y], [first]) => {
                        let (x, y) = (Sixteen::load(isa, [x; 2]), Sixteen::$load(isa, [y; 2]));
                        let (result, odd) = $of(x, y);
                        result.store_first(first);
                        return Some(odd);
                    }
                    _ => return None,
                }
            }
            let _ = (isa, x, y, out);
            None
        }
    )*};
}
single_pairs! {
    /// As [`ldexp`], for one pack or two side by side.
    ldexp_single: i32 = from_integers, super::x86_sixteen::Sixteen::scaled;
    /// As [`arctan2`], for one pack or two side by side.
    arctan2_single: f32 = load, super::x86_trig32::arctan2;
    /// As [`power`], for one pack or two side by side.
    power_single: f32 = load, super::x86_power::power_single;
}

macro_rules! two_results {
    ($($(#[$doc:meta])* $name:ident: $t:ty = $file:ident $pack:ident;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub(crate) fn $name<I: Isa>(
            isa: I,
            x: &[$t; PACK],
            first: &mut [$t; PACK],
            second: &mut [i32; PACK],
        ) -> bool {
            #[cfg(target_arch = "x86_64")]
            if let Some(isa) = isa.widest() {
                super::$file::$pack(isa, x, first, second);
                return true;
            }
            let _ = (isa, x, first, second);
            false
        }
    )*};
}
two_results! {
    /// Mantissas and exponents of a pack: whether the level has it.
    frexp: f64 = x86_wide frexp_pack;
    /// As [`frexp`].
    frexp_single: f32 = x86_sixteen frexp_pack;
}
