//! A ufunc applied to single elements in place, once for every time that one is named: a loop whose
//! every step may need the result of the one before.

use crate::{
    DType, Element, In, Out, Ufunc,
    body::{arith, extremes},
    isa::Scalar,
    kernel::Binary,
};

/// `x[place] = ufunc(x[place], y)` for each of `places` and of `y`, which has one element for each
/// or one for all. Gives whether there is such a loop; nothing is done where there is none, or a
/// place is out of bounds.
pub fn at(ufunc: Ufunc, x: &mut Out<'_>, places: &[i64], y: In<'_>) -> bool {
    match ufunc {
        Ufunc::add => typed::<arith::Add>(x, places, y),
        Ufunc::subtract => typed::<arith::Subtract>(x, places, y),
        Ufunc::multiply => typed::<arith::Multiply>(x, places, y),
        Ufunc::maximum => typed::<extremes::Maximum>(x, places, y),
        Ufunc::minimum => typed::<extremes::Minimum>(x, places, y),
        _ => false,
    }
}

/// A body for all real numbers.
trait Real {
    /// Runs the loop for the type of `x`, if it is one of them.
    fn dispatch(x: &mut Out<'_>, places: &[i64], y: In<'_>) -> bool;
}

macro_rules! real {
    ($($variant:ident = $t:ty),*) => {
        impl<B: $(Binary<$t, Second = $t, Out = $t> +)*> Real for B {
            fn dispatch(x: &mut Out<'_>, places: &[i64], y: In<'_>) -> bool {
                match x.dtype() {
                    $(DType::$variant => run::<$t, B>(x.of(), places, y.of()),)*
                    _ => return false,
                }
                true
            }
        }
    };
}
real!(
    I8 = i8,
    U8 = u8,
    I16 = i16,
    U16 = u16,
    I32 = i32,
    U32 = u32,
    I64 = i64,
    U64 = u64,
    F32 = f32,
    F64 = f64
);

/// Whether each of `places` is not negative, and less than `n`.
///
/// All are looked at, since a loop that may end at any of them takes as long as the work itself.
pub fn within(places: &[i64], n: usize) -> bool {
    // A sign is left by what is negative, and by what the last place is less than.
    let last = (n as i64).wrapping_sub(1);
    let outside = |seen, &place: &i64| seen | place | last.wrapping_sub(place);
    places.iter().fold(0, outside) >= 0
}

fn typed<B: Real>(x: &mut Out<'_>, places: &[i64], y: In<'_>) -> bool {
    let n = x.bytes().len() / x.dtype().size();
    let fits = y.len() == places.len() || y.len() == 1;
    x.dtype() == y.dtype() && fits && within(places, n) && B::dispatch(x, places, y)
}

fn run<T: Element, B: Binary<T, Second = T, Out = T>>(x: &mut [T], places: &[i64], y: &[T]) {
    let mut step = |place: i64, y: T| {
        if let Some(x) = x.get_mut(place as usize) {
            *x = B::call::<Scalar>(*x, y);
        }
    };
    if let &[y] = y {
        for &place in places {
            step(place, y);
        }
    } else {
        for (&place, &y) in places.iter().zip(y) {
            step(place, y);
        }
    }
}
