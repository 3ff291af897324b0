//! Where the least or the greatest element is: the first one, or the first NaN.

use super::{
    columns::{better, index_rows},
    extrema::{Greater, Less, Order},
    ranked::{Lane as _, Ranked},
    rows::Rows,
    with_fold_isa,
};
use crate::{
    arch,
    dtype::{Bool, Complex32, Complex64, DType, Kind, f16},
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

/// Bytes of the blocks whose extremes are compared; only the best block is searched. Half of a first-level
/// cache: what makes a block's extreme of that of each lane shows in the time of shorter ones.
const BLOCK: usize = 16 << 10;
/// Bytes of longer blocks for each of the root of a run's: to make a block's extreme takes as long then as the half
/// of one that is searched.
const ROOT: usize = 64;
/// Elements that are looked at one by one: fewer than a vector loop is worth.
const FEW: usize = 16;
/// Elements searched before asking whether one was found.
const STEP: usize = 128;
/// Elements of a block that is searched only if it has what nothing comes before: searching them takes
/// about as long as folding ten thousand.
const PASSED: usize = 512;
/// Elements of float16 that are searched at one go.
pub const HALVES: usize = 1024;

/// The index of the first element that `is` holds for.
#[inline(always)]
fn find<I: Isa, T: Ranked>(isa: I, x: &[T], is: impl Fn(T) -> bool) -> Option<usize> {
    isa.vectorize(
        #[inline(always)]
        || {
            let start = skip::<I, T, STEP>(x, &is);
            if let Some(block) = x[start..].first_chunk::<STEP>() {
                return Some(start + first::<I, T, STEP>(block, &is));
            }
            let start = start + skip::<I, T, FEW>(&x[start..], &is);
            if let Some(block) = x[start..].first_chunk::<FEW>() {
                return Some(start + first::<I, T, FEW>(block, &is));
            }
            Some(start + x[start..].iter().position(|&x| is(x))?)
        },
    )
}

/// The index of the first element of a block that `is` holds for, without a branch.
#[inline(always)]
fn first<I: Isa, T: Ranked, const N: usize>(block: &[T; N], is: &impl Fn(T) -> bool) -> usize {
    let mut least = T::Lane::NONE;
    for (i, &x) in block.iter().enumerate() {
        let lane = T::Lane::of(i).or(T::Lane::mask(!is(I::element(x))));
        least = if lane < least { lane } else { least };
    }
    least.row() as usize
}

/// How many elements there are in blocks of `N` before the first that `is` holds for.
#[inline(always)]
fn skip<I: Isa, T: Ranked, const N: usize>(x: &[T], is: &impl Fn(T) -> bool) -> usize {
    let none = T::Lane::mask(false);
    let found = |block: &[T; N]| {
        let mut any = none;
        for &x in block {
            any = any.or(T::Lane::mask(is(I::element(x))));
        }
        any != none
    };
    let blocks = x.as_chunks::<N>().0;
    N * blocks.iter().position(found).unwrap_or(blocks.len())
}

fn index<I: Isa, T: Ranked, D: Order>(isa: I, x: &[T]) -> Option<usize> {
    if let Some(ultimate) = T::ultimate::<D>() {
        if let Some(first) = T::near::<D>(x) {
            return Some(first);
        }
        // A fold leaves blocks without it behind in less time than the search.
        let mut blocks = x.chunks(PASSED);
        let with = blocks.position(|block| T::extreme::<I, D>(isa, block) == ultimate);
        let first = with.map_or(0, |i| {
            let start = i * PASSED;
            let end = x.len().min(start + PASSED);
            start + found(find(isa, &x[start..end], |x| x == ultimate))
        });
        return Some(first).filter(|&i| i < x.len());
    }
    if x.len() <= FEW {
        let mut best = (0, *x.first()?);
        for (i, &x) in x.iter().enumerate().skip(1) {
            if better::<T, D>(x, best.1) {
                best = (i, x);
            }
        }
        return Some(best.0);
    }
    let bytes = BLOCK.max(ROOT * size_of_val(x).isqrt());
    let size = bytes / size_of::<T>();
    let mut best: Option<(usize, T)> = None;
    for (i, block) in x.chunks(size).enumerate() {
        let extreme = T::extreme::<I, D>(isa, block);
        if extreme.is_nan() {
            return Some(i * size + found(find(isa, block, T::is_nan)));
        }
        if best.is_none_or(|(_, best)| extreme.before::<D>(best)) {
            best = Some((i, extreme));
            if T::foremost::<D>() == Some(extreme) {
                break;
            }
        }
    }
    let (i, best) = best?;
    Some(i * size + found(find(isa, &x[i * size..], |x| x == best)))
}

/// The place of an extreme in the block that has it: another thread may have written over it since
/// it was seen there.
fn found(place: Option<usize>) -> usize {
    place.unwrap_or(0)
}

/// The bits of an infinite half; those of NaN, without the sign, are greater.
const INFINITE_HALF: i16 = 0x7c00;

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

/// Bytes from which one pass that keeps places pays, of four registers at the widest level.
const PLACED: usize = 256;
/// Bytes after which such a pass looks for NaN, which ends the search.
const CHUNK: usize = 1 << 16;
/// Elements that such a pass takes at most where there is no NaN, which is half of those it can count.
const LONGEST: usize = 1 << 30;

/// The function that finds the first extreme of runs of `n` elements in one pass, if there is one;
/// it gives up where an element is NaN.
fn placing(fold: ArgFold, level: Level, dtype: DType, n: usize) -> Option<arch::Place> {
    let greatest = fold == ArgFold::max;
    arch::place_few(level, dtype, greatest, n)
        .or_else(|| arch::place(level, dtype, greatest).filter(|_| n * dtype.size() >= PLACED))
}

/// Whether the extremes of runs of `n` elements of `dtype` are found run by run in less time than side by side.
pub fn places_few(level: Level, dtype: DType, n: usize) -> bool {
    arch::place_few(level, dtype, true, n).is_some()
}

/// What `place` finds in one run.
fn one(place: arch::Place, x: In<'_>) -> Option<usize> {
    let mut at = [0];
    (place(Rows::new(x, x.len()), &mut at) == 1).then_some(at[0] as usize)
}

/// As [`arg`], of runs that `place` is for.
fn placed(place: arch::Place, fold: ArgFold, level: Level, x: In<'_>) -> Option<usize> {
    let most = match x.dtype().kind() {
        Kind::Float | Kind::Complex => CHUNK / x.dtype().size(),
        _ => LONGEST,
    };
    if x.len() < 2 * most {
        return one(place, x).or_else(|| searched(fold, level, x));
    }
    with_ranked!(x.dtype(), T => {
        let values = x.of::<T>();
        let mut best: Option<(usize, T)> = None;
        let mut start = 0;
        while start < x.len() {
            // The last chunk is as long as two, so that none is too short.
            let rest = x.len() - start;
            let len = if rest < 2 * most { rest } else { most };
            let chunk = x.range(start, len);
            let Some(i) = one(place, chunk) else {
                return searched(fold, level, chunk).map(|i| start + i);
            };
            let here = values[start + i];
            let better = best.is_none_or(|(_, best)| match fold {
                ArgFold::min => here.before::<Less>(best),
                ArgFold::max => here.before::<Greater>(best),
            });
            if better {
                best = Some((start + i, here));
            }
            start += len;
        }
        best.map(|(i, _)| i)
    }, else None)
}

/// The index of the first extreme element, or of the first NaN. `None` if there is no element, or
/// there are more than [`HALVES`] of float16, whose [`arg_keys`] must be searched.
pub fn arg(fold: ArgFold, level: Level, x: In<'_>) -> Option<usize> {
    match placing(fold, level, x.dtype(), x.len()) {
        Some(place) => placed(place, fold, level, x),
        None => searched(fold, level, x),
    }
}

/// As [`arg`], in two passes.
fn searched(fold: ArgFold, level: Level, x: In<'_>) -> Option<usize> {
    with_ranked!(x.dtype(), T => with_fold_isa!(level, isa => match fold {
        ArgFold::min => index::<_, T, Less>(isa, x.of()),
        ArgFold::max => index::<_, T, Greater>(isa, x.of()),
    }), else {
        let mut keys = [0i16; HALVES];
        let keys = keys.get_mut(..x.len())?;
        arg_keys(fold, level, x, Out::from(&mut *keys));
        arg(fold, level, In::from(&*keys))
    })
}

/// `out[i]` the index of the first extreme of row `i`, or of its first NaN.
///
/// # Panics
///
/// If the rows are empty or of float16, or `out` is not of int64 or has not a place for each row.
pub fn arg_inner(fold: ArgFold, level: Level, rows: Rows<'_>, mut out: Out<'_>) {
    let out = out.of::<i64>();
    assert_eq!(rows.nrows(), out.len(), "a place for each row");
    if let Some(place) = placing(fold, level, rows.dtype(), rows.ncols()) {
        let long = rows.ncols() * rows.dtype().size() >= 2 * CHUNK;
        let mut done = 0;
        while done < out.len() {
            if !long {
                done += place(rows.skip(done), &mut out[done..]);
            }
            // A long run, or one with a NaN.
            if done < out.len() {
                let found = placed(place, fold, level, rows.row(done));
                out[done] = found.expect("an element") as i64;
                done += 1;
            }
        }
        return;
    }
    with_ranked!(rows.dtype(), T => with_fold_isa!(level, isa => {
        for (i, out) in out.iter_mut().enumerate() {
            let row = rows.row(i).of::<T>();
            let index = match fold {
                ArgFold::min => index::<_, T, Less>(isa, row),
                ArgFold::max => index::<_, T, Greater>(isa, row),
            };
            *out = index.expect("an element") as i64;
        }
    }), else panic!("float16 has keys"));
}

/// Integers in the order of the halves in `x`, NaN being the most extreme, and equal to NaN.
///
/// # Panics
///
/// If `x` is not of float16, `out` is not of int16, or their lengths differ.
pub fn arg_keys(fold: ArgFold, level: Level, x: In<'_>, mut out: Out<'_>) {
    let (x, out): (&[f16], &mut [i16]) = (x.of(), out.of());
    assert_eq!(x.len(), out.len(), "runs of different lengths");
    let nan = match fold {
        ArgFold::min => i16::MIN,
        ArgFold::max => i16::MAX,
    };
    // Moved in, so that the stores cannot reach what it holds.
    with_fold_isa!(level, isa => isa.vectorize(
        #[inline(always)]
        move || {
            for (&x, out) in x.iter().zip(out) {
                let bits = x.to_bits() as i16;
                let size = bits & i16::MAX;
                // Both zeros are zero.
                let key = if bits < 0 { -size } else { size };
                *out = if size > INFINITE_HALF { nan } else { key };
            }
        },
    ));
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
    }), else panic!("float16 has keys"));
}
