//! Where elements are not zero: their places on every axis.

use super::{
    error::PickError,
    mask::{self, FEW, Room, unchanged},
};
use crate::{Array, Dims, Error, Order, Result};
use raptors_kernels::{Bool, DType, moves};

/// Elements of a row from which each row is looked through by itself.
const LONG: usize = 128;
/// Elements that are looked through at one go where rows are shorter.
const PIECE: usize = 1024;

/// What a new array of places that is no run of them means.
const NO_PLACES: Error = Error::Internal {
    what: "places of another type",
};

/// The indices of the elements that are not zero, in C order: one array for each axis.
///
/// # Errors
///
/// [`PickError::NonzeroScalar`] for an array without axes, [`PickError::MaskChanged`], or
/// [`Error::Memory`].
pub fn nonzero(array: &Array) -> Result<Vec<Array>> {
    if array.ndim() == 0 {
        let truth = array.dtype() == DType::Bool;
        return Err(PickError::NonzeroScalar { truth }.into());
    }
    found(array, |mask, count| {
        let new = |_| Array::empty(&[count], DType::I64, Order::C);
        let mut places = (0..array.ndim()).map(new).collect::<Result<Vec<_>>>()?;
        let mut slices = Vec::with_capacity(places.len());
        for array in &mut places {
            slices.push(array.as_slice_mut::<i64>()?.ok_or(NO_PLACES)?);
        }
        write(mask, array.shape(), &mut slices)?;
        Ok(places)
    })
}

/// As [`nonzero`], the places of all axes in one array, a row for each axis.
///
/// # Errors
///
/// As [`nonzero`], but that an array without axes has none.
pub fn places(array: &Array) -> Result<Array> {
    found(array, |mask, count| {
        let mut places = Array::empty(&[array.ndim(), count], DType::I64, Order::C)?;
        if count > 0 && array.ndim() > 0 {
            let all = places.as_slice_mut::<i64>()?.ok_or(NO_PLACES)?;
            let mut slices: Vec<_> = all.chunks_exact_mut(count).collect();
            write(mask, array.shape(), &mut slices)?;
        }
        Ok(places)
    })
}

/// What `make` makes of the truth values of an array in C order, and of how many are true.
fn found<R>(array: &Array, make: impl FnOnce(&[Bool], usize) -> Result<R>) -> Result<R> {
    let (mut room, mut truths) = (Room::uninit(), [Bool::FALSE; FEW]);
    let whole;
    let mask = if let Some(mask) = mask::few(array, &mut room, &mut truths) {
        mask
    } else {
        whole = mask::truth(array)?;
        mask::run(&whole)?
    };
    make(mask, moves::count_nonzero(mask))
}

/// Writes the places of what is true, as many as the slices have room for, one slice for each axis.
fn write(mask: &[Bool], shape: &[usize], places: &mut [&mut [i64]]) -> Result<()> {
    let count = places.first().map_or(0, |places| places.len());
    let Some((&cols, outer)) = shape.split_last().filter(|_| count > 0) else {
        return Ok(());
    };
    let found = match places {
        [all] => moves::nonzero(mask, all),
        [heads @ .., last] if cols >= LONG => rows(mask, (outer, cols), heads, last),
        _ => pieces(mask, &shape[1..], places),
    };
    // Another thread may change the mask meanwhile.
    unchanged(found, count)
}

/// As [`write`], row by row.
fn rows(
    mask: &[Bool],
    (outer, cols): (&[usize], usize),
    heads: &mut [&mut [i64]],
    last: &mut [i64],
) -> usize {
    let mut index = Dims::from_elem(0, outer.len());
    let mut k = 0;
    for row in mask.chunks(cols) {
        let end = k + moves::nonzero(row, &mut last[k..]);
        for (head, &i) in heads.iter_mut().zip(&index) {
            head[k..end].fill(i as i64);
        }
        k = end;
        for (i, &n) in index.iter_mut().zip(outer).rev() {
            *i += 1;
            if *i < n {
                break;
            }
            *i = 0;
        }
    }
    k
}

