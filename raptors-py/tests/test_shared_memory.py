"""Which results are views: those that are NumPy's views, over every layout, and laid out alike."""

import numpy as np
import pytest
import raptors as rp

ORDERS = ["C", "F", "A", "K"]


def layouts():
    """Arrays of every layout that tells views and copies apart."""
    line = np.arange(24, dtype=np.int32)
    plane = line.reshape(4, 6).copy()
    cube = line.reshape(2, 3, 4).copy()
    wide = np.arange(192, dtype=np.int32).reshape(8, 24)
    return {
        "line": line,
        "strided line": np.arange(48, dtype=np.int32)[::2],
        "reversed line": line[::-1],
        "plane": plane,
        "transposed plane": plane.T,
        "reversed plane": plane[::-1, ::-1],
        "rows": wide[::2],
        "columns": wide[:, ::2],
        "transposed columns": wide[:, ::2].T,
        "cube": cube,
        "fortran cube": np.asfortranarray(cube),
        "turned cube": cube.transpose(1, 0, 2),
        "rolled cube": cube.transpose(2, 0, 1),
        "ones": plane.reshape(1, 4, 1, 6),
        "fortran ones": np.asfortranarray(plane).reshape(1, 4, 1, 6, order="F"),
        "row": wide[:1],
        "column": wide[:, :1],
        "broadcast": np.broadcast_to(line, (3, 24)),
        "empty": np.empty((0, 3), np.int32),
        "number": np.array(7, np.int32),
    }


def calls():
    """What may give a view, by name."""
    every = {
        "ravel": lambda xp, x: x.ravel(),
        "xp.ravel": lambda xp, x: xp.ravel(x),
        "flatten": lambda xp, x: x.flatten(),
        "reshape": lambda xp, x: x.reshape(-1),
        "two rows": lambda xp, x: x.reshape(2, -1) if x.size > 1 else x,
        "xp.reshape": lambda xp, x: xp.reshape(x, x.shape + (1,)),
        "ascontiguousarray": lambda xp, x: xp.ascontiguousarray(x),
        "asfortranarray": lambda xp, x: xp.asfortranarray(x),
        "require C": lambda xp, x: xp.require(x, requirements=["C"]),
        "require F": lambda xp, x: xp.require(x, requirements=["F"]),
        "squeeze": lambda xp, x: xp.squeeze(x),
        "x.squeeze": lambda xp, x: x.squeeze(),
        "atleast_1d": lambda xp, x: xp.atleast_1d(x),
        "atleast_2d": lambda xp, x: xp.atleast_2d(x),
        "atleast_3d": lambda xp, x: xp.atleast_3d(x),
        "asarray": lambda xp, x: xp.asarray(x, dtype=np.int32),
        "asarray of another dtype": lambda xp, x: xp.asarray(x, dtype=np.int64),
        "array": lambda xp, x: xp.array(x, copy=None),
        "copy": lambda xp, x: x.copy(),
        "astype": lambda xp, x: x.astype(np.int32),
        "astype without a copy": lambda xp, x: x.astype(np.int32, copy=False),
        "flip": lambda xp, x: xp.flip(x),
        "transpose": lambda xp, x: xp.transpose(x),
        "expand_dims": lambda xp, x: xp.expand_dims(x, 0),
        "real": lambda xp, x: x.real,
        "conj": lambda xp, x: x.conj(),
    }
    for order in ORDERS:
        every |= {
            f"ravel {order}": lambda xp, x, order=order: x.ravel(order),
            f"ravel {order} by name": lambda xp, x, order=order: x.ravel(order=order.lower()),
            f"xp.ravel {order}": lambda xp, x, order=order: xp.ravel(x, order=order),
            f"flatten {order}": lambda xp, x, order=order: x.flatten(order),
            f"copy {order}": lambda xp, x, order=order: x.copy(order),
            f"asarray {order}": lambda xp, x, order=order: xp.asarray(x, order=order),
            f"array {order}": lambda xp, x, order=order: xp.array(x, copy=None, order=order),
            f"astype {order}": lambda xp, x, order=order: x.astype(np.int32, order=order, copy=False),
        }
        if order != "K":
            every |= {
                f"reshape {order}": lambda xp, x, order=order: x.reshape(-1, order=order),
                f"columns {order}": lambda xp, x, order=order: (
                    x.reshape(-1, 2, order=order) if x.size > 1 else x
                ),
            }
    return every


@pytest.mark.parametrize("call", calls())
def test_views_are_numpys(call):
    made = calls()[call]
    for layout, given in layouts().items():
        if call == "flip" and given.ndim == 0:
            # NumPy gives a scalar.
            continue
        want, got = made(np, given), made(rp, rp.asarray(given))
        theirs = np.asarray(got)
        np.testing.assert_array_equal(theirs, want, err_msg=layout)
        assert theirs.dtype == want.dtype, layout
        assert np.shares_memory(theirs, given) == np.shares_memory(want, given), layout
        assert theirs.flags.c_contiguous == want.flags.c_contiguous, layout
        assert theirs.flags.f_contiguous == want.flags.f_contiguous, layout
        if want.size > 1:
            # The strides of axes of one element mean nothing.
            steps = zip(want.shape, theirs.strides, want.strides, strict=True)
            assert all(ours == numpys for n, ours, numpys in steps if n > 1), layout
