//! Sums of complex numbers by AVX, in the order of the pairwise tree: the compiler adds them one
//! by one.

use crate::{
    dtype::{Complex32, Complex64},
    fold::tree::{LEAF, split},
    isa::Avx2,
};
use core::arch::x86_64::{
    _mm256_add_pd, _mm256_add_ps, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_storeu_pd,
    _mm256_storeu_ps,
};

/// Numbers in a vector of the tree.
const LANES: usize = 4;

/// The sum of `x`, which is longer than a leaf, in the order of the pairwise tree.
#[inline(always)]
pub(crate) fn tree_c32(_: Avx2, x: &[Complex32]) -> Complex32 {
    // SAFETY: an `Avx2` token exists only where AVX was detected.
    unsafe { single(x) }
}

/// The sum of `x`, which is longer than a leaf, in the order of the pairwise tree.
#[inline(always)]
pub(crate) fn tree_c64(_: Avx2, x: &[Complex64]) -> Complex64 {
    // SAFETY: an `Avx2` token exists only where AVX was detected.
    unsafe { double(x) }
}

macro_rules! trees {
    ($($tree:ident $leaf:ident $complex:ident;)*) => {$(
        #[target_feature(enable = "avx")]
        fn $tree(x: &[$complex]) -> $complex {
            let Some(middle) = split(LANES, x.len()) else {
                return $leaf(x);
            };
            let (a, b) = x.split_at(middle);
            if b.len() <= LEAF * LANES {
                return $leaf(a) + $leaf(b);
            }
            $tree(a) + $tree(b)
        }
    )*};
}
trees!(single leaf_single Complex32; double leaf_double Complex64;);

/// The sum of a leaf of at least one vector.
#[target_feature(enable = "avx")]
#[inline]
fn leaf_single(x: &[Complex32]) -> Complex32 {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let mut sums = [Complex32::new(0.0, 0.0); LANES];
    if let Some((first, vectors)) = vectors.split_first() {
        // SAFETY: four numbers, each its parts one after the other, are one vector, which needs no
        // alignment.
        let load = |x: &[Complex32; LANES]| unsafe { _mm256_loadu_ps(x.as_ptr().cast()) };
        let mut acc = load(first);
        for x in vectors {
            acc = _mm256_add_ps(acc, load(x));
        }
        // SAFETY: as for the loads.
        unsafe { _mm256_storeu_ps(sums.as_mut_ptr().cast(), acc) };
    }
    let sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    rest.iter().fold(sum, |sum, &x| sum + x)
}

/// The sum of a leaf of at least one vector.
#[target_feature(enable = "avx")]
#[inline]
fn leaf_double(x: &[Complex64]) -> Complex64 {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let mut sums = [Complex64::new(0.0, 0.0); LANES];
    if let Some((first, vectors)) = vectors.split_first() {
        // SAFETY: two numbers, each its parts one after the other, are one vector, which needs no
        // alignment.
        let load = |x: &[Complex64]| unsafe { _mm256_loadu_pd(x[..2].as_ptr().cast()) };
        let (mut low, mut high) = (load(&first[..2]), load(&first[2..]));
        for x in vectors {
            low = _mm256_add_pd(low, load(&x[..2]));
            high = _mm256_add_pd(high, load(&x[2..]));
        }
        // SAFETY: each half of the sums is one vector, and the stores need no alignment.
        unsafe {
            _mm256_storeu_pd(sums.as_mut_ptr().cast(), low);
            _mm256_storeu_pd(sums[2..].as_mut_ptr().cast(), high);
        }
    }
    let sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    rest.iter().fold(sum, |sum, &x| sum + x)
}
