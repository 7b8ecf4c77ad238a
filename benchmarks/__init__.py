"""Benchmarks: `python benchmarks`."""
