//! Copies between strided views: whole blocks, rows, strided rows or transposed tiles.

use super::{
    Source, Target, block::copy_block, cell::Bits, narrow, pieces, transpose, with_row, with_size,
};
use crate::{Isa, Level, with_isa};
use core::ops::Range;

/// Bytes from which a run of one repeated byte is left to the system's function, which knows how the
/// processor fills whole lines without reading them.
const LONG_FILL: usize = 4096;

/// Copies a view into contiguous memory, in C order.
///
/// # Safety
///
/// Every element of `source` is readable; `to` has room for all of them and overlaps none.
#[inline]
pub unsafe fn pack(source: Source, to: *mut u8) {
    // SAFETY: the caller vouches for the source, and for room for its elements from `to` on.
    unsafe { copy(source, Target::contiguous(to, source.size, source.shape)) }
}

/// Copies contiguous memory, in C order, into a view.
///
/// # Safety
///
/// Every element of `target` is writable, and `from` has as many readable ones, overlapping none.
#[inline]
pub unsafe fn unpack(from: *const u8, target: Target) {
    // SAFETY: the caller vouches for the target, and for as many elements from `from` on.
    unsafe { copy(Source::contiguous(from, target.size, target.shape), target) }
}

/// Sets every element of a view to the one at `element`.
///
/// # Safety
///
/// Every element of `target` is writable; `element` is readable and not among them.
#[inline]
pub unsafe fn fill(target: Target, element: *const u8) {
    let source = Source {
        ptr: element,
        size: target.size,
        shape: target.shape,
        strides: [0, 0],
    };
    // SAFETY: the caller vouches for the target and the element, which every stride of zero stays at.
    unsafe { copy(source, target) }
}

/// Copies a view into another of the same shape and element size, which may be any here.
///
/// # Safety
///
/// Every element of `source` is readable and every one of `target` writable; none of the one
/// overlaps one of the other.
#[inline]
pub unsafe fn copy(source: Source, target: Target) {
    // SAFETY: the caller vouches for both views.
    unsafe { copy_through(source, target, false) }
}

/// As [`copy`], for targets that no cache would hold: what is transposed by whole lines of theirs is stored
/// around the caches.
///
/// # Safety
///
/// As [`copy`].
#[inline]
pub unsafe fn copy_around(source: Source, target: Target) {
    // SAFETY: the caller vouches for both views.
    unsafe { copy_through(source, target, true) }
}

/// As [`copy_around`] where stores may go `around` the caches, else as [`copy`].
///
/// # Safety
///
/// As [`copy`].
#[inline]
unsafe fn copy_through(source: Source, target: Target, around: bool) {
    debug_assert_eq!((source.size, source.shape), (target.size, target.shape));
    if let Some(walk) = Walk::new(source, target, around) {
        match target.size {
            // SAFETY: a walk visits the elements of both views, which the caller vouches for.
            1 | 2 | 4 | 8 | 16 => with_size!(target.size, T => unsafe { walk.run::<T>() }),
            // SAFETY: as above.
            size => unsafe { pieces::run(&walk, size) },
        }
    }
}

/// Copies views at `distances` from `source` to others, `step` bytes apart from `target` on.
///
/// # Safety
///
/// As [`copy`], for the view at each distance and the one at each step; none of those that are
/// written overlaps one that is read.
pub unsafe fn gather_views(source: Source, distances: &[i64], target: Target, step: isize) {
    let places = distances.iter().enumerate();
    let places = places.map(|(i, &distance)| [distance as isize, i as isize * step]);
    // SAFETY: the caller vouches for all views.
    unsafe { copy_all(source, target, places) };
}

/// Copies views `step` bytes apart from `source` on to `distances` from `target`, in order: where a
/// distance repeats, the last one stays.
///
/// # Safety
///
/// As [`gather_views`], with the distances on the side that is written.
pub unsafe fn scatter_views(source: Source, step: isize, distances: &[i64], target: Target) {
    let places = distances.iter().enumerate();
    let places = places.map(|(i, &distance)| [i as isize * step, distance as isize]);
    // SAFETY: the caller vouches for all views.
    unsafe { copy_all(source, target, places) };
}

