//! Laws of folds: every level, a naive reference in the documented order, and the tree.

use raptors_kernels::{
    Bool, DType, Element, In, Kind, Level, Out, Scalar,
    dtype::{Complex32, Complex64},
    fold::{self, *},
    with_dtype,
};

/// Numbers that only look random: NumPy's `(i * 1103515245 + 12345) % 2**31 / 2**31 - 0.5`.
fn number(i: usize) -> f64 {
    let x = (i as u64).wrapping_mul(1_103_515_245).wrapping_add(12_345) % (1 << 31);
    x as f64 / (1u64 << 31) as f64 - 0.5
}

fn sample<T: Element>(n: usize, from: impl Fn(f64, f64) -> T) -> Vec<T> {
    (0..n)
        .map(|i| from(number(2 * i), number(2 * i + 1)))
        .collect()
}

/// Calls `$body` with the run `$x` of `$n` numbers of each dtype that loops compute in.
macro_rules! for_each_dtype {
    ($n:expr, $x:ident => $body:expr) => {{
        for_each_dtype!(@ $n, $x, $body, i8 100.0, i16 1e4, i32 1e9, i64 1e18, u8 100.0, u16 1e4,
            u32 1e9, u64 1e18, f32 1.0, f64 1.0);
        let $x = sample($n, |re, _| Bool::from(re > 0.0));
        $body;
        let $x = sample($n, |re, im| Complex32::new(re as f32, im as f32));
        $body;
        let $x = sample($n, Complex64::new);
        $body;
    }};
    (@ $n:expr, $x:ident, $body:expr, $($t:ty = $scale:literal),*) => {};
    (@ $n:expr, $x:ident, $body:expr, $($t:ident $scale:literal),*) => {$(
        let $x = sample($n, |re, _| (re * $scale) as $t);
        $body;
    )*};
}

/// Lengths beyond the short ones: whole trees, and ragged ones.
const LENGTHS: &[usize] = &[10_000, 65_536, 100_003];

fn lengths() -> impl Iterator<Item = usize> {
    (0..600).chain(LENGTHS.iter().copied())
}

fn bits(x: Option<Scalar>) -> Option<(DType, Vec<u8>)> {
    x.map(|x| (x.dtype(), x.as_in().bytes().to_vec()))
}

/// The fold through [`split`] and [`combine`], down to the leaves.
fn by_parts(fold: Fold, level: Level, accumulator: DType, x: In<'_>) -> Option<Scalar> {
    let Some(middle) = split(accumulator, x.len()) else {
        return fold::fold(fold, level, x);
    };
    with_dtype!(x.dtype(), T => {
        let (a, b) = x.of::<T>().split_at(middle);
        let a = by_parts(fold, level, accumulator, In::from(a))?;
        let b = by_parts(fold, level, accumulator, In::from(b))?;
        Some(combine(fold, &a, &b))
    })
}

#[test]
fn every_level_and_the_parts_give_the_same_bits() {
    for n in lengths() {
        for_each_dtype!(n, x => {
            let x = In::from(&x[..]);
            for &fold in Fold::ALL {
                if fold.input(x.dtype()) != Some(x.dtype()) {
                    continue;
                }
                let accumulator = fold.accumulator(x.dtype()).unwrap();
                let expected = bits(fold::fold(fold, Level::available()[0], x));
                assert_eq!(expected.is_none(), n == 0 && identity(fold, x.dtype()).is_none());
                for level in Level::available() {
                    let whole = bits(fold::fold(fold, level, x));
                    assert_eq!(whole, expected, "{fold:?} of {n} {:?} at {level:?}", x.dtype());
                }
                let parts = bits(by_parts(fold, Level::get(), accumulator, x));
                assert_eq!(parts, expected, "parts of {fold:?} of {n} {:?}", x.dtype());
            }
        });
    }
}

