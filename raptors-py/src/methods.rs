//! Methods of `ndarray` as programs call them most: C functions that look for no argument, or for one
//! by place or as `axis=`, and leave all other calls to pyo3's. Not for the stable ABI.

use crate::array::{NdArray, Object};
use crate::reduction::{self, Arguments};
use crate::slots::enter;
use crate::{
    array, chosen, dtype, guard, interop, list, object, operator, order, scalar, take, view,
};
use core::ffi::CStr;
use core::ptr::null_mut;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyInt;
use raptors_array::index::{Beyond, Choice};
use raptors_array::reduce::Reduction;
use raptors_array::{Order, assign, layout, quick};
use raptors_kernels::fold::Fold;
use raptors_kernels::{Kind, Status};
use std::sync::OnceLock;

mod flat;
mod integers;
mod named;

use integers::Chosen;
use named::Named;

type Any<'py> = Bound<'py, PyAny>;
type Pointer = *mut ffi::PyObject;
type Full = ffi::PyCFunctionFastWithKeywords;

/// What a method does with no argument or one; nothing where that is left to pyo3's.
pub(crate) type Short = for<'py> fn(&Object<'py>, Option<&Any<'py>>) -> PyResult<Option<Any<'py>>>;

/// A method that has a short way.
struct Method {
    name: &'static CStr,
    short: Short,
    /// What its first argument is called, where it is looked for by name.
    named: Named,
    /// The view that it gives of integers, which can be given one by one.
    integers: Option<Chosen>,
}

macro_rules! reductions {
    ($($name:literal = $what:expr),* $(,)?) => {
        [$(Method {
            name: $name,
            short: |array, axis| {
                let arguments = Arguments { axis, ..Arguments::default() };
                reduction::reduce($what, array.as_any(), &arguments).map(Some)
            },
            named: Named::Axis,
            integers: None,
        }),*]
    };
}

const REDUCTIONS: [Method; 11] = reductions![
    c"sum" = Reduction::Fold(Fold::sum),
    c"prod" = Reduction::Fold(Fold::prod),
    c"max" = Reduction::Fold(Fold::max),
    c"min" = Reduction::Fold(Fold::min),
    c"any" = Reduction::Fold(Fold::any),
    c"all" = Reduction::Fold(Fold::all),
    c"mean" = Reduction::Mean,
    c"var" = Reduction::Var { ddof: 0.0 },
    c"std" = Reduction::Std { ddof: 0.0 },
    c"argmax" = Reduction::ArgMax,
    c"argmin" = Reduction::ArgMin,
];

/// A method whose argument is looked for by place only.
const fn plain(name: &'static CStr, short: Short) -> Method {
    named(Named::Nothing, name, short)
}

const fn named(named: Named, name: &'static CStr, short: Short) -> Method {
    Method {
        name,
        short,
        named,
        integers: None,
    }
}

/// The elements of `object` in new memory, in C order.
#[inline]
pub(crate) fn copy<'py>(object: &Object<'py>) -> PyResult<Any<'py>> {
    let (py, this) = (object.py(), &object.get().array);
    if let Some(copy) = chosen::made(py, |room| quick::copied(this, room)) {
        return Ok(copy.into_any());
    }
    let copy = guard::run(py, this.size(), || assign::copy(this, Some(Order::C)))?;
    Ok(array::fresh(py, copy)?.into_any())
}

/// The elements of `array` as another dtype, in new memory.
fn converted<'py>(array: &Object<'py>, dtype: &Any<'py>) -> PyResult<Any<'py>> {
    let (py, this) = (array.py(), &array.get().array);
    // Conversions of complex numbers warn of what is lost.
    if this.dtype().kind() != Kind::Complex
        && !array.get().is_scalar()
        && let Some(to) = dtype::known(py, dtype)?
    {
        Status::clear();
        let few = chosen::made(py, |room| quick::converted(this, to, room));
        if let (Some(few), Status::NONE) = (few, Status::take()) {
            return Ok(few.into_any());
        }
    }
    NdArray::astype(array, dtype, None, None, true, true)
}

/// The view of all elements that `choose` chooses; nothing where that gives nothing.
#[inline(always)]
fn whole<'py>(
    array: &Object<'py>,
    choose: impl FnOnce(&mut Choice<'_>) -> Option<()>,
) -> PyResult<Option<Any<'py>>> {
    if array.get().is_number() {
        return Ok(None);
    }
    let view = chosen::view(array, |choice| Ok(choose(choice)))?;
    Ok(view.map(Bound::into_any))
}