/// As [`write`], by numbers in C order, which are divided by the lengths of the axes but the first.
fn pieces(mask: &[Bool], inner: &[usize], places: &mut [&mut [i64]]) -> usize {
    let divisors: Vec<Divisor> = inner.iter().map(|&n| Divisor::new(n, mask.len())).collect();
    let mut numbers = [0; PIECE];
    let mut k = 0;
    for (i, piece) in mask.chunks(PIECE).enumerate() {
        let found = moves::nonzero(piece, &mut numbers);
        if found == 0 {
            continue;
        }
        let [head, tails @ ..] = &mut *places else {
            break;
        };
        let Some(head) = head.get_mut(k..k + found) else {
            break;
        };
        let numbers = &mut numbers[..found];
        for number in &mut *numbers {
            *number += (i * PIECE) as i64;
        }
        for (divisor, tail) in divisors.iter().zip(tails).rev() {
            divisor.split(numbers, &mut tail[k..k + found]);
        }
        head.copy_from_slice(numbers);
        k += found;
    }
    k
}

/// The length of an axis, by which numbers are divided.
enum Divisor {
    /// One: nothing is left over.
    One,
    /// The length, and 2^64 divided by it, rounded up. For `x` and lengths `n` whose product is less
    /// than 2^64 the upper word of the product of `x` with it is `x / n`: it is too large by less than
    /// `x n / 2^64 < 1` parts of `n`.
    Times(u64, u64),
    /// The length, where numbers are too large for that.
    Plain(u64),
}

impl Divisor {
    /// For numbers below `size`.
    fn new(n: usize, size: usize) -> Self {
        let n = n.max(1) as u64;
        match (size as u64).checked_mul(n) {
            _ if n == 1 => Self::One,
            Some(_) => Self::Times(n, u64::MAX / n + 1),
            None => Self::Plain(n),
        }
    }

    /// Divides each number, and gives what is left over.
    fn split(&self, numbers: &mut [i64], left: &mut [i64]) {
        match *self {
            Self::One => left.fill(0),
            Self::Times(n, inverse) => {
                for (number, left) in numbers.iter_mut().zip(left) {
                    let x = *number as u64;
                    let quotient = ((u128::from(x) * u128::from(inverse)) >> 64) as u64;
                    *number = quotient as i64;
                    *left = (x - quotient * n) as i64;
                }
            }
            Self::Plain(n) => {
                for (number, left) in numbers.iter_mut().zip(left) {
                    let x = *number as u64;
                    *number = (x / n) as i64;
                    *left = (x % n) as i64;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_divided_exactly() {
        for n in [1, 2, 3, 7, 64, 1000, 4_294_967_295, 1 << 40] {
            let size = (i64::MAX as usize).min(usize::MAX / n);
            for size in [size, size / 2 + 1, 3 * n + 2] {
                let top = size as i64 - 1;
                let around = [
                    0,
                    1,
                    n as i64 - 1,
                    n as i64,
                    n as i64 + 1,
                    top / 2,
                    top - 1,
                    top,
                ];
                let wanted: Vec<i64> = around
                    .iter()
                    .copied()
                    .filter(|x| (0..=top).contains(x))
                    .collect();
                let (mut numbers, mut left) = (wanted.clone(), vec![0; wanted.len()]);
                Divisor::new(n, size).split(&mut numbers, &mut left);
                for ((x, quotient), rest) in wanted.iter().zip(numbers).zip(left) {
                    assert_eq!((quotient, rest), (x / n as i64, x % n as i64), "{x} {n}");
                }
            }
        }
        let mut number = [i64::MAX];
        Divisor::new(10, usize::MAX).split(&mut number, &mut [0]);
        assert_eq!(number, [i64::MAX / 10]);
    }

    #[test]
    fn places_are_those_of_a_walk() {
        for shape in [
            &[3000][..],
            &[1000, 3],
            &[3, 1000],
            &[20, 1, 150],
            &[9, 8, 7, 6],
            &[5, 0, 3],
        ] {
            let n: usize = shape.iter().product();
            let values: Vec<i32> = (0..n as i32).map(|i| i * i % 7 % 3).collect();
            let array = Array::from_shape(shape, &values).unwrap();
            let found = nonzero(&array).unwrap();
            let together = places(&array).unwrap();
            assert_eq!(together.shape(), [shape.len(), found[0].size()]);
            let mut want = vec![vec![]; shape.len()];
            for (i, _) in values.iter().enumerate().filter(|&(_, &x)| x != 0) {
                let mut rest = i;
                for (axis, &n) in shape.iter().enumerate().rev() {
                    want[axis].push((rest % n) as i64);
                    rest /= n;
                }
            }
            for (found, want) in found.iter().zip(&want) {
                assert_eq!(&found.to_vec::<i64>().unwrap(), want, "{shape:?}");
            }
            assert_eq!(together.to_vec::<i64>().unwrap(), want.concat());
        }
    }
}
