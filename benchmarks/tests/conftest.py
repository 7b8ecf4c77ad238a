"""Measurements set the process's backend: it is restored after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import ops


@pytest.fixture(autouse=True)
def restored_backend() -> Iterator[None]:
    before = ops.backend()
    yield
    ops.set_backend(before)
