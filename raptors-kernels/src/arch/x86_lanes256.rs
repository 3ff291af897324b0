//! Vectors for sorting with AVX2: of signed integers, and of floats that are numbers and no negative
//! zeros, as the instructions compare them.

use super::x86_lanes::{Lanes, compiled, zip_rows};
use core::arch::x86_64::{
    __m256i, _CMP_LT_OQ, _mm_loadl_epi64, _mm256_blend_epi32, _mm256_blendv_epi8,
    _mm256_castpd_si256, _mm256_castps_si256, _mm256_castsi256_pd, _mm256_castsi256_ps,
    _mm256_cmp_pd, _mm256_cmp_ps, _mm256_cmpgt_epi32, _mm256_cmpgt_epi64, _mm256_cvtepu8_epi32,
    _mm256_loadu_si256, _mm256_maskload_epi32, _mm256_maskstore_epi32, _mm256_max_epi32,
    _mm256_max_pd, _mm256_max_ps, _mm256_min_epi32, _mm256_min_pd, _mm256_min_ps,
    _mm256_movemask_pd, _mm256_movemask_ps, _mm256_permute2x128_si256, _mm256_permutevar8x32_epi32,
    _mm256_set1_epi32, _mm256_set1_epi64x, _mm256_set1_pd, _mm256_set1_ps, _mm256_shuffle_epi32,
    _mm256_storeu_si256, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32,
    _mm256_unpacklo_epi64,
};

/// Words of 32 bits of a vector.
const WORDS: usize = 8;

/// For each set of lanes of `32 * wide` bits the words of a vector: first those of these lanes.
const fn orders<const N: usize>(wide: usize) -> [[u8; WORDS]; N] {
    let (mut orders, mut set) = ([[0; WORDS]; N], 0);
    while set < N {
        let (mut place, mut side) = (0, 0);
        while side < 2 {
            let mut word = 0;
            while word < WORDS {
                if (set >> (word / wide) & 1 == 0) == (side == 1) {
                    orders[set][place] = word as u8;
                    place += 1;
                }
                word += 1;
            }
            side += 1;
        }
        set += 1;
    }
    orders
}

pub(super) static ORDERS_64: [[u8; WORDS]; 1 << 4] = orders(2);
pub(super) static ORDERS_32: [[u8; WORDS]; 1 << 8] = orders(1);

/// Words of which the first are all ones: from the place on that is so many before the middle.
static FIRST: [i32; 2 * WORDS] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

/// A mask of the first `words` words.
#[inline(always)]
pub(super) unsafe fn first(words: usize) -> __m256i {
    // SAFETY: the caller's promise; a vector has no more than `WORDS` words.
    unsafe { _mm256_loadu_si256(FIRST.as_ptr().add(WORDS - words).cast()) }
}

/// The halves of a vector exchanged.
#[inline(always)]
unsafe fn halves(x: __m256i) -> __m256i {
    // SAFETY: the caller's promise that the CPU has the instruction.
    unsafe { _mm256_permute2x128_si256::<1>(x, x) }
}

/// Lanes of 64 bits whose numbers differ in the bits of `PARTNER`.
#[inline(always)]
unsafe fn partners_64<const PARTNER: usize>(x: __m256i) -> __m256i {
    // SAFETY: the caller's promise that the CPU has the instructions.
    unsafe {
        match PARTNER {
            1 => _mm256_shuffle_epi32::<0b01_00_11_10>(x),
            2 => halves(x),
            _ => halves(_mm256_shuffle_epi32::<0b01_00_11_10>(x)),
        }
    }
}

/// Lanes of 32 bits whose numbers differ in the bits of `PARTNER`.
#[inline(always)]
unsafe fn partners_32<const PARTNER: usize>(x: __m256i) -> __m256i {
    // SAFETY: the caller's promise that the CPU has the instructions.
    unsafe {
        match PARTNER {
            1 => _mm256_shuffle_epi32::<0b10_11_00_01>(x),
            2 => _mm256_shuffle_epi32::<0b01_00_11_10>(x),
            3 => _mm256_shuffle_epi32::<0b00_01_10_11>(x),
            4 => halves(x),
            _ => halves(_mm256_shuffle_epi32::<0b00_01_10_11>(x)),
        }
    }
}

