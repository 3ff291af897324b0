//! The elements of a line among which those are that belong at some places, brought together by one pass
//! over it.

use super::{image::Word, pivots::Pivots};
use crate::{
    arch::order::{Gathered, Keys},
    dtype::{DType, Kind},
    slice::{In, Out},
};

/// How far from the places the elements lie that the pass is to bring together, in what those of a sample
/// are expected to be off: one line in thousands has others.
const TIMES: usize = 4;

/// The bits of two elements, between which lies what belongs at some places of a line, probably.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    ends: [u64; 2],
}

impl Window {
    /// A window around `places` of `x`, which ascend. `None` for elements of fewer than four bytes and
    /// such that are no real numbers, for few elements, and where the places are many or lie far apart.
    pub fn of(x: In<'_>, places: &[usize]) -> Option<Self> {
        fn ends<W: Word + Into<u64>>(x: &[W], kind: Kind, places: &[usize]) -> Option<[u64; 2]> {
            let Pivots { low, high } = Pivots::around(x, kind, places, TIMES)?;
            let low = low.unwrap_or(W::MIN);
            // That one, too: it may be the same.
            let high = high.filter(|&high| high < W::MAX)?.after();
            Some([low, high].map(|end| end.bits(kind).into()))
        }
        let kind = x.dtype().kind();
        if !matches!(kind, Kind::Signed | Kind::Unsigned | Kind::Float) {
            return None;
        }
        let ends = match x.dtype().size() {
            4 => ends::<u32>(x.view(DType::U32).of(), kind, places),
            8 => ends::<u64>(x.view(DType::U64).of(), kind, places),
            _ => None,
        };
        ends.map(|ends| Self { ends })
    }

    /// Writes the elements of `x` in the window to the start of `out`. `None` where there are no vectors
    /// for it.
    ///
    /// # Panics
    ///
    /// If the dtypes or the lengths differ.
    pub fn gather(self, x: In<'_>, out: Out<'_>) -> Option<Gathered> {
        assert_eq!(x.dtype(), out.dtype(), "elements of two types");
        let (kind, [low, high]) = (x.dtype().kind(), self.ends);
        match x.dtype().size() {
            4 => {
                let ends = [u32::try_from(low).ok()?, u32::try_from(high).ok()?];
                let mut out = out.view(DType::U32);
                u32::gather(x.view(DType::U32).of(), kind, ends, out.of())
            }
            8 => {
                let mut out = out.view(DType::U64);
                u64::gather(x.view(DType::U64).of(), kind, [low, high], out.of())
            }
            _ => None,
        }
    }
}
