//! Promotion and casting against the tables of NumPy 2.4.6, and the choice of loops.

use proptest::prelude::*;
use raptors_array::dtype::{Complex64, f16};
use raptors_array::{
    Arg, Casting, DType, Number, Ufunc, can_cast, compare_out_of_range, promote_types, resolve,
    resolve_as, result_type,
};

/// `promote_types` of every pair, by NumPy's codes, in the order of [`DType::ALL`].
const PROMOTED: [&str; 14] = [
    "?bBhHiIlLefdFD",
    "bbhhiilldefdFD",
    "BhBhHiIlLefdFD",
    "hhhhiilldffdFD",
    "HiHiHiIlLffdFD",
    "iiiiiillddddDD",
    "IlIlIlIlLdddDD",
    "llllllllddddDD",
    "LdLdLdLdLdddDD",
    "eeeffddddefdFD",
    "fffffddddffdFD",
    "ddddddddddddDD",
    "FFFFFDDDDFFDFD",
    "DDDDDDDDDDDDDD",
];
/// Arrays of every dtype with a Python `int`, `float` and `complex`.
const WEAK: [(Arg, &str); 3] = [
    (Arg::Int, "lbBhHiIlLefdFD"),
    (Arg::Float, "dddddddddefdFD"),
    (Arg::Complex, "DDDDDDDDDFFDFD"),
];
/// `can_cast(row, column, "safe")`, the first dtype at the left.
const SAFE: [&str; 14] = [
    "11111111111111",
    "01010101011111",
    "00111111111111",
    "00010101001111",
    "00001111101111",
    "00000101000101",
    "00000011100101",
    "00000001000101",
    "00000000100101",
    "00000000011111",
    "00000000001111",
    "00000000000101",
    "00000000000011",
    "00000000000001",
];
/// `can_cast(row, column, "same_kind")`.
const SAME_KIND: [&str; 14] = [
    "11111111111111",
    "01010101011111",
    "01111111111111",
    "01010101011111",
    "01111111111111",
    "01010101011111",
    "01111111111111",
    "01010101011111",
    "01111111111111",
    "00000000011111",
    "00000000011111",
    "00000000011111",
    "00000000000011",
    "00000000000011",
];

fn dtype(code: char) -> DType {
    DType::ALL
        .iter()
        .copied()
        .find(|dtype| dtype.char() == code)
        .unwrap()
}

#[test]
fn promotion_is_numpys() {
    for (&a, row) in DType::ALL.iter().zip(PROMOTED) {
        for (&b, code) in DType::ALL.iter().zip(row.chars()) {
            assert_eq!(
                promote_types(a, b),
                dtype(code),
                "{} with {}",
                a.name(),
                b.name()
            );
        }
    }
}

#[test]
fn casting_is_numpys() {
    for (i, &from) in DType::ALL.iter().enumerate() {
        for (j, &to) in DType::ALL.iter().enumerate() {
            let bit = |row: &str| row.as_bytes()[j] == b'1';
            let allowed = [i == j, i == j, bit(SAFE[i]), bit(SAME_KIND[i]), true];
            for (&casting, allowed) in Casting::ALL.iter().zip(allowed) {
                assert_eq!(
                    can_cast(from, to, casting),
                    allowed,
                    "{from:?} {to:?} {casting:?}"
                );
            }
        }
    }
}

#[test]
fn python_numbers_are_weak() {
    for (weak, codes) in WEAK {
        for (&array, code) in DType::ALL.iter().zip(codes.chars()) {
            assert_eq!(
                result_type(&[Arg::Array(array), weak]),
                dtype(code),
                "{array:?} {weak:?}"
            );
        }
    }
    assert_eq!(result_type(&[]), DType::F64);
    assert_eq!(result_type(&[Arg::Int, Arg::Float]), DType::F64);
    assert_eq!(
        result_type(&[Arg::Array(DType::I8), Arg::Array(DType::U8), Arg::Int]),
        DType::I16
    );
}

