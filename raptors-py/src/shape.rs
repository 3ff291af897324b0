//! Methods of `ndarray` that give the same elements in another shape, type or order.

mod numbers;

pub(crate) use numbers::{counts, numbers, sizes};

use crate::array::{self, NdArray, Object};
use crate::{axis, call, chosen, creation, dtype, guard};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString, PyTuple};
use raptors_array::{Array, Casting, Kind, Order, assign, can_cast, keep_order, quick};

type Any<'py> = Bound<'py, PyAny>;

/// The order that `order=` means for reading `array`; C for K where that is its order.
fn reading(order: &Any<'_>, array: &Array) -> PyResult<Order> {
    let fortran = array.is_f_contiguous() && !array.is_c_contiguous();
    Ok(match call::order_letter(order)? {
        Some('F') => Order::F,
        Some('C') => Order::C,
        _ if fortran => Order::F,
        _ => Order::C,
    })
}

/// The elements along one axis: contiguous by NumPy's promise, where a view would have steps.
fn flattened(array: &Array, order: Order) -> raptors_array::Result<Array> {
    let flat = array.ravel(order)?;
    if flat.is_c_contiguous() {
        Ok(flat)
    } else {
        assign::copy(&flat, Some(Order::C))
    }
}

/// The view of `object` with all axes reversed, which a scalar is itself.
#[inline(always)]
pub(crate) fn turned<'py>(object: &Object<'py>) -> PyResult<Object<'py>> {
    if object.get().is_number() {
        return Ok(object.clone());
    }
    chosen::view_or(object, chosen::reversed, |array| Ok(array.t()))
}

