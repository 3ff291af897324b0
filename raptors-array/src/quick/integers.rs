//! Two elements of int64 where a ufunc takes no loop.

use raptors_kernels::Ufunc;

/// What `ufunc` gives of two integers; nothing for other ufuncs, where the result overflows, and where C leaves it
/// open.
#[inline(always)]
pub(super) fn result(ufunc: Ufunc, x: i64, y: i64) -> Option<i64> {
    match ufunc {
        Ufunc::add => x.checked_add(y),
        Ufunc::subtract => x.checked_sub(y),
        Ufunc::multiply => x.checked_mul(y),
        // Euclid's quotient is the one rounded down where the divisor is positive.
        Ufunc::floor_divide if y > 0 => Some(x.div_euclid(y)),
        Ufunc::remainder if y > 0 => Some(x.rem_euclid(y)),
        Ufunc::bitwise_and => Some(x & y),
        Ufunc::bitwise_or => Some(x | y),
        Ufunc::bitwise_xor => Some(x ^ y),
        Ufunc::left_shift if (0..64).contains(&y) => Some(x << y),
        Ufunc::right_shift if (0..64).contains(&y) => Some(x >> y),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_divided_downwards_and_shifted_by_fewer_bits_than_they_have() {
        assert_eq!(result(Ufunc::floor_divide, -7, 2), Some(-4));
        assert_eq!(result(Ufunc::remainder, -7, 2), Some(1));
        assert_eq!(result(Ufunc::bitwise_xor, -7, 2), Some(-5));
        assert_eq!(result(Ufunc::left_shift, 3, 63), Some(i64::MIN));
        assert_eq!(result(Ufunc::right_shift, -7, 1), Some(-4));
    }

    #[test]
    fn what_overflows_or_has_no_result_is_left_to_the_loops() {
        assert_eq!(result(Ufunc::add, i64::MAX, 1), None);
        assert_eq!(result(Ufunc::remainder, 1, 0), None);
        assert_eq!(result(Ufunc::floor_divide, i64::MIN, -1), None);
        assert_eq!(result(Ufunc::left_shift, 3, 64), None);
        assert_eq!(result(Ufunc::right_shift, 1, -1), None);
        assert_eq!(result(Ufunc::divide, 4, 2), None);
    }
}
