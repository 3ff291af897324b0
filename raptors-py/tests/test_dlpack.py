"""Memory shared by DLPack, in both directions."""

import ctypes
import gc
import weakref

import numpy as np
import pytest
from conftest import values

import raptors as rp


class Exporter:
    """An array of another library, which exports what it is given."""

    def __init__(self, export):
        self.export = export

    def __dlpack__(self, **options):
        return self.export(**options)

    def __dlpack_device__(self):
        return 1, 0


class OldExporter:
    """An array of a library from before versions and keywords."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, stream=None):
        return self.array.__dlpack__()

    def __dlpack_device__(self):
        return 1, 0


def test_memory_is_shared_both_ways(dtype, layout):
    theirs = layout(values(dtype, 24).reshape(4, 6))
    if any(step % theirs.itemsize for step in theirs.strides) or not theirs.flags.aligned:
        return
    ours = rp.asarray(theirs)
    for back in (np.from_dlpack(ours), rp.from_dlpack(theirs), rp.from_dlpack(ours)):
        assert back.dtype == theirs.dtype and back.shape == theirs.shape
        assert back.flags.writeable == theirs.flags.writeable
        assert theirs.size == 0 or np.shares_memory(back, theirs)
        np.testing.assert_array_equal(np.asarray(back), theirs)
    for back in (rp.from_dlpack(theirs, copy=True), np.from_dlpack(ours, copy=True)):
        assert back.flags.writeable and not np.shares_memory(back, theirs)
        np.testing.assert_array_equal(np.asarray(back), theirs)


def test_capsules_are_freed_once():
    ours = rp.asarray(np.arange(1000.0))
    for version in (None, (0, 8), (1, 0), (1, 1), (9, 0)):
        capsule = ours.__dlpack__(max_version=version)
        assert ("versioned" in repr(capsule)) == (version is not None and version[0] >= 1)
        del capsule
        capsule = ours.__dlpack__(max_version=version)
        taken = rp.from_dlpack(Exporter(lambda **_: capsule))
        assert taken.tolist() == ours.tolist()
        with pytest.raises(ValueError, match="incorrect name"):
            rp.from_dlpack(Exporter(lambda **_: capsule))
        del capsule
        assert taken[-1] == 999


def test_exporter_lives_as_long_as_its_memory_is_used():
    theirs = np.arange(3.0)
    alive = weakref.ref(theirs)
    ours = rp.from_dlpack(theirs)[1:]
    del theirs
    gc.collect()
    assert alive() is not None and ours.tolist() == [1, 2]
    del ours
    gc.collect()
    assert alive() is None


def test_read_only_is_kept():
    locked = rp.asarray(np.broadcast_to(1.0, (3,)))
    assert not np.from_dlpack(locked).flags.writeable
    assert not rp.from_dlpack(locked).flags.writeable
    assert rp.from_dlpack(locked, copy=True).flags.writeable
    with pytest.raises(BufferError, match="readonly"):
        locked.__dlpack__()
    # A legacy capsule does not say.
    old = rp.from_dlpack(OldExporter(np.arange(3)))
    assert not old.flags.writeable and old.tolist() == [0, 1, 2]
    assert rp.from_dlpack(OldExporter(np.arange(3)), copy=True).flags.writeable
    # What stands for a scalar goes out as a copy.
    assert np.from_dlpack(OldExporter(rp.ones(3).sum())) == 3


def test_errors_are_numpys():
    ours, theirs = rp.ones(3), np.ones(3)
    for options in (
        {"stream": 1}, {"max_version": 1}, {"max_version": (1,)}, {"dl_device": (10, 0)},
        {"dl_device": 3}, {"copy": "no"},
    ):  # fmt: skip
        with pytest.raises(Exception) as expected:
            theirs.__dlpack__(**options)
        with pytest.raises((TypeError, expected.type)):
            ours.__dlpack__(**options)
    for bad, error in ((1, AttributeError), (Exporter(lambda **_: 3), ValueError)):
        with pytest.raises(error):
            rp.from_dlpack(bad)
    with pytest.raises(ValueError, match="Device not understood"):
        rp.from_dlpack(ours, device="gpu")
    uneven = rp.asarray(np.zeros(24, "u1")[:16].view("f4")).view("u1")
    odd = rp.asarray(np.ndarray((2,), "f4", np.zeros(24, "u1"), strides=(6,)))
    assert rp.from_dlpack(uneven).size == 16
    with pytest.raises(BufferError, match="multiple of itemsize"):
        odd.__dlpack__()
    assert ours.__dlpack_device__() == (1, 0) and rp.from_dlpack(ours, device="cpu").size == 3


class _Tensor(ctypes.Structure):
    """``DLManagedTensor``."""

    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device", ctypes.c_int32 * 2),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("byte_offset", ctypes.c_uint64),
        ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
    ]


def test_strides_beyond_all_memory_are_refused():
    new = ctypes.pythonapi.PyCapsule_New
    new.restype = ctypes.py_object
    new.argtypes = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p
    memory = ctypes.create_string_buffer(64)
    for stride in (2**60 - 1, -(2**60) + 1, 2**60, -(2**60), 2**62, -(2**63)):
        axes = [(ctypes.c_int64 * 1)(2), (ctypes.c_int64 * 1)(stride)]
        shape, strides = map(ctypes.addressof, axes)
        device = (ctypes.c_int32 * 2)(1, 0)
        tensor = _Tensor(ctypes.addressof(memory), device, 1, 2, 64, 1, shape, strides, 0, None, None)
        capsule = new(ctypes.addressof(tensor), b"dltensor", None)
        with pytest.raises(ValueError, match="strides"):
            rp.from_dlpack(Exporter(lambda capsule=capsule, **_: capsule))


def test_own_arrays_are_shared_at_once():
    x = rp.arange(12).reshape(3, 4)
    for view in (x, x.T, x[::2, ::-1], x[:0], x[0], rp.asarray(5)):
        shared = rp.from_dlpack(view)
        assert shared is not view and shared.shape == view.shape and shared.strides == view.strides
        assert shared.flags.writeable == view.flags.writeable
        np.testing.assert_array_equal(np.asarray(shared), np.asarray(view))
    rp.from_dlpack(x)[0, 0] = 77
    assert x[0, 0] == 77
    copied = rp.from_dlpack(x, copy=True)
    copied[0, 0] = 1
    assert x[0, 0] == 77
    x.flags.writeable = False
    assert not rp.from_dlpack(x).flags.writeable
    odd = rp.lib.stride_tricks.as_strided(rp.arange(8, dtype="i4"), (3,), (6,))
    with pytest.raises(BufferError):
        rp.from_dlpack(odd)
