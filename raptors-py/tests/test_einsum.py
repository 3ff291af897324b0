"""Laws of ``einsum``: it equals NumPy's for every form of subscripts, and gives views where NumPy does."""

import itertools
import warnings

import numpy as np
import pytest
from conftest import DTYPES, LAYOUTS

import raptors as rp

LENGTHS = {"i": 2, "j": 3, "k": 4, "l": 2, "m": 3, "a": 1}
CASES = [
    "i->i", "i->", "ij->ji", "ij->j", "ij->", "ij", "ji", "ii", "ii->i", "iii->i", "iil->l",
    "ij,jk->ik", "ij,jk", "ij,ij->ij", "ij,ij->i", "ij,ij->", "ij,ji->", "i,j->ij", "i,j",
    "ijk,kl->ijl", "ijk,jil->kl", "ijk,ij->k", "aij,ajk->aik", "ii,ij->j", "ii,jj->ij",
    "ij,jk,kl->il", "i,i,i->i", "i,i,i->", "ij,j,k->ik", "ijk,k,j,i->", "ij,kj,kl,ml->im",
    "ijk,ljk,m->lim", "ij,jk,k->i", "i,ij,j->", "ij,kl,ik,jl->", "ml,lk,kj,ji->im", "ai,jl,ij->la",
    "ij,k->k", "->", ",->", "i,->i", "i,,j->ij",
]  # fmt: skip


def operands(subscripts, dtype="float64", seed=0):
    terms = subscripts.partition("->")[0].split(",")
    rng = np.random.default_rng(seed)
    high = 2 if dtype == "bool" else 3
    return [
        np.asarray(rng.integers(0, high, [LENGTHS[label] for label in term])).astype(dtype)
        for term in terms
    ]


def same(got, want):
    want = np.asarray(want)
    assert type(got) is rp.ndarray
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    np.testing.assert_array_equal(np.asarray(got), want)


def test_only_whole_products_are_rounded_to_float16():
    a, b = np.full(3, 300, "f2"), np.full(3, 0.01, "f2")
    for subscripts in ("i,i,i->i", "i,i,i->", "i,i,j->ij"):
        got = rp.einsum(subscripts, *map(rp.asarray, (a, a, b)))
        want = np.einsum(subscripts, a, a, b)
        assert got.dtype == want.dtype and np.allclose(np.asarray(got, "f4"), want.astype("f4"), rtol=2e-3)


@pytest.mark.parametrize("optimize", [False, True, "optimal"])
def test_sums_equal_numpys(optimize):
    for subscripts in CASES:
        arrays = operands(subscripts)
        same(rp.einsum(subscripts, *arrays, optimize=optimize), np.einsum(subscripts, *arrays))


# Of complex products along a path the library for products of matrices decides.
ZEROS = [*itertools.product(["f2", "f4", "f8", "c8", "c16"], [False]), *itertools.product(["f2", "f4", "f8"], [True])]


@pytest.mark.parametrize(("dtype", "optimize"), ZEROS)
def test_signs_of_zeros(dtype, optimize):
    for subscripts in CASES:
        shapes = [array.shape for array in operands(subscripts)]
        arrays = [np.full(shape, 1 if i else -0.0, dtype) for i, shape in enumerate(shapes)]
        got = np.asarray(rp.einsum(subscripts, *map(rp.asarray, arrays), optimize=optimize))
        want = np.asarray(np.einsum(subscripts, *arrays, optimize=optimize))
        for part in ("real", "imag"):
            signs = (np.signbit(getattr(result, part)) for result in (got, want))
            np.testing.assert_array_equal(*signs, f"{subscripts} {part}")
        if dtype == "f8" and not optimize:
            wide = rp.einsum(subscripts, *(rp.asarray(array.astype("f4")) for array in arrays), dtype="f8")
            np.testing.assert_array_equal(np.signbit(np.asarray(wide)), np.signbit(want), subscripts)


