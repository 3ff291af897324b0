//! Indices put in the order of the elements they stand for. Of equal elements the first comes first.
//!
//! What is sorted is one integer for each element: the upper bits are its rank, the lower bits its
//! index. Where a rank has too many bits, its lowest ones are left out at first, and elements that
//! agree in the others are sorted by those afterwards.

use super::{
    arrange::{Task, by_pairs},
    few::{INDICES, insert_indices},
    hands::Hands,
    image::Word,
    packed::packed,
    pivots::Pivots,
    radix::{COUNTED, counted, truths},
};
use crate::{
    arch::order::{fast_base, fast_bits},
    dtype::{DType, Kind},
    isa::{Isa, Level},
    slice::{In, Out},
    with_isa,
};

/// Writes the indices of the elements of `x` to `out`, in order, or those that `task` selects in
/// their places.
///
/// # Panics
///
/// If `out` has another length, or a place to select is not in the run.
pub fn arrange_indices(x: In<'_>, out: &mut [i64], task: Task<'_>) {
    arrange_indices_by(x, out, task, Hands::alone());
}

/// As [`arrange_indices`], with several threads where they have a use.
///
/// # Panics
///
/// As [`arrange_indices`].
pub fn arrange_indices_by(x: In<'_>, out: &mut [i64], task: Task<'_>, hands: Hands<'_>) {
    assert_eq!(x.len(), out.len(), "a place for each element");
    let (kind, descending) = (
        x.dtype().kind(),
        matches!(task, Task::Sort { descending: true }),
    );
    match x.dtype() {
        DType::C64 | DType::C128 if x.len() <= INDICES => {
            insert_indices(x, out, descending);
        }
        DType::C64 => complex(x.view(DType::U32).of::<u32>(), out, task, hands),
        DType::C128 => complex(x.view(DType::U64).of::<u64>(), out, task, hands),
        DType::Bool => truths(x.of(), descending, out),
        dtype => match dtype.size() {
            1 if x.len() >= COUNTED => counted(x.view(DType::U8).of(), kind, out, task),
            1 | 2 if packed(&[x], out, task) => {}
            1 => real::<u8>(x.view(DType::U8).of(), kind, out, task, hands),
            2 => real::<u16>(x.view(DType::U16).of(), kind, out, task, hands),
            4 => real::<u32>(x.view(DType::U32).of(), kind, out, task, hands),
            _ => real::<u64>(x.view(DType::U64).of(), kind, out, task, hands),
        },
    }
}

/// What turns ranks around, instead of the result, in descending order: so that of equal elements
/// the first comes first there too.
pub(super) const fn turn(task: Task<'_>) -> u64 {
    match task {
        Task::Sort { descending: true } => u64::MAX,
        _ => 0,
    }
}

