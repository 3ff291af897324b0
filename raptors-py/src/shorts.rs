//! What the functions that are written in Python do in their plainest calls, for arrays of the class and
//! the arguments that programs give most: nothing where it is another call.

use crate::array::{self, Object};
use crate::forward::Args;
use crate::{
    chosen, guard, index, methods, operator, order, pick, placing, reduction, repeat, round, value,
};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyString};
use raptors_array::index::Choice;
use raptors_array::reduce::Reduction;
use raptors_array::{Array, DType, Index, Kind, Scalar, Ufunc};
use raptors_kernels::fold::Fold;
use smallvec::SmallVec;

mod extremes;
mod joined;
mod made;
mod norms;
mod places;
mod products;
mod reduced;
mod several;

type Any<'py> = Bound<'py, PyAny>;
type Given<'py> = PyResult<Option<Any<'py>>>;

/// A function that has a short way.
pub(crate) struct Short {
    /// What the namespace calls it; methods are called `ndarray.` something.
    pub(crate) name: &'static str,
    /// The names of its first parameters, which the short way looks at; `*` before those that are not given by place.
    pub(crate) params: &'static [&'static str],
    pub(crate) call: for<'py> fn(&Args<'_, 'py>) -> Given<'py>,
}

macro_rules! shorts {
    ($($name:literal($($param:literal),+) = $call:expr;)*) => {
        &[$(Short { name: $name, params: &[$($param),+], call: $call }),*]
    };
}

/// A function that is a method of its first argument, and takes one more at most.
macro_rules! method {
    ($name:literal) => {
        |args| match args.array(0) {
            Some(array) => (const { methods::short($name) })(array, args.given(1)),
            None => Ok(None),
        }
    };
}

/// A fold, with the options that are at some places of the parameters.
macro_rules! reduction {
    ($fold:expr, $places:ident) => {
        |args| reduced::reduced(Reduction::Fold($fold), args, &reduced::$places)
    };
}

/// What `f` makes of the array that is the first argument.
macro_rules! of_array {
    (|$array:ident, $args:ident| $body:expr) => {
        |$args| match $args.array(0) {
            Some($array) => $body,
            None => Ok(None),
        }
    };
}

