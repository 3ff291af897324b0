//! Sums by AVX, in the order of the pairwise tree: the compiler finds the lanes of partial results
//! in some of the loops over them, and takes them apart in others.
//!
//! The leaves of a run are at one depth of the tree, so that a leaf has as many vectors as any other or one
//! more; where they would have more than a leaf has, those are two. They are added up one leaf after the other, as memory is read best, in loops of
//! fixed length: the additions of a leaf wait for one another, but the CPU runs ahead into the next ones.

use super::x86_eight::{Eight, lift, parts};
use crate::{
    arch::prefetch,
    dtype::{Complex32, Complex64},
    fold::tree::{LEAF, split},
    isa::{Avx2, Lift},
};

/// Bytes of a run from which it mostly comes from main memory: from the caches, asking for lines ahead would
/// take a tenth of the time.
const FAR: usize = 8 << 20;
/// Bytes between what is added and what is asked for ahead: older CPUs do not see by themselves where leaves
/// after leaves are read, and would wait for main memory most of the time.
const AHEAD: usize = 16 << 10;
/// Bytes of a cache line.
const LINE: usize = 64;
/// Leaves that are summed side by side.
const QUAD: usize = 4;
/// The vectors of a leaf, in name, where some leaves are full and others are two, with a vector more.
const MIXED: usize = LEAF + 1;
/// The logarithm of the number of leaves that are summed at a time, where there are as many.
const BLOCK_DEPTH: u32 = 4;

macro_rules! trees {
    ($($name:ident $real:ty;)*) => {$(
        /// The sum of `x`, which is longer than a leaf, in the order of the pairwise tree.
        #[inline(always)]
        pub(crate) fn $name(isa: Avx2, lift: Lift<$real>, x: &[$real]) -> $real {
            let (lift, mean) = parts(lift);
            // SAFETY: an `Avx2` token exists only where AVX was detected.
            unsafe {
                match lift {
                    lift::ABS => sum::<$real, { lift::ABS }>(isa, mean, x),
                    lift::SQUARE => sum::<$real, { lift::SQUARE }>(isa, mean, x),
                    lift::SQUARED_DEVIATION => sum::<$real, { lift::SQUARED_DEVIATION }>(isa, mean, x),
                    lift::NUMBER => sum::<$real, { lift::NUMBER }>(isa, mean, x),
                    _ => sum::<$real, { lift::VALUE }>(isa, mean, x),
                }
            }
        }
    )*};
}
trees!(tree_f32 f32; tree_f64 f64;);

/// The sum of `x`, which is longer than a leaf, in the order of the pairwise tree.
#[inline(always)]
pub(crate) fn tree_c32(isa: Avx2, x: &[Complex32]) -> Complex32 {
    // SAFETY: an `Avx2` token exists only where AVX was detected.
    unsafe { sum::<_, { lift::VALUE }>(isa, Complex32::default(), x) }
}

/// The sum of `x`, which is longer than a leaf, in the order of the pairwise tree.
#[inline(always)]
pub(crate) fn tree_c64(isa: Avx2, x: &[Complex64]) -> Complex64 {
    // SAFETY: an `Avx2` token exists only where AVX was detected.
    unsafe { sum::<_, { lift::VALUE }>(isa, Complex64::default(), x) }
}

/// What all leaves of a sum have in common.
#[derive(Clone, Copy)]
struct Common<T: Eight> {
    isa: Avx2,
    mean: T,
    /// Whether lines are asked for ahead.
    far: bool,
}

#[target_feature(enable = "avx")]
fn sum<T: Eight, const LIFT: u8>(isa: Avx2, mean: T, x: &[T]) -> T {
    // CPUs with AVX-512 see where leaves are read; asking would take them a tenth to a third longer.
    let far = size_of_val(x) >= FAR && !is_x86_feature_detected!("avx512f");
    tree::<T, LIFT>(Common { isa, mean, far }, x)
}

#[target_feature(enable = "avx")]
fn tree<T: Eight, const LIFT: u8>(common: Common<T>, x: &[T]) -> T {
    if let Some(sum) = even::<T, LIFT>(common, x) {
        return sum;
    }
    let Some(middle) = split(T::LANES, x.len()) else {
        return leaves::<T, LIFT, 1>(common, [x])[0];
    };
    let (x, y) = x.split_at(middle);
    if y.len() <= T::LANES * LEAF {
        let [a, b, ..] = leaves::<T, LIFT, 2>(common, [x, y]);
        return a + b;
    }
    if let (Some(p), Some(q)) = (split(T::LANES, x.len()), split(T::LANES, y.len())) {
        let ((a, b), (c, d)) = (x.split_at(p), y.split_at(q));
        let quarters = [a, b, c, d];
        if quarters.iter().all(|x| x.len() <= T::LANES * LEAF) {
            let [a, b, c, d] = leaves::<T, LIFT, QUAD>(common, quarters);
            return (a + b) + (c + d);
        }
    }
    tree::<T, LIFT>(common, x) + tree::<T, LIFT>(common, y)
}

