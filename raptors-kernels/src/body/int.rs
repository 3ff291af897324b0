//! Powers of integers.

use super::power::Power;
use crate::{isa::Isa, kernel::Binary};
use core::array::from_fn;

/// Bits of the numbers whose powers by one exponent are computed at a time.
const VECTORS: u32 = 1024;

#[inline(always)]
fn times<T: Copy, const N: usize>(x: [T; N], y: [T; N], multiply: impl Fn(T, T) -> T) -> [T; N] {
    from_fn(
        #[inline(always)]
        |i| multiply(x[i], y[i]),
    )
}

// A negative exponent has no integer power: whoever sees a run of exponents first refuses it, and
// here it counts as the unsigned number of the same bits.
macro_rules! powers {
    ($($t:ident $unsigned:ident $rounds:literal;)*) => {$(
        impl Binary<$t> for Power {
            type Second = $t;
            type Out = $t;
            /// A fixed number of squarings vectorizes; it is enough for every short integer and
            /// for the exponents that long ones have in practice.
            #[inline(always)]
            fn call<I: Isa>(x: $t, y: $t) -> $t {
                let (mut base, mut exponent, mut power) = (x, y as $unsigned, 1);
                for _ in 0..$rounds {
                    power = if exponent & 1 == 1 { base.wrapping_mul(power) } else { power };
                    base = base.wrapping_mul(base);
                    exponent >>= 1;
                }
                power
            }
            /// As many squarings as the exponent has bits, of a few vectors at a time, which stay in registers.
            #[inline(always)]
            fn by_one<I: Isa>(isa: I, x: &[$t], y: $t, out: &mut [$t]) -> bool {
                const LANES: usize = (VECTORS / <$t>::BITS) as usize;
                isa.vectorize(
                    #[inline(always)]
                    || {
                        let ((xs, x), (outs, out)) = (x.as_chunks::<LANES>(), out.as_chunks_mut::<LANES>());
                        for (&x, out) in xs.iter().zip(outs) {
                            let (mut base, mut exponent) = (x, y as $unsigned);
                            let mut power = if exponent & 1 == 1 { base } else { [1; LANES] };
                            while exponent > 1 {
                                exponent >>= 1;
                                base = times(base, base, <$t>::wrapping_mul);
                                if exponent & 1 == 1 {
                                    power = times(power, base, <$t>::wrapping_mul);
                                }
                            }
                            *out = power;
                        }
                        for (&x, out) in x.iter().zip(out) {
                            *out = Self::rare::<I>(x, y);
                        }
                    },
                );
                true
            }
            const RARE: bool = $rounds < <$t>::BITS;
            #[inline(always)]
            fn is_rare<I: Isa>(_x: $t, y: $t) -> bool {
                y as $unsigned >= 1 << ($rounds % <$t>::BITS)
            }
            fn rare<I: Isa>(x: $t, y: $t) -> $t {
                let (mut base, mut exponent, mut power) = (x, y as $unsigned, 1);
                while exponent != 0 {
                    power = if exponent & 1 == 1 { base.wrapping_mul(power) } else { power };
                    base = base.wrapping_mul(base);
                    exponent >>= 1;
                }
                power
            }
        }
    )*};
}
powers!(
    i8 u8 8; u8 u8 8; i16 u16 16; u16 u16 16;
    i32 u32 4; u32 u32 4; i64 u64 4; u64 u64 4;
);
