//! What a fold does to one element, and the erased kernel that the table binds it to.

use super::{
    rows::{self, Rows},
    scan, seconds, segments,
};
use crate::{
    dtype::{DType, Element},
    isa::Isa,
    scalar::Scalar,
    slice::{In, Out},
};

/// An element made a partial result (`lift`), and two partial results made one (`join`).
///
/// A run is folded either in the order of the pairwise tree (floating-point sums and products) or
/// in any order, where `join` is exactly associative and commutative.
pub(crate) trait Op<T: Element>: Copy + Default + 'static {
    /// The partial result.
    type Acc: Element;
    /// Runs shorter than this are folded one by one from the first element.
    const SHORT: usize = 8;
    /// Whether `join` chooses one of the two, by a mask.
    const CHOOSES: bool = false;
    /// Whether results do not depend on their order, and no element raises anything, so that others may be joined
    /// beside those of a run.
    const FREE: bool = false;
    /// A result that stays what it is whatever comes after it, and that scans come to soon.
    const FINAL: Option<Self::Acc> = None;
    /// What a run of nothing gives.
    const EMPTY: Option<Self::Acc>;
    /// The partial result of one element.
    fn lift(self, x: T) -> Self::Acc;
    /// The partial result of `a` and, after it, `b`.
    fn join(self, a: Self::Acc, b: Self::Acc) -> Self::Acc;
    /// As `join`, in a chain where each step waits for the one before.
    #[inline(always)]
    fn next(self, a: Self::Acc, b: Self::Acc) -> Self::Acc {
        self.join(a, b)
    }
    /// As `join` of `a` and all of `x` in order.
    #[inline(always)]
    fn join_all<const N: usize>(self, a: Self::Acc, x: [Self::Acc; N]) -> Self::Acc {
        let mut a = a;
        for x in x {
            a = self.join(a, x);
        }
        a
    }
    /// The partial result of a run that is not empty.
    fn run<I: Isa>(self, isa: I, x: &[T]) -> Self::Acc;
    /// The fold of a run of more than one leaf; `None` where the plain loops are as good.
    #[inline(always)]
    fn tree<I: Isa>(self, _isa: I, _x: &[T]) -> Option<Self::Acc> {
        None
    }
    /// The result of a whole run.
    #[inline(always)]
    fn finish(self, a: Self::Acc) -> Self::Acc {
        a
    }
}

/// Folds one by one, from the first element.
#[inline(always)]
pub(crate) fn sequential<I: Isa, T: Element, O: Op<T>>(op: O, x: &[T]) -> O::Acc {
    let mut acc = op.lift(I::element(x[0]));
    for &x in &x[1..] {
        acc = op.join(acc, op.lift(I::element(x)));
    }
    acc
}

/// The whole fold of a run, which is not empty.
#[inline(always)]
pub(crate) fn whole<I: Isa, T: Element, O: Op<T>>(isa: I, op: O, x: &[T]) -> O::Acc {
    op.finish(op.run(isa, x))
}

/// A fold bound to an element type and an instruction set.
pub(crate) struct Kernel<I> {
    /// The element type that it reads.
    pub(crate) input: DType,
    /// The element type that it writes.
    pub(crate) output: DType,
    pub(crate) fold: fn(I, In<'_>) -> Option<Scalar>,
    pub(crate) rows: fn(I, Rows<'_>, Out<'_>),
    pub(crate) inner: fn(I, Rows<'_>, Out<'_>),
    /// As `inner`, of every second element of each row, where there is such a loop.
    pub(crate) seconds: Option<fn(I, Rows<'_>, Out<'_>)>,
    pub(crate) segments: fn(I, In<'_>, usize, &[i64], Out<'_>),
    pub(crate) scan: fn(In<'_>, Option<Scalar>, Out<'_>),
    pub(crate) scan_lines: fn(I, In<'_>, usize, Out<'_>),
    pub(crate) scan_columns: fn(I, In<'_>, usize, Out<'_>),
    pub(crate) join: fn(&Scalar, &Scalar) -> Scalar,
}

impl<I: Isa> Kernel<I> {
    pub(crate) const fn of<T: Element, O: Op<T>>() -> Self {
        Self {
            input: T::DTYPE,
            output: <O::Acc as Element>::DTYPE,
            fold: |isa, x| match x.of::<T>() {
                [] => O::EMPTY.map(Scalar::new),
                x => Some(Scalar::new(whole(isa, O::default(), x))),
            },
            rows: |isa, rows, mut acc| {
                rows::down::<I, T, O, ()>(isa, |()| O::default(), rows::NONE, rows, acc.of());
            },
            inner: |isa, rows, mut out| {
                rows::across::<I, T, O>(isa, |_| O::default(), rows, out.of());
            },
            seconds: if O::FREE {
                Some(|isa, rows, mut out| seconds::across::<I, T, O>(isa, rows, out.of()))
            } else {
                None
            },
            segments: |isa, x, width, starts, mut out| {
                segments::segments::<I, T, O>(isa, O::default(), x.of(), width, starts, out.of());
            },
            scan: |x, carry, mut out| chain::<T, O>(O::default(), x.of(), carry, out.of()),
            scan_lines: |isa, x, len, mut out| {
                scan::lines::<I, T, O>(isa, O::default(), x.of(), len, out.of());
            },
            scan_columns: |isa, x, width, mut out| {
                scan::columns::<I, T, O>(isa, O::default(), x.of(), width, out.of());
            },
            join: |a, b| Scalar::new(O::default().join(a.get(), b.get())),
        }
    }
}

/// Elements between two looks at whether a scan has come to the result that stays.
const LOOK: usize = 256;

/// Every prefix of `x` folded, in order, after `carry`. The partial result stays in a register;
/// the chain of dependent operations leaves nothing to vectorise, so one compilation serves all
/// levels.
#[inline(never)]
pub(super) fn chain<T: Element, O: Op<T>>(
    op: O,
    x: &[T],
    carry: Option<Scalar>,
    out: &mut [O::Acc],
) {
    assert_eq!(x.len(), out.len(), "runs of different lengths");
    let (Some((&first, x)), Some((start, out))) = (x.split_first(), out.split_first_mut()) else {
        return;
    };
    let mut acc = op.lift(first);
    if let Some(carry) = carry {
        acc = op.join(carry.get(), acc);
    }
    *start = acc;
    let every = if O::FINAL.is_some() { LOOK } else { usize::MAX };
    for (x, out) in x.chunks(every).zip(out.chunks_mut(every)) {
        if O::FINAL == Some(acc) {
            out.fill(acc);
            continue;
        }
        for (o, &x) in out.iter_mut().zip(x) {
            acc = op.next(acc, op.lift(x));
            *o = acc;
        }
    }
}