/// How a run is cut: its blocks of leaves have `fewest` vectors or one more.
struct Even {
    /// Vectors of a block.
    fewest: usize,
    /// The leaves, by their bits, of a block that have a vector more than others: where the block has the
    /// fewest, and where it has one more.
    longer: [u32; 2],
    /// Leaves of a block, in fours.
    quads: usize,
}

/// The sum of `x`, if it consists of whole vectors and of at least four leaves.
#[target_feature(enable = "avx")]
fn even<T: Eight, const LIFT: u8>(common: Common<T>, x: &[T]) -> Option<T> {
    let vectors = x.len() / T::LANES;
    let mut depth = vectors.div_ceil(LEAF).max(1).next_power_of_two().ilog2();
    // A part of as many vectors as fill a leaf is one where its neighbour is halved once more.
    let mixed = depth > 0 && vectors >> (depth - 1) == LEAF;
    depth -= u32::from(mixed);
    if !x.len().is_multiple_of(T::LANES) || depth < 2 {
        return None;
    }
    let block = depth.min(BLOCK_DEPTH);
    let (above, shortest) = (depth - block, vectors >> depth);
    let fewest = vectors >> above;
    let shape = Even {
        fewest,
        longer: [fewest, fewest + 1].map(|vectors| longer(vectors, block, shortest)),
        quads: (1 << block) / QUAD,
    };
    macro_rules! blocks {
        ($($vectors:literal)*) => {
            match shortest {
                _ if mixed => blocks::<T, LIFT, MIXED>(common, &shape, above, x),
                $($vectors => blocks::<T, LIFT, $vectors>(common, &shape, above, x),)*
                _ => return None,
            }
        };
    }
    // Half of a run of more than a leaf is at least half a leaf.
    Some(blocks!(8 9 10 11 12 13 14 15 16))
}

/// The leaves of `vectors` vectors, halved `depth` times, that have more than `shortest`, by their bits.
const fn longer(vectors: usize, depth: u32, shortest: usize) -> u32 {
    let least = ((shortest + 1) << depth).saturating_sub(vectors);
    let all = 1 << depth;
    LONGER[depth as usize][if least < all { least } else { all }]
}

/// The leaves at a depth, by their bits, that are longer where a number is missing: halves are rounded down
/// on the left, up on the right, so that a leaf has the vectors and the number of its bits in the opposite
/// order, divided by the number of leaves and rounded down.
const LONGER: [[u32; (1 << BLOCK_DEPTH) + 1]; BLOCK_DEPTH as usize + 1] = {
    let mut longer = [[0; (1 << BLOCK_DEPTH) + 1]; BLOCK_DEPTH as usize + 1];
    let mut depth = 0;
    while depth <= BLOCK_DEPTH {
        let mut leaf = 0u32;
        while leaf < 1 << depth {
            let turned = leaf.reverse_bits().unbounded_shr(u32::BITS - depth) as usize;
            let mut least = 0;
            while least <= turned {
                longer[depth as usize][least] |= 1 << leaf;
                least += 1;
            }
            leaf += 1;
        }
        depth += 1;
    }
    longer
};

/// The sum of `x`, of blocks at `depth`, whose leaves have `M` vectors or one more.
#[target_feature(enable = "avx")]
fn blocks<T: Eight, const LIFT: u8, const M: usize>(
    common: Common<T>,
    shape: &Even,
    depth: u32,
    x: &[T],
) -> T {
    let vectors = x.len() / T::LANES;
    if depth == 0 {
        let longer = shape.longer[usize::from(vectors > shape.fewest)];
        return block::<T, LIFT, M>(common, longer, shape.quads, x);
    }
    let (x, y) = x.split_at(vectors / 2 * T::LANES);
    blocks::<T, LIFT, M>(common, shape, depth - 1, x)
        + blocks::<T, LIFT, M>(common, shape, depth - 1, y)
}

/// The sum of one block of leaves, of which those in `longer` have a vector more.
#[target_feature(enable = "avx")]
fn block<T: Eight, const LIFT: u8, const M: usize>(
    common: Common<T>,
    mut longer: u32,
    quads: usize,
    mut x: &[T],
) -> T {
    let mut sums = [T::default(); QUAD];
    for sum in &mut sums[..quads] {
        let quad = if M == MIXED {
            mixed_quad::<T, LIFT>(common, longer, &mut x)
        } else {
            quad::<T, LIFT, M>(common, longer, &mut x)
        };
        let [a, b, c, d] = quad;
        *sum = (a + b) + (c + d);
        longer >>= QUAD;
    }
    let [a, b, c, d] = sums;
    match quads {
        1 => a,
        2 => a + b,
        _ => (a + b) + (c + d),
    }
}

