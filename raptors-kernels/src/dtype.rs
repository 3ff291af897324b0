//! Element types: the run-time tag of an array, and the Rust type behind each tag.

pub use half::f16;
pub use num_complex::{Complex32, Complex64};

/// A truth value as arrays store it: one byte, true unless it is zero.
///
/// Not `bool`: memory that comes from outside may hold any byte, which `bool` may not.
#[derive(Clone, Copy, Debug, Default)]
#[repr(transparent)]
pub struct Bool(u8);

impl Bool {
    /// False.
    pub const FALSE: Self = Self(0);
    /// True.
    pub const TRUE: Self = Self(1);

    /// The truth value.
    #[inline(always)]
    pub const fn get(self) -> bool {
        self.0 != 0
    }

    /// The byte as it is in memory.
    #[inline(always)]
    pub(crate) const fn byte(self) -> u8 {
        self.0
    }
}

impl From<bool> for Bool {
    #[inline(always)]
    fn from(value: bool) -> Self {
        Self(value as u8)
    }
}

impl PartialEq for Bool {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl PartialOrd for Bool {
    #[inline(always)]
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        self.get().partial_cmp(&other.get())
    }
}

/// What kind of number an element is: the hierarchy that promotion climbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A truth value.
    Bool,
    /// An unsigned integer.
    Unsigned,
    /// A signed integer.
    Signed,
    /// A real floating-point number.
    Float,
    /// A complex floating-point number.
    Complex,
}

mod sealed {
    pub trait Sealed {}
}

/// Implemented by the Rust type behind each [`DType`], and by nothing else.
pub trait Element:
    Copy
    + core::fmt::Debug
    + Send
    + Sync
    + Default
    + PartialEq
    + sealed::Sealed
    + crate::watch::Watched
    + 'static
{
    /// The tag that names this type at run time.
    const DTYPE: DType;
}

macro_rules! dtypes {
    ($($(#[$doc:meta])* $variant:ident = $t:ty, $name:literal, $char:literal, $kind:ident;)*) => {
        /// The type of every element of an array, in NumPy's promotion order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum DType { $($(#[$doc])* $variant,)* }

        impl DType {
            /// Every element type.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// NumPy's name, such as `float32`.
            #[inline]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// NumPy's one-character code, such as `f`.
            #[inline]
            pub const fn char(self) -> char { match self { $(Self::$variant => $char,)* } }

            /// The kind of number.
            #[inline]
            pub const fn kind(self) -> Kind { match self { $(Self::$variant => Kind::$kind,)* } }

            /// The size of one element in bytes.
            #[inline]
            pub const fn size(self) -> usize { match self { $(Self::$variant => size_of::<$t>(),)* } }

            /// The alignment of one element in bytes.
            #[inline]
            pub const fn align(self) -> usize { match self { $(Self::$variant => align_of::<$t>(),)* } }
        }

        $(
            impl sealed::Sealed for $t {}
            impl Element for $t { const DTYPE: DType = DType::$variant; }
        )*
    };
}

dtypes! {
    /// One byte, true unless it is zero.
    Bool = Bool, "bool", '?', Bool;
    /// Signed, 8 bits.
    I8 = i8, "int8", 'b', Signed;
    /// Unsigned, 8 bits.
    U8 = u8, "uint8", 'B', Unsigned;
    /// Signed, 16 bits.
    I16 = i16, "int16", 'h', Signed;
    /// Unsigned, 16 bits.
    U16 = u16, "uint16", 'H', Unsigned;
    /// Signed, 32 bits.
    I32 = i32, "int32", 'i', Signed;
    /// Unsigned, 32 bits.
    U32 = u32, "uint32", 'I', Unsigned;
    /// Signed, 64 bits.
    I64 = i64, "int64", 'l', Signed;
    /// Unsigned, 64 bits.
    U64 = u64, "uint64", 'L', Unsigned;
    /// IEEE 754 binary16.
    F16 = f16, "float16", 'e', Float;
    /// IEEE 754 binary32.
    F32 = f32, "float32", 'f', Float;
    /// IEEE 754 binary64.
    F64 = f64, "float64", 'd', Float;
    /// Two binary32: real and imaginary part.
    C64 = Complex32, "complex64", 'F', Complex;
    /// Two binary64: real and imaginary part.
    C128 = Complex64, "complex128", 'D', Complex;
}

impl DType {
    /// The dtype that NumPy's name stands for.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|dtype| dtype.name() == name)
    }

    /// The real dtype of a complex one; every other dtype itself.
    #[must_use]
    pub const fn real(self) -> Self {
        match self {
            Self::C64 => Self::F32,
            Self::C128 => Self::F64,
            other => other,
        }
    }
}

/// Calls `$body` with `$T` standing for the Rust type behind a run-time [`DType`].
///
/// `with_dtype!(dtype, T => size_of::<T>())`
#[macro_export]
macro_rules! with_dtype {
    ($dtype:expr, $T:ident => $body:expr) => {
        $crate::with_dtype!(@ $dtype, $T, $body,
            Bool = $crate::dtype::Bool, I8 = i8, U8 = u8, I16 = i16, U16 = u16, I32 = i32,
            U32 = u32, I64 = i64, U64 = u64, F16 = $crate::dtype::f16, F32 = f32, F64 = f64,
            C64 = $crate::dtype::Complex32, C128 = $crate::dtype::Complex64)
    };
    (@ $dtype:expr, $T:ident, $body:expr, $($variant:ident = $t:ty),*) => {
        match $dtype { $($crate::DType::$variant => { type $T = $t; $body })* }
    };
}
