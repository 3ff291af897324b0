//! What the compiler cannot be led to by plain loops, in intrinsics. Tokens prove the features.

pub(crate) mod compare;
pub(crate) mod complex;
pub(crate) mod divide;
pub(crate) mod order;
pub(crate) mod packs;
#[cfg(not(target_arch = "x86_64"))]
mod plain_vector;
pub(crate) mod status;
pub(crate) mod stream;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;
#[cfg(target_arch = "x86_64")]
mod x86_arc;
#[cfg(target_arch = "x86_64")]
mod x86_arctanh;
#[cfg(target_arch = "x86_64")]
mod x86_arg;
#[cfg(target_arch = "x86_64")]
mod x86_arg_few;
#[cfg(target_arch = "x86_64")]
mod x86_beside;
#[cfg(target_arch = "x86_64")]
mod x86_bits;
#[cfg(target_arch = "x86_64")]
mod x86_bytes;
#[cfg(target_arch = "x86_64")]
mod x86_compare;
#[cfg(target_arch = "x86_64")]
mod x86_complex;
#[cfg(target_arch = "x86_64")]
mod x86_compress;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_direct;
#[cfg(target_arch = "x86_64")]
mod x86_divide;
#[cfg(target_arch = "x86_64")]
mod x86_eight;
#[cfg(target_arch = "x86_64")]
mod x86_exp;
#[cfg(target_arch = "x86_64")]
mod x86_exp16;
#[cfg(target_arch = "x86_64")]
mod x86_exp32;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_half;
#[cfg(target_arch = "x86_64")]
mod x86_lane;
#[cfg(target_arch = "x86_64")]
mod x86_lanes;
#[cfg(target_arch = "x86_64")]
mod x86_lanes256;
#[cfg(target_arch = "x86_64")]
mod x86_large;
#[cfg(target_arch = "x86_64")]
mod x86_log;
#[cfg(target_arch = "x86_64")]
mod x86_log16;
#[cfg(target_arch = "x86_64")]
mod x86_log32;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_many;
#[cfg(target_arch = "x86_64")]
mod x86_narrow;
#[cfg(target_arch = "x86_64")]
mod x86_network;
#[cfg(target_arch = "x86_64")]
mod x86_pack;
#[cfg(target_arch = "x86_64")]
mod x86_pair;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_pairs;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_panels;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_panels_complex;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_panels_pack;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_panels_turn;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_panels_wide;
#[cfg(target_arch = "x86_64")]
mod x86_parting;
#[cfg(target_arch = "x86_64")]
mod x86_permute;
#[cfg(target_arch = "x86_64")]
mod x86_place;
#[cfg(target_arch = "x86_64")]
mod x86_power;
#[cfg(target_arch = "x86_64")]
mod x86_quick;
#[cfg(target_arch = "x86_64")]
mod x86_root;
#[cfg(target_arch = "x86_64")]
mod x86_root16;
#[cfg(target_arch = "x86_64")]
mod x86_root32;
#[cfg(target_arch = "x86_64")]
mod x86_rows;
#[cfg(target_arch = "x86_64")]
mod x86_short;
#[cfg(target_arch = "x86_64")]
mod x86_sixteen;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_sum;
#[cfg(target_arch = "x86_64")]
mod x86_tan32;
#[cfg(target_arch = "x86_64")]
mod x86_transpose;
#[cfg(target_arch = "x86_64")]
mod x86_trig;
#[cfg(target_arch = "x86_64")]
mod x86_trig16;
#[cfg(target_arch = "x86_64")]
mod x86_trig32;
#[cfg(target_arch = "x86_64")]
mod x86_turn;
#[cfg(target_arch = "x86_64")]
mod x86_vector;
#[cfg(target_arch = "x86_64")]
mod x86_wide;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_words;

#[cfg(target_arch = "x86_64")]
pub(crate) use x86_arg::{Place, place};
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_arg_few::place_few;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_bits::bits;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_compress::{compress, find};
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_large::to_large;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_pack::to_integers;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_transpose::{LINE, REGISTER, Square, square_around, squares};

#[cfg(not(target_arch = "x86_64"))]
mod elsewhere {
    //! Where loops are left to the compiler.

    use crate::{
        Bool, DType, Level,
        fold::Rows,
        isa::Isa,
        slice::{In, Out},
    };

    /// Transposes a square: from its first column to its first row, by strides.
    pub(crate) type Square = unsafe fn(*const u8, isize, *mut u8, isize);
    /// Bytes of a side of the larger square.
    pub(crate) const LINE: usize = 64;
    /// Bytes of a side of the smaller square.
    pub(crate) const REGISTER: usize = 16;

    /// None.
    pub(crate) fn squares(_: Level, _: usize) -> Option<[Square; 2]> {
        None
    }

    /// None.
    pub(crate) fn square_around(_: Level, _: usize) -> Option<Square> {
        None
    }

    /// None.
    pub(crate) fn compress(_: Level, _: usize) -> Option<fn(&[Bool], &[u8], &mut [u8]) -> usize> {
        None
    }

    /// Packs truth values, and the other way round.
    type Bits = (
        fn(&[[Bool; 64]], &mut [[u8; 8]], bool),
        fn(&[[u8; 8]], &mut [[u8; 64]], bool),
    );

    /// None.
    pub(crate) fn bits(_: Level) -> Option<Bits> {
        None
    }

    /// Writes the places of extremes in runs.
    pub(crate) type Place = fn(Rows<'_>, &mut [i64]) -> usize;

    /// None.
    pub(crate) fn place(_: Level, _: DType, _: bool) -> Option<Place> {
        None
    }

    /// None.
    pub(crate) fn place_few(_: Level, _: DType, _: bool, _: usize) -> Option<Place> {
        None
    }

    /// Never.
    pub(crate) fn to_integers<I: Isa>(_: I, _: In<'_>, _: &mut Out<'_>) -> bool {
        false
    }

    /// Never.
    pub(crate) fn to_large<I: Isa>(_: I, _: In<'_>, _: &mut Out<'_>) -> bool {
        false
    }

    /// None.
    pub(crate) fn find(_: Level) -> Option<fn(&[Bool], &mut [i64]) -> usize> {
        None
    }
}
#[cfg(not(target_arch = "x86_64"))]
pub(crate) use elsewhere::{
    LINE, Place, REGISTER, Square, bits, compress, find, place, place_few, square_around, squares,
    to_integers, to_large,
};

/// Whether this is one of AMD's CPUs, which alone have these instructions.
#[inline(always)]
pub(crate) fn is_zen() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("sse4a");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Asks for the line at `address` to be brought near; any address will do.
#[inline(always)]
pub(crate) fn prefetch(address: *const u8) {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch reads nothing that a program sees and faults at no address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
