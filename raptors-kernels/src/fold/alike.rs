//! Whether two runs are alike: equal everywhere, or close to each other.

use super::with_fold_isa;
use crate::{
    dtype::{DType, Element},
    isa::{Isa, Level},
    number::Float,
    slice::In,
    with_dtype,
};
use core::ops::BitOr;

/// Elements that are compared before asking whether the answer is known.
const BLOCK: usize = 1024;

/// A number as wide as an element, or a part of it, so that masks need no conversion.
trait Flag: Copy + Default + PartialEq + From<bool> + BitOr<Output = Self> {}
impl<T: Copy + Default + PartialEq + From<bool> + BitOr<Output = Self>> Flag for T {}

/// Whether the elements of two runs are equal; NaN, of real numbers, is equal to NaN if `equal_nan`.
///
/// # Panics
///
/// If types or lengths differ.
pub fn alike(level: Level, x: In<'_>, y: In<'_>, equal_nan: bool) -> bool {
    let dtype = x.dtype();
    assert_eq!((y.dtype(), y.len()), (dtype, x.len()), "runs differ");
    macro_rules! floats {
        ($float:ty, $flag:ty) => {
            with_fold_isa!(level, isa => none::<_, $float, $flag>(
                isa,
                x.of(),
                y.of(),
                #[inline(always)]
                |x, y| (x != y) & !(x.is_nan() & y.is_nan()),
            ))
        };
    }
    match dtype {
        DType::F32 if equal_nan => floats!(f32, u32),
        DType::F64 if equal_nan => floats!(f64, u64),
        _ => {
            with_dtype!(dtype, T => with_fold_isa!(level, isa => equal::<_, T>(isa, x.of(), y.of())))
        }
    }
}

#[inline(always)]
fn differ<T: Copy + PartialEq>(x: T, y: T) -> bool {
    x != y
}

fn equal<I: Isa, T: Element + PartialEq>(isa: I, x: &[T], y: &[T]) -> bool {
    match align_of::<T>() {
        1 => none::<I, T, u8>(isa, x, y, differ),
        2 => none::<I, T, u16>(isa, x, y, differ),
        4 => none::<I, T, u32>(isa, x, y, differ),
        _ => none::<I, T, u64>(isa, x, y, differ),
    }
}

/// Whether `differ` holds for no pair of elements.
#[inline(always)]
fn none<I: Isa, T: Element, F: Flag>(
    isa: I,
    x: &[T],
    y: &[T],
    differ: impl Fn(T, T) -> bool + Copy,
) -> bool {
    isa.vectorize(
        #[inline(always)]
        || {
            x.chunks(BLOCK).zip(y.chunks(BLOCK)).all(|(x, y)| {
                let pairs = x.iter().zip(y);
                let found = pairs.fold(F::default(), |found, (&x, &y)| {
                    found | F::from(differ(I::element(x), y))
                });
                found == F::default()
            })
        },
    )
}

/// How far the numbers of one run may be from those of another.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// For each unit of the second number.
    pub relative: f64,
    /// For all numbers.
    pub absolute: f64,
    /// Whether NaN is close to NaN.
    pub equal_nan: bool,
}

/// Whether the elements of `x` are close to those of `y`, computed as NumPy's `isclose` does. `None` where
/// that would tell of exceptions, or there is no such comparison of the type.
///
/// # Panics
///
/// If types or lengths differ.
pub fn close(level: Level, x: In<'_>, y: In<'_>, tolerance: Tolerance) -> Option<bool> {
    let dtype = x.dtype();
    assert_eq!((y.dtype(), y.len()), (dtype, x.len()), "runs differ");
    match dtype {
        DType::F32 => {
            with_fold_isa!(level, isa => near::<_, f32, u32>(isa, x.of(), y.of(), tolerance))
        }
        DType::F64 => {
            with_fold_isa!(level, isa => near::<_, f64, u64>(isa, x.of(), y.of(), tolerance))
        }
        _ => None,
    }
}

fn near<I: Isa, T: Float, F: Flag>(isa: I, x: &[T], y: &[T], tolerance: Tolerance) -> Option<bool> {
    let [relative, absolute] = [tolerance.relative, tolerance.absolute].map(T::from_f64);
    if !(relative.is_finite() && absolute.is_finite()) {
        return None;
    }
    let (scales, equal_nan) = (relative != T::ZERO, tolerance.equal_nan);
    isa.vectorize(
        #[inline(always)]
        || {
            let mut all = true;
            for (x, y) in x.chunks(BLOCK).zip(y.chunks(BLOCK)) {
                let (mut far, mut told) = (F::default(), F::default());
                for (&x, &y) in x.iter().zip(y) {
                    let x = I::element(x);
                    let (distance, share) = ((x - y).abs(), relative * y.abs());
                    let bound = absolute + share;
                    let finite = y.is_finite();
                    let near = (distance <= bound) & finite;
                    let same = (x == y) | (equal_nan & x.is_nan() & y.is_nan());
                    far = far | F::from(!(near | same));
                    let apart = !distance.is_finite() & x.is_finite();
                    let over = (apart | !bound.is_finite()) & finite;
                    let under = scales & (share.abs() < T::MIN_POSITIVE) & (y != T::ZERO);
                    told = told | F::from(over | under);
                }
                if told != F::default() {
                    return None;
                }
                // All are looked at, as there may be something to be told of behind a difference.
                all &= far == F::default();
            }
            Some(all)
        },
    )
}
