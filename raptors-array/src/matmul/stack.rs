//! The matrices that stacks of products are made of: their places along the outer axes.

use crate::{
    Array, DType, Error, Kind, Order, Result, Scalar, Strides, broadcast::broadcast_strides,
};
use raptors_dispatch::{
    machine,
    matmul::{self as product, Batch, MatMut, MatRef, MatmulError},
    plan::MatmulPlan,
    team,
};
use raptors_kernels::{In, Level, Out, cast, product::dot};
use smallvec::SmallVec;

/// The first matrix of an operand; steps count elements.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matrix {
    pub(super) ptr: *const u8,
    pub(super) shape: [usize; 2],
    pub(super) steps: [isize; 2],
}

/// An outer axis of a product: its length, and the steps of `a`, `b` and the result in elements.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    len: usize,
    steps: [isize; 3],
}

/// Products of matrices of aligned elements, side by side in arrays that the caller holds; the
/// results are new memory, each in C order.
pub(super) struct Stack {
    pub(super) dtype: DType,
    /// Whether floats may be added up in an order that depends on how they lie.
    pub(super) any_order: bool,
    pub(super) first: Matrix,
    pub(super) second: Matrix,
    pub(super) result: *mut u8,
    /// The outer axes, the last one first.
    pub(super) axes: SmallVec<[Axis; 4]>,
}

impl Stack {
    /// Finds the outer axes. Where all rows that meet one matrix of `b` are equally far apart, they
    /// are the rows of one matrix; axes that are one in memory become one.
    pub(super) fn broadcast(
        &mut self,
        (a, outer_a): (&Array, usize),
        (b, outer_b): (&Array, usize),
        result: &Array,
        outer: &[usize],
    ) -> Result<()> {
        let (size, n) = (self.dtype.size() as isize, self.second.shape[1] as isize);
        let steps = [
            outer_strides(a, outer_a, outer)?,
            outer_strides(b, outer_b, outer)?,
            Strides::from_slice(&result.strides()[..outer.len()]),
        ];
        for (axis, &len) in outer.iter().enumerate().rev() {
            let steps = [0, 1, 2].map(|i: usize| steps[i][axis] / size);
            if len == 1 {
                continue;
            }
            let ([rows, _], [row, _]) = (&mut self.first.shape, &mut self.first.steps);
            if self.axes.is_empty()
                && steps[1] == 0
                && steps[2] == *rows as isize * n
                && (*rows == 1 || steps[0] == *rows as isize * *row)
            {
                if *rows == 1 {
                    *row = steps[0];
                }
                *rows *= len;
                continue;
            }
            match self.axes.last_mut() {
                Some(last) if last.steps.map(|step| step * last.len as isize) == steps => {
                    last.len *= len;
                }
                _ => self.axes.push(Axis { len, steps }),
            }
        }
        self.arrange();
        Ok(())
    }

    /// Puts the axes in the order in which results lie, where that is another one: products side by side follow one
    /// another then, and axes that are one in memory are one.
    fn arrange(&mut self) {
        let step = |axis: &Axis| axis.steps[2].unsigned_abs();
        if self.axes.is_sorted_by_key(step) {
            return;
        }
        self.axes.sort_by_key(step);
        self.axes.dedup_by(|axis, last| {
            let merges = last.steps.map(|step| step * last.len as isize) == axis.steps;
            if merges {
                last.len *= axis.len;
            }
            merges
        });
    }

    /// Computes all of them.
    pub(super) fn multiply(&self) -> Result<()> {
        let ([m, k], [_, n]) = (self.first.shape, self.second.shape);
        let plan = product::plan(self.dtype, m, k, n);
        let (inner, before) = match self.axes.split_first() {
            Some((&inner, before)) => (inner, before),
            None => (
                Axis {
                    len: 1,
                    steps: [0; 3],
                },
                &[][..],
            ),
        };
        let positions = before.iter().map(|axis| axis.len).product();
        for position in 0..positions {
            let (mut rest, mut at) = (position, [0; 3]);
            for axis in before {
                for (at, step) in at.iter_mut().zip(axis.steps) {
                    *at += (rest % axis.len) as isize * step;
                }
                rest /= axis.len;
            }
            self.multiply_from(at, inner, &plan)?;
        }
        Ok(())
    }

