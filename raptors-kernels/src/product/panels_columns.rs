//! Columns of a product's second matrix: which of them are packed into panels, and which read where they lie.

use super::lanes::Lanes;
use crate::{
    arch::{x86_panels::WIDTH, x86_panels_turn::Paneled, x86_panels_wide as wide},
    isa::Avx2,
};

/// Columns of the second matrix that tiles go through.
pub(super) struct Columns<F> {
    /// How many there are.
    across: usize,
    /// The terms of their sums.
    terms: usize,
    /// Columns of wide tiles, which are whole.
    pub(super) whole: usize,
    /// From this one on columns are packed: all, or those after the last whole tile if they do not fill a
    /// vector.
    pub(super) packed: usize,
    /// The first one, its elements neighbours of the next one's, and the step to the next row.
    pub(super) lies: (*const F, isize),
    /// Where they are packed.
    pub(super) panels: *mut F,
}

impl<F: Paneled> Columns<F>
where
    Avx2: Lanes<F>,
{
    /// Columns of a wide tile, and of another.
    const TILES: [usize; 2] = [wide::WIDTH / size_of::<F>(), WIDTH / size_of::<F>()];

    /// `across` columns, packed or as far as whole tiles of them go without.
    pub(super) fn cut(across: usize, terms: usize, wider: bool, packs: bool) -> Self {
        let whole = across - across % Self::TILES[0];
        let ends = across % <Avx2 as Lanes<F>>::LEN == 0;
        let unpacked = if ends {
            across
        } else {
            across / Self::TILES[1] * Self::TILES[1]
        };
        Self {
            across,
            terms,
            whole: if wider { whole } else { 0 },
            packed: if packs { 0 } else { unpacked },
            lies: (core::ptr::null(), 0),
            panels: core::ptr::null_mut(),
        }
    }

    /// How many columns the tile from `j` on has.
    pub(super) fn tile(&self, j: usize) -> usize {
        Self::TILES[usize::from(j >= self.whole)]
    }

    /// Where the columns of the tile from `j` on are, and the step to the next row.
    pub(super) fn from(&self, j: usize) -> (*const F, isize) {
        if j < self.packed {
            (self.lies.0.wrapping_add(j), self.lies.1)
        } else {
            (
                self.panels.wrapping_add(j * self.terms).cast_const(),
                self.tile(j) as isize,
            )
        }
    }

    /// The panel of columns from `next` on, and the lines of it that each of `tiles` asks for.
    pub(super) fn soon(&self, next: usize, tiles: usize) -> (*const u8, usize) {
        let packed = next < self.across && next >= self.packed;
        let lines = if packed {
            self.terms * self.tile(next) / Self::TILES[1]
        } else {
            0
        };
        (
            self.panels.wrapping_add(next * self.terms).cast(),
            lines.div_ceil(tiles),
        )
    }
}
