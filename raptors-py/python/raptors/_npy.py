"""One array in NumPy's file format ``.npy``: headers read with suspicion, sizes checked first."""

from __future__ import annotations

import ast
import io
import math
import mmap
import os
import re
import struct
import warnings

import numpy as np

from ._raptors import asarray, empty, ndarray

PREFIX = b"\x93NUMPY"
#: How the length of the header is written in each version, and its encoding.
_VERSIONS = {(1, 0): ("<H", "latin1"), (2, 0): ("<I", "latin1"), (3, 0): ("<I", "utf8")}
_KEYS = {"descr", "fortran_order", "shape"}
#: Bytes that are read or written at a time.
_PIECE = 1 << 22
_NATIVE = {np.dtype(code) for code in "?bBhHiIqQefdFD"} | {np.dtype("l"), np.dtype("L")}
_ACCESS = {"r": mmap.ACCESS_READ, "r+": mmap.ACCESS_WRITE, "c": mmap.ACCESS_COPY}
_MODES = {"readonly": "r", "copyonwrite": "c", "readwrite": "r+", "write": "w+"}


def _exactly(file, size, what):
    """``size`` bytes of ``file``, read in pieces: no more memory than there is data."""
    pieces = bytearray()
    while len(pieces) < size:
        piece = file.read(min(size - len(pieces), _PIECE))
        if not piece:
            raise ValueError(f"EOF: reading {what}, expected {size} bytes got {len(pieces)}")
        pieces += piece
    return pieces


def read_header(file, max_header_size):
    """Shape, whether in Fortran order, dtype, and the number of bytes that said so."""
    magic = _exactly(file, len(PREFIX) + 2, "magic string")
    if magic[:-2] != PREFIX:
        raise ValueError(
            f"the magic string is not correct; expected {PREFIX!r}, got {bytes(magic[:-2])!r}"
        )
    version = tuple(magic[-2:])
    if version not in _VERSIONS:
        raise ValueError(
            f"we only support format version (1,0), (2,0), and (3,0), not {version}"
        )
    code, encoding = _VERSIONS[version]
    size = struct.calcsize(code)
    (length,) = struct.unpack(code, _exactly(file, size, "array header length"))
    if length > max_header_size:
        raise ValueError(
            f"Header info length ({length}) is large and may not be safe to load securely.\n"
            "To allow loading, adjust `max_header_size` or fully trust the `.npy` file using "
            "`allow_pickle=True`.\n"
            "For safety against large resource use or crashes, sandboxing may be necessary."
        )
    header = _exactly(file, length, "array header").decode(encoding)
    return *_meaning(_literal(header, version)), len(magic) + size + length


def _literal(header, version):
    try:
        return ast.literal_eval(header)
    except SyntaxError:
        # Python 2 wrote long integers with an L.
        plain = re.sub(r"(?<=\d)L\b", "", header)
        if version > (2, 0) or plain == header:
            raise ValueError(f"Cannot parse header: {header!r}") from None
        result = _literal(plain, (3, 0))
        warnings.warn(
            "Reading `.npy` or `.npz` file required additional header parsing as it was created on "
            "Python 2. Save the file again to speed up loading and avoid this warning.",
            UserWarning,
            stacklevel=6,
        )
        return result
    except (ValueError, TypeError, MemoryError, RecursionError):
        raise ValueError(f"Cannot parse header: {header!r}") from None


def _meaning(header):
    if not isinstance(header, dict):
        raise ValueError(f"Header is not a dictionary: {header!r}")
    if header.keys() != _KEYS:
        raise ValueError(f"Header does not contain the correct keys: {sorted(map(str, header))!r}")
    shape, fortran, descr = header["shape"], header["fortran_order"], header["descr"]
    if not isinstance(shape, tuple) or not all(isinstance(n, int) and n >= 0 for n in shape):
        raise ValueError(f"shape is not valid: {shape!r}")
    if not isinstance(fortran, bool):
        raise ValueError(f"fortran_order is not a valid bool: {fortran!r}")
    try:
        dtype = np.lib.format.descr_to_dtype(descr)
    except Exception as error:
        raise ValueError(f"descr is not a valid dtype descriptor: {descr!r}") from error
    # NumPy's arrays have no more axes, and no more bytes than a pointer can count.
    nonempty = math.prod(n for n in shape if n) * max(dtype.itemsize, 1)
    if len(shape) > 64 or nonempty > 2**63 - 1:
        raise ValueError(f"shape is not valid: {shape!r}")
    return shape, fortran, dtype


def remaining(file):
    """The bytes from here to the end of ``file``; ``None`` where it does not tell."""
    try:
        here = file.tell()
        end = file.seek(0, io.SEEK_END)
        file.seek(here)
    except (AttributeError, OSError, ValueError):
        return None
    return None if end is None else max(end - here, 0)


