//! The elements where a mask is true, wherever they lie.

use super::{
    error::PickError,
    mask::{self, FEW, Room, in_order, unchanged},
};
use crate::{Array, Buffer, Dims, Error, Order, Result, Strides, assign, layout, target::Target};
use raptors_dispatch::machine::machine;
use raptors_kernels::{Bool, moves};

/// Bytes that are brought together at one go: they stay in the first-level cache.
const STAGE: usize = 16 << 10;
/// Bytes of a cache line.
const LINE: usize = 64;
/// Bytes of a plane below which planes are brought together all at once.
const PLANE: usize = 2048;
/// Elements for each true one from which true ones are fetched one by one.
const SPARSE: usize = 8;
/// Elements of a row from which places in it are looked for.
const LONG: usize = 64;
/// Places that are found at one go.
const PIECE: usize = 1024;

/// The elements where `mask`, of the same shape, is true, in C order.
///
/// # Errors
///
/// [`PickError::MaskLength`] for another shape, [`PickError::MaskChanged`], or [`Error::Memory`].
pub fn compress(array: &Array, mask: &Array) -> Result<Array> {
    check(array, mask)?;
    let none = || Array::empty(&[0], array.dtype(), Order::C);
    if layout::size(mask.shape()) == 0 {
        return none();
    }
    let (mut room, mut truths, mut elements) = (Room::uninit(), [Bool::FALSE; FEW], Room::uninit());
    let whole;
    let mask = if let Some(mask) = mask::few(mask, &mut room, &mut truths) {
        mask
    } else {
        // Nothing is brought into order where nothing is true.
        if !mask.is_c_contiguous() && mask::count_nonzero(mask)? == 0 {
            return none();
        }
        whole = mask::truth(mask)?;
        mask::run(&whole)?
    };
    let count = moves::count_nonzero(mask);
    if count == 0 {
        return none();
    }
    let result = Array::empty(&[count], array.dtype(), Order::C)?;
    let mut target = Target::fresh(&result);
    if let Some(mut to) = target.run(0, count) {
        let out = to.bytes();
        let found = if let Some(from) = in_order(array, &mut elements) {
            moves::compress(mask, from.bytes(), out, array.itemsize())
        } else {
            apart(array, mask, out)?
        };
        unchanged(found, count)?;
    }
    Ok(result)
}

/// The axes of an array, those merged that lie one after the other in C order: planes of rows, and the
/// axes outside of them.
struct Planes {
    outer: (Dims, Strides),
    shape: [usize; 2],
    strides: [isize; 2],
}

impl Planes {
    fn of(array: &Array) -> Self {
        let (mut shape, mut strides) = (Dims::new(), Strides::new());
        for (&n, &stride) in array.shape().iter().zip(array.strides()) {
            if n == 1 {
                continue;
            }
            match (shape.last_mut(), strides.last_mut()) {
                (Some(last), Some(outer)) if *outer == stride.wrapping_mul(n as isize) => {
                    *last *= n;
                    *outer = stride;
                }
                _ => {
                    shape.push(n);
                    strides.push(stride);
                }
            }
        }
        let (cols, s0) = (shape.pop().unwrap_or(1), strides.pop().unwrap_or(0));
        let (rows, s1) = (shape.pop().unwrap_or(1), strides.pop().unwrap_or(0));
        Self {
            outer: (shape, strides),
            shape: [rows, cols],
            strides: [s1, s0],
        }
    }

    /// Rows and columns that are brought together at one go; nothing where all is better at once.
    fn unit(&self, size: usize) -> Option<[usize; 2]> {
        let ([rows, cols], [s1, s0]) = (self.shape, self.strides.map(isize::unsigned_abs));
        if !self.outer.0.is_empty() && rows * cols * size < PLANE {
            return None;
        }
        if rows > 1 && s1 < s0 {
            // What lies across the rows, in whole cache lines, which would be read again for each row: they
            // are to stay in the second-level cache, beside what they are brought together in.
            let least = (LINE / size).min(rows);
            let most = machine().l2.bytes / 2 / size / cols;
            return (most >= least).then(|| [most.min(rows), cols]);
        }
        let fit = STAGE / size;
        Some([(fit / cols).clamp(1, rows), cols.min(fit)])
    }
}

