"""Stores around the caches give what stores through them give: in every loop that has them."""

import pytest
from conftest import python

import raptors as rp

# A profile in which stores around the caches pay from small results on.
PROFILE = "stream_from = 0.001\nstream_gbs = 10000\nresident = 0.001\n"

PROGRAM = """
import numpy as np, raptors as rp
rp.set_num_threads({threads})
random = np.random.default_rng(5)

def same(name, got, want):
    got = np.asarray(got)
    if name == "power" and want.dtype.kind == "f":
        return np.allclose(got, want, rtol=4 * np.finfo(want.dtype).eps, equal_nan=True)
    return (got == want).all()

streamed = 0
for dtype in ("int8", "uint16", "int32", "int64", "uint64", "float16", "float32", "float64", "complex64", "complex128"):
    streamed += "streaming" in str(rp.explain("add", (300, 1100), dtype))
    x, y = (random.integers(1, 99, (300, 1100)).astype(dtype) for _ in range(2))
    row, column, one = y[0].copy(), y[:, :1].copy(), np.dtype(dtype).type(3)
    a, b = rp.asarray(x), rp.asarray(y)
    binary = ["add", "subtract", "multiply", "divide", "power", "equal", "floor_divide"]
    binary += ["maximum", "minimum"] if dtype[0] != "c" else []
    binary += ["bitwise_and", "left_shift"] if "int" in dtype else []
    if dtype[0] == "c":
        binary = [name for name in binary if name not in ("floor_divide", "power", "divide")]
    for name in binary:
        with np.errstate(all="ignore"):
            numpy, ours = getattr(np, name), getattr(rp, name)
            pairs = [(x, y), (x, one), (one, y), (x, row), (row, y), (x, column), (column, y),
                     (x[::-1], y[:, ::-1]), (x.T, y.T), (x[1:, 3:], y[1:, 3:]), (x.ravel()[7:], y.ravel()[:-7])]
            for p, q in pairs:
                assert same(name, ours(rp.asarray(p), rp.asarray(q)), numpy(p, q)), (name, dtype, np.shape(p), np.shape(q))
            expected = numpy(x, y)
            for start in (0, 1, 5):
                flat = rp.zeros(x.size + 9, expected.dtype)
                out = flat[start:start + x.size].reshape(x.shape)
                assert ours(a, b, out=out) is out
                assert same(name, out, expected), (name, dtype, start)
                assert not np.asarray(flat)[start + x.size:].any() and not np.asarray(flat)[:start].any()
            if expected.dtype == x.dtype:
                place = a.copy()
                ours(place, b, out=place)
                assert same(name, place, expected), (name, dtype, "in place")
    for name in ("negative", "absolute", "square", "positive", "invert"):
        if name == "invert" and "int" not in dtype:
            continue
        assert (getattr(rp, name)(a) == getattr(np, name)(x)).all(), (name, dtype)
    assert (rp.full((300, 1100), 7, dtype) == 7).all() and (a.copy() == x).all()
    for shape in [(300, 1100), (320, 1088), (3, 5000), (6, 40, 128), (9, 30, 1000)]:
        z = random.integers(1, 99, shape).astype(dtype)
        w = rp.asarray(z)
        turned = [(w.T, z.T), (w[::-1].T, z[::-1].T), (w[:, ::-1].T, z[:, ::-1].T), (w.swapaxes(0, 1), z.swapaxes(0, 1))]
        for given, wanted in [*turned, (w[..., 1:].T, z[..., 1:].T)]:
            assert (np.asarray(given.copy()) == wanted).all(), ("turned", dtype, shape, wanted.strides)
            for start in (1, 2, 7):
                flat = rp.zeros(wanted.size + 9, dtype)
                flat[start:start + wanted.size].reshape(wanted.shape)[...] = given
                numbers = np.asarray(flat)
                assert (numbers[start:start + wanted.size].reshape(wanted.shape) == wanted).all(), (dtype, shape, start)
                assert not numbers[:start].any() and not numbers[start + wanted.size:].any(), (dtype, shape, start)
print(streamed)
"""


@pytest.mark.parametrize("threads", [1, 2])
def test_results_do_not_depend_on_how_they_are_stored(tmp_path, threads):
    path = tmp_path / "profile"
    path.write_text(PROFILE)
    exit_code, output = python(PROGRAM.replace("{threads}", str(threads)), RAPTORS_PROFILE=str(path))
    assert exit_code == 0, output
    level = rp.show_config("dicts")["simd"]
    # Float16 is computed in float32; neither the scalar level nor ARM's has such stores.
    assert output.split()[-1] == ("9" if level in ("sse2", "avx2", "avx512") else "0"), output
