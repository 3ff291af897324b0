//! Products of many rows of a few numbers each: as many side by side as a vector of AVX-512 holds, each
//! number of a row brought to the places of the sums that it is a factor of.
#![allow(
    clippy::needless_range_loop,
    reason = "loops over lanes and sums, which are to stay in registers"
)]

use crate::{
    isa::{Avx512, Isa},
    number::Float,
    product::lanes::Lanes,
};
use core::arch::x86_64::{
    __m512i, _mm_loadu_si128, _mm512_cvtepu8_epi32, _mm512_cvtepu8_epi64, _mm512_permutex2var_pd,
    _mm512_permutex2var_ps, _mm512_permutexvar_pd, _mm512_permutexvar_ps,
};

/// The most numbers of a vector.
pub(crate) const LONGEST: usize = 16;

/// Numbers whose vectors are permuted by one instruction.
pub(crate) trait Placed: Float
where
    Avx512: Lanes<Self>,
{
    /// The numbers of the places, one for each number of a vector.
    fn places(isa: Avx512, numbers: &[u8; LONGEST]) -> __m512i;
    /// In each place the number of `x` that `places` says.
    fn placed(
        isa: Avx512,
        x: <Avx512 as Lanes<Self>>::Vector,
        places: __m512i,
    ) -> <Avx512 as Lanes<Self>>::Vector;
    /// As [`Placed::placed`], of the numbers of two vectors, one after the other.
    fn placed_of_two(
        isa: Avx512,
        x: [<Avx512 as Lanes<Self>>::Vector; 2],
        places: __m512i,
    ) -> <Avx512 as Lanes<Self>>::Vector;
}

macro_rules! placed {
    ($float:ident, $widen:ident, $permute:ident, $permute_two:ident) => {
        impl Placed for $float {
            #[inline(always)]
            fn places(_: Avx512, numbers: &[u8; LONGEST]) -> __m512i {
                // SAFETY: the token proves the features, and the array has sixteen bytes.
                unsafe { $widen(_mm_loadu_si128(numbers.as_ptr().cast())) }
            }

            #[inline(always)]
            fn placed(
                _: Avx512,
                x: <Avx512 as Lanes<Self>>::Vector,
                places: __m512i,
            ) -> <Avx512 as Lanes<Self>>::Vector {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { $permute(places, x) }
            }

            #[inline(always)]
            fn placed_of_two(
                _: Avx512,
                [x, y]: [<Avx512 as Lanes<Self>>::Vector; 2],
                places: __m512i,
            ) -> <Avx512 as Lanes<Self>>::Vector {
                // SAFETY: the token proves that the CPU has the instruction.
                unsafe { $permute_two(x, places, y) }
            }
        }
    };
}
placed!(
    f32,
    _mm512_cvtepu8_epi32,
    _mm512_permutexvar_ps,
    _mm512_permutex2var_ps
);
placed!(
    f64,
    _mm512_cvtepu8_epi64,
    _mm512_permutexvar_pd,
    _mm512_permutex2var_pd
);

