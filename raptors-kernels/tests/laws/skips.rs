//! Loops over every second element of runs: what they give over runs that are packed.

use raptors_kernels::{Bool, Element, In, Level, Out, Ufunc, cast, cast::takes_seconds};

/// How a run lies.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lies {
    Dense,
    Second,
    One,
}

impl Lies {
    /// The elements from the first to the last of `n` that lie so.
    const fn len(self, n: usize) -> usize {
        match self {
            Self::Dense => n,
            Self::Second if n > 1 => 2 * n - 1,
            Self::Second | Self::One => 1,
        }
    }

    /// Which of them the element numbered `i` is.
    const fn place(self, i: usize) -> usize {
        match self {
            Self::Dense => i,
            Self::Second => 2 * i,
            Self::One => 0,
        }
    }
}

/// Every way in which so many runs lie of which one or more are every second element.
fn ways(count: usize) -> Vec<Vec<Lies>> {
    let mut ways = vec![vec![]];
    for _ in 0..count {
        ways = ways
            .iter()
            .flat_map(|way| {
                [Lies::Dense, Lies::Second, Lies::One].map(|lies| [&way[..], &[lies]].concat())
            })
            .collect();
    }
    ways.retain(|way| way.contains(&Lies::Second));
    ways
}

fn check<T: Element>(number: impl Fn(usize) -> T, ufuncs: &[Ufunc]) {
    check_to::<T, T>(number, ufuncs);
}

/// As [`check`], of loops whose results are of another type.
fn check_to<T: Element, U: Element>(number: impl Fn(usize) -> T, ufuncs: &[Ufunc]) {
    let scalar = Level::available()[0];
    for &ufunc in ufuncs {
        let reference = ufunc.bind(scalar, T::DTYPE).unwrap();
        assert!(!reference.skips());
        let loops = Level::available().into_iter();
        let mut found = 0;
        for bound in loops.filter_map(|level| ufunc.bind(level, T::DTYPE)) {
            if !bound.skips() {
                continue;
            }
            found += 1;
            for way in ways(bound.inputs().len()) {
                for n in (1..100).chain([255, 256, 257, 600]) {
                    // Lengths of exactly what there is: a loop that reads on is seen by Miri.
                    let runs: Vec<Vec<T>> = (way.iter().enumerate())
                        .map(|(k, lies)| (0..lies.len(n)).map(|i| number(5 * i + 3 * k)).collect())
                        .collect();
                    let packed: Vec<Vec<T>> = (way.iter().zip(&runs))
                        .map(|(lies, run)| (0..n).map(|i| run[lies.place(i)]).collect())
                        .collect();
                    let mut wanted = vec![U::default(); n];
                    let mut given = wanted.clone();
                    let ins: Vec<In<'_>> = packed.iter().map(|run| In::from(&run[..])).collect();
                    reference.run(&ins, &mut [Out::from(&mut wanted[..])]);
                    let ins: Vec<In<'_>> = runs.iter().map(|run| In::from(&run[..])).collect();
                    bound.run(&ins, &mut [Out::from(&mut given[..])]);
                    let same = In::from(&wanted[..]).bytes() == In::from(&given[..]).bytes();
                    assert!(
                        same,
                        "{ufunc:?} {:?} {:?} {way:?} {n}",
                        T::DTYPE,
                        bound.level()
                    );
                }
            }
        }
        let vectors = Level::available().len() > 2;
        assert!(
            !cfg!(target_arch = "x86_64") || !vectors || found > 0,
            "{ufunc:?}"
        );
    }
}

/// Loops of two inputs of which one is written over, and of the other every second element counts.
fn check_over<T: Element>(number: impl Fn(usize) -> T, ufuncs: &[Ufunc]) {
    let levels = || Level::available().into_iter();
    for (&ufunc, first) in ufuncs
        .iter()
        .flat_map(|ufunc| [(ufunc, true), (ufunc, false)])
    {
        let reference = ufunc.bind(Level::available()[0], T::DTYPE).unwrap();
        let loops = levels().filter_map(|level| ufunc.bind(level, T::DTYPE));
        let mut found = 0;
        for bound in loops.filter(|bound| bound.skips() && bound.in_place()) {
            found += 1;
            for n in (2..100).chain([255, 256, 257, 600]) {
                let old: Vec<T> = (0..n).map(|i| number(3 * i)).collect();
                let run: Vec<T> = (0..2 * n - 1).map(|i| number(5 * i + 1)).collect();
                let packed: Vec<T> = (0..n).map(|i| run[2 * i]).collect();
                let none: &[T] = &[];
                let (mut wanted, mut given) = (old.clone(), old.clone());
                let order = |place, other| {
                    if first {
                        [place, other]
                    } else {
                        [other, place]
                    }
                };
                let ins = order(In::from(&old[..]), In::from(&packed[..]));
                reference.run(&ins, &mut [Out::from(&mut wanted[..])]);
                let ins = order(In::from(none), In::from(&run[..]));
                bound.run(&ins, &mut [Out::from(&mut given[..])]);
                let same = In::from(&wanted[..]).bytes() == In::from(&given[..]).bytes();
                assert!(same, "{ufunc:?} {:?} {first} {n}", bound.level());
            }
        }
        let vectors = cfg!(target_arch = "x86_64") && Level::available().len() > 2;
        assert!(!vectors || found > 0, "{ufunc:?}");
    }
}

