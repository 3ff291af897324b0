//! Discrete Fourier transforms along one axis, of any length, as `numpy.fft` defines them.

mod cache;
mod line;
mod plan;

use crate::{
    Array, Casting, Error, Operand, Result, Strides,
    assign::{self, assign},
    can_cast, map,
    overlap::{Overlap, overlap},
    target::Target,
};
use line::Lines;
pub(crate) use line::cost;
use plan::Part;
use raptors_kernels::{DType, Kind};

/// One of the four transforms that all others are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transform {
    /// Complex to complex, with negative exponents.
    Forward,
    /// Complex to complex, with positive exponents.
    Inverse,
    /// Real to the first half of its spectrum.
    RealForward,
    /// The first half of a spectrum to the real numbers it belongs to.
    RealInverse,
}

impl Transform {
    /// The name of NumPy's ufunc, for messages.
    const fn name(self, n: usize) -> &'static str {
        match self {
            Self::Forward => "fft",
            Self::Inverse => "ifft",
            Self::RealForward if n.is_multiple_of(2) => "rfft_n_even",
            Self::RealForward => "rfft_n_odd",
            Self::RealInverse => "irfft",
        }
    }

    /// The number of elements along the axis of the result, for `n` points.
    #[must_use]
    pub const fn output_len(self, n: usize) -> usize {
        match self {
            Self::RealForward => n / 2 + 1,
            _ => n,
        }
    }
}

/// The dtype of the results for input of `dtype`: as narrow as the input where that is a float.
const fn output_dtype(transform: Transform, dtype: DType) -> DType {
    match (transform, dtype) {
        (Transform::RealInverse, DType::F16) => DType::F16,
        (Transform::RealInverse, DType::F32 | DType::C64) => DType::F32,
        (Transform::RealInverse, _) => DType::F64,
        (_, DType::F16 | DType::F32 | DType::C64) => DType::C64,
        _ => DType::C128,
    }
}

/// The complex type that a transform of `dtype` computes in.
pub(crate) const fn computed_in(dtype: DType) -> DType {
    output_dtype(Transform::Forward, dtype)
}

/// The transform with `n` points of every line of `input` along `axis`, times `scale`.
///
/// Longer lines are cut, shorter ones are padded with zeros. The result has the order of the input.
///
/// # Errors
///
/// [`Error::UnsupportedTypes`] for a real transform of complex numbers, [`Error::CastOperand`] and
/// [`Error::BroadcastOutput`] for an output of another kind or shape, [`Error::Memory`].
pub fn transform(
    transform: Transform,
    input: &Array,
    n: usize,
    axis: usize,
    scale: f64,
    out: Option<&Target<'_>>,
) -> Result<Array> {
    let name = transform.name(n);
    if n == 0 || axis >= input.ndim() {
        return Err(Error::Internal {
            what: "a transform without points",
        });
    }
    if transform == Transform::RealForward && input.dtype().kind() == Kind::Complex {
        return Err(Error::UnsupportedTypes { ufunc: name });
    }
    let mut shape = crate::Dims::from_slice(input.shape());
    shape[axis] = transform.output_len(n);
    let dtype = output_dtype(transform, input.dtype());
    if let Some(out) = out.map(Target::array) {
        check_output(name, out, &shape, dtype)?;
    }
    let narrow = matches!(input.dtype(), DType::F16 | DType::F32 | DType::C64);
    let run = if narrow { run::<f32> } else { run::<f64> };
    let direct = out
        .map(Target::array)
        .filter(|out| !out.repeats() && matches!(overlap(input, out), Overlap::Disjoint))
        .filter(|out| out.dtype() == dtype && dtype != DType::F16);
    if let Some(out) = direct {
        run(transform, input, n, axis, scale, out)?;
        return Ok(out.clone());
    }
    let computed = match dtype {
        DType::F16 => DType::F32,
        other => other,
    };
    // Strides of the input are of the length that the axis has there; only their order counts.
    let strides: Strides = input.strides().into();
    let result = Array::empty_keeping(&shape, computed, &[&strides])?;
    run(transform, input, n, axis, scale, &result)?;
    match out {
        Some(out) => {
            assign(out, &map::Operand::Array(&result), Casting::Unsafe)?;
            Ok(out.array().clone())
        }
        None if computed != dtype => assign::astype(&result, dtype, None),
        None => Ok(result),
    }
}

fn check_output(ufunc: &'static str, out: &Array, shape: &[usize], dtype: DType) -> Result<()> {
    if out.shape() != shape {
        return Err(Error::BroadcastOutput {
            output: out.shape().into(),
            broadcast: shape.into(),
        });
    }
    if !can_cast(dtype, out.dtype(), Casting::SameKind) {
        return Err(Error::CastOperand {
            ufunc,
            operand: Operand::Output(0),
            numbered: false,
            from: dtype,
            to: out.dtype(),
            casting: Casting::SameKind,
        });
    }
    Ok(())
}

/// Transforms `input` in the arithmetic of `T` into `out`, whose memory is other.
fn run<T: Part>(
    transform: Transform,
    input: &Array,
    n: usize,
    axis: usize,
    scale: f64,
    out: &Array,
) -> Result<()> {
    let real = input.dtype().kind() != Kind::Complex;
    let wanted = match transform {
        Transform::Forward if real => T::DTYPE,
        Transform::RealForward => T::DTYPE,
        _ => <T as Part>::COMPLEX,
    };
    let converted;
    let input = if input.dtype() == wanted {
        input
    } else {
        converted = assign::astype(input, wanted, None)?;
        &converted
    };
    if out.size() == 0 {
        return Ok(());
    }
    let plan = cache::plan::<T>(transform, real, n)?;
    Lines::new(input, out, axis, &plan).run(&plan, T::nearest(scale))
}
