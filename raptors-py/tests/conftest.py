"""What every law is held over: all dtypes, all layouts, all bit generators."""

import os
import subprocess
import sys

import numpy as np
import pytest
import raptors as rp

DTYPES = [
    "bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
]  # fmt: skip


def values(dtype, size, seed=0):
    """Numbers of all sizes that ``dtype`` holds, special ones among them."""
    rng = np.random.default_rng([seed, size])
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return rng.integers(0, 2, size).astype(bool)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        small = rng.integers(max(info.min, -9), 10, size)
        large = rng.integers(info.min, info.max, size, dtype=dtype, endpoint=True)
        return np.where(rng.random(size) < 0.7, small.astype(dtype), large)
    if dtype.kind == "c":
        real = np.dtype(f"f{dtype.itemsize // 2}")
        parts = [rng.normal(0, 3, size).astype(real) for _ in range(2)]
        return (parts[0] + 1j * parts[1]).astype(dtype)
    result = (rng.normal(0, 1, size) * 10.0 ** rng.integers(-3, 3, size)).astype(dtype)
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0], dtype)
    places = rng.integers(0, max(size, 1), size // 8)
    result[places] = rng.choice(special, len(places))
    return result


def _overlapping(array):
    """Windows on one run: elements that lie in several places of the array."""
    flat = np.ascontiguousarray(array).ravel()
    return np.lib.stride_tricks.sliding_window_view(flat, 3) if flat.size >= 3 else array


LAYOUTS = {
    "c": lambda a: a,
    "fortran": np.asfortranarray,
    "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "rows": lambda a: np.repeat(a, 3, axis=0)[::3],
    "reversed": lambda a: np.ascontiguousarray(a[::-1, ::-1])[::-1, ::-1],
    "broadcast": lambda a: np.broadcast_to(a[:1], a.shape),
    "windows": _overlapping,
    "scalar": lambda a: a[:1, :1].reshape(()),
    "empty": lambda a: a[:0],
    "unaligned": lambda a: _unaligned(a),
}


def _unaligned(array):
    room = np.empty(array.nbytes + 1, np.uint8)
    result = room[1:].view(array.dtype).reshape(array.shape)
    result[...] = array
    return result


@pytest.fixture(params=DTYPES)
def dtype(request):
    """The name of every dtype."""
    return request.param


@pytest.fixture(params=["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def pair(request):
    """A generator of Raptors and one of NumPy in the same state, which must stay the same."""
    kind = getattr(np.random, request.param)
    ours, theirs = rp.random.Generator(kind(7)), np.random.Generator(kind(7))
    yield ours, theirs
    np.testing.assert_equal(ours.bit_generator.state, theirs.bit_generator.state)


@pytest.fixture(params=LAYOUTS)
def layout(request):
    """A function that gives an array the layout."""
    return LAYOUTS[request.param]


def sort(x, axis=-1):
    """`np.sort` by merging: the AVX-512 vectors of NumPy 2.4 misplace float16 where many are equal."""
    return np.sort(x, axis=axis, kind="stable")


def ulps(got, want):
    """The largest distance in units in the last place of ``want``; infinite if NaNs differ."""
    got, want = np.atleast_1d(got), np.atleast_1d(want)
    if want.dtype.kind == "c":
        # Parts are as exact as the whole number.
        scale = np.spacing(np.abs(want).astype(want.real.dtype))
        same = (got == want) | (np.isnan(got) & np.isnan(want))
        with np.errstate(all="ignore"):
            error = np.where(same, 0, np.abs(got - want) / scale)
        return np.max(np.where(np.isnan(error), np.inf, error), initial=0)
    same = (got == want) | (np.isnan(got) & np.isnan(want))
    with np.errstate(all="ignore"):
        wide = np.float64 if want.dtype.itemsize < 8 else np.longdouble
        error = np.abs(got.astype(wide) - want.astype(wide)) / np.abs(np.spacing(want).astype(wide))
    error = np.where(same, 0, error)
    return np.max(np.where(np.isnan(error), np.inf, error), initial=0)


def python(code, **environment):
    """Runs ``code`` in a fresh interpreter; gives the exit code and what it wrote."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr
