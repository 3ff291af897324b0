//! Integers that lie close together, put in order by counting each: no comparison is made.

use super::image::Word;
use crate::{
    dtype::{DType, Kind},
    isa::{Isa, Level},
    slice::{In, Out},
    with_isa,
};

/// Elements from which counting pays.
const MANY: usize = 256;
/// Elements for each counter at the least: with fewer, counters cost more than comparing elements.
const FILL: usize = 2;
/// Elements whose extent is found before it is decided whether to go on.
const LOOK: usize = 1024;
/// Tables that elements are counted in by turns where they are small: neighbours are often equal,
/// and a counter is not ready again at once.
const TABLES: usize = 4;
/// Counters of the greatest of such tables.
const SMALL: usize = 1024;

/// The range of integers that lie close together.
#[derive(Clone, Copy, Debug)]
pub struct Close {
    /// The image of the least.
    least: u64,
    /// How many integers there are from the least to the greatest.
    size: usize,
}

/// Runs `$f` with the words of a run of integers of any width.
macro_rules! of_width {
    ($x:expr, $f:ident($($arg:expr),*)) => {
        match $x.dtype().size() {
            1 => $f::<u8>($x.view(DType::U8).of(), $($arg),*),
            2 => $f::<u16>($x.view(DType::U16).of(), $($arg),*),
            4 => $f::<u32>($x.view(DType::U32).of(), $($arg),*),
            _ => $f::<u64>($x.view(DType::U64).of(), $($arg),*),
        }
    };
}

impl Close {
    /// The range of the elements of `x`. `None` where counting them is not faster than sorting.
    pub fn of(x: In<'_>) -> Option<Self> {
        if !Self::may_be(x.dtype(), x.len()) {
            return None;
        }
        let (least, size) = of_width!(x, range(x.dtype().kind()))?;
        Some(Self { least, size })
    }

    /// Whether `len` elements may be counted faster than sorted: integers, if they lie close together.
    pub fn may_be(dtype: DType, len: usize) -> bool {
        len >= MANY && matches!(dtype.kind(), Kind::Signed | Kind::Unsigned)
    }

    /// How many counters [`Close::tally`] needs.
    pub const fn counters(self) -> usize {
        if self.size <= SMALL {
            TABLES * self.size
        } else {
            self.size
        }
    }

    /// Counts the elements of `x`: the first counters tell how many each integer from the least on is.
    pub fn tally<'a>(self, x: In<'_>, counts: &'a mut [usize]) -> &'a mut [usize] {
        let kind = x.dtype().kind();
        counts.fill(0);
        of_width!(x, tally(kind, self, counts));
        let (sums, others) = counts.split_at_mut(self.size.min(counts.len()));
        for other in others.chunks(self.size) {
            for (sum, count) in sums.iter_mut().zip(other) {
                *sum += count;
            }
        }
        sums
    }

    /// Writes each integer as often as it was counted, until `out` is full: the least first, or the
    /// greatest if `descending`.
    pub fn fill(self, counts: &[usize], out: Out<'_>, descending: bool) {
        let kind = out.dtype().kind();
        of_width!(out, fill(kind, self.least, counts, descending));
    }

    /// Writes the integers that were counted to `out`, the least first, until it is full.
    pub fn distinct(self, counts: &[usize], out: Out<'_>) {
        let kind = out.dtype().kind();
        of_width!(out, distinct(kind, self.least, counts));
    }

    /// Writes the indices of the elements of `x`, as they were counted, to `out`, in their order; of
    /// equal elements the first comes first. Counters become places.
    pub fn indices(self, x: In<'_>, counts: &mut [usize], out: &mut [i64], descending: bool) {
        let kind = x.dtype().kind();
        // Another thread may change elements meanwhile: what is not written then is no leftover.
        out.fill(0);
        let mut before = 0;
        let mut sum = |count: &mut usize| (*count, before) = (before, before + *count);
        if descending {
            counts.iter_mut().rev().for_each(&mut sum);
        } else {
            counts.iter_mut().for_each(&mut sum);
        }
        of_width!(x, scatter(kind, self.least, counts, out));
    }

