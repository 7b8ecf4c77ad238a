"""``python -m ops``."""

import sys

from ops._cli import run

if __name__ == "__main__":
    sys.exit(run())
