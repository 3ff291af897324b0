//! Laws of execution: every layout gives what contiguous operands give, and results depend on
//! neither threads nor chunks.

use raptors_array::{
    Array, Casting, DType, Index, Number, Order, Ufunc,
    assign::{assign, astype, copy},
    map::{MapOptions, binary, map, unary},
    reduce::{Axes, ReduceOptions, Reduction, accumulate, reduce, reduce_all},
    target::Target,
};
use raptors_dispatch::team;
use raptors_kernels::fold::Fold;

/// A reproducible sequence of numbers between -1 and 1, none of them zero.
fn numbers(n: usize) -> Vec<f64> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 + 0.5) / (1u64 << 52) as f64 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

fn array(shape: &[usize]) -> Array {
    Array::from_shape(shape, &numbers(shape.iter().product())).unwrap()
}

/// The array in other layouts: C, Fortran, every second element of a larger one, reversed,
/// float32 that is converted, unaligned.
fn layouts(x: &Array) -> Vec<Array> {
    let wide: Vec<usize> = x.shape().iter().map(|n| n * 2).collect();
    let step = |start, step| {
        vec![
            Index::Slice {
                start,
                stop: None,
                step: Some(step)
            };
            x.ndim()
        ]
    };
    let strided = Array::zeros(&wide, x.dtype(), Order::C)
        .unwrap()
        .index(&step(None, 2))
        .unwrap();
    let back = copy(x, Some(Order::C))
        .unwrap()
        .index(&step(None, -1))
        .unwrap();
    for view in [&strided, &back] {
        // SAFETY: no slice of the array is borrowed.
        let target = unsafe { Target::shared(view) }.unwrap();
        assign(&target, &x.into(), Casting::SameKind).unwrap();
    }
    vec![
        copy(x, Some(Order::C)).unwrap(),
        copy(x, Some(Order::F)).unwrap(),
        strided,
        back,
    ]
}

fn values(x: &Array) -> Vec<f64> {
    astype(x, DType::F64, Some(Order::C))
        .unwrap()
        .to_vec::<f64>()
        .unwrap()
}

#[test]
fn every_layout_gives_the_same_sums_of_two() {
    for shape in [
        &[7usize][..],
        &[1000],
        &[3, 5],
        &[300, 7],
        &[5, 300],
        &[4, 3, 70],
        &[2, 3, 4, 5],
    ] {
        let (x, y) = (array(shape), unary(Ufunc::negative, &array(shape)).unwrap());
        let y = unary(Ufunc::square, &y).unwrap();
        let expected: Vec<f64> = values(&x)
            .iter()
            .zip(values(&y))
            .map(|(a, b)| a + b)
            .collect();
        for x in layouts(&x) {
            for y in layouts(&y) {
                assert_eq!(
                    values(&binary(Ufunc::add, &x, &y).unwrap()),
                    expected,
                    "{shape:?}"
                );
            }
        }
    }
}

#[test]
fn rows_columns_and_numbers_are_broadcast() {
    for (n, m) in [(3, 4), (200, 3), (3, 200), (70, 900)] {
        let x = array(&[n, m]);
        for x in layouts(&x) {
            let (row, column) = (array(&[m]), array(&[n, 1]));
            let (xs, rows, columns) = (values(&x), values(&row), values(&column));
            let expected: Vec<f64> = (0..n * m).map(|i| xs[i] + rows[i % m]).collect();
            assert_eq!(values(&binary(Ufunc::add, &x, &row).unwrap()), expected);
            let expected: Vec<f64> = (0..n * m).map(|i| columns[i / m] * xs[i]).collect();
            assert_eq!(
                values(&binary(Ufunc::multiply, &column, &x).unwrap()),
                expected
            );
            let inputs = [(&x).into(), Number::Float(1.5).into()];
            let scaled = map(Ufunc::multiply, &inputs, &mut [], &MapOptions::default()).unwrap();
            let expected: Vec<f64> = xs.iter().map(|x| x * 1.5).collect();
            assert_eq!(values(&scaled[0]), expected);
        }
    }
}

#[test]
fn mixed_dtypes_are_converted_once() {
    let x = array(&[50, 30]);
    let narrow = astype(&x, DType::F32, None).unwrap();
    let half = astype(&x, DType::F16, None).unwrap();
    let sum = binary(Ufunc::add, &x, &narrow).unwrap();
    assert_eq!(sum.dtype(), DType::F64);
    let expected: Vec<f64> = values(&x)
        .iter()
        .zip(values(&narrow))
        .map(|(a, b)| a + b)
        .collect();
    assert_eq!(values(&sum), expected);
    let doubled = binary(Ufunc::add, &half, &half).unwrap();
    assert_eq!(doubled.dtype(), DType::F16);
    let expected: Vec<f64> = values(&half).iter().map(|x| x + x).collect();
    assert_eq!(values(&doubled), expected);
}

