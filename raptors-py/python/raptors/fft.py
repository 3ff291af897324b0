"""Discrete Fourier transforms, of any length and number of axes: ``numpy.fft``."""

from __future__ import annotations

import itertools
import operator
import warnings

import numpy as np

from . import _raptors
from ._delegate import module as _module
from ._raptors import _fft, arange, asarray, empty, ndarray

__all__ = [
    "fft", "fft2", "fftfreq", "fftn", "fftshift", "hfft", "ifft", "ifft2", "ifftn", "ifftshift",
    "ihfft", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftfreq", "rfftn",
]  # fmt: skip


def fft(a, n=None, axis=-1, norm=None, out=None):
    """The discrete Fourier transform of the lines of ``a`` along ``axis``, with ``n`` points.

    Lines are cut to ``n`` or padded with zeros. ``norm`` says what is divided by the number of
    points: the ``"backward"`` transform, the ``"forward"`` one, or each (``"ortho"``) by its root.
    float16, float32 and complex64 give complex64, everything else complex128. ValueError if ``n``
    is less than one, AxisError if there is no such axis.

    Examples
    --------
    >>> rp.fft.fft([1, 2, 3, 4])
    array([10.+0.j, -2.+2.j, -2.+0.j, -2.-2.j])
    """
    return _fft.fft(a, n, axis, norm, out)


def ifft(a, n=None, axis=-1, norm=None, out=None):
    """The inverse of ``fft``: the numbers whose transform ``a`` is, along ``axis``.

    Arguments, dtypes and errors are those of ``fft``.

    Examples
    --------
    >>> rp.fft.ifft([10, -2 + 2j, -2, -2 - 2j])
    array([1.+0.j, 2.+0.j, 3.+0.j, 4.+0.j])
    """
    return _fft.ifft(a, n, axis, norm, out)


def rfft(a, n=None, axis=-1, norm=None, out=None):
    """The first ``n // 2 + 1`` numbers of the transform of real ``a``: the others mirror them.

    TypeError if ``a`` is complex.

    Examples
    --------
    >>> rp.fft.rfft([1, 2, 3, 4])
    array([10.+0.j, -2.+2.j, -2.+0.j])
    """
    return _fft.rfft(a, n, axis, norm, out)


def irfft(a, n=None, axis=-1, norm=None, out=None):
    """The ``n`` real numbers whose ``rfft`` is ``a``; by default twice the length of ``a`` less 2.

    Imaginary parts that the transform of real numbers does not have are ignored: of the first
    number, and of the last where ``n`` is even.

    Examples
    --------
    >>> rp.fft.irfft([10, -2 + 2j, -2])
    array([1., 2., 3., 4.])
    """
    return _fft.irfft(a, n, axis, norm, out)


_SWAPPED = {"backward": "forward", None: "forward", "ortho": "ortho", "forward": "backward"}


def _swapped(norm):
    try:
        return _SWAPPED[norm]
    except KeyError:
        message = f'Invalid norm value {norm}; should be "backward", "ortho" or "forward".'
        raise ValueError(message) from None


def hfft(a, n=None, axis=-1, norm=None, out=None):
    """The transform of a signal with Hermitian symmetry, of which ``a`` is the first half: real.

    ``n`` is the length of the result, ``2 * (m - 1)`` for ``m`` numbers unless given. The rest is
    as for ``irfft``.

    Examples
    --------
    >>> rp.fft.hfft([1, 2, 3])
    array([ 8., -2.,  0., -2.])
    """
    a = asarray(a)
    if n is None:
        n = (a.shape[axis] - 1) * 2
    return _fft.irfft(_raptors.ufuncs["conjugate"](a), n, axis, _swapped(norm), out)


def ihfft(a, n=None, axis=-1, norm=None, out=None):
    """The inverse of ``hfft``: the first half of the signal whose transform is real ``a``.

    ``n`` numbers of ``a`` are used, and ``n // 2 + 1`` given. The rest is as for ``rfft``.

    Examples
    --------
    >>> rp.fft.ihfft([8.0, -2.0, 0.0, -2.0]).real
    array([1., 2., 3.])
    """
    a = asarray(a)
    if n is None:
        n = a.shape[axis]
    out = _fft.rfft(a, n, axis, _swapped(norm), out)
    return _raptors.ufuncs["conjugate"](out, out=out)


