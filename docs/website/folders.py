"""Where things lie."""

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
OWN = DOCS / "website"
BUILD = ROOT / "build" / "site"
SITE = BUILD / "html"  # a folder for each version