def test_every_dtype():
    for dtype in DTYPES:
        for subscripts in ("ij,jk->ik", "ij->j", "ii", "ij,ij->i", "i,j->ij", "ij,jk,kl->il"):
            arrays = operands(subscripts, dtype)
            same(rp.einsum(subscripts, *arrays), np.einsum(subscripts, *arrays))


def test_layouts_do_not_matter():
    for layout in LAYOUTS.values():
        a = layout(np.arange(16.0).reshape(4, 4))
        if a.ndim == 2:
            for subscripts in ("ij,kj->ik", "ij->j", "ij,ij", "ij,kj->ki"):
                arrays = [a] * (subscripts.count(",") + 1)
                same(rp.einsum(subscripts, *arrays), np.einsum(subscripts, *arrays))


def test_ellipses_broadcast():
    a, b = np.arange(24.0).reshape(2, 3, 4), np.arange(12.0).reshape(4, 3)
    for subscripts, arrays in [
        ("...j->...", [a]), ("...jk->j...", [a]), ("i...->...", [a]), ("...", [a]),
        ("...ij,...jk->...ik", [a, b]), ("i...,i...", [a, a]), ("...,...", [a, a[:1]]),
        ("...i,i", [a, np.arange(4.0)]), ("ij...,j", [a, np.arange(3.0)]), ("...a,a...->...", [a, b]),
        ("...ii->...i", [np.ones((2, 3, 3))]), ("...,j->j...", [a, np.arange(3.0)]),
    ]:  # fmt: skip
        same(rp.einsum(subscripts, *arrays), np.einsum(subscripts, *arrays))


def test_axes_of_length_one_broadcast():
    for subscripts, shapes in [
        ("ij,ij->ij", [(1, 3), (2, 1)]), ("ij,jk->ik", [(2, 1), (3, 4)]), ("i,i->", [(1,), (5,)]),
        ("ijp,ipq,ikq->ijk", [(3, 1, 1), (3, 1, 3), (1, 3, 3)]), ("i,i,j->ij", [(1,), (1,), (2,)]),
    ]:  # fmt: skip
        arrays = [np.arange(1.0, 1 + np.prod(shape)).reshape(shape) for shape in shapes]
        same(rp.einsum(subscripts, *arrays), np.einsum(subscripts, *arrays))


def test_lists_of_labels():
    a, b = np.arange(6).reshape(2, 3), np.arange(12).reshape(3, 4)
    same(rp.einsum(a, [0, 1], b, [1, 2], [0, 2]), a @ b)
    same(rp.einsum(a, [0, 1]), a)
    same(rp.einsum(a, [1, 0]), np.einsum(a, [1, 0]))
    same(rp.einsum(a, [..., 1], [1, ...]), a.T)
    same(rp.einsum(a, [26, 51]), np.einsum(a, [26, 51]))


def test_views_share_memory_and_are_writeable():
    a = rp.arange(9).reshape(3, 3)
    diagonal = rp.einsum("ii->i", a)
    diagonal[...] = -1
    assert [int(a[i, i]) for i in range(3)] == [-1, -1, -1]
    turned = rp.einsum("ij->ji", a)
    assert np.shares_memory(np.asarray(turned), np.asarray(a))
    cube = rp.zeros((2, 2, 2))
    rp.einsum("iii->i", cube)[...] = 1
    assert float(cube.sum()) == 2


def test_out_dtype_casting_and_order():
    a = np.arange(6.0).reshape(2, 3)
    out = rp.zeros((2, 2))
    assert rp.einsum("ij,kj->ik", a, a, out=out) is out
    same(out, a @ a.T)
    got = rp.einsum("ij,kj->ik", a, a, dtype="complex64", casting="unsafe")
    same(got, np.einsum("ij,kj->ik", a, a, dtype="complex64", casting="unsafe"))
    with pytest.raises(TypeError, match="according to the rule 'safe'"):
        rp.einsum("ij,kj->ik", a, a, dtype="int8")
    with pytest.raises(TypeError, match="according to the rule 'safe'"):
        rp.einsum("i,i", a[0], a[0], out=np.zeros((), int))
    assert np.shares_memory(rp.einsum("ij->ij", a, order="F"), a)
    assert rp.einsum("ij,jk->ik", a, a.T, order="F").flags.f_contiguous


