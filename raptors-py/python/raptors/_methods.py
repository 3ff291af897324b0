"""What ``ndarray`` has from Python: operators, and what runs in NumPy on the same memory."""

from __future__ import annotations

import functools
import operator

import numpy as np

from . import _forwarding, _memory, _moments, _numbers, _pickling, _protocols, _raptors, _refusals
from ._delegate import call, from_numpy, notice, to_numpy
from ._protocols import is_ours
from ._raptors import ndarray


def _method(name: str, original):
    @functools.wraps(original)
    def method(self, *args, **kwargs):
        notice(f"numpy.ndarray.{name}")
        return call(original, (self, *args), kwargs)

    method._delegated = True
    return method


def _attribute(name: str, original):
    def get(self):
        return from_numpy(getattr(self.__array__(), name), {})

    def set(self, value):
        setattr(self.__array__(), name, to_numpy(value, {}))

    get._delegated = True
    return property(get, set, doc=original.__doc__)


_BINARY = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "divmod": "divmod",
    "pow": "power",
    "lshift": "left_shift",
    "rshift": "right_shift",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
}
_UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}


def _operators(name: str, ufunc_name: str):
    """The methods behind one operator. Version-specific builds put C functions in their slots."""

    def forward(self, other, /):
        return _raptors._binary(ufunc_name, self, other)

    def reflected(self, other, /):
        return _raptors._binary(ufunc_name, other, self)

    def in_place(self, other, /):
        return _raptors._in_place(ufunc_name, self, other)

    setattr(ndarray, f"__{name}__", forward)
    setattr(ndarray, f"__r{name}__", reflected)
    if name != "divmod":
        setattr(ndarray, f"__i{name}__", in_place)


def _unary_operator(name: str, ufunc_name: str):
    def method(self):
        return _raptors._unary(ufunc_name, self)

    setattr(ndarray, f"__{name}__", method)


def _matmul_in_place(self, other, /):
    alike = type(other) is ndarray and self.dtype == other.dtype and self.ndim == other.ndim == 2
    if alike and self.flags.writeable and other.shape == (self.shape[1],) * 2:
        self[...] = _raptors.matmul(self, other)
        return self
    from ._gufuncs import matmul

    last = (-1,) if self.ndim == 1 else (-2, -1)
    try:
        return matmul(self, other, out=self, axes=[last, (-2, -1), last])
    except np.exceptions.AxisError:
        raise ValueError(
            "inplace matrix multiplication requires the first operand to have at least one and the second at "
            "least two dimensions."
        ) from None


def _numpy_ufunc(ufunc_object):
    """NumPy's ufunc of that name."""
    own = getattr(np, ufunc_object.__name__, None)
    if not isinstance(own, np.ufunc):
        name = ufunc_object.__name__
        raise TypeError(
            f"ufunc {name!r} not supported for the input types, and NumPy has no such ufunc"
        )
    return own


def _delegate_ufunc(own, method, args, kwargs):
    """A ufunc where Raptors has no loop, or an operand is another library's."""
    kwargs = kwargs or {}
    theirs = getattr(_numpy_ufunc(own), method)
    out = kwargs.get("out", ())
    others = (*args, *(out if isinstance(out, tuple) else (out,)))
    if not all(is_ours(value) for value in others):
        return theirs(*args, **kwargs)
    # NumPy's subclasses, such as masked arrays, have loops of their own.
    known = all(type(value) is np.ndarray or not isinstance(value, np.ndarray) for value in args)
    if method == "__call__" and known:
        _refusals.refuse(theirs, args[: own.nin], kwargs)
        result = _refusals.otherwise(own, args, kwargs)
        if result is not NotImplemented:
            return result
    notice(f"numpy.{own.__name__}")
    return call(theirs, args, kwargs)


