//! Elements of float64, float32 and int64, and Python's numbers beside them, where a ufunc takes no loop: what
//! programs that walk over elements compute most.

use super::{alone::truths, integers};
use crate::{
    Array, Number,
    promote::{cast_scalar, promote_types},
};
use raptors_kernels::{DType, Kind, Scalar, Ufunc};

/// What two elements give.
#[derive(Clone, Copy, Debug)]
pub enum Plain {
    /// Whether a comparison holds.
    Truth(bool),
    /// A number.
    Number(Scalar),
}

/// Two elements of one type.
enum Pair {
    Floats(f64, f64),
    /// Of float32: what ufuncs compute here of such in float64 and round once more is what float32 gives.
    Singles(f64, f64),
    Integers(i64, i64),
}

impl Pair {
    /// Two of float32.
    #[inline(always)]
    fn singles(x: f32, y: f32) -> Self {
        Self::Singles(x.into(), y.into())
    }

    /// The second of them first.
    #[inline(always)]
    const fn turned(self) -> Self {
        match self {
            Self::Floats(x, y) => Self::Floats(y, x),
            Self::Singles(x, y) => Self::Singles(y, x),
            Self::Integers(x, y) => Self::Integers(y, x),
        }
    }
}

/// Integers up to which float64 holds each.
const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
/// Integers up to which float32 holds each.
const EXACT_SINGLE: u64 = 1 << f32::MANTISSA_DIGITS;

/// `ufunc` of two arrays without axes; nothing for other ufuncs and types, and where a floating-point
/// exception may be raised or an integer overflows.
#[inline(always)]
pub fn plain(ufunc: Ufunc, x: &Array, y: &Array) -> Option<Plain> {
    let pair = match (x.single(), y.single()) {
        (Some(x), Some(y)) => Pair::Floats(x, y),
        _ if x.ndim() + y.ndim() > 0 => return None,
        _ if x.dtype() == DType::Bool => return truths(ufunc, x.single()?, y.single()?),
        _ if x.dtype() != y.dtype() => converted(x, &y.item().ok()?)?,
        _ if x.dtype() == DType::F32 => Pair::singles(x.single()?, y.single()?),
        _ => Pair::Integers(x.single()?, y.single()?),
    };
    of_pair(ufunc, &pair)
}

/// The elements of two dtypes as the one that they are computed in; nothing for an array with axes, and for
/// integers whose common dtype does not hold all of them: those are compared as they are.
#[inline(never)]
fn converted(x: &Array, y: &Scalar) -> Option<Pair> {
    if x.ndim() > 0 {
        return None;
    }
    let is_float = |dtype: DType| dtype.kind() == Kind::Float;
    let dtype = promote_types(x.dtype(), y.dtype());
    let [x_item, y_item] = [&x.item().ok()?, y].map(|item| cast_scalar(item, dtype));
    match dtype {
        DType::F64 if is_float(x.dtype()) || is_float(y.dtype()) => {
            Some(Pair::Floats(x_item.get(), y_item.get()))
        }
        DType::I64 => Some(Pair::Integers(x_item.get(), y_item.get())),
        _ => None,
    }
}

/// As [`plain`], of an array without axes and an element of another dtype, which is the first input if `first`.
#[inline]
pub fn plain_with_scalar(
    ufunc: Ufunc,
    array: &Array,
    scalar: &Scalar,
    first: bool,
) -> Option<Plain> {
    if array.dtype() == scalar.dtype() {
        return None;
    }
    let pair = converted(array, scalar)?;
    of_pair(ufunc, &if first { pair.turned() } else { pair })
}

/// As [`plain`], of an array without axes and a number, which is the first input if `first`.
#[inline(always)]
pub fn plain_with_number(
    ufunc: Ufunc,
    array: &Array,
    number: Number,
    first: bool,
) -> Option<Plain> {
    let pair = match (array.single(), number) {
        (Some(x), Number::Float(y)) => Pair::Floats(x, y),
        (Some(x), Number::Int(y)) if y.unsigned_abs() <= EXACT.into() => Pair::Floats(x, y as f64),
        (None, number) if array.dtype() == DType::F32 => {
            Pair::singles(array.single()?, single(number)?)
        }
        (None, Number::Int(y)) => Pair::Integers(array.single()?, i64::try_from(y).ok()?),
        (None, Number::Float(y)) => Pair::Floats(array.single::<i64>()? as f64, y),
        _ => return None,
    };
    of_pair(ufunc, &if first { pair.turned() } else { pair })
}

