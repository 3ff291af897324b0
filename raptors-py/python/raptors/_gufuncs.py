"""Products of vectors and matrices as ufuncs with a signature: matmul, vecdot, matvec, vecmat."""

from __future__ import annotations

import inspect
import operator

import numpy as np
from numpy.exceptions import AxisError
from numpy.lib.array_utils import normalize_axis_index

from . import _raptors
from ._delegate import call, notice
from ._options import check_order, check_rule
from ._protocols import is_ours
from ._raptors import asarray, ndarray

__all__ = ["matmul", "matvec", "vecdot", "vecmat"]


class gufunc:
    """A ufunc over vectors or matrices: the last axes of its operands, or those that ``axes`` names."""

    nin, nout, nargs, identity = 2, 1, 3, None

    def __init__(self, name, signature, core, doc):
        self.__name__ = self.__qualname__ = name
        self.__module__ = "raptors"
        self.__doc__ = doc
        self.signature = signature
        self._core = core
        inputs, output = signature.split("->")
        self._names = [
            tuple(filter(None, part.split(","))) for part in (*inputs[1:-1].split("),("), output[1:-1])
        ]
        theirs = getattr(np, name, None)
        self.types = [kinds for kinds in getattr(theirs, "types", ()) if kinds[0] not in "gGOmM"]
        self.ntypes = len(self.types)

    @property
    def __signature__(self):
        """What ``inspect.signature`` gives."""
        return inspect.signature(_called)

    def __repr__(self):
        return f"<ufunc '{self.__name__}'>"

    def __reduce__(self):
        return self.__name__

    def __call__(self, *args, **kwargs):
        if not kwargs and len(args) == 2:
            x, y = args
            if type(x) is type(y) is ndarray:
                # The cores check their operands themselves, and so does the C function in front of this one.
                return self._core(x, y)
        name = self.__name__
        if not 2 <= len(args) <= 3:
            verb = "was" if len(args) == 1 else "were"
            raise TypeError(
                f"{name}() takes from 2 to 3 positional arguments but {len(args)} {verb} given"
            )
        x, y, *out = args
        if out and "out" in kwargs:
            raise TypeError("cannot specify 'out' as both a positional and keyword argument")
        if not all(map(is_ours, (*args, kwargs.get("out")))):
            # NumPy's ufunc asks the operand of another library.
            return getattr(np, name)(*args, **kwargs)
        out = out[0] if out else kwargs.pop("out", None)
        return self._with(x, y, out, **self._known(kwargs))

    def _known(self, kwargs):
        known = {"axes", "axis", "keepdims", "dtype", "casting", "order", "subok", "signature", "sig"}
        for key in kwargs:
            if key not in known:
                raise TypeError(f"{self.__name__}() got an unexpected keyword argument '{key}'")
        if kwargs.get("axes", ()) is None:
            raise TypeError("axes should be a list.")
        return kwargs

    def _with(
        self, x, y, out, axes=None, axis=None, keepdims=False, dtype=None, casting="same_kind",
        order="K", subok=True, signature=None, sig=None,
    ):  # fmt: skip
        if isinstance(out, tuple):
            if len(out) != 1:
                raise ValueError("The 'out' tuple must have exactly one entry per ufunc output")
            out = out[0]
            if out is Ellipsis:
                raise TypeError("must use `...` as `out=...` and not per-operand/in a tuple")
        out = None if out is Ellipsis else out
        signature = sig if signature is None else signature
        x, y = (value if isinstance(value, ndarray) else np.asarray(value) for value in (x, y))
        if any(value.dtype.char in "gGOmMSUV" for value in (x, y)) or signature is not None:
            return self._delegate((x, y), out, axes, axis, keepdims, dtype, casting, signature)
        x, y = asarray(x), asarray(y)
        dtype = None if dtype is None else np.dtype(dtype)
        self._check_output(out)
        check_order(order)
        check_rule(casting)
        if not isinstance(subok, bool):
            raise TypeError("'subok' must be a boolean")
        if dtype is not None:
            x, y = (self._cast(i, value, dtype, casting) for i, value in enumerate((x, y)))
        self._check_output_cast(np.result_type(x.dtype, y.dtype), out, casting)
        self._check_options(axes, axis, keepdims)
        self._check_dimensions(x, y)
        places = self._places(axes, axis, keepdims, (x, y))
        x, y = (_last(value, place) for value, place in zip((x, y), places))
        self._check(x, y)
        result = self._core(x, y)
        place = places[2]
        if keepdims:
            result = _raptors.expand_dims(result, place[0])
        elif place is not None and len(place) > 0:
            place = [normalize_axis_index(axis, result.ndim) for axis in place]
            last = tuple(range(result.ndim - len(place), result.ndim))
            result = _raptors.moveaxis(result, last, tuple(place))
        if order in ("C", "F"):
            result = result.copy(order)
        return result if out is None else self._into(out, result)

    def _check_options(self, axes, axis, keepdims):
        name, inputs = self.__name__, self._names[:2]
        distinct = {letter for names in self._names for letter in names}
        if axis is not None and axes is not None:
            raise TypeError("cannot specify both 'axis' and 'axes'")
        if axis is not None and len(distinct) != 1:
            raise TypeError(
                f"{name}: axis can only be used with a single shared core dimension, not with the "
                f"{len(distinct)} distinct ones implied by signature {self.signature}."
            )
        if keepdims and (self._names[2] or len(inputs[0]) != len(inputs[1])):
            what = (
                f"output 0 to have {len(self._names[2])} core dimensions"
                if self._names[2]
                else "inputs with different numbers of core dimensions"
            )
            raise TypeError(
                f"{name} does not support keepdims: its signature {self.signature} requires {what}, "
                "but keepdims can only be used when all inputs have the same number of core "
                "dimensions and all outputs have no core dimensions."
            )

    def _places(self, axes, axis, keepdims, operands):
        """Which axes of the operands and the result are the core ones; ``None`` for the last."""
        if axis is not None:
            axis = operator.index(axis)
            places = [(normalize_axis_index(axis, value.ndim),) for value in operands]
            return [*places, (axis,) if keepdims or self._names[2] else ()]
        if axes is None:
            return [None, None, (-1,) if keepdims else None]
        if not isinstance(axes, list):
            raise TypeError("axes should be a list.")
        if len(axes) == 2 and not self._names[2]:
            axes = [*axes, axes[0] if keepdims else ()]
        if len(axes) != 3:
            raise ValueError(
                "axes should be a list with an entry for all 3 inputs and outputs; entries for "
                "outputs can only be omitted if none of them has core axes."
            )
        places = []
        # A vector lacks the axes that need not be there, and the result lacks them too.
        lacking = {
            name
            for value, names in zip(operands, self._names)
            for name in names
            if name.endswith("?") and value.ndim < len(names)
        }
        for i, (item, names) in enumerate(zip(axes, self._names)):
            count = 1 if keepdims else len(set(names) - lacking)
            if not isinstance(item, tuple):
                if count != 1:
                    raise AxisError(
                        f"{self.__name__}: operand {i} has {count} core dimensions, but the axes item "
                        "is a single integer."
                    )
                item = (item,)
            if len(item) != count:
                raise AxisError(
                    f"{self.__name__}: operand {i} has {count} core dimensions, but {len(item)} "
                    "dimensions are specified by axes tuple."
                )
            item = tuple(operator.index(axis) for axis in item)
            if i < 2:
                item = tuple(normalize_axis_index(axis, operands[i].ndim) for axis in item)
                if len(set(item)) != len(item):
                    raise ValueError(f"axes item {i} has value {item[-1]} repeated")
            places.append(item)
        return places

    def _check_dimensions(self, x, y):
        """Raises NumPy's error where an operand has fewer axes than the signature names."""
        for i, (value, names) in enumerate(zip((x, y), self._names)):
            needed = sum(not name.endswith("?") for name in names)
            if value.ndim < needed:
                raise ValueError(
                    f"{self.__name__}: Input operand {i} does not have enough dimensions (has "
                    f"{value.ndim}, gufunc core with signature {self.signature} requires {needed})"
                )

    def _check(self, x, y):
        """Raises NumPy's error where the last axes do not fit together."""
        sizes = {}
        for i, (value, names) in enumerate(zip((x, y), self._names)):
            if value.ndim < len(names):
                names = tuple(name for name in names if not name.endswith("?"))
            for k, (name, size) in enumerate(zip(names, value.shape[value.ndim - len(names) :])):
                if sizes.setdefault(name, size) != size:
                    raise ValueError(
                        f"{self.__name__}: Input operand {i} has a mismatch in its core dimension {k}, "
                        f"with gufunc signature {self.signature} (size {size} is different from "
                        f"{sizes[name]})"
                    )

    def _cast(self, i, value, dtype, casting):
        if not np.can_cast(value.dtype, dtype, casting):
            error = np._core._exceptions._UFuncInputCastingError
            raise error(self, casting, value.dtype, dtype, i)
        return value.astype(dtype, copy=False)

    def _check_output(self, out):
        if out is None:
            return
        if not isinstance(out, ndarray | np.ndarray):
            raise TypeError("return arrays must be of ArrayType")
        if not out.flags.writeable:
            raise ValueError("output array is read-only")

    def _check_output_cast(self, dtype, out, casting):
        if out is not None and not np.can_cast(dtype, out.dtype, casting):
            error = np._core._exceptions._UFuncOutputCastingError
            raise error(self, casting, dtype, out.dtype, 0)

    def _into(self, out, result):
        count = min(len(self._names[2]), result.ndim, out.ndim)
        core, given = (value.shape[value.ndim - count :] for value in (result, out))
        for k, (wanted, size) in enumerate(zip(core, given)):
            if wanted != size:
                raise ValueError(
                    f"{self.__name__}: Output operand 0 has a mismatch in its core dimension {k}, with "
                    f"gufunc signature {self.signature} (size {size} is different from {wanted})"
                )
        if any(n != 1 for n in result.shape[: max(result.ndim - out.ndim, 0)]):
            raise ValueError(
                "output operand requires a reduction along dimension -1, but the reduction is not enabled. The "
                "dimension size of 1 does not match the expected output shape."
            )
        if np.broadcast_shapes(out.shape, result.shape) != out.shape:
            raise ValueError(
                f"non-broadcastable output operand with shape {_tight(out.shape)} doesn't match the "
                f"broadcast shape {_tight(result.shape)}"
            )
        out[...] = result
        return out

    def _delegate(self, args, out, axes, axis, keepdims, dtype, casting, signature):
        notice(f"numpy.{self.__name__}")
        options = {"out": out, "axes": axes, "axis": axis, "dtype": dtype, "signature": signature}
        options = {key: value for key, value in options.items() if value is not None}
        if keepdims:
            options["keepdims"] = True
        return call(getattr(np, self.__name__), args, {**options, "casting": casting})

    def reduce(self, *args, **kwargs):
        """Raises ``RuntimeError``: a ufunc with a signature reduces nothing."""
        raise RuntimeError("Reduction not defined on ufunc with signature")

    accumulate = reduceat = reduce

    def outer(self, *args, **kwargs):
        """Raises ``TypeError``: there are no single elements to pair."""
        raise TypeError("method outer is not allowed in ufunc with non-trivial signature")

    def at(self, *args, **kwargs):
        """Raises ``TypeError``: there are no single elements to change."""
        name = self.__name__
        raise TypeError(
            f"{name}.at does not support ufunc with non-trivial signature: {name} has signature "
            f"{self.signature}."
        )


