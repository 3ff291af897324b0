//! Products that take less time than a whole plan of them.

use super::{MatMut, MatRef, backend, kernel, plan};
use crate::{machine, plan::Path};
use raptors_kernels::{DType, Kind, Level};

/// Whether [`matmul_brief`] can be asked for the product of an `m` by `k` and a `k` by `n` matrix.
#[inline]
pub fn is_brief(dtype: DType, m: usize, k: usize, n: usize) -> bool {
    let most = machine::machine().figures.matmul_small as usize;
    // Each is looked at first, so that the product of all does not overflow.
    let few = m.max(k).max(n) <= most && m * k <= most && (1..=most).contains(&(m * k * n));
    few && dtype != DType::F16 && m.max(n) > 1
}

/// Computes `c = a · b` on the calling thread, to the bit as [`super::matmul`] does by its plan; tells that it did.
/// `false`, with nothing written, where the plan is not the usual one of such products, or without memory for a copy.
///
/// # Safety
///
/// As [`super::matmul`].
///
/// # Panics
///
/// If the shapes do not fit together, or [`is_brief`] does not hold of them.
pub unsafe fn matmul_brief(dtype: DType, a: MatRef, b: MatRef, c: MatMut) -> bool {
    let (m, k, n) = (a.rows, a.cols, b.cols);
    assert_eq!(
        (m, k, n),
        (c.rows, b.rows, c.cols),
        "shapes that do not fit together"
    );
    assert!(is_brief(dtype, m, k, n), "a product that takes its time");
    let way = if m == 1 || n == 1 {
        let plan = plan(dtype, m, k, n);
        if plan.threads > 1 || plan.path != Path::Vector {
            return false;
        }
        (plan.path, plan.level)
    } else {
        let integer = matches!(dtype.kind(), Kind::Bool | Kind::Signed | Kind::Unsigned);
        let (_, forced) = backend::chosen();
        if forced && !integer {
            return false;
        }
        (Path::Small, Level::get())
    };
    // SAFETY: the caller's, for a dtype that is not float16.
    unsafe { kernel::multiply(way, dtype, a, b, c) }.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matmul::{Backend, matmul, with_backend};

    /// Elements that are no round numbers.
    fn some(count: usize, seed: usize) -> Vec<f64> {
        (0..count)
            .map(|i| ((i * 7 + seed) % 23) as f64 / 7.0 - 1.3)
            .collect()
    }

    #[test]
    fn brief_products_are_those_of_the_plan() {
        for [m, k, n] in [
            [2, 1, 2],
            [3, 3, 3],
            [3, 3, 1],
            [1, 5, 7],
            [4, 16, 9],
            [16, 16, 16],
            [1, 60, 60],
            [60, 60, 1],
            [700, 2, 2],
        ] {
            let (x, y) = (some(m * k, 1), some(k * n, 2));
            let a = MatRef::contiguous(x.as_ptr().cast(), m, k);
            let turned = MatRef::contiguous(y.as_ptr().cast(), n, k).transposed();
            for b in [MatRef::contiguous(y.as_ptr().cast(), k, n), turned] {
                let (mut got, mut want) = (vec![0.0f64; m * n], vec![0.0f64; m * n]);
                let whole = plan(DType::F64, m, k, n);
                let of = |c: &mut [f64]| MatMut::contiguous(c.as_mut_ptr().cast(), m, n);
                // SAFETY: float64 in vectors of these lengths, which outlive the calls.
                unsafe {
                    matmul(DType::F64, a, b, of(&mut want), &whole).unwrap();
                    assert!(matmul_brief(DType::F64, a, b, of(&mut got)), "{m} {k} {n}");
                    assert_eq!(got, want, "{m} {k} {n}");
                    if m > 1 && n > 1 {
                        let forced = || matmul_brief(DType::F64, a, b, of(&mut got));
                        assert!(!with_backend(Backend::Gemm, forced));
                    }
                }
            }
        }
    }

    #[test]
    fn what_takes_its_time_is_not_brief() {
        let far = usize::MAX;
        for [m, k, n] in [
            [1, 9, 1],
            [0, 3, 3],
            [3, 0, 3],
            [100, 100, 100],
            [far, far, far],
        ] {
            assert!(!is_brief(DType::F64, m, k, n), "{m} {k} {n}");
        }
        assert!(!is_brief(DType::F16, 3, 3, 3));
        assert!(is_brief(DType::I8, 3, 3, 3));
    }
}
