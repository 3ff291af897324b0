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
    walk::{RawLane, Unit, Walk},
};
use raptors_kernels::{Bool, DType, In, Kind, Level, cast::cast, moves};

/// Cost of choosing one element, in additions.
pub(crate) const SELECT_COST: u32 = 2;

/// Bytes from which an element counts as large: smaller ones are brought together by vectors.
const LARGE: usize = 8;
/// Elements of a row from which rows are chosen from one by one.
const ROW: usize = 16;
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
        Operand::Number(number @ Number::Int(_))
            if !matches!(dtype.kind(), Kind::Float | Kind::Complex) =>
        {
            let wide = number.to_scalar(DType::I64);
            let wide = wide.or_else(|_| number.to_scalar(DType::U64))?;
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
    let walk = Walk::new(&shape, &lanes, longest, (&[false; 4], 0));
    let grain = (longest / walk.unit_len().max(1)).max(1);
    // Large elements that lie apart are read where they lie, one by one or by vectors.
    let steps = [2, 3].map(|lane| walk.inner_strides(lane)[1]);
    let lies_apart = |&step: &isize| step != 0 && step != dtype.size() as isize;
    let large = dtype.size() >= LARGE && steps.iter().any(lies_apart);
    let apart = (large || moves::selects_seconds(dtype.size(), steps))
        && x.dtype() == dtype
        && y.dtype() == dtype
        && walk.unit_shape()[1] >= ROW;
    let level = Level::get();
    drive(&plan, walk.units(), grain, &|range| {
        let mut truth = Reader::new(&walk, 1, condition.dtype(), DType::Bool, false);
        let mut first = Reader::new(&walk, 2, x.dtype(), dtype, false);
        let mut second = Reader::new(&walk, 3, y.dtype(), dtype, false);
        let mut writer = Writer::new(&walk, 0, dtype, dtype, false);
        walk.visit(range, |unit| {
            let mask = truth.read(&walk, level, unit)?;
            if apart {
                let mut out = writer.begin(&walk, unit)?;
                select_rows(&walk, unit, mask.of(), out.bytes(), dtype.size());
                return writer.end(&walk, level, unit, None);
            }
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

/// Chooses the elements of a unit from the lanes 2 and 3, row by row.
fn select_rows(walk: &Walk, unit: &Unit<'_>, mask: &[Bool], out: &mut [u8], size: usize) {
    let [rows, cols] = unit.shape;
    let ([x_row, x_step], [y_row, y_step]) = (walk.inner_strides(2), walk.inner_strides(3));
    let runs = mask.chunks(cols).zip(out.chunks_mut(cols * size));
    for (row, (mask, out)) in runs.enumerate().take(rows) {
        let x = unit.ptrs[2].wrapping_offset(row as isize * x_row);
        let y = unit.ptrs[3].wrapping_offset(row as isize * y_row);
        let (x, y) = ((x.cast_const(), x_step), (y.cast_const(), y_step));
        // SAFETY: a row of the unit of both arrays, which the walk's owner holds; the result is new.
        unsafe { moves::select_apart(mask, x, y, out, size) };
    }
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
    if from.size() == 1 && from.dtype() != dtype {
        from = assign::astype(&from, dtype, None)?;
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
    // What goes in as it is is written where it belongs, one value without being repeated.
    let straight = from.dtype() == dtype && !apart && from.is_aligned();
    let walk = Walk::new(to.shape(), &lanes, longest, (&[false, straight, false], 1));
    let grain = (longest / walk.unit_len().max(1)).max(1);
    let level = Level::get();
    drive(&plan, walk.units(), grain, &|range| {
        let mut reader = Reader::new(&walk, 1, from.dtype(), from.dtype(), apart);
        let mut truth = Reader::new(&walk, 2, mask.dtype(), DType::Bool, false);
        let mut writer = Writer::new(&walk, 0, dtype, dtype, true);
        walk.visit(range, |unit| {
            let mask = truth.read(&walk, level, unit)?;
            if moves::count_nonzero(mask.of()) == 0 {
                return Ok(());
            }
            if straight && !walk.is_dense(1, unit.shape) && !walk.is_value(1, unit.shape) {
                write_rows(&walk, unit, mask.of(), dtype.size());
                return Ok(());
            }
            let run = reader.read(&walk, level, unit)?;
            if straight {
                write_where(&walk, unit, run, mask.of(), dtype.size());
                return Ok(());
            }
            cast(level, run, writer.begin(&walk, unit)?);
            writer.end(&walk, level, unit, Some(mask))
        })
    })
}

/// Writes `run`, one element where the walk takes it so, to where `mask` is true in the first lane, whose
/// elements are as many bytes.
fn write_where(walk: &Walk, unit: &Unit<'_>, run: In<'_>, mask: &[Bool], size: usize) {
    let (to, [rows, cols]) = (unit.ptrs[0], unit.shape);
    let one = walk.is_value(1, unit.shape);
    if walk.is_dense(0, unit.shape) {
        // SAFETY: the unit lies in one piece, and this thread alone writes it; neither the elements
        // nor the mask are in it.
        let out = unsafe { core::slice::from_raw_parts_mut(to, rows * cols * size) };
        if one {
            moves::fill_where(mask, run.bytes(), out, size);
        } else {
            moves::assign_where(mask, run.bytes(), out, size);
        }
        return;
    }
    let [outer, inner] = walk.inner_strides(0);
    let (from, step) = (run.bytes().as_ptr(), if one { 0 } else { size });
    for (row, mask) in mask.chunks(cols).enumerate() {
        let to = to.wrapping_offset(row as isize * outer);
        let from = (from.wrapping_add(row * cols * step), step as isize);
        // SAFETY: a row of the unit, which this thread alone writes, and as many elements of the run,
        // or one; neither they nor the mask are in it.
        unsafe { moves::assign_where_apart(mask, from, (to, inner), size) };
    }
}

/// As [`write_where`], of elements of the second lane that lie apart, row by row.
fn write_rows(walk: &Walk, unit: &Unit<'_>, mask: &[Bool], size: usize) {
    let ([to_row, to_step], [row, step]) = (walk.inner_strides(0), walk.inner_strides(1));
    for (i, mask) in mask.chunks(unit.shape[1]).enumerate() {
        let to = unit.ptrs[0].wrapping_offset(i as isize * to_row);
        let from = unit.ptrs[1].wrapping_offset(i as isize * row).cast_const();
        // SAFETY: a row of the unit of both arrays, of which this thread alone writes the first; neither
        // the second nor the mask is in it.
        unsafe { moves::assign_where_apart(mask, (from, step), (to, to_step), size) };
    }
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
    let mut room = Room::uninit();
    if let (true, &[_], &[stride]) = (
        one && n <= SHORT && !(to.is_c_contiguous() && mask.is_c_contiguous()),
        to.shape(),
        to.strides(),
    ) && mask.dtype() == DType::Bool
        && let (Some(from), Some(mask)) = (from.run(0, 1), in_order(mask, &mut room))
    {
        let mask = mask.of();
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
