//! Arrays put together along an axis: concatenated, stacked.

mod fault;

pub use fault::JoinFault;

use crate::{
    Arg, Array, Casting, Dims, Error, Index, Number, Order, Result, assign, can_cast, layout,
    operand::Operand,
    overlap::{Overlap, overlap},
    reduce::between,
    result_type,
    target::Target,
};
use raptors_kernels::{DType, moves};
use smallvec::SmallVec;

/// Bytes up to which arrays are joined on the spot: half of the smallest L1 cache, so that no thread
/// and no other way of storing could pay.
const SHORT: usize = 16 << 10;

/// Where joined arrays go, and as what.
#[derive(Clone, Copy, Debug)]
pub struct JoinOptions<'a> {
    /// The array to write to, instead of a new one.
    pub out: Option<&'a Target<'a>>,
    /// The element type of a new array, instead of the one that the inputs promote to.
    pub dtype: Option<DType>,
    /// Which conversions are allowed.
    pub casting: Casting,
}

impl Default for JoinOptions<'_> {
    fn default() -> Self {
        Self {
            out: None,
            dtype: None,
            casting: Casting::SameKind,
        }
    }
}

/// How the arrays of `vstack` and its kin are given axes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pile {
    /// `vstack`: runs are rows.
    Rows,
    /// `hstack`: along the second axis, runs along their only one.
    Side,
    /// `dstack`: along the third axis.
    Depth,
    /// `column_stack`: runs are columns.
    Columns,
}

impl Pile {
    fn raise(self, array: &Array) -> Result<Array> {
        const ALL: Index = Index::ALL;
        const NEW: Index = Index::NewAxis;
        match (self, array.ndim()) {
            (Self::Side, 0) => array.index(&[NEW]),
            (Self::Rows | Self::Columns, 0) => array.index(&[NEW, NEW]),
            (Self::Depth, 0) => array.index(&[NEW, NEW, NEW]),
            (Self::Rows, 1) => array.index(&[NEW, ALL]),
            (Self::Columns, 1) => array.index(&[ALL, NEW]),
            (Self::Depth, 1) => array.index(&[NEW, ALL, NEW]),
            (Self::Depth, 2) => array.index(&[ALL, ALL, NEW]),
            _ => Ok(array.clone()),
        }
    }

    fn axis(self, first: Option<&Array>) -> i64 {
        match self {
            Self::Rows => 0,
            Self::Side => i64::from(first.is_some_and(|array| array.ndim() != 1)),
            Self::Depth => 2,
            Self::Columns => 1,
        }
    }
}

/// `arrays` one after the other along an axis that they have.
///
/// # Errors
///
/// [`Error::Join`], [`Error::Axis`], [`Error::Cast`], as [`Array::empty`], or what `assign` says.
pub fn concatenate(arrays: &[&Array], axis: i64, options: JoinOptions<'_>) -> Result<Array> {
    let first = *arrays.first().ok_or(Error::Join(JoinFault::Nothing))?;
    if first.ndim() == 0 {
        return Err(Error::Join(JoinFault::Scalars));
    }
    let axis = layout::axis(axis, first.ndim(), None)?;
    let mut shape = Dims::from_slice(first.shape());
    for (index, array) in arrays.iter().enumerate().skip(1) {
        if array.ndim() != first.ndim() {
            return Err(Error::Join(JoinFault::Dimensions {
                first: first.ndim(),
                index,
                ndim: array.ndim(),
            }));
        }
        let pairs = first.shape().iter().zip(array.shape()).enumerate();
        for (other, (&a, &b)) in pairs {
            if other == axis {
                shape[axis] = shape[axis].checked_add(b).ok_or(Error::TooBig)?;
            } else if a != b {
                return Err(Error::Join(JoinFault::Lengths {
                    axis: other,
                    first: a,
                    index,
                    length: b,
                }));
            }
        }
    }
    let out = options.out.map(|out| out.array().shape());
    if out.is_some_and(|out| out.len() != shape.len()) {
        return Err(Error::Join(JoinFault::OutputDimensions));
    }
    if out.is_some_and(|out| out != shape.as_slice()) {
        return Err(Error::Join(JoinFault::OutputShape));
    }
    let args: SmallVec<[Arg; 4]> = arrays.iter().map(|x| Arg::Array(x.dtype())).collect();
    let dtype = checked_type(&args, &options)?;
    if let Some(out) = options.out {
        if arrays
            .iter()
            .any(|x| overlap(x, out.array()) != Overlap::Disjoint)
        {
            let apart = ordered_like(arrays, &shape, dtype)?;
            write(arrays, axis, &apart)?;
            assign::assign(out, &(&apart).into(), Casting::Unsafe)?;
        } else {
            write(arrays, axis, out.array())?;
        }
        return Ok(out.array().clone());
    }
    let result = ordered_like(arrays, &shape, dtype)?;
    write(arrays, axis, &result)?;
    Ok(result)
}

