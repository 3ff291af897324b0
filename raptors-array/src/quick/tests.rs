//! That few elements give what many give.

use super::*;
use crate::{Index, Number, assign, map, map::Operand, target::Target};
use raptors_kernels::{Bool, Scalar};

pub(super) fn numbers(n: usize) -> Array {
    let numbers: Vec<f64> = (0..n).map(|i| i as f64 + 0.5).collect();
    Array::from_slice(&numbers).unwrap()
}

/// Every `step`th element along each axis.
pub(super) fn every<const N: usize>(a: &Array, steps: [i64; N]) -> Array {
    let part = |step| Index::Slice {
        start: None,
        stop: None,
        step: Some(step),
    };
    a.index(&steps.map(part)).unwrap()
}

#[test]
fn few_elements_alike_are_computed_here_and_nothing_else() {
    for n in [1, 7, 8, 100, FEW, LITTLE_DENSE] {
        let (a, b) = (numbers(n), numbers(n));
        let sum = value(|room| call(Ufunc::add, [&a, &b], room)).unwrap();
        assert_eq!(sum.shape(), [n]);
        let twice =
            value(|room| with_number(Ufunc::multiply, &a, Number::Int(2), true, room)).unwrap();
        assert_eq!(sum.to_vec::<f64>(), twice.to_vec::<f64>());
        let less = value(|room| call(Ufunc::less, [&a, &sum], room)).unwrap();
        assert_eq!(less.dtype(), DType::Bool);
        assert_eq!(
            value(|room| call(Ufunc::negative, [&a], room))
                .unwrap()
                .to_vec::<f64>()
                .unwrap()[n - 1],
            0.5 - n as f64
        );
    }
    let a = numbers(8);
    assert!(value(|room| call(Ufunc::add, [&numbers(0), &numbers(0)], room)).is_none());
    assert!(value(|room| call(Ufunc::sin, [&numbers(LITTLE_DENSE / 8)], room)).is_none());
    assert!(value(|room| call(Ufunc::add, [&a, &numbers(1)], room)).is_none());
    assert!(value(|room| call(Ufunc::negative, [&a, &a], room)).is_none());
    let half = every(&a, [2]);
    assert!(value(|room| call(Ufunc::add, [&half, &half], room)).is_none());
    let ints = Array::from_slice(&[1i64, 2]).unwrap();
    assert!(value(|room| call(Ufunc::power, [&ints, &ints], room)).is_none());
    assert!(value(|room| call(Ufunc::divide, [&ints, &ints], room)).is_none());
    assert!(
        value(|room| with_number(Ufunc::add, &ints, Number::Float(0.5), false, room)).is_none()
    );
    let bytes = |n| Array::full(&[n], &Scalar::new(7u8), crate::Order::C).unwrap();
    let (most, more) = (bytes(LITTLE_BYTES), bytes(LITTLE_BYTES + 1));
    let sum = value(|room| call(Ufunc::add, [&most, &most], room)).unwrap();
    assert!(sum.to_vec::<u8>().unwrap().iter().all(|&x| x == 14));
    assert!(value(|room| call(Ufunc::add, [&more, &more], room)).is_none());
    let small = Array::from_slice(&[1u8, 2]).unwrap();
    assert!(value(|room| with_number(Ufunc::add, &small, Number::Int(300), false, room)).is_none());
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
            let given = value(|room| broadcast(Ufunc::subtract, x, y, room));
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
    let b = value(|room| call(Ufunc::add, [&a, &a], room)).unwrap();
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
    assert!(put_in(Ufunc::add, &target, &(&other).into()).is_some());
    assert!(put_in(Ufunc::multiply, &target, &Number::Int(1).into()).is_some());
    assert!(put_in(Ufunc::subtract, &target, &Number::Int(0).into()).is_some());
    let mut twice = numbers(8);
    let target_of_twice = Target::new(&mut twice).unwrap();
    let itself = target_of_twice.array().clone();
    assert!(put_in(Ufunc::add, &target_of_twice, &(&itself).into()).is_some());
    let doubled = value(|room| call(Ufunc::add, [&other, &other], room)).unwrap();
    assert_eq!(itself.to_vec::<f64>(), doubled.to_vec::<f64>());
    assert!(put_in(Ufunc::less, &target, &(&other).into()).is_none());
    let one = Array::from_scalar(&Scalar::new(1.0)).unwrap();
    assert!(put_in(Ufunc::multiply, &target, &(&one).into()).is_some());
    assert_eq!(a.to_vec::<f64>(), want.to_vec::<f64>());
}

