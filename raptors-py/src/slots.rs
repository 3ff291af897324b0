//! The calls that Python makes most often, as plain C functions in the slots of the classes: a
//! third of what they cost through pyo3. Not for the stable ABI, which hides the slots.

use crate::array::NdArray;
use crate::ufunc::UfuncObject;
use crate::{array, call, forward, functions, guard, index, methods, object, value};
use crate::{operator, overrides, pooled, scalar, shape, told};
use core::ffi::{CStr, c_int, c_void};
use core::ptr::null_mut;
use pyo3::IntoPyObjectExt;
use pyo3::basic::CompareOp;
use pyo3::exceptions::{PySystemError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::type_object::PyTypeInfo;
use pyo3::types::{PyDict, PyTuple};
use raptors_array::Ufunc;
use raptors_array::map::Operand;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Pointer = *mut ffi::PyObject;

/// Runs `f`; errors and panics become the exception that Python sees, and `failed` is returned.
#[inline(always)]
pub(crate) fn enter<R: Copy>(py: Python<'_>, failed: R, f: impl FnOnce() -> PyResult<R>) -> R {
    // Errors are dealt with inside: what comes out fits into registers.
    let run = || f().unwrap_or_else(|error| raise(py, error, failed));
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or_else(|panic| raise(py, guard::bug(&*panic), failed))
}

#[cold]
fn raise<R>(py: Python<'_>, error: PyErr, failed: R) -> R {
    error.restore(py);
    // What was dropped on the way here waits for the next time that pyo3 attaches.
    Python::attach(|_| failed)
}

/// What Python calls with objects it holds, while the interpreter lock is held.
macro_rules! slot {
    ($($(#[doc = $doc:literal])* fn $name:ident$(<const $op:ident: usize>)?(
        $py:ident, $($arg:ident),+) = $body:expr;)*) => {$(
        $(#[doc = $doc])*
        unsafe extern "C" fn $name$(<const $op: usize>)?($($arg: Pointer),+) -> Pointer {
            // SAFETY: Python calls slots with the interpreter attached and with live objects.
            unsafe {
                let $py = Python::assume_attached();
                $(let $arg = Borrowed::from_ptr($py, $arg);)+
                $(let $arg: &Bound<'_, PyAny> = &$arg;)+
                enter($py, null_mut(), || Ok($body?.into_ptr()))
            }
        }
    )*};
}

slot! {
    fn binary<const OP: usize>(_py, a, b) = operator::binary(Ufunc::ALL[OP], a, b);
    fn in_place<const OP: usize>(_py, a, b) = operator::in_place(Ufunc::ALL[OP], a, b);
    fn unary<const OP: usize>(_py, a) = operator::unary(Ufunc::ALL[OP], object::of(a)?);
    fn pair(_py, a, b) = operator::pair(a, b);
    fn product(_py, a, b) = operator::product(a, b);
    fn subscript(_py, a, key) = index::get(object::of(a)?, key);
    fn float(_py, a) = scalar::float(object::of(a)?);
    fn int(_py, a) = scalar::int(object::of(a)?);
    fn place(_py, a) = scalar::index(object::of(a)?);
    fn power(py, a, b, modulo) = if modulo.is_none() {
        operator::binary(Ufunc::power, a, b)
    } else {
        PyResult::Ok(py.NotImplemented().into_bound(py))
    };
    fn in_place_power(py, a, b, modulo) = if modulo.is_none() {
        operator::in_place(Ufunc::power, a, b)
    } else {
        PyResult::Ok(py.NotImplemented().into_bound(py))
    };
}

/// `a[key] = value`, or `del a[key]` without a value.
unsafe extern "C" fn assign(a: Pointer, key: Pointer, value: Pointer) -> c_int {
    // SAFETY: Python calls slots with the interpreter attached and with live objects, or null.
    unsafe {
        let py = Python::assume_attached();
        let (a, key) = (Borrowed::from_ptr(py, a), Borrowed::from_ptr(py, key));
        enter(py, -1, || {
            let value = Borrowed::from_ptr_or_opt(py, value)
                .ok_or_else(|| PyValueError::new_err("cannot delete array elements"))?;
            index::set(object::of(&a)?, &key, &value).map(|()| 0)
        })
    }
}

unsafe extern "C" fn length(a: Pointer) -> ffi::Py_ssize_t {
    // SAFETY: Python calls slots with the interpreter attached and with live objects.
    unsafe {
        let py = Python::assume_attached();
        let a = Borrowed::from_ptr(py, a);
        enter(py, -1, || {
            object::of(&a)?.get().length().map(|n| n as ffi::Py_ssize_t)
        })
    }
}

unsafe extern "C" fn hash(a: Pointer) -> ffi::Py_hash_t {
    // SAFETY: Python calls slots with the interpreter attached and with live objects.
    unsafe {
        let py = Python::assume_attached();
        let a = Borrowed::from_ptr(py, a);
        enter(py, -1, || scalar::hash(object::of(&a)?))
    }
}

unsafe extern "C" fn truth(a: Pointer) -> c_int {
    // SAFETY: Python calls slots with the interpreter attached and with live objects.
    unsafe {
        let py = Python::assume_attached();
        let a = Borrowed::from_ptr(py, a);
        enter(py, -1, || scalar::truth(object::of(&a)?).map(c_int::from))
    }
}

/// What Python calls for an attribute; the second argument is pyo3's own.
macro_rules! getter {
    ($($name:ident($this:ident) = $body:expr;)*) => {$(
        unsafe extern "C" fn $name(a: Pointer, _: *mut c_void) -> Pointer {
            // SAFETY: Python calls getters with the interpreter attached and with a live object.
            unsafe {
                let py = Python::assume_attached();
                let a = Borrowed::from_ptr(py, a);
                enter(py, null_mut(), || {
                    let $this = object::of(&a)?;
                    Ok($body?.into_bound_py_any(py)?.into_ptr())
                })
            }
        }
    )*};
}

getter! {
    get_shape(a) = a.get().shape(a.py());
    get_strides(a) = a.get().strides(a.py());
    get_dtype(a) = a.get().dtype(a.py());
    get_reversed(a) = shape::turned(a);
    get_real(a) = NdArray::real(a);
    get_imag(a) = NdArray::imag(a);
    get_base(a) = PyResult::Ok(a.get().base(a.py()));
    get_ndim(a) = PyResult::Ok(a.get().array.ndim());
    get_size(a) = PyResult::Ok(a.get().array.size());
    get_itemsize(a) = PyResult::Ok(a.get().array.itemsize());
    get_nbytes(a) = PyResult::Ok(a.get().array.nbytes());
    get_flags(a) = NdArray::flags(a);
    get_flat(a) = NdArray::flat(a);
}

/// The attributes that have a function above.
const GETTERS: [(&CStr, ffi::getter); 13] = [
    (c"shape", get_shape),
    (c"strides", get_strides),
    (c"dtype", get_dtype),
    (c"T", get_reversed),
    (c"real", get_real),
    (c"imag", get_imag),
    (c"base", get_base),
    (c"ndim", get_ndim),
    (c"size", get_size),
    (c"itemsize", get_itemsize),
    (c"nbytes", get_nbytes),
    (c"flags", get_flags),
    (c"flat", get_flat),
];

unsafe extern "C" fn compare(a: Pointer, b: Pointer, op: c_int) -> Pointer {
    // SAFETY: Python calls slots with the interpreter attached and with live objects.
    unsafe {
        let py = Python::assume_attached();
        let (a, b) = (Borrowed::from_ptr(py, a), Borrowed::from_ptr(py, b));
        enter(py, null_mut(), || {
            let op = CompareOp::from_raw(op)
                .ok_or_else(|| PySystemError::new_err("an unknown comparison"))?;
            Ok(operator::binary(operator::comparison(op), &a, &b)?.into_ptr())
        })
    }
}

/// A call of a ufunc that has two results, and asks for nothing else; nothing where it is not as plain. The second input
/// of a ufunc of one is its first again.
#[inline]
fn of_two_results<'py>(
    ufunc: Ufunc,
    inputs: [&Bound<'py, PyAny>; 2],
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = inputs[0].py();
    let (Some(x), Some(y)) = (plain(inputs[0]), plain(inputs[1])) else {
        return Ok(None);
    };
    if told::any_beyond([x, y], None) {
        return Ok(None);
    }
    let result = match ufunc.nin() {
        1 => operator::staged_pair(py, ufunc, [x]),
        2 => operator::staged_pair(py, ufunc, [x, y]),
        _ => None,
    };
    result.transpose()
}

/// An array, or a number of Python of 64 bits.
#[inline]
pub(crate) fn plain<'a>(object: &'a Bound<'_, PyAny>) -> Option<Operand<'a>> {
    if let Some(array) = array::of(object) {
        return Some(Operand::Array(array));
    }
    value::plain_number(object).map(Operand::Number)
}

/// `ufunc(*args, **kwargs)` by the vectorcall protocol.
pub(crate) unsafe extern "C" fn call_ufunc(
    callable: Pointer,
    args: *const Pointer,
    nargsf: usize,
    names: Pointer,
) -> Pointer {
    // SAFETY: Python calls with the interpreter attached, `nargsf` positional arguments and as
    // many after them as there are names; the callable is a ufunc, since only they point here.
    unsafe {
        let py = Python::assume_attached();
        let callable = Borrowed::from_ptr(py, callable);
        let ufunc = callable.cast_unchecked::<UfuncObject>().get().ufunc;
        let count = ffi::PyVectorcall_NARGS(nargsf) as usize;
        let arg = |i: usize| Borrowed::from_ptr(py, *args.add(i));
        enter(py, null_mut(), || {
            if names.is_null() && count == ufunc.nin() && ufunc.nout() == 1 {
                match count {
                    1 => {
                        let x = arg(0);
                        if array::of(&x).is_some() {
                            return Ok(operator::unary(ufunc, &x.cast_unchecked())?.into_ptr());
                        }
                        if let Some(result) = operator::of_number(ufunc, &x)? {
                            return Ok(result.into_ptr());
                        }
                    }
                    2 => {
                        let (x, y) = (arg(0), arg(1));
                        if let Some(result) = operator::of_two(ufunc, &x, &y)? {
                            return Ok(result.into_ptr());
                        }
                        if let Some(result) = operator::of_two_numbers(ufunc, &x, &y)? {
                            return Ok(result.into_ptr());
                        }
                    }
                    3 => {
                        let three = [&*arg(0), &*arg(1), &*arg(2)];
                        if let Some(result) = operator::of_three(ufunc, three)? {
                            return Ok(result.into_ptr());
                        }
                    }
                    _ => {}
                }
            }
            if names.is_null() && count == ufunc.nin() && count <= 2 && ufunc.nout() == 2 {
                let (x, y) = (arg(0), arg(count - 1));
                if let Some(result) = of_two_results(ufunc, [&x, &y])? {
                    return Ok(result.into_ptr());
                }
            }
            if !names.is_null() && count == ufunc.nin() && count <= 3 && ufunc.nout() == 1 {
                let names: Borrowed<'_, '_, PyTuple> =
                    Borrowed::from_ptr(py, names).cast_unchecked();
                let inputs = [0, 1, 2].map(|i| arg(i.min(count - 1)));
                let asked = call::asked(&names, |i| arg(count + i));
                let result = match asked {
                    Some(asked) => call::into_asked(ufunc, &inputs[..count], &asked)?,
                    None if count <= 2 => {
                        call::formed(ufunc, &inputs[..count], &names, |i| arg(count + i))?
                    }
                    None => None,
                };
                if let Some(result) = result {
                    return Ok(result.into_ptr());
                }
            }
            let placed = names.is_null() && count == ufunc.nin() + 1 && ufunc.nout() == 1;
            if placed && count <= 4 && !call::discourages_places(ufunc) {
                let inputs = [0, 1, 2].map(|i| arg(i.min(count - 1)));
                let (inputs, out) = (&inputs[..count - 1], arg(count - 1));
                if let Some(result) = call::into(ufunc, inputs, &out, None)? {
                    return Ok(result.into_ptr());
                }
            }
            let positional = PyTuple::new(py, (0..count).map(arg))?;
            let keywords = if names.is_null() {
                None
            } else {
                let keywords = PyDict::new(py);
                let names = Borrowed::from_ptr(py, names);
                let names: Borrowed<'_, '_, PyTuple> = names.cast_unchecked();
                for (i, name) in names.iter_borrowed().enumerate() {
                    keywords.set_item(name, arg(count + i))?;
                }
                Some(keywords)
            };
            Ok(call::call(ufunc, &positional, keywords.as_ref())?.into_ptr())
        })
    }
}

/// Puts the functions above into the classes. Called once, when the package has set up the rest.
#[pyfunction]
fn install_slots(py: Python<'_>) -> PyResult<()> {
    object::install(py)?;
    functions::install(py)?;
    forward::install(py)?;
    pooled::install(py)?;
    let class = NdArray::type_object_raw(py);
    let ufunc_class = UfuncObject::type_object_raw(py);
    let sample = crate::ufunc::object(py, Ufunc::add)?;
    let offset = (&raw const sample.get().vectorcall).addr() - sample.as_ptr().addr();
    macro_rules! put {
        ($table:ident, $function:ident: $($slot:ident = $op:ident),* $(,)?) => {
            $((*$table).$slot = Some($function::<{ Ufunc::$op as usize }>);)*
        };
    }
    // SAFETY: both are heap types that pyo3 made with tables of slots and attributes of their own,
    // the latter ending with a null name; the interpreter lock is held, and what Python cached about
    // the types is dropped at the end.
    unsafe {
        let number = (*class).tp_as_number;
        put!(number, binary: nb_add = add, nb_subtract = subtract, nb_multiply = multiply,
            nb_true_divide = divide, nb_floor_divide = floor_divide, nb_remainder = remainder,
 nb_lshift = left_shift, nb_rshift = right_shift,
            nb_and = bitwise_and, nb_or = bitwise_or, nb_xor = bitwise_xor);
        put!(number, in_place: nb_inplace_add = add, nb_inplace_subtract = subtract,
            nb_inplace_multiply = multiply, nb_inplace_true_divide = divide,
            nb_inplace_floor_divide = floor_divide, nb_inplace_remainder = remainder,
            nb_inplace_lshift = left_shift, nb_inplace_rshift = right_shift,
            nb_inplace_and = bitwise_and, nb_inplace_or = bitwise_or,
            nb_inplace_xor = bitwise_xor);
        put!(number, unary: nb_negative = negative, nb_positive = positive,
            nb_absolute = absolute, nb_invert = invert);
        (*number).nb_divmod = Some(pair);
        (*number).nb_power = Some(power);
        (*number).nb_inplace_power = Some(in_place_power);
        (*number).nb_matrix_multiply = Some(product);
        (*number).nb_float = Some(float);
        (*number).nb_int = Some(int);
        (*number).nb_index = Some(place);
        (*number).nb_bool = Some(truth);
        let mapping = (*class).tp_as_mapping;
        (*mapping).mp_subscript = Some(subscript);
        (*mapping).mp_ass_subscript = Some(assign);
        (*mapping).mp_length = Some(length);
        (*(*class).tp_as_sequence).sq_length = Some(length);
        pooled::put_getters(class, &GETTERS);
        (*class).tp_richcompare = Some(compare);
        (*class).tp_hash = Some(hash);
        methods::install(class);
        overrides::install(class);
        ffi::PyType_Modified(class);

        (*ufunc_class).tp_vectorcall_offset = offset as ffi::Py_ssize_t;
        (*ufunc_class).tp_flags |= ffi::Py_TPFLAGS_HAVE_VECTORCALL;
        (*ufunc_class).tp_call = Some(ffi::PyVectorcall_Call);
        ffi::PyType_Modified(ufunc_class);
    }
    Ok(())
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(install_slots, module)?)
}
