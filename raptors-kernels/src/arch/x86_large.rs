//! Conversions to integers of 8 bytes and to complex numbers by AVX-512: the compiler truncates floats one by one,
//! as what does not fit is to give what the instruction gives, and puts zeros between numbers in more steps.

use crate::{
    dtype::{Complex32, Complex64, DType, Element},
    isa::{Avx512, Isa},
    slice::{In, Out},
};
use core::arch::x86_64::{
    __m512, __m512d, __m512i, _CMP_GE_OQ, _mm_loadl_epi64, _mm_loadu_si128, _mm256_cmp_ps_mask,
    _mm256_cvtepi8_epi32, _mm256_cvtepi16_epi32, _mm256_cvtepu8_epi32, _mm256_cvtepu16_epi32,
    _mm256_loadu_ps, _mm256_loadu_si256, _mm256_mask_sub_ps, _mm256_set1_ps,
    _mm512_castps256_ps512, _mm512_cmp_pd_mask, _mm512_cvtepi8_epi32, _mm512_cvtepi16_epi32,
    _mm512_cvtepi32_pd, _mm512_cvtepi32_ps, _mm512_cvtepi64_pd, _mm512_cvtepi64_ps,
    _mm512_cvtepu8_epi32, _mm512_cvtepu16_epi32, _mm512_cvtepu32_pd, _mm512_cvtepu32_ps,
    _mm512_cvtepu64_pd, _mm512_cvtepu64_ps, _mm512_cvtpd_ps, _mm512_cvtps_pd, _mm512_cvttpd_epi64,
    _mm512_cvttps_epi64, _mm512_insertf32x8, _mm512_loadu_pd, _mm512_loadu_ps, _mm512_loadu_si512,
    _mm512_mask_sub_pd, _mm512_mask_xor_epi64, _mm512_maskz_permutexvar_pd,
    _mm512_maskz_permutexvar_ps, _mm512_set1_epi64, _mm512_set1_pd, _mm512_storeu_pd,
    _mm512_storeu_ps, _mm512_storeu_si512,
};

/// Converts `from` to `to`, which is as long, where vectors of this level do so.
pub(crate) fn to_large<I: Isa>(isa: I, from: In<'_>, to: &mut Out<'_>) -> bool {
    let Some(isa) = isa.widest() else {
        return false;
    };
    macro_rules! pairs {
        ($to_complex:ident $Complex:ty: $($dtype:ident $t:ty),*) => {
            match from.dtype() {
                $(DType::$dtype => $to_complex::<$t>(isa, from.of(), to.of::<$Complex>()),)*
                _ => return false,
            }
        };
    }
    match (from.dtype(), to.dtype()) {
        (DType::F32, DType::I64) => signed::<f32>(isa, from.of(), to.of()),
        (DType::F64, DType::I64) => signed::<f64>(isa, from.of(), to.of()),
        (DType::F32, DType::U64) => unsigned::<f32>(isa, from.of(), to.of()),
        (DType::F64, DType::U64) => unsigned::<f64>(isa, from.of(), to.of()),
        (_, DType::C64) => {
            pairs!(to_complex32 Complex32: U8 u8, I8 i8, U16 u16, I16 i16, U32 u32, I32 i32,
            U64 u64, I64 i64, F32 f32, F64 f64);
        }
        (_, DType::C128) => {
            pairs!(to_complex64 Complex64: U8 u8, I8 i8, U16 u16, I16 i16, U32 u32, I32 i32,
            U64 u64, I64 i64, F32 f32, F64 f64);
        }
        _ => return false,
    }
    true
}

/// Floats that are truncated to integers of 64 bits: NaN and what does not fit gives the smallest one.
trait Truncated: Element {
    /// What the eight floats at `from` are truncated to.
    ///
    /// # Safety
    ///
    /// The CPU must have AVX-512 F and DQ, and eight floats must lie there.
    unsafe fn signed(from: *const Self) -> __m512i;
    /// As [`Self::signed`]; those from half of the unsigned range on by what they are above it.
    ///
    /// # Safety
    ///
    /// That of [`Self::signed`], and AVX-512 VL.
    unsafe fn unsigned(from: *const Self) -> __m512i;
}

/// Half of the range of uint64.
const HALF: f64 = -(i64::MIN as f64);

