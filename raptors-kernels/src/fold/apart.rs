//! Sums of floats that lie apart, added from where they lie in the order of the pairwise tree: there are
//! as many partial results as hide an addition, so that packing elements first would gain nothing.

use super::{Baseline, tree::split, with_fold_isa};
use crate::{
    dtype::DType,
    isa::{Isa, Level},
    moves::Source,
    number::Float,
    slice::Out,
};
use core::array;

/// Partial results of a leaf.
const LANES: usize = 8;
/// A step that is known when the loops run.
const ANY: usize = 0;

/// The sums of the rows of `source`, whose elements are of the type of `out`: whether there is such a
/// loop. They are those that [`super::fold_inner`] gives.
///
/// # Panics
///
/// If `out` has not a place for each row.
///
/// # Safety
///
/// Every element of `source` is readable, and of the type of `out`.
pub unsafe fn sum_apart(level: Level, source: Source, mut out: Out<'_>) -> bool {
    // SAFETY: the caller vouches for elements of this type.
    unsafe {
        match out.dtype() {
            DType::F32 => rows::<f32>(level, source, out.of()),
            DType::F64 => rows::<f64>(level, source, out.of()),
            _ => return false,
        }
    }
    true
}

/// The sums of the rows.
///
/// # Safety
///
/// As [`sum_apart`].
unsafe fn rows<T: Float>(level: Level, source: Source, out: &mut [T]) {
    let ([rows, cols], [row, step]) = (source.shape, source.strides);
    assert_eq!(rows, out.len(), "a result for each row");
    let twice = step == 2 * size_of::<T>() as isize;
    for (i, out) in out.iter_mut().enumerate() {
        let ptr = source.ptr.wrapping_offset(i as isize * row);
        // SAFETY: row `i`, which the caller vouches for, whose step is known where it is named.
        let sum = unsafe {
            if twice {
                with_fold_isa!(level, isa => tree::<_, T, 2>(isa.narrow(), ptr, step, cols))
            } else {
                tree::<_, T, ANY>(Baseline, ptr, step, cols)
            }
        };
        // NumPy adds the sum to a positive zero, so a sum of negative zeros is positive.
        *out = T::ZERO + sum;
    }
}

/// The sum of `n` elements `step` bytes apart, which are `STEP` elements unless that is [`ANY`].
///
/// # Safety
///
/// They are readable from `ptr` on.
unsafe fn tree<I: Isa, T: Float, const STEP: usize>(
    isa: I,
    ptr: *const u8,
    step: isize,
    n: usize,
) -> T {
    let Some(left) = split(LANES, n) else {
        return isa.vectorize(
            #[inline(always)]
            // SAFETY: the caller vouches for the elements.
            || unsafe { leaf::<T, STEP>(ptr, step, n) },
        );
    };
    let right = ptr.wrapping_offset(left as isize * step);
    // SAFETY: both parts are among the elements that the caller vouches for.
    unsafe {
        tree::<I, T, STEP>(isa, ptr, step, left) + tree::<I, T, STEP>(isa, right, step, n - left)
    }
}

/// The sum of a leaf.
///
/// # Safety
///
/// As [`tree`].
#[inline(always)]
unsafe fn leaf<T: Float, const STEP: usize>(ptr: *const u8, step: isize, n: usize) -> T {
    let step = if STEP == ANY {
        step
    } else {
        (STEP * size_of::<T>()) as isize
    };
    let mut ptr = ptr;
    // SAFETY: the elements from `ptr` on that are asked for below are among the `n`.
    let at = |ptr: *const u8, i: usize| unsafe {
        ptr.offset(i as isize * step).cast::<T>().read_unaligned()
    };
    let blocks = n / LANES;
    let mut rest = 0;
    let mut sum = if blocks > 0 {
        let mut acc: [T; LANES] = array::from_fn(|k| at(ptr, k));
        for _ in 1..blocks {
            ptr = ptr.wrapping_offset(LANES as isize * step);
            let x: [T; LANES] = array::from_fn(|k| at(ptr, k));
            for (acc, x) in acc.iter_mut().zip(x) {
                *acc = *acc + x;
            }
        }
        ptr = ptr.wrapping_offset(LANES as isize * step);
        let [a, b, c, d, e, f, g, h] = acc;
        ((a + b) + (c + d)) + ((e + f) + (g + h))
    } else if n > 0 {
        rest = 1;
        at(ptr, 0)
    } else {
        return T::ZERO;
    };
    for i in rest..n % LANES {
        sum = sum + at(ptr, i);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fold::{Fold, Rows, fold_inner},
        slice::In,
    };

    fn check<T: Float>(make: impl Fn(usize) -> T) {
        let lengths = (0..20).chain([127, 128, 129, 140, 255, 256, 257, 1000, 1031]);
        for n in lengths.filter(|&n| n > 0) {
            for step in [1isize, 2, 3, 5, -1, -2, -7] {
                let far = step.unsigned_abs();
                let all: Vec<T> = (0..2 * n * far).map(&make).collect();
                let first = if step < 0 { (n - 1) * far } else { 0 };
                let picked: Vec<T> = (0..2 * n)
                    .map(|i| {
                        all[(first + i / n * n * far)
                            .wrapping_add_signed(i as isize % n as isize * step)]
                    })
                    .collect();
                for level in Level::available() {
                    let (mut wanted, mut given) = ([T::ZERO; 2], [T::ZERO; 2]);
                    let rows = Rows::new(In::from(&picked[..]), n);
                    fold_inner(Fold::sum, level, rows, Out::from(&mut wanted[..]));
                    let size = size_of::<T>() as isize;
                    let source = Source {
                        ptr: all[first..].as_ptr().cast(),
                        size: size_of::<T>(),
                        shape: [2, n],
                        strides: [(n * far) as isize * size, step * size],
                    };
                    // SAFETY: the vector has both rows.
                    let summed = unsafe { sum_apart(level, source, Out::from(&mut given[..])) };
                    assert!(summed);
                    let same = In::from(&wanted[..]).bytes() == In::from(&given[..]).bytes();
                    assert!(same, "{level:?} {n} {step}");
                }
            }
        }
    }

    #[test]
    fn sums_of_what_lies_apart_are_those_of_what_is_packed() {
        check(|i| (i as f64 * 0.7).sin() * 1e3);
        check(|i| (i as f32 * 0.7).sin() * 1e3);
        check(|_| -0.0f64);
    }
}
