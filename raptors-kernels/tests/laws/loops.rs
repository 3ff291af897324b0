//! Loops as they are bound: inputs of no elements, stores around the caches, signs, places.

use core::fmt::Debug;
use raptors_kernels::{
    Bool, DType, Element, In, Level, Out, Ufunc,
    at::{at, within},
    signs,
};

#[test]
fn add_gives_the_sums_at_every_level() {
    let (x, y) = ([1.0f32, 2.0, 3.0], [10.0f32, 20.0, 30.0]);
    for level in Level::available() {
        let mut out = [0.0f32; 3];
        let add = Ufunc::add.bind(level, DType::F32).unwrap();
        add.run(
            &[In::from(&x[..]), In::from(&y[..])],
            &mut [Out::from(&mut out[..])],
        );
        assert_eq!(out, [11.0, 22.0, 33.0]);
    }
}

#[test]
fn an_input_of_no_elements_is_the_output() {
    let (a, b) = ([1.5f32, -2.5, 8.0, 0.1, 7.0], [3.0f32, 4.0, -1.0, 2.0, 0.5]);
    let (none, one) = ([0f32; 0], [3.0f32]);
    for level in Level::available() {
        let subtract = Ufunc::subtract.bind(level, DType::F32).unwrap();
        assert!(subtract.in_place());
        let run = |x: &[f32], y: &[f32], mut out: [f32; 5]| {
            subtract.run(&[In::from(x), In::from(y)], &mut [Out::from(&mut out[..])]);
            out
        };
        let zip = |f: fn(f32, f32) -> f32| -> [f32; 5] { core::array::from_fn(|i| f(a[i], b[i])) };
        assert_eq!(run(&none, &b, a), zip(|a, b| a - b));
        assert_eq!(run(&a, &none, b), zip(|a, b| a - b));
        assert_eq!(run(&none, &one, a), a.map(|a| a - 3.0));
        assert_eq!(run(&one, &none, a), a.map(|a| 3.0 - a));
        let negative = Ufunc::negative.bind(level, DType::F32).unwrap();
        assert!(negative.in_place());
        let mut out = a;
        negative.run(&[In::from(&none[..])], &mut [Out::from(&mut out[..])]);
        assert_eq!(out, a.map(|a| -a));
        assert!(!Ufunc::less.bind(level, DType::F32).unwrap().in_place());
        assert!(!Ufunc::exp.bind(level, DType::F32).unwrap().in_place());
    }
}

/// Asserts that `ufunc` gives over its output what it gives elsewhere, whichever input that is.
fn agrees_in_place<T: Element + PartialEq + Debug>(ufunc: Ufunc, x: &[T], y: &[T], blank: T) {
    for level in Level::available() {
        let bound = ufunc.bind(level, T::DTYPE).unwrap();
        assert!(bound.in_place(), "{ufunc:?} {level:?}");
        let one = bound.inputs().len() == 1;
        for n in (0..70).chain([96, 131]) {
            let (x, y, none) = (&x[..n], &y[..n], &[][..]);
            let check = |apart: [&[T]; 2], over: [&[T]; 2], old: &[T]| {
                let count = bound.inputs().len();
                let (mut expected, mut got) = (vec![blank; n], old.to_vec());
                bound.run(
                    &apart.map(In::from)[..count],
                    &mut [Out::from(&mut expected[..])],
                );
                bound.run(&over.map(In::from)[..count], &mut [Out::from(&mut got[..])]);
                let bytes = |run: &[T]| In::from(run).bytes().to_vec();
                assert_eq!(bytes(&got), bytes(&expected), "{ufunc:?} {level:?} {n}");
            };
            check([x, y], [none, if one { none } else { y }], x);
            if one || n < 2 {
                continue;
            }
            check([x, y], [x, none], y);
            check([x, &y[1..2]], [none, &y[1..2]], x);
            check([&x[1..2], y], [&x[1..2], none], y);
        }
    }
}

