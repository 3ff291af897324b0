//! Flat indices and the places on every axis that they mean: `ravel_multi_index`, `unravel_index`.

use crate::{
    Array, DType, Number, Order, Result, Ufunc, assign,
    dense::dense,
    map::{self, MapOptions, Operand},
};
use raptors_kernels::moves;

/// What is done with a place that is not on its axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// It is an error.
    Raise,
    /// It starts again.
    Wrap,
    /// It stays at the end.
    Clip,
}

/// What is wrong with indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This flat index is not within the array.
    Index(i64),
    /// A place is not on its axis.
    Place,
}

/// Axes with their distances in elements, the fastest first.
fn fastest_first(dims: &[usize], fortran: bool) -> Vec<(usize, i64, i64)> {
    let mut step = 1i64;
    let mut axes = Vec::with_capacity(dims.len());
    let mut visit = |axis: usize| {
        axes.push((axis, dims[axis] as i64, step));
        step = step.saturating_mul(dims[axis] as i64);
    };
    if fortran {
        (0..dims.len()).for_each(&mut visit);
    } else {
        (0..dims.len()).rev().for_each(&mut visit);
    }
    axes
}

/// The places on every axis of an array of shape `dims` that the integers `flat` mean, or the
/// first of them that means none.
///
/// # Errors
///
/// If memory runs out.
pub fn unravel(
    flat: &Array,
    dims: &[usize],
    fortran: bool,
) -> Result<std::result::Result<Vec<Array>, Fault>> {
    let flat = dense(flat, DType::I64)?;
    let indices = flat.as_slice::<i64>().unwrap_or_default();
    let size = dims
        .iter()
        .fold(1i64, |size, &n| size.saturating_mul(n as i64));
    if let Some(&wrong) = indices.iter().find(|&&index| index < 0 || index >= size) {
        return Ok(Err(Fault::Index(wrong)));
    }
    if flat.size() > FEW {
        return divided(&flat, dims, fortran).map(Ok);
    }
    let mut places = Vec::with_capacity(dims.len());
    for _ in dims {
        places.push(Array::empty(flat.shape(), DType::I64, Order::C)?);
    }
    for (axis, n, step) in fastest_first(dims, fortran) {
        let Some(out) = places[axis].as_slice_mut::<i64>()? else {
            continue;
        };
        for (out, &index) in out.iter_mut().zip(indices) {
            *out = index / step % n;
        }
    }
    Ok(Ok(places))
}

/// Indices up to which a plain loop takes less than to call one.
const FEW: usize = 64;

/// As [`unravel`], by whole divisions: each leaves the places on one axis, and the numbers of the rows before.
fn divided(flat: &Array, dims: &[usize], fortran: bool) -> Result<Vec<Array>> {
    let (mut places, mut rest) = (vec![None; dims.len()], flat.clone());
    let mut axes = fastest_first(dims, fortran);
    let slowest = axes.pop();
    for (axis, n, _) in axes {
        let operands = [Operand::from(&rest), Operand::Number(Number::Int(n.into()))];
        let results = map::map(Ufunc::divmod, &operands, &mut [], &MapOptions::default())?;
        let mut results = results.into_iter();
        if let (Some(quotients), Some(remainders)) = (results.next(), results.next()) {
            (places[axis], rest) = (Some(remainders), quotients);
        }
    }
    if let Some((axis, ..)) = slowest {
        // Not the memory of the indices themselves, where there is but one axis.
        let own = if dims.len() == 1 {
            assign::copy(&rest, Some(Order::C))?
        } else {
            rest
        };
        places[axis] = Some(own);
    }
    Ok(places.into_iter().flatten().collect())
}

/// The flat indices that `places`, of one shape, mean in an array of shape `dims`.
///
/// # Errors
///
/// If memory runs out.
pub fn ravel(
    places: &[Array],
    dims: &[usize],
    beyond: &[Beyond],
    fortran: bool,
) -> Result<std::result::Result<Array, Fault>> {
    let shape = places.first().map_or(&[][..], Array::shape);
    let mut flat = Array::zeros(shape, DType::I64, Order::C)?;
    let Some(out) = flat.as_slice_mut::<i64>()? else {
        return Ok(Ok(flat));
    };
    for (axis, n, step) in fastest_first(dims, fortran) {
        let places = dense(&places[axis], DType::I64)?;
        let places = places.as_slice::<i64>().unwrap_or_default();
        match beyond[axis] {
            Beyond::Raise => {
                if places.iter().any(|&place| place < 0 || place >= n) {
                    return Ok(Err(Fault::Place));
                }
                add(out, places, step, |place| place);
            }
            Beyond::Wrap => add(out, places, step, |place| place.rem_euclid(n)),
            Beyond::Clip => add(out, places, step, |place| place.clamp(0, n - 1)),
        }
    }
    Ok(Ok(flat))
}

