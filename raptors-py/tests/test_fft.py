"""``rp.fft`` against ``numpy.fft``: all functions, lengths, dtypes, layouts, and the errors."""

import threading

import numpy as np
import pytest
import raptors as rp
from conftest import LAYOUTS, python, values

ONE = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
MANY = ["fftn", "ifftn", "rfftn", "irfftn", "fft2", "ifft2", "rfft2", "irfft2"]
REAL_INPUT = {"rfft", "ihfft", "rfftn", "rfft2"}


def close(got, want, exact=1e-14):
    """Whether ``got`` is ``want`` as nearly as its precision allows."""
    assert isinstance(got, rp.ndarray)
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    got = np.asarray(got)
    if want.size == 0:
        return
    rough = {"f": 1e-6, "F": 1e-6, "e": 1e-2}.get(want.dtype.char, exact)
    assert np.abs(got - want).max() <= rough * max(np.abs(want).max(), 1) * 10


def numbers(dtype, shape):
    """Finite numbers of moderate size."""
    numbers = np.nan_to_num(values(dtype, int(np.prod(shape))), posinf=3, neginf=-3)
    if np.dtype(dtype).kind in "iuf":
        numbers = np.clip(numbers, -100, 100)
    return numbers.reshape(shape)


@pytest.mark.parametrize("name", ONE)
def test_dtypes_and_layouts(name, dtype):
    ours, theirs = getattr(rp.fft, name), getattr(np.fft, name)
    if dtype.startswith("complex") and name in REAL_INPUT:
        for function in (ours, theirs):
            with pytest.raises(TypeError):
                function(np.ones(4, dtype))
        return
    for layout, arrange in LAYOUTS.items():
        a = arrange(numbers(dtype, (6, 5)))
        if a.ndim == 0:
            continue
        for axis in range(-a.ndim, a.ndim):
            for n in (None, 1, 4, 9):
                if a.shape[axis] == 0 and (n is None or name in ("irfft", "hfft")):
                    continue  # NumPy reads beyond such a line's end
                for norm in (None, "backward", "ortho", "forward"):
                    if dtype == "float16":
                        # NumPy rounds the factor to float16.
                        wide = theirs(a.astype("f4"), n, axis, norm)
                        want = wide.astype(theirs(a, n, axis).dtype)
                    else:
                        want = theirs(a, n, axis, norm)
                    close(ours(rp.asarray(a), n, axis, norm), want)


@pytest.mark.parametrize("name", ONE)
def test_every_length(name):
    ours, theirs = getattr(rp.fft, name), getattr(np.fft, name)
    for n in [*range(1, 130), 251, 256, 509, 1000, 1021, 2048, 5003, 6561]:
        for dtype in ("f4", "f8"):
            a = np.random.default_rng(n).normal(size=n + 1).astype(dtype)
            if name not in REAL_INPUT:
                a = a + a[::-1] * np.array(1j, np.result_type(a, 1j))
            close(ours(a[:n], n), theirs(a[:n], n))


@pytest.mark.parametrize("name", MANY)
def test_many_axes(name):
    ours, theirs = getattr(rp.fft, name), getattr(np.fft, name)
    a = np.random.default_rng(1).normal(size=(4, 5, 6))
    if name not in REAL_INPUT:
        a = a + 1j * a[::-1]
    close(ours(a), theirs(a))
    close(ours(a.T), theirs(a.T))
    for axes in [(0, 1), (2, 0), (-1, -2), (1, 1)]:
        for norm in (None, "ortho", "forward"):
            close(ours(a, axes=axes, norm=norm), theirs(a, axes=axes, norm=norm))
            close(ours(a, (3, 7), axes, norm), theirs(a, (3, 7), axes, norm))
            close(ours(a, (-1, 4), axes, norm), theirs(a, (-1, 4), axes, norm))
    for arguments in [((3, 7), None), ((3, None), (0, 1))]:
        if name.endswith("2") and arguments[1] is None:
            continue
        with pytest.warns(DeprecationWarning):
            want = theirs(a, *arguments)
        with pytest.warns(DeprecationWarning):
            close(ours(a, *arguments), want)
    with pytest.raises(ValueError, match="Shape and axes have different lengths"):
        ours(a, (3,), (0, 1))


@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft"])
def test_out(name):
    ours, theirs = getattr(rp.fft, name), getattr(np.fft, name)
    a = np.random.default_rng(2).normal(size=(5, 8))
    if name not in REAL_INPUT:
        a = a + 1j
    for axis in (0, 1):
        want = theirs(a, axis=axis)
        for make in (np.empty, rp.empty):
            for order in "CF":
                out = make(want.shape, want.dtype, order)
                assert ours(a, axis=axis, out=out) is out
                close(rp.asarray(out), want)
        narrow = rp.empty(want.shape, np.result_type(want.real.dtype, want.dtype).char.lower()
                          if want.dtype.kind == "f" else "F")  # fmt: skip
        ours(a, axis=axis, out=narrow)
        np.testing.assert_allclose(np.asarray(narrow), want, rtol=1e-5, atol=1e-5)
        with pytest.raises(ValueError, match="output array has wrong shape"):
            ours(a, axis=axis, out=rp.empty((4, 9), want.dtype))
        with pytest.raises(TypeError):
            ours(a, axis=axis, out=rp.empty(want.shape, int))
    with pytest.raises(TypeError):
        ours(a, out=[1.0])
    locked = rp.empty(theirs(a).shape, theirs(a).dtype)
    locked.setflags(write=False)
    with pytest.raises(ValueError, match="read-only"):
        ours(a, out=locked)


