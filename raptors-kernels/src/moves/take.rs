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
