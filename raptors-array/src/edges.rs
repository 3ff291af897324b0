//! The edges of equally wide bins: evenly spaced numbers from the least to the greatest element, or over a range.

use crate::{Array, DType, Element, Kind, Order, Result, Scalar, reduce::reduce_all};
use core::ops::{Add, Div, Mul, Sub};
use raptors_kernels::fold::Fold;

/// Bins up to which float32 holds the number of every edge.
const COUNTED: usize = 1 << 24;

/// The edges of `bins` bins, over `range` or over all elements of `array`, in its dtype if that is of floats and
/// else in float64. `None` where that is for the caller to make or to refuse: of dtypes that are computed in others,
/// of no elements, and of edges that are not finite or do not rise.
///
/// # Errors
///
/// If memory runs out.
pub fn even(array: &Array, bins: usize, range: Option<[f64; 2]>) -> Result<Option<Array>> {
    let dtype = array.dtype();
    let real = !matches!(dtype.kind(), Kind::Bool | Kind::Complex);
    if !real || dtype == DType::F16 || !(1..COUNTED).contains(&bins) {
        return Ok(None);
    }
    let given = if dtype.kind() == Kind::Float {
        dtype
    } else {
        DType::F64
    };
    // The ends of a range are Python's numbers, which are computed with in float64.
    let edges = match range {
        Some([first, last]) => spaced(first, last, bins, |i| i as f64)?,
        None if array.size() == 0 => return Ok(None),
        None => {
            let end = |fold| reduce_all(fold, array)?.item();
            let (first, last) = (end(Fold::min)?, end(Fold::max)?);
            if dtype == DType::F32 {
                spaced(first.get::<f32>(), last.get(), bins, |i| i as f32)?
            } else {
                spaced(float(&first), float(&last), bins, |i| i as f64)?
            }
        }
    };
    match edges {
        Some(edges) if edges.dtype() != given => {
            let edges = crate::assign::astype(&edges, given, None)?;
            Ok(rises::<f32>(&edges).then_some(edges))
        }
        edges => Ok(edges),
    }
}

/// An element of a real dtype as float64.
fn float(element: &Scalar) -> f64 {
    crate::cast_scalar(element, DType::F64).get()
}

/// Whether every edge is less than the next.
fn rises<T: Element + PartialOrd>(edges: &Array) -> bool {
    let edges = edges.as_slice::<T>().unwrap_or_default();
    edges.windows(2).all(|pair| pair[0] < pair[1])
}

/// The edges from `first` to `last`, as `linspace` computes them; `None` where they are not finite or do not rise.
fn spaced<T>(first: T, last: T, bins: usize, count: impl Fn(usize) -> T) -> Result<Option<Array>>
where
    T: Element + PartialOrd + Add<Output = T> + Sub<Output = T> + Mul<Output = T> + Div<Output = T>,
{
    let (zero, delta) = (count(0), last - first);
    let step = delta / count(bins);
    // Steps that vanish are for another formula; what is no number, or infinite, is no number times zero.
    let finite = delta * zero == zero && first * zero == zero;
    if !(finite && step > zero) {
        return Ok(None);
    }
    let mut edges = Array::empty(&[bins + 1], T::DTYPE, Order::C)?;
    if let Some(edges) = edges.as_slice_mut::<T>()? {
        for (i, edge) in edges.iter_mut().enumerate() {
            *edge = count(i) * step + first;
        }
        edges[bins] = last;
    }
    Ok(rises::<T>(&edges).then_some(edges))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_those_of_the_dtype() {
        let numbers = Array::from_slice(&[0.1f32, 0.7, 0.4]).unwrap();
        let edges = even(&numbers, 3, None).unwrap().unwrap();
        let step = (0.7f32 - 0.1) / 3.0;
        let expected = [0.1, step + 0.1, 2.0 * step + 0.1, 0.7];
        assert_eq!(edges.to_vec::<f32>().unwrap(), expected);
        let within = even(&numbers, 4, Some([0.0, 1.0])).unwrap().unwrap();
        assert_eq!(within.to_vec::<f32>().unwrap(), [0.0, 0.25, 0.5, 0.75, 1.0]);
        let integers = Array::from_slice(&[3i8, -1, 2]).unwrap();
        let edges = even(&integers, 2, None).unwrap().unwrap();
        assert_eq!(edges.to_vec::<f64>().unwrap(), [-1.0, 1.0, 3.0]);
    }

    #[test]
    fn what_has_no_such_edges_is_left_to_the_caller() {
        let of = |numbers: &[f64], bins| even(&Array::from_slice(numbers).unwrap(), bins, None);
        assert!(of(&[], 2).unwrap().is_none());
        assert!(of(&[1.0, 1.0], 2).unwrap().is_none());
        assert!(of(&[1.0, f64::NAN], 2).unwrap().is_none());
        assert!(of(&[1.0, f64::INFINITY], 2).unwrap().is_none());
        assert!(of(&[-f64::MAX, f64::MAX], 2).unwrap().is_none());
        assert!(of(&[1.0, 2.0], 0).unwrap().is_none());
        assert!(of(&[1.0, 1.0 + f64::EPSILON], 4).unwrap().is_none());
    }
}