#[test]
fn every_second_element_is_taken_into_the_place_of_another_input() {
    let number = |i: usize| [3.0, -0.0, f64::NAN, 0.0, -7.5, 2.0, f64::INFINITY][i % 7];
    check_over::<f64>(
        number,
        &[
            Ufunc::subtract,
            Ufunc::copysign,
            Ufunc::maximum,
            Ufunc::divide,
        ],
    );
    let whole = |i: usize| (i * 7919 % 101) as i64 - 50;
    check_over::<i64>(whole, &[Ufunc::subtract, Ufunc::minimum]);
    check_over::<u64>(
        |i| (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15),
        &[Ufunc::subtract],
    );
}

#[test]
fn every_second_element_gives_what_packed_ones_give() {
    let three = [Ufunc::clip];
    let narrow = |i: usize| [3.0, -0.0, f32::NAN, 0.0, -7.5, 2.0, f32::INFINITY][i % 7];
    check::<f32>(narrow, &three);
    check::<f64>(
        |i| f64::from(narrow(i)),
        &[
            Ufunc::clip,
            Ufunc::copysign,
            Ufunc::maximum,
            Ufunc::negative,
        ],
    );
    check::<i32>(|i| (i * 7919 % 101) as i32 - 50, &three);
    check::<u64>(|i| (i * 7919 % 101) as u64, &[Ufunc::clip, Ufunc::add]);
    let whole = |i: usize| (i * 7919 % 101) as f64 - 50.0;
    check::<f64>(whole, &[Ufunc::fma, Ufunc::lerp]);
    let told = [
        Ufunc::isnan,
        Ufunc::isinf,
        Ufunc::isfinite,
        Ufunc::signbit,
        Ufunc::less,
        Ufunc::equal,
    ];
    check_to::<f64, Bool>(|i| f64::from(narrow(i)), &told);
    let told = [Ufunc::greater, Ufunc::not_equal];
    check_to::<i64, Bool>(|i| (i * 7919 % 101) as i64 - 50, &told);
}

/// Converts every second element at every level that takes it; whether one does.
fn converts<A: Element, B: Element>(number: impl Fn(usize) -> A) -> bool {
    let mut any = false;
    for level in Level::available() {
        if !takes_seconds(level, A::DTYPE, B::DTYPE) {
            continue;
        }
        any = true;
        for n in (2..100).chain([255, 256, 257, 600]) {
            let run: Vec<A> = (0..2 * n - 1).map(&number).collect();
            let packed: Vec<A> = (0..n).map(|i| run[2 * i]).collect();
            let (mut given, mut wanted) = (vec![B::default(); n], vec![B::default(); n]);
            cast(level, In::from(&run[..]), Out::from(&mut given[..]));
            let scalar = Level::available()[0];
            cast(scalar, In::from(&packed[..]), Out::from(&mut wanted[..]));
            let same = In::from(&wanted[..]).bytes() == In::from(&given[..]).bytes();
            assert!(same, "{:?} {:?} {level:?} {n}", A::DTYPE, B::DTYPE);
        }
    }
    any
}

#[test]
fn every_second_element_is_converted_as_packed_ones_are() {
    let float = |i: usize| [3.1, -0.0, f64::NAN, 1e-42, -7.5e40, 2.0, f64::INFINITY][i % 7];
    let bits = |i: usize| (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (i % 60);
    let signed = |i: usize| (bits(i) as i64).wrapping_neg();
    let found = [
        converts::<f64, f32>(float),
        converts::<i64, f32>(signed),
        converts::<i64, f64>(signed),
        converts::<i64, i32>(signed),
        converts::<i64, u32>(signed),
        converts::<u64, f32>(bits),
        converts::<u64, f64>(bits),
        converts::<u64, i32>(bits),
        converts::<u64, u32>(bits),
    ];
    let vectors = cfg!(target_arch = "x86_64") && Level::available().len() > 2;
    assert_eq!(found, [vectors; 9]);
    assert!(!converts::<f64, i64>(float) && !converts::<f64, f64>(float));
}