/// The sums of the first four leaves of `x`, which goes on after them.
#[target_feature(enable = "avx")]
#[inline]
fn quad<T: Eight, const LIFT: u8, const M: usize>(
    common: Common<T>,
    mut longer: u32,
    x: &mut &[T],
) -> [T; QUAD] {
    let Common { isa, mean, far } = common;
    let mean = T::splat(isa, mean);
    let load = |x: &[T], i: usize| T::lifted::<LIFT>(isa, T::load(isa, &x[i * T::LANES..]), mean);
    let mut acc = [mean; QUAD];
    for acc in &mut acc {
        if far {
            for line in (0..M * T::LANES * size_of::<T>()).step_by(LINE) {
                prefetch(x.as_ptr().cast::<u8>().wrapping_add(AHEAD + line));
            }
        }
        let leaf = &x[..M * T::LANES];
        *acc = load(leaf, 0);
        for i in 1..M {
            *acc = T::plus(isa, *acc, load(leaf, i));
        }
        let mut len = M;
        if M < LEAF {
            // The vector more is added, or a zero, without a branch: the CPU could not tell which
            // leaves are long. The zero can only make a negative zero positive, which a whole sum is
            // made anyway.
            let more = (longer & 1) as usize;
            let last = load(x, more * M);
            *acc = T::plus(isa, *acc, T::keep(isa, last, more != 0));
            len += more;
            longer >>= 1;
        }
        *x = &x[len * T::LANES..];
    }
    T::halve(isa, acc)
}

/// As [`quad`] where a leaf is full, or two with a vector more: both ways, without a branch.
#[target_feature(enable = "avx")]
#[inline]
fn mixed_quad<T: Eight, const LIFT: u8>(common: Common<T>, longer: u32, x: &mut &[T]) -> [T; QUAD] {
    const HALF: usize = LEAF / 2;
    let Common { isa, mean, far } = common;
    let mean = T::splat(isa, mean);
    let load = |x: &[T], i: usize| T::lifted::<LIFT>(isa, T::load(isa, &x[i * T::LANES..]), mean);
    let (mut whole, mut left, mut right) = ([mean; QUAD], [mean; QUAD], [mean; QUAD]);
    for k in 0..QUAD {
        if far {
            for line in (0..LEAF * T::LANES * size_of::<T>()).step_by(LINE) {
                prefetch(x.as_ptr().cast::<u8>().wrapping_add(AHEAD + line));
            }
        }
        let leaf = &x[..LEAF * T::LANES];
        let (mut acc, mut second) = (load(leaf, 0), load(leaf, HALF));
        for i in 1..HALF {
            acc = T::plus(isa, acc, load(leaf, i));
        }
        left[k] = acc;
        acc = T::plus(isa, acc, second);
        for i in HALF + 1..LEAF {
            acc = T::plus(isa, acc, load(leaf, i));
            second = T::plus(isa, second, load(leaf, i));
        }
        let more = (longer >> k & 1) as usize;
        let last = load(x, more * LEAF);
        whole[k] = acc;
        right[k] = T::plus(isa, second, T::keep(isa, last, more != 0));
        *x = &x[(LEAF + more) * T::LANES..];
    }
    let mut sums = T::halve(isa, whole);
    let (left, right) = (T::halve(isa, left), T::halve(isa, right));
    for (k, sum) in sums.iter_mut().enumerate() {
        *sum = if longer >> k & 1 != 0 {
            left[k] + right[k]
        } else {
            *sum
        };
    }
    sums
}

/// The sums of `N` leaves of at least one vector each, at most four, of which the longest mostly have one
/// vector more than others.
#[target_feature(enable = "avx")]
#[inline]
fn leaves<T: Eight, const LIFT: u8, const N: usize>(common: Common<T>, x: [&[T]; N]) -> [T; QUAD] {
    let Common { isa, mean, .. } = common;
    let means = T::splat(isa, mean);
    let load = |x: &[T], i: usize| T::lifted::<LIFT>(isa, T::load(isa, &x[i * T::LANES..]), means);
    let vectors = x.map(|x| x.len() / T::LANES);
    let common = vectors.iter().fold(LEAF, |n, &vectors| n.min(vectors));
    let mut acc = [means; QUAD];
    for (acc, x) in acc.iter_mut().zip(x) {
        let side = &x[..common * T::LANES];
        *acc = load(side, 0);
        for i in 1..common {
            *acc = T::plus(isa, *acc, load(side, i));
        }
    }
    for n in 0..N {
        // As in `block`.
        let last = vectors[n] - 1;
        for i in common.min(last)..last {
            acc[n] = T::plus(isa, acc[n], load(x[n], i));
        }
        let more = load(x[n], last);
        acc[n] = T::plus(isa, acc[n], T::keep(isa, more, last >= common));
    }
    let mut sums = T::halve(isa, acc);
    for (sum, (x, vectors)) in sums.iter_mut().zip(x.into_iter().zip(vectors)) {
        for &x in &x[vectors * T::LANES..] {
            *sum = *sum + x.one::<LIFT>(mean);
        }
    }
    sums
}
