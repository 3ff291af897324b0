//! Products of many rows of a few numbers each, which lie one after the other as those of the result do:
//! several rows fill a vector (AVX-512).

use super::view::{Matrix, MatrixMut};
use crate::{
    arch::x86_many::{Placed, multiply, whole},
    isa::Avx512,
    product::lanes::Lanes,
};

/// Vectors that the rows fill at least: the places of the factors are found out before.
const VECTORS: usize = 8;
/// Rows, as many as a vector has places at a time, from which on their sums fill whole vectors: there are
/// several times as many places to find out (bench: matmul/points).
const BLOCKS: usize = 32;

/// `c = a @ b`, if there are many rows and vectors hold some of them; gives whether it is so.
pub(super) fn rows<F: Placed>(isa: Avx512, a: Matrix<F>, b: Matrix<F>, c: &mut MatrixMut<F>) -> bool
where
    Avx512: Lanes<F>,
{
    let (m, k, n) = (a.rows, a.cols, b.cols);
    let together = <Avx512 as Lanes<F>>::LEN / k.max(n).max(1);
    if together < 2 || m < VECTORS * together || k.min(n) == 0 {
        return false;
    }
    let (Some(from), Some(to)) = (a.flat(), c.flat()) else {
        return false;
    };
    let factor = |p, j| b.at(p, j);
    // Where rows side by side leave places of a vector free, more of them fill several vectors.
    macro_rules! of_shapes {
        ($(($k:literal, $n:literal))*) => {
            match (k, n) {
                $(($k, $n) if m / <Avx512 as Lanes<F>>::LEN >= BLOCKS => {
                    whole::<F, $k, $n>(isa, from, to, factor)
                })*
                _ => 0,
            }
        };
    }
    let done = of_shapes!((2, 3)(3, 2)(3, 3)(4, 2)(4, 3));
    macro_rules! of_terms {
        ($($terms:literal)*) => {
            match k {
                $($terms => multiply::<F, $terms>(isa, from, (to, n), (together, done), factor),)*
                _ => return false,
            }
        };
    }
    of_terms!(1 2 3 4 5 6 7 8);
    true
}
