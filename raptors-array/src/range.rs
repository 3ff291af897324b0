//! Evenly spaced numbers, rounded as NumPy rounds them.

use crate::{Array, Error, Number, Order, Result, result_type};
use raptors_kernels::{DType, In, Kind, Level, Out, cast::cast, dtype::Complex64, moves};

impl Array {
    /// The numbers from `start` to before `stop`, `step` apart. Without a `dtype`, integers where
    /// all three are, else floats.
    ///
    /// The length is `ceil((stop - start) / step)`, and element `i` is `start + i * delta`, where
    /// `delta` is the difference of the first two elements as rounded to the type: NumPy's rules.
    ///
    /// # Errors
    ///
    /// [`Error::RangeStep`], [`Error::RangeLength`], [`Error::RangeTooLarge`],
    /// [`Error::RangeOfBools`], those of [`Number::to_scalar`] for the first two elements, or as
    /// [`Array::empty`].
    pub fn arange(start: Number, stop: Number, step: Number, dtype: Option<DType>) -> Result<Self> {
        let dtype = dtype.unwrap_or_else(|| result_type(&[start.arg(), stop.arg(), step.arg()]));
        let length = length(start, stop, step)?;
        if dtype == DType::Bool && length > 2 {
            return Err(Error::RangeOfBools);
        }
        let array = Self::empty(&[length], dtype, Order::C)?;
        if length == 0 {
            return Ok(array);
        }
        // An integer type takes a float's whole part, if it can hold it.
        let integral = matches!(dtype.kind(), Kind::Signed | Kind::Unsigned);
        let whole = |number| match number {
            Number::Float(x) if integral && x.is_finite() => Number::Int(x as i128),
            other => other,
        };
        let first = whole(start).to_scalar(dtype)?;
        let second = if length > 1 {
            whole(plus(start, step)).to_scalar(dtype)?
        } else {
            first
        };
        array.generate(&|start, out| moves::ramp(&first, &second, start, out))?;
        Ok(array)
    }

    /// `number` numbers from `start` to `stop`, which is the last one if `endpoint`, and the
    /// distance between them (NaN where there is none). Integer types are rounded down.
    ///
    /// # Errors
    ///
    /// [`Error::NegativeSamples`], or as [`Array::empty`].
    pub fn linspace(
        start: f64,
        stop: f64,
        number: i64,
        endpoint: bool,
        dtype: DType,
    ) -> Result<(Self, f64)> {
        let n = usize::try_from(number).map_err(|_| Error::NegativeSamples { number })?;
        let array = Self::empty(&[n], DType::F64, Order::C)?;
        let (delta, parts) = (
            stop - start,
            if endpoint { n.saturating_sub(1) } else { n } as f64,
        );
        let step = if parts > 0.0 { delta / parts } else { f64::NAN };
        // SAFETY: the new array holds `n` elements of float64 that nobody else knows.
        let mut out = unsafe { Out::from_raw(array.as_mut_ptr(), n, DType::F64) };
        let elements = out.of::<f64>();
        for (i, x) in elements.iter_mut().enumerate() {
            let i = i as f64;
            // Steps that underflow to zero keep their digits when divided first.
            *x = start
                + match step {
                    0.0 => i / parts * delta,
                    _ if step.is_nan() && parts == 0.0 => i * delta,
                    _ => i * step,
                };
        }
        if let (true, [_, .., last]) = (endpoint, &mut *elements) {
            *last = stop;
        }
        if dtype == DType::F64 {
            return Ok((array, step));
        }
        if matches!(dtype.kind(), Kind::Unsigned | Kind::Signed) {
            for x in &mut *elements {
                *x = x.floor();
            }
        }
        let result = Self::empty(&[n], dtype, Order::C)?;
        // SAFETY: the new array holds `n` elements of `dtype` that nobody else knows.
        let out = unsafe { Out::from_raw(result.as_mut_ptr(), n, dtype) };
        cast(Level::get(), In::from(&*elements), out);
        Ok((result, step))
    }
}

fn complex(number: Number) -> Complex64 {
    match number {
        Number::Int(value) => Complex64::new(value as f64, 0.0),
        Number::Float(value) => Complex64::new(value, 0.0),
        Number::Complex(value) => value,
    }
}

fn plus(a: Number, b: Number) -> Number {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => Number::Int(a.saturating_add(b)),
        (Number::Complex(_), _) | (_, Number::Complex(_)) => {
            Number::Complex(complex(a) + complex(b))
        }
        _ => Number::Float(complex(a).re + complex(b).re),
    }
}

