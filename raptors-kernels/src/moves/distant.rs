//! Gathering and scattering by distances in bytes, of single elements or of whole rows.

use super::{
    block::copy_block,
    cell::{Bits, Cell},
    with_row, with_size,
};

/// Copies runs of `size` bytes each, at `distances` from `from`, to places that are `step` bytes
/// apart from `to` on.
///
/// # Safety
///
/// At every distance there is such a run to read; there is room for one at every place, and no
/// place overlaps a run.
pub unsafe fn gather(from: *const u8, distances: &[i64], to: *mut u8, step: isize, size: usize) {
    match size {
        1 | 2 | 4 | 8 | 16 => with_size!(size, T => {
            // A constant step is part of the store.
            let next = size_of::<T>() as isize;
            // SAFETY: the caller vouches for the elements and the places.
            unsafe {
                if step == next {
                    gather_each::<T>(from, distances, to, next);
                } else {
                    gather_each::<T>(from, distances, to, step);
                }
            }
        }),
        _ => with_row!(size, size => {
            for (i, &distance) in distances.iter().enumerate() {
                // SAFETY: the caller vouches for the run, for place `i`, and for no overlap.
                unsafe {
                    let to = to.offset(i as isize * step);
                    copy_block(from.offset(distance as isize), to, size);
                }
            }
        }),
    }
}

/// # Safety
///
/// As [`gather`], of elements.
#[inline(always)]
unsafe fn gather_each<T: Bits>(from: *const u8, distances: &[i64], to: *mut u8, step: isize) {
    for (i, &distance) in distances.iter().enumerate() {
        // SAFETY: the caller vouches for the element at the distance, and for place `i`.
        unsafe {
            let x = *from.offset(distance as isize).cast::<Cell<T>>();
            *to.offset(i as isize * step).cast::<Cell<T>>() = x;
        }
    }
}

/// Copies runs of `size` bytes each, `step` bytes apart from `from` on, to `distances` from `to`, in
/// order: where a distance repeats, the last one stays.
///
/// # Safety
///
/// As many runs as there are distances can be read; there is room for one at every distance, and
/// no run that is read overlaps one that is written.
pub unsafe fn scatter(from: *const u8, step: isize, distances: &[i64], to: *mut u8, size: usize) {
    match size {
        1 | 2 | 4 | 8 | 16 => with_size!(size, T => {
            for (i, &distance) in distances.iter().enumerate() {
                // SAFETY: the caller vouches for run `i`, and for room at the distance.
                unsafe {
                    let x = *from.offset(i as isize * step).cast::<Cell<T>>();
                    *to.offset(distance as isize).cast::<Cell<T>>() = x;
                }
            }
        }),
        _ => with_row!(size, size => {
            for (i, &distance) in distances.iter().enumerate() {
                // SAFETY: the caller vouches for run `i`, for the distance, and for no overlap.
                unsafe {
                    let from = from.offset(i as isize * step);
                    copy_block(from, to.offset(distance as isize), size);
                }
            }
        }),
    }
}
