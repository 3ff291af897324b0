//! Every dtype's order against a plain sort by comparison.

use core::cmp::Ordering;
use raptors_kernels::{
    DType, Element, In, Out,
    dtype::{Bool, Complex32, Complex64, f16},
    order::*,
    with_dtype,
};

/// An element with a place in NumPy's order: numbers, then what has a NaN.
trait Placed: Element {
    fn order(self, other: Self) -> Ordering;
    fn is_nan(self) -> bool;
    fn before(self, other: Self) -> bool {
        self.order(other).is_lt()
    }
}

macro_rules! placed {
    ($($t:ident)*, $x:ident => $nan:expr) => {$(
        impl Placed for $t {
            fn order(self, other: Self) -> Ordering {
                let nans = self.is_nan().cmp(&other.is_nan());
                nans.then(self.partial_cmp(&other).unwrap_or(Ordering::Equal))
            }
            fn is_nan(self) -> bool {
                let $x = self;
                $nan
            }
        }
    )*};
}
placed!(i8 i16 i32 i64 u8 u16 u32 u64 Bool, _x => false);
placed!(f16 f32 f64, x => x.is_nan());

macro_rules! complex {
    ($($t:ident)*) => {$(
        impl Placed for $t {
            /// By the real parts, then by the imaginary parts; those with a NaN last, first those
            /// whose imaginary part it is, then those whose real part is, then both.
            fn order(self, other: Self) -> Ordering {
                let nans = |z: Self| (z.re.is_nan(), z.im.is_nan());
                let numbers = self.re.order(other.re).then(self.im.order(other.im));
                nans(self).cmp(&nans(other)).then(numbers)
            }
            fn is_nan(self) -> bool {
                self.re.is_nan() || self.im.is_nan()
            }
        }
    )*};
}
complex!(Complex32 Complex64);

/// `len` elements with any bits, many of them alike, so that zeros, infinities and NaNs occur.
pub(super) fn any_bits<T: Element>(len: usize, seed: u64) -> Vec<T> {
    let mut x = vec![T::default(); len];
    let mut state = seed | 1;
    let mut run = Out::from(&mut x[..]);
    for byte in run.bytes() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        *byte = match state >> 61 {
            0..=3 => 0,
            4 => 0x7f,
            5 => 0x80,
            6 => 0xff,
            _ => (state >> 32) as u8,
        };
    }
    if T::DTYPE == DType::Bool {
        run.bytes().iter_mut().for_each(|byte| *byte &= 1);
    }
    x
}

fn same<T: Placed>(a: &[T], b: &[T]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| a.order(b).is_eq())
}

fn laws<T: Placed>(len: usize, counts: &mut [u32]) {
    let x = any_bits::<T>(len, len as u64);
    let mut want = x.clone();
    want.sort_by(|&a, &b| a.order(b));

    let mut got = x.clone();
    arrange(
        Out::from(&mut got[..]),
        Task::Sort { descending: false },
        counts,
    );
    assert!(same(&got, &want), "sort {:?}", T::DTYPE);
    let groups_of = |equal_nan| distinct(Out::from(&mut got.clone()[..]), equal_nan);
    let (values, counted) = (groups_of(true), groups_of(false));
    let nans = got.iter().filter(|x| x.is_nan()).count();
    assert_eq!(counted - nans, values - usize::from(nans > 0));

    let mut indices = vec![0; len];
    for descending in [false, true] {
        let mut want: Vec<i64> = (0..len as i64).collect();
        want.sort_by(|&i, &k| {
            let order = x[i as usize].order(x[k as usize]);
            if descending { order.reverse() } else { order }
        });
        arrange_indices((&x[..]).into(), &mut indices, Task::Sort { descending });
        assert_eq!(indices, want, "argsort {:?}", T::DTYPE);
    }

    let places = [0, len / 3, len / 2, len - 1];
    let mut distinct_places = places.to_vec();
    distinct_places.dedup();
    let mut got = x.clone();
    arrange(
        Out::from(&mut got[..]),
        Task::Select(&distinct_places),
        counts,
    );
    arrange_indices(
        (&x[..]).into(),
        &mut indices,
        Task::Select(&distinct_places),
    );
    for place in distinct_places {
        for got in [
            got.clone(),
            indices.iter().map(|&i| x[i as usize]).collect(),
        ] {
            assert!(
                got[place].order(want[place]).is_eq(),
                "place {place} of {:?}",
                T::DTYPE
            );
            assert!(got[..place].iter().all(|x| !want[place].before(*x)));
            assert!(got[place..].iter().all(|x| !x.before(want[place])));
        }
    }

    let mut member = vec![Bool::FALSE; len];
    contains((&want[..len / 2]).into(), (&x[..]).into(), &mut member);
    for (x, found) in x.iter().zip(&member) {
        assert_eq!(
            found.get(),
            want[..len / 2].contains(x),
            "member {:?}",
            T::DTYPE
        );
    }

    let mut found = vec![0; len];
    for side in [Side::Left, Side::Right] {
        search((&want[..]).into(), (&x[..]).into(), side, &mut found);
        for (&x, &found) in x.iter().zip(&found) {
            let left = want.iter().filter(|y| y.before(x)).count();
            let right = want.iter().filter(|y| !x.before(**y)).count();
            assert_eq!(
                found as usize,
                if side == Side::Left { left } else { right }
            );
        }
    }
}

