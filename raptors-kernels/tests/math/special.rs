//! Zeros, infinities, NaN and exact results, as IEEE 754 has them.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "edges as they are"
)]

use super::{run, ulps, ulps32};
use raptors_kernels::{DType, Level, Status, Ufunc};

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn special_values_are_ieee_754s() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    #[rustfmt::skip]
    let cases: &[(&str, &[(f64, f64)])] = &[
        ("exp", &[(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (NAN, NAN), (1e9, INF),
            (-1e9, 0.0)]),
        ("exp2", &[(0.0, 1.0), (10.0, 1024.0), (-3.0, 0.125), (INF, INF), (-INF, 0.0), (NAN, NAN)]),
        ("expm1", &[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -1.0), (NAN, NAN), (1e9, INF)]),
        ("log", &[(1.0, 0.0), (0.0, -INF), (-0.0, -INF), (-1.0, NAN), (INF, INF), (-INF, NAN),
            (NAN, NAN)]),
        ("log2", &[(1.0, 0.0), (1024.0, 10.0), (0.125, -3.0), (0.0, -INF), (-1.0, NAN),
            (INF, INF), (NAN, NAN)]),
        ("log10", &[(1.0, 0.0), (1000.0, 3.0), (1e10, 10.0), (0.0, -INF), (-1.0, NAN),
            (INF, INF), (NAN, NAN)]),
        ("log1p", &[(0.0, 0.0), (-0.0, -0.0), (-1.0, -INF), (-2.0, NAN), (INF, INF),
            (-INF, NAN), (NAN, NAN)]),
        ("sin", &[(0.0, 0.0), (-0.0, -0.0), (INF, NAN), (-INF, NAN), (NAN, NAN)]),
        ("cos", &[(0.0, 1.0), (-0.0, 1.0), (INF, NAN), (-INF, NAN), (NAN, NAN)]),
        ("tan", &[(0.0, 0.0), (-0.0, -0.0), (INF, NAN), (-INF, NAN), (NAN, NAN)]),
        ("arcsin", &[(0.0, 0.0), (-0.0, -0.0), (1.5, NAN), (-INF, NAN), (NAN, NAN)]),
        ("arccos", &[(1.0, 0.0), (1.5, NAN), (-1.5, NAN), (INF, NAN), (NAN, NAN)]),
        ("arctan", &[(0.0, 0.0), (-0.0, -0.0), (NAN, NAN)]),
        ("sinh", &[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -INF), (800.0, INF), (NAN, NAN)]),
        ("cosh", &[(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, INF), (-800.0, INF), (NAN, NAN)]),
        ("tanh", &[(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (50.0, 1.0), (NAN, NAN)]),
        ("arcsinh", &[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -INF), (NAN, NAN)]),
        ("arccosh", &[(1.0, 0.0), (0.5, NAN), (-3.0, NAN), (INF, INF), (-INF, NAN), (NAN, NAN)]),
        ("arctanh", &[(0.0, 0.0), (-0.0, -0.0), (1.0, INF), (-1.0, -INF), (1.5, NAN),
            (INF, NAN), (NAN, NAN)]),
        ("sigmoid", &[(0.0, 0.5), (INF, 1.0), (-INF, 0.0), (NAN, NAN)]),
        ("silu", &[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (NAN, NAN)]),
        ("gelu", &[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (NAN, NAN)]),
        ("gelu_exact", &[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (NAN, NAN)]),
        ("erf", &[(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (9.0, 1.0), (NAN, NAN)]),
        ("softplus", &[(INF, INF), (-INF, 0.0), (NAN, NAN)]),
        ("log_sigmoid", &[(INF, -0.0), (-INF, -INF), (NAN, NAN)]),
        ("mish", &[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (NAN, NAN)]),
        ("selu", &[(0.0, 0.0), (INF, INF), (NAN, NAN)]),
    ];
    for &(name, pairs) in cases {
        let ufunc = Ufunc::from_name(name).unwrap();
        let same =
            |got: f64, want: f64| got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan();
        for level in Level::available() {
            for &(x, want) in pairs {
                // In a run of many, so that the vector code is what runs.
                let got = run(ufunc, level, &[vec![x; 67]]);
                assert!(
                    got.iter().all(|&y| same(y, want)),
                    "{name}({x}) = {} at {}",
                    got[0],
                    level.name()
                );
                let got = run(ufunc, level, &[vec![x as f32; 67]]);
                let want = want as f32;
                assert!(
                    got.iter().all(|&y| same(y.into(), want.into())),
                    "float32 {name}({x}) = {} at {}",
                    got[0],
                    level.name()
                );
            }
        }
    }
    assert!(Ufunc::exp.has(DType::F16));
}

