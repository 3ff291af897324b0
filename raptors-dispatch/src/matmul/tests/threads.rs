//! Products are the same to the last bit whoever computes which part of them.

use super::*;

/// A matrix of numbers whose sums round.
fn matrix<T: Copy>(rows: usize, cols: usize, number: impl Fn(f64) -> T) -> Vec<T> {
    let numbers = (0..rows * cols).map(|i| (i as f64 * 0.37 + (i * 7919 % 1013) as f64).sin());
    numbers.map(number).collect()
}

/// The product of matrices in C order, or of transposed ones, on so many threads.
fn result<T: Number>(
    dtype: DType,
    [m, k, n]: [usize; 3],
    (a, b): (&[T], &[T]),
    turned: [bool; 2],
    threads: usize,
) -> Vec<T> {
    let machine = Machine::new(8, 32 << 10, 1 << 20, 32 << 20);
    let plan = plan::matmul(&product(dtype, m, k, n), &machine, threads);
    let lies = |ptr: &[T], [rows, cols]: [usize; 2], turned| {
        let ptr = ptr.as_ptr().cast();
        if turned {
            MatRef::contiguous(ptr, cols, rows).transposed()
        } else {
            MatRef::contiguous(ptr, rows, cols)
        }
    };
    let mut c = vec![T::default(); m * n];
    let to = MatMut::contiguous(c.as_mut_ptr().cast(), m, n);
    let (a, b) = (lies(a, [m, k], turned[0]), lies(b, [k, n], turned[1]));
    // SAFETY: three vectors that have as many elements as the matrices.
    unsafe { matmul(dtype, a, b, to, &plan) }.unwrap();
    c
}

fn check<T: Number + PartialEq>(number: impl Fn(f64) -> T) {
    for shape in [
        [256, 700, 300],
        [1000, 64, 10],
        [300, 1100, 65],
        [70, 600, 500],
        [900, 300, 90],
        [600, 400, 650],
        [4000, 40, 8],
        [500, 900, 1],
        [1, 900, 500],
        [102, 1461, 1],
        [1, 186, 1001],
        [68, 740, 1],
    ] {
        let [m, k, n] = shape;
        let (a, b) = (matrix(m, k, &number), matrix(k, n, &number));
        for turned in [[false; 2], [true, false], [false, true], [true; 2]] {
            let whole = result(T::DTYPE, shape, (&a, &b), turned, 1);
            for threads in [2, 3, 7] {
                let found = result(T::DTYPE, shape, (&a, &b), turned, threads);
                assert!(found == whole, "{shape:?} {turned:?} {threads}");
            }
        }
    }
}

fn check_own_transpose<T: Number + PartialEq>(number: impl Fn(f64) -> T) {
    for (n, k) in [(64, 40), (300, 200), (700, 90), (1100, 33)] {
        let a = matrix(n, k, &number);
        for turned in [[false, true], [true, false]] {
            let on = |threads| result(T::DTYPE, [n, k, n], (&a, &a), turned, threads);
            let whole = on(1);
            for threads in [2, 3, 7] {
                assert!(on(threads) == whole, "{n} {k} {turned:?} {threads}");
            }
        }
    }
}

#[test]
fn threads_never_change_a_bit_of_a_product_with_ones_own_transpose() {
    check_own_transpose(|x| x as f32);
    check_own_transpose(|x| x);
    check_own_transpose(|x| Complex32::new(x as f32, (x * 3.1) as f32));
    check_own_transpose(|x| (x * 1e9) as i32);
}

#[test]
fn threads_never_change_a_bit() {
    check(|x| x as f32);
    check(|x| x);
    check(|x| Complex32::new(x as f32, (x * 3.1) as f32));
}

/// Each of many large products is one thread's.
#[test]
fn a_batch_of_large_products_equals_them() {
    let machine = Machine::new(2, 32 << 10, 1 << 20, 32 << 20);
    let (count, n) = (9, 160);
    let a = matrix(count * n, n, |x| x);
    let b = matrix(n, count * n, |x| x);
    let one = plan::matmul(&product(DType::F64, n, n, n), &machine, 2);
    let mut c = vec![0.0; count * n * n];
    let apart = (n * n) as isize;
    let batch = Batch {
        count,
        a: apart,
        b: apart,
        c: apart,
        any_order: false,
    };
    let first = (
        MatRef::contiguous(a.as_ptr().cast(), n, n),
        MatRef::contiguous(b.as_ptr().cast(), n, n),
        MatMut::contiguous(c.as_mut_ptr().cast(), n, n),
    );
    // SAFETY: the batch covers exactly the three vectors.
    unsafe { matmul_batch(DType::F64, batch, first, &one, &machine, 2) }.unwrap();
    for (index, found) in c.chunks(n * n).enumerate() {
        let place = index * n * n;
        let (a, b) = (&a[place..place + n * n], &b[place..place + n * n]);
        let whole = result(DType::F64, [n; 3], (a, b), [false; 2], 1);
        assert!(found == whole, "{index}");
    }
    // Some of them with the transposed first one, which is symmetric.
    let turned = (
        first.0,
        first.0.transposed(),
        MatMut::contiguous(c.as_mut_ptr().cast(), n, n),
    );
    // SAFETY: as above.
    unsafe { matmul_batch(DType::F64, batch, turned, &one, &machine, 2) }.unwrap();
    for found in c.chunks(n * n) {
        let apart = |i: usize| (found[i] - found[i % n * n + i / n]).abs();
        assert!((0..n * n).all(|i| apart(i) < 1e-12));
    }
}

#[test]
fn products_of_columns_do_not_depend_on_threads() {
    let machine = Machine::new(4, 32 << 10, 1 << 20, 32 << 20);
    for (rows, count) in [
        (4000, 63),
        (4000, 64),
        (4000, 133),
        (1500, 197),
        (900, 1030),
    ] {
        let x = matrix(rows, count, |x| x);
        let y = matrix(rows, count + 1, |x| x);
        let sums = |threads| {
            let mut sums = vec![0.0f64; count];
            let step = count as isize;
            let row = MatRef {
                ptr: x.as_ptr().cast(),
                rows: 1,
                cols: rows,
                row_stride: 0,
                col_stride: step,
            };
            let column = MatRef {
                ptr: y.as_ptr().cast(),
                rows,
                cols: 1,
                row_stride: step,
                col_stride: 0,
            };
            let batch = Batch {
                count,
                a: 1,
                b: 1,
                c: 1,
                any_order: true,
            };
            let first = (
                row,
                column,
                MatMut::contiguous(sums.as_mut_ptr().cast(), 1, 1),
            );
            let one = plan::matmul(&product(DType::F64, 1, rows, 1), &machine, threads);
            // SAFETY: the batch is the columns of the first two vectors, and all of the third.
            unsafe { matmul_batch(DType::F64, batch, first, &one, &machine, threads) }.unwrap();
            sums
        };
        let alone = sums(1);
        for threads in 2..5 {
            assert_eq!(sums(threads), alone, "{rows} {count} {threads}");
        }
        for (j, sum) in alone.iter().enumerate() {
            let wanted: f64 = (0..rows).map(|i| x[i * count + j] * y[i * count + j]).sum();
            assert!((sum - wanted).abs() < 1e-9, "{rows} {count} {j}");
        }
    }
}
