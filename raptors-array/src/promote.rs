//! Promotion (NEP 50): which element type holds the values of several, and which casts are allowed.

use crate::{Casting, Error, Result};
use raptors_kernels::{
    Bool, DType, Kind, Level, Scalar,
    cast::cast,
    dtype::{Complex32, Complex64, f16},
};

/// The type of an argument, as far as promotion cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arg {
    /// An array, a NumPy scalar or a Python `bool`: its element type counts.
    Array(DType),
    /// A Python `int`: takes on the type of the arrays, unless they hold truth values.
    Int,
    /// A Python `float`: takes on the type of the arrays, if they hold floats or complex numbers.
    Float,
    /// A Python `complex`: takes on the precision of the arrays.
    Complex,
}

impl Arg {
    /// The element type that the argument has when it is alone.
    #[inline]
    pub const fn dtype(self) -> DType {
        match self {
            Self::Array(dtype) => dtype,
            Self::Int => DType::I64,
            Self::Float => DType::F64,
            Self::Complex => DType::C128,
        }
    }

    /// Python's class of such numbers.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Float => "float",
            Self::Complex => "complex",
            Self::Array(_) | Self::Int => "int",
        }
    }

    /// Whether the argument can be given to a loop for `dtype` under `casting`.
    #[inline]
    pub const fn can_cast(self, dtype: DType, casting: Casting) -> bool {
        match self {
            Self::Array(from) => can_cast(from, dtype, casting),
            _ if matches!(casting, Casting::Unsafe) => true,
            Self::Int => dtype.kind() as u8 != Kind::Bool as u8,
            Self::Float => dtype.kind() as u8 >= Kind::Float as u8,
            Self::Complex => dtype.kind() as u8 == Kind::Complex as u8,
        }
    }
}

/// Whether every value of `from` is one of `to`, as NumPy has it: 64-bit integers go to float64.
const fn is_safe(from: DType, to: DType) -> bool {
    use Kind::{Bool, Complex, Float, Signed, Unsigned};
    // Bits of the widest integer that NumPy lets into a float of this many bytes.
    const fn integers(float: usize) -> usize {
        match float {
            2 => 1,
            4 => 2,
            _ => 8,
        }
    }
    let (small, large) = (from.size(), to.size());
    match (from.kind(), to.kind()) {
        (Bool, _) => true,
        (Unsigned, Unsigned) | (Signed, Signed) | (Float, Float) | (Complex, Complex) => {
            small <= large
        }
        (Unsigned, Signed) => small < large,
        (Unsigned | Signed, Float | Complex) => small <= integers(to.real().size()),
        (Float, Complex) => small <= to.real().size(),
        _ => false,
    }
}

/// Whether `casting` allows a cast.
#[inline]
pub const fn can_cast(from: DType, to: DType, casting: Casting) -> bool {
    match casting {
        Casting::No | Casting::Equiv => from as u8 == to as u8,
        Casting::Safe => is_safe(from, to),
        Casting::SameKind => from.kind() as u8 <= to.kind() as u8,
        Casting::Unsafe => true,
    }
}

const COUNT: usize = DType::ALL.len();

static PROMOTED: [[DType; COUNT]; COUNT] = {
    let mut table = [[DType::Bool; COUNT]; COUNT];
    let mut i = 0;
    while i < COUNT * COUNT {
        let (a, b) = (DType::ALL[i / COUNT], DType::ALL[i % COUNT]);
        // The order of ALL is that of promotion, so the first that holds both is the narrowest.
        let mut k = 0;
        while !(is_safe(a, DType::ALL[k]) && is_safe(b, DType::ALL[k])) {
            k += 1;
        }
        table[i / COUNT][i % COUNT] = DType::ALL[k];
        i += 1;
    }
    table
};

/// The narrowest element type that holds the values of both.
#[inline]
pub fn promote_types(a: DType, b: DType) -> DType {
    PROMOTED[a as usize][b as usize]
}

/// The element type of a result of `args`; float64 for none, as in NumPy.
///
/// All count at once: what the type that is last in NumPy's order makes with each of the others is
/// promoted. One after the other, two 16-bit integers would make a type that float32 does not hold.
#[inline]
pub fn result_type(args: &[Arg]) -> DType {
    let (mut last, mut weak) = (None, None);
    for &arg in args {
        match arg {
            // NumPy came to have float16 after all others.
            Arg::Array(dtype) => last = last.max(Some((dtype == DType::F16, dtype))),
            _ => weak = weak.max(Some(arg.dtype())),
        }
    }
    let arrays = last.map(|(_, last)| {
        args.iter().fold(last, |so_far, &arg| match arg {
            Arg::Array(dtype) => promote_types(so_far, promote_types(last, dtype)),
            _ => so_far,
        })
    });
    match (arrays, weak) {
        (None, None) => DType::F64,
        (Some(dtype), None) | (None, Some(dtype)) => dtype,
        (Some(dtype), Some(weak)) => match (weak, dtype.kind()) {
            (DType::I64, Kind::Bool) => DType::I64,
            (DType::F64, Kind::Bool | Kind::Unsigned | Kind::Signed) => DType::F64,
            (DType::C128, Kind::Bool | Kind::Unsigned | Kind::Signed) => DType::C128,
            (DType::C128, Kind::Float) => promote_types(dtype, DType::C64),
            _ => dtype,
        },
    }
}

