//! What loops cost, and how they are with vectors of half the width.

use raptors_kernels::{DType, Kind, Ufunc};

/// What vectors of half the width are to a loop, from worse to better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Halves {
    /// They lack an instruction that it takes.
    Lacking,
    /// They may take more instructions, which matters where the data does not come from afar.
    Usable,
    /// They take the same instructions.
    Equal,
    /// They take the same instructions, and the loop waits for the divider.
    Dividing,
}

/// The cost of one element, and how the loop is with vectors of half the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// In units of one addition (see [`Ufunc::cost`]).
    pub units: u32,
    /// What vectors of half the width are to the loop.
    pub halves: Halves,
}

impl From<u32> for Cost {
    fn from(units: u32) -> Self {
        Self {
            units,
            halves: Halves::Usable,
        }
    }
}

impl Cost {
    /// The cost of the loop of `ufunc` for `dtype`.
    #[inline]
    pub const fn of(ufunc: Ufunc, dtype: DType) -> Self {
        Self {
            units: ufunc.cost(),
            halves: halves(ufunc, dtype),
        }
    }

    /// The cost of a conversion that is `units` an element.
    #[inline]
    pub const fn of_conversion(units: u32, from: DType, to: DType) -> Self {
        let halves = if needs_512_bits(from, to) {
            Halves::Lacking
        } else if converts_alike(from, to) {
            Halves::Equal
        } else {
            Halves::Usable
        };
        Self { units, halves }
    }
}

/// Whether only 512-bit vectors have a loop of their own for a conversion: floats that are truncated to 64 bits, and
/// real numbers that become complex.
const fn needs_512_bits(from: DType, to: DType) -> bool {
    match to {
        DType::I64 | DType::U64 => matches!(from, DType::F32 | DType::F64),
        DType::C64 | DType::C128 => !matches!(from.kind(), Kind::Complex),
        _ => false,
    }
}

/// Whether 256-bit vectors have the instructions of a conversion that 512-bit vectors have: those
/// that pack results or take integers of 64 bits apart do not, nor those from unsigned ones to floats.
const fn converts_alike(from: DType, to: DType) -> bool {
    let odd = matches!(from, DType::F16) || matches!(to, DType::F16 | DType::C64 | DType::C128);
    let floats = matches!(to, DType::F32 | DType::F64);
    let hard = floats && matches!(from, DType::I64 | DType::U64 | DType::U32);
    from.size() <= to.size() && !odd && !hard
}

/// What vectors of half the width are to the loop of `ufunc` for `dtype`.
const fn halves(ufunc: Ufunc, dtype: DType) -> Halves {
    let real = matches!(dtype, DType::F32 | DType::F64);
    match ufunc {
        Ufunc::divide | Ufunc::reciprocal | Ufunc::sqrt if real => Halves::Dividing,
        Ufunc::add | Ufunc::subtract | Ufunc::negative | Ufunc::relu => Halves::Equal,
        Ufunc::floor | Ufunc::ceil | Ufunc::rint | Ufunc::trunc | Ufunc::fabs if real => {
            Halves::Equal
        }
        // There is no such product of bytes, and of 64 bits in 512-bit vectors alone.
        Ufunc::multiply | Ufunc::square if real || matches!(dtype.size(), 2 | 4) => Halves::Equal,
        Ufunc::absolute if real || dtype.size() < 8 && !matches!(dtype.kind(), Kind::Complex) => {
            Halves::Equal
        }
        _ => Halves::Usable,
    }
}
