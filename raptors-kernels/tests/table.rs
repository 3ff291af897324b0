//! Laws of every row of the ufunc table: names, documentation, levels that agree, tails that are
//! computed as everything else.

use raptors_kernels::{
    ALIASES, DType, In, Level, Loop, Out, Ufunc,
    dtype::{Complex32, Complex64},
    with_dtype,
};
use std::collections::HashSet;

#[test]
fn names_are_unique_and_found() {
    let mut seen = HashSet::new();
    for &ufunc in Ufunc::ALL {
        assert!(seen.insert(ufunc.name()), "{} twice", ufunc.name());
        assert_eq!(Ufunc::from_name(ufunc.name()), Some(ufunc));
    }
    for &(name, ufunc) in ALIASES {
        assert!(seen.insert(name), "{name} twice");
        assert_eq!(Ufunc::from_name(name), Some(ufunc));
    }
    assert_eq!(Ufunc::from_name("no such ufunc"), None);
}

#[test]
fn rows_are_documented_and_have_one_to_three_inputs() {
    for &ufunc in Ufunc::ALL {
        let (name, doc) = (ufunc.name(), ufunc.doc().trim());
        assert!(!doc.is_empty() && doc.ends_with('.'), "{name}: {doc:?}");
        let example = doc.lines().last().unwrap_or_default();
        assert!(
            example.contains(&format!("{name}(")) && example.contains("` is `"),
            "{name} has no example: {example}"
        );
        assert!((1..=3).contains(&ufunc.nin()), "{name}");
        assert!((1..=2).contains(&ufunc.nout()), "{name}");
        assert!(ufunc.cost() >= 1, "{name}");
        assert!(
            DType::ALL.iter().any(|&dtype| ufunc.has(dtype)),
            "{name} has no loop"
        );
    }
}

#[test]
fn integers_are_computed_in_a_dtype_that_has_a_loop() {
    for &ufunc in Ufunc::ALL {
        let float = ufunc.integers();
        assert!(
            float.is_none_or(|dtype| ufunc.has(dtype)),
            "{}",
            ufunc.name()
        );
    }
}

/// A generator of repeatable bits (Marsaglia's xorshift64).
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// Values where formulas change hands or fail.
const SPECIAL: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.5,
    -7.0,
    3.0,
    100.25,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    1e-320,
    1e-40,
    -2.3e-308,
    1.7e308,
    -3.4e38,
    8_388_609.0,
    4_503_599_627_370_497.0,
];

/// How many elements each run has: more than the squares of the special values.
const COUNT: usize = 1000;

/// A run of special values, small numbers and random bits.
fn fill(random: &mut Random, mut run: Out<'_>, position: usize) {
    let special = |i: usize| SPECIAL[(i / SPECIAL.len().pow(position as u32 % 2)) % SPECIAL.len()];
    macro_rules! numbers {
        ($t:ty, $from_bits:expr) => {
            for (i, x) in run.of::<$t>().iter_mut().enumerate() {
                let bits = random.bits();
                let from_bits: fn(u64) -> $t = $from_bits;
                *x = match i {
                    0..500 => special(i) as $t,
                    500..750 => (bits % 4000) as $t / 100 as $t,
                    _ => from_bits(bits),
                };
            }
        };
    }
    match run.dtype() {
        DType::F32 => numbers!(f32, |bits| f32::from_bits(bits as u32)),
        DType::F64 => numbers!(f64, f64::from_bits),
        DType::C64 => {
            for (i, x) in run.of::<Complex32>().iter_mut().enumerate() {
                let mut part = |k: usize| match i {
                    0..500 => special(i.rotate_left(k as u32)) as f32,
                    _ => (random.bits() % 4000) as f32 / 100.0 - 20.0,
                };
                *x = Complex32::new(part(0), part(3));
            }
        }
        DType::C128 => {
            for (i, x) in run.of::<Complex64>().iter_mut().enumerate() {
                let mut part = |k: usize| match i {
                    0..500 => special(i.rotate_left(k as u32)),
                    _ => (random.bits() % 4000) as f64 / 100.0 - 20.0,
                };
                *x = Complex64::new(part(0), part(3));
            }
        }
        dtype => {
            let size = dtype.size();
            for (i, x) in run.bytes().chunks_mut(size).enumerate() {
                let small = (random.bits() % 9) as i64 - 4;
                let value = [
                    0,
                    1,
                    -1,
                    i64::MAX,
                    i64::MIN,
                    small,
                    i64::MAX >> 32,
                    i64::MIN >> 48,
                ];
                let value = if i < 500 {
                    value[(i >> (3 * (position % 3))) % 8]
                } else {
                    random.bits() as i64
                };
                let edge = if value == i64::MIN {
                    i64::MIN >> (64 - 8 * size)
                } else {
                    value
                };
                x.copy_from_slice(&edge.to_le_bytes()[..size]);
            }
        }
    }
}

