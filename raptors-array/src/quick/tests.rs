//! That few elements give what many give.

use super::*;
use crate::{Index, Number, map, target::Target};
use raptors_kernels::Scalar;

fn numbers(n: usize) -> Array {
    let numbers: Vec<f64> = (0..n).map(|i| i as f64 + 0.5).collect();
    Array::from_slice(&numbers).unwrap()
}

#[test]
fn few_elements_alike_are_computed_here_and_nothing_else() {
    for n in [1, 7, 8, 100, FEW, LITTLE] {
        let (a, b) = (numbers(n), numbers(n));
        let sum = call(Ufunc::add, [&a, &b]).unwrap();
        assert_eq!(sum.shape(), [n]);
        let twice = with_number(Ufunc::multiply, &a, Number::Int(2), true).unwrap();
        assert_eq!(sum.to_vec::<f64>(), twice.to_vec::<f64>());
        let less = call(Ufunc::less, [&a, &sum]).unwrap();
        assert_eq!(less.dtype(), DType::Bool);
        assert_eq!(
            call(Ufunc::negative, [&a])
                .unwrap()
                .to_vec::<f64>()
                .unwrap()[n - 1],
            0.5 - n as f64
        );
    }
    let a = numbers(8);
    assert!(call(Ufunc::add, [&numbers(0), &numbers(0)]).is_none());
    assert!(call(Ufunc::sin, [&numbers(FEW + 1)]).is_none());
    assert!(call(Ufunc::add, [&a, &numbers(1)]).is_none());
    assert!(call(Ufunc::negative, [&a, &a]).is_none());
    let every_second = Index::Slice {
        start: None,
        stop: None,
        step: Some(2),
    };
    let half = a.index(&[every_second]).unwrap();
    assert!(call(Ufunc::add, [&half, &half]).is_none());
    let ints = Array::from_slice(&[1i64, 2]).unwrap();
    assert!(call(Ufunc::power, [&ints, &ints]).is_none());
    assert!(call(Ufunc::divide, [&ints, &ints]).is_none());
    assert!(with_number(Ufunc::add, &ints, Number::Float(0.5), false).is_none());
    let small = Array::from_slice(&[1u8, 2]).unwrap();
    assert!(with_number(Ufunc::add, &small, Number::Int(300), false).is_none());
}

#[test]
fn masked_calls_leave_the_rest() {
    let (a, b, to) = (numbers(6), numbers(6), numbers(6));
    let mask = [true, false, true, true, false, false].map(Bool::from);
    let mask = Array::from_slice(&mask).unwrap();
    masked(Ufunc::add, &[&a, &b], &mask, &to).unwrap();
    let want = [1.0, 1.5, 5.0, 7.0, 4.5, 5.5];
    assert_eq!(to.to_vec::<f64>().unwrap(), want);
    masked(Ufunc::negative, &[&to], &mask, &to).unwrap();
    assert_eq!(to.to_vec::<f64>().unwrap()[..2], [-1.0, 1.5]);
    assert!(masked(Ufunc::less, &[&a, &b], &mask, &to).is_none());
    assert!(masked(Ufunc::add, &[&a, &b], &a, &to).is_none());
    let root = of_float(Ufunc::sqrt, 4.0).unwrap();
    assert_eq!(root.item().unwrap().get::<f64>(), 2.0);
    assert!(of_float(Ufunc::add, 4.0).is_none());
}

#[test]
fn broadcast_operands_are_repeated() {
    let cube = Array::from_shape(&[2, 3, 4], &(0..24).collect::<Vec<i32>>()).unwrap();
    let shapes: [(&[usize], bool); 9] = [
        (&[4], true),
        (&[3, 4], true),
        (&[], true),
        (&[1, 1, 1, 1], false),
        (&[1, 1, 1], true),
        (&[2, 3, 1], true),
        (&[2, 1, 1], true),
        (&[2, 1, 4], false),
        (&[3, 1], false),
    ];
    for (shape, taken) in shapes {
        let n: i32 = shape.iter().product::<usize>() as i32;
        let other = Array::from_shape(shape, &(100..100 + n).collect::<Vec<i32>>()).unwrap();
        for (x, y) in [(&cube, &other), (&other, &cube)] {
            let given = broadcast(Ufunc::subtract, x, y);
            assert_eq!(given.is_some(), taken, "{shape:?}");
            let given = map::binary(Ufunc::subtract, x, y).unwrap();
            let full = given.shape().to_vec();
            let (x, y) = (
                x.broadcast_to(&full).unwrap(),
                y.broadcast_to(&full).unwrap(),
            );
            let (x, y) = (x.to_vec::<i32>().unwrap(), y.to_vec::<i32>().unwrap());
            let want: Vec<i32> = x.iter().zip(y).map(|(x, y)| x - y).collect();
            assert_eq!(given.to_vec::<i32>().unwrap(), want, "{shape:?}");
        }
    }
}

#[test]
fn results_keep_the_shape() {
    let a = Array::from_shape(&[2, 1, 3], &[1i32, 2, 3, 4, 5, 6]).unwrap();
    let b = call(Ufunc::add, [&a, &a]).unwrap();
    assert_eq!(
        (b.shape(), b.strides()),
        ([2, 1, 3].as_slice(), [12, 12, 4].as_slice())
    );
    assert_eq!(b.to_vec::<i32>().unwrap(), [2, 4, 6, 8, 10, 12]);
}

#[test]
fn results_may_be_written_over_an_input() {
    let mut a = numbers(8);
    let want = map::binary(Ufunc::add, &a, &a).unwrap();
    let other = numbers(8);
    let target = Target::new(&mut a).unwrap();
    assert!(in_place(Ufunc::add, &target, &(&other).into()).is_some());
    assert!(in_place(Ufunc::multiply, &target, &Number::Int(1).into()).is_some());
    let same = target.array().clone();
    assert!(in_place(Ufunc::add, &target, &(&same).into()).is_none());
    assert!(in_place(Ufunc::less, &target, &(&other).into()).is_none());
    let one = Array::from_scalar(&Scalar::new(1.0)).unwrap();
    assert!(in_place(Ufunc::multiply, &target, &(&one).into()).is_some());
    assert_eq!(a.to_vec::<f64>(), want.to_vec::<f64>());
}

#[test]
fn results_may_be_written_elsewhere() {
    let (a, b, sum) = (numbers(8), numbers(8), numbers(8));
    into(Ufunc::add, [&a, &b], &sum).unwrap();
    assert_eq!(
        sum.to_vec::<f64>(),
        call(Ufunc::add, [&a, &b]).unwrap().to_vec()
    );
    assert!(into(Ufunc::add, [&a, &sum], &sum).is_none());
    assert!(into(Ufunc::less, [&a, &b], &sum).is_none());
    assert!(into(Ufunc::negative, [&a], &numbers(7)).is_none());
}