/// All functions that have a short way.
pub(crate) const ALL: &[Short] = shorts! {
    "sum"("a", "axis", "dtype", "out", "keepdims", "initial", "where") = reduction!(Fold::sum, TYPED);
    "prod"("a", "axis", "dtype", "out", "keepdims", "initial", "where") = reduction!(Fold::prod, TYPED);
    "max"("a", "axis", "out", "keepdims", "initial", "where") = reduction!(Fold::max, EXTREME);
    "min"("a", "axis", "out", "keepdims", "initial", "where") = reduction!(Fold::min, EXTREME);
    "any"("a", "axis", "out", "keepdims", "*where") = reduction!(Fold::any, TRUTH);
    "all"("a", "axis", "out", "keepdims", "*where") = reduction!(Fold::all, TRUTH);
    "mean"("a", "axis", "dtype", "out", "keepdims", "*where") =
        |args| reduced::reduced(Reduction::Mean, args, &reduced::MEAN);
    "var"("a", "axis") = method!(c"var");
    "std"("a", "axis") = method!(c"std");
    "argmax"("a", "axis", "out", "*keepdims") =
        |args| reduced::reduced(Reduction::ArgMax, args, &reduced::PLACE);
    "argmin"("a", "axis", "out", "*keepdims") =
        |args| reduced::reduced(Reduction::ArgMin, args, &reduced::PLACE);
    "ptp"("a", "axis") = of_array!(|a, args| extremes::spread(a, args.given(1)));
    "nanmax"("a", "axis") = of_array!(|a, args| extremes::of_numbers(Fold::fmax, a, args.given(1)));
    "nanmin"("a", "axis") = of_array!(|a, args| extremes::of_numbers(Fold::fmin, a, args.given(1)));
    "cumsum"("a", "axis") = of_array!(|a, args| cumulative(Ufunc::add, None, a, args));
    "cumprod"("a", "axis") = of_array!(|a, args| cumulative(Ufunc::multiply, None, a, args));
    "nancumsum"("a", "axis") = of_array!(|a, args| cumulative(Ufunc::add, Some(Fold::nansum), a, args));
    "nancumprod"("a", "axis") =
        of_array!(|a, args| cumulative(Ufunc::multiply, Some(Fold::nanprod), a, args));
    "diff"("a", "n", "axis") = of_array!(|a, args| differences(a, args));
    "clip"("a", "a_min", "a_max", "out", "min", "max") =
        of_array!(|a, args| match [1, 2, 4, 5].map(|place| args.get(place)) {
            [Some(_), Some(_), None, None] => limited(a, args, [1, 2, 3]),
            // Both kinds of names, or more places than there are, are errors.
            [None, None, ..] => limited(a, args, [4, 5, 3]),
            _ => Ok(None),
        });
    "ndarray.clip"("self", "min", "max", "out") = of_array!(|a, args| limited(a, args, [1, 2, 3]));
    "round"("a", "decimals") = of_array!(|a, args| {
        round::rounded(a, args.get(1), None).map(Some)
    });
    "fix"("x") = of_array!(|x, _args| operator::unary(Ufunc::trunc, x).map(Some));
    "reshape"("a", "shape") = method!(c"reshape");
    "ravel"("a") = method!(c"ravel");
    "transpose"("a") = method!(c"transpose");
    "squeeze"("a") = method!(c"squeeze");
    "diagonal"("a") = method!(c"diagonal");
    "copy"("a") = of_array!(|a, _args| if a.get().array.is_c_contiguous() {
        methods::copy(a).map(Some)
    } else {
        Ok(None)
    });
    "swapaxes"("a", "axis1", "axis2") = of_array!(|a, args| exchanged(a, args));
    "flip"("m") = of_array!(|a, _args| flipped(a));
    "atleast_1d"("") = of_array!(|a, _args| Ok((a.get().array.ndim() > 0).then(|| a.clone().into_any())));
    "atleast_2d"("") = of_array!(|a, _args| at_least_two(a));
    "ndim"("a") = of_array!(|a, args| number(a.get().array.ndim(), args));
    "size"("a") = of_array!(|a, args| number(a.get().array.size(), args));
    "shape"("a") = of_array!(|a, args| Ok(Some(a.get().shape(args.py())?.into_any())));
    "real"("val") = of_array!(|a, _args| Ok(Some(array::NdArray::real(a)?.into_any())));
    "imag"("val") = of_array!(|a, _args| Ok(Some(array::NdArray::imag(a)?.into_any())));
    "sort"("a", "axis") = |args| match (args.array(0), args.axis(1, -1)) {
        (Some(a), Some(axis)) => {
            Ok(Some(order::sorted(a, Some(axis), false, false)?.into_any()))
        }
        (None, Some(axis)) => made::sorted_list(args, axis),
        _ => Ok(None),
    };
    "argsort"("a", "axis", "kind") = of_array!(|a, args| argsorted(a, args));
    "ndarray.argsort"("self", "axis", "kind") = of_array!(|a, args| argsorted(a, args));
    "partition"("a", "kth", "axis") = of_array!(|a, args| selected(a, args, order::partitioned));
    "argpartition"("a", "kth", "axis") =
        of_array!(|a, args| selected(a, args, order::argpartitioned));
    "ndarray.argpartition"("self", "kth", "axis") =
        of_array!(|a, args| selected(a, args, order::argpartitioned));
    "ndarray.partition"("self", "kth", "axis") = of_array!(|a, args| places::partition(a, args));
    "arange"("", "", "", "dtype") = |args| several::counting(args);
    "count_nonzero"("a", "axis") = of_array!(|a, args| {
        let axis = args.given(1);
        let arguments = reduction::Arguments { axis, ..reduction::Arguments::default() };
        let what = Reduction::Fold(Fold::count_nonzero);
        reduction::reduce(what, a.as_any(), &arguments).map(Some)
    });
    "searchsorted"("a", "v", "side") = of_array!(|a, args| searched(a, args));
    "ndarray.searchsorted"("self", "v", "side") = of_array!(|a, args| searched(a, args));
    "take"("a", "indices", "axis", "out", "mode") = of_array!(|a, args| places::taken(a, args));
    "ndarray.take"("self", "indices", "axis", "out", "mode") = of_array!(|a, args| places::taken(a, args));
    "ndarray.repeat"("self", "repeats") = of_array!(|a, args| match args.get(1) {
        Some(repeats) => Ok(Some(repeat::repeat(a.as_any(), repeats, None)?.into_any())),
        None => Ok(None),
    });
    "ndarray.trace"("self") = of_array!(|a, _args| traced(a));
    "trace"("a") = of_array!(|a, _args| traced(a));
    "compress"("condition", "a", "axis") = |args| places::compressed(args, 1, 0);
    "ndarray.compress"("self", "condition", "axis") = |args| places::compressed(args, 0, 1);
    "extract"("condition", "arr") = |args| masked(args.array(1), args.array(0));
    "flatnonzero"("a") = of_array!(|a, _args| pick::flat_places(a).map(Some));
    "put"("a", "ind", "v") = |args| placed(args, |a, ind, v| placing::put(a, ind, v));
    "ndarray.put"("self", "indices", "values") =
        |args| placed(args, |a, ind, v| placing::put(a, ind, v));
    "putmask"("a", "mask", "values") =
        |args| placed(args, |a, mask, v| placing::put_where(a, mask, v, false));
    "place"("arr", "mask", "vals") =
        |args| placed(args, |a, mask, v| placing::put_where(a, mask, v, true));
    "choose"("a", "choices") = of_array!(|a, args| several::choice_of(a, args));
    "ndarray.choose"("self", "choices") = of_array!(|a, args| several::choice_of(a, args));
    "take_along_axis"("arr", "indices", "axis") = of_array!(|a, args| several::along(a, args));
    "broadcast_arrays"("", "", "") = several::broadcast;
    "meshgrid"("", "") = several::grid;
    "unravel_index"("indices", "shape") = places::unraveled;
    "ravel_multi_index"("multi_index", "dims") = places::raveled;
    "may_share_memory"("", "") = |args| Ok(places::shared(args, false));
    "shares_memory"("", "") = |args| Ok(places::shared(args, true));
    "packbits"("") = of_array!(|a, _args| places::packed(a));
    "unpackbits"("") = of_array!(|a, _args| places::unpacked(a));
    "result_type"("", "") = places::promoted;
    "min_scalar_type"("") = places::smallest;
    "isscalar"("element") = |args| Ok(args.get(0).and_then(places::is_one));
    "promote_types"("type1", "type2") = |args| match (args.array(0), args.array(1), args.get(1)) {
        // No number is a type.
        (None, None, Some(second)) if value::plain_number(second).is_none() => {
            places::promoted(args)
        }
        _ => Ok(None),
    };
    "can_cast"("from_", "to", "casting") = places::castable;
    "rollaxis"("a", "axis", "start") = of_array!(|a, args| places::rolled(a, args));
    "concatenate"("", "axis") = joined::concatenated;
    "stack"("arrays", "axis") = joined::stacked;
    "vstack"("tup") = joined::piled;
    "hstack"("tup") = joined::beside;
    "append"("arr", "values") = of_array!(|a, args| several::appended(a, args));
    "delete"("arr", "obj") = of_array!(|a, args| several::deleted(a, args));
    "insert"("arr", "obj", "values") = of_array!(|a, args| several::inserted(a, args));
    "split"("ary", "indices_or_sections") = of_array!(|a, args| several::split(a, args));
    "angle"("z") = of_array!(|z, _args| several::angle(z));
    "copyto"("dst", "src", "casting", "where") =
        of_array!(|dst, args| Ok(several::copied(dst, args)));
    "where"("", "", "") = of_array!(|condition, args| Ok(several::selected(condition, args)));
    "bincount"("x", "weights") = of_array!(|x, args| places::counts(x, args));
    "lexsort"("keys") = several::lexsorted;
    "convolve"("a", "v", "mode") = products::convolved;
    "correlate"("a", "v", "mode") = products::correlated;
    "interp"("x", "xp", "fp") = several::interpolated;
    "fromiter"("iter", "dtype", "count") = made::iterated;
    "frombuffer"("buffer", "dtype", "count", "offset") = made::of_buffer;
    "dot"("a", "b") = of_array!(|a, args| args.get(1).map(|b| operator::dot(a.as_any(), b, None)).transpose());
    "vdot"("", "") = of_array!(|a, args| args.get(1).map(|b| operator::vdot(a.as_any(), b)).transpose());
    "inner"("", "") = of_array!(|a, args| args.get(1).map(|b| operator::inner(a.as_any(), b)).transpose());
    "einsum"("", "", "") = products::summed;
    "linalg.norm"("x", "ord") = of_array!(|x, args| norms::norm(x, args));
    "gufunc.__call__"("", "", "", "out") = products::of_vectors;
    "outer"("a", "b") = of_array!(|a, args| match args.array(1) {
        Some(b) => operator::outer(Ufunc::multiply, a, b),
        None => Ok(None),
    });
};

