//! Elements with the order of their bytes reversed.

use super::{
    block::copy_bytes,
    cell::{Cell, cells, cells_mut},
};
use crate::{Isa, Level, with_isa};

/// Writes the units of `size` bytes of `from` to `to`, the bytes of each in reverse order; other
/// sizes than 2, 4 and 8 bytes are copied as they are.
///
/// # Panics
///
/// If the lengths differ.
pub fn swap_bytes(size: usize, from: &[u8], to: &mut [u8]) {
    assert_eq!(from.len(), to.len(), "runs of different lengths");
    with_isa!(Level::get(), isa => run(isa, size, from, to));
}

fn run<I: Isa>(isa: I, size: usize, from: &[u8], to: &mut [u8]) {
    isa.vectorize(
        #[inline(always)]
        || match size {
            2 => each(cells(from), cells_mut(to), u16::swap_bytes),
            4 => each(cells(from), cells_mut(to), u32::swap_bytes),
            8 => each(cells(from), cells_mut(to), u64::swap_bytes),
            _ => copy_bytes(from, to),
        },
    );
}

#[inline(always)]
fn each<T: super::cell::Bits>(from: &[Cell<T>], to: &mut [Cell<T>], swap: impl Fn(T) -> T) {
    for (from, to) in from.iter().zip(to) {
        *to = Cell(swap(from.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_each_unit_change_places() {
        let from: Vec<u8> = (0..80).collect();
        for size in [1, 2, 4, 8] {
            let mut to = vec![0; from.len()];
            swap_bytes(size, &from, &mut to);
            for (from, to) in from.chunks(size).zip(to.chunks(size)) {
                assert!(from.iter().eq(to.iter().rev()), "{size}");
            }
        }
    }
}
