//! Gathering and scattering by index, of single elements or of whole rows.

use super::{
    block::copy_block,
    cell::{Bits, Cell},
    with_row, with_size,
};
use crate::{Isa, Level, with_isa};

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
    let bad = with_isa!(Level::get(), isa => isa.narrow().vectorize(
        #[inline(always)]
        || {
            let mut bad = false;
            for (&index, out) in indices.iter().zip(&mut *out) {
                let place = index.wrapping_add(n as i64 & (index >> 63));
                *out = place.wrapping_mul(stride as i64);
                bad |= place as u64 >= n as u64;
            }
            bad
        },
    ));
    let outside = |&index: &i64| index >= n as i64 || index < -(n as i64);
    // Another thread may have changed the index meanwhile: the distance is bad all the same.
    bad.then(|| indices.iter().position(outside).unwrap_or(0))
}

/// Elements between a load and the prefetch of the same element: what a memory's latency takes.
const AHEAD: usize = 128;
/// Indices that are checked together, by vectors, before any of their elements is moved.
const CHECKED: usize = 64;

/// Copies the elements at `indices`, which may count from the end of `n` elements `stride` bytes
/// apart, one after the other to `to`. Gives the position of the first index that is out of bounds,
/// if any is: then nothing may be made of what was written. `far` says that the elements are in no cache.
///
/// # Panics
///
/// If `size` is no element's (1, 2, 4, 8 or 16).
///
/// # Safety
///
/// `n` elements of `size` bytes can be read from `from` on by `stride`; `to` has room for as many
/// as there are indices, and overlaps neither them nor the indices.
pub unsafe fn pick(
    (from, n, stride): (*const u8, usize, isize),
    indices: &[i64],
    to: *mut u8,
    size: usize,
    far: bool,
) -> Option<usize> {
    with_size!(size, T => {
        // A constant distance is part of the load; another one is multiplied first.
        // SAFETY: the caller vouches for the elements and for the room.
        unsafe {
            if far {
                pick_each::<T, true>((from, n, stride), indices, to)
            } else if stride == size_of::<T>() as isize {
                pick_near::<T>((from, n, size_of::<T>() as isize), indices, to)
            } else {
                pick_near::<T>((from, n, stride), indices, to)
            }
        }
    })
}

/// As [`pick_each`], of elements that are in a cache.
///
/// # Safety
///
/// As [`pick`].
#[inline(always)]
unsafe fn pick_near<T: Bits>(
    (from, n, stride): (*const u8, usize, isize),
    indices: &[i64],
    to: *mut u8,
) -> Option<usize> {
    let (whole, rest) = indices.as_chunks::<CHECKED>();
    let mut places = [0_i64; CHECKED];
    for (chunk, indices) in whole.iter().enumerate() {
        let start = chunk * CHECKED;
        // What was checked is what is used: another thread may change the indices meanwhile.
        let bad = with_isa!(Level::get(), isa => isa.narrow().vectorize(
            #[inline(always)]
            || {
                let mut bad = false;
                for (place, &index) in places.iter_mut().zip(indices) {
                    *place = index.wrapping_add(n as i64 & (index >> 63));
                    bad |= *place as u64 >= n as u64;
                }
                bad
            },
        ));
        if bad {
            let outside = |&place: &i64| place as u64 >= n as u64;
            return Some(start + places.iter().position(outside).unwrap_or(0));
        }
        let to = to.cast::<Cell<T>>().wrapping_add(start);
        for (i, &place) in places.iter().enumerate() {
            // SAFETY: the place is one of the `n` elements, and the caller vouches for room at `i`.
            unsafe { *to.add(i) = *from.offset(place as isize * stride).cast::<Cell<T>>() };
        }
    }
    let start = whole.len() * CHECKED;
    let to = to.wrapping_add(start * size_of::<T>());
    // SAFETY: the caller vouches for the elements, and for the room behind what was written.
    let wrong = unsafe { pick_each::<T, false>((from, n, stride), rest, to) };
    wrong.map(|at| start + at)
}

/// As [`pick`], one index at a time.
///
/// # Safety
///
/// As [`pick`].
#[inline(always)]
unsafe fn pick_each<T: Bits, const FAR: bool>(
    (from, n, stride): (*const u8, usize, isize),
    indices: &[i64],
    to: *mut u8,
) -> Option<usize> {
    let to = to.cast::<Cell<T>>();
    for (i, &index) in indices.iter().enumerate() {
        if FAR && let Some(&next) = indices.get(i + AHEAD) {
            let place = next.wrapping_add(n as i64 & (next >> 63)) as isize;
            crate::arch::prefetch(from.wrapping_offset(place.wrapping_mul(stride)));
        }
        let place = index.wrapping_add(n as i64 & (index >> 63));
        if place as u64 >= n as u64 {
            return Some(i);
        }
        // SAFETY: the place is one of the `n` elements, and the caller vouches for room at `i`.
        unsafe { *to.add(i) = *from.offset(place as isize * stride).cast::<Cell<T>>() };
    }
    None
}

