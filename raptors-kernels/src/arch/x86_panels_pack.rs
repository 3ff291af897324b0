//! Panels of matrices for the tiles of AVX2 and AVX-512: packed so that a tile reads them from front to
//! back.

use super::{
    x86_panels::{ROWS, WIDTH},
    x86_panels_turn::Paneled,
    x86_transpose::squares,
};
use crate::{
    isa::{Avx2, Level},
    product::lanes::Lanes,
};

/// A part of a matrix to pack: the first element, the rows and columns, and the steps between them.
pub(crate) struct Part<F> {
    pub(crate) ptr: *const F,
    pub(crate) shape: (usize, usize),
    pub(crate) steps: (isize, isize),
}

impl<F> Part<F> {
    #[inline(always)]
    pub(super) fn element(&self, i: usize, j: usize) -> *const F {
        let (row, column) = self.steps;
        self.ptr
            .wrapping_offset(i as isize * row + j as isize * column)
    }
}

/// Rows in panels: as even as can be, and at most so many each.
#[derive(Clone, Copy)]
pub(crate) struct Panels {
    /// The number of panels.
    pub(crate) count: usize,
    most: usize,
    least: usize,
    more: usize,
}

impl Panels {
    #[inline(always)]
    pub(crate) const fn of(rows: usize, most: usize) -> Self {
        let count = rows.div_ceil(most);
        let least = match rows.checked_div(count) {
            Some(least) => least,
            None => 0,
        };
        Self {
            count,
            most,
            least,
            more: rows - least * count,
        }
    }

    /// Where a panel begins, and how many rows it has.
    #[inline(always)]
    pub(crate) const fn rows(self, index: usize) -> (usize, usize) {
        if index < self.more {
            (index * (self.least + 1), self.least + 1)
        } else {
            (index * self.least + self.more, self.least)
        }
    }

    /// The panels in front that have all rows that a panel can have.
    const fn whole(self) -> usize {
        if self.least == self.most {
            self.count
        } else if self.least + 1 == self.most {
            self.more
        } else {
            0
        }
    }
}

/// Writes the rows of `a` to `to` in panels of at most `MOST`, as [`Panels`] has them, column after column.
///
/// # Safety
///
/// The part can be read, and as many elements written to `to`, and [`ROWS`] more.
#[target_feature(enable = "avx,avx2,fma")]
pub(crate) unsafe fn pack_rows<F: Paneled, const MOST: usize>(_: Avx2, a: &Part<F>, to: *mut F)
where
    Avx2: Lanes<F>,
{
    let (rows, columns) = a.shape;
    let panels = Panels::of(rows, MOST);
    let mut first = 0;
    if a.steps.0 == 1 {
        let whole = panels.whole();
        // Whole panels side by side: a column's lines lie in one page.
        while first + TOGETHER <= whole {
            for p in 0..columns {
                for panel in first..first + TOGETHER {
                    let from = a.element(panel * MOST, p).cast::<[F; MOST]>();
                    let to = to
                        .wrapping_add((panel * columns + p) * MOST)
                        .cast::<[F; MOST]>();
                    // SAFETY: neighbours of a column of the part, and their places in the panel.
                    unsafe { to.write(from.read()) };
                }
            }
            first += TOGETHER;
        }
    }
    for index in first..panels.count {
        let (i, count) = panels.rows(index);
        let to = to.wrapping_add(i * columns);
        let mut start = 0;
        if a.steps.1 == 1 {
            while start + 4 <= columns {
                // The last rows first: what is written behind them is the next columns'.
                for row in (0..count).step_by(ROWS).rev() {
                    let last = count - 1;
                    let from = core::array::from_fn(|r| a.element(i + (row + r).min(last), start));
                    // SAFETY: four numbers in each of the panel's rows, and their places in the panel and up
                    // to five behind.
                    unsafe { F::turn(from, to.add(start * count + row), count) };
                }
                start += 4;
            }
        }
        macro_rules! neighbours {
            ($count:literal) => {
                for p in start..columns {
                    // SAFETY: neighbours of a column of the part, and their places in the panel.
                    unsafe {
                        let from = a.element(i, p).cast::<[F; $count]>();
                        to.add(p * $count).cast::<[F; $count]>().write(from.read());
                    }
                }
            };
        }
        match count {
            12 if a.steps.0 == 1 => neighbours!(12),
            11 if a.steps.0 == 1 => neighbours!(11),
            10 if a.steps.0 == 1 => neighbours!(10),
            9 if a.steps.0 == 1 => neighbours!(9),
            8 if a.steps.0 == 1 => neighbours!(8),
            7 if a.steps.0 == 1 => neighbours!(7),
            6 if a.steps.0 == 1 => neighbours!(6),
            5 if a.steps.0 == 1 => neighbours!(5),
            4 if a.steps.0 == 1 => neighbours!(4),
            3 if a.steps.0 == 1 => neighbours!(3),
            _ => {
                for p in start..columns {
                    for r in 0..count {
                        // SAFETY: an element of the part, and its place in the panel.
                        unsafe { *to.add(p * count + r) = *a.element(i + r, p) };
                    }
                }
            }
        }
    }
}

