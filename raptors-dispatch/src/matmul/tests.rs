//! Products of every dtype, layout and back end against sums in order.

mod threads;

use super::*;
use crate::machine::Machine;
use raptors_kernels::{
    Bool,
    dtype::{Complex32, Complex64, f16},
    with_dtype,
};

/// An element with an exact or wider arithmetic to compare with.
trait Number: Element {
    /// The small number numbered `i`, so that sums stay exact where the type allows.
    fn number(i: usize) -> Self;
    /// The sum of products, as precisely as possible, and the largest error allowed for it.
    fn dot(terms: &[(Self, Self)]) -> (Self, f64);
    /// How far apart two numbers are.
    fn distance(self, other: Self) -> f64;
}

/// A small whole number that looks random.
fn small(i: usize) -> i64 {
    ((i as i64 * 2_654_435_761) >> 7) % 11 - 5
}

macro_rules! wrapping {
    ($($t:ty)*) => {$(
        impl Number for $t {
            fn number(i: usize) -> Self { (small(i) * 0x0123_4567_89ab_cdef) as $t }
            fn dot(terms: &[(Self, Self)]) -> (Self, f64) {
                let sum = terms.iter().fold(0i128, |sum, &(x, y)| {
                    sum.wrapping_add((x as i128).wrapping_mul(y as i128))
                });
                (sum as $t, 0.0)
            }
            fn distance(self, other: Self) -> f64 { (self != other) as u8 as f64 }
        }
    )*};
}
wrapping!(i8 u8 i16 u16 i32 u32 i64 u64);

impl Number for Bool {
    fn number(i: usize) -> Self {
        (small(i) > 3).into()
    }
    fn dot(terms: &[(Self, Self)]) -> (Self, f64) {
        (terms.iter().any(|(x, y)| x.get() && y.get()).into(), 0.0)
    }
    fn distance(self, other: Self) -> f64 {
        (self != other) as u8 as f64
    }
}

macro_rules! float {
    ($($t:ty, $epsilon:expr, |$x:ident| $to:expr, |$y:ident| $from:expr;)*) => {$(
        impl Number for $t {
            fn number(i: usize) -> Self {
                let $y = small(i) as f64 + small(i + 1) as f64 / 64.0;
                $from
            }
            fn dot(terms: &[(Self, Self)]) -> (Self, f64) {
                let wide = |$x: Self| -> f64 { $to };
                let (mut sum, mut size) = (0.0, 0.0);
                for &(x, y) in terms {
                    sum += wide(x) * wide(y);
                    size += (wide(x) * wide(y)).abs();
                }
                let $y: f64 = sum;
                ($from, size * $epsilon * (terms.len() + 2) as f64)
            }
            fn distance(self, other: Self) -> f64 {
                let wide = |$x: Self| -> f64 { $to };
                (wide(self) - wide(other)).abs()
            }
        }
    )*};
}
float!(
    f16, 1.0 / 1024.0 / 8.0, |x| x.to_f64(), |y| f16::from_f64(y);
    f32, f32::EPSILON as f64, |x| x as f64, |y| y as f32;
    f64, f64::EPSILON, |x| x, |y| y;
);

macro_rules! complex {
    ($($t:ty, $part:ty;)*) => {$(
        impl Number for $t {
            fn number(i: usize) -> Self { Self::new(<$part>::number(i), <$part>::number(i + 7)) }
            fn dot(terms: &[(Self, Self)]) -> (Self, f64) {
                let sum = terms.iter().fold(Complex64::ZERO, |sum, (x, y)| {
                    let wide = |z: &Self| Complex64::new(z.re as f64, z.im as f64);
                    sum + wide(x) * wide(y)
                });
                let size: f64 = terms.iter().map(|(x, y)| x.norm() as f64 * y.norm() as f64).sum();
                let epsilon = <$part>::EPSILON as f64 * (4 * terms.len() + 4) as f64;
                (Self::new(sum.re as $part, sum.im as $part), size * epsilon)
            }
            fn distance(self, other: Self) -> f64 { (self - other).norm() as f64 }
        }
    )*};
}
complex!(Complex32, f32; Complex64, f64;);

/// How a matrix lies in memory: by columns or rows, with a gap, reversed.
#[derive(Clone, Copy, Debug)]
struct Layout {
    by_columns: bool,
    gap: usize,
    reversed: bool,
}

