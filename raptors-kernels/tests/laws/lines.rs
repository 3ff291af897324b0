//! Lines put in order together are those put in order one by one.

use super::order::any_bits;
use raptors_kernels::{
    DType, In, Out,
    order::{Task, arrange, arrange_lines, selects_lines, takes_lines},
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
