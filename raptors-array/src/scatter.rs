//! Ufuncs applied in place to single elements, once for every time that one is named: `ufunc.at`.

use crate::dense::{NOT_DENSE, dense};
use crate::index::{Item, Named, PickError};
use crate::{
    Array, Casting, Error, Order, Result, Scalar, Ufunc, assign,
    map::Operand,
    overlap::{Overlap, overlap},
    promote::{Arg, cast_scalar},
    resolve::resolve,
    target::Target,
};
use raptors_kernels::{DType, In, Kind, Level, Loop, Out, at::at as kernels_at, cast};

/// `x[items] = ufunc(x[items], value)` for each element that `items` name, one after the other; without
/// `values`, for a ufunc of one input.
///
/// # Errors
///
/// If something is wrong with the items, `values` do not broadcast to what they name, the ufunc has no such
/// loop, its result cannot be cast to the dtype of `target`, or memory runs out.
pub fn at(ufunc: Ufunc, target: &Target<'_>, items: &[Item], values: Option<&Array>) -> Result<()> {
    let array = target.array();
    let args: Vec<Arg> = [Some(array), values]
        .into_iter()
        .flatten()
        .map(|x| Arg::Array(x.dtype()))
        .collect();
    if args.len() != ufunc.nin() || ufunc.nout() != 1 {
        let given = args.len();
        return Err(Error::Arity {
            ufunc: ufunc.name(),
            given,
        });
    }
    let resolved = resolve(ufunc, &args)?;
    let bound = ufunc
        .bind(Level::get(), resolved.dtype())
        .ok_or(Error::NoLoop { ufunc })?;
    if !cuts(bound.outputs()[0], array.dtype()) {
        resolved.check_output(0, array.dtype(), Casting::SameKind)?;
    }
    // Elements are written where they lie; those that no loop can reach there are copied and put back.
    let mut copied = None;
    let named = if let Some(named) = Named::new(array, items)? {
        named
    } else {
        let copy = copied.insert(assign::copy(array, Some(Order::C))?);
        Named::new(copy, items)?.ok_or(NOT_DENSE)?
    };
    // What shares memory with the target is read as it was before.
    let numbers = match overlap(&named.numbers, array) {
        Overlap::Disjoint => dense(&named.numbers, DType::I64)?,
        _ => assign::astype(&named.numbers, DType::I64, Some(Order::C))?,
    };
    let values = match values {
        Some(values) => Some(laid_out(values, &named, array, bound.inputs()[1])?),
        None => None,
    };
    if resolved.takes_natural_exponent()
        && let Some(exponents) = values.as_ref().filter(|_| numbers.size() > 0)
    {
        Operand::from(exponents).check_exponent(exponents.dtype())?;
    }
    let mut memory = Target::fresh(&named.memory);
    let mut out = memory.run(0, named.memory.size()).ok_or(NOT_DENSE)?;
    let numbers = numbers.as_slice::<i64>().ok_or(NOT_DENSE)?;
    let run = match &values {
        Some(values) => Some(values.run(0, values.size()).ok_or(NOT_DENSE)?),
        None => None,
    };
    let done = run.is_some_and(|run| {
        bound.outputs()[0] == out.dtype() && kernels_at(ufunc, &mut out, numbers, run)
    });
    if !done {
        let root = root(ufunc, resolved.dtype());
        one_by_one((&bound, root.as_ref()), out, numbers, run)?;
    }
    match copied {
        Some(copy) => assign::assign(target, &(&copy).into(), Casting::No),
        None => Ok(()),
    }
}

/// Whether results of the dtype `from` are cut to elements of the dtype `to`, as NumPy does here whatever is lost:
/// floats to signed integers.
pub fn cuts(from: DType, to: DType) -> bool {
    matches!(from, DType::F32 | DType::F64) && to.kind() == Kind::Signed
}

/// `values` as `dtype`: one, or one for each element that is named, in their order, in memory that `array`
/// does not share.
fn laid_out(values: &Array, named: &Named, array: &Array, dtype: DType) -> Result<Array> {
    let wrong = |_| Error::from(PickError::Operand);
    let fitted = values.broadcast_to(&named.shape).map_err(wrong)?;
    let laid = if values.size() == 1 {
        values.reshape(&[], Order::C)?
    } else if named.order.is_sorted() {
        fitted
    } else {
        let order: Vec<i64> = named.order.iter().map(|&axis| axis as i64).collect();
        fitted.transpose(&order)?
    };
    match overlap(&laid, array) {
        Overlap::Disjoint => dense(&laid, dtype),
        _ => assign::astype(&laid, dtype, Some(Order::C)),
    }
}

/// The loop for powers of a half: NumPy's takes square roots where it sees one exponent, and here it sees one at
/// a time.
fn root(ufunc: Ufunc, dtype: DType) -> Option<Loop> {
    let power = ufunc == Ufunc::power && matches!(dtype, DType::F32 | DType::F64);
    power
        .then(|| Ufunc::sqrt.bind(Level::get(), dtype))
        .flatten()
}

/// Whether `exponent` is a half.
fn is_half(exponent: In<'_>) -> bool {
    match exponent.dtype() {
        DType::F32 => exponent.of::<f32>() == [0.5],
        DType::F64 => exponent.of::<f64>() == [0.5],
        _ => false,
    }
}

