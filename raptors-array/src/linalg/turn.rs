//! The smallest pieces of Francis' steps: reflections of three elements, and the eigenvalues of two rows and columns.

use super::packs::multiply_add;
use super::range::power;
use raptors_kernels::Isa;
use raptors_kernels::dtype::Complex64;

/// Squares below this have lost digits, or parts of them have.
const SMALL: f64 = 1e-250;
/// The power of two that numbers are multiplied by where their squares are less.
const UP: i32 = 800;

/// A reflection `I - w v.T` of three elements, of which the first one of `v` is one.
pub(super) struct Turn {
    /// The first element of the vector that it was made for, whose others become zero.
    pub(super) left: f64,
    /// The other elements of `v`.
    pub(super) v: [f64; 2],
    pub(super) w: [f64; 3],
}

impl Turn {
    #[inline(always)]
    pub(super) fn of<I: Isa>(column: [f64; 3]) -> Self {
        let [x, y, z] = column;
        let square = multiply_add::<I>(x, x, multiply_add::<I>(y, y, z * z));
        if square < SMALL {
            return Self::of_little(column);
        }
        let left = -square.sqrt().copysign(x);
        let pivot = x - left;
        let (factor, v) = (-pivot / left, [y / pivot, z / pivot]);
        Self {
            left,
            v,
            w: [factor, factor * v[0], factor * v[1]],
        }
    }

    /// As [`Turn::of`], for elements whose squares may vanish.
    #[cold]
    #[inline(never)]
    fn of_little(column: [f64; 3]) -> Self {
        let scaled = column.map(|x| x * power(UP));
        if scaled[1] == 0.0 && scaled[2] == 0.0 {
            return Self {
                left: column[0],
                v: [0.0; 2],
                w: [0.0; 3],
            };
        }
        let [x, y, z] = scaled;
        let left = -(x * x + y * y + z * z).sqrt().copysign(x);
        let pivot = x - left;
        let (factor, v) = (-pivot / left, [y / pivot, z / pivot]);
        Self {
            left: left * power(-UP),
            v,
            w: [factor, factor * v[0], factor * v[1]],
        }
    }
}

/// The eigenvalues of two rows and columns, row by row, that of a pair with the positive imaginary part first.
#[inline(always)]
pub(super) fn pair([a, b, c, d]: [f64; 4]) -> [Complex64; 2] {
    let (half, real) = (0.5 * (a - d), |x| Complex64::new(x, 0.0));
    if b == 0.0 || c == 0.0 {
        return [real(a), real(d)];
    }
    let size = half.abs().max(b.abs()).max(c.abs());
    let [p, q, r] = [half, b, c].map(|x| x / size);
    let square = p * p + q * r;
    if square >= 0.0 {
        let far = half + size * square.sqrt().copysign(half);
        [real(d + far), real(d - b * (c / far))]
    } else {
        let (re, im) = (d + half, size * (-square).sqrt());
        [Complex64::new(re, im), Complex64::new(re, -im)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_rows_have_their_eigenvalues() {
        let of = |a| pair(a).map(|x| (x.re, x.im));
        assert_eq!(of([1.0, 0.0, 5.0, 2.0]), [(1.0, 0.0), (2.0, 0.0)]);
        assert_eq!(of([0.0, -1.0, 1.0, 0.0]), [(0.0, 1.0), (0.0, -1.0)]);
        assert_eq!(of([2.0, 1e-300, 1e-300, 2.0]), [(2.0, 0.0), (2.0, 0.0)]);
        assert_eq!(of([0.0, 4e-320, 1e-320, 0.0])[0].0, 2e-320);
        assert_eq!(of([3.0, 4.0, 4.0, -3.0]), [(5.0, 0.0), (-5.0, 0.0)]);
    }
}
