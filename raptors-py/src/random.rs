//! What `raptors.random.Generator` draws with, from NumPy's bit generators.
//!
//! Callers hold the lock of the bit generator.

use crate::array::{self, Object};
use crate::{creation, guard, interop};
use core::ptr::NonNull;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyCapsule, PyFloat, PyInt, PyTuple};
use raptors_array::random::{self, BitGenerator, Distribution, Law, Source};
use raptors_array::target::Target;
use raptors_array::{Array, DType, Order};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;

/// Additions that a random number is worth.
const COST: usize = 8;

/// The source that the capsule of a bit generator stands for.
fn source(capsule: &Bound<'_, PyCapsule>) -> PyResult<Source> {
    let generator: NonNull<BitGenerator> = capsule.pointer_checked(Some(c"BitGenerator"))?.cast();
    // SAFETY: a capsule of this name holds a `bitgen_t`, by NumPy's contract, and lives as long as
    // the caller's reference; the caller holds the lock of the bit generator.
    Ok(unsafe { Source::new(generator) })
}

/// Looks at a `numpy.random.PCG64` that nobody else has, so that such generators are drawn from
/// without a call for every number.
#[pyfunction]
fn learn(capsule: &Bound<'_, PyCapsule>) -> PyResult<()> {
    let generator: NonNull<BitGenerator> = capsule.pointer_checked(Some(c"BitGenerator"))?.cast();
    // SAFETY: as in `source`; `_generator.py` hands a new PCG64 over when it is imported.
    unsafe { random::learn(generator) };
    Ok(())
}

fn named(distribution: &str) -> PyResult<Distribution> {
    Ok(match distribution {
        "uniform" => Distribution::Uniform,
        "normal" => Distribution::Normal,
        "exponential" => Distribution::Exponential,
        "exponential_inverse" => Distribution::ExponentialInverse,
        name => return Err(PyValueError::new_err(format!("no distribution {name:?}"))),
    })
}

/// Fills `out` with `loc + scale * x` for numbers `x` of a distribution, without `scale` with `x`.
#[pyfunction]
#[pyo3(signature = (capsule, distribution, out, loc = 0.0, scale = None))]
fn fill(
    capsule: &Bound<'_, PyCapsule>,
    distribution: &str,
    out: &Object<'_>,
    loc: f64,
    scale: Option<f64>,
) -> PyResult<()> {
    let distribution = named(distribution)?;
    let (mut source, array) = (source(capsule)?, out.get().clone_array());
    let target = interop::output(&array)?;
    let shift = scale.map(|scale| (loc, scale));
    Ok(guard::run(
        out.py(),
        array.size().saturating_mul(COST),
        || random::fill(&target, &mut source, distribution, shift),
    )?)
}

/// One number of a distribution.
#[pyfunction]
fn one(capsule: &Bound<'_, PyCapsule>, distribution: &str) -> PyResult<f64> {
    let (mut source, distribution) = (source(capsule)?, named(distribution)?);
    guard::quick(|| {
        let mut number = Array::empty(&[], DType::F64, Order::C)?;
        let target = Target::new(&mut number)?;
        random::fill(&target, &mut source, distribution, None)?;
        Ok(target.array().item()?.get())
    })
}

/// A float, or an integer that is one.
fn plain(number: &Any<'_>) -> Option<f64> {
    let is_plain =
        number.is_exact_instance_of::<PyFloat>() || number.is_exact_instance_of::<PyInt>();
    is_plain.then(|| guard::tried(number.extract())).flatten()
}

/// Numbers of the law that NumPy calls `name`; nothing, and none drawn, where NumPy has to look at the
/// parameters or draws them in another way.
#[pyfunction]
fn by_law<'py>(
    capsule: &Bound<'py, PyCapsule>,
    name: &str,
    parameters: &Bound<'py, PyTuple>,
    size: &Any<'py>,
) -> PyResult<Option<Object<'py>>> {
    let numbers: Option<SmallVec<[f64; 2]>> = parameters
        .iter_borrowed()
        .map(|number| plain(&number))
        .collect();
    let Some(law) = numbers.and_then(|numbers| Law::named(name, &numbers)) else {
        return Ok(None);
    };
    let (mut source, dims) = (source(capsule)?, creation::shape(size)?);
    let new = guard::quick(|| Array::empty(&dims, law.dtype(), Order::C))?;
    let target = interop::output(&new)?;
    guard::run(capsule.py(), new.size().saturating_mul(COST), || {
        random::fill_by_law(&target, &mut source, law)
    })?;
    drop(target);
    Ok(Some(array::fresh(capsule.py(), new)?))
}

