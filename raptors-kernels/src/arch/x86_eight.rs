//! Vectors of the pairwise tree by AVX: as many elements as a leaf has partial sums.

use crate::{
    dtype::{Complex32, Complex64, Element},
    isa::{Avx2, Lift},
};
use core::{
    arch::x86_64::{
        __m256, __m256d, _CMP_ORD_Q, _mm_add_ps, _mm_storeu_ps, _mm256_add_pd, _mm256_add_ps,
        _mm256_and_pd, _mm256_and_ps, _mm256_andnot_pd, _mm256_andnot_ps, _mm256_castpd_ps,
        _mm256_castps_pd, _mm256_castps256_ps128, _mm256_castsi256_pd, _mm256_castsi256_ps,
        _mm256_cmp_pd, _mm256_cmp_ps, _mm256_extractf128_ps, _mm256_hadd_pd, _mm256_hadd_ps,
        _mm256_loadu_pd, _mm256_loadu_ps, _mm256_mul_pd, _mm256_mul_ps, _mm256_permute2f128_pd,
        _mm256_set_pd, _mm256_set1_epi64x, _mm256_set1_pd, _mm256_set1_ps, _mm256_storeu_pd,
        _mm256_sub_pd, _mm256_sub_ps, _mm256_unpackhi_pd, _mm256_unpacklo_pd,
    },
    ops::Add,
};

/// [`Lift`] without its number, as loops are compiled for it.
pub(super) mod lift {
    pub(crate) const VALUE: u8 = 0;
    pub(crate) const ABS: u8 = 1;
    pub(crate) const SQUARE: u8 = 2;
    pub(crate) const SQUARED_DEVIATION: u8 = 3;
    pub(crate) const NUMBER: u8 = 4;
}

