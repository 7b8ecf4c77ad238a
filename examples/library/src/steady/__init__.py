"""Robust statistics: estimates that a few wrong measurements do not spoil."""

from steady.regression import fit_line, huber, median_absolute_deviation

__all__ = ["fit_line", "huber", "median_absolute_deviation"]
