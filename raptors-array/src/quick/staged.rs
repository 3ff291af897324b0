//! Few elements that lie in any way, are broadcast, or have other dtypes than the loop's: packed and
//! converted on the stack, so that the loop runs once.

mod run;

use super::beside::among;
use super::by_row::{MOST_WORK, by_row};
use super::over::{AXES, Shape};
use super::room::{Room, value};
use crate::{
    Array, Casting,
    adapt::is_wide,
    map::Operand,
    operand::{is_negative, look},
    promote::{Arg, cast_scalar},
    resolve,
    scratch::Stages,
};
use raptors_kernels::{DType, In, Level, Loop, Out, Scalar, Ufunc};
use run::{repeated, staged_run};

/// Bytes of an operand that are packed or converted at once: a sixth of the smallest L1 cache, since
/// two operands are, each twice, beside the result.
const STAGE_BYTES: usize = 8 << 10;
/// Bytes of an operand up to which smaller stages do: those of all operands take no more than two pages.
const SMALL_BYTES: usize = 1 << 10;
/// Elements up to which a call asks for no plan.
const MOST: usize = 1024;

/// A call whose operands lie as the loop takes them.
struct Ready<'a, const N: usize> {
    bound: &'static Loop,
    shape: Shape,
    n: usize,
    runs: [In<'a>; N],
}

/// Whether the second of `args` is taken bounded.
#[inline(always)]
fn is_bounded(ufunc: Ufunc, args: &[Arg]) -> bool {
    matches!(args.get(1), Some(&Arg::Array(dtype)) if is_wide(ufunc, dtype))
}

/// The loop of `ufunc` for operands that promotion sees as `args`; nothing where there is none.
#[inline(always)]
fn loop_for<const N: usize>(
    ufunc: Ufunc,
    args: &[Arg; N],
    asked: Option<DType>,
) -> Option<&'static Loop> {
    let mut args = *args;
    let first = match args[0] {
        Arg::Array(dtype) => Some(dtype),
        // Loops of several dtypes have a view of their own of a number that comes first.
        _ if ufunc == Ufunc::ldexp => return None,
        _ => None,
    };
    if is_bounded(ufunc, &args) {
        args[1] = Arg::Array(DType::I32);
    }
    if let (Some(first), None) = (first, asked)
        && let Some(bound) = resolve::special(ufunc, first)
    {
        let mut pairs = bound.inputs().iter().zip(&args);
        if pairs.all(|(&input, arg)| *arg == Arg::Array(input)) {
            return Some(bound);
        }
    }
    let signs = [Arg::Array(DType::I64), Arg::Array(DType::U64)];
    if N >= 2 && signs.iter().all(|sign| args.contains(sign)) {
        // They have no dtype in common that holds all of them.
        return None;
    }
    let resolved = match asked {
        None => resolve::resolve(ufunc, &args),
        Some(dtype) => resolve::resolve_as(ufunc, dtype, Casting::SameKind, &args),
    };
    let resolved = resolved.ok()?;
    let bound = resolve::bound(resolved)?;
    (bound.outputs() == resolved.outputs()).then_some(bound)
}

