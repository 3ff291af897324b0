"""Malformed calls: which error is told first, its class and its words are NumPy's."""

import numpy as np
import pytest
from test_refusals import outcome

import raptors as rp

SHAPES = [
    f"xp.{call}"
    for shape in (
        "{2: 1}", "{2}", "{}", "{1: 2}.values()", "object", "np.float64(2)", "(1,) * 65", "(2, True)", "'ab'", "None", "1j",
        "(1.5,)", "2**63", "[2**70]", "(2, 'a')", "range(2)", "bytearray(2)", "(np.True_,)", "xp.array(2.0)",
    )
    for call in (f"zeros({shape})", f"full({shape}, 1)", f"reshape(xp.arange(2), {shape})")
] + [
    "xp.zeros(-1, 'x')", "xp.zeros('a', 'x')", "xp.zeros(-1, order='X')", "xp.ones(-1, int, 'X')", "xp.empty(3, int, 5)",
    "xp.full(-1, 1, 'x')", "xp.zeros_like(a, shape=-1, order='X')", "xp.empty_like(a, 'x', shape='a')", "xp.zeros_like(a, shape={2})",
    "xp.eye(-1)", "xp.eye(3, k='a')", "xp.eye(3, k=1.5)", "xp.eye(3, k=3.5)", "xp.eye(3, k=None)", "xp.eye(2.0)", "xp.identity(-1)",
    "do(lambda x: x.resize(-1), xp.arange(3))", "do(lambda x: x.resize('x'), xp.arange(3))", "do(lambda x: x.resize({2}), xp.arange(3))",
    "xp.broadcast_to(a, -1)", "xp.broadcast_to(a, (2, -3))", "xp.broadcast_to(a, 'a')", "xp.broadcast_to(a, ())",
    "xp.broadcast_to(a, None)", "xp.broadcast_to(a, 1.5)", "xp.broadcast_to(a, [[2]])", "xp.broadcast_to(a, {})",
    "b.reshape(6, copy='x')", "b.T.reshape(6, copy=0)", "b.transpose({1: 2, 0: 1})",
]  # fmt: skip
AXES = [
    f"xp.{name}(b, axis={axis})"
    for name in ("sum", "mean", "std", "argmax", "cumsum", "add.reduce", "add.accumulate", "squeeze")
    for axis in ("2**31", "-2**70", "1.0", "np.float64(0)", "'a'", "[0]", "(0, 'a')", "(5, 'a')", "(0, 0)", "(1.5,)", "(True,)", "()", "{}")
] + [
    "xp.add.accumulate(b, (0,))", "xp.add.accumulate(b, (0, 1))", "xp.add.reduceat(b, [0], (0,))", "xp.add.reduceat(b, [0], ())",
    "xp.array(5).squeeze([0])", "xp.array(5).squeeze((0,))",
    "xp.sin.reduce(a, [0])", "xp.divmod.reduce(c, axis=(0, 1))", "xp.sin.accumulate(c, None)", "xp.add.outer(a)", "xp.sin.outer(a, a)",
    "xp.take(b, 'x', 2**31)", "xp.repeat(b, 2, 2**31)", "xp.cumulative_sum(b, axis=(0, 0))",
]  # fmt: skip
OUTPUTS = [
    "xp.zeros(2, int)", "xp.zeros(1)", "xp.zeros(0)", "xp.zeros((1, 3))", "xp.zeros((2, 3))", "xp.zeros((3, 2))", "xp.zeros(())", "locked", "5",
    "(xp.zeros(3),)", "()", "(None,)", "(locked,)", "[0, 0, 0]", "xp.zeros(3, '?')",
]  # fmt: skip
REDUCED = [
    *(f"xp.{name}(b, axis=0, out={out})" for out in OUTPUTS
      for name in ("sum", "max", "any", "mean", "std", "argmin", "cumsum", "add.reduce", "subtract.accumulate", "median", "nanmedian", "trace")
      if not (name == "trace" and out.startswith("xp") or name == "median" and out in ("xp.zeros(2, int)", "xp.zeros(0)"))),
    *(f"xp.add.reduceat(b, [0], out={out})" for out in OUTPUTS if out != "xp.zeros((2, 3))"),
    *(f"xp.cumsum(a, out=xp.zeros({shape}))" for shape in ("2", "2, int", "1", "()", "(1, 3)", "0")),
    *(f"xp.sum(c, axis={axis}, out=xp.zeros({shape}), keepdims={keepdims})" for axis in ("0", "(0, 1)", "None")
      for shape in ("(3, 1)", "4", "(4, 4)", "(1, 3, 4)", "(2, 3, 4)", "(1, 3, 1)", "(1, 1, 4)", "(1, 1)") for keepdims in (False, True)),
    *(f"xp.{name}(b, where={mask})" for name in ("sum", "all", "add.reduce")
      for mask in ("[[True] * 4]", "[True, False]", "xp.ones((2, 2, 3), bool)")),
    "xp.sum(b[:1], where=xp.ones((2, 3), bool))", "xp.subtract.reduce(c, (0, 1), out=xp.zeros(7))",
    *(f"xp.{name}(b, axis={axis}, out={out})" for name in ("sum", "mean", "var", "argmax", "cumsum", "add.accumulate")
      for axis in ("5", "'a'", "(0, 0)") for out in ("locked", "5", "()")),
    "xp.mean(b, 5, 'x')", "xp.sum(b, keepdims=1.5)", "xp.cumsum(b, 5, 'x')", "xp.maximum(a, a, xp.zeros(3, int))",
    *(f"xp.{call}, out={out})" for call in ("divmod(a, a", "modf(a / 2", "frexp(a / 2")
      for out in ("None", "()", "(None,)", "(..., ...)", "(...,)", "xp.zeros(3)", "(None, xp.zeros(3, bool))", "(xp.zeros(3, 'i1'), None)")),
]  # fmt: skip
PRODUCTS = [
    f"xp.{name}(b, b.T, out={out})"
    for name in ("dot", "matmul")
    for out in ("5", "()", "xp.zeros((3, 3), int)", "xp.zeros((2, 2))", "xp.zeros(4, int)", "xp.broadcast_to(xp.array(0), (2, 2))")
] + [
    "xp.dot(b, b, out=5)", "xp.dot(5, b, out=5)", "xp.matmul(b, b, out=5)", "xp.matmul(b, b.T, casting='x')", "xp.matmul(b, b.T, order=5)",
    "xp.matmul(b, b.T, subok=5)", "xp.matmul(b, b.T, axes=None)", "xp.matmul(b, b, out=xp.zeros(3, 'i1'))", "xp.vecdot(a, a, out=(...,))",
    "do(lambda x: x.__imatmul__(x), xp.ones((2, 3)))", "do(lambda x: x.__imatmul__(5), xp.ones((2, 2)))",
    "do(lambda x: x.__imatmul__(xp.ones(2)), xp.ones((2, 2)))", "do(lambda x: x.__imatmul__(xp.ones((3, 3))), xp.ones((2, 2)))",
]  # fmt: skip
JOINED = [
    f"xp.{name}([a, a], {options})"
    for name in ("concatenate", "stack")
    for options in (
        "out=5", "out=5, dtype='f4'", "out=locked", "out=xp.broadcast_to(xp.zeros(1), (2, 3))", "casting='x', out=5", "out=xp.zeros((2, 4))",
    )
] + ["xp.stack([a, a[:2]], out=5)", "xp.stack([a, a], axis=3, out=5)", "xp.stack([a, a], dtype='f4', out=xp.zeros((2, 3)))"]  # fmt: skip
PICKED = [
    *(f"xp.take(a, [{place}], out={out}, mode={mode})" for place in (0, 9) for mode in ("'raise'", "'x'", "b'clip'")
      for out in ("5", "xp.zeros(1)", "xp.zeros(2, int)", "xp.broadcast_to(xp.array(0), (1,))")),
    "xp.take(a, 'x', 5)", "xp.take(a, [9], 5, 5)", "xp.take(a, 0, out=xp.zeros(()))",
    *(f"do(lambda x: x.put([{place}], {value}, mode={mode}), {array})" for place in (0, 9) for value in ("9", "'x'")
      for mode in ("'raise'", "'x'", "b'wrap'") for array in ("xp.arange(3)", "locked", "xp.zeros(0)")),
    *(f"xp.{name}({array}, {mask}, {value})" for name in ("putmask", "place") for array in ("xp.arange(3)", "locked")
      for mask in ("[True, False]", "[0, 0, 0]", "True") for value in ("'x'", "[]", "xp.array([1.5])", "xp.array(1.5)")),
    "xp.place(None, True, 5)", "xp.place(np.float64(2), True, 5)",
    *(f"xp.fill_diagonal({array}, {value})" for array in ("xp.broadcast_to(xp.zeros(1), (2, 2))", "xp.zeros((0, 0))") for value in ("9", "'x'")),
    *(f"xp.choose([{place}, 1, 0], {choices}, out={out}, mode={mode})" for place in (0, 9) for choices in ("[a, a]", "5", "[a, a[:2]]")
      for out in ("None", "5", "locked", "xp.zeros(2)") for mode in ("'raise'", "'x'")),
    *(f"xp.compress({mask}, a, {axis}, {out})" for mask in ("[[True]]", "[False] * 5 + [True]") for axis in ("None", "'a'", "5")
      for out in ("None", "5")),
    *(f"xp.repeat(a, {counts})" for counts in ("[[1, 1, 1]]", "xp.array([[1, 1, 1]])", "xp.array(2.0)", "xp.array([1.5, 1, 1])", "'a'", "{}", "1j")),
    *(f"xp.unravel_index([1, 3], (2, 3), {order})" for order in ("b'F'", "b'x'", "True", "None", "5", "'A'", "''", "np.True_", "[]")),
    *(f"xp.ravel_multi_index(([1], [7]), (2, 3), {mode}, {order})" for mode in ("'clip'", "b'wrap'", "('clip',)", "1.5", "'r'")
      for order in ("b'F'", "None", "'A'", "True")),
    "xp.unravel_index(1, {2: 1})", "xp.unravel_index(1, (True, 2))",
    *(f"do(lambda x: x.__setitem__({key}, {value}), xp.arange(6).reshape(2, 3))" for value in ("'x'", "1j")
      for key in ("[9]", "[True]", "(9, [9])", "(xp.arange(6) > 2)")),
    "xp.choose([5, 1, 0], [a, a], mode=5)", "xp.choose([5, 1, 0], [a, a], mode=1)", "xp.sort(b, axis=1.0)", "xp.sort(b, axis=np.float64(0))",
    "do(lambda x: x.__setitem__((slice(None), [9]), 'x'), xp.arange(6).reshape(2, 3))",
    "xp.copyto(a, a, casting=3)", "xp.copyto(locked, 1, where=a)", "xp.insert(a, [0, 9], 1)", "xp.insert(a, [0, -9], 1)",
]  # fmt: skip
ORDERED = [
    *(f"do(lambda x: x.sort({options}), {array})" for array in ("xp.array([3, 1, 2])", "locked", "xp.array(5)")
      for options in ("5", "'a'", "1.5", "kind='x', order='y'", "kind=b'q'", "order='y', kind='q', stable=True", "5, 'x'", "True")),
    *(f"do(lambda x: x.partition({options}), {array})" for array in ("xp.array([3, 1, 2])", "locked")
      for options in ("5", "5, 5", "[[0]]", "xp.array([[0]])", "0, kind=b'introselect'", "0, kind='x', order='y'", "0, 1.5")),
    *(f"xp.{name}(a, {options})" for name in ("partition", "argpartition") for options in ("0, 'a', 'x'", "5, 5, 'x'", "0, kind=np.float64(1)")),
    *(f"xp.searchsorted(a, 2, {side})" for side in ("b'right'", "'L'", "b'x'", "5", "None", "np.float64(1)")),
]  # fmt: skip
OTHERS = [
    *(f"xp.{name}({array}, {q}, {options})" for name in ("quantile", "percentile", "nanquantile") for array in ("a", "b")
      for q, options in (
          ("0.5", "out=5"), ("0.5", "out=xp.zeros(4)"), ("[0, 1]", "out=xp.zeros(3)"), ("0.5", "out=locked"), ("[[[0]]]", "axis=5"), ("0", "method='lower', out=5"),
          ("0", "method='lower', out=xp.zeros(())"), ("0", "axis=5, method='x'"), ("0.5", "out=xp.zeros((), int)"),
      )),
    "xp.pad(b, {0: [1, 2]})", "xp.pad(b, {0: (1, 2, 3)})", "xp.pad(b, {0: 1.5})", "xp.pad(b, {5: 1})",
    "xp.geomspace(1, 3, 'a')", "xp.geomspace(1, 3, None)", "xp.array_split(b, [1.5])", "xp.array_split(b, 'a')", "xp.split(b, {1})",
    "xp.array(1.5).astype(int, casting='safe')", "a.astype('i1', casting='safe', order='x')", "xp.astype([1], 'f4')", "a.to_device('gpu')",
    *(f"xp.fft.{name}(a, norm='x')" for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")), "setattr(xp.arange(3), 'strides', (1, 2))", "setattr(xp.arange(3), 'strides', (80,))",
    "setattr(xp.arange(3), 'strides', 'x')", "do(lambda x: x.resize(9), b)",
]  # fmt: skip
DRAWN = [
    *(f"g.{name}({value}, {size})" for name in ("normal", "exponential") for value in ("[1, 2]", "[-1, 2]", "1.0")
      for size in ("3", "'a'", "-1", "(3, 2)", "1.5", "[2]", "{}")),
    "g.choice(5, 'a')", "g.choice(5, 1.5)", "g.choice(5, 'a', False)", "g.choice(5, (2, -1), False)", "g.choice(5, p=0.5)", "g.choice(5, [2, 2])",
    "g.normal([1, 2], [1, 2, 3])", "g.uniform([1, 2], [1, 2, 3], 2)",
    "xp.random.default_rng(xp.array([1, 2])).random()", "xp.random.default_rng(xp.array(5)).random()",
]  # fmt: skip


def written(expression):
    text = expression.replace("locked", "xp.broadcast_to(xp.zeros(1), (3,))")
    return text.replace("g.", "xp.random.default_rng(1).") if expression.startswith("g.") else text


@pytest.mark.parametrize("expression", [*SHAPES, *AXES, *REDUCED, *PRODUCTS, *JOINED])
def test_arrays(expression):
    assert outcome(written(expression), rp) == outcome(written(expression), np)


@pytest.mark.parametrize("expression", [*PICKED, *ORDERED, *OTHERS, *DRAWN])
def test_elements(expression):
    assert outcome(written(expression), rp) == outcome(written(expression), np)
