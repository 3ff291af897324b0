//! Arrays from Python's own data: numbers, and lists and tuples of numbers and of arrays.
//!
//! NumPy's rules: an `int` is an int64, or a uint64 beyond that; a `float` is a float64; what has a
//! dtype keeps it; the elements are promoted together. Whatever is ragged, out of range or no
//! number is left to NumPy, which has the words for it.

mod nested;

pub(crate) use nested::nested;

use crate::{array, guard, interop};
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyComplex, PyComplexMethods, PyFloat, PyInt, PyList, PyListMethods, PyTuple,
};
use raptors_array::{
    Array, Bool, Casting, DType, Dims, Index, Kind, MAX_NDIM, Order, Scalar, assign, can_cast,
    cast_scalar, map::Operand, promote_types, weak_complex, weak_float, weak_int,
};
use raptors_kernels::dtype::Complex64;
use raptors_kernels::with_dtype;
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;

/// One element, as it was found.
enum Leaf {
    Int(i128),
    Float(f64),
    Complex(Complex64),
    /// What has a dtype.
    Typed(Scalar),
}

/// What an item of a list is.
enum Item {
    Leaf(Leaf),
    /// An array with axes.
    Block(Array),
    /// A list or a tuple.
    Sequence,
}

/// The item; `None` where only NumPy can tell.
#[inline]
fn item(object: &Any<'_>) -> PyResult<Option<Item>> {
    let leaf = if let Ok(number) = object.cast_exact::<PyFloat>() {
        Leaf::Float(number.value())
    } else if object.is_exact_instance_of::<PyInt>() {
        return Ok(integer(object));
    } else if is_sequence(object) {
        return Ok(Some(Item::Sequence));
    } else if let Ok(truth) = object.cast::<PyBool>() {
        Leaf::Typed(Scalar::new(Bool::from(truth.is_true())))
    } else if let Some(array) = array::of(object) {
        return block(array);
    } else if let Ok(number) = object.cast::<PyFloat>() {
        Leaf::Float(number.value())
    } else if let Ok(number) = object.cast::<PyComplex>() {
        Leaf::Complex(Complex64::new(number.real(), number.imag()))
    } else if interop::is_numpy(object) {
        return interop::from_numpy(object)?.map_or(Ok(None), |array| block(&array));
    } else if let Some(scalar) = interop::scalar(object)? {
        Leaf::Typed(scalar)
    } else if interop::is_numpy_scalar(object) {
        let array = object
            .py()
            .import("numpy")?
            .call_method1("asarray", (object,))?;
        return interop::from_numpy(&array)?.map_or(Ok(None), |array| block(&array));
    } else if object.is_instance_of::<PyInt>() {
        return Ok(integer(object));
    } else {
        return Ok(None);
    };
    Ok(Some(Item::Leaf(leaf)))
}

/// An `int`; one beyond 128 bits is NumPy's to judge.
#[inline]
fn integer(object: &Any<'_>) -> Option<Item> {
    let short = object.extract::<i64>().map(i128::from);
    short
        .or_else(|_| object.extract())
        .ok()
        .map(|int| Item::Leaf(Leaf::Int(int)))
}

fn is_sequence(object: &Any<'_>) -> bool {
    object.is_exact_instance_of::<PyList>() || object.is_exact_instance_of::<PyTuple>()
}

/// Whether the first item of a list or tuple is an array with axes.
pub(crate) fn starts_with_array(sequence: &Any<'_>) -> PyResult<bool> {
    if !is_sequence(sequence) || sequence.is_empty()? {
        return Ok(false);
    }
    let first = sequence.get_item(0)?;
    Ok(array::of(&first).is_some_and(|array| array.ndim() > 0))
}

/// An array as an item: one without axes is an element.
fn block(array: &Array) -> PyResult<Option<Item>> {
    Ok(Some(if array.ndim() == 0 {
        Item::Leaf(Leaf::Typed(guard::quick(|| array.item())?))
    } else {
        Item::Block(array.clone())
    }))
}

impl Leaf {
    /// The dtype that NumPy finds for it; `None` for an integer that is an object to NumPy.
    fn dtype(&self) -> Option<DType> {
        match *self {
            Self::Int(value) if i64::try_from(value).is_ok() => Some(DType::I64),
            Self::Int(value) => u64::try_from(value).ok().map(|_| DType::U64),
            Self::Float(_) => Some(DType::F64),
            Self::Complex(_) => Some(DType::C128),
            Self::Typed(ref scalar) => Some(scalar.dtype()),
        }
    }

