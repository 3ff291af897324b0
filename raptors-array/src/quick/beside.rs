//! Arrays of one shape in one piece, beside numbers and single elements: the loop takes all of it as it lies. A
//! target may be an operand, of which the loop reads a copy then, a piece at a time.

use super::{
    is_dense, is_little,
    one::weak,
    room::{Room, dense},
    same_shape,
};
use crate::{Array, map::Operand, resolve, scratch::Stages};
use raptors_kernels::{DType, In, Loop, Out, Scalar, Ufunc};

/// Bytes of an operand that are copied at once where results take its place: those of three operands stay in a
/// 32 KiB L1 cache.
const STAGE_BYTES: usize = 8 << 10;

/// How the loop gets at an operand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// An element for each result.
    Run,
    /// One for all of them.
    Single,
    /// The results take the place of the elements, and the loop reads them there.
    Place,
    /// The same, but the loop reads a copy.
    Copied,
}

/// A call whose operands are of the loop's dtype.
struct Call<'a, const N: usize> {
    bound: &'static Loop,
    dtype: DType,
    /// An operand of the results' shape, and its elements.
    like: &'a Array,
    n: usize,
    operands: &'a [Operand<'a>; N],
    numbers: [Scalar; N],
    readings: [Reading; N],
}

impl<'a, const N: usize> Call<'a, N> {
    /// The call of `ufunc`; nothing where the arrays are many elements, not alike or not dense, and where there is
    /// no loop for just these operands.
    #[inline(always)]
    fn new(ufunc: Ufunc, operands: &'a [Operand<'_>; N]) -> Option<Self> {
        let mut arrays = operands.iter().filter_map(|operand| match *operand {
            Operand::Array(array) => Some(array),
            Operand::Number(_) => None,
        });
        let first = arrays.next()?;
        let like = if first.ndim() > 0 {
            first
        } else {
            arrays.find(|array| array.ndim() > 0).unwrap_or(first)
        };
        let (dtype, n) = (like.dtype(), like.size());
        if !is_little(ufunc, n, dtype) {
            return None;
        }
        let bound = resolve::alike(ufunc, dtype, N)?;
        let (mut numbers, mut readings) = ([Scalar::zero(dtype); N], [Reading::Run; N]);
        for (i, operand) in operands.iter().enumerate() {
            let single = match *operand {
                Operand::Number(number) => {
                    numbers[i] = weak(ufunc, number, dtype)?;
                    true
                }
                Operand::Array(array) if array.dtype() != dtype || !is_dense(array) => return None,
                Operand::Array(array) => array.ndim() == 0 && like.ndim() > 0,
            };
            if single {
                readings[i] = Reading::Single;
            } else if !matches!(operand, Operand::Array(array) if same_shape(array, like)) {
                return None;
            }
        }
        if readings.contains(&Reading::Single) && !bound.repeats() {
            return None;
        }
        Some(Self {
            bound,
            dtype,
            like,
            n,
            operands,
            numbers,
            readings,
        })
    }

    /// Sees which operands lie in the memory of `to`, which is dense and has as many elements: whether that is
    /// where the results go, or elsewhere.
    #[inline(always)]
    fn place(&mut self, to: &Array) -> bool {
        let (start, end) = (to.as_ptr().addr(), to.as_ptr().addr() + to.nbytes());
        for (operand, reading) in self.operands.iter().zip(&mut self.readings) {
            let Operand::Array(array) = operand else {
                continue;
            };
            let first = array.as_ptr().addr();
            if first >= end || start >= first + array.nbytes() {
                continue;
            }
            if first != start || *reading == Reading::Single || array.itemsize() != to.itemsize() {
                return false;
            }
            *reading = Reading::Copied;
        }
        let mut copied = self.readings.iter_mut().filter(|r| **r == Reading::Copied);
        if self.bound.in_place()
            && let Some(first) = copied.next()
        {
            *first = Reading::Place;
        }
        true
    }

    /// `len` elements of an operand from `start` on, where they are or in `stages`.
    ///
    /// # Safety
    ///
    /// The stages have room for as many elements, if there are any, and nobody writes the operands meanwhile but
    /// where results take the place of elements that the loop reads there.
    #[inline(always)]
    unsafe fn runs(&self, start: usize, len: usize, stages: Option<[*mut u8; N]>) -> [In<'_>; N] {
        core::array::from_fn(|i| {
            let (size, reading) = (self.dtype.size(), self.readings[i]);
            let Operand::Array(array) = self.operands[i] else {
                return self.numbers[i].as_in();
            };
            let mut from = array.as_ptr();
            if reading != Reading::Single {
                from = from.wrapping_add(start * size);
            }
            let count = match reading {
                Reading::Run | Reading::Copied => len,
                Reading::Single => 1,
                Reading::Place => 0,
            };
            if let (Reading::Copied, Some(stages)) = (reading, stages) {
                // SAFETY: the caller says that there is room.
                unsafe { stages[i].copy_from_nonoverlapping(from, len * size) };
                from = stages[i];
            }
            // SAFETY: dense and aligned elements of this dtype, of the array or the stage.
            unsafe { In::from_raw(from, count, self.dtype) }
        })
    }

    /// Writes the results to `to`, piece by piece.
    ///
    /// # Safety
    ///
    /// `to` has room for `n` results, may be written, and is no operand's memory but as [`Self::place`] saw.
    #[inline(never)]
    unsafe fn run_staged(&self, to: *mut u8) {
        let mut stages = Stages::<STAGE_BYTES, N>::new();
        let (stages, given) = (stages.ptrs(), self.bound.outputs()[0]);
        let piece = STAGE_BYTES / self.dtype.size();
        for start in (0..self.n).step_by(piece) {
            let len = piece.min(self.n - start);
            // SAFETY: a stage has room for a piece; operands that are written are copied before.
            let runs = unsafe { self.runs(start, len, Some(stages)) };
            // SAFETY: `start` is one of the results, and the caller says that they may be written.
            let out = unsafe { Out::from_raw(to.add(start * given.size()), len, given) };
            self.bound.run(&runs, &mut [out]);
        }
    }
}

