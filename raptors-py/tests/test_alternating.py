"""Loops over every second element of arrays whose elements are large, powers of two put to numbers, and bounds."""

import numpy as np
import pytest

import raptors as rp

WIDE = ["int64", "uint64", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("dtype", WIDE)
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "less", "not_equal", "maximum", "logical_and"])
def test_every_second_element_meets_others_dense_and_single(name, dtype):
    generator = np.random.default_rng(12)
    function, wanted = getattr(rp, name), getattr(np, name)
    for length in [1, 2, 3, 7, 8, 9, 15, 17, 40, 1025, 30_001]:
        memory = generator.integers(-9, 9, 2 * length + 1).astype(dtype)
        x, ours = memory[: 2 * length : 2], rp.asarray(memory)[: 2 * length : 2]
        odd, ours_odd = memory[1 : 2 * length : 2], rp.asarray(memory)[1 : 2 * length : 2]
        dense, one = np.ascontiguousarray(odd), dtype and memory[1:2]
        for a, b, p, q in [(x, x, ours, ours), (x, odd, ours, ours_odd), (x, dense, ours, rp.asarray(dense)),
                           (dense, x, rp.asarray(dense), ours), (x, one, ours, rp.asarray(one)), (one, x, rp.asarray(one), ours)]:  # fmt: skip
            np.testing.assert_array_equal(np.asarray(function(p, q)), wanted(a, b))
        # Results that lie between the inputs' elements, or on them.
        for start in (0, 1):
            same, mine = memory.copy(), rp.asarray(memory.copy())
            if name not in ("less", "not_equal", "logical_and"):
                wanted(same[: 2 * length : 2], 3, out=same[start : start + 2 * length : 2])
                function(mine[: 2 * length : 2], 3, out=mine[start : start + 2 * length : 2])
                np.testing.assert_array_equal(np.asarray(mine), same)


@pytest.mark.parametrize("dtype", ["int8", "float32", *WIDE])
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "maximum"])
def test_operands_that_lie_in_any_way_are_taken_into_the_place_of_another(name, dtype):
    generator = np.random.default_rng(18)
    function, wanted = getattr(rp, name), getattr(np, name)
    takes = [
        lambda a, cols: a[:, : 2 * cols : 2],
        lambda a, cols: a[:, 1 : 2 * cols : 2],
        lambda a, cols: a[:, cols - 1 :: -1],
        lambda a, cols: a[::-1, 2 * cols - 1 : cols - 1 : -1],
        lambda a, cols: a[:, : 3 * cols : 3],
        lambda a, cols: a[:1, : 2 * cols : 2],
        lambda a, cols: a[:, :1],
    ]
    targets = [lambda a, cols: a[:, :cols], lambda a, cols: a[:, cols : 2 * cols], lambda a, cols: a[:, : 2 * cols : 2]]
    for rows, cols in [(1, 1), (1, 2), (1, 9), (3, 17), (40, 70), (1, 30_001), (300, 1100)]:
        other = generator.integers(-9, 9, (rows, 3 * cols)).astype(dtype)
        memory = generator.integers(-9, 9, (rows, 3 * cols)).astype(dtype)
        whole = memory[:, :cols].copy()
        for take in takes:
            # In a matrix of its own, in rows of a wider one, which have the operand beside or between them, too.
            for to_of, from_of in [(whole, other), *((target, source) for target in targets for source in (other, None))]:
                results = []
                for xp, call in ((np, wanted), (rp, function)):
                    place = (whole if to_of is whole else memory).copy()
                    place = place if xp is np else rp.asarray(place)
                    source = place if from_of is None else other if xp is np else rp.asarray(other)
                    to = place if to_of is whole else to_of(place, cols)
                    y = take(source, cols)
                    call(to, y, out=to)
                    call(y, to, out=to)
                    call(take(source, cols), take(source, cols)[:1], out=to)
                    results.append(np.asarray(place))
                np.testing.assert_array_equal(results[1], results[0])


