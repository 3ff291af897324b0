"""``rp.save``, ``rp.load`` and their kin against NumPy's, and against hostile files."""

import io
import struct
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
import raptors as rp
from conftest import LAYOUTS, values

CLEAN = (
    ValueError, EOFError, OSError, KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError,
    RuntimeError,
)  # fmt: skip


def same(got, want):
    """Whether both are the same bits."""
    assert isinstance(got, rp.ndarray)
    got = np.asarray(got)
    assert (got.dtype, got.shape) == (want.dtype.newbyteorder("="), want.shape)
    np.testing.assert_array_equal(got, want)


def stored(array, save=np.save, **options):
    """The bytes that ``save`` writes."""
    file = io.BytesIO()
    save(file, array, **options)
    return file.getvalue()


def header(text, version=(1, 0), length=None):
    """A file that begins with this header."""
    text = text.encode() if isinstance(text, str) else text
    size = struct.pack("<H" if version == (1, 0) else "<I", len(text) if length is None else length)
    return b"\x93NUMPY" + bytes(version) + size + text


def test_files_are_numpys(dtype, tmp_path):
    for name, arrange in LAYOUTS.items():
        a = arrange(values(dtype, 30).reshape(6, 5))
        data = stored(rp.asarray(a), rp.save)
        assert data == stored(a)
        same(rp.load(io.BytesIO(data)), a)
        np.testing.assert_array_equal(np.load(io.BytesIO(data)), a)
        swapped = a.astype(a.dtype.newbyteorder(">"))
        same(rp.load(io.BytesIO(stored(swapped))), swapped)
        path = tmp_path / f"{name}.npy"
        rp.save(path.with_suffix(""), a)
        assert path.read_bytes() != b"" and not path.with_suffix("").exists()
        for version in ((1, 0), (2, 0), (3, 0)):
            with open(path, "wb") as file:
                np.lib.format.write_array(file, a, version)
            same(rp.load(path), a)
            same(rp.load(str(path)), a)
            with open(path, "rb") as file:
                same(rp.load(file), a)
            for mode in ("r", "r+", "c"):
                mapped = rp.load(path, mmap_mode=mode)
                same(mapped, a)
                assert mapped.flags.writeable == (mode != "r") or not a.size


def test_large_strided_arrays():
    a = np.arange(3_000_000, dtype="f4").reshape(1500, 2000)
    for b in (a[:, ::2], a.T[::3], a[::-1], a[None, :, ::2]):
        assert stored(rp.asarray(b), rp.save) == stored(b)


def test_mapped_memory_is_the_files(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, np.arange(12.0).reshape(3, 4))
    a = rp.load(path, mmap_mode="r+")
    a[0, 0] = 50
    b = rp.load(path, mmap_mode="c")
    b[0, 1] = 70
    c = rp.load(path, mmap_mode="r")
    assert float(c[0, 0]) == 50 and float(c[0, 1]) == 1 and float(b[0, 1]) == 70
    with pytest.raises(ValueError):
        c[0, 0] = 1
    del a
    assert np.load(path)[0, 0] == 50
    for mode in ("w+", "x", "rw"):
        with pytest.raises(ValueError):
            rp.load(path, mmap_mode=mode)
    assert np.load(path).shape == (3, 4)
    with open(path, "rb") as file, pytest.raises(ValueError, match="Filename must be a string"):
        rp.load(file, mmap_mode="r")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError):
        rp.load(path, mmap_mode="r")