def test_memory_order_is_numpys():
    cases = ["ij,jk->ik", "ij,ij->ij", "ij,kj->ki", "ijk->ik", "...ij,...jk->...ik", "i,j->ij"]
    cases += ["ij->ji", "ii->i", "ij,ij,ij->ij", "a...,a...->..."]
    layouts = [np.ascontiguousarray, np.asfortranarray, lambda x: np.repeat(x, 2, axis=0)[::2]]
    for subscripts in cases:
        terms = subscripts.partition("->")[0].split(",")
        shapes = [(2,) * (len(term) - 2) if "." in term else (3,) * len(term) for term in terms]
        for makers in itertools.product(layouts, repeat=len(terms)):
            arrays = [
                make(np.arange(float(np.prod(shape))).reshape(shape))
                for make, shape in zip(makers, shapes)
            ]
            for order in "CFAK":
                want = np.einsum(subscripts, *arrays, order=order)
                got = np.asarray(rp.einsum(subscripts, *arrays, order=order))
                np.testing.assert_array_equal(got, want)
                assert got.strides == want.strides, (subscripts, order)


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((), {}),
        (("",), {}),
        (("", 0, 0), {}),
        (("i", 0), {}),
        (("ij", [0, 0]), {}),
        (("i...j", [0, 0]), {}),
        (("i..", [0, 0]), {}),
        (("j->.j...", [0, 0]), {}),
        (("i%...", [0, 0]), {}),
        (("i->&", [0, 0]), {}),
        (("i->ij", [0, 0]), {}),
        (("ij->jij", [[0, 0], [0, 0]]), {}),
        (("ii", np.ones((2, 3))), {}),
        (("a,ab,abc->abc", np.ones(2), np.ones((3, 2)), np.ones((2, 2, 2))), {}),
        (("i->i->i", [0]), {}),
        (("i-i", [0]), {}),
        ((np.ones(3), [52]), {}),
        (("i", [0]), {"order": "W"}),
        (("i", [0]), {"casting": "blah"}),
        (("i->i", [0, 1]), {"out": np.zeros(3)}),
        (("i->i", [0, 1]), {"out": [1]}),
        (("i->i", [0, 1]), {"out": np.zeros((3, 3))}),
        (("i", [0], [0]), {}),
        (("i,j", [0]), {}),
        (("i", [[0]]), {}),
        (("i,i", [0, 1], [0, 1, 2]), {}),
        (("ij,jk", np.ones((2, 3)), np.ones((2, 3))), {}),
        (("...i,...i", np.ones((2, 3)), np.ones((3, 4))), {}),
        (("i->ii", [0]), {}),
        (("i->i,", [0]), {}),
        (("... ...", [[0]]), {}),
        (("i,j", [0], "x"), {}),
        (([0], [0], [1]), {}),
        (([0], [0], [0, 0]), {}),
        (([0], 0), {}),
        (([0], [1.5]), {}),
        (([[0]], [Ellipsis, 0, Ellipsis]), {}),
    ],
)
def test_malformed_subscripts_are_refused_in_numpys_words(args, kwargs):
    for optimize in (False, True):
        with pytest.raises((TypeError, ValueError, IndexError)) as want:
            np.einsum(*args, optimize=optimize, **kwargs)
        with pytest.raises((TypeError, ValueError, IndexError)) as got:
            rp.einsum(*args, optimize=optimize, **kwargs)
        assert (type(got.value), str(got.value)) == (type(want.value), str(want.value))


