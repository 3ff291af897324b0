"""New arrays: constants, ranges, grids, buffers, files and iterables, held against NumPy's."""

import io
import itertools
import warnings

import numpy as np
import pytest
from conftest import DTYPES, values

import raptors as rp


@pytest.fixture(autouse=True)
def _natively(monkeypatch):
    monkeypatch.setattr(rp.config, "fallback", "error")


def outcome(f, xp):
    """What ``f`` gives with the functions of ``xp``, or its exception."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return f(xp)
        except Exception as error:
            return error


def compare(got, want, about, rounded=0.0):
    """Holds results against NumPy's: sorts, elements, shapes, dtypes and order in memory."""
    if isinstance(want, Exception):
        assert type(got) is type(want) and str(got) == str(want), (about, got, want)
        return
    if isinstance(want, tuple | list):
        assert type(got) is type(want) and len(got) == len(want), (about, got, want)
        for one, other in zip(got, want):
            compare(one, other, about, rounded)
        return
    if isinstance(want, np.ndarray):
        assert type(got) is rp.ndarray, (about, got)
        assert got.flags.c_contiguous == want.flags.c_contiguous, about
        assert got.flags.f_contiguous == want.flags.f_contiguous, about
    got = np.asarray(got)
    assert got.shape == np.shape(want) and got.dtype == np.asarray(want).dtype, (about, got, want)
    if rounded:
        np.testing.assert_allclose(got, want, rtol=rounded, atol=rounded, err_msg=repr(about))
    else:
        np.testing.assert_array_equal(got, want, err_msg=repr(about))


def alike(f, about=None, rounded=0.0):
    compare(outcome(f, rp), outcome(f, np), about, rounded)


def test_constants(dtype):
    for shape in [(), 0, 3, (2, 3), (2, 0, 3), [2, 1]]:
        for order in "CF":
            about = shape, order
            alike(lambda xp: xp.zeros(shape, dtype, order), about)
            alike(lambda xp: xp.ones(shape, dtype=dtype, order=order), about)
            alike(lambda xp: xp.full(shape, 1, dtype, order), about)
            alike(lambda xp: xp.empty(shape, dtype, order) * 0, about)
    alike(lambda xp: xp.full(3, values(dtype, 1)[0]))
    alike(lambda xp: xp.full((2, 3), values(dtype, 3)))


def test_constants_refuse_what_numpy_refuses():
    for shape in [-1, (2, -3), "a", 1.5, (2**40, 2**40), None]:
        for name in ("zeros", "ones", "empty"):
            got, want = (outcome(lambda xp: getattr(xp, name)(shape), xp) for xp in (rp, np))
            if not isinstance(want, Exception):
                assert got.shape == want.shape
            else:
                assert isinstance(got, type(want)), (name, shape, got, want)
    alike(lambda xp: xp.zeros(2, device="gpu"))
    alike(lambda xp: xp.full((2, 3), [1, 2]))


def test_like_keeps_layouts(dtype, layout):
    a = layout(values(dtype, 24).reshape(4, 6))
    prototypes = [(order, shape) for order in "CFAK" for shape in (None, (2, 3), (5,), ())]
    for order, shape in prototypes:
        for other in (None, "float32", "complex64"):
            about = order, shape, other
            alike(lambda xp: xp.zeros_like(a, other, order, shape=shape), about)
            alike(lambda xp: xp.ones_like(xp.asarray(a), other, order=order, shape=shape), about)
            alike(lambda xp: xp.full_like(a, 1, other, order, shape=shape), about)
            ours = rp.empty_like(rp.asarray(a), other, order, shape=shape)
            theirs = np.empty_like(a, other, order, shape=shape)
            assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype), about
            assert ours.strides == theirs.strides or not ours.size, about
    b = np.stack([a, a]).T
    alike(lambda xp: xp.ones_like(xp.asarray(b)).T)


def test_eye_and_identity(dtype):
    for n, m, k in itertools.product((0, 1, 3), (None, 0, 2, 5), (-4, -1, 0, 2, 7)):
        for order in "CF":
            alike(lambda xp: xp.eye(n, m, k, dtype, order), (n, m, k, order))
    for n in (0, 1, 4):
        alike(lambda xp: xp.identity(n, dtype), n)
    alike(lambda xp: xp.identity(2))
    alike(lambda xp: xp.eye(2, 3, device="cpu"))


def test_arange(dtype):
    for arguments in [(5,), (0,), (2, 7), (7, 2), (7, 2, -2), (1, 8, 3), (-3, 3)]:
        if dtype == "bool" and len(range(*arguments)) > 2:
            continue
        if np.dtype(dtype).kind == "u" and min(arguments[:2]) < 0:
            continue
        alike(lambda xp: xp.arange(*arguments, dtype=dtype), arguments)
    for arguments in [(0.5, 3.0), (0, 1, 0.1), (1, 0, 0.3), (3.0,), (5, 0, -1.5), (1, 2, 0)]:
        alike(lambda xp: xp.arange(*arguments), arguments)