/// The fold in the documented order, joined one by one.
fn naive(fold: Fold, lanes: usize, x: In<'_>) -> Scalar {
    let one = |i: usize| fold::fold(fold, Level::available()[0], x.range(i, 1)).unwrap();
    let join = |a: &Scalar, b: &Scalar| combine(fold, a, b);
    let in_order = |start: Scalar, from: usize, to: usize, step: usize| {
        (from..to)
            .step_by(step)
            .fold(start, |sum, i| join(&sum, &one(i)))
    };
    let n = x.len();
    if n < lanes {
        in_order(one(0), 1, n, 1)
    } else if n <= 16 * lanes {
        let full = n / lanes * lanes;
        let mut acc: Vec<Scalar> = (0..lanes)
            .map(|k| in_order(one(k), k + lanes, full, lanes))
            .collect();
        while acc.len() > 1 {
            acc = acc.chunks(2).map(|pair| join(&pair[0], &pair[1])).collect();
        }
        in_order(acc[0], full, n, 1)
    } else {
        let middle = (n / 2) / lanes * lanes;
        let a = naive(fold, lanes, x.range(0, middle));
        join(&a, &naive(fold, lanes, x.range(middle, n - middle)))
    }
}

#[test]
fn folds_follow_the_documented_order() {
    for n in [
        1, 3, 7, 8, 9, 64, 65, 100, 128, 129, 255, 256, 511, 600, 1000, 2077,
    ] {
        for_each_dtype!(n, x => {
            let x = In::from(&x[..]);
            for &fold in Fold::ALL {
                if fold.input(x.dtype()) != Some(x.dtype()) {
                    continue;
                }
                let lanes = match fold.accumulator(x.dtype()).unwrap().kind() {
                    Kind::Complex => 4,
                    _ => 8,
                };
                let found = fold::fold(fold, Level::get(), x);
                let expected = bits(Some(naive(fold, lanes, x)));
                assert_eq!(bits(found), expected, "{fold:?} of {n} {:?}", x.dtype());
            }
        });
    }
}

#[test]
fn rows_inner_and_scan_equal_single_folds() {
    for (nrows, ncols) in [
        (1, 1),
        (3, 2),
        (9, 4),
        (17, 7),
        (8, 8),
        (21, 13),
        (5, 40),
        (19, 70),
    ] {
        for_each_dtype!(nrows * ncols, x => {
            let x = In::from(&x[..]);
            let rows = Rows::new(x, ncols);
            for &fold in Fold::ALL {
                if fold.input(x.dtype()) != Some(x.dtype()) {
                    continue;
                }
                let accumulator = fold.accumulator(x.dtype()).unwrap();
                for level in Level::available() {
                    let one = |i: usize| fold::fold(fold, level, x.range(i, 1)).unwrap();
                    with_dtype!(accumulator, A => {
                        let mut across = vec![A::default(); nrows];
                        fold_inner(fold, level, rows, Out::from(&mut across[..]));
                        for (i, &found) in across.iter().enumerate() {
                            let expected = fold::fold(fold, level, rows.row(i));
                            assert_eq!(bits(Some(Scalar::new(found))), bits(expected), "{fold:?}");
                        }
                        let mut down: Vec<A> = (0..ncols).map(|j| one(j).get()).collect();
                        let below = Rows::new(x.range(ncols, (nrows - 1) * ncols), ncols);
                        fold_rows(fold, level, below, Out::from(&mut down[..]));
                        for (j, &found) in down.iter().enumerate() {
                            let expected = (1..nrows)
                                .fold(one(j), |acc, i| combine(fold, &acc, &one(i * ncols + j)));
                            assert_eq!(bits(Some(Scalar::new(found))), bits(Some(expected)), "{fold:?}");
                        }
                        let mut prefixes = vec![A::default(); x.len()];
                        let (start, rest) = prefixes.split_at_mut(1);
                        scan(fold, level, x.range(0, 1), None, Out::from(&mut start[..]));
                        let carry = Scalar::new(start[0]);
                        scan(fold, level, x.range(1, x.len() - 1), Some(&carry), Out::from(rest));
                        let mut acc = one(0);
                        for (i, &found) in prefixes.iter().enumerate() {
                            if i > 0 {
                                acc = combine(fold, &acc, &one(i));
                            }
                            assert_eq!(bits(Some(Scalar::new(found))), bits(Some(acc)), "{fold:?}");
                        }
                    });
                }
            }
        });
    }
}