const LAYOUTS: [Layout; 5] = [
    Layout {
        by_columns: false,
        gap: 1,
        reversed: false,
    },
    Layout {
        by_columns: true,
        gap: 1,
        reversed: false,
    },
    Layout {
        by_columns: false,
        gap: 3,
        reversed: false,
    },
    Layout {
        by_columns: true,
        gap: 2,
        reversed: true,
    },
    Layout {
        by_columns: false,
        gap: 1,
        reversed: true,
    },
];

/// Memory for a matrix, with the index of element `[0, 0]` and the strides.
struct Matrix<T> {
    memory: Vec<T>,
    rows: usize,
    cols: usize,
    origin: usize,
    strides: [isize; 2],
}

impl<T: Number> Matrix<T> {
    fn new(rows: usize, cols: usize, layout: Layout, seed: usize) -> Self {
        let inner = if layout.by_columns { rows } else { cols };
        let gap = layout.gap as isize;
        let mut strides = [inner as isize * gap + (gap > 1) as isize, gap];
        if layout.by_columns {
            strides.reverse();
        }
        let span = |n: usize, stride: isize| n.saturating_sub(1) * stride.unsigned_abs();
        let last = span(rows, strides[0]) + span(cols, strides[1]);
        let mut origin = 0;
        if layout.reversed {
            origin = last;
            strides = strides.map(|stride| -stride);
        }
        Self {
            memory: (0..=last).map(|i| T::number(i + seed)).collect(),
            rows,
            cols,
            origin,
            strides,
        }
    }

    fn get(&self, row: usize, col: usize) -> T {
        let [down, across] = self.strides;
        let offset = row as isize * down + col as isize * across;
        self.memory[self.origin.strict_add_signed(offset)]
    }

    fn read(&self) -> MatRef {
        MatRef {
            ptr: self.memory[self.origin..].as_ptr().cast(),
            rows: self.rows,
            cols: self.cols,
            row_stride: self.strides[0],
            col_stride: self.strides[1],
        }
    }

    fn write(&mut self) -> MatMut {
        let origin = self.origin;
        MatMut {
            // From the whole, as strides may be negative.
            ptr: self.memory.as_mut_ptr().wrapping_add(origin).cast(),
            rows: self.rows,
            cols: self.cols,
            row_stride: self.strides[0],
            col_stride: self.strides[1],
        }
    }
}

/// Multiplies and checks every element of the result.
fn check<T: Number>([m, k, n]: [usize; 3], layouts: [Layout; 3], threads: usize) {
    let a = Matrix::<T>::new(m, k, layouts[0], 1);
    let b = Matrix::<T>::new(k, n, layouts[1], 1000);
    let mut c = Matrix::<T>::new(m, n, layouts[2], 2000);
    let mut plan = plan(T::DTYPE, m, k, n);
    plan.threads = threads;
    plan.chunk = if threads > 1 { 64 } else { plan.chunk };
    // SAFETY: the matrices span their own memory, and `c` is apart.
    unsafe { matmul(T::DTYPE, a.read(), b.read(), c.write(), &plan) }.unwrap();
    for row in 0..m {
        let left: Vec<T> = (0..k).map(|i| a.get(row, i)).collect();
        for col in 0..n {
            let terms: Vec<(T, T)> = left
                .iter()
                .enumerate()
                .map(|(i, &x)| (x, b.get(i, col)))
                .collect();
            let (expected, error) = T::dot(&terms);
            let found = c.get(row, col);
            let context = || format!("{} {m} {k} {n} {layouts:?} {plan}", T::DTYPE.name());
            // Half a unit of a rounded float16 result is far above its error.
            let rounding = if T::DTYPE == DType::F16 {
                1e-3 * T::default().distance(expected)
            } else {
                0.0
            };
            assert!(
                found.distance(expected) <= error + rounding,
                "[{row}, {col}] {found:?} {expected:?}: {}",
                context()
            );
        }
    }
}

const SHAPES: [[usize; 3]; 24] = [
    [0, 3, 4],
    [3, 0, 4],
    [3, 4, 0],
    [1, 1, 1],
    [1, 37, 1],
    [1, 1000, 1],
    [5, 33, 1],
    [1, 33, 5],
    [300, 70, 1],
    [1, 70, 300],
    [2, 2, 2],
    [3, 3, 3],
    [4, 4, 4],
    [7, 5, 3],
    [8, 8, 8],
    [16, 16, 16],
    [17, 2, 19],
    [33, 64, 31],
    [64, 1, 64],
    [1, 1, 50],
    [130, 20, 9],
    [9, 20, 130],
    [3, 5, 40],
    [4, 20, 70],
];

