//! Vectors of floating-point numbers for products: SSE2, AVX2 and AVX-512.

use crate::{
    fold::Baseline,
    isa::{Avx2, Avx512, Isa},
    product::lanes::Lanes,
};
use core::arch::x86_64::{
    __m128, __m128d, __m256, __m256d, __m256i, __m512, __m512d, _mm_add_pd, _mm_add_ps,
    _mm_cvtsd_f64, _mm_cvtss_f32, _mm_load_sd, _mm_loadu_pd, _mm_loadu_ps, _mm_movehl_ps,
    _mm_mul_pd, _mm_mul_ps, _mm_set1_pd, _mm_set1_ps, _mm_setr_pd, _mm_setr_ps, _mm_setzero_pd,
    _mm_setzero_ps, _mm_shuffle_pd, _mm_shuffle_ps, _mm_store_sd, _mm_storeu_pd, _mm_storeu_ps,
    _mm_unpackhi_pd, _mm_unpacklo_pd, _mm_xor_pd, _mm_xor_ps, _mm256_add_pd, _mm256_add_ps,
    _mm256_addsub_pd, _mm256_addsub_ps, _mm256_castpd_ps, _mm256_castpd256_pd128, _mm256_castps_pd,
    _mm256_castps256_ps128, _mm256_extractf128_pd, _mm256_extractf128_ps, _mm256_fmadd_pd,
    _mm256_fmadd_ps, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_maskload_pd,
    _mm256_maskload_ps, _mm256_maskstore_pd, _mm256_maskstore_ps, _mm256_permute_pd,
    _mm256_permute_ps, _mm256_permute4x64_pd, _mm256_set1_pd, _mm256_set1_ps, _mm256_setzero_pd,
    _mm256_setzero_ps, _mm256_shuffle_ps, _mm256_storeu_pd, _mm256_storeu_ps, _mm256_unpacklo_pd,
    _mm512_add_pd, _mm512_add_ps, _mm512_castpd512_pd256, _mm512_castps_pd, _mm512_castps512_ps256,
    _mm512_extractf64x4_pd, _mm512_fmadd_pd, _mm512_fmadd_ps, _mm512_fmaddsub_pd,
    _mm512_fmaddsub_ps, _mm512_loadu_pd, _mm512_loadu_ps, _mm512_mask_storeu_pd,
    _mm512_mask_storeu_ps, _mm512_maskz_loadu_pd, _mm512_maskz_loadu_ps, _mm512_permute_pd,
    _mm512_permute_ps, _mm512_permutex2var_pd, _mm512_permutex2var_ps, _mm512_set1_pd,
    _mm512_set1_ps, _mm512_setr_epi32, _mm512_setr_epi64, _mm512_setzero_pd, _mm512_setzero_ps,
    _mm512_storeu_pd, _mm512_storeu_ps,
};

/// Ones, then zeros: from `LEN - n` on, a mask of `n` ones for AVX2.
static MASK_32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
/// As [`MASK_32`], for numbers of 64 bits.
static MASK_64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

#[inline(always)]
fn mask_32(n: usize) -> __m256i {
    // SAFETY: every AVX2 token's CPU loads 256 bits, and the eight numbers are in the table.
    unsafe { _mm256_loadu_si256(MASK_32[8 - n..][..8].as_ptr().cast()) }
}

#[inline(always)]
fn mask_64(n: usize) -> __m256i {
    // SAFETY: every AVX2 token's CPU loads 256 bits, and the four numbers are in the table.
    unsafe { _mm256_loadu_si256(MASK_64[4 - n..][..4].as_ptr().cast()) }
}

