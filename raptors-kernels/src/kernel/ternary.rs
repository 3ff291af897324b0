//! The loop of three inputs and one output.

use super::{Kernel, SPREAD, Ternary, check};
use crate::{
    dtype::Element,
    gaps,
    isa::Isa,
    skips,
    slice::{In, Out},
    watch::Rule,
};

pub(crate) const fn ternary<I: Isa, K: Ternary<T>, T: Element, R: Rule>() -> Kernel<I> {
    fn run<I: Isa, K: Ternary<T>, T: Element>(isa: I, ins: &[In<'_>], outs: &mut [Out<'_>]) {
        let ([x, y, z], [out]) = (ins, outs) else {
            panic!("three inputs, one output")
        };
        let (x, y, z, out) = (x.of::<T>(), y.of::<T>(), z.of::<T>(), out.of::<K::Out>());
        let len = out.len();
        let skips = const { skips::three::<I, T>() };
        if skips && skips::run_triples::<I, K, T>(isa, [x, y, z], out) {
            return;
        }
        match (y, z) {
            _ if [x.len(), y.len(), z.len()] == [len; 3] => triples::<I, K, T>(isa, x, y, z, out),
            (&[y], &[z]) if x.len() == len => isa.vectorize(
                #[inline(always)]
                || {
                    for (o, &x) in out.iter_mut().zip(x) {
                        *o = K::call::<I>(I::element(x), y, z);
                    }
                },
            ),
            _ => {
                let mut rooms = [x, y, z].map(|run| [run[0]; SPREAD]);
                let is_second = |run: &[T]| skips && skips::is_run(run.len(), len);
                for run in [x, y, z] {
                    if run.len() != 1 && !is_second(run) {
                        check(len, &[run.len()]);
                    }
                }
                for (start, out) in (0..).step_by(SPREAD).zip(out.chunks_mut(SPREAD)) {
                    for (room, run) in rooms.iter_mut().zip([x, y, z]) {
                        if is_second(run) {
                            skips::copy(run, start, &mut room[..out.len()]);
                        }
                    }
                    let piece = |run: usize| {
                        let (run, room) = ([x, y, z][run], &rooms[run]);
                        let own: &[T] = if run.len() == len {
                            &run[start..]
                        } else {
                            room
                        };
                        &own[..out.len()]
                    };
                    triples::<I, K, T>(isa, piece(0), piece(1), piece(2), out);
                }
            }
        }
    }
    /// Three inputs of one length.
    fn triples<I: Isa, K: Ternary<T>, T: Element>(
        isa: I,
        x: &[T],
        y: &[T],
        z: &[T],
        out: &mut [K::Out],
    ) {
        check(out.len(), &[x.len(), y.len(), z.len()]);
        isa.vectorize(
            #[inline(always)]
            || {
                for (((o, &x), &y), &z) in out.iter_mut().zip(x).zip(y).zip(z) {
                    *o = K::call::<I>(I::element(x), I::element(y), I::element(z));
                }
            },
        );
    }
    Kernel {
        run: run::<I, K, T>,
        inputs: &[T::DTYPE, T::DTYPE, T::DTYPE],
        outputs: &[<K::Out as Element>::DTYPE],
        repeats: true,
        in_place: false,
        skips: skips::three::<I, T>(),
        other: None,
        spaced: gaps::three::<I, K, T, R>(),
    }
}