/// The sums of as many rows at a time as a vector has places, which are `N` whole vectors: of rows of `K`
/// numbers with the matrix that [`multiply`] takes, as it does. Gives how many rows were computed; some of
/// the last ones are not.
///
/// # Panics
///
/// If the rows of the sums of a vector fill more than two, or there are not as many of both.
pub(crate) fn whole<F: Placed, const K: usize, const N: usize>(
    isa: Avx512,
    from: &[F],
    to: &mut [F],
    factor: impl Fn(usize, usize) -> F,
) -> usize
where
    Avx512: Lanes<F>,
{
    let len = <Avx512 as Lanes<F>>::LEN;
    assert!(from.len() / K == to.len() / N && from.len() % K + to.len() % N == 0);
    // The first row of each vector of sums.
    let first = |v: usize| v * len / N;
    let (mut places, mut factors) = ([[[0; LONGEST]; K]; N], [[[F::ZERO; LONGEST]; K]; N]);
    for (v, k) in (0..N).flat_map(|v| (0..len).map(move |k| (v, k))) {
        let sum = v * len + k;
        for p in 0..K {
            let place = (sum / N - first(v)) * K + p;
            assert!(place < 2 * len, "two vectors hold no such rows");
            places[v][p][k] = place as u8;
            factors[v][p][k] = factor(p, sum % N);
        }
    }
    let reach = first(N - 1) * K + 2 * len;
    isa.vectorize(
        #[inline(always)]
        || {
            let mut terms = [[(F::places(isa, &places[0][0]), isa.zero()); K]; N];
            for v in 0..N {
                for p in 0..K {
                    // SAFETY: the array has as many numbers as the longest vector.
                    let factors = unsafe { isa.load(factors[v][p].as_ptr()) };
                    terms[v][p] = (F::places(isa, &places[v][p]), factors);
                }
            }
            let mut row = 0;
            while row * K + reach <= from.len() && (row + len) * N <= to.len() {
                for v in 0..N {
                    // SAFETY: the rows from the first one of these sums on fill two vectors still.
                    let x = unsafe {
                        let start = from.as_ptr().add((row + first(v)) * K);
                        [isa.load(start), isa.load(start.add(len))]
                    };
                    let mut sums = isa.zero();
                    for (places, factors) in terms[v] {
                        sums = isa.mul_add(F::placed_of_two(isa, x, places), factors, sums);
                    }
                    // SAFETY: the result has these rows, which are `N` vectors.
                    unsafe { isa.store(sums, to.as_mut_ptr().add(row * N + v * len)) };
                }
                row += len;
            }
            row
        },
    )
}

/// The product of rows of `K` numbers each, one after the other, with the matrix whose element of row `p`
/// and column `j` is `factor(p, j)`, of `n` columns, to rows that lie so, too; `together` of them at a time.
/// Each sum is in the order of its terms. The first `done` rows are there already.
///
/// # Panics
///
/// If a vector does not hold so many rows, or there are fewer, or not as many of both.
pub(crate) fn multiply<F: Placed, const K: usize>(
    isa: Avx512,
    from: &[F],
    (to, n): (&mut [F], usize),
    (together, done): (usize, usize),
    factor: impl Fn(usize, usize) -> F,
) where
    Avx512: Lanes<F>,
{
    let (len, rows) = (<Avx512 as Lanes<F>>::LEN, from.len() / K);
    assert!(together * K.max(n) <= len && (1..=rows).contains(&together));
    assert!(rows * K == from.len() && rows * n == to.len());
    let (mut places, mut factors) = ([[0; LONGEST]; K], [[F::ZERO; LONGEST]; K]);
    for k in 0..len {
        // Places behind the rows compute the first sums again, which raises nothing new.
        let sum = k % (together * n);
        for p in 0..K {
            places[p][k] = (sum / n * K + p) as u8;
            factors[p][k] = factor(p, sum % n);
        }
    }
    isa.vectorize(
        #[inline(always)]
        || {
            let mut terms = [(F::places(isa, &places[0]), isa.zero()); K];
            for p in 0..K {
                // SAFETY: the array has as many numbers as the longest vector.
                let factors = unsafe { isa.load(factors[p].as_ptr()) };
                terms[p] = (F::places(isa, &places[p]), factors);
            }
            macro_rules! sums {
                ($from:expr) => {{
                    let (x, mut sums) = (isa.load($from), isa.zero());
                    for (places, factors) in terms {
                        sums = isa.mul_add(F::placed(isa, x, places), factors, sums);
                    }
                    sums
                }};
            }
            let mut row = done;
            while row * K + len <= from.len() && row * n + len <= to.len() {
                // SAFETY: both runs have a vector from this row on; what is written behind the rows of the
                // result is written again.
                unsafe {
                    let sums = sums!(from.as_ptr().add(row * K));
                    isa.store(sums, to.as_mut_ptr().add(row * n));
                }
                row += together;
            }
            while row < rows {
                // The last rows may be some of those before, too.
                let first = row.min(rows - together);
                let mut numbers = [F::ZERO; LONGEST];
                numbers[..together * K].copy_from_slice(&from[first * K..][..together * K]);
                // SAFETY: the array has as many numbers as the longest vector.
                unsafe { isa.store(sums!(numbers.as_ptr()), numbers.as_mut_ptr()) };
                to[first * n..][..together * n].copy_from_slice(&numbers[..together * n]);
                row += together;
            }
        },
    );
}
