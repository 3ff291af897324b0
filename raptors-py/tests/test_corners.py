"""Calls with infinities, zeros of both signs, numbers of Python and arguments of other types: outcomes are
NumPy's."""

import numpy as np
import pytest
from test_refusals import outcome

import raptors as rp

NEGATIVE = "complex(-0.0, -0.0)"

EXPRESSIONS = [
    # Factors of what is infinite or NaN, but for the signs of zeros.
    *(f"xp.linalg.cholesky(xp.array({matrix}, complex), upper={upper}) + 0" for upper in (False, True) for matrix in (
        "[[inf]]", "[[-inf]]", "[[nan]]", "[[4, inf], [inf, 9]]", "[[inf, 2], [2, 9]]", "[[inf, inf], [inf, 9]]",
        "[[4, complex(0, -inf)], [complex(0, inf), 9]]", "[[4, complex(inf, -inf)], [complex(inf, inf), 9]]",
        "[[4, 2, inf], [2, 10, 1], [inf, 1, 3]]", "[[4, 2, 1], [2, inf, 1], [1, 1, 4.25]]", "[[nan, 1], [1, 2]]",
        "[[4, 2j], [-2j, complex(9, inf)]]", "[[1, 2], [2, 1]]",
        "[[[1, 0], [0, 1]], [[inf, 0], [0, 1]]]",
    )),
    "xp.linalg.cholesky(xp.array([[[1, 0], [0, 1]], [[nan, 0], [0, -1]]]))",
    *(f"xp.linalg.cholesky(xp.diag(xp.array([{first}] + [1.0] * 69)), upper={upper}) + 0"
      for first in ("inf", "nan", "-inf") for upper in (False, True)),
    # Segments: what is wrong with indices comes before what is wrong with types.
    *(f"xp.{f}.reduceat(xp.arange(4.0), {starts}{rest})"
      for f in ("add", "bitwise_and", "equal", "sin", "divmod", "power")
      for starts in ("[9]", "[1]", "[1.0]", "[1j]", "xp.array([1.0])", "[2**63]")
      for rest in ("", ", axis=5", ", dtype='i4'", ", out=3")),
    *(f"xp.add.reduceat(xp.arange(4), {starts})" for starts in (
        "[0.0, 1.0]", "[1.7, 2.9]", "[-0.7]", "(1.5,)", "[nan]", "[inf]", "[1e30]", "['a']", "['1']", "[b'1']", "[None]",
        "None", "'a'", "[2**64]", "[2**70]", "[-2**70]", "1.5", "np.float64(1)", "xp.array(1.0)", "xp.array([[1.0]])",
        "[[1.0]]", "[[1], [2, 3]]", "{}", "[np.uint64(1)]", "[np.float32(1.5)]", "range(2)", "[[]]", "[True]", "()",
        "np.array(['1'])", "np.array([1], object)", "xp.zeros((0, 2), int)",
    )),
    "xp.add.reduceat(xp.array(4.0), [1j])", "xp.add.reduceat(xp.zeros((2, 2)), [1j], axis=None)",
    "xp.sin.accumulate(xp.arange(4.0))", "xp.divmod.accumulate(xp.arange(4.0))",
    # Shapes.
    *(f"xp.resize(a, {shape})" for shape in (
        "True", "False", "(True, 2)", "(False,)", "2.0", "None", "'x'", "np.True_", "np.int8(2)", "[2, -1]", "-1",
        "b.max()", "xp.array([2, 2])", "()",
    )),
    *(f"xp.diff({values}, {n})" for values in ("[]", "[1]", "[1, 2, 3]") for n in (
        "2.0", "0.0", "-1.5", "5", "np.float64(2)", "np.int8(2)", "None", "True",
    )),
    *(f"do(lambda x: x.__{f}__({other}), xp.ones({shape}))" for f in ("iadd", "imul") for shape, other in (
        ("3", "xp.ones(4)"), ("3", "xp.ones((2, 3))"), ("()", "xp.ones(3)"), ("(2, 1)", "xp.ones(3)"),
    )),
    *(f"xp.add(xp.ones(3), {other}, out=xp.ones({out}){where})"
      for other in ("xp.ones(3)", "xp.ones(4)", "1") for out in ("4", "3", "1", "()", "(2, 3)", "(2, 4)")
      for where in ("", ", where=xp.array([True])", ", where=xp.ones(4, bool)")),
    "xp.sin(xp.ones(3), out=xp.ones(4))", "xp.modf(xp.ones(3), out=(xp.ones(4), None))",
    "xp.clip(xp.ones(3), xp.ones(4), 2)", "xp.clip(xp.ones(3), 1, 2, out=xp.ones(4))",
    # Numbers are judged before outputs.
    *(f"do(lambda x: x.__{f}__({number}), xp.zeros(3, {dtype!r}))" for dtype in ("?", "i1", "f4")
      for f in ("iadd", "isub", "imul", "iand", "ifloordiv", "ipow", "ilshift") for number in ("2**70", "-2**70", "2**63", "300")),
    "xp.add(xp.zeros(3, 'i1'), 300, out=xp.zeros(3, bool))", "xp.add(xp.zeros(3, bool), 2**70, out=xp.zeros(4, bool))",
    "xp.add(xp.zeros(0, 'i1'), 300)", "xp.power(xp.zeros(0, 'i1'), 300)", "xp.power(300, xp.ones(2, 'i1'))",
    # Views.
    *(f"xp.ones({shape}, {dtype!r}).view({given})" for shape, dtype in (
        ("2", "f8"), ("3", "f4"), ("(2, 2)", "f4"), ("3", "i1"), ("()", "f8"), ("()", "i4"),
    ) for given in ("", "None", "dtype=None", "dtype=None, type=None", "'i1', None", "'i1', int", "type=None")),
    # Sums from negative zeros on.
    *(f"xp.add.reduce({array}, initial={initial}{rest})"
      for array in (
          f"xp.array([{NEGATIVE}] * 3)", f"xp.array([{NEGATIVE}] * 3, 'c8')", f"xp.array([[{NEGATIVE}] * 3] * 2)",
          f"xp.array([complex(-0.0, 0.0), {NEGATIVE}])", f"xp.array([complex(0.0, -0.0), {NEGATIVE}])",
          "xp.zeros(0, complex)", "xp.zeros((2, 0), 'c8')", "xp.array([-0.0, -0.0])",
      )
      for initial in ("-0.0", "complex(0.0, -0.0)", "complex(-0.0, 2.0)", "complex(5.0, -0.0)", NEGATIVE, "0")
      for rest in ("", ", where=False", ", keepdims=True", ", axis=-1")),
    f"xp.array([[{NEGATIVE}] * 3] * 2).sum(axis=(0, 1), initial={NEGATIVE})",
    f"xp.array([{NEGATIVE}] * 300).sum(initial={NEGATIVE}, where=xp.arange(300) % 3 == 0)",
    f"xp.array([-0.0] * 3).sum(dtype=complex, initial={NEGATIVE})",
    # The loops of ldexp.
    *(f"xp.ldexp({number}, xp.ones(3, {dtype!r}))" for number in ("3", "2.5", "True", "1j", "np.int8(3)", "np.float32(2)")
      for dtype in "?bBhHiIlLqQefd"),
    *(f"xp.ldexp(xp.ones(3, {dtype!r}), {number})" for number in ("3", "True", "2.5", "1j", "np.int64(3)", "-2**40", "2**70")
      for dtype in "?bBhHiIlLqQefdFD" if dtype != "?" or number != "-2**40"),
    # Logic only wants to know whether a number is zero.
    *(f"xp.logical_{f}({args}{rest})" for f in ("and", "or", "xor") for number in (
        "0", "3", "-1", "300", "2**63", "2**70", "2.5", "0.0", "-0.0", "nan", "1j", "0j", "complex(0, nan)",
    ) for other in ("xp.array([True, False])", "xp.array([2, 0], 'i1')", "xp.array([2.5, 0])", "xp.array([2j, 0])", "4")
      for args in (f"{number}, {other}", f"{other}, {number}")
      for rest in ("", ", dtype='?'", ", casting='no'", ", out=xp.zeros(2, 'i1')")
      if rest != ", out=xp.zeros(2, 'i1')" or other != "4"),
    # Neighbours beyond the largest number, NaN and poles warn.
    *(f"xp.{f}(xp.array({values}, {dtype!r}){second})" for dtype in ("f2", "f4", "f8")
      for values in ("[0.0, 1.0, -2.5]", "[nan]", "[inf, -inf]", "[65504.0]", "[-65504.0]", "[1.0] * 40 + [nan]")
      for f, second in (
          ("spacing", ""), ("nextafter", ", xp.array(inf)"), ("nextafter", f", xp.array(inf, {dtype!r})"),
          ("nextafter", f", xp.array(-inf, {dtype!r})"), ("nextafter", f", xp.array(nan, {dtype!r})"),
      )),
    *(f"xp.{f}(xp.array([xp.finfo({dtype!r}).max, 1.0], {dtype!r}){second})" for dtype in ("f2", "f4", "f8")
      for f, second in (("spacing", ""), ("nextafter", f", xp.array(inf, {dtype!r})"))),
    *(f"xp.isnan(xp.{f}(xp.array({x}, {dtype!r}), xp.array({y}, {dtype!r})))" for f in ("logaddexp", "logaddexp2")
      for dtype in ("f2", "f4", "f8") for x in ("[1.0, 2.0]", "[nan, 1.0]", "[inf, -inf]") for y in ("0.5", "nan", "inf", "-inf")),
    *(f"xp.isinf(xp.{f}(xp.array([{z}, 0.5])))" for f in ("arctan", "arctanh") for z in ("1j", "-1j", "1 + 0j", "-1 + 0j", "2j")),
    # Medians of what is not NaN lie in memory as their elements.
    *(f"xp.nanmedian(c{view}, axis={axis})" for axis in range(3) for view in (
        "", ".T", ".transpose(1, 2, 0)", ".transpose(2, 0, 1)", ".transpose(1, 0, 2)[::-1]",
    )),
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_outcomes_are_numpys(expression):
    assert outcome(expression, rp) == outcome(expression, np)


@pytest.mark.parametrize("number", [3, 0, -1, 2.5, 0.0, np.nan, 0j, 1j])
@pytest.mark.parametrize("n", [0, 1, 7, 1000, 5000, 90_000])
def test_logic_of_truth_values_and_a_number(number, n):
    for dtype in "?bHlefdFD":
        x = (np.arange(2 * n) % 3).astype(dtype)
        for part in (np.s_[:n], np.s_[::2], np.s_[::-2]):
            a = x[part]
            for name in ("logical_and", "logical_or", "logical_xor"):
                ours, theirs = getattr(rp, name), getattr(np, name)
                np.testing.assert_array_equal(ours(rp.asarray(a), number), theirs(a, number))
                np.testing.assert_array_equal(ours(number, rp.asarray(a)), theirs(number, a))


LARGE = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1.7e308, -1.7976931348623157e308, 9e307, 1e154, 1e149, -1e151, 1e-151, 1e-160, 5e-324]


