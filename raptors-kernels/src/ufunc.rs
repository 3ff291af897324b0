//! What a ufunc can tell and do beyond its row: names, loops by dtype and level.

use crate::{
    bound::Loop,
    dtype::DType,
    isa::Level,
    ufuncs::{ALIASES, Ufunc},
};

impl Ufunc {
    /// The number of inputs.
    #[inline]
    pub const fn nin(self) -> usize {
        self.args().len()
    }

    /// The ufunc that Python calls `name`, or NumPy by an [alias](ALIASES).
    pub fn from_name(name: &str) -> Option<Self> {
        let rows = Self::ALL.iter().map(|&ufunc| (ufunc.name(), ufunc));
        let mut names = rows.chain(ALIASES.iter().copied());
        names.find(|row| row.0 == name).map(|row| row.1)
    }

    /// The loop for inputs of `dtype`, compiled for `level`. float16 is computed in float32 and
    /// rounded once where it has no loop of its own.
    pub fn bind(self, level: Level, dtype: DType) -> Option<Loop> {
        match self.own(level, dtype) {
            None if dtype == DType::F16 && self.has(dtype) => self
                .own(level, DType::F32)
                .map(|wide| wide.through_halves(self.keeps_first_half())),
            own => own,
        }
    }

    /// Whether equal elements of float16, which zeros of both signs are, give the first of them, while those of
    /// other floats give the second: NumPy compares float16 with a function of its own.
    const fn keeps_first_half(self) -> bool {
        matches!(
            self,
            Self::maximum | Self::minimum | Self::fmax | Self::fmin
        )
    }

    fn own(self, level: Level, dtype: DType) -> Option<Loop> {
        match level {
            Level::Scalar(isa) => self.kernel(dtype).map(|kernel| Loop::Scalar(isa, kernel)),
            #[cfg(target_arch = "x86_64")]
            Level::Sse2(isa) => self.kernel(dtype).map(|kernel| Loop::Sse2(isa, kernel)),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(isa) => self.kernel(dtype).map(|kernel| Loop::Avx2(isa, kernel)),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(isa) => self.kernel(dtype).map(|kernel| Loop::Avx512(isa, kernel)),
            #[cfg(target_arch = "aarch64")]
            Level::Neon(isa) => self.kernel(dtype).map(|kernel| Loop::Neon(isa, kernel)),
        }
    }
}
