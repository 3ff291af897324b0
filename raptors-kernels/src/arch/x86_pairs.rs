//! Register tiles of pairs of 16-bit integers (AVX2 and AVX-512): one instruction multiplies two
//! neighbours along the depth and adds the products.

use crate::isa::{Avx2, Avx512, Isa};
use core::{
    arch::x86_64::{
        __m256i, _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_set1_epi32,
        _mm256_setzero_si256, _mm256_storeu_si256, _mm512_add_epi32, _mm512_loadu_epi32,
        _mm512_madd_epi16, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_storeu_epi32,
    },
    array,
};

/// Rows of a tile.
pub(crate) const ROWS: usize = 6;
/// Columns of a tile: a vector of AVX-512, two of AVX2.
pub(crate) const COLS: usize = 16;
/// Columns of a vector of AVX2.
const LEN: usize = COLS / 2;

/// Two neighbours along the depth, the first one in the low half; past the end there are zeros.
pub(crate) type Pair = u32;

/// The pairs as single numbers.
#[inline(always)]
pub(crate) fn singles(pairs: &mut [Pair]) -> &mut [u16] {
    // SAFETY: each pair is two numbers, the low half first at this level, of any bits.
    unsafe { core::slice::from_raw_parts_mut(pairs.as_mut_ptr().cast(), 2 * pairs.len()) }
}

/// The panels whose product is a tile.
#[derive(Clone, Copy)]
pub(crate) struct Panels<'a> {
    /// The rows' pairs.
    pub(crate) a: &'a [Pair],
    /// From one row to the next, and from one pair of a row to the next.
    pub(crate) a_steps: [usize; 2],
    /// The columns' pairs, those of all columns at one depth neighbours.
    pub(crate) b: &'a [[Pair; COLS]],
}

/// A level that multiplies pairs.
pub(crate) trait Paired: Isa {
    /// Computes a tile, at least as many rows and columns as `shape` says.
    ///
    /// # Safety
    ///
    /// The panel of rows has [`ROWS`] of them as deep as that of columns.
    unsafe fn tile(self, panels: Panels<'_>, shape: [usize; 2], sums: &mut [[u32; COLS]; ROWS]);
}

impl Paired for Avx2 {
    #[inline(always)]
    unsafe fn tile(self, panels: Panels<'_>, shape: [usize; 2], sums: &mut [[u32; COLS]; ROWS]) {
        // SAFETY: the token proves the features, and the caller vouches for the panels.
        unsafe {
            match (shape[0], shape[1] <= LEN) {
                (..=2, true) => tile::<2, 1>(panels, sums),
                (..=2, false) => tile::<2, 2>(panels, sums),
                (3..=4, true) => tile::<4, 1>(panels, sums),
                (3..=4, false) => tile::<4, 2>(panels, sums),
                (_, true) => tile::<ROWS, 1>(panels, sums),
                (_, false) => tile::<ROWS, 2>(panels, sums),
            }
        }
    }
}

impl Paired for Avx512 {
    #[inline(always)]
    unsafe fn tile(self, panels: Panels<'_>, shape: [usize; 2], sums: &mut [[u32; COLS]; ROWS]) {
        // SAFETY: the token proves the features, and the caller vouches for the panels.
        unsafe {
            match shape[0] {
                _ if shape[1] <= LEN => self.narrow().tile(panels, shape, sums),
                ..=2 => wide_tile::<2>(panels, sums),
                3..=4 => wide_tile::<4>(panels, sums),
                _ => wide_tile::<ROWS>(panels, sums),
            }
        }
    }
}

/// The sums of the first rows and columns of a tile, at least as many as `shape` says, which wrap in 32
/// bits.
///
/// # Panics
///
/// If the panel of rows is too short.
#[inline(always)]
pub(crate) fn multiply<I: Paired>(
    isa: I,
    panels: Panels<'_>,
    shape: [usize; 2],
    sums: &mut [[u32; COLS]; ROWS],
) {
    let Panels { a, a_steps, b } = panels;
    let last = (ROWS - 1) * a_steps[0] + b.len().saturating_sub(1) * a_steps[1];
    assert!(last < a.len(), "too few pairs");
    // SAFETY: the last pair of the last row is one of the panel's.
    unsafe { isa.tile(panels, shape, sums) };
}

/// A tile of `R` rows and `V` vectors. Never inlined: in the company of others the sums do not stay in
/// registers.
///
/// # Safety
///
/// The panel of rows has `R` of them as deep as that of columns.
#[target_feature(enable = "avx,avx2,fma")]
#[inline(never)]
unsafe fn tile<const R: usize, const V: usize>(
    Panels { a, a_steps, b }: Panels<'_>,
    sums: &mut [[u32; COLS]; ROWS],
) {
    let mut acc = [[_mm256_setzero_si256(); V]; R];
    let mut from = a.as_ptr().cast::<i32>();
    let [row, step] = a_steps;
    for columns in b {
        let columns: [__m256i; V] = array::from_fn(
            #[inline(always)]
            // SAFETY: the columns are two vectors.
            |v| unsafe { _mm256_loadu_si256(columns.as_ptr().add(v * LEN).cast()) },
        );
        for (r, acc) in acc.iter_mut().enumerate() {
            // SAFETY: the caller vouches for a pair of each row at this depth.
            let x = _mm256_set1_epi32(unsafe { from.wrapping_add(r * row).read_unaligned() });
            for (acc, &columns) in acc.iter_mut().zip(&columns) {
                *acc = _mm256_add_epi32(*acc, _mm256_madd_epi16(x, columns));
            }
        }
        from = from.wrapping_add(step);
    }
    for (sums, acc) in sums.iter_mut().zip(acc) {
        for (v, acc) in acc.into_iter().enumerate() {
            // SAFETY: the sums of a row are two vectors.
            unsafe { _mm256_storeu_si256(sums.as_mut_ptr().add(v * LEN).cast(), acc) };
        }
    }
}

/// As [`tile`], a row of which is one vector of AVX-512.
///
/// # Safety
///
/// As [`tile`].
#[target_feature(enable = "avx512f,avx512bw")]
#[inline(never)]
unsafe fn wide_tile<const R: usize>(
    Panels { a, a_steps, b }: Panels<'_>,
    sums: &mut [[u32; COLS]; ROWS],
) {
    let mut acc = [_mm512_setzero_si512(); R];
    let mut from = a.as_ptr().cast::<i32>();
    let [row, step] = a_steps;
    for columns in b {
        // SAFETY: the columns are a vector.
        let columns = unsafe { _mm512_loadu_epi32(columns.as_ptr().cast()) };
        for (r, acc) in acc.iter_mut().enumerate() {
            // SAFETY: the caller vouches for a pair of each row at this depth.
            let x = _mm512_set1_epi32(unsafe { from.wrapping_add(r * row).read_unaligned() });
            *acc = _mm512_add_epi32(*acc, _mm512_madd_epi16(x, columns));
        }
        from = from.wrapping_add(step);
    }
    for (sums, acc) in sums.iter_mut().zip(acc) {
        // SAFETY: the sums of a row are a vector.
        unsafe { _mm512_storeu_epi32(sums.as_mut_ptr().cast(), acc) };
    }
}
