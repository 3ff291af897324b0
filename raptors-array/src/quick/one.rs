//! Few elements and one number, and results in the place of an input.

use super::{
    apart,
    by_row::{MOST_WORK, into_rows},
    copy, is_dense, is_little,
    room::{Room, dense},
    same_shape,
};
use crate::{Array, Number, map::Operand, promote::Arg, resolve, scratch::Scratch, target::Target};
use raptors_kernels::{DType, In, Kind, Out, Scalar, Ufunc};

/// `ufunc` of one Python float; nothing where there is no loop for float64, or no memory.
#[inline]
pub fn of_float(ufunc: Ufunc, value: f64) -> Option<Array> {
    let bound = resolve::alike(ufunc, DType::F64, 1)?;
    let mut result = Scalar::zero(bound.outputs()[0]);
    bound.run(&[Scalar::new(value).as_in()], &mut [result.as_out()]);
    Array::from_scalar(&result).ok()
}

/// `number` as an element of `dtype`, if `ufunc` takes an array of that dtype as it is beside it.
#[inline]
pub(super) fn weak(ufunc: Ufunc, number: Number, dtype: DType) -> Option<Scalar> {
    let (number, arg) = number.seen_by(ufunc, dtype == DType::Bool)?;
    // What programs have most.
    match (number, dtype) {
        (Number::Float(value), DType::F64) => return Some(Scalar::new(value)),
        (Number::Int(value), DType::I64) => return i64::try_from(value).ok().map(Scalar::new),
        (Number::Int(value), DType::F64) if i32::try_from(value).is_ok() => {
            return Some(Scalar::new(f64::from(value as i32)));
        }
        _ => {}
    }
    let keeps = match arg {
        Arg::Int => dtype.kind() != Kind::Bool,
        Arg::Float => matches!(dtype.kind(), Kind::Float | Kind::Complex),
        Arg::Complex => dtype.kind() == Kind::Complex,
        Arg::Array(seen) => seen == dtype,
    };
    keeps.then(|| number.to_scalar(dtype).ok())?
}

/// `ufunc` of `array` and `number`, which is the first input if `first`, in `room`; nothing as for
/// [`super::call`].
#[inline(always)]
pub fn with_number<'r>(
    ufunc: Ufunc,
    array: &Array,
    number: Number,
    first: bool,
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let (dtype, n) = (array.dtype(), array.size());
    if !is_little(ufunc, n, dtype) {
        return None;
    }
    let bound = resolve::alike(ufunc, dtype, 2)?;
    if !bound.repeats() || !is_dense(array) {
        return None;
    }
    let value = weak(ufunc, number, dtype)?;
    let given = bound.outputs()[0];
    let result = dense(room, array.shape(), n, given)?;
    // SAFETY: the array is dense and aligned, of `n` elements of this dtype.
    let run = unsafe { In::from_raw(array.as_ptr(), n, dtype) };
    let one = value.as_in();
    let runs = if first { [one, run] } else { [run, one] };
    // SAFETY: the result is new and has room for `n` elements.
    let out = unsafe { Out::from_raw(result.as_mut_ptr(), n, given) };
    bound.run(&runs, &mut [out]);
    Some(result)
}

/// As [`with_number`] for an array without axes, as the only element of `to`: whether that was done, as
/// for [`super::element`].
#[inline(always)]
pub fn element_with_number(
    ufunc: Ufunc,
    array: &Array,
    number: Number,
    first: bool,
    to: &mut Array,
) -> bool {
    let dtype = array.dtype();
    if array.ndim() != 0 || !is_dense(array) {
        return false;
    }
    let (Some(bound), Some(value)) = (resolve::alike(ufunc, dtype, 2), weak(ufunc, number, dtype))
    else {
        return false;
    };
    let given = bound.outputs()[0];
    let Some(place) = to.renewed(given) else {
        return false;
    };
    // SAFETY: the array has one aligned element of this dtype.
    let run = unsafe { In::from_raw(array.as_ptr(), 1, dtype) };
    let one = value.as_in();
    let runs = if first { [one, run] } else { [run, one] };
    // SAFETY: the memory has room for one element of any dtype, and is no input's.
    let out = unsafe { Out::from_raw(place, 1, given) };
    bound.run(&runs, &mut [out]);
    true
}