const OTHERS: [Method; 17] = [
    plain(c"item", |array, place| {
        let this = &array.get().array;
        match place {
            Some(place) if place.is_exact_instance_of::<PyInt>() && this.ndim() > 0 => {
                let place = place.extract()?;
                let found = guard::quick(|| {
                    if this.ndim() == 1 {
                        return this.get(&[place]);
                    }
                    let place = layout::position(place, this.size(), None)?;
                    this.get(&layout::unravel(place, this.shape()))
                })?;
                scalar::number(array.py(), &found).map(Some)
            }
            Some(_) => Ok(None),
            None => {
                let found = guard::quick(|| this.item())?;
                scalar::number(array.py(), &found).map(Some)
            }
        }
    }),
    named(Named::Axis, c"sort", |array, axis| {
        let axis = match axis {
            Some(axis) if !axis.is_exact_instance_of::<PyInt>() => return Ok(None),
            Some(axis) => axis.extract()?,
            None => -1,
        };
        let this = array.get();
        // A run has one axis, whose other number is zero.
        let last = axis == -1 || axis == 0;
        if !(last && this.writeable() && interop::sort(&this.array)) {
            order::sort(array, axis, false, false)?;
        }
        Ok(Some(array.py().None().into_bound(array.py())))
    }),
    named(Named::Order, c"copy", |array, order| match order {
        _ if array.get().is_scalar() => Ok(None),
        Some(order) => match crate::call::order_letter(order)? {
            Some('C') => copy(array).map(Some),
            _ => Ok(None),
        },
        None => copy(array).map(Some),
    }),
    named(Named::Order, c"ravel", |array, order| {
        if let Some(order) = order.filter(|order| !order.is_none()) {
            return match crate::call::order_letter(order)? {
                Some('C') => whole(array, chosen::flat),
                Some('F') if !array.get().array.is_f_contiguous() => Ok(flat::turned(array)),
                _ => whole(array, chosen::line),
            };
        }
        match whole(array, chosen::flat)? {
            None => flat::copied(array),
            view => Ok(view),
        }
    }),
    named(Named::Order, c"flatten", |array, order| match order {
        Some(order) => match crate::call::order_letter(order)? {
            Some('C') => flat::copied(array),
            Some('F') => Ok(flat::turned(array)),
            _ => Ok(None),
        },
        None => flat::copied(array),
    }),
    plain(c"view", |array, dtype| match dtype {
        Some(dtype) => view::read_as(array, dtype),
        None => whole(array, |_| Some(())),
    }),
    plain(c"diagonal", |array, offset| match offset {
        Some(_) => Ok(None),
        None => whole(array, chosen::diagonal),
    }),
    Method {
        integers: Some(integers::permuted),
        ..plain(c"transpose", |array, axes| match axes {
            Some(axes) => integers::given(array, axes, integers::permuted),
            None => whole(array, chosen::reversed),
        })
    },
    Method {
        integers: Some(integers::exchanged),
        ..plain(c"swapaxes", |_array, _axis| Ok(None))
    },
    named(Named::Dtype, c"astype", |array, dtype| match dtype {
        Some(dtype) => converted(array, dtype).map(Some),
        None => Ok(None),
    }),
    plain(c"dot", |array, other| match other {
        Some(other) => operator::dot(array.as_any(), other, None).map(Some),
        None => Ok(None),
    }),
    plain(c"tolist", |array, _| list::nested(array).map(Some)),
    plain(c"nonzero", |array, _| {
        NdArray::nonzero_places(array).map(|places| Some(places.into_any()))
    }),
    plain(c"fill", |array, value| match value {
        Some(value) => {
            NdArray::fill(array, value)?;
            Ok(Some(array.py().None().into_bound(array.py())))
        }
        None => Ok(None),
    }),
    plain(c"take", |array, places| match places {
        Some(places) => take::taken(array, places, None, Beyond::Raise),
        None => Ok(None),
    }),
    plain(c"squeeze", |array, axis| {
        let whole = axis.is_none() && !array.get().array.shape().contains(&1);
        Ok(whole.then(|| array.clone().into_any()))
    }),
    Method {
        integers: Some(integers::reshaped),
        ..plain(c"reshape", |array, shape| match shape {
            Some(shape) => flat::reshaped(array, shape),
            None => Ok(None),
        })
    },
];

const COUNT: usize = REDUCTIONS.len() + OTHERS.len();

const fn method(i: usize) -> &'static Method {
    const TABLES: (&[Method], &[Method]) = (&REDUCTIONS, &OTHERS);
    if i < TABLES.0.len() {
        &TABLES.0[i]
    } else {
        &TABLES.1[i - TABLES.0.len()]
    }
}

