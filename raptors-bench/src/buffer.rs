//! Memory whose element type is known only at run time, filled with random numbers.

use raptors_kernels::{DType, Element, In, Kind, Level, Out, cast, with_dtype};

/// Owned elements of one dtype.
pub trait Buffer {
    /// The elements, to read.
    fn as_in(&self) -> In<'_>;
    /// The elements, to write.
    fn as_out(&mut self) -> Out<'_>;
}

impl<T: Element> Buffer for Vec<T>
where
    for<'a> In<'a>: From<&'a [T]>,
    for<'a> Out<'a>: From<&'a mut [T]>,
{
    fn as_in(&self) -> In<'_> {
        In::from(self.as_slice())
    }
    fn as_out(&mut self) -> Out<'_> {
        Out::from(self.as_mut_slice())
    }
}

/// `len` random numbers, none of them zero: floats between 0.5 and 1.5, integers from 1 to 7, so
/// that no ufunc leaves its domain or takes an exceptional path. The same for the same `seed`.
pub fn buffer(dtype: DType, len: usize, seed: u64) -> Box<dyn Buffer> {
    let (low, span) = match dtype.kind() {
        Kind::Float | Kind::Complex => (0.5, 1.0),
        _ => (1.0, 7.0),
    };
    let mut state = seed;
    let drawn: Vec<f64> = (0..len).map(|_| low + span * uniform(&mut state)).collect();
    with_dtype!(dtype, T => {
        let mut elements = vec![T::default(); len];
        cast(Level::get(), In::from(&drawn[..]), Out::from(&mut elements[..]));
        Box::new(elements)
    })
}

/// The next number from 0 to 1 of the `SplitMix64` generator (Steele, Lea, Flood 2014).
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_lie_between_a_half_and_one_and_a_half() {
        let buffer = buffer(DType::F32, 1000, 1);
        let values = buffer.as_in();
        let values = values.of::<f32>();
        assert!(values.iter().all(|x| (0.5..=1.5).contains(x)));
        assert!(values.iter().any(|x| *x < 0.6) && values.iter().any(|x| *x > 1.4));
    }

    #[test]
    fn integers_are_small_and_never_zero() {
        let buffer = buffer(DType::I8, 1000, 1);
        assert!(
            buffer
                .as_in()
                .of::<i8>()
                .iter()
                .all(|x| (1..=7).contains(x))
        );
    }

    #[test]
    fn every_dtype_has_a_buffer() {
        for &dtype in DType::ALL {
            let mut buffer = buffer(dtype, 5, 0);
            assert_eq!(buffer.as_in().dtype(), dtype);
            assert_eq!(buffer.as_out().len(), 5);
        }
    }
}