#[test]
fn python_integers_have_to_fit() {
    let error = |value, dtype| Number::Int(value).to_scalar(dtype).unwrap_err().to_string();
    assert_eq!(
        error(300, DType::U8),
        "Python integer 300 out of bounds for uint8"
    );
    assert_eq!(
        error(-129, DType::I8),
        "Python integer -129 out of bounds for int8"
    );
    assert_eq!(
        error(-1, DType::U64),
        "Python integer -1 out of bounds for uint64"
    );
    assert_eq!(
        error(1 << 64, DType::U64),
        "Python int too large to convert to C long"
    );
    assert_eq!(
        error(1 << 63, DType::I64),
        "Python int too large to convert to C long"
    );
    assert_eq!(
        error(1 << 63, DType::U32),
        "Python integer 9223372036854775808 out of bounds for uint32"
    );
    assert_eq!(
        error(1 << 63, DType::I32),
        "Python int too large to convert to C long"
    );
    assert_eq!(
        Number::Int(u64::MAX.into())
            .to_scalar(DType::U64)
            .unwrap()
            .get::<u64>(),
        u64::MAX
    );
    assert_eq!(
        Number::Int(70000)
            .to_scalar(DType::F16)
            .unwrap()
            .get::<f16>(),
        f16::INFINITY
    );
    assert_eq!(
        Number::Float(0.1)
            .to_scalar(DType::F32)
            .unwrap()
            .get::<f32>(),
        0.1
    );
    let i = Complex64::new(0.0, 1.0);
    assert_eq!(
        Number::Complex(i)
            .to_scalar(DType::C128)
            .unwrap()
            .get::<Complex64>(),
        i
    );
}

fn loops(ufunc: &str, args: &[Arg]) -> (Vec<DType>, Vec<DType>) {
    let resolved = resolve(Ufunc::from_name(ufunc).unwrap(), args).unwrap();
    (resolved.inputs().to_vec(), resolved.outputs().to_vec())
}

fn failure(ufunc: &str, args: &[Arg]) -> String {
    resolve(Ufunc::from_name(ufunc).unwrap(), args)
        .unwrap_err()
        .to_string()
}

#[test]
fn loops_are_those_that_numpy_chooses() {
    use DType::{Bool, C64, C128, F16, F32, F64, I8, I16, I32, I64, U8, U64};
    let a = Arg::Array;
    let check = |ufunc, args: &[Arg], input, output| {
        let (inputs, outputs) = loops(ufunc, args);
        assert!(
            inputs.iter().all(|&dtype| dtype == input),
            "{ufunc}: {inputs:?}"
        );
        assert_eq!(outputs, [output], "{ufunc}");
    };
    check("add", &[a(I8), a(U8)], I16, I16);
    check("add", &[a(I64), a(U64)], F64, F64);
    check("add", &[a(Bool), a(Bool)], Bool, Bool);
    check("add", &[a(Bool), Arg::Int], I64, I64);
    check("add", &[a(F16), Arg::Complex], C64, C64);
    check("sqrt", &[a(I8)], F16, F16);
    check("sqrt", &[a(U8)], F16, F16);
    check("sqrt", &[a(I16)], F32, F32);
    check("sqrt", &[a(I32)], F64, F64);
    check("sqrt", &[Arg::Int], F64, F64);
    check("divide", &[a(I8), a(I8)], F64, F64);
    check("divide", &[a(F32), Arg::Int], F32, F32);
    check("power", &[a(Bool), a(Bool)], I8, I8);
    check("less", &[a(U8), Arg::Int], U8, Bool);
    check("less", &[a(F16), a(F16)], F16, Bool);
    check("absolute", &[a(C128)], C128, F64);
    check("hypot", &[a(I8), Arg::Int], F16, F16);
}

