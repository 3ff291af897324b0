//! Moving elements without looking at them: chosen by their size in bytes, never by their type.

mod strided;
mod transpose;

pub use strided::{copy, fill, pack, unpack};

/// A two-dimensional strided view to read, the second axis running faster.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The element `[0, 0]`; need not be aligned.
    pub ptr: *const u8,
    /// Bytes of an element: 1, 2, 4, 8 or 16.
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
    /// Bytes of an element: 1, 2, 4, 8 or 16.
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

/// Calls `$body` with `$T` standing for a type of `$size` bytes without alignment.
macro_rules! with_size {
    ($size:expr, $T:ident => $body:expr) => {
        match $size {
            1 => {
                type $T = [u8; 1];
                $body
            }
            2 => {
                type $T = [u8; 2];
                $body
            }
            4 => {
                type $T = [u8; 4];
                $body
            }
            8 => {
                type $T = [u8; 8];
                $body
            }
            16 => {
                type $T = [u8; 16];
                $body
            }
            size => unreachable!("no element has {size} bytes"),
        }
    };
}
pub(crate) use with_size;
