//! Counting in bins of equal width.
//!
//! The bins of a block of values are guessed in vectors, by one product each, and corrected by their edges
//! one after the other, without branches. Where there are fewer edges than that would take, whole blocks are
//! compared with each edge.

use crate::{
    cast::cast,
    dtype::{DType, Element},
    isa::{Isa, Level},
    slice::{In, Out},
    with_isa,
};
use core::ops::{Div, Mul, Sub};

/// The types that edges can have, and in which values are compared with them.
trait Value:
    Element + Default + PartialOrd + Sub<Output = Self> + Div<Output = Self> + Mul<Output = Self>
{
    /// The number of bins.
    fn count(bins: usize) -> Self;
    /// The bin below, for what is neither negative nor NaN.
    fn floor(self) -> u32;
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
            fn floor(self) -> u32 {
                // Signed numbers are what all levels convert to in vectors.
                self as i32 as u32
            }
            #[inline(always)]
            fn is_normal(self) -> bool {
                Self::is_normal(self)
            }
        }
    )*};
}
values!(f32 f64);

/// Values whose bins are guessed before they are counted: they stay in the L1 cache.
const BLOCK: usize = 512;
/// Bins up to which a product with the inverse of their width, in place of a quotient, is off by
/// less than a bin in float32.
const EXACT: usize = 1 << 20;
/// Bins up to which there are several counters for each, so that equal values that follow one another do
/// not wait for each other.
const SLOTS: usize = 512;
/// Counters for each of such bins.
const SIDE_BY_SIDE: usize = 4;
/// Edges that are compared with a value together, as it is read once for all of them.
const TOGETHER: usize = 4;

/// Edges up to which comparing with all of them takes less time than counting one value after the other
/// (bench: histogram/even).
const fn few<I: Isa, T: Value>() -> usize {
    if I::WIDE {
        192 / size_of::<T>()
    } else {
        128 / size_of::<T>()
    }
}

/// Adds to every element of `counts` how many of `values` lie between the edges on its sides, which rise.
///
/// Edges are float32 or float64, and values are compared with them in their dtype. The last bin holds its
/// right edge too; values beyond the edges, and NaN, are in no bin. Bins are off where the distances of
/// edges differ by more than half of one.
///
/// # Panics
///
/// If there is not one edge more than bins, or there are no bins, or another dtype, or values are complex.
pub fn count(values: In<'_>, edges: In<'_>, counts: &mut [i64]) {
    assert!(!counts.is_empty(), "no bins");
    assert_eq!(edges.len(), counts.len() + 1, "edges do not fit");
    with_isa!(Level::get(), isa => match edges.dtype() {
        DType::F32 => count_typed::<_, f32>(isa, values, edges.of(), counts),
        _ => count_typed::<_, f64>(isa, values, edges.of(), counts),
    });
}

/// As [`count`], but adds the `weights` of the values, in order.
///
/// # Panics
///
/// As [`count`], and if there are not as many weights as values.
pub fn sum(values: In<'_>, weights: &[f64], edges: In<'_>, sums: &mut [f64]) {
    assert_eq!(weights.len(), values.len(), "as many weights as values");
    assert!(!sums.is_empty(), "no bins");
    assert_eq!(edges.len(), sums.len() + 1, "edges do not fit");
    with_isa!(Level::get(), isa => match edges.dtype() {
        DType::F32 => sum_typed::<_, f32>(isa, values, weights, edges.of(), sums),
        _ => sum_typed::<_, f64>(isa, values, weights, edges.of(), sums),
    });
}

fn count_typed<I: Isa, T: Value>(isa: I, values: In<'_>, edges: &[T], counts: &mut [i64]) {
    // Guesses and edges agree where distances are no subnormal numbers, which are rounded to few.
    let few = edges.len() <= few::<I, T>() && scale(edges).is_normal();
    if few && edges.is_sorted_by(|a, b| a < b) {
        let mut below = [0; 48];
        let below = &mut below[..edges.len()];
        blocks(values, |_, x: &[T]| compare(isa, x, edges, below));
        for (count, pair) in counts.iter_mut().zip(below.windows(2)) {
            *count += pair[1] - pair[0];
        }
    } else if counts.len() <= SLOTS && values.len() / SLOTS >= SIDE_BY_SIDE {
        let mut slots = [[0i64; SIDE_BY_SIDE]; SLOTS];
        let slots = &mut slots[..counts.len()];
        place(isa, values, edges, |i, place| {
            slots[place][i % SIDE_BY_SIDE] += 1;
        });
        for (count, slots) in counts.iter_mut().zip(slots) {
            *count += slots.iter().sum::<i64>();
        }
    } else {
        place(isa, values, edges, |_, place| counts[place] += 1);
    }
}