#[test]
fn choices_over_an_input_are_those_of_other_memory() {
    let numbers = |seed: u32| move |i: u32| (i.wrapping_add(seed).wrapping_mul(2_654_435_761)) >> 8;
    let of = |f: &dyn Fn(u32) -> u32| (0..131).map(f).collect::<Vec<_>>();
    let (a, b) = (of(&numbers(1)), of(&numbers(77)));
    macro_rules! check {
        ($($t:ty: $special:expr),*) => {$({
            let numbers = |from: &[u32], at: usize| -> Vec<$t> {
                let each = from.iter().enumerate().map(|(i, &x)| match i % 7 {
                    i if i == at => $special,
                    _ => (x as $t) - (8_000_000u32 as $t),
                });
                each.collect()
            };
            let (x, y) = (numbers(&a, 2), numbers(&b, 5));
            for ufunc in [Ufunc::maximum, Ufunc::minimum, Ufunc::subtract] {
                agrees_in_place(ufunc, &x, &y, 0 as $t);
            }
            if let DType::F32 | DType::F64 = <$t>::DTYPE {
                for ufunc in [Ufunc::relu, Ufunc::relu6, Ufunc::hard_tanh, Ufunc::negative] {
                    if ufunc.bind(Level::get(), <$t>::DTYPE).is_some_and(|bound| bound.in_place()) {
                        agrees_in_place(ufunc, &x, &y, 0 as $t);
                    }
                }
            }
        })*};
    }
    check!(f32: f32::NAN, f64: f64::NAN, i64: i64::MIN, i32: i32::MIN);
}

/// Whether `ufunc` gives around the caches what it gives through them, wherever the result begins.
fn agrees<T: Element + PartialEq + Debug>(ufunc: Ufunc, x: &[T], y: &[T], blank: T) -> usize {
    let mut found = 0;
    for level in Level::available() {
        let bound = ufunc.bind(level, T::DTYPE).unwrap();
        let Some(around) = bound.around() else {
            continue;
        };
        found += 1;
        for (start, n) in [
            (0, x.len() - 5),
            (1, 500),
            (3, 128),
            (5, 7),
            (2, 0),
            (64, 128),
        ] {
            let (x, y) = (&x[..n], &y[..n]);
            let pairs: &[[&[T]; 2]] = match (bound.inputs().len(), n) {
                (1, _) => &[[x, &[]]],
                (_, 0) => &[[x, y]],
                _ => &[[x, y], [x, &y[..1]], [&x[..1], y]],
            };
            for runs in pairs {
                let ins = runs.map(In::from);
                let ins = &ins[..bound.inputs().len()];
                let mut expected = vec![blank; start + n + 3];
                let mut got = expected.clone();
                bound.run(ins, &mut [Out::from(&mut expected[start..start + n])]);
                around.run(ins, &mut [Out::from(&mut got[start..start + n])]);
                assert_eq!(got, expected, "{ufunc:?} {level:?} {start} {n}");
            }
        }
    }
    found
}