#[test]
fn arctan2_knows_the_axes_and_the_corners() {
    use core::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};
    const INF: f64 = f64::INFINITY;
    #[rustfmt::skip]
    let cases = [
        (0.0, 1.0, 0.0), (-0.0, 1.0, -0.0), (0.0, -1.0, PI), (-0.0, -1.0, -PI), (0.0, 0.0, 0.0),
        (0.0, -0.0, PI), (-0.0, -0.0, -PI), (1.0, 0.0, FRAC_PI_2), (-1.0, 0.0, -FRAC_PI_2),
        (INF, 1.0, FRAC_PI_2), (-INF, -1.0, -FRAC_PI_2), (1.0, INF, 0.0), (-1.0, INF, -0.0),
        (1.0, -INF, PI), (INF, INF, FRAC_PI_4), (-INF, -INF, -3.0 * FRAC_PI_4),
        (1e308, 1e308, FRAC_PI_4), (5e-324, 5e-324, FRAC_PI_4), (f64::NAN, 1.0, f64::NAN),
        (1.0, f64::NAN, f64::NAN), (f64::NAN, INF, f64::NAN),
    ];
    for level in Level::available() {
        for (y, x, want) in cases {
            let got = run(Ufunc::arctan2, level, &[vec![y; 33], vec![x; 33]])[32];
            assert!(
                ulps(got, want) == 0 && got.is_sign_negative() == want.is_sign_negative()
                    || want.is_nan() && got.is_nan(),
                "arctan2({y}, {x}) = {got}, not {want}, at {}",
                level.name()
            );
            let (y, x) = (y as f32, x as f32);
            let got = run(Ufunc::arctan2, level, &[vec![y; 33], vec![x; 33]])[32];
            assert!(
                ulps32(got, want) <= 1.0 || y == x,
                "float32 arctan2({y}, {x}) = {got}, not {want}, at {}",
                level.name()
            );
        }
    }
}

#[test]
fn angles_do_not_depend_on_the_points_beside_them() {
    let points: Vec<(f64, f64)> = (0..75u32)
        .map(|i| (f64::from(i) * 0.7 - 20.3, f64::from(i * i % 53) - 25.6))
        .collect();
    let unusual = [
        0.0,
        -0.0,
        1e-40,
        1e40,
        1e-300,
        1e300,
        5e-324,
        f64::INFINITY,
        f64::NAN,
    ];
    let (ys, xs): (Vec<_>, Vec<_>) = points.into_iter().unzip();
    let narrow = |run: &[f64]| -> Vec<f32> { run.iter().map(|&x| x as f32).collect() };
    for level in Level::available() {
        let want = run(Ufunc::arctan2, level, &[ys.clone(), xs.clone()]);
        let want32 = run(Ufunc::arctan2, level, &[narrow(&ys), narrow(&xs)]);
        for (i, place) in (0..75).step_by(5).enumerate() {
            for (y, x) in [(0, i), (i, 0), (i, i + 1)] {
                let (mut ys, mut xs) = (ys.clone(), xs.clone());
                ys[place] = unusual[y % unusual.len()];
                xs[place] = unusual[x % unusual.len()];
                let got = run(Ufunc::arctan2, level, &[ys.clone(), xs.clone()]);
                let got32 = run(Ufunc::arctan2, level, &[narrow(&ys), narrow(&xs)]);
                for i in (0..75).filter(|&i| i != place) {
                    let beside = (level.name(), ys[place], xs[place]);
                    assert_eq!(got[i].to_bits(), want[i].to_bits(), "{i} {beside:?}");
                    assert_eq!(got32[i].to_bits(), want32[i].to_bits(), "{i} {beside:?}");
                }
            }
        }
    }
}

