//! What NumPy 2.4.6 gives, at every level: inputs, then results, bit for bit.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "numbers as NumPy prints them"
)]

mod comparisons;
mod complexes;
mod floats;
mod integers;

use core::fmt::Debug;
use raptors_kernels::{
    Bool, Element, In, Level, Out, Ufunc,
    dtype::{Complex32, Complex64},
};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// How the tables write an element.
trait Literal: Copy + Debug {
    type Element: Element;
    fn element(self) -> Self::Element;
}

macro_rules! literal {
    ($($t:ty => $element:ty, |$x:ident| $e:expr;)*) => {$(
        impl Literal for $t {
            type Element = $element;
            fn element(self) -> $element {
                let $x = self;
                $e
            }
        }
    )*};
}
literal! {
    bool => Bool, |x| x.into();
    i8 => i8, |x| x;
    i16 => i16, |x| x;
    i32 => i32, |x| x;
    i64 => i64, |x| x;
    u8 => u8, |x| x;
    u16 => u16, |x| x;
    u32 => u32, |x| x;
    u64 => u64, |x| x;
    f32 => f32, |x| x;
    f64 => f64, |x| x;
    (f32, f32) => Complex32, |x| Complex32::new(x.0, x.1);
    (f64, f64) => Complex64, |x| Complex64::new(x.0, x.1);
}

/// The elements of one column of a table.
fn column<C, L: Literal>(cases: &[C], part: impl Fn(&C) -> L) -> Vec<L::Element> {
    cases.iter().map(|case| part(case).element()).collect()
}

/// Panics unless `got` prints as `want`, which tells zeros apart and takes every NaN for one.
fn compare<C: Debug, T: Element>(ufunc: Ufunc, level: Level, cases: &[C], got: &[T], want: &[T]) {
    for ((case, got), want) in cases.iter().zip(got).zip(want) {
        let (got, want) = (format!("{got:?}"), format!("{want:?}"));
        let place = (ufunc.name(), level.name());
        assert_eq!(got.replace("-NaN", "NaN"), want, "{place:?} {case:?}");
    }
}

/// Runs one table with one output.
fn check<C: Debug, T: Element>(ufunc: Ufunc, cases: &[C], ins: &[In<'_>], want: &[T]) {
    for level in Level::available() {
        let bound = ufunc.bind(level, ins[0].dtype()).expect("a loop");
        let mut got = vec![T::default(); cases.len()];
        bound.run(ins, &mut [Out::from(&mut got[..])]);
        compare(ufunc, level, cases, &got, want);
    }
}

/// Runs one table with two outputs.
fn check2<C: Debug, T: Element, U: Element>(
    ufunc: Ufunc,
    cases: &[C],
    ins: &[In<'_>],
    want: (&[T], &[U]),
) {
    for level in Level::available() {
        let bound = ufunc.bind(level, ins[0].dtype()).expect("a loop");
        let (mut first, mut second) = (
            vec![T::default(); cases.len()],
            vec![U::default(); cases.len()],
        );
        bound.run(
            ins,
            &mut [Out::from(&mut first[..]), Out::from(&mut second[..])],
        );
        compare(ufunc, level, cases, &first, want.0);
        compare(ufunc, level, cases, &second, want.1);
    }
}

fn unary<T: Literal, U: Literal>(ufunc: Ufunc, cases: &[(T, U)]) {
    let x = column(cases, |case| case.0);
    check(
        ufunc,
        cases,
        &[In::from(&x[..])],
        &column(cases, |case| case.1),
    );
}

fn unary2<T: Literal, U: Literal, V: Literal>(ufunc: Ufunc, cases: &[(T, U, V)]) {
    let x = column(cases, |case| case.0);
    let want = (column(cases, |case| case.1), column(cases, |case| case.2));
    check2(ufunc, cases, &[In::from(&x[..])], (&want.0, &want.1));
}

fn binary<T: Literal, S: Literal, U: Literal>(ufunc: Ufunc, cases: &[(T, S, U)]) {
    let (x, y) = (column(cases, |case| case.0), column(cases, |case| case.1));
    let want = column(cases, |case| case.2);
    check(ufunc, cases, &[In::from(&x[..]), In::from(&y[..])], &want);
}

fn binary2<T: Literal, U: Literal>(ufunc: Ufunc, cases: &[(T, T, U, U)]) {
    let (x, y) = (column(cases, |case| case.0), column(cases, |case| case.1));
    let want = (column(cases, |case| case.2), column(cases, |case| case.3));
    check2(
        ufunc,
        cases,
        &[In::from(&x[..]), In::from(&y[..])],
        (&want.0, &want.1),
    );
}

fn ternary<T: Literal, U: Literal>(ufunc: Ufunc, cases: &[(T, T, T, U)]) {
    let (x, y) = (column(cases, |case| case.0), column(cases, |case| case.1));
    let (z, want) = (column(cases, |case| case.2), column(cases, |case| case.3));
    check(
        ufunc,
        cases,
        &[In::from(&x[..]), In::from(&y[..]), In::from(&z[..])],
        &want,
    );
}