    /// Computes those along one axis, from the elements `at` on.
    fn multiply_from(&self, at: [isize; 3], axis: Axis, plan: &MatmulPlan) -> Result<()> {
        let size = self.dtype.size() as isize;
        let matrix = |Matrix { ptr, shape, steps }: Matrix, at: isize| MatRef {
            ptr: ptr.wrapping_offset(at * size),
            rows: shape[0],
            cols: shape[1],
            row_stride: steps[0],
            col_stride: steps[1],
        };
        let (a, b) = (matrix(self.first, at[0]), matrix(self.second, at[1]));
        let c = MatMut::contiguous(self.result.wrapping_offset(at[2] * size), a.rows, b.cols);
        // SAFETY: matrices of aligned elements of arrays that the caller holds, at every step of
        // the axis; the result is new, dense memory of its own.
        unsafe {
            if axis.len == 1 {
                product::matmul(self.dtype, a, b, c, plan)
            } else {
                let [step_a, step_b, step_c] = axis.steps;
                let batch = Batch {
                    count: axis.len,
                    a: step_a,
                    b: step_b,
                    c: step_c,
                    any_order: self.any_order,
                };
                let (machine, threads) = (machine::machine(), team::threads());
                product::matmul_batch(self.dtype, batch, (a, b, c), plan, machine, threads)
            }
        }
        .map_err(|error| match error {
            MatmulError::Memory { bytes } => Error::memory(bytes),
            MatmulError::Lengths { .. } => Error::Internal {
                what: "slices in a product of arrays",
            },
        })
    }
}

/// The strides of the first `at` axes of `x`, broadcast to `outer`.
pub(super) fn outer_strides(x: &Array, at: usize, outer: &[usize]) -> Result<Strides> {
    let strides = broadcast_strides(&x.shape()[..at], &x.strides()[..at], outer);
    strides.ok_or(Error::Internal {
        what: "matrices that do not broadcast",
    })
}

/// Elements of float16 that are converted on the stack.
const SHORT: usize = 1024;
/// Elements of vectors whose product takes less than 10 µs where they lie in one piece: nobody needs to be let in
/// meanwhile.
const BRIEF: usize = 1 << 15;
/// Elements that are few wherever they lie: a line of main memory takes 10 to 20 ns beside others.
const ANYWHERE: usize = 1024;
/// Bytes that [`BRIEF`] elements of the largest dtype span. Vectors of more, with gaps, come from as much memory as
/// longer ones do.
const SPAN: usize = BRIEF * 16;
/// Elements of vectors so short that clearing room for [`SHORT`] would show.
const FEW: usize = 32;

