"""Calls on few elements that have ways of their own: numbers beside elements, scalars of NumPy, buffers, masks."""

import itertools
import operator
import warnings

import numpy as np
import pytest
from conftest import DTYPES, LAYOUTS, values

import raptors as rp

OPERATORS = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
    operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge, divmod,
]  # fmt: skip
SCALARS = [
    np.float64(2.5), np.float64(0.0), np.float32(1.5), np.float16(2), np.int64(3), np.int64(-3), np.int32(0),
    np.uint8(200), np.uint64(2**63), np.bool(True), np.complex128(1 + 2j), np.complex64(1j),
]  # fmt: skip
NUMBERS = [0, 1, -3, 2**40, 2**62, 2**70, 0.0, -0.0, 2.5, -1.5, 1e300, float("inf"), float("nan"), True, 2j]


def outcome(call):
    """What ``call`` gives as plain data, with its warnings, or its error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = call()
        except Exception as error:
            return type(error), str(error)
    parts = result if type(result) is tuple else (result,)
    plain = [(np.asarray(part).dtype, np.asarray(part).shape, repr(np.asarray(part).tolist())) for part in parts]
    return plain, [(w.category, str(w.message)) for w in caught]


def assert_close(given, wanted, *told):
    """Whether two outcomes have the same dtypes and nearly the same values, or errors of one class."""
    if type(wanted[0]) is type:
        assert given[0] is wanted[0], told
        return
    assert [part[:2] for part in given[0]] == [part[:2] for part in wanted[0]], told
    for (*_, x), (*_, y) in zip(given[0], wanted[0]):
        close = x == y or np.allclose(*(complex(text.strip("()")) for text in (x, y)), equal_nan=True)
        assert close, (x, y, *told)


@pytest.mark.parametrize("apply", OPERATORS)
def test_scalars_of_numpy_beside_elements(apply):
    for scalar, other in itertools.product(SCALARS, SCALARS):
        element = rp.asarray(np.array([other]))[0]
        # Warnings of scalars have words of their own.
        assert_close(outcome(lambda: apply(scalar, element)), outcome(lambda: apply(scalar, other)))
        assert_close(outcome(lambda: apply(element, scalar)), outcome(lambda: apply(other, scalar)))


def test_functions_of_numpy():
    a, b = np.arange(1.0, 4), np.array([2.0, 0.5, 1])
    x, y = rp.asarray(a), rp.asarray(b)
    for name in ("add", "multiply", "arctan2", "less", "logaddexp", "divmod", "gcd", "ldexp", "matmul", "vecdot"):
        function = getattr(np, name)
        assert outcome(lambda: function(x, y))[0] == outcome(lambda: function(a, b))[0] or name in ("gcd", "ldexp")
        if name not in ("gcd", "ldexp", "matmul", "vecdot"):
            assert outcome(lambda: function(x, 2)) == outcome(lambda: function(a, 2))
            assert outcome(lambda: function(2.5, x)) == outcome(lambda: function(2.5, a))
            assert type(function(x, a)) in (rp.ndarray, tuple)
    for name in ("sqrt", "negative", "modf", "isnan", "frexp", "positive"):
        assert outcome(lambda: getattr(np, name)(x)) == outcome(lambda: getattr(np, name)(a))
    with pytest.raises(TypeError):
        np.add(x)
    assert np.add.reduce(x) == 6 and np.add(x, y, dtype="f4").dtype == np.float32


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_buffers(dtype, layout):
    theirs = LAYOUTS[layout](values(dtype, 24).reshape(4, 6))
    ours = rp.asarray(theirs)
    for locked in False, True:
        if locked:
            ours.setflags(write=False)
            theirs = theirs.view()
            theirs.setflags(write=False)
        given, wanted = memoryview(ours), memoryview(theirs)
        for name in ("format", "shape", "strides", "readonly", "itemsize", "nbytes", "ndim", "c_contiguous", "f_contiguous"):
            assert getattr(given, name) == getattr(wanted, name), name
        assert given.tobytes() == wanted.tobytes()
        given.release()
    back = np.asarray(ours)
    assert back.dtype == theirs.dtype and np.shares_memory(back, theirs) == (theirs.size > 0)
    view = memoryview(ours)
    content = view.tobytes()
    del ours, back
    assert view.tobytes() == content


def test_buffers_of_axes_of_length_one():
    for theirs in (np.zeros((3, 1, 4)), np.zeros((1, 5))[:, ::5], np.zeros((4, 1), order="F"), np.zeros((2, 0, 3))):
        ours = rp.asarray(theirs)
        assert memoryview(ours).strides == memoryview(theirs).strides
        assert memoryview(ours).shape == memoryview(theirs).shape
    shifted = np.frombuffer(bytes(17), "u1")[1:].view("f8")
    assert memoryview(rp.asarray(shifted)).format == memoryview(shifted).format


@pytest.mark.parametrize("dtype", DTYPES)
def test_elements_as_numbers_of_python(dtype):
    theirs = np.array([0, 1, 3], dtype)
    ours = rp.asarray(theirs)
    for place in range(3):
        one, other = ours[place], theirs[place]
        assert hash(one) == hash(other) and {one: 1}[other] == 1
        for convert in complex, operator.index, operator.neg, abs, operator.invert, round, lambda x: round(x, 1):
            if convert not in (complex, operator.neg, abs, operator.invert) and theirs.dtype.kind in "bc":
                continue
            given, wanted = outcome(lambda: convert(one)), outcome(lambda: convert(other))
            if type(wanted[0]) is type:
                assert given[0] is wanted[0], (convert, other)
            else:
                assert given[0][0][2] == wanted[0][0][2], (convert, other)
    for pair in itertools.product(range(3), range(3)):
        for apply in operator.and_, operator.or_, operator.xor, operator.eq, operator.add, operator.mul, operator.lt:
            x, y = pair
            given = outcome(lambda: apply(ours[x], ours[y]))
            wanted = outcome(lambda: apply(theirs[x], theirs[y]))
            assert given == wanted or type(wanted[0]) is type
    extreme = np.array([np.iinfo(np.int64).min, -1])
    assert (-rp.asarray(extreme)[0]) == extreme[0] and hash(rp.asarray(extreme)[1]) == hash(-1)
    with pytest.raises(TypeError):
        hash(ours)
    nan = rp.asarray([np.nan])[0]
    assert isinstance(hash(nan), int) and nan != nan


def test_elements_of_masks():
    mask = rp.asarray([[True, False], [False, True]])
    for one in mask[0, 0], mask[0][0], mask.ravel()[0], next(iter(mask[0])), next(mask.flat):
        assert one.dtype == np.bool and one.shape == () and bool(one) and not one.flags.writeable
    before = mask[0, 0]
    mask[0, 0] = False
    assert before and not mask[0, 0] and any(mask[0]) is False
    assert [bool(x) for x in mask.ravel()] == [False, False, False, True]
    with pytest.raises(IndexError):
        mask[0, 2]


def test_functions_of_numbers():
    for name, ufunc in rp._raptors.ufuncs.items():
        theirs = getattr(np, name, None)
        if not isinstance(theirs, np.ufunc) or theirs.signature or theirs.nin > 2:
            continue
        for given in itertools.product(NUMBERS, repeat=theirs.nin):
            if 2**70 in given:
                continue
            assert_close(outcome(lambda: ufunc(*given)), outcome(lambda: theirs(*given)), name, given)


def test_lists_of_scalars_and_truth_values():
    for first, second in itertools.product([*SCALARS, True, 2, 2.5, 1j], repeat=2):
        alike = [first, second], (first, second, first), [[first, second]]
        beside = [rp.asarray(first), second], [np.asarray(first), second]
        for items, theirs in (*zip(alike, alike, strict=True), beside):
            assert outcome(lambda: rp.array(items)) == outcome(lambda: np.array(theirs)), items
            for to in "f4", "f8", "i8", "?", "c16":
                given, wanted = outcome(lambda: rp.asarray(items, to)), outcome(lambda: np.asarray(theirs, to))
                assert given == wanted or type(wanted[0]) is type and given[0] is wanted[0], (items, to)


def test_compress_and_take_along_axes():
    theirs = np.arange(24).reshape(2, 3, 4)
    ours = rp.asarray(theirs)
    for axis, length in itertools.product((None, 0, 1, -1, 3), (0, 2, 3, 4, 24, 30)):
        mask = np.arange(length) % 2 == 0
        for call in (
            lambda m, a, c: m.compress(c, a, axis), lambda m, a, c: a.compress(c, axis),
            lambda m, a, c: a.compress(c, axis=axis), lambda m, a, c: m.compress(c, a, axis=axis),
        ):  # fmt: skip
            given = outcome(lambda: call(rp, ours, rp.asarray(mask)))
            wanted = outcome(lambda: call(np, theirs, mask))
            assert given[0] == wanted[0], (axis, length)
    places = np.array([1, 0, 1])
    for axis, mode in itertools.product((None, 0, 1, -1, 5), ("raise", "wrap", "clip")):
        for call in (
            lambda a, p: a.take(p, axis, mode=mode), lambda a, p: a.take(p, axis=axis, mode=mode),
            lambda a, p: a.take(indices=p, axis=axis), lambda a, p: a.take([0, 1], axis), lambda a, p: a.take(1, axis),
        ):  # fmt: skip
            assert outcome(lambda: call(ours, rp.asarray(places)))[0] == outcome(lambda: call(theirs, places))[0]
    out = rp.zeros(3, int)
    assert ours.take(rp.asarray(places), out=out) is out and out.tolist() == [1, 0, 1]


def test_places_types_and_views():
    for given in (((1, 2), (3, 4)), ((0, 0, 0), (1, 1, 1)), ((3, 0), (3, 4)), ((-1, 0), (3, 4)), ((1,), (3, 4)), ((), ())):
        assert outcome(lambda: rp.ravel_multi_index(*given))[0] == outcome(lambda: np.ravel_multi_index(*given))[0]
    for dtype, number in itertools.product("? i1 u1 i8 f2 f4 f8 c8 c16".split(), [1, -1, 300, 2.5, 1e300, True, 1j]):
        theirs = np.ones(2, dtype)
        assert rp.result_type(rp.asarray(theirs), number) == np.result_type(theirs, number)
        assert rp.result_type(number, rp.asarray(theirs)) == np.result_type(number, theirs)
        assert outcome(lambda: rp.promote_types(dtype, number))[0] is TypeError
    theirs = np.arange(6.0).reshape(2, 3)
    ours = rp.asarray(theirs)
    for to in ("i8", np.int32, "u1", np.dtype("c16"), float, "M8[s]", np.ndarray):
        given, wanted = outcome(lambda: ours.view(to)), outcome(lambda: theirs.view(to))
        assert given[0] == wanted[0], to
    ours.view("i8")[0, 0] = -1
    assert np.isnan(ours[0, 0]) and ours.view("i8").base is not None


def test_einsum_by_lists_of_labels():
    a, b = np.random.default_rng(0).random((4, 5)), np.random.default_rng(1).random((5, 6))
    for call in (
        lambda m, a, b: m.einsum(a, [0, 1], b, [1, 2], [0, 2]), lambda m, a, b: m.einsum(a, [0, 1], b, [1, 2]),
        lambda m, a, b: m.einsum(a, [..., 30], [30, ...]), lambda m, a, b: m.einsum(a, [5, 3]),
        lambda m, a, b: m.einsum(a, [0, 1], b, [1, 2], b, [1, 2], [0], optimize=True),
        lambda m, a, b: m.einsum("ij,jk,lk->il", a, b, b, optimize="optimal"),
    ):  # fmt: skip
        given, wanted = call(rp, rp.asarray(a), rp.asarray(b)), call(np, a, b)
        assert given.shape == wanted.shape
        np.testing.assert_allclose(np.asarray(given), wanted)
    for call in (
        lambda m, a, b: m.einsum(a, [0, 1], b, [0, 2]), lambda m, a, b: m.einsum(a, [0]),
        lambda m, a, b: m.einsum(a, [0, 1], [0, 0]), lambda m, a, b: m.einsum(a, [0, 99]),
        lambda m, a, b: m.einsum(a, [0, 1], [7]), lambda m, a, b: m.einsum(a, ["a", 1]), lambda m, a, b: m.einsum(a),
    ):  # fmt: skip
        assert outcome(lambda: call(rp, rp.asarray(a), rp.asarray(b))) == outcome(lambda: call(np, a, b))
