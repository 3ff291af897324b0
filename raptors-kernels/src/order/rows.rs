//! Rows in lexicographic order: written as bytes that compare as the elements do.

use super::image::Word;
use crate::{
    dtype::{DType, Kind},
    slice::In,
};

/// The bytes that an element of `dtype` is written as.
pub const fn encoded_size(dtype: DType) -> usize {
    match dtype {
        DType::C64 | DType::C128 => PARTS * dtype.real().size(),
        _ => dtype.size(),
    }
}

/// A complex number is its class (which parts are NaN) and its two parts.
const PARTS: usize = 3;

/// Writes the elements of `x` to `out`, the most significant byte first, so that bytes compare as
/// elements do.
///
/// # Panics
///
/// If `out` has not [`encoded_size`] bytes for each element.
pub fn encode_rows(x: In<'_>, out: &mut [u8]) {
    assert_eq!(
        x.len() * encoded_size(x.dtype()),
        out.len(),
        "room for each"
    );
    macro_rules! real {
        ($t:ty, $tag:ident) => {{
            let kind = x.dtype().kind();
            let words = x.view(DType::$tag).of::<$t>();
            for (out, &word) in out.chunks_exact_mut(size_of::<$t>()).zip(words) {
                out.copy_from_slice(&word.rank(kind).to_be_bytes());
            }
        }};
    }
    macro_rules! complex {
        ($t:ty, $tag:ident) => {{
            const SIZE: usize = size_of::<$t>();
            let words = x.view(DType::$tag).of::<$t>();
            for (out, parts) in out
                .chunks_exact_mut(PARTS * SIZE)
                .zip(words.chunks_exact(2))
            {
                let [re, im] = [parts[0], parts[1]].map(|part| part.rank(Kind::Float));
                let class = <$t>::from(re == <$t>::MAX) * 2 + <$t>::from(im == <$t>::MAX);
                out[..SIZE].copy_from_slice(&class.to_be_bytes());
                out[SIZE..2 * SIZE].copy_from_slice(&re.to_be_bytes());
                out[2 * SIZE..].copy_from_slice(&im.to_be_bytes());
            }
        }};
    }
    match x.dtype() {
        DType::C64 => complex!(u32, U32),
        DType::C128 => complex!(u64, U64),
        dtype => match dtype.size() {
            1 => real!(u8, U8),
            2 => real!(u16, U16),
            4 => real!(u32, U32),
            _ => real!(u64, U64),
        },
    }
}

/// Writes the numbers of the rows, of `width` bytes each, to `out` in the order of their bytes. Of
/// equal rows the first comes first.
///
/// # Panics
///
/// If there are not as many rows as `out` has places.
pub fn sort_rows(rows: &[u8], width: usize, out: &mut [i64]) {
    assert_eq!(rows.len(), out.len() * width, "a place for each row");
    let row = |index: i64| &rows[index as usize * width..][..width];
    out.iter_mut()
        .zip(0..)
        .for_each(|(out, index)| *out = index);
    out.sort_unstable_by(|&i, &k| row(i).cmp(row(k)).then(i.cmp(&k)));
}