#[test]
fn power_and_sums_of_powers_follow_ieee_754() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    #[rustfmt::skip]
    let cases = [
        ("power", 0.0, 0.0, 1.0), ("power", NAN, 0.0, 1.0), ("power", 1.0, NAN, 1.0),
        ("power", 1.0, INF, 1.0), ("power", -1.0, INF, 1.0), ("power", -1.0, -INF, 1.0),
        ("power", NAN, 1.0, NAN), ("power", 2.0, NAN, NAN), ("power", -2.0, 0.5, NAN),
        ("power", -2.0, 3.0, -8.0), ("power", -2.0, -2.0, 0.25), ("power", 0.0, -1.0, INF),
        ("power", -0.0, -1.0, -INF), ("power", -0.0, -2.0, INF), ("power", -0.0, 3.0, -0.0),
        ("power", -0.0, 2.0, 0.0), ("power", 0.0, 0.5, 0.0), ("power", INF, 0.5, INF),
        ("power", INF, -0.5, 0.0), ("power", -INF, 3.0, -INF), ("power", -INF, 2.0, INF),
        ("power", -INF, -3.0, -0.0), ("power", -INF, 0.5, INF), ("power", 0.5, INF, 0.0),
        ("power", 0.5, -INF, INF), ("power", 2.0, INF, INF), ("power", 2.0, -INF, 0.0),
        ("power", 2.0, 0.5, core::f64::consts::SQRT_2), ("power", 10.0, 2.0, 100.0),
        ("power", 3.0, 3.0, 27.0), ("power", 2.0, 1e30, INF), ("power", 0.5, 1e30, 0.0),
        ("logaddexp", INF, INF, INF), ("logaddexp", -INF, -INF, -INF),
        ("logaddexp", INF, -INF, INF), ("logaddexp", -INF, 2.0, 2.0),
        ("logaddexp", NAN, 1.0, NAN), ("logaddexp", 1.0, NAN, NAN),
        ("logaddexp2", -INF, 2.0, 2.0), ("logaddexp2", 3.0, 3.0, 4.0),
        ("logaddexp2", NAN, INF, NAN), ("cbrt", 0.0, 0.0, 0.0), ("cbrt", -0.0, 0.0, -0.0),
        ("cbrt", INF, 0.0, INF), ("cbrt", -27.0, 0.0, -3.0), ("cbrt", -INF, 0.0, -INF),
        ("cbrt", NAN, 0.0, NAN),
    ];
    let same =
        |got: f64, want: f64| got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan();
    for level in Level::available() {
        for (name, x, y, want) in cases {
            let ufunc = Ufunc::from_name(name).unwrap();
            let columns = [vec![x; 33], vec![y; 33]];
            let got = run(ufunc, level, &columns[..ufunc.nin()])[32];
            assert!(
                same(got, want),
                "{name}({x}, {y}) = {got}, not {want}, at {}",
                level.name()
            );
            let columns = columns.map(|column| column.iter().map(|&x| x as f32).collect());
            let got = run::<f32>(ufunc, level, &columns[..ufunc.nin()])[32];
            assert!(
                same(got.into(), (want as f32).into()),
                "float32 {name}({x}, {y}) = {got}, not {want}, at {}",
                level.name()
            );
        }
    }
}

