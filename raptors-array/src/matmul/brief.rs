//! Products of two small matrices, or of one and a vector, by the shortest way to their kernel.

use crate::{Array, Order, Result};
use raptors_dispatch::matmul::{self as product, MatMut, MatRef};

/// `a @ b`, where both are small matrices, or one is a vector, of one dtype, with elements that a product can read as
/// they lie; to the bit what [`super::matmul`] gives, in so short a time that nobody needs to be let in meanwhile.
/// Nothing for others.
///
/// # Errors
///
/// If memory runs out.
pub fn brief_product(a: &Array, b: &Array) -> Result<Option<Array>> {
    let dtype = a.dtype();
    let (&[.., depth], &[depth_of_b, ..]) = (a.shape(), b.shape()) else {
        return Ok(None);
    };
    let (m, n) = match (a.shape(), b.shape()) {
        (&[m, _], &[_, n]) => (m, n),
        (&[m, _], &[_]) => (m, 1),
        (&[_], &[_, n]) => (1, n),
        _ => return Ok(None),
    };
    let fits = depth == depth_of_b && b.dtype() == dtype && product::is_brief(dtype, m, depth, n);
    if !fits || !a.is_aligned() || !b.is_aligned() {
        return Ok(None);
    }
    let (Some(left), Some(right)) = (steps(a), steps(b)) else {
        return Ok(None);
    };
    let result = match (a.ndim(), b.ndim()) {
        (1, _) => Array::empty(&[n], dtype, Order::C)?,
        (_, 1) => Array::empty(&[m], dtype, Order::C)?,
        _ => Array::empty(&[m, n], dtype, Order::C)?,
    };
    let first = MatRef {
        ptr: a.as_ptr(),
        rows: m,
        cols: depth,
        row_stride: left[0],
        col_stride: left[1],
    };
    let [down, across] = if b.ndim() == 1 { [right[1], 0] } else { right };
    let second = MatRef {
        ptr: b.as_ptr(),
        rows: depth,
        cols: n,
        row_stride: down,
        col_stride: across,
    };
    let c = MatMut::contiguous(result.as_mut_ptr(), m, n);
    // SAFETY: matrices of aligned elements of arrays that the caller holds, whole elements apart; the result is new,
    // dense memory of its own.
    let done = unsafe { product::matmul_brief(dtype, first, second, c) };
    Ok(done.then_some(result))
}

/// The steps of a matrix, or of a row, in elements; nothing where these are no whole numbers.
fn steps(x: &Array) -> Option<[isize; 2]> {
    let size = x.itemsize() as isize;
    let whole = |stride: isize| (stride % size == 0).then_some(stride / size);
    match *x.strides() {
        [row, column] => Some([whole(row)?, whole(column)?]),
        [column] => Some([0, whole(column)?]),
        _ => None,
    }
}
