//! The elements that belong at some places of a line in order: among a few that one pass brings together,
//! or in a copy that is parted.

use super::{NOT_DENSE, all, partitioned};
use crate::{Array, DType, Error, Order, Result, drive, pieces::pieces, target::Target};
use core::iter;
use raptors_kernels::{
    Element, In, Out,
    fold::{self, ArgFold},
    order::{Task, Window, arrange},
};
use std::sync::{Mutex, PoisonError};

/// Cost of a look at an element whether it is brought together with others, in additions.
const GATHER_COST: u32 = 8;

/// The elements that belong at `places`, which ascend, of a line in order, and one more: NaN if there is
/// one among the elements. They may all be NaN then.
///
/// # Errors
///
/// If `array` has not one axis or no elements, a place is out of bounds, there is none, or memory runs out.
pub fn ranked(array: &Array, places: &[usize]) -> Result<Array> {
    let (&[len], Some(&most)) = (array.shape(), places.last()) else {
        return Err(Error::Internal {
            what: "places of no line",
        });
    };
    if most >= len {
        return Err(Error::Internal {
            what: "a place outside its line",
        });
    }
    if let Some(run) = array.run(0, len)
        && let Some(window) = Window::of(run, places)
    {
        let found = match run.dtype().size() {
            4 => within::<u32>(run, window, places, DType::U32)?,
            _ => within::<u64>(run, window, places, DType::U64)?,
        };
        if let Some(found) = found {
            return Ok(found);
        }
    }
    let mut known = places.to_vec();
    if most + 1 < len {
        known.push(len - 1);
    }
    let parted = partitioned(array, &known, Some(0))?;
    let last = [len - 1];
    chosen(all(&parted)?, places.iter().chain(&last).copied())
}

/// The elements of `run` at `places`.
fn chosen(run: In<'_>, places: impl Iterator<Item = usize> + Clone) -> Result<Array> {
    let count = places.clone().count();
    let result = Array::empty(&[count], run.dtype(), Order::C)?;
    let mut target = Target::fresh(&result);
    let mut out = target.run(0, count).ok_or(NOT_DENSE)?;
    for (i, place) in places.enumerate() {
        let element = run.range(place, 1);
        out.range(i, 1).bytes().copy_from_slice(element.bytes());
    }
    Ok(result)
}

/// What [`ranked`] gives, where it is all in the window or there is NaN. `word` is `W`'s.
fn within<W: Element>(
    run: In<'_>,
    window: Window,
    places: &[usize],
    word: DType,
) -> Result<Option<Array>> {
    let (len, dtype) = (run.len(), run.dtype());
    let plan = drive::fold_plan(GATHER_COST, len, dtype.size());
    let room = Array::empty(&[len], word, Order::C)?;
    let mut target = Target::fresh(&room);
    let mut room = target.run(0, len).ok_or(NOT_DENSE)?;
    let founds = Mutex::new(vec![]);
    let x: &[W] = run.view(word).of();
    let gather = |start: usize, piece: &mut [W]| {
        let part = In::from(&x[start..][..piece.len()]).view(dtype);
        let found = window.gather(part, Out::from(piece).view(dtype));
        let mut founds = founds.lock().unwrap_or_else(PoisonError::into_inner);
        founds.push((start, found));
    };
    pieces(&plan, room.of::<W>(), &gather);
    let mut founds = founds.into_inner().unwrap_or_else(PoisonError::into_inner);
    founds.sort_unstable_by_key(|&(start, _)| start);
    let words = room.of::<W>();
    let (mut below, mut inside) = (0, 0);
    for (start, found) in founds {
        let Some(found) = found else {
            return Ok(None);
        };
        if found.nan {
            // The first one is what is taken for the greatest element.
            let nan = fold::arg(ArgFold::max, plan.level, run).ok_or(NOT_DENSE)?;
            return chosen(run, iter::repeat_n(nan, places.len() + 1)).map(Some);
        }
        words.copy_within(start..start + found.inside, inside);
        below += found.below;
        inside += found.inside;
    }
    let there = |&place: &usize| place.checked_sub(below).filter(|&place| place < inside);
    let Some(places) = places.iter().map(there).collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let mut room = room.view(dtype);
    let mut near = room.range(0, inside);
    arrange(near.reborrow(), Task::Select(&places), &mut []);
    let last = places.last().copied();
    chosen(near.as_in(), places.iter().copied().chain(last)).map(Some)
}
