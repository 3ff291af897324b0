//! One line put in order: integers that lie close together by counting them.

use super::{
    line::Scratch,
    share::{self, with_hands},
};
use crate::Result;
use raptors_kernels::{
    In, Out,
    order::{
        COUNTS, Close, Hands, SHARED, Task, arrange, arrange_indices_by, counts_pay, settled,
        sort_shared,
    },
};

/// Puts a line in order, or what is selected of it.
pub(super) fn arranged(mut run: Out<'_>, task: Task<'_>, scratch: &mut Scratch) -> Result<()> {
    if let Task::Sort { descending } = task
        && settled(run.reborrow(), descending)
    {
        return Ok(());
    }
    // Bytes are counted anyway.
    if let Task::Sort { descending } = task
        && run.dtype().size() > 1
        && let Some(close) = Close::of(run.as_in())
    {
        let counts = close.tally(run.as_in(), scratch.counts(close.counters())?);
        close.fill(counts, run, descending);
        return Ok(());
    }
    if let Task::Sort { descending } = task
        && run.len() >= SHARED
    {
        let plan = share::plan(run.len(), run.dtype(), false);
        let sort = |hands: Hands<'_>| sort_shared(run.reborrow(), descending, hands);
        if plan.threads > 1 && with_hands(&plan, sort) {
            return Ok(());
        }
    }
    let counts = if counts_pay(run.dtype(), run.len()) {
        COUNTS
    } else {
        0
    };
    arrange(run, task, scratch.few_counts(counts)?);
    Ok(())
}

/// Writes the indices of a line in order, or those that are selected.
pub(super) fn arranged_indices(
    run: In<'_>,
    out: &mut [i64],
    task: Task<'_>,
    scratch: &mut Scratch,
) -> Result<()> {
    if let Task::Sort { descending } = task
        && let Some(close) = Close::of(run)
    {
        let counts = close.tally(run, scratch.counts(close.counters())?);
        close.indices(run, counts, out, descending);
    } else {
        sorted_indices(run, out, task);
    }
    Ok(())
}

/// As [`arranged_indices`], by comparisons.
pub(super) fn sorted_indices(run: In<'_>, out: &mut [i64], task: Task<'_>) {
    if run.len() < SHARED || matches!(task, Task::Select(_)) {
        return arrange_indices_by(run, out, task, Hands::alone());
    }
    let plan = share::plan(run.len(), run.dtype(), true);
    with_hands(&plan, |hands| arrange_indices_by(run, out, task, hands));
}
