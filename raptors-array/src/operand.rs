//! What a ufunc is called with.

use crate::{
    Array, Casting, DType, Error, Number, Order, Result, assign, index,
    promote::{Arg, can_cast},
    reduce,
    resolve::compare_out_of_range,
};
use raptors_kernels::{Element, In, Ufunc, fold::Fold};
use smallvec::SmallVec;

/// An input of a ufunc: an array, or a Python number, whose type gives way to the arrays' (NEP 50).
#[derive(Clone, Copy, Debug)]
pub enum Operand<'a> {
    /// An array.
    Array(&'a Array),
    /// A Python number.
    Number(Number),
}

impl<'a> From<&'a Array> for Operand<'a> {
    fn from(array: &'a Array) -> Self {
        Self::Array(array)
    }
}

impl From<Number> for Operand<'_> {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl Operand<'_> {
    /// What promotion sees of it.
    pub fn arg(&self) -> Arg {
        match self {
            Self::Array(array) => Arg::Array(array.dtype()),
            Self::Number(number) => number.arg(),
        }
    }

    /// Its shape; a number has no axes.
    pub fn shape(&self) -> &[usize] {
        match self {
            Self::Array(array) => array.shape(),
            Self::Number(_) => &[],
        }
    }

    /// That a number fits into `dtype`, where `ufunc` has no answer for others; of comparisons that is so beside
    /// `truths`.
    pub(crate) fn check_number(&self, ufunc: Ufunc, dtype: DType, truths: bool) -> Result<()> {
        let answers = || !truths && compare_out_of_range(ufunc, true, true).is_some();
        match self {
            Self::Number(number) if !answers() => number.to_scalar(dtype).map(drop),
            _ => Ok(()),
        }
    }

    /// NumPy's rule that integers have no negative integer powers, for an operand that is an
    /// exponent in `dtype`.
    pub(crate) fn check_exponent(&self, dtype: DType) -> Result<()> {
        let negative = match *self {
            Self::Number(Number::Int(value)) => value < 0,
            Self::Number(_) => false,
            // Only the conversion tells what is negative.
            Self::Array(array) if !can_cast(array.dtype(), dtype, Casting::Safe) => {
                let converted = assign::astype(array, dtype, None)?;
                return Operand::Array(&converted).check_exponent(dtype);
            }
            Self::Array(array) => match array.run(0, array.size()).and_then(is_negative) {
                Some(negative) => negative,
                None => array.size() > 0 && least(array)? < 0,
            },
        };
        if negative {
            Err(Error::NegativePower)
        } else {
            Ok(())
        }
    }

    /// As [`Self::check_exponent`], for the exponents that a mask chooses.
    pub(crate) fn check_chosen_exponent(&self, dtype: DType, mask: Option<&Array>) -> Result<()> {
        let (Some(mask), Err(_)) = (mask, self.check_exponent(dtype)) else {
            return self.check_exponent(dtype);
        };
        let none = Operand::Number(Number::Int(0));
        let chosen = index::select(mask, self, &none, dtype)?;
        Operand::Array(&chosen).check_exponent(dtype)
    }
}

impl Number {
    /// The number as `ufunc` looks at it, and as promotion does, beside arrays of truth values if `truths` and
    /// beside others if not: logic only wants to know whether it is zero, and has nothing to say of integers that
    /// no long holds.
    pub(crate) fn seen_by(self, ufunc: Ufunc, truths: bool) -> Option<(Self, Arg)> {
        let logic = matches!(
            ufunc,
            Ufunc::logical_and | Ufunc::logical_or | Ufunc::logical_xor
        );
        let truth = match self {
            _ if !logic => return Some((self, self.arg())),
            Self::Int(value) => i64::try_from(value).ok()? != 0,
            Self::Float(value) => value != 0.0,
            Self::Complex(value) => value.re != 0.0 || value.im != 0.0,
        };
        let arg = if truths {
            Arg::Array(DType::Bool)
        } else {
            Arg::Int
        };
        Some((Self::Int(truth.into()), arg))
    }
}

/// Makes Python's numbers among the inputs of `ufunc`, and what promotion sees of them, what it looks at;
/// nothing where one is too large.
#[inline(always)]
pub(crate) fn look(ufunc: Ufunc, inputs: &mut [Operand<'_>], args: &mut [Arg]) -> Option<()> {
    let other = |arg: &Arg| matches!(arg, Arg::Array(dtype) if *dtype != DType::Bool);
    let truths = !args.iter().any(other);
    for (input, arg) in inputs.iter_mut().zip(args) {
        if let Operand::Number(number) = input {
            (*number, *arg) = number.seen_by(ufunc, truths)?;
        }
    }
    Some(())
}

/// The least element of an integer array, but for the unsigned ones beyond `i64`.
fn least(array: &Array) -> Result<i64> {
    let least = reduce::reduce_all(Fold::min, array)?;
    Ok(assign::astype(&least, DType::I64, None)?.item()?.get())
}

/// Whether one of signed integers is negative; nothing for other dtypes.
pub(crate) fn is_negative(run: In<'_>) -> Option<bool> {
    fn any<T: Element + core::ops::BitOr<Output = T> + PartialOrd>(run: In<'_>) -> bool {
        let all = run.of::<T>().iter().fold(T::default(), |all, &x| all | x);
        all < T::default()
    }
    match run.dtype() {
        DType::I8 => Some(any::<i8>(run)),
        DType::I16 => Some(any::<i16>(run)),
        DType::I32 => Some(any::<i32>(run)),
        DType::I64 => Some(any::<i64>(run)),
        _ => None,
    }
}

/// The operands, if they are arrays.
pub(crate) fn arrays<'a>(inputs: &[Operand<'a>]) -> Option<SmallVec<[&'a Array; 3]>> {
    let array = |input: &Operand<'a>| match *input {
        Operand::Array(array) => Some(array),
        Operand::Number(_) => None,
    };
    inputs.iter().map(array).collect()
}

/// What a call of a ufunc may ask for.
#[derive(Clone, Copy, Debug)]
pub struct MapOptions<'a> {
    /// The dtype to compute in, instead of the one that the inputs promote to.
    pub dtype: Option<DType>,
    /// Which conversions are allowed.
    pub casting: Casting,
    /// Where to compute: elements at which it is false keep what the output holds.
    pub where_: Option<&'a Array>,
    /// The memory layout of new results; that of the inputs if not given.
    pub order: Option<Order>,
}

impl Default for MapOptions<'_> {
    fn default() -> Self {
        Self {
            dtype: None,
            casting: Casting::SameKind,
            where_: None,
            order: None,
        }
    }
}
