//! Where the least or the greatest element is: the first one, or the first NaN.

use super::{
    extrema::{Extreme, Greater, Less, Lexicographic, Order},
    op::Op,
    rows::Rows,
    with_fold_isa,
};
use crate::{
    dtype::{Bool, Complex32, Complex64, DType, Element},
    isa::{Isa, Level},
    slice::{In, Out},
};

/// Which element's index is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(non_camel_case_types, reason = "variants carry the Python names")]
pub enum ArgFold {
    /// The least.
    min,
    /// The greatest.
    max,
}

/// Bytes of the blocks whose extremes are compared; only the best block is searched.
const BLOCK: usize = 4096;
/// Elements searched before asking whether one was found.
const STEP: usize = 32;

/// An element with a place in an order.
trait Ranked: Element {
    fn is_nan(self) -> bool;
    /// Whether `self` comes before `other`; neither is NaN.
    fn before<D: Order>(self, other: Self) -> bool;
    /// The first element in order, or NaN if there is one. `x` is not empty.
    fn extreme<I: Isa, D: Order>(isa: I, x: &[Self]) -> Self;
}

macro_rules! ranked {
    ($($t:ty)*, nan |$x:ident| $nan:expr) => {$(
        impl Ranked for $t {
            #[inline(always)]
            fn is_nan(self) -> bool {
                let $x = self;
                $nan
            }
            #[inline(always)]
            fn before<D: Order>(self, other: Self) -> bool {
                D::before(self, other)
            }
            #[inline(always)]
            fn extreme<I: Isa, D: Order>(isa: I, x: &[Self]) -> Self {
                Extreme::<D, true>::default().run(isa, x)
            }
        }
    )*};
}
ranked!(i8 u8 i16 u16 i32 u32 i64 u64, nan |_x| false);
ranked!(f32 f64, nan |x| x.is_nan());

macro_rules! ranked_complex {
    ($($t:ty)*) => {$(
        impl Ranked for $t {
            #[inline(always)]
            fn is_nan(self) -> bool {
                Lexicographic::is_nan(self)
            }
            #[inline(always)]
            fn before<D: Order>(self, other: Self) -> bool {
                self != other && self.first::<D>(other)
            }
            #[inline(always)]
            fn extreme<I: Isa, D: Order>(isa: I, x: &[Self]) -> Self {
                Extreme::<D, true>::default().run(isa, x)
            }
        }
    )*};
}
ranked_complex!(Complex32 Complex64);

impl Ranked for Bool {
    #[inline(always)]
    fn is_nan(self) -> bool {
        false
    }
    #[inline(always)]
    fn before<D: Order>(self, other: Self) -> bool {
        D::before(self.get(), other.get())
    }
    #[inline(always)]
    fn extreme<I: Isa, D: Order>(isa: I, x: &[Self]) -> Self {
        let first = D::before(false, true);
        let found = isa.vectorize(
            #[inline(always)]
            || {
                x.iter()
                    .fold(false, |found, &x| found | (I::element(x).get() != first))
            },
        );
        Self::from(if found { !first } else { first })
    }
}

/// The index of the first element that `is` holds for.
#[inline(always)]
fn find<I: Isa, T: Ranked>(isa: I, x: &[T], is: impl Fn(T) -> bool) -> Option<usize> {
    isa.vectorize(
        #[inline(always)]
        || {
            let step = x
                .chunks(STEP)
                .position(|x| x.iter().fold(false, |found, &x| found | is(I::element(x))))?;
            let start = step * STEP;
            Some(start + x[start..].iter().position(|&x| is(x))?)
        },
    )
}

fn index<I: Isa, T: Ranked, D: Order>(isa: I, x: &[T]) -> Option<usize> {
    let size = BLOCK / size_of::<T>();
    let mut best: Option<(usize, T)> = None;
    for (i, block) in x.chunks(size).enumerate() {
        let extreme = T::extreme::<I, D>(isa, block);
        if extreme.is_nan() {
            return Some(i * size + find(isa, block, T::is_nan)?);
        }
        if best.is_none_or(|(_, best)| extreme.before::<D>(best)) {
            best = Some((i, extreme));
        }
    }
    let (i, best) = best?;
    Some(i * size + find(isa, &x[i * size..], |x| x == best)?)
}

fn index_rows<I: Isa, T: Ranked, D: Order>(
    isa: I,
    rows: Rows<'_>,
    first: i64,
    best: &mut [T],
    index: &mut [i64],
) {
    assert_eq!(
        (best.len(), index.len()),
        (rows.ncols(), rows.ncols()),
        "a place for each column"
    );
    isa.vectorize(
        #[inline(always)]
        || {
            for i in 0..rows.nrows() {
                let at = first + i as i64;
                for ((best, index), &x) in
                    best.iter_mut().zip(&mut *index).zip(rows.row(i).of::<T>())
                {
                    let x = I::element(x);
                    let better = !best.is_nan() & (x.is_nan() | x.before::<D>(*best));
                    *best = if better { x } else { *best };
                    *index = if better { at } else { *index };
                }
            }
        },
    );
}

/// Calls `$body` with `$T` standing for the type of `$dtype`, which is not float16.
macro_rules! with_ranked {
    ($dtype:expr, $T:ident => $body:expr, else $none:expr) => {
        with_ranked!(@ $dtype, $T, $body, $none, Bool = Bool, I8 = i8, U8 = u8, I16 = i16,
            U16 = u16, I32 = i32, U32 = u32, I64 = i64, U64 = u64, F32 = f32, F64 = f64,
            C64 = Complex32, C128 = Complex64)
    };
    (@ $dtype:expr, $T:ident, $body:expr, $none:expr, $($variant:ident = $t:ty),*) => {
        match $dtype {
            $(DType::$variant => { type $T = $t; $body })*
            DType::F16 => $none,
        }
    };
}

/// The index of the first extreme element, or of the first NaN. `None` if there is no element, or
/// if they are of float16, which must be converted to float32 before.
pub fn arg(fold: ArgFold, level: Level, x: In<'_>) -> Option<usize> {
    with_ranked!(x.dtype(), T => with_fold_isa!(level, isa => match fold {
        ArgFold::min => index::<_, T, Less>(isa, x.of()),
        ArgFold::max => index::<_, T, Greater>(isa, x.of()),
    }), else None)
}

/// Down the columns: where `rows[i][j]` comes before `best[j]`, or is the first NaN of its column,
/// it becomes `best[j]`, and `index[j]` becomes `first + i`.
///
/// At the start `best` is a copy of row 0, and `index` is 0.
///
/// # Panics
///
/// If `rows` and `best` differ in type or are of float16, `index` is not of int64, or they have not
/// a place for each column.
pub fn arg_rows(
    fold: ArgFold,
    level: Level,
    rows: Rows<'_>,
    first: i64,
    mut best: Out<'_>,
    mut index: Out<'_>,
) {
    let index = index.of();
    with_ranked!(rows.dtype(), T => with_fold_isa!(level, isa => match fold {
        ArgFold::min => index_rows::<_, T, Less>(isa, rows, first, best.of(), index),
        ArgFold::max => index_rows::<_, T, Greater>(isa, rows, first, best.of(), index),
    }), else panic!("float16 must be converted to float32"));
}
