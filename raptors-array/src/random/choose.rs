//! Samples: places drawn with or without replacement, with or without weights.

use super::{Source, Words, bounded::up_to, slice};
use crate::{Array, Error, Result};

/// The population from which the end of a whole shuffled population is taken, where the sample is
/// large.
const LARGE: usize = 10_000;

/// A slot of the table of taken places that holds none.
const FREE: u64 = u64::MAX;

fn room<T>(len: usize) -> Result<Vec<T>> {
    let mut items = Vec::new();
    items
        .try_reserve_exact(len)
        .map_err(|_| Error::memory(len.saturating_mul(size_of::<T>())))?;
    Ok(items)
}

fn shuffle(places: &mut [i64], source: &mut Source, first: usize) {
    for i in (first..places.len()).rev() {
        let j = up_to(source, i as u64) as usize;
        places.swap(i, j);
    }
}

/// `size` different places below `population`, in random order where `shuffled`.
///
/// # Errors
///
/// [`Error::Memory`]; [`Error::Internal`] if there are not so many places.
pub fn choose(
    source: &mut Source,
    population: usize,
    size: usize,
    shuffled: bool,
) -> Result<Array> {
    if size > population {
        return Err(Error::Internal {
            what: "a sample larger than its population",
        });
    }
    let part = population / if shuffled { 50 } else { 20 };
    if population > LARGE && size > part {
        let mut places = room(population)?;
        places.extend(0..population as i64);
        shuffle(&mut places, source, (population - size).max(1));
        return Array::from_slice(&places[population - size..]);
    }
    // Floyd's method: of the places up to j one more each time, j itself where it is taken.
    let mask = match (1.2 * size as f64) as u64 {
        0 => 0,
        most => u64::MAX >> most.leading_zeros(),
    };
    let mut taken: Vec<u64> = room(mask as usize + 1)?;
    taken.resize(mask as usize + 1, FREE);
    let mut places = room(size)?;
    for j in (population - size) as u64..population as u64 {
        let mut value = up_to(source, j);
        let mut slot = (value & mask) as usize;
        while taken[slot] != FREE && taken[slot] != value {
            slot = (slot + 1) & mask as usize;
        }
        if taken[slot] != FREE {
            value = j;
            slot = (value & mask) as usize;
            while taken[slot] != FREE {
                slot = (slot + 1) & mask as usize;
            }
        }
        taken[slot] = value;
        places.push(value as i64);
    }
    if shuffled {
        shuffle(&mut places, source, 1);
    }
    Array::from_slice(&places)
}

/// The sums of the weights up to each, over the sum of all.
fn distribution(weights: &[f64]) -> Result<Vec<f64>> {
    let mut sums = room(weights.len())?;
    sums.extend(weights.iter().scan(0.0, |sum, weight| {
        *sum += weight;
        Some(*sum)
    }));
    if let Some(&all) = sums.last() {
        for sum in &mut sums {
            *sum /= all;
        }
    }
    Ok(sums)
}

/// For every number of `samples`, from 0 to 1, the place that it falls on where places are as
/// probable as `weights`; both contiguous arrays of float64.
///
/// # Errors
///
/// [`Error::Memory`].
pub fn pick(weights: &Array, samples: &Array) -> Result<Array> {
    let (sums, drawn) = (distribution(slice(weights)?)?, slice::<f64>(samples)?);
    let mut places = room(drawn.len())?;
    places.extend(drawn.iter().map(|x| place(&sums, *x)));
    Array::from_shape(samples.shape(), &places)
}

fn place(sums: &[f64], x: f64) -> i64 {
    sums.partition_point(|sum| *sum <= x) as i64
}

/// `size` different places, each drawn as probable as `weights` makes it among those left.
///
/// # Errors
///
/// [`Error::Memory`]; [`Error::Internal`] if less than `size` weights are positive.
pub fn choose_weighted(source: &mut Source, weights: &Array, size: usize) -> Result<Array> {
    let given: &[f64] = slice(weights)?;
    // Other threads may change the array meanwhile, but not the copy that is checked.
    let mut weights = room(given.len())?;
    weights.extend_from_slice(given);
    if weights.iter().filter(|weight| **weight > 0.0).count() < size {
        return Err(Error::Internal {
            what: "a sample larger than its population",
        });
    }
    let mut taken = room(given.len() + 1)?;
    taken.resize(given.len() + 1, false);
    let mut places: Vec<i64> = room(size)?;
    while places.len() < size {
        let sums = distribution(&weights)?;
        let missing = size - places.len();
        for _ in 0..missing {
            let place = place(&sums, source.f64());
            // Rounding may put a number beyond the last sum, and there is no such place.
            if place < given.len() as i64 && !core::mem::replace(&mut taken[place as usize], true) {
                places.push(place);
            }
        }
        for place in &places {
            weights[*place as usize] = 0.0;
        }
    }
    Array::from_slice(&places)
}
