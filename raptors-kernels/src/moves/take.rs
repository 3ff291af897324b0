//! Gathering and scattering by index, of single elements or of whole rows.

use super::{cell::Cell, with_size};
use core::ptr::copy_nonoverlapping;

/// Turns indices that may count from the end into ones that count from the start, of `n` elements.
/// Gives the position of the first that is out of bounds, if any is.
///
/// # Panics
///
/// If the lengths differ.
pub fn resolve(indices: &[i64], n: usize, out: &mut [i64]) -> Option<usize> {
    assert_eq!(indices.len(), out.len(), "runs of different lengths");
    let n = n as i64;
    let mut bad = false;
    for (out, &index) in out.iter_mut().zip(indices) {
        *out = index + if index < 0 { n } else { 0 };
        bad |= *out as u64 >= n as u64;
    }
    bad.then(|| out.iter().position(|&index| index as u64 >= n as u64))
        .flatten()
}

/// Writes how many bytes each index, which may count from the end of `n` elements, is from the first
/// of elements `stride` bytes apart. Gives the position of the first index that is out of bounds, if
/// any is: then nothing may be made of what was written.
///
/// # Panics
///
/// If the lengths differ.
pub fn distances(indices: &[i64], n: usize, stride: isize, out: &mut [i64]) -> Option<usize> {
    assert_eq!(indices.len(), out.len(), "runs of different lengths");
    let mut bad = false;
    for (out, &index) in out.iter_mut().zip(indices) {
        let place = index.wrapping_add(if index < 0 { n as i64 } else { 0 });
        bad |= place as u64 >= n as u64;
        *out = place.wrapping_mul(stride as i64);
    }
    let outside = |&index: &i64| index >= n as i64 || index < -(n as i64);
    // Another thread may have changed the index meanwhile: the distance is bad all the same.
    bad.then(|| indices.iter().position(outside).unwrap_or(0))
}

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
            for (i, &distance) in distances.iter().enumerate() {
                // SAFETY: the caller vouches for the element at the distance, and for place `i`.
                unsafe {
                    let x = *from.offset(distance as isize).cast::<Cell<T>>();
                    *to.offset(i as isize * step).cast::<Cell<T>>() = x;
                }
            }
        }),
        _ => {
            for (i, &distance) in distances.iter().enumerate() {
                // SAFETY: the caller vouches for the run, for place `i`, and for no overlap.
                unsafe {
                    let to = to.offset(i as isize * step);
                    copy_nonoverlapping(from.offset(distance as isize), to, size);
                }
            }
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
        _ => {
            for (i, &distance) in distances.iter().enumerate() {
                // SAFETY: the caller vouches for run `i`, for the distance, and for no overlap.
                unsafe {
                    let from = from.offset(i as isize * step);
                    copy_nonoverlapping(from, to.offset(distance as isize), size);
                }
            }
        }
    }
}

/// Copies the elements at `indices`, of `size` bytes each (any number: whole rows too), to `to`.
///
/// # Safety
///
/// Every index is an element of the contiguous run at `from`, which is readable; `to` has room for
/// as many elements as there are indices and does not overlap the run.
pub unsafe fn take(from: *const u8, indices: &[i64], to: *mut u8, size: usize) {
    match size {
        1 | 2 | 4 | 8 | 16 => with_size!(size, T => {
            for (i, &index) in indices.iter().enumerate() {
                // SAFETY: the caller vouches for the index, and for room at position `i`.
                unsafe {
                    let x = *from.cast::<Cell<T>>().add(index as usize);
                    *to.cast::<Cell<T>>().add(i) = x;
                }
            }
        }),
        _ => {
            for (i, &index) in indices.iter().enumerate() {
                // SAFETY: the caller vouches for the row, for room at `i`, and for no overlap.
                unsafe {
                    copy_nonoverlapping(from.add(index as usize * size), to.add(i * size), size);
                }
            }
        }
    }
}

/// Copies elements of `size` bytes each (any number: whole rows too) to `indices`, in order: where
/// an index repeats, the last one stays.
///
/// # Safety
///
/// Every index is an element of the contiguous run at `to`, which is writable; as many elements as
/// there are indices are readable from `from` on and do not overlap the run.
pub unsafe fn put(from: *const u8, indices: &[i64], to: *mut u8, size: usize) {
    match size {
        1 | 2 | 4 | 8 | 16 => with_size!(size, T => {
            for (i, &index) in indices.iter().enumerate() {
                // SAFETY: the caller vouches for element `i`, and for the index.
                unsafe {
                    let x = *from.cast::<Cell<T>>().add(i);
                    *to.cast::<Cell<T>>().add(index as usize) = x;
                }
            }
        }),
        _ => {
            for (i, &index) in indices.iter().enumerate() {
                // SAFETY: the caller vouches for element `i`, for the row, and for no overlap.
                unsafe {
                    copy_nonoverlapping(from.add(i * size), to.add(index as usize * size), size);
                }
            }
        }
    }
}
