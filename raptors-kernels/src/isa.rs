//! Instruction sets: a token proves that the running CPU has the features it names.

#[cfg(target_arch = "x86_64")]
use crate::arch::x86_half::Halves;
use crate::{
    cast::{half, truncate},
    dtype::{Complex32, Complex64, f16},
};
use core::hint::black_box;
use std::sync::LazyLock;

mod refusal;

pub use refusal::{LEVEL_NAMES, LevelError};

/// An instruction set that the loops are compiled for. A value of the type proves it is there.
pub trait Isa: Copy + Send + Sync + 'static {
    /// Whether `a * b + c` is one instruction, rounded once.
    const FMA: bool;
    /// Whether vectors have 512 bits, and masks for what does not fill one.
    const WIDE: bool = false;
    /// This level, if it is AVX-512.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn widest(self) -> Option<Avx512> {
        None
    }
    /// This level, if it is AVX2 and no more.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn only_avx2(self) -> Option<Avx2> {
        None
    }
    /// Runs `f` compiled with this instruction set. `f` must be `#[inline(always)]`.
    fn vectorize<R>(self, f: impl FnOnce() -> R) -> R;
    /// The element `x`, out of the compiler's sight where a loop must stay scalar.
    #[inline(always)]
    fn element<T>(x: T) -> T {
        x
    }
    /// The level that loops run at which wait for memory: this one, or AVX2 in place of AVX-512.
    type Narrow: Isa;
    /// The token of [`Isa::Narrow`].
    fn narrow(self) -> Self::Narrow;
    /// Converts float16 to float32, by instruction where the level has one.
    #[inline(always)]
    fn widen_halves(self, from: &[f16], to: &mut [f32]) {
        half::widen(self, from, to);
    }
    /// Rounds float32 to float16, by instruction where the level has one.
    #[inline(always)]
    fn narrow_to_halves(self, from: &[f32], to: &mut [f16]) {
        half::narrow(self, from, to);
    }
    /// Truncates float32 to int32; what does not fit gives the smallest one.
    #[inline(always)]
    fn truncate_f32(self, from: &[f32], to: &mut [i32]) {
        truncate::run(self, from, to, truncate::i32_from_f32);
    }
    /// Truncates float64 to int32; what does not fit gives the smallest one.
    #[inline(always)]
    fn truncate_f64(self, from: &[f64], to: &mut [i32]) {
        truncate::run(self, from, to, truncate::i32_from_f64);
    }
    /// The sum of a run of more than one leaf, in the order of the pairwise tree of folds. `None`
    /// where the compiler is trusted with it.
    #[inline(always)]
    fn sum_tree_f32(self, _lift: Lift<f32>, _x: &[f32]) -> Option<f32> {
        None
    }
    /// As [`Isa::sum_tree_f32`].
    #[inline(always)]
    fn sum_tree_f64(self, _lift: Lift<f64>, _x: &[f64]) -> Option<f64> {
        None
    }
    /// As [`Isa::sum_tree_f32`].
    #[inline(always)]
    fn sum_tree_c32(self, _x: &[Complex32]) -> Option<Complex32> {
        None
    }
    /// As [`Isa::sum_tree_f32`].
    #[inline(always)]
    fn sum_tree_c64(self, _x: &[Complex64]) -> Option<Complex64> {
        None
    }
    /// Truncates one float64; what does not fit gives the smallest integer.
    #[inline(always)]
    fn truncate_to_i64(x: f64) -> i64 {
        truncate::i64_from_f64(x)
    }
    /// Whether float16 is converted by instruction.
    const HALVES: bool = false;
    /// Whether there are stores around the caches.
    const AROUND: bool = false;
    /// Bits of the longest integers whose minima vectors find fast; none where there is one element at a time.
    const COMPARED: u32 = 0;
    /// Whether a vector of every second element is put together from two loads in few instructions.
    const SKIPS: bool = false;
}

/// What is summed of each element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lift<T> {
    /// The element.
    Value,
    /// Its absolute value.
    Abs,
    /// Its square.
    Square,
    /// The square of its difference from a mean.
    SquaredDeviation(T),
    /// The element, or zero for NaN.
    Number,
}

