//! Least squares of matrices whose columns are independent: by reflections, and singular values to see
//! that they are.

use super::dense::{Dense, scratch};
use super::orthogonal::Reflections;
use super::range::{Scale, largest};
use super::singular::Alone;
use super::stack::Stack;
use super::{Field, check_matrices, with_field};
use crate::{Array, Result};
use faer::dyn_stack::MemStack;
use faer::linalg::householder::{
    apply_block_householder_sequence_transpose_on_the_left_in_place_scratch as apply_scratch,
    apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj as apply,
};
use faer::linalg::triangular_solve::solve_upper_triangular_in_place;
use faer::{Conj, Par};

/// The `x` for which `a @ x` is nearest to `b`, two matrices, and the singular values of `a`. Nothing
/// where the least of these is not above `rcond` times the greatest, `a` has fewer rows than columns, or
/// elements are out of range.
///
/// # Errors
///
/// If memory runs out.
pub fn lstsq(a: &Array, b: &Array, rcond: f64) -> Result<Option<[Array; 2]>> {
    check_matrices(a)?;
    check_matrices(b)?;
    if a.ndim() != 2 || b.ndim() != 2 || a.shape()[0] != b.shape()[0] {
        return Ok(None);
    }
    with_field!([a.dtype(), b.dtype()], T => independent::<T>(a, b, rcond))
}

fn independent<T: Field>(a: &Array, b: &Array, rcond: f64) -> Result<Option<[Array; 2]>> {
    let (a, b) = (Stack::<T>::of(a)?, Stack::<T>::of(b)?);
    let (m, n, sides) = (a.rows(), a.columns(), b.columns());
    if m < n || a.is_empty() || b.is_empty() {
        return Ok(None);
    }
    let (source, right) = (a.get(0)?, b.get(0)?);
    let far = |largest: f64| !largest.is_finite() || Scale::of(largest).is_some();
    if far(largest(source)) || far(largest(right)) {
        return Ok(None);
    }
    let mut reflections = Reflections::new(m, n, 0)?;
    reflections.factor(source);
    if reflections.scale.is_some() {
        return Ok(None);
    }
    let (mut triangle, mut alone) = (Dense::zeros(n, n)?, Alone::new(n, n)?);
    let factors = reflections.factors.as_ref();
    triangle
        .as_mut()
        .copy_from_triangular_upper(factors.subrows(0, n));
    if !alone.compute(triangle.as_ref(), None) {
        return Ok(None);
    }
    let (greatest, least) = (alone.values[0], alone.values[n - 1]);
    if least.is_nan() || least <= greatest * rcond {
        return Ok(None);
    }
    let mut turned = Dense::zeros(m, sides)?;
    turned.as_mut().copy_from(right);
    let mut memory = scratch(&[apply_scratch::<T>(m, reflections.block, sides)])?;
    apply(
        factors,
        reflections.blocks.as_ref(),
        Conj::Yes,
        turned.as_mut(),
        Par::Seq,
        MemStack::new(&mut memory),
    );
    let mut solution = turned.as_mut().subrows_mut(0, n);
    solve_upper_triangular_in_place(triangle.as_ref(), solution.as_mut(), Par::Seq);
    let (mut x, mut s) = (
        Stack::<T>::new(&[], &[n, sides])?,
        Stack::<f64>::new(&[], &[n])?,
    );
    x.get_mut(0)?.copy_from(turned.as_ref().subrows(0, n));
    s.row_major(0)?.copy_from_slice(&alone.values);
    Ok(Some([x.into_array(), s.into_array()]))
}
