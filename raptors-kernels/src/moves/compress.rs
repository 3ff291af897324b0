//! Taking the elements where a mask is true, and putting elements back there.

use super::{
    cell::{Bits, Cell, cells, cells_mut},
    mask::{POSITIONS, bits},
    with_size,
};
use crate::{Bool, Isa, Level, arch, with_isa};

/// Copies the elements of `x` where `mask` is true to the start of `out`, as long as it has room for
/// them: gives how many were copied.
///
/// # Panics
///
/// If `x` is not as many elements of `size` bytes (1, 2, 4, 8 or 16) as `mask` is.
pub fn compress(mask: &[Bool], x: &[u8], out: &mut [u8], size: usize) -> usize {
    compress_at(Level::get(), mask, x, out, size)
}

fn compress_at(level: Level, mask: &[Bool], x: &[u8], out: &mut [u8], size: usize) -> usize {
    assert_eq!(x.len(), mask.len() * size, "runs of different lengths");
    if let Some(compress) = arch::compress(level, size) {
        return compress(mask, x, out);
    }
    with_isa!(level, isa => with_size!(size, T => gather::<_, T>(isa.narrow(), mask, cells(x), cells_mut(out))))
}

fn gather<I: Isa, T: Bits>(isa: I, mask: &[Bool], x: &[Cell<T>], out: &mut [Cell<T>]) -> usize {
    isa.vectorize(
        #[inline(always)]
        || {
            let (groups, rest) = mask.as_chunks::<8>();
            let (x, x_rest) = x.as_chunks::<8>();
            let mut k = 0;
            for (group, x) in groups.iter().zip(x) {
                let bits = bits(group);
                let count = bits.count_ones() as usize;
                let positions = &POSITIONS[bits as usize];
                // All eight are written where there is room; those that were not asked for are
                // overwritten by the next.
                if let Some(room) = out[k..].first_chunk_mut::<8>() {
                    for (out, &position) in room.iter_mut().zip(positions) {
                        *out = x[(position & 7) as usize];
                    }
                } else {
                    let Some(room) = out[k..].get_mut(..count) else {
                        return k;
                    };
                    for (out, &position) in room.iter_mut().zip(positions) {
                        *out = x[(position & 7) as usize];
                    }
                }
                k += count;
            }
            for (m, x) in rest.iter().zip(x_rest) {
                if m.get() {
                    let Some(out) = out.get_mut(k) else {
                        return k;
                    };
                    *out = *x;
                    k += 1;
                }
            }
            k
        },
    )
}

/// Copies elements from the start of `x`, in order, to where `mask` is true in `out`, as long as
/// there are any: gives how many.
///
/// # Panics
///
/// If `out` is not as many elements of `size` bytes (1, 2, 4, 8 or 16) as `mask` is.
pub fn expand(mask: &[Bool], x: &[u8], out: &mut [u8], size: usize) -> usize {
    assert_eq!(out.len(), mask.len() * size, "runs of different lengths");
    with_isa!(Level::get(), isa => with_size!(size, T => spread::<_, T>(isa.narrow(), mask, cells(x), cells_mut(out))))
}

fn spread<I: Isa, T: Bits>(isa: I, mask: &[Bool], x: &[Cell<T>], out: &mut [Cell<T>]) -> usize {
    isa.vectorize(
        #[inline(always)]
        || {
            let (groups, rest) = mask.as_chunks::<8>();
            let (out, out_rest) = out.as_chunks_mut::<8>();
            let mut k = 0;
            for (group, out) in groups.iter().zip(out) {
                if let Some(x) = x[k..].first_chunk::<8>() {
                    let mut l = 0;
                    for (out, m) in out.iter_mut().zip(group) {
                        let (x, stays) = (x[l & 7].0, out.0);
                        out.0 = if m.get() { x } else { stays };
                        l += m.get() as usize;
                    }
                    k += l;
                } else {
                    k += one_by_one(group, &x[k..], out);
                }
            }
            k + one_by_one(rest, &x[k..], out_rest)
        },
    )
}

/// [`spread`] without reading past the last element.
#[inline(always)]
fn one_by_one<T: Bits>(mask: &[Bool], x: &[Cell<T>], out: &mut [Cell<T>]) -> usize {
    let mut k = 0;
    for (out, m) in out.iter_mut().zip(mask) {
        if m.get() {
            let Some(x) = x.get(k) else {
                return k;
            };
            *out = *x;
            k += 1;
        }
    }
    k
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_and_size_takes_what_is_true_and_puts_it_back() {
        for n in [0, 1, 7, 8, 9, 64, if cfg!(miri) { 65 } else { 1037 }] {
            for density in [0, 1, 3, 6, 7] {
                let mask: Vec<Bool> = (0..n).map(|i| Bool::from(i * i % 7 < density)).collect();
                for size in [1, 2, 4, 8, 16] {
                    let x: Vec<u8> = (0..n * size).map(|i| (i + i / 256) as u8).collect();
                    let want: Vec<u8> = (0..n * size)
                        .filter(|i| mask[i / size].get())
                        .map(|i| x[i])
                        .collect();
                    for level in Level::available() {
                        for room in [0, 3, 100] {
                            let mut out = vec![0; want.len() + room * size];
                            let count = compress_at(level, &mask, &x, &mut out, size);
                            assert_eq!(count * size, want.len(), "{level:?} {size} {n}");
                            assert!(out[..want.len()] == want, "{level:?} {size} {n}");
                        }
                    }
                    for level in Level::available() {
                        for missing in [1, 9] {
                            let mut out = vec![0; want.len().saturating_sub(missing * size)];
                            let k = compress_at(level, &mask, &x, &mut out, size) * size;
                            assert!(k <= out.len() && out[..k] == want[..k], "{level:?} {size}");
                        }
                    }
                    let few = &want[..want.len().saturating_sub(size)];
                    let mut out = x.clone();
                    assert_eq!(expand(&mask, few, &mut out, size) * size, few.len());
                    let mut out: Vec<u8> = x.iter().map(|x| !x).collect();
                    assert_eq!(expand(&mask, &want, &mut out, size) * size, want.len());
                    for (i, (out, x)) in out.iter().zip(&x).enumerate() {
                        assert_eq!(*out, if mask[i / size].get() { *x } else { !x });
                    }
                }
            }
        }
    }
}
