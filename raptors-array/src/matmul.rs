//! Matrix products of arrays: NumPy's `@` and `dot`.

use crate::{
    Array, DType, Dims, Error, Kind, Operand, Order, Result, Strides, Ufunc, assign,
    broadcast::{broadcast, broadcast_strides},
    layout, map, promote_types,
};
use raptors_dispatch::{
    machine,
    matmul::{self as product, Batch, MatMut, MatRef, MatmulError},
    team,
};

/// The name and the signature that errors tell.
#[derive(Clone, Copy)]
struct Face {
    function: &'static str,
    signature: &'static str,
}

const MATMUL: Face = Face {
    function: "matmul",
    signature: "(n?,k),(k,m?)->(n?,m?)",
};
const VECDOT: Face = Face {
    function: "vecdot",
    signature: "(n),(n)->()",
};
const MATVEC: Face = Face {
    function: "matvec",
    signature: "(m,n),(n)->(m)",
};
const VECMAT: Face = Face {
    function: "vecmat",
    signature: "(n),(n,m)->(m)",
};

impl Face {
    /// Refuses operands with fewer dimensions than `needs`.
    fn check_dimensions(self, operands: [(&Array, usize); 2]) -> Result<()> {
        for (i, (x, needs)) in operands.into_iter().enumerate() {
            if x.ndim() < needs {
                return Err(Error::CoreDimensions {
                    function: self.function,
                    signature: self.signature,
                    operand: Operand::Input(i),
                    ndim: x.ndim(),
                    needs,
                });
            }
        }
        Ok(())
    }

