//! Ufuncs of one element, and of two truth values.

use super::plain::{Plain, compared};
use crate::Array;
use raptors_kernels::{Bool, Scalar, Ufunc};

/// `ufunc` of an array without axes; nothing for other dtypes than float64 and int64, and for other ufuncs.
#[inline(always)]
pub fn plain_of_one(ufunc: Ufunc, x: &Array) -> Option<Plain> {
    if let Some(x) = x.single::<f64>() {
        return Some(Plain::Number(Scalar::new(match ufunc {
            Ufunc::negative => -x,
            Ufunc::absolute => x.abs(),
            _ => return None,
        })));
    }
    let x = x.single::<i64>()?;
    Some(Plain::Number(Scalar::new(match ufunc {
        Ufunc::negative => x.wrapping_neg(),
        Ufunc::absolute => x.wrapping_abs(),
        Ufunc::invert => !x,
        _ => return None,
    })))
}

/// `ufunc` of two truth values; nothing for those that have a result of another type.
#[inline(never)]
pub(super) fn truths(ufunc: Ufunc, x: Bool, y: Bool) -> Option<Plain> {
    let (x, y) = (x.get(), y.get());
    Some(Plain::Truth(match ufunc {
        Ufunc::bitwise_and | Ufunc::multiply => x & y,
        Ufunc::bitwise_or | Ufunc::add => x | y,
        Ufunc::bitwise_xor => x ^ y,
        _ => return compared(ufunc, &x, &y).map(Plain::Truth),
    }))
}
