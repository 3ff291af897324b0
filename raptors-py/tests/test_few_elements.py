"""Few elements that lie in any order, and calls whose cost is the call: results are NumPy's, strides among them."""

import itertools

import numpy as np
import pytest

import raptors as rp

DTYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]
SHAPES = [(2, 5, 5), (4, 3, 2), (2, 1, 3), (1, 4, 1), (2, 3, 1, 4), (3, 2, 2, 2)]


def views(shape, dtype="f8", seed=0):
    """Arrays of one shape whose axes lie in every order: dense, with gaps, from the back, and repeated."""
    rng = np.random.default_rng(seed)
    for order in itertools.permutations(range(len(shape))):
        back = np.argsort(order)
        for factor, step in [(1, 1), (2, 2), (1, -1)]:
            lengths = [shape[axis] * factor for axis in order]
            whole = np.asarray(rng.integers(0, 5, lengths)).astype(dtype)
            yield whole[(slice(None, None, step),) * len(shape)].transpose(back)
    yield np.broadcast_to(np.arange(shape[-1]).astype(dtype), shape)


def same(got, want):
    assert type(got) is rp.ndarray
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    # The step along an axis of one element leads nowhere.
    assert steps(got) == steps(want)
    np.testing.assert_array_equal(np.asarray(got), want)


def steps(x):
    return [step for n, step in zip(x.shape, x.strides, strict=True) if n > 1]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_functions_of_one_array_in_any_order(shape):
    for dtype, name in [("f8", "sqrt"), ("i4", "sqrt"), ("u1", "invert"), ("f4", "negative"), ("c16", "conjugate")]:
        for x in views(shape, dtype):
            same(getattr(rp, name)(rp.share(x)), getattr(np, name)(x))


@pytest.mark.parametrize("shape", SHAPES[:4], ids=str)
@pytest.mark.parametrize("name", ["subtract", "not_equal", "logical_xor"])
def test_functions_of_two_arrays_in_any_order(shape, name):
    ours, theirs = getattr(rp, name), getattr(np, name)
    for x, y in itertools.product(views(shape), views(shape, seed=1)):
        same(ours(rp.share(x), rp.share(y)), theirs(x, y))
    for x, y in itertools.product(views(shape, "i4"), views(shape, "f4", seed=1)):
        same(ours(rp.share(x), rp.share(y)), theirs(x, y))
    for x in views(shape, "i2"):
        same(ours(rp.share(x), 3), theirs(x, 3))
        same(ours(rp.share(x), rp.asarray(np.float32(2.5))), theirs(x, np.asarray(np.float32(2.5))))
        row = np.arange(shape[-1]).astype("i2")
        same(ours(rp.share(row), rp.share(x)), theirs(row, x))


@pytest.mark.parametrize("dtype", DTYPES)
def test_folds_of_arrays_in_any_order(dtype):
    for x in itertools.chain(views((2, 5, 5), dtype), views((3, 2, 2, 2), dtype), views((7,), dtype)):
        for name in ["count_nonzero", "any", "all", "max", "min", "argmax", "argmin"]:
            got, want = getattr(rp, name)(rp.share(x)), getattr(np, name)(x)
            assert got == want
            assert np.asarray(got).dtype == np.asarray(want).dtype
        if dtype[0] in "?iu":
            assert rp.sum(rp.share(x)) == np.sum(x)
            assert rp.prod(rp.share(x)) == np.prod(x)
        if x.ndim > 1:
            same(rp.argmax(rp.share(x), axis=1), np.argmax(x, axis=1))
            assert [got.tolist() for got in rp.nonzero(rp.share(x))] == [want.tolist() for want in np.nonzero(x)]
            mask = x > x.dtype.type(0)
            same(rp.share(x)[rp.share(mask)], x[mask])
    large = np.ones((20, 20, 20), dtype)[::2, ::2, ::2]
    assert rp.count_nonzero(rp.share(large)) == 1000


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (50,), (5, 4), (0, 3), (3, 0), (2, 3, 4)], ids=str)
def test_lists_have_pythons_numbers(dtype, shape):
    x = np.asarray(np.random.default_rng(2).integers(0, 250, shape)).astype(dtype)
    for view in [x, x.T, x[::-1] if x.ndim else x]:
        got, want = rp.share(view).tolist(), view.tolist()
        assert got == want
        flat = lambda items: [q for p in items for q in flat(p)] if isinstance(items, list) else [items]  # noqa: E731
        assert [type(item) for item in flat(got)] == [type(item) for item in flat(want)]
    edges = [0, 1] if dtype == "?" else [np.inf, -np.inf, -0.0] if dtype[0] in "fc" else None
    if edges is None:
        edges = [np.iinfo(dtype).min, np.iinfo(dtype).max]
    edges = np.array(edges, dtype)
    assert repr(rp.share(edges).tolist()) == repr(edges.tolist())


