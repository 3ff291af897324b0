//! Laws of scans and of searches for extremes: every level against single steps.

use raptors_kernels::{
    Bool, DType, Element, In, Level, Out, Scalar,
    dtype::f16,
    fold::{
        ArgFold, Fold, HALVES, Rows, arg, arg_inner, arg_keys, arg_rows, combine, fold,
        scan_columns, scan_lines,
    },
    with_dtype,
};
use std::cmp::Ordering;

/// Numbers that only look random, some of them equal.
fn sample(n: usize) -> Vec<i8> {
    let next = |x: &mut u32| {
        *x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((*x >> 24) as i8)
    };
    let mut seed = 1;
    (0..n).map_while(|_| next(&mut seed)).collect()
}

const SHAPES: [(usize, usize); 9] = [
    (1, 1),
    (1, 9),
    (1, 700),
    (7, 1),
    (9, 3),
    (5, 7),
    (4, 40),
    (11, 130),
    (6, 300),
];

#[test]
fn lines_and_columns_are_scanned_step_by_step() {
    for (rows, width) in SHAPES {
        for dtype in [DType::I16, DType::U64, DType::F32, DType::F64, DType::C64] {
            with_dtype!(dtype, T => {
                let x: Vec<T> = sample(rows * width).iter().map(|&x| small(x)).collect();
                let x = In::from(&x[..]);
                for &fold in Fold::ALL {
                    if fold.input(dtype) == Some(dtype) {
                        check(fold, x, rows, width);
                    }
                }
            });
        }
    }
}

/// A small number, as any element.
fn small<T: Element>(x: i8) -> T {
    let (number, mut element) = ([f64::from(x) / 8.0], [T::default()]);
    let (from, to) = (In::from(&number[..]), Out::from(&mut element[..]));
    raptors_kernels::cast(Level::get(), from, to);
    element[0]
}

fn check(which: Fold, x: In<'_>, rows: usize, width: usize) {
    let one = |level, i: usize| fold(which, level, x.range(i, 1)).expect("one element");
    with_dtype!(which.accumulator(x.dtype()).expect("a fold"), A => {
        for level in Level::available() {
            let (mut lines, mut columns) = (vec![A::default(); x.len()], vec![A::default(); x.len()]);
            scan_lines(which, level, x, width, Out::from(&mut lines[..]));
            scan_columns(which, level, x, width, Out::from(&mut columns[..]));
            for i in 0..rows * width {
                let here = one(level, i);
                let step = |found: &[A], first: bool, before: usize| {
                    let expected = if first {
                        here
                    } else {
                        combine(which, &Scalar::new(found[i - before]), &here)
                    };
                    let found = Scalar::new(found[i]);
                    let (found, expected) = (found.as_in(), expected.as_in());
                    assert_eq!(found.bytes(), expected.bytes(), "{which:?} at {level:?}");
                };
                step(&lines, i % width == 0, 1);
                step(&columns, i < width, width);
            }
        }
    });
}

#[test]
fn sums_of_halves_are_rounded_at_each_step() {
    let x: Vec<f16> = sample(900)
        .iter()
        .map(|&x| f16::from_f32(f32::from(x) * 1.37))
        .collect();
    for level in Level::available() {
        for width in [1, 2, 3, 4, 5, 6, 9, 15, 18, 300] {
            let (mut found, rows) = (vec![f16::ZERO; 900], 900 / width);
            if width == 1 {
                scan_lines(
                    Fold::sum,
                    level,
                    In::from(&x[..]),
                    900,
                    Out::from(&mut found[..]),
                );
            } else {
                scan_columns(
                    Fold::sum,
                    level,
                    In::from(&x[..]),
                    width,
                    Out::from(&mut found[..]),
                );
            }
            for i in 0..width * rows {
                let before = i.checked_sub(width).map(|i| found[i].to_f32());
                let expected = before.map_or(x[i], |sum| f16::from_f32(sum + x[i].to_f32()));
                assert_eq!(found[i].to_bits(), expected.to_bits(), "{i} of {width}");
            }
        }
    }
}