/// The instruction set chosen for a loop. Only detection makes one, so a `Level` is a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One element at a time: the reference that the other levels are held to.
    Scalar(Scalar),
    /// The x86-64 baseline, 128 bits.
    #[cfg(target_arch = "x86_64")]
    Sse2(Sse2),
    /// x86-64-v3: AVX2, FMA, F16C; 256 bits.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// x86-64-v4: AVX-512 F, BW, CD, DQ, VL; 512 bits.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    /// The aarch64 baseline, 128 bits.
    #[cfg(target_arch = "aarch64")]
    Neon(Neon),
}

impl Level {
    /// The level below with vectors of half as many bytes, where this one has the widest; itself elsewhere.
    #[inline]
    #[must_use]
    pub fn halved(self) -> Self {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(isa) => Self::Avx2(isa.narrow()),
            other => other,
        }
    }

    /// Every level the running CPU has, the best last.
    pub fn available() -> Vec<Self> {
        let mut levels = vec![Self::Scalar(Scalar(()))];
        #[cfg(target_arch = "x86_64")]
        {
            levels.push(Self::Sse2(Sse2(())));
            levels.extend(Avx2::detect().map(Self::Avx2));
            levels.extend(Avx512::detect().map(Self::Avx512));
        }
        #[cfg(target_arch = "aarch64")]
        levels.push(Self::Neon(Neon(())));
        levels
    }

    /// The best level of the running CPU, capped by `RAPTORS_SIMD`.
    ///
    /// # Errors
    ///
    /// If the variable names no level or one that the CPU lacks.
    pub fn from_env() -> Result<Self, LevelError> {
        static LEVEL: LazyLock<Result<Level, LevelError>> =
            LazyLock::new(|| Level::parse(&std::env::var("RAPTORS_SIMD").unwrap_or_default()));
        LEVEL.clone()
    }

    /// The level that `name` stands for on the running CPU; the best one for `auto` or nothing.
    ///
    /// # Errors
    ///
    /// If `name` is no level or one that the CPU lacks.
    pub fn parse(name: &str) -> Result<Self, LevelError> {
        let levels = Self::available();
        let found = match name {
            "" | "auto" => levels.last(),
            _ => levels.iter().find(|level| level.name() == name),
        };
        found.copied().ok_or_else(|| LevelError {
            value: name.to_owned(),
            available: levels.iter().map(|level| level.name()).collect(),
        })
    }

    /// The level that this process runs at: [`Level::from_env`], or the best where that fails.
    #[inline]
    pub fn get() -> Self {
        static LEVEL: LazyLock<Level> = LazyLock::new(|| {
            Level::from_env()
                .unwrap_or_else(|_| Level::parse("auto").unwrap_or(Level::Scalar(Scalar(()))))
        });
        *LEVEL
    }

    /// The name, as `RAPTORS_SIMD` takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scalar(_) => "scalar",
            #[cfg(target_arch = "x86_64")]
            Self::Sse2(_) => "sse2",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "avx512",
            #[cfg(target_arch = "aarch64")]
            Self::Neon(_) => "neon",
        }
    }
}

/// Calls `$body` with `$isa` standing for the token in `$level`.
#[macro_export]
macro_rules! with_isa {
    ($level:expr, $isa:ident => $body:expr) => {
        match $level {
            $crate::Level::Scalar($isa) => $body,
            #[cfg(target_arch = "x86_64")]
            $crate::Level::Sse2($isa) => $body,
            #[cfg(target_arch = "x86_64")]
            $crate::Level::Avx2($isa) => $body,
            #[cfg(target_arch = "x86_64")]
            $crate::Level::Avx512($isa) => $body,
            #[cfg(target_arch = "aarch64")]
            $crate::Level::Neon($isa) => $body,
        }
    };
}

/// A function of its own for a loop, as levels with features must have: who dispatches over types and
/// levels would otherwise hold all their loops in one body. A method, as `kernel::unary` says.
trait Apart<R>: FnOnce() -> R + Sized {
    #[inline(never)]
    fn apart(self) -> R {
        self()
    }
}

impl<R, F: FnOnce() -> R> Apart<R> for F {}

/// One element at a time, with the build target's baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scalar(());

impl Isa for Scalar {
    const FMA: bool = cfg!(target_arch = "aarch64");
    #[inline(always)]
    fn vectorize<R>(self, f: impl FnOnce() -> R) -> R {
        f.apart()
    }
    #[inline(always)]
    fn element<T>(x: T) -> T {
        black_box(x)
    }
    type Narrow = Self;
    #[inline(always)]
    fn narrow(self) -> Self {
        self
    }
}

