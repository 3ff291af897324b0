//! Loops over every second element of runs: where the elements are large, packing them first takes
//! longer than the loop.

use crate::{
    dtype::Element,
    isa::Isa,
    kernel::{Binary, Ternary, Unary},
    unequal::{over_input_of_two, overwrite_by_seconds},
    watch::{self, Rule},
};

/// Bytes from which an element counts as large: of smaller ones a vector that is packed has so many
/// that the loop behind it hardly shows.
const LARGE: usize = 8;

/// Whether a one-input loop takes every second element: one that waits for memory, at a level that puts
/// vectors of them together.
pub(crate) const fn one<I: Isa, K: Unary<T>, T: Element, R: Rule>() -> bool {
    I::SKIPS
        && size_of::<T>() >= LARGE
        && is_wide::<I, K::Out, T>()
        && !K::RARE
        && !K::HEAVY
        && !watch::looks::<R, T>()
}

/// Whether results are as wide as elements, or the level's loop takes less time than one over packed elements
/// though they are narrower.
const fn is_wide<I: Isa, U: Element, T: Element>() -> bool {
    I::WIDE || size_of::<U>() == size_of::<T>()
}

/// As [`one`], for two inputs, each of which may be every second element, or dense, or one.
pub(crate) const fn two<I: Isa, K: Binary<T>, T: Element>() -> bool {
    I::SKIPS
        && size_of::<T>() >= LARGE
        && size_of::<K::Second>() == size_of::<T>()
        && (is_wide::<I, K::Out, T>() || K::LIGHT)
        && (over_input_of_two::<K, T>() || K::LIGHT)
}

/// Bytes from which an element counts as large beside two others: packing three vectors for a loop shows.
const LARGE_OF_THREE: usize = 4;

/// As [`one`], for three inputs, each of which may be every second element, or dense, or one.
pub(crate) const fn three<I: Isa, T: Element>() -> bool {
    I::SKIPS && size_of::<T>() >= LARGE_OF_THREE
}

/// Whether a run of `len` elements is one of which a loop with `out` results takes every second.
pub(crate) const fn is_run(len: usize, out: usize) -> bool {
    out > 1 && len == 2 * out - 1
}

/// The first of each two elements, but the last.
#[inline(always)]
fn second<T: Copy>(x: &[T]) -> impl Iterator<Item = T> {
    x.as_chunks::<2>().0.iter().map(|pair| pair[0])
}

/// Elements that are put together at a time for a loop over whole runs: few vectors, in the first-level cache.
const PACK: usize = 256;

/// Whether results are so much narrower than elements that a loop over whole runs takes less time than the
/// compiler's, packing included, at the level that has those: what AVX-512 packs would be packed in vain.
const fn narrows<I: Isa, U: Element, T: Element>() -> bool {
    !I::WIDE && size_of::<U>() == 1 && size_of::<T>() == 8
}

/// Where packs of `pack` of a run of `len` elements begin: the last one ends with it, on results that are there
/// already.
fn packs(len: usize, pack: usize) -> impl Iterator<Item = usize> {
    (0..len)
        .step_by(pack)
        .map(move |start| start.min(len - pack))
}

/// The same where one is put together while the one before is computed.
const SHORT: usize = 64;

/// The loop over packs of two inputs: whether the level has that of whole runs. Beside one element there are half as
/// many to load, which the compiler's loop takes in less time than packing.
#[inline(always)]
fn pairs_in_packs<I: Isa, K: Binary<T>, T: Element>(
    isa: I,
    x: &[T],
    y: &[K::Second],
    out: &mut [K::Out],
) -> bool {
    let len = out.len();
    let skips = is_run(x.len(), len) || is_run(y.len(), len);
    let fits = |n: usize| n == len || is_run(n, len);
    if len < PACK || !skips || !fits(x.len()) || !fits(y.len()) {
        return false;
    }
    let (mut first, mut second) = ([T::default(); PACK], [K::Second::default(); PACK]);
    packs(len, PACK).all(|start| {
        let xs = part(isa, x, start, len, &mut first);
        let ys = part(isa, y, start, len, &mut second);
        K::whole(isa, xs, ys, &mut out[start..start + PACK])
    })
}

/// A pack from number `start` on of a run beside `len` results, in `room` if it is one of every second element.
#[inline(always)]
fn part<'a, I: Isa, T: Copy>(
    isa: I,
    x: &'a [T],
    start: usize,
    len: usize,
    room: &'a mut [T; PACK],
) -> &'a [T] {
    if !is_run(x.len(), len) {
        return &x[start..start + PACK];
    }
    isa.vectorize(
        #[inline(always)]
        || copy(x, start, room),
    );
    room
}

/// The loop over every second of `x`.
#[inline]
pub(crate) fn run<I: Isa, K: Unary<T>, T: Element>(isa: I, x: &[T], out: &mut [K::Out]) {
    if K::SKIPS || out.len() < SHORT {
        return map(isa, x, out, K::call::<I>);
    }
    let mut room = [T::default(); SHORT];
    for start in packs(out.len(), SHORT) {
        let out = &mut out[start..start + SHORT];
        isa.vectorize(
            #[inline(always)]
            || {
                copy(x, start, &mut room);
                for (out, &x) in out.iter_mut().zip(&room) {
                    *out = K::call::<I>(x);
                }
            },
        );
    }
}

