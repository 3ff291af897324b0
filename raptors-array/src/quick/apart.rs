//! Few results that take the way over a new array: their target has gaps, or lies across the operands.

use super::{room::value, same_shape, staged, write::SHORT};
use crate::{Array, map::Operand};
use raptors_kernels::Ufunc;

/// `ufunc` of `operands`, of which one is an array at least, in a new array of `to`'s dtype and shape, from
/// which [`super::copy`] writes it to `to`. Nothing where `to` has many elements or the same one in several
/// places, and where [`staged`] gives nothing.
#[inline(never)]
pub fn apart<const N: usize>(
    ufunc: Ufunc,
    operands: [Operand<'_>; N],
    to: &Array,
) -> Option<Array> {
    if to.size() > SHORT || to.repeats() {
        return None;
    }
    let result = value(|room| staged(ufunc, operands, room))?;
    (result.dtype() == to.dtype() && same_shape(&result, to)).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DType, Number, assign};

    #[test]
    fn results_for_targets_with_gaps_and_across_operands_are_complete_first() {
        let numbers: Vec<f64> = (0..40).map(f64::from).collect();
        let a = Array::from_slice(&numbers).unwrap();
        for (start, stop, step) in [(0, 40, 2), (1, 39, 3), (38, 2, -2)] {
            let to = a.slice(start, stop, step).unwrap();
            let old: Vec<f64> = to.to_vec().unwrap();
            let turned = to.slice(i64::MAX, i64::MIN, -1).unwrap();
            let result = apart(Ufunc::add, [(&to).into(), (&turned).into()], &to).unwrap();
            let sums = old.iter().zip(old.iter().rev()).map(|(x, y)| x + y);
            assert_eq!(result.to_vec::<f64>().unwrap(), sums.collect::<Vec<_>>());
            assert_eq!(to.to_vec::<f64>().unwrap(), old);
        }
    }

    #[test]
    fn other_targets_are_left_to_the_long_way() {
        let a = Array::from_slice(&[1.0f64, 2.0, 3.0, 4.0]).unwrap();
        let half = Operand::from(Number::Float(0.5));
        let both = [(&a).into(), half];
        assert!(apart(Ufunc::add, both, &a).is_some());
        assert!(apart(Ufunc::less, both, &a).is_none());
        let short = a.slice(0, 2, 1).unwrap();
        assert!(apart(Ufunc::add, both, &short).is_none());
        let single = assign::astype(&a, DType::F32, None).unwrap();
        assert!(apart(Ufunc::add, both, &single).is_none());
        let one = Array::from_slice(&[1.0f64]).unwrap();
        let all = one.broadcast_to(&[4]).unwrap();
        assert!(apart(Ufunc::add, both, &all).is_none());
    }
}
