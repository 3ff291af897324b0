//! Mean, variance and standard deviation: two passes over the elements, no temporaries.

use super::{
    Axes, ReduceOptions, Reduction, alone, few, folded, halves, run, shape::result_shape,
    tile::Step, whole,
};
use crate::{
    Array, Casting, DType, Kind, Number, Order, Result, Scalar, Ufunc, assign, layout, map,
    operand::{MapOptions, Operand},
    promote::{cast_scalar, weak_float},
    target::Target,
};
use raptors_kernels::{
    In, Level,
    fold::{self, Fold},
};

/// Cost of the squared distance of one element from the mean, in additions.
pub(super) const COST: u32 = 3;

/// The dtype that means of `dtype` are computed in: float64 for integers, float32 for float16.
pub(super) fn computed_in(dtype: DType) -> DType {
    match dtype.kind() {
        Kind::Bool | Kind::Unsigned | Kind::Signed => DType::F64,
        Kind::Float | Kind::Complex if dtype == DType::F16 => DType::F32,
        Kind::Float | Kind::Complex => dtype,
    }
}

/// The dtype that means of `dtype` come in.
fn given_in(dtype: DType) -> DType {
    if dtype == DType::F16 {
        DType::F16
    } else {
        computed_in(dtype)
    }
}

/// The dtype in which a sum in `dtype` is divided by `n`. NumPy divides by an integer of 64 bits, in double precision,
/// and rounds the quotient: for real numbers the same as dividing in `dtype`, if that holds the divisor.
pub(super) fn divided_in(dtype: DType, n: f64) -> DType {
    match dtype {
        DType::C64 => DType::C128,
        DType::F16 => DType::F64,
        DType::F32 if f64::from(n as f32) != n => DType::F64,
        _ => dtype,
    }
}

/// The mean over the axes that go.
pub(super) fn mean(array: &Array, options: &ReduceOptions<'_>) -> Result<Array> {
    let asked = options.dtype.unwrap_or(array.dtype());
    if asked == DType::F16 && array.dtype() != DType::F16 {
        return mean(&assign::astype(array, DType::F16, None)?, options);
    }
    if let Some(mean) = plain(Reduction::Mean, array, options) {
        return Array::from_scalar(&mean);
    }
    let (mut sums, count) = sums(array, computed_in(asked), options)?;
    if options.dtype == Some(DType::F16) {
        sums = finish(sums, DType::F16)?;
    } else if asked == DType::F16 && sums.ndim() == 0 {
        // A single mean is rounded once.
        sums = finish(sums, DType::F64)?;
    }
    count.divide(&sums, 0.0)?;
    finish(sums, given_in(asked))
}

/// The variance over the axes that go.
pub(super) fn var(array: &Array, ddof: f64, options: &ReduceOptions<'_>) -> Result<Array> {
    let asked = options.dtype.unwrap_or(array.dtype());
    if let Some(variance) = plain(Reduction::Var { ddof }, array, options) {
        return Array::from_scalar(&variance);
    }
    finish(variance(array, ddof, options)?, given_in(asked).real())
}

/// The standard deviation over the axes that go.
pub(super) fn std(array: &Array, ddof: f64, options: &ReduceOptions<'_>) -> Result<Array> {
    let asked = options.dtype.unwrap_or(array.dtype());
    if let Some(deviation) = plain(Reduction::Std { ddof }, array, options) {
        return Array::from_scalar(&deviation);
    }
    let variance = variance(array, ddof, options)?;
    in_place(Ufunc::sqrt, &variance, None)?;
    finish(variance, given_in(asked).real())
}

/// The moment `what` of few elements, or of elements in one piece, where all of an array is reduced and nothing
/// else is asked for.
fn plain(what: Reduction, array: &Array, options: &ReduceOptions<'_>) -> Option<Scalar> {
    let all = matches!(options.axes, Axes::All) && !options.keepdims;
    if !all || options.where_.is_some() || options.dtype.is_some() {
        return None;
    }
    whole(what, array).or_else(|| alone(what, array))
}

/// Whether the sum of `n` elements of `dtype` is an integer of 64 bits, whose conversion to float64
/// is the only rounding.
pub(super) fn sums_exactly(dtype: DType, n: usize) -> bool {
    let integer = matches!(dtype.kind(), Kind::Bool | Kind::Unsigned | Kind::Signed);
    integer && dtype.size() <= 4 && i32::try_from(n).is_ok()
}

