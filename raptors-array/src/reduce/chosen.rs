//! Which elements a reduction counts, and the zeros that it starts from.

use super::fit::{Part, fit};
use super::{ReduceOptions, Reduction, reduce, shape::Axes};
use crate::{
    Array, Casting, DType, Kind, Number, Result, Scalar, Ufunc, index, map, map::Operand,
    promote::cast_scalar, target::Target,
};
use raptors_kernels::{
    dtype::Complex64,
    fold::{self, Fold},
};
use smallvec::SmallVec;

/// Checks that `where_` broadcasts to the shape of `array`.
pub(super) fn fits_where(array: &Array, where_: &Array) -> Result<()> {
    fit(
        array.ndim(),
        &[
            Part::read(array.shape(), false),
            Part::read(where_.shape(), true),
        ],
    )
}

/// `array` as `dtype`, with `neutral` where `where_` is false.
pub(super) fn keep_where(
    array: &Array,
    where_: &Array,
    dtype: DType,
    neutral: &Scalar,
) -> Result<Array> {
    fits_where(array, where_)?;
    let neutral = Array::from_scalar(&cast_scalar(neutral, dtype))?;
    index::select(where_, &array.into(), &(&neutral).into(), dtype)
}

/// Whether the real and the imaginary part of the value that a sum starts from are negative zeros.
pub(super) fn below_zero(initial: &Scalar) -> [bool; 2] {
    if !matches!(initial.dtype().kind(), Kind::Float | Kind::Complex) {
        return [false; 2];
    }
    let Complex64 { re, im } = cast_scalar(initial, DType::C128).get();
    [re, im].map(|part| part.to_bits() == (-0.0f64).to_bits())
}

/// The zero that changes no sum from there, of which the parts that `below` names are negative.
pub(super) fn zero(below: [bool; 2]) -> Scalar {
    let [re, im] = below.map(|below| if below { -0.0 } else { 0.0 });
    Scalar::new(Complex64::new(re, im))
}

/// Gives the parts of sums that are from negative zeros on, which `below` tells, their sign where nothing but
/// negative zeros was added.
pub(super) fn keep_signs_of_zero(
    source: &Array,
    mask: &[bool],
    keepdims: bool,
    result: &Array,
    below: [bool; 2],
) -> Result<()> {
    for (imaginary, below) in [false, true].into_iter().zip(below) {
        // A real number has the positive zero for its imaginary part.
        let from = source
            .part(imaginary)
            .or_else(|| (!imaginary).then(|| source.clone()));
        let to = result
            .part(imaginary)
            .or_else(|| (!imaginary).then(|| result.clone()));
        if let (true, Some(from), Some(to)) = (below, from, to) {
            keep_sign_of_zero(&from, mask, keepdims, &to)?;
        }
    }
    Ok(())
}

/// As [`keep_signs_of_zero`], for real numbers.
pub(super) fn keep_sign_of_zero(
    source: &Array,
    mask: &[bool],
    keepdims: bool,
    result: &Array,
) -> Result<()> {
    if source.dtype().kind() != Kind::Float || result.dtype().kind() != Kind::Float {
        return Ok(());
    }
    let gone: SmallVec<[isize; 4]> = (0..mask.len())
        .filter(|&axis| mask[axis])
        .map(|axis| axis as isize)
        .collect();
    let options = ReduceOptions {
        axes: Axes::List(&gone),
        keepdims,
        ..ReduceOptions::default()
    };
    // Only zeros sum up to zero where no element is positive.
    let signs = map::unary(Ufunc::signbit, source)?;
    let below = reduce(Reduction::Fold(Fold::all), &signs, options)?;
    let zero = Array::from_scalar(&Scalar::zero(result.dtype()))?;
    let zeros = map::binary(Ufunc::equal, result, &zero)?;
    let signed = map::binary(Ufunc::logical_and, &zeros, &below)?;
    let zero = Operand::Number(Number::Float(-0.0));
    index::assign_where(&Target::fresh(result), &zero, &signed, Casting::Unsafe)
}

/// Joins `value` to the only result, which is the short way: whether there is only one.
pub(super) fn join_one(fold: Fold, result: &Array, value: &Scalar) -> bool {
    let mut target = Target::fresh(result);
    let (1, Some(mut out)) = (result.size(), target.run(0, 1)) else {
        return false;
    };
    let mut first = Scalar::zero(result.dtype());
    first.as_out().bytes().copy_from_slice(out.bytes());
    let joined = fold::combine(fold, &first, value);
    out.bytes().copy_from_slice(joined.as_in().bytes());
    true
}
