//! Choosing between two arrays by a third, and assigning where a mask is true.

use super::mask::{Room, in_order};
use crate::{
    Array, Casting, Error, Number, Order, Overlap, Result, Strides, assign, broadcast,
    broadcast_strides,
    drive::{drive, map_plan},
    map::Operand,
    overlap, promote,
    stage::{Reader, Writer},
    target::Target,
    walk::{RawLane, Walk},
};
use raptors_kernels::{Bool, DType, Level, cast::cast, moves};

/// Cost of choosing one element, in additions.
pub(crate) const SELECT_COST: u32 = 2;

/// Elements up to which runs of one shape are chosen from on the spot.
const SHORT: usize = 1024;

/// [`select`] of few elements in runs of one shape and type; nothing where the case is another.
fn select_short(condition: &Array, x: &Array, y: &Array, dtype: DType) -> Result<Option<Array>> {
    let alike = |array: &Array| array.shape() == condition.shape() && array.dtype() == dtype;
    if condition.dtype() != DType::Bool || !alike(x) || !alike(y) {
        return Ok(None);
    }
    let (mut room, mut x_room, mut y_room) = (Room::uninit(), Room::uninit(), Room::uninit());
    // Elements along one axis are brought together; others have results that lie as they do.
    let runs = if condition.ndim() == 1 {
        (
            in_order(condition, &mut room),
            in_order(x, &mut x_room),
            in_order(y, &mut y_room),
        )
    } else {
        let n = condition.size();
        (condition.run(0, n), x.run(0, n), y.run(0, n))
    };
    let (Some(mask), Some(x_run), Some(y_run)) = runs else {
        return Ok(None);
    };
    let result = Array::empty(condition.shape(), dtype, Order::C)?;
    let mut target = Target::fresh(&result);
    if let Some(mut out) = target.run(0, result.size()) {
        let (x, y) = (x_run.bytes(), y_run.bytes());
        moves::select(mask.of(), x, y, out.bytes(), dtype.size());
    }
    Ok(Some(result))
}

fn stretched(array: &Array, shape: &[usize]) -> Result<Strides> {
    broadcast_strides(array.shape(), array.strides(), shape).ok_or(Error::Internal {
        what: "an operand that does not broadcast",
    })
}

/// The elements of `x` where `condition` is not zero, and of `y` elsewhere, broadcast and as
/// `dtype`: NumPy's `where`.
///
/// # Errors
///
/// [`Error::Broadcast`], a Python integer that does not fit, or [`Error::Memory`].
pub fn select(condition: &Array, x: &Operand<'_>, y: &Operand<'_>, dtype: DType) -> Result<Array> {
    let array = |operand: &Operand<'_>| match operand {
        Operand::Array(array) => Ok((*array).clone()),
        // An integer beyond the type wraps, as in NumPy.
        Operand::Number(number @ Number::Int(_)) => {
            let wide = number.to_scalar(DType::I64)?;
            Array::from_scalar(&promote::cast_scalar(&wide, dtype))
        }
        Operand::Number(value) => Array::from_scalar(&value.to_scalar(dtype)?),
    };
    let alike = |array: &Array| array.ndim() == 0 || array.shape() == condition.shape();
    let (x, y) = (array(x)?, array(y)?);
    let in_order = condition.is_c_contiguous() || condition.ndim() == 1;
    let few = condition.size() <= SHORT && in_order && alike(&x) && alike(&y);
    // A value for few elements is written out: choosing between runs takes less than a walk.
    let written_out = |array: Array| {
        if few && array.ndim() < condition.ndim() && array.dtype() == dtype {
            return Array::full(condition.shape(), &array.item()?, Order::C);
        }
        Ok(array)
    };
    let (x, y) = (written_out(x)?, written_out(y)?);
    if x.size() <= SHORT
        && let Some(result) = select_short(condition, &x, &y, dtype)?
    {
        return Ok(result);
    }
    let shape = broadcast(&[condition.shape(), x.shape(), y.shape()])?;
    let of_condition = stretched(condition, &shape)?;
    let (of_x, of_y) = (stretched(&x, &shape)?, stretched(&y, &shape)?);
    let result = Array::empty_keeping(&shape, dtype, &[&of_condition, &of_x, &of_y])?;
    if result.size() == 0 {
        return Ok(result);
    }
    let lanes: [RawLane<'_>; 4] = [
        (result.as_mut_ptr(), dtype.size(), result.strides()),
        (
            condition.as_ptr().cast_mut(),
            condition.itemsize(),
            &of_condition,
        ),
        (x.as_ptr().cast_mut(), x.itemsize(), &of_x),
        (y.as_ptr().cast_mut(), y.itemsize(), &of_y),
    ];
    let plan = map_plan(SELECT_COST, result.size(), dtype.size(), 3, 1);
    let longest = plan.chunk.max(1);
    let walk = Walk::new(&shape, &lanes, longest, &[false; 4]);
    let grain = (longest / walk.unit_len().max(1)).max(1);
    let level = Level::get();
    drive(&plan, walk.units(), grain, &|range| {
        let mut truth = Reader::new(&walk, 1, condition.dtype(), DType::Bool, false);
        let mut first = Reader::new(&walk, 2, x.dtype(), dtype, false);
        let mut second = Reader::new(&walk, 3, y.dtype(), dtype, false);
        let mut writer = Writer::new(&walk, 0, dtype, dtype, false);
        walk.visit(range, |unit| {
            let mask = truth.read(&walk, level, unit)?;
            let x = first.read(&walk, level, unit)?;
            let y = second.read(&walk, level, unit)?;
            let mut out = writer.begin(&walk, unit)?;
            let len = out.bytes().len();
            moves::select(
                mask.of::<Bool>(),
                &x.bytes()[..len],
                &y.bytes()[..len],
                out.bytes(),
                dtype.size(),
            );
            writer.end(&walk, level, unit, None)
        })
    })?;
    Ok(result)
}

