//! A long run put in order by several threads: parted by elements from a sample until there are parts
//! enough, each of which one thread puts in order. No memory is asked for.

use super::{
    arrange::{Task, by_words, words},
    hands::Hands,
    image::{Word, decode, encode},
};
use crate::{
    arch::order::vectors,
    dtype::{DType, Kind},
    slice::Out,
};
use core::{array, iter, mem::take, ops::Range};

/// Elements whose order tells where parts begin.
const SAMPLE: usize = 1024;
/// The shortest run that is shared, in elements: of a shorter one the sample is no small part.
pub const SHARED: usize = 8 * SAMPLE;
/// The most threads that share a run.
pub const SHARERS: usize = 16;
/// The most parts: two for each thread, as one may come late and parts are not of one length.
const PARTS: usize = 2 * SHARERS;

/// Whether [`sort_shared`] takes `len` elements of `dtype`.
pub fn shares(dtype: DType, len: usize) -> bool {
    let real = matches!(dtype.kind(), Kind::Signed | Kind::Unsigned | Kind::Float);
    // Where there are no vectors for two bytes they are counted.
    let least = if vectors() { 2 } else { 4 };
    real && len >= SHARED && dtype.size() >= least
}

/// Sorts a run as [`super::arrange`] does, by several threads, and tells that it did: `false` where
/// [`shares`] is.
pub fn sort_shared(run: Out<'_>, descending: bool, hands: Hands<'_>) -> bool {
    let dtype = run.dtype();
    let shared = shares(dtype, run.len());
    if shared {
        let kind = dtype.kind();
        match dtype.size() {
            2 => elements::<u16>(run.view(DType::U16).of(), kind, descending, hands),
            4 => elements::<u32>(run.view(DType::U32).of(), kind, descending, hands),
            _ => elements::<u64>(run.view(DType::U64).of(), kind, descending, hands),
        }
    }
    shared
}

/// The task of a part.
const ALL: Task<'_> = Task::Sort { descending: false };

fn elements<W: Word + Send + Sync>(x: &mut [W], kind: Kind, descending: bool, hands: Hands<'_>) {
    sort_parts(x, kind, hands, &|part| {
        if vectors() {
            by_words(part, ALL);
            decode(kind, part);
        } else {
            words(part, kind, ALL);
        }
    });
    if descending {
        x.reverse();
    }
}

/// Sorts at least [`SHARED`] elements of a kind. `sort` gets parts: images where there are vectors of
/// unsigned integers, else the elements in their own bits.
pub(super) fn sort_parts<W: Word + Send + Sync>(
    words: &mut [W],
    kind: Kind,
    hands: Hands<'_>,
    sort: &(dyn Fn(&mut [W]) + Sync),
) {
    let sample = sampled(words, kind);
    let mut parts = [const { None }; PARTS];
    parts[0] = Some(Part {
        words,
        sample: &sample,
        cuts: 1,
        less: 0,
    });
    let threads = hands.count().min(SHARERS);
    let wanted = 2 * threads.next_power_of_two();
    let mut number = 1;
    while number < wanted {
        let way = Way {
            kind,
            opens: vectors() && number == 1,
        };
        parts = halved(parts, (2 * threads / number).max(1), way, hands);
        number *= 2;
    }
    hands.each(&mut parts, &|part| sort(part.words));
}

/// Elements, as far apart from each other, but in no step that a pattern of theirs could have; their
/// images in order.
fn sampled<W: Word>(words: &[W], kind: Kind) -> [W; SAMPLE] {
    let step = words.len() / SAMPLE;
    let mut state = 1_u32;
    let mut sample = array::from_fn(|i| {
        // Numerical Recipes' generator, of which the upper bits are the better ones.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        words[i * step + (state >> 8) as usize % step].image(kind)
    });
    by_words(&mut sample, ALL);
    sample
}

/// A part of the run: what comes before it is not greater, and what follows it not less.
struct Part<'a, 's, W> {
    words: &'a mut [W],
    /// The images of some of it, in order.
    sample: &'s [W],
    /// Chunks that it is parted in.
    cuts: usize,
    /// How many of the words are less than the pivot.
    less: usize,
}

impl<'s, W: Word> Part<'_, 's, W> {
    /// The place in the sample of the pivot that leaves the most equal halves of it. `None` if all of
    /// the sample is equal.
    fn middle(&self) -> Option<usize> {
        let sample: &'s [W] = self.sample;
        let &middle = sample.get(sample.len() / 2)?;
        let low = sample.partition_point(|&image| image < middle);
        let high = sample.partition_point(|&image| image <= middle);
        let places = [low, high].into_iter();
        places
            .filter(|&place| place > 0 && place < sample.len())
            .min_by_key(|place| place.abs_diff(sample.len() / 2))
    }

    /// The length of a chunk.
    fn chunk(&self) -> usize {
        self.words.len().div_ceil(self.cuts).max(1)
    }
}

/// How elements are parted.
#[derive(Clone, Copy)]
struct Way {
    kind: Kind,
    /// Whether their images are taken first.
    opens: bool,
}

/// Words that one thread parts.
struct Chunk<'a, W> {
    words: &'a mut [W],
    pivot: Option<W>,
    less: usize,
}

