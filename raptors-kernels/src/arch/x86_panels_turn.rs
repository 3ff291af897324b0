//! Numbers of several rows or columns turned in registers, and vectors that are not whole, for the panels
//! and tiles of AVX2.

use super::x86_panels::ROWS;
use crate::{isa::Avx2, number::Float, product::lanes::Lanes};
use core::arch::x86_64::{
    __m256, __m256d, _mm_castps_pd, _mm_loadu_ps, _mm_movehl_ps, _mm_movelh_ps, _mm_store_sd,
    _mm_store_ss, _mm_storeh_pd, _mm_storel_pd, _mm_storeu_pd, _mm_storeu_ps, _mm_unpackhi_ps,
    _mm_unpacklo_ps, _mm256_add_epi32, _mm256_castpd_ps, _mm256_castpd256_pd128, _mm256_castps_pd,
    _mm256_castps256_ps128, _mm256_cmpgt_epi32, _mm256_extractf128_pd, _mm256_extractf128_ps,
    _mm256_loadu_pd, _mm256_maskload_pd, _mm256_maskload_ps, _mm256_min_epi32,
    _mm256_permute2f128_pd, _mm256_permutevar8x32_ps, _mm256_set1_epi32, _mm256_setr_epi32,
    _mm256_storeu_pd, _mm256_storeu_ps, _mm256_sub_epi32, _mm256_unpackhi_pd, _mm256_unpacklo_pd,
};

/// Elements that panels are made of.
pub(crate) trait Paneled: Float
where
    Avx2: Lanes<Self>,
{
    /// Writes four numbers of each of [`ROWS`] rows to `to`, column after column, `step` apart: fewer than
    /// as many if the last rows are not wanted, whose numbers the next columns' are written over.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2, and the numbers can be read and written there.
    unsafe fn turn(rows: [*const Self; ROWS], to: *mut Self, step: usize);

    /// Writes four numbers of each of four columns to `to`, row after row, `step` apart.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2, and the numbers can be read and written there.
    unsafe fn square(columns: [*const Self; 4], to: *mut Self, step: usize);

    /// The `n` numbers from `from` on, up to a vector of them, and the last one again.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2, and the numbers can be read, at least one.
    unsafe fn filled(from: *const Self, n: usize) -> <Avx2 as Lanes<Self>>::Vector;

    /// Writes the first `n` numbers, up to all, one after the other in pieces: a store by a mask takes
    /// longer than all of them.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2, and the numbers can be written.
    unsafe fn store_few(x: <Avx2 as Lanes<Self>>::Vector, to: *mut Self, n: usize);
}

impl Paneled for f64 {
    #[inline(always)]
    unsafe fn turn(rows: [*const Self; ROWS], to: *mut Self, step: usize) {
        // SAFETY: the caller's: four numbers of each row, 24 in all.
        unsafe {
            let [a, b, c, d, e, f] = rows.map(
                #[inline(always)]
                |row| _mm256_loadu_pd(row),
            );
            let low = (
                _mm256_unpacklo_pd(a, b),
                _mm256_unpacklo_pd(c, d),
                _mm256_unpacklo_pd(e, f),
            );
            let high = (
                _mm256_unpackhi_pd(a, b),
                _mm256_unpackhi_pd(c, d),
                _mm256_unpackhi_pd(e, f),
            );
            for (k, (ab, cd, ef)) in [low, high].into_iter().enumerate() {
                let to = to.add(k * step);
                _mm256_storeu_pd(to, _mm256_permute2f128_pd::<0x20>(ab, cd));
                _mm_storeu_pd(to.add(4), _mm256_castpd256_pd128(ef));
            }
            for (k, (ab, cd, ef)) in [low, high].into_iter().enumerate() {
                let to = to.add((2 + k) * step);
                _mm256_storeu_pd(to, _mm256_permute2f128_pd::<0x31>(ab, cd));
                _mm_storeu_pd(to.add(4), _mm256_extractf128_pd::<1>(ef));
            }
        }
    }

    #[inline(always)]
    unsafe fn square(columns: [*const Self; 4], to: *mut Self, step: usize) {
        // SAFETY: the caller's: four numbers of each column, and as many of each row.
        unsafe {
            let [a, b, c, d] = columns.map(
                #[inline(always)]
                |column| _mm256_loadu_pd(column),
            );
            let (ab, cd) = (_mm256_unpacklo_pd(a, b), _mm256_unpacklo_pd(c, d));
            let (ab1, cd1) = (_mm256_unpackhi_pd(a, b), _mm256_unpackhi_pd(c, d));
            _mm256_storeu_pd(to, _mm256_permute2f128_pd::<0x20>(ab, cd));
            _mm256_storeu_pd(to.add(step), _mm256_permute2f128_pd::<0x20>(ab1, cd1));
            _mm256_storeu_pd(to.add(2 * step), _mm256_permute2f128_pd::<0x31>(ab, cd));
            _mm256_storeu_pd(to.add(3 * step), _mm256_permute2f128_pd::<0x31>(ab1, cd1));
        }
    }

