//! Sums of products of runs of floating-point numbers, real and complex: one run or some rows at a
//! time with another run.

use super::{lanes::Lanes, view::Matrix};
use crate::number::Float;

/// Vectors side by side: enough to hide the latency of a multiply-add.
const VECTORS: usize = 4;
/// Elements of runs with other steps that are copied at a time: a multiple of what is added up side
/// by side, so that the sum is that of the elements in a row.
const BLOCK: usize = 128;

/// Numbers of the longest vector.
const LONGEST: usize = 16;

/// The sums of products so far, side by side.
#[derive(Clone, Copy)]
pub(super) struct Sums<V> {
    /// Real numbers' products; of complex ones those of parts of one kind.
    same: [V; VECTORS],
    /// Products of a real and an imaginary part.
    cross: [V; VECTORS],
}

impl<V: Copy> Sums<V> {
    #[inline(always)]
    pub(super) fn new<F: Float, I: Lanes<F, Vector = V>>(isa: I) -> Self {
        Self {
            same: [isa.zero(); VECTORS],
            cross: [isa.zero(); VECTORS],
        }
    }

    /// Adds the products of two runs, of complex numbers if `COMPLEX`, as real and imaginary parts.
    #[inline(always)]
    pub(super) fn add<F: Float, I: Lanes<F, Vector = V>, const COMPLEX: bool>(
        &mut self,
        isa: I,
        x: &[F],
        y: &[F],
    ) {
        assert_eq!(x.len(), y.len(), "runs of different lengths");
        let mut sums = *self;
        macro_rules! one {
            ($v:expr, $x:expr, $y:expr) => {{
                let (v, x, y) = ($v, $x, $y);
                sums.same[v] = isa.mul_add(x, y, sums.same[v]);
                if COMPLEX {
                    sums.cross[v] = isa.mul_add(x, isa.swapped(y), sums.cross[v]);
                }
            }};
        }
        let (from_x, from_y, len) = (x.as_ptr(), y.as_ptr(), x.len());
        let mut i = 0;
        while len - i >= VECTORS * I::LEN {
            for v in 0..VECTORS {
                let at = i + v * I::LEN;
                // SAFETY: both runs have a vector from `at` on.
                let (x, y) = unsafe { (isa.load(from_x.add(at)), isa.load(from_y.add(at))) };
                one!(v, x, y);
            }
            i += VECTORS * I::LEN;
        }
        let mut v = 0;
        while len - i >= I::LEN {
            // SAFETY: both runs have a vector from `i` on.
            let (x, y) = unsafe { (isa.load(from_x.add(i)), isa.load(from_y.add(i))) };
            one!(v, x, y);
            (i, v) = (i + I::LEN, v + 1);
        }
        if i < len {
            // SAFETY: both runs have that many numbers from `i` on, fewer than a vector.
            let (x, y) = unsafe {
                let rest = len - i;
                (
                    isa.load_some(from_x.add(i), rest),
                    isa.load_some(from_y.add(i), rest),
                )
            };
            one!(VECTORS - 1, x, y);
        }
        *self = sums;
    }

    /// Adds the products of two rows of one length of which one or both have every second number, from where
    /// they lie; gives whether that is so.
    #[inline(always)]
    pub(super) fn add_seconds<F: Float, I: Lanes<F, Vector = V>>(
        &mut self,
        isa: I,
        x: Matrix<F>,
        y: Matrix<F>,
    ) -> bool {
        match [x.col_stride, y.col_stride] {
            [2, 2] => self.add_steps::<F, I, 2, 2>(isa, x, y),
            [2, 1] => self.add_steps::<F, I, 2, 1>(isa, x, y),
            [1, 2] => self.add_steps::<F, I, 1, 2>(isa, x, y),
            _ => return false,
        }
        true
    }

