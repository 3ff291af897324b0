//! Register tiles of AVX-512 for products of matrices as they lie. Where a last vector of columns is not whole its
//! last number is repeated: what is computed with it is what its own is, and raises nothing new. Half a vector is
//! computed in half the time.
#![allow(
    clippy::needless_range_loop,
    reason = "loops over the sums of a tile, which are to stay in registers"
)]

use super::x86_many::{LONGEST, Placed};
use crate::{isa::Avx512, product::lanes::Lanes};
use core::{
    arch::x86_64::{
        __m256, __m256d, __m512i, _mm256_fmadd_pd, _mm256_fmadd_ps, _mm256_mask_storeu_pd,
        _mm256_mask_storeu_ps, _mm256_maskz_loadu_pd, _mm256_maskz_loadu_ps, _mm256_permutexvar_pd,
        _mm256_permutexvar_ps, _mm256_set1_pd, _mm256_set1_ps, _mm256_setzero_pd,
        _mm256_setzero_ps, _mm512_castsi512_si256,
    },
    array,
};

/// The most vectors of a tile.
pub(crate) const VECTORS: usize = 4;
/// Rows of tiles of so many vectors, from one on: their sums, a row of the second matrix and one number of
/// the first fill most of 32 registers.
pub(crate) const ROWS: [usize; VECTORS] = [12, 12, 8, 6];
/// Bytes of a line of the caches.
const LINE: usize = 64;

/// Numbers with vectors of half the length.
pub(crate) trait Halved: Placed
where
    Avx512: Lanes<Self>,
{
    /// Half a vector.
    type Half: Copy;
    /// Zeros.
    fn half_zero(isa: Avx512) -> Self::Half;
    /// `x` in every place.
    fn half_splat(isa: Avx512, x: Self) -> Self::Half;
    /// The first `n` numbers from `from` on, at most all, in the first half of these places.
    ///
    /// # Safety
    ///
    /// `n` numbers can be read there.
    unsafe fn half_placed(isa: Avx512, from: *const Self, n: usize, places: __m512i) -> Self::Half;
    /// Writes the first `n` numbers, at most all.
    ///
    /// # Safety
    ///
    /// `n` numbers can be written there.
    unsafe fn half_store(isa: Avx512, x: Self::Half, to: *mut Self, n: usize);
    /// `a * b + c`, rounded once.
    fn half_mul_add(isa: Avx512, a: Self::Half, b: Self::Half, c: Self::Half) -> Self::Half;
}

macro_rules! halved {
    ($float:ident, $Half:ident, $zero:ident, $splat:ident, $load:ident, $permute:ident, $store:ident, $fma:ident) => {
        impl Halved for $float {
            type Half = $Half;

            #[inline(always)]
            fn half_zero(_: Avx512) -> $Half {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { $zero() }
            }

            #[inline(always)]
            fn half_splat(_: Avx512, x: Self) -> $Half {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { $splat(x) }
            }

            #[inline(always)]
            unsafe fn half_placed(
                _: Avx512,
                from: *const Self,
                n: usize,
                places: __m512i,
            ) -> $Half {
                // SAFETY: the token proves the features, and the caller vouches for `n` numbers.
                unsafe {
                    let numbers = $load(((1_u32 << n) - 1) as u8, from);
                    $permute(_mm512_castsi512_si256(places), numbers)
                }
            }

            #[inline(always)]
            unsafe fn half_store(_: Avx512, x: $Half, to: *mut Self, n: usize) {
                // SAFETY: the token proves the feature, and the caller vouches for room for `n` numbers.
                unsafe { $store(to, ((1_u32 << n) - 1) as u8, x) }
            }

            #[inline(always)]
            fn half_mul_add(_: Avx512, a: $Half, b: $Half, c: $Half) -> $Half {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { $fma(a, b, c) }
            }
        }
    };
}
halved!(
    f32,
    __m256,
    _mm256_setzero_ps,
    _mm256_set1_ps,
    _mm256_maskz_loadu_ps,
    _mm256_permutexvar_ps,
    _mm256_mask_storeu_ps,
    _mm256_fmadd_ps
);
halved!(
    f64,
    __m256d,
    _mm256_setzero_pd,
    _mm256_set1_pd,
    _mm256_maskz_loadu_pd,
    _mm256_permutexvar_pd,
    _mm256_mask_storeu_pd,
    _mm256_fmadd_pd
);

