//! Matrices of integers whose values fit 16 bits: pairs of neighbours along the depth are multiplied and
//! added by one instruction (AVX2 and AVX-512), in 32 bits, which hold the sum or wrap as the elements do.
//!
//! Of integers of 32 and 64 bits, whether they fit is seen while they are packed. Counts, indices and
//! levels mostly do, and a product that is begun again, as a value at the end does not, takes little
//! longer: multiplications of whole elements take several times as long. Packing and storing are AVX2's work
//! at both levels: AVX-512's narrowing of numbers is the slower one.

use super::{
    blocked::{ALIGN, panels},
    view::{Matrix, MatrixMut},
};
use crate::{
    arch::x86_pairs::{COLS, Pair, Paired, Panels, ROWS, multiply, singles},
    isa::Isa,
    moves::turn,
};

/// Rows of a block of `a`: a multiple of the rows of a tile, and of what [`across`] packs at a time.
const BLOCK_ROWS: usize = 96;
/// Depth of the blocks, in elements: an even number.
const BLOCK_DEPTH: usize = 256;
/// Columns of a block of `b`: with the depth, half of a small L2 cache.
const BLOCK_COLS: usize = 512;
/// Binary digits, beside the sign, of the numbers that fit a pair.
const DIGITS: u32 = 15;

/// An integer, whose sign makes no difference where products wrap.
pub(super) trait Word: Copy {
    /// Zero.
    const ZERO: Self;
    /// Whether a sum that wraps in 32 bits is right, whatever its terms.
    const WRAPS: bool;
    /// Numbers that have as many digits as the longest one seen, together.
    type Seen: Copy + Default;
    /// What has been seen after `self` has been, too.
    fn seen(self, before: Self::Seen) -> Self::Seen;
    /// The binary digits, beside the sign, of the longest number seen.
    fn digits(seen: Self::Seen) -> u32;
    /// The low 16 bits.
    fn low(self) -> u16;
    /// The element that a sum stands for.
    fn of_sum(sum: u32) -> Self;
    /// `self + other`, wrapping.
    fn plus(self, other: Self) -> Self;
}

