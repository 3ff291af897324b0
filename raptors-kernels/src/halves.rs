//! Loops over float16: a block is converted to float32, computed and rounded once.

use crate::{
    bound::Loop,
    cast::half,
    dtype::DType,
    isa::Level,
    slice::{In, Out},
};

/// Elements converted at a time: so many that the calls do not show, few enough for the first-level cache
/// and for clearing the blocks before.
const BLOCK: usize = 512;

/// The same for runs so short that clearing the blocks would show.
const SHORT: usize = 256;
/// As [`SHORT`].
const SHORTER: usize = 64;
/// As [`SHORT`]: two vectors.
const SHORTEST: usize = 16;

/// Most runs of a loop: inputs and outputs.
const RUNS: usize = 5;

/// The dtypes of the runs that stand for those of a float32 loop.
pub(crate) const fn narrow(dtypes: &'static [DType]) -> &'static [DType] {
    use DType::{F16, F32, I32};
    match dtypes {
        [F32] => &[F16],
        [F32, F32] => &[F16, F16],
        [F32, F32, F32] => &[F16, F16, F16],
        [F32, I32] => &[F16, I32],
        other => other,
    }
}

/// Runs `bound`, a float32 loop, on runs that are float16 where it has float32.
#[inline(never)]
pub(crate) fn run(bound: &Loop, ins: &[In<'_>], outs: &mut [Out<'_>]) {
    let [first, ..] = outs else { return };
    match first.len() {
        n if n <= SHORTEST => blocks::<SHORTEST>(bound, ins, outs),
        n if n <= SHORTER => blocks::<SHORTER>(bound, ins, outs),
        n if n <= SHORT => blocks::<SHORT>(bound, ins, outs),
        _ => blocks::<BLOCK>(bound, ins, outs),
    }
}

fn blocks<const N: usize>(bound: &Loop, ins: &[In<'_>], outs: &mut [Out<'_>]) {
    let level = bound.level();
    match (ins.len(), outs.len()) {
        (1, 1) => through::<N, 2>(level, bound, ins, outs),
        (2, 1) | (1, 2) => through::<N, 3>(level, bound, ins, outs),
        _ => through::<N, RUNS>(level, bound, ins, outs),
    }
}

fn through<const N: usize, const R: usize>(
    level: Level,
    bound: &Loop,
    ins: &[In<'_>],
    outs: &mut [Out<'_>],
) {
    let total = outs[0].len();
    let mut buffers = [[0.0f32; N]; R];
    let (inputs, outputs) = buffers.split_at_mut(ins.len());
    let mut start = 0;
    while start < total {
        let len = N.min(total - start);
        let mut wide = [In::from(&[0u8; 0][..]); R];
        for ((slot, run), buffer) in wide.iter_mut().zip(ins).zip(&mut *inputs) {
            // An input of one element is repeated.
            let run = if run.len() == 1 {
                *run
            } else {
                run.range(start, len)
            };
            *slot = if run.dtype() == DType::F16 {
                let buffer = &mut buffer[..run.len()];
                half::widen_at(level, run.of(), buffer);
                In::from(&*buffer)
            } else {
                run
            };
        }
        if bound.is_turned() {
            wide.swap(0, 1);
        }
        let mut results = [(); 2].map(|()| Out::from(&mut [0u8; 0][..]));
        for ((slot, run), buffer) in results.iter_mut().zip(&mut *outs).zip(&mut *outputs) {
            *slot = if run.dtype() == DType::F16 {
                Out::from(&mut buffer[..len])
            } else {
                run.range(start, len)
            };
        }
        bound.run_wide(&wide[..ins.len()], &mut results[..bound.outputs().len()]);
        for (run, buffer) in outs.iter_mut().zip(&*outputs) {
            if run.dtype() == DType::F16 {
                half::narrow_at(level, &buffer[..len], run.range(start, len).of());
            }
        }
        start += len;
    }
}
