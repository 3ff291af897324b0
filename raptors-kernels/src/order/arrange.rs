//! Elements put in order in place: all of them, or only those that belong at given places.

use super::{
    compare::Ordered,
    image::{Word, decode, encode},
};
use crate::{
    dtype::{Complex32, Complex64, DType, Kind},
    slice::{In, Out},
};
use core::cmp::Ordering;

/// What is to be put in order.
#[derive(Clone, Copy, Debug)]
pub enum Task<'a> {
    /// Every element.
    Sort {
        /// Whether the greatest comes first; NaN before it.
        descending: bool,
    },
    /// The elements that belong at these places, which ascend; what comes before such an element
    /// is put before it, and what follows it behind it.
    Select(&'a [usize]),
}

/// Counters for sorting 16-bit elements by counting.
pub const COUNTS: usize = 1 << 16;

/// Elements per counter from which counting 16-bit elements is faster than comparing them.
const FILL: usize = 4;

/// Whether [`arrange`] is faster if it gets [`COUNTS`] counters.
pub const fn counts_pay(dtype: DType, len: usize) -> bool {
    dtype.size() == 2 && len >= COUNTS / FILL
}

/// Puts the elements of a run in order, or those at the places that `task` names. Equal elements
/// come in any order, which only [`ties_differ`] could tell. `counts` are [`COUNTS`] counters, or
/// none.
///
/// # Panics
///
/// If a place to select is not in the run, unless all of it is sorted anyway.
pub fn arrange(mut run: Out<'_>, task: Task<'_>, counts: &mut [usize]) {
    let kind = run.dtype().kind();
    match run.dtype() {
        DType::C64 => by(run.of::<Complex32>(), task, |&a, &b| a.order(b)),
        DType::C128 => by(run.of::<Complex64>(), task, |&a, &b| a.order(b)),
        dtype => match dtype.size() {
            1 => counted(
                run.view(DType::U8).of(),
                0..=u8::MAX,
                kind,
                task,
                &mut [0; 1 << 8],
            ),
            2 => halves(run.view(DType::U16).of(), kind, task, counts),
            4 => words::<u32>(run.view(DType::U32).of(), kind, task),
            _ => words::<u64>(run.view(DType::U64).of(), kind, task),
        },
    }
}

fn words<W: Word>(words: &mut [W], kind: Kind, task: Task<'_>) {
    encode(kind, words);
    by(words, task, Ord::cmp);
    decode(kind, words);
}

/// Sorts by counting, after which every place is right, whichever was asked for.
fn counted<W: Word + Into<usize>>(
    words: &mut [W],
    every: impl Iterator<Item = W>,
    kind: Kind,
    task: Task<'_>,
    counts: &mut [usize],
) {
    encode(kind, words);
    for &word in &*words {
        counts[word.into()] += 1;
    }
    let mut rest = &mut *words;
    for (word, &count) in every.zip(&*counts) {
        let (these, others) = rest.split_at_mut(count);
        these.fill(word);
        rest = others;
    }
    decode(kind, words);
    finish(words, task);
}

fn halves(words: &mut [u16], kind: Kind, task: Task<'_>, counts: &mut [usize]) {
    if counts.len() < COUNTS {
        return self::words(words, kind, task);
    }
    counts.fill(0);
    counted(words, 0..=u16::MAX, kind, task, counts);
}

/// Turns what is sorted around where that was asked for.
fn finish<T>(sorted: &mut [T], task: Task<'_>) {
    if let Task::Sort { descending: true } = task {
        sorted.reverse();
    }
}

/// Arranges elements by comparing them. No memory is asked for.
pub(super) fn by<T>(x: &mut [T], task: Task<'_>, order: impl Fn(&T, &T) -> Ordering + Copy) {
    match task {
        Task::Sort { .. } => {
            x.sort_unstable_by(order);
            finish(x, task);
        }
        Task::Select(places) => select(x, 0, places, order),
    }
}

/// Elements up to which sorting all of them costs no more than selecting some.
const FEW: usize = 16;

/// Selects `places`, counted as if `start` elements came before `x`: the middle one first, so that
/// each half has half of the elements and of the places left.
fn select<T>(
    x: &mut [T],
    start: usize,
    places: &[usize],
    order: impl Fn(&T, &T) -> Ordering + Copy,
) {
    if x.len() <= FEW {
        if !places.is_empty() {
            x.sort_unstable_by(order);
        }
        return;
    }
    let Some(&place) = places.get(places.len() / 2) else {
        return;
    };
    let (before, after) = (&places[..places.len() / 2], &places[places.len() / 2 + 1..]);
    let (left, _, right) = x.select_nth_unstable_by(place - start, order);
    select(left, start, before, order);
    select(right, place + 1, after, order);
}

/// Whether elements of the run may differ although their place is the same: zeros of both signs,
/// or complex numbers. A stable sort keeps their order, which [`arrange`] does not.
pub fn ties_differ(run: In<'_>) -> bool {
    fn mixes<W: Word>(words: &[W], zero: W, negative: W) -> bool {
        words.contains(&negative) && words.contains(&zero)
    }
    match run.dtype() {
        DType::C64 | DType::C128 => true,
        DType::F16 => mixes::<u16>(run.view(DType::U16).of(), 0, 1 << 15),
        DType::F32 => mixes::<u32>(run.view(DType::U32).of(), 0, 1 << 31),
        DType::F64 => mixes::<u64>(run.view(DType::U64).of(), 0, 1 << 63),
        _ => false,
    }
}