/// A number of Python as an element of float32; nothing for others, and where that is infinite.
#[inline(always)]
fn single(number: Number) -> Option<f32> {
    let single = match number {
        Number::Float(y) => y as f32,
        Number::Int(y) if y.unsigned_abs() <= EXACT_SINGLE.into() => y as f32,
        _ => return None,
    };
    single.is_finite().then_some(single)
}

#[inline(always)]
fn of_pair(ufunc: Ufunc, pair: &Pair) -> Option<Plain> {
    let truth = match *pair {
        Pair::Floats(x, y) | Pair::Singles(x, y) => compared(ufunc, &x, &y),
        Pair::Integers(x, y) => compared(ufunc, &x, &y),
    };
    if let Some(truth) = truth {
        return Some(Plain::Truth(truth));
    }
    let number = match *pair {
        Pair::Floats(x, y) => Scalar::new(of_floats(ufunc, x, y)?),
        Pair::Singles(x, y) => Scalar::new(of_singles(ufunc, x, y)?),
        Pair::Integers(x, y) if ufunc == Ufunc::divide => {
            Scalar::new(of_floats(ufunc, x as f64, y as f64)?)
        }
        Pair::Integers(x, y) => Scalar::new(integers::result(ufunc, x, y)?),
    };
    Some(Plain::Number(number))
}

#[inline(always)]
pub(super) fn compared<T: PartialOrd>(ufunc: Ufunc, x: &T, y: &T) -> Option<bool> {
    Some(match ufunc {
        Ufunc::less => x < y,
        Ufunc::less_equal => x <= y,
        Ufunc::equal => x == y,
        Ufunc::not_equal => x != y,
        Ufunc::greater => x > y,
        Ufunc::greater_equal => x >= y,
        _ => return None,
    })
}

/// The result where nothing overflowed, was invalid or divided by zero, and where it did not lose digits to
/// underflow: sums never do.
#[inline(always)]
fn of_floats(ufunc: Ufunc, x: f64, y: f64) -> Option<f64> {
    let (result, sum, zero) = match ufunc {
        Ufunc::add => (x + y, true, false),
        Ufunc::subtract => (x - y, true, false),
        Ufunc::multiply => (x * y, false, x == 0.0 || y == 0.0),
        Ufunc::divide => (x / y, false, x == 0.0),
        _ => return None,
    };
    // The least normal number may have been rounded up to.
    let whole = sum || zero || result.abs() > f64::MIN_POSITIVE;
    (result.is_finite() && whole).then_some(result)
}

