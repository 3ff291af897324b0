//! Whether all numbers of an array are finite.

use crate::{Array, DType, Result, map, reduce};
use raptors_kernels::{Bool, Ufunc, fold::Fold};

/// Numbers that are looked at before asking whether all were finite.
const BLOCK: usize = 256;
/// Numbers that are looked at without an array of truth values: where exceptions were raised, one that is
/// not finite mostly comes soon.
const FIRST: usize = 8 * BLOCK;

/// Whether all elements of `array`, whose numbers are of a floating-point type, are finite.
///
/// # Errors
///
/// If memory runs out, or these are other elements.
pub fn all(array: &Array) -> Result<bool> {
    if let Some(run) = array.in_any_order() {
        let (all, parts) = match array.dtype() {
            DType::F32 | DType::C64 => first(run.view(DType::F32).of(), f32::is_finite),
            DType::F64 | DType::C128 => first(run.view(DType::F64).of(), f64::is_finite),
            _ => (true, usize::MAX),
        };
        if !all || parts <= FIRST {
            return Ok(all);
        }
    }
    let each = map::unary(Ufunc::isfinite, array)?;
    let all = reduce::reduce_all(Fold::all, &each)?;
    Ok(all.item()?.get::<Bool>().get())
}

/// Whether the first of `numbers` are finite, and how many there are.
fn first<T: Copy>(numbers: &[T], is_finite: impl Fn(T) -> bool) -> (bool, usize) {
    let some = &numbers[..numbers.len().min(FIRST)];
    let mut blocks = some.chunks(BLOCK);
    let all = blocks.all(|block| block.iter().fold(true, |all, &x| all & is_finite(x)));
    (all, numbers.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Order, dtype::Complex64};

    #[test]
    fn one_number_is_found_wherever_it_is() {
        for n in [0, 1, BLOCK, FIRST, FIRST + 1, 3 * FIRST] {
            let numbers = vec![1.5f32; n];
            assert!(all(&Array::from_slice(&numbers).unwrap()).unwrap());
            for at in [0, n / 2, n.saturating_sub(1)] {
                for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    let mut numbers = numbers.clone();
                    let Some(place) = numbers.get_mut(at) else {
                        continue;
                    };
                    *place = bad;
                    assert!(!all(&Array::from_slice(&numbers).unwrap()).unwrap());
                }
            }
        }
    }

    #[test]
    fn other_layouts_and_types_are_looked_at_as_well() {
        let mut numbers = vec![Complex64::new(1.0, 2.0); 12];
        let array = |numbers: &[Complex64]| {
            let array = Array::from_slice(numbers).unwrap();
            array.reshape(&[3, 4], Order::C).unwrap()
        };
        assert!(all(&array(&numbers).transpose(&[1, 0]).unwrap()).unwrap());
        numbers[7].im = f64::NAN;
        assert!(!all(&array(&numbers).transpose(&[1, 0]).unwrap()).unwrap());
        assert!(!all(&array(&numbers).broadcast_to(&[2, 3, 4]).unwrap()).unwrap());
    }
}
