//! Register tiles of AVX-512 for large products: twice as many rows and columns as those of AVX2, whose
//! tiles take the columns that are left.

use super::x86_panels::{APART, NEIGHBOURS, PANEL, Tile, scatter};
use crate::{isa::Avx512, number::Float, product::lanes::Lanes};
use core::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};

/// Rows of a tile. With two vectors of columns its sums, a row of the second matrix and one number of the
/// first fill 27 of 32 registers; as many rows again as the tiles for the columns that are left have.
pub(crate) const ROWS: usize = 12;
/// Bytes of a row of a tile: two vectors.
pub(crate) const WIDTH: usize = 128;
/// Bytes of a line of the caches.
const LINE: usize = 64;
/// Numbers of the longest row.
const LONGEST: usize = WIDTH / 4;

/// Terms that a tile adds without counting them.
const TERMS: usize = 4;

impl<F: Float> Tile<F>
where
    Avx512: Lanes<F>,
{
    /// Computes the tile, which has as many columns as two vectors.
    ///
    /// # Safety
    ///
    /// The elements of the first matrix, a row of columns of the second one for each term, and the elements
    /// of the result can be read and written there.
    #[inline(always)]
    pub(crate) unsafe fn compute_wide(&self, isa: Avx512) {
        debug_assert!(self.shape.1 == WIDTH / size_of::<F>());
        macro_rules! rows {
            ($($rows:literal)*) => {
                match self.shape.0 {
                    0 => {}
                    $($rows => {
                        if self.a.1 == 1 && self.a.2 == $rows {
                            tile::<F, $rows, PANEL>(isa, self)
                        } else if self.a.2 == 1 {
                            tile::<F, $rows, NEIGHBOURS>(isa, self)
                        } else {
                            tile::<F, $rows, APART>(isa, self)
                        }
                    })*
                    _ => unreachable!("more rows than a tile has"),
                }
            };
        }
        // SAFETY: the caller's, and the token proves the features.
        unsafe { rows!(1 2 3 4 5 6 7 8 9 10 11 12) }
    }
}

/// A tile of `R` rows. Never inlined: in the company of others the sums do not stay in registers.
///
/// # Safety
///
/// As [`Tile::compute_wide`], for a tile of as many rows.
#[target_feature(enable = "avx,avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
#[inline(never)]
unsafe fn tile<F: Float, const R: usize, const FORM: u8>(isa: Avx512, tile: &Tile<F>)
where
    Avx512: Lanes<F>,
{
    let len = <Avx512 as Lanes<F>>::LEN;
    let (mut a, row, column) = tile.a;
    let (mut b, next) = tile.b;
    let (row, column) = match FORM {
        PANEL => (1, R as isize),
        NEIGHBOURS => (row, 1),
        _ => (row, column),
    };
    let (c, down, across) = tile.c;
    for r in 0..R {
        let first = c.wrapping_offset(r as isize * down).cast::<u8>();
        for at in [0, LINE, WIDTH - 1] {
            super::prefetch(first.wrapping_add(at));
        }
    }
    for line in 0..tile.soon.1 {
        let at = tile.soon.0.wrapping_add(line * LINE);
        _mm_prefetch::<_MM_HINT_T1>(at.cast());
    }
    let mut acc = [[isa.zero(); 2]; R];
    // Written out, for the sums to stay in registers.
    macro_rules! add {
        ($a:ident, $low:ident, $high:ident: $($r:literal)*) => {$(
            if $r < R {
                // SAFETY: an element of the first matrix, which the caller vouches for.
                let x = isa.splat(unsafe { *$a.wrapping_offset($r * row) });
                let [low, high] = acc[$r % R];
                acc[$r % R] = [isa.mul_add(x, $low, low), isa.mul_add(x, $high, high)];
            }
        )*};
    }
    macro_rules! step {
        ($term:expr) => {{
            let (a, b) = (
                a.wrapping_offset($term * column),
                b.wrapping_offset($term * next),
            );
            // SAFETY: the caller vouches for two vectors in every row of the second matrix.
            let (low, high) = unsafe { (isa.load(b), isa.load(b.add(len))) };
            add!(a, low, high: 0 1 2 3 4 5 6 7 8 9 10 11);
        }};
    }
    for _ in 0..tile.depth / TERMS {
        step!(0);
        step!(1);
        step!(2);
        step!(3);
        let terms = TERMS as isize;
        (a, b) = (
            a.wrapping_offset(terms * column),
            b.wrapping_offset(terms * next),
        );
    }
    for _ in 0..tile.depth % TERMS {
        step!(0);
        (a, b) = (a.wrapping_offset(column), b.wrapping_offset(next));
    }
    if across == 1 {
        macro_rules! store {
            ($($r:literal)*) => {$(
                if $r < R {
                    let to = c.wrapping_offset($r * down);
                    let [mut low, mut high] = acc[$r % R];
                    // SAFETY: two vectors' elements of the result, neighbours, which the caller vouches for.
                    unsafe {
                        if tile.adds {
                            (low, high) = (isa.add(isa.load(to), low), isa.add(isa.load(to.add(len)), high));
                        }
                        isa.store(low, to);
                        isa.store(high, to.add(len));
                    }
                }
            )*};
        }
        store!(0 1 2 3 4 5 6 7 8 9 10 11);
        return;
    }
    let mut numbers = [[F::ZERO; LONGEST]; R];
    for (numbers, sums) in numbers.iter_mut().zip(acc) {
        let to = numbers.as_mut_ptr();
        // SAFETY: the array has room for two of the longest vectors.
        unsafe {
            isa.store(sums[0], to);
            isa.store(sums[1], to.add(len));
        }
    }
    // SAFETY: the caller's.
    unsafe { scatter(tile, &numbers) };
}