    #[inline(always)]
    unsafe fn filled(from: *const Self, n: usize) -> __m256d {
        // SAFETY: the caller's: numbers that the mask does not have are not read.
        unsafe {
            let places = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
            let count = _mm256_set1_epi32(n as i32);
            let last = _mm256_sub_epi32(count, _mm256_set1_epi32(1));
            let numbers = _mm256_maskload_pd(from, _mm256_cmpgt_epi32(count, places));
            let place = _mm256_min_epi32(places, last);
            let halves = _mm256_setr_epi32(0, 1, 0, 1, 0, 1, 0, 1);
            let place = _mm256_add_epi32(_mm256_add_epi32(place, place), halves);
            _mm256_castps_pd(_mm256_permutevar8x32_ps(_mm256_castpd_ps(numbers), place))
        }
    }

    #[inline(always)]
    unsafe fn store_few(x: __m256d, to: *mut Self, n: usize) {
        // SAFETY: the caller's: `n` numbers in all.
        unsafe {
            if n >= 4 {
                return _mm256_storeu_pd(to, x);
            }
            let (mut x, mut to, high) =
                (_mm256_castpd256_pd128(x), to, _mm256_extractf128_pd::<1>(x));
            if n & 2 != 0 {
                _mm_storeu_pd(to, x);
                (x, to) = (high, to.add(2));
            }
            if n & 1 != 0 {
                _mm_store_sd(to, x);
            }
        }
    }
}

impl Paneled for f32 {
    #[inline(always)]
    unsafe fn turn(rows: [*const Self; ROWS], to: *mut Self, step: usize) {
        // SAFETY: the caller's: four numbers of each row, 24 in all.
        unsafe {
            let [a, b, c, d, e, f] = rows.map(
                #[inline(always)]
                |row| _mm_loadu_ps(row),
            );
            for (k, [ab, cd, ef]) in [
                [
                    _mm_unpacklo_ps(a, b),
                    _mm_unpacklo_ps(c, d),
                    _mm_unpacklo_ps(e, f),
                ],
                [
                    _mm_unpackhi_ps(a, b),
                    _mm_unpackhi_ps(c, d),
                    _mm_unpackhi_ps(e, f),
                ],
            ]
            .into_iter()
            .enumerate()
            {
                let to = to.add(k * 2 * step);
                _mm_storeu_ps(to, _mm_movelh_ps(ab, cd));
                _mm_storel_pd(to.add(4).cast(), _mm_castps_pd(ef));
                let to = to.add(step);
                _mm_storeu_ps(to, _mm_movehl_ps(cd, ab));
                _mm_storeh_pd(to.add(4).cast(), _mm_castps_pd(ef));
            }
        }
    }

    #[inline(always)]
    unsafe fn square(columns: [*const Self; 4], to: *mut Self, step: usize) {
        // SAFETY: the caller's: four numbers of each column, and as many of each row.
        unsafe {
            let [a, b, c, d] = columns.map(
                #[inline(always)]
                |column| _mm_loadu_ps(column),
            );
            let (ab, cd) = (_mm_unpacklo_ps(a, b), _mm_unpacklo_ps(c, d));
            let (ab1, cd1) = (_mm_unpackhi_ps(a, b), _mm_unpackhi_ps(c, d));
            _mm_storeu_ps(to, _mm_movelh_ps(ab, cd));
            _mm_storeu_ps(to.add(step), _mm_movehl_ps(cd, ab));
            _mm_storeu_ps(to.add(2 * step), _mm_movelh_ps(ab1, cd1));
            _mm_storeu_ps(to.add(3 * step), _mm_movehl_ps(cd1, ab1));
        }
    }

    #[inline(always)]
    unsafe fn filled(from: *const Self, n: usize) -> __m256 {
        // SAFETY: the caller's: numbers that the mask does not have are not read.
        unsafe {
            let places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
            let count = _mm256_set1_epi32(n as i32);
            let last = _mm256_sub_epi32(count, _mm256_set1_epi32(1));
            let numbers = _mm256_maskload_ps(from, _mm256_cmpgt_epi32(count, places));
            _mm256_permutevar8x32_ps(numbers, _mm256_min_epi32(places, last))
        }
    }

    #[inline(always)]
    unsafe fn store_few(x: __m256, to: *mut Self, n: usize) {
        // SAFETY: the caller's: `n` numbers in all.
        unsafe {
            if n >= 8 {
                return _mm256_storeu_ps(to, x);
            }
            let (mut x, mut to, high) =
                (_mm256_castps256_ps128(x), to, _mm256_extractf128_ps::<1>(x));
            if n & 4 != 0 {
                _mm_storeu_ps(to, x);
                (x, to) = (high, to.add(4));
            }
            if n & 2 != 0 {
                _mm_storel_pd(to.cast(), _mm_castps_pd(x));
                (x, to) = (_mm_movehl_ps(x, x), to.add(2));
            }
            if n & 1 != 0 {
                _mm_store_ss(to, x);
            }
        }
    }
}