@pytest.mark.parametrize("compress", [False, True])
def test_archives(compress, tmp_path):
    save = rp.savez_compressed if compress else rp.savez
    path = tmp_path / "archive.npz"
    a, b = np.arange(20).reshape(4, 5), np.float32(2)
    save(path.with_suffix(""), a, rp.asarray(a.T), x=b)
    for source in (path, str(path), io.BytesIO(path.read_bytes())):
        with rp.load(source) as archive:
            assert isinstance(archive, np.lib.npyio.NpzFile)
            assert sorted(archive.files) == ["arr_0", "arr_1", "x"] == sorted(archive.keys())
            assert len(archive) == 3 and "x" in archive and "y" not in archive
            same(archive["arr_0"], a)
            same(archive["arr_1"], a.T)
            same(archive.f.x, np.asarray(b))
            same(dict(archive.items())["x.npy"[:-4]], np.asarray(b))
            assert "NpzFile" in repr(archive)
            with pytest.raises(KeyError, match="y is not a file in the archive"):
                archive["y"]
        assert archive.zip is None
    with np.load(path) as archive:
        np.testing.assert_array_equal(archive["arr_1"], a.T)
    with pytest.raises(ValueError, match="Cannot use un-named variables and keyword arr_0"):
        save(path, a, arr_0=a)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("note.txt", "hello")
    assert rp.load(path)["note.txt"] == b"hello"


def test_what_only_numpy_has():
    objects = np.array([1, "a", None], object)
    data = stored(objects, rp.save)
    with pytest.raises(ValueError, match="Object arrays cannot be loaded when allow_pickle=False"):
        rp.load(io.BytesIO(data))
    assert rp.load(io.BytesIO(data), allow_pickle=True).tolist() == objects.tolist()
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        rp.save(io.BytesIO(), objects, allow_pickle=False)
    for other in (np.array(["a", "bc"]), np.array(["2020-01-01"], "M8[D]"), np.zeros(3, "i4,f8")):
        got = rp.load(io.BytesIO(stored(other, rp.save)))
        assert isinstance(got, np.ndarray) and (got == other).all()
    archive = io.BytesIO()
    rp.savez(archive, objects=objects)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        rp.load(io.BytesIO(archive.getvalue()))["objects"]
    archive.seek(0)
    assert rp.load(archive, allow_pickle=True)["objects"].tolist() == objects.tolist()
    import pickle

    data = pickle.dumps({"a": 1})
    with pytest.raises(ValueError, match="This file contains pickled"):
        rp.load(io.BytesIO(data))
    assert rp.load(io.BytesIO(data), allow_pickle=True) == {"a": 1}
    with pytest.raises(pickle.UnpicklingError):
        rp.load(io.BytesIO(b"not a pickle"), allow_pickle=True)


