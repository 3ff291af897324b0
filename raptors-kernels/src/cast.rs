//! Conversion between any two dtypes, with NumPy's results.
//!
//! Few loops make all 196 pairs: signs are dropped where they do not matter, and what remains
//! without a loop goes through a third dtype, block by block.

mod element;
pub(crate) mod half;
pub(crate) mod truncate;

use self::element::{To, round_to_odd};
use crate::{
    arch::{to_integers, to_large},
    dtype::{Bool, Complex32, Complex64, DType, Element, Kind, f16},
    isa::{Isa, Level},
    moves::copy_bytes,
    skips,
    slice::{In, Out},
    with_isa,
};

/// Eight-byte elements that fit between two conversions when a third dtype lies between: small
/// enough for the stack and the first-level cache, large enough that the calls do not show.
const BLOCK: usize = 512;

/// The same for runs so short that clearing the block would show.
const SHORT: usize = 16;

/// Converts `from` to the dtype of `to`, the same at every level.
///
/// Integers wrap. Floats are truncated to integers; NaN and what does not fit gives what NumPy's
/// vector loops give on x86-64 (the smallest `int32` and `int64`, zero in 8 and 16 bits). Anything
/// but zero is true, and true is one. A complex number loses its imaginary part. Floats round to
/// nearest, ties to even, once.
///
/// Where it [`takes_seconds`], `from` may be a run of `2 n - 1` elements for `n`, more than one, of which every
/// second counts.
///
/// # Panics
///
/// If the lengths differ otherwise.
#[inline]
pub fn cast(level: Level, from: In<'_>, to: Out<'_>) {
    assert!(
        from.len() == to.len()
            || skips::is_run(from.len(), to.len())
                && takes_seconds(level, from.dtype(), to.dtype()),
        "runs of different lengths"
    );
    with_isa!(level, isa => convert(isa, from, to));
}

/// Whether [`cast`] from one dtype to another takes every second element of a run, at a level that puts vectors
/// of them together: of large ones, which packing takes longer than converting.
pub fn takes_seconds(level: Level, from: DType, to: DType) -> bool {
    fn at<I: Isa>(_isa: I) -> bool {
        I::SKIPS
    }
    skips(from, to) && with_isa!(level, isa => at(isa))
}

/// Whether the loop between two dtypes takes every second element where the level does: those of [`run`].
const fn skips(from: DType, to: DType) -> bool {
    match from {
        DType::F64 => matches!(to, DType::F32),
        DType::I64 | DType::U64 => {
            matches!(to, DType::F32 | DType::F64 | DType::I32 | DType::U32)
        }
        _ => false,
    }
}

/// The unsigned integer of `size` bytes.
const fn unsigned(size: usize) -> DType {
    match size {
        1 => DType::U8,
        2 => DType::U16,
        4 => DType::U32,
        _ => DType::U64,
    }
}

/// The dtype between two that have no loop of their own.
const fn between(from: DType, to: DType) -> DType {
    match (from, to) {
        (DType::C64 | DType::C128, _) => from.real(),
        (DType::Bool, _) => DType::U8,
        (_, DType::C64 | DType::C128) => to.real(),
        // Infinities and NaN give zero here, the low half of what they give in 64 bits.
        (DType::F16, DType::U32) => DType::I64,
        _ => DType::F32,
    }
}

/// Converts, after bringing the pair to one that has a loop.
fn convert<I: Isa>(isa: I, mut from: In<'_>, mut to: Out<'_>) {
    if (from.dtype().kind(), to.dtype().kind()) == (Kind::Complex, Kind::Complex) {
        // Part by part, as they lie.
        let real = to.dtype().real();
        (from, to) = (from.view(from.dtype().real()), to.view(real));
    }
    let integer = |dtype: DType| matches!(dtype.kind(), Kind::Signed | Kind::Unsigned);
    let (source, target) = (from.dtype(), to.dtype());
    if integer(source)
        && (target == DType::Bool || integer(target) && target.size() <= source.size())
    {
        from = from.view(unsigned(source.size()));
    }
    if integer(target) && (integer(source) || source == DType::Bool || target.size() < 4) {
        to = to.view(unsigned(target.size()));
    }
    if to_integers(isa, from, &mut to) || to_large(isa, from, &mut to) {
        return;
    }
    if from.dtype() == to.dtype() {
        copy_bytes(from.bytes(), to.bytes());
    } else if (source, target) == (DType::F64, DType::F16) {
        let odd = |isa, from: In<'_>, to: Out<'_>| run(isa, from, to, round_to_odd);
        through(isa, DType::F32, from, to, odd);
    } else if let Some(direct) = direct(from.dtype(), to.dtype()) {
        direct(isa, from, to);
    } else {
        through(isa, between(from.dtype(), to.dtype()), from, to, convert);
    }
}