@pytest.mark.parametrize("name", ["arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh"])
def test_inverses_of_large_and_tiny_complex_numbers(name):
    z = np.array([complex(x, y) for x in LARGE for y in LARGE])
    with np.errstate(all="ignore"):
        want = getattr(np, name)(z)
        for got in (getattr(rp, name)(rp.asarray(z)), getattr(rp, name)(rp.asarray(z[::-1]))[::-1]):
            for part in ("real", "imag"):
                a, b = getattr(np.asarray(got), part), getattr(want, part)
                np.testing.assert_allclose(a, b, rtol=4e-15, atol=1e-323)
                np.testing.assert_array_equal(np.signbit(a), np.signbit(b))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_zeros_of_both_signs_and_extremes(dtype):
    names = ("maximum", "minimum") + (("fmax", "fmin") if dtype == "float16" else ())
    zeros = np.array([0.0, -0.0, 0.0, -0.0] * 50, dtype)
    others = np.repeat(np.array([0.0, -0.0], dtype), 100)
    for name in names:
        ours, theirs = getattr(rp, name), getattr(np, name)
        for part in (np.s_[:1], np.s_[:7], np.s_[:], np.s_[::-1], np.s_[::2]):
            x, y = zeros[part], others[part]
            np.testing.assert_array_equal(np.signbit(ours(rp.asarray(x), rp.asarray(y))), np.signbit(theirs(x, y)))
            np.testing.assert_array_equal(np.signbit(ours(rp.asarray(x), -0.0)), np.signbit(theirs(x, -0.0)))
            np.testing.assert_array_equal(np.signbit(ours(0.0, rp.asarray(x))), np.signbit(theirs(0.0, x)))


