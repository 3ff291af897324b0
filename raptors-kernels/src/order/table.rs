//! Integers that lie close together, looked up in a table instead of searched.

use super::image::Word;
use crate::{
    dtype::{Bool, DType, Kind},
    isa::{Isa, Level},
    slice::In,
    with_isa,
};

/// Runs `$body` with the words of a run of integers, and a function that gives their images.
macro_rules! with_words {
    ($x:expr, $words:ident, $image:ident => $body:expr) => {{
        let (x, kind) = ($x, $x.dtype().kind());
        match x.dtype().size() {
            1 => {
                let $words = x.view(DType::U8).of::<u8>();
                let $image = |word: u8| -> u64 { word.image(kind).into() };
                $body
            }
            2 => {
                let $words = x.view(DType::U16).of::<u16>();
                let $image = |word: u16| -> u64 { word.image(kind).into() };
                $body
            }
            4 => {
                let $words = x.view(DType::U32).of::<u32>();
                let $image = |word: u32| -> u64 { word.image(kind).into() };
                $body
            }
            _ => {
                let $words = x.view(DType::U64).of::<u64>();
                let $image = |word: u64| -> u64 { word.image(kind).into() };
                $body
            }
        }
    }};
}

/// The least and the greatest of the integers, as unsigned integers of the same order. `None` where
/// there are none, or they are no integers: true bytes differ that are equal.
pub fn extent(x: In<'_>) -> Option<(u64, u64)> {
    if x.is_empty() || !matches!(x.dtype().kind(), Kind::Signed | Kind::Unsigned) {
        return None;
    }
    with_words!(x, words, image => {
        let (least, most) = with_isa!(Level::get(), isa => isa.vectorize(#[inline(always)] || {
            words.iter().fold((u64::MAX, 0), |(least, most), &word| {
                (image(word).min(least), image(word).max(most))
            })
        }));
        Some((least, most))
    })
}

/// Marks each integer in `table`, whose first place is that of `least`. One without a place, which only
/// another thread can have written since [`extent`], is left out.
pub fn mark(x: In<'_>, least: u64, table: &mut [Bool]) {
    with_words!(x, words, image => {
        for &word in words {
            let place = usize::try_from(image(word).wrapping_sub(least)).ok();
            if let Some(entry) = place.and_then(|place| table.get_mut(place)) {
                *entry = Bool::TRUE;
            }
        }
    });
}

/// Writes to `out` for each integer whether it is marked in `table`, whose first place is that of
/// `least`.
///
/// # Panics
///
/// If the lengths differ.
pub fn marked(x: In<'_>, least: u64, table: &[Bool], out: &mut [Bool]) {
    assert_eq!(x.len(), out.len(), "runs of different lengths");
    with_words!(x, words, image => {
        for (out, &word) in out.iter_mut().zip(words) {
            let place = image(word).wrapping_sub(least);
            *out = usize::try_from(place).ok().and_then(|place| table.get(place).copied()).unwrap_or(Bool::FALSE);
        }
    });
}
