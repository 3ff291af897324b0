//! Matrix products of arrays: NumPy's `@` and `dot`.

mod brief;
mod face;
mod stack;

use crate::{
    Array, DType, Dims, Error, Kind, Operand, Order, Result, Scalar, Strides, Ufunc, assign,
    broadcast::broadcast, layout, map, promote_types,
};
pub use brief::brief_product;
use face::{Face, MATMUL, MATVEC, SUMS, VECDOT, VECMAT};
use raptors_kernels::dtype::{Complex32, Complex64};
use smallvec::SmallVec;
pub use stack::short_product;
use stack::{Matrix, Stack};
use std::borrow::Cow;
use std::cmp::Reverse;

impl Face {
    /// The products of the last axes of `a` and `b`, which `left` and `right` say what they are;
    /// broadcast over the others.
    fn product(self, (a, left): (&Array, Core), (b, right): (&Array, Core)) -> Result<Array> {
        let dtype = promote_types(a.dtype(), b.dtype());
        if dtype == DType::F16 && (a.ndim() > left.ndim() || b.ndim() > right.ndim()) {
            // Converted as a whole, not matrix by matrix.
            let wide = |x| assign::astype(x, DType::F32, None);
            let sums = self.product((&wide(a)?, left), (&wide(b)?, right))?;
            return assign::astype(&sums, DType::F16, None);
        }
        let (a, b) = (usable(a, dtype)?, usable(b, dtype)?);
        let (outer_a, first) = left.split(&a, Side::Left);
        let (outer_b, second) = right.split(&b, Side::Right);
        let ([m, k], [depth, n]) = (first.shape, second.shape);
        if k != depth {
            return Err(Error::CoreDimension {
                function: self.function,
                signature: self.signature,
                operand: Operand::Input(1),
                dimension: 0,
                size: depth,
                expected: k,
            });
        }
        let outer = if outer_b == 0 {
            Dims::from_slice(&a.shape()[..outer_a])
        } else {
            broadcast(&[&a.shape()[..outer_a], &b.shape()[..outer_b]])?
        };
        let mut shape = outer.clone();
        shape.extend((left == Core::Matrix).then_some(m));
        shape.extend((right == Core::Matrix).then_some(n));
        let result = laid_out(&shape, dtype, &outer, [(&a, outer_a), (&b, outer_b)])?;
        if k == 0 {
            result.generate(&|_, mut out| out.bytes().fill(0))?;
        } else if result.size() > 0 {
            let mut stack = Stack {
                dtype,
                any_order: self.any_order,
                first,
                second,
                result: result.as_mut_ptr(),
                axes: SmallVec::new(),
            };
            if !outer.is_empty() {
                stack.broadcast((&a, outer_a), (&b, outer_b), &result, &outer)?;
            }
            stack.multiply()?;
        }
        Ok(result)
    }
}

/// What the last axes of an operand are to a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Core {
    /// The last two are the rows and columns of matrices.
    Matrix,
    /// The last one is a row on the left side, a column on the right side.
    Vector,
}

/// The side of the product that an operand stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Core {
    /// One dimension is a vector, as `@` takes it.
    fn of(x: &Array) -> Self {
        if x.ndim() == 1 {
            Self::Vector
        } else {
            Self::Matrix
        }
    }

    /// The number of last axes.
    const fn ndim(self) -> usize {
        match self {
            Self::Matrix => 2,
            Self::Vector => 1,
        }
    }

    /// The number of outer axes of `x`, and its first matrix.
    fn split(self, x: &Array, side: Side) -> (usize, Matrix) {
        let (outer, size) = (x.ndim() - self.ndim(), x.itemsize() as isize);
        let (shape, steps) = (&x.shape()[outer..], &x.strides()[outer..]);
        let (shape, steps) = match (self, side) {
            (Self::Matrix, _) => ([shape[0], shape[1]], [steps[0] / size, steps[1] / size]),
            (Self::Vector, Side::Left) => ([1, shape[0]], [0, steps[0] / size]),
            (Self::Vector, Side::Right) => ([shape[0], 1], [steps[0] / size, 0]),
        };
        let ptr = x.as_ptr();
        (outer, Matrix { ptr, shape, steps })
    }
}

/// The matrix product of `a` and `b`: NumPy's `a @ b`.
///
/// Matrices are the last two axes; the others broadcast. One dimension stands for a row on the left
/// and a column on the right, and is left out of the result.
///
/// # Errors
///
/// If an operand has no dimensions, the inner lengths differ, the other axes do not broadcast, or
/// memory runs out.
pub fn matmul(a: &Array, b: &Array) -> Result<Array> {
    MATMUL.check_dimensions([(a, 1), (b, 1)])?;
    MATMUL.product((a, Core::of(a)), (b, Core::of(b)))
}

/// As [`matmul`], but floats may be added up in an order that depends on how the operands lie in memory.
pub(crate) fn sums_of_products(a: &Array, b: &Array) -> Result<Array> {
    SUMS.check_dimensions([(a, 1), (b, 1)])?;
    SUMS.product((a, Core::of(a)), (b, Core::of(b)))
}