/// Copies the views that are so many bytes from both.
///
/// # Safety
///
/// As [`gather_views`].
unsafe fn copy_all(source: Source, target: Target, places: impl Iterator<Item = [isize; 2]>) {
    debug_assert_eq!((source.size, source.shape), (target.size, target.shape));
    let Some(walk) = Walk::new(source, target, false) else {
        return;
    };
    with_size!(target.size, T => {
        for [from, to] in places {
            let (from, to) = (walk.from.wrapping_offset(from), walk.to.wrapping_offset(to));
            // SAFETY: the walk's elements at another place, which the caller vouches for.
            unsafe { Walk { from, to, ..walk }.run::<T>() };
        }
    });
}

/// The same elements of both views in the order that suits memory best.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    pub(super) from: *const u8,
    pub(super) to: *mut u8,
    pub(super) rows: usize,
    pub(super) cols: usize,
    /// Strides of the source: between rows, between columns.
    pub(super) source: [isize; 2],
    /// Strides of the target: between rows, between columns.
    pub(super) target: [isize; 2],
    /// Whether stores of whole lines go around the caches.
    pub(super) around: bool,
}

impl Walk {
    /// Makes the target's shorter stride the inner one and positive, and one row of what is
    /// contiguous in both. `None` if there are no elements.
    fn new(source: Source, target: Target, around: bool) -> Option<Self> {
        let [mut rows, mut cols] = target.shape;
        if rows == 0 || cols == 0 {
            return None;
        }
        let (mut s, mut t) = (source.strides, target.strides);
        if cols == 1 || (rows > 1 && t[0].unsigned_abs() < t[1].unsigned_abs()) {
            (rows, cols) = (cols, rows);
            s.swap(0, 1);
            t.swap(0, 1);
        }
        let (mut from, mut to) = (source.ptr, target.ptr);
        if t[1] < 0 {
            let last = cols as isize - 1;
            from = from.wrapping_offset(last * s[1]);
            to = to.wrapping_offset(last * t[1]);
            (s[1], t[1]) = (-s[1], -t[1]);
        }
        let n = cols as isize;
        if s[0] == n * s[1] && t[0] == n * t[1] {
            cols *= rows;
            rows = 1;
            // Loops over rows are scalar where the compiler sees that these may run backwards.
            (s[0], t[0]) = (0, 0);
        }
        Some(Self {
            from,
            to,
            rows,
            cols,
            source: s,
            target: t,
            around,
        })
    }

    /// These rows and columns of the walk.
    pub(super) fn part(&self, rows: Range<usize>, cols: Range<usize>) -> Self {
        let at = |strides: [isize; 2]| {
            rows.start as isize * strides[0] + cols.start as isize * strides[1]
        };
        Self {
            from: self.from.wrapping_offset(at(self.source)),
            to: self.to.wrapping_offset(at(self.target)),
            rows: rows.len(),
            cols: cols.len(),
            ..*self
        }
    }

    /// Copies the elements, each a `T`.
    ///
    /// # Safety
    ///
    /// As [`copy`].
    #[inline(always)]
    unsafe fn run<T: Bits>(self) {
        let size = size_of::<T>() as isize;
        let [_, s] = self.source;
        // SAFETY: the target's rows are contiguous, and the caller vouches for the elements.
        if self.target[1] == size && s.abs() > size && unsafe { narrow::run::<T>(&self) } {
            return;
        }
        let dense = self.target[1] == size && (s == size || s == 0);
        // SAFETY: the caller vouches for the walk.
        if !dense && unsafe { pieces::short_rows::<T>(&self) } {
            return;
        }
        if self.target[1] != size {
            if s == size {
                // SAFETY: the caller vouches for every row.
                unsafe { self.each_row(|from, to, n| scatter::<T>(from, to, self.target[1], n)) }
            } else {
                // SAFETY: the caller vouches for every row.
                unsafe { self.each_row(|from, to, n| general::<T>(from, s, to, self.target[1], n)) }
            }
        } else if s == size {
            with_row!(self.cols * size_of::<T>(), bytes => {
                // SAFETY: both rows are contiguous, and the caller vouches that they do not overlap.
                self.each_row(|from, to, _| unsafe { copy_block(from, to, bytes) });
            });
        } else if s == 0 {
            // The widest vectors leave for the last cache and main memory no faster, and on some CPUs slower.
            with_isa!(Level::get(), isa => isa.narrow().vectorize(
                #[inline(always)]
                // SAFETY: the caller vouches for the element and for the contiguous target row.
                || self.each_row(|from, to, n| unsafe { repeat::<T>(from, to, n) }),
            ));
        } else if transpose::pays(&self) {
            // SAFETY: the target's rows are contiguous, and the caller vouches for the elements.
            unsafe { transpose::run::<T>(&self) }
        } else if let step @ (-1 | 2 | 3 | 4) = s / size
            && s % size == 0
        {
            with_isa!(Level::get(), isa => isa.narrow().vectorize(
                #[inline(always)]
                // SAFETY: the caller vouches for every row; the target's are contiguous.
                || unsafe { self.by_step::<T>(step) },
            ));
        } else {
            // SAFETY: the caller vouches for every row; the target's are contiguous.
            unsafe { self.each_row(|from, to, n| general::<T>(from, s, to, size, n)) }
        }
    }

