//! Choosing between elements that lie apart by truth values: one by one, or of every second element in vectors.

use super::{
    cell::{Bits, Cell, cells_mut},
    with_size,
};
use crate::{Bool, Isa, Level, with_isa};
use core::hint::select_unpredictable;

/// Whether [`select_apart`] puts vectors together of elements of `size` bytes that lie so many bytes apart: every
/// second ones, beside such, neighbours or a single element.
pub const fn selects_seconds(size: usize, [x_step, y_step]: [isize; 2]) -> bool {
    matches!(size, 4 | 8) && steps(size, x_step, y_step).is_some()
}

/// The steps in elements of two runs that vectors are put together of.
const fn steps(size: usize, x_step: isize, y_step: isize) -> Option<[usize; 2]> {
    let size = size as isize;
    if x_step % size != 0 || y_step % size != 0 {
        return None;
    }
    match [x_step / size, y_step / size] {
        [x @ 0..=2, y @ 0..=2] if x == 2 || y == 2 => Some([x as usize, y as usize]),
        _ => None,
    }
}

/// As [`super::select`], of elements that lie so many bytes apart, from `x` and from `y` on.
///
/// # Panics
///
/// If `out` is not as many elements of `size` bytes (1, 2, 4, 8 or 16) as `mask` is.
///
/// # Safety
///
/// As many elements as `mask` has can be read from `x` and from `y` on; none of them is in `out`.
pub unsafe fn select_apart(
    mask: &[Bool],
    x: (*const u8, isize),
    y: (*const u8, isize),
    out: &mut [u8],
    size: usize,
) {
    // SAFETY: the caller vouches for the elements.
    unsafe { select_apart_at(Level::get(), mask, x, y, out, size) }
}

/// As [`select_apart`], at a level.
///
/// # Safety
///
/// As there.
unsafe fn select_apart_at(
    level: Level,
    mask: &[Bool],
    (x, x_step): (*const u8, isize),
    (y, y_step): (*const u8, isize),
    out: &mut [u8],
    size: usize,
) {
    assert_eq!(out.len(), mask.len() * size, "runs of different lengths");
    macro_rules! seconds {
        ($t:ty, $steps:expr) => {
            with_isa!(level, isa => {
                let out = cells_mut::<$t>(out);
                // SAFETY: the caller vouches for the elements, which lie so far apart.
                unsafe {
                    match $steps {
                        [2, 2] => seconds::<_, $t, 2, 2>(isa, mask, x, y, out),
                        [2, 1] => seconds::<_, $t, 2, 1>(isa, mask, x, y, out),
                        [1, 2] => seconds::<_, $t, 1, 2>(isa, mask, x, y, out),
                        [2, _] => seconds::<_, $t, 2, 0>(isa, mask, x, y, out),
                        _ => seconds::<_, $t, 0, 2>(isa, mask, x, y, out),
                    }
                }
            })
        };
    }
    match (size, steps(size, x_step, y_step)) {
        (4, Some(steps)) => return seconds!(u32, steps),
        (8, Some(steps)) => return seconds!(u64, steps),
        _ => {}
    }
    with_size!(size, T => {
        for (i, (out, m)) in cells_mut::<T>(out).iter_mut().zip(mask).enumerate() {
            let (x, y) = (x.wrapping_offset(i as isize * x_step), y.wrapping_offset(i as isize * y_step));
            // SAFETY: element `i` of one of both, which the caller vouches for.
            *out = unsafe { *select_unpredictable(m.get(), x, y).cast::<Cell<T>>() };
        }
    });
}

/// Chooses between elements that lie `X` and `Y` elements apart: constants, of which the compiler makes vectors.
///
/// # Safety
///
/// As [`select_apart`].
#[inline]
unsafe fn seconds<I: Isa, T: Bits, const X: usize, const Y: usize>(
    isa: I,
    mask: &[Bool],
    x: *const u8,
    y: *const u8,
    out: &mut [Cell<T>],
) {
    let (x_at, y_at) = (x.cast::<Cell<T>>(), y.cast::<Cell<T>>());
    if mask.is_empty() {
        return;
    }
    // A single element is read once: of one that is read each time the compiler makes a branch, not vectors.
    // SAFETY: the first of both, as there is a truth value.
    let (first_x, first_y) = unsafe { (*x_at, *y_at) };
    isa.vectorize(
        #[inline(always)]
        || {
            for (i, (out, &m)) in out.iter_mut().zip(mask).enumerate() {
                let (mut x, mut y) = (first_x, first_y);
                if X > 0 {
                    // SAFETY: element `i`, which the caller vouches for.
                    x = unsafe { *x_at.add(X * i) };
                }
                if Y > 0 {
                    // SAFETY: as above.
                    y = unsafe { *y_at.add(Y * i) };
                }
                out.0 = T::pick(I::element(m), x.0, y.0);
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_that_lie_apart_are_chosen_as_by_a_branch() {
        for n in 0..100usize {
            let mask: Vec<Bool> = (0..n).map(|i| Bool::from(i * i % 7 < 3)).collect();
            for size in [1, 2, 4, 8, 16] {
                for (x_step, y_step) in (-3..=5).flat_map(|x| (-3..=5).map(move |y| (x, y))) {
                    // From the first element to the end of the last, and no further.
                    let runs = [(x_step, 3u8), (y_step, 101)].map(|(step, salt): (isize, u8)| {
                        let elements = n.saturating_sub(1) * step.unsigned_abs() + n.min(1);
                        let bytes: Vec<u8> = (0..elements * size)
                            .map(|i| (i as u8).wrapping_mul(7).wrapping_add(salt))
                            .collect();
                        let first = if step < 0 {
                            elements.saturating_sub(1)
                        } else {
                            0
                        };
                        (bytes, first * size, step * size as isize)
                    });
                    let at = |(bytes, first, step): &(Vec<u8>, usize, isize), i: usize| {
                        bytes[first.wrapping_add_signed(i as isize * step)..][..size].to_vec()
                    };
                    let [x, y] = &runs;
                    let want: Vec<u8> = (0..n)
                        .flat_map(|i| at(if mask[i].get() { x } else { y }, i))
                        .collect();
                    let [from_x, from_y] = runs
                        .each_ref()
                        .map(|(bytes, first, step)| (bytes.as_ptr().wrapping_add(*first), *step));
                    for level in Level::available() {
                        let mut out = vec![0; n * size];
                        // SAFETY: both vectors have `n` elements by these steps.
                        unsafe { select_apart_at(level, &mask, from_x, from_y, &mut out, size) };
                        assert!(out == want, "{level:?} {n} {size} {x_step} {y_step}");
                    }
                }
            }
        }
        assert!(selects_seconds(8, [16, 8]) && selects_seconds(4, [0, 8]));
        assert!(!selects_seconds(8, [8, 8]) && !selects_seconds(8, [12, 16]));
    }
}