#[test]
fn results_may_be_written_elsewhere() {
    let (a, b, sum) = (numbers(8), numbers(8), numbers(8));
    put_to(Ufunc::add, [&a, &b], &sum).unwrap();
    assert_eq!(
        sum.to_vec::<f64>(),
        value(|room| call(Ufunc::add, [&a, &b], room))
            .unwrap()
            .to_vec()
    );
    assert_eq!(put_to(Ufunc::subtract, [&sum, &b], &sum), Some(true));
    assert_eq!(sum.to_vec::<f64>(), a.to_vec());
    assert!(put_to(Ufunc::less, [&a, &b], &sum).is_none());
    assert!(put_to(Ufunc::negative, [&a], &numbers(7)).is_none());
}

#[test]
fn elements_are_computed_in_memory_that_is_there() {
    let numbers = numbers(3);
    let (x, y) = (
        numbers.element(&[1]).unwrap(),
        numbers.element(&[2]).unwrap(),
    );
    let mut to = Array::from_slice(&[1u8]).unwrap().element(&[0]).unwrap();
    assert!(element(Ufunc::subtract, [&x, &y], &mut to));
    assert_eq!(to.item().unwrap().get::<f64>(), -1.0);
    assert!(element(Ufunc::less, [&x, &y], &mut to) && to.dtype() == DType::Bool);
    assert!(element(Ufunc::negative, [&x], &mut to));
    assert_eq!(to.item().unwrap().get::<f64>(), -1.5);
    for (first, want) in [(false, 0.5), (true, -0.5)] {
        let number = Number::Int(1);
        assert!(element_with_number(
            Ufunc::subtract,
            &x,
            number,
            first,
            &mut to
        ));
        assert_eq!(to.item().unwrap().get::<f64>(), want);
    }
    let half = Number::Float(0.5);
    let int = Array::from_slice(&[4i64]).unwrap().element(&[0]).unwrap();
    assert!(!element(Ufunc::add, [&x, &int], &mut to));
    assert!(!element(Ufunc::add, [&numbers, &numbers], &mut to));
    assert!(!element_with_number(Ufunc::add, &int, half, false, &mut to));
    assert!(!element_with_number(
        Ufunc::add,
        &numbers,
        half,
        false,
        &mut to
    ));
    let mut own = x.clone();
    assert!(!element(Ufunc::add, [&x, &y], &mut own));
}

/// [`into`], where nobody else uses the arrays.
fn put_to<const N: usize>(ufunc: Ufunc, arrays: [&Array; N], to: &Array) -> Option<bool> {
    // SAFETY: nobody else uses the arrays of a test.
    unsafe { into(ufunc, &arrays.map(Operand::Array), to) }
}

/// [`in_place`], where nobody else uses the arrays.
fn put_in(ufunc: Ufunc, target: &Target<'_>, other: &Operand<'_>) -> Option<()> {
    // SAFETY: nobody else uses the arrays of a test.
    unsafe { in_place(ufunc, target.array(), other) }
}

#[test]
fn few_elements_are_written_where_they_lie() {
    let (a, b) = (numbers(6), numbers(6));
    let half = every(&a, [2]);
    // SAFETY: nobody else uses the arrays.
    unsafe {
        assert!(fill(&half, &Scalar::new(9.0)) && !fill(&half, &Scalar::new(9i32)));
        assert_eq!(a.to_vec::<f64>().unwrap(), [9.0, 1.5, 9.0, 3.5, 9.0, 5.5]);
        assert!(copy(&a, &b) && a.to_vec::<f64>() == b.to_vec::<f64>());
        let (first, last) = (a.slice(0, 5, 1).unwrap(), a.slice(1, 6, 1).unwrap());
        assert!(copy(&last, &first));
        assert_eq!(a.to_vec::<f64>().unwrap(), [0.5, 0.5, 1.5, 2.5, 3.5, 4.5]);
        assert!(copy(&half, &b.slice(3, 6, 1).unwrap()));
        assert_eq!(a.to_vec::<f64>().unwrap(), [3.5, 0.5, 4.5, 2.5, 5.5, 4.5]);
        let turned = a.slice(4, i64::MIN, -2).unwrap();
        assert!(!copy(&half, &turned) && !copy(&a, &half));
        assert!(!fill(&numbers(1025), &Scalar::new(1.0)));
        let matrix = Array::from_shape(&[2, 3], &[0i8; 6]).unwrap();
        assert!(fill(&matrix.t(), &Scalar::new(3i8)));
        assert_eq!(matrix.to_vec::<i8>().unwrap(), [3; 6]);
    }
}