/// A run of zeros that owns its memory.
struct Column {
    memory: Vec<Complex64>,
    dtype: DType,
}

impl Column {
    fn new(dtype: DType) -> Self {
        Self {
            memory: vec![Complex64::default(); COUNT],
            dtype,
        }
    }
    fn read(&self) -> In<'_> {
        In::from(&self.memory[..]).view(self.dtype).range(0, COUNT)
    }
    fn write(&mut self) -> Out<'_> {
        Out::from(&mut self.memory[..]).view(self.dtype)
    }
}

/// The results of `bound` for the first `count` elements of `inputs`.
fn results(bound: Loop, inputs: &[Column], count: usize) -> Vec<Column> {
    let mut columns: Vec<_> = bound
        .outputs()
        .iter()
        .map(|&dtype| Column::new(dtype))
        .collect();
    let ins: Vec<_> = inputs
        .iter()
        .map(|column| column.read().range(0, count))
        .collect();
    let mut wholes: Vec<_> = columns.iter_mut().map(Column::write).collect();
    let mut outs: Vec<_> = wholes.iter_mut().map(|out| out.range(0, count)).collect();
    bound.run(&ins, &mut outs);
    columns
}

/// The inputs of `bound`: special and random.
fn inputs(bound: Loop) -> Vec<Column> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut columns: Vec<_> = bound
        .inputs()
        .iter()
        .map(|&dtype| Column::new(dtype))
        .collect();
    for (position, column) in columns.iter_mut().enumerate() {
        let mut out = column.write();
        fill(&mut random, out.range(0, COUNT), position);
    }
    columns
}

/// Every ufunc with every dtype that it has a loop of its own for.
fn rows() -> impl Iterator<Item = (Ufunc, DType)> {
    let all = Ufunc::ALL.iter();
    all.flat_map(|&ufunc| DType::ALL.iter().map(move |&dtype| (ufunc, dtype)))
        .filter(|&(ufunc, dtype)| {
            let bound = ufunc.bind(Level::get(), dtype);
            bound.is_some_and(|bound| !bound.widens())
        })
}

/// Real and imaginary part of a floating-point element, and the relative size of its last place.
fn parts(run: In<'_>, i: usize) -> Option<([f64; 2], f64, f64)> {
    let single = (f32::EPSILON.into(), f32::MIN_POSITIVE.into());
    let double = (f64::EPSILON, f64::MIN_POSITIVE);
    let (parts, (epsilon, least)) = match run.dtype() {
        DType::F16 => (
            [run.of::<raptors_kernels::dtype::f16>()[i].to_f64(), 0.0],
            (2f64.powi(-10), 2f64.powi(-14)),
        ),
        DType::F32 => ([run.of::<f32>()[i].into(), 0.0], single),
        DType::F64 => ([run.of::<f64>()[i], 0.0], double),
        DType::C64 => {
            let z = run.of::<Complex32>()[i];
            ([z.re.into(), z.im.into()], single)
        }
        DType::C128 => {
            let z = run.of::<Complex64>()[i];
            ([z.re, z.im], double)
        }
        _ => return None,
    };
    Some((parts, epsilon, least))
}