/// As [`of_floats`], of numbers of float32, of which float64 holds sums and products with more digits than it
/// takes to round them twice.
#[inline(always)]
fn of_singles(ufunc: Ufunc, x: f64, y: f64) -> Option<f32> {
    let result = of_floats(ufunc, x, y)?;
    let single = result as f32;
    let whole = result == 0.0 || single.abs() > f32::MIN_POSITIVE;
    (single.is_finite() && whole).then_some(single)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(value: f64) -> Array {
        Array::from_scalar(&Scalar::new(value)).unwrap()
    }

    fn float(ufunc: Ufunc, x: f64, y: f64) -> Option<f64> {
        match plain(ufunc, &element(x), &element(y)) {
            Some(Plain::Number(number)) => Some(number.get()),
            _ => None,
        }
    }

    #[test]
    fn results_that_raise_nothing_are_given() {
        assert_eq!(float(Ufunc::add, 1.5, 2.0), Some(3.5));
        assert_eq!(float(Ufunc::add, 1e-320, 1e-320), Some(2e-320));
        assert_eq!(float(Ufunc::multiply, -0.0, 5.0), Some(0.0));
        assert_eq!(float(Ufunc::divide, 0.0, 5.0), Some(0.0));
        let less = plain_with_number(Ufunc::less, &element(1.0), Number::Int(0), true);
        assert!(matches!(less, Some(Plain::Truth(true))));
        let nan = plain(Ufunc::not_equal, &element(f64::NAN), &element(f64::NAN));
        assert!(matches!(nan, Some(Plain::Truth(true))));
    }

    #[test]
    fn elements_of_several_dtypes_are_computed_in_the_common_one() {
        let of = |scalar| Array::from_scalar(&scalar).unwrap();
        let number = |x: &Array, y: &Array| match plain(Ufunc::add, x, y) {
            Some(Plain::Number(number)) => Some(number),
            _ => None,
        };
        let (x, i, u) = (element(1.5), of(Scalar::new(2i32)), of(Scalar::new(3u64)));
        assert_eq!(number(&x, &i).map(|sum| sum.get::<f64>()), Some(3.5));
        assert_eq!(number(&u, &x).map(|sum| sum.get::<f64>()), Some(4.5));
        let long = of(Scalar::new(-7i64));
        assert_eq!(number(&i, &long).map(|sum| sum.get::<i64>()), Some(-5));
        let beside = plain_with_scalar(Ufunc::subtract, &x, &Scalar::new(2i32), true);
        assert!(matches!(beside, Some(Plain::Number(number)) if number.get::<f64>() == 0.5));
        assert!(plain_with_scalar(Ufunc::less, &u, &Scalar::new(-7i64), false).is_none());
        assert!(plain_with_scalar(Ufunc::less, &x, &Scalar::new(2.0), false).is_none());
        // Compared as integers of 65 bits, and added as floats.
        assert!(plain(Ufunc::less, &u, &long).is_none());
        assert!(plain(Ufunc::add, &i, &of(Scalar::new(1i8))).is_none());
        assert!(plain(Ufunc::add, &x, &Array::from_slice(&[1i32]).unwrap()).is_none());
    }

    #[test]
    fn integers_are_divided_and_joined_with_floats_as_float64() {
        let count = Array::from_scalar(&Scalar::new(7i64)).unwrap();
        let float = |given: Option<Plain>| match given {
            Some(Plain::Number(number)) if number.dtype() == DType::F64 => Some(number.get()),
            _ => None,
        };
        let beside = |ufunc, number, first| float(plain_with_number(ufunc, &count, number, first));
        assert_eq!(beside(Ufunc::divide, Number::Int(2), false), Some(3.5));
        assert_eq!(beside(Ufunc::divide, Number::Int(14), true), Some(2.0));
        assert_eq!(beside(Ufunc::divide, Number::Int(0), false), None);
        assert_eq!(
            beside(Ufunc::multiply, Number::Float(1.5), false),
            Some(10.5)
        );
        assert_eq!(
            beside(Ufunc::subtract, Number::Float(0.5), true),
            Some(-6.5)
        );
        assert_eq!(float(plain(Ufunc::divide, &count, &count)), Some(1.0));
        let short = Array::from_scalar(&Scalar::new(7i32)).unwrap();
        assert!(plain_with_number(Ufunc::divide, &short, Number::Int(2), false).is_none());
    }

    #[test]
    fn float32_is_rounded_as_by_itself() {
        let of = |value: f32| Array::from_scalar(&Scalar::new(value)).unwrap();
        let values = [
            0.1f32,
            -3.7,
            1.5e-20,
            2.5e20,
            1.000_000_1,
            16_777_215.0,
            0.0,
        ];
        for (x, y) in values.iter().flat_map(|&x| values.map(|y| (x, y))) {
            for (ufunc, want) in [
                (Ufunc::add, x + y),
                (Ufunc::subtract, x - y),
                (Ufunc::multiply, x * y),
                (Ufunc::divide, x / y),
            ] {
                let beside = plain_with_number(ufunc, &of(x), Number::Float(y.into()), false);
                for given in [plain(ufunc, &of(x), &of(y)), beside] {
                    if let Some(Plain::Number(given)) = given {
                        assert_eq!(given.get::<f32>().to_bits(), want.to_bits(), "{x} {y}");
                    }
                }
            }
        }
        assert!(plain(Ufunc::multiply, &of(1e30), &of(1e30)).is_none());
        assert!(plain(Ufunc::multiply, &of(1e-30), &of(1e-30)).is_none());
        assert!(plain_with_number(Ufunc::less, &of(1.0), Number::Float(1e300), false).is_none());
    }

    #[test]
    fn results_that_may_raise_something_are_not() {
        for (ufunc, x, y) in [
            (Ufunc::add, 1e308, 1e308),
            (Ufunc::add, f64::NAN, 1.0),
            (Ufunc::subtract, f64::INFINITY, 1.0),
            (Ufunc::multiply, 1e-200, 1e-200),
            (Ufunc::multiply, 1e-160, 1e-160),
            (Ufunc::multiply, 0.0, f64::INFINITY),
            (Ufunc::divide, 1.0, 0.0),
            (Ufunc::divide, 0.0, 0.0),
            (Ufunc::divide, 1e-300, 1e300),
            (Ufunc::power, 2.0, 2.0),
        ] {
            assert_eq!(float(ufunc, x, y), None, "{ufunc:?} {x} {y}");
        }
        let far = Number::Int((1 << 53) + 1);
        assert!(plain_with_number(Ufunc::equal, &element(1.0), far, false).is_none());
    }
}