/// The position of the first of `indices`, which may count from the end of `n` elements, that is
/// out of bounds.
pub fn outside(indices: &[i64], n: usize) -> Option<usize> {
    let outside = |&index: &i64| index.wrapping_add(n as i64 & (index >> 63)) as u64 >= n as u64;
    let any = with_isa!(Level::get(), isa => isa.narrow().vectorize(
        #[inline(always)]
        || indices.iter().fold(false, |any, index| any | outside(index)),
    ));
    if any {
        indices.iter().position(outside)
    } else {
        None
    }
}

/// Copies elements `step` bytes apart from `from` on to the places at `indices`, which may count
/// from the end of `n` elements `stride` bytes apart, in order: where a place repeats, the last one
/// stays. Indices that are out of bounds are left out.
///
/// # Panics
///
/// If `size` is no element's (1, 2, 4, 8 or 16).
///
/// # Safety
///
/// As many elements of `size` bytes as there are indices can be read from `from` on by `step`, and
/// `n` written from `to` on by `stride`; neither those nor the indices overlap what is written.
pub unsafe fn place(
    (from, step): (*const u8, isize),
    indices: &[i64],
    (to, n, stride): (*mut u8, usize, isize),
    size: usize,
) {
    with_size!(size, T => {
        let unit = size_of::<T>() as isize;
        // Constant distances are part of the load and the store; others are multiplied first.
        // SAFETY: the caller vouches for the elements and for the places.
        unsafe {
            if stride == unit && step == 0 {
                place_each::<T>((from, 0), indices, (to, n, unit));
            } else if stride == unit && step == unit {
                place_each::<T>((from, unit), indices, (to, n, unit));
            } else {
                place_each::<T>((from, step), indices, (to, n, stride));
            }
        }
    });
}

/// As [`place`].
///
/// # Safety
///
/// As [`place`].
#[inline(always)]
unsafe fn place_each<T: Bits>(
    (from, step): (*const u8, isize),
    indices: &[i64],
    (to, n, stride): (*mut u8, usize, isize),
) {
    for (i, &index) in indices.iter().enumerate() {
        let place = index.wrapping_add(n as i64 & (index >> 63));
        if (place as u64) < n as u64 {
            // SAFETY: the caller vouches for element `i`; the place is one of the `n`.
            unsafe {
                let x = *from.offset(i as isize * step).cast::<Cell<T>>();
                *to.offset(place as isize * stride).cast::<Cell<T>>() = x;
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
        _ => with_row!(size, size => {
            for (i, &index) in indices.iter().enumerate() {
                // SAFETY: the caller vouches for the row, for room at `i`, and for no overlap.
                unsafe {
                    copy_block(from.add(index as usize * size), to.add(i * size), size);
                }
            }
        }),
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
                    copy_block(from.add(i * size), to.add(index as usize * size), size);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_near_and_far_are_picked_and_put_back() {
        let n = 100;
        let indices: Vec<i64> = (0..400).map(|i| i * 37 % 200 - 100).collect();
        for size in [1, 2, 4, 8, 16] {
            let x: Vec<u8> = (0..n * size).map(|i| (i ^ (i >> 8)) as u8).collect();
            for far in [false, true] {
                let mut out = vec![0; indices.len() * size];
                let source = (x.as_ptr(), n, size as isize);
                // SAFETY: the vectors hold the elements and have the room.
                let wrong = unsafe { pick(source, &indices, out.as_mut_ptr(), size, far) };
                assert_eq!(wrong, None);
                for (&index, given) in indices.iter().zip(out.chunks(size)) {
                    let at = index.rem_euclid(n as i64) as usize * size;
                    assert_eq!(given, &x[at..at + size]);
                }
                let mut back = vec![0; x.len()];
                let target = (back.as_mut_ptr(), n, size as isize);
                // SAFETY: as above.
                unsafe { place((out.as_ptr(), size as isize), &indices, target, size) };
                assert_eq!(back, x);
            }
        }
    }

    #[test]
    fn the_first_bad_index_is_found_wherever_it_is() {
        let x: Vec<u16> = (0..10).collect();
        for at in [0, 1, 63, 64, 65, 127, 128, 150] {
            let mut indices: Vec<i64> = (0..160).map(|i| i % 20 - 10).collect();
            (indices[at], indices[159]) = (10, -11);
            let mut out = vec![0_u16; indices.len()];
            let source = (x.as_ptr().cast(), x.len(), 2);
            // SAFETY: ten elements to read, and room for one for each index.
            let wrong = unsafe { pick(source, &indices, out.as_mut_ptr().cast(), 2, false) };
            assert_eq!(wrong, Some(at));
            let whole = at / CHECKED * CHECKED;
            let wanted = indices[..whole].iter().map(|&i| i.rem_euclid(10) as u16);
            assert!(wanted.eq(out[..whole].iter().copied()));
        }
    }

    #[test]
    fn indices_beyond_either_end_are_found() {
        for (indices, wanted) in [
            ([0, 2, -3], None),
            ([0, 3, -4], Some(1)),
            ([-4, 0, 3], Some(0)),
            ([0, i64::MAX, i64::MIN], Some(1)),
        ] {
            assert_eq!(outside(&indices, 3), wanted);
            let mut out = [0u8; 3];
            // SAFETY: three bytes to read and three to write.
            let given = unsafe {
                pick(
                    ([1u8; 3].as_ptr(), 3, 1),
                    &indices,
                    out.as_mut_ptr(),
                    1,
                    true,
                )
            };
            assert_eq!(given, wanted);
        }
    }
}