/// `ufunc` of `operands` in `room`; nothing where the arrays are not alike and dense, are many elements, or lack a
/// loop that takes numbers as they are.
#[inline(always)]
pub(super) fn among<'r, const N: usize>(
    ufunc: Ufunc,
    operands: &[Operand<'_>; N],
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let call = Call::new(ufunc, operands)?;
    let given = call.bound.outputs()[0];
    let result = dense(room, call.like.shape(), call.n, given)?;
    // SAFETY: no stages; nobody writes the operands, since the result is new.
    let runs = unsafe { call.runs(0, call.n, None) };
    // SAFETY: the result is new and has room for `n` elements.
    let out = unsafe { Out::from_raw(result.as_mut_ptr(), call.n, given) };
    call.bound.run(&runs, &mut [out]);
    Some(result)
}

/// As [`among`], written to `to`: whether that is an operand. Nothing, and nothing is written, where it lies across
/// one, or not as the arrays do.
///
/// # Safety
///
/// `to` may be written, and no Rust reference into its memory exists.
#[inline(always)]
pub(super) unsafe fn into_dense<const N: usize>(
    ufunc: Ufunc,
    operands: &[Operand<'_>; N],
    to: &Array,
) -> Option<bool> {
    let mut call = Call::new(ufunc, operands)?;
    let given = call.bound.outputs()[0];
    let alike = to.dtype() == given && same_shape(to, call.like) && is_dense(to);
    if !alike || !call.place(to) {
        return None;
    }
    if call.readings.contains(&Reading::Copied) {
        // SAFETY: the caller lets the target be written, which is dense, of `n` elements, and where the operands
        // were seen to lie.
        unsafe { call.run_staged(to.as_mut_ptr()) };
        return Some(true);
    }
    // SAFETY: no stages; what the loop writes are operands that it reads there.
    let runs = unsafe { call.runs(0, call.n, None) };
    // SAFETY: the target is dense and aligned, of `n` elements, which the caller lets be written.
    let out = unsafe { Out::from_raw(to.as_mut_ptr(), call.n, given) };
    call.bound.run(&runs, &mut [out]);
    Some(call.readings.contains(&Reading::Place))
}

#[cfg(test)]
mod tests {
    use super::super::{tests::numbers, value};
    use super::*;
    use crate::{Number, assign};
    use raptors_kernels::dtype::Complex64;

    fn flat(array: &Array) -> Vec<f64> {
        array.to_vec().unwrap()
    }

    /// How many numbers a clip is tried with: one, those of a stage, and some pieces of it.
    const LENGTHS: [usize; 4] = [1, 100, STAGE_BYTES / 8, 2 * STAGE_BYTES / 8 + 77];

    #[test]
    fn numbers_elements_and_arrays_go_together() {
        for n in LENGTHS {
            let (x, high) = (numbers(n), numbers(n));
            let low = Array::from_scalar(&Scalar::new(3.0)).unwrap();
            let seven = Operand::from(Number::Int(7));
            let given = |operands: [Operand<'_>; 3]| {
                flat(&value(|room| among(Ufunc::clip, &operands, room)).unwrap())
            };
            let all = flat(&x);
            let want = all.iter().map(|x| x.clamp(3.0, 7.0));
            assert!(
                given([(&x).into(), (&low).into(), seven])
                    .into_iter()
                    .eq(want)
            );
            let want = all.iter().map(|&x| x.min(7.0));
            assert!(
                given([Number::Float(-1.0).into(), (&high).into(), seven])
                    .into_iter()
                    .eq(want)
            );
            let want = all.iter().map(|x| x.max(7.0).min(*x));
            assert!(
                given([(&x).into(), seven, (&high).into()])
                    .into_iter()
                    .eq(want)
            );
        }
    }

    /// Numbers in no order, others for each seed.
    fn mixed(n: usize, seed: usize) -> Array {
        let number = |i| ((i + 1) * (7919 + seed) % 1013) as f64;
        Array::from_slice(&(0..n).map(number).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn results_take_the_place_of_any_operand() {
        for n in LENGTHS {
            for place in 0..4 {
                let arrays = [0, 1, 2, 3].map(|seed| mixed(n, seed));
                let old = arrays.each_ref().map(flat);
                let operands: [Operand<'_>; 3] = [0, 1, 2].map(|i| (&arrays[i]).into());
                // SAFETY: nobody else uses the arrays.
                let done = unsafe { into_dense(Ufunc::clip, &operands, &arrays[place]) };
                assert_eq!(done, Some(place < 3));
                let want = |i: usize| old[0][i].max(old[1][i]).min(old[2][i]);
                assert!(flat(&arrays[place]).into_iter().eq((0..n).map(want)));
                let mut others = (0..4).filter(|&i| i != place);
                assert!(others.all(|i| flat(&arrays[i]) == old[i]));
            }
            let (x, y) = (mixed(n, 5), mixed(n, 6));
            let twice = |array: &Array| flat(array).iter().map(|x| x + x).collect::<Vec<_>>();
            let (sums, products) = (twice(&x), twice(&y));
            let two = Operand::from(Number::Int(2));
            // SAFETY: as above.
            unsafe {
                let done = into_dense(Ufunc::add, &[(&x).into(), (&x).into()], &x);
                assert_eq!(done, Some(true));
                let done = into_dense(Ufunc::multiply, &[two, (&y).into()], &y);
                assert_eq!(done, Some(true));
            }
            assert_eq!(flat(&x), sums);
            assert_eq!(flat(&y), products);
        }
    }

    #[test]
    fn other_calls_are_left_to_others() {
        let (x, long) = (numbers(50), numbers(51));
        let two = Operand::from(Number::Int(2));
        let none = |operands: [Operand<'_>; 3]| {
            assert!(value(|room| among(Ufunc::clip, &operands, room)).is_none());
        };
        none([two, two, two]);
        none([(&x).into(), (&long).into(), two]);
        none([(&x.slice(0, 50, 2).unwrap()).into(), two, two]);
        none([
            (&x).into(),
            two,
            Number::Complex(Complex64::new(1.0, 0.0)).into(),
        ]);
        let single = assign::astype(&x, DType::F32, None).unwrap();
        none([(&x).into(), (&single).into(), two]);
        let whole = assign::astype(&x, DType::I64, None).unwrap();
        none([(&whole).into(), two, Number::Float(2.5).into()]);
        let [head, tail] = [(0, 40), (10, 50)].map(|(i, j)| x.slice(i, j, 1).unwrap());
        // SAFETY: nobody else uses the arrays.
        unsafe {
            let both = [(&head).into(), two];
            assert!(into_dense(Ufunc::add, &both, &tail).is_none());
            assert!(into_dense(Ufunc::less, &both, &head).is_none());
            assert!(into_dense(Ufunc::add, &both, &long).is_none());
        }
    }
}