/// The short way of the method called `name`, which has one.
pub(crate) const fn short(name: &CStr) -> Short {
    let mut i = 0;
    loop {
        let known = method(i);
        if equal(known.name.to_bytes(), name.to_bytes()) {
            return known.short;
        }
        i += 1;
    }
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

/// The functions that pyo3 made for the methods.
static FULL: [OnceLock<Full>; COUNT] = [const { OnceLock::new() }; COUNT];

/// As [`FULL`], for methods that take no arguments.
static ALONE: [OnceLock<ffi::PyCFunction>; COUNT] = [const { OnceLock::new() }; COUNT];

/// The method `M` as Python calls it.
unsafe extern "C" fn call<const M: usize>(
    this: Pointer,
    args: *const Pointer,
    count: ffi::Py_ssize_t,
    names: Pointer,
) -> Pointer {
    let method = const { method(M) };
    // SAFETY: Python calls methods with the interpreter attached, an object of the class, `count`
    // positional arguments and as many after them as there are names.
    unsafe {
        let py = Python::assume_attached();
        let named = if names.is_null() {
            0
        } else {
            ffi::PyTuple_GET_SIZE(names)
        };
        let by_axis = || {
            let name = ffi::PyTuple_GET_ITEM(names, 0);
            method.named.is(py, name)
        };
        if count + named <= 1 && (named == 0 || by_axis()) {
            let this = Borrowed::from_ptr(py, this);
            let arg = (count + named == 1).then(|| Borrowed::from_ptr(py, *args));
            let result = enter(py, Some(null_mut()), || {
                let result = (method.short)(object::of(&this)?, arg.as_deref())?;
                Ok(result.map(Bound::into_ptr))
            });
            if let Some(result) = result {
                return result;
            }
        }
        if let Some(choose) = method.integers
            && named == 0
            && count > 1
        {
            let this = Borrowed::from_ptr(py, this);
            let result = enter(py, Some(null_mut()), || {
                let given = (0..count).map(|i| Borrowed::from_ptr(py, *args.offset(i)));
                let result = integers::view(object::of(&this)?, given, choose)?;
                Ok(result.map(Bound::into_ptr))
            });
            if let Some(result) = result {
                return result;
            }
        }
        match FULL[M].get() {
            Some(full) => full(this, args, count, names),
            None => null_mut(),
        }
    }
}

/// As [`call`], for methods that take no arguments.
unsafe extern "C" fn alone<const M: usize>(this: Pointer, _null: Pointer) -> Pointer {
    let method = const { method(M) };
    // SAFETY: Python calls methods with the interpreter attached and an object of the class.
    unsafe {
        let py = Python::assume_attached();
        let this = Borrowed::from_ptr(py, this);
        let result = enter(py, Some(null_mut()), || {
            let result = (method.short)(object::of(&this)?, None)?;
            Ok(result.map(Bound::into_ptr))
        });
        match (result, ALONE[M].get()) {
            (Some(result), _) => result,
            (None, Some(full)) => full(this.as_ptr(), null_mut()),
            (None, None) => null_mut(),
        }
    }
}

/// Puts the functions above in the place of pyo3's.
///
/// # Safety
///
/// `class` is the type object of the arrays that pyo3 has made, and the interpreter lock is held.
pub(crate) unsafe fn install(class: *mut ffi::PyTypeObject) {
    const FLAGS: core::ffi::c_int = ffi::METH_FASTCALL | ffi::METH_KEYWORDS;
    macro_rules! all {
        ($($m:literal)*) => {
            [$((call::<$m> as Full, alone::<$m> as ffi::PyCFunction)),*]
        };
    }
    let calls: [(Full, ffi::PyCFunction); COUNT] =
        all!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27);
    // SAFETY: the methods of the class end with a null name; pyo3 made the table, which nobody else
    // changes, and the flags say which kind of function stands in it.
    unsafe {
        let mut known = (*class).tp_methods;
        while !known.is_null() && !(*known).ml_name.is_null() {
            let name = CStr::from_ptr((*known).ml_name);
            let place = (0..COUNT).find(|&i| method(i).name == name);
            if let Some(i) = place
                && (*known).ml_flags & (FLAGS | ffi::METH_VARARGS | ffi::METH_CLASS) == FLAGS
            {
                let full = (*known).ml_meth.PyCFunctionFastWithKeywords;
                if FULL[i].set(full).is_ok() {
                    (*known).ml_meth.PyCFunctionFastWithKeywords = calls[i].0;
                }
            } else if let Some(i) = place
                && (*known).ml_flags == ffi::METH_NOARGS
                && ALONE[i].set((*known).ml_meth.PyCFunction).is_ok()
            {
                (*known).ml_meth.PyCFunction = calls[i].1;
            }
            known = known.add(1);
        }
    }
}
