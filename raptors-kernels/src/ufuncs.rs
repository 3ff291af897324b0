//! The ufunc table: one row declares a ufunc to every layer above.

use crate::{
    body::{arith, compare, float},
    dtype::DType,
    isa::Level,
    kernel::Loop,
    table::ufuncs,
};

/// Where Python users find a ufunc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// The main namespace, as in NumPy.
    NumPy,
    /// `raptors.nn`, under `jax.nn`'s names.
    Nn,
}

ufuncs! {
    /// Adds element by element.
    add binary(x1, x2) = arith::Add, all, cost 1, ulp 0, identity 0;
    /// Multiplies element by element.
    multiply binary(x1, x2) = arith::Multiply, all, cost 1, ulp 0, identity 1;
    /// Whether `x1` is less than `x2`, element by element.
    less binary(x1, x2) = compare::Less, bools_reals, cost 1, ulp 0;
    /// The non-negative square root, element by element.
    sqrt unary(x) = float::Sqrt, floats, cost 6, ulp 0;
}

impl Ufunc {
    /// The number of inputs.
    pub const fn nin(self) -> usize {
        self.args().len()
    }

    /// The ufunc that Python calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|ufunc| ufunc.name() == name)
    }

    /// The dtype that `dtype` is computed in: float32 for float16 where there is no loop of its
    /// own (the result is rounded once), else `dtype` itself. `None` where there is no loop.
    pub fn computed_in(self, dtype: DType) -> Option<DType> {
        if !self.has(dtype) {
            None
        } else if dtype == DType::F16 && self.kernel::<crate::isa::Scalar>(dtype).is_none() {
            Some(DType::F32)
        } else {
            Some(dtype)
        }
    }

    /// The loop for inputs of `dtype`, compiled for `level` or, where 512 bits do not pay, for the
    /// level below.
    pub fn bind(self, level: Level, dtype: DType) -> Option<Loop> {
        match level {
            Level::Scalar(isa) => self.kernel(dtype).map(|kernel| Loop::Scalar(isa, kernel)),
            #[cfg(target_arch = "x86_64")]
            Level::Sse2(isa) => self.kernel(dtype).map(|kernel| Loop::Sse2(isa, kernel)),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(isa) => self.kernel(dtype).map(|kernel| Loop::Avx2(isa, kernel)),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(isa) => match self.kernel(dtype) {
                Some(kernel) => Some(Loop::Avx512(isa, kernel)),
                None => self.bind(Level::Avx2(isa.avx2()), dtype),
            },
            #[cfg(target_arch = "aarch64")]
            Level::Neon(isa) => self.kernel(dtype).map(|kernel| Loop::Neon(isa, kernel)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slice::{In, Out};

    #[test]
    fn add_gives_the_sums_at_every_level() {
        let (x, y) = ([1.0f32, 2.0, 3.0], [10.0f32, 20.0, 30.0]);
        for level in Level::available() {
            let mut out = [0.0f32; 3];
            let add = Ufunc::add.bind(level, DType::F32).unwrap();
            add.run(
                &[In::from(&x[..]), In::from(&y[..])],
                &mut [Out::from(&mut out[..])],
            );
            assert_eq!(out, [11.0, 22.0, 33.0]);
        }
    }
}
