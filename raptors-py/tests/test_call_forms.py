"""Forms of calls that go a short way: what they give, and what they refuse, is what NumPy does."""

import copy
import itertools
import pickle
import warnings

import numpy as np
import pytest

import raptors as rp

RNG = np.random.default_rng(11)


def outcome(function, *args, **options):
    """What a call gives, or the class and words of its error, and what it warns of."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            result = function(*args, **options)
        except Exception as error:
            result = type(error), str(error)
    return result, [(one.category, str(one.message)) for one in given]


def alike(got, want):
    """Whether two outcomes are the same: values, types and how they lie."""
    (got, told), (want, warned) = got, want
    if told != warned:
        return False
    if isinstance(want, tuple):
        return got == want
    got, want = np.asarray(got), np.asarray(want)
    steps = [[step for step, n in zip(x.strides, x.shape) if n > 1 and x.size] for x in (got, want)]
    lies = got.ndim < 2 or steps[0] == steps[1]
    if got.dtype != want.dtype or got.shape != want.shape or not lies:
        return False
    if want.dtype == object:
        return got.tolist() == want.tolist()
    eps = np.finfo(want.dtype).eps * (64 if want.dtype == np.float16 else 8) if want.dtype.kind in "fc" else 0
    return np.allclose(got, want, eps, 0, equal_nan=True)


def numbers(shape, dtype):
    x = RNG.normal(0, 20, shape)
    if np.dtype(dtype).kind == "c":
        return (x + 1j * RNG.normal(0, 20, shape)).astype(dtype)
    return (np.abs(x) if np.dtype(dtype).kind == "u" else x).astype(dtype)


REDUCTIONS = {
    "sum": ("dtype", "initial", "where"), "prod": ("dtype", "initial", "where"), "max": ("initial", "where"),
    "min": ("initial", "where"), "any": ("where",), "all": ("where",), "mean": ("dtype", "where"), "argmax": (),
    "argmin": (),
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["?", "u1", "i4", "i8", "f2", "f4", "f8", "c16"])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions_take_options_by_name_and_place(name, dtype):
    x, mask = numbers((4, 5), dtype), RNG.random((4, 5)) > 0.3
    values = {
        "dtype": ["f8", None, "i4"],
        "initial": [0, 3, -2, 2.5, 1 << 30, None, True, np._NoValue, 10**30],
        "where": [mask, True],
    }
    calls = [{"keepdims": keepdims} for keepdims in (True, False, 1, np._NoValue)]
    calls += [{option: value} for option in REDUCTIONS[name] for value in values[option]]
    if "where" in REDUCTIONS[name]:
        calls += [{"where": mask, "initial": 7, "keepdims": True}]
    for axis, options in itertools.product((None, 0, 1, -1, (0, 1), 2), calls):
        ours = {key: rp.asarray(value) if value is mask else value for key, value in options.items()}
        want = outcome(getattr(np, name), x, axis=axis, **options)
        got = outcome(getattr(rp, name), rp.asarray(x), axis=axis, **ours)
        # An error may be told with the arrays' names in it; results are to be the same.
        assert alike(got, want) or isinstance(want[0], tuple) and got[0][0] is want[0][0], (axis, options, got, want)
    assert outcome(getattr(rp, name), rp.asarray(x), 0, None, None, False, 0, mask, 1)[0][0] is TypeError


def test_results_of_reductions_go_where_they_are_asked_to():
    x = numbers((4, 5), "f8")
    for name in ("sum", "prod", "max", "min", "mean"):
        ours, theirs = rp.zeros(5), np.zeros(5)
        assert getattr(rp, name)(rp.asarray(x), axis=0, out=ours) is ours
        getattr(np, name)(x, axis=0, out=theirs)
        assert np.array_equal(ours, theirs)
    places = rp.zeros((1, 5), "i8")
    assert rp.argmax(rp.asarray(x), 0, places, keepdims=True) is places
    assert np.array_equal(places, x.argmax(0, keepdims=True))
    for name in ("any", "all", "mean", "argmax"):
        last = (None,) * {"any": 2, "all": 2, "mean": 3, "argmax": 1}[name]
        given = (*last, False, np.ones((4, 5), bool))[: len(last) + 2]
        assert outcome(getattr(rp, name), rp.asarray(x), 0, *given)[0][0] is TypeError


LAYOUTS = {
    "dense": lambda x: x, "fortran": np.asfortranarray, "turned": lambda x: x.T, "apart": lambda x: x[:, ::2],
    "backwards": lambda x: x[::-1, ::-1], "rows": lambda x: x[::2],
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["?", "i4", "f4", "f8", "c16"])
def test_results_of_ufuncs_have_the_order_and_type_asked_for(dtype, layout):
    x, y = (LAYOUTS[layout](numbers((6, 8), dtype)) for _ in range(2))
    calls = [{"order": order} for order in ("C", "F", "A", "K", None, "x", 1)]
    calls += [{"dtype": to} for to in ("f8", "f4", "c16", "i8", "?", None, "O", dtype)]
    calls += [{"casting": rule} for rule in ("same_kind", "unsafe", "no", "safe", "equiv", "other")]
    calls += [{"dtype": "c16", "order": "F"}, {"dtype": "f8", "order": "C", "casting": "same_kind"}]
    calls += [{"out": None}, {"where": True, "order": "F"}, {"subok": True}, {"subok": False}, {"subok": 3}, {"out": (None,)}]
    ours = rp.asarray(x), rp.asarray(y)
    for options in calls:
        for name, count in (("add", 2), ("equal", 2), ("multiply", 2), ("maximum", 2), ("negative", 1), ("sqrt", 1), ("isnan", 1)):
            want = outcome(getattr(np, name), *(x, y)[:count], **options)
            got = outcome(getattr(rp, name), *ours[:count], **options)
            assert alike(got, want) or isinstance(want[0], tuple) and got[0][0] is want[0][0], (name, options)
        for number in (2, 2.5):
            want, got = outcome(np.add, x, number, **options), outcome(rp.add, ours[0], number, **options)
            assert alike(got, want) or isinstance(want[0], tuple) and got[0][0] is want[0][0], (number, options)


def test_outputs_may_stand_in_tuples():
    x, y, out = numbers((3, 4), "f8"), numbers((3, 4), "f8"), rp.zeros((3, 4))
    assert rp.add(rp.asarray(x), rp.asarray(y), out=(out,)) is out and np.array_equal(out, x + y)
    mask = x > 0
    assert rp.multiply(rp.asarray(x), 2, out=(out,), where=rp.asarray(mask)) is out
    assert np.array_equal(out, np.where(mask, x * 2, x + y))
    assert rp.subtract(rp.asarray(x), 1, out=out, where=True) is out and np.array_equal(out, x - 1)
    for wrong in ((out, out), (), (1,), [out]):
        want = outcome(np.add, x, y, out=tuple(np.asarray(o) if o is out else o for o in wrong) if type(wrong) is tuple else wrong)
        assert outcome(rp.add, rp.asarray(x), rp.asarray(y), out=wrong)[0][0] is want[0][0]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["?", "i1", "u2", "i4", "u8", "i8"])
def test_whole_numbers_are_finite_however_they_lie(dtype, layout):
    for shape in ((6, 8), (40, 50), (2, 0)):
        x = LAYOUTS[layout](numbers(shape, dtype))
        for name in ("isnan", "isinf", "isfinite"):
            for part in (x, x[:1], x[..., None], x[:1, :1]):
                got = getattr(rp, name)(rp.asarray(part))
                assert alike((got, []), (getattr(np, name)(part), []))
                got[...] = True
                assert got.all()


@pytest.mark.parametrize("dtype", ["?", "i4", "f8", "c16"])
def test_elements_are_laid_out_in_fortrans_order(dtype):
    for shape in ((3, 4), (2, 3, 4), (5,), (), (0, 3), (1, 4), (60, 70)):
        x = numbers(shape, dtype)
        for part in (x, x.T, x[..., ::2] if x.ndim else x):
            ours = rp.asarray(part)
            for order in ("C", "F", "A", "K"):
                for name in ("flatten", "ravel"):
                    got = getattr(ours, name)(order)
                    assert np.array_equal(got, getattr(part, name)(order)) and got.flags.c_contiguous
                    assert np.array_equal(getattr(ours, name)(order=order), got)
            flat = ours.flatten("F")
            assert flat.base is None and flat.flags.writeable
    assert outcome(rp.ones((2, 2)).flatten, "x") == outcome(np.ones((2, 2)).flatten, "x")


def test_axes_change_places():
    x = np.arange(24.0).reshape(2, 3, 4)
    for first, second in itertools.product(range(-4, 5), repeat=2):
        want, got = outcome(x.swapaxes, first, second), outcome(rp.asarray(x).swapaxes, first, second)
        assert alike(got, want)
    for wrong in ((), (0,), (0, 1, 2), (0.5, 1), (None, 1)):
        assert outcome(rp.asarray(x).swapaxes, *wrong)[0][0] is outcome(x.swapaxes, *wrong)[0][0]
    assert rp.asarray(x).swapaxes(np.int64(0), True).shape == (3, 2, 4)


def test_limits_are_found_again():
    for dtype in ("f4", "float", np.float64, float, np.dtype("f2"), "c16", np.complex64):
        mine, theirs = rp.finfo(dtype), np.finfo(dtype)
        assert mine is rp.finfo(dtype) and (mine.eps, mine.max, mine.dtype) == (theirs.eps, theirs.max, theirs.dtype)
    for dtype in ("i4", "int", int, np.uint8, np.dtype("u8"), "b", np.dtype(">i2")):
        mine, theirs = rp.iinfo(dtype), np.iinfo(dtype)
        for one in (mine, rp.iinfo(dtype), copy.copy(mine), pickle.loads(pickle.dumps(mine))):
            for name in ("min", "max", "bits", "kind", "dtype", "key"):
                assert getattr(one, name) == getattr(theirs, name)
            assert str(one) == str(theirs) and repr(one) == repr(theirs)
    assert rp.iinfo(rp.asarray(3)).max == rp.iinfo(3).max == np.iinfo(3).max
    for wrong in ("f8", float, 2.5, "no"):
        assert outcome(rp.iinfo, wrong) == outcome(np.iinfo, wrong)
    for wrong in ("i4", int, None, 3):
        assert outcome(rp.finfo, wrong)[0] == outcome(np.finfo, wrong)[0] or wrong is None


def test_elements_are_enumerated():
    for shape in ((3, 4), (), (0, 2), (2, 1, 3), (5,)):
        x = np.arange(np.prod(shape, dtype=int)).reshape(shape)
        for part in (x, x.T):
            want = list(np.ndenumerate(part))
            assert [(place, int(one)) for place, one in rp.ndenumerate(rp.asarray(part))] == want
            assert [(place, int(one)) for place, one in rp.ndenumerate(part.tolist())] == list(np.ndenumerate(part.tolist()))
    pairs = rp.ndenumerate(rp.asarray([[1, 2], [3, 4]]))
    assert next(pairs) == ((0, 0), 1)
    assert [place for place, _ in pairs] == [(0, 1), (1, 0), (1, 1)]
    with pytest.raises(StopIteration):
        next(pairs)
    assert isinstance(pairs, np.ndenumerate) and type(next(rp.ndenumerate(rp.ones(2)))[1]) is rp.ndarray
    assert list(rp.ndenumerate(np.array(["a", "b"]))) == [((0,), "a"), ((1,), "b")]


def test_scalars_are_told_from_arrays():
    for one in (1, 1.5, 2j, True, "a", b"a", None, [1], (), np.float64(1), np.ones(2), np.array(1), 10**30, object()):
        assert rp.isscalar(one) is np.isscalar(one)
        assert rp.isscalar(element=one) is np.isscalar(one)
    x = rp.asarray([1.0, 2.0])
    assert rp.isscalar(x[0]) and rp.isscalar(x.sum()) and rp.isscalar(x[0] > 1)
    assert not rp.isscalar(x) and not rp.isscalar(rp.asarray(1.0)) and not rp.isscalar(x[:1])


def test_ends_of_intervals_are_elements():
    for dtype in ("?", "i4", "u8", "f2", "f4", "f8", "c8", "c16"):
        for x in (np.array([0, 1], dtype), np.array([1, 0], dtype), np.array([3, 3], dtype)):
            for options in ({}, {"endpoint": False}, {"retstep": True}, {"dtype": "f4"}, {"axis": -1}, {"num": 1}):
                if x.dtype.kind == "c" and "dtype" in options:
                    continue
                options = {"num": 5, **options}
                want, got = np.linspace(x[0], x[1], **options), rp.linspace(*rp.asarray(x), **options)
                if options.get("retstep"):
                    assert np.asarray(got[1]) == want[1] and np.asarray(got[1]).dtype == want[1].dtype
                    want, got = want[0], got[0]
                assert got.dtype == want.dtype and np.array_equal(got, want)
            want, got = np.linspace(x, x[::-1], 4), rp.linspace(rp.asarray(x), rp.asarray(x)[::-1], 4)
            assert got.dtype == want.dtype and np.array_equal(got, want)


def test_truth_values_are_rounded():
    x = RNG.random((3, 4)) > 0.5
    for part in (x, x.T, x[:, 0], x[:, ::2]):
        for decimals in (0, 1):
            assert alike(outcome(rp.around, rp.asarray(part), decimals), outcome(np.around, part, decimals))
        assert alike((rp.asarray(part).round(), []), (part.round(), []))


def test_segments_of_complex_numbers_keep_their_signs():
    zeros = np.array([0.0, -0.0, 1.0, -1.0])
    x = zeros[RNG.integers(0, 4, (9, 6))] + 1j * zeros[RNG.integers(0, 2, (9, 6))]
    for dtype in ("c8", "c16"):
        y = x.astype(dtype)
        for axis, starts in ((0, [0, 2, 1]), (1, [0, 3]), (0, [4]), (0, [0, 1, 2, 5])):
            want, got = np.add.reduceat(y, starts, axis), np.asarray(rp.add.reduceat(rp.asarray(y), starts, axis))
            assert np.array_equal(got, want)
            assert np.array_equal(np.signbit(got.real), np.signbit(want.real))
            assert np.array_equal(np.signbit(got.imag), np.signbit(want.imag))


@pytest.mark.parametrize("dtype", ["c8", "c16"])
def test_short_lines_of_complex_numbers_are_put_in_order(dtype):
    parts = np.array([0.0, -0.0, 1.5, -3.0, np.inf, -np.inf, np.nan])
    for count in (6, 7):
        for n in range(1, 36):
            x = parts[RNG.integers(0, count, (n, 7))] + 0j
            x.imag = parts[RNG.integers(0, count, (n, 7))]
            x = x.astype(dtype)
            for axis, part in ((0, x), (1, np.ascontiguousarray(x.T)), (0, np.asfortranarray(x))):
                want = np.sort(part, axis, "stable")
                got = np.asarray(rp.sort(rp.asarray(part), axis))
                assert np.array_equal(got, want, equal_nan=True)
                want = np.argsort(part, axis, "stable")
                assert np.array_equal(rp.argsort(rp.asarray(part), axis), want)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_floats_are_truncated_to_long_integers(dtype):
    special = np.array([np.nan, np.inf, -np.inf, 2.0**63, -(2.0**63), 2.0**62, 1e300, -0.5, 0.999, 3.7, -3.7], "f8")
    with np.errstate(all="ignore"):
        special = special.astype(dtype)
    for n in (1, 3, 7, 8, 9, 15, 16, 17, 100, 3000):
        for x in (numbers(n, dtype), np.resize(special, n)):
            for part in (x, x[::2], x[::-1], x[1:]):
                for to in ("i8", "i4", "i2", "u1"):
                    got, want = outcome(rp.asarray(part).astype, to), outcome(part.astype, to)
                    assert got[1] == want[1]
                    if to in ("i8", "i4") or np.isfinite(part).all() and (np.abs(part) < 100).all():
                        assert np.array_equal(got[0], want[0])


def test_types_are_known_by_many_names():
    names = ["d", "f", "e", "?", "b", "B", "h", "H", "i", "I", "D", "F", "float", "int", "complex", "bool", "c16", "c8"]
    names += ["f8", "i1", "u4", "float32", "uint8", "f", "l", "q", "Q", "p", "half", "single", "double"]
    names += [float, int, bool, complex, np.float32, np.dtype("i2"), None]
    for name in names:
        assert rp.zeros(3, name).dtype == np.dtype(name)
        want = outcome(np.ones(3).astype, name)[0]
        assert outcome(rp.ones(3).astype, name)[0].dtype == want.dtype
    for wrong in ("x", "", "f9", "i3", "zz", "c9"):
        assert outcome(rp.zeros, 3, wrong)[0] == outcome(np.zeros, 3, wrong)[0]


def test_numpys_random_functions_are_called_with_plain_values():
    for name, args, options in (
        ("rand", (3, 4), {}), ("randn", (), {}), ("randint", (0, 10), {"size": (2, 3)}), ("uniform", (-1, 1, 5), {}),
        ("normal", (), {"size": 3}), ("choice", (5, 3), {"replace": False}), ("choice", ([1.5, 2.5], 4), {}),
        ("permutation", (6,), {}), ("random", ((2, 2),), {}), ("choice", (["a", "b"],), {}), ("bytes", (3,), {}),
        ("shuffle", ([3, 1, 2],), {}), ("rand", (-1,), {}), ("randint", (5, 1), {}), ("rand", ("x",), {}),
    ):  # fmt: skip
        for ours, theirs in ((rp.random, np.random), (rp.random.RandomState(3), np.random.RandomState(3))):
            np.random.seed(7)
            want = outcome(getattr(theirs, name), *copy.deepcopy(args), **options)
            np.random.seed(7)
            got = outcome(getattr(ours, name), *copy.deepcopy(args), **options)
            assert got[1] == want[1]
            if isinstance(want[0], np.ndarray) and want[0].dtype.kind in "if":
                assert type(got[0]) is rp.ndarray and got[0].dtype == want[0].dtype
                assert np.array_equal(got[0], want[0])
            else:
                assert np.all(np.asarray(got[0]) == np.asarray(want[0]))
    drawn = [xp.random.RandomState(5).permutation(xp.arange(6)) for xp in (rp, np)]
    assert type(drawn[0]) is rp.ndarray and np.array_equal(*drawn)
    assert rp.random.rand.__name__ == "rand" and rp.random.RandomState.rand.__name__ == "rand"
    before, rp.config.fallback = rp.config.fallback, "error"
    try:
        for call in (rp.random.rand, rp.random.RandomState(1).rand):
            with pytest.raises(NotImplementedError):
                call(3)
    finally:
        rp.config.fallback = before