/// Copies the elements of an array, which do not lie in order, to `out` where `mask` is true, as long as
/// there is room: gives how many.
fn apart(array: &Array, mask: &[Bool], out: &mut [u8]) -> Result<usize> {
    let size = array.itemsize();
    let planes = Planes::of(array);
    let [rows, cols] = planes.shape;
    let sparse = out.len() / size * SPARSE < mask.len() && cols >= LONG;
    let unit = if sparse {
        Some([1, cols.min(PIECE)])
    } else {
        planes.unit(size)
    };
    let Some([height, width]) = unit else {
        let dense = assign::copy(array, Some(Order::C))?;
        let from = dense.run(0, dense.size()).ok_or(crate::dense::NOT_DENSE)?;
        return Ok(moves::compress(mask, from.bytes(), out, size));
    };
    let stage = if sparse { 0 } else { height * width * size };
    let stage = Buffer::new(stage).ok_or(Error::memory(stage))?;
    let mut places = [0; PIECE];
    let (mut k, mut start) = (0, 0);
    layout::for_each_offset(&planes.outer.0, &planes.outer.1, |offset| {
        for row in (0..rows).step_by(height) {
            for col in (0..cols).step_by(width) {
                let shape = [height.min(rows - row), width.min(cols - col)];
                let n = shape[0] * shape[1];
                let mask = &mask[start..start + n];
                start += n;
                let [s1, s0] = planes.strides;
                let distance = offset + row as isize * s1 + col as isize * s0;
                let from = array.as_ptr().wrapping_offset(distance);
                let room = &mut out[k * size..];
                if sparse {
                    let found = moves::nonzero(mask, &mut places);
                    let found = &places[..found.min(room.len() / size)];
                    // SAFETY: the places are some of the `n` elements of a row of the array, and
                    // there is room for all of them in other memory.
                    unsafe { moves::pick((from, n, s0), found, room.as_mut_ptr(), size, false) };
                    k += found.len();
                    continue;
                }
                if moves::count_nonzero(mask) == 0 {
                    continue;
                }
                let source = moves::Source {
                    ptr: from,
                    size,
                    shape,
                    strides: planes.strides,
                };
                // SAFETY: a part of the array, for which the stage has room.
                let together = unsafe {
                    moves::pack(source, stage.as_ptr());
                    core::slice::from_raw_parts(stage.as_ptr(), n * size)
                };
                k += moves::compress(mask, together, room, size);
            }
        }
    });
    Ok(k)
}

fn check(array: &Array, mask: &Array) -> Result<()> {
    let lengths = || array.shape().iter().zip(mask.shape());
    if mask.ndim() > array.ndim() {
        return Err(Error::TooManyIndices {
            ndim: array.ndim(),
            count: mask.ndim(),
        });
    }
    match lengths().position(|(n, m)| n != m && *m != 0) {
        Some(axis) => Err(PickError::MaskLength {
            axis,
            size: array.shape()[axis],
            mask: mask.shape()[axis],
        }
        .into()),
        None if ![0, array.size()].contains(&layout::size(mask.shape())) => Err(Error::Internal {
            what: "a mask with fewer axes",
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_gives_what_its_copy_gives() {
        let backwards = crate::Index::Slice {
            start: None,
            stop: None,
            step: Some(-1),
        };
        let second = crate::Index::Slice {
            start: None,
            stop: None,
            step: Some(2),
        };
        for shape in [
            &[3000][..],
            &[70, 90],
            &[40, 5, 30],
            &[3, 2100],
            &[700, 3, 2],
        ] {
            let n = layout::size(shape);
            let numbers: Vec<i64> = (0..n as i64).collect();
            let whole = Array::from_shape(shape, &numbers).unwrap();
            for every in [1, 2, 50, n + 1] {
                let chosen = |x: &i64| Bool::from((x * x + x) as usize % every == every - 1);
                let mask: Vec<Bool> = numbers.iter().map(chosen).collect();
                let mask = Array::from_shape(shape, &mask).unwrap();
                let axes: Vec<i64> = (0..shape.len() as i64).rev().collect();
                for dtype in [crate::DType::I64, crate::DType::I16, crate::DType::C128] {
                    let array = assign::astype(&whole, dtype, None).unwrap();
                    let views = [
                        array.index(&[crate::Index::Ellipsis, backwards]).unwrap(),
                        array.index(&[crate::Index::Ellipsis, second]).unwrap(),
                        array.index(&[second]).unwrap(),
                        array.transpose(&axes).unwrap(),
                    ];
                    for view in views {
                        let mask = mask.transpose(&axes).unwrap();
                        let fits = |n: usize| crate::Index::Slice {
                            start: None,
                            stop: Some(n as i64),
                            step: None,
                        };
                        let mask = if view.shape() == mask.shape() {
                            mask
                        } else {
                            let mask = mask.transpose(&axes).unwrap();
                            let key: Vec<_> = view.shape().iter().map(|&n| fits(n)).collect();
                            mask.index(&key).unwrap()
                        };
                        let copy = assign::copy(&view, Some(Order::C)).unwrap();
                        let order = assign::copy(&mask, Some(Order::C)).unwrap();
                        let want = compress(&copy, &order).unwrap();
                        let want = assign::astype(&want, crate::DType::I64, None).unwrap();
                        let given = compress(&view, &mask).unwrap();
                        let given = assign::astype(&given, crate::DType::I64, None).unwrap();
                        assert_eq!(
                            given.to_vec::<i64>().unwrap(),
                            want.to_vec::<i64>().unwrap(),
                            "{dtype:?} {shape:?} {every}"
                        );
                    }
                }
            }
        }
    }
}
