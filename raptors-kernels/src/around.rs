//! Loops whose stores go around the caches: a block of results is computed in registers, as far as it
//! fits, and stored from there. They wait for memory, and run in vectors of 256 bits at most: wider
//! loads that lie across two cache lines, as those from NumPy's arrays do, take a quarter longer.

use crate::{
    arch::stream,
    bound::{Other, Run},
    dtype::Element,
    isa::Isa,
    kernel::{Binary, Unary, check},
    moves::Stream,
    slice::{In, Out},
    unequal::{over_input, over_input_of_two},
    watch::Rule,
};
use core::{hint::black_box, iter};

/// The loop of one input, if it waits for memory.
pub(crate) const fn one<I: Isa, K: Unary<T>, T: Element, R: Rule>() -> Option<Other<I>> {
    if I::AROUND && over_input::<K, T, R>() {
        let run: Run<I> = run_one::<I, K, T>;
        return Some(Other::Around(run));
    }
    None
}

/// The loop of two inputs, if it waits for memory. One of them may have one element, which is
/// repeated.
pub(crate) const fn two<I: Isa, K: Binary<T>, T: Element>() -> Option<Other<I>> {
    if I::AROUND && over_input_of_two::<K, T>() {
        let run: Run<I> = run_two::<I, K, T>;
        return Some(Other::Around(run));
    }
    None
}

fn run_one<I: Isa, K: Unary<T>, T: Element>(isa: I, ins: &[In<'_>], outs: &mut [Out<'_>]) {
    let ([x], [out]) = (ins, outs) else {
        panic!("one input, one output")
    };
    let (x, out) = (x.of::<T>(), out.of::<K::Out>());
    check(out.len(), &[x.len()]);
    fill(isa.narrow(), out, x, Same(()), |x, ()| {
        K::call::<I::Narrow>(x)
    });
}

fn run_two<I: Isa, K: Binary<T>, T: Element>(isa: I, ins: &[In<'_>], outs: &mut [Out<'_>]) {
    let ([x, y], [out]) = (ins, outs) else {
        panic!("two inputs, one output")
    };
    let (x, y, out) = (x.of::<T>(), y.of::<K::Second>(), out.of::<K::Out>());
    let (isa, call) = (isa.narrow(), K::call::<I::Narrow>);
    match (x, y) {
        (x, &[y]) if x.len() == out.len() => fill(isa, out, x, Same(y), call),
        (&[x], y) if y.len() == out.len() => fill(isa, out, Same(x), y, call),
        (x, y) => {
            check(out.len(), &[x.len(), y.len()]);
            fill(isa, out, x, y, call);
        }
    }
}

/// What a loop reads.
trait Source<T>: Copy {
    /// The first `at` elements, and the others.
    fn split(self, at: usize) -> (Self, Self);
    /// The elements one by one.
    fn each(self) -> impl Iterator<Item = T>;
    /// The elements in blocks, as many as are whole.
    fn blocks(self) -> impl Iterator<Item = Self>;
}

impl<T: Copy> Source<T> for &[T] {
    #[inline(always)]
    fn split(self, at: usize) -> (Self, Self) {
        self.split_at(at)
    }
    #[inline(always)]
    fn each(self) -> impl Iterator<Item = T> {
        self.iter().copied()
    }
    #[inline(always)]
    fn blocks(self) -> impl Iterator<Item = Self> {
        stream::pieces(self)
    }
}

/// One element, as often as it is asked for.
#[derive(Clone, Copy)]
struct Same<T>(T);

impl<T: Copy> Source<T> for Same<T> {
    #[inline(always)]
    fn split(self, _at: usize) -> (Self, Self) {
        (self, self)
    }
    #[inline(always)]
    fn each(self) -> impl Iterator<Item = T> {
        iter::repeat(self.0)
    }
    #[inline(always)]
    fn blocks(self) -> impl Iterator<Item = Self> {
        iter::repeat(self)
    }
}

#[inline(always)]
fn fill<I: Isa, T, U, O: Element, X: Source<T>, Y: Source<U>>(
    isa: I,
    out: &mut [O],
    x: X,
    y: Y,
    call: impl Fn(T, U) -> O + Copy,
) {
    // Its end is what makes the stores visible to other threads.
    let _stream = Stream::begin();
    let (head, blocks, tail) = stream::blocks(out);
    let whole = size_of_val(&*blocks) / size_of::<O>();
    let ((x_head, x), (y_head, y)) = (x.split(head.len()), y.split(head.len()));
    let ((x, x_tail), (y, y_tail)) = (x.split(whole), y.split(whole));
    isa.vectorize(
        #[inline(always)]
        || {
            let mut block = stream::block();
            for (out, (x, y)) in blocks.iter_mut().zip(x.blocks().zip(y.blocks())) {
                for (out, (x, y)) in block.0.iter_mut().zip(x.each().zip(y.each())) {
                    *out = call(x, y);
                }
                stream::store(isa, &block, out);
            }
        },
    );
    for (out, x, y) in [(head, x_head, y_head), (tail, x_tail, y_tail)] {
        few(isa, out, x, y, call);
    }
}

/// What is no whole block, one by one: so few elements that a loop of vectors would be code for
/// nothing.
fn few<I: Isa, T, U, O: Element>(
    isa: I,
    out: &mut [O],
    x: impl Source<T>,
    y: impl Source<U>,
    call: impl Fn(T, U) -> O + Copy,
) {
    isa.vectorize(
        #[inline(always)]
        || {
            for (out, (x, y)) in out.iter_mut().zip(x.each().zip(y.each())) {
                *out = call(black_box(x), y);
            }
        },
    );
}
