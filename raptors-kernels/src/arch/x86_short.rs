//! Vectors of integers of one and two bytes for products at AVX2, in 16 bits each, of which the low ones
//! are right whatever the others hold.

use crate::{isa::Avx2, product::lanes::Words};
use core::arch::x86_64::{
    __m128i, __m256i, _mm_bsrli_si128, _mm_cvtsi128_si64, _mm_loadl_epi64, _mm_loadu_si128,
    _mm_packus_epi16, _mm_set_epi64x, _mm_shuffle_epi8, _mm_storel_epi64, _mm_storeu_si128,
    _mm256_add_epi16, _mm256_and_si256, _mm256_castsi256_si128, _mm256_cvtepu8_epi16,
    _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_mullo_epi16, _mm256_set_m128i,
    _mm256_set1_epi8, _mm256_set1_epi16, _mm256_setzero_si256, _mm256_storeu_si256,
    _mm256_zextsi128_si256,
};

/// The places of bytes, and as many of none: from `n` on, what brings the bytes from place `n` on to the
/// front.
static PLACES: [u8; 32] = {
    let mut places = [0x80; 32];
    let mut place = 0;
    while place < 16 {
        places[place as usize] = place;
        place += 1;
    }
    places
};

/// The `len` bytes from `from` on, 1 to 15, and zeros.
///
/// # Safety
///
/// They can be read.
#[inline(always)]
unsafe fn some(from: *const u8, len: usize) -> __m128i {
    // SAFETY: every piece is within the bytes, the caller's; SSE2 is the baseline.
    unsafe {
        let eight = |at: usize| from.add(at).cast::<i64>().read_unaligned();
        let four = |at: usize| u64::from(from.add(at).cast::<u32>().read_unaligned());
        let one = |at: usize| u64::from(*from.add(at)) << (8 * at);
        match len {
            8 => _mm_loadl_epi64(from.cast()),
            9.. => {
                let high = eight(len - 8).cast_unsigned() >> (8 * (15 - len)) >> 8;
                _mm_set_epi64x(high.cast_signed(), eight(0))
            }
            4.. => {
                let low = four(0) | (four(len - 4) << (8 * (len - 4)));
                _mm_set_epi64x(0, low.cast_signed())
            }
            _ => {
                let low = one(0) | one(len / 2) | one(len - 1);
                _mm_set_epi64x(0, low.cast_signed())
            }
        }
    }
}

/// Writes the first `len` bytes of `x`, fewer than 16, to `to`.
///
/// # Safety
///
/// They can be written.
#[inline(always)]
unsafe fn put(mut x: __m128i, mut to: *mut u8, len: usize) {
    // SAFETY: so many of the bytes are left at every step, the caller's; SSE2 is the baseline.
    unsafe {
        if len & 8 != 0 {
            _mm_storel_epi64(to.cast(), x);
            (x, to) = (_mm_bsrli_si128::<8>(x), to.add(8));
        }
        let mut left = _mm_cvtsi128_si64(x).cast_unsigned();
        if len & 4 != 0 {
            to.cast::<u32>().write_unaligned(left as u32);
            (left, to) = (left >> 32, to.add(4));
        }
        if len & 2 != 0 {
            to.cast::<u16>().write_unaligned(left as u16);
            (left, to) = (left >> 16, to.add(2));
        }
        if len & 1 != 0 {
            *to = left as u8;
        }
    }
}

/// What numbers of both sizes have in common.
macro_rules! common {
    () => {
        type Vector = __m256i;
        const LEN: usize = 16;

        #[inline(always)]
        fn zero(self) -> __m256i {
            // SAFETY: the token proves that the CPU has the instruction.
            unsafe { _mm256_setzero_si256() }
        }

        #[inline(always)]
        fn mul_add(self, a: __m256i, b: __m256i, c: __m256i) -> __m256i {
            // SAFETY: the token proves that the CPU has the instructions.
            unsafe { _mm256_add_epi16(_mm256_mullo_epi16(a, b), c) }
        }
    };
}