#[test]
fn nan_wins_in_min_and_loses_in_fmin() {
    for n in 1..200 {
        for at in [0, n / 2, n - 1] {
            let mut x = sample(n, |re, _| re as f32);
            x[at] = f32::NAN;
            let others = x.iter().filter(|x| !x.is_nan());
            let least = others.copied().fold(f32::NAN, f32::min);
            for level in Level::available() {
                let run = In::from(&x[..]);
                let get = |fold| fold::fold(fold, level, run).unwrap().get::<f32>();
                assert!(
                    get(Fold::min).is_nan()
                        && get(Fold::max).is_nan()
                        && get(Fold::max_abs).is_nan()
                );
                assert_eq!(get(Fold::fmin).to_bits(), least.to_bits());
                assert_eq!(arg(ArgFold::min, level, run), Some(at));
                assert_eq!(arg(ArgFold::max, level, run), Some(at));
            }
        }
    }
    for at in [0, 16_384, 39_999] {
        let mut x = sample(50_000, |re, _| re);
        (x[at], x[45_000]) = (f64::NAN, f64::NAN);
        for level in Level::available() {
            assert_eq!(arg(ArgFold::max, level, In::from(&x[..])), Some(at));
        }
    }
    let endless = [f32::INFINITY; 3];
    assert_eq!(
        fold::fold(Fold::min, Level::get(), In::from(&endless[..]))
            .unwrap()
            .get::<f32>(),
        f32::INFINITY
    );
}

#[test]
fn arg_finds_the_first_extreme_of_runs_and_columns() {
    for n in (1..300).chain([5000, 20_001, 70_003]) {
        for_each_dtype!(n, x => {
            let run = In::from(&x[..]);
            for (which, fold) in [(ArgFold::min, Fold::min), (ArgFold::max, Fold::max)] {
                for level in Level::available() {
                    let extreme = fold::fold(fold, level, run).unwrap().get();
                    let expected = x.iter().position(|&x| x == extreme);
                    assert_eq!(arg(which, level, run), expected, "{:?} at {level:?}", run.dtype());
                    let rows = Rows::new(run.range(1, n - 1), 1);
                    let (mut best, mut index) = ([x[0]], [0i64]);
                    arg_rows(which, level, rows, 1, Out::from(&mut best[..]), Out::from(&mut index[..]));
                    assert_eq!((best[0], Some(index[0] as usize)), (extreme, expected));
                }
            }
        });
    }
}

#[test]
fn arg_finds_the_first_of_the_greatest_bytes_of_long_runs() {
    for (first, second) in [
        (0, 5),
        (16_383, 16_384),
        (34_999, 35_100),
        (40_000, 299_999),
    ] {
        for greatest in [200, u8::MAX] {
            let mut x = vec![3u8; 300_001];
            (x[first], x[second]) = (greatest, greatest);
            let turned: Vec<i16> = x
                .iter()
                .map(|&x| (32_767 - 257 * i32::from(x)) as i16)
                .collect();
            for level in Level::available() {
                assert_eq!(arg(ArgFold::max, level, In::from(&x[..])), Some(first));
                assert_eq!(arg(ArgFold::min, level, In::from(&turned[..])), Some(first));
            }
        }
    }
}

/// A length, and the bits of sums.
type Golden = (usize, u32, u64, [u32; 2], [u64; 2]);