    /// Writes to `inverse` for each element of `x`, as they were counted, how many lesser integers
    /// there are among them, and to `firsts` for each integer the index of the first that equals it.
    /// Counters become these numbers.
    pub fn groups(self, x: In<'_>, counts: &mut [usize], firsts: &mut [i64], inverse: &mut [i64]) {
        let kind = x.dtype().kind();
        firsts.fill(0);
        let mut group = 0;
        for count in &mut *counts {
            (*count, group) = (group, group + usize::from(*count > 0));
        }
        of_width!(x, number(kind, self.least, counts, firsts, inverse));
    }
}

/// The least image, and how many integers there are up to the greatest, if few.
fn range<W: Word + Into<u64>>(x: &[W], kind: Kind) -> Option<(u64, usize)> {
    let (mut least, mut most) = (W::MAX, W::MIN);
    let mut size = 0;
    for block in x.chunks(LOOK) {
        (least, most) = with_isa!(Level::get(), isa => isa.vectorize(
            #[inline(always)]
            || block.iter().fold((least, most), |(least, most), word| {
                let image = word.image(kind);
                (least.min(image), most.max(image))
            }),
        ));
        let extent = most.into().wrapping_sub(least.into());
        size = usize::try_from(extent).ok()?.checked_add(1)?;
        if size > x.len() / FILL {
            return None;
        }
    }
    Some((least.into(), size))
}

/// The place of a word's counter.
#[inline(always)]
fn place<W: Word + Into<u64>>(word: W, kind: Kind, least: u64) -> usize {
    let image: u64 = word.image(kind).into();
    image.wrapping_sub(least) as usize
}

fn tally<W: Word + Into<u64>>(x: &[W], kind: Kind, close: Close, counts: &mut [usize]) {
    let Close { least, size } = close;
    let count = |counts: &mut [usize], word: W| {
        if let Some(count) = counts.get_mut(place(word, kind, least)) {
            *count += 1;
        }
    };
    let mut tables = counts.chunks_exact_mut(size);
    if let [Some(a), Some(b), Some(c), Some(d)] = [(); TABLES].map(|()| tables.next()) {
        let (fours, rest) = x.as_chunks::<TABLES>();
        for &[i, j, k, l] in fours {
            count(a, i);
            count(b, j);
            count(c, k);
            count(d, l);
        }
        for &word in rest {
            count(a, word);
        }
    } else {
        for &word in x {
            count(counts, word);
        }
    }
}

fn fill<W: Word + TryFrom<u64>>(
    out: &mut [W],
    kind: Kind,
    least: u64,
    counts: &[usize],
    descending: bool,
) {
    let mut rest = out;
    let Ok(mut image) = W::try_from(least) else {
        return;
    };
    for &count in counts {
        let count = count.min(rest.len());
        let these = if descending {
            let (others, these) = rest.split_at_mut(rest.len() - count);
            rest = others;
            these
        } else {
            let (these, others) = rest.split_at_mut(count);
            rest = others;
            these
        };
        these.fill(image.bits(kind));
        image = image.after();
    }
}

fn distinct<W: Word + TryFrom<u64>>(out: &mut [W], kind: Kind, least: u64, counts: &[usize]) {
    let Ok(mut image) = W::try_from(least) else {
        return;
    };
    let mut out = out.iter_mut();
    for &count in counts {
        if count > 0 {
            let Some(out) = out.next() else { return };
            *out = image.bits(kind);
        }
        image = image.after();
    }
}

fn scatter<W: Word + Into<u64>>(
    x: &[W],
    kind: Kind,
    least: u64,
    places: &mut [usize],
    out: &mut [i64],
) {
    for (index, &word) in x.iter().enumerate() {
        if let Some(place) = places.get_mut(place(word, kind, least)) {
            if let Some(out) = out.get_mut(*place) {
                *out = index as i64;
            }
            *place += 1;
        }
    }
}

