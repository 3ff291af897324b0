//! Operands that the loop takes as they lie, apart or backwards, and results with gaps between them.

use super::{blocks::Axes, over::AXES};
use crate::{
    map::Operand,
    spaced::{ROW, SHORT_ROW, pays},
};
use raptors_kernels::{Loop, Scalar, Spaced};

/// A call of a loop that takes all operands as they lie.
pub(super) struct Call<'a, const N: usize> {
    bound: &'a Loop,
    axes: &'a Axes<N>,
    starts: [*mut u8; N],
}

impl<'a, const N: usize> Call<'a, N> {
    /// A call of a loop of this `cost` for the memory of these operands; nothing where packing them takes less
    /// time, or where they are not aligned.
    pub(super) fn new(
        bound: &'a Loop,
        cost: u32,
        operands: &'a [Operand<'_>; N],
        numbers: &'a [Scalar; N],
        axes: &'a Axes<N>,
    ) -> Option<Self> {
        let step = |steps: &[isize; AXES]| steps[AXES - 1];
        let inputs = bound.inputs().iter().zip(&axes.steps);
        let inputs = inputs.map(|(dtype, steps)| (dtype.size(), step(steps)));
        let size = bound.outputs()[0].size();
        if !pays(bound, cost, (size, step(&axes.result)), inputs) {
            return None;
        }
        let [.., rows, cols] = axes.lengths;
        let dense = step(&axes.result) == size as isize;
        if rows > 1 && cols < if dense { ROW } else { SHORT_ROW } {
            return None;
        }
        // What lies across the rows would be read again for each of them.
        let across = |steps: &[isize; AXES]| {
            let [.., across, along] = steps.map(isize::unsigned_abs);
            (1..along).contains(&across)
        };
        if rows > 1 && axes.steps.iter().any(across) {
            return None;
        }
        let mut starts = [core::ptr::null_mut(); N];
        for (i, (start, dtype)) in starts.iter_mut().zip(bound.inputs()).enumerate() {
            let ptr = match &operands[i] {
                Operand::Array(array) => array.as_ptr(),
                Operand::Number(_) => numbers[i].as_in().bytes().as_ptr(),
            };
            let mut places = axes.steps[i].iter().map(|step| step.unsigned_abs());
            let align = dtype.align();
            if !ptr.addr().is_multiple_of(align) || !places.all(|step| step.is_multiple_of(align)) {
                return None;
            }
            *start = ptr.cast_mut();
        }
        Some(Self {
            bound,
            axes,
            starts,
        })
    }

    /// Runs the loop.
    ///
    /// # Safety
    ///
    /// The steps of the axes reach elements from each operand's, and from `to` the result's, which are
    /// aligned, are written by nobody else, and are those of no operand but as the ones that they replace.
    pub(super) unsafe fn run(&self, to: *mut u8) {
        let [first, second, rows, cols] = self.axes.lengths;
        for i in 0..first as isize {
            for j in 0..second as isize {
                let run = |start: *mut u8, steps: &[isize; AXES]| Spaced {
                    start: start.wrapping_offset(i * steps[0] + j * steps[1]),
                    strides: [steps[2], steps[3]],
                };
                let out = run(to, &self.axes.result);
                let mut runs = [out; N];
                for ((run_of, &start), steps) in
                    runs.iter_mut().zip(&self.starts).zip(&self.axes.steps)
                {
                    *run_of = run(start, steps);
                }
                // SAFETY: rows of aligned elements of the loop's types, of the operands and of the result, as
                // the caller promises.
                unsafe { self.bound.run_spaced(&runs, out, [rows, cols]) };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Array,
        quick::{by_row, into_rows, tests::every, value},
    };
    use raptors_kernels::Ufunc;

    fn numbers(shape: &[usize], seed: usize) -> Array {
        let n: usize = shape.iter().product();
        let numbers: Vec<f64> = (0..n).map(|i| ((i + seed) * 7919 % 1013) as f64).collect();
        Array::from_shape(shape, &numbers).unwrap()
    }

    #[test]
    fn what_lies_apart_or_backwards_is_computed_one_by_one() {
        for shape in [[30, 40], [12, 8], [1, 300], [300, 1]] {
            for steps in [[1, -1], [-1, -1], [1, 2], [2, 2], [-3, 3]] {
                let (whole_x, whole_y) = (numbers(&shape, 1), numbers(&shape, 2));
                let [x, y] = [&whole_x, &whole_y].map(|a| every(a, steps));
                let pairs = x.to_vec::<f64>().unwrap().into_iter();
                let pairs = pairs.zip(y.to_vec::<f64>().unwrap());
                let want: Vec<f64> = pairs.map(|(x, y)| x - y).collect();
                let both = [(&x).into(), (&y).into()];
                let given = value(|room| by_row(Ufunc::subtract, &both, usize::MAX, room));
                if let Some(given) = given {
                    assert_eq!(given.to_vec::<f64>().unwrap(), want);
                }
                let whole = numbers(&shape, 3);
                let (to, old) = (every(&whole, steps), whole.to_vec::<f64>().unwrap());
                // SAFETY: nobody else knows the memory of the target.
                if unsafe { into_rows(Ufunc::subtract, &both, usize::MAX, &to) }.is_some() {
                    assert_eq!(to.to_vec::<f64>().unwrap(), want, "{shape:?} {steps:?}");
                    let found = whole.to_vec::<f64>().unwrap();
                    let changed = old.iter().zip(&found).filter(|(old, new)| old != new);
                    assert!(changed.count() <= want.len());
                }
                // SAFETY: as above.
                if unsafe { into_rows(Ufunc::negative, &[(&x).into()], usize::MAX, &to) }.is_some()
                {
                    let negative = x.to_vec::<f64>().unwrap().into_iter().map(|x| -x);
                    assert_eq!(to.to_vec::<f64>().unwrap(), negative.collect::<Vec<_>>());
                }
                // SAFETY: as above.
                if unsafe { into_rows(Ufunc::negative, &[(&y).into()], usize::MAX, &y) }.is_some() {
                    let back = y.to_vec::<f64>().unwrap();
                    let pairs = x.to_vec::<f64>().unwrap().into_iter().zip(want);
                    let negative: Vec<f64> = pairs.map(|(x, z)| z - x).collect();
                    assert_eq!(back, negative);
                }
            }
        }
    }
}
