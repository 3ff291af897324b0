//! How operands of few elements lie over the places of a call's results, broadcast to their shape.

use super::room::{Room, dense};
use crate::{
    Array,
    collapse::{all_within, nest},
    map::Operand,
    small::gather,
};
use raptors_kernels::DType;

/// Axes that are looked at.
pub(super) const AXES: usize = 4;

/// The places of a call's results, in the order in which they lie in memory.
pub(super) struct Shape {
    lengths: [usize; AXES],
    ndim: usize,
    /// The axis of the results that each is, where that is not its own place.
    order: Option<[usize; AXES]>,
}

/// How an operand lies over the places.
#[derive(Clone, Copy)]
pub(super) struct Lying {
    pub(super) strides: [isize; AXES],
    pub(super) dense: bool,
    /// Whether one element stands for all places.
    pub(super) single: bool,
}

impl Shape {
    /// The shape that `operands` have together; nothing where they do not go together, or have more
    /// axes.
    #[inline(always)]
    pub(super) fn of<const N: usize>(operands: &[Operand<'_>; N]) -> Option<Self> {
        let ndim = operands.iter().map(|operand| operand.shape().len()).max()?;
        if ndim > AXES {
            return None;
        }
        let mut lengths = [1; AXES];
        for operand in operands {
            let shape = operand.shape();
            for (length, &n) in lengths[ndim - shape.len()..ndim].iter_mut().zip(shape) {
                if *length == 1 {
                    *length = n;
                } else if n != 1 && n != *length {
                    return None;
                }
            }
        }
        Some(Self {
            lengths,
            ndim,
            order: None,
        })
    }

    /// The lengths of the axes.
    pub(super) fn lengths(&self) -> &[usize] {
        &self.lengths[..self.ndim]
    }

    /// The steps of `array` along the axes: none where it is repeated.
    #[inline(always)]
    pub(super) fn strides(&self, array: &Array) -> [isize; AXES] {
        let mut strides = [0; AXES];
        let first = self.ndim - array.ndim();
        let axes = array.shape().iter().zip(array.strides());
        for (to, (&n, &stride)) in strides[first..].iter_mut().zip(axes) {
            *to = if n == 1 { 0 } else { stride };
        }
        strides
    }

    /// Brings the axes in the order in which NumPy's results have them in memory: the operands' own where these
    /// agree. Nothing where axes of one element would move, whose steps NumPy chooses in ways of its own.
    #[inline(always)]
    pub(super) fn arrange<const N: usize>(
        &mut self,
        strides: &mut [[isize; AXES]; N],
    ) -> Option<()> {
        let (mut in_order, mut other) = (false, false);
        for strides in &*strides {
            for axes in strides[..self.ndim].windows(2) {
                let (outer, inner) = (axes[0].unsigned_abs(), axes[1].unsigned_abs());
                if outer != 0 && inner != 0 {
                    in_order |= outer >= inner;
                    other |= outer < inner;
                }
            }
        }
        let stays = match self.ndim {
            0 | 1 => true,
            2 => !other || in_order,
            _ => !other && self.is_in_order(strides),
        };
        if stays {
            return Some(());
        }
        if self.lengths().contains(&1) {
            return None;
        }
        self.nest(strides);
        Some(())
    }

    /// As [`Self::arrange`], for axes that may have to move.
    #[inline(never)]
    fn nest<const N: usize>(&mut self, strides: &mut [[isize; AXES]; N]) {
        let mut order: [usize; AXES] = core::array::from_fn(|i| i);
        let axes = &mut order[..self.ndim];
        axes.reverse();
        nest(axes, |axis, other| {
            all_within(strides.iter().map(|steps| (steps[axis], steps[other])))
        });
        axes.reverse();
        if axes.is_sorted() {
            return;
        }
        self.lengths = order.map(|axis| self.lengths[axis]);
        for strides in strides {
            *strides = order.map(|axis| strides[axis]);
        }
        self.order = Some(order);
    }

    /// Whether the steps never grow from an axis to a later one, whatever lies between.
    pub(super) fn is_in_order<const N: usize>(&self, strides: &[[isize; AXES]; N]) -> bool {
        strides.iter().all(|strides| {
            let mut last = usize::MAX;
            strides[..self.ndim].iter().filter(|&&s| s != 0).all(|&s| {
                let fits = s.unsigned_abs() <= last;
                last = s.unsigned_abs();
                fits
            })
        })
    }

    /// How elements of `size` bytes with these steps lie.
    #[inline(always)]
    pub(super) fn lying(&self, strides: [isize; AXES], size: usize) -> Lying {
        let (mut dense, mut single, mut step) = (true, true, size as isize);
        for (&n, &stride) in self.lengths().iter().zip(&strides).rev() {
            if n != 1 {
                dense &= stride == step;
                single &= stride == 0;
                step *= n as isize;
            }
        }
        Lying {
            strides,
            dense,
            single,
        }
    }

    /// A new array of any contents for the results, in `room`.
    #[inline(always)]
    pub(super) fn blank<'r>(
        &self,
        n: usize,
        dtype: DType,
        room: impl Room<'r>,
    ) -> Option<&'r mut Array> {
        let array = dense(room, self.lengths(), n, dtype)?;
        if let Some(order) = &self.order {
            array.move_axes(&order[..self.ndim]);
        }
        Some(array)
    }

    /// Writes the elements of `size` bytes at `ptr`, which lie as `strides` say, to `to` one after the
    /// other.
    ///
    /// # Safety
    ///
    /// The strides reach initialized elements over the shape, and `to` has room for all of them.
    #[inline(always)]
    pub(super) unsafe fn pack(
        &self,
        ptr: *const u8,
        size: usize,
        strides: &[isize; AXES],
        to: *mut u8,
    ) {
        // SAFETY: as the caller promises.
        unsafe { gather(ptr, size, self.lengths(), &strides[..self.ndim], to) };
    }
}

