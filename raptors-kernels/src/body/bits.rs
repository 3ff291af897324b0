//! Bit by bit: logic on integers, shifts and counts, branch-free.

use crate::dtype::Bool;

/// `x & y`.
pub struct BitwiseAnd;
binary!(BitwiseAnd light, i8 u8 i16 u16 i32 u32 i64 u64 => |x, y| x & y);
binary!(BitwiseAnd light, Bool => |x, y| Bool::from(x.get() & y.get()));

/// `x | y`.
pub struct BitwiseOr;
binary!(BitwiseOr light, i8 u8 i16 u16 i32 u32 i64 u64 => |x, y| x | y);
binary!(BitwiseOr light, Bool => |x, y| Bool::from(x.get() | y.get()));

/// `x ^ y`.
pub struct BitwiseXor;
binary!(BitwiseXor light, i8 u8 i16 u16 i32 u32 i64 u64 => |x, y| x ^ y);
binary!(BitwiseXor light, Bool => |x, y| Bool::from(x.get() ^ y.get()));

/// `!x`.
pub struct Invert;
unary!(Invert, i8 u8 i16 u16 i32 u32 i64 u64 => |x| !x);
unary!(Invert, Bool => |x| Bool::from(!x.get()));

/// `x << y`; zero where `y` is negative or not less than the number of bits.
pub struct LeftShift;
/// `x >> y`; all sign bits where `y` is negative or not less than the number of bits.
pub struct RightShift;

macro_rules! shifts {
    ($($t:ident $unsigned:ident)*) => {$(
        binary!(LeftShift light, $t => |x, y| {
            let (count, shifted) = (y as $unsigned, x.wrapping_shl(y as u32));
            if count < <$t>::BITS as $unsigned { shifted } else { 0 }
        });
        binary!(RightShift light, $t => |x, y| {
            let (count, shifted) = (y as $unsigned, x.wrapping_shr(y as u32));
            let sign = x.wrapping_shr(<$t>::BITS - 1) & (<$t>::MIN >> (<$t>::BITS - 1));
            if count < <$t>::BITS as $unsigned { shifted } else { sign }
        });
    )*};
}
shifts!(i8 u8 u8 u8 i16 u16 u16 u16 i32 u32 u32 u32 i64 u64 u64 u64);

/// The number of ones in the binary form of `|x|`.
pub struct BitwiseCount;
unary!(BitwiseCount, i8 i16 i32 i64 => u8, |x| x.unsigned_abs().count_ones() as u8);
unary!(BitwiseCount, u8 u16 u32 u64 => u8, |x| x.count_ones() as u8);