if hasattr(_raptors, "_shortened"):
    gufunc.__call__ = _raptors._shortened("gufunc.__call__", gufunc.__call__)


def _called(
    x1, x2, /, out=None, *, axes=np._NoValue, axis=np._NoValue, keepdims=False, casting="same_kind",
    order="K", dtype=None, subok=True, signature=None,
):  # fmt: skip
    """Has the arguments of every ufunc here."""


def _tight(shape):
    return str(shape).replace(" ", "")


def _last(value, place):
    """A view with the axes ``place`` at the end."""
    if place is None:
        return value
    return _raptors.moveaxis(value, place, tuple(range(value.ndim - len(place), value.ndim)))


_OPTIONS = "/, out=None, *, casting='same_kind', order='K', dtype=None, subok=True"

matmul = gufunc(
    "matmul", "(n?,k),(k,m?)->(n?,m?)", _raptors.matmul,
    f"""matmul(x1, x2, {_OPTIONS}[, signature, axes, axis])

    The matrix product of the last two axes; other axes are broadcast. A vector counts as a row on
    the left and as a column on the right.

    Raises
    ------
    ValueError
        If an operand has no axes, or the rows of ``x1`` are not as long as the columns of ``x2``.

    Examples
    --------
    >>> rp.matmul([[1, 2], [3, 4]], [1, 1])
    array([3, 7])
    """,
)  # fmt: skip
vecdot = gufunc(
    "vecdot", "(n),(n)->()", _raptors._vecdot,
    f"""vecdot(x1, x2, {_OPTIONS}[, signature, axes, axis, keepdims])

    The sums of the products of the last axes, ``x1`` conjugated; other axes are broadcast.

    Raises
    ------
    ValueError
        If an operand has no axes, or the last axes have other lengths.

    Examples
    --------
    >>> rp.vecdot([[1, 2], [3, 4]], [1, 1])
    array([3, 7])
    """,
)  # fmt: skip
matvec = gufunc(
    "matvec", "(m,n),(n)->(m)", _raptors._matvec,
    f"""matvec(x1, x2, {_OPTIONS}[, signature, axes, axis])

    The products of the matrices ``x1`` with the vectors ``x2``; other axes are broadcast.

    Raises
    ------
    ValueError
        If ``x1`` has no two axes, or its rows are not as long as the vectors.

    Examples
    --------
    >>> rp.matvec([[1, 2], [3, 4]], [[1, 0], [0, 1]])
    array([[1, 3],
           [2, 4]])
    """,
)  # fmt: skip
vecmat = gufunc(
    "vecmat", "(n),(n,m)->(m)", _raptors._vecmat,
    f"""vecmat(x1, x2, {_OPTIONS}[, signature, axes, axis])

    The products of the vectors ``x1``, conjugated, with the matrices ``x2``; other axes are broadcast.

    Raises
    ------
    ValueError
        If ``x2`` has no two axes, or its columns are not as long as the vectors.

    Examples
    --------
    >>> rp.vecmat([1, 1], [[1, 2], [3, 4]])
    array([4, 6])
    """,
)  # fmt: skip
