//! What makes an object anew, or gives it other contents: the constructor, `resize`, pickles.

use crate::array::{NdArray, Object, fresh};
use crate::{call, creation, dtype, guard, interop};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use raptors_array::{Array, Casting, DType, Dims, Index, Order, assign, layout, map::Operand};

type Any<'py> = Bound<'py, PyAny>;

fn refuse<T>(words: &str) -> PyResult<T> {
    Err(PyValueError::new_err(words.to_owned()))
}

/// An array of `shape` over the bytes of `buffer`, from `offset` on, or in new memory.
fn construct(
    shape: &Dims,
    dtype: DType,
    buffer: Option<&Any<'_>>,
    offset: isize,
    strides: Option<&[isize]>,
    order: Order,
) -> PyResult<NdArray> {
    let bytes = guard::quick(|| layout::bytes(shape, dtype))?;
    let dense = match order {
        Order::C => layout::c_strides(shape, dtype.size()),
        Order::F => layout::f_strides(shape, dtype.size()),
    };
    let Some(buffer) = buffer else {
        let mut array = guard::quick(|| Array::empty(shape, dtype, order))?;
        if let Some(strides) = strides {
            match array.strided(0, dtype, shape, strides) {
                Ok(strided) => array = strided,
                Err(_) => {
                    return refuse(
                        "strides is incompatible with shape of requested array and size of buffer",
                    );
                }
            }
        }
        return Ok(NdArray::new(array, None, false));
    };
    let numpy = buffer.py().import("numpy")?;
    let memory = numpy.call_method1("frombuffer", (buffer, "u1"))?;
    let Some(memory) = interop::from_numpy(&memory)? else {
        return refuse("buffer has no bytes");
    };
    let room = (memory.size() as isize).checked_sub(offset);
    if offset < 0 || room.is_none_or(|room| room < bytes as isize && strides.is_none()) {
        return Err(PyTypeError::new_err(
            "buffer is too small for requested array",
        ));
    }
    match memory.strided(offset, dtype, shape, strides.unwrap_or(&dense)) {
        Ok(array) => Ok(NdArray::new(array, Some(buffer.clone().unbind()), false)),
        Err(_) => {
            refuse("strides is incompatible with shape of requested array and size of buffer")
        }
    }
}

/// The order of a new array: C or F.
fn new_order(order: Option<&Any<'_>>) -> PyResult<Order> {
    Ok(match order.map(call::order_letter).transpose()?.flatten() {
        Some('F') => Order::F,
        _ => Order::C,
    })
}

