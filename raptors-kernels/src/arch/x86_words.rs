//! Vectors of integers for products (AVX-512): the compiler takes the register tiles of small
//! matrices apart, or finds their multiplications in short loops only.

use crate::{
    isa::{Avx512, Isa},
    product::lanes::Words,
};
use core::arch::x86_64::{
    __m512i, _mm256_loadu_epi8, _mm256_mask_storeu_epi8, _mm256_maskz_loadu_epi8,
    _mm256_storeu_epi8, _mm512_add_epi16, _mm512_add_epi32, _mm512_add_epi64, _mm512_cvtepi16_epi8,
    _mm512_cvtepu8_epi16, _mm512_loadu_epi16, _mm512_loadu_epi32, _mm512_loadu_epi64,
    _mm512_mask_storeu_epi16, _mm512_mask_storeu_epi32, _mm512_mask_storeu_epi64,
    _mm512_maskz_loadu_epi16, _mm512_maskz_loadu_epi32, _mm512_maskz_loadu_epi64,
    _mm512_mullo_epi16, _mm512_mullo_epi32, _mm512_mullo_epi64, _mm512_set1_epi16,
    _mm512_set1_epi32, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_storeu_epi16,
    _mm512_storeu_epi32, _mm512_storeu_epi64,
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

/// `out[r]` the sum over `p` of `a[p][r]` times the columns `b[p]`, wrapping: the tile of a product of
/// integers whose rows are `V` vectors wide.
pub(crate) fn multiply<T: Copy, const COLS: usize, const V: usize>(
    isa: Avx512,
    a: &[[T; 6]],
    b: &[[T; COLS]],
    out: &mut [[T; COLS]; 6],
) where
    Avx512: Words<T>,
{
    const { assert!(COLS == V * <Avx512 as Words<T>>::LEN) };
    isa.vectorize(
        #[inline(always)]
        || {
            let len = <Avx512 as Words<T>>::LEN;
            let mut acc = [[isa.zero(); V]; 6];
            for (a, b) in a.iter().zip(b) {
                let b: [_; V] = core::array::from_fn(
                    #[inline(always)]
                    // SAFETY: the columns are as many vectors, as was asserted.
                    |v| unsafe { isa.load(b.as_ptr().add(v * len)) },
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
                    // SAFETY: the columns are as many vectors, as was asserted.
                    unsafe { isa.store(acc, out.as_mut_ptr().add(v * len)) };
                }
            }
        },
    );
}