/// As [`of_float`], as the only element of `to`: whether that was done, as for [`super::element`].
#[inline]
pub fn element_of_float(ufunc: Ufunc, value: f64, to: &mut Array) -> bool {
    let Some(bound) = resolve::alike(ufunc, DType::F64, 1) else {
        return false;
    };
    let given = bound.outputs()[0];
    let Some(place) = to.renewed(given) else {
        return false;
    };
    // SAFETY: the memory has room for one element of any dtype.
    let out = unsafe { Out::from_raw(place, 1, given) };
    bound.run(&[Scalar::new(value).as_in()], &mut [out]);
    true
}

/// Bytes of results that go through the stack.
const STAGE_BYTES: usize = 8 << 10;

/// `ufunc` of the elements of `to` and `other`, in their place. Nothing, and nothing is written, where
/// [`super::call`], [`with_number`] and [`super::staged`] would give nothing. Where the loop cannot write over
/// its input, or `other` lies in the same memory, the results of few elements go through the stack, and where
/// `to` has gaps, through a new array.
///
/// # Safety
///
/// `to` may be written, and no Rust reference into its memory exists.
#[inline]
pub unsafe fn in_place(ufunc: Ufunc, to: &Array, other: &Operand<'_>) -> Option<()> {
    let both = [Operand::Array(to), *other];
    // SAFETY: as the caller promises.
    unsafe {
        over(ufunc, to, other)
            .or_else(|| into_rows(ufunc, &both, MOST_WORK, to))
            .or_else(|| {
                // What converts an operand may raise something that is not the loop's.
                let alike = !matches!(other, Operand::Array(array) if array.dtype() != to.dtype());
                let result = alike.then(|| apart(ufunc, both, to))??;
                copy(to, &result).then_some(())
            })
    }
}

/// As [`over`], of a target.
#[inline]
pub(crate) fn onto(ufunc: Ufunc, to: &Target<'_>, other: &Operand<'_>) -> Option<()> {
    // SAFETY: a target's array may be written, and no Rust reference into its memory exists.
    unsafe { over(ufunc, to.array(), other) }
}

/// [`in_place`] where both operands are dense and alike, and the results are of their dtype.
///
/// # Safety
///
/// As [`in_place`].
#[inline]
pub unsafe fn over(ufunc: Ufunc, to: &Array, other: &Operand<'_>) -> Option<()> {
    let (dtype, n) = (to.dtype(), to.size());
    if !is_little(ufunc, n, dtype) {
        return None;
    }
    let bound = resolve::alike(ufunc, dtype, 2)?;
    if bound.outputs()[0] != dtype || !is_dense(to) {
        return None;
    }
    let mut direct = bound.in_place();
    let value;
    let run = match *other {
        Operand::Array(array) => {
            let single = array.ndim() == 0 && bound.repeats();
            if array.dtype() != dtype || !(single || same_shape(array, to)) || !is_dense(array) {
                return None;
            }
            let (a, b) = (array.as_ptr().addr(), to.as_ptr().addr());
            direct &= a.abs_diff(b) >= n * dtype.size();
            // SAFETY: the array is dense and aligned, of `n` elements of this dtype or one.
            unsafe { In::from_raw(array.as_ptr(), if single { 1 } else { n }, dtype) }
        }
        Operand::Number(number) => {
            if !bound.repeats() {
                return None;
            }
            value = weak(ufunc, number, dtype)?;
            value.as_in()
        }
    };
    if !direct {
        if n * dtype.size() > STAGE_BYTES {
            return None;
        }
        let mut stage = Scratch::<STAGE_BYTES>::new();
        let result = stage.ptr();
        // SAFETY: the array and the stage have `n` aligned elements in one piece; when the loop is done with
        // its inputs, the array may be written.
        unsafe {
            let own = In::from_raw(to.as_ptr(), n, dtype);
            bound.run(&[own, run], &mut [Out::from_raw(result, n, dtype)]);
            to.as_mut_ptr()
                .copy_from_nonoverlapping(result, n * dtype.size());
        }
        return Some(());
    }
    // SAFETY: no elements of an aligned array: the loop takes that for its output.
    let place = unsafe { In::from_raw(to.as_ptr(), 0, dtype) };
    // SAFETY: the target may be written, is dense and aligned, and no input lies in it.
    let out = unsafe { Out::from_raw(to.as_mut_ptr(), n, dtype) };
    bound.run(&[place, run], &mut [out]);
    Some(())
}