#[test]
fn lines_of_halves_are_scanned_as_each_of_them_alone() {
    let scalar = Level::available()[0];
    for len in [1, 2, 7, 15, 16, 17, 33, 40, 300] {
        for lines in [1, 15, 16, 17, 37] {
            let mut x: Vec<f16> = sample(lines * len)
                .iter()
                .map(|&x| f16::from_f32(f32::from(x) * 1.37))
                .collect();
            x[len / 2] = f16::NAN;
            x[(lines - 1) * len] = f16::INFINITY;
            for fold in [Fold::sum, Fold::prod, Fold::nansum, Fold::max, Fold::fmin] {
                let mut wanted = vec![f16::ZERO; x.len()];
                for (x, out) in x.chunks(len).zip(wanted.chunks_mut(len)) {
                    scan_lines(fold, scalar, In::from(x), len, Out::from(out));
                }
                for level in Level::available() {
                    let mut found = vec![f16::ZERO; x.len()];
                    let (run, out) = (In::from(&x[..]), Out::from(&mut found[..]));
                    scan_lines(fold, level, run, len, out);
                    for (i, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
                        let same = found.to_bits() == wanted.to_bits();
                        let both = found.is_nan() && wanted.is_nan();
                        assert!(same || both, "{fold:?} {level:?} {len} {lines} {i}");
                    }
                }
            }
        }
    }
}

#[test]
fn extremes_of_halves_go_down_the_columns() {
    let mut x: Vec<f16> = sample(1800)
        .iter()
        .map(|&x| f16::from_f32(f32::from(x)))
        .collect();
    x[1000] = f16::NAN;
    for level in Level::available() {
        for width in [2, 3, 5, 12, 90] {
            let mut found = vec![f16::ZERO; x.len()];
            let (run, out) = (In::from(&x[..]), Out::from(&mut found[..]));
            scan_columns(Fold::max, level, run, width, out);
            for i in 0..x.len() {
                let before = i.checked_sub(width).map(|i| found[i]);
                let expected = match before {
                    Some(before) if before.is_nan() || before > x[i] => before,
                    _ => x[i],
                };
                assert_eq!(found[i].is_nan(), expected.is_nan(), "{i} of {width}");
                assert!(expected.is_nan() || found[i] == expected, "{i} of {width}");
            }
        }
    }
}

#[test]
fn products_of_integers_stay_zero() {
    let x: Vec<u64> = sample(900)
        .iter()
        .map(|&x| u64::from(x.unsigned_abs()) | 1)
        .collect();
    for even in [0, 255, 256, 257, 600] {
        let (mut x, mut found) = (x.clone(), vec![1u64; 900]);
        for x in x[even..].iter_mut().take(70) {
            *x *= 2;
        }
        let (run, out) = (In::from(&x[..]), Out::from(&mut found[..]));
        scan_lines(Fold::prod, Level::get(), run, 900, out);
        let mut product = 1u64;
        for (x, found) in x.iter().zip(found) {
            product = product.wrapping_mul(*x);
            assert_eq!(found, product);
        }
    }
}

