//! Whether sums of products are invalid, whatever was raised beside them: kernels also multiply what fills up
//! their vectors.

use crate::{Array, Bool, Order, Result, Scalar, Ufunc, map, reduce};
use raptors_kernels::fold::Fold;

/// A product of arrays, such as [`super::matmul`].
pub type Product = fn(&Array, &Array) -> Result<Array>;

/// Whether one of the sums of `product` of `x` and `y`, which gave `sums`, is NaN though none of its factors is, or
/// has infinity times zero among its terms. Nothing depends on the order of the terms.
///
/// # Errors
///
/// If memory runs out.
pub fn is_invalid(product: Product, [x, y]: [&Array; 2], sums: &Array) -> Result<bool> {
    let nan = |x: &Array| map::unary(Ufunc::isnan, x);
    let all =
        |x: &Array| Array::full(&[], &Scalar::new(Bool::TRUE), Order::C)?.broadcast_to(x.shape());
    // Which sums have NaN among their factors: products of truth values tell whether one term is true.
    let by_x = product(&nan(x)?, &all(y)?)?;
    let by_y = product(&all(x)?, &nan(y)?)?;
    let brought = map::binary(Ufunc::logical_or, &by_x, &by_y)?;
    if any(&map::binary(Ufunc::greater, &nan(sums)?, &brought)?)? {
        return Ok(true);
    }
    let infinite = |x: &Array| map::unary(Ufunc::isinf, x);
    Ok(any(&product(&infinite(x)?, &zero(y)?)?)? || any(&product(&zero(x)?, &infinite(y)?)?)?)
}

/// Which elements are zero, or have a part that is.
fn zero(x: &Array) -> Result<Array> {
    let zero = |x: &Array| map::unary(Ufunc::logical_not, x);
    match (x.part(false), x.part(true)) {
        (Some(real), Some(imaginary)) => {
            map::binary(Ufunc::logical_or, &zero(&real)?, &zero(&imaginary)?)
        }
        _ => zero(x),
    }
}

fn any(x: &Array) -> Result<bool> {
    let any = reduce::reduce_all(Fold::any, x)?;
    Ok(any.item()?.get::<Bool>().get())
}