fn sum_typed<I: Isa, T: Value>(
    isa: I,
    values: In<'_>,
    weights: &[f64],
    edges: &[T],
    sums: &mut [f64],
) {
    place(isa, values, edges, |i, place| sums[place] += weights[i]);
}

/// Calls `f` with blocks of the values, in the dtype of the edges, and where they start.
#[inline(always)]
fn blocks<T: Value>(values: In<'_>, mut f: impl FnMut(usize, &[T])) {
    let mut room = [T::default(); BLOCK];
    for start in (0..values.len()).step_by(BLOCK) {
        let part = values.range(start, BLOCK.min(values.len() - start));
        if part.dtype() == T::DTYPE {
            f(start, part.of());
        } else {
            let room = &mut room[..part.len()];
            cast(Level::get(), part, Out::from(&mut *room));
            f(start, room);
        }
    }
}

/// Adds how many of `x` are below each of the `edges`, or not above the last one.
fn compare<I: Isa, T: Value>(isa: I, x: &[T], edges: &[T], below: &mut [i64]) {
    let Some((&last, edges)) = edges.split_last() else {
        return;
    };
    let Some((within, below)) = below.split_last_mut() else {
        return;
    };
    isa.vectorize(
        #[inline(always)]
        || {
            let (groups, edges) = edges.as_chunks::<TOGETHER>();
            let (sums, below) = below.as_chunks_mut::<TOGETHER>();
            for (edges, sums) in groups.iter().zip(sums) {
                let mut counts = [0u32; TOGETHER];
                for &x in x {
                    for (count, &edge) in counts.iter_mut().zip(edges) {
                        *count += u32::from(x < edge);
                    }
                }
                for (sum, count) in sums.iter_mut().zip(counts) {
                    *sum += i64::from(count);
                }
            }
            for (&edge, below) in edges.iter().zip(below) {
                let count: u32 = x.iter().map(|&x| u32::from(x < edge)).sum();
                *below += i64::from(count);
            }
            let count: u32 = x.iter().map(|&x| u32::from(x <= last)).sum();
            *within += i64::from(count);
        },
    );
}

/// Bins for a unit of what all of them cover.
#[inline(always)]
fn scale<T: Value>(edges: &[T]) -> T {
    let bins = edges.len() - 1;
    T::count(bins) / (edges[bins] - edges[0])
}

/// Calls `add` with the number and the bin of every value that is in one, in order.
#[inline(always)]
fn place<I: Isa, T: Value>(isa: I, values: In<'_>, edges: &[T], mut add: impl FnMut(usize, usize)) {
    let bins = edges.len() - 1;
    let (low, count) = (edges[0], T::count(bins));
    let (width, scale) = (edges[bins] - low, scale(edges));
    if i32::try_from(bins).is_err() {
        search(values, edges, add);
    } else if scale.is_normal() && bins <= EXACT {
        guessed(isa, values, edges, |x| (x - low) * scale, &mut add);
    } else {
        guessed(isa, values, edges, |x| (x - low) / width * count, &mut add);
    }
}

/// As [`place`], where there are more bins than 32 bits count.
fn search<T: Value>(values: In<'_>, edges: &[T], mut add: impl FnMut(usize, usize)) {
    let last = edges.len() - 2;
    let within = edges[0]..=edges[last + 1];
    blocks(values, |start, x: &[T]| {
        for (i, x) in x.iter().enumerate().filter(|(_, x)| within.contains(x)) {
            let place = edges.partition_point(|edge| edge <= x) - 1;
            add(start + i, place.min(last));
        }
    });
}