/// As [`sums_of_products`], of the vectors that the last axes of both are.
pub(crate) fn sums_of_vectors(a: &Array, b: &Array) -> Result<Array> {
    SUMS.check_dimensions([(a, 1), (b, 1)])?;
    SUMS.product((a, Core::Vector), (b, Core::Vector))
}

/// NumPy's `vecdot`: the sums of products of `a`, conjugated, and `b` over their last axes; the
/// others broadcast.
///
/// # Errors
///
/// As [`matmul`].
pub fn vecdot(a: &Array, b: &Array) -> Result<Array> {
    VECDOT.check_dimensions([(a, 1), (b, 1)])?;
    if a.shape() == b.shape()
        && let Some(product) = conjugated_dot(a, b)?
    {
        return Ok(product);
    }
    if let Some(sums) = stack::conjugated_rows(a, b)? {
        return Ok(sums);
    }
    VECDOT.product((&conjugate(a)?, Core::Vector), (b, Core::Vector))
}

/// NumPy's `matvec`: every matrix of `a` times every vector of `b`, which is its last axis.
///
/// # Errors
///
/// As [`matmul`].
pub fn matvec(a: &Array, b: &Array) -> Result<Array> {
    MATVEC.check_dimensions([(a, 2), (b, 1)])?;
    MATVEC.product((a, Core::Matrix), (b, Core::Vector))
}

/// NumPy's `vecmat`: every vector of `a`, which is its last axis, conjugated, times every matrix
/// of `b`.
///
/// # Errors
///
/// As [`matmul`].
pub fn vecmat(a: &Array, b: &Array) -> Result<Array> {
    VECMAT.check_dimensions([(a, 1), (b, 2)])?;
    VECMAT.product((&conjugate(a)?, Core::Vector), (b, Core::Matrix))
}

/// The sum of the products of the conjugates of `a` and of `b`, which have one shape; `None` unless
/// these are vectors of one complex dtype.
fn conjugated_dot(a: &Array, b: &Array) -> Result<Option<Array>> {
    let dtype = a.dtype();
    if a.ndim() != 1 || dtype.kind() != Kind::Complex || b.dtype() != dtype {
        return Ok(None);
    }
    let (a, b) = (usable(a, dtype)?, usable(b, dtype)?);
    let sum = stack::conjugated_dot(&a, &b);
    Array::from_scalar(&sum).map(Some)
}

/// The complex conjugate of `x`, which is `x` itself where that is real.
pub(crate) fn conjugate(x: &Array) -> Result<Array> {
    if x.dtype().kind() == Kind::Complex {
        map::unary(Ufunc::conjugate, x)
    } else {
        Ok(x.clone())
    }
}

/// NumPy's `vdot`: the sum of the products of the elements of `a`, conjugated, and `b`, both in C
/// order.
///
/// # Errors
///
/// If the numbers of elements differ, or memory runs out.
pub fn vdot(a: &Array, b: &Array) -> Result<Array> {
    let flat = |x: &Array| x.reshape(&[-1], Order::C);
    let (flat_a, flat_b);
    let (a, b) = if a.ndim() == 1 && b.ndim() == 1 {
        (a, b)
    } else {
        (flat_a, flat_b) = (flat(a)?, flat(b)?);
        (&flat_a, &flat_b)
    };
    if a.size() != b.size() {
        // NumPy brings the second into the shape of the first.
        let (size, shape) = (b.size(), vec![a.size() as i64]);
        return Err(Error::Reshape { size, shape });
    }
    if let Some(product) = conjugated_dot(a, b)? {
        return Ok(product);
    }
    dot(&conjugate(a)?, b)
}

/// The square root of the sum of the squares of all elements, or of their absolute values where
/// they are complex; integers as float64.
///
/// # Errors
///
/// If memory runs out.
pub fn root_of_squares(x: &Array) -> Result<Array> {
    let run = match x.dtype().kind() {
        Kind::Complex | Kind::Float => x.clone(),
        _ => assign::astype(x, DType::F64, None)?,
    };
    let run = in_memory_order(&run)?.ravel(Order::C)?;
    let squares = match run.dtype() {
        DType::C64 => Scalar::new(vdot(&run, &run)?.item()?.get::<Complex32>().re),
        DType::C128 => Scalar::new(vdot(&run, &run)?.item()?.get::<Complex64>().re),
        _ => return map::unary(Ufunc::sqrt, &dot(&run, &run)?),
    };
    map::unary(Ufunc::sqrt, &Array::from_scalar(&squares)?)
}

/// `x` with its axes in the order of their steps, the longest first: NumPy's order `K`.
fn in_memory_order(x: &Array) -> Result<Cow<'_, Array>> {
    let mut axes: SmallVec<[i64; 4]> = (0..x.ndim() as i64).collect();
    axes.sort_by_key(|&axis| Reverse(x.strides()[axis as usize].unsigned_abs()));
    if axes.is_sorted() {
        return Ok(Cow::Borrowed(x));
    }
    x.transpose(&axes).map(Cow::Owned)
}

