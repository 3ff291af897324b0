//! Choosing between elements by truth values, branch-free: the loops behind `where`.

use super::{
    cell::{Bits, Cell, cells, cells_mut},
    with_size,
};
use crate::{Bool, Isa, Level, with_isa};
use core::hint::{black_box, select_unpredictable};

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
    with_isa!(Level::get(), isa => with_size!(size, T => assign::<_, T>(isa, mask, x, out)));
}

/// Sets each element of `out` to `element` where `mask` is true; others stay.
///
/// # Panics
///
/// As [`select`], or if `element` is not one element.
pub fn fill_where(mask: &[Bool], element: &[u8], out: &mut [u8], size: usize) {
    check(mask, &[out.len()], size);
    assert_eq!(element.len(), size, "not one element");
    with_isa!(Level::get(), isa => with_size!(size, T => place::<_, T>(isa, mask, element, out)));
}

/// As [`fill_where`], of elements `stride` bytes apart from `to` on.
///
/// # Panics
///
/// If `element` is not one element of `size` bytes.
///
/// # Safety
///
/// As many elements as `mask` has can be read and written there, and neither the mask nor the
/// element is among them.
pub unsafe fn fill_where_apart(
    mask: &[Bool],
    element: &[u8],
    to: *mut u8,
    stride: isize,
    size: usize,
) {
    assert_eq!(element.len(), size, "not one element");
    // SAFETY: every step of zero stays at the element; the caller vouches for the others.
    unsafe { assign_where_apart(mask, (element.as_ptr(), 0), (to, stride), size) };
}

/// As [`assign_where`], of elements that lie so many bytes apart, from `x` and from `to` on.
///
/// # Panics
///
/// If `size` is no element's (1, 2, 4, 8 or 16).
///
/// # Safety
///
/// As many elements as `mask` has can be read from `x` on, and read and written from `to` on, and
/// neither the mask nor what is read is among these.
pub unsafe fn assign_where_apart(
    mask: &[Bool],
    (x, x_step): (*const u8, isize),
    (to, step): (*mut u8, isize),
    size: usize,
) {
    with_size!(size, T => {
        let one = |i: usize, m: Bool| {
            let from = x.wrapping_offset(i as isize * x_step).cast::<Cell<T>>();
            let at = to.wrapping_offset(i as isize * step).cast::<Cell<T>>();
            // SAFETY: element `i` of both, which the caller vouches for.
            unsafe { (*at).0 = T::pick(m, (*from).0, (*at).0) };
        };
        let (blocks, rest) = mask.as_chunks::<8>();
        for (block, mask) in blocks.iter().enumerate() {
            if u64::from_ne_bytes(mask.map(Bool::byte)) != 0 {
                for (i, &m) in mask.iter().enumerate() {
                    one(8 * block + i, m);
                }
            }
        }
        for (i, &m) in rest.iter().enumerate() {
            one(8 * blocks.len() + i, m);
        }
    });
}

/// The loops below rely on equal lengths for their results, not for safety.
fn check(mask: &[Bool], lens: &[usize], size: usize) {
    for &len in lens {
        assert_eq!(len, mask.len() * size, "runs of different lengths");
    }
}

fn select_at(level: Level, mask: &[Bool], x: &[u8], y: &[u8], out: &mut [u8], size: usize) {
    check(mask, &[x.len(), y.len(), out.len()], size);
    with_isa!(level, isa => with_size!(size, T => choose::<_, T>(isa, mask, x, y, out)));
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
                    *out = *select_unpredictable(m.get(), x, y);
                } else {
                    out.0 = T::pick(m, x.0, y.0);
                }
            }
        },
    );
}

/// Elements that are left alone, neither read nor written, where none of them is chosen.
const BLOCK: usize = 64;

/// Whether one is true.
#[inline(always)]
fn any(mask: &[Bool; BLOCK]) -> bool {
    mask.iter().fold(0, |any, m| any | m.byte()) != 0
}

/// `x` if `m` is true, else what is in `out`, with which `zero` changes nothing. That the compiler does not
/// know: it would store what `mask` chooses by the instruction for that, which many processors run in
/// microcode, and blends and stores whole vectors instead.
#[inline(always)]
fn kept<I: Isa, T: Bits>(m: Bool, x: &Cell<T>, out: &Cell<T>, zero: T) -> Cell<T> {
    let m = I::element(m);
    if size_of::<T>() == 16 {
        // As in `choose`.
        *select_unpredictable(m.get(), x, out)
    } else {
        Cell(T::pick(m, x.0, out.0 ^ zero))
    }
}