/// As [`place`]: `guess` tells the bin of a value within the edges, one more or one less.
#[inline(always)]
fn guessed<I: Isa, T: Value>(
    isa: I,
    values: In<'_>,
    edges: &[T],
    guess: impl Fn(T) -> T,
    add: &mut impl FnMut(usize, usize),
) {
    let last = edges.len() - 2;
    let (low, high) = (edges[0], edges[last + 1]);
    let (mut guesses, mut kept, mut numbers) = ([0; BLOCK], [low; BLOCK], [0; BLOCK]);
    blocks(values, |start, x: &[T]| {
        let is_within = |x: T| (low..=high).contains(&x);
        let within = isa.vectorize(
            #[inline(always)]
            || x.iter().map(|&x| u32::from(is_within(x))).sum::<u32>(),
        ) as usize;
        let all = within == x.len();
        if !all {
            // Written in any case, so that there is no branch to guess.
            let mut count = 0;
            for (i, &x) in x.iter().enumerate() {
                (kept[count], numbers[count]) = (x, i);
                count += usize::from(is_within(x));
            }
        }
        let x = if all { x } else { &kept[..within] };
        isa.vectorize(
            #[inline(always)]
            || {
                for (place, &x) in guesses.iter_mut().zip(x) {
                    *place = guess(x).floor().min(last as u32);
                }
            },
        );
        for (i, (&place, &x)) in guesses.iter().zip(x).enumerate() {
            let sides = &edges[place as usize..][..2];
            let place = place as usize + usize::from(x >= sides[1]) - usize::from(x < sides[0]);
            let i = if all { i } else { numbers[i] };
            // The last edge belongs to the last bin.
            add(start + i, place.min(last));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{count, search, sum};
    use crate::slice::In;

    /// How many of `values` are in each bin, and the sums of as many weights.
    fn counted(values: In<'_>, edges: In<'_>) -> Vec<i64> {
        let mut counts = vec![0; edges.len() - 1];
        count(values, edges, &mut counts);
        let mut sums = vec![0.0; counts.len()];
        sum(values, &vec![2.0; values.len()], edges, &mut sums);
        let twice: Vec<f64> = counts.iter().map(|&count| 2.0 * count as f64).collect();
        assert_eq!(sums, twice);
        counts
    }

    #[test]
    fn edges_belong_to_the_bin_on_their_right() {
        let edges = [0.0, 0.1, 0.2, 3.0 * 0.1, 0.4];
        let values = [0.0, 0.1, 0.2, 0.3, 0.4, -0.1, 0.5, f64::NAN];
        let counts = counted(In::from(&values[..]), In::from(&edges[..]));
        assert_eq!(counts, [1, 1, 2, 1]);
    }

    #[test]
    fn all_ways_to_count_agree() {
        let values: Vec<f32> = (0..5000u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / (1 << 24) as f32)
            .chain([f32::NAN, f32::INFINITY, -1.0, 0.25, 0.75])
            .collect();
        for bins in [1, 2, 7, 10, 33, 47, 100, 513] {
            let edges: Vec<f32> = (0..=bins)
                .map(|i| 0.25 + 0.5 * i as f32 / bins as f32)
                .collect();
            let mut expected = vec![0; bins];
            search(In::from(&values[..]), &edges, |_, place| {
                expected[place] += 1;
            });
            let counts = counted(In::from(&values[..]), In::from(&edges[..]));
            assert_eq!(counts, expected, "{bins} bins");
            let (values, edges) = (values.iter(), edges.iter());
            let values: Vec<f64> = values.map(|&x| f64::from(x)).collect();
            let edges: Vec<f64> = edges.map(|&x| f64::from(x)).collect();
            let counts = counted(In::from(&values[..]), In::from(&edges[..]));
            assert_eq!(counts, expected, "{bins} bins in float64");
        }
    }

    #[test]
    fn integers_are_compared_as_floats() {
        let values: Vec<i8> = (-128..=127).collect();
        let edges = [-128.0, -0.5, 126.5, 253.5];
        let counts = counted(In::from(&values[..]), In::from(&edges[..]));
        assert_eq!(counts, [128, 127, 1]);
    }

    #[test]
    fn weights() {
        let mut bins = [0.0; 2];
        let (values, edges) = ([0.5f32, 1.5, 1.75], [0.0f32, 1.0, 2.0]);
        let weights = [1.0, 2.5, 4.0];
        sum(
            In::from(&values[..]),
            &weights,
            In::from(&edges[..]),
            &mut bins,
        );
        assert_eq!(bins, [1.0, 6.5]);
    }
}
