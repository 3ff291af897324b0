//! Common divisors and multiples of integers.

use super::division::Division;
use crate::{
    isa::Isa,
    kernel::{Binary, check},
};

/// The greatest common divisor of `|x|` and `|y|`.
pub struct Gcd;
/// The least common multiple of `|x|` and `|y|`; zero where one of them is zero.
pub struct Lcm;

macro_rules! divisors {
    ($($body:ident |$divisor:tt, $x:tt, $y:tt| $result:expr;)*) => {$(
        divisors! { $body |$divisor, $x, $y| $result =>
            i8 u8 |x| x.unsigned_abs();
            i16 u16 |x| x.unsigned_abs();
            i32 u32 |x| x.unsigned_abs();
            i64 u64 |x| x.unsigned_abs();
            u8 u8 |x| x;
            u16 u16 |x| x;
            u32 u32 |x| x;
            u64 u64 |x| x;
        }
    )*};
    ($body:ident |$divisor:tt, $x:tt, $y:tt| $result:expr =>
        $($t:ident $unsigned:ident |$number:ident| $magnitude:expr;)*
    ) => {$(
        impl Binary<$t> for $body {
            type Second = $t;
            type Out = $t;
            #[inline(always)]
            fn call<I: Isa>(x: $t, y: $t) -> $t {
                let magnitude = |$number: $t| -> $unsigned { $magnitude };
                let result = |$divisor: $unsigned, $x: $unsigned, $y: $unsigned| $result;
                let (x, y) = (magnitude(x), magnitude(y));
                result(gcd(x as u64, y as u64) as $unsigned, x, y) as $t
            }
            #[inline(always)]
            fn whole<I: Isa>(isa: I, x: &[$t], y: &[$t], out: &mut [$t]) -> bool {
                each::<I, $t, $unsigned>(
                    isa,
                    [x, y],
                    out,
                    #[inline(always)]
                    |$number| $magnitude,
                    #[inline(always)]
                    |$divisor, $x, $y| $result as $t,
                )
            }
        }
    )*};
}
divisors! {
    Gcd |divisor, _, _| divisor;
    Lcm |divisor, x, y| Division::exact_divmod::<I>(x, divisor).0.wrapping_mul(y);
}

/// J. Stein's algorithm (1967): halvings and differences in place of divisions.
#[inline(always)]
fn gcd(x: u64, y: u64) -> u64 {
    if (x == 0) | (y == 0) {
        return x | y;
    }
    let twos = (x | y).trailing_zeros();
    let (mut x, mut y) = (x >> x.trailing_zeros(), y >> y.trailing_zeros());
    while x != y {
        let (small, large) = (x.min(y), x.max(y));
        let rest = large - small;
        (x, y) = (small, rest >> rest.trailing_zeros());
    }
    x << twos
}

/// Pairs whose magnitudes are set side by side at a time.
const PAIRS: usize = 128;
/// Pairs from which that takes no longer than one after another.
const LEAST: usize = 32;
/// Bytes of the numbers that take steps until all of them are done.
const BYTES: usize = 128;
/// Steps between two looks at whether they are.
const STEPS: usize = 4;

/// An unsigned integer whose pairs take their steps side by side.
trait Lane: Division {
    /// Leaves in `x` the common divisors of the first `len` pairs.
    fn divisors<I: Isa>(x: &mut [Self; PAIRS], y: &[Self; PAIRS], len: usize);
    /// The same for a few, with steps that they take together.
    fn together<const N: usize>(x: &mut [Self; N], y: &[Self; N]);
}