/// The elements of all `operands`, in C order, one after the other. Numbers of Python give way to
/// the arrays' type.
///
/// # Errors
///
/// As [`concatenate`].
pub fn concatenate_flat(operands: &[Operand<'_>], options: JoinOptions<'_>) -> Result<Array> {
    if operands.is_empty() {
        return Err(Error::Join(JoinFault::Nothing));
    }
    let mut numbers: SmallVec<[Array; 4]> = SmallVec::new();
    for operand in operands {
        if let Operand::Number(number) = operand {
            numbers.push(element(*number)?);
        }
    }
    let mut own = numbers.iter();
    let parts: SmallVec<[&Array; 4]> = operands
        .iter()
        .filter_map(|operand| match operand {
            Operand::Array(array) => Some(*array),
            Operand::Number(_) => own.next(),
        })
        .collect();
    let total = parts
        .iter()
        .try_fold(0usize, |sum, part| sum.checked_add(part.size()))
        .ok_or(Error::TooBig)?;
    let out = options.out.map(Target::array);
    if out.is_some_and(|out| out.ndim() != 1) {
        return Err(Error::Join(JoinFault::OutputFlat));
    }
    if out.is_some_and(|out| out.size() != total) {
        return Err(Error::Join(JoinFault::OutputSize));
    }
    let args: SmallVec<[Arg; 4]> = operands.iter().map(Operand::arg).collect();
    let dtype = checked_type(&args, &options)?;
    let apart = out.is_none_or(|out| {
        parts
            .iter()
            .any(|part| overlap(part, out) != Overlap::Disjoint)
    });
    let result = match out {
        Some(out) if !apart => out.clone(),
        _ => Array::empty(&[total], dtype, Order::C)?,
    };
    let mut start = 0;
    for part in parts {
        let stop = start + part.size();
        let run = between(&result, 0, start, stop);
        let shape: SmallVec<[i64; 4]> = part.shape().iter().map(|&n| n as i64).collect();
        if let Some(view) = run.reshape_view(&shape, Order::C)? {
            assign::assign(&Target::fresh(&view), &part.into(), Casting::Unsafe)?;
        } else {
            let flat = part.ravel(Order::C)?;
            assign::assign(&Target::fresh(&run), &(&flat).into(), Casting::Unsafe)?;
        }
        start = stop;
    }
    match options.out {
        Some(out) if apart => {
            assign::assign(out, &(&result).into(), Casting::Unsafe)?;
            Ok(out.array().clone())
        }
        _ => Ok(result),
    }
}

/// `arrays` of one shape along a new axis, at place `axis` of the result.
///
/// # Errors
///
/// As [`concatenate`].
pub fn stack(arrays: &[&Array], axis: i64, options: JoinOptions<'_>) -> Result<Array> {
    let first = *arrays
        .first()
        .ok_or(Error::Join(JoinFault::NothingToStack))?;
    if arrays.iter().any(|array| array.shape() != first.shape()) {
        return Err(Error::Join(JoinFault::Shapes));
    }
    let axis = layout::axis(axis, first.ndim() + 1, None)? as i64;
    let raised: SmallVec<[Array; 4]> = arrays
        .iter()
        .map(|array| array.expand_dims(&[axis]))
        .collect::<Result<_>>()?;
    let raised: SmallVec<[&Array; 4]> = raised.iter().collect();
    concatenate(&raised, axis, options)
}

/// `arrays` given the axes that `pile` asks for, and concatenated along its axis.
///
/// # Errors
///
/// As [`concatenate`].
pub fn pile(arrays: &[&Array], pile: Pile, options: JoinOptions<'_>) -> Result<Array> {
    let raised: SmallVec<[Array; 4]> = arrays
        .iter()
        .map(|array| pile.raise(array))
        .collect::<Result<_>>()?;
    let raised: SmallVec<[&Array; 4]> = raised.iter().collect();
    concatenate(&raised, pile.axis(raised.first().copied()), options)
}

/// A number as an array of the type that it has when it is alone.
fn element(number: Number) -> Result<Array> {
    Array::from_scalar(&number.to_scalar(number.arg().dtype())?)
}

/// The element type of the result, if all inputs may be cast to it.
fn checked_type(args: &[Arg], options: &JoinOptions<'_>) -> Result<DType> {
    let out = options.out.map(|out| out.array().dtype());
    let to = out.or(options.dtype).unwrap_or_else(|| result_type(args));
    for &arg in args {
        if let Arg::Array(from) = arg
            && !can_cast(from, to, options.casting)
        {
            let casting = options.casting;
            return Err(Error::Cast { from, to, casting });
        }
    }
    Ok(to)
}

/// A new array whose axes lie in memory in the order that all `arrays` agree on: C's otherwise.
fn ordered_like(arrays: &[&Array], shape: &[usize], dtype: DType) -> Result<Array> {
    if arrays.iter().all(|array| array.is_c_contiguous()) {
        return Array::empty(shape, dtype, Order::C);
    }
    // Whether axis `a`, so far outside axis `b`, belongs inside it.
    let inside = |a: usize, b: usize| {
        let mut pairs = arrays
            .iter()
            .filter(|x| x.shape()[a] != 1 && x.shape()[b] != 1)
            .map(|x| x.strides()[b].unsigned_abs() > x.strides()[a].unsigned_abs())
            .peekable();
        pairs.peek().is_some() && pairs.all(|swaps| swaps)
    };
    Array::empty_sorted(shape, dtype, inside)
}

fn write(arrays: &[&Array], axis: usize, result: &Array) -> Result<()> {
    if result.nbytes() <= SHORT && in_a_row(arrays, axis, result) {
        return Ok(());
    }
    let mut start = 0;
    for &array in arrays {
        let stop = start + array.shape()[axis];
        let offset = start as isize * result.strides()[axis];
        let (shape, strides) = (array.shape().into(), result.strides().into());
        // SAFETY: the places from `start` on, as many as the part has, of those that are the sum of
        // all parts'; the other axes are as long.
        let part = unsafe { result.view(offset, shape, strides) };
        // The result is new, or was seen to overlap no part.
        assign::write(array, array.strides(), &part, 0)?;
        start = stop;
    }
    Ok(())
}

/// Writes arrays that follow each other in the memory of `result`, as they are: whether they do.
fn in_a_row(arrays: &[&Array], axis: usize, result: &Array) -> bool {
    let plain = |array: &&Array| array.dtype() == result.dtype() && array.is_c_contiguous();
    if result.shape()[..axis].iter().any(|&n| n != 1) || !arrays.iter().all(plain) {
        return false;
    }
    let (mut target, mut start) = (Target::fresh(result), 0);
    for array in arrays {
        let n = array.size();
        let (Some(from), Some(mut to)) = (array.run(0, n), target.run(start, n)) else {
            return false;
        };
        moves::copy_bytes(from.bytes(), to.bytes());
        start += n;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(shape: &[usize], start: i32) -> Array {
        let elements: Vec<i32> = (start..).take(shape.iter().product()).collect();
        Array::from_shape(shape, &elements).unwrap()
    }

    #[test]
    fn joined_arrays_lie_one_after_the_other() {
        let (a, b) = (array(&[2, 2], 0), array(&[2, 1], 10));
        let joined = concatenate(&[&a, &b], 1, JoinOptions::default()).unwrap();
        assert_eq!(joined.to_vec::<i32>().unwrap(), [0, 1, 10, 2, 3, 11]);
        let flat = concatenate_flat(
            &[(&a).into(), Number::Float(0.5).into(), (&b).into()],
            JoinOptions::default(),
        );
        assert_eq!(
            flat.unwrap().to_vec::<f64>().unwrap(),
            [0.0, 1.0, 2.0, 3.0, 0.5, 10.0, 11.0]
        );
        let stacked = stack(&[&a, &a], -1, JoinOptions::default()).unwrap();
        assert_eq!(stacked.to_vec::<i32>().unwrap(), [0, 0, 1, 1, 2, 2, 3, 3]);
        let piled = pile(&[&b, &b], Pile::Side, JoinOptions::default()).unwrap();
        assert_eq!(piled.shape(), [2, 2]);
    }

    #[test]
    fn misfits_are_numpys_errors() {
        let words = |arrays: &[&Array], axis| {
            concatenate(arrays, axis, JoinOptions::default())
                .unwrap_err()
                .to_string()
        };
        let a = array(&[2, 3], 0);
        assert_eq!(words(&[], 0), "need at least one array to concatenate");
        assert!(words(&[&a, &array(&[3], 0)], 0).contains("index 1 has 1 dimension(s)"));
        assert!(words(&[&a, &array(&[2, 4], 0)], 0).contains("along dimension 1"));
        assert!(words(&[&a], 2).contains("axis 2 is out of bounds"));
    }

    #[test]
    fn the_order_in_memory_is_the_one_all_share() {
        let a = array(&[3, 2], 0).t();
        let same = concatenate(&[&a, &a], 0, JoinOptions::default()).unwrap();
        assert!(same.is_f_contiguous());
        let mixed = concatenate(&[&a, &array(&[2, 3], 0)], 0, JoinOptions::default()).unwrap();
        assert!(mixed.is_c_contiguous());
    }
}