    /// Copies every `step`th element, compiled for a level.
    ///
    /// # Safety
    ///
    /// As [`copy`]; the target's rows are contiguous, and the source's stride is `step` elements.
    #[inline(always)]
    unsafe fn by_step<T: Bits>(self, step: isize) {
        match step {
            // SAFETY: the caller vouches for every row, here and below.
            -1 => self.each_row(|from, to, n| unsafe { gather_by::<T, -1>(from, to, n) }),
            // SAFETY: as above.
            2 => self.each_row(|from, to, n| unsafe { gather_by::<T, 2>(from, to, n) }),
            // SAFETY: as above.
            3 => self.each_row(|from, to, n| unsafe { gather_by::<T, 3>(from, to, n) }),
            // SAFETY: as above.
            _ => self.each_row(|from, to, n| unsafe { gather_by::<T, 4>(from, to, n) }),
        }
    }

    /// Calls `row` with the start of each row of both views and its length.
    #[inline(always)]
    fn each_row(self, mut row: impl FnMut(*const u8, *mut u8, usize)) {
        let (mut from, mut to) = (self.from, self.to);
        for _ in 0..self.rows {
            row(from, to, self.cols);
            from = from.wrapping_offset(self.source[0]);
            to = to.wrapping_offset(self.target[0]);
        }
    }
}

/// One row, any strides.
///
/// # Safety
///
/// `n` elements are readable from `from` by stride `s`, and writable from `to` by stride `t`.
#[inline(always)]
unsafe fn general<T: Copy>(from: *const u8, s: isize, to: *mut u8, t: isize, n: usize) {
    for i in 0..n as isize {
        // SAFETY: element `i` of `n`, which the caller vouches for.
        unsafe {
            to.offset(i * t)
                .cast::<T>()
                .write_unaligned(from.offset(i * s).cast::<T>().read_unaligned());
        }
    }
}

/// One contiguous row to a strided one.
///
/// # Safety
///
/// As [`general`].
#[inline(always)]
unsafe fn scatter<T: Copy>(from: *const u8, to: *mut u8, t: isize, n: usize) {
    // SAFETY: the caller vouches for it.
    unsafe { general::<T>(from, size_of::<T>() as isize, to, t, n) }
}

/// One row of every `STEP`th element to a contiguous one: the constant lets it vectorise.
///
/// # Safety
///
/// As [`general`].
#[inline(always)]
unsafe fn gather_by<T: Copy, const STEP: isize>(from: *const u8, to: *mut u8, n: usize) {
    // SAFETY: the caller vouches for it.
    unsafe {
        general::<T>(
            from,
            STEP * size_of::<T>() as isize,
            to,
            size_of::<T>() as isize,
            n,
        );
    }
}

/// One element to a contiguous row.
///
/// # Safety
///
/// `from` is readable and `n` elements are writable from `to` on, not overlapping it.
#[inline(always)]
unsafe fn repeat<T: Copy>(from: *const u8, to: *mut u8, n: usize) {
    let bytes = n * size_of::<T>();
    // SAFETY: the caller vouches for the bytes of the element.
    let byte = |i: usize| unsafe { *from.add(i) };
    if bytes >= LONG_FILL && (1..size_of::<T>()).all(|i| byte(i) == byte(0)) {
        // SAFETY: the caller vouches for the target.
        return unsafe { to.write_bytes(byte(0), bytes) };
    }
    // SAFETY: the caller vouches for the element.
    let element = unsafe { from.cast::<T>().read_unaligned() };
    let to = to.cast::<T>();
    for i in 0..n {
        // SAFETY: element `i` of `n`, which the caller vouches for.
        unsafe { to.add(i).write_unaligned(element) }
    }
}