def read(file, allow_pickle, pickle_options, max_header_size, available=None):
    """The array at this place of ``file``, of which ``available`` bytes are left if given."""
    start = file.tell() if hasattr(file, "tell") else None
    limit = 2**64 if allow_pickle else max_header_size
    shape, fortran, dtype, header = read_header(file, limit)
    if dtype.hasobject and not allow_pickle:
        raise ValueError("Object arrays cannot be loaded when allow_pickle=False")
    left = remaining(file) if available is None else max(available - header, 0)
    count = math.prod(shape)
    if not dtype.hasobject and left is not None and count * dtype.itemsize > left:
        raise ValueError(
            f"Failed to read all data for array. Expected {shape} = {count} elements, could only "
            f"read {left // dtype.itemsize} elements. (file seems not fully written?)"
        )
    if dtype.newbyteorder("=") not in _NATIVE:
        if not dtype.hasobject and left is None:
            # Of a stream nobody knows the length: no more memory than there is data.
            data = _exactly(file, count * dtype.itemsize, "array data")
            array = np.ndarray(shape, dtype, data, order="F" if fortran else "C")
            return array.copy("K")
        file.seek(start)
        return np.lib.format.read_array(
            file, allow_pickle, pickle_options, max_header_size=max_header_size
        )
    array = _numbers(file, count, dtype, left is not None)
    if not dtype.isnative:
        array = array.byteswap()
    return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)


def _numbers(file, count, dtype, checked):
    """``count`` numbers of ``file``, whose bytes are as they lie there."""
    native = dtype.newbyteorder("=")
    size = count * dtype.itemsize
    if not checked:
        return asarray(np.frombuffer(_exactly(file, size, "array data"), native, count))
    array = empty(count, native)
    if size:
        room = _bytes_of(array)
        read_into = getattr(file, "readinto", None)
        done = 0
        while done < size:
            piece = room[done : done + _PIECE]
            if read_into is not None:
                got = read_into(piece)
            else:
                data = file.read(len(piece))
                got = len(data)
                piece[:got] = data
            if not got:
                raise ValueError(f"EOF: reading array data, expected {size} bytes got {done}")
            done += got
    return array


def _bytes_of(array):
    """The memory of a contiguous array as bytes."""
    return memoryview(np.asarray(array).reshape(-1).view(np.uint8))


def mapped(path, mode, allow_pickle, max_header_size):
    """The array in the file at ``path``, in memory that is the file's."""
    mode = _MODES.get(mode, mode)
    if mode == "w+":
        raise ValueError("shape must be given if mode == 'w+'")
    if mode not in _ACCESS:
        raise ValueError(f"mode must be one of {sorted([*_ACCESS, 'w+', *_MODES])!r} (got {mode!r})")
    if hasattr(path, "read"):
        raise ValueError(
            "Filename must be a string or a path-like object.  Memmap cannot use existing file "
            "handles."
        )
    with open(os.fspath(path), "r+b" if mode == "r+" else "rb") as file:
        limit = 2**64 if allow_pickle else max_header_size
        shape, fortran, dtype, start = read_header(file, limit)
        if dtype.hasobject:
            raise ValueError("Array can't be memory-mapped: Python objects in dtype.")
        size = math.prod(shape) * dtype.itemsize
        if size > remaining(file):
            raise ValueError("mmap length is greater than file size")
        if dtype not in _NATIVE:
            return np.lib.format.open_memmap(path, mode, max_header_size=limit)
        memory = mmap.mmap(file.fileno(), start + size, access=_ACCESS[mode])
    array = np.ndarray(shape, dtype, memory, start, order="F" if fortran else "C")
    return asarray(array)


def write(file, array, allow_pickle):
    """Writes ``array`` to ``file``, as NumPy does byte for byte."""
    if type(array) is not ndarray:
        array = np.asanyarray(array)
        if array.dtype not in _NATIVE:
            np.lib.format.write_array(file, array, allow_pickle=allow_pickle)
            return
        array = asarray(array)
    fortran = array.flags.f_contiguous and not array.flags.c_contiguous
    header = {
        "shape": array.shape,
        "fortran_order": fortran,
        "descr": np.lib.format.dtype_to_descr(array.dtype),
    }
    np.lib.format.write_array_header_1_0(file, header)
    if array.size:
        _write_numbers(file, array.T if fortran else array)


def _write_numbers(file, array):
    """The elements in C order, where they are apart piece by piece."""
    if not array.flags.c_contiguous and array.nbytes > _PIECE and array.ndim:
        rows = max(len(array) * _PIECE // array.nbytes, 1)
        if len(array) > 1:
            for first in range(0, len(array), rows):
                _write_numbers(file, array[first : first + rows])
        else:
            _write_numbers(file, array[0])
        return
    room = _bytes_of(array if array.flags.c_contiguous else array.copy("C"))
    done = 0
    while done < len(room):
        written = file.write(room[done : done + _PIECE])
        done += len(room[done : done + _PIECE]) if written is None else written
