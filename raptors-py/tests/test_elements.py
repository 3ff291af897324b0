"""Single elements: comparisons and arithmetic of two, or of one and a number, as NumPy's scalars do it."""

import operator
import pickle
import warnings

import numpy as np
import pytest

import raptors as rp

COMPARISONS = (operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge)
ARITHMETIC = (
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod,
)  # fmt: skip
FLOATS = (
    0.0, -0.0, 1.0, -2.5, 1e308, -1e308, 5e-324, 2.2250738585072014e-308, 1e-200, 1e200,
    float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
INTEGERS = (0, 1, -1, 2, 7, -7, 2**53, 2**53 + 1, 2**62, -(2**62), 2**63 - 1, -(2**63))


def outcome(function, *operands):
    """What a call gives, with its dtype and sign, and the warnings that it gives."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        result = np.asarray(function(*operands))
    words = sorted(str(one.message).replace("scalar ", "") for one in given)
    return result.dtype, result.tobytes() if result == result else "nan", words


@pytest.mark.parametrize("function", COMPARISONS + ARITHMETIC[:4])
def test_floats(function):
    x, y = rp.asarray(FLOATS), np.array(FLOATS)
    for i in range(len(FLOATS)):
        for j in range(len(FLOATS)):
            wanted = outcome(function, y[i : i + 1], y[j : j + 1])
            others = (x[i], FLOATS[j]), (FLOATS[i], x[j]), (x[i], y[j]), (y[i], x[j])
            for a, b in ((x[i], x[j]), *others):
                assert outcome(function, a, b) == wanted, (FLOATS[i], FLOATS[j], type(a), type(b))


@pytest.mark.parametrize("function", COMPARISONS + ARITHMETIC)
def test_integers(function):
    x, y = rp.asarray(INTEGERS), np.array(INTEGERS)
    for i in range(len(INTEGERS)):
        for j in range(len(INTEGERS)):
            wanted = outcome(function, y[i : i + 1], y[j : j + 1])
            for a, b in ((x[i], x[j]), (x[i], INTEGERS[j]), (INTEGERS[i], x[j])):
                assert outcome(function, a, b) == wanted, (INTEGERS[i], INTEGERS[j])


@pytest.mark.parametrize("function", COMPARISONS + ARITHMETIC[:4])
@pytest.mark.parametrize("dtype", ["f4", "f8", "i8", "i4", "?", "c16"])
def test_elements_beside_other_numbers(function, dtype):
    if dtype == "?" and function is operator.sub:
        return
    x, y = rp.asarray([1, 0, 3], dtype), np.array([1, 0, 3], dtype)
    others = [2, 2.5, -1, np.float64(2.5), np.float32(0.1), np.int8(3), True]
    if dtype in ("f8", "i8"):
        others.append(2**53 + 1)
    if function not in COMPARISONS or function in COMPARISONS[2:4]:
        others.append(1j)
    for other in others:
        for i in range(3):
            if function is operator.truediv and i == 1:
                continue
            assert outcome(function, x[i], other) == outcome(function, y[i], other), (i, other)
            assert outcome(function, other, x[i]) == outcome(function, other, y[i]), (i, other)
        assert (np.asarray(x[::2] + other) == y[::2] + other).all()
        assert np.asarray(x + other).dtype == (y + other).dtype


def test_elements_that_are_added_to_stay_what_they_were():
    a = rp.asarray([1.5, 2.5])
    total = first = a[0]
    total += a[1]
    total *= 2
    total -= 0.5
    total /= first
    assert total == 5.0 and first == 1.5 and a.tolist() == [1.5, 2.5]
    count = rp.arange(3)[1]
    count += 1
    count //= 2
    count += 0.5
    assert count == 1.5 and count.dtype == np.float64
    with np.errstate(all="raise"):
        huge = rp.asarray([1e308])[0]
        with pytest.raises(FloatingPointError):
            huge *= 10
        tiny = rp.asarray([1e-200])[0]
        with pytest.raises(FloatingPointError):
            tiny * tiny
        assert tiny * 0.0 == 0.0 and 0.0 / tiny == 0.0


def test_truth_values_are_nobodys_to_change():
    a = rp.arange(3.0)
    yes, no = a[1] > a[0], a[1] > 2
    assert type(yes) is rp.ndarray and yes.dtype == bool and yes.shape == () and bool(yes)
    assert not no and not yes.flags.writeable and yes.base is None
    for name, value in (("shape", (1,)), ("dtype", "i1")):
        with pytest.raises(AttributeError):
            setattr(yes, name, value)
    with pytest.raises(ValueError):
        yes[...] = False
    with pytest.raises(ValueError):
        yes.setflags(write=True)
    with pytest.raises((AttributeError, ValueError)):
        yes.resize((2,), refcheck=False)
    yes &= no
    assert not yes and bool(a[1] > a[0])
    view = (a[1] > 0).reshape(1)
    assert view.tolist() == [True]
    assert pickle.loads(pickle.dumps(no)) == no
    assert sorted(a[i] for i in (2, 0, 1)) == [0.0, 1.0, 2.0] and max(a) == 2.0


def test_numbers_of_elements():
    for value in FLOATS:
        element = rp.asarray([value])[0]
        assert bool(element) == bool(value)
        if np.isfinite(value):
            assert int(element) == int(value)
        else:
            with pytest.raises((OverflowError, ValueError)):
                int(element)
    for value in INTEGERS:
        element = rp.asarray([value])[0]
        assert bool(element) == bool(value) and int(element) == value


def test_numpys_ufuncs_on_elements_and_arrays():
    a, b = rp.asarray([1.5, -2.0]), np.array([1.5, -2.0])
    x = np.float64(2.5)
    for function in COMPARISONS + ARITHMETIC:
        for i in (0, 1):
            result = function(x, a[i])
            assert type(result) is rp.ndarray and result.tolist() == function(x, b[i])
        result = function(x, a)
        assert type(result) is rp.ndarray and result.tolist() == function(x, b).tolist()
    for result, wanted in (
        (np.sqrt(abs(a)), np.sqrt(abs(b))),
        (np.add(a, 1), b + 1),
        (np.add(a, b), b + b),
        (np.power(a, 2), b**2),
        (np.add(a, 1, dtype="f4"), np.add(b, 1, dtype="f4")),
        (np.add.reduce(a), b.sum()),
        (np.add.outer(a, a), np.add.outer(b, b)),
    ):
        assert type(result) is rp.ndarray and result.dtype == np.asarray(wanted).dtype
        assert result.tolist() == wanted.tolist()
    out = rp.zeros(2)
    assert np.multiply(a, 2, out=out) is out and out.tolist() == [3.0, -4.0]
    first, second = np.divmod(a, 2)
    assert first.tolist() == (b // 2).tolist() and second.tolist() == (b % 2).tolist()
    np.add.at(a, [0, 0], 1)
    assert a.tolist() == [3.5, -2.0]


@pytest.mark.parametrize("dtype", "?bBhHiIlLefdFD")
def test_lists_of_elements(dtype):
    values = np.array([1, 0, 3, 2], dtype)
    items, theirs = list(rp.asarray(values)), list(values)
    for make in (lambda x: x, tuple, lambda x: [x, x], lambda x: [x[:2], x[2:]], lambda x: x * 100):
        result, wanted = rp.array(make(items)), np.array(make(theirs))
        assert result.dtype == wanted.dtype and np.asarray(result).tolist() == wanted.tolist()
    for other in (1, 2.5, True, 1j, 2**63, 2**70, np.float64(2.5), np.float32(1), values[:1]):
        for mixed in ([*items, other], [other, *items]):
            typed = [values[i - (mixed[0] is other)] if type(x) is rp.ndarray else x
                     for i, x in enumerate(mixed)]  # fmt: skip
            try:
                wanted = np.array(typed)
            except ValueError:
                with pytest.raises(ValueError):
                    rp.array(mixed)
                continue
            if wanted.dtype == object:
                continue
            result = rp.array(mixed)
            assert result.dtype == wanted.dtype, other
            assert np.asarray(result).tolist() == wanted.tolist()
    for to in ("f8", "i8", "f4"):
        if dtype not in "FD":
            assert np.asarray(rp.array(items, to)).tobytes() == np.array(theirs, to).tobytes()
    rows = rp.array([rp.asarray(values), rp.asarray(values)[::-1]])
    assert np.asarray(rows).tobytes() == np.array([values, values[::-1]]).tobytes()
    rows = rp.array([rp.asarray(values), rp.asarray(values)], dtype="c16")
    assert np.asarray(rows).tobytes() == np.array([values, values], dtype="c16").tobytes()


def test_lists_of_floats_and_integers():
    one = rp.asarray([7])[0]
    for items in (
        [1, 2.5], [2.5, 1], [1, 2], [2**53 + 1, 0.5], [2**63, 1], [1, 2**63], [-(2**63), 1.0], [1, True],
        [True, 1.5], [1, 2**70], [2**70, 1.5], [1.5, None], [1, np.float64(2.5)], [1, np.float32(2.5)],
        [1, one, 2], [one, 1.5], [1.5, one], [one, np.int8(3)], [1, 2j], (1, 2.5), [[1, 2.5], [3, 4]],
    ):  # fmt: skip
        theirs = eval(repr(items).replace("array(7)", "np.int64(7)"))
        for dtype in (None, "f8", "i8", "f4", "c16", "?"):
            try:
                wanted = np.array(theirs, dtype)
            except (TypeError, ValueError, OverflowError) as error:
                with pytest.raises(type(error)):
                    rp.array(items, dtype)
                continue
            if wanted.dtype != object:
                result = rp.array(items, dtype)
                assert result.dtype == wanted.dtype, (items, dtype)
                assert np.asarray(result).tobytes() == wanted.tobytes(), (items, dtype)
    assert rp.fromiter(range(50), float).tolist() == np.fromiter(range(50), float).tolist()


@pytest.mark.parametrize("dtype", ["?", "i1", "u8", "i8", "f2", "f4", "f8", "c8", "c16"])
def test_an_array_without_axes_by_the_empty_key(dtype):
    x = np.array(1, dtype)
    a = rp.asarray(x.copy())
    element = a[()]
    a[()] = 0
    assert element.dtype == x.dtype and element == x[()] and not element.flags.writeable
    assert np.asarray(a) == 0 and a[...].shape == ()
    for value in (1, True, np.int8(1), rp.asarray(1)):
        a[()] = value
        assert np.asarray(a) == 1
        a[...] = 0
    with pytest.raises(ValueError):
        element[()] = 3
    with pytest.raises(IndexError):
        a[0]
    with pytest.raises(IndexError):
        rp.ones(2)[0][(1,)]


@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i4", "u4", "u8", "f2", "f4", "f8", "c8", "c16"])
def test_truth_of_elements(dtype):
    numbers = [0, 1] if dtype == "?" else [0, 1, 2, 100]
    x = np.array(numbers).astype(dtype)
    if x.dtype.kind in "fc":
        x = np.append(x, np.array([-0.0, np.nan, np.inf, 6e-8], dtype))
    if x.dtype.kind == "c":
        x = np.append(x, np.array([1j, 0j, complex(0, np.nan)], dtype))
    for ours, theirs in zip(rp.asarray(x), x):
        assert bool(ours) is bool(theirs)
    assert bool(rp.asarray(x)[1:2]) and not bool(rp.asarray(x)[:1])
    with pytest.raises(ValueError):
        bool(rp.asarray(x))


@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i4", "u8", "i8", "f4", "f8"])
def test_bits_and_updates_of_elements(dtype):
    numbers = [0, 1] if dtype == "?" else [0, 1, 7, 100]
    x = np.array(numbers).astype(dtype)
    a = rp.asarray(x.copy())
    bits = (operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift)
    updates = (
        operator.iand, operator.ior, operator.ixor, operator.ilshift, operator.irshift, operator.iadd,
        operator.isub, operator.imul, operator.itruediv, operator.ifloordiv, operator.imod,
    )  # fmt: skip
    others = [1, 3, 63, 64, 65, -1, 300, 2.5, 2**40, True, np.int8(2), np.float32(2)]
    for function in bits + updates:
        for i, number in enumerate(numbers):
            pairs = [(a[i], x[i], other) for other in others]
            pairs += [(a[i], x[i], x[k]) for k in range(len(x))]
            for ours, theirs, other in pairs:
                words = (function.__name__, number, other)
                try:
                    with np.errstate(all="ignore"), warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        want = function(theirs, other)
                except (TypeError, OverflowError, ValueError) as error:
                    with pytest.raises(type(error)), np.errstate(all="ignore"):
                        function(ours, other)
                    continue
                with np.errstate(all="ignore"):
                    got = function(ours, other)
                    if isinstance(other, np.generic) and other.dtype == x.dtype:
                        both = function(ours, rp.asarray(other))
                        assert both.dtype == want.dtype and np.array_equal(both, want, equal_nan=True), words
                assert got.dtype == want.dtype, words
                assert np.array_equal(np.asarray(got), want, equal_nan=True), words
                assert ours == number