/// The task for ranks that were turned.
pub(super) const fn forward(task: Task<'_>) -> Task<'_> {
    match task {
        Task::Sort { .. } => Task::Sort { descending: false },
        Task::Select(_) => task,
    }
}

/// Bits that the indices of `len` elements have.
pub(super) const fn index_bits(len: usize) -> u32 {
    usize::BITS - len.saturating_sub(1).leading_zeros()
}

/// Calls `$f` with the kind as a constant, so that loops have no branch for it, at the best level.
macro_rules! at_kind {
    ($kind:expr, $f:ident($($arg:expr),*)) => {
        with_isa!(Level::get(), isa => match $kind {
            Kind::Float => isa.vectorize(#[inline(always)] || $f(Kind::Float, $($arg),*)),
            Kind::Signed => isa.vectorize(#[inline(always)] || $f(Kind::Signed, $($arg),*)),
            _ => isa.vectorize(#[inline(always)] || $f(Kind::Unsigned, $($arg),*)),
        })
    };
}
pub(super) use at_kind;

/// The least and the greatest rank.
#[inline(always)]
fn extent<W: Word + Into<u64>>(kind: Kind, x: impl Iterator<Item = W>) -> (u64, u64) {
    let ends = (W::MAX, W::MIN);
    let (least, most) = x.fold(ends, |(least, most), word| {
        let rank = word.rank(kind);
        (rank.min(least), rank.max(most))
    });
    (least.into(), most.into())
}

/// Whether an element is NaN.
#[inline(always)]
fn has_nan<W: Word>(kind: Kind, x: &[W]) -> bool {
    let mut any = false;
    for word in x {
        any |= word.rank(kind) == W::MAX;
    }
    any
}

/// Writes the pairs of `x`, whose ranks are turned, moved and shortened.
#[inline(always)]
fn pack<W: Word + Into<u64>>(
    kind: Kind,
    x: impl Iterator<Item = W>,
    pairs: &mut [u64],
    turn: u64,
    (lost, base): (u32, u64),
    low_bits: u32,
    start: u64,
) {
    for ((pair, index), word) in pairs.iter_mut().zip(start..).zip(x) {
        let rank: u64 = word.rank(kind).into();
        *pair = (((rank ^ turn).wrapping_sub(base) >> lost) << low_bits) + index;
    }
}

/// Pairs in 64 bits, in the memory of the result.
fn real<W: Word + Into<u64>>(
    x: &[W],
    kind: Kind,
    out: &mut [i64],
    task: Task<'_>,
    hands: Hands<'_>,
) {
    if let Task::Select(places) = task
        && let Some(pivots) = Pivots::of(x, kind, places)
    {
        return pivots.select(x, kind, out, places);
    }
    let turn = turn(task);
    let mut run = Out::from(out).view(DType::U64);
    let pairs = run.of::<u64>();
    let low_bits = index_bits(x.len());
    let bits = 8 * size_of::<W>() as u32;
    let (mut least, mut most) = (0, u64::MAX >> (u64::BITS - bits));
    if bits + low_bits > fast_bits() {
        (least, most) = at_kind!(kind, extent(x.iter().copied()));
    }
    let short = lost(least, most, low_bits, turn);
    let start = fast_base();
    at_kind!(
        kind,
        pack(x.iter().copied(), pairs, turn, short, low_bits, start)
    );
    let ranks = |_, index: u64| -> u64 {
        let rank: u64 = x[index as usize].rank(kind).into();
        rank ^ turn
    };
    let packing = Packing {
        low_bits,
        lost: short.0,
        levels: 1,
        hands,
    };
    finish(pairs, packing, 0, task, &ranks);
}

/// As [`real`], by two ranks each.
fn complex<W: Word + Into<u64>>(parts: &[W], out: &mut [i64], task: Task<'_>, hands: Hands<'_>) {
    let turn = turn(task);
    let (parts, _) = parts.as_chunks::<2>();
    // Those with NaN follow the others: first those whose imaginary part is NaN, then those whose
    // real part is, then both. NaN parts do not count within such a class.
    let ranks = |level: usize, index: u64| -> u64 {
        let [re, im] = parts[index as usize].map(|part| -> u64 { part.rank(Kind::Float).into() });
        let nan: u64 = W::MAX.into();
        let (re_nan, im_nan) = (re == nan, im == nan);
        turn ^ match (level, re_nan, im_nan) {
            (0, false, false) => re,
            (0, _, _) => nan - 3 + u64::from(re_nan) * 2 + u64::from(im_nan),
            (_, false, true) => re,
            (_, true, true) => 0,
            _ => im,
        }
    };
    let mut run = Out::from(out).view(DType::U64);
    let pairs = run.of::<u64>();
    let low_bits = index_bits(parts.len());
    let reals = || parts.iter().map(|part| part[0]);
    if !at_kind!(Kind::Float, has_nan(parts.as_flattened())) {
        let (least, most) = at_kind!(Kind::Float, extent(reals()));
        let short = lost(least.min(most), most, low_bits, turn);
        let start = fast_base();
        at_kind!(
            Kind::Float,
            pack(reals(), pairs, turn, short, low_bits, start)
        );
        let packing = Packing {
            low_bits,
            lost: short.0,
            levels: 2,
            hands,
        };
        return finish(pairs, packing, 0, task, &ranks);
    }
    pairs
        .iter_mut()
        .zip(0..)
        .for_each(|(pair, index)| *pair = index);
    pack_and_sort(pairs, low_bits, 2, 0, task, &ranks);
}

/// How pairs are made.
#[derive(Clone, Copy)]
struct Packing<'a> {
    /// The bits of an index.
    low_bits: u32,
    /// The bits of ranks that were left out.
    lost: u32,
    /// How many ranks an element has: of those with one first rank the second one decides.
    levels: usize,
    hands: Hands<'a>,
}

/// The bits of ranks from `least` to `most` that find no room, and what is taken off all of them.
fn lost(least: u64, most: u64, low_bits: u32, turn: u64) -> (u32, u64) {
    let bits = u64::BITS - (most - least).leading_zeros();
    let base = if turn == 0 { least } else { most ^ turn };
    ((bits + low_bits).saturating_sub(fast_bits()), base)
}

/// Moves what belongs at `places` of `indices` there, by the ranks that they have.
pub(super) fn select_indices(
    indices: &mut [i64],
    low_bits: u32,
    places: &[usize],
    rank: impl Fn(u64) -> u64,
) {
    let mut run = Out::from(indices).view(DType::U64);
    let pairs = run.of::<u64>();
    let task = Task::Select(places);
    pack_and_sort(pairs, low_bits, 1, 0, task, &|_, index| rank(index));
}

/// Sorts `pairs`, which are indices, by their ranks from `level` on.
fn pack_and_sort(
    pairs: &mut [u64],
    low_bits: u32,
    levels: usize,
    level: usize,
    task: Task<'_>,
    ranks: &impl Fn(usize, u64) -> u64,
) {
    let (mut least, mut most) = (u64::MAX, 0);
    for &index in &*pairs {
        let rank = ranks(level, index);
        (least, most) = (least.min(rank), most.max(rank));
    }
    let (lost, base) = lost(least.min(most), most, low_bits, 0);
    let start = fast_base();
    for pair in &mut *pairs {
        *pair = ((ranks(level, *pair) - base) >> lost << low_bits) + *pair + start;
    }
    finish(
        pairs,
        Packing {
            low_bits,
            lost,
            levels,
            hands: Hands::alone(),
        },
        level,
        task,
        ranks,
    );
}

/// Sorts pairs, then those that do not differ but in what they leave out, and keeps the indices.
fn finish(
    pairs: &mut [u64],
    packing: Packing<'_>,
    level: usize,
    task: Task<'_>,
    ranks: &impl Fn(usize, u64) -> u64,
) {
    let Packing {
        low_bits,
        lost,
        levels,
        hands,
    } = packing;
    let index = |pair: u64| pair & ((1 << low_bits) - 1);
    let more = level + 1 < levels;
    by_pairs(pairs, forward(task), hands);
    if lost == 0 && !more {
        for pair in pairs {
            *pair = index(*pair);
        }
        return;
    }
    match task {
        Task::Sort { .. } => {
            let mut start = 0;
            let same = |pair: &[u64]| (pair[0] ^ pair[1]) >> low_bits == 0;
            while let Some(place) = pairs[start..].windows(2).position(same) {
                start += place;
                let run = alike(&pairs[start..], low_bits);
                settle(&mut pairs[start..][..run], packing, level, ranks);
                start += run;
            }
        }
        Task::Select(places) => {
            let mut start = 0;
            let mut places = places;
            while let [first, ..] = *places {
                let key = pairs[first] >> low_bits;
                let same = places
                    .iter()
                    .take_while(|&&place| pairs[place] >> low_bits == key);
                let (those, others) = places.split_at(same.count());
                let last = those[those.len() - 1];
                let end = others.first().copied().unwrap_or(pairs.len());
                // Elements that agree with these may be on either side of them.
                let mut low = first;
                for i in (start..first).rev() {
                    if pairs[i] >> low_bits == key {
                        low -= 1;
                        pairs.swap(i, low);
                    }
                }
                let mut high = last + 1;
                for i in last + 1..end {
                    if pairs[i] >> low_bits == key {
                        pairs.swap(i, high);
                        high += 1;
                    }
                }
                if high - low > 1 {
                    settle(&mut pairs[low..high], packing, level, ranks);
                }
                (start, places) = (high, others);
            }
        }
    }
    for pair in pairs {
        *pair = index(*pair);
    }
}

/// How many pairs from the first on agree with it in what is above the index.
fn alike(pairs: &[u64], low_bits: u32) -> usize {
    let same = |pair: &&u64| (**pair ^ pairs[0]) >> low_bits == 0;
    pairs.iter().take_while(same).count()
}

/// Sorts pairs that do not differ but in what they leave out; indices stay.
fn settle(run: &mut [u64], packing: Packing<'_>, level: usize, ranks: &impl Fn(usize, u64) -> u64) {
    let Packing {
        low_bits,
        lost,
        levels,
        ..
    } = packing;
    for pair in &mut *run {
        *pair &= (1 << low_bits) - 1;
    }
    let all = Task::Sort { descending: false };
    let in_order = |a: &u64, b: &u64| (ranks(level, *a), *a) <= (ranks(level, *b), *b);
    if lost == 0 {
        pack_and_sort(run, low_bits, levels, level + 1, all, ranks);
    } else if level + 1 < levels || !run.is_sorted_by(in_order) {
        pack_and_sort(run, low_bits, levels, level, all, ranks);
    }
}
