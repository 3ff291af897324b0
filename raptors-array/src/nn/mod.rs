//! Functions of whole vectors that neural networks and statistics use, along one axis.

mod soft;

use self::soft::of_lines;
use crate::{
    Array, Casting, DType, Kind, Number, Result, Scalar, Ufunc, assign, index, map, matmul,
    operand::MapOptions,
    reduce::{Axes, ReduceOptions, Reduction, reduce},
    target::Target,
};
use raptors_kernels::fold::{Fold, soft::Soft};

/// `exp(x) / sum(exp(x))` along `axis`, computed from `x - max(x)`, so that nothing overflows.
///
/// The result has the shape of `x`; integers give float64.
///
/// # Errors
///
/// If the axis is out of bounds or has no elements, or memory runs out.
pub fn softmax(x: &Array, axis: isize) -> Result<Array> {
    let x = as_float(x)?;
    if let Some(result) = of_lines(Soft::Shares, &x, axis)? {
        return Ok(result);
    }
    let powers = shifted(&x, axis)?;
    in_place(Ufunc::exp, &powers, None)?;
    let sums = along(Fold::sum, &powers, axis)?;
    in_place(Ufunc::divide, &powers, Some(&sums))?;
    Ok(powers)
}

/// `x - log(sum(exp(x)))` along `axis`, computed from `x - max(x)`.
///
/// The result has the shape of `x`; integers give float64.
///
/// # Errors
///
/// As [`softmax`].
pub fn log_softmax(x: &Array, axis: isize) -> Result<Array> {
    let x = as_float(x)?;
    if let Some(result) = of_lines(Soft::LogShares, &x, axis)? {
        return Ok(result);
    }
    let shifted = shifted(&x, axis)?;
    let sums = along(Fold::sum, &map::unary(Ufunc::exp, &shifted)?, axis)?;
    in_place(Ufunc::log, &sums, None)?;
    in_place(Ufunc::subtract, &shifted, Some(&sums))?;
    Ok(shifted)
}

/// `log(sum(exp(x)))` over `axis`, computed from `x - max(x)`; infinite where the greatest element is.
///
/// # Errors
///
/// As [`softmax`].
pub fn logsumexp(x: &Array, axis: isize, keepdims: bool) -> Result<Array> {
    let x = as_float(x)?;
    let sums = if let Some(sums) = of_lines(Soft::LogSum, &x, axis)? {
        sums
    } else {
        // The difference of an infinite number from itself is no number.
        let most = along(Fold::max, &x, axis)?;
        let (finite, zero) = (
            map::unary(Ufunc::isfinite, &most)?,
            Array::from_scalar(&Scalar::zero(most.dtype()))?,
        );
        let most = index::select(&finite, &(&most).into(), &(&zero).into(), most.dtype())?;
        let powers = map::binary(Ufunc::subtract, &x, &most)?;
        in_place(Ufunc::exp, &powers, None)?;
        let sums = along(Fold::sum, &powers, axis)?;
        in_place(Ufunc::log, &sums, None)?;
        in_place(Ufunc::add, &sums, Some(&most))?;
        sums
    };
    if keepdims {
        Ok(sums)
    } else {
        sums.squeeze(Some(&[axis as i64]))
    }
}

/// `(x - mean) / sqrt(variance + epsilon)` along `axis`.
///
/// # Errors
///
/// If the axis is out of bounds, or memory runs out.
pub fn standardize(x: &Array, axis: isize, epsilon: f64) -> Result<Array> {
    let x = as_float(x)?;
    let options = || ReduceOptions {
        axes: Axes::List(core::slice::from_ref(&axis)),
        keepdims: true,
        ..ReduceOptions::default()
    };
    let mean = reduce(Reduction::Mean, &x, options())?;
    let spread = reduce(Reduction::Var { ddof: 0.0 }, &x, options())?;
    let epsilon = Array::from_scalar(&Number::Float(epsilon).to_scalar(spread.dtype())?)?;
    in_place(Ufunc::add, &spread, Some(&epsilon))?;
    in_place(Ufunc::sqrt, &spread, None)?;
    let result = map::binary(Ufunc::subtract, &x, &mean)?;
    in_place(Ufunc::divide, &result, Some(&spread))?;
    Ok(result)
}

/// The sum of the absolute values of all elements.
///
/// # Errors
///
/// If memory runs out.
pub fn norm_l1(x: &Array) -> Result<Array> {
    reduce(
        Reduction::Fold(Fold::sum_abs),
        &as_float(x)?,
        ReduceOptions::default(),
    )
}

/// The square root of the sum of the squared absolute values of all elements.
///
/// # Errors
///
/// If memory runs out.
pub fn norm_l2(x: &Array) -> Result<Array> {
    matmul::root_of_squares(x)
}

/// The largest absolute value of all elements.
///
/// # Errors
///
/// If there are no elements, or memory runs out.
pub fn norm_linf(x: &Array) -> Result<Array> {
    reduce(
        Reduction::Fold(Fold::max_abs),
        &as_float(x)?,
        ReduceOptions::default(),
    )
}

/// `x` itself if it is of floating-point numbers, else in float64.
fn as_float(x: &Array) -> Result<Array> {
    match x.dtype().kind() {
        Kind::Float | Kind::Complex => Ok(x.clone()),
        Kind::Bool | Kind::Unsigned | Kind::Signed => assign::astype(x, DType::F64, None),
    }
}

/// `x - max(x)` along an axis, in new memory.
fn shifted(x: &Array, axis: isize) -> Result<Array> {
    let most = along(Fold::max, x, axis)?;
    map::binary(Ufunc::subtract, x, &most)
}

/// A fold along one axis, which stays with length one.
fn along(fold: Fold, x: &Array, axis: isize) -> Result<Array> {
    let axes = Axes::List(core::slice::from_ref(&axis));
    let options = ReduceOptions {
        axes,
        keepdims: true,
        ..ReduceOptions::default()
    };
    reduce(Reduction::Fold(fold), x, options)
}

/// `x = ufunc(x)` or `x = ufunc(x, y)`, for an array that nobody else sees.
fn in_place(ufunc: Ufunc, x: &Array, y: Option<&Array>) -> Result<()> {
    let mut inputs: smallvec::SmallVec<[map::Operand<'_>; 2]> = smallvec::smallvec![x.into()];
    inputs.extend(y.map(map::Operand::from));
    let options = MapOptions {
        casting: Casting::SameKind,
        ..MapOptions::default()
    };
    map::map(ufunc, &inputs, &mut [Some(Target::fresh(x))], &options).map(drop)
}
