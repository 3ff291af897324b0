//! Elements put in order in place: all of them, or only those that belong at given places.

use super::{
    compare::Ordered,
    hands::Hands,
    image::{Word, decode, encode},
    settled::in_order,
    share::{SHARED, sort_parts},
};
use crate::{
    arch::order::{Keys, fast_base, lanes, select_fast, sort_fast, vectors},
    dtype::{Complex32, Complex64, DType, Kind},
    isa::{Isa, Level},
    slice::{In, Out},
    with_isa,
};
use core::{cmp::Ordering, ops::AddAssign};

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

/// Counters for arranging 16-bit elements: one for each of their values, or so many elements as wider words.
pub const COUNTS: usize = 2 * VALUES;
/// The values of 16-bit elements.
const VALUES: usize = 1 << 16;

/// Elements per counter from which counting 16-bit elements is faster than comparing them.
const FILL: usize = 4;

/// Whether [`arrange`] is faster if it gets [`COUNTS`] counters, which `len` elements do not overflow.
pub fn counts_pay(dtype: DType, len: usize) -> bool {
    let least = if lanes() { LONG + 1 } else { VALUES / FILL };
    // A counter has 32 bits.
    dtype.size() == 2 && len >= least && u32::try_from(len).is_ok() && !vectors()
}

/// Puts the elements of a run in order, or those at the places that `task` names. Equal elements
/// come in any order, which only [`ties_differ`] could tell. `counts` are [`COUNTS`] counters, or
/// none.
///
/// # Panics
///
/// If a place to select is not in the run, unless all of it is sorted anyway.
pub fn arrange(mut run: Out<'_>, task: Task<'_>, counts: &mut [u32]) {
    let kind = run.dtype().kind();
    match run.dtype() {
        DType::C64 => by(run.of::<Complex32>(), task, |&a, &b| a.order(b)),
        DType::C128 => by(run.of::<Complex64>(), task, |&a, &b| a.order(b)),
        dtype => match dtype.size() {
            1 => bytes(run.view(DType::U8).of(), kind, task),
            2 => halves(run.view(DType::U16).of(), kind, task, counts),
            4 => words::<u32>(run.view(DType::U32).of(), kind, task),
            _ => words::<u64>(run.view(DType::U64).of(), kind, task),
        },
    }
}

pub(super) fn words<W: Word>(words: &mut [W], kind: Kind, task: Task<'_>) {
    if in_order(words, kind, task) || elements(words, kind, task) {
        return finish(words, task);
    }
    encode(kind, words);
    images(words, task);
    decode(kind, words);
}

/// Arranges elements in their own bits, and tells that it did: `false` where there are no vectors for
/// them.
fn elements<W: Word>(words: &mut [W], kind: Kind, task: Task<'_>) -> bool {
    match task {
        Task::Sort { .. } => W::sort_elements(words, kind),
        Task::Select(places) => W::select_element_lines(words, kind, words.len(), places),
    }
}

/// Arranges words by vectors where there are such.
pub(super) fn by_words<W: Word>(words: &mut [W], task: Task<'_>) {
    if in_order(words, Kind::Unsigned, task) {
        finish(words, task);
    } else {
        images(words, task);
    }
}

/// As [`by_words`], of words of [`fast_bits`] bits to which [`fast_base`] was added.
///
/// [`fast_bits`]: crate::arch::order::fast_bits
/// [`fast_base`]: crate::arch::order::fast_base
pub(super) fn by_pairs(pairs: &mut [u64], task: Task<'_>, hands: Hands<'_>) {
    if in_order(pairs, Kind::Unsigned, task) {
        return finish(pairs, task);
    }
    if let Task::Sort { descending: false } = task
        && hands.count() > 1
        && pairs.len() >= SHARED
    {
        // They are parted as what they are sorted as.
        let kind = match fast_base() {
            0 => Kind::Unsigned,
            _ => Kind::Float,
        };
        let sort = |part: &mut [u64]| by_pairs(part, task, Hands::alone());
        return sort_parts(pairs, kind, hands, &sort);
    }
    let done = match task {
        Task::Sort { .. } => sort_fast(pairs),
        Task::Select(places) => select_fast(pairs, places),
    };
    if done {
        finish(pairs, task);
    } else {
        images(pairs, task);
    }
}

/// As [`by_words`], of words that are in no order.
fn images<W: Word>(words: &mut [W], task: Task<'_>) {
    let done = match task {
        Task::Sort { .. } => W::sort(words),
        Task::Select(places) => W::select(words, places),
    };
    if done {
        return finish(words, task);
    }
    if elements(words, Kind::Unsigned, task) {
        finish(words, task);
    } else {
        by(words, task, Ord::cmp);
    }
}

/// Bytes up to which a network of wider words is faster than counting.
const SHORT: usize = 512;
/// Words of two bytes up to which they are arranged as wider ones where only those have vectors, and there
/// are no counters in whose place these go: of more than [`COUNTS`] counting takes less.
const LONG: usize = 8 * SHORT;