/// Whether two results agree within `ulp` units of the last place of the larger part.
fn agree(got: In<'_>, want: In<'_>, i: usize, ulp: u32) -> bool {
    let (Some((got, epsilon, least)), Some((want, ..))) = (parts(got, i), parts(want, i)) else {
        return with_dtype!(got.dtype(), T => got.of::<T>()[i] == want.of::<T>()[i]);
    };
    let size = want[0].abs().max(want[1].abs()).max(least);
    // The power of two below carries the unit of the last place.
    let unit = f64::from_bits(size.to_bits() & f64::INFINITY.to_bits()) * epsilon;
    got.iter().zip(want).all(|(&got, want)| {
        got == want || got.is_nan() && want.is_nan() || (got - want).abs() <= f64::from(ulp) * unit
    })
}

/// Complex products round once less where there is an instruction, so that where one level
/// overflows to NaN on the way, another need not.
fn finite(run: In<'_>, i: usize) -> bool {
    run.dtype().kind() != raptors_kernels::Kind::Complex
        || parts(run, i).is_none_or(|(parts, ..)| parts.iter().all(|part| part.abs() < 1e30))
}

/// How often a complex exponential holds the error of its exponent, which is rounded: its length, and one.
fn times(ufunc: Ufunc, inputs: &[Column], i: usize) -> f64 {
    let length = |[re, im]: [f64; 2]| re.hypot(im);
    let mut columns = inputs.iter().filter_map(|column| parts(column.read(), i));
    1.0 + match (ufunc, columns.next(), columns.next()) {
        (Ufunc::exp2, Some((z, ..)), _) => length(z),
        (Ufunc::power | Ufunc::float_power, Some((x, ..)), Some((y, ..))) if length(x) > 0.0 => {
            length(y) * length([length(x).ln(), x[1].atan2(x[0])])
        }
        _ => 0.0,
    }
}

#[test]
fn every_level_agrees_with_one_element_at_a_time() {
    let levels = Level::available();
    for (ufunc, dtype) in rows() {
        let scalar = ufunc.bind(levels[0], dtype).unwrap();
        let inputs = inputs(scalar);
        let want = results(scalar, &inputs, COUNT);
        for &level in &levels[1..] {
            let got = results(ufunc.bind(level, dtype).unwrap(), &inputs, COUNT);
            let complex = dtype.kind() == raptors_kernels::Kind::Complex;
            for (got, want) in got.iter().zip(&want) {
                for i in
                    (0..COUNT).filter(|&i| inputs.iter().all(|column| finite(column.read(), i)))
                {
                    // Each side may be off by the row's error.
                    let times = if complex {
                        times(ufunc, &inputs, i)
                    } else {
                        1.0
                    };
                    let ulp = (times * f64::from(2 * ufunc.ulp())) as u32;
                    assert!(
                        agree(got.read(), want.read(), i, ulp),
                        "{} {} at {}, element {i}: {:?} and {:?}",
                        ufunc.name(),
                        dtype.name(),
                        level.name(),
                        parts(got.read(), i),
                        parts(want.read(), i),
                    );
                }
            }
        }
    }
}

#[test]
fn a_result_does_not_depend_on_the_length_of_its_run() {
    let levels = Level::available();
    for (ufunc, dtype) in rows() {
        for &level in &levels {
            let bound = ufunc.bind(level, dtype).unwrap();
            let inputs = inputs(bound);
            let whole = results(bound, &inputs, COUNT);
            for count in 0..=70 {
                for (part, whole) in results(bound, &inputs, count).iter().zip(&whole) {
                    for i in 0..count {
                        assert!(
                            agree(part.read(), whole.read(), i, 0),
                            "{} {} at {}, element {i} of {count}",
                            ufunc.name(),
                            dtype.name(),
                            level.name(),
                        );
                    }
                    let rest = part.read().range(count, COUNT - count);
                    assert!(
                        rest.bytes().iter().all(|&byte| byte == 0),
                        "{}",
                        ufunc.name()
                    );
                }
            }
        }
    }
}
