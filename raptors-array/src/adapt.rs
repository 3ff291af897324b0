//! Calls of ufuncs that no loop serves as they are, though NumPy has one: put together from others.

use crate::{
    Arg, Array, Casting, Error, Number, Order, Result, assign, drive, map,
    operand::{MapOptions, Operand},
    pieces::pieces,
    resolve::compare_out_of_range,
    target::Target,
    weak_int,
};
use raptors_kernels::{Bool, DType, Kind, Scalar, Ufunc, signs as loops};
use smallvec::SmallVec;

/// The results of a call that has to be put together; nothing for all others.
pub(crate) fn adapted(
    ufunc: Ufunc,
    inputs: &[Operand<'_>],
    outs: &mut [Option<Target<'_>>],
    options: &MapOptions<'_>,
) -> Result<Option<SmallVec<[Array; 2]>>> {
    let (x, y) = match *inputs {
        [Operand::Array(x), Operand::Array(y)] => (x, y),
        [x @ Operand::Number(_), Operand::Array(y)] if is_wide(ufunc, y.dtype()) => {
            let exponent = exponents(y)?;
            return map::map(ufunc, &[x, (&exponent).into()], outs, options).map(Some);
        }
        // Beside a number, an integer may have as many bits as those of the platform.
        [
            x @ Operand::Number(_),
            Operand::Number(Number::Int(exponent)),
        ] if is_wide(ufunc, DType::I64)
            && i32::try_from(exponent).is_err()
            && i64::try_from(exponent).is_ok() =>
        {
            let exponent = Number::Int(exponent.clamp(-MOST, MOST));
            return map::map(ufunc, &[x, exponent.into()], outs, options).map(Some);
        }
        [Operand::Array(x), Operand::Number(Number::Int(value))] => {
            return beyond(ufunc, (x, value, false), outs, options);
        }
        [Operand::Number(Number::Int(value)), Operand::Array(x)] => {
            return beyond(ufunc, (x, value, true), outs, options);
        }
        _ => return Ok(None),
    };
    match (x.dtype(), y.dtype()) {
        (DType::I64, DType::U64) => signs(ufunc, x, y, true, outs, options),
        (DType::U64, DType::I64) => signs(ufunc, y, x, false, outs, options),
        (_, exponent) if is_wide(ufunc, exponent) => {
            let exponent = exponents(y)?;
            map::map(ufunc, &[x.into(), (&exponent).into()], outs, options).map(Some)
        }
        _ => Ok(None),
    }
}

/// Whether `ufunc` takes exponents of `dtype` bounded: those of more bits than its loops take.
#[inline(always)]
pub(crate) fn is_wide(ufunc: Ufunc, exponent: DType) -> bool {
    ufunc == Ufunc::ldexp && matches!(exponent, DType::I64 | DType::U32)
}

/// A new result of a comparison of `x` with an integer of Python that its dtype cannot hold, which is the first
/// operand if `first`: the same everywhere. Nothing for other calls.
fn beyond(
    ufunc: Ufunc,
    (x, value, first): (&Array, i128, bool),
    outs: &[Option<Target<'_>>],
    options: &MapOptions<'_>,
) -> Result<Option<SmallVec<[Array; 2]>>> {
    let dtype = x.dtype();
    if !matches!(dtype.kind(), Kind::Signed | Kind::Unsigned)
        || weak_int(value, dtype).is_ok()
        || !is_plain(options)
        || outs.iter().any(Option::is_some)
    {
        return Ok(None);
    }
    let Some(truth) = compare_out_of_range(ufunc, value < 0, first) else {
        return Ok(None);
    };
    let result = Array::empty_keeping(x.shape(), DType::Bool, &[x.strides()])?;
    result.generate(&|_, mut out| out.bytes().fill(truth.into()))?;
    Ok(Some(SmallVec::from_iter([result])))
}

/// Whether a call asks for nothing but the result.
fn is_plain(options: &MapOptions<'_>) -> bool {
    options.dtype.is_none() && options.where_.is_none() && options.order.is_none()
}

/// An integer of Python that the dtype of the other operand cannot hold.
pub(crate) struct Beyond {
    pub(crate) number: Number,
    /// Whether it is the first operand.
    pub(crate) first: bool,
    /// What is wrong with it, where it is not only compared.
    pub(crate) error: Error,
}

impl Beyond {
    /// Comparisons have a result all the same, but for truth values, which are integers of the
    /// platform to them.
    pub(crate) fn compare(
        self,
        ufunc: Ufunc,
        inputs: &[Operand<'_>],
        result: &Array,
        options: &MapOptions<'_>,
    ) -> Result<()> {
        let below = matches!(self.number, Number::Int(value) if value < 0);
        let is_truth = |input: &Operand<'_>| input.arg() == Arg::Array(DType::Bool);
        let truth = match compare_out_of_range(ufunc, below, self.first) {
            Some(truth) if !inputs.iter().any(is_truth) => truth,
            _ => return Err(self.error),
        };
        let truth = Array::from_scalar(&Scalar::new(Bool::from(truth)))?;
        let options = MapOptions {
            casting: Casting::Unsafe,
            ..*options
        };
        let outs = &mut [Some(Target::fresh(result))];
        let both = [(&truth).into(), (&truth).into()];
        map::map(Ufunc::logical_or, &both, outs, &options).map(drop)
    }
}

/// Compares signed with unsigned integers, which have no dtype in common but float64, which is not
/// exact: as unsigned numbers, and by the sign alone where that is negative.
fn signs(
    ufunc: Ufunc,
    signed: &Array,
    unsigned: &Array,
    first: bool,
    outs: &mut [Option<Target<'_>>],
    options: &MapOptions<'_>,
) -> Result<Option<SmallVec<[Array; 2]>>> {
    let Some(truth) = compare_out_of_range(ufunc, true, first) else {
        return Ok(None);
    };
    if outs.iter().all(Option::is_none)
        && let Some(result) = dense_signs(ufunc, signed, unsigned, !first, options)?
    {
        return Ok(Some(SmallVec::from_iter([result])));
    }
    let call = |ufunc, inputs: [Operand<'_>; 2]| {
        let results = map::map(ufunc, &inputs, &mut [], &MapOptions::default())?;
        results.into_iter().next().ok_or(Error::Internal {
            what: "a comparison gave no result",
        })
    };
    let below = call(Ufunc::less, [signed.into(), Number::Int(0).into()])?;
    let bits = signed.view_as(DType::U64)?;
    let bits = if first {
        call(ufunc, [(&bits).into(), unsigned.into()])?
    } else {
        call(ufunc, [unsigned.into(), (&bits).into()])?
    };
    // Of truth values, one is greater where it alone is true.
    let join = if truth {
        Ufunc::logical_or
    } else {
        Ufunc::greater
    };
    map::map(join, &[(&bits).into(), (&below).into()], outs, options).map(Some)
}

/// As [`signs`], for dense arrays of one shape and a new result: in one loop.
fn dense_signs(
    ufunc: Ufunc,
    signed: &Array,
    unsigned: &Array,
    turned: bool,
    options: &MapOptions<'_>,
) -> Result<Option<Array>> {
    let (Some(x), Some(y)) = (signed.as_slice::<i64>(), unsigned.as_slice::<u64>()) else {
        return Ok(None);
    };
    if !is_plain(options) || signed.shape() != unsigned.shape() {
        return Ok(None);
    }
    let mut result = Array::empty(signed.shape(), DType::Bool, Order::C)?;
    let plan = drive::map_plan(ufunc.cost(), x.len(), size_of::<i64>(), 2, 1);
    let level = plan.level;
    if let Some(out) = result.as_slice_mut::<Bool>()? {
        pieces(&plan, out, &|start, out| {
            let end = start + out.len();
            loops::compare(level, ufunc, (&x[start..end], &y[start..end]), turned, out);
        });
    }
    Ok(Some(result))
}

/// Exponents beyond give zero or infinity, as this one does.
const MOST: i128 = 1 << 20;

/// Exponents as the loops take them; those beyond make zero or infinity as well.
fn exponents(exponents: &Array) -> Result<Array> {
    let least = if exponents.dtype() == DType::I64 {
        -MOST
    } else {
        0
    };
    let limits = [Number::Int(least).into(), Number::Int(MOST).into()];
    let inputs = [exponents.into(), limits[0], limits[1]];
    let clipped = map::map(Ufunc::clip, &inputs, &mut [], &MapOptions::default())?;
    assign::astype(&clipped[0], DType::I32, None)
}
