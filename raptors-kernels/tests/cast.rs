//! Every pair of dtypes at every level: laws of conversion, and NumPy's values where C has none.

use half::f16;
use num_complex::{Complex32, Complex64};
use raptors_kernels::{Bool, DType, Element, In, Kind, Level, Out, Scalar, cast, with_dtype};

/// Converts at every level, checks that they agree to the bit, and gives the common result.
fn convert<A: Element, B: Element>(from: &[A]) -> Vec<B> {
    let mut results = Level::available().into_iter().map(|level| {
        let mut to = vec![B::default(); from.len()];
        cast(level, In::from(from), Out::from(&mut to[..]));
        (level, to)
    });
    let (_, first) = results.next().expect("the scalar level is always there");
    for (level, other) in results {
        assert_eq!(
            In::from(&first[..]).bytes(),
            In::from(&other[..]).bytes(),
            "{} to {} at {level:?}: {first:?} {other:?}",
            A::DTYPE.name(),
            B::DTYPE.name()
        );
    }
    first
}

/// Each value often enough that vector loops, their tails and blocks see it.
fn often<T: Copy>(values: &[T]) -> Vec<T> {
    values
        .iter()
        .copied()
        .cycle()
        .take(values.len() * 40 + 3)
        .collect()
}

/// Numbers at and around every edge, as each dtype holds them.
fn samples<T: Element>() -> Vec<T> {
    let mut values = vec![
        0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5, 0.1, -0.1, 100.7, 2049.0, 2051.0,
    ];
    for bits in [7, 8, 11, 15, 16, 24, 31, 32, 53, 63, 64] {
        let edge = (bits as f64).exp2();
        for near in [
            edge,
            edge - 1.0,
            edge + 1.0,
            edge * 1.3,
            edge.next_down(),
            edge.next_up(),
        ] {
            values.extend([near, -near]);
        }
    }
    values.extend([
        65519.9, 65520.0, 6e-8, 2.9e-8, 2.98e-8, 6.1e-5, 1e-40, 1e300,
    ]);
    values.extend([f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
    convert::<f64, T>(&often(&values))
}

/// A number without its type, as Python would hold it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    Integer(i128),
    Float(f64, f64),
}

fn value<T: Element>(x: T) -> Value {
    let x = Scalar::new(x);
    match T::DTYPE {
        DType::Bool => Value::Integer(x.get::<Bool>().get() as i128),
        DType::I8 => Value::Integer(x.get::<i8>().into()),
        DType::U8 => Value::Integer(x.get::<u8>().into()),
        DType::I16 => Value::Integer(x.get::<i16>().into()),
        DType::U16 => Value::Integer(x.get::<u16>().into()),
        DType::I32 => Value::Integer(x.get::<i32>().into()),
        DType::U32 => Value::Integer(x.get::<u32>().into()),
        DType::I64 => Value::Integer(x.get::<i64>().into()),
        DType::U64 => Value::Integer(x.get::<u64>().into()),
        DType::F16 => Value::Float(x.get::<f16>().to_f64(), 0.0),
        DType::F32 => Value::Float(x.get::<f32>().into(), 0.0),
        DType::F64 => Value::Float(x.get(), 0.0),
        DType::C64 => {
            let z = x.get::<Complex32>();
            Value::Float(z.re.into(), z.im.into())
        }
        DType::C128 => {
            let z = x.get::<Complex64>();
            Value::Float(z.re, z.im)
        }
    }
}

/// What NumPy's vector loops give for a float that they truncate to an integer of `size` bytes.
fn truncated(x: f64, from: DType, signed: bool, size: usize) -> i128 {
    let fits = |bits: u32| x.trunc() >= -(bits as f64).exp2() && x.trunc() < (bits as f64).exp2();
    let whole = |bits: u32| {
        if fits(bits) {
            x.trunc() as i128
        } else {
            -(1 << bits)
        }
    };
    let half = |bits: u32| {
        let edge = (bits as f64).exp2();
        if x < edge || x.is_nan() {
            whole(bits)
        } else if x < 2.0 * edge {
            x.trunc() as i128
        } else {
            0
        }
    };
    match (signed, size) {
        (_, 1 | 2) | (true, 4) => whole(31),
        // float16 has only the scalar loop, which truncates to 64 bits and keeps the low half.
        (false, 4) if from == DType::F16 => whole(63),
        (false, 4) => half(31),
        (true, _) => whole(63),
        (false, _) => half(63),
    }
}

/// The float16 nearest to `x`, ties to even (`f16::from_f64` looks at the upper half of `x` only).
fn nearest_float16(x: f64) -> f64 {
    let exponent = (x.to_bits() >> 52 & 0x7ff) as i32 - 1023;
    let unit = f64::from(exponent.max(-14) - 10).exp2();
    let nearest = (x / unit).round_ties_even() * unit;
    if x.is_finite() && nearest.abs() >= 65520.0 {
        f64::INFINITY.copysign(x)
    } else {
        nearest
    }
}

/// The value that converting `x` gives.
fn expected(x: Value, from: DType, to: DType) -> Value {
    let wrap = |x: i128| {
        let bits = 8 * to.size() as u32;
        let low = x & ((1 << bits) - 1);
        let negative = to.kind() == Kind::Signed && low >> (bits - 1) != 0;
        Value::Integer(if negative { low - (1 << bits) } else { low })
    };
    let round = |x: Value| {
        let (re, im, integer) = match x {
            Value::Integer(x) => (x as f64, 0.0, Some(x)),
            Value::Float(re, im) => (re, im, None),
        };
        let single = |x: f64| integer.map_or(x as f32, |x| x as f32) as f64;
        match to {
            DType::F16 => Value::Float(nearest_float16(re), 0.0),
            DType::F32 => Value::Float(single(re), 0.0),
            DType::F64 => Value::Float(re, 0.0),
            DType::C64 => Value::Float(single(re), im as f32 as f64),
            _ => Value::Float(re, im),
        }
    };
    match (to.kind(), x) {
        (Kind::Bool, Value::Integer(x)) => Value::Integer((x != 0) as i128),
        (Kind::Bool, Value::Float(re, im)) => Value::Integer((re != 0.0 || im != 0.0) as i128),
        (Kind::Signed | Kind::Unsigned, Value::Integer(x)) => wrap(x),
        (kind @ (Kind::Signed | Kind::Unsigned), Value::Float(re, _)) => {
            wrap(truncated(re, from, kind == Kind::Signed, to.size()))
        }
        (Kind::Float | Kind::Complex, x) => round(x),
    }
}

fn same(a: Value, b: Value) -> bool {
    let equal = |a: f64, b: f64| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
    match (a, b) {
        (Value::Float(a, ai), Value::Float(b, bi)) => equal(a, b) && equal(ai, bi),
        (a, b) => a == b,
    }
}

#[test]
fn every_pair_converts_as_numpy_does() {
    for &from in DType::ALL {
        for &to in DType::ALL {
            with_dtype!(from, A => with_dtype!(to, B => {
                let x = samples::<A>();
                for (&x, y) in x.iter().zip(convert::<A, B>(&x)) {
                    let want = expected(value(x), from, to);
                    assert!(same(value(y), want), "{x:?} from {from:?} to {to:?}: {y:?}, not {want:?}");
                }
            }));
        }
    }
}

#[test]
fn a_complex_number_keeps_its_imaginary_part_in_complex_and_bool() {
    let x = often(&[
        Complex64::new(1.5, -2.5),
        Complex64::new(0.0, 1.0),
        Complex64::new(0.0, 0.0),
    ]);
    let y: Vec<Complex32> = convert(&x);
    assert_eq!(
        &y[..2],
        &[Complex32::new(1.5, -2.5), Complex32::new(0.0, 1.0)]
    );
    assert_eq!(convert::<Complex32, Complex64>(&y), x);
    let truth: Vec<bool> = convert::<_, Bool>(&y).into_iter().map(Bool::get).collect();
    assert_eq!(&truth[..3], &[true, true, false]);
    assert_eq!(&convert::<_, i16>(&x)[..3], &[1, 0, 0]);
}

#[test]
fn every_float16_survives_float32_and_float64() {
    let all: Vec<f16> = (0..=u16::MAX).map(f16::from_bits).collect();
    for (x, y) in all.iter().zip(convert::<f16, f32>(&all)) {
        assert_eq!(y.to_bits(), x.to_f32().to_bits(), "{:#x}", x.to_bits());
    }
    let quiet = |x: f16| x.to_bits() | if x.is_nan() { 0x200 } else { 0 };
    for (x, (y, z)) in all.iter().zip(
        convert::<f32, f16>(&convert::<f16, f32>(&all))
            .into_iter()
            .zip(convert::<f64, f16>(&convert::<f16, f64>(&all))),
    ) {
        assert_eq!(y.to_bits(), quiet(*x));
        assert_eq!(z.to_bits(), quiet(*x));
    }
}

#[test]
fn float16_is_rounded_once_between_every_two_neighbours() {
    let mut x = Vec::new();
    for bits in 0..0x7c00_u16 {
        let low = f16::from_bits(bits).to_f64();
        let high = f16::from_bits(bits + 1).to_f64();
        let tie = if high.is_infinite() {
            65520.0
        } else {
            f64::midpoint(low, high)
        };
        for near in [low, tie.next_down(), tie, tie.next_up()] {
            x.extend([near, -near]);
        }
    }
    for (&x, y) in x.iter().zip(convert::<f64, f16>(&x)) {
        assert!(
            same(value(y), Value::Float(nearest_float16(x), 0.0)),
            "{x:e} gives {y}"
        );
    }
    let x: Vec<f32> = x.iter().map(|&x| x as f32).collect();
    for (&x, y) in x.iter().zip(convert::<f32, f16>(&x)) {
        assert!(
            same(value(y), Value::Float(nearest_float16(x.into()), 0.0)),
            "{x:e} gives {y}"
        );
    }
}

/// float32 and float64 give the same; from `np.repeat(x, 1000).astype(dtype)`, NumPy 2.4.6, x86-64.
#[test]
fn what_does_not_fit_gives_numpys_value() {
    let x = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        300.0,
        -300.0,
        70000.0,
        -70000.0,
        1e30,
        -1e30,
    ];
    let (m32, m64) = (i32::MIN, i64::MIN);
    let i8s: [i8; 9] = [0, 0, 0, 44, -44, 112, -112, 0, 0];
    let u8s: [u8; 9] = [0, 0, 0, 44, 212, 112, 144, 0, 0];
    let i16s: [i16; 9] = [0, 0, 0, 300, -300, 4464, -4464, 0, 0];
    let u16s: [u16; 9] = [0, 0, 0, 300, 65236, 4464, 61072, 0, 0];
    let i32s = [m32, m32, m32, 300, -300, 70000, -70000, m32, m32];
    let u32s = [
        1 << 31,
        0,
        1 << 31,
        300,
        4_294_966_996,
        70000,
        4_294_897_296,
        0,
        1 << 31,
    ];
    let i64s = [m64, m64, m64, 300, -300, 70000, -70000, m64, m64];
    let top = 1_u64 << 63;
    let minus = |x: u64| x.wrapping_neg();
    let u64s = [top, 0, top, 300, minus(300), 70000, minus(70000), 0, top];
    let singles = x.map(|x| x as f32);
    macro_rules! check {
        ($($want:ident: $t:ty)*) => {$(
            assert_eq!(convert::<f64, $t>(&often(&x)), often(&$want));
            assert_eq!(convert::<f32, $t>(&often(&singles)), often(&$want));
        )*};
    }
    check!(i8s: i8 u8s: u8 i16s: i16 u16s: u16 i32s: i32 u32s: u32 i64s: i64 u64s: u64);
}