fn assign<I: Isa, T: Bits>(isa: I, mask: &[Bool], x: &[u8], out: &mut [u8]) {
    let (x, out) = (cells::<T>(x), cells_mut::<T>(out));
    let zero = black_box(T::from(0));
    isa.vectorize(
        #[inline(always)]
        || {
            let (masks, mask_rest) = mask.as_chunks::<BLOCK>();
            let (runs, x_rest) = x.as_chunks::<BLOCK>();
            let (outs, out_rest) = out.as_chunks_mut::<BLOCK>();
            for ((out, x), mask) in outs.iter_mut().zip(runs).zip(masks) {
                if any(mask) {
                    for ((out, x), &m) in out.iter_mut().zip(x).zip(mask) {
                        *out = kept::<I, T>(m, x, out, zero);
                    }
                }
            }
            for ((out, x), &m) in out_rest.iter_mut().zip(x_rest).zip(mask_rest) {
                *out = kept::<I, T>(m, x, out, zero);
            }
        },
    );
}

fn place<I: Isa, T: Bits>(isa: I, mask: &[Bool], element: &[u8], out: &mut [u8]) {
    let (x, out) = (cells::<T>(element)[0], cells_mut::<T>(out));
    let zero = black_box(T::from(0));
    isa.vectorize(
        #[inline(always)]
        || {
            let (masks, mask_rest) = mask.as_chunks::<BLOCK>();
            let (outs, out_rest) = out.as_chunks_mut::<BLOCK>();
            for (out, mask) in outs.iter_mut().zip(masks) {
                if any(mask) {
                    for (out, &m) in out.iter_mut().zip(mask) {
                        *out = kept::<I, T>(m, &x, out, zero);
                    }
                }
            }
            for (out, &m) in out_rest.iter_mut().zip(mask_rest) {
                *out = kept::<I, T>(m, &x, out, zero);
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
        // Some blocks have nothing that is true.
        let chosen = |i: usize| i * i % 7 < 3 && !(200..500).contains(&i);
        let mask: Vec<Bool> = (0..n).map(|i| Bool::from(chosen(i))).collect();
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
            for level in Level::available() {
                let (mut out, mut filled) = (y.clone(), y.clone());
                with_isa!(level, isa => with_size!(size, T => {
                    assign::<_, T>(isa, &mask, &x, &mut out);
                    place::<_, T>(isa, &mask, &x[..size], &mut filled);
                }));
                assert!(out == want, "assign {level:?} {size}");
                for (i, element) in filled.chunks(size).enumerate() {
                    let at = i * size..(i + 1) * size;
                    let want = if mask[i].get() { &x[..size] } else { &y[at] };
                    assert_eq!(element, want, "place {level:?} {size} {i}");
                }
            }
            let mut out = y.clone();
            assign_where(&mask, &x, &mut out, size);
            assert!(out == want, "assign_where {size}");
            let (mut apart, to) = (vec![0; 3 * n * size], 3 * size);
            for (from, to) in out.chunks(size).zip(apart.chunks_mut(to)) {
                to[..size].copy_from_slice(from);
            }
            // SAFETY: every third of the elements.
            unsafe { fill_where_apart(&mask, &x[..size], apart.as_mut_ptr(), to as isize, size) };
            fill_where(&mask, &x[..size], &mut out, size);
            let apart_are = |run: &[u8]| apart.chunks(to).map(|x| &x[..size]).eq(run.chunks(size));
            assert!(apart_are(&out), "fill_where_apart {size}");
            let mut apart = apart.clone();
            let want: Vec<u8> = (0..n * size)
                .map(|i| if mask[i / size].get() { y[i] } else { out[i] })
                .collect();
            // SAFETY: every third of the elements.
            unsafe {
                let target = (apart.as_mut_ptr(), to as isize);
                assign_where_apart(&mask, (y.as_ptr(), size as isize), target, size);
            }
            let given = apart.chunks(to).map(|x| &x[..size]);
            assert!(given.eq(want.chunks(size)), "assign_where_apart {size}");
            for (i, element) in out.chunks(size).enumerate() {
                let at = i * size..(i + 1) * size;
                assert_eq!(element, if mask[i].get() { &x[..size] } else { &y[at] });
            }
        }
    }
}
