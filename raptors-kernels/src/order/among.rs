//! Whether elements are among a few others: each is compared with all of them, in vectors.

use super::image::Word;
use crate::{
    dtype::{Bool, DType, Kind},
    isa::{Isa, Level},
    slice::In,
    with_isa,
};
use core::ops::AddAssign;

/// Bytes of what is compared with up to which that takes less than a search (bench: order/isin).
const FEW_BYTES: usize = 512;
/// Elements up to which that is so.
const FEW: usize = 64;
/// Elements from which it is.
const MANY: usize = 16;
/// Elements that are compared side by side.
const BESIDE: usize = 64;
/// Zeros of floats have two signs: each of few elements is one word, and one more at most.
const WORDS: usize = FEW + 1;

/// Whether [`among`] takes these elements, and takes less than a search, where `many` are looked for.
pub fn is_few(some: In<'_>, many: usize) -> bool {
    let kind = some.dtype().kind();
    matches!(kind, Kind::Signed | Kind::Unsigned | Kind::Float)
        && some.len() <= FEW
        && some.len() * some.dtype().size() <= FEW_BYTES
        && many >= MANY
}

/// For each of `x` whether it equals one of `some`, which [`is_few`]; NaN equals none.
///
/// # Panics
///
/// If the dtypes differ, if `x` and `out` have different lengths, or if there are more than few.
pub fn among(some: In<'_>, x: In<'_>, out: &mut [Bool]) {
    assert_eq!(some.dtype(), x.dtype(), "elements of two types");
    assert_eq!(x.len(), out.len(), "runs of different lengths");
    let kind = x.dtype().kind();
    with_isa!(Level::get(), isa => match x.dtype().size() {
        1 => find::<_, u8>(isa, kind, some.view(DType::U8).of(), x.view(DType::U8).of(), out),
        2 => find::<_, u16>(isa, kind, some.view(DType::U16).of(), x.view(DType::U16).of(), out),
        4 => find::<_, u32>(isa, kind, some.view(DType::U32).of(), x.view(DType::U32).of(), out),
        _ => find::<_, u64>(isa, kind, some.view(DType::U64).of(), x.view(DType::U64).of(), out),
    });
}

/// [`among`] of the words that elements are.
fn find<I: Isa, W: Word + From<bool> + AddAssign>(
    isa: I,
    kind: Kind,
    some: &[W],
    x: &[W],
    out: &mut [Bool],
) {
    let (mut words, mut count, mut zero) = ([W::MIN; WORDS], 0, false);
    let zeros = [W::MIN, W::MIN.image(Kind::Signed)];
    for &word in some {
        if kind == Kind::Float && zeros.contains(&word) {
            zero = true;
        } else if kind != Kind::Float || word.rank(kind) != W::MAX {
            words[count] = word;
            count += 1;
        }
    }
    for &word in zeros.iter().filter(|_| zero) {
        words[count] = word;
        count += 1;
    }
    let words = &words[..count];
    isa.vectorize(
        #[inline(always)]
        || {
            let block = |x: &[W; BESIDE], out: &mut [Bool]| {
                // As wide as the elements, so that what is compared needs no conversion.
                let mut equal = [W::MIN; BESIDE];
                for &word in words {
                    for k in 0..BESIDE {
                        equal[k] += W::from(I::element(x[k]) == word);
                    }
                }
                for (out, equal) in out.iter_mut().zip(equal) {
                    *out = Bool::from(equal != W::MIN);
                }
            };
            let (blocks, rest) = x.as_chunks::<BESIDE>();
            let (outs, out_rest) = out.as_chunks_mut::<BESIDE>();
            for (x, out) in blocks.iter().zip(outs) {
                block(x, out);
            }
            if let Some(&any) = rest.first() {
                let mut x = [any; BESIDE];
                x[..rest.len()].copy_from_slice(rest);
                block(&x, out_rest);
            }
        },
    );
}
