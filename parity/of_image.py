"""Where the image family of `ops` means to differ from keras 3.15.1; see `differences.py`."""

from __future__ import annotations

from listing import Listed

LISTED: tuple[Listed, ...] = ()
