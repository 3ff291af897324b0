//! Plans made before, for lengths that come again.

use super::{
    Transform,
    plan::{Part, Plan, tables},
};
use crate::Result;
use num_complex::Complex;
use std::any::Any;
use std::sync::Mutex;

/// Most plans that are kept.
const PLANS: usize = 32;
/// Most bytes of the tables of all plans that are kept, as [`tables`] counts them.
const BYTES: usize = 192 << 20;

type Key = (Transform, bool, usize, usize);

struct Entry {
    key: Key,
    plan: Box<dyn Any + Send>,
    bytes: usize,
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
    let bytes = tables(n).saturating_mul(size_of::<Complex<T>>());
    if bytes <= BYTES
        && let Ok(mut made) = PLANS_MADE.try_lock()
    {
        let entry = Entry {
            key,
            plan: Box::new(plan.clone()),
            bytes,
        };
        let mut kept: usize = bytes + made.iter().map(|entry| entry.bytes).sum::<usize>();
        while made.len() >= PLANS || kept > BYTES {
            kept -= made.remove(0).bytes;
        }
        made.push(entry);
    }
    Ok(plan)
}
