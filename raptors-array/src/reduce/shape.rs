//! The axes of a reduction: which go and which stay, and the order in which memory is read.

use super::fit::{Along, Part, fit};
use super::{ReduceOptions, Reduction, identity};
use crate::{Array, AxisList, Dims, Error, Result, Strides, Ufunc, collapse::collapse, layout};
use raptors_kernels::fold::Fold;
use smallvec::SmallVec;

/// The axes to reduce.
#[derive(Clone, Copy, Debug, Default)]
pub enum Axes<'a> {
    /// Every axis.
    #[default]
    All,
    /// These, counted from the end where negative.
    List(&'a [isize]),
}

impl Axes<'_> {
    /// For each of `ndim` axes, whether it is reduced.
    pub(crate) fn mask(self, ndim: usize) -> Result<SmallVec<[bool; 4]>> {
        let Self::List(axes) = self else {
            return Ok(SmallVec::from_elem(true, ndim));
        };
        let mut mask = SmallVec::from_elem(false, ndim);
        for &axis in axes {
            // As in NumPy, an array without axes may be told to reduce its first or last.
            if ndim == 0 && matches!(axis, 0 | -1) && axes.len() == 1 {
                continue;
            }
            let axis = layout::axis(axis as i64, ndim, None)?;
            if core::mem::replace(&mut mask[axis], true) {
                return Err(Error::RepeatedAxis(AxisList::Axis));
            }
        }
        Ok(mask)
    }
}

/// The shape of the result, without the reduced axes or with length one in their place.
pub(crate) fn result_shape(shape: &[usize], mask: &[bool], keepdims: bool) -> Dims {
    let axes = shape.iter().zip(mask);
    if keepdims {
        axes.map(|(&len, &gone)| if gone { 1 } else { len })
            .collect()
    } else {
        axes.filter(|(_, gone)| !**gone)
            .map(|(&len, _)| len)
            .collect()
    }
}

/// Refuses an output that is no place for what stays of `shape` without the axes of `mask`, and truth values that
/// do not choose among its elements.
fn check_output(
    reduction: Reduction,
    output: &Array,
    shape: &[usize],
    mask: &[bool],
    keepdims: bool,
    chosen: Option<&Array>,
) -> Result<()> {
    let result = result_shape(shape, mask, keepdims);
    let ufunc = match reduction {
        Reduction::Fold(fold) => fold.ufunc().unwrap_or(Ufunc::add),
        Reduction::Ufunc(ufunc) => ufunc,
        _ => Ufunc::add,
    };
    let places = matches!(reduction, Reduction::ArgMin | Reduction::ArgMax);
    if output.ndim() != result.len() && !places {
        return Err(Error::ReduceOutput {
            ufunc: ufunc.name(),
            found: output.ndim(),
            expected: result.len(),
            hint: if keepdims {
                " (must match the operand's when keepdims=True)"
            } else {
                ""
            },
        });
    }
    if output.shape() == result.as_slice() && chosen.is_none() {
        return Ok(());
    }
    if places {
        let (output, broadcast) = (output.shape().into(), result);
        return Err(Error::BroadcastOutput { output, broadcast });
    }
    let mut stay = 0..;
    let along = |&gathers: &bool| Along {
        axis: if gathers && !keepdims {
            None
        } else {
            stay.next()
        },
        gathers,
    };
    let mut parts = SmallVec::<[Part<'_>; 3]>::new();
    parts.push(Part {
        shape: output.shape(),
        axes: Some(mask.iter().map(along).collect()),
        repeats: true,
        written: true,
    });
    parts.push(Part::read(shape, false));
    parts.extend(chosen.map(|chosen| Part::read(chosen.shape(), true)));
    fit(shape.len(), &parts)
}

/// Refuses axes that `array` has not, and an output that is no place for the result: what is wrong with a
/// reduction before its elements are looked at.
///
/// # Errors
///
/// As [`reduce`](super::reduce).
pub fn check(reduction: Reduction, array: &Array, options: &ReduceOptions<'_>) -> Result<()> {
    let mask = options.axes.mask(array.ndim())?;
    let Some(out) = &options.out else {
        return Ok(());
    };
    let several = mask.iter().filter(|&&gone| gone).count() > 1;
    if let Reduction::Ufunc(ufunc) = reduction
        && several
        && Fold::of(ufunc).is_none()
        && identity(ufunc).is_none()
    {
        let ufunc = ufunc.name();
        return Err(Error::NotReorderable { ufunc });
    }
    let (out, keepdims) = (out.array(), options.keepdims);
    check_output(
        reduction,
        out,
        array.shape(),
        &mask,
        keepdims,
        options.where_,
    )
}

/// The elements at place `i` of an axis.
pub(crate) fn slice_at(array: &Array, axis: usize, i: usize) -> Array {
    let (mut shape, mut strides) = (
        Dims::from_slice(array.shape()),
        Strides::from_slice(array.strides()),
    );
    let offset = strides[axis] * i.min(shape[axis].saturating_sub(1)) as isize;
    shape.remove(axis);
    strides.remove(axis);
    // SAFETY: the elements of this array at a place that the axis has.
    unsafe { array.view(offset, shape, strides) }
}

/// One axis of the input in memory order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    /// Its length, more than one.
    pub(crate) len: usize,
    /// Bytes from one element of the input to the next.
    pub(crate) step: isize,
    /// Elements from one accumulator to the next; zero for an axis that is reduced.
    pub(crate) out: isize,
}

impl Axis {
    /// Whether the axis goes.
    pub(crate) const fn reduced(&self) -> bool {
        self.out == 0
    }
}

/// The axes of `array`, the outermost in memory first, merged where they can be, and the offset of
/// the first element in bytes. Accumulators lie in C order over the axes that stay.
pub(crate) fn memory_axes(array: &Array, mask: &[bool]) -> (SmallVec<[Axis; 4]>, isize) {
    let kept = result_shape(array.shape(), mask, true);
    let mut outs: Strides = layout::c_strides(&kept, 1);
    for (out, &gone) in outs.iter_mut().zip(mask) {
        if gone {
            *out = 0;
        }
    }
    let collapsed = collapse(array.shape(), &[array.strides(), &outs], 0);
    let axes = collapsed
        .shape
        .iter()
        .enumerate()
        .map(|(i, &len)| Axis {
            len,
            step: collapsed.strides[0][i],
            out: collapsed.strides[1][i],
        })
        .collect();
    (axes, collapsed.offsets[0])
}
