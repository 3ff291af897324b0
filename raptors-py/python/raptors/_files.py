"""Arrays in files: ``save``, ``load``, ``savez`` and ``savez_compressed``."""

from __future__ import annotations

import contextlib
import os
import pickle
import zipfile

import numpy as np

from . import _npy
from ._delegate import from_numpy

__all__ = ["load", "save", "savez", "savez_compressed"]

#: Most bytes of a header: longer ones may make Python's parser slow.
_MAX_HEADER = 10_000
#: Bytes that one byte of deflated data can become.
_DEFLATED = 1032


class NpzFile(np.lib.npyio.NpzFile):
    """The arrays in an ``.npz`` file by name, each read when it is asked for.

    As ``numpy.lib.npyio.NpzFile``, with Raptors arrays.
    """

    def __getitem__(self, key):
        try:
            name = self._files[key]
        except KeyError:
            raise KeyError(f"{key} is not a file in the archive") from None
        info = self.zip.getinfo(name)
        self._check(info)
        with self.zip.open(info) as member:
            magic = member.read(len(_npy.PREFIX))
            member.seek(0)
            if magic != _npy.PREFIX:
                return member.read()
            options = (self.allow_pickle, self.pickle_kwargs, self.max_header_size)
            return from_numpy(_npy.read(member, *options, available=info.file_size), {})

    def _check(self, info):
        """ValueError if a member cannot be as large as the archive says."""
        file = self.zip.fp
        here = file.tell()
        end = file.seek(0, os.SEEK_END)
        file.seek(here)
        most = {zipfile.ZIP_STORED: 1, zipfile.ZIP_DEFLATED: _DEFLATED}.get(info.compress_type)
        packed = info.compress_size
        if packed > end or (most is not None and info.file_size > packed * most + _DEFLATED):
            raise ValueError(
                f"{info.filename!r} cannot have the {info.file_size} bytes that the archive "
                f"announces in {packed} bytes"
            )


def load(
    file, mmap_mode=None, allow_pickle=False, fix_imports=True, encoding="ASCII", *,
    max_header_size=_MAX_HEADER,
):  # fmt: skip
    """The array in an ``.npy`` file, or the arrays in an ``.npz`` file by name.

    ``file`` is a path or a file open for reading bytes. With ``mmap_mode`` (``"r"``, ``"r+"`` or
    ``"c"``) the memory of the array is the file's. Nothing is allocated before the file is known to
    be long enough, and pickled objects are refused unless ``allow_pickle``: ValueError. EOFError if
    the file is empty.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> rp.save(file, [1, 2, 3])
    >>> _ = file.seek(0)
    >>> rp.load(file)
    array([1, 2, 3])
    """
    if encoding not in ("ASCII", "latin1", "bytes"):
        raise ValueError("encoding must be 'ASCII', 'latin1', or 'bytes'")
    options = {"encoding": encoding, "fix_imports": fix_imports}
    with contextlib.ExitStack() as stack:
        own = not hasattr(file, "read")
        source = stack.enter_context(open(os.fspath(file), "rb")) if own else file
        magic = source.read(len(_npy.PREFIX))
        if not magic:
            raise EOFError("No data left in file")
        source.seek(-len(magic), os.SEEK_CUR)
        if magic.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            archive = NpzFile(
                source, own, allow_pickle, options, max_header_size=max_header_size
            )
            stack.pop_all()
            return archive
        if magic == _npy.PREFIX:
            if mmap_mode:
                return _npy.mapped(file, mmap_mode, allow_pickle, max_header_size)
            return from_numpy(_npy.read(source, allow_pickle, options, max_header_size), {})
        if not allow_pickle:
            raise ValueError(
                "This file contains pickled (object) data. If you trust the file you can load it "
                "unsafely using the `allow_pickle=` keyword argument or `pickle.load()`."
            )
        try:
            return pickle.load(source, **options)
        except Exception as error:
            message = f"Failed to interpret file {file!r} as a pickle"
            raise pickle.UnpicklingError(message) from error


def save(file, arr, allow_pickle=True):
    """Writes ``arr`` to an ``.npy`` file: a path, which gets that ending, or an open file.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> rp.save(file, rp.ones((2, 2)))
    >>> len(file.getvalue())
    160
    """
    with contextlib.ExitStack() as stack:
        if not hasattr(file, "write"):
            path = os.fspath(file)
            path = path if path.endswith(".npy") else path + ".npy"
            file = stack.enter_context(open(path, "wb"))
        _npy.write(file, arr, allow_pickle)


def _savez(file, args, kwds, compression, allow_pickle):
    arrays = dict(kwds)
    for number, array in enumerate(args):
        name = f"arr_{number}"
        if name in arrays:
            raise ValueError(f"Cannot use un-named variables and keyword {name}")
        arrays[name] = array
    if not hasattr(file, "write"):
        file = os.fspath(file)
        file = file if file.endswith(".npz") else file + ".npz"
    with zipfile.ZipFile(file, "w", compression, allowZip64=True) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                _npy.write(member, array, allow_pickle)


def savez(file, *args, allow_pickle=True, **kwds):
    """Writes arrays to an ``.npz`` file, by their keywords or as ``arr_0``, ``arr_1`` and so on.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> rp.savez(file, [1, 2], x=3.0)
    >>> _ = file.seek(0)
    >>> rp.load(file).files
    ['x', 'arr_0']
    """
    _savez(file, args, kwds, zipfile.ZIP_STORED, allow_pickle)


def savez_compressed(file, *args, allow_pickle=True, **kwds):
    """As ``savez``, compressed.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> rp.savez_compressed(file, x=rp.zeros(1000))
    >>> _ = file.seek(0)
    >>> rp.load(file)["x"].shape
    (1000,)
    """
    _savez(file, args, kwds, zipfile.ZIP_DEFLATED, allow_pickle)