/// `low`, and `high` in the lanes of `WIDE` words in whose number the highest bit of `PARTNER` is set.
#[inline(always)]
unsafe fn choose<const PARTNER: usize, const WIDE: usize>(low: __m256i, high: __m256i) -> __m256i {
    // SAFETY: the caller's promise that the CPU has the instruction.
    unsafe {
        match (1 << PARTNER.ilog2()) * WIDE {
            1 => _mm256_blend_epi32::<0b1010_1010>(low, high),
            2 => _mm256_blend_epi32::<0b1100_1100>(low, high),
            _ => _mm256_blend_epi32::<0b1111_0000>(low, high),
        }
    }
}

/// Turns each square of as many vectors of 64-bit lanes as one has lanes.
#[inline(always)]
pub(super) unsafe fn turn_64<const ROWS: usize>(x: &mut [__m256i; ROWS]) {
    // SAFETY: the caller's promise that the CPU has the instructions.
    unsafe {
        for square in 0..ROWS / 4 {
            let i = 4 * square;
            let (a, b) = (
                _mm256_unpacklo_epi64(x[i], x[i + 1]),
                _mm256_unpackhi_epi64(x[i], x[i + 1]),
            );
            let (c, d) = (
                _mm256_unpacklo_epi64(x[i + 2], x[i + 3]),
                _mm256_unpackhi_epi64(x[i + 2], x[i + 3]),
            );
            x[i] = _mm256_permute2x128_si256::<0x20>(a, c);
            x[i + 1] = _mm256_permute2x128_si256::<0x20>(b, d);
            x[i + 2] = _mm256_permute2x128_si256::<0x31>(a, c);
            x[i + 3] = _mm256_permute2x128_si256::<0x31>(b, d);
        }
    }
}

/// As [`turn_64`], of lanes of 32 bits.
#[inline(always)]
pub(super) unsafe fn turn_32<const ROWS: usize>(x: &mut [__m256i; ROWS]) {
    // SAFETY: the caller's promise that the CPU has the instructions.
    unsafe {
        for square in 0..ROWS / 8 {
            let i = 8 * square;
            let mut quads = [x[i]; 8];
            for half in 0..2 {
                let k = i + 4 * half;
                let (a, b) = (
                    _mm256_unpacklo_epi32(x[k], x[k + 1]),
                    _mm256_unpackhi_epi32(x[k], x[k + 1]),
                );
                let (c, d) = (
                    _mm256_unpacklo_epi32(x[k + 2], x[k + 3]),
                    _mm256_unpackhi_epi32(x[k + 2], x[k + 3]),
                );
                quads[4 * half] = _mm256_unpacklo_epi64(a, c);
                quads[4 * half + 1] = _mm256_unpackhi_epi64(a, c);
                quads[4 * half + 2] = _mm256_unpacklo_epi64(b, d);
                quads[4 * half + 3] = _mm256_unpackhi_epi64(b, d);
            }
            for k in 0..4 {
                x[i + k] = _mm256_permute2x128_si256::<0x20>(quads[k], quads[4 + k]);
                x[i + 4 + k] = _mm256_permute2x128_si256::<0x31>(quads[k], quads[4 + k]);
            }
        }
    }
}

#[inline(always)]
unsafe fn zip_64(a: __m256i, b: __m256i) -> (__m256i, __m256i) {
    // SAFETY: the caller's promise that the CPU has the instructions.
    unsafe { (_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b)) }
}

#[inline(always)]
unsafe fn zip_32(a: __m256i, b: __m256i) -> (__m256i, __m256i) {
    // SAFETY: the caller's promise that the CPU has the instructions.
    unsafe { (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)) }
}

