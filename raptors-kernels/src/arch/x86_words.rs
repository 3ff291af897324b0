//! Vectors of integers for products: the compiler takes the register tiles of small matrices apart, or
//! finds their multiplications in short loops only.

use super::x86_lanes256::first;
use crate::{
    isa::{Avx2, Avx512},
    product::lanes::Words,
};
use core::arch::x86_64::{
    __m256i, __m512i, _mm256_add_epi32, _mm256_add_epi64, _mm256_loadu_epi8, _mm256_loadu_si256,
    _mm256_mask_storeu_epi8, _mm256_maskload_epi32, _mm256_maskstore_epi32,
    _mm256_maskz_loadu_epi8, _mm256_mul_epu32, _mm256_mullo_epi32, _mm256_set1_epi32,
    _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_shuffle_epi32, _mm256_slli_epi64,
    _mm256_srli_epi64, _mm256_storeu_epi8, _mm256_storeu_si256, _mm512_add_epi16, _mm512_add_epi32,
    _mm512_add_epi64, _mm512_cvtepi16_epi8, _mm512_cvtepu8_epi16, _mm512_loadu_epi16,
    _mm512_loadu_epi32, _mm512_loadu_epi64, _mm512_mask_storeu_epi16, _mm512_mask_storeu_epi32,
    _mm512_mask_storeu_epi64, _mm512_maskz_loadu_epi16, _mm512_maskz_loadu_epi32,
    _mm512_maskz_loadu_epi64, _mm512_mullo_epi16, _mm512_mullo_epi32, _mm512_mullo_epi64,
    _mm512_set1_epi16, _mm512_set1_epi32, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_storeu_epi16, _mm512_storeu_epi32, _mm512_storeu_epi64,
};

/// The vectors of one type: each operation in intrinsics.
macro_rules! words {
    ($word:ident, $len:literal, $mask:ident, splat |$x:ident| $splat:expr,
        load |$p:ident| $load:expr, some |$ps:ident, $n:ident| $some:expr,
        store |$q:ident, $y:ident| $store:expr, few |$qs:ident, $ys:ident, $m:ident| $few:expr,
        mul $mul:ident, add $add:ident) => {
        impl Words<$word> for Avx512 {
            type Vector = __m512i;
            const LEN: usize = $len;

            #[inline(always)]
            fn zero(self) -> __m512i {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { _mm512_setzero_si512() }
            }

            #[inline(always)]
            fn splat(self, $x: $word) -> __m512i {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { $splat }
            }

            #[inline(always)]
            unsafe fn load(self, from: *const $word) -> __m512i {
                let $p = from.cast();
                // SAFETY: the token proves the feature, the caller vouches for the numbers.
                unsafe { $load }
            }

            #[inline(always)]
            unsafe fn load_some(self, from: *const $word, n: usize) -> __m512i {
                let ($ps, $n) = (from.cast(), ((1_u64 << n) - 1) as $mask);
                // SAFETY: the token proves the feature, and only the first `n` numbers are read,
                // which the caller vouches for.
                unsafe { $some }
            }

            #[inline(always)]
            unsafe fn store(self, $y: __m512i, to: *mut $word) {
                let $q = to.cast();
                // SAFETY: the token proves the feature, the caller vouches for the room.
                unsafe { $store }
            }

            #[inline(always)]
            unsafe fn store_some(self, $ys: __m512i, to: *mut $word, n: usize) {
                let ($qs, $m) = (to.cast(), ((1_u64 << n) - 1) as $mask);
                // SAFETY: the token proves the feature, and only the first `n` numbers are written,
                // which the caller vouches for.
                unsafe { $few }
            }

            #[inline(always)]
            fn mul_add(self, a: __m512i, b: __m512i, c: __m512i) -> __m512i {
                // SAFETY: the token proves that the CPU has the instructions.
                unsafe { $add($mul(a, b), c) }
            }
        }
    };
}