#[test]
fn powers_do_not_depend_on_the_pairs_beside_them() {
    let pairs: Vec<(f64, f64)> = [
        1.5,
        1.000000000000008,
        -2.5,
        0.0,
        -0.0,
        1.0,
        -1.0,
        3e-40,
        -7e5,
        f64::NAN,
        f64::INFINITY,
    ]
    .into_iter()
    .flat_map(|x| {
        [
            0.0,
            2.0,
            -3.0,
            0.5,
            -1.5,
            7.25,
            1e9,
            4503599627370497.0,
            5523024277101261.0,
            1e30,
            f64::NAN,
            -f64::INFINITY,
        ]
        .map(|y| (x, y))
    })
    .collect();
    // A pack of any four, so that all stand beside the usual ones and beside the others.
    let beside =
        |i: usize| [0, 1, 13, 29].map(|step| pairs[(i * step + step / 2 + i) % pairs.len()]);
    for level in Level::available() {
        for i in 0..pairs.len() {
            let run_of: Vec<_> = (0..40).map(|k| beside(i)[k % 4]).collect();
            let (xs, ys): (Vec<f64>, Vec<f64>) = run_of.iter().copied().unzip();
            let mixed = run(Ufunc::power, level, &[xs.clone(), ys.clone()]);
            let narrow = |run: &[f64]| -> Vec<f32> { run.iter().map(|&x| x as f32).collect() };
            let mixed32 = run(Ufunc::power, level, &[narrow(&xs), narrow(&ys)]);
            for k in 0..4 {
                let (x, y) = run_of[k];
                let alone = run(Ufunc::power, level, &[vec![x; 40], vec![y; 40]])[k];
                let alone32 = run(
                    Ufunc::power,
                    level,
                    &[vec![x as f32; 40], vec![y as f32; 40]],
                )[k];
                let same = |got: f64, want: f64| {
                    got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan()
                };
                let place = (level.name(), x, y, k);
                assert!(same(mixed[k], alone), "{place:?}: {} and {alone}", mixed[k]);
                assert!(
                    same(mixed32[k].into(), alone32.into()),
                    "float32 {place:?}: {} and {alone32}",
                    mixed32[k]
                );
            }
        }
    }
}

#[test]
fn angles_that_are_no_numbers_are_seen_wherever_they_stand() {
    for ufunc in [Ufunc::sin, Ufunc::cos, Ufunc::tan] {
        for level in Level::available() {
            for (len, place) in [(1, 0), (7, 6), (513, 512), (700, 3), (1100, 1030)] {
                let mut angles = vec![0.5; len];
                let usual = run(ufunc, level, &[angles.clone()])[0];
                let cases = [
                    (f64::NAN, Status::NONE),
                    (f64::INFINITY, Status::INVALID),
                    (f64::NEG_INFINITY, Status::INVALID),
                ];
                for (angle, status) in cases {
                    angles[place] = angle;
                    Status::clear();
                    let got = run(ufunc, level, &[angles.clone()]);
                    assert_eq!(Status::take(), status, "{ufunc:?} {level:?} {angle}");
                    for (i, got) in got.iter().enumerate() {
                        assert!(*got == usual || i == place && got.is_nan());
                    }
                }
            }
        }
    }
}

#[test]
fn near_and_far_angles_stand_among_each_other() {
    // What is left of an angle is computed in another way beyond some of these.
    let angles: [f32; 15] = [
        0.1,
        -0.05,
        1.5707964,
        7.853982,
        1023.9,
        -1024.1,
        5e3,
        -99_999.0,
        100_100.0,
        1e7,
        3e38,
        -0.0,
        f32::INFINITY,
        f32::NAN,
        // A signalling one.
        f32::from_bits(0x7fa0_0000),
    ];
    for level in Level::available() {
        let alone = angles.map(|angle| run(Ufunc::tan, level, &[vec![angle]])[0]);
        for (angle, tangent) in angles.into_iter().zip(alone) {
            let error = ulps32(tangent, f64::from(angle).tan());
            assert!(error <= 2.0, "{angle} {tangent} {}", level.name());
        }
        for len in [15, 16, 33, 40, 600] {
            for first in 0..angles.len() {
                let places = (0..len).map(|i| (i * i + first) % angles.len());
                let x: Vec<f32> = places.clone().map(|place| angles[place]).collect();
                let got = run(Ufunc::tan, level, &[x]);
                for (got, place) in got.iter().zip(places) {
                    let same = got.to_bits() == alone[place].to_bits();
                    assert!(
                        same || got.is_nan() && alone[place].is_nan(),
                        "{}",
                        angles[place]
                    );
                }
            }
        }
    }
}