/// A Python number: a value without an element type of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An `int`; one that does not fit here fits no element type either.
    Int(i128),
    /// A `float`.
    Float(f64),
    /// A `complex`.
    Complex(Complex64),
}

impl Number {
    /// What the number is for promotion.
    #[inline]
    pub const fn arg(self) -> Arg {
        match self {
            Self::Int(_) => Arg::Int,
            Self::Float(_) => Arg::Float,
            Self::Complex(_) => Arg::Complex,
        }
    }

    /// The number as an element of `dtype`: floats are rounded, or cut as arrays are cast.
    ///
    /// # Errors
    ///
    /// As [`weak_int`], for integers.
    #[inline]
    pub fn to_scalar(self, dtype: DType) -> Result<Scalar> {
        match self {
            Self::Int(value) => weak_int(value, dtype),
            Self::Float(value) => Ok(weak_float(value, dtype)),
            Self::Complex(value) => Ok(weak_complex(value, dtype)),
        }
    }

    /// Whether there is a float that does not hold the number, though it is finite.
    #[inline]
    pub fn is_vast(self) -> bool {
        let vast = |value: f64| (HALF_RANGE..f64::INFINITY).contains(&value.abs());
        match self {
            Self::Int(value) => value.unsigned_abs() >= HALF_RANGE as u128,
            Self::Float(value) => vast(value),
            Self::Complex(value) => vast(value.re) || vast(value.im),
        }
    }

    /// The number with infinities for what is finite but is not as an element of `dtype`; nothing where all of it
    /// stays finite.
    pub fn overflowing(self, dtype: DType) -> Option<Self> {
        let range = match dtype.real() {
            DType::F16 => HALF_RANGE,
            DType::F32 => SINGLE_RANGE,
            _ => return None,
        };
        let part = |value: f64| {
            let beyond = (range..f64::INFINITY).contains(&value.abs());
            let kept = if beyond {
                f64::INFINITY.copysign(value)
            } else {
                value
            };
            (kept, beyond)
        };
        let number = |value| {
            let (kept, beyond) = part(value);
            beyond.then_some(Self::Float(kept))
        };
        match self {
            Self::Complex(value) => {
                let ((re, first), (im, second)) = (part(value.re), part(value.im));
                (first || second).then(|| Self::Complex(Complex64::new(re, im)))
            }
            Self::Int(value) => number(value as f64),
            Self::Float(value) => number(value),
        }
    }
}

/// The least number that float16 rounds to infinity.
const HALF_RANGE: f64 = 65520.0;
/// The least number that float32 rounds to infinity: halfway from its greatest to the next power of two.
const SINGLE_RANGE: f64 = (f32::MAX as f64) + ((1u128 << 103) as f64);

/// `scalar` as an element of `dtype`, converted as arrays are.
pub fn cast_scalar(scalar: &Scalar, dtype: DType) -> Scalar {
    if scalar.dtype() == dtype {
        return *scalar;
    }
    let mut result = Scalar::zero(dtype);
    cast(Level::get(), scalar.as_in(), result.as_out());
    result
}

/// A Python `float` as an element of `dtype`: rounded, or cut as arrays are cast.
#[inline]
pub fn weak_float(value: f64, dtype: DType) -> Scalar {
    match dtype {
        DType::F64 => Scalar::new(value),
        DType::F32 => Scalar::new(value as f32),
        // What overflows is cast, here too.
        DType::C64 if (value as f32).is_normal() || value == 0.0 => {
            Scalar::new(Complex32::new(value as f32, 0.0))
        }
        DType::C128 => Scalar::new(Complex64::new(value, 0.0)),
        // Rounding twice is rounding once where the first time gives the same number; what overflows is cast, which
        // raises the exception.
        DType::F16 if value.abs() < HALF_RANGE && f64::from(value as f32) == value => {
            Scalar::new(f16::from_f32(value as f32))
        }
        _ => cast_scalar(&Scalar::new(value), dtype),
    }
}

/// A Python `complex` as an element of `dtype`; a real type takes the real part.
pub fn weak_complex(value: Complex64, dtype: DType) -> Scalar {
    cast_scalar(&Scalar::new(value), dtype)
}

/// A Python `int` as an element of `dtype`.
///
/// # Errors
///
/// [`Error::IntegerOutOfBounds`] or [`Error::IntegerTooLarge`] where an integer type cannot hold
/// it.
#[inline]
pub fn weak_int(value: i128, dtype: DType) -> Result<Scalar> {
    macro_rules! integer {
        ($t:ty) => {
            match <$t>::try_from(value) {
                Ok(value) => Ok(Scalar::new(value)),
                // NumPy goes through C's long first; to 32 bits without a sign through an unsigned one.
                Err(_) if i64::try_from(value).is_ok() => {
                    Err(Error::IntegerOutOfBounds { value, dtype })
                }
                Err(_) if dtype == DType::U32 && u64::try_from(value).is_ok() => {
                    Err(Error::IntegerOutOfBounds { value, dtype })
                }
                Err(_) => Err(Error::IntegerTooLarge),
            }
        };
    }
    match dtype {
        DType::Bool => Ok(Scalar::new(Bool::from(value != 0))),
        DType::I8 => integer!(i8),
        DType::U8 => integer!(u8),
        DType::I16 => integer!(i16),
        DType::U16 => integer!(u16),
        DType::I32 => integer!(i32),
        DType::U32 => integer!(u32),
        DType::I64 => integer!(i64),
        DType::U64 => integer!(u64),
        _ => Ok(weak_float(value as f64, dtype)),
    }
}