/// Where lanes of `a` are less than those of `b`, and the lesser and the greater ones.
macro_rules! order {
    (i64, $a:expr, $b:expr) => {
        _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64($b, $a)))
    };
    (i32, $a:expr, $b:expr) => {
        _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32($b, $a)))
    };
    (f64, $a:expr, $b:expr) => {
        _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_LT_OQ>(
            _mm256_castsi256_pd($a),
            _mm256_castsi256_pd($b),
        ))
    };
    (f32, $a:expr, $b:expr) => {
        _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_LT_OQ>(
            _mm256_castsi256_ps($a),
            _mm256_castsi256_ps($b),
        ))
    };
    (lesser i64, $a:expr, $b:expr) => {
        _mm256_blendv_epi8($a, $b, _mm256_cmpgt_epi64($a, $b))
    };
    (greater i64, $a:expr, $b:expr) => {
        _mm256_blendv_epi8($b, $a, _mm256_cmpgt_epi64($a, $b))
    };
    (lesser i32, $a:expr, $b:expr) => {
        _mm256_min_epi32($a, $b)
    };
    (greater i32, $a:expr, $b:expr) => {
        _mm256_max_epi32($a, $b)
    };
    (lesser f64, $a:expr, $b:expr) => {
        _mm256_castpd_si256(_mm256_min_pd(
            _mm256_castsi256_pd($a),
            _mm256_castsi256_pd($b),
        ))
    };
    (greater f64, $a:expr, $b:expr) => {
        _mm256_castpd_si256(_mm256_max_pd(
            _mm256_castsi256_pd($a),
            _mm256_castsi256_pd($b),
        ))
    };
    (lesser f32, $a:expr, $b:expr) => {
        _mm256_castps_si256(_mm256_min_ps(
            _mm256_castsi256_ps($a),
            _mm256_castsi256_ps($b),
        ))
    };
    (greater f32, $a:expr, $b:expr) => {
        _mm256_castps_si256(_mm256_max_ps(
            _mm256_castsi256_ps($a),
            _mm256_castsi256_ps($b),
        ))
    };
}