#[test]
fn stores_around_the_caches_give_the_same() {
    let numbers = |seed: u32| move |i: u32| (i.wrapping_add(seed).wrapping_mul(2_654_435_761)) >> 9;
    let (a, b) = (numbers(1), numbers(77));
    let of = |f: &dyn Fn(u32) -> u32| (0..1000).map(f).collect::<Vec<_>>();
    let (a, b) = (of(&a), of(&b));
    macro_rules! cast {
        ($t:ty, $v:expr) => {
            $v.iter().map(|&x| x as $t).collect::<Vec<$t>>()
        };
    }
    macro_rules! check {
        ($($t:ty)*) => {
            [$((
                agrees(Ufunc::add, &cast!($t, a), &cast!($t, b), 0 as $t),
                agrees(Ufunc::maximum, &cast!($t, a), &cast!($t, b), 0 as $t),
                agrees(Ufunc::negative, &cast!($t, a), &cast!($t, b), 0 as $t),
            )),*]
        };
    }
    let found = check!(i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
    let with = Level::available()
        .into_iter()
        .filter(|level| ["sse2", "avx2", "avx512"].contains(&level.name()))
        .count();
    assert!(
        found.iter().all(|&each| each == (with, with, with)),
        "{found:?}"
    );
}

#[test]
fn loops_that_compute_long_or_give_another_type_have_none() {
    for level in Level::available() {
        assert!(
            Ufunc::exp
                .bind(level, DType::F32)
                .unwrap()
                .around()
                .is_none()
        );
        assert!(
            Ufunc::less
                .bind(level, DType::F32)
                .unwrap()
                .around()
                .is_none()
        );
        assert!(
            Ufunc::add
                .bind(level, DType::F16)
                .unwrap()
                .around()
                .is_none()
        );
    }
}

#[test]
fn numbers_of_either_sign_compare_as_they_are() {
    let edges = [i64::MIN, -1, 0, 1, 5, i64::MAX];
    let others = [0, 1, 5, 1 << 63, (1 << 63) - 1, u64::MAX];
    let pairs = || {
        edges
            .iter()
            .flat_map(|&x| others.iter().map(move |&y| (x, y)))
    };
    let (x, y): (Vec<_>, Vec<_>) = pairs().unzip();
    for level in Level::available() {
        for (ufunc, want) in [
            (Ufunc::equal, i128::eq as fn(&i128, &i128) -> bool),
            (Ufunc::not_equal, i128::ne),
            (Ufunc::less, i128::lt),
            (Ufunc::less_equal, i128::le),
            (Ufunc::greater, i128::gt),
            (Ufunc::greater_equal, i128::ge),
        ] {
            let mut out = vec![Bool::default(); x.len()];
            assert!(signs::compare(level, ufunc, (&x, &y), false, &mut out));
            for ((&x, &y), got) in x.iter().zip(&y).zip(&out) {
                assert_eq!(got.get(), want(&x.into(), &y.into()), "{ufunc:?} {x} {y}");
            }
            assert!(signs::compare(level, ufunc, (&x, &y), true, &mut out));
            for ((&x, &y), got) in x.iter().zip(&y).zip(&out) {
                assert_eq!(got.get(), want(&y.into(), &x.into()), "{ufunc:?} {y} {x}");
            }
        }
        let mut out = [Bool::default()];
        assert!(!signs::compare(
            level,
            Ufunc::add,
            (&[1], &[2]),
            false,
            &mut out
        ));
    }
}

#[test]
fn every_time_that_an_element_is_named_counts() {
    let places = [0, 2, 2, 1, 2];
    let mut x = [1.0, 2.0, 3.0];
    let y = [1.0, 2.0, 3.0, 4.0, 5.0];
    assert!(at(
        Ufunc::add,
        &mut Out::from(&mut x[..]),
        &places,
        In::from(&y[..])
    ));
    assert_eq!(x, [2.0, 6.0, 13.0]);
    assert!(at(
        Ufunc::subtract,
        &mut Out::from(&mut x[..]),
        &places,
        In::from(&[1.0][..])
    ));
    assert_eq!(x, [1.0, 5.0, 10.0]);
    let mut x = [3i8, -7, 100];
    assert!(at(
        Ufunc::maximum,
        &mut Out::from(&mut x[..]),
        &[1],
        In::from(&[9i8][..])
    ));
    assert!(at(
        Ufunc::multiply,
        &mut Out::from(&mut x[..]),
        &[2, 2],
        In::from(&[2i8][..])
    ));
    assert_eq!(x, [3, 9, -112]);
    assert!(!at(
        Ufunc::add,
        &mut Out::from(&mut x[..]),
        &[3],
        In::from(&[2i8][..])
    ));
    assert!(!at(
        Ufunc::add,
        &mut Out::from(&mut x[..]),
        &[-1],
        In::from(&[2i8][..])
    ));
    assert!(within(&[], 0) && within(&[0, 2], 3));
    assert!(!within(&[0], 0) && !within(&[0, 3], 3) && !within(&[1, -1, 0], 3));
    assert!(!at(
        Ufunc::divide,
        &mut Out::from(&mut x[..]),
        &[1],
        In::from(&[2i8][..])
    ));
    assert!(at(
        Ufunc::bitwise_xor,
        &mut Out::from(&mut x[..]),
        &[1, 0, 1],
        In::from(&[1i8, 2, 4][..])
    ));
    assert_eq!(x, [1, 12, -112]);
    let mut x = [1.0f32, f32::NAN, 6.0];
    assert!(at(
        Ufunc::divide,
        &mut Out::from(&mut x[..]),
        &[2, 0, 2],
        In::from(&[2.0f32, 4.0, 3.0][..])
    ));
    assert!(at(
        Ufunc::fmin,
        &mut Out::from(&mut x[..]),
        &[1, 2],
        In::from(&[5.0f32][..])
    ));
    assert_eq!(x, [0.25, 5.0, 1.0]);
}

#[test]
fn sparse_plus_bends_between_its_two_lines() {
    let x = [-2.0, -1.0, -0.5, 0.0, 1.0, 3.0, f64::INFINITY];
    let mut y = [0.0; 7];
    Ufunc::sparse_plus.unary(&x, &mut y).unwrap();
    assert_eq!(y, [0.0, 0.0, 0.0625, 0.25, 1.0, 3.0, f64::INFINITY]);
    Ufunc::sparse_plus.unary(&[f64::NAN], &mut y[..1]).unwrap();
    assert!(y[0].is_nan());
}

/// A comparison, and when it holds.
type Comparison<T> = (Ufunc, fn(&T, &T) -> bool);

/// Compares runs and repeated elements of `values` at every level.
fn compares<T: Element + PartialOrd>(values: &[T]) {
    let ufuncs: [Comparison<T>; 6] = [
        (Ufunc::equal, T::eq),
        (Ufunc::not_equal, T::ne),
        (Ufunc::less, T::lt),
        (Ufunc::less_equal, T::le),
        (Ufunc::greater, T::gt),
        (Ufunc::greater_equal, T::ge),
    ];
    for len in [1, 15, 63, 64, 65, 79, 80, 200] {
        let cycled =
            |step: usize| -> Vec<T> { (0..len).map(|i| values[i * step % values.len()]).collect() };
        let (x, y) = (cycled(1), cycled(5));
        for (x, y) in [(&x[..], &y[..]), (&x, &y[..1]), (&x[..1], &y)] {
            for level in Level::available() {
                for (ufunc, holds) in ufuncs {
                    let mut out = vec![Bool::default(); len];
                    let bound = ufunc.bind(level, T::DTYPE).unwrap();
                    bound.run(&[In::from(x), In::from(y)], &mut [Out::from(&mut out[..])]);
                    for (i, got) in out.iter().enumerate() {
                        let (x, y) = (&x[i % x.len()], &y[i % y.len()]);
                        assert_eq!(got.get(), holds(x, y), "{level:?} {ufunc:?} {x:?} {y:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn comparisons_hold_as_those_of_the_numbers() {
    let infinity = f64::INFINITY;
    compares(&[1.5, -0.0, 0.0, f64::NAN, infinity, -2.0, -infinity]);
    compares(&[0.5f32, -0.0, 0.0, f32::NAN, 7.0]);
    compares(&[0, -1, 1, i64::MIN, i64::MAX, 1 << 32, 5]);
    compares(&[0, 1, u64::MAX, 1 << 63, (1 << 63) - 1, 7, 1 << 32]);
    compares(&[0, -1, i32::MIN, i32::MAX, 9]);
    compares(&[0, 1, u16::MAX, 1 << 15]);
    compares(&[0, -1, i8::MIN, i8::MAX]);
}