@pytest.mark.parametrize("optimize", [False, True])
def test_exceptions_are_told_of_where_numpy_does(optimize):
    a, b = np.array([np.inf, -np.inf, 1e308, 1e308]), np.array([0.0, 0, 1, 1])
    for subscripts in ("i,i->i", "...,...", "i,i", "...i,...i", "i->", "...i->...", "ij,jk"):
        shape = (2, 2) if "j" in subscripts else (4,)
        arrays = [x.reshape(shape) for x in (a, b)[: subscripts.count(",") + 1]]
        told = []
        for xp in (np, rp):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                xp.einsum(subscripts, *map(xp.asarray, arrays), optimize=optimize)
            told.append({str(warning.message) for warning in caught})
        assert told[0] == told[1], subscripts


def test_a_read_only_output_is_refused_before_anything_is_computed():
    matrix, out = rp.ones((3000, 3000)), rp.ones((3000, 3000))
    out.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        rp.einsum("ij,jk->ik", matrix, matrix, out=out)
    assert out[0, 0] == 1


def test_what_only_an_optimized_path_takes_is_refused_without_one():
    matrix = rp.ones((2, 3))
    for subscripts in ("i...->i", ". . .", "i...,i...->i"):
        operands = [matrix] * (subscripts.count(",") + 1)
        with pytest.raises(ValueError) as want:
            np.einsum(subscripts, *map(np.asarray, operands))
        with pytest.raises(ValueError) as got:
            rp.einsum(subscripts, *operands)
        assert str(got.value) == str(want.value)
        same(rp.einsum(subscripts, *operands, optimize=True), np.einsum(subscripts, *operands, optimize=True))


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ac,c->a", [(4, 1), (0,)]),
        ("a,a->", [(1,), (0,)]),
        ("ac,cb->ab", [(3, 1), (0, 2)]),
        ("bd,,d", [(2, 1), (), (0,)]),
        (b"ii", [(3, 3)]),
        ("aa,a->a", [(1, 1), (3,)]),
    ],
)
def test_axes_of_length_one_give_way_to_any_other(subscripts, shapes):
    arrays = [np.ones(shape) for shape in shapes]
    got, want = rp.einsum(subscripts, *map(rp.asarray, arrays)), np.einsum(subscripts, *arrays)
    assert got.shape == np.shape(want)
    np.testing.assert_array_equal(np.asarray(got), want)


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [("aa->", [(1, 17)]), ("aa,a->a", [(1, 3), (3,)]), ("ii", [(3, 4)]), ("a,bb,a", [(2,), (3, 1), (2,)])],
)
def test_a_label_that_stands_twice_needs_equal_lengths(subscripts, shapes):
    arrays = [np.ones(shape) for shape in shapes]
    with pytest.raises(ValueError) as want:
        np.einsum(subscripts, *arrays)
    with pytest.raises(ValueError) as got:
        rp.einsum(subscripts, *map(rp.asarray, arrays))
    assert str(got.value) == str(want.value)


def test_paths_and_reports_are_numpys():
    rng = np.random.default_rng(0)
    for subscripts in CASES + ["ea,fb,abcd,gc,hd->efgh", "abhe,hidj,jgba,hiab,gab"]:
        terms = subscripts.partition("->")[0].split(",")
        lengths = {label: 3 + ord(label) % 3 for label in subscripts if label.isalpha()}
        arrays = [rng.random([lengths[label] for label in term]) for term in terms]
        for optimize in ("greedy", "optimal", ("greedy", 10), False):
            got = rp.einsum_path(subscripts, *arrays, optimize=optimize)
            want = np.einsum_path(subscripts, *arrays, optimize=optimize)
            assert got[0] == want[0]
            assert got[1].splitlines()[:10] == want[1].splitlines()[:10]