ENDS = [(0, 1), (1, -3), (2.5, 2.5), (-1e300, 1e300), (0, 5e-324), (1 + 2j, 3 - 1j)]
ARRAYS = [([0, 1], [2, 4]), (0.0, [[1, 2], [3, 4]]), ([1j, 2], [3, 4])]


def test_linspace():
    for start, stop in [*ENDS, *ARRAYS, (np.int8(-100), np.int8(100)), (np.float32(0), np.float32(1))]:
        for num, endpoint, retstep in itertools.product((0, 1, 2, 7, 50), (True, False), (True, False)):
            about = start, stop, num, endpoint, retstep
            alike(lambda xp: xp.linspace(start, stop, num, endpoint, retstep), about, 1e-14)
        for axis in (0, -1):
            alike(lambda xp: xp.linspace(start, stop, 3, axis=axis), (start, stop, axis), 1e-14)
    for dtype in DTYPES[1:]:
        alike(lambda xp: xp.linspace(0, 100, 7, dtype=dtype), dtype, 1e-6)
    alike(lambda xp: xp.linspace(-3, 3, 8, dtype=int))
    alike(lambda xp: xp.linspace(0, 1, -1))
    alike(lambda xp: xp.linspace(0, 1, 2, device="gpu"))
    assert isinstance(outcome(lambda xp: xp.linspace(0, 1, 2.5), rp), TypeError)


def test_logspace_and_geomspace():
    for num, endpoint in itertools.product((0, 1, 2, 6), (True, False)):
        about = num, endpoint
        alike(lambda xp: xp.logspace(0, 2, num, endpoint), about, 1e-13)
        alike(lambda xp: xp.logspace(-1, 1.5, num, endpoint, 2), about, 1e-13)
        alike(lambda xp: xp.logspace([0, 1], [1, 3], num, endpoint), about, 1e-13)
        alike(lambda xp: xp.logspace(0, 2, num, endpoint, [2, 3], axis=-1), about, 1e-13)
        for start, stop in [(1, 256), (256, 1), (-1, -8), (1j, 16j), (1, -1 + 0j), ([1, 2], [4, 8])]:
            alike(lambda xp: xp.geomspace(start, stop, num, endpoint), (start, stop, *about), 1e-13)
    alike(lambda xp: xp.geomspace([1, 2], [4, 8], 3, axis=-1), rounded=1e-13)
    alike(lambda xp: xp.geomspace(1, 8, 4, dtype="float32"), rounded=1e-6)
    alike(lambda xp: xp.logspace(0, 3, 4, dtype=int))
    alike(lambda xp: xp.geomspace(0, 1))


def test_grids(dtype):
    a, b, c = values(dtype, 3), values(dtype, 4, 1), values(dtype, 2, 2)
    for indexing, sparse, copy in itertools.product(("xy", "ij"), (True, False), (True, False)):
        options = {"indexing": indexing, "sparse": sparse, "copy": copy}
        for runs in [(a,), (a, b), (a, b, c), (a[::-1], b[:0]), (a[0], b)]:
            alike(lambda xp: [xp.array(g) for g in xp.meshgrid(*runs, **options)], options)
    alike(lambda xp: xp.meshgrid(a, b, indexing="ab"))
    for sparse in (True, False):
        alike(lambda xp: xp.indices((2, 3), dtype, sparse), sparse)
    alike(lambda xp: xp.r_[a, 0, b])
    alike(lambda xp: xp.c_[a, a])
    alike(lambda xp: xp.tri(3, 4, 1, dtype))


def test_index_tricks():
    for key in [
        np.s_[0:5], np.s_[0:5, 1:3], np.s_[0:1:5j], np.s_[-1:1:0.5], np.s_[0:1:3j, 0:4:2], np.s_[3:0:-1],
    ]:  # fmt: skip
        alike(lambda xp: xp.mgrid[key], key, 1e-15)
        alike(lambda xp: xp.ogrid[key], key, 1e-15)
    for key in [np.s_[1:4, 0, 4], np.s_[0:1:3j, 5], np.s_["0,2", [1, 2], [3, 4]], np.s_["-1", [[1]], [[2]]]]:
        alike(lambda xp: xp.r_[key], key, 1e-15)
    alike(lambda xp: xp.fromfunction(lambda i, j: i * 10 + j, (2, 3)))
    alike(lambda xp: xp.fromfunction(lambda i, j: i == j, (3, 3), dtype=int))
    assert rp.s_[1:2, ...] == np.s_[1:2, ...] and rp.index_exp[3] == (3,)


