//! Reshaping and moving axes against a model: the elements and where they end up.

use proptest::prelude::*;
use raptors_array::{Array, Index, Order};

fn count(shape: &[usize]) -> Array {
    let size: usize = shape.iter().product();
    Array::from_shape(shape, &(0..size as i32).collect::<Vec<_>>()).unwrap()
}

fn elements(array: &Array) -> Vec<i32> {
    array.to_vec().unwrap()
}

fn message<T: std::fmt::Debug>(result: raptors_array::Result<T>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn reshape_finds_the_unknown_length() {
    let a = count(&[2, 3]);
    assert_eq!(a.reshape(&[3, -1], Order::C).unwrap().shape(), [3, 2]);
    assert_eq!(a.reshape(&[-2, 1], Order::C).unwrap().shape(), [6, 1]);
    assert_eq!(
        count(&[0, 3]).reshape(&[-1], Order::C).unwrap().shape(),
        [0]
    );
    assert_eq!(
        count(&[1, 1]).reshape(&[], Order::C).unwrap().shape(),
        [0; 0]
    );
}

#[test]
fn reshape_errors_are_numpys() {
    let error = |shape: &[i64]| message(count(&[6]).reshape(shape, Order::C));
    assert_eq!(
        error(&[4]),
        "cannot reshape array of size 6 into shape (4,)"
    );
    assert_eq!(
        error(&[4, -1]),
        "cannot reshape array of size 6 into shape (4,newaxis)"
    );
    assert_eq!(
        error(&[-1, 4]),
        "cannot reshape array of size 6 into shape (4)"
    );
    assert_eq!(
        error(&[2, -1, 4]),
        "cannot reshape array of size 6 into shape (2,newaxis,4)"
    );
    assert_eq!(error(&[-1, -1]), "can only specify one unknown dimension");
    assert_eq!(error(&[]), "cannot reshape array of size 6 into shape ()");
    assert_eq!(
        error(&[1 << 40, 1 << 40]),
        "cannot reshape array of size 6 into shape (1099511627776,1099511627776)"
    );
    assert_eq!(
        error(&[1; 65]),
        "maximum supported dimension for an ndarray is currently 64, found 65"
    );
    assert_eq!(
        message(count(&[0]).reshape(&[0, -1], Order::C)),
        "cannot reshape array of size 0 into shape (0,newaxis)"
    );
}

#[test]
fn reshape_in_fortran_order_reads_and_writes_the_first_axis_fastest() {
    let a = count(&[2, 3]).reshape(&[3, 2], Order::F).unwrap();
    assert_eq!(elements(&a), [0, 4, 3, 2, 1, 5]);
    assert_eq!(
        elements(&count(&[2, 3]).ravel(Order::F).unwrap()),
        [0, 3, 1, 4, 2, 5]
    );
}

#[test]
fn axes_move_as_in_numpy() {
    let a = count(&[2, 3, 4]);
    assert_eq!(a.t().shape(), [4, 3, 2]);
    assert_eq!(a.transpose(&[1, -1, 0]).unwrap().shape(), [3, 4, 2]);
    assert_eq!(a.swapaxes(0, -1).unwrap().shape(), [4, 3, 2]);
    assert_eq!(a.moveaxis(&[0], &[-1]).unwrap().shape(), [3, 4, 2]);
    assert_eq!(a.moveaxis(&[2, 0], &[0, 1]).unwrap().shape(), [4, 2, 3]);
    assert_eq!(a.expand_dims(&[0, -1]).unwrap().shape(), [1, 2, 3, 4, 1]);
    let thin = count(&[1, 3, 1]);
    assert_eq!(thin.squeeze(None).unwrap().shape(), [3]);
    assert_eq!(thin.squeeze(Some(&[-1])).unwrap().shape(), [1, 3]);
}

#[test]
fn axis_errors_are_numpys() {
    let a = count(&[2, 3]);
    assert_eq!(message(a.transpose(&[0])), "axes don't match array");
    assert_eq!(message(a.transpose(&[0, 0])), "repeated axis in transpose");
    assert_eq!(
        message(a.transpose(&[0, 2])),
        "axis 2 is out of bounds for array of dimension 2"
    );
    assert_eq!(
        message(a.swapaxes(0, 2)),
        "axis2: axis 2 is out of bounds for array of dimension 2"
    );
    assert_eq!(
        message(a.moveaxis(&[2], &[0])),
        "source: axis 2 is out of bounds for array of dimension 2"
    );
    assert_eq!(
        message(a.moveaxis(&[0, 1], &[0])),
        "`source` and `destination` arguments must have the same number of elements"
    );
    assert_eq!(
        message(a.moveaxis(&[0, 1], &[0, 0])),
        "repeated axis in `destination` argument"
    );
    assert_eq!(
        message(count(&[3]).expand_dims(&[-4])),
        "axis -4 is out of bounds for array of dimension 2"
    );
    assert_eq!(message(a.expand_dims(&[0, 0])), "repeated axis");
    assert_eq!(
        message(a.squeeze(Some(&[0]))),
        "cannot select an axis to squeeze out which has size not equal to one"
    );
    assert_eq!(
        message(a.squeeze(Some(&[0, 0]))),
        "duplicate value in 'axis'"
    );
}

#[test]
fn diagonals_are_read_only_views() {
    let a = count(&[3, 4]);
    let diagonal = |offset| elements(&a.diagonal(offset, 0, 1).unwrap());
    assert_eq!(diagonal(0), [0, 5, 10]);
    assert_eq!(diagonal(2), [2, 7]);
    assert_eq!(diagonal(-2), [8]);
    assert_eq!(diagonal(9), []);
    assert_eq!(diagonal(i64::MIN), []);
    assert_eq!(elements(&a.diagonal(1, 1, 0).unwrap()), [4, 9]);
    assert!(!a.diagonal(0, 0, 1).unwrap().writeable());
    assert_eq!(
        message(a.diagonal(0, 0, 0)),
        "axis1 and axis2 cannot be the same"
    );
    assert_eq!(
        message(count(&[3]).diagonal(0, 0, 1)),
        "diag requires an array of at least two dimensions"
    );
}

proptest! {
    #[test]
    fn reshaping_any_view_keeps_the_elements_in_order(
        axes in prop::collection::vec((1usize..4, any::<bool>(), any::<bool>()), 0..5),
        order in Just(()).prop_perturb(|(), mut rng| rng.random::<u32>()),
        groups in prop::collection::vec(any::<bool>(), 8),
    ) {
        // A view with permuted, reversed and skipping axes.
        let full: Vec<usize> = axes.iter().map(|&(n, skip, _)| if skip { 2 * n } else { n }).collect();
        let steps: Vec<Index> = axes.iter().map(|&(_, skip, back)| Index::Slice {
            start: None,
            stop: None,
            step: Some(if skip { 2 } else { 1 } * if back { -1 } else { 1 }),
        }).collect();
        let mut permutation: Vec<i64> = (0..axes.len() as i64).collect();
        if !axes.is_empty() {
            permutation.rotate_left(order as usize % axes.len());
        }
        let view = count(&full).index(&steps).unwrap().transpose(&permutation).unwrap();
        let expected = elements(&view);

        // Neighbouring lengths multiplied, or split into prime factors.
        let mut shape: Vec<i64> = vec![];
        for (i, &n) in view.shape().iter().enumerate() {
            match shape.last_mut() {
                Some(last) if groups[i] => *last *= n as i64,
                _ if n == 4 => shape.extend([2, 1, 2]),
                _ => shape.push(n as i64),
            }
        }
        for order in [Order::C, Order::F] {
            let reshaped = view.reshape(&shape, order).unwrap();
            let (from, to) = match order {
                Order::C => (expected.clone(), elements(&reshaped)),
                Order::F => (elements(&view.t()), elements(&reshaped.t())),
            };
            prop_assert_eq!(from, to);
            if let Some(same) = view.reshape_view(&shape, order).unwrap() {
                prop_assert!(same.buffer().same(view.buffer()));
                prop_assert_eq!(elements(&same), elements(&reshaped));
            }
        }
        if view.is_c_contiguous() {
            prop_assert!(view.reshape_view(&shape, Order::C).unwrap().is_some());
        }
    }
}