#[test]
fn staged_operands_give_what_whole_ones_give() {
    let views = |array: &Array| {
        let last = array.size() as i64 - 1;
        [
            array.clone(),
            array.slice(last, i64::MIN, -1).unwrap(),
            array.slice(0, last, 1).unwrap(),
        ]
    };
    for n in [1, 7, 33, 1000] {
        let whole = numbers(n);
        for &dtype in DType::ALL {
            let x = assign::astype(&whole, dtype, None).unwrap();
            for y in views(&whole).iter().chain(&views(&x)) {
                for x in views(&x) {
                    if let Some(given) =
                        value(|room| staged(Ufunc::multiply, [(&x).into(), y.into()], room))
                    {
                        let (x, y) = (x.to_contiguous().unwrap(), y.to_contiguous().unwrap());
                        let to = crate::promote_types(x.dtype(), y.dtype());
                        let (x, y) = (
                            assign::astype(&x, to, None).unwrap(),
                            assign::astype(&y, to, None).unwrap(),
                        );
                        let want = map::binary(Ufunc::multiply, &x, &y).unwrap();
                        assert_eq!(given.dtype(), want.dtype());
                        assert_eq!(bytes(&given), bytes(&want), "{n} {dtype:?}");
                    }
                }
            }
        }
    }
    let ints = Array::from_slice(&[1i64, 4, 9]).unwrap();
    let roots = value(|room| staged(Ufunc::sqrt, [(&ints).into()], room)).unwrap();
    assert_eq!(roots.to_vec::<f64>().unwrap(), [1.0, 2.0, 3.0]);
    let half = Operand::from(Number::Float(0.5));
    let sums = value(|room| staged(Ufunc::add, [half, (&ints).into()], room)).unwrap();
    assert_eq!(sums.to_vec::<f64>().unwrap(), [1.5, 4.5, 9.5]);
    let unsigned = Array::from_slice(&[1u64, 4, 9]).unwrap();
    assert!(
        value(|room| staged(Ufunc::less, [(&ints).into(), (&unsigned).into()], room)).is_none()
    );
    let powers =
        value(|room| staged(Ufunc::power, [(&ints).into(), (&ints).into()], room)).unwrap();
    assert_eq!(powers.to_vec::<i64>().unwrap(), [1, 256, 387_420_489]);
    let minus = Array::from_slice(&[1i64, 0, -1]).unwrap();
    assert!(value(|room| staged(Ufunc::power, [(&ints).into(), (&minus).into()], room)).is_none());
    assert!(
        value(|room| staged(Ufunc::add, [(&ints).into(), (&numbers(2)).into()], room)).is_none()
    );
    assert!(value(|room| staged(Ufunc::sqrt, [(&numbers(1025)).into()], room)).is_none());
    let wide = Operand::from(Number::Int(1 << 70));
    assert!(value(|room| staged(Ufunc::add, [(&ints).into(), wide], room)).is_none());
    let matrix = Array::from_shape(&[2, 2], &[1i32, 2, 3, 4]).unwrap();
    let negative = value(|room| staged(Ufunc::negative, [(&matrix.t()).into()], room)).unwrap();
    assert!(negative.is_f_contiguous() && !negative.is_c_contiguous());
    assert_eq!(negative.to_vec::<i32>().unwrap(), [-1, -3, -2, -4]);
    let columns = crate::Index::Slice {
        start: None,
        stop: None,
        step: Some(-1),
    };
    let turned = matrix.index(&[columns, columns]).unwrap();
    let sums =
        value(|room| staged(Ufunc::add, [(&turned).into(), (&matrix).into()], room)).unwrap();
    assert_eq!(sums.shape(), [2, 2]);
    assert_eq!(sums.to_vec::<i32>().unwrap(), [5; 4]);
    let both = value(|room| {
        staged(
            Ufunc::subtract,
            [(&matrix).into(), (&matrix.t()).into()],
            room,
        )
    })
    .unwrap();
    assert!(both.is_c_contiguous());
    assert_eq!(both.to_vec::<i32>().unwrap(), [0, -1, 1, 0]);
    let roots = value(|room| staged(Ufunc::sqrt, [(&matrix).into()], room)).unwrap();
    assert_eq!((roots.shape(), roots.dtype()), (&[2, 2][..], DType::F64));
}