fn dtypes() -> impl Iterator<Item = DType> {
    DType::ALL.iter().copied()
}

#[test]
fn every_dtype_and_shape_equals_the_sums() {
    for dtype in dtypes() {
        for shape in SHAPES {
            with_dtype!(dtype, T => check::<T>(shape, [LAYOUTS[0]; 3], 1));
        }
    }
}

#[test]
fn every_layout_equals_the_sums() {
    for dtype in dtypes() {
        for (i, shape) in SHAPES.into_iter().enumerate() {
            let layout = |step: usize| LAYOUTS[(i * step + step) % LAYOUTS.len()];
            for layouts in [
                [LAYOUTS[1], LAYOUTS[0], LAYOUTS[0]],
                [LAYOUTS[0], LAYOUTS[1], LAYOUTS[0]],
                [LAYOUTS[0], LAYOUTS[0], LAYOUTS[1]],
                [layout(1), layout(2), layout(3)],
                [layout(3), layout(4), layout(1)],
            ] {
                with_dtype!(dtype, T => check::<T>(shape, layouts, 1));
            }
        }
    }
}

#[test]
fn every_back_end_equals_the_sums() {
    for &backend in Backend::ALL {
        for dtype in [DType::F16, DType::F32, DType::F64, DType::C64, DType::C128] {
            for shape in SHAPES {
                for layouts in [
                    [LAYOUTS[0]; 3],
                    [LAYOUTS[1]; 3],
                    [LAYOUTS[3], LAYOUTS[2], LAYOUTS[1]],
                ] {
                    with_backend(backend, || {
                        with_dtype!(dtype, T => check::<T>(shape, layouts, 1));
                    });
                }
            }
        }
    }
}

#[test]
fn strips_on_threads_equal_the_sums() {
    for dtype in dtypes() {
        for shape in [
            [200, 30, 50],
            [50, 30, 200],
            [129, 7, 2],
            [300, 9, 1],
            [1, 9, 300],
        ] {
            with_dtype!(dtype, T => check::<T>(shape, [LAYOUTS[0]; 3], 3));
        }
    }
}

#[test]
fn a_batch_equals_its_products() {
    let machine = Machine::new(2, 32 << 10, 1 << 20, 32 << 20);
    for dtype in [DType::F16, DType::F32, DType::C128, DType::I16, DType::Bool] {
        with_dtype!(dtype, T => {
            let [m, k, n] = [3, 5, 4];
            let count = 100;
            let a = Matrix::<T>::new(count * m, k, LAYOUTS[0], 9);
            // One second matrix for all.
            let b = Matrix::<T>::new(k, n, LAYOUTS[1], 4);
            let mut c = Matrix::<T>::new(count * m, n, LAYOUTS[0], 0);
            let mut whole = Matrix::<T>::new(count * m, n, LAYOUTS[0], 0);
            let batch = Batch { count, a: (m * k) as isize, b: 0, c: (m * n) as isize, any_order: false };
            let first = (
                MatRef { rows: m, ..a.read() },
                b.read(),
                MatMut { rows: m, ..c.write() },
            );
            let one = plan(dtype, m, k, n);
            // SAFETY: the batch covers exactly the three matrices, and `c` is apart.
            unsafe { matmul_batch(dtype, batch, first, &one, &machine, 2) }.unwrap();
            let all = plan(dtype, count * m, k, n);
            // SAFETY: the matrices span their own memory, and `whole` is apart.
            unsafe { matmul(dtype, a.read(), b.read(), whole.write(), &all) }.unwrap();
            for (x, y) in c.memory.iter().zip(&whole.memory) {
                let (_, error) = T::dot(&[(*y, T::number(0))]);
                assert!(x.distance(*y) <= error * 100.0, "{x:?} {y:?}");
            }
        });
    }
}

#[test]
fn slices_of_wrong_lengths_are_an_error() {
    let mut c = [0.0f32; 4];
    let error = slices([2, 3, 2], &[1.0; 6], &[1.0; 5], &mut c).unwrap_err();
    assert!(error.to_string().contains("[6, 6, 4]"));
    let huge = [usize::MAX, 2, 2];
    assert!(slices(huge, &[1.0f32; 6], &[1.0; 6], &mut c).is_err());
    assert_eq!(slices([2, 3, 2], &[1.0; 6], &[2.0; 6], &mut c), Ok(()));
    assert_eq!(c, [6.0; 4]);
}
