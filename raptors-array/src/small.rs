//! Ufuncs of few elements that lie in any way: operands are packed on the stack, and the loop runs
//! once. A walk would take longer to set up than to run.

use crate::{
    Array, Dims, Order, Result, Strides,
    broadcast::{broadcast, broadcast_strides},
    create::new_like,
    layout,
    map::Operand,
    promote::cast_scalar,
    resolve::Resolved,
    scratch::{Scratch, Stages},
};
use raptors_kernels::{
    DType, In, Level, Out, Scalar, Ufunc,
    cast::cast,
    moves::{self, Source},
};
use smallvec::SmallVec;

/// Bytes of an operand up to which packing it costs less than a walk: a page of stack for each.
const STAGE_BYTES: usize = 4096;

/// `ufunc` of `operands`, broadcast; nothing where the elements do not fit a stage, or where the result
/// has its axes in an order of its own.
pub(crate) fn call(
    ufunc: Ufunc,
    operands: &[Operand<'_>],
    resolved: Resolved,
) -> Result<Option<Array>> {
    if ufunc.nout() != 1 || operands.len() > 3 {
        return Ok(None);
    }
    let shapes: SmallVec<[&[usize]; 3]> = operands.iter().map(Operand::shape).collect();
    let shape = broadcast(&shapes)?;
    let n: usize = shape.iter().product();
    let level = Level::get();
    let Some(bound) = ufunc.bind(level, resolved.dtype()) else {
        return Ok(None);
    };
    let (given, wanted) = (bound.outputs()[0], resolved.outputs()[0]);
    let mut arrays: SmallVec<[&Array; 3]> = SmallVec::new();
    let mut numbers = [Scalar::zero(DType::Bool); 3];
    let mut size = given.size().max(wanted.size());
    for (i, operand) in operands.iter().enumerate() {
        size = size.max(bound.inputs()[i].size());
        match operand {
            Operand::Array(array) => {
                size = size.max(array.itemsize());
                arrays.push(array);
            }
            Operand::Number(value) => match value.to_scalar(resolved.inputs()[i]) {
                Ok(scalar) => numbers[i] = cast_scalar(&scalar, bound.inputs()[i]),
                Err(_) => return Ok(None),
            },
        }
    }
    if n == 0 || n.saturating_mul(size) > STAGE_BYTES {
        return Ok(None);
    }
    let result = new_like(&shape, wanted, None, &arrays)?;
    let order = if result.is_c_contiguous() {
        Order::C
    } else if result.is_f_contiguous() {
        Order::F
    } else {
        return Ok(None);
    };
    let (mut packed, mut converted) = (
        Stages::<STAGE_BYTES, 3>::new(),
        Stages::<STAGE_BYTES, 3>::new(),
    );
    let (packed, converted) = (packed.ptrs(), converted.ptrs());
    let mut computed = Scratch::<STAGE_BYTES>::new();
    let mut runs = [In::from(&[0u8; 0][..]); 3];
    let mut single = !bound.repeats() || n == 1;
    for (i, operand) in operands.iter().enumerate() {
        let dtype = bound.inputs()[i];
        let (ptr, stored, dense, aligned, strides) = match operand {
            Operand::Array(array) => {
                let dense = array.shape() == shape.as_slice()
                    && match order {
                        Order::C => array.is_c_contiguous(),
                        Order::F => array.is_f_contiguous(),
                    };
                let Some(strides) = broadcast_strides(array.shape(), array.strides(), &shape)
                else {
                    return Ok(None);
                };
                let (ptr, aligned) = (array.as_ptr(), array.is_aligned());
                (ptr, array.dtype(), dense && aligned, aligned, strides)
            }
            Operand::Number(_) => {
                let ptr = numbers[i].as_in().bytes().as_ptr();
                (ptr, dtype, false, true, Strides::from_elem(0, shape.len()))
            }
        };
        if !single && aligned && stored == dtype && strides.iter().all(|&stride| stride == 0) {
            // SAFETY: one aligned element of this type, which the loop repeats.
            runs[i] = unsafe { In::from_raw(ptr, 1, dtype) };
            single = true;
            continue;
        }
        let mut from = ptr;
        if !dense {
            from = packed[i];
            // SAFETY: the strides reach elements of the operand, and the stage has room for `n`.
            unsafe { pack(ptr, stored.size(), &shape, &strides, order, packed[i]) };
        }
        // SAFETY: `n` dense, aligned elements of the operand's type, there or in the stage.
        runs[i] = unsafe { In::from_raw(from, n, stored) };
        if stored != dtype {
            let to = converted[i];
            // SAFETY: the stage has room for `n` elements of the loop's type.
            cast(level, runs[i], unsafe { Out::from_raw(to, n, dtype) });
            // SAFETY: the elements that were just written.
            runs[i] = unsafe { In::from_raw(to, n, dtype) };
        }
    }
    let direct = given == wanted;
    let to = if direct {
        result.as_mut_ptr()
    } else {
        computed.ptr()
    };
    // SAFETY: the result, which is new and dense, or the stage has room for `n` elements.
    let out = unsafe { Out::from_raw(to, n, given) };
    bound.run(&runs[..operands.len()], &mut [out]);
    if !direct {
        // SAFETY: the loop wrote `n` elements to the stage; the new result has room for as many.
        unsafe { convert(level, In::from_raw(to, n, given), &result) };
    }
    Ok(Some(result))
}

/// Writes a run, converted, to a result that is dense.
///
/// # Safety
///
/// The result has as many elements, which nobody else reads or writes.
unsafe fn convert(level: Level, from: In<'_>, result: &Array) {
    // SAFETY: the caller vouches for the result.
    let to = unsafe { Out::from_raw(result.as_mut_ptr(), result.size(), result.dtype()) };
    cast(level, from, to);
}

/// As [`gather`], in `order`.
///
/// # Safety
///
/// The strides reach initialized elements from `ptr`, and `to` has room for as many as the shape has.
unsafe fn pack(
    ptr: *const u8,
    size: usize,
    shape: &[usize],
    strides: &[isize],
    order: Order,
    to: *mut u8,
) {
    let (mut shape, mut strides): (Dims, Strides) = (shape.into(), strides.into());
    if order == Order::F {
        shape.reverse();
        strides.reverse();
    }
    // SAFETY: as the caller promises.
    unsafe { gather(ptr, size, &shape, &strides, to) };
}

/// Packs the elements of `size` bytes that `strides` reach over `shape` to `to`, in C order, plane by plane.
///
/// # Safety
///
/// The strides reach initialized elements from `ptr`, and `to` has room for as many as the shape has.
#[inline]
pub(crate) unsafe fn gather(
    ptr: *const u8,
    size: usize,
    shape: &[usize],
    strides: &[isize],
    to: *mut u8,
) {
    let outer = shape.len().saturating_sub(2);
    let (planes, rest) = (&shape[..outer], &shape[outer..]);
    let (shape, strides_of_plane) = match (rest, &strides[outer..]) {
        (&[rows, cols], &[outer, inner]) => ([rows, cols], [outer, inner]),
        (&[n], &[stride]) => ([1, n], [0, stride]),
        _ => ([1, 1], [0, 0]),
    };
    let mut to = to;
    let plane = |offset| {
        let source = Source {
            ptr: ptr.wrapping_offset(offset),
            size,
            shape,
            strides: strides_of_plane,
        };
        // SAFETY: as the caller promises, for the elements of this plane.
        unsafe { moves::pack(source, to) };
        to = to.wrapping_add(shape[0] * shape[1] * size);
    };
    layout::for_each_offset(planes, &strides[..outer], plane);
}

#[cfg(test)]
mod tests {
    use crate::{Array, Index, map};
    use raptors_kernels::Ufunc;

    /// Asserts that an array has what `x - y` gives element by element.
    fn is_difference(given: &Array, x: &Array, y: &Array) {
        let elements = |x: &Array| {
            let x = x.broadcast_to(given.shape()).unwrap();
            x.to_vec::<f64>().unwrap()
        };
        let want = elements(x).into_iter().zip(elements(y));
        let want: Vec<f64> = want.map(|(x, y)| x - y).collect();
        assert_eq!(given.to_vec::<f64>().unwrap(), want);
    }

    #[test]
    fn more_than_two_axes_are_packed_plane_by_plane() {
        let numbers: Vec<f64> = (0..120).map(|i| f64::from(i * i % 17)).collect();
        let a = Array::from_shape(&[2, 3, 4, 5], &numbers).unwrap();
        let every = Index::Slice {
            start: None,
            stop: None,
            step: Some(-1),
        };
        let views = [
            a.index(&[Index::ALL, every, Index::ALL, every]).unwrap(),
            a.index(&[Index::ALL, Index::ALL, Index::Int(1), every])
                .unwrap(),
            a.index(&[Index::Int(0), Index::ALL, Index::ALL, every])
                .unwrap(),
            a.t().t(),
        ];
        for x in &views {
            let y = &views[0];
            let Ok(given) = map::binary(Ufunc::subtract, x, y) else {
                continue;
            };
            let t = map::binary(Ufunc::subtract, &x.t(), &y.t());
            if x.ndim() == y.ndim() {
                assert_eq!(t.unwrap().t().to_vec::<f64>(), given.to_vec::<f64>());
            }
            is_difference(&given, x, y);
        }
    }

    #[test]
    fn few_elements_in_any_layout_are_computed_as_one_by_one() {
        let numbers: Vec<f64> = (0..60).map(|i| f64::from(i * i % 17)).collect();
        let a = Array::from_shape(&[6, 10], &numbers).unwrap();
        let part = |start, stop, step| Index::Slice { start, stop, step };
        let views = [
            a.index(&[part(None, Some(5), None), part(None, None, Some(2))])
                .unwrap(),
            a.index(&[part(Some(4), None, Some(-1)), part(Some(4), None, Some(-1))])
                .unwrap(),
            a.t()
                .index(&[part(None, Some(5), None), part(None, Some(5), None)])
                .unwrap(),
            a.index(&[part(None, Some(1), None), part(None, Some(5), None)])
                .unwrap(),
            a.index(&[part(None, Some(5), None), part(None, Some(1), None)])
                .unwrap(),
            a.index(&[Index::Int(2), part(None, Some(5), None)])
                .unwrap(),
        ];
        for x in &views {
            for y in &views {
                let given = map::binary(Ufunc::subtract, x, y).unwrap();
                is_difference(&given, x, y);
            }
        }
    }
}
