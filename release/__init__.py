"""Releases, bills of materials and type checks: `python release`."""
