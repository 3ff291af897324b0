//! Moving elements without looking at them: chosen by their size in bytes, never by their type.

mod bits;
mod block;
mod cell;
mod choose;
mod compress;
mod distant;
pub(crate) mod mask;
mod narrow;
mod pieces;
mod ramp;
mod repeat;
mod select;
mod squares;
mod strided;
mod swap;
mod take;
mod transpose;
mod within;

pub(crate) use cell::Bits;
pub(crate) use transpose::turn;

pub use crate::arch::stream::Stream;
pub use bits::{pack_bits, pack_row, unpack_bits, unpack_row};
pub use block::copy_bytes;
pub use choose::{select_apart, selects_seconds};
pub use compress::{compress, expand};
pub use distant::{gather, scatter};
pub use mask::{count_nonzero, nonzero};
pub use ramp::ramp;
pub use repeat::{repeat_all, repeat_each};
pub use select::{assign_where, assign_where_apart, fill_where, fill_where_apart, select};
pub use strided::{copy, copy_around, fill, gather_views, pack, scatter_views, unpack};
pub use swap::swap_bytes;
pub use take::{distances, outside, pick, place, put, resolve, take};
pub use within::{clip_places, wrap_places};

/// A two-dimensional strided view to read, the second axis running faster.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The element `[0, 0]`; need not be aligned.
    pub ptr: *const u8,
    /// Bytes of an element: 1, 2, 4, 8 or 16, or for [`copy`] any number.
    pub size: usize,
    /// Elements along each axis.
    pub shape: [usize; 2],
    /// Bytes from one element to the next along each axis: any number, zero and negative too.
    pub strides: [isize; 2],
}

/// A two-dimensional strided view to write, the second axis running faster.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The element `[0, 0]`; need not be aligned.
    pub ptr: *mut u8,
    /// Bytes of an element: 1, 2, 4, 8 or 16, or for [`copy`] any number.
    pub size: usize,
    /// Elements along each axis.
    pub shape: [usize; 2],
    /// Bytes from one element to the next along each axis; no two elements may overlap.
    pub strides: [isize; 2],
}

impl Source {
    /// The element `[0, 0]` and those that follow it in memory, in C order.
    pub const fn contiguous(ptr: *const u8, size: usize, shape: [usize; 2]) -> Self {
        Self {
            ptr,
            size,
            shape,
            strides: contiguous_strides(size, shape),
        }
    }
}

impl Target {
    /// The element `[0, 0]` and those that follow it in memory, in C order.
    pub const fn contiguous(ptr: *mut u8, size: usize, shape: [usize; 2]) -> Self {
        Self {
            ptr,
            size,
            shape,
            strides: contiguous_strides(size, shape),
        }
    }
}

const fn contiguous_strides(size: usize, shape: [usize; 2]) -> [isize; 2] {
    [(shape[1] * size) as isize, size as isize]
}

/// Calls `$body` with `$T` standing for an unsigned integer of `$size` bytes.
macro_rules! with_size {
    ($size:expr, $T:ident => $body:expr) => {
        with_size!(@ $size, $T, $body, 1 = u8, 2 = u16, 4 = u32, 8 = u64, 16 = u128)
    };
    (@ $size:expr, $T:ident, $body:expr, $($bytes:literal = $t:ty),*) => {
        match $size {
            $($bytes => { type $T = $t; $body })*
            size => unreachable!("no element has {size} bytes"),
        }
    };
}
pub(crate) use with_size;

/// Runs `$body` with `$size` a constant where it is that of three elements or of a short power of
/// two: a copy of so many bytes is a few instructions and no call.
macro_rules! with_row {
    ($bytes:expr, $size:ident => $body:expr) => {
        with_row!(@ $bytes, $size, $body, 3 6 8 12 16 24 32 48 64)
    };
    (@ $bytes:expr, $size:ident, $body:expr, $($constant:literal)*) => {
        match $bytes {
            $($constant => {
                let $size = $constant;
                $body
            })*
            $size => $body,
        }
    };
}
pub(crate) use with_row;
