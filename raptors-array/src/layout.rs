//! Where elements are: sizes that cannot overflow, strides, contiguity.

use crate::{Dims, Error, MAX_NDIM, Result, Strides};
use raptors_kernels::DType;
use smallvec::SmallVec;

/// The number of elements of a shape that has been checked by [`bytes`].
#[inline]
pub fn size(shape: &[usize]) -> usize {
    shape.iter().product()
}

/// One number for each axis, copied without the call that moves bytes where the axes are few.
#[inline(always)]
pub(crate) fn axes<T: Copy + Default>(numbers: &[T]) -> SmallVec<[T; 4]> {
    let none = T::default();
    match *numbers {
        [] => SmallVec::new(),
        [a] => SmallVec::from_buf_and_len([a, none, none, none], 1),
        [a, b] => SmallVec::from_buf_and_len([a, b, none, none], 2),
        [a, b, c] => SmallVec::from_buf_and_len([a, b, c, none], 3),
        _ => SmallVec::from_slice(numbers),
    }
}

/// The bytes that an array of `shape` and `dtype` needs, at most `isize::MAX`.
///
/// # Errors
///
/// [`Error::TooManyDimensions`], [`Error::DimensionTooLarge`], or [`Error::TooBig`] where the
/// product overflows, zeros left out (as NumPy does, so that strides never overflow either).
#[inline]
pub fn bytes(shape: &[usize], dtype: DType) -> Result<usize> {
    if shape.len() > MAX_NDIM {
        return Err(Error::TooManyDimensions { ndim: shape.len() });
    }
    let (mut total, mut empty) = (dtype.size(), false);
    for &n in shape {
        if n == 0 {
            empty = true;
            continue;
        }
        total = match total.checked_mul(n) {
            Some(total) if isize::try_from(total).is_ok() => total,
            _ if n > isize::MAX as usize => return Err(Error::DimensionTooLarge),
            _ => return Err(Error::TooBig),
        };
    }
    Ok(if empty { 0 } else { total })
}

/// The strides of a C-contiguous array, the last axis the closest.
#[inline]
pub fn c_strides(shape: &[usize], itemsize: usize) -> Strides {
    let size = itemsize as isize;
    match *shape {
        [] => return Strides::new(),
        [_] => return Strides::from_buf_and_len([size, 0, 0, 0], 1),
        [_, n] => return Strides::from_buf_and_len([size * n.max(1) as isize, size, 0, 0], 2),
        _ => {}
    }
    let mut strides = Strides::from_elem(0, shape.len());
    let mut stride = itemsize as isize;
    for (s, &n) in strides.iter_mut().zip(shape).rev() {
        *s = stride;
        stride *= n.max(1) as isize;
    }
    strides
}

/// The strides of a Fortran-contiguous array, the first axis the closest.
pub fn f_strides(shape: &[usize], itemsize: usize) -> Strides {
    let mut strides = Strides::from_elem(0, shape.len());
    let mut stride = itemsize as isize;
    for (s, &n) in strides.iter_mut().zip(shape) {
        *s = stride;
        stride *= n.max(1) as isize;
    }
    strides
}

/// Whether the elements lie without gaps, the last axis the closest. Axes of length one do not
/// count, and an array without elements always does.
#[inline]
pub fn is_c_contiguous(shape: &[usize], strides: &[isize], itemsize: usize) -> bool {
    match (shape, strides) {
        (&[n], &[stride]) => stride == itemsize as isize || n <= 1,
        (&[rows, n], &[down, across]) => {
            let is_run = n == 1 || across == itemsize as isize;
            is_run && (rows == 1 || down == (n * itemsize) as isize) || n == 0 || rows == 0
        }
        _ => dense(shape.iter().zip(strides).rev(), itemsize) || shape.contains(&0),
    }
}

/// Whether the elements lie without gaps, the first axis the closest.
#[inline]
pub fn is_f_contiguous(shape: &[usize], strides: &[isize], itemsize: usize) -> bool {
    dense(shape.iter().zip(strides), itemsize) || shape.contains(&0)
}

#[inline]
fn dense<'a>(axes: impl Iterator<Item = (&'a usize, &'a isize)>, itemsize: usize) -> bool {
    let mut expected = itemsize as isize;
    for (&n, &stride) in axes {
        if n != 1 {
            if stride != expected {
                return false;
            }
            expected *= n as isize;
        }
    }
    true
}