impl Truncated for f32 {
    #[inline(always)]
    unsafe fn signed(from: *const f32) -> __m512i {
        // SAFETY: the caller vouches for the features and the floats, and loads need no alignment.
        unsafe { _mm512_cvttps_epi64(_mm256_loadu_ps(from)) }
    }
    #[inline(always)]
    unsafe fn unsigned(from: *const f32) -> __m512i {
        // SAFETY: the caller vouches for the features and the floats, and loads need no alignment.
        unsafe {
            let (x, half) = (_mm256_loadu_ps(from), _mm256_set1_ps(HALF as f32));
            let upper = _mm256_cmp_ps_mask::<_CMP_GE_OQ>(x, half);
            let low = _mm512_cvttps_epi64(_mm256_mask_sub_ps(x, upper, x, half));
            _mm512_mask_xor_epi64(low, upper, low, _mm512_set1_epi64(i64::MIN))
        }
    }
}

impl Truncated for f64 {
    #[inline(always)]
    unsafe fn signed(from: *const f64) -> __m512i {
        // SAFETY: the caller vouches for the features and the floats, and loads need no alignment.
        unsafe { _mm512_cvttpd_epi64(_mm512_loadu_pd(from)) }
    }
    #[inline(always)]
    unsafe fn unsigned(from: *const f64) -> __m512i {
        // SAFETY: the caller vouches for the features and the floats, and loads need no alignment.
        unsafe {
            let (x, half) = (_mm512_loadu_pd(from), _mm512_set1_pd(HALF));
            let upper = _mm512_cmp_pd_mask::<_CMP_GE_OQ>(x, half);
            let low = _mm512_cvttpd_epi64(_mm512_mask_sub_pd(x, upper, x, half));
            _mm512_mask_xor_epi64(low, upper, low, _mm512_set1_epi64(i64::MIN))
        }
    }
}

/// Integers from floats, eight at a time.
fn signed<T: Truncated>(isa: Avx512, from: &[T], to: &mut [i64]) {
    run(
        isa,
        from,
        to,
        #[inline(always)]
        |from: &[T; 8], to: &mut [i64; 8]| {
            // SAFETY: the token proves the features, and both arrays hold eight elements.
            unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), T::signed(from.as_ptr())) }
        },
    );
}

/// Integers without signs from floats, eight at a time.
fn unsigned<T: Truncated>(isa: Avx512, from: &[T], to: &mut [u64]) {
    run(
        isa,
        from,
        to,
        #[inline(always)]
        |from: &[T; 8], to: &mut [u64; 8]| {
            // SAFETY: the token proves the features, and both arrays hold eight elements.
            unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), T::unsigned(from.as_ptr())) }
        },
    );
}

/// Real numbers as parts of complex ones.
trait Real: Element {
    /// The sixteen numbers at `from` as float32.
    ///
    /// # Safety
    ///
    /// The CPU must have AVX-512 F, BW, DQ and VL, and sixteen numbers must lie there.
    unsafe fn singles(from: *const Self) -> __m512;
    /// The eight numbers at `from` as float64.
    ///
    /// # Safety
    ///
    /// That of [`Self::singles`], of eight numbers.
    unsafe fn doubles(from: *const Self) -> __m512d;
}

macro_rules! real {
    ($($t:ty: |$x:ident| $singles:expr, $doubles:expr;)*) => {$(
        impl Real for $t {
            #[inline(always)]
            unsafe fn singles($x: *const Self) -> __m512 {
                // SAFETY: the caller vouches for the features and the numbers, and loads need no alignment.
                unsafe { $singles }
            }
            #[inline(always)]
            unsafe fn doubles($x: *const Self) -> __m512d {
                // SAFETY: the caller vouches for the features and the numbers, and loads need no alignment.
                unsafe { $doubles }
            }
        }
    )*};
}
real! {
    u8: |x| _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128(x.cast()))),
        _mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(_mm_loadl_epi64(x.cast())));
    i8: |x| _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(x.cast()))),
        _mm512_cvtepi32_pd(_mm256_cvtepi8_epi32(_mm_loadl_epi64(x.cast())));
    u16: |x| _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(_mm256_loadu_si256(x.cast()))),
        _mm512_cvtepi32_pd(_mm256_cvtepu16_epi32(_mm_loadu_si128(x.cast())));
    i16: |x| _mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(_mm256_loadu_si256(x.cast()))),
        _mm512_cvtepi32_pd(_mm256_cvtepi16_epi32(_mm_loadu_si128(x.cast())));
    u32: |x| _mm512_cvtepu32_ps(_mm512_loadu_si512(x.cast())),
        _mm512_cvtepu32_pd(_mm256_loadu_si256(x.cast()));
    i32: |x| _mm512_cvtepi32_ps(_mm512_loadu_si512(x.cast())),
        _mm512_cvtepi32_pd(_mm256_loadu_si256(x.cast()));
    u64: |x| _mm512_insertf32x8::<1>(
            _mm512_castps256_ps512(_mm512_cvtepu64_ps(_mm512_loadu_si512(x.cast()))),
            _mm512_cvtepu64_ps(_mm512_loadu_si512(x.add(8).cast()))),
        _mm512_cvtepu64_pd(_mm512_loadu_si512(x.cast()));
    i64: |x| _mm512_insertf32x8::<1>(
            _mm512_castps256_ps512(_mm512_cvtepi64_ps(_mm512_loadu_si512(x.cast()))),
            _mm512_cvtepi64_ps(_mm512_loadu_si512(x.add(8).cast()))),
        _mm512_cvtepi64_pd(_mm512_loadu_si512(x.cast()));
    f32: |x| _mm512_loadu_ps(x), _mm512_cvtps_pd(_mm256_loadu_ps(x));
    f64: |x| _mm512_insertf32x8::<1>(
            _mm512_castps256_ps512(_mm512_cvtpd_ps(_mm512_loadu_pd(x))),
            _mm512_cvtpd_ps(_mm512_loadu_pd(x.add(8)))),
        _mm512_loadu_pd(x);
}

