//! Folds of every second element of runs whose order makes no difference: whole vectors are joined, lane by lane,
//! and the lanes between the elements are left out in the end, which takes less than packing the elements.

use super::{op::Op, rows::Rows};
use crate::{dtype::Element, isa::Isa};
use core::hint::black_box;

/// Lanes of what fills no block: a vector of 32 bits or more.
const SHORT: usize = 16;

/// `out[i]` the whole fold of every second element of row `i`, from the first to the last.
pub(super) fn across<I: Isa, T: Element, O: Op<T>>(isa: I, rows: Rows<'_>, out: &mut [O::Acc]) {
    assert_eq!(rows.nrows(), out.len(), "a result for each row");
    isa.vectorize(
        #[inline(always)]
        || {
            for (i, out) in out.iter_mut().enumerate() {
                let (op, x) = (O::default(), rows.row(i).of::<T>());
                // Four vectors side by side.
                let all = match size_of::<T>() {
                    1 => run::<I, T, O, 256>(op, x),
                    2 => run::<I, T, O, 128>(op, x),
                    4 => run::<I, T, O, 64>(op, x),
                    _ => run::<I, T, O, 32>(op, x),
                };
                *out = op.finish(all);
            }
        },
    );
}

/// The fold of every second element of a run, which is not empty, in blocks of `N` lanes.
#[inline(always)]
fn run<I: Isa, T: Element, O: Op<T>, const N: usize>(op: O, x: &[T]) -> O::Acc {
    let (blocks, rest) = x.as_chunks::<N>();
    let (mut shorts, few) = rest.as_chunks::<SHORT>();
    let mut short = [O::Acc::default(); SHORT];
    if let Some((first, blocks)) = blocks.split_first() {
        let mut acc = [O::Acc::default(); N];
        for k in 0..N {
            acc[k] = op.lift(I::element(first[k]));
        }
        for block in blocks {
            for k in 0..N {
                acc[k] = op.join(acc[k], op.lift(I::element(block[k])));
            }
        }
        let mut width = N;
        while width > SHORT {
            width /= 2;
            for k in 0..width {
                acc[k] = op.join(acc[k], acc[width + k]);
            }
        }
        short.copy_from_slice(&acc[..SHORT]);
    } else if let Some((first, others)) = shorts.split_first() {
        for k in 0..SHORT {
            short[k] = op.lift(I::element(first[k]));
        }
        shorts = others;
    } else {
        let mut all = op.lift(I::element(few[0]));
        for &x in few[1..].iter().skip(1).step_by(2) {
            all = op.join(all, op.lift(I::element(x)));
        }
        return all;
    }
    for block in shorts {
        for k in 0..SHORT {
            short[k] = op.join(short[k], op.lift(I::element(block[k])));
        }
    }
    // Out of the compiler's sight, or it would take the lanes that are left apart before they are joined.
    let short = black_box(short);
    let mut all = short[0];
    for k in (2..SHORT).step_by(2) {
        all = op.join(all, short[k]);
    }
    for &x in few.iter().step_by(2) {
        all = op.join(all, op.lift(I::element(x)));
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::{
        dtype::{DType, Element},
        fold::{Fold, Rows, fold_inner, fold_seconds, is_free},
        isa::Level,
        slice::{In, Out},
    };

    fn check<T: Element>(make: impl Fn(usize) -> T) {
        for fold in [
            Fold::min,
            Fold::max,
            Fold::fmax,
            Fold::bitwise_and,
            Fold::bitwise_or,
            Fold::bitwise_xor,
        ] {
            assert!(is_free(fold, T::DTYPE), "{fold:?}");
            for n in (1..300).chain([1000, 1031]) {
                // The last row ends with its last element.
                let (rows, span) = (3, 2 * n - 1);
                let x: Vec<T> = (0..(rows - 1) * (span + 2) + span).map(&make).collect();
                let packed: Vec<T> = (0..rows * n)
                    .map(|i| x[i / n * (span + 2) + 2 * (i % n)])
                    .collect();
                let stride = ((span + 2) * size_of::<T>()) as isize;
                for level in Level::available() {
                    let (mut wanted, mut given) = ([T::default(); 3], [T::default(); 3]);
                    let whole = Rows::new(In::from(&packed[..]), n);
                    fold_inner(fold, level, whole, Out::from(&mut wanted[..]));
                    let ptr = x.as_ptr().cast();
                    // SAFETY: the vector has the three rows.
                    let gaps = unsafe { Rows::from_raw(ptr, rows, stride, span, T::DTYPE) };
                    fold_seconds(fold, level, gaps, Out::from(&mut given[..]));
                    let same = In::from(&wanted[..]).bytes() == In::from(&given[..]).bytes();
                    assert!(same, "{fold:?} {:?} {level:?} {n}", T::DTYPE);
                }
            }
        }
    }

    #[test]
    fn every_second_element_is_folded_as_packed_ones_are() {
        // What lies between the elements is less and more than any of them.
        let between = |i: usize| [i64::MIN, i64::MAX][i / 2 % 2];
        let number = |i: usize| {
            if i % 2 == 1 {
                between(i)
            } else {
                (i as i64 * 7919) % 10_007 - 5000
            }
        };
        check::<i64>(number);
        check::<i32>(|i| number(i) as i32);
        check::<u32>(|i| number(i) as u32);
        check::<i16>(|i| number(i) as i16);
        check::<u8>(|i| number(i) as u8);
        for fold in [Fold::sum, Fold::prod, Fold::max] {
            assert!(!is_free(fold, DType::F64));
        }
    }
}
