//! Pieces written several times in a row.

use super::{
    block::copy_bytes,
    cell::{Bits, Cell, cells, cells_mut},
    with_size,
};
use crate::{Isa, Level, with_isa};

/// Copies that are written at once, whether or not that many are asked for: those that are too many
/// are overwritten by the next piece's.
const AT_ONCE: usize = 4;

/// Writes piece `i` of `from`, `piece` bytes each, `counts[i]` times to `out`.
///
/// # Panics
///
/// If there is not a count for each piece, or `out` has no room for all of them.
pub fn repeat_each(from: &[u8], piece: usize, counts: &[i64], out: &mut [u8]) {
    assert_eq!(from.len(), piece * counts.len(), "a count for each piece");
    run(from, piece, counts.iter().map(|&n| n as usize), out);
}

/// Writes each piece of `from`, `piece` bytes each, `count` times to `out`.
///
/// # Panics
///
/// If `out` has no room for all of them.
pub fn repeat_all(from: &[u8], piece: usize, count: usize, out: &mut [u8]) {
    if [1, 2, 4, 8, 16].contains(&piece) && (2..=AT_ONCE).contains(&count) {
        return with_isa!(Level::get(), isa => with_size!(piece, T => {
            side_by_side::<_, T>(isa.narrow(), cells(from), count, cells_mut(out));
        }));
    }
    let pieces = from.len() / piece.max(1);
    run(from, piece, core::iter::repeat_n(count, pieces), out);
}

/// Each element `count` times, a number that the compiler knows.
fn side_by_side<I: Isa, T: Bits>(isa: I, from: &[Cell<T>], count: usize, out: &mut [Cell<T>]) {
    assert_eq!(out.len(), from.len() * count, "no room for all");
    isa.vectorize(
        #[inline(always)]
        || match count {
            2 => each::<T, 2>(from, out),
            3 => each::<T, 3>(from, out),
            _ => each::<T, AT_ONCE>(from, out),
        },
    );
}

#[inline(always)]
fn each<T: Bits, const N: usize>(from: &[Cell<T>], out: &mut [Cell<T>]) {
    for (x, out) in from.iter().zip(out.as_chunks_mut::<N>().0) {
        *out = [*x; N];
    }
}

fn run(from: &[u8], piece: usize, counts: impl Iterator<Item = usize>, out: &mut [u8]) {
    match piece {
        0 => {}
        1 | 2 | 4 | 8 | 16 => {
            with_size!(piece, T => elements::<T>(cells(from), counts, cells_mut(out)));
        }
        _ => blocks(from, piece, counts, out),
    }
}

fn elements<T: Bits>(
    from: &[Cell<T>],
    counts: impl Iterator<Item = usize>,
    mut out: &mut [Cell<T>],
) {
    for (&x, count) in from.iter().zip(counts) {
        match out.first_chunk_mut::<AT_ONCE>() {
            Some(room) if count <= AT_ONCE => *room = [x; AT_ONCE],
            _ => out[..count].fill(x),
        }
        out = &mut out[count..];
    }
}

/// Pieces of any size: short ones as blocks of so many bytes, which registers hold.
fn blocks(from: &[u8], piece: usize, counts: impl Iterator<Item = usize>, out: &mut [u8]) {
    match piece {
        ..=16 => short::<16>(from, piece, counts, out),
        17..=32 => short::<32>(from, piece, counts, out),
        33..=64 => short::<64>(from, piece, counts, out),
        _ => long(from, piece, counts, out),
    }
}

/// Pieces of at most `BLOCK` bytes: what is written behind one is overwritten by the next.
fn short<const BLOCK: usize>(
    mut from: &[u8],
    piece: usize,
    mut counts: impl Iterator<Item = usize>,
    mut out: &mut [u8],
) {
    // Where the last of the copies that are written at once ends.
    let together = (AT_ONCE - 1) * piece + BLOCK;
    while let Some(block) = from.first_chunk::<BLOCK>() {
        let Some(count) = counts.next() else {
            return;
        };
        if count <= AT_ONCE && out.len() >= together {
            for copy in 0..AT_ONCE {
                out[copy * piece..][..BLOCK].copy_from_slice(block);
            }
            out = &mut out[count * piece..];
        } else {
            for _ in 0..count {
                match out.first_chunk_mut::<BLOCK>() {
                    Some(room) => *room = *block,
                    None => out[..piece].copy_from_slice(&block[..piece]),
                }
                out = &mut out[piece..];
            }
        }
        from = &from[piece..];
    }
    long(from, piece, counts, out);
}

fn long(from: &[u8], piece: usize, counts: impl Iterator<Item = usize>, mut out: &mut [u8]) {
    for (from, count) in from.chunks_exact(piece).zip(counts) {
        for _ in 0..count {
            copy_bytes(from, &mut out[..piece]);
            out = &mut out[piece..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_any_size_are_repeated() {
        for piece in [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 100] {
            let from: Vec<u8> = (0..20 * piece).map(|i| (i % 251) as u8).collect();
            let counts: Vec<i64> = (0..20).map(|i| i * 5 % 7).collect();
            let mut wanted = Vec::new();
            for (piece, &count) in from.chunks(piece).zip(&counts) {
                wanted.extend(core::iter::repeat_n(piece, count as usize).flatten());
            }
            let mut out = vec![0; wanted.len()];
            repeat_each(&from, piece, &counts, &mut out);
            assert_eq!(out, wanted, "{piece}");
            for count in [0, 1, 2, 3, 4, 6] {
                let wanted: Vec<u8> = from
                    .chunks(piece)
                    .flat_map(|piece| piece.repeat(count))
                    .collect();
                let mut out = vec![0; wanted.len()];
                repeat_all(&from, piece, count, &mut out);
                assert_eq!(out, wanted, "{piece} {count}");
            }
        }
    }
}
