//! What a ufunc is called with.

use crate::{Array, Casting, DType, Number, Order, promote::Arg};

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

    pub(crate) fn shape(&self) -> &[usize] {
        match self {
            Self::Array(array) => array.shape(),
            Self::Number(_) => &[],
        }
    }
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
