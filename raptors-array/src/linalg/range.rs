//! Magnitudes whose squares overflow or vanish: matrices are moved from there by powers of two.

use super::Field;
use faer::{MatMut, MatRef};

/// Elements of this exponent of two have fourth powers far from both ends of the range.
const SAFE: i32 = 200;

/// A power of two to multiply by. Both it and its reciprocal are normal numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// The exponent of the reciprocal.
    pub(super) exponent: i32,
}

impl Scale {
    /// What brings numbers up to `largest` near one, if their squares are not safe.
    pub(super) fn of(largest: f64) -> Option<Self> {
        let exponent = exponent(largest);
        let odd = exponent.abs() > SAFE && largest.is_finite() && largest != 0.0;
        odd.then_some(Self {
            exponent: exponent.clamp(-1022, 1022),
        })
    }

    pub(super) fn factor(self) -> f64 {
        power(-self.exponent)
    }

    pub(super) fn inverse(self) -> f64 {
        power(self.exponent)
    }
}

/// The exponent of a positive number, which counts as normal.
pub(super) fn exponent(x: f64) -> i32 {
    ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023
}

/// Two to the power of `exponent`, for normal results.
pub(super) const fn power(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent as i64) as u64) << 52)
}

/// `x` times two to the power of `exponent`, rounded once.
pub(super) fn shifted<T: Field>(mut x: T, exponent: i64) -> T {
    // Further than this, what is neither zero nor infinite becomes so.
    let mut left = exponent.clamp(-4000, 4000) as i32;
    while left != 0 {
        let step = left.clamp(-1000, 1000);
        x = x.scale(power(step));
        left -= step;
    }
    x
}

/// `x` near one, and the exponent of two that it lost; `x` itself where its square is safe.
pub(super) fn near_one<T: Field>(x: T) -> (T, i64) {
    match Scale::of(x.magnitude()) {
        Some(scale) => (x.scale(scale.factor()), i64::from(scale.exponent)),
        None => (x, 0),
    }
}

/// The greatest magnitude; infinite where an element is, and NaN where one is.
pub(super) fn largest<T: Field>(a: MatRef<'_, T>) -> f64 {
    // Along the elements that are neighbours in memory.
    let a = if a.row_stride().unsigned_abs() < a.col_stride().unsigned_abs() {
        a.transpose()
    } else {
        a
    };
    let mut largest = 0.0;
    for i in 0..a.nrows() {
        for &element in a.row(i).iter() {
            let magnitude = element.magnitude();
            if magnitude.is_nan() {
                return magnitude;
            }
            if magnitude > largest {
                largest = magnitude;
            }
        }
    }
    largest
}

/// Multiplies all elements.
pub(super) fn multiply<T: Field>(mut to: MatMut<'_, T>, factor: f64) {
    for j in 0..to.ncols() {
        for i in 0..to.nrows() {
            to[(i, j)] = to[(i, j)].scale(factor);
        }
    }
}
