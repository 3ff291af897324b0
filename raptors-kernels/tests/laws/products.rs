//! Products against naive ones, over types, levels, sizes and strides.

use raptors_kernels::{
    Bool, DType, Element, In, Level, Out, Scalar,
    dtype::{Complex32, Complex64},
    product::{
        Apart, View, ViewMut, dot, gemm_int, gemm_small, gemm_small_batch, gemm_thin, gemv,
        scratch_len, slide,
    },
    with_dtype,
};

/// Elements that only look random, as float64 parts and as bytes.
fn number(i: usize) -> f64 {
    let x = (i as u64).wrapping_mul(1_103_515_245).wrapping_add(12_345) % (1 << 31);
    x as f64 / (1u64 << 31) as f64 - 0.5
}

pub(super) trait Sample: Element {
    fn sample(i: usize) -> Self;
    /// `a * b + c` in the widest type there is.
    fn multiply_add(a: Self, b: Self, c: Self) -> Self;
    fn near(a: Self, b: Self, terms: usize) -> bool;
}

macro_rules! sample {
    (ints $($t:ident)*) => {$(
        impl Sample for $t {
            fn sample(i: usize) -> Self { (number(i) * 2f64.powi(62)) as i64 as $t ^ (i as $t) }
            fn multiply_add(a: Self, b: Self, c: Self) -> Self { a.wrapping_mul(b).wrapping_add(c) }
            fn near(a: Self, b: Self, _: usize) -> bool { a == b }
        }
    )*};
    (floats $($t:ident)*) => {$(
        impl Sample for $t {
            fn sample(i: usize) -> Self { number(i) as $t }
            fn multiply_add(a: Self, b: Self, c: Self) -> Self { a * b + c }
            fn near(a: Self, b: Self, terms: usize) -> bool {
                (a - b).abs() <= terms as $t * $t::EPSILON
            }
        }
    )*};
    (complex $($t:ident)*) => {$(
        impl Sample for $t {
            fn sample(i: usize) -> Self { Self::new(Sample::sample(2 * i), Sample::sample(2 * i + 1)) }
            fn multiply_add(a: Self, b: Self, c: Self) -> Self { a * b + c }
            fn near(a: Self, b: Self, terms: usize) -> bool {
                Sample::near(a.re, b.re, 2 * terms) && Sample::near(a.im, b.im, 2 * terms)
            }
        }
    )*};
}
sample!(ints i8 u8 i16 u16 i32 u32 i64 u64);
sample!(floats f32 f64);
sample!(complex Complex32 Complex64);

impl Sample for Bool {
    fn sample(i: usize) -> Self {
        Self::from(number(i) > 0.35)
    }
    fn multiply_add(a: Self, b: Self, c: Self) -> Self {
        Self::from(a.get() && b.get() || c.get())
    }
    fn near(a: Self, b: Self, _: usize) -> bool {
        a == b
    }
}

/// A matrix in the memory of a longer run, transposed, spread or reversed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layout {
    C,
    Fortran,
    Spread,
    Reversed,
}

const LAYOUTS: [Layout; 4] = [Layout::C, Layout::Fortran, Layout::Spread, Layout::Reversed];

struct Stored<T> {
    data: Vec<T>,
    start: isize,
    shape: (usize, usize),
    strides: (isize, isize),
}

impl<T: Sample> Stored<T> {
    fn new(rows: usize, cols: usize, layout: Layout, seed: usize) -> Self {
        let (r, c) = (rows as isize, cols as isize);
        let (start, strides) = match layout {
            Layout::C => (0, (c, 1)),
            Layout::Fortran => (0, (1, r)),
            Layout::Spread => (0, (2 * c + 1, 2)),
            Layout::Reversed => ((r * c - 1).max(0), (-c, -1)),
        };
        let data = (0..(rows * (2 * cols + 1)).max(1))
            .map(|i| T::sample(i + seed))
            .collect();
        Self {
            data,
            start,
            shape: (rows, cols),
            strides,
        }
    }

    fn at(&self, i: usize, j: usize) -> T {
        self.data[(self.start + i as isize * self.strides.0 + j as isize * self.strides.1) as usize]
    }

    fn view(&self) -> View<'_> {
        let ptr = self.data.as_ptr().wrapping_offset(self.start).cast();
        // SAFETY: `new` allocates for each layout.
        unsafe {
            View::from_raw(
                ptr,
                T::DTYPE,
                self.shape.0,
                self.shape.1,
                self.strides.0,
                self.strides.1,
            )
        }
    }

    fn view_mut(&mut self) -> ViewMut<'_> {
        let ptr = self.data.as_mut_ptr().wrapping_offset(self.start).cast();
        // SAFETY: as `view`; no layout has two elements at one place.
        unsafe {
            ViewMut::from_raw(
                ptr,
                T::DTYPE,
                self.shape.0,
                self.shape.1,
                self.strides.0,
                self.strides.1,
            )
        }
    }
}