/// The mean of all elements of an array that is short or lies in one piece, or with `ddof` the variance of those
/// in one piece: most calls are of this kind, and need no accumulators. Nothing where the case is another.
///
/// Nothing either where there are too few elements, which must be warned of.
pub(super) fn short(array: &Array, ddof: Option<f64>, level: Level) -> Option<Scalar> {
    let (dtype, n) = (array.dtype(), array.size());
    if n as f64 <= ddof.unwrap_or(0.0) {
        return None;
    }
    if dtype == DType::F16 && ddof.is_none() {
        // A single mean is rounded once.
        return halves::widened(array.run(0, n)?, |wide| {
            let mean = quotient(&fold::fold(Fold::sum, level, wide)?, n as f64, DType::F64)?;
            Some(cast_scalar(&mean, DType::F16))
        });
    }
    let exact = sums_exactly(dtype, n);
    if computed_in(dtype) != dtype && (ddof.is_some() || !exact) {
        return None;
    }
    let run = array.run(0, n);
    let mut sum = match run {
        Some(run) => fold::fold(Fold::sum, level, run)?,
        // Means of what lies apart are added from where it lies; distances from them are not.
        None if ddof.is_none() => few(Fold::sum, array)?,
        None => return None,
    };
    if exact {
        sum = cast_scalar(&sum, DType::F64);
    }
    short_of(sum, n, run, ddof, level)
}

/// The square root of a variance.
pub(super) fn root(variance: &Scalar) -> Option<Scalar> {
    let sqrt = Ufunc::sqrt.bind(Level::get(), variance.dtype())?;
    let mut root = Scalar::zero(variance.dtype());
    sqrt.run(&[variance.as_in()], &mut [root.as_out()]);
    Some(root)
}

/// The mean of `n` elements of this sum, or with `ddof` the variance of those of `run`.
fn short_of(
    sum: Scalar,
    n: usize,
    run: Option<In<'_>>,
    ddof: Option<f64>,
    level: Level,
) -> Option<Scalar> {
    let over = |sum: &Scalar, n: f64| {
        let quotient = quotient(sum, n, divided_in(sum.dtype(), n))?;
        Some(cast_scalar(&quotient, sum.dtype()))
    };
    let n = n as f64;
    let mean = over(&sum, n)?;
    match ddof {
        None => Some(mean),
        Some(ddof) => over(
            &fold::sum_squared_deviations(level, run?, &mean),
            (n - ddof).max(0.0),
        ),
    }
}

/// `sum / n`, divided in `dtype`.
fn quotient(sum: &Scalar, n: f64, dtype: DType) -> Option<Scalar> {
    let (sum, n) = (cast_scalar(sum, dtype), weak_float(n, dtype));
    let mut result = Scalar::zero(dtype);
    let divide = Ufunc::divide.bind(Level::get(), dtype)?;
    divide.run(&[sum.as_in(), n.as_in()], &mut [result.as_out()]);
    Some(result)
}

fn finish(result: Array, dtype: DType) -> Result<Array> {
    if result.dtype() == dtype {
        Ok(result)
    } else {
        assign::astype(&result, dtype, Some(Order::C))
    }
}

/// The means in `computed`, and the number of elements behind each.
fn means(array: &Array, computed: DType, options: &ReduceOptions<'_>) -> Result<(Array, Count)> {
    let (sums, count) = sums(array, computed, options)?;
    count.divide(&sums, 0.0)?;
    Ok((sums, count))
}

/// The sums in `computed`, and the number of elements behind each.
fn sums(array: &Array, computed: DType, options: &ReduceOptions<'_>) -> Result<(Array, Count)> {
    let exact = computed == DType::F64 && sums_exactly(array.dtype(), array.size());
    let sums = ReduceOptions {
        axes: options.axes,
        keepdims: options.keepdims,
        dtype: Some(computed).filter(|_| !exact),
        where_: options.where_,
        ..ReduceOptions::default()
    };
    let mut sums = folded(Fold::sum, array, &sums)?;
    if exact {
        sums = assign::astype(&sums, computed, Some(Order::C))?;
    }
    Ok((sums, Count::of(array, options)?))
}

fn variance(array: &Array, ddof: f64, options: &ReduceOptions<'_>) -> Result<Array> {
    let computed = computed_in(options.dtype.unwrap_or(array.dtype()));
    if options.where_.is_some() {
        return variance_where(array, computed, ddof, options);
    }
    let (means, count) = means(array, computed, options)?;
    let mask = options.axes.mask(array.ndim())?;
    let shape = result_shape(array.shape(), &mask, options.keepdims);
    let result = Array::zeros(&shape, computed.real(), Order::C)?;
    if array.size() > 0 {
        run(
            Step::Deviation(means.as_ptr()),
            computed,
            array,
            &mask,
            &result,
        )?;
    }
    count.divide(&result, ddof)?;
    Ok(result)
}