    /// The products of the last two axes, broadcast over the others.
    fn product(self, a: &Array, b: &Array) -> Result<Array> {
        let dtype = promote_types(a.dtype(), b.dtype());
        let (a, b) = (usable(a.clone(), dtype)?, usable(b.clone(), dtype)?);
        let (outer_a, [m, k]) = split(a.shape());
        let (outer_b, [depth, n]) = split(b.shape());
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
        let outer = broadcast(&[outer_a, outer_b])?;
        let mut shape = outer.clone();
        shape.extend([m, n]);
        if k == 0 {
            return Array::zeros(&shape, dtype, Order::C);
        }
        let result = Array::empty(&shape, dtype, Order::C)?;
        if result.size() > 0 {
            multiply(&a, &b, &result, &outer)?;
        }
        Ok(result)
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
    match (a.ndim() == 1, b.ndim() == 1) {
        (false, false) => MATMUL.product(a, b),
        (true, true) => MATMUL
            .product(&a.expand_dims(&[0])?, &b.expand_dims(&[1])?)?
            .squeeze(Some(&[-2, -1])),
        (true, false) => MATMUL
            .product(&a.expand_dims(&[0])?, b)?
            .squeeze(Some(&[-2])),
        (false, true) => MATMUL
            .product(a, &b.expand_dims(&[1])?)?
            .squeeze(Some(&[-1])),
    }
}

/// NumPy's `vecdot`: the sums of products of `a`, conjugated, and `b` over their last axes; the
/// others broadcast.
///
/// # Errors
///
/// As [`matmul`].
pub fn vecdot(a: &Array, b: &Array) -> Result<Array> {
    VECDOT.check_dimensions([(a, 1), (b, 1)])?;
    let row = conjugate(a)?.expand_dims(&[-2])?;
    VECDOT
        .product(&row, &b.expand_dims(&[-1])?)?
        .squeeze(Some(&[-2, -1]))
}

/// NumPy's `matvec`: every matrix of `a` times every vector of `b`, which is its last axis.
///
/// # Errors
///
/// As [`matmul`].
pub fn matvec(a: &Array, b: &Array) -> Result<Array> {
    MATVEC.check_dimensions([(a, 2), (b, 1)])?;
    MATVEC
        .product(a, &b.expand_dims(&[-1])?)?
        .squeeze(Some(&[-1]))
}

/// NumPy's `vecmat`: every vector of `a`, which is its last axis, conjugated, times every matrix
/// of `b`.
///
/// # Errors
///
/// As [`matmul`].
pub fn vecmat(a: &Array, b: &Array) -> Result<Array> {
    VECMAT.check_dimensions([(a, 1), (b, 2)])?;
    VECMAT
        .product(&conjugate(a)?.expand_dims(&[-2])?, b)?
        .squeeze(Some(&[-2]))
}

/// The complex conjugate of `x`, which is `x` itself where that is real.
fn conjugate(x: &Array) -> Result<Array> {
    if x.dtype().kind() == Kind::Complex {
        map::unary(Ufunc::conjugate, x)
    } else {
        Ok(x.clone())
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

/// `x` in `dtype`, with elements where a product can read them: aligned, whole elements apart.
fn usable(x: Array, dtype: DType) -> Result<Array> {
    let size = dtype.size() as isize;
    if x.dtype() == dtype && x.is_aligned() && x.strides().iter().all(|stride| stride % size == 0) {
        Ok(x)
    } else {
        assign::astype(&x, dtype, None)
    }
}

/// The outer axes and the matrix of a shape with at least two axes.
fn split(shape: &[usize]) -> (&[usize], [usize; 2]) {
    let (outer, matrix) = shape.split_at(shape.len() - 2);
    (outer, [matrix[0], matrix[1]])
}

/// The strides of the outer axes, repeated over `outer`, in elements.
fn outer_strides(x: &Array, outer: &[usize]) -> Result<Strides> {
    let at = x.ndim() - 2;
    let strides = broadcast_strides(&x.shape()[..at], &x.strides()[..at], outer);
    let strides = strides.ok_or(Error::Internal {
        what: "matrices that do not broadcast",
    })?;
    Ok(strides
        .iter()
        .map(|stride| stride / x.itemsize() as isize)
        .collect())
}

/// `result = a @ b` for every position on the outer axes.
fn multiply(a: &Array, b: &Array, result: &Array, outer: &[usize]) -> Result<()> {
    let dtype = result.dtype();
    let (_, [m, k]) = split(a.shape());
    let (_, [_, n]) = split(b.shape());
    let strides = [
        outer_strides(a, outer)?,
        outer_strides(b, outer)?,
        outer_strides(result, outer)?,
    ];
    let size = dtype.size() as isize;
    let steps = |x: &Array| {
        let [.., row, column] = x.strides() else {
            return [0, 0];
        };
        [row / size, column / size]
    };
    let (inner, count, before): ([isize; 3], usize, Dims) = match outer.split_last() {
        Some((&count, before)) => (
            core::array::from_fn(|i| strides[i][before.len()]),
            count,
            before.into(),
        ),
        None => ([0; 3], 1, Dims::new()),
    };
    let plan = product::plan(dtype, m, k, n);
    for position in 0..layout::size(&before) {
        let mut at = [
            a.as_ptr().cast_mut(),
            b.as_ptr().cast_mut(),
            result.as_mut_ptr(),
        ];
        let mut rest = position;
        for (axis, &len) in before.iter().enumerate().rev() {
            for (ptr, strides) in at.iter_mut().zip(&strides) {
                *ptr = ptr.wrapping_offset((rest % len) as isize * strides[axis] * size);
            }
            rest /= len;
        }
        let [[ar, ac], [br, bc], [cr, cc]] = [steps(a), steps(b), steps(result)];
        let left = MatRef {
            ptr: at[0],
            rows: m,
            cols: k,
            row_stride: ar,
            col_stride: ac,
        };
        let right = MatRef {
            ptr: at[1],
            rows: k,
            cols: n,
            row_stride: br,
            col_stride: bc,
        };
        let to = MatMut {
            ptr: at[2],
            rows: m,
            cols: n,
            row_stride: cr,
            col_stride: cc,
        };
        // SAFETY: matrices of aligned elements of arrays that the caller holds, at every step of
        // the inner batch axis; the result is new, dense memory of its own.
        unsafe {
            if count == 1 {
                product::matmul(dtype, left, right, to, &plan)
            } else {
                let batch = Batch {
                    count,
                    a: inner[0],
                    b: inner[1],
                    c: inner[2],
                };
                let machine = machine::machine();
                product::matmul_batch(
                    dtype,
                    batch,
                    (left, right, to),
                    &plan,
                    machine,
                    team::threads(),
                )
            }
        }
        .map_err(|error| match error {
            MatmulError::Memory { bytes } => Error::memory(bytes),
            MatmulError::Lengths { .. } => Error::Internal {
                what: "slices in a product of arrays",
            },
        })?;
    }
    Ok(())
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
