"""Where Raptors' results or errors are not NumPy's, and why."""

from __future__ import annotations

import numpy as np

# True of every function.
EVERYWHERE = (
    "Full reductions and integer indexing give 0-dimensional Raptors arrays, as the array API asks, "
    "where NumPy gives scalars. `float()`, `int()`, `.item()`, `format()` and `operator.index` take them; "
    "they are read-only, hash as their numbers, and are no instances of `float` or of `numpy.generic`. "
    "Warnings name the operation as for arrays, and integers wrap around without one.",
    "Arrays hold bool, (unsigned) integers of 8 to 64 bits, float16, float32, float64, complex64 and "
    "complex128, in the machine's order of bytes. Objects, strings, dates, records and long doubles stay "
    "in NumPy arrays: Raptors says so with a `TypeError`. Functions that it delegates give NumPy's arrays "
    "of them, as do ufuncs, sorting, searching, sets, `take` and others that leave such arguments to NumPy.",
    "`raptors.ndarray` is no `numpy.ndarray` and cannot be subclassed; `raptors.ufunc` is no "
    "`numpy.ufunc` and has no `resolve_dtypes`. Subclasses of `numpy.ndarray` are taken as plain arrays, "
    "whatever `subok` says; operators leave them to NumPy.",
    "Dtypes, scalar types, `errstate`, print options, `nditer`, `ndindex`, `broadcast` and `poly1d` are "
    "NumPy's own: what is set in one library holds in the other. `finfo` and `iinfo` are Raptors' "
    "classes, whose numbers are `float` and `int`.",
    "Results do not depend on the number of threads, nor, but for the last bits of `einsum`, on the memory "
    "layout. With and without the fused "
    "multiply-add of newer processors, functions such as `exp` and dot products differ in the last bits.",
    "Functions such as `exp` and `sin`, Fourier transforms, matrix products and decompositions are about as "
    "exact as NumPy's, but round otherwise: the last bits and the signs of zeros may differ.",
    "Sums of contiguous numbers equal NumPy's bit for bit; sums over other axes than the last add blocks "
    "of rows pairwise, which is more accurate than NumPy's.",
)

_SIGNS = "vectors are as good as NumPy's but may have other signs or phases"
_NOT_FINITE = "where the input has infinities or NaN, other elements of the result may be NaN"
_REFUSED = "`LinAlgError` where the input has infinities or NaN, which NumPy may let pass"
_SORTED = "values come in ascending order, NaN last, also where NumPy leaves the order open"
_UNORDERED = "the order of the elements on either side of the `kth` may be another"
_DESCENDING = "also takes the array API's `descending`; every `kind` is stable"
_DOANE = "`bins='doane'` of float16 is computed in float64, so there may be more bins"
_GLOBAL = "runs on NumPy's global state, so that `numpy.random.seed` counts"
_ORDER = "multiplied in another order, so the last bits may differ"
_COMPLEX_MEAN = "the last bits of means of complex64 may differ"
_ONLY_NUMPY = "dtypes that only NumPy has give a NumPy array"

# How single names differ.
DIFFERENCES = {
    "numpy.argpartition": _UNORDERED,
    "numpy.argsort": f"{_DESCENDING}, so indices of equal elements ascend",
    "numpy.asanyarray": "gives plain arrays also of subclasses",
    "numpy.broadcast_arrays": "results that repeat elements are read-only; in NumPy not yet, with a warning",
    "numpy.broadcast_to": "there is no `subok`",
    "numpy.einsum": "the path may be another, so the last bits may differ",
    "numpy.fromfile": "also reads files in memory; text (a `sep` that is not empty) is read by NumPy",
    "numpy.fromstring": "`sep` must be given: text is all that it reads",
    "numpy.histogram": _DOANE,
    "numpy.histogram_bin_edges": _DOANE,
    "numpy.interp": "other results where `xp` does not ascend, which are meaningless in NumPy too",
    "numpy.isin": "`kind` is checked, but the way and the memory it takes do not depend on it",
    "numpy.linspace": "the step that `retstep` gives is a Python float",
    "numpy.load": (
        "a mapped file is a Raptors array without `flush` and `filename`; changes are in the file when "
        "the array is gone; `mmap_mode='w+'` is a `ValueError`"
    ),
    "numpy.mean": _COMPLEX_MEAN,
    "numpy.partition": _UNORDERED,
    "numpy.percentile": "`IndexError` for an empty array has other words",
    "numpy.polyadd": "`poly1d` is NumPy's class, and gives one",
    "numpy.polyfit": "the rank that `full=True` gives is a Python int",
    "numpy.prod": _ORDER,
    "numpy.quantile": "`IndexError` for an empty array has other words",
    "numpy.show_config": "prints what Raptors was built with and runs on",
    "numpy.sort": _DESCENDING,
    "numpy.unique": f"with `sorted=False` too, {_SORTED}",
    "numpy.unique_values": _SORTED,
    "numpy.unstack": "takes lists too",
    "numpy.fft.fftfreq": "also takes the array API's `dtype`",
    "numpy.fft.rfftfreq": "also takes the array API's `dtype`",
    "numpy.linalg.cholesky": _REFUSED,
    "numpy.linalg.eig": (
        f"{_SIGNS}; as in NumPy, and unlike the array API, real where all eigenvalues are"
    ),
    "numpy.linalg.eigh": f"{_SIGNS}; {_REFUSED}",
    "numpy.linalg.eigvals": "as in NumPy, and unlike the array API, real where all eigenvalues are",
    "numpy.linalg.eigvalsh": _REFUSED,
    "numpy.linalg.inv": _NOT_FINITE,
    "numpy.linalg.lstsq": "the rank is a Python int",
    "numpy.linalg.pinv": _NOT_FINITE,
    "numpy.linalg.qr": f"{_SIGNS}; {_NOT_FINITE}",
    "numpy.linalg.slogdet": "the sign is NaN where the input has infinities or NaN",
    "numpy.linalg.svd": f"{_SIGNS}; {_NOT_FINITE}",
    "numpy.ndarray.astype": _ONLY_NUMPY,
    "numpy.ndarray.dump": "the pickle holds a Raptors array",
    "numpy.ndarray.dumps": "the pickle holds a Raptors array",
    "numpy.ndarray.argpartition": _UNORDERED,
    "numpy.ndarray.argsort": "every `kind` is stable, so indices of equal elements ascend",
    "numpy.ndarray.flat": "floats as indices are errors, where NumPy warns of them",
    "numpy.ndarray.mean": _COMPLEX_MEAN,
    "numpy.ndarray.partition": _UNORDERED,
    "numpy.ndarray.prod": _ORDER,
    "numpy.ndarray.sort": "every `kind` is stable",
    "numpy.ndarray.tofile": "text (a `sep` that is not empty) is written by NumPy",
    "numpy.ndarray.view": f"{_ONLY_NUMPY}, as does `type=numpy.ndarray`",
    "numpy.random.default_rng": (
        "a `raptors.random.Generator`, a subclass of NumPy's with the same streams; on processors where "
        "NumPy's compiler fuses products and sums such as `loc + scale * x`, the last bits of numbers "
        "that are made by them differ"
    ),
} | {
    f"numpy.random.{name}": _GLOBAL
    for name, value in vars(np.random).items()
    if isinstance(getattr(value, "__self__", None), np.random.RandomState)
}