fn number<'py>(n: usize, args: &Args<'_, 'py>) -> Given<'py> {
    n.into_bound_py_any(args.py()).map(Some)
}

/// Every prefix of `a` added or multiplied; where numbers may be NaN, as `missing` takes them.
fn cumulative<'py>(
    ufunc: Ufunc,
    missing: Option<Fold>,
    a: &Object<'py>,
    args: &Args<'_, 'py>,
) -> Given<'py> {
    let axis = match args.given(1) {
        None => None,
        // NumPy's axes are integers of C.
        Some(_) => match args.integer(1, 0).map(i32::try_from) {
            Some(Ok(axis)) => Some(axis as isize),
            _ => return Ok(None),
        },
    };
    let inexact = matches!(a.get().array.dtype().kind(), Kind::Float | Kind::Complex);
    match missing.filter(|_| inexact) {
        Some(fold) => reduction::scanned(ufunc, fold, a, axis).map(Some),
        None => reduction::cumulate(ufunc, a, axis, None, None).map(Some),
    }
}

/// `a` between the limits at these places of the arguments, written to what is at the last of them.
fn limited<'py>(a: &Object<'py>, args: &Args<'_, 'py>, places: [usize; 3]) -> Given<'py> {
    let [min, max, out] = places.map(|place| args.given(place));
    array::NdArray::clip(a, min, max, out, None).map(Some)
}

