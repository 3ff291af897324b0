"""The array object: its attributes, methods and constructors, held against NumPy's."""

import copy
import inspect
import operator
import pickle
import sys
import warnings

import numpy as np
import pytest
from conftest import DTYPES, LAYOUTS, values

import raptors as rp


def outcome(f, *args):
    """What ``f`` gives: dtype, shape and elements, or the class and words of its exception."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = f(*args)
        except Exception as error:
            return type(error), str(error)
    if isinstance(result, rp.ndarray | np.ndarray | np.generic):
        result = np.asarray(result)
        return result.dtype, result.shape, result.tobytes()
    return result


def alike(f, *args):
    """Holds ``f`` of Raptors' namespace against ``f`` of NumPy's."""
    ours, theirs = outcome(f, rp, *args), outcome(f, np, *args)
    assert ours == theirs, args


def each():
    """A NumPy array of every dtype and layout."""
    for dtype in DTYPES:
        for name, layout in LAYOUTS.items():
            yield name, layout(values(dtype, 24).reshape(4, 6))


def test_nothing_is_missing():
    names = {name for name in dir(np.ndarray) if not name.startswith("_")}
    assert names <= set(dir(rp.ndarray))
    assert all(rp.coverage()[f"numpy.ndarray.{name}"] == "native" for name in names)


def test_signatures_are_numpys():
    """NumPy documents the signatures of its methods in their first lines."""
    for name in (
        "argpartition", "argsort", "compress", "partition", "put", "repeat",
        "searchsorted", "sort", "take", "trace",
    ):  # fmt: skip
        ours = inspect.signature(getattr(rp.ndarray, name))
        assert list(ours.parameters)[0] == "self", name
        theirs = getattr(np.ndarray, name).__doc__.lstrip().partition("\n")[0]
        parameters = theirs.partition("(")[2].rstrip(") ").split(",")
        given = {parameter.strip().split("=")[0] for parameter in parameters}
        assert given <= set(ours.parameters) | {"*", "..."}, name


PYTHON = [
    1, 1.5, True, 2j, 2**63, -(2**63), [], [[]], [[], []], [1, 2], [1, 2.5], [True, 1], [1, 2j],
    [2**63, 1], [2**63], [[1, 2], [3]], [[1, 2], 3], [1, [2]], (1, 2, (3,)), ((1, 2), (3, 4)),
    [np.float32(1), 2.0], [np.float32(1), np.float32(2)], [np.arange(3), [1, 2, 3]],
    [[1, 2, 3], np.arange(3.0)], [np.array(1.5), 2], range(4), memoryview(b"abc"), bytearray(b"xx"),
    [np.arange(2), np.arange(3)], [[np.arange(2)], [np.arange(2)]], [float("nan"), float("inf")],
    [np.int8(3), True], [np.bool_(True)], [[[]]], [[[]], [[]]], [[], [[]]], [1.0, 2, 3j, True],
    np.matrix([[1, 2]]), np.ma.array([1, 2]), [np.float64(3), 1], [np.complex64(1)], [[1] * 3] * 4,
]  # fmt: skip


def nested(depth):
    """A list in a list, so many times."""
    result = 1
    for _ in range(depth):
        result = [result]
    return result


def test_arrays_from_python():
    for data in [*PYTHON, nested(64), nested(65)]:
        alike(lambda xp: xp.array(data))
        alike(lambda xp: xp.asarray(data))
    knot = []
    knot.append(knot)
    alike(lambda xp: xp.array(knot))
    ours = [rp.arange(3), rp.zeros(3)]
    assert rp.array(ours).tolist() == [[0, 1, 2], [0, 0, 0]]
    assert rp.array([rp.arange(3).sum(), 2.5]).tolist() == [3, 2.5]
    for foreign in ("a", ["a", 1], None, [None], [2**70], {1: 2}, [np.longdouble(1)]):
        with pytest.raises(TypeError, match="Raptors has no dtype"):
            rp.array(foreign)


def test_arrays_from_python_of_a_dtype(dtype):
    numbers = [
        1, -1, 300, 2**31, 2**63, 2**64, 1.5, -1.5, -0.5, 300.7, 1e10, 1e300, float("nan"),
        float("inf"), 2j, True, np.float64(300.0), 65504.0, 65519.0, 65520.0, 3.5e38,
    ]  # fmt: skip
    for number in numbers:
        for data in (number, [number], [number, 1], [[number], [1]]):
            alike(lambda xp: xp.array(data, dtype=dtype))


def test_lists_that_change_while_they_are_read():
    class Sly:
        def __init__(self, among):
            self.among = among

        def __float__(self):
            self.among.clear()
            return 1.0

    def data():
        result = [1.0, 2.0]
        result.append(Sly(result))
        return result

    assert outcome(lambda: rp.array(data(), dtype="f8")) == outcome(lambda: np.array(data(), dtype="f8"))


def test_copy_order_and_ndmin():
    turned = np.ones((2, 3, 4)).transpose(1, 0, 2)
    sources = [[1, 2], [[1, 2], [3, 4]], np.ones((2, 3)), np.ones((2, 3)).T, turned, 1]
    for source in sources:
        for order in ("C", "F", "A", "K", None, "Z"):

            def flags(xp, source=source, order=order):
                made = xp.array(source, order=order).flags
                return made.c_contiguous, made.f_contiguous

            assert outcome(flags, rp) == outcome(flags, np)
        for mode in (True, False, None, 0, 1, "x", *np._CopyMode):
            alike(lambda xp: xp.array(source, copy=mode))
            alike(lambda xp: xp.asarray(source, copy=mode, dtype="f4"))
        for ndmin in (0, 1, 2, 3, -1, 65):
            alike(lambda xp: xp.array(source, ndmin=ndmin))
    ours = rp.ones(3)
    assert rp.asarray(ours) is ours and rp.array(ours) is not ours
    assert rp.array(ours, copy=None) is ours and rp.array(ours, copy=False, ndmin=2).base is ours
    alike(lambda xp: xp.asarray(1, device="gpu"))


def test_attributes_and_views():
    for name, theirs in each():
        ours = rp.asarray(theirs)
        for attribute in ("shape", "strides", "dtype", "ndim", "size", "itemsize", "nbytes"):
            if theirs.size > 1 or attribute != "strides":
                assert getattr(ours, attribute) == getattr(theirs, attribute)
        assert ours.tolist() == theirs.tolist() or theirs.dtype.kind in "fc"
        for order in "CFAK":
            if order != "K":
                assert ours.tobytes(order) == theirs.tobytes(order), (name, order)
        assert ours.byteswap().tobytes() == theirs.byteswap().tobytes()
        for part in ("T", "real", "imag"):
            np.testing.assert_array_equal(np.asarray(getattr(ours, part)), getattr(theirs, part))
        for dtype in ("u1", "i4", "f8", "c16"):
            alike(lambda xp: xp.asarray(theirs).view(dtype))
        alike(lambda xp: xp.asarray(theirs).getfield("u1", theirs.itemsize - 1))
        assert sys.getsizeof(rp.array(ours)) >= theirs.nbytes


def test_flags_are_numpys():
    names = [name for name in dir(np.ones(1).flags) if not name.startswith("_")]
    for _, theirs in each():
        theirs = theirs.copy()
        ours = rp.array(theirs, order="K")
        assert str(ours.flags) == str(theirs.flags)
        for name in names:
            assert getattr(ours.flags, name) == getattr(theirs.flags, name), name
    ours = rp.ones(3)
    part = ours[1:]
    assert not part.flags.owndata and part.flags == part.flags and part.flags != ours.flags
    ours.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        ours[0] = 1
    frozen = ours[1:]
    with pytest.raises(ValueError, match="cannot set WRITEABLE"):
        frozen.flags.writeable = True
    ours.flags["W"] = True
    frozen.setflags(write=True)
    frozen[0] = 7
    assert ours.tolist() == [1, 7, 1]
    with pytest.raises(KeyError, match="Unknown flag"):
        ours.flags["Q"]
    shown = rp.broadcast_to(rp.ones(1), (3,))
    assert not shown.flags.writeable


def test_shape_dtype_and_strides_are_set():
    ours = rp.arange(6.0)
    seen = ours[:]
    ours.shape = 2, 3
    assert ours.shape == (2, 3) and seen.shape == (6,) and np.shares_memory(ours, seen)
    ours.shape = -1
    ours.dtype = "c16"
    assert ours.tolist() == [1j, 2 + 3j, 4 + 5j]
    for setter, value, error in (
        ("shape", (4,), ValueError), ("dtype", "V3", TypeError), ("dtype", None, None),
        ("shape", "x", TypeError), ("strides", (8, 8), ValueError),
    ):  # fmt: skip
        array = rp.arange(6.0)
        if error is None:
            setattr(array, setter, value)
            continue
        with pytest.raises(error), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            setattr(array, setter, value)
    with pytest.raises(AttributeError, match="in-place"):
        rp.ones((2, 3)).T.shape = 6
    with pytest.warns(DeprecationWarning):
        array = rp.arange(6)
        array.strides = (0,)
    assert array.tolist() == [0] * 6
    with pytest.warns(DeprecationWarning), pytest.raises(ValueError, match="strides"):
        array.strides = (16,)


def test_parts_of_complex_numbers_are_views():
    ours = rp.array([1 + 2j, 3])
    ours.real, ours.imag[0] = 7, 9
    assert ours.tolist() == [7 + 9j, 7] and ours.imag.base is ours
    real = rp.ones(2)
    assert real.real is real and not real.imag.flags.writeable and real.imag.tolist() == [0, 0]
    with pytest.raises(TypeError, match="imaginary part to set"):
        real.imag = 1


def test_constructor():
    memory = np.arange(6.0)
    for args in (
        ((2, 2), "f8", memory, 8), ((2,), "f8", memory, 0, (16,)), ((2, 3), "i4", memory, 4, None, "F"),
        ((7,), "f8", memory), ((2,), "f8", memory, 49), ((3,), "f8", memory, 0, (24,)),
        ((2,), "f8", memory, 40, (-8,)), ((), "u1", b"a"), ((-1,),), ((1 << 62, 4), "f8"),
    ):  # fmt: skip
        alike(lambda xp: xp.ndarray(*args))
    assert rp.ndarray((2, 3), order="F").flags.f_contiguous
    ours = rp.ndarray((3,), "i8", buffer := bytearray(24))
    ours[1] = 5
    assert buffer[8] == 5 and ours.base is buffer
    assert not rp.ndarray((3,), "u1", b"abc").flags.writeable


def test_resize():
    for order in "CF":
        for shape in ((2, 2), (5,), (4, 4), (0,), (2, 3), (1, 2, 3)):
            start = np.arange(6).reshape(2, 3)
            ours, theirs = rp.array(start, order=order), np.array(start, order=order)
            ours.resize(shape), theirs.resize(shape)
            assert ours.tolist() == theirs.tolist() and ours.flags.num == theirs.flags.num
    ours = rp.arange(6)
    part = ours[2:]
    with pytest.raises(ValueError, match="references or is referenced"):
        ours.resize(8)
    ours.resize(8, refcheck=False)
    assert ours.tolist() == [0, 1, 2, 3, 4, 5, 0, 0] and part.tolist() == [2, 3, 4, 5]
    with pytest.raises(ValueError, match="own its data"):
        part.resize(8, refcheck=False)
    for bad, error in (("hi", TypeError), (-1, ValueError), (1 << 62, ValueError)):
        with pytest.raises(error):
            rp.ones(3).resize(bad)
    ours.resize()
    ours.resize(None)
    assert ours.shape == (8,)


def test_flat():
    for _, theirs in each():
        ours = rp.asarray(theirs)
        assert len(ours.flat) == theirs.size
        np.testing.assert_array_equal(np.asarray(ours.flat), np.asarray(theirs.flat))
        for key in (0, -1, slice(1, 5), slice(None, None, -2), [0, 3], ..., 99, (1, 2)):
            alike(lambda xp: xp.asarray(theirs).flat[key])
    for order in "CF":
        for key, value in ((3, 9), (slice(1, 4), [7, 8]), (..., [1, 2, 3, 4]), ([0, 5], 4)):
            arrays = [xp.asarray(np.arange(6).reshape(2, 3), order=order) + 0 for xp in (rp, np)]
            for array in arrays:
                array.flat[key] = value
            assert arrays[0].tolist() == arrays[1].tolist(), key
    ours = rp.arange(6).reshape(2, 3).T
    walk = ours.flat
    assert [int(x) for x in walk] == [0, 3, 1, 4, 2, 5] and walk.base is ours
    walk = ours.flat
    next(walk), next(walk), next(walk)
    assert walk.index == 3 and walk.coords == (1, 1) and walk.copy().tolist() == [0, 3, 1, 4, 2, 5]
    ours.flat = [1, 2]
    assert ours.tolist() == [[1, 2], [1, 2], [1, 2]] and (ours.flat == ours.ravel()).all()


def test_numbers_of_python():
    for scalar in (
        np.float32(1.5), np.int8(-3), np.complex64(1 + 2j), np.bool_(True), np.float64("nan"),
        np.uint64(2**64 - 1),
    ):  # fmt: skip
        for shape in ((), (1,), (1, 1), (0,), (2,)):
            theirs = np.full(shape, scalar)
            for convert in (int, float, complex, bool, operator.index, len):
                if convert is not operator.index or theirs.dtype.kind not in "b":
                    ours = outcome(convert, rp.asarray(theirs))
                    want = outcome(convert, theirs)
                    assert ours == want or ours != ours, (convert, theirs)
    theirs = np.arange(6).reshape(2, 3)
    for args in ((), (3,), (-1,), (6,), (0, 1), ((1, 2),), (0,), (1, 2, 3), (5, 5), ("a",), (1.0,)):
        alike(lambda xp: xp.asarray(theirs).item(*args))
    assert divmod(rp.asarray(7), 2) == (3, 1) and round(rp.asarray(2.567), 1) == 2.6


def test_comparisons_with_anything():
    for other in (None, "a", ["a", "b", "c"], object, 1, [1, 2, 3], [1, 2], np.array(["a", "b", "c"])):
        for compare in (operator.eq, operator.ne):
            alike(lambda xp: compare(xp.arange(3), other))


def test_choose_takes_choices_one_by_one():
    ours = rp.asarray([0, 1, 2])
    for result in (ours.choose((ours, 5, 7.5)), ours.choose(ours, 5, 7.5)):
        assert result.tolist() == [0, 5, 7.5]
    ours.choose((4, 5, 6), out=(out := rp.zeros(3, int)))
    assert out.tolist() == [4, 5, 6]


def test_hidden_methods():
    ours = rp.arange(3)
    with pytest.raises(TypeError, match="unhashable"):
        hash(ours)
    assert rp.ndarray[int] and ours.to_device("cpu") is ours and ours.device == "cpu"
    for wrong in (lambda: ours.to_device("gpu"), lambda: ours.to_device("cpu", stream=1)):
        with pytest.raises(ValueError):
            wrong()
    assert ours.data.tolist() == [0, 1, 2] and ours.ctypes.data == ours.__array_interface__["data"][0]
    assert 2 in ours and 5 not in ours and f"{rp.asarray(2.5):.2f}" == "2.50"
    assert copy.copy(ours).tolist() == copy.deepcopy(ours).tolist() == [0, 1, 2]


def test_pickles(dtype, tmp_path):
    for name in ("c", "fortran", "strided", "empty", "scalar"):
        theirs = LAYOUTS[name](values(dtype, 24).reshape(4, 6))
        ours = rp.asarray(theirs)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            back = pickle.loads(pickle.dumps(ours, protocol))
            assert type(back) is rp.ndarray and back.tobytes() == theirs.tobytes()
            assert back.shape == theirs.shape and back.flags.fnc == theirs.flags.fnc
        assert pickle.loads(ours.dumps()).tobytes() == theirs.tobytes()
    ours.dump(tmp_path / "a")
    assert pickle.loads((tmp_path / "a").read_bytes()).tobytes() == ours.tobytes()
    state = rp.ones(0)
    state.__setstate__((1, theirs.shape, theirs.dtype, False, theirs.tobytes()))
    assert state.tobytes() == theirs.tobytes() and state.shape == theirs.shape


def test_files(tmp_path):
    for _, theirs in each():
        rp.asarray(theirs).tofile(tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == theirs.tobytes()
    with open(tmp_path / "b", "wb") as file:
        rp.arange(3).tofile(file)
    assert np.fromfile(tmp_path / "b", "i8").tolist() == [0, 1, 2]
    rp.arange(3).tofile(tmp_path / "c", sep=" ")
    assert (tmp_path / "c").read_text() == "0 1 2"


def test_printing_is_numpys():
    for _, theirs in each():
        ours = rp.asarray(theirs)
        assert repr(ours) == repr(theirs) and str(ours) == str(theirs)
        assert rp.array_repr(ours, precision=3) == np.array_repr(theirs, precision=3)
        assert rp.array_str(ours) == np.array_str(theirs)
        assert rp.array2string(ours, separator=",") == np.array2string(theirs, separator=",")
    with rp.printoptions(precision=2, threshold=3):
        assert str(rp.arange(5.0) / 3) == str(np.arange(5.0) / 3) and rp.get_printoptions()["precision"] == 2
    assert rp.format_float_positional(rp.asarray(0.1)) == "0.1"
    assert rp.format_float_scientific(0.1) == "1.e-01"
    html = rp.ones((100, 100))._repr_html_()
    assert html.count("<tr>") == 7 and "(100, 100), float64" in html
    assert rp.ones((2, 2, 2))._repr_html_().startswith("<pre>")


def test_namespace_info():
    ours, theirs = rp.__array_namespace_info__(), np.__array_namespace_info__()
    assert ours.default_device() == "cpu" and ours.devices() == ("cpu",)
    assert [1, *ours.devices()] == [1] + ours.devices() and ours.devices() + [1] == ["cpu", 1]
    assert ours.default_dtypes() == theirs.default_dtypes()
    for kind in (None, "bool", "integral", "numeric", ("bool", "real floating"), "complex floating"):
        assert ours.dtypes(kind=kind) == theirs.dtypes(kind=kind)
    for wrong in (lambda: ours.dtypes(kind="words"), lambda: ours.dtypes(device="gpu")):
        with pytest.raises(ValueError):
            wrong()
    assert ours.capabilities()["max dimensions"] == 64 and rp.__array_api_version__ == "2025.12"
    for version in ("2021.12", "2025.12", None):
        assert rp.ones(1).__array_namespace__(api_version=version) is rp
    with pytest.raises(ValueError, match="1066.10"):
        rp.ones(1).__array_namespace__(api_version="1066.10")