/// Writes `source`, broadcast and converted, to the elements of `target` where `mask`, broadcast,
/// is true: NumPy's `copyto`.
///
/// # Errors
///
/// If the shapes do not broadcast, `casting` forbids the conversion, a Python integer does not
/// fit, or memory runs out.
pub fn assign_where(
    target: &Target<'_>,
    source: &Operand<'_>,
    mask: &Array,
    casting: Casting,
) -> Result<()> {
    let to = target.array();
    let dtype = to.dtype();
    let mut from = match source {
        Operand::Array(array) => (*array).clone(),
        Operand::Number(value) => Array::from_scalar(&value.to_scalar(dtype)?)?,
    };
    if !promote::can_cast(from.dtype(), dtype, casting) {
        return Err(Error::Cast {
            from: from.dtype(),
            to: dtype,
            casting,
        });
    }
    if in_pieces(to, &from, mask) {
        return Ok(());
    }
    let mut mask = mask.clone();
    let misfit = |array: &Array| Error::BroadcastInto {
        from: array.shape().into(),
        to: to.shape().into(),
    };
    let extra = from.ndim().saturating_sub(to.ndim());
    let extra = extra.min(from.shape().iter().take_while(|&&n| n == 1).count());
    if extra > 0 {
        let axes: Vec<i64> = (0..extra as i64).collect();
        from = from.squeeze(Some(&axes))?;
    }
    if overlap(&from, to) == Overlap::Possible {
        from = assign::copy(&from, Some(Order::C))?;
    }
    if overlap(&mask, to) != Overlap::Disjoint {
        mask = assign::copy(&mask, Some(Order::C))?;
    }
    let of_from =
        broadcast_strides(from.shape(), from.strides(), to.shape()).ok_or_else(|| misfit(&from))?;
    let of_mask =
        broadcast_strides(mask.shape(), mask.strides(), to.shape()).ok_or_else(|| misfit(&mask))?;
    if to.size() == 0 {
        return Ok(());
    }
    let apart = overlap(&from, to) != Overlap::Disjoint;
    let lanes: [RawLane<'_>; 3] = [
        (to.as_mut_ptr(), dtype.size(), to.strides()),
        (from.as_ptr().cast_mut(), from.itemsize(), &of_from),
        (mask.as_ptr().cast_mut(), mask.itemsize(), &of_mask),
    ];
    let mut plan = map_plan(SELECT_COST, to.size(), dtype.size(), 2, 1);
    if plan.threads > 1 && to.repeats() {
        // Threads would write the same elements.
        plan.threads = 1;
    }
    let longest = plan.chunk.max(1);
    let walk = Walk::new(to.shape(), &lanes, longest, &[false; 3]);
    let grain = (longest / walk.unit_len().max(1)).max(1);
    let level = Level::get();
    drive(&plan, walk.units(), grain, &|range| {
        let mut reader = Reader::new(&walk, 1, from.dtype(), from.dtype(), apart);
        let mut truth = Reader::new(&walk, 2, mask.dtype(), DType::Bool, false);
        let mut writer = Writer::new(&walk, 0, dtype, dtype, true);
        walk.visit(range, |unit| {
            let run = reader.read(&walk, level, unit)?;
            let mask = truth.read(&walk, level, unit)?;
            cast(level, run, writer.begin(&walk, unit)?);
            writer.end(&walk, level, unit, Some(mask))
        })
    })
}

