//! Copies between arrays: other layouts, other dtypes, broadcast, overlapping.

mod rows;

use crate::{
    Array, Casting, Error, Order, Result,
    broadcast::broadcast_strides,
    drive::{Shared, drive, map_plan, result_plan},
    index::{Room, in_order},
    layout,
    operand::Operand,
    overlap::{Overlap, overlap},
    planes::Planes,
    promote,
    stage::{Reader, Writer},
    target::Target,
    walk::{RawLane, Walk},
};
use core::ops::Range;
use raptors_dispatch::plan::{Cost, Plan, Stores};
use raptors_kernels::{
    DType, In, Level, Out,
    cast::{cast, takes_seconds},
    moves::{self, Stream},
};
use smallvec::SmallVec;

/// Cost of converting one element, in additions.
const CAST_COST: u32 = 2;
/// Elements up to which a copy of one piece is made on the spot.
const SHORT: usize = 1024;
/// Cost of moving one element, in additions.
pub(crate) const COPY_COST: u32 = 1;

/// Writes `source`, broadcast and converted, to `target`: NumPy's `target[...] = source`.
///
/// # Errors
///
/// If the shapes do not broadcast, `casting` forbids the conversion, a Python integer does not
/// fit, or memory runs out.
pub fn assign(target: &Target<'_>, source: &Operand<'_>, casting: Casting) -> Result<()> {
    let to = target.array();
    let dtype = to.dtype();
    let number;
    let from = match source {
        Operand::Array(array) => *array,
        Operand::Number(value) => {
            let value = value.to_scalar(dtype)?;
            if to.size() <= SHORT
                && let Some((shape, strides)) = plane(to, to.strides())
            {
                let (ptr, size) = (to.as_mut_ptr(), dtype.size());
                let target = moves::Target {
                    ptr,
                    size,
                    shape,
                    strides,
                };
                // SAFETY: the target is an array that may be written, of elements like the value.
                unsafe { moves::fill(target, value.as_in().bytes().as_ptr()) };
                return Ok(());
            }
            number = Array::from_scalar(&value)?;
            &number
        }
    };
    if !promote::can_cast(from.dtype(), dtype, casting) {
        return Err(Error::Cast {
            from: from.dtype(),
            to: dtype,
            casting,
        });
    }
    // Leading axes of length one may be more than the target has.
    let extra = from.ndim().saturating_sub(to.ndim());
    let extra = extra.min(from.shape().iter().take_while(|&&len| len == 1).count());
    let (shape, strides) = (&from.shape()[extra..], &from.strides()[extra..]);
    let strides =
        broadcast_strides(shape, strides, to.shape()).ok_or_else(|| Error::BroadcastInto {
            from: shape.into(),
            to: to.shape().into(),
        })?;
    if to.size() == 0 {
        return Ok(());
    }
    match overlap(from, to) {
        Overlap::Disjoint => write(from, &strides, to, 0),
        Overlap::Same if from.dtype() == dtype => Ok(()),
        Overlap::Same | Overlap::Possible => {
            let copy = copy(from, Some(Order::C))?;
            let strides =
                broadcast_strides(&copy.shape()[extra..], &copy.strides()[extra..], to.shape())
                    .ok_or(Error::Internal {
                        what: "a copy that does not broadcast",
                    })?;
            write(&copy, &strides, to, 0)
        }
    }
}

/// The shape of `array`, and `strides` over it, as those of a plane, which needs no walk; nothing for
/// arrays of more axes.
pub(crate) fn plane(array: &Array, strides: &[isize]) -> Option<([usize; 2], [isize; 2])> {
    Some(match (array.shape(), strides) {
        ([], []) => ([1, 1], [0, 0]),
        (&[n], &[stride]) => ([1, n], [0, stride]),
        (&[m, n], &[outer, inner]) => ([m, n], [outer, inner]),
        _ => return None,
    })
}

/// Copies a view with such `stores`.
///
/// # Safety
///
/// As [`moves::copy`].
#[inline(always)]
unsafe fn copy_view(source: moves::Source, target: moves::Target, stores: Stores) {
    match stores {
        // SAFETY: the caller vouches for both views.
        Stores::Cached => unsafe { moves::copy(source, target) },
        // SAFETY: as above.
        Stores::Streaming => unsafe { moves::copy_around(source, target) },
    }
}

