//! Linear algebra on stacks of matrices, computed in double precision as NumPy does, by faer.
//!
//! A stack is an array whose last two axes are matrices. Matrices for which there is no answer,
//! such as the inverse of a singular one, get NaN, and [`Solution::failed`] says so. Work space is
//! asked for before it is used, so that memory that is not there is an error.

mod balance;
mod bidiagonal;
mod dense;
mod eigen;
mod factors;
mod francis;
mod hermitian;
mod hessenberg;
mod implicit;
mod least;
mod lu;
mod orthogonal;
mod packs;
mod panels;
mod quotient;
mod range;
mod rational;
mod singular;
mod solve;
mod stack;
mod symmetric;
mod tridiagonal;
mod turn;

pub use eigen::{eig, eigvals};
pub use hermitian::{eigh, eigvalsh};
pub use least::lstsq;
pub use orthogonal::{qr, qr_raw, qr_triangle, svd};
pub use singular::svdvals;
pub use solve::{cholesky, det, inv, slogdet, solve};

use crate::{Array, DType, Error, Kind, Result};
use core::ops::{AddAssign, Mul, MulAssign, Neg};
use faer::MatRef;
use faer::traits::ComplexField;
use raptors_kernels::{Element, Status, dtype::Complex64};

/// What an operation on a stack of matrices gave.
#[derive(Debug)]
pub struct Solution<const N: usize> {
    /// The results, in NumPy's order.
    pub arrays: [Array; N],
    /// Whether one of the matrices had no answer.
    pub failed: bool,
}

/// Determinants, or what they are made of.
#[derive(Debug)]
pub struct Determinants<const N: usize> {
    /// The results, in NumPy's order.
    pub arrays: [Array; N],
    /// The floating-point exceptions that NumPy would report.
    pub status: Status,
}

/// The numbers that matrices are computed in: real or complex, of double precision.
trait Field:
    ComplexField<Real = f64> + Element + Mul<Output = Self> + MulAssign + AddAssign + Neg<Output = Self>
{
    const ZERO: Self;
    const ONE: Self;
    const NAN: Self;

    fn modulus(self) -> f64;
    /// The greatest absolute value of the parts, or NaN: never infinite for finite numbers.
    fn magnitude(self) -> f64;
    /// The number of absolute value one in the same direction; NumPy's for zero and NaN.
    fn sign(self) -> Self;
    /// The quotient, where the reciprocal of `divisor` may be infinite.
    fn over(self, divisor: Self) -> Self;
    fn conjugate(self) -> Self;
    fn scale(self, factor: f64) -> Self;
    /// The number `x`, without an imaginary part even where it is infinite.
    fn real(x: f64) -> Self;
    fn real_part(self) -> f64;

    /// The matrix, where its elements are real.
    fn reals(_: MatRef<'_, Self>) -> Option<MatRef<'_, f64>> {
        None
    }

    /// The elements, where they are real.
    fn reals_mut(_: &mut [Self]) -> Option<&mut [f64]> {
        None
    }

    fn is_nan_or_infinite(self) -> bool {
        !self.modulus().is_finite()
    }
}

impl Field for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const NAN: Self = f64::NAN;

    fn modulus(self) -> f64 {
        self.abs()
    }

    fn magnitude(self) -> f64 {
        self.abs()
    }

    fn sign(self) -> Self {
        if self < 0.0 { -1.0 } else { 1.0 }
    }

    fn over(self, divisor: Self) -> Self {
        self / divisor
    }

    fn conjugate(self) -> Self {
        self
    }

    fn scale(self, factor: f64) -> Self {
        self * factor
    }

    fn real(x: f64) -> Self {
        x
    }

    fn real_part(self) -> f64 {
        self
    }

    fn reals(a: MatRef<'_, Self>) -> Option<MatRef<'_, f64>> {
        Some(a)
    }

    fn reals_mut(elements: &mut [Self]) -> Option<&mut [f64]> {
        Some(elements)
    }
}

impl Field for Complex64 {
    const ZERO: Self = Self::new(0.0, 0.0);
    const ONE: Self = Self::new(1.0, 0.0);
    const NAN: Self = Self::new(f64::NAN, f64::NAN);

    fn modulus(self) -> f64 {
        self.re.hypot(self.im)
    }

    fn magnitude(self) -> f64 {
        let (re, im) = (self.re.abs(), self.im.abs());
        if re.is_nan() || im.is_nan() {
            f64::NAN
        } else {
            re.max(im)
        }
    }

    fn sign(self) -> Self {
        let x = range::near_one(self).0;
        x.unscale(x.modulus())
    }

    fn over(self, divisor: Self) -> Self {
        let (dividend, more) = range::near_one(self);
        let (divisor, less) = range::near_one(divisor);
        range::shifted(dividend / divisor, more - less)
    }

    fn conjugate(self) -> Self {
        self.conj()
    }

    fn scale(self, factor: f64) -> Self {
        Self::new(self.re * factor, self.im * factor)
    }

    fn real(x: f64) -> Self {
        Self::new(x, 0.0)
    }

    fn real_part(self) -> f64 {
        self.re
    }

    fn is_nan_or_infinite(self) -> bool {
        !(self.re.is_finite() && self.im.is_finite())
    }
}

/// `$body` with `$T` the field of the dtypes given.
macro_rules! with_field {
    ($dtypes:expr, $T:ident => $body:expr) => {
        if $crate::linalg::is_complex($dtypes) {
            type $T = raptors_kernels::dtype::Complex64;
            $body
        } else {
            type $T = f64;
            $body
        }
    };
}
use with_field;

fn is_complex<const N: usize>(dtypes: [DType; N]) -> bool {
    dtypes.iter().any(|dtype| dtype.kind() == Kind::Complex)
}

/// Refuses what is no stack of matrices: callers have checked, with NumPy's words.
fn check_matrices(a: &Array) -> Result<()> {
    if a.ndim() < 2 {
        let what = "a stack of matrices with less than two dimensions";
        return Err(Error::Internal { what });
    }
    Ok(())
}

/// As [`check_matrices`], for square ones.
fn check_square(a: &Array) -> Result<()> {
    check_matrices(a)?;
    match a.shape() {
        [.., m, n] if m == n => Ok(()),
        _ => Err(Error::Internal {
            what: "matrices that are not square",
        }),
    }
}

#[cfg(test)]
mod kinds;
#[cfg(test)]
mod tests;