#[test]
fn in_place_on_overlapping_views_reads_before_it_writes() {
    let x = array(&[1000]);
    let before = values(&x);
    let tail = [Index::Slice {
        start: Some(1),
        stop: None,
        step: None,
    }];
    let head = [Index::Slice {
        start: None,
        stop: Some(-1),
        step: None,
    }];
    let (to, from) = (x.index(&tail).unwrap(), x.index(&head).unwrap());
    // SAFETY: no slice of the array is borrowed.
    let target = unsafe { Target::shared(&to) }.unwrap();
    map(
        Ufunc::add,
        &[(&to).into(), (&from).into()],
        &mut [Some(target)],
        &MapOptions::default(),
    )
    .unwrap();
    let after = values(&x);
    for i in 1..1000 {
        assert_eq!(after[i], before[i] + before[i - 1]);
    }
}

#[test]
fn a_mask_keeps_what_was_there() {
    let x = array(&[40, 50]);
    let mask = binary(Ufunc::less, &x, &Array::from_slice(&[0.0]).unwrap()).unwrap();
    let mut out = Array::zeros(&[40, 50], DType::F32, Order::F).unwrap();
    let options = MapOptions {
        where_: Some(&mask),
        ..MapOptions::default()
    };
    let target = Target::new(&mut out).unwrap();
    map(
        Ufunc::negative,
        &[(&x).into()],
        &mut [Some(target)],
        &options,
    )
    .unwrap();
    let expected: Vec<f64> = values(&x)
        .iter()
        .map(|&x| if x < 0.0 { f64::from(-x as f32) } else { 0.0 })
        .collect();
    assert_eq!(values(&out), expected);
}

/// The sums over `axes` by the definition, in the order of the elements.
fn plain_sums(x: &Array, axes: &[usize]) -> Vec<f64> {
    let shape: Vec<usize> = (0..x.ndim())
        .map(|i| if axes.contains(&i) { 1 } else { x.shape()[i] })
        .collect();
    let mut sums = vec![0.0; shape.iter().product()];
    for (number, value) in values(x).into_iter().enumerate() {
        let (mut rest, mut place, mut scale) = (number, 0, 1);
        for i in (0..x.ndim()).rev() {
            place += if axes.contains(&i) {
                0
            } else {
                rest % x.shape()[i] * scale
            };
            rest /= x.shape()[i];
            scale *= shape[i];
        }
        sums[place] += value;
    }
    sums
}