def _points_and_axes(a, s, axes, half=False):
    """The numbers of points and the axes that a call means; ``half`` for a half spectrum."""
    given = s is not None
    if given:
        s = list(s)
    else:
        s = list(a.shape) if axes is None else [a.shape[axis] for axis in axes]
    if axes is None:
        if given:
            message = (
                "`axes` should not be `None` if `s` is not `None` (Deprecated in NumPy 2.0). "
                "Pass a sequence [0, ..., k-1] to `axes` for an array of dimension k."
            )
            warnings.warn(message, DeprecationWarning, stacklevel=4)
        axes = range(-len(s), 0)
    axes = list(axes)
    if len(s) != len(axes):
        raise ValueError("Shape and axes have different lengths.")
    if half and not given:
        s[-1] = (a.shape[axes[-1]] - 1) * 2
    if None in s:
        message = (
            "Passing an array containing `None` values to `s` is deprecated in NumPy 2.0 and will "
            "raise an error in a future version of NumPy."
        )
        warnings.warn(message, DeprecationWarning, stacklevel=4)
    return [a.shape[axis] if n == -1 else n for n, axis in zip(s, axes)], axes


def _over_axes(transform, a, s, axes, norm, out):
    a = asarray(a)
    s, axes = _points_and_axes(a, s, axes)
    for n, axis in zip(reversed(s), reversed(axes)):
        a = transform(a, n, axis, norm, out)
    return a


def fftn(a, s=None, axes=None, norm=None, out=None):
    """The transform of ``a`` over several axes: all unless ``axes`` names them.

    ``s`` has the number of points for each of ``axes``; -1 is the length of the axis. ValueError
    if the two differ in length.

    Examples
    --------
    >>> rp.fft.fftn([[1, 2], [3, 4]])
    array([[10.+0.j, -2.+0.j],
           [-4.+0.j,  0.+0.j]])
    """
    return _over_axes(_fft.fft, a, s, axes, norm, out)


def ifftn(a, s=None, axes=None, norm=None, out=None):
    """The inverse of ``fftn``.

    Examples
    --------
    >>> rp.fft.ifftn([[10, -2], [-4, 0]])
    array([[1.+0.j, 2.+0.j],
           [3.+0.j, 4.+0.j]])
    """
    return _over_axes(_fft.ifft, a, s, axes, norm, out)


def fft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    """The transform of ``a`` over two axes, by default the last.

    Examples
    --------
    >>> rp.fft.fft2([[1, 2], [3, 4]]).real
    array([[10., -2.],
           [-4.,  0.]])
    """
    return _over_axes(_fft.fft, a, s, axes, norm, out)


def ifft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    """The inverse of ``fft2``.

    Examples
    --------
    >>> rp.fft.ifft2([[10, -2], [-4, 0]]).real
    array([[1., 2.],
           [3., 4.]])
    """
    return _over_axes(_fft.ifft, a, s, axes, norm, out)


def _rfftn(a, s, axes, norm, out):
    a = asarray(a)
    s, axes = _points_and_axes(a, s, axes)
    a = _fft.rfft(a, s[-1], axes[-1], norm, out)
    for n, axis in zip(s[-2::-1], axes[-2::-1]):
        a = _fft.fft(a, n, axis, norm, out)
    return a


def _irfftn(a, s, axes, norm, out):
    a = asarray(a)
    s, axes = _points_and_axes(a, s, axes, half=True)
    for n, axis in zip(s[:-1], axes[:-1]):
        a = _fft.ifft(a, n, axis, norm)
    return _fft.irfft(a, s[-1], axes[-1], norm, out)


def rfftn(a, s=None, axes=None, norm=None, out=None):
    """The transform of real ``a`` over several axes: of the last of them only the first half.

    Examples
    --------
    >>> rp.fft.rfftn(rp.ones((2, 4))).real
    array([[8., 0., 0.],
           [0., 0., 0.]])
    """
    return _rfftn(a, s, axes, norm, out)