@pytest.mark.parametrize("dtype", WIDE)
@pytest.mark.parametrize("name", ["negative", "absolute", "square", "conjugate", "isfinite", "isnan", "floor", "rint"])
def test_every_second_element_of_one_input(name, dtype):
    if name == "floor" and dtype.startswith("complex"):
        return
    generator = np.random.default_rng(13)
    for length in [1, 2, 5, 8, 9, 16, 33, 1025, 30_001]:
        memory = (generator.normal(0, 9, 2 * length)).astype(dtype)
        memory[:: max(length // 3, 1)] = 0
        got = getattr(rp, name)(rp.asarray(memory)[::2])
        np.testing.assert_array_equal(np.asarray(got), getattr(np, name)(memory[::2]))
        plane, ours = memory.reshape(2, length), rp.asarray(memory.reshape(2, length))
        np.testing.assert_array_equal(np.asarray(getattr(rp, name)(ours[:, ::2])), getattr(np, name)(plane[:, ::2]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_ldexp_reaches_every_exponent_in_any_place(dtype):
    generator = np.random.default_rng(14)
    limits = [-(2**31), -2200, -1100, -1074, -150, -126, -1, 0, 1, 127, 1023, 2100, 2**31 - 1]
    for length in (1, 15, 16, 17, 700):
        x = generator.normal(0, 1, length).astype(dtype)
        y = generator.integers(-20, 20, length).astype(np.int32)
        for place, exponent in enumerate(limits):
            y[place % length] = exponent
            x[(place * 3) % length] = [0.0, -0.0, np.inf, np.nan, 5e-324, 1e-40, 3e38][place % 7]
            with np.errstate(all="ignore"), rp.errstate(all="ignore"):
                got, want = rp.ldexp(rp.asarray(x), rp.asarray(y)), np.ldexp(x, y)
            np.testing.assert_array_equal(np.asarray(got), want)
            np.testing.assert_array_equal(np.signbit(np.asarray(got)), np.signbit(want))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("length", [5, 40, 3000])
def test_clip_keeps_what_equals_a_bound(dtype, length):
    points = np.resize(np.array([-0.0, 0.0, -1, 0.5, 2, np.inf, -np.inf, np.nan], dtype), length)
    for low, high in [(0, 1), (-0.0, 1), (-1, 0), (-1, -0.0), (np.nan, 1), (0, np.nan), (0.0, 0.0)]:
        got, want = np.asarray(rp.clip(rp.asarray(points), low, high)), np.clip(points, low, high)
        np.testing.assert_array_equal(got, want)
        number = ~np.isnan(want)
        np.testing.assert_array_equal(np.signbit(got[number]), np.signbit(want[number]))


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64", "float32", "float64", "complex64", "complex128"])
def test_clip_between_bounds_that_lie_apart(dtype):
    generator = np.random.default_rng(15)
    for shape in [(1, 1), (1, 7), (3, 40), (40, 3), (70, 300), (300, 1100)]:
        rows, cols = shape
        planes = [generator.integers(0, 100, (2 * rows, 3 * cols)).astype(dtype) for _ in range(3)]
        ours = [rp.asarray(plane) for plane in planes]
        dense, second, third, columns, back, rest = (
            lambda a: a[:rows, :cols].copy(),
            lambda a: a[:rows, : 2 * cols : 2],
            lambda a: a[:rows, : 3 * cols : 3],
            lambda a: a[::2, 1 : cols + 1],
            lambda a: a[rows - 1 :: -1, cols - 1 :: -1],
            lambda a: a[:1, :1],
        )
        for parts in [(second, second, second), (second, dense, dense), (second, rest, rest), (dense, second, rest),
                      (third, third, third), (back, back, back), (columns, second, third), (second, third, dense)]:  # fmt: skip
            (x, low, high), (p, q, r) = ([part(a) for part, a in zip(parts, all_of)] for all_of in (planes, ours))
            np.testing.assert_array_equal(np.asarray(rp.clip(p, q, r)), np.clip(x, low, high))
            np.testing.assert_array_equal(np.asarray(rp.clip(p, 20, 70)), np.clip(x, 20, 70))
            wide, mine = np.zeros((rows, 3 * cols), dtype), rp.zeros((rows, 3 * cols), dtype)
            for step in (2, 3):
                np.clip(x, low, high, out=wide[:, : step * cols : step])
                rp.clip(p, q, r, out=mine[:, : step * cols : step])
                np.testing.assert_array_equal(np.asarray(mine), wide)
        # Results that replace an operand where it lies.
        for place in range(3):
            parts, mine = ([second(a) for a in all_of] for all_of in (planes, ours))
            np.clip(*parts, out=parts[place])
            rp.clip(*mine, out=mine[place])
            np.testing.assert_array_equal(np.asarray(ours[place]), planes[place])


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64", "float32", "float64", "complex128"])
def test_every_second_element_is_chosen_by_truth_values(dtype):
    generator = np.random.default_rng(16)
    for rows, cols in [(1, 1), (1, 1500), (3, 40), (70, 300)]:
        planes = [generator.integers(0, 100, (rows, 3 * cols)).astype(dtype) for _ in range(2)]
        truth = generator.integers(0, 2, (rows, 2 * cols)).astype(bool)
        ours = [rp.asarray(plane) for plane in planes]
        takes = [lambda a, step=step: a[:, : step * cols : step] for step in (1, 2, 3)]
        takes += [lambda a: a[:, cols - 1 :: -1], lambda a: a[0, 0]]
        for first in takes:
            for second in takes:
                for mask in (slice(0, cols), slice(None, None, 2)):
                    want = np.where(truth[:, mask], first(planes[0]), second(planes[1]))
                    got = rp.where(rp.asarray(truth)[:, mask], first(ours[0]), second(ours[1]))
                    np.testing.assert_array_equal(np.asarray(got), want)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_signs_are_taken_from_elements_in_any_place(dtype):
    values = np.resize(np.array([1.5, -0.0, np.nan, -np.inf, 0.0, -3], dtype), 4001)
    signs = np.resize(np.array([-1.0, 2, -0.0, 0.0, -np.nan], dtype), 4001)
    for part in (slice(None), slice(None, None, 2), slice(None, None, -1), slice(1, None, 3), slice(0, 5)):
        x, y = values[part], signs[part]
        p, q = rp.asarray(values)[part], rp.asarray(signs)[part]
        for got, want in [(rp.copysign(p, q), np.copysign(x, y)), (rp.copysign(p, q[:1]), np.copysign(x, y[:1])),
                          (rp.copysign(p[1:2], q), np.copysign(x[1:2], y))]:  # fmt: skip
            np.testing.assert_array_equal(np.asarray(got), want)
            np.testing.assert_array_equal(np.signbit(np.asarray(got)), np.signbit(want))
        place, mine = x.copy(), rp.asarray(x.copy())
        np.copysign(place, y, out=place)
        rp.copysign(mine, q, out=mine)
        np.testing.assert_array_equal(np.signbit(np.asarray(mine)), np.signbit(place))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_products_of_every_second_element_are_those_of_copies(dtype):
    generator = np.random.default_rng(17)
    for rows, cols in [(1, 7), (3, 8), (5, 65), (40, 512), (2, 70_001)]:
        a, b = (rp.asarray(generator.normal(size=(rows, 3 * cols)).astype(dtype)) for _ in range(2))
        for step, other in [(2, 2), (2, 1), (1, 2), (3, 2), (2, -1)]:
            x = a[:, : step * cols : step]
            y = b[:, : other * cols : other] if other > 0 else b[:, cols - 1 :: -1]
            p, q = x.copy(), y.copy()
            # Bit for bit, however the elements lie.
            for name in ("vecdot", "vdot"):
                got, want = getattr(rp, name)(x, y), getattr(rp, name)(p, q)
                assert np.asarray(got).tobytes() == np.asarray(want).tobytes()
            assert float(rp.dot(x[0], y[0])) == float(rp.dot(p[0], q[0]))
            want = np.vecdot(np.asarray(p, "d"), np.asarray(q, "d"))
            size = np.vecdot(np.abs(np.asarray(p, "d")), np.abs(np.asarray(q, "d")))
            assert np.all(np.abs(np.asarray(rp.vecdot(x, y)) - want) <= 1e-5 * size)
            assert np.asarray(rp.vecdot(x, y[:1])).shape == (rows,)


@pytest.mark.parametrize("dtype", ["float64", "int64", "uint64", "float32", "complex64"])
def test_every_second_element_becomes_another_type(dtype):
    generator = np.random.default_rng(19)
    for rows, cols in [(1, 1), (1, 2), (1, 9), (3, 40), (70, 300), (300, 1100), (2, 70_001)]:
        memory = np.abs(generator.normal(0, 1e6, (rows, 3 * cols))).astype(dtype)
        ours = rp.asarray(memory)
        for part in (slice(0, 2 * cols, 2), slice(1, 2 * cols, 2), slice(0, None, 3), slice(cols - 1, None, -1)):
            for wanted in ("float32", "float64", "int32", "uint32", "int64", "complex128"):
                if dtype.startswith("complex") and not wanted.startswith("complex"):
                    continue
                got, want = ours[:, part].astype(wanted), memory[:, part].astype(wanted)
                np.testing.assert_array_equal(np.asarray(got), want)
                to = generator.integers(0, 9, (rows, 2 * want.shape[1])).astype(wanted)
                for target in (slice(0, want.shape[1]), slice(0, None, 2)):
                    mine = rp.asarray(to.copy())
                    to[:, target], mine[:, target] = memory[:, part], ours[:, part]
                    np.testing.assert_array_equal(np.asarray(mine), to)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "uint8"])
def test_clip_to_single_bounds_of_what_lies_in_any_way(dtype):
    generator = np.random.default_rng(20)
    for rows, cols in [(1, 2), (3, 40), (300, 1100), (2, 70_001)]:
        memory = generator.integers(0, 100, (rows, 3 * cols)).astype(dtype)
        bounds = [np.array(20, dtype), np.array(70, dtype), np.arange(rows)[:, None].astype(dtype), memory[:, :cols] // 2]
        ours = rp.asarray(memory)
        for part in (slice(0, 2 * cols, 2), slice(0, None, 3), slice(cols - 1, None, -1), slice(1, cols + 1)):
            for low in bounds:
                for high in bounds:
                    want = np.clip(memory[:, part], low, high)
                    got = rp.clip(ours[:, part], rp.asarray(low), rp.asarray(high))
                    np.testing.assert_array_equal(np.asarray(got), want)
                    got = rp.clip(rp.asarray(low), ours[:, part], rp.asarray(high))
                    np.testing.assert_array_equal(np.asarray(got), np.clip(low, memory[:, part], high))
                    view, mine = memory.copy(), rp.asarray(memory.copy())
                    np.clip(view[:, part], low, high, out=view[:, part])
                    rp.clip(mine[:, part], rp.asarray(low), rp.asarray(high), out=mine[:, part])
                    np.testing.assert_array_equal(np.asarray(mine), view)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32", "float64", "complex128"])
def test_what_lies_across_with_gaps_meets_rows(dtype):
    generator = np.random.default_rng(21)
    for n in (5, 70, 301, 1030):
        memory = generator.integers(0, 100, (n, 3 * n)).astype(dtype)
        ours = rp.asarray(memory)
        for step in (1, 2, 3):
            x, p = memory[:, : step * n : step], ours[:, : step * n : step]
            for across, q in [(x.T, p.T), (x.T[:, ::-1], p.T[:, ::-1]), (x.T[::-1], p.T[::-1])]:
                np.testing.assert_array_equal(np.asarray(p + q), x + across)
                np.testing.assert_array_equal(np.asarray(q - p.copy()), across - x)
                wide, mine = memory.copy(), rp.asarray(memory.copy())
                np.add(x, across, out=wide[:, :n])
                rp.add(p, q, out=mine[:, :n])
                np.testing.assert_array_equal(np.asarray(mine), wide)
