//! Squares of elements transposed in registers, by instructions that interleave two of them.
//!
//! Interleaving the lower and the upper halves of register `i` and of the one half the registers
//! further on, for each `i`, turns the bits of "register, place" round by one. After as many times
//! as a place has bits, registers and places have changed roles.

use crate::Level;
use core::arch::x86_64::{
    __m128i, __m256i, __m512i, _mm_loadu_si128, _mm_storeu_si128, _mm_unpackhi_epi8,
    _mm_unpackhi_epi16, _mm_unpackhi_epi32, _mm_unpackhi_epi64, _mm_unpacklo_epi8,
    _mm_unpacklo_epi16, _mm_unpacklo_epi32, _mm_unpacklo_epi64, _mm256_loadu2_m128i,
    _mm256_storeu_si256, _mm256_unpackhi_epi8, _mm256_unpackhi_epi16, _mm256_unpackhi_epi32,
    _mm256_unpackhi_epi64, _mm256_unpacklo_epi8, _mm256_unpacklo_epi16, _mm256_unpacklo_epi32,
    _mm256_unpacklo_epi64, _mm512_loadu_si512, _mm512_setzero_si512, _mm512_shuffle_i32x4,
    _mm512_storeu_si512, _mm512_stream_si512, _mm512_unpackhi_epi32, _mm512_unpackhi_epi64,
    _mm512_unpacklo_epi32, _mm512_unpacklo_epi64,
};

/// Transposes a square: from its first column, by the stride between columns, whose elements lie
/// one after the other, to its first row, by the stride between rows.
pub(crate) type Square = unsafe fn(*const u8, isize, *mut u8, isize);

/// Bytes of a side of the larger square: a cache line.
pub(crate) const LINE: usize = 64;
/// Bytes of a side of the smaller square: a register.
pub(crate) const REGISTER: usize = 16;

/// The functions for squares of elements of `size` bytes, whose sides have [`LINE`] and
/// [`REGISTER`] bytes. Nothing where every element is moved alone.
pub(crate) fn squares(level: Level, size: usize) -> Option<[Square; 2]> {
    let wide = match level {
        Level::Scalar(_) => return None,
        Level::Sse2(_) => false,
        Level::Avx2(_) | Level::Avx512(_) => true,
    };
    let line = match (level, size) {
        (Level::Avx512(_), 4) => Some(avx512::line_4 as Square),
        (Level::Avx512(_), 8) => Some(avx512::line_8 as Square),
        (Level::Avx512(_), 16) => return Some([avx512::line_16, sse2::element_16]),
        _ => None,
    };
    let [by_registers, register]: [Square; 2] = match (size, wide) {
        (1, false) => [sse2::line_1, sse2::register_1],
        (2, false) => [sse2::line_2, sse2::register_2],
        (4, false) => [sse2::line_4, sse2::register_4],
        (8, false) => [sse2::line_8, sse2::register_8],
        (1, true) => [avx2::line_1, sse2::register_1],
        (2, true) => [avx2::line_2, sse2::register_2],
        (4, true) => [avx2::line_4, sse2::register_4],
        (8, true) => [avx2::line_8, sse2::register_8],
        _ => return None,
    };
    Some([line.unwrap_or(by_registers), register])
}

/// The function for squares whose sides have [`LINE`] bytes that stores around the caches, where the level
/// has one: rows of the target begin with a line.
pub(crate) fn square_around(level: Level, size: usize) -> Option<Square> {
    match (level, size) {
        (Level::Avx512(_), 4) => Some(avx512::around_4),
        (Level::Avx512(_), 8) => Some(avx512::around_8),
        (Level::Avx512(_), 16) => Some(avx512::around_16),
        _ => None,
    }
}