/// Converts by way of `middle`, which `first` converts to.
fn through<I: Isa>(isa: I, middle: DType, from: In<'_>, to: Out<'_>, first: Convert<I>) {
    if from.len() <= SHORT {
        blocks(isa, middle, from, to, first, &mut [0; SHORT]);
    } else {
        blocks(isa, middle, from, to, first, &mut [0; BLOCK]);
    }
}

/// Converts by way of `middle` in a buffer; no dtype between two others has larger elements.
fn blocks<I: Isa>(
    isa: I,
    middle: DType,
    from: In<'_>,
    mut to: Out<'_>,
    first: Convert<I>,
    buffer: &mut [u64],
) {
    let mut buffer = Out::from(buffer).view(middle);
    for start in (0..from.len()).step_by(buffer.len()) {
        let len = buffer.len().min(from.len() - start);
        first(isa, from.range(start, len), buffer.range(0, len));
        convert(isa, buffer.as_in().range(0, len), to.range(start, len));
    }
}

/// The loop over elements that `f` converts one by one.
#[inline(always)]
fn run<I: Isa, A: Element, B: Element>(isa: I, from: In<'_>, mut to: Out<'_>, f: impl Fn(A) -> B) {
    let (from, to) = (from.of::<A>(), to.of::<B>());
    if const { I::SKIPS && skips(A::DTYPE, B::DTYPE) } && skips::is_run(from.len(), to.len()) {
        return skips::map(isa, from, to, f);
    }
    isa.vectorize(
        #[inline(always)]
        || {
            for (out, &x) in to.iter_mut().zip(from) {
                *out = f(I::element(x));
            }
        },
    );
}

/// A loop that converts from one dtype to another.
type Convert<I> = fn(I, In<'_>, Out<'_>);

macro_rules! loops {
    ($from:ident, $to:ident: $($a:ident = $A:ty => $($b:ident = $B:ty),*;)*) => {
        match ($from, $to) {
            (DType::F16, DType::F32) => |isa, from, mut to| isa.widen_halves(from.of(), to.of()),
            (DType::F32, DType::F16) => |isa, from, mut to| isa.narrow_to_halves(from.of(), to.of()),
            (DType::F32, DType::I32) => |isa, from, mut to| isa.truncate_f32(from.of(), to.of()),
            (DType::F64, DType::I32) => |isa, from, mut to| isa.truncate_f64(from.of(), to.of()),
            $($((DType::$a, DType::$b) => |isa, from, to| run(isa, from, to, <$A as To<$B>>::to::<I>),)*)*
            _ => return None,
        }
    };
}

/// The loop from `from` to `to`, for the pairs that have one.
fn direct<I: Isa>(from: DType, to: DType) -> Option<Convert<I>> {
    let run: Convert<I> = loops!(from, to:
        Bool = Bool => U8 = u8, U16 = u16, U32 = u32, U64 = u64, F32 = f32, F64 = f64;
        U8 = u8 => Bool = Bool, U16 = u16, U32 = u32, U64 = u64, F32 = f32, F64 = f64,
            C64 = Complex32, C128 = Complex64;
        I8 = i8 => U16 = u16, U32 = u32, U64 = u64, F32 = f32, F64 = f64,
            C64 = Complex32, C128 = Complex64;
        U16 = u16 => Bool = Bool, U8 = u8, U32 = u32, U64 = u64, F32 = f32, F64 = f64,
            C64 = Complex32, C128 = Complex64;
        I16 = i16 => U32 = u32, U64 = u64, F32 = f32, F64 = f64,
            C64 = Complex32, C128 = Complex64;
        U32 = u32 => Bool = Bool, U8 = u8, U16 = u16, U64 = u64, F32 = f32, F64 = f64,
            C64 = Complex32, C128 = Complex64;
        I32 = i32 => U64 = u64, F32 = f32, F64 = f64,
            C64 = Complex32, C128 = Complex64;
        U64 = u64 => Bool = Bool, U8 = u8, U16 = u16, U32 = u32, F32 = f32, F64 = f64,
            C64 = Complex32, C128 = Complex64;
        I64 = i64 => F32 = f32, F64 = f64,
            C64 = Complex32, C128 = Complex64;
        F16 = f16 => Bool = Bool;
        F32 = f32 => Bool = Bool, U8 = u8, U16 = u16, U32 = u32, I64 = i64, U64 = u64,
            F64 = f64, C64 = Complex32;
        F64 = f64 => Bool = Bool, U8 = u8, U16 = u16, U32 = u32, I64 = i64, U64 = u64,
            F32 = f32, C128 = Complex64;
        C64 = Complex32 => Bool = Bool, F32 = f32;
        C128 = Complex64 => Bool = Bool, F64 = f64;
    );
    Some(run)
}