@pytest.mark.parametrize("own", DTYPES)
@pytest.mark.parametrize("theirs", DTYPES)
def test_scalars_of_numpys_beside_elements(own, theirs):
    x, scalar = np.array([3, 2]).astype(own), np.dtype(theirs).type(1)
    a, names = rp.share(x), ["add", "multiply", "subtract", "divide", "less", "equal", "power"]
    for name, place in itertools.product(names, [0, slice(None)]):
        ours, numpys = getattr(rp, name), getattr(np, name)
        for left in [False, True]:
            results = []
            for function, value in [(numpys, x[place]), (ours, a[place])]:
                try:
                    results.append(np.asarray(function(scalar, value) if left else function(value, scalar)))
                except TypeError as error:
                    results.append(type(error))
            want, got = results
            if isinstance(want, type):
                assert got is want
            else:
                assert got.dtype == want.dtype
                np.testing.assert_array_equal(got, want)


def test_elements_beside_scalars_tell_of_exceptions():
    a = rp.asarray([0.0, 1e308, 1.0])
    for operation in [lambda: a[2] / np.int64(0), lambda: a[1] * np.int64(100), lambda: np.int32(0) / a[0]]:
        with np.errstate(all="raise"), pytest.raises(FloatingPointError):
            operation()
    assert (a[2] / np.int64(4)).dtype == "f8"


@pytest.mark.parametrize("dtype", ["u1", "i4", "i8"])
def test_integers_are_rounded_to_themselves(dtype):
    for x in [np.arange(6).astype(dtype), np.arange(6).astype(dtype).reshape(2, 3).T]:
        for decimals in [0, 1, 30]:
            got, want = rp.round(rp.share(x), decimals), np.round(x, decimals)
            assert (got.dtype, got.shape, got.strides) == (want.dtype, want.shape, want.strides)
            np.testing.assert_array_equal(np.asarray(got), want)
            assert got.flags.writeable
        np.testing.assert_array_equal(np.asarray(rp.round(rp.share(x), -1)), np.round(x, -1))


def test_lists_are_sorted():
    for items in [[3, 1, 2], [2.5, float("nan"), -1], [[3, 1], [1, 2]], [True, False], [1, 2.5], []]:
        got, want = rp.sort(items), np.sort(items)
        assert (got.dtype, got.shape) == (want.dtype, want.shape)
        np.testing.assert_array_equal(np.asarray(got), want)
        assert items is not got
    np.testing.assert_array_equal(np.asarray(rp.sort([[3, 1], [1, 2]], 0)), np.sort([[3, 1], [1, 2]], 0))
    for call in [lambda xp: xp.sort([3, 1], 1), lambda xp: xp.sort([[1, 2], [3]])]:
        with pytest.raises(Exception) as want:  # noqa: PT011
            call(np)
        with pytest.raises(want.type) as got:
            call(rp)
        assert str(got.value) == str(want.value)


@pytest.mark.parametrize("dtype", [d for d in DTYPES if d != "?"])
def test_arrays_of_the_memory_of_bytes(dtype):
    data = np.arange(6).astype(dtype).tobytes()
    for given in [dtype, np.dtype(dtype), np.dtype(dtype).type]:
        got = rp.frombuffer(data, given)
        same(got, np.frombuffer(data, given))
        assert isinstance(given, str) or got.base is data
        assert not got.flags.writeable
    with pytest.raises(ValueError, match="read-only|WRITEABLE"):
        got.flags.writeable = True
        got[0] = 1
    del data
    assert got.tolist() == np.arange(6).astype(dtype).tolist()
    assert (got + got).tolist() == (np.arange(6).astype(dtype) * 2).tolist()


def test_floats_are_read_from_bytes_by_default():
    data = np.arange(3.0).tobytes()
    same(rp.frombuffer(data), np.frombuffer(data))
    for part in [b"", data[:-1]]:
        try:
            want = np.frombuffer(part)
        except ValueError as error:
            with pytest.raises(ValueError, match="buffer") as got:
                rp.frombuffer(part)
            assert str(got.value) == str(error)
        else:
            same(rp.frombuffer(part), want)
    truths = rp.frombuffer(b"\x00\x01\x02", "?")
    assert truths.tolist() == np.frombuffer(b"\x00\x01\x02", "?").tolist()