/// Copies an array of at most two axes at one go: whether it has no more.
pub(crate) fn copy_plane(from: &Array, strides: &[isize], to: &Array, stores: Stores) -> bool {
    let (Some((shape, to_strides)), Some((_, from_strides))) =
        (plane(to, to.strides()), plane(to, strides))
    else {
        return false;
    };
    let size = to.itemsize();
    let source = moves::Source {
        ptr: from.as_ptr(),
        size,
        shape,
        strides: from_strides,
    };
    let target = moves::Target {
        ptr: to.as_mut_ptr(),
        size,
        shape,
        strides: to_strides,
    };
    // SAFETY: both are arrays of this element size that the caller holds, in memory that does not
    // overlap.
    unsafe { copy_view(source, target, stores) };
    true
}

/// Copies few elements of `from`, seen with `strides` over the shape of `to`, to `to`, whose memory is
/// other and which is of the same type.
pub(crate) fn copy_few(from: &Array, strides: &[isize], to: &Array) {
    if to.size() > 0 && !copy_plane(from, strides, to, Stores::Cached) {
        let both = [to.strides(), strides];
        let planes = Planes::new(to.shape(), both, to.itemsize(), to.size());
        copy_planes(&planes, 0..planes.count(), from, to, Stores::Cached);
    }
}

/// Writes `from`, seen with `strides` over the shape of `to`, to `to`, whose memory is other; `cold`
/// is what its buffer says if it is new.
pub(crate) fn write(from: &Array, strides: &[isize], to: &Array, cold: usize) -> Result<()> {
    if to.size() == 0 {
        return Ok(());
    }
    let (stored, wanted) = (from.dtype(), to.dtype());
    if stored == wanted && to.size() <= SHORT {
        copy_few(from, strides, to);
        return Ok(());
    }
    let dense = to.is_c_contiguous() || to.is_f_contiguous();
    let mut plan = if stored == wanted && dense {
        result_plan(COPY_COST, to.size(), [wanted.size(); 2], 1, true, cold)
    } else {
        let cost = if stored == wanted {
            COPY_COST.into()
        } else {
            Cost::of_conversion(CAST_COST, stored, wanted)
        };
        map_plan(cost, to.size(), stored.size().max(wanted.size()), 1, 1)
    };
    let stores = plan.stores;
    if stores == Stores::Streaming && strides == to.strides() {
        return stream(from, to, &plan);
    }
    if plan.threads > 1 && to.repeats() {
        // Threads would write the same elements.
        plan.threads = 1;
    }
    let longest = plan.chunk.max(1);
    if stored == wanted && plan.threads <= 1 && copy_plane(from, strides, to, stores) {
        return Ok(());
    }
    let planes = Planes::new(to.shape(), [to.strides(), strides], wanted.size(), longest)
        .along_lines(to.as_ptr().addr());
    if stored == wanted {
        let grain = (longest * wanted.size() / planes.bytes()).max(1);
        return drive(&plan, planes.count(), grain, &|range| {
            copy_planes(&planes, range, from, to, stores);
            Ok(())
        });
    }
    if let Some(starts) = planes.one_piece([wanted.size(), stored.size()])
        && from.is_aligned()
        && to.is_aligned()
    {
        return convert(from, to, starts, &plan);
    }
    if let Some(rows) = rows::Rows::of(from, strides, to) {
        return rows.convert(from, to, &plan);
    }
    let lanes: [RawLane<'_>; 2] = [
        (to.as_mut_ptr(), wanted.size(), to.strides()),
        (from.as_ptr().cast_mut(), stored.size(), strides),
    ];
    let level = Level::get();
    let skips = takes_seconds(level, stored, wanted) && from.is_aligned();
    let walk = Walk::new(to.shape(), &lanes, longest, (&[false, false], 0))
        .taking_seconds(SmallVec::from_slice(&[false, skips]), longest);
    let grain = (longest / walk.unit_len().max(1)).max(1);
    drive(&plan, walk.units(), grain, &|range| {
        let mut reader = Reader::new(&walk, 1, stored, stored, false).skipping(skips);
        let mut writer = Writer::new(&walk, 0, wanted, wanted, false);
        walk.visit(range, |unit| {
            let run = reader.read(&walk, level, unit)?;
            cast(level, run, writer.begin(&walk, unit)?);
            writer.end(&walk, level, unit, None)
        })
    })
}

/// Copies a range of the planes of `from` to those of `to`, whose memory is other.
fn copy_planes(planes: &Planes, range: Range<usize>, from: &Array, to: &Array, stores: Stores) {
    let (size, [target, source]) = (planes.size(), planes.strides());
    planes.visit(range, |shape, [written, read]| {
        let source = moves::Source {
            ptr: from.as_ptr().wrapping_offset(read),
            size,
            shape,
            strides: source,
        };
        let target = moves::Target {
            ptr: to.as_mut_ptr().wrapping_offset(written),
            size,
            shape,
            strides: target,
        };
        // SAFETY: planes of both arrays, which the caller holds, in memory that does not overlap;
        // each thread has others.
        unsafe { copy_view(source, target, stores) };
    });
}

