//! Operands of few elements in one piece, as elements of the type that the loop takes.

use crate::{
    Array,
    quick::over::{Lying, Shape},
};
use raptors_kernels::{DType, In, Level, Out, Scalar, cast::cast, moves};

/// Exponents beyond this give zero or infinity, as this one does.
const MOST_EXPONENT: i64 = 1 << 20;

/// Exponents as the loops take them.
fn bound_exponents(exponents: In<'_>, out: &mut [i32]) {
    if exponents.dtype() == DType::I64 {
        for (out, &x) in out.iter_mut().zip(exponents.of::<i64>()) {
            *out = x.clamp(-MOST_EXPONENT, MOST_EXPONENT) as i32;
        }
    } else {
        for (out, &x) in out.iter_mut().zip(exponents.of::<u32>()) {
            *out = i64::from(x).min(MOST_EXPONENT) as i32;
        }
    }
}

/// `value`, `n` times.
///
/// # Safety
///
/// `to` has room for as many elements, which nobody else uses for `'a`.
pub(super) unsafe fn repeated<'a>(value: &Scalar, n: usize, to: *mut u8) -> In<'a> {
    let dtype = value.dtype();
    let target = moves::Target::contiguous(to, dtype.size(), [1, n]);
    // SAFETY: as the caller promises; then the elements are written.
    unsafe {
        moves::fill(target, value.as_in().bytes().as_ptr());
        In::from_raw(to, n, dtype)
    }
}

/// The elements of `array` over `n` places, or the one that stands for all of them, in one piece, as
/// `dtype`, `bounded` where they are exponents of more bits: where they are, or in the stages.
///
/// # Safety
///
/// Each stage has room for as many elements of either dtype, and nobody else uses it while the run
/// is.
#[inline(always)]
pub(super) unsafe fn staged_run<'a>(
    level: Level,
    array: &'a Array,
    (shape, lying, single, n): (&Shape, Lying, bool, usize),
    (dtype, bounded): (DType, bool),
    [packed, converted]: [*mut u8; 2],
) -> In<'a> {
    let (stored, mut from) = (array.dtype(), array.as_ptr());
    let aligned = from.addr() & (stored.align() - 1) == 0;
    let n = if single { 1 } else { n };
    if !(aligned && (single || lying.dense)) {
        // SAFETY: the array's elements, and the stage has room for them.
        unsafe {
            if single {
                packed.copy_from_nonoverlapping(from, stored.size());
            } else {
                shape.pack(from, stored.size(), &lying.strides, packed);
            }
        }
        from = packed;
    }
    // SAFETY: `n` elements, aligned and in one piece.
    let run = unsafe { In::from_raw(from, n, stored) };
    if stored == dtype {
        return run;
    }
    // SAFETY: the stage has room for `n` elements, which are written before they are read.
    unsafe {
        let mut out = Out::from_raw(converted, n, dtype);
        if bounded {
            bound_exponents(run, out.of());
        } else {
            cast(level, run, out);
        }
        In::from_raw(converted, n, dtype)
    }
}