#[test]
fn sums_over_any_axes_of_any_layout() {
    for shape in [
        &[5usize][..],
        &[3000],
        &[300, 7],
        &[7, 300],
        &[4, 30, 50],
        &[3, 4, 5, 6],
    ] {
        let x = array(shape);
        for mask in 0..1 << shape.len() {
            let axes: Vec<usize> = (0..shape.len()).filter(|i| mask >> i & 1 == 1).collect();
            let given: Vec<isize> = axes.iter().map(|&axis| axis as isize).collect();
            let expected = plain_sums(&x, &axes);
            for x in layouts(&x) {
                for dtype in [None, Some(DType::F32)] {
                    let options = ReduceOptions {
                        axes: Axes::List(&given),
                        dtype,
                        ..ReduceOptions::default()
                    };
                    let sums = reduce(Reduction::Fold(Fold::sum), &x, options).unwrap();
                    let tolerance = if dtype.is_none() { 1e-12 } else { 1e-3 };
                    for (a, b) in values(&sums).iter().zip(&expected) {
                        assert!((a - b).abs() < tolerance, "{shape:?} {axes:?} {a} {b}");
                    }
                }
            }
        }
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    for shape in [
        &[1_500_000usize][..],
        &[1200, 1100],
        &[300_000, 5],
        &[5, 300_000],
        &[90, 130, 110],
    ] {
        let x = array(shape);
        let axes: Vec<Option<isize>> = (0..shape.len())
            .map(|i| Some(i as isize))
            .chain([None])
            .collect();
        for axis in axes {
            for reduction in [
                Reduction::Fold(Fold::sum),
                Reduction::Mean,
                Reduction::Var { ddof: 1.0 },
                Reduction::ArgMax,
            ] {
                let run = |threads| {
                    team::with_threads(threads, || {
                        let list = axis.map(|axis| [axis]);
                        let axes = list.as_ref().map_or(Axes::All, |list| Axes::List(list));
                        let options = ReduceOptions {
                            axes,
                            ..ReduceOptions::default()
                        };
                        values(&reduce(reduction, &x, options).unwrap())
                    })
                };
                let one = run(1);
                for threads in [2, 7] {
                    assert_eq!(one, run(threads), "{shape:?} {axis:?} {reduction:?}");
                }
            }
        }
        let one = team::with_threads(1, || values(&binary(Ufunc::add, &x, &x).unwrap()));
        for threads in [2, 7] {
            let many = team::with_threads(threads, || values(&binary(Ufunc::add, &x, &x).unwrap()));
            assert!(one == many);
        }
    }
}

/// All elements of a run go at one go on one thread; axes that are kept ask for partial results.
#[test]
fn whole_runs_give_what_partial_results_do() {
    let folds = [Fold::sum, Fold::min, Fold::fmax, Fold::any];
    let mut reductions = folds.map(Reduction::Fold).to_vec();
    reductions.extend([Reduction::Mean, Reduction::ArgMin, Reduction::ArgMax]);
    reductions.extend([0.0, 1.5].map(|ddof| Reduction::Var { ddof }));
    reductions.push(Reduction::Std { ddof: 1.0 });
    for n in [1024, 1025, 4096, 5003, 150_001] {
        let scaled: Vec<f64> = numbers(n).iter().map(|x| 100.0 * x).collect();
        let x = Array::from_shape(&[n], &scaled).unwrap();
        for dtype in [DType::F32, DType::F64, DType::I64, DType::I8, DType::I32] {
            let x = astype(&x, dtype, None).unwrap();
            for &reduction in &reductions {
                let run = |keepdims, threads| {
                    let options = ReduceOptions {
                        keepdims,
                        ..ReduceOptions::default()
                    };
                    team::with_threads(threads, || values(&reduce(reduction, &x, options).unwrap()))
                };
                let long = run(true, 1);
                for threads in [1, 2] {
                    let whole = run(false, threads);
                    assert_eq!(whole, long, "{reduction:?} {dtype:?} {n} {threads}");
                }
            }
        }
    }
}

#[test]
fn long_columns_of_ones_have_an_exact_mean() {
    let ones = Array::from_scalar(&raptors_array::Scalar::new(1.0f32)).unwrap();
    let ones = ones.broadcast_to(&[20_000_000, 2]).unwrap();
    let options = ReduceOptions {
        axes: Axes::List(&[0]),
        ..ReduceOptions::default()
    };
    assert_eq!(
        values(&reduce(Reduction::Mean, &ones, options).unwrap()),
        [1.0, 1.0]
    );
}

#[test]
fn the_mean_and_variance_of_small_numbers() {
    let x = Array::from_shape(&[2, 3], &[1.0, 2.0, 3.0, 5.0, 7.0, 12.0]).unwrap();
    for x in layouts(&x) {
        let along = |reduction, axis: isize| {
            let options = ReduceOptions {
                axes: Axes::List(&[axis]),
                ..ReduceOptions::default()
            };
            values(&reduce(reduction, &x, options).unwrap())
        };
        assert_eq!(along(Reduction::Mean, 0), [3.0, 4.5, 7.5]);
        assert_eq!(along(Reduction::Mean, 1), [2.0, 8.0]);
        assert_eq!(along(Reduction::Var { ddof: 0.0 }, 0), [4.0, 6.25, 20.25]);
        assert_eq!(along(Reduction::Var { ddof: 1.0 }, 1), [1.0, 13.0]);
        assert_eq!(along(Reduction::Std { ddof: 0.0 }, 0), [2.0, 2.5, 4.5]);
        assert_eq!(along(Reduction::ArgMax, 0), [1.0, 1.0, 1.0]);
        assert_eq!(along(Reduction::ArgMin, 1), [0.0, 0.0]);
        assert_eq!(values(&reduce_all(Fold::max, &x).unwrap()), [12.0]);
    }
}

#[test]
fn nothing_has_a_sum_but_no_maximum() {
    let x = Array::zeros(&[0, 3], DType::F32, Order::C).unwrap();
    assert_eq!(values(&reduce_all(Fold::sum, &x).unwrap()), [0.0]);
    let options = ReduceOptions {
        axes: Axes::List(&[0]),
        ..ReduceOptions::default()
    };
    let error = reduce(Reduction::Fold(Fold::max), &x, options).unwrap_err();
    assert_eq!(
        error.to_string(),
        "zero-size array to reduction operation maximum which has no identity"
    );
}

#[test]
fn prefixes_along_every_axis() {
    let x = Array::from_shape(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
    for x in layouts(&x) {
        let sums = |axis| values(&accumulate(Ufunc::add, &x, axis, None).unwrap());
        assert_eq!(sums(1), [1.0, 3.0, 6.0, 4.0, 9.0, 15.0]);
        assert_eq!(sums(0), [1.0, 2.0, 3.0, 5.0, 7.0, 9.0]);
        let differences = values(&accumulate(Ufunc::subtract, &x, -1, None).unwrap());
        assert_eq!(differences, [1.0, -1.0, -4.0, 4.0, -1.0, -7.0]);
    }
}
