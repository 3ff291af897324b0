//! Reductions of the segments of an axis: `ufunc.reduceat`.

use super::{
    ReduceOptions, Reduction, chosen, reduce, reduce_all,
    sequence::{converted, joined, reduce_dtype, set},
    shape::{Axes, slice_at},
    tile::BLOCK_ROWS,
};
use crate::{
    Array, DType, Dims, Error, Kind, Order, Result, Scalar, Strides, Ufunc, assign, dense::dense,
    index, layout, map, target::Target,
};
use raptors_kernels::{
    Bool, Level,
    dtype::{Complex32, Complex64, f16},
    fold::{self, Fold},
};
use smallvec::SmallVec;

/// Elements of a segment, with those beside it, that turning the axis to be the last one costs less
/// for than a reduction of its own.
const BRIEF: usize = 2048;

/// Reduces the segments of an axis that begin at `starts` and end where the next one begins, or at
/// the end of the axis; one that would end before it begins is one element.
///
/// # Errors
///
/// If the axis or a start is out of bounds, there is no loop for the dtype, or memory runs out.
pub fn reduceat(
    ufunc: Ufunc,
    array: &Array,
    starts: &[i64],
    axis: isize,
    dtype: Option<DType>,
) -> Result<Array> {
    let axis = check_starts(ufunc, array, starts, axis)?;
    let fed = joined(ufunc, array.dtype(), dtype);
    let mut shape = Dims::from_slice(array.shape());
    shape[axis] = starts.len();
    let given = reduce_dtype(ufunc, fed)?;
    let result = folded(ufunc, array, (fed, given), starts, axis, shape)?;
    if Fold::of(ufunc) == Some(Fold::sum) {
        keep_signs(array, starts, axis, &result)?;
    }
    laid_out(array, axis, result)
}

/// The axis that `axis` means in `array`, if `starts` are indices along it.
///
/// # Errors
///
/// If the axis or a start is out of bounds.
pub fn check_starts(ufunc: Ufunc, array: &Array, starts: &[i64], axis: isize) -> Result<usize> {
    if array.ndim() == 0 && matches!(axis, 0 | -1) {
        return Err(Error::ReduceatScalar);
    }
    let axis = layout::axis(axis as i64, array.ndim(), None)?;
    let len = array.shape()[axis];
    if let Some(&index) = starts.iter().find(|&&i| i < 0 || i >= len as i64) {
        let ufunc = ufunc.name();
        return Err(Error::Start { ufunc, index, len });
    }
    Ok(axis)
}

/// `result`, which is in C order, with its axes in memory as the loops of NumPy's iterator would nest them: as
/// those of `array`, but that the place of `axis`, which no step of the elements tells of, stays where it is.
fn laid_out(array: &Array, axis: usize, result: Array) -> Result<Array> {
    let step = |i: usize| match array.shape()[i] {
        n if n > 1 && i != axis => array.strides()[i].unsigned_abs(),
        _ => 0,
    };
    // From the last axis on, each goes inside those of longer steps, as far as steps tell.
    let mut inside: SmallVec<[usize; 4]> = SmallVec::new();
    for i in (0..array.ndim()).rev() {
        let mut place = inside.len();
        for j in (0..inside.len()).rev() {
            let (other, own) = (step(inside[j]), step(i));
            if other == 0 || own == 0 {
                continue;
            }
            if other <= own {
                break;
            }
            place = j;
        }
        inside.insert(place, i);
    }
    let axes: SmallVec<[i64; 4]> = inside.iter().rev().map(|&i| i as i64).collect();
    if axes.is_sorted() {
        return Ok(result);
    }
    let mut back: SmallVec<[i64; 4]> = (0..axes.len() as i64).collect();
    back.sort_by_key(|&i| axes[i as usize]);
    assign::copy(&result.transpose(&axes)?, Some(Order::C))?.transpose(&back)
}