    /// As [`Self::add_seconds`], of rows with these steps: in the order of [`Self::add`].
    #[inline(always)]
    fn add_steps<F: Float, I: Lanes<F, Vector = V>, const X: usize, const Y: usize>(
        &mut self,
        isa: I,
        x: Matrix<F>,
        y: Matrix<F>,
    ) {
        assert_eq!(x.cols, y.cols, "rows of different lengths");
        assert!(x.col_stride == X as isize && y.col_stride == Y as isize);
        let (from_x, from_y, len) = (x.element(0, 0), y.element(0, 0), x.cols);
        let mut sums = *self;
        macro_rules! add {
            ($v:expr, $pair:expr) => {{
                let (v, (x, y)) = ($v, $pair);
                sums.same[v] = isa.mul_add(x, y, sums.same[v]);
            }};
        }
        macro_rules! vectors {
            ($at:expr) => {{
                let at = $at;
                debug_assert!(len > at + I::LEN);
                // SAFETY: both rows have a vector of elements from number `at` on, and one more behind it.
                unsafe {
                    (
                        vector::<F, I, X>(isa, from_x.add(X * at)),
                        vector::<F, I, Y>(isa, from_y.add(Y * at)),
                    )
                }
            }};
        }
        // One more is left, as a number behind each element is read.
        let mut i = 0;
        while len - i > VECTORS * I::LEN {
            for v in 0..VECTORS {
                add!(v, vectors!(i + v * I::LEN));
            }
            i += VECTORS * I::LEN;
        }
        let mut v = 0;
        while len - i > I::LEN {
            add!(v, vectors!(i));
            (i, v) = (i + I::LEN, v + 1);
        }
        let rest = len - i;
        // SAFETY: both rows have that many elements from number `i` on, a vector at most.
        let last = unsafe {
            (
                some::<F, I, X>(isa, from_x.add(X * i), rest),
                some::<F, I, Y>(isa, from_y.add(Y * i), rest),
            )
        };
        add!(if rest < I::LEN { VECTORS - 1 } else { v }, last);
        *self = sums;
    }

    #[inline(always)]
    fn total<F: Float, I: Lanes<F, Vector = V>>(isa: I, x: [V; VECTORS]) -> [F; 2] {
        isa.sums(isa.add(isa.add(x[0], x[1]), isa.add(x[2], x[3])))
    }

    /// The sum of real products.
    #[inline(always)]
    pub(super) fn real<F: Float, I: Lanes<F, Vector = V>>(self, isa: I) -> F {
        let [even, odd] = Self::total(isa, self.same);
        even + odd
    }

    /// The sum of complex products, of the first run's conjugates if `conjugate`.
    #[inline(always)]
    pub(super) fn complex<F: Float, I: Lanes<F, Vector = V>>(
        self,
        isa: I,
        conjugate: bool,
    ) -> [F; 2] {
        let [rr, ii] = Self::total(isa, self.same);
        // The first run's real parts with imaginary ones, and the other way around.
        let [ri, ir] = Self::total(isa, self.cross);
        if conjugate {
            [rr + ii, ri - ir]
        } else {
            [rr - ii, ri + ir]
        }
    }
}

/// The numbers from `from` on, or if `STEP` is 2 the first, third, … of them.
///
/// # Safety
///
/// `STEP` times [`Lanes::LEN`] numbers can be read there.
#[inline(always)]
unsafe fn vector<F: Float, I: Lanes<F>, const STEP: usize>(isa: I, from: *const F) -> I::Vector {
    // SAFETY: the caller vouches for the numbers, for two vectors of them where every second is taken.
    unsafe {
        if STEP == 2 {
            isa.load_seconds(from)
        } else {
            isa.load(from)
        }
    }
}

/// As many numbers as there are, a vector at most, and zeros behind them: `STEP` apart from `from` on.
///
/// # Safety
///
/// They can be read.
#[inline(always)]
unsafe fn some<F: Float, I: Lanes<F>, const STEP: usize>(
    isa: I,
    from: *const F,
    len: usize,
) -> I::Vector {
    let mut room = [F::ZERO; LONGEST];
    for (k, number) in room[..len.min(I::LEN)].iter_mut().enumerate() {
        // SAFETY: one of the numbers that the caller vouches for.
        *number = unsafe { *from.add(STEP * k) };
    }
    // SAFETY: the room has a vector.
    unsafe { isa.load(room.as_ptr()) }
}

/// Calls `add` with the elements of two rows of one length, piece by piece; of rows whose elements
/// are apart, with copies.
#[inline(always)]
pub(super) fn pieces<T: Copy + Default>(
    x: Matrix<T>,
    y: Matrix<T>,
    mut add: impl FnMut(&[T], &[T]),
) {
    let follow = |row: Matrix<T>| row.col_stride == 1 || row.cols <= 1;
    if follow(x) && follow(y) {
        return add(x.row(0), y.row(0));
    }
    let mut rooms = [[T::default(); BLOCK]; 2];
    let [room_x, room_y] = &mut rooms;
    for start in (0..x.cols).step_by(BLOCK) {
        let len = BLOCK.min(x.cols - start);
        let (room_x, room_y) = (&mut room_x[..len], &mut room_y[..len]);
        let x = if follow(x) {
            &x.row(0)[start..start + len]
        } else {
            x.copy_row(0, start, room_x);
            room_x
        };
        let y = if follow(y) {
            &y.row(0)[start..start + len]
        } else {
            y.copy_row(0, start, room_y);
            room_y
        };
        add(x, y);
    }
}

