//! Corners of execution that once went wrong: orders of memory, masks, outputs that overlap.

use raptors_array::join::concatenate;
use raptors_array::map::{MapOptions, binary, map};
use raptors_array::reduce::{Axes, ReduceOptions, Reduction, accumulate, reduce, reduceat};
use raptors_array::target::Target;
use raptors_array::{Array, Bool, DType, Index, JoinOptions, Order, Scalar, Ufunc, assign};
use raptors_kernels::fold::Fold;

fn values(x: &Array) -> Vec<f64> {
    let x = assign::astype(x, DType::F64, Some(Order::C)).unwrap();
    x.to_vec().unwrap()
}

fn along(axes: &[isize]) -> ReduceOptions<'_> {
    ReduceOptions {
        axes: Axes::List(axes),
        ..ReduceOptions::default()
    }
}

#[test]
fn variances_do_not_depend_on_the_order_of_axes_in_memory() {
    let numbers: Vec<f64> = (0..120).map(|i| f64::from(i * i % 37)).collect();
    let c = Array::from_shape(&[4, 5, 6], &numbers).unwrap();
    let f = assign::copy(&c, Some(Order::F)).unwrap();
    let axes: [&[isize]; 7] = [&[], &[0], &[1], &[2], &[0, 1], &[0, 2], &[1, 2]];
    for axes in axes {
        let var = |x| values(&reduce(Reduction::Var { ddof: 0.0 }, x, along(axes)).unwrap());
        for (c, f) in var(&c).iter().zip(var(&f)) {
            assert!((c - f).abs() < 1e-9, "{axes:?}: {c} {f}");
        }
    }
}

#[test]
fn the_first_of_a_column_may_be_its_extreme() {
    for round in 0..4 {
        // Leaves bytes that are no indices in recycled memory.
        drop(
            (0..9)
                .map(|_| Array::full(&[300], &Scalar::new(1e300), Order::C))
                .collect::<Vec<_>>(),
        );
        let x: Vec<i32> = (0..1500).collect();
        let x = Array::from_shape(&[5, 300], &x).unwrap();
        let first = reduce(Reduction::ArgMin, &x, along(&[0])).unwrap();
        assert_eq!(values(&first), [0.0; 300], "{round}");
    }
}

#[test]
fn small_integers_are_multiplied_in_the_platforms() {
    let x = Array::from_shape(&[2, 2], &[100i8, 100, 100, 100]).unwrap();
    let options = ReduceOptions::default();
    let product = reduce(Reduction::Fold(Fold::prod), &x, options).unwrap();
    assert_eq!((product.dtype(), values(&product)), (DType::I64, vec![1e8]));
    let products = accumulate(Ufunc::multiply, &x, 0, None).unwrap();
    assert_eq!(products.dtype(), DType::I64);
    assert_eq!(values(&products), [100.0, 100.0, 1e4, 1e4]);
    let narrow = accumulate(Ufunc::add, &x, 1, Some(DType::I16)).unwrap();
    assert_eq!(narrow.dtype(), DType::I16);
}

#[test]
fn masks_may_not_be_larger_than_what_they_choose_from() {
    let x = Array::from_slice(&[1.0, 2.0, 3.0]).unwrap();
    let mask = Array::from_shape(&[2, 3], &[Bool::from(true); 6]).unwrap();
    for what in [Reduction::Fold(Fold::sum), Reduction::Ufunc(Ufunc::hypot)] {
        let options = ReduceOptions {
            where_: Some(&mask),
            ..ReduceOptions::default()
        };
        assert!(reduce(what, &x, options).is_err());
    }
}

#[test]
fn elements_that_a_mask_leaves_out_take_no_part() {
    let x = Array::from_slice(&[1.0, 2.0, 3.0]).unwrap();
    let mask = [true, false, true].map(Bool::from);
    let mask = Array::from_slice(&mask).unwrap();
    let options = ReduceOptions {
        where_: Some(&mask),
        initial: Some(Scalar::new(10.0)),
        ..ReduceOptions::default()
    };
    let rest = reduce(Reduction::Ufunc(Ufunc::subtract), &x, options).unwrap();
    assert_eq!(values(&rest), [6.0]);
}

#[test]
fn no_axes_to_reduce_is_no_reduction() {
    let x = Array::from_scalar(&Scalar::new(3i16)).unwrap();
    let options = along(&[-1]);
    let sum = reduce(Reduction::Fold(Fold::sum), &x, options).unwrap();
    assert_eq!((sum.dtype(), values(&sum)), (DType::I64, vec![3.0]));
    let ratio = reduce(Reduction::Ufunc(Ufunc::divide), &x, along(&[])).unwrap();
    assert_eq!((ratio.dtype(), values(&ratio)), (DType::F64, vec![3.0]));
}

#[test]
fn empty_axes_have_no_maximum_even_of_nothing() {
    let x = Array::zeros(&[0, 0], DType::F32, Order::C).unwrap();
    assert!(reduce(Reduction::Fold(Fold::max), &x, along(&[0])).is_err());
    let x = Array::zeros(&[0, 2], DType::F32, Order::C).unwrap();
    assert!(reduce(Reduction::Fold(Fold::max), &x, along(&[1])).is_ok());
}