#[test]
fn ends_that_fill_no_vector_are_narrowed_too() {
    let x: Vec<u64> = (1..100_u64)
        .map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .collect();
    macro_rules! check {
        ($($from:ty => $($to:ty)*;)*) => {$(
            let from: Vec<$from> = x.iter().map(|&x| (x as u32 >> 4) as $from).collect();
            for len in 0..from.len() {
                $(
                    let want: Vec<$to> = from[..len].iter().map(|&x| x as u64 as $to).collect();
                    assert_eq!(convert::<$from, $to>(&from[..len]), want);
                )*
            }
        )*};
    }
    check!(
        u32 => i8 u8 i16 u16;
        i64 => i8 u8 i16 u16 u32;
        f32 => i8 u8 i16 u16 u32;
        f64 => i8 u8 i16 u16 u32;
    );
}

#[test]
fn long_integers_are_rounded_once() {
    let near = |x: u64| (x.saturating_sub(2)..=x.saturating_add(2)).collect::<Vec<_>>();
    let x: Vec<u64> = (0..64)
        .flat_map(|bit| [1, 3, 0x0100_0001, 0x0180_0001].map(|x: u64| x << bit >> 1))
        .flat_map(near)
        .collect();
    let want: Vec<f32> = x.iter().map(|&x| x as f32).collect();
    assert_eq!(convert::<u64, f32>(&x), want);
}

#[test]
fn any_byte_but_zero_is_true_and_true_is_one() {
    let bytes: Vec<u8> = (0..=255).collect();
    let truths = In::from(&bytes[..]).view(DType::Bool);
    for &to in DType::ALL {
        with_dtype!(to, T => {
            let mut out = vec![T::default(); 256];
            cast(Level::get(), truths, Out::from(&mut out[..]));
            assert!(same(value(out[0]), expected(Value::Integer(0), DType::Bool, to)));
            for &x in &out[1..] {
                assert!(same(value(x), expected(Value::Integer(1), DType::Bool, to)));
            }
        });
    }
}

#[test]
#[should_panic(expected = "different lengths")]
fn lengths_must_agree() {
    cast(
        Level::get(),
        In::from(&[1_i32, 2][..]),
        Out::from(&mut [0.0_f64][..]),
    );
}
