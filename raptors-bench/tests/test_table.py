"""The tables of ops and suites hold together."""

import numpy as np
import pytest
from raptors_compare.goals import GOALS, reached
from raptors_compare.operands import operands, values
from raptors_compare.ops import BY_NAME, OPS
from raptors_compare.run import answer
from raptors_compare.sides import numpy_side
from raptors_compare.suites import (
    DTYPES, EVERY, LAYOUTS, SIZES, SUITES, Cell, cells, parse_shape, takes,
)  # fmt: skip


def test_names_are_unique():
    assert len(BY_NAME) == len(OPS)


@pytest.mark.parametrize("suite", SUITES)
def test_suites_name_ops_dtypes_and_layouts_that_exist(suite):
    found = cells(SUITES[suite], BY_NAME, [1])
    for block in SUITES[suite].blocks:
        ops = set(BY_NAME) if block.ops == EVERY else set(block.ops)
        assert ops <= set(BY_NAME)
        assert set(block.dtypes) <= set(DTYPES)
        assert set(block.layouts) <= set(LAYOUTS)
        assert ops <= {cell.op for cell in found}
    assert len({cell.key for cell in found}) == len(found)


def test_the_full_suite_varies_everything():
    found = cells(SUITES["full"], BY_NAME, [1], most=2)
    assert len({cell.op for cell in found}) >= 100
    assert {cell.shape for cell in found} >= set(SIZES)
    assert {cell.layout for cell in found} == set(LAYOUTS)
    assert {cell.threads for cell in found} == {1, 2}
    assert {(cell.live, cell.together) for cell in found} == {(0, False), (8, False), (8, True)}
    assert {cell.dtype for cell in found} >= set(DTYPES) - {"int16", "uint16", "uint32", "uint64"}


def test_goals_have_cells_in_the_full_suite():
    found = cells(SUITES["full"], BY_NAME, [1], most=2)
    rows = [
        {"op": c.op, "family": BY_NAME[c.op].family, "shape": c.shape, "dtype": c.dtype,
         "live": c.live, "together": c.together, "bytes": c.bytes, "ratio": 1.0}
        for c in found
    ]  # fmt: skip
    # sin and cos are ufuncs, which join when the subject is imported.
    rows.append({**rows[0], "op": "sin", "dtype": "float64"})
    assert {goal["name"] for goal in reached(rows)} == {goal.name for goal in GOALS}


def test_suite_2d_has_36_cells():
    assert len(cells(SUITES["2d"], BY_NAME, [1])) == 36


def test_suite_vector_has_every_vector_op_at_five_sizes():
    found = cells(SUITES["vector"], BY_NAME, [1])
    assert len(found) == 26 * 5 * 2


SMALL = [
    Cell(op.name, shape, dtype, layout, 1, 0)
    for op in OPS
    for shape in op.shapes[:1] or [(6, 4), (10,), (4, 3, 6)]
    for dtype in ("bool", "int32", "float64", "complex64")
    for layout in LAYOUTS
    if takes(op, shape, dtype, layout)
]


@pytest.mark.parametrize("cell", SMALL, ids=lambda cell: cell.key)
def test_numpy_answers_every_op(cell):
    op = BY_NAME[cell.op]
    result, _ = answer(numpy_side(), op, operands(op, cell, 0))
    for part in result if isinstance(result, tuple) else (result,):
        assert np.isfinite(part).all()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_have_the_shape_and_lie_as_they_say(layout):
    given = operands(BY_NAME["add"], Cell("add", (3, 4), "float32", layout, 1, 0), 0)
    assert {array.shape for array in given.values()} == {(3, 4)}
    strides = {
        "contiguous": (16, 4), "strided": (32, 8), "reversed": (16, -4), "transposed": (4, 12)
    }  # fmt: skip
    assert given["x"].strides == strides[layout]
    assert given["y"].strides == ((16, 4) if layout == "transposed" else strides[layout])


def test_operands_are_random_but_repeat():
    cell = Cell("add", (1000,), "float32", "contiguous", 1, 0)
    one, same, other = (operands(BY_NAME["add"], cell, seed)["x"] for seed in (0, 0, 1))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert one.ctypes.data % 64 == 0


@pytest.mark.parametrize("dtype", [name for name in DTYPES if name != "bool"])
def test_no_value_is_zero(dtype):
    drawn = values(np.random.default_rng(0), (5000,), dtype, (-2.0, 2.0))
    assert drawn.dtype == dtype
    assert drawn.all()


def test_parity_cells_are_plain_passes_over_the_middle_caches():
    scale, add_row = BY_NAME["scale"], BY_NAME["broadcast_add"]
    cell = Cell("scale", (512, 512), "float32", "contiguous", 1, 0)
    assert cell.parity(scale)
    assert not cell.parity(add_row)
    assert not Cell("scale", (2048, 2048), "float32", "contiguous", 1, 0).parity(scale)
    assert not Cell("scale", (512, 512), "float32", "contiguous", 2, 0).parity(scale)
    assert not Cell("scale", (512, 512), "float32", "strided", 1, 0).parity(scale)


def test_shapes_are_read_as_they_are_written():
    assert parse_shape("512x512") == (512, 512)
    assert parse_shape("10K") == (10_000,)
    for wrong in ("", "x", "0", "-3", "12x", "1e3", "9" * 30):
        with pytest.raises(ValueError, match="is no shape"):
            parse_shape(wrong)