/// The lowest and highest byte offset (exclusive) that the elements touch, from the first one.
pub fn extent(shape: &[usize], strides: &[isize], itemsize: usize) -> (isize, isize) {
    if shape.contains(&0) {
        return (0, 0);
    }
    let (mut low, mut high) = (0, itemsize as isize);
    for (&n, &stride) in shape.iter().zip(strides) {
        let reach = (n as isize - 1) * stride;
        if reach < 0 {
            low += reach;
        } else {
            high += reach;
        }
    }
    (low, high)
}

/// The bytes from each element to the next in C order, where that is the same for all; nothing where it is not, and
/// for one element.
pub fn even_step(shape: &[usize], strides: &[isize]) -> Option<isize> {
    let (mut step, mut next) = (None, None);
    for (&n, &stride) in shape.iter().zip(strides).rev().filter(|&(&n, _)| n != 1) {
        if *next.get_or_insert(stride) != stride {
            return None;
        }
        step = step.or(Some(stride));
        next = Some(stride.checked_mul(n as isize)?);
    }
    step
}

/// Bytes of a cache line.
const LINE: usize = 64;

/// The bytes that pass through the caches where the elements are read: those between them too, as far as they
/// share lines.
pub fn passed(shape: &[usize], strides: &[isize], itemsize: usize) -> usize {
    let (low, high) = extent(shape, strides, itemsize);
    let lines = size(shape).saturating_mul(itemsize.max(LINE));
    lines.min(high.abs_diff(low))
}

/// Calls `visit` with the byte offset of every element, the last axis the fastest.
pub fn for_each_offset(shape: &[usize], strides: &[isize], mut visit: impl FnMut(isize)) {
    if shape.contains(&0) {
        return;
    }
    let mut index = Dims::from_elem(0, shape.len());
    let mut offset = 0isize;
    loop {
        visit(offset);
        let mut axis = shape.len();
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            index[axis] += 1;
            // Wraps only along axes of length one, and back before the next visit.
            offset = offset.wrapping_add(strides[axis]);
            if index[axis] < shape[axis] {
                break;
            }
            offset = offset.wrapping_sub(strides[axis].wrapping_mul(shape[axis] as isize));
            index[axis] = 0;
        }
    }
}

/// The place on an axis of length `n` that `index` means, counted from the end where negative.
///
/// # Errors
///
/// [`Error::Index`], with `axis` to name.
#[inline]
pub fn position(index: i64, n: usize, axis: Option<usize>) -> Result<usize> {
    let place = if index < 0 { index + n as i64 } else { index };
    if place < 0 || place >= n as i64 {
        return Err(Error::Index {
            index,
            axis,
            size: n,
        });
    }
    Ok(place as usize)
}

/// The indices of the element at `place` of an array of `shape`, counted in C order.
pub fn unravel(mut place: usize, shape: &[usize]) -> SmallVec<[i64; 4]> {
    let mut indices = SmallVec::from_elem(0, shape.len());
    for (index, &n) in indices.iter_mut().zip(shape).rev() {
        *index = (place % n.max(1)) as i64;
        place /= n.max(1);
    }
    indices
}

/// The axis that `axis` means, counted from the end where negative.
///
/// # Errors
///
/// [`Error::Axis`], with the `argument` to name.
#[inline]
pub fn axis(axis: i64, ndim: usize, argument: Option<&'static str>) -> Result<usize> {
    let place = if axis < 0 {
        axis.wrapping_add(ndim as i64)
    } else {
        axis
    };
    if place < 0 || place >= ndim as i64 {
        return Err(Error::Axis {
            axis,
            ndim,
            argument,
        });
    }
    Ok(place as usize)
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn what_lies_between_elements_passes_too_as_far_as_it_shares_lines() {
        assert_eq!(passed(&[100, 50], &[400, 8], 8), 40_000);
        // Every second element, forwards and backwards.
        assert_eq!(passed(&[100, 50], &[800, 16], 8), 79_992);
        assert_eq!(passed(&[5000], &[-16], 8), 79_992);
        // A column: a line for each element.
        assert_eq!(passed(&[100], &[4096], 8), 6400);
        // One element, repeated, and none.
        assert_eq!(passed(&[100, 100], &[0, 0], 4), 4);
        assert_eq!(passed(&[3, 0], &[8, 8], 8), 0);
    }
}