/// The quarters of four vectors, turned.
///
/// # Safety
///
/// The CPU has AVX-512.
#[inline(always)]
pub(super) unsafe fn quarters([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    // SAFETY: the caller's promise that the CPU has the instructions.
    unsafe {
        let (ab_even, ab_odd) = (
            _mm512_shuffle_i32x4::<0b10_00_10_00>(a, b),
            _mm512_shuffle_i32x4::<0b11_01_11_01>(a, b),
        );
        let (cd_even, cd_odd) = (
            _mm512_shuffle_i32x4::<0b10_00_10_00>(c, d),
            _mm512_shuffle_i32x4::<0b11_01_11_01>(c, d),
        );
        [
            _mm512_shuffle_i32x4::<0b10_00_10_00>(ab_even, cd_even),
            _mm512_shuffle_i32x4::<0b10_00_10_00>(ab_odd, cd_odd),
            _mm512_shuffle_i32x4::<0b11_01_11_01>(ab_even, cd_even),
            _mm512_shuffle_i32x4::<0b11_01_11_01>(ab_odd, cd_odd),
        ]
    }
}

/// One function for each element size. `$half` is the number of registers' worth of columns that
/// one register holds beside each other.
macro_rules! squares {
    ($feature:literal, $Vector:ty, $beside:literal, $load:expr, $store:expr;
     $($line:ident $tile:ident $size:literal $stages:literal $low:ident $high:ident),*) => {$(
        /// # Safety
        ///
        /// The level has the instructions. As many columns as elements fill a line are readable
        /// from `from` on by stride `s`, and as many rows writable from `to` on by stride `t`.
        #[target_feature(enable = $feature)]
        pub(super) unsafe fn $line(from: *const u8, s: isize, to: *mut u8, t: isize) {
            const SIDE: usize = REGISTER / $size;
            for rows in 0..(LINE / REGISTER) {
                for columns in 0..(LINE / REGISTER / $beside) {
                    let column = (columns * $beside * SIDE) as isize;
                    // SAFETY: a part of the square that the caller vouches for.
                    unsafe {
                        $tile(
                            from.offset(column * s).add(rows * REGISTER),
                            s,
                            to.offset((rows * SIDE) as isize * t).add(columns * $beside * REGISTER),
                            t,
                        );
                    }
                }
            }
        }

        /// # Safety
        ///
        /// As above, for as many rows as elements fill 16 bytes and as many columns as fill the
        /// register.
        #[inline]
        #[target_feature(enable = $feature)]
        pub(super) unsafe fn $tile(from: *const u8, s: isize, to: *mut u8, t: isize) {
            const SIDE: usize = REGISTER / $size;
            // SAFETY: columns that the caller vouches for.
            let mut x: [$Vector; SIDE] = core::array::from_fn(|j| unsafe {
                $load(from.offset(j as isize * s), SIDE as isize * s)
            });
            for _ in 0..$stages {
                let mut y = x;
                for i in 0..SIDE / 2 {
                    y[2 * i] = $low(x[i], x[i + SIDE / 2]);
                    y[2 * i + 1] = $high(x[i], x[i + SIDE / 2]);
                }
                x = y;
            }
            for (i, x) in x.into_iter().enumerate() {
                // SAFETY: a row that the caller vouches for.
                unsafe { $store(to.offset(i as isize * t).cast(), x) };
            }
        }
    )*};
}

mod sse2 {
    use super::{
        __m128i, _mm_loadu_si128, _mm_storeu_si128, _mm_unpackhi_epi8, _mm_unpackhi_epi16,
        _mm_unpackhi_epi32, _mm_unpackhi_epi64, _mm_unpacklo_epi8, _mm_unpacklo_epi16,
        _mm_unpacklo_epi32, _mm_unpacklo_epi64, LINE, REGISTER,
    };

    /// # Safety
    ///
    /// 16 bytes are readable.
    #[inline(always)]
    unsafe fn load(from: *const u8, _: isize) -> __m128i {
        // SAFETY: the caller vouches for the bytes.
        unsafe { _mm_loadu_si128(from.cast()) }
    }

    /// A square of one element.
    ///
    /// # Safety
    ///
    /// 16 bytes are readable and as many writable.
    #[target_feature(enable = "sse2")]
    pub(super) unsafe fn element_16(from: *const u8, _: isize, to: *mut u8, _: isize) {
        // SAFETY: the caller vouches for the bytes.
        unsafe { _mm_storeu_si128(to.cast(), _mm_loadu_si128(from.cast())) }
    }

    squares!("sse2", __m128i, 1, load, _mm_storeu_si128;
        line_1 register_1 1 4 _mm_unpacklo_epi8 _mm_unpackhi_epi8,
        line_2 register_2 2 3 _mm_unpacklo_epi16 _mm_unpackhi_epi16,
        line_4 register_4 4 2 _mm_unpacklo_epi32 _mm_unpackhi_epi32,
        line_8 register_8 8 1 _mm_unpacklo_epi64 _mm_unpackhi_epi64);
}

mod avx2 {
    use super::{
        __m256i, _mm256_loadu2_m128i, _mm256_storeu_si256, _mm256_unpackhi_epi8,
        _mm256_unpackhi_epi16, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi8,
        _mm256_unpacklo_epi16, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64, LINE, REGISTER,
    };

    /// # Safety
    ///
    /// 16 bytes are readable, and as many `apart` bytes further on.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn load(from: *const u8, apart: isize) -> __m256i {
        // SAFETY: the caller vouches for the bytes.
        unsafe { _mm256_loadu2_m128i(from.offset(apart).cast(), from.cast()) }
    }

    squares!("avx2", __m256i, 2, load, _mm256_storeu_si256;
        line_1 pair_1 1 4 _mm256_unpacklo_epi8 _mm256_unpackhi_epi8,
        line_2 pair_2 2 3 _mm256_unpacklo_epi16 _mm256_unpackhi_epi16,
        line_4 pair_4 4 2 _mm256_unpacklo_epi32 _mm256_unpackhi_epi32,
        line_8 pair_8 8 1 _mm256_unpacklo_epi64 _mm256_unpackhi_epi64);
}