/// Parts, of which those that have a pivot become two, in `cuts` chunks each: each chunk is parted by
/// itself, then what is on the wrong side is exchanged.
fn halved<'a, 's, W: Word + Send + Sync>(
    mut parts: [Option<Part<'a, 's, W>>; PARTS],
    cuts: usize,
    way: Way,
    hands: Hands<'_>,
) -> [Option<Part<'a, 's, W>>; PARTS] {
    for part in parts.iter_mut().flatten() {
        part.cuts = cuts;
    }
    let lesses = {
        let chunks = parts.iter_mut().flatten().flat_map(|part| {
            let pivot = part.middle().map(|place| part.sample[place]);
            let len = part.chunk();
            let chunks = part.words.chunks_mut(len);
            chunks.map(move |words| Chunk {
                words,
                pivot,
                less: 0,
            })
        });
        let mut chunks: [_; PARTS] = some(chunks);
        hands.each(&mut chunks, &|chunk| {
            if way.opens {
                encode(way.kind, chunk.words);
            }
            if let Some(pivot) = chunk.pivot {
                chunk.less = parted(chunk.words, way.kind, pivot);
            }
        });
        chunks.map(|chunk| chunk.map_or(0, |chunk| chunk.less))
    };
    let mut lesses = &lesses[..];
    let strays = parts.iter_mut().flatten().flat_map(|part| {
        let (len, count) = (part.chunk(), part.words.len().div_ceil(part.chunk()));
        let (these, others) = lesses.split_at(count);
        lesses = others;
        part.less = these.iter().sum();
        strays(part.words, part.less, len, these)
    });
    // Each chunk has one run of words at the most on either side of the pivot's place.
    let mut strays: [_; 2 * PARTS] = some(strays);
    hands.each(&mut strays, &|(greater, less)| {
        greater.swap_with_slice(less);
    });
    some(parts.into_iter().flatten().flat_map(|part| {
        let place = part.middle();
        let (low, high) = part.words.split_at_mut(part.less);
        let (before, behind) = part.sample.split_at(place.unwrap_or(0));
        let of = |words, sample| Part {
            words,
            sample,
            cuts: 1,
            less: 0,
        };
        let low = place.is_some().then(|| of(low, before));
        [low, Some(of(high, behind))].into_iter().flatten()
    }))
}

/// The items, which are no more than there is room for.
fn some<T, const N: usize>(mut items: impl Iterator<Item = T>) -> [Option<T>; N] {
    array::from_fn(|_| items.next())
}

/// Moves the words less than the pivot, which is an image, before the others, and gives their number.
fn parted<W: Word>(x: &mut [W], kind: Kind, pivot: W) -> usize {
    /// Without branches to guess.
    fn plainly<W: Word>(x: &mut [W], below: impl Fn(W) -> bool) -> usize {
        let mut count = 0;
        for i in 0..x.len() {
            let word = x[i];
            (x[i], x[count]) = (x[count], word);
            count += usize::from(below(word));
        }
        count
    }
    if vectors() {
        return W::part_images(x, pivot).unwrap_or_else(|| plainly(x, |word| word < pivot));
    }
    if let Some(less) = W::part_elements(x, kind, pivot.bits(kind)) {
        return less;
    }
    match kind {
        Kind::Signed => plainly(x, |word| word.image(Kind::Signed) < pivot),
        Kind::Float => plainly(x, |word| word.image(Kind::Float) < pivot),
        _ => plainly(x, |word| word < pivot),
    }
}

/// Pairs of runs of one length that belong in each other's place: words that are not less than the
/// pivot before the place `less` of `words`, and such that are behind it. Each chunk of `len` words has
/// so many `lesses` before the others.
fn strays<'a, W>(
    words: &'a mut [W],
    less: usize,
    len: usize,
    lesses: &[usize],
) -> impl Iterator<Item = (&'a mut [W], &'a mut [W])> {
    let (low, high) = words.split_at_mut(less);
    let lows = lesses.iter().enumerate();
    let mut lows = runs(
        low,
        lows.map(move |(i, lesser)| (i * len + lesser).min(less)..((i + 1) * len).min(less)),
    );
    let highs = lesses.iter().enumerate();
    let mut highs = runs(
        high,
        highs.map(move |(i, lesser)| {
            (i * len).max(less) - less..(i * len + lesser).max(less) - less
        }),
    );
    let (mut low, mut high) = (<&mut [W]>::default(), <&mut [W]>::default());
    iter::from_fn(move || {
        while low.is_empty() {
            low = lows.next()?;
        }
        while high.is_empty() {
            high = highs.next()?;
        }
        let len = low.len().min(high.len());
        let (these, those);
        (these, low) = take(&mut low).split_at_mut(len);
        (those, high) = take(&mut high).split_at_mut(len);
        Some((these, those))
    })
}

/// The words in each of `ranges`, which ascend.
fn runs<W>(
    mut words: &mut [W],
    ranges: impl Iterator<Item = Range<usize>>,
) -> impl Iterator<Item = &mut [W]> {
    let mut at = 0;
    ranges.map(move |range| {
        let (these, others) = take(&mut words).split_at_mut(range.end - at);
        words = others;
        let run = &mut these[range.start - at..];
        at = range.end;
        run
    })
}