/// The variance of chosen elements: the distances are computed as an array.
fn variance_where(
    array: &Array,
    computed: DType,
    ddof: f64,
    options: &ReduceOptions<'_>,
) -> Result<Array> {
    let (axes, where_) = (options.axes, options.where_);
    let kept = ReduceOptions {
        axes,
        keepdims: true,
        where_,
        ..ReduceOptions::default()
    };
    let (means, _) = means(array, computed, &kept)?;
    let typed = MapOptions {
        dtype: Some(computed),
        casting: Casting::Unsafe,
        ..MapOptions::default()
    };
    let distances = map::map(
        Ufunc::subtract,
        &[array.into(), (&means).into()],
        &mut [],
        &typed,
    )?;
    let distances = map::unary(Ufunc::absolute, &distances[0])?;
    let squares = map::unary(Ufunc::square, &distances)?;
    let sums = ReduceOptions {
        axes,
        keepdims: options.keepdims,
        where_,
        ..ReduceOptions::default()
    };
    let sums = folded(Fold::sum, &squares, &sums)?;
    Count::of(array, options)?.divide(&sums, ddof)?;
    Ok(sums)
}

/// Whether a result of `options` has no more than `ddof` elements behind it: its variance, or with
/// zero its mean, is no number.
///
/// # Errors
///
/// If an axis is out of bounds or given twice, or memory runs out.
pub fn lacks_elements(array: &Array, ddof: f64, options: &ReduceOptions<'_>) -> Result<bool> {
    let lacks = |n: f64| n <= ddof;
    match Count::of(array, options)? {
        Count::Same(n) => Ok(lacks(n as f64)),
        Count::Each(counts) if counts.size() == 0 => Ok(false),
        Count::Each(counts) => {
            let least = folded(Fold::min, &counts, &ReduceOptions::default())?;
            Ok(lacks(
                assign::astype(&least, DType::F64, None)?.item()?.get(),
            ))
        }
    }
}

/// How many elements are behind each result.
enum Count {
    /// The same number behind each.
    Same(usize),
    /// Other numbers, one for each.
    Each(Array),
}

impl Count {
    fn of(array: &Array, options: &ReduceOptions<'_>) -> Result<Self> {
        if let (0, Axes::List(&[axis, ..])) = (array.ndim(), options.axes) {
            // Unlike sums, moments of an array without axes take none.
            layout::axis(axis as i64, 0, None)?;
        }
        let mask = options.axes.mask(array.ndim())?;
        let Some(where_) = options.where_ else {
            let axes = array.shape().iter().zip(&mask);
            return Ok(Self::Same(
                axes.filter(|(_, gone)| **gone)
                    .map(|(len, _)| len)
                    .product(),
            ));
        };
        let chosen = where_.broadcast_to(array.shape())?;
        let counts = ReduceOptions {
            axes: options.axes,
            keepdims: options.keepdims,
            ..ReduceOptions::default()
        };
        Ok(Self::Each(folded(Fold::count_nonzero, &chosen, &counts)?))
    }

    /// Divides `sums` by the counts less `ddof`, and by zero where that is negative.
    fn divide(&self, sums: &Array, ddof: f64) -> Result<()> {
        match self {
            Self::Same(n) => divide(sums, (*n as f64 - ddof).max(0.0)),
            Self::Each(counts) => {
                let float = assign::astype(counts, DType::F64, Some(Order::C))?;
                in_place(Ufunc::subtract, &float, Some(Number::Float(ddof).into()))?;
                in_place(Ufunc::maximum, &float, Some(Number::Float(0.0).into()))?;
                in_place(Ufunc::divide, sums, Some((&float).into()))
            }
        }
    }
}

/// Divides sums that nobody else sees by `n`.
pub(super) fn divide(sums: &Array, n: f64) -> Result<()> {
    let dtype = divided_in(sums.dtype(), n);
    if sums.ndim() == 0
        && let Some(quotient) = quotient(&sums.item()?, n, dtype)
    {
        // The short way for one value, which is most of the calls.
        sums.set(&cast_scalar(&quotient, sums.dtype()));
        return Ok(());
    }
    let options = MapOptions {
        dtype: Some(dtype).filter(|&dtype| dtype != sums.dtype()),
        casting: Casting::Unsafe,
        ..MapOptions::default()
    };
    let inputs: [Operand<'_>; 2] = [sums.into(), Number::Float(n).into()];
    let mut to = [Some(Target::fresh(sums))];
    map::map(Ufunc::divide, &inputs, &mut to, &options).map(drop)
}

/// `x = ufunc(x)` or `x = ufunc(x, y)`, for an array that nobody else sees.
fn in_place(ufunc: Ufunc, x: &Array, y: Option<Operand<'_>>) -> Result<()> {
    let mut inputs: smallvec::SmallVec<[Operand<'_>; 2]> = smallvec::smallvec![x.into()];
    inputs.extend(y);
    let options = MapOptions {
        casting: Casting::Unsafe,
        ..MapOptions::default()
    };
    map::map(ufunc, &inputs, &mut [Some(Target::fresh(x))], &options).map(drop)
}
