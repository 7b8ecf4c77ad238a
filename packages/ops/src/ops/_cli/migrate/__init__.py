"""`python -m ops migrate`: code that was written for keras uses ops."""

from ops._cli.migrate.findings import Finding
from ops._cli.migrate.rewriting import rewrite

__all__ = ["Finding", "rewrite"]