    /// As an element of `dtype`; `None` where NumPy raises or warns.
    fn cast(&self, dtype: DType) -> Option<Scalar> {
        match *self {
            Self::Int(value) if dtype.kind() >= Kind::Float && !fits(value as f64, dtype) => None,
            Self::Int(value) => weak_int(value, dtype).ok(),
            Self::Float(value) => fits(value, dtype).then(|| weak_float(value, dtype)),
            Self::Complex(value) => {
                (dtype.kind() == Kind::Complex && fits(value.re, dtype) && fits(value.im, dtype))
                    .then(|| weak_complex(value, dtype))
            }
            Self::Typed(ref scalar) => {
                can_cast(scalar.dtype(), dtype, Casting::Safe).then(|| cast_scalar(scalar, dtype))
            }
        }
    }
}

/// Whether a `float` becomes an element of `dtype` without an exception and without overflow.
fn fits(value: f64, dtype: DType) -> bool {
    let range = match dtype {
        DType::I8 => -129.0..128.0,
        DType::U8 => -1.0..256.0,
        DType::I16 => -32_769.0..32_768.0,
        DType::U16 => -1.0..65_536.0,
        DType::I32 => -2_147_483_649.0..2_147_483_648.0,
        DType::U32 => -1.0..4_294_967_296.0,
        DType::I64 => -9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0,
        DType::U64 => -1.0..18_446_744_073_709_551_616.0,
        DType::F16 if value.is_finite() => return value.abs() <= 65_504.0,
        DType::F32 | DType::C64 if value.is_finite() => return value.abs() <= f64::from(f32::MAX),
        _ => return true,
    };
    match dtype {
        DType::I64 => range.contains(&value),
        _ => value > range.start && value < range.end,
    }
}

/// What the elements of nested lists have in common.
struct Found {
    shape: Dims,
    /// The number of axes, once an element was found.
    depth: Option<usize>,
    leaves: SmallVec<[Leaf; 4]>,
    dtype: Option<DType>,
}

impl Found {
    /// Reads `sequence` at `depth`; `false` where NumPy is to do so.
    fn read(&mut self, sequence: &Any<'_>, depth: usize, blocks: &mut bool) -> PyResult<bool> {
        let n = sequence.len()?;
        if depth >= MAX_NDIM {
            return Ok(false);
        }
        match self.shape.get(depth) {
            Some(&known) if known != n => return Ok(false),
            Some(_) => {}
            None if self.depth.is_some() => return Ok(false),
            None => self.shape.push(n),
        }
        if self.leaves.try_reserve(n).is_err() {
            return Ok(false);
        }
        let list = sequence.cast_exact::<PyList>();
        let tuple = sequence.cast_exact::<PyTuple>();
        for i in 0..n {
            // Reading may run a finalizer that changes the list: each item is checked anew.
            let object = match (&list, &tuple) {
                (Ok(list), _) => list.get_item(i)?,
                (_, Ok(tuple)) => tuple.get_item(i)?,
                _ => return Ok(false),
            };
            match item(&object)? {
                Some(Item::Leaf(leaf)) => {
                    if self.depth.unwrap_or(depth + 1) != depth + 1 || self.shape.len() != depth + 1
                    {
                        return Ok(false);
                    }
                    self.depth = Some(depth + 1);
                    let Some(dtype) = leaf.dtype() else {
                        return Ok(false);
                    };
                    if self.dtype != Some(dtype) {
                        let both = self.dtype.map(|known| promote_types(known, dtype));
                        self.dtype = Some(both.unwrap_or(dtype));
                    }
                    self.leaves.push(leaf);
                }
                Some(Item::Block(_)) => {
                    *blocks = true;
                    return Ok(false);
                }
                Some(Item::Sequence) => {
                    if !self.read(&object, depth + 1, blocks)? {
                        return Ok(false);
                    }
                }
                None => return Ok(false),
            }
        }
        Ok(true)
    }
}

/// The array that `object` and `dtype` stand for; `None` where NumPy is to say.
pub(crate) fn read(object: &Any<'_>, dtype: Option<DType>) -> PyResult<Option<Array>> {
    read_at(object, dtype, 0)
}

/// As [`read`], inside `depth` lists that hold arrays beside it: a list may hold itself.
fn read_at(object: &Any<'_>, dtype: Option<DType>, depth: usize) -> PyResult<Option<Array>> {
    if !is_sequence(object) {
        let Some(Item::Leaf(leaf)) = item(object)? else {
            return Ok(None);
        };
        let element = dtype.or(leaf.dtype()).and_then(|dtype| leaf.cast(dtype));
        return match element {
            Some(element) => Ok(Some(guard::quick(|| Array::from_scalar(&element))?)),
            None => Ok(None),
        };
    }
    #[cfg(not(any(Py_LIMITED_API, Py_GIL_DISABLED)))]
    if let Some(numbers) = crate::items::numbers(object, dtype) {
        return Ok(Some(numbers));
    }
    if starts_with_array(object)? {
        return stack(object, dtype, depth);
    }
    let mut found = Found {
        shape: Dims::new(),
        depth: None,
        leaves: SmallVec::new(),
        dtype: None,
    };
    let mut blocks = false;
    if found.read(object, 0, &mut blocks)? {
        return found.array(dtype);
    }
    if blocks {
        return stack(object, dtype, depth);
    }
    Ok(None)
}