/// What is summed.
pub(super) trait Eight: Element + Add<Output = Self> {
    /// Elements in a vector of the tree.
    const LANES: usize;
    /// The vector.
    type Vector: Copy;
    fn load(isa: Avx2, from: &[Self]) -> Self::Vector;
    fn splat(isa: Avx2, x: Self) -> Self::Vector;
    fn plus(isa: Avx2, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `x`, or zeros.
    fn keep(isa: Avx2, x: Self::Vector, keep: bool) -> Self::Vector;
    /// The sum of neighbouring lanes, of neighbours of those, and so on, of each vector.
    fn halve(isa: Avx2, x: [Self::Vector; 4]) -> [Self; 4];
    /// What is added up of a vector.
    #[inline(always)]
    fn lifted<const LIFT: u8>(_isa: Avx2, x: Self::Vector, _mean: Self::Vector) -> Self::Vector {
        x
    }
    /// What is added up of an element.
    #[inline(always)]
    fn one<const LIFT: u8>(self, _mean: Self) -> Self {
        self
    }
}

/// Which loop a lift has, and its number.
pub(super) fn parts<T: Default>(lift: Lift<T>) -> (u8, T) {
    match lift {
        Lift::Value => (lift::VALUE, T::default()),
        Lift::Abs => (lift::ABS, T::default()),
        Lift::Square => (lift::SQUARE, T::default()),
        Lift::SquaredDeviation(mean) => (lift::SQUARED_DEVIATION, mean),
        Lift::Number => (lift::NUMBER, T::default()),
    }
}

/// The arithmetic of one type: of vectors in intrinsics.
macro_rules! eight {
    ($t:ty, $lanes:literal, $vector:ty, load |$p:ident| $load:expr, splat |$s:ident| $splat:expr,
        add |$a:ident, $b:ident| $add:expr, keep |$x:ident, $bits:ident| $keep:expr,
        halve |$h:ident, $sums:ident| $halve:expr $(, $($lifts:tt)*)?) => {
        impl Eight for $t {
            const LANES: usize = $lanes;
            type Vector = $vector;
            #[inline(always)]
            fn load(_: Avx2, from: &[Self]) -> $vector {
                let $p = from[..$lanes].as_ptr().cast();
                // SAFETY: the token proves that the CPU has AVX; so many elements are there, and loads
                // need no alignment.
                unsafe { $load }
            }
            #[inline(always)]
            fn splat(_: Avx2, $s: Self) -> $vector {
                // SAFETY: the token proves that the CPU has AVX.
                unsafe { $splat }
            }
            #[inline(always)]
            fn plus(_: Avx2, $a: $vector, $b: $vector) -> $vector {
                // SAFETY: the token proves that the CPU has AVX.
                unsafe { $add }
            }
            #[inline(always)]
            fn keep(_: Avx2, $x: $vector, keep: bool) -> $vector {
                let $bits = -i64::from(keep);
                // SAFETY: the token proves that the CPU has AVX.
                unsafe { $keep }
            }
            #[inline(always)]
            fn halve(_: Avx2, $h: [$vector; 4]) -> [Self; 4] {
                let mut $sums = [Self::default(); 4];
                // SAFETY: the token proves that the CPU has AVX, and the stores fill the sums.
                unsafe { $halve }
                $sums
            }
            $($($lifts)*)?
        }
    };
}

/// The lifts of real numbers.
macro_rules! lifts {
    ($sub:ident $mul:ident $and:ident $andnot:ident $cmp:ident $set:ident, |$x:ident, $y:ident, $f:ident| $each:expr) => {
        #[inline(always)]
        fn lifted<const LIFT: u8>(_: Avx2, $x: Self::Vector, $y: Self::Vector) -> Self::Vector {
            // SAFETY: the token proves that the CPU has AVX.
            let $f = |x, y| unsafe {
                match LIFT {
                    lift::ABS => $andnot($set(-0.0), x),
                    lift::SQUARE => $mul(x, x),
                    lift::SQUARED_DEVIATION => {
                        let d = $sub(x, y);
                        $mul(d, d)
                    }
                    lift::NUMBER => $and(x, $cmp::<_CMP_ORD_Q>(x, x)),
                    _ => x,
                }
            };
            $each
        }
        #[inline(always)]
        fn one<const LIFT: u8>(self, mean: Self) -> Self {
            match LIFT {
                lift::ABS => self.abs(),
                lift::SQUARE => self * self,
                lift::SQUARED_DEVIATION => (self - mean) * (self - mean),
                lift::NUMBER if self.is_nan() => 0.0,
                _ => self,
            }
        }
    };
}

eight!(f32, 8, __m256,
    load |p| _mm256_loadu_ps(p),
    splat |x| _mm256_set1_ps(x),
    add |a, b| _mm256_add_ps(a, b),
    keep |x, bits| _mm256_and_ps(x, _mm256_castsi256_ps(_mm256_set1_epi64x(bits))),
    halve |x, sums| {
        let [a, b, c, d] = x;
        let halves = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
        let (low, high) = (_mm256_castps256_ps128(halves), _mm256_extractf128_ps::<1>(halves));
        _mm_storeu_ps(sums.as_mut_ptr(), _mm_add_ps(low, high));
    },
    lifts!(_mm256_sub_ps _mm256_mul_ps _mm256_and_ps _mm256_andnot_ps _mm256_cmp_ps _mm256_set1_ps,
        |x, mean, lift| lift(x, mean)););

eight!(f64, 8, [__m256d; 2],
    load |p| {
        let p: *const f64 = p;
        [_mm256_loadu_pd(p), _mm256_loadu_pd(p.add(4))]
    },
    splat |x| [_mm256_set1_pd(x); 2],
    add |a, b| [_mm256_add_pd(a[0], b[0]), _mm256_add_pd(a[1], b[1])],
    keep |x, bits| {
        let bits = _mm256_castsi256_pd(_mm256_set1_epi64x(bits));
        [_mm256_and_pd(x[0], bits), _mm256_and_pd(x[1], bits)]
    },
    halve |x, sums| {
        let [a, b, c, d] = x;
        // The sums of four lanes: the lower ones, or the upper ones.
        let quarter = |k: usize| {
            let (ab, cd) = (_mm256_hadd_pd(a[k], b[k]), _mm256_hadd_pd(c[k], d[k]));
            _mm256_add_pd(
                _mm256_permute2f128_pd::<0x20>(ab, cd),
                _mm256_permute2f128_pd::<0x31>(ab, cd),
            )
        };
        _mm256_storeu_pd(sums.as_mut_ptr(), _mm256_add_pd(quarter(0), quarter(1)));
    },
    lifts!(_mm256_sub_pd _mm256_mul_pd _mm256_and_pd _mm256_andnot_pd _mm256_cmp_pd _mm256_set1_pd,
        |x, mean, lift| [lift(x[0], mean[0]), lift(x[1], mean[1])]););

// Complex numbers, their parts one after the other.
eight!(
    Complex32,
    4,
    __m256,
    load | p | _mm256_loadu_ps(p),
    splat
        | x
        | _mm256_castpd_ps(_mm256_set1_pd(f64::from_bits(
            u64::from(x.re.to_bits()) | u64::from(x.im.to_bits()) << 32
        ))),
    add | a,
    b | _mm256_add_ps(a, b),
    keep | x,
    bits | _mm256_and_ps(x, _mm256_castsi256_ps(_mm256_set1_epi64x(bits))),
    halve | x,
    sums | {
        let x = x.map(|x| _mm256_castps_pd(x));
        let pair = |a, b| {
            let even = _mm256_castpd_ps(_mm256_unpacklo_pd(a, b));
            let odd = _mm256_castpd_ps(_mm256_unpackhi_pd(a, b));
            let pairs = _mm256_add_ps(even, odd);
            _mm_add_ps(
                _mm256_castps256_ps128(pairs),
                _mm256_extractf128_ps::<1>(pairs),
            )
        };
        let to = sums.as_mut_ptr().cast::<f32>();
        _mm_storeu_ps(to, pair(x[0], x[1]));
        _mm_storeu_ps(to.add(4), pair(x[2], x[3]));
    }
);

eight!(
    Complex64,
    4,
    [__m256d; 2],
    load | p | {
        let p: *const f64 = p;
        [_mm256_loadu_pd(p), _mm256_loadu_pd(p.add(4))]
    },
    splat | x | [_mm256_set_pd(x.im, x.re, x.im, x.re); 2],
    add | a,
    b | [_mm256_add_pd(a[0], b[0]), _mm256_add_pd(a[1], b[1])],
    keep | x,
    bits | {
        let bits = _mm256_castsi256_pd(_mm256_set1_epi64x(bits));
        [_mm256_and_pd(x[0], bits), _mm256_and_pd(x[1], bits)]
    },
    halve | x,
    sums | {
        let half = |a, b| {
            _mm256_add_pd(
                _mm256_permute2f128_pd::<0x20>(a, b),
                _mm256_permute2f128_pd::<0x31>(a, b),
            )
        };
        let pair =
            |a: [__m256d; 2], b: [__m256d; 2]| _mm256_add_pd(half(a[0], b[0]), half(a[1], b[1]));
        let to = sums.as_mut_ptr().cast::<f64>();
        _mm256_storeu_pd(to, pair(x[0], x[1]));
        _mm256_storeu_pd(to.add(4), pair(x[2], x[3]));
    }
);
