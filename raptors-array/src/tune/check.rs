//! How well plans predict: the time of typical operations, predicted and measured.

use super::clock;
use crate::{Array, DType, Error, Order, Result, explain::explain, map, matmul, reduce};
use raptors_dispatch::team;
use raptors_kernels::{Ufunc, fold::Fold};
use std::{hint::black_box, time::Duration};

/// What is compared, on one thread.
const UFUNCS: &[(Ufunc, DType)] = &[
    (Ufunc::add, DType::F32),
    (Ufunc::add, DType::F64),
    (Ufunc::multiply, DType::I32),
    (Ufunc::square, DType::F32),
    (Ufunc::divide, DType::F64),
    (Ufunc::exp, DType::F32),
    (Ufunc::exp, DType::F64),
    (Ufunc::sin, DType::F64),
];
const FOLDS: &[(&str, Fold, DType)] = &[
    ("sum", Fold::sum, DType::F64),
    ("max", Fold::max, DType::F32),
];
/// Elements: in the second-level cache, in the last one, and in main memory.
const SIZES: &[usize] = &[20_000, 100_000, 1_000_000, 4_000_000];
const PRODUCTS: &[(DType, usize)] = &[
    (DType::F32, 64),
    (DType::F32, 512),
    (DType::F64, 64),
    (DType::F64, 256),
];

/// One operation.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The operation, its dtype and its size.
    pub name: String,
    /// What the plan says.
    pub predicted_ns: f64,
    /// What it takes.
    pub measured_ns: f64,
}

impl Cell {
    /// The factor between the two, from 1.
    pub fn error(&self) -> f64 {
        let ratio = self.predicted_ns / self.measured_ns;
        ratio.max(1.0 / ratio)
    }
}

/// All of them.
#[derive(Clone, Debug)]
pub struct Check {
    /// The operations.
    pub cells: Vec<Cell>,
}

impl Check {
    /// The operation that was predicted worst.
    pub fn worst(&self) -> Option<&Cell> {
        let by_error = |a: &&Cell, b: &&Cell| a.error().total_cmp(&b.error());
        self.cells.iter().max_by(by_error)
    }

    /// The error that half of the operations do not exceed.
    pub fn typical(&self) -> f64 {
        let mut errors: Vec<f64> = self.cells.iter().map(Cell::error).collect();
        errors.sort_by(f64::total_cmp);
        errors.get(errors.len() / 2).copied().unwrap_or(1.0)
    }
}

/// Compares what plans predict with what operations take, on one thread.
///
/// # Errors
///
/// [`Error::Memory`].
pub fn check() -> Result<Check> {
    team::with_threads(1, cells).map_err(|_| Error::Internal {
        what: "one thread is too many",
    })?
}

fn cells() -> Result<Check> {
    let slice = Duration::from_millis(30);
    let mut cells = Vec::new();
    let mut cell = |name: &str, dtype: DType, shape: &[usize], work: &mut dyn FnMut() -> bool| {
        let predicted_ns = explain(name, shape, dtype, None)?.predicted_ns();
        let measured_ns = clock::time(slice, &mut || {
            black_box(work());
        })
        .ns;
        let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
        cells.push(Cell {
            name: format!("{name} {} {}", dtype.name(), sizes.join("x")),
            predicted_ns,
            measured_ns,
        });
        Ok::<(), Error>(())
    };
    for &n in SIZES {
        for &(ufunc, dtype) in UFUNCS {
            let x = Array::ones(&[n], dtype, Order::C)?;
            let y = Array::ones(&[n], dtype, Order::C)?;
            cell(ufunc.name(), dtype, &[n], &mut || match ufunc.nin() {
                2 => map::binary(ufunc, &x, &y).is_ok(),
                _ => map::unary(ufunc, &x).is_ok(),
            })?;
        }
        for &(name, fold, dtype) in FOLDS {
            let x = Array::ones(&[n], dtype, Order::C)?;
            cell(name, dtype, &[n], &mut || {
                reduce::reduce_all(fold, &x).is_ok()
            })?;
        }
    }
    for &(dtype, n) in PRODUCTS {
        let a = Array::ones(&[n, n], dtype, Order::C)?;
        cell("matmul", dtype, &[n, n], &mut || {
            matmul::matmul(&a, &a).is_ok()
        })?;
    }
    Ok(Check { cells })
}