macro_rules! words {
    ($($t:ident as $signed:ident, wraps $wraps:literal;)*) => {$(
        impl Word for $t {
            const ZERO: Self = 0;
            const WRAPS: bool = $wraps;
            type Seen = $signed;
            #[inline(always)]
            fn seen(self, before: $signed) -> $signed {
                if Self::BITS <= u16::BITS {
                    // All of these fit.
                    return before;
                }
                let x = self.cast_signed();
                before | (x ^ (x >> ($signed::BITS - 1)))
            }
            #[inline(always)]
            fn digits(seen: $signed) -> u32 {
                $signed::BITS - seen.leading_zeros()
            }
            #[inline(always)]
            fn low(self) -> u16 {
                self as u16
            }
            #[inline(always)]
            fn of_sum(sum: u32) -> Self {
                sum.cast_signed() as $t
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
        }
    )*};
}
words!(u8 as i8, wraps true; u16 as i16, wraps true; u32 as i32, wraps true; u64 as i64, wraps false;);

/// Bytes of scratch memory that [`product`] needs for `m` rows, depth `k` and `n` columns.
pub(super) const fn scratch_len(m: usize, k: usize, n: usize) -> usize {
    let size = Blocks::new(m, k, n);
    (size.rows + size.cols) * size.pairs() * size_of::<Pair>() + ALIGN
}

/// The sizes of the blocks.
struct Blocks {
    rows: usize,
    depth: usize,
    cols: usize,
}

impl Blocks {
    const fn new(m: usize, k: usize, n: usize) -> Self {
        // `usize::min` is not for constants.
        const fn least(x: usize, y: usize) -> usize {
            if x < y { x } else { y }
        }
        Self {
            rows: least(BLOCK_ROWS, m).next_multiple_of(ROWS * COLS / 2),
            depth: least(BLOCK_DEPTH, k),
            cols: least(BLOCK_COLS, n).next_multiple_of(COLS),
        }
    }

    /// The pairs of a row of a block.
    const fn pairs(&self) -> usize {
        self.depth.div_ceil(2)
    }
}

/// `c = a @ b`; gives whether there are numbers, which all fit. If not, what `c` holds is not the product.
///
/// # Panics
///
/// If `scratch` is shorter than [`scratch_len`].
pub(super) fn product<I: Paired, T: Word>(
    isa: I,
    a: Matrix<T>,
    b: Matrix<T>,
    c: &mut MatrixMut<T>,
    scratch: &mut [u8],
) -> bool {
    let (m, k, n) = (a.rows, a.cols, b.cols);
    if m.min(k).min(n) == 0 {
        return false;
    }
    let size = Blocks::new(m, k, n);
    let (b_pairs, a_pairs) = panels::<Pair>(scratch).split_at_mut(size.cols * size.pairs());
    for j in (0..n).step_by(size.cols) {
        let cols = size.cols.min(n - j);
        for p in (0..k).step_by(size.depth) {
            let depth = size.depth.min(k - p);
            let part = |at, len| Part {
                at,
                len,
                depth_at: p,
                depth,
            };
            let b_part = part(j, cols);
            let b_digits = pack_columns(isa, b.t(), b_part, b_pairs);
            for i in (0..m).step_by(size.rows) {
                let a_part = part(i, size.rows.min(m - i));
                let (a_steps, a_digits) = pack_rows(isa, a, a_part, size.rows, a_pairs);
                if !fits::<T>(a_digits, b_digits, depth) {
                    return false;
                }
                let packed = (&*a_pairs, a_steps, b_pairs.as_chunks().0);
                tiles(isa, packed, [a_part, b_part], c);
            }
        }
    }
    true
}

/// Computes the block of `c` that two packed parts are factors of.
fn tiles<I: Paired, T: Word>(
    isa: I,
    (a, a_steps, b): (&[Pair], [usize; 2], &[[Pair; COLS]]),
    [rows, cols]: [Part; 2],
    c: &mut MatrixMut<T>,
) {
    let pairs = rows.pairs();
    for (j, b) in (0..cols.len).step_by(COLS).zip(b.chunks_exact(pairs)) {
        for i in (0..rows.len).step_by(ROWS) {
            let mut sums = [[0; COLS]; ROWS];
            let a = &a[i * a_steps[0]..];
            let shape = [rows.len - i, cols.len - j];
            multiply(isa, Panels { a, a_steps, b }, shape, &mut sums);
            isa.narrow().vectorize(
                #[inline(always)]
                || store(c, (rows.at + i, cols.at + j), rows.depth_at > 0, &sums),
            );
        }
    }
}

/// Stores what of a tile is inside `c`, or adds it there.
#[inline(always)]
fn store<T: Word>(
    c: &mut MatrixMut<T>,
    (i, j): (usize, usize),
    add: bool,
    sums: &[[u32; COLS]; ROWS],
) {
    let (rows, cols) = c.shape();
    let width = COLS.min(cols - j);
    for (i, sums) in (i..rows).zip(sums) {
        let mut row = sums.map(T::of_sum);
        if add {
            for k in 0..width {
                row[k] = row[k].plus(c.at(i, j + k));
            }
        }
        if width == COLS {
            c.set_run(i, j, &row);
        } else {
            c.set_run(i, j, &row[..width]);
        }
    }
}

/// Whether the sums of the products of numbers of so many digits are right.
fn fits<T: Word>(a: u32, b: u32, depth: usize) -> bool {
    let terms = depth.next_power_of_two().ilog2();
    a.max(b) <= DIGITS && (T::WRAPS || a + b + terms < u32::BITS - 1)
}

/// The part of a matrix that is packed: `len` rows from `at`, `depth` columns from `depth_at`.
#[derive(Clone, Copy)]
struct Part {
    at: usize,
    len: usize,
    depth_at: usize,
    depth: usize,
}

impl Part {
    /// The pairs of a row.
    const fn pairs(self) -> usize {
        self.depth.div_ceil(2)
    }
}

/// Packs rows one after the other, or, if the elements of columns are closer together in memory, for
/// each depth the pairs of all rows. Gives the steps from one row, and from one pair, to the next, and
/// the digits of the longest number.
fn pack_rows<I: Paired, T: Word>(
    isa: I,
    x: Matrix<T>,
    part: Part,
    rows: usize,
    to: &mut [Pair],
) -> ([usize; 2], u32) {
    if is_down(&x) {
        return ([1, rows], down(isa, x, part, [COLS, rows], to));
    }
    let mut seen = T::Seen::default();
    let rows = part.len.next_multiple_of(ROWS);
    for (i, to) in (0..rows).zip(to.chunks_exact_mut(part.pairs())) {
        seen = along(isa, x, part, i, seen, to);
    }
    ([part.pairs(), 1], T::digits(seen))
}

/// Packs the columns of a matrix of which `x` is the transpose: panels of [`COLS`] columns, for each
/// depth their pairs. Gives the digits of the longest number.
fn pack_columns<I: Paired, T: Word>(isa: I, x: Matrix<T>, part: Part, to: &mut [Pair]) -> u32 {
    let pairs = part.pairs();
    if is_down(&x) {
        return down(isa, x, part, [COLS * pairs, COLS], to);
    }
    let mut seen = T::Seen::default();
    let mut rows = [[0; BLOCK_DEPTH / 2]; COLS];
    for (i, to) in (0..part.len)
        .step_by(COLS)
        .zip(to.chunks_exact_mut(COLS * pairs))
    {
        for (r, row) in rows.iter_mut().enumerate() {
            seen = along(isa, x, part, i + r, seen, &mut row[..pairs]);
        }
        let step = rows[0].len();
        turn(rows.as_flattened(), step, [COLS, pairs], to, COLS);
    }
    T::digits(seen)
}

/// Whether the elements of columns are closer together in memory than those of rows.
#[inline(always)]
fn is_down<T>(x: &Matrix<T>) -> bool {
    x.row_stride.unsigned_abs() < x.col_stride.unsigned_abs()
}

/// Packs the part's row `i`; past the last row there are zeros.
fn along<I: Paired, T: Word>(
    isa: I,
    x: Matrix<T>,
    part: Part,
    i: usize,
    seen: T::Seen,
    to: &mut [Pair],
) -> T::Seen {
    if i >= part.len {
        to.fill(0);
        return seen;
    }
    let (i, j, len) = (part.at + i, part.depth_at, part.depth);
    if x.col_stride == 1 {
        return narrow(isa, &x.row(i)[j..j + len], seen, to);
    }
    let mut copy = [T::ZERO; BLOCK_DEPTH];
    x.copy_row(i, j, &mut copy[..len]);
    narrow(isa, &copy[..len], seen, to)
}

/// Packs numbers; past the last one there is a zero.
fn narrow<I: Paired, T: Word>(isa: I, from: &[T], before: T::Seen, to: &mut [Pair]) -> T::Seen {
    let (to, past) = singles(to).split_at_mut(from.len());
    past.fill(0);
    isa.narrow().vectorize(
        #[inline(always)]
        || {
            // The closure's own, which stays in a register.
            let mut seen = before;
            for (to, &from) in to.iter_mut().zip(from) {
                *to = from.low();
                seen = from.seen(seen);
            }
            seen
        },
    )
}

/// Packs pairs of columns: for each depth those of [`COLS`] rows, which are groups and depths the
/// `steps` apart; past the last row there are zeros. Gives the digits of the longest number.
fn down<I: Paired, T: Word>(
    isa: I,
    x: Matrix<T>,
    part: Part,
    steps: [usize; 2],
    to: &mut [Pair],
) -> u32 {
    let mut seen = T::Seen::default();
    let mut copies = [[T::ZERO; BLOCK_COLS]; 2];
    let [first, second] = &mut copies;
    let (x, len) = (x.t(), part.len);
    for q in 0..part.pairs() {
        let p = part.depth_at + 2 * q;
        let first = line(x, p, part.at, &mut first[..len]);
        let second = if 2 * q + 1 < part.depth {
            line(x, p + 1, part.at, &mut second[..len])
        } else {
            second[..len].fill(T::ZERO);
            &second[..len]
        };
        seen = isa.narrow().vectorize(
            #[inline(always)]
            || pair_up([first, second], seen, &mut to[q * steps[1]..], steps[0]),
        );
    }
    T::digits(seen)
}

/// Packs the pairs of two lines in groups of [`COLS`], `step` apart, the last one filled up with zeros.
#[inline(always)]
fn pair_up<T: Word>(
    [first, second]: [&[T]; 2],
    mut seen: T::Seen,
    to: &mut [Pair],
    step: usize,
) -> T::Seen {
    let pair = |first: T, second: T| u32::from(first.low()) | u32::from(second.low()) << 16;
    let (firsts, first) = first.as_chunks::<COLS>();
    let (seconds, second) = second.as_chunks::<COLS>();
    for (g, (first, second)) in firsts.iter().zip(seconds).enumerate() {
        let to = &mut to[g * step..][..COLS];
        for r in 0..COLS {
            to[r] = pair(first[r], second[r]);
            seen = second[r].seen(first[r].seen(seen));
        }
    }
    if !first.is_empty() {
        let to = &mut to[firsts.len() * step..][..COLS];
        to.fill(0);
        for (to, (&first, &second)) in to.iter_mut().zip(first.iter().zip(second)) {
            *to = pair(first, second);
            seen = second.seen(first.seen(seen));
        }
    }
    seen
}

/// As many elements of row `i` as `copy` has, from column `j` on: where they are, if they are
/// neighbours in memory, or the copy.
fn line<T: Copy>(x: Matrix<T>, i: usize, j: usize, copy: &mut [T]) -> &[T] {
    if x.col_stride == 1 {
        return &x.row(i)[j..j + copy.len()];
    }
    x.copy_row(i, j, copy);
    copy
}
