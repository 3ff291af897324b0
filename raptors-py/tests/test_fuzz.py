"""Random calls on random layouts of the same memory, which must do what they do in NumPy."""

import random
import warnings

import numpy as np
import pytest
import raptors as rp

DTYPES = [np.dtype(code) for code in "?bhiqBHIQefdFD"]
ROUNDS = 150


class Case:
    """A random case: pairs of a NumPy array and a Raptors array on equal memory."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.memory = []

    def shape(self):
        most = self.random.choice([0, 1, 2, 2, 3, 5])
        lengths = [0, 1, 2, 3, 5, 7] + ([33, 130, 300] if most <= 2 else [])
        return tuple(self.random.choice(lengths) for _ in range(most))

    def narrower(self, shape):
        """A shape that broadcasts to `shape`."""
        shape = [1 if self.random.random() < 0.2 else n for n in shape]
        first = self.random.randrange(len(shape) + 1) if self.random.random() < 0.2 else 0
        return tuple(shape[first:])

    def pair(self, shape, dtype):
        """Two arrays of small numbers, laid out alike in one of many ways."""
        how = self.random.choice(["c", "f", "strided", "reversed", "unaligned"])
        steps = [self.random.choice([1, 2, 3]) if how == "strided" else 1 for _ in shape]
        whole = tuple(n * step for n, step in zip(shape, steps))
        signs = [self.random.choice([1, -1]) if how == "reversed" else 1 for _ in shape]
        keys = (..., *(slice(None, None, sign * step) for sign, step in zip(signs, steps)))
        shift = 1 if how == "unaligned" else 0
        size = int(np.prod(whole))
        low, high = {"b": (0, 2), "u": (0, 5)}.get(dtype.kind, (-4, 5))
        numbers = self.numbers.integers(low, high, size)
        raw = bytearray(bytes(shift) + numbers.astype(dtype).tobytes())

        def view():
            flat = np.frombuffer(bytearray(raw), np.uint8)[shift:].view(dtype)
            self.memory.append(flat)
            return flat.reshape(whole[::-1]).T if how == "f" else flat.reshape(whole)[keys]

        return view(), rp.asarray(view())


def outcome(call):
    try:
        return call(), None
    except Exception as error:  # noqa: BLE001
        return None, type(error)


def check(case, expected, given):
    """Both calls end alike and leave equal memory behind."""
    with np.errstate(all="ignore"):
        (a, failure), (b, other) = outcome(expected), outcome(given)
        assert failure == other
        for a, b in [(a, b), *zip(case.memory[::2], case.memory[1::2])]:
            if a is None:
                continue
            a, b = np.asarray(a), np.asarray(b)
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            near = 0 if a.dtype.kind not in "fc" else 1e-2 if a.dtype.char == "e" else 1e-5
            np.testing.assert_allclose(b, a, rtol=near, atol=near)


UFUNCS = [
    "add", "subtract", "multiply", "maximum", "less", "equal", "logical_and", "hypot",
    "floor_divide", "bitwise_xor",
]  # fmt: skip


@pytest.mark.parametrize("name", UFUNCS)
def test_ufuncs_with_outputs_and_masks(name):
    for seed in range(ROUNDS):
        case = Case(seed)
        shape, dtype = case.shape(), case.random.choice(DTYPES[:9] + DTYPES[10:])
        (a, x), (b, y) = case.pair(shape, dtype), case.pair(case.narrower(shape), dtype)
        f, g = getattr(np, name), getattr(rp, name)
        options, others = {}, {}
        kind, _ = outcome(lambda: f(a, b).dtype)
        if kind is not None and case.random.random() < 0.7:
            # NumPy changes what a mask leaves out where such an output is converted too.
            alike = kind == dtype
            if alike and case.random.random() < 0.4:
                options["out"], others["out"] = a, x
            elif alike and a.ndim and case.random.random() < 0.4:
                options["out"], others["out"] = a[..., ::-1], x[..., ::-1]
            else:
                options["out"], others["out"] = case.pair(shape, kind)
            if case.random.random() < 0.5:
                options["where"], others["where"] = case.pair(case.narrower(shape), np.dtype(bool))
        check(case, lambda: f(a, b, **options), lambda: g(x, y, **others))


REDUCTIONS = ["sum", "prod", "min", "max", "any", "all", "mean", "var", "std", "argmin", "argmax"]


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions_over_any_axes(name):
    for seed in range(ROUNDS):
        case = Case(seed)
        a, x = case.pair(case.shape(), case.random.choice(DTYPES[:9] + DTYPES[10:]))
        axes = [None, *range(-a.ndim, a.ndim)]
        if not name.startswith("arg"):
            axes.append(tuple(case.random.sample(range(a.ndim), case.random.randint(0, a.ndim))))
        options = {"axis": case.random.choice(axes), "keepdims": case.random.random() < 0.3}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check(case, lambda: getattr(a, name)(**options), lambda: getattr(x, name)(**options))


def key(case, n):
    """A random item between the square brackets for an axis of length `n`."""
    if n and case.random.random() < 0.3:
        return case.random.randrange(-n, n)
    bound = [None, *range(-n - 2, n + 3)]
    start, stop = case.random.choice(bound), case.random.choice(bound)
    return slice(start, stop, case.random.choice([None, 1, 2, -1, -3, 2**62, -(2**63)]))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_basic_indexing_and_assignment(dtype):
    for seed in range(ROUNDS):
        case = Case(seed)
        shape = case.shape()
        a, x = case.pair(shape, dtype)
        keys = [key(case, n) for n in shape[: case.random.randint(0, len(shape))]]
        if case.random.random() < 0.3:
            keys.insert(case.random.randint(0, len(keys)), None)
        keys = (*keys, ...)
        check(case, lambda: a[keys], lambda: x[keys])
        other = case.random.choice([dtype, np.dtype(np.int16)])
        b, y = case.pair(case.narrower(a[keys].shape), other)
        if case.random.random() < 0.3:
            b, y = a[..., ::-1][keys] if a.ndim else a, x[..., ::-1][keys] if a.ndim else x
        check(case, lambda: a.__setitem__(keys, b), lambda: x.__setitem__(keys, y))