/// Holds the first extremes of runs of many lengths to a search element by element; `make` makes an element from a
/// number.
fn check_first_extremes<T: Element + PartialOrd>(make: fn(u64) -> T, nan: Option<T>) {
    for len in (1..70).chain([95, 96, 127, 128, 129, 255, 256, 257, 385, 511, 512, 513]) {
        let seeds = sample(3 * len);
        let mut x: Vec<T> = seeds
            .iter()
            .map(|&seed| make((seed as u64).wrapping_mul(0x0101_0101_0101_0101)))
            .collect();
        for nan in [None, nan] {
            if let Some(nan) = nan {
                x[3 * len - 1] = nan;
                x[len / 2] = nan;
            }
            for level in Level::available() {
                for (which, wanted) in [
                    (ArgFold::min, Ordering::Less),
                    (ArgFold::max, Ordering::Greater),
                ] {
                    let (mut found, rows) = (vec![0i64; 3], Rows::new(In::from(&x[..]), len));
                    arg_inner(which, level, rows, Out::from(&mut found[..]));
                    for (run, found) in x.chunks(len).zip(found) {
                        let missing = run.iter().position(|x| x.partial_cmp(x).is_none());
                        let first = missing.unwrap_or_else(|| {
                            let better = |best: usize, k: usize| {
                                let order = run[k].partial_cmp(&run[best]);
                                if order == Some(wanted) { k } else { best }
                            };
                            (1..len).fold(0, better)
                        });
                        assert_eq!(
                            found,
                            first as i64,
                            "{level:?} {len} {which:?} {:?}",
                            T::DTYPE
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn the_first_extreme_of_a_short_run_is_found_whatever_its_length() {
    check_first_extremes(|x| Bool::from(x % 2 > 0), None);
    check_first_extremes(|x| x as i8, None);
    check_first_extremes(|x| x as u8, None);
    check_first_extremes(|x| x as i16, None);
    check_first_extremes(|x| x as u16, None);
    check_first_extremes(|x| x as i32, None);
    check_first_extremes(|x| x as u32, None);
    check_first_extremes(|x| x as i64, None);
    check_first_extremes(|x| x, None);
    check_first_extremes(|x| x as i8 as f32, Some(f32::NAN));
    check_first_extremes(|x| x as i8 as f64, Some(f64::NAN));
}

#[test]
fn extremes_are_found_in_lines_columns_and_halves() {
    for (rows, width) in SHAPES {
        for dtype in [
            DType::Bool,
            DType::I8,
            DType::U16,
            DType::I32,
            DType::F32,
            DType::F64,
        ] {
            with_dtype!(dtype, T => {
                let x: Vec<T> = sample(rows * width).iter().map(|&x| small(x)).collect();
                let run = In::from(&x[..]);
                for level in Level::available() {
                    for which in [ArgFold::min, ArgFold::max] {
                        let mut found = vec![0i64; rows];
                        arg_inner(which, level, Rows::new(run, width), Out::from(&mut found[..]));
                        for (i, &found) in found.iter().enumerate() {
                            let row = run.range(i * width, width);
                            assert_eq!(Some(found as usize), arg(which, level, row));
                        }
                        let (mut best, mut index) = (x[..width].to_vec(), vec![0i64; width]);
                        let (to, at) = (Out::from(&mut best[..]), Out::from(&mut index[..]));
                        arg_rows(which, level, Rows::new(run, width).rest(), 1, to, at);
                        for (j, &found) in index.iter().enumerate() {
                            let column: Vec<T> = x.iter().skip(j).step_by(width).copied().collect();
                            assert_eq!(Some(found as usize), arg(which, level, In::from(&column[..])));
                        }
                    }
                }
            });
        }
    }
    let mut x: Vec<f16> = sample(HALVES)
        .iter()
        .map(|&x| f16::from_f32(f32::from(x)))
        .collect();
    for nan in [None, Some(700)] {
        if let Some(nan) = nan {
            x[nan] = f16::NAN;
        }
        let wide: Vec<f32> = x.iter().map(|x| x.to_f32()).collect();
        for which in [ArgFold::min, ArgFold::max] {
            for level in Level::available() {
                let expected = arg(which, level, In::from(&wide[..]));
                assert_eq!(arg(which, level, In::from(&x[..])), expected);
                let mut keys = vec![0i16; x.len()];
                arg_keys(which, level, In::from(&x[..]), Out::from(&mut keys[..]));
                assert_eq!(arg(which, level, In::from(&keys[..])), expected);
            }
        }
    }
}
