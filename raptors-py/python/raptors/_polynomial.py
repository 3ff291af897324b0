"""Polynomials given by their coefficients, and windows."""

from __future__ import annotations

__all__: list[str] = []