/// The low bytes of 16 numbers.
///
/// # Safety
///
/// The CPU has AVX2.
#[inline(always)]
unsafe fn low_bytes(x: __m256i) -> __m128i {
    // SAFETY: the caller's promise.
    unsafe {
        let x = _mm256_and_si256(x, _mm256_set1_epi16(0xff));
        _mm_packus_epi16(_mm256_castsi256_si128(x), _mm256_extracti128_si256::<1>(x))
    }
}

impl Words<u8> for Avx2 {
    common!();

    #[inline(always)]
    fn splat(self, x: u8) -> __m256i {
        // SAFETY: the token proves that the CPU has the instruction.
        unsafe { _mm256_set1_epi8(x.cast_signed()) }
    }

    #[inline(always)]
    unsafe fn load(self, from: *const u8) -> __m256i {
        // SAFETY: the token proves the feature, the caller vouches for the numbers.
        unsafe { _mm256_cvtepu8_epi16(_mm_loadu_si128(from.cast())) }
    }

    #[inline(always)]
    unsafe fn load_some(self, from: *const u8, n: usize) -> __m256i {
        // SAFETY: the token proves the feature, the caller vouches for `n` numbers, fewer than 16.
        unsafe { _mm256_cvtepu8_epi16(some(from, n)) }
    }

    #[inline(always)]
    unsafe fn store(self, x: __m256i, to: *mut u8) {
        // SAFETY: the token proves the feature, the caller vouches for the room.
        unsafe { _mm_storeu_si128(to.cast(), low_bytes(x)) }
    }

    #[inline(always)]
    unsafe fn store_some(self, x: __m256i, to: *mut u8, n: usize) {
        // SAFETY: the token proves the feature, the caller vouches for the room for `n` numbers.
        unsafe { put(low_bytes(x), to, n) }
    }
}

impl Words<u16> for Avx2 {
    common!();

    #[inline(always)]
    fn splat(self, x: u16) -> __m256i {
        // SAFETY: the token proves that the CPU has the instruction.
        unsafe { _mm256_set1_epi16(x.cast_signed()) }
    }

    #[inline(always)]
    unsafe fn load(self, from: *const u16) -> __m256i {
        // SAFETY: the token proves the feature, the caller vouches for the numbers.
        unsafe { _mm256_loadu_si256(from.cast()) }
    }

    #[inline(always)]
    unsafe fn load_some(self, from: *const u16, n: usize) -> __m256i {
        // SAFETY: the token proves the feature, and the caller vouches for `n` numbers, fewer than 16: the
        // last eight of more than seven are read, of which those that are new come to the front.
        unsafe {
            if n < 8 {
                return _mm256_zextsi128_si256(some(from.cast(), 2 * n));
            }
            let places = _mm_loadu_si128(PLACES.as_ptr().add(2 * (16 - n)).cast());
            let high = _mm_shuffle_epi8(_mm_loadu_si128(from.add(n - 8).cast()), places);
            _mm256_set_m128i(high, _mm_loadu_si128(from.cast()))
        }
    }

    #[inline(always)]
    unsafe fn store(self, x: __m256i, to: *mut u16) {
        // SAFETY: the token proves the feature, the caller vouches for the room.
        unsafe { _mm256_storeu_si256(to.cast(), x) }
    }

    #[inline(always)]
    unsafe fn store_some(self, x: __m256i, to: *mut u16, n: usize) {
        // SAFETY: the token proves the feature, the caller vouches for the room for `n` numbers, fewer
        // than 16.
        unsafe {
            if n < 8 {
                return put(_mm256_castsi256_si128(x), to.cast(), 2 * n);
            }
            _mm_storeu_si128(to.cast(), _mm256_castsi256_si128(x));
            put(
                _mm256_extracti128_si256::<1>(x),
                to.add(8).cast(),
                2 * n - 16,
            );
        }
    }
}