/// Writes `from`, one element or as many as `to` has, to where `mask` is true, where all lie in one
/// piece, of the same type and in other memory: whether it did.
fn in_pieces(to: &Array, from: &Array, mask: &Array) -> bool {
    let n = to.size();
    let one = from.size() == 1 && from.ndim() <= to.ndim();
    if from.dtype() != to.dtype()
        || !(one || from.shape() == to.shape())
        || mask.shape() != to.shape()
        || overlap(from, to) != Overlap::Disjoint
        || overlap(mask, to) != Overlap::Disjoint
    {
        return false;
    }
    let size = to.itemsize();
    if let (true, &[_], &[stride]) = (
        one && n <= SHORT && !to.is_c_contiguous(),
        to.shape(),
        to.strides(),
    ) && let (Some(from), Some(mask)) = (from.run(0, 1), mask.as_slice::<Bool>())
    {
        // SAFETY: the target, which the caller lets be written, has an element for each truth value,
        // and overlaps neither those nor the value.
        unsafe { moves::fill_where_apart(mask, from.bytes(), to.as_mut_ptr(), stride, size) };
        return true;
    }
    if n <= SHORT && !one && !to.is_c_contiguous() && brought_together(to, from, mask) {
        return true;
    }
    let plan = map_plan(SELECT_COST, n, size, 2, 1);
    if plan.threads > 1 {
        return false;
    }
    let mut whole = Target::fresh(to);
    let (Some(from), Some(mask), Some(mut out)) = (
        from.run(0, from.size()),
        mask.as_slice::<Bool>(),
        whole.run(0, n),
    ) else {
        return false;
    };
    if one {
        moves::fill_where(mask, from.bytes(), out.bytes(), size);
    } else {
        moves::assign_where(mask, from.bytes(), out.bytes(), size);
    }
    true
}

/// As [`in_pieces`], of few elements along one axis, which lie apart.
fn brought_together(to: &Array, from: &Array, mask: &Array) -> bool {
    let (&[n], &[stride]) = (to.shape(), to.strides()) else {
        return false;
    };
    let size = to.itemsize();
    if mask.dtype() != DType::Bool || stride.unsigned_abs() < size {
        return false;
    }
    let (mut room, mut from_room, mut to_room) = (Room::uninit(), Room::uninit(), Room::uninit());
    let (Some(mask), Some(from), Some(_)) = (
        in_order(mask, &mut room),
        in_order(from, &mut from_room),
        in_order(to, &mut to_room),
    ) else {
        return false;
    };
    let ptr = to_room.as_mut_ptr().cast::<u8>();
    let target = moves::Target {
        ptr: to.as_mut_ptr(),
        size,
        shape: [1, n],
        strides: [0, stride],
    };
    // SAFETY: the room has the target's elements, as it lies apart and so was copied there; the caller
    // lets these be written, and no two of them overlap.
    unsafe {
        let together = core::slice::from_raw_parts_mut(ptr, n * size);
        moves::assign_where(mask.of(), from.bytes(), together, size);
        moves::unpack(ptr, target);
    }
    true
}