pub(super) fn check_product<T: Sample>(
    (m, k, n): (usize, usize, usize),
    layouts: [Layout; 3],
    gemm: impl Fn(Level, View<'_>, View<'_>, ViewMut<'_>),
) {
    let a = Stored::<T>::new(m, k, layouts[0], 1);
    let b = Stored::<T>::new(k, n, layouts[1], 77);
    for level in Level::available() {
        let mut c = Stored::<T>::new(m, n, layouts[2], 5);
        gemm(level, a.view(), b.view(), c.view_mut());
        for i in 0..m {
            for j in 0..n {
                let sum = (0..k).fold(T::default(), |sum, p| {
                    T::multiply_add(a.at(i, p), b.at(p, j), sum)
                });
                let found = c.at(i, j);
                assert!(
                    T::near(found, sum, k + 1),
                    "{m}x{k}x{n} {:?} {layouts:?} {level:?} at {i},{j}: {found:?}, not {sum:?}",
                    T::DTYPE,
                );
            }
        }
    }
}

pub(super) fn layouts() -> impl Iterator<Item = [Layout; 3]> {
    LAYOUTS.into_iter().flat_map(|a| {
        LAYOUTS
            .into_iter()
            .flat_map(move |b| LAYOUTS.into_iter().map(move |c| [a, b, c]))
    })
}

#[test]
fn small_products_equal_naive_ones() {
    fn check<T: Sample>() {
        for size in [
            (1, 1, 1),
            (2, 3, 4),
            (4, 4, 4),
            (5, 0, 3),
            (7, 9, 5),
            (8, 8, 8),
            (13, 17, 19),
            (16, 3, 33),
            (67, 3, 3),
            (43, 2, 5),
            (81, 8, 7),
        ] {
            for layouts in layouts() {
                check_product::<T>(size, layouts, gemm_small);
            }
        }
    }
    check::<f32>();
    check::<f64>();
    check::<Complex32>();
    check::<Complex64>();
    check::<Bool>();
    check::<i8>();
    check::<u16>();
    check::<i32>();
    check::<u64>();
}

#[test]
fn batches_of_small_products_equal_single_ones() {
    let (count, m, k, n) = (5, 3, 4, 2);
    let sample = |len: usize| (0..len).map(f64::sample).collect::<Vec<_>>();
    let (a, b) = (sample(count * m * k), sample(k * n));
    for level in Level::available() {
        let mut c = vec![0.0; count * m * n];
        let apart = Apart {
            count,
            a: (m * k) as isize,
            b: 0,
            c: (m * n) as isize,
        };
        // SAFETY: the vectors hold all matrices, rows following one another.
        unsafe {
            let a = View::from_raw(a.as_ptr().cast(), DType::F64, m, k, k as isize, 1);
            let b = View::from_raw(b.as_ptr().cast(), DType::F64, k, n, n as isize, 1);
            let c = ViewMut::from_raw(c.as_mut_ptr().cast(), DType::F64, m, n, n as isize, 1);
            gemm_small_batch(level, apart, a, b, c);
        }
        for (i, &found) in c.iter().enumerate() {
            let (row, column) = (i / n, i % n);
            let sum: f64 = (0..k).map(|p| a[row * k + p] * b[p * n + column]).sum();
            assert!(
                f64::near(found, sum, k + 1),
                "{level:?} {i}: {found}, not {sum}"
            );
        }
    }
}

#[test]
fn thin_products_equal_naive_ones() {
    fn check<T: Sample>() {
        for size in [(1, 1, 1), (4, 8, 2), (7, 41, 3), (9, 600, 4)] {
            for layout in LAYOUTS {
                check_product::<T>(size, [Layout::C, Layout::Fortran, layout], gemm_thin);
            }
        }
    }
    check::<f32>();
    check::<f64>();
    check::<Complex32>();
    check::<Complex64>();
    check::<Bool>();
}

#[test]
fn integer_products_equal_naive_ones() {
    fn check<T: Sample>() {
        let gemm = |level: Level, a: View<'_>, b: View<'_>, c: ViewMut<'_>| {
            let mut scratch = vec![0xa5; scratch_len(T::DTYPE, a.rows(), a.cols(), b.cols())];
            gemm_int(level, a, b, c, &mut scratch);
        };
        for size in [(1, 1, 1), (2, 3, 4), (5, 0, 3), (7, 9, 5), (13, 40, 35)] {
            for layouts in layouts() {
                check_product::<T>(size, layouts, gemm);
            }
        }
        // More than one block in each direction, and not whole ones.
        check_product::<T>((100, 300, 20), [Layout::C; 3], gemm);
        check_product::<T>((7, 3, 1100), [Layout::C; 3], gemm);
    }
    check::<Bool>();
    check::<i8>();
    check::<u8>();
    check::<i16>();
    check::<u16>();
    check::<i32>();
    check::<u32>();
    check::<i64>();
    check::<u64>();
    let gemm = |level: Level, a: View<'_>, b: View<'_>, c: ViewMut<'_>| {
        let mut scratch = vec![0; scratch_len(DType::Bool, a.rows(), a.cols(), b.cols())];
        gemm_int(level, a, b, c, &mut scratch);
    };
    check_product::<Bool>((3, 9000, 5), [Layout::C; 3], gemm);
}

