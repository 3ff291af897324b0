//! Products of rows: with steps, in batches, slid along each other.

use crate::products::{Layout, Sample, check_product, row};
use raptors_kernels::{
    Bool, DType, In, Level, Out,
    dtype::{Complex32, Complex64},
    product::{
        Apart, View, ViewMut, dot, dot_columns, dot_rows, dot_rows_batch, gemm_small,
        gemm_small_batch, slide_ends, takes_seconds,
    },
};

#[test]
fn rows_with_steps_have_the_product_of_their_copies() {
    fn check<T: Sample>() {
        let x: Vec<T> = (0..900).map(T::sample).collect();
        let y: Vec<T> = (7..907).map(T::sample).collect();
        for level in Level::available() {
            for (len, steps) in [
                (1, [1, 1]),
                (5, [-1, 1]),
                (127, [2, 3]),
                (300, [-2, 2]),
                (257, [1, -3]),
            ]
            .into_iter()
            .chain((1..140).flat_map(|len| [[2, 2], [2, 1], [1, 2]].map(|steps| (len, steps))))
            {
                let cut = |x: &[T], step: isize| {
                    let x = x[..=(len - 1) * step.unsigned_abs()].to_vec();
                    let mut copy: Vec<T> = x.iter().step_by(step.unsigned_abs()).copied().collect();
                    if step < 0 {
                        copy.reverse();
                    }
                    (x, copy)
                };
                let ((x, first), (y, second)) = (cut(&x, steps[0]), cut(&y, steps[1]));
                let want = dot(level, In::from(&first[..]), In::from(&second[..]));
                let got = dot_rows(level, row(&x, steps[0]), row(&y, steps[1]), false);
                assert_eq!(got.get::<T>(), want.get::<T>(), "{level:?} {len} {steps:?}");
            }
        }
    }
    check::<Bool>();
    check::<i16>();
    check::<u64>();
    check::<f32>();
    check::<f64>();
    check::<Complex32>();
    check::<Complex64>();
}

#[test]
fn the_first_of_two_rows_is_conjugated() {
    let x = [Complex64::new(1.0, 2.0), Complex64::new(0.0, -1.0)];
    let y = [Complex64::new(3.0, -1.0), Complex64::new(2.0, 2.0)];
    let expected = x[0].conj() * y[0] + x[1].conj() * y[1];
    for level in Level::available() {
        let found: Complex64 = dot_rows(level, row(&x, 1), row(&y, 1), true).get();
        assert_eq!(found, expected);
    }
}

#[test]
fn each_of_a_batch_is_the_dot_product_of_its_rows() {
    fn check<T: Sample>() {
        const COUNT: usize = 3;
        for len in [1, 7, 8, 63, 64, 65, 300] {
            let x: Vec<T> = (0..COUNT * len).map(T::sample).collect();
            let y: Vec<T> = (5..COUNT * len + 5).map(T::sample).collect();
            for level in Level::available() {
                for repeated in [false, true] {
                    let mut found = vec![T::default(); 2 * COUNT];
                    let apart = Apart {
                        count: COUNT,
                        a: len as isize,
                        b: if repeated { 0 } else { len as isize },
                        c: 2,
                    };
                    let to = found.as_mut_ptr().cast();
                    // SAFETY: the vectors hold all rows of the batch, and every second element of
                    // the results is there.
                    unsafe {
                        let c = ViewMut::from_raw(to, T::DTYPE, 1, 1, 1, 1);
                        dot_rows_batch(level, apart, row(&x[..len], 1), row(&y[..len], 1).t(), c);
                    }
                    for i in 0..COUNT {
                        let rows = [i, if repeated { 0 } else { i }];
                        let [x, y] = [(&x, rows[0]), (&y, rows[1])]
                            .map(|(x, i)| In::from(&x[i * len..][..len]));
                        let want = dot(level, x, y).get::<T>();
                        assert_eq!(found[2 * i], want, "{level:?} {len}");
                        assert_eq!(found[2 * i + 1], T::default());
                    }
                }
            }
        }
    }
    check::<Bool>();
    check::<i8>();
    check::<u64>();
    check::<f32>();
    check::<f64>();
    check::<Complex32>();
    check::<Complex64>();
}