def test_output_that_is_the_input():
    a = np.random.default_rng(3).normal(size=(6, 6)) + 1j
    for axis in (0, 1):
        b = rp.array(a)
        close(rp.fft.fft(b, axis=axis, out=b), np.fft.fft(a, axis=axis))
        b = rp.array(a)
        rp.fft.fft(b[:, ::-1], axis=axis, out=b)
        close(b, np.fft.fft(a[:, ::-1], axis=axis))
    b = rp.array(a)
    close(rp.fft.fftn(b, out=b), np.fft.fftn(a))


def test_imaginary_parts_that_real_numbers_do_not_have():
    half = np.array([1 + 5j, 2 + 1j, 3, 4 + 7j])
    for n in (6, 7, 5, 1, 2):
        close(rp.fft.irfft(half, n), np.fft.irfft(half, n))


@pytest.mark.parametrize("name", ["fftshift", "ifftshift"])
def test_shifts(name, dtype, layout):
    ours, theirs = getattr(rp.fft, name), getattr(np.fft, name)
    a = layout(values(dtype, 30).reshape(6, 5))
    if a.ndim == 0:
        assert ours(rp.asarray(a)).shape == ()
        return
    for axes in (None, 0, -1, (0, 1), (1, 1), [0]):
        np.testing.assert_array_equal(np.asarray(ours(rp.asarray(a), axes)), theirs(a, axes))


def test_frequencies():
    for n in [1, 2, 3, 8, 9]:
        for d in (1.0, 0.3):
            for name in ("fftfreq", "rfftfreq"):
                got = getattr(rp.fft, name)(n, d, device="cpu")
                np.testing.assert_array_equal(np.asarray(got), getattr(np.fft, name)(n, d))
    assert rp.fft.fftfreq(4, dtype=rp.float32).dtype == np.float32
    with pytest.raises(ValueError, match="n should be an integer"):
        rp.fft.fftfreq(2.5)
    with pytest.raises(ValueError, match="Device not understood"):
        rp.fft.rfftfreq(2, device="gpu")


@pytest.mark.parametrize("name", ONE)
def test_errors(name):
    ours = getattr(rp.fft, name)
    for n in (0, -1):
        with pytest.raises(ValueError, match=f"Invalid number of FFT data points \\({n}\\)"):
            ours([1.0, 2.0], n)
    with pytest.raises(ValueError, match="Invalid norm value up"):
        ours([1.0, 2.0, 3.0], norm="up")
    with pytest.raises(IndexError):
        ours([1.0, 2.0], axis=1)
    with pytest.raises(np.exceptions.AxisError):
        ours([1.0, 2.0], 2, axis=1)
    with pytest.raises(IndexError):
        ours(1.0)
    with pytest.raises(TypeError):
        ours([1.0, 2.0], 2.5)
    with pytest.raises((MemoryError, ValueError)):
        ours([1.0, 2.0], 2**60)
    if name in REAL_INPUT:
        with pytest.raises(TypeError):
            ours([1j, 2.0])


def test_threads_and_forks():
    a = np.random.default_rng(4).normal(size=(64, 300))
    want = np.fft.rfft(a)
    wrong = []

    def work(n):
        for length in range(n, n + 40):
            if not np.allclose(rp.fft.rfft(a, 300), want):
                wrong.append(length)
            rp.fft.fft(a, length)

    threads = [threading.Thread(target=work, args=(n,)) for n in (20, 40, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    code, words = python(
        "import os, raptors as rp\n"
        "a = rp.ones((300, 300))\n"
        "rp.fft.fft(a)\n"
        "child = os.fork()\n"
        "assert rp.fft.fft(a, 123).shape == (300, 123)\n"
        "if child: assert os.waitpid(child, 0)[1] == 0\n"
        "else: os._exit(0)"
    )
    assert code == 0, words


def test_numpy_functions_stay_here():
    a = rp.array([1.0, 2.0, 3.0])
    assert isinstance(np.fft.fft(a), rp.ndarray)
    assert {rp.coverage()[f"numpy.fft.{name}"] for name in rp.fft.__all__} == {"native"}


def test_frequencies_of_negative_counts_are_refused():
    for xp in (np, rp):
        with pytest.raises(ValueError):
            xp.fft.fftfreq(-1)
