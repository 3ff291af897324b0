//! Eigenvalues and eigenvectors of matrices that need not be symmetric.

use super::dense::{Dense, filled, scratch};
use super::francis::Alone as Few;
use super::range::{Scale, largest, multiply};
use super::stack::Stack;
use super::{Field, Solution, check_square, is_complex};
use crate::{Array, Result};
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{self, ComputeEigenvectors};
use faer::prelude::default;
use faer::{MatRef, Par};
use raptors_kernels::dtype::Complex64;

/// Rows up to which steps on the whole matrix are faster than blocks of them (bench: linalg/eigvals).
const FEW: usize = 400;

/// What faer is to find.
pub(super) fn compute(vectors: bool) -> ComputeEigenvectors {
    if vectors {
        ComputeEigenvectors::Yes
    } else {
        ComputeEigenvectors::No
    }
}

/// The eigenvalues of matrices and their eigenvectors as columns of length one, whose greatest
/// element is real. Both are complex; conjugate pairs of real matrices stand together.
///
/// # Errors
///
/// If memory runs out.
pub fn eig(a: &Array) -> Result<Solution<2>> {
    check_square(a)?;
    let n = a.shape()[a.ndim() - 1];
    let outer = &a.shape()[..a.ndim() - 2];
    let mut values = Stack::<Complex64>::new(outer, &[n])?;
    let mut vectors = Stack::<Complex64>::new(outer, &[n, n])?;
    let failed = general(a, &mut values, Some(&mut vectors))?;
    Ok(Solution {
        arrays: [values.into_array(), vectors.into_array()],
        failed,
    })
}

/// The eigenvalues of matrices, complex; conjugate pairs of real matrices stand together.
///
/// # Errors
///
/// If memory runs out.
pub fn eigvals(a: &Array) -> Result<Solution<1>> {
    check_square(a)?;
    let n = a.shape()[a.ndim() - 1];
    let mut values = Stack::<Complex64>::new(&a.shape()[..a.ndim() - 2], &[n])?;
    let failed = general(a, &mut values, None)?;
    Ok(Solution {
        arrays: [values.into_array()],
        failed,
    })
}

/// Whether one of the matrices has no answer.
fn general(
    a: &Array,
    values: &mut Stack<Complex64>,
    vectors: Option<&mut Stack<Complex64>>,
) -> Result<bool> {
    if a.size() == 0 {
        return Ok(false);
    }
    if is_complex([a.dtype()]) {
        each::<Complex64>(a, values, vectors, complex_matrix)
    } else {
        each::<f64>(a, values, vectors, real_matrix)
    }
}

/// Room for the eigenvalues and eigenvectors of one matrix.
struct Room<T> {
    /// Eigenvalues; of real matrices the real parts.
    values: Vec<T>,
    /// The imaginary parts of real matrices' eigenvalues.
    imaginary: Vec<T>,
    vectors: Option<Dense<T>>,
    memory: MemBuffer,
    /// For real matrices of few rows without eigenvectors.
    few: Option<Few>,
}

