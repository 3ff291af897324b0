"""Functions of neural networks, under ``jax.nn``'s names.

Every row of the ufunc table that NumPy does not have is here too, as a ufunc.
"""

from __future__ import annotations

from . import _raptors
from ._raptors import _nn, asarray

softmax = _nn.softmax
log_softmax = _nn.log_softmax
logsumexp = _nn.logsumexp
standardize = _nn.standardize
norm_l1 = _nn.norm_l1
norm_l2 = _nn.norm_l2
norm_linf = _nn.norm_linf

globals().update(
    (name, ufunc) for name, ufunc in _raptors.ufuncs.items() if ufunc._namespace == "nn"
)


def layer_norm(x, weight=None, bias=None, axis=-1, epsilon=1e-5):
    """``x`` standardized along ``axis``, times ``weight``, plus ``bias``.

    Both broadcast against ``x``. ``epsilon`` is added to the variance before its root is taken.

    Examples
    --------
    >>> rp.nn.layer_norm([1.0, 3.0], weight=[1.0, 2.0], bias=0.5, epsilon=0)
    array([-0.5,  2.5])
    """
    result = standardize(x, axis, epsilon)
    if weight is not None:
        result = result * weight
    return result if bias is None else result + bias


def normalize(x, axis=-1, epsilon=1e-12):
    """``x`` divided by its 2-norm along ``axis``, which counts as at least ``epsilon``.

    Examples
    --------
    >>> rp.nn.normalize([[3.0, 4.0], [0.0, 0.0]])
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    x = asarray(x)
    norm = _raptors.ufuncs["sqrt"]((x * x).sum(axis, keepdims=True))
    return x / _raptors.ufuncs["maximum"](norm, epsilon)


def minmax_normalize(x, axis=None):
    """``x`` moved and scaled so that its least element along ``axis`` is 0 and its greatest 1.

    Over the whole array unless ``axis`` is given. NaN where all elements are equal.

    Examples
    --------
    >>> rp.nn.minmax_normalize([1.0, 2.0, 5.0])
    array([0.  , 0.25, 1.  ])
    """
    x = asarray(x)
    low = x.min(axis, keepdims=True)
    return (x - low) / (x.max(axis, keepdims=True) - low)


def zscore(x, axis=None, ddof=0):
    """How many standard deviations each element of ``x`` is from the mean along ``axis``.

    Over the whole array unless ``axis`` is given. ``ddof`` is subtracted from the number of
    elements that the variance is divided by. NaN where all elements are equal.

    Examples
    --------
    >>> rp.nn.zscore([[1.0, 3.0], [10.0, 30.0]], axis=1)
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    x = asarray(x)
    return (x - x.mean(axis, keepdims=True)) / x.std(axis, ddof=ddof, keepdims=True)


def one_hot(x, num_classes, *, dtype=None):
    """Rows of zeros with a one at the place that each element of ``x`` names.

    The result has one axis more than ``x``, of length ``num_classes``, and is float64 unless
    ``dtype`` is given. Numbers that name no class give rows of zeros.

    Examples
    --------
    >>> rp.nn.one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    from . import arange, float64

    places = arange(num_classes)
    return (asarray(x)[..., None] == places).astype(float64 if dtype is None else dtype)


def embedding(indices, table):
    """The rows of ``table`` that ``indices`` name, in new memory.

    The result has the shape of ``indices`` followed by that of a row. ``IndexError`` for rows that
    there are not.

    Examples
    --------
    >>> rp.nn.embedding([1, 1, 0], [[1, 2], [3, 4]])
    array([[3, 4],
           [3, 4],
           [1, 2]])
    """
    from . import take

    return take(table, indices, axis=0)


def _with_default(name, argument, default, least):
    """The ufunc of two inputs called ``name``, the second a parameter with a default."""
    ufunc = _raptors.ufuncs[name]

    def function(x, parameter=default, **kwargs):
        return ufunc(x, parameter, **kwargs)

    function.__name__ = function.__qualname__ = name
    _, summary, *_ = ufunc.__doc__.split("\n\n")
    function.__doc__ = (
        f"{summary.strip()}\n\n``{argument}`` is {default} unless given. Options as ufuncs take them.\n\n"
        f"Examples\n--------\n>>> rp.nn.{name}([-1.0, 2.0]).tolist()\n[{least}..., 2.0]\n"
    )
    function.ufunc = ufunc
    return function


for _name, _argument, _default, _least in (
    ("leaky_relu", "negative_slope", 0.01, "-0.01"),
    ("elu", "alpha", 1.0, "-0.632"),
    ("celu", "alpha", 1.0, "-0.632"),
):
    if _name in _raptors.ufuncs and _raptors.ufuncs[_name].nin == 2:
        globals()[_name] = _with_default(_name, _argument, _default, _least)