/// The bytes of the words that NumPy's `SeedSequence` hashes an integer of up to 128 bits to, and the state
/// and the increment that these give a PCG64.
#[pyfunction]
fn seeds(py: Python<'_>, seed: u128) -> (Bound<'_, PyByteArray>, u128, u128) {
    let pool = random::pool(seed);
    let bytes = pool.map(u32::to_ne_bytes);
    let [state, increment] = random::congruence(pool);
    (PyByteArray::new(py, bytes.as_flattened()), state, increment)
}

/// Fills `out` with integers from `low` to `low + range`, both of 64 bits that wrap.
#[pyfunction]
fn bounded(capsule: &Bound<'_, PyCapsule>, out: &Object<'_>, low: u64, range: u64) -> PyResult<()> {
    let (mut source, array) = (source(capsule)?, out.get().clone_array());
    let target = interop::output(&array)?;
    Ok(guard::run(
        out.py(),
        array.size().saturating_mul(COST),
        || random::fill_bounded(&target, &mut source, low, range),
    )?)
}

/// As `bounded`, with an array of uint64 for each bound.
#[pyfunction]
fn between(
    capsule: &Bound<'_, PyCapsule>,
    out: &Object<'_>,
    low: &Object<'_>,
    range: &Object<'_>,
) -> PyResult<()> {
    let (mut source, array) = (source(capsule)?, out.get().clone_array());
    let (low, range) = (&low.get().array, &range.get().array);
    let target = interop::output(&array)?;
    Ok(guard::run(
        out.py(),
        array.size().saturating_mul(COST),
        || random::fill_between(&target, &mut source, low, range),
    )?)
}

/// Brings the parts of `x` along `axis` into random order; with `lines`, each line on its own.
#[pyfunction]
fn shuffle(capsule: &Bound<'_, PyCapsule>, x: &Any<'_>, axis: i64, lines: bool) -> PyResult<()> {
    let object = creation::as_object(x)?;
    let (mut source, array) = (source(capsule)?, object.get().clone_array());
    if !array.writeable() {
        return Err(PyValueError::new_err("array is read-only"));
    }
    let target = interop::output(&array)?;
    let order = if lines {
        random::permute_lines
    } else {
        random::shuffle
    };
    Ok(guard::run(
        x.py(),
        array.size().saturating_mul(COST),
        || order(&target, &mut source, axis),
    )?)
}

/// `size` different places below `population`.
#[pyfunction]
fn choose<'py>(
    capsule: &Bound<'py, PyCapsule>,
    population: usize,
    size: usize,
    shuffled: bool,
) -> PyResult<Object<'py>> {
    let mut source = source(capsule)?;
    let places = guard::run(capsule.py(), size.saturating_mul(COST), || {
        random::choose(&mut source, population, size, shuffled)
    })?;
    array::fresh(capsule.py(), places)
}

/// `size` different places, as probable as `weights`.
#[pyfunction]
fn choose_weighted<'py>(
    capsule: &Bound<'py, PyCapsule>,
    weights: &Object<'py>,
    size: usize,
) -> PyResult<Object<'py>> {
    let (mut source, weights) = (source(capsule)?, &weights.get().array);
    let work = size.max(weights.size()).saturating_mul(COST);
    let places = guard::run(capsule.py(), work, || {
        random::choose_weighted(&mut source, weights, size)
    })?;
    array::fresh(capsule.py(), places)
}

/// The places that `samples`, numbers from 0 to 1, fall on, as probable as `weights`.
#[pyfunction]
fn pick<'py>(weights: &Object<'py>, samples: &Object<'py>) -> PyResult<Object<'py>> {
    let py = weights.py();
    let (weights, samples) = (&weights.get().array, &samples.get().array);
    let work = samples
        .size()
        .saturating_add(weights.size())
        .saturating_mul(COST);
    let places = guard::run(py, work, || random::pick(weights, samples))?;
    array::fresh(py, places)
}

/// The module `raptors._raptors._random`.
pub(crate) fn register(parent: &Bound<'_, PyModule>) -> PyResult<()> {
    let module = PyModule::new(parent.py(), "_random")?;
    module.add_function(wrap_pyfunction!(fill, &module)?)?;
    module.add_function(wrap_pyfunction!(learn, &module)?)?;
    module.add_function(wrap_pyfunction!(one, &module)?)?;
    module.add_function(wrap_pyfunction!(by_law, &module)?)?;
    module.add_function(wrap_pyfunction!(seeds, &module)?)?;
    module.add_function(wrap_pyfunction!(bounded, &module)?)?;
    module.add_function(wrap_pyfunction!(between, &module)?)?;
    module.add_function(wrap_pyfunction!(shuffle, &module)?)?;
    module.add_function(wrap_pyfunction!(choose, &module)?)?;
    module.add_function(wrap_pyfunction!(choose_weighted, &module)?)?;
    module.add_function(wrap_pyfunction!(pick, &module)?)?;
    parent.add("_random", module)
}