// Bytes are multiplied in 16 bits, which vectors can; the low half is right.
words!(u8, 32, u32, splat |x| _mm512_set1_epi16(i16::from(x)),
load |p| _mm512_cvtepu8_epi16(_mm256_loadu_epi8(p)),
some |p, mask| _mm512_cvtepu8_epi16(_mm256_maskz_loadu_epi8(mask, p)),
store |q, x| _mm256_storeu_epi8(q, _mm512_cvtepi16_epi8(x)),
few |q, x, mask| _mm256_mask_storeu_epi8(q, mask, _mm512_cvtepi16_epi8(x)),
mul _mm512_mullo_epi16, add _mm512_add_epi16);
words!(u16, 32, u32, splat |x| _mm512_set1_epi16(x as i16),
load |p| _mm512_loadu_epi16(p), some |p, mask| _mm512_maskz_loadu_epi16(mask, p),
store |q, x| _mm512_storeu_epi16(q, x),
few |q, x, mask| _mm512_mask_storeu_epi16(q, mask, x),
mul _mm512_mullo_epi16, add _mm512_add_epi16);
words!(u32, 16, u16, splat |x| _mm512_set1_epi32(x as i32),
load |p| _mm512_loadu_epi32(p), some |p, mask| _mm512_maskz_loadu_epi32(mask, p),
store |q, x| _mm512_storeu_epi32(q, x),
few |q, x, mask| _mm512_mask_storeu_epi32(q, mask, x),
mul _mm512_mullo_epi32, add _mm512_add_epi32);
words!(u64, 8, u8, splat |x| _mm512_set1_epi64(x as i64),
load |p| _mm512_loadu_epi64(p), some |p, mask| _mm512_maskz_loadu_epi64(mask, p),
store |q, x| _mm512_storeu_epi64(q, x),
few |q, x, mask| _mm512_mask_storeu_epi64(q, mask, x),
mul _mm512_mullo_epi64, add _mm512_add_epi64);

impl Words<u32> for Avx2 {
    type Vector = __m256i;
    const LEN: usize = 8;

    #[inline(always)]
    fn zero(self) -> __m256i {
        // SAFETY: the token proves that the CPU has the instruction.
        unsafe { _mm256_setzero_si256() }
    }

    #[inline(always)]
    fn splat(self, x: u32) -> __m256i {
        // SAFETY: the token proves that the CPU has the instruction.
        unsafe { _mm256_set1_epi32(x.cast_signed()) }
    }

    #[inline(always)]
    unsafe fn load(self, from: *const u32) -> __m256i {
        // SAFETY: the token proves the feature, the caller vouches for the numbers.
        unsafe { _mm256_loadu_si256(from.cast()) }
    }

    #[inline(always)]
    unsafe fn load_some(self, from: *const u32, n: usize) -> __m256i {
        // SAFETY: the token proves the feature, and only the first `n` numbers, fewer than a vector
        // has, are read, which the caller vouches for.
        unsafe { _mm256_maskload_epi32(from.cast(), first(n)) }
    }

    #[inline(always)]
    unsafe fn store(self, x: __m256i, to: *mut u32) {
        // SAFETY: the token proves the feature, the caller vouches for the room.
        unsafe { _mm256_storeu_si256(to.cast(), x) }
    }

    #[inline(always)]
    unsafe fn store_some(self, x: __m256i, to: *mut u32, n: usize) {
        // SAFETY: the token proves the feature, and only the first `n` numbers, fewer than a vector
        // has, are written, which the caller vouches for.
        unsafe { _mm256_maskstore_epi32(to.cast(), first(n), x) }
    }

    #[inline(always)]
    fn mul_add(self, a: __m256i, b: __m256i, c: __m256i) -> __m256i {
        // SAFETY: the token proves that the CPU has the instructions.
        unsafe { _mm256_add_epi32(_mm256_mullo_epi32(a, b), c) }
    }
}

/// Factors of 64 bits and the same with their halves exchanged; or the sums of the products of low halves
/// and, in 32 bits each, of those of a low half and a high one, which count from the middle on.
#[derive(Clone, Copy)]
pub(crate) struct Halves(__m256i, __m256i);

impl Halves {
    /// The sums.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2.
    #[inline(always)]
    pub(super) unsafe fn sums(self) -> __m256i {
        // SAFETY: the caller's promise.
        unsafe {
            let middle = _mm256_add_epi32(self.1, _mm256_srli_epi64::<32>(self.1));
            _mm256_add_epi64(self.0, _mm256_slli_epi64::<32>(middle))
        }
    }