/// NumPy's `inner`: the sums of products over the last axes.
///
/// # Errors
///
/// As [`dot`], of `a` and `b` with its last two axes exchanged.
pub fn inner(a: &Array, b: &Array) -> Result<Array> {
    if a.ndim() == 0 || b.ndim() <= 1 {
        dot(a, b)
    } else {
        dot(a, &b.swapaxes(-1, -2)?)
    }
}

/// NumPy's `dot`: the product with a number, the inner product of vectors, or the sum of products
/// over the last axis of `a` and the last but one of `b`.
///
/// # Errors
///
/// If the inner lengths differ, or memory runs out.
pub fn dot(a: &Array, b: &Array) -> Result<Array> {
    if a.ndim() == 0 || b.ndim() == 0 {
        return map::binary(Ufunc::multiply, a, b);
    }
    let (left_axis, right_axis) = (a.ndim() - 1, b.ndim().saturating_sub(2));
    if a.shape()[left_axis] != b.shape()[right_axis] {
        let (left, right) = (a.shape().into(), b.shape().into());
        return Err(Error::NotAligned {
            left,
            right,
            left_axis,
            right_axis,
        });
    }
    if b.ndim() <= 2 {
        return matmul(a, b);
    }
    // Every row of `a` meets every matrix of `b`: one product, the matrices side by side.
    let k = a.shape()[left_axis];
    let columns = b.moveaxis(&[-2], &[0])?;
    let width: usize = columns.shape()[1..].iter().product();
    let wide = columns.reshape(&[k as i64, width as i64], Order::C)?;
    let product = matmul(a, &wide)?;
    let shape: Vec<i64> = a.shape()[..left_axis]
        .iter()
        .chain(&columns.shape()[1..])
        .map(|&len| len as i64)
        .collect();
    product.reshape(&shape, Order::C)
}

/// New memory for products: matrices in C order, which lie to each other as NumPy lays out the `outer` axes of
/// the operands, of each as many as are given with it.
fn laid_out(
    shape: &[usize],
    dtype: DType,
    outer: &[usize],
    operands: [(&Array, usize); 2],
) -> Result<Array> {
    // Operands without elements lie in any order; their strides say in which.
    let none = layout::size(shape) == 0;
    let plain = |x: &Array| x.is_c_contiguous() && (none || x.size() > 0);
    if outer.len() < 2 || operands.iter().all(|(x, _)| plain(x)) {
        return Array::empty(shape, dtype, Order::C);
    }
    let mut strides = SmallVec::<[Strides; 2]>::new();
    for (x, at) in operands {
        let mut own = stack::outer_strides(x, at, outer)?;
        own.resize(shape.len(), 0);
        strides.push(own);
    }
    let strides: SmallVec<[&[isize]; 2]> = strides.iter().map(SmallVec::as_slice).collect();
    Array::empty_keeping(shape, dtype, &strides)
}

/// `x` in `dtype`, with elements where a product can read them: aligned, whole elements apart.
fn usable(x: &Array, dtype: DType) -> Result<Cow<'_, Array>> {
    let size = dtype.size() as isize;
    if x.dtype() == dtype && x.is_aligned() && x.strides().iter().all(|stride| stride % size == 0) {
        Ok(Cow::Borrowed(x))
    } else {
        assign::astype(x, dtype, None).map(Cow::Owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(shape: &[usize]) -> Array {
        let size = layout::size(shape);
        Array::from_shape(shape, &(0..size as i64).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn vectors_and_matrices_take_the_last_axes() {
        let (vector, matrices) = (count(&[3]), count(&[2, 4, 3]));
        let product = matvec(&matrices, &vector).unwrap();
        assert_eq!(product.shape(), [2, 4]);
        assert_eq!(
            product.to_vec::<i64>().unwrap(),
            [5, 14, 23, 32, 41, 50, 59, 68]
        );
        let turned = matrices.swapaxes(-1, -2).unwrap();
        let product = vecmat(&vector, &turned).unwrap();
        assert_eq!(
            product.to_vec::<i64>().unwrap(),
            [5, 14, 23, 32, 41, 50, 59, 68]
        );
        let dot = vecdot(&matrices, &vector).unwrap();
        assert_eq!(
            dot.to_vec::<i64>().unwrap(),
            [5, 14, 23, 32, 41, 50, 59, 68]
        );
        assert_eq!(vecdot(&vector, &vector).unwrap().ndim(), 0);
    }

    #[test]
    fn operands_that_do_not_fit_are_named() {
        let error = vecdot(&count(&[3]), &count(&[4])).unwrap_err().to_string();
        let words = "vecdot: Input operand 1 has a mismatch in its core dimension 0, with gufunc \
                     signature (n),(n)->() (size 4 is different from 3)";
        assert_eq!(error, words);
        let error = vecmat(&count(&[3]), &count(&[3])).unwrap_err();
        assert!(matches!(error, Error::CoreDimensions { needs: 2, .. }));
    }
}