def test_bytes_that_are_truth_values_are_searched_by_their_order():
    some, wanted = np.array([0, 0, 1, 2, 255], np.uint8).view(bool), np.array([3, 255, 0, 1, 2], np.uint8).view(bool)
    for side in ("left", "right"):
        for sorted_, places in ((some, wanted), (some, some), (some[1::2], wanted[::-1]), (some, np.array([True, False]))):
            got = rp.searchsorted(rp.asarray(sorted_), rp.asarray(places), side)
            np.testing.assert_array_equal(np.asarray(got), np.searchsorted(sorted_, places, side))
    order = [2, 1, 3, 0]
    mixed = np.array([255, 1, 0, 2], np.uint8).view(bool)
    got = rp.searchsorted(rp.asarray(mixed), rp.asarray(wanted), sorter=order)
    np.testing.assert_array_equal(np.asarray(got), np.searchsorted(mixed, wanted, sorter=order))


def test_whole_powers_of_complex_numbers_multiply_as_numpys():
    parts = [0.0, -0.0, 1.0, -1.0, 2.0, -2.5, 1e300, -1e200, np.inf, -np.inf, np.nan, 1e-300]
    z = np.array([complex(x, y) for x in parts for y in parts if x != 0 or y != 0])
    for n in (1, 2, 3, 4, 5, 7, 12, -1, -2, -3, -6):
        exponents = np.full(z.shape, n, complex)
        with np.errstate(all="ignore"):
            got = np.asarray(rp.power(rp.asarray(z), rp.asarray(exponents)))
            want = np.power(z, exponents)
        for a, b in ((got.real, want.real), (got.imag, want.imag)):
            np.testing.assert_array_equal(a, b)
            np.testing.assert_array_equal(np.signbit(a)[~np.isnan(b)], np.signbit(b)[~np.isnan(b)])
    with np.errstate(all="ignore"):
        got = rp.power(rp.asarray([complex(np.inf, np.nan)] * 3), rp.asarray([-2.25 - 0.5j] * 3))
    assert (np.asarray(got) == 0).all()
