"""Views and elements that are written where they stay: shapes, owners, lifetimes, what is used again."""

import gc
import sys
import threading
import weakref

import numpy as np
import pytest

import raptors as rp

DTYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]
SHAPES = [(6,), (2, 3), (2, 1, 3), (2, 3, 1, 2), (1, 2, 3, 1, 2), (2, 0, 3)]
VIEWS = {
    "view": lambda a: a.view(),
    "T": lambda a: a.T,
    "transpose": lambda a: a.transpose(),
    "ravel": lambda a: a.ravel(),
    "reshape": lambda a: a.reshape(-1),
    "reshape_tuple": lambda a: a.reshape((a.size, 1)),
    "swapaxes": lambda a: a.swapaxes(0, -1),
    "real": lambda a: a.real,
    "ellipsis": lambda a: a[...],
    "new_axis": lambda a: a[None],
    "two_new_axes": lambda a: a[None, ..., None],
    "slice": lambda a: a[1:],
    "backwards": lambda a: a[::-1],
    "last": lambda a: a[..., ::-2],
    "row": lambda a: a[-1],
    "integer": lambda a: a[np.int64(0)],
    "array": lambda a: a[np.array(-1)],
    "bool": lambda a: a[True],
    "numpy_bool": lambda a: a[np.True_],
}  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_views_are_numpys(dtype, shape):
    x = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    for x in (x, x.T, x[::-1]):
        a = rp.share(x)
        for name, view in VIEWS.items():
            expected, got = view(x), view(a)
            assert got.shape == expected.shape and got.dtype == expected.dtype, name
            assert np.array_equal(got, expected), name
            if np.shares_memory(x, expected) and x.size > 1 and expected.ndim:
                assert got.strides == expected.strides, name
                assert got is a or got.base is not None, name


def test_parts_of_complex_numbers():
    for dtype in ("c8", "c16"):
        x = (np.arange(6) + 1j * np.arange(6)[::-1]).astype(dtype).reshape(2, 3)
        a = rp.array(x)
        for part in ("real", "imag"):
            view = getattr(a, part)
            assert view.base is a and view.strides == x.strides
            assert np.array_equal(view, getattr(x, part))
            view[0, 1] = 7
            setattr(x, part, getattr(a, part))
        assert np.array_equal(a, x)


def test_a_view_outlives_its_parents():
    x = np.arange(24.0).reshape(2, 3, 4)
    for _ in range(3):
        found = []
        for view in VIEWS.values():
            a = rp.array(x)
            found.append(view(view(a)))
            del a
        gc.collect()
        # Memory that was given back would be written here.
        noise = [rp.full((2, 3, 4), -1.0) for _ in range(60)]
        for got, view in zip(found, VIEWS.values()):
            assert np.array_equal(got, view(view(x)))
        del noise


def test_owners_and_references():
    a = rp.arange(8.0)
    before = sys.getrefcount(a)
    held = [view(a)[...] for name, view in VIEWS.items() if name not in ("array", "integer", "row")]
    owned = [view for view in held if view.base is a]
    assert sys.getrefcount(a) == before + len(owned)
    del held, owned
    gc.collect()
    assert sys.getrefcount(a) == before
    alive = weakref.ref(a)
    view = a[2:][1:]
    owner = view.base is a
    assert owner and sys.getrefcount(a) == before + 1
    del a
    same = alive() is view.base
    assert same and view[0] == 3.0
    del view
    assert alive() is None


def test_views_of_foreign_memory_keep_its_owner():
    x = np.arange(6.0)
    before = sys.getrefcount(x)
    view = rp.share(x)[1:][::2]
    assert sys.getrefcount(x) > before and np.array_equal(view, x[1:][::2])
    x[1] = 9
    assert view[0] == 9
    del view
    gc.collect()
    assert sys.getrefcount(x) == before
    inner = rp.arange(4.0)
    outer = rp.ndarray((2, 2), float, buffer=inner)
    rows = [outer[i] for i in range(2)]
    del inner, outer
    gc.collect()
    assert [row.tolist() for row in rows] == [[0.0, 1.0], [2.0, 3.0]]


def test_read_only_and_locked_views():
    a = rp.arange(6.0)
    a.setflags(write=False)
    for name, view in VIEWS.items():
        got = view(a)
        assert got is a or not got.flags.writeable or name in ("bool", "numpy_bool"), name
    with pytest.raises(ValueError, match="read-only"):
        a[1:][0] = 1.0
    a.setflags(write=True)
    a[1:][0] = 5.0
    assert a[1] == 5.0
    fixed = rp.broadcast_to(rp.arange(3.0), (2, 3))
    assert not fixed[1:].flags.writeable and not fixed.T.flags.writeable


