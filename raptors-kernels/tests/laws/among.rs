//! Elements looked for among few.

use raptors_kernels::{
    Bool, Element,
    order::{among, is_few},
};

fn check<T: Element + PartialEq + core::fmt::Debug>(some: &[T], x: &[T]) {
    assert!(is_few(some.into(), x.len()));
    let mut out = vec![Bool::TRUE; x.len()];
    among(some.into(), x.into(), &mut out);
    for (x, out) in x.iter().zip(out) {
        assert_eq!(out.get(), some.contains(x), "{x:?}");
    }
}

#[test]
fn elements_are_among_their_equals() {
    let numbers: Vec<i64> = (0..301).map(|i| i * i % 97 - 40).collect();
    check(&[3i64, -40, i64::MIN], &numbers);
    let small: Vec<i8> = numbers.iter().map(|&x| x as i8).collect();
    check(&[3i8, -40, 7, 9, 0], &small);
    let words: Vec<u16> = numbers.iter().map(|&x| x as u16).collect();
    check(&[3u16, 65535], &words);
    check(&[], &words);
    let mut floats: Vec<f32> = numbers.iter().map(|&x| x as f32 / 4.0).collect();
    floats.extend([0.0, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e-45]);
    check(&[0.0f32, f32::NAN, 2.25], &floats);
    check(&[-0.0f32, f32::INFINITY, 1e-45, -0.0], &floats);
    let wide: Vec<f64> = floats.iter().map(|&x| x.into()).collect();
    check(&[-f64::NAN, f64::NEG_INFINITY, -10.0], &wide);
    let many: Vec<f64> = (0..64).map(f64::from).collect();
    check(&many, &wide);
}
