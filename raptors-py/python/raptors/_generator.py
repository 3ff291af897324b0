"""``rp.random.Generator``: numbers drawn natively, bit for bit NumPy's."""

from __future__ import annotations

import operator

import numpy as np

from ._raptors import _random, arange, asarray, empty, ndarray
from ._delegating import delegating
from ._distributions import by_laws
from ._integers import integers

_INIT = np.random.Generator.__init__
_FLOAT64 = np.float64
_FLOATS = {np.dtype(np.float64), np.dtype(np.float32)}
_random.learn(np.random.PCG64(0).capsule)


def _checked_output(out, dtype, size):
    """The Raptors array over the memory of ``out``."""
    numpy = out.__array__() if type(out) is ndarray else out
    if not isinstance(numpy, np.ndarray):
        raise TypeError(f"Cannot convert {type(out).__name__} to numpy.ndarray")
    flags = numpy.flags
    if not (flags.forc and flags.aligned and flags.writeable and numpy.dtype.isnative):
        raise ValueError(
            "Supplied output array must be contiguous, writable, aligned, and in machine "
            "byte-order."
        )
    if numpy.dtype != dtype:
        raise TypeError(
            f"Supplied output array has the wrong type. Expected {dtype}, got {numpy.dtype}"
        )
    if size is not None:
        wanted = tuple(size) if hasattr(size, "__iter__") else (size,)
        if wanted != numpy.shape:
            raise ValueError("size must match out.shape when used together")
    return out if type(out) is ndarray else asarray(numpy)


def _weights(p, count):
    """Probabilities as a contiguous array of float64, checked as NumPy checks them."""
    len(p)
    precision = np.sqrt(np.finfo(np.float64).eps)
    dtype = getattr(p, "dtype", None)
    if isinstance(dtype, np.dtype) and dtype.kind == "f":
        precision = max(precision, np.sqrt(np.finfo(dtype).eps))
    p = asarray(p, np.float64, "C")
    if p.ndim != 1:
        raise ValueError("p must be 1-dimensional")
    if p.size != count:
        raise ValueError("a and p must have same size")
    total = float(p.sum())
    if np.isnan(total):
        raise ValueError("Probabilities contain NaN")
    if (p < 0).any():
        raise ValueError("Probabilities are not non-negative")
    if abs(total - 1.0) > precision:
        raise ValueError(
            "Probabilities do not sum to 1. See Notes section of docstring for more information."
        )
    return p