#[test]
fn every_dtype_has_numpys_order() {
    for &dtype in DType::ALL {
        for len in [1, 2, 7, 200, 1500] {
            with_dtype!(dtype, T => {
                laws::<T>(len, &mut []);
                laws::<T>(len, &mut vec![0; COUNTS]);
            });
        }
    }
}

/// Numbers and no negative zeros, of all bits or, unless `wide`, without the highest byte.
fn numbers<T: Placed>(len: usize, wide: bool) -> Vec<T> {
    let mut x = any_bits::<T>(len, 2 * len as u64);
    for x in &mut x {
        let mut one = [*x];
        let mut run = Out::from(&mut one[..]);
        let bytes = run.bytes();
        if !wide {
            bytes[bytes.len() - 1] = 0;
        }
        let number =
            !one[0].is_nan() && (one[0].before(T::default()) || T::default().before(one[0]));
        *x = if number { one[0] } else { T::default() };
    }
    x
}

#[test]
fn numbers_of_any_extent_are_put_in_order() {
    let dtypes = [
        DType::I32,
        DType::U32,
        DType::F32,
        DType::I64,
        DType::U64,
        DType::F64,
    ];
    let ends = (1..300).chain([511, 512, 513, 1000, 1023, 3001, 5000]);
    for (dtype, len) in dtypes
        .iter()
        .flat_map(|&dtype| ends.clone().map(move |len| (dtype, len)))
    {
        for wide in [false, true] {
            with_dtype!(dtype, T => {
                let x = numbers::<T>(len, wide);
                let mut want = x.clone();
                want.sort_by(|&a, &b| a.order(b));
                for descending in [false, true] {
                    let mut got = x.clone();
                    arrange(Out::from(&mut got[..]), Task::Sort { descending }, &mut []);
                    if descending {
                        got.reverse();
                    }
                    assert!(In::from(&got[..]).bytes() == In::from(&want[..]).bytes(), "{dtype:?} {len}");
                }
                let mut places = vec![0, len / 3, len / 2, len - 1];
                places.dedup();
                let mut got = x.clone();
                arrange(Out::from(&mut got[..]), Task::Select(&places), &mut []);
                for &place in &places {
                    assert!(got[place].order(want[place]).is_eq(), "{dtype:?} {len} {place}");
                    assert!(got[..place].iter().all(|x| !want[place].before(*x)));
                    assert!(got[place..].iter().all(|x| !x.before(want[place])));
                }
                got.sort_by(|&a, &b| a.order(b));
                assert!(In::from(&got[..]).bytes() == In::from(&want[..]).bytes(), "{dtype:?} {len}");
            });
        }
    }
}

#[test]
fn rows_are_sorted_as_lists() {
    for &dtype in DType::ALL {
        with_dtype!(dtype, T => {
            let x = any_bits::<T>(120, 5);
            let mut bytes = vec![0; x.len() * encoded_size(dtype)];
            encode_rows((&x[..]).into(), &mut bytes);
            let mut got = vec![0; 40];
            sort_rows(&bytes, bytes.len() / 40, &mut got);
            let row = |i: i64| &x[3 * i as usize..][..3];
            let mut want: Vec<i64> = (0..40).collect();
            want.sort_by(|&i, &k| {
                let pairs = row(i).iter().zip(row(k));
                pairs.fold(core::cmp::Ordering::Equal, |so_far, (a, b)| so_far.then(a.order(*b)))
            });
            assert_eq!(got, want, "{dtype:?}");
        });
    }
}

