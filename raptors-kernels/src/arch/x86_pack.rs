//! Conversions to integers of 4 bytes and less (AVX2). Where low bits alone count, the compiler packs
//! vectors of integers in more steps, and truncates floats that become so narrow one by one.

use crate::{
    dtype::{DType, Element},
    isa::{Avx2, Isa},
    slice::{In, Out},
};
use core::arch::x86_64::{
    __m128i, __m256i, _CMP_GE_OQ, _mm_castps_si128, _mm_shuffle_ps, _mm_slli_epi32, _mm_xor_si128,
    _mm256_and_pd, _mm256_and_ps, _mm256_and_si256, _mm256_castpd_ps, _mm256_castps_si256,
    _mm256_castps256_ps128, _mm256_castsi128_si256, _mm256_castsi256_ps, _mm256_cmp_pd,
    _mm256_cmp_ps, _mm256_cvttpd_epi32, _mm256_cvttps_epi32, _mm256_extractf128_ps,
    _mm256_inserti128_si256, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_loadu_si256,
    _mm256_packus_epi16, _mm256_packus_epi32, _mm256_permute4x64_epi64,
    _mm256_permutevar8x32_epi32, _mm256_set1_epi32, _mm256_set1_pd, _mm256_set1_ps,
    _mm256_setr_epi32, _mm256_shuffle_ps, _mm256_slli_epi32, _mm256_storeu_si256, _mm256_sub_pd,
    _mm256_sub_ps, _mm256_xor_si256,
};

/// Converts `from` to `to`, which is as long, where vectors of this level do so. Floats give the low bits
/// of the int32 that they are truncated to, or a uint32.
pub(crate) fn to_integers<I: Isa>(isa: I, from: In<'_>, to: &mut Out<'_>) -> bool {
    // What the instruction gives for floats that do not fit is right, though loops of the widest level ask first.
    let floats = matches!(from.dtype(), DType::F32 | DType::F64) && to.dtype().size() < 4;
    let level = if floats {
        isa.narrow().only_avx2()
    } else {
        isa.only_avx2()
    };
    let Some(isa) = level else {
        return false;
    };
    match (from.dtype(), to.dtype()) {
        (DType::U32, DType::U8) => bytes::<u32>(isa, from, to),
        (DType::U32, DType::U16) => pairs::<u32>(isa, from, to),
        (DType::U64, DType::U8) => bytes::<u64>(isa, from, to),
        (DType::U64, DType::U16) => pairs::<u64>(isa, from, to),
        (DType::F32, DType::U8) => bytes::<f32>(isa, from, to),
        (DType::F32, DType::U16) => pairs::<f32>(isa, from, to),
        (DType::F64, DType::U8) => bytes::<f64>(isa, from, to),
        (DType::F64, DType::U16) => pairs::<f64>(isa, from, to),
        (DType::F32, DType::U32) => words::<f32>(isa, from, to),
        (DType::F64, DType::U32) => words::<f64>(isa, from, to),
        _ => return false,
    }
    true
}

/// Elements whose low bits are had in vectors of 32 each.
trait Words: Element {
    /// The low 32 bits of the eight integers at `from`, or what eight floats are truncated to: the
    /// smallest integer where that does not fit.
    ///
    /// # Safety
    ///
    /// The CPU must have AVX2, and eight elements must lie there.
    unsafe fn eight(from: *const Self) -> __m256i;
}

impl Words for u32 {
    #[inline(always)]
    unsafe fn eight(from: *const u32) -> __m256i {
        // SAFETY: the caller vouches for the feature and the elements, and loads need no alignment.
        unsafe { _mm256_loadu_si256(from.cast()) }
    }
}

impl Words for u64 {
    #[inline(always)]
    unsafe fn eight(from: *const u64) -> __m256i {
        // SAFETY: the caller vouches for the feature and the elements, and loads need no alignment.
        unsafe {
            let low = _mm256_castsi256_ps(_mm256_loadu_si256(from.cast()));
            let high = _mm256_castsi256_ps(_mm256_loadu_si256(from.add(4).cast()));
            let halves = _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(low, high));
            _mm256_permute4x64_epi64::<0b11_01_10_00>(halves)
        }
    }
}

impl Words for f32 {
    #[inline(always)]
    unsafe fn eight(from: *const f32) -> __m256i {
        // SAFETY: the caller vouches for the feature and the elements, and loads need no alignment.
        unsafe { _mm256_cvttps_epi32(_mm256_loadu_ps(from)) }
    }
}

impl Words for f64 {
    #[inline(always)]
    unsafe fn eight(from: *const f64) -> __m256i {
        // SAFETY: the caller vouches for the feature and the elements, and loads need no alignment.
        unsafe {
            let low = _mm256_castsi128_si256(_mm256_cvttpd_epi32(_mm256_loadu_pd(from)));
            let high = _mm256_cvttpd_epi32(_mm256_loadu_pd(from.add(4)));
            _mm256_inserti128_si256::<1>(low, high)
        }
    }
}

/// Floats that are truncated to unsigned integers.
trait Unsigned: Element {
    /// What the eight floats at `from` are truncated to: those from half of the unsigned range on by what
    /// they are above it. Zero, or half of the range, where that does not fit.
    ///
    /// # Safety
    ///
    /// The CPU must have AVX2, and eight floats must lie there.
    unsafe fn eight(from: *const Self) -> __m256i;
}

