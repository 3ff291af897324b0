//! Lines that follow one another put in order together, each by itself.

use super::{
    arrange::{Task, finish, words as arrange},
    image::{Word, decode, encode},
};
use crate::{
    arch::order::{lanes, vectors},
    dtype::{DType, Kind},
    slice::Out,
};

/// Elements of the longest lines that [`arrange_lines`] is faster for than [`arrange`] line by line: of
/// longer ones the sort itself takes nearly all of the time.
const LINE: usize = 1024;
/// Bytes of lines whose images are made together: they stay in the first cache.
const TOGETHER: usize = 16 << 10;

/// Whether lines of `len` elements are sorted faster by [`arrange_lines`] than one by one.
pub fn takes_lines(dtype: DType, len: usize) -> bool {
    let words = matches!(dtype.size(), 2 | 4 | 8) && dtype.kind() != Kind::Complex;
    words && (2..=LINE).contains(&len) && (vectors() || dtype.size() > 2 && lanes())
}

/// Elements of the lines, of words that are sorted side by side, to which they belong: shorter ones
/// fill less than half of the rows that registers hold.
const BESIDE: core::ops::RangeInclusive<usize> = 9..=512;

/// Whether [`arrange_lines`] sorts many lines of `len` elements side by side, which is faster than
/// `sort_short`.
pub fn beside(dtype: DType, len: usize) -> bool {
    vectors() && takes_lines(dtype, len) && dtype.size() > 2 && BESIDE.contains(&len)
}

/// Elements of lines that the vectors of every dtype sort by one network: eight in each of 32.
const NETWORK: usize = 256;

/// Elements of 8 bytes up to which lines side by side, of which a vector takes eight, are sorted faster than
/// selected from.
const EIGHT: usize = 352;

/// Whether lines of `len` elements are selected from faster by [`arrange_lines`] than one by one. What
/// a network of the widest vectors takes at once is sorted faster than selected from.
pub fn selects_lines(dtype: DType, len: usize) -> bool {
    let beside = beside(dtype, len) && (dtype.size() == 4 || len <= EIGHT);
    takes_lines(dtype, len) && (!vectors() || len <= NETWORK || beside)
}

/// Arranges lines of `len` elements, which follow one another, each by itself. Equal elements come in
/// any order.
///
/// # Panics
///
/// If these are no whole lines, or [`takes_lines`] does not hold for them, or a place to select is not
/// in a line.
pub fn arrange_lines(run: Out<'_>, len: usize, task: Task<'_>) {
    let dtype = run.dtype();
    let whole = len > 0 && run.len().is_multiple_of(len);
    assert!(whole && takes_lines(dtype, len), "no lines");
    match dtype.size() {
        2 => lines::<u16>(run.view(DType::U16).of(), dtype.kind(), len, task),
        4 => lines::<u32>(run.view(DType::U32).of(), dtype.kind(), len, task),
        _ => lines::<u64>(run.view(DType::U64).of(), dtype.kind(), len, task),
    }
}

fn lines<W: Word>(words: &mut [W], kind: Kind, len: usize, task: Task<'_>) {
    let most = (TOGETHER / size_of::<W>() / len).max(1);
    if !vectors() {
        // As many as fill vectors of 256 bits, where they are sorted side by side.
        let lanes = 32 / size_of::<W>();
        let most = if most > lanes {
            most - most % lanes
        } else {
            most
        };
        for words in words.chunks_mut(most * len) {
            let arranged = match task {
                Task::Sort { .. } => W::sort_element_lines(words, kind, len),
                Task::Select(places) => W::select_element_lines(words, kind, len, places),
            };
            for line in words.chunks_mut(len) {
                if arranged {
                    finish(line, task);
                } else {
                    arrange(line, kind, task);
                }
            }
        }
        return;
    }
    // All are sorted, which puts what is selected in its place.
    let descending = matches!(task, Task::Sort { descending: true });
    let done = W::sort_beside(words, kind, len, descending);
    for words in words[done..].chunks_mut(most * len) {
        let as_they_lie = W::sort_element_lines(words, kind, len);
        if !as_they_lie {
            encode(kind, words);
        }
        let sorted = as_they_lie || W::sort_lines(words, len);
        for line in words.chunks_mut(len) {
            if !sorted {
                line.sort_unstable();
            }
            if descending {
                line.reverse();
            }
        }
        if !as_they_lie {
            decode(kind, words);
        }
    }
}