#[test]
fn columns_have_the_product_of_their_rows_whatever_is_beside_them() {
    fn check<T: Sample>() {
        for (rows, cols) in [
            (0, 3),
            (1, 1),
            (2, 9),
            (15, 64),
            (16, 129),
            (17, 30),
            (50, 255),
        ] {
            let gap = cols + 3;
            let [x, y] =
                [0, 5].map(|k| -> Vec<T> { (0..rows * gap).map(|i| T::sample(i + k)).collect() });
            let view = |x: &[T], from: usize, cols: usize| {
                let first = x[from.min(x.len())..].as_ptr().cast();
                // SAFETY: the vectors hold the rows, `gap` elements each, from an element of the first one on.
                unsafe { View::from_raw(first, T::DTYPE, rows, cols, gap as isize, 1) }
            };
            for level in Level::available() {
                let product = |from: usize, count: usize| {
                    let mut sums = vec![T::sample(3); count];
                    let (x, y) = (view(&x, from, count), view(&y, from, count));
                    dot_columns(level, x, y, Out::from(&mut sums[..]));
                    sums
                };
                let all = product(0, cols);
                for (j, &found) in all.iter().enumerate() {
                    assert_eq!([found], product(j, 1)[..], "{level:?} {rows} {cols} {j}");
                    let [x, y] =
                        [&x, &y].map(|x| -> Vec<T> { (0..rows).map(|i| x[i * gap + j]).collect() });
                    let want = dot(level, In::from(&x[..]), In::from(&y[..])).get::<T>();
                    assert!(T::near(found, want, rows), "{level:?} {rows} {cols} {j}");
                }
            }
        }
    }
    check::<Bool>();
    check::<i8>();
    check::<u16>();
    check::<i64>();
    check::<f32>();
    check::<f64>();
    check::<Complex32>();
    check::<Complex64>();
}

#[test]
fn each_of_a_batch_of_every_second_element_is_the_dot_product_of_copies() {
    fn check<T: Sample>() {
        const COUNT: usize = 3;
        assert!(takes_seconds(T::DTYPE));
        for len in [1, 2, 7, 8, 31, 32, 33, 63, 64, 65, 128, 129, 300] {
            for steps in [[2, 2], [1, 2], [2, 1]] {
                // The last row ends with its last element.
                let spans = steps.map(|step| (len - 1) * step + 1);
                let apart = spans.map(|span| span + 1);
                let [x, y] = [0, 1].map(|k| -> Vec<T> {
                    (0..(COUNT - 1) * apart[k] + spans[k])
                        .map(|i| T::sample(i + 5 * k))
                        .collect()
                });
                for level in Level::available() {
                    let mut found = vec![T::default(); COUNT];
                    let batch = Apart {
                        count: COUNT,
                        a: apart[0] as isize,
                        b: apart[1] as isize,
                        c: 1,
                    };
                    let to = found.as_mut_ptr().cast();
                    let [first, second] =
                        [(&x, 0), (&y, 1)].map(|(x, k)| row(&x[..spans[k]], steps[k] as isize));
                    // SAFETY: the vectors hold all rows of the batch, and every result.
                    unsafe {
                        let c = ViewMut::from_raw(to, T::DTYPE, 1, 1, 1, 1);
                        dot_rows_batch(level, batch, first, second.t(), c);
                    }
                    for (i, &found) in found.iter().enumerate() {
                        let [x, y] = [(&x, 0), (&y, 1)].map(|(x, k)| -> Vec<T> {
                            let row = &x[i * apart[k]..][..spans[k]];
                            row.iter().step_by(steps[k]).copied().collect()
                        });
                        let want = dot(level, In::from(&x[..]), In::from(&y[..])).get::<T>();
                        assert_eq!(found, want, "{level:?} {len} {steps:?}");
                    }
                }
            }
        }
    }
    check::<f32>();
    check::<f64>();
    assert!(!takes_seconds(DType::I64));
}

