//! Indices put in the order of the elements they stand for. Of equal elements the first comes first.

use super::{
    arrange::{Task, by},
    compare::Ordered,
    image::Word,
};
use crate::{
    dtype::{Complex32, Complex64, DType, Kind},
    slice::{In, Out},
};

/// The greatest number of elements whose indices fit beside a 32-bit rank.
const NARROW: u64 = 1 << 32;

/// The length that `pairs` of [`arrange_indices`] needs for `len` elements of `dtype`.
pub const fn pairs(dtype: DType, len: usize) -> usize {
    if matches!(dtype.kind(), Kind::Complex) || is_narrow(dtype, len) {
        0
    } else {
        len
    }
}

const fn is_narrow(dtype: DType, len: usize) -> bool {
    dtype.size() <= 4 && len as u64 <= NARROW
}

/// Writes the indices of the elements of `x` to `out`, in order, or those that `task` selects in
/// their places. `pairs` has room for as many numbers as the function of that name says.
///
/// Real elements are sorted as pairs of rank and index in one integer, which no two share.
///
/// # Panics
///
/// If `out` or `pairs` has another length, or a place to select is not in the run.
pub fn arrange_indices(x: In<'_>, out: &mut [i64], task: Task<'_>, pairs: &mut [u128]) {
    assert_eq!(x.len(), out.len(), "a place for each element");
    let kind = x.dtype().kind();
    match x.dtype() {
        DType::C64 => compared::<Complex32>(x.of(), out, task),
        DType::C128 => compared::<Complex64>(x.of(), out, task),
        dtype if is_narrow(dtype, x.len()) => match dtype.size() {
            1 => narrow::<u8>(x.view(DType::U8).of(), kind, out, task),
            2 => narrow::<u16>(x.view(DType::U16).of(), kind, out, task),
            _ => narrow::<u32>(x.view(DType::U32).of(), kind, out, task),
        },
        dtype => match dtype.size() {
            1 => wide::<u8>(x.view(DType::U8).of(), kind, out, task, pairs),
            2 => wide::<u16>(x.view(DType::U16).of(), kind, out, task, pairs),
            4 => wide::<u32>(x.view(DType::U32).of(), kind, out, task, pairs),
            _ => wide::<u64>(x.view(DType::U64).of(), kind, out, task, pairs),
        },
    }
}

/// The task for pairs whose rank is turned around instead of the result, so that of equal elements
/// the first comes first in descending order too.
const fn forward(task: Task<'_>) -> (Task<'_>, bool) {
    match task {
        Task::Sort { descending } => (Task::Sort { descending: false }, descending),
        Task::Select(_) => (task, false),
    }
}

/// Pairs of 32 and 32 bits, in the memory of the result.
fn narrow<W: Word + Into<u32>>(x: &[W], kind: Kind, out: &mut [i64], task: Task<'_>) {
    let (task, turned) = forward(task);
    let turn = if turned { u32::MAX } else { 0 };
    let mut run = Out::from(out).view(DType::U64);
    let pairs = run.of::<u64>();
    for ((pair, &word), index) in pairs.iter_mut().zip(x).zip(0..) {
        let rank: u32 = word.rank(kind).into();
        *pair = u64::from(rank ^ turn) << 32 | index;
    }
    by(pairs, task, Ord::cmp);
    for pair in pairs {
        *pair &= NARROW - 1;
    }
}

/// Pairs of 64 and 64 bits.
fn wide<W: Word + Into<u64>>(
    x: &[W],
    kind: Kind,
    out: &mut [i64],
    task: Task<'_>,
    pairs: &mut [u128],
) {
    assert_eq!(x.len(), pairs.len(), "a pair for each element");
    let (task, turned) = forward(task);
    let turn = if turned { u64::MAX } else { 0 };
    for ((pair, &word), index) in pairs.iter_mut().zip(x).zip(0..) {
        let rank: u64 = word.rank(kind).into();
        *pair = u128::from(rank ^ turn) << 64 | index;
    }
    by(pairs, task, Ord::cmp);
    for (out, &pair) in out.iter_mut().zip(&*pairs) {
        *out = pair as i64;
    }
}

/// Indices that are compared by what they stand for.
fn compared<T: Ordered>(x: &[T], out: &mut [i64], task: Task<'_>) {
    let (task, turned) = forward(task);
    out.iter_mut()
        .zip(0..)
        .for_each(|(out, index)| *out = index);
    by(out, task, |&i, &k| {
        let order = x[i as usize].order(x[k as usize]);
        let order = if turned { order.reverse() } else { order };
        order.then(i.cmp(&k))
    });
}