macro_rules! lanes {
    ($($t:ident $narrow:ident)*) => {$(
        impl Lane for $t {
            #[inline(always)]
            fn divisors<I: Isa>(x: &mut [$t; PAIRS], y: &[$t; PAIRS], len: usize) {
                const LANES: usize = BYTES / size_of::<$t>();
                let blocks = x.as_chunks_mut::<LANES>().0.iter_mut().zip(y.as_chunks::<LANES>().0);
                for (x, y) in blocks.take(len.div_ceil(LANES)) {
                    let bits = x.iter().zip(y).fold(0, |bits, (x, y)| bits | x | y);
                    let fits = <$t>::BITS > <$narrow>::BITS && <$narrow>::try_from(bits).is_ok();
                    if fits && <$narrow>::BITS <= I::COMPARED {
                        let (mut first, mut second) = ([0; LANES], [0; LANES]);
                        for k in 0..LANES {
                            (first[k], second[k]) = (x[k] as $narrow, y[k] as $narrow);
                        }
                        <$narrow>::together(&mut first, &second);
                        for k in 0..LANES {
                            x[k] = first[k] as $t;
                        }
                    } else if <$t>::BITS <= I::COMPARED {
                        <$t>::together(x, y);
                    } else {
                        for (x, &y) in x.iter_mut().zip(y) {
                            *x = gcd(*x as u64, y as u64) as $t;
                        }
                    }
                }
            }

            // Stein's algorithm, but that the powers of two stay in the numbers: both are multiples of the
            // lowest bit that one of them has, and the first is an odd multiple of it. Each step takes a bit or
            // more of the second, until that is zero.
            #[inline(always)]
            fn together<const N: usize>(x: &mut [$t; N], y: &[$t; N]) {
                let (mut second, mut lowest) = ([0; N], [0; N]);
                for k in 0..N {
                    let (a, b) = (x[k], y[k]);
                    let low = (a | b) & (a | b).wrapping_neg();
                    let odd = a & low != 0;
                    x[k] = if odd { a } else { b };
                    second[k] = if odd { b } else { a };
                    lowest[k] = low;
                }
                loop {
                    let mut left = 0;
                    for k in 0..N {
                        let (mut a, mut b) = (x[k], second[k]);
                        for _ in 0..STEPS {
                            let (small, large) = (a.min(b), a.max(b));
                            let even = b & lowest[k] == 0;
                            a = if even { a } else { small };
                            b = if even { b } else { large - small } >> 1;
                        }
                        (x[k], second[k]) = (a, b);
                        left |= b;
                    }
                    if left == 0 {
                        return;
                    }
                }
            }
        }
    )*};
}
lanes!(u8 u8 u16 u8 u32 u16 u64 u32);

/// Fills `out` with `result` of the common divisors of `magnitude` of `x` and `y`, and of these two: whether the
/// level has vectors to do so. One element stands for as many as there are of the other input.
#[inline(always)]
fn each<I: Isa, T: Copy, L: Lane>(
    isa: I,
    [x, y]: [&[T]; 2],
    out: &mut [T],
    magnitude: impl Fn(T) -> L,
    result: impl Fn(L, L, L) -> T,
) -> bool {
    if I::COMPARED == 0 || out.len() < LEAST {
        return false;
    }
    for run in [x, y] {
        if run.len() != 1 {
            check(out.len(), &[run.len()]);
        }
    }
    isa.vectorize(
        #[inline(always)]
        || {
            let (mut first, mut second) = ([L::default(); PAIRS], [L::default(); PAIRS]);
            for (i, out) in out.chunks_mut(PAIRS).enumerate() {
                for (run, to) in [(x, &mut first), (y, &mut second)] {
                    let (to, rest) = to.split_at_mut(out.len());
                    rest.fill(L::default());
                    if let &[one] = run {
                        to.fill(magnitude(one));
                        continue;
                    }
                    for (to, &from) in to.iter_mut().zip(&run[i * PAIRS..]) {
                        *to = magnitude(from);
                    }
                }
                let x = first;
                L::divisors::<I>(&mut first, &second, out.len());
                for (out, (&divisor, (&x, &y))) in
                    out.iter_mut().zip(first.iter().zip(x.iter().zip(&second)))
                {
                    *out = result(divisor, x, y);
                }
            }
        },
    );
    true
}