mod avx512 {
    use super::{
        __m512i, _mm512_loadu_si512, _mm512_setzero_si512, _mm512_storeu_si512,
        _mm512_stream_si512, _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32,
        _mm512_unpacklo_epi64, LINE, REGISTER, quarters,
    };

    /// One function for each element size and way of storing: every line is read by one load and written
    /// by one store, whatever shares its set of the cache. Quarters of registers are turned as registers
    /// are above, and change places at last.
    macro_rules! lines {
        ($($line:ident $size:literal $low:ident $high:ident $store:ident),*) => {$(
            /// # Safety
            ///
            /// The level has the instructions. As many columns as elements fill a line are readable
            /// from `from` on by stride `s`, and as many rows writable from `to` on by stride `t`; where
            /// these are stored around the caches, each begins with a line.
            #[target_feature(enable = "avx512f")]
            pub(super) unsafe fn $line(from: *const u8, s: isize, to: *mut u8, t: isize) {
                const SIDE: usize = REGISTER / $size;
                let half = SIDE / 2;
                let mut x: [__m512i; LINE / $size] = [_mm512_setzero_si512(); LINE / $size];
                for (j, x) in x.iter_mut().enumerate() {
                    // SAFETY: a column that the caller vouches for.
                    *x = unsafe { _mm512_loadu_si512(from.offset(j as isize * s).cast()) };
                }
                for _ in 0..SIDE.trailing_zeros() {
                    let mut y = x;
                    for first in (0..LINE / $size).step_by(SIDE) {
                        for i in 0..half {
                            let (a, b) = (x[first + i], x[first + i + half]);
                            y[first + 2 * i] = $low(a, b);
                            y[first + 2 * i + 1] = $high(a, b);
                        }
                    }
                    x = y;
                }
                for i in 0..SIDE {
                    // SAFETY: the level has the instructions.
                    let rows = unsafe {
                        quarters([x[i], x[SIDE + i], x[2 * SIDE + i], x[3 * SIDE + i]])
                    };
                    for (quarter, row) in rows.into_iter().enumerate() {
                        let at = (quarter * SIDE + i) as isize * t;
                        // SAFETY: a row that the caller vouches for.
                        unsafe { $store(to.offset(at).cast(), row) };
                    }
                }
            }
        )*};
    }

    lines!(
        line_4 4 _mm512_unpacklo_epi32 _mm512_unpackhi_epi32 _mm512_storeu_si512,
        line_8 8 _mm512_unpacklo_epi64 _mm512_unpackhi_epi64 _mm512_storeu_si512,
        line_16 16 _mm512_unpacklo_epi64 _mm512_unpackhi_epi64 _mm512_storeu_si512,
        around_4 4 _mm512_unpacklo_epi32 _mm512_unpackhi_epi32 _mm512_stream_si512,
        around_8 8 _mm512_unpacklo_epi64 _mm512_unpackhi_epi64 _mm512_stream_si512,
        around_16 16 _mm512_unpacklo_epi64 _mm512_unpackhi_epi64 _mm512_stream_si512);
}
