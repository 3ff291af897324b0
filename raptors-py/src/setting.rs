//! What can be asked and set at run time: threads, instruction set, memory, plans.

use crate::{creation, dtype, guard};
use pyo3::exceptions::{PyImportError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use raptors_array::{DType, explain as plan, mem, tune};
use raptors_dispatch::{machine, matmul, team};
use raptors_kernels::Level;

/// Checks the environment variables that Raptors reads, so that a wrong one is told at once.
pub(crate) fn check_environment() -> PyResult<()> {
    let refuse = |error: &dyn std::fmt::Display| PyImportError::new_err(error.to_string());
    Level::from_env().map_err(|error| refuse(&error))?;
    team::from_env().map_err(|error| refuse(&error))?;
    matmul::blas_from_env().map_err(|error| refuse(&error))?;
    Ok(())
}

/// How many threads an operation may use.
///
/// What `rp.threads` set for the calling thread, else what `rp.set_num_threads` set, else what
/// `RAPTORS_THREADS` says, else the number of cores.
///
/// Examples
/// --------
/// >>> with rp.threads(2):
/// ...     rp.get_num_threads()
/// 2
#[pyfunction]
fn get_num_threads() -> usize {
    team::threads()
}

/// Sets how many threads an operation may use; 1 is exactly one.
///
/// Results do not depend on it. `ValueError` for less than one and for absurdly many. `rp.threads`
/// does the same for a block of code.
///
/// Examples
/// --------
/// >>> before = rp.get_num_threads()
/// >>> rp.set_num_threads(1)
/// >>> rp.get_num_threads()
/// 1
/// >>> rp.set_num_threads(before)
#[pyfunction]
fn set_num_threads(n: usize) -> PyResult<()> {
    team::set_threads(n).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// Sets the calling thread's own number of threads, or takes it away; gives what was set before.
#[pyfunction]
fn _override_threads(n: Option<usize>) -> PyResult<Option<usize>> {
    team::override_threads(n).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// Whether loops run with vector instructions.
///
/// True unless the CPU has none, or `RAPTORS_SIMD` is `scalar`.
///
/// Examples
/// --------
/// >>> rp.simd_enabled() == (rp.show_config("dicts")["simd"] != "scalar")
/// True
#[pyfunction]
fn simd_enabled() -> bool {
    Level::get().name() != "scalar"
}

/// The threads that operations use: how many, of how many cores, and where the limit is from.
///
/// A dict: `threads`, `cores`, `workers` that have been started, the `source` of the limit, and the
/// value of the environment `variable` where that is one, or `None`.
///
/// Examples
/// --------
/// >>> rp.threading_info()["threads"] == rp.get_num_threads()
/// True
#[pyfunction]
fn threading_info(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let info = PyDict::new(py);
    info.set_item("threads", team::threads())?;
    info.set_item("cores", machine().cores)?;
    info.set_item("workers", team::workers())?;
    let source = team::limit_source();
    info.set_item("source", source.to_string())?;
    let variable = match source {
        team::LimitSource::Variable(name) => std::env::var(name).ok(),
        _ => None,
    };
    info.set_item("variable", variable)?;
    Ok(info)
}

/// What the build and the machine are: instruction sets, caches, threads, memory.
#[pyfunction]
fn _config(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let machine = machine();
    let config = PyDict::new(py);
    config.set_item("version", env!("CARGO_PKG_VERSION"))?;
    config.set_item(
        "abi",
        if cfg!(Py_LIMITED_API) {
            "stable"
        } else {
            "version-specific"
        },
    )?;
    config.set_item("cpu", &machine.cpu)?;
    config.set_item("simd", Level::get().name())?;
    let levels: Vec<_> = Level::available()
        .iter()
        .map(|level| level.name())
        .collect();
    config.set_item("simd_available", levels)?;
    config.set_item("cores", machine.cores)?;
    config.set_item("threads", team::threads())?;
    for (name, cache) in [("l1", machine.l1), ("l2", machine.l2), ("l3", machine.l3)] {
        config.set_item(format!("{name}_bytes"), cache.bytes)?;
    }
    for (backend, usable) in matmul::show_backends() {
        config.set_item(format!("matmul_{backend}"), usable)?;
    }
    config.set_item("profile", machine.source.to_string())?;
    config.set_item(
        "profile_path",
        machine
            .profile
            .as_ref()
            .map(|path| path.display().to_string()),
    )?;
    let problem = machine.profile_error.as_ref().map(ToString::to_string);
    config.set_item("profile_error", problem)?;
    Ok(config)
}

/// How a call of `op` on contiguous arrays of `shape` and `dtype` would run, and why.
///
/// `op` is a function or its name: a ufunc, a reduction, `copy`, `where`, `matmul`, `sort`, `argsort`,
/// `partition`, `argpartition`, or a transform such as `fft`; `axis` is for those that have one. Each
/// line says what was decided, by which rule, and where the rule's numbers are from. Nothing is run;
/// the plan depends on the machine. `ValueError` for other names.
///
/// Examples
/// --------
/// >>> print(rp.explain("add", (10, 10), "float32"))
/// operation   add
/// computed in float32
/// ...
/// threads     1 ...
/// ...
#[pyfunction]
#[pyo3(signature = (op, shape, dtype = None, *, axis = None))]
fn explain(
    op: &Bound<'_, PyAny>,
    shape: &Bound<'_, PyAny>,
    dtype: Option<&Bound<'_, PyAny>>,
    axis: Option<i64>,
) -> PyResult<Explanation> {
    let op = match op.getattr("__name__") {
        Ok(name) => name.extract::<String>()?,
        Err(_) => op.extract()?,
    };
    let shape = creation::shape(shape)?;
    let dtype = dtype::parse_optional(dtype)?.unwrap_or(DType::F64);
    guard::quick(|| plan::explain(&op, &shape, dtype, axis))
        .map(|plan| Explanation(plan.to_string()))
}

/// A plan, to be printed.
#[pyclass(module = "raptors", frozen)]
struct Explanation(String);

#[pymethods]
impl Explanation {
    fn __repr__(&self) -> &str {
        &self.0
    }
}

/// Measures the machine; gives the report, and the file that it was kept in if it was to be kept.
#[pyfunction]
fn _tune(py: Python<'_>, keep: bool) -> PyResult<(String, Option<String>)> {
    let report = guard::run(py, usize::MAX, tune::measure)?;
    let path = if keep {
        let path = py.detach(|| tune::keep(&report));
        Some(path.map_err(PyErr::from)?.display().to_string())
    } else {
        None
    };
    Ok((report.to_string(), path))
}

/// Compares predicted with measured times; gives the report and the worst error as a factor.
#[pyfunction]
fn _check_plans(py: Python<'_>) -> PyResult<(String, f64)> {
    let check = guard::run(py, usize::MAX, tune::check)?;
    let worst = check.worst().map_or(1.0, tune::Cell::error);
    Ok((check.to_string(), worst))
}

/// The recycling pool: bytes kept, bytes it may keep, large requests served and not.
#[pyfunction]
fn _mem_stats(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let (stats, result) = (mem::stats(), PyDict::new(py));
    result.set_item("cached_bytes", stats.cached_bytes)?;
    result.set_item("thread_cached_bytes", stats.thread_cached_bytes)?;
    result.set_item("limit_bytes", stats.limit_bytes)?;
    result.set_item("hits", stats.hits)?;
    result.set_item("misses", stats.misses)?;
    Ok(result)
}

/// Gives the memory that the recycling pool keeps back to the system.
#[pyfunction]
fn _mem_trim() {
    mem::trim();
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(get_num_threads, module)?)?;
    module.add_function(wrap_pyfunction!(set_num_threads, module)?)?;
    module.add_function(wrap_pyfunction!(_override_threads, module)?)?;
    module.add_function(wrap_pyfunction!(simd_enabled, module)?)?;
    module.add_function(wrap_pyfunction!(threading_info, module)?)?;
    module.add_function(wrap_pyfunction!(explain, module)?)?;
    module.add_function(wrap_pyfunction!(_tune, module)?)?;
    module.add_function(wrap_pyfunction!(_check_plans, module)?)?;
    module.add_function(wrap_pyfunction!(_config, module)?)?;
    module.add_function(wrap_pyfunction!(_mem_stats, module)?)?;
    module.add_function(wrap_pyfunction!(_mem_trim, module)?)
}
