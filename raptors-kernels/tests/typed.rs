//! Ufuncs on slices: results, float16 through float32, and errors that name what is wrong.

use raptors_kernels::{Bool, DType, In, Level, Out, Ufunc, dtype::f16, typed::Error};

#[test]
fn float16_goes_through_float32_block_by_block() {
    let x: Vec<f16> = (0..1000).map(|i| f16::from_f32(i as f32 / 8.0)).collect();
    let y = vec![f16::from_f32(1.5); 1000];
    let mut out = vec![f16::ZERO; 1000];
    Ufunc::multiply.binary(&x, &y, &mut out).unwrap();
    let mut large = vec![Bool::default(); 1000];
    Ufunc::greater.binary(&x, &y, &mut large).unwrap();
    let (mut mantissas, mut exponents) = (vec![f16::ZERO; 1000], vec![0i32; 1000]);
    let outs = &mut [Out::from(&mut mantissas[..]), Out::from(&mut exponents[..])];
    Ufunc::frexp.call(&[In::from(&x[..])], outs).unwrap();
    let mut back = vec![f16::ZERO; 1000];
    Ufunc::ldexp
        .binary(&mantissas, &exponents, &mut back)
        .unwrap();
    for i in 0..1000 {
        assert_eq!(out[i], f16::from_f32(x[i].to_f32() * 1.5));
        assert_eq!(large[i].get(), i > 12);
        assert_eq!(back[i], x[i]);
    }
}

#[test]
fn float16_has_loops_of_its_own_where_its_spacing_matters() {
    let mut next = [f16::ZERO; 2];
    let x = [f16::ONE, f16::MAX];
    Ufunc::nextafter
        .binary(&x, &[f16::INFINITY; 2], &mut next)
        .unwrap();
    assert_eq!(next, [f16::from_bits(0x3c01), f16::INFINITY]);
    let mut spacing = [f16::ZERO; 3];
    Ufunc::spacing
        .unary(&[-f16::ONE, f16::ONE, f16::NEG_ZERO], &mut spacing)
        .unwrap();
    assert_eq!(
        spacing.map(f16::to_f32),
        [2f32.powi(-11), 2f32.powi(-10), 2f32.powi(-24)]
    );
}

#[test]
fn three_inputs_run() {
    let mut out = [0.0f64; 2];
    Ufunc::clip
        .ternary(&[5.0, -5.0], &[0.0, 0.0], &[1.0, 1.0], &mut out)
        .unwrap();
    assert_eq!(out, [1.0, 0.0]);
}

#[test]
fn errors_tell_what_does_not_fit() {
    let (x, mut out) = ([1.0f64; 3], [0.0f64; 3]);
    let ufunc = Ufunc::sqrt;
    assert_eq!(
        Ufunc::sqrt.unary(&[4i32; 3], &mut out),
        Err(Error::NoLoop {
            ufunc,
            dtype: DType::I32
        })
    );
    assert_eq!(
        Ufunc::sqrt.binary(&x, &x, &mut out),
        Err(Error::Arity {
            ufunc,
            given: (2, 1)
        })
    );
    assert_eq!(
        Ufunc::sqrt.unary(&x, &mut [0.0f32; 3]),
        Err(Error::Output {
            ufunc,
            index: 0,
            given: DType::F32,
            wanted: DType::F64
        })
    );
    assert_eq!(
        Ufunc::sqrt.unary(&x, &mut out[..2]),
        Err(Error::Length {
            ufunc,
            given: 2,
            wanted: 3
        })
    );
    let ufunc = Ufunc::add;
    let error = Ufunc::add.binary(&x, &[1.0f32; 3], &mut out).unwrap_err();
    assert_eq!(
        error,
        Error::Input {
            ufunc,
            index: 1,
            given: DType::F32,
            wanted: DType::F64
        }
    );
    assert_eq!(error.to_string(), "add: input 1 is float32, not float64");
}

#[test]
fn any_of_three_inputs_may_be_one_element() {
    let run = |n: usize, start: f32| -> Vec<f32> {
        (0..n)
            .map(|i| (i * 37 % 23) as f32 * 0.25 - start)
            .collect()
    };
    for level in Level::available() {
        let lerp = Ufunc::lerp.bind(level, DType::F32).unwrap();
        assert!(lerp.repeats());
        for n in [1, 2, 31, 256, 700] {
            let whole = [run(n, 1.0), run(n, 2.0), run(n, 3.0)];
            for singles in 0..8 {
                let is_single = |i: usize| singles >> i & 1 != 0;
                let given: Vec<Vec<f32>> = (0..3)
                    .map(|i| whole[i][..if is_single(i) { 1 } else { n }].to_vec())
                    .collect();
                let spread: Vec<Vec<f32>> = (0..3)
                    .map(|i| {
                        if is_single(i) {
                            vec![whole[i][0]; n]
                        } else {
                            whole[i].clone()
                        }
                    })
                    .collect();
                let call = |inputs: &[Vec<f32>]| {
                    let mut out = vec![0.0f32; n];
                    let inputs: Vec<In<'_>> = inputs.iter().map(|x| In::from(&x[..])).collect();
                    lerp.run(&inputs, &mut [Out::from(&mut out[..])]);
                    out
                };
                assert_eq!(call(&given), call(&spread), "{level:?} {n} {singles}");
            }
        }
    }
}

#[test]
fn equal_halves_give_the_first_and_equal_floats_the_second() {
    let (low, high) = ([f16::NEG_ZERO; 40], [f16::ZERO; 40]);
    let mut out = [f16::ONE; 40];
    for ufunc in [Ufunc::maximum, Ufunc::minimum, Ufunc::fmax, Ufunc::fmin] {
        for n in [1, 7, 40] {
            ufunc.binary(&low[..n], &high[..n], &mut out[..n]).unwrap();
            assert!(out[..n].iter().all(|x| x.to_bits() == 0x8000), "{ufunc:?}");
            ufunc.binary(&high[..n], &low[..n], &mut out[..n]).unwrap();
            assert!(out[..n].iter().all(|x| x.to_bits() == 0), "{ufunc:?}");
            ufunc
                .binary(&[f16::NAN; 40][..n], &high[..n], &mut out[..n])
                .unwrap();
            let ignores = matches!(ufunc, Ufunc::fmax | Ufunc::fmin);
            assert!(out[..n].iter().all(|x| x.is_nan() != ignores), "{ufunc:?}");
        }
        let mut wide = [1f32; 9];
        ufunc.binary(&[-0f32; 9], &[0f32; 9], &mut wide).unwrap();
        assert!(wide.iter().all(|x| x.to_bits() == 0), "{ufunc:?}");
    }
}
