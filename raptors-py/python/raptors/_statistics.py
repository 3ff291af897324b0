"""Averages, quantiles, covariance, differences and other statistics."""

from __future__ import annotations

__all__: list[str] = []