/// Sums of the numbers above by NumPy 2.4.6, as bits: float32, float64, then the parts of complex64
/// and complex128, whose numbers take two each.
const GOLDEN: &[Golden] = &[
    (
        7,
        0xbfda_ba3f,
        0xbffb_5747_f000_0000,
        [0xc03a_bae8, 0x3f2d_eca8],
        [0xc007_575d_08f0_0000, 0x3fe5_bd95_1b00_0000],
    ),
    (
        100,
        0xbfaf_7cba,
        0xbff5_ef97_43c0_0000,
        [0xc02f_8624, 0x3f24_d4b4],
        [0xc005_f0c4_a800_0000, 0x3fe4_9a96_0500_0000],
    ),
    (
        1000,
        0xbfe1_7d6e,
        0xbffc_2fae_7380_0000,
        [0xc021_dba0, 0x3eab_ac74],
        [0xc004_3b74_5e00_0000, 0x3fd5_7589_f400_0000],
    ),
    (
        65536,
        0xc03b_7e5f,
        0xc007_6fd8_0000_0000,
        [0xc00f_197f, 0x3ec0_e7d8],
        [0xc001_e340_0000_0000, 0x3fd8_1c80_0000_0000],
    ),
    (
        100_003,
        0xbf0c_8d8b,
        0xbfe1_91f4_c780_0000,
        [0xbe31_2440, 0xbf99_663c],
        [0xbfc6_2530_8700_0000, 0xbff3_2ce6_6400_0000],
    ),
];

#[test]
fn sums_equal_numpys() {
    for &(n, single, double, complex_single, complex_double) in GOLDEN {
        let doubles: Vec<f64> = (0..n).map(number).collect();
        let singles: Vec<f32> = doubles.iter().map(|&x| x as f32).collect();
        let complex = sample(n, Complex64::new);
        let complex_singles = sample(n, |re, im| Complex32::new(re as f32, im as f32));
        for level in Level::available() {
            let sum = |x: In<'_>| fold::fold(Fold::sum, level, x).unwrap();
            assert_eq!(sum(In::from(&singles[..])).get::<f32>().to_bits(), single);
            assert_eq!(sum(In::from(&doubles[..])).get::<f64>().to_bits(), double);
            let z: Complex32 = sum(In::from(&complex_singles[..])).get();
            assert_eq!([z.re.to_bits(), z.im.to_bits()], complex_single);
            let z: Complex64 = sum(In::from(&complex[..])).get();
            assert_eq!([z.re.to_bits(), z.im.to_bits()], complex_double);
        }
    }
}

#[test]
fn squared_deviations_are_the_sum_of_squares_of_differences() {
    for n in [0, 1, 5, 12, 130, 1000] {
        let (x, mean) = (sample(n, |re, _| re as f32), 0.125f32);
        let differences: Vec<f32> = x.iter().map(|x| x - mean).collect();
        for level in Level::available() {
            let expected = fold::fold(Fold::sum_squares, level, In::from(&differences[..]));
            let x = In::from(&x[..]);
            let found = sum_squared_deviations(level, x, &Scalar::new(mean));
            assert_eq!(bits(Some(found)), bits(expected));
            let mut across = [0f32];
            let rows = Rows::new(x, n);
            if n > 0 {
                sum_squared_deviations_inner(
                    level,
                    rows,
                    In::from(&[mean][..]),
                    Out::from(&mut across[..]),
                );
                assert_eq!(bits(Some(Scalar::new(across[0]))), bits(expected));
            }
            let (means, mut down) = (vec![mean; n], vec![1f32; n]);
            sum_squared_deviations_rows(
                level,
                rows,
                In::from(&means[..]),
                Out::from(&mut down[..]),
            );
            for (d, down) in differences.iter().zip(down) {
                assert_eq!(down, 1.0 + d * d);
            }
        }
    }
}

#[test]
fn empty_and_negative_zero_sums_are_positive_zero() {
    for level in Level::available() {
        for x in [&[][..], &[-0.0f64], &[-0.0; 20]] {
            let sum: f64 = fold::fold(Fold::sum, level, In::from(x)).unwrap().get();
            assert_eq!(sum.to_bits(), 0);
        }
    }
    assert!(identity(Fold::min, DType::F32).is_none());
    assert_eq!(identity(Fold::prod, DType::U8).unwrap().get::<u64>(), 1);
    assert_eq!(
        identity(Fold::bitwise_and, DType::I8).unwrap().get::<i8>(),
        -1
    );
}

#[test]
fn the_compensated_sum_keeps_what_the_plain_one_loses() {
    assert_eq!(sum_kahan(&[1.0, 1e100, 1.0, -1e100]), 2.0);
    assert_eq!(sum_kahan(&[f64::INFINITY, 1.0]), f64::INFINITY);
}