/// The sum of the products of two runs of at most `N` elements of float16: of float32, rounded once.
fn product_of_halves<const N: usize>(runs: [In<'_>; 2]) -> Scalar {
    let (level, mut wide) = (Level::get(), [[0.0f32; N]; 2]);
    let [x, y] = &mut wide;
    let [x, y] = [(x, runs[0]), (y, runs[1])].map(|(wide, run)| {
        let wide = &mut wide[..run.len()];
        cast(level, run, Out::from(&mut *wide));
        In::from(&*wide)
    });
    let mut sum = Scalar::zero(DType::F16);
    cast(level, dot(level, x, y).as_in(), sum.as_out());
    sum
}

/// The sum of the products of the elements of two vectors of one dtype, which takes so short that nobody needs to be
/// let in meanwhile; nothing for other operands.
pub fn short_product(a: &Array, b: &Array) -> Option<Scalar> {
    let (&[n], &[left], &[right]) = (a.shape(), a.strides(), b.strides()) else {
        return None;
    };
    let (dtype, size) = (a.dtype(), a.itemsize() as isize);
    let most = if dtype == DType::F16 { SHORT } else { BRIEF };
    let fits = b.dtype() == dtype && b.shape() == [n] && n.wrapping_sub(1) < most;
    let whole = left % size == 0 && right % size == 0 && a.is_aligned() && b.is_aligned();
    let farthest = left.unsigned_abs().max(right.unsigned_abs());
    let brief = n <= ANYWHERE || farthest.saturating_mul(n) <= SPAN;
    if !fits || !whole || !brief {
        return None;
    }
    if dtype == DType::F16 {
        if [left, right] != [size; 2] {
            return None;
        }
        // SAFETY: `n` aligned elements of arrays that the caller holds, which follow one another.
        let runs = unsafe { [a, b].map(|x| In::from_raw(x.as_ptr(), n, dtype)) };
        return Some(match n {
            ..=FEW => product_of_halves::<FEW>(runs),
            _ => product_of_halves::<SHORT>(runs),
        });
    }
    let first = Matrix {
        ptr: a.as_ptr(),
        shape: [1, n],
        steps: [0, left / size],
    };
    let second = Matrix {
        ptr: b.as_ptr(),
        shape: [n, 1],
        steps: [right / size, 0],
    };
    let mut sum = Scalar::zero(dtype);
    let product = Stack {
        dtype,
        any_order: false,
        first,
        second,
        result: sum.as_out().bytes().as_mut_ptr(),
        axes: SmallVec::new(),
    };
    product.multiply().ok()?;
    Some(sum)
}

/// The sum of the products of the conjugates of `a` and of `b`, two vectors of one length and
/// dtype, whose elements are aligned and whole elements apart.
pub(super) fn conjugated_dot(a: &Array, b: &Array) -> Scalar {
    let row = |x: &Array| MatRef {
        ptr: x.as_ptr(),
        rows: 1,
        cols: x.size(),
        row_stride: 0,
        col_stride: x.strides()[0] / x.itemsize() as isize,
    };
    // SAFETY: the aligned elements of two arrays that the caller holds.
    unsafe { product::vdot(a.dtype(), row(a), row(b)) }
}

/// Elements of a row from which sums of several rows are rounded as that of one is.
const LONG: usize = 8;

/// The sums of the products of the conjugates of the rows of `a` and of those of `b`, where both lie in one piece and
/// in one shape, and are so few that one thread takes less than 10 µs: to the bit what the products of a conjugated
/// copy of `a` are. Nothing for others.
pub(super) fn conjugated_rows(a: &Array, b: &Array) -> Result<Option<Array>> {
    let (Some((&k, outer)), dtype) = (a.shape().split_last(), a.dtype()) else {
        return Ok(None);
    };
    let lies = |x: &Array| x.is_c_contiguous() && x.is_aligned();
    let alike = dtype.kind() == Kind::Complex && b.dtype() == dtype && a.shape() == b.shape();
    if !alike || !lies(a) || !lies(b) || k < LONG || a.size() == 0 || a.size() > BRIEF {
        return Ok(None);
    }
    let sums = Array::empty(outer, dtype, Order::C)?;
    let row = |x: &Array| MatRef::contiguous(x.as_ptr(), 1, k);
    let batch = Batch {
        count: sums.size(),
        a: k as isize,
        b: k as isize,
        c: 1,
        any_order: false,
    };
    // SAFETY: the aligned rows of two arrays that the caller holds, and new memory with room for a sum of each.
    unsafe { product::vdot_batch(dtype, batch, row(a), row(b), sums.as_mut_ptr()) };
    Ok(Some(sums))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Index, matmul};

    #[test]
    fn products_that_wait_for_memory_do_not_count_as_short() {
        let row = Array::from_shape(&[1 << 18], &(0..1i64 << 18).collect::<Vec<_>>()).unwrap();
        let every = |step: i64, len: i64| {
            let slice = Index::Slice {
                start: None,
                stop: Some(step * len),
                step: Some(step),
            };
            row.index(&[slice]).unwrap()
        };
        let is_short = |x: &Array, y: &Array| {
            let sum = short_product(x, y).map(|sum| sum.get::<i64>());
            let whole = matmul::dot(x, y).unwrap().to_vec::<i64>().unwrap();
            assert!(sum.is_none_or(|sum| whole == [sum]));
            sum.is_some()
        };
        let near = [every(1, 1 << 15), every(2, 1 << 15), every(256, 1 << 10)];
        assert!(near.iter().all(|x| is_short(x, x)));
        let (far, first) = (every(8, 1 << 15), every(1, 1 << 15));
        assert!(!is_short(&far, &far) && !is_short(&far, &first) && !is_short(&first, &far));
        assert!(!is_short(&every(128, 1025), &every(1, 1025)));
    }
}