    /// The factors.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2.
    #[inline(always)]
    pub(super) unsafe fn factors(x: __m256i) -> Self {
        // SAFETY: the caller's promise.
        Self(x, unsafe { _mm256_shuffle_epi32::<0b10_11_00_01>(x) })
    }
}

impl Words<u64> for Avx2 {
    type Vector = Halves;
    const LEN: usize = 4;
    const REGISTERS: usize = 2;

    #[inline(always)]
    fn zero(self) -> Halves {
        // SAFETY: the token proves that the CPU has the instruction.
        unsafe { Halves(_mm256_setzero_si256(), _mm256_setzero_si256()) }
    }

    #[inline(always)]
    fn splat(self, x: u64) -> Halves {
        // SAFETY: the token proves that the CPU has the instructions.
        unsafe { Halves::factors(_mm256_set1_epi64x(x.cast_signed())) }
    }

    #[inline(always)]
    unsafe fn load(self, from: *const u64) -> Halves {
        // SAFETY: the token proves the feature, the caller vouches for the numbers.
        unsafe { Halves::factors(_mm256_loadu_si256(from.cast())) }
    }

    #[inline(always)]
    unsafe fn load_some(self, from: *const u64, n: usize) -> Halves {
        // SAFETY: the token proves the feature, and only the first `n` numbers, fewer than a vector
        // has, are read, which the caller vouches for.
        unsafe { Halves::factors(_mm256_maskload_epi32(from.cast(), first(2 * n))) }
    }

    #[inline(always)]
    unsafe fn store(self, x: Halves, to: *mut u64) {
        // SAFETY: the token proves the feature, the caller vouches for the room.
        unsafe { _mm256_storeu_si256(to.cast(), x.sums()) }
    }

    #[inline(always)]
    unsafe fn store_some(self, x: Halves, to: *mut u64, n: usize) {
        // SAFETY: the token proves the feature, and only the first `n` numbers, fewer than a vector
        // has, are written, which the caller vouches for.
        unsafe { _mm256_maskstore_epi32(to.cast(), first(2 * n), x.sums()) }
    }

    #[inline(always)]
    fn mul_add(self, a: Halves, b: Halves, c: Halves) -> Halves {
        // SAFETY: the token proves that the CPU has the instructions.
        unsafe {
            Halves(
                _mm256_add_epi64(_mm256_mul_epu32(a.0, b.0), c.0),
                _mm256_add_epi32(_mm256_mullo_epi32(a.0, b.1), c.1),
            )
        }
    }
}

/// `out[r]` the sum over `p` of `a[p][r]` times the columns `b[p]`, wrapping: the tile of a product of
/// integers, of whose rows `V` vectors are computed at a time.
pub(crate) fn multiply<I: Words<T>, T: Copy, const COLS: usize, const V: usize>(
    isa: I,
    a: &[[T; 6]],
    b: &[[T; COLS]],
    out: &mut [[T; COLS]; 6],
) {
    const { assert!(COLS.is_multiple_of(V * I::LEN)) };
    isa.vectorize(
        #[inline(always)]
        || {
            for j in (0..COLS).step_by(V * I::LEN) {
                let mut acc = [[isa.zero(); V]; 6];
                for (a, b) in a.iter().zip(b) {
                    let b: [_; V] = core::array::from_fn(
                        #[inline(always)]
                        // SAFETY: the columns are a multiple of as many vectors, as was asserted.
                        |v| unsafe { isa.load(b.as_ptr().add(j + v * I::LEN)) },
                    );
                    for (acc, &x) in acc.iter_mut().zip(a) {
                        let x = isa.splat(x);
                        for (acc, b) in acc.iter_mut().zip(b) {
                            *acc = isa.mul_add(x, b, *acc);
                        }
                    }
                }
                for (out, acc) in out.iter_mut().zip(acc) {
                    for (v, acc) in acc.into_iter().enumerate() {
                        // SAFETY: the columns are a multiple of as many vectors, as was asserted.
                        unsafe { isa.store(acc, out.as_mut_ptr().add(j + v * I::LEN)) };
                    }
                }
            }
        },
    );
}
