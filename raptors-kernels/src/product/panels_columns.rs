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
    lies: (*const F, isize),
    /// Where they are packed.
    panels: *mut F,
}

impl<F: Paneled> Columns<F>
where
    Avx2: Lanes<F>,
{
    /// Columns of a wide tile, and of another.
    const TILES: [usize; 2] = [wide::WIDTH / size_of::<F>(), WIDTH / size_of::<F>()];

    /// `across` columns of so many terms, which lie so, and are packed there or as far as whole tiles go.
    pub(super) fn new(
        (across, terms): (usize, usize),
        wider: bool,
        lies: (*const F, isize),
        (packs, panels): (bool, *mut F),
    ) -> Self {
        let whole = if wider {
            across - across % Self::TILES[0]
        } else {
            0
        };
        let packed = if packs {
            0
        } else if across.is_multiple_of(<Avx2 as Lanes<F>>::LEN) {
            across
        } else {
            across - across % Self::TILES[1]
        };
        Self {
            across,
            terms,
            whole,
            packed,
            lies,
            panels,
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