impl Unsigned for f32 {
    #[inline(always)]
    unsafe fn eight(from: *const f32) -> __m256i {
        // SAFETY: the caller vouches for the feature and the floats, and loads need no alignment.
        unsafe {
            let (x, half) = (_mm256_loadu_ps(from), _mm256_set1_ps(HALF as f32));
            let upper = _mm256_cmp_ps::<_CMP_GE_OQ>(x, half);
            let low = _mm256_cvttps_epi32(_mm256_sub_ps(x, _mm256_and_ps(upper, half)));
            let top = _mm256_slli_epi32::<31>(_mm256_castps_si256(upper));
            _mm256_xor_si256(low, top)
        }
    }
}

impl Unsigned for f64 {
    #[inline(always)]
    unsafe fn eight(from: *const f64) -> __m256i {
        // SAFETY: the caller vouches for the feature and the floats.
        unsafe {
            let low = _mm256_castsi128_si256(four(from));
            _mm256_inserti128_si256::<1>(low, four(from.add(4)))
        }
    }
}

/// Half of the range of uint32.
const HALF: f64 = -(i32::MIN as f64);

/// As [`Unsigned::eight`], of four.
///
/// # Safety
///
/// The CPU must have AVX2, and four floats must lie there.
#[inline(always)]
unsafe fn four(from: *const f64) -> __m128i {
    // SAFETY: the caller vouches for the feature and the floats, and loads need no alignment.
    unsafe {
        let (x, half) = (_mm256_loadu_pd(from), _mm256_set1_pd(HALF));
        let upper = _mm256_cmp_pd::<_CMP_GE_OQ>(x, half);
        let low = _mm256_cvttpd_epi32(_mm256_sub_pd(x, _mm256_and_pd(upper, half)));
        // One half of each mask, from either half of the vector.
        let masks = _mm256_castpd_ps(upper);
        let (first, last) = (
            _mm256_castps256_ps128(masks),
            _mm256_extractf128_ps::<1>(masks),
        );
        let upper = _mm_castps_si128(_mm_shuffle_ps::<0b10_00_10_00>(first, last));
        _mm_xor_si128(low, _mm_slli_epi32::<31>(upper))
    }
}

/// Sixteen words at `from`, of which nothing is left but `kept`, at most 16 bits: the first four of
/// either eight in the lower half of the vector, the last four in the upper one.
///
/// # Safety
///
/// The CPU must have AVX2, and sixteen elements must lie there.
#[inline(always)]
unsafe fn sixteen<T: Words>(from: *const T, kept: i32) -> __m256i {
    // SAFETY: the caller vouches for the feature and for twice eight elements.
    unsafe {
        let kept = _mm256_set1_epi32(kept);
        let (a, b) = (T::eight(from), T::eight(from.add(8)));
        _mm256_packus_epi32(_mm256_and_si256(a, kept), _mm256_and_si256(b, kept))
    }
}

/// The lowest byte of every element.
fn bytes<T: Words>(isa: Avx2, from: In<'_>, to: &mut Out<'_>) {
    run(
        isa,
        from.of(),
        to.of::<u8>(),
        #[inline(always)]
        |from: &[T; 32]| {
            let from = from.as_ptr();
            // SAFETY: the token proves the feature, and the array holds twice sixteen elements.
            unsafe {
                let (a, b) = (sixteen(from, 0xff), sixteen(from.add(16), 0xff));
                let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
                _mm256_permutevar8x32_epi32(_mm256_packus_epi16(a, b), order)
            }
        },
    );
}

/// The two lowest bytes of every element.
fn pairs<T: Words>(isa: Avx2, from: In<'_>, to: &mut Out<'_>) {
    run(
        isa,
        from.of(),
        to.of::<u16>(),
        #[inline(always)]
        |from: &[T; 16]| {
            // SAFETY: the token proves the feature, and the array holds sixteen elements.
            unsafe { _mm256_permute4x64_epi64::<0b11_01_10_00>(sixteen(from.as_ptr(), 0xffff)) }
        },
    );
}

/// Every float as a uint32.
fn words<T: Unsigned>(isa: Avx2, from: In<'_>, to: &mut Out<'_>) {
    run(
        isa,
        from.of(),
        to.of::<u32>(),
        #[inline(always)]
        |from: &[T; 8]| {
            // SAFETY: the token proves the feature, and the array holds eight floats.
            unsafe { T::eight(from.as_ptr()) }
        },
    );
}

/// Fills `to`, which is as long, with what `convert` makes of `from`, by vectors.
#[inline(always)]
pub(super) fn run<A: Element, B: Element, const N: usize>(
    isa: Avx2,
    from: &[A],
    to: &mut [B],
    convert: impl Fn(&[A; N]) -> __m256i,
) {
    // Moved in, so that the stores cannot reach what it holds.
    isa.vectorize(
        #[inline(always)]
        move || {
            let (blocks, few) = from.as_chunks::<N>();
            let (outs, rest) = to.as_chunks_mut::<N>();
            for (from, to) in blocks.iter().zip(outs) {
                store(convert(from), to);
            }
            if let Some(&any) = few.first() {
                // Of what is there, so that no other element raises an exception.
                let (mut from, mut to) = ([any; N], [B::default(); N]);
                from[..few.len()].copy_from_slice(few);
                store(convert(&from), &mut to);
                rest.copy_from_slice(&to[..rest.len()]);
            }
        },
    );
}

/// Writes a vector over an array of its size.
#[inline(always)]
fn store<B, const N: usize>(x: __m256i, to: &mut [B; N]) {
    const { assert!(size_of::<[B; N]>() == size_of::<__m256i>()) };
    // SAFETY: the array is as large as the vector, which exists on CPUs with AVX alone.
    unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), x) };
}