@delegating
@by_laws
class Generator(np.random.Generator):
    """Random numbers from a bit generator of NumPy's, whose stream and state it shares.

    Equal bit generators in equal states give the numbers that ``numpy.random.Generator`` gives.
    Arrays are Raptors arrays. Distributions that are not defined here run in NumPy.

    Examples
    --------
    >>> rp.random.Generator(rp.random.PCG64(12345)).random(2)
    array([0.22733602, 0.31675834])
    """

    __slots__ = ("_capsule", "_lock", "_theirs")

    def __init__(self, bit_generator):
        _INIT(self, bit_generator)
        self._capsule = bit_generator.capsule
        self._lock = bit_generator.lock

    @property
    def _numpy(self):
        """NumPy's generator on the same bit generator, made once it is needed."""
        try:
            return self._theirs
        except AttributeError:
            self._theirs = np.random.Generator(self.bit_generator)
            return self._theirs

    def __reduce__(self):
        return Generator, (self.bit_generator,)

    def spawn(self, n_children):
        """New generators whose streams are independent of this one's."""
        return [type(self)(child.bit_generator) for child in self._numpy.spawn(n_children)]

    def _draw(self, name, distribution, size, dtype, out):
        if dtype is _FLOAT64 and out is None:
            if size is None:
                with self._lock:
                    return _random.one(self._capsule, distribution)
            target = empty(size)
            with self._lock:
                _random.fill(self._capsule, distribution, target)
            return target
        dtype = np.dtype(dtype)
        if dtype not in _FLOATS:
            raise TypeError(f"Unsupported dtype {dtype!r} for {name}")
        scalar = size is None and out is None
        if out is None:
            target = empty(() if scalar else size, dtype)
        else:
            target = _checked_output(out, dtype, size)
        with self._lock:
            _random.fill(self._capsule, distribution, target)
        return target.item() if scalar else target if out is None else out

    def random(self, size=None, dtype=np.float64, out=None):
        """Numbers from 0 up to 1, without 1, of float64 or float32.

        Examples
        --------
        >>> rp.random.default_rng(1).random(3)
        array([0.51182162, 0.9504637 , 0.14415961])
        """
        return self._draw("random", "uniform", size, dtype, out)

    def standard_normal(self, size=None, dtype=np.float64, out=None):
        """Normally distributed numbers with mean 0 and variance 1, of float64 or float32.

        Examples
        --------
        >>> rp.random.default_rng(1).standard_normal(3)
        array([0.34558419, 0.82161814, 0.33043708])
        """
        return self._draw("standard_normal", "normal", size, dtype, out)

    def standard_exponential(self, size=None, dtype=np.float64, method="zig", out=None):
        """Exponentially distributed numbers with mean 1, of float64 or float32.

        ``method`` is ``"zig"`` for the ziggurat or ``"inv"`` for the inverse of the distribution.

        Examples
        --------
        >>> rp.random.default_rng(1).standard_exponential(3)
        array([1.07302903, 0.30845314, 5.37543687])
        """
        distribution = "exponential" if method == "zig" else "exponential_inverse"
        return self._draw("standard_exponential", distribution, size, dtype, out)

    def integers(self, low, high=None, size=None, dtype=np.int64, endpoint=False):
        """Integers from ``low`` up to ``high``, without it unless ``endpoint``.

        From 0 up to ``low`` where ``high`` is missing. ValueError if there is no such integer, or
        if ``dtype``, of any integer type or bool, does not hold the bounds.

        Examples
        --------
        >>> rp.random.default_rng(1).integers(1, 6, 5, endpoint=True)
        array([3, 4, 5, 6, 1])
        """
        return integers(self, low, high, size, dtype, endpoint)

    def bytes(self, length):
        """``length`` random bytes.

        Examples
        --------
        >>> rp.random.default_rng(1).bytes(3)
        b'\\xff\\xe4"'
        """
        # As NumPy divides: one word is drawn for no bytes.
        count = (length - 1) // 4 + 1 if length > 0 else 1 - (1 - length) // 4
        words = self.integers(0, 1 << 32, count, np.uint32)
        return words.__array__().astype("<u4").tobytes()[:length]

    def shuffle(self, x, axis=0):
        """Brings the parts of ``x`` along ``axis`` into random order, in place.

        ``x`` is an array, or a list or another mutable sequence. ValueError if it is read-only.

        Examples
        --------
        >>> x = rp.arange(5)
        >>> rp.random.default_rng(1).shuffle(x)
        >>> x
        array([4, 0, 1, 2, 3])
        """
        if type(x) is np.ndarray and x.ndim and type(asarray_or_none(x)) is ndarray:
            x = asarray(x)
        if type(x) is not ndarray:
            return self._numpy.shuffle(x, axis)
        len(x)
        with self._lock:
            _random.shuffle(self._capsule, x, operator.index(axis), False)

    def permutation(self, x, axis=0):
        """The parts of ``x`` along ``axis`` in random order; the integers below a number ``x``.

        Examples
        --------
        >>> rp.random.default_rng(1).permutation(5)
        array([4, 0, 1, 2, 3])
        """
        if isinstance(x, (int, np.integer)):
            x = arange(x)
            self.shuffle(x)
            return x
        given, x = x, asarray_or_none(x)
        if x is None:
            return self._numpy.permutation(given, axis)
        axis = np.lib.array_utils.normalize_axis_index(axis, x.ndim)
        if x.ndim == 1:
            x = x.copy()
            self.shuffle(x)
            return x
        return x.take(self.permutation(x.shape[axis]), axis)

    def permuted(self, x, *, axis=None, out=None):
        """``x`` with every line along ``axis`` in a random order of its own; in ``out`` if given.

        Without an axis, all elements in random order.

        Examples
        --------
        >>> rp.random.default_rng(1).permuted([[1, 2, 3], [4, 5, 6]], axis=1)
        array([[1, 2, 3],
               [6, 4, 5]])
        """
        x = asarray(x)
        if out is None:
            result = out = x.copy("K")
        else:
            if type(out) not in (ndarray, np.ndarray):
                raise TypeError("out must be a numpy array")
            result = asarray(out)
            if not out.flags.writeable:
                raise ValueError("out is read-only")
            if result.shape != x.shape:
                raise ValueError("out must have the same shape as x")
            if not np.can_cast(x.dtype, result.dtype, "safe"):
                raise TypeError(
                    f"Cannot cast array data from {x.dtype!r} to {result.dtype!r} according to "
                    "the rule 'safe'"
                )
            result[...] = x
        if axis is not None:
            with self._lock:
                _random.shuffle(self._capsule, result, operator.index(axis), True)
        elif result.ndim < 2:
            self.shuffle(result)
        elif result.flags.c_contiguous or result.flags.f_contiguous:
            self.shuffle((result if result.flags.c_contiguous else result.T).reshape(-1))
        else:
            copy = result.copy("C")
            self.shuffle(copy.reshape(-1))
            result[...] = copy
        return out

    def choice(self, a, size=None, replace=True, p=None, axis=0, shuffle=True):
        """Parts of ``a`` along ``axis``, or integers below a number ``a``, drawn at random.

        ``replace`` says whether one part may be drawn twice, ``p`` how probable each is; without
        replacement, the order is random only with ``shuffle``. ValueError if there are too few.

        Examples
        --------
        >>> rp.random.default_rng(1).choice([10, 20, 30], 5)
        array([20, 20, 30, 30, 10])
        >>> rp.random.default_rng(1).choice(5, 3, replace=False)
        array([2, 1, 3])
        """
        given, a = a, asarray_or_none(a)
        if a is None:
            return self._numpy.choice(given, size, replace, p, axis, shuffle)
        empty_size = size is not None and np.prod(size, dtype=np.intp) == 0
        if a.ndim == 0:
            try:
                count = operator.index(a.item())
            except TypeError:
                message = f"a must be a sequence or an integer, not {type(given)}"
                raise ValueError(message) from None
            if count <= 0 and not empty_size:
                raise ValueError("a must be a positive integer unless no samples are taken")
        else:
            count = a.shape[axis]
            if count == 0 and not empty_size:
                raise ValueError("a cannot be empty unless no samples are taken")
        weights = None if p is None else _weights(p, count)
        places = self._places(count, size, replace, weights, shuffle)
        if a.ndim == 0:
            return places.item() if size is None else places
        return a.take(places, axis)

    def _places(self, count, shape, replace, weights, shuffle):
        """Places below ``count``, as an array of ``shape``, or one of them."""
        if replace and weights is None:
            return asarray(self.integers(0, count, shape))
        if replace:
            return _random.pick(weights, asarray(self.random(shape)))
        size = 1 if shape is None else int(np.prod(shape, dtype=np.intp))
        shape = () if shape is None else shape
        if size > count:
            message = "Cannot take a larger sample than population when replace is False"
            raise ValueError(message)
        if size < 0:
            raise ValueError("negative dimensions are not allowed")
        if weights is not None:
            if int((weights > 0).sum()) < size:
                raise ValueError("Fewer non-zero entries in p than size")
            with self._lock:
                return _random.choose_weighted(self._capsule, weights, size).reshape(shape)
        with self._lock:
            return _random.choose(self._capsule, count, size, bool(shuffle)).reshape(shape)


def asarray_or_none(value):
    """``value`` as an array; ``None`` where only NumPy has its dtype."""
    try:
        return asarray(value)
    except TypeError:
        return None