def test_a_parent_that_changes_its_shape():
    a = rp.arange(6.0)
    view = a[1:]
    a.shape = 2, 3
    both = a[0], a.T, a[:, 1:]
    assert view.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert [part.tolist() for part in both] == [[0, 1, 2], [[0, 3], [1, 4], [2, 5]], [[1, 2], [4, 5]]]
    a.dtype = "i8"
    assert a[0].dtype == "i8" and view.dtype == "f8" and both[0].base is a
    view.shape = 5, 1
    assert view[1:].tolist() == [[2.0], [3.0], [4.0], [5.0]]


def test_bounds_that_run_code():
    a = rp.arange(8.0)

    class Bound:
        def __init__(self, act):
            self.act = act

        def __index__(self):
            return self.act()

    def make():
        held.extend(a[i:] for i in range(70))
        return 2

    held = []
    assert a[Bound(make) :].tolist() == [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    held.clear()

    def turn():
        a.shape = 2, 4
        return 1

    assert a[Bound(turn) :].shape in ((7,), (1, 4))
    with pytest.raises(ZeroDivisionError):
        a[Bound(lambda: 1 // 0) :]
    with pytest.raises(IndexError, match="only integers"):
        a[Bound(lambda: 1 // 0) :, "x"]
    assert a[Bound(lambda: -1)].tolist() == [4.0, 5.0, 6.0, 7.0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_elements_are_used_again_only_when_they_are_free(dtype):
    x = np.arange(1, 9).astype(dtype)
    a = rp.array(x)
    for _ in range(3):
        elements = [a[i] for i in range(-8, 8)]
        assert [e.item() for e in elements] == [x[i].item() for i in range(-8, 8)]
        assert all(e.dtype == x.dtype and e.shape == () for e in elements)
        assert not any(e.flags.writeable for e in elements) and elements[0].base is None
        sums = [e + e for e in elements]
        assert [s.item() for s in sums] == [(x[i] + x[i]).item() for i in range(-8, 8)]
        views = [e[...] for e in elements]
        shared = [np.asarray(e) for e in elements]
        del elements
        more = [a[0] for _ in range(100)]
        assert [v.item() for v in views] == [x[i].item() for i in range(-8, 8)]
        assert [s.item() for s in shared] == [x[i].item() for i in range(-8, 8)]
        del more, views, shared
    one = a[1]
    kept = weakref.ref(one)
    del one
    # The truth values are two objects that always are.
    assert (kept() is None or dtype == "?") and a[2].item() == x[2].item()


def test_numbers_of_operations_without_axes():
    x = np.array([0.5, -2.0, 3.0])
    a = rp.array(x)
    for f in (lambda v: v[0] + v[1], lambda v: v[0] < v[1], lambda v: -v[2], lambda v: v[1] * 2,
              lambda v: 3 - v[2], lambda v: v[2] ** 2, lambda v: abs(v[1]), lambda v: v[0] // v[1],
              lambda v: v.sum() + v.max(), lambda v: v.sum() / 3, lambda v: np.float64(1) + v[0],
              lambda v: v[0] == v[0]):  # fmt: skip
        for _ in range(3):
            got, expected = f(a), f(x)
            assert got.dtype == expected.dtype and got.item() == expected.item() and got.shape == ()
            assert type(got) is rp.ndarray and not got.flags.writeable
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        rp.asarray(1.0)[()] / rp.asarray(0.0)[()]
    with np.errstate(over="warn"), pytest.warns(RuntimeWarning, match="overflow"):
        a[0] * 1e308 * 1e10
    total = a.sum()
    held = total
    total += 1
    assert held.item() == 1.5 and total.item() == 2.5


def test_elements_made_and_freed_by_many_threads():
    a = rp.arange(100.0)
    wrong = []

    def work():
        for i in range(2000):
            place = i % 100
            if a[place].item() != place or a[place:][0].item() != place:
                wrong.append(place)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_places_of_many_axes():
    x = np.arange(2**9).reshape((2,) * 9)
    a = rp.array(x)
    for key in ((1,) * 9, (0, -1) * 4 + (1,), (1, 0, ..., 1), (slice(None), *(1,) * 8), (0,) * 5):
        assert np.array_equal(a[key], x[key])
        a[key] = x[key] = 5
    assert np.array_equal(a, x)
    with pytest.raises(IndexError, match="index 2 is out of bounds for axis 8 with size 2"):
        a[(0,) * 8 + (2,)]
