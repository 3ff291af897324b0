//! One length's transform, ready to run on lines in consecutive memory.

use super::Transform;
use crate::{Error, Result};
use num_complex::Complex;
use raptors_kernels::{DType, Element};
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftNum, FftPlanner};
use std::sync::Arc;

/// Points from which a plan's tables could be more than the system has memory for.
const LARGE: usize = 1 << 16;
/// The lengths that transforms are put together from without a convolution, whatever the instruction set.
const RADICES: [usize; 5] = [2, 3, 5, 7, 11];
/// Complex numbers in the tables of a plan for every point, at most, where its length is a product of
/// [`RADICES`].
const TWIDDLES: usize = 2;
/// As [`TWIDDLES`], for every point of what else the length is a product of: a prime is a convolution of up
/// to four times its length, with tables and scratch of its own.
const CONVOLUTION: usize = 10;

/// Complex numbers in the tables of a plan for `n` points, at most.
pub(super) fn tables(n: usize) -> usize {
    let mut rest = n.max(1);
    for radix in RADICES {
        while rest.is_multiple_of(radix) {
            rest /= radix;
        }
    }
    let convolved = if rest > 1 { rest } else { 0 };
    n.saturating_mul(TWIDDLES)
        .saturating_add(convolved.saturating_mul(CONVOLUTION))
}

/// The number of which real and imaginary parts are.
pub(super) trait Part: FftNum + Element {
    /// The dtype of complex numbers.
    const COMPLEX: DType;

    /// The nearest number.
    fn nearest(value: f64) -> Self;
}

impl Part for f32 {
    const COMPLEX: DType = DType::C64;

    fn nearest(value: f64) -> Self {
        value as Self
    }
}

impl Part for f64 {
    const COMPLEX: DType = DType::C128;

    fn nearest(value: f64) -> Self {
        value
    }
}

/// A transform of `n` points.
#[derive(Clone)]
pub(super) struct Plan<T> {
    pub(super) n: usize,
    steps: Steps<T>,
}

#[derive(Clone)]
enum Steps<T> {
    /// In place.
    Complex(Arc<dyn Fft<T>>),
    /// The half spectrum, and the other half as its mirror image where `mirror` asks for it.
    Forward {
        half: Arc<dyn RealToComplex<T>>,
        mirror: bool,
    },
    Inverse(Arc<dyn ComplexToReal<T>>),
}

impl<T: Part> Plan<T> {
    /// The plan for `transform` with `n` points; `real` says that the input is.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] where the tables would not fit.
    pub(super) fn new(transform: Transform, real: bool, n: usize) -> Result<Self> {
        if n >= LARGE {
            // The planner aborts where memory runs out: ask for what it takes first.
            let bytes = n.saturating_mul((TWIDDLES + CONVOLUTION) * size_of::<Complex<T>>());
            let mut room = Vec::<u8>::new();
            room.try_reserve_exact(bytes)
                .map_err(|_| Error::memory(bytes))?;
        }
        let steps = match transform {
            Transform::Forward if !real => Steps::Complex(FftPlanner::new().plan_fft_forward(n)),
            Transform::Inverse => Steps::Complex(FftPlanner::new().plan_fft_inverse(n)),
            Transform::Forward | Transform::RealForward => Steps::Forward {
                half: RealFftPlanner::new().plan_fft_forward(n),
                mirror: transform == Transform::Forward,
            },
            Transform::RealInverse => Steps::Inverse(RealFftPlanner::new().plan_fft_inverse(n)),
        };
        Ok(Self { n, steps })
    }

    /// Whether a line is transformed where it lies.
    pub(super) const fn in_place(&self) -> bool {
        matches!(self.steps, Steps::Complex(_))
    }

    /// Real numbers that make up an element of the input and one of the output.
    pub(super) const fn parts(&self) -> [usize; 2] {
        match self.steps {
            Steps::Complex(_) => [2, 2],
            Steps::Forward { .. } => [1, 2],
            Steps::Inverse(_) => [2, 1],
        }
    }

    /// Elements of a line of the input and of one of the output.
    pub(super) const fn lens(&self) -> [usize; 2] {
        let half = self.n / 2 + 1;
        match self.steps {
            Steps::Complex(_) | Steps::Forward { mirror: true, .. } => [self.n, self.n],
            Steps::Forward { mirror: false, .. } => [self.n, half],
            Steps::Inverse(_) => [half, self.n],
        }
    }

