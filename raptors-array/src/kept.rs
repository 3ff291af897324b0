//! A unit of which a mask keeps some elements: the others raise no floating-point exceptions.

use raptors_kernels::{Bool, In, Loop, Out, Status};
use smallvec::SmallVec;

/// Runs the loop over the unit. Where it raises something, the elements that `keep` says are computed
/// once more by themselves, as NumPy does, so that only their exceptions are left.
pub(crate) fn run(bound: &Loop, ins: &[In<'_>], outs: &mut [Out<'_>], keep: &[Bool]) {
    let before = Status::take();
    bound.run(ins, outs);
    let raised = Status::take();
    before.raise();
    if raised == Status::NONE {
        return;
    }
    let mut start = 0;
    for run in keep.chunk_by(|a, b| a == b) {
        if run[0].get() {
            let ins: SmallVec<[In<'_>; 4]> = ins
                .iter()
                .map(|&x| match x.len() {
                    // An input of one element is repeated.
                    1 => x,
                    _ => x.range(start, run.len()),
                })
                .collect();
            let outs = outs.iter_mut().map(|out| out.range(start, run.len()));
            bound.run(&ins, &mut outs.collect::<SmallVec<[Out<'_>; 2]>>());
        }
        start += run.len();
    }
}