/// The differences of neighbours along an axis, once; of truth values, whether they differ.
fn differences<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    let array = &a.get().array;
    let (Some(1), Some(axis), 1..) = (args.integer(1, 1), args.integer(2, -1), array.ndim()) else {
        return Ok(None);
    };
    let [later, earlier] = guard::quick(|| array.neighbours(axis))?;
    let op = match array.dtype() {
        DType::Bool => Ufunc::not_equal,
        _ => Ufunc::subtract,
    };
    operator::of_views(args.py(), op, &later, &earlier).map(Some)
}

fn exchanged<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    match (
        args.get(1),
        args.integer(1, 0),
        args.get(2),
        args.integer(2, 0),
    ) {
        (Some(_), Some(first), Some(_), Some(second)) => {
            Ok(Some(array::NdArray::swapaxes(a, first, second)?.into_any()))
        }
        _ => Ok(None),
    }
}

/// The view with the order along all axes reversed.
fn flipped<'py>(a: &Object<'py>) -> Given<'py> {
    const BACKWARDS: Index = Index::Slice {
        start: None,
        stop: None,
        step: Some(-1),
    };
    let array = &a.get().array;
    let key: SmallVec<[Index; 4]> = SmallVec::from_elem(BACKWARDS, array.ndim());
    let view = guard::quick(|| array.index(&key))?;
    Ok(Some(array::view(a, view)?.into_any()))
}

