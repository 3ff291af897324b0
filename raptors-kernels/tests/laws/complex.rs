//! Complex products in whole runs.

use raptors_kernels::{
    Element, In, Level, Out, Ufunc,
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
