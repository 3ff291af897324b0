//! A short run slid along a long one: the loop behind correlation and convolution.

use super::{
    dot::{dot, real},
    ring::{Ring, with_ring},
};
use crate::{
    dtype::{Element, Kind},
    fold::with_fold_isa,
    isa::{Isa, Level},
    slice::{In, Out},
};
use core::array;

/// Bytes of the sums that are kept in registers at a time.
const BLOCK_BYTES: usize = 256;

/// `out[i] = x[i] * y[0] + x[i + 1] * y[1] + …` over all of `y`; integers wrap, truth values are
/// joined by `or` of `and`.
///
/// # Panics
///
/// If the types differ, `x` does not have `out.len() + y.len() - 1` elements, `y` has none, or the
/// type is float16, which must be converted before.
pub fn slide(level: Level, x: In<'_>, y: In<'_>, out: Out<'_>) {
    let dtype = x.dtype();
    assert_eq!((y.dtype(), out.dtype()), (dtype, dtype), "types differ");
    assert!(!y.is_empty(), "nothing to slide");
    assert_eq!(x.len(), out.len() + y.len() - 1, "sizes do not fit");
    with_ring!(dtype, T => with_fold_isa!(level, isa => {
        let (x, y, mut out) = (x.view(T::DTYPE), y.view(T::DTYPE), out.view(T::DTYPE));
        match BLOCK_BYTES / size_of::<T>() {
            16 => run::<_, T, 16>(isa, x.of(), y.of(), out.of()),
            32 => run::<_, T, 32>(isa, x.of(), y.of(), out.of()),
            64 => run::<_, T, 64>(isa, x.of(), y.of(), out.of()),
            _ => run::<_, T, 128>(isa, x.of(), y.of(), out.of()),
        }
    }));
}

/// Writes the sums where `y` sticks out on either side of `x`, each as [`super::dot`] adds it up:
/// `head` with one more product from sum to sum, `tail` with one less.
///
/// # Panics
///
/// As [`slide`], if `x` is shorter than `y`, or an end is not shorter than that.
pub fn slide_ends(level: Level, x: In<'_>, y: In<'_>, mut head: Out<'_>, mut tail: Out<'_>) {
    let dtype = x.dtype();
    let types = (y.dtype(), head.dtype(), tail.dtype());
    assert_eq!(types, (dtype, dtype, dtype), "types differ");
    let (long, short) = (x.len(), y.len());
    let (left, right) = (head.len(), tail.len());
    assert!(left.max(right) < short && short <= long, "sizes do not fit");
    if matches!(dtype.kind(), Kind::Float | Kind::Complex) {
        for i in 0..left {
            let n = short - (left - i);
            let sum = dot(level, x.range(0, n), y.range(left - i, n));
            head.range(i, 1)
                .bytes()
                .copy_from_slice(sum.as_in().bytes());
        }
        for i in 0..right {
            let n = short - 1 - i;
            let sum = dot(level, x.range(long - n, n), y.range(0, n));
            tail.range(i, 1)
                .bytes()
                .copy_from_slice(sum.as_in().bytes());
        }
        return;
    }
    with_ring!(dtype, T => with_fold_isa!(level, isa => {
        let (x, y) = (x.view(T::DTYPE), y.view(T::DTYPE));
        let (mut head, mut tail) = (head.view(T::DTYPE), tail.view(T::DTYPE));
        let (x, y, head, tail) = (x.of::<T>(), y.of::<T>(), head.of::<T>(), tail.of::<T>());
        for (i, sum) in head.iter_mut().enumerate() {
            let y = &y[left - i..];
            *sum = real(isa, &x[..y.len()], y);
        }
        for (i, sum) in tail.iter_mut().enumerate() {
            let x = &x[long - short + 1 + i..];
            *sum = real(isa, x, &y[..x.len()]);
        }
    }));
}

fn run<I: Isa, T: Ring, const BLOCK: usize>(isa: I, x: &[T], y: &[T], out: &mut [T]) {
    isa.vectorize(
        #[inline(always)]
        || {
            let (blocks, rest) = out.as_chunks_mut::<BLOCK>();
            let done = blocks.len() * BLOCK;
            for (i, block) in blocks.iter_mut().enumerate() {
                let mut sums = [T::ZERO; BLOCK];
                for (x, &y) in x[i * BLOCK..].windows(BLOCK).zip(y) {
                    let x: [T; BLOCK] = array::from_fn(|k| x[k]);
                    for k in 0..BLOCK {
                        sums[k] = T::mul_add::<I>(I::element(x[k]), y, sums[k]);
                    }
                }
                *block = sums;
            }
            for (i, sum) in rest.iter_mut().enumerate() {
                let products = x[done + i..].iter().zip(y);
                *sum = products.fold(T::ZERO, |sum, (&x, &y)| {
                    T::mul_add::<I>(I::element(x), y, sum)
                });
            }
        },
    );
}