/// For each place the number that it has of `n`: its own, or the last one.
#[inline(always)]
fn up_to(n: usize) -> [u8; LONGEST] {
    array::from_fn(
        #[inline(always)]
        |place| place.min(n - 1) as u8,
    )
}

/// A tile of a product: where its operands are, and what becomes of it. Steps count elements.
pub(crate) struct Tile<F> {
    /// The terms of each sum.
    pub(crate) depth: usize,
    /// The first row of the first matrix; the steps to the next one, and to the next column.
    pub(crate) a: (*const F, isize, isize),
    /// The first row of the second matrix, its columns neighbours; the step to the next one.
    pub(crate) b: (*const F, isize),
    /// The first row of the result, its columns neighbours; the step to the next one.
    pub(crate) c: (*mut F, isize),
    /// Rows and columns of the result.
    pub(crate) shape: (usize, usize),
    /// Whether the sums are added to what is there.
    pub(crate) adds: bool,
}

impl<F: Halved> Tile<F>
where
    Avx512: Lanes<F>,
{
    /// Computes the tile, which has as many columns as fit [`VECTORS`], and as many rows as [`ROWS`] has for
    /// them at most.
    ///
    /// # Safety
    ///
    /// The elements of the three matrices that the tile spans can be read, and those of the result written,
    /// which are no others.
    pub(crate) unsafe fn compute(&self, isa: Avx512) {
        let len = <Avx512 as Lanes<F>>::LEN;
        let (rows, columns) = self.shape;
        macro_rules! rows {
            ($call:ident $vectors:literal $some:literal: $($rows:literal)*) => {
                match rows {
                    0 => {}
                    $($rows => $call::<F, $rows, $vectors, $some>(isa, self),)*
                    _ => unreachable!("more rows than a tile has"),
                }
            };
        }
        // SAFETY: the caller's, and the token proves the features.
        unsafe {
            match (columns.div_ceil(len), columns.is_multiple_of(len)) {
                (1, false) if columns <= len / 2 => {
                    rows!(half 1 true: 1 2 3 4 5 6 7 8 9 10 11 12);
                }
                (1, false) => rows!(tile 1 true: 1 2 3 4 5 6 7 8 9 10 11 12),
                (1, true) => rows!(tile 1 false: 1 2 3 4 5 6 7 8 9 10 11 12),
                (2, false) => rows!(tile 2 true: 1 2 3 4 5 6 7 8 9 10 11 12),
                (2, true) => rows!(tile 2 false: 1 2 3 4 5 6 7 8 9 10 11 12),
                (3, false) => rows!(tile 3 true: 1 2 3 4 5 6 7 8),
                (3, true) => rows!(tile 3 false: 1 2 3 4 5 6 7 8),
                (4, false) => rows!(tile 4 true: 1 2 3 4 5 6),
                (4, true) => rows!(tile 4 false: 1 2 3 4 5 6),
                _ => unreachable!("more columns than a tile has"),
            }
        }
    }

    /// Asks for the lines of the result.
    #[inline(always)]
    fn ask(&self, rows: usize) {
        let (c, down) = self.c;
        for r in 0..rows {
            let first = c.wrapping_offset(r as isize * down).cast::<u8>();
            let last = self.shape.1 * size_of::<F>() - 1;
            for at in (0..last).step_by(LINE) {
                super::prefetch(first.wrapping_add(at));
            }
            super::prefetch(first.wrapping_add(last));
        }
    }
}