macro_rules! lanes {
    (
        $t:tt, $lanes:literal, $most:expr, $orders:ident $partners:ident $zip:ident $turn:ident,
        |$x:ident| next $next:expr, splat $splat:expr, sort $sort:expr
    ) => {
        impl Lanes for $t {
            type Vector = __m256i;
            const LANES: usize = $lanes;
            const FEW: usize = 16 * $lanes;
            const MAX: Self = $most;
            #[inline(always)]
            fn next(self) -> Option<Self> {
                let $x = self;
                (self < $most).then(|| $next)
            }
            #[inline(always)]
            unsafe fn load(from: *const Self) -> __m256i {
                // SAFETY: the caller's promise, for the elements at `from`.
                unsafe { _mm256_loadu_si256(from.cast()) }
            }
            #[inline(always)]
            unsafe fn load_part(from: *const Self, count: usize) -> __m256i {
                // SAFETY: the caller's promise, for the elements at `from`.
                unsafe {
                    if count >= $lanes {
                        return Self::load(from);
                    }
                    let mask = first(count * (WORDS / $lanes));
                    let some = _mm256_maskload_epi32(from.cast(), mask);
                    _mm256_blendv_epi8(Self::splat($most), some, mask)
                }
            }
            #[inline(always)]
            unsafe fn store(to: *mut Self, x: __m256i) {
                // SAFETY: the caller's promise, for the elements at `to`.
                unsafe { _mm256_storeu_si256(to.cast(), x) }
            }
            #[inline(always)]
            unsafe fn store_part(to: *mut Self, count: usize, x: __m256i) {
                // SAFETY: the caller's promise, for the elements at `to`.
                unsafe {
                    if count >= $lanes {
                        Self::store(to, x);
                    } else if count > 0 {
                        let mask = first(count * (WORDS / $lanes));
                        _mm256_maskstore_epi32(to.cast(), mask, x);
                    }
                }
            }
            #[inline(always)]
            unsafe fn splat($x: Self) -> __m256i {
                // SAFETY: the caller's promise that the CPU has the instruction.
                unsafe { $splat }
            }
            #[inline(always)]
            unsafe fn lesser(a: __m256i, b: __m256i) -> __m256i {
                // SAFETY: the caller's promise that the CPU has the instructions.
                unsafe { order!(lesser $t, a, b) }
            }
            #[inline(always)]
            unsafe fn greater(a: __m256i, b: __m256i) -> __m256i {
                // SAFETY: the caller's promise that the CPU has the instructions.
                unsafe { order!(greater $t, a, b) }
            }
            #[inline(always)]
            unsafe fn part(
                x: __m256i,
                pivots: __m256i,
                start: &mut *mut Self,
                end: &mut *mut Self,
            ) {
                // SAFETY: the caller's promise; as many sets as lanes can make are in the table.
                unsafe {
                    let less = order!($t, x, pivots) as u32;
                    let order = $orders.as_ptr().add(less as usize);
                    let order = _mm256_cvtepu8_epi32(_mm_loadl_epi64(order.cast()));
                    let parted = _mm256_permutevar8x32_epi32(x, order);
                    let lesser = less.count_ones() as usize;
                    // The same vector at either end: what is too much is written over.
                    Self::store(*start, parted);
                    Self::store(end.sub($lanes), parted);
                    *start = start.add(lesser);
                    *end = end.sub($lanes - lesser);
                }
            }
            #[inline(always)]
            unsafe fn part_some(
                x: __m256i,
                count: usize,
                pivots: __m256i,
                start: &mut *mut Self,
                end: &mut *mut Self,
            ) {
                // SAFETY: the caller's promise; there is room for one more as long as one is left.
                unsafe {
                    if count == $lanes {
                        return Self::part(x, pivots, start, end);
                    }
                    let less = order!($t, x, pivots) as u32;
                    let mut elements = [$most; $lanes];
                    Self::store(elements.as_mut_ptr(), x);
                    for (lane, &element) in elements[..count].iter().enumerate() {
                        let lesser = (less >> lane & 1) as usize;
                        **start = element;
                        *end.sub(1) = element;
                        *start = start.add(lesser);
                        *end = end.sub(1 - lesser);
                    }
                }
            }
            #[inline(always)]
            unsafe fn exchange<const PARTNER: usize>(x: __m256i, y: __m256i) -> __m256i {
                // SAFETY: the caller's promise that the CPU has the instructions.
                unsafe {
                    let other = $partners::<PARTNER>(y);
                    let (low, high) = (Self::lesser(x, other), Self::greater(x, other));
                    choose::<PARTNER, { WORDS / $lanes }>(low, high)
                }
            }
            #[inline(always)]
            unsafe fn reverse(x: __m256i) -> __m256i {
                // SAFETY: the caller's promise that the CPU has the instructions.
                unsafe { $partners::<{ $lanes - 1 }>(x) }
            }
            #[inline(always)]
            unsafe fn zip(a: __m256i, b: __m256i) -> (__m256i, __m256i) {
                // SAFETY: the caller's promise that the CPU has the instructions.
                unsafe {
                    let (low, high) = $zip(a, b);
                    (
                        _mm256_permute2x128_si256::<0x20>(low, high),
                        _mm256_permute2x128_si256::<0x31>(low, high),
                    )
                }
            }
            #[inline(always)]
            unsafe fn columns_to_rows<const ROWS: usize>(x: &mut [__m256i; ROWS]) {
                // SAFETY: the caller's promise that the CPU has the instructions.
                unsafe {
                    if ROWS < $lanes {
                        return zip_rows::<Self, ROWS>(x);
                    }
                    $turn(x);
                }
                let squares = *x;
                for row in 0..ROWS {
                    // Of each square the vectors of one column are brought together.
                    x[row % $lanes * (ROWS / $lanes) + row / $lanes] = squares[row];
                }
            }
            #[inline]
            fn sort_plainly(x: &mut [Self]) {
                x.sort_unstable_by($sort);
            }
            compiled!("avx2,bmi1,bmi2,popcnt,lzcnt", 8);
        }
    };
}
lanes!(i64, 4, i64::MAX, ORDERS_64 partners_64 zip_64 turn_64,
    |x| next x + 1, splat _mm256_set1_epi64x(x), sort Ord::cmp);
lanes!(i32, 8, i32::MAX, ORDERS_32 partners_32 zip_32 turn_32,
    |x| next x + 1, splat _mm256_set1_epi32(x), sort Ord::cmp);
lanes!(f64, 4, f64::INFINITY, ORDERS_64 partners_64 zip_64 turn_64,
    |x| next x.next_up(), splat _mm256_castpd_si256(_mm256_set1_pd(x)), sort f64::total_cmp);
lanes!(f32, 8, f32::INFINITY, ORDERS_32 partners_32 zip_32 turn_32,
    |x| next x.next_up(), splat _mm256_castps_si256(_mm256_set1_ps(x)), sort f32::total_cmp);