/// The vectors of one level and type: each operation in the level's intrinsics.
macro_rules! lanes {
    ($isa:ty, $float:ty, $vector:ty, $len:literal,
        zero $zero:expr, splat |$x:ident| $splat:expr,
        load |$p:ident| $load:expr, seconds |$p2:ident| $seconds:expr, some |$ps:ident, $n:ident| $some:expr,
        store |$q:ident, $y:ident| $store:expr, few |$qs:ident, $ys:ident, $m:ident| $few:expr,
        fma |$a:ident, $b:ident, $c:ident| $fma:expr, add |$d:ident, $e:ident| $add:expr,
        swap |$s:ident| $swap:expr, turn |$t:ident, $u:ident| $turn:expr,
        sums |$token:ident, $v:ident| $sums:expr) => {
        impl Lanes<$float> for $isa {
            type Vector = $vector;
            const LEN: usize = $len;

            #[inline(always)]
            fn zero(self) -> $vector {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { $zero }
            }

            #[inline(always)]
            fn splat(self, $x: $float) -> $vector {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { $splat }
            }

            #[inline(always)]
            unsafe fn load(self, $p: *const $float) -> $vector {
                // SAFETY: the token proves the feature, the caller vouches for the numbers.
                unsafe { $load }
            }

            #[inline(always)]
            unsafe fn load_seconds(self, $p2: *const $float) -> $vector {
                // SAFETY: the token proves the feature, the caller vouches for two vectors of numbers.
                unsafe { $seconds }
            }

            #[inline(always)]
            unsafe fn load_some(self, $ps: *const $float, $n: usize) -> $vector {
                // SAFETY: the token proves the feature, and only the first `n` numbers are read,
                // which the caller vouches for.
                unsafe { $some }
            }

            #[inline(always)]
            unsafe fn store(self, $y: $vector, $q: *mut $float) {
                // SAFETY: the token proves the feature, the caller vouches for the room.
                unsafe { $store }
            }

            #[inline(always)]
            unsafe fn store_some(self, $ys: $vector, $qs: *mut $float, $m: usize) {
                // SAFETY: the token proves the feature, and only the first `n` numbers are written,
                // which the caller vouches for.
                unsafe { $few }
            }

            #[inline(always)]
            fn mul_add(self, $a: $vector, $b: $vector, $c: $vector) -> $vector {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { $fma }
            }

            #[inline(always)]
            fn add(self, $d: $vector, $e: $vector) -> $vector {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { $add }
            }

            #[inline(always)]
            fn swapped(self, $s: $vector) -> $vector {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { $swap }
            }

            #[inline(always)]
            fn turned(self, $t: $vector, $u: $vector) -> $vector {
                // SAFETY: the token proves that the CPU has the instructions.
                unsafe { $turn }
            }

            #[inline(always)]
            fn sums(self, $v: $vector) -> [$float; 2] {
                let $token = self;
                // SAFETY: the token proves that the CPU has the instructions.
                unsafe { $sums }
            }
        }
    };
}

