"""Records of composite ops that share the tests of an op with a kernel."""

from __future__ import annotations

import dataclasses
from typing import Any

from ops_common.testing import RECORDS as KERNELS
from ops_common.testing.record import Record

__all__ = ["KERNELS", "variant"]


def variant(of: str, path: str, **changes: Any) -> Record:
    """The record of an op with a kernel, for the composite op of this path, with these attributes changed."""
    return dataclasses.replace(KERNELS[of], path=path, kernel=None, **changes)
