//! Ufuncs of few elements of one dtype and shape, in C order: found out and run in as few steps as
//! there are, since a call of so few takes longer to prepare than to compute.

mod alone;
mod apart;
mod beside;
mod blank;
mod blocks;
mod by_row;
mod copied;
mod integers;
mod joined;
mod line;
mod lines;
mod lying;
mod masked;
mod one;
mod over;
mod pick;
mod plain;
mod room;
mod several;
mod spread;
mod staged;
#[cfg(test)]
mod tests;
mod write;

pub use alone::plain_of_one;
pub use apart::apart;
use beside::into_dense;
pub use blank::{blank, nonzero};
use by_row::MOST_WORK;
pub(crate) use by_row::{by_row, into_rows};
pub use copied::{compress, converted, copied, flattened};
pub use joined::joined;
pub use line::line;
pub use lines::{along, choose, sort, with, without};
pub(crate) use masked::masked;
pub use masked::{place_where, select};
pub(crate) use one::onto;
pub use one::{element_of_float, element_with_number, in_place, of_float, over, with_number};
pub use pick::{Written, pick, pick_columns, pick_rows};
pub use plain::{Plain, plain, plain_with_number, plain_with_scalar};
pub use room::{Room, value};
pub use several::{pick_at, place};
pub use spread::broadcast;
pub use staged::{staged, staged_as, staged_pair};
pub use write::{copy, fill};

use crate::{
    Array, layout,
    map::Operand,
    overlap::{Overlap, overlap},
    resolve,
};
use raptors_kernels::{DType, In, Out, Ufunc};

/// Elements up to which a call is prepared here: none of them asks for a plan.
const FEW: usize = 256;
/// Work in additions up to which more elements do not ask for one either: about a microsecond, in which a
/// second thread is not even awake.
const LITTLE: usize = 4096;

/// Whether `n` elements of `ufunc` are so few that they are computed here.
#[inline(always)]
fn is_few(ufunc: Ufunc, n: usize) -> bool {
    n.wrapping_sub(1) < FEW || n != 0 && n <= LITTLE && n * ufunc.cost() as usize <= LITTLE
}

/// As [`LITTLE`], of what lies in one piece: some microseconds, for which the interpreter is not let go.
const LITTLE_DENSE: usize = 4 * LITTLE;
/// Bytes of operands for which ufuncs as cheap as an addition take as long.
const LITTLE_BYTES: usize = 8 * LITTLE_DENSE;

/// As [`is_few`], of elements of `dtype` in one piece.
#[inline(always)]
fn is_little(ufunc: Ufunc, n: usize, dtype: DType) -> bool {
    let cost = ufunc.cost() as usize;
    is_few(ufunc, n)
        || n != 0
            && n <= LITTLE_BYTES
            && (n * cost <= LITTLE_DENSE || cost == 1 && n * dtype.size() <= LITTLE_BYTES)
}

/// Whether the elements of `array` are aligned and lie without gaps in C order.
#[inline(always)]
fn is_dense(array: &Array) -> bool {
    let (size, align) = (array.itemsize(), array.dtype().align());
    let in_order = match (array.shape(), array.strides()) {
        (&[n], &[stride]) => stride == size as isize || n == 1,
        (shape, strides) => layout::is_c_contiguous(shape, strides, size),
    };
    in_order && array.as_ptr().addr() & (align - 1) == 0
}

/// Whether both have the same number of axes, of the same lengths.
#[inline(always)]
fn same_shape(a: &Array, b: &Array) -> bool {
    let (a, b) = (a.shape(), b.shape());
    a.len() == b.len() && a.iter().zip(b).all(|(m, n)| m == n)
}

/// A new array of any contents in the shape of `like`, which has `n` elements.
#[inline(always)]
fn new(like: &Array, n: usize, dtype: DType) -> Option<Array> {
    value(|room| room::dense(room, like.shape(), n, dtype))
}

/// `ufunc` of `arrays`, in `room`; nothing where they are too many elements, lie otherwise or are not alike,
/// where there is no loop for just these, or no memory.
#[inline(always)]
pub fn call<'r, const N: usize>(
    ufunc: Ufunc,
    arrays: [&Array; N],
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let like = arrays[0];
    let (dtype, n) = (like.dtype(), like.size());
    if !is_little(ufunc, n, dtype) {
        return None;
    }
    let bound = resolve::alike(ufunc, dtype, N)?;
    for array in arrays {
        if array.dtype() != dtype || !same_shape(array, like) || !is_dense(array) {
            return None;
        }
    }
    let given = bound.outputs()[0];
    let result = room::dense(room, like.shape(), n, given)?;
    // SAFETY: each array is dense and aligned, of `n` elements of this dtype.
    let runs = arrays.map(|array| unsafe { In::from_raw(array.as_ptr(), n, dtype) });
    // SAFETY: the result is new and has room for `n` elements.
    let out = unsafe { Out::from_raw(result.as_mut_ptr(), n, given) };
    bound.run(&runs, &mut [out]);
    Some(result)
}

/// `ufunc` of arrays of one dtype without axes, as the only element of `to`: whether there is a loop for
/// them, and `to` is an array without axes and alone with its memory.
#[inline(always)]
pub fn element<const N: usize>(ufunc: Ufunc, arrays: [&Array; N], to: &mut Array) -> bool {
    let dtype = arrays[0].dtype();
    let fits = |array: &&Array| array.ndim() == 0 && array.dtype() == dtype && is_dense(array);
    if !arrays.iter().all(fits) {
        return false;
    }
    let Some(bound) = resolve::alike(ufunc, dtype, N) else {
        return false;
    };
    let given = bound.outputs()[0];
    let Some(place) = to.renewed(given) else {
        return false;
    };
    // SAFETY: each array has one aligned element of this dtype.
    let runs = arrays.map(|array| unsafe { In::from_raw(array.as_ptr(), 1, dtype) });
    // SAFETY: the memory has room for one element of any dtype, and is no input's, since `to` is
    // alone with it.
    let out = unsafe { Out::from_raw(place, 1, given) };
    bound.run(&runs, &mut [out]);
    true
}

/// `ufunc` of `operands`, written to `to`, which the caller may write: whether that is one of them, whose elements
/// are gone then. Nothing, and nothing is written, where it lies across one, and where [`call`], [`with_number`] and
/// [`into_rows`] would give nothing.
///
/// # Safety
///
/// `to` may be written, and no Rust reference into its memory exists.
#[inline]
pub unsafe fn into<const N: usize>(
    ufunc: Ufunc,
    operands: &[Operand<'_>; N],
    to: &Array,
) -> Option<bool> {
    // SAFETY: as the caller promises.
    unsafe { into_dense(ufunc, operands, to).or_else(|| into_apart(ufunc, operands, to)) }
}

/// As [`into`], of what lies in other ways.
///
/// # Safety
///
/// As [`into`].
#[inline(never)]
unsafe fn into_apart<const N: usize>(
    ufunc: Ufunc,
    operands: &[Operand<'_>; N],
    to: &Array,
) -> Option<bool> {
    let apart = |operand: &Operand<'_>| match operand {
        Operand::Array(array) => overlap(array, to) == Overlap::Disjoint,
        Operand::Number(_) => true,
    };
    if !operands.iter().all(apart) {
        return None;
    }
    // SAFETY: as the caller promises.
    unsafe { into_rows(ufunc, operands, MOST_WORK, to).map(|()| false) }
}
