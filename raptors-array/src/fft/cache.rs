//! Plans made before, for lengths that come again.

use super::{
    Transform,
    plan::{Part, Plan},
};
use crate::Result;
use std::any::Any;
use std::sync::Mutex;

/// Most plans that are kept.
const PLANS: usize = 32;
/// Most points in all plans that are kept: a plan has up to 12 complex numbers for each.
const POINTS: usize = 1 << 20;

type Key = (Transform, bool, usize, usize);

struct Entry {
    key: Key,
    plan: Box<dyn Any + Send>,
}

/// The plans, the latest used at the end. Nobody waits for the lock: where it is taken, be it for
/// ever because the process forked at that moment, a plan is made anew.
static PLANS_MADE: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

/// The plan for `transform` with `n` points of type `T`; `real` says that the input is real.
///
/// # Errors
///
/// As [`Plan::new`].
pub(super) fn plan<T: Part>(transform: Transform, real: bool, n: usize) -> Result<Plan<T>> {
    let key = (transform, real, n, size_of::<T>());
    if let Ok(mut made) = PLANS_MADE.try_lock()
        && let Some(at) = made.iter().position(|entry| entry.key == key)
    {
        made[at..].rotate_left(1);
        let last = made.last().and_then(|entry| entry.plan.downcast_ref());
        if let Some(plan) = last {
            return Ok(Plan::clone(plan));
        }
    }
    let plan = Plan::new(transform, real, n)?;
    if n <= POINTS
        && let Ok(mut made) = PLANS_MADE.try_lock()
    {
        let entry = Entry {
            key,
            plan: Box::new(plan.clone()),
        };
        let mut points: usize = n + made.iter().map(|entry| entry.key.2).sum::<usize>();
        while made.len() >= PLANS || points > POINTS {
            points -= made.remove(0).key.2;
        }
        made.push(entry);
    }
    Ok(plan)
}
