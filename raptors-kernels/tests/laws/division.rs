//! Integers divided by one number and raised to one power, and their common divisors, which loops of their own do.

use core::fmt::Debug;
use raptors_kernels::{Element, In, Level, Out, Ufunc};

#[test]
fn integers_are_divided_by_one_number_as_by_as_many() {
    fn check<T: Element + Debug>(edges: &[T]) {
        let x: Vec<T> = edges.iter().copied().cycle().take(67).collect();
        for level in Level::available() {
            for ufunc in [Ufunc::floor_divide, Ufunc::remainder, Ufunc::fmod] {
                let divide = ufunc.bind(level, T::DTYPE).unwrap();
                for &y in edges {
                    for len in [1, 8, 15, 67] {
                        let run = |y: &[T]| {
                            let mut out = vec![T::default(); len];
                            let inputs = [In::from(&x[..len]), In::from(y)];
                            divide.run(&inputs, &mut [Out::from(&mut out[..])]);
                            out
                        };
                        assert_eq!(run(&[y]), run(&vec![y; len]), "by {y:?} at {level:?}");
                    }
                }
            }
        }
    }
    let most = i32::MAX;
    check(&[
        0,
        1,
        -1,
        2,
        -2,
        3,
        -3,
        7,
        -100,
        65536,
        most,
        -most,
        i32::MIN,
        most / 2 + 1,
    ]);
    check(&[
        0,
        1,
        2,
        3,
        7,
        641,
        65536,
        u32::MAX,
        u32::MAX - 1,
        1 << 31,
        (1 << 31) - 1,
    ]);
}

#[test]
fn bytes_are_divided_by_every_byte() {
    macro_rules! check {
        ($($t:ident)*) => {$(
            let x: Vec<$t> = ($t::MIN..=$t::MAX).chain([7]).collect();
            for level in Level::available() {
                let run = |ufunc: Ufunc, y: $t| {
                    let mut out = vec![$t::default(); x.len()];
                    let bound = ufunc.bind(level, $t::DTYPE).unwrap();
                    bound.run(&[In::from(&x[..]), In::from(&[y][..])], &mut [Out::from(&mut out[..])]);
                    out
                };
                for y in $t::MIN..=$t::MAX {
                    let rounded = |x: $t| if i16::from(y) < 0 { -i16::from(x) } else { i16::from(x) };
                    let quotient = |x: $t| rounded(x).checked_div_euclid(i16::from(y).abs()).unwrap_or(0) as $t;
                    let rest = |x: $t| x.wrapping_sub(quotient(x).wrapping_mul(y));
                    let (quotients, rests, left): (Vec<_>, Vec<_>, Vec<_>) = (
                        x.iter().map(|&x| quotient(x)).collect(),
                        x.iter().map(|&x| if y == 0 { 0 } else { rest(x) }).collect(),
                        x.iter().map(|&x| x.checked_rem(y).unwrap_or(0)).collect(),
                    );
                    assert_eq!(run(Ufunc::floor_divide, y), quotients, "by {y} at {level:?}");
                    assert_eq!(run(Ufunc::remainder, y), rests, "by {y} at {level:?}");
                    assert_eq!(run(Ufunc::fmod, y), left, "by {y} at {level:?}");
                }
            }
        )*};
    }
    check!(u8 i8);
}

/// Whether pairs of all lengths, and one number beside as many, have the common divisors and multiples that
/// Euclid's algorithm gives.
macro_rules! divisors {
    ($($t:ident)*) => {$(
        let edges = [0, 1, 2, 3, 6, 8, 12, 96, 100, $t::MAX, $t::MIN, $t::MAX / 2, $t::MAX / 3, $t::MAX - 1];
        let pairs = edges.iter().flat_map(|&x| edges.iter().map(move |&y| (x, y)));
        let (x, y): (Vec<$t>, Vec<$t>) = pairs.unzip();
        let small = |run: &[$t]| run.iter().map(|&x| x % 101).collect::<Vec<_>>();
        for (x, y) in [(x.clone(), y.clone()), (small(&x), small(&y))] {
            for level in Level::available() {
                for n in [0, 1, 5, 16, 127, 128, 129, x.len()] {
                    for (x, y) in [(&x[..n], &y[..n]), (&x[..n], &y[4..5]), (&x[6..7], &y[..n])] {
                        for (ufunc, wanted) in [(Ufunc::gcd, 0), (Ufunc::lcm, 1)] {
                            let mut out = vec![$t::default(); n];
                            let bound = ufunc.bind(level, $t::DTYPE).unwrap();
                            bound.run(&[In::from(x), In::from(y)], &mut [Out::from(&mut out[..])]);
                            for i in 0..n {
                                let of = |run: &[$t]| i128::from(run[i % run.len()]).unsigned_abs();
                                let (a, b) = (of(x), of(y));
                                let divisor = euclid(a, b);
                                let multiple = (a / divisor.max(1)).wrapping_mul(b);
                                let wanted = [divisor, multiple][wanted] as $t;
                                assert_eq!(out[i], wanted, "{ufunc:?} of {a} and {b} at {level:?}");
                            }
                        }
                    }
                }
            }
        }
    )*};
}

fn euclid(mut x: u128, mut y: u128) -> u128 {
    while y != 0 {
        (x, y) = (y, x % y);
    }
    x
}

#[test]
fn integers_have_the_common_divisors_that_euclid_finds() {
    divisors!(i8 u8 i16 u16 i32 u32 i64 u64);
}

/// Whether powers of runs of all lengths by one exponent are those of the numbers.
macro_rules! powers {
    ($($t:ident)*) => {$(
        for level in Level::available() {
            let bound = Ufunc::power.bind(level, $t::DTYPE).unwrap();
            for n in [0, 1, 15, 16, 17, 127, 128, 129, 300] {
                let x: Vec<$t> = (0..n).map(|i| $t::MAX.wrapping_sub(i * 7)).collect();
                for exponent in [0u8, 1, 2, 3, 6, 13, 64, 127] {
                    let (y, mut out) = ([$t::from(exponent)], vec![$t::default(); x.len()]);
                    bound.run(&[In::from(&x[..]), In::from(&y[..])], &mut [Out::from(&mut out[..])]);
                    let want: Vec<_> = x.iter().map(|x| x.wrapping_pow(exponent.into())).collect();
                    assert_eq!(out, want, "{level:?} {n} {exponent}");
                }
            }
        }
    )*};
}

#[test]
fn integers_have_the_powers_by_one_exponent_that_they_have_alone() {
    powers!(i16 u16 i32 u32 i64 u64);
}
