//! Evenly spaced numbers, each computed from its index alone.

use crate::{Isa, Level, Out, Scalar, dtype::f16, with_dtype, with_isa};

/// What an element type needs for `first + i * delta`.
trait Step: Copy {
    /// `first + i * (second - first)`: wrapping for integers, float16 in float32.
    fn step(first: Self, second: Self, i: usize) -> Self;
    /// As [`Self::step`], for indices that vectors of every level convert.
    #[inline(always)]
    fn near(first: Self, second: Self, i: i32) -> Self {
        Self::step(first, second, i as usize)
    }
}

macro_rules! integer {
    ($($t:ty)*) => {$(
        impl Step for $t {
            #[inline(always)]
            fn step(first: Self, second: Self, i: usize) -> Self {
                first.wrapping_add((i as $t).wrapping_mul(second.wrapping_sub(first)))
            }
        }
    )*};
}
integer!(i8 u8 i16 u16 i32 u32 i64 u64);

macro_rules! float {
    ($($t:ty)*) => {$(
        impl Step for $t {
            #[inline(always)]
            fn step(first: Self, second: Self, i: usize) -> Self {
                first + i as $t * (second - first)
            }
            #[inline(always)]
            fn near(first: Self, second: Self, i: i32) -> Self {
                first + i as $t * (second - first)
            }
        }
    )*};
}
float!(f32 f64);

impl Step for f16 {
    #[inline(always)]
    fn step(first: Self, second: Self, i: usize) -> Self {
        Self::from_f32(f32::step(first.to_f32(), second.to_f32(), i))
    }
}

impl<T: Step> Step for num_complex::Complex<T> {
    #[inline(always)]
    fn step(first: Self, second: Self, i: usize) -> Self {
        Self {
            re: T::step(first.re, second.re, i),
            im: T::step(first.im, second.im, i),
        }
    }
    #[inline(always)]
    fn near(first: Self, second: Self, i: i32) -> Self {
        Self {
            re: T::near(first.re, second.re, i),
            im: T::near(first.im, second.im, i),
        }
    }
}

impl Step for crate::Bool {
    #[inline(always)]
    fn step(first: Self, second: Self, i: usize) -> Self {
        if i == 0 { first } else { second }
    }
}

/// Writes `first + i * (second - first)` for the indices `i` from `start` on, as the type rounds it;
/// the first two numbers are as given.
///
/// # Panics
///
/// If the types are not one.
pub fn ramp(first: &Scalar, second: &Scalar, start: usize, mut out: Out<'_>) {
    with_isa!(Level::get(), isa => with_dtype!(out.dtype(), T => {
        run::<_, T>(isa, first.get(), second.get(), start, out.of());
    }));
}

fn run<I: Isa, T: Step>(isa: I, first: T, second: T, start: usize, out: &mut [T]) {
    isa.vectorize(
        #[inline(always)]
        || {
            let end = start + out.len();
            if let (Ok(begin), Ok(_)) = (i32::try_from(start), i32::try_from(end)) {
                for (i, out) in out.iter_mut().enumerate() {
                    *out = T::near(first, second, begin.wrapping_add(i as i32));
                }
                return;
            }
            for (i, out) in out.iter_mut().enumerate() {
                *out = T::step(first, second, start + i);
            }
        },
    );
    // The step is rounded: the first two numbers are given.
    for (i, x) in [first, second].into_iter().enumerate() {
        if let Some(out) = i.checked_sub(start).and_then(|i| out.get_mut(i)) {
            *out = x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_part_of_a_range_is_that_part_of_the_whole() {
        let mut whole = [0f32; 100];
        let (first, second) = (Scalar::new(0.1f32), Scalar::new(0.4f32));
        ramp(&first, &second, 0, Out::from(&mut whole[..]));
        assert_eq!(whole[99], 0.1 + 99.0 * (0.4f32 - 0.1));
        let mut part = [0f32; 37];
        ramp(&first, &second, 60, Out::from(&mut part[..]));
        assert_eq!(part, whole[60..97]);
    }

    #[test]
    fn indices_beyond_32_bits_count_on() {
        let start = i32::MAX as usize - 3;
        let mut out = [0i64; 20];
        ramp(
            &Scalar::new(5i64),
            &Scalar::new(2i64),
            start,
            Out::from(&mut out[..]),
        );
        for (i, &x) in out.iter().enumerate() {
            assert_eq!(x, 5 - 3 * (start + i) as i64);
        }
        let mut out = [0f64; 20];
        ramp(
            &Scalar::new(0f64),
            &Scalar::new(1f64),
            start,
            Out::from(&mut out[..]),
        );
        assert_eq!(out[19], (start + 19) as f64);
    }
}
