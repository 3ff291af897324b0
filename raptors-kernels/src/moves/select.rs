//! Choosing between elements by truth values, branch-free: the loops behind `where`.

use super::{
    cell::{Bits, cells, cells_mut},
    with_size,
};
use crate::{Bool, Isa, Level, with_isa};

/// Sets each element of `out` to the one of `x` where `mask` is true, and of `y` elsewhere.
///
/// # Panics
///
/// If the runs are not all as many elements of `size` bytes (1, 2, 4, 8 or 16) as `mask` is.
pub fn select(mask: &[Bool], x: &[u8], y: &[u8], out: &mut [u8], size: usize) {
    select_at(Level::get(), mask, x, y, out, size);
}

/// Sets each element of `out` to the one of `x` where `mask` is true; others stay.
///
/// # Panics
///
/// As [`select`].
pub fn assign_where(mask: &[Bool], x: &[u8], out: &mut [u8], size: usize) {
    check(mask, &[x.len(), out.len()], size);
    with_isa!(Level::get(), isa => with_size!(size, T => assign::<_, T>(isa.narrow(), mask, x, out)));
}

/// Sets each element of `out` to `element` where `mask` is true; others stay.
///
/// # Panics
///
/// As [`select`], or if `element` is not one element.
pub fn fill_where(mask: &[Bool], element: &[u8], out: &mut [u8], size: usize) {
    check(mask, &[out.len()], size);
    assert_eq!(element.len(), size, "not one element");
    with_isa!(Level::get(), isa => with_size!(size, T => place::<_, T>(isa.narrow(), mask, element, out)));
}

/// The loops below rely on equal lengths for their results, not for safety.
fn check(mask: &[Bool], lens: &[usize], size: usize) {
    for &len in lens {
        assert_eq!(len, mask.len() * size, "runs of different lengths");
    }
}

fn select_at(level: Level, mask: &[Bool], x: &[u8], y: &[u8], out: &mut [u8], size: usize) {
    check(mask, &[x.len(), y.len(), out.len()], size);
    with_isa!(level, isa => with_size!(size, T => choose::<_, T>(isa.narrow(), mask, x, y, out)));
}

fn choose<I: Isa, T: Bits>(isa: I, mask: &[Bool], x: &[u8], y: &[u8], out: &mut [u8]) {
    let (x, y, out) = (cells::<T>(x), cells::<T>(y), cells_mut::<T>(out));
    isa.vectorize(
        #[inline(always)]
        || {
            for (((out, x), y), &m) in out.iter_mut().zip(x).zip(y).zip(mask) {
                let m = I::element(m);
                if size_of::<T>() == 16 {
                    // No lane is as wide: the address is chosen, which takes no branch either.
                    *out = *core::hint::select_unpredictable(m.get(), x, y);
                } else {
                    out.0 = T::pick(m, x.0, y.0);
                }
            }
        },
    );
}

fn assign<I: Isa, T: Bits>(isa: I, mask: &[Bool], x: &[u8], out: &mut [u8]) {
    let (x, out) = (cells::<T>(x), cells_mut::<T>(out));
    isa.vectorize(
        #[inline(always)]
        || {
            for ((out, &x), &m) in out.iter_mut().zip(x).zip(mask) {
                out.0 = T::pick(I::element(m), x.0, out.0);
            }
        },
    );
}

fn place<I: Isa, T: Bits>(isa: I, mask: &[Bool], element: &[u8], out: &mut [u8]) {
    let (x, out) = (cells::<T>(element)[0].0, cells_mut::<T>(out));
    isa.vectorize(
        #[inline(always)]
        || {
            for (out, &m) in out.iter_mut().zip(mask) {
                out.0 = T::pick(I::element(m), x, out.0);
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_and_size_chooses_as_a_branch_does() {
        let n = if cfg!(miri) { 37 } else { 1037 };
        let mask: Vec<Bool> = (0..n).map(|i| Bool::from(i * i % 7 < 3)).collect();
        for size in [1, 2, 4, 8, 16] {
            let x: Vec<u8> = (0..n * size).map(|i| i as u8).collect();
            let y: Vec<u8> = x.iter().map(|x| !x).collect();
            let want: Vec<u8> = (0..n * size)
                .map(|i| if mask[i / size].get() { x[i] } else { y[i] })
                .collect();
            for level in Level::available() {
                let mut out = vec![0; n * size];
                select_at(level, &mask, &x, &y, &mut out, size);
                assert!(out == want, "{level:?} {size}");
            }
            let mut out = y.clone();
            assign_where(&mask, &x, &mut out, size);
            assert!(out == want, "assign_where {size}");
            fill_where(&mask, &x[..size], &mut out, size);
            for (i, element) in out.chunks(size).enumerate() {
                let at = i * size..(i + 1) * size;
                assert_eq!(element, if mask[i].get() { &x[..size] } else { &y[at] });
            }
        }
    }
}
