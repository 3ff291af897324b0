//! Rows of two to four integers at AVX2, each a vector, for products of tiny matrices.

use super::x86_words::Halves;
use crate::{
    isa::Avx2,
    product::{lanes::Words, tiny::Rows},
};
use core::arch::x86_64::{
    __m128i, _mm_add_epi16, _mm_add_epi32, _mm_cvtepu8_epi16, _mm_cvtsi32_si128, _mm_cvtsi128_si32,
    _mm_extract_epi16, _mm_extract_epi32, _mm_insert_epi16, _mm_insert_epi32, _mm_loadl_epi64,
    _mm_loadu_si128, _mm_mullo_epi16, _mm_mullo_epi32, _mm_set_epi32, _mm_set1_epi8,
    _mm_set1_epi16, _mm_set1_epi32, _mm_setr_epi8, _mm_setr_epi16, _mm_setzero_si128,
    _mm_shuffle_epi8, _mm_storel_epi64, _mm_storeu_si128, _mm256_castsi256_si128,
    _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_set_epi64x, _mm256_set_m128i,
    _mm256_storeu_si256, _mm256_zextsi128_si256,
};

/// Four bytes, or two and a third, as they lie in a register.
///
/// # Safety
///
/// `N` bytes can be read.
#[inline(always)]
unsafe fn bytes<const N: usize>(from: *const u8) -> i32 {
    // SAFETY: the caller's: `N` bytes.
    unsafe {
        match N {
            4 => from.cast::<i32>().read_unaligned(),
            3 => i32::from(from.cast::<u16>().read_unaligned()) | (i32::from(*from.add(2)) << 16),
            _ => i32::from(from.cast::<u16>().read_unaligned()),
        }
    }
}

impl Rows<u8> for Avx2 {
    type Row = __m128i;

    #[inline(always)]
    fn zero(self) -> __m128i {
        // SAFETY: the token proves that the CPU has the instruction.
        unsafe { _mm_setzero_si128() }
    }

    // The high bytes of products in 16 bits may hold anything.
    #[inline(always)]
    fn splat(self, x: u8) -> __m128i {
        // SAFETY: the token proves that the CPU has the instruction.
        unsafe { _mm_set1_epi8(x.cast_signed()) }
    }

    #[inline(always)]
    unsafe fn load<const N: usize>(self, from: *const u8) -> __m128i {
        // SAFETY: the token proves the feature, the caller vouches for `N` numbers.
        unsafe { _mm_cvtepu8_epi16(_mm_cvtsi32_si128(bytes::<N>(from))) }
    }

    #[inline(always)]
    fn gather(self, [a, b, c, d]: [u8; 4]) -> __m128i {
        let [a, b, c, d] = [a, b, c, d].map(i16::from);
        // SAFETY: the token proves that the CPU has the instructions.
        unsafe { _mm_setr_epi16(a, b, c, d, 0, 0, 0, 0) }
    }

    #[inline(always)]
    fn mul_add(self, a: __m128i, b: __m128i, c: __m128i) -> __m128i {
        // SAFETY: the token proves that the CPU has the instructions.
        unsafe { _mm_add_epi16(_mm_mullo_epi16(a, b), c) }
    }

    #[inline(always)]
    unsafe fn store<const N: usize>(self, x: __m128i, to: *mut u8) {
        // SAFETY: the token proves the features, the caller vouches for the room for `N` numbers.
        unsafe {
            let low = _mm_setr_epi8(0, 2, 4, 6, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
            let x = _mm_cvtsi128_si32(_mm_shuffle_epi8(x, low));
            if N == 4 {
                return to.cast::<i32>().write_unaligned(x);
            }
            to.cast::<u16>().write_unaligned(x as u16);
            if N == 3 {
                *to.add(2) = (x >> 16) as u8;
            }
        }
    }
}

impl Rows<u16> for Avx2 {
    type Row = __m128i;

    #[inline(always)]
    fn zero(self) -> __m128i {
        // SAFETY: the token proves that the CPU has the instruction.
        unsafe { _mm_setzero_si128() }
    }

    #[inline(always)]
    fn splat(self, x: u16) -> __m128i {
        // SAFETY: the token proves that the CPU has the instruction.
        unsafe { _mm_set1_epi16(x.cast_signed()) }
    }

    #[inline(always)]
    unsafe fn load<const N: usize>(self, from: *const u16) -> __m128i {
        // SAFETY: the token proves the features, the caller vouches for `N` numbers.
        unsafe {
            if N == 4 {
                return _mm_loadl_epi64(from.cast());
            }
            let two = _mm_cvtsi32_si128(from.cast::<i32>().read_unaligned());
            if N == 3 {
                return _mm_insert_epi16::<2>(two, i32::from(*from.add(2)));
            }
            two
        }
    }