    /// Complex numbers of scratch memory.
    pub(super) fn scratch_len(&self) -> usize {
        match &self.steps {
            Steps::Complex(fft) => fft.get_inplace_scratch_len(),
            Steps::Forward { half, .. } => half.get_scratch_len(),
            Steps::Inverse(fft) => fft.get_scratch_len(),
        }
    }

    /// Transforms whole lines: from `input`, which is overwritten, to `output`, or in `output`
    /// where the plan works in place.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] for lengths that are not the plan's.
    pub(super) fn run(
        &self,
        input: &mut [T],
        output: &mut [T],
        scratch: &mut [Complex<T>],
    ) -> Result<()> {
        let [from, to] = self.lens();
        let [from_parts, to_parts] = self.parts();
        let from = input.chunks_exact_mut(from * from_parts);
        match &self.steps {
            Steps::Complex(fft) => fft.process_with_scratch(complex(output), scratch),
            Steps::Forward { half, mirror } => {
                for (line, out) in from.zip(output.chunks_exact_mut(to * to_parts)) {
                    let out = complex(out);
                    let len = self.n / 2 + 1;
                    half.process_with_scratch(line, &mut out[..len], scratch)
                        .map_err(|_| WRONG_LENGTH)?;
                    if *mirror {
                        for k in len..self.n {
                            out[k] = out[self.n - k].conj();
                        }
                    }
                }
            }
            Steps::Inverse(fft) => {
                for (line, out) in from.zip(output.chunks_exact_mut(to * to_parts)) {
                    let line = complex(line);
                    // What a real signal's spectrum has no imaginary part at is not read.
                    line[0].im = T::zero();
                    if self.n.is_multiple_of(2) {
                        line[self.n / 2].im = T::zero();
                    }
                    fft.process_with_scratch(line, out, scratch)
                        .map_err(|_| WRONG_LENGTH)?;
                }
            }
        }
        Ok(())
    }
}

const WRONG_LENGTH: Error = Error::Internal {
    what: "a line of another length than its plan",
};

/// Pairs of numbers as complex numbers.
fn complex<T>(parts: &mut [T]) -> &mut [Complex<T>] {
    // SAFETY: a complex number is two numbers in a row without padding, aligned as they are.
    unsafe { core::slice::from_raw_parts_mut(parts.as_mut_ptr().cast(), parts.len() / 2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_no_product_of_small_numbers_takes_large_tables() {
        assert_eq!(tables(1 << 20), 2 << 20);
        assert_eq!(tables(31 * 1000), 62_000 + 310);
        assert_eq!(tables(10_007), 12 * 10_007);
        assert_eq!(tables(usize::MAX), usize::MAX);
    }

    /// Every length, among them those made by other algorithms than their neighbours.
    fn lengths() -> impl Iterator<Item = usize> {
        (1..400).chain([512, 1009, 1024, 1155, 2003, 4096, 4199, 10_007, 1 << 16])
    }

    #[test]
    fn every_length_has_the_scratch_it_needs_and_comes_back() {
        for n in lengths() {
            let signal: Vec<f64> = (0..n).map(|i| ((i * 7919) % 101) as f64 - 50.0).collect();
            let forward = Plan::new(Transform::RealForward, true, n).unwrap();
            let inverse = Plan::new(Transform::RealInverse, false, n).unwrap();
            let mut half = vec![0.0; 2 * (n / 2 + 1)];
            let mut back = vec![0.0; n];
            let zero = Complex::new(0.0, 0.0);
            let mut scratch = vec![zero; forward.scratch_len()];
            forward
                .run(&mut signal.clone(), &mut half, &mut scratch)
                .unwrap();
            let mut scratch = vec![zero; inverse.scratch_len()];
            inverse.run(&mut half, &mut back, &mut scratch).unwrap();

            let to = Plan::new(Transform::Forward, false, n).unwrap();
            let from = Plan::new(Transform::Inverse, false, n).unwrap();
            let mut line: Vec<f64> = signal.iter().flat_map(|&x| [x, -x]).collect();
            for plan in [&to, &from] {
                let mut scratch = vec![zero; plan.scratch_len()];
                plan.run(&mut [], &mut line, &mut scratch).unwrap();
            }
            for i in 0..n {
                let x = signal[i] * n as f64;
                let near = |y: f64| (x - y).abs() <= 1e-12 * 50.0 * n as f64;
                assert!(
                    near(back[i]) && near(line[2 * i]) && near(-line[2 * i + 1]),
                    "{n}"
                );
            }
        }
    }
}