fn check_runs<T: Sample>() {
    for n in (0..100).chain([1000]) {
        let (x, y): (Vec<T>, Vec<T>) = (0..n).map(|i| (T::sample(i), T::sample(i + 9))).unzip();
        let sum = x
            .iter()
            .zip(&y)
            .fold(T::default(), |sum, (&x, &y)| T::multiply_add(x, y, sum));
        for level in Level::available() {
            let found: T = dot(level, In::from(&x[..]), In::from(&y[..])).get();
            assert!(
                T::near(found, sum, n + 1),
                "{n} {:?} {level:?}: {found:?}, not {sum:?}",
                T::DTYPE
            );
        }
    }
    for (places, n) in [(0, 1), (1, 1), (5, 9), (64, 3), (300, 20)] {
        let x: Vec<T> = (0..places + n - 1).map(T::sample).collect();
        let y: Vec<T> = (0..n).map(|i| T::sample(i + 5)).collect();
        for level in Level::available() {
            let mut sums = vec![T::default(); places];
            slide(
                level,
                In::from(&x[..]),
                In::from(&y[..]),
                Out::from(&mut sums[..]),
            );
            for (i, &found) in sums.iter().enumerate() {
                let terms = x[i..].iter().zip(&y);
                let sum = terms.fold(T::default(), |sum, (&x, &y)| T::multiply_add(x, y, sum));
                assert!(
                    T::near(found, sum, n + 1),
                    "{n} {:?} {level:?}: {found:?}, not {sum:?}",
                    T::DTYPE
                );
            }
        }
    }
    let few = (1..14).flat_map(|n| [(n, 37), (37, n)]);
    for (m, k) in [(0, 3), (3, 0), (1, 1), (4, 8), (9, 31), (30, 13), (70, 300)]
        .into_iter()
        .chain(few)
    {
        for layout in LAYOUTS {
            let a = Stored::<T>::new(m, k, layout, 3);
            let x: Vec<T> = (0..k).map(T::sample).collect();
            for level in Level::available() {
                let mut y: Vec<T> = (0..m).map(T::sample).collect();
                gemv(level, a.view(), In::from(&x[..]), Out::from(&mut y[..]));
                for (i, &y) in y.iter().enumerate() {
                    let sum = (0..k).fold(T::default(), |sum, p| {
                        T::multiply_add(a.at(i, p), x[p], sum)
                    });
                    assert!(
                        T::near(y, sum, k + 1),
                        "{m}x{k} {:?} {layout:?} {level:?}",
                        T::DTYPE
                    );
                }
            }
        }
    }
}

#[test]
fn dot_slide_and_gemv_equal_naive_ones() {
    check_runs::<Bool>();
    check_runs::<i8>();
    check_runs::<u16>();
    check_runs::<i32>();
    check_runs::<u64>();
    check_runs::<f32>();
    check_runs::<f64>();
    check_runs::<Complex32>();
    check_runs::<Complex64>();
}

/// A row of the elements of `x` that are `step` apart, backwards for a negative one.
pub(super) fn row<T: Element>(x: &[T], step: isize) -> View<'_> {
    let len = x.len().div_ceil(step.unsigned_abs());
    let first = if step < 0 {
        (len - 1) * step.unsigned_abs()
    } else {
        0
    };
    // SAFETY: the elements from the first on, that many steps, are those of the slice.
    unsafe { View::from_raw(x[first..].as_ptr().cast(), T::DTYPE, 1, len, 0, step) }
}

#[test]
fn a_product_of_every_type_but_float16_exists() {
    for &dtype in DType::ALL {
        if dtype != DType::F16 {
            with_dtype!(dtype, T => {
                let x = [T::default(); 3];
                let zero: Scalar = dot(Level::get(), In::from(&x[..]), In::from(&x[..]));
                assert_eq!(zero.get::<T>(), T::default());
            });
        }
    }
}