#[test]
fn the_last_of_two_outputs_in_one_memory_stays() {
    let x = Array::from_slice(&[1.5, 2.5]).unwrap();
    let both = Array::zeros(&[2], DType::F64, Order::C).unwrap();
    let whole = binary(
        Ufunc::subtract,
        &x,
        &Array::from_slice(&[0.5, 0.5]).unwrap(),
    )
    .unwrap();
    // SAFETY: no slice of the memory exists while it is written.
    let target = || unsafe { Target::shared(&both) }.unwrap();
    let mut outs = [Some(target()), Some(target())];
    map(
        Ufunc::modf,
        &[(&x).into()],
        &mut outs,
        &MapOptions::default(),
    )
    .unwrap();
    assert_eq!(values(&both), values(&whole));
}

#[test]
fn half_precision_rounds_on_the_way_to_wider_outputs() {
    let x = Array::from_slice(&[7u8]).unwrap();
    let mut out = Array::zeros(&[1], DType::F32, Order::C).unwrap();
    let mut outs = [Some(Target::new(&mut out).unwrap())];
    map(
        Ufunc::log2,
        &[(&x).into()],
        &mut outs,
        &MapOptions::default(),
    )
    .unwrap();
    assert_eq!(values(&out), [2.806_640_625]);
}

#[test]
fn initial_values_have_the_dtype_of_the_result() {
    let x = Array::from_slice(&[u64::MAX - 1, 5]).unwrap();
    let options = ReduceOptions {
        initial: Some(Scalar::new(3i64)),
        ..ReduceOptions::default()
    };
    let most = reduce(Reduction::Fold(Fold::max), &x, options).unwrap();
    assert_eq!(most.to_vec::<u64>().unwrap(), [u64::MAX - 1]);
}

#[test]
fn integers_have_no_negative_powers() {
    let x = Array::from_slice(&[1i64, 2]).unwrap();
    let y = Array::from_slice(&[2i64, -2]).unwrap();
    assert!(binary(Ufunc::power, &x, &y).is_err());
}

#[test]
fn joining_into_memory_that_is_also_joined() {
    let a = Array::from_shape(&[4], &[0, 1, 2, 3]).unwrap();
    let half = |start, stop| {
        let slice = Index::Slice {
            start: Some(start),
            stop: Some(stop),
            step: None,
        };
        a.index(&[slice]).unwrap()
    };
    let (head, tail) = (half(0, 2), half(2, 4));
    // SAFETY: no slice of the memory is borrowed.
    let out = unsafe { Target::shared(&a) }.unwrap();
    let options = JoinOptions {
        out: Some(&out),
        ..JoinOptions::default()
    };
    concatenate(&[&tail, &head], 0, options).unwrap();
    drop(out);
    assert_eq!(a.to_vec::<i32>().unwrap(), [2, 3, 0, 1]);
}

#[test]
fn sums_that_start_from_the_negative_zero_keep_it() {
    let x = Array::from_shape(&[2, 2], &[-0.0f64, -0.0, -0.0, 1.0]).unwrap();
    let mask = Array::from_shape(&[2, 2], &[true, true, true, false].map(Bool::from)).unwrap();
    let sums = |where_| {
        let options = ReduceOptions {
            initial: Some(Scalar::new(-0.0f64)),
            where_,
            ..along(&[1])
        };
        values(&reduce(Reduction::Fold(Fold::sum), &x, options).unwrap())
    };
    assert_eq!(sums(None), [0.0, 1.0]);
    let signs =
        |sums: Vec<f64>| -> Vec<bool> { sums.iter().map(|x| x.is_sign_negative()).collect() };
    assert_eq!(signs(sums(None)), [true, false]);
    assert_eq!(signs(sums(Some(&mask))), [true, true]);
}

#[test]
fn segments_lie_in_memory_as_the_elements() {
    let numbers: Vec<f64> = (0..24).map(f64::from).collect();
    let c = Array::from_shape(&[2, 3, 4], &numbers).unwrap();
    let f = assign::copy(&c, Some(Order::F)).unwrap();
    // NumPy's strides for the same array.
    for (axis, strides) in [(0, [96, 8, 24]), (1, [8, 64, 16]), (2, [16, 32, 8])] {
        let sums = reduceat(Ufunc::add, &f, &[0, 1], axis, None).unwrap();
        assert_eq!(sums.strides(), strides, "{axis}");
        let expected = reduceat(Ufunc::add, &c, &[0, 1], axis, None).unwrap();
        assert_eq!(values(&sums), values(&expected), "{axis}");
    }
}

#[test]
fn only_exponents_that_a_mask_chooses_have_to_be_natural() {
    let base = Array::from_slice(&[1i64, 2, 3]).unwrap();
    let exponents = Array::from_slice(&[1i64, -1, 2]).unwrap();
    let power = |mask: [bool; 3]| {
        let mask = Array::from_slice(&mask.map(Bool::from)).unwrap();
        let mut out = Array::zeros(&[3], DType::I64, Order::C).unwrap();
        let options = MapOptions {
            where_: Some(&mask),
            ..MapOptions::default()
        };
        let inputs = [(&base).into(), (&exponents).into()];
        map(
            Ufunc::power,
            &inputs,
            &mut [Some(Target::new(&mut out).unwrap())],
            &options,
        )
        .map(|powers| values(&powers[0]))
    };
    assert_eq!(power([true, false, true]).unwrap(), [1.0, 0.0, 9.0]);
    assert!(power([true, true, false]).is_err());
}
