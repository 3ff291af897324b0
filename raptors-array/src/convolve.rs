//! Sums of products of a run that slides along another: NumPy's `correlate` and `convolve`.

use crate::dense::dense;
use crate::{Array, DType, Dims, Order, Result, assign, drive, pieces::pieces};
use raptors_kernels::{Element, In, Level, Out, product, with_dtype};

/// How far the shorter run slides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Where it lies on the longer one whole.
    Valid,
    /// As many places as the longer one has elements, in the middle.
    Same,
    /// Wherever the two have an element in common.
    Full,
}

/// `sum(x[i + k] * y[k])` for every place `i` that `mode` allows, in the dtype of `x`: integers
/// wrap, truth values are joined by `or` of `and`, float16 is added up in float32.
///
/// `x` and `y` have one dimension and one dtype, and `x` is not the shorter one. Products are added
/// in the order of `y`, those of places where `y` sticks out, and of few places, as those of a dot product.
///
/// # Errors
///
/// If memory runs out.
///
/// # Panics
///
/// If dimensions, lengths or dtypes are others, or `y` is empty.
pub fn correlate(x: &Array, y: &Array, mode: Mode) -> Result<Array> {
    assert!(x.ndim() == 1 && y.ndim() == 1, "one dimension each");
    assert!(x.dtype() == y.dtype(), "one dtype");
    assert!(x.size() >= y.size() && y.size() > 0, "the longer run first");
    if x.dtype() == DType::F16 {
        let wide = |a: &Array| assign::astype(a, DType::F32, Some(Order::C));
        let sums = correlate(&wide(x)?, &wide(y)?, mode)?;
        return assign::astype(&sums, DType::F16, Some(Order::C));
    }
    let (long, short) = (x.size(), y.size());
    // How many places stick out on either side.
    let (left, right) = match mode {
        Mode::Valid => (0, 0),
        Mode::Same => (short / 2, short - short / 2 - 1),
        Mode::Full => (short - 1, short - 1),
    };
    let len = long - short + 1 + left + right;
    let mut out = Array::empty(&Dims::from_elem(len, 1), x.dtype(), Order::C)?;
    let (x, y) = (dense(x, x.dtype())?, dense(y, y.dtype())?);
    with_dtype!(x.dtype(), T => {
        if let (Some(x), Some(y), Some(out)) =
            (x.as_slice::<T>(), y.as_slice::<T>(), out.as_slice_mut::<T>()?)
        {
            fill(x, y, left, out);
        }
    });
    Ok(out)
}

/// Places that are fewer than those which are added up side by side.
const FEW: usize = 8;
/// Elements of the shorter run from which each of so few places is a dot product of its own: terms that are added one
/// after the other wait for each other.
const LONG: usize = 64;

fn fill<T: Element>(x: &[T], y: &[T], left: usize, out: &mut [T]) {
    let level = Level::get();
    let (long, short) = (x.len(), y.len());
    let (head, rest) = out.split_at_mut(left);
    let (middle, tail) = rest.split_at_mut(long - short + 1);
    let cost = u32::try_from(short).unwrap_or(u32::MAX);
    let plan = drive::map_plan(cost, middle.len(), size_of::<T>(), 1, 1);
    if middle.len() <= FEW && short >= LONG {
        for (i, out) in middle.iter_mut().enumerate() {
            let x = In::from(&x[i..i + short]);
            *out = product::dot(level, x, In::from(y)).get();
        }
    } else {
        pieces(&plan, middle, &|start, out| {
            let x = &x[start..start + out.len() + short - 1];
            product::slide(level, In::from(x), In::from(y), Out::from(out));
        });
    }
    let (x, y) = (In::from(x), In::from(y));
    product::slide_ends(level, x, y, Out::from(head), Out::from(tail));
}