/// Makes `call` of every second of `x`.
#[inline(always)]
pub(crate) fn map<I: Isa, T: Copy, U>(isa: I, x: &[T], out: &mut [U], call: impl Fn(T) -> U) {
    isa.vectorize(
        #[inline(always)]
        || {
            for (o, x) in out.iter_mut().zip(second(x)) {
                *o = call(x);
            }
        },
    );
    if let ([.., x], [.., o]) = (x, out) {
        *o = call(*x);
    }
}

/// The loop over two inputs of which one or both have a run that [`is_run`], or one has and the other no elements,
/// which is the output: whether they do.
#[inline]
pub(crate) fn run_pairs<I: Isa, K: Binary<T>, T: Element>(
    isa: I,
    x: &[T],
    y: &[K::Second],
    out: &mut [K::Out],
) -> bool {
    let len = out.len();
    if const { over_input_of_two::<K, T>() } && (x.is_empty() || y.is_empty()) {
        return overwrite_by_seconds::<I, K, T>(isa, x, y, out);
    }
    if const { narrows::<I, K::Out, T>() && K::LIGHT } && pairs_in_packs::<I, K, T>(isa, x, y, out)
    {
        return true;
    }
    match (is_run(x.len(), len), is_run(y.len(), len)) {
        (true, true) => each::<I, K, T>(isa, out, second(x), second(y)),
        (true, false) => match y {
            &[y] => {
                let xs = second(x).map(|x| (x, y));
                each_pair::<I, K, T>(isa, out, xs);
            }
            y if y.len() == len => each::<I, K, T>(isa, out, second(x), y.iter().copied()),
            _ => return false,
        },
        (false, true) => match x {
            &[x] => {
                let ys = second(y).map(|y| (x, y));
                each_pair::<I, K, T>(isa, out, ys);
            }
            x if x.len() == len => each::<I, K, T>(isa, out, x.iter().copied(), second(y)),
            _ => return false,
        },
        (false, false) => return false,
    }
    if let ([.., x], [.., y], [.., o]) = (x, y, out) {
        *o = K::call::<I>(*x, *y);
    }
    true
}

#[inline(always)]
fn each<I: Isa, K: Binary<T>, T: Element>(
    isa: I,
    out: &mut [K::Out],
    xs: impl Iterator<Item = T>,
    ys: impl Iterator<Item = K::Second>,
) {
    each_pair::<I, K, T>(isa, out, xs.zip(ys));
}

#[inline(always)]
fn each_pair<I: Isa, K: Binary<T>, T: Element>(
    isa: I,
    out: &mut [K::Out],
    pairs: impl Iterator<Item = (T, K::Second)>,
) {
    isa.vectorize(
        #[inline(always)]
        || {
            for (o, (x, y)) in out.iter_mut().zip(pairs) {
                *o = K::call::<I>(x, y);
            }
        },
    );
}

/// The loop over three inputs of which the first or all have a run that [`is_run`], and the others lie alike:
/// whether they do.
#[inline]
pub(crate) fn run_triples<I: Isa, K: Ternary<T>, T: Element>(
    isa: I,
    [x, y, z]: [&[T]; 3],
    out: &mut [K::Out],
) -> bool {
    let len = out.len();
    if !is_run(x.len(), len) {
        return false;
    }
    match (y, z) {
        (&[y], &[z]) => each_triple::<I, K, T>(isa, out, second(x).map(|x| (x, (y, z)))),
        (y, z) if y.len() == len && z.len() == len => {
            let others = y.iter().copied().zip(z.iter().copied());
            each_triple::<I, K, T>(isa, out, second(x).zip(others));
        }
        (y, z) if is_run(y.len(), len) && is_run(z.len(), len) => {
            each_triple::<I, K, T>(isa, out, second(x).zip(second(y).zip(second(z))));
        }
        _ => return false,
    }
    if let ([.., x], [.., y], [.., z], [.., o]) = (x, y, z, out) {
        *o = K::call::<I>(*x, *y, *z);
    }
    true
}

#[inline(always)]
fn each_triple<I: Isa, K: Ternary<T>, T: Element>(
    isa: I,
    out: &mut [K::Out],
    triples: impl Iterator<Item = (T, (T, T))>,
) {
    isa.vectorize(
        #[inline(always)]
        || {
            for (o, (x, (y, z))) in out.iter_mut().zip(triples) {
                *o = K::call::<I>(x, y, z);
            }
        },
    );
}

/// Copies every second element of `x`, from the one that is number `start` of those on, to `to`.
#[inline]
pub(crate) fn copy<T: Copy>(x: &[T], start: usize, to: &mut [T]) {
    // In pairs, which the compiler makes vectors of: an iterator in steps asks before each element.
    let (pairs, last) = x[2 * start..].as_chunks::<2>();
    for (to, &[x, _]) in to.iter_mut().zip(pairs) {
        *to = x;
    }
    if let (Some(to), &[x]) = (to.get_mut(pairs.len()), last) {
        *to = x;
    }
}
