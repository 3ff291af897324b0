//! Where elements belong in a sorted run.

use super::compare::Ordered;
use crate::{
    dtype::Bool,
    isa::{Isa, Level},
    slice::In,
    with_dtype, with_isa,
};
use core::{hint::select_unpredictable, ops::AddAssign};

/// Which place an element gets among those that equal it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one before them.
    Left,
    /// The one behind them.
    Right,
}

/// Searches that go on side by side: their loads wait for memory, but not for each other.
const BESIDE: usize = 16;

/// Writes to `out`, for each element of `wanted`, how many elements of `sorted` come before its
/// place.
///
/// # Panics
///
/// If the dtypes differ, or `wanted` and `out` have different lengths.
pub fn search(sorted: In<'_>, wanted: In<'_>, side: Side, out: &mut [i64]) {
    assert_eq!(wanted.len(), out.len(), "runs of different lengths");
    if sorted.len() <= MOST && wanted.len() >= COUNTED {
        with_isa!(Level::get(), isa => with_dtype!(sorted.dtype(), T => {
            let (sorted, wanted) = (sorted.of::<T>(), wanted.of::<T>());
            if size_of_val(sorted) <= FEW_BYTES && rising(sorted) {
                let below = |x: T, wanted: T| !x.reaches(wanted);
                let not_above = |x: T, wanted: T| !x.exceeds(wanted);
                match side {
                    Side::Left => count(isa, sorted, wanted, out, below),
                    Side::Right => count(isa, sorted, wanted, out, not_above),
                }
                return;
            }
        }));
    }
    with_dtype!(sorted.dtype(), T => {
        let (sorted, wanted) = (sorted.of::<T>(), wanted.of::<T>());
        // Where the ends are numbers, all are, and one comparison tells.
        let is_number = |end: Option<&T>| end.is_none_or(|end| !end.is_nan());
        let numbers = is_number(sorted.first()) && is_number(sorted.last());
        match (side, numbers) {
            (Side::Left, true) => places(sorted, wanted, out, true, |x, wanted| !x.reaches(wanted)),
            (Side::Left, false) => places(sorted, wanted, out, false, T::before),
            (Side::Right, true) => places(sorted, wanted, out, true, |x, wanted| !x.exceeds(wanted)),
            (Side::Right, false) => places(sorted, wanted, out, false, |x, wanted| !wanted.before(x)),
        }
    });
}

/// Elements that are compared side by side with each of a few sorted ones.
const COUNTED: usize = 64;
/// Sorted elements that are few enough for it, whose places fit a byte.
const MOST: usize = 128;
/// Bytes of sorted elements up to which comparing with each takes less than bisecting (bench:
/// order/search): by vectors, it takes the longer the fewer elements these have.
const FEW_BYTES: usize = 256;

/// For each of `wanted` how many of `sorted`, few numbers, are `before` it.
fn count<I: Isa, T: Ordered>(
    isa: I,
    sorted: &[T],
    wanted: &[T],
    out: &mut [i64],
    before: impl Fn(T, T) -> bool + Copy,
) {
    // Counts as wide as elements, so that what is compared needs no conversion.
    match size_of::<T>() {
        1 => count_in::<I, T, u8>(isa, sorted, wanted, out, before),
        2 => count_in::<I, T, u16>(isa, sorted, wanted, out, before),
        4 => count_in::<I, T, u32>(isa, sorted, wanted, out, before),
        _ => count_in::<I, T, u64>(isa, sorted, wanted, out, before),
    }
}

#[inline(always)]
fn count_in<I: Isa, T: Ordered, C: Copy + Default + From<bool> + Into<u64> + AddAssign>(
    isa: I,
    sorted: &[T],
    wanted: &[T],
    out: &mut [i64],
    before: impl Fn(T, T) -> bool + Copy,
) {
    isa.vectorize(
        #[inline(always)]
        || {
            let block = |wanted: &[T; COUNTED], out: &mut [i64; COUNTED]| {
                let mut counts = [C::default(); COUNTED];
                for &x in sorted {
                    for k in 0..COUNTED {
                        counts[k] += C::from(before(x, I::element(wanted[k])));
                    }
                }
                *out = counts.map(|count| Into::<u64>::into(count) as i64);
            };
            let (blocks, rest) = wanted.as_chunks::<COUNTED>();
            let (outs, out_rest) = out.as_chunks_mut::<COUNTED>();
            for (wanted, out) in blocks.iter().zip(outs) {
                block(wanted, out);
            }
            if let Some(&any) = rest.first() {
                let (mut wanted, mut out) = ([any; COUNTED], [0; COUNTED]);
                wanted[..rest.len()].copy_from_slice(rest);
                block(&wanted, &mut out);
                out_rest.copy_from_slice(&out[..rest.len()]);
            }
        },
    );
}

/// Whether the elements never fall, and all can be compared.
pub fn rises(x: In<'_>) -> bool {
    with_dtype!(x.dtype(), T => rising(x.of::<T>()))
}