#[pymethods]
impl NdArray {
    /// The view with all axes reversed.
    #[getter(T)]
    fn reversed<'py>(slf: &Bound<'py, Self>) -> PyResult<Object<'py>> {
        turned(slf)
    }

    /// The view with the last two axes exchanged.
    #[getter(mT)]
    fn matrix_transposed<'py>(slf: &Bound<'py, Self>) -> PyResult<Object<'py>> {
        if slf.get().array.ndim() < 2 {
            return Err(PyValueError::new_err(
                "matrix transpose with ndim < 2 is undefined",
            ));
        }
        array::view(slf, guard::quick(|| slf.get().array.swapaxes(-2, -1))?)
    }

    /// The view with the axes in another order: reversed unless given.
    #[pyo3(signature = (*axes))]
    fn transpose<'py>(slf: &Bound<'py, Self>, axes: &Bound<'py, PyTuple>) -> PyResult<Object<'py>> {
        if axes.is_empty() || (axes.len() == 1 && axes.get_item(0)?.is_none()) {
            return Self::reversed(slf);
        }
        let axes = numbers(axes)?;
        array::seen(slf, guard::quick(|| slf.get().array.transpose(&axes))?)
    }

    /// The view with two axes exchanged.
    pub(crate) fn swapaxes<'py>(
        slf: &Bound<'py, Self>,
        axis1: i64,
        axis2: i64,
    ) -> PyResult<Object<'py>> {
        let general = |array: &Array| array.swapaxes(axis1, axis2);
        chosen::view_or(slf, |choice| choice.exchanged(axis1, axis2), general)
    }

    /// The view without axes of length one, or without those that `axis` names.
    #[pyo3(signature = (axis = None))]
    fn squeeze<'py>(slf: &Bound<'py, Self>, axis: Option<&Any<'py>>) -> PyResult<Object<'py>> {
        let ndim = slf.get().array.ndim();
        let axes = axis.map(|axis| axis::tuple_or_one(axis, ndim));
        let axes = axes.transpose()?;
        if axes.is_none() && !slf.get().array.shape().contains(&1) {
            return Ok(slf.clone());
        }
        array::seen(
            slf,
            guard::quick(|| slf.get().array.squeeze(axes.as_deref()))?,
        )
    }

    /// The same elements in another shape: a view where possible.
    #[pyo3(signature = (*shape, order = None, copy = None))]
    fn reshape<'py>(
        slf: &Bound<'py, Self>,
        shape: &Bound<'py, PyTuple>,
        order: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::copying)] copy: Option<bool>,
    ) -> PyResult<Object<'py>> {
        let py = slf.py();
        if shape.is_empty() {
            return Err(PyTypeError::new_err(
                "reshape() takes exactly 1 argument (0 given)",
            ));
        }
        let this = &slf.get().array;
        let order = match order.map(call::order_letter).transpose()? {
            Some(Some('F')) => Order::F,
            Some(Some('A')) if this.is_f_contiguous() && !this.is_c_contiguous() => Order::F,
            Some(None) => {
                let words = "order 'K' is not permitted for reshaping";
                return Err(PyValueError::new_err(words));
            }
            None | Some(Some(_)) => Order::C,
        };
        if shape.len() == 1 && shape.get_item(0)?.is_none() {
            return array::seen(slf, slf.get().clone_array());
        }
        let shape = numbers(shape)?;
        if copy == Some(true) {
            let copy = guard::run(py, this.size(), || assign::copy(this, Some(order)))?;
            return array::fresh(py, guard::quick(|| copy.reshape(&shape, order))?);
        }
        if let Some(view) = guard::quick(|| this.reshape_view(&shape, order))? {
            return array::seen(slf, view);
        }
        if copy == Some(false) {
            return Err(PyValueError::new_err(
                "Unable to avoid creating a copy while reshaping.",
            ));
        }
        array::fresh(
            py,
            guard::run(py, this.size(), || this.reshape(&shape, order))?,
        )
    }

    /// The elements along one axis: a view where possible.
    #[pyo3(signature = (order = None))]
    fn ravel<'py>(slf: &Bound<'py, Self>, order: Option<&Any<'py>>) -> PyResult<Any<'py>> {
        let this = &slf.get().array;
        let order = match order {
            Some(name) if call::order_letter(name)?.is_none() && !this.is_c_contiguous() => {
                // As the elements lie; an axis without steps stays where it is.
                let kept = keep_order(this.shape(), 1, &[this.strides()]);
                let mut axes: Vec<i64> = (0..this.ndim() as i64).collect();
                axes.sort_by_key(|&axis| core::cmp::Reverse(kept[axis as usize]));
                let sorted = guard::quick(|| this.transpose(&axes))?;
                let flat = guard::run(slf.py(), this.size(), || flattened(&sorted, Order::C))?;
                return Ok(array::view(slf, flat)?.into_any());
            }
            Some(name) => reading(name, this)?,
            None => Order::C,
        };
        let flat = guard::run(slf.py(), this.size(), || flattened(this, order))?;
        Ok(array::view(slf, flat)?.into_any())
    }

    /// A copy of the elements along one axis.
    #[pyo3(signature = (order = None))]
    fn flatten<'py>(slf: &Bound<'py, Self>, order: Option<&Any<'py>>) -> PyResult<Any<'py>> {
        let flat = Self::ravel(slf, order)?;
        let shared = flat.cast_exact::<NdArray>()?;
        if shared.get().array.buffer().same(slf.get().array.buffer()) {
            return Ok(Self::copy(shared, None)?.into_any());
        }
        Ok(flat)
    }

    /// The elements in new memory.
    #[pyo3(signature = (order = None))]
    fn copy<'py>(slf: &Bound<'py, Self>, order: Option<&Any<'py>>) -> PyResult<Object<'py>> {
        let this = &slf.get().array;
        let order = match order {
            None => Some(Order::C),
            Some(name) if call::order_letter(name)?.is_none() => None,
            Some(name) => Some(reading(name, this)?),
        };
        let copy = guard::run(slf.py(), this.size(), || assign::copy(this, order))?;
        array::made_of(slf, copy)
    }

    fn __copy__<'py>(slf: &Bound<'py, Self>) -> PyResult<Object<'py>> {
        let this = &slf.get().array;
        if this.ndim() > 0
            && this.is_c_contiguous()
            && let Some(copy) = chosen::made(slf.py(), |room| quick::copied(this, room))
        {
            return Ok(copy);
        }
        let copy = guard::run(slf.py(), this.size(), || assign::copy(this, None))?;
        array::made_of(slf, copy)
    }

    fn __deepcopy__<'py>(slf: &Bound<'py, Self>, _memo: &Any<'py>) -> PyResult<Object<'py>> {
        Self::__copy__(slf)
    }

    /// The elements converted to another type.
    #[pyo3(signature = (dtype, order = None, casting = None, subok = true, copy = true))]
    pub(crate) fn astype<'py>(
        slf: &Bound<'py, Self>,
        dtype: &Any<'py>,
        order: Option<&Any<'py>>,
        casting: Option<&Any<'py>>,
        #[pyo3(from_py_with = crate::call::switch)] subok: bool,
        #[pyo3(from_py_with = crate::call::truth)] copy: bool,
    ) -> PyResult<Any<'py>> {
        let _ = subok;
        let py = slf.py();
        let this = &slf.get().array;
        let Some(to) = dtype::parse_any(dtype)? else {
            return py
                .import("raptors._methods")?
                .call_method1("_astype", (slf, dtype));
        };
        if let Some(rule) = casting
            && rule.is_instance_of::<PyString>()
            && rule.eq("same_value")?
        {
            let methods = py.import("raptors._methods")?;
            return methods.call_method1("_astype_of_same_value", (slf, dtype, order, copy));
        }
        let casting = casting
            .map(call::casting_of_copies)
            .transpose()?
            .unwrap_or(Casting::Unsafe);
        let order = match order {
            None => None,
            Some(name) if call::order_letter(name)?.is_none() => None,
            Some(name) => Some(reading(name, this)?),
        };
        if !can_cast(this.dtype(), to, casting) {
            return Err(crate::error::no_cast(this, to, casting));
        }
        let ordered = match order {
            None => true,
            Some(Order::C) => this.is_c_contiguous(),
            Some(Order::F) => this.is_f_contiguous(),
        };
        if !copy && to == this.dtype() && ordered {
            return Ok(slf.clone().into_any());
        }
        crate::convert::warn_of_lost_parts(py, this.dtype(), to)?;
        let result = guard::watched(py, "cast", this.size(), || assign::astype(this, to, order))?;
        Ok(array::made_of(slf, result)?.into_any())
    }

    /// A view of the diagonal of two axes.
    #[pyo3(signature = (offset = 0, axis1 = 0, axis2 = 1))]
    fn diagonal<'py>(
        slf: &Bound<'py, Self>,
        offset: i64,
        axis1: i64,
        axis2: i64,
    ) -> PyResult<Object<'py>> {
        let diagonal = || slf.get().array.diagonal(offset, axis1, axis2);
        array::view(slf, guard::quick(diagonal)?)
    }

    /// The complex conjugates.
    #[pyo3(signature = (out = None, /))]
    fn conjugate<'py>(slf: &Bound<'py, Self>, out: Option<&Any<'py>>) -> PyResult<Any<'py>> {
        let ufunc = raptors_array::Ufunc::conjugate;
        if let Some(out) = out.filter(|out| !out.is_none()) {
            let args = PyTuple::new(slf.py(), [slf.as_any(), out])?;
            return call::call(ufunc, &args, None);
        }
        if slf.get().array.dtype().kind() != Kind::Complex {
            return Ok(slf.clone().into_any());
        }
        crate::operator::unary(ufunc, slf)
    }

    /// The complex conjugates.
    #[pyo3(signature = (out = None, /))]
    fn conj<'py>(slf: &Bound<'py, Self>, out: Option<&Any<'py>>) -> PyResult<Any<'py>> {
        Self::conjugate(slf, out)
    }
}