def _delegate_function(name, args, kwargs):
    """A function of NumPy, or a method of one of its ufuncs, such as ``add.reduce``."""
    theirs = functools.reduce(getattr, name.split("."), np)
    native = type(args[0]) is ndarray
    if native and name in ("mean", "var", "std"):
        return _moments.moment(name, *args, **kwargs)
    if native and "." in name:
        extra = ([0],) if name.endswith(".reduceat") else ()
        _refusals.refuse(lambda a, **options: theirs(a, *extra, **options), args[:1], kwargs, (2,))
    notice(f"numpy.{name}")
    return call(theirs, args, kwargs)


def _operator(name, a, b):
    """An operator with an operand that Raptors does not know: whose turn is it?"""
    for value in (a, b):
        if type(value) is ndarray or type(value) is np.ndarray:
            continue
        override = getattr(type(value), "__array_ufunc__", _missing)
        priority = getattr(value, "__array_priority__", 0.0)
        if override is None or (override is _missing and value is b and priority > 1.0):
            return NotImplemented
        if override is not _missing and not is_ours(value):
            # NumPy asks it, whether or not it has operators of its own.
            return getattr(np, name)(a, b)
    if name in _COMPARISONS:
        # Unlike the ufuncs, the operators find what cannot be compared not equal.
        return call(_COMPARISONS[name], (a, b), {})
    if name in _raptors.ufuncs and is_ours(a) and is_ours(b):
        _refusals.refuse(getattr(np, name), (a, b), {})
        result = _refusals.otherwise(_raptors.ufuncs[name], (a, b), {})
        if result is not NotImplemented:
            return result
    notice(f"numpy.{name}")
    return call(getattr(np, name), (a, b), {})


_COMPARISONS = {
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
}
_missing = object()


def _in_place_operator(name, a, b):
    """An operator in place with an operand that Raptors does not know."""
    override = getattr(type(b), "__array_ufunc__", _missing)
    if override is None:
        # NumPy's error: only ``a op b`` gives way.
        return getattr(np, name)(a, b, out=a)
    if not is_ours(b):
        # What overrides ufuncs is asked with the output, and its answer takes the place of ``a``.
        return NotImplemented if override is _missing else getattr(np, name)(a, b, out=(a,))
    notice(f"numpy.{name}")
    call(getattr(np, name), (a, b), {"out": a})
    return a


def _into_output(result, out):
    """Writes ``result`` to ``out`` as a ufunc does: same shape, casts within a kind."""
    if out.shape != result.shape:
        raise ValueError(
            f"operands could not be broadcast together with remapped shapes: output {out.shape}, "
            f"result {result.shape}"
        )
    np.copyto(out, result, casting="same_kind")
    return out


def _astype(self, dtype):
    """A copy of a type that only NumPy has, as a NumPy array."""
    notice("numpy.ndarray.astype")
    return self.__array__().astype(dtype)


def _astype_of_same_value(self, dtype, order, copy):
    """A copy of another type, or an error where a value would not be the same."""
    notice("numpy.ndarray.astype")
    order = "K" if order is None else order
    return call(np.ndarray.astype, (self, dtype, order, "same_value"), {"copy": copy})


def _install() -> None:
    for name, ufunc_name in _BINARY.items():
        _operators(name, ufunc_name)
    for name, ufunc_name in _UNARY.items():
        _unary_operator(name, ufunc_name)
    ndarray.__matmul__ = lambda self, other, /: _raptors.matmul(self, other)
    ndarray.__rmatmul__ = lambda self, other, /: _raptors.matmul(other, self)
    ndarray.__imatmul__ = _matmul_in_place
    for part in _forwarding, _memory, _numbers, _pickling, _protocols:
        part.install()
    for name in dir(np.ndarray):
        original = getattr(np.ndarray, name)
        if name.startswith("_") or name in vars(ndarray):
            continue
        make = _method if callable(original) else _attribute
        setattr(ndarray, name, make(name, original))
    ndarray.__class_getitem__ = classmethod(type(list[int]))


_install()
if hasattr(_raptors, "install_slots"):
    _raptors.install_slots()