/// A tile of `R` rows and `V` vectors, of which the last is not whole if `SOME`. Never inlined: in the company
/// of others the sums do not stay in registers.
///
/// # Safety
///
/// As [`Tile::compute`], for a tile of as many rows and vectors.
#[target_feature(enable = "avx,avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
#[inline(never)]
unsafe fn tile<F: Halved, const R: usize, const V: usize, const SOME: bool>(
    isa: Avx512,
    tile: &Tile<F>,
) where
    Avx512: Lanes<F>,
{
    let len = <Avx512 as Lanes<F>>::LEN;
    let last = tile.shape.1 - (V - 1) * len;
    let (mut a, row, column) = tile.a;
    let (mut b, next) = tile.b;
    let (c, down) = tile.c;
    let places = F::places(isa, &up_to(last));
    let mut acc = [[isa.zero(); V]; R];
    tile.ask(R);
    macro_rules! filled {
        ($from:expr, $v:expr) => {
            if SOME && $v + 1 == V {
                F::placed(isa, isa.load_some($from.add($v * len), last), places)
            } else {
                isa.load($from.add($v * len))
            }
        };
    }
    macro_rules! step {
        ($term:expr) => {{
            let a = a.wrapping_offset($term * column);
            let b = b.wrapping_offset($term * next);
            let mut numbers = [isa.zero(); V];
            for v in 0..V {
                // SAFETY: a row of the second matrix, which the caller vouches for.
                numbers[v] = unsafe { filled!(b, v) };
            }
            for r in 0..R {
                // SAFETY: an element of the first matrix, which the caller vouches for.
                let x = isa.splat(unsafe { *a.wrapping_offset(r as isize * row) });
                for v in 0..V {
                    acc[r][v] = isa.mul_add(x, numbers[v], acc[r][v]);
                }
            }
        }};
    }
    for _ in 0..tile.depth / 2 {
        step!(0);
        step!(1);
        (a, b) = (a.wrapping_offset(2 * column), b.wrapping_offset(2 * next));
    }
    if tile.depth % 2 == 1 {
        step!(0);
    }
    for r in 0..R {
        let to = c.wrapping_offset(r as isize * down);
        for v in 0..V {
            // SAFETY: elements of the result, neighbours, which the caller vouches for.
            unsafe {
                let sum = if tile.adds {
                    isa.add(filled!(to.cast_const(), v), acc[r][v])
                } else {
                    acc[r][v]
                };
                if SOME && v + 1 == V {
                    isa.store_some(sum, to.add(v * len), last);
                } else {
                    isa.store(sum, to.add(v * len));
                }
            }
        }
    }
}

/// A tile of `R` rows and up to half a vector, two of which are multiplied in the time of a whole one.
///
/// # Safety
///
/// As [`tile`].
#[target_feature(enable = "avx,avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
#[inline(never)]
unsafe fn half<F: Halved, const R: usize, const V: usize, const SOME: bool>(
    isa: Avx512,
    tile: &Tile<F>,
) where
    Avx512: Lanes<F>,
{
    const { assert!(V == 1 && SOME, "a part of one vector") };
    let len = tile.shape.1;
    let (mut a, row, column) = tile.a;
    let (mut b, next) = tile.b;
    let (c, down) = tile.c;
    let places = F::places(isa, &up_to(len));
    let mut acc = [F::half_zero(isa); R];
    tile.ask(R);
    for _ in 0..tile.depth {
        // SAFETY: a row of the second matrix, which the caller vouches for.
        let numbers = unsafe { F::half_placed(isa, b, len, places) };
        for r in 0..R {
            // SAFETY: an element of the first matrix, which the caller vouches for.
            let x = F::half_splat(isa, unsafe { *a.wrapping_offset(r as isize * row) });
            acc[r] = F::half_mul_add(isa, x, numbers, acc[r]);
        }
        (a, b) = (a.wrapping_offset(column), b.wrapping_offset(next));
    }
    let one = F::half_splat(isa, F::ONE);
    for r in 0..R {
        let to = c.wrapping_offset(r as isize * down);
        let mut sum = acc[r];
        if tile.adds {
            // SAFETY: a row of the result, which the caller vouches for.
            let before = unsafe { F::half_placed(isa, to, len, places) };
            sum = F::half_mul_add(isa, one, sum, before);
        }
        // SAFETY: a row of the result, which the caller lets be written.
        unsafe { F::half_store(isa, sum, to, len) };
    }
}
