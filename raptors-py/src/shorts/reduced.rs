//! Short ways of reductions that are asked for more than an axis.

use super::{Any, Given};
use crate::array;
use crate::forward::Args;
use crate::reduction::{self, Arguments};
use crate::value;
use pyo3::prelude::*;
use pyo3::types::PyBool;
use raptors_array::reduce::Reduction;

/// The places of the options among the parameters; zero for what there is none for.
pub(super) struct Places {
    pub(super) dtype: usize,
    pub(super) out: usize,
    pub(super) keepdims: usize,
    pub(super) initial: usize,
    pub(super) mask: usize,
}

/// Those of `sum` and `prod`.
pub(super) const TYPED: Places = Places {
    dtype: 2,
    out: 3,
    keepdims: 4,
    initial: 5,
    mask: 6,
};

/// Those of `max` and `min`.
pub(super) const EXTREME: Places = Places {
    dtype: 0,
    out: 2,
    keepdims: 3,
    initial: 4,
    mask: 5,
};

/// Those of `any` and `all`.
pub(super) const TRUTH: Places = Places {
    dtype: 0,
    out: 2,
    keepdims: 3,
    initial: 0,
    mask: 4,
};

/// Those of `mean`.
pub(super) const MEAN: Places = Places {
    dtype: 2,
    out: 3,
    keepdims: 4,
    initial: 0,
    mask: 5,
};

/// Those of `argmax` and `argmin`.
pub(super) const PLACE: Places = Places {
    dtype: 0,
    out: 2,
    keepdims: 3,
    initial: 0,
    mask: 0,
};

/// The reduction of the array that is the first argument; nothing for options of other classes than they mostly are
/// of, among which is what stands for one that is not given.
pub(super) fn reduced<'py>(what: Reduction, args: &Args<'_, 'py>, places: &Places) -> Given<'py> {
    let Some(a) = args.array(0) else {
        return Ok(None);
    };
    let at = |place: usize| args.get(place).filter(|_| place > 0);
    let is_array = |object: &Any<'py>| array::of(object).is_some();
    let keepdims = match at(places.keepdims) {
        None => false,
        Some(keepdims) => match keepdims.cast_exact::<PyBool>() {
            Ok(keepdims) => keepdims.is_true(),
            Err(_) => return Ok(None),
        },
    };
    let (initial, mask) = (at(places.initial), at(places.mask));
    let (dtype, out) = (at(places.dtype), at(places.out));
    let (dtype, out) = (
        dtype.filter(|dtype| !dtype.is_none()),
        out.filter(|out| !out.is_none()),
    );
    if !mask.is_none_or(is_array)
        || !out.is_none_or(is_array)
        || initial.is_some_and(|initial| value::plain_number(initial).is_none())
    {
        return Ok(None);
    }
    let arguments = Arguments {
        axis: args.given(1),
        dtype,
        out,
        keepdims,
        initial,
        r#where: mask,
    };
    reduction::reduce(what, a.as_any(), &arguments).map(Some)
}