/// The places of eight float64 among which those of the first half come apart, and those of the last one.
const APART: [[i64; 8]; 2] = [[0, 0, 1, 0, 2, 0, 3, 0], [4, 0, 5, 0, 6, 0, 7, 0]];
/// The same of sixteen float32.
const APART_SINGLES: [[i32; 16]; 2] = [
    [0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0],
    [8, 0, 9, 0, 10, 0, 11, 0, 12, 0, 13, 0, 14, 0, 15, 0],
];

/// Complex numbers without imaginary parts, sixteen at a time.
fn to_complex32<T: Real>(isa: Avx512, from: &[T], to: &mut [Complex32]) {
    run(
        isa,
        from,
        to,
        #[inline(always)]
        |from: &[T; 16], to: &mut [Complex32; 16]| {
            let to: *mut f32 = to.as_mut_ptr().cast();
            // SAFETY: the token proves the features, and the arrays hold sixteen numbers and sixteen pairs.
            unsafe {
                let x = T::singles(from.as_ptr());
                for (half, apart) in APART_SINGLES.iter().enumerate() {
                    let places = _mm512_loadu_si512(apart.as_ptr().cast());
                    let pairs = _mm512_maskz_permutexvar_ps(0x5555, places, x);
                    _mm512_storeu_ps(to.add(16 * half), pairs);
                }
            }
        },
    );
}

/// Complex numbers without imaginary parts, eight at a time.
fn to_complex64<T: Real>(isa: Avx512, from: &[T], to: &mut [Complex64]) {
    run(
        isa,
        from,
        to,
        #[inline(always)]
        |from: &[T; 8], to: &mut [Complex64; 8]| {
            let to: *mut f64 = to.as_mut_ptr().cast();
            // SAFETY: the token proves the features, and the arrays hold eight numbers and eight pairs.
            unsafe {
                let x = T::doubles(from.as_ptr());
                for (half, apart) in APART.iter().enumerate() {
                    let places = _mm512_loadu_si512(apart.as_ptr().cast());
                    let pairs = _mm512_maskz_permutexvar_pd(0x55, places, x);
                    _mm512_storeu_pd(to.add(8 * half), pairs);
                }
            }
        },
    );
}

/// Fills `to`, which is as long, with what `convert` makes of `from`, by vectors.
#[inline(always)]
fn run<A: Element, B: Element, const N: usize>(
    isa: Avx512,
    from: &[A],
    to: &mut [B],
    convert: impl Fn(&[A; N], &mut [B; N]),
) {
    // Moved in, so that the stores cannot reach what it holds.
    isa.vectorize(
        #[inline(always)]
        move || {
            let (blocks, few) = from.as_chunks::<N>();
            let (outs, rest) = to.as_chunks_mut::<N>();
            for (from, to) in blocks.iter().zip(outs) {
                convert(from, to);
            }
            if let Some(&any) = few.first() {
                // Of what is there, so that no other element raises an exception.
                let (mut from, mut to) = ([any; N], [B::default(); N]);
                from[..few.len()].copy_from_slice(few);
                convert(&from, &mut to);
                rest.copy_from_slice(&to[..rest.len()]);
            }
        },
    );
}