/// How many numbers there are from `start` to before `stop`.
fn length(start: Number, stop: Number, step: Number) -> Result<usize> {
    let (way, per) = match (start, stop) {
        (Number::Int(start), Number::Int(stop)) => (
            Complex64::new(stop.saturating_sub(start) as f64, 0.0),
            complex(step),
        ),
        _ => (complex(stop) - complex(start), complex(step)),
    };
    if per == Complex64::new(0.0, 0.0) {
        return Err(Error::RangeStep);
    }
    let is_complex = [start, stop, step]
        .iter()
        .any(|n| matches!(n, Number::Complex(_)));
    let count = if is_complex {
        let count = way / per;
        count.re.min(count.im)
    } else {
        way.re / per.re
    };
    if count.is_nan() {
        return Err(Error::RangeLength);
    }
    // A quotient that underflows is still more than nothing, unless it is negative.
    if count == 0.0 && way != Complex64::new(0.0, 0.0) && !is_complex {
        return Ok(usize::from(count.is_sign_positive()));
    }
    // The double next to the greatest length, which NumPy lets pass, and which is the least one to it.
    let most = isize::MAX as f64;
    if count.abs() > most {
        return Err(Error::RangeTooLarge);
    }
    Ok(if count < most {
        count.ceil().max(0.0) as usize
    } else {
        0
    })
}

#[cfg(test)]
#[allow(clippy::unreadable_literal, reason = "numbers as NumPy prints them")]
mod tests {
    use super::*;
    use raptors_kernels::Bool;

    fn arange(start: f64, stop: f64, step: f64) -> Result<Array> {
        Array::arange(
            Number::Float(start),
            Number::Float(stop),
            Number::Float(step),
            None,
        )
    }

    fn integers(start: i128, stop: i128, step: i128, dtype: Option<DType>) -> Result<Array> {
        Array::arange(
            Number::Int(start),
            Number::Int(stop),
            Number::Int(step),
            dtype,
        )
    }

    #[test]
    fn ranges_are_those_of_numpy() {
        let a = arange(0.1, 1.0, 0.1).unwrap().to_vec::<f64>().unwrap();
        let expected = [
            0.1,
            0.2,
            0.30000000000000004,
            0.4,
            0.5,
            0.6,
            0.7000000000000001,
            0.8,
            0.9,
        ];
        assert_eq!(a, expected);
        assert_eq!(
            integers(3, 0, -1, None).unwrap().to_vec::<i64>().unwrap(),
            [3, 2, 1]
        );
        assert_eq!(integers(3, 0, 1, None).unwrap().size(), 0);
        let bytes = integers(0, 300, 1, Some(DType::U8))
            .unwrap()
            .to_vec::<u8>()
            .unwrap();
        assert_eq!((bytes.len(), bytes[299]), (300, 43));
        let bools = integers(0, 2, 1, Some(DType::Bool))
            .unwrap()
            .to_vec::<Bool>()
            .unwrap();
        assert_eq!(bools, [Bool::from(false), Bool::from(true)]);
        let zeros = Array::arange(
            Number::Int(0),
            Number::Int(2),
            Number::Float(0.5),
            Some(DType::I64),
        );
        assert_eq!(zeros.unwrap().to_vec::<i64>().unwrap(), [0; 4]);
    }

    #[test]
    fn impossible_ranges_are_numpys_errors() {
        let message = |result: Result<Array>| result.unwrap_err().to_string();
        assert_eq!(message(arange(0.0, 1.0, 0.0)), "division by zero");
        assert_eq!(
            message(arange(0.0, 1e300, 1.0)),
            "Maximum allowed size exceeded"
        );
        assert_eq!(
            message(arange(0.0, 10.0, f64::NAN)),
            "arange: cannot compute length"
        );
        assert_eq!(
            message(integers(0, 1000, 300, Some(DType::U8))),
            "Python integer 300 out of bounds for uint8"
        );
        assert_eq!(
            message(integers(0, 3, 1, Some(DType::Bool))),
            "arange() is only supported for booleans when the result has at most length 2."
        );
        assert_eq!(
            message(integers(0, 1 << 62, 1, None)),
            "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum \
             possible size."
        );
    }

    #[test]
    fn linspace_ends_where_it_should() {
        let (a, step) = Array::linspace(0.0, 1.0, 7, true, DType::F64).unwrap();
        let expected = [
            0.0,
            0.16666666666666666,
            0.3333333333333333,
            0.5,
            0.6666666666666666,
            0.8333333333333333,
            1.0,
        ];
        assert_eq!(
            (a.to_vec::<f64>().unwrap().as_slice(), step),
            (&expected[..], 1.0 / 6.0)
        );
        let (a, _) = Array::linspace(0.0, -3.0, 4, false, DType::I32).unwrap();
        assert_eq!(a.to_vec::<i32>().unwrap(), [0, -1, -2, -3]);
        let (a, step) = Array::linspace(2.0, 3.0, 1, true, DType::F32).unwrap();
        assert!(a.to_vec::<f32>().unwrap() == [2.0] && step.is_nan());
        assert_eq!(
            Array::linspace(0.0, 1.0, -1, true, DType::F64)
                .unwrap_err()
                .to_string(),
            "Number of samples, -1, must be non-negative."
        );
    }
}
