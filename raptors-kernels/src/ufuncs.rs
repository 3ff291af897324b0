//! The ufunc table: one row declares a ufunc to every layer above.

use crate::{
    body::{
        arith, bits, compare, division, erf, exp, extremes, float, gcd, hyperbolic,
        inverse_hyperbolic, inverse_trig, linear, log, logaddexp, logic, nn, parts, power,
        power_float, round, trig,
    },
    table::ufuncs,
};

/// Where Python users find a ufunc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// The main namespace, as in NumPy.
    NumPy,
    /// `raptors.nn`, under `jax.nn`'s names.
    Nn,
}

ufuncs! {
    // Arithmetic.

    /// Adds element by element.
    /// `rp.add([1, 5], [3, 4])` is `array([4, 9])`.
    add binary(x1, x2) = arith::Add, all, cost 1, ulp 0, identity 0, raises arithmetic;
    /// Subtracts `x2` from `x1`, element by element.
    /// `rp.subtract([1, 5], [3, 4])` is `array([-2, 1])`.
    subtract binary(x1, x2) = arith::Subtract, numbers, bools refused, cost 1, ulp 0, raises arithmetic;
    /// Multiplies element by element.
    /// `rp.multiply([1, 5], [3, 4])` is `array([ 3, 20])`.
    multiply binary(x1, x2) = arith::Multiply, all, cost 1, ulp 2, identity 1, raises arithmetic;
    /// Divides `x1` by `x2`, element by element. Integers are divided as float64.
    /// `rp.divide([1, 7], 2)` is `array([0.5, 3.5])`.
    divide binary(x1, x2) = arith::Divide, inexact, integers F64, cost 4, ulp 0, raises division;
    /// The largest integer not above `x1 / x2`, element by element. Integers divided by zero give 0.
    /// `rp.floor_divide([-7, 7], 2)` is `array([-4, 3])`.
    floor_divide binary(x1, x2) = division::FloorDivide, reals, cost 10, ulp 0, raises quotient;
    /// What floor division leaves, element by element: it has the sign of `x2`, as Python's `%`.
    /// `rp.remainder([-7, 7], 3)` is `array([2, 1])`.
    remainder binary(x1, x2) = division::Remainder, reals, cost 10, ulp 0, raises remainder;
    /// What division towards zero leaves, element by element: it has the sign of `x1`, as in C.
    /// `rp.fmod([-7, 7], 3)` is `array([-1, 1])`.
    fmod binary(x1, x2) = division::Fmod, reals, cost 10, ulp 0, raises remainder;
    /// Quotient and remainder of floor division at once, element by element.
    /// `rp.divmod([-7, 7], 2)` is `(array([-4, 3]), array([1, 1]))`.
    divmod binary2(x1, x2) = division::Divmod, reals, cost 12, ulp 0, raises quotient;
    /// The negative, element by element. Integers wrap.
    /// `rp.negative([1, -2])` is `array([-1, 2])`.
    negative unary(x) = arith::Negative, halves_numbers, bools refused, cost 1, ulp 0;
    /// The elements as they are.
    /// `rp.positive([1, -2])` is `array([ 1, -2])`.
    positive unary(x) = arith::Positive, halves_numbers, bools refused, cost 1, ulp 0;
    /// The absolute value, element by element; real for complex numbers.
    /// `rp.absolute([-1.5, 2.0])` is `array([1.5, 2. ])`.
    absolute unary(x) = arith::Absolute, halves_all, cost 1, ulp 2;
    /// The absolute value of floating-point numbers, element by element.
    /// `rp.fabs([-1.5, 2.0])` is `array([1.5, 2. ])`.
    fabs unary(x) = arith::Fabs, halves_floats, cost 1, ulp 0;
    /// The sign, element by element: -1, 0 or 1; `x / |x|` for complex numbers.
    /// `rp.sign([-2.0, 0.0, 3.0])` is `array([-1., 0., 1.])`.
    sign unary(x) = arith::Sign, numbers, bools refused, cost 2, ulp 3;
    /// `1 / x`, element by element. Integers lose their fraction.
    /// `rp.reciprocal([2.0, 4.0])` is `array([0.5 , 0.25])`.
    reciprocal unary(x) = arith::Reciprocal, numbers, cost 4, ulp 0, raises division;
    /// `x * x`, element by element.
    /// `rp.square([2, 3])` is `array([4, 9])`.
    square unary(x) = arith::Square, numbers, cost 1, ulp 2, raises arithmetic;
    /// The complex conjugate, element by element.
    /// `rp.conjugate([1+2j])` is `array([1.-2.j])`.
    conjugate unary(x) = arith::Conjugate, halves_numbers, cost 1, ulp 0;
    /// The greatest common divisor of `|x1|` and `|x2|`, element by element.
    /// `rp.gcd([12, 20], 8)` is `array([4, 4])`.
    gcd binary(x1, x2) = gcd::Gcd, ints, bools refused, cost 40, ulp 0, identity 0;
    /// The least common multiple of `|x1|` and `|x2|`, element by element.
    /// `rp.lcm([4, 6], 10)` is `array([20, 30])`.
    lcm binary(x1, x2) = gcd::Lcm, ints, bools refused, cost 50, ulp 0;

    // Powers and roots.

    /// `x1` to the power `x2`, element by element. Integers wrap and take no negative exponents.
    /// `rp.power([2, 3], 2)` is `array([4, 9])`.
    power binary(x1, x2) = power::Power, numbers, cost 30, ulp 1, raises power;
    /// `x1` to the power `x2` in double precision, element by element, whatever the inputs are.
    /// `rp.float_power([2, 4], -1)` is `array([0.5 , 0.25])`.
    float_power binary(x1, x2) = power::Power, doubles, integers F64, cost 30, ulp 1, raises power;
    /// The non-negative square root, element by element.
    /// `rp.sqrt([1.0, 4.0])` is `array([1., 2.])`.
    sqrt unary(x) = float::Sqrt, inexact, cost 5, ulp 2, raises division;
    /// The hypotenuse of a right triangle with legs `x1` and `x2`, element by element.
    /// `rp.hypot([3.0, 6.0], [4.0, 8.0])` is `array([ 5., 10.])`.
    hypot binary(x1, x2) = float::Hypot, floats, cost 8, ulp 2, identity 0, raises overflow;

    // Comparison.

    /// Whether `x1` equals `x2`, element by element.
    /// `rp.equal([1, 5], [3, 4])` is `array([False, False])`.
    equal binary(x1, x2) = compare::Equal, all, cost 1, ulp 0;
    /// Whether `x1` differs from `x2`, element by element.
    /// `rp.not_equal([1, 5], [3, 4])` is `array([ True, True])`.
    not_equal binary(x1, x2) = compare::NotEqual, all, cost 1, ulp 0;
    /// Whether `x1` is less than `x2`, element by element.
    /// `rp.less([1, 5], [3, 4])` is `array([ True, False])`.
    less binary(x1, x2) = compare::Less, all, cost 1, ulp 0;
    /// Whether `x1` is at most `x2`, element by element.
    /// `rp.less_equal([1, 5], [3, 4])` is `array([ True, False])`.
    less_equal binary(x1, x2) = compare::LessEqual, all, cost 1, ulp 0;
    /// Whether `x1` is greater than `x2`, element by element.
    /// `rp.greater([1, 5], [3, 4])` is `array([False, True])`.
    greater binary(x1, x2) = compare::Greater, all, cost 1, ulp 0;
    /// Whether `x1` is at least `x2`, element by element.
    /// `rp.greater_equal([1, 5], [3, 4])` is `array([False, True])`.
    greater_equal binary(x1, x2) = compare::GreaterEqual, all, cost 1, ulp 0;
    /// The larger of `x1` and `x2`, element by element; NaN where one is NaN.
    /// `rp.maximum([1.0, 5.0], [3.0, rp.nan])` is `array([ 3., nan])`.
    maximum binary(x1, x2) = extremes::Maximum, all, cost 1, ulp 0;
    /// The smaller of `x1` and `x2`, element by element; NaN where one is NaN.
    /// `rp.minimum([1.0, 5.0], [3.0, rp.nan])` is `array([ 1., nan])`.
    minimum binary(x1, x2) = extremes::Minimum, all, cost 1, ulp 0;
    /// The larger of `x1` and `x2`, element by element; the other where one is NaN.
    /// `rp.fmax([1.0, 5.0], [3.0, rp.nan])` is `array([3., 5.])`.
    fmax binary(x1, x2) = extremes::Fmax, all, cost 1, ulp 0;
    /// The smaller of `x1` and `x2`, element by element; the other where one is NaN.
    /// `rp.fmin([1.0, 5.0], [3.0, rp.nan])` is `array([1., 5.])`.
    fmin binary(x1, x2) = extremes::Fmin, all, cost 1, ulp 0;
    /// `x`, or the bound that it exceeds, element by element.
    /// `rp.clip([1, 5, 9], 2, 8)` is `array([2, 5, 8])`.
    clip ternary(x, min, max) = extremes::Clip, all, cost 1, ulp 0;

    // Logic.

    /// Whether `x1` and `x2` are both true, element by element. What is not zero is true.
    /// `rp.logical_and([True, False], [True, True])` is `array([ True, False])`.
    logical_and binary(x1, x2) = logic::LogicalAnd, all, cost 1, ulp 0, identity 1;
    /// Whether `x1` or `x2` is true, element by element. What is not zero is true.
    /// `rp.logical_or([True, False], [False, False])` is `array([ True, False])`.
    logical_or binary(x1, x2) = logic::LogicalOr, all, cost 1, ulp 0, identity 0;
    /// Whether just one of `x1` and `x2` is true, element by element. What is not zero is true.
    /// `rp.logical_xor([True, False], [True, True])` is `array([False, True])`.
    logical_xor binary(x1, x2) = logic::LogicalXor, all, cost 1, ulp 0, identity 0;
    /// Whether `x` is false, element by element. What is not zero is true.
    /// `rp.logical_not([True, False])` is `array([False, True])`.
    logical_not unary(x) = logic::LogicalNot, all, cost 1, ulp 0;
    /// Whether `x` is NaN, element by element.
    /// `rp.isnan([1.0, rp.nan])` is `array([False, True])`.
    isnan unary(x) = float::Isnan, halves_all, cost 1, ulp 0;
    /// Whether `x` is infinite, element by element.
    /// `rp.isinf([1.0, rp.inf])` is `array([False, True])`.
    isinf unary(x) = float::Isinf, halves_all, cost 1, ulp 0;
    /// Whether `x` is neither NaN nor infinite, element by element.
    /// `rp.isfinite([1.0, rp.inf])` is `array([ True, False])`.
    isfinite unary(x) = float::Isfinite, halves_all, cost 1, ulp 0;
    /// Whether the sign bit is set, element by element: it is for `-0.0`.
    /// `rp.signbit([-1.0, 2.0])` is `array([ True, False])`.
    signbit unary(x) = float::Signbit, halves_floats, cost 1, ulp 0;

    // Bits.

    /// The bits set in both `x1` and `x2`, element by element.
    /// `rp.bitwise_and([12, 10], 6)` is `array([4, 2])`.
    bitwise_and binary(x1, x2) = bits::BitwiseAnd, bools_ints, cost 1, ulp 0, identity -1;
    /// The bits set in `x1` or `x2`, element by element.
    /// `rp.bitwise_or([12, 10], 6)` is `array([14, 14])`.
    bitwise_or binary(x1, x2) = bits::BitwiseOr, bools_ints, cost 1, ulp 0, identity 0;
    /// The bits set in just one of `x1` and `x2`, element by element.
    /// `rp.bitwise_xor([12, 10], 6)` is `array([10, 12])`.
    bitwise_xor binary(x1, x2) = bits::BitwiseXor, bools_ints, cost 1, ulp 0, identity 0;
    /// The bits not set, element by element.
    /// `rp.invert([0, 1])` is `array([-1, -2])`.
    invert unary(x) = bits::Invert, bools_ints, cost 1, ulp 0;
    /// `x1 * 2**x2`, element by element; zero where no bit stays.
    /// `rp.left_shift([1, 2], [3, 4])` is `array([ 8, 32])`.
    left_shift binary(x1, x2) = bits::LeftShift, ints, cost 2, ulp 0;
    /// `x1 // 2**x2`, element by element; the sign where no bit stays.
    /// `rp.right_shift([8, 16], [1, 2])` is `array([4, 4])`.
    right_shift binary(x1, x2) = bits::RightShift, ints, cost 2, ulp 0;
    /// The number of ones in the binary form of `|x|`, element by element.
    /// `rp.bitwise_count([1, 255])` is `array([1, 8], dtype=uint8)`.
    bitwise_count unary(x) = bits::BitwiseCount, ints, cost 3, ulp 0;

    // Rounding.

    /// The nearest integer, element by element; ties go to the even one.
    /// `rp.rint([1.5, 2.5])` is `array([2., 2.])`.
    rint unary(x) = round::Rint, inexact, cost 1, ulp 0;
    /// The largest integer not above `x`, element by element.
    /// `rp.floor([-1.5, 1.5])` is `array([-2., 1.])`.
    floor unary(x) = round::Floor, bools_reals, cost 1, ulp 0;
    /// The smallest integer not below `x`, element by element.
    /// `rp.ceil([-1.5, 1.5])` is `array([-1., 2.])`.
    ceil unary(x) = round::Ceil, bools_reals, cost 1, ulp 0;
    /// The integer next to `x` towards zero, element by element.
    /// `rp.trunc([-1.5, 1.5])` is `array([-1., 1.])`.
    trunc unary(x) = round::Trunc, bools_reals, cost 1, ulp 0;

    // Floating point.

    /// The magnitude of `x1` with the sign of `x2`, element by element.
    /// `rp.copysign([1.0, -2.0], -1.0)` is `array([-1., -2.])`.
    copysign binary(x1, x2) = float::Copysign, halves_floats, cost 1, ulp 0;
    /// The number next to `x1` towards `x2`, element by element.
    /// `rp.nextafter([1.0, 2.0], 3.0)` is `array([1., 2.])`.
    nextafter binary(x1, x2) = parts::Nextafter, halves_floats, cost 6, ulp 0, raises step;
    /// The distance to the next number away from zero, element by element.
    /// `rp.spacing([1.0, 1000.0])` is `array([2.22044605e-16, 1.13686838e-13])`.
    spacing unary(x) = parts::Spacing, halves_floats, cost 2, ulp 0, raises distance;
    /// `x1 * 2**x2`, element by element. Exponents are int32.
    /// `rp.ldexp([1.0, 3.0], [2, 4])` is `array([ 4., 48.])`.
    ldexp binary(x1, x2) = parts::Ldexp, floats, cost 8, ulp 0, raises range;
    /// Mantissa in `[0.5, 1)` and exponent of two, element by element.
    /// `rp.frexp([1.0, 10.0])` is `(array([0.5 , 0.625]), array([1, 4], dtype=int32))`.
    frexp unary2(x) = parts::Frexp, floats, cost 6, ulp 0;
    /// Fraction and integer, element by element, each with the sign of `x`.
    /// `rp.modf([1.5, -2.25])` is `(array([ 0.5 , -0.25]), array([ 1., -2.]))`.
    modf unary2(x) = parts::Modf, floats, cost 2, ulp 0;
    /// 0 where `x1` is negative, 1 where it is positive, `x2` where it is zero.
    /// `rp.heaviside([-1.0, 0.0, 2.0], 0.5)` is `array([0. , 0.5, 1. ])`.
    heaviside binary(x1, x2) = float::Heaviside, floats, cost 2, ulp 0;
    /// Radians in degrees, element by element.
    /// `rp.degrees([0.0, rp.pi])` is `array([ 0., 180.])`.
    degrees unary(x) = float::Degrees, floats, cost 1, ulp 0, raises arithmetic;
    /// Degrees in radians, element by element.
    /// `rp.radians([0.0, 180.0])` is `array([0. , 3.14159265])`.
    radians unary(x) = float::Radians, floats, cost 1, ulp 0, raises arithmetic;
    /// Radians in degrees, element by element.
    /// `rp.rad2deg([0.0, rp.pi])` is `array([ 0., 180.])`.
    rad2deg unary(x) = float::Degrees, floats, cost 1, ulp 0, raises arithmetic;
    /// Degrees in radians, element by element.
    /// `rp.deg2rad([0.0, 180.0])` is `array([0. , 3.14159265])`.
    deg2rad unary(x) = float::Radians, floats, cost 1, ulp 0, raises arithmetic;

    // Exponentials and logarithms.

    /// `e` to the power `x`, element by element.
    /// `rp.exp([0.0, 0.5])` is `array([1. , 1.64872127])`.
    exp unary(x) = exp::Exp, inexact, cost 12, ulp 2, raises range;
    /// `2` to the power `x`, element by element.
    /// `rp.exp2([0.0, 0.5])` is `array([1. , 1.41421356])`.
    exp2 unary(x) = exp::Exp2, inexact, cost 12, ulp 2, raises range;
    /// `exp(x) - 1`, accurate for small `x`.
    /// `rp.expm1([0.0, 0.5])` is `array([0. , 0.64872127])`.
    expm1 unary(x) = exp::Expm1, inexact, cost 15, ulp 2, raises overflow;
    /// The natural logarithm, element by element.
    /// `rp.log([1.0, 10.0])` is `array([0. , 2.30258509])`.
    log unary(x) = log::Log, inexact, cost 12, ulp 2, raises pole;
    /// The logarithm to base 2, element by element.
    /// `rp.log2([1.0, 8.0])` is `array([0., 3.])`.
    log2 unary(x) = log::Log2, inexact, cost 15, ulp 2, raises pole;
    /// The logarithm to base 10, element by element.
    /// `rp.log10([1.0, 1000.0])` is `array([0., 3.])`.
    log10 unary(x) = log::Log10, inexact, cost 15, ulp 2, raises pole;
    /// `log(1 + x)`, accurate for small `x`.
    /// `rp.log1p([0.0, 0.5])` is `array([0. , 0.40546511])`.
    log1p unary(x) = log::Log1p, inexact, cost 16, ulp 2, raises pole;
    /// `log(exp(x1) + exp(x2))` without overflow, element by element.
    /// `rp.logaddexp([1, 5], [3, 4])` is `array([3.12692801, 5.31326169])`.
    logaddexp binary(x1, x2) = logaddexp::Logaddexp, floats, cost 28, ulp 2, raises compared;
    /// `log2(2**x1 + 2**x2)` without overflow, element by element.
    /// `rp.logaddexp2([1, 5], [3, 4])` is `array([3.32192809, 5.5849625 ])`.
    logaddexp2 binary(x1, x2) = logaddexp::Logaddexp2, floats, cost 28, ulp 2, raises compared;
    /// The cube root, element by element; negative for negative `x`.
    /// `rp.cbrt([1.0, 27.0])` is `array([1., 3.])`.
    cbrt unary(x) = power_float::Cbrt, floats, cost 16, ulp 2, raises overflow;

    // Trigonometric and hyperbolic functions.

    /// The sine of radians, element by element.
    /// `rp.sin([0.0, 0.5])` is `array([0. , 0.47942554])`.
    sin unary(x) = trig::Sin, inexact, cost 12, ulp 2, raises overflow;
    /// The cosine of radians, element by element.
    /// `rp.cos([0.0, 0.5])` is `array([1. , 0.87758256])`.
    cos unary(x) = trig::Cos, inexact, cost 12, ulp 2, raises overflow;
    /// The tangent of radians, element by element.
    /// `rp.tan([0.0, 0.5])` is `array([0. , 0.54630249])`.
    tan unary(x) = trig::Tan, inexact, cost 20, ulp 2, raises overflow;
    /// The angle in `[-pi/2, pi/2]` whose sine is `x`, element by element.
    /// `rp.arcsin([0.0, 0.5])` is `array([0. , 0.52359878])`.
    arcsin unary(x) = inverse_trig::Arcsin, inexact, cost 16, ulp 2, raises overflow;
    /// The angle in `[0, pi]` whose cosine is `x`, element by element.
    /// `rp.arccos([0.0, 0.5])` is `array([1.57079633, 1.04719755])`.
    arccos unary(x) = inverse_trig::Arccos, inexact, cost 16, ulp 2, raises overflow;
    /// The angle in `[-pi/2, pi/2]` whose tangent is `x`, element by element.
    /// `rp.arctan([0.0, 0.5])` is `array([0. , 0.46364761])`.
    arctan unary(x) = inverse_trig::Arctan, inexact, cost 16, ulp 2, raises pole;
    /// The angle in `[-pi, pi]` of the point `(x2, x1)`, element by element.
    /// `rp.arctan2([1.0, -1.0], [1.0, 1.0])` is `array([ 0.78539816, -0.78539816])`.
    arctan2 binary(x1, x2) = inverse_trig::Arctan2, floats, cost 22, ulp 2, raises range;
    /// The hyperbolic sine, element by element.
    /// `rp.sinh([0.0, 0.5])` is `array([0. , 0.52109531])`.
    sinh unary(x) = hyperbolic::Sinh, inexact, cost 18, ulp 2, raises overflow;
    /// The hyperbolic cosine, element by element.
    /// `rp.cosh([0.0, 0.5])` is `array([1. , 1.12762597])`.
    cosh unary(x) = hyperbolic::Cosh, inexact, cost 18, ulp 2, raises overflow;
    /// The hyperbolic tangent, element by element.
    /// `rp.tanh([0.0, 0.5])` is `array([0. , 0.46211716])`.
    tanh unary(x) = hyperbolic::Tanh, inexact, cost 20, ulp 2, raises overflow;
    /// The number whose hyperbolic sine is `x`, element by element.
    /// `rp.arcsinh([0.0, 0.5])` is `array([0. , 0.48121183])`.
    arcsinh unary(x) = inverse_hyperbolic::Arcsinh, inexact, cost 28, ulp 2, raises overflow;
    /// The number from 0 whose hyperbolic cosine is `x`, element by element.
    /// `rp.arccosh([1.0, 2.0])` is `array([0. , 1.3169579])`.
    arccosh unary(x) = inverse_hyperbolic::Arccosh, inexact, cost 28, ulp 2, raises overflow;
    /// The number whose hyperbolic tangent is `x`, element by element.
    /// `rp.arctanh([0.0, 0.5])` is `array([0. , 0.54930614])`.
    arctanh unary(x) = inverse_hyperbolic::Arctanh, inexact, cost 20, ulp 2, raises pole;

    // Neural networks.

    /// `x1 * x2 + x3`, rounded once, element by element.
    /// `rp.nn.fma([1.0, 2.0], 3.0, 4.0)` is `array([ 7., 10.])`.
    fma ternary(x1, x2, x3) = linear::Fma, floats, cost 1, ulp 0, raises arithmetic, in nn;
    /// The point between `start` and `end` at `weight`, element by element.
    /// `rp.nn.lerp([1.0, 2.0], 3.0, 4.0)` is `array([9., 6.])`.
    lerp ternary(start, end, weight) = linear::Lerp, floats, cost 3, ulp 0, raises arithmetic, in nn;
    /// `max(x, 0)`, element by element.
    /// `rp.nn.relu([0.0, 0.5])` is `array([0. , 0.5])`.
    relu unary(x) = linear::Relu, reals, bools refused, cost 1, ulp 0, in nn;
    /// `min(max(x, 0), 6)`, element by element.
    /// `rp.nn.relu6([0.0, 0.5])` is `array([0. , 0.5])`.
    relu6 unary(x) = linear::Relu6, floats, cost 1, ulp 0, in nn;
    /// `x`, times `negative_slope` where it is negative, element by element.
    /// `rp.nn.leaky_relu([1, 5], [3, 4])` is `array([1., 5.])`.
    leaky_relu binary(x, negative_slope) = linear::LeakyRelu, floats, cost 1, ulp 0, in nn;
    /// `min(max(x, -1), 1)`, element by element.
    /// `rp.nn.hard_tanh([0.0, 0.5])` is `array([0. , 0.5])`.
    hard_tanh unary(x) = linear::HardTanh, floats, cost 1, ulp 0, in nn;
    /// `relu6(x + 3) / 6`, element by element.
    /// `rp.nn.hard_sigmoid([0.0, 0.5])` is `array([0.5 , 0.58333333])`.
    hard_sigmoid unary(x) = linear::HardSigmoid, floats, cost 4, ulp 0, in nn;
    /// `x * hard_sigmoid(x)`, element by element.
    /// `rp.nn.hard_silu([0.0, 0.5])` is `array([0. , 0.29166667])`.
    hard_silu unary(x) = linear::HardSilu, floats, cost 4, ulp 0, in nn;
    /// The logistic function `1 / (1 + exp(-x))`, element by element.
    /// `rp.nn.sigmoid([0.0, 0.5])` is `array([0.5 , 0.62245933])`.
    sigmoid unary(x) = nn::Sigmoid, floats, cost 16, ulp 4, in nn;
    /// `x * sigmoid(x)`, element by element; also called swish.
    /// `rp.nn.silu([0.0, 0.5])` is `array([0. , 0.31122967])`.
    silu unary(x) = nn::Silu, floats, cost 16, ulp 4, in nn;
    /// `x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2`, element by element.
    /// `rp.nn.gelu([0.0, 0.5])` is `array([0. , 0.34571401])`.
    gelu unary(x) = nn::Gelu, floats, cost 20, ulp 4, in nn;
    /// `x` times the chance that a standard normal number is below `x`, element by element.
    /// `rp.nn.gelu_exact([0.0, 0.5])` is `array([0. , 0.34573123])`.
    gelu_exact unary(x) = erf::GeluExact, floats, cost 40, ulp 8, in nn;
    /// The error function, element by element.
    /// `rp.nn.erf([0.0, 0.5])` is `array([0. , 0.52049988])`.
    erf unary(x) = erf::Erf, floats, cost 35, ulp 2, in nn;
    /// `log(1 + exp(x))`, element by element.
    /// `rp.nn.softplus([0.0, 0.5])` is `array([0.69314718, 0.97407698])`.
    softplus unary(x) = nn::Softplus, floats, cost 28, ulp 4, in nn;
    /// `log(sigmoid(x))`, element by element.
    /// `rp.nn.log_sigmoid([0.0, 0.5])` is `array([-0.69314718, -0.47407698])`.
    log_sigmoid unary(x) = nn::LogSigmoid, floats, cost 28, ulp 4, in nn;
    /// `x * tanh(softplus(x))`, element by element.
    /// `rp.nn.mish([0.0, 0.5])` is `array([0. , 0.37524521])`.
    mish unary(x) = nn::Mish, floats, cost 18, ulp 8, in nn;
    /// `x / (1 + |x|)`, element by element.
    /// `rp.nn.soft_sign([0.0, 0.5])` is `array([0. , 0.33333333])`.
    soft_sign unary(x) = nn::SoftSign, floats, cost 4, ulp 2, in nn;
    /// `x`, or `alpha * (exp(x) - 1)` where it is negative, element by element.
    /// `rp.nn.elu([1, 5], [3, 4])` is `array([1., 5.])`.
    elu binary(x, alpha) = nn::Elu, floats, cost 16, ulp 4, in nn;
    /// `x`, or `alpha * (exp(x / alpha) - 1)` where it is negative, element by element.
    /// `rp.nn.celu([1, 5], [3, 4])` is `array([1., 5.])`.
    celu binary(x, alpha) = nn::Celu, floats, cost 18, ulp 8, in nn;
    /// Zero up to -1, `(x + 1)**2 / 4` between -1 and 1, `x` from 1 on, element by element.
    /// `rp.nn.sparse_plus([0.0, 0.5])` is `array([0.25 , 0.5625])`.
    sparse_plus unary(x) = linear::SparsePlus, floats, cost 3, ulp 2, in nn;
    /// The self-normalising unit: `elu` with its own `alpha`, scaled, element by element.
    /// `rp.nn.selu([0.0, 0.5])` is `array([0. , 0.52535049])`.
    selu unary(x) = nn::Selu, floats, cost 16, ulp 4, in nn;
}

/// NumPy's other names.
pub const ALIASES: &[(&str, Ufunc)] = &[
    ("abs", Ufunc::absolute),
    ("bitwise_invert", Ufunc::invert),
    ("bitwise_left_shift", Ufunc::left_shift),
    ("bitwise_not", Ufunc::invert),
    ("bitwise_right_shift", Ufunc::right_shift),
    ("conj", Ufunc::conjugate),
    ("mod", Ufunc::remainder),
    ("pow", Ufunc::power),
    ("true_divide", Ufunc::divide),
];