def test_frombuffer(dtype):
    data = values(dtype, 9).tobytes()
    size = np.dtype(dtype).itemsize
    for count, offset in [(-1, 0), (3, 0), (2, size), (0, 0), (-1, len(data)), (99, 0), (1, -1), (-1, 99999)]:
        alike(lambda xp: xp.frombuffer(data, dtype, count, offset), (count, offset))
    alike(lambda xp: xp.frombuffer(data[: len(data) - 1], dtype) if size > 1 else xp.ones(1))
    alike(lambda xp: xp.frombuffer(b"", dtype))
    memory = bytearray(data)
    assert not rp.frombuffer(data, dtype).flags.writeable
    shared = rp.frombuffer(memory, dtype)
    shared[0] = 1
    assert np.frombuffer(memory, dtype)[0] == 1


def test_fromiter(dtype):
    a = values(dtype, 7)
    for count in (-1, 0, 3, 7, 8):
        alike(lambda xp: xp.fromiter(iter(a.tolist()), dtype, count), count)
    alike(lambda xp: xp.fromiter((i % 2 for i in range(5)), dtype=dtype))
    alike(lambda xp: xp.fromiter([], dtype))

    def broken():
        yield 1
        raise KeyError("lost")

    alike(lambda xp: xp.fromiter(broken(), dtype))
    assert isinstance(outcome(lambda xp: xp.fromiter(5, dtype), rp), TypeError)
    assert isinstance(outcome(lambda xp: xp.fromiter([[1], [2]], dtype), rp), ValueError | TypeError)


def test_fromfile(dtype, tmp_path):
    a, path = values(dtype, 12), tmp_path / "numbers"
    a.tofile(path)
    size = a.itemsize
    for count, offset in [(-1, 0), (5, 0), (99, 0), (0, 0), (-1, 3 * size), (2, size), (-1, 99 * size)]:
        about = count, offset
        alike(lambda xp: xp.fromfile(path, dtype, count, offset=offset), about)
        alike(lambda xp: xp.fromfile(str(path), dtype, count=count, offset=offset), about)
        with open(path, "rb") as ours, open(path, "rb") as theirs:
            ours.seek(size), theirs.seek(size)
            files = {rp: ours, np: theirs}
            alike(lambda xp: xp.fromfile(files[xp], dtype, count, offset=offset), about)
            assert ours.tell() == theirs.tell() or offset > a.nbytes, about
    back = tmp_path / "back"
    rp.asarray(a).tofile(back)
    assert back.read_bytes() == path.read_bytes()
    compare(rp.fromfile(io.BytesIO(a.tobytes()), dtype), a, "memory")
    with pytest.raises(FileNotFoundError):
        rp.fromfile(tmp_path / "none", dtype)


def test_fromstring():
    for text, sep in [("1 2 3", " "), ("1, 2,3", ","), ("", " "), ("4", ";")]:
        for dtype in ("int64", "float64", "uint8"):
            alike(lambda xp: xp.fromstring(text, dtype, sep=sep), (text, dtype))
    alike(lambda xp: xp.fromstring("1 2 3", int, 2, sep=" "))


def test_require(dtype, layout):
    a = layout(values(dtype, 24).reshape(4, 6))
    for flags in [None, "C", "F", "A", "W", "O", ["C", "W"], ["F", "O"], ["ALIGNED", "writeable"], "CF", "X"]:
        got, want = (outcome(lambda xp: xp.require(xp.asarray(a), None, flags), xp) for xp in (rp, np))
        if isinstance(want, Exception):
            assert type(got) is type(want), (flags, got)
            continue
        np.testing.assert_array_equal(got, want)
        # Without F, what lies in rows stays so; a copy is only made where flags are missing.
        assert got.dtype == want.dtype and (got.strides == want.strides or not got.size), flags
        for name in ("c_contiguous", "f_contiguous", "aligned", "writeable"):
            assert getattr(got.flags, name) == getattr(want.flags, name), (flags, name)
    alike(lambda xp: xp.require([1, 2], "float32", ["F"]))


def test_conversions(dtype, layout):
    a = layout(values(dtype, 24).reshape(4, 6))
    for b in (a, *([a[0], a[0, 0], a[:0], a.T] if a.size > 1 else [])):
        for order in (None, "C", "F", "K"):
            alike(lambda xp: xp.asarray(xp.asarray(b), order=order), order)
            alike(lambda xp: xp.array(xp.asarray(b), order=order or "K", ndmin=3), order)
            alike(lambda xp: xp.copy(xp.asarray(b), order or "K"), order)
        alike(lambda xp: xp.ascontiguousarray(xp.asarray(b)))
        alike(lambda xp: xp.asfortranarray(xp.asarray(b)))
        alike(lambda xp: xp.asarray(b.tolist()))
    same = rp.asarray(np.ascontiguousarray(a))
    assert rp.ascontiguousarray(same) is same and rp.asanyarray(same) is same
    alike(lambda xp: xp.asarray_chkfinite(a))


