//! Complex products by AVX and FMA, on elements as they lie: the compiler takes them apart into real and
//! imaginary parts, and puts the results together again, which takes longer than the products.

use crate::{
    dtype::{Complex32, Complex64},
    isa::Avx2,
};
use core::arch::x86_64::{
    __m256, __m256d, _mm256_fmaddsub_pd, _mm256_fmaddsub_ps, _mm256_loadu_pd, _mm256_loadu_ps,
    _mm256_movedup_pd, _mm256_movehdup_ps, _mm256_moveldup_ps, _mm256_mul_pd, _mm256_mul_ps,
    _mm256_permute_pd, _mm256_permute_ps, _mm256_storeu_pd, _mm256_storeu_ps,
};

macro_rules! products {
    ($($name:ident($element:ident = $vector:ident x $lanes:literal)
        $load:ident $store:ident $multiply:ident $fused:ident,
        |$x:ident| $real:expr, $imaginary:expr, $turned:expr;)*) => {$(
        /// Fills `out` with the products of `x` and `y`, of which one of one element is repeated, and one of
        /// none is `out` as it was: the bits that `body::arith` gives where multiply-add is one instruction.
        ///
        /// # Panics
        ///
        /// If a run has another length.
        #[inline(always)]
        pub(crate) fn $name(_: Avx2, x: &[$element], y: &[$element], out: &mut [$element]) {
            /// A run: in memory, or one element repeated.
            #[derive(Clone, Copy)]
            enum Factor {
                Run(*const $element),
                Same($element),
            }

            #[inline]
            #[target_feature(enable = "avx,fma")]
            fn product($x: $vector, y: $vector) -> $vector {
                let (real, imaginary) = ($real, $imaginary);
                let turned = { let $x = y; $turned };
                $fused(real, y, $multiply(imaginary, turned))
            }

            /// # Safety
            ///
            /// From `x` and `y`, if they are runs, and from `out` there must be `len` elements, all of them
            /// readable, the latter writable, and where they overlap the same.
            #[target_feature(enable = "avx,fma")]
            unsafe fn inner(x: Factor, y: Factor, out: *mut $element, len: usize) {
                /// Computes whole vectors.
                ///
                /// # Safety
                ///
                /// `load_x` and `load_y` must be callable for all places below `len`, `out` be writable there.
                #[inline]
                #[target_feature(enable = "avx,fma")]
                unsafe fn whole(
                    load_x: impl Fn(usize) -> $vector,
                    load_y: impl Fn(usize) -> $vector,
                    out: *mut $element,
                    len: usize,
                ) {
                    let mut i = 0;
                    while i + 2 * $lanes <= len {
                        let first = product(load_x(i), load_y(i));
                        let second = product(load_x(i + $lanes), load_y(i + $lanes));
                        // SAFETY: two vectors fit between `i` and `len`, as the loop's condition says.
                        unsafe {
                            $store(out.add(i).cast(), first);
                            $store(out.add(i + $lanes).cast(), second);
                        }
                        i += 2 * $lanes;
                    }
                    if i + $lanes <= len {
                        let last = product(load_x(i), load_y(i));
                        // SAFETY: a vector fits between `i` and `len`.
                        unsafe { $store(out.add(i).cast(), last) };
                    }
                }

                // SAFETY: what is loaded lies in runs of `len` elements, or in arrays of a vector's.
                unsafe {
                    let load = |from: *const $element| $load(from.cast());
                    let all = |x: $element| load([x; $lanes].as_ptr());
                    match (x, y) {
                        (Factor::Run(x), Factor::Run(y)) => {
                            whole(|i| load(x.add(i)), |i| load(y.add(i)), out, len);
                        }
                        (Factor::Run(x), Factor::Same(y)) => {
                            let y = all(y);
                            whole(|i| load(x.add(i)), |_| y, out, len);
                        }
                        (Factor::Same(x), Factor::Run(y)) => {
                            let x = all(x);
                            whole(|_| x, |i| load(y.add(i)), out, len);
                        }
                        (Factor::Same(x), Factor::Same(y)) => {
                            let (x, y) = (all(x), all(y));
                            whole(|_| x, |_| y, out, len);
                        }
                    }
                    // What does not fill a vector, with zeros behind, which raise nothing.
                    let start = len - len % $lanes;
                    let rest = |run: Factor| {
                        let mut filled = [$element::default(); $lanes];
                        for (i, filled) in filled[..len - start].iter_mut().enumerate() {
                            *filled = match run {
                                Factor::Run(run) => *run.add(start + i),
                                Factor::Same(x) => x,
                            };
                        }
                        filled
                    };
                    if start < len {
                        let (x, y, mut results) = (rest(x), rest(y), rest(x));
                        $store(results.as_mut_ptr().cast(), product(load(x.as_ptr()), load(y.as_ptr())));
                        for (i, result) in results[..len - start].iter().enumerate() {
                            *out.add(start + i) = *result;
                        }
                    }
                }
            }

            let (target, len) = (out.as_mut_ptr(), out.len());
            let [x, y] = [x, y].map(|run| match run {
                [] => Factor::Run(target.cast_const()),
                &[x] => Factor::Same(x),
                run => {
                    assert_eq!(run.len(), len, "runs of different lengths");
                    Factor::Run(run.as_ptr())
                }
            });
            // SAFETY: an `Avx2` token exists only where AVX and FMA were detected. A run is `out`, or a slice of
            // as many elements, which is another memory.
            unsafe { inner(x, y, target, len) };
        }
    )*};
}
products! {
    products_c64(Complex64 = __m256d x 2)
        _mm256_loadu_pd _mm256_storeu_pd _mm256_mul_pd _mm256_fmaddsub_pd,
        |x| _mm256_movedup_pd(x), _mm256_permute_pd::<0b1111>(x), _mm256_permute_pd::<0b0101>(x);
    products_c32(Complex32 = __m256 x 4)
        _mm256_loadu_ps _mm256_storeu_ps _mm256_mul_ps _mm256_fmaddsub_ps,
        |x| _mm256_moveldup_ps(x), _mm256_movehdup_ps(x), _mm256_permute_ps::<0b10_11_00_01>(x);
}
