"""``rp.config``: settings that may change while the program runs."""

from __future__ import annotations

import os

from . import _raptors

FALLBACKS = ("allow", "warn", "error")


class Config:
    """What Raptors does where it has a choice."""

    __slots__ = ("_fallback",)

    def __init__(self):
        chosen = os.environ.get("RAPTORS_FALLBACK", "") or "allow"
        if chosen not in FALLBACKS:
            choices = ", ".join(FALLBACKS)
            raise ImportError(f"RAPTORS_FALLBACK={chosen} is unknown; choose {choices}")
        self._choose(chosen)

    def _choose(self, value: str) -> None:
        self._fallback = value
        # In builds for one version of Python, C functions stand in front of NumPy's.
        if hasattr(_raptors, "_delegates_freely"):
            _raptors._delegates_freely(value == "allow")

    @property
    def fallback(self) -> str:
        """What a call does that only NumPy can do: ``"allow"``, ``"warn"`` or ``"error"``."""
        return self._fallback

    @fallback.setter
    def fallback(self, value: str) -> None:
        if value not in FALLBACKS:
            choices = ", ".join(FALLBACKS)
            raise ValueError(f"config.fallback is one of {choices}, not {value!r}")
        self._choose(value)

    def __repr__(self) -> str:
        return f"Config(fallback={self._fallback!r})"


config = Config()