def test_copy_says_whether_memory_is_shared(dtype):
    a = rp.asarray(values(dtype, 6))
    assert rp.asarray(a) is a and rp.asarray(a, copy=False) is a
    assert not rp.shares_memory(rp.asarray(a, copy=True), a)
    assert not rp.shares_memory(rp.array(a), a)
    other = "float32" if dtype != "float32" else "float64"
    for xp in (rp, np):
        with pytest.raises(ValueError):
            xp.asarray(xp.asarray(values(dtype, 6)), dtype=other, copy=False)
        with pytest.raises(ValueError):
            xp.asarray([1, 2], copy=False)


def test_linspace_between_ends_of_two_dtypes():
    kinds = [np.dtype(kind) for kind in "bhilefdFD"]
    ends = [(np.array([1, 2], a), np.array([5, 9], b)) for a in kinds for b in kinds]
    ends += [(np.array([1, 2], a), 7) for a in kinds] + [(0.5, np.array([5, 9], a)) for a in kinds]
    for start, stop in ends:
        want, got = np.linspace(start, stop, 5), rp.linspace(start, stop, 5)
        assert got.dtype == want.dtype
        np.testing.assert_allclose(np.asarray(got), want, rtol=2e-3 if want.dtype == "e" else 1e-6)
    assert rp.linspace(0, 4, 4, endpoint=0).tolist() == [0, 1, 2, 3]


def test_triangles_and_diagonals_beyond_integers():
    x = rp.ones((2, 3))
    for k in (2**70, -(2**70)):
        for f in (rp.tril, rp.triu, rp.trace, rp.diag, rp.diagonal):
            with pytest.raises(OverflowError):
                f(x, k)
        with pytest.raises(OverflowError):
            rp.tri(3, k=k)


def test_ranges_of_integers_take_the_whole_part_of_floats():
    for xp in (np, rp):
        assert xp.arange(2.5, 10, 3, dtype="u8").tolist() == [2, 5, 8]
        with pytest.raises(OverflowError, match="Python integer -2 out of bounds for uint64"):
            xp.arange(-2.5, 10, 7, dtype="u8")


def test_rounding_no_complex_numbers():
    assert rp.round(rp.zeros((3, 0, 2), "c16").T).shape == (2, 0, 3)


@pytest.mark.parametrize("dtype", [None, "?", "i1", "u1", "i4", "i8", "f2", "f4", "f8", "c8", float, int])
def test_integers_in_a_row(dtype):
    for arguments in (
        (0,), (2,), (100,), (-3,), (1, 4), (4, 1), (5, -5, -2), (0, 10, 3), (2, None), (0, 3, None), (0, 4, 0),
        (2**40, 2**40 + 2), (-128, 127, 100),
    ):  # fmt: skip
        options = {} if dtype is None else {"dtype": dtype}
        for given, named in ((arguments, options), ((*arguments, dtype), {})):
            if named is not options and len(arguments) != 3:
                continue
            try:
                wanted = np.arange(*given, **named)
            except Exception as error:
                with pytest.raises(type(error)):
                    rp.arange(*given, **named)
                continue
            result = rp.arange(*given, **named)
            assert result.dtype == wanted.dtype and np.asarray(result).tobytes() == wanted.tobytes()
    with pytest.raises(TypeError):
        rp.arange(dtype=dtype)


def test_ranges_are_read_as_lists_are():
    for given in (
        range(3), range(1, 10, 4), range(10, 0, -3), range(0), range(5, 5), range(3, 5, -1), range(-3, 3),
        range(2**63 - 3, 2**63 - 1), range(-(2**63), 2**63 - 1, 2**62), range(2**63 - 2, -(2**63), -(2**62)),
        range(2**63 - 1, 2**63), range(2**64, 2**64 + 2), range(0, 2**70, 2**69), range(7, 8),
    ):  # fmt: skip
        for dtype in (None, "i8", "f8", "f4", "u1", "?", "c16"):
            for options in ({}, {"ndmin": 2}, {"copy": None}):
                try:
                    want = np.array(given, dtype, **options)
                except (TypeError, ValueError, OverflowError) as error:
                    with pytest.raises(type(error)):
                        rp.array(given, dtype, **options)
                    continue
                if want.dtype == object:
                    continue
                got = rp.array(given, dtype, **options)
                assert got.dtype == want.dtype and got.shape == want.shape, (given, dtype)
                assert np.asarray(got).tobytes() == want.tobytes(), (given, dtype)
    with pytest.raises(ValueError):
        rp.array(range(3), copy=False)
    assert rp.asarray(range(4)).flags.writeable
