//! Elements that are in order before they are sorted, found by one pass over them.

use super::{
    arrange::{Task, finish},
    image::Word,
};
use crate::{
    dtype::{DType, Kind},
    isa::{Isa, Level},
    slice::Out,
    with_isa,
};

/// Whether a run was in order, or the other way around, and is sorted now: few of its elements are
/// looked at unless it is so. `false` for bytes and complex numbers, and for few elements.
pub fn settled(run: Out<'_>, descending: bool) -> bool {
    fn sorts<W: Word>(words: &mut [W], kind: Kind, descending: bool) -> bool {
        let task = Task::Sort { descending };
        let settled = in_order(words, kind, task);
        if settled {
            finish(words, task);
        }
        settled
    }
    let kind = run.dtype().kind();
    match run.dtype().size() {
        _ if kind == Kind::Complex => false,
        2 => sorts::<u16>(run.view(DType::U16).of(), kind, descending),
        4 => sorts::<u32>(run.view(DType::U32).of(), kind, descending),
        8 => sorts::<u64>(run.view(DType::U64).of(), kind, descending),
        _ => false,
    }
}

/// Words from which it pays to look whether they are in order already.
const LOOK: usize = 64;
/// Words of which few are in order by chance.
const GLANCE: usize = 8;
/// Words that are looked at together, by vectors.
const PART: usize = 256;

/// Whether elements to be sorted were in order, or were the other way around and are in order now.
/// Few of them are looked at unless it is so.
pub(super) fn in_order<W: Word>(words: &mut [W], kind: Kind, task: Task<'_>) -> bool {
    fn look<W: Word>(words: &mut [W], image: impl Fn(W) -> W + Copy) -> bool {
        if each_follows(words, |a, b| image(a) <= image(b)) {
            return true;
        }
        let turned = each_follows(words, |a, b| image(a) >= image(b));
        if turned {
            words.reverse();
        }
        turned
    }
    let sorts = matches!(task, Task::Sort { .. });
    sorts
        && words.len() >= LOOK
        && match kind {
            Kind::Signed => look(words, |word| word.image(Kind::Signed)),
            Kind::Float => look(words, |word| word.image(Kind::Float)),
            _ => look(words, |word| word),
        }
}

/// Whether each word and the next one, of [`GLANCE`] or more, are `ordered`.
fn each_follows<W: Word>(words: &[W], ordered: impl Fn(W, W) -> bool + Copy) -> bool {
    if !words[..GLANCE].is_sorted_by(|&a, &b| ordered(a, b)) {
        return false;
    }
    let next = &words[1..];
    words
        .chunks(PART)
        .zip(next.chunks(PART))
        .all(|(words, next)| {
            with_isa!(Level::get(), isa => isa.vectorize(
                #[inline(always)]
                || words.iter().zip(next).fold(true, |all, (&a, &b)| all & ordered(a, b)),
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_rise_or_fall_are_settled() {
        for len in [64, 65, 256, 257, 1000] {
            let rising: Vec<i32> = (0..len).map(|i| i / 3 - 100).collect();
            for descending in [false, true] {
                for falls in [false, true] {
                    let mut want = rising.clone();
                    let mut got = rising.clone();
                    if descending {
                        want.reverse();
                    }
                    if falls {
                        got.reverse();
                    }
                    assert!(settled(Out::from(&mut got[..]), descending));
                    assert_eq!(got, want);
                }
                for place in [0, 7, 8, 100, 255, 256, 257, len as usize - 2] {
                    let mut x = rising.clone();
                    let last = x.len() - 1;
                    let place = place.min(last - 1);
                    (x[place], x[place + 1]) = (5000, -5000);
                    let before = x.clone();
                    assert!(!settled(Out::from(&mut x[..]), descending));
                    assert_eq!(x, before);
                }
            }
        }
    }

    #[test]
    fn nans_come_last_and_zeros_as_they_may() {
        let mut x = vec![f64::NAN; 100];
        for (x, i) in x[..60].iter_mut().zip(-30_i32..) {
            *x = f64::from(i);
        }
        assert!(settled(Out::from(&mut x[..]), false));
        x[3] = f64::NAN;
        assert!(!settled(Out::from(&mut x[..]), false));
    }
}
