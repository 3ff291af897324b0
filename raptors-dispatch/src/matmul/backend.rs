//! The back ends for large products: which are compiled in, and which one is used.

use core::{cell::Cell, fmt};
use raptors_kernels::{Level, product::prefers_panels};
use std::sync::LazyLock;

/// Who multiplies large matrices of floating-point numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// The kernels of this project, at the level whose tiles they are and on the dtypes they have.
    Panels,
    /// The `gemm` crate: pure Rust, compiled for every instruction set.
    Gemm,
    /// The `matrixmultiply` crate: pure Rust, smaller.
    MatrixMultiply,
    /// The BLAS that a cargo feature linked.
    #[cfg(feature = "blas")]
    Blas,
}

/// The variable that says whether a linked BLAS is used.
pub const VARIABLE: &str = "RAPTORS_BLAS";

/// Whether a linked BLAS is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlasUse {
    /// Where it is the fastest.
    Auto,
    /// Never.
    None,
}

/// `RAPTORS_BLAS` is neither `auto` nor `none`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlasError {
    /// What the variable held.
    pub value: String,
}

impl fmt::Display for BlasError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VARIABLE}={}: choose auto or none", self.value)
    }
}

impl std::error::Error for BlasError {}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Backend {
    /// Every back end that is compiled in.
    pub const ALL: &[Self] = &[
        Self::Panels,
        Self::Gemm,
        Self::MatrixMultiply,
        #[cfg(feature = "blas")]
        Self::Blas,
    ];

    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Panels => "panels",
            Self::Gemm => "gemm",
            Self::MatrixMultiply => "matrixmultiply",
            #[cfg(feature = "blas")]
            Self::Blas => super::blas::NAME,
        }
    }

    /// The back end called `name`, if it is compiled in.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|backend| backend.name() == name)
    }
}

/// What `RAPTORS_BLAS` says.
///
/// # Errors
///
/// If the variable is neither `auto` nor `none`.
pub fn blas_from_env() -> Result<BlasUse, BlasError> {
    parse(
        &std::env::var_os(VARIABLE)
            .unwrap_or_default()
            .to_string_lossy(),
    )
}

fn parse(value: &str) -> Result<BlasUse, BlasError> {
    match value {
        "" | "auto" => Ok(BlasUse::Auto),
        "none" => Ok(BlasUse::None),
        _ => Err(BlasError {
            value: value.to_owned(),
        }),
    }
}

thread_local! {
    /// The back end that the calling thread insists on.
    static OVERRIDE: Cell<Option<Backend>> = const { Cell::new(None) };
}

/// The back end for the calling thread's next product, and whether the thread insists on it.
#[inline]
pub(super) fn chosen() -> (Backend, bool) {
    static DEFAULT: LazyLock<Backend> = LazyLock::new(|| match blas_from_env() {
        #[cfg(feature = "blas")]
        Ok(BlasUse::Auto) => Backend::Blas,
        _ if prefers_panels(Level::get()) => Backend::Panels,
        _ => Backend::Gemm,
    });
    match OVERRIDE.get() {
        Some(backend) => (backend, true),
        None => (*DEFAULT, false),
    }
}

/// Makes the calling thread insist on a back end, or not. Gives what it insisted on before.
pub fn override_backend(backend: Option<Backend>) -> Option<Backend> {
    OVERRIDE.replace(backend)
}

/// Runs `f` with all products of the calling thread by `backend`, whatever their shape; integers
/// stay with the kernels.
pub fn with_backend<R>(backend: Backend, f: impl FnOnce() -> R) -> R {
    /// Puts the former choice back, also when `f` panics.
    struct Restore(Option<Backend>);
    impl Drop for Restore {
        fn drop(&mut self) {
            OVERRIDE.set(self.0);
        }
    }
    let _restore = Restore(OVERRIDE.replace(Some(backend)));
    f()
}

/// The names of the back ends that are compiled in, and whether the calling thread's large products
/// go there.
pub fn show_backends() -> Vec<(&'static str, bool)> {
    let (chosen, _) = chosen();
    let show = |&backend: &Backend| (backend.name(), backend == chosen);
    Backend::ALL.iter().map(show).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_takes_two_words() {
        assert_eq!(parse(""), Ok(BlasUse::Auto));
        assert_eq!(parse("auto"), Ok(BlasUse::Auto));
        assert_eq!(parse("none"), Ok(BlasUse::None));
        let error = parse("mkl").unwrap_err();
        assert_eq!(error.to_string(), "RAPTORS_BLAS=mkl: choose auto or none");
    }

    #[test]
    fn insisting_ends_with_the_call() {
        let before = chosen();
        let inside = with_backend(Backend::MatrixMultiply, chosen);
        assert_eq!(inside, (Backend::MatrixMultiply, true));
        assert_eq!(chosen(), before);
        assert_eq!(
            show_backends().iter().filter(|(_, active)| *active).count(),
            1
        );
        for &backend in Backend::ALL {
            assert_eq!(Backend::from_name(backend.name()), Some(backend));
        }
    }
}
