//! Integers divided by one number, which loops of their own do.

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