fn rising<T: Ordered>(x: &[T]) -> bool {
    let fits = |pair: &[T]| !pair[1].is_nan() & pair[1].reaches(pair[0]);
    x.first().is_none_or(|x| !x.is_nan()) && x.windows(2).all(fits)
}

/// For each of `wanted` how many of the first elements of `sorted` are `before` it. Only bisecting
/// gives NumPy's places among edges with NaN that `digitize` takes to fall: their order is none.
#[inline(always)]
fn places<T: Ordered>(
    sorted: &[T],
    wanted: &[T],
    out: &mut [i64],
    numbers: bool,
    before: impl Fn(T, T) -> bool + Copy,
) {
    let (many, few) = wanted.as_chunks::<BESIDE>();
    let (outs, rest) = out.as_chunks_mut::<BESIDE>();
    let mut place = 0;
    for (wanted, out) in many.iter().zip(outs) {
        let (one, other) = (wanted[0], wanted[BESIDE - 1]);
        let (least, most) = if other.reaches(one) {
            (one, other)
        } else {
            (other, one)
        };
        // As those in order are, rising or falling; of others the first few tell.
        let between = |all, x: &T| all & x.reaches(least) & most.reaches(*x);
        let mut fours = wanted.as_chunks::<4>().0.iter();
        let places = if numbers && fours.all(|four| four.iter().fold(true, between)) {
            let is_before = |x| move |i: usize| before(sorted[i], x);
            let (first, end) = window(sorted.len(), place, is_before(least), is_before(most));
            bisect(&sorted[first..end], *wanted, before).map(|place| first + place)
        } else {
            bisect(sorted, *wanted, before)
        };
        *out = places.map(|place| place as i64);
        place = places[BESIDE - 1];
    }
    for (&wanted, out) in few.iter().zip(rest) {
        *out = bisect(sorted, [wanted], before)[0] as i64;
    }
}

/// Elements in the first step of a search for a window: few, so that many values among few elements
/// are found in few steps.
const NEAR: usize = 4;

/// From where to where, among `len` elements, the places of values that lie between two lie: looked for
/// from `start` on in steps that double. All elements that are `before_least` come first, as do those
/// that are `before_most`.
#[inline(always)]
pub(crate) fn window(
    len: usize,
    start: usize,
    before_least: impl Fn(usize) -> bool,
    before_most: impl Fn(usize) -> bool,
) -> (usize, usize) {
    let (start, mut step) = (start.min(len), NEAR);
    let mut first = start;
    while first > 0 && !before_least(first - 1) {
        first = start.saturating_sub(step);
        step = step.saturating_mul(2);
    }
    let (mut end, mut step) = (first, NEAR);
    while end < len && before_most(end) {
        end = first.saturating_add(step).min(len);
        step = step.saturating_mul(2);
    }
    (first, end)
}

/// Adds to `counts`, for each of `edges`, how many elements of `x` are below it, or not above it
/// for the last one. NaN is neither.
///
/// # Panics
///
/// If the dtypes differ, or there are not as many counts as edges.
pub fn below(edges: In<'_>, x: In<'_>, counts: &mut [i64]) {
    assert_eq!(edges.len(), counts.len(), "a count for each edge");
    with_isa!(Level::get(), isa => with_dtype!(edges.dtype(), T => {
        below_typed::<_, T>(isa, edges.of(), x.of(), counts);
    }));
}

fn below_typed<I: Isa, T: Ordered>(isa: I, edges: &[T], x: &[T], counts: &mut [i64]) {
    let Some((&last, edges)) = edges.split_last() else {
        return;
    };
    isa.vectorize(
        #[inline(always)]
        || {
            for x in x.chunks(BLOCK) {
                for (&edge, count) in edges.iter().zip(&mut *counts) {
                    let below = x.iter().map(|&x| u32::from(edge.exceeds(x)));
                    *count += i64::from(below.sum::<u32>());
                }
                let below = x.iter().map(|&x| u32::from(last.reaches(x)));
                counts[edges.len()] += i64::from(below.sum::<u32>());
            }
        },
    );
}

/// Bisects for several elements at once, in as many steps for each, without branches.
#[inline(always)]
fn bisect<T: Ordered, const N: usize>(
    sorted: &[T],
    wanted: [T; N],
    before: impl Fn(T, T) -> bool,
) -> [usize; N] {
    let mut places = [0; N];
    let mut len = sorted.len();
    while len > 1 {
        let half = len / 2;
        for (place, &wanted) in places.iter_mut().zip(&wanted) {
            let middle = *place + half;
            // A jump would be foretold wrongly every second time.
            *place = select_unpredictable(before(sorted[middle], wanted), middle, *place);
        }
        len -= half;
    }
    if len == 1 {
        for (place, &wanted) in places.iter_mut().zip(&wanted) {
            *place += usize::from(before(sorted[*place], wanted));
        }
    }
    places
}

/// Elements up to which comparing with each of them is faster than a search.
pub const FEW: usize = 16;

/// Elements that are compared with all of few before the next ones are: they stay in the L1 cache.
const BLOCK: usize = 1024;