#[cfg(test)]
mod tests {
    use crate::quick::{by_row, staged, value};
    use crate::{Array, Index, broadcast::broadcast_strides, keep_order, map::Operand};
    use raptors_kernels::Ufunc;

    const ORDERS: [[i64; 4]; 7] = [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [1, 2, 3, 0],
        [0, 3, 1, 2],
        [2, 0, 3, 1],
        [1, 0, 3, 2],
        [0, 2, 1, 3],
    ];

    /// Views of one shape whose axes lie in many orders, dense, with gaps, from the back and repeated.
    fn views(shape: [usize; 4]) -> Vec<Array> {
        let step = |n: i64| Index::Slice {
            start: None,
            stop: None,
            step: Some(n),
        };
        let mut views = Vec::new();
        for order in ORDERS {
            let mut back = [0; 4];
            for (i, &axis) in order.iter().enumerate() {
                back[axis as usize] = i as i64;
            }
            for (factor, along) in [(1, 1), (2, 2), (1, -1)] {
                let lengths = order.map(|axis| shape[axis as usize] * factor);
                let n: usize = lengths.iter().product();
                let numbers: Vec<f64> = (0..n).map(|i| (i * 7919 % 1013) as f64).collect();
                let whole = Array::from_shape(&lengths, &numbers).unwrap();
                let part = whole.index(&[step(along); 4]).unwrap();
                views.push(part.transpose(&back).unwrap());
            }
        }
        let row = Array::from_shape(&[shape[1], 1, shape[3]], &vec![2.0; shape[1] * shape[3]]);
        views.push(row.unwrap());
        views
    }

    #[test]
    fn results_have_their_axes_in_the_order_of_the_operands() {
        let mut moved = 0;
        for shape in [[2, 3, 4, 5], [3, 1, 2, 4], [1, 5, 1, 2], [2, 2, 2, 2]] {
            let views = views(shape);
            for (x, y) in views.iter().flat_map(|x| views.iter().map(move |y| (x, y))) {
                if x.ndim() < 4 && y.ndim() < 4 {
                    continue;
                }
                let both: [Operand<'_>; 2] = [x.into(), y.into()];
                let strides =
                    |x: &Array| broadcast_strides(x.shape(), x.strides(), &shape).unwrap();
                let want = keep_order(&shape, 8, &[&strides(x), &strides(y)]);
                let elements = |x: &Array| x.broadcast_to(&shape).unwrap().to_vec::<f64>().unwrap();
                let differences = elements(x).into_iter().zip(elements(y));
                let differences: Vec<f64> = differences.map(|(x, y)| x - y).collect();
                let few = value(|room| staged(Ufunc::subtract, both, room));
                let rows = value(|room| by_row(Ufunc::subtract, &both, usize::MAX, room));
                assert!(few.is_some() || shape.contains(&1));
                for given in rows.iter().chain(&few) {
                    assert_eq!(given.shape(), shape);
                    assert_eq!(given.strides(), &want[..], "{x:?} {y:?}");
                    assert_eq!(given.to_vec::<f64>().unwrap(), differences);
                }
                moved += usize::from(few.is_some_and(|few| !few.is_c_contiguous()));
            }
        }
        assert!(moved > 100);
    }
}
