//! Shuffling in place.

use super::{Source, Words, with_words};
use crate::{Result, layout, target::Target};

/// Places that are drawn before any is used, so that the loads of several elements are under way at a time.
const DRAWN: usize = 128;

/// Brings the parts of `target` along `axis` into random order.
///
/// # Errors
///
/// [`crate::Error::Axis`].
pub fn shuffle(target: &Target<'_>, source: &mut Source, axis: i64) -> Result<()> {
    let array = target.array();
    let axis = layout::axis(axis, array.ndim(), None)?;
    if array.size() == 0 {
        return Ok(());
    }
    let (mut shape, mut strides) = (array.shape().to_vec(), array.strides().to_vec());
    let (n, step) = (shape.remove(axis), strides.remove(axis));
    if shape.is_empty() && step == array.itemsize() as isize {
        let first = array.as_mut_ptr();
        // SAFETY: the only axis of the array is a run of `n` elements of its size, whose memory the
        // target may write.
        unsafe {
            match array.itemsize() {
                1 => shuffle_run::<u8>(source, first.cast(), n),
                2 => shuffle_run::<[u8; 2]>(source, first.cast(), n),
                4 => shuffle_run::<[u8; 4]>(source, first.cast(), n),
                8 => shuffle_run::<[u8; 8]>(source, first.cast(), n),
                _ => shuffle_run::<[u8; 16]>(source, first.cast(), n),
            }
        }
        return Ok(());
    }
    for i in (1..n).rev() {
        let j = source.interval(i as u64) as usize;
        if i == j {
            continue;
        }
        let [a, b] = [i, j].map(|place| place as isize * step);
        layout::for_each_offset(&shape, &strides, |offset| {
            let at = |part: isize| array.as_mut_ptr().wrapping_offset(part + offset);
            // SAFETY: both are elements of the array, whose memory the target may write.
            unsafe { swap(at(a), at(b), array.itemsize()) };
        });
    }
    Ok(())
}

/// Brings the elements of every line of `target` along `axis` into an order of its own.
///
/// # Errors
///
/// [`crate::Error::Axis`].
pub fn permute_lines(target: &Target<'_>, source: &mut Source, axis: i64) -> Result<()> {
    let array = target.array();
    let axis = layout::axis(axis, array.ndim(), None)?;
    let (mut shape, mut strides) = (array.shape().to_vec(), array.strides().to_vec());
    let (n, step) = (shape.remove(axis), strides.remove(axis));
    layout::for_each_offset(&shape, &strides, |offset| {
        for i in (0..n).rev() {
            let j = source.interval(i as u64) as usize;
            let [a, b] = [i, j].map(|place| {
                array
                    .as_mut_ptr()
                    .wrapping_offset(offset + place as isize * step)
            });
            // SAFETY: both are elements of the array, whose memory the target may write.
            unsafe { swap(a, b, array.itemsize()) };
        }
    });
    Ok(())
}

/// Brings a run into random order.
///
/// # Safety
///
/// `first` is the first of `n` elements as large as `T` that may be read and written.
unsafe fn shuffle_run<T>(source: &mut Source, first: *mut T, n: usize) {
    let mut places = [0; DRAWN];
    with_words!(source, words => {
        let mut left = n.saturating_sub(1);
        while left > 0 {
            let Ok(last) = u32::try_from(left) else {
                let place = words.interval(left as u64) as usize;
                // SAFETY: both are elements of the run, the caller says.
                unsafe { first.add(left).swap(first.add(place)) };
                left -= 1;
                continue;
            };
            let places = &mut places[..left.min(DRAWN)];
            words.intervals(last, places);
            for &place in &*places {
                // SAFETY: as above; the place is none after the one whose element it takes.
                unsafe { first.add(left).swap(first.add(place as usize)) };
                left -= 1;
            }
        }
    });
}

/// Exchanges two elements.
///
/// # Safety
///
/// Both are `size` bytes, at most 16, that may be read and written.
#[inline]
unsafe fn swap(a: *mut u8, b: *mut u8, size: usize) {
    let mut held = [0u8; 16];
    let held = held.as_mut_ptr();
    // SAFETY: the caller vouches for both elements, which may overlap; `held` has room for any.
    unsafe {
        held.copy_from_nonoverlapping(a, size);
        a.copy_from(b, size);
        b.copy_from_nonoverlapping(held, size);
    }
}
