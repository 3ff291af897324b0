"""Matrix products, transforms and decompositions."""

from __future__ import annotations

from .op import INEXACT, NUMBERS, SIGNED, Op, Shape

# (m, k, n): cubes, a tall, a flat and thin ones, matrices with vectors.
_MATRICES: tuple[Shape, ...] = (
    (4, 4, 4), (8, 8, 8), (16, 16, 16), (32, 32, 32), (64, 64, 64), (100, 100, 100),
    (128, 128, 128), (256, 256, 256), (512, 512, 512), (1024, 1024, 1024),
    (2000, 50, 50), (1024, 16, 1024), (16, 1024, 16), (1024, 1024, 16), (20_000, 3, 3),
)  # fmt: skip
_VECTORS: tuple[Shape, ...] = ((8, 8, 1), (100, 100, 1), (1000, 1000, 1), (64, 4096, 1), (20_000, 3, 1))
_STACKS: tuple[Shape, ...] = ((10_000, 3, 3, 3), (1000, 4, 4, 4), (100, 16, 16, 16), (20, 64, 64, 64))
_SQUARES: tuple[Shape, ...] = ((4, 4), (16, 16), (64, 64), (128, 128), (256, 256))
_LINES: tuple[Shape, ...] = ((8,), (64,), (1000,), (1024,), (1009,), (4096,), (65_536,), (1 << 20,))


def _product(name: str, code: str, shapes: tuple[Shape, ...], **more) -> Op:
    more = {"kinds": NUMBERS, "tolerance": 4096, "to_largest": True, "domain": SIGNED, **more}
    return Op(name, code, "product", shapes=shapes, product=True, **more)


def _linalg(name: str, code: str, **more) -> Op:
    more = {"kinds": "f", "tolerance": 1 << 24, "to_largest": True, "domain": SIGNED, **more}
    return Op(name, code, "linalg", dtypes=("float32", "float64"), shapes=_SQUARES, **more)


def _fft(name: str, code: str, **more) -> Op:
    more = {"kinds": INEXACT, "tolerance": 1024, "to_largest": True, "domain": SIGNED, **more}
    return Op(name, code, "fft", **{"shapes": _LINES, **more})


_PLANES: tuple[Shape, ...] = ((16, 16), (100, 100), (512, 512), (1024, 1024))

OPS = [
    _product("matmul", "x @ y", _MATRICES),
    _product("matvec", "x @ y[:, 0]", _VECTORS),
    _product("vecmat", "y[:, 0] @ x.T", _VECTORS),
    _product("matmul_x_transposed", "x.T @ y", _MATRICES[4:9]),
    _product("matmul_y_transposed", "x @ y.T", _MATRICES[4:9]),
    _product("matmul_stack", "x @ y", _STACKS),
    _product("gram", "x @ x.T", ((64, 64, 1), (100, 1000, 1), (512, 512, 1), (1000, 100, 1))),
    _product("einsum", "xp.einsum('ij,jk->ik', x, y)", _MATRICES[:8]),
    _product("einsum_trace", "xp.einsum('ij,ij->i', x, x)", ((100, 100, 1), (1000, 1000, 1))),
    _product("tensordot", "xp.tensordot(x, y, axes=1)", _MATRICES[:8]),
    _product("outer", "xp.outer(x, y)", ((4, 4, 1), (10, 100, 1), (100, 100, 1))),
    Op("convolve", "xp.convolve(x, y[:9])", "product", NUMBERS, tolerance=256, to_largest=True,
       ndim=(1,), most=1 << 20),
    Op("cov", "xp.cov(x)", "product", "f", tolerance=4096, to_largest=True, domain=SIGNED,
       shapes=((3, 100), (10, 1000), (100, 1000))),
    _linalg("solve", "xp.linalg.solve(x + 9 * xp.eye(len(x), dtype=x.dtype), y)"),
    _linalg("inv", "xp.linalg.inv(x + 9 * xp.eye(len(x), dtype=x.dtype))"),
    _linalg("det", "xp.linalg.det(x)"),
    _linalg("cholesky", "xp.linalg.cholesky(x @ x.T + 9 * xp.eye(len(x), dtype=x.dtype))"),
    _linalg("qr", "xp.linalg.qr(x, mode='r') ** 2"),
    _linalg("svdvals", "xp.linalg.svd(x, compute_uv=False)"),
    _linalg("eigvalsh", "xp.linalg.eigvalsh(x + x.T)"),
    _fft("fft", "xp.fft.fft(x)"),
    _fft("ifft", "xp.fft.ifft(x)"),
    _fft("rfft", "xp.fft.rfft(x)", kinds="f"),
    _fft("irfft", "xp.fft.irfft(x)"),
    _fft("fft2", "xp.fft.fft2(x)", shapes=_PLANES),
    _fft("fft_axis0", "xp.fft.fft(x, axis=0)", shapes=_PLANES),
]  # fmt: skip