#[test]
fn groups_tell_firsts_inverse_and_counts() {
    let x = [3.0, 1.0, f64::NAN, 3.0, -0.0, 0.0, f64::NAN];
    let order = [4, 5, 1, 0, 3, 2, 6];
    let (mut firsts, mut inverse, mut counts) = ([0; 7], [0; 7], [0; 7]);
    let mut find = |equal_nan| {
        let found = Groups {
            firsts: &mut firsts,
            inverse: &mut inverse,
            counts: &mut counts,
        };
        groups(In::from(&x[..]), &order, equal_nan, found)
    };
    assert_eq!(find(false), 5);
    assert_eq!(find(true), 4);
    assert_eq!(firsts[..4], [4, 1, 0, 2]);
    assert_eq!(inverse, [2, 1, 3, 2, 0, 0, 3]);
    assert_eq!(counts[..4], [2, 1, 2, 2]);
}

#[test]
fn zeros_of_both_signs_are_noticed() {
    let mixed = |x: &[f32]| ties_differ(x.into());
    assert!(mixed(&[1.0, -0.0, 0.0]));
    assert!(!mixed(&[1.0, 0.0, 0.0]) && !mixed(&[-0.0, 2.0]));
    assert!(!ties_differ(In::from(&[f16::from_f32(-0.0)][..])));
    assert!(!ties_differ(In::from(&[Bool::TRUE][..])));
}

#[test]
fn elements_in_order_are_found_as_others_are() {
    let edges: Vec<f64> = (0..200).map(|i| f64::from(i / 3)).collect();
    let in_order: Vec<f64> = (-40..600).map(|i| f64::from(i) / 7.0).collect();
    // Groups in order, others that fall, and NaN among them.
    let mut mixed = in_order.clone();
    mixed[100..160].reverse();
    mixed[300] = f64::NAN;
    mixed.rotate_left(123);
    for wanted in [in_order, mixed] {
        for side in [Side::Left, Side::Right] {
            let mut found = vec![0; wanted.len()];
            search((&edges[..]).into(), (&wanted[..]).into(), side, &mut found);
            for (&x, &place) in wanted.iter().zip(&found) {
                let before = |edge: &f64| match side {
                    _ if x.is_nan() => true,
                    Side::Left => *edge < x,
                    Side::Right => *edge <= x,
                };
                assert_eq!(place, edges.partition_point(before) as i64, "{x}");
            }
        }
    }
}

#[test]
fn groups_longer_than_a_block_are_told_apart() {
    for (len, width) in [
        (511, 1),
        (512, 2),
        (513, 1),
        (1024, 700),
        (3000, 3),
        (3001, 1),
    ] {
        let x: Vec<i32> = (0..len).map(|i| i / width).collect();
        let mut want = x.clone();
        want.dedup();
        let mut got = x.clone();
        let count = distinct(Out::from(&mut got[..]), true);
        assert_eq!(got[..count], want, "{len} {width}");
        let (mut got, mut starts) = (x.clone(), vec![-1; x.len()]);
        let count = distinct_starts(Out::from(&mut got[..]), true, &mut starts);
        assert_eq!(got[..count], want, "{len} {width}");
        let begins = |(i, &start): (usize, &i64)| start == i as i64 * i64::from(width);
        assert!(
            starts[..count].iter().enumerate().all(begins),
            "{len} {width}"
        );
    }
    let mut numbers = vec![f64::NAN; 1300];
    numbers[..600].fill(2.0);
    let count = |equal_nan| distinct(Out::from(&mut numbers.clone()[..]), equal_nan);
    assert_eq!((count(true), count(false)), (2, 701));
}

#[test]
fn values_below_edges_are_counted() {
    let edges = [0.0f32, 1.0, 1.0, 4.0];
    let x: Vec<f32> = (0..3000)
        .map(|i| (i % 7) as f32 - 1.0)
        .chain([f32::NAN, f32::INFINITY, f32::NEG_INFINITY])
        .collect();
    let mut counts = [5; 4];
    below((&edges[..]).into(), (&x[..]).into(), &mut counts);
    let less = |edge: f32| x.iter().filter(|&&x| x < edge).count() as i64;
    let not_above = x.iter().filter(|&&x| x <= 4.0).count() as i64;
    let want = [less(0.0), less(1.0), less(1.0), not_above].map(|count| count + 5);
    assert_eq!(counts, want);
}
