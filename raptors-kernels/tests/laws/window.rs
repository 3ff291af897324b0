//! The elements of a line around some places, brought together by one pass.

use super::order::any_bits;
use raptors_kernels::{
    DType, Element, In, Out,
    order::{Task, Window, arrange},
    with_dtype,
};

/// What lies in a window, and how much below it, is what a sorted line has there.
fn laws<T: Element>(x: &[T], places: &[usize]) {
    let Some(window) = Window::of(In::from(x), places) else {
        return;
    };
    let mut got = x.to_vec();
    let Some(found) = window.gather(In::from(x), Out::from(&mut got[..])) else {
        return;
    };
    // What equals itself is a number.
    let nan = x.iter().any(|x| x.ne(x));
    assert_eq!(found.nan, nan);
    let mut sorted = x.to_vec();
    let all = Task::Sort { descending: false };
    arrange(Out::from(&mut sorted[..]), all, &mut []);
    let mut got = got[..found.inside].to_vec();
    arrange(Out::from(&mut got[..]), all, &mut []);
    let want = &sorted[found.below..][..found.inside];
    assert!(
        In::from(&got[..]).bytes() == In::from(want).bytes(),
        "{:?} {places:?}",
        T::DTYPE
    );
}

#[test]
fn windows_have_what_a_sorted_line_has_there() {
    let dtypes = [
        DType::I32,
        DType::U32,
        DType::F32,
        DType::I64,
        DType::U64,
        DType::F64,
    ];
    for dtype in dtypes {
        with_dtype!(dtype, T => {
            for len in [4096, 4097, 4103, 40_009] {
                let x = any_bits::<T>(len, len as u64);
                let mut sorted = x.clone();
                arrange(Out::from(&mut sorted[..]), Task::Sort { descending: false }, &mut []);
                let few: Vec<T> = x.iter().enumerate().map(|(i, _)| sorted[i % 5 * (len / 5)]).collect();
                let numbers: Vec<T> = (0..len).map(|i| sorted[i * 7919 % (len / 2)]).collect();
                for x in [&x, &sorted, &few, &numbers] {
                    for places in [&[0][..], &[len / 2], &[len / 2 - 1, len / 2], &[len / 9, len / 8], &[len - 1]] {
                        laws(x, places);
                    }
                }
            }
        });
    }
}

#[test]
fn there_is_no_window_around_what_lies_far_apart_or_is_no_wide_number() {
    let x = vec![1.5_f64; 5000];
    for places in [&[][..], &[0, 4999], &[5000]] {
        assert!(Window::of(In::from(&x[..]), places).is_none());
    }
    assert!(Window::of(In::from(&x[..100]), &[50]).is_none());
    assert!(Window::of(In::from(&[1_u8; 5000][..]), &[9]).is_none());
}
