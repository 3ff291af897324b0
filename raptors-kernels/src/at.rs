//! A ufunc applied to single elements in place, once for every time that one is named: a loop whose
//! every step may need the result of the one before.

use crate::{
    Bool, DType, Element, In, Out, Ufunc,
    body::{arith, bits, extremes},
    isa::Scalar,
    kernel::Binary,
};

/// `x[place] = ufunc(x[place], y)` for each of `places` and of `y`, which has one element for each
/// or one for all. Gives whether there is such a loop; nothing is done where there is none, or a
/// place is out of bounds.
pub fn at(ufunc: Ufunc, x: &mut Out<'_>, places: &[i64], y: In<'_>) -> bool {
    let n = x.bytes().len() / x.dtype().size();
    let fits = y.len() == places.len() || y.len() == 1;
    if x.dtype() != y.dtype() || !fits || !within(places, n) {
        return false;
    }
    match ufunc {
        Ufunc::add => reals::<arith::Add>(x, places, y),
        Ufunc::subtract => reals::<arith::Subtract>(x, places, y),
        Ufunc::multiply => reals::<arith::Multiply>(x, places, y),
        Ufunc::divide => floats::<arith::Divide>(x, places, y),
        Ufunc::maximum => reals::<extremes::Maximum>(x, places, y),
        Ufunc::minimum => reals::<extremes::Minimum>(x, places, y),
        Ufunc::fmax => reals::<extremes::Fmax>(x, places, y),
        Ufunc::fmin => reals::<extremes::Fmin>(x, places, y),
        Ufunc::bitwise_and => bits::<bits::BitwiseAnd>(x, places, y),
        Ufunc::bitwise_or => bits::<bits::BitwiseOr>(x, places, y),
        Ufunc::bitwise_xor => bits::<bits::BitwiseXor>(x, places, y),
        _ => false,
    }
}

macro_rules! class {
    ($(#[doc = $doc:literal])* $name:ident: $($variant:ident = $t:ty),*) => {
        $(#[doc = $doc])*
        fn $name<B: $(Binary<$t, Second = $t, Out = $t> +)*>(
            x: &mut Out<'_>,
            places: &[i64],
            y: In<'_>,
        ) -> bool {
            match x.dtype() {
                $(DType::$variant => run::<$t, B>(x.of(), places, y.of()),)*
                _ => return false,
            }
            true
        }
    };
}
class! {
    /// Runs the loop of a body for all real numbers, if `x` is of their types.
    reals: I8 = i8, U8 = u8, I16 = i16, U16 = u16, I32 = i32, U32 = u32, I64 = i64, U64 = u64,
    F32 = f32, F64 = f64
}
class! {
    /// As [`reals`], of a body for floating-point numbers.
    floats: F32 = f32, F64 = f64
}
class! {
    /// As [`reals`], of a body for integers and truth values.
    bits: Bool = Bool, I8 = i8, U8 = u8, I16 = i16, U16 = u16, I32 = i32, U32 = u32, I64 = i64,
    U64 = u64
}

/// Whether each of `places` is not negative, and less than `n`.
///
/// All are looked at, since a loop that may end at any of them takes as long as the work itself.
pub fn within(places: &[i64], n: usize) -> bool {
    // A sign is left by what is negative, and by what the last place is less than.
    let last = (n as i64).wrapping_sub(1);
    let outside = |seen, &place: &i64| seen | place | last.wrapping_sub(place);
    places.iter().fold(0, outside) >= 0
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
