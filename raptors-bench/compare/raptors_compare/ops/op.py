"""What an operation is: the code that is timed, on what, and how exact the answer must be."""

from __future__ import annotations

from dataclasses import dataclass

# Kinds of element types, by NumPy's `dtype.kind`.
FLOATS = "f"
REALS = "fiu"
NUMBERS = "fiuc"
INEXACT = "fc"
ANY = "fiucb"

Shape = tuple[int, ...]

SIGNED = (-2.0, 2.0)

# The operands that code may name; what they are stands in `operands.py`.
OPERANDS = (
    "x", "y", "z", "row", "column", "s", "mask", "out", "other", "index", "keys", "counts", "rng",
)  # fmt: skip


@dataclass(frozen=True)
class Op:
    """One operation. `code` is the expression that is timed; in it, `xp` is the module, `x`, `y`
    and `z` are arrays of the cell's shape, `row` and `column` are what broadcasts along an axis,
    `s` is a Python number and `mask` an array of truth values; see `operands.py` for the others."""

    name: str
    code: str
    family: str
    kinds: str = REALS
    # The only element types of those kinds that the code takes; all where there are none.
    dtypes: tuple[str, ...] = ()
    # What a NumPy user writes where NumPy has no function of that name.
    numpy: str = ""
    # What a PyTorch user writes where it differs from `code`; "-" where there is nothing.
    torch: str = ""
    # Where `code` is a statement: the expression that shows what it has done.
    shows: str = ""
    # Values lie between these bounds; zero is never among them.
    domain: tuple[float, float] = (0.5, 1.5)
    # Whether whole numbers come from the dtype's whole range, not from the few next to zero.
    wide: bool = False
    # Allowed difference from NumPy in units of the result's precision, relative to the element;
    # for reductions and compositions, which round in another order, to the largest element.
    tolerance: float = 0
    to_largest: bool = False
    # The numbers of dimensions that the code takes; any where there are none.
    ndim: tuple[int, ...] = ()
    # Shapes of its own in place of the suite's, and the most elements that the suite's may have.
    shapes: tuple[Shape, ...] = ()
    most: int = 1 << 40
    # A product's cell has the shape (m, k, n), or (batch, m, k, n): x is m × k, y is k × n.
    product: bool = False
    # Whether it is a ufunc of the subject's, for which a fitting domain is looked for.
    ufunc: bool = False
    # Whether NumPy already runs at the memory's speed where the operands fit a middle cache.
    parity: bool = False

    @property
    def operands(self) -> list[str]:
        """The operands that the code names."""
        text = f"{self.code} {self.numpy} {self.shows}"
        words = set("".join(c if c.isalnum() or c == "_" else " " for c in text).split())
        return [name for name in OPERANDS if name in words]
