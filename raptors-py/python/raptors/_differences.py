"""Where Raptors' results or errors are not NumPy's, and why."""

from __future__ import annotations

# True of every function.
EVERYWHERE = (
    "Full reductions and integer indexing give 0-dimensional Raptors arrays, as the array API asks, "
    "where NumPy gives scalars; `float()`, `int()`, `.item()`, `format()` and `operator.index` take them.",
    "Arrays hold bool, (unsigned) integers of 8 to 64 bits, float16, float32, float64, complex64 and "
    "complex128. Objects, strings, dates, records and long doubles stay in NumPy arrays: Raptors says so "
    "with a `TypeError`, and functions that it delegates give NumPy's arrays of them.",
    "`raptors.ndarray` cannot be subclassed, and subclasses of `numpy.ndarray` are taken as plain arrays.",
    "Results do not depend on the number of threads, on the memory layout or on the instruction set.",
    "Sums over other axes than the last add blocks of rows pairwise, which is more accurate than NumPy's.",
)

# How single names differ.
DIFFERENCES = {
    "numpy.ndarray.dump": "the pickle holds a Raptors array",
    "numpy.ndarray.dumps": "the pickle holds a Raptors array",
}