/// Decomposes one matrix into the results, each eigenvector a column; whether that worked.
type Decompose<T> =
    fn(MatRef<'_, T>, &mut Room<T>, &mut [Complex64], Option<&mut Dense<Complex64>>) -> bool;

fn each<T: Field>(
    a: &Array,
    values: &mut Stack<Complex64>,
    mut vectors: Option<&mut Stack<Complex64>>,
    decompose: Decompose<T>,
) -> Result<bool> {
    let a = Stack::<T>::of(a)?;
    let n = a.rows();
    let which = compute(vectors.is_some());
    let need = evd::evd_scratch::<T>(n, ComputeEigenvectors::No, which, Par::Seq, default());
    let (own, mut columns) = match vectors {
        Some(_) => (Some(Dense::zeros(n, n)?), Some(Dense::zeros(n, n)?)),
        None => (None, None),
    };
    let mut room = Room {
        values: filled(n, T::ZERO)?,
        imaginary: filled(n, T::ZERO)?,
        vectors: own,
        memory: scratch(&[need])?,
        few: if vectors.is_none() && !is_complex([T::DTYPE]) && n <= FEW {
            Some(Few::new(n)?)
        } else {
            None
        },
    };
    let (mut failed, mut scaled) = (false, None);
    for i in 0..a.count() {
        let (row, mut source) = (values.row_major(i)?, a.get(i)?);
        let largest = largest(source);
        let scale = Scale::of(largest);
        if let Some(scale) = scale {
            let scaled = match &mut scaled {
                Some(scaled) => scaled,
                none => none.insert(Dense::zeros(n, n)?),
            };
            scaled.as_mut().copy_from(source);
            multiply(scaled.as_mut(), scale.factor());
            source = scaled.as_ref();
        }
        let done = largest.is_finite() && decompose(source, &mut room, row, columns.as_mut());
        if let Some(scale) = scale {
            for value in &mut *row {
                *value *= scale.inverse();
            }
        }
        if !done {
            failed = true;
            row.fill(Complex64::NAN);
        }
        if let (Some(vectors), Some(columns)) = (&mut vectors, &mut columns) {
            if done {
                normalize(columns, n);
                vectors.get_mut(i)?.copy_from(columns.as_ref());
            } else {
                vectors.row_major(i)?.fill(Complex64::NAN);
            }
        }
    }
    Ok(failed)
}

fn complex_matrix(
    a: MatRef<'_, Complex64>,
    room: &mut Room<Complex64>,
    values: &mut [Complex64],
    vectors: Option<&mut Dense<Complex64>>,
) -> bool {
    let done = evd::evd_cplx(
        a,
        DiagMut::from_slice_mut(values),
        None,
        vectors.map(Dense::as_mut),
        Par::Seq,
        MemStack::new(&mut room.memory),
        default(),
    );
    done.is_ok()
}

fn real_matrix(
    a: MatRef<'_, f64>,
    room: &mut Room<f64>,
    values: &mut [Complex64],
    vectors: Option<&mut Dense<Complex64>>,
) -> bool {
    if room.few.as_mut().is_some_and(|few| few.compute(a, values)) {
        return true;
    }
    let done = evd::evd_real(
        a,
        DiagMut::from_slice_mut(&mut room.values),
        DiagMut::from_slice_mut(&mut room.imaginary),
        None,
        room.vectors.as_mut().map(Dense::as_mut),
        Par::Seq,
        MemStack::new(&mut room.memory),
        default(),
    );
    if done.is_err() {
        return false;
    }
    let parts = room.values.iter().zip(&room.imaginary);
    for (value, (&re, &im)) in values.iter_mut().zip(parts) {
        *value = Complex64::new(re, im);
    }
    let (Some(to), Some(from)) = (vectors, &room.vectors) else {
        return true;
    };
    let (mut to, from) = (to.as_mut(), from.as_ref());
    let n = from.nrows();
    let mut j = 0;
    while j < n {
        // The real and the imaginary part of a pair's first eigenvector are neighbours.
        let pair = room.imaginary[j] != 0.0 && j + 1 < n;
        for i in 0..n {
            if pair {
                to[(i, j)] = Complex64::new(from[(i, j)], from[(i, j + 1)]);
                to[(i, j + 1)] = to[(i, j)].conj();
            } else {
                to[(i, j)] = Complex64::new(from[(i, j)], 0.0);
            }
        }
        j += if pair { 2 } else { 1 };
    }
    true
}

/// Gives every column length one, and turns complex ones so that the greatest element is real.
fn normalize(columns: &mut Dense<Complex64>, n: usize) {
    for j in 0..n {
        let column = columns.column(j);
        let length = column.iter().map(Complex64::norm_sqr).sum::<f64>().sqrt();
        let real = column.iter().all(|x| x.im == 0.0);
        let greatest = column.iter().copied().fold(Complex64::ZERO, |best, x| {
            if x.norm_sqr() > best.norm_sqr() {
                x
            } else {
                best
            }
        });
        let size = greatest.norm();
        if !(length.is_normal() && size.is_normal()) {
            continue;
        }
        let turn = if real {
            Complex64::ONE
        } else {
            greatest.conj().unscale(size)
        };
        for x in column {
            *x = (*x * turn).unscale(length);
        }
    }
}
