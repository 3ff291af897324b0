//! Few elements that lie apart, or of other dtypes than the loop's: packed and converted on the stack.

use super::{is_dense, new};
use crate::{
    Array,
    map::Operand,
    promote::{Arg, cast_scalar},
    resolve,
};
use core::mem::MaybeUninit;
use raptors_kernels::{
    DType, In, Level, Loop, Out, Scalar, Ufunc,
    cast::cast,
    moves::{self, Source},
};

/// Bytes of an operand that are packed or converted at once: a sixth of the smallest L1 cache, since
/// two operands are, each twice, beside the result.
const STAGE_BYTES: usize = 8 << 10;
/// Elements up to which a call asks for no plan.
const MOST: usize = 1024;

/// Room for the elements of one operand, aligned for all types.
#[repr(align(64))]
struct Stage(MaybeUninit<[u8; STAGE_BYTES]>);

impl Stage {
    #[inline(always)]
    const fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    #[inline(always)]
    const fn ptr(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }
}

/// `ufunc` of arrays of one shape, of at most two axes or in C order, and of Python numbers; nothing where
/// that is not so, where they are many, where no loop takes one dtype for all, or where something is
/// wrong.
#[inline(never)]
pub fn staged<const N: usize>(ufunc: Ufunc, operands: [Operand<'_>; N]) -> Option<Array> {
    let mut like: Option<&Array> = None;
    for operand in operands {
        let Operand::Array(array) = operand else {
            continue;
        };
        if like.is_some_and(|like| like.shape() != array.shape()) {
            return None;
        }
        like = Some(array);
    }
    let like = like?;
    let n = like.size();
    if n == 0 || n > MOST || N > 2 || N != ufunc.nin() {
        return None;
    }
    let args = operands.map(|operand| operand.arg());
    let signs = [Arg::Array(DType::I64), Arg::Array(DType::U64)];
    if N == 2 && signs.iter().all(|sign| args.contains(sign)) {
        // They have no dtype in common that holds all of them.
        return None;
    }
    let dtype = resolve::resolve(ufunc, &args).ok()?.dtype();
    let bound = resolve::alike(ufunc, dtype, N)?;
    let largest = operands.iter().fold(dtype.size(), |size, operand| {
        size.max(operand.arg().dtype().size())
    });
    if n * largest > STAGE_BYTES {
        return None;
    }
    let mut packed = [const { Stage::new() }; N];
    let mut converted = [const { Stage::new() }; N];
    let numbers = numbers(operands, dtype)?;
    let mut runs = [In::from(&[0u8; 0][..]); N];
    let level = Level::get();
    for (i, operand) in operands.iter().enumerate() {
        let stages = [packed[i].ptr(), converted[i].ptr()];
        runs[i] = match operand {
            // SAFETY: the stages have room for `n` elements, and nobody else uses them.
            Operand::Array(array) => unsafe { staged_run(level, array, dtype, stages) }?,
            Operand::Number(_) if bound.repeats() => numbers[i].as_in(),
            // SAFETY: as above.
            Operand::Number(_) => unsafe { repeated(&numbers[i], n, stages[0]) },
        };
    }
    run(bound, like, n, &runs)
}

/// The numbers among `operands` as elements of `dtype`, as NumPy casts them; nothing where one is none.
#[inline(always)]
fn numbers<const N: usize>(operands: [Operand<'_>; N], dtype: DType) -> Option<[Scalar; N]> {
    let mut numbers = [Scalar::zero(dtype); N];
    for (number, operand) in numbers.iter_mut().zip(operands) {
        if let Operand::Number(value) = operand {
            *number = cast_scalar(&value.to_scalar(dtype).ok()?, dtype);
        }
    }
    Some(numbers)
}

/// `value`, `n` times.
///
/// # Safety
///
/// `to` has room for as many elements, which nobody else uses for `'a`.
unsafe fn repeated<'a>(value: &Scalar, n: usize, to: *mut u8) -> In<'a> {
    let dtype = value.dtype();
    let target = moves::Target::contiguous(to, dtype.size(), [1, n]);
    // SAFETY: as the caller promises; then the elements are written.
    unsafe {
        moves::fill(target, value.as_in().bytes().as_ptr());
        In::from_raw(to, n, dtype)
    }
}

/// The elements of `array` in one piece, as `dtype`: where they are, or in the stages.
///
/// # Safety
///
/// Each stage has room for as many elements of either dtype, and nobody else uses it while the run
/// is.
#[inline(always)]
unsafe fn staged_run(
    level: Level,
    array: &Array,
    dtype: DType,
    [packed, converted]: [*mut u8; 2],
) -> Option<In<'_>> {
    let (n, stored) = (array.size(), array.dtype());
    let mut from = array.as_ptr();
    if !is_dense(array) {
        let (shape, strides) = match (array.shape(), array.strides()) {
            (&[_], &[stride]) => ([1, n], [0, stride]),
            // The result has its axes in the order of the strides: this one.
            (&[rows, cols], &[down, right]) if down.unsigned_abs() >= right.unsigned_abs() => {
                ([rows, cols], [down, right])
            }
            _ => return None,
        };
        let source = Source {
            ptr: from,
            size: stored.size(),
            shape,
            strides,
        };
        // SAFETY: the source is the array's elements, and the stage has room for them.
        unsafe { moves::pack(source, packed) };
        from = packed;
    }
    // SAFETY: `n` elements, aligned and in one piece.
    let run = unsafe { In::from_raw(from, n, stored) };
    if stored == dtype {
        return Some(run);
    }
    // SAFETY: the stage has room for `n` elements, which are written before they are read.
    unsafe {
        cast(level, run, Out::from_raw(converted, n, dtype));
        Some(In::from_raw(converted, n, dtype))
    }
}

/// The results of `bound` in a new array like `like`, of `n` elements.
#[inline(always)]
fn run(bound: &Loop, like: &Array, n: usize, runs: &[In<'_>]) -> Option<Array> {
    let given = bound.outputs()[0];
    let result = new(like, n, given)?;
    // SAFETY: the result is new and has room for `n` elements.
    let out = unsafe { Out::from_raw(result.as_mut_ptr(), n, given) };
    bound.run(runs, &mut [out]);
    Some(result)
}