    #[inline(always)]
    fn gather(self, x: [u16; 4]) -> __m128i {
        let [a, b, c, d] = x.map(u16::cast_signed);
        // SAFETY: the token proves that the CPU has the instructions.
        unsafe { _mm_setr_epi16(a, b, c, d, 0, 0, 0, 0) }
    }

    #[inline(always)]
    fn mul_add(self, a: __m128i, b: __m128i, c: __m128i) -> __m128i {
        // SAFETY: the token proves that the CPU has the instructions.
        unsafe { _mm_add_epi16(_mm_mullo_epi16(a, b), c) }
    }

    #[inline(always)]
    unsafe fn store<const N: usize>(self, x: __m128i, to: *mut u16) {
        // SAFETY: the token proves the features, the caller vouches for the room for `N` numbers.
        unsafe {
            if N == 4 {
                return _mm_storel_epi64(to.cast(), x);
            }
            to.cast::<i32>().write_unaligned(_mm_cvtsi128_si32(x));
            if N == 3 {
                *to.add(2) = _mm_extract_epi16::<2>(x) as u16;
            }
        }
    }
}

impl Rows<u32> for Avx2 {
    type Row = __m128i;

    #[inline(always)]
    fn zero(self) -> __m128i {
        // SAFETY: the token proves that the CPU has the instruction.
        unsafe { _mm_setzero_si128() }
    }

    #[inline(always)]
    fn splat(self, x: u32) -> __m128i {
        // SAFETY: the token proves that the CPU has the instruction.
        unsafe { _mm_set1_epi32(x.cast_signed()) }
    }

    #[inline(always)]
    unsafe fn load<const N: usize>(self, from: *const u32) -> __m128i {
        // SAFETY: the token proves the features, the caller vouches for `N` numbers.
        unsafe {
            if N == 4 {
                return _mm_loadu_si128(from.cast());
            }
            let two = _mm_loadl_epi64(from.cast());
            if N == 3 {
                return _mm_insert_epi32::<2>(two, (*from.add(2)).cast_signed());
            }
            two
        }
    }

    #[inline(always)]
    fn gather(self, x: [u32; 4]) -> __m128i {
        let [a, b, c, d] = x.map(u32::cast_signed);
        // SAFETY: the token proves that the CPU has the instructions.
        unsafe { _mm_set_epi32(d, c, b, a) }
    }

    #[inline(always)]
    fn mul_add(self, a: __m128i, b: __m128i, c: __m128i) -> __m128i {
        // SAFETY: the token proves that the CPU has the instructions.
        unsafe { _mm_add_epi32(_mm_mullo_epi32(a, b), c) }
    }

    #[inline(always)]
    unsafe fn store<const N: usize>(self, x: __m128i, to: *mut u32) {
        // SAFETY: the token proves the features, the caller vouches for the room for `N` numbers.
        unsafe {
            if N == 4 {
                return _mm_storeu_si128(to.cast(), x);
            }
            _mm_storel_epi64(to.cast(), x);
            if N == 3 {
                *to.add(2) = _mm_extract_epi32::<2>(x).cast_unsigned();
            }
        }
    }
}

impl Rows<u64> for Avx2 {
    type Row = Halves;

    #[inline(always)]
    fn zero(self) -> Halves {
        Words::<u64>::zero(self)
    }

    #[inline(always)]
    fn splat(self, x: u64) -> Halves {
        Words::splat(self, x)
    }

    #[inline(always)]
    unsafe fn load<const N: usize>(self, from: *const u64) -> Halves {
        // SAFETY: the token proves the features, the caller vouches for `N` numbers.
        unsafe {
            if N == 4 {
                return Halves::factors(_mm256_loadu_si256(from.cast()));
            }
            let two = _mm_loadu_si128(from.cast());
            Halves::factors(if N == 3 {
                _mm256_set_m128i(_mm_loadl_epi64(from.add(2).cast()), two)
            } else {
                _mm256_zextsi128_si256(two)
            })
        }
    }

    #[inline(always)]
    fn gather(self, x: [u64; 4]) -> Halves {
        let [a, b, c, d] = x.map(u64::cast_signed);
        // SAFETY: the token proves that the CPU has the instructions.
        unsafe { Halves::factors(_mm256_set_epi64x(d, c, b, a)) }
    }

    #[inline(always)]
    fn mul_add(self, a: Halves, b: Halves, c: Halves) -> Halves {
        Words::<u64>::mul_add(self, a, b, c)
    }

    #[inline(always)]
    unsafe fn store<const N: usize>(self, x: Halves, to: *mut u64) {
        // SAFETY: the token proves the features, the caller vouches for the room for `N` numbers.
        unsafe {
            let x = x.sums();
            if N == 4 {
                return _mm256_storeu_si256(to.cast(), x);
            }
            _mm_storeu_si128(to.cast(), _mm256_castsi256_si128(x));
            if N == 3 {
                _mm_storel_epi64(to.add(2).cast(), _mm256_extracti128_si256::<1>(x));
            }
        }
    }
}
