//! Runs of integers divided by one number in vectors that are written out, where the level has them.

use crate::isa::Isa;
#[cfg(target_arch = "x86_64")]
use crate::slice::{In, Out};

/// An integer type.
pub(crate) trait Divide: Sized {
    /// Fills `out` with `x` divided by a number and rounded down: whether the level does. The number has
    /// this magnitude, which is not zero, and is negative or not.
    #[inline(always)]
    fn divide<I: Isa>(isa: I, x: &[Self], by: (Self::Magnitude, bool), out: &mut [Self]) -> bool {
        let _ = (isa, x, by, out);
        false
    }

    /// Fills `out` with what `f` fills its output with for the same element, by a table of all results, where the
    /// type has so few that the level looks them up: what `f` gives. Nothing for others, and for so few elements
    /// that the table takes longer.
    #[inline(always)]
    fn by_table<I: Isa>(
        isa: I,
        x: &[Self],
        out: &mut [Self],
        f: impl FnOnce(&[Self], &mut [Self]) -> bool,
    ) -> Option<bool> {
        let _ = (isa, x, out, f);
        None
    }

    /// What holds the absolute value of each.
    type Magnitude;
}

/// Elements from which on a table of bytes is made: four times as many as it has (bench: kernels, by the name of
/// the ufunc).
#[cfg(target_arch = "x86_64")]
const MANY: usize = 1024;

macro_rules! bytes {
    ($($t:ident)*) => {$(
        impl Divide for $t {
            #[inline(always)]
            fn by_table<I: Isa>(
                isa: I,
                x: &[$t],
                out: &mut [$t],
                f: impl FnOnce(&[$t], &mut [$t]) -> bool,
            ) -> Option<bool> {
                #[cfg(target_arch = "x86_64")]
                if let Some(isa) = isa.widest()
                    && x.len() >= MANY
                    && super::x86_bytes::has_tables()
                {
                    use super::x86_bytes::{RESULTS, mapped};
                    let numbers: [$t; RESULTS] = core::array::from_fn(|i| i as $t);
                    let mut results = [0; RESULTS];
                    if !f(&numbers, &mut results) {
                        return Some(false);
                    }
                    let table = results.map(|result| result as u8);
                    mapped(isa, In::from(x).bytes(), Out::from(out).bytes(), &table);
                    return Some(true);
                }
                let _ = (isa, x, out, f);
                None
            }
            type Magnitude = u8;
        }
    )*};
}
bytes!(u8 i8);

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
trusted!(u16 u16 i16 u16 u64 u64 i64 u64);
