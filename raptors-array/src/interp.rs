//! Linear interpolation: NumPy's `interp`.

use crate::{Array, DType, Order, Result, dense::dense, drive, pieces::pieces};
pub use raptors_kernels::interp::Points;
use raptors_kernels::interp::interp as values;

/// What a search and a line are worth, in additions.
const COST: u32 = 24;

/// The values at `x` of the piecewise linear function through `points`, in float64.
///
/// # Errors
///
/// If memory runs out.
///
/// # Panics
///
/// If `points` has none, or not as many ordinates as abscissae.
pub fn interp(points: &Points<'_>, x: &Array) -> Result<Array> {
    let x = dense(x, DType::F64)?;
    let mut out = Array::empty(x.shape(), DType::F64, Order::C)?;
    let plan = drive::map_plan(COST, x.size(), size_of::<f64>(), 1, 1);
    if let (Some(x), Some(out)) = (x.as_slice::<f64>(), out.as_slice_mut::<f64>()?) {
        pieces(&plan, out, &|start, out| {
            values(points, &x[start..start + out.len()], out);
        });
    }
    Ok(out)
}
