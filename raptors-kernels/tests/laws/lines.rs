//! Lines put in order together are those put in order one by one.

use super::order::any_bits;
use raptors_kernels::{
    DType, Element, In, Out,
    dtype::{Complex32, Complex64},
    order::{
        Task, arrange, arrange_indices, arrange_lines, insert_lines, inserts, selects_lines,
        takes_lines,
    },
    with_dtype,
};

#[test]
fn lines_are_sorted_as_one_by_one() {
    let words = [
        DType::I16,
        DType::I32,
        DType::U32,
        DType::F32,
        DType::I64,
        DType::U64,
        DType::F64,
    ];
    for dtype in words {
        for len in (2..=80).chain([
            100, 127, 128, 129, 200, 255, 256, 257, 300, 400, 511, 512, 513,
        ]) {
            if !takes_lines(dtype, len) {
                continue;
            }
            for count in [1, 2, 5, 8, 16, 19, 39] {
                for descending in [false, true] {
                    with_dtype!(dtype, T => {
                        let mut got = any_bits::<T>(len * count, len as u64);
                        let mut want = got.clone();
                        arrange_lines(Out::from(&mut got[..]), len, Task::Sort { descending });
                        for line in want.chunks_mut(len) {
                            arrange(Out::from(line), Task::Sort { descending }, &mut []);
                        }
                        let (got, want) = (In::from(&got[..]), In::from(&want[..]));
                        assert!(got.bytes() == want.bytes(), "{dtype:?} {len} {count} {descending}");
                    });
                }
            }
        }
    }
}

#[test]
fn lines_are_selected_from_each_by_itself() {
    for dtype in [
        DType::I32,
        DType::U32,
        DType::F32,
        DType::I64,
        DType::U64,
        DType::F64,
    ] {
        for len in [2, 9, 30, 64, 65, 128, 129, 200, 256, 257, 512, 1000] {
            if !selects_lines(dtype, len) {
                continue;
            }
            for places in [
                &[0][..],
                &[len / 2],
                &[len - 1],
                &[0, len / 3, len - 1],
                &[],
            ] {
                with_dtype!(dtype, T => {
                    let x = any_bits::<T>(len * 11, len as u64);
                    let (mut got, mut want) = (x.clone(), x);
                    arrange_lines(Out::from(&mut got[..]), len, Task::Select(places));
                    let all = Task::Sort { descending: false };
                    for (got, want) in got.chunks_mut(len).zip(want.chunks_mut(len)) {
                        arrange(Out::from(&mut *want), all, &mut []);
                        // What lies between two places is in any order.
                        let mut start = 0;
                        for &end in places.iter().chain(&[len]) {
                            arrange(Out::from(&mut got[start..end]), all, &mut []);
                            start = end;
                        }
                        let (got, want) = (In::from(&got[..]), In::from(&want[..]));
                        assert!(got.bytes() == want.bytes(), "{dtype:?} {len} {places:?}");
                    }
                });
            }
        }
    }
}

/// Short lines of `elements` in order are what the indices of each say, to the last bit.
fn follow_their_indices<T: Element>(elements: impl Fn(usize) -> Vec<T>) {
    for len in (1..=16).filter(|&len| inserts(T::DTYPE, len)) {
        for count in [1, 2, 7, 8, 9, 64, 65, 200] {
            for descending in [false, true] {
                let mut got = elements(len * count);
                let mut want = got.clone();
                let mut indices = vec![0; len];
                for (to, line) in want.chunks_mut(len).zip(got.chunks(len)) {
                    arrange_indices(line.into(), &mut indices, Task::Sort { descending });
                    for (to, &index) in to.iter_mut().zip(&indices) {
                        *to = line[index as usize];
                    }
                }
                insert_lines(Out::from(&mut got[..]), len, descending);
                let (got, want) = (In::from(&got[..]), In::from(&want[..]));
                let dtype = T::DTYPE;
                assert!(
                    got.bytes() == want.bytes(),
                    "{dtype:?} {len} {count} {descending}"
                );
            }
        }
    }
}

#[test]
fn short_lines_of_complex_numbers_are_sorted_as_their_indices() {
    follow_their_indices(|len| any_bits::<Complex32>(len, 3));
    follow_their_indices(|len| any_bits::<Complex64>(len, 3));
    let part = |i: usize| [1.5, -3.0, 0.0, f32::INFINITY, 2.0, f32::NEG_INFINITY][i * 37 % 101 % 6];
    let number = |i: usize| Complex32::new(part(i), part(i + 50));
    follow_their_indices(|len| (0..len).map(number).collect());
}
