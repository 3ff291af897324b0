//! Ufuncs of one array whose elements follow one another at equal steps: apart, or backwards.

use super::{
    is_little,
    room::{Room, dense},
};
use crate::{Array, layout, resolve, scratch::Stages, spaced::pays};
use raptors_kernels::{In, Out, Spaced, Ufunc, moves};

/// Bytes of elements that are packed at once: they and their results stay in the smallest L1 cache.
const STAGE_BYTES: usize = 8 << 10;
/// Bytes of elements up to which a smaller stage does: a large frame is touched page by page before it is used.
const SMALL_BYTES: usize = 1 << 10;

/// `ufunc` of an array, in `room`; nothing where its elements are many, not at equal steps or not aligned, where
/// there is no loop for just these, or no memory.
#[inline(always)]
pub fn line<'r>(ufunc: Ufunc, x: &Array, room: impl Room<'r>) -> Option<&'r mut Array> {
    let (dtype, n) = (x.dtype(), x.size());
    if !is_little(ufunc, n, dtype) {
        return None;
    }
    let step = layout::even_step(x.shape(), x.strides())?;
    let align = dtype.align();
    if !x.as_ptr().addr().is_multiple_of(align) || !step.unsigned_abs().is_multiple_of(align) {
        return None;
    }
    let bound = resolve::alike(ufunc, dtype, 1)?;
    let given = bound.outputs()[0];
    let result = dense(room, x.shape(), n, given)?;
    let steps = [(dtype.size(), step)];
    if pays(
        bound,
        ufunc.cost(),
        (given.size(), given.size() as isize),
        steps.into_iter(),
    ) {
        let [from, to] = [
            (x.as_ptr(), step),
            (result.as_mut_ptr(), given.size() as isize),
        ]
        .map(|(start, step)| Spaced {
            start: start.cast_mut(),
            strides: [0, step],
        });
        // SAFETY: `n` aligned elements of the array, and of the result, which is new.
        unsafe { bound.run_spaced(&[from], to, [1, n]) };
        return Some(result);
    }
    let packed = |run: In<'_>, start: usize| {
        // SAFETY: the result is new and has room for the elements of the run from there on.
        let out = unsafe {
            let to = result.as_mut_ptr().add(start * given.size());
            Out::from_raw(to, run.len(), given)
        };
        bound.run(&[run], &mut [out]);
    };
    if n * dtype.size() <= SMALL_BYTES {
        by_stage::<SMALL_BYTES>(x, step, packed);
    } else {
        by_stage::<STAGE_BYTES>(x, step, packed);
    }
    Some(result)
}

/// Calls `run` with the elements of `x`, which are `step` bytes apart, piece by piece and in one piece each, and
/// with the number of those before.
#[inline(never)]
fn by_stage<const BYTES: usize>(x: &Array, step: isize, mut run: impl FnMut(In<'_>, usize)) {
    let (dtype, n) = (x.dtype(), x.size());
    let size = dtype.size();
    let mut stages = Stages::<BYTES, 1>::new();
    let [stage] = stages.ptrs();
    let most = BYTES / size;
    for start in (0..n).step_by(most) {
        let len = most.min(n - start);
        let source = moves::Source {
            ptr: x.as_ptr().wrapping_offset(start as isize * step),
            size,
            shape: [1, len],
            strides: [0, step],
        };
        // SAFETY: elements of the array, for which the stage has room; nobody else knows it, and they are
        // written before they are read.
        let packed = unsafe {
            moves::pack(source, stage);
            In::from_raw(stage, len, dtype)
        };
        run(packed, start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assign, map,
        quick::{tests::every, value},
    };
    use raptors_kernels::DType;

    #[test]
    fn lines_are_computed_as_their_copies_are() {
        let numbers: Vec<f64> = (0..6000).map(|i| f64::from(i) * 0.37 - 700.0).collect();
        let whole = Array::from_slice(&numbers).unwrap();
        for dtype in [DType::F64, DType::F32, DType::I64, DType::C128, DType::F16] {
            let whole = assign::astype(&whole, dtype, None).unwrap();
            let size = dtype.size() as isize;
            for (len, step) in [
                (1, 2),
                (7, 2),
                (8, -1),
                (100, 3),
                (700, -1),
                (1500, 2),
                (900, -3),
            ] {
                let first = if step > 0 { 5 } else { 5999 };
                let x = whole
                    .strided(first * size, dtype, &[len], &[step * size])
                    .unwrap();
                for ufunc in [Ufunc::sin, Ufunc::negative, Ufunc::absolute, Ufunc::square] {
                    let Some(given) = value(|room| line(ufunc, &x, room)) else {
                        continue;
                    };
                    let want = map::unary(ufunc, &assign::copy(&x, None).unwrap()).unwrap();
                    let [given, want] =
                        [given, want].map(|x| x.run(0, len).unwrap().bytes().to_vec());
                    assert_eq!(given, want, "{ufunc:?} {dtype:?} {len} {step}");
                }
            }
        }
    }

    #[test]
    fn planes_at_equal_steps_are_lines_and_others_are_not() {
        let numbers: Vec<f64> = (0..96).map(f64::from).collect();
        let a = Array::from_shape(&[8, 12], &numbers).unwrap();
        for steps in [[1, 2], [-1, -1], [1, 3]] {
            let x = every(&a, steps);
            let given = value(|room| line(Ufunc::sqrt, &x, room)).unwrap();
            let want: Vec<f64> = x
                .to_vec::<f64>()
                .unwrap()
                .into_iter()
                .map(f64::sqrt)
                .collect();
            assert_eq!(
                (given.shape(), given.to_vec::<f64>().unwrap()),
                (x.shape(), want)
            );
        }
        for steps in [[2, 1], [-1, 1], [2, 2]] {
            assert!(value(|room| line(Ufunc::sqrt, &every(&a, steps), room)).is_none());
        }
    }
}
