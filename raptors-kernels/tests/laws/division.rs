//! Integers divided by one number and raised to one power, which loops of their own do.

use core::fmt::Debug;
use raptors_kernels::{Element, In, Level, Out, Ufunc};

#[test]
fn integers_are_divided_by_one_number_as_by_as_many() {
    fn check<T: Element + Debug>(edges: &[T]) {
        let x: Vec<T> = edges.iter().copied().cycle().take(67).collect();
        for level in Level::available() {
            let divide = Ufunc::floor_divide.bind(level, T::DTYPE).unwrap();
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