GOOD = "{'descr': '<f8', 'fortran_order': False, 'shape': (%s,), }\n"
HOSTILE = [
    header(GOOD % "3")[:-5],
    header(GOOD % "3") + b"\0" * 23,
    header(GOOD % "1000000000000"),
    header(GOOD % "-1"),
    header(GOOD % "-1, -3") + b"\0" * 24,
    header(GOOD % "4294967296, 4294967296"),
    header(GOOD % f"{2**63}"),
    header(GOOD % f"{2**64}, 0"),
    header(GOOD % "0, 9223372036854775807, 9223372036854775807"),
    header(GOOD % ", ".join(["1"] * 65)) + b"\0" * 8,
    header(GOOD % "1.5"),
    header(GOOD % "'3'"),
    header("{'descr': '<f8', 'fortran_order': False, 'shape': 3}"),
    header("{'descr': '<f8', 'fortran_order': 0, 'shape': (3,)}"),
    header("{'descr': '<q9', 'fortran_order': False, 'shape': (3,)}"),
    header("{'descr': None + 1, 'fortran_order': False, 'shape': (3,)}"),
    header("{'descr': [1, 2], 'fortran_order': False, 'shape': (3,)}"),
    header("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 1: 2}"),
    header("{'descr': '<f8'}"),
    header("[1, 2]"),
    header("__import__('os').abort()"),
    header("(" * 9000),
    header("-" * 9000 + "1"),
    header(b"\xff\xfe" * 9, (3, 0)),
    header(GOOD % "3", (4, 0)),
    header("", (2, 0), 2**32 - 1),
    header(" " * 20_000, (2, 0)),
    header("{'descr': '|O', 'fortran_order': False, 'shape': (3,)}") + b"cos\nabort\n(tR.",
    header("{'descr': '|S1000000000', 'fortran_order': False, 'shape': (1000,)}"),
    b"\x93NUMPY",
    b"\x93NUM",
    b"x",
    b"PK\x03\x04",
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
@pytest.mark.parametrize("kind", ["memory", "file", "mapped"])
def test_hostile_headers(number, kind, tmp_path):
    data = HOSTILE[number]
    source = io.BytesIO(data)
    if kind != "memory":
        source = tmp_path / "hostile.npy"
        source.write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(CLEAN):
            array = rp.load(source, mmap_mode="r" if kind == "mapped" else None)
            list(array.values())[0]
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_empty_files():
    with pytest.raises(EOFError, match="No data left in file"):
        rp.load(io.BytesIO())
    with pytest.raises(ValueError, match="encoding must be"):
        rp.load(io.BytesIO(b"x"), encoding="utf8")
    with pytest.raises(FileNotFoundError):
        rp.load("no such file")
    assert len(rp.load(io.BytesIO(b"PK\x05\x06" + b"\0" * 18))) == 0
    assert rp.load(io.BytesIO(header(" " * 9000 + GOOD % "0"))).shape == (0,)
    long = header(" " * 20_000 + GOOD % "0", (2, 0))
    with pytest.raises(ValueError, match="may not be safe"):
        rp.load(io.BytesIO(long))
    assert rp.load(io.BytesIO(long), max_header_size=30_000).shape == (0,)
    old = "{'descr': '<f8', 'fortran_order': False, 'shape': (2L,), }"
    with pytest.warns(UserWarning, match="created on Python 2"):
        assert rp.load(io.BytesIO(header(old) + b"\0" * 16)).shape == (2,)


def test_archives_that_announce_more_than_they_hold():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", header(GOOD % str(10**11)) + b"\0" * 1000)
    file.seek(0)
    with pytest.raises(ValueError, match="Failed to read all data"):
        rp.load(file)["a"]
    data = bytearray(file.getvalue())
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 2**32 - 2)
    with pytest.raises(ValueError, match="announces"):
        rp.load(io.BytesIO(data))["a"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_corrupted_bytes_give_clean_errors():
    a = np.arange(40.0).reshape(5, 8)
    files = [stored(a), stored(np.asfortranarray(a)), stored(np.array(["a", "b"]))]
    for save in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        save(file, a=a, b=a > 3)
        files.append(file.getvalue())
    rng = np.random.default_rng(0)
    for data in files:
        for _ in range(300):
            broken = bytearray(data)
            head = min(len(broken), 140) if rng.random() < 0.7 else len(broken)
            for place in rng.integers(0, head, rng.integers(1, 4)):
                broken[place] = rng.integers(0, 256)
            if rng.random() < 0.2:
                del broken[rng.integers(0, len(broken)) :]
            try:
                got = rp.load(io.BytesIO(broken))
                got = list(got.values()) if isinstance(got, np.lib.npyio.NpzFile) else [got]
            except CLEAN:
                continue
            assert sum(item.nbytes for item in got if hasattr(item, "nbytes")) < 10_000


def test_texts_and_raw_files(tmp_path):
    path = tmp_path / "a.txt"
    a = rp.array([[1.0, 2.0], [3.0, 4.0]])
    rp.savetxt(path, a)
    for load in (rp.loadtxt, rp.genfromtxt):
        same(load(path), np.asarray(a))
    with open(path, "w") as file:
        rp.savetxt(file, a, fmt="%d", delimiter=",")
    same(rp.loadtxt(path, delimiter=",", dtype=int), np.array([[1, 2], [3, 4]]))
    path.write_text("1 a\n2 b\n")
    assert rp.fromregex(path, r"(\d+) (\w)", [("n", int), ("c", "U1")])["n"].tolist() == [1, 2]
    assert rp.memmap is np.memmap
    memory = np.memmap(tmp_path / "raw", np.float32, "w+", shape=(4,))
    rp.asarray(memory)[1] = 5
    assert memory[1] == 5