/// Panels whose rows are copied together where they are neighbours: a row's lines lie in one page.
const TOGETHER: usize = 4;

/// Writes the columns of `b` to `to` in panels of `VECTORS` vectors, row after row. The last column is
/// repeated to fill the last panel: what is computed with it is what its own is, and raises nothing new.
/// Panels of more than two vectors are whole.
///
/// # Safety
///
/// The part can be read, and whole panels of its rows written to `to`.
///
/// # Panics
///
/// If longer panels are not whole.
#[target_feature(enable = "avx,avx2,fma")]
pub(crate) unsafe fn pack_columns<F: Paneled, const VECTORS: usize>(
    isa: Avx2,
    b: &Part<F>,
    mut to: *mut F,
) where
    Avx2: Lanes<F>,
{
    let (rows, columns) = b.shape;
    let len = <Avx2 as Lanes<F>>::LEN;
    let width = VECTORS * len;
    assert!(
        VECTORS == 2 || columns % width == 0,
        "a part of a long panel"
    );
    let mut from = 0;
    if b.steps.1 == 1 {
        while from + TOGETHER * width <= columns {
            for p in 0..rows {
                for panel in 0..TOGETHER {
                    let from = b.element(p, from + panel * width);
                    let to = to.wrapping_add((panel * rows + p) * width);
                    for v in 0..VECTORS {
                        // SAFETY: elements of a row of the part, and their places in the panel.
                        unsafe { isa.store(isa.load(from.add(v * len)), to.add(v * len)) };
                    }
                }
            }
            from += TOGETHER * width;
            to = to.wrapping_add(TOGETHER * width * rows);
        }
    }
    for j in (from..columns).step_by(width) {
        let count = width.min(columns - j);
        if b.steps.1 == 1 {
            for p in 0..rows {
                let (from, to) = (b.element(p, j), to.wrapping_add(p * width));
                // SAFETY: elements of a row of the part, and their places in the panel.
                unsafe {
                    if count == width {
                        for v in 0..VECTORS {
                            isa.store(isa.load(from.add(v * len)), to.add(v * len));
                        }
                    } else if count > len {
                        isa.store(isa.load(from), to);
                        isa.store(F::filled(from.add(len), count - len), to.add(len));
                    } else {
                        isa.store(F::filled(from, count), to);
                    }
                }
            }
        } else {
            // SAFETY: columns of the part, and their panel.
            unsafe { turn_columns::<F, VECTORS>(isa, b, (j, count), to) };
        }
        to = to.wrapping_add(width * rows);
    }
}

/// Writes `count` columns of `b` from the one numbered `j` on, whose rows are no neighbours, to a panel.
///
/// # Safety
///
/// The columns can be read, and a whole panel written to `to`.
#[inline(always)]
unsafe fn turn_columns<F: Paneled, const VECTORS: usize>(
    isa: Avx2,
    b: &Part<F>,
    (j, count): (usize, usize),
    to: *mut F,
) where
    Avx2: Lanes<F>,
{
    let (rows, size) = (b.shape.0, size_of::<F>());
    let (side, width) = (WIDTH / size, VECTORS * <Avx2 as Lanes<F>>::LEN);
    // A tile of one vector reads no other.
    let filled = if count <= width / 2 { width / 2 } else { width };
    let column = |p: usize, c: usize| b.element(p, j + c.min(count - 1));
    let mut start = 0;
    if b.steps.0 == 1 {
        if let Some([line, _]) = squares(Level::Avx2(isa), size)
            && count == width
        {
            let (down, across) = (b.steps.1 * size as isize, (width * size) as isize);
            while start + side <= rows {
                for c in (0..width).step_by(side) {
                    let from = column(start, c).cast();
                    let to = to.wrapping_add(start * width + c).cast();
                    // SAFETY: as many rows and columns of the part as a square has, and their places.
                    unsafe { line(from, down, to, across) };
                }
                start += side;
            }
        }
        while start + 4 <= rows {
            for c in (0..filled).step_by(4) {
                let from = core::array::from_fn(|k| column(start, c + k));
                // SAFETY: four numbers of columns of the part, and their places.
                unsafe { F::square(from, to.add(start * width + c), width) };
            }
            start += 4;
        }
    }
    for p in start..rows {
        for c in 0..filled {
            // SAFETY: an element of the part, and its place in the panel.
            unsafe { *to.add(p * width + c) = *column(p, c) };
        }
    }
}