#[pymethods]
impl NdArray {
    #[new]
    #[pyo3(signature = (
        shape, dtype = None, buffer = None, offset = 0, strides = None, order = None
    ))]
    fn __new__<'py>(
        shape: &Any<'py>,
        dtype: Option<&Any<'py>>,
        buffer: Option<&Any<'py>>,
        offset: isize,
        strides: Option<&Any<'py>>,
        order: Option<&Any<'py>>,
    ) -> PyResult<Self> {
        let dims = creation::shape(shape)?;
        let dtype = dtype::parse_optional(dtype)?.unwrap_or(DType::F64);
        let strides = match strides.filter(|strides| !strides.is_none()) {
            Some(strides) => {
                let strides = crate::shape::sizes(strides)?;
                if strides.len() != dims.len() {
                    return refuse("strides, if given, must be the same length as shape");
                }
                Some(
                    strides
                        .iter()
                        .map(|&step| step as isize)
                        .collect::<Vec<_>>(),
                )
            }
            None => None,
        };
        let buffer = buffer.filter(|buffer| !buffer.is_none());
        construct(
            &dims,
            dtype,
            buffer,
            offset,
            strides.as_deref(),
            new_order(order)?,
        )
    }

    /// Changes shape and size in place: elements are cut off at the end, or zeros added.
    ///
    /// `ValueError` if the memory is another object's, or, with `refcheck`, if others know the
    /// array.
    #[pyo3(signature = (*new_shape, refcheck = true))]
    fn resize<'py>(
        slf: &Bound<'py, Self>,
        new_shape: &Bound<'py, PyTuple>,
        #[pyo3(from_py_with = call::switch)] refcheck: bool,
    ) -> PyResult<()> {
        /// References of a caller: its variable, and the method's.
        const CALLER: isize = 2;
        if new_shape.is_empty() || (new_shape.len() == 1 && new_shape.get_item(0)?.is_none()) {
            return Ok(());
        }
        let sizes = crate::shape::numbers(new_shape)?;
        let this = slf.get();
        let old = &*this.array;
        if !old.is_c_contiguous() && !old.is_f_contiguous() {
            return refuse("resize only works on single-segment arrays");
        }
        let Some(shape) = guard::tried(creation::lengths(&sizes)) else {
            return refuse("negative dimensions not allowed");
        };
        if old.shape() == &shape[..] {
            return Ok(());
        }
        if this.is_view() || !this.writeable() {
            return refuse("cannot resize this array: it does not own its data");
        }
        let py = slf.py();
        if refcheck {
            let weak = py
                .import("weakref")?
                .call_method1("getweakrefcount", (slf,))?;
            if interop::references(slf) > CALLER || weak.is_truthy()? {
                return refuse(
                    "cannot resize an array that references or is referenced\nby another object \
                     in this way.\nUse the np.resize function to get a new resized copy or\n set \
                     refcheck=False to disable this check",
                );
            }
        }
        let order = if old.is_c_contiguous() {
            Order::C
        } else {
            Order::F
        };
        let new = guard::quick(|| Array::zeros(&shape, old.dtype(), order))?;
        let kept = old.size().min(new.size()) as i64;
        let slice = Index::Slice {
            start: None,
            stop: Some(kept),
            step: None,
        };
        let from = guard::quick(|| old.ravel(order)?.index(&[slice]))?;
        let to = guard::quick(|| new.ravel(order)?.index(&[slice]))?;
        let target = interop::destination(&to)?;
        guard::run(py, from.size(), || {
            assign::assign(&target, &Operand::Array(&from), Casting::Unsafe)
        })?;
        this.exchange(py, new)
    }

    /// Takes over shape, dtype and elements of a pickle: version, shape, dtype, order, bytes.
    fn __setstate__<'py>(slf: &Bound<'py, Self>, state: &Bound<'py, PyTuple>) -> PyResult<()> {
        let fields = match state.len() {
            5 => state.get_slice(1, 5),
            _ => state.clone(),
        };
        let (shape, descr, fortran, data): (Any<'py>, Any<'py>, bool, Any<'py>) =
            fields.extract()?;
        let dims = creation::shape(&shape)?;
        let order = if fortran { Order::F } else { Order::C };
        let read = construct(&dims, dtype::parse(&descr)?, Some(&data), 0, None, order)?;
        let copy = guard::run(slf.py(), read.array.size(), || {
            assign::copy(&read.array, Some(order))
        })?;
        slf.get().exchange(slf.py(), copy)
    }
}

/// The array whose pickled memory is `buffer`: over that memory, without a copy.
#[pyfunction]
fn _unpickle<'py>(
    py: Python<'py>,
    buffer: &Any<'py>,
    dtype: &Any<'py>,
    shape: &Any<'py>,
    order: &Any<'py>,
) -> PyResult<Object<'py>> {
    let dims = creation::shape(shape)?;
    let order = new_order(Some(order))?;
    let dtype = dtype::parse(dtype)?;
    if dims.contains(&0) {
        return fresh(py, guard::quick(|| Array::empty(&dims, dtype, order))?);
    }
    Bound::new(py, construct(&dims, dtype, Some(buffer), 0, None, order)?)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_unpickle, module)?)
}