/// Where rows of at least `len` numbers start.
#[inline(always)]
fn starts<F, const R: usize>(rows: [&[F]; R], len: usize) -> [*const F; R] {
    let mut starts = [core::ptr::null(); R];
    for r in 0..R {
        starts[r] = rows[r][..len].as_ptr();
    }
    starts
}

/// Numbers whose products are added up by vectors: real ones, or the real and imaginary parts of
/// complex ones in turn.
pub(super) trait Summed<I: Lanes<F>, F: Float>: Copy {
    /// The products of `R` rows with `x`.
    fn rows<const R: usize>(isa: I, rows: [&[F]; R], x: &[F]) -> [Self; R];
}

impl<I: Lanes<F>, F: Float> Summed<I, F> for F {
    #[inline(always)]
    fn rows<const R: usize>(isa: I, rows: [&[F]; R], x: &[F]) -> [F; R] {
        let len = x.len();
        let rows = starts(rows, len);
        let mut acc = [[isa.zero(); 2]; R];
        let from = x.as_ptr();
        let mut i = 0;
        while len - i >= 2 * I::LEN {
            for v in 0..2 {
                let at = i + v * I::LEN;
                // SAFETY: the run has a vector from `at` on.
                let x = unsafe { isa.load(from.add(at)) };
                for r in 0..R {
                    // SAFETY: the rows are as long as the run.
                    let row = unsafe { isa.load(rows[r].add(at)) };
                    acc[r][v] = isa.mul_add(row, x, acc[r][v]);
                }
            }
            i += 2 * I::LEN;
        }
        if len - i >= I::LEN {
            // SAFETY: the run has a vector from `i` on.
            let x = unsafe { isa.load(from.add(i)) };
            for r in 0..R {
                // SAFETY: the rows are as long as the run.
                let row = unsafe { isa.load(rows[r].add(i)) };
                acc[r][0] = isa.mul_add(row, x, acc[r][0]);
            }
            i += I::LEN;
        }
        if i < len {
            // SAFETY: the run has that many numbers from `i` on, fewer than a vector.
            let x = unsafe { isa.load_some(from.add(i), len - i) };
            for r in 0..R {
                // SAFETY: the rows are as long as the run.
                let row = unsafe { isa.load_some(rows[r].add(i), len - i) };
                acc[r][1] = isa.mul_add(row, x, acc[r][1]);
            }
        }
        let mut products = [F::ZERO; R];
        for r in 0..R {
            let [even, odd] = isa.sums(isa.add(acc[r][0], acc[r][1]));
            products[r] = even + odd;
        }
        products
    }
}

impl<I: Lanes<F>, F: Float> Summed<I, F> for [F; 2] {
    #[inline(always)]
    fn rows<const R: usize>(isa: I, rows: [&[F]; R], x: &[F]) -> [[F; 2]; R] {
        let len = x.len();
        let rows = starts(rows, len);
        let mut acc = [[isa.zero(); 2]; R];
        let from = x.as_ptr();
        macro_rules! add {
            ($load:ident($($n:expr)?), $i:expr) => {{
                // SAFETY: the run has that many numbers from there on, a vector or fewer.
                let x = unsafe { isa.$load(from.add($i) $(, $n)?) };
                let swapped = isa.swapped(x);
                for r in 0..R {
                    // SAFETY: the rows are as long as the run.
                    let row = unsafe { isa.$load(rows[r].add($i) $(, $n)?) };
                    acc[r] = [
                        isa.mul_add(row, x, acc[r][0]),
                        isa.mul_add(row, swapped, acc[r][1]),
                    ];
                }
            }};
        }
        let mut i = 0;
        while len - i >= I::LEN {
            add!(load(), i);
            i += I::LEN;
        }
        if i < len {
            add!(load_some(len - i), i);
        }
        let mut products = [[F::ZERO; 2]; R];
        for r in 0..R {
            let ([rr, ii], [ri, ir]) = (isa.sums(acc[r][0]), isa.sums(acc[r][1]));
            products[r] = [rr - ii, ri + ir];
        }
        products
    }
}