/// The bytes of the elements, which lie in order.
fn bytes(array: &Array) -> Vec<u8> {
    let view = array.view_as(DType::U8).unwrap();
    view.to_vec::<u8>().unwrap()
}

#[test]
fn new_arrays_and_places_of_few_elements() {
    for shape in [&[][..], &[3], &[2, 0], &[1, 2, 3, 1, 2]] {
        let array = value(|room| blank(shape, DType::C128, true, room)).unwrap();
        assert_eq!((array.shape(), array.writeable()), (shape, true));
        assert!(
            array.is_c_contiguous()
                && bytes(&array.reshape(&[-1], crate::Order::C).unwrap())
                    .iter()
                    .all(|&byte| byte == 0)
        );
    }
    assert!(value(|room| blank(&[8193], DType::I8, false, room)).is_none());
    assert!(value(|room| blank(&[usize::MAX, 2], DType::I8, false, room)).is_none());
    for &dtype in DType::ALL {
        for n in [0, 1, 9, 64, 500] {
            let numbers: Vec<f64> = (0..n).map(|i| f64::from(i % 3)).collect();
            let array = assign::astype(&Array::from_slice(&numbers).unwrap(), dtype, None).unwrap();
            let given = value(|room| nonzero(&array, room))
                .unwrap()
                .to_vec::<i64>()
                .unwrap();
            let want = crate::index::nonzero(&array).unwrap();
            assert_eq!(given, want[0].to_vec::<i64>().unwrap());
        }
    }
    let back = numbers(4).slice(3, i64::MIN, -1).unwrap();
    assert!(
        value(|room| nonzero(&back, room)).is_none()
            && value(|room| nonzero(&numbers(2000), room)).is_none()
    );
}

#[test]
fn copies_and_what_a_mask_leaves() {
    let cube = Array::from_shape(&[2, 3, 4], &(0..24).collect::<Vec<i16>>()).unwrap();
    let matrix = cube.row(1).unwrap();
    let line = numbers(9);
    for view in [
        cube.clone(),
        cube.t(),
        matrix.clone(),
        matrix.t(),
        line.slice(8, i64::MIN, -3).unwrap(),
        line.element(&[3]).unwrap(),
    ] {
        let copy = value(|room| copied(&view, room)).unwrap();
        let want = view.to_contiguous().unwrap();
        assert!(copy.is_c_contiguous() && copy.writeable() && !copy.buffer().same(view.buffer()));
        assert_eq!((copy.shape(), copy.dtype()), (want.shape(), want.dtype()));
        assert_eq!(copy.to_vec::<i16>(), want.to_vec::<i16>());
        assert_eq!(copy.to_vec::<f64>(), want.to_vec::<f64>());
    }
    assert!(value(|room| copied(&numbers(1025), room)).is_none());
    assert!(value(|room| copied(&numbers(0), room)).is_none());
    for n in [0, 1, 9, 64, 333] {
        let truths: Vec<Bool> = (0..n).map(|i| Bool::from(i % 3 == 1)).collect();
        let mask = Array::from_slice(&truths).unwrap();
        for &dtype in DType::ALL {
            let array = assign::astype(&numbers(n), dtype, None).unwrap();
            let left = value(|room| compress(&array, &mask, room)).unwrap();
            let want = crate::index::compress(&array, &mask).unwrap();
            assert_eq!((left.shape(), bytes(&left)), (want.shape(), bytes(&want)));
        }
    }
    let mask = Array::from_slice(&[Bool::from(true); 9]).unwrap();
    assert!(value(|room| compress(&line.slice(8, i64::MIN, -1).unwrap(), &mask, room)).is_none());
    assert!(
        value(|room| compress(&numbers(8), &mask, room)).is_none()
            && value(|room| compress(&line, &line, room)).is_none()
    );
}