/// Arranges bytes: few of them as wider words, truth values by their sum, others by counting.
fn bytes(words: &mut [u8], kind: Kind, task: Task<'_>) {
    if kind == Kind::Bool {
        // Sums of bytes, which do not overflow in so many.
        let count = |words: &[u8]| words.iter().map(|&word| u8::from(word != 0)).sum::<u8>();
        let parts = words.chunks(usize::from(u8::MAX));
        let ones = parts.map(|words| usize::from(count(words))).sum::<usize>();
        let (zeros, ones) = words.split_at_mut(words.len() - ones);
        zeros.fill(0);
        ones.fill(1);
        return finish(words, task);
    }
    if words.len() > SHORT || !(vectors() || lanes()) {
        return counted(words, 0..=u8::MAX, kind, task, &mut [0_u64; 1 << 8]);
    }
    encode(kind, words);
    if vectors() {
        let sort = |wide: &mut [u16]| _ = u16::sort(wide);
        widened(words, &mut [0; SHORT], sort, |wide| wide as u8);
    } else {
        widened(words, &mut [0; SHORT], doubled, |wide| wide as u8);
    }
    decode(kind, words);
    finish(words, task);
}

/// Arranges words as the wider ones that `sort` takes, in `buffer`.
fn widened<N: Copy, W: From<N> + Copy>(
    words: &mut [N],
    buffer: &mut [W],
    sort: impl FnOnce(&mut [W]),
    narrow: impl Fn(W) -> N,
) {
    let wide = &mut buffer[..words.len()];
    for (wide, &word) in wide.iter_mut().zip(&*words) {
        *wide = word.into();
    }
    sort(wide);
    for (word, &wide) in words.iter_mut().zip(&*wide) {
        *word = narrow(wide);
    }
}

/// Sorts the words that stand for narrower ones.
fn doubled(wide: &mut [u32]) {
    words(wide, Kind::Unsigned, Task::Sort { descending: false });
}

/// Sorts by counting, after which every place is right, whichever was asked for.
fn counted<W: Word + Into<usize>, C: Copy + AddAssign + From<bool> + Into<u64>>(
    words: &mut [W],
    every: impl Iterator<Item = W>,
    kind: Kind,
    task: Task<'_>,
    counts: &mut [C],
) {
    encode(kind, words);
    for &word in &*words {
        counts[word.into()] += true.into();
    }
    let mut rest = &mut *words;
    for (word, &count) in every.zip(&*counts) {
        let (these, others) = rest.split_at_mut(Into::<u64>::into(count) as usize);
        these.fill(word);
        rest = others;
    }
    decode(kind, words);
    finish(words, task);
}

fn halves(words: &mut [u16], kind: Kind, task: Task<'_>, counts: &mut [u32]) {
    let n = words.len();
    if lanes() && !vectors() && n <= counts.len().max(LONG) {
        let narrow = |wide| wide as u16;
        let arrange = |wide: &mut [u32]| match task {
            Task::Sort { .. } => doubled(wide),
            Task::Select(_) => self::words(wide, Kind::Unsigned, task),
        };
        encode(kind, words);
        if n <= SHORT {
            widened(words, &mut [0; SHORT], arrange, narrow);
        } else if n <= counts.len() {
            widened(words, counts, arrange, narrow);
        } else {
            widened(words, &mut [0; LONG], arrange, narrow);
        }
        decode(kind, words);
        return finish(words, task);
    }
    if counts.len() < COUNTS {
        return self::words(words, kind, task);
    }
    let counts = &mut counts[..VALUES];
    counts.fill(0);
    counted(words, 0..=u16::MAX, kind, task, counts);
}

/// Turns what is sorted around where that was asked for.
pub(super) fn finish<T>(sorted: &mut [T], task: Task<'_>) {
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

/// Elements that are looked at together, by vectors.
const LOOK: usize = 1024;

/// Whether elements of the run may differ although their place is the same: zeros of both signs,
/// or complex numbers. A stable sort keeps their order, which [`arrange`] does not.
pub fn ties_differ(run: In<'_>) -> bool {
    fn has<W: Word>(words: &[W], wanted: W) -> bool {
        words.chunks(LOOK).any(|words| {
            with_isa!(Level::get(), isa => isa.vectorize(
                #[inline(always)]
                || words.iter().fold(false, |any, word| any | word.eq(&wanted)),
            ))
        })
    }
    fn mixes<W: Word>(words: &[W], zero: W, negative: W) -> bool {
        has(words, negative) && has(words, zero)
    }
    match run.dtype() {
        DType::C64 | DType::C128 => true,
        DType::F16 => mixes::<u16>(run.view(DType::U16).of(), 0, 1 << 15),
        DType::F32 => mixes::<u32>(run.view(DType::U32).of(), 0, 1 << 31),
        DType::F64 => mixes::<u64>(run.view(DType::U64).of(), 0, 1 << 63),
        _ => false,
    }
}
