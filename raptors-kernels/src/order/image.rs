//! Elements as unsigned integers of the same order, and back: branch-free, in place.
//!
//! The image of an integer has its sign bit flipped. That of a float orders the bits by sign and
//! magnitude, and is turned so that -inf is zero: NaNs of either sign lie above +inf then.

use crate::{
    arch::order::Keys,
    dtype::Kind,
    isa::{Isa, Level},
    moves::Bits,
    with_isa,
};

/// An unsigned integer that stands for an element of its width.
pub(super) trait Word: Copy + Ord + Keys + Bits {
    /// The least image.
    const MIN: Self;
    /// The greatest image, and the rank of NaN.
    const MAX: Self;
    /// The image of `self`, the bits of an element of this kind.
    fn image(self, kind: Kind) -> Self;
    /// The bits whose image is `self`.
    fn bits(self, kind: Kind) -> Self;
    /// As [`Word::image`], with one image for both zeros and one, the greatest, for all NaNs.
    fn rank(self, kind: Kind) -> Self;
    /// The word whose place in the order is this one's from the other end.
    fn turned(self) -> Self;
    /// The next word.
    fn after(self) -> Self;
    /// The number that the word is, where it is small.
    fn number(self) -> i64;
}

macro_rules! words {
    ($($word:ty, $signed:ty, infinity $infinity:literal;)*) => {$(
        impl Word for $word {
            const MIN: Self = 0;
            const MAX: Self = <$word>::MAX;
            #[inline(always)]
            fn image(self, kind: Kind) -> Self {
                const SIGN: $word = 1 << (<$word>::BITS - 1);
                match kind {
                    Kind::Signed => self ^ SIGN,
                    Kind::Float => {
                        let negative = (self as $signed >> (Self::BITS - 1)) as Self;
                        // What -inf becomes by the flip is taken off: its magnitude, inverted.
                        (self ^ (negative | SIGN)).wrapping_sub(SIGN - 1 - $infinity)
                    }
                    _ => self,
                }
            }

            #[inline(always)]
            fn bits(self, kind: Kind) -> Self {
                const SIGN: $word = 1 << (<$word>::BITS - 1);
                match kind {
                    Kind::Signed => self ^ SIGN,
                    Kind::Float => {
                        let flipped = self.wrapping_add(SIGN - 1 - $infinity);
                        let positive = (flipped as $signed >> (Self::BITS - 1)) as Self;
                        flipped ^ (!positive | SIGN)
                    }
                    _ => self,
                }
            }

            #[inline(always)]
            fn rank(self, kind: Kind) -> Self {
                const SIGN: $word = 1 << (<$word>::BITS - 1);
                if kind != Kind::Float {
                    return self.image(kind);
                }
                let zero_or_self = if self == SIGN { 0 } else { self };
                let image = zero_or_self.image(kind);
                // Between the images of the infinities lie the finite numbers of both signs.
                if image > 2 * $infinity + 1 { Self::MAX } else { image }
            }

            #[inline(always)]
            fn turned(self) -> Self {
                !self
            }

            #[inline(always)]
            fn after(self) -> Self {
                self.wrapping_add(1)
            }

            #[inline(always)]
            fn number(self) -> i64 {
                self as i64
            }
        }
    )*};
}
// There is no float of 8 bits: its infinity is a stand-in.
words! {
    u8, i8, infinity 0x7c;
    u16, i16, infinity 0x7c00;
    u32, i32, infinity 0x7f80_0000;
    u64, i64, infinity 0x7ff0_0000_0000_0000;
}

/// Turns the bits of elements into their images.
#[inline(always)]
pub(super) fn encode<W: Word>(kind: Kind, words: &mut [W]) {
    map(kind, words, W::image);
}

/// Turns images back into the bits of elements.
#[inline(always)]
pub(super) fn decode<W: Word>(kind: Kind, words: &mut [W]) {
    map(kind, words, W::bits);
}

/// Replaces every word by what `f` gives, with the kind known to the loop.
#[inline(always)]
fn map<W: Word>(kind: Kind, words: &mut [W], f: impl Fn(W, Kind) -> W) {
    with_isa!(Level::get(), isa => match kind {
        Kind::Signed => isa.vectorize(
            #[inline(always)]
            || words.iter_mut().for_each(|word| *word = f(*word, Kind::Signed)),
        ),
        Kind::Float => isa.vectorize(
            #[inline(always)]
            || words.iter_mut().for_each(|word| *word = f(*word, Kind::Float)),
        ),
        _ => {}
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::f16;

    #[test]
    fn images_keep_the_order_of_floats() {
        let image = |bits: u16| bits.image(Kind::Float);
        let mut all: Vec<u16> = (0..=u16::MAX).collect();
        assert!(
            all.iter()
                .all(|&bits| image(bits).bits(Kind::Float) == bits)
        );
        all.sort_unstable_by_key(|&bits| image(bits));
        let floats: Vec<f16> = all.into_iter().map(f16::from_bits).collect();
        let numbers = floats.iter().take_while(|x| !x.is_nan()).count();
        assert!(floats[numbers..].iter().all(|x| x.is_nan()));
        assert!(floats[..numbers].is_sorted());
    }

    #[test]
    fn images_keep_the_order_of_integers() {
        let mut all: Vec<u8> = (0..=u8::MAX).collect();
        all.sort_unstable_by_key(|&bits| bits.image(Kind::Signed));
        assert!(all.iter().map(|&bits| bits as i8).eq(i8::MIN..=i8::MAX));
        assert!((0..=u8::MAX).all(|x| x.image(Kind::Signed).bits(Kind::Signed) == x));
    }

    #[test]
    fn special_floats_have_their_ranks() {
        let rank = |x: f64| x.to_bits().rank(Kind::Float);
        assert_eq!(rank(f64::NEG_INFINITY), 0);
        assert_eq!(rank(-0.0), rank(0.0));
        assert!(rank(f64::MAX) < rank(f64::INFINITY));
        assert!(rank(f64::INFINITY) < rank(f64::NAN));
        assert_eq!(rank(f64::NAN), rank(-f64::NAN));
        assert_eq!(rank(f64::NAN), u64::MAX);
    }
}
