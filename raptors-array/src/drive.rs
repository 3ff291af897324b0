//! Runs numbered units of work as a plan says: here, or shared out to the thread team.

#[cfg(doc)]
use crate::Buffer;
use crate::{Array, Result, layout};
use core::{
    ops::Range,
    sync::atomic::{AtomicU8, Ordering::Relaxed},
};
use raptors_dispatch::{
    machine,
    plan::{self, Cost, Halves, Plan, Work},
    team,
};
use raptors_kernels::{DType, Level, Loop, Status, Ufunc};
use std::sync::{Mutex, PoisonError};

/// Calls `work` with ranges that cover `0..units`, each at least `grain` units long where there
/// are that many, on the plan's threads. The first error ends the share that met it.
pub(crate) fn drive(
    plan: &Plan,
    units: usize,
    grain: usize,
    work: &(dyn Fn(Range<usize>) -> Result<()> + Sync),
) -> Result<()> {
    if plan.threads <= 1 || units <= grain {
        return work(0..units);
    }
    let failure = Mutex::new(None);
    let chunks = units.div_ceil(grain.max(1));
    // Each thread has exceptions of its own; the caller gets them all.
    let before = Status::take();
    let raised = AtomicU8::new(before.bits());
    team::run_expecting(plan.predicted_ns, plan.threads, chunks, &|chunk| {
        let start = chunk * grain;
        let aside = Status::take();
        if let Err(error) = work(start..(start + grain).min(units)) {
            *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
        raised.fetch_or(Status::take().bits(), Relaxed);
        aside.raise();
    });
    Status::from_bits(raised.into_inner()).raise();
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Loops over `elements`, computed in a type of `size` bytes, with `nin` arrays read and `nout`
/// written.
#[inline]
pub(crate) fn map_work(
    cost: impl Into<Cost>,
    elements: usize,
    size: usize,
    nin: usize,
    nout: usize,
) -> Work {
    let Cost { units, halves } = cost.into();
    Work {
        halves,
        ..Work::new(Level::get(), units, elements, size, nin, nout)
    }
}

/// As [`map_work`], for a loop that writes its one result in one run and does not read it.
/// `streamable` tells whether it has a form whose stores go around the caches. Elements of `read`
/// bytes are read and of `written` bytes written; `cold` is what [`Buffer::cold`] says of a new
/// result.
#[inline]
pub(crate) fn result_work(
    cost: impl Into<Cost>,
    elements: usize,
    [read, written]: [usize; 2],
    nin: usize,
    streamable: bool,
    cold: usize,
) -> Work {
    Work {
        streamable,
        bytes_read: elements.saturating_mul(read).saturating_mul(nin),
        bytes_written: elements.saturating_mul(written),
        cold,
        ..map_work(cost, elements, read.max(written), nin, 1)
    }
}

/// A reduction of `elements` of `size` bytes.
#[inline]
pub(crate) fn fold_work(cost: u32, elements: usize, size: usize) -> Work {
    Work::new(Level::get(), cost, elements, size, 1, 0)
}

/// The plan for [`map_work`].
#[inline]
pub(crate) fn map_plan(
    cost: impl Into<Cost>,
    elements: usize,
    size: usize,
    nin: usize,
    nout: usize,
) -> Plan {
    let work = map_work(cost, elements, size, nin, nout);
    plan::map(&work, machine::machine(), team::threads())
}

/// `bound`, the loop of `ufunc` for `dtype`, at the level that `plan` chose.
#[inline]
pub(crate) fn planned(bound: Loop, ufunc: Ufunc, dtype: DType, plan: &Plan) -> Loop {
    if plan.level >= bound.level() {
        return bound;
    }
    let other = ufunc.bind(plan.level, dtype);
    other.filter(|other| other.is_like(&bound)).unwrap_or(bound)
}

/// The plan for [`result_work`].
#[inline]
pub(crate) fn result_plan(
    cost: impl Into<Cost>,
    elements: usize,
    sizes: [usize; 2],
    nin: usize,
    streamable: bool,
    cold: usize,
) -> Plan {
    let work = result_work(cost, elements, sizes, nin, streamable, cold);
    plan::map(&work, machine::machine(), team::threads())
}

/// The plan for [`fold_work`].
#[inline]
pub(crate) fn fold_plan(cost: u32, elements: usize, size: usize) -> Plan {
    let work = fold_work(cost, elements, size);
    plan::fold(&work, machine::machine(), team::threads())
}

/// As [`fold_plan`], for a loop to which vectors of half the width are what `halves` says.
#[inline]
pub(crate) fn wide_plan(cost: u32, elements: usize, size: usize, halves: Halves) -> Plan {
    let work = Work {
        halves,
        ..fold_work(cost, elements, size)
    };
    plan::fold(&work, machine::machine(), team::threads())
}

/// As [`wide_plan`], for the elements of `array`, which may lie apart.
#[inline]
pub(crate) fn fold_plan_of(cost: u32, array: &Array, size: usize, halves: Halves) -> Plan {
    let work = fold_work(cost, array.size(), size);
    let passed = layout::passed(array.shape(), array.strides(), array.itemsize());
    let work = Work {
        bytes_read: work.bytes_read.max(passed),
        halves,
        ..work
    };
    plan::fold(&work, machine::machine(), team::threads())
}

/// A pointer that several threads use for parts that do not overlap.
#[derive(Clone, Copy)]
pub(crate) struct Shared(pub(crate) *mut u8);
// SAFETY: whoever shares one gives each thread other elements to write.
unsafe impl Sync for Shared {}
// SAFETY: as for `Sync`.
unsafe impl Send for Shared {}
impl Shared {
    /// The pointer. A method, so that closures capture the whole wrapper.
    #[inline]
    pub(crate) const fn get(self) -> *mut u8 {
        self.0
    }
}