def irfftn(a, s=None, axes=None, norm=None, out=None):
    """The inverse of ``rfftn``; ``s`` must say where the last axis had an odd length.

    Examples
    --------
    >>> rp.fft.irfftn([[8, 0, 0], [0, 0, 0]])
    array([[1., 1., 1., 1.],
           [1., 1., 1., 1.]])
    """
    return _irfftn(a, s, axes, norm, out)


def rfft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    """The transform of real ``a`` over two axes, by default the last.

    Examples
    --------
    >>> rp.fft.rfft2([[1, 2], [3, 4]]).real
    array([[10., -2.],
           [-4.,  0.]])
    """
    return _rfftn(a, s, axes, norm, out)


def irfft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    """The inverse of ``rfft2``.

    Examples
    --------
    >>> rp.fft.irfft2([[10, -2], [-4, 0]])
    array([[1., 2.],
           [3., 4.]])
    """
    return _irfftn(a, s, axes, norm, out)


def _rolled(x, axes, amount):
    """``x`` with what is ``amount(length)`` places before the end of each axis moved to its start."""
    x = asarray(x)
    if axes is None:
        axes = range(x.ndim)
    elif not isinstance(axes, (tuple, list)):
        axes = [operator.index(axes)]
    amounts = {}
    for axis in axes:
        n = x.shape[axis]
        axis = operator.index(axis) % x.ndim
        amounts[axis] = (amounts.get(axis, 0) + amount(n)) % max(n, 1)
    result = empty(x.shape, x.dtype)
    parts = []
    for axis, n in enumerate(x.shape):
        k = amounts.get(axis, 0)
        whole = [(slice(k, None), slice(None, n - k))]
        parts.append(whole + [(slice(None, k), slice(n - k, None))] if k else whole)
    for places in itertools.product(*parts):
        result[tuple(to for to, _ in places)] = x[tuple(source for _, source in places)]
    return result


def fftshift(x, axes=None):
    """A copy of ``x`` with the zero frequency in the middle of each axis, or of those in ``axes``.

    Examples
    --------
    >>> rp.fft.fftshift(rp.fft.fftfreq(5, 0.2))
    array([-2., -1.,  0.,  1.,  2.])
    """
    return _rolled(x, axes, lambda n: n // 2)


def ifftshift(x, axes=None):
    """The inverse of ``fftshift``, from which it differs where a length is odd.

    Examples
    --------
    >>> rp.fft.ifftshift([-2.0, -1.0, 0.0, 1.0, 2.0])
    array([ 0.,  1.,  2., -2., -1.])
    """
    return _rolled(x, axes, lambda n: -(n // 2))


def _count(n):
    """``n``, which is an integer, perhaps as an array without axes."""
    n = n.item() if isinstance(n, ndarray) and n.ndim == 0 and n.dtype.kind in "iu" else n
    if not isinstance(n, (int, np.integer)):
        raise ValueError("n should be an integer")
    return n


def _frequencies(n, d, dtype, device, start, stop):
    if device not in (None, "cpu"):
        raise ValueError(f'Device not understood. Only "cpu" is allowed, but received: {device}')
    steps = arange(start, stop, dtype=np.float64) * (1.0 / (n * d))
    return steps if dtype is None else asarray(steps, dtype)


def fftfreq(n, d=1.0, device=None, *, dtype=None):
    """The frequencies of the ``n`` numbers that ``fft`` gives, for samples ``d`` apart.

    Examples
    --------
    >>> rp.fft.fftfreq(4)
    array([ 0.  ,  0.25, -0.5 , -0.25])
    """
    n = _count(n)
    if n < 0 or n is True:
        # What is no length has its words there.
        _raptors.empty(n)
    half = (n - 1) // 2 + 1
    upper = _frequencies(n, d, dtype, device, 0, half)
    lower = _frequencies(n, d, dtype, device, -(n // 2), 0)
    return _raptors.concatenate((upper, lower))


def rfftfreq(n, d=1.0, device=None, *, dtype=None):
    """The frequencies of the ``n // 2 + 1`` numbers that ``rfft`` gives, for samples ``d`` apart.

    Examples
    --------
    >>> rp.fft.rfftfreq(4)
    array([0.  , 0.25, 0.5 ])
    """
    n = _count(n)
    return _frequencies(n, d, dtype, device, 0, n // 2 + 1)


__getattr__, __dir__ = _module("numpy.fft", globals())
