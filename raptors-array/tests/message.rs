//! The words of the errors that no other test provokes, as NumPy 2.4.6 writes them.

use raptors_array::{Casting, DType, Dims, Error, ErrorClass, Operand, Ufunc};

fn dims(shape: &[usize]) -> Dims {
    Dims::from_slice(shape)
}

#[allow(clippy::too_many_lines, reason = "a list")]
#[test]
fn messages_are_numpys() {
    let check = |error: Error, class, message: &str| {
        assert_eq!(
            (error.class(), error.to_string().as_str()),
            (class, message)
        );
    };
    let memory = |shape: &[usize], message: &str| {
        check(
            Error::Memory {
                shape: dims(shape),
                dtype: DType::F64,
            },
            ErrorClass::Memory,
            &format!("Unable to allocate {message} and data type float64"),
        );
    };
    memory(
        &[1_000_000_000_000],
        "7.28 TiB for an array with shape (1000000000000,)",
    );
    memory(
        &[10_000_000, 1_000_000],
        "72.8 TiB for an array with shape (10000000, 1000000)",
    );
    memory(
        &[100_000_000_000],
        "745. GiB for an array with shape (100000000000,)",
    );
    memory(&[], "8 bytes for an array with shape ()");
    check(
        Error::BroadcastTo {
            from: dims(&[3]),
            to: dims(&[2]),
        },
        ErrorClass::Value,
        "operands could not be broadcast together with remapped shapes [original->remapped]: \
         (3,)  and requested shape (2,)",
    );
    check(
        Error::BroadcastInto {
            from: dims(&[3]),
            to: dims(&[2]),
        },
        ErrorClass::Value,
        "could not broadcast input array from shape (3,) into shape (2,)",
    );
    check(
        Error::BroadcastOutput {
            output: dims(&[1]),
            broadcast: dims(&[3]),
        },
        ErrorClass::Value,
        "non-broadcastable output operand with shape (1,) doesn't match the broadcast shape (3,)",
    );
    check(
        Error::Axis {
            axis: -3,
            ndim: 2,
            argument: None,
        },
        ErrorClass::Axis,
        "axis -3 is out of bounds for array of dimension 2",
    );
    check(
        Error::Index {
            index: 4,
            axis: None,
            size: 4,
        },
        ErrorClass::Index,
        "index 4 is out of bounds for size 4",
    );
    check(
        Error::Cast {
            from: DType::F64,
            to: DType::I64,
            casting: Casting::Safe,
        },
        ErrorClass::Type,
        "Cannot cast array data from dtype('float64') to dtype('int64') according to the rule \
         'safe'",
    );
    check(
        Error::CastOperand {
            ufunc: "modf",
            operand: Operand::Output(1),
            numbered: true,
            from: DType::F64,
            to: DType::I64,
            casting: Casting::SameKind,
        },
        ErrorClass::Type,
        "Cannot cast ufunc 'modf' output 1 from dtype('float64') to dtype('int64') with casting \
         rule 'same_kind'",
    );
    check(
        Error::CoreDimension {
            function: "matmul",
            signature: "(n?,k),(k,m?)->(n?,m?)",
            operand: Operand::Input(1),
            dimension: 0,
            size: 2,
            expected: 3,
        },
        ErrorClass::Value,
        "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature \
         (n?,k),(k,m?)->(n?,m?) (size 2 is different from 3)",
    );
    check(
        Error::CoreDimensions {
            function: "matmul",
            signature: "(n?,k),(k,m?)->(n?,m?)",
            operand: Operand::Input(0),
            ndim: 0,
            needs: 1,
        },
        ErrorClass::Value,
        "matmul: Input operand 0 does not have enough dimensions (has 0, gufunc core with \
         signature (n?,k),(k,m?)->(n?,m?) requires 1)",
    );
    check(
        Error::NotAligned {
            left: dims(&[2, 3]),
            right: dims(&[4]),
            left_axis: 1,
            right_axis: 0,
        },
        ErrorClass::Value,
        "shapes (2,3) and (4,) not aligned: 3 (dim 1) != 4 (dim 0)",
    );
    check(
        Error::EmptyReduction { ufunc: "maximum" },
        ErrorClass::Value,
        "zero-size array to reduction operation maximum which has no identity",
    );
    check(
        Error::EmptyArg { name: "argmax" },
        ErrorClass::Value,
        "attempt to get argmax of an empty sequence",
    );
    check(
        Error::NotReorderable { ufunc: "divide" },
        ErrorClass::Value,
        "reduction operation 'divide' is not reorderable, so at most one axis may be specified",
    );
    check(
        Error::ReadOnly,
        ErrorClass::Value,
        "assignment destination is read-only",
    );
    check(
        Error::OutputReadOnly,
        ErrorClass::Value,
        "output array is read-only",
    );
    check(
        Error::RangeStep,
        ErrorClass::ZeroDivision,
        "division by zero",
    );
    check(
        Error::NegativeDimension,
        ErrorClass::Value,
        "negative dimensions are not allowed",
    );
    check(
        Error::NegativePower,
        ErrorClass::Value,
        "Integers to negative integer powers are not allowed.",
    );
    check(
        Error::NoLoop { ufunc: Ufunc::sqrt },
        ErrorClass::Type,
        "No loop matching the specified signature and casting was found for ufunc sqrt",
    );
    check(
        Error::ItemSize,
        ErrorClass::Value,
        "can only convert an array of size 1 to a Python scalar",
    );
}
