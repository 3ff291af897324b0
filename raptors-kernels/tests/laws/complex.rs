//! Complex products and comparisons in whole runs.

use raptors_kernels::{
    Bool, Element, In, Level, Out, Ufunc,
    dtype::{Complex32, Complex64},
};

/// Whether products and squares of all lengths are those of the first level with this multiply-add.
macro_rules! agrees {
    ($name:ident $t:ty, $real:ty) => {
        #[test]
        fn $name() {
            let parts = [
                1.5,
                -0.0,
                0.0,
                -2.25,
                3.0,
                1e30,
                -7.0,
                <$real>::INFINITY,
                0.1,
                <$real>::NAN,
            ];
            let part = |i: usize| parts[i * 7 % 23 % parts.len()];
            let numbers = |seed: usize| -> Vec<$t> {
                (0..40)
                    .map(|i| <$t>::new(part(i + seed), part(3 * i + seed)))
                    .collect()
            };
            let fused = |x: $t, y: $t, fma: bool| {
                let add = |a: $real, b: $real, c: $real| {
                    if fma { a.mul_add(b, c) } else { a * b + c }
                };
                <$t>::new(
                    add(x.re, y.re, -(x.im * y.im)),
                    add(x.re, y.im, x.im * y.re),
                )
            };
            let bits = |x: &[$t]| -> Vec<[u64; 2]> {
                let bits = |x: $real| {
                    if x.is_nan() {
                        1
                    } else {
                        f64::from(x).to_bits()
                    }
                };
                x.iter().map(|x| [bits(x.re), bits(x.im)]).collect()
            };
            let (a, b) = (numbers(1), numbers(5));
            for level in Level::available() {
                let fma =
                    !["scalar", "sse2"].contains(&level.name()) || cfg!(target_arch = "aarch64");
                let multiply = Ufunc::multiply.bind(level, <$t>::DTYPE).unwrap();
                let square = Ufunc::square.bind(level, <$t>::DTYPE).unwrap();
                for n in 0..40 {
                    let (a, b, none) = (&a[..n], &b[..n], &[][..]);
                    let pairs = |x: &[$t], y: &[$t]| -> Vec<$t> {
                        (0..n)
                            .map(|i| fused(x[i.min(x.len() - 1)], y[i.min(y.len() - 1)], fma))
                            .collect()
                    };
                    let check = |x: &[$t], y: &[$t], mut out: Vec<$t>, expected: Vec<$t>| {
                        multiply.run(&[In::from(x), In::from(y)], &mut [Out::from(&mut out[..])]);
                        assert_eq!(
                            bits(&out),
                            bits(&expected),
                            "{level:?} {n} {} {}",
                            x.len(),
                            y.len()
                        );
                    };
                    check(a, b, vec![<$t>::default(); n], pairs(a, b));
                    check(none, b, a.to_vec(), pairs(a, b));
                    check(a, none, b.to_vec(), pairs(a, b));
                    if n > 0 {
                        check(a, &b[..1], vec![<$t>::default(); n], pairs(a, &b[..1]));
                        check(&a[..1], b, vec![<$t>::default(); n], pairs(&a[..1], b));
                        check(none, &b[..1], a.to_vec(), pairs(a, &b[..1]));
                        check(&a[..1], none, b.to_vec(), pairs(&a[..1], b));
                    }
                    for (x, mut out) in [(a, b.to_vec()), (none, a.to_vec())] {
                        square.run(&[In::from(x)], &mut [Out::from(&mut out[..])]);
                        assert_eq!(bits(&out), bits(&pairs(a, a)), "{level:?} {n}");
                    }
                }
            }
        }
    };
}
agrees!(products_of_complex32 Complex32, f32);
agrees!(products_of_complex64 Complex64, f64);

/// Whether equality of all lengths is that of the numbers.
macro_rules! compares {
    ($name:ident $t:ty, $real:ty) => {
        #[test]
        fn $name() {
            let parts = [0.0, -0.0, 1.0, <$real>::NAN];
            let numbers = |n: usize, step: usize| -> Vec<$t> {
                let part = |i: usize| parts[i % parts.len()];
                (0..n)
                    .map(|i| <$t>::new(part(i * step), part(i * step / parts.len())))
                    .collect()
            };
            for level in Level::available() {
                for (ufunc, wanted) in [(Ufunc::equal, true), (Ufunc::not_equal, false)] {
                    let bound = ufunc.bind(level, <$t>::DTYPE).unwrap();
                    for n in [1, 3, 15, 63, 64, 65, 80, 200] {
                        let (a, b) = (numbers(n, 7), numbers(n, 5));
                        for (x, y) in [(&a[..], &b[..]), (&a, &b[..1]), (&a[n - 1..], &b)] {
                            let mut out = vec![Bool::FALSE; n];
                            bound.run(&[In::from(x), In::from(y)], &mut [Out::from(&mut out[..])]);
                            for (i, out) in out.iter().enumerate() {
                                let equal = x[i.min(x.len() - 1)] == y[i.min(y.len() - 1)];
                                assert_eq!(out.get(), equal == wanted, "{level:?} {n} {i}");
                            }
                        }
                    }
                }
            }
        }
    };
}
compares!(equality_of_complex32 Complex32, f32);
compares!(equality_of_complex64 Complex64, f64);