/// Writes to `out`, for each element of `wanted`, whether one of `sorted` equals it. NaN equals
/// none.
///
/// # Panics
///
/// If the dtypes differ, or `wanted` and `out` have different lengths.
pub fn contains(sorted: In<'_>, wanted: In<'_>, out: &mut [Bool]) {
    assert_eq!(wanted.len(), out.len(), "runs of different lengths");
    if sorted.len() <= FEW {
        with_isa!(Level::get(), isa => with_dtype!(sorted.dtype(), T => {
            compare(isa, sorted.of::<T>(), wanted.of::<T>(), out);
        }));
        return;
    }
    with_dtype!(sorted.dtype(), T => find::<T>(sorted.of(), wanted.of(), out));
}

/// Compares every element with each of `some`.
fn compare<T: Ordered>(isa: impl Isa, some: &[T], wanted: &[T], out: &mut [Bool]) {
    isa.vectorize(
        #[inline(always)]
        || {
            for (wanted, out) in wanted.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
                let mut found = [0_u8; BLOCK];
                for &one in some {
                    for (found, &wanted) in found.iter_mut().zip(wanted) {
                        *found |= u8::from(wanted == one);
                    }
                }
                for (out, found) in out.iter_mut().zip(found) {
                    *out = (found != 0).into();
                }
            }
        },
    );
}

/// Merges that go on side by side: each comparison waits for the one before it.
const MERGES: usize = 4;
/// Elements of a merge from which it is worth finding where it starts.
const LEAST: usize = 16;
/// Sorted elements for each wanted one up to which merging takes fewer steps than bisecting.
const SPARSE: usize = 8;

/// Whether both never fall, and are about as many, so that [`merge`] pays.
fn merges<T: Ordered>(sorted: &[T], wanted: &[T]) -> bool {
    let is_number = |end: Option<&T>| end.is_some_and(|end| !end.is_nan());
    wanted.len() >= MERGES * LEAST
        && sorted.len() / SPARSE <= wanted.len()
        && is_number(sorted.last())
        && is_number(sorted.first())
        && wanted.is_sorted_by(|a, b| b.reaches(*a))
}

/// [`find`] of elements in order: one step further in the one or in the other at a time, without a
/// branch.
fn merge<T: Ordered>(sorted: &[T], wanted: &[T], out: &mut [Bool]) {
    let part = wanted.len().div_ceil(MERGES);
    let ends: [usize; MERGES] = core::array::from_fn(|k| ((k + 1) * part).min(wanted.len()));
    let mut at: [usize; MERGES] = core::array::from_fn(|k| (k * part).min(wanted.len()));
    let mut places = at.map(|at| match wanted.get(at) {
        Some(&first) => bisect(sorted, [first], T::before)[0],
        None => sorted.len(),
    });
    let mut step = |at: &mut usize, place: &mut usize| {
        let (x, wanted) = (sorted[*place], wanted[*at]);
        out[*at] = (x == wanted).into();
        let next = x.before(wanted);
        *place += usize::from(next);
        *at += usize::from(!next);
    };
    loop {
        // Every step takes one of the elements that are left to a merge.
        let left = (0..MERGES).map(|k| (ends[k] - at[k]).min(sorted.len() - places[k]));
        let steps = left.min().unwrap_or(0);
        if steps == 0 {
            break;
        }
        for _ in 0..steps {
            for k in 0..MERGES {
                step(&mut at[k], &mut places[k]);
            }
        }
    }
    for k in 0..MERGES {
        while at[k] < ends[k] && places[k] < sorted.len() {
            step(&mut at[k], &mut places[k]);
        }
    }
    for k in 0..MERGES {
        out[at[k]..ends[k]].fill(Bool::FALSE);
    }
}

fn find<T: Ordered>(sorted: &[T], wanted: &[T], out: &mut [Bool]) {
    if merges(sorted, wanted) {
        return merge(sorted, wanted, out);
    }
    let found = |place: usize, wanted| sorted.get(place).is_some_and(|&x| x == wanted).into();
    let (many, few) = wanted.as_chunks::<BESIDE>();
    let (outs, rest) = out.as_chunks_mut::<BESIDE>();
    for (wanted, out) in many.iter().zip(outs) {
        let places = bisect(sorted, *wanted, T::before);
        for ((place, &wanted), out) in places.into_iter().zip(wanted).zip(out) {
            *out = found(place, wanted);
        }
    }
    for (&wanted, out) in few.iter().zip(rest) {
        let [place] = bisect(sorted, [wanted], T::before);
        *out = found(place, wanted);
    }
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn every_start_leads_to_a_window_with_the_places() {
        for len in 0..20 {
            for least in 0..=len {
                for most in least..=len {
                    for start in 0..=len + 2 {
                        let (first, end) = window(len, start, |i| i < least, |i| i < most);
                        let holds = first <= least && most <= end && end <= len;
                        assert!(holds, "{len} {start}: {least} {most}, {first} {end}");
                    }
                }
            }
        }
    }
}
