"""What the array API standard asks about a namespace: version, dtypes, devices, capabilities."""

from __future__ import annotations

import numpy as np

__all__ = ["__array_api_version__", "__array_namespace_info__"]

__array_api_version__ = "2025.12"
_VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12", "2025.12")


class _Devices(tuple):
    """The devices: a tuple, which also adds to lists."""

    def __add__(self, other):
        return list(self) + other if isinstance(other, list) else _Devices(tuple(self) + other)

    def __radd__(self, other):
        return other + list(self) if isinstance(other, list) else NotImplemented


def _names(*kinds):
    """The names of the dtypes of all sizes of a kind."""
    return [f"{kind}{bits}" for kind, sizes in kinds for bits in sizes]


_SIGNED = _names(("int", (8, 16, 32, 64)))
_UNSIGNED = _names(("uint", (8, 16, 32, 64)))
_REAL = _names(("float", (32, 64)))
_COMPLEX = _names(("complex", (64, 128)))
_KINDS = {
    "bool": ["bool"],
    "signed integer": _SIGNED,
    "unsigned integer": _UNSIGNED,
    "integral": _SIGNED + _UNSIGNED,
    "real floating": _REAL,
    "complex floating": _COMPLEX,
    "numeric": _SIGNED + _UNSIGNED + _REAL + _COMPLEX,
    None: ["bool"] + _SIGNED + _UNSIGNED + _REAL + _COMPLEX,
}


def _check(device) -> None:
    if device not in ("cpu", None):
        raise ValueError(f'Device not understood. Only "cpu" is allowed, but received: {device}')


class __array_namespace_info__:
    """What the namespace can do, as the array API standard asks it.

    Examples
    --------
    >>> info = rp.__array_namespace_info__()
    >>> info.default_device(), info.devices()
    ('cpu', ('cpu',))
    """

    __module__ = "raptors"

    def capabilities(self) -> dict:
        """Which optional parts of the standard there are."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        """Where new arrays are: ``"cpu"``."""
        return "cpu"

    def default_dtypes(self, *, device=None) -> dict:
        """The dtypes of new arrays by what they hold."""
        _check(device)
        return {
            "real floating": np.dtype("float64"),
            "complex floating": np.dtype("complex128"),
            "integral": np.dtype("int64"),
            "indexing": np.dtype("int64"),
        }

    def dtypes(self, *, device=None, kind=None) -> dict:
        """The dtypes of the standard, by name: all, or those of a kind or of several kinds."""
        _check(device)
        kinds = kind if isinstance(kind, tuple) else (kind,)
        for name in kinds:
            if not isinstance(name, str | None) or name not in _KINDS:
                raise ValueError(f"unsupported kind: {name!r}")
        return {name: np.dtype(name) for kind in kinds for name in _KINDS[kind]}

    def devices(self) -> tuple:
        """The devices: only ``"cpu"``."""
        return _Devices(("cpu",))


def array_namespace(self, /, *, api_version=None):
    """The module whose functions take this array."""
    import raptors

    if api_version is not None and api_version not in _VERSIONS:
        raise ValueError(
            f'Version "{api_version}" of the Array API Standard is not supported: choose one of '
            f"{', '.join(_VERSIONS)}"
        )
    return raptors