@pytest.mark.parametrize("optimize", [True, False, None, "greedy", "optimal"])
@pytest.mark.parametrize("dtype", ["int32", "float32", "float64", "complex128"])
def test_numbers_as_operands_with_and_without_a_path(dtype, optimize):
    flat, deep = operands("i,ijk", dtype)
    plane = operands("jk", dtype, 1)[0]
    for subscripts, given in (
        (",i->i", (3, flat)), ("i,->i", (flat, 2.5)), (",i...->", (3, deep)), ("i...,->", (deep, -2)),
        ("..., ...", (plane, deep)), ("i,ijk->jk", (flat, deep)), ("i->", (flat,)), ("ijk->kj", (deep,)),
        ("ji->ij", (plane,)), (",->", (2, 3)), (",->", (2, 2.5)), ("->", (7,)), ("...->...", (4,)),
        ("i,i,->i", (flat, flat, 2)), ("i,i,i->i", (flat, flat, flat)), (",i->i", (2**62, flat)),
    ):  # fmt: skip
        ours = [rp.asarray(x) if isinstance(x, np.ndarray) else x for x in given]
        try:
            want = np.einsum(subscripts, *given, optimize=optimize)
        except ValueError as error:
            with pytest.raises(ValueError) as failed:
                rp.einsum(subscripts, *ours, optimize=optimize)
            assert str(failed.value) == str(error)
            continue
        got = rp.einsum(subscripts, *ours, optimize=optimize)
        assert got.dtype == want.dtype and got.shape == np.shape(want), subscripts
        np.testing.assert_allclose(np.asarray(got), want, rtol=1e-6, err_msg=subscripts)


@pytest.mark.parametrize("optimize", [True, False, None])
def test_products_on_a_path_tell_of_what_happens(optimize):
    x, y = np.array([1e308, 1.0]), np.array([1e308, 2.0])
    both = np.array([x, y])
    for subscripts, given in (
        ("i,i->i", (x, y)), ("i,i->", (x, y)), ("i,j->ij", (x, y)), ("ij,jk->ik", (both, both)),
        ("i->", (x,)), ("ij,j", (both, x)), (",i->i", (1e308, x)), ("i,i,i->i", (x, y, x)),
    ):  # fmt: skip
        words = []
        for xp in np, rp:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                xp.einsum(
                    subscripts,
                    *(xp.asarray(x) if isinstance(x, np.ndarray) else x for x in given),
                    optimize=optimize,
                )
            words.append([str(one.message) for one in caught])
        assert words[0] == words[1], subscripts


def test_options_that_are_wrong_stay_wrong():
    a = np.ones((2, 3))
    for options in ({"optimize": 3}, {"optimize": True, "spam": 1}, {"spam": 1}, {"optimize": [1, 2]}):
        with pytest.raises(TypeError):
            np.einsum("ij->j", a, **options)
        with pytest.raises(TypeError):
            rp.einsum("ij->j", rp.asarray(a), **options)


@pytest.mark.parametrize("dtype", DTYPES)
def test_sums_across_what_lies_side_by_side(dtype):
    rng = np.random.default_rng(5)
    # The last are more than a second-level cache holds.
    for rows, columns in [(3, 1000), (2, 7), (300, 40), (1, 50), (70, 30_001)]:
        x, y = (np.asarray(rng.integers(0, 3, (rows, columns))).astype(dtype).T for _ in range(2))
        for subscripts in "...i,...i", "ij,ij->i", "ij,ij->j", "ij,ij->":
            want = np.einsum(subscripts, x, y)
            got = np.asarray(rp.einsum(subscripts, rp.asarray(x), rp.asarray(y)))
            assert got.dtype == want.dtype
            np.testing.assert_array_equal(got, want)
    x = np.asarray(rng.integers(0, 3, (4, 5, 30))).astype(dtype)
    for axes in itertools.permutations(range(3)):
        y = x.transpose(axes)
        for subscripts in "...i,...i", "ijk,ijk->j", "ijk,ijk->ik":
            got = np.asarray(rp.einsum(subscripts, rp.asarray(y), rp.asarray(y)))
            np.testing.assert_array_equal(got, np.einsum(subscripts, y, y))
