//! Counting in bins of equal width.

use crate::dtype::Element;
use core::ops::{AddAssign, Div, Mul, Sub};

/// The types that values and edges can have.
pub trait Value:
    Element + PartialOrd + Sub<Output = Self> + Div<Output = Self> + Mul<Output = Self>
{
    /// The number of bins.
    fn count(bins: usize) -> Self;
    /// The bin below: zero for NaN.
    fn floor(self) -> usize;
    /// Whether it is neither zero, subnormal, infinite nor NaN.
    fn is_normal(self) -> bool;
}

macro_rules! values {
    ($($t:ty)*) => {$(
        impl Value for $t {
            #[inline(always)]
            fn count(bins: usize) -> Self {
                bins as Self
            }
            #[inline(always)]
            fn floor(self) -> usize {
                self as usize
            }
            #[inline(always)]
            fn is_normal(self) -> bool {
                Self::is_normal(self)
            }
        }
    )*};
}
values!(f32 f64);

/// Adds what `weight` gives for the number of every value to the bin that the value is in; `width`
/// is what all bins cover.
///
/// A bin is guessed from the distance to the first edge, then corrected by its own edges, so that
/// values on edges are where the edges say. The last bin holds its right edge too; values beyond
/// the edges, and NaN, are in no bin.
///
/// # Panics
///
/// If there is not one edge more than bins, or there are no bins.
pub fn bin<T: Value, S: AddAssign>(
    values: &[T],
    edges: &[T],
    width: T,
    bins: &mut [S],
    weight: impl Fn(usize) -> S,
) {
    assert!(!bins.is_empty(), "no bins");
    assert_eq!(edges.len(), bins.len() + 1, "edges do not fit");
    let (low, count) = (edges[0], T::count(bins.len()));
    let scale = count / width;
    if scale.is_normal() && bins.len() <= EXACT {
        return guessed(values, edges, bins, weight, |value| (value - low) * scale);
    }
    guessed(values, edges, bins, weight, |value| {
        (value - low) / width * count
    });
}

/// Bins up to which a product with the inverse of their width, in place of a quotient, is off by
/// less than a bin in float32.
const EXACT: usize = 1 << 20;

/// As [`bin`]: `guess` tells the bin of a value, one more or one less.
#[inline(always)]
fn guessed<T: Value, S: AddAssign>(
    values: &[T],
    edges: &[T],
    bins: &mut [S],
    weight: impl Fn(usize) -> S,
    guess: impl Fn(T) -> T,
) {
    let last = bins.len() - 1;
    let (low, high) = (edges[0], edges[last + 1]);
    for (i, &value) in values.iter().enumerate() {
        if value >= low && value <= high {
            let guess = guess(value).floor().min(last);
            let guess = guess - usize::from(guess > 0 && value < edges[guess]);
            let place = guess + usize::from(guess < last && value >= edges[guess + 1]);
            bins[place] += weight(i);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bin;

    #[test]
    fn edges_belong_to_the_bin_on_their_right() {
        let edges = [0.0, 0.1, 0.2, 3.0 * 0.1, 0.4];
        let mut bins = [0i64; 4];
        let values = [0.0, 0.1, 0.2, 0.3, 0.4, -0.1, 0.5, f64::NAN];
        bin(&values, &edges, 0.4, &mut bins, |_| 1);
        assert_eq!(bins, [1, 1, 2, 1]);
    }

    #[test]
    fn weights() {
        let mut bins = [0.0; 2];
        bin(
            &[0.5f32, 1.5, 1.75],
            &[0.0, 1.0, 2.0],
            2.0,
            &mut bins,
            |i| [1.0, 2.5, 4.0][i],
        );
        assert_eq!(bins, [1.0, 6.5]);
    }
}