lanes!(Avx512, f32, __m512, 16,
zero _mm512_setzero_ps(), splat |x| _mm512_set1_ps(x),
load |p| _mm512_loadu_ps(p),
seconds |p| {
    let places = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    _mm512_permutex2var_ps(_mm512_loadu_ps(p), places, _mm512_loadu_ps(p.add(16)))
},
some |p, n| _mm512_maskz_loadu_ps(((1_u32 << n) - 1) as u16, p),
store |q, x| _mm512_storeu_ps(q, x),
few |q, x, n| _mm512_mask_storeu_ps(q, ((1_u32 << n) - 1) as u16, x),
fma |a, b, c| _mm512_fmadd_ps(a, b, c), add |a, b| _mm512_add_ps(a, b),
swap |x| _mm512_permute_ps::<0b10_11_00_01>(x),
turn |a, b| _mm512_fmaddsub_ps(a, _mm512_set1_ps(1.0), b),
sums |isa, x| {
    let high = _mm256_castpd_ps(_mm512_extractf64x4_pd::<1>(_mm512_castps_pd(x)));
    isa.narrow().sums(_mm256_add_ps(_mm512_castps512_ps256(x), high))
});
lanes!(Avx512, f64, __m512d, 8,
zero _mm512_setzero_pd(), splat |x| _mm512_set1_pd(x),
load |p| _mm512_loadu_pd(p),
seconds |p| {
    let places = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    _mm512_permutex2var_pd(_mm512_loadu_pd(p), places, _mm512_loadu_pd(p.add(8)))
},
some |p, n| _mm512_maskz_loadu_pd(((1_u32 << n) - 1) as u8, p),
store |q, x| _mm512_storeu_pd(q, x),
few |q, x, n| _mm512_mask_storeu_pd(q, ((1_u32 << n) - 1) as u8, x),
fma |a, b, c| _mm512_fmadd_pd(a, b, c), add |a, b| _mm512_add_pd(a, b),
swap |x| _mm512_permute_pd::<0b0101_0101>(x),
turn |a, b| _mm512_fmaddsub_pd(a, _mm512_set1_pd(1.0), b),
sums |isa, x| {
    let high = _mm512_extractf64x4_pd::<1>(x);
    isa.narrow().sums(_mm256_add_pd(_mm512_castpd512_pd256(x), high))
});
lanes!(Avx2, f32, __m256, 8,
zero _mm256_setzero_ps(), splat |x| _mm256_set1_ps(x),
load |p| _mm256_loadu_ps(p),
seconds |p| {
    let pairs = _mm256_shuffle_ps::<0b10_00_10_00>(_mm256_loadu_ps(p), _mm256_loadu_ps(p.add(8)));
    _mm256_castpd_ps(_mm256_permute4x64_pd::<0b11_01_10_00>(_mm256_castps_pd(pairs)))
},
some |p, n| _mm256_maskload_ps(p, mask_32(n)),
store |q, x| _mm256_storeu_ps(q, x), few |q, x, n| _mm256_maskstore_ps(q, mask_32(n), x),
fma |a, b, c| _mm256_fmadd_ps(a, b, c), add |a, b| _mm256_add_ps(a, b),
swap |x| _mm256_permute_ps::<0b10_11_00_01>(x), turn |a, b| _mm256_addsub_ps(a, b),
sums |_isa, x| {
    let high = _mm256_extractf128_ps::<1>(x);
    Baseline.sums(_mm_add_ps(_mm256_castps256_ps128(x), high))
});
lanes!(Avx2, f64, __m256d, 4,
zero _mm256_setzero_pd(), splat |x| _mm256_set1_pd(x),
load |p| _mm256_loadu_pd(p),
seconds |p| {
    let pairs = _mm256_unpacklo_pd(_mm256_loadu_pd(p), _mm256_loadu_pd(p.add(4)));
    _mm256_permute4x64_pd::<0b11_01_10_00>(pairs)
},
some |p, n| _mm256_maskload_pd(p, mask_64(n)),
store |q, x| _mm256_storeu_pd(q, x), few |q, x, n| _mm256_maskstore_pd(q, mask_64(n), x),
fma |a, b, c| _mm256_fmadd_pd(a, b, c), add |a, b| _mm256_add_pd(a, b),
swap |x| _mm256_permute_pd::<0b0101>(x), turn |a, b| _mm256_addsub_pd(a, b),
sums |_isa, x| {
    let high = _mm256_extractf128_pd::<1>(x);
    Baseline.sums(_mm_add_pd(_mm256_castpd256_pd128(x), high))
});
lanes!(Baseline, f32, __m128, 4,
zero _mm_setzero_ps(), splat |x| _mm_set1_ps(x),
load |p| _mm_loadu_ps(p),
seconds |p| _mm_shuffle_ps::<0b10_00_10_00>(_mm_loadu_ps(p), _mm_loadu_ps(p.add(4))),
some |p, n| {
    let mut x = [0.0; 4];
    p.copy_to_nonoverlapping(x.as_mut_ptr(), n);
    _mm_loadu_ps(x.as_ptr())
},
store |q, x| _mm_storeu_ps(q, x), few |q, x, n| {
    let mut y = [0.0; 4];
    _mm_storeu_ps(y.as_mut_ptr(), x);
    q.copy_from_nonoverlapping(y.as_ptr(), n);
},
fma |a, b, c| _mm_add_ps(_mm_mul_ps(a, b), c), add |a, b| _mm_add_ps(a, b),
swap |x| _mm_shuffle_ps::<0b10_11_00_01>(x, x),
turn |a, b| _mm_add_ps(a, _mm_xor_ps(b, _mm_setr_ps(-0.0, 0.0, -0.0, 0.0))),
sums |_isa, x| {
    let both = _mm_add_ps(x, _mm_movehl_ps(x, x));
    [_mm_cvtss_f32(both), _mm_cvtss_f32(_mm_shuffle_ps::<1>(both, both))]
});
lanes!(Baseline, f64, __m128d, 2,
    zero _mm_setzero_pd(), splat |x| _mm_set1_pd(x),
    load |p| _mm_loadu_pd(p),
    seconds |p| _mm_unpacklo_pd(_mm_loadu_pd(p), _mm_loadu_pd(p.add(2))),
    some |p, n| match n {
        0 => _mm_setzero_pd(),
        _ => _mm_load_sd(p),
    },
    store |q, x| _mm_storeu_pd(q, x), few |q, x, n| if n > 0 { _mm_store_sd(q, x) },
    fma |a, b, c| _mm_add_pd(_mm_mul_pd(a, b), c), add |a, b| _mm_add_pd(a, b),
    swap |x| _mm_shuffle_pd::<0b01>(x, x),
    turn |a, b| _mm_add_pd(a, _mm_xor_pd(b, _mm_setr_pd(-0.0, 0.0))),
    sums |_isa, x| [_mm_cvtsd_f64(x), _mm_cvtsd_f64(_mm_unpackhi_pd(x, x))]);