/// What [`reduceat`] gives, computed from elements of the dtype `fed` to those of `given`, in `shape`; sums may
/// have lost the sign of zero.
fn folded(
    ufunc: Ufunc,
    array: &Array,
    (fed, given): (DType, DType),
    starts: &[i64],
    axis: usize,
    mut shape: Dims,
) -> Result<Array> {
    let len = array.shape()[axis];
    let result = Array::empty(&shape, given, Order::C)?;
    if let Some(fold) = Fold::of(ufunc)
        && fold.accumulator(fed) == Some(given)
    {
        let last = array.ndim() - 1;
        let regular = axis == last || any_order(fold, given) || brief(starts, len);
        if regular && blocks(fold, array, axis, fed, starts, &result)? {
            return Ok(result);
        }
        if axis < last && array.size() <= BRIEF.saturating_mul(starts.len()) {
            shape.swap(axis, last);
            let (turned, axis) = (Array::empty(&shape, given, Order::C)?, axis as i64);
            if blocks(fold, &array.swapaxes(axis, -1)?, last, fed, starts, &turned)? {
                return assign::copy(&turned.swapaxes(axis, -1)?, Some(Order::C));
            }
        }
    }
    for (i, &start) in starts.iter().enumerate() {
        let next = starts.get(i + 1).map_or(len, |&next| next as usize);
        let start = start as usize;
        let slot = slice_at(&result, axis, i);
        if next <= start + 1 {
            // One element is no combination: it is not joined with the identity either.
            let one = converted(&slice_at(array, axis, start), fed)?;
            set(&slot, &(&one).into())?;
            continue;
        }
        let segment = between(array, axis, start, next);
        let axes = [axis as isize];
        let options = ReduceOptions {
            axes: Axes::List(&axes),
            dtype: Some(fed).filter(|&fed| fed != array.dtype()),
            ..ReduceOptions::default()
        };
        let reduced = reduce(Reduction::Ufunc(ufunc), &segment, options)?;
        set(&slot, &(&reduced).into())?;
    }
    Ok(result)
}

/// Whether what is folded to `given` does not depend on the order.
fn any_order(fold: Fold, given: DType) -> bool {
    let rounds = matches!(given.kind(), Kind::Float | Kind::Complex);
    !(rounds && matches!(fold, Fold::sum | Fold::prod))
}

/// Whether no segment is longer than what is added up row after row.
fn brief(starts: &[i64], len: usize) -> bool {
    let ends = starts.iter().skip(1).copied().chain([len as i64]);
    let longest = starts.iter().zip(ends).map(|(start, end)| end - start);
    longest
        .max()
        .is_none_or(|longest| longest <= BLOCK_ROWS as i64)
}

/// Folds the segments of an array along an axis as it lies in C order: whether it did.
fn blocks(
    fold: Fold,
    array: &Array,
    axis: usize,
    fed: DType,
    starts: &[i64],
    result: &Array,
) -> Result<bool> {
    let direct = fold.accumulator(array.dtype()) == Some(result.dtype());
    let fed = if direct { array.dtype() } else { fed };
    if fold.input(fed) != Some(fed) || result.size() == 0 {
        return Ok(false);
    }
    let width = array.shape()[axis + 1..].iter().product::<usize>();
    let block = array.shape()[axis] * width;
    let array = dense(array, fed)?;
    let Some(whole) = array.run(0, array.size()) else {
        return Ok(false);
    };
    let mut target = Target::fresh(result);
    let Some(mut out) = target.run(0, result.size()) else {
        return Ok(false);
    };
    let rows = starts.len() * width;
    for i in 0..array.size() / block {
        let (from, to) = (whole.range(i * block, block), out.range(i * rows, rows));
        fold::fold_segments(fold, Level::get(), from, width, starts, to);
    }
    Ok(true)
}