#[test]
fn batches_of_short_rows_equal_naive_sums() {
    fn check<T: Sample>() {
        const COUNT: usize = 21;
        for k in 1..10 {
            let len = k as isize;
            let elements = |from| (from..from + 2 * COUNT * k).map(T::sample).collect();
            let (x, y): (Vec<T>, Vec<T>) = (elements(0), elements(9));
            // From row to row and within a row, of both, and from result to result.
            for (a, b, step) in [
                ([len, 1], [len, 1], 1),
                ([len, 1], [len, 1], 2),
                ([len, 1], [0, 1], 1),
                ([1, COUNT as isize], [1, COUNT as isize], 1),
                ([2 * len, 2], [len, 1], 1),
            ] {
                for level in Level::available() {
                    let mut found = vec![T::default(); 2 * COUNT];
                    let apart = Apart {
                        count: COUNT,
                        a: a[0],
                        b: b[0],
                        c: step,
                    };
                    let to = found.as_mut_ptr().cast();
                    // SAFETY: the vectors have all elements that the steps lead to, and a result each.
                    unsafe {
                        let x = View::from_raw(x.as_ptr().cast(), T::DTYPE, 1, k, 1, a[1]);
                        let y = View::from_raw(y.as_ptr().cast(), T::DTYPE, k, 1, b[1], 1);
                        let c = ViewMut::from_raw(to, T::DTYPE, 1, 1, 1, 1);
                        gemm_small_batch(level, apart, x, y, c);
                    }
                    for (i, &found) in found.iter().enumerate() {
                        let (row, rest) = (i / step as usize, i % step as usize);
                        let at = |[outer, inner]: [isize; 2], p: usize| {
                            (row as isize * outer + p as isize * inner) as usize
                        };
                        let mut sum = T::default();
                        if row < COUNT && rest == 0 {
                            for p in 0..k {
                                sum = T::multiply_add(x[at(a, p)], y[at(b, p)], sum);
                            }
                        }
                        assert!(T::near(found, sum, k + 1), "{level:?} {k} {i}");
                    }
                }
            }
        }
    }
    check::<Bool>();
    check::<i8>();
    check::<u16>();
    check::<i32>();
    check::<u64>();
    check::<f32>();
    check::<f64>();
    check::<Complex32>();
    check::<Complex64>();
}

#[test]
fn ends_are_dot_products() {
    let level = Level::get();
    let numbers = |n: usize| -> Vec<f64> { (0..n).map(|i| (i * 37 % 101) as f64 / 7.0).collect() };
    for dtype in [DType::F64, DType::C128] {
        let size = dtype.size() / size_of::<f64>();
        for (long, short) in [(1, 1), (5, 3), (9, 9), (70, 40), (100, 67)] {
            let (x, y) = (numbers(long * size), numbers(short * size));
            let (x, y) = (In::from(&x[..]).view(dtype), In::from(&y[..]).view(dtype));
            for (left, right) in [(short - 1, short - 1), (short / 2, (short - 1) / 2), (0, 0)] {
                let (mut head, mut tail) = (numbers(left * size), numbers(right * size));
                let [first, last] =
                    [&mut head, &mut tail].map(|end| Out::from(&mut end[..]).view(dtype));
                slide_ends(level, x, y, first, last);
                let (head, tail) = (
                    In::from(&head[..]).view(dtype),
                    In::from(&tail[..]).view(dtype),
                );
                for i in 0..left {
                    let n = short - left + i;
                    let want = dot(level, x.range(0, n), y.range(left - i, n));
                    assert_eq!(head.range(i, 1).bytes(), want.as_in().bytes());
                }
                for i in 0..right {
                    let n = short - 1 - i;
                    let want = dot(level, x.range(long - n, n), y.range(0, n));
                    assert_eq!(tail.range(i, 1).bytes(), want.as_in().bytes());
                }
            }
        }
    }
}

#[test]
fn many_rows_of_a_few_numbers_have_the_product_of_each() {
    fn check<T: Sample>() {
        for (k, n) in (1..=8).flat_map(|k| (1..=8).map(move |n| (k, n))) {
            for m in [17, 255, 256, 259, 511, 512, 530, 777] {
                for b in [Layout::C, Layout::Fortran, Layout::Reversed] {
                    check_product::<T>((m, k, n), [Layout::C, b, Layout::C], gemm_small);
                }
            }
        }
    }
    check::<f32>();
    check::<f64>();
}