/// What `run` makes of `ufunc` of arrays, broadcast, and of Python numbers, computed as if its results
/// were `asked` for as that dtype; nothing where they are many, or where something is wrong.
#[inline(always)]
fn prepared<const N: usize, R>(
    ufunc: Ufunc,
    mut operands: [Operand<'_>; N],
    asked: Option<DType>,
    run: impl FnOnce(&Ready<'_, N>) -> Option<R>,
) -> Option<R> {
    if N != ufunc.nin() {
        return None;
    }
    let mut shape = Shape::of(&operands)?;
    // Of a shape whose product wraps around there are many, whatever is left of it.
    let mut lengths = shape.lengths().iter();
    let n = lengths.try_fold(1usize, |n, &length| n.checked_mul(length))?;
    if n == 0 || n > MOST {
        return None;
    }
    let mut args = operands.map(|operand| operand.arg());
    look(ufunc, &mut operands, &mut args)?;
    let bound = loop_for(ufunc, &args, asked)?;
    let dtypes: [DType; N] = bound.inputs().try_into().ok()?;
    let largest = args.iter().zip(dtypes).fold(1, |size, (arg, dtype)| {
        size.max(arg.dtype().size()).max(dtype.size())
    });
    if n * largest > STAGE_BYTES {
        return None;
    }
    let mut strides = operands.map(|operand| match operand {
        Operand::Array(array) => shape.strides(array),
        Operand::Number(_) => [0; AXES],
    });
    shape.arrange(&mut strides)?;
    let call = Call {
        bound,
        shape,
        n,
        strides,
        is_bounded: is_bounded(ufunc, &args),
        takes_natural_exponent: resolve::takes_natural_exponent(ufunc, dtypes[0]),
    };
    // A large frame is touched page by page before it is used.
    if n * largest <= SMALL_BYTES {
        call.on_stack::<SMALL_BYTES, R>(&operands, dtypes, run)
    } else {
        call.on_stack::<STAGE_BYTES, R>(&operands, dtypes, run)
    }
}

/// A call whose operands are to be packed and converted.
struct Call<const N: usize> {
    bound: &'static Loop,
    shape: Shape,
    n: usize,
    strides: [[isize; AXES]; N],
    /// Whether the second operand is taken bounded.
    is_bounded: bool,
    takes_natural_exponent: bool,
}

impl<const N: usize> Call<N> {
    /// What `run` makes of the operands in stages of so many bytes, which have room for all elements.
    #[inline(never)]
    fn on_stack<const BYTES: usize, R>(
        self,
        operands: &[Operand<'_>; N],
        dtypes: [DType; N],
        run: impl FnOnce(&Ready<'_, N>) -> Option<R>,
    ) -> Option<R> {
        let Self {
            bound, shape, n, ..
        } = self;
        let (mut packed, mut converted) = (Stages::<BYTES, N>::new(), Stages::<BYTES, N>::new());
        let stages = [packed.ptrs(), converted.ptrs()];
        let numbers = numbers(*operands, dtypes)?;
        let mut runs = [In::from(&[0u8; 0][..]); N];
        let level = Level::get();
        // A loop repeats one of its inputs.
        let mut repeats = bound.repeats() && n > 1;
        for (i, operand) in operands.iter().enumerate() {
            let stages = stages.map(|stages| stages[i]);
            runs[i] = match operand {
                Operand::Array(array) => {
                    let lying = shape.lying(self.strides[i], array.itemsize());
                    let single = lying.single && repeats;
                    repeats &= !single;
                    let bounded = self.is_bounded && i == 1;
                    // SAFETY: the stages have room for `n` elements, and nobody else uses them.
                    unsafe {
                        staged_run(
                            level,
                            array,
                            (&shape, lying, single, n),
                            (dtypes[i], bounded),
                            stages,
                        )
                    }
                }
                Operand::Number(_) if repeats || n == 1 => {
                    repeats = false;
                    numbers[i].as_in()
                }
                // SAFETY: as above.
                Operand::Number(_) => unsafe { repeated(&numbers[i], n, stages[0]) },
            };
        }
        if self.takes_natural_exponent
            && runs.get(1).and_then(|&run| is_negative(run)) != Some(false)
        {
            return None;
        }
        run(&Ready {
            bound,
            shape,
            n,
            runs,
        })
    }
}

/// `ufunc` of `operands`, of which one is an array at least, in `room`; nothing as told above.
#[inline(never)]
pub fn staged<'r, const N: usize>(
    ufunc: Ufunc,
    operands: [Operand<'_>; N],
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let mut room = Some(room);
    // Callers have tried what one input or two of them lie in one piece.
    if N > 2
        && let Some(result) = among(ufunc, &operands, &mut room)
    {
        return Some(result);
    }
    // What fills much of the L1 cache is read where it lies, or packed in smaller pieces.
    let fills = |operand: &Operand<'_>| match operand {
        Operand::Array(array) => array.nbytes() > STAGE_BYTES / 2,
        Operand::Number(_) => false,
    };
    let rows_first = operands.iter().any(fills);
    if rows_first && let Some(result) = by_row(ufunc, &operands, MOST_WORK, &mut room) {
        return Some(result);
    }
    let few = prepared(ufunc, operands, None, |call| one(call, &mut room));
    if few.is_some() || rows_first {
        return few;
    }
    by_row(ufunc, &operands, MOST_WORK, &mut room)
}

/// As [`staged`], where the result is asked for as `dtype`.
#[inline(never)]
pub fn staged_as<'r, const N: usize>(
    ufunc: Ufunc,
    operands: [Operand<'_>; N],
    dtype: DType,
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    prepared(ufunc, operands, Some(dtype), |call| one(call, room))
}

/// As [`staged`], for ufuncs of two results.
#[inline(never)]
pub fn staged_pair<const N: usize>(ufunc: Ufunc, operands: [Operand<'_>; N]) -> Option<[Array; 2]> {
    prepared(ufunc, operands, None, two)
}

/// The result of the loop in a new array in `room`, if it has one.
#[inline(always)]
fn one<'r, const N: usize>(call: &Ready<'_, N>, room: impl Room<'r>) -> Option<&'r mut Array> {
    let &[dtype] = call.bound.outputs() else {
        return None;
    };
    let result = call.shape.blank(call.n, dtype, room)?;
    // SAFETY: the result is new and has room for `n` elements.
    let out = unsafe { Out::from_raw(result.as_mut_ptr(), call.n, dtype) };
    call.bound.run(&call.runs, &mut [out]);
    Some(result)
}

/// The results of the loop in new arrays, if it has two.
#[inline(always)]
fn two<const N: usize>(call: &Ready<'_, N>) -> Option<[Array; 2]> {
    let &[first, second] = call.bound.outputs() else {
        return None;
    };
    let x = value(|room| call.shape.blank(call.n, first, room))?;
    let y = value(|room| call.shape.blank(call.n, second, room))?;
    // SAFETY: the results are new, and each has room for `n` elements.
    let outs = unsafe {
        [
            Out::from_raw(x.as_mut_ptr(), call.n, first),
            Out::from_raw(y.as_mut_ptr(), call.n, second),
        ]
    };
    let mut outs = outs;
    call.bound.run(&call.runs, &mut outs);
    Some([x, y])
}

/// The numbers among `operands` as elements of `dtypes`, as NumPy casts them; nothing where one is none.
#[inline(always)]
fn numbers<const N: usize>(operands: [Operand<'_>; N], dtypes: [DType; N]) -> Option<[Scalar; N]> {
    let mut numbers = dtypes.map(Scalar::zero);
    for ((number, operand), dtype) in numbers.iter_mut().zip(operands).zip(dtypes) {
        if let Operand::Number(value) = operand {
            *number = cast_scalar(&value.to_scalar(dtype).ok()?, dtype);
        }
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Number;

    #[test]
    fn operands_of_other_shapes_are_broadcast() {
        let x = Array::from_shape(&[2, 1, 3], &[1i32, 2, 3, 4, 5, 6]).unwrap();
        let y = Array::from_shape(&[4, 1], &[10.0f64, 20.0, 30.0, 40.0]).unwrap();
        let one = Array::from_shape(&[], &[7i64]).unwrap();
        let four = Array::from_slice(&[0.5f64; 4]).unwrap();
        let given = value(|room| staged(Ufunc::add, [(&x).into(), (&y).into()], room)).unwrap();
        assert_eq!(given.shape(), [2, 4, 3]);
        let want = |i: usize| {
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0][i / 12 * 3 + i % 3] + (i / 3 % 4 + 1) as f64 * 10.0
        };
        assert_eq!(
            given.to_vec::<f64>().unwrap(),
            (0..24).map(want).collect::<Vec<_>>()
        );
        let given =
            value(|room| staged(Ufunc::subtract, [(&one).into(), (&x).into()], room)).unwrap();
        assert_eq!(given.to_vec::<i64>().unwrap(), [6, 5, 4, 3, 2, 1]);
        let turned = x.transpose(&[2, 1, 0]).unwrap();
        assert!(
            value(|room| staged(Ufunc::add, [(&turned).into(), (&one).into()], room)).is_none()
        );
        assert!(value(|room| staged(Ufunc::add, [(&x).into(), (&four).into()], room)).is_none());
        let bounds = [
            Operand::from(Number::Float(2.0)),
            Operand::from(Number::Float(5.0)),
        ];
        let given =
            value(|room| staged(Ufunc::clip, [(&x).into(), bounds[0], bounds[1]], room)).unwrap();
        assert_eq!(
            given.to_vec::<f64>().unwrap(),
            [2.0, 2.0, 3.0, 4.0, 5.0, 5.0]
        );
        let three = Operand::from(Number::Int(4));
        let [quotients, rests] = staged_pair(Ufunc::divmod, [(&x).into(), three]).unwrap();
        assert_eq!(quotients.to_vec::<i32>().unwrap(), [0, 0, 0, 1, 1, 1]);
        assert_eq!(rests.to_vec::<i32>().unwrap(), [1, 2, 3, 0, 1, 2]);
        assert!(staged_pair(Ufunc::add, [(&x).into(), three]).is_none());
        assert!(value(|room| staged(Ufunc::divmod, [(&x).into(), three], room)).is_none());
        let given =
            value(|room| staged_as(Ufunc::add, [(&x).into(), (&x).into()], DType::F64, room))
                .unwrap();
        assert_eq!(
            given.to_vec::<f64>().unwrap(),
            [2.0, 4.0, 6.0, 8.0, 10.0, 12.0]
        );
        assert!(
            value(|room| staged_as(Ufunc::add, [(&y).into(), (&y).into()], DType::I32, room))
                .is_none()
        );
    }
}
