"""Options that few programs give: decimals beyond all powers of ten, outputs of other dtypes, margins of numbers
that do not fit, products of pairs on a path. Outcomes are NumPy's."""

import numpy as np
import pytest
from test_refusals import outcome

import raptors as rp

ROUNDED = [
    f"xp.array([[1.2345, 2.5, -3.567], [100.0, 0.0, 7.25]]).astype({dtype!r}){view}.round({decimals})"
    for dtype in ("?", "i1", "u1", "i8", "f2", "f4", "f8", "c8", "c16")
    for view, decimals in (
        ("", 400), ("", -400), (".T", 400), (".T", -1), ("", -30), ("", 30), ("", 309), ("", 5), ("", -5), ("[0, 0]", -1),
        ("[0, 0]", 400), ("", 2**31), ("", 1.5), ("", "1, xp.zeros((2, 3))"), ("", "-1, xp.zeros((2, 3))"),
        ("", "0, xp.zeros((2, 3), 'i4')"), ("", "-1, xp.zeros((2, 3), 'i4')"), ("", "1, xp.zeros(5)"),
        ("", "2, xp.zeros((2, 3), 'c16')"),
    )
]  # fmt: skip
PADDED = [
    f"xp.pad(xp.ones(2, {dtype!r}), 1, constant_values={value})" for dtype in ("?", "i4", "i8", "u8", "f4")
    for value in ("2**63", "(-1, 2**40)", "300", "1.5", "[[2**40, 1]]")
]  # fmt: skip
MEANS = [
    f"xp.{name}(xp.array([[1, nan, 3], [4, 5, nan]], 'f4'), axis=0, out=xp.zeros(3, {dtype!r}))"
    for name in ("nanmean", "nanvar", "nanstd") for dtype in ("f4", "f8", "c16")
]  # fmt: skip
PAIRS = [
    f"xp.einsum({call}, optimize=True)"
    for call in (
        "'ij,ij->ij', b, b", "'ij,kj,kl->il', b, b, b", "'ij,ij->', b, b", "'i,j->ji', a, a",
        *(f"'ij,kj->{output}', b, b * 0.5, out=xp.zeros((2, 2), {dtype!r})" for output in ("ik", "ki") for dtype in ("u1", "f4")),
        "'ij,ij->ij', b, b * 0.5, out=xp.zeros((2, 3), 'u1')", "'ij->', b * 0.5, out=xp.zeros((), 'u1')",
        "'ij,kj->ik', b, b, order='C'", "'ij,kj->ik', b, b, order='F'", "'ij,kj->ik', b, b, dtype='f4'",
    )
]  # fmt: skip


@pytest.mark.parametrize("expression", [*ROUNDED, *PADDED, *MEANS, *PAIRS])
def test_outcomes_are_numpys(expression):
    assert outcome(expression, rp) == outcome(expression, np)