fn number<W: Word + Into<u64>>(
    x: &[W],
    kind: Kind,
    least: u64,
    groups: &[usize],
    firsts: &mut [i64],
    inverse: &mut [i64],
) {
    // From the last on, so that the first of each group is what remains.
    for ((index, &word), inverse) in x.iter().enumerate().zip(inverse).rev() {
        let group = groups.get(place(word, kind, least)).copied().unwrap_or(0);
        *inverse = group as i64;
        if let Some(first) = firsts.get_mut(group) {
            *first = index as i64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Element;

    /// Integers of few values, from the least of their type on or up to the greatest.
    fn laws<T: Element + Ord + Copy>(values: &[T]) {
        for len in [MANY, MANY + 3, 5000] {
            let x: Vec<T> = (0..len)
                .map(|i| values[i * i * 7919 % 10_007 % values.len()])
                .collect();
            let run = In::from(&x[..]);
            let close = Close::of(run).unwrap();
            let mut counts = vec![9; close.counters()];
            let counts = close.tally(run, &mut counts);
            for descending in [false, true] {
                let mut want = x.clone();
                want.sort_unstable();
                let mut order: Vec<i64> = (0..len as i64).collect();
                order.sort_by_key(|&i| x[i as usize]);
                if descending {
                    want.reverse();
                    order.sort_by_key(|&i| core::cmp::Reverse(x[i as usize]));
                }
                let (mut got, mut found) = (x.clone(), vec![-1; len]);
                close.fill(counts, Out::from(&mut got[..]), descending);
                assert!(got == want, "{:?} {len} {descending}", T::DTYPE);
                let mut places = counts.to_vec();
                close.indices(run, &mut places, &mut found, descending);
                assert_eq!(found, order, "{:?} {descending}", T::DTYPE);
            }
            let mut distinct = x.clone();
            distinct.sort_unstable();
            distinct.dedup();
            let mut got = distinct.clone();
            got.reverse();
            close.distinct(counts, Out::from(&mut got[..]));
            assert!(got == distinct, "{:?}", T::DTYPE);
            let (mut firsts, mut inverse) = (vec![-1; distinct.len()], vec![-1; len]);
            close.groups(run, counts, &mut firsts, &mut inverse);
            for (value, &first) in distinct.iter().zip(&firsts) {
                assert_eq!(x.iter().position(|x| x == value), Some(first as usize));
            }
            let same = |(x, &group): (&T, &i64)| distinct[group as usize] == *x;
            assert!(x.iter().zip(&inverse).all(same), "{:?}", T::DTYPE);
        }
    }

    macro_rules! types {
        ($($t:ident)*) => {$(
            let ends = [$t::MIN, $t::MAX];
            laws(&[ends[0]]);
            laws(&[ends[0] + 9, ends[0], ends[0] + 3]);
            laws(&[ends[1] - 100, ends[1], ends[1] - 4, ends[1] - 3]);
            laws(&(0..100).map(|i| $t::MAX / 2 + 50 - i).collect::<Vec<_>>());
        )*};
    }

    #[test]
    fn close_integers_are_put_in_order() {
        types!(i8 u8 i16 u16 i32 u32 i64 u64);
        laws(&(-1200..1200).collect::<Vec<i64>>()[..120]);
    }

    #[test]
    fn others_are_left_to_comparisons() {
        let far: Vec<i64> = (0..1000).map(|i| i * i).collect();
        assert!(Close::of(In::from(&far[..])).is_none());
        assert!(Close::of(In::from(&[i64::MIN, i64::MAX].repeat(500)[..])).is_none());
        assert!(Close::of(In::from(&[0_u32; MANY - 1][..])).is_none());
        assert!(Close::of(In::from(&[0.0_f32; 1000][..])).is_none());
    }
}