/// Gives the sums of nothing but negative zeros their sign: a segment starts from its first element, where
/// other sums start from zero.
fn keep_signs(array: &Array, starts: &[i64], axis: usize, result: &Array) -> Result<()> {
    if !may_be_zero(result) {
        return Ok(());
    }
    if let (Some(array), Some(result)) = (array.part(false), result.part(false)) {
        keep_signs(&array, starts, axis, &result)?;
    }
    if let (Some(array), Some(result)) = (array.part(true), result.part(true)) {
        return keep_signs(&array, starts, axis, &result);
    }
    let floats = [array, result].map(|array| array.dtype().kind() == Kind::Float);
    if floats != [true, true] || keep_signs_of_rows(array, starts, axis, result) {
        return Ok(());
    }
    let zero = Array::from_scalar(&Scalar::zero(result.dtype()))?;
    let zeros = map::binary(Ufunc::equal, result, &zero)?;
    let first = index::take(array, &Array::from_slice(starts)?, axis as i64)?;
    let mask = map::binary(
        Ufunc::logical_and,
        &zeros,
        &map::unary(Ufunc::signbit, &first)?,
    )?;
    if !is_any(&mask)? {
        return Ok(());
    }
    let len = array.shape()[axis];
    let gone: SmallVec<[bool; 4]> = (0..array.ndim()).map(|k| k == axis).collect();
    for (i, &start) in starts.iter().enumerate() {
        let mask = slice_at(&mask, axis, i);
        if !is_any(&mask)? {
            continue;
        }
        let next = starts.get(i + 1).map_or(len, |&next| next as usize);
        let start = start as usize;
        let segment = between(array, axis, start, next.max(start + 1));
        chosen::keep_sign_of_zero(&segment, &gone, false, &slice_at(result, axis, i))?;
    }
    Ok(())
}

/// As [`keep_signs`], element by element, for segments of runs that are added up in their own type: whether that
/// was done.
fn keep_signs_of_rows(array: &Array, starts: &[i64], axis: usize, result: &Array) -> bool {
    let same = array.dtype() == result.dtype() && axis + 1 == array.ndim();
    let (len, mut target) = (array.shape()[axis], Target::fresh(result));
    let runs = (
        array.run(0, array.size()),
        target.run(0, result.size()),
        array.is_c_contiguous() && same,
    );
    let (Some(from), Some(to), true) = runs else {
        return false;
    };
    macro_rules! rows {
        ($bits:ident $word:ty) => {{
            const SIGN: $word = 1 << (<$word>::BITS - 1);
            let (from, mut to) = (from.view(DType::$bits), to.view(DType::$bits));
            let rows = from.of::<$word>().chunks_exact(len);
            for (row, sums) in rows.zip(to.of::<$word>().chunks_exact_mut(starts.len())) {
                for (j, sum) in sums.iter_mut().enumerate().filter(|(_, sum)| **sum == 0) {
                    let start = starts[j] as usize;
                    let end = starts.get(j + 1).map_or(len, |&next| next as usize);
                    if row[start..end.max(start + 1)].iter().all(|&x| x == SIGN) {
                        *sum = SIGN;
                    }
                }
            }
        }};
    }
    match array.dtype() {
        DType::F16 => rows!(U16 u16),
        DType::F32 => rows!(U32 u32),
        _ => rows!(U64 u64),
    }
    true
}

/// Whether a zero, or a number with a part that is one, is among the elements, of floats; yes as well where they do not
/// lie in a row.
fn may_be_zero(array: &Array) -> bool {
    let Some(run) = array.run(0, array.size()) else {
        return true;
    };
    match array.dtype() {
        DType::F16 => run.of::<f16>().contains(&f16::ZERO),
        DType::F32 => run.of::<f32>().contains(&0.0),
        DType::F64 => run.of::<f64>().contains(&0.0),
        DType::C64 => run
            .of::<Complex32>()
            .iter()
            .any(|z| z.re == 0.0 || z.im == 0.0),
        DType::C128 => run
            .of::<Complex64>()
            .iter()
            .any(|z| z.re == 0.0 || z.im == 0.0),
        _ => false,
    }
}

fn is_any(mask: &Array) -> Result<bool> {
    let any = reduce_all(Fold::any, mask)?;
    Ok(any.item()?.get::<Bool>().get())
}

/// The elements from `start` to `end` of an axis, which has them.
pub(crate) fn between(array: &Array, axis: usize, start: usize, end: usize) -> Array {
    let mut shape = Dims::from_slice(array.shape());
    shape[axis] = end - start;
    let strides = Strides::from_slice(array.strides());
    // SAFETY: some of the elements of this array, along an axis that has them.
    unsafe { array.view(strides[axis] * start as isize, shape, strides) }
}