/// An array of two axes at least: a run as a row.
fn at_least_two<'py>(a: &Object<'py>) -> Given<'py> {
    let array = &a.get().array;
    match array.ndim() {
        0 => Ok(None),
        1 => {
            let row = [1, array.size() as i64];
            let row = |choice: &mut Choice<'_>| Ok(choice.reshaped(&row));
            Ok(chosen::view(a, row)?.map(Bound::into_any))
        }
        _ => Ok(Some(a.clone().into_any())),
    }
}

fn argsorted<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    // A sort of indices is stable, whichever kind is asked for.
    let is_kind = |kind: &Any<'py>| {
        let name = kind.cast_exact::<PyString>().ok();
        name.is_some_and(|name| name == "stable" || name == "mergesort")
    };
    if !args.given(2).is_none_or(is_kind) {
        return Ok(None);
    }
    match args.axis(1, -1) {
        Some(axis) if a.get().array.ndim() > 0 => {
            Ok(Some(order::argsorted(a, Some(axis), false)?.into_any()))
        }
        _ => Ok(None),
    }
}

/// A partition, or its indices.
type Select = for<'py> fn(&Object<'py>, &Any<'py>, i64) -> PyResult<Option<Object<'py>>>;

fn selected<'py>(a: &Object<'py>, args: &Args<'_, 'py>, select: Select) -> Given<'py> {
    match (args.get(1), args.integer(2, -1)) {
        (Some(kth), Some(axis)) => Ok(select(a, kth, axis)?.map(Bound::into_any)),
        _ => Ok(None),
    }
}

/// Where a float or the elements of an array belong in the sorted `a`.
fn searched<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    let right = match args.get(2) {
        None => false,
        Some(side) => match side.cast_exact::<PyString>().map(|side| side.to_str()) {
            Ok(Ok("left")) => false,
            Ok(Ok("right")) => true,
            _ => return Ok(None),
        },
    };
    let Some(v) = args.get(1).filter(|_| a.get().array.ndim() == 1) else {
        return Ok(None);
    };
    if let Some(v) = array::of(v) {
        return Ok(Some(order::searched(a, v, right)?.into_any()));
    }
    let Ok(v) = v.cast_exact::<PyFloat>() else {
        return Ok(None);
    };
    let v = guard::quick(|| Array::from_scalar(&Scalar::new(v.value())))?;
    Ok(Some(order::searched(a, &v, right)?.into_any()))
}

/// The sum along the diagonal of a matrix.
fn traced<'py>(a: &Object<'py>) -> Given<'py> {
    let Some(diagonal) = Choice::of(&a.get().array, |choice| PyResult::Ok(choice.diagonal()))?
    else {
        return Ok(None);
    };
    let diagonal = array::view(a, diagonal)?;
    let arguments = reduction::Arguments::default();
    reduction::reduce(Reduction::Fold(Fold::sum), diagonal.as_any(), &arguments).map(Some)
}

/// The elements of `a` where `mask`, of the same shape, is true.
fn masked<'py>(a: Option<&Object<'py>>, mask: Option<&Object<'py>>) -> Given<'py> {
    let (Some(a), Some(mask)) = (a, mask) else {
        return Ok(None);
    };
    let (array, truths) = (&a.get().array, &mask.get().array);
    if truths.dtype() != DType::Bool || array.ndim() != 1 || truths.shape() != array.shape() {
        return Ok(None);
    }
    index::get(a, mask.as_any()).map(Some)
}

/// `None`, if `place` did what it is there for.
fn placed<'py>(
    args: &Args<'_, 'py>,
    place: impl FnOnce(&Any<'py>, &Any<'py>, &Any<'py>) -> PyResult<bool>,
) -> Given<'py> {
    let (Some(a), Some(first), Some(second)) = (args.array(0), args.get(1), args.get(2)) else {
        return Ok(None);
    };
    let done = place(a.as_any(), first, second)?;
    Ok(done.then(|| args.py().None().into_bound(args.py())))
}