/// `array` broadcast to `shape`, as a read-only view.
///
/// Axes of length one are repeated, and new ones put before the first, with strides of zero.
/// `ValueError` where the shapes do not go together.
///
/// Examples
/// --------
/// >>> rp.broadcast_to([1, 2], (3, 2))
/// array([[1, 2],
///        [1, 2],
///        [1, 2]])
#[pyfunction]
#[pyo3(signature = (array, shape))]
fn broadcast_to<'py>(array: &Any<'py>, shape: &Any<'py>) -> PyResult<Object<'py>> {
    let py = shape.py();
    let lengths = match guard::tried(shape.try_iter()) {
        Some(items) => PyTuple::new(py, items.collect::<PyResult<Vec<_>>>()?)?,
        None => PyTuple::new(py, [shape])?,
    };
    let object = creation::as_object(array)?;
    if lengths.is_empty() && object.get().array.ndim() > 0 {
        let words = "cannot broadcast a non-scalar to a scalar array";
        return Err(PyValueError::new_err(words));
    }
    let negative = || PyValueError::new_err("all elements of broadcast shape must be non-negative");
    for length in lengths.iter_borrowed() {
        if !length.is_exact_instance_of::<PyInt>() && length.lt(0)? {
            return Err(negative());
        }
    }
    let sizes = sizes(lengths.as_any())?;
    let shape = guard::tried(creation::lengths(&sizes)).ok_or_else(negative)?;
    let mut view = guard::quick(|| object.get().array.broadcast_to(&shape))?;
    view.set_writeable(false);
    array::view(&object, view)
}

/// `array` with new axes of length one at the places `axis` of the result, as a view.
///
/// `AxisError` for places outside the result, `ValueError` for one given twice.
///
/// Examples
/// --------
/// >>> rp.expand_dims(rp.ones((3, 4)), (0, -1)).shape
/// (1, 3, 4, 1)
#[pyfunction]
fn expand_dims<'py>(a: &Any<'py>, axis: &Any<'py>) -> PyResult<Object<'py>> {
    let (object, axes) = (creation::as_object(a)?, axis::indices(axis)?);
    array::view(
        &object,
        guard::quick(|| object.get().array.expand_dims(&axes))?,
    )
}

/// `array` with the axes `source` at the places `destination`, as a view.
///
/// The other axes keep their order. `AxisError` for axes that there are not, `ValueError` for one
/// given twice and for different numbers of `source` and `destination`.
///
/// Examples
/// --------
/// >>> rp.moveaxis(rp.ones((2, 3, 4)), 0, -1).shape
/// (3, 4, 2)
#[pyfunction]
fn moveaxis<'py>(a: &Any<'py>, source: &Any<'py>, destination: &Any<'py>) -> PyResult<Object<'py>> {
    let object = creation::as_object(a)?;
    let (from, to) = (
        axis::indices_of_any(source)?,
        axis::indices_of_any(destination)?,
    );
    array::view(
        &object,
        guard::quick(|| object.get().array.moveaxis(&from, &to))?,
    )
}

/// The lengths that a shape means: an integer or a sequence of integers.
#[pyfunction]
fn _sizes<'py>(shape: &Any<'py>) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(shape.py(), sizes(shape)?)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_sizes, module)?)?;
    module.add_function(wrap_pyfunction!(broadcast_to, module)?)?;
    module.add_function(wrap_pyfunction!(expand_dims, module)?)?;
    module.add_function(wrap_pyfunction!(moveaxis, module)?)
}