#[test]
fn missing_loops_are_numpys_errors() {
    use DType::{Bool, F64, I64, U64};
    let a = Arg::Array;
    assert_eq!(
        failure("bitwise_and", &[a(F64), Arg::Int]),
        "ufunc 'bitwise_and' not supported for the input types, and the inputs could not be \
         safely coerced to any supported types according to the casting rule ''safe''"
    );
    assert_eq!(
        failure("subtract", &[a(Bool), a(Bool)]),
        "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` \
         operator, or the logical_xor function instead."
    );
    assert_eq!(
        failure("negative", &[a(Bool)]),
        "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or \
         the logical_not function instead."
    );
    assert_eq!(
        failure("sign", &[a(Bool)]),
        "ufunc 'sign' did not contain a loop with signature matching types \
         <class 'numpy.dtypes.BoolDType'> -> None"
    );
    if Ufunc::from_name("gcd").is_some() {
        assert_eq!(
            failure("gcd", &[a(I64), a(U64)]),
            "ufunc 'gcd' did not contain a loop with signature matching types \
             (<class 'numpy.dtypes.Int64DType'>, <class 'numpy.dtypes.UInt64DType'>) -> None"
        );
    }
}

#[test]
fn a_dtype_argument_chooses_the_loop_by_its_output() {
    use DType::{Bool, F32, F64, I64, U8};
    let resolve_as = |ufunc, dtype, args: &[Arg]| {
        resolve_as(
            Ufunc::from_name(ufunc).unwrap(),
            dtype,
            Casting::SameKind,
            args,
        )
    };
    let a = Arg::Array;
    assert_eq!(
        resolve_as("add", F64, &[a(U8), Arg::Int]).unwrap().inputs(),
        [F64, F64]
    );
    assert_eq!(
        resolve_as("divide", F32, &[Arg::Int, Arg::Int])
            .unwrap()
            .outputs(),
        [F32]
    );
    assert_eq!(
        resolve_as("less", Bool, &[a(F64), Arg::Int])
            .unwrap()
            .inputs(),
        [F64, F64]
    );
    let error =
        |ufunc, dtype, args: &[Arg]| resolve_as(ufunc, dtype, args).unwrap_err().to_string();
    assert_eq!(
        error("add", I64, &[a(F64), a(F64)]),
        "Cannot cast ufunc 'add' input 0 from dtype('float64') to dtype('int64') with casting \
         rule 'same_kind'"
    );
    assert_eq!(
        error("add", Bool, &[Arg::Int, Arg::Int]),
        "Cannot cast ufunc 'add' input 0 from dtype('int64') to dtype('bool') with casting rule \
         'same_kind'"
    );
    assert_eq!(
        error("sqrt", I64, &[a(F64)]),
        "No loop matching the specified signature and casting was found for ufunc sqrt"
    );
}

#[test]
fn outputs_are_checked_by_the_casting_rule() {
    let error = |ufunc, args: &[Arg], to| {
        let resolved = resolve(Ufunc::from_name(ufunc).unwrap(), args).unwrap();
        resolved
            .check_output(0, to, Casting::SameKind)
            .unwrap_err()
            .to_string()
    };
    let float = Arg::Array(DType::F64);
    assert_eq!(
        error("add", &[float, float], DType::I64),
        "Cannot cast ufunc 'add' output from dtype('float64') to dtype('int64') with casting rule \
         'same_kind'"
    );
}

#[test]
fn comparisons_with_integers_out_of_range_are_constant() {
    let compare =
        |ufunc, below, first| compare_out_of_range(Ufunc::from_name(ufunc).unwrap(), below, first);
    assert_eq!(compare("less", false, false), Some(true));
    assert_eq!(compare("less", false, true), Some(false));
    assert_eq!(compare("greater_equal", true, false), Some(true));
    assert_eq!(compare("equal", true, true), Some(false));
    assert_eq!(compare("not_equal", true, true), Some(true));
    assert_eq!(compare("add", true, true), None);
}

proptest! {
    #[test]
    fn a_promoted_type_holds_both(a in 0usize..14, b in 0usize..14) {
        let (a, b) = (DType::ALL[a], DType::ALL[b]);
        let both = promote_types(a, b);
        prop_assert_eq!(both, promote_types(b, a));
        prop_assert!(can_cast(a, both, Casting::Safe) && can_cast(b, both, Casting::Safe));
        prop_assert_eq!(both, promote_types(a, both));
    }
}