macro_rules! baseline {
    ($(#[$doc:meta])* $arch:literal $name:ident fma $fma:literal) => {
        $(#[$doc])*
        #[cfg(target_arch = $arch)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(());

        #[cfg(target_arch = $arch)]
        impl Isa for $name {
            const FMA: bool = $fma;
            #[inline(always)]
            fn vectorize<R>(self, f: impl FnOnce() -> R) -> R {
                f.apart()
            }
            type Narrow = Self;
            #[inline(always)]
            fn narrow(self) -> Self {
                self
            }
            const AROUND: bool = cfg!(target_arch = "x86_64");
            const COMPARED: u32 = 16;
        }
    };
}

baseline!(/** The x86-64 baseline. */ "x86_64" Sse2 fma false);
baseline!(/** The aarch64 baseline. */ "aarch64" Neon fma true);

macro_rules! detected {
    ($(#[$doc:meta])* $name:ident wide $wide:literal, is $is:ident, $($feature:tt)*) => {
        $(#[$doc])*
        #[cfg(target_arch = "x86_64")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(());

        #[cfg(target_arch = "x86_64")]
        impl $name {
            /// A token, if the running CPU has every feature.
            pub fn detect() -> Option<Self> {
                ($(is_x86_feature_detected!($feature))&&*).then_some(Self(()))
            }
        }

        #[cfg(target_arch = "x86_64")]
        impl Isa for $name {
            const FMA: bool = true;
            const WIDE: bool = $wide;
            #[inline(always)]
            fn $is(self) -> Option<Self> {
                Some(self)
            }
            #[inline(always)]
            fn vectorize<R>(self, f: impl FnOnce() -> R) -> R {
                #[inline]
                $(#[target_feature(enable = $feature)])*
                fn inner<R>(f: impl FnOnce() -> R) -> R {
                    f()
                }
                // SAFETY: `self` exists, so `detect` saw every feature that `inner` enables.
                unsafe { inner(f) }
            }
            type Narrow = Avx2;
            #[inline(always)]
            fn narrow(self) -> Avx2 {
                Avx2(())
            }
            #[inline(always)]
            fn widen_halves(self, from: &[f16], to: &mut [f32]) {
                Halves::widen(self, from, to);
            }
            #[inline(always)]
            fn narrow_to_halves(self, from: &[f32], to: &mut [f16]) {
                Halves::round(self, from, to);
            }
            #[inline(always)]
            fn truncate_f32(self, from: &[f32], to: &mut [i32]) {
                crate::arch::x86::truncate_f32(self.narrow(), from, to);
            }
            #[inline(always)]
            fn truncate_f64(self, from: &[f64], to: &mut [i32]) {
                crate::arch::x86::truncate_f64(self.narrow(), from, to);
            }
            #[inline(always)]
            fn sum_tree_f32(self, lift: Lift<f32>, x: &[f32]) -> Option<f32> {
                Some(crate::arch::x86_sum::tree_f32(self.narrow(), lift, x))
            }
            #[inline(always)]
            fn sum_tree_f64(self, lift: Lift<f64>, x: &[f64]) -> Option<f64> {
                Some(crate::arch::x86_sum::tree_f64(self.narrow(), lift, x))
            }
            #[inline(always)]
            fn sum_tree_c32(self, x: &[Complex32]) -> Option<Complex32> {
                Some(crate::arch::x86_sum::tree_c32(self.narrow(), x))
            }
            #[inline(always)]
            fn sum_tree_c64(self, x: &[Complex64]) -> Option<Complex64> {
                Some(crate::arch::x86_sum::tree_c64(self.narrow(), x))
            }
            #[inline(always)]
            fn truncate_to_i64(x: f64) -> i64 {
                crate::arch::x86::truncate_to_i64(x)
            }
            const HALVES: bool = true;
            const AROUND: bool = true;
            const COMPARED: u32 = if $wide { 64 } else { 32 };
            const SKIPS: bool = true;
        }
    };
}

detected!(/** x86-64-v3. */ Avx2 wide false, is only_avx2,
    "avx" "avx2" "bmi1" "bmi2" "f16c" "fma" "lzcnt" "movbe" "popcnt");
detected!(/** x86-64-v4. */ Avx512 wide true, is widest,
    "avx" "avx2" "bmi1" "bmi2" "f16c" "fma" "lzcnt" "movbe" "popcnt"
    "avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl");

#[cfg(test)]
mod tests;