/// Converts `from` to `to`, which both lie in one piece, in one order, in other memory; so many bytes
/// from their first elements the pieces start, in `to` and in `from`.
fn convert(from: &Array, to: &Array, [written, read]: [isize; 2], plan: &Plan) -> Result<()> {
    let source = Shared(from.as_ptr().wrapping_offset(read).cast_mut());
    let target = Shared(to.as_mut_ptr().wrapping_offset(written));
    let (stored, wanted) = (from.dtype(), to.dtype());
    let level = plan.level;
    drive(plan, to.size(), plan.chunk.max(1), &|range| {
        let (ptr, len) = (
            source.get().wrapping_add(range.start * stored.size()),
            range.len(),
        );
        let into = target.get().wrapping_add(range.start * wanted.size());
        // SAFETY: both arrays are aligned, in one piece and as long as the ranges together; they
        // do not overlap, and each range is written once.
        let (run, out) = unsafe {
            (
                In::from_raw(ptr, len, stored),
                Out::from_raw(into, len, wanted),
            )
        };
        cast(level, run, out);
        Ok(())
    })
}

/// Copies `from` to `to`, which lie in memory alike and in one piece each, around the caches.
fn stream(from: &Array, to: &Array, plan: &Plan) -> Result<()> {
    let size = to.itemsize();
    let (source, target) = (Shared(from.as_ptr().cast_mut()), Shared(to.as_mut_ptr()));
    drive(plan, to.size(), plan.chunk.max(1), &|range| {
        let (start, bytes) = (range.start * size, range.len() * size);
        // SAFETY: the caller holds both arrays, which are dense, of one size and apart from each
        // other; each thread has other elements.
        unsafe {
            let (from, to) = (source.get().add(start), target.get().add(start));
            Stream::begin().copy(from, to, bytes);
        }
        Ok(())
    })
}

/// Whether an array of many elements lies in one piece, in another order than C's.
fn lies_otherwise(array: &Array) -> bool {
    array.size() > SHORT && array.ndim() > 1 && !array.is_c_contiguous() && !array.repeats() && {
        let (low, high) = layout::extent(array.shape(), array.strides(), array.itemsize());
        low == 0 && high == (array.size() * array.itemsize()) as isize
    }
}

/// `array` converted to `dtype`, always in new memory.
///
/// # Errors
///
/// If memory runs out.
pub fn astype(array: &Array, dtype: DType, order: Option<Order>) -> Result<Array> {
    if order != Some(Order::C)
        && array.size() <= SHORT
        && array.is_f_contiguous()
        && !array.is_c_contiguous()
    {
        // In one piece, if it is turned.
        return Ok(astype(&array.t(), dtype, Some(Order::C))?.t());
    }
    if dtype == array.dtype()
        && order.unwrap_or_default() == Order::C
        && array.size() <= SHORT
        && let Some(from) = array.run(0, array.size())
    {
        let result = Array::empty(array.shape(), dtype, Order::C)?;
        if let Some(mut to) = Target::fresh(&result).run(0, array.size()) {
            to.bytes().copy_from_slice(from.bytes());
        }
        return Ok(result);
    }
    if dtype != array.dtype()
        && array.size() <= SHORT
        && (array.ndim() == 1 || order == Some(Order::C))
    {
        let mut room = Room::uninit();
        if let Some(from) = in_order(array, &mut room) {
            let result = Array::empty(array.shape(), dtype, Order::C)?;
            if let Some(to) = Target::fresh(&result).run(0, array.size()) {
                cast(Level::get(), from, to);
            }
            return Ok(result);
        }
    }
    if order == Some(Order::C) && dtype != array.dtype() && lies_otherwise(array) {
        // Converted as they lie, and turned where their elements are smaller.
        if dtype.size() <= array.itemsize() {
            return copy(&astype(array, dtype, None)?, order);
        }
        return astype(&copy(array, order)?, dtype, order);
    }
    let result = match order {
        Some(order) => Array::empty(array.shape(), dtype, order)?,
        None => array.empty_sorted_like(array.shape(), dtype)?,
    };
    if array.size() > 0 {
        write(array, array.strides(), &result, result.buffer().cold())?;
    }
    Ok(result)
}

/// `array` in new memory.
///
/// # Errors
///
/// If memory runs out.
pub fn copy(array: &Array, order: Option<Order>) -> Result<Array> {
    astype(array, array.dtype(), order)
}
