//! Lines that several threads sort are those that one thread sorts.

use super::order::any_bits;
use raptors_kernels::{
    DType, Element, In, Out,
    order::{
        Hands, SHARED, Task, arrange, arrange_indices, arrange_indices_by, shares, sort_shared,
    },
    with_dtype,
};

/// Lines with orders and repetitions of their own, made of the elements of `x`.
fn patterns<T: Element>(x: &[T]) -> Vec<Vec<T>> {
    let n = x.len();
    let mut sorted = x.to_vec();
    arrange(
        Out::from(&mut sorted[..]),
        Task::Sort { descending: false },
        &mut [],
    );
    let at = |place: &dyn Fn(usize) -> usize| (0..n).map(|i| sorted[place(i) % n]).collect();
    let mut nearly = sorted.clone();
    nearly.swap(0, n - 1);
    nearly.swap(3, n / 2);
    vec![
        x.to_vec(),
        nearly,
        at(&|i| n - 1 - i + i % 2),
        // Up and down again.
        at(&|i| {
            if i < n / 2 {
                2 * i
            } else {
                2 * (n - 1 - i) + 1
            }
        }),
        // Teeth of a saw, as long as the steps of a sample or not.
        at(&|i| i % 1024 * (n / 1024)),
        at(&|i| i % 8 * (n / 8)),
        // Two values, one of them seldom; one value but for one element.
        at(&|i| i * i % 7 % 2 * (n / 2)),
        at(&|i| usize::from(i * 7919 % 1009 == 0) * (n - 1)),
        at(&|i| if i == n / 3 { 0 } else { n / 2 }),
        at(&|i| if i == n / 3 { n - 1 } else { n / 2 }),
    ]
}

/// Runs jobs one after the other, the last one first.
fn backwards(jobs: usize, job: &(dyn Fn(usize) + Sync)) {
    (0..jobs).rev().for_each(job);
}

/// Runs jobs side by side.
fn beside(jobs: usize, job: &(dyn Fn(usize) + Sync)) {
    std::thread::scope(|scope| {
        for number in 0..jobs {
            scope.spawn(move || job(number));
        }
    });
}

fn laws<T: Element>(len: usize) {
    for x in patterns(&any_bits::<T>(len, len as u64)) {
        for descending in [false, true] {
            let task = Task::Sort { descending };
            let (mut want, mut order) = (x.clone(), vec![0; len]);
            arrange(Out::from(&mut want[..]), task, &mut []);
            arrange_indices(In::from(&x[..]), &mut order, task);
            for threads in [1, 2, 3, 8, 64] {
                let side_by_side = threads == 3;
                let hands = if side_by_side {
                    Hands::new(threads, &beside)
                } else {
                    Hands::new(threads, &backwards)
                };
                let mut got = x.clone();
                let shared = sort_shared(Out::from(&mut got[..]), descending, hands);
                assert_eq!(shared, shares(T::DTYPE, len));
                let want = if shared { &want } else { &x };
                let same = In::from(&got[..]).bytes() == In::from(&want[..]).bytes();
                assert!(same, "{:?} {len} {threads} {descending}", T::DTYPE);
                let mut found = vec![-1; len];
                arrange_indices_by(In::from(&x[..]), &mut found, task, hands);
                assert!(
                    found == order,
                    "{:?} {len} {threads} {descending}",
                    T::DTYPE
                );
            }
        }
    }
}

#[test]
fn threads_do_not_show() {
    for &dtype in DType::ALL {
        for len in [SHARED - 1, SHARED, SHARED + 1, 3 * SHARED + 7] {
            with_dtype!(dtype, T => laws::<T>(len));
        }
    }
}

#[test]
fn what_is_counted_or_compared_is_not_shared() {
    for dtype in [DType::Bool, DType::I8, DType::U8, DType::C64, DType::C128] {
        assert!(!shares(dtype, 100 * SHARED));
    }
    for dtype in [DType::I32, DType::U64, DType::F32, DType::F64] {
        assert!(shares(dtype, SHARED) && !shares(dtype, SHARED - 1));
    }
}