/// Runs the loop on the elements of `out` called `numbers`, each by itself; for those whose value is a half the
/// other loop, if there is one.
fn one_by_one(
    (bound, root): (&Loop, Option<&Loop>),
    mut out: Out<'_>,
    numbers: &[i64],
    values: Option<In<'_>>,
) -> Result<()> {
    let dtype = out.dtype();
    let (input, output) = (bound.inputs()[0], bound.outputs()[0]);
    if values.is_some_and(|values| values.len() != 1 && values.len() != numbers.len()) {
        return Err(NOT_DENSE);
    }
    let repeats = bound.repeats() || values.is_none_or(|values| values.len() == numbers.len());
    let mut room = None;
    let mut next = 0;
    while next < numbers.len() {
        let i = next;
        let count = ascending(&numbers[i..]);
        if root.is_none() && repeats && count >= SEVERAL {
            let room = match &mut room {
                Some(room) => room,
                none => none.insert(Room::new(bound, dtype)?),
            };
            let values = values.map(|values| match values.len() {
                1 => values,
                _ => values.range(i, count),
            });
            room.run(bound, &mut out, &numbers[i..i + count], values)?;
            next += count;
            continue;
        }
        next += 1;
        let at = place(numbers[i], out.len())?;
        let value = values.map(|values| match values.len() {
            1 => values,
            _ => values.range(i, 1),
        });
        let (bound, value) = match root {
            Some(root) if value.is_some_and(is_half) => (root, None),
            _ => (bound, value),
        };
        let mut element = out.range(at, 1);
        let mut before = Scalar::zero(dtype);
        before.as_out().bytes().copy_from_slice(element.bytes());
        if input == dtype && output == dtype {
            run(bound, &before, value, element);
            continue;
        }
        let mut after = Scalar::zero(output);
        run(bound, &cast_scalar(&before, input), value, after.as_out());
        let after = cast_scalar(&after, dtype);
        element.bytes().copy_from_slice(after.as_in().bytes());
    }
    Ok(())
}

/// The element called `number` of so many.
fn place(number: i64, size: usize) -> Result<usize> {
    let at = usize::try_from(number).ok().filter(|&at| at < size);
    at.ok_or(Error::Index {
        index: number,
        axis: None,
        size,
    })
}

/// `$body` with the constant `$n` for the size of an element: the compiler moves those without calls.
macro_rules! with_bytes {
    ($size:expr, $n:ident => $body:expr) => {
        match $size {
            1 => {
                const $n: usize = 1;
                $body
            }
            2 => {
                const $n: usize = 2;
                $body
            }
            4 => {
                const $n: usize = 4;
                $body
            }
            8 => {
                const $n: usize = 8;
                $body
            }
            _ => {
                const $n: usize = 16;
                $body
            }
        }
    };
}

/// Elements that are brought together, at most.
const TOGETHER: usize = 256;
/// Elements from which that pays.
const SEVERAL: usize = 8;

/// How many of the first numbers ascend, so that none is among them twice; at most [`TOGETHER`].
fn ascending(numbers: &[i64]) -> usize {
    let first = &numbers[..numbers.len().min(TOGETHER)];
    1 + first
        .windows(2)
        .take_while(|pair| pair[0] < pair[1])
        .count()
}

/// Elements that are brought together: as they are, as the loop takes them, and as it gives them.
struct Room([Array; 3]);

impl Room {
    fn new(bound: &Loop, dtype: DType) -> Result<Self> {
        let room = |dtype| Array::empty(&[TOGETHER], dtype, Order::C);
        let (input, output) = (bound.inputs()[0], bound.outputs()[0]);
        Ok(Self([room(dtype)?, room(input)?, room(output)?]))
    }

    /// Runs the loop on the elements of `out` called `numbers`, which ascend.
    fn run(
        &mut self,
        bound: &Loop,
        out: &mut Out<'_>,
        numbers: &[i64],
        values: Option<In<'_>>,
    ) -> Result<()> {
        let (level, size, count) = (Level::get(), out.dtype().size(), numbers.len());
        let Self(arrays) = self;
        let [mut apart, mut taken, mut given] = arrays.each_ref().map(Target::fresh);
        let runs = (
            apart.run(0, count),
            taken.run(0, count),
            given.run(0, count),
        );
        let (Some(mut apart), Some(mut taken), Some(mut given)) = runs else {
            return Err(NOT_DENSE);
        };
        with_bytes!(size, N => together::<N>(out.bytes(), numbers, apart.bytes()))?;
        cast(level, apart.as_in(), taken.reborrow());
        match values {
            Some(values) => bound.run(&[taken.as_in(), values], &mut [given.reborrow()]),
            None => bound.run(&[taken.as_in()], &mut [given.reborrow()]),
        }
        cast(level, given.as_in(), apart.reborrow());
        with_bytes!(size, N => put_back::<N>(apart.bytes(), numbers, out.bytes()))
    }
}

/// Copies the elements of `from` called `numbers` to the first of `to`.
fn together<const N: usize>(from: &[u8], numbers: &[i64], to: &mut [u8]) -> Result<()> {
    let (from, to) = (from.as_chunks::<N>().0, to.as_chunks_mut::<N>().0);
    for (element, &number) in to.iter_mut().zip(numbers) {
        *element = from[place(number, from.len())?];
    }
    Ok(())
}

/// Copies the first elements of `from` to those of `to` called `numbers`.
fn put_back<const N: usize>(from: &[u8], numbers: &[i64], to: &mut [u8]) -> Result<()> {
    let (from, to) = (from.as_chunks::<N>().0, to.as_chunks_mut::<N>().0);
    for (element, &number) in from.iter().zip(numbers) {
        let at = place(number, to.len())?;
        to[at] = *element;
    }
    Ok(())
}

fn run(bound: &Loop, x: &Scalar, y: Option<In<'_>>, out: Out<'_>) {
    match y {
        Some(y) => bound.run(&[x.as_in(), y], &mut [out]),
        None => bound.run(&[x.as_in()], &mut [out]),
    }
}