/// The integers `places` brought to those of an axis of `n` elements, of which it has some; nothing is done with
/// them for [`Beyond::Raise`].
///
/// # Errors
///
/// If memory runs out.
pub fn within(places: &Array, n: usize, beyond: Beyond) -> Result<Array> {
    let given = dense(places, DType::I64)?;
    let n = n.max(1) as i64;
    if beyond == Beyond::Raise {
        return Ok(given);
    }
    let mut brought = Array::empty(places.shape(), DType::I64, Order::C)?;
    let (Some(out), Some(given)) = (brought.as_slice_mut::<i64>()?, given.as_slice::<i64>()) else {
        return Ok(brought);
    };
    match beyond {
        Beyond::Clip => moves::clip_places(given, n, out),
        _ => moves::wrap_places(given, n, out),
    }
    Ok(brought)
}

fn add(out: &mut [i64], places: &[i64], step: i64, within: impl Fn(i64) -> i64) {
    for (out, &place) in out.iter_mut().zip(places) {
        *out += within(place) * step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(values: &[i64]) -> Array {
        Array::from_slice(values).unwrap()
    }

    #[test]
    fn places_are_brought_within_an_axis() {
        let places = [
            0,
            1,
            -1,
            6,
            7,
            8,
            -7,
            -8,
            13,
            14,
            15,
            -14,
            -15,
            700,
            i64::MIN,
            i64::MAX,
        ];
        for n in [1, 2, 7, 1 << 40] {
            let brought = |beyond| within(&run(&places), n as usize, beyond).unwrap();
            let wrapped = places.map(|place: i64| place.rem_euclid(n));
            let clipped = places.map(|place| place.clamp(0, n - 1));
            assert_eq!(brought(Beyond::Wrap).to_vec::<i64>().unwrap(), wrapped);
            assert_eq!(brought(Beyond::Clip).to_vec::<i64>().unwrap(), clipped);
            assert_eq!(brought(Beyond::Raise).to_vec::<i64>().unwrap(), places);
        }
        let back = run(&places).slice(15, i64::MIN, -1).unwrap();
        let back = within(&back, 7, Beyond::Clip).unwrap();
        assert_eq!(back.to_vec::<i64>().unwrap()[..3], [6, 0, 6]);
    }

    #[test]
    fn each_undoes_the_other_in_both_orders() {
        let (dims, flat) = ([2, 3, 4], (0..24).collect::<Vec<i64>>());
        for fortran in [false, true] {
            let places = unravel(&run(&flat), &dims, fortran).unwrap().unwrap();
            let back = ravel(&places, &dims, &[Beyond::Raise; 3], fortran).unwrap();
            assert_eq!(back.unwrap().as_slice::<i64>().unwrap(), flat);
            let first = places[0].as_slice::<i64>().unwrap();
            assert_eq!(first[1], i64::from(fortran));
        }
    }

    #[test]
    fn what_lies_beyond_is_named_moved_or_refused() {
        let fault = unravel(&run(&[0, 6, -1]), &[2, 3], false).unwrap();
        assert_eq!(fault.unwrap_err(), Fault::Index(6));
        let places = [run(&[0, 5, -3])];
        let flat = |beyond| ravel(&places, &[4], &[beyond], false).unwrap();
        assert_eq!(flat(Beyond::Raise).unwrap_err(), Fault::Place);
        let wrapped = flat(Beyond::Wrap).unwrap();
        assert_eq!(wrapped.as_slice::<i64>().unwrap(), [0, 1, 1]);
        let clipped = flat(Beyond::Clip).unwrap();
        assert_eq!(clipped.as_slice::<i64>().unwrap(), [0, 3, 0]);
    }

    #[test]
    fn an_empty_axis_has_no_places() {
        assert!(unravel(&run(&[]), &[0, 3], false).unwrap().is_ok());
        assert_eq!(
            unravel(&run(&[0]), &[0, 3], false).unwrap().unwrap_err(),
            Fault::Index(0)
        );
    }
}