impl Found {
    fn array(&self, dtype: Option<DType>) -> PyResult<Option<Array>> {
        let to = dtype.or(self.dtype).unwrap_or(DType::F64);
        if self.leaves.len() != self.shape.iter().product::<usize>() {
            return Ok(None);
        }
        macro_rules! all {
            ($leaf:ident, $t:ty, $value:ident => $element:expr) => {{
                let mut elements: SmallVec<[$t; 8]> = SmallVec::new();
                if elements.try_reserve(self.leaves.len()).is_err() {
                    return Ok(None);
                }
                for leaf in &self.leaves {
                    let Leaf::$leaf($value) = leaf else {
                        return self.mixed(to);
                    };
                    let Ok(element) = $element else {
                        return Ok(None);
                    };
                    elements.push(element);
                }
                Ok(Some(guard::quick(|| {
                    Array::from_shape(&self.shape, &elements)
                })?))
            }};
        }
        match (to, self.leaves.first()) {
            (DType::F64, Some(Leaf::Float(_))) => all!(Float, f64, x => Ok::<_, ()>(*x)),
            (DType::I64, Some(Leaf::Int(_))) => all!(Int, i64, x => i64::try_from(*x)),
            _ => self.mixed(to),
        }
    }

    /// Elements that are not all of one class, or not of the dtype asked for.
    fn mixed(&self, to: DType) -> PyResult<Option<Array>> {
        with_dtype!(to, T => {
            let mut elements: Vec<T> = Vec::new();
            if elements.try_reserve_exact(self.leaves.len()).is_err() {
                return Ok(None);
            }
            for leaf in &self.leaves {
                let Some(element) = leaf.cast(to) else {
                    return Ok(None);
                };
                elements.push(element.get::<T>());
            }
            Ok(Some(guard::quick(|| Array::from_shape(&self.shape, &elements))?))
        })
    }
}

/// The dtype that `known` and the elements of nested lists promote to, one after the other as in NumPy;
/// empty lists have none.
fn common_type(
    sequence: &Any<'_>,
    mut known: Option<DType>,
    depth: usize,
) -> PyResult<Option<DType>> {
    for object in sequence.try_iter()? {
        let object = object?;
        let dtype = match item(&object)? {
            Some(Item::Leaf(leaf)) => leaf.dtype(),
            Some(Item::Block(block)) => Some(block.dtype()),
            Some(Item::Sequence) if depth < MAX_NDIM => {
                known = common_type(&object, known, depth + 1)?;
                None
            }
            _ => None,
        };
        known = match (known, dtype) {
            (Some(known), Some(dtype)) => Some(promote_types(known, dtype)),
            _ => known.or(dtype),
        };
    }
    Ok(known)
}

/// Items of which at least one is an array with axes, one over the other.
fn stack(sequence: &Any<'_>, dtype: Option<DType>, depth: usize) -> PyResult<Option<Array>> {
    if depth >= MAX_NDIM {
        return Ok(None);
    }
    let mut parts: Vec<Array> = Vec::new();
    for object in sequence.try_iter()? {
        let object = object?;
        let part = match item(&object)? {
            Some(Item::Block(block)) => Some(block),
            Some(Item::Sequence) => read_at(&object, dtype, depth + 1)?,
            _ => None,
        };
        let Some(part) = part else { return Ok(None) };
        if parts
            .first()
            .is_some_and(|first| first.shape() != part.shape())
        {
            return Ok(None);
        }
        parts.push(part);
    }
    let Some(first) = parts.first() else {
        return Ok(None);
    };
    let mut common = Some(first.dtype());
    if parts.iter().any(|part| Some(part.dtype()) != common) {
        common = common_type(sequence, None, depth)?;
    }
    let to = dtype.or(common).unwrap_or(DType::F64);
    if first.ndim() >= MAX_NDIM || !can_cast(common.unwrap_or(to), to, Casting::SameKind) {
        return Ok(None);
    }
    let mut shape = Dims::from_slice(&[parts.len()]);
    shape.extend_from_slice(first.shape());
    let result = guard::quick(|| Array::empty(&shape, to, Order::C))?;
    for (i, part) in parts.iter().enumerate() {
        let place = guard::quick(|| result.index(&[Index::Int(i as i64)]))?;
        if interop::copy(&place, part) {
            continue;
        }
        let target = interop::destination(&place)?;
        guard::run(sequence.py(), part.size(), || {
            assign::assign(&target, &Operand::Array(part), Casting::Unsafe)
        })?;
    }
    Ok(Some(result))
}
